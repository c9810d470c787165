/* trace_test.c: the tracer against a naive model, and what must hold when memory, depth or the process
 * change. */
#include "unit_test.h"
#include "mem/mem_inline.h"
#include "trace/tracer.h"
#include <sys/wait.h>
#include <unistd.h>

/* The program that is traced: a stack of calls, each at a line of some code. */
typedef struct program {
    ouro_trace *trace;
    uint32_t depth;
    uint32_t code[4096], unit[4096];
    ouro_trace_site context[4096];
    size_t described;
} program;

static ouro_trace_place program_at(void *context)
{
    program *p = context;
    uint32_t top = p->depth - 1;
    return ouro_trace_place_of(p->context[top], p->code[top], p->unit[top]);
}

static void program_describe(void *context, const ouro_trace_place *place,
                             ouro_trace_description *description)
{
    static char file[32], function[32];
    program *p = context;
    p->described++;
    description->file = file;
    description->file_length = (size_t)snprintf(file, sizeof file, "file%u.c", ouro_trace_place_code(place));
    description->function = function;
    description->function_length =
        (size_t)snprintf(function, sizeof function, "f%u", ouro_trace_place_code(place));
    description->line = ouro_trace_place_unit(place) * 10;
    description->first_line = 1;
}

static uint32_t program_depth(void *context)
{
    return ((program *)context)->depth;
}

static void program_start(program *p, ouro_mem *mem, uint32_t limit, uint64_t sample)
{
    *p = (program){.depth = 1, .code = {1}, .unit = {1}, .context = {OURO_TRACE_ROOT}};
    p->trace = ouro_trace_start(mem, &(ouro_trace_config){
                                         .limit = limit,
                                         .sample = sample,
                                         .seed = 7,
                                         .current = program_at,
                                         .describe = program_describe,
                                         .depth = program_depth,
                                         .context = p,
                                     });
    assert_non_null(p->trace);
}

static void program_call(program *p, uint32_t code, uint32_t unit)
{
    ouro_trace_place place = program_at(p);
    p->context[p->depth] = ouro_trace_enter(p->trace, &place);
    p->code[p->depth] = code;
    p->unit[p->depth] = unit;
    p->depth++;
}

/* Living blocks and bytes as the tracer's rows have them. */
static void count_rows(ouro_trace *trace, uint64_t *blocks, uint64_t *bytes)
{
    ouro_trace_snapshot *snapshot = ouro_trace_take(trace);
    assert_non_null(snapshot);
    *blocks = *bytes = 0;
    for (size_t i = 0; i < ouro_trace_snapshot_rows(snapshot); i++) {
        const ouro_trace_row *row = ouro_trace_snapshot_row(snapshot, i);
        *blocks += row->blocks;
        *bytes += row->bytes;
    }
    ouro_trace_snapshot_free(snapshot);
}

/* ---- Against a model ---- */

enum { MODEL_BLOCKS = 4000, MODEL_UNITS = 50 };

typedef struct model_block {
    char *block;
    size_t size;
    uint32_t unit; /* 0: untraced */
    uint32_t epoch;
} model_block;

static size_t model_size(uint64_t *seed)
{
    uint64_t r = unit_random(seed);
    switch (r % 16) {
    case 0:
        return r % 300000;
    case 1:
        return r % 5000;
    default:
        return r % 200;
    }
}

static void model_check(program *p, const model_block *blocks)
{
    uint64_t units[MODEL_UNITS + 1] = {0}, bytes = 0, count = 0;
    for (size_t i = 0; i < MODEL_BLOCKS; i++) {
        ouro_trace_birth birth;
        if (blocks[i].block == NULL)
            continue;
        bool traced = ouro_trace_find(p->trace, blocks[i].block, &birth);
        assert_int_equal(traced, blocks[i].unit != 0);
        if (!traced)
            continue;
        ouro_trace_frame frame;
        assert_true(ouro_trace_site_frame(p->trace, birth.site, &frame));
        assert_int_equal(frame.line, blocks[i].unit * 10);
        assert_int_equal(birth.size, blocks[i].size);
        assert_int_equal(birth.epoch, blocks[i].epoch);
        units[blocks[i].unit] += blocks[i].size;
        bytes += blocks[i].size;
        count++;
    }
    size_t traced, peak;
    ouro_trace_get_bytes(p->trace, &traced, &peak);
    assert_true(traced == bytes && peak >= traced);
    ouro_trace_totals totals;
    ouro_trace_get_totals(p->trace, &totals);
    assert_true(totals.blocks == count && totals.bytes == bytes && totals.lost == 0);
    ouro_trace_snapshot *snapshot = ouro_trace_take(p->trace);
    for (size_t i = 0; i < ouro_trace_snapshot_rows(snapshot); i++) {
        const ouro_trace_row *row = ouro_trace_snapshot_row(snapshot, i);
        ouro_trace_frame frame;
        assert_true(ouro_trace_snapshot_frame(snapshot, row->site, &frame));
        assert_true(units[frame.line / 10] >= row->bytes);
        units[frame.line / 10] -= row->bytes;
    }
    for (size_t i = 0; i <= MODEL_UNITS; i++)
        assert_int_equal(units[i], 0);
    ouro_trace_snapshot_free(snapshot);
}

static void model_step(program *p, ouro_mem *mem, model_block *at, uint64_t *seed)
{
    uint32_t unit = p->trace != NULL ? 1 + (uint32_t)(unit_random(seed) % MODEL_UNITS) : 0;
    p->unit[0] = unit;
    size_t size = model_size(seed);
    if (at->block == NULL) {
        at->block = unit_random(seed) % 2 ? ouro_mem_alloc(mem, size) : ouro_mem_alloc_object(mem, size);
    } else if (unit_random(seed) % 4 == 0) {
        at->block = ouro_mem_resize(mem, at->block, size);
    } else {
        ouro_mem_free(mem, at->block);
        at->block = NULL;
        return;
    }
    assert_non_null(at->block);
    at->size = size;
    at->unit = unit;
    at->epoch = p->trace != NULL ? p->trace->epoch : 0;
}

static void model_run(ouro_mem *mem, int steps)
{
    uint64_t seed = unit_seed();
    model_block *blocks = calloc(MODEL_BLOCKS, sizeof *blocks);
    program p = {.depth = 1};
    for (int step = 0; step < steps; step++) {
        model_step(&p, mem, &blocks[unit_random(&seed) % MODEL_BLOCKS], &seed);
        switch (unit_random(&seed) % 4096) {
        case 0: /* on or off */
            if (p.trace == NULL) {
                program_start(&p, mem, 1, 0);
            } else {
                ouro_trace_stop(p.trace);
                p.trace = NULL;
            }
            for (size_t i = 0; i < MODEL_BLOCKS; i++)
                blocks[i].unit = 0;
            break;
        case 1:
            if (p.trace != NULL) {
                ouro_trace_clear(p.trace);
                for (size_t i = 0; i < MODEL_BLOCKS; i++)
                    blocks[i].unit = 0;
            }
            break;
        case 2:
            if (p.trace != NULL)
                ouro_trace_next_epoch(p.trace);
            break;
        case 3: /* nearly everything dies, pools go */
            for (size_t i = 0; i < MODEL_BLOCKS; i++) {
                if (unit_random(&seed) % 16) {
                    ouro_mem_free(mem, blocks[i].block);
                    blocks[i].block = NULL;
                }
            }
            ouro_mem_trim(mem);
            break;
        }
        if (step % 2000 == 0) {
            assert_true(ouro_mem_check(mem));
            if (p.trace != NULL)
                model_check(&p, blocks);
        }
    }
    for (size_t i = 0; i < MODEL_BLOCKS; i++)
        ouro_mem_free(mem, blocks[i].block);
    if (p.trace != NULL) {
        uint64_t count, bytes;
        count_rows(p.trace, &count, &bytes);
        assert_true(count == 0 && bytes == 0);
    }
    ouro_trace_stop(p.trace);
    assert_int_equal(ouro_mem_live_blocks(mem), 0);
    ouro_mem_destroy(mem);
    free(blocks);
}

static void test_model(void **state)
{
    model_run(ouro_mem_create(NULL), 30000);
}

static void test_model_external(void **state)
{
    ouro_allocator allocator = ouro_allocator_malloc();
    model_run(ouro_mem_create(&(ouro_mem_config){.allocator = &allocator}), 12000);
}

/* ---- Contexts ---- */

static void test_contexts(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    for (uint32_t limit = 0; limit <= 6; limit++) {
        program p;
        program_start(&p, mem, limit, 0);
        uint64_t seed = 5;
        for (int round = 0; round < 3000; round++) {
            p.depth = 1;
            p.unit[0] = 1 + (uint32_t)(unit_random(&seed) % 3);
            for (uint64_t calls = unit_random(&seed) % 12; calls > 0; calls--)
                program_call(&p, 1 + (uint32_t)(unit_random(&seed) % 2),
                             1 + (uint32_t)(unit_random(&seed) % 2));
            void *block = ouro_mem_alloc(mem, 24);
            ouro_trace_birth birth;
            assert_true(ouro_trace_find(p.trace, block, &birth));
            /* The innermost calls are those of the program, as many as the limit allows. */
            ouro_trace_frame frame = {.caller = birth.site};
            uint32_t seen = 0;
            while (ouro_trace_site_frame(p.trace, frame.caller, &frame)) {
                assert_true(seen < p.depth);
                assert_int_equal(frame.line, p.unit[p.depth - 1 - seen] * 10);
                char file[32];
                snprintf(file, sizeof file, "file%u.c", p.code[p.depth - 1 - seen]);
                assert_string_equal(frame.file, file);
                seen++;
            }
            assert_int_equal(seen, limit != 0 && limit < p.depth ? limit : p.depth);
            ouro_mem_free(mem, block);
        }
        assert_true(p.described <= 10);
        ouro_trace_stop(p.trace);
    }
    ouro_mem_destroy(mem);
}

/* A recursion 4,000 calls deep with a limit of 3,000: shortening is not quadratic, and stays exact. */
static void test_deep_contexts(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    program *p = malloc(sizeof *p);
    program_start(p, mem, 3000, 0);
    for (uint32_t i = 1; i < 4000; i++)
        program_call(p, i % 3 + 1, i);
    void *block = ouro_mem_alloc(mem, 24);
    ouro_trace_birth birth;
    assert_true(ouro_trace_find(p->trace, block, &birth));
    ouro_trace_frame frame = {.caller = birth.site};
    uint32_t seen = 0;
    while (ouro_trace_site_frame(p->trace, frame.caller, &frame)) {
        assert_int_equal(frame.line, (3999 - seen) * 10);
        if (seen == 0)
            assert_int_equal(frame.total, 4000);
        seen++;
    }
    assert_int_equal(seen, 3000);
    ouro_trace_stop(p->trace);
    ouro_mem_free(mem, block);
    ouro_mem_destroy(mem);
    free(p);
}

/* Random recursion without a limit: beyond OURO_TRACE_FOLD_SITES sites it is folded, so the tree stops
 * growing. */
static void test_folding(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    program *p = malloc(sizeof *p);
    program_start(p, mem, 0, 0);
    uint64_t seed = 3;
    uint32_t sites = 0;
    for (int after = 0; after < 300; after += sites != 0) {
        p->depth = 1;
        for (int calls = 0; calls < 200; calls++)
            program_call(p, 2, 1 + (uint32_t)(unit_random(&seed) % 2));
        if (sites == 0 && p->trace->atlas->sites.count >= OURO_TRACE_FOLD_SITES)
            sites = p->trace->atlas->sites.count;
    }
    assert_true(sites >= OURO_TRACE_FOLD_SITES);
    assert_true(p->trace->atlas->sites.count <= sites + 100);
    void *block = ouro_mem_alloc(mem, 24);
    ouro_trace_birth birth;
    assert_true(ouro_trace_find(p->trace, block, &birth));
    ouro_trace_stop(p->trace);
    ouro_mem_free(mem, block);
    ouro_mem_destroy(mem);
    free(p);
}

/* ---- Tables ---- */

/* A site that allocates a new size each time uses cohorts again. */
static void test_many_sizes(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    program p;
    program_start(&p, mem, 1, 0);
    void *kept = ouro_mem_alloc(mem, 17);
    for (size_t i = 0; i < 50000; i++)
        ouro_mem_free(mem, ouro_mem_alloc(mem, 600 + i));
    assert_true(p.trace->cohorts.capacity <= 64);
    ouro_trace_birth birth;
    assert_true(ouro_trace_find(p.trace, kept, &birth) && birth.size == 17);
    /* What has died out is in the totals of the site. */
    uint64_t born = 0;
    for (uint32_t i = 1; i < p.trace->cohorts.count; i++)
        born += cohort_at(p.trace, i)->site != 0 ? cohort_at(p.trace, i)->born : 0;
    assert_int_equal(born + atlas_site_at(p.trace->atlas, birth.site)->dead_blocks, 50001);
    ouro_mem_free(mem, kept);
    ouro_trace_stop(p.trace);
    ouro_mem_destroy(mem);
}

/* More living cohorts than 16 bits can number: the arrays of the pools they meet in become wider, with what is in them. */
static void test_many_cohorts(void **state)
{
    enum { BLOCKS = 3 * 65536 };
    static char *blocks[BLOCKS];
    static const size_t sizes[] = {24, 40, 900}; /* two pools at a time, and a span */
    ouro_mem *mem = ouro_mem_create(NULL);
    program p;
    program_start(&p, mem, 1, 0);
    for (uint32_t i = 0; i < BLOCKS; i++) {
        p.unit[0] = i / 3 + 1;
        blocks[i] = ouro_mem_alloc(mem, sizes[i % 3]);
        assert_non_null(blocks[i]);
        if (i == BLOCKS / 3)
            for (uint32_t k = 0; k < i; k += 2) { /* the pools get free blocks, which the wide numbers will fill */
                ouro_mem_free(mem, blocks[k]);
                blocks[k] = NULL;
            }
    }
    uint64_t bytes = 0, live = 0, found_blocks, found_bytes;
    for (uint32_t i = 0; i < BLOCKS; i++) {
        ouro_trace_birth birth;
        ouro_trace_frame frame;
        if (blocks[i] == NULL)
            continue;
        assert_true(ouro_trace_find(p.trace, blocks[i], &birth) && birth.size == sizes[i % 3]);
        assert_true(ouro_trace_site_frame(p.trace, birth.site, &frame) && frame.line == (i / 3 + 1) * 10);
        live++;
        bytes += sizes[i % 3];
    }
    assert_true(p.trace->cohorts.count > 2 * UINT16_MAX);
    count_rows(p.trace, &found_blocks, &found_bytes);
    assert_true(found_blocks == live && found_bytes == bytes);
    for (uint32_t i = 0; i < BLOCKS; i++)
        ouro_mem_free(mem, blocks[i]);
    ouro_trace_totals totals;
    ouro_trace_get_totals(p.trace, &totals);
    assert_true(totals.blocks == 0 && totals.bytes == 0);
    ouro_trace_stop(p.trace);
    assert_true(ouro_mem_check(mem));
    ouro_mem_destroy(mem);
}

/* A wider array for which there is no memory: the block is lost to the tracer, its neighbours are not. */
static void test_failed_widening(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    program p;
    program_start(&p, mem, 1, 0);
    void *narrow = ouro_mem_alloc(mem, 504); /* its pool has an array now */
    ouro_trace_birth birth;
    ouro_trace_totals totals;
    static void *many[UINT16_MAX];
    for (uint32_t i = 0; i < UINT16_MAX; i++) {
        p.unit[0] = i + 2;
        many[i] = ouro_mem_alloc(mem, 16);
    }
    p.unit[0]++;
    void *first = ouro_mem_alloc(mem, 64), *large = ouro_mem_alloc(mem, 1 << 20); /* the cohorts of what comes now */
    ouro_mem_fail_at(p.trace->atlas->mem, 1, true);
    ouro_trace_get_totals(p.trace, &totals);
    assert_int_equal(totals.lost, 0);
    void *lost = ouro_mem_alloc(mem, 504);
    ouro_mem_fail_at(p.trace->atlas->mem, 0, false);
    assert_false(ouro_trace_find(p.trace, lost, &birth));
    assert_true(ouro_trace_find(p.trace, narrow, &birth) && birth.size == 504);
    assert_true(ouro_trace_find(p.trace, first, &birth) && ouro_trace_find(p.trace, large, &birth));
    ouro_trace_get_totals(p.trace, &totals);
    assert_int_equal(totals.lost, 1);
    void *wide = ouro_mem_alloc(mem, 504);
    assert_true(ouro_trace_find(p.trace, wide, &birth) && birth.size == 504);
    assert_true(ouro_trace_find(p.trace, narrow, &birth) && !ouro_trace_find(p.trace, lost, &birth));
    void *all[] = {narrow, first, large, lost, wide};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        ouro_mem_free(mem, all[i]);
    for (uint32_t i = 0; i < UINT16_MAX; i++)
        ouro_mem_free(mem, many[i]);
    ouro_trace_get_totals(p.trace, &totals);
    assert_true(totals.blocks == 0 && totals.bytes == 0);
    ouro_trace_stop(p.trace);
    ouro_mem_destroy(mem);
}

/* The tracer's own memory fails at each request in turn: blocks are lost to it, never to the program. */
static void test_own_failures(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    for (uint64_t fail = 1; fail < 60; fail++) {
        program p;
        program_start(&p, mem, 3, 0);
        ouro_mem_fail_at(p.trace->atlas->mem, fail, fail % 2 == 0);
        void *blocks[400];
        for (uint32_t i = 0; i < 400; i++) {
            p.depth = 1;
            p.unit[0] = i % 7;
            for (uint32_t calls = 0; calls < i % 5; calls++)
                program_call(&p, 1 + i % 3, 1 + i / 9);
            blocks[i] = ouro_mem_alloc(mem, 8 + i * (i % 3 ? 1 : 20));
            assert_non_null(blocks[i]);
        }
        ouro_trace_totals totals;
        ouro_trace_get_totals(p.trace, &totals);
        assert_true(totals.blocks + totals.lost == 400);
        for (uint32_t i = 0; i < 400; i++)
            ouro_mem_free(mem, blocks[i]);
        ouro_trace_get_totals(p.trace, &totals);
        assert_true(totals.blocks == 0 && totals.bytes == 0);
        ouro_trace_stop(p.trace);
        assert_true(ouro_mem_check(mem));
    }
    ouro_mem_destroy(mem);
}

/* A resize that fails leaves the block as traced as it was. */
static void test_failed_resize(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    program p;
    program_start(&p, mem, 1, 0);
    for (size_t size = 20; size < 2000000; size *= 7) {
        void *block = ouro_mem_alloc(mem, size);
        p.unit[0]++;
        assert_null(ouro_mem_resize(mem, block, SIZE_MAX / 2));
        ouro_trace_birth birth;
        ouro_trace_frame frame;
        assert_true(ouro_trace_find(p.trace, block, &birth) && birth.size == size);
        assert_true(ouro_trace_site_frame(p.trace, birth.site, &frame) && frame.line == (p.unit[0] - 1) * 10);
        block = ouro_mem_resize(mem, block, size + 1);
        assert_true(ouro_trace_find(p.trace, block, &birth) && birth.size == size + 1);
        assert_true(ouro_trace_site_frame(p.trace, birth.site, &frame) && frame.line == p.unit[0] * 10);
        ouro_mem_free(mem, block);
    }
    size_t bytes, peak;
    ouro_trace_get_bytes(p.trace, &bytes, &peak);
    assert_true(bytes == 0 && peak > 300000);
    ouro_trace_reset_peak(p.trace);
    ouro_trace_get_bytes(p.trace, &bytes, &peak);
    assert_true(peak == 0);
    ouro_trace_stop(p.trace);
    ouro_mem_destroy(mem);
}

/* ---- Snapshots ---- */

static void test_compare(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    program p;
    program_start(&p, mem, 2, 0);
    void *blocks[100];
    for (int i = 0; i < 100; i++) {
        p.code[0] = 1 + (uint32_t)i % 2;
        p.unit[0] = 1 + (uint32_t)i % 5;
        blocks[i] = ouro_mem_alloc(mem, 100);
    }
    ouro_trace_snapshot *old = ouro_trace_take(p.trace);
    for (int i = 0; i < 100; i++) {
        if (i % 5 == 0)
            ouro_mem_free(mem, blocks[i]);
    }
    p.code[0] = 3;
    void *large = ouro_mem_alloc(mem, 1000000);
    ouro_trace_snapshot *new = ouro_trace_take(p.trace);
    ouro_trace_stop(p.trace); /* snapshots outlive the tracer */

    size_t count;
    ouro_trace_change *changes = ouro_trace_compare(new, old, OURO_TRACE_BY_LINE, &count);
    assert_int_equal(count, 11);
    ouro_trace_frame frame;
    assert_true(ouro_trace_snapshot_frame(new, changes[0].site, &frame));
    assert_string_equal(frame.file, "file3.c");
    assert_true(changes[0].bytes_change == 1000000 && changes[0].blocks == 1);
    assert_true(changes[1].bytes_change == -1000 && changes[1].blocks == 0 &&
                changes[2].bytes_change == -1000);
    assert_true(changes[3].bytes_change == 0 && changes[3].bytes == 1000);
    free(changes);
    changes = ouro_trace_compare(new, old, OURO_TRACE_BY_FILE, &count);
    assert_int_equal(count, 3);
    assert_true(changes[1].bytes == 4000 && changes[1].bytes_change == -1000 &&
                changes[1].blocks_change == -10);
    free(changes);
    changes = ouro_trace_compare(new, NULL, OURO_TRACE_BY_SITE, &count);
    assert_int_equal(count, 9);
    free(changes);
    program other;
    program_start(&other, mem, 2, 0);
    ouro_trace_snapshot *foreign = ouro_trace_take(other.trace);
    assert_null(ouro_trace_compare(new, foreign, OURO_TRACE_BY_SITE, &count));
    ouro_trace_snapshot_free(foreign);
    ouro_trace_stop(other.trace);
    ouro_trace_snapshot_free(old);
    ouro_trace_snapshot_free(new);
    (void)large;
    ouro_mem_destroy(mem);
}

static void test_domains(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    program p;
    program_start(&p, mem, 1, 0);
    for (uintptr_t i = 0; i < 1000; i++)
        assert_true(ouro_trace_track(p.trace, 1 + i % 3, i, 100));
    p.unit[0] = 2;
    assert_true(ouro_trace_track(p.trace, 1, 0, 5000)); /* again */
    ouro_trace_birth birth;
    assert_true(ouro_trace_find_tracked(p.trace, 1, 0, &birth) && birth.size == 5000);
    assert_false(ouro_trace_find_tracked(p.trace, 2, 0, &birth));
    uint64_t blocks, bytes;
    count_rows(p.trace, &blocks, &bytes);
    assert_true(blocks == 1000 && bytes == 99900 + 5000);
    for (uintptr_t i = 0; i < 1100; i++)
        ouro_trace_untrack(p.trace, 1 + i % 3, i);
    count_rows(p.trace, &blocks, &bytes);
    assert_true(blocks == 0 && bytes == 0);
    assert_true(ouro_trace_track(p.trace, 9, 1, 1));
    ouro_trace_clear(p.trace);
    assert_false(ouro_trace_find_tracked(p.trace, 9, 1, &birth));
    ouro_trace_stop(p.trace);
    ouro_mem_destroy(mem);
}

/* ---- Sampling ---- */

/* Estimates are right on average: within 5 standard deviations, for small and for large blocks. */
static void test_sampling(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    static const struct {
        size_t size, blocks;
        double tolerance;
    } cases[] = {{48, 400000, 0.15}, {4096, 4000, 0.15}, {100000, 200, 0.05}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        program p;
        program_start(&p, mem, 1, 16384);
        void **blocks = malloc(cases[c].blocks * sizeof *blocks);
        for (size_t i = 0; i < cases[c].blocks; i++)
            blocks[i] = ouro_mem_alloc(mem, cases[c].size);
        uint64_t count, bytes;
        count_rows(p.trace, &count, &bytes);
        double real = (double)cases[c].blocks;
        assert_true((double)count > real * (1 - cases[c].tolerance) &&
                    (double)count < real * (1 + cases[c].tolerance));
        assert_true((double)bytes > real * (double)cases[c].size * (1 - cases[c].tolerance));
        for (size_t i = 0; i < cases[c].blocks; i++)
            ouro_mem_free(mem, blocks[i]);
        count_rows(p.trace, &count, &bytes);
        assert_true(count == 0);
        ouro_trace_stop(p.trace);
        free(blocks);
    }
    ouro_mem_destroy(mem);
}

/* ---- The process ---- */

static void test_fork(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    program p;
    program_start(&p, mem, 1, 0);
    void *block = ouro_mem_alloc(mem, 40);
    pid_t child = fork();
    if (child == 0) {
        ouro_trace_birth birth;
        p.unit[0] = 2;
        void *own = ouro_mem_alloc(mem, 50);
        bool ok = ouro_trace_find(p.trace, block, &birth) && birth.size == 40 &&
                  ouro_trace_find(p.trace, own, &birth) && birth.size == 50;
        ouro_mem_free(mem, block);
        ok = ok && trace_bytes(p.trace) == 50;
        ouro_trace_stop(p.trace);
        ouro_mem_free(mem, own);
        _exit(ok && ouro_mem_live_blocks(mem) == 0 ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(trace_bytes(p.trace), 40);
    assert_null(ouro_trace_start(mem, &(ouro_trace_config){0})); /* a heap has one tracer */
    ouro_trace_stop(p.trace);
    ouro_mem_free(mem, block);
    ouro_mem_destroy(mem);
}

/* Nowhere and nobody: a tracer without callbacks counts. */
static void test_no_callbacks(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    ouro_trace *trace = ouro_trace_start(mem, &(ouro_trace_config){0});
    void *block = ouro_mem_alloc(mem, 40);
    ouro_trace_birth birth;
    ouro_trace_frame frame;
    assert_true(ouro_trace_find(trace, block, &birth) && birth.site == OURO_TRACE_ROOT);
    assert_false(ouro_trace_site_frame(trace, birth.site, &frame));
    ouro_trace_stop(trace);
    ouro_trace_stop(NULL);
    ouro_mem_free(mem, block);
    ouro_mem_destroy(mem);
}

/* While hidden, what is born stays unknown, also afterwards; what dies counts. */
static void test_hidden(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    ouro_trace *trace = ouro_trace_start(mem, &(ouro_trace_config){0});
    void *known = ouro_mem_alloc(mem, 40), *also = ouro_mem_alloc(mem, 3000);
    mem_hide(mem);
    mem_hide(mem);
    void *unseen = ouro_mem_alloc(mem, 40), *big = ouro_mem_alloc(mem, 100000);
    ouro_mem_free(mem, known);
    mem_show(mem);
    void *still = ouro_mem_alloc(mem, 40); /* (in the place of `known`) */
    mem_show(mem);
    ouro_trace_birth birth;
    assert_false(ouro_trace_find(trace, unseen, &birth) || ouro_trace_find(trace, big, &birth) ||
                 ouro_trace_find(trace, still, &birth));
    assert_int_equal(trace_bytes(trace), 3000);
    void *seen = ouro_mem_alloc(mem, 50);
    assert_true(ouro_trace_find(trace, seen, &birth) && birth.size == 50);
    ouro_mem_free(mem, unseen);
    ouro_mem_free(mem, big);
    ouro_mem_free(mem, still);
    assert_int_equal(trace_bytes(trace), 3050);
    ouro_mem_free(mem, seen);
    ouro_mem_free(mem, also);
    assert_int_equal(trace_bytes(trace), 0);
    mem_hide(mem);
    ouro_trace_stop(trace); /* (while hidden; and another one comes) */
    ouro_mem_free(mem, ouro_mem_alloc(mem, 40));
    trace = ouro_trace_start(mem, &(ouro_trace_config){0});
    unseen = ouro_mem_alloc(mem, 40);
    mem_show(mem);
    seen = mem_resize_hidden(mem, ouro_mem_alloc(mem, 50), 5000);
    assert_false(ouro_trace_find(trace, unseen, &birth) || ouro_trace_find(trace, seen, &birth));
    seen = ouro_mem_resize(mem, seen, 6000);
    assert_true(ouro_trace_find(trace, seen, &birth) && birth.size == 6000);
    ouro_trace_stop(trace);
    ouro_mem_free(mem, seen);
    ouro_mem_free(mem, unseen);
    ouro_mem_destroy(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model),        cmocka_unit_test(test_model_external),
        cmocka_unit_test(test_contexts),     cmocka_unit_test(test_deep_contexts),
        cmocka_unit_test(test_folding),      cmocka_unit_test(test_many_sizes),
        cmocka_unit_test(test_many_cohorts), cmocka_unit_test(test_failed_widening),
        cmocka_unit_test(test_own_failures), cmocka_unit_test(test_failed_resize),
        cmocka_unit_test(test_compare),      cmocka_unit_test(test_domains),
        cmocka_unit_test(test_sampling),     cmocka_unit_test(test_fork),
        cmocka_unit_test(test_no_callbacks), cmocka_unit_test(test_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

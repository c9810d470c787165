/* tracer.c: a tracer's start and end, and the paths that each block's birth and death take (tracer.h). */
#include "trace/birth.h"
#include "base/os.h"
#include <string.h>

/* ---- Births and deaths ---- */

/* Not found by the hints. */
static __attribute__((noinline)) uint32_t trace_cohort_slow(ouro_trace *trace, ouro_trace_place place, size_t size)
{
    uint32_t cohort = cohort_of_place(trace, &place, 0, size);
    if (cohort != 0 && size <= UINT32_MAX) {
        uint64_t context_size = birth_context_size(place, size);
        *birth_hint(trace, place, context_size) = (trace_hint){place.at, context_size, cohort};
    }
    return cohort;
}

/* The array beside a pool, made when the first of its blocks is traced. */
static __attribute__((noinline)) uint32_t *trace_make_side(ouro_trace *trace, const void *block,
                                                           mem_pool *pool)
{
    pool->side = ouro_mem_alloc_zeroed(trace->atlas->mem, mem_side_entries(pool) * sizeof(uint32_t));
    return pool->side != NULL ? mem_side_entry(trace->heap, block, &pool) : NULL;
}

static __attribute__((noinline)) void trace_tell_watcher(ouro_trace *trace)
{
    trace->watch = SIZE_MAX;
    trace->watcher(trace->watcher_context);
}

__attribute__((noinline)) void birth_note_peak(ouro_trace *trace)
{
    trace->peak = trace->bytes;
    if (OURO_UNLIKELY(trace->bytes > trace->watch))
        trace_tell_watcher(trace);
}

__attribute__((noinline)) void birth_note_slow(ouro_trace *trace, void *block, size_t size, ouro_trace_place place)
{
    uint64_t context_size = birth_context_size(place, size);
    const trace_hint *hint = birth_hint(trace, place, context_size);
    uint32_t number = hint->at == place.at && hint->context_size == context_size && size <= UINT32_MAX
                          ? hint->cohort
                          : trace_cohort_slow(trace, place, size);
    mem_pool *pool = NULL;
    uint32_t *entry = mem_side_entry(trace->heap, block, &pool);
    if (entry == NULL)
        entry = trace_make_side(trace, block, pool);
    if (OURO_UNLIKELY(number == 0 || entry == NULL)) {
        trace->lost++;
        return;
    }
    birth_count(trace, entry, number, size);
}

static ouro_trace_place trace_place_now(const ouro_trace *trace)
{
    return trace->current != NULL ? trace->current(trace->context)
                                  : (ouro_trace_place){.context = OURO_TRACE_ROOT};
}

static void trace_allocated(void *context, void *block, size_t size, ouro_mem_kind kind)
{
    ouro_trace *trace = context;
    (void)kind;
    birth_note(trace, block, size, trace_place_now(trace));
}

/* The same in a heap on an allocator of the embedder's. */
static void trace_allocated_external(void *context, void *block, size_t size, ouro_mem_kind kind)
{
    ouro_trace *trace = context;
    (void)kind;
    birth_note_slow(trace, block, size, trace_place_now(trace));
}

/* The same in either, for a tracer that samples. */
static void trace_allocated_sampled(void *context, void *block, size_t size, ouro_mem_kind kind)
{
    ouro_trace *trace = context;
    (void)kind;
    trace->until_sample -= (int64_t)size;
    if (OURO_LIKELY(trace->until_sample >= 0))
        return;
    trace->until_sample = sample_draw(trace);
    birth_note_slow(trace, block, size, trace_place_now(trace));
}

static inline uint64_t trace_count_death(ouro_trace *trace, uint32_t *entry)
{
    uint32_t number = *entry;
    if (number != 0) {
        trace_cohort *cohort = cohort_at(trace, number);
        cohort->died++;
        trace->bytes -= cohort->size;
        *entry = 0;
    }
    return number;
}

static __attribute__((noinline)) uint64_t trace_freed_any(void *context, void *block)
{
    ouro_trace *trace = context;
    mem_pool *pool;
    uint32_t *entry = mem_side_entry(trace->heap, block, &pool);
    return entry != NULL ? trace_count_death(trace, entry) : 0;
}

/* In a heap of pools. */
static uint64_t trace_freed(void *context, void *block)
{
    mem_pool *pool = mem_pool_of(block);
    if (OURO_UNLIKELY(pool->type != POOL_SMALL))
        return trace_freed_any(context, block);
    if (pool->side == NULL)
        return 0;
    return trace_count_death(context, (uint32_t *)pool->side + pool_block_number(pool, block));
}

static void trace_kept(void *context, void *block, uint64_t known)
{
    ouro_trace *trace = context;
    if (known == 0)
        return;
    mem_pool *pool;
    *mem_side_entry(trace->heap, block, &pool) = (uint32_t)known;
    cohort_at(trace, (uint32_t)known)->died--;
    trace->bytes += cohort_at(trace, (uint32_t)known)->size;
}

static void trace_dropped(void *context, mem_pool *pool)
{
    ouro_trace *trace = context;
    ouro_mem_free(trace->atlas->mem, pool->side);
    pool->side = NULL;
}

/* ---- Start and end ---- */

ouro_trace *ouro_trace_start(ouro_mem *mem, const ouro_trace_config *config)
{
    return birth_start(mem, config, trace_allocated);
}

ouro_trace *birth_start(ouro_mem *mem, const ouro_trace_config *config, birth_hook allocated)
{
    if (mem->hooked)
        return NULL;
    trace_atlas *atlas = atlas_create(config);
    if (atlas == NULL)
        return NULL;
    ouro_trace *trace = ouro_mem_alloc_zeroed(atlas->mem, sizeof *trace);
    if (trace == NULL) {
        atlas_release(atlas);
        return NULL;
    }
    trace->heap = mem;
    trace->atlas = atlas;
    trace->current = config->current;
    trace->depth = config->depth;
    trace->context = config->context;
    trace->watch = SIZE_MAX;
    trace->sample = (double)config->sample;
    trace->random = config->seed != 0 ? config->seed : (uint64_t)os_clock();
    if (!cohort_start(trace)) {
        atlas_release(atlas);
        return NULL;
    }
    if (config->sample != 0)
        trace->until_sample = sample_draw(trace);
    mem_set_hooks(mem, &(mem_hooks){
                           .context = trace,
                           .allocated = config->sample != 0 ? trace_allocated_sampled
                                        : mem->is_external  ? trace_allocated_external
                                                            : allocated,
                           .freed = mem->is_external ? trace_freed_any : trace_freed,
                           .kept = trace_kept,
                           .dropped = trace_dropped,
                       });
    return trace;
}

void ouro_trace_stop(ouro_trace *trace)
{
    if (trace == NULL)
        return;
    mem_set_hooks(trace->heap, NULL);
    mem_side_clear(trace->heap, trace_dropped, trace);
    domain_clear(trace);
    records_free(&trace->cohorts);
    trace_atlas *atlas = trace->atlas;
    atlas->describe = NULL;
    ouro_mem_free(atlas->mem, trace);
    atlas_release(atlas);
}

void ouro_trace_clear(ouro_trace *trace)
{
    mem_side_clear(trace->heap, trace_dropped, trace);
    domain_clear(trace);
    cohort_clear(trace);
}

ouro_trace_site ouro_trace_enter(ouro_trace *trace, const ouro_trace_place *place)
{
    return atlas_context(trace->atlas, atlas_site(trace->atlas, place));
}

uint32_t ouro_trace_next_epoch(ouro_trace *trace)
{
    cohort_forget_hints(trace);
    return ++trace->epoch;
}

uint32_t ouro_trace_epoch_now(const ouro_trace *trace)
{
    return trace->epoch;
}

/* ---- Questions ---- */

void ouro_trace_get_bytes(const ouro_trace *trace, size_t *bytes, size_t *peak_bytes)
{
    *bytes = trace->bytes;
    *peak_bytes = trace->peak;
}

void ouro_trace_watch(ouro_trace *trace, size_t bytes, void (*call)(void *context), void *context)
{
    trace->watch = call != NULL ? bytes : SIZE_MAX;
    trace->watcher = call;
    trace->watcher_context = context;
}

void ouro_trace_reset_peak(ouro_trace *trace)
{
    trace->peak = trace->bytes;
}

void ouro_trace_get_totals(const ouro_trace *trace, ouro_trace_totals *totals)
{
    *totals = (ouro_trace_totals){
        .bytes = trace->bytes,
        .peak_bytes = trace->peak,
        .own_bytes = ouro_mem_system_bytes(trace->atlas->mem),
        .lost = trace->lost,
        .sites = trace->atlas->sites.count - 1,
        .epoch = trace->epoch,
        .limit = trace->atlas->limit,
    };
    for (uint32_t i = 1; i < trace->cohorts.count; i++) {
        const trace_cohort *cohort = cohort_at(trace, i);
        if (cohort->site != 0) {
            totals->cohorts++;
            totals->blocks += cohort->born - cohort->died;
        }
    }
}

bool ouro_trace_find(const ouro_trace *trace, const void *block, ouro_trace_birth *birth)
{
    mem_pool *pool;
    const uint32_t *entry = mem_side_entry(trace->heap, block, &pool);
    if (entry == NULL || *entry == 0 || *entry >= trace->cohorts.count)
        return false;
    const trace_cohort *cohort = cohort_at(trace, *entry);
    *birth = (ouro_trace_birth){cohort->site, cohort->epoch, cohort->size};
    return true;
}

bool ouro_trace_site_frame(const ouro_trace *trace, ouro_trace_site site, ouro_trace_frame *frame)
{
    return atlas_frame(trace->atlas, site, frame);
}

/* mem_test.h: a model of a heap: every block it handed out, with what was written into it. */
#ifndef MEM_TEST_H
#define MEM_TEST_H

#include "unit_test.h"
#include "mem/mem_inline.h"
#include "ouro/mem.h"

typedef struct model_block {
    unsigned char *block;
    size_t size;
    unsigned char fill;
    bool is_object, seen;
} model_block;

typedef struct model {
    ouro_mem *mem;
    model_block *blocks;
    size_t count, capacity;
    size_t largest; /* sizes are below this */
    uint64_t seed;
} model;

static inline void model_init(model *m, ouro_mem *mem, size_t capacity, size_t largest, uint64_t seed)
{
    *m = (model){.mem = mem, .capacity = capacity, .largest = largest, .seed = seed};
    m->blocks = calloc(capacity, sizeof *m->blocks);
    assert_non_null(mem);
    assert_non_null(m->blocks);
}

/* A size with the shape of real ones: small above all, and every magnitude now and then. */
static inline size_t model_size(model *m)
{
    uint64_t random = unit_random(&m->seed);
    size_t limit = 64;
    while (limit < m->largest && (random & 3) == 0) {
        limit *= 4;
        random >>= 2;
    }
    if (limit > m->largest)
        limit = m->largest;
    return unit_random(&m->seed) % limit;
}

/* Writes the block's pattern: everything but an object's second word, which is its address. */
static inline void model_fill(model_block *b)
{
    memset(b->block, b->fill, b->size);
    if (b->is_object)
        memcpy(b->block + 8, &b->block, 8);
}

static inline bool model_holds(const model_block *b, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (b->is_object && i == 8)
            i = 16;
        if (i < size && b->block[i] != b->fill)
            return false;
    }
    return true;
}

static inline bool model_add(model *m, size_t size, bool is_object)
{
    if (is_object && size < 16)
        size = 16;
    unsigned char *block = is_object ? mem_alloc_object(m->mem, size) : mem_alloc(m->mem, size);
    if (block == NULL)
        return false;
    assert_int_equal((uintptr_t)block % 8, 0);
    if (size % 16 == 0 && size > 0)
        assert_int_equal((uintptr_t)block % 16, 0);
    if (is_object)
        assert_false(mem_object_lives(block));
    model_block *b = &m->blocks[m->count++];
    *b = (model_block){block, size, (unsigned char)unit_random(&m->seed), is_object, false};
    model_fill(b);
    return true;
}

static inline void model_drop(model *m, size_t i)
{
    model_block *b = &m->blocks[i];
    assert_true(model_holds(b, b->size));
    mem_free(m->mem, b->block);
    *b = m->blocks[--m->count];
}

static inline bool model_resize(model *m, size_t i, size_t size)
{
    model_block *b = &m->blocks[i];
    if (b->is_object && size < 16)
        size = 16;
    unsigned char *moved = ouro_mem_resize(m->mem, b->block, size);
    if (moved == NULL) {
        assert_true(model_holds(b, b->size));
        return false;
    }
    b->block = moved;
    assert_true(model_holds(b, size < b->size ? size : b->size));
    b->size = size;
    model_fill(b);
    return true;
}

static inline int model_compare(const void *a, const void *b)
{
    const model_block *left = a, *right = b;
    return left->block < right->block ? -1 : left->block > right->block;
}

static inline bool model_visit(void *context, void *block, size_t size, ouro_mem_kind kind)
{
    model *m = context;
    model_block key = {.block = block};
    model_block *b = bsearch(&key, m->blocks, m->count, sizeof key, model_compare);
    assert_non_null(b);
    assert_false(b->seen);
    assert_int_equal(kind, b->is_object ? OURO_MEM_OBJECT : OURO_MEM_LEAF);
    assert_true(size >= b->size);
    b->seen = true;
    return true;
}

/* Walks the heap in both ways and compares with the model. */
static inline void model_compare_walk(model *m)
{
    qsort(m->blocks, m->count, sizeof *m->blocks, model_compare);
    size_t objects = 0, bytes = 0, runs_seen = 0;
    for (size_t i = 0; i < m->count; i++) {
        m->blocks[i].seen = false;
        objects += m->blocks[i].is_object;
        bytes += m->blocks[i].size;
    }
    assert_true(ouro_mem_walk(m->mem, OURO_MEM_ALL, model_visit, m));
    for (size_t i = 0; i < m->count; i++)
        assert_true(m->blocks[i].seen);
    mem_runs runs;
    mem_run run;
    for (mem_runs_begin(&runs, m->mem, OURO_MEM_OBJECTS); mem_runs_next(&runs, &run);) {
        assert_int_equal(run.kind, OURO_MEM_OBJECT);
        for (char *block = run.begin; block < run.end; block += run.stride) {
            if (mem_object_lives(block)) {
                model_block key = {.block = (unsigned char *)block};
                assert_non_null(bsearch(&key, m->blocks, m->count, sizeof key, model_compare));
                runs_seen++;
            }
        }
    }
    assert_int_equal(runs_seen, objects);
    assert_int_equal(ouro_mem_live_blocks(m->mem), m->count);
    assert_true(ouro_mem_live_bytes(m->mem) >= bytes);
    assert_true(ouro_mem_check(m->mem));
}

static inline void model_drop_all(model *m)
{
    while (m->count > 0)
        model_drop(m, unit_random(&m->seed) % m->count);
}

/* `steps` random operations, in phases of growth and of decline. */
static inline void model_run(model *m, size_t steps)
{
    for (size_t step = 0; step < steps; step++) {
        uint64_t random = unit_random(&m->seed);
        bool grows = (step / (m->capacity * 2)) % 2 == 0;
        unsigned choice = (unsigned)(random >> 8) % 16;
        if (m->count > 0 && choice < 3)
            (void)model_resize(m, (random >> 16) % m->count, model_size(m));
        else if (m->count < m->capacity && (m->count == 0 || choice < (grows ? 11 : 7)))
            (void)model_add(m, model_size(m), (random & 1) != 0);
        else if (m->count > 0)
            model_drop(m, (random >> 16) % m->count);
    }
}

#endif

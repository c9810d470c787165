/* allocators.c: ready-made ouro_allocators: the C library's malloc, and wrappers that count, fail or limit.
 * See ouro/mem.h.  Each wrapper's state belongs to the caller and must outlive the heap that uses it. */
#include "base/assert.h"
#include "ouro/mem.h"
#include <malloc.h>
#include <stdlib.h>

/* ---- malloc ---- */

static void *allocators_malloc_allocate(void *context, size_t size, ouro_mem_kind kind)
{
    return malloc(size);
}

static void *allocators_malloc_resize(void *context, void *block, size_t size)
{
    return realloc(block, size);
}

static void allocators_malloc_release(void *context, void *block)
{
    free(block);
}

static size_t allocators_malloc_usable_size(void *context, const void *block)
{
    return malloc_usable_size((void *)block);
}

ouro_allocator ouro_allocator_malloc(void)
{
    return (ouro_allocator){NULL, allocators_malloc_allocate, allocators_malloc_resize, allocators_malloc_release,
                            allocators_malloc_usable_size};
}

/* ---- A heap ---- */

static void *allocators_heap_allocate(void *context, size_t size, ouro_mem_kind kind)
{
    /* Multiples of 16 are aligned to 16. */
    size = (size + 15) & ~(size_t)15;
    return kind == OURO_MEM_OBJECT ? ouro_mem_alloc_object(context, size) : ouro_mem_alloc(context, size);
}

static void *allocators_heap_resize(void *context, void *block, size_t size)
{
    return ouro_mem_resize(context, block, (size + 15) & ~(size_t)15);
}

static void allocators_heap_release(void *context, void *block)
{
    ouro_mem_free(context, block);
}

static size_t allocators_heap_usable_size(void *context, const void *block)
{
    return ouro_mem_size(context, block);
}

ouro_allocator ouro_allocator_heap(ouro_mem *mem)
{
    return (ouro_allocator){mem, allocators_heap_allocate, allocators_heap_resize, allocators_heap_release,
                            allocators_heap_usable_size};
}

/* ---- Counting ---- */

static size_t allocators_inner_size(const ouro_allocator *inner, const void *block)
{
    return inner->usable_size(inner->context, block);
}

static void allocators_counting_add(ouro_counting_allocator *state, size_t size)
{
    state->live_bytes += size;
    if (state->live_bytes > state->peak_bytes)
        state->peak_bytes = state->live_bytes;
}

static void *allocators_counting_allocate(void *context, size_t size, ouro_mem_kind kind)
{
    ouro_counting_allocator *state = context;
    void *block = state->inner.allocate(state->inner.context, size, kind);
    if (block != NULL) {
        state->allocations++;
        state->live_blocks++;
        allocators_counting_add(state, allocators_inner_size(&state->inner, block));
    }
    return block;
}

static void *allocators_counting_resize(void *context, void *block, size_t size)
{
    ouro_counting_allocator *state = context;
    size_t before = allocators_inner_size(&state->inner, block);
    void *moved = state->inner.resize(state->inner.context, block, size);
    if (moved != NULL) {
        state->resizes++;
        state->live_bytes -= before;
        allocators_counting_add(state, allocators_inner_size(&state->inner, moved));
    }
    return moved;
}

static void allocators_counting_release(void *context, void *block)
{
    ouro_counting_allocator *state = context;
    state->releases++;
    state->live_blocks--;
    state->live_bytes -= allocators_inner_size(&state->inner, block);
    state->inner.release(state->inner.context, block);
}

static size_t allocators_counting_usable_size(void *context, const void *block)
{
    return allocators_inner_size(&((ouro_counting_allocator *)context)->inner, block);
}

ouro_allocator ouro_allocator_counting(ouro_counting_allocator *state, ouro_allocator inner)
{
    *state = (ouro_counting_allocator){.inner = inner};
    return (ouro_allocator){state, allocators_counting_allocate, allocators_counting_resize,
                            allocators_counting_release, allocators_counting_usable_size};
}

/* ---- Failing ---- */

static bool allocators_failing_refuses(ouro_failing_allocator *state)
{
    if (state->fail_at == 0)
        return false;
    state->seen++;
    bool refuses = state->forever ? state->seen >= state->fail_at : state->seen == state->fail_at;
    state->refused += refuses;
    return refuses;
}

static void *allocators_failing_allocate(void *context, size_t size, ouro_mem_kind kind)
{
    ouro_failing_allocator *state = context;
    return allocators_failing_refuses(state) ? NULL : state->inner.allocate(state->inner.context, size, kind);
}

static void *allocators_failing_resize(void *context, void *block, size_t size)
{
    ouro_failing_allocator *state = context;
    return allocators_failing_refuses(state) ? NULL : state->inner.resize(state->inner.context, block, size);
}

static void allocators_failing_release(void *context, void *block)
{
    ouro_failing_allocator *state = context;
    state->inner.release(state->inner.context, block);
}

static size_t allocators_failing_usable_size(void *context, const void *block)
{
    return allocators_inner_size(&((ouro_failing_allocator *)context)->inner, block);
}

ouro_allocator ouro_allocator_failing(ouro_failing_allocator *state, ouro_allocator inner, uint64_t fail_at,
                                      bool forever)
{
    *state = (ouro_failing_allocator){.inner = inner, .fail_at = fail_at, .forever = forever};
    return (ouro_allocator){state, allocators_failing_allocate, allocators_failing_resize,
                            allocators_failing_release, allocators_failing_usable_size};
}

/* ---- Limiting ---- */

static bool allocators_limiting_refuses(ouro_limiting_allocator *state, size_t live, size_t more)
{
    bool refuses = more > state->limit || live > state->limit - more;
    state->refused += refuses;
    return refuses;
}

static void *allocators_limiting_allocate(void *context, size_t size, ouro_mem_kind kind)
{
    ouro_limiting_allocator *state = context;
    if (allocators_limiting_refuses(state, state->live_bytes, size))
        return NULL;
    void *block = state->inner.allocate(state->inner.context, size, kind);
    if (block != NULL)
        state->live_bytes += allocators_inner_size(&state->inner, block);
    return block;
}

static void *allocators_limiting_resize(void *context, void *block, size_t size)
{
    ouro_limiting_allocator *state = context;
    size_t before = allocators_inner_size(&state->inner, block);
    if (allocators_limiting_refuses(state, state->live_bytes - before, size))
        return NULL;
    void *moved = state->inner.resize(state->inner.context, block, size);
    if (moved != NULL)
        state->live_bytes += allocators_inner_size(&state->inner, moved) - before;
    return moved;
}

static void allocators_limiting_release(void *context, void *block)
{
    ouro_limiting_allocator *state = context;
    state->live_bytes -= allocators_inner_size(&state->inner, block);
    state->inner.release(state->inner.context, block);
}

static size_t allocators_limiting_usable_size(void *context, const void *block)
{
    return allocators_inner_size(&((ouro_limiting_allocator *)context)->inner, block);
}

ouro_allocator ouro_allocator_limiting(ouro_limiting_allocator *state, ouro_allocator inner, size_t limit)
{
    *state = (ouro_limiting_allocator){.inner = inner, .limit = limit};
    return (ouro_allocator){state, allocators_limiting_allocate, allocators_limiting_resize,
                            allocators_limiting_release, allocators_limiting_usable_size};
}

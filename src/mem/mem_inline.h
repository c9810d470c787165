/* mem_inline.h: the paths that are worth inlining: allocating and freeing small blocks, walking objects.
 *
 * For floors inside the library.  Everything here behaves as its public counterpart in ouro/mem.h.
 *
 * Walking: the heap is handed out as runs of equal blocks, so that a collector has the loop in its own hands and
 * can prefetch:
 *
 *     mem_runs runs;
 *     mem_run run;
 *     for (mem_runs_begin(&runs, mem, OURO_MEM_OBJECTS); mem_runs_next(&runs, &run);)
 *         for (char *block = run.begin; block < run.end; block += run.stride)
 *             if (mem_object_lives(block))
 *                 visit(block);
 *
 * While it walks nothing may be allocated; blocks may be freed, also others than the one visited (but freeing a
 * medium or large block, or one of an external allocator, is allowed only for the one visited).
 */
#ifndef MEM_INLINE_H
#define MEM_INLINE_H

#include "mem/mem_types.h"

OURO_NODISCARD static inline void *mem_alloc(ouro_mem *mem, size_t size)
{
    return ouro_mem_alloc(mem, size);
}

OURO_NODISCARD static inline void *mem_alloc_object(ouro_mem *mem, size_t size)
{
    return ouro_mem_alloc_object(mem, size);
}

static inline void mem_free(ouro_mem *mem, void *block)
{
    ouro_mem_free(mem, block);
}

/* Consecutive blocks of one size: begin, begin + stride, ... < end.  Some of them may be free. */
typedef struct mem_run {
    char *begin, *end;
    size_t stride;
    ouro_mem_kind kind;
} mem_run;

/* Where a walk is. */
typedef struct mem_runs {
    ouro_mem *mem;
    int kinds;
    void *at;
} mem_runs;

void mem_runs_begin(mem_runs *runs, ouro_mem *mem, int kinds);
/* The next run; false: the walk is over. */
bool mem_runs_next(mem_runs *runs, mem_run *run);

/* True when an object lives in this block of a run of kind OURO_MEM_OBJECT: its second word is not 0. */
static inline bool mem_object_lives(const void *block)
{
    return *(const uint64_t *)((const char *)block + OURO_MEM_MARK_OFFSET) != 0;
}

#endif

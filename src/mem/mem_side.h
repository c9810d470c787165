/* mem_side.h: where a tracer keeps its 32 bits for a block.
 *
 *     small     an array beside the pool (mem_pool.side), one entry for each block of the pool
 *     medium    an array beside the span (in its first header), one entry for each 512 bytes: blocks are
 * larger large     in the mapping's header external  in the header in front of the block
 *
 * Arrays are made by the tracer when it has something to keep there; it frees them when the heap says that it
 * gives the pool up (mem_hooks.dropped).  0 means: nothing is known.
 */
#ifndef MEM_SIDE_H
#define MEM_SIDE_H

#include "mem/mem_internal.h"

enum {
    MEM_SIDE_SPAN_SHIFT = 9,
    MEM_SIDE_SPAN_ENTRIES = MEM_SPAN >> MEM_SIDE_SPAN_SHIFT,
};

_Static_assert((1 << MEM_SIDE_SPAN_SHIFT) <= OURO_MEM_SMALL_MAX, "no two medium blocks begin in one step");

/* How many entries the array of a pool or span has. */
static inline size_t mem_side_entries(const mem_pool *pool)
{
    return pool->type == POOL_SPAN ? MEM_SIDE_SPAN_ENTRIES : pool->capacity;
}

/* The entry of a live block.  NULL: its pool or span, then in *owner, has no array. */
static inline uint32_t *mem_side_entry(ouro_mem *mem, const void *block, mem_pool **owner)
{
    if (OURO_UNLIKELY(mem->is_external))
        return &((mem_external *)(uintptr_t)block - 1)->traced;
    mem_pool *pool = mem_pool_of(block);
    if (OURO_LIKELY(pool->type == POOL_SMALL)) {
        *owner = pool;
        return pool->side != NULL ? (uint32_t *)pool->side + pool_block_number(pool, block) : NULL;
    }
    if (pool->type == POOL_LARGE)
        return &((mem_large *)pool)->traced;
    *owner = pool = pool->next;
    size_t offset = (size_t)((const char *)block - pool_memory(pool));
    return pool->side != NULL ? (uint32_t *)pool->side + (offset >> MEM_SIDE_SPAN_SHIFT) : NULL;
}

/* Sets all entries to 0 and takes the arrays away, after giving each to `drop`. */
void mem_side_clear(ouro_mem *mem, void (*drop)(void *context, mem_pool *pool), void *context);

#endif

/* mem_side.h: where a tracer keeps its number of 32 bits for a block.
 *
 *     small     an array beside the pool (mem_pool.side), one entry for each block of the pool
 *     medium    an array beside the span (in its first header), one entry for each 512 bytes: no two blocks begin in one step
 *     large     in the mapping's header
 *     external  in the header in front of the block
 *
 * Arrays are made by the tracer when it has something to keep there (mem_side_write); it frees them when the heap says that
 * it gives the pool up (mem_hooks.dropped).  0 means: nothing is known.
 *
 * Entries of an array have 16 bits, or 32 (mem_pool.side_wide) from the first number on that does not fit into 16.  Most
 * programs have fewer than 65,536 cohorts alive; for them 2 bytes a block are what a list of one element needs to be traced
 * at 3 % more memory and not 6.
 */
#ifndef MEM_SIDE_H
#define MEM_SIDE_H

#include "mem/mem_internal.h"

enum {
    MEM_SIDE_SPAN_SHIFT = 9,
    MEM_SIDE_SPAN_ENTRIES = MEM_SPAN >> MEM_SIDE_SPAN_SHIFT,
};

_Static_assert((1 << MEM_SIDE_SPAN_SHIFT) <= OURO_MEM_SMALL_MAX, "no two medium blocks begin in one step");

/* ---- Arrays ---- */

static inline bool mem_side_fits(const mem_pool *pool, uint32_t number)
{
    return number <= UINT16_MAX || pool->side_wide;
}

static inline uint32_t mem_side_get(const mem_pool *pool, size_t entry)
{
    return OURO_UNLIKELY(pool->side_wide) ? ((const uint32_t *)pool->side)[entry]
                                          : ((const uint16_t *)pool->side)[entry];
}

/* The same, and sets it to 0. */
static inline uint32_t mem_side_take(mem_pool *pool, size_t entry)
{
    uint32_t number;
    if (OURO_UNLIKELY(pool->side_wide)) {
        uint32_t *at = (uint32_t *)pool->side + entry;
        number = *at;
        *at = 0;
    } else {
        uint16_t *at = (uint16_t *)pool->side + entry;
        number = *at;
        *at = 0;
    }
    return number;
}

/* The number fits. */
static inline void mem_side_set(mem_pool *pool, size_t entry, uint32_t number)
{
    if (OURO_UNLIKELY(pool->side_wide))
        ((uint32_t *)pool->side)[entry] = number;
    else
        ((uint16_t *)pool->side)[entry] = (uint16_t)number;
}

/* ---- Blocks, of whatever kind ---- */

/* The number of a live block. */
uint32_t mem_side_read(const ouro_mem *mem, const void *block);
/* Sets it, making an array in `own` if there must be one, or a wider one.  False: no memory, the block has the number that
 * it had. */
OURO_NODISCARD bool mem_side_write(ouro_mem *mem, ouro_mem *own, const void *block, uint32_t number);
/* Sets all numbers to 0 and gives the arrays back to `own`. */
void mem_side_clear(ouro_mem *mem, ouro_mem *own);
/* Gives the array of one pool or span back. */
void mem_side_drop(ouro_mem *own, mem_pool *pool);

#endif

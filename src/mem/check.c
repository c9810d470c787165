/* check.c: ouro_mem_check: verifies what mem_types.h and the files of this floor say always holds.
 *
 * Costs a look at every block of the heap, free or not.
 */
#include "mem/mem_internal.h"

/* The free list of a pool: each block is one of the pool's, carved, and there once.  Its length, or SIZE_MAX.
 */
static MEM_NO_ASAN size_t check_list(const mem_pool *pool, const void *block)
{
    uint64_t seen[POOL_MAP_WORDS] = {0};
    size_t length = 0;
    char *memory = pool_memory(pool);
    for (; block != NULL; block = *(void *const *)block, length++) {
        size_t offset = (size_t)((const char *)block - memory);
        if (offset >= MEM_POOL)
            return SIZE_MAX;
        size_t number = pool_block_number(pool, block), last = offset + pool->own.block_size - 1;
        if (number != offset / pool->own.block_size || number * pool->own.block_size != offset ||
            number >= pool->capacity || bitmap_get(seen, number) ||
            !(pool->carved >> (offset / MEM_PAGE) & 1) || !(pool->carved >> (last / MEM_PAGE) & 1))
            return SIZE_MAX;
        if (pool_kind(pool) == OURO_MEM_OBJECT && ((const uint64_t *)block)[1] != 0)
            return SIZE_MAX;
        bitmap_set(seen, number);
    }
    return length;
}

/* The blocks that lie in carved pages alone. */
static size_t check_carved(const mem_pool *pool)
{
    size_t carved = 0;
    for (size_t i = 0; i < pool->capacity; i++) {
        size_t offset = i * pool->own.block_size, last = offset + pool->own.block_size - 1;
        carved += (pool->carved >> (offset / MEM_PAGE) & 1) && (pool->carved >> (last / MEM_PAGE) & 1);
    }
    return carved;
}

static bool check_small(const ouro_mem *mem, const mem_pool *pool)
{
    const mem_class *class = &mem->classes[pool->own.slot];
    if (pool->own.slot >= SIZE_CLASS_SLOTS || pool->own.block_size != size_class_slot_bytes(pool->own.slot) ||
        pool->capacity != MEM_POOL / pool->own.block_size || (pool->carved & ~pool->resident) != 0 ||
        pool->carved_blocks != check_carved(pool))
        return false;
    size_t length = check_list(pool, pool->own.free);
    switch ((mem_pool_state)pool->state) {
    case POOL_PARTIAL:
        return pool->list == &pool->own && length > 0 && pool->own.count > 0 &&
               pool->own.count + length == pool->carved_blocks && pool->bin < POOL_BINS &&
               pool->own.count <= pool->noted;
    case POOL_SPARE:
        return class->spare == pool && pool->list == &pool->own && pool->own.count == 1 &&
               length == pool->carved_blocks && pool->noted == 0;
    case POOL_EXHAUSTED:
        return pool->list == &mem->slots[pool->own.slot] && length == 0 && pool->carved_blocks > 0 &&
               pool->noted == pool->carved_blocks;
    }
    return false;
}

/* The blocks of a slot's list are blocks of its class, and used as far as their pools know. */
static MEM_NO_ASAN bool check_slot_list(const ouro_mem *mem, unsigned slot, size_t *bytes)
{
    size_t used = 0, length = 0;
    for (size_t i = 0; i < mem->arena_count; i++) {
        for (size_t number = 1; number < MEM_ARENA_SLOTS; number++) {
            const mem_pool *pool = arena_header(mem->arenas[i], number);
            if (!bitmap_get(mem->arenas[i]->free, number) && pool->type == POOL_SMALL &&
                pool->own.slot == slot)
                used += pool_used(pool);
        }
    }
    if (mem->divert && mem->slots[slot].free != NULL)
        return false;
    for (const void *block = mem->divert ? mem->held[slot] : mem->slots[slot].free; block != NULL;
         block = *(void *const *)block) {
        if (++length > used || !mem_raw_owns(mem, block) || mem_pool_of(block)->own.slot != slot)
            return false;
    }
    *bytes += length * size_class_slot_bytes(slot);
    return mem->slots[slot].count > 0 && mem->slots[slot].slot == slot;
}

typedef struct check_totals {
    size_t pools, linked, resident, spans;
    size_t live_small, noted;
} check_totals;

static bool check_slot(const ouro_mem *mem, const mem_arena *arena, size_t number, check_totals *totals)
{
    const mem_pool *header = arena_header(arena, number);
    bool is_free = bitmap_get(arena->free, number);
    bool warm = bitmap_get(arena->warm_new, number) || bitmap_get(arena->warm_old, number);
    if (!(arena->header_pages >> (number * POOL_HEADER / MEM_PAGE) & 1))
        return is_free && !warm; /* never used: its header must not be touched */
    totals->resident += bits_count(header->resident) * (size_t)MEM_PAGE;
    if (is_free)
        return header->type == POOL_FREE && warm == (header->resident != 0) &&
               (header->list == &mem->scratch || header->list == NULL);
    if (warm)
        return false;
    if (header->type == POOL_SPAN)
        return header->next != NULL && header->next->type == POOL_SPAN && header->list == &mem->scratch;
    if (header->type != POOL_SMALL || !check_small(mem, header))
        return false;
    totals->pools++;
    totals->noted += (size_t)header->noted * header->own.block_size;
    totals->live_small += pool_used(header) * header->own.block_size;
    return true;
}

static bool check_arenas(const ouro_mem *mem, check_totals *totals)
{
    for (size_t i = 0; i < mem->arena_count; i++) {
        const mem_arena *arena = mem->arenas[i];
        if (i > 0 && mem->arenas[i - 1]->base >= arena->base)
            return false;
        size_t free_slots = 0;
        bool any_warm = false;
        for (size_t word = 0; word < MEM_ARENA_SLOTS / 64; word++) {
            uint64_t warm = arena->warm_new[word] | arena->warm_old[word];
            if ((arena->warm_new[word] & arena->warm_old[word]) != 0 || (warm & ~arena->free[word]) != 0)
                return false;
            any_warm |= warm != 0;
            free_slots += bits_count(arena->free[word]);
        }
        if (free_slots != arena->free_slots || any_warm != (arena->next != NULL) ||
            bitmap_get(arena->free, 0))
            return false;
        for (size_t number = 1; number < MEM_ARENA_SLOTS; number++) {
            if (!check_slot(mem, arena, number, totals))
                return false;
        }
    }
    return true;
}

/* The lists of a class hold each of its pools that belongs there. */
static bool check_class(const ouro_mem *mem, unsigned slot)
{
    const mem_class *class = &mem->classes[slot];
    size_t listed = class->spare != NULL;
    for (unsigned bin = 0; bin < POOL_BINS; bin++) {
        for (const mem_pool *pool = class->bins[bin]; pool != NULL; pool = pool->next, listed++) {
            if (pool->state != POOL_PARTIAL || pool->own.slot != slot || pool->bin != bin ||
                (pool->next != NULL && pool->next->prev != pool))
                return false;
        }
    }
    for (const mem_pool *pool = class->fresh; pool != NULL; pool = pool->next, listed++) {
        if (pool->state != POOL_EXHAUSTED || pool->own.slot != slot || pool->carved == POOL_ALL_PAGES)
            return false;
    }
    return listed <= class->pools;
}

static bool check_larges(const ouro_mem *mem, check_totals *totals)
{
    size_t blocks = 0, bytes = 0, cached = 0;
    for (const mem_large *large = mem->large.next; large != &mem->large; large = large->next) {
        if (large->next->prev != large || large->pool.type != POOL_LARGE || large->mapped % MEM_PAGE != 0)
            return false;
        blocks++;
        bytes += large->mapped - MEM_LARGE_HEADER;
        totals->resident += large->mapped;
    }
    for (const mem_large *large = mem->cached.next; large != &mem->cached; large = large->next) {
        cached++;
        totals->resident += large->mapped;
    }
    return blocks == mem->large_blocks && bytes == mem->large_bytes && cached == mem->cached_count;
}

static bool check_heap(ouro_mem *mem)
{
    check_totals totals = {0};
    size_t pools = 0, in_slots = 0;
    for (unsigned slot = 0; slot < SIZE_CLASS_SLOTS; slot++) {
        pools += mem->classes[slot].pools;
        if (!check_class(mem, slot) || !check_slot_list(mem, slot, &in_slots))
            return false;
    }
    return check_arenas(mem, &totals) && check_larges(mem, &totals) && medium_check(mem) &&
           totals.pools == pools && pools == mem->pools &&
           totals.resident + mem->metadata_bytes == mem->system_bytes && totals.noted == mem->small_bytes &&
           totals.live_small >= in_slots &&
           mem->medium_bytes + mem->large_bytes == mem->total_bytes - mem->freed_bytes;
}

bool ouro_mem_check(ouro_mem *mem)
{
    bool sound = mem->is_external ? external_check(mem) : check_heap(mem);
#ifdef MEM_CHECKED
    sound &= checked_check(mem);
#endif
    return sound;
}

/* side.c: what a tracer keeps for blocks (mem_side.h), off its own fast paths. */
#include "mem/mem_side.h"

/* Where the number of a block is: in one word, or in an entry of the array of `owner`, which may not be there yet. */
typedef struct side_place {
    uint32_t *word;
    mem_pool *owner;
    size_t entry;
} side_place;

static side_place side_find(const ouro_mem *mem, const void *block)
{
    if (OURO_UNLIKELY(mem->is_external))
        return (side_place){.word = &((mem_external *)(uintptr_t)block - 1)->traced};
    mem_pool *pool = mem_pool_of(block);
    if (pool->type == POOL_SMALL)
        return (side_place){.owner = pool, .entry = pool_block_number(pool, block)};
    if (pool->type == POOL_LARGE)
        return (side_place){.word = &((mem_large *)pool)->traced};
    mem_pool *first = pool->next;
    size_t offset = (size_t)((const char *)block - pool_memory(first));
    return (side_place){.owner = first, .entry = offset >> MEM_SIDE_SPAN_SHIFT};
}

/* Makes the array of a pool, or makes it wider, so that the number fits. */
static bool side_make(ouro_mem *own, mem_pool *pool, uint32_t number)
{
    size_t entries = pool->type == POOL_SPAN ? MEM_SIDE_SPAN_ENTRIES : pool->capacity;
    bool wide = number > UINT16_MAX;
    void *side = ouro_mem_alloc_zeroed(own, entries * (wide ? sizeof(uint32_t) : sizeof(uint16_t)));
    if (side == NULL)
        return false;
    if (pool->side != NULL) {
        for (size_t i = 0; i < entries; i++)
            ((uint32_t *)side)[i] = mem_side_get(pool, i);
        ouro_mem_free(own, pool->side);
    }
    pool->side = side;
    pool->side_wide = wide;
    return true;
}

uint32_t mem_side_read(const ouro_mem *mem, const void *block)
{
    side_place place = side_find(mem, block);
    if (place.word != NULL)
        return *place.word;
    return place.owner->side != NULL ? mem_side_get(place.owner, place.entry) : 0;
}

bool mem_side_write(ouro_mem *mem, ouro_mem *own, const void *block, uint32_t number)
{
    side_place place = side_find(mem, block);
    if (place.word != NULL) {
        *place.word = number;
        return true;
    }
    mem_pool *pool = place.owner;
    if (pool->side == NULL && number == 0)
        return true;
    if ((pool->side == NULL || !mem_side_fits(pool, number)) && !side_make(own, pool, number))
        return false;
    mem_side_set(pool, place.entry, number);
    return true;
}

void mem_side_drop(ouro_mem *own, mem_pool *pool)
{
    ouro_mem_free(own, pool->side);
    pool->side = NULL;
    pool->side_wide = false;
}

static void side_clear_arena(mem_arena *arena, ouro_mem *own)
{
    for (size_t slot = 1; slot < MEM_ARENA_SLOTS; slot++) {
        slot = bitmap_find(arena->free, slot, MEM_ARENA_SLOTS, false);
        if (slot == MEM_ARENA_SLOTS)
            return;
        mem_pool *pool = arena_header(arena, slot);
        if (pool->side != NULL)
            mem_side_drop(own, pool);
    }
}

void mem_side_clear(ouro_mem *mem, ouro_mem *own)
{
    if (mem->is_external) {
        for (mem_external *header = mem->blocks.next; header != &mem->blocks; header = header->next)
            header->traced = 0;
        return;
    }
    for (size_t i = 0; i < mem->arena_count; i++)
        side_clear_arena(mem->arenas[i], own);
    for (mem_large *large = mem->large.next; large != &mem->large; large = large->next)
        large->traced = 0;
}

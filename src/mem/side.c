/* side.c: taking what a tracer keeps (mem_side.h) away from all blocks at once. */
#include "mem/mem_side.h"

static void side_clear_arena(mem_arena *arena, void (*drop)(void *context, mem_pool *pool), void *context)
{
    for (size_t slot = 1; slot < MEM_ARENA_SLOTS; slot++) {
        slot = bitmap_find(arena->free, slot, MEM_ARENA_SLOTS, false);
        if (slot == MEM_ARENA_SLOTS)
            return;
        mem_pool *pool = arena_header(arena, slot);
        if (pool->side != NULL) {
            drop(context, pool);
            pool->side = NULL;
        }
    }
}

void mem_side_clear(ouro_mem *mem, void (*drop)(void *context, mem_pool *pool), void *context)
{
    if (mem->is_external) {
        for (mem_external *header = mem->blocks.next; header != &mem->blocks; header = header->next)
            header->traced = 0;
        return;
    }
    for (size_t i = 0; i < mem->arena_count; i++)
        side_clear_arena(mem->arenas[i], drop, context);
    for (mem_large *large = mem->large.next; large != &mem->large; large = large->next)
        large->traced = 0;
}

/* slots.c: what each slot of the arenas holds, for a map of memory (mem_slots.h). */
#include "mem/mem_slots.h"

#include "mem/mem_internal.h"

#include <string.h>

static size_t slots_resident(const mem_pool *pool)
{
    return bits_count(pool->resident) * (size_t)MEM_PAGE;
}

/* The live bytes of each slot of a span: blocks are shared out among the slots in which they lie. */
static MEM_NO_ASAN void slots_span(mem_pool *first, size_t live[MEM_SPAN / MEM_POOL])
{
    memset(live, 0, MEM_SPAN / MEM_POOL * sizeof *live);
    const mem_chunk *chunk = medium_first(first);
    uintptr_t start = (uintptr_t)chunk & ~(uintptr_t)(MEM_POOL - 1);
    for (; chunk != NULL; chunk = medium_next(first, chunk)) {
        if (!(chunk->size & CHUNK_USED))
            continue;
        size_t at = (uintptr_t)medium_block(chunk) - start, end = at + medium_size(medium_block(chunk));
        while (at < end) {
            size_t slot = at / MEM_POOL, stop = (slot + 1) * MEM_POOL;
            stop = stop < end ? stop : end;
            live[slot] += stop - at;
            at = stop;
        }
    }
}

bool mem_slots_walk(ouro_mem *mem, mem_slot_visitor visitor, void *context)
{
    size_t span[MEM_SPAN / MEM_POOL];
    mem_pool *span_of = NULL;
    (void)ouro_mem_recount(mem); /* blocks that wait in lists count as free */
    for (size_t i = 0; i < mem->arena_count; i++) {
        const mem_arena *arena = mem->arenas[i];
        for (size_t slot = 0; slot < MEM_ARENA_SLOTS; slot++) {
            mem_pool *pool = arena_header(arena, slot);
            mem_slot_view view = {.address = (uintptr_t)arena->base + slot * MEM_POOL};
            if (slot == 0) {
                view.resident = bits_count(arena->header_pages) * (size_t)MEM_PAGE;
                view.block_size = 1;
            } else if (bitmap_get(arena->free, slot)) {
                bool warm = bitmap_get(arena->warm_new, slot) || bitmap_get(arena->warm_old, slot);
                view.resident = warm ? slots_resident(pool) : 0;
            } else if (pool->type == POOL_SMALL) {
                view.block_size = pool->own.block_size;
                view.resident = slots_resident(pool);
                view.live = pool_used(pool) * (size_t)pool->own.block_size;
            } else {
                mem_pool *first = pool->next;
                if (first != span_of)
                    slots_span(span_of = first, span);
                view.block_size = 1;
                view.resident = slots_resident(pool);
                view.live = span[pool_slot_number(pool) - pool_slot_number(first)];
            }
            if (!visitor(context, &view))
                return false;
        }
    }
    return true;
}

void mem_slots_large(const ouro_mem *mem, size_t *blocks, size_t *bytes)
{
    *blocks = mem->large_blocks;
    *bytes = mem->large_bytes;
}

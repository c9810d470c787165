/* purge.c: giving memory back to the system.
 *
 * What can go back, cheapest first: freed large mappings that were kept; empty pools that classes kept; the pages
 * of free slots; whole pages inside free chunks; pages inside small pools in use that hold no live block; empty
 * arenas.
 *
 * Nothing carries a time of its own.  A purge is a round through all arenas, at least a decay period after the
 * one before; it returns what the round before has seen already, and marks what it sees for the first time: so
 * everything goes back between one and two periods after it became free, and nothing that is used again sooner
 * does.  When a round meets nothing new, nothing waits, and no further round is due until something is freed.
 *
 * A round runs inside an allocation (purge_poll, from the slow path only: never from a free, so that a walk over
 * the heap may free what it walks over).  It stops after a millisecond and goes on later, so that a large heap is
 * purged in slices; after a slice the program runs for several times as long as that took, however much waits and
 * however short the decay: a round looks at every chunk of the heap, and one in each allocation would cost their
 * square.
 *
 * Not here: the thread that purges for a parked owner (purger.c).
 */
#include "base/os.h"
#include "mem/mem_internal.h"
#include <string.h>

enum {
    PURGE_SLICE_NS = 1000000, /* how long a slice of a round may take */
    PURGE_REST = 8,           /* how long the program runs between two slices, in what the first of them took */
    PURGE_ONE_SLICE = 0,
    PURGE_WHOLE_ROUND = 1,
    PURGE_EVERYTHING = 2,
};

void purge_schedule(ouro_mem *mem)
{
    if (mem->purge_due == 0)
        mem->purge_due = os_clock_coarse() + mem->decay;
    mem->purge_waits = true;
}

/* A pool whose pages hold few enough blocks that one may be empty: with four in each, one in 55 is. */
static bool purge_may_sweep(const mem_pool *pool)
{
    return pool->own.count <= 4 * MEM_POOL_PAGES && pool->own.count < pool->swept;
}

/* The pages of small pools that nothing uses. */
static void purge_pool(ouro_mem *mem, mem_pool *pool, bool all, uint64_t *pages)
{
    if (pool->state == POOL_PARTIAL) {
        if (all || (purge_may_sweep(pool) && pool->noted == pool->own.count)) {
            pool_sweep(pool, pages);
        } else if (pool->noted != pool->own.count) {
            pool_look(mem, pool);
            mem->purge_waits |= purge_may_sweep(pool);
        }
    }
    /* Pages from an earlier use that were never carved. */
    size_t at = pool_slot_number(pool) * MEM_POOL_PAGES;
    for (unsigned unused = pool->resident & ~(unsigned)pool->carved; unused != 0; unused &= unused - 1)
        bitmap_set(pages, at + bits_lowest(unused));
}

/* Visits one arena.  Returns false when the arena is gone. */
static bool purge_arena(ouro_mem *mem, mem_arena *arena, bool all)
{
    uint64_t pages[ARENA_PAGE_WORDS] = {0};
    for (size_t slot = 1; slot < MEM_ARENA_SLOTS; slot++) {
        mem_pool *pool = arena_header(arena, slot);
        if (bitmap_get(arena->free, slot)) {
            slot += (size_t)(bitmap_find(arena->free, slot, MEM_ARENA_SLOTS, false) - slot) - 1;
            continue;
        }
        if (pool->type == POOL_SMALL)
            purge_pool(mem, pool, all, pages);
        else if (pool->type == POOL_SPAN && pool->next == pool)
            mem->purge_waits |= medium_purge_span(mem, pool, all, pages);
    }
    if (arena->free_slots == MEM_ARENA_SLOTS - 1 && (all || arena->aged)) {
        arena_release(mem, arena);
        return false;
    }
    arena->aged = arena->free_slots == MEM_ARENA_SLOTS - 1;
    mem->purge_waits |= arena->aged;
    for (size_t i = 0; i < MEM_ARENA_SLOTS / 64; i++) {
        for (uint64_t old = arena->warm_old[i] | (all ? arena->warm_new[i] : 0); old != 0; old &= old - 1) {
            size_t slot = i * 64 + bits_lowest(old);
            bitmap_fill(pages, slot * MEM_POOL_PAGES, MEM_POOL_PAGES, true);
        }
        arena->warm_old[i] |= arena->warm_new[i];
        mem->purge_waits |= arena->warm_new[i] != 0;
        arena->warm_new[i] = 0;
    }
    arena_purge(mem, arena, pages);
    return true;
}

/* One slice of a round, a whole round, or a round that takes everything. */
static size_t purge_run(ouro_mem *mem, int extent)
{
    uint64_t before = mem->returned_bytes;
    bool all = extent == PURGE_EVERYTHING;
    if (all)
        mem->purge_next = 0;
    if (mem->purge_next == 0) {
        mem->purge_waits = false;
        pool_drop_spares(mem);
        mem->purge_waits |= large_purge(mem, all);
    }
    int64_t start = os_clock(), now = start;
    bool whole = true;
    while (whole && mem->purge_next < mem->arena_count) {
        if (purge_arena(mem, mem->arenas[mem->purge_next], all))
            mem->purge_next++;
        now = os_clock();
        whole = extent != PURGE_ONE_SLICE || now <= start + PURGE_SLICE_NS || mem->purge_next == mem->arena_count;
    }
    int64_t coarse = os_clock_coarse();
    if (extent == PURGE_ONE_SLICE) /* what the program has asked for is its own time */
        mem->purge_rested = coarse + PURGE_REST * (now - start);
    if (whole) {
        mem->purge_next = 0;
        mem->purge_due = mem->purge_waits ? coarse + mem->decay : 0;
    } else {
        mem->purge_due = mem->purge_rested;
    }
    return (size_t)(mem->returned_bytes - before);
}

bool purge_is_due(const ouro_mem *mem)
{
    if (mem->purge_due == 0)
        return false;
    int64_t now = os_clock_coarse();
    return now >= mem->purge_due && now >= mem->purge_rested;
}

void purge_outgrown(ouro_mem *mem, size_t size)
{
    if (mem->empty_spans > 0)
        medium_drop_empty_span(mem);
    size_t slots = size / 8 / MEM_POOL;
    for (mem_arena *arena = mem->warm.next, *next; arena != &mem->warm && slots > 0; arena = next) {
        next = arena->next;
        uint64_t pages[ARENA_PAGE_WORDS] = {0};
        /* Spans, and so what medium blocks left, are at the high end. */
        for (size_t slot = MEM_ARENA_SLOTS - 1; slot > 0 && slots > 0; slot--) {
            if (bitmap_get(arena->warm_new, slot) || bitmap_get(arena->warm_old, slot)) {
                bitmap_fill(pages, slot * MEM_POOL_PAGES, MEM_POOL_PAGES, true);
                slots--;
            }
        }
        arena_purge(mem, arena, pages);
    }
}

void purge_poll(ouro_mem *mem)
{
    if (purge_is_due(mem))
        purge_run(mem, PURGE_ONE_SLICE);
}

void purge_slice(ouro_mem *mem)
{
    purge_run(mem, PURGE_ONE_SLICE);
}

size_t ouro_mem_trim(ouro_mem *mem)
{
    if (mem->is_external)
        return 0;
#ifdef MEM_CHECKED
    checked_flush(mem);
#endif
    pool_flush_all(mem);
    return purge_run(mem, PURGE_EVERYTHING);
}

size_t ouro_mem_purge_expired(ouro_mem *mem)
{
    /* The exact clock, which is never behind the other: whoever slept until the moment finds it come. */
    if (mem->purge_due == 0 || os_clock() < mem->purge_due)
        return 0;
    return purge_run(mem, PURGE_WHOLE_ROUND);
}

int64_t ouro_mem_next_purge(const ouro_mem *mem)
{
    if (mem->purge_due == 0)
        return -1;
    int64_t wait = mem->purge_due - os_clock();
    return wait > 0 ? wait : 0;
}

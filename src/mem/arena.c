/* arena.c: arenas, their slots, and the count of resident bytes.
 *
 * Owns: the ranges reserved from the system for pools and spans; which of their slots are free and which of
 * those are warm (have resident pages from an earlier use); the heap's own records.
 *
 * Policy: warm slots before fresh ones, since a page fault costs as much as building the objects on the page;
 * fresh ones from the arena that gave the last one, then from the fullest, so that the others can empty.
 * Pools grow from the low end of an arena and spans from the high end, so that they do not cut up each
 * other's room.
 *
 * Always: free_slots counts the bits of `free`; warm_new and warm_old are disjoint subsets of `free`, and
 * mark exactly the free slots with resident pages; an arena is in the ring of warm arenas exactly when one of
 * them is not empty; mem->arenas is sorted by address.
 *
 * Not here: when to return what (purge.c), what is in a slot (pool.c, medium.c).
 */
#include "base/os.h"
#include "mem/mem_internal.h"
#include <string.h>

enum {
    ARENA_WORDS = MEM_ARENA_SLOTS / 64,
    ARENA_META_CHUNK = 64 * 1024, /* what is reserved at once for records */
    ARENA_WARM_LOOK = 8,          /* how many warm arenas are looked at for the fullest */
    /* Once the heap is so large, fresh slots are backed so many at a time.  A page then costs 1.3 us instead
     * of 1.9; with 16, 64, 256 KiB and 1 MiB at a time 1.5, 1.3, 1.3, 1.3. */
    ARENA_POPULATE_FROM = 4 << 20,
    ARENA_POPULATE_SLOTS = 4,
    SCRATCH_HUGE =
        2 << 20, /* from this size on scratch memory is backed with huge pages, which have this size */
};

bool arena_commit(ouro_mem *mem, size_t bytes)
{
    if (mem->limit != 0 && (bytes > mem->limit || mem->system_bytes > mem->limit - bytes))
        return false;
    mem->system_bytes += bytes;
    if (mem->system_bytes > mem->system_peak)
        mem->system_peak = mem->system_bytes;
    return true;
}

void arena_uncommit(ouro_mem *mem, size_t bytes)
{
    mem->system_bytes -= bytes;
    mem->returned_bytes += bytes;
}

/* ---- Scratch memory ---- */

void *mem_scratch_take(ouro_mem *mem, size_t size)
{
    size = bits_align_up(size, MEM_PAGE);
    if (mem->is_external || (OURO_UNLIKELY(mem->injection.at != 0) && mem_inject(mem)))
        return NULL;
    size_t peak = mem->system_peak;
    if (!arena_commit(mem, size))
        return NULL;
    mem->system_peak = peak; /* most of it may never be touched */
    bool huge = size >= SCRATCH_HUGE;
    void *memory = os_reserve(size, huge ? SCRATCH_HUGE : MEM_PAGE, NULL);
    if (memory == NULL) {
        mem->system_bytes -= size;
        return NULL;
    }
    if (huge)
        os_advise_huge(memory, size, true);
    mem->reserved_bytes += size;
    mem->metadata_bytes += size;
    return memory;
}

void mem_scratch_give(ouro_mem *mem, void *memory, size_t size)
{
    if (memory == NULL)
        return;
    size = bits_align_up(size, MEM_PAGE);
    os_release(memory, size);
    mem->system_bytes -= size;
    mem->reserved_bytes -= size;
    mem->metadata_bytes -= size;
}

void *mem_shared_take(ouro_mem *mem, size_t size)
{
    size = bits_align_up(size, MEM_PAGE);
    if (mem->is_external || (OURO_UNLIKELY(mem->injection.at != 0) && mem_inject(mem)))
        return NULL;
    void *memory = os_share(size);
    if (memory != NULL)
        mem->reserved_bytes += size;
    return memory;
}

void mem_shared_count(ouro_mem *mem, size_t touched)
{
    touched = bits_align_up(touched, MEM_PAGE);
    mem->system_bytes += touched;
    mem->metadata_bytes += touched;
}

void mem_shared_give(ouro_mem *mem, void *memory, size_t size, size_t touched)
{
    if (memory == NULL)
        return;
    size = bits_align_up(size, MEM_PAGE);
    touched = bits_align_up(touched, MEM_PAGE);
    os_release(memory, size);
    mem->reserved_bytes -= size;
    mem->system_bytes -= touched;
    mem->metadata_bytes -= touched;
}

/* ---- Records ---- */

/* Memory for records; never given back before the heap's end.  NULL: no memory. */
static void *arena_meta_alloc(ouro_mem *mem, size_t size)
{
    size = bits_align_up(size, 16);
    if (mem->meta_free + size > mem->meta_end) {
        void **chunk = os_reserve(ARENA_META_CHUNK, MEM_PAGE, NULL);
        if (chunk == NULL)
            return NULL;
        *chunk = mem->meta_chunks;
        mem->meta_chunks = chunk;
        mem->meta_free = (char *)chunk + 16;
        mem->meta_end = (char *)chunk + ARENA_META_CHUNK;
        mem->reserved_bytes += ARENA_META_CHUNK;
        mem->system_bytes += MEM_PAGE;
        mem->metadata_bytes += MEM_PAGE;
    }
    char *record = mem->meta_free;
    mem->meta_free += size;
    size_t pages =
        bits_align_up((uintptr_t)mem->meta_free, MEM_PAGE) - bits_align_up((uintptr_t)record, MEM_PAGE);
    mem->system_bytes += pages;
    mem->metadata_bytes += pages;
    return record;
}

ouro_mem *arena_make_heap(void)
{
    char *chunk = os_reserve(ARENA_META_CHUNK, MEM_PAGE, NULL);
    if (chunk == NULL)
        return NULL;
    ouro_mem *mem = (ouro_mem *)chunk; /* zeros */
    mem->meta_free = chunk + bits_align_up(sizeof *mem, 64);
    mem->meta_end = chunk + ARENA_META_CHUNK;
    mem->reserved_bytes = ARENA_META_CHUNK;
    mem->metadata_bytes = mem->system_bytes = mem->system_peak = bits_align_up(sizeof *mem, MEM_PAGE);
    mem->warm.next = mem->warm.prev = &mem->warm;
    return mem;
}

void arena_destroy_heap(ouro_mem *mem)
{
    for (size_t i = 0; i < mem->arena_count; i++)
        os_release(mem->arenas[i]->base, MEM_ARENA);
    if (mem->arenas != NULL)
        os_release(mem->arenas, mem->arena_capacity * sizeof *mem->arenas);
    for (void **chunk = mem->meta_chunks; chunk != NULL;) {
        void **next = *chunk;
        os_release(chunk, ARENA_META_CHUNK);
        chunk = next;
    }
    os_release(mem, ARENA_META_CHUNK);
}

/* ---- Arenas ---- */

/* The index of the first arena whose base is above `address`. */
static size_t arena_index_above(const ouro_mem *mem, const void *address)
{
    size_t low = 0, high = mem->arena_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if ((uintptr_t)mem->arenas[middle]->base <= (uintptr_t)address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

mem_arena *arena_find(const ouro_mem *mem, const void *address)
{
    size_t above = arena_index_above(mem, address);
    if (above == 0)
        return NULL;
    mem_arena *arena = mem->arenas[above - 1];
    return (size_t)((const char *)address - arena->base) < MEM_ARENA ? arena : NULL;
}

/* Room for one more arena in the array. */
static bool arena_reserve_record(ouro_mem *mem)
{
    if (mem->arena_count < mem->arena_capacity)
        return true;
    size_t old_size = mem->arena_capacity * sizeof *mem->arenas;
    size_t size = old_size == 0 ? MEM_PAGE : old_size * 2;
    void *array =
        old_size == 0 ? os_reserve(size, MEM_PAGE, NULL) : os_remap(mem->arenas, old_size, size, MEM_PAGE);
    if (array == NULL)
        return false;
    mem->arenas = array;
    mem->arena_capacity = size / sizeof *mem->arenas;
    mem->reserved_bytes += size - old_size;
    mem->system_bytes += size - old_size;
    mem->metadata_bytes += size - old_size;
    return true;
}

static mem_arena *arena_create(ouro_mem *mem)
{
    if (!arena_reserve_record(mem))
        return NULL;
    mem_arena *arena = mem->meta_arenas;
    if (arena != NULL)
        mem->meta_arenas = *(void **)arena;
    else if ((arena = arena_meta_alloc(mem, sizeof *arena)) == NULL)
        return NULL;
    char *base = NULL;
    if (arena_commit(mem, MEM_PAGE) && (base = os_reserve(MEM_ARENA, MEM_ARENA, mem->arena_address)) == NULL)
        mem->system_bytes -= MEM_PAGE;
    if (base == NULL) {
        *(void **)arena = mem->meta_arenas;
        mem->meta_arenas = arena;
        return NULL;
    }
    /* The system places mappings downwards: the next one fits just below. */
    mem->arena_address = base - MEM_ARENA;
    memset(arena, 0, sizeof *arena);
    arena->base = base;
    arena->header_pages = 1;
    mem->metadata_bytes += MEM_PAGE;
    mem->reserved_bytes += MEM_ARENA;
    if (mem->system_bytes >= MEM_HUGE_FROM) {
        os_advise_huge(base, MEM_ARENA, true);
        arena->huge = true;
    }
    bitmap_fill(arena->free, 1, MEM_ARENA_SLOTS - 1, true);
    arena->free_slots = MEM_ARENA_SLOTS - 1;
    mem_pool *head = arena_header(arena, 0);
    head->type = POOL_ARENA;
    head->list = &mem->scratch;
    size_t index = arena_index_above(mem, base);
    memmove(mem->arenas + index + 1, mem->arenas + index, (mem->arena_count - index) * sizeof *mem->arenas);
    mem->arenas[index] = arena;
    mem->arena_count++;
    return arena;
}

void arena_release(ouro_mem *mem, mem_arena *arena)
{
    OURO_CHECK(arena->free_slots == MEM_ARENA_SLOTS - 1);
    size_t resident = 0;
    for (size_t slot = 1; slot < MEM_ARENA_SLOTS; slot++) {
        if (arena->header_pages >> (slot * POOL_HEADER / MEM_PAGE) & 1)
            resident += bits_count(arena_header(arena, slot)->resident);
    }
    size_t headers = bits_count(arena->header_pages) * (size_t)MEM_PAGE;
    if (arena->next != NULL) {
        arena->next->prev = arena->prev;
        arena->prev->next = arena->next;
    }
#ifdef MEM_ASAN
    __asan_unpoison_memory_region(arena->base, MEM_ARENA);
#endif
    os_release(arena->base, MEM_ARENA);
    arena_uncommit(mem, resident * MEM_PAGE + headers);
    mem->metadata_bytes -= headers;
    mem->reserved_bytes -= MEM_ARENA;
    mem->arena_address = arena->base;
    size_t index = arena_index_above(mem, arena->base) - 1;
    OURO_CHECK(mem->arenas[index] == arena);
    mem->arena_count--;
    memmove(mem->arenas + index, mem->arenas + index + 1, (mem->arena_count - index) * sizeof *mem->arenas);
    if (mem->hint == arena)
        mem->hint = NULL;
    *(void **)arena = mem->meta_arenas;
    mem->meta_arenas = arena;
}

void arena_update_warm(ouro_mem *mem, mem_arena *arena)
{
    uint64_t any = 0;
    for (size_t i = 0; i < ARENA_WORDS; i++)
        any |= arena->warm_new[i] | arena->warm_old[i];
    if (any != 0 && arena->next == NULL) {
        arena->next = mem->warm.next;
        arena->prev = &mem->warm;
        arena->next->prev = arena->prev->next = arena;
    } else if (any == 0 && arena->next != NULL) {
        arena->next->prev = arena->prev;
        arena->prev->next = arena->next;
        arena->next = arena->prev = NULL;
    }
}

/* ---- Slots ---- */

/* The fullest of the first few warm arenas. */
static mem_arena *arena_pick_warm(ouro_mem *mem)
{
    mem_arena *best = NULL, *arena = mem->warm.next;
    for (int look = 0; look < ARENA_WARM_LOOK && arena != &mem->warm; look++, arena = arena->next) {
        if (best == NULL || arena->free_slots < best->free_slots)
            best = arena;
    }
    return best;
}

/* The last `count` consecutive free slots of an arena; 0: there are none (slot 0 never is). */
static size_t arena_find_run(const mem_arena *arena, size_t count)
{
    size_t run = 0;
    if (arena->free_slots < count)
        return 0;
    for (size_t slot = MEM_ARENA_SLOTS - 1; slot > 0; slot--) {
        run = bitmap_get(arena->free, slot) ? run + 1 : 0;
        if (run == count)
            return slot;
    }
    return 0;
}

/* Finds an arena (new perhaps) and a slot in it; NULL: no memory. */
static mem_arena *arena_find_slots(ouro_mem *mem, size_t count, size_t *slot)
{
    mem_arena *arena;
    if (count == 1 && (arena = arena_pick_warm(mem)) != NULL) {
        for (size_t i = 0; i < ARENA_WORDS; i++) {
            uint64_t warm = arena->warm_new[i] | arena->warm_old[i];
            if (warm != 0) {
                *slot = i * 64 + bits_lowest(warm);
                return arena;
            }
        }
    }
    arena = mem->hint;
    if (count == 1) {
        if (arena == NULL || arena->free_slots == 0) {
            arena = NULL;
            for (size_t i = 0; i < mem->arena_count; i++) {
                mem_arena *other = mem->arenas[i];
                if (other->free_slots > 0 && (arena == NULL || other->free_slots < arena->free_slots))
                    arena = other;
            }
        }
        if (arena == NULL && (arena = arena_create(mem)) == NULL)
            return NULL;
        mem->hint = arena;
        *slot = bitmap_find(arena->free, 1, MEM_ARENA_SLOTS, true);
        return arena;
    }
    if (arena != NULL && (*slot = arena_find_run(arena, count)) != 0)
        return arena;
    for (size_t i = 0; i < mem->arena_count; i++) {
        if ((*slot = arena_find_run(mem->arenas[i], count)) != 0)
            return mem->arenas[i];
    }
    if ((arena = arena_create(mem)) == NULL)
        return NULL;
    *slot = arena_find_run(arena, count);
    return arena;
}

/* A fresh slot is about to be taken: has the system back it and those behind it at once, which costs two
 * thirds of a fault for each page.  The others are warm then, and go back if nobody takes them. */
static void arena_populate(ouro_mem *mem, mem_arena *arena, size_t slot)
{
    size_t end = slot;
    /* (Their headers lie in one page.) */
    while (end < slot / ARENA_POPULATE_SLOTS * ARENA_POPULATE_SLOTS + ARENA_POPULATE_SLOTS &&
           bitmap_get(arena->free, end) && arena_header(arena, end)->resident == 0)
        end++;
    size_t size = (end - slot) * MEM_POOL;
    if (end == slot || !arena_commit(mem, size))
        return;
    if (!os_populate(arena->base + slot * MEM_POOL, size)) {
        mem->system_bytes -= size;
        mem->no_populate = true;
        return;
    }
    for (size_t i = slot; i < end; i++)
        arena_header(arena, i)->resident = POOL_ALL_PAGES;
    bitmap_fill(arena->warm_new, slot, end - slot, true);
    purge_schedule(mem);
}

mem_pool *arena_take(ouro_mem *mem, size_t count)
{
    size_t slot;
    mem_arena *arena = arena_find_slots(mem, count, &slot);
    if (arena == NULL)
        return NULL;
    for (size_t i = slot; i < slot + count; i++) {
        unsigned page = (unsigned)(i * POOL_HEADER / MEM_PAGE);
        if (!(arena->header_pages >> page & 1)) {
            if (!arena_commit(mem, MEM_PAGE))
                return NULL;
            mem->metadata_bytes += MEM_PAGE;
            arena->header_pages |= (uint16_t)(1 << page);
        }
    }
    if (count == 1 && arena_header(arena, slot)->resident == 0 && mem->system_bytes >= ARENA_POPULATE_FROM &&
        !arena->huge && !mem->no_populate)
        arena_populate(mem, arena, slot);
    bitmap_fill(arena->free, slot, count, false);
    bitmap_fill(arena->warm_new, slot, count, false);
    bitmap_fill(arena->warm_old, slot, count, false);
    arena->free_slots = (uint16_t)(arena->free_slots - count);
    arena->aged = false;
    arena_update_warm(mem, arena);
    for (size_t i = slot; i < slot + count; i++) {
        mem_pool *header = arena_header(arena, i);
        *header = (mem_pool){.resident = header->resident, .list = &mem->scratch};
    }
    return arena_header(arena, slot);
}

void arena_give(ouro_mem *mem, mem_pool *first, size_t count)
{
    mem_arena *arena = arena_find(mem, first);
    size_t slot = pool_slot_number(first);
    OURO_CHECK(arena != NULL);
    if (first->side != NULL && mem->hooks.dropped != NULL)
        mem->hooks.dropped(mem->hooks.context, first);
    for (size_t i = slot; i < slot + count; i++) {
        mem_pool *header = arena_header(arena, i);
        *header = (mem_pool){.resident = header->resident, .list = &mem->scratch};
        if (header->resident != 0)
            bitmap_set(arena->warm_new, i);
    }
    bitmap_fill(arena->free, slot, count, true);
    arena->free_slots = (uint16_t)(arena->free_slots + count);
    arena_update_warm(mem, arena);
    purge_schedule(mem);
}

size_t arena_purge(ouro_mem *mem, mem_arena *arena, const uint64_t *pages)
{
    size_t returned = 0;
    enum { PAGES = MEM_ARENA / MEM_PAGE };
    for (size_t page = bitmap_find(pages, 0, PAGES, true); page < PAGES;) {
        size_t end = bitmap_find(pages, page, PAGES, false);
        if (arena->huge) {
            /* Or the system would put the pages together again, and back what was returned. */
            os_advise_huge(arena->base, MEM_ARENA, false);
            arena->huge = false;
        }
        if (os_purge(arena->base + page * MEM_PAGE, (end - page) * MEM_PAGE) != 0) {
            for (size_t i = page; i < end; i++) {
                mem_pool *header = arena_header(arena, i / MEM_POOL_PAGES);
                uint16_t bit = (uint16_t)(1u << i % MEM_POOL_PAGES);
                if (header->resident & bit) {
                    header->resident &= (uint16_t)~bit;
                    returned += MEM_PAGE;
                }
                if (header->resident == 0 && header->type == POOL_FREE) {
                    bitmap_clear(arena->warm_new, i / MEM_POOL_PAGES);
                    bitmap_clear(arena->warm_old, i / MEM_POOL_PAGES);
                }
            }
        }
        page = bitmap_find(pages, end, PAGES, true);
    }
    arena_uncommit(mem, returned);
    arena_update_warm(mem, arena);
    return returned;
}

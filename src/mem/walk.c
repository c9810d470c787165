/* walk.c: visiting the blocks of a heap: as runs for a collector (mem_inline.h), or one by one.
 *
 * Runs cover the carved parts of pools, so a walk reads no page that is not resident.  Within runs of objects the
 * mark word tells the live ones; ouro_mem_walk, which must find blocks of both kinds and those just handed out,
 * asks the free lists instead, pool by pool.
 *
 * Arenas are walked from the highest address to the lowest, which is mostly the order in which they were made
 * (arena_create), and each from its beginning to its end; large blocks come last.
 */
#include "mem/mem_internal.h"

void mem_runs_begin(mem_runs *runs, ouro_mem *mem, int kinds)
{
    *runs = (mem_runs){.mem = mem, .kinds = kinds};
    if (mem->is_external)
        runs->at = mem->blocks.next;
}

static bool walk_wants(const mem_runs *runs, ouro_mem_kind kind)
{
    return (runs->kinds >> kind & 1) != 0;
}

static bool walk_external(mem_runs *runs, mem_run *run)
{
    mem_external *header = runs->at;
    for (; header != &runs->mem->blocks; header = header->next) {
        ouro_mem_kind kind = (ouro_mem_kind)(header->tag & 1);
        if (walk_wants(runs, kind)) {
            char *block = (char *)(header + 1);
            runs->at = header->next;
            *run = (mem_run){block, block + header->size, header->size, kind};
            return true;
        }
    }
    runs->at = header;
    return false;
}

/* The next run of carved pages of the small pool at hand. */
static bool walk_pool(mem_runs *runs, mem_run *run)
{
    mem_pool *pool = runs->pool;
    /* The walker may have freed the pool's last block, and the pool is no more. */
    while (pool->type == POOL_SMALL && runs->carved != 0) {
        unsigned first_page = bits_lowest(runs->carved), pages = bits_lowest(~(runs->carved >> first_page));
        runs->carved &= ~(unsigned)bits_range(first_page, pages);
        size_t size = pool->own.block_size, start = first_page * (size_t)MEM_PAGE, end = start + pages * MEM_PAGE;
        size_t first = (start + size - 1) / size, last = end / size;
        if (last > pool->capacity)
            last = pool->capacity;
        if (first < last) {
            char *memory = pool_memory(pool);
            *run = (mem_run){memory + first * size, memory + last * size, size, pool_kind(pool)};
            return true;
        }
    }
    runs->pool = NULL;
    return false;
}

static MEM_NO_ASAN bool walk_span(mem_runs *runs, mem_run *run)
{
    while (runs->at != NULL) {
        mem_chunk *chunk = runs->at;
        ouro_mem_kind kind = chunk->size & CHUNK_OBJECT ? OURO_MEM_OBJECT : OURO_MEM_LEAF;
        runs->at = medium_next(runs->pool, chunk);
        if ((chunk->size & CHUNK_USED) && walk_wants(runs, kind)) {
            char *block = medium_block(chunk);
            size_t size = medium_size(block);
            *run = (mem_run){block, block + size, size, kind};
            return true;
        }
    }
    runs->pool = NULL;
    return false;
}

/* The next slot that is in use and wanted; false: no arena is left. */
static bool walk_next_pool(mem_runs *runs)
{
    ouro_mem *mem = runs->mem;
    for (; runs->arena < mem->arena_count; runs->arena++, runs->slot = 0) {
        mem_arena *arena = mem->arenas[mem->arena_count - 1 - runs->arena];
        while (++runs->slot < MEM_ARENA_SLOTS) {
            runs->slot = bitmap_find(arena->free, runs->slot, MEM_ARENA_SLOTS, false);
            if (runs->slot == MEM_ARENA_SLOTS)
                break;
            mem_pool *pool = arena_header(arena, runs->slot);
            if (pool->type == POOL_SMALL && walk_wants(runs, pool_kind(pool))) {
                runs->pool = pool;
                runs->in_span = false;
                runs->carved = pool->carved;
                return true;
            }
            if (pool->type == POOL_SPAN && pool->next == pool) {
                runs->pool = pool;
                runs->in_span = true;
                runs->at = medium_first(pool);
                return true;
            }
        }
    }
    return false;
}

bool mem_runs_next(mem_runs *runs, mem_run *run)
{
    ouro_mem *mem = runs->mem;
    if (mem->is_external)
        return walk_external(runs, run);
    for (;;) {
        if (runs->pool != NULL) {
            if (runs->in_span ? walk_span(runs, run) : walk_pool(runs, run))
                return true;
        }
        if (runs->arena < mem->arena_count && walk_next_pool(runs))
            continue;
        break;
    }
    /* Large blocks last: `at` is the next one. */
    if (runs->arena != SIZE_MAX) {
        runs->arena = SIZE_MAX;
        runs->at = mem->large.next;
    }
    while (runs->at != &mem->large) {
        mem_large *large = runs->at;
        runs->at = large->next;
        if (walk_wants(runs, (ouro_mem_kind)large->kind)) {
            char *block = large_block(large);
            size_t size = large->mapped - MEM_LARGE_HEADER;
            *run = (mem_run){block, block + size, size, (ouro_mem_kind)large->kind};
            return true;
        }
    }
    return false;
}

/* ---- any address ---- */

/* The arena that begins there, or NULL. */
static mem_arena *find_arena(const ouro_mem *mem, uintptr_t base)
{
    size_t low = 0, high = mem->arena_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if ((uintptr_t)mem->arenas[middle]->base < base)
            low = middle + 1;
        else
            high = middle;
    }
    return low < mem->arena_count && (uintptr_t)mem->arenas[low]->base == base ? mem->arenas[low] : NULL;
}

/* The large block whose mapping begins there, looked for from where the last one was found on. */
static bool find_large(mem_finder *finder, uintptr_t base, const void *address)
{
    mem_large *head = &finder->mem->large, *start = finder->large != NULL ? finder->large : head, *large = start;
    do {
        large = large->next;
        if (large != head && (uintptr_t)large == base) {
            finder->large = large;
            return large->kind == OURO_MEM_OBJECT && (const void *)large_block(large) == address &&
                   mem_object_lives(address);
        }
    } while (large != start);
    return false;
}

static bool find_in_pool(const mem_pool *pool, const char *address)
{
    size_t offset = (size_t)(address - pool_memory(pool)), size = pool->own.block_size;
    unsigned first = (unsigned)(offset / MEM_PAGE), last = (unsigned)((offset + size - 1) / MEM_PAGE);
    return pool_kind(pool) == OURO_MEM_OBJECT && offset % size == 0 && offset / size < pool->capacity &&
           (pool->carved >> first & 1) && (pool->carved >> last & 1) && mem_object_lives(address);
}

static MEM_NO_ASAN bool find_in_span(mem_finder *finder, mem_pool *first, const char *address)
{
    mem_chunk *chunk = finder->span == first && (const char *)finder->chunk < address ? finder->chunk : medium_first(first);
    finder->span = first;
    for (; chunk != NULL && (const char *)chunk < address; chunk = medium_next(first, chunk)) {
        finder->chunk = chunk;
        if ((const char *)medium_block(chunk) == address)
            return (chunk->size & CHUNK_USED) && (chunk->size & CHUNK_OBJECT) && mem_object_lives(address);
    }
    return false;
}

bool mem_finds_object(mem_finder *finder, const void *address)
{
    uintptr_t at = (uintptr_t)address, base = at & ~(uintptr_t)(MEM_ARENA - 1);
    if (finder->mem->is_external)
        return false;
    if (finder->arena == NULL || (uintptr_t)finder->arena->base != base) {
        mem_arena *arena = find_arena(finder->mem, base);
        if (arena == NULL)
            return find_large(finder, base, address);
        finder->arena = arena;
    }
    size_t slot = (at - base) / MEM_POOL;
    if (slot == 0 || bitmap_get(finder->arena->free, slot))
        return false;
    mem_pool *pool = arena_header(finder->arena, slot);
    if (pool->type == POOL_SPAN)
        return find_in_span(finder, pool->next, address);
    return pool->type == POOL_SMALL && find_in_pool(pool, address);
}

/* The blocks in use of one small pool. */
static bool walk_small(mem_pool *pool, ouro_mem_visitor visitor, void *context)
{
    uint64_t bits[POOL_MAP_WORDS];
    pool_free_map(pool, bits);
    size_t capacity = pool->capacity, size = pool->own.block_size;
    ouro_mem_kind kind = pool_kind(pool);
    char *memory = pool_memory(pool);
    for (size_t i = bitmap_find(bits, 0, capacity, false); i < capacity; i = bitmap_find(bits, i + 1, capacity, false)) {
        if (!visitor(context, memory + i * size, size, kind))
            return false;
    }
    return true;
}

bool walk_blocks(ouro_mem *mem, int kinds, ouro_mem_visitor visitor, void *context)
{
    mem_runs runs;
    mem_run run;
    mem_pool *last = NULL;
    pool_flush_all(mem);
    for (mem_runs_begin(&runs, mem, kinds); mem_runs_next(&runs, &run);) {
        mem_pool *pool = runs.pool;
        if (pool != NULL && !runs.in_span) {
            /* Once for each pool, not for each of its runs. */
            if (pool != last && !walk_small(pool, visitor, context))
                return false;
            last = pool;
            runs.carved = 0;
        } else if (!visitor(context, run.begin, run.stride, run.kind)) {
            return false;
        }
    }
    return true;
}

/* large.c: blocks of a quarter of a megabyte and more: a mapping each, straight from the system.
 *
 * A mapping begins at a multiple of the arena size, with a header of 128 bytes, so that a block's address leads
 * to its header the same way as in an arena.  Growing moves pages, not bytes (mremap); most often it does not
 * even move those, since the address range up to the next multiple is usually free.
 *
 * A freed mapping is kept for a decay period, to be used again for a block of nearly the same size: fresh memory
 * would cost a page fault for every 4 KiB.
 *
 * Always: mem->large is the ring of live blocks, mem->cached that of kept mappings; large_blocks, large_bytes,
 * cached_count and cached_bytes count them.  All their bytes count as taken from the system.
 */
#include "base/os.h"
#include "mem/mem_internal.h"

enum {
    LARGE_CACHED_MAX = 8,              /* mappings kept at most */
    LARGE_CACHED_BYTES_MAX = 64 << 20, /* and their bytes */
    LARGE_HUGE_FROM = 4 << 20,         /* mappings of this size are backed with huge pages */
    /* A block that grows past this returns at once what its smaller sizes left, without waiting for a purge:
     * 0.25 MB of the 8 MB of a list of a million.  Filling it again is little beside what filling the block
     * took. */
    LARGE_OUTGROWN = 4 << 20,
};

static size_t large_mapped_for(size_t size)
{
    return bits_align_up(size + MEM_LARGE_HEADER, MEM_PAGE);
}

static void large_link(mem_large *ring, mem_large *large)
{
    large->next = ring->next;
    large->prev = ring;
    large->next->prev = large->prev->next = large;
}

static void large_unlink(mem_large *large)
{
    large->next->prev = large->prev;
    large->prev->next = large->next;
}

static void large_unmap(ouro_mem *mem, mem_large *large)
{
    size_t mapped = large->mapped;
    os_release(large, mapped);
    arena_uncommit(mem, mapped);
    mem->reserved_bytes -= mapped;
}

static void large_drop_cached(ouro_mem *mem, mem_large *large)
{
    large_unlink(large);
    mem->cached_count--;
    mem->cached_bytes -= large->mapped;
    large_unmap(mem, large);
}

/* Gives the end of a mapping back. */
static void large_cut(ouro_mem *mem, mem_large *large, size_t mapped)
{
    size_t rest = large->mapped - mapped;
    os_release((char *)large + mapped, rest);
    arena_uncommit(mem, rest);
    mem->reserved_bytes -= rest;
    large->mapped = mapped;
}

/* A kept mapping that fits; one that is too large, by a quarter at most, is cut: what nobody asked for is nobody's.  NULL:
 * there is none. */
static mem_large *large_reuse(ouro_mem *mem, size_t mapped)
{
    for (mem_large *large = mem->cached.next; large != &mem->cached; large = large->next) {
        if (large->mapped >= mapped && large->mapped - mapped <= mapped / 4) {
            large_unlink(large);
            mem->cached_count--;
            mem->cached_bytes -= large->mapped;
            if (large->mapped > mapped)
                large_cut(mem, large, mapped);
            return large;
        }
    }
    return NULL;
}

void *large_alloc(ouro_mem *mem, size_t size, ouro_mem_kind kind)
{
    if (size > PTRDIFF_MAX - MEM_ARENA)
        return NULL;
    size_t mapped = large_mapped_for(size);
    mem_large *large = large_reuse(mem, mapped);
    if (large != NULL) {
        large->fresh = false;
    } else {
        if (!arena_commit(mem, mapped))
            return NULL;
        /* Below the newest arena or mapping, where the system's own order leads: saves cutting to alignment. */
        uintptr_t hint = (uintptr_t)mem->arena_address;
        if (hint > mapped + MEM_ARENA)
            hint -= bits_align_up(mapped, MEM_ARENA) - MEM_ARENA;
        large = os_reserve(mapped, MEM_ARENA, (void *)hint);
        if (large == NULL) {
            mem->system_bytes -= mapped;
            return NULL;
        }
        if (mapped >= LARGE_HUGE_FROM)
            os_advise_huge(large, mapped, true);
        mem->arena_address = (char *)large - MEM_ARENA;
        mem->reserved_bytes += mapped;
        large->mapped = mapped;
        large->fresh = true;
    }
    large->pool = (mem_pool){.type = POOL_LARGE, .list = &mem->scratch};
    large->kind = kind;
    large->traced = 0;
    large_link(&mem->large, large);
    size_t usable = large->mapped - MEM_LARGE_HEADER;
    mem->large_blocks++;
    mem->large_bytes += usable;
    mem->total_bytes += usable;
    uint64_t *block = large_block(large);
    if (!large->fresh)
        block[1] = 0;
    return block;
}

void large_free(ouro_mem *mem, mem_large *large)
{
    size_t usable = large->mapped - MEM_LARGE_HEADER;
    large_unlink(large);
    mem->large_blocks--;
    mem->large_bytes -= usable;
    mem->freed_bytes += usable;
    if (large->mapped > LARGE_CACHED_BYTES_MAX) {
        large_unmap(mem, large);
        return;
    }
    large->aged = false;
    large_link(&mem->cached, large);
    mem->cached_count++;
    mem->cached_bytes += large->mapped;
    while (mem->cached_count > LARGE_CACHED_MAX || mem->cached_bytes > LARGE_CACHED_BYTES_MAX)
        large_drop_cached(mem, mem->cached.prev);
    purge_schedule(mem);
}

void *large_resize(ouro_mem *mem, mem_large *large, size_t size)
{
    if (size > PTRDIFF_MAX - MEM_ARENA)
        return NULL;
    size_t old = large->mapped, mapped = large_mapped_for(size);
    if (mapped == old)
        return large_block(large);
    if (mapped > old && !arena_commit(mem, mapped - old))
        return NULL;
    large_unlink(large);
    mem_large *moved = os_remap(large, old, mapped, MEM_ARENA);
    if (moved == NULL) {
        large_link(&mem->large, large);
        if (mapped > old)
            mem->system_bytes -= mapped - old;
        return NULL;
    }
    large_link(&mem->large, moved);
    moved->mapped = mapped;
    moved->fresh = false;
    mem->reserved_bytes += mapped - old;
    mem->large_bytes += mapped - old;
    if (mapped > old) {
        mem->total_bytes += mapped - old;
        if (old < LARGE_HUGE_FROM && mapped >= LARGE_HUGE_FROM)
            os_advise_huge(moved, mapped, true);
        if (old < LARGE_OUTGROWN && mapped >= LARGE_OUTGROWN)
            purge_outgrown(mem, mapped);
    } else {
        mem->freed_bytes += old - mapped;
        arena_uncommit(mem, old - mapped);
    }
    return large_block(moved);
}

bool large_purge(ouro_mem *mem, bool all)
{
    for (mem_large *large = mem->cached.prev; large != &mem->cached;) {
        mem_large *before = large->prev;
        if (all || large->aged)
            large_drop_cached(mem, large);
        else
            large->aged = true;
        large = before;
    }
    return mem->cached_count > 0;
}

void large_release_all(ouro_mem *mem)
{
    large_purge(mem, true);
    while (mem->large.next != &mem->large) {
        mem_large *large = mem->large.next;
        large_unlink(large);
        large_unmap(mem, large);
    }
}

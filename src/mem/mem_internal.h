/* mem_internal.h: what the files of src/mem/ offer each other, file by file. */
#ifndef MEM_INTERNAL_H
#define MEM_INTERNAL_H

#include "mem/mem_inline.h"
#include "mem/mem_types.h"

/* ---- arena.c: slots, records, the count of resident bytes ---- */

/* Counts `bytes` more as taken from the system; false: that is over the limit. */
OURO_NODISCARD bool arena_commit(ouro_mem *mem, size_t bytes);
void arena_uncommit(ouro_mem *mem, size_t bytes);
/* Takes `count` consecutive free slots (1 or MEM_SPAN_SLOTS); the header of the first, or NULL.  Their headers
 * are zero but for `resident`. */
OURO_NODISCARD mem_pool *arena_take(ouro_mem *mem, size_t count);
/* Gives slots back. */
void arena_give(ouro_mem *mem, mem_pool *first, size_t count);
/* True when a free slot has resident pages. */
static inline bool arena_has_warm(const ouro_mem *mem)
{
    return mem->warm.next != &mem->warm;
}
/* Gives the range of an empty arena back to the system. */
void arena_release(ouro_mem *mem, mem_arena *arena);
/* The arena of an address, or NULL: none of this heap. */
mem_arena *arena_find(const ouro_mem *mem, const void *address);
/* Updates membership in the ring of arenas with warm slots. */
void arena_update_warm(ouro_mem *mem, mem_arena *arena);
/* Returns the pages of the bitmap (one bit for each page of the arena) that are resident; the bytes. */
size_t arena_purge(ouro_mem *mem, mem_arena *arena, const uint64_t *pages);
/* The heap's own record and those of its arenas. */
OURO_NODISCARD ouro_mem *arena_make_heap(void);
void arena_destroy_heap(ouro_mem *mem);

static inline char *pool_memory(const mem_pool *pool)
{
    uintptr_t address = (uintptr_t)pool, offset = address & (MEM_ARENA - 1);
    return (char *)(address - offset + (offset / POOL_HEADER) * MEM_POOL);
}

static inline size_t pool_slot_number(const mem_pool *pool)
{
    return ((uintptr_t)pool & (MEM_ARENA - 1)) / POOL_HEADER;
}

static inline mem_pool *arena_header(const mem_arena *arena, size_t slot)
{
    return (mem_pool *)(arena->base + slot * POOL_HEADER);
}

enum { ARENA_PAGE_WORDS = MEM_ARENA / MEM_PAGE / 64 };

/* ---- pool.c: small blocks ---- */

void pool_init(ouro_mem *mem);
/* A block of a class whose slot may be empty; NULL: no memory. */
OURO_NODISCARD void *pool_refill(ouro_mem *mem, unsigned slot, size_t requested);
/* Where the list of a slot begins. */
static inline void **pool_slot_head(ouro_mem *mem, unsigned slot)
{
    return mem->divert ? &mem->held[slot] : &mem->slots[slot].free;
}
/* Begins or ends to divert: moves the lists of all slots. */
void pool_divert(ouro_mem *mem, bool divert);
/* Deals with a small pool the count of whose list went to 0. */
void pool_count_ended(ouro_mem *mem, mem_pool *pool);
/* Puts the free blocks of a slot back into their pools. */
void pool_flush(ouro_mem *mem, unsigned slot);
void pool_flush_all(ouro_mem *mem);
/* How many blocks are in a slot. */
size_t pool_slot_length(const ouro_mem *mem, unsigned slot);
/* How many blocks the class has handed out since the heap's creation. */
uint64_t pool_handed_out(const ouro_mem *mem, unsigned slot);
/* Notes how many blocks of the pool are used now. */
void pool_look(ouro_mem *mem, mem_pool *pool);
/* Gives up the empty pools that classes keep. */
void pool_drop_spares(ouro_mem *mem);
/* Takes free blocks off the pages of a partial pool that hold no block in use, and sets those pages' bits in the
 * arena's `pages`. */
void pool_sweep(mem_pool *pool, uint64_t *pages);
/* How many blocks are in use, those in the slot included. */
size_t pool_used(const mem_pool *pool);
/* The free blocks of a pool as a bitmap (those not carved count as free, those in the slot do not). */
enum { POOL_MAP_WORDS = MEM_POOL / 8 / 64 };
void pool_free_map(const mem_pool *pool, uint64_t *bits);

/* The number of a block in its pool, whose slot is known. */
static inline unsigned pool_block_number_in(unsigned slot, const void *block)
{
    uint32_t offset = (uint32_t)((uintptr_t)block & (MEM_POOL - 1)); /* block - pool_memory(pool): slots are aligned */
    return (unsigned)(((uint64_t)offset * size_class_reciprocals[slot]) >> 32);
}

static inline unsigned pool_block_number(const mem_pool *pool, const void *block)
{
    return pool_block_number_in(pool->own.slot, block);
}

static inline ouro_mem_kind pool_kind(const mem_pool *pool)
{
    return size_class_slot_kind(pool->own.slot);
}

/* ---- medium.c ---- */

OURO_NODISCARD void *medium_alloc(ouro_mem *mem, size_t size, ouro_mem_kind kind);
void medium_free(ouro_mem *mem, void *block);
/* Resizes in place; false: there is no room. */
OURO_NODISCARD bool medium_resize(ouro_mem *mem, void *block, size_t size);
size_t medium_size(const void *block);
/* Ages or purges the free chunks of one span: sets the bits of pages to return.  Returns true when something
 * waits for a later purge.  An empty span may be given up. */
bool medium_purge_span(ouro_mem *mem, mem_pool *first, bool all, uint64_t *pages);
/* Gives the empty span that is kept, if there is one, back to its arena. */
void medium_drop_empty_span(ouro_mem *mem);
/* The chunks of a span, one after the other. */
mem_chunk *medium_first(const mem_pool *first);
mem_chunk *medium_next(const mem_pool *first, const mem_chunk *chunk);
bool medium_check(ouro_mem *mem);

static inline void *medium_block(const mem_chunk *chunk)
{
    return (char *)chunk + MEM_MEDIUM_HEADER;
}

/* ---- large.c ---- */

OURO_NODISCARD void *large_alloc(ouro_mem *mem, size_t size, ouro_mem_kind kind);
void large_free(ouro_mem *mem, mem_large *large);
/* Resizes, moving pages; NULL: no memory, the block is as it was. */
OURO_NODISCARD void *large_resize(ouro_mem *mem, mem_large *large, size_t size);
/* Returns the cached mappings (all, or those seen by a purge before); true when some wait for a later one. */
bool large_purge(ouro_mem *mem, bool all);
void large_release_all(ouro_mem *mem);

static inline void *large_block(const mem_large *large)
{
    return (char *)large + MEM_LARGE_HEADER;
}

/* ---- purge.c ---- */

/* Something has become returnable: makes sure a purge will look. */
void purge_schedule(ouro_mem *mem);
bool purge_is_due(const ouro_mem *mem);
/* Runs a purge if one is due. */
void purge_poll(ouro_mem *mem);
/* A block has grown to `size`: returns what its smaller blocks have left behind, at most an eighth of that.
 */
void purge_outgrown(ouro_mem *mem, size_t size);
/* For the purger, when a purge is due: a slice of it. */
void purge_slice(ouro_mem *mem);
void purger_destroy(ouro_mem *mem);

/* ---- stats.c ---- */

/* Looks whether more is live than ever before. */
void stats_note_peak(ouro_mem *mem);

/* ---- external.c: blocks of an external allocator ---- */

OURO_NODISCARD ouro_mem *external_make_heap(const ouro_allocator *allocator);
void external_destroy_heap(ouro_mem *mem);
OURO_NODISCARD void *external_alloc(ouro_mem *mem, size_t size, ouro_mem_kind kind);
void external_free(ouro_mem *mem, void *block);
OURO_NODISCARD void *external_resize(ouro_mem *mem, void *block, size_t size);
size_t external_size(const void *block);
ouro_mem_kind external_kind(const void *block);
/* True when the block is one of a heap with an external allocator (reads the words in front of it). */
bool external_owns(const ouro_mem *mem, const void *block);
bool external_check(const ouro_mem *mem);

/* ---- mem.c: the layer without checks ---- */

OURO_NODISCARD void *mem_raw_alloc(ouro_mem *mem, size_t size, ouro_mem_kind kind);
void mem_raw_free(ouro_mem *mem, void *block);
OURO_NODISCARD void *mem_raw_resize(ouro_mem *mem, void *block, size_t size);
size_t mem_raw_size(const ouro_mem *mem, const void *block);
size_t mem_raw_good_size(const ouro_mem *mem, size_t size, ouro_mem_kind kind);
ouro_mem_kind mem_raw_kind(const ouro_mem *mem, const void *block);
/* The block a caller can have in mind with this address: NULL when it is not the start of a block in use (the
 * heap's own records are looked at, never the memory at the address). */
bool mem_raw_owns(const ouro_mem *mem, const void *block);
/* Reports a fault to the embedder. */
void mem_report(ouro_mem *mem, ouro_mem_fault fault, const void *block, size_t size);
/* Counts a refused request. */
void *mem_refused(ouro_mem *mem);
bool mem_inject(ouro_mem *mem);
static inline bool mem_injects(const ouro_mem *mem)
{
    return mem->injection.at != 0 || mem->injection.every != 0;
}

/* ---- Paths of a heap that is diverted: the lists of the slots are in `held` ---- */

#ifndef MEM_CHECKED
/* Pops the list of a small request's slot; NULL: it is empty. */
static inline MEM_NO_ASAN void *mem_take_held(ouro_mem *mem, unsigned slot)
{
    void **head = &mem->held[slot];
    void **block = *head;
    if (block != NULL)
        *head = *block;
    return block;
}

/* mem_free_push of a block of a small pool. */
static inline MEM_NO_ASAN void mem_free_small_held(ouro_mem *mem, mem_pool *pool, void *block)
{
    mem_list *list = pool->list;
    void **head = list == &pool->own ? &list->free : &mem->held[pool->own.slot];
    uint64_t *words = block;
    words[pool->own.mark_word] = 0;
    words[0] = (uint64_t)(uintptr_t)*head;
    *head = block;
    if (OURO_UNLIKELY(--list->count == 0))
        mem_free_slow(mem, pool, block);
}
#endif

/* ---- checked.c: guards, poison, quarantine ---- */

#ifdef MEM_CHECKED
OURO_NODISCARD void *checked_alloc(ouro_mem *mem, size_t size, ouro_mem_kind kind);
void checked_free(ouro_mem *mem, void *block);
OURO_NODISCARD void *checked_resize(ouro_mem *mem, void *block, size_t size);
/* The size a caller may use, which claims the bytes up to it. */
size_t checked_claim(ouro_mem *mem, const void *block);
/* The same without claiming. */
size_t checked_size(const ouro_mem *mem, const void *block);
/* Gives the blocks in quarantine back to their pools. */
void checked_flush(ouro_mem *mem);
/* Verifies the guards of all live blocks. */
bool checked_check(ouro_mem *mem);
#endif

/* ---- walk.c ---- */

/* Like ouro_mem_walk, with the sizes of the layer below the checks. */
bool walk_blocks(ouro_mem *mem, int kinds, ouro_mem_visitor visitor, void *context);

#endif

/* mem_inline.h: the paths that are worth inlining: allocating and freeing small blocks, walking objects.
 *
 * For floors inside the library.  Everything here behaves as its public counterpart in ouro/mem.h.
 *
 * Allocating a small block is a pop from the free list of its class; freeing it is a push on the list its pool
 * points to, and a count.  The count reaching 0 is the one test: whatever needs attention (an emptied pool, a list
 * grown long, a block that is not small at all) arranges its count so that this free is the one that ends it
 * (mem_types.h).
 *
 * There is no count of bytes here.  Two counters, of bytes handed out and taken back, made a pair take 5 to 15 ns
 * instead of 3: a chain of a load, an addition and a store through memory each, beside the one of the list.  The
 * numbers follow from what the slow path sees (stats.c).
 *
 * Walking: the heap is handed out as runs of equal blocks, so that a collector has the loop in its own hands and
 * can prefetch:
 *
 *     mem_runs runs;
 *     mem_run run;
 *     for (mem_runs_begin(&runs, mem, OURO_MEM_OBJECTS); mem_runs_next(&runs, &run);)
 *         for (char *block = run.begin; block < run.end; block += run.stride)
 *             if (mem_object_lives(block))
 *                 visit(block);
 *
 * While it walks nothing may be allocated; blocks may be freed, also others than the one visited (but freeing a
 * medium or large block, or one of an external allocator, is allowed only for the one visited).
 */
#ifndef MEM_INLINE_H
#define MEM_INLINE_H

#include "mem/mem_types.h"
#ifdef MEM_ASAN
#include <sanitizer/asan_interface.h>
#endif

/* When the class of a request has no free block at hand, or requests are counted. */
OURO_NODISCARD void *mem_alloc_slow(ouro_mem *mem, size_t size, ouro_mem_kind kind);
/* When the count of the list of the block's pool went to 0; the block is pushed already. */
void mem_free_slow(ouro_mem *mem, mem_pool *pool, void *block);
/* When every free must be seen. */
void mem_free_diverted(ouro_mem *mem, void *block);

#ifdef MEM_CHECKED
#define MEM_INLINED static inline
#else
#define MEM_INLINED static inline __attribute__((always_inline))
#endif

/* The header of the slot that an address of this heap lies in. */
static inline mem_pool *mem_pool_of(const void *block)
{
    uintptr_t address = (uintptr_t)block;
    return (mem_pool *)((address & ~(uintptr_t)(MEM_ARENA - 1)) +
                        ((address >> (MEM_POOL_SHIFT - 6)) & ((MEM_ARENA_SLOTS - 1) << 6)));
}

_Static_assert(POOL_HEADER == 1 << 6, "mem_pool_of knows a header's size");

MEM_INLINED MEM_NO_ASAN void *mem_alloc_kind(ouro_mem *mem, size_t size, ouro_mem_kind kind)
{
    if (OURO_LIKELY(size <= OURO_MEM_SMALL_MAX)) {
        unsigned number = size_class_slot(size, kind);
        mem_list *slot = &mem->slots[number];
        void *block = slot->free;
        if (OURO_LIKELY(block != NULL)) {
            slot->free = *(void **)block;
            return block;
        }
        return mem->small_slow(mem, size, number);
    }
    return mem_alloc_slow(mem, size, kind);
}

MEM_INLINED MEM_NO_ASAN void mem_free_push(ouro_mem *mem, void *block)
{
    mem_pool *pool = mem_pool_of(block);
    mem_list *list = pool->list;
    uint64_t *words = block;
    /* Without a branch: in a leaf the word is overwritten by the next line. */
    words[pool->own.mark_word] = 0;
    words[0] = (uint64_t)(uintptr_t)list->free;
    list->free = block;
    if (OURO_UNLIKELY(--list->count == 0))
        mem_free_slow(mem, pool, block);
}

MEM_INLINED void mem_free_fast(ouro_mem *mem, void *block)
{
    if (OURO_UNLIKELY(mem->divert))
        mem->free_diverted(mem, block);
    else
        mem_free_push(mem, block);
}

OURO_NODISCARD MEM_INLINED void *mem_alloc(ouro_mem *mem, size_t size)
{
#ifdef MEM_CHECKED
    return ouro_mem_alloc(mem, size);
#else
    return mem_alloc_kind(mem, size, OURO_MEM_LEAF);
#endif
}

OURO_NODISCARD MEM_INLINED void *mem_alloc_object(ouro_mem *mem, size_t size)
{
#ifdef MEM_CHECKED
    return ouro_mem_alloc_object(mem, size);
#else
    return mem_alloc_kind(mem, size, OURO_MEM_OBJECT);
#endif
}

MEM_INLINED void mem_free(ouro_mem *mem, void *block)
{
#ifdef MEM_CHECKED
    ouro_mem_free(mem, block);
#else
    if (OURO_LIKELY(block != NULL))
        mem_free_fast(mem, block);
#endif
}

/* The same for a small block of which the caller knows what was asked for (1 to 512 bytes) and the kind.  With
 * constants this is the fastest: the slot's address does not hang on the block's. */
MEM_INLINED MEM_NO_ASAN void mem_free_sized(ouro_mem *mem, void *block, size_t size, ouro_mem_kind kind)
{
#ifndef MEM_CHECKED
    mem_pool *pool = mem_pool_of(block);
    unsigned number = size_class_slot(size, kind);
    mem_list *slot = &mem->slots[number];
    if (OURO_LIKELY(!mem->divert && pool->list == slot)) {
        uint64_t *words = block;
        words[0] = (uint64_t)(uintptr_t)slot->free;
        if (kind == OURO_MEM_OBJECT)
            words[OURO_MEM_MARK_OFFSET / 8] = 0;
        slot->free = block;
        if (OURO_UNLIKELY(--slot->count == 0))
            mem_free_slow(mem, pool, block);
        return;
    }
#endif
    mem_free(mem, block);
}

/* Bytes handed out and not yet freed, at most (ouro_mem_live_bytes). */
static inline size_t mem_live_bytes(const ouro_mem *mem)
{
    return mem->small_bytes + (size_t)(mem->total_bytes - mem->freed_bytes);
}

/* Consecutive blocks of one size: begin, begin + stride, ... < end.  Some of them may be free. */
typedef struct mem_run {
    char *begin, *end;
    size_t stride;
    ouro_mem_kind kind;
} mem_run;

/* Where a walk is. */
typedef struct mem_runs {
    ouro_mem *mem;
    int kinds;
    bool in_span;
    unsigned carved;    /* of the pool at hand: pages still to visit */
    size_t arena, slot; /* next to look at */
    mem_pool *pool;     /* the small pool or the span at hand */
    void *at;           /* the next chunk, large or external block */
} mem_runs;

void mem_runs_begin(mem_runs *runs, ouro_mem *mem, int kinds);
/* The next run; false: the walk is over. */
bool mem_runs_next(mem_runs *runs, mem_run *run);

enum { MEM_PARK_FROM = 4 << 20 };

/* ouro_mem_park for any call that may block: nearly nothing where nothing waits to be given back, and no thread is made for
 * a heap of less than MEM_PARK_FROM bytes. */
static inline void mem_park(ouro_mem *mem)
{
    if (OURO_UNLIKELY(mem->purge_due != 0) && (mem->purger != NULL || mem->system_bytes >= MEM_PARK_FROM))
        ouro_mem_park(mem);
}

static inline void mem_unpark(ouro_mem *mem)
{
    if (OURO_UNLIKELY(mem->parked))
        ouro_mem_unpark(mem);
}

/* The threads of all heaps in this process.  They hold no lock of the C library's: a copy of the process need not fear them. */
size_t mem_threads(void);

/* True when an object lives in this block of a run of kind OURO_MEM_OBJECT: its second word is not 0. */
static inline bool mem_object_lives(const void *block)
{
    const char *mark = (const char *)block + OURO_MEM_MARK_OFFSET;
#ifdef MEM_ASAN
    if (__asan_address_is_poisoned(mark))
        return false;
#endif
    return *(const uint64_t *)mark != 0;
}

/* Memory of zeros for a short time, from the system and not from the heap: it may be taken and given back in the middle of a
 * walk.  It counts against the limit.  NULL: refused, or the heap is on an external allocator.  `mem_scratch_give` does
 * nothing for NULL. */
OURO_NODISCARD void *mem_scratch_take(ouro_mem *mem, size_t size);
void mem_scratch_give(ouro_mem *mem, void *memory, size_t size);

/* Memory of zeros that a forked child shares with this process, `size` bytes at most; none of it counts before
 * `mem_shared_count` tells how much has been touched.  NULL: refused, or the heap is on an external allocator. */
OURO_NODISCARD void *mem_shared_take(ouro_mem *mem, size_t size);
void mem_shared_count(ouro_mem *mem, size_t touched);
void mem_shared_give(ouro_mem *mem, void *memory, size_t size, size_t touched);

/* Where the last look of mem_finds_object was: looks in the order of a walk cost little.  Nothing may be allocated or freed
 * from the first look to the last.  Begin with only `mem` set. */
typedef struct mem_finder {
    ouro_mem *mem;
    mem_arena *arena;
    mem_pool *span;
    void *chunk;
    mem_large *large;
} mem_finder;

/* Does an object of this heap live in a block that begins at this address, which may be any? */
bool mem_finds_object(mem_finder *finder, const void *address);

/* Where faults are reported (ouro_mem_config.report). */
static inline void mem_set_report(ouro_mem *mem, void (*report)(void *context, const ouro_mem_report *report),
                                  void *context)
{
    mem->config.report = report;
    mem->config.report_context = context;
}

/* Sets ouro_mem_config.reclaim after the fact, unless the embedder set its own; with `reclaim` NULL takes away the one
 * that has this context. */
static inline void mem_set_reclaim(ouro_mem *mem, bool (*reclaim)(void *context, size_t size), void *context)
{
    bool ours = mem->config.reclaim != NULL && mem->config.reclaim_context == context;
    if (mem->config.reclaim == NULL || (reclaim == NULL && ours)) {
        mem->config.reclaim = reclaim;
        mem->config.reclaim_context = reclaim != NULL ? context : NULL;
    }
}

/* Installs hooks that see every block come and go; NULL removes them. */
void mem_set_hooks(ouro_mem *mem, const mem_hooks *hooks);
/* Until mem_show has been called as often, the hooks are not told of blocks that come (as if the blocks had been there before
 * the hooks): for what a tool makes in the heap that it measures, and for tables that are nobody's doing in particular. */
void mem_hide(ouro_mem *mem);
void mem_show(ouro_mem *mem);
/* As ouro_mem_resize, hidden. */
OURO_NODISCARD void *mem_resize_hidden(ouro_mem *mem, void *block, size_t size);

#endif

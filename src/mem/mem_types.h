/* mem_types.h: every structure of the memory floor, before any code.
 *
 * Private to src/mem/ and to the inline fast paths of mem_inline.h.
 *
 *     heap (ouro_mem)
 *       arena, arena, ...          4 MiB, aligned to their size
 *         slot 0: the headers      one mem_pool (64 bytes) for each slot of the arena
 *         slot 1, 2, ...: 16 KiB, each
 *            free,
 *            a small pool          equal blocks of one class and kind, or
 *            part of a span        16 slots cut into medium blocks of any size, each with an 8-byte header
 *       large, large, ...          a mapping each, aligned like an arena, a header of 128 bytes in front
 *
 * From an address: `address & ~(MEM_ARENA - 1)` is its arena or large mapping; the slot number in between leads
 * to the header.  A large block lies in the first slot of its mapping, so its header stands where that of slot 0
 * stands in an arena: one way to the header for every block.
 *
 * A page is resident (`mem_pool.resident`) from its first use until it is given back; `mem->system_bytes` is the
 * sum of all resident pages, of large mappings, and of the heap's own records.
 */
#ifndef MEM_TYPES_H
#define MEM_TYPES_H

#include "base/assert.h"
#include "base/bits.h"
#include "mem/size_class.h"
#include "ouro/mem.h"
#include <pthread.h>

#if defined(__SANITIZE_ADDRESS__)
#define MEM_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MEM_ASAN 1
#endif
#endif

/* The checked build: every request goes through checked.c (guards, poison, quarantine). */
#if defined(OURO_DEBUG) || defined(MEM_ASAN)
#define MEM_CHECKED 1
#endif

/* For functions that look into free blocks, which are poisoned under AddressSanitizer. */
#ifdef MEM_ASAN
#define MEM_NO_ASAN __attribute__((no_sanitize_address))
#else
#define MEM_NO_ASAN
#endif

typedef enum mem_pool_type {
    POOL_FREE = 0, /* a free slot (also one never used: its header is all zeros) */
    POOL_SMALL,
    POOL_SPAN,     /* one of the slots of a span */
    POOL_LARGE,    /* slot 0 of a large mapping */
    POOL_ARENA,    /* slot 0 of an arena */
} mem_pool_type;

typedef enum mem_pool_state {
    POOL_PARTIAL,   /* has free blocks of its own; linked in one of the class's bins */
    POOL_SPARE,     /* the same with no block used: kept by its class for the next need */
    POOL_EXHAUSTED, /* has no free block of its own: all were handed to the slot of its class, where freed ones go
                     * too; linked in the class's `fresh` list if pages remain to be carved */
} mem_pool_state;

/* Where freed blocks of a pool are pushed: its own list, or its class's slot.  A free counts `count` down, and
 * takes the slow path when that reaches 0. */
typedef struct mem_list {
    void *free; /* blocks linked through their first words */
    uint32_t count;
    uint16_t block_size;
    uint8_t mark_word; /* the word that freeing sets to 0: 1 in objects; 0 (overwritten next) in leaves */
    uint8_t slot;      /* class and kind (size_class_slot) */
} mem_list;

/* The header of a slot.
 *
 * A class hands out blocks from one list, its mem_slot.  It is filled with all free blocks of a pool at a time, or
 * by carving a page; and what is freed into pools that have no free block of their own goes straight back to it,
 * where it is used again while it is in the cache.  When frees have made the list long, the older part is given
 * back to the pools.
 *
 * Carving a page means to thread its blocks into the free list; a block that lies across two pages is there when
 * both are carved.  Pages not carved are either fresh or have gone back.
 *
 * Small pools, always (a block in the slot's list counts as used by its pool):
 *   carved_blocks == the blocks that lie in carved pages alone
 *   PARTIAL:    own.count == blocks used == carved_blocks - length(own.free) > 0, <= noted; list == &own
 *   SPARE:      none is used; own.count is 1, so that a free too many is noticed; noted == 0; list == &own
 *   EXHAUSTED:  all carved blocks are used; own.free is empty; noted == carved_blocks; list == the class's slot
 *   carved is a subset of resident
 * All other types: `list` is the heap's scratch list, whose count is 1, so that every free takes the slow path.
 */
typedef struct mem_pool {
    mem_list *list;
    mem_list own;
    struct mem_pool *next, *prev; /* the bin's list; in a span: next is its first slot's header */
    uint16_t capacity;   /* blocks when all pages are carved */
    uint16_t carved_blocks;
    uint16_t noted;      /* blocks used when somebody last looked; never fewer than are used now */
    uint16_t swept;      /* blocks used after the last sweep */
    uint16_t resident;   /* pages that are resident */
    uint16_t carved;     /* pages whose blocks are threaded */
    uint8_t type, state, bin;
    bool side_wide;
    void *side;          /* the tracer's (mem_side.h): entries for the blocks of the pool, or span (in its first header) */
} mem_pool;

_Static_assert(sizeof(mem_pool) == 64, "a pool's header is a cache line");

enum {
    POOL_HEADER = 64,
    POOL_BINS = 4,       /* by fill: quarter */
    POOL_ALL_PAGES = (1 << MEM_POOL_PAGES) - 1,
    POOL_NO_BIN = 255,
};

/* The rest of a class, for the slow path. */
typedef struct mem_class {
    mem_pool *bins[POOL_BINS]; /* partial pools, by how full they were when last looked at (never fuller now) */
    mem_pool *fresh;           /* exhausted pools with pages left to carve */
    mem_pool *spare;           /* an empty one, kept until the next purge */
    size_t pools;
    /* Blocks that came into the slot, and those put back: what came less what is in it was handed out. */
    uint64_t filled, pushed, put_back;
    uint32_t budget;  /* what the slot's count was set to: the difference was pushed since */
    uint32_t longest; /* what frees may have made of the length of the slot's list, by the last heartbeat */
    uint64_t sampled_requests, sampled_rounding; /* requests seen by the slow path, bytes they lost to rounding */
} mem_class;

/* An arena's own record; the arenas are in the array mem->arenas, sorted by address.
 * Always: free_slots == number of bits in `free`; warm_new and warm_old are disjoint subsets of `free`. */
typedef struct mem_arena {
    char *base;
    struct mem_arena *next, *prev; /* the ring of arenas with warm slots; unused: next == NULL */
    uint64_t free[MEM_ARENA_SLOTS / 64];     /* free slots */
    uint64_t warm_new[MEM_ARENA_SLOTS / 64]; /* free slots with resident pages, freed in this period */
    uint64_t warm_old[MEM_ARENA_SLOTS / 64]; /* the same, freed before */
    uint16_t free_slots;
    uint16_t header_pages; /* pages of slot 0 in use */
    bool huge;             /* backed with huge pages */
    bool aged;             /* was empty at the last purge already */
} mem_arena;

/* A medium block's header, 8 bytes in front of it.  Chunks fill a span: chunk + chunk.size is the next one. */
typedef struct mem_chunk {
    uint32_t previous; /* size of the chunk before it in the span; 0: it is the first */
    uint32_t size;     /* bytes, this header included; a multiple of 16, with CHUNK_ flags in its low bits */
    void *pushed;  /* the block's first word, which a free overwrites, also one too many: so the links come after */
    struct mem_chunk *next_free, *prev_free; /* in a free chunk: the bin's list */
} mem_chunk;

enum {
    CHUNK_USED = 1,
    CHUNK_OBJECT = 2,
    CHUNK_AGED = 4,   /* free since before the last purge */
    CHUNK_PURGED = 8, /* free, and its whole pages have gone back */
    CHUNK_FLAGS = 15,
    CHUNK_MIN = 32,
    CHUNK_FIRST_SHIFT = 5, /* the smallest chunk is 1 << this */
    CHUNK_ROWS = 14,       /* powers of two, 32 bytes to 256 KiB */
    CHUNK_COLUMNS = 16,    /* steps inside a power of two */
};

/* A large block's header, at the beginning of its mapping.  All are in a ring. */
typedef struct mem_large {
    mem_pool pool;
    struct mem_large *next, *prev;
    size_t mapped; /* bytes of the mapping, this header included */
    uint32_t kind;
    uint32_t traced;  /* the tracer's */
    bool aged, fresh; /* a cached one: seen by a purge; a live one: never used before, so all zeros */
} mem_large;

_Static_assert(sizeof(mem_large) <= MEM_LARGE_HEADER, "a large block's header fits in front of it");

/* A block of an external allocator: this header lies in front of it.  Always: next->prev == prev->next == this. */
typedef struct mem_external {
    struct mem_external *next, *prev;
    size_t size;  /* usable bytes behind the header */
    uint32_t tag;    /* EXTERNAL_LIVE + kind, or EXTERNAL_DEAD */
    uint32_t traced; /* the tracer's */
} mem_external;

/* Fault injection: request number `at` fails (0: none), and with `forever` all after it.  Apart from that, every
 * `every`-th request (0: none) is told to somebody. */
typedef struct mem_injection {
    uint64_t at, seen;
    bool forever;
    uint64_t every, until_next;
    void (*notify)(void *context);
    void *context;
} mem_injection;

/* What a tracer installs to see every block come and go.  A resized block is freed and allocated again; when resizing
 * fails, `kept` follows instead with what `freed` returned. */
typedef struct mem_hooks {
    void *context;
    void (*allocated)(void *context, void *block, size_t size, ouro_mem_kind kind);
    /* Before the block is given back. */
    uint64_t (*freed)(void *context, void *block);
    void (*kept)(void *context, void *block, uint64_t known);
    /* A pool or span whose `side` is not NULL is given up; all its blocks have been freed. */
    void (*dropped)(void *context, mem_pool *pool);
    /* May be NULL.  In place of mem_alloc_slow for small blocks and of mem_free_diverted, where neither faults are injected nor every block is
     * checked: what these would do, and what `allocated` and `freed` would do about it. */
    void *(*take)(ouro_mem *mem, size_t size, unsigned slot);
    void (*give)(ouro_mem *mem, void *block);
} mem_hooks;

typedef struct mem_purger mem_purger;
typedef struct mem_quarantine mem_quarantine;

struct ouro_mem {
    /* ---- What the fast paths touch ---- */
    mem_list scratch;     /* where frees of blocks that are not small push them, harmlessly */
    /* Every request must be seen (fault injection, hooks): every free takes the slow path; and so does every
     * allocation, because the lists of the slots are in `held` and those of `slots` are empty. */
    bool divert;
    /* What the fast paths leave by: mem_alloc_slow for a block of slot `slot`, and mem_free_diverted, or those of the hooks. */
    void *(*small_slow)(ouro_mem *mem, size_t size, unsigned slot);
    void (*free_diverted)(ouro_mem *mem, void *block);
    mem_list slots[SIZE_CLASS_SLOTS]; /* the free blocks that are handed out next */
    void *held[SIZE_CLASS_SLOTS];

    /* ---- Pools and arenas ---- */
    mem_class classes[SIZE_CLASS_SLOTS];
    size_t small_bytes; /* the sum over all small pools of noted * block_size */
    mem_arena **arenas; /* sorted by address */
    size_t arena_count, arena_capacity;
    mem_arena *hint;    /* the arena that last gave a fresh slot */
    mem_arena warm;     /* head of the ring of arenas with warm slots */
    char *arena_address; /* where to ask for the next arena */
    size_t pools;
    bool no_populate;    /* the system cannot back pages in advance */

    /* ---- Medium and large blocks ---- */
    uint32_t chunk_rows;                 /* rows with a free chunk */
    uint32_t chunk_columns[CHUNK_ROWS];  /* columns of each row with a free chunk */
    mem_chunk *chunk_bins[CHUNK_ROWS][CHUNK_COLUMNS];
    size_t medium_blocks, medium_bytes, spans, empty_spans;
    mem_large large;  /* head of the ring of live large blocks */
    mem_large cached; /* head of the ring of large mappings kept for reuse */
    size_t large_blocks, large_bytes, cached_count, cached_bytes;

    /* ---- Bytes ---- */
    size_t limit;
    uint64_t total_bytes, freed_bytes; /* medium, large and external blocks: handed out, taken back, since creation */
    size_t system_bytes, system_peak, peak_bytes, metadata_bytes;
    size_t reserved_bytes;
    uint64_t returned_bytes;
    uint64_t refused, faults;

    /* ---- Giving back ---- */
    int64_t decay;     /* nanoseconds */
    int64_t purge_due; /* when the next purge has something to do (os_clock_coarse); 0: nothing waits */
    int64_t purge_rested; /* no allocation purges before (os_clock_coarse) */
    size_t purge_next; /* the arena at which a purge that ran out of time goes on */
    bool purge_waits;  /* the round in progress has met something that a later one may return */
    mem_purger *purger;
    bool parked; /* the purger has the heap (ouro_mem_park) */

    /* ---- The rest ---- */
    mem_injection injection;
    mem_hooks hooks;
    size_t hides; /* calls of mem_hide not yet ended; `shown` is then the hook that hooks.allocated stands in for */
    void (*shown)(void *context, void *block, size_t size, ouro_mem_kind kind);
    bool hooked, reclaiming, is_external;
    ouro_mem_config config;
    ouro_allocator external; /* where blocks come from instead of from pools */
    mem_external blocks;     /* its blocks: a ring */
    size_t external_blocks;
    mem_quarantine *quarantine;
    char *meta_free, *meta_end; /* the rest of the newest chunk of records */
    void *meta_chunks;          /* all chunks of records but the first, linked through their first words */
    void *meta_arenas;          /* records of arenas to be used again, linked likewise */
};

#endif

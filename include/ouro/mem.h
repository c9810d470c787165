/* mem.h: ouro's memory, for use on its own.
 *
 * An `ouro_mem` is a private heap.  Requests up to OURO_MEM_SMALL_MAX bytes are served from pools of equal
 * blocks, cut from arenas; medium ones from runs of pages in the same arenas; large ones come straight from
 * the system.  A heap belongs to one thread at a time; a process may have any number of heaps, and nothing is
 * shared between them.  Destroying a heap returns everything in it.
 *
 *     ouro_mem *mem = ouro_mem_create(NULL);
 *     char *text = ouro_mem_alloc(mem, 100);
 *     ouro_mem_free(mem, text);
 *     ouro_mem_destroy(mem);
 *
 * Two kinds of block exist: leaves (OURO_MEM_LEAF), and objects (OURO_MEM_OBJECT), which lie in pools of their
 * own so that a collector can walk them all (ouro_mem_walk) without any list through them.
 *
 * The second word of an object.  An object block has at least 16 bytes, and its second 8-byte word (offset
 * OURO_MEM_MARK_OFFSET) tells a collector's walk whether an object lives there: it is 0 in a free block and in a
 * block just handed out, and the owner makes it nonzero (ouro's object floor keeps the pointer to the shape
 * there) when the object is whole enough to be seen.  So half-built objects are invisible to the fast walk.
 * ouro_mem_walk and ouro_mem_live_blocks do not depend on it: they know every block that is handed out.
 *
 * Memory goes back to the system on its own while the heap is in use: what has been empty for `decay_ms` is
 * returned.  A heap whose owner sleeps cannot notice that time passes; there are three ways (docs/memory.md):
 * ouro_mem_trim returns everything now; ouro_mem_next_purge tells a host's event loop when to call
 * ouro_mem_purge_expired; ouro_mem_park lends the heap to a helper thread while its owner blocks in the system.
 *
 * All sizes are in bytes.  All blocks are aligned to at least 8 bytes (16 for sizes that are multiples of 16).
 */
#ifndef OURO_MEM_H
#define OURO_MEM_H

#include "common.h"

OURO_BEGIN

typedef struct ouro_mem ouro_mem;

enum {
    OURO_MEM_SMALL_MAX = 512,
    OURO_MEM_MARK_OFFSET = 8, /* where in an object block the word lies that is 0 while nothing lives there */
};

typedef enum ouro_mem_kind {
    OURO_MEM_LEAF = 0,   /* strings, buffers, tables: no collector needs to see it */
    OURO_MEM_OBJECT = 1, /* an object that a collector walks to */
} ouro_mem_kind;

/* Kinds as a set, for walking. */
enum {
    OURO_MEM_LEAVES = 1 << OURO_MEM_LEAF,
    OURO_MEM_OBJECTS = 1 << OURO_MEM_OBJECT,
    OURO_MEM_ALL = OURO_MEM_LEAVES | OURO_MEM_OBJECTS,
};

/* ---- Where the blocks come from ---------------------------------------------------------------------------- */

/* Where a heap gets its blocks instead of from its own pools.  Every function is required.  The heap adds a small
 * header to each block so that it can list them.  A wrapper (one that counts, fails or limits) forwards to
 * another ouro_allocator. */
typedef struct ouro_allocator {
    void *context;
    /* Returns `size` bytes (size > 0), aligned to 16, or NULL. */
    void *(*allocate)(void *context, size_t size, ouro_mem_kind kind);
    /* Resizes a block in place or moves it; NULL leaves the old block as it was. */
    void *(*resize)(void *context, void *block, size_t size);
    void (*release)(void *context, void *block);
    /* The usable size of a block, at least what was asked for. */
    size_t (*usable_size)(void *context, const void *block);
} ouro_allocator;

/* The C library's malloc. */
OURO_PUBLIC ouro_allocator ouro_allocator_malloc(void);

/* Counts what passes through to `inner`; the owner reads the fields. */
typedef struct ouro_counting_allocator {
    ouro_allocator inner;
    uint64_t allocations, resizes, releases;
    size_t live_blocks, live_bytes, peak_bytes;
} ouro_counting_allocator;
/* `state` must outlive the allocator. */
OURO_PUBLIC ouro_allocator ouro_allocator_counting(ouro_counting_allocator *state, ouro_allocator inner);

/* Refuses the request number `fail_at` from now (1 is the next; 0 never), and with `forever` all after it. */
typedef struct ouro_failing_allocator {
    ouro_allocator inner;
    uint64_t fail_at, seen, refused;
    bool forever;
} ouro_failing_allocator;
OURO_PUBLIC ouro_allocator ouro_allocator_failing(ouro_failing_allocator *state, ouro_allocator inner, uint64_t fail_at,
                                      bool forever);

/* Refuses requests that would bring the live bytes over `limit`. */
typedef struct ouro_limiting_allocator {
    ouro_allocator inner;
    size_t limit, live_bytes;
    uint64_t refused;
} ouro_limiting_allocator;
OURO_PUBLIC ouro_allocator ouro_allocator_limiting(ouro_limiting_allocator *state, ouro_allocator inner, size_t limit);

/* A heap as an allocator (for example under a wrapper).  The heap must outlive the allocator. */
OURO_PUBLIC ouro_allocator ouro_allocator_heap(ouro_mem *mem);

/* ---- Faults a heap can find ---------------------------------------------------------------------------------- */

typedef enum ouro_mem_fault {
    OURO_MEM_DOUBLE_FREE,     /* the block is free already */
    OURO_MEM_FOREIGN_FREE,    /* the address is no block of this heap */
    OURO_MEM_WRITE_PAST_END,  /* the guard bytes behind the block have changed */
    OURO_MEM_WRITE_AFTER_FREE /* the block changed while it was free */
} ouro_mem_fault;

/* What was found, where.  `text` is one line for a person, without a line end. */
typedef struct ouro_mem_report {
    ouro_mem_fault fault;
    const void *block;
    size_t size; /* what was asked for when the block was handed out; 0: unknown */
    const char *text;
} ouro_mem_report;

/* ---- Creation ---------------------------------------------------------------------------------------------------- */

typedef struct ouro_mem_config {
    size_t limit;                     /* hard limit on bytes taken from the system; 0: none */
    int64_t decay_ms;                 /* how long an empty page stays before it goes back; 0: the default; <0: it
                                       * goes back as soon as the heap looks */
    const ouro_allocator *allocator;  /* NULL: our own pools.  The struct is copied */
    /* Called when the limit or the system refuses a request, before it fails; may free memory (by collecting).
     * Returns true when the request is worth trying again.  Requests made inside it may fail; it is not called
     * again inside itself. */
    bool (*reclaim)(void *context, size_t size);
    void *reclaim_context;
    /* Called for each fault found; the faulty call then does nothing more.  NULL: the debug build prints the text
     * to stderr, the release build only counts (ouro_mem_stats.faults). */
    void (*report)(void *context, const ouro_mem_report *report);
    void *report_context;
} ouro_mem_config;

/* Creates a heap.  `config` may be NULL (all defaults).  NULL: the system has no memory. */
OURO_PUBLIC OURO_NODISCARD ouro_mem *ouro_mem_create(const ouro_mem_config *config);

/* Destroys the heap and every block in it. */
OURO_PUBLIC void ouro_mem_destroy(ouro_mem *mem);

/* ---- Blocks ---------------------------------------------------------------------------------------------------------- */

/* Returns a block of at least `size` bytes, or NULL (limit reached, system empty, injected failure).  A request
 * for 0 bytes returns a block of the smallest class.  The contents are undefined. */
OURO_PUBLIC OURO_NODISCARD void *ouro_mem_alloc(ouro_mem *mem, size_t size);
/* The same, in the pools that ouro_mem_walk visits with OURO_MEM_OBJECTS.  The second word is 0. */
OURO_PUBLIC OURO_NODISCARD void *ouro_mem_alloc_object(ouro_mem *mem, size_t size);
/* The same as ouro_mem_alloc, filled with zeros. */
OURO_PUBLIC OURO_NODISCARD void *ouro_mem_alloc_zeroed(ouro_mem *mem, size_t size);
/* The same as ouro_mem_alloc_object, filled with zeros. */
OURO_PUBLIC OURO_NODISCARD void *ouro_mem_alloc_object_zeroed(ouro_mem *mem, size_t size);
/* Resizes a block, keeping its kind and its contents up to the smaller size; `block` NULL allocates a leaf.
 * NULL: failed, the old block is untouched.  A large block grows by moving pages, not bytes. */
OURO_PUBLIC OURO_NODISCARD void *ouro_mem_resize(ouro_mem *mem, void *block, size_t size);
/* Frees a block.  NULL is ignored. */
OURO_PUBLIC void ouro_mem_free(ouro_mem *mem, void *block);
/* The usable size of a block: its size class, not what was asked for.  (In the debug build the call also claims
 * the bytes between the two, which were guarded until then.) */
OURO_PUBLIC size_t ouro_mem_size(ouro_mem *mem, const void *block);
/* The usable size that a request for `size` bytes gets. */
OURO_PUBLIC size_t ouro_mem_good_size(const ouro_mem *mem, size_t size, ouro_mem_kind kind);

/* ---- Walking ----------------------------------------------------------------------------------------------------------- */

/* Called for each live block.  Returning false ends the walk.  It may free the block it is called for, and no
 * other; it must not allocate from the same heap. */
typedef bool (*ouro_mem_visitor)(void *context, void *block, size_t size, ouro_mem_kind kind);

/* Visits every live block of the kinds in `kinds` (OURO_MEM_LEAVES, OURO_MEM_OBJECTS, OURO_MEM_ALL), in no
 * promised order.  Returns false when the visitor ended it. */
OURO_PUBLIC bool ouro_mem_walk(ouro_mem *mem, int kinds, ouro_mem_visitor visitor, void *context);

/* How many blocks are live: handed out and not freed. */
OURO_PUBLIC size_t ouro_mem_live_blocks(ouro_mem *mem);

/* ---- Bytes ------------------------------------------------------------------------------------------------------------- */

typedef struct ouro_mem_class_stats {
    size_t block_size;   /* bytes */
    ouro_mem_kind kind;
    size_t pools;        /* pools of this class */
    size_t blocks_used;  /* handed out */
    size_t blocks_free;  /* free, their pages present */
    size_t blocks_absent;/* never carved, or their page has gone back: cost nothing */
    size_t bytes_rounding; /* lost because requests were smaller than the class (estimated from a sample) */
    size_t bytes_tail;   /* lost at the ends of pools, where no whole block fits */
} ouro_mem_class_stats;

enum { OURO_MEM_CLASSES = 96 }; /* both kinds; those never used have pools == 0 */

typedef struct ouro_mem_statistics {
    size_t live_blocks;       /* handed out now */
    size_t live_bytes;        /* their usable sizes */
    size_t peak_bytes;        /* the most live_bytes was (to about 3 %) */
    uint64_t total_bytes;     /* handed out since creation */
    size_t small_bytes;       /* live bytes in pools, */
    size_t medium_bytes;      /* in runs of pages, */
    size_t large_bytes;       /* in mappings of their own */
    size_t medium_blocks, large_blocks;
    size_t system_bytes;      /* pages that the heap has touched and not given back */
    size_t system_peak;
    uint64_t returned_bytes;  /* given back to the system since creation */
    size_t reserved_bytes;    /* address space */
    size_t empty_bytes;       /* touched pages that hold no live block, waiting for decay */
    size_t metadata_bytes;    /* touched pages that hold the heap's own records (part of system_bytes) */
    size_t arenas, pools, free_pools;
    size_t resident_bytes;    /* of the whole process, as the system sees it */
    uint64_t refused;         /* requests that failed */
    uint64_t faults;          /* faults found (debug build) */
    ouro_mem_class_stats classes[OURO_MEM_CLASSES];
} ouro_mem_statistics;

/* Fills in the statistics.  Costs a look at every pool's header. */
OURO_PUBLIC void ouro_mem_stats(ouro_mem *mem, ouro_mem_statistics *statistics);
/* Bytes live now, at most: frees of small blocks are noticed when the heap next looks at their pools.  Cheap: three
 * loads. */
OURO_PUBLIC size_t ouro_mem_live_bytes(const ouro_mem *mem);
/* Looks at every pool (some nanoseconds each), so that ouro_mem_live_bytes is exact; returns it. */
OURO_PUBLIC size_t ouro_mem_recount(ouro_mem *mem);
/* Bytes handed out since creation; never fewer than before.  Costs some microseconds. */
OURO_PUBLIC uint64_t ouro_mem_total_bytes(const ouro_mem *mem);
/* Bytes taken from the system and not given back. */
OURO_PUBLIC size_t ouro_mem_system_bytes(const ouro_mem *mem);

/* Calls `line` for each line of a picture of the heap for people: classes, pools, fill, loss. */
OURO_PUBLIC void ouro_mem_print(ouro_mem *mem, void (*line)(void *context, const char *text), void *context);

/* ---- Giving back --------------------------------------------------------------------------------------------------------- */

/* Returns everything to the system that can be returned now; the number of bytes. */
OURO_PUBLIC size_t ouro_mem_trim(ouro_mem *mem);
/* Returns what has been empty for at least the decay time. */
OURO_PUBLIC size_t ouro_mem_purge_expired(ouro_mem *mem);
/* Nanoseconds until ouro_mem_purge_expired has something to do; 0: now; -1: nothing is waiting. */
OURO_PUBLIC int64_t ouro_mem_next_purge(const ouro_mem *mem);
/* The owner is about to block in the system (sleep, read, wait): from ouro_mem_park to ouro_mem_unpark it calls
 * no function of this heap, and a helper thread purges what expires meanwhile.  The contents of live blocks stay
 * usable.  The thread is made at the first park that finds something to wait for, and ends with the heap; without
 * one (the system refuses) nothing is purged.  Costs some 50 ns when nothing is waiting. */
OURO_PUBLIC void ouro_mem_park(ouro_mem *mem);
OURO_PUBLIC void ouro_mem_unpark(ouro_mem *mem);

/* Sets the hard limit (0: none); what is over it already stays. */
OURO_PUBLIC void ouro_mem_set_limit(ouro_mem *mem, size_t limit);

/* ---- For tests ------------------------------------------------------------------------------------------------------------- */

/* The n-th request from now fails (1 is the next), once or it and all after it; n == 0 ends the injection. */
OURO_PUBLIC void ouro_mem_fail_at(ouro_mem *mem, uint64_t n, bool forever);
/* Calls `notify` at every n-th request, before it is served; 0 ends it.  `notify` must not ask for memory. */
OURO_PUBLIC void ouro_mem_notify_every(ouro_mem *mem, uint64_t n, void (*notify)(void *context), void *context);
/* Requests counted since the last ouro_mem_fail_at with n > 0 (whether or not they failed). */
OURO_PUBLIC uint64_t ouro_mem_fail_seen(const ouro_mem *mem);
/* Verifies every invariant of the heap, and in the debug build the guards of all live blocks and the poison of
 * all free ones.  False: something is wrong; what, has been reported. */
OURO_PUBLIC bool ouro_mem_check(ouro_mem *mem);

OURO_END

#endif

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
 * All sizes are in bytes.  All blocks are aligned to at least 8 bytes (16 for sizes that are multiples of 16).
 */
#ifndef OURO_MEM_H
#define OURO_MEM_H

#include "common.h"

OURO_BEGIN

typedef struct ouro_mem ouro_mem;

enum { OURO_MEM_SMALL_MAX = 512 };

typedef enum ouro_mem_kind {
    OURO_MEM_LEAF = 0,   /* strings, buffers, tables: no collector needs to see it */
    OURO_MEM_OBJECT = 1, /* an object that a collector walks to */
} ouro_mem_kind;

/* Where a heap gets its blocks instead of from its own pools.  Every function is required but `walk` and
 * `trim`.  A wrapper (one that counts, fails or limits) forwards to another ouro_allocator or to a heap. */
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

typedef struct ouro_mem_config {
    size_t limit;                     /* hard limit on bytes taken from the system; 0: none */
    int64_t decay_ms;                 /* how long an empty page stays before it goes back; <0: default */
    const ouro_allocator *allocator;  /* NULL: our own pools.  The struct is copied */
    /* Called when the limit or the system refuses a request, before it fails; may free memory (by collecting).
     * Returns true when the request is worth trying again. */
    bool (*reclaim)(void *context, size_t size);
    void *reclaim_context;
} ouro_mem_config;

/* Creates a heap.  `config` may be NULL (all defaults).  NULL: the system has no memory. */
OURO_NODISCARD ouro_mem *ouro_mem_create(const ouro_mem_config *config);

/* Destroys the heap and every block in it. */
void ouro_mem_destroy(ouro_mem *mem);

/* Returns a block of at least `size` bytes, or NULL (limit reached, system empty, injected failure).  A request
 * for 0 bytes returns a block of the smallest class.  The contents are undefined. */
OURO_NODISCARD void *ouro_mem_alloc(ouro_mem *mem, size_t size);
/* The same, in the pools that ouro_mem_walk visits with OURO_MEM_OBJECT. */
OURO_NODISCARD void *ouro_mem_alloc_object(ouro_mem *mem, size_t size);
/* The same as ouro_mem_alloc, filled with zeros. */
OURO_NODISCARD void *ouro_mem_alloc_zeroed(ouro_mem *mem, size_t size);
/* Resizes a block, keeping its kind and its contents up to the smaller size; `block` NULL allocates a leaf.
 * NULL: failed, the old block is untouched.  A large block grows by moving pages, not bytes. */
OURO_NODISCARD void *ouro_mem_resize(ouro_mem *mem, void *block, size_t size);
/* Frees a block.  NULL is ignored. */
void ouro_mem_free(ouro_mem *mem, void *block);
/* The usable size of a block: its size class, not what was asked for. */
size_t ouro_mem_size(ouro_mem *mem, const void *block);

OURO_END

#endif

/* shadow.h: a byte beside each object, for the time of one full collection.
 *
 * Counting references in the objects' headers costs a cache miss, and a dirty line, for each of them.  In a
 * shadow of one byte for every 16 bytes of heap the counts of 64 MiB of objects are 4 MiB: they stay in the
 * cache, and the heap is only read (which also keeps its pages shared with whoever has forked from the
 * process).
 *
 *     address  ->  region = address >> 22 (an arena, or a large mapping)  ->  its part of the shadow  ->  a
 * byte
 *
 * The byte of an object, when every object of the set has been visited and every reference followed
 * (shadow_settle):
 *      <= 0   not in the set (untracked, frozen, a leaf, no object at all)
 *         1   in the set; all its references come from within
 *      >= 2   in the set, and held from outside: count - references from within + 1
 * While references are being counted it is the same for what has been seen so far.  It cannot hold more than
 * 126 references: what has more is big, and has an entry in a table as well, which holds the rest.  So counts
 * are exact.
 *
 * A reference to something that is not in the heap at all (a constant object of an embedder's) falls outside
 * of the regions or into the part that stands for all holes between them; nothing is ever asked of those
 * bytes.
 *
 * Nothing here changes the heap, so a shadow that finds no memory can be given up at any time (`failed`).
 */
#ifndef OURO_SRC_GC_SHADOW_H
#define OURO_SRC_GC_SHADOW_H

#include "mem/mem_inline.h"
#include "object/object.h"

enum {
    SHADOW_GRAIN_SHIFT = 4, /* the smallest object's size: no two objects share a byte */
    SHADOW_REGION = MEM_ARENA >> SHADOW_GRAIN_SHIFT,
    SHADOW_LARGE = 16, /* bytes for a large block, which is alone in its region */
    SHADOW_REGIONS_MAX =
        1 << 16, /* between the lowest and the highest: 256 GiB of addresses, 512 KiB of table */
    SHADOW_SMALL_MAX = 126,
};

enum {
    SHADOW_UNREACHED = 1,
    SHADOW_REACHED = 2, /* and above */
};

/* What a byte cannot hold: the object's count, if it is big, less the references taken off here.  `byte`
 * NULL: empty. */
struct shadow_big {
    int8_t *byte;
    int64_t rest;
    bool visited;
};

/* From an address to its byte.  Apart, so that a loop can hold it in registers: a store to a byte may, for
 * all that the compiler knows, change anything that stands in memory. */
struct shadow_map {
    uintptr_t low; /* number of the lowest region */
    size_t regions;
    int8_t **parts; /* of each region; those without objects share one */
};

struct shadow {
    ouro_mem *mem;
    struct shadow_map map;
    void *memory; /* the parts */
    size_t memory_size, parts_size;
    struct shadow_big *bigs; /* open addressing, a power of two */
    size_t big_count, big_capacity;
    bool failed;
};

/* Makes a shadow of all zeros for the heap as it is.  False: no memory, or the heap is strewn too widely. */
OURO_NODISCARD bool shadow_create(struct shadow *shadow, ouro_mem *mem);
void shadow_destroy(struct shadow *shadow);
/* The rare halves of shadow_visit and shadow_take. */
void shadow_visit_big(struct shadow *shadow, int8_t *byte, uint32_t refcount);
void shadow_take_rest(struct shadow *shadow, int8_t *byte, size_t references);
/* All are counted: brings the big ones to what is said above. */
void shadow_settle(struct shadow *shadow);

/* The byte of an address that lies in the heap. */
static inline int8_t *shadow_of(const struct shadow_map *map, const void *address)
{
    uintptr_t a = (uintptr_t)address;
    return map->parts[(a >> MEM_ARENA_SHIFT) - map->low] + ((a >> SHADOW_GRAIN_SHIFT) & (SHADOW_REGION - 1));
}

/* The byte of any address, or NULL. */
static inline int8_t *shadow_find(const struct shadow_map *map, const void *address)
{
    uintptr_t region = ((uintptr_t)address >> MEM_ARENA_SHIFT) - map->low;
    return OURO_LIKELY(region < map->regions) ? shadow_of(map, address) : NULL;
}

/* An object of the set. */
static inline void shadow_visit(struct shadow *shadow, int8_t *byte, uint32_t refcount)
{
    if (OURO_LIKELY(refcount <= SHADOW_SMALL_MAX)) {
        *byte = (int8_t)(*byte + (int)refcount + 1);
    } else {
        shadow_visit_big(shadow, byte, refcount);
    }
}

/* A reference from within the set.  `map` is the shadow's. */
static inline void shadow_take(struct shadow *shadow, const struct shadow_map *map, const void *target)
{
    int8_t *byte = shadow_find(map, target);
    if (OURO_LIKELY(byte != NULL)) {
        int8_t left = *byte = (int8_t)(*byte - 1);
        if (OURO_UNLIKELY(left == INT8_MIN)) {
            *byte = -1;
            shadow_take_rest(shadow, byte, INT8_MAX);
        }
    }
}

#endif

/* size_class.h: the constants that shape a heap, and its size classes.
 *
 * Each constant stands beside its reason; docs/memory.md has the measurements, `ninja -C build bench-alloc` makes
 * them again.  All are build-time constants; whatever follows from them is computed, here or in mem_types.h.
 *
 * Small blocks: 48 classes, in steps of 8 bytes up to 256 and of 16 up to 512.  At most 7 bytes are lost to
 * rounding up to 256, at most 15 beyond (6 %).  Steps that grow with the size (mimalloc's eighths) would save 20
 * classes and lose up to 12 % on each block between 128 and 512 bytes: more than the half-filled pages of 20
 * more classes cost in any heap over a megabyte.
 */
#ifndef MEM_SIZE_CLASS_H
#define MEM_SIZE_CLASS_H

#include "ouro/mem.h"

enum {
    MEM_PAGE_SHIFT = 12,
    MEM_PAGE = 1 << MEM_PAGE_SHIFT, /* the unit in which memory is touched and goes back */

    /* A pool holds blocks of one class.  Larger ones meet the slow path less often and waste less at their
     * ends; smaller ones empty sooner, so that another class can have their pages while they are warm. */
    MEM_POOL_SHIFT = 14,
    MEM_POOL = 1 << MEM_POOL_SHIFT,
    MEM_POOL_PAGES = MEM_POOL / MEM_PAGE,

    /* An arena is what is reserved from the system at once: a range, not memory.  A multiple of the 2 MiB
     * that a huge page needs, and large enough that its own records are 0.4 %. */
    MEM_ARENA_SHIFT = 22,
    MEM_ARENA = 1 << MEM_ARENA_SHIFT,
    MEM_ARENA_SLOTS = MEM_ARENA / MEM_POOL, /* slot 0 holds the headers of all slots */

    /* Medium blocks are cut from spans of this many slots; what is larger gets a mapping of its own. */
    MEM_SPAN_SLOTS = 16,
    MEM_SPAN = MEM_SPAN_SLOTS * MEM_POOL,
    MEM_MEDIUM_HEADER = 8,
    MEM_MEDIUM_MAX = MEM_SPAN - 3 * MEM_MEDIUM_HEADER, /* one chunk that fills a span, less its header */
    MEM_LARGE_HEADER = 128,

    /* Arenas made once the heap is this large are backed with huge pages: an eighth of the price of a page
     * fault and fewer TLB misses, for at most one huge page too many: 1.6 % of the heap here, 3 % at half of
     * it. */
    MEM_HUGE_FROM = 128 << 20,

    /* How long an empty page stays before it goes back.  Refilling a page costs 2.5 to 11 us: at 100 ms a
     * program that drops and rebuilds 10 MB in every period would lose a tenth of its time to it, at the
     * worst. */
    MEM_DECAY_MS = 100,
};

/* X(block size in bytes), ascending. */
#define MEM_SIZE_CLASSES(X)                                                                                    \
    X(8) X(16) X(24) X(32) X(40) X(48) X(56) X(64) X(72) X(80) X(88) X(96) X(104) X(112) X(120) X(128)         \
    X(136) X(144) X(152) X(160) X(168) X(176) X(184) X(192) X(200) X(208) X(216) X(224) X(232) X(240)          \
    X(248) X(256) X(272) X(288) X(304) X(320) X(336) X(352) X(368) X(384) X(400) X(416) X(432) X(448)          \
    X(464) X(480) X(496) X(512)

enum { SIZE_CLASSES = 48, SIZE_CLASS_SLOTS = 2 * SIZE_CLASSES };

#define SIZE_CLASS_BYTES(size) size,
static const uint16_t size_class_bytes[SIZE_CLASSES] = {MEM_SIZE_CLASSES(SIZE_CLASS_BYTES)};
#undef SIZE_CLASS_BYTES

/* ceil(2^32 / size), for leaves and for objects: (offset * this) >> 32 is offset / size, exactly, for offsets inside a pool. */
#define SIZE_CLASS_RECIPROCAL(size) (uint32_t)(((UINT64_C(1) << 32) + (size) - 1) / (size)),
static const uint32_t size_class_reciprocals[SIZE_CLASS_SLOTS] = {
    MEM_SIZE_CLASSES(SIZE_CLASS_RECIPROCAL) MEM_SIZE_CLASSES(SIZE_CLASS_RECIPROCAL)
};
#undef SIZE_CLASS_RECIPROCAL

/* The class of each size in 8-byte words, for leaves and for objects.  Classes of the two kinds are numbered
 * through: leaves from 0, objects from SIZE_CLASSES.  An object has at least 16 bytes: its second word says whether
 * it lives.  (A table, although a few comparisons would do: in a program that mixes sizes those are mispredicted.) */
static const uint8_t size_class_slots[2][OURO_MEM_SMALL_MAX / 8 + 1] = {
    {
        0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
        27, 28, 29, 30, 31, 32, 32, 33, 33, 34, 34, 35, 35, 36, 36, 37, 37, 38, 38, 39, 39, 40, 40, 41, 41, 42,
        42, 43, 43, 44, 44, 45, 45, 46, 46, 47, 47
    },
    {
        49, 49, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72,
        73, 74, 75, 76, 77, 78, 79, 80, 80, 81, 81, 82, 82, 83, 83, 84, 84, 85, 85, 86, 86, 87, 87, 88, 88, 89,
        89, 90, 90, 91, 91, 92, 92, 93, 93, 94, 94, 95, 95
    },
};

static inline unsigned size_class_slot(size_t size, ouro_mem_kind kind)
{
    return size_class_slots[kind][(size + 7) >> 3];
}

static inline ouro_mem_kind size_class_slot_kind(unsigned slot)
{
    return slot >= SIZE_CLASSES ? OURO_MEM_OBJECT : OURO_MEM_LEAF;
}

static inline size_t size_class_slot_bytes(unsigned slot)
{
    return size_class_bytes[slot >= SIZE_CLASSES ? slot - SIZE_CLASSES : slot];
}

#endif

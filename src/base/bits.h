/* bits.h: bit tricks under names that say what they compute.  No state; all inline. */
#ifndef BASE_BITS_H
#define BASE_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline bool bits_is_power_of_two(uint64_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

/* Rounds up to a multiple of `alignment`, a power of two. */
static inline size_t bits_align_up(size_t value, size_t alignment)
{
    return (value + alignment - 1) & ~(alignment - 1);
}

static inline size_t bits_align_down(size_t value, size_t alignment)
{
    return value & ~(alignment - 1);
}

/* The number of zero bits below the lowest one; `value` is not 0. */
static inline unsigned bits_lowest(uint64_t value)
{
    return (unsigned)__builtin_ctzll(value);
}

/* The position of the highest one bit (floor of the base-2 logarithm); `value` is not 0. */
static inline unsigned bits_highest(uint64_t value)
{
    return 63u - (unsigned)__builtin_clzll(value);
}

static inline unsigned bits_count(uint64_t value)
{
    return (unsigned)__builtin_popcountll(value);
}

/* The smallest power of two that is at least `value`; 1 for 0. */
static inline uint64_t bits_ceil_power_of_two(uint64_t value)
{
    return value <= 1 ? 1 : UINT64_C(1) << (bits_highest(value - 1) + 1);
}

/* Bits `first` to `first + count - 1` of a word; count <= 64 - first. */
static inline uint64_t bits_range(unsigned first, unsigned count)
{
    return count == 0 ? 0 : (~UINT64_C(0) >> (64 - count)) << first;
}

/* Mixes a word so that every bit of it reaches the high bits and those the low ones (two rounds of multiply and
 * shift, the constants of David Stafford's variant 13 of MurmurHash3's finalizer). */
static inline uint64_t bits_mix(uint64_t value)
{
    value ^= value >> 30;
    value *= UINT64_C(0xbf58476d1ce4e5b9);
    value ^= value >> 27;
    value *= UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

/* Bitmaps: arrays of words. */
static inline bool bitmap_get(const uint64_t *words, size_t position)
{
    return (words[position >> 6] >> (position & 63)) & 1;
}

static inline void bitmap_set(uint64_t *words, size_t position)
{
    words[position >> 6] |= UINT64_C(1) << (position & 63);
}

static inline void bitmap_clear(uint64_t *words, size_t position)
{
    words[position >> 6] &= ~(UINT64_C(1) << (position & 63));
}

/* The first position >= `from` and < `limit` whose bit equals `wanted`; `limit` when there is none. */
static inline size_t bitmap_find(const uint64_t *words, size_t from, size_t limit, bool wanted)
{
    while (from < limit) {
        uint64_t word = wanted ? words[from >> 6] : ~words[from >> 6];
        word >>= from & 63;
        if (word != 0) {
            size_t found = from + bits_lowest(word);
            return found < limit ? found : limit;
        }
        from = (from | 63) + 1;
    }
    return limit;
}

/* The first run of `count` bits equal to `wanted` in [from, limit); `limit` when there is none. */
static inline size_t bitmap_find_run(const uint64_t *words, size_t from, size_t limit, size_t count, bool wanted)
{
    for (;;) {
        size_t start = bitmap_find(words, from, limit, wanted);
        if (start >= limit || limit - start < count)
            return limit;
        size_t end = bitmap_find(words, start, start + count, !wanted);
        if (end == start + count)
            return start;
        from = end;
    }
}

static inline void bitmap_fill(uint64_t *words, size_t first, size_t count, bool value)
{
    while (count > 0) {
        unsigned offset = (unsigned)(first & 63);
        unsigned step = count < 64 - offset ? (unsigned)count : 64 - offset;
        uint64_t mask = bits_range(offset, step);
        if (value)
            words[first >> 6] |= mask;
        else
            words[first >> 6] &= ~mask;
        first += step;
        count -= step;
    }
}

/* Unaligned loads and stores. */
static inline uint64_t bits_load64(const void *address)
{
    uint64_t value;
    memcpy(&value, address, sizeof value);
    return value;
}

static inline uint32_t bits_load32(const void *address)
{
    uint32_t value;
    memcpy(&value, address, sizeof value);
    return value;
}

static inline void bits_store64(void *address, uint64_t value)
{
    memcpy(address, &value, sizeof value);
}

static inline void bits_store32(void *address, uint32_t value)
{
    memcpy(address, &value, sizeof value);
}

#endif

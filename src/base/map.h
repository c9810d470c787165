/* map.h: a hash table from 64-bit keys (or pointers) to 64-bit values (or pointers), for side tables.
 *
 * Open addressing with linear probing over a power of two of entries, at most three quarters full; removal moves
 * the following entries back, so there are no tombstones and a table that shrinks stays fast.  Memory comes
 * through a base_allocation (vector.h).
 *
 * Always: an entry with key 0 is empty (the key 0 itself lives outside the table); every entry is reachable from
 * its home position without crossing an empty one; used <= limit(capacity).
 *
 * Iteration (map_next) is valid as long as nothing is added or removed.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/vector.h"

typedef struct map_entry {
    uint64_t key, value;
} map_entry;

typedef struct map {
    base_allocation allocation;
    map_entry *entries;
    size_t capacity; /* entries in the table: a power of two, or 0 */
    size_t count;    /* keys in the map, the key 0 included */
    uint64_t zero_value;
    bool has_zero;
} map;

/* Makes an empty map; allocates nothing yet. */
void map_init(map *table, base_allocation allocation);
/* Frees the table; the map is empty and can be used again. */
void map_clear(map *table);

/* True when the key is there; its value is then in *value (which may be NULL). */
bool map_get(const map *table, uint64_t key, uint64_t *value);
/* Adds or replaces; false: no memory, the map is as it was. */
OURO_NODISCARD bool map_set(map *table, uint64_t key, uint64_t value);
/* Removes; true when the key was there, its value then in *value (which may be NULL).  Never fails. */
bool map_remove(map *table, uint64_t key, uint64_t *value);
/* Makes room for `more` further keys, so that adding them cannot fail. */
OURO_NODISCARD bool map_reserve(map *table, size_t more);
/* Where the value of a key lies, or NULL; valid until the next change of the map. */
uint64_t *map_find(map *table, uint64_t key);

/* Steps through all entries: *position starts at 0; false at the end. */
bool map_next(const map *table, size_t *position, uint64_t *key, uint64_t *value);

/* Verifies the invariants above. */
bool map_check(const map *table);

/* The same with pointers. */
static inline void *map_get_pointer(const map *table, const void *key)
{
    uint64_t value = 0;
    return map_get(table, (uint64_t)(uintptr_t)key, &value) ? (void *)(uintptr_t)value : NULL;
}

OURO_NODISCARD static inline bool map_set_pointer(map *table, const void *key, const void *value)
{
    return map_set(table, (uint64_t)(uintptr_t)key, (uint64_t)(uintptr_t)value);
}

static inline void *map_remove_pointer(map *table, const void *key)
{
    uint64_t value = 0;
    return map_remove(table, (uint64_t)(uintptr_t)key, &value) ? (void *)(uintptr_t)value : NULL;
}

#endif

/* map.c: see map.h. */
#include "base/map.h"
#include "base/assert.h"
#include "base/bits.h"

enum { MAP_MIN_CAPACITY = 8 };

static size_t map_limit(size_t capacity)
{
    return capacity - capacity / 4;
}

static size_t map_home(const map *table, uint64_t key)
{
    return (size_t)bits_mix(key) & (table->capacity - 1);
}

void map_init(map *table, base_allocation allocation)
{
    memset(table, 0, sizeof *table);
    table->allocation = allocation;
}

void map_clear(map *table)
{
    if (table->entries != NULL)
        (void)table->allocation.resize(table->allocation.context, table->entries,
                                       table->capacity * sizeof(map_entry), 0);
    map_init(table, table->allocation);
}

/* The entry of a key (not 0), or the empty entry where it belongs. */
static map_entry *map_probe(const map *table, uint64_t key)
{
    size_t mask = table->capacity - 1;
    for (size_t i = map_home(table, key);; i = (i + 1) & mask) {
        map_entry *entry = &table->entries[i];
        if (entry->key == key || entry->key == 0)
            return entry;
    }
}

/* Moves all entries to a table of `capacity` entries. */
static bool map_rehash(map *table, size_t capacity)
{
    if (capacity > PTRDIFF_MAX / sizeof(map_entry))
        return false;
    base_allocation *allocation = &table->allocation;
    map_entry *fresh = allocation->resize(allocation->context, NULL, 0, capacity * sizeof(map_entry));
    if (fresh == NULL)
        return false;
    memset(fresh, 0, capacity * sizeof(map_entry));
    map_entry *old = table->entries;
    size_t old_capacity = table->capacity;
    table->entries = fresh;
    table->capacity = capacity;
    for (size_t i = 0; i < old_capacity; i++) {
        if (old[i].key != 0)
            *map_probe(table, old[i].key) = old[i];
    }
    if (old != NULL)
        (void)allocation->resize(allocation->context, old, old_capacity * sizeof(map_entry), 0);
    return true;
}

bool map_reserve(map *table, size_t more)
{
    size_t needed = table->count + more;
    if (needed < more || needed > PTRDIFF_MAX / sizeof(map_entry) / 2)
        return false;
    if (table->capacity != 0 && needed <= map_limit(table->capacity))
        return true;
    size_t capacity = table->capacity < MAP_MIN_CAPACITY ? MAP_MIN_CAPACITY : table->capacity;
    while (map_limit(capacity) < needed)
        capacity *= 2;
    return map_rehash(table, capacity);
}

uint64_t *map_find(map *table, uint64_t key)
{
    if (key == 0)
        return table->has_zero ? &table->zero_value : NULL;
    if (table->capacity == 0)
        return NULL;
    map_entry *entry = map_probe(table, key);
    return entry->key == key ? &entry->value : NULL;
}

bool map_get(const map *table, uint64_t key, uint64_t *value)
{
    const uint64_t *found = map_find((map *)table, key);
    if (found == NULL)
        return false;
    if (value != NULL)
        *value = *found;
    return true;
}

bool map_set(map *table, uint64_t key, uint64_t value)
{
    uint64_t *found = map_find(table, key);
    if (found != NULL) {
        *found = value;
        return true;
    }
    if (key == 0) {
        table->has_zero = true;
        table->zero_value = value;
        table->count++;
        return true;
    }
    if (!map_reserve(table, 1))
        return false;
    *map_probe(table, key) = (map_entry){key, value};
    table->count++;
    return true;
}

bool map_remove(map *table, uint64_t key, uint64_t *value)
{
    const uint64_t *found = map_find(table, key);
    if (found == NULL)
        return false;
    if (value != NULL)
        *value = *found;
    table->count--;
    if (key == 0) {
        table->has_zero = false;
        return true;
    }
    size_t mask = table->capacity - 1;
    size_t hole = (size_t)((const map_entry *)((const char *)found - offsetof(map_entry, value)) - table->entries);
    /* Move back each follower whose home does not lie between the hole and itself. */
    for (size_t i = (hole + 1) & mask; table->entries[i].key != 0; i = (i + 1) & mask) {
        size_t home = map_home(table, table->entries[i].key);
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            table->entries[hole] = table->entries[i];
            hole = i;
        }
    }
    table->entries[hole].key = 0;
    /* A table that became mostly empty shrinks; without memory it stays as it is. */
    if (table->capacity > MAP_MIN_CAPACITY * 4 && table->count < table->capacity / 8)
        (void)map_rehash(table, table->capacity / 4);
    return true;
}

bool map_next(const map *table, size_t *position, uint64_t *key, uint64_t *value)
{
    size_t i = *position;
    while (i < table->capacity && table->entries[i].key == 0)
        i++;
    *position = i + 1;
    if (i < table->capacity) {
        *key = table->entries[i].key;
        *value = table->entries[i].value;
        return true;
    }
    if (i == table->capacity && table->has_zero) {
        *key = 0;
        *value = table->zero_value;
        return true;
    }
    return false;
}

bool map_check(const map *table)
{
    size_t count = table->has_zero ? 1 : 0;
    for (size_t i = 0; i < table->capacity; i++) {
        if (table->entries[i].key == 0)
            continue;
        count++;
        if (map_probe(table, table->entries[i].key) != &table->entries[i])
            return false;
    }
    return count == table->count && (table->capacity == 0 || count <= map_limit(table->capacity) + table->has_zero);
}

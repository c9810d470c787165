/* table.h: numbered records that are found by their contents: names, places, sites, cohorts.
 *
 * Records lie in one array and are known by their number; number 0 is no record.  Equal ones are found through
 * chains: the first word of a record is the number of the next with the same bucket.  A record never moves to another
 * number; the array may move, so no pointer into it is kept across table_add.
 *
 * Always: count <= capacity; every record from 1 to count - 1 that is in use is in the chain of the bucket of its hash;
 * there are at least as many buckets as records.
 */
#ifndef TRACE_TABLE_H
#define TRACE_TABLE_H

#include "ouro/mem.h"

typedef struct trace_table {
    ouro_mem *mem;
    char *items;
    uint32_t *buckets;
    uint32_t count, capacity, bucket_mask;
    uint32_t item_size;
    uint32_t (*hash)(const struct trace_table *table, const void *item);
    const void *context; /* for `hash` */
} trace_table;

/* An empty table (only number 0, all zeros).  False: no memory. */
OURO_NODISCARD bool table_init(trace_table *table, ouro_mem *mem, uint32_t item_size,
                               uint32_t (*hash)(const trace_table *table, const void *item));
void table_free(trace_table *table);
/* Forgets all records. */
void table_clear(trace_table *table);
/* Room for one more record: false: no memory, the table is as it was. */
OURO_NODISCARD bool table_reserve(trace_table *table);
/* Appends a zeroed record, in no chain yet, and returns its number; there is room (table_reserve). */
uint32_t table_append(trace_table *table);
/* Puts a filled record into its chain. */
void table_link(trace_table *table, uint32_t number);
/* Empties all chains. */
void table_unlink_all(trace_table *table);

static inline void *table_at(const trace_table *table, uint32_t number)
{
    return table->items + (size_t)number * table->item_size;
}

/* The first record of a chain; 0: none. */
static inline uint32_t table_first(const trace_table *table, uint32_t hash)
{
    return table->buckets[hash & table->bucket_mask];
}

static inline uint32_t table_next(const trace_table *table, uint32_t number)
{
    return *(const uint32_t *)table_at(table, number);
}

#endif

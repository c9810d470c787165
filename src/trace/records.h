/* records.h: numbered records that are found by their contents: names, places, sites, cohorts.
 *
 * Records lie in one array and are known by their number; number 0 is no record.  Equal ones are found
 * through chains: the first word of a record is the number of the next with the same bucket.  A record never
 * moves to another number; the array may move, so no pointer into it is kept across records_append.
 *
 * Always: count <= capacity; every record from 1 to count - 1 that is in use is in the chain of the bucket of
 * its hash; there are at least as many buckets as records.
 */
#ifndef TRACE_RECORDS_H
#define TRACE_RECORDS_H

#include "ouro/mem.h"

typedef struct trace_records {
    ouro_mem *mem;
    char *items;
    uint32_t *buckets;
    uint32_t count, capacity, bucket_mask;
    uint32_t item_size;
    uint32_t (*hash)(const struct trace_records *table, const void *item);
    const void *context; /* for `hash` */
} trace_records;

/* An empty table (only number 0, all zeros).  False: no memory. */
OURO_NODISCARD bool records_init(trace_records *table, ouro_mem *mem, uint32_t item_size,
                                 uint32_t (*hash)(const trace_records *table, const void *item));
void records_free(trace_records *table);
/* Forgets all records. */
void records_clear(trace_records *table);
/* Room for one more record: false: no memory, the table is as it was. */
OURO_NODISCARD bool records_reserve(trace_records *table);
/* Appends a zeroed record, in no chain yet, and returns its number; there is room (records_reserve). */
uint32_t records_append(trace_records *table);
/* Puts a filled record into its chain. */
void records_link(trace_records *table, uint32_t number);
/* Empties all chains. */
void records_unlink_all(trace_records *table);

static inline void *records_at(const trace_records *table, uint32_t number)
{
    return table->items + (size_t)number * table->item_size;
}

/* The first record of a chain; 0: none. */
static inline uint32_t records_first(const trace_records *table, uint32_t hash)
{
    return table->buckets[hash & table->bucket_mask];
}

static inline uint32_t records_next(const trace_records *table, uint32_t number)
{
    return *(const uint32_t *)records_at(table, number);
}

#endif

/* records.c: numbered records that are found by their contents (records.h). */
#include "trace/records.h"
#include <string.h>

enum { RECORDS_FIRST_CAPACITY = 32 };

bool records_init(trace_records *table, ouro_mem *mem, uint32_t item_size,
                  uint32_t (*hash)(const trace_records *table, const void *item))
{
    *table = (trace_records){.mem = mem, .item_size = item_size, .hash = hash, .count = 1};
    table->items = ouro_mem_alloc_zeroed(mem, (size_t)RECORDS_FIRST_CAPACITY * item_size);
    table->buckets = ouro_mem_alloc_zeroed(mem, RECORDS_FIRST_CAPACITY * sizeof *table->buckets);
    table->capacity = RECORDS_FIRST_CAPACITY;
    table->bucket_mask = RECORDS_FIRST_CAPACITY - 1;
    return table->items != NULL && table->buckets != NULL;
}

void records_free(trace_records *table)
{
    if (table->mem == NULL)
        return;
    ouro_mem_free(table->mem, table->items);
    ouro_mem_free(table->mem, table->buckets);
    *table = (trace_records){0};
}

void records_unlink_all(trace_records *table)
{
    memset(table->buckets, 0, (table->bucket_mask + (size_t)1) * sizeof *table->buckets);
}

void records_clear(trace_records *table)
{
    records_unlink_all(table);
    table->count = 1;
}

void records_link(trace_records *table, uint32_t number)
{
    void *item = records_at(table, number);
    uint32_t *bucket = &table->buckets[table->hash(table, item) & table->bucket_mask];
    *(uint32_t *)item = *bucket;
    *bucket = number;
}

/* Doubles the array and, in step with it, the buckets; every chain is built anew. */
bool records_reserve(trace_records *table)
{
    if (table->count < table->capacity)
        return true;
    if (table->capacity > UINT32_MAX / 2)
        return false;
    uint32_t capacity = table->capacity * 2;
    uint32_t *buckets = ouro_mem_alloc_zeroed(table->mem, capacity * sizeof *buckets);
    char *items = buckets != NULL
                      ? ouro_mem_resize(table->mem, table->items, (size_t)capacity * table->item_size)
                      : NULL;
    if (items == NULL) {
        ouro_mem_free(table->mem, buckets);
        return false;
    }
    /* Which records are in chains is known from the old buckets alone. */
    uint32_t *old = table->buckets, old_buckets = table->bucket_mask + 1;
    table->items = items;
    table->buckets = buckets;
    table->capacity = capacity;
    table->bucket_mask = capacity - 1;
    for (uint32_t i = 0; i < old_buckets; i++) {
        for (uint32_t number = old[i], next; number != 0; number = next) {
            next = records_next(table, number);
            records_link(table, number);
        }
    }
    ouro_mem_free(table->mem, old);
    return true;
}

uint32_t records_append(trace_records *table)
{
    uint32_t number = table->count++;
    memset(records_at(table, number), 0, table->item_size);
    return number;
}

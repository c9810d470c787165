/* side.c: the side table (side.h): open addressing with linear probing, deletion by shifting back.
 *
 * `capacity` is a power of two (or 0), and the table is at most three quarters full:
 *     count * 4 <= capacity * 3
 * Every record lies between its home slot and the first empty slot after it, cyclically.
 */
#include "object/side.h"

enum { SIDE_FIRST_CAPACITY = 16 };

struct side_record {
    ouro_object *object; /* NULL: empty slot */
    struct weak_reference *weak;
    ouro_value dict;
};

struct side_table {
    struct side_record *records;
    size_t capacity;
    size_t count;
};

bool side_create(ouro_runtime *rt)
{
    rt->side = ouro_mem_alloc_zeroed(rt->mem, sizeof *rt->side);
    return rt->side != NULL;
}

void side_destroy(ouro_runtime *rt)
{
    if (rt->side != NULL) {
        ouro_mem_free(rt->mem, rt->side->records);
        ouro_mem_free(rt->mem, rt->side);
        rt->side = NULL;
    }
}

size_t side_count(ouro_runtime *rt)
{
    return rt->side->count;
}

static size_t side_home(const struct side_table *table, const ouro_object *object)
{
    /* Fibonacci hashing: addresses differ in their middle bits */
    return (size_t)(((uint64_t)(uintptr_t)object * UINT64_C(0x9e3779b97f4a7c15)) >> 20) & (table->capacity - 1);
}

static struct side_record *side_find(ouro_runtime *rt, const ouro_object *object)
{
    struct side_table *table = rt->side;
    if (!(object->gc & OURO_GC_SIDE)) {
        return NULL;
    }
    for (size_t i = side_home(table, object);; i = (i + 1) & (table->capacity - 1)) {
        if (table->records[i].object == object) {
            return &table->records[i];
        }
        if (table->records[i].object == NULL) {
            return NULL;
        }
    }
}

static struct side_record *side_insert(struct side_table *table, ouro_object *object)
{
    size_t i = side_home(table, object);
    while (table->records[i].object != NULL) {
        i = (i + 1) & (table->capacity - 1);
    }
    table->records[i].object = object;
    table->count++;
    return &table->records[i];
}

/* `capacity` is enough for what is in the table.  Where memory is short the allocation collects garbage, whose records leave
 * the table, which may so become smaller: it is looked at only afterwards. */
static bool side_resize(ouro_runtime *rt, size_t capacity)
{
    struct side_record *records = ouro_mem_alloc_zeroed(rt->mem, capacity * sizeof *records);
    if (records == NULL) {
        return false;
    }
    struct side_table old = *rt->side;
    *rt->side = (struct side_table){records, capacity, 0};
    for (size_t i = 0; i < old.capacity; i++) {
        if (old.records[i].object != NULL) {
            struct side_record *record = side_insert(rt->side, old.records[i].object);
            record->weak = old.records[i].weak;
            record->dict = old.records[i].dict;
        }
    }
    ouro_mem_free(rt->mem, old.records);
    return true;
}

static bool side_is_full(const struct side_table *table)
{
    return (table->count + 1) * 4 > table->capacity * 3;
}

/* The record of `object`, made if need be; NULL: no memory (exception set). */
static struct side_record *side_make(ouro_runtime *rt, ouro_object *object)
{
    struct side_record *record = side_find(rt, object);
    if (record != NULL) {
        return record;
    }
    struct side_table *table = rt->side;
    if (side_is_full(table)) {
        size_t capacity = table->capacity == 0 ? SIDE_FIRST_CAPACITY : table->capacity * 2;
        if (!side_resize(rt, capacity) && side_is_full(table)) {
            error_no_memory(rt);
            return NULL;
        }
    }
    object->gc |= OURO_GC_SIDE;
    return side_insert(table, object);
}

/* Removes the record if both its parts are gone. */
static void side_drop_if_empty(ouro_runtime *rt, struct side_record *record)
{
    if (record->weak != NULL || !ouro_is_null(record->dict)) {
        return;
    }
    struct side_table *table = rt->side;
    size_t mask = table->capacity - 1;
    record->object->gc &= ~(uint32_t)OURO_GC_SIDE;
    size_t hole = (size_t)(record - table->records);
    for (size_t i = (hole + 1) & mask; table->records[i].object != NULL; i = (i + 1) & mask) {
        /* a record may move into the hole unless its home lies cyclically after the hole */
        size_t home = side_home(table, table->records[i].object);
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            table->records[hole] = table->records[i];
            hole = i;
        }
    }
    table->records[hole] = (struct side_record){0};
    table->count--;
    if (table->capacity > SIDE_FIRST_CAPACITY && table->count * 8 < table->capacity) {
        (void)side_resize(rt, table->capacity / 2); /* no memory: it just stays large */
    }
}

struct weak_reference *side_weak(ouro_runtime *rt, ouro_object *object)
{
    struct side_record *record = side_find(rt, object);
    return record != NULL ? record->weak : NULL;
}

bool side_set_weak(ouro_runtime *rt, ouro_object *object, struct weak_reference *head)
{
    if (head == NULL) {
        side_remove_weak(rt, object);
        return true;
    }
    struct side_record *record = side_make(rt, object);
    if (record == NULL) {
        return false;
    }
    record->weak = head;
    return true;
}

void side_remove_weak(ouro_runtime *rt, ouro_object *object)
{
    struct side_record *record = side_find(rt, object);
    if (record != NULL) {
        record->weak = NULL;
        side_drop_if_empty(rt, record);
    }
}

ouro_value side_dict(ouro_runtime *rt, ouro_object *object)
{
    struct side_record *record = side_find(rt, object);
    return record != NULL ? record->dict : OURO_NULL;
}

bool side_set_dict(ouro_runtime *rt, ouro_object *object, ouro_value dict)
{
    if (ouro_is_null(dict)) {
        value_decref(rt, side_take_dict(rt, object));
        return true;
    }
    struct side_record *record = side_make(rt, object);
    if (record == NULL) {
        value_decref(rt, dict);
        return false;
    }
    value_replace(rt, &record->dict, dict);
    return true;
}

ouro_value side_take_dict(ouro_runtime *rt, ouro_object *object)
{
    struct side_record *record = side_find(rt, object);
    if (record == NULL) {
        return OURO_NULL;
    }
    ouro_value dict = record->dict;
    record->dict = OURO_NULL;
    side_drop_if_empty(rt, record);
    return dict;
}

const char *side_check(ouro_runtime *rt)
{
    const struct side_table *table = rt->side;
    size_t count = 0;
    if (table->count * 4 > table->capacity * 3) {
        return "side table: too full";
    }
    for (size_t i = 0; i < table->capacity; i++) {
        const struct side_record *record = &table->records[i];
        if (record->object == NULL) {
            continue;
        }
        count++;
        if (!(record->object->gc & OURO_GC_SIDE)) {
            return "side table: a record for an object without OURO_GC_SIDE";
        }
        if (side_find(rt, record->object) != record) {
            return "side table: a record that cannot be found";
        }
        if (record->weak == NULL && ouro_is_null(record->dict)) {
            return "side table: an empty record";
        }
    }
    return count == table->count ? NULL : "side table: wrong count";
}

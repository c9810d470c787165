/* str_intern.c: one object for each interned text.
 *
 * The table is a hash set of borrowed pointers, open addressing with linear probing; an interned str takes itself
 * out when it dies (str_intern_forget), so interned strs are as mortal as others.  Holes are closed by moving the
 * entries behind them back, so there are no tombstones.
 *
 * Invariants: used * 3 <= capacity * 2; every entry has STR_INTERNED and a computed hash (or is empty text), and is
 * reachable from its home slot without an empty slot between.
 */
#include "types/text.h"

#include "types/bytes.h"
#include "types/error.h"

struct interned_table {
    str_object **slots;
    size_t capacity; /* a power of two */
    size_t used;
};

enum { STR_INTERN_FIRST_CAPACITY = 2048 };

static struct interned_table *str_intern_table(ouro_runtime *rt)
{
    struct interned_table *table = rt->types->interned;
    if (table == NULL) {
        table = ouro_mem_alloc_zeroed(rt->mem, sizeof *table);
        if (table == NULL) {
            return NULL;
        }
        table->slots = ouro_mem_alloc_zeroed(rt->mem, STR_INTERN_FIRST_CAPACITY * sizeof *table->slots);
        if (table->slots == NULL) {
            ouro_mem_free(rt->mem, table);
            return NULL;
        }
        table->capacity = STR_INTERN_FIRST_CAPACITY;
        rt->types->interned = table;
    }
    return table;
}

static bool str_intern_grow(ouro_runtime *rt, struct interned_table *table)
{
    size_t capacity = table->capacity * 2;
    str_object **slots = ouro_mem_alloc_zeroed(rt->mem, capacity * sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    for (size_t i = 0; i < table->capacity; i++) {
        str_object *s = table->slots[i];
        if (s != NULL) {
            size_t at = s->hash & (capacity - 1);
            while (slots[at] != NULL) {
                at = (at + 1) & (capacity - 1);
            }
            slots[at] = s;
        }
    }
    ouro_mem_free(rt->mem, table->slots);
    table->slots = slots;
    table->capacity = capacity;
    return true;
}

ouro_value str_intern(ouro_runtime *rt, ouro_value v)
{
    if (ouro_is_null(v)) {
        return OURO_NULL;
    }
    if (!value_is_str_exact(rt, v)) {
        ouro_value exact = str_exact(rt, v);
        value_decref(rt, v);
        if (ouro_is_null(exact)) {
            return OURO_NULL;
        }
        v = exact;
    }
    str_object *s = as_str(v);
    if ((s->flags & STR_INTERNED) != 0) {
        return v;
    }
    struct interned_table *table = str_intern_table(rt);
    if (table == NULL || (table->used * 3 >= table->capacity * 2 && !str_intern_grow(rt, table))) {
        value_decref(rt, v);
        error_no_memory(rt);
        return OURO_NULL;
    }
    size_t at = (uint64_t)str_hash(rt, s) & (table->capacity - 1);
    while (table->slots[at] != NULL) {
        if (str_equal(table->slots[at], s)) {
            ouro_value found = value_incref(ouro_from_object(table->slots[at]));
            value_decref(rt, v);
            return found;
        }
        at = (at + 1) & (table->capacity - 1);
    }
    table->slots[at] = s;
    table->used++;
    s->flags |= STR_INTERNED;
    return v;
}

ouro_value str_intern_cstring(ouro_runtime *rt, const char *text)
{
    return str_intern(rt, str_from_cstring(rt, text));
}

void str_intern_forget(ouro_runtime *rt, str_object *s)
{
    struct interned_table *table = rt->types->interned;
    if (table == NULL) {
        return;
    }
    size_t mask = table->capacity - 1;
    size_t at = s->hash & mask;
    while (table->slots[at] != s) {
        if (table->slots[at] == NULL) {
            return;
        }
        at = (at + 1) & mask;
    }
    /* Close the hole: an entry may move back to it unless its home lies cyclically in (hole, entry]. */
    size_t hole = at;
    for (size_t next = (at + 1) & mask; table->slots[next] != NULL; next = (next + 1) & mask) {
        size_t home = table->slots[next]->hash & mask;
        if (((next - home) & mask) >= ((next - hole) & mask)) {
            table->slots[hole] = table->slots[next];
            hole = next;
        }
    }
    table->slots[hole] = NULL;
    table->used--;
}

bool str_start(ouro_runtime *rt)
{
    ouro_value s = str_empty(rt), b = bytes_empty(rt);
    bool made = !ouro_is_null(s) && !ouro_is_null(b);
    value_decref(rt, s);
    value_decref(rt, b);
    return made;
}

void str_stop(ouro_runtime *rt)
{
    struct types_state *types = rt->types;
    for (size_t i = 0; i < 256; i++) {
        value_clear(rt, &types->latin1_chars[i]);
    }
    value_clear(rt, &types->empty_str);
    struct interned_table *table = types->interned;
    if (table != NULL) {
        for (size_t i = 0; i < table->capacity; i++) {
            if (table->slots[i] != NULL) {
                table->slots[i]->flags = (uint8_t)(table->slots[i]->flags & ~STR_INTERNED);
            }
        }
        types->interned = NULL;
        ouro_mem_free(rt->mem, table->slots);
        ouro_mem_free(rt->mem, table);
    }
}

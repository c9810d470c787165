/* containers.h: tuple, list, dict, set, slice: their structs and what C code does with them.
 *
 * "borrowed" results here are good until the container changes or any program code runs.
 */
#ifndef OURO_SRC_TYPES_CONTAINERS_H
#define OURO_SRC_TYPES_CONTAINERS_H

#include "types/types.h"

/* ---- tuple ---- */
struct tuple_object {
    ouro_object object;
    size_t size;
    ouro_value items[];
};
static inline tuple_object *as_tuple(ouro_value v)
{
    return (tuple_object *)(void *)ouro_as_object(v);
}
static inline bool value_is_tuple(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && (ouro_as_object(v)->shape->type->flags & TYPE_IS_TUPLE) != 0;
}
/* Items are copied and counted; size 0 gives the shared empty tuple. */
OURO_NODISCARD ouro_value tuple_new(ouro_runtime *rt, const ouro_value *items, size_t size);
/* The same, the references of the items stolen (also on failure). */
OURO_NODISCARD ouro_value tuple_new_steal(ouro_runtime *rt, ouro_value *items, size_t size);
/* The same of items just made: where one could not be (OURO_NULL, the exception set), there is no tuple either. */
OURO_NODISCARD ouro_value tuple_new_made(ouro_runtime *rt, ouro_value *items, size_t size);
/* Items OURO_NULL, not tracked: the caller fills them and calls gc_track.  size > 0. */
OURO_NODISCARD tuple_object *tuple_new_blank(ouro_runtime *rt, size_t size);
OURO_NODISCARD ouro_value tuple_pack1(ouro_runtime *rt, ouro_value a);
OURO_NODISCARD ouro_value tuple_pack2(ouro_runtime *rt, ouro_value a, ouro_value b);
OURO_NODISCARD ouro_value tuple_pack3(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value c);
OURO_NODISCARD ouro_value tuple_from_iterable(ouro_runtime *rt, ouro_value iterable);

/* ---- list ---- */
struct list_object {
    ouro_object object;
    ouro_value *items; /* leaf block, NULL when capacity is 0 */
    size_t size;
    size_t capacity;
};
static inline list_object *as_list(ouro_value v)
{
    return (list_object *)(void *)ouro_as_object(v);
}
static inline bool value_is_list(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && (ouro_as_object(v)->shape->type->flags & TYPE_IS_LIST) != 0;
}
/* A list of `size` items copied and counted from `items` (NULL: empty, room for `size`). */
OURO_NODISCARD ouro_value list_new(ouro_runtime *rt, const ouro_value *items, size_t size);
OURO_NODISCARD ouro_value list_new_steal(ouro_runtime *rt, ouro_value *items, size_t size);
OURO_NODISCARD bool list_append(ouro_runtime *rt, ouro_value list, ouro_value item);
OURO_NODISCARD bool list_append_steal(ouro_runtime *rt, ouro_value list, ouro_value item);
OURO_NODISCARD bool list_extend(ouro_runtime *rt, ouro_value list, ouro_value iterable);
/* Appends `count` items whose references become the list's.  False: no memory, they are still the caller's. */
OURO_NODISCARD bool list_extend_steal(ouro_runtime *rt, ouro_value list, const ouro_value *items, size_t count);
OURO_NODISCARD bool list_insert(ouro_runtime *rt, ouro_value list, int64_t index, ouro_value item);
OURO_NODISCARD bool list_sort(ouro_runtime *rt, ouro_value list, ouro_value key, bool reverse);
OURO_NODISCARD ouro_value list_from_iterable(ouro_runtime *rt, ouro_value iterable);
OURO_NODISCARD ouro_value list_as_tuple(ouro_runtime *rt, ouro_value list);

/* ---- dict ---- (table.h has the hash table that dict and set share) */
struct table;
struct dict_object {
    ouro_object object;
    uint32_t layout_version; /* 0, or unique to this dict with exactly these keys at these positions */
    uint32_t reserved;
    struct table *table;     /* never NULL; the shared empty table when nothing was ever stored */
};
static inline dict_object *as_dict(ouro_value v)
{
    return (dict_object *)(void *)ouro_as_object(v);
}
static inline bool value_is_dict(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && (ouro_as_object(v)->shape->type->flags & TYPE_IS_DICT) != 0;
}
OURO_NODISCARD ouro_value dict_new(ouro_runtime *rt, size_t expected);
/* A new dict of `n` keys and values; each lies `step` words behind the one before.  A later equal key counts. */
OURO_NODISCARD ouro_value dict_from_items(ouro_runtime *rt, const ouro_value *keys, size_t key_step,
                                          const ouro_value *values, size_t value_step, size_t n);
/* Makes room in a dict that never held anything; nothing is done for others.  False: no memory. */
OURO_NODISCARD bool dict_reserve(ouro_runtime *rt, dict_object *d, size_t expected);
size_t dict_size(const dict_object *d);
/* May a look-up by name find keys whose own __eq__ decides?  (Not those that dict_get_str compares.) */
bool dict_has_strange_keys(const dict_object *d);
/* Borrowed value; OURO_NULL: absent (no exception) or failed (exception set). */
OURO_NODISCARD ouro_value dict_get(ouro_runtime *rt, dict_object *d, ouro_value key);
/* The same for an exact str key; runs no code, cannot fail. */
ouro_value dict_get_str(ouro_runtime *rt, dict_object *d, ouro_value name);
OURO_NODISCARD ouro_value dict_get_hashed(ouro_runtime *rt, dict_object *d, ouro_value key, hash_t hash);
OURO_NODISCARD bool dict_set(ouro_runtime *rt, dict_object *d, ouro_value key, ouro_value value);
OURO_NODISCARD bool dict_set_hashed(ouro_runtime *rt, dict_object *d, ouro_value key, hash_t hash,
                                    ouro_value value);
/* 1: deleted, 0: was not there (no exception), -1: failed. */
OURO_NODISCARD int dict_delete(ouro_runtime *rt, dict_object *d, ouro_value key);
/* Removes and hands over the value: new reference; OURO_NULL as in dict_get. */
OURO_NODISCARD ouro_value dict_pop(ouro_runtime *rt, dict_object *d, ouro_value key);
OURO_NODISCARD ouro_value dict_pop_hashed(ouro_runtime *rt, dict_object *d, ouro_value key, hash_t hash);
/* Value of key, storing `fallback` if absent: new reference. */
OURO_NODISCARD ouro_value dict_set_default(ouro_runtime *rt, dict_object *d, ouro_value key, ouro_value fallback);
void dict_clear(ouro_runtime *rt, dict_object *d);
OURO_NODISCARD ouro_value dict_copy(ouro_runtime *rt, dict_object *d);
/* d.update(other): a mapping or an iterable of pairs. */
OURO_NODISCARD bool dict_update(ouro_runtime *rt, dict_object *d, ouro_value other);
/* Steps through the entries in order: *position begins at 0; borrowed key and value; false at the end.  The dict
 * must not be resized meanwhile (a caller that runs code checks dict_size itself). */
bool dict_next(dict_object *d, size_t *position, ouro_value *key, ouro_value *value);
/* For inline caches: the entry index of a str key (or -1), and the layout version that guards it (0: cannot): an
 * entry stays at its place as long as d->layout_version equals that version. */
int64_t dict_index_str(ouro_runtime *rt, dict_object *d, ouro_value name);
uint32_t dict_layout_version(ouro_runtime *rt, dict_object *d);

/* ---- set, frozenset ---- */
typedef struct set_object {
    ouro_object object;
    struct table *table;
    uint64_t hash; /* frozenset: 0 until computed */
} set_object;
static inline set_object *as_set(ouro_value v)
{
    return (set_object *)(void *)ouro_as_object(v);
}
static inline bool value_is_set(ouro_runtime *rt, ouro_value v) /* set, frozenset, subclasses */
{
    return ouro_is_object(v) && (ouro_as_object(v)->shape->type->flags & TYPE_IS_SET) != 0;
}
OURO_NODISCARD ouro_value set_new(ouro_runtime *rt, ouro_value iterable); /* OURO_NULL: empty */
OURO_NODISCARD ouro_value frozenset_new(ouro_runtime *rt, ouro_value iterable);
OURO_NODISCARD bool set_add(ouro_runtime *rt, ouro_value set, ouro_value item);
OURO_NODISCARD int set_contains(ouro_runtime *rt, ouro_value set, ouro_value item);
OURO_NODISCARD int set_discard(ouro_runtime *rt, ouro_value set, ouro_value item); /* 1 removed, 0, -1 */
size_t set_size(ouro_value set);
bool set_next(ouro_value set, size_t *position, ouro_value *item);
OURO_NODISCARD bool set_update(ouro_runtime *rt, ouro_value set, ouro_value iterable);

/* ---- slice, range ---- */
typedef struct slice_object {
    ouro_object object;
    ouro_value start, stop, step;
} slice_object;
OURO_NODISCARD ouro_value slice_new(ouro_runtime *rt, ouro_value start, ouro_value stop, ouro_value step);
/* The indices that the slice picks of a sequence of `length`: as slice.indices, with the number of items. */
OURO_NODISCARD bool slice_resolve(ouro_runtime *rt, ouro_value slice, int64_t length, int64_t *start,
                                  int64_t *stop, int64_t *step, int64_t *count);
/* The same of a sequence that may change while the bounds' __index__ runs: its length is read when they have run. */
OURO_NODISCARD bool slice_resolve_live(ouro_runtime *rt, ouro_value slice, const size_t *length, int64_t *start,
                                       int64_t *stop, int64_t *step, int64_t *count);
/* The two halves: the bounds as the slice has them, which may run program code, and what they pick of a length. */
OURO_NODISCARD bool slice_bounds(ouro_runtime *rt, ouro_value slice, int64_t *start, int64_t *stop, int64_t *step);
void slice_fit(int64_t length, int64_t *start, int64_t *stop, int64_t step, int64_t *count);

/* start, stop, step and length are exact ints. */
typedef struct range_object {
    ouro_object object;
    ouro_value start, stop, step, length;
} range_object;
OURO_NODISCARD ouro_value range_new(ouro_runtime *rt, ouro_value start, ouro_value stop, ouro_value step);

#endif

/* dict.c: dicts: an ordered hash table (table.h) with values; what C code and the slots do with it.
 *
 * Every change of the set of keys or of their places sets layout_version to 0; dict_layout_version gives the layout a
 * new number when someone asks.  Storing another value under a key that is there changes no layout.
 *
 * An exact dict is tracked by the collector from the first key or value on that may have to be seen.
 */
#include "object/object_inline.h"
#include "types/dict_private.h"

/* ---- making ---- */

ouro_value dict_new_of(ouro_runtime *rt, type_object *type)
{
    dict_object *d = object_new(rt, &type->type, 0);
    if (d == NULL) {
        return OURO_NULL;
    }
    d->table = table_empty(TABLE_VALUES);
    if (type != TYPE(rt, dict)) {
        gc_track(rt, d);
    }
    return ouro_from_object(d);
}

ouro_value dict_new(ouro_runtime *rt, size_t expected)
{
    dict_object *d = object_new_plain(rt, &TYPE(rt, dict)->type, sizeof *d);
    if (OURO_UNLIKELY(d == NULL)) {
        return OURO_NULL;
    }
    d->layout_version = d->reserved = 0;
    d->table = table_empty(TABLE_VALUES);
    if (OURO_UNLIKELY(!dict_reserve(rt, d, expected))) {
        object_decref(rt, &d->object);
        return OURO_NULL;
    }
    return ouro_from_object(d);
}

bool dict_reserve(ouro_runtime *rt, dict_object *d, size_t expected)
{
    if (expected == 0 || d->table != table_empty(TABLE_VALUES)) {
        return true;
    }
    struct table *t = table_new(rt, TABLE_VALUES, expected);
    if (t != NULL) {
        d->table = t;
    }
    return t != NULL;
}

static inline void dict_track_for(ouro_runtime *rt, dict_object *d, ouro_value v)
{
    if (container_may_be_tracked(rt, v) && !gc_is_tracked(d)) {
        gc_track(rt, d);
    }
}

ouro_value dict_copy(ouro_runtime *rt, dict_object *d)
{
    ouro_value copy = dict_new_of(rt, TYPE(rt, dict));
    if (ouro_is_null(copy)) {
        return OURO_NULL;
    }
    struct table *t = table_copy(rt, &d->table, TABLE_VALUES, OURO_NULL);
    if (t == NULL) {
        value_decref(rt, copy);
        return OURO_NULL;
    }
    as_dict(copy)->table = t;
    if (gc_is_tracked(d)) {
        gc_track(rt, as_dict(copy));
    }
    return copy;
}

/* Fills the empty dict, whose table has room for all `n` items, if all keys are simple and have hashes of their own:
 * then they are distinct.  False: not so, nothing done. */
static bool dict_fill_distinct(ouro_runtime *rt, dict_object *d, const ouro_value *keys, size_t key_step,
                               const ouro_value *values, size_t value_step, size_t n)
{
    hash_t hashes[TABLE_LINEAR_MAX];
    for (size_t i = 0; i < n; i++) {
        ouro_value key = keys[i * key_step];
        if (!table_key_is_simple(rt, key)) {
            return false;
        }
        hashes[i] = ouro_is_int(key) ? table_hash_int(key) : table_hash_str(rt, key);
        for (size_t j = 0; j < i; j++) {
            if (hashes[j] == hashes[i]) {
                return false;
            }
        }
    }
    ouro_value *entry = table_entries(d->table);
    for (size_t i = 0; i < n; i++, entry += 2) {
        entry[0] = value_incref(keys[i * key_step]);
        entry[1] = value_incref(values[i * value_step]);
        dict_track_for(rt, d, entry[1]);
    }
    d->table->filled = n;
    d->table->live = n;
    return true;
}

ouro_value dict_from_items(ouro_runtime *rt, const ouro_value *keys, size_t key_step, const ouro_value *values,
                           size_t value_step, size_t n)
{
    ouro_value dict = dict_new(rt, n);
    if (ouro_is_null(dict) || n == 0 ||
        (n <= TABLE_LINEAR_MAX && dict_fill_distinct(rt, as_dict(dict), keys, key_step, values, value_step, n))) {
        return dict;
    }
    for (size_t i = 0; i < n; i++) {
        if (!dict_set(rt, as_dict(dict), keys[i * key_step], values[i * value_step])) {
            value_decref(rt, dict);
            return OURO_NULL;
        }
    }
    return dict;
}

/* ---- looking up ---- */

size_t dict_size(const dict_object *d)
{
    return table_live(d->table);
}

ouro_value dict_get_hashed(ouro_runtime *rt, dict_object *d, ouro_value key, hash_t hash)
{
    int64_t i = table_find(rt, &d->table, key, hash);
    return i < 0 ? OURO_NULL : table_entry(d->table, (size_t)i)[1];
}

ouro_value dict_get(ouro_runtime *rt, dict_object *d, ouro_value key)
{
    hash_t hash = table_hash(rt, key);
    return hash == -1 ? OURO_NULL : dict_get_hashed(rt, d, key, hash);
}

bool dict_has_strange_keys(const dict_object *d)
{
    return (d->table->kind & TABLE_HASHED) != 0;
}

ouro_value dict_get_str(ouro_runtime *rt, dict_object *d, ouro_value name)
{
    int64_t i = table_find_str(rt, d->table, name);
    return i < 0 ? OURO_NULL : table_entry(d->table, (size_t)i)[1];
}

int64_t dict_index_str(ouro_runtime *rt, dict_object *d, ouro_value name)
{
    return table_find_str(rt, d->table, name);
}

uint32_t dict_layout_version(ouro_runtime *rt, dict_object *d)
{
    if (d->layout_version == 0 && rt->next_version != UINT32_MAX) {
        d->layout_version = ++rt->next_version;
    }
    return d->layout_version;
}

bool dict_next(dict_object *d, size_t *position, ouro_value *key, ouro_value *value)
{
    ouro_value *entry;
    if (!table_next(d->table, position, &entry)) {
        return false;
    }
    *key = entry[0];
    *value = entry[1];
    return true;
}

/* ---- changing ---- */

bool dict_set_hashed(ouro_runtime *rt, dict_object *d, ouro_value key, hash_t hash, ouro_value value)
{
    for (;;) {
        int64_t i = table_find(rt, &d->table, key, hash);
        if (i == TABLE_FAILED) {
            return false;
        }
        if (i >= 0) {
            dict_track_for(rt, d, value);
            value_replace(rt, &table_entry(d->table, (size_t)i)[1], value_incref(value));
            return true;
        }
        int room = table_make_room(rt, &d->table, key);
        if (room < 0) {
            return false;
        }
        if (room > 0) {
            break;
        }
    }
    d->layout_version = 0;
    table_append(d->table, value_incref(key), hash, value_incref(value));
    dict_track_for(rt, d, key);
    dict_track_for(rt, d, value);
    return true;
}

bool dict_set(ouro_runtime *rt, dict_object *d, ouro_value key, ouro_value value)
{
    hash_t hash = table_hash(rt, key);
    return hash != -1 && dict_set_hashed(rt, d, key, hash, value);
}

ouro_value dict_set_default(ouro_runtime *rt, dict_object *d, ouro_value key, ouro_value fallback)
{
    hash_t hash = table_hash(rt, key);
    if (hash == -1) {
        return OURO_NULL;
    }
    for (;;) {
        int64_t i = table_find(rt, &d->table, key, hash);
        if (i == TABLE_FAILED) {
            return OURO_NULL;
        }
        if (i >= 0) {
            return value_incref(table_entry(d->table, (size_t)i)[1]);
        }
        int room = table_make_room(rt, &d->table, key);
        if (room < 0) {
            return OURO_NULL;
        }
        if (room > 0) {
            break;
        }
    }
    d->layout_version = 0;
    table_append(d->table, value_incref(key), hash, value_incref(fallback));
    dict_track_for(rt, d, key);
    dict_track_for(rt, d, fallback);
    return value_incref(fallback);
}

void dict_take_entry(dict_object *d, size_t i, ouro_value *key, ouro_value *value)
{
    d->layout_version = 0;
    table_remove(d->table, i, key, value);
}

ouro_value dict_pop(ouro_runtime *rt, dict_object *d, ouro_value key)
{
    hash_t hash = table_hash(rt, key);
    return hash == -1 ? OURO_NULL : dict_pop_hashed(rt, d, key, hash);
}

ouro_value dict_pop_hashed(ouro_runtime *rt, dict_object *d, ouro_value key, hash_t hash)
{
    int64_t i = table_find(rt, &d->table, key, hash);
    if (i < 0) {
        return OURO_NULL;
    }
    ouro_value old_key, value;
    dict_take_entry(d, (size_t)i, &old_key, &value);
    value_decref(rt, old_key);
    return value;
}

int dict_delete(ouro_runtime *rt, dict_object *d, ouro_value key)
{
    ouro_value value = dict_pop(rt, d, key);
    if (ouro_is_null(value)) {
        return error_is_set(rt) ? -1 : 0;
    }
    value_decref(rt, value);
    return 1;
}

void dict_clear(ouro_runtime *rt, dict_object *d)
{
    struct table *t = d->table;
    d->table = table_empty(TABLE_VALUES);
    d->layout_version = 0;
    if (t != NULL) {
        table_drop(rt, t);
    }
}

/* ---- merging ---- */

static bool dict_merge_dict(ouro_runtime *rt, dict_object *d, ouro_value other_value)
{
    dict_object *other = as_dict(other_value);
    if (other == d || dict_size(other) == 0) {
        return true;
    }
    if (dict_size(d) == 0) {
        struct table *copy = table_copy(rt, &other->table, TABLE_VALUES, OURO_NULL);
        if (copy == NULL) {
            return false;
        }
        if (dict_size(d) == 0) {
            struct table *old = d->table;
            d->table = copy;
            d->layout_version = 0;
            table_free(rt, old);
            if (gc_is_tracked(other) && !gc_is_tracked(d)) {
                gc_track(rt, d);
            }
            return true;
        }
        table_drop(rt, copy);
    }
    size_t size = dict_size(other), position = 0;
    ouro_value *entry;
    while (table_next(other->table, &position, &entry)) {
        ouro_value key = value_incref(entry[0]), value = value_incref(entry[1]);
        hash_t hash = table_entry_hash(other->table, entry);
        bool stored = dict_set_hashed(rt, d, key, hash, value);
        value_decref(rt, value);
        value_decref(rt, key);
        if (!stored) {
            return false;
        }
        if (dict_size(other) != size) {
            error_runtime(rt, "dict mutated during update");
            return false;
        }
    }
    return true;
}

/* Stores key: mapping[key] for the keys that mapping.keys() gives. */
static bool dict_merge_mapping(ouro_runtime *rt, dict_object *d, ouro_value mapping)
{
    ouro_value keys = object_call_method0(rt, mapping, STR(rt, keys));
    if (ouro_is_null(keys)) {
        return false;
    }
    ouro_value iterator = object_iter(rt, keys);
    value_decref(rt, keys);
    if (ouro_is_null(iterator)) {
        return false;
    }
    bool done = true;
    while (done) {
        ouro_value key = iterator_next(rt, iterator);
        if (ouro_is_null(key)) {
            done = !error_is_set(rt);
            break;
        }
        hash_t hash = table_hash(rt, key);
        done = hash != -1;
        ouro_value value = done ? object_getitem(rt, mapping, key) : OURO_NULL;
        done = !ouro_is_null(value) && dict_set_hashed(rt, d, key, hash, value);
        value_decref(rt, value);
        value_decref(rt, key);
    }
    value_decref(rt, iterator);
    return done;
}

/* One element of an iterable of pairs. */
static bool dict_merge_pair(ouro_runtime *rt, dict_object *d, ouro_value element, size_t number)
{
    ouro_value pair;
    type_object *type = value_type(rt, element);
    if (type == TYPE(rt, tuple) || type == TYPE(rt, list)) {
        pair = tuple_from_iterable(rt, element);
    } else {
        ouro_value iterator = object_iter(rt, element);
        if (ouro_is_null(iterator)) {
            if (error_clear_if(rt, EXC(rt, TypeError))) {
                error_type(rt, "cannot convert dictionary update sequence element #%zu to a sequence", number);
            }
            return false;
        }
        pair = tuple_from_iterable(rt, iterator);
        value_decref(rt, iterator);
    }
    if (ouro_is_null(pair)) {
        return false;
    }
    bool done = false;
    if (as_tuple(pair)->size != 2) {
        error_value(rt, "dictionary update sequence element #%zu has length %zu; 2 is required", number,
                    as_tuple(pair)->size);
    } else {
        ouro_value key = as_tuple(pair)->items[0], value = as_tuple(pair)->items[1];
        hash_t hash = table_hash(rt, key);
        done = hash != -1 && dict_set_hashed(rt, d, key, hash, value);
    }
    value_decref(rt, pair);
    return done;
}

static bool dict_merge_pairs(ouro_runtime *rt, dict_object *d, ouro_value iterable)
{
    ouro_value iterator = object_iter(rt, iterable);
    if (ouro_is_null(iterator)) {
        return false;
    }
    bool done = true;
    for (size_t number = 0; done; number++) {
        ouro_value element = iterator_next(rt, iterator);
        if (ouro_is_null(element)) {
            done = !error_is_set(rt);
            break;
        }
        done = dict_merge_pair(rt, d, element, number);
        value_decref(rt, element);
    }
    value_decref(rt, iterator);
    return done;
}

bool dict_update(ouro_runtime *rt, dict_object *d, ouro_value other)
{
    /* A subclass that iterates in its own way is asked for its keys. */
    if (value_is_dict(rt, other) && value_type(rt, other)->slots.iter == dict_iter) {
        return dict_merge_dict(rt, d, other);
    }
    ouro_value keys;
    int has_keys = object_getattr_optional(rt, other, STR(rt, keys), &keys);
    if (has_keys < 0) {
        return false;
    }
    if (has_keys == 0) {
        return dict_merge_pairs(rt, d, other);
    }
    value_decref(rt, keys);
    return dict_merge_mapping(rt, d, other);
}

/* ---- slots ---- */

static ouro_value dict_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                            ouro_value kwnames)
{
    return dict_new_of(rt, type);
}

static bool dict_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                      ouro_value kwnames)
{
    if (nargs > 1) {
        error_type(rt, "dict expected at most 1 argument, got %zu", nargs);
        return false;
    }
    dict_object *d = as_dict(self);
    if (nargs == 1 && !dict_update(rt, d, args[0])) {
        return false;
    }
    for (size_t i = 0; !ouro_is_null(kwnames) && i < as_tuple(kwnames)->size; i++) {
        if (!dict_set(rt, d, as_tuple(kwnames)->items[i], args[nargs + i])) {
            return false;
        }
    }
    return true;
}

ouro_value dict_subscript(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    ouro_value value = dict_get(rt, as_dict(self), key);
    if (OURO_LIKELY(!ouro_is_null(value))) {
        return value_incref(value);
    }
    if (error_is_set(rt)) {
        return OURO_NULL;
    }
    if (value_type(rt, self) != TYPE(rt, dict)) {
        ouro_value missing = object_special(rt, self, STR(rt, __missing__));
        if (!ouro_is_null(missing)) {
            value = object_call1(rt, missing, key);
            value_decref(rt, missing);
            return value;
        }
        if (error_is_set(rt)) {
            return OURO_NULL;
        }
    }
    return error_key(rt, key);
}

static bool dict_setitem(ouro_runtime *rt, ouro_value self, ouro_value key, ouro_value value)
{
    if (!ouro_is_null(value)) {
        return dict_set(rt, as_dict(self), key, value);
    }
    int deleted = dict_delete(rt, as_dict(self), key);
    if (deleted == 0) {
        error_key(rt, key);
    }
    return deleted > 0;
}

static int dict_contains(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    hash_t hash = table_hash(rt, key);
    if (hash == -1) {
        return -1;
    }
    int64_t i = table_find(rt, &as_dict(self)->table, key, hash);
    return i == TABLE_FAILED ? -1 : i >= 0;
}

static int64_t dict_length(ouro_runtime *rt, ouro_value self)
{
    return (int64_t)dict_size(as_dict(self));
}

static ouro_value dict_repr(ouro_runtime *rt, ouro_value self)
{
    dict_object *d = as_dict(self);
    if (dict_size(d) == 0) {
        return str_from_cstring(rt, "{}");
    }
    int entered = repr_enter(rt, self);
    if (entered != 0) {
        return entered < 0 ? OURO_NULL : str_from_cstring(rt, "{...}");
    }
    str_builder b;
    str_builder_init(&b, rt);
    str_builder_char(&b, '{');
    size_t position = 0;
    ouro_value key, value;
    for (bool first = true; !b.failed && dict_next(d, &position, &key, &value); first = false) {
        value_incref(key);
        value_incref(value);
        if (!first) {
            str_builder_ascii(&b, ", ", 2);
        }
        str_builder_repr(&b, key);
        if (!b.failed) {
            str_builder_ascii(&b, ": ", 2);
            str_builder_repr(&b, value);
        }
        value_decref(rt, key);
        value_decref(rt, value);
    }
    str_builder_char(&b, '}');
    repr_leave(rt, self);
    return str_builder_finish(&b);
}

ouro_value dict_equal(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    dict_object *x = as_dict(a), *y = as_dict(b);
    if (dict_size(x) != dict_size(y)) {
        return OURO_FALSE;
    }
    size_t position = 0;
    ouro_value *entry;
    while (table_next(x->table, &position, &entry)) {
        ouro_value key = value_incref(entry[0]), value = value_incref(entry[1]);
        hash_t hash = table_entry_hash(x->table, entry);
        ouro_value other = value_incref(dict_get_hashed(rt, y, key, hash));
        int equal = !ouro_is_null(other) ? object_equal(rt, value, other) : error_is_set(rt) ? -1 : 0;
        value_decref(rt, other);
        value_decref(rt, value);
        value_decref(rt, key);
        if (equal <= 0) {
            return equal < 0 ? OURO_NULL : OURO_FALSE;
        }
    }
    return OURO_TRUE;
}

static ouro_value dict_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !value_is_dict(rt, a) || !value_is_dict(rt, b)) {
        return OURO_NOT_IMPLEMENTED;
    }
    ouro_value equal = dict_equal(rt, a, b);
    return ouro_is_null(equal) ? OURO_NULL : ouro_bool(ouro_is(equal, OURO_TRUE) == (op == COMPARE_EQ));
}

ouro_value dict_or(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    if (!value_is_dict(rt, a) || !value_is_dict(rt, b)) {
        return OURO_NOT_IMPLEMENTED;
    }
    ouro_value result = dict_copy(rt, as_dict(a));
    if (!ouro_is_null(result) && !dict_update(rt, as_dict(result), b)) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    return result;
}

ouro_value dict_inplace_or(ouro_runtime *rt, ouro_value self, ouro_value other)
{
    return dict_update(rt, as_dict(self), other) ? value_incref(self) : OURO_NULL;
}

/* ---- the type ---- */

static int dict_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context)
{
    const dict_object *d = (dict_object *)(void *)self;
    return d->table != NULL ? table_traverse(d->table, visit, context) : 0;
}

static int dict_traverse_edges(ouro_runtime *rt, ouro_object *self, ouro_edge_fn visit, void *context)
{
    dict_object *d = (dict_object *)(void *)self;
    size_t position = 0, number = 0;
    ouro_value key, value;
    int result = 0;
    while (result == 0 && d->table != NULL && dict_next(d, &position, &key, &value)) {
        result = edge_tell(value, &(ouro_edge){.kind = OURO_EDGE_KEY, .name = key}, visit, context);
        if (result == 0) {
            result = edge_tell(key, &(ouro_edge){.kind = OURO_EDGE_DICT_KEY, .number = number++}, visit, context);
        }
    }
    return result;
}

static void dict_clear_references(ouro_runtime *rt, ouro_object *self)
{
    dict_clear(rt, (dict_object *)(void *)self);
}

static void dict_dispose(ouro_runtime *rt, ouro_object *self)
{
    table_free(rt, ((dict_object *)(void *)self)->table);
}

static size_t dict_extra_size(ouro_runtime *rt, ouro_object *self)
{
    return table_bytes(((dict_object *)(void *)self)->table);
}

const type_spec dict_spec = {
    .name = "dict",
    .size = sizeof(dict_object),
    .flags = OURO_TYPE_PARTS | TYPE_BASE | TYPE_MAPPING | TYPE_MATCH_SELF | TYPE_IS_DICT,
    .doc = "dict(): an empty dictionary\n"
           "dict(mapping): with the pairs of a mapping\n"
           "dict(iterable): with the pairs that an iterable gives\n"
           "dict(**kwargs): with the names and values of the keyword arguments,\n"
           "    alone or after one of the others: dict(one=1, two=2)",
    .traverse = dict_traverse,
    .traverse_edges = dict_traverse_edges,
    .clear = dict_clear_references,
    .dispose = dict_dispose,
    .release = dict_clear_references,
    .extra_size = dict_extra_size,
    .methods = dict_methods,
    .slots =
        {
            .make = dict_make,
            .init = dict_init,
            .repr = dict_repr,
            .hash = hash_not_implemented,
            .compare = dict_compare,
            .iter = dict_iter,
            .binary[BINARY_OR] = dict_or,
            .inplace[BINARY_OR] = dict_inplace_or,
            .length = dict_length,
            .getitem = dict_subscript,
            .setitem = dict_setitem,
            .contains = dict_contains,
        },
};

/* ordered_dict.c: collections.OrderedDict: a dict that is compared by order too, and whose order can be changed.
 *
 * The table of every dict keeps the order of insertion, and both of its ends give and take in constant time (table.h), so
 * an OrderedDict needs nothing beside it.  Its layout_version, unique to one arrangement of keys, tells an iterator that
 * the order or the keys have changed.
 */
#include "modules/collections.h"

enum { ORDERED_KEYS, ORDERED_VALUES, ORDERED_ITEMS }; /* what an iterator gives */

typedef struct ordered_dict_iterator {
    ouro_object object;
    ouro_value dict;
    size_t position; /* forward: the entry to look at next; backward: one more than it */
    size_t size;
    uint32_t version;
    uint8_t kind;
    bool backward;
} ordered_dict_iterator;

static inline ordered_dict_iterator *as_ordered_dict_iterator(ouro_value v)
{
    return (ordered_dict_iterator *)(void *)ouro_as_object(v);
}

static bool value_is_ordered_dict(ouro_runtime *rt, ouro_value v)
{
    return value_is_instance(rt, v, MODULE_TYPE(rt, ordered_dict));
}

static bool ordered_dict_is_exact(ouro_runtime *rt, ouro_value v)
{
    return value_type(rt, v) == MODULE_TYPE(rt, ordered_dict);
}

/* ---- update: as collections.abc.MutableMapping does it, through self[key] = value ---- */

static bool ordered_dict_store_pairs(ouro_runtime *rt, ouro_value self, ouro_value pairs)
{
    ouro_value iterator = object_iter(rt, pairs);
    bool done = !ouro_is_null(iterator);
    while (done) {
        ouro_value pair = iterator_next(rt, iterator);
        if (ouro_is_null(pair)) {
            done = !error_is_set(rt);
            break;
        }
        ouro_value items = tuple_from_iterable(rt, pair);
        value_decref(rt, pair);
        if (ouro_is_null(items)) {
            done = false;
            break;
        }
        size_t size = as_tuple(items)->size;
        if (size < 2) {
            error_value(rt, "need more than %zu value%s to unpack", size, size == 1 ? "" : "s");
            done = false;
        } else if (size > 2) {
            error_value(rt, "too many values to unpack (expected 2)");
            done = false;
        } else {
            done = object_setitem(rt, self, as_tuple(items)->items[0], as_tuple(items)->items[1]);
        }
        value_decref(rt, items);
    }
    value_decref(rt, iterator);
    return done;
}

static bool ordered_dict_store_keys(ouro_runtime *rt, ouro_value self, ouro_value other, ouro_value keys_method)
{
    ouro_value keys = object_call0(rt, keys_method);
    ouro_value iterator = ouro_is_null(keys) ? OURO_NULL : object_iter(rt, keys);
    value_decref(rt, keys);
    bool done = !ouro_is_null(iterator);
    while (done) {
        ouro_value key = iterator_next(rt, iterator);
        if (ouro_is_null(key)) {
            done = !error_is_set(rt);
            break;
        }
        ouro_value value = object_getitem(rt, other, key);
        done = !ouro_is_null(value) && object_setitem(rt, self, key, value);
        value_decref(rt, value);
        value_decref(rt, key);
    }
    value_decref(rt, iterator);
    return done;
}

static bool ordered_dict_store_from(ouro_runtime *rt, ouro_value self, ouro_value other)
{
    if (ordered_dict_is_exact(rt, self) &&
        (value_type(rt, other) == TYPE(rt, dict) || ordered_dict_is_exact(rt, other))) {
        return dict_update(rt, as_dict(self), other);
    }
    static const char *const ways[] = {"keys", "items"};
    for (size_t i = 0; i < 2; i++) {
        ouro_value method, name = i == 0 ? STR(rt, keys) : STR(rt, items);
        int found = object_getattr_optional(rt, other, name, &method);
        if (found < 0) {
            return false;
        }
        if (found == 0) {
            continue;
        }
        bool done;
        if (ways[i][0] == 'k' && value_type(rt, other) != TYPE(rt, dict)) {
            done = ordered_dict_store_keys(rt, self, other, method);
        } else {
            ouro_value items = ways[i][0] == 'k' ? object_call_method0(rt, other, STR(rt, items))
                                                 : object_call0(rt, method);
            done = !ouro_is_null(items) && ordered_dict_store_pairs(rt, self, items);
            value_decref(rt, items);
        }
        value_decref(rt, method);
        return done;
    }
    return ordered_dict_store_pairs(rt, self, other);
}

/* Arguments of update and __init__: at most one positional one, then keywords. */
static bool ordered_dict_store_arguments(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                         ouro_value kwnames)
{
    if (nargs == 1 && !ordered_dict_store_from(rt, self, args[0])) {
        return false;
    }
    for (size_t i = 0; !ouro_is_null(kwnames) && i < as_tuple(kwnames)->size; i++) {
        if (!object_setitem(rt, self, as_tuple(kwnames)->items[i], args[nargs + i])) {
            return false;
        }
    }
    return true;
}

static bool ordered_dict_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                              ouro_value kwnames)
{
    if (nargs > 1) {
        error_type(rt, "expected at most 1 arguments, got %zu", nargs);
        return false;
    }
    return ordered_dict_store_arguments(rt, self, args, nargs, kwnames);
}

static ouro_value ordered_dict_update(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (nargs > 2) {
        return error_type(rt, "update() takes at most 1 positional argument (%zu given)", nargs - 1);
    }
    return ordered_dict_store_arguments(rt, args[0], args + 1, nargs - 1, kwnames) ? OURO_NONE : OURO_NULL;
}

/* ---- order ---- */

static ouro_value ordered_dict_move_to_end(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    dict_object *d = as_dict(args[0]);
    ouro_value key = args[1], last_value = arg_or_null(args, nargs, 2);
    int last = ouro_is_null(last_value) ? 1 : object_truth(rt, last_value);
    if (last < 0) {
        return OURO_NULL;
    }
    hash_t hash = table_hash(rt, key);
    if (hash == -1) {
        return OURO_NULL;
    }
    for (;;) {
        int64_t i = table_find(rt, &d->table, key, hash);
        if (i < 0) {
            return i == TABLE_FAILED ? OURO_NULL : error_key(rt, key);
        }
        struct table *t = d->table;
        int64_t end = last ? table_skip_back(t, t->filled) : (int64_t)table_skip(t, 0);
        if (i == end) {
            return OURO_NONE;
        }
        if (table_has_room(t, !last)) {
            ouro_value own_key, value;
            dict_take_entry(d, (size_t)i, &own_key, &value);
            if (last) {
                table_append(t, own_key, hash, value);
            } else {
                table_prepend(t, own_key, hash, value);
            }
            return OURO_NONE;
        }
        d->layout_version = 0;
        int room = last ? table_make_room(rt, &d->table, key) : table_make_room_front(rt, &d->table);
        if (room < 0) {
            return OURO_NULL;
        }
    }
}

static ouro_value ordered_dict_popitem(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    dict_object *d = as_dict(args[0]);
    ouro_value last_value = arg_or_null(args, nargs, 1);
    int last = ouro_is_null(last_value) ? 1 : object_truth(rt, last_value);
    if (last < 0) {
        return OURO_NULL;
    }
    tuple_object *pair = tuple_new_blank(rt, 2);
    if (pair == NULL) {
        return OURO_NULL;
    }
    if (dict_size(d) == 0) {
        value_decref(rt, ouro_from_object(pair));
        ouro_value message = str_from_cstring(rt, "dictionary is empty");
        if (!ouro_is_null(message)) {
            error_key(rt, message);
            value_decref(rt, message);
        }
        return OURO_NULL;
    }
    hash_t hash;
    d->layout_version = 0;
    if (last) {
        table_pop_last(d->table, &pair->items[0], &pair->items[1], &hash);
    } else {
        dict_take_entry(d, table_skip(d->table, 0), &pair->items[0], &pair->items[1]);
    }
    if (container_may_be_tracked(rt, pair->items[0]) || container_may_be_tracked(rt, pair->items[1])) {
        gc_track(rt, pair);
    }
    return ouro_from_object(pair);
}

/* ---- other methods ---- */

static ouro_value ordered_dict_pop(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value value = dict_pop(rt, as_dict(args[0]), args[1]);
    if (!ouro_is_null(value) || error_is_set(rt)) {
        return value;
    }
    ouro_value fallback = arg_or_null(args, nargs, 2);
    if (!ouro_is_null(fallback)) {
        return value_incref(fallback);
    }
    return error_key(rt, args[1]);
}

static ouro_value ordered_dict_setdefault(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value self = args[0], key = args[1], fallback = arg_or_null(args, nargs, 2);
    if (ouro_is_null(fallback)) {
        fallback = OURO_NONE;
    }
    if (ordered_dict_is_exact(rt, self)) {
        return dict_set_default(rt, as_dict(self), key, fallback);
    }
    int contained = object_contains(rt, self, key);
    if (contained < 0) {
        return OURO_NULL;
    }
    if (contained) {
        return object_getitem(rt, self, key);
    }
    return object_setitem(rt, self, key, fallback) ? value_incref(fallback) : OURO_NULL;
}

/* A new dict of the same type with the items of `from`, stored through it. */
static ouro_value ordered_dict_copy_of(ouro_runtime *rt, ouro_value self, ouro_value from)
{
    ouro_value copy = object_call0(rt, type_value(value_type(rt, self)));
    if (!ouro_is_null(copy) && !ordered_dict_store_from(rt, copy, from)) {
        value_decref(rt, copy);
        return OURO_NULL;
    }
    return copy;
}

static ouro_value ordered_dict_copy(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ordered_dict_copy_of(rt, args[0], args[0]);
}

static ouro_value ordered_dict_fromkeys(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value value = arg_or_null(args, nargs, 2);
    ouro_value dict = object_call0(rt, args[0]);
    ouro_value iterator = ouro_is_null(dict) ? OURO_NULL : object_iter(rt, args[1]);
    bool done = !ouro_is_null(iterator);
    while (done) {
        ouro_value key = iterator_next(rt, iterator);
        if (ouro_is_null(key)) {
            done = !error_is_set(rt);
            break;
        }
        done = object_setitem(rt, dict, key, ouro_is_null(value) ? OURO_NONE : value);
        value_decref(rt, key);
    }
    value_decref(rt, iterator);
    if (!done) {
        value_decref(rt, dict);
        return OURO_NULL;
    }
    return dict;
}

static ouro_value ordered_dict_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value items = OURO_NULL, iterator = OURO_NULL, result = OURO_NULL;
    ouro_value state = object_call_method0(rt, args[0], STR(rt, __getstate__));
    if (!ouro_is_null(state)) {
        items = object_call_method0(rt, args[0], STR(rt, items));
    }
    if (!ouro_is_null(items)) {
        iterator = object_iter(rt, items);
    }
    if (!ouro_is_null(iterator)) {
        ouro_value parts[5] = {type_value(value_type(rt, args[0])), rt->types->empty_tuple, state, OURO_NONE,
                               iterator};
        result = tuple_new(rt, parts, 5);
    }
    value_decref(rt, state);
    value_decref(rt, items);
    value_decref(rt, iterator);
    return result;
}

/* ---- slots ---- */

static ouro_value ordered_dict_repr(ouro_runtime *rt, ouro_value self)
{
    ouro_value name = value_type(rt, self)->name;
    if (dict_size(as_dict(self)) == 0) {
        return str_format_c(rt, "%U()", name);
    }
    int entered = repr_enter(rt, self);
    if (entered != 0) {
        return entered < 0 ? OURO_NULL : str_from_cstring(rt, "...");
    }
    ouro_value items = object_call_method0(rt, self, STR(rt, items)), text = OURO_NULL;
    ouro_value list = ouro_is_null(items) ? OURO_NULL : list_from_iterable(rt, items);
    if (!ouro_is_null(list)) {
        text = str_format_c(rt, "%U(%R)", name, list);
    }
    value_decref(rt, items);
    value_decref(rt, list);
    repr_leave(rt, self);
    return text;
}

/* Do both have equal keys in the same order?  1, 0, -1. */
static int ordered_dict_same_order(ouro_runtime *rt, dict_object *a, dict_object *b)
{
    size_t i = 0, j = 0;
    uint32_t a_version = dict_layout_version(rt, a), b_version = dict_layout_version(rt, b);
    ouro_value key, other, value;
    while (dict_next(a, &i, &key, &value)) {
        if (!dict_next(b, &j, &other, &value)) {
            return 0;
        }
        value_incref(key);
        value_incref(other);
        int equal = object_equal(rt, key, other);
        value_decref(rt, key);
        value_decref(rt, other);
        if (equal <= 0) {
            return equal;
        }
        if (a->layout_version != a_version || b->layout_version != b_version) {
            error_runtime(rt, "OrderedDict mutated during iteration");
            return -1;
        }
    }
    return 1;
}

static ouro_value ordered_dict_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !value_is_dict(rt, b)) {
        return OURO_NOT_IMPLEMENTED;
    }
    ouro_value equal = dict_equal(rt, a, b);
    if (ouro_is_null(equal)) {
        return OURO_NULL;
    }
    bool same = ouro_is(equal, OURO_TRUE);
    if (same && value_is_ordered_dict(rt, b)) {
        int order = ordered_dict_same_order(rt, as_dict(a), as_dict(b));
        if (order < 0) {
            return OURO_NULL;
        }
        same = order > 0;
    }
    return ouro_bool(same == (op == COMPARE_EQ));
}

static ouro_value ordered_dict_or(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    ouro_value self = value_is_ordered_dict(rt, a) ? a : b;
    if (!value_is_dict(rt, a) || !value_is_dict(rt, b)) {
        return OURO_NOT_IMPLEMENTED;
    }
    ouro_value result = object_call1(rt, type_value(value_type(rt, self)), a);
    if (!ouro_is_null(result) && !ordered_dict_store_from(rt, result, b)) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    return result;
}

static ouro_value ordered_dict_inplace_or(ouro_runtime *rt, ouro_value self, ouro_value other)
{
    return ordered_dict_store_from(rt, self, other) ? value_incref(self) : OURO_NULL;
}

/* ---- iterators and views ---- */

static ouro_value ordered_dict_iterator_new(ouro_runtime *rt, ouro_value dict, int kind, bool backward)
{
    ordered_dict_iterator *it = object_new(rt, &MODULE_TYPE(rt, ordered_dict_iterator)->type, 0);
    if (it == NULL) {
        return OURO_NULL;
    }
    dict_object *d = as_dict(dict);
    it->dict = value_incref(dict);
    it->kind = (uint8_t)kind;
    it->backward = backward;
    it->size = dict_size(d);
    it->version = dict_layout_version(rt, d);
    it->position = backward ? d->table->filled : 0;
    gc_track(rt, it);
    return ouro_from_object(it);
}

static ouro_value ordered_dict_iterator_next(ouro_runtime *rt, ouro_value self)
{
    ordered_dict_iterator *it = as_ordered_dict_iterator(self);
    if (ouro_is_null(it->dict)) {
        return OURO_NULL;
    }
    dict_object *d = as_dict(it->dict);
    bool cleared = dict_size(d) != it->size && d->table->size_code == 0;
    if (d->layout_version != it->version && !cleared) {
        error_runtime(rt, "OrderedDict mutated during iteration");
        value_clear(rt, &it->dict);
        return OURO_NULL;
    }
    if (dict_size(d) != it->size) {
        error_runtime(rt, "OrderedDict changed size during iteration");
        value_clear(rt, &it->dict);
        return OURO_NULL;
    }
    const struct table *t = d->table;
    int64_t i = it->backward ? table_skip_back(t, it->position) : (int64_t)table_skip(t, it->position);
    if (i < 0 || (uint64_t)i >= t->filled) {
        value_clear(rt, &it->dict);
        return OURO_NULL;
    }
    it->position = it->backward ? (size_t)i : (size_t)i + 1;
    ouro_value *entry = table_entry(t, (size_t)i);
    switch (it->kind) {
    case ORDERED_KEYS:
        return value_incref(entry[0]);
    case ORDERED_VALUES:
        return value_incref(entry[1]);
    default:
        return tuple_pack2(rt, entry[0], entry[1]);
    }
}

static ouro_value ordered_dict_iterator_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ordered_dict_iterator *it = as_ordered_dict_iterator(args[0]);
    ordered_dict_iterator *copy = object_new(rt, it->object.shape->type, 0);
    if (copy == NULL) {
        return OURO_NULL;
    }
    memcpy(&copy->object + 1, &it->object + 1, sizeof *it - sizeof it->object);
    value_incref(copy->dict);
    gc_track(rt, copy);
    ouro_value list = list_from_iterable(rt, ouro_from_object(copy));
    value_decref(rt, ouro_from_object(copy));
    return ouro_is_null(list) ? OURO_NULL : container_reduce_iterator(rt, "iter", list, ITERATOR_NO_STATE);
}

static ouro_value ordered_dict_iter(ouro_runtime *rt, ouro_value self)
{
    return ordered_dict_iterator_new(rt, self, ORDERED_KEYS, false);
}

static ouro_value ordered_dict_reversed(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ordered_dict_iterator_new(rt, args[0], ORDERED_KEYS, true);
}

static ouro_value ordered_dict_view_new(ouro_runtime *rt, type_object *type, ouro_value dict)
{
    dict_view *view = object_new(rt, &type->type, 0);
    if (view == NULL) {
        return OURO_NULL;
    }
    view->dict = value_incref(dict);
    gc_track(rt, view);
    return ouro_from_object(view);
}

static ouro_value ordered_dict_keys(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ordered_dict_view_new(rt, MODULE_TYPE(rt, ordered_dict_keys), args[0]);
}

static ouro_value ordered_dict_values(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ordered_dict_view_new(rt, MODULE_TYPE(rt, ordered_dict_values), args[0]);
}

static ouro_value ordered_dict_items(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ordered_dict_view_new(rt, MODULE_TYPE(rt, ordered_dict_items), args[0]);
}

static ouro_value ordered_dict_keys_iter(ouro_runtime *rt, ouro_value self)
{
    return ordered_dict_iterator_new(rt, as_dict_view(self)->dict, ORDERED_KEYS, false);
}

static ouro_value ordered_dict_values_iter(ouro_runtime *rt, ouro_value self)
{
    return ordered_dict_iterator_new(rt, as_dict_view(self)->dict, ORDERED_VALUES, false);
}

static ouro_value ordered_dict_items_iter(ouro_runtime *rt, ouro_value self)
{
    return ordered_dict_iterator_new(rt, as_dict_view(self)->dict, ORDERED_ITEMS, false);
}

static ouro_value ordered_dict_keys_reversed(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ordered_dict_iterator_new(rt, as_dict_view(args[0])->dict, ORDERED_KEYS, true);
}

static ouro_value ordered_dict_values_reversed(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ordered_dict_iterator_new(rt, as_dict_view(args[0])->dict, ORDERED_VALUES, true);
}

static ouro_value ordered_dict_items_reversed(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ordered_dict_iterator_new(rt, as_dict_view(args[0])->dict, ORDERED_ITEMS, true);
}

/* ---- the types ---- */

static const method_def ordered_dict_methods[] = {
    {.name = "fromkeys",
     .signature = "type, /, iterable, value=None",
     .fn = ordered_dict_fromkeys,
     .flags = METHOD_CLASS,
     .doc = "A new ordered dictionary with the iterable's items as keys, all with the same value."},
    {.name = "setdefault",
     .signature = "self, /, key, default=None",
     .fn = ordered_dict_setdefault,
     .doc = "The value stored under the key; the default is stored there first if there is none."},
    {.name = "pop",
     .signature = "?self, /, key, default=None",
     .fn = ordered_dict_pop,
     .doc = "Takes the key out and returns its value.\n\n"
            "For a key that is not there: the default if given, else KeyError."},
    {.name = "popitem",
     .signature = "self, /, last=True",
     .fn = ordered_dict_popitem,
     .doc = "Takes out and returns the last (key, value) pair, or the first one with last=False."},
    {.name = "move_to_end",
     .signature = "self, /, key, last=True",
     .fn = ordered_dict_move_to_end,
     .doc = "Moves the key to the end, or to the beginning with last=False; KeyError if it is not there."},
    {.name = "update",
     .raw = ordered_dict_update,
     .doc = "Stores the pairs of a mapping or of an iterable, then the keyword arguments."},
    {.name = "keys", .signature = "?self, /", .fn = ordered_dict_keys},
    {.name = "values", .signature = "?self, /", .fn = ordered_dict_values},
    {.name = "items", .signature = "?self, /", .fn = ordered_dict_items},
    {.name = "copy", .signature = "?self, /", .fn = ordered_dict_copy, .doc = "A shallow copy."},
    {.name = "__reduce__", .signature = "?self, /", .fn = ordered_dict_reduce, .doc = "State for pickling."},
    {.name = "__reversed__",
     .signature = "?self, /",
     .fn = ordered_dict_reversed,
     .doc = "An iterator over the keys, the last first."},
    SIZEOF_METHOD("dict"),
    {.name = NULL},
};

const type_spec ordered_dict_spec = {
    .name = "collections.OrderedDict",
    .size = sizeof(dict_object),
    .flags = OURO_TYPE_WEAKREF | TYPE_HAS_DICT | TYPE_BASE | TYPE_MAPPING | TYPE_MATCH_SELF | TYPE_IS_DICT,
    .base = &dict_spec,
    .doc = "A dictionary whose order counts in comparisons and can be changed.",
    .methods = ordered_dict_methods,
    .slots =
        {
            .init = ordered_dict_init,
            .repr = ordered_dict_repr,
            .hash = hash_not_implemented,
            .compare = ordered_dict_compare,
            .iter = ordered_dict_iter,
            .binary[BINARY_OR] = ordered_dict_or,
            .inplace[BINARY_OR] = ordered_dict_inplace_or,
        },
};

static const method_def ordered_dict_iterator_methods[] = {
    {.name = "__reduce__", .signature = "?self, /", .fn = ordered_dict_iterator_reduce, .doc = "State for pickling."},
    {.name = NULL},
};

static const ouro_field ordered_dict_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(ordered_dict_iterator, dict), 0, NULL},
};

const type_spec ordered_dict_iterator_spec = {
    .name = "odict_iterator",
    .size = sizeof(ordered_dict_iterator),
    .flags = TYPE_NO_MAKE,
    .fields = ordered_dict_iterator_fields,
    .field_count = COUNT_OF(ordered_dict_iterator_fields),
    .methods = ordered_dict_iterator_methods,
    .slots = {.iter = iterator_iter_self, .next = ordered_dict_iterator_next},
};

#define ORDERED_VIEW(kind)                                                                              \
    static const method_def ordered_dict_##kind##_methods[] = {                                         \
        {.name = "__reversed__", .signature = "?self, /", .fn = ordered_dict_##kind##_reversed},        \
        {.name = NULL},                                                                                 \
    };                                                                                                  \
    const type_spec ordered_dict_##kind##_spec = {                                                      \
        .name = "odict_" #kind,                                                                         \
        .size = sizeof(dict_view),                                                                      \
        .flags = TYPE_NO_MAKE,                                                                          \
        .base = &dict_##kind##_spec,                                                                    \
        .methods = ordered_dict_##kind##_methods,                                                       \
        .slots = {.iter = ordered_dict_##kind##_iter},                                                  \
    }

ORDERED_VIEW(keys);
ORDERED_VIEW(values);
ORDERED_VIEW(items);

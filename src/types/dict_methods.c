/* dict_methods.c: the methods of dict. */
#include "types/dict_private.h"

static ouro_value dict_method_get(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value value = dict_get(rt, as_dict(args[0]), args[1]);
    if (!ouro_is_null(value)) {
        return value_incref(value);
    }
    if (error_is_set(rt)) {
        return OURO_NULL;
    }
    ouro_value fallback = arg_or_null(args, nargs, 2);
    return ouro_is_null(fallback) ? OURO_NONE : value_incref(fallback);
}

static ouro_value dict_method_setdefault(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value fallback = arg_or_null(args, nargs, 2);
    return dict_set_default(rt, as_dict(args[0]), args[1], ouro_is_null(fallback) ? OURO_NONE : fallback);
}

static ouro_value dict_method_pop(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value fallback = arg_or_null(args, nargs, 2), value = OURO_NULL;
    /* An empty dict has no use for the hash: CPython does not ask for it, so an unhashable key is just missing. */
    if (dict_size(as_dict(args[0])) > 0) {
        value = dict_pop(rt, as_dict(args[0]), args[1]);
        if (!ouro_is_null(value) || error_is_set(rt)) {
            return value;
        }
    }
    return ouro_is_null(fallback) ? error_key(rt, args[1]) : value_incref(fallback);
}

static ouro_value dict_method_popitem(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    dict_object *d = as_dict(args[0]);
    /* The tuple first, so that nothing is lost if there is no memory for it. */
    tuple_object *pair = tuple_new_blank(rt, 2);
    if (pair == NULL) {
        return OURO_NULL;
    }
    if (dict_size(d) == 0) {
        value_decref(rt, ouro_from_object(pair));
        ouro_value message = str_from_cstring(rt, "popitem(): dictionary is empty");
        if (!ouro_is_null(message)) {
            error_key(rt, message);
            value_decref(rt, message);
        }
        return OURO_NULL;
    }
    hash_t hash;
    d->layout_version = 0;
    table_pop_last(d->table, &pair->items[0], &pair->items[1], &hash);
    if (container_may_be_tracked(rt, pair->items[0]) || container_may_be_tracked(rt, pair->items[1])) {
        gc_track(rt, pair);
    }
    return ouro_from_object(pair);
}

static ouro_value dict_method_update(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    dict_object *d = as_dict(args[0]);
    if (nargs > 2) {
        return error_type(rt, "update expected at most 1 argument, got %zu", nargs - 1);
    }
    if (nargs == 2 && !dict_update(rt, d, args[1])) {
        return OURO_NULL;
    }
    for (size_t i = 0; !ouro_is_null(kwnames) && i < as_tuple(kwnames)->size; i++) {
        if (!dict_set(rt, d, as_tuple(kwnames)->items[i], args[nargs + i])) {
            return OURO_NULL;
        }
    }
    return OURO_NONE;
}

/* A table for the keys of an exact dict or set, each with the same value. */
static bool dict_fill_from_table(ouro_runtime *rt, dict_object *d, struct table *const *source, bool tracked,
                                 ouro_value value)
{
    struct table *t = table_copy(rt, source, TABLE_VALUES, value);
    if (t == NULL) {
        return false;
    }
    if ((*source)->kind & TABLE_VALUES) { /* the copy took the source's values */
        for (size_t i = 0; i < t->filled; i++) {
            value_replace(rt, &table_entry(t, i)[1], value_incref(value));
        }
    }
    d->table = t;
    if ((tracked || container_may_be_tracked(rt, value)) && !gc_is_tracked(d)) {
        gc_track(rt, d);
    }
    return true;
}

static ouro_value dict_method_fromkeys(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value class = args[0], iterable = args[1];
    ouro_value value = arg_or_null(args, nargs, 2);
    if (ouro_is_null(value)) {
        value = OURO_NONE;
    }
    ouro_value dict = object_call0(rt, class);
    if (ouro_is_null(dict)) {
        return OURO_NULL;
    }
    bool exact = value_type(rt, dict) == TYPE(rt, dict);
    type_object *type = value_type(rt, iterable);
    if (exact && dict_size(as_dict(dict)) == 0 && as_dict(dict)->table->size_code == 0) {
        struct table **source = type == TYPE(rt, dict) ? &as_dict(iterable)->table
                                : type == TYPE(rt, set) || type == TYPE(rt, frozenset) ? &as_set(iterable)->table
                                                                                       : NULL;
        if (source != NULL) {
            if (!dict_fill_from_table(rt, as_dict(dict), source, gc_is_tracked(ouro_as_object(iterable)),
                                      value)) {
                value_decref(rt, dict);
                return OURO_NULL;
            }
            return dict;
        }
    }
    ouro_value iterator = object_iter(rt, iterable);
    bool done = !ouro_is_null(iterator);
    while (done) {
        ouro_value key = iterator_next(rt, iterator);
        if (ouro_is_null(key)) {
            done = !error_is_set(rt);
            break;
        }
        done = exact ? dict_set(rt, as_dict(dict), key, value) : object_setitem(rt, dict, key, value);
        value_decref(rt, key);
    }
    value_decref(rt, iterator);
    if (!done) {
        value_decref(rt, dict);
        return OURO_NULL;
    }
    return dict;
}

static ouro_value dict_method_clear(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    dict_clear(rt, as_dict(args[0]));
    return OURO_NONE;
}

static ouro_value dict_method_copy(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return dict_copy(rt, as_dict(args[0]));
}

const method_def dict_methods[] = {
    SIZEOF_METHOD("dict"),
    {.name = "get",
     .signature = "self, key, default=None, /",
     .fn = dict_method_get,
     .doc = "The value stored under the key, or the default."},
    {.name = "setdefault",
     .signature = "self, key, default=None, /",
     .fn = dict_method_setdefault,
     .doc = "The value stored under the key; the default is stored there first if there is none."},
    {.name = "pop",
     .signature = "?self, key, default=None, /",
     .fn = dict_method_pop,
     .doc = "Takes the key out and returns its value.\n\n"
            "For a key that is not there: the default if given, else KeyError."},
    {.name = "popitem",
     .signature = "self, /",
     .fn = dict_method_popitem,
     .doc = "Takes out the pair that was added last and returns it as a tuple; KeyError if there is none."},
    {.name = "keys", .signature = "?self, /", .fn = dict_keys, .doc = "A view of the keys."},
    {.name = "items", .signature = "?self, /", .fn = dict_items, .doc = "A view of the (key, value) pairs."},
    {.name = "values", .signature = "?self, /", .fn = dict_values, .doc = "A view of the values."},
    {.name = "update",
     .raw = dict_method_update,
     .doc = "Stores the pairs of a mapping or of an iterable, then the keyword arguments."},
    {.name = "fromkeys",
     .signature = "type, iterable, value=None, /",
     .fn = dict_method_fromkeys,
     .flags = METHOD_CLASS,
     .doc = "A new dictionary with the iterable's items as keys, all with the same value."},
    {.name = "clear", .signature = "?self, /", .fn = dict_method_clear, .doc = "Takes all pairs out."},
    {.name = "copy", .signature = "?self, /", .fn = dict_method_copy, .doc = "A shallow copy."},
    {.name = "__reversed__",
     .signature = "self, /",
     .fn = dict_reversed,
     .doc = "An iterator over the keys, the last first."},
    CLASS_GETITEM_METHOD,
    {.name = NULL},
};

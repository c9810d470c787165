/* dict_views.c: dict.keys(), dict.values(), dict.items(): views that follow their dict.
 *
 * Views of keys and items are sets in all but type: their operators take any iterable on the other side, and give
 * sets.
 */
#include "types/dict_private.h"

static ouro_value dict_view_new(ouro_runtime *rt, type_object *type, ouro_value dict)
{
    dict_view *view = object_new(rt, &type->type, 0);
    if (view == NULL) {
        return OURO_NULL;
    }
    view->dict = value_incref(dict);
    gc_track(rt, view);
    return ouro_from_object(view);
}

ouro_value dict_keys(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return dict_view_new(rt, TYPE(rt, dict_keys), args[0]);
}

ouro_value dict_values(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return dict_view_new(rt, TYPE(rt, dict_values), args[0]);
}

ouro_value dict_items(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return dict_view_new(rt, TYPE(rt, dict_items), args[0]);
}

/* ---- of all three ---- */

static inline dict_object *dict_view_dict(ouro_value view)
{
    ouro_value dict = as_dict_view(view)->dict;
    return ouro_is_null(dict) ? NULL : as_dict(dict);
}

static int64_t dict_view_length(ouro_runtime *rt, ouro_value self)
{
    dict_object *d = dict_view_dict(self);
    return d != NULL ? (int64_t)dict_size(d) : 0;
}

static ouro_value dict_view_repr(ouro_runtime *rt, ouro_value self)
{
    int entered = repr_enter(rt, self);
    if (entered != 0) {
        return entered < 0 ? OURO_NULL : str_from_cstring(rt, "...");
    }
    ouro_value list = list_from_iterable(rt, self);
    ouro_value text = ouro_is_null(list) ? OURO_NULL : str_format_c(rt, "%T(%R)", self, list);
    value_decref(rt, list);
    repr_leave(rt, self);
    return text;
}

static ouro_value dict_keys_iter(ouro_runtime *rt, ouro_value self)
{
    return dict_iterator_new(rt, TYPE(rt, dict_key_iterator), as_dict_view(self)->dict, false);
}

static ouro_value dict_values_iter(ouro_runtime *rt, ouro_value self)
{
    return dict_iterator_new(rt, TYPE(rt, dict_value_iterator), as_dict_view(self)->dict, false);
}

static ouro_value dict_items_iter(ouro_runtime *rt, ouro_value self)
{
    return dict_iterator_new(rt, TYPE(rt, dict_item_iterator), as_dict_view(self)->dict, false);
}

static ouro_value dict_keys_reversed(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return dict_iterator_new(rt, TYPE(rt, dict_reverse_key_iterator), as_dict_view(args[0])->dict, true);
}

static ouro_value dict_values_reversed(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return dict_iterator_new(rt, TYPE(rt, dict_reverse_value_iterator), as_dict_view(args[0])->dict, true);
}

static ouro_value dict_items_reversed(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return dict_iterator_new(rt, TYPE(rt, dict_reverse_item_iterator), as_dict_view(args[0])->dict, true);
}

static ouro_value dict_view_mapping(ouro_runtime *rt, ouro_value self, void *closure)
{
    return object_call1(rt, type_value(TYPE(rt, mappingproxy)), as_dict_view(self)->dict);
}

/* ---- membership ---- */

static int dict_keys_contains(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    dict_object *d = dict_view_dict(self);
    hash_t hash = table_hash(rt, key);
    if (hash == -1) {
        return -1;
    }
    int64_t i = table_find(rt, &d->table, key, hash);
    return i == TABLE_FAILED ? -1 : i >= 0;
}

static int dict_items_contains(ouro_runtime *rt, ouro_value self, ouro_value item)
{
    if (!value_is_tuple(rt, item) || as_tuple(item)->size != 2) {
        return 0;
    }
    ouro_value value = value_incref(dict_get(rt, dict_view_dict(self), as_tuple(item)->items[0]));
    if (ouro_is_null(value)) {
        return error_is_set(rt) ? -1 : 0;
    }
    int equal = object_equal(rt, value, as_tuple(item)->items[1]);
    value_decref(rt, value);
    return equal;
}

/* ---- set operators ---- */

static bool dict_view_is_set(ouro_runtime *rt, ouro_value v)
{
    return value_is_instance(rt, v, TYPE(rt, dict_keys)) || value_is_instance(rt, v, TYPE(rt, dict_items));
}

static ouro_value dict_view_or(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    ouro_value result = set_new(rt, a);
    if (!ouro_is_null(result) && !set_update(rt, result, b)) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    return result;
}

/* set(a).method(b) where the method changes the set. */
static ouro_value dict_view_through_set(ouro_runtime *rt, ouro_value a, ouro_value b, const char *method)
{
    ouro_value result = set_new(rt, a);
    if (ouro_is_null(result)) {
        return OURO_NULL;
    }
    ouro_value name = str_intern_cstring(rt, method), none = OURO_NULL;
    if (!ouro_is_null(name)) {
        none = object_call_method1(rt, result, name, b);
        value_decref(rt, name);
    }
    if (ouro_is_null(none)) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    return result;
}

static ouro_value dict_view_subtract(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    return dict_view_through_set(rt, a, b, "difference_update");
}

static ouro_value dict_view_xor(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    return dict_view_through_set(rt, a, b, "symmetric_difference_update");
}

static ouro_value dict_view_and(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    /* The view is asked, the other walked; of two views the shorter one is walked. */
    if (!dict_view_is_set(rt, a) ||
        (dict_view_is_set(rt, b) && dict_view_length(rt, b) > dict_view_length(rt, a))) {
        ouro_value swapped = a;
        a = b;
        b = swapped;
    }
    ouro_value result = set_new(rt, OURO_NULL), iterator = OURO_NULL;
    if (!ouro_is_null(result)) {
        iterator = object_iter(rt, b);
    }
    bool done = !ouro_is_null(iterator);
    while (done) {
        ouro_value item = iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            done = !error_is_set(rt);
            break;
        }
        int contained = object_contains(rt, a, item);
        done = contained == 0 || (contained > 0 && set_add(rt, result, item));
        value_decref(rt, item);
    }
    value_decref(rt, iterator);
    if (!done) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    return result;
}

/* Is every item of a in b?  1, 0, -1. */
static int dict_view_all_in(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    ouro_value iterator = object_iter(rt, a);
    if (ouro_is_null(iterator)) {
        return -1;
    }
    int result = 1;
    while (result == 1) {
        ouro_value item = iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            result = error_is_set(rt) ? -1 : 1;
            break;
        }
        result = object_contains(rt, b, item);
        value_decref(rt, item);
    }
    value_decref(rt, iterator);
    return result;
}

static ouro_value dict_view_compare(ouro_runtime *rt, ouro_value self, ouro_value other, compare_op op)
{
    if (!dict_view_is_set(rt, self) || (!value_is_set(rt, other) && !dict_view_is_set(rt, other))) {
        return OURO_NOT_IMPLEMENTED;
    }
    int64_t x = dict_view_length(rt, self), y = object_length(rt, other);
    if (y < 0) {
        return OURO_NULL;
    }
    int result = 0;
    switch (op) {
    case COMPARE_EQ:
    case COMPARE_NE:
        result = x == y ? dict_view_all_in(rt, self, other) : 0;
        if (result >= 0 && op == COMPARE_NE) {
            result = !result;
        }
        break;
    case COMPARE_LT:
        result = x < y ? dict_view_all_in(rt, self, other) : 0;
        break;
    case COMPARE_LE:
        result = x <= y ? dict_view_all_in(rt, self, other) : 0;
        break;
    case COMPARE_GT:
        result = x > y ? dict_view_all_in(rt, other, self) : 0;
        break;
    case COMPARE_GE:
        result = x >= y ? dict_view_all_in(rt, other, self) : 0;
        break;
    }
    return result < 0 ? OURO_NULL : ouro_bool(result != 0);
}

static ouro_value dict_view_isdisjoint(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value self = args[0], other = args[1];
    if (ouro_is(self, other)) {
        return ouro_bool(dict_view_length(rt, self) == 0);
    }
    if ((value_is_set(rt, other) || dict_view_is_set(rt, other)) &&
        object_length(rt, other) > dict_view_length(rt, self)) {
        ouro_value swapped = self;
        self = other;
        other = swapped;
    }
    ouro_value iterator = object_iter(rt, other);
    if (ouro_is_null(iterator)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_TRUE;
    for (;;) {
        ouro_value item = iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            result = error_is_set(rt) ? OURO_NULL : result;
            break;
        }
        int contained = object_contains(rt, self, item);
        value_decref(rt, item);
        if (contained != 0) {
            result = contained < 0 ? OURO_NULL : OURO_FALSE;
            break;
        }
    }
    value_decref(rt, iterator);
    return result;
}

/* ---- the types ---- */

#define REVERSED_METHOD(function) \
    {.name = "__reversed__", .signature = "?self, /", .fn = function, .doc = "An iterator, the last first."}
#define ISDISJOINT_METHOD                  \
    {.name = "isdisjoint",                 \
     .signature = "?self, other, /",       \
     .fn = dict_view_isdisjoint,           \
     .doc = "Has the view no item in common with the iterable?"}

static const method_def dict_keys_methods[] = {
    ISDISJOINT_METHOD,
    REVERSED_METHOD(dict_keys_reversed),
    {.name = NULL},
};

static const method_def dict_values_methods[] = {
    REVERSED_METHOD(dict_values_reversed),
    {.name = NULL},
};

static const method_def dict_items_methods[] = {
    ISDISJOINT_METHOD,
    REVERSED_METHOD(dict_items_reversed),
    {.name = NULL},
};

static const getset_def dict_view_getsets[] = {
    {.name = "mapping", .get = dict_view_mapping, .doc = "A read-only view of the dictionary behind this view."},
    {.name = NULL},
};

static const ouro_field dict_view_fields[] = {
    {OURO_FIELD_VALUE, offsetof(dict_view, dict), 0, NULL},
};

#define DICT_VIEW_COMMON                           \
    .size = sizeof(dict_view),                     \
    .flags = TYPE_NO_MAKE,                         \
    .fields = dict_view_fields,                    \
    .field_count = COUNT_OF(dict_view_fields),     \
    .getsets = dict_view_getsets

#define DICT_VIEW_SET_SLOTS                                     \
    .repr = dict_view_repr, .length = dict_view_length,         \
    .hash = hash_not_implemented, .compare = dict_view_compare, \
    .binary = {[BINARY_OR] = dict_view_or,                      \
               [BINARY_AND] = dict_view_and,                    \
               [BINARY_XOR] = dict_view_xor,                    \
               [BINARY_SUBTRACT] = dict_view_subtract}

const type_spec dict_keys_spec = {
    .name = "dict_keys",
    DICT_VIEW_COMMON,
    .methods = dict_keys_methods,
    .slots = {DICT_VIEW_SET_SLOTS, .iter = dict_keys_iter, .contains = dict_keys_contains},
};

const type_spec dict_values_spec = {
    .name = "dict_values",
    DICT_VIEW_COMMON,
    .methods = dict_values_methods,
    .slots = {.repr = dict_view_repr, .length = dict_view_length, .iter = dict_values_iter},
};

const type_spec dict_items_spec = {
    .name = "dict_items",
    DICT_VIEW_COMMON,
    .methods = dict_items_methods,
    .slots = {DICT_VIEW_SET_SLOTS, .iter = dict_items_iter, .contains = dict_items_contains},
};

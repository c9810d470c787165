/* collections.c: the module _collections: registers deque, defaultdict and OrderedDict, and has the small helpers of the
 * library's collections module: _count_elements (Counter) and _tuplegetter (namedtuple's attributes).
 */
#include "modules/collections.h"

/* ---- _count_elements ---- */

/* Does the mapping look up and store as dict does? */
static bool counts_are_plain(ouro_runtime *rt, ouro_value mapping)
{
    type_object *type = value_type(rt, mapping);
    if (!value_is_dict(rt, mapping) || type->slots.setitem != TYPE(rt, dict)->slots.setitem) {
        return false;
    }
    return ouro_is(type_lookup(rt, type, STR(rt, get)), type_lookup(rt, TYPE(rt, dict), STR(rt, get)));
}

static bool count_plain(ouro_runtime *rt, dict_object *d, ouro_value key)
{
    hash_t hash = table_hash(rt, key);
    if (hash == -1) {
        return false;
    }
    ouro_value old = dict_get_hashed(rt, d, key, hash);
    if (ouro_is_null(old)) {
        return !error_is_set(rt) && dict_set_hashed(rt, d, key, hash, ouro_int(1));
    }
    if (ouro_is_int(old) && ouro_as_int(old) < OURO_INT_MAX) {
        return dict_set_hashed(rt, d, key, hash, ouro_int(ouro_as_int(old) + 1));
    }
    value_incref(old);
    ouro_value sum = object_binary(rt, BINARY_ADD, old, ouro_int(1));
    value_decref(rt, old);
    bool done = !ouro_is_null(sum) && dict_set_hashed(rt, d, key, hash, sum);
    value_decref(rt, sum);
    return done;
}

static bool count_through_methods(ouro_runtime *rt, ouro_value mapping, ouro_value get, ouro_value key)
{
    ouro_value old = object_call2(rt, get, key, ouro_int(0));
    if (ouro_is_null(old)) {
        return false;
    }
    ouro_value sum = object_binary(rt, BINARY_ADD, old, ouro_int(1));
    value_decref(rt, old);
    bool done = !ouro_is_null(sum) && object_setitem(rt, mapping, key, sum);
    value_decref(rt, sum);
    return done;
}

static ouro_value collections_count_elements(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value mapping = args[0], get = OURO_NULL;
    ouro_value iterator = object_iter(rt, args[1]);
    if (ouro_is_null(iterator)) {
        return OURO_NULL;
    }
    bool plain = counts_are_plain(rt, mapping), done = true;
    if (!plain) {
        get = object_getattr(rt, mapping, STR(rt, get));
        done = !ouro_is_null(get);
    }
    while (done) {
        ouro_value key = iterator_next(rt, iterator);
        if (ouro_is_null(key)) {
            done = !error_is_set(rt);
            break;
        }
        done = plain ? count_plain(rt, as_dict(mapping), key) : count_through_methods(rt, mapping, get, key);
        value_decref(rt, key);
    }
    value_decref(rt, get);
    value_decref(rt, iterator);
    return done ? OURO_NONE : OURO_NULL;
}

/* ---- _tuplegetter: the descriptor of one item of a tuple subclass ---- */

typedef struct tuple_getter {
    ouro_object object;
    int64_t index;
    ouro_value doc;
} tuple_getter;

static inline tuple_getter *as_tuple_getter(ouro_value v)
{
    return (tuple_getter *)(void *)ouro_as_object(v);
}

static ouro_value tuple_getter_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    int64_t index;
    if (!arguments_positional(rt, "_tuplegetter", nargs, kwnames, 2, 2) ||
        !container_as_size(rt, args[0], &index)) {
        return OURO_NULL;
    }
    tuple_getter *getter = object_new(rt, &type->type, 0);
    if (getter == NULL) {
        return OURO_NULL;
    }
    getter->index = index;
    getter->doc = value_incref(args[1]);
    gc_track(rt, getter);
    return ouro_from_object(getter);
}

static ouro_value tuple_getter_get(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value owner)
{
    tuple_getter *getter = as_tuple_getter(self);
    if (ouro_is_null(instance)) {
        return value_incref(self);
    }
    if (!value_is_tuple(rt, instance)) {
        if (ouro_is_none(instance)) {
            return value_incref(self);
        }
        return error_type(rt, "descriptor for index '%lld' for tuple subclasses doesn't apply to '%T' object",
                          (long long)getter->index, instance);
    }
    tuple_object *t = as_tuple(instance);
    if (getter->index < 0 || (uint64_t)getter->index >= t->size) {
        return error_index(rt, "tuple index out of range");
    }
    return value_incref(t->items[getter->index]);
}

static bool tuple_getter_set(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value value)
{
    error_raise(rt, EXC(rt, AttributeError), ouro_is_null(value) ? "can't delete attribute" : "can't set attribute");
    return false;
}

static ouro_value tuple_getter_repr(ouro_runtime *rt, ouro_value self)
{
    tuple_getter *getter = as_tuple_getter(self);
    return str_format_c(rt, "%U(%lld, %R)", value_type(rt, self)->name, (long long)getter->index, getter->doc);
}

static ouro_value tuple_getter_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    tuple_getter *getter = as_tuple_getter(args[0]);
    ouro_value arguments = tuple_pack2(rt, ouro_int(getter->index), getter->doc);
    if (ouro_is_null(arguments)) {
        return OURO_NULL;
    }
    ouro_value result = tuple_pack2(rt, type_value(value_type(rt, args[0])), arguments);
    value_decref(rt, arguments);
    return result;
}

static const method_def tuple_getter_methods[] = {
    {.name = "__reduce__", .signature = "?self, /", .fn = tuple_getter_reduce},
    {.name = NULL},
};

static const member_def tuple_getter_members[] = {
    {.name = "__doc__", .offset = offsetof(tuple_getter, doc)},
    {.name = NULL},
};

static const ouro_field tuple_getter_fields[] = {
    {OURO_FIELD_VALUE, offsetof(tuple_getter, doc), 0, "__doc__"},
};

const type_spec tuple_getter_spec = {
    .name = "_collections._tuplegetter",
    .size = sizeof(tuple_getter),
    .fields = tuple_getter_fields,
    .field_count = COUNT_OF(tuple_getter_fields),
    .methods = tuple_getter_methods,
    .members = tuple_getter_members,
    .slots =
        {
            .make = tuple_getter_make,
            .repr = tuple_getter_repr,
            .descr_get = tuple_getter_get,
            .descr_set = tuple_getter_set,
        },
};

/* ---- the module ---- */

static bool collections_start(ouro_runtime *rt, module_object *module)
{
    struct modules_state *keep = rt->modules;
    return module_add_kept_type(rt, module, &deque_spec, &keep->deque) &&
           module_add_kept_type(rt, module, &deque_iterator_spec, &keep->deque_iterator) &&
           module_add_kept_type(rt, module, &deque_reverse_iterator_spec, &keep->deque_reverse_iterator) &&
           module_add_kept_type(rt, module, &default_dict_spec, &keep->default_dict) &&
           module_add_kept_type(rt, module, &ordered_dict_spec, &keep->ordered_dict) &&
           module_keep_type(rt, &ordered_dict_iterator_spec, &keep->ordered_dict_iterator) &&
           module_keep_type(rt, &ordered_dict_keys_spec, &keep->ordered_dict_keys) &&
           module_keep_type(rt, &ordered_dict_values_spec, &keep->ordered_dict_values) &&
           module_keep_type(rt, &ordered_dict_items_spec, &keep->ordered_dict_items) &&
           module_add_type(rt, module, &tuple_getter_spec) != NULL;
}

static const method_def collections_functions[] = {
    {.name = "_count_elements",
     .signature = "mapping, iterable, /",
     .fn = collections_count_elements,
     .doc = "Adds 1 in the mapping for each item of the iterable."},
    {.name = NULL},
};

const module_def collections_module_def = {
    .name = "_collections",
    .doc = "Containers with special abilities: deque, defaultdict, OrderedDict.",
    .functions = collections_functions,
    .start = collections_start,
};

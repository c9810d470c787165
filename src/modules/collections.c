/* collections.c: the module _collections: registers deque, defaultdict and OrderedDict, and has the small helpers of the
 * library's collections module: _count_elements (Counter) and _tuplegetter (namedtuple's attributes).
 */
#include "modules/collections.h"

bool collections_keep_types(ouro_runtime *rt, type_object *type, const type_spec *const *specs, size_t count)
{
    tuple_object *types = tuple_new_blank(rt, count);
    if (types == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        type_object *helper = type_from_spec(rt, specs[i]);
        if (helper == NULL) {
            value_decref(rt, ouro_from_object(types));
            return false;
        }
        types->items[i] = type_value(helper);
    }
    gc_track(rt, types);
    value_replace(rt, &type->module_types_data, ouro_from_object(types));
    return true;
}

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
    static const type_spec *const deque_helpers[] = {&deque_iterator_spec, &deque_reverse_iterator_spec};
    static const type_spec *const ordered_dict_helpers[] = {
        &ordered_dict_keys_spec, &ordered_dict_values_spec, &ordered_dict_items_spec, &ordered_dict_iterator_spec};
    type_object *deque = module_add_type(rt, module, &deque_spec);
    if (deque == NULL || !collections_keep_types(rt, deque, deque_helpers, COUNT_OF(deque_helpers)) ||
        module_add_type(rt, module, &default_dict_spec) == NULL ||
        module_add_type(rt, module, &tuple_getter_spec) == NULL) {
        return false;
    }
    const ouro_value *iterators = as_tuple(deque->module_types_data)->items;
    type_object *ordered_dict = module_add_type(rt, module, &ordered_dict_spec);
    return ordered_dict != NULL &&
           collections_keep_types(rt, ordered_dict, ordered_dict_helpers, COUNT_OF(ordered_dict_helpers)) &&
           module_add(rt, module, "_deque_iterator", value_incref(iterators[0])) &&
           module_add(rt, module, "_deque_reverse_iterator", value_incref(iterators[1]));
}

static const method_def collections_functions[] = {
    {.name = "_count_elements",
     .signature = "mapping, iterable, /",
     .fn = collections_count_elements,
     .doc = "Adds 1 in the mapping for each item of the iterable."},
    {.name = NULL},
};

const module_def collections_module = {
    .name = "_collections",
    .doc = "Containers with special abilities: deque, defaultdict, OrderedDict.",
    .functions = collections_functions,
    .start = collections_start,
};

/* pickle_proxy.c: the attribute `memo` of picklers and unpicklers: a proxy, which can be cleared, copied, and
 * assigned to the memo of another.
 */
#include "modules/pickle.h"

typedef struct memo_proxy {
    ouro_object object;
    ouro_value owner;
} memo_proxy;

static ouro_value proxy_owner(ouro_value proxy)
{
    return ((memo_proxy *)(void *)ouro_as_object(proxy))->owner;
}

static ouro_value proxy_new(ouro_runtime *rt, type_object *type, ouro_value owner)
{
    memo_proxy *proxy = object_new(rt, &type->type, 0);
    if (proxy != NULL) {
        proxy->owner = value_incref(owner);
        gc_track(rt, proxy);
    }
    return ouro_from_object(proxy);
}

/* (dict, (the memo as a dict,)): steals, OURO_NULL fails. */
static ouro_value proxy_reduction(ouro_runtime *rt, ouro_value dict)
{
    ouro_value arguments = ouro_is_null(dict) ? dict : tuple_pack1(rt, dict);
    ouro_value result =
        ouro_is_null(arguments) ? arguments : tuple_pack2(rt, type_value(TYPE(rt, dict)), arguments);
    value_decref(rt, arguments);
    value_decref(rt, dict);
    return result;
}

static bool proxy_refuse(ouro_runtime *rt, ouro_value v, const char *type)
{
    if (ouro_is_null(v)) {
        error_type(rt, "attribute deletion is not supported");
    } else {
        error_type(rt, "'memo' attribute must be %s object or dict, not %T", type, v);
    }
    return false;
}

static const ouro_field proxy_fields[] = {
    {OURO_FIELD_VALUE, offsetof(memo_proxy, owner), 0, "owner"},
};

/* ---- the pickler's ---- */

static ouro_value pickler_proxy_clear(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    pickle_memo_clear(rt, &as_pickler(proxy_owner(args[0]))->memo);
    return OURO_NONE;
}

static ouro_value pickler_proxy_copy(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return pickle_memo_as_dict(rt, &as_pickler(proxy_owner(args[0]))->memo);
}

static ouro_value pickler_proxy_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return proxy_reduction(rt, pickle_memo_as_dict(rt, &as_pickler(proxy_owner(args[0]))->memo));
}

ouro_value pickler_memo_get(ouro_runtime *rt, ouro_value self, void *closure)
{
    return proxy_new(rt, MODULE_TYPE(rt, pickler_memo_proxy), self);
}

/* id -> (number, object): the ids are not looked at. */
static bool pickler_memo_from_dict(ouro_runtime *rt, dict_object *dict, pickle_memo *memo)
{
    ouro_value key, value;
    size_t position = 0;
    while (dict_next(dict, &position, &key, &value)) {
        if (!value_is_tuple(rt, value) || as_tuple(value)->size != 2) {
            error_type(rt, "'memo' values must be 2-item tuples");
            return false;
        }
        int64_t number;
        if (!value_is_int(rt, as_tuple(value)->items[0])) {
            error_type(rt, "an integer is required");
            return false;
        }
        if (!int_as_int64(rt, as_tuple(value)->items[0], &number)) {
            return false;
        }
        if (number < 0) {
            error_value(rt, "memo numbers must be positive integers");
            return false;
        }
        if (!pickle_memo_add_as(rt, memo, as_tuple(value)->items[1], (uint64_t)number)) {
            return false;
        }
    }
    return true;
}

bool pickler_memo_set(ouro_runtime *rt, ouro_value self, ouro_value v, void *closure)
{
    pickle_memo memo = {0};
    if (!ouro_is_null(v) && value_is_instance_exactly(rt, v, MODULE_TYPE(rt, pickler_memo_proxy))) {
        if (!pickle_memo_copy(rt, &as_pickler(proxy_owner(v))->memo, &memo)) {
            return false;
        }
    } else if (ouro_is_null(v) || !value_is_dict(rt, v)) {
        return proxy_refuse(rt, v, "a PicklerMemoProxy");
    } else if (!pickler_memo_from_dict(rt, as_dict(v), &memo)) {
        pickle_memo_clear(rt, &memo);
        return false;
    }
    pickle_memo old = as_pickler(self)->memo;
    as_pickler(self)->memo = memo;
    pickle_memo_clear(rt, &old);
    return true;
}

static const method_def pickler_proxy_methods[] = {
    {"clear", "self, /", pickler_proxy_clear, .doc = "Forgets all objects."},
    {"copy", "self, /", pickler_proxy_copy,
     .doc = "The memo as a dict: the id of each object, its number and the object."},
    {"__reduce__", "self, /", pickler_proxy_reduce, .doc = "Helps to pickle."},
    {NULL},
};

const type_spec pickler_memo_proxy_spec = {
    .name = "_pickle.PicklerMemoProxy",
    .size = sizeof(memo_proxy),
    .flags = TYPE_NO_MAKE,
    .fields = proxy_fields,
    .field_count = COUNT_OF(proxy_fields),
    .methods = pickler_proxy_methods,
    .slots = {.hash = hash_not_implemented},
};

/* ---- the unpickler's ---- */

static ouro_value unpickler_proxy_clear(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    unpickle_memo_clear(rt, as_unpickler(proxy_owner(args[0])));
    return OURO_NONE;
}

static ouro_value unpickler_proxy_copy(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return unpickle_memo_as_dict(rt, as_unpickler(proxy_owner(args[0])));
}

static ouro_value unpickler_proxy_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return proxy_reduction(rt, unpickle_memo_as_dict(rt, as_unpickler(proxy_owner(args[0]))));
}

ouro_value unpickler_memo_get(ouro_runtime *rt, ouro_value self, void *closure)
{
    return proxy_new(rt, MODULE_TYPE(rt, unpickler_memo_proxy), self);
}

/* Are all keys numbers of a memo? */
static bool unpickler_memo_check(ouro_runtime *rt, dict_object *dict)
{
    ouro_value key, value;
    size_t position = 0;
    while (dict_next(dict, &position, &key, &value)) {
        int64_t number;
        if (!value_is_int(rt, key)) {
            error_type(rt, "memo key must be integers");
            return false;
        }
        if (!int_as_int64(rt, key, &number)) {
            return false;
        }
        if (number < 0) {
            error_value(rt, "memo key must be positive integers.");
            return false;
        }
    }
    return true;
}

bool unpickler_memo_set(ouro_runtime *rt, ouro_value self, ouro_value v, void *closure)
{
    ouro_value copy;
    if (!ouro_is_null(v) && value_is_instance_exactly(rt, v, MODULE_TYPE(rt, unpickler_memo_proxy))) {
        copy = unpickle_memo_as_dict(rt, as_unpickler(proxy_owner(v)));
    } else if (ouro_is_null(v) || !value_is_dict(rt, v)) {
        return proxy_refuse(rt, v, "an UnpicklerMemoProxy");
    } else {
        copy = dict_copy(rt, as_dict(v));
    }
    if (ouro_is_null(copy) || !unpickler_memo_check(rt, as_dict(copy))) {
        value_decref(rt, copy);
        return false;
    }
    unpickle_memo_clear(rt, as_unpickler(self));
    ouro_value key, value;
    size_t position = 0;
    int64_t number;
    bool ok = true;
    while (ok && dict_next(as_dict(copy), &position, &key, &value)) {
        ok = int_as_int64(rt, key, &number) &&
             unpickle_memo_put(rt, as_unpickler(self), (uint64_t)number, value);
    }
    value_decref(rt, copy);
    return ok;
}

static const method_def unpickler_proxy_methods[] = {
    {"clear", "self, /", unpickler_proxy_clear, .doc = "Forgets all objects."},
    {"copy", "self, /", unpickler_proxy_copy, .doc = "The memo as a dict: objects by their number."},
    {"__reduce__", "self, /", unpickler_proxy_reduce, .doc = "Helps to pickle."},
    {NULL},
};

const type_spec unpickler_memo_proxy_spec = {
    .name = "_pickle.UnpicklerMemoProxy",
    .size = sizeof(memo_proxy),
    .flags = TYPE_NO_MAKE,
    .fields = proxy_fields,
    .field_count = COUNT_OF(proxy_fields),
    .methods = unpickler_proxy_methods,
    .slots = {.hash = hash_not_implemented},
};

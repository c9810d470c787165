/* default_dict.c: collections.defaultdict: a dict that makes the value of a missing key by calling a factory. */
#include "modules/collections.h"

typedef struct default_dict_object {
    dict_object dict;
    ouro_value factory; /* OURO_NULL: none (shown as None) */
} default_dict_object;

static inline default_dict_object *as_default_dict(ouro_value v)
{
    return (default_dict_object *)(void *)ouro_as_object(v);
}

static ouro_value default_dict_factory(ouro_value self)
{
    ouro_value factory = as_default_dict(self)->factory;
    return ouro_is_null(factory) ? OURO_NONE : factory;
}

static bool default_dict_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                              ouro_value kwnames)
{
    if (nargs > 0) {
        if (!ouro_is_none(args[0]) && !object_is_callable(rt, args[0])) {
            error_type(rt, "first argument must be callable or None");
            return false;
        }
        value_replace(rt, &as_default_dict(self)->factory, value_incref(args[0]));
        args++;
        nargs--;
    } else {
        value_clear(rt, &as_default_dict(self)->factory);
    }
    return TYPE(rt, dict)->slots.init(rt, self, args, nargs, kwnames);
}

static ouro_value default_dict_missing(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value factory = default_dict_factory(args[0]);
    if (ouro_is_none(factory)) {
        return error_key(rt, args[1]);
    }
    value_incref(factory);
    ouro_value value = object_call0(rt, factory);
    value_decref(rt, factory);
    if (!ouro_is_null(value) && !object_setitem(rt, args[0], args[1], value)) {
        value_decref(rt, value);
        return OURO_NULL;
    }
    return value;
}

/* type(self)(factory, self) */
static ouro_value default_dict_copy_of(ouro_runtime *rt, ouro_value self, ouro_value from)
{
    return object_call2(rt, type_value(value_type(rt, self)), default_dict_factory(self), from);
}

static ouro_value default_dict_copy(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return default_dict_copy_of(rt, args[0], args[0]);
}

static ouro_value default_dict_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value factory = as_default_dict(args[0])->factory;
    ouro_value items = OURO_NULL, iterator = OURO_NULL, result = OURO_NULL;
    ouro_value arguments = ouro_is_null(factory) || ouro_is_none(factory) ? value_incref(rt->types->empty_tuple)
                                                                          : tuple_pack1(rt, factory);
    if (!ouro_is_null(arguments)) {
        items = object_call_method0(rt, args[0], STR(rt, items));
    }
    if (!ouro_is_null(items)) {
        iterator = object_iter(rt, items);
    }
    if (!ouro_is_null(iterator)) {
        ouro_value parts[5] = {type_value(value_type(rt, args[0])), arguments, OURO_NONE, OURO_NONE, iterator};
        result = tuple_new(rt, parts, 5);
    }
    value_decref(rt, arguments);
    value_decref(rt, items);
    value_decref(rt, iterator);
    return result;
}

static ouro_value default_dict_repr(ouro_runtime *rt, ouro_value self)
{
    ouro_value base = TYPE(rt, dict)->slots.repr(rt, self), factory_text = OURO_NULL, text = OURO_NULL;
    if (ouro_is_null(base)) {
        return OURO_NULL;
    }
    ouro_value factory = value_incref(default_dict_factory(self));
    int entered = repr_enter(rt, factory);
    if (entered == 0) {
        factory_text = object_repr(rt, factory);
        repr_leave(rt, factory);
    } else if (entered > 0) {
        factory_text = str_from_cstring(rt, "...");
    }
    if (!ouro_is_null(factory_text)) {
        text = str_format_c(rt, "%U(%U, %U)", value_type(rt, self)->name, factory_text, base);
    }
    value_decref(rt, factory);
    value_decref(rt, factory_text);
    value_decref(rt, base);
    return text;
}

static ouro_value default_dict_or(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    ouro_value self = value_is_instance(rt, a, MODULE_TYPE(rt, default_dict)) ? a : b;
    ouro_value other = ouro_is(self, a) ? b : a;
    if (!value_is_dict(rt, other)) {
        return OURO_NOT_IMPLEMENTED;
    }
    ouro_value result = default_dict_copy_of(rt, self, a);
    if (!ouro_is_null(result)) {
        if (!value_is_dict(rt, result) || !dict_update(rt, as_dict(result), b)) {
            if (!error_is_set(rt)) {
                error_type(rt, "%T() must return a dict, not %T", self, result);
            }
            value_decref(rt, result);
            return OURO_NULL;
        }
    }
    return result;
}

static const method_def default_dict_methods[] = {
    {.name = "__missing__",
     .signature = "?self, key, /",
     .fn = default_dict_missing,
     .doc = "__missing__(key): called for a key that is not there; stores and returns what default_factory() makes."},
    {.name = "copy", .signature = "?self, /", .fn = default_dict_copy, .doc = "A shallow copy."},
    {.name = "__copy__", .signature = "?self, /", .fn = default_dict_copy, .doc = "A shallow copy."},
    {.name = "__reduce__", .signature = "?self, /", .fn = default_dict_reduce, .doc = "State for pickling."},
    CLASS_GETITEM_METHOD,
    {.name = NULL},
};

static const member_def default_dict_members[] = {
    {.name = "default_factory",
     .offset = offsetof(default_dict_object, factory),
     .flags = MEMBER_NONE_IF_NULL,
     .doc = "Makes the values of missing keys; None: they are errors."},
    {.name = NULL},
};

static const ouro_field default_dict_fields[] = {
    {OURO_FIELD_VALUE, offsetof(default_dict_object, factory), 0, "default_factory"},
};

const type_spec default_dict_spec = {
    .name = "collections.defaultdict",
    .size = sizeof(default_dict_object),
    .flags = TYPE_BASE | TYPE_MAPPING | TYPE_MATCH_SELF | TYPE_IS_DICT,
    .base = &dict_spec,
    .doc = "defaultdict(default_factory=None, /, [...])\n\n"
           "A dict that calls default_factory for the value of a key that is not there.\n"
           "The other arguments are dict's.",
    .fields = default_dict_fields,
    .field_count = COUNT_OF(default_dict_fields),
    .methods = default_dict_methods,
    .members = default_dict_members,
    .slots =
        {
            .init = default_dict_init,
            .repr = default_dict_repr,
            .binary[BINARY_OR] = default_dict_or,
        },
};

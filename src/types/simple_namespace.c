/* simple_namespace.c: types.SimpleNamespace: attributes and nothing else. */
#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/own_dict.h"
#include "types/protocol.h"
#include "types/str.h"

typedef struct simple_namespace_object {
    ouro_object object;
    ouro_value dict; /* made by __new__; OURO_NULL only after the collector has emptied the object */
} simple_namespace_object;

static simple_namespace_object *as_simple_namespace(ouro_value v)
{
    return (simple_namespace_object *)(void *)ouro_as_object(v);
}

static ouro_value simple_namespace_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                        ouro_value kwnames)
{
    ouro_value dict = dict_new(rt, 0);
    simple_namespace_object *n = ouro_is_null(dict) ? NULL : object_new(rt, &type->type, 0);
    if (n == NULL) {
        value_decref(rt, dict);
        return OURO_NULL;
    }
    n->dict = dict;
    gc_track(rt, &n->object);
    return ouro_from_object(n);
}

static bool simple_namespace_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                  ouro_value kwnames)
{
    if (nargs > 0) {
        error_type(rt, "no positional arguments expected");
        return false;
    }
    size_t count = ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
    for (size_t i = 0; i < count; i++) {
        if (!dict_set(rt, as_dict(as_simple_namespace(self)->dict), as_tuple(kwnames)->items[i], args[i])) {
            return false;
        }
    }
    return true;
}

static ouro_value simple_namespace_getattr(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    return own_dict_getattr(rt, self, name, as_simple_namespace(self)->dict);
}

static bool simple_namespace_setattr(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value value)
{
    return own_dict_setattr(rt, self, name, value, &as_simple_namespace(self)->dict);
}

static ouro_value simple_namespace_repr(ouro_runtime *rt, ouro_value self)
{
    simple_namespace_object *n = as_simple_namespace(self);
    const char *name = value_type(rt, self) == TYPE(rt, simple_namespace) ? "namespace" : value_type(rt, self)->type.name;
    int entered = repr_enter(rt, self);
    if (entered < 0) {
        return OURO_NULL;
    }
    if (entered > 0) {
        return str_format_c(rt, "%s(...)", name);
    }
    ouro_value dict = dict_copy(rt, as_dict(n->dict));
    str_builder b;
    str_builder_init(&b, rt);
    str_builder_cstring(&b, name);
    str_builder_char(&b, '(');
    bool first = true;
    size_t position = 0;
    ouro_value key, value;
    while (!ouro_is_null(dict) && dict_next(as_dict(dict), &position, &key, &value)) {
        if (!value_is_str(rt, key) || str_length(as_str(key)) == 0) {
            continue;
        }
        if (!first) {
            str_builder_cstring(&b, ", ");
        }
        first = false;
        str_builder_str(&b, key);
        str_builder_char(&b, '=');
        str_builder_repr(&b, value);
    }
    str_builder_char(&b, ')');
    repr_leave(rt, self);
    if (ouro_is_null(dict)) {
        str_builder_drop(&b);
        return OURO_NULL;
    }
    value_decref(rt, dict);
    return str_builder_finish(&b);
}

static ouro_value simple_namespace_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if (!value_is_instance(rt, a, TYPE(rt, simple_namespace)) ||
        !value_is_instance(rt, b, TYPE(rt, simple_namespace))) {
        return OURO_NOT_IMPLEMENTED;
    }
    return object_compare(rt, as_simple_namespace(a)->dict, as_simple_namespace(b)->dict, op);
}

static ouro_value simple_namespace_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return tuple_pack3(rt, type_value(value_type(rt, args[0])), rt->types->empty_tuple,
                       as_simple_namespace(args[0])->dict);
}

static ouro_value simple_namespace_get_dict(ouro_runtime *rt, ouro_value self, void *closure)
{
    return value_incref(as_simple_namespace(self)->dict);
}

static const ouro_field simple_namespace_fields[] = {
    {OURO_FIELD_VALUE, offsetof(simple_namespace_object, dict), 0, "__dict__"},
};

static const method_def simple_namespace_methods[] = {
    {"__reduce__", "?self, /", simple_namespace_reduce, NULL, 0, "Return state information for pickling"},
    {0},
};

static bool simple_namespace_set_dict(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    error_raise(rt, EXC(rt, AttributeError), "readonly attribute");
    return false;
}

static const getset_def simple_namespace_getsets[] = {
    {"__dict__", simple_namespace_get_dict, simple_namespace_set_dict, NULL, NULL, .member = true},
    {0},
};

const type_spec simple_namespace_spec = {
    .name = "types.SimpleNamespace",
    .size = sizeof(simple_namespace_object),
    .flags = TYPE_BASE | TYPE_HAS_DICT,
    .doc = "A simple attribute-based namespace.\n\nSimpleNamespace(**kwargs)",
    .fields = simple_namespace_fields,
    .field_count = 1,
    .methods = simple_namespace_methods,
    .getsets = simple_namespace_getsets,
    .slots = {.make = simple_namespace_make,
              .init = simple_namespace_init,
              .repr = simple_namespace_repr,
              .compare = simple_namespace_compare,
              .hash = hash_not_implemented,
              .getattr = simple_namespace_getattr,
              .setattr = simple_namespace_setattr},
};

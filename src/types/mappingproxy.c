/* mappingproxy.c: a read-only view of a mapping: what __dict__ of a class is. */
#include "types/binder.h"
#include "types/containers.h"
#include "types/descriptor.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"

typedef struct mappingproxy_object {
    ouro_object object;
    ouro_value mapping;
} mappingproxy_object;

static ouro_value proxy_mapping(ouro_value v)
{
    return ((mappingproxy_object *)(void *)ouro_as_object(v))->mapping;
}

ouro_value mappingproxy_new(ouro_runtime *rt, ouro_value mapping)
{
    mappingproxy_object *proxy = object_new(rt, &TYPE(rt, mappingproxy)->type, 0);
    if (proxy == NULL) {
        return OURO_NULL;
    }
    proxy->mapping = value_incref(mapping);
    gc_track(rt, proxy);
    return ouro_from_object(proxy);
}

static ouro_value proxy_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                             ouro_value kwnames)
{
    ouro_value mapping;
    if (!arguments_bind(rt, "mappingproxy", "mapping", args, nargs, kwnames, &mapping)) {
        return OURO_NULL;
    }
    if (value_type(rt, mapping)->slots.getitem == NULL || value_is_list(rt, mapping) || value_is_tuple(rt, mapping)) {
        return error_type(rt, "mappingproxy() argument must be a mapping, not %T", mapping);
    }
    return mappingproxy_new(rt, mapping);
}

static ouro_value proxy_repr(ouro_runtime *rt, ouro_value self)
{
    return str_format_c(rt, "mappingproxy(%R)", proxy_mapping(self));
}

static ouro_value proxy_str(ouro_runtime *rt, ouro_value self)
{
    return object_str(rt, proxy_mapping(self));
}

static ouro_value proxy_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    return object_compare(rt, proxy_mapping(a), b, op);
}

static hash_t proxy_hash(ouro_runtime *rt, ouro_value self)
{
    return object_hash(rt, proxy_mapping(self));
}

static ouro_value proxy_iter(ouro_runtime *rt, ouro_value self)
{
    return object_iter(rt, proxy_mapping(self));
}

static int64_t proxy_length(ouro_runtime *rt, ouro_value self)
{
    return object_length(rt, proxy_mapping(self));
}

static ouro_value proxy_getitem(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    return object_getitem(rt, proxy_mapping(self), key);
}

static int proxy_contains(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    return object_contains(rt, proxy_mapping(self), key);
}

static bool proxy_is(ouro_runtime *rt, ouro_value v)
{
    return value_type(rt, v) == TYPE(rt, mappingproxy);
}

static ouro_value proxy_or(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    return object_binary(rt, BINARY_OR, proxy_is(rt, a) ? proxy_mapping(a) : a, proxy_is(rt, b) ? proxy_mapping(b) : b);
}

static ouro_value proxy_inplace_or(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    return error_type(rt, "'|=' is not supported by %T; use '|' instead", a);
}

static ouro_value proxy_get(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value key = args[1], fallback = arg_or_null(args, nargs, 2);
    ouro_value call[3] = {proxy_mapping(args[0]), key, ouro_is_null(fallback) ? OURO_NONE : fallback};
    return object_call_method(rt, STR(rt, get), call, 3, OURO_NULL);
}

static ouro_value proxy_keys(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_call_method0(rt, proxy_mapping(args[0]), STR(rt, keys));
}

static ouro_value proxy_values(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_call_method0(rt, proxy_mapping(args[0]), STR(rt, values));
}

static ouro_value proxy_items(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_call_method0(rt, proxy_mapping(args[0]), STR(rt, items));
}

static ouro_value proxy_copy(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_call_method0(rt, proxy_mapping(args[0]), STR(rt, copy));
}

static ouro_value proxy_reversed(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_call_method0(rt, proxy_mapping(args[0]), STR(rt, __reversed__));
}

static ouro_value proxy_class_getitem(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_call2(rt, type_value(TYPE(rt, generic_alias)), args[0], args[1]);
}

static const method_def proxy_methods[] = {
    {.name = "get", .signature = "self, key, default=None, /", .fn = proxy_get,
     .doc = "The value of the key, or the default."},
    {.name = "keys", .signature = "self, /", .fn = proxy_keys, .doc = "The keys of the mapping."},
    {.name = "values", .signature = "self, /", .fn = proxy_values, .doc = "The values of the mapping."},
    {.name = "items", .signature = "self, /", .fn = proxy_items, .doc = "The pairs of the mapping."},
    {.name = "copy", .signature = "self, /", .fn = proxy_copy, .doc = "A copy of the mapping."},
    {.name = "__reversed__", .signature = "self, /", .fn = proxy_reversed, .doc = "The keys, the last first."},
    {.name = "__class_getitem__", .signature = "type, item, /", .fn = proxy_class_getitem, .flags = METHOD_CLASS,
     .doc = "For type annotations."},
    {.name = NULL},
};

static const ouro_field proxy_fields[] = {
    {OURO_FIELD_VALUE, offsetof(mappingproxy_object, mapping), 0, NULL},
};

const type_spec mappingproxy_spec = {
    .name = "mappingproxy",
    .size = sizeof(mappingproxy_object),
    .flags = TYPE_MAPPING | OURO_TYPE_IMMUTABLE,
    .doc = "A read-only view of a mapping.",
    .fields = proxy_fields,
    .field_count = 1,
    .methods = proxy_methods,
    .slots = {
        .make = proxy_make,
        .repr = proxy_repr,
        .str = proxy_str,
        .hash = proxy_hash,
        .compare = proxy_compare,
        .iter = proxy_iter,
        .length = proxy_length,
        .getitem = proxy_getitem,
        .contains = proxy_contains,
        .binary[BINARY_OR] = proxy_or,
        .inplace[BINARY_OR] = proxy_inplace_or,
    },
};

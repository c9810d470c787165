/* method.c: a callable bound to the object it is a method of.
 *
 * Attributes that it does not have itself are the function's.  Never changes after birth.
 */
#include "types/binder.h"
#include "types/error.h"
#include "types/error_private.h"
#include "types/function.h"
#include "types/protocol.h"
#include "types/str.h"

enum { METHOD_STACK_ARGUMENTS = 10 };

static bound_method_object *as_bound_method(ouro_value v)
{
    return (bound_method_object *)(void *)ouro_as_object(v);
}

ouro_value bound_method_new(ouro_runtime *rt, ouro_value function, ouro_value self)
{
    bound_method_object *method = object_new(rt, &TYPE(rt, bound_method)->type, 0);
    if (method == NULL) {
        return OURO_NULL;
    }
    method->function = value_incref(function);
    method->self = value_incref(self);
    gc_track(rt, &method->object);
    return ouro_from_object(method);
}

static ouro_value method_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                              ouro_value kwnames)
{
    if (!arguments_positional(rt, "method", nargs, kwnames, 2, 2)) {
        return OURO_NULL;
    }
    if (!object_is_callable(rt, args[0])) {
        return error_type(rt, "first argument must be callable");
    }
    if (ouro_is_none(args[1])) {
        return error_type(rt, "instance must not be None");
    }
    return bound_method_new(rt, args[0], args[1]);
}

static ouro_value method_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                              ouro_value kwnames)
{
    size_t keywords = ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
    size_t all = 1 + nargs + keywords;
    ouro_value few[METHOD_STACK_ARGUMENTS];
    ouro_value *with_self = few;
    if (all > METHOD_STACK_ARGUMENTS) {
        with_self = ouro_mem_alloc(rt->mem, all * sizeof(ouro_value));
        if (with_self == NULL) {
            error_no_memory(rt);
            return OURO_NULL;
        }
    }
    ouro_value function = value_incref(as_bound_method(self)->function);
    with_self[0] = value_incref(as_bound_method(self)->self);
    if (all > 1) {
        memcpy(with_self + 1, args, (all - 1) * sizeof(ouro_value));
    }
    ouro_value result = object_call(rt, function, with_self, nargs + 1, kwnames);
    value_decref(rt, with_self[0]);
    value_decref(rt, function);
    if (with_self != few) {
        ouro_mem_free(rt->mem, with_self);
    }
    return result;
}

static ouro_value method_getattr(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    ouro_value interned = type_fill(rt, TYPE(rt, bound_method)) ? str_intern(rt, value_incref(name)) : OURO_NULL;
    if (ouro_is_null(interned)) {
        return OURO_NULL;
    }
    ouro_value result;
    if (!ouro_is_null(type_lookup(rt, TYPE(rt, bound_method), interned))) {
        result = object_getattr_generic(rt, self, interned);
    } else {
        result = object_getattr(rt, as_bound_method(self)->function, interned);
    }
    value_decref(rt, interned);
    return result;
}

static ouro_value method_repr(ouro_runtime *rt, ouro_value self)
{
    const bound_method_object *method = as_bound_method(self);
    ouro_value name;
    int found = object_getattr_optional(rt, method->function, STR(rt, __qualname__), &name);
    if (found == 0) {
        found = object_getattr_optional(rt, method->function, STR(rt, __name__), &name);
    }
    if (found < 0) {
        return OURO_NULL;
    }
    ouro_value result;
    if (found > 0 && value_is_str(rt, name)) {
        result = str_format_c(rt, "<bound method %U of %R>", name, method->self);
    } else {
        result = str_format_c(rt, "<bound method ? of %R>", method->self);
    }
    if (found > 0) {
        value_decref(rt, name);
    }
    return result;
}

static ouro_value method_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !value_is_instance_exactly(rt, b, TYPE(rt, bound_method))) {
        return OURO_NOT_IMPLEMENTED;
    }
    int equal = object_equal(rt, as_bound_method(a)->function, as_bound_method(b)->function);
    if (equal < 0) {
        return OURO_NULL;
    }
    equal = equal > 0 && ouro_is(as_bound_method(a)->self, as_bound_method(b)->self);
    return ouro_bool((equal != 0) == (op == COMPARE_EQ));
}

static hash_t method_hash(ouro_runtime *rt, ouro_value self)
{
    const bound_method_object *method = as_bound_method(self);
    hash_t h = object_hash(rt, method->function);
    if (h == -1) {
        return -1;
    }
    h ^= (hash_t)(method->self.bits >> 4 | method->self.bits << 60);
    return h == -1 ? -2 : h;
}

static ouro_value method_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const bound_method_object *method = as_bound_method(args[0]);
    ouro_value result = OURO_NULL;
    ouro_value getattr = OURO_NULL, pair = OURO_NULL;
    ouro_value name = object_getattr(rt, method->function, STR(rt, __name__));
    ouro_value builtins = OURO_NULL;
    if (ouro_is_null(name)) {
        goto done;
    }
    builtins = rt->types->import_name(rt, STR(rt, builtins));
    if (ouro_is_null(builtins)) {
        goto done;
    }
    getattr = object_getattr_utf8(rt, builtins, "getattr");
    if (ouro_is_null(getattr)) {
        goto done;
    }
    pair = tuple_pack2(rt, method->self, name);
    if (!ouro_is_null(pair)) {
        result = tuple_pack2(rt, getattr, pair);
    }
done:
    value_decref(rt, pair);
    value_decref(rt, getattr);
    value_decref(rt, builtins);
    value_decref(rt, name);
    return result;
}

static ouro_value method_get_doc(ouro_runtime *rt, ouro_value self, void *closure)
{
    return object_getattr(rt, as_bound_method(self)->function, STR(rt, __doc__));
}

static const ouro_field method_fields[] = {
    {OURO_FIELD_VALUE, offsetof(bound_method_object, function), 0, "__func__"},
    {OURO_FIELD_VALUE, offsetof(bound_method_object, self), 0, "__self__"},
};

static const member_def method_members[] = {
    {"__func__", offsetof(bound_method_object, function), MEMBER_READONLY,
     "the function (or other callable) implementing a method"},
    {"__self__", offsetof(bound_method_object, self), MEMBER_READONLY, "the instance to which a method is bound"},
    {0},
};

static const getset_def method_getsets[] = {
    {"__doc__", method_get_doc, NULL, NULL, NULL},
    {0},
};

static const method_def method_methods[] = {
    {"__reduce__", "self, /", method_reduce, NULL, 0, NULL},
    {0},
};

const type_spec bound_method_spec = {
    .name = "method",
    .signature = "(function, instance, /)",
    .size = sizeof(bound_method_object),
    .flags = OURO_TYPE_WEAKREF | OURO_TYPE_IMMUTABLE,
    .doc = "Create a bound instance method object.",
    .fields = method_fields,
    .field_count = 2,
    .members = method_members,
    .getsets = method_getsets,
    .methods = method_methods,
    .slots = {.make = method_make,
              .call = method_call,
              .repr = method_repr,
              .getattr = method_getattr,
              .compare = method_compare,
              .hash = method_hash},
};

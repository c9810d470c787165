/* weak_proxy.c: weakref.proxy objects, which do with their referent whatever is done with them.
 *
 * Every operation first takes a counted reference to the referent (proxy_open), so that it lives through the operation, and
 * raises ReferenceError when it is gone.  Operations on two operands look through proxies on both sides.  Only repr,
 * and the hash that proxies do not have, are the proxy's own.
 */
#include "types/weakref_types.h"

#include "object/weakref.h"
#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"

ouro_value weak_proxy_new(ouro_runtime *rt, ouro_value referent, ouro_value callback)
{
    bool callable = object_is_callable(rt, referent);
    return weakref_make(rt, callable ? TYPE(rt, weak_callable_proxy) : TYPE(rt, weak_proxy), referent, callback,
                        true);
}

static bool proxy_is(ouro_runtime *rt, ouro_value v)
{
    if (!value_is_weakref(v)) {
        return false;
    }
    const type_object *type = value_type(rt, v);
    return type == TYPE(rt, weak_proxy) || type == TYPE(rt, weak_callable_proxy);
}

/* The referent if `v` is a proxy, else `v`: a new reference; OURO_NULL with ReferenceError when the referent is gone.
 * OURO_NULL passes through without an exception. */
static ouro_value proxy_open(ouro_runtime *rt, ouro_value v)
{
    if (!proxy_is(rt, v)) {
        return value_incref(v);
    }
    ouro_value referent = weakref_get(as_weakref(v));
    if (ouro_is_none(referent)) {
        return error_raise(rt, EXC(rt, ReferenceError), "weakly-referenced object no longer exists");
    }
    return referent;
}

static bool proxy_open_two(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value *x, ouro_value *y)
{
    *x = proxy_open(rt, a);
    if (ouro_is_null(*x)) {
        return false;
    }
    *y = proxy_open(rt, b);
    if (ouro_is_null(*y)) {
        value_decref(rt, *x);
        return false;
    }
    return true;
}

static ouro_value proxy_unary(ouro_runtime *rt, ouro_value self, ouro_value (*operation)(ouro_runtime *, ouro_value))
{
    ouro_value referent = proxy_open(rt, self);
    if (ouro_is_null(referent)) {
        return OURO_NULL;
    }
    ouro_value result = operation(rt, referent);
    value_decref(rt, referent);
    return result;
}

static ouro_value proxy_binary(ouro_runtime *rt, binary_op op, ouro_value a, ouro_value b, bool inplace)
{
    ouro_value x, y;
    if (!proxy_open_two(rt, a, b, &x, &y)) {
        return OURO_NULL;
    }
    ouro_value result = inplace ? object_inplace(rt, op, x, y) : object_binary(rt, op, x, y);
    value_decref(rt, x);
    value_decref(rt, y);
    return result;
}

/* One pair of functions for each operator: slots carry no argument that would tell it. */
#define PROXY_BINARY(name, op)                                                                               \
    static ouro_value proxy_##name(ouro_runtime *rt, ouro_value a, ouro_value b)                             \
    {                                                                                                        \
        return proxy_binary(rt, op, a, b, false);                                                            \
    }                                                                                                        \
    static ouro_value proxy_inplace_##name(ouro_runtime *rt, ouro_value a, ouro_value b)                     \
    {                                                                                                        \
        return proxy_binary(rt, op, a, b, true);                                                             \
    }
PROXY_BINARY(add, BINARY_ADD)
PROXY_BINARY(subtract, BINARY_SUBTRACT)
PROXY_BINARY(multiply, BINARY_MULTIPLY)
PROXY_BINARY(true_divide, BINARY_TRUE_DIVIDE)
PROXY_BINARY(floor_divide, BINARY_FLOOR_DIVIDE)
PROXY_BINARY(remainder, BINARY_REMAINDER)
PROXY_BINARY(lshift, BINARY_LSHIFT)
PROXY_BINARY(rshift, BINARY_RSHIFT)
PROXY_BINARY(and, BINARY_AND)
PROXY_BINARY(or, BINARY_OR)
PROXY_BINARY(xor, BINARY_XOR)
PROXY_BINARY(matmul, BINARY_MATMUL)
#undef PROXY_BINARY

static ouro_value proxy_divmod(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    return proxy_binary(rt, BINARY_DIVMOD, a, b, false);
}

static ouro_value proxy_power(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value modulus)
{
    ouro_value x, y;
    if (!proxy_open_two(rt, a, b, &x, &y)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL, m = proxy_open(rt, modulus);
    if (!ouro_is_null(m) || !error_is_set(rt)) {
        result = object_power(rt, x, y, ouro_is_null(m) ? OURO_NONE : m);
    }
    value_decref(rt, m);
    value_decref(rt, x);
    value_decref(rt, y);
    return result;
}

static ouro_value proxy_inplace_power(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value modulus)
{
    (void)modulus;
    return proxy_binary(rt, BINARY_POWER, a, b, true);
}

#define PROXY_UNARY(name, expression)                                                                        \
    static ouro_value proxy_do_##name(ouro_runtime *rt, ouro_value v)                                        \
    {                                                                                                        \
        return expression;                                                                                   \
    }                                                                                                        \
    static ouro_value proxy_##name(ouro_runtime *rt, ouro_value self)                                        \
    {                                                                                                        \
        return proxy_unary(rt, self, proxy_do_##name);                                                       \
    }
PROXY_UNARY(negative, object_unary(rt, UNARY_NEGATIVE, v))
PROXY_UNARY(positive, object_unary(rt, UNARY_POSITIVE, v))
PROXY_UNARY(invert, object_unary(rt, UNARY_INVERT, v))
PROXY_UNARY(absolute, object_unary(rt, UNARY_ABSOLUTE, v))
PROXY_UNARY(str, object_str(rt, v))
PROXY_UNARY(iter, object_iter(rt, v))
PROXY_UNARY(to_int, object_call1(rt, type_value(TYPE(rt, int)), v))
PROXY_UNARY(to_float, object_call1(rt, type_value(TYPE(rt, float)), v))
PROXY_UNARY(to_index, object_index(rt, v))
#undef PROXY_UNARY

static ouro_value proxy_next(ouro_runtime *rt, ouro_value self)
{
    ouro_value referent = proxy_open(rt, self), result;
    if (ouro_is_null(referent)) {
        return OURO_NULL;
    }
    if (value_is_iterator(rt, referent)) {
        result = iterator_next(rt, referent);
    } else {
        result = error_type(rt, "Weakref proxy referenced a non-iterator '%T' object", referent);
    }
    value_decref(rt, referent);
    return result;
}

static ouro_value proxy_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    ouro_value x, y;
    if (!proxy_open_two(rt, a, b, &x, &y)) {
        return OURO_NULL;
    }
    ouro_value result = object_compare(rt, x, y, op);
    value_decref(rt, x);
    value_decref(rt, y);
    return result;
}

static ouro_value proxy_getattr(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    ouro_value referent = proxy_open(rt, self);
    if (ouro_is_null(referent)) {
        return OURO_NULL;
    }
    ouro_value result = object_getattr(rt, referent, name);
    value_decref(rt, referent);
    return result;
}

static bool proxy_setattr(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value value)
{
    ouro_value referent = proxy_open(rt, self);
    if (ouro_is_null(referent)) {
        return false;
    }
    bool done = object_setattr(rt, referent, name, value);
    value_decref(rt, referent);
    return done;
}

static int proxy_truth(ouro_runtime *rt, ouro_value self)
{
    ouro_value referent = proxy_open(rt, self);
    if (ouro_is_null(referent)) {
        return -1;
    }
    int result = object_truth(rt, referent);
    value_decref(rt, referent);
    return result;
}

static int64_t proxy_length(ouro_runtime *rt, ouro_value self)
{
    ouro_value referent = proxy_open(rt, self);
    if (ouro_is_null(referent)) {
        return -1;
    }
    int64_t result = object_length(rt, referent);
    value_decref(rt, referent);
    return result;
}

static ouro_value proxy_getitem(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    ouro_value x, y;
    if (!proxy_open_two(rt, self, key, &x, &y)) {
        return OURO_NULL;
    }
    ouro_value result = object_getitem(rt, x, y);
    value_decref(rt, x);
    value_decref(rt, y);
    return result;
}

static bool proxy_setitem(ouro_runtime *rt, ouro_value self, ouro_value key, ouro_value value)
{
    ouro_value referent = proxy_open(rt, self);
    if (ouro_is_null(referent)) {
        return false;
    }
    bool done = object_setitem(rt, referent, key, value);
    value_decref(rt, referent);
    return done;
}

static int proxy_contains(ouro_runtime *rt, ouro_value self, ouro_value item)
{
    ouro_value referent = proxy_open(rt, self);
    if (ouro_is_null(referent)) {
        return -1;
    }
    int result = object_contains(rt, referent, item);
    value_decref(rt, referent);
    return result;
}

static ouro_value proxy_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                             ouro_value kwnames)
{
    ouro_value referent = proxy_open(rt, self);
    if (ouro_is_null(referent)) {
        return OURO_NULL;
    }
    ouro_value result = object_call(rt, referent, args, nargs, kwnames);
    value_decref(rt, referent);
    return result;
}

static ouro_value proxy_repr(ouro_runtime *rt, ouro_value self)
{
    ouro_value referent = weakref_get(as_weakref(self)); /* None when it is gone, and is then shown so */
    ouro_value result =
        str_format_c(rt, "<weakproxy at %p to %T at %p>", (void *)ouro_as_object(self), referent,
                     ouro_is_object(referent) ? (void *)ouro_as_object(referent) : (void *)(uintptr_t)referent.bits);
    value_decref(rt, referent);
    return result;
}

/* Methods that the type must have by name, since the operation looks for them there. */
static ouro_value proxy_bytes(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    ouro_value referent = proxy_open(rt, args[0]);
    if (ouro_is_null(referent)) {
        return OURO_NULL;
    }
    ouro_value result = object_call_method0(rt, referent, STR(rt, __bytes__));
    value_decref(rt, referent);
    return result;
}

static ouro_value proxy_reversed(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    ouro_value referent = proxy_open(rt, args[0]);
    if (ouro_is_null(referent)) {
        return OURO_NULL;
    }
    ouro_value result = object_call_method0(rt, referent, STR(rt, __reversed__));
    value_decref(rt, referent);
    return result;
}

static const method_def proxy_methods[] = {
    {.name = "__bytes__", .signature = "?self, /", .fn = proxy_bytes},
    {.name = "__reversed__", .signature = "?self, /", .fn = proxy_reversed},
    {.name = NULL},
};

#define PROXY_SLOTS                                                                                          \
    .repr = proxy_repr, .str = proxy_str, .hash = hash_not_implemented, .compare = proxy_compare,            \
    .getattr = proxy_getattr, .setattr = proxy_setattr, .iter = proxy_iter, .next = proxy_next,              \
    .binary =                                                                                                \
        {                                                                                                    \
            [BINARY_ADD] = proxy_add,                                                                        \
            [BINARY_SUBTRACT] = proxy_subtract,                                                              \
            [BINARY_MULTIPLY] = proxy_multiply,                                                              \
            [BINARY_TRUE_DIVIDE] = proxy_true_divide,                                                        \
            [BINARY_FLOOR_DIVIDE] = proxy_floor_divide,                                                      \
            [BINARY_REMAINDER] = proxy_remainder,                                                            \
            [BINARY_LSHIFT] = proxy_lshift,                                                                  \
            [BINARY_RSHIFT] = proxy_rshift,                                                                  \
            [BINARY_AND] = proxy_and,                                                                        \
            [BINARY_OR] = proxy_or,                                                                          \
            [BINARY_XOR] = proxy_xor,                                                                        \
            [BINARY_MATMUL] = proxy_matmul,                                                                  \
            [BINARY_DIVMOD] = proxy_divmod,                                                                  \
    },                                                                                                       \
    .inplace =                                                                                               \
        {                                                                                                    \
            [BINARY_ADD] = proxy_inplace_add,                                                                \
            [BINARY_SUBTRACT] = proxy_inplace_subtract,                                                      \
            [BINARY_MULTIPLY] = proxy_inplace_multiply,                                                      \
            [BINARY_TRUE_DIVIDE] = proxy_inplace_true_divide,                                                \
            [BINARY_FLOOR_DIVIDE] = proxy_inplace_floor_divide,                                              \
            [BINARY_REMAINDER] = proxy_inplace_remainder,                                                    \
            [BINARY_LSHIFT] = proxy_inplace_lshift,                                                          \
            [BINARY_RSHIFT] = proxy_inplace_rshift,                                                          \
            [BINARY_AND] = proxy_inplace_and,                                                                \
            [BINARY_OR] = proxy_inplace_or,                                                                  \
            [BINARY_XOR] = proxy_inplace_xor,                                                                \
            [BINARY_MATMUL] = proxy_inplace_matmul,                                                          \
    },                                                                                                       \
    .power = proxy_power, .inplace_power = proxy_inplace_power,                                              \
    .unary =                                                                                                 \
        {                                                                                                    \
            [UNARY_NEGATIVE] = proxy_negative,                                                               \
            [UNARY_POSITIVE] = proxy_positive,                                                               \
            [UNARY_INVERT] = proxy_invert,                                                                   \
            [UNARY_ABSOLUTE] = proxy_absolute,                                                               \
    },                                                                                                       \
    .truth = proxy_truth, .to_int = proxy_to_int, .to_float = proxy_to_float, .to_index = proxy_to_index,    \
    .length = proxy_length, .getitem = proxy_getitem, .setitem = proxy_setitem, .contains = proxy_contains

const type_spec weak_proxy_spec = {
    .name = "weakref.ProxyType",
    .size = sizeof(struct weak_reference),
    .flags = OURO_TYPE_IS_WEAKREF | TYPE_NO_MAKE,
    .fields = weakref_fields,
    .field_count = 1,
    .clear = weakref_clear_hook,
    .methods = proxy_methods,
    .slots = {PROXY_SLOTS},
};

const type_spec weak_callable_proxy_spec = {
    .name = "weakref.CallableProxyType",
    .size = sizeof(struct weak_reference),
    .flags = OURO_TYPE_IS_WEAKREF | TYPE_NO_MAKE,
    .fields = weakref_fields,
    .field_count = 1,
    .clear = weakref_clear_hook,
    .slots = {PROXY_SLOTS, .call = proxy_call},
};

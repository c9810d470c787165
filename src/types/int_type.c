/* int_type.c: the type int: construction, slots, attributes.  The methods are int_methods.c's.
 *
 * An instance of int itself is an immediate wherever it fits; an instance of a subclass is always an int_object,
 * with its own copy of the digits, whatever its value.
 */
#include "types/buffer.h"
#include "types/bytes.h"
#include "types/compare.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/int_methods.h"
#include "types/int_view.h"
#include "types/number_text.h"
#include "types/protocol.h"
#include "types/str.h"

/* ---- construction ------------------------------------------------------------------------------------- */

/* An instance of a subclass of int with the value of `v`. */
static ouro_value int_type_new_subclass(ouro_runtime *rt, type_object *type, ouro_value v)
{
    int_view view;
    int_view_of(&view, v);
    int_object *o = object_new(rt, &type->type, view.size * sizeof(uint64_t));
    if (!o) {
        return OURO_NULL;
    }
    memcpy(o->digits, view.digits, view.size * sizeof(uint64_t));
    o->signed_size = view.negative ? -(int64_t)view.size : (int64_t)view.size;
    if (!(type->type.flags & OURO_TYPE_LEAF)) {
        gc_track(rt, &o->object);
    }
    return ouro_from_object(o);
}

/* What __int__ or __index__ returned, as an exact int; steals `v`. */
static ouro_value int_type_check_result(ouro_runtime *rt, ouro_value v, const char *method)
{
    if (ouro_is_null(v) || ouro_is_int(v)) {
        return v;
    }
    if (!value_is_int(rt, v)) {
        error_type(rt, "%s returned non-int (type %T)", method, v);
        value_decref(rt, v);
        return OURO_NULL;
    }
    if (!value_is_instance_exactly(rt, v, TYPE(rt, int)) &&
        !error_warn(rt, EXC(rt, DeprecationWarning), 1,
                    "%s returned non-int (type %T).  The ability to return an instance of a strict subclass of "
                    "int is deprecated, and may not be supported in a future version of Python.",
                    method, v)) {
        value_decref(rt, v);
        return OURO_NULL;
    }
    ouro_value exact = int_exact(rt, v);
    value_decref(rt, v);
    return exact;
}

/* int(text, base) for a str. */
static ouro_value int_type_from_str(ouro_runtime *rt, ouro_value str, int base)
{
    size_t length;
    char *text = number_ascii_from_str(rt, str, &length);
    if (!text) {
        return OURO_NULL;
    }
    ouro_value result = int_parse(rt, text, length, base, str);
    ouro_mem_free(rt->mem, text);
    return result;
}

/* int(data, base) for the bytes of a bytes-like object; `shown` is what the error shows. */
static ouro_value int_type_from_data(ouro_runtime *rt, const void *data, size_t length, int base,
                                     ouro_value shown)
{
    if (!ouro_is_null(shown)) {
        return int_parse(rt, data, length, base, shown);
    }
    ouro_value copy = bytes_new(rt, data, length);
    if (ouro_is_null(copy)) {
        return OURO_NULL;
    }
    ouro_value result = int_parse(rt, (const char *)as_bytes(copy)->data, length, base, copy);
    value_decref(rt, copy);
    return result;
}

ouro_value object_as_int(ouro_runtime *rt, ouro_value v)
{
    if (ouro_is_int(v)) {
        return v;
    }
    type_object *type = value_type(rt, v);
    if (type == TYPE(rt, int)) {
        return value_incref(v);
    }
    if (type->slots.to_int) {
        return int_type_check_result(rt, type->slots.to_int(rt, v), "__int__");
    }
    if (type->slots.to_index) {
        return int_type_check_result(rt, type->slots.to_index(rt, v), "__index__");
    }
    ouro_value method = object_special(rt, v, STR(rt, __trunc__));
    if (!ouro_is_null(method)) {
        if (!error_warn(rt, EXC(rt, DeprecationWarning), 1,
                        "The delegation of int() to __trunc__ is deprecated.")) {
            value_decref(rt, method);
            return OURO_NULL;
        }
        ouro_value truncated = object_call0(rt, method);
        value_decref(rt, method);
        if (ouro_is_null(truncated) || ouro_is_int(truncated)) {
            return truncated;
        }
        if (value_is_int(rt, truncated)) {
            ouro_value exact = int_exact(rt, truncated);
            value_decref(rt, truncated);
            return exact;
        }
        type_object *result_type = value_type(rt, truncated);
        ouro_value result;
        if (result_type->slots.to_index) {
            result = int_type_check_result(rt, result_type->slots.to_index(rt, truncated), "__index__");
        } else {
            result = error_type(rt, "__trunc__ returned non-Integral (type %T)", truncated);
        }
        value_decref(rt, truncated);
        return result;
    }
    if (error_is_set(rt)) {
        return OURO_NULL;
    }
    if (value_is_str(rt, v)) {
        return int_type_from_str(rt, v, 10);
    }
    if (value_is_bytes(rt, v)) {
        return int_type_from_data(rt, as_bytes(v)->data, as_bytes(v)->length, 10, v);
    }
    if (value_has_plain_buffer(rt, v)) {
        buffer_view view;
        if (!buffer_get(rt, v, &view, false)) {
            return OURO_NULL;
        }
        ouro_value result = int_type_from_data(rt, view.data, view.length, 10, OURO_NULL);
        buffer_release(rt, &view);
        return result;
    }
    return error_type(rt, "int() argument must be a string, a bytes-like object or a real number, not '%T'", v);
}

static ouro_value int_type_with_base(ouro_runtime *rt, ouro_value v, ouro_value base_value)
{
    int64_t base;
    if (!object_as_index(rt, base_value, &base, true)) {
        return OURO_NULL;
    }
    if ((base != 0 && base < 2) || base > 36) {
        return error_value(rt, "int() base must be >= 2 and <= 36, or 0");
    }
    if (value_is_str(rt, v)) {
        return int_type_from_str(rt, v, (int)base);
    }
    if (value_is_bytes(rt, v)) {
        return int_type_from_data(rt, as_bytes(v)->data, as_bytes(v)->length, (int)base, v);
    }
    if (value_is_instance(rt, v, TYPE(rt, bytearray))) {
        buffer_view view;
        if (!buffer_get(rt, v, &view, false)) {
            return OURO_NULL;
        }
        ouro_value result = int_type_from_data(rt, view.data, view.length, (int)base, OURO_NULL);
        buffer_release(rt, &view);
        return result;
    }
    return error_type(rt, "int() can't convert non-string with explicit base");
}

static ouro_value int_type_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                ouro_value kwnames)
{
    size_t given = nargs + (ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size);
    if (given > 2) {
        return error_type(rt, "int() takes at most 2 arguments (%zu given)", given);
    }
    if (!number_check_keywords(rt, kwnames, "int", "base", NULL)) {
        return OURO_NULL;
    }
    ouro_value base = nargs == 2 ? args[1] : number_keyword(kwnames, args + nargs, "base");
    ouro_value result;
    if (nargs == 0) {
        if (!ouro_is_null(base)) {
            return error_type(rt, "int() missing string argument");
        }
        result = ouro_int(0);
    } else if (ouro_is_null(base)) {
        result = object_as_int(rt, args[0]);
    } else {
        result = int_type_with_base(rt, args[0], base);
    }
    if (ouro_is_null(result) || type == TYPE(rt, int)) {
        return result;
    }
    ouro_value instance = int_type_new_subclass(rt, type, result);
    value_decref(rt, result);
    return instance;
}

/* ---- slots -------------------------------------------------------------------------------------------- */

/* One slot for each operation: exact if both are ints, else somebody else's. */
#define INT_BINARY_SLOT(name, op)                                                                                \
    static ouro_value int_slot_##name(ouro_runtime *rt, ouro_value a, ouro_value b)                              \
    {                                                                                                            \
        if (OURO_UNLIKELY(!value_is_int(rt, a) || !value_is_int(rt, b))) {                                       \
            return OURO_NOT_IMPLEMENTED;                                                                         \
        }                                                                                                        \
        return int_binary(rt, op, a, b);                                                                         \
    }

INT_BINARY_SLOT(add, BINARY_ADD)
INT_BINARY_SLOT(subtract, BINARY_SUBTRACT)
INT_BINARY_SLOT(multiply, BINARY_MULTIPLY)
INT_BINARY_SLOT(true_divide, BINARY_TRUE_DIVIDE)
INT_BINARY_SLOT(floor_divide, BINARY_FLOOR_DIVIDE)
INT_BINARY_SLOT(remainder, BINARY_REMAINDER)
INT_BINARY_SLOT(lshift, BINARY_LSHIFT)
INT_BINARY_SLOT(rshift, BINARY_RSHIFT)
INT_BINARY_SLOT(and, BINARY_AND)
INT_BINARY_SLOT(or, BINARY_OR)
INT_BINARY_SLOT(xor, BINARY_XOR)

static ouro_value int_slot_divmod(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    if (!value_is_int(rt, a) || !value_is_int(rt, b)) {
        return OURO_NOT_IMPLEMENTED;
    }
    ouro_value pair[2];
    if (!int_divide(rt, a, b, &pair[0], &pair[1], "integer division or modulo by zero")) {
        return OURO_NULL;
    }
    return tuple_new_steal(rt, pair, 2);
}

static ouro_value int_slot_invert(ouro_runtime *rt, ouro_value a)
{
    if (ouro_is_int(a)) {
        return ouro_int(~ouro_as_int(a));
    }
    ouro_value next = int_add(rt, a, ouro_int(1));
    ouro_value result = ouro_is_null(next) ? OURO_NULL : int_negate(rt, next);
    value_decref(rt, next);
    return result;
}

static ouro_value int_slot_repr(ouro_runtime *rt, ouro_value self)
{
    return int_to_text(rt, self, 10, false);
}

static hash_t int_slot_hash(ouro_runtime *rt, ouro_value self)
{
    return int_hash(self);
}

static ouro_value int_slot_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if (!value_is_int(rt, a) || !value_is_int(rt, b)) {
        return OURO_NOT_IMPLEMENTED;
    }
    int order = int_order(a, b);
    return ouro_bool(compare_decides(order, 0, op));
}

static int int_slot_truth(ouro_runtime *rt, ouro_value self)
{
    return int_sign(self) != 0;
}

static ouro_value int_slot_to_float(ouro_runtime *rt, ouro_value self)
{
    double d;
    return int_as_double(rt, self, &d) ? float_new(rt, d) : OURO_NULL;
}

/* ---- attributes --------------------------------------------------------------------------------------- */

static ouro_value int_get_real(ouro_runtime *rt, ouro_value self, void *closure)
{
    return int_exact(rt, self);
}

static ouro_value int_get_imag(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int(0);
}

static ouro_value int_get_denominator(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int(1);
}

static const getset_def int_getsets[] = {
    {"real", int_get_real, NULL, "the real part of a complex number"},
    {"imag", int_get_imag, NULL, "the imaginary part of a complex number"},
    {"numerator", int_get_real, NULL, "the numerator of a rational number in lowest terms"},
    {"denominator", int_get_denominator, NULL, "the denominator of a rational number in lowest terms"},
    {0},
};

const type_spec int_spec = {
    .name = "int",
    .size = sizeof(int_object),
    .flags = OURO_TYPE_LEAF | TYPE_BASE | TYPE_IS_INT | TYPE_VAR_SIZED | TYPE_MATCH_SELF,
    .doc = "int([x]) -> integer\nint(x, base=10) -> integer\n\n"
           "Convert a number or string to an integer, or return 0 if no arguments\n"
           "are given.  Without a base, x may be any number (floats are truncated\n"
           "towards zero); with one, x is text or bytes with an integer literal in\n"
           "that base, which may have a sign, underscores and white space around it.\n"
           "Base 0 reads the base from the literal's prefix, as source text does.",
    .methods = int_methods,
    .getsets = int_getsets,
    .slots =
        {
            .make = int_type_make,
            .repr = int_slot_repr,
            .hash = int_slot_hash,
            .compare = int_slot_compare,
            .binary =
                {
                    [BINARY_ADD] = int_slot_add,
                    [BINARY_SUBTRACT] = int_slot_subtract,
                    [BINARY_MULTIPLY] = int_slot_multiply,
                    [BINARY_TRUE_DIVIDE] = int_slot_true_divide,
                    [BINARY_FLOOR_DIVIDE] = int_slot_floor_divide,
                    [BINARY_REMAINDER] = int_slot_remainder,
                    [BINARY_LSHIFT] = int_slot_lshift,
                    [BINARY_RSHIFT] = int_slot_rshift,
                    [BINARY_AND] = int_slot_and,
                    [BINARY_OR] = int_slot_or,
                    [BINARY_XOR] = int_slot_xor,
                    [BINARY_DIVMOD] = int_slot_divmod,
                },
            .power = int_power_slot,
            .unary =
                {
                    [UNARY_NEGATIVE] = int_negate,
                    [UNARY_POSITIVE] = int_exact,
                    [UNARY_INVERT] = int_slot_invert,
                    [UNARY_ABSOLUTE] = int_absolute,
                },
            .truth = int_slot_truth,
            .to_int = int_exact,
            .to_float = int_slot_to_float,
            .to_index = int_exact,
        },
};

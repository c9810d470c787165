/* float.c: the type float: making, arithmetic, comparison, hash.
 *
 * A float is an immediate if its exponent is in the common range (ouro_float_fits), else a float_object.  An
 * instance of a subclass is always an object.  Comparison with ints is exact at any size.
 */
#include "types/binder.h"
#include "types/buffer.h"
#include "types/bytes.h"
#include "types/complex_internal.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/float_internal.h"
#include "types/int_view.h"
#include "types/number_text.h"
#include "types/protocol.h"
#include "types/str.h"

#include <errno.h>
#include <float.h>
#include <math.h>

ouro_value float_new(ouro_runtime *rt, double d)
{
    if (OURO_LIKELY(ouro_float_fits(d))) {
        return ouro_flonum(d);
    }
    float_object *o = object_new(rt, &TYPE(rt, float)->type, 0);
    if (!o) {
        return OURO_NULL;
    }
    o->value = d;
    return ouro_from_object(o);
}

double float_value(ouro_value v)
{
    if (OURO_LIKELY(ouro_is_float(v))) {
        return ouro_as_flonum(v);
    }
    return ((const float_object *)(const void *)ouro_as_object(v))->value;
}

/* ---- conversion --------------------------------------------------------------------------------------- */

/* Through the type's __float__ or __index__: 1, 0 (it has none, no exception), -1. */
static int float_from_special(ouro_runtime *rt, ouro_value v, double *result)
{
    type_object *type = value_type(rt, v);
    if (type->slots.to_float) {
        ouro_value f = type->slots.to_float(rt, v);
        if (ouro_is_null(f)) {
            return -1;
        }
        if (!value_is_float(rt, f)) {
            error_type(rt, "%T.__float__ returned non-float (type %T)", v, f);
            value_decref(rt, f);
            return -1;
        }
        if (value_type(rt, f) != TYPE(rt, float) &&
            !error_warn(rt, EXC(rt, DeprecationWarning), 1,
                        "%T.__float__ returned non-float (type %T).  The ability to return an instance of a "
                        "strict subclass of float is deprecated, and may not be supported in a future version "
                        "of Python.",
                        v, f)) {
            value_decref(rt, f);
            return -1;
        }
        *result = float_value(f);
        value_decref(rt, f);
        return 1;
    }
    if (type->slots.to_index) {
        ouro_value i = object_index(rt, v);
        if (ouro_is_null(i)) {
            return -1;
        }
        bool done = int_as_double(rt, i, result);
        value_decref(rt, i);
        return done ? 1 : -1;
    }
    return 0;
}

/* The same; a float's value, also a subclass's, is taken as it is. */
static int float_from_number(ouro_runtime *rt, ouro_value v, double *result)
{
    if (value_is_float(rt, v)) {
        *result = float_value(v);
        return 1;
    }
    if (ouro_is_int(v)) {
        *result = (double)ouro_as_int(v);
        return 1;
    }
    return float_from_special(rt, v, result);
}

bool object_as_double(ouro_runtime *rt, ouro_value v, double *result)
{
    int found = float_from_number(rt, v, result);
    if (found == 0) {
        error_type(rt, "must be real number, not %T", v);
    }
    return found > 0;
}

static ouro_value float_from_ascii(ouro_runtime *rt, const char *text, size_t length, ouro_value shown)
{
    size_t i = 0, used;
    while (i < length && (text[i] == ' ' || (text[i] >= 9 && text[i] <= 13))) {
        i++;
    }
    while (length > i && (text[length - 1] == ' ' || (text[length - 1] >= 9 && text[length - 1] <= 13))) {
        length--;
    }
    double d = float_parse(rt, text + i, length - i, &used);
    if (error_is_set(rt)) {
        return OURO_NULL;
    }
    if (used == 0 || used != length - i) {
        return error_value(rt, "could not convert string to float: %R", shown);
    }
    return float_new(rt, d);
}

ouro_value float_from_str(ouro_runtime *rt, ouro_value str)
{
    size_t length;
    char *text = number_ascii_from_str(rt, str, &length);
    if (!text) {
        return OURO_NULL;
    }
    ouro_value result = float_from_ascii(rt, text, length, str);
    ouro_mem_free(rt->mem, text);
    return result;
}

static ouro_value float_convert(ouro_runtime *rt, ouro_value v)
{
    double d;
    if (value_is_str_exact(rt, v)) {
        return float_from_str(rt, v);
    }
    if (ouro_is_object(v) && value_type(rt, v) == TYPE(rt, float)) {
        return value_incref(v);
    }
    int found = float_from_special(rt, v, &d); /* also a subclass of float may have its own __float__ */
    if (found != 0) {
        return found < 0 ? OURO_NULL : float_new(rt, d);
    }
    if (value_is_str(rt, v)) { /* of a subclass without __float__ */
        return float_from_str(rt, v);
    }
    if (value_has_plain_buffer(rt, v)) {
        buffer_view view;
        if (!buffer_get(rt, v, &view, false)) {
            return OURO_NULL;
        }
        ouro_value copy = bytes_new(rt, view.data, view.length);
        buffer_release(rt, &view);
        if (ouro_is_null(copy)) {
            return OURO_NULL;
        }
        ouro_value result = float_from_ascii(rt, (const char *)as_bytes(copy)->data, as_bytes(copy)->length, v);
        value_decref(rt, copy);
        return result;
    }
    return error_type(rt, "float() argument must be a string or a real number, not '%T'", v);
}

static ouro_value float_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                             ouro_value kwnames)
{
    if (!arguments_positional_new(rt, type, "float", nargs, kwnames, 0, 1)) {
        return OURO_NULL;
    }
    ouro_value result = nargs == 0 ? float_new(rt, 0.0) : float_convert(rt, args[0]);
    if (ouro_is_null(result) || type == TYPE(rt, float)) {
        return result;
    }
    double d = float_value(result);
    value_decref(rt, result);
    float_object *o = object_new(rt, &type->type, 0);
    if (!o) {
        return OURO_NULL;
    }
    o->value = d;
    if (!(type->type.flags & OURO_TYPE_LEAF)) {
        gc_track(rt, &o->object);
    }
    return ouro_from_object(o);
}

/* ---- arithmetic --------------------------------------------------------------------------------------- */

/* An operand of a float operation: 1, 0 not a number that we know, -1 OverflowError. */
static inline int float_operand(ouro_runtime *rt, ouro_value v, double *d)
{
    if (OURO_LIKELY(ouro_is_float(v))) {
        *d = ouro_as_flonum(v);
        return 1;
    }
    if (ouro_is_int(v)) {
        *d = (double)ouro_as_int(v);
        return 1;
    }
    if (value_is_float(rt, v)) {
        *d = float_value(v);
        return 1;
    }
    if (value_is_int(rt, v)) {
        return int_as_double(rt, v, d) ? 1 : -1;
    }
    return 0;
}

#define FLOAT_OPERANDS(rt, a, b, x, y)                                                                           \
    double x, y;                                                                                                 \
    int known_##x = float_operand(rt, a, &x);                                                                    \
    if (known_##x <= 0) {                                                                                        \
        return known_##x < 0 ? OURO_NULL : OURO_NOT_IMPLEMENTED;                                                 \
    }                                                                                                            \
    int known_##y = float_operand(rt, b, &y);                                                                    \
    if (known_##y <= 0) {                                                                                        \
        return known_##y < 0 ? OURO_NULL : OURO_NOT_IMPLEMENTED;                                                 \
    }

static ouro_value float_add(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    FLOAT_OPERANDS(rt, a, b, x, y)
    return float_new(rt, x + y);
}

static ouro_value float_subtract(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    FLOAT_OPERANDS(rt, a, b, x, y)
    return float_new(rt, x - y);
}

static ouro_value float_multiply(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    FLOAT_OPERANDS(rt, a, b, x, y)
    return float_new(rt, x * y);
}

static ouro_value float_true_divide(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    FLOAT_OPERANDS(rt, a, b, x, y)
    if (y == 0.0) {
        return error_raise(rt, EXC(rt, ZeroDivisionError), "float division by zero");
    }
    return float_new(rt, x / y);
}

double float_modulo(double x, double y, double *floor_quotient)
{
    double remainder = fmod(x, y);
    double quotient = (x - remainder) / y;
    if (remainder != 0.0) {
        if ((y < 0) != (remainder < 0)) {
            remainder += y;
            quotient -= 1.0;
        }
    } else {
        remainder = copysign(0.0, y);
    }
    if (floor_quotient) {
        if (quotient != 0.0) {
            double whole = floor(quotient);
            if (quotient - whole > 0.5) {
                whole += 1.0;
            }
            *floor_quotient = whole;
        } else {
            *floor_quotient = copysign(0.0, x / y);
        }
    }
    return remainder;
}

static ouro_value float_floor_divide(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    FLOAT_OPERANDS(rt, a, b, x, y)
    if (y == 0.0) {
        return error_raise(rt, EXC(rt, ZeroDivisionError), "float floor division by zero");
    }
    double quotient;
    float_modulo(x, y, &quotient);
    return float_new(rt, quotient);
}

static ouro_value float_remainder(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    FLOAT_OPERANDS(rt, a, b, x, y)
    if (y == 0.0) {
        return error_raise(rt, EXC(rt, ZeroDivisionError), "float modulo");
    }
    return float_new(rt, float_modulo(x, y, NULL));
}

static ouro_value float_divmod(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    FLOAT_OPERANDS(rt, a, b, x, y)
    if (y == 0.0) {
        return error_raise(rt, EXC(rt, ZeroDivisionError), "float divmod()");
    }
    double quotient;
    double remainder = float_modulo(x, y, &quotient);
    ouro_value pair[2] = {float_new(rt, quotient), float_new(rt, remainder)};
    return tuple_new_made(rt, pair, 2);
}

/* OverflowError(34, 'Numerical result out of range'), as the C library's errno says it. */
static ouro_value float_out_of_range(ouro_runtime *rt)
{
    ouro_value text = str_from_cstring(rt, "Numerical result out of range");
    if (ouro_is_null(text)) {
        return OURO_NULL;
    }
    ouro_value exception =
        object_call2(rt, type_value(EXC(rt, OverflowError)), ouro_int(ERANGE), text);
    value_decref(rt, text);
    if (!ouro_is_null(exception)) {
        error_raise_value(rt, exception);
        value_decref(rt, exception);
    }
    return OURO_NULL;
}

ouro_value float_power(ouro_runtime *rt, double x, double y)
{
    bool odd = fmod(fabs(y), 2.0) == 1.0;
    if (y == 0.0 || x == 1.0) {
        return float_new(rt, 1.0);
    }
    if (isnan(x) || isnan(y)) {
        return float_new(rt, x + y);
    }
    if (isinf(y)) {
        double size = fabs(x);
        return float_new(rt, size == 1.0 ? 1.0 : (y > 0) == (size > 1.0) ? INFINITY : 0.0);
    }
    if (isinf(x)) {
        if (y > 0) {
            return float_new(rt, odd ? x : fabs(x));
        }
        return float_new(rt, odd ? copysign(0.0, x) : 0.0);
    }
    if (x == 0.0) {
        if (y < 0) {
            return error_raise(rt, EXC(rt, ZeroDivisionError), "0.0 cannot be raised to a negative power");
        }
        return float_new(rt, odd ? x : 0.0);
    }
    bool negate = false;
    if (x < 0) {
        if (y != floor(y)) {
            return complex_power_parts(rt, x, 0.0, y, 0.0);
        }
        x = -x;
        negate = odd;
    }
    double result = pow(x, y);
    if (isinf(result)) {
        return float_out_of_range(rt);
    }
    return float_new(rt, negate ? -result : result);
}

static ouro_value float_power_slot(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value c)
{
    if (!ouro_is_none(c)) {
        return error_type(rt, "pow() 3rd argument not allowed unless all arguments are integers");
    }
    FLOAT_OPERANDS(rt, a, b, x, y)
    return float_power(rt, x, y);
}

static ouro_value float_negative(ouro_runtime *rt, ouro_value a)
{
    return float_new(rt, -float_value(a));
}

static ouro_value float_positive(ouro_runtime *rt, ouro_value a)
{
    if (ouro_is_float(a) || value_type(rt, a) == TYPE(rt, float)) {
        return value_incref(a);
    }
    return float_new(rt, float_value(a));
}

static ouro_value float_absolute(ouro_runtime *rt, ouro_value a)
{
    return float_new(rt, fabs(float_value(a)));
}

static int float_truth(ouro_runtime *rt, ouro_value a)
{
    return float_value(a) != 0.0;
}

static ouro_value float_to_int(ouro_runtime *rt, ouro_value a)
{
    return int_from_double(rt, float_value(a));
}

/* ---- comparison and hash ------------------------------------------------------------------------------ */

/* <0, 0, >0 of x against an int; x is not NaN.  *failed: no memory. */
static int float_order_int(ouro_runtime *rt, double x, ouro_value i, bool *failed)
{
    int64_t small;
    if (isinf(x)) {
        return x > 0 ? 1 : -1;
    }
    if (int_fits_int64(i, &small)) {
        if (x >= 9.3e18) {
            return 1;
        }
        if (x <= -9.3e18) {
            return -1;
        }
        if (small > -(INT64_C(1) << 53) && small < (INT64_C(1) << 53)) {
            double y = (double)small;
            return (x > y) - (x < y);
        }
        if (x >= 0x1p63) {
            return 1;
        }
        if (x < -0x1p63) {
            return -1;
        }
        int64_t whole = (int64_t)x; /* truncated: what is cut off decides between equals */
        if (whole != small) {
            return whole > small ? 1 : -1;
        }
        double rest = x - (double)whole;
        return (rest > 0) - (rest < 0);
    }
    int sign = int_sign(i);
    if (fabs(x) < 0x1p62) {
        return -sign;
    }
    ouro_value whole = int_from_double(rt, x);
    if (ouro_is_null(whole)) {
        *failed = true;
        return 0;
    }
    int order = int_order(whole, i);
    value_decref(rt, whole);
    return order;
}

static ouro_value float_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    double x = float_value(a);
    bool less, equal, greater;
    if (value_is_float(rt, b)) {
        double y = float_value(b);
        less = x < y, equal = x == y, greater = x > y;
    } else if (value_is_int(rt, b)) {
        if (isnan(x)) {
            less = equal = greater = false;
        } else {
            bool failed = false;
            int order = float_order_int(rt, x, b, &failed);
            if (failed) {
                return OURO_NULL;
            }
            less = order < 0, equal = order == 0, greater = order > 0;
        }
    } else {
        return OURO_NOT_IMPLEMENTED;
    }
    switch (op) {
    case COMPARE_LT:
        return ouro_bool(less);
    case COMPARE_LE:
        return ouro_bool(less || equal);
    case COMPARE_EQ:
        return ouro_bool(equal);
    case COMPARE_NE:
        return ouro_bool(!equal);
    case COMPARE_GT:
        return ouro_bool(greater);
    default:
        return ouro_bool(greater || equal);
    }
}

/* The numeric hash that int, float and complex share: the value modulo 2^61 - 1, where 2^-1 is 2^60. */
hash_t float_hash(double d)
{
    const uint64_t modulus = (UINT64_C(1) << 61) - 1;
    if (!isfinite(d)) {
        return isinf(d) ? (d > 0 ? 314159 : -314159) : 0;
    }
    int exponent;
    double m = frexp(fabs(d), &exponent);
    uint64_t h = (uint64_t)ldexp(m, 53); /* d = h * 2^(exponent - 53) */
    int rotate = (exponent - 53) % 61;
    if (rotate < 0) {
        rotate += 61;
    }
    h = ((h << rotate) & modulus) | (rotate ? h >> (61 - rotate) : 0);
    if (h == modulus) {
        h = 0;
    }
    hash_t result = d < 0 ? -(hash_t)h : (hash_t)h;
    return result == -1 ? -2 : result;
}

static hash_t float_hash_slot(ouro_runtime *rt, ouro_value self)
{
    double d = float_value(self);
    if (isnan(d)) { /* by identity: NaNs differ from each other */
        uint64_t address = self.bits;
        hash_t h = (hash_t)((address >> 4) | (address << 60));
        return h == -1 ? -2 : h;
    }
    return float_hash(d);
}

static ouro_value float_repr(ouro_runtime *rt, ouro_value self)
{
    char *text = float_to_text(rt, float_value(self), 'r', 0, FLOAT_ADD_DOT_0);
    if (!text) {
        return OURO_NULL;
    }
    ouro_value result = str_from_cstring(rt, text);
    ouro_mem_free(rt->mem, text);
    return result;
}

static ouro_value float_get_real(ouro_runtime *rt, ouro_value self, void *closure)
{
    return float_positive(rt, self);
}

static ouro_value float_get_imag(ouro_runtime *rt, ouro_value self, void *closure)
{
    return float_new(rt, 0.0);
}

static const getset_def float_getsets[] = {
    {"real", float_get_real, NULL, "the real part of a complex number"},
    {"imag", float_get_imag, NULL, "the imaginary part of a complex number"},
    {0},
};

const type_spec float_spec = {
    .name = "float",
    .signature = "(x=0, /)",
    .size = sizeof(float_object),
    .flags = OURO_TYPE_LEAF | TYPE_BASE | TYPE_IS_FLOAT | TYPE_MATCH_SELF,
    .doc = "Convert a string or number to a floating point number, if possible.",
    .methods = float_methods,
    .getsets = float_getsets,
    .slots =
        {
            .make = float_make,
            .repr = float_repr,
            .hash = float_hash_slot,
            .compare = float_compare,
            .binary =
                {
                    [BINARY_ADD] = float_add,
                    [BINARY_SUBTRACT] = float_subtract,
                    [BINARY_MULTIPLY] = float_multiply,
                    [BINARY_TRUE_DIVIDE] = float_true_divide,
                    [BINARY_FLOOR_DIVIDE] = float_floor_divide,
                    [BINARY_REMAINDER] = float_remainder,
                    [BINARY_DIVMOD] = float_divmod,
                },
            .power = float_power_slot,
            .unary =
                {
                    [UNARY_NEGATIVE] = float_negative,
                    [UNARY_POSITIVE] = float_positive,
                    [UNARY_ABSOLUTE] = float_absolute,
                },
            .truth = float_truth,
            .to_int = float_to_int,
            .to_float = float_positive,
        },
};

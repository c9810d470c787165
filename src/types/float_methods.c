/* float_methods.c: the methods of float: exact ratios, rounding to digits, hexadecimal. */
#include "types/containers.h"
#include "types/error.h"
#include "types/float_internal.h"
#include "types/format_spec.h"
#include "types/int_view.h"
#include "types/number_text.h"
#include "types/protocol.h"
#include "types/str.h"

#include <math.h>
#include <stdio.h>

static ouro_value float_method_conjugate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return float_new(rt, float_value(args[0]));
}

static ouro_value float_method_trunc(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return int_from_double(rt, float_value(args[0]));
}

static ouro_value float_method_floor(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return int_from_double(rt, floor(float_value(args[0])));
}

static ouro_value float_method_ceil(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return int_from_double(rt, ceil(float_value(args[0])));
}

static ouro_value float_method_is_integer(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double d = float_value(args[0]);
    return ouro_bool(isfinite(d) && floor(d) == d);
}

static ouro_value float_method_as_integer_ratio(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double d = float_value(args[0]);
    if (isinf(d)) {
        return error_overflow(rt, "cannot convert Infinity to integer ratio");
    }
    if (isnan(d)) {
        return error_value(rt, "cannot convert NaN to integer ratio");
    }
    int exponent;
    double fraction = frexp(d, &exponent);
    int64_t mantissa = (int64_t)ldexp(fraction, 53);
    exponent -= 53;
    while (mantissa != 0 && (mantissa & 1) == 0) {
        mantissa /= 2;
        exponent++;
    }
    if (mantissa == 0) {
        exponent = 0;
    }
    ouro_value pair[2] = {OURO_NULL, OURO_NULL};
    pair[0] = int_shift_left(rt, ouro_int(mantissa), exponent > 0 ? (uint64_t)exponent : 0);
    if (ouro_is_null(pair[0])) {
        return OURO_NULL;
    }
    pair[1] = int_shift_left(rt, ouro_int(1), exponent < 0 ? (uint64_t)-exponent : 0);
    if (ouro_is_null(pair[1])) {
        value_decref(rt, pair[0]);
        return OURO_NULL;
    }
    return tuple_new_steal(rt, pair, 2);
}

/* ---- rounding ----------------------------------------------------------------------------------------- */

/* d rounded to `digits` after the point (before it, if negative), from the exact decimal value. */
static double float_round_digits(ouro_runtime *rt, double d, int digits)
{
    char *text;
    size_t used;
    if (digits >= 0) {
        text = float_to_text(rt, d, 'f', digits, 0);
    } else {
        text = float_to_text(rt, trunc(fabs(d)), 'f', 0, 0);
        if (!text) {
            return 0.0;
        }
        int before = (int)strlen(text); /* digits before the point */
        if (text[0] == '0' || before + digits < 0) {
            ouro_mem_free(rt->mem, text);
            return copysign(0.0, d);
        }
        if (before + digits == 0) { /* 0 or one power of ten: which half is it in?  A tie goes to 0 */
            bool above = text[0] > '5';
            if (text[0] == '5') {
                above = strspn(text + 1, "0") != (size_t)before - 1 || trunc(d) != d;
            }
            snprintf(text, 16, "1e%d", before);
            double up = above ? float_parse(rt, text, strlen(text), &used) : 0.0;
            ouro_mem_free(rt->mem, text);
            return copysign(up, d);
        }
        ouro_mem_free(rt->mem, text);
        text = float_to_text(rt, d, 'e', before + digits - 1, 0);
    }
    if (!text) {
        return 0.0;
    }
    double result = float_parse(rt, text, strlen(text), &used);
    ouro_mem_free(rt->mem, text);
    return result;
}

static ouro_value float_method_round(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double d = float_value(args[0]);
    ouro_value digits_value = arg_or_null(args, nargs, 1);
    if (ouro_is_null(digits_value) || ouro_is_none(digits_value)) {
        return int_from_double(rt, rint(d));
    }
    int64_t digits;
    if (!object_as_index(rt, digits_value, &digits, true)) {
        return OURO_NULL;
    }
    if (!isfinite(d) || digits > 323 || d == 0.0) {
        return float_new(rt, d);
    }
    if (digits < -308) {
        return float_new(rt, 0.0 * d);
    }
    double result = float_round_digits(rt, d, (int)digits);
    if (error_is_set(rt)) {
        return OURO_NULL;
    }
    if (isinf(result)) {
        return error_overflow(rt, "rounded value too large to represent");
    }
    return float_new(rt, result);
}

/* ---- hexadecimal -------------------------------------------------------------------------------------- */

static ouro_value float_method_hex(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double d = float_value(args[0]);
    if (!isfinite(d)) {
        char *text = float_to_text(rt, d, 'r', 0, 0);
        if (!text) {
            return OURO_NULL;
        }
        ouro_value word = str_from_cstring(rt, text);
        ouro_mem_free(rt->mem, text);
        return word;
    }
    const char *sign = signbit(d) ? "-" : "";
    if (d == 0.0) {
        return str_format_c(rt, "%s0x0.0p+0", sign);
    }
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    int exponent = (int)((bits >> 52) & 0x7ff);
    uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    char text[40];
    int e = exponent ? exponent - 1023 : -1022;
    snprintf(text, sizeof text, "%s0x%c.%013llxp%+d", sign, exponent ? '1' : '0', (unsigned long long)fraction, e);
    return str_from_cstring(rt, text);
}

static int float_hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The value of a stripped hexadecimal text; raises.  Bits below the precision count by a sticky bit. */
static double float_parse_hex(ouro_runtime *rt, const char *text, size_t length)
{
    size_t i = 0, used;
    bool negative = false;
    if (i < length && (text[i] == '+' || text[i] == '-')) {
        negative = text[i] == '-';
        i++;
    }
    if (i < length && ((text[i] | 0x20) == 'i' || (text[i] | 0x20) == 'n')) {
        double word = float_parse(rt, text, length, &used);
        if (used == length) {
            return word;
        }
        goto invalid;
    }
    if (i + 1 < length && text[i] == '0' && (text[i + 1] | 0x20) == 'x') {
        i += 2;
    }
    uint64_t mantissa = 0;
    int64_t exponent = 0;
    bool sticky = false, any = false, point = false;
    for (; i < length; i++) {
        int digit = float_hex_digit(text[i]);
        if (text[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (digit < 0) {
            break;
        }
        any = true;
        if (mantissa >> 58) {
            sticky |= digit != 0;
            exponent += 4;
        } else {
            mantissa = mantissa * 16 + (uint64_t)digit;
        }
        if (point) {
            exponent -= 4;
        }
    }
    if (!any) {
        goto invalid;
    }
    if (i < length && (text[i] | 0x20) == 'p') {
        i++;
        bool minus = false;
        if (i < length && (text[i] == '+' || text[i] == '-')) {
            minus = text[i] == '-';
            i++;
        }
        if (i >= length || text[i] < '0' || text[i] > '9') {
            goto invalid;
        }
        int64_t e = 0;
        for (; i < length && text[i] >= '0' && text[i] <= '9'; i++) {
            e = e < INT64_C(1) << 50 ? e * 10 + (text[i] - '0') : e;
        }
        exponent += minus ? -e : e;
    }
    if (i != length) {
        goto invalid;
    }
    if (mantissa == 0) {
        return negative ? -0.0 : 0.0;
    }
    /* the value is mantissa * 2^exponent; round once to 53 bits, or to fewer if it is subnormal */
    int bits = 64 - __builtin_clzll(mantissa);
    int64_t top = exponent + bits; /* value in [2^(top-1), 2^top) */
    if (top > 1024) {
        error_overflow(rt, "hexadecimal value too large to represent as a float");
        return 0.0;
    }
    if (top < -1074) {
        return negative ? -0.0 : 0.0;
    }
    int64_t keep = top > -1021 ? 53 : top + 1074;
    if (bits > keep) {
        int64_t drop = bits - keep;
        uint64_t half = UINT64_C(1) << (drop - 1);
        uint64_t low = drop < 64 ? mantissa & (2 * half - 1) : mantissa;
        mantissa -= low;
        bool odd = drop < 64 && (mantissa & (2 * half)) != 0;
        if (low > half || (low == half && (sticky || odd))) {
            mantissa += 2 * half;
        }
    }
    double d = ldexp((double)mantissa, (int)exponent);
    if (isinf(d)) {
        error_overflow(rt, "hexadecimal value too large to represent as a float");
        return 0.0;
    }
    return negative ? -d : d;
invalid:
    error_value(rt, "invalid hexadecimal floating-point string");
    return 0.0;
}

static ouro_value float_method_fromhex(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "bad argument type for built-in operation");
    }
    size_t length;
    char *text = str_to_utf8(rt, args[1], &length, false);
    if (!text) {
        return OURO_NULL;
    }
    size_t start = 0, end = length;
    while (start < end && (text[start] == ' ' || (text[start] >= 9 && text[start] <= 13))) {
        start++;
    }
    while (end > start && (text[end - 1] == ' ' || (text[end - 1] >= 9 && text[end - 1] <= 13))) {
        end--;
    }
    double d = float_parse_hex(rt, text + start, end - start);
    ouro_mem_free(rt->mem, text);
    if (error_is_set(rt)) {
        return OURO_NULL;
    }
    ouro_value result = float_new(rt, d);
    if (!ouro_is_null(result) && !ouro_is(args[0], type_value(TYPE(rt, float)))) {
        ouro_value instance = object_call1(rt, args[0], result);
        value_decref(rt, result);
        result = instance;
    }
    return result;
}

/* ---- the rest ----------------------------------------------------------------------------------------- */

static ouro_value float_method_getnewargs(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value item[1] = {float_new(rt, float_value(args[0]))};
    return tuple_new_made(rt, item, 1);
}

static ouro_value float_method_getformat(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "__getformat__() argument must be str, not %T", args[1]);
    }
    if (!str_equal_ascii(as_str(args[1]), "double") && !str_equal_ascii(as_str(args[1]), "float")) {
        return error_value(rt, "__getformat__() argument 1 must be 'double' or 'float'");
    }
    static const uint16_t probe = 1;
    return str_from_cstring(rt, *(const unsigned char *)&probe ? "IEEE, little-endian" : "IEEE, big-endian");
}

static ouro_value float_method_format(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "__format__() argument must be str, not %T", args[1]);
    }
    return format_float(rt, args[0], args[1]);
}

const method_def float_methods[] = {
    {"conjugate", "self, /", float_method_conjugate,
     .doc = "Return self, the complex conjugate of any float."},
    {"__trunc__", "self, /", float_method_trunc, .doc = "Return the Integral closest to x between 0 and x."},
    {"__floor__", "self, /", float_method_floor, .doc = "Return the floor as an Integral."},
    {"__ceil__", "self, /", float_method_ceil, .doc = "Return the ceiling as an Integral."},
    {"__round__", "self, ndigits=None, /", float_method_round,
     .doc = "Return the Integral closest to x, rounding half toward even.\n\n"
            "When an argument is passed, work like built-in round(x, ndigits)."},
    {"as_integer_ratio", "self, /", float_method_as_integer_ratio,
     .doc = "Return integer ratio: a pair of integers whose ratio is exactly the float."},
    {"fromhex", "type, string, /", float_method_fromhex, .flags = METHOD_CLASS,
     .doc = "Create a floating-point number from a hexadecimal string."},
    {"hex", "self, /", float_method_hex,
     .doc = "Return a hexadecimal representation of a floating-point number."},
    {"is_integer", "self, /", float_method_is_integer, .doc = "Return True if the float is an integer."},
    {"__getnewargs__", "self, /", float_method_getnewargs},
    {"__getformat__", "type, typestr, /", float_method_getformat, .flags = METHOD_CLASS,
     .doc = "Tells the format of the C type's floating point numbers; for tests."},
    {"__format__", "self, format_spec, /", float_method_format,
     .doc = "Formats the float according to format_spec."},
    {0},
};

/* int_methods.c: the methods of int, and its conversion from and to bytes. */
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/format_spec.h"
#include "types/int_methods.h"
#include "types/int_view.h"
#include "types/protocol.h"
#include "types/str.h"

/* ---- bytes -------------------------------------------------------------------------------------------- */

ouro_value int_from_bytes(ouro_runtime *rt, const unsigned char *bytes, size_t length, bool little_endian,
                          bool is_signed)
{
    if (length / 8 > MAGNITUDE_MAX_SIZE) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    bool negative = is_signed && length > 0 && (bytes[little_endian ? length - 1 : 0] & 0x80);
    size_t room = length * 8 / MAGNITUDE_BITS + 2;
    int_object *o = int_new_blank(rt, room);
    if (!o) {
        return OURO_NULL;
    }
    unsigned __int128 bits = 0;
    unsigned have = 0;
    unsigned carry = 1; /* two's complement, byte by byte */
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned byte = bytes[little_endian ? i : length - 1 - i];
        if (negative) {
            byte = (byte ^ 0xff) + carry;
            carry = byte >> 8;
            byte &= 0xff;
        }
        bits |= (unsigned __int128)byte << have;
        have += 8;
        if (have >= MAGNITUDE_BITS) {
            o->digits[n++] = (uint64_t)bits & MAGNITUDE_MASK;
            bits >>= MAGNITUDE_BITS;
            have -= MAGNITUDE_BITS;
        }
    }
    if (negative) { /* the carry out of the top byte: -256 ** length */
        bits += (unsigned __int128)carry << have;
    }
    o->digits[n++] = (uint64_t)bits & MAGNITUDE_MASK;
    return int_finish(rt, o, n, negative);
}

bool int_to_bytes(ouro_runtime *rt, ouro_value v, unsigned char *bytes, size_t length, bool little_endian,
                  bool is_signed)
{
    int_view view;
    int_view_of(&view, v);
    if (view.negative && !is_signed) {
        error_overflow(rt, "can't convert negative int to unsigned");
        return false;
    }
    uint64_t bits = magnitude_bit_length(view.digits, view.size);
    unsigned carry = 1;
    size_t digit = 0;
    unsigned __int128 pool = 0;
    unsigned have = 0;
    unsigned top = 0;
    for (size_t i = 0; i < length; i++) {
        if (have < 8) {
            pool |= (unsigned __int128)(digit < view.size ? view.digits[digit] : 0) << have;
            digit++;
            have += MAGNITUDE_BITS;
        }
        unsigned byte = (unsigned)pool & 0xff;
        pool >>= 8;
        have -= 8;
        if (view.negative) {
            byte = (byte ^ 0xff) + carry;
            carry = byte >> 8;
            byte &= 0xff;
        }
        top = byte;
        bytes[little_endian ? i : length - 1 - i] = (unsigned char)byte;
    }
    bool fits = bits <= (uint64_t)length * 8;
    if (length == 0 && is_signed && view.negative && bits == 1) {
        return true; /* -1 in no bytes at all: so CPython has it */
    }
    if (is_signed && view.size > 0) {
        fits = fits && length > 0 && ((top & 0x80) != 0) == view.negative;
    }
    if (!fits) {
        error_overflow(rt, "int too big to convert");
    }
    return fits;
}

/* 1: little, 0: big, -1: ValueError or TypeError. */
static int int_byte_order(ouro_runtime *rt, ouro_value v, const char *method)
{
    if (ouro_is_null(v)) {
        return 0;
    }
    if (!value_is_str(rt, v)) {
        error_type(rt, "%s() argument 'byteorder' must be str, not %T", method, v);
        return -1;
    }
    if (str_equal_ascii(as_str(v), "little")) {
        return 1;
    }
    if (str_equal_ascii(as_str(v), "big")) {
        return 0;
    }
    error_value(rt, "byteorder must be either 'little' or 'big'");
    return -1;
}

static ouro_value int_method_to_bytes(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value length_value = arg_or_null(args, nargs, 1);
    ouro_value signed_value = arg_or_null(args, nargs, 3);
    int64_t length = 1;
    if (!ouro_is_null(length_value) && !object_as_index(rt, length_value, &length, false)) {
        return OURO_NULL;
    }
    ouro_value order_value = arg_or_null(args, nargs, 2);
    if (!ouro_is_null(order_value) && !value_is_str(rt, order_value)) {
        return error_type(rt, "to_bytes() argument 'byteorder' must be str, not %T", order_value);
    }
    int is_signed = ouro_is_null(signed_value) ? 0 : object_truth(rt, signed_value);
    if (is_signed < 0) {
        return OURO_NULL;
    }
    int little = int_byte_order(rt, order_value, "to_bytes");
    if (little < 0) {
        return OURO_NULL;
    }
    if (length < 0) {
        return error_value(rt, "length argument must be non-negative");
    }
    ouro_value result = bytes_new(rt, NULL, (size_t)length);
    if (ouro_is_null(result)) {
        return OURO_NULL;
    }
    if (!int_to_bytes(rt, args[0], as_bytes(result)->data, (size_t)length, little, is_signed)) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    return result;
}

static ouro_value int_method_from_bytes(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value signed_value = arg_or_null(args, nargs, 3);
    ouro_value order_value = arg_or_null(args, nargs, 2);
    if (!ouro_is_null(order_value) && !value_is_str(rt, order_value)) {
        return error_type(rt, "from_bytes() argument 'byteorder' must be str, not %T", order_value);
    }
    int is_signed = ouro_is_null(signed_value) ? 0 : object_truth(rt, signed_value);
    if (is_signed < 0) {
        return OURO_NULL;
    }
    int little = int_byte_order(rt, order_value, "from_bytes");
    if (little < 0) {
        return OURO_NULL;
    }
    ouro_value data = bytes_of_object(rt, args[1]);
    if (ouro_is_null(data)) {
        return OURO_NULL;
    }
    ouro_value result = int_from_bytes(rt, as_bytes(data)->data, as_bytes(data)->length, little, is_signed);
    value_decref(rt, data);
    if (!ouro_is_null(result) && !ouro_is(args[0], type_value(TYPE(rt, int)))) {
        ouro_value instance = object_call1(rt, args[0], result);
        value_decref(rt, result);
        result = instance;
    }
    return result;
}

/* ---- the rest ----------------------------------------------------------------------------------------- */

static ouro_value int_method_exact(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return int_exact(rt, args[0]);
}

static ouro_value int_method_bit_length(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return int_from_uint64(rt, int_bit_length(args[0]));
}

static ouro_value int_method_bit_count(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int_view view;
    int_view_of(&view, args[0]);
    int64_t count = 0;
    for (size_t i = 0; i < view.size; i++) {
        count += __builtin_popcountll(view.digits[i]);
    }
    return ouro_int(count);
}

static ouro_value int_method_as_integer_ratio(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value pair[2] = {int_exact(rt, args[0]), ouro_int(1)};
    return tuple_new_made(rt, pair, 2);
}

/* Rounds to a multiple of 10**n, halves to even. */
static ouro_value int_round_to_power(ouro_runtime *rt, ouro_value v, uint64_t n)
{
    /* 10**n > 2 * |v|: no need to make the power */
    if (n > int_bit_length(v) / 3 + 1) {
        return ouro_int(0);
    }
    ouro_value result = OURO_NULL, q = OURO_NULL, r = OURO_NULL, twice = OURO_NULL;
    ouro_value power = int_power(rt, ouro_int(10), ouro_int((int64_t)n));
    if (ouro_is_null(power) || !int_divide(rt, v, power, &q, &r, "round")) {
        value_decref(rt, power);
        return OURO_NULL;
    }
    twice = int_add(rt, r, r);
    if (!ouro_is_null(twice)) {
        int order = int_order(twice, power);
        int_view view;
        int_view_of(&view, q);
        bool odd = view.size > 0 && (view.digits[0] & 1);
        result = int_subtract(rt, v, r); /* down: q * power */
        if (!ouro_is_null(result) && (order > 0 || (order == 0 && odd))) {
            ouro_value up = int_add(rt, result, power);
            value_decref(rt, result);
            result = up;
        }
    }
    value_decref(rt, twice);
    value_decref(rt, q);
    value_decref(rt, r);
    value_decref(rt, power);
    return result;
}

static ouro_value int_method_round(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value digits = arg_or_null(args, nargs, 1);
    if (ouro_is_null(digits)) {
        return int_exact(rt, args[0]);
    }
    digits = object_index(rt, digits);
    if (ouro_is_null(digits)) {
        return OURO_NULL;
    }
    ouro_value result;
    int64_t n;
    if (int_sign(digits) >= 0) {
        result = int_exact(rt, args[0]);
    } else if (int_fits_int64(digits, &n) && n > -INT64_MAX) {
        result = int_round_to_power(rt, args[0], (uint64_t)-n);
    } else {
        result = ouro_int(0);
    }
    value_decref(rt, digits);
    return result;
}

static ouro_value int_method_getnewargs(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value item[1] = {int_exact(rt, args[0])};
    return tuple_new_made(rt, item, 1);
}

static ouro_value int_method_format(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "__format__() argument must be str, not %T", args[1]);
    }
    return format_int(rt, args[0], args[1]);
}

const method_def int_methods[] = {
    {"conjugate", "self, /", int_method_exact, .doc = "Returns self, the complex conjugate of any int."},
    {"bit_length", "self, /", int_method_bit_length,
     .doc = "Number of bits necessary to represent self in binary."},
    {"bit_count", "self, /", int_method_bit_count,
     .doc = "Number of ones in the binary representation of the absolute value of self."},
    {"to_bytes", "self, /, length=1, byteorder='big', *, signed=False", int_method_to_bytes,
     .doc = "Return an array of bytes representing an integer."},
    {"from_bytes", "type, /, bytes, byteorder='big', *, signed=False", int_method_from_bytes,
     .flags = METHOD_CLASS, .doc = "Return the integer represented by the given array of bytes."},
    {"as_integer_ratio", "self, /", int_method_as_integer_ratio,
     .doc = "Return a pair of integers, whose ratio is equal to the original int."},
    {"__trunc__", "self, /", int_method_exact, .doc = "Truncating an Integral returns itself."},
    {"__floor__", "self, /", int_method_exact, .doc = "Flooring an Integral returns itself."},
    {"__ceil__", "self, /", int_method_exact, .doc = "Ceiling of an Integral returns itself."},
    {"__round__", "?self, ndigits=None, /", int_method_round,
     .doc = "Rounding an Integral returns itself, or a multiple of a power of ten."},
    {"__getnewargs__", "self, /", int_method_getnewargs},
    {"__format__", "self, format_spec, /", int_method_format},
    {0},
};

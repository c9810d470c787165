/* number.h: int, bool, float, complex.
 *
 * An int is an immediate if it fits (OURO_INT_MIN..MAX), otherwise an int_object of arbitrary precision (through
 * libtommath, reached only from int_big.c).  A float is an immediate if ouro_float_fits, else a float_object.
 * Instances of subclasses of int and float are always objects (int_object may then hold a small value).
 */
#ifndef OURO_SRC_TYPES_NUMBER_H
#define OURO_SRC_TYPES_NUMBER_H

#include "types/types.h"

/* Sign and magnitude; digits of 60 bits in 64-bit words, as libtommath has them. */
typedef struct int_object {
    ouro_object object;
    int64_t signed_size; /* negative for negative numbers; magnitude: digits in use */
    uint64_t digits[];
} int_object;

typedef struct float_object {
    ouro_object object;
    double value;
} float_object;

typedef struct complex_object {
    ouro_object object;
    double real, imag;
} complex_object;

static inline bool value_is_int(ouro_runtime *rt, ouro_value v) /* int or a subclass; bool is one */
{
    return ouro_is_int(v) || ouro_is_bool(v) ||
           (ouro_is_object(v) && (ouro_as_object(v)->shape->type->flags & TYPE_IS_INT) != 0);
}
static inline bool value_is_float(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_float(v) ||
           (ouro_is_object(v) && (ouro_as_object(v)->shape->type->flags & TYPE_IS_FLOAT) != 0);
}
OURO_NODISCARD ouro_value int_from_int64(ouro_runtime *rt, int64_t i);
OURO_NODISCARD ouro_value int_from_uint64(ouro_runtime *rt, uint64_t i);
OURO_NODISCARD ouro_value int_from_double(ouro_runtime *rt, double d); /* truncates; inf, nan: error */
/* From digits in `base` (2..36, 0: by prefix), underscores allowed as in source text.  ValueError as int(). */
OURO_NODISCARD ouro_value int_from_text(ouro_runtime *rt, const char *text, size_t length, int base);
OURO_NODISCARD ouro_value int_from_bytes(ouro_runtime *rt, const unsigned char *bytes, size_t length,
                                         bool little_endian, bool is_signed);
/* Writes the int into exactly `length` bytes, two's complement if is_signed.  OverflowError: does not fit. */
OURO_NODISCARD bool int_to_bytes(ouro_runtime *rt, ouro_value v, unsigned char *bytes, size_t length,
                                 bool little_endian, bool is_signed);
OURO_NODISCARD ouro_value int_to_text(ouro_runtime *rt, ouro_value v, int base, bool prefix); /* a str */
/* v is an int (or subclass).  False with OverflowError: out of range. */
OURO_NODISCARD bool int_as_int64(ouro_runtime *rt, ouro_value v, int64_t *result);
OURO_NODISCARD bool int_as_uint64(ouro_runtime *rt, ouro_value v, uint64_t *result);
bool int_fits_int64(ouro_value v, int64_t *result); /* no exception */
int int_sign(ouro_value v);                         /* -1, 0, 1 */
OURO_NODISCARD bool int_as_double(ouro_runtime *rt, ouro_value v, double *result); /* OverflowError */
hash_t int_hash(ouro_value v);
/* Exact int operations; both operands ints (or subclasses). */
OURO_NODISCARD ouro_value int_binary(ouro_runtime *rt, binary_op op, ouro_value a, ouro_value b);
int int_order(ouro_value a, ouro_value b); /* <0, 0, >0 */
/* The exact int equal to v (int or subclass): new reference. */
OURO_NODISCARD ouro_value int_exact(ouro_runtime *rt, ouro_value v);

OURO_NODISCARD ouro_value float_new(ouro_runtime *rt, double d);
double float_value(ouro_value v); /* v is a float (or subclass) */
/* float(v) for anything that has __float__ or __index__. */
OURO_NODISCARD bool object_as_double(ouro_runtime *rt, ouro_value v, double *result);
OURO_NODISCARD ouro_value float_from_str(ouro_runtime *rt, ouro_value str);
/* Shortest text that reads back the same ('r'), or 'e','f','g','%' with a precision.  The caller frees with
 * ouro_mem_free.  Flags: FLOAT_SIGN, FLOAT_ADD_DOT_0, FLOAT_ALTERNATE. */
enum { FLOAT_SIGN = 1, FLOAT_ADD_DOT_0 = 2, FLOAT_ALTERNATE = 4 };
OURO_NODISCARD char *float_to_text(ouro_runtime *rt, double d, char code, int precision, int flags);
hash_t float_hash(double d);
OURO_NODISCARD ouro_value complex_new(ouro_runtime *rt, double real, double imag);

#endif

/* int_view.h: what the files of the int share: any int as sign and digits, and the making of results.
 *
 * An int in C code may be an immediate, True or False, or an int_object (big, or of a subclass).  int_view shows
 * all of them as digits; it points into itself for immediates, so it is never copied.
 */
#ifndef OURO_SRC_TYPES_INT_VIEW_H
#define OURO_SRC_TYPES_INT_VIEW_H

#include "types/magnitude.h"
#include "types/number.h"

typedef struct int_view {
    const uint64_t *digits;
    size_t size; /* trimmed */
    bool negative;
    uint64_t local[2];
} int_view;

static inline int_object *as_int_object(ouro_value v)
{
    return (int_object *)(void *)ouro_as_object(v);
}

static inline void int_view_of(int_view *view, ouro_value v)
{
    if (ouro_is_object(v)) {
        const int_object *o = as_int_object(v);
        view->digits = o->digits;
        view->negative = o->signed_size < 0;
        view->size = (size_t)(o->signed_size < 0 ? -o->signed_size : o->signed_size);
        return;
    }
    int64_t i = ouro_is_int(v) ? ouro_as_int(v) : (v.bits == OURO_TRUE.bits);
    uint64_t magnitude = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
    view->negative = i < 0;
    view->local[0] = magnitude & MAGNITUDE_MASK;
    view->local[1] = magnitude >> MAGNITUDE_BITS;
    view->size = view->local[1] ? 2 : view->local[0] ? 1 : 0;
    view->digits = view->local;
}

/* A blank int_object with room for `size` digits, value 0 until int_finish.  NULL: MemoryError (OverflowError if
 * no machine could hold it). */
OURO_NODISCARD int_object *int_new_blank(ouro_runtime *rt, size_t size);
/* Trims the digits of a blank one and gives it its sign: the exact int, an immediate if it fits.  Steals o. */
OURO_NODISCARD ouro_value int_finish(ouro_runtime *rt, int_object *o, size_t size, bool negative);
/* From sign and magnitude, copied. */
OURO_NODISCARD ouro_value int_from_magnitude(ouro_runtime *rt, const uint64_t *digits, size_t size,
                                             bool negative);
/* Frees a blank one. */
void int_drop(ouro_runtime *rt, int_object *o);

/* int.c: exact operations on two ints. */
OURO_NODISCARD ouro_value int_add(ouro_runtime *rt, ouro_value a, ouro_value b);
OURO_NODISCARD ouro_value int_subtract(ouro_runtime *rt, ouro_value a, ouro_value b);
OURO_NODISCARD ouro_value int_multiply(ouro_runtime *rt, ouro_value a, ouro_value b);
/* Floor division; either result pointer may be NULL.  ZeroDivisionError with `message`. */
OURO_NODISCARD bool int_divide(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value *quotient,
                               ouro_value *remainder, const char *message);
OURO_NODISCARD ouro_value int_negate(ouro_runtime *rt, ouro_value a);
OURO_NODISCARD ouro_value int_absolute(ouro_runtime *rt, ouro_value a);
OURO_NODISCARD ouro_value int_shift_left(ouro_runtime *rt, ouro_value a, uint64_t bits);
OURO_NODISCARD ouro_value int_shift_right(ouro_runtime *rt, ouro_value a, uint64_t bits);
/* Number of bits of the magnitude. */
uint64_t int_bit_length(ouro_value v);
/* int_power.c: a ** b for b >= 0; and modulo c (c not zero). */
OURO_NODISCARD ouro_value int_power(ouro_runtime *rt, ouro_value a, ouro_value b);
OURO_NODISCARD ouro_value int_power_mod(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value c);
/* The power slot. */
OURO_NODISCARD ouro_value int_power_slot(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value c);
/* Greatest common divisor, not negative. */
OURO_NODISCARD ouro_value int_gcd(ouro_runtime *rt, ouro_value a, ouro_value b);
/* a / b as the nearest float. */
OURO_NODISCARD ouro_value int_true_divide(ouro_runtime *rt, ouro_value a, ouro_value b);
/* The nearest double to magnitude * 2^*exponent, the result in [0.5, 1): frexp of an int of any size. */
double int_frexp(ouro_value v, int64_t *exponent);
/* Decimal digits of any 64-bit magnitude, written to the end of the buffer.  Returns how many. */
enum { INT_DECIMAL_MAX = 20 };
size_t int_decimal(uint64_t magnitude, char buffer[INT_DECIMAL_MAX]);
/* int_text.c: decimal (or other) digits as ASCII in a block of rt->mem that the caller frees: sign, prefix, digits.
 * Raises the ValueError of the digits limit if `limited` and the base is no power of two. */
OURO_NODISCARD char *int_to_ascii(ouro_runtime *rt, ouro_value v, int base, bool prefix, bool limited,
                                  size_t *length);
/* int(text, base) for ASCII text; `literal` (OURO_NULL: the text itself) is what the error message shows. */
OURO_NODISCARD ouro_value int_parse(ouro_runtime *rt, const char *text, size_t length, int base,
                                    ouro_value literal);
/* The digits limit (sys.set_int_max_str_digits); 0: none. */
int64_t int_max_str_digits(ouro_runtime *rt);
void int_set_max_str_digits(ouro_runtime *rt, int64_t digits);
/* int_type.c: int(v) for anything that is no text: __int__, __index__, __trunc__; as Python's number to int. */
OURO_NODISCARD ouro_value object_as_int(ouro_runtime *rt, ouro_value v);

#endif

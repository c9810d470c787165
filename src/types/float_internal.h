/* float_internal.h: what the files of the float share, and complex and the formatting use of it. */
#ifndef OURO_SRC_TYPES_FLOAT_INTERNAL_H
#define OURO_SRC_TYPES_FLOAT_INTERNAL_H

#include "types/number.h"

/* float ** float with Python's rules and errors (a complex for a negative base and a fractional exponent). */
OURO_NODISCARD ouro_value float_power(ouro_runtime *rt, double x, double y);
/* Python's % and //: signs as the divisor's; `y` is not zero. */
double float_modulo(double x, double y, double *floor_quotient);

/* Decimal digits of |d| (finite) without point: digits[0] != '0' unless the value is zero; value = 0.DIGITS *
 * 10^point. */
enum { FLOAT_DIGITS_MAX = 40 };
typedef struct float_digits {
    char digits[FLOAT_DIGITS_MAX];
    int count;
    int point;
} float_digits;
/* The shortest digits that read back as d, the nearest to d among those (float_shortest.c). */
void float_shortest(double d, float_digits *result);

enum { FLOAT_POWERS_FIRST = -292, FLOAT_POWERS_COUNT = 617 };
extern const uint64_t float_powers_128[FLOAT_POWERS_COUNT][2]; /* float_powers.c */

/* Parses ASCII text as float() does after stripping: sign, digits, point, exponent, inf, nan; underscores if
 * `underscores`.  Stops at the first character that does not belong: *used tells how many did, 0: none. */
double float_parse(ouro_runtime *rt, const char *text, size_t length, size_t *used);

extern const method_def float_methods[]; /* float_methods.c */

#endif

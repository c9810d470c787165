/* int_power.c: powers, powers modulo a number, modular inverses, greatest common divisors. */
#include "types/error.h"
#include "types/float_internal.h"
#include "types/int_big.h"
#include "types/int_view.h"

#include <math.h>

typedef unsigned __int128 int_wide;

/* ---- plain powers ------------------------------------------------------------------------------------- */

ouro_value int_power(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    int64_t exponent;
    int_view base;
    int_view_of(&base, a);
    bool odd = ouro_is_int(b) ? (ouro_as_int(b) & 1) != 0 : false;
    if (!ouro_is_int(b)) {
        int_view e;
        int_view_of(&e, b);
        odd = e.size > 0 && (e.digits[0] & 1);
    }
    if (int_sign(b) == 0) {
        return ouro_int(1);
    }
    if (base.size == 0) {
        return ouro_int(0);
    }
    if (base.size == 1 && base.digits[0] == 1) {
        return ouro_int(base.negative && odd ? -1 : 1);
    }
    if (!int_fits_int64(b, &exponent)) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    /* a power of two: a shift */
    uint64_t bits = magnitude_bit_length(base.digits, base.size);
    if (base.size <= 1 && (base.digits[0] & (base.digits[0] - 1)) == 0) {
        if ((uint64_t)exponent > UINT64_MAX / bits) {
            error_no_memory(rt);
            return OURO_NULL;
        }
        return int_shift_left(rt, ouro_int(base.negative && odd ? -1 : 1), (bits - 1) * (uint64_t)exponent);
    }
    if ((bits - 1) > MAGNITUDE_MAX_SIZE * MAGNITUDE_BITS / (uint64_t)exponent) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    /* bits of the exponent from the top: square, and multiply where the bit is set */
    ouro_value base_value = int_exact(rt, a);
    ouro_value result = value_incref(base_value);
    for (int i = 62 - __builtin_clzll((uint64_t)exponent); i >= 0 && !ouro_is_null(result); i--) {
        ouro_value next = int_multiply(rt, result, result);
        value_decref(rt, result);
        result = next;
        if (((exponent >> i) & 1) && !ouro_is_null(result)) {
            next = int_multiply(rt, result, base_value);
            value_decref(rt, result);
            result = next;
        }
    }
    value_decref(rt, base_value);
    return result;
}

/* ---- common divisors and inverses --------------------------------------------------------------------- */

static uint64_t int_gcd_digits(uint64_t a, uint64_t b)
{
    if (a == 0 || b == 0) {
        return a | b;
    }
    int shift = __builtin_ctzll(a | b);
    a >>= __builtin_ctzll(a);
    while (b != 0) {
        b >>= __builtin_ctzll(b);
        if (a > b) {
            uint64_t swap = a;
            a = b;
            b = swap;
        }
        b -= a;
    }
    return a << shift;
}

/* One pass of Lehmer's algorithm (Knuth 4.5.2 L) for a > b, both of two digits or more: steps of Euclid's
 * algorithm on the top 60 bits as long as they are certain, as a matrix [A B; C D] of small ints.  B == 0: none
 * was certain. */
static void int_lehmer_steps(const uint64_t *a, const uint64_t *b, size_t na, size_t nb, int64_t *A, int64_t *B,
                             int64_t *C, int64_t *D)
{
    unsigned part = (unsigned)(__builtin_clzll(a[na - 1]) - 4);
    uint64_t x = (a[na - 1] << part) | (part ? a[na - 2] >> (MAGNITUDE_BITS - part) : 0);
    uint64_t y = nb == na       ? (b[nb - 1] << part) | (part ? b[nb - 2] >> (MAGNITUDE_BITS - part) : 0)
                 : nb == na - 1 ? (part ? b[nb - 1] >> (MAGNITUDE_BITS - part) : 0)
                                : 0;
    int64_t u = (int64_t)x, v = (int64_t)y;
    *A = 1, *B = 0, *C = 0, *D = 1;
    for (;;) {
        if (v + *C == 0 || v + *D == 0) {
            return;
        }
        int64_t q = (u + *A) / (v + *C);
        if (q != (u + *B) / (v + *D)) {
            return;
        }
        int64_t next_c, next_d, t;
        if (__builtin_mul_overflow(q, *C, &t) || __builtin_sub_overflow(*A, t, &next_c) ||
            __builtin_mul_overflow(q, *D, &t) || __builtin_sub_overflow(*B, t, &next_d) ||
            next_c > INT32_MAX || next_c < -INT32_MAX || next_d > INT32_MAX || next_d < -INT32_MAX) {
            return;
        }
        *A = *C, *C = next_c;
        *B = *D, *D = next_d;
        t = u - q * v;
        u = v;
        v = t;
    }
}

ouro_value int_gcd(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    ouro_value x = int_absolute(rt, a);
    ouro_value y = int_absolute(rt, b);
    ouro_value result = OURO_NULL;
    if (ouro_is_null(x) || ouro_is_null(y)) {
        goto end;
    }
    if (int_order(x, y) < 0) {
        ouro_value swap = x;
        x = y;
        y = swap;
    }
    /* x >= y >= 0 */
    while (!ouro_is_int(y)) {
        int64_t A = 1, B = 0, C = 0, D = 1;
        int_view u, v;
        int_view_of(&u, x);
        int_view_of(&v, y);
        int_lehmer_steps(u.digits, v.digits, u.size, v.size, &A, &B, &C, &D);
        ouro_value next_x, next_y;
        if (B == 0) {
            next_x = value_incref(y);
            next_y = OURO_NULL;
            if (!int_divide(rt, x, y, NULL, &next_y, "gcd")) {
                next_y = OURO_NULL;
            }
        } else {
            ouro_value ax = int_multiply(rt, ouro_int(A), x), by = int_multiply(rt, ouro_int(B), y);
            ouro_value cx = int_multiply(rt, ouro_int(C), x), dy = int_multiply(rt, ouro_int(D), y);
            bool whole = !ouro_is_null(ax) && !ouro_is_null(by) && !ouro_is_null(cx) && !ouro_is_null(dy);
            next_x = whole ? int_add(rt, ax, by) : OURO_NULL;
            next_y = whole ? int_add(rt, cx, dy) : OURO_NULL;
            value_decref(rt, ax);
            value_decref(rt, by);
            value_decref(rt, cx);
            value_decref(rt, dy);
        }
        value_decref(rt, x);
        value_decref(rt, y);
        x = next_x;
        y = next_y;
        if (ouro_is_null(x) || ouro_is_null(y)) {
            goto end;
        }
    }
    if (!ouro_is_int(x)) { /* y is small: one division makes x small too */
        if (ouro_as_int(y) == 0) {
            result = value_incref(x);
            goto end;
        }
        ouro_value rest;
        if (!int_divide(rt, x, y, NULL, &rest, "gcd")) {
            goto end;
        }
        value_decref(rt, x);
        x = rest;
    }
    result = ouro_int((int64_t)int_gcd_digits((uint64_t)ouro_as_int(x), (uint64_t)ouro_as_int(y)));
end:
    value_decref(rt, x);
    value_decref(rt, y);
    return result;
}

/* The inverse of a modulo m (m > 0), in 0 .. m-1: Euclid's algorithm, keeping one cofactor. */
static ouro_value int_inverse(ouro_runtime *rt, ouro_value a, ouro_value m)
{
    ouro_value result = OURO_NULL;
    ouro_value r0 = int_exact(rt, m), r1 = OURO_NULL;
    ouro_value s0 = ouro_int(0), s1 = ouro_int(1);
    if (ouro_is_null(r0) || !int_divide(rt, a, m, NULL, &r1, "pow")) {
        goto end;
    }
    while (int_sign(r1) != 0) {
        ouro_value q, r;
        if (!int_divide(rt, r0, r1, &q, &r, "pow")) {
            goto end;
        }
        value_decref(rt, r0);
        r0 = r1;
        r1 = r;
        ouro_value product = int_multiply(rt, q, s1);
        value_decref(rt, q);
        if (ouro_is_null(product)) {
            goto end;
        }
        ouro_value s = int_subtract(rt, s0, product);
        value_decref(rt, product);
        if (ouro_is_null(s)) {
            goto end;
        }
        value_decref(rt, s0);
        s0 = s1;
        s1 = s;
    }
    if (!ouro_is(r0, ouro_int(1))) {
        error_value(rt, "base is not invertible for the given modulus");
        goto end;
    }
    if (!int_divide(rt, s0, m, NULL, &result, "pow")) {
        result = OURO_NULL;
    }
end:
    value_decref(rt, r0);
    value_decref(rt, r1);
    value_decref(rt, s0);
    value_decref(rt, s1);
    return result;
}

/* ---- powers modulo ------------------------------------------------------------------------------------ */

static uint64_t int_power_mod_word(uint64_t a, const int_view *e, uint64_t m)
{
    uint64_t result = 1 % m;
    for (size_t i = e->size; i-- > 0;) {
        for (int bit = MAGNITUDE_BITS - 1; bit >= 0; bit--) {
            result = (uint64_t)((int_wide)result * result % m);
            if ((e->digits[i] >> bit) & 1) {
                result = (uint64_t)((int_wide)result * a % m);
            }
        }
    }
    return result;
}

/* a ** b modulo m for 0 <= a < m, b >= 0. */
static ouro_value int_power_mod_positive(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value m)
{
    int_view x, e, n;
    int_view_of(&x, a);
    int_view_of(&e, b);
    int_view_of(&n, m);
    if (n.size == 1) {
        return ouro_int((int64_t)int_power_mod_word(x.size ? x.digits[0] : 0, &e, n.digits[0]));
    }
    if (e.size == 0) {
        return ouro_int(1);
    }
    if (x.size == 0) {
        return ouro_int(0);
    }
    int_object *o = int_new_blank(rt, n.size);
    if (!o) {
        return OURO_NULL;
    }
    if (!int_big_power_mod(rt, o->digits, x.digits, x.size, e.digits, e.size, n.digits, n.size)) {
        int_drop(rt, o);
        return OURO_NULL;
    }
    return int_finish(rt, o, n.size, false);
}

ouro_value int_power_mod(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value c)
{
    ouro_value result = OURO_NULL;
    ouro_value base = OURO_NULL, exponent = OURO_NULL;
    ouro_value modulus = int_absolute(rt, c);
    if (ouro_is_null(modulus)) {
        return OURO_NULL;
    }
    if (int_sign(b) < 0) {
        base = int_inverse(rt, a, modulus);
        exponent = ouro_is_null(base) ? OURO_NULL : int_negate(rt, b);
    } else if (int_divide(rt, a, modulus, NULL, &base, "pow")) {
        exponent = int_exact(rt, b);
    } else {
        base = OURO_NULL;
    }
    if (!ouro_is_null(exponent)) {
        result = int_power_mod_positive(rt, base, exponent, modulus);
    }
    /* the result has the modulus's sign */
    if (!ouro_is_null(result) && int_sign(c) < 0 && int_sign(result) != 0) {
        ouro_value below = int_add(rt, result, c);
        value_decref(rt, result);
        result = below;
    }
    value_decref(rt, base);
    value_decref(rt, exponent);
    value_decref(rt, modulus);
    return result;
}

ouro_value int_power_slot(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value c)
{
    if (!value_is_int(rt, a) || !value_is_int(rt, b) || (!ouro_is_none(c) && !value_is_int(rt, c))) {
        return OURO_NOT_IMPLEMENTED;
    }
    if (!ouro_is_none(c)) {
        if (int_sign(c) == 0) {
            return error_value(rt, "pow() 3rd argument cannot be 0");
        }
        return int_power_mod(rt, a, b, c);
    }
    if (int_sign(b) < 0) {
        double x, y;
        if (!int_as_double(rt, a, &x) || !int_as_double(rt, b, &y)) {
            return OURO_NULL;
        }
        return float_power(rt, x, y);
    }
    return int_power(rt, a, b);
}

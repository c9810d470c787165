/* math_integer.c: the functions of math that work on ints: gcd, lcm, factorial, comb, perm, isqrt.
 *
 * Products of many factors are made by halves, so that the big multiplications are of equals.
 */
#include "modules/math_private.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/int_view.h"
#include "types/protocol.h"

/* a * b, both references stolen; OURO_NULL operands pass through. */
static ouro_value math_multiply_steal(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    ouro_value product = ouro_is_null(a) || ouro_is_null(b) ? OURO_NULL : int_multiply(rt, a, b);
    value_decref(rt, a);
    value_decref(rt, b);
    return product;
}

static ouro_value math_divide_steal(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    ouro_value quotient = OURO_NULL;
    if (!ouro_is_null(a) && !ouro_is_null(b) && !int_divide(rt, a, b, &quotient, NULL, "division by zero")) {
        quotient = OURO_NULL;
    }
    value_decref(rt, a);
    value_decref(rt, b);
    return quotient;
}

static ouro_value math_subtract_steal(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    ouro_value difference = ouro_is_null(a) || ouro_is_null(b) ? OURO_NULL : int_subtract(rt, a, b);
    value_decref(rt, a);
    value_decref(rt, b);
    return difference;
}

/* ---- divisors ----------------------------------------------------------------------------------------- */

static ouro_value math_fold(ouro_runtime *rt, const char *name, const ouro_value *args, size_t nargs,
                            ouro_value kwnames, ouro_value (*fold)(ouro_runtime *, ouro_value, ouro_value),
                            int64_t begin)
{
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        return error_type(rt, "math.%s() takes no keyword arguments", name);
    }
    ouro_value result = ouro_int(begin);
    for (size_t i = 0; i < nargs; i++) {
        ouro_value x = object_index(rt, args[i]);
        ouro_value next = ouro_is_null(x) ? OURO_NULL : fold(rt, result, x);
        value_decref(rt, x);
        value_decref(rt, result);
        result = next;
        if (ouro_is_null(result)) {
            return OURO_NULL;
        }
    }
    return result;
}

ouro_value math_gcd(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    return math_fold(rt, "gcd", args, nargs, kwnames, int_gcd, 0);
}

static ouro_value math_lcm_of_two(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    if (int_sign(a) == 0 || int_sign(b) == 0) {
        return ouro_int(0);
    }
    ouro_value g = int_gcd(rt, a, b);
    ouro_value share = math_divide_steal(rt, value_incref(a), g);
    ouro_value product = math_multiply_steal(rt, share, value_incref(b));
    ouro_value result = ouro_is_null(product) ? OURO_NULL : int_absolute(rt, product);
    value_decref(rt, product);
    return result;
}

ouro_value math_lcm(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    return math_fold(rt, "lcm", args, nargs, kwnames, math_lcm_of_two, 1);
}

/* ---- factorial ---------------------------------------------------------------------------------------- */

/* Product of first, first + step, ... below end. */
static ouro_value math_product_range(ouro_runtime *rt, uint64_t first, uint64_t end, uint64_t step)
{
    uint64_t count = first < end ? (end - first + step - 1) / step : 0;
    uint64_t product = 1;
    uint64_t i = 0;
    while (i < count && !__builtin_mul_overflow(product, first + i * step, &product)) {
        i++;
    }
    if (i == count) {
        return int_from_uint64(rt, product);
    }
    uint64_t middle = first + count / 2 * step;
    ouro_value low = math_product_range(rt, first, middle, step);
    ouro_value high = ouro_is_null(low) ? OURO_NULL : math_product_range(rt, middle, end, step);
    return math_multiply_steal(rt, low, high);
}

ouro_value math_factorial(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value x = object_index(rt, args[0]);
    int64_t n;
    if (ouro_is_null(x)) {
        return OURO_NULL;
    }
    bool fits = int_fits_int64(x, &n);
    int sign = int_sign(x);
    value_decref(rt, x);
    if (sign < 0) {
        return error_value(rt, "factorial() not defined for negative values");
    }
    if (!fits) {
        return error_overflow(rt, "factorial() argument should not exceed %lld", (long long)INT64_MAX);
    }
    /* n! is 2^(n - ones(n)) times the odd parts: every odd number in (n/2^(i+1), n/2^i] counts i + 1 times */
    ouro_value inner = ouro_int(1), result = ouro_int(1);
    for (int i = n > 0 ? 63 - __builtin_clzll((uint64_t)n) : -1; i >= 0 && !ouro_is_null(result); i--) {
        uint64_t low = i < 63 ? (uint64_t)n >> (i + 1) : 0;
        uint64_t high = (uint64_t)n >> i;
        ouro_value odd = math_product_range(rt, (low + 1) | 1, high + 1, 2);
        inner = math_multiply_steal(rt, inner, odd);
        result = math_multiply_steal(rt, result, value_incref(inner));
    }
    value_decref(rt, inner);
    if (ouro_is_null(result)) {
        return OURO_NULL;
    }
    ouro_value shifted = int_shift_left(rt, result, (uint64_t)n - (uint64_t)__builtin_popcountll((uint64_t)n));
    value_decref(rt, result);
    return shifted;
}

/* ---- combinations ------------------------------------------------------------------------------------- */

/* n * (n-1) * ... of k factors, divided by k! if `combinations`.  0 <= k <= n. */
static ouro_value math_choose_small(uint64_t n, uint64_t k, bool combinations, bool *fits)
{
    uint64_t result = 1;
    *fits = true;
    for (uint64_t i = 0; i < k; i++) {
        uint64_t product;
        if (__builtin_mul_overflow(result, n - i, &product)) {
            *fits = false;
            return OURO_NULL;
        }
        result = combinations ? product / (i + 1) : product;
    }
    if (result > (uint64_t)OURO_INT_MAX) {
        *fits = false;
        return OURO_NULL;
    }
    return ouro_int((int64_t)result);
}

static ouro_value math_choose(ouro_runtime *rt, ouro_value n, uint64_t k, bool combinations)
{
    int64_t small;
    if (k == 0) {
        return ouro_int(1);
    }
    if (k == 1) {
        return value_incref(n);
    }
    if (int_fits_int64(n, &small)) {
        bool fits;
        ouro_value result = math_choose_small((uint64_t)small, k, combinations, &fits);
        if (fits) {
            return result;
        }
        if (!combinations) {
            return math_product_range(rt, (uint64_t)small - k + 1, (uint64_t)small + 1, 1);
        }
    }
    /* C(n, k) = C(n, j) * C(n - j, k - j) / C(k, j); P(n, k) = P(n, j) * P(n - j, k - j) */
    uint64_t j = k / 2;
    ouro_value first = math_choose(rt, n, j, combinations);
    ouro_value rest = ouro_is_null(first) ? OURO_NULL : int_subtract(rt, n, ouro_int((int64_t)j));
    ouro_value second = ouro_is_null(rest) ? OURO_NULL : math_choose(rt, rest, k - j, combinations);
    value_decref(rt, rest);
    ouro_value result = math_multiply_steal(rt, first, second);
    if (combinations && !ouro_is_null(result)) {
        ouro_value divisor = math_choose(rt, ouro_int((int64_t)k), j, true);
        result = math_divide_steal(rt, result, divisor);
    }
    return result;
}

static ouro_value math_choose_checked(ouro_runtime *rt, ouro_value n_value, ouro_value k_value, bool combinations)
{
    ouro_value result = OURO_NULL;
    ouro_value k = OURO_NULL;
    ouro_value n = object_index(rt, n_value);
    if (!ouro_is_null(n)) {
        k = object_index(rt, k_value);
    }
    if (ouro_is_null(k)) {
        goto end;
    }
    if (int_sign(n) < 0) {
        error_value(rt, "n must be a non-negative integer");
        goto end;
    }
    if (int_sign(k) < 0) {
        error_value(rt, "k must be a non-negative integer");
        goto end;
    }
    if (int_order(k, n) > 0) {
        result = ouro_int(0);
        goto end;
    }
    if (combinations) {
        ouro_value other = int_subtract(rt, n, k);
        if (ouro_is_null(other)) {
            goto end;
        }
        if (int_order(other, k) < 0) {
            ouro_value swap = k;
            k = other;
            other = swap;
        }
        value_decref(rt, other);
    }
    if (!ouro_is_int(k)) {
        error_overflow(rt, combinations ? "min(n - k, k) must not exceed %lld" : "k must not exceed %lld",
                       (long long)INT64_MAX);
        goto end;
    }
    result = math_choose(rt, n, (uint64_t)ouro_as_int(k), combinations);
end:
    value_decref(rt, n);
    value_decref(rt, k);
    return result;
}

ouro_value math_comb(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return math_choose_checked(rt, args[0], args[1], true);
}

ouro_value math_perm(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value k = arg_or_null(args, nargs, 1);
    if (ouro_is_null(k) || ouro_is_none(k)) {
        return math_factorial(rt, args, 1);
    }
    return math_choose_checked(rt, args[0], k, false);
}

/* ---- integer square root ------------------------------------------------------------------------------ */

/* Heron's step with precision doubling: after each round a is within one of the root of n's top 2d bits. */
ouro_value math_isqrt(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value n = object_index(rt, args[0]);
    if (ouro_is_null(n)) {
        return OURO_NULL;
    }
    if (int_sign(n) <= 0) {
        bool negative = int_sign(n) < 0;
        value_decref(rt, n);
        return negative ? error_value(rt, "isqrt() argument must be nonnegative") : ouro_int(0);
    }
    uint64_t c = (int_bit_length(n) - 1) / 2;
    uint64_t d = 0;
    ouro_value a = ouro_int(1);
    for (int s = c > 0 ? 63 - __builtin_clzll(c) : -1; s >= 0 && !ouro_is_null(a); s--) {
        uint64_t e = d;
        d = c >> s;
        ouro_value top = int_shift_right(rt, n, 2 * c - e - d + 1);
        ouro_value quotient = math_divide_steal(rt, top, value_incref(a));
        ouro_value scaled = ouro_is_null(quotient) ? OURO_NULL : int_shift_left(rt, a, d - e - 1);
        value_decref(rt, a);
        a = ouro_is_null(scaled) ? OURO_NULL : int_add(rt, scaled, quotient);
        value_decref(rt, scaled);
        value_decref(rt, quotient);
    }
    if (!ouro_is_null(a)) {
        ouro_value square = int_multiply(rt, a, a);
        if (ouro_is_null(square)) {
            value_clear(rt, &a);
        } else if (int_order(square, n) > 0) {
            a = math_subtract_steal(rt, a, ouro_int(1));
        }
        value_decref(rt, square);
    }
    value_decref(rt, n);
    return a;
}

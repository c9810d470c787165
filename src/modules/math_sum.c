/* math_sum.c: the functions of math that fold many floats: fsum, prod, dist, hypot. */
#include "modules/math_private.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"

#include <float.h>
#include <math.h>

/* ---- fsum --------------------------------------------------------------------------------------------- */

enum { MATH_FSUM_LOCAL = 32 };

/* The partial sums: no two overlap, increasing in magnitude; their exact sum is the sum so far (J. Shewchuk,
 * "Adaptive Precision Floating-Point Arithmetic", 1996). */
typedef struct math_partials {
    double local[MATH_FSUM_LOCAL];
    double *items;
    size_t count, capacity;
} math_partials;

static bool math_partials_push(ouro_runtime *rt, math_partials *p, double x)
{
    if (p->count == p->capacity) {
        double *grown = ouro_mem_resize(rt->mem, p->items == p->local ? NULL : p->items,
                                        p->capacity * 2 * sizeof *grown);
        if (!grown) {
            error_no_memory(rt);
            return false;
        }
        if (p->items == p->local) {
            memcpy(grown, p->local, sizeof p->local);
        }
        p->items = grown;
        p->capacity *= 2;
    }
    p->items[p->count++] = x;
    return true;
}

/* The partials' sum, rounded once. */
static double math_partials_total(const math_partials *p)
{
    size_t n = p->count;
    double high = 0.0, low = 0.0;
    if (n == 0) {
        return 0.0;
    }
    high = p->items[--n];
    while (n > 0) {
        double x = high, y = p->items[--n];
        high = x + y;
        low = y - (high - x);
        if (low != 0.0) {
            break;
        }
    }
    /* a tie of high + low is broken by the sign of what is below */
    if (n > 0 && ((low < 0.0 && p->items[n - 1] < 0.0) || (low > 0.0 && p->items[n - 1] > 0.0))) {
        double y = low * 2.0, x = high + y;
        if (y == x - high) {
            high = x;
        }
    }
    return high;
}

ouro_value math_fsum(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    math_partials p;
    p.items = p.local;
    p.count = 0;
    p.capacity = MATH_FSUM_LOCAL;
    double special = 0.0, infinities = 0.0;
    bool any_special = false;
    ouro_value result = OURO_NULL;
    ouro_value iterator = object_iter(rt, args[0]);
    if (ouro_is_null(iterator)) {
        return OURO_NULL;
    }
    for (;;) {
        double x;
        ouro_value item = iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            if (error_is_set(rt)) {
                goto end;
            }
            break;
        }
        bool converted = object_as_double(rt, item, &x);
        value_decref(rt, item);
        if (!converted) {
            goto end;
        }
        double original = x;
        size_t kept = 0;
        for (size_t j = 0; j < p.count; j++) {
            double y = p.items[j];
            if (fabs(x) < fabs(y)) {
                double swap = x;
                x = y;
                y = swap;
            }
            double high = x + y;
            double low = y - (high - x);
            if (low != 0.0) {
                p.items[kept++] = low;
            }
            x = high;
        }
        p.count = kept;
        if (x != 0.0) {
            if (!isfinite(x)) {
                if (isfinite(original)) {
                    error_overflow(rt, "intermediate overflow in fsum");
                    goto end;
                }
                if (isinf(original)) {
                    infinities += original;
                }
                special += original;
                any_special = true;
                p.count = 0;
            } else if (!math_partials_push(rt, &p, x)) {
                goto end;
            }
        }
    }
    if (any_special) {
        if (isnan(infinities)) {
            error_value(rt, "-inf + inf in fsum");
        } else {
            result = float_new(rt, special);
        }
        goto end;
    }
    result = float_new(rt, math_partials_total(&p));
end:
    value_decref(rt, iterator);
    if (p.items != p.local) {
        ouro_mem_free(rt->mem, p.items);
    }
    return result;
}

/* ---- prod --------------------------------------------------------------------------------------------- */

ouro_value math_prod(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value start = arg_or_null(args, nargs, 1);
    ouro_value iterator = object_iter(rt, args[0]);
    if (ouro_is_null(iterator)) {
        return OURO_NULL;
    }
    ouro_value result = ouro_is_null(start) ? ouro_int(1) : value_incref(start);
    for (;;) {
        ouro_value item = iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            if (error_is_set(rt)) {
                value_clear(rt, &result);
            }
            break;
        }
        ouro_value next = object_binary(rt, BINARY_MULTIPLY, result, item);
        value_decref(rt, item);
        value_decref(rt, result);
        result = next;
        if (ouro_is_null(result)) {
            break;
        }
    }
    value_decref(rt, iterator);
    return result;
}

/* ---- Euclidean norm ----------------------------------------------------------------------------------- */

/* The norm of n numbers (all nonnegative; destroyed), the largest is `largest`.  Scaled by a power of two so that
 * no square overflows, squares summed in double-double, and the root corrected once by its residual: the result is
 * within half a unit in the last place but for rare ties. */
static double math_norm(double *x, size_t n, double largest, bool found_nan)
{
    if (isinf(largest)) {
        return largest;
    }
    if (found_nan) {
        return NAN;
    }
    if (largest == 0.0 || n <= 1) {
        return largest;
    }
    int exponent;
    frexp(largest, &exponent);
    if (exponent < -1023) { /* all subnormal: 2^-exponent would overflow */
        for (size_t i = 0; i < n; i++) {
            x[i] /= DBL_MIN;
        }
        return DBL_MIN * math_norm(x, n, largest / DBL_MIN, false);
    }
    double scale = ldexp(1.0, -exponent);
    double high = 0.0, low = 0.0;
    for (size_t i = 0; i < n; i++) {
        double v = x[i] * scale;
        double square = v * v;
        double square_low = fma(v, v, -square);
        double sum = high + square;
        double back = sum - high;
        low += (high - (sum - back)) + (square - back) + square_low;
        high = sum;
    }
    double root = sqrt(high + low);
    double product = root * root;
    double product_low = fma(root, root, -product);
    double residual = (high - product) + (low - product_low);
    return (root + residual / (2.0 * root)) / scale;
}

static ouro_value math_norm_of(ouro_runtime *rt, double *x, size_t n)
{
    double largest = 0.0;
    bool found_nan = false;
    for (size_t i = 0; i < n; i++) {
        x[i] = fabs(x[i]);
        found_nan = found_nan || isnan(x[i]);
        if (x[i] > largest) {
            largest = x[i];
        }
    }
    return float_new(rt, math_norm(x, n, largest, found_nan));
}

enum { MATH_NORM_LOCAL = 16 };

ouro_value math_hypot(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        return error_type(rt, "math.hypot() takes no keyword arguments");
    }
    double local[MATH_NORM_LOCAL];
    double *x = local;
    ouro_value result = OURO_NULL;
    if (nargs > MATH_NORM_LOCAL) {
        x = ouro_mem_alloc(rt->mem, nargs * sizeof *x);
        if (!x) {
            error_no_memory(rt);
            return OURO_NULL;
        }
    }
    size_t i = 0;
    while (i < nargs && object_as_double(rt, args[i], &x[i])) {
        i++;
    }
    if (i == nargs) {
        result = math_norm_of(rt, x, nargs);
    }
    if (x != local) {
        ouro_mem_free(rt->mem, x);
    }
    return result;
}

ouro_value math_dist(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double local[MATH_NORM_LOCAL];
    double *x = local;
    ouro_value result = OURO_NULL, q = OURO_NULL;
    ouro_value p = value_is_tuple(rt, args[0]) ? value_incref(args[0]) : tuple_from_iterable(rt, args[0]);
    if (!ouro_is_null(p)) {
        q = value_is_tuple(rt, args[1]) ? value_incref(args[1]) : tuple_from_iterable(rt, args[1]);
    }
    if (ouro_is_null(q)) {
        goto end;
    }
    size_t n = as_tuple(p)->size;
    if (n != as_tuple(q)->size) {
        error_value(rt, "both points must have the same number of dimensions");
        goto end;
    }
    if (n > MATH_NORM_LOCAL) {
        x = ouro_mem_alloc(rt->mem, n * sizeof *x);
        if (!x) {
            error_no_memory(rt);
            x = local;
            goto end;
        }
    }
    for (size_t i = 0; i < n; i++) {
        double a, b;
        if (!object_as_double(rt, as_tuple(p)->items[i], &a) || !object_as_double(rt, as_tuple(q)->items[i], &b)) {
            goto end;
        }
        x[i] = a - b;
    }
    result = math_norm_of(rt, x, n);
end:
    if (x != local) {
        ouro_mem_free(rt->mem, x);
    }
    value_decref(rt, p);
    value_decref(rt, q);
    return result;
}

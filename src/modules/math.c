/* math.c: the math module: functions of floats after C99, with Python's errors.
 *
 * ValueError "math domain error": a NaN out of no NaN, or an infinity at a pole.  OverflowError "math range
 * error": an infinity out of finite arguments where the true result is finite.  The results decide, never errno.
 */
#include "modules/math_private.h"
#include "modules/modules.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/float_internal.h"
#include "types/int_view.h"
#include "types/protocol.h"

#include <math.h>

static ouro_value math_domain_error(ouro_runtime *rt)
{
    return error_value(rt, "math domain error");
}

static ouro_value math_range_error(ouro_runtime *rt)
{
    return error_overflow(rt, "math range error");
}

/* ---- functions of one float --------------------------------------------------------------------------- */

/* `overflows`: an infinite result of a finite argument is an overflow, else it is a pole. */
static ouro_value math_one(ouro_runtime *rt, ouro_value v, double (*f)(double), bool overflows)
{
    double x;
    if (!object_as_double(rt, v, &x)) {
        return OURO_NULL;
    }
    double r = f(x);
    if (isnan(r) && !isnan(x)) {
        return math_domain_error(rt);
    }
    if (isinf(r) && isfinite(x)) {
        return overflows ? math_range_error(rt) : math_domain_error(rt);
    }
    return float_new(rt, r);
}

#define MATH_ONE(name, overflows)                                                                                \
    static ouro_value math_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs)                        \
    {                                                                                                            \
        return math_one(rt, args[0], name, overflows);                                                           \
    }

MATH_ONE(acos, false)
MATH_ONE(acosh, false)
MATH_ONE(asin, false)
MATH_ONE(asinh, false)
MATH_ONE(atan, false)
MATH_ONE(atanh, false)
MATH_ONE(cbrt, false)
MATH_ONE(cos, false)
MATH_ONE(cosh, true)
MATH_ONE(erf, false)
MATH_ONE(erfc, false)
MATH_ONE(exp, true)
MATH_ONE(exp2, true)
MATH_ONE(expm1, true)
MATH_ONE(fabs, false)
MATH_ONE(log1p, false)
MATH_ONE(sin, false)
MATH_ONE(sinh, true)
MATH_ONE(sqrt, false)
MATH_ONE(tan, false)
MATH_ONE(tanh, false)

static ouro_value math_degrees(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double x;
    return object_as_double(rt, args[0], &x) ? float_new(rt, x * (180.0 / M_PI)) : OURO_NULL;
}

static ouro_value math_radians(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double x;
    return object_as_double(rt, args[0], &x) ? float_new(rt, x * (M_PI / 180.0)) : OURO_NULL;
}

static ouro_value math_gamma(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double x;
    if (!object_as_double(rt, args[0], &x)) {
        return OURO_NULL;
    }
    if (x == -INFINITY || (x <= 0.0 && x == floor(x))) {
        return math_domain_error(rt);
    }
    double r;
    if (x == floor(x) && x <= 23.0) { /* factorials that a double holds exactly */
        r = 1.0;
        for (double i = 2.0; i < x; i += 1.0) {
            r *= i;
        }
    } else {
        r = tgamma(x);
    }
    return isinf(r) && isfinite(x) ? math_range_error(rt) : float_new(rt, r);
}

static ouro_value math_lgamma(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double x;
    int sign;
    if (!object_as_double(rt, args[0], &x)) {
        return OURO_NULL;
    }
    if (x <= 0.0 && x == floor(x) && isfinite(x)) {
        return math_domain_error(rt);
    }
    double r = lgamma_r(x, &sign);
    return isinf(r) && isfinite(x) ? math_range_error(rt) : float_new(rt, r);
}

static ouro_value math_isfinite(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double x;
    return object_as_double(rt, args[0], &x) ? ouro_bool(isfinite(x)) : OURO_NULL;
}

static ouro_value math_isinf(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double x;
    return object_as_double(rt, args[0], &x) ? ouro_bool(isinf(x)) : OURO_NULL;
}

static ouro_value math_isnan(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double x;
    return object_as_double(rt, args[0], &x) ? ouro_bool(isnan(x)) : OURO_NULL;
}

static ouro_value math_ulp(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double x;
    if (!object_as_double(rt, args[0], &x)) {
        return OURO_NULL;
    }
    x = fabs(x);
    if (!isfinite(x)) {
        return float_new(rt, x);
    }
    double above = nextafter(x, INFINITY);
    if (isinf(above)) {
        return float_new(rt, x - nextafter(x, -INFINITY));
    }
    return float_new(rt, above - x);
}

/* ---- logarithms --------------------------------------------------------------------------------------- */

/* Of any number: an int too large for a float is mantissa and exponent.  False: raised. */
static bool math_log_of(ouro_runtime *rt, ouro_value v, double (*f)(double), double *result)
{
    double x;
    if (value_is_int(rt, v)) {
        int64_t exponent;
        if (int_sign(v) <= 0) {
            math_domain_error(rt);
            return false;
        }
        x = int_frexp(v, &exponent);
        if (exponent > 1024) {
            *result = f(x) + f(2.0) * (double)exponent;
            return true;
        }
        x = ldexp(x, (int)exponent);
    } else if (!object_as_double(rt, v, &x)) {
        return false;
    }
    if (x <= 0.0) {
        math_domain_error(rt);
        return false;
    }
    *result = f(x);
    return true;
}

static ouro_value math_log(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    double x, base;
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        return error_type(rt, "math.log() takes no keyword arguments");
    }
    if (nargs < 1 || nargs > 2) {
        return error_type(rt, "math.log requires 1 to 2 arguments");
    }
    ouro_value base_value = arg_or_null(args, nargs, 1);
    if (!math_log_of(rt, args[0], log, &x)) {
        return OURO_NULL;
    }
    if (ouro_is_null(base_value)) {
        return float_new(rt, x);
    }
    if (!math_log_of(rt, base_value, log, &base)) {
        return OURO_NULL;
    }
    if (base == 0.0) {
        return error_raise(rt, EXC(rt, ZeroDivisionError), "float division by zero");
    }
    return float_new(rt, x / base);
}

static ouro_value math_log2(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double x;
    return math_log_of(rt, args[0], log2, &x) ? float_new(rt, x) : OURO_NULL;
}

static ouro_value math_log10(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double x;
    return math_log_of(rt, args[0], log10, &x) ? float_new(rt, x) : OURO_NULL;
}

/* ---- functions of two --------------------------------------------------------------------------------- */

static bool math_two(ouro_runtime *rt, const ouro_value *args, double *x, double *y)
{
    return object_as_double(rt, args[0], x) && object_as_double(rt, args[1], y);
}

static ouro_value math_atan2(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double x, y;
    return math_two(rt, args, &x, &y) ? float_new(rt, atan2(x, y)) : OURO_NULL;
}

static ouro_value math_copysign(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double x, y;
    return math_two(rt, args, &x, &y) ? float_new(rt, copysign(x, y)) : OURO_NULL;
}

static ouro_value math_nextafter(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double x, y;
    return math_two(rt, args, &x, &y) ? float_new(rt, nextafter(x, y)) : OURO_NULL;
}

static ouro_value math_remainder_by(ouro_runtime *rt, const ouro_value *args, double (*f)(double, double))
{
    double x, y;
    if (!math_two(rt, args, &x, &y)) {
        return OURO_NULL;
    }
    if (isnan(x) || isnan(y)) {
        return float_new(rt, x + y);
    }
    if (isinf(x) || y == 0.0) {
        return math_domain_error(rt);
    }
    return float_new(rt, isinf(y) ? x : f(x, y));
}

static ouro_value math_fmod(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return math_remainder_by(rt, args, fmod);
}

static ouro_value math_remainder(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return math_remainder_by(rt, args, remainder);
}

static ouro_value math_pow(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double x, y;
    if (!math_two(rt, args, &x, &y)) {
        return OURO_NULL;
    }
    double r = pow(x, y);
    if (isfinite(x) && isfinite(y)) {
        if (isnan(r)) {
            return math_domain_error(rt);
        }
        if (isinf(r)) {
            return x == 0.0 ? math_domain_error(rt) : math_range_error(rt);
        }
    }
    return float_new(rt, r);
}

static ouro_value math_ldexp(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double x;
    int64_t exponent;
    if (!object_as_double(rt, args[0], &x)) {
        return OURO_NULL;
    }
    if (!value_is_int(rt, args[1])) {
        return error_type(rt, "Expected an int as second argument to ldexp.");
    }
    if (!int_fits_int64(args[1], &exponent)) {
        exponent = int_sign(args[1]) < 0 ? INT64_MIN : INT64_MAX;
    }
    if (x == 0.0 || !isfinite(x)) {
        return float_new(rt, x);
    }
    if (exponent < -10000) {
        return float_new(rt, copysign(0.0, x));
    }
    double r = exponent > 10000 ? INFINITY : ldexp(x, (int)exponent);
    return isinf(r) ? math_range_error(rt) : float_new(rt, r);
}

static bool math_keyword_double(ouro_runtime *rt, const ouro_value *args, size_t nargs, size_t i, double *result)
{
    ouro_value v = arg_or_null(args, nargs, i);
    return ouro_is_null(v) || object_as_double(rt, v, result);
}

static ouro_value math_isclose(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double a, b, relative = 1e-9, absolute = 0.0;
    if (!math_two(rt, args, &a, &b) || !math_keyword_double(rt, args, nargs, 2, &relative) ||
        !math_keyword_double(rt, args, nargs, 3, &absolute)) {
        return OURO_NULL;
    }
    if (relative < 0.0 || absolute < 0.0) {
        return error_value(rt, "tolerances must be non-negative");
    }
    if (a == b) {
        return OURO_TRUE;
    }
    if (isinf(a) || isinf(b)) {
        return OURO_FALSE;
    }
    double difference = fabs(b - a);
    return ouro_bool(difference <= fabs(relative * b) || difference <= fabs(relative * a) ||
                     difference <= absolute);
}

/* ---- parts -------------------------------------------------------------------------------------------- */

static ouro_value math_pair(ouro_runtime *rt, double x, ouro_value second)
{
    ouro_value pair[2] = {float_new(rt, x), second};
    return tuple_new_made(rt, pair, 2);
}

static ouro_value math_frexp(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double x;
    int exponent = 0;
    if (!object_as_double(rt, args[0], &x)) {
        return OURO_NULL;
    }
    if (isfinite(x) && x != 0.0) {
        x = frexp(x, &exponent);
    }
    return math_pair(rt, x, ouro_int(exponent));
}

static ouro_value math_modf(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double x, whole;
    if (!object_as_double(rt, args[0], &x)) {
        return OURO_NULL;
    }
    double fraction = modf(x, &whole);
    return math_pair(rt, fraction, float_new(rt, whole));
}

/* Through the type's method, else through float. */
static ouro_value math_round(ouro_runtime *rt, ouro_value v, ouro_value name, double (*f)(double))
{
    double x;
    if (!value_is_instance_exactly(rt, v, TYPE(rt, float))) {
        ouro_value method = object_special(rt, v, name);
        if (!ouro_is_null(method)) {
            ouro_value result = object_call0(rt, method);
            value_decref(rt, method);
            return result;
        }
        if (error_is_set(rt)) {
            return OURO_NULL;
        }
    }
    return object_as_double(rt, v, &x) ? int_from_double(rt, f(x)) : OURO_NULL;
}

static ouro_value math_floor(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return math_round(rt, args[0], STR(rt, __floor__), floor);
}

static ouro_value math_ceil(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return math_round(rt, args[0], STR(rt, __ceil__), ceil);
}

static ouro_value math_trunc(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (value_is_instance_exactly(rt, args[0], TYPE(rt, float))) {
        return int_from_double(rt, float_value(args[0]));
    }
    ouro_value method = object_special(rt, args[0], STR(rt, __trunc__));
    if (ouro_is_null(method)) {
        return error_is_set(rt) ? OURO_NULL
                                : error_type(rt, "type %T doesn't define __trunc__ method", args[0]);
    }
    ouro_value result = object_call0(rt, method);
    value_decref(rt, method);
    return result;
}

/* ---- the module --------------------------------------------------------------------------------------- */

static const method_def math_functions[] = {
    {"acos", "x, /", math_acos, .doc = "Return the arc cosine (measured in radians) of x."},
    {"acosh", "x, /", math_acosh, .doc = "Return the inverse hyperbolic cosine of x."},
    {"asin", "x, /", math_asin, .doc = "Return the arc sine (measured in radians) of x."},
    {"asinh", "x, /", math_asinh, .doc = "Return the inverse hyperbolic sine of x."},
    {"atan", "x, /", math_atan, .doc = "Return the arc tangent (measured in radians) of x."},
    {"atan2", "y, x, /", math_atan2, .doc = "Return the arc tangent (measured in radians) of y/x."},
    {"atanh", "x, /", math_atanh, .doc = "Return the inverse hyperbolic tangent of x."},
    {"cbrt", "x, /", math_cbrt, .doc = "Return the cube root of x."},
    {"ceil", "x, /", math_ceil, .doc = "Return the ceiling of x as an Integral: the least one not below x."},
    {"comb", "n, k, /", math_comb, .doc = "Number of ways to choose k items from n, without order."},
    {"copysign", "x, y, /", math_copysign, .doc = "Return x's magnitude with y's sign."},
    {"cos", "x, /", math_cos, .doc = "Return the cosine of x (measured in radians)."},
    {"cosh", "x, /", math_cosh, .doc = "Return the hyperbolic cosine of x."},
    {"degrees", "x, /", math_degrees, .doc = "Convert angle x from radians to degrees."},
    {"dist", "p, q, /", math_dist, .doc = "Return the Euclidean distance between two points p and q."},
    {"erf", "x, /", math_erf, .doc = "Error function at x."},
    {"erfc", "x, /", math_erfc, .doc = "Complementary error function at x."},
    {"exp", "x, /", math_exp, .doc = "Return e raised to the power of x."},
    {"exp2", "x, /", math_exp2, .doc = "Return 2 raised to the power of x."},
    {"expm1", "x, /", math_expm1, .doc = "Return exp(x)-1, precise for small x."},
    {"fabs", "x, /", math_fabs, .doc = "Return the absolute value of the float x."},
    {"factorial", "n, /", math_factorial, .doc = "Find n!."},
    {"floor", "x, /", math_floor, .doc = "Return the floor of x as an Integral: the largest one not above x."},
    {"fmod", "x, y, /", math_fmod, .doc = "Return fmod(x, y), according to platform C: the sign is x's."},
    {"frexp", "x, /", math_frexp, .doc = "Return (m, e) with x == m * 2.**e and 0.5 <= abs(m) < 1.0."},
    {"fsum", "seq, /", math_fsum, .doc = "Return the sum of the iterable's floats, rounded only once."},
    {"gamma", "x, /", math_gamma, .doc = "Gamma function at x."},
    {"gcd", .raw = math_gcd, .doc = "Greatest Common Divisor."},
    {"hypot", .raw = math_hypot, .doc = "hypot(*coordinates) -> the Euclidean distance from the origin."},
    {"isclose", "a, b, *, rel_tol=1e-09, abs_tol=0.0", math_isclose,
     .doc = "Determine whether two floating point numbers are close in value."},
    {"isfinite", "x, /", math_isfinite, .doc = "Return True if x is neither an infinity nor a NaN."},
    {"isinf", "x, /", math_isinf, .doc = "Return True if x is a positive or negative infinity."},
    {"isnan", "x, /", math_isnan, .doc = "Return True if x is a NaN (not a number)."},
    {"isqrt", "n, /", math_isqrt, .doc = "Return the integer part of the square root of the input."},
    {"lcm", .raw = math_lcm, .doc = "Least Common Multiple."},
    {"ldexp", "x, i, /", math_ldexp, .doc = "Return x * (2**i)."},
    {"lgamma", "x, /", math_lgamma, .doc = "Natural logarithm of absolute value of Gamma function at x."},
    {"log", .raw = math_log, .doc = "log(x, [base=math.e]): the logarithm of x to the given base."},
    {"log10", "x, /", math_log10, .doc = "Return the base 10 logarithm of x."},
    {"log1p", "x, /", math_log1p, .doc = "Return the natural logarithm of 1+x, precise for x near zero."},
    {"log2", "x, /", math_log2, .doc = "Return the base 2 logarithm of x."},
    {"modf", "x, /", math_modf, .doc = "Return the fractional and integer parts of x, both with x's sign."},
    {"nextafter", "x, y, /", math_nextafter, .doc = "Return the next float after x towards y."},
    {"perm", "n, k=None, /", math_perm, .doc = "Number of ways to choose k items from n, with order."},
    {"pow", "x, y, /", math_pow, .doc = "Return x**y (x to the power of y)."},
    {"prod", "iterable, /, *, start=1", math_prod, .doc = "Calculate the product of all the elements."},
    {"radians", "x, /", math_radians, .doc = "Convert angle x from degrees to radians."},
    {"remainder", "x, y, /", math_remainder, .doc = "Difference between x and the closest multiple of y."},
    {"sin", "x, /", math_sin, .doc = "Return the sine of x (measured in radians)."},
    {"sinh", "x, /", math_sinh, .doc = "Return the hyperbolic sine of x."},
    {"sqrt", "x, /", math_sqrt, .doc = "Return the square root of x."},
    {"tan", "x, /", math_tan, .doc = "Return the tangent of x (measured in radians)."},
    {"tanh", "x, /", math_tanh, .doc = "Return the hyperbolic tangent of x."},
    {"trunc", "x, /", math_trunc, .doc = "Truncates the Real x to the nearest Integral toward 0."},
    {"ulp", "x, /", math_ulp, .doc = "Return the value of the least significant bit of the float x."},
    {0},
};

static bool math_start(ouro_runtime *rt, module_object *module)
{
    return module_add(rt, module, "e", float_new(rt, M_E)) && module_add(rt, module, "pi", float_new(rt, M_PI)) &&
           module_add(rt, module, "tau", float_new(rt, 2.0 * M_PI)) &&
           module_add(rt, module, "inf", float_new(rt, INFINITY)) &&
           module_add(rt, module, "nan", float_new(rt, NAN));
}

const module_def math_module_def = {
    .name = "math",
    .doc = "This module provides access to the mathematical functions\ndefined by the C standard.",
    .functions = math_functions,
    .start = math_start,
};

/* cmath.c: the cmath module: functions of complex numbers.
 *
 * The C library's complex functions do the work: their special values are C99's Annex G, which are also Python's
 * tables.  What Python adds are errors: ValueError at poles and for what has no answer (an infinite phase to
 * be reduced), OverflowError where finite arguments give an infinite result.
 */
#include "modules/modules.h"
#include "types/complex_internal.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"

#include <complex.h>
#include <math.h>

static bool cmath_argument(ouro_runtime *rt, ouro_value v, double complex *z)
{
    double real, imag;
    if (!object_as_complex(rt, v, &real, &imag)) {
        return false;
    }
    double parts[2] = {real, imag}; /* C11 6.2.5: the layout of a complex; real + imag * I would spoil infinities */
    memcpy(z, parts, sizeof parts);
    return true;
}

static bool cmath_is_finite(double complex z)
{
    return isfinite(creal(z)) && isfinite(cimag(z));
}

static bool cmath_is_nan(double complex z)
{
    return isnan(creal(z)) || isnan(cimag(z));
}

static ouro_value cmath_domain_error(ouro_runtime *rt)
{
    return error_value(rt, "math domain error");
}

static ouro_value cmath_range_error(ouro_runtime *rt)
{
    return error_overflow(rt, "math range error");
}

static ouro_value cmath_result(ouro_runtime *rt, double complex z)
{
    return complex_new(rt, creal(z), cimag(z));
}

/* `poles`: a finite argument gives an infinite result by a pole, not by size. */
static ouro_value cmath_apply(ouro_runtime *rt, ouro_value v, double complex (*f)(double complex), bool poles)
{
    double complex z;
    if (!cmath_argument(rt, v, &z)) {
        return OURO_NULL;
    }
    double complex r = f(z);
    if (cmath_is_finite(z)) {
        if (isinf(creal(r)) || isinf(cimag(r))) {
            return poles ? cmath_domain_error(rt) : cmath_range_error(rt);
        }
        if (cmath_is_nan(r)) {
            return cmath_domain_error(rt);
        }
    }
    return cmath_result(rt, r);
}

#define CMATH_ONE(name, poles)                                                                                   \
    static ouro_value cmath_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs)                       \
    {                                                                                                            \
        return cmath_apply(rt, args[0], c##name, poles);                                                         \
    }

/* Where C leaves the sign of a part open, or knows one that Python's tables do not: with a NaN in the other part. */
static double complex cmath_parts(double real, double imag)
{
    double parts[2] = {real, imag};
    double complex z;
    memcpy(&z, parts, sizeof z);
    return z;
}

static double complex cmath_c_acos(double complex z)
{
    return isinf(creal(z)) && isnan(cimag(z)) ? cmath_parts(NAN, INFINITY) : cacos(z);
}

static double complex cmath_c_asin(double complex z)
{
    return isinf(creal(z)) && isnan(cimag(z)) ? cmath_parts(NAN, -INFINITY) : casin(z);
}

static double complex cmath_c_acosh(double complex z)
{
    return creal(z) == 0.0 && isnan(cimag(z)) ? cmath_parts(NAN, NAN) : cacosh(z);
}

static double complex cmath_c_tan(double complex z)
{
    return cimag(z) == 0.0 && isnan(creal(z)) ? cmath_parts(NAN, NAN) : ctan(z);
}

static double complex cmath_c_tanh(double complex z)
{
    return creal(z) == 0.0 && isnan(cimag(z)) ? cmath_parts(NAN, NAN) : ctanh(z);
}

static ouro_value cmath_acos(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return cmath_apply(rt, args[0], cmath_c_acos, false);
}

static ouro_value cmath_asin(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return cmath_apply(rt, args[0], cmath_c_asin, false);
}

static ouro_value cmath_acosh(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return cmath_apply(rt, args[0], cmath_c_acosh, false);
}

CMATH_ONE(asinh, false)
CMATH_ONE(atan, true)
CMATH_ONE(atanh, true)
CMATH_ONE(sqrt, false)

/* sin, cos and their hyperbolic kin, exp: with one part infinite the other is reduced modulo its period, which must
 * be finite; an infinite phase at the far zero of exp is none. */
static ouro_value cmath_exponential(ouro_runtime *rt, ouro_value v, double complex (*f)(double complex),
                                    bool rotated, bool decays)
{
    double complex z;
    if (!cmath_argument(rt, v, &z)) {
        return OURO_NULL;
    }
    double growth = rotated ? cimag(z) : creal(z);
    double phase = rotated ? creal(z) : cimag(z);
    if (isinf(phase) && (isfinite(growth) || (isinf(growth) && !(decays && growth < 0)))) {
        return cmath_domain_error(rt);
    }
    double complex r = f(z);
    if (cmath_is_finite(z) && (isinf(creal(r)) || isinf(cimag(r)))) {
        return cmath_range_error(rt);
    }
    return cmath_result(rt, r);
}

#define CMATH_EXPONENTIAL(name, rotated, decays)                                                                 \
    static ouro_value cmath_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs)                       \
    {                                                                                                            \
        return cmath_exponential(rt, args[0], c##name, rotated, decays);                                         \
    }

CMATH_EXPONENTIAL(exp, false, true)
CMATH_EXPONENTIAL(cosh, false, false)
CMATH_EXPONENTIAL(sinh, false, false)
CMATH_EXPONENTIAL(cos, true, false)
CMATH_EXPONENTIAL(sin, true, false)

/* tan and tanh: an infinite phase matters only where the other part is finite. */
static ouro_value cmath_tangent(ouro_runtime *rt, ouro_value v, double complex (*f)(double complex), bool rotated)
{
    double complex z;
    if (!cmath_argument(rt, v, &z)) {
        return OURO_NULL;
    }
    double growth = rotated ? cimag(z) : creal(z);
    double phase = rotated ? creal(z) : cimag(z);
    if (isinf(phase) && isfinite(growth)) {
        return cmath_domain_error(rt);
    }
    return cmath_result(rt, f(z));
}

static ouro_value cmath_tan(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return cmath_tangent(rt, args[0], cmath_c_tan, true);
}

static ouro_value cmath_tanh(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return cmath_tangent(rt, args[0], cmath_c_tanh, false);
}

/* ---- logarithms --------------------------------------------------------------------------------------- */

static bool cmath_log_of(ouro_runtime *rt, ouro_value v, double complex *result)
{
    double complex z;
    if (!cmath_argument(rt, v, &z)) {
        return false;
    }
    if (z == 0.0) {
        cmath_domain_error(rt);
        return false;
    }
    *result = clog(z);
    return true;
}

static ouro_value cmath_log(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double complex z, base;
    ouro_value base_value = arg_or_null(args, nargs, 1);
    if (!cmath_log_of(rt, args[0], &z)) {
        return OURO_NULL;
    }
    if (ouro_is_null(base_value)) {
        return cmath_result(rt, z);
    }
    if (!cmath_log_of(rt, base_value, &base)) {
        return OURO_NULL;
    }
    ouro_value a = cmath_result(rt, z);
    ouro_value b = ouro_is_null(a) ? OURO_NULL : cmath_result(rt, base);
    ouro_value result = ouro_is_null(b) ? OURO_NULL : object_binary(rt, BINARY_TRUE_DIVIDE, a, b);
    value_decref(rt, a);
    value_decref(rt, b);
    if (ouro_is_null(result) && error_clear_if(rt, EXC(rt, ZeroDivisionError))) {
        cmath_domain_error(rt);
    }
    return result;
}

static ouro_value cmath_log10(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double complex z;
    if (!cmath_log_of(rt, args[0], &z)) {
        return OURO_NULL;
    }
    return complex_new(rt, creal(z) / M_LN10, cimag(z) / M_LN10);
}

/* ---- polar coordinates -------------------------------------------------------------------------------- */

static ouro_value cmath_phase(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double complex z;
    return cmath_argument(rt, args[0], &z) ? float_new(rt, carg(z)) : OURO_NULL;
}

static ouro_value cmath_polar(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double complex z;
    if (!cmath_argument(rt, args[0], &z)) {
        return OURO_NULL;
    }
    double size = cabs(z);
    if (isinf(size) && cmath_is_finite(z)) {
        return cmath_range_error(rt);
    }
    ouro_value pair[2] = {float_new(rt, size), float_new(rt, carg(z))};
    return tuple_new_made(rt, pair, 2);
}

static ouro_value cmath_rect(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double r, phi;
    if (!object_as_double(rt, args[0], &r) || !object_as_double(rt, args[1], &phi)) {
        return OURO_NULL;
    }
    if (isinf(phi) && r != 0.0 && !isnan(r)) {
        return cmath_domain_error(rt);
    }
    if (phi == 0.0) {
        return complex_new(rt, r, isfinite(r) ? r * phi : copysign(1.0, r) * phi);
    }
    if (r == 0.0 && !isfinite(phi)) {
        return complex_new(rt, 0.0, 0.0);
    }
    if (isinf(r)) {
        return isnan(phi) ? complex_new(rt, INFINITY, NAN)
                          : complex_new(rt, copysign(INFINITY, r * cos(phi)), copysign(INFINITY, r * sin(phi)));
    }
    return complex_new(rt, r * cos(phi), r * sin(phi));
}

/* ---- tests -------------------------------------------------------------------------------------------- */

static ouro_value cmath_isfinite(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double complex z;
    return cmath_argument(rt, args[0], &z) ? ouro_bool(cmath_is_finite(z)) : OURO_NULL;
}

static ouro_value cmath_isnan(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double complex z;
    return cmath_argument(rt, args[0], &z) ? ouro_bool(cmath_is_nan(z)) : OURO_NULL;
}

static ouro_value cmath_isinf(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double complex z;
    return cmath_argument(rt, args[0], &z) ? ouro_bool(isinf(creal(z)) || isinf(cimag(z))) : OURO_NULL;
}

static ouro_value cmath_isclose(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double complex a, b;
    double relative = 1e-9, absolute = 0.0;
    ouro_value relative_value = arg_or_null(args, nargs, 2), absolute_value = arg_or_null(args, nargs, 3);
    if (!cmath_argument(rt, args[0], &a) || !cmath_argument(rt, args[1], &b) ||
        (!ouro_is_null(relative_value) && !object_as_double(rt, relative_value, &relative)) ||
        (!ouro_is_null(absolute_value) && !object_as_double(rt, absolute_value, &absolute))) {
        return OURO_NULL;
    }
    if (relative < 0.0 || absolute < 0.0) {
        return error_value(rt, "tolerances must be non-negative");
    }
    if (a == b) {
        return OURO_TRUE;
    }
    if (isinf(creal(a)) || isinf(cimag(a)) || isinf(creal(b)) || isinf(cimag(b))) {
        return OURO_FALSE;
    }
    double difference = cabs(a - b);
    return ouro_bool(difference <= relative * cabs(b) || difference <= relative * cabs(a) || difference <= absolute);
}

static const method_def cmath_functions[] = {
    {"acos", "z, /", cmath_acos, .doc = "Return the arc cosine of z."},
    {"acosh", "z, /", cmath_acosh, .doc = "Return the inverse hyperbolic cosine of z."},
    {"asin", "z, /", cmath_asin, .doc = "Return the arc sine of z."},
    {"asinh", "z, /", cmath_asinh, .doc = "Return the inverse hyperbolic sine of z."},
    {"atan", "z, /", cmath_atan, .doc = "Return the arc tangent of z."},
    {"atanh", "z, /", cmath_atanh, .doc = "Return the inverse hyperbolic tangent of z."},
    {"cos", "z, /", cmath_cos, .doc = "Return the cosine of z."},
    {"cosh", "z, /", cmath_cosh, .doc = "Return the hyperbolic cosine of z."},
    {"exp", "z, /", cmath_exp, .doc = "Return the exponential value e**z."},
    {"isclose", "a, b, *, rel_tol=1e-09, abs_tol=0.0", cmath_isclose,
     .doc = "Determine whether two complex numbers are close in value."},
    {"isfinite", "z, /", cmath_isfinite, .doc = "Return True if both the real and imaginary parts are finite."},
    {"isinf", "z, /", cmath_isinf, .doc = "Checks if the real or imaginary part of z is infinite."},
    {"isnan", "z, /", cmath_isnan, .doc = "Checks if the real or imaginary part of z is not a number (NaN)."},
    {"log", "?z, base=None, /", cmath_log, .doc = "log(z[, base]) -> the logarithm of z to the given base."},
    {"log10", "z, /", cmath_log10, .doc = "Return the base-10 logarithm of z."},
    {"phase", "z, /", cmath_phase, .doc = "Return argument, also known as the phase angle, of a complex."},
    {"polar", "z, /", cmath_polar, .doc = "Convert a complex from rectangular coordinates to polar coordinates."},
    {"rect", "r, phi, /", cmath_rect, .doc = "Convert from polar coordinates to rectangular coordinates."},
    {"sin", "z, /", cmath_sin, .doc = "Return the sine of z."},
    {"sinh", "z, /", cmath_sinh, .doc = "Return the hyperbolic sine of z."},
    {"sqrt", "z, /", cmath_sqrt, .doc = "Return the square root of z."},
    {"tan", "z, /", cmath_tan, .doc = "Return the tangent of z."},
    {"tanh", "z, /", cmath_tanh, .doc = "Return the hyperbolic tangent of z."},
    {0},
};

static bool cmath_start(ouro_runtime *rt, module_object *module)
{
    return module_add(rt, module, "e", float_new(rt, M_E)) && module_add(rt, module, "pi", float_new(rt, M_PI)) &&
           module_add(rt, module, "tau", float_new(rt, 2.0 * M_PI)) &&
           module_add(rt, module, "inf", float_new(rt, INFINITY)) &&
           module_add(rt, module, "infj", complex_new(rt, 0.0, INFINITY)) &&
           module_add(rt, module, "nan", float_new(rt, NAN)) &&
           module_add(rt, module, "nanj", complex_new(rt, 0.0, NAN));
}

const module_def cmath_module_def = {
    .name = "cmath",
    .doc = "This module provides access to mathematical functions for complex\nnumbers.",
    .functions = cmath_functions,
    .start = cmath_start,
};

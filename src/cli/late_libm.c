/* late_libm.c: the C library's mathematics, loaded when a program first computes with it.
 *
 * Loading libm costs each process 300 KiB and a tenth of a millisecond: it chooses its functions for the processor one by
 * one, and most programs call none.  So the command defines the functions it uses; each asks libm.so for the real one at
 * its first call.  A function that is missing here does no harm: the linker then takes libm as ever
 * (tests/python/math/late.py notices).
 *
 * Compiled by itself, without link-time optimization and without the compiler's own knowledge of these functions
 * (meson.build), or a call here would be taken for the function itself.
 */
#include <complex.h>
#include <dlfcn.h>
#include <gnu/lib-names.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* The real function.  Without it there is nothing that a computation could go on with. */
static __attribute__((noinline)) void *late_find(const char *name)
{
    void *library = dlopen(LIBM_SO, RTLD_NOW | RTLD_LOCAL);
    void *function = library ? dlsym(library, name) : NULL;
    if (!function) {
        fprintf(stderr, "ouro: the C library's mathematics cannot be loaded: %s\n", dlerror());
        exit(1);
    }
    return function;
}

/* Threads may find the same at once: all find the same. */
#define LATE(result, name, parameters, arguments)                                                            \
    result name parameters                                                                                   \
    {                                                                                                        \
        static _Atomic(result(*) parameters) found;                                                          \
        result(*function) parameters = atomic_load_explicit(&found, memory_order_relaxed);                   \
        if (__builtin_expect(!function, 0)) {                                                                \
            *(void **)&function = late_find(#name);                                                          \
            atomic_store_explicit(&found, function, memory_order_relaxed);                                   \
        }                                                                                                    \
        return function arguments;                                                                           \
    }
#define LATE1(name) LATE(double, name, (double x), (x))
#define LATEC(name) LATE(double complex, name, (double complex z), (z))
#define LATE2(name) LATE(double, name, (double x, double y), (x, y))

LATE1(acos)
LATE1(acosh)
LATE1(asin)
LATE1(asinh)
LATE1(atan)
LATE1(atanh)
LATE1(cbrt)
LATE1(ceil)
LATE1(cos)
LATE1(cosh)
LATE1(erf)
LATE1(erfc)
LATE1(exp)
LATE1(exp10) /* (into which a compiler makes a power of ten) */
LATE1(exp2)
LATE1(expm1)
LATE1(fabs)
LATE1(floor)
LATE1(log)
LATE1(log10)
LATE1(log1p)
LATE1(log2)
LATE1(nearbyint)
LATE1(rint)
LATE1(round)
LATE1(sin)
LATE1(sinh)
LATE1(sqrt)
LATE1(tan)
LATE1(tanh)
LATE1(tgamma)
LATE1(trunc)
LATE2(atan2)
LATE2(fmod)
LATE2(hypot)
LATE2(nextafter)
LATE2(pow)
LATE2(remainder)
LATE(double, fma, (double x, double y, double z), (x, y, z))
LATE(double, lgamma_r, (double x, int *sign), (x, sign))
LATE(double, cabs, (double complex z), (z))
LATEC(cacos)
LATEC(cacosh)
LATEC(casin)
LATEC(casinh)
LATEC(catan)
LATEC(catanh)
LATE(double, carg, (double complex z), (z))
LATEC(ccos)
LATEC(ccosh)
LATEC(cexp)
LATEC(clog)
LATEC(csin)
LATEC(csinh)
LATEC(csqrt)
LATEC(ctan)
LATEC(ctanh)

/* (Which returns nothing.) */
void sincos(double x, double *sine, double *cosine)
{
    *sine = sin(x);
    *cosine = cos(x);
}

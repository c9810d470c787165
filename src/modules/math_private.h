/* math_private.h: the functions of the math module, by file. */
#ifndef OURO_SRC_MODULES_MATH_PRIVATE_H
#define OURO_SRC_MODULES_MATH_PRIVATE_H

#include "types/type.h"

/* math_integer.c */
ouro_value math_gcd(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames);
ouro_value math_lcm(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames);
ouro_value math_factorial(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value math_comb(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value math_perm(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value math_isqrt(ouro_runtime *rt, const ouro_value *args, size_t nargs);
/* math_sum.c */
ouro_value math_fsum(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value math_prod(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value math_dist(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value math_hypot(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames);

#endif

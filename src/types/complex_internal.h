/* complex_internal.h: complex arithmetic on parts, which float, complex and cmath share. */
#ifndef OURO_SRC_TYPES_COMPLEX_INTERNAL_H
#define OURO_SRC_TYPES_COMPLEX_INTERNAL_H

#include "types/number.h"

static inline complex_object *as_complex(ouro_value v)
{
    return (complex_object *)(void *)ouro_as_object(v);
}
bool value_is_complex(ouro_runtime *rt, ouro_value v);
/* (a + bi) ** (c + di), with Python's errors. */
OURO_NODISCARD ouro_value complex_power_parts(ouro_runtime *rt, double a, double b, double c, double d);
/* complex(v) for anything that has __complex__, __float__ or __index__; TypeError "must be real number, not T". */
OURO_NODISCARD bool object_as_complex(ouro_runtime *rt, ouro_value v, double *real, double *imag);

#endif

/* int_big.h: the arithmetic that libtommath does for us.  Digits are as in magnitude.h. */
#ifndef OURO_SRC_TYPES_INT_BIG_H
#define OURO_SRC_TYPES_INT_BIG_H

#include "types/type.h"

/* r = a * b, na + nb digits, all written; na >= nb; a, b trimmed or not. */
OURO_NODISCARD bool int_big_multiply(ouro_runtime *rt, uint64_t *r, const uint64_t *a, size_t na,
                                     const uint64_t *b, size_t nb);
/* r = a ** e mod m, nm digits, all written; all trimmed, a < m, m > 1. */
OURO_NODISCARD bool int_big_power_mod(ouro_runtime *rt, uint64_t *r, const uint64_t *a, size_t na,
                                      const uint64_t *e, size_t ne, const uint64_t *m, size_t nm);

#endif

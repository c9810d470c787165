/* compare.h: what the six comparisons say of two numbers: sizes that decide between equal beginnings, or an order (below
 * 0, 0, above 0) beside 0. */
#ifndef OURO_SRC_TYPES_COMPARE_H
#define OURO_SRC_TYPES_COMPARE_H

#include "types/type.h"

static inline bool compare_decides(int64_t a, int64_t b, compare_op op)
{
    switch (op) {
    case COMPARE_LT:
        return a < b;
    case COMPARE_LE:
        return a <= b;
    case COMPARE_EQ:
        return a == b;
    case COMPARE_NE:
        return a != b;
    case COMPARE_GT:
        return a > b;
    default:
        return a >= b;
    }
}

#endif

#!/usr/bin/env python3
"""float_powers.py: prints src/types/float_powers.c, the powers of ten that the shortest digits of a float are found with."""

FIRST, LAST = -292, 324


def rounded_up(k):
    """10^k as a fraction of 128 bits, rounded up: ceil(10^k / 2^(floor(log2(10^k)) - 127))."""
    if k >= 0:
        n = 10 ** k
        shift = n.bit_length() - 128
        return -(-n >> shift) if shift > 0 else n << -shift
    d = 10 ** -k
    # no power of two: the bit length of d is 1 - floor(log2(10^k))
    return -(-(1 << d.bit_length() + 127) // d)


print("""/* float_powers.c: powers of ten for float_shortest.c, made by tools/float_powers.py.
 *
 * float_powers_128[k - FLOAT_POWERS_FIRST] is 10^k * 2^-e, rounded up, where e is such that the result has 128 bits:
 * high and low 64 bits.
 */
#include "types/float_internal.h"

const uint64_t float_powers_128[FLOAT_POWERS_COUNT][2] = {""")
for k in range(FIRST, LAST + 1):
    g = rounded_up(k)
    assert g.bit_length() == 128, k
    print("    {0x%016x, 0x%016x}, /* 1e%d */" % (g >> 64, g & (1 << 64) - 1, k))
print("};")

/* float_shortest.c: the shortest decimal digits that read back as a given float (what repr shows).
 *
 * Short decimals, which most floats in programs are, are found by scaling with exact powers of ten: if
 * round(d * 10^k) / 10^k gives d back, where both operands of the division are exact and below 10^15, those
 * digits read back as d, and as any two decimals of up to 15 digits read as different doubles, the first k
 * that works gives the shortest.
 *
 * All others: R. Giulietti, "The Schubfach way to render doubles", 2020.  d is c * 2^q; the decimals that
 * read back as d lie in the interval of half a unit to both sides of it (a quarter below, if c is the
 * smallest of its binade).  With k = floor(log10(the interval's width)), the interval holds at least one
 * multiple of 10^k and at most one of 10^(k+1); so the answer is that one, or the multiple of 10^k next to d.
 * The ends of the interval and d itself, times 4 (for the halves) and 10^-k, are computed from 128 bits of
 * the power of ten, rounded to odd: enough, as the paper proves, to compare them as if they were exact.
 */
#include "types/float_internal.h"

#include <math.h>

/* ---- short decimals ---- */

static void float_digits_from_integer(uint64_t value, int decimals, float_digits *result)
{
    char buffer[24];
    int at = (int)sizeof buffer;
    while (value) {
        buffer[--at] = (char)('0' + value % 10);
        value /= 10;
    }
    int count = (int)sizeof buffer - at;
    result->point = count - decimals;
    while (count > 1 && buffer[at + count - 1] == '0') {
        count--;
    }
    memcpy(result->digits, buffer + at, (size_t)count);
    result->count = count;
}

static bool float_find_short(double d, float_digits *result)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (d >= 1e15 || d < 1e-7) {
        return false;
    }
    if (d == floor(d)) {
        float_digits_from_integer((uint64_t)d, 0, result);
        return true;
    }
    /* more than 6 decimals are rarely short: not worth the divisions */
    for (int k = 1; k <= 6; k++) {
        double scaled = rint(d * powers[k]);
        if (scaled >= 1e15) {
            break;
        }
        if (scaled / powers[k] == d) {
            float_digits_from_integer((uint64_t)scaled, k, result);
            return true;
        }
    }
    return false;
}

/* ---- the general way ---- */

/* floor(log10(2^e)), floor(log10(3/4 * 2^e)), floor(log2(10^k)): exact for every exponent of a double. */
static int floor_log10_power_of_2(int e)
{
    return (int)((int64_t)e * 1262611 >> 22);
}
static int floor_log10_three_quarters(int e)
{
    return (int)(((int64_t)e * 1262611 - 524031) >> 22);
}
static int floor_log2_power_of_10(int k)
{
    return (int)((int64_t)k * 1741647 >> 19);
}

/* floor(power * factor / 2^128), its lowest bit set if anything was cut off. */
static uint64_t multiply_round_to_odd(const uint64_t power[2], uint64_t factor)
{
    unsigned __int128 low = (unsigned __int128)power[1] * factor;
    unsigned __int128 high = (unsigned __int128)power[0] * factor + (uint64_t)(low >> 64);
    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

void float_shortest(double d, float_digits *result)
{
    d = fabs(d);
    if (d == 0.0) {
        result->digits[0] = '0';
        result->count = 1;
        result->point = 1;
        return;
    }
    if (float_find_short(d, result)) {
        return;
    }
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    int exponent = (int)(bits >> 52);
    uint64_t c = exponent ? fraction | UINT64_C(1) << 52 : fraction;
    int q = (exponent ? exponent : 1) - 1075;
    bool lopsided = fraction == 0 && exponent > 1;
    bool even = (c & 1) == 0; /* the ends of the interval read back as d */

    int k = lopsided ? floor_log10_three_quarters(q) : floor_log10_power_of_2(q);
    int h = q + floor_log2_power_of_10(-k) + 1;
    const uint64_t *power = float_powers_128[-k - FLOAT_POWERS_FIRST];
    uint64_t middle = multiply_round_to_odd(power, (4 * c) << h);
    uint64_t lower = multiply_round_to_odd(power, (4 * c - 2 + lopsided) << h) + !even;
    uint64_t upper = multiply_round_to_odd(power, (4 * c + 2) << h) - !even;

    uint64_t s = middle / 4;
    if (s >= 10) {
        uint64_t tens = s / 10;
        bool down_inside = lower <= 40 * tens, up_inside = 40 * tens + 40 <= upper;
        if (down_inside != up_inside) {
            float_digits_from_integer(tens + up_inside, -k - 1, result);
            return;
        }
    }
    bool down_inside = lower <= 4 * s, up_inside = 4 * s + 4 <= upper;
    bool up = down_inside != up_inside ? up_inside : middle > 4 * s + 2 || (middle == 4 * s + 2 && (s & 1));
    float_digits_from_integer(s + up, -k, result);
}

/* magnitude.c: arithmetic on magnitudes.
 *
 * Addition, subtraction, shifts, and multiplication and division of moderate size work directly in the caller's
 * arrays.  Products of large operands are libtommath's (int_big.c: Karatsuba, Toom-Cook).  Division of large
 * operands is Burnikel and Ziegler's recursion ("Fast Recursive Division", 1998) on top of those products: the
 * library's own division is quadratic.
 */
#include "types/magnitude.h"
#include "types/int_big.h"

enum {
    MAGNITUDE_BIG_MULTIPLY = 48,  /* digits of the smaller operand from which libtommath takes over */
    MAGNITUDE_RECURSIVE_DIVIDE = 96, /* digits of the divisor from which division recurses */
};

typedef unsigned __int128 magnitude_wide;

int magnitude_compare(const uint64_t *a, size_t na, const uint64_t *b, size_t nb)
{
    if (na != nb) {
        return na < nb ? -1 : 1;
    }
    for (size_t i = na; i-- > 0;) {
        if (a[i] != b[i]) {
            return a[i] < b[i] ? -1 : 1;
        }
    }
    return 0;
}

size_t magnitude_add(uint64_t *r, const uint64_t *a, size_t na, const uint64_t *b, size_t nb)
{
    uint64_t carry = 0;
    size_t i = 0;
    for (; i < nb; i++) {
        carry += a[i] + b[i];
        r[i] = carry & MAGNITUDE_MASK;
        carry >>= MAGNITUDE_BITS;
    }
    for (; i < na; i++) {
        carry += a[i];
        r[i] = carry & MAGNITUDE_MASK;
        carry >>= MAGNITUDE_BITS;
    }
    r[na] = carry;
    return na + (carry != 0);
}

size_t magnitude_subtract(uint64_t *r, const uint64_t *a, size_t na, const uint64_t *b, size_t nb)
{
    uint64_t borrow = 0;
    size_t i = 0;
    for (; i < nb; i++) {
        uint64_t d = a[i] - b[i] - borrow;
        r[i] = d & MAGNITUDE_MASK;
        borrow = d >> 63;
    }
    for (; i < na; i++) {
        uint64_t d = a[i] - borrow;
        r[i] = d & MAGNITUDE_MASK;
        borrow = d >> 63;
    }
    return magnitude_trim(r, na);
}

uint64_t magnitude_multiply_digit(uint64_t *r, const uint64_t *a, size_t n, uint64_t m, uint64_t carry)
{
    for (size_t i = 0; i < n; i++) {
        magnitude_wide t = (magnitude_wide)a[i] * m + carry;
        r[i] = (uint64_t)t & MAGNITUDE_MASK;
        carry = (uint64_t)(t >> MAGNITUDE_BITS);
    }
    return carry;
}

/* (high * 2^60 + low) / d, where high < d: the quotient fits a digit. */
static inline uint64_t magnitude_divide_two(uint64_t high, uint64_t low, uint64_t d, uint64_t *remainder)
{
    uint64_t h = high >> 4;
    uint64_t l = (high << 60) | low;
#if defined(__x86_64__) && defined(__GNUC__)
    uint64_t q;
    __asm__("divq %4" : "=a"(q), "=d"(*remainder) : "0"(l), "1"(h), "r"(d) : "cc");
    return q;
#else
    magnitude_wide t = ((magnitude_wide)h << 64) | l;
    *remainder = (uint64_t)(t % d);
    return (uint64_t)(t / d);
#endif
}

uint64_t magnitude_divide_digit(uint64_t *q, const uint64_t *a, size_t n, uint64_t d)
{
    uint64_t remainder = 0;
    for (size_t i = n; i-- > 0;) {
        q[i] = magnitude_divide_two(remainder, a[i], d, &remainder);
    }
    return remainder;
}

void magnitude_shift_left(uint64_t *r, const uint64_t *a, size_t n, uint64_t bits)
{
    size_t whole = (size_t)(bits / MAGNITUDE_BITS);
    unsigned part = (unsigned)(bits % MAGNITUDE_BITS);
    memset(r, 0, whole * sizeof *r);
    uint64_t carry = 0;
    for (size_t i = 0; i < n; i++) {
        r[whole + i] = ((a[i] << part) | carry) & MAGNITUDE_MASK;
        carry = a[i] >> (MAGNITUDE_BITS - part);
    }
    r[whole + n] = carry;
}

void magnitude_shift_right(uint64_t *r, const uint64_t *a, size_t n, uint64_t bits)
{
    size_t whole = (size_t)(bits / MAGNITUDE_BITS);
    unsigned part = (unsigned)(bits % MAGNITUDE_BITS);
    for (size_t i = whole; i < n; i++) {
        uint64_t above = i + 1 < n ? a[i + 1] : 0;
        r[i - whole] = (a[i] >> part) | ((above << (MAGNITUDE_BITS - part)) & MAGNITUDE_MASK);
    }
}

bool magnitude_multiply(ouro_runtime *rt, uint64_t *r, const uint64_t *a, size_t na, const uint64_t *b,
                        size_t nb)
{
    if (na < nb) {
        const uint64_t *swap = a;
        a = b;
        b = swap;
        size_t size = na;
        na = nb;
        nb = size;
    }
    if (nb >= MAGNITUDE_BIG_MULTIPLY) {
        return int_big_multiply(rt, r, a, na, b, nb);
    }
    memset(r, 0, (na + nb) * sizeof *r);
    for (size_t j = 0; j < nb; j++) {
        uint64_t m = b[j];
        uint64_t carry = 0;
        uint64_t *row = r + j;
        if (m == 0) {
            continue;
        }
        for (size_t i = 0; i < na; i++) {
            magnitude_wide t = (magnitude_wide)a[i] * m + row[i] + carry;
            row[i] = (uint64_t)t & MAGNITUDE_MASK;
            carry = (uint64_t)(t >> MAGNITUDE_BITS);
        }
        row[na] = carry;
    }
    return true;
}

/* ---- division ----------------------------------------------------------------------------------------- */

/* Knuth's algorithm D.  b has bit 59 of its top digit set, nb >= 2.  u (na + 1 digits, the top one less than or
 * equal to b's top, usually 0) becomes the remainder in its low nb digits; q gets na - nb + 1 digits, or is NULL. */
static void magnitude_divide_schoolbook(uint64_t *q, uint64_t *u, size_t na, const uint64_t *b, size_t nb)
{
    uint64_t top = b[nb - 1];
    uint64_t next = b[nb - 2];
    for (size_t j = na - nb + 1; j-- > 0;) {
        uint64_t guess, rest;
        uint64_t high = u[j + nb];
        if (high >= top) {
            guess = MAGNITUDE_MASK;
            rest = u[j + nb - 1] + top; /* high == top */
        } else {
            guess = magnitude_divide_two(high, u[j + nb - 1], top, &rest);
        }
        while (rest <= MAGNITUDE_MASK &&
               (magnitude_wide)guess * next >
                   (((magnitude_wide)rest << MAGNITUDE_BITS) | u[j + nb - 2])) {
            guess--;
            rest += top;
        }
        uint64_t carry = 0;
        uint64_t borrow = 0;
        for (size_t i = 0; i < nb; i++) {
            magnitude_wide t = (magnitude_wide)guess * b[i] + carry;
            carry = (uint64_t)(t >> MAGNITUDE_BITS);
            uint64_t d = u[j + i] - ((uint64_t)t & MAGNITUDE_MASK) - borrow;
            u[j + i] = d & MAGNITUDE_MASK;
            borrow = d >> 63;
        }
        uint64_t d = u[j + nb] - carry - borrow;
        if (d >> 63) {
            guess--;
            uint64_t add = 0;
            for (size_t i = 0; i < nb; i++) {
                add += u[j + i] + b[i];
                u[j + i] = add & MAGNITUDE_MASK;
                add >>= MAGNITUDE_BITS;
            }
            d += add;
        }
        u[j + nb] = d & MAGNITUDE_MASK;
        if (q) {
            q[j] = guess;
        }
    }
}

static bool magnitude_divide_halves(ouro_runtime *rt, uint64_t *q, uint64_t *r, const uint64_t *a,
                                    const uint64_t *b, size_t half);

/* a has 2n digits, b has n (normalized), the high half of a is less than b: q and r get n digits each. */
static bool magnitude_divide_even(ouro_runtime *rt, uint64_t *q, uint64_t *r, const uint64_t *a,
                                  const uint64_t *b, size_t n)
{
    size_t half = n / 2;
    uint64_t *u = ouro_mem_alloc(rt->mem, (2 * n + 1) * sizeof *u);
    if (!u) {
        error_no_memory(rt);
        return false;
    }
    bool done = true;
    if ((n & 1) || n < MAGNITUDE_RECURSIVE_DIVIDE) {
        memcpy(u, a, 2 * n * sizeof *u);
        /* the high half is less than b: the quotient's digit n would be 0 */
        magnitude_divide_schoolbook(q, u, 2 * n - 1, b, n);
        memcpy(r, u, n * sizeof *r);
    } else {
        /* two steps of three halves by two; the first one's remainder is the second one's high part */
        memcpy(u, a, half * sizeof *u);
        done = magnitude_divide_halves(rt, q + half, r, a + half, b, half);
        if (done) {
            memcpy(u + half, r, n * sizeof *u);
            done = magnitude_divide_halves(rt, q, r, u, b, half);
        }
    }
    ouro_mem_free(rt->mem, u);
    return done;
}

/* a has 3 halves, b has 2 (normalized), the top two halves of a are less than b: q gets one half, r two. */
static bool magnitude_divide_halves(ouro_runtime *rt, uint64_t *q, uint64_t *r, const uint64_t *a,
                                    const uint64_t *b, size_t half)
{
    const uint64_t *b_low = b;
    const uint64_t *b_high = b + half;
    uint64_t *work = ouro_mem_alloc(rt->mem, (4 * half + 1) * sizeof *work);
    if (!work) {
        error_no_memory(rt);
        return false;
    }
    uint64_t *rest = work;                   /* 2 * half + 1: remainder, its top digit a carry or a sign */
    uint64_t *product = work + 2 * half + 1; /* 2 * half */
    bool done = true;
    memcpy(rest, a, half * sizeof *rest);
    if (magnitude_compare(a + 2 * half, half, b_high, half) < 0) {
        rest[2 * half] = 0;
        done = magnitude_divide_even(rt, q, rest + half, a + half, b_high, half);
    } else {
        /* the quotient is all ones: rest = (top two halves) - (2^.. - 1) * b_high = top - b_high * 2^.. + b_high,
         * where the highest halves are equal */
        for (size_t i = 0; i < half; i++) {
            q[i] = MAGNITUDE_MASK;
        }
        uint64_t carry = 0;
        for (size_t i = 0; i < half; i++) {
            carry += a[half + i] + b_high[i];
            rest[half + i] = carry & MAGNITUDE_MASK;
            carry >>= MAGNITUDE_BITS;
        }
        rest[2 * half] = carry;
    }
    done = done && magnitude_multiply(rt, product, q, half, b_low, half);
    if (done) {
        uint64_t borrow = 0;
        for (size_t i = 0; i < 2 * half; i++) {
            uint64_t d = rest[i] - product[i] - borrow;
            rest[i] = d & MAGNITUDE_MASK;
            borrow = d >> 63;
        }
        int64_t top = (int64_t)(rest[2 * half] - borrow);
        while (top < 0) { /* at most twice */
            uint64_t carry = 0;
            for (size_t i = 0; i < 2 * half; i++) {
                carry += rest[i] + b[i];
                rest[i] = carry & MAGNITUDE_MASK;
                carry >>= MAGNITUDE_BITS;
            }
            top += (int64_t)carry;
            for (size_t i = 0; i < half && q[i]-- == 0; i++) {
                q[i] = MAGNITUDE_MASK;
            }
        }
        memcpy(r, rest, 2 * half * sizeof *r);
    }
    ouro_mem_free(rt->mem, work);
    return done;
}

/* Large operands: b is padded to n digits (n = odd part times a power of two, so that the recursion halves
 * evenly) and divided into a block by block from the top. */
static bool magnitude_divide_large(ouro_runtime *rt, uint64_t *q, uint64_t *r, const uint64_t *a, size_t na,
                                   const uint64_t *b, size_t nb)
{
    size_t steps = 1;
    while ((nb + steps - 1) / steps >= MAGNITUDE_RECURSIVE_DIVIDE) {
        steps *= 2;
    }
    size_t n = (nb + steps - 1) / steps * steps;
    uint64_t shift = (uint64_t)(n - nb) * MAGNITUDE_BITS + (uint64_t)(__builtin_clzll(b[nb - 1]) - 4);
    size_t shifted = na + (size_t)(shift / MAGNITUDE_BITS) + 1;
    size_t blocks = (shifted + n - 1) / n + 1; /* the top block begins as zero */
    uint64_t *work = ouro_mem_alloc(rt->mem, (n + 1 + blocks * n + 1 + 2 * n + n + n) * sizeof *work);
    if (!work) {
        error_no_memory(rt);
        return false;
    }
    uint64_t *divisor = work;             /* n + 1 */
    uint64_t *u = divisor + n + 1;        /* blocks * n + 1 */
    uint64_t *pair = u + blocks * n + 1;  /* 2 * n */
    uint64_t *quotient = pair + 2 * n;    /* n */
    uint64_t *rest = quotient + n;        /* n */
    magnitude_shift_left(divisor, b, nb, shift);
    memset(u, 0, (blocks * n + 1) * sizeof *u);
    magnitude_shift_left(u, a, na, shift);
    memset(rest, 0, n * sizeof *rest);
    size_t nq = na - nb + 1;
    bool done = true;
    for (size_t i = blocks - 1; i-- > 0 && done;) {
        memcpy(pair, u + i * n, n * sizeof *pair);
        memcpy(pair + n, rest, n * sizeof *pair);
        done = magnitude_divide_even(rt, quotient, rest, pair, divisor, n);
        if (q && done && i * n < nq) {
            size_t count = nq - i * n < n ? nq - i * n : n;
            memcpy(q + i * n, quotient, count * sizeof *q);
        }
    }
    if (done && r) {
        magnitude_shift_right(pair, rest, n, shift);
        memcpy(r, pair, nb * sizeof *r);
    }
    ouro_mem_free(rt->mem, work);
    return done;
}

bool magnitude_divide(ouro_runtime *rt, uint64_t *q, uint64_t *r, const uint64_t *a, size_t na,
                      const uint64_t *b, size_t nb)
{
    if (nb == 1 && q) {
        uint64_t remainder = magnitude_divide_digit(q, a, na, b[0]);
        if (r) {
            r[0] = remainder;
        }
        return true;
    }
    if (nb == 1) {
        uint64_t remainder = 0;
        for (size_t i = na; i-- > 0;) {
            (void)magnitude_divide_two(remainder, a[i], b[0], &remainder);
        }
        if (r) {
            r[0] = remainder;
        }
        return true;
    }
    if (nb >= MAGNITUDE_RECURSIVE_DIVIDE && na - nb >= MAGNITUDE_RECURSIVE_DIVIDE / 2) {
        return magnitude_divide_large(rt, q, r, a, na, b, nb);
    }
    uint64_t *work = ouro_mem_alloc(rt->mem, (na + 1 + nb + 1) * sizeof *work);
    if (!work) {
        error_no_memory(rt);
        return false;
    }
    uint64_t *u = work;
    uint64_t *divisor = work + na + 1;
    unsigned shift = (unsigned)(__builtin_clzll(b[nb - 1]) - 4);
    magnitude_shift_left(u, a, na, shift);
    magnitude_shift_left(divisor, b, nb, shift);
    magnitude_divide_schoolbook(q, u, na, divisor, nb);
    if (r) {
        magnitude_shift_right(r, u, nb, shift);
    }
    ouro_mem_free(rt->mem, work);
    return true;
}

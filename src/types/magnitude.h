/* magnitude.h: arithmetic on magnitudes: arrays of 60-bit digits, least significant first.
 *
 * Sizes are in digits.  "Trimmed" means that the top digit is not zero (so zero has size 0).  Nothing here knows
 * of signs or objects; the functions that take a runtime need working memory from its heap and may fail with
 * MemoryError.
 */
#ifndef OURO_SRC_TYPES_MAGNITUDE_H
#define OURO_SRC_TYPES_MAGNITUDE_H

#include "types/type.h"

#define MAGNITUDE_BITS 60
#define MAGNITUDE_MASK ((UINT64_C(1) << MAGNITUDE_BITS) - 1)

/* Beyond so many digits no int is made: libtommath counts digits in an int, and bit counts must fit 63 bits. */
#define MAGNITUDE_MAX_SIZE ((size_t)INT32_MAX - 64)

static inline size_t magnitude_trim(const uint64_t *a, size_t size)
{
    while (size > 0 && a[size - 1] == 0) {
        size--;
    }
    return size;
}

/* Number of bits of a trimmed magnitude. */
static inline uint64_t magnitude_bit_length(const uint64_t *a, size_t size)
{
    return size == 0 ? 0 : (uint64_t)size * MAGNITUDE_BITS - (uint64_t)(__builtin_clzll(a[size - 1]) - 4);
}

/* Both trimmed. */
int magnitude_compare(const uint64_t *a, size_t na, const uint64_t *b, size_t nb);
/* r = a + b; na >= nb; r has room for na + 1 and may be a or b.  Returns the trimmed size if the inputs were. */
size_t magnitude_add(uint64_t *r, const uint64_t *a, size_t na, const uint64_t *b, size_t nb);
/* r = a - b; a >= b; r has room for na and may be a or b.  Returns the trimmed size. */
size_t magnitude_subtract(uint64_t *r, const uint64_t *a, size_t na, const uint64_t *b, size_t nb);
/* r = a * m + carry over n digits (r may be a); returns the carry out.  m and carry are digits. */
uint64_t magnitude_multiply_digit(uint64_t *r, const uint64_t *a, size_t n, uint64_t m, uint64_t carry);
/* q = a / d over n digits (q may be a); returns the remainder.  0 < d < 2^60. */
uint64_t magnitude_divide_digit(uint64_t *q, const uint64_t *a, size_t n, uint64_t d);
/* r = a * 2^bits; r has room for n + bits / 60 + 1 digits, all of which are written; r is not a. */
void magnitude_shift_left(uint64_t *r, const uint64_t *a, size_t n, uint64_t bits);
/* r = a / 2^bits; bits / 60 < n; r has room for n - bits / 60 digits and may be a. */
void magnitude_shift_right(uint64_t *r, const uint64_t *a, size_t n, uint64_t bits);
/* r = a * b, na + nb digits, all written; r is neither a nor b.  Large operands go to int_big.c. */
OURO_NODISCARD bool magnitude_multiply(ouro_runtime *rt, uint64_t *r, const uint64_t *a, size_t na,
                                       const uint64_t *b, size_t nb);
/* q = a / b (na - nb + 1 digits), r = a % b (nb digits), all written; b trimmed, na >= nb >= 1.  q or r may be
 * NULL; neither may be a or b. */
OURO_NODISCARD bool magnitude_divide(ouro_runtime *rt, uint64_t *q, uint64_t *r, const uint64_t *a, size_t na,
                                     const uint64_t *b, size_t nb);

#endif

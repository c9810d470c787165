/* int_big.c: the one file that knows libtommath.
 *
 * An int's digits are libtommath's (60 bits in 64), so operands are wrapped, not copied: an mp_int that points at
 * them, which the library only reads.  Results and temporaries the library takes from malloc; the result is
 * copied into the caller's digits and freed before the function returns.  So that the runtime's limit and its
 * statistics see that memory, a block of the size that the library is going to need is held in rt->mem meanwhile
 * (never touched, so it costs no pages).  A failed allocation in either place is MemoryError.
 *
 * Powers, quotients and texts of huge numbers are made of such products: between two of them Ctrl-C is heeded.
 */
#include "types/int_big.h"
#include "types/magnitude.h"

#include <tommath.h>

_Static_assert(MP_DIGIT_BIT == MAGNITUDE_BITS, "libtommath is built with other digits");
_Static_assert(sizeof(mp_digit) == sizeof(uint64_t), "libtommath is built with other digits");

/* A read-only view of digits. */
static mp_int int_big_wrap(const uint64_t *digits, size_t size)
{
    mp_int wrapped;
    size = magnitude_trim(digits, size);
    wrapped.used = (int)size;
    wrapped.alloc = (int)size;
    wrapped.sign = MP_ZPOS;
    wrapped.dp = (mp_digit *)(uintptr_t)digits;
    return wrapped;
}

/* Copies the result out (zero-filled to `size`), frees it. */
static void int_big_unwrap(mp_int *result, uint64_t *digits, size_t size)
{
    size_t used = (size_t)result->used < size ? (size_t)result->used : size;
    memcpy(digits, result->dp, used * sizeof *digits);
    memset(digits + used, 0, (size - used) * sizeof *digits);
    mp_clear(result);
}

bool int_big_multiply(ouro_runtime *rt, uint64_t *r, const uint64_t *a, size_t na, const uint64_t *b, size_t nb)
{
    if (na + nb > MAGNITUDE_MAX_SIZE) {
        error_no_memory(rt);
        return false;
    }
    if (!rt_heed_signals(rt)) {
        return false;
    }
    /* the product, and the temporaries of Karatsuba and Toom-Cook, which shrink geometrically */
    void *held = ouro_mem_alloc(rt->mem, (na + nb) * 4 * sizeof *r);
    if (!held) {
        error_no_memory(rt);
        return false;
    }
    mp_int x = int_big_wrap(a, na);
    mp_int y = int_big_wrap(b, nb);
    mp_int product;
    mp_err err = mp_init(&product);
    if (err == MP_OKAY) {
        err = a == b && na == nb ? mp_sqr(&x, &product) : mp_mul(&x, &y, &product);
        if (err == MP_OKAY) {
            int_big_unwrap(&product, r, na + nb);
        } else {
            mp_clear(&product);
        }
    }
    ouro_mem_free(rt->mem, held);
    if (err != MP_OKAY) {
        error_no_memory(rt);
        return false;
    }
    return true;
}

bool int_big_power_mod(ouro_runtime *rt, uint64_t *r, const uint64_t *a, size_t na, const uint64_t *e, size_t ne,
                       const uint64_t *m, size_t nm)
{
    /* a window of up to 2^8 powers, half of which is used, and the products */
    void *held = ouro_mem_alloc(rt->mem, (nm + 1) * (128 + 8) * sizeof *r);
    if (!held) {
        error_no_memory(rt);
        return false;
    }
    mp_int base = int_big_wrap(a, na);
    mp_int exponent = int_big_wrap(e, ne);
    mp_int modulus = int_big_wrap(m, nm);
    mp_int result;
    mp_err err = mp_init(&result);
    if (err == MP_OKAY) {
        err = mp_exptmod(&base, &exponent, &modulus, &result);
        if (err == MP_OKAY) {
            int_big_unwrap(&result, r, nm);
        } else {
            mp_clear(&result);
        }
    }
    ouro_mem_free(rt->mem, held);
    if (err != MP_OKAY) {
        error_no_memory(rt);
        return false;
    }
    return true;
}

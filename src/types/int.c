/* int.c: arithmetic of ints: the exact operations that the int type's slots (int_type.c) and other C code use.
 *
 * Fast path first: two immediates are added, subtracted and multiplied in 64 or 128 bits and checked for
 * overflow once.  Everything else goes through int_view and the magnitude functions.  Results are always exact
 * ints, immediates if they fit (int_finish): that makes equal small ints identical.
 */
#include "types/error.h"
#include "types/int_view.h"

#include <math.h>

/* ---- making ------------------------------------------------------------------------------------------- */

int_object *int_new_blank(ouro_runtime *rt, size_t size)
{
    if (size > MAGNITUDE_MAX_SIZE) {
        error_no_memory(rt);
        return NULL;
    }
    int_object *o = object_new(rt, &TYPE(rt, int)->type, size * sizeof(uint64_t));
    if (o) {
        o->signed_size = 0;
    }
    return o;
}

void int_drop(ouro_runtime *rt, int_object *o)
{
    o->signed_size = 0;
    object_decref(rt, &o->object);
}

/* The immediate equal to sign and magnitude, if it fits. */
static inline bool int_as_immediate(const uint64_t *digits, size_t size, bool negative, int64_t *result)
{
    if (size == 0) {
        *result = 0;
        return true;
    }
    if (size > 2 || (size == 2 && digits[1] > 4)) {
        return false;
    }
    uint64_t magnitude = digits[0] | (size == 2 ? digits[1] << MAGNITUDE_BITS : 0);
    if (magnitude > (uint64_t)OURO_INT_MAX + negative) {
        return false;
    }
    *result = negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return true;
}

ouro_value int_finish(ouro_runtime *rt, int_object *o, size_t size, bool negative)
{
    int64_t small;
    size_t trimmed = magnitude_trim(o->digits, size);
    if (int_as_immediate(o->digits, trimmed, negative, &small)) {
        int_drop(rt, o);
        return ouro_int(small);
    }
    if (size - trimmed > 8 && trimmed < size / 2) {
        /* most of the room is not used: do not keep it */
        ouro_value tight = int_from_magnitude(rt, o->digits, trimmed, negative);
        int_drop(rt, o);
        return tight;
    }
    o->signed_size = negative ? -(int64_t)trimmed : (int64_t)trimmed;
    return ouro_from_object(o);
}

ouro_value int_from_magnitude(ouro_runtime *rt, const uint64_t *digits, size_t size, bool negative)
{
    int64_t small;
    size = magnitude_trim(digits, size);
    if (int_as_immediate(digits, size, negative, &small)) {
        return ouro_int(small);
    }
    int_object *o = int_new_blank(rt, size);
    if (!o) {
        return OURO_NULL;
    }
    memcpy(o->digits, digits, size * sizeof *digits);
    o->signed_size = negative ? -(int64_t)size : (int64_t)size;
    return ouro_from_object(o);
}

ouro_value int_from_int64(ouro_runtime *rt, int64_t i)
{
    if (OURO_LIKELY(ouro_int_fits(i))) {
        return ouro_int(i);
    }
    uint64_t magnitude = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
    uint64_t digits[2] = {magnitude & MAGNITUDE_MASK, magnitude >> MAGNITUDE_BITS};
    return int_from_magnitude(rt, digits, 2, i < 0);
}

ouro_value int_from_uint64(ouro_runtime *rt, uint64_t i)
{
    uint64_t digits[2] = {i & MAGNITUDE_MASK, i >> MAGNITUDE_BITS};
    return int_from_magnitude(rt, digits, 2, false);
}

static ouro_value int_from_int128(ouro_runtime *rt, __int128 i)
{
    if (OURO_LIKELY(i >= OURO_INT_MIN && i <= OURO_INT_MAX)) {
        return ouro_int((int64_t)i);
    }
    unsigned __int128 magnitude = i < 0 ? 0 - (unsigned __int128)i : (unsigned __int128)i;
    uint64_t digits[3] = {(uint64_t)magnitude & MAGNITUDE_MASK,
                          (uint64_t)(magnitude >> MAGNITUDE_BITS) & MAGNITUDE_MASK,
                          (uint64_t)(magnitude >> (2 * MAGNITUDE_BITS))};
    return int_from_magnitude(rt, digits, 3, i < 0);
}

ouro_value int_from_double(ouro_runtime *rt, double d)
{
    if (isnan(d)) {
        return error_value(rt, "cannot convert float NaN to integer");
    }
    if (isinf(d)) {
        return error_overflow(rt, "cannot convert float infinity to integer");
    }
    if (d > -4e18 && d < 4e18) {
        return int_from_int64(rt, (int64_t)d);
    }
    int exponent;
    double fraction = frexp(d < 0 ? -d : d, &exponent); /* exponent >= 62 */
    uint64_t mantissa = (uint64_t)ldexp(fraction, 53);
    uint64_t shift = (uint64_t)(exponent - 53);
    int_object *o = int_new_blank(rt, (size_t)(shift / MAGNITUDE_BITS) + 2);
    if (!o) {
        return OURO_NULL;
    }
    magnitude_shift_left(o->digits, &mantissa, 1, shift);
    return int_finish(rt, o, (size_t)(shift / MAGNITUDE_BITS) + 2, d < 0);
}

ouro_value int_exact(ouro_runtime *rt, ouro_value v)
{
    if (ouro_is_int(v)) {
        return v;
    }
    if (ouro_is_bool(v)) {
        return ouro_int(v.bits == OURO_TRUE.bits);
    }
    if (value_is_instance_exactly(rt, v, TYPE(rt, int))) {
        return value_incref(v);
    }
    int_view view;
    int_view_of(&view, v);
    return int_from_magnitude(rt, view.digits, view.size, view.negative);
}

/* ---- asking ------------------------------------------------------------------------------------------- */

bool int_fits_int64(ouro_value v, int64_t *result)
{
    if (ouro_is_int(v)) {
        *result = ouro_as_int(v);
        return true;
    }
    int_view view;
    int_view_of(&view, v);
    if (view.size > 2 || (view.size == 2 && view.digits[1] > 15)) {
        return false;
    }
    uint64_t magnitude = (view.size > 0 ? view.digits[0] : 0) |
                         (view.size == 2 ? view.digits[1] << MAGNITUDE_BITS : 0);
    if (magnitude > (uint64_t)INT64_MAX + view.negative) {
        return false;
    }
    *result = view.negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return true;
}

bool int_as_int64(ouro_runtime *rt, ouro_value v, int64_t *result)
{
    if (int_fits_int64(v, result)) {
        return true;
    }
    error_overflow(rt, "Python int too large to convert to C long");
    return false;
}

bool int_as_uint64(ouro_runtime *rt, ouro_value v, uint64_t *result)
{
    int_view view;
    int_view_of(&view, v);
    if (view.negative) {
        error_overflow(rt, "can't convert negative int to unsigned");
        return false;
    }
    if (view.size > 2 || (view.size == 2 && view.digits[1] > 15)) {
        error_overflow(rt, "int too big to convert");
        return false;
    }
    *result = (view.size > 0 ? view.digits[0] : 0) | (view.size == 2 ? view.digits[1] << MAGNITUDE_BITS : 0);
    return true;
}

int int_sign(ouro_value v)
{
    int_view view;
    int_view_of(&view, v);
    return view.size == 0 ? 0 : view.negative ? -1 : 1;
}

uint64_t int_bit_length(ouro_value v)
{
    int_view view;
    int_view_of(&view, v);
    return magnitude_bit_length(view.digits, view.size);
}

int int_order(ouro_value a, ouro_value b)
{
    if (ouro_is_int(a) && ouro_is_int(b)) {
        int64_t x = ouro_as_int(a), y = ouro_as_int(b);
        return (x > y) - (x < y);
    }
    int_view x, y;
    int_view_of(&x, a);
    int_view_of(&y, b);
    if (x.negative != y.negative) {
        return x.negative ? -1 : 1;
    }
    int order = magnitude_compare(x.digits, x.size, y.digits, y.size);
    return x.negative ? -order : order;
}

hash_t int_hash(ouro_value v)
{
    const uint64_t modulus = (UINT64_C(1) << 61) - 1;
    if (ouro_is_int(v)) {
        int64_t i = ouro_as_int(v);
        uint64_t m = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
        if (m >= modulus) {
            m = m % modulus;
        }
        hash_t h = i < 0 ? -(hash_t)m : (hash_t)m;
        return h == -1 ? -2 : h;
    }
    int_view view;
    int_view_of(&view, v);
    uint64_t h = 0;
    for (size_t i = view.size; i-- > 0;) {
        /* times 2^60 modulo 2^61 - 1 is a rotation of 61 bits */
        h = ((h << 60) & modulus) | (h >> 1);
        h += view.digits[i];
        if (h >= modulus) {
            h -= modulus;
        }
    }
    hash_t result = view.negative ? -(hash_t)h : (hash_t)h;
    return result == -1 ? -2 : result;
}

double int_frexp(ouro_value v, int64_t *exponent)
{
    int_view view;
    int_view_of(&view, v);
    uint64_t bits = magnitude_bit_length(view.digits, view.size);
    if (bits == 0) {
        *exponent = 0;
        return 0.0;
    }
    uint64_t top; /* the 64 top bits, or all; sticky: the lowest tells of any bit below */
    if (bits <= 64) {
        top = view.digits[0] | (view.size == 2 ? view.digits[1] << MAGNITUDE_BITS : 0);
        top <<= 64 - bits;
    } else {
        uint64_t drop = bits - 64;
        size_t whole = (size_t)(drop / MAGNITUDE_BITS);
        unsigned part = (unsigned)(drop % MAGNITUDE_BITS);
        top = view.digits[whole] >> part;
        top |= view.digits[whole + 1] << (MAGNITUDE_BITS - part);
        if (whole + 2 < view.size && 2 * MAGNITUDE_BITS - part < 64) {
            top |= view.digits[whole + 2] << (2 * MAGNITUDE_BITS - part);
        }
        bool below = (view.digits[whole] & ((UINT64_C(1) << part) - 1)) != 0;
        for (size_t i = 0; i < whole && !below; i++) {
            below = view.digits[i] != 0;
        }
        top |= below;
    }
    double d = ldexp((double)top, -64); /* rounds once, half to even: the sticky bit breaks ties */
    if (d == 1.0) {
        d = 0.5;
        bits++;
    }
    *exponent = (int64_t)bits;
    return view.negative ? -d : d;
}

bool int_as_double(ouro_runtime *rt, ouro_value v, double *result)
{
    if (ouro_is_int(v)) {
        *result = (double)ouro_as_int(v);
        return true;
    }
    int64_t exponent;
    double d = int_frexp(v, &exponent);
    if (exponent > 1024) {
        error_overflow(rt, "int too large to convert to float");
        return false;
    }
    *result = ldexp(d, (int)exponent);
    return true;
}

/* ---- sums and products -------------------------------------------------------------------------------- */

/* a + b, or a - b if `minus`. */
static ouro_value int_sum(ouro_runtime *rt, ouro_value a, ouro_value b, bool minus)
{
    int_view x, y;
    int_view_of(&x, a);
    int_view_of(&y, b);
    bool y_negative = y.negative != minus;
    bool x_larger = magnitude_compare(x.digits, x.size, y.digits, y.size) >= 0;
    const int_view *large = x_larger ? &x : &y;
    const int_view *little = x_larger ? &y : &x;
    bool negative = x_larger ? x.negative : y_negative;
    int_object *o = int_new_blank(rt, large->size + 1);
    if (!o) {
        return OURO_NULL;
    }
    size_t size;
    if (x.negative == y_negative) {
        size = magnitude_add(o->digits, large->digits, large->size, little->digits, little->size);
    } else {
        size = magnitude_subtract(o->digits, large->digits, large->size, little->digits, little->size);
    }
    return int_finish(rt, o, size, negative);
}

ouro_value int_add(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    if (OURO_LIKELY(ouro_is_int(a) && ouro_is_int(b))) {
        return int_from_int64(rt, ouro_as_int(a) + ouro_as_int(b));
    }
    return int_sum(rt, a, b, false);
}

ouro_value int_subtract(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    if (OURO_LIKELY(ouro_is_int(a) && ouro_is_int(b))) {
        return int_from_int64(rt, ouro_as_int(a) - ouro_as_int(b));
    }
    return int_sum(rt, a, b, true);
}

ouro_value int_multiply(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    if (OURO_LIKELY(ouro_is_int(a) && ouro_is_int(b))) {
        return int_from_int128(rt, (__int128)ouro_as_int(a) * ouro_as_int(b));
    }
    int_view x, y;
    int_view_of(&x, a);
    int_view_of(&y, b);
    if (x.size == 0 || y.size == 0) {
        return ouro_int(0);
    }
    int_object *o = int_new_blank(rt, x.size + y.size);
    if (!o) {
        return OURO_NULL;
    }
    if (!magnitude_multiply(rt, o->digits, x.digits, x.size, y.digits, y.size)) {
        int_drop(rt, o);
        return OURO_NULL;
    }
    return int_finish(rt, o, x.size + y.size, x.negative != y.negative);
}

ouro_value int_negate(ouro_runtime *rt, ouro_value a)
{
    if (ouro_is_int(a)) {
        return int_from_int64(rt, -ouro_as_int(a));
    }
    int_view x;
    int_view_of(&x, a);
    return int_from_magnitude(rt, x.digits, x.size, !x.negative && x.size > 0);
}

ouro_value int_absolute(ouro_runtime *rt, ouro_value a)
{
    return int_sign(a) < 0 ? int_negate(rt, a) : int_exact(rt, a);
}

/* ---- division ----------------------------------------------------------------------------------------- */

bool int_divide(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value *quotient, ouro_value *remainder,
                const char *message)
{
    if (ouro_is_int(a) && ouro_is_int(b)) {
        int64_t x = ouro_as_int(a), y = ouro_as_int(b);
        if (y == 0) {
            error_raise(rt, EXC(rt, ZeroDivisionError), "%s", message);
            return false;
        }
        int64_t q = x / y;
        int64_t r = x - q * y;
        if (r != 0 && (r < 0) != (y < 0)) {
            q--;
            r += y;
        }
        if (remainder) {
            *remainder = ouro_int(r);
        }
        if (quotient) {
            *quotient = int_from_int64(rt, q); /* OURO_INT_MIN // -1 is too large by one */
            return !ouro_is_null(*quotient);
        }
        return true;
    }
    int_view x, y;
    int_view_of(&x, a);
    int_view_of(&y, b);
    if (y.size == 0) {
        error_raise(rt, EXC(rt, ZeroDivisionError), "%s", message);
        return false;
    }
    bool differ = x.negative != y.negative;
    if (magnitude_compare(x.digits, x.size, y.digits, y.size) < 0) {
        bool floor_down = differ && x.size > 0;
        if (remainder) {
            *remainder = floor_down ? int_add(rt, a, b) : int_exact(rt, a);
            if (ouro_is_null(*remainder)) {
                return false;
            }
        }
        if (quotient) {
            *quotient = ouro_int(floor_down ? -1 : 0);
        }
        return true;
    }
    bool done = false;
    size_t nq = x.size - y.size + 1;
    int_object *q = quotient ? int_new_blank(rt, nq + 1) : NULL;
    int_object *r = int_new_blank(rt, y.size);
    ouro_value q_value = OURO_NULL;
    if ((quotient && !q) || !r ||
        !magnitude_divide(rt, q ? q->digits : NULL, r->digits, x.digits, x.size, y.digits, y.size)) {
        goto end;
    }
    size_t nr = magnitude_trim(r->digits, y.size);
    if (differ && nr > 0) {
        /* towards minus infinity: one more in magnitude, the remainder on the divisor's side */
        if (q) {
            static const uint64_t one = 1;
            nq = magnitude_add(q->digits, q->digits, nq, &one, 1);
        }
        nr = magnitude_subtract(r->digits, y.digits, y.size, r->digits, nr);
    }
    if (q) {
        q_value = int_finish(rt, q, nq, differ);
        q = NULL;
        if (ouro_is_null(q_value)) {
            goto end;
        }
    }
    if (remainder) {
        *remainder = int_finish(rt, r, nr, y.negative);
        r = NULL;
        if (ouro_is_null(*remainder)) {
            goto end;
        }
    }
    if (quotient) {
        *quotient = q_value;
        q_value = OURO_NULL;
    }
    done = true;
end:
    if (q) {
        int_drop(rt, q);
    }
    if (r) {
        int_drop(rt, r);
    }
    value_decref(rt, q_value);
    return done;
}

ouro_value int_true_divide(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    const int64_t exact = INT64_C(1) << 53;
    int_view x, y;
    int_view_of(&x, a);
    int_view_of(&y, b);
    if (y.size == 0) {
        return error_raise(rt, EXC(rt, ZeroDivisionError), "division by zero");
    }
    if (x.size == 0) {
        return float_new(rt, y.negative ? -0.0 : 0.0);
    }
    if (x.size == 1 && y.size == 1 && x.digits[0] <= (uint64_t)exact && y.digits[0] <= (uint64_t)exact) {
        double d = (double)x.digits[0] / (double)y.digits[0];
        return float_new(rt, x.negative != y.negative ? -d : d);
    }
    /* Scale so that the quotient has 55 bits or a few more (fewer if the result is subnormal), keep a sticky bit
     * for what is cut off on either side, and round once. */
    bool negative = x.negative != y.negative;
    int64_t difference =
        (int64_t)magnitude_bit_length(x.digits, x.size) - (int64_t)magnitude_bit_length(y.digits, y.size);
    if (difference > 1024) {
        return error_overflow(rt, "integer division result too large for a float");
    }
    if (difference < -1080) {
        return float_new(rt, negative ? -0.0 : 0.0);
    }
    int64_t shift = (difference > -1021 ? difference : -1021) - 55;
    bool sticky = false;
    size_t numerator_size;
    uint64_t *numerator;
    if (shift <= 0) {
        numerator_size = x.size + (size_t)(-shift / MAGNITUDE_BITS) + 1;
    } else {
        numerator_size = x.size - (size_t)(shift / MAGNITUDE_BITS);
    }
    size_t room = numerator_size > y.size ? numerator_size : y.size;
    numerator = ouro_mem_alloc(rt->mem, (room + 2 + y.size + room + 2) * sizeof *numerator);
    if (!numerator) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    uint64_t *rest = numerator + room + 2;
    uint64_t *quotient = rest + y.size;
    if (shift <= 0) {
        magnitude_shift_left(numerator, x.digits, x.size, (uint64_t)-shift);
    } else {
        magnitude_shift_right(numerator, x.digits, x.size, (uint64_t)shift);
        size_t whole = (size_t)(shift / MAGNITUDE_BITS);
        sticky = (x.digits[whole] & ((UINT64_C(1) << (shift % MAGNITUDE_BITS)) - 1)) != 0;
        for (size_t i = 0; i < whole && !sticky; i++) {
            sticky = x.digits[i] != 0;
        }
    }
    numerator_size = magnitude_trim(numerator, numerator_size);
    uint64_t q = 0;
    if (numerator_size < y.size) {
        sticky = true;
    } else {
        if (!magnitude_divide(rt, quotient, rest, numerator, numerator_size, y.digits, y.size)) {
            ouro_mem_free(rt->mem, numerator);
            return OURO_NULL;
        }
        q = quotient[0]; /* at most 57 bits */
        if (magnitude_trim(rest, y.size) > 0) {
            sticky = true;
        }
    }
    ouro_mem_free(rt->mem, numerator);
    q |= sticky;
    int q_bits = q ? 64 - __builtin_clzll(q) : 0;
    int64_t least = -1074 - shift; /* the lowest bit that a double at this scale can have */
    int64_t extra = q_bits - 53 > least ? q_bits - 53 : least;
    if (extra > 0) {
        uint64_t half = UINT64_C(1) << (extra - 1);
        uint64_t low = q & (2 * half - 1);
        q -= low;
        if (low > half || (low == half && (q & (2 * half)))) {
            q += 2 * half;
        }
    }
    double d = ldexp((double)q, (int)shift);
    if (isinf(d)) {
        return error_overflow(rt, "integer division result too large for a float");
    }
    return float_new(rt, negative ? -d : d);
}

/* ---- bits --------------------------------------------------------------------------------------------- */

ouro_value int_shift_left(ouro_runtime *rt, ouro_value a, uint64_t bits)
{
    if (ouro_is_int(a)) {
        int64_t i = ouro_as_int(a);
        if (i == 0) {
            return a;
        }
        if (bits < 62) {
            return int_from_int128(rt, (__int128)i * ((__int128)1 << bits));
        }
    }
    int_view x;
    int_view_of(&x, a);
    if (x.size == 0) {
        return ouro_int(0);
    }
    uint64_t size = bits / MAGNITUDE_BITS + x.size + 1;
    if (size > MAGNITUDE_MAX_SIZE) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    int_object *o = int_new_blank(rt, (size_t)size);
    if (!o) {
        return OURO_NULL;
    }
    magnitude_shift_left(o->digits, x.digits, x.size, bits);
    return int_finish(rt, o, (size_t)size, x.negative);
}

ouro_value int_shift_right(ouro_runtime *rt, ouro_value a, uint64_t bits)
{
    if (ouro_is_int(a)) {
        return ouro_int(ouro_as_int(a) >> (bits < 63 ? bits : 63));
    }
    int_view x;
    int_view_of(&x, a);
    uint64_t whole = bits / MAGNITUDE_BITS;
    if (whole >= x.size) {
        return ouro_int(x.negative ? -1 : 0);
    }
    size_t size = x.size - (size_t)whole;
    int_object *o = int_new_blank(rt, size + 1);
    if (!o) {
        return OURO_NULL;
    }
    magnitude_shift_right(o->digits, x.digits, x.size, bits);
    if (x.negative) { /* floor: one more if a bit was lost */
        bool lost = (x.digits[whole] & ((UINT64_C(1) << (bits % MAGNITUDE_BITS)) - 1)) != 0;
        for (size_t i = 0; i < whole && !lost; i++) {
            lost = x.digits[i] != 0;
        }
        if (lost) {
            static const uint64_t one = 1;
            size = magnitude_add(o->digits, o->digits, size, &one, 1);
        }
    }
    return int_finish(rt, o, size, x.negative);
}

/* The i-th digit of the two's complement of a view; *carry begins as 1. */
static inline uint64_t int_complement_digit(const int_view *x, size_t i, uint64_t *carry)
{
    uint64_t d = i < x->size ? x->digits[i] : 0;
    if (!x->negative) {
        return d;
    }
    d = (~d & MAGNITUDE_MASK) + *carry;
    *carry = d >> MAGNITUDE_BITS;
    return d & MAGNITUDE_MASK;
}

static inline uint64_t int_bit_operation(binary_op op, uint64_t a, uint64_t b)
{
    return op == BINARY_AND ? a & b : op == BINARY_OR ? a | b : a ^ b;
}

static ouro_value int_bitwise(ouro_runtime *rt, binary_op op, ouro_value a, ouro_value b)
{
    if (ouro_is_int(a) && ouro_is_int(b)) {
        return ouro_int((int64_t)int_bit_operation(op, (uint64_t)ouro_as_int(a), (uint64_t)ouro_as_int(b)));
    }
    int_view x, y;
    int_view_of(&x, a);
    int_view_of(&y, b);
    bool negative = int_bit_operation(op, x.negative, y.negative);
    size_t size = x.size > y.size ? x.size : y.size;
    if (op == BINARY_AND) { /* a nonnegative operand bounds the result */
        size = !x.negative && x.size < size ? x.size : size;
        size = !y.negative && y.size < size ? y.size : size;
    }
    int_object *o = int_new_blank(rt, size + 1);
    if (!o) {
        return OURO_NULL;
    }
    uint64_t carry_x = 1, carry_y = 1, carry = 1;
    for (size_t i = 0; i < size + 1; i++) {
        uint64_t d = int_bit_operation(op, int_complement_digit(&x, i, &carry_x),
                                       int_complement_digit(&y, i, &carry_y));
        if (negative) {
            d = (~d & MAGNITUDE_MASK) + carry;
            carry = d >> MAGNITUDE_BITS;
        }
        o->digits[i] = d & MAGNITUDE_MASK;
    }
    return int_finish(rt, o, size + 1, negative);
}

static ouro_value int_shift(ouro_runtime *rt, binary_op op, ouro_value a, ouro_value b)
{
    int_view count;
    int_view_of(&count, b);
    if (count.negative) {
        return error_value(rt, "negative shift count");
    }
    int64_t bits;
    if (int_fits_int64(b, &bits)) {
        return op == BINARY_LSHIFT ? int_shift_left(rt, a, (uint64_t)bits)
                                   : int_shift_right(rt, a, (uint64_t)bits);
    }
    if (op == BINARY_RSHIFT) {
        return ouro_int(int_sign(a) < 0 ? -1 : 0);
    }
    if (int_sign(a) == 0) {
        return ouro_int(0);
    }
    if (count.size > 2 || count.digits[1] >= 60) {
        /* CPython's limit, 2^61 digits of 30 bits */
        return error_overflow(rt, "too many digits in integer");
    }
    error_no_memory(rt);
    return OURO_NULL;
}

ouro_value int_binary(ouro_runtime *rt, binary_op op, ouro_value a, ouro_value b)
{
    ouro_value q = OURO_NULL, r = OURO_NULL;
    switch (op) {
    case BINARY_ADD:
        return int_add(rt, a, b);
    case BINARY_SUBTRACT:
        return int_subtract(rt, a, b);
    case BINARY_MULTIPLY:
        return int_multiply(rt, a, b);
    case BINARY_TRUE_DIVIDE:
        return int_true_divide(rt, a, b);
    case BINARY_FLOOR_DIVIDE:
        return int_divide(rt, a, b, &q, NULL, "integer division or modulo by zero") ? q : OURO_NULL;
    case BINARY_REMAINDER:
        return int_divide(rt, a, b, NULL, &r, "integer modulo by zero") ? r : OURO_NULL;
    case BINARY_POWER:
        return int_power_slot(rt, a, b, OURO_NONE);
    case BINARY_LSHIFT:
    case BINARY_RSHIFT:
        return int_shift(rt, op, a, b);
    case BINARY_AND:
    case BINARY_OR:
    case BINARY_XOR:
        return int_bitwise(rt, op, a, b);
    default:
        return error_system(rt, "int_binary: no such operation");
    }
}

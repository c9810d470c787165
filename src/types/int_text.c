/* int_text.c: ints from digits and to digits.
 *
 * Bases that are powers of two copy bits, in linear time.  For the others the work is split in halves: text of n
 * digits is high * base^k + low, and a large int is divided by base^k, with k doubling from a chunk (the most
 * digits whose power still fits one magnitude digit; 18 for decimal).  With libtommath's products and the
 * recursive division this stays well below quadratic.  Small pieces go digit by digit.
 *
 * The digits limit is 3.11's (CVE-2020-10735): conversions between text and ints of more digits than
 * sys.set_int_max_str_digits allows are refused, but for bases that are powers of two.
 */
#include "types/error.h"
#include "types/int_view.h"
#include "types/protocol.h"
#include "types/str.h"

enum {
    INT_TEXT_CHUNKS = 32,        /* chunks (of 18 decimal digits) below which conversion is quadratic */
    INT_TEXT_DEFAULT_LIMIT = 4300,
    INT_TEXT_LIMIT_THRESHOLD = 640, /* shorter ones are never refused */
    INT_TEXT_LEVELS = 48,
};

int64_t int_max_str_digits(ouro_runtime *rt)
{
    /* stored plus one, so that a fresh runtime's zero means the default */
    int64_t stored = rt->types->int_max_str_digits_plus_1;
    return stored ? stored - 1 : INT_TEXT_DEFAULT_LIMIT;
}

void int_set_max_str_digits(ouro_runtime *rt, int64_t digits)
{
    rt->types->int_max_str_digits_plus_1 = digits + 1;
}

/* base^(chunk * 2^level) for level 0, 1, ... */
typedef struct int_text_powers {
    uint64_t *digits[INT_TEXT_LEVELS];
    size_t size[INT_TEXT_LEVELS];
    int count;
    unsigned chunk;      /* base^chunk is the largest power below 2^60 */
    uint64_t chunk_base; /* base^chunk */
} int_text_powers;

static void int_text_powers_init(int_text_powers *p, int base)
{
    p->count = 0;
    p->chunk = 0;
    p->chunk_base = 1;
    while (p->chunk_base <= MAGNITUDE_MASK / (uint64_t)base) {
        p->chunk_base *= (uint64_t)base;
        p->chunk++;
    }
}

static void int_text_powers_free(ouro_runtime *rt, int_text_powers *p)
{
    for (int i = 0; i < p->count; i++) {
        ouro_mem_free(rt->mem, p->digits[i]);
    }
}

/* Makes the powers up to and including `level`. */
static bool int_text_powers_make(ouro_runtime *rt, int_text_powers *p, int level)
{
    while (p->count <= level) {
        int i = p->count;
        size_t room = i == 0 ? 1 : 2 * p->size[i - 1];
        uint64_t *digits = ouro_mem_alloc(rt->mem, room * sizeof *digits);
        if (!digits) {
            error_no_memory(rt);
            return false;
        }
        if (i == 0) {
            digits[0] = p->chunk_base;
        } else if (!magnitude_multiply(rt, digits, p->digits[i - 1], p->size[i - 1], p->digits[i - 1],
                                       p->size[i - 1])) {
            ouro_mem_free(rt->mem, digits);
            return false;
        }
        p->digits[i] = digits;
        p->size[i] = magnitude_trim(digits, room);
        p->count++;
    }
    return true;
}

static int int_text_shift(int base)
{
    return (base & (base - 1)) == 0 ? __builtin_ctz((unsigned)base) : 0;
}

/* ---- from text ---------------------------------------------------------------------------------------- */

/* From clean digits (values 0..base-1) to a magnitude with room for as many digits as int_text_room says. */
static size_t int_text_room(const int_text_powers *p, size_t length)
{
    return length / p->chunk + 2;
}

static bool int_text_parse(ouro_runtime *rt, int_text_powers *p, int base, const unsigned char *text,
                           size_t length, uint64_t *r, size_t *size)
{
    if (length <= (size_t)p->chunk * INT_TEXT_CHUNKS) {
        size_t n = 0;
        size_t i = 0;
        while (i < length) {
            size_t end = i + (i == 0 && length % p->chunk ? length % p->chunk : p->chunk);
            uint64_t value = 0;
            for (; i < end; i++) {
                value = value * (uint64_t)base + text[i];
            }
            uint64_t carry = magnitude_multiply_digit(r, r, n, p->chunk_base, value);
            if (carry) {
                r[n++] = carry;
            }
        }
        *size = n;
        return true;
    }
    int level = 0;
    while (((size_t)p->chunk << (level + 1)) < length) {
        level++;
    }
    size_t low_length = (size_t)p->chunk << level;
    size_t high_length = length - low_length;
    if (!int_text_powers_make(rt, p, level)) {
        return false;
    }
    size_t high_room = int_text_room(p, high_length);
    size_t product_room = high_room + p->size[level] + 1;
    uint64_t *work = ouro_mem_alloc(rt->mem, (high_room + product_room) * sizeof *work);
    if (!work) {
        error_no_memory(rt);
        return false;
    }
    uint64_t *high = work;
    uint64_t *product = work + high_room;
    size_t high_size, low_size;
    bool done = int_text_parse(rt, p, base, text, high_length, high, &high_size) &&
                int_text_parse(rt, p, base, text + high_length, low_length, r, &low_size) &&
                magnitude_multiply(rt, product, high, high_size, p->digits[level], p->size[level]);
    if (done) {
        size_t product_size = magnitude_trim(product, high_size + p->size[level]);
        size_t n;
        if (product_size >= low_size) {
            n = magnitude_add(product, product, product_size, r, low_size);
        } else { /* the high part was all zeros */
            memcpy(product, r, low_size * sizeof *r);
            n = low_size;
        }
        memcpy(r, product, n * sizeof *r);
        *size = n;
    }
    ouro_mem_free(rt->mem, work);
    return done;
}

/* `digits`: values, most significant first. */
static ouro_value int_text_from_values(ouro_runtime *rt, const unsigned char *digits, size_t length, int base,
                                       bool negative)
{
    int shift = int_text_shift(base);
    while (length > 0 && digits[0] == 0) {
        digits++;
        length--;
    }
    if (shift) {
        if (length > MAGNITUDE_MAX_SIZE) {
            error_no_memory(rt);
            return OURO_NULL;
        }
        size_t room = length * (size_t)shift / MAGNITUDE_BITS + 1;
        int_object *o = int_new_blank(rt, room);
        if (!o) {
            return OURO_NULL;
        }
        memset(o->digits, 0, room * sizeof *o->digits);
        size_t bit = 0;
        for (size_t i = length; i-- > 0; bit += (size_t)shift) {
            size_t at = bit / MAGNITUDE_BITS;
            unsigned part = (unsigned)(bit % MAGNITUDE_BITS);
            uint64_t value = (uint64_t)digits[i] << part; /* base 32: may cross into the next digit */
            o->digits[at] |= value & MAGNITUDE_MASK;
            if (value >> MAGNITUDE_BITS) {
                o->digits[at + 1] |= value >> MAGNITUDE_BITS;
            }
        }
        return int_finish(rt, o, room, negative);
    }
    int_text_powers powers;
    int_text_powers_init(&powers, base);
    if (length <= powers.chunk) {
        uint64_t value = 0;
        for (size_t i = 0; i < length; i++) {
            value = value * (uint64_t)base + digits[i];
        }
        return ouro_int(negative ? -(int64_t)value : (int64_t)value);
    }
    size_t room = int_text_room(&powers, length);
    int_object *o = int_new_blank(rt, room);
    if (!o) {
        return OURO_NULL;
    }
    size_t size = 0;
    bool done = int_text_parse(rt, &powers, base, digits, length, o->digits, &size);
    int_text_powers_free(rt, &powers);
    if (!done) {
        int_drop(rt, o);
        return OURO_NULL;
    }
    return int_finish(rt, o, size, negative);
}

static int int_text_digit_value(unsigned char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'Z') {
        return c - 'A' + 10;
    }
    return 99;
}

static bool int_text_is_space(unsigned char c)
{
    return c == ' ' || (c >= 9 && c <= 13);
}

/* The ValueError of a bad literal, shown as the repr of what was given (of its first 200 characters). */
static void int_text_bad_literal(ouro_runtime *rt, int base, ouro_value literal)
{
    ouro_value repr = object_repr(rt, literal);
    if (!ouro_is_null(repr) && str_length(as_str(repr)) > 200) {
        ouro_value head = str_substring(rt, repr, 0, 200);
        value_decref(rt, repr);
        repr = head;
    }
    if (!ouro_is_null(repr)) {
        error_value(rt, "invalid literal for int() with base %d: %U", base, repr);
        value_decref(rt, repr);
    }
}

ouro_value int_from_text(ouro_runtime *rt, const char *text, size_t length, int base)
{
    return int_parse(rt, text, length, base, OURO_NULL);
}

ouro_value int_parse(ouro_runtime *rt, const char *text, size_t length, int base, ouro_value literal)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t i = 0, end = length;
    bool negative = false;
    int asked = base;
    unsigned char stack_digits[128];
    unsigned char *digits = stack_digits;
    ouro_value result = OURO_NULL;
    bool valid = false;
    while (i < end && int_text_is_space(s[i])) {
        i++;
    }
    while (end > i && int_text_is_space(s[end - 1])) {
        end--;
    }
    if (i < end && (s[i] == '+' || s[i] == '-')) {
        negative = s[i] == '-';
        i++;
    }
    bool only_zero = false; /* base 0 and a leading 0 without a prefix: only zeros may follow */
    if (end - i >= 2 && i < end && s[i] == '0') {
        unsigned char c = s[i + 1] | 0x20;
        int prefixed = c == 'x' ? 16 : c == 'o' ? 8 : c == 'b' ? 2 : 0;
        if (prefixed && (base == 0 || base == prefixed)) {
            base = prefixed;
            i += 2;
            if (i < end && s[i] == '_') { /* 0x_f */
                i++;
            }
        } else if (base == 0) {
            only_zero = true;
        }
    }
    if (base == 0) {
        base = 10;
    }
    if (end - i > sizeof stack_digits) {
        digits = ouro_mem_alloc(rt->mem, end - i);
        if (!digits) {
            error_no_memory(rt);
            return OURO_NULL;
        }
    }
    size_t count = 0;
    bool nonzero = false;
    bool after_underscore = true; /* none may come first */
    valid = i < end;
    for (; i < end && valid; i++) {
        if (s[i] == '_') {
            valid = !after_underscore;
            after_underscore = true;
            continue;
        }
        int value = int_text_digit_value(s[i]);
        if (value >= base) {
            valid = false;
            break;
        }
        nonzero |= value != 0;
        digits[count++] = (unsigned char)value;
        after_underscore = false;
    }
    if (after_underscore || (only_zero && nonzero)) {
        valid = false;
    }
    if (valid) {
        int64_t limit = int_max_str_digits(rt);
        if (limit > 0 && count > INT_TEXT_LIMIT_THRESHOLD && count > (uint64_t)limit && !int_text_shift(base)) {
            error_value(rt,
                        "Exceeds the limit (%lld digits) for integer string conversion: value has %zu digits; "
                        "use sys.set_int_max_str_digits() to increase the limit",
                        (long long)limit, count);
        } else {
            result = int_text_from_values(rt, digits, count, base, negative);
        }
    } else if (!ouro_is_null(literal)) {
        int_text_bad_literal(rt, asked, literal);
    } else {
        literal = str_from_utf8(rt, text, length);
        if (!ouro_is_null(literal)) {
            int_text_bad_literal(rt, asked, literal);
            value_decref(rt, literal);
        }
    }
    if (digits != stack_digits) {
        ouro_mem_free(rt->mem, digits);
    }
    return result;
}

/* ---- to text ------------------------------------------------------------------------------------------ */

static const char int_text_characters[] = "0123456789abcdefghijklmnopqrstuvwxyz";

/* Writes the magnitude as exactly `width` digits, zeros in front; destroys a. */
static void int_text_write_small(const int_text_powers *p, int base, uint64_t *a, size_t n, char *out,
                                 size_t width)
{
    size_t at = width;
    while (n > 0) {
        uint64_t chunk = magnitude_divide_digit(a, a, n, p->chunk_base);
        n = magnitude_trim(a, n);
        for (unsigned i = 0; i < p->chunk && at > 0; i++) {
            out[--at] = int_text_characters[chunk % (uint64_t)base];
            chunk /= (uint64_t)base;
        }
    }
    memset(out, '0', at);
}

static bool int_text_write(ouro_runtime *rt, int_text_powers *p, int base, uint64_t *a, size_t n, char *out,
                           size_t width, int level)
{
    n = magnitude_trim(a, n);
    if (n <= INT_TEXT_CHUNKS || level < 0) {
        int_text_write_small(p, base, a, n, out, width);
        return true;
    }
    const uint64_t *power = p->digits[level];
    size_t size = p->size[level];
    size_t low_width = (size_t)p->chunk << level;
    if (magnitude_compare(a, n, power, size) < 0) {
        memset(out, '0', width - low_width);
        return int_text_write(rt, p, base, a, n, out + width - low_width, low_width, level - 1);
    }
    size_t nq = n - size + 1;
    uint64_t *q = ouro_mem_alloc(rt->mem, (nq + size) * sizeof *q);
    if (!q) {
        error_no_memory(rt);
        return false;
    }
    uint64_t *r = q + nq;
    bool done = magnitude_divide(rt, q, r, a, n, power, size) &&
                int_text_write(rt, p, base, q, nq, out, width - low_width, level - 1) &&
                int_text_write(rt, p, base, r, size, out + width - low_width, low_width, level - 1);
    ouro_mem_free(rt->mem, q);
    return done;
}

static ouro_value int_text_refuse(ouro_runtime *rt)
{
    return error_value(rt,
                       "Exceeds the limit (%lld digits) for integer string conversion; use "
                       "sys.set_int_max_str_digits() to increase the limit",
                       (long long)int_max_str_digits(rt));
}

size_t int_decimal(uint64_t magnitude, char buffer[INT_DECIMAL_MAX])
{
    size_t at = INT_DECIMAL_MAX;
    do {
        buffer[--at] = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude);
    return INT_DECIMAL_MAX - at;
}

/* An immediate int in decimal. */
static char *int_small_to_ascii(ouro_runtime *rt, int64_t i, size_t *length)
{
    char buffer[INT_DECIMAL_MAX];
    size_t digits = int_decimal(i < 0 ? 0 - (uint64_t)i : (uint64_t)i, buffer);
    char *text = ouro_mem_alloc(rt->mem, digits + 2);
    if (!text) {
        error_no_memory(rt);
        return NULL;
    }
    text[0] = '-';
    memcpy(text + (i < 0), buffer + sizeof buffer - digits, digits);
    *length = digits + (i < 0);
    text[*length] = '\0';
    return text;
}

char *int_to_ascii(ouro_runtime *rt, ouro_value v, int base, bool prefix, bool limited, size_t *length)
{
    if (base == 10 && ouro_is_int(v)) {
        return int_small_to_ascii(rt, ouro_as_int(v), length);
    }
    int_view view;
    int_view_of(&view, v);
    int shift = int_text_shift(base);
    uint64_t bits = magnitude_bit_length(view.digits, view.size);
    char *text = NULL;
    char *out;
    size_t head = view.negative + (prefix && base != 10 ? 2 : 0);
    if (shift) {
        size_t count = bits ? (size_t)((bits + (uint64_t)shift - 1) / (uint64_t)shift) : 1;
        text = ouro_mem_alloc(rt->mem, head + count + 1);
        if (!text) {
            error_no_memory(rt);
            return NULL;
        }
        out = text + head;
        for (size_t i = 0; i < count; i++) {
            size_t bit = i * (size_t)shift;
            size_t at = bit / MAGNITUDE_BITS;
            unsigned part = (unsigned)(bit % MAGNITUDE_BITS);
            uint64_t value = at < view.size ? view.digits[at] >> part : 0;
            if (part + (unsigned)shift > MAGNITUDE_BITS && at + 1 < view.size) {
                value |= view.digits[at + 1] << (MAGNITUDE_BITS - part);
            }
            out[count - 1 - i] = int_text_characters[value & ((UINT64_C(1) << shift) - 1)];
        }
        *length = head + count;
    } else {
        int_text_powers powers;
        int_text_powers_init(&powers, base);
        int64_t limit = limited ? int_max_str_digits(rt) : 0;
        /* refuse before the work if the bits alone tell: a decimal digit has less than 4 bits */
        if (limit > 0 && bits > 4096 && (bits - 1) / 4 > (uint64_t)limit && base <= 16) {
            int_text_refuse(rt);
            return NULL;
        }
        size_t width = (size_t)(view.size + 1) * (powers.chunk + 1); /* a digit has at most chunk + 1 */
        int level = -1;
        uint64_t *work = ouro_mem_alloc(rt->mem, (view.size + 1) * sizeof *work);
        bool done = work != NULL;
        if (done) {
            memcpy(work, view.digits, view.size * sizeof *work);
            if (view.size > INT_TEXT_CHUNKS) {
                do { /* the largest power of at most about half the size */
                    level++;
                    done = int_text_powers_make(rt, &powers, level);
                } while (done && powers.size[level] * 2 <= view.size + 1);
                size_t full = (size_t)powers.chunk << (level + 1);
                width = width > full ? width : full;
            }
        } else {
            error_no_memory(rt);
        }
        if (done) {
            text = ouro_mem_alloc(rt->mem, head + width + 1);
            if (!text) {
                error_no_memory(rt);
            }
        }
        if (text && !int_text_write(rt, &powers, base, work, view.size, text + head, width, level)) {
            ouro_mem_free(rt->mem, text);
            text = NULL;
        }
        ouro_mem_free(rt->mem, work);
        int_text_powers_free(rt, &powers);
        if (!text) {
            return NULL;
        }
        out = text + head;
        size_t zeros = 0;
        while (zeros + 1 < width && out[zeros] == '0') {
            zeros++;
        }
        memmove(out, out + zeros, width - zeros);
        width -= zeros;
        if (limit > 0 && width > INT_TEXT_LIMIT_THRESHOLD && width > (uint64_t)limit) {
            ouro_mem_free(rt->mem, text);
            int_text_refuse(rt);
            return NULL;
        }
        *length = head + width;
    }
    char *start = text;
    if (view.negative) {
        *start++ = '-';
    }
    if (prefix && base != 10) {
        *start++ = '0';
        *start = base == 16 ? 'x' : base == 8 ? 'o' : 'b';
    }
    text[*length] = '\0';
    return text;
}

ouro_value int_to_text(ouro_runtime *rt, ouro_value v, int base, bool prefix)
{
    if (ouro_is_int(v) && base == 10) {
        int64_t i = ouro_as_int(v);
        char buffer[1 + INT_DECIMAL_MAX];
        size_t count = int_decimal(i < 0 ? 0 - (uint64_t)i : (uint64_t)i, buffer + 1);
        if (i < 0) {
            buffer[sizeof buffer - ++count] = '-';
        }
        if (count == 1) {
            return str_from_char(rt, (unsigned char)buffer[sizeof buffer - 1]);
        }
        str_object *text = str_new_blank(rt, count, 0x7f);
        if (text == NULL) {
            return OURO_NULL;
        }
        memcpy(text->data, buffer + sizeof buffer - count, count);
        return ouro_from_object(text);
    }
    size_t length;
    char *text = int_to_ascii(rt, v, base, prefix, true, &length);
    if (!text) {
        return OURO_NULL;
    }
    ouro_value result = str_from_latin1(rt, (const unsigned char *)text, length);
    ouro_mem_free(rt->mem, text);
    return result;
}

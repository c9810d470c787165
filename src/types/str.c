/* str.c: making, comparing, hashing and joining text.
 *
 * Owns the layout of str_object.  A str of the narrowest kind is made by every function here, so two equal strs have
 * the same kind and the same bytes: equality is one memcmp, and the hash runs over the bytes.
 *
 * The hash is keyed with types_state.hash_seed and folds 128-bit products (the construction of wyhash and foldhash):
 * a few nanoseconds for a name, and without the key nobody can choose colliding texts.  The empty text hashes to 0.
 * sys.hash_info calls it "fold128": SipHash-1-3, which CPython has, takes six rounds of 14 operations for a name of up to 8
 * bytes where this takes two products, and most texts that a program makes are short and hashed once.
 *
 * str_append is the only function that changes a str after it was made: the caller hands over the only reference.
 */
#include "types/text.h"

#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"

static const size_t str_max_bytes = SIZE_MAX / 4;

/* ---- characters --------------------------------------------------------------------------------------- */

size_t text_ascii_prefix(const unsigned char *data, size_t length)
{
    size_t i = 0;
    for (; i + 32 <= length; i += 32) {
        uint64_t w[4];
        memcpy(w, data + i, sizeof w);
        if (((w[0] | w[1] | w[2] | w[3]) & UINT64_C(0x8080808080808080)) != 0) {
            break;
        }
    }
    for (; i + 8 <= length; i += 8) {
        uint64_t w;
        memcpy(&w, data + i, sizeof w);
        w &= UINT64_C(0x8080808080808080);
        if (w != 0) {
            break;
        }
    }
    while (i < length && data[i] < 0x80) {
        i++;
    }
    return i;
}

uint32_t text_max_class(unsigned kind, const void *data, size_t length)
{
    if (kind == 1) {
        return text_ascii_prefix(data, length) == length ? 0x7f : 0xff;
    }
    uint32_t seen = 0;
    if (kind == 2) {
        const uint16_t *p = data;
        for (size_t i = 0; i < length; i++) {
            seen |= p[i];
        }
    } else {
        const uint32_t *p = data;
        for (size_t i = 0; i < length; i++) {
            seen |= p[i];
        }
    }
    return text_class_of(seen);
}

void text_copy(unsigned to_kind, void *to, size_t to_index, unsigned from_kind, const void *from, size_t from_index,
               size_t count)
{
    if (count == 0) {
        return; /* either side may be no place at all */
    }
    if (to_kind == from_kind) {
        memcpy((char *)to + to_index * to_kind, (const char *)from + from_index * from_kind, count * to_kind);
        return;
    }
    if (to_kind == 2 && from_kind == 1) {
        uint16_t *d = (uint16_t *)to + to_index;
        const uint8_t *s = (const uint8_t *)from + from_index;
        for (size_t i = 0; i < count; i++) {
            d[i] = s[i];
        }
        return;
    }
    if (to_kind == 4 && from_kind == 1) {
        uint32_t *d = (uint32_t *)to + to_index;
        const uint8_t *s = (const uint8_t *)from + from_index;
        for (size_t i = 0; i < count; i++) {
            d[i] = s[i];
        }
        return;
    }
    for (size_t i = 0; i < count; i++) {
        text_write(to_kind, to, to_index + i, text_read(from_kind, from, from_index + i));
    }
}

void text_fill(unsigned kind, void *data, size_t start, size_t count, uint32_t c)
{
    if (kind == 1) {
        memset((char *)data + start, (int)c, count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        text_write(kind, data, start + i, c);
    }
}

/* ---- making ------------------------------------------------------------------------------------------- */

static str_object *str_allocate(ouro_runtime *rt, size_t length, unsigned kind, bool ascii)
{
    if (length > str_max_bytes / kind) {
        error_no_memory(rt);
        return NULL;
    }
    str_object *s = object_new(rt, &TYPE(rt, str)->type, length * kind);
    if (s == NULL) {
        return NULL;
    }
    s->hash = 0;
    s->length = length;
    s->flags = (uint8_t)(kind | (ascii ? STR_ASCII : 0));
    return s;
}

ouro_value str_empty(ouro_runtime *rt)
{
    if (ouro_is_null(rt->types->empty_str)) {
        rt->types->empty_str = ouro_from_object(str_allocate(rt, 0, 1, true));
    }
    return value_incref(rt->types->empty_str);
}

str_object *str_new_blank(ouro_runtime *rt, size_t length, uint32_t max_char)
{
    if (length == 0) {
        return as_str(str_empty(rt));
    }
    return str_allocate(rt, length, text_kind_for(max_char), max_char < 0x80);
}

ouro_value str_from_char(ouro_runtime *rt, uint32_t c)
{
    if (c < 0x100) {
        ouro_value *slot = &rt->types->latin1_chars[c];
        if (ouro_is_null(*slot)) {
            str_object *s = str_allocate(rt, 1, 1, c < 0x80);
            if (s == NULL) {
                return OURO_NULL;
            }
            s->data[0] = (unsigned char)c;
            *slot = ouro_from_object(s);
        }
        return value_incref(*slot);
    }
    str_object *s = str_new_blank(rt, 1, c);
    if (s != NULL) {
        text_write(str_kind(s), s->data, 0, c);
    }
    return ouro_from_object(s);
}

ouro_value str_from_kind(ouro_runtime *rt, unsigned kind, const void *data, size_t length)
{
    if (length == 1) {
        return str_from_char(rt, text_read(kind, data, 0));
    }
    str_object *s = str_new_blank(rt, length, text_max_class(kind, data, length));
    if (s != NULL) {
        text_copy(str_kind(s), s->data, 0, kind, data, 0, length);
    }
    return ouro_from_object(s);
}

ouro_value str_from_latin1(ouro_runtime *rt, const unsigned char *bytes, size_t length)
{
    return str_from_kind(rt, 1, bytes, length);
}

ouro_value str_from_ucs4(ouro_runtime *rt, const uint32_t *chars, size_t length)
{
    return str_from_kind(rt, 4, chars, length);
}

ouro_value str_from_cstring(ouro_runtime *rt, const char *text)
{
    return str_from_utf8(rt, text, strlen(text));
}

ouro_value str_format_c(ouro_runtime *rt, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    ouro_value s = str_format_va(rt, format, arguments);
    va_end(arguments);
    return s;
}

ouro_value str_exact(ouro_runtime *rt, ouro_value v)
{
    return value_is_str_exact(rt, v) ? value_incref(v) : str_copy(rt, v);
}

ouro_value str_copy(ouro_runtime *rt, ouro_value v)
{
    const str_object *s = as_str(v);
    str_object *copy = str_new_blank(rt, s->length, str_max_class(s));
    if (copy != NULL) {
        memcpy(copy->data, s->data, s->length * str_kind(s));
    }
    return ouro_from_object(copy);
}

ouro_value str_substring(ouro_runtime *rt, ouro_value v, size_t start, size_t end)
{
    const str_object *s = as_str(v);
    if (end > s->length) {
        end = s->length;
    }
    if (start >= end) {
        return str_empty(rt);
    }
    if (start == 0 && end == s->length) {
        return str_exact(rt, v);
    }
    unsigned kind = str_kind(s);
    if (str_is_ascii(s) && end - start > 1) {
        str_object *part = str_allocate(rt, end - start, 1, true);
        if (part != NULL) {
            memcpy(part->data, s->data + start, end - start);
        }
        return ouro_from_object(part);
    }
    return str_from_kind(rt, kind, s->data + start * kind, end - start);
}

/* ---- hash, equality, order ---------------------------------------------------------------------------- */

static inline uint64_t str_fold(uint64_t a, uint64_t b)
{
    __uint128_t product = (__uint128_t)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t str_word(const unsigned char *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return w;
}

uint64_t text_hash_bytes(ouro_runtime *rt, const void *data, size_t length)
{
    /* Digits of pi: constants that nobody chose. */
    static const uint64_t k0 = UINT64_C(0x243f6a8885a308d3), k1 = UINT64_C(0x13198a2e03707344);
    const unsigned char *p = data;
    uint64_t s0 = rt->types->hash_seed[0] ^ k0;
    uint64_t s1 = rt->types->hash_seed[1] ^ k1;
    uint64_t state = s0 ^ str_fold(length ^ k1, s1 | 1);
    size_t left = length;
    while (left > 16) {
        state = str_fold(str_word(p) ^ s1, str_word(p + 8) ^ state) + k0;
        p += 16;
        left -= 16;
    }
    uint64_t a = 0, b = 0;
    if (left >= 8) {
        a = str_word(p);
        b = str_word(p + left - 8);
    } else if (left >= 4) {
        uint32_t x, y;
        memcpy(&x, p, 4);
        memcpy(&y, p + left - 4, 4);
        a = x;
        b = y;
    } else if (left > 0) {
        a = p[0] | (uint64_t)p[left / 2] << 8;
        b = p[left - 1];
    }
    uint64_t h = str_fold(a ^ s1, b ^ state);
    return str_fold(h ^ s0, k1 ^ state);
}

hash_t str_hash(ouro_runtime *rt, str_object *s)
{
    if (s->hash == 0) {
        if (s->length == 0) {
            return 0;
        }
        uint64_t h = text_hash_bytes(rt, s->data, s->length * str_kind(s));
        if (h == 0 || h == UINT64_MAX) {
            h = UINT64_MAX - 1;
        }
        s->hash = h;
    }
    return (hash_t)s->hash;
}

/* Are the `n` bytes at both places the same?  Up to 16 without a call, by words that may overlap. */
static inline bool bytes_equal(const uint8_t *x, const uint8_t *y, size_t n)
{
    if (n > 16) {
        return memcmp(x, y, n) == 0;
    }
    if (n >= 8) {
        uint64_t a[2], b[2];
        memcpy(&a[0], x, 8);
        memcpy(&b[0], y, 8);
        memcpy(&a[1], x + n - 8, 8);
        memcpy(&b[1], y + n - 8, 8);
        return ((a[0] ^ b[0]) | (a[1] ^ b[1])) == 0;
    }
    if (n >= 4) {
        uint32_t a[2], b[2];
        memcpy(&a[0], x, 4);
        memcpy(&b[0], y, 4);
        memcpy(&a[1], x + n - 4, 4);
        memcpy(&b[1], y + n - 4, 4);
        return ((a[0] ^ b[0]) | (a[1] ^ b[1])) == 0;
    }
    return n == 0 || (x[0] == y[0] && x[n / 2] == y[n / 2] && x[n - 1] == y[n - 1]);
}

bool str_equal(const str_object *a, const str_object *b)
{
    if (a == b) {
        return true;
    }
    if (a->length != b->length || str_kind(a) != str_kind(b)) {
        return false;
    }
    if (a->hash != b->hash && a->hash != 0 && b->hash != 0) {
        return false;
    }
    return bytes_equal(a->data, b->data, a->length * str_kind(a));
}

int str_order(const str_object *a, const str_object *b)
{
    size_t n = a->length < b->length ? a->length : b->length;
    unsigned ka = str_kind(a), kb = str_kind(b);
    if (ka == 1 && kb == 1) {
        int order = memcmp(a->data, b->data, n);
        if (order != 0) {
            return order < 0 ? -1 : 1;
        }
    } else {
        for (size_t i = 0; i < n; i++) {
            uint32_t x = text_read(ka, a->data, i), y = text_read(kb, b->data, i);
            if (x != y) {
                return x < y ? -1 : 1;
            }
        }
    }
    return a->length < b->length ? -1 : a->length > b->length;
}

bool str_equal_ascii(const str_object *a, const char *text)
{
    size_t n = strlen(text);
    return a->length == n && str_kind(a) == 1 && memcmp(a->data, text, n) == 0;
}

int64_t str_find_char(const str_object *s, uint32_t c, size_t start, size_t end)
{
    if (end > s->length) {
        end = s->length;
    }
    if (start >= end) {
        return -1;
    }
    unsigned kind = str_kind(s);
    int64_t at = text_find_char(kind, s->data + start * kind, end - start, c);
    return at < 0 ? -1 : at + (int64_t)start;
}

/* ---- joining ------------------------------------------------------------------------------------------ */

ouro_value str_concat(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    const str_object *x = as_str(a), *y = as_str(b);
    if (x->length == 0) {
        return str_exact(rt, b);
    }
    if (y->length == 0) {
        return str_exact(rt, a);
    }
    uint32_t cx = str_max_class(x), cy = str_max_class(y);
    str_object *s = str_new_blank(rt, x->length + y->length, cx > cy ? cx : cy);
    if (s != NULL) {
        unsigned kind = str_kind(s);
        text_copy(kind, s->data, 0, str_kind(x), x->data, 0, x->length);
        text_copy(kind, s->data, x->length, str_kind(y), y->data, 0, y->length);
    }
    return ouro_from_object(s);
}

ouro_value str_append(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    str_object *x = as_str(a);
    const str_object *y = as_str(b);
    if (y->length != 0 && x->length != 0 && x->object.refcount == 1 && value_is_str_exact(rt, a) &&
        (x->flags & STR_INTERNED) == 0 && str_kind(y) <= str_kind(x) && x != y) {
        unsigned kind = str_kind(x);
        size_t length = x->length + y->length;
        if (length > str_max_bytes / kind) {
            value_decref(rt, a);
            error_no_memory(rt);
            return OURO_NULL;
        }
        size_t need = sizeof(str_object) + length * kind;
        if (need > ouro_mem_size(rt->mem, x)) {
            /* An eighth more beyond the small sizes, so that a loop of appends copies each byte a bounded
             * number of times. */
            size_t room = need > OURO_MEM_SMALL_MAX ? need + need / 8 : need;
            str_object *grown = ouro_mem_resize(rt->mem, x, room);
            if (grown == NULL) {
                value_decref(rt, a);
                error_no_memory(rt);
                return OURO_NULL;
            }
            x = grown;
        }
        text_copy(kind, x->data, x->length, str_kind(y), y->data, 0, y->length);
        x->length = length;
        x->hash = 0;
        if (!str_is_ascii(y)) {
            x->flags = (uint8_t)(x->flags & ~STR_ASCII);
        }
        return ouro_from_object(x);
    }
    ouro_value s = str_concat(rt, a, b);
    value_decref(rt, a);
    return s;
}

ouro_value str_repeat(ouro_runtime *rt, ouro_value v, int64_t count)
{
    const str_object *s = as_str(v);
    if (count <= 0 || s->length == 0) {
        return str_empty(rt);
    }
    if (count == 1) {
        return str_exact(rt, v);
    }
    unsigned kind = str_kind(s);
    if ((uint64_t)count > str_max_bytes / kind / s->length) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    size_t length = s->length * (size_t)count;
    str_object *r = str_new_blank(rt, length, str_max_class(s));
    if (r == NULL) {
        return OURO_NULL;
    }
    if (s->length == 1) {
        text_fill(kind, r->data, 0, length, text_read(kind, s->data, 0));
    } else {
        size_t done = s->length * kind, total = length * kind;
        memcpy(r->data, s->data, done);
        while (done < total) { /* doubling */
            size_t step = done < total - done ? done : total - done;
            memcpy(r->data + done, r->data, step);
            done += step;
        }
    }
    return ouro_from_object(r);
}

ouro_value str_join(ouro_runtime *rt, ouro_value separator, ouro_value iterable)
{
    ouro_value items = OURO_NULL, result = OURO_NULL;
    if (value_is_list(rt, iterable) || value_is_tuple(rt, iterable)) {
        items = value_incref(iterable);
    } else {
        ouro_value iterator = object_iter(rt, iterable);
        if (ouro_is_null(iterator)) {
            if (error_clear_if(rt, EXC(rt, TypeError))) {
                error_type(rt, "can only join an iterable");
            }
            return OURO_NULL;
        }
        items = list_from_iterable(rt, iterator);
        value_decref(rt, iterator);
        if (ouro_is_null(items)) {
            return OURO_NULL;
        }
    }
    /* From here on no program code runs: the items stay as they are. */
    const ouro_value *item;
    size_t count;
    if (value_is_list(rt, items)) {
        item = as_list(items)->items;
        count = as_list(items)->size;
    } else {
        item = as_tuple(items)->items;
        count = as_tuple(items)->size;
    }
    if (count == 0) {
        result = str_empty(rt);
        goto done;
    }
    const str_object *between = as_str(separator);
    uint32_t class = 0x7f;
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        if (!value_is_str(rt, item[i])) {
            error_type(rt, "sequence item %zd: expected str instance, %T found", (ssize_t)i, item[i]);
            goto done;
        }
        const str_object *s = as_str(item[i]);
        uint32_t c = str_max_class(s);
        class = c > class ? c : class;
        length += s->length;
        if (length > str_max_bytes) {
            error_raise(rt, EXC(rt, OverflowError), "join() result is too long for a Python string");
            goto done;
        }
    }
    if (count == 1) {
        result = str_exact(rt, item[0]);
        goto done;
    }
    if (between->length != 0) {
        uint32_t c = str_max_class(between);
        class = c > class ? c : class;
        if (between->length > (str_max_bytes - length) / (count - 1)) {
            error_raise(rt, EXC(rt, OverflowError), "join() result is too long for a Python string");
            goto done;
        }
        length += between->length * (count - 1);
    }
    str_object *r = str_new_blank(rt, length, class);
    if (r == NULL) {
        goto done;
    }
    size_t at = 0;
    unsigned kind = str_kind(r);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && between->length != 0) {
            text_copy(kind, r->data, at, str_kind(between), between->data, 0, between->length);
            at += between->length;
        }
        const str_object *s = as_str(item[i]);
        text_copy(kind, r->data, at, str_kind(s), s->data, 0, s->length);
        at += s->length;
    }
    result = ouro_from_object(r);
done:
    value_decref(rt, items);
    return result;
}

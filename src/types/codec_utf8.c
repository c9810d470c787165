/* codec_utf8.c: UTF-8, and the conversions between str and C text.
 *
 * Decoding makes one validating pass that counts characters and finds the widest; if all is well the str is
 * allocated once and filled.  Only malformed input takes the slow path with its error handler.  The bytes that an
 * error covers are the longest prefix of a well-formed sequence (Unicode's recommendation), as in CPython.
 *
 * C text (str_from_utf8, str_to_utf8 with `surrogates`) lets surrogates pass as three bytes, so that the two are
 * inverse for any str.  Text of the system (str_from_system, str_to_system) may be any bytes.
 */
#include "types/codec.h"

#include "types/error.h"

/* The length of the sequence at p, its character in *c; or minus the number of bytes that an error covers.
 * 0: the input ends inside of a sequence that may still become good. */
static int codec_utf8_next(const unsigned char *p, size_t left, bool surrogates, uint32_t *c)
{
    unsigned a = p[0];
    if (a < 0x80) {
        *c = a;
        return 1;
    }
    if (a < 0xc2 || a > 0xf4) {
        return -1;
    }
    if (a < 0xe0) {
        if (left < 2) {
            return 0;
        }
        if ((p[1] & 0xc0) != 0x80) {
            return -1;
        }
        *c = (a & 0x1f) << 6 | (p[1] & 0x3f);
        return 2;
    }
    if (left < 2) {
        return 0;
    }
    unsigned b = p[1];
    if (a < 0xf0) {
        unsigned low = a == 0xe0 ? 0xa0 : 0x80, high = a == 0xed && !surrogates ? 0x9f : 0xbf;
        if (b < low || b > high) {
            return -1;
        }
        if (left < 3) {
            return 0;
        }
        if ((p[2] & 0xc0) != 0x80) {
            return -2;
        }
        *c = (a & 0x0f) << 12 | (b & 0x3f) << 6 | (p[2] & 0x3f);
        return 3;
    }
    unsigned low = a == 0xf0 ? 0x90 : 0x80, high = a == 0xf4 ? 0x8f : 0xbf;
    if (b < low || b > high) {
        return -1;
    }
    if (left < 3) {
        return 0;
    }
    if ((p[2] & 0xc0) != 0x80) {
        return -2;
    }
    if (left < 4) {
        return 0;
    }
    if ((p[3] & 0xc0) != 0x80) {
        return -3;
    }
    *c = (a & 0x07) << 18 | (b & 0x3f) << 12 | (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
    return 4;
}

/* Counts the characters up to the first malformed byte, whose index is the result. */
static size_t codec_utf8_scan(const unsigned char *p, size_t length, bool surrogates, size_t *count, uint32_t *class)
{
    size_t i = 0, n = 0;
    uint32_t seen = 0;
    while (i < length) {
        if (p[i] < 0x80) {
            size_t run = text_ascii_prefix(p + i, length - i);
            i += run;
            n += run;
            continue;
        }
        uint32_t c;
        int step = codec_utf8_next(p + i, length - i, surrogates, &c);
        if (step <= 0) {
            break;
        }
        seen |= c;
        i += (size_t)step;
        n++;
    }
    *count = n;
    *class = text_class_of(seen);
    return i;
}

/* Makes the str of well-formed UTF-8. */
static ouro_value codec_utf8_fill(ouro_runtime *rt, const unsigned char *p, size_t length, size_t count,
                                  uint32_t class)
{
    if (count == 1) {
        uint32_t c = 0;
        (void)codec_utf8_next(p, length, true, &c);
        return str_from_char(rt, c);
    }
    str_object *s = str_new_blank(rt, count, class);
    if (s == NULL) {
        return OURO_NULL;
    }
    if (class < 0x80) {
        if (length != 0) {
            memcpy(s->data, p, length);
        }
        return ouro_from_object(s);
    }
    unsigned kind = str_kind(s);
    size_t i = 0, n = 0;
    while (i < length) {
        uint32_t c = p[i];
        if (c < 0x80) {
            i++;
        } else {
            i += (size_t)codec_utf8_next(p + i, length - i, true, &c);
        }
        text_write(kind, s->data, n++, c);
    }
    return ouro_from_object(s);
}

/* Two bytes of three that an error handler may take for a surrogate. */
static bool codec_utf8_may_be_surrogate(const unsigned char *p, size_t left)
{
    return left == 2 && p[0] == 0xed && p[1] >= 0xa0 && p[1] <= 0xbf;
}

static const char *codec_utf8_reason(const unsigned char *p, int step)
{
    if (step == 0) {
        return "unexpected end of data";
    }
    return step == -1 && (p[0] < 0xc2 || p[0] > 0xf4) ? "invalid start byte" : "invalid continuation byte";
}

ouro_value codec_utf8_decode(ouro_runtime *rt, const void *data, size_t length, const char *errors, size_t *consumed)
{
    const unsigned char *p = data;
    size_t count;
    uint32_t class;
    size_t good = codec_utf8_scan(p, length, false, &count, &class);
    uint32_t c;
    if (good == length || (consumed != NULL && codec_utf8_next(p + good, length - good, false, &c) == 0)) {
        if (consumed != NULL) {
            *consumed = good;
        }
        return codec_utf8_fill(rt, p, good, count, class);
    }
    codec_decoder d;
    codec_decoder_init(&d, rt, "utf-8", errors, data, length);
    bool ok = true;
    while (ok && d.at < d.length) {
        size_t run = text_ascii_prefix(d.data + d.at, d.length - d.at);
        if (run > 0) {
            str_builder_ascii(&d.out, (const char *)d.data + d.at, run);
            d.at += run;
            continue;
        }
        int step = codec_utf8_next(d.data + d.at, d.length - d.at, false, &c);
        if (step > 0) {
            str_builder_char(&d.out, c);
            d.at += (size_t)step;
        } else if (consumed != NULL && (step == 0 || codec_utf8_may_be_surrogate(d.data + d.at, d.length - d.at))) {
            break;
        } else {
            size_t end = step == 0 ? d.length : d.at + (size_t)-step;
            ok = codec_decode_problem(&d, d.at, end, codec_utf8_reason(d.data + d.at, step));
        }
    }
    if (consumed != NULL) {
        *consumed = d.at;
    }
    return codec_decoder_finish(&d, ok);
}

ouro_value str_from_utf8(ouro_runtime *rt, const char *text, size_t length)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t count;
    uint32_t class;
    size_t good = codec_utf8_scan(p, length, true, &count, &class);
    if (good < length) {
        uint32_t c;
        int step = codec_utf8_next(p + good, length - good, true, &c);
        ouro_value bytes = bytes_new(rt, text, length);
        if (ouro_is_null(bytes)) {
            return OURO_NULL;
        }
        ouro_value exception = codec_decode_error_new(rt, "utf-8", bytes, good,
                                                      step == 0 ? length : good + (size_t)-step,
                                                      codec_utf8_reason(p + good, step));
        value_decref(rt, bytes);
        if (!ouro_is_null(exception)) {
            error_raise_value(rt, exception);
            value_decref(rt, exception);
        }
        return OURO_NULL;
    }
    return codec_utf8_fill(rt, p, length, count, class);
}

/* ---- encoding ----------------------------------------------------------------------------------------- */

static unsigned codec_utf8_put_char(unsigned char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (unsigned char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (unsigned char)(0xc0 | c >> 6);
        out[1] = (unsigned char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (unsigned char)(0xe0 | c >> 12);
        out[1] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (unsigned char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (unsigned char)(0xf0 | c >> 18);
    out[1] = (unsigned char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (unsigned char)(0x80 | (c & 0x3f));
    return 4;
}

static inline bool codec_utf8_is_surrogate(uint32_t c)
{
    return c - 0xd800 < 0x800;
}

/* The bytes that the str takes; *bad: the first surrogate's index, or the length. */
static size_t codec_utf8_measure(const str_object *s, size_t *bad)
{
    size_t n = s->length, total = n;
    unsigned kind = str_kind(s);
    *bad = n;
    if (str_is_ascii(s)) {
        return n;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t c = text_read(kind, s->data, i);
        total += (c >= 0x80) + (c >= 0x800) + (c >= 0x10000);
        if (codec_utf8_is_surrogate(c) && *bad == n) {
            *bad = i;
        }
    }
    return total;
}

static void codec_utf8_write(const str_object *s, unsigned char *out)
{
    if (str_is_ascii(s)) {
        memcpy(out, s->data, s->length);
        return;
    }
    unsigned kind = str_kind(s);
    for (size_t i = 0; i < s->length; i++) {
        out += codec_utf8_put_char(out, text_read(kind, s->data, i));
    }
}

static int codec_utf8_put(codec_encoder *e, uint32_t c)
{
    if (codec_utf8_is_surrogate(c)) {
        return 0;
    }
    unsigned char bytes[4];
    bytes_builder_add(&e->out, bytes, codec_utf8_put_char(bytes, c));
    return 1;
}

ouro_value codec_utf8_encode(ouro_runtime *rt, ouro_value v, const char *errors)
{
    const str_object *s = as_str(v);
    size_t bad, size = codec_utf8_measure(s, &bad);
    if (bad == s->length) {
        if (str_is_ascii(s)) {
            return bytes_new(rt, s->data, s->length);
        }
        ouro_value bytes = bytes_new(rt, NULL, size);
        if (!ouro_is_null(bytes)) {
            codec_utf8_write(s, as_bytes(bytes)->data);
        }
        return bytes;
    }
    codec_encoder e;
    codec_encoder_init(&e, rt, "utf-8", errors, v, codec_utf8_put);
    bool ok = true;
    while (ok && e.at < s->length) {
        uint32_t c = str_char_at(s, e.at);
        if (!codec_utf8_is_surrogate(c)) {
            (void)codec_utf8_put(&e, c);
            e.at++;
            continue;
        }
        size_t end = e.at + 1;
        while (end < s->length && codec_utf8_is_surrogate(str_char_at(s, end))) {
            end++;
        }
        ok = codec_encode_problem(&e, e.at, end, "surrogates not allowed");
    }
    return codec_encoder_finish(&e, ok);
}

char *str_to_utf8(ouro_runtime *rt, ouro_value v, size_t *length, bool surrogates)
{
    const str_object *s = as_str(v);
    size_t bad, size = codec_utf8_measure(s, &bad);
    if (bad < s->length && !surrogates) {
        size_t end = bad + 1;
        while (end < s->length && codec_utf8_is_surrogate(str_char_at(s, end))) {
            end++;
        }
        ouro_value exception = codec_encode_error_new(rt, "utf-8", v, bad, end, "surrogates not allowed");
        if (!ouro_is_null(exception)) {
            error_raise_value(rt, exception);
            value_decref(rt, exception);
        }
        return NULL;
    }
    char *text = ouro_mem_alloc(rt->mem, size + 1);
    if (text == NULL) {
        error_no_memory(rt);
        return NULL;
    }
    codec_utf8_write(s, (unsigned char *)text);
    text[size] = 0;
    if (length != NULL) {
        *length = size;
    }
    return text;
}

ouro_value str_from_system(ouro_runtime *rt, const char *text, size_t length)
{
    return codec_utf8_decode(rt, text, length, "surrogateescape", NULL);
}

char *str_to_system(ouro_runtime *rt, ouro_value v, size_t *length)
{
    size_t size;
    char *text = str_to_utf8(rt, v, &size, true);
    if (text == NULL) {
        return NULL;
    }
    unsigned char *to = (unsigned char *)text;
    const unsigned char *at = to, *end = to + size;
    while (at < end) {
        if (at[0] != 0xed || at[1] < 0xa0) { /* the rest of other sequences is no 0xed */
            *to++ = *at++;
            continue;
        }
        uint32_t c = 0xd000u | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
        if (c < 0xdc80 || c > 0xdcff) {
            ouro_mem_free(rt->mem, text);
            return str_to_utf8(rt, v, NULL, false); /* raises */
        }
        *to++ = (unsigned char)c;
        at += 3;
    }
    *to = 0;
    if (length != NULL) {
        *length = (size_t)((char *)to - text);
    }
    return text;
}

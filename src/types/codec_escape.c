/* codec_escape.c: the escapes of Python's literals: unicode_escape, raw_unicode_escape, and those of bytes.
 *
 * An escape that is none is kept as it is, with a DeprecationWarning, as in source text.  \N{...} asks the module
 * unicodedata, if there is one.
 */
#include "types/codec.h"

#include "types/character_name.h"
#include "types/error.h"
#include "types/protocol.h"

static int codec_escape_hex(unsigned char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads exactly `digits` hexadecimal digits at p: how many were there. */
static size_t codec_escape_read_hex(const unsigned char *p, size_t left, size_t digits, uint32_t *value)
{
    size_t n = 0;
    *value = 0;
    while (n < digits && n < left && codec_escape_hex(p[n]) >= 0) {
        *value = *value << 4 | (uint32_t)codec_escape_hex(p[n]);
        n++;
    }
    return n;
}

static bool codec_escape_warn(ouro_runtime *rt, unsigned char c)
{
    return error_warn(rt, EXC(rt, DeprecationWarning), 1, "invalid escape sequence '\\%c'", (int)c);
}

/* Where the simple escapes lead: -1 none. */
static int codec_escape_simple(unsigned char c)
{
    switch (c) {
    case '\\':
    case '\'':
    case '"':
        return c;
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 't':
        return '\t';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 'v':
        return '\v';
    case 'a':
        return '\a';
    default:
        return -1;
    }
}

/* Octal digits at p, up to three. */
static size_t codec_escape_octal(const unsigned char *p, size_t left, uint32_t *value)
{
    size_t n = 0;
    *value = 0;
    while (n < 3 && n < left && p[n] >= '0' && p[n] <= '7') {
        *value = *value * 8 + (p[n] - '0');
        n++;
    }
    return n;
}

ouro_value codec_unicode_escape_decode(ouro_runtime *rt, const void *data, size_t length, const char *errors,
                                       size_t *consumed)
{
    codec_decoder d;
    codec_decoder_init(&d, rt, "unicodeescape", errors, data, length);
    bool ok = true;
    int invalid = -1; /* the first escape that is none: warned about once, at the end */
    while (ok && d.at < d.length && !d.out.failed) {
        const unsigned char *p = d.data + d.at;
        size_t start = d.at, left = d.length - d.at;
        if (*p != '\\') {
            str_builder_char(&d.out, *p);
            d.at++;
            continue;
        }
        if (left < 2) {
            if (consumed != NULL) {
                break;
            }
            ok = codec_decode_problem(&d, start, d.length, "\\ at end of string");
            continue;
        }
        unsigned char c = p[1];
        uint32_t value;
        if (c == '\n') {
            d.at += 2;
        } else if (codec_escape_simple(c) >= 0) {
            str_builder_char(&d.out, (uint32_t)codec_escape_simple(c));
            d.at += 2;
        } else if (c >= '0' && c <= '7') {
            size_t n = codec_escape_octal(p + 1, left - 1, &value);
            if (value > 0xff && invalid < 0) {
                invalid = (int)value | 0x1000;
            }
            if (consumed != NULL && n < 3 && n == left - 1) {
                break;
            }
            str_builder_char(&d.out, value);
            d.at += 1 + n;
        } else if (c == 'x' || c == 'u' || c == 'U') {
            size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : 8;
            size_t n = codec_escape_read_hex(p + 2, left - 2, digits, &value);
            if (n == digits && value <= 0x10ffff) {
                str_builder_char(&d.out, value);
                d.at += 2 + digits;
            } else if (n == digits) {
                ok = codec_decode_problem(&d, start, start + 2 + n, "illegal Unicode character");
            } else if (consumed != NULL && n == left - 2) {
                break;
            } else {
                ok = codec_decode_problem(&d, start, start + 2 + n,
                                          c == 'x'   ? "truncated \\xXX escape"
                                          : c == 'u' ? "truncated \\uXXXX escape"
                                                     : "truncated \\UXXXXXXXX escape");
            }
        } else if (c == 'N') {
            const unsigned char *close = left > 2 && p[2] == '{' ? memchr(p + 3, '}', left - 3) : NULL;
            if (close == NULL && consumed != NULL && (left <= 2 || p[2] == '{')) {
                break;
            }
            if (close != NULL && close > p + 3) {
                uint32_t code;
                if (!character_find_one(NULL, (const char *)p + 3, (size_t)(close - p) - 3, &code)) {
                    ok = codec_decode_problem(&d, start, start + (size_t)(close - p) + 1,
                                              "unknown Unicode character name");
                } else {
                    str_builder_char(&d.out, code);
                    d.at += (size_t)(close - p) + 1;
                }
            } else {
                size_t end = close != NULL ? (size_t)(close - p) + 1 : left > 2 && p[2] == '{' ? left : 2;
                ok = codec_decode_problem(&d, start, start + end, "malformed \\N character escape");
            }
        } else {
            if (invalid < 0) {
                invalid = c;
            }
            str_builder_char(&d.out, '\\');
            str_builder_char(&d.out, c);
            d.at += 2;
        }
    }
    if (consumed != NULL) {
        *consumed = d.at;
    }
    if (ok && invalid >= 0) {
        ok = (invalid & 0x1000) != 0
                 ? error_warn(rt, EXC(rt, DeprecationWarning), 1, "invalid octal escape sequence '\\%o'", (unsigned)invalid & 0xfff)
                 : codec_escape_warn(rt, (unsigned char)invalid);
    }
    return codec_decoder_finish(&d, ok);
}

ouro_value codec_raw_unicode_escape_decode(ouro_runtime *rt, const void *data, size_t length, const char *errors,
                                           size_t *consumed)
{
    codec_decoder d;
    codec_decoder_init(&d, rt, "rawunicodeescape", errors, data, length);
    bool ok = true;
    while (ok && d.at < d.length && !d.out.failed) {
        const unsigned char *p = d.data + d.at;
        size_t left = d.length - d.at;
        if (*p != '\\') {
            str_builder_char(&d.out, *p);
            d.at++;
            continue;
        }
        if (left < 2) {
            if (consumed != NULL) {
                break;
            }
            str_builder_char(&d.out, '\\');
            d.at++;
            continue;
        }
        if (p[1] != 'u' && p[1] != 'U') {
            str_builder_char(&d.out, '\\');
            str_builder_char(&d.out, p[1]);
            d.at += 2;
            continue;
        }
        uint32_t value;
        size_t digits = p[1] == 'u' ? 4 : 8, n = codec_escape_read_hex(p + 2, left - 2, digits, &value);
        if (n == digits && value <= 0x10ffff) {
            str_builder_char(&d.out, value);
            d.at += 2 + digits;
        } else if (n == digits) {
            ok = codec_decode_problem(&d, d.at, d.at + 2 + n, "\\Uxxxxxxxx out of range");
        } else if (consumed != NULL && n == left - 2) {
            break;
        } else {
            ok = codec_decode_problem(&d, d.at, d.at + 2 + n,
                                      digits == 4 ? "truncated \\uXXXX escape" : "truncated \\UXXXXXXXX escape");
        }
    }
    if (consumed != NULL) {
        *consumed = d.at;
    }
    return codec_decoder_finish(&d, ok);
}

ouro_value codec_escape_decode(ouro_runtime *rt, const void *data, size_t length, const char *errors)
{
    const unsigned char *p = data;
    codec_handler handler = codec_handler_by_name(errors);
    bytes_builder b;
    bytes_builder_init(&b, rt);
    int invalid = -1;
    size_t i = 0;
    while (i < length && !b.failed) {
        if (p[i] != '\\') {
            bytes_builder_byte(&b, p[i++]);
            continue;
        }
        if (++i >= length) {
            error_value(rt, "Trailing \\ in string");
            goto failed;
        }
        unsigned char c = p[i];
        uint32_t value;
        if (c == '\n') {
            i++;
        } else if (codec_escape_simple(c) >= 0) {
            bytes_builder_byte(&b, (unsigned char)codec_escape_simple(c));
            i++;
        } else if (c >= '0' && c <= '7') {
            i += codec_escape_octal(p + i, length - i, &value);
            if (value > 0xff && invalid < 0) {
                invalid = (int)value | 0x1000;
            }
            bytes_builder_byte(&b, (unsigned char)value);
        } else if (c == 'x') {
            size_t n = codec_escape_read_hex(p + i + 1, length - i - 1, 2, &value);
            if (n == 2) {
                bytes_builder_byte(&b, (unsigned char)value);
            } else if (handler == CODEC_REPLACE) {
                bytes_builder_byte(&b, '?');
            } else if (handler == CODEC_STRICT) {
                error_value(rt, "invalid \\x escape at position %zd", (ssize_t)i - 1);
                goto failed;
            } else if (handler != CODEC_IGNORE) {
                error_value(rt, "decoding error; unknown error handling code: %.400s", errors);
                goto failed;
            }
            i += 1 + n;
        } else {
            if (invalid < 0) {
                invalid = c;
            }
            bytes_builder_byte(&b, '\\');
            bytes_builder_byte(&b, c);
            i++;
        }
    }
    if (invalid >= 0) {
        bool ok = (invalid & 0x1000) != 0
                      ? error_warn(rt, EXC(rt, DeprecationWarning), 1, "invalid octal escape sequence '\\%o'", (unsigned)invalid & 0xfff)
                      : codec_escape_warn(rt, (unsigned char)invalid);
        if (!ok) {
            goto failed;
        }
    }
    return bytes_builder_finish(&b);
failed:
    bytes_builder_drop(&b);
    return OURO_NULL;
}

/* ---- encoding ----------------------------------------------------------------------------------------- */

static void codec_escape_add_hex(bytes_builder *b, char letter, uint32_t c, int digits)
{
    static const char text[] = "0123456789abcdef";
    bytes_builder_byte(b, '\\');
    bytes_builder_byte(b, (unsigned char)letter);
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
        bytes_builder_byte(b, (unsigned char)text[c >> shift & 15]);
    }
}

ouro_value codec_unicode_escape_encode(ouro_runtime *rt, ouro_value v)
{
    const str_object *s = as_str(v);
    bytes_builder b;
    bytes_builder_init(&b, rt);
    for (size_t i = 0; i < s->length && !b.failed; i++) {
        uint32_t c = str_char_at(s, i);
        if (c == '\\') {
            bytes_builder_add(&b, "\\\\", 2);
        } else if (c >= ' ' && c < 0x7f) {
            bytes_builder_byte(&b, (unsigned char)c);
        } else if (c == '\t') {
            bytes_builder_add(&b, "\\t", 2);
        } else if (c == '\n') {
            bytes_builder_add(&b, "\\n", 2);
        } else if (c == '\r') {
            bytes_builder_add(&b, "\\r", 2);
        } else if (c < 0x100) {
            codec_escape_add_hex(&b, 'x', c, 2);
        } else if (c < 0x10000) {
            codec_escape_add_hex(&b, 'u', c, 4);
        } else {
            codec_escape_add_hex(&b, 'U', c, 8);
        }
    }
    return bytes_builder_finish(&b);
}

ouro_value codec_raw_unicode_escape_encode(ouro_runtime *rt, ouro_value v)
{
    const str_object *s = as_str(v);
    if (str_kind(s) == 1) {
        return bytes_new(rt, s->data, s->length);
    }
    bytes_builder b;
    bytes_builder_init(&b, rt);
    for (size_t i = 0; i < s->length && !b.failed; i++) {
        uint32_t c = str_char_at(s, i);
        if (c < 0x100) {
            bytes_builder_byte(&b, (unsigned char)c);
        } else if (c < 0x10000) {
            codec_escape_add_hex(&b, 'u', c, 4);
        } else {
            codec_escape_add_hex(&b, 'U', c, 8);
        }
    }
    return bytes_builder_finish(&b);
}

ouro_value codec_escape_encode(ouro_runtime *rt, const unsigned char *data, size_t length)
{
    bytes_builder b;
    bytes_builder_init(&b, rt);
    for (size_t i = 0; i < length && !b.failed; i++) {
        unsigned char c = data[i];
        if (c == '\'' || c == '\\') {
            bytes_builder_byte(&b, '\\');
            bytes_builder_byte(&b, c);
        } else if (c == '\t') {
            bytes_builder_add(&b, "\\t", 2);
        } else if (c == '\n') {
            bytes_builder_add(&b, "\\n", 2);
        } else if (c == '\r') {
            bytes_builder_add(&b, "\\r", 2);
        } else if (c < ' ' || c >= 0x7f) {
            codec_escape_add_hex(&b, 'x', c, 2);
        } else {
            bytes_builder_byte(&b, c);
        }
    }
    return bytes_builder_finish(&b);
}

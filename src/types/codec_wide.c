/* codec_wide.c: UTF-16 and UTF-32.
 *
 * Byte order -1 is little, 1 big; 0 means by the mark when decoding (native without one), and native with a mark when
 * encoding.  Native is taken to be little-endian or big-endian by the compiler's word.
 */
#include "types/codec.h"

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
enum { CODEC_WIDE_NATIVE = 1 };
#else
enum { CODEC_WIDE_NATIVE = -1 };
#endif

static uint32_t codec_wide_read2(const unsigned char *p, bool big)
{
    return big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

static uint32_t codec_wide_read4(const unsigned char *p, bool big)
{
    return big ? codec_wide_read2(p, true) << 16 | codec_wide_read2(p + 2, true)
               : codec_wide_read2(p + 2, false) << 16 | codec_wide_read2(p, false);
}

static void codec_wide_write2(unsigned char *p, uint32_t c, bool big)
{
    p[big ? 0 : 1] = (unsigned char)(c >> 8);
    p[big ? 1 : 0] = (unsigned char)c;
}

static void codec_wide_write4(unsigned char *p, uint32_t c, bool big)
{
    codec_wide_write2(p + (big ? 0 : 2), c >> 16, big);
    codec_wide_write2(p + (big ? 2 : 0), c & 0xffff, big);
}

static bool codec_wide_is_surrogate(uint32_t c)
{
    return c - 0xd800 < 0x800;
}

ouro_value codec_utf16_decode(ouro_runtime *rt, const void *data, size_t length, const char *errors, int *byte_order,
                              size_t *consumed)
{
    const unsigned char *bytes = data;
    size_t skip = 0;
    if (*byte_order == 0 && length >= 2) {
        uint32_t mark = codec_wide_read2(bytes, false);
        if (mark == 0xfeff || mark == 0xfffe) {
            *byte_order = mark == 0xfeff ? -1 : 1;
            skip = 2;
        }
    }
    bool big = (*byte_order == 0 ? CODEC_WIDE_NATIVE : *byte_order) > 0;
    codec_decoder d;
    codec_decoder_init(&d, rt, big ? "utf-16-be" : "utf-16-le", errors, data, length);
    d.at = skip;
    bool ok = true;
    while (ok && d.at < d.length) {
        size_t left = d.length - d.at;
        const unsigned char *p = d.data + d.at;
        if (left < 2) {
            if (consumed != NULL) {
                break;
            }
            ok = codec_decode_problem(&d, d.at, d.length, "truncated data");
            continue;
        }
        uint32_t c = codec_wide_read2(p, big);
        if (!codec_wide_is_surrogate(c)) {
            str_builder_char(&d.out, c);
            d.at += 2;
        } else if (c >= 0xdc00) {
            ok = codec_decode_problem(&d, d.at, d.at + 2, "illegal encoding");
        } else if (left < 4) {
            if (consumed != NULL) {
                break;
            }
            ok = codec_decode_problem(&d, d.at, d.length, "unexpected end of data");
        } else {
            uint32_t low = codec_wide_read2(p + 2, big);
            if (low < 0xdc00 || low > 0xdfff) {
                ok = codec_decode_problem(&d, d.at, d.at + 2, "illegal UTF-16 surrogate");
            } else {
                str_builder_char(&d.out, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
                d.at += 4;
            }
        }
    }
    if (consumed != NULL) {
        *consumed = d.at;
    }
    return codec_decoder_finish(&d, ok);
}

ouro_value codec_utf32_decode(ouro_runtime *rt, const void *data, size_t length, const char *errors, int *byte_order,
                              size_t *consumed)
{
    const unsigned char *bytes = data;
    size_t skip = 0;
    if (*byte_order == 0 && length >= 4) {
        uint32_t mark = codec_wide_read4(bytes, false);
        if (mark == 0xfeff || mark == 0xfffe0000) {
            *byte_order = mark == 0xfeff ? -1 : 1;
            skip = 4;
        }
    }
    bool big = (*byte_order == 0 ? CODEC_WIDE_NATIVE : *byte_order) > 0;
    codec_decoder d;
    codec_decoder_init(&d, rt, big ? "utf-32-be" : "utf-32-le", errors, data, length);
    d.at = skip;
    bool ok = true;
    while (ok && d.at < d.length) {
        if (d.length - d.at < 4) {
            if (consumed != NULL) {
                break;
            }
            ok = codec_decode_problem(&d, d.at, d.length, "truncated data");
            continue;
        }
        uint32_t c = codec_wide_read4(d.data + d.at, big);
        if (codec_wide_is_surrogate(c)) {
            ok = codec_decode_problem(&d, d.at, d.at + 4, "code point in surrogate code point range(0xd800, 0xe000)");
        } else if (c > 0x10ffff) {
            ok = codec_decode_problem(&d, d.at, d.at + 4, "code point not in range(0x110000)");
        } else {
            str_builder_char(&d.out, c);
            d.at += 4;
        }
    }
    if (consumed != NULL) {
        *consumed = d.at;
    }
    return codec_decoder_finish(&d, ok);
}

/* ---- encoding ----------------------------------------------------------------------------------------- */

static bool codec_wide_add16(codec_encoder *e, uint32_t c, bool big)
{
    unsigned char bytes[4];
    if (c >= 0x10000) {
        codec_wide_write2(bytes, 0xd800 + ((c - 0x10000) >> 10), big);
        codec_wide_write2(bytes + 2, 0xdc00 + (c & 0x3ff), big);
        bytes_builder_add(&e->out, bytes, 4);
    } else {
        codec_wide_write2(bytes, c, big);
        bytes_builder_add(&e->out, bytes, 2);
    }
    return true;
}

static bool codec_wide_add32(codec_encoder *e, uint32_t c, bool big)
{
    unsigned char bytes[4];
    codec_wide_write4(bytes, c, big);
    bytes_builder_add(&e->out, bytes, 4);
    return true;
}

#define CODEC_WIDE_PUT(name, add, big) \
    static int name(codec_encoder *e, uint32_t c) \
    { \
        return !codec_wide_is_surrogate(c) && add(e, c, big); \
    }
CODEC_WIDE_PUT(codec_wide_put16_big, codec_wide_add16, true)
CODEC_WIDE_PUT(codec_wide_put16_little, codec_wide_add16, false)
CODEC_WIDE_PUT(codec_wide_put32_big, codec_wide_add32, true)
CODEC_WIDE_PUT(codec_wide_put32_little, codec_wide_add32, false)

static ouro_value codec_wide_encode(ouro_runtime *rt, ouro_value v, const char *errors, const char *encoding,
                                    int (*put)(codec_encoder *e, uint32_t c), bool mark)
{
    codec_encoder e;
    codec_encoder_init(&e, rt, encoding, errors, v, put);
    bool ok = true;
    if (mark) {
        (void)put(&e, 0xfeff);
    }
    const str_object *s = as_str(v);
    while (ok && e.at < s->length && !e.out.failed) {
        uint32_t c = str_char_at(s, e.at);
        if (!codec_wide_is_surrogate(c)) {
            (void)put(&e, c);
            e.at++;
            continue;
        }
        size_t end = e.at + 1;
        while (end < s->length && codec_wide_is_surrogate(str_char_at(s, end))) {
            end++;
        }
        ok = codec_encode_problem(&e, e.at, end, "surrogates not allowed");
    }
    return codec_encoder_finish(&e, ok);
}

ouro_value codec_utf16_encode(ouro_runtime *rt, ouro_value s, const char *errors, int byte_order)
{
    bool big = (byte_order == 0 ? CODEC_WIDE_NATIVE : byte_order) > 0;
    const char *encoding = byte_order == 0 ? "utf-16" : big ? "utf-16-be" : "utf-16-le";
    return codec_wide_encode(rt, s, errors, encoding, big ? codec_wide_put16_big : codec_wide_put16_little,
                             byte_order == 0);
}

ouro_value codec_utf32_encode(ouro_runtime *rt, ouro_value s, const char *errors, int byte_order)
{
    bool big = (byte_order == 0 ? CODEC_WIDE_NATIVE : byte_order) > 0;
    const char *encoding = byte_order == 0 ? "utf-32" : big ? "utf-32-be" : "utf-32-le";
    return codec_wide_encode(rt, s, errors, encoding, big ? codec_wide_put32_big : codec_wide_put32_little,
                             byte_order == 0);
}

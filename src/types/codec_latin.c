/* codec_latin.c: ASCII and Latin-1: one byte for each character. */
#include "types/codec.h"

ouro_value codec_ascii_decode(ouro_runtime *rt, const void *data, size_t length, const char *errors)
{
    if (text_ascii_prefix(data, length) == length) {
        return str_from_latin1(rt, data, length);
    }
    codec_decoder d;
    codec_decoder_init(&d, rt, "ascii", errors, data, length);
    bool ok = true;
    while (ok && d.at < d.length) {
        size_t run = text_ascii_prefix(d.data + d.at, d.length - d.at);
        str_builder_ascii(&d.out, (const char *)d.data + d.at, run);
        d.at += run;
        if (d.at < d.length) {
            ok = codec_decode_problem(&d, d.at, d.at + 1, "ordinal not in range(128)");
        }
    }
    return codec_decoder_finish(&d, ok);
}

static int codec_latin_put_ascii(codec_encoder *e, uint32_t c)
{
    if (c > 0x7f) {
        return 0;
    }
    bytes_builder_byte(&e->out, (unsigned char)c);
    return 1;
}

static int codec_latin_put(codec_encoder *e, uint32_t c)
{
    if (c > 0xff) {
        return 0;
    }
    bytes_builder_byte(&e->out, (unsigned char)c);
    return 1;
}

static ouro_value codec_latin_encode(ouro_runtime *rt, ouro_value v, const char *errors, const char *encoding,
                                     uint32_t limit)
{
    const str_object *s = as_str(v);
    if (str_kind(s) == 1 && (limit == 0x100 || str_is_ascii(s))) {
        return bytes_new(rt, s->data, s->length);
    }
    codec_encoder e;
    codec_encoder_init(&e, rt, encoding, errors, v, limit == 0x100 ? codec_latin_put : codec_latin_put_ascii);
    bool ok = true;
    while (ok && e.at < s->length) {
        uint32_t c = str_char_at(s, e.at);
        if (c < limit) {
            bytes_builder_byte(&e.out, (unsigned char)c);
            e.at++;
            continue;
        }
        size_t end = e.at + 1;
        while (end < s->length && str_char_at(s, end) >= limit) {
            end++;
        }
        ok = codec_encode_problem(&e, e.at, end,
                                  limit == 0x100 ? "ordinal not in range(256)" : "ordinal not in range(128)");
    }
    return codec_encoder_finish(&e, ok);
}

ouro_value codec_ascii_encode(ouro_runtime *rt, ouro_value s, const char *errors)
{
    return codec_latin_encode(rt, s, errors, "ascii", 0x80);
}

ouro_value codec_latin1_encode(ouro_runtime *rt, ouro_value s, const char *errors)
{
    return codec_latin_encode(rt, s, errors, "latin-1", 0x100);
}

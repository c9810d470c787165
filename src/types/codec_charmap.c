/* codec_charmap.c: encodings given by a table: a str or mapping for decoding, a mapping for encoding.
 *
 * Nearly all 8-bit encodings of the standard library are made of these.
 */
#include "types/codec.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"

static const char codec_charmap_undefined[] = "character maps to <undefined>";

ouro_value codec_charmap_decode(ouro_runtime *rt, const void *data, size_t length, ouro_value mapping,
                                const char *errors)
{
    if (ouro_is_null(mapping) || ouro_is_none(mapping)) {
        return str_from_latin1(rt, data, length);
    }
    codec_decoder d;
    codec_decoder_init(&d, rt, "charmap", errors, data, length);
    bool ok = true, direct = value_is_str(rt, mapping);
    while (ok && d.at < d.length && !d.out.failed) {
        unsigned char byte = d.data[d.at];
        if (direct) {
            const str_object *table = as_str(mapping);
            uint32_t c = byte < table->length ? str_char_at(table, byte) : 0xfffe;
            if (c == 0xfffe) {
                ok = codec_decode_problem(&d, d.at, d.at + 1, codec_charmap_undefined);
            } else {
                str_builder_char(&d.out, c);
                d.at++;
            }
            continue;
        }
        ouro_value mapped = object_getitem(rt, mapping, ouro_int(byte));
        bool undefined = false;
        if (ouro_is_null(mapped)) {
            undefined = ok = error_clear_if(rt, EXC(rt, LookupError));
        } else if (ouro_is_none(mapped)) {
            undefined = true;
        } else if (value_is_int(rt, mapped)) {
            int64_t c;
            if (!int_fits_int64(mapped, &c) || c < 0 || c > 0x10ffff) {
                error_type(rt, "character mapping must be in range(0x%x)", 0x110000);
                ok = false;
            } else if (c == 0xfffe) {
                undefined = true;
            } else {
                str_builder_char(&d.out, (uint32_t)c);
                d.at++;
            }
        } else if (value_is_str(rt, mapped)) {
            if (as_str(mapped)->length == 1 && str_char_at(as_str(mapped), 0) == 0xfffe) {
                undefined = true;
            } else {
                str_builder_str(&d.out, mapped);
                d.at++;
            }
        } else {
            error_type(rt, "character mapping must return integer, None or str");
            ok = false;
        }
        value_decref(rt, mapped);
        if (ok && undefined) {
            ok = codec_decode_problem(&d, d.at, d.at + 1, codec_charmap_undefined);
        }
    }
    return codec_decoder_finish(&d, ok);
}

static int codec_charmap_put(codec_encoder *e, uint32_t c)
{
    ouro_runtime *rt = e->rt;
    ouro_value mapped = object_getitem(rt, e->mapping, ouro_int(c));
    int result = -1;
    if (ouro_is_null(mapped)) {
        return error_clear_if(rt, EXC(rt, LookupError)) ? 0 : -1;
    }
    if (ouro_is_none(mapped)) {
        result = 0;
    } else if (value_is_int(rt, mapped)) {
        int64_t byte;
        if (!int_fits_int64(mapped, &byte) || byte < 0 || byte > 255) {
            error_type(rt, "character mapping must be in range(256)");
        } else {
            bytes_builder_byte(&e->out, (unsigned char)byte);
            result = 1;
        }
    } else if (value_is_bytes(rt, mapped)) {
        bytes_builder_add(&e->out, as_bytes(mapped)->data, as_bytes(mapped)->length);
        result = 1;
    } else {
        error_type(rt, "character mapping must return integer, bytes or None, not %T", mapped);
    }
    value_decref(rt, mapped);
    return result;
}

ouro_value codec_charmap_encode(ouro_runtime *rt, ouro_value v, ouro_value mapping, const char *errors)
{
    if (ouro_is_null(mapping) || ouro_is_none(mapping)) {
        return codec_latin1_encode(rt, v, errors);
    }
    codec_encoder e;
    codec_encoder_init(&e, rt, "charmap", errors, v, codec_charmap_put);
    e.mapping = mapping;
    const str_object *s = as_str(v);
    bool ok = true;
    while (ok && e.at < s->length && !e.out.failed) {
        int put = codec_charmap_put(&e, str_char_at(s, e.at));
        if (put > 0) {
            e.at++;
            continue;
        }
        if (put < 0) {
            ok = false;
            break;
        }
        size_t end = e.at + 1;
        while (end < s->length) {
            size_t before = e.out.length; /* only asks: what it writes is taken back */
            int known = codec_charmap_put(&e, str_char_at(s, end));
            if (known < 0) {
                ok = false;
                break;
            }
            if (known > 0) {
                e.out.length = before;
                break;
            }
            end++;
        }
        ok = ok && codec_encode_problem(&e, e.at, end, codec_charmap_undefined);
    }
    return codec_encoder_finish(&e, ok);
}

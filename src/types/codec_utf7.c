/* codec_utf7.c: UTF-7 (RFC 2152).
 *
 * Text between '+' and '-' is modified base64 of UTF-16; "+-" is a plus sign.  A decoder that waits for more input
 * stops before the '+' of a section that is not closed.
 */
#include "types/codec.h"

static const char codec_utf7_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int codec_utf7_value(unsigned char c)
{
    const char *found = c == 0 ? NULL : strchr(codec_utf7_digits, c);
    return found == NULL ? -1 : (int)(found - codec_utf7_digits);
}

/* Set D and white space are written as they are; set O is not, to be safe. */
static bool codec_utf7_is_direct(uint32_t c)
{
    return c < 0x80 && c != 0 && ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
                                  strchr("'(),-./:? \t\n\r!\"#$%&*;<=>@[]^_`{|}", (int)c) != NULL);
}

/* Decodes one base64 section whose digits begin at d->at: what is wrong with its end, or NULL. */
static const char *codec_utf7_section(codec_decoder *d)
{
    uint32_t bits = 0, high = 0;
    int count = 0;
    while (d->at < d->length) {
        int value = codec_utf7_value(d->data[d->at]);
        if (value < 0) {
            break;
        }
        bits = bits << 6 | (uint32_t)value;
        count += 6;
        d->at++;
        if (count >= 16) {
            count -= 16;
            uint32_t unit = bits >> count & 0xffff;
            bits &= (1u << count) - 1;
            if (high != 0 && unit >= 0xdc00 && unit <= 0xdfff) {
                str_builder_char(&d->out, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
                high = 0;
                continue;
            }
            if (high != 0) {
                str_builder_char(&d->out, high);
                high = 0;
            }
            if (unit >= 0xd800 && unit <= 0xdbff) {
                high = unit;
            } else {
                str_builder_char(&d->out, unit);
            }
        }
    }
    if (count >= 6) {
        return "partial character in shift sequence";
    }
    if (bits != 0) {
        return "non-zero padding bits in shift sequence";
    }
    if (high != 0 && d->at == d->length) {
        return "unterminated shift sequence";
    }
    if (high != 0 && d->data[d->at] < 0x80 && d->data[d->at] != '+') {
        str_builder_char(&d->out, high); /* half a pair, which the end of the section makes a character */
    }
    return NULL;
}

ouro_value codec_utf7_decode(ouro_runtime *rt, const void *data, size_t length, const char *errors, size_t *consumed)
{
    codec_decoder d;
    codec_decoder_init(&d, rt, "utf7", errors, data, length);
    bool ok = true;
    while (ok && d.at < d.length && !d.out.failed) {
        unsigned char c = d.data[d.at];
        if (c >= 0x80) {
            ok = codec_decode_problem(&d, d.at, d.at + 1, "unexpected special character");
            continue;
        }
        if (c != '+') {
            str_builder_char(&d.out, c);
            d.at++;
            continue;
        }
        size_t plus = d.at++;
        if (d.at < d.length && d.data[d.at] == '-') {
            str_builder_char(&d.out, '+');
            d.at++;
            continue;
        }
        if (d.at < d.length && codec_utf7_value(d.data[d.at]) < 0) {
            ok = codec_decode_problem(&d, plus, d.at + 1, "ill-formed sequence");
            continue;
        }
        size_t end = d.at;
        while (end < d.length && codec_utf7_value(d.data[end]) >= 0) {
            end++;
        }
        if (end == d.length && consumed != NULL) {
            d.at = plus;
            break;
        }
        const char *problem = codec_utf7_section(&d);
        if (problem != NULL) {
            ok = end == d.length ? codec_decode_problem(&d, plus, d.length, "unterminated shift sequence")
                                 : codec_decode_problem(&d, plus, d.at + 1, problem);
        } else if (d.at < d.length && d.data[d.at] == '-') {
            d.at++;
        }
    }
    if (consumed != NULL) {
        *consumed = d.at;
    }
    return codec_decoder_finish(&d, ok);
}

ouro_value codec_utf7_encode(ouro_runtime *rt, ouro_value v, const char *errors)
{
    const str_object *s = as_str(v);
    bytes_builder b;
    bytes_builder_init(&b, rt);
    uint32_t bits = 0;
    int count = 0;
    bool shifted = false;
    for (size_t i = 0; i < s->length && !b.failed; i++) {
        uint32_t c = str_char_at(s, i);
        if (shifted && codec_utf7_is_direct(c)) {
            if (count > 0) {
                bytes_builder_byte(&b, (unsigned char)codec_utf7_digits[bits << (6 - count) & 63]);
                bits = 0;
                count = 0;
            }
            shifted = false;
            if (codec_utf7_value((unsigned char)c) >= 0 || c == '-') {
                bytes_builder_byte(&b, '-'); /* else the character itself ends the section */
            }
        } else if (!shifted && c == '+') {
            bytes_builder_add(&b, "+-", 2);
            continue;
        }
        if (!shifted && codec_utf7_is_direct(c)) {
            bytes_builder_byte(&b, (unsigned char)c);
            continue;
        }
        if (!shifted) {
            bytes_builder_byte(&b, '+');
            shifted = true;
        }
        uint32_t units[2] = {c, 0};
        int n = 1;
        if (c >= 0x10000) {
            units[0] = 0xd800 + ((c - 0x10000) >> 10);
            units[1] = 0xdc00 + (c & 0x3ff);
            n = 2;
        }
        for (int k = 0; k < n; k++) {
            bits = (bits & 0x3f) << 16 | units[k];
            count += 16;
            while (count >= 6) {
                count -= 6;
                bytes_builder_byte(&b, (unsigned char)codec_utf7_digits[bits >> count & 63]);
            }
        }
    }
    if (count > 0) {
        bytes_builder_byte(&b, (unsigned char)codec_utf7_digits[bits << (6 - count) & 63]);
    }
    if (shifted) {
        bytes_builder_byte(&b, '-');
    }
    return bytes_builder_finish(&b);
}

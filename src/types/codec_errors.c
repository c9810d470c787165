/* codec_errors.c: error handlers of the codecs.
 *
 * Two ways lead here: the codecs' own loops (codec_decode_problem, codec_encode_problem), where the handlers known by
 * name work on the data directly, and codec_handle_exception, which is what codecs.strict_errors and its kin do with
 * an exception object.
 */
#include "types/codec.h"

#include "types/character_name.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"

#include <stdio.h>

enum { CODEC_ERRORS_TEXT = UNICODE_NAME_MAX + 8 }; /* bytes of what stands for one character */

codec_handler codec_handler_by_name(const char *errors)
{
    static const struct {
        const char *name;
        codec_handler handler;
    } known[] = {
        {"strict", CODEC_STRICT},
        {"ignore", CODEC_IGNORE},
        {"replace", CODEC_REPLACE},
        {"backslashreplace", CODEC_BACKSLASHREPLACE},
        {"xmlcharrefreplace", CODEC_XMLCHARREFREPLACE},
        {"namereplace", CODEC_NAMEREPLACE},
        {"surrogateescape", CODEC_SURROGATEESCAPE},
        {"surrogatepass", CODEC_SURROGATEPASS},
    };
    if (errors == NULL) {
        return CODEC_STRICT;
    }
    size_t length = strlen(errors);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strlen(known[i].name) == length && memcmp(errors, known[i].name, length) == 0) {
            return known[i].handler;
        }
    }
    return CODEC_REGISTERED;
}

/* ---- exceptions --------------------------------------------------------------------------------------- */

static ouro_value codec_errors_new(ouro_runtime *rt, type_object *type, const char *encoding, ouro_value object,
                                   size_t start, size_t end, const char *reason)
{
    ouro_value args[5] = {str_from_cstring(rt, encoding), value_incref(object), ouro_int((int64_t)start),
                          ouro_int((int64_t)end), str_from_cstring(rt, reason)};
    ouro_value exception = OURO_NULL;
    if (!ouro_is_null(args[0]) && !ouro_is_null(args[4])) {
        exception = object_call(rt, type_value(type), args, 5, OURO_NULL);
    }
    for (int i = 0; i < 5; i++) {
        value_decref(rt, args[i]);
    }
    return exception;
}

ouro_value codec_decode_error_new(ouro_runtime *rt, const char *encoding, ouro_value bytes, size_t start, size_t end,
                                  const char *reason)
{
    return codec_errors_new(rt, EXC(rt, UnicodeDecodeError), encoding, bytes, start, end, reason);
}

ouro_value codec_encode_error_new(ouro_runtime *rt, const char *encoding, ouro_value str, size_t start, size_t end,
                                  const char *reason)
{
    return codec_errors_new(rt, EXC(rt, UnicodeEncodeError), encoding, str, start, end, reason);
}

static bool codec_errors_set_int(ouro_runtime *rt, ouro_value exception, ouro_value name, size_t value)
{
    return object_setattr(rt, exception, name, ouro_int((int64_t)value));
}

/* Makes *exception, or brings the one of this run up to date. */
static bool codec_errors_prepare(ouro_runtime *rt, ouro_value *exception, bool decoding, const char *encoding,
                                 ouro_value object, size_t start, size_t end, const char *reason)
{
    if (ouro_is_null(*exception)) {
        *exception = codec_errors_new(rt, decoding ? EXC(rt, UnicodeDecodeError) : EXC(rt, UnicodeEncodeError),
                                      encoding, object, start, end, reason);
        return !ouro_is_null(*exception);
    }
    if (reason[0] == 0) { /* the exception comes from outside: it stays as it is */
        return true;
    }
    ouro_value text = str_from_cstring(rt, reason);
    bool ok = !ouro_is_null(text) && codec_errors_set_int(rt, *exception, STR(rt, start), start) &&
              codec_errors_set_int(rt, *exception, STR(rt, end), end) &&
              object_setattr(rt, *exception, STR(rt, reason), text);
    value_decref(rt, text);
    return ok;
}

/* Calls a registered handler: *replacement (new reference) and *position; false: raised. */
static bool codec_errors_call(ouro_runtime *rt, ouro_value *callback, const char *errors, ouro_value exception,
                              bool decoding, ouro_value *replacement, ouro_value *position)
{
    if (ouro_is_null(*callback)) {
        *callback = codec_lookup_error(rt, errors);
        if (ouro_is_null(*callback)) {
            return false;
        }
    }
    ouro_value result = object_call1(rt, *callback, exception);
    if (ouro_is_null(result)) {
        return false;
    }
    bool fits = value_is_tuple(rt, result) && as_tuple(result)->size == 2 &&
                value_is_int(rt, as_tuple(result)->items[1]);
    if (fits) {
        ouro_value first = as_tuple(result)->items[0];
        fits = value_is_str(rt, first) || (!decoding && value_is_bytes(rt, first));
    }
    if (!fits) {
        error_type(rt, decoding ? "decoding error handler must return (str, int) tuple"
                                : "encoding error handler must return (str/bytes, int) tuple");
    } else {
        *replacement = value_incref(as_tuple(result)->items[0]);
        *position = value_incref(as_tuple(result)->items[1]);
    }
    value_decref(rt, result);
    return fits;
}

static bool codec_errors_position(ouro_runtime *rt, ouro_value v, size_t length, size_t *at)
{
    int64_t position;
    if (!object_as_index(rt, v, &position, true)) {
        return false;
    }
    int64_t resolved = position < 0 ? position + (int64_t)length : position;
    if (resolved < 0 || resolved > (int64_t)length) {
        error_raise(rt, EXC(rt, IndexError), "position %lld from error handler out of bounds", (long long)position);
        return false;
    }
    *at = (size_t)resolved;
    return true;
}

/* ---- decoding ----------------------------------------------------------------------------------------- */

void codec_decoder_init(codec_decoder *d, ouro_runtime *rt, const char *encoding, const char *errors,
                        const void *data, size_t length)
{
    *d = (codec_decoder){.rt = rt,
                         .encoding = encoding,
                         .errors = errors,
                         .handler = codec_handler_by_name(errors),
                         .data = data,
                         .length = length};
    str_builder_init(&d->out, rt);
}

ouro_value codec_decoder_finish(codec_decoder *d, bool ok)
{
    value_decref(d->rt, d->input);
    value_decref(d->rt, d->exception);
    value_decref(d->rt, d->callback);
    if (!ok) {
        str_builder_drop(&d->out);
        return OURO_NULL;
    }
    return str_builder_finish(&d->out);
}

/* How wide the units of an encoding are, whether big-endian: for surrogatepass. */
static int codec_errors_unit(const char *encoding, bool *big, bool decoding)
{
    char name[16];
    size_t n = 0;
    for (const char *p = encoding; *p != 0 && n < sizeof name - 1; p++) {
        if (*p != '-' && *p != '_') {
            name[n++] = (char)(*p | 0x20);
        }
    }
    name[n] = 0;
    *big = false;
    if (strncmp(name, "utf8", 4) == 0 || strcmp(name, "cp65001") == 0) {
        return 1;
    }
    int unit = strncmp(name, "utf16", 5) == 0 ? 2 : strncmp(name, "utf32", 5) == 0 ? 4 : 0;
    if (unit != 0) {
        *big = strcmp(name + 5, "be") == 0;
    }
    return unit;
}

/* surrogatepass: the surrogate encoded at `start`, and its bytes; 0: there is none. */
static size_t codec_errors_passed_surrogate(const char *encoding, const unsigned char *p, size_t left, uint32_t *c)
{
    bool big;
    switch (codec_errors_unit(encoding, &big, true)) {
    case 1:
        if (left >= 3 && p[0] == 0xed && (p[1] & 0xe0) == 0xa0 && (p[2] & 0xc0) == 0x80) {
            *c = 0xd000u | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
            return 3;
        }
        return 0;
    case 2:
        if (left >= 2) {
            *c = big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
            return *c - 0xd800 < 0x800 ? 2 : 0;
        }
        return 0;
    case 4:
        if (left >= 4) {
            *c = big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                     : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
            return *c - 0xd800 < 0x800 ? 4 : 0;
        }
        return 0;
    default:
        return 0;
    }
}

static bool codec_errors_decode_raise(codec_decoder *d, size_t start, size_t end, const char *reason)
{
    if (ouro_is_null(d->input)) {
        d->input = bytes_new(d->rt, d->data, d->length);
        if (ouro_is_null(d->input)) {
            return false;
        }
    }
    if (codec_errors_prepare(d->rt, &d->exception, true, d->encoding, d->input, start, end, reason)) {
        error_raise_value(d->rt, d->exception);
    }
    return false;
}

static bool codec_errors_decode_registered(codec_decoder *d, size_t start, size_t end, const char *reason)
{
    ouro_runtime *rt = d->rt;
    if (ouro_is_null(d->input)) {
        d->input = bytes_new(rt, d->data, d->length);
        if (ouro_is_null(d->input)) {
            return false;
        }
    }
    if (!codec_errors_prepare(rt, &d->exception, true, d->encoding, d->input, start, end, reason)) {
        return false;
    }
    ouro_value replacement, position;
    if (!codec_errors_call(rt, &d->callback, d->errors, d->exception, true, &replacement, &position)) {
        return false;
    }
    /* The handler may have put other bytes in place of the input. */
    ouro_value object = object_getattr(rt, d->exception, STR(rt, object));
    bool ok = !ouro_is_null(object);
    if (ok && !value_is_bytes(rt, object)) {
        error_type(rt, "exception attribute object must be bytes");
        ok = false;
    }
    if (ok) {
        value_replace(rt, &d->input, value_incref(object));
        d->data = as_bytes(object)->data;
        d->length = as_bytes(object)->length;
        ok = codec_errors_position(rt, position, d->length, &d->at);
    }
    if (ok) {
        str_builder_str(&d->out, replacement);
    }
    value_decref(rt, object);
    value_decref(rt, replacement);
    value_decref(rt, position);
    return ok;
}

bool codec_decode_problem(codec_decoder *d, size_t start, size_t end, const char *reason)
{
    d->at = end;
    switch (d->handler) {
    case CODEC_IGNORE:
        return true;
    case CODEC_REPLACE:
        str_builder_char(&d->out, 0xfffd);
        return true;
    case CODEC_BACKSLASHREPLACE:
        for (size_t i = start; i < end; i++) {
            str_builder_escape(&d->out, d->data[i]);
        }
        return true;
    case CODEC_SURROGATEESCAPE: {
        size_t i = start;
        while (i < end && i - start < 4 && d->data[i] >= 0x80) {
            str_builder_char(&d->out, 0xdc00u + d->data[i]);
            i++;
        }
        if (i == start) {
            return codec_errors_decode_raise(d, start, end, reason);
        }
        d->at = i;
        return true;
    }
    case CODEC_SURROGATEPASS: {
        uint32_t c;
        size_t used = codec_errors_passed_surrogate(d->encoding, d->data + start, d->length - start, &c);
        if (used == 0) {
            return codec_errors_decode_raise(d, start, end, reason);
        }
        str_builder_char(&d->out, c);
        d->at = start + used;
        return true;
    }
    case CODEC_REGISTERED:
    case CODEC_XMLCHARREFREPLACE: /* not for decoding: the handler itself says so */
    case CODEC_NAMEREPLACE:
        return codec_errors_decode_registered(d, start, end, reason);
    case CODEC_STRICT:
        break;
    }
    return codec_errors_decode_raise(d, start, end, reason);
}

/* ---- encoding ----------------------------------------------------------------------------------------- */

void codec_encoder_init(codec_encoder *e, ouro_runtime *rt, const char *encoding, const char *errors, ouro_value s,
                        int (*put)(codec_encoder *e, uint32_t c))
{
    *e = (codec_encoder){.rt = rt,
                         .encoding = encoding,
                         .errors = errors,
                         .handler = codec_handler_by_name(errors),
                         .input = s,
                         .s = as_str(s),
                         .put = put};
    bytes_builder_init(&e->out, rt);
}

ouro_value codec_encoder_finish(codec_encoder *e, bool ok)
{
    value_decref(e->rt, e->exception);
    value_decref(e->rt, e->callback);
    if (!ok) {
        bytes_builder_drop(&e->out);
        return OURO_NULL;
    }
    return bytes_builder_finish(&e->out);
}

static bool codec_errors_encode_raise(codec_encoder *e, size_t start, size_t end, const char *reason)
{
    if (!error_is_set(e->rt) &&
        codec_errors_prepare(e->rt, &e->exception, false, e->encoding, e->input, start, end, reason)) {
        error_raise_value(e->rt, e->exception);
    }
    return false;
}

/* Encodes ASCII text (a reference, an escape) through the encoding. */
static bool codec_errors_put_ascii(codec_encoder *e, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (e->put(e, (unsigned char)text[i]) != 1) {
            return false;
        }
    }
    return true;
}

static size_t codec_errors_escape(uint32_t c, char out[12])
{
    return (size_t)snprintf(out, 12, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
}

/* Can `count` bytes be put into the output as they are?  Not if they would upset the units of a wide encoding. */
static bool codec_errors_fits_units(const codec_encoder *e, size_t count)
{
    bool big;
    int unit = codec_errors_unit(e->encoding, &big, false);
    return unit <= 1 || count % (size_t)unit == 0;
}

static bool codec_errors_encode_registered(codec_encoder *e, size_t start, size_t end, const char *reason)
{
    ouro_runtime *rt = e->rt;
    if (!codec_errors_prepare(rt, &e->exception, false, e->encoding, e->input, start, end, reason)) {
        return false;
    }
    ouro_value replacement, position;
    if (!codec_errors_call(rt, &e->callback, e->errors, e->exception, false, &replacement, &position)) {
        return false;
    }
    bool ok = codec_errors_position(rt, position, e->s->length, &e->at);
    if (ok && value_is_bytes(rt, replacement) && !codec_errors_fits_units(e, as_bytes(replacement)->length)) {
        ok = codec_errors_encode_raise(e, start, end, reason);
    } else if (ok && value_is_bytes(rt, replacement)) {
        bytes_builder_add(&e->out, as_bytes(replacement)->data, as_bytes(replacement)->length);
    } else if (ok) {
        const str_object *text = as_str(replacement);
        for (size_t i = 0; ok && i < text->length; i++) {
            ok = e->put(e, str_char_at(text, i)) == 1;
        }
        if (!ok) {
            (void)codec_errors_encode_raise(e, start, end, reason);
        }
    }
    value_decref(rt, replacement);
    value_decref(rt, position);
    return ok;
}

/* A character as \N{NAME}, or as a \x, \u or \U escape when it has no name. */
static size_t codec_errors_named(uint32_t c, char text[CODEC_ERRORS_TEXT])
{
    size_t length = character_name(c, text + 3);
    if (length == 0) {
        return codec_errors_escape(c, text);
    }
    memcpy(text, "\\N{", 3);
    text[3 + length] = '}';
    return length + 4;
}

bool codec_encode_problem(codec_encoder *e, size_t start, size_t end, const char *reason)
{
    char text[CODEC_ERRORS_TEXT];
    bool ok = true;
    e->at = end;
    switch (e->handler) {
    case CODEC_IGNORE:
        return true;
    case CODEC_REPLACE:
        for (size_t i = start; ok && i < end; i++) {
            ok = e->put(e, '?') == 1;
        }
        break;
    case CODEC_BACKSLASHREPLACE:
        for (size_t i = start; ok && i < end; i++) {
            ok = codec_errors_put_ascii(e, text, codec_errors_escape(str_char_at(e->s, i), text));
        }
        break;
    case CODEC_XMLCHARREFREPLACE:
        for (size_t i = start; ok && i < end; i++) {
            ok = codec_errors_put_ascii(e, text, (size_t)snprintf(text, sizeof text, "&#%u;", str_char_at(e->s, i)));
        }
        break;
    case CODEC_SURROGATEESCAPE:
        if (!codec_errors_fits_units(e, end - start)) {
            ok = false;
            break;
        }
        for (size_t i = start; i < end; i++) {
            uint32_t c = str_char_at(e->s, i);
            if (c < 0xdc80 || c > 0xdcff) {
                if (i == start) {
                    ok = false;
                } else {
                    e->at = i;
                }
                break;
            }
            bytes_builder_byte(&e->out, (unsigned char)(c - 0xdc00));
        }
        break;
    case CODEC_SURROGATEPASS: {
        bool big;
        int unit = codec_errors_unit(e->encoding, &big, false);
        for (size_t i = start; ok && i < end; i++) {
            uint32_t c = str_char_at(e->s, i);
            if (unit == 0 || c - 0xd800 >= 0x800) {
                ok = false;
            } else if (unit == 1) {
                unsigned char bytes[3] = {0xed, (unsigned char)(0x80 | (c >> 6 & 0x3f)),
                                          (unsigned char)(0x80 | (c & 0x3f))};
                bytes_builder_add(&e->out, bytes, 3);
            } else {
                unsigned char bytes[4] = {0};
                int first = unit == 4 && big ? 2 : 0;
                bytes[first + (big ? 0 : 1)] = (unsigned char)(c >> 8);
                bytes[first + (big ? 1 : 0)] = (unsigned char)c;
                bytes_builder_add(&e->out, bytes, (size_t)unit);
            }
        }
        break;
    }
    case CODEC_NAMEREPLACE:
        for (size_t i = start; ok && i < end; i++) {
            ok = codec_errors_put_ascii(e, text, codec_errors_named(str_char_at(e->s, i), text));
        }
        break;
    case CODEC_REGISTERED:
        return codec_errors_encode_registered(e, start, end, reason);
    case CODEC_STRICT:
        ok = false;
        break;
    }
    return ok || codec_errors_encode_raise(e, start, end, reason);
}

/* ---- handlers as functions ---------------------------------------------------------------------------- */

enum { CODEC_ERRORS_ENCODE, CODEC_ERRORS_DECODE, CODEC_ERRORS_TRANSLATE };

static ouro_value codec_errors_result(ouro_runtime *rt, ouro_value replacement, size_t end)
{
    if (ouro_is_null(replacement)) {
        return OURO_NULL;
    }
    ouro_value pair = tuple_pack2(rt, replacement, ouro_int((int64_t)end));
    value_decref(rt, replacement);
    return pair;
}

static ouro_value codec_errors_unhandled(ouro_runtime *rt, ouro_value exception)
{
    return error_type(rt, "don't know how to handle %T in error callback", exception);
}

static bool codec_errors_get_int(ouro_runtime *rt, ouro_value exception, ouro_value name, int64_t *result)
{
    ouro_value v = object_getattr(rt, exception, name);
    bool ok = !ouro_is_null(v) && object_as_index(rt, v, result, true);
    value_decref(rt, v);
    return ok;
}

static ouro_value codec_errors_encode_text(ouro_runtime *rt, codec_handler handler, ouro_value exception, int kind,
                                           ouro_value object, size_t start, size_t end)
{
    str_builder b;
    str_builder_init(&b, rt);
    const str_object *s = as_str(object);
    for (size_t i = start; i < end && !b.failed; i++) {
        uint32_t c = str_char_at(s, i);
        switch (handler) {
        case CODEC_REPLACE:
            str_builder_char(&b, kind == CODEC_ERRORS_TRANSLATE ? 0xfffd : '?');
            break;
        case CODEC_XMLCHARREFREPLACE: {
            char text[16];
            str_builder_ascii(&b, text, (size_t)snprintf(text, sizeof text, "&#%u;", c));
            break;
        }
        case CODEC_NAMEREPLACE: {
            char text[CODEC_ERRORS_TEXT];
            str_builder_ascii(&b, text, codec_errors_named(c, text));
            break;
        }
        default:
            str_builder_escape(&b, c);
            break;
        }
    }
    return codec_errors_result(rt, str_builder_finish(&b), end);
}

static ouro_value codec_errors_surrogates(ouro_runtime *rt, codec_handler handler, ouro_value exception, int kind,
                                          ouro_value object, size_t start, size_t end)
{
    ouro_value encoding = object_getattr(rt, exception, STR(rt, encoding));
    if (ouro_is_null(encoding)) {
        return OURO_NULL;
    }
    char *name = value_is_str(rt, encoding) ? str_to_utf8(rt, encoding, NULL, true) : NULL;
    value_decref(rt, encoding);
    if (name == NULL) {
        return error_is_set(rt) ? OURO_NULL : error_type(rt, "encoding attribute must be str");
    }
    const char *errors = handler == CODEC_SURROGATEPASS ? "surrogatepass" : "surrogateescape";
    ouro_value result = OURO_NULL;
    if (kind == CODEC_ERRORS_ENCODE) {
        codec_encoder e;
        codec_encoder_init(&e, rt, name, errors, object, NULL);
        e.exception = value_incref(exception);
        bool ok = codec_encode_problem(&e, start, end, "");
        size_t at = e.at;
        ok = ok && at == end; /* all of them or none */
        if (!ok && !error_is_set(rt)) {
            error_raise_value(rt, exception);
        }
        ouro_value bytes = codec_encoder_finish(&e, ok);
        result = codec_errors_result(rt, bytes, at);
    } else {
        codec_decoder d;
        codec_decoder_init(&d, rt, name, errors, as_bytes(object)->data, as_bytes(object)->length);
        d.input = value_incref(object);
        d.exception = value_incref(exception);
        bool ok = codec_decode_problem(&d, start, end, "");
        size_t at = d.at;
        result = codec_errors_result(rt, codec_decoder_finish(&d, ok), at);
    }
    ouro_mem_free(rt->mem, name);
    return result;
}

ouro_value codec_handle_exception(ouro_runtime *rt, codec_handler handler, ouro_value exception)
{
    if (handler == CODEC_STRICT) {
        if (value_is_instance(rt, exception, EXC(rt, BaseException))) {
            return error_raise_value(rt, exception);
        }
        return error_type(rt, "codec must pass exception instance");
    }
    int kind;
    if (value_is_instance(rt, exception, EXC(rt, UnicodeEncodeError))) {
        kind = CODEC_ERRORS_ENCODE;
    } else if (value_is_instance(rt, exception, EXC(rt, UnicodeDecodeError))) {
        kind = CODEC_ERRORS_DECODE;
    } else if (value_is_instance(rt, exception, EXC(rt, UnicodeTranslateError))) {
        kind = CODEC_ERRORS_TRANSLATE;
    } else {
        return codec_errors_unhandled(rt, exception);
    }
    bool surrogates = handler == CODEC_SURROGATEPASS || handler == CODEC_SURROGATEESCAPE;
    bool encode_only = handler == CODEC_XMLCHARREFREPLACE || handler == CODEC_NAMEREPLACE;
    if ((kind != CODEC_ERRORS_ENCODE && encode_only) || (kind == CODEC_ERRORS_TRANSLATE && surrogates)) {
        return codec_errors_unhandled(rt, exception);
    }
    int64_t start, end;
    if (!codec_errors_get_int(rt, exception, STR(rt, start), &start) ||
        !codec_errors_get_int(rt, exception, STR(rt, end), &end)) {
        return OURO_NULL;
    }
    ouro_value object = object_getattr(rt, exception, STR(rt, object));
    if (ouro_is_null(object)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    bool is_bytes = kind == CODEC_ERRORS_DECODE;
    if (is_bytes ? !value_is_bytes(rt, object) : !value_is_str(rt, object)) {
        error_type(rt, "object attribute must be %s", is_bytes ? "bytes" : "str");
        goto done;
    }
    int64_t length = (int64_t)(is_bytes ? as_bytes(object)->length : as_str(object)->length);
    start = start < 0 ? 0 : start >= length && length > 0 ? length - 1 : start > length ? length : start;
    end = end > length ? length : end < start ? start : end;
    if (handler == CODEC_IGNORE) {
        result = codec_errors_result(rt, str_empty(rt), (size_t)end);
    } else if (surrogates) {
        result = codec_errors_surrogates(rt, handler, exception, kind, object, (size_t)start, (size_t)end);
    } else if (!is_bytes) {
        result = codec_errors_encode_text(rt, handler, exception, kind, object, (size_t)start, (size_t)end);
    } else {
        str_builder b;
        str_builder_init(&b, rt);
        if (handler == CODEC_REPLACE) {
            str_builder_char(&b, 0xfffd);
        } else {
            for (int64_t i = start; i < end; i++) {
                str_builder_escape(&b, as_bytes(object)->data[i]);
            }
        }
        result = codec_errors_result(rt, str_builder_finish(&b), (size_t)end);
    }
done:
    value_decref(rt, object);
    return result;
}

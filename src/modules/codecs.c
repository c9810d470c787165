/* codecs.c: the module _codecs: the registry, and one pair of functions for each built-in encoding.
 *
 * All decoders return (text, bytes used), all encoders (bytes, characters used).
 */
#include "modules/modules.h"

#include "types/bytes_methods.h"
#include "types/codec.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"

static ouro_value codecs_pair(ouro_runtime *rt, ouro_value first, size_t used)
{
    if (ouro_is_null(first)) {
        return OURO_NULL;
    }
    ouro_value pair = tuple_pack2(rt, first, ouro_int((int64_t)used));
    value_decref(rt, first);
    return pair;
}

/* A str argument as C text; NULL without an exception for None and absent ones. */
static bool codecs_name(ouro_runtime *rt, const ouro_value *args, size_t nargs, size_t i, const char *function,
                        const char *what, char **text)
{
    ouro_value v = arg_or_null(args, nargs, i);
    *text = NULL;
    if (ouro_is_null(v) || ouro_is_none(v)) {
        return true;
    }
    if (!value_is_str(rt, v)) {
        error_type(rt, "%s() argument %s must be str%s, not %T", function, what,
                   strcmp(what, "'encoding'") == 0 ? "" : " or None", v);
        return false;
    }
    *text = text_c_name(rt, v);
    return *text != NULL;
}

/* ---- registry ----------------------------------------------------------------------------------------- */

static ouro_value codecs_register(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return codec_register(rt, args[0]) ? OURO_NONE : OURO_NULL;
}

static ouro_value codecs_unregister(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return codec_unregister(rt, args[0]) ? OURO_NONE : OURO_NULL;
}

static char *codecs_required_name(ouro_runtime *rt, ouro_value v, const char *function, const char *argument)
{
    if (!value_is_str(rt, v)) {
        error_type(rt, "%s() argument%s must be str, not %T", function, argument, v);
        return NULL;
    }
    return text_c_name(rt, v);
}

static ouro_value codecs_lookup(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *name = codecs_required_name(rt, args[0], "lookup", "");
    if (name == NULL) {
        return OURO_NULL;
    }
    ouro_value info = codec_lookup(rt, name);
    ouro_mem_free(rt->mem, name);
    return info;
}

static ouro_value codecs_convert(ouro_runtime *rt, const ouro_value *args, size_t nargs, bool encoding)
{
    const char *function = encoding ? "encode" : "decode";
    char *name, *errors = NULL;
    ouro_value result = OURO_NULL;
    if (!codecs_name(rt, args, nargs, 1, function, "'encoding'", &name)) {
        return OURO_NULL;
    }
    if (codecs_name(rt, args, nargs, 2, function, "'errors'", &errors)) {
        const char *codec = name == NULL ? "utf-8" : name;
        result = encoding ? codec_encode_any(rt, args[0], codec, errors) : codec_decode_any(rt, args[0], codec, errors);
    }
    ouro_mem_free(rt->mem, name);
    ouro_mem_free(rt->mem, errors);
    return result;
}

static ouro_value codecs_encode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return codecs_convert(rt, args, nargs, true);
}

static ouro_value codecs_decode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return codecs_convert(rt, args, nargs, false);
}

static ouro_value codecs_register_error(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *name = codecs_required_name(rt, args[0], "register_error", " 1");
    if (name == NULL) {
        return OURO_NULL;
    }
    bool ok = codec_register_error(rt, name, args[1]);
    ouro_mem_free(rt->mem, name);
    return ok ? OURO_NONE : OURO_NULL;
}

static ouro_value codecs_lookup_error(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *name = codecs_required_name(rt, args[0], "lookup_error", "");
    if (name == NULL) {
        return OURO_NULL;
    }
    ouro_value handler = codec_lookup_error(rt, name);
    ouro_mem_free(rt->mem, name);
    return handler;
}

/* ---- decoders ----------------------------------------------------------------------------------------- */

typedef ouro_value (*codecs_decoder)(ouro_runtime *rt, const void *data, size_t length, const char *errors,
                                     size_t *consumed);

static bool codecs_final(ouro_runtime *rt, const ouro_value *args, size_t nargs, size_t i, bool fallback, bool *final)
{
    *final = fallback;
    if (!ouro_is_null(arg_or_null(args, nargs, i))) {
        int truth = object_truth(rt, args[i]);
        *final = truth > 0;
        return truth >= 0;
    }
    return true;
}

/* Runs a decoder over args[0]; `text_too`: a str is taken as its UTF-8. */
static ouro_value codecs_run(ouro_runtime *rt, const ouro_value *args, size_t nargs, codecs_decoder decode, bool final,
                             bool text_too)
{
    char *errors;
    ouro_value source = value_incref(args[0]), result = OURO_NULL;
    if (!codecs_name(rt, args, nargs, 1, "decode", "2", &errors)) {
        value_decref(rt, source);
        return OURO_NULL;
    }
    if (text_too && value_is_str(rt, source)) {
        value_replace(rt, &source, codec_utf8_encode(rt, source, NULL));
    }
    byte_span span;
    if (!ouro_is_null(source) && byte_span_get(rt, source, &span)) {
        size_t used = span.length;
        ouro_value text = decode(rt, span.data, span.length, errors, final ? NULL : &used);
        result = codecs_pair(rt, text, used);
        byte_span_release(rt, &span);
    }
    ouro_mem_free(rt->mem, errors);
    value_decref(rt, source);
    return result;
}

static ouro_value codecs_run_final(ouro_runtime *rt, const ouro_value *args, size_t nargs, codecs_decoder decode,
                                   bool fallback, bool text_too)
{
    bool final;
    return codecs_final(rt, args, nargs, 2, fallback, &final) ? codecs_run(rt, args, nargs, decode, final, text_too)
                                                              : OURO_NULL;
}

#define CODECS_WIDE(name, function, order) \
    static ouro_value codecs_##name(ouro_runtime *rt, const void *data, size_t length, const char *errors, \
                                    size_t *consumed) \
    { \
        int byte_order = order; \
        return function(rt, data, length, errors, &byte_order, consumed); \
    }
CODECS_WIDE(utf16, codec_utf16_decode, 0)
CODECS_WIDE(utf16_le, codec_utf16_decode, -1)
CODECS_WIDE(utf16_be, codec_utf16_decode, 1)
CODECS_WIDE(utf32, codec_utf32_decode, 0)
CODECS_WIDE(utf32_le, codec_utf32_decode, -1)
CODECS_WIDE(utf32_be, codec_utf32_decode, 1)

static ouro_value codecs_ascii(ouro_runtime *rt, const void *data, size_t length, const char *errors, size_t *consumed)
{
    return codec_ascii_decode(rt, data, length, errors);
}

static ouro_value codecs_latin1(ouro_runtime *rt, const void *data, size_t length, const char *errors, size_t *consumed)
{
    return str_from_latin1(rt, data, length);
}

static ouro_value codecs_escape(ouro_runtime *rt, const void *data, size_t length, const char *errors, size_t *consumed)
{
    return codec_escape_decode(rt, data, length, errors);
}

#define CODECS_DECODE(name, decoder, fallback, text_too) \
    static ouro_value codecs_##name##_decode(ouro_runtime *rt, const ouro_value *args, size_t nargs) \
    { \
        return codecs_run_final(rt, args, nargs, decoder, fallback, text_too); \
    }
CODECS_DECODE(utf_8, codec_utf8_decode, false, false)
CODECS_DECODE(utf_7, codec_utf7_decode, false, false)
CODECS_DECODE(utf_16, codecs_utf16, false, false)
CODECS_DECODE(utf_16_le, codecs_utf16_le, false, false)
CODECS_DECODE(utf_16_be, codecs_utf16_be, false, false)
CODECS_DECODE(utf_32, codecs_utf32, false, false)
CODECS_DECODE(utf_32_le, codecs_utf32_le, false, false)
CODECS_DECODE(utf_32_be, codecs_utf32_be, false, false)
CODECS_DECODE(unicode_escape, codec_unicode_escape_decode, true, true)
CODECS_DECODE(raw_unicode_escape, codec_raw_unicode_escape_decode, true, true)
CODECS_DECODE(ascii, codecs_ascii, true, false)
CODECS_DECODE(latin_1, codecs_latin1, true, false)
CODECS_DECODE(escape, codecs_escape, true, true)

/* utf_16_ex_decode(data, errors, byteorder, final): also tells the byte order. */
static ouro_value codecs_ex_decode(ouro_runtime *rt, const ouro_value *args, size_t nargs, bool wide)
{
    char *errors;
    int64_t order = 0;
    bool final;
    if (!ouro_is_null(arg_or_null(args, nargs, 2)) && !object_as_index(rt, args[2], &order, true)) {
        return OURO_NULL;
    }
    if (!codecs_final(rt, args, nargs, 3, false, &final) || !codecs_name(rt, args, nargs, 1, "decode", "2", &errors)) {
        return OURO_NULL;
    }
    byte_span span;
    ouro_value result = OURO_NULL;
    if (byte_span_get(rt, args[0], &span)) {
        size_t used = span.length;
        int byte_order = order < 0 ? -1 : order > 0;
        ouro_value text = wide ? codec_utf32_decode(rt, span.data, span.length, errors, &byte_order, final ? NULL : &used)
                               : codec_utf16_decode(rt, span.data, span.length, errors, &byte_order, final ? NULL : &used);
        if (!ouro_is_null(text)) {
            result = tuple_pack3(rt, text, ouro_int((int64_t)used), ouro_int(byte_order));
            value_decref(rt, text);
        }
        byte_span_release(rt, &span);
    }
    ouro_mem_free(rt->mem, errors);
    return result;
}

static ouro_value codecs_utf_16_ex_decode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return codecs_ex_decode(rt, args, nargs, false);
}

static ouro_value codecs_utf_32_ex_decode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return codecs_ex_decode(rt, args, nargs, true);
}

static ouro_value codecs_charmap_decode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *errors;
    byte_span span;
    if (!codecs_name(rt, args, nargs, 1, "charmap_decode", "2", &errors)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (byte_span_get(rt, args[0], &span)) {
        result = codecs_pair(rt, codec_charmap_decode(rt, span.data, span.length, arg_or_null(args, nargs, 2), errors),
                             span.length);
        byte_span_release(rt, &span);
    }
    ouro_mem_free(rt->mem, errors);
    return result;
}

/* ---- encoders ----------------------------------------------------------------------------------------- */

typedef ouro_value (*codecs_encoder)(ouro_runtime *rt, ouro_value s, const char *errors);

static ouro_value codecs_run_encoder(ouro_runtime *rt, const ouro_value *args, size_t nargs, const char *function,
                                     codecs_encoder encode)
{
    char *errors;
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "%s() argument 1 must be str, not %T", function, args[0]);
    }
    if (!codecs_name(rt, args, nargs, 1, function, "2", &errors)) {
        return OURO_NULL;
    }
    ouro_value result = codecs_pair(rt, encode(rt, args[0], errors), as_str(args[0])->length);
    ouro_mem_free(rt->mem, errors);
    return result;
}

#define CODECS_WIDE_ENCODE(name, function, order) \
    static ouro_value codecs_to_##name(ouro_runtime *rt, ouro_value s, const char *errors) \
    { \
        return function(rt, s, errors, order); \
    }
CODECS_WIDE_ENCODE(utf_16_le, codec_utf16_encode, -1)
CODECS_WIDE_ENCODE(utf_16_be, codec_utf16_encode, 1)
CODECS_WIDE_ENCODE(utf_32_le, codec_utf32_encode, -1)
CODECS_WIDE_ENCODE(utf_32_be, codec_utf32_encode, 1)

static ouro_value codecs_to_unicode_escape(ouro_runtime *rt, ouro_value s, const char *errors)
{
    return codec_unicode_escape_encode(rt, s);
}

static ouro_value codecs_to_raw_unicode_escape(ouro_runtime *rt, ouro_value s, const char *errors)
{
    return codec_raw_unicode_escape_encode(rt, s);
}

#define CODECS_ENCODE(name, encoder) \
    static ouro_value codecs_##name##_encode(ouro_runtime *rt, const ouro_value *args, size_t nargs) \
    { \
        return codecs_run_encoder(rt, args, nargs, #name "_encode", encoder); \
    }
CODECS_ENCODE(utf_8, codec_utf8_encode)
CODECS_ENCODE(utf_7, codec_utf7_encode)
CODECS_ENCODE(utf_16_le, codecs_to_utf_16_le)
CODECS_ENCODE(utf_16_be, codecs_to_utf_16_be)
CODECS_ENCODE(utf_32_le, codecs_to_utf_32_le)
CODECS_ENCODE(utf_32_be, codecs_to_utf_32_be)
CODECS_ENCODE(ascii, codec_ascii_encode)
CODECS_ENCODE(latin_1, codec_latin1_encode)
CODECS_ENCODE(unicode_escape, codecs_to_unicode_escape)
CODECS_ENCODE(raw_unicode_escape, codecs_to_raw_unicode_escape)

static ouro_value codecs_wide_encode(ouro_runtime *rt, const ouro_value *args, size_t nargs, const char *function,
                                     ouro_value (*encode)(ouro_runtime *, ouro_value, const char *, int))
{
    int64_t order = 0;
    char *errors;
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "%s() argument 1 must be str, not %T", function, args[0]);
    }
    if (!ouro_is_null(arg_or_null(args, nargs, 2)) && !object_as_index(rt, args[2], &order, true)) {
        return OURO_NULL;
    }
    if (!codecs_name(rt, args, nargs, 1, function, "2", &errors)) {
        return OURO_NULL;
    }
    ouro_value result = codecs_pair(rt, encode(rt, args[0], errors, order < 0 ? -1 : order > 0), as_str(args[0])->length);
    ouro_mem_free(rt->mem, errors);
    return result;
}

static ouro_value codecs_utf_16_encode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return codecs_wide_encode(rt, args, nargs, "utf_16_encode", codec_utf16_encode);
}

static ouro_value codecs_utf_32_encode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return codecs_wide_encode(rt, args, nargs, "utf_32_encode", codec_utf32_encode);
}

static ouro_value codecs_charmap_encode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *errors;
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "charmap_encode() argument 1 must be str, not %T", args[0]);
    }
    if (!codecs_name(rt, args, nargs, 1, "charmap_encode", "2", &errors)) {
        return OURO_NULL;
    }
    ouro_value result = codecs_pair(rt, codec_charmap_encode(rt, args[0], arg_or_null(args, nargs, 2), errors),
                                    as_str(args[0])->length);
    ouro_mem_free(rt->mem, errors);
    return result;
}

/* The table that turns characters back into bytes, from one that turns bytes into characters. */
static ouro_value codecs_charmap_build(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "charmap_build() argument must be str, not %T", args[0]);
    }
    const str_object *table = as_str(args[0]);
    size_t n = table->length < 256 ? table->length : 256;
    ouro_value map = dict_new(rt, n);
    for (size_t i = 0; !ouro_is_null(map) && i < n; i++) {
        uint32_t c = str_char_at(table, i);
        if (c != 0xfffe && !dict_set(rt, as_dict(map), ouro_int(c), ouro_int((int64_t)i))) {
            value_clear(rt, &map);
        }
    }
    return map;
}

static ouro_value codecs_escape_encode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_bytes(rt, args[0])) {
        return error_type(rt, "escape_encode() argument 1 must be bytes, not %T", args[0]);
    }
    const bytes_object *b = as_bytes(args[0]);
    return codecs_pair(rt, codec_escape_encode(rt, b->data, b->length), b->length);
}

static ouro_value codecs_readbuffer_encode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value bytes = value_is_str(rt, args[0]) ? codec_utf8_encode(rt, args[0], NULL) : OURO_NULL;
    if (!value_is_str(rt, args[0])) {
        byte_span span;
        if (!byte_span_get(rt, args[0], &span)) {
            return OURO_NULL;
        }
        bytes = bytes_new(rt, span.length == 0 ? (const unsigned char *)"" : span.data, span.length);
        byte_span_release(rt, &span);
    }
    return codecs_pair(rt, bytes, ouro_is_null(bytes) ? 0 : as_bytes(bytes)->length);
}

#define CODECS_DECODE_ROW(name) \
    {#name "_decode", "data, errors=None, final=False, /", codecs_##name##_decode, .doc = NULL}
#define CODECS_PLAIN_DECODE_ROW(name) {#name "_decode", "data, errors=None, /", codecs_##name##_decode, .doc = NULL}
#define CODECS_ENCODE_ROW(name) {#name "_encode", "str, errors=None, /", codecs_##name##_encode, .doc = NULL}

static const method_def codecs_functions[] = {
    {"register", "search_function, /", codecs_register, .doc = "Register a codec search function."},
    {"unregister", "search_function, /", codecs_unregister, .doc = "Unregister a codec search function and clear the registry's cache."},
    {"lookup", "encoding, /", codecs_lookup, .doc = "Looks up a codec tuple in the Python codec registry and returns a CodecInfo object."},
    {"encode", "obj, encoding='utf-8', errors='strict'", codecs_encode, .doc = "Encodes obj using the codec registered for encoding."},
    {"decode", "obj, encoding='utf-8', errors='strict'", codecs_decode, .doc = "Decodes obj using the codec registered for encoding."},
    {"register_error", "errors, handler, /", codecs_register_error, .doc = "Register the specified error handler under the name errors."},
    {"lookup_error", "name, /", codecs_lookup_error, .doc = "Return the error handler for the specified error handling name."},
    {"escape_encode", "data, errors=None, /", codecs_escape_encode, .doc = NULL},
    CODECS_PLAIN_DECODE_ROW(escape),
    CODECS_ENCODE_ROW(utf_8),
    CODECS_DECODE_ROW(utf_8),
    CODECS_ENCODE_ROW(utf_7),
    CODECS_DECODE_ROW(utf_7),
    {"utf_16_encode", "str, errors=None, byteorder=0, /", codecs_utf_16_encode, .doc = NULL},
    CODECS_ENCODE_ROW(utf_16_le),
    CODECS_ENCODE_ROW(utf_16_be),
    CODECS_DECODE_ROW(utf_16),
    CODECS_DECODE_ROW(utf_16_le),
    CODECS_DECODE_ROW(utf_16_be),
    {"utf_16_ex_decode", "data, errors=None, byteorder=0, final=False, /", codecs_utf_16_ex_decode, .doc = NULL},
    {"utf_32_encode", "str, errors=None, byteorder=0, /", codecs_utf_32_encode, .doc = NULL},
    CODECS_ENCODE_ROW(utf_32_le),
    CODECS_ENCODE_ROW(utf_32_be),
    CODECS_DECODE_ROW(utf_32),
    CODECS_DECODE_ROW(utf_32_le),
    CODECS_DECODE_ROW(utf_32_be),
    {"utf_32_ex_decode", "data, errors=None, byteorder=0, final=False, /", codecs_utf_32_ex_decode, .doc = NULL},
    CODECS_ENCODE_ROW(unicode_escape),
    {"unicode_escape_decode", "data, errors=None, final=True, /", codecs_unicode_escape_decode, .doc = NULL},
    CODECS_ENCODE_ROW(raw_unicode_escape),
    {"raw_unicode_escape_decode", "data, errors=None, final=True, /", codecs_raw_unicode_escape_decode, .doc = NULL},
    CODECS_ENCODE_ROW(latin_1),
    CODECS_PLAIN_DECODE_ROW(latin_1),
    CODECS_ENCODE_ROW(ascii),
    CODECS_PLAIN_DECODE_ROW(ascii),
    {"charmap_encode", "str, errors=None, mapping=None, /", codecs_charmap_encode, .doc = NULL},
    {"charmap_decode", "data, errors=None, mapping=None, /", codecs_charmap_decode, .doc = NULL},
    {"charmap_build", "map, /", codecs_charmap_build, .doc = NULL},
    {"readbuffer_encode", "data, errors=None, /", codecs_readbuffer_encode, .doc = NULL},
    {NULL},
};

const module_def codecs_module_def = {
    .name = "_codecs",
    .functions = codecs_functions,
};

/* multibyte_codec.c: MultibyteCodec, and the modules that give one out: _codecs_cn, _codecs_hk, _codecs_iso2022, _codecs_jp,
 * _codecs_kr, _codecs_tw.
 *
 * A codec is a charset of multibyte.h; its way back from characters to bytes is made when it first encodes.  What keeps a
 * state (the classes for streams and increments, the encodings with escape sequences) is the module _multibytecodec, a
 * text of Python in this folder, built on the codec's decode_part.
 */
#include "modules/modules.h"
#include "modules/multibyte.h"

#include "types/buffer.h"
#include "types/codec.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/type_build.h"
#include "vm/vm.h"

typedef struct multibyte_codec {
    ouro_object object;
    const multibyte_charset *charset;
    multibyte_codes *codes; /* or NULL */
} multibyte_codec;

static multibyte_codec *as_multibyte_codec(ouro_value v)
{
    return (multibyte_codec *)(void *)ouro_as_object(v);
}

static void multibyte_dispose(ouro_runtime *rt, ouro_object *self)
{
    multibyte_codec *codec = (multibyte_codec *)(void *)self;
    multibyte_codes_free(rt->mem, codec->codes);
    codec->codes = NULL;
}

static size_t multibyte_extra_size(ouro_runtime *rt, ouro_object *self)
{
    return multibyte_codes_size(rt->mem, ((const multibyte_codec *)(const void *)self)->codes);
}

/* The argument `errors`: *text is NULL for None. */
static bool multibyte_errors(ouro_runtime *rt, ouro_value given, const char *function, char **text)
{
    *text = NULL;
    if (ouro_is_null(given) || ouro_is_none(given)) {
        return true;
    }
    if (!value_is_str(rt, given)) {
        error_type(rt, "%s() argument 'errors' must be str or None, not %T", function, given);
        return false;
    }
    *text = text_c_name(rt, given);
    return *text != NULL;
}

static ouro_value multibyte_pair(ouro_runtime *rt, ouro_value first, size_t used)
{
    ouro_value pair = ouro_is_null(first) ? first : tuple_pack2(rt, first, ouro_int((int64_t)used));
    value_decref(rt, first);
    return pair;
}

/* ---- decoding ------------------------------------------------------------------------------------------- */

/* `used` NULL: the input is whole; else an incomplete end is left. */
static ouro_value multibyte_decode_bytes(ouro_runtime *rt, const multibyte_charset *charset, const buffer_view *view,
                                         const char *errors, size_t *used)
{
    codec_decoder d;
    codec_decoder_init(&d, rt, charset->name, errors, view->data, view->length);
    bool ok = true;
    while (ok && d.at < d.length && !d.out.failed) {
        uint32_t characters[2];
        int taken = multibyte_read(charset, d.data + d.at, d.length - d.at, characters);
        if (taken > 0) {
            str_builder_char(&d.out, characters[0]);
            if (characters[1]) {
                str_builder_char(&d.out, characters[1]);
            }
            d.at += (size_t)taken;
        } else if (taken < 0) {
            ok = codec_decode_problem(&d, d.at, d.at + 1, "illegal multibyte sequence");
        } else if (used) {
            break;
        } else {
            ok = codec_decode_problem(&d, d.at, d.length, "incomplete multibyte sequence");
        }
    }
    if (used) {
        *used = d.at;
    }
    return codec_decoder_finish(&d, ok);
}

static ouro_value multibyte_decode_value(ouro_runtime *rt, const ouro_value *args, ouro_value given_errors, bool whole)
{
    buffer_view view;
    char *errors;
    if (!multibyte_errors(rt, given_errors, "decode", &errors)) {
        return OURO_NULL;
    }
    if (!value_has_buffer(rt, args[1])) {
        error_type(rt, "a bytes-like object is required, not '%T'", args[1]);
        ouro_mem_free(rt->mem, errors);
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (buffer_get(rt, args[1], &view, false)) {
        size_t used = view.length;
        ouro_value text =
            multibyte_decode_bytes(rt, as_multibyte_codec(args[0])->charset, &view, errors, whole ? NULL : &used);
        buffer_release(rt, &view);
        result = multibyte_pair(rt, text, used);
    }
    ouro_mem_free(rt->mem, errors);
    return result;
}

static ouro_value multibyte_decode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return multibyte_decode_value(rt, args, arg_or_null(args, nargs, 2), true);
}

/* decode_part(data, errors, final): what can be decoded by now. */
static ouro_value multibyte_decode_part(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int final = object_truth(rt, args[3]);
    return final < 0 ? OURO_NULL : multibyte_decode_value(rt, args, args[2], final);
}

/* ---- encoding ------------------------------------------------------------------------------------------- */

/* One character of a replacement. */
static int multibyte_put(codec_encoder *e, uint32_t c)
{
    const multibyte_codec *codec = as_multibyte_codec(e->mapping);
    unsigned char bytes[MULTIBYTE_LONGEST];
    bool both;
    int count = multibyte_write(codec->charset, codec->codes, c, 0, &both, bytes);
    bytes_builder_add(&e->out, bytes, (size_t)count);
    return count > 0;
}

/* `used` NULL: the text is whole; else a last character is left that the next one may change. */
static ouro_value multibyte_encode_str(ouro_runtime *rt, ouro_value self, ouro_value text, const char *errors, size_t *used)
{
    multibyte_codec *codec = as_multibyte_codec(self);
    if (!codec->codes) {
        codec->codes = multibyte_codes_make(rt->mem, codec->charset);
        if (!codec->codes) {
            error_no_memory(rt);
            return OURO_NULL;
        }
    }
    codec_encoder e;
    codec_encoder_init(&e, rt, codec->charset->name, errors, text, multibyte_put);
    e.mapping = self;
    bool ok = true;
    while (ok && e.at < str_length(e.s)) {
        unsigned char bytes[MULTIBYTE_LONGEST];
        bool both;
        bool is_last = e.at + 1 == str_length(e.s);
        uint32_t c = str_char_at(e.s, e.at), next = is_last ? 0 : str_char_at(e.s, e.at + 1);
        if (used && is_last && multibyte_begins_pair(codec->charset, c)) {
            break;
        }
        int count = multibyte_write(codec->charset, codec->codes, c, next, &both, bytes);
        if (count > 0) {
            bytes_builder_add(&e.out, bytes, (size_t)count);
            e.at += both ? 2 : 1;
        } else {
            ok = codec_encode_problem(&e, e.at, e.at + 1, "illegal multibyte sequence");
        }
    }
    if (used) {
        *used = e.at;
    }
    return codec_encoder_finish(&e, ok);
}

static ouro_value multibyte_encode_value(ouro_runtime *rt, const ouro_value *args, ouro_value given_errors, bool whole)
{
    char *errors;
    if (!multibyte_errors(rt, given_errors, "encode", &errors)) {
        return OURO_NULL;
    }
    ouro_value text = value_is_str(rt, args[1]) ? value_incref(args[1]) : object_str(rt, args[1]);
    ouro_value result = OURO_NULL;
    if (!ouro_is_null(text)) {
        size_t used = str_length(as_str(text));
        ouro_value bytes = multibyte_encode_str(rt, args[0], text, errors, whole ? NULL : &used);
        result = multibyte_pair(rt, bytes, used);
    }
    value_decref(rt, text);
    ouro_mem_free(rt->mem, errors);
    return result;
}

static ouro_value multibyte_encode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return multibyte_encode_value(rt, args, arg_or_null(args, nargs, 2), true);
}

/* encode_part(text, errors, final): what can be encoded by now. */
static ouro_value multibyte_encode_part(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int final = object_truth(rt, args[3]);
    return final < 0 ? OURO_NULL : multibyte_encode_value(rt, args, args[2], final);
}

static const method_def multibyte_methods[] = {
    {"encode", "self, input, errors=None", multibyte_encode,
     .doc = "Return an encoded string version of `input'.\n\nReturns the bytes and how many characters they are of."},
    {"decode", "self, input, errors=None", multibyte_decode,
     .doc = "Decodes 'input'.\n\nReturns the text and how many bytes it is of."},
    {"encode_part", "self, input, errors, final, /", multibyte_encode_part,
     .doc = "As encode, but unless it is final a character at the end is left that may combine with one to come."},
    {"decode_part", "self, input, errors, final, /", multibyte_decode_part,
     .doc = "As decode, but unless it is final an incomplete character at the end is left."},
    {0},
};

static const type_spec multibyte_codec_spec = {
    .name = "_multibytecodec.MultibyteCodec",
    .size = sizeof(multibyte_codec),
    .flags = OURO_TYPE_IMMUTABLE | TYPE_NO_MAKE,
    .dispose = multibyte_dispose,
    .extra_size = multibyte_extra_size,
    .methods = multibyte_methods,
};

/* ---- modules -------------------------------------------------------------------------------------------- */

static type_object *multibyte_type(ouro_runtime *rt)
{
    type_object *type = type_of_spec(rt, &multibyte_codec_spec);
    return type != NULL ? type : type_from_spec(rt, &multibyte_codec_spec);
}

static bool multibyte_start(ouro_runtime *rt, module_object *module)
{
    type_object *type = multibyte_type(rt);
    return type != NULL && module_add(rt, module, "MultibyteCodec", value_incref(type_value(type)));
}

static ouro_value multibyte_codec_new(ouro_runtime *rt, const multibyte_charset *charset)
{
    type_object *type = multibyte_type(rt);
    multibyte_codec *codec = type == NULL ? NULL : object_new(rt, &type->type, 0);
    if (codec == NULL) {
        return OURO_NULL;
    }
    codec->charset = charset;
    codec->codes = NULL;
    return ouro_from_object(codec);
}

/* An encoding with escape sequences: one of the Python text's own, or LookupError. */
static ouro_value multibyte_stateful(ouro_runtime *rt, ouro_value name)
{
    ouro_value module = import_module_cstring(rt, "_multibytecodec");
    ouro_value function = ouro_is_null(module) ? module : object_getattr_utf8(rt, module, "stateful_codec");
    ouro_value codec = ouro_is_null(function) ? function : object_call1(rt, function, name);
    value_decref(rt, function);
    value_decref(rt, module);
    return codec;
}

static ouro_value multibyte_getcodec(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "encoding name must be a string.");
    }
    char *name = text_c_name(rt, args[0]);
    if (name == NULL) {
        return OURO_NULL;
    }
    const multibyte_charset *charset = multibyte_find(name);
    ouro_mem_free(rt->mem, name);
    return charset ? multibyte_codec_new(rt, charset) : multibyte_stateful(rt, args[0]);
}

static const method_def multibyte_functions[] = {
    {"getcodec", "name, /", multibyte_getcodec, .doc = "The codec of an encoding of this module."},
    {0},
};

#define MULTIBYTE_MODULE(part) \
    const module_def codecs_##part##_module_def = {                                                                     \
        .name = "_codecs_" #part, .start = multibyte_start, .functions = multibyte_functions};
MULTIBYTE_MODULE(cn)
MULTIBYTE_MODULE(hk)
MULTIBYTE_MODULE(iso2022)
MULTIBYTE_MODULE(jp)
MULTIBYTE_MODULE(kr)
MULTIBYTE_MODULE(tw)

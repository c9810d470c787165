/* codec_registry.c: finding codecs and error handlers by name.
 *
 * The encodings that every program uses are recognized by name and never leave C; all others are found as CPython
 * does: registered search functions are asked in turn (the `encodings` package registers one when it is imported,
 * which happens at the first search), and what they find is kept.
 */
#include "types/codec.h"

#include "types/buffer.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/function.h"
#include "types/protocol.h"

struct codec_state {
    ouro_value search_path; /* list of functions */
    ouro_value cache;       /* dict: normalized name -> CodecInfo */
    ouro_value errors;      /* dict: name -> handler */
    bool imported;          /* `encodings` has been imported, or tried */
};

static struct codec_state *codec_registry_get(ouro_runtime *rt)
{
    struct codec_state *state = rt->types->codecs;
    if (state != NULL) {
        return state;
    }
    state = ouro_mem_alloc_zeroed(rt->mem, sizeof *state);
    if (state == NULL) {
        error_no_memory(rt);
        return NULL;
    }
    state->search_path = list_new(rt, NULL, 0);
    state->cache = dict_new(rt, 0);
    state->errors = dict_new(rt, 0);
    rt->types->codecs = state;
    if (ouro_is_null(state->search_path) || ouro_is_null(state->cache) || ouro_is_null(state->errors)) {
        codec_stop(rt);
        return NULL;
    }
    return state;
}

void codec_stop(ouro_runtime *rt)
{
    struct codec_state *state = rt->types->codecs;
    if (state != NULL) {
        rt->types->codecs = NULL;
        value_decref(rt, state->search_path);
        value_decref(rt, state->cache);
        value_decref(rt, state->errors);
        ouro_mem_free(rt->mem, state);
    }
}

int codec_visit_roots(ouro_runtime *rt, ouro_visit_fn visit, void *context)
{
    const struct codec_state *state = rt->types->codecs;
    if (state == NULL) {
        return 0;
    }
    const ouro_value owned[] = {state->search_path, state->cache, state->errors};
    int result = 0;
    for (size_t i = 0; result == 0 && i < sizeof owned / sizeof owned[0]; i++) {
        if (ouro_is_object(owned[i])) {
            result = visit(owned[i], context);
        }
    }
    return result;
}

bool codec_register(ouro_runtime *rt, ouro_value search_function)
{
    struct codec_state *state = codec_registry_get(rt);
    if (state == NULL) {
        return false;
    }
    if (!object_is_callable(rt, search_function)) {
        error_type(rt, "argument must be callable");
        return false;
    }
    return list_append(rt, state->search_path, search_function);
}

bool codec_unregister(ouro_runtime *rt, ouro_value search_function)
{
    struct codec_state *state = codec_registry_get(rt);
    if (state == NULL) {
        return false;
    }
    ouro_value kept = list_new(rt, NULL, 0);
    if (ouro_is_null(kept)) {
        return false;
    }
    list_object *path = as_list(state->search_path);
    for (size_t i = 0; i < path->size; i++) {
        if (ouro_is(path->items[i], search_function)) {
            dict_clear(rt, as_dict(state->cache));
        } else if (!list_append(rt, kept, path->items[i])) {
            value_decref(rt, kept);
            return false;
        }
    }
    value_replace(rt, &state->search_path, kept);
    return true;
}

/* Letters and digits in lower case, runs of anything else as one underscore; dots stay. */
static ouro_value codec_registry_normalize(ouro_runtime *rt, const char *encoding)
{
    str_builder b;
    str_builder_init(&b, rt);
    bool gap = false;
    for (const unsigned char *p = (const unsigned char *)encoding; *p != 0; p++) {
        unsigned char c = *p;
        bool word = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '.';
        if (word) {
            if (gap && b.length > 0) {
                str_builder_char(&b, '_');
            }
            gap = false;
            str_builder_char(&b, c >= 'A' && c <= 'Z' ? c + 32u : c);
        } else {
            gap = true;
        }
    }
    return str_intern(rt, str_builder_finish(&b));
}

/* Imports `encodings`, once; that it is not there is no error. */
static bool codec_registry_import(ouro_runtime *rt, struct codec_state *state)
{
    if (state->imported || rt->types->import_name == NULL) {
        return true;
    }
    state->imported = true;
    ouro_value name = str_intern_cstring(rt, "encodings");
    ouro_value module = ouro_is_null(name) ? OURO_NULL : rt->types->import_name(rt, name);
    value_decref(rt, name);
    if (ouro_is_null(module)) {
        return error_clear_if(rt, EXC(rt, ImportError));
    }
    value_decref(rt, module);
    return true;
}

ouro_value codec_lookup(ouro_runtime *rt, const char *encoding)
{
    struct codec_state *state = codec_registry_get(rt);
    if (state == NULL || !codec_registry_import(rt, state)) {
        return OURO_NULL;
    }
    ouro_value name = codec_registry_normalize(rt, encoding);
    if (ouro_is_null(name)) {
        return OURO_NULL;
    }
    ouro_value found = dict_get(rt, as_dict(state->cache), name);
    if (!ouro_is_null(found) || error_is_set(rt)) {
        found = value_incref(found);
        goto done;
    }
    for (size_t i = 0; i < as_list(state->search_path)->size; i++) {
        ouro_value search = value_incref(as_list(state->search_path)->items[i]);
        found = object_call1(rt, search, name);
        value_decref(rt, search);
        if (ouro_is_null(found)) {
            goto done;
        }
        if (ouro_is_none(found)) {
            found = OURO_NULL;
            continue;
        }
        if (!value_is_tuple(rt, found) || as_tuple(found)->size != 4) {
            error_type(rt, "codec search functions must return 4-tuples");
            value_clear(rt, &found);
        } else if (!dict_set(rt, as_dict(state->cache), name, found)) {
            value_clear(rt, &found);
        }
        goto done;
    }
    error_raise(rt, EXC(rt, LookupError), "unknown encoding: %s", encoding);
done:
    value_decref(rt, name);
    return found;
}

bool codec_register_error(ouro_runtime *rt, const char *name, ouro_value handler)
{
    struct codec_state *state = codec_registry_get(rt);
    if (state == NULL) {
        return false;
    }
    if (!object_is_callable(rt, handler)) {
        error_type(rt, "handler must be callable");
        return false;
    }
    ouro_value key = str_from_cstring(rt, name);
    bool ok = !ouro_is_null(key) && dict_set(rt, as_dict(state->errors), key, handler);
    value_decref(rt, key);
    return ok;
}

#define CODEC_REGISTRY_HANDLER(function, handler) \
    static ouro_value codec_registry_##function(ouro_runtime *rt, const ouro_value *args, size_t nargs) \
    { \
        return codec_handle_exception(rt, handler, args[0]); \
    }
CODEC_REGISTRY_HANDLER(strict, CODEC_STRICT)
CODEC_REGISTRY_HANDLER(ignore, CODEC_IGNORE)
CODEC_REGISTRY_HANDLER(replace, CODEC_REPLACE)
CODEC_REGISTRY_HANDLER(backslashreplace, CODEC_BACKSLASHREPLACE)
CODEC_REGISTRY_HANDLER(xmlcharrefreplace, CODEC_XMLCHARREFREPLACE)
CODEC_REGISTRY_HANDLER(namereplace, CODEC_NAMEREPLACE)
CODEC_REGISTRY_HANDLER(surrogateescape, CODEC_SURROGATEESCAPE)
CODEC_REGISTRY_HANDLER(surrogatepass, CODEC_SURROGATEPASS)

static const method_def codec_registry_handlers[] = {
    [CODEC_STRICT] = {"strict_errors", "exception, /", codec_registry_strict,
                      .doc = "Implements the 'strict' error handling, which raises a UnicodeError on coding errors."},
    [CODEC_IGNORE] = {"ignore_errors", "exception, /", codec_registry_ignore,
                      .doc = "Implements the 'ignore' error handling: malformed data is left out."},
    [CODEC_REPLACE] = {"replace_errors", "exception, /", codec_registry_replace,
                       .doc = "Implements the 'replace' error handling: a replacement marker stands for malformed data."},
    [CODEC_BACKSLASHREPLACE] = {"backslashreplace_errors", "exception, /", codec_registry_backslashreplace,
                                .doc = "Implements the 'backslashreplace' error handling."},
    [CODEC_XMLCHARREFREPLACE] = {"xmlcharrefreplace_errors", "exception, /", codec_registry_xmlcharrefreplace,
                                 .doc = "Implements the 'xmlcharrefreplace' error handling."},
    [CODEC_NAMEREPLACE] = {"namereplace_errors", "exception, /", codec_registry_namereplace,
                           .doc = "Implements the 'namereplace' error handling."},
    [CODEC_SURROGATEESCAPE] = {"surrogateescape", "exception, /", codec_registry_surrogateescape,
                               .doc = "Implements the 'surrogateescape' error handling."},
    [CODEC_SURROGATEPASS] = {"surrogatepass", "exception, /", codec_registry_surrogatepass,
                             .doc = "Implements the 'surrogatepass' error handling."},
};

ouro_value codec_lookup_error(ouro_runtime *rt, const char *name)
{
    struct codec_state *state = codec_registry_get(rt);
    if (state == NULL) {
        return OURO_NULL;
    }
    ouro_value key = str_from_cstring(rt, name);
    if (ouro_is_null(key)) {
        return OURO_NULL;
    }
    ouro_value handler = value_incref(dict_get(rt, as_dict(state->errors), key));
    if (ouro_is_null(handler) && !error_is_set(rt)) {
        codec_handler known = codec_handler_by_name(name);
        if (known == CODEC_REGISTERED) {
            error_raise(rt, EXC(rt, LookupError), "unknown error handler name '%s'", name);
        } else {
            handler = native_function_new(rt, &codec_registry_handlers[known], OURO_NULL, OURO_NULL);
            if (!ouro_is_null(handler) && !dict_set(rt, as_dict(state->errors), key, handler)) {
                value_clear(rt, &handler);
            }
        }
    }
    value_decref(rt, key);
    return handler;
}

/* ---- by name ------------------------------------------------------------------------------------------ */

typedef enum codec_registry_builtin {
    CODEC_NONE, CODEC_UTF8, CODEC_ASCII, CODEC_LATIN1, CODEC_UTF16, CODEC_UTF16_LE, CODEC_UTF16_BE, CODEC_UTF32,
    CODEC_UTF32_LE, CODEC_UTF32_BE, CODEC_UTF8_SIG, CODEC_UTF7, CODEC_UNICODE_ESCAPE, CODEC_RAW_UNICODE_ESCAPE,
} codec_registry_builtin;

static codec_registry_builtin codec_registry_find(const char *encoding)
{
    static const struct {
        const char *name; /* without - _ and space */
        codec_registry_builtin codec;
    } known[] = {
        {"utf8", CODEC_UTF8},
        {"ascii", CODEC_ASCII},
        {"latin1", CODEC_LATIN1},
        {"usascii", CODEC_ASCII},
        {"iso88591", CODEC_LATIN1},
        {"utf16", CODEC_UTF16},
        {"utf16le", CODEC_UTF16_LE},
        {"utf16be", CODEC_UTF16_BE},
        {"utf32", CODEC_UTF32},
        {"utf32le", CODEC_UTF32_LE},
        {"utf32be", CODEC_UTF32_BE},
        {"utf8sig", CODEC_UTF8_SIG},
        {"utf7", CODEC_UTF7},
        {"unicodeescape", CODEC_UNICODE_ESCAPE},
        {"rawunicodeescape", CODEC_RAW_UNICODE_ESCAPE},
        {"l1", CODEC_LATIN1},
        {"u8", CODEC_UTF8},
        {"646", CODEC_ASCII},
    };
    char name[24];
    size_t n = 0;
    for (const char *p = encoding; *p != 0; p++) {
        if (*p == '-' || *p == '_' || *p == ' ') {
            continue;
        }
        if (n == sizeof name - 1) {
            return CODEC_NONE;
        }
        name[n++] = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
    }
    name[n] = 0;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (name[0] == known[i].name[0] && strcmp(name, known[i].name) == 0) {
            return known[i].codec;
        }
    }
    return CODEC_NONE;
}

/* The encode (0) or decode (1) function of a codec that is meant for text. */
static ouro_value codec_registry_function(ouro_runtime *rt, const char *encoding, int which, bool text_only)
{
    ouro_value info = codec_lookup(rt, encoding);
    if (ouro_is_null(info)) {
        return OURO_NULL;
    }
    ouro_value function = OURO_NULL;
    if (text_only && !value_is_instance_exactly(rt, info, TYPE(rt, tuple))) {
        ouro_value name = str_intern_cstring(rt, "_is_text_encoding"), flag = OURO_NULL;
        int found = ouro_is_null(name) ? -1 : object_getattr_optional(rt, info, name, &flag);
        int truth = found == 1 ? object_truth(rt, flag) : found == 0 ? 1 : -1;
        value_decref(rt, name);
        value_decref(rt, flag);
        if (truth < 0) {
            goto done;
        }
        if (truth == 0) {
            error_raise(rt, EXC(rt, LookupError),
                        "'%s' is not a text encoding; use %s to handle arbitrary codecs", encoding,
                        which == 0 ? "codecs.encode()" : "codecs.decode()");
            goto done;
        }
    }
    function = value_incref(as_tuple(info)->items[which]);
done:
    value_decref(rt, info);
    return function;
}

/* Can the exception be made again from its type and one text, without losing anything? */
static bool codec_registry_is_plain(ouro_runtime *rt, ouro_value exception)
{
    const type_object *type = value_type(rt, exception), *base = EXC(rt, BaseException);
    const tuple_object *args = as_tuple(as_exception(exception)->args);
    if (value_is_instance(rt, exception, EXC(rt, MemoryError)) || type->slots.make != base->slots.make || type->slots.init != base->slots.init ||
        type->type.size != base->type.size || args->size > 1 || (args->size == 1 && !value_is_str_exact(rt, args->items[0]))) {
        return false;
    }
    ouro_value dict = object_getattr(rt, exception, STR(rt, __dict__));
    bool is_empty = !ouro_is_null(dict) && value_is_dict(rt, dict) && dict_size(as_dict(dict)) == 0;
    error_clear(rt);
    value_decref(rt, dict);
    return is_empty;
}

/* The codec's function has raised: the exception becomes the cause of one of the same type that says which codec it was. */
static void codec_registry_tell(ouro_runtime *rt, const char *encoding, bool encoding_failed)
{
    ouro_value cause = error_take(rt);
    if (codec_registry_is_plain(rt, cause)) {
        type_object *type = value_type(rt, cause);
        error_raise(rt, type, "%s with '%s' codec failed (%s: %S)", encoding_failed ? "encoding" : "decoding", encoding,
                    type_short_name(type), cause);
        if (value_type(rt, rt->exception) == type) {
            exception_object *told = as_exception(rt->exception);
            value_replace(rt, &told->cause, value_incref(cause));
            told->suppress_context = true;
        }
        value_decref(rt, cause);
    } else {
        error_restore(rt, cause);
    }
}

/* Calls an encode or decode function: the first of the two values that it returns. */
static ouro_value codec_registry_call(ouro_runtime *rt, ouro_value function, ouro_value v, const char *encoding,
                                      const char *errors, const char *what)
{
    ouro_value args[2] = {v, OURO_NULL}, result;
    if (errors != NULL) {
        args[1] = str_from_cstring(rt, errors);
        if (ouro_is_null(args[1])) {
            return OURO_NULL;
        }
    }
    result = object_call(rt, function, args, errors != NULL ? 2 : 1, OURO_NULL);
    value_decref(rt, args[1]);
    if (ouro_is_null(result)) {
        codec_registry_tell(rt, encoding, what[0] == 'e');
        return OURO_NULL;
    }
    ouro_value first = OURO_NULL;
    if (!value_is_tuple(rt, result) || as_tuple(result)->size != 2) {
        error_type(rt, "%s must return a tuple (object, integer)", what);
    } else {
        first = value_incref(as_tuple(result)->items[0]);
    }
    value_decref(rt, result);
    return first;
}

ouro_value codec_encode_any(ouro_runtime *rt, ouro_value v, const char *encoding, const char *errors)
{
    ouro_value function = codec_registry_function(rt, encoding, 0, false);
    if (ouro_is_null(function)) {
        return OURO_NULL;
    }
    ouro_value result = codec_registry_call(rt, function, v, encoding, errors, "encoder");
    value_decref(rt, function);
    return result;
}

ouro_value codec_decode_any(ouro_runtime *rt, ouro_value v, const char *encoding, const char *errors)
{
    ouro_value function = codec_registry_function(rt, encoding, 1, false);
    if (ouro_is_null(function)) {
        return OURO_NULL;
    }
    ouro_value result = codec_registry_call(rt, function, v, encoding, errors, "decoder");
    value_decref(rt, function);
    return result;
}

bool codec_check_names(ouro_runtime *rt, const char *encoding, const char *errors)
{
    if (OURO_LIKELY(!rt->types->dev_mode)) {
        return true;
    }
    if (encoding != NULL && codec_registry_find(encoding) == CODEC_NONE) {
        ouro_value codec = codec_lookup(rt, encoding);
        value_decref(rt, codec);
        if (ouro_is_null(codec)) {
            return false;
        }
    }
    ouro_value handler = errors == NULL ? OURO_NONE : codec_lookup_error(rt, errors);
    value_decref(rt, handler);
    return !ouro_is_null(handler);
}

ouro_value codec_decode(ouro_runtime *rt, const void *data, size_t length, const char *encoding, const char *errors)
{
    int order = 0;
    switch (encoding == NULL ? CODEC_UTF8 : codec_registry_find(encoding)) {
    case CODEC_UTF8:
        return codec_utf8_decode(rt, data, length, errors, NULL);
    case CODEC_UTF8_SIG:
        if (length >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
            return codec_utf8_decode(rt, (const char *)data + 3, length - 3, errors, NULL);
        }
        return codec_utf8_decode(rt, data, length, errors, NULL);
    case CODEC_ASCII:
        return codec_ascii_decode(rt, data, length, errors);
    case CODEC_LATIN1:
        return str_from_latin1(rt, data, length);
    case CODEC_UTF16_LE:
        order = -1;
        return codec_utf16_decode(rt, data, length, errors, &order, NULL);
    case CODEC_UTF16_BE:
        order = 1;
        return codec_utf16_decode(rt, data, length, errors, &order, NULL);
    case CODEC_UTF16:
        return codec_utf16_decode(rt, data, length, errors, &order, NULL);
    case CODEC_UTF32_LE:
        order = -1;
        return codec_utf32_decode(rt, data, length, errors, &order, NULL);
    case CODEC_UTF32_BE:
        order = 1;
        return codec_utf32_decode(rt, data, length, errors, &order, NULL);
    case CODEC_UTF32:
        return codec_utf32_decode(rt, data, length, errors, &order, NULL);
    case CODEC_UTF7:
        return codec_utf7_decode(rt, data, length, errors, NULL);
    case CODEC_UNICODE_ESCAPE:
        return codec_unicode_escape_decode(rt, data, length, errors, NULL);
    case CODEC_RAW_UNICODE_ESCAPE:
        return codec_raw_unicode_escape_decode(rt, data, length, errors, NULL);
    case CODEC_NONE:
        break;
    }
    ouro_value function = codec_registry_function(rt, encoding, 1, true);
    if (ouro_is_null(function)) {
        return OURO_NULL;
    }
    ouro_value bytes = bytes_new(rt, length == 0 ? "" : data, length);
    ouro_value result = ouro_is_null(bytes) ? OURO_NULL : codec_registry_call(rt, function, bytes, encoding, errors, "decoder");
    value_decref(rt, bytes);
    value_decref(rt, function);
    if (!ouro_is_null(result) && !value_is_str(rt, result)) {
        error_type(rt, "'%.400s' decoder returned '%T' instead of 'str'; use codecs.decode() to decode to arbitrary types",
                   encoding, result);
        value_clear(rt, &result);
    }
    return result;
}

ouro_value codec_encode(ouro_runtime *rt, ouro_value str, const char *encoding, const char *errors)
{
    switch (encoding == NULL ? CODEC_UTF8 : codec_registry_find(encoding)) {
    case CODEC_UTF8:
        return codec_utf8_encode(rt, str, errors);
    case CODEC_UTF8_SIG: {
        ouro_value body = codec_utf8_encode(rt, str, errors);
        if (ouro_is_null(body)) {
            return OURO_NULL;
        }
        ouro_value marked = bytes_new(rt, NULL, as_bytes(body)->length + 3);
        if (!ouro_is_null(marked)) {
            memcpy(as_bytes(marked)->data, "\xef\xbb\xbf", 3);
            memcpy(as_bytes(marked)->data + 3, as_bytes(body)->data, as_bytes(body)->length);
        }
        value_decref(rt, body);
        return marked;
    }
    case CODEC_ASCII:
        return codec_ascii_encode(rt, str, errors);
    case CODEC_LATIN1:
        return codec_latin1_encode(rt, str, errors);
    case CODEC_UTF16_LE:
        return codec_utf16_encode(rt, str, errors, -1);
    case CODEC_UTF16_BE:
        return codec_utf16_encode(rt, str, errors, 1);
    case CODEC_UTF16:
        return codec_utf16_encode(rt, str, errors, 0);
    case CODEC_UTF32_LE:
        return codec_utf32_encode(rt, str, errors, -1);
    case CODEC_UTF32_BE:
        return codec_utf32_encode(rt, str, errors, 1);
    case CODEC_UTF32:
        return codec_utf32_encode(rt, str, errors, 0);
    case CODEC_UTF7:
        return codec_utf7_encode(rt, str, errors);
    case CODEC_UNICODE_ESCAPE:
        return codec_unicode_escape_encode(rt, str);
    case CODEC_RAW_UNICODE_ESCAPE:
        return codec_raw_unicode_escape_encode(rt, str);
    case CODEC_NONE:
        break;
    }
    ouro_value function = codec_registry_function(rt, encoding, 0, true);
    if (ouro_is_null(function)) {
        return OURO_NULL;
    }
    ouro_value result = codec_registry_call(rt, function, str, encoding, errors, "encoder");
    value_decref(rt, function);
    if (!ouro_is_null(result) && !value_is_bytes(rt, result)) {
        error_type(rt, "'%.400s' encoder returned '%T' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
                   encoding, result);
        value_clear(rt, &result);
    }
    return result;
}

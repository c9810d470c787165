/* exception_unicode.c: UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError.
 *
 * They say which part of an object (start to end) a codec could not handle, and why.  An error handler reads them and
 * may change start, end and reason.
 */
#include "types/exception_private.h"

#include "types/buffer.h"
#include "types/bytes.h"
#include "types/number.h"

typedef struct unicode_error_object {
    exception_object base;
    ouro_value encoding, object, reason; /* encoding: OURO_NULL in UnicodeTranslateError */
    int64_t start, end;
} unicode_error_object;

static unicode_error_object *as_unicode_error(ouro_value v)
{
    return (unicode_error_object *)(void *)ouro_as_object(v);
}

static bool exception_unicode_is_str(ouro_runtime *rt, ouro_value v, int position)
{
    if (!value_is_str(rt, v)) {
        error_type(rt, "argument %d must be str, not %T", position, v);
        return false;
    }
    return true;
}

/* The arguments from `start` on: start, end, reason. */
static bool exception_unicode_fill(ouro_runtime *rt, unicode_error_object *e, const ouro_value *args, int position)
{
    int64_t start, end;
    if (!object_as_index(rt, args[0], &start, false) || !object_as_index(rt, args[1], &end, false) ||
        !exception_unicode_is_str(rt, args[2], position + 2)) {
        return false;
    }
    e->start = start;
    e->end = end;
    value_replace(rt, &e->reason, value_incref(args[2]));
    return true;
}

static bool exception_unicode_count(ouro_runtime *rt, size_t nargs, size_t wanted)
{
    if (nargs != wanted) {
        error_type(rt, "function takes exactly %zu arguments (%zu given)", wanted, nargs);
        return false;
    }
    return true;
}

static bool exception_unicode_encode_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                          ouro_value kwnames)
{
    unicode_error_object *e = as_unicode_error(self);
    if (!exception_init(rt, self, args, nargs, kwnames) || !exception_unicode_count(rt, nargs, 5) ||
        !exception_unicode_is_str(rt, args[0], 1) || !exception_unicode_is_str(rt, args[1], 2) ||
        !exception_unicode_fill(rt, e, args + 2, 3)) {
        return false;
    }
    value_replace(rt, &e->encoding, value_incref(args[0]));
    value_replace(rt, &e->object, value_incref(args[1]));
    return true;
}

static bool exception_unicode_decode_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                          ouro_value kwnames)
{
    unicode_error_object *e = as_unicode_error(self);
    if (!exception_init(rt, self, args, nargs, kwnames) || !exception_unicode_count(rt, nargs, 5) ||
        !exception_unicode_is_str(rt, args[0], 1)) {
        return false;
    }
    ouro_value object = OURO_NULL;
    if (value_is_bytes(rt, args[1])) {
        object = value_incref(args[1]);
    } else {
        buffer_view view;
        if (!buffer_get(rt, args[1], &view, false)) {
            return false;
        }
        object = bytes_new(rt, view.data, view.length);
        buffer_release(rt, &view);
    }
    if (ouro_is_null(object) || !exception_unicode_fill(rt, e, args + 2, 3)) {
        value_decref(rt, object);
        return false;
    }
    value_replace(rt, &e->object, object);
    value_replace(rt, &e->encoding, value_incref(args[0]));
    return true;
}

static bool exception_unicode_translate_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                             ouro_value kwnames)
{
    unicode_error_object *e = as_unicode_error(self);
    if (!exception_init(rt, self, args, nargs, kwnames) || !exception_unicode_count(rt, nargs, 4) ||
        !exception_unicode_is_str(rt, args[0], 1) || !exception_unicode_fill(rt, e, args + 1, 2)) {
        return false;
    }
    value_replace(rt, &e->object, value_incref(args[0]));
    return true;
}

/* "'ascii' codec can't encode character '\xe9' in position 3: ordinal not in range(128)".  `what` names the codec
 * and what it could not do. */
static ouro_value exception_unicode_describe(ouro_runtime *rt, const unicode_error_object *e, ouro_value what)
{
    ouro_value text = OURO_NULL;
    ouro_value reason = ouro_is_null(e->reason) ? str_from_cstring(rt, "<NULL>") : object_str(rt, e->reason);
    if (ouro_is_null(reason)) {
        return OURO_NULL;
    }
    bool is_bytes = !value_is_str(rt, e->object);
    size_t length = is_bytes ? as_bytes(e->object)->length : str_length(as_str(e->object));
    if (e->start >= 0 && (size_t)e->start < length && e->end == e->start + 1) {
        if (is_bytes) {
            text = str_format_c(rt, "%U byte 0x%02x in position %lld: %U", what,
                                (unsigned)as_bytes(e->object)->data[e->start], (long long)e->start, reason);
        } else {
            uint32_t c = str_char_at(as_str(e->object), (size_t)e->start);
            const char *format = c <= 0xff     ? "%U character '\\x%02x' in position %lld: %U"
                                 : c <= 0xffff ? "%U character '\\u%04x' in position %lld: %U"
                                               : "%U character '\\U%08x' in position %lld: %U";
            text = str_format_c(rt, format, what, (unsigned)c, (long long)e->start, reason);
        }
    } else {
        text = str_format_c(rt, "%U %s in position %lld-%lld: %U", what, is_bytes ? "bytes" : "characters",
                            (long long)e->start, (long long)e->end - 1, reason);
    }
    value_decref(rt, reason);
    return text;
}

static ouro_value exception_unicode_codec_str(ouro_runtime *rt, ouro_value self, const char *verb)
{
    const unicode_error_object *e = as_unicode_error(self);
    if (ouro_is_null(e->object)) {
        return value_incref(rt->types->empty_str);
    }
    ouro_value what;
    if (ouro_is_null(e->encoding)) {
        what = str_format_c(rt, "can't %s", verb);
    } else {
        what = str_format_c(rt, "'%S' codec can't %s", e->encoding, verb);
    }
    if (ouro_is_null(what)) {
        return OURO_NULL;
    }
    ouro_value text = exception_unicode_describe(rt, e, what);
    value_decref(rt, what);
    return text;
}

static ouro_value exception_unicode_encode_str(ouro_runtime *rt, ouro_value self)
{
    return exception_unicode_codec_str(rt, self, "encode");
}

static ouro_value exception_unicode_decode_str(ouro_runtime *rt, ouro_value self)
{
    return exception_unicode_codec_str(rt, self, "decode");
}

static ouro_value exception_unicode_translate_str(ouro_runtime *rt, ouro_value self)
{
    return exception_unicode_codec_str(rt, self, "translate");
}

static int64_t *exception_unicode_bound(ouro_value self, const void *closure)
{
    return closure == NULL ? &as_unicode_error(self)->start : &as_unicode_error(self)->end;
}

static ouro_value exception_unicode_get_bound(ouro_runtime *rt, ouro_value self, void *closure)
{
    return int_from_int64(rt, *exception_unicode_bound(self, closure));
}

static bool exception_unicode_set_bound(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    int64_t i;
    if (ouro_is_null(value)) {
        error_type(rt, "can't delete numeric/char attribute");
        return false;
    }
    if (!value_is_int(rt, value)) {
        error_type(rt, "an integer is required");
        return false;
    }
    if (!int_as_int64(rt, value, &i)) {
        return false;
    }
    *exception_unicode_bound(self, closure) = i;
    return true;
}

static const ouro_field exception_unicode_fields[] = {
    EXCEPTION_FIELDS,
    {OURO_FIELD_VALUE, offsetof(unicode_error_object, encoding), 0, "encoding"},
    {OURO_FIELD_VALUE, offsetof(unicode_error_object, object), 0, "object"},
    {OURO_FIELD_VALUE, offsetof(unicode_error_object, reason), 0, "reason"},
};

static const member_def exception_unicode_members[] = {
    {"encoding", offsetof(unicode_error_object, encoding), MEMBER_NONE_IF_NULL, "exception encoding"},
    {"object", offsetof(unicode_error_object, object), MEMBER_NONE_IF_NULL, "exception object"},
    {"reason", offsetof(unicode_error_object, reason), MEMBER_NONE_IF_NULL, "exception reason"},
    {0},
};

/* The closure tells start (NULL) from end (any other address). */


static const getset_def exception_unicode_getsets[] = {
    {"start", exception_unicode_get_bound, exception_unicode_set_bound, "exception start", NULL, .member = true},
    {"end", exception_unicode_get_bound, exception_unicode_set_bound, "exception end", (void *)(uintptr_t)1, .member = true},
    {0},
};

#define UNICODE_EXCEPTION(type_name, how, text) \
    const type_spec exception_spec_##type_name = { \
        .name = #type_name, \
        .size = sizeof(unicode_error_object), \
        .flags = EXCEPTION_FLAGS, \
        .base = &exception_spec_UnicodeError, \
        .doc = text, \
        .fields = exception_unicode_fields, \
        .field_count = EXCEPTION_FIELD_COUNT + 3, \
        .members = exception_unicode_members, \
        .getsets = exception_unicode_getsets, \
        .slots = {.init = exception_unicode_##how##_init, .str = exception_unicode_##how##_str}, \
    };

UNICODE_EXCEPTION(UnicodeEncodeError, encode, "Unicode encoding error.")
UNICODE_EXCEPTION(UnicodeDecodeError, decode, "Unicode decoding error.")
UNICODE_EXCEPTION(UnicodeTranslateError, translate, "Unicode translation error.")

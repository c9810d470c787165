/* io_newline.c: the three newline conventions: translating, finding line ends; IncrementalNewlineDecoder. */
#include "modules/io.h"

ouro_value io_newlines_translate(ouro_runtime *rt, ouro_value text, bool translate, int *seen)
{
    const str_object *s = as_str(text);
    size_t n = s->length;
    if (str_find_char(s, '\r', 0, n) < 0) {
        if ((*seen & IO_SEEN_LF) == 0 && str_find_char(s, '\n', 0, n) >= 0) {
            *seen |= IO_SEEN_LF;
        }
        return value_incref(text);
    }
    str_builder b;
    str_builder_init(&b, rt);
    size_t start = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t c = str_char_at(s, i);
        if (c == '\n') {
            *seen |= IO_SEEN_LF;
        } else if (c == '\r') {
            bool pair = i + 1 < n && str_char_at(s, i + 1) == '\n';
            *seen |= pair ? IO_SEEN_CRLF : IO_SEEN_CR;
            if (translate) {
                str_builder_range(&b, text, start, i);
                str_builder_char(&b, '\n');
                start = i + 1 + pair;
            }
            i += pair;
        }
    }
    if (!translate) {
        str_builder_drop(&b);
        return value_incref(text);
    }
    str_builder_range(&b, text, start, n);
    return str_builder_finish(&b);
}

ouro_value io_newlines_value(ouro_runtime *rt, int seen)
{
    static const char *const names[] = {"\r", "\n", "\r\n"};
    ouro_value items[3];
    size_t count = 0;
    for (int i = 0; i < 3; i++) {
        if ((seen >> i & 1) != 0) {
            items[count] = str_from_cstring(rt, names[i]);
            if (ouro_is_null(items[count])) {
                while (count > 0) {
                    value_decref(rt, items[--count]);
                }
                return OURO_NULL;
            }
            count++;
        }
    }
    return count == 0 ? OURO_NONE : count == 1 ? items[0] : tuple_new_steal(rt, items, count);
}

int64_t io_find_line_end(const str_object *s, size_t start, bool translated, bool universal, const str_object *newline)
{
    size_t n = s->length;
    if (universal && !translated) {
        for (size_t i = start; i < n; i++) {
            uint32_t c = str_char_at(s, i);
            if (c == '\n') {
                return (int64_t)i + 1;
            }
            if (c == '\r') {
                return (int64_t)i + 1 + (i + 1 < n && str_char_at(s, i + 1) == '\n');
            }
        }
        return -1;
    }
    if (translated || newline == NULL || newline->length == 1) {
        int64_t at = str_find_char(s, translated || newline == NULL ? '\n' : str_char_at(newline, 0), start, n);
        return at < 0 ? -1 : at + 1;
    }
    for (size_t from = start;;) { /* "\r\n" */
        int64_t at = str_find_char(s, '\r', from, n);
        if (at < 0) {
            return -1;
        }
        if ((size_t)at + 1 < n && str_char_at(s, (size_t)at + 1) == '\n') {
            return at + 2;
        }
        from = (size_t)at + 1;
    }
}

/* ---- IncrementalNewlineDecoder ------------------------------------------------------------------------ */

typedef struct newline_decoder_object {
    ouro_object object;
    ouro_value decoder, errors;
    bool translate, pending_cr, ok;
    int seen;
} newline_decoder_object;

static newline_decoder_object *io_newline_self(ouro_value v)
{
    return (newline_decoder_object *)(void *)ouro_as_object(v);
}

static bool io_newline_check(ouro_runtime *rt, ouro_value self)
{
    if (!io_newline_self(self)->ok) {
        error_value(rt, "IncrementalNewlineDecoder.__init__() not called");
        return false;
    }
    return true;
}

static ouro_value io_newline_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                  ouro_value kwnames)
{
    return instance_new(rt, type);
}

static bool io_newline_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    static const char *const names[] = {"decoder", "translate", "errors"};
    ouro_value bound[3];
    if (!text_bind(rt, "IncrementalNewlineDecoder", names, 3, 0, args, nargs, kwnames, bound)) {
        return false;
    }
    if (ouro_is_null(bound[0]) || ouro_is_null(bound[1])) {
        error_type(rt, "IncrementalNewlineDecoder() missing required argument '%s' (pos %d)",
                   ouro_is_null(bound[0]) ? "decoder" : "translate", ouro_is_null(bound[0]) ? 1 : 2);
        return false;
    }
    int translate = object_truth(rt, bound[1]);
    if (translate < 0) {
        return false;
    }
    newline_decoder_object *d = io_newline_self(self);
    value_replace(rt, &d->decoder, value_incref(bound[0]));
    value_replace(rt, &d->errors, ouro_is_null(bound[2]) ? value_incref(STR(rt, strict)) : value_incref(bound[2]));
    d->translate = translate == 1;
    d->pending_cr = false;
    d->seen = 0;
    d->ok = true;
    return true;
}

static ouro_value io_newline_decode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!io_newline_check(rt, args[0])) {
        return OURO_NULL;
    }
    newline_decoder_object *d = io_newline_self(args[0]);
    int final = ouro_is_null(arg_or_null(args, nargs, 2)) ? 0 : object_truth(rt, args[2]);
    if (final < 0) {
        return OURO_NULL;
    }
    ouro_value text;
    if (ouro_is_none(d->decoder)) {
        text = value_incref(args[1]);
    } else {
        ouro_value call[3] = {d->decoder, args[1], ouro_bool(final)};
        text = object_call_method(rt, STR(rt, decode), call, 3, OURO_NULL);
    }
    if (ouro_is_null(text)) {
        return OURO_NULL;
    }
    if (!value_is_str(rt, text)) {
        error_type(rt, "decoder should return a string result, not '%T'", text);
        value_decref(rt, text);
        return OURO_NULL;
    }
    if (d->pending_cr && (final || as_str(text)->length > 0)) {
        ouro_value cr = str_from_char(rt, '\r');
        value_replace(rt, &text, ouro_is_null(cr) ? OURO_NULL : str_concat(rt, cr, text));
        value_decref(rt, cr);
        if (ouro_is_null(text)) {
            return OURO_NULL;
        }
        d->pending_cr = false;
    }
    size_t n = as_str(text)->length;
    if (!final && n > 0 && str_char_at(as_str(text), n - 1) == '\r') {
        value_replace(rt, &text, str_substring(rt, text, 0, n - 1));
        if (ouro_is_null(text)) {
            return OURO_NULL;
        }
        d->pending_cr = true;
    }
    value_replace(rt, &text, io_newlines_translate(rt, text, d->translate, &d->seen));
    return text;
}

static ouro_value io_newline_getstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!io_newline_check(rt, args[0])) {
        return OURO_NULL;
    }
    const newline_decoder_object *d = io_newline_self(args[0]);
    ouro_value bytes, flag = ouro_int(0), result = OURO_NULL;
    if (ouro_is_none(d->decoder)) {
        bytes = bytes_empty(rt);
    } else {
        ouro_value name = str_intern_cstring(rt, "getstate");
        ouro_value state = ouro_is_null(name) ? OURO_NULL : object_call_method0(rt, d->decoder, name);
        value_decref(rt, name);
        if (ouro_is_null(state)) {
            return OURO_NULL;
        }
        if (!value_is_tuple(rt, state) || as_tuple(state)->size != 2) {
            value_decref(rt, state);
            return error_type(rt, "illegal decoder state");
        }
        bytes = value_incref(as_tuple(state)->items[0]);
        flag = value_incref(as_tuple(state)->items[1]);
        value_decref(rt, state);
    }
    ouro_value shifted = object_binary(rt, BINARY_LSHIFT, flag, ouro_int(1));
    if (!ouro_is_null(shifted)) {
        value_replace(rt, &shifted, object_binary(rt, BINARY_OR, shifted, ouro_int(d->pending_cr)));
    }
    if (!ouro_is_null(shifted) && !ouro_is_null(bytes)) {
        result = tuple_pack2(rt, bytes, shifted);
    }
    value_decref(rt, bytes);
    value_decref(rt, flag);
    value_decref(rt, shifted);
    return result;
}

static ouro_value io_newline_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!io_newline_check(rt, args[0])) {
        return OURO_NULL;
    }
    newline_decoder_object *d = io_newline_self(args[0]);
    if (!value_is_tuple(rt, args[1]) || as_tuple(args[1])->size != 2) {
        return error_type(rt, "state argument must be a tuple");
    }
    ouro_value flag = as_tuple(args[1])->items[1], bit = object_binary(rt, BINARY_AND, flag, ouro_int(1));
    if (ouro_is_null(bit)) {
        return OURO_NULL;
    }
    d->pending_cr = ouro_is(bit, ouro_int(1));
    value_decref(rt, bit);
    if (ouro_is_none(d->decoder)) {
        return OURO_NONE;
    }
    ouro_value rest = object_binary(rt, BINARY_RSHIFT, flag, ouro_int(1)), state = OURO_NULL, result = OURO_NULL;
    ouro_value name = str_intern_cstring(rt, "setstate");
    if (!ouro_is_null(rest) && !ouro_is_null(name)) {
        state = tuple_pack2(rt, as_tuple(args[1])->items[0], rest);
    }
    if (!ouro_is_null(state)) {
        result = object_call_method1(rt, d->decoder, name, state);
    }
    value_decref(rt, rest);
    value_decref(rt, name);
    value_decref(rt, state);
    return result;
}

static ouro_value io_newline_reset(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!io_newline_check(rt, args[0])) {
        return OURO_NULL;
    }
    newline_decoder_object *d = io_newline_self(args[0]);
    d->seen = 0;
    d->pending_cr = false;
    if (ouro_is_none(d->decoder)) {
        return OURO_NONE;
    }
    ouro_value name = str_intern_cstring(rt, "reset");
    ouro_value result = ouro_is_null(name) ? OURO_NULL : object_call_method0(rt, d->decoder, name);
    value_decref(rt, name);
    return result;
}

static ouro_value io_newline_get_newlines(ouro_runtime *rt, ouro_value self, void *closure)
{
    return io_newline_check(rt, self) ? io_newlines_value(rt, io_newline_self(self)->seen) : OURO_NULL;
}

static const ouro_field io_newline_fields[] = {
    {OURO_FIELD_VALUE, offsetof(newline_decoder_object, decoder), 0, "decoder"},
    {OURO_FIELD_VALUE, offsetof(newline_decoder_object, errors), 0, "errors"},
};

static const method_def io_newline_methods[] = {
    {"decode", "self, /, input, final=False", io_newline_decode, .doc = NULL},
    {"getstate", "self, /", io_newline_getstate, .doc = NULL},
    {"setstate", "self, state, /", io_newline_setstate, .doc = NULL},
    {"reset", "self, /", io_newline_reset, .doc = NULL},
    {NULL},
};

static const getset_def io_newline_getsets[] = {
    {"newlines", io_newline_get_newlines, NULL, NULL, NULL},
    {NULL},
};

const type_spec io_newline_decoder_spec = {
    .name = "_io.IncrementalNewlineDecoder",
    .signature = "(decoder, translate, errors='strict')",
    .size = sizeof(newline_decoder_object),
    .flags = TYPE_BASE,
    .doc = "Codec used when reading a file in universal newlines mode.",
    .fields = io_newline_fields,
    .field_count = 2,
    .methods = io_newline_methods,
    .getsets = io_newline_getsets,
    .slots = {.make = io_newline_make, .init = io_newline_init},
};

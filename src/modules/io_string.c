/* io_string.c: StringIO: a file in memory, of text.
 *
 * The characters lie in one growing array of the narrowest kind that holds what was written so far (as in str).
 */
#include "modules/io.h"

typedef struct string_io_object {
    ouro_object object;
    ouro_value newline; /* str or OURO_NULL (None) */
    void *data;
    size_t length, capacity; /* characters */
    int64_t at;
    uint8_t kind;
    bool ok, closed, universal, translate;
    const char *write_newline;
    int seen;
} string_io_object;

static string_io_object *io_string_self(ouro_value v)
{
    return (string_io_object *)(void *)ouro_as_object(v);
}

static bool io_string_open(ouro_runtime *rt, const string_io_object *s)
{
    if (!s->ok) {
        error_value(rt, "I/O operation on uninitialized object");
        return false;
    }
    if (s->closed) {
        error_value(rt, "I/O operation on closed file");
        return false;
    }
    return true;
}

static bool io_string_reserve(ouro_runtime *rt, string_io_object *s, size_t size, unsigned kind)
{
    if (kind <= s->kind && size <= s->capacity) {
        return true;
    }
    kind = kind > s->kind ? kind : s->kind;
    size_t capacity = size <= s->capacity ? s->capacity : size + size / 4 + 16;
    if (size > SIZE_MAX / 32) {
        error_no_memory(rt);
        return false;
    }
    void *data;
    if (kind == s->kind) {
        data = ouro_mem_resize(rt->mem, s->data, capacity * kind);
    } else {
        data = ouro_mem_alloc(rt->mem, capacity * kind);
        if (data != NULL) {
            text_copy(kind, data, 0, s->kind, s->data, 0, s->length);
            ouro_mem_free(rt->mem, s->data);
        }
    }
    if (data == NULL) {
        error_no_memory(rt);
        return false;
    }
    s->data = data;
    s->capacity = capacity;
    s->kind = (uint8_t)kind;
    return true;
}

static ouro_value io_string_part(ouro_runtime *rt, const string_io_object *s, size_t start, size_t end)
{
    return start >= end ? str_empty(rt) : str_from_kind(rt, s->kind, (const char *)s->data + start * s->kind, end - start);
}

/* Writes text as it is after newline translation. */
static bool io_string_put(ouro_runtime *rt, string_io_object *s, ouro_value given)
{
    ouro_value text = s->universal ? io_newlines_translate(rt, given, s->translate, &s->seen) : value_incref(given);
    if (!ouro_is_null(text) && s->write_newline != NULL && str_find_char(as_str(text), '\n', 0, as_str(text)->length) >= 0) {
        str_builder b;
        str_builder_init(&b, rt);
        size_t start = 0;
        for (int64_t at; (at = str_find_char(as_str(text), '\n', start, as_str(text)->length)) >= 0; start = (size_t)at + 1) {
            str_builder_range(&b, text, start, (size_t)at);
            str_builder_cstring(&b, s->write_newline);
        }
        str_builder_range(&b, text, start, as_str(text)->length);
        value_replace(rt, &text, str_builder_finish(&b));
    }
    if (ouro_is_null(text)) {
        return false;
    }
    const str_object *t = as_str(text);
    size_t at = (size_t)s->at;
    bool ok = io_string_reserve(rt, s, at + t->length, str_kind(t));
    if (ok) {
        if (at > s->length) {
            text_fill(s->kind, s->data, s->length, at - s->length, 0);
        }
        text_copy(s->kind, s->data, at, str_kind(t), t->data, 0, t->length);
        s->at += (int64_t)t->length;
        s->length = (size_t)s->at > s->length ? (size_t)s->at : s->length;
    }
    value_decref(rt, text);
    return ok;
}

static ouro_value io_string_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                 ouro_value kwnames)
{
    ouro_value self = instance_new(rt, type);
    if (!ouro_is_null(self)) {
        io_string_self(self)->kind = 1;
    }
    return self;
}

static bool io_string_setup(ouro_runtime *rt, ouro_value self, ouro_value initial, ouro_value newline)
{
    string_io_object *s = io_string_self(self);
    s->ok = false;
    if (!ouro_is_null(newline) && !value_is_str(rt, newline)) {
        error_type(rt, "newline must be str or None, not %T", newline);
        return false;
    }
    if (!ouro_is_null(newline)) {
        const str_object *n = as_str(newline);
        if (n->length != 0 && !str_equal_ascii(n, "\n") && !str_equal_ascii(n, "\r") && !str_equal_ascii(n, "\r\n")) {
            error_value(rt, "illegal newline value: %R", newline);
            return false;
        }
    }
    if (!ouro_is_null(initial) && !ouro_is_none(initial) && !value_is_str(rt, initial)) {
        error_type(rt, "initial_value must be str or None, not %T", initial);
        return false;
    }
    s->universal = ouro_is_null(newline) || as_str(newline)->length == 0;
    s->translate = ouro_is_null(newline);
    s->write_newline = NULL;
    if (!ouro_is_null(newline) && as_str(newline)->length > 0 && str_char_at(as_str(newline), 0) == '\r') {
        s->write_newline = as_str(newline)->length == 2 ? "\r\n" : "\r";
    }
    value_replace(rt, &s->newline, value_incref(newline));
    s->length = 0;
    s->at = 0;
    s->seen = 0;
    if (!ouro_is_null(initial) && !ouro_is_none(initial) && !io_string_put(rt, s, initial)) {
        return false;
    }
    s->at = 0;
    s->closed = false;
    s->ok = true;
    return true;
}

static bool io_string_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    static const char *const names[] = {"initial_value", "newline"};
    ouro_value bound[2];
    if (!text_bind(rt, "StringIO", names, 2, 0, args, nargs, kwnames, bound)) {
        return false;
    }
    ouro_value newline = OURO_NULL;
    if (ouro_is_null(bound[1])) {
        newline = str_from_char(rt, '\n');
        if (ouro_is_null(newline)) {
            return false;
        }
    } else if (!ouro_is_none(bound[1])) {
        newline = value_incref(bound[1]);
    }
    bool ok = io_string_setup(rt, self, bound[0], newline);
    value_decref(rt, newline);
    return ok;
}

static ouro_value io_string_method_write(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    string_io_object *s = io_string_self(args[0]);
    if (!s->ok) {
        (void)io_string_open(rt, s);
        return OURO_NULL;
    }
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "string argument expected, got '%T'", args[1]);
    }
    if (!io_string_open(rt, s)) {
        return OURO_NULL;
    }
    return as_str(args[1])->length == 0 || io_string_put(rt, s, args[1]) ? ouro_int((int64_t)as_str(args[1])->length)
                                                                        : OURO_NULL;
}

static ouro_value io_string_method_read(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    string_io_object *s = io_string_self(args[0]);
    int64_t size;
    if (!io_string_open(rt, s) || !io_size_argument(rt, arg_or_null(args, nargs, 1), &size)) {
        return OURO_NULL;
    }
    size_t left = (size_t)s->at < s->length ? s->length - (size_t)s->at : 0;
    size_t n = size < 0 || (size_t)size > left ? left : (size_t)size;
    ouro_value part = io_string_part(rt, s, (size_t)s->at, (size_t)s->at + n);
    if (!ouro_is_null(part)) {
        s->at += (int64_t)n;
    }
    return part;
}

/* Where the line that begins at `start` ends. */
static size_t io_string_line_end(const string_io_object *s, size_t start)
{
    const char *data = s->data;
    size_t n = s->length - start;
    const void *from = data + start * s->kind;
    if (s->universal && !s->translate) {
        for (size_t i = start; i < s->length; i++) {
            uint32_t c = text_read(s->kind, data, i);
            if (c == '\n') {
                return i + 1;
            }
            if (c == '\r') {
                return i + 1 + (i + 1 < s->length && text_read(s->kind, data, i + 1) == '\n');
            }
        }
        return s->length;
    }
    if (s->translate || s->write_newline == NULL || s->write_newline[1] == 0) {
        int64_t at = text_find_char(s->kind, from, n, s->translate || s->write_newline == NULL ? '\n' : '\r');
        return at < 0 ? s->length : start + (size_t)at + 1;
    }
    for (size_t i = start; i + 1 < s->length; i++) {
        if (text_read(s->kind, data, i) == '\r' && text_read(s->kind, data, i + 1) == '\n') {
            return i + 2;
        }
    }
    return s->length;
}

static ouro_value io_string_line(ouro_runtime *rt, string_io_object *s, int64_t limit)
{
    if ((size_t)s->at >= s->length) {
        return str_empty(rt);
    }
    size_t start = (size_t)s->at, end = io_string_line_end(s, start);
    if (limit >= 0 && end - start > (size_t)limit) {
        end = start + (size_t)limit;
    }
    ouro_value line = io_string_part(rt, s, start, end);
    if (!ouro_is_null(line)) {
        s->at = (int64_t)end;
    }
    return line;
}

static ouro_value io_string_method_readline(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t limit;
    if (!io_string_open(rt, io_string_self(args[0])) || !io_size_argument(rt, arg_or_null(args, nargs, 1), &limit)) {
        return OURO_NULL;
    }
    return io_string_line(rt, io_string_self(args[0]), limit);
}

static ouro_value io_string_next(ouro_runtime *rt, ouro_value self)
{
    string_io_object *s = io_string_self(self);
    if (!io_string_open(rt, s)) {
        return OURO_NULL;
    }
    ouro_value line;
    if (value_is_instance_exactly(rt, self, MODULE_TYPE(rt, io_string))) {
        line = io_string_line(rt, s, -1);
    } else {
        line = object_call_method0(rt, self, STR(rt, readline));
        if (!ouro_is_null(line) && !value_is_str(rt, line)) {
            error_raise(rt, EXC(rt, OSError), "readline() should have returned a str object, not '%T'", line);
            value_clear(rt, &line);
        }
    }
    if (!ouro_is_null(line) && as_str(line)->length == 0) {
        value_clear(rt, &line);
    }
    return line;
}

static ouro_value io_string_method_getvalue(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const string_io_object *s = io_string_self(args[0]);
    return io_string_open(rt, s) ? io_string_part(rt, s, 0, s->length) : OURO_NULL;
}

static ouro_value io_string_method_tell(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_string_open(rt, io_string_self(args[0])) ? int_from_int64(rt, io_string_self(args[0])->at) : OURO_NULL;
}

static ouro_value io_string_method_seek(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    string_io_object *s = io_string_self(args[0]);
    int64_t target, whence = 0;
    if (!text_size_argument(rt, args[1], &target) ||
        (!ouro_is_null(arg_or_null(args, nargs, 2)) && !text_size_argument(rt, args[2], &whence)) ||
        !io_string_open(rt, s)) {
        return OURO_NULL;
    }
    if (whence < 0 || whence > 2) {
        return error_value(rt, "Invalid whence (%lld, should be 0, 1 or 2)", (long long)whence);
    }
    if (target < 0 && whence == 0) {
        return error_value(rt, "Negative seek position %zd", (ssize_t)target);
    }
    if (whence != 0 && target != 0) {
        return error_raise(rt, EXC(rt, OSError), "Can't do nonzero cur-relative seeks");
    }
    s->at = whence == 0 ? target : whence == 1 ? s->at : (int64_t)s->length;
    return int_from_int64(rt, s->at);
}

static ouro_value io_string_method_truncate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    string_io_object *s = io_string_self(args[0]);
    if (!io_string_open(rt, s)) {
        return OURO_NULL;
    }
    int64_t size = s->at;
    if (!ouro_is_null(arg_or_null(args, nargs, 1)) && !ouro_is_none(args[1]) &&
        !text_size_argument(rt, args[1], &size)) {
        return OURO_NULL;
    }
    if (size < 0) {
        return error_value(rt, "Negative size value %zd", (ssize_t)size);
    }
    if ((size_t)size < s->length) {
        s->length = (size_t)size;
    }
    return int_from_int64(rt, size);
}

static ouro_value io_string_method_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    string_io_object *s = io_string_self(args[0]);
    s->closed = true;
    ouro_mem_free(rt->mem, s->data);
    s->data = NULL;
    s->length = s->capacity = 0;
    s->kind = 1;
    return OURO_NONE;
}

static ouro_value io_string_method_true(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_string_open(rt, io_string_self(args[0])) ? OURO_TRUE : OURO_NULL;
}

static ouro_value io_string_method_getstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const string_io_object *s = io_string_self(args[0]);
    if (!io_string_open(rt, s)) {
        return OURO_NULL;
    }
    ouro_value items[4] = {io_string_part(rt, s, 0, s->length), ouro_is_null(s->newline) ? OURO_NONE : value_incref(s->newline),
                           ouro_int(s->at), OURO_NONE};
    ouro_value dict = object_getattr(rt, args[0], STR(rt, __dict__));
    if (!ouro_is_null(dict) && value_is_dict(rt, dict) && dict_size(as_dict(dict)) > 0) {
        items[3] = dict_copy(rt, as_dict(dict));
    }
    bool ok = !ouro_is_null(dict) && !ouro_is_null(items[0]) && !ouro_is_null(items[3]);
    value_decref(rt, dict);
    if (!ok) {
        for (int i = 0; i < 4; i++) {
            value_decref(rt, items[i]);
        }
        return OURO_NULL;
    }
    return tuple_new_steal(rt, items, 4);
}

static ouro_value io_string_method_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    string_io_object *s = io_string_self(args[0]);
    if (!value_is_tuple(rt, args[1]) || as_tuple(args[1])->size < 4) {
        return error_type(rt, "%T.__setstate__ argument should be 4-tuple, got %T", args[0], args[1]);
    }
    const tuple_object *t = as_tuple(args[1]);
    if (s->closed) {
        return error_value(rt, "I/O operation on closed file");
    }
    /* the text has been through newline translation already */
    if (!value_is_str(rt, t->items[0]) ||
        !io_string_setup(rt, args[0], OURO_NULL, ouro_is_none(t->items[1]) ? OURO_NULL : t->items[1])) {
        return error_is_set(rt) ? OURO_NULL : error_type(rt, "initial_value must be str or None, not %T", t->items[0]);
    }
    const str_object *text = as_str(t->items[0]);
    if (!io_string_reserve(rt, s, text->length, str_kind(text))) {
        return OURO_NULL;
    }
    text_copy(s->kind, s->data, 0, str_kind(text), text->data, 0, text->length);
    s->length = text->length;
    int64_t at;
    if (!value_is_int(rt, t->items[2])) {
        return error_type(rt, "third item of state must be an integer, not %T", t->items[2]);
    }
    if (!int_as_int64(rt, t->items[2], &at)) {
        return OURO_NULL;
    }
    if (at < 0) {
        return error_value(rt, "position value cannot be negative");
    }
    s->at = at;
    if (!ouro_is_none(t->items[3])) {
        if (!value_is_dict(rt, t->items[3])) {
            return error_type(rt, "fourth item of state should be a dict, got a %T", t->items[3]);
        }
        ouro_value dict = object_getattr(rt, args[0], STR(rt, __dict__));
        bool ok = !ouro_is_null(dict) && dict_update(rt, as_dict(dict), t->items[3]);
        value_decref(rt, dict);
        return ok ? OURO_NONE : OURO_NULL;
    }
    return OURO_NONE;
}

static ouro_value io_string_get_closed(ouro_runtime *rt, ouro_value self, void *closure)
{
    const string_io_object *s = io_string_self(self);
    return s->ok ? ouro_bool(s->closed) : error_value(rt, "I/O operation on uninitialized object");
}

static ouro_value io_string_get_line_buffering(ouro_runtime *rt, ouro_value self, void *closure)
{
    return io_string_open(rt, io_string_self(self)) ? OURO_FALSE : OURO_NULL;
}

static ouro_value io_string_get_newlines(ouro_runtime *rt, ouro_value self, void *closure)
{
    return io_string_open(rt, io_string_self(self)) ? io_newlines_value(rt, io_string_self(self)->seen) : OURO_NULL;
}

static void io_string_dispose(ouro_runtime *rt, ouro_object *self)
{
    ouro_mem_free(rt->mem, ((string_io_object *)(void *)self)->data);
}

static size_t io_string_extra_size(ouro_runtime *rt, ouro_object *self)
{
    const string_io_object *s = (const string_io_object *)(const void *)self;
    return s->data == NULL ? 0 : ouro_mem_size(rt->mem, s->data);
}

static void io_string_finalize(ouro_runtime *rt, ouro_object *self)
{
    if (self->shape->type != &MODULE_TYPE(rt, io_string)->type) {
        io_finalize(rt, self);
    }
}

static const ouro_field io_string_fields[] = {
    {OURO_FIELD_VALUE, offsetof(string_io_object, newline), 0, NULL},
};

static const method_def io_string_methods[] = {
    {"close", "self, /", io_string_method_close, .doc = "Close the IO object."},
    {"getvalue", "self, /", io_string_method_getvalue, .doc = "Retrieve the entire contents of the object."},
    {"read", "self, size=-1, /", io_string_method_read, .doc = "Read at most size characters, returned as a string."},
    {"readline", "self, size=-1, /", io_string_method_readline, .doc = "Read until newline or EOF."},
    {"tell", "self, /", io_string_method_tell, .doc = "Tell the current file position."},
    {"truncate", "self, pos=None, /", io_string_method_truncate, .doc = "Truncate size to pos."},
    {"seek", "self, pos, whence=0, /", io_string_method_seek, .doc = "Change stream position."},
    {"write", "self, s, /", io_string_method_write, .doc = "Write string to file."},
    {"seekable", "self, /", io_string_method_true, .doc = "Returns True if the IO object can be seeked."},
    {"readable", "self, /", io_string_method_true, .doc = "Returns True if the IO object can be read."},
    {"writable", "self, /", io_string_method_true, .doc = "Returns True if the IO object can be written."},
    {"__getstate__", "?self, /", io_string_method_getstate, .doc = NULL},
    {"__setstate__", "?self, state, /", io_string_method_setstate, .doc = NULL},
    {NULL},
};

static const getset_def io_string_getsets[] = {
    {"closed", io_string_get_closed, NULL, NULL, NULL},
    {"newlines", io_string_get_newlines, NULL, NULL, NULL},
    {"line_buffering", io_string_get_line_buffering, NULL, NULL, NULL},
    {NULL},
};

const type_spec io_string_spec = {
    .name = "_io.StringIO",
    .signature = "(initial_value='', newline='\\n')",
    .size = sizeof(string_io_object),
    .flags = IO_TYPE_FLAGS,
    .base = &io_text_base_spec,
    .doc = "Text I/O implementation using an in-memory buffer.",
    .fields = io_string_fields,
    .field_count = 1,
    .dispose = io_string_dispose,
    .finalize = io_string_finalize,
    .extra_size = io_string_extra_size,
    .methods = io_string_methods,
    .getsets = io_string_getsets,
    .slots = {.make = io_string_make, .init = io_string_init, .next = io_string_next},
};

/* io_text_type.c: the type TextIOWrapper: its methods and attributes. */
#include "modules/io_text.h"

#include "types/exception.h"

static ouro_value io_text_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                               ouro_value kwnames)
{
    return instance_new(rt, type);
}

/* A str or None argument as C text (*text NULL for None). */
static bool io_text_name_argument(ouro_runtime *rt, ouro_value v, const char *function, const char *name, char **text)
{
    *text = NULL;
    if (ouro_is_null(v) || ouro_is_none(v)) {
        return true;
    }
    if (!value_is_str(rt, v)) {
        error_type(rt, "%s() argument '%s' must be str or None, not %T", function, name, v);
        return false;
    }
    *text = text_c_name(rt, v);
    return *text != NULL;
}

static bool io_text_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    static const char *const names[] = {"buffer", "encoding", "errors", "newline", "line_buffering", "write_through"};
    ouro_value bound[6];
    if (!text_bind(rt, "TextIOWrapper", names, 6, 0, args, nargs, kwnames, bound)) {
        return false;
    }
    if (ouro_is_null(bound[0])) {
        error_type(rt, "TextIOWrapper() missing required argument 'buffer' (pos 1)");
        return false;
    }
    char *encoding = NULL, *errors = NULL;
    bool ok = false;
    int line_buffering = ouro_is_null(bound[4]) ? 0 : object_truth(rt, bound[4]);
    int write_through = ouro_is_null(bound[5]) ? 0 : object_truth(rt, bound[5]);
    ouro_value newline = ouro_is_none(bound[3]) ? OURO_NULL : bound[3];
    if (line_buffering < 0 || write_through < 0) {
        return false;
    }
    if (!ouro_is_null(newline) && !value_is_str(rt, newline)) {
        error_type(rt, "TextIOWrapper() argument 'newline' must be str or None, not %T", newline);
        return false;
    }
    if (io_text_name_argument(rt, bound[1], "TextIOWrapper", "encoding", &encoding) &&
        io_text_name_argument(rt, bound[2], "TextIOWrapper", "errors", &errors)) {
        ok = io_text_setup(rt, self, bound[0], encoding, errors, newline, line_buffering == 1, write_through == 1);
    }
    ouro_mem_free(rt->mem, encoding);
    ouro_mem_free(rt->mem, errors);
    return ok;
}

static ouro_value io_text_method_write(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    text_object *t = as_text(args[0]);
    if (!io_text_ready(rt, t)) {
        return OURO_NULL;
    }
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "write() argument must be str, not %T", args[1]);
    }
    if (!io_text_open(rt, t)) {
        return OURO_NULL;
    }
    if (!t->writable) {
        return io_unsupported(rt, "not writable");
    }
    return io_text_put(rt, t, args[1]) ? ouro_int((int64_t)as_str(args[1])->length) : OURO_NULL;
}

static ouro_value io_text_method_read(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    text_object *t = as_text(args[0]);
    int64_t size;
    if (!io_text_open(rt, t) || !io_size_argument(rt, arg_or_null(args, nargs, 1), &size) || !io_text_write_out(rt, t)) {
        return OURO_NULL;
    }
    return io_text_read(rt, t, size);
}

static ouro_value io_text_method_readline(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    text_object *t = as_text(args[0]);
    int64_t limit = -1;
    if (!io_text_ready(rt, t) ||
        (!ouro_is_null(arg_or_null(args, nargs, 1)) && !text_size_argument(rt, args[1], &limit)) ||
        !io_text_open(rt, t) || !io_text_write_out(rt, t)) {
        return OURO_NULL;
    }
    if (!t->readable) {
        return io_unsupported(rt, "not readable");
    }
    return io_text_readline(rt, t, limit);
}

static ouro_value io_text_next(ouro_runtime *rt, ouro_value self)
{
    text_object *t = as_text(self);
    if (!io_text_ready(rt, t)) {
        return OURO_NULL;
    }
    t->telling = false;
    ouro_value line;
    if (value_is_instance_exactly(rt, self, MODULE_TYPE(rt, io_text_wrapper))) {
        if (!io_text_open(rt, t) || !io_text_write_out(rt, t)) {
            return OURO_NULL;
        }
        if (!t->readable) {
            return io_unsupported(rt, "not readable");
        }
        line = io_text_readline(rt, t, -1);
    } else {
        line = object_call_method0(rt, self, STR(rt, readline));
        if (!ouro_is_null(line) && !value_is_str(rt, line)) {
            error_raise(rt, EXC(rt, OSError), "readline() should have returned a str object, not '%T'", line);
            value_clear(rt, &line);
        }
    }
    if (ouro_is_null(line)) {
        return OURO_NULL;
    }
    if (as_str(line)->length == 0) {
        value_decref(rt, line);
        t->telling = t->seekable;
        return OURO_NULL;
    }
    return line;
}

static ouro_value io_text_method_flush(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    text_object *t = as_text(args[0]);
    return io_text_open(rt, t) && io_text_flush(rt, t) ? OURO_NONE : OURO_NULL;
}

static ouro_value io_text_method_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    text_object *t = as_text(args[0]);
    if (!io_text_ready(rt, t)) {
        return OURO_NULL;
    }
    int closed = io_is_closed(rt, t->buffer);
    if (closed != 0) {
        return closed < 0 ? OURO_NULL : OURO_NONE;
    }
    if (t->finalizing) {
        ouro_value name = str_intern_cstring(rt, "_dealloc_warn");
        ouro_value warned = ouro_is_null(name) ? OURO_NULL : object_call_method1(rt, t->buffer, name, args[0]);
        if (ouro_is_null(warned)) {
            error_clear(rt);
        }
        value_decref(rt, warned);
        value_decref(rt, name);
    }
    bool flushed = io_call_ignore(rt, args[0], STR(rt, flush));
    ouro_value failure = flushed ? OURO_NULL : error_take(rt);
    ouro_value result = object_call_method0(rt, t->buffer, STR(rt, close));
    if (!ouro_is_null(failure)) {
        value_clear(rt, &result);
        io_chain(rt, failure);
    }
    return result;
}

static ouro_value io_text_method_detach(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    text_object *t = as_text(args[0]);
    if (!io_text_ready(rt, t) || !io_call_ignore(rt, args[0], STR(rt, flush))) {
        return OURO_NULL;
    }
    ouro_value buffer = t->buffer;
    t->buffer = OURO_NULL;
    t->ok = false;
    t->detached = true;
    return buffer;
}

#define IO_TEXT_ASK_BUFFER(method) \
    static ouro_value io_text_method_##method(ouro_runtime *rt, const ouro_value *args, size_t nargs) \
    { \
        const text_object *t = as_text(args[0]); \
        return io_text_ready(rt, t) ? object_call_method0(rt, t->buffer, STR(rt, method)) : OURO_NULL; \
    }
IO_TEXT_ASK_BUFFER(fileno)
IO_TEXT_ASK_BUFFER(seekable)
IO_TEXT_ASK_BUFFER(readable)
IO_TEXT_ASK_BUFFER(writable)
IO_TEXT_ASK_BUFFER(isatty)

static ouro_value io_text_method_tell(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_text_tell(rt, args[0]);
}

static ouro_value io_text_method_seek(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t whence = 0;
    if (!ouro_is_null(arg_or_null(args, nargs, 2)) && !object_as_index(rt, args[2], &whence, true)) {
        return OURO_NULL;
    }
    return io_text_seek(rt, args[0], args[1], whence);
}

static ouro_value io_text_method_truncate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    text_object *t = as_text(args[0]);
    if (!io_text_ready(rt, t) || !io_call_ignore(rt, args[0], STR(rt, flush))) {
        return OURO_NULL;
    }
    ouro_value size = arg_or_null(args, nargs, 1);
    return object_call_method1(rt, t->buffer, STR(rt, truncate), ouro_is_null(size) ? OURO_NONE : size);
}

/* "self, *, encoding=None, errors=None, newline=Ellipsis, line_buffering=None, write_through=None" */
static ouro_value io_text_method_reconfigure(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    text_object *t = as_text(args[0]);
    ouro_value encoding = arg_or_null(args, nargs, 1), errors = arg_or_null(args, nargs, 2);
    ouro_value newline = arg_or_null(args, nargs, 3), line = arg_or_null(args, nargs, 4);
    ouro_value through = arg_or_null(args, nargs, 5), result = OURO_NULL;
    char *encoding_name = NULL, *errors_name = NULL;
    bool newline_given = !ouro_is_null(newline) && !ouro_is(newline, OURO_ELLIPSIS);
    if (!io_text_ready(rt, t)) {
        return OURO_NULL;
    }
    if (!io_text_name_argument(rt, encoding, "reconfigure", "encoding", &encoding_name) ||
        !io_text_name_argument(rt, errors, "reconfigure", "errors", &errors_name)) {
        goto done;
    }
    bool recode = encoding_name != NULL || errors_name != NULL || newline_given;
    if (!ouro_is_null(t->decoded) && recode) {
        io_unsupported(rt, "It is not possible to set the encoding or newline of stream after the first read");
        goto done;
    }
    if (newline_given && !ouro_is_none(newline)) {
        if (!value_is_str(rt, newline)) {
            error_type(rt, "reconfigure() argument 'newline' must be str or None, not %T", newline);
            goto done;
        }
        const str_object *s = as_str(newline);
        if (s->length != 0 && !str_equal_ascii(s, "\n") && !str_equal_ascii(s, "\r") && !str_equal_ascii(s, "\r\n")) {
            error_value(rt, "illegal newline value: %U", newline);
            goto done;
        }
    }
    int line_buffering = ouro_is_null(line) || ouro_is_none(line) ? t->line_buffering : object_truth(rt, line);
    int write_through = ouro_is_null(through) || ouro_is_none(through) ? t->write_through : object_truth(rt, through);
    if (line_buffering < 0 || write_through < 0 || !io_call_ignore(rt, args[0], STR(rt, flush))) {
        goto done;
    }
    if (encoding_name != NULL || errors_name != NULL) {
        char *old_encoding = encoding_name == NULL ? text_c_name(rt, t->encoding) : NULL;
        char *old_errors = errors_name == NULL && encoding_name == NULL ? text_c_name(rt, t->errors) : NULL;
        bool ok = (encoding_name != NULL || old_encoding != NULL) &&
                  io_text_set_encoding(rt, t, encoding_name != NULL ? encoding_name : old_encoding,
                                       errors_name != NULL ? errors_name : old_errors);
        ouro_mem_free(rt->mem, old_encoding);
        ouro_mem_free(rt->mem, old_errors);
        if (!ok) {
            goto done;
        }
    }
    if (newline_given) {
        io_text_set_newline(rt, t, ouro_is_none(newline) ? OURO_NULL : newline);
    }
    t->line_buffering = line_buffering == 1;
    t->write_through = write_through == 1;
    result = OURO_NONE;
done:
    ouro_mem_free(rt->mem, encoding_name);
    ouro_mem_free(rt->mem, errors_name);
    return result;
}

/* ---- attributes --------------------------------------------------------------------------------------- */

enum {
    IO_TEXT_ENCODING, IO_TEXT_ERRORS, IO_TEXT_BUFFER, IO_TEXT_NAME, IO_TEXT_CLOSED, IO_TEXT_NEWLINES,
    IO_TEXT_LINE_BUFFERING, IO_TEXT_WRITE_THROUGH, IO_TEXT_CHUNK_SIZE, IO_TEXT_FINALIZING,
};

static ouro_value io_text_get(ouro_runtime *rt, ouro_value self, void *closure)
{
    const text_object *t = as_text(self);
    if ((intptr_t)closure == IO_TEXT_FINALIZING) {
        return ouro_bool(t->finalizing);
    }
    /* what a detached stream still knows of itself */
    bool own = (intptr_t)closure == IO_TEXT_ENCODING || (intptr_t)closure == IO_TEXT_ERRORS ||
               (intptr_t)closure == IO_TEXT_BUFFER || (intptr_t)closure == IO_TEXT_LINE_BUFFERING || (intptr_t)closure == IO_TEXT_WRITE_THROUGH;
    if (!(own && t->detached && !ouro_is_null(t->encoding)) && !io_text_ready(rt, t)) {
        return OURO_NULL;
    }
    switch ((intptr_t)closure) {
    case IO_TEXT_ENCODING:
        return value_incref(t->encoding);
    case IO_TEXT_ERRORS:
        return value_incref(t->errors);
    case IO_TEXT_BUFFER:
        return ouro_is_null(t->buffer) ? OURO_NONE : value_incref(t->buffer);
    case IO_TEXT_NAME:
        return object_getattr(rt, t->buffer, STR(rt, name));
    case IO_TEXT_CLOSED:
        return object_getattr(rt, t->buffer, STR(rt, closed));
    case IO_TEXT_NEWLINES:
        return io_newlines_value(rt, t->seen);
    case IO_TEXT_LINE_BUFFERING:
        return ouro_bool(t->line_buffering);
    case IO_TEXT_WRITE_THROUGH:
        return ouro_bool(t->write_through);
    default:
        return ouro_int((int64_t)t->chunk_size);
    }
}

static bool io_text_set_chunk_size(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    int64_t size;
    if (ouro_is_null(value)) {
        error_raise(rt, EXC(rt, AttributeError), "cannot delete attribute");
        return false;
    }
    if (!text_size_argument(rt, value, &size)) {
        return false;
    }
    if (size <= 0) {
        error_value(rt, "a strictly positive integer is required");
        return false;
    }
    as_text(self)->chunk_size = (size_t)size;
    return true;
}

static bool io_text_set_finalizing(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    as_text(self)->finalizing = ouro_is(value, OURO_TRUE);
    return true;
}

static ouro_value io_text_getstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return error_type(rt, "cannot pickle '%T' object", args[0]);
}

static ouro_value io_text_repr(ouro_runtime *rt, ouro_value self)
{
    const text_object *t = as_text(self);
    if (!t->detached && !io_text_ready(rt, t)) {
        return OURO_NULL;
    }
    int entered = repr_enter(rt, self);
    if (entered != 0) {
        return entered < 0 ? OURO_NULL : error_runtime(rt, "reentrant call inside %T.__repr__", self);
    }
    str_builder b;
    str_builder_init(&b, rt);
    str_builder_cstring(&b, "<_io.TextIOWrapper");
    ouro_value v = OURO_NULL;
    int found = object_getattr_optional(rt, self, STR(rt, name), &v);
    if (found < 0 && !error_clear_if(rt, EXC(rt, ValueError))) {
        b.failed = true;
    }
    if (found == 1) {
        str_builder_cstring(&b, " name=");
        str_builder_repr(&b, v);
        value_decref(rt, v);
    }
    found = b.failed ? -1 : object_getattr_optional(rt, self, STR(rt, mode), &v);
    if (found < 0) {
        b.failed = true;
    }
    if (found == 1) {
        str_builder_cstring(&b, " mode=");
        str_builder_repr(&b, v);
        value_decref(rt, v);
    }
    str_builder_cstring(&b, " encoding=");
    str_builder_repr(&b, t->encoding);
    str_builder_char(&b, '>');
    repr_leave(rt, self);
    return str_builder_finish(&b);
}

static void io_text_dispose(ouro_runtime *rt, ouro_object *self)
{
    text_object *t = (text_object *)(void *)self;
    ouro_mem_free(rt->mem, t->chunk);
    ouro_mem_free(rt->mem, t->pending);
    ouro_mem_free(rt->mem, t->errors_name);
}

static void io_text_clear(ouro_runtime *rt, ouro_object *self)
{
    text_object *t = (text_object *)(void *)self;
    t->ok = false;
    value_clear(rt, &t->buffer);
    value_clear(rt, &t->encoder);
    value_clear(rt, &t->decoder);
}

static void io_text_finalize(ouro_runtime *rt, ouro_object *self)
{
    text_object *t = (text_object *)(void *)self;
    if (t->ok) {
        t->finalizing = true;
        io_finalize(rt, self);
    }
}

static size_t io_text_extra_size(ouro_runtime *rt, ouro_object *self)
{
    const text_object *t = (const text_object *)(const void *)self;
    size_t size = t->chunk == NULL ? 0 : ouro_mem_size(rt->mem, t->chunk);
    size += t->pending == NULL ? 0 : ouro_mem_size(rt->mem, t->pending);
    return size + (t->errors_name == NULL ? 0 : ouro_mem_size(rt->mem, t->errors_name));
}

static const ouro_field io_text_fields[] = {
    {OURO_FIELD_VALUE, offsetof(text_object, buffer), 0, "buffer"},
    {OURO_FIELD_VALUE, offsetof(text_object, encoding), 0, "encoding"},
    {OURO_FIELD_VALUE, offsetof(text_object, errors), 0, "errors"},
    {OURO_FIELD_VALUE, offsetof(text_object, encoder), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(text_object, decoder), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(text_object, newline), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(text_object, decoded), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(text_object, decoder_state), 0, NULL},
};

static const method_def io_text_methods[] = {
    {"detach", "self, /", io_text_method_detach, .doc = NULL},
    {"reconfigure", "self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None",
     io_text_method_reconfigure, .doc = "Reconfigure the text stream with new parameters."},
    {"write", "self, text, /", io_text_method_write, .doc = NULL},
    {"read", "self, size=-1, /", io_text_method_read, .doc = NULL},
    {"readline", "self, size=-1, /", io_text_method_readline, .doc = NULL},
    {"flush", "self, /", io_text_method_flush, .doc = NULL},
    {"close", "self, /", io_text_method_close, .doc = NULL},
    {"fileno", "self, /", io_text_method_fileno, .doc = NULL},
    {"seekable", "self, /", io_text_method_seekable, .doc = NULL},
    {"readable", "self, /", io_text_method_readable, .doc = NULL},
    {"writable", "self, /", io_text_method_writable, .doc = NULL},
    {"isatty", "self, /", io_text_method_isatty, .doc = NULL},
    {"seek", "self, cookie, whence=0, /", io_text_method_seek, .doc = NULL},
    {"tell", "self, /", io_text_method_tell, .doc = NULL},
    {"truncate", "self, pos=None, /", io_text_method_truncate, .doc = NULL},
    {"__getstate__", "?self, /", io_text_getstate, .doc = NULL},
    {NULL},
};

#define IO_TEXT_ATTRIBUTE(name, which) {name, io_text_get, NULL, NULL, (void *)(intptr_t)which}
#define IO_TEXT_MEMBER(name, which) {name, io_text_get, NULL, NULL, (void *)(intptr_t)which, .member = true}

static const getset_def io_text_getsets[] = {
    IO_TEXT_MEMBER("encoding", IO_TEXT_ENCODING),
    IO_TEXT_ATTRIBUTE("errors", IO_TEXT_ERRORS),
    IO_TEXT_MEMBER("buffer", IO_TEXT_BUFFER),
    IO_TEXT_ATTRIBUTE("name", IO_TEXT_NAME),
    IO_TEXT_ATTRIBUTE("closed", IO_TEXT_CLOSED),
    IO_TEXT_ATTRIBUTE("newlines", IO_TEXT_NEWLINES),
    IO_TEXT_MEMBER("line_buffering", IO_TEXT_LINE_BUFFERING),
    IO_TEXT_MEMBER("write_through", IO_TEXT_WRITE_THROUGH),
    {"_CHUNK_SIZE", io_text_get, io_text_set_chunk_size, NULL, (void *)(intptr_t)IO_TEXT_CHUNK_SIZE},
    {"_finalizing", io_text_get, io_text_set_finalizing, NULL, (void *)(intptr_t)IO_TEXT_FINALIZING, .member = true},
    {NULL},
};

const type_spec io_text_wrapper_spec = {
    .name = "_io.TextIOWrapper",
    .signature = "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)",
    .size = sizeof(text_object),
    .flags = IO_TYPE_FLAGS,
    .base = &io_text_base_spec,
    .doc = "Character and line based layer over a BufferedIOBase object, buffer.",
    .fields = io_text_fields,
    .field_count = sizeof io_text_fields / sizeof io_text_fields[0],
    .clear = io_text_clear,
    .dispose = io_text_dispose,
    .finalize = io_text_finalize,
    .extra_size = io_text_extra_size,
    .methods = io_text_methods,
    .getsets = io_text_getsets,
    .slots = {.make = io_text_make, .init = io_text_init, .repr = io_text_repr, .next = io_text_next},
};

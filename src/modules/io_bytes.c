/* io_bytes.c: BytesIO: a file in memory, of bytes.
 *
 * The contents are a bytes object; null: there are none.  It may be shared with the program: what BytesIO was made from,
 * what getvalue() gave.  Then the first change copies it.  Our own, which nobody else holds, changes in place.
 *
 *     capacity == 0  =>  contents is shared, or null
 *     capacity > 0   =>  we made contents, with room for that many bytes (or the collector has cleared us); it is ours
 *                        while its count is 1, shared while it is more
 *
 * `at` may lie behind the contents: the gap is filled with zeros when something is written.  While getbuffer() views exist
 * (exports > 0), contents is ours and the size must not change.
 */
#include "modules/io.h"

typedef struct bytes_io_object {
    ouro_object object;
    ouro_value contents;
    size_t capacity, exports;
    int64_t at;
    bool closed;
} bytes_io_object;

typedef struct bytes_io_buffer_object {
    ouro_object object;
    ouro_value source;
} bytes_io_buffer_object;

static bytes_io_object *io_bytes_self(ouro_value v)
{
    return (bytes_io_object *)(void *)ouro_as_object(v);
}

static bool io_bytes_open(ouro_runtime *rt, const bytes_io_object *b)
{
    if (b->closed) {
        error_value(rt, "I/O operation on closed file.");
    }
    return !b->closed;
}

static bool io_bytes_sizable(ouro_runtime *rt, const bytes_io_object *b)
{
    if (b->exports > 0) {
        error_raise(rt, EXC(rt, BufferError), "Existing exports of data: object cannot be re-sized");
    }
    return b->exports == 0;
}

static inline size_t io_bytes_length(const bytes_io_object *b)
{
    return ouro_is_null(b->contents) ? 0 : as_bytes(b->contents)->length;
}

static inline bool io_bytes_owns(const bytes_io_object *b)
{
    return b->capacity > 0 && !ouro_is_null(b->contents) && ouro_as_object(b->contents)->refcount == 1;
}

static inline unsigned char *io_bytes_data(const bytes_io_object *b)
{
    return as_bytes(b->contents)->data;
}

static void io_bytes_drop(ouro_runtime *rt, bytes_io_object *b)
{
    b->capacity = 0;
    value_clear(rt, &b->contents);
}

/* Makes the contents our own, with room for `size` >= length bytes, of which the first `length` are kept. */
static bool io_bytes_own(ouro_runtime *rt, bytes_io_object *b, size_t size)
{
    bool owns = io_bytes_owns(b);
    if (owns && size <= b->capacity) {
        return true;
    }
    /* What grows once may grow again, by an eighth; a first filling and a copy are often the last. */
    size_t capacity = owns || size < 16 ? size + size / 8 + 16 : size;
    bytes_object *own = NULL;
    if (size <= SIZE_MAX / 4) {
        own = owns ? ouro_mem_resize(rt->mem, as_bytes(b->contents), sizeof *own + capacity)
                   : object_new(rt, &TYPE(rt, bytes)->type, capacity);
    }
    if (own == NULL) {
        error_no_memory(rt);
        return false;
    }
    if (!owns) {
        own->length = io_bytes_length(b);
        own->hash = 0;
        if (own->length > 0) {
            memcpy(own->data, io_bytes_data(b), own->length);
        }
        value_clear(rt, &b->contents);
    }
    b->contents = ouro_from_object(own);
    b->capacity = capacity;
    return true;
}

/* Gives back the room behind our own contents; if that fails, the block is only too big. */
static void io_bytes_trim(ouro_runtime *rt, bytes_io_object *b)
{
    bytes_object *own = as_bytes(b->contents), *cut = ouro_mem_resize(rt->mem, own, sizeof *own + own->length);
    if (cut != NULL) {
        b->contents = ouro_from_object(cut);
        b->capacity = cut->length;
    }
}

/* The whole contents, shared: a new reference. */
static ouro_value io_bytes_share(ouro_runtime *rt, bytes_io_object *b)
{
    if (io_bytes_length(b) <= 1 || b->exports > 0) {
        return bytes_new(rt, io_bytes_length(b) == 0 ? (const unsigned char *)"" : io_bytes_data(b), io_bytes_length(b));
    }
    if (io_bytes_owns(b) && b->capacity > io_bytes_length(b)) {
        io_bytes_trim(rt, b);
    }
    return value_incref(b->contents);
}

static bool io_bytes_write(ouro_runtime *rt, bytes_io_object *b, const void *data, size_t size)
{
    if (size == 0) {
        return true;
    }
    size_t at = (size_t)b->at, end = at + size;
    if (end < at || !io_bytes_own(rt, b, end > io_bytes_length(b) ? end : io_bytes_length(b))) {
        return false;
    }
    if (at > io_bytes_length(b)) {
        memset(io_bytes_data(b) + io_bytes_length(b), 0, at - io_bytes_length(b));
    }
    memcpy(io_bytes_data(b) + at, data, size);
    bytes_object *own = as_bytes(b->contents);
    own->length = end > own->length ? end : own->length;
    own->hash = 0;
    b->at += (int64_t)size;
    return true;
}

static ouro_value io_bytes_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                ouro_value kwnames)
{
    return instance_new(rt, type);
}

static bool io_bytes_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    static const char *const names[] = {"initial_bytes"};
    ouro_value initial;
    if (!text_bind(rt, "BytesIO", names, 1, 0, args, nargs, kwnames, &initial)) {
        return false;
    }
    bytes_io_object *b = io_bytes_self(self);
    if (!io_bytes_sizable(rt, b)) {
        return false;
    }
    io_bytes_drop(rt, b);
    b->at = 0;
    b->closed = false;
    if (ouro_is_null(initial) || ouro_is_none(initial)) {
        return true;
    }
    if (value_type(rt, initial) == TYPE(rt, bytes)) {
        b->contents = value_incref(initial);
        return true;
    }
    byte_span span;
    if (!byte_span_get(rt, initial, &span)) {
        return false;
    }
    bool ok = io_bytes_write(rt, b, span.data, span.length);
    byte_span_release(rt, &span);
    b->at = 0;
    return ok;
}

static size_t io_bytes_left(const bytes_io_object *b)
{
    return (size_t)b->at < io_bytes_length(b) ? io_bytes_length(b) - (size_t)b->at : 0;
}

static ouro_value io_bytes_take(ouro_runtime *rt, bytes_io_object *b, size_t size)
{
    size_t left = io_bytes_left(b);
    size = size < left ? size : left;
    ouro_value part = size > 0 && size == io_bytes_length(b)
                          ? io_bytes_share(rt, b)
                          : bytes_new(rt, size == 0 ? (const unsigned char *)"" : io_bytes_data(b) + b->at, size);
    if (!ouro_is_null(part)) {
        b->at += (int64_t)size;
    }
    return part;
}

static ouro_value io_bytes_method_read(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bytes_io_object *b = io_bytes_self(args[0]);
    int64_t size;
    if (!io_bytes_open(rt, b) || !io_size_argument(rt, arg_or_null(args, nargs, 1), &size)) {
        return OURO_NULL;
    }
    return io_bytes_take(rt, b, size < 0 ? SIZE_MAX : (size_t)size);
}

static ouro_value io_bytes_method_readinto(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bytes_io_object *b = io_bytes_self(args[0]);
    buffer_view view;
    if (!io_bytes_open(rt, b) || !io_get_writable(rt, args[1], &view, "readinto")) {
        return OURO_NULL;
    }
    size_t n = io_bytes_left(b) < view.length ? io_bytes_left(b) : view.length;
    if (n > 0) {
        memcpy(view.data, io_bytes_data(b) + b->at, n);
        b->at += (int64_t)n;
    }
    buffer_release(rt, &view);
    return ouro_int((int64_t)n);
}

static ouro_value io_bytes_line(ouro_runtime *rt, bytes_io_object *b, int64_t limit)
{
    size_t left = io_bytes_left(b);
    const unsigned char *start = left == 0 ? NULL : io_bytes_data(b) + b->at;
    const unsigned char *newline = left == 0 ? NULL : memchr(start, '\n', left);
    size_t n = newline != NULL ? (size_t)(newline - start) + 1 : left;
    return io_bytes_take(rt, b, limit >= 0 && (size_t)limit < n ? (size_t)limit : n);
}

static ouro_value io_bytes_method_readline(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bytes_io_object *b = io_bytes_self(args[0]);
    int64_t limit;
    if (!io_bytes_open(rt, b) || !io_size_argument(rt, arg_or_null(args, nargs, 1), &limit)) {
        return OURO_NULL;
    }
    return io_bytes_line(rt, b, limit);
}

static ouro_value io_bytes_next(ouro_runtime *rt, ouro_value self)
{
    bytes_io_object *b = io_bytes_self(self);
    if (!io_bytes_open(rt, b) || io_bytes_left(b) == 0) {
        return OURO_NULL;
    }
    return io_bytes_line(rt, b, -1);
}

static ouro_value io_bytes_method_readlines(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bytes_io_object *b = io_bytes_self(args[0]);
    int64_t hint;
    if (!io_bytes_open(rt, b) || !io_size_argument(rt, arg_or_null(args, nargs, 1), &hint)) {
        return OURO_NULL;
    }
    ouro_value list = list_new(rt, NULL, 0);
    int64_t total = 0;
    while (!ouro_is_null(list) && io_bytes_left(b) > 0) {
        ouro_value line = io_bytes_line(rt, b, -1);
        if (!ouro_is_null(line)) {
            total += (int64_t)as_bytes(line)->length;
        }
        if (ouro_is_null(line) || !list_append_steal(rt, list, line)) {
            value_clear(rt, &list);
        }
        if (hint > 0 && total >= hint) {
            break;
        }
    }
    return list;
}

static ouro_value io_bytes_method_write(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bytes_io_object *b = io_bytes_self(args[0]);
    byte_span span;
    if (!io_bytes_open(rt, b) || !io_bytes_sizable(rt, b) || !byte_span_get(rt, args[1], &span)) {
        return OURO_NULL;
    }
    size_t n = span.length;
    bool ok = io_bytes_write(rt, b, span.data, n);
    byte_span_release(rt, &span);
    return ok ? ouro_int((int64_t)n) : OURO_NULL;
}

static ouro_value io_bytes_method_writelines(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!io_bytes_open(rt, io_bytes_self(args[0]))) {
        return OURO_NULL;
    }
    ouro_value iterator = object_iter(rt, args[1]);
    if (ouro_is_null(iterator)) {
        return OURO_NULL;
    }
    bool ok = true;
    while (ok) {
        ouro_value call[2] = {args[0], iterator_next(rt, iterator)};
        if (ouro_is_null(call[1])) {
            ok = !error_is_set(rt);
            break;
        }
        ok = !ouro_is_null(io_bytes_method_write(rt, call, 2));
        value_decref(rt, call[1]);
    }
    value_decref(rt, iterator);
    return ok ? OURO_NONE : OURO_NULL;
}

static ouro_value io_bytes_method_seek(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bytes_io_object *b = io_bytes_self(args[0]);
    int64_t target, whence = 0;
    if (!text_size_argument(rt, args[1], &target) ||
        (!ouro_is_null(arg_or_null(args, nargs, 2)) && !text_size_argument(rt, args[2], &whence)) ||
        !io_bytes_open(rt, b)) {
        return OURO_NULL;
    }
    if (target < 0 && whence == 0) {
        return error_value(rt, "negative seek value %zd", (ssize_t)target);
    }
    if (whence < 0 || whence > 2) {
        return error_value(rt, "invalid whence (%lld, should be 0, 1 or 2)", (long long)whence);
    }
    int64_t from = whence == 1 ? b->at : whence == 2 ? (int64_t)io_bytes_length(b) : 0;
    if (target > INT64_MAX - from) {
        return error_overflow(rt, "new position too large");
    }
    b->at = target + from < 0 ? 0 : target + from;
    return int_from_int64(rt, b->at);
}

static ouro_value io_bytes_method_tell(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_bytes_open(rt, io_bytes_self(args[0])) ? int_from_int64(rt, io_bytes_self(args[0])->at) : OURO_NULL;
}

/* Drops what lies behind the first `size` < length bytes, and its room. */
static bool io_bytes_cut(ouro_runtime *rt, bytes_io_object *b, size_t size)
{
    if (size == 0) {
        io_bytes_drop(rt, b);
        return true;
    }
    if (!io_bytes_owns(b)) {
        ouro_value part = bytes_new(rt, io_bytes_data(b), size);
        if (ouro_is_null(part)) {
            return false;
        }
        io_bytes_drop(rt, b);
        b->contents = part;
        return true;
    }
    as_bytes(b->contents)->length = size;
    as_bytes(b->contents)->hash = 0;
    if (b->capacity / 2 > size) {
        io_bytes_trim(rt, b);
    }
    return true;
}

static ouro_value io_bytes_method_truncate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bytes_io_object *b = io_bytes_self(args[0]);
    if (!io_bytes_open(rt, b) || !io_bytes_sizable(rt, b)) {
        return OURO_NULL;
    }
    int64_t size = b->at;
    if (!ouro_is_null(arg_or_null(args, nargs, 1)) && !ouro_is_none(args[1]) &&
        !text_size_argument(rt, args[1], &size)) {
        return OURO_NULL;
    }
    if (size < 0) {
        return error_value(rt, "negative size value %zd", (ssize_t)size);
    }
    if ((size_t)size < io_bytes_length(b) && !io_bytes_cut(rt, b, (size_t)size)) {
        return OURO_NULL;
    }
    return int_from_int64(rt, size);
}

static ouro_value io_bytes_method_getvalue(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bytes_io_object *b = io_bytes_self(args[0]);
    return io_bytes_open(rt, b) ? io_bytes_share(rt, b) : OURO_NULL;
}

static ouro_value io_bytes_method_getbuffer(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!io_bytes_open(rt, io_bytes_self(args[0]))) {
        return OURO_NULL;
    }
    bytes_io_buffer_object *holder = object_new(rt, &MODULE_TYPE(rt, io_bytes_buffer)->type, 0);
    if (holder == NULL) {
        return OURO_NULL;
    }
    holder->source = value_incref(args[0]);
    gc_track(rt, holder);
    ouro_value view = object_call1(rt, type_value(TYPE(rt, memoryview)), ouro_from_object(holder));
    value_decref(rt, ouro_from_object(holder));
    return view;
}

static ouro_value io_bytes_method_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bytes_io_object *b = io_bytes_self(args[0]);
    if (!io_bytes_sizable(rt, b)) {
        return OURO_NULL;
    }
    io_bytes_drop(rt, b);
    b->closed = true;
    return OURO_NONE;
}

static ouro_value io_bytes_method_flush(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_bytes_open(rt, io_bytes_self(args[0])) ? OURO_NONE : OURO_NULL;
}

static ouro_value io_bytes_method_true(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_bytes_open(rt, io_bytes_self(args[0])) ? OURO_TRUE : OURO_NULL;
}

static ouro_value io_bytes_method_false(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_bytes_open(rt, io_bytes_self(args[0])) ? OURO_FALSE : OURO_NULL;
}

static ouro_value io_bytes_method_getstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value value = io_bytes_method_getvalue(rt, args, 1), state = OURO_NULL;
    if (ouro_is_null(value)) {
        return OURO_NULL;
    }
    ouro_value dict = object_getattr(rt, args[0], STR(rt, __dict__));
    if (!ouro_is_null(dict)) {
        ouro_value copy = value_is_dict(rt, dict) && dict_size(as_dict(dict)) > 0 ? dict_copy(rt, as_dict(dict)) : OURO_NONE;
        if (!ouro_is_null(copy)) {
            state = tuple_pack3(rt, value, ouro_int(io_bytes_self(args[0])->at), copy);
        }
        value_decref(rt, copy);
    }
    value_decref(rt, dict);
    value_decref(rt, value);
    return state;
}

static ouro_value io_bytes_method_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bytes_io_object *b = io_bytes_self(args[0]);
    if (!value_is_tuple(rt, args[1]) || as_tuple(args[1])->size < 3) {
        return error_type(rt, "%T.__setstate__ argument should be 3-tuple, got %T", args[0], args[1]);
    }
    const tuple_object *t = as_tuple(args[1]);
    int64_t at;
    if (!io_bytes_open(rt, b) || !io_bytes_sizable(rt, b) ||
        !io_bytes_init(rt, args[0], t->items, 1, OURO_NULL)) {
        return OURO_NULL;
    }
    if (!value_is_int(rt, t->items[1])) {
        return error_type(rt, "second item of state must be an integer, not %T", t->items[1]);
    }
    if (!int_as_int64(rt, t->items[1], &at)) {
        return OURO_NULL;
    }
    if (at < 0) {
        return error_value(rt, "position value cannot be negative");
    }
    b->at = at;
    if (!ouro_is_none(t->items[2])) {
        if (!value_is_dict(rt, t->items[2])) {
            return error_type(rt, "third item of state should be a dict, got a %T", t->items[2]);
        }
        ouro_value dict = object_getattr(rt, args[0], STR(rt, __dict__));
        bool ok = !ouro_is_null(dict) && dict_update(rt, as_dict(dict), t->items[2]);
        value_decref(rt, dict);
        return ok ? OURO_NONE : OURO_NULL;
    }
    return OURO_NONE;
}

static ouro_value io_bytes_get_closed(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(io_bytes_self(self)->closed);
}

/* The contents count while nobody else has them. */
static ouro_value io_bytes_method_sizeof(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bytes_io_object *b = io_bytes_self(args[0]);
    size_t contents = io_bytes_owns(b) ? object_size(rt, ouro_as_object(b->contents)) : 0;
    return int_from_int64(rt, (int64_t)(object_size(rt, &b->object) + contents));
}

static void io_bytes_no_finalizer(ouro_runtime *rt, ouro_object *self)
{
    /* Memory needs no closing; but a subclass may have a close() of its own. */
    if (ouro_as_object(ouro_from_object(self))->shape->type != &MODULE_TYPE(rt, io_bytes)->type) {
        io_finalize(rt, self);
    }
}

static const method_def io_bytes_methods[] = {
    {"read", "self, size=-1, /", io_bytes_method_read, .doc = "Read at most size bytes, returned as a bytes object."},
    {"read1", "self, size=-1, /", io_bytes_method_read, .doc = "Read at most size bytes, returned as a bytes object."},
    {"readinto", "self, buffer, /", io_bytes_method_readinto, .doc = "Read bytes into buffer."},
    {"readline", "self, size=-1, /", io_bytes_method_readline, .doc = "Next line from the file, as a bytes object."},
    {"readlines", "self, size=None, /", io_bytes_method_readlines, .doc = "List of bytes objects, each a line from the file."},
    {"write", "self, b, /", io_bytes_method_write, .doc = "Write bytes to file."},
    {"writelines", "self, lines, /", io_bytes_method_writelines, .doc = "Write lines to the file."},
    {"seek", "self, pos, whence=0, /", io_bytes_method_seek, .doc = "Change stream position."},
    {"tell", "self, /", io_bytes_method_tell, .doc = "Current file position, an integer."},
    {"truncate", "self, size=None, /", io_bytes_method_truncate, .doc = "Truncate the file to at most size bytes."},
    {"getvalue", "self, /", io_bytes_method_getvalue, .doc = "Retrieve the entire contents of the BytesIO object."},
    {"getbuffer", "self, /", io_bytes_method_getbuffer, .doc = "Get a read-write view over the contents of the BytesIO object."},
    {"close", "self, /", io_bytes_method_close, .doc = "Disable all I/O operations."},
    {"flush", "self, /", io_bytes_method_flush, .doc = "Does nothing."},
    {"isatty", "self, /", io_bytes_method_false, .doc = "Always returns False."},
    {"readable", "self, /", io_bytes_method_true, .doc = "Returns True if the IO object can be read."},
    {"writable", "self, /", io_bytes_method_true, .doc = "Returns True if the IO object can be written."},
    {"seekable", "self, /", io_bytes_method_true, .doc = "Returns True if the IO object can be seeked."},
    {"__sizeof__", "self, /", io_bytes_method_sizeof, .doc = NULL},
    {"__getstate__", "?self, /", io_bytes_method_getstate, .doc = NULL},
    {"__setstate__", "?self, state, /", io_bytes_method_setstate, .doc = NULL},
    {NULL},
};

static const getset_def io_bytes_getsets[] = {
    {"closed", io_bytes_get_closed, NULL, "True if the file is closed.", NULL},
    {NULL},
};

static const ouro_field io_bytes_fields[] = {
    {OURO_FIELD_VALUE, offsetof(bytes_io_object, contents), 0, NULL},
};

const type_spec io_bytes_spec = {
    .name = "_io.BytesIO",
    .signature = "(initial_bytes=b'')",
    .size = sizeof(bytes_io_object),
    .flags = IO_TYPE_FLAGS,
    .base = &io_buffered_base_spec,
    .doc = "Buffered I/O implementation using an in-memory bytes buffer.",
    .fields = io_bytes_fields,
    .field_count = 1,
    .finalize = io_bytes_no_finalizer,
    .methods = io_bytes_methods,
    .getsets = io_bytes_getsets,
    .slots = {.make = io_bytes_make, .init = io_bytes_init, .next = io_bytes_next},
};

/* ---- what getbuffer() shows --------------------------------------------------------------------------- */

static bool io_bytes_buffer_get(ouro_runtime *rt, ouro_value self, buffer_view *view, bool writable)
{
    bytes_io_object *b = io_bytes_self(((bytes_io_buffer_object *)(void *)ouro_as_object(self))->source);
    if (!ouro_is_null(b->contents) && !io_bytes_own(rt, b, io_bytes_length(b))) {
        return false;
    }
    view->data = !ouro_is_null(b->contents) ? (void *)io_bytes_data(b) : (void *)b;
    view->length = io_bytes_length(b);
    b->exports++;
    return true;
}

static void io_bytes_buffer_release(ouro_runtime *rt, ouro_value self, buffer_view *view)
{
    io_bytes_self(((bytes_io_buffer_object *)(void *)ouro_as_object(self))->source)->exports--;
}

static const ouro_field io_bytes_buffer_fields[] = {
    {OURO_FIELD_VALUE, offsetof(bytes_io_buffer_object, source), 0, NULL},
};

const type_spec io_bytes_buffer_spec = {
    .name = "_io._BytesIOBuffer",
    .size = sizeof(bytes_io_buffer_object),
    .flags = TYPE_NO_MAKE,
    .fields = io_bytes_buffer_fields,
    .field_count = 1,
    .slots = {.get_buffer = io_bytes_buffer_get, .release_buffer = io_bytes_buffer_release},
};

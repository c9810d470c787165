/* io_buffered_type.c: the types BufferedReader, BufferedWriter, BufferedRandom and BufferedRWPair.
 *
 * Each call checks that the object is initialized and not closed, and keeps a second call out while it runs.
 */
#include "modules/io.h"

#include "types/exception.h"

#include <time.h>
#include <unistd.h>

static bool io_buffered_ready(ouro_runtime *rt, const buffered_object *b)
{
    if (!b->ok) {
        error_value(rt, b->detached ? "raw stream has been detached" : "I/O operation on uninitialized object");
    }
    return b->ok;
}

static bool io_buffered_open(ouro_runtime *rt, ouro_value self, const char *message)
{
    buffered_object *b = as_buffered(self);
    if (!io_buffered_ready(rt, b)) {
        return false;
    }
    if (b->fast) {
        if (as_file(b->raw)->fd < 0) {
            error_value(rt, "%s", message);
            return false;
        }
        return true;
    }
    int closed = io_is_closed(rt, b->raw);
    if (closed > 0) {
        error_value(rt, "%s", message);
    }
    return closed == 0;
}

bool io_buffered_is_others(ouro_runtime *rt, const buffered_object *b)
{
    return b->busy && rt->vm->threads != NULL && b->user != rt->vm->threads->holder;
}

bool io_buffered_wait(ouro_runtime *rt)
{
    enum { LOOK_AGAIN_NANOSECONDS = 1000000 };
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    vm_wait(rt, (int64_t)now.tv_sec * 1000000000 + now.tv_nsec + LOOK_AGAIN_NANOSECONDS);
    return !rt->pending || vm_handle_pending(rt);
}

static bool io_buffered_enter(ouro_runtime *rt, ouro_value self, const char *message)
{
    if (!io_buffered_open(rt, self, message)) {
        return false;
    }
    buffered_object *b = as_buffered(self);
    while (io_buffered_is_others(rt, b)) {
        if (!io_buffered_wait(rt) || !io_buffered_open(rt, self, message)) {
            return false; /* interrupted, or it was closed meanwhile */
        }
    }
    if (b->busy) {
        error_runtime(rt, "reentrant call inside %R", self);
        return false;
    }
    io_buffered_claim(rt, b);
    return true;
}

static void io_buffered_leave(ouro_value self)
{
    as_buffered(self)->busy = false;
}

static bool io_buffered_setup(ouro_runtime *rt, ouro_value self, ouro_value raw, int64_t size, bool readable,
                              bool writable)
{
    buffered_object *b = as_buffered(self);
    b->ok = b->detached = false;
    if (readable || writable) {
        bool seekable_too = readable && writable;
        const struct {
            bool ask;
            ouro_value method;
            const char *message;
        } questions[] = {
            {seekable_too, STR(rt, seekable), "File or stream is not seekable."},
            {readable, STR(rt, readable), "File or stream is not readable."},
            {writable, STR(rt, writable), "File or stream is not writable."},
        };
        bool exact = value_is_instance_exactly(rt, raw, MODULE_TYPE(rt, io_file));
        for (size_t i = 0; i < 3; i++) {
            if (!questions[i].ask) {
                continue;
            }
            if (exact && as_file(raw)->fd >= 0 && i > 0) { /* no need to call */
                if (i == 1 ? as_file(raw)->readable : as_file(raw)->writable) {
                    continue;
                }
            }
            int answer = io_ask(rt, raw, questions[i].method);
            if (answer < 0) {
                return false;
            }
            if (answer == 0) {
                io_unsupported(rt, questions[i].message);
                return false;
            }
        }
    }
    if (size <= 0) {
        error_value(rt, "buffer size must be strictly positive");
        return false;
    }
    unsigned char *buffer = ouro_mem_alloc(rt->mem, (size_t)size);
    if (buffer == NULL) {
        error_no_memory(rt);
        return false;
    }
    ouro_mem_free(rt->mem, b->buffer);
    b->buffer = buffer;
    b->size = (size_t)size;
    b->at = b->end = b->dirty_from = b->dirty_to = b->raw_at = 0;
    b->base = -1;
    b->readable = readable;
    b->writable = writable;
    value_replace(rt, &b->raw, value_incref(raw));
    b->fast = value_is_instance_exactly(rt, raw, MODULE_TYPE(rt, io_file));
    b->ok = true;
    return true;
}

static bool io_buffered_init(ouro_runtime *rt, ouro_value self, const char *name, const ouro_value *args, size_t nargs,
                             ouro_value kwnames, bool readable, bool writable)
{
    static const char *const names[] = {"raw", "buffer_size"};
    ouro_value bound[2];
    int64_t size = IO_BUFFER_SIZE;
    if (!text_bind(rt, name, names, 2, 0, args, nargs, kwnames, bound)) {
        return false;
    }
    if (ouro_is_null(bound[0])) {
        error_type(rt, "%s() missing required argument 'raw' (pos 1)", name);
        return false;
    }
    if (!ouro_is_null(bound[1]) && !text_size_argument(rt, bound[1], &size)) {
        return false;
    }
    return io_buffered_setup(rt, self, bound[0], size, readable, writable);
}

static bool io_buffered_init_reader(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    return io_buffered_init(rt, self, "BufferedReader", args, nargs, kwnames, true, false);
}

static bool io_buffered_init_writer(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    return io_buffered_init(rt, self, "BufferedWriter", args, nargs, kwnames, false, true);
}

static bool io_buffered_init_random(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    return io_buffered_init(rt, self, "BufferedRandom", args, nargs, kwnames, true, true);
}

static ouro_value io_buffered_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                   ouro_value kwnames)
{
    ouro_value self = instance_new(rt, type);
    if (!ouro_is_null(self)) {
        as_buffered(self)->base = -1;
    }
    return self;
}

ouro_value io_buffered_new(ouro_runtime *rt, const type_spec *spec, ouro_value raw, int64_t size)
{
    bool reader = spec == &io_buffered_reader_spec, random = spec == &io_buffered_random_spec;
    type_object *type = reader   ? MODULE_TYPE(rt, io_buffered_reader)
                        : random ? MODULE_TYPE(rt, io_buffered_random)
                                 : MODULE_TYPE(rt, io_buffered_writer);
    ouro_value self = io_buffered_make(rt, type, NULL, 0, OURO_NULL);
    if (!ouro_is_null(self) && !io_buffered_setup(rt, self, raw, size, reader || random, !reader)) {
        value_clear(rt, &self);
    }
    return self;
}

/* ---- shared methods ----------------------------------------------------------------------------------- */

static ouro_value io_buffered_method_flush(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    buffered_object *b = as_buffered(args[0]);
    if (!io_buffered_enter(rt, args[0], "flush of closed file")) {
        return OURO_NULL;
    }
    bool ok = io_buffered_flush(rt, b);
    io_buffered_leave(args[0]);
    return ok ? OURO_NONE : OURO_NULL;
}

static ouro_value io_buffered_simple_flush(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    buffered_object *b = as_buffered(args[0]);
    if (!io_buffered_ready(rt, b)) {
        return OURO_NULL;
    }
    return object_call_method0(rt, b->raw, STR(rt, flush));
}

static ouro_value io_buffered_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    buffered_object *b = as_buffered(args[0]);
    if (!io_buffered_ready(rt, b)) {
        return OURO_NULL;
    }
    int closed = io_is_closed(rt, b->raw);
    if (closed != 0) {
        return closed < 0 ? OURO_NULL : OURO_NONE;
    }
    if (b->finalizing) {
        ouro_value name = str_intern_cstring(rt, "_dealloc_warn");
        ouro_value warned = ouro_is_null(name) ? OURO_NULL : object_call_method1(rt, b->raw, name, args[0]);
        if (ouro_is_null(warned)) {
            error_clear(rt);
        }
        value_decref(rt, warned);
        value_decref(rt, name);
    }
    bool flushed = io_call_ignore(rt, args[0], STR(rt, flush));
    ouro_value failure = flushed ? OURO_NULL : error_take(rt);
    bool alone = !b->busy; /* while the raw file closes, another thread's write waits, and finds it closed */
    if (alone) {
        io_buffered_claim(rt, b);
    }
    ouro_value result = object_call_method0(rt, b->raw, STR(rt, close));
    if (alone) {
        io_buffered_leave(args[0]);
    }
    ouro_mem_free(rt->mem, b->buffer);
    b->buffer = NULL;
    b->size = b->at = b->end = b->dirty_from = b->dirty_to = 0;
    if (!ouro_is_null(failure)) {
        io_chain(rt, failure);
        value_clear(rt, &result);
    }
    return result;
}

static ouro_value io_buffered_detach(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    buffered_object *b = as_buffered(args[0]);
    if (!io_buffered_ready(rt, b) || !io_call_ignore(rt, args[0], STR(rt, flush))) {
        return OURO_NULL;
    }
    ouro_value raw = b->raw;
    b->raw = OURO_NULL;
    b->ok = false;
    b->detached = true;
    return raw;
}

#define IO_BUFFERED_ASK_RAW(method) \
    static ouro_value io_buffered_##method(ouro_runtime *rt, const ouro_value *args, size_t nargs) \
    { \
        const buffered_object *b = as_buffered(args[0]); \
        return io_buffered_ready(rt, b) ? object_call_method0(rt, b->raw, STR(rt, method)) : OURO_NULL; \
    }
IO_BUFFERED_ASK_RAW(seekable)
IO_BUFFERED_ASK_RAW(readable)
IO_BUFFERED_ASK_RAW(writable)
IO_BUFFERED_ASK_RAW(fileno)
IO_BUFFERED_ASK_RAW(isatty)

static ouro_value io_buffered_dealloc_warn(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const buffered_object *b = as_buffered(args[0]);
    if (b->ok && !ouro_is_null(b->raw)) {
        ouro_value name = str_intern_cstring(rt, "_dealloc_warn");
        ouro_value warned = ouro_is_null(name) ? OURO_NULL : object_call_method1(rt, b->raw, name, args[1]);
        if (ouro_is_null(warned)) {
            error_clear(rt);
        }
        value_decref(rt, warned);
        value_decref(rt, name);
    }
    return OURO_NONE;
}

static ouro_value io_buffered_method_tell(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!io_buffered_ready(rt, as_buffered(args[0]))) {
        return OURO_NULL;
    }
    int64_t at = io_buffered_tell(rt, as_buffered(args[0]));
    return at < 0 ? OURO_NULL : int_from_int64(rt, at);
}

static ouro_value io_buffered_method_seek(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t target, whence = 0;
    if (!ouro_is_null(arg_or_null(args, nargs, 2)) && !text_size_argument(rt, args[2], &whence)) {
        return OURO_NULL;
    }
    if (whence < 0 || whence > 4) {
        return error_value(rt, "whence value %lld unsupported", (long long)whence);
    }
    if (!io_buffered_open(rt, args[0], "seek of closed file")) {
        return OURO_NULL;
    }
    buffered_object *b = as_buffered(args[0]);
    int seekable = b->fast ? 1 : io_ask(rt, b->raw, STR(rt, seekable));
    if (b->fast) {
        file_object *f = as_file(b->raw);
        if (f->seekable < 0) {
            f->seekable = lseek(f->fd, 0, SEEK_CUR) >= 0;
        }
        seekable = f->seekable;
    }
    if (seekable < 0) {
        return OURO_NULL;
    }
    if (seekable == 0) {
        return io_unsupported(rt, "File or stream is not seekable.");
    }
    if (!text_size_argument(rt, args[1], &target) || !io_buffered_enter(rt, args[0], "seek of closed file")) {
        return OURO_NULL;
    }
    int64_t at = io_buffered_seek(rt, b, target, (int)whence);
    io_buffered_leave(args[0]);
    return at < 0 ? OURO_NULL : int_from_int64(rt, at);
}

static ouro_value io_buffered_truncate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    buffered_object *b = as_buffered(args[0]);
    if (!io_buffered_open(rt, args[0], "truncate of closed file")) {
        return OURO_NULL;
    }
    if (!b->writable) {
        return io_unsupported(rt, "truncate");
    }
    if (!io_buffered_enter(rt, args[0], "truncate of closed file")) {
        return OURO_NULL;
    }
    bool ok = io_buffered_flush(rt, b);
    io_buffered_leave(args[0]);
    if (!ok) {
        return OURO_NULL;
    }
    ouro_value size = arg_or_null(args, nargs, 1);
    return object_call_method1(rt, b->raw, STR(rt, truncate), ouro_is_null(size) ? OURO_NONE : size);
}

/* ---- reading ------------------------------------------------------------------------------------------ */

static ouro_value io_buffered_read_some(ouro_runtime *rt, buffered_object *b, size_t size, bool once)
{
    bytes_builder out;
    bytes_builder_init(&out, rt);
    bool blocked = false;
    size_t got = 0;
    /* room grows with what comes, so that read(10**12) of a small file costs nothing */
    while (got < size) {
        size_t step = size - got < (1u << 20) ? size - got : got + (1u << 20) < size - got ? got + (1u << 20) : size - got;
        unsigned char *room = bytes_builder_room(&out, step);
        int64_t n = room == NULL ? -1 : io_buffered_read_into(rt, b, room, step, once, &blocked);
        if (n < 0) {
            bytes_builder_drop(&out);
            return OURO_NULL;
        }
        out.length -= step - (size_t)n;
        got += (size_t)n;
        if ((size_t)n < step || once) {
            break;
        }
    }
    if (blocked && got == 0) {
        bytes_builder_drop(&out);
        return OURO_NONE;
    }
    return bytes_builder_finish(&out);
}

static ouro_value io_buffered_method_read(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t size;
    if (!io_size_argument(rt, arg_or_null(args, nargs, 1), &size)) {
        return OURO_NULL;
    }
    if (size < -1) {
        return error_value(rt, "read length must be non-negative or -1");
    }
    if (!io_buffered_enter(rt, args[0], "read of closed file")) {
        return OURO_NULL;
    }
    buffered_object *b = as_buffered(args[0]);
    ouro_value result = size < 0 ? io_buffered_read_all(rt, b) : io_buffered_read_some(rt, b, (size_t)size, false);
    io_buffered_leave(args[0]);
    return result;
}

static ouro_value io_buffered_method_read1(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t size = -1;
    if (!ouro_is_null(arg_or_null(args, nargs, 1)) && !text_size_argument(rt, args[1], &size)) {
        return OURO_NULL;
    }
    buffered_object *b = as_buffered(args[0]);
    if (!io_buffered_enter(rt, args[0], "read of closed file")) {
        return OURO_NULL;
    }
    ouro_value result = io_buffered_read_some(rt, b, size < 0 ? b->size : (size_t)size, true);
    if (ouro_is_none(result)) {
        result = bytes_empty(rt);
    }
    io_buffered_leave(args[0]);
    return result;
}

static ouro_value io_buffered_method_peek(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!io_buffered_enter(rt, args[0], "peek of closed file")) {
        return OURO_NULL;
    }
    const unsigned char *data = NULL;
    int64_t n = io_buffered_peek(rt, as_buffered(args[0]), &data);
    ouro_value result = n == -1 ? OURO_NULL : n <= 0 ? bytes_empty(rt) : bytes_new(rt, data, (size_t)n);
    io_buffered_leave(args[0]);
    return result;
}

static ouro_value io_buffered_readinto_any(ouro_runtime *rt, const ouro_value *args, bool once)
{
    buffer_view view;
    if (!io_get_writable(rt, args[1], &view, once ? "readinto1" : "readinto")) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (io_buffered_enter(rt, args[0], "readinto of closed file")) {
        bool blocked;
        int64_t n = io_buffered_read_into(rt, as_buffered(args[0]), view.data, view.length, once, &blocked);
        io_buffered_leave(args[0]);
        result = n < 0 ? OURO_NULL : blocked && n == 0 ? OURO_NONE : ouro_int(n);
    }
    buffer_release(rt, &view);
    return result;
}

static ouro_value io_buffered_readinto(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_buffered_readinto_any(rt, args, false);
}

static ouro_value io_buffered_readinto1(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_buffered_readinto_any(rt, args, true);
}

static ouro_value io_buffered_method_readline(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t limit;
    if (!io_size_argument(rt, arg_or_null(args, nargs, 1), &limit) ||
        !io_buffered_enter(rt, args[0], "readline of closed file")) {
        return OURO_NULL;
    }
    ouro_value line = io_buffered_readline(rt, as_buffered(args[0]), limit);
    io_buffered_leave(args[0]);
    return line;
}

static ouro_value io_buffered_next(ouro_runtime *rt, ouro_value self)
{
    type_object *type = value_type(rt, self);
    ouro_value line;
    if (type == MODULE_TYPE(rt, io_buffered_reader) || type == MODULE_TYPE(rt, io_buffered_random)) {
        if (!io_buffered_enter(rt, self, "readline of closed file")) {
            return OURO_NULL;
        }
        line = io_buffered_readline(rt, as_buffered(self), -1);
        io_buffered_leave(self);
    } else {
        line = object_call_method0(rt, self, STR(rt, readline));
        if (!ouro_is_null(line) && !value_is_bytes(rt, line)) {
            error_raise(rt, EXC(rt, OSError), "readline() should have returned a bytes object, not '%T'", line);
            value_clear(rt, &line);
        }
    }
    if (!ouro_is_null(line) && as_bytes(line)->length == 0) {
        value_clear(rt, &line);
    }
    return line;
}

/* ---- writing ------------------------------------------------------------------------------------------ */

static ouro_value io_buffered_method_write(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!io_buffered_ready(rt, as_buffered(args[0]))) {
        return OURO_NULL;
    }
    byte_span span;
    if (!byte_span_get(rt, args[1], &span)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (io_buffered_enter(rt, args[0], "write to closed file")) {
        buffered_object *b = as_buffered(args[0]);
        bool ok = true;
        if (b->readable && b->end > b->at && b->dirty_from == b->dirty_to && span.length > b->size - b->at) {
            ok = io_buffered_flush(rt, b); /* gives back what was read ahead */
        }
        ok = ok && io_buffered_write(rt, b, span.data, span.length);
        result = ok ? ouro_int((int64_t)span.length) : OURO_NULL;
        io_buffered_leave(args[0]);
    }
    byte_span_release(rt, &span);
    return result;
}

/* ---- attributes --------------------------------------------------------------------------------------- */

static ouro_value io_buffered_get_closed(ouro_runtime *rt, ouro_value self, void *closure)
{
    const buffered_object *b = as_buffered(self);
    return io_buffered_ready(rt, b) ? object_getattr(rt, b->raw, STR(rt, closed)) : OURO_NULL;
}

static ouro_value io_buffered_get_name(ouro_runtime *rt, ouro_value self, void *closure)
{
    const buffered_object *b = as_buffered(self);
    return io_buffered_ready(rt, b) ? object_getattr(rt, b->raw, STR(rt, name)) : OURO_NULL;
}

static ouro_value io_buffered_get_mode(ouro_runtime *rt, ouro_value self, void *closure)
{
    const buffered_object *b = as_buffered(self);
    return io_buffered_ready(rt, b) ? object_getattr(rt, b->raw, STR(rt, mode)) : OURO_NULL;
}

static ouro_value io_buffered_get_raw(ouro_runtime *rt, ouro_value self, void *closure)
{
    const buffered_object *b = as_buffered(self);
    return ouro_is_null(b->raw) ? OURO_NONE : value_incref(b->raw);
}

static ouro_value io_buffered_get_finalizing(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(as_buffered(self)->finalizing);
}

static bool io_buffered_set_finalizing(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    as_buffered(self)->finalizing = ouro_is(value, OURO_TRUE);
    return true;
}

static ouro_value io_buffered_getstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return error_type(rt, "cannot pickle '%T' object", args[0]);
}

static ouro_value io_buffered_repr(ouro_runtime *rt, ouro_value self)
{
    ouro_value name = OURO_NULL, text;
    type_object *type = value_type(rt, self);
    int found = as_buffered(self)->ok ? object_getattr_optional(rt, self, STR(rt, name), &name) : 0;
    if (found < 0) {
        error_clear(rt);
    }
    if (found != 1) {
        return str_format_c(rt, "<%s>", type->type.name);
    }
    text = OURO_NULL;
    int entered = repr_enter(rt, self);
    if (entered == 0) {
        text = str_format_c(rt, "<%s name=%R>", type->type.name, name);
        repr_leave(rt, self);
    } else if (entered > 0) {
        error_runtime(rt, "reentrant call inside %s.__repr__", type->type.name);
    }
    value_decref(rt, name);
    return text;
}

static void io_buffered_dispose(ouro_runtime *rt, ouro_object *self)
{
    buffered_object *b = (buffered_object *)(void *)self;
    ouro_mem_free(rt->mem, b->buffer);
    b->buffer = NULL;
}

static void io_buffered_clear(ouro_runtime *rt, ouro_object *self)
{
    buffered_object *b = (buffered_object *)(void *)self;
    b->ok = false;
    value_clear(rt, &b->raw);
}

static void io_buffered_finalize(ouro_runtime *rt, ouro_object *self)
{
    buffered_object *b = (buffered_object *)(void *)self;
    if (b->ok) {
        b->finalizing = true;
        io_finalize(rt, self);
    }
}

static size_t io_buffered_extra_size(ouro_runtime *rt, ouro_object *self)
{
    const buffered_object *b = (const buffered_object *)(const void *)self;
    return b->buffer == NULL ? 0 : ouro_mem_size(rt->mem, b->buffer);
}

static const ouro_field io_buffered_fields[] = {
    {OURO_FIELD_VALUE, offsetof(buffered_object, raw), 0, "raw"},
};

static const getset_def io_buffered_getsets[] = {
    {"raw", io_buffered_get_raw, NULL, NULL, NULL, .member = true},
    {"closed", io_buffered_get_closed, NULL, NULL, NULL},
    {"name", io_buffered_get_name, NULL, NULL, NULL},
    {"mode", io_buffered_get_mode, NULL, NULL, NULL},
    {"_finalizing", io_buffered_get_finalizing, io_buffered_set_finalizing, NULL, NULL, .member = true},
    {NULL},
};

#define IO_BUFFERED_COMMON_METHODS \
    {"detach", "self, /", io_buffered_detach, .doc = NULL}, \
    {"close", "self, /", io_buffered_close, .doc = NULL}, \
    {"seekable", "self, /", io_buffered_seekable, .doc = NULL}, \
    {"fileno", "self, /", io_buffered_fileno, .doc = NULL}, \
    {"isatty", "self, /", io_buffered_isatty, .doc = NULL}, \
    {"_dealloc_warn", "?self, source, /", io_buffered_dealloc_warn, .doc = NULL}, \
    {"tell", "self, /", io_buffered_method_tell, .doc = NULL}, \
    {"seek", "self, target, whence=0, /", io_buffered_method_seek, .doc = NULL}, \
    {"truncate", "self, pos=None, /", io_buffered_truncate, .doc = NULL}, \
    {"__getstate__", "?self, /", io_buffered_getstate, .doc = NULL}

#define IO_BUFFERED_READ_METHODS \
    {"read", "self, size=-1, /", io_buffered_method_read, .doc = NULL}, \
    {"peek", "self, size=0, /", io_buffered_method_peek, .doc = NULL}, \
    {"read1", "self, size=-1, /", io_buffered_method_read1, .doc = NULL}, \
    {"readinto", "self, buffer, /", io_buffered_readinto, .doc = NULL}, \
    {"readinto1", "self, buffer, /", io_buffered_readinto1, .doc = NULL}, \
    {"readline", "self, size=-1, /", io_buffered_method_readline, .doc = NULL}, \
    {"readable", "self, /", io_buffered_readable, .doc = NULL}

#define IO_BUFFERED_WRITE_METHODS \
    {"write", "self, buffer, /", io_buffered_method_write, .doc = "Write the given buffer to the IO stream."}, \
    {"writable", "self, /", io_buffered_writable, .doc = NULL}, \
    {"flush", "self, /", io_buffered_method_flush, .doc = NULL}

static const method_def io_buffered_reader_methods[] = {
    IO_BUFFERED_COMMON_METHODS,
    IO_BUFFERED_READ_METHODS,
    {"flush", "self, /", io_buffered_simple_flush, .doc = NULL},
    {NULL},
};

static const method_def io_buffered_writer_methods[] = {
    IO_BUFFERED_COMMON_METHODS,
    IO_BUFFERED_WRITE_METHODS,
    {NULL},
};

static const method_def io_buffered_random_methods[] = {
    IO_BUFFERED_COMMON_METHODS,
    IO_BUFFERED_READ_METHODS,
    IO_BUFFERED_WRITE_METHODS,
    {NULL},
};

#define IO_BUFFERED_TYPE(variable, python_name, text, table, initialize, step) \
    const type_spec variable = { \
        .name = "_io." python_name, \
        .signature = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)", \
        .size = sizeof(buffered_object), \
        .flags = IO_TYPE_FLAGS, \
        .base = &io_buffered_base_spec, \
        .doc = text, \
        .fields = io_buffered_fields, \
        .field_count = 1, \
        .clear = io_buffered_clear, \
        .dispose = io_buffered_dispose, \
        .finalize = io_buffered_finalize, \
        .extra_size = io_buffered_extra_size, \
        .methods = table, \
        .getsets = io_buffered_getsets, \
        .slots = {.make = io_buffered_make, .init = initialize, .repr = io_buffered_repr, .next = step}, \
    }

IO_BUFFERED_TYPE(io_buffered_reader_spec, "BufferedReader",
                 "Create a new buffered reader using the given readable raw IO object.", io_buffered_reader_methods,
                 io_buffered_init_reader, io_buffered_next);
IO_BUFFERED_TYPE(io_buffered_writer_spec, "BufferedWriter",
                 "A buffer for a writeable sequential RawIO object.", io_buffered_writer_methods,
                 io_buffered_init_writer, NULL);
IO_BUFFERED_TYPE(io_buffered_random_spec, "BufferedRandom", "A buffered interface to random access streams.",
                 io_buffered_random_methods, io_buffered_init_random, io_buffered_next);

/* ---- BufferedRWPair ----------------------------------------------------------------------------------- */

typedef struct io_pair_object {
    ouro_object object;
    ouro_value reader, writer;
} io_pair_object;

static io_pair_object *io_pair(ouro_value v)
{
    return (io_pair_object *)(void *)ouro_as_object(v);
}

static bool io_pair_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        error_type(rt, "BufferedRWPair() takes no keyword arguments");
        return false;
    }
    if (nargs < 2 || nargs > 3) {
        error_type(rt, "BufferedRWPair expected at %s, got %zd", nargs < 2 ? "least 2 arguments" : "most 3 arguments",
                   (ssize_t)nargs);
        return false;
    }
    int64_t size = IO_BUFFER_SIZE;
    if (nargs == 3 && !text_size_argument(rt, args[2], &size)) {
        return false;
    }
    ouro_value reader = io_buffered_new(rt, &io_buffered_reader_spec, args[0], size);
    ouro_value writer = ouro_is_null(reader) ? OURO_NULL : io_buffered_new(rt, &io_buffered_writer_spec, args[1], size);
    if (ouro_is_null(writer)) {
        value_decref(rt, reader);
        return false;
    }
    value_replace(rt, &io_pair(self)->reader, reader);
    value_replace(rt, &io_pair(self)->writer, writer);
    return true;
}

static ouro_value io_pair_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                               ouro_value kwnames)
{
    return instance_new(rt, type);
}

static ouro_value io_pair_forward(ouro_runtime *rt, ouro_value to, const char *method, const ouro_value *args,
                                  size_t nargs)
{
    if (ouro_is_null(to)) {
        return error_value(rt, "I/O operation on uninitialized object");
    }
    ouro_value name = str_intern_cstring(rt, method), call[3] = {to};
    size_t count = 1;
    for (size_t i = 1; i < nargs && i < 3 && !ouro_is_null(args[i]); i++) {
        call[count++] = args[i];
    }
    ouro_value result = ouro_is_null(name) ? OURO_NULL : object_call_method(rt, name, call, count, OURO_NULL);
    value_decref(rt, name);
    return result;
}

#define IO_PAIR_METHOD(name, side) \
    static ouro_value io_pair_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs) \
    { \
        return io_pair_forward(rt, io_pair(args[0])->side, #name, args, nargs); \
    }
IO_PAIR_METHOD(read, reader)
IO_PAIR_METHOD(peek, reader)
IO_PAIR_METHOD(read1, reader)
IO_PAIR_METHOD(readinto, reader)
IO_PAIR_METHOD(readinto1, reader)
IO_PAIR_METHOD(readable, reader)
IO_PAIR_METHOD(write, writer)
IO_PAIR_METHOD(flush, writer)
IO_PAIR_METHOD(writable, writer)

static ouro_value io_pair_isatty(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value first = io_pair_forward(rt, io_pair(args[0])->writer, "isatty", args, 1);
    if (ouro_is_null(first) || ouro_is(first, OURO_TRUE)) {
        return first;
    }
    value_decref(rt, first);
    return io_pair_forward(rt, io_pair(args[0])->reader, "isatty", args, 1);
}

static ouro_value io_pair_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value first = io_pair_forward(rt, io_pair(args[0])->writer, "close", args, 1);
    value_decref(rt, first);
    ouro_value failure = error_take(rt);
    ouro_value second = io_pair_forward(rt, io_pair(args[0])->reader, "close", args, 1);
    if (!ouro_is_null(failure)) {
        value_clear(rt, &second);
        io_chain(rt, failure);
    }
    return second;
}

static ouro_value io_pair_get_closed(ouro_runtime *rt, ouro_value self, void *closure)
{
    if (ouro_is_null(io_pair(self)->writer)) {
        return error_runtime(rt, "the BufferedRWPair object is being garbage-collected");
    }
    return object_getattr(rt, io_pair(self)->writer, STR(rt, closed));
}

static const method_def io_pair_methods[] = {
    {"read", "?self, size=-1, /", io_pair_read, .doc = NULL},
    {"peek", "?self, size=0, /", io_pair_peek, .doc = NULL},
    {"read1", "?self, size=-1, /", io_pair_read1, .doc = NULL},
    {"readinto", "?self, buffer, /", io_pair_readinto, .doc = NULL},
    {"readinto1", "?self, buffer, /", io_pair_readinto1, .doc = NULL},
    {"write", "?self, buffer, /", io_pair_write, .doc = NULL},
    {"flush", "?self, /", io_pair_flush, .doc = NULL},
    {"readable", "?self, /", io_pair_readable, .doc = NULL},
    {"writable", "?self, /", io_pair_writable, .doc = NULL},
    {"close", "?self, /", io_pair_close, .doc = NULL},
    {"isatty", "?self, /", io_pair_isatty, .doc = NULL},
    {NULL},
};

static const getset_def io_pair_getsets[] = {
    {"closed", io_pair_get_closed, NULL, NULL, NULL},
    {NULL},
};

static const ouro_field io_pair_fields[] = {
    {OURO_FIELD_VALUE, offsetof(io_pair_object, reader), 0, "reader"},
    {OURO_FIELD_VALUE, offsetof(io_pair_object, writer), 0, "writer"},
};

const type_spec io_buffered_rwpair_spec = {
    .name = "_io.BufferedRWPair",
    .signature = "(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)",
    .size = sizeof(io_pair_object),
    .flags = IO_TYPE_FLAGS,
    .base = &io_buffered_base_spec,
    .doc = "A buffered reader and writer object together.",
    .fields = io_pair_fields,
    .field_count = 2,
    .methods = io_pair_methods,
    .getsets = io_pair_getsets,
    .slots = {.make = io_pair_make, .init = io_pair_init},
};

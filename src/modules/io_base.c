/* io_base.c: the abstract bases _IOBase, _RawIOBase, _BufferedIOBase, _TextIOBase, and what all files share.
 *
 * They hold nothing: a file that derives from _IOBase alone keeps its closed state in the attribute __IOBase_closed.
 */
#include "modules/io.h"

#include "types/exception.h"
#include "vm/vm.h"

/* ---- common ------------------------------------------------------------------------------------------- */

ouro_value io_unsupported(ouro_runtime *rt, const char *what)
{
    return error_raise(rt, MODULE_TYPE(rt, io_unsupported), "%s", what);
}

int io_ask(ouro_runtime *rt, ouro_value self, ouro_value method)
{
    ouro_value v = object_call_method0(rt, self, method);
    if (ouro_is_null(v)) {
        return -1;
    }
    int truth = object_truth(rt, v);
    value_decref(rt, v);
    return truth;
}

int io_is_closed(ouro_runtime *rt, ouro_value self)
{
    ouro_value v = object_getattr(rt, self, STR(rt, closed));
    if (ouro_is_null(v)) {
        return -1;
    }
    int truth = object_truth(rt, v);
    value_decref(rt, v);
    return truth;
}

bool io_check_closed(ouro_runtime *rt, ouro_value self, const char *message)
{
    int closed = io_is_closed(rt, self);
    if (closed > 0) {
        error_value(rt, "%s", message != NULL ? message : "I/O operation on closed file.");
    }
    return closed == 0;
}

bool io_size_argument(ouro_runtime *rt, ouro_value v, int64_t *size)
{
    *size = -1;
    if (ouro_is_null(v) || ouro_is_none(v)) {
        return true;
    }
    if (!ouro_is_int(v) && !ouro_is_bool(v) && value_type(rt, v)->slots.to_index == NULL) {
        error_type(rt, "argument should be integer or None, not '%T'", v);
        return false;
    }
    return text_size_argument(rt, v, size);
}

bool io_get_writable(ouro_runtime *rt, ouro_value v, buffer_view *view, const char *function)
{
    if (buffer_get(rt, v, view, true)) {
        return true;
    }
    if (error_clear_if(rt, EXC(rt, BufferError)) || error_clear_if(rt, EXC(rt, TypeError))) {
        error_type(rt, "%s() argument must be read-write bytes-like object, not %T", function, v);
    }
    return false;
}

bool io_call_ignore(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    ouro_value v = object_call_method0(rt, self, name);
    value_decref(rt, v);
    return !ouro_is_null(v);
}

void io_chain(ouro_runtime *rt, ouro_value first)
{
    if (ouro_is_null(first)) {
        return;
    }
    if (!error_is_set(rt)) {
        error_restore(rt, first);
        return;
    }
    exception_object *now = as_exception(rt->exception);
    if (ouro_is_null(now->context) && !ouro_is(rt->exception, first)) {
        now->context = first;
    } else {
        value_decref(rt, first);
    }
}

bool io_interrupted(ouro_runtime *rt)
{
    return vm_handle_pending(rt);
}

void io_finalize(ouro_runtime *rt, ouro_object *self)
{
    ouro_value saved = error_take(rt), object = ouro_from_object(self);
    int closed = io_is_closed(rt, object);
    if (closed < 0) {
        error_clear(rt);
    }
    if (closed == 0) {
        ouro_value name = str_intern_cstring(rt, "_finalizing");
        if (!ouro_is_null(name) && !object_setattr(rt, object, name, OURO_TRUE)) {
            error_clear(rt);
        }
        value_decref(rt, name);
        if (!io_call_ignore(rt, object, STR(rt, close))) {
            if (rt->types->dev_mode) {
                rt->report_unraisable(rt, NULL, object);
            }
            error_clear(rt);
        }
    }
    error_clear(rt);
    if (!ouro_is_null(saved)) {
        error_restore(rt, saved);
    }
}

/* ---- _IOBase ------------------------------------------------------------------------------------------ */

static ouro_value io_base_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                               ouro_value kwnames)
{
    return instance_new(rt, type);
}

static ouro_value io_base_closed_name(ouro_runtime *rt)
{
    return str_intern_cstring(rt, "__IOBase_closed");
}

static ouro_value io_base_get_closed(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value name = io_base_closed_name(rt), value = OURO_NULL;
    if (ouro_is_null(name)) {
        return OURO_NULL;
    }
    int found = object_getattr_optional(rt, self, name, &value);
    value_decref(rt, name);
    value_decref(rt, value);
    return found < 0 ? OURO_NULL : ouro_bool(found == 1);
}

static ouro_value io_base_flush(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_check_closed(rt, args[0], NULL) ? OURO_NONE : OURO_NULL;
}

static ouro_value io_base_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value closed = io_base_get_closed(rt, args[0], NULL);
    if (ouro_is_null(closed) || ouro_is(closed, OURO_TRUE)) {
        return ouro_is_null(closed) ? OURO_NULL : OURO_NONE;
    }
    bool flushed = io_call_ignore(rt, args[0], STR(rt, flush));
    ouro_value failure = error_take(rt);
    ouro_value name = io_base_closed_name(rt);
    bool ok = !ouro_is_null(name) && object_setattr(rt, args[0], name, OURO_TRUE);
    value_decref(rt, name);
    io_chain(rt, failure);
    return ok && flushed ? OURO_NONE : OURO_NULL;
}

static ouro_value io_base_seek(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_unsupported(rt, "seek");
}

static ouro_value io_base_tell(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value call[3] = {args[0], ouro_int(0), ouro_int(1)};
    return object_call_method(rt, STR(rt, seek), call, 3, OURO_NULL);
}

static ouro_value io_base_truncate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_unsupported(rt, "truncate");
}

static ouro_value io_base_fileno(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_unsupported(rt, "fileno");
}

static ouro_value io_base_isatty(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_check_closed(rt, args[0], NULL) ? OURO_FALSE : OURO_NULL;
}

static ouro_value io_base_false(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return OURO_FALSE;
}

static ouro_value io_base_enter(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_check_closed(rt, args[0], NULL) ? value_incref(args[0]) : OURO_NULL;
}

static ouro_value io_base_exit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_call_method0(rt, args[0], STR(rt, close));
}

static ouro_value io_base_check_closed(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_check_closed(rt, args[0], NULL) ? OURO_NONE : OURO_NULL;
}

static ouro_value io_base_check(ouro_runtime *rt, ouro_value self, ouro_value method, const char *message)
{
    ouro_value answer = object_call_method0(rt, self, method);
    if (ouro_is_null(answer)) {
        return OURO_NULL;
    }
    bool yes = ouro_is(answer, OURO_TRUE);
    value_decref(rt, answer);
    return yes ? OURO_TRUE : io_unsupported(rt, message);
}

static ouro_value io_base_check_readable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_base_check(rt, args[0], STR(rt, readable), "File or stream is not readable.");
}

static ouro_value io_base_check_writable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_base_check(rt, args[0], STR(rt, writable), "File or stream is not writable.");
}

static ouro_value io_base_check_seekable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_base_check(rt, args[0], STR(rt, seekable), "File or stream is not seekable.");
}

ouro_value io_base_readline(ouro_runtime *rt, ouro_value self, int64_t limit)
{
    ouro_value peek_name = str_intern_cstring(rt, "peek"), peek = OURO_NULL;
    if (ouro_is_null(peek_name)) {
        return OURO_NULL;
    }
    int has_peek = object_getattr_optional(rt, self, peek_name, &peek);
    value_decref(rt, peek_name);
    if (has_peek < 0) {
        return OURO_NULL;
    }
    bytes_builder line;
    bytes_builder_init(&line, rt);
    bool ok = true;
    while (ok && !line.failed && (limit < 0 || (int64_t)line.length < limit)) {
        int64_t wanted = 1;
        if (has_peek == 1) {
            ouro_value ahead = object_call1(rt, peek, ouro_int(1));
            if (ouro_is_null(ahead)) {
                ok = false;
                break;
            }
            if (!value_is_bytes(rt, ahead)) {
                error_raise(rt, EXC(rt, OSError), "peek() should have returned a bytes object, not '%T'", ahead);
                value_decref(rt, ahead);
                ok = false;
                break;
            }
            const bytes_object *a = as_bytes(ahead);
            if (a->length > 0) {
                const unsigned char *newline = memchr(a->data, '\n', a->length);
                wanted = newline != NULL ? newline - a->data + 1 : (int64_t)a->length;
                if (limit >= 0 && wanted > limit - (int64_t)line.length) {
                    wanted = limit - (int64_t)line.length;
                }
            }
            value_decref(rt, ahead);
        }
        ouro_value piece = object_call_method1(rt, self, STR(rt, read), ouro_int(wanted));
        if (ouro_is_null(piece)) {
            ok = false;
            break;
        }
        if (!value_is_bytes(rt, piece)) {
            error_raise(rt, EXC(rt, OSError), "read() should have returned a bytes object, not '%T'", piece);
            ok = false;
        } else {
            bytes_builder_add(&line, as_bytes(piece)->data, as_bytes(piece)->length);
        }
        bool last = ok && (as_bytes(piece)->length == 0 || line.failed ||
                           as_bytes(piece)->data[as_bytes(piece)->length - 1] == '\n');
        value_decref(rt, piece);
        if (last) {
            break;
        }
    }
    value_decref(rt, peek);
    if (!ok) {
        bytes_builder_drop(&line);
        return OURO_NULL;
    }
    return bytes_builder_finish(&line);
}

static ouro_value io_base_method_readline(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t limit;
    return io_size_argument(rt, arg_or_null(args, nargs, 1), &limit) ? io_base_readline(rt, args[0], limit) : OURO_NULL;
}

static ouro_value io_base_iter(ouro_runtime *rt, ouro_value self)
{
    return io_check_closed(rt, self, NULL) ? value_incref(self) : OURO_NULL;
}

static ouro_value io_base_next(ouro_runtime *rt, ouro_value self)
{
    ouro_value line = object_call_method0(rt, self, STR(rt, readline));
    if (ouro_is_null(line)) {
        return OURO_NULL;
    }
    int64_t n = object_length(rt, line);
    if (n <= 0) {
        value_decref(rt, line);
        return OURO_NULL;
    }
    return line;
}

static ouro_value io_base_readlines(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t hint, total = 0;
    if (!io_size_argument(rt, arg_or_null(args, nargs, 1), &hint)) {
        return OURO_NULL;
    }
    ouro_value list = list_new(rt, NULL, 0), iterator = OURO_NULL;
    if (ouro_is_null(list)) {
        return OURO_NULL;
    }
    iterator = object_iter(rt, args[0]);
    bool ok = !ouro_is_null(iterator);
    while (ok) {
        ouro_value line = iterator_next(rt, iterator);
        if (ouro_is_null(line)) {
            ok = !error_is_set(rt);
            break;
        }
        int64_t n = hint > 0 ? object_length(rt, line) : 0;
        ok = n >= 0;
        if (!ok) {
            value_decref(rt, line);
            break;
        }
        ok = list_append_steal(rt, list, line);
        total += n;
        if (hint > 0 && total >= hint) {
            break;
        }
    }
    value_decref(rt, iterator);
    if (!ok) {
        value_decref(rt, list);
        return OURO_NULL;
    }
    return list;
}

static ouro_value io_base_writelines(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!io_check_closed(rt, args[0], NULL)) {
        return OURO_NULL;
    }
    ouro_value iterator = object_iter(rt, args[1]);
    if (ouro_is_null(iterator)) {
        return OURO_NULL;
    }
    bool ok = true;
    while (ok) {
        ouro_value line = iterator_next(rt, iterator);
        if (ouro_is_null(line)) {
            ok = !error_is_set(rt);
            break;
        }
        ouro_value result = object_call_method1(rt, args[0], STR(rt, write), line);
        value_decref(rt, line);
        value_decref(rt, result);
        ok = !ouro_is_null(result);
    }
    value_decref(rt, iterator);
    return ok ? OURO_NONE : OURO_NULL;
}

/* __del__, for the super().__del__() of a class that has its own: what the built-in type does when an instance dies. */
static ouro_value io_base_del(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    /* of the MRO, not of the chain of bases: a class may have a base of Python's before the built-in one */
    const tuple_object *mro = as_tuple(value_type(rt, args[0])->mro);
    for (size_t i = 0; i < mro->size; i++) {
        const type_object *type = as_type(mro->items[i]);
        if (!(type->type.flags & TYPE_HEAP) && type->type.finalize != NULL) {
            type->type.finalize(rt, ouro_as_object(args[0]));
            break;
        }
    }
    return OURO_NONE;
}

static const method_def io_base_methods[] = {
    {"__del__", "self, /", io_base_del, .doc = NULL},
    {"seek", "?self, offset, whence=0, /", io_base_seek, .doc = "Change the stream position."},
    {"tell", "self, /", io_base_tell, .doc = "Return current stream position."},
    {"truncate", "?self, size=None, /", io_base_truncate, .doc = "Truncate file to size bytes."},
    {"flush", "self, /", io_base_flush, .doc = "Flush write buffers, if applicable."},
    {"close", "self, /", io_base_close, .doc = "Flush and close the IO object."},
    {"seekable", "self, /", io_base_false, .doc = "Return whether object supports random access."},
    {"readable", "self, /", io_base_false, .doc = "Return whether object was opened for reading."},
    {"writable", "self, /", io_base_false, .doc = "Return whether object was opened for writing."},
    {"_checkClosed", "?self, /", io_base_check_closed, .doc = NULL},
    {"_checkSeekable", "?self, /", io_base_check_seekable, .doc = NULL},
    {"_checkReadable", "?self, /", io_base_check_readable, .doc = NULL},
    {"_checkWritable", "?self, /", io_base_check_writable, .doc = NULL},
    {"fileno", "self, /", io_base_fileno, .doc = "Return underlying file descriptor if one exists."},
    {"isatty", "self, /", io_base_isatty, .doc = "Return whether this is an 'interactive' stream."},
    {"__enter__", "?self, /", io_base_enter, .doc = NULL},
    {"__exit__", "?self, /, *args", io_base_exit, .doc = NULL},
    {"readline", "self, size=-1, /", io_base_method_readline, .doc = "Read and return a line from the stream."},
    {"readlines", "self, hint=-1, /", io_base_readlines, .doc = "Return a list of lines from the stream."},
    {"writelines", "self, lines, /", io_base_writelines, .doc = "Write a list of lines to stream."},
    {NULL},
};

static const getset_def io_base_getsets[] = {
    {"closed", io_base_get_closed, NULL, NULL, NULL},
    {NULL},
};

const type_spec io_base_spec = {
    .name = "_io._IOBase",
    .size = sizeof(ouro_object),
    .flags = IO_TYPE_FLAGS,
    .doc = "The abstract base class for all I/O classes.",
    .finalize = io_finalize,
    .methods = io_base_methods,
    .getsets = io_base_getsets,
    .slots = {.make = io_base_make, .iter = io_base_iter, .next = io_base_next},
};

/* ---- _RawIOBase --------------------------------------------------------------------------------------- */

static ouro_value io_raw_readall(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bytes_builder all;
    bytes_builder_init(&all, rt);
    bool some = false;
    for (;;) {
        ouro_value piece = object_call_method1(rt, args[0], STR(rt, read), ouro_int(IO_BUFFER_SIZE));
        if (ouro_is_null(piece)) {
            bytes_builder_drop(&all);
            return OURO_NULL;
        }
        if (ouro_is_none(piece)) {
            if (!some) {
                bytes_builder_drop(&all);
                return OURO_NONE;
            }
            break;
        }
        if (!value_is_bytes(rt, piece)) {
            value_decref(rt, piece);
            bytes_builder_drop(&all);
            return error_type(rt, "read() should return bytes");
        }
        size_t n = as_bytes(piece)->length;
        bytes_builder_add(&all, as_bytes(piece)->data, n);
        value_decref(rt, piece);
        if (n == 0) {
            break;
        }
        some = true;
    }
    return bytes_builder_finish(&all);
}

static ouro_value io_raw_read(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t size = -1;
    if (!ouro_is_null(arg_or_null(args, nargs, 1)) && !text_size_argument(rt, args[1], &size)) {
        return OURO_NULL;
    }
    if (size < 0) {
        ouro_value name = str_intern_cstring(rt, "readall");
        ouro_value all = ouro_is_null(name) ? OURO_NULL : object_call_method0(rt, args[0], name);
        value_decref(rt, name);
        return all;
    }
    ouro_value room = bytearray_new(rt, NULL, (size_t)size);
    ouro_value name = ouro_is_null(room) ? OURO_NULL : str_intern_cstring(rt, "readinto");
    ouro_value count = ouro_is_null(name) ? OURO_NULL : object_call_method1(rt, args[0], name, room);
    value_decref(rt, name);
    ouro_value result = OURO_NULL;
    int64_t n;
    if (ouro_is_none(count)) {
        result = OURO_NONE;
    } else if (!ouro_is_null(count) && text_size_argument(rt, count, &n)) {
        const bytearray_object *b = as_bytearray(room);
        if (n < 0 || (size_t)n > b->length) {
            error_value(rt, "readinto returned %zd outside buffer size %zd", (ssize_t)n, (ssize_t)b->length);
        } else {
            result = bytes_new(rt, n == 0 ? (const unsigned char *)"" : b->data + b->start, (size_t)n);
        }
    }
    value_decref(rt, count);
    value_decref(rt, room);
    return result;
}

static const method_def io_raw_methods[] = {
    {"read", "self, size=-1, /", io_raw_read, .doc = NULL},
    {"readall", "self, /", io_raw_readall, .doc = "Read until EOF, using multiple read() call."},
    {NULL},
};

const type_spec io_raw_base_spec = {
    .name = "_io._RawIOBase",
    .size = sizeof(ouro_object),
    .flags = IO_TYPE_FLAGS,
    .base = &io_base_spec,
    .doc = "Base class for raw binary I/O.",
    .methods = io_raw_methods,
    .slots = {.make = io_base_make},
};

/* ---- _BufferedIOBase ---------------------------------------------------------------------------------- */

#define IO_BASE_UNSUPPORTED(name, what) \
    static ouro_value io_base_no_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs) \
    { \
        return io_unsupported(rt, what); \
    }
IO_BASE_UNSUPPORTED(detach, "detach")
IO_BASE_UNSUPPORTED(read, "read")
IO_BASE_UNSUPPORTED(read1, "read1")
IO_BASE_UNSUPPORTED(write, "write")
IO_BASE_UNSUPPORTED(readline, "readline")

static ouro_value io_base_readinto_by(ouro_runtime *rt, const ouro_value *args, ouro_value method)
{
    buffer_view view;
    if (!buffer_get(rt, args[1], &view, true)) {
        return OURO_NULL;
    }
    ouro_value data = object_call_method1(rt, args[0], method, ouro_int((int64_t)view.length)), result = OURO_NULL;
    if (!ouro_is_null(data)) {
        if (!value_is_bytes(rt, data)) {
            error_type(rt, "read() should return bytes");
        } else if (as_bytes(data)->length > view.length) {
            error_value(rt, "read() returned too much data: %zd bytes requested, %zd returned", (ssize_t)view.length,
                        (ssize_t)as_bytes(data)->length);
        } else {
            memcpy(view.data, as_bytes(data)->data, as_bytes(data)->length);
            result = ouro_int((int64_t)as_bytes(data)->length);
        }
    }
    value_decref(rt, data);
    buffer_release(rt, &view);
    return result;
}

static ouro_value io_base_readinto(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_base_readinto_by(rt, args, STR(rt, read));
}

static ouro_value io_base_readinto1(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value name = str_intern_cstring(rt, "read1");
    ouro_value result = ouro_is_null(name) ? OURO_NULL : io_base_readinto_by(rt, args, name);
    value_decref(rt, name);
    return result;
}

static const method_def io_buffered_base_methods[] = {
    {"detach", "?self, /, *args", io_base_no_detach, .doc = "Disconnect this buffer from its underlying raw stream and return it."},
    {"read", "?self, /, *args", io_base_no_read, .doc = "Read and return up to n bytes."},
    {"read1", "?self, /, *args", io_base_no_read1, .doc = "Read and return up to n bytes, with at most one read() call."},
    {"readinto", "self, buffer, /", io_base_readinto, .doc = NULL},
    {"readinto1", "self, buffer, /", io_base_readinto1, .doc = NULL},
    {"write", "?self, /, *args", io_base_no_write, .doc = "Write the given buffer to the IO stream."},
    {NULL},
};

const type_spec io_buffered_base_spec = {
    .name = "_io._BufferedIOBase",
    .size = sizeof(ouro_object),
    .flags = IO_TYPE_FLAGS,
    .base = &io_base_spec,
    .doc = "Base class for buffered IO objects.",
    .methods = io_buffered_base_methods,
    .slots = {.make = io_base_make},
};

/* ---- _TextIOBase -------------------------------------------------------------------------------------- */

static ouro_value io_base_get_none(ouro_runtime *rt, ouro_value self, void *closure)
{
    return OURO_NONE;
}

static const method_def io_text_base_methods[] = {
    {"detach", "?self, /, *args", io_base_no_detach, .doc = "Separate the underlying buffer from the TextIOBase and return it."},
    {"read", "?self, /, *args", io_base_no_read, .doc = "Read at most n characters from stream."},
    {"readline", "?self, /, *args", io_base_no_readline, .doc = "Read until newline or EOF."},
    {"write", "?self, /, *args", io_base_no_write, .doc = "Write string to stream."},
    {NULL},
};

static const getset_def io_text_base_getsets[] = {
    {"encoding", io_base_get_none, NULL, "Encoding of the text stream.", NULL},
    {"newlines", io_base_get_none, NULL, "Line endings translated so far.", NULL},
    {"errors", io_base_get_none, NULL, "The error setting of the decoder or encoder.", NULL},
    {NULL},
};

const type_spec io_text_base_spec = {
    .name = "_io._TextIOBase",
    .size = sizeof(ouro_object),
    .flags = IO_TYPE_FLAGS,
    .base = &io_base_spec,
    .doc = "Base class for text I/O.",
    .methods = io_text_base_methods,
    .getsets = io_text_base_getsets,
    .slots = {.make = io_base_make},
};

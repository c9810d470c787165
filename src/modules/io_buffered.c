/* io_buffered.c: the buffer between a program and a raw file: reading, writing and seeking.
 *
 * One engine serves BufferedReader, BufferedWriter and BufferedRandom.  Invariants (outside of a call):
 *     at <= end <= size  (a writer may have at == end),   dirty_from <= dirty_to <= end
 *     the raw file stands at base + raw_at, if base is known (base == -1: it never had to be)
 * Nothing here runs while another call on the same object is in progress, as a signal handler could make it.
 */
#include "modules/io.h"

#include "types/exception.h"
#include "types/memoryview.h"

#include <errno.h>
#include <unistd.h>

/* ---- the raw file ------------------------------------------------------------------------------------- */

/* Reads once from the raw file: the count, -1 raised, -2 would block. */
static int64_t io_buffered_raw_read(ouro_runtime *rt, buffered_object *b, unsigned char *data, size_t size)
{
    int64_t n;
    if (b->fast) {
        file_object *f = as_file(b->raw);
        if (f->fd < 0) {
            error_value(rt, "I/O operation on closed file");
            return -1;
        }
        if (!f->readable) {
            io_unsupported(rt, "File not open for reading");
            return -1;
        }
        n = io_file_read(rt, f, data, size);
    } else {
        ouro_value room = bytearray_new(rt, NULL, size), view = OURO_NULL, name = OURO_NULL, count = OURO_NULL;
        n = -1;
        if (!ouro_is_null(room)) {
            view = memoryview_new(rt, room);
            name = str_intern_cstring(rt, "readinto");
        }
        if (!ouro_is_null(view) && !ouro_is_null(name)) {
            count = object_call_method1(rt, b->raw, name, view);
        }
        if (ouro_is_none(count)) {
            n = -2;
        } else if (!ouro_is_null(count) && text_size_argument(rt, count, &n)) {
            if (n < 0 || (uint64_t)n > size) {
                error_raise(rt, EXC(rt, OSError),
                            "raw readinto() returned invalid length %zd (should have been between 0 and %zd)",
                            (ssize_t)n, (ssize_t)size);
                n = -1;
            } else if (n > 0) {
                memcpy(data, as_bytearray(room)->data + as_bytearray(room)->start, (size_t)n);
            }
        } else {
            n = -1;
            if (!ouro_is_null(count)) { /* what it returned is no number */
                ouro_value cause = error_take(rt);
                error_raise(rt, EXC(rt, OSError), "raw readinto() failed");
                ouro_value failure = error_take(rt);
                value_replace(rt, &as_exception(failure)->cause, value_incref(cause));
                value_replace(rt, &as_exception(failure)->context, cause);
                error_restore(rt, failure);
            }
        }
        value_decref(rt, count);
        value_decref(rt, name);
        value_decref(rt, view);
        value_decref(rt, room);
    }
    if (n > 0) {
        b->raw_at += (size_t)n;
    }
    return n;
}

static int64_t io_buffered_raw_write(ouro_runtime *rt, buffered_object *b, const unsigned char *data, size_t size)
{
    int64_t n;
    if (b->fast) {
        file_object *f = as_file(b->raw);
        if (f->fd < 0) {
            error_value(rt, "I/O operation on closed file");
            return -1;
        }
        if (!f->writable) {
            io_unsupported(rt, "File not open for writing");
            return -1;
        }
        n = io_file_write(rt, f, data, size);
    } else {
        ouro_value bytes = bytes_new(rt, size == 0 ? (const unsigned char *)"" : data, size), view = OURO_NULL;
        ouro_value count = OURO_NULL;
        n = -1;
        if (!ouro_is_null(bytes)) {
            view = memoryview_new(rt, bytes);
        }
        if (!ouro_is_null(view)) {
            count = object_call_method1(rt, b->raw, STR(rt, write), view);
        }
        if (ouro_is_none(count)) {
            n = -2;
        } else if (!ouro_is_null(count) && text_size_argument(rt, count, &n)) {
            if (n < 0 || (uint64_t)n > size) {
                error_raise(rt, EXC(rt, OSError),
                            "raw write() returned invalid length %zd (should have been between 0 and %zd)",
                            (ssize_t)n, (ssize_t)size);
                n = -1;
            }
        } else {
            n = -1;
        }
        value_decref(rt, count);
        value_decref(rt, view);
        value_decref(rt, bytes);
    }
    if (n > 0) {
        b->raw_at += (size_t)n;
    }
    return n;
}

/* The raw file's position after moving it; -1: raised. */
int64_t io_buffered_raw_seek(ouro_runtime *rt, buffered_object *b, int64_t offset, int whence)
{
    int64_t at = -1;
    if (b->fast && as_file(b->raw)->fd >= 0) {
        return io_file_seek(rt, as_file(b->raw), offset, whence);
    }
    ouro_value target = int_from_int64(rt, offset), result = OURO_NULL;
    if (!ouro_is_null(target)) {
        ouro_value call[3] = {b->raw, target, ouro_int(whence)};
        result = object_call_method(rt, STR(rt, seek), call, 3, OURO_NULL);
    }
    value_decref(rt, target);
    if (ouro_is_null(result) || !text_size_argument(rt, result, &at)) {
        at = -1;
    } else if (at < 0) {
        error_raise(rt, EXC(rt, OSError), "Raw stream returned invalid position %lld", (long long)at);
        at = -1;
    }
    value_decref(rt, result);
    return at;
}

/* Learns where the buffer lies in the file. */
bool io_buffered_locate(ouro_runtime *rt, buffered_object *b)
{
    if (b->base >= 0) {
        return true;
    }
    int64_t at;
    if (b->fast) {
        if (as_file(b->raw)->fd < 0) {
            error_value(rt, "I/O operation on closed file");
            return false;
        }
        at = io_file_seek(rt, as_file(b->raw), 0, SEEK_CUR);
    } else {
        ouro_value result = object_call_method0(rt, b->raw, STR(rt, tell));
        if (ouro_is_null(result) || !text_size_argument(rt, result, &at)) {
            at = -1;
        } else if (at < 0) {
            error_raise(rt, EXC(rt, OSError), "Raw stream returned invalid position %lld", (long long)at);
        }
        value_decref(rt, result);
    }
    if (at < 0) {
        return false;
    }
    b->base = at - (int64_t)b->raw_at;
    return true;
}

/* Brings the raw file to `offset` of the buffer. */
static bool io_buffered_align(ouro_runtime *rt, buffered_object *b, size_t offset)
{
    if (b->raw_at == offset) {
        return true;
    }
    if (!io_buffered_locate(rt, b) || io_buffered_raw_seek(rt, b, b->base + (int64_t)offset, SEEK_SET) < 0) {
        return false;
    }
    b->raw_at = offset;
    return true;
}

/* Empties the buffer: it begins anew where the program stands. */
void io_buffered_restart(buffered_object *b)
{
    if (b->base >= 0) {
        b->base += (int64_t)b->at;
    }
    b->raw_at = b->raw_at >= b->at ? b->raw_at - b->at : 0;
    b->at = b->end = b->dirty_from = b->dirty_to = 0;
}

/* ---- writing ------------------------------------------------------------------------------------------ */

static void io_buffered_would_block(ouro_runtime *rt, const buffered_object *b, size_t written)
{
    ouro_value message = str_from_cstring(rt, "write could not complete without blocking");
    if (ouro_is_null(message)) {
        return;
    }
    ouro_value args[3] = {ouro_int(b->fast ? EAGAIN : 0), message, ouro_int((int64_t)written)};
    ouro_value exception = object_call(rt, type_value(EXC(rt, BlockingIOError)), args, 3, OURO_NULL);
    value_decref(rt, message);
    if (!ouro_is_null(exception)) {
        error_raise_value(rt, exception);
        value_decref(rt, exception);
    }
}

/* Writes what is dirty.  *blocked is set instead of an exception when the raw file takes no more now. */
static bool io_buffered_write_out(ouro_runtime *rt, buffered_object *b, bool *blocked)
{
    *blocked = false;
    if (b->dirty_from == b->dirty_to) {
        return true;
    }
    if (!io_buffered_align(rt, b, b->dirty_from)) {
        return false;
    }
    while (b->dirty_from < b->dirty_to) {
        int64_t n = io_buffered_raw_write(rt, b, b->buffer + b->dirty_from, b->dirty_to - b->dirty_from);
        if (n == -2) {
            *blocked = true;
            return false;
        }
        if (n < 0) {
            return false;
        }
        b->dirty_from += (size_t)n;
        /* a write that a signal cut short succeeds: its handler runs before the next one, which may block for ever */
        if (rt->pending && !vm_handle_pending(rt)) {
            return false;
        }
    }
    b->dirty_from = b->dirty_to = 0;
    return true;
}

bool io_buffered_flush(ouro_runtime *rt, buffered_object *b)
{
    bool blocked;
    if (!io_buffered_write_out(rt, b, &blocked)) {
        if (blocked) {
            io_buffered_would_block(rt, b, 0);
        }
        return false;
    }
    if (b->readable) {
        /* what was read ahead is given back, so that the raw file stands where the program thinks */
        if (b->raw_at != b->at) {
            if (!io_buffered_align(rt, b, b->at)) {
                return false;
            }
        }
    }
    io_buffered_restart(b);
    return true;
}

bool io_buffered_write(ouro_runtime *rt, buffered_object *b, const void *data, size_t size)
{
    const unsigned char *p = data;
    if (size <= b->size - b->at) {
        memcpy(b->buffer + b->at, p, size);
        if (b->dirty_from == b->dirty_to) {
            b->dirty_from = b->at;
            b->dirty_to = b->at + size;
        } else {
            b->dirty_from = b->at < b->dirty_from ? b->at : b->dirty_from;
            b->dirty_to = b->at + size > b->dirty_to ? b->at + size : b->dirty_to;
        }
        b->at += size;
        b->end = b->end < b->at ? b->at : b->end;
        return true;
    }
    bool blocked;
    if (!io_buffered_write_out(rt, b, &blocked)) {
        if (!blocked) {
            return false;
        }
        /* keep as much as fits behind what is still waiting */
        size_t waiting = b->dirty_to - b->dirty_from;
        memmove(b->buffer, b->buffer + b->dirty_from, waiting);
        if (b->base >= 0) {
            b->base += (int64_t)b->dirty_from;
        }
        b->raw_at = 0;
        b->dirty_from = 0;
        b->dirty_to = b->at = b->end = waiting;
        size_t room = b->size - waiting, kept = size < room ? size : room;
        memcpy(b->buffer + waiting, p, kept);
        b->dirty_to = b->at = b->end = waiting + kept;
        if (kept < size) {
            io_buffered_would_block(rt, b, kept);
            return false;
        }
        return true;
    }
    if (!io_buffered_align(rt, b, b->at)) {
        return false;
    }
    io_buffered_restart(b);
    size_t written = 0;
    bool interrupted = false;
    while (size - written > b->size) {
        int64_t n = io_buffered_raw_write(rt, b, p + written, size - written);
        if (n == -2) {
            size_t kept = b->size;
            memcpy(b->buffer, p + written, kept);
            b->dirty_from = 0;
            b->dirty_to = b->at = b->end = kept;
            b->base = b->base >= 0 ? b->base + (int64_t)b->raw_at : b->base;
            b->raw_at = 0;
            io_buffered_would_block(rt, b, written + kept);
            return false;
        }
        if (n < 0) {
            return false;
        }
        written += (size_t)n;
        if (rt->pending && !vm_handle_pending(rt)) { /* as in io_buffered_write_out */
            interrupted = true;
            break;
        }
    }
    if (b->base >= 0) {
        b->base += (int64_t)b->raw_at;
    }
    b->raw_at = 0;
    if (interrupted) {
        return false;
    }
    size_t rest = size - written;
    memcpy(b->buffer, p + written, rest);
    b->dirty_from = 0;
    b->dirty_to = b->at = b->end = rest;
    return true;
}

/* ---- reading ------------------------------------------------------------------------------------------ */

/* Fills the empty buffer by one read: the count, 0 at the end of the file, -1, -2. */
static int64_t io_buffered_fill(ouro_runtime *rt, buffered_object *b)
{
    bool blocked;
    if (!io_buffered_write_out(rt, b, &blocked)) {
        if (blocked) {
            io_buffered_would_block(rt, b, 0);
        }
        return -1;
    }
    if (!io_buffered_align(rt, b, b->at)) {
        return -1;
    }
    io_buffered_restart(b);
    int64_t n = io_buffered_raw_read(rt, b, b->buffer, b->size);
    if (n > 0) {
        b->end = (size_t)n;
    }
    return n;
}

int64_t io_buffered_read1(ouro_runtime *rt, buffered_object *b, const unsigned char **data, size_t most)
{
    if (b->at >= b->end) {
        int64_t n = io_buffered_fill(rt, b);
        if (n <= 0) {
            return n;
        }
    }
    size_t n = b->end - b->at < most ? b->end - b->at : most;
    *data = b->buffer + b->at;
    b->at += n;
    return (int64_t)n;
}

/* Looks ahead without consuming. */
int64_t io_buffered_peek(ouro_runtime *rt, buffered_object *b, const unsigned char **data)
{
    int64_t n = io_buffered_read1(rt, b, data, SIZE_MAX);
    if (n > 0) {
        b->at -= (size_t)n;
    }
    return n;
}

/* Reads up to `size` bytes to `out`, stopping early at the end of the file, or when nothing comes now (*blocked). */
int64_t io_buffered_read_into(ouro_runtime *rt, buffered_object *b, unsigned char *out, size_t size, bool once,
                              bool *blocked)
{
    size_t got = 0;
    *blocked = false;
    while (got < size) {
        bool ahead = b->at < b->end;
        if (!ahead && size - got >= b->size) {
            /* large reads go past the buffer */
            bool write_blocked;
            if (!io_buffered_write_out(rt, b, &write_blocked)) {
                if (write_blocked) {
                    io_buffered_would_block(rt, b, 0);
                }
                return -1;
            }
            if (!io_buffered_align(rt, b, b->at)) {
                return -1;
            }
            io_buffered_restart(b);
            int64_t n = io_buffered_raw_read(rt, b, out + got, size - got);
            if (b->base >= 0 && n > 0) {
                b->base += n;
            }
            b->raw_at = 0;
            if (n == -1) {
                return -1;
            }
            *blocked = n == -2;
            if (n <= 0) {
                break;
            }
            got += (size_t)n;
        } else {
            const unsigned char *data;
            int64_t n = io_buffered_read1(rt, b, &data, size - got);
            if (n == -1) {
                return -1;
            }
            *blocked = n == -2;
            if (n <= 0) {
                break;
            }
            memcpy(out + got, data, (size_t)n);
            got += (size_t)n;
        }
        if (once && !(ahead && size - got > b->size)) { /* what was read ahead is no read of the raw file */
            break;
        }
    }
    return (int64_t)got;
}

ouro_value io_buffered_read_all(ouro_runtime *rt, buffered_object *b)
{
    bytes_builder all;
    bytes_builder_init(&all, rt);
    bytes_builder_add(&all, b->buffer + b->at, b->end - b->at);
    b->at = b->end;
    if (!io_buffered_flush(rt, b)) {
        bytes_builder_drop(&all);
        return OURO_NULL;
    }
    b->base = -1; /* the raw file moves on without us */
    b->raw_at = 0;
    ouro_value name = str_intern_cstring(rt, "readall"), readall = OURO_NULL;
    int found = ouro_is_null(name) ? -1 : object_getattr_optional(rt, b->raw, name, &readall);
    value_decref(rt, name);
    if (found < 0) {
        bytes_builder_drop(&all);
        return OURO_NULL;
    }
    for (;;) {
        ouro_value piece = found == 1 ? object_call0(rt, readall) : object_call_method0(rt, b->raw, STR(rt, read));
        if (ouro_is_null(piece)) {
            bytes_builder_drop(&all);
            value_decref(rt, readall);
            return OURO_NULL;
        }
        if (!ouro_is_none(piece) && !value_is_bytes(rt, piece)) {
            error_type(rt, found == 1 ? "readall() should return bytes" : "read() should return bytes");
            value_decref(rt, piece);
            value_decref(rt, readall);
            bytes_builder_drop(&all);
            return OURO_NULL;
        }
        size_t n = ouro_is_none(piece) ? 0 : as_bytes(piece)->length;
        if (n == 0 && all.length == 0) { /* b"" or None */
            bytes_builder_drop(&all);
            value_decref(rt, readall);
            return piece;
        }
        if (n > 0 && all.length == 0 && found == 1) {
            value_decref(rt, readall);
            bytes_builder_drop(&all);
            return piece;
        }
        bytes_builder_add(&all, n == 0 ? (const unsigned char *)"" : as_bytes(piece)->data, n);
        value_decref(rt, piece);
        if (n == 0 || found == 1) {
            break;
        }
    }
    value_decref(rt, readall);
    return bytes_builder_finish(&all);
}

ouro_value io_buffered_readline(ouro_runtime *rt, buffered_object *b, int64_t limit)
{
    bytes_builder line;
    bytes_builder_init(&line, rt);
    size_t most = limit < 0 ? SIZE_MAX : (size_t)limit;
    while (line.length < most && !line.failed) {
        if (b->at >= b->end) {
            int64_t n = io_buffered_fill(rt, b);
            if (n == -1) {
                bytes_builder_drop(&line);
                return OURO_NULL;
            }
            if (n <= 0) {
                break;
            }
        }
        size_t n = b->end - b->at;
        n = n > most - line.length ? most - line.length : n;
        const unsigned char *start = b->buffer + b->at, *newline = memchr(start, '\n', n);
        size_t take = newline != NULL ? (size_t)(newline - start) + 1 : n;
        b->at += take;
        if (newline != NULL && line.length == 0) {
            return bytes_new(rt, start, take);
        }
        bytes_builder_add(&line, start, take);
        if (newline != NULL) {
            break;
        }
    }
    return bytes_builder_finish(&line);
}

/* ---- position ----------------------------------------------------------------------------------------- */

int64_t io_buffered_tell(ouro_runtime *rt, buffered_object *b)
{
    /* asked anew: somebody may have moved the raw file */
    int64_t at;
    if (b->fast && as_file(b->raw)->fd >= 0) {
        at = io_file_seek(rt, as_file(b->raw), 0, SEEK_CUR);
        if (at < 0) {
            return -1;
        }
        b->base = at - (int64_t)b->raw_at;
    } else {
        b->base = -1;
        if (!io_buffered_locate(rt, b)) {
            return -1;
        }
    }
    int64_t position = b->base + (int64_t)b->at;
    return position < 0 ? 0 : position;
}

int64_t io_buffered_seek(ouro_runtime *rt, buffered_object *b, int64_t target, int whence)
{
    if (whence != SEEK_END && b->readable && b->dirty_from == b->dirty_to) {
        int64_t here = io_buffered_tell(rt, b);
        if (here < 0) {
            return -1;
        }
        int64_t wanted = whence == SEEK_CUR ? here + target : target;
        int64_t offset = wanted - b->base;
        if (offset >= 0 && offset <= (int64_t)b->end && b->end > 0) {
            b->at = (size_t)offset;
            return wanted;
        }
    }
    bool blocked;
    if (!io_buffered_write_out(rt, b, &blocked)) {
        if (blocked) {
            io_buffered_would_block(rt, b, 0);
        }
        return -1;
    }
    if (whence == SEEK_CUR) {
        target += (int64_t)b->at - (int64_t)b->raw_at;
    }
    int64_t at = io_buffered_raw_seek(rt, b, target, whence);
    if (at < 0) {
        return -1;
    }
    b->base = at;
    b->at = b->end = b->raw_at = b->dirty_from = b->dirty_to = 0;
    return at;
}

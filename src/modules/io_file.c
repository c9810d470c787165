/* io_file.c: FileIO: a raw file over a descriptor of the operating system. */
#include "modules/io.h"
#include "ouro/ouro.h"
#include "types/attribute.h"

#include "vm/vm.h"
#include "vm/threads.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static ouro_value io_file_name(ouro_runtime *rt, ouro_value self)
{
    ouro_value name = OURO_NULL;
    int found = object_getattr_optional(rt, self, STR(rt, name), &name);
    if (found < 0) {
        error_clear(rt);
    }
    return found == 1 ? name : OURO_NULL;
}

static const char *io_file_mode(const file_object *f)
{
    if (f->created) {
        return f->readable ? "xb+" : "xb";
    }
    if (f->appending) {
        return f->readable ? "ab+" : "ab";
    }
    return f->readable && f->writable ? "rb+" : f->readable ? "rb" : "wb";
}

static bool io_file_check(ouro_runtime *rt, const file_object *f)
{
    if (f->fd < 0) {
        error_value(rt, "I/O operation on closed file");
        return false;
    }
    return true;
}

int64_t io_file_read(ouro_runtime *rt, file_object *f, void *data, size_t size)
{
    for (;;) {
        struct thread_state *me = vm_release(rt);
        ssize_t n = read(f->fd, data, size);
        vm_acquire(rt, me);
        if (n >= 0) {
            return n;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return -2;
        }
        if (errno != EINTR) {
            error_os(rt, errno, OURO_NULL, OURO_NULL);
            return -1;
        }
        if (!io_interrupted(rt)) {
            return -1;
        }
    }
}

int64_t io_file_write(ouro_runtime *rt, file_object *f, const void *data, size_t size)
{
    for (;;) {
        struct thread_state *me = vm_release(rt);
        ssize_t n = write(f->fd, data, size);
        vm_acquire(rt, me);
        if (n >= 0) {
            return n;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return -2;
        }
        if (errno != EINTR) {
            error_os(rt, errno, OURO_NULL, OURO_NULL);
            return -1;
        }
        if (!io_interrupted(rt)) {
            return -1;
        }
    }
}

int64_t io_file_seek(ouro_runtime *rt, file_object *f, int64_t offset, int whence)
{
    off_t at = lseek(f->fd, offset, whence);
    if (at < 0) {
        error_os(rt, errno, OURO_NULL, OURO_NULL);
        return -1;
    }
    return at;
}

/* ---- opening ------------------------------------------------------------------------------------------ */

static bool io_file_parse_mode(ouro_runtime *rt, file_object *f, const char *mode, int *flags)
{
    bool main_mode = false, plus = false;
    int extra = 0;
    f->created = f->readable = f->writable = f->appending = false;
    for (const char *p = mode; *p != 0; p++) {
        switch (*p) {
        case 'x':
        case 'r':
        case 'w':
        case 'a':
            if (main_mode) {
                goto bad;
            }
            main_mode = true;
            if (*p == 'r') {
                f->readable = true;
            } else {
                f->writable = true;
                f->created = *p == 'x';
                f->appending = *p == 'a';
                extra |= *p == 'x' ? O_EXCL | O_CREAT : *p == 'w' ? O_CREAT | O_TRUNC : O_APPEND | O_CREAT;
            }
            break;
        case 'b':
            break;
        case '+':
            if (plus) {
                goto bad;
            }
            f->readable = f->writable = plus = true;
            break;
        default:
            error_value(rt, "invalid mode: %.200s", mode);
            return false;
        }
    }
    if (!main_mode) {
        goto bad;
    }
    *flags = extra | O_CLOEXEC | (f->readable && f->writable ? O_RDWR : f->readable ? O_RDONLY : O_WRONLY);
    return true;
bad:
    error_value(rt, "Must have exactly one of create/read/write/append mode and at most one plus");
    return false;
}

/* os.fspath, then the bytes that the system takes: a block to be freed. */
static char *io_file_path(ouro_runtime *rt, ouro_value file)
{
    ouro_value path = OURO_NULL, bytes = OURO_NULL;
    char *text = NULL;
    if (value_is_str(rt, file) || value_is_bytes(rt, file)) {
        path = value_incref(file);
    } else {
        ouro_value method = object_special(rt, file, STR(rt, __fspath__));
        if (ouro_is_null(method)) {
            if (!error_is_set(rt)) {
                error_type(rt, "expected str, bytes or os.PathLike object, not %T", file);
            }
            return NULL;
        }
        path = object_call0(rt, method);
        value_decref(rt, method);
        if (!ouro_is_null(path) && !value_is_str(rt, path) && !value_is_bytes(rt, path)) {
            error_type(rt, "expected %T.__fspath__() to return str or bytes, not %T", file, path);
            value_clear(rt, &path);
        }
    }
    if (!ouro_is_null(path)) {
        bytes = value_is_bytes(rt, path) ? value_incref(path) : codec_encode(rt, path, "utf-8", "surrogateescape");
    }
    if (!ouro_is_null(bytes)) {
        const bytes_object *b = as_bytes(bytes);
        if (b->length > 0 && memchr(b->data, 0, b->length) != NULL) {
            error_value(rt, "embedded null byte");
        } else {
            text = ouro_mem_alloc(rt->mem, b->length + 1);
            if (text == NULL) {
                error_no_memory(rt);
            } else {
                memcpy(text, b->data, b->length);
                text[b->length] = 0;
            }
        }
    }
    value_decref(rt, path);
    value_decref(rt, bytes);
    return text;
}

static bool io_file_close_fd(ouro_runtime *rt, file_object *f)
{
    int fd = f->fd;
    f->fd = -1;
    if (fd >= 0 && close(fd) < 0 && errno != EINTR) {
        error_os(rt, errno, OURO_NULL, OURO_NULL);
        return false;
    }
    return true;
}

static bool io_file_open(ouro_runtime *rt, ouro_value self, ouro_value file, const char *mode, bool close_fd,
                         ouro_value opener)
{
    file_object *f = as_file(self);
    int flags, fd = -1;
    if (f->fd >= 0 && f->close_fd && !io_file_close_fd(rt, f)) {
        return false;
    }
    f->fd = -1;
    f->seekable = -1;
    f->close_fd = close_fd;
    f->block_size = IO_BUFFER_SIZE;
    if (rt->denied & OURO_DENY_FILES) {
        error_os(rt, EPERM, file, OURO_NULL);
        return false;
    }
    bool by_number = value_is_int(rt, file);
    if (by_number) {
        int64_t n;
        if (!int_as_int64(rt, file, &n)) {
            return false;
        }
        if (n < 0) {
            error_value(rt, "negative file descriptor");
            return false;
        }
        if (n > INT32_MAX) {
            error_overflow(rt, "signed integer is greater than maximum");
            return false;
        }
        fd = (int)n;
    }
    if (!io_file_parse_mode(rt, f, mode, &flags)) {
        return false;
    }
    bool opened = false;
    if (!by_number) {
        char *path = io_file_path(rt, file);
        if (path == NULL) {
            return false;
        }
        if (!close_fd) {
            ouro_mem_free(rt->mem, path);
            error_value(rt, "Cannot use closefd=False with file name");
            return false;
        }
        if (!ouro_is_null(opener) && !ouro_is_none(opener)) {
            ouro_mem_free(rt->mem, path);
            ouro_value answer = object_call2(rt, opener, file, ouro_int(flags));
            if (ouro_is_null(answer)) {
                return false;
            }
            int64_t n = -1;
            bool is_int = value_is_int(rt, answer) && int_fits_int64(answer, &n);
            value_decref(rt, answer);
            if (!is_int) {
                error_type(rt, "expected integer from opener");
                return false;
            }
            if (n < 0) {
                error_value(rt, "opener returned %lld", (long long)n);
                return false;
            }
            fd = (int)n;
            int old = fcntl(fd, F_GETFD);
            if (old >= 0) {
                (void)fcntl(fd, F_SETFD, old | FD_CLOEXEC);
            }
        } else {
            do {
                fd = open(path, flags, 0666);
            } while (fd < 0 && errno == EINTR && io_interrupted(rt));
            int failure = errno;
            ouro_mem_free(rt->mem, path);
            if (fd < 0) {
                if (!error_is_set(rt)) {
                    error_os(rt, failure, file, OURO_NULL);
                }
                return false;
            }
        }
        opened = true;
    }
    f->fd = fd;
    struct stat st;
    if (fstat(fd, &st) < 0) {
        if (errno == EBADF) {
            f->fd = by_number ? -1 : fd;
            error_os(rt, EBADF, by_number ? OURO_NULL : file, OURO_NULL);
            goto failed;
        }
    } else {
        if (S_ISDIR(st.st_mode)) {
            error_os(rt, EISDIR, file, OURO_NULL);
            goto failed;
        }
        if (st.st_blksize > 1) {
            f->block_size = (unsigned)st.st_blksize;
        }
    }
    bool is_plain = value_is_instance_exactly(rt, self, MODULE_TYPE(rt, io_file));
    if (!(is_plain ? object_setattr_generic : object_setattr)(rt, self, STR(rt, name), file)) {
        goto failed;
    }
    if (f->appending && lseek(fd, 0, SEEK_END) < 0 && errno != ESPIPE) {
        error_os(rt, errno, OURO_NULL, OURO_NULL);
        goto failed;
    }
    return true;
failed:
    if (!opened) {
        f->fd = -1; /* the caller's descriptor stays open */
    } else {
        ouro_value failure = error_take(rt);
        if (!io_file_close_fd(rt, f)) {
            error_clear(rt);
        }
        error_restore(rt, failure);
    }
    return false;
}

static ouro_value io_file_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                               ouro_value kwnames)
{
    ouro_value self = instance_new(rt, type);
    if (!ouro_is_null(self)) {
        as_file(self)->fd = -1;
        as_file(self)->seekable = -1;
        as_file(self)->close_fd = true;
    }
    return self;
}

ouro_value io_file_new(ouro_runtime *rt, ouro_value file, const char *mode, bool close_fd, ouro_value opener)
{
    ouro_value self = io_file_make(rt, MODULE_TYPE(rt, io_file), NULL, 0, OURO_NULL);
    if (!ouro_is_null(self) && !io_file_open(rt, self, file, mode, close_fd, opener)) {
        value_clear(rt, &self);
    }
    return self;
}

static bool io_file_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    static const char *const names[] = {"file", "mode", "closefd", "opener"};
    ouro_value bound[4];
    if (!text_bind(rt, "FileIO", names, 4, 0, args, nargs, kwnames, bound)) {
        return false;
    }
    if (ouro_is_null(bound[0])) {
        error_type(rt, "FileIO() missing required argument 'file' (pos 1)");
        return false;
    }
    if (!ouro_is_null(bound[1]) && !value_is_str(rt, bound[1])) {
        error_type(rt, "FileIO() argument 'mode' must be str, not %T", bound[1]);
        return false;
    }
    int close_fd = ouro_is_null(bound[2]) ? 1 : object_truth(rt, bound[2]);
    if (close_fd < 0) {
        return false;
    }
    char *mode = ouro_is_null(bound[1]) ? NULL : text_c_name(rt, bound[1]);
    if (mode == NULL && !ouro_is_null(bound[1])) {
        return false;
    }
    if (ouro_is_bool(bound[0]) &&
        !error_warn(rt, EXC(rt, RuntimeWarning), 1, "bool is used as a file descriptor")) {
        ouro_mem_free(rt->mem, mode);
        return false;
    }
    bool ok = io_file_open(rt, self, bound[0], mode == NULL ? "r" : mode, close_fd == 1, bound[3]);
    ouro_mem_free(rt->mem, mode);
    return ok;
}

/* ---- methods ------------------------------------------------------------------------------------------ */

static bool io_file_check_readable(ouro_runtime *rt, const file_object *f)
{
    if (!io_file_check(rt, f)) {
        return false;
    }
    if (!f->readable) {
        io_unsupported(rt, "File not open for reading");
        return false;
    }
    return true;
}

static ouro_value io_file_readall(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    file_object *f = as_file(args[0]);
    if (!io_file_check_readable(rt, f)) {
        return OURO_NULL;
    }
    struct stat st;
    off_t at = lseek(f->fd, 0, SEEK_CUR);
    size_t expected = 0;
    if (at >= 0 && fstat(f->fd, &st) == 0 && st.st_size > at) {
        expected = (size_t)(st.st_size - at);
    }
    bytes_builder all;
    bytes_builder_init(&all, rt);
    size_t chunk = expected > 0 ? expected + 1 : IO_BUFFER_SIZE;
    for (;;) {
        unsigned char *room = bytes_builder_room(&all, chunk);
        if (room == NULL) {
            break;
        }
        int64_t n = io_file_read(rt, f, room, chunk);
        if (n < 0) {
            bool nothing = n == -2 && all.length == chunk;
            if (n == -2 && !nothing) {
                all.length -= chunk;
                break;
            }
            bytes_builder_drop(&all);
            return nothing ? OURO_NONE : OURO_NULL;
        }
        all.length -= chunk - (size_t)n;
        if (n == 0) {
            break;
        }
        chunk = expected >= all.length ? expected - all.length + 1
                : all.length < IO_BUFFER_SIZE ? IO_BUFFER_SIZE
                : all.length > (1u << 28) ? (1u << 28) : all.length;
    }
    return bytes_builder_finish(&all);
}

static ouro_value io_file_method_read(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    file_object *f = as_file(args[0]);
    int64_t size;
    if (!io_file_check_readable(rt, f) || !io_size_argument(rt, arg_or_null(args, nargs, 1), &size)) {
        return OURO_NULL;
    }
    if (size < 0) {
        return io_file_readall(rt, args, 1);
    }
    if (size > (1 << 30)) {
        size = 1 << 30;
    }
    bytes_builder b;
    bytes_builder_init(&b, rt);
    unsigned char *room = bytes_builder_room(&b, (size_t)size);
    int64_t n = room == NULL ? -1 : io_file_read(rt, f, room, (size_t)size);
    if (n < 0) {
        bytes_builder_drop(&b);
        return n == -2 ? OURO_NONE : OURO_NULL;
    }
    b.length = (size_t)n;
    return bytes_builder_finish(&b);
}

static ouro_value io_file_readinto(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    file_object *f = as_file(args[0]);
    buffer_view view;
    if (!io_file_check_readable(rt, f) || !io_get_writable(rt, args[1], &view, "readinto")) {
        return OURO_NULL;
    }
    int64_t n = io_file_read(rt, f, view.data, view.length);
    buffer_release(rt, &view);
    return n == -2 ? OURO_NONE : n < 0 ? OURO_NULL : ouro_int(n);
}

static ouro_value io_file_method_write(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    file_object *f = as_file(args[0]);
    if (!io_file_check(rt, f)) {
        return OURO_NULL;
    }
    if (!f->writable) {
        return io_unsupported(rt, "File not open for writing");
    }
    byte_span span;
    if (!byte_span_get(rt, args[1], &span)) {
        return OURO_NULL;
    }
    int64_t n = io_file_write(rt, f, span.data, span.length);
    byte_span_release(rt, &span);
    return n == -2 ? OURO_NONE : n < 0 ? OURO_NULL : ouro_int(n);
}

static ouro_value io_file_method_seek(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    file_object *f = as_file(args[0]);
    int64_t offset, whence = 0;
    if (!io_file_check(rt, f)) {
        return OURO_NULL;
    }
    if (ouro_is_float(args[1])) {
        return error_type(rt, "an integer is required");
    }
    if (!text_size_argument(rt, args[1], &offset) ||
        (!ouro_is_null(arg_or_null(args, nargs, 2)) && !text_size_argument(rt, args[2], &whence))) {
        return OURO_NULL;
    }
    int64_t at = io_file_seek(rt, f, offset, (int)whence);
    return at < 0 ? OURO_NULL : int_from_int64(rt, at);
}

static ouro_value io_file_tell(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    file_object *f = as_file(args[0]);
    if (!io_file_check(rt, f)) {
        return OURO_NULL;
    }
    int64_t at = io_file_seek(rt, f, 0, SEEK_CUR);
    return at < 0 ? OURO_NULL : int_from_int64(rt, at);
}

static ouro_value io_file_truncate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    file_object *f = as_file(args[0]);
    int64_t size;
    if (!io_file_check(rt, f)) {
        return OURO_NULL;
    }
    if (!f->writable) {
        return io_unsupported(rt, "File not open for writing");
    }
    if (ouro_is_null(arg_or_null(args, nargs, 1)) || ouro_is_none(args[1])) {
        size = io_file_seek(rt, f, 0, SEEK_CUR);
        if (size < 0) {
            return OURO_NULL;
        }
    } else if (!text_size_argument(rt, args[1], &size)) {
        return OURO_NULL;
    }
    int result;
    do {
        result = ftruncate(f->fd, size);
    } while (result < 0 && errno == EINTR && io_interrupted(rt));
    if (result < 0) {
        return error_is_set(rt) ? OURO_NULL : error_os(rt, errno, OURO_NULL, OURO_NULL);
    }
    return int_from_int64(rt, size);
}

static bool io_file_warn(ouro_runtime *rt, ouro_value self, ouro_value source)
{
    if (!error_warn_resource(rt, source, "unclosed file %R", source)) {
        if (error_matches(rt, EXC(rt, Warning))) {
            rt->report_unraisable(rt, NULL, self);
        } else {
            error_clear(rt);
        }
        return false;
    }
    return true;
}

static ouro_value io_file_dealloc_warn(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const file_object *f = as_file(args[0]);
    if (f->fd >= 0 && f->close_fd) {
        ouro_value saved = error_take(rt);
        (void)io_file_warn(rt, args[0], args[1]);
        if (!ouro_is_null(saved)) {
            error_clear(rt);
            error_restore(rt, saved);
        }
    }
    return OURO_NONE;
}

static ouro_value io_file_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    file_object *f = as_file(args[0]);
    ouro_value failure = OURO_NULL;
    if (!value_is_instance_exactly(rt, args[0], MODULE_TYPE(rt, io_file)) ||
        !ouro_is_null(instance_get(rt, ouro_as_object(args[0]), STR(rt, flush)))) {
        /* a subclass, or one whose flush has been replaced, counts on flush() being called, and on `closed` of _IOBase */
        native_fn base_close = NULL;
        for (const method_def *m = io_base_spec.methods; m->name != NULL; m++) {
            if (strcmp(m->name, "close") == 0) {
                base_close = m->fn;
            }
        }
        ouro_value result = base_close(rt, args, 1);
        if (ouro_is_null(result)) {
            failure = error_take(rt);
        }
        value_decref(rt, result);
    }
    if (!f->close_fd) {
        f->fd = -1;
    } else {
        if (f->finalizing && f->fd >= 0) {
            (void)io_file_warn(rt, args[0], args[0]);
        }
        (void)io_file_close_fd(rt, f);
    }
    io_chain(rt, failure);
    return error_is_set(rt) ? OURO_NULL : OURO_NONE;
}

static void io_file_finalize(ouro_runtime *rt, ouro_object *self)
{
    ((file_object *)(void *)self)->finalizing = true;
    io_finalize(rt, self);
}

static ouro_value io_file_seekable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    file_object *f = as_file(args[0]);
    if (!io_file_check(rt, f)) {
        return OURO_NULL;
    }
    if (f->seekable < 0) {
        f->seekable = lseek(f->fd, 0, SEEK_CUR) >= 0;
    }
    return ouro_bool(f->seekable != 0);
}

static ouro_value io_file_readable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_file_check(rt, as_file(args[0])) ? ouro_bool(as_file(args[0])->readable) : OURO_NULL;
}

static ouro_value io_file_writable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_file_check(rt, as_file(args[0])) ? ouro_bool(as_file(args[0])->writable) : OURO_NULL;
}

static ouro_value io_file_fileno(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_file_check(rt, as_file(args[0])) ? ouro_int(as_file(args[0])->fd) : OURO_NULL;
}

static ouro_value io_file_isatty(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return io_file_check(rt, as_file(args[0])) ? ouro_bool(isatty(as_file(args[0])->fd)) : OURO_NULL;
}

static ouro_value io_file_getstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return error_type(rt, "cannot pickle '%T' object", args[0]);
}

static ouro_value io_file_repr(ouro_runtime *rt, ouro_value self)
{
    const file_object *f = as_file(self);
    if (f->fd < 0) {
        return str_from_cstring(rt, "<_io.FileIO [closed]>");
    }
    ouro_value name = io_file_name(rt, self), text;
    const char *close_fd = f->close_fd ? "True" : "False";
    if (ouro_is_null(name)) {
        text = str_format_c(rt, "<_io.FileIO fd=%d mode='%s' closefd=%s>", f->fd, io_file_mode(f), close_fd);
    } else {
        text = OURO_NULL;
        int entered = repr_enter(rt, self);
        if (entered == 0) {
            text = str_format_c(rt, "<_io.FileIO name=%R mode='%s' closefd=%s>", name, io_file_mode(f), close_fd);
            repr_leave(rt, self);
        } else if (entered > 0) {
            error_runtime(rt, "reentrant call inside %T.__repr__", self);
        }
    }
    value_decref(rt, name);
    return text;
}

static ouro_value io_file_get_closed(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(as_file(self)->fd < 0);
}

static ouro_value io_file_get_closefd(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(as_file(self)->close_fd);
}

static ouro_value io_file_get_mode(ouro_runtime *rt, ouro_value self, void *closure)
{
    return str_from_cstring(rt, io_file_mode(as_file(self)));
}

static ouro_value io_file_get_block_size(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int(as_file(self)->block_size);
}

static bool io_file_set_block_size(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    int64_t size;
    if (ouro_is_null(value) || !object_as_index(rt, value, &size, true)) {
        return false;
    }
    as_file(self)->block_size = (unsigned)size;
    return true;
}

static ouro_value io_file_get_finalizing(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(as_file(self)->finalizing);
}

static bool io_file_set_finalizing(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    as_file(self)->finalizing = ouro_is(value, OURO_TRUE);
    return true;
}

static const method_def io_file_methods[] = {
    {"read", "self, size=-1, /", io_file_method_read, .doc = "Read at most size bytes, returned as bytes."},
    {"readall", "self, /", io_file_readall, .doc = "Read all data from the file, returned as bytes."},
    {"readinto", "self, buffer, /", io_file_readinto, .doc = "Same as RawIOBase.readinto()."},
    {"write", "self, b, /", io_file_method_write, .doc = "Write buffer b to file, return number of bytes written."},
    {"seek", "self, pos, whence=0, /", io_file_method_seek, .doc = "Move to new file position and return the file position."},
    {"tell", "self, /", io_file_tell, .doc = "Current file position."},
    {"truncate", "self, size=None, /", io_file_truncate, .doc = "Truncate the file to at most size bytes and return the truncated size."},
    {"close", "self, /", io_file_close, .doc = "Close the file."},
    {"seekable", "self, /", io_file_seekable, .doc = "True if file supports random-access."},
    {"readable", "self, /", io_file_readable, .doc = "True if file was opened in a read mode."},
    {"writable", "self, /", io_file_writable, .doc = "True if file was opened in a write mode."},
    {"fileno", "self, /", io_file_fileno, .doc = "Return the underlying file descriptor (an integer)."},
    {"isatty", "self, /", io_file_isatty, .doc = "True if the file is connected to a TTY device."},
    {"_dealloc_warn", "?self, source, /", io_file_dealloc_warn, .doc = NULL},
    {"__getstate__", "?self, /", io_file_getstate, .doc = NULL},
    {NULL},
};

static const getset_def io_file_getsets[] = {
    {"closed", io_file_get_closed, NULL, "True if the file is closed", NULL},
    {"closefd", io_file_get_closefd, NULL, "True if the file descriptor will be closed by close().", NULL},
    {"mode", io_file_get_mode, NULL, "String giving the file mode", NULL},
    {"_blksize", io_file_get_block_size, io_file_set_block_size, NULL, NULL, .member = true},
    {"_finalizing", io_file_get_finalizing, io_file_set_finalizing, NULL, NULL, .member = true},
    {NULL},
};

const type_spec io_file_spec = {
    .name = "_io.FileIO",
    .signature = "(file, mode='r', closefd=True, opener=None)",
    .size = sizeof(file_object),
    .flags = IO_TYPE_FLAGS,
    .base = &io_raw_base_spec,
    .doc = "Open a file.",
    .finalize = io_file_finalize,
    .methods = io_file_methods,
    .getsets = io_file_getsets,
    .slots = {.make = io_file_make, .init = io_file_init, .repr = io_file_repr},
};

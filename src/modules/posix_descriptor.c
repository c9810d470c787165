/* posix_descriptor.c: the posix module's functions of open file descriptors. */
#include "modules/posix_private.h"
#include "types/buffer.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/threads.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/statvfs.h>
#include <unistd.h>

static ouro_value posix_open(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    int flags, mode = 0777, dir_fd, fd = -1;
    ouro_value mode_value = arg_or_null(args, nargs, 2);
    if (!posix_path_get(rt, &path, args[0], "open", "path", 0)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (posix_int(rt, args[1], &flags) && (ouro_is_null(mode_value) || posix_int(rt, mode_value, &mode)) &&
        posix_dir_fd(rt, arg_or_null(args, nargs, 3), &dir_fd)) {
        do {
            struct thread_state *me = vm_release(rt); /* a FIFO waits for its other end */
            fd = openat(dir_fd, path.narrow, flags | O_CLOEXEC, mode);
            vm_acquire(rt, me);
        } while (fd < 0 && errno == EINTR && posix_retry(rt));
        if (fd >= 0) {
            result = ouro_int(fd);
        } else if (!error_is_set(rt)) {
            posix_error_path(rt, &path);
        }
    }
    posix_path_free(rt, &path);
    return result;
}

static ouro_value posix_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    if (!posix_int(rt, args[0], &fd)) {
        return OURO_NULL;
    }
    int result = close(fd);
    return posix_none(rt, result < 0 && errno == EINTR ? 0 : result);
}

static ouro_value posix_closerange(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int low, high;
    if (!posix_int(rt, args[0], &low) || !posix_int(rt, args[1], &high)) {
        return OURO_NULL;
    }
    for (int fd = low < 0 ? 0 : low; fd < high; fd++) {
        close(fd);
    }
    return OURO_NONE;
}

/* read and pread (offset < 0: read). */
static ouro_value posix_read_at(ouro_runtime *rt, int fd, int64_t length, int64_t offset, bool positioned)
{
    if (length < 0) {
        errno = EINVAL;
        return posix_error(rt);
    }
    ouro_value data = bytes_new(rt, NULL, (size_t)length);
    if (ouro_is_null(data)) {
        return OURO_NULL;
    }
    ssize_t n;
    do {
        struct thread_state *me = vm_release(rt);
        n = positioned ? pread(fd, as_bytes(data)->data, (size_t)length, offset)
                       : read(fd, as_bytes(data)->data, (size_t)length);
        vm_acquire(rt, me);
    } while (n < 0 && errno == EINTR && posix_retry(rt));
    if (n == length) {
        return data;
    }
    ouro_value result = OURO_NULL;
    if (n >= 0) {
        result = bytes_new(rt, as_bytes(data)->data, (size_t)n);
    } else if (!error_is_set(rt)) {
        posix_error(rt);
    }
    value_decref(rt, data);
    return result;
}

static ouro_value posix_read(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    int64_t length;
    if (!posix_int(rt, args[0], &fd) || !object_as_index(rt, args[1], &length, false)) {
        return OURO_NULL;
    }
    return posix_read_at(rt, fd, length, 0, false);
}

static ouro_value posix_pread(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    int64_t length, offset;
    if (!posix_int(rt, args[0], &fd) || !object_as_index(rt, args[1], &length, false) ||
        !posix_int64(rt, args[2], &offset)) {
        return OURO_NULL;
    }
    return posix_read_at(rt, fd, length, offset, true);
}

static ouro_value posix_write_at(ouro_runtime *rt, int fd, ouro_value data, int64_t offset, bool positioned)
{
    buffer_view view;
    if (!buffer_get(rt, data, &view, false)) {
        return OURO_NULL;
    }
    ssize_t n;
    do {
        struct thread_state *me = vm_release(rt);
        n = positioned ? pwrite(fd, view.data, view.length, offset) : write(fd, view.data, view.length);
        vm_acquire(rt, me);
    } while (n < 0 && errno == EINTR && posix_retry(rt));
    int err = errno;
    buffer_release(rt, &view);
    errno = err;
    if (n >= 0) {
        return int_from_int64(rt, n);
    }
    return error_is_set(rt) ? OURO_NULL : posix_error(rt);
}

static ouro_value posix_write(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    return posix_int(rt, args[0], &fd) ? posix_write_at(rt, fd, args[1], 0, false) : OURO_NULL;
}

static ouro_value posix_pwrite(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    int64_t offset;
    if (!posix_int(rt, args[0], &fd) || !posix_int64(rt, args[2], &offset)) {
        return OURO_NULL;
    }
    return posix_write_at(rt, fd, args[1], offset, true);
}

static ouro_value posix_lseek(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd, how;
    int64_t position;
    if (!posix_int(rt, args[0], &fd) || !posix_int64(rt, args[1], &position) || !posix_int(rt, args[2], &how)) {
        return OURO_NULL;
    }
    off_t at = lseek(fd, position, how);
    return at < 0 ? posix_error(rt) : int_from_int64(rt, at);
}

static ouro_value posix_fstat(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    struct stat st;
    if (!posix_int(rt, args[0], &fd)) {
        return OURO_NULL;
    }
    return fstat(fd, &st) < 0 ? posix_error(rt) : posix_stat_value(rt, &st);
}

static ouro_value posix_dup(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    if (!posix_int(rt, args[0], &fd)) {
        return OURO_NULL;
    }
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? posix_error(rt) : ouro_int(copy);
}

static ouro_value posix_dup2(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd, fd2;
    bool inheritable = true;
    if (!posix_int(rt, args[0], &fd) || !posix_int(rt, args[1], &fd2) ||
        !posix_flag(rt, args, nargs, 2, &inheritable)) {
        return OURO_NULL;
    }
    int result = inheritable || fd == fd2 ? dup2(fd, fd2) : dup3(fd, fd2, O_CLOEXEC);
    return result < 0 ? posix_error(rt) : ouro_int(result);
}

static ouro_value posix_isatty(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    return posix_int(rt, args[0], &fd) ? ouro_bool(isatty(fd)) : OURO_NULL;
}

static ouro_value posix_pipe_with(ouro_runtime *rt, int flags)
{
    int fds[2];
    if (pipe2(fds, flags) < 0) {
        return posix_error(rt);
    }
    return tuple_pack2(rt, ouro_int(fds[0]), ouro_int(fds[1]));
}

static ouro_value posix_pipe(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return posix_pipe_with(rt, O_CLOEXEC);
}

static ouro_value posix_pipe2(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int flags;
    return posix_int(rt, args[0], &flags) ? posix_pipe_with(rt, flags) : OURO_NULL;
}

static ouro_value posix_ftruncate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    int64_t length;
    if (!posix_int(rt, args[0], &fd) || !posix_int64(rt, args[1], &length)) {
        return OURO_NULL;
    }
    return posix_none(rt, ftruncate(fd, length));
}

static ouro_value posix_fsync(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    if (!posix_fd(rt, args[0], &fd)) {
        return OURO_NULL;
    }
    struct thread_state *me = vm_release(rt);
    int failed = fsync(fd);
    vm_acquire(rt, me);
    return posix_none(rt, failed);
}

static ouro_value posix_fdatasync(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    if (!posix_fd(rt, args[0], &fd)) {
        return OURO_NULL;
    }
    struct thread_state *me = vm_release(rt);
    int failed = fdatasync(fd);
    vm_acquire(rt, me);
    return posix_none(rt, failed);
}

static ouro_value posix_fchdir(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    return posix_fd(rt, args[0], &fd) ? posix_none(rt, fchdir(fd)) : OURO_NULL;
}

static ouro_value posix_fchmod(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd, mode;
    if (!posix_int(rt, args[0], &fd) || !posix_int(rt, args[1], &mode)) {
        return OURO_NULL;
    }
    return posix_none(rt, fchmod(fd, (mode_t)mode));
}

static ouro_value posix_fchown(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    uint32_t uid, gid;
    if (!posix_int(rt, args[0], &fd) || !posix_owner_id(rt, args[1], "uid", &uid) || !posix_owner_id(rt, args[2], "gid", &gid)) {
        return OURO_NULL;
    }
    return posix_none(rt, fchown(fd, uid, gid));
}

static ouro_value posix_get_inheritable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    if (!posix_int(rt, args[0], &fd)) {
        return OURO_NULL;
    }
    int flags = fcntl(fd, F_GETFD);
    return flags < 0 ? posix_error(rt) : ouro_bool(!(flags & FD_CLOEXEC));
}

static ouro_value posix_set_inheritable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    bool inheritable = false;
    if (!posix_int(rt, args[0], &fd) || !posix_flag(rt, args, nargs, 1, &inheritable)) {
        return OURO_NULL;
    }
    int flags = fcntl(fd, F_GETFD);
    if (flags < 0) {
        return posix_error(rt);
    }
    return posix_none(rt, fcntl(fd, F_SETFD, inheritable ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC));
}

static ouro_value posix_get_blocking(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    if (!posix_int(rt, args[0], &fd)) {
        return OURO_NULL;
    }
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 ? posix_error(rt) : ouro_bool(!(flags & O_NONBLOCK));
}

static ouro_value posix_set_blocking(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    bool blocking = false;
    if (!posix_int(rt, args[0], &fd) || !posix_flag(rt, args, nargs, 1, &blocking)) {
        return OURO_NULL;
    }
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0) {
        return posix_error(rt);
    }
    return posix_none(rt, fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK));
}

static ouro_value posix_sendfile(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int out, in;
    int64_t offset = 0, count;
    bool positioned = !ouro_is_none(args[2]);
    if (!posix_int(rt, args[0], &out) || !posix_int(rt, args[1], &in) ||
        (positioned && !posix_int64(rt, args[2], &offset)) || !object_as_index(rt, args[3], &count, false)) {
        return OURO_NULL;
    }
    off_t at = offset;
    ssize_t n;
    do {
        struct thread_state *me = vm_release(rt); /* the reader may be another thread */
        n = sendfile(out, in, positioned ? &at : NULL, (size_t)count);
        vm_acquire(rt, me);
    } while (n < 0 && errno == EINTR && posix_retry(rt));
    if (n >= 0) {
        return int_from_int64(rt, n);
    }
    return error_is_set(rt) ? OURO_NULL : posix_error(rt);
}

static ouro_value posix_device_encoding(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    if (!posix_int(rt, args[0], &fd)) {
        return OURO_NULL;
    }
    return isatty(fd) ? str_from_cstring(rt, "utf-8") : OURO_NONE;
}

static ouro_value posix_ttyname(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    char name[256];
    if (!posix_int(rt, args[0], &fd)) {
        return OURO_NULL;
    }
    int err = ttyname_r(fd, name, sizeof name);
    return err ? error_os(rt, err, OURO_NULL, OURO_NULL) : posix_name(rt, name, strlen(name), false);
}

/* ---- terminal ----------------------------------------------------------------------------------------- */

static const member_def posix_terminal_size_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "columns", "width of the terminal window in characters"),
    STRUCT_SEQUENCE_FIELD(1, "lines", "height of the terminal window in characters"),
    {0},
};

const struct_sequence_def posix_terminal_size_def = {
    STRUCT_SEQUENCE_SPEC("os.terminal_size", "A tuple of (columns, lines) for holding terminal window size",
                         posix_terminal_size_fields),
    2, 2};

static ouro_value posix_get_terminal_size(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd = STDOUT_FILENO;
    struct winsize size;
    if (nargs > 0 && !ouro_is_null(args[0]) && !posix_int(rt, args[0], &fd)) {
        return OURO_NULL;
    }
    if (ioctl(fd, TIOCGWINSZ, &size) < 0) {
        return posix_error(rt);
    }
    ouro_value items[2] = {ouro_int(size.ws_col), ouro_int(size.ws_row)};
    return struct_sequence_new(rt, MODULE_TYPE(rt, terminal_size), items);
}

const method_def posix_descriptor_functions[] = {
    {"open", "path, flags, mode=511, *, dir_fd=None", posix_open, .doc = "Open a file for low level IO."},
    {"close", "fd", posix_close, .doc = "Close a file descriptor."},
    {"closerange", "fd_low, fd_high, /", posix_closerange, .doc = "Closes all file descriptors in the range."},
    {"read", "fd, length, /", posix_read, .doc = "Read from a file descriptor.  Returns a bytes object."},
    {"pread", "fd, length, offset, /", posix_pread, .doc = "Read from a file descriptor at an offset."},
    {"write", "fd, data, /", posix_write, .doc = "Write a bytes object to a file descriptor."},
    {"pwrite", "fd, buffer, offset, /", posix_pwrite, .doc = "Write bytes to a file descriptor at an offset."},
    {"lseek", "fd, position, how, /", posix_lseek, .doc = "Set the position of a file descriptor; return it."},
    {"fstat", "fd", posix_fstat, .doc = "Perform a stat system call on the given file descriptor."},
    {"dup", "fd, /", posix_dup, .doc = "Return a duplicate of a file descriptor."},
    {"dup2", "fd, fd2, inheritable=True", posix_dup2, .doc = "Duplicate file descriptor."},
    {"isatty", "fd, /", posix_isatty, .doc = "Return True if the fd is connected to a terminal."},
    {"pipe", "", posix_pipe, .doc = "Create a pipe; returns (read_fd, write_fd)."},
    {"pipe2", "flags, /", posix_pipe2, .doc = "Create a pipe with flags set atomically."},
    {"ftruncate", "fd, length, /", posix_ftruncate, .doc = "Truncate a file, specified by file descriptor."},
    {"fsync", "fd", posix_fsync, .doc = "Force write of fd to disk."},
    {"fdatasync", "fd", posix_fdatasync, .doc = "Force write of fd to disk without forcing update of metadata."},
    {"fchdir", "fd", posix_fchdir, .doc = "Change to the directory of the given file descriptor."},
    {"fchmod", "fd, mode", posix_fchmod, .doc = "Change the access permissions of the file."},
    {"fchown", "fd, uid, gid", posix_fchown, .doc = "Change the owner and group id of the file."},
    {"get_inheritable", "fd, /", posix_get_inheritable, .doc = "Get the close-on-exec flag, inverted."},
    {"set_inheritable", "fd, inheritable, /", posix_set_inheritable, .doc = "Set the inheritable flag."},
    {"get_blocking", "fd, /", posix_get_blocking, .doc = "Get the blocking mode of the file descriptor."},
    {"set_blocking", "fd, blocking, /", posix_set_blocking, .doc = "Set the blocking mode of the descriptor."},
    {"sendfile", "out_fd, in_fd, offset, count", posix_sendfile, .doc = "Copy count bytes between descriptors."},
    {"device_encoding", "fd", posix_device_encoding, .doc = "The encoding of a terminal's text, or None."},
    {"ttyname", "fd, /", posix_ttyname, .doc = "Return the name of the terminal device connected to fd."},
    {"get_terminal_size", "?fd=1, /", posix_get_terminal_size, .doc = "Return the size of the terminal window."},
    {0},
};

/* fcntl.c: the fcntl module: control of descriptors, and locks on files. */
#include "modules/posix_private.h"
#include "ouro/ouro.h"
#include "types/buffer.h"
#include "types/bytes.h"
#include "types/bytes_methods.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/threads.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { FCNTL_ROOM = 1024 };

/* A program that may not open files has no business with descriptors. */
static bool fcntl_allowed(ouro_runtime *rt)
{
    if (rt->denied & OURO_DENY_FILES) {
        error_os(rt, EPERM, OURO_NULL, OURO_NULL);
        return false;
    }
    return true;
}

/* The low bits of any int, as C takes an argument of either sign. */
static bool fcntl_unsigned(ouro_runtime *rt, ouro_value v, unsigned long *result)
{
    ouro_value whole = object_index(rt, v);
    if (ouro_is_null(whole)) {
        return false;
    }
    int64_t i;
    uint64_t u;
    bool ok = true;
    if (int_fits_int64(whole, &i)) {
        *result = (unsigned long)i;
    } else {
        ok = int_as_uint64(rt, whole, &u);
        *result = (unsigned long)u;
    }
    value_decref(rt, whole);
    return ok;
}

/* A str or bytes argument, copied into room; -1: raised, 0: it is an int, 1: copied. */
static int fcntl_copy_argument(ouro_runtime *rt, ouro_value v, char *room, size_t *length, const char *name)
{
    ouro_value encoded = OURO_NULL;
    byte_span span;
    if (value_is_str(rt, v)) {
        encoded = codec_encode(rt, v, "utf-8", NULL);
        if (ouro_is_null(encoded)) {
            return -1;
        }
        v = encoded;
    } else if (!value_has_buffer(rt, v)) {
        return 0;
    }
    int result = -1;
    if (byte_span_get(rt, v, &span)) {
        if (span.length > FCNTL_ROOM) {
            error_value(rt, "%s string arg too long", name);
        } else {
            if (span.length > 0) {
                memcpy(room, span.data, span.length);
            }
            *length = span.length;
            result = 1;
        }
        byte_span_release(rt, &span);
    }
    value_decref(rt, encoded);
    return result;
}

static ouro_value fcntl_fcntl(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd, command, result;
    unsigned long number = 0;
    _Alignas(16) char room[FCNTL_ROOM];
    size_t length = 0;
    ouro_value argument = arg_or_null(args, nargs, 2);
    if (!fcntl_allowed(rt) || !posix_fd(rt, args[0], &fd) || !posix_int(rt, args[1], &command)) {
        return OURO_NULL;
    }
    int is_bytes = ouro_is_null(argument) ? 0 : fcntl_copy_argument(rt, argument, room, &length, "fcntl");
    if (is_bytes < 0 || (is_bytes == 0 && !ouro_is_null(argument) && !fcntl_unsigned(rt, argument, &number))) {
        return OURO_NULL;
    }
    do {
        thread_state *me = vm_release(rt);
        result = is_bytes ? fcntl(fd, command, room) : fcntl(fd, command, number);
        int err = errno;
        vm_acquire(rt, me);
        errno = err;
    } while (result < 0 && errno == EINTR && posix_retry(rt));
    if (result < 0) {
        return error_is_set(rt) ? OURO_NULL : posix_error(rt);
    }
    return is_bytes ? bytes_new(rt, room, length) : ouro_int(result);
}

static ouro_value fcntl_ioctl(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd, result;
    unsigned long request, number = 0;
    _Alignas(16) char room[FCNTL_ROOM];
    size_t length = 0;
    bool mutate = true;
    ouro_value argument = arg_or_null(args, nargs, 2);
    if (!fcntl_allowed(rt) || !posix_fd(rt, args[0], &fd) || !fcntl_unsigned(rt, args[1], &request) ||
        !posix_flag(rt, args, nargs, 3, &mutate)) {
        return OURO_NULL;
    }
    request = (unsigned)request;
    buffer_view view;
    bool in_place = false;
    if (mutate && !ouro_is_null(argument) && !value_is_str(rt, argument) && !value_is_bytes(rt, argument) &&
        value_has_buffer(rt, argument)) {
        if (!buffer_get(rt, argument, &view, false)) {
            return OURO_NULL;
        }
        in_place = !view.readonly;
        if (!in_place) {
            buffer_release(rt, &view);
        }
    }
    int is_bytes = 0;
    if (!in_place && !ouro_is_null(argument)) {
        is_bytes = fcntl_copy_argument(rt, argument, room, &length, "ioctl");
        if (is_bytes < 0 || (is_bytes == 0 && !fcntl_unsigned(rt, argument, &number))) {
            return OURO_NULL;
        }
    }
    thread_state *me = vm_release(rt);
    result = in_place ? ioctl(fd, request, view.data) : is_bytes ? ioctl(fd, request, room) : ioctl(fd, request, number);
    int err = errno;
    vm_acquire(rt, me);
    if (in_place) {
        buffer_release(rt, &view);
    }
    errno = err;
    if (result < 0) {
        return posix_error(rt);
    }
    return is_bytes ? bytes_new(rt, room, length) : ouro_int(result);
}

static ouro_value fcntl_flock(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd, operation, result;
    if (!fcntl_allowed(rt) || !posix_fd(rt, args[0], &fd) || !posix_int(rt, args[1], &operation)) {
        return OURO_NULL;
    }
    do {
        thread_state *me = vm_release(rt);
        result = flock(fd, operation);
        int err = errno;
        vm_acquire(rt, me);
        errno = err;
    } while (result < 0 && errno == EINTR && posix_retry(rt));
    return error_is_set(rt) ? OURO_NULL : posix_none(rt, result);
}

static ouro_value fcntl_lockf(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd, operation, whence = 0, result;
    int64_t length = 0, start = 0;
    ouro_value length_value = arg_or_null(args, nargs, 2), start_value = arg_or_null(args, nargs, 3),
               whence_value = arg_or_null(args, nargs, 4);
    if (!fcntl_allowed(rt) || !posix_fd(rt, args[0], &fd) || !posix_int(rt, args[1], &operation) ||
        (!ouro_is_null(length_value) && !posix_int64(rt, length_value, &length)) ||
        (!ouro_is_null(start_value) && !posix_int64(rt, start_value, &start)) ||
        (!ouro_is_null(whence_value) && !posix_int(rt, whence_value, &whence))) {
        return OURO_NULL;
    }
    struct flock lock = {.l_whence = (short)whence, .l_start = start, .l_len = length};
    if (operation == LOCK_UN) {
        lock.l_type = F_UNLCK;
    } else if (operation & LOCK_SH) {
        lock.l_type = F_RDLCK;
    } else if (operation & LOCK_EX) {
        lock.l_type = F_WRLCK;
    } else {
        return error_value(rt, "unrecognized lockf argument");
    }
    do {
        thread_state *me = vm_release(rt);
        result = fcntl(fd, operation & LOCK_NB ? F_SETLK : F_SETLKW, &lock);
        int err = errno;
        vm_acquire(rt, me);
        errno = err;
    } while (result < 0 && errno == EINTR && posix_retry(rt));
    return error_is_set(rt) ? OURO_NULL : posix_none(rt, result);
}

static const method_def fcntl_functions[] = {
    {"fcntl", "fd, cmd, arg=0, /", fcntl_fcntl, .doc = "Perform the operation `cmd` on file descriptor fd."},
    {"ioctl", "fd, request, arg=0, mutate_flag=True, /", fcntl_ioctl,
     .doc = "Perform the operation request on file descriptor fd."},
    {"flock", "fd, operation, /", fcntl_flock, .doc = "Perform the lock operation `operation` on file descriptor `fd`."},
    {"lockf", "fd, cmd, len=0, start=0, whence=0, /", fcntl_lockf, .doc = "A wrapper around the fcntl() locking calls."},
    {0},
};

#define FCNTL_CONSTANTS(X) \
    X(LOCK_SH) X(LOCK_EX) X(LOCK_NB) X(LOCK_UN) X(LOCK_MAND) X(LOCK_READ) X(LOCK_WRITE) X(LOCK_RW) X(F_DUPFD) \
    X(F_DUPFD_CLOEXEC) X(F_GETFD) X(F_SETFD) X(F_GETFL) X(F_SETFL) X(F_GETLK) X(F_SETLK) X(F_SETLKW) X(F_OFD_GETLK) \
    X(F_OFD_SETLK) X(F_OFD_SETLKW) X(F_GETOWN) X(F_SETOWN) X(F_GETSIG) X(F_SETSIG) X(F_RDLCK) X(F_WRLCK) X(F_UNLCK) \
    X(F_EXLCK) X(F_SHLCK) X(F_GETLK64) X(F_SETLK64) X(F_SETLKW64) X(FASYNC) X(F_SETLEASE) X(F_GETLEASE) X(F_NOTIFY) \
    X(DN_ACCESS) X(DN_MODIFY) X(DN_CREATE) X(DN_DELETE) X(DN_RENAME) X(DN_ATTRIB) X(DN_MULTISHOT) X(FD_CLOEXEC) \
    X(F_SETPIPE_SZ) X(F_GETPIPE_SZ) X(F_ADD_SEALS) X(F_GET_SEALS) X(F_SEAL_SEAL) X(F_SEAL_SHRINK) X(F_SEAL_GROW) \
    X(F_SEAL_WRITE)

static bool fcntl_start(ouro_runtime *rt, module_object *module)
{
    static const struct {
        const char *name;
        int64_t value;
    } constants[] = {
#define FCNTL_CONSTANT(name) {#name, (int64_t)name},
        FCNTL_CONSTANTS(FCNTL_CONSTANT)
#undef FCNTL_CONSTANT
    };
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof constants / sizeof *constants; i++) {
        ok = module_add_int(rt, module, constants[i].name, constants[i].value);
    }
    return ok;
}

const module_def fcntl_module_def = {
    .name = "fcntl",
    .doc = "This module performs file control and I/O control on file descriptors.",
    .functions = fcntl_functions,
    .start = fcntl_start,
};

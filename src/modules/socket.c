/* socket.c: the _socket module: its type, connections and options.
 *
 * The addresses are in socket_address.c, what moves bytes in socket_transfer.c, names of hosts and services in
 * socket_names.c.  A socket with a timeout is non-blocking for the system; the waiting is done by timeout_poll.
 */
#include "modules/socket_private.h"
#include "ouro/ouro.h"
#include "types/binder.h"
#include "types/buffer.h"
#include "types/bytes.h"
#include "types/bytes_methods.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/audit.h"
#include "vm/threads.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { SOCKET_OPTION_ROOM = 1024 };

/* ---- waiting ---------------------------------------------------------------------------------------------- */

bool socket_allowed(ouro_runtime *rt)
{
    if (rt->denied & OURO_DENY_FILES) {
        error_os(rt, EPERM, OURO_NULL, OURO_NULL);
        return false;
    }
    return true;
}

int64_t socket_deadline(const socket_object *s)
{
    return timeout_deadline(s->timeout);
}

/* 1: ready, 0: the deadline has come, -1: raised. */
static int socket_wait(ouro_runtime *rt, socket_object *s, bool writes, int64_t deadline)
{
    struct pollfd polled = {.fd = s->fd, .events = writes ? POLLOUT : POLLIN};
    return timeout_poll(rt, &polled, 1, deadline);
}

ssize_t socket_perform(ouro_runtime *rt, socket_object *s, bool writes, int64_t deadline, socket_step step,
                       void *context)
{
    for (;;) {
        if (s->timeout > 0) {
            int ready = s->fd < 0 ? 1 : socket_wait(rt, s, writes, deadline);
            if (ready == 0) {
                error_raise(rt, EXC(rt, TimeoutError), "timed out");
            }
            if (ready <= 0) {
                return -1;
            }
        }
        thread_state *me = vm_release(rt);
        ssize_t result = step(s->fd, context);
        int err = errno;
        vm_acquire(rt, me);
        errno = err;
        if (result >= 0) {
            return result;
        }
        if (err == EINTR) {
            if (!posix_retry(rt)) {
                return -1;
            }
        } else if (s->timeout <= 0 || (err != EAGAIN && err != EWOULDBLOCK)) {
            posix_error(rt);
            return -1;
        }
    }
}

static bool socket_set_blocking(ouro_runtime *rt, int fd, bool blocks)
{
    int flags = blocks ? 0 : 1;
    if (ioctl(fd, FIONBIO, &flags) < 0) {
        posix_error(rt);
        return false;
    }
    return true;
}

/* ---- birth and death -------------------------------------------------------------------------------------- */

/* Takes the descriptor in; the old one is forgotten. */
static bool socket_take(ouro_runtime *rt, socket_object *s, int fd, int family, int kind, int protocol)
{
    s->fd = fd;
    s->family = family;
    s->type = kind & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    s->protocol = protocol;
    if (kind & SOCK_NONBLOCK) {
        s->timeout = 0;
        return true;
    }
    s->timeout = rt->modules->socket_timeout;
    return s->timeout < 0 || socket_set_blocking(rt, fd, false);
}

static ouro_value socket_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                              ouro_value kwnames)
{
    socket_object *s = object_new(rt, &type->type, 0);
    if (!s) {
        return OURO_NULL;
    }
    s->fd = -1;
    s->timeout = rt->modules->socket_timeout;
    gc_track(rt, &s->object);
    return ouro_from_object(s);
}

ouro_value socket_from_descriptor(ouro_runtime *rt, type_object *type, int fd, int family, int kind, int protocol)
{
    ouro_value made = socket_make(rt, type, NULL, 0, OURO_NULL);
    if (ouro_is_null(made)) {
        close(fd);
        return OURO_NULL;
    }
    if (!socket_take(rt, as_socket(made), fd, family, kind, protocol)) {
        value_decref(rt, made); /* closes it */
        return OURO_NULL;
    }
    return made;
}

/* What the system says of a descriptor, for the parts that are -1. */
static bool socket_detect(ouro_runtime *rt, int fd, int *family, int *kind, int *protocol)
{
    struct sockaddr_storage name;
    socklen_t length = sizeof name, size = sizeof(int);
    memset(&name, 0, sizeof name);
    if (getsockname(fd, (struct sockaddr *)&name, &length) < 0) {
        if (*family == -1 || errno == EBADF || errno == ENOTSOCK) {
            posix_error(rt);
            return false;
        }
    } else if (*family == -1) {
        *family = name.ss_family;
    }
    if ((*kind == -1 && getsockopt(fd, SOL_SOCKET, SO_TYPE, kind, &size) < 0) ||
        (*protocol == -1 && getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, protocol, &size) < 0)) {
        posix_error(rt);
        return false;
    }
    return true;
}

static bool socket_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    ouro_value bound[4];
    int family = -1, kind = -1, protocol = -1, fd = -1;
    if (!arguments_bind(rt, "socket", "family=-1, type=-1, proto=-1, fileno=None", args, nargs, kwnames, bound) ||
        (!ouro_is_null(bound[0]) && !posix_int(rt, bound[0], &family)) ||
        (!ouro_is_null(bound[1]) && !posix_int(rt, bound[1], &kind)) ||
        (!ouro_is_null(bound[2]) && !posix_int(rt, bound[2], &protocol)) || !socket_allowed(rt)) {
        return false;
    }
    ouro_value told[4] = {self, ouro_int(family), ouro_int(kind), ouro_int(protocol)};
    if (!audit_event(rt, "socket.__new__", told, 4)) {
        return false;
    }
    if (!ouro_is_null(bound[3]) && !ouro_is_none(bound[3])) {
        if (!posix_int(rt, bound[3], &fd)) {
            return false;
        }
        if (fd < 0) {
            error_value(rt, "negative file descriptor");
            return false;
        }
        if (!socket_detect(rt, fd, &family, &kind, &protocol)) {
            return false;
        }
    } else {
        family = family == -1 ? AF_INET : family;
        kind = kind == -1 ? SOCK_STREAM : kind;
        protocol = protocol == -1 ? 0 : protocol;
        fd = socket(family, kind | SOCK_CLOEXEC, protocol);
        if (fd < 0) {
            posix_error(rt);
            return false;
        }
    }
    return socket_take(rt, as_socket(self), fd, family, kind, protocol);
}

static void socket_finalize(ouro_runtime *rt, ouro_object *self)
{
    socket_object *s = (socket_object *)(void *)self;
    if (s->fd < 0) {
        return;
    }
    ouro_value pending = error_take(rt);
    if (!error_warn_resource(rt, ouro_from_object(self), "unclosed %R", ouro_from_object(self))) {
        if (error_matches(rt, EXC(rt, Warning))) {
            rt->report_unraisable(rt, NULL, ouro_from_object(self));
        }
        error_clear(rt);
    }
    if (s->fd >= 0) {
        close(s->fd);
        s->fd = -1;
    }
    if (!ouro_is_null(pending)) {
        error_restore(rt, pending);
    }
}

static void socket_dispose(ouro_runtime *rt, ouro_object *self)
{
    socket_object *s = (socket_object *)(void *)self;
    if (s->fd >= 0) {
        close(s->fd);
    }
}

static ouro_value socket_repr(ouro_runtime *rt, ouro_value self)
{
    const socket_object *s = as_socket(self);
    return str_format_c(rt, "<socket object, fd=%d, family=%d, type=%d, proto=%d>", s->fd, s->family, s->type,
                        s->protocol);
}

static ouro_value socket_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    socket_object *s = as_socket(args[0]);
    int fd = s->fd;
    s->fd = -1;
    if (fd >= 0 && close(fd) < 0 && errno != ECONNRESET && errno != EINTR) {
        return posix_error(rt);
    }
    return OURO_NONE;
}

static ouro_value socket_detach(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd = as_socket(args[0])->fd;
    as_socket(args[0])->fd = -1;
    return ouro_int(fd);
}

static ouro_value socket_fileno(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(as_socket(args[0])->fd);
}

/* ---- timeouts --------------------------------------------------------------------------------------------- */

static ouro_value socket_timeout_value(ouro_runtime *rt, int64_t timeout)
{
    return timeout < 0 ? OURO_NONE : float_new(rt, (double)timeout / 1e9);
}

/* None: -1. */
static bool socket_timeout_get(ouro_runtime *rt, ouro_value v, int64_t *timeout)
{
    *timeout = -1;
    if (ouro_is_none(v)) {
        return true;
    }
    if (!timeout_get(rt, v, TIMEOUT_SECOND, timeout)) {
        return false;
    }
    if (*timeout < 0) {
        error_value(rt, "Timeout value out of range");
        return false;
    }
    return true;
}

static ouro_value socket_set_timeout(ouro_runtime *rt, ouro_value self, int64_t timeout)
{
    as_socket(self)->timeout = timeout;
    return socket_set_blocking(rt, as_socket(self)->fd, timeout < 0) ? OURO_NONE : OURO_NULL;
}

static ouro_value socket_settimeout(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t timeout;
    return socket_timeout_get(rt, args[1], &timeout) ? socket_set_timeout(rt, args[0], timeout) : OURO_NULL;
}

static ouro_value socket_gettimeout(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return socket_timeout_value(rt, as_socket(args[0])->timeout);
}

static ouro_value socket_setblocking(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int blocks = object_truth(rt, args[1]);
    return blocks < 0 ? OURO_NULL : socket_set_timeout(rt, args[0], blocks ? -1 : 0);
}

static ouro_value socket_getblocking(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_bool(as_socket(args[0])->timeout != 0);
}

static ouro_value socket_getdefaulttimeout(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return socket_timeout_value(rt, rt->modules->socket_timeout);
}

static ouro_value socket_setdefaulttimeout(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t timeout;
    if (!socket_timeout_get(rt, args[0], &timeout)) {
        return OURO_NULL;
    }
    rt->modules->socket_timeout = timeout;
    return OURO_NONE;
}

/* ---- connections ------------------------------------------------------------------------------------------ */

static ouro_value socket_bind(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    socket_address address;
    if (!socket_address_get(rt, as_socket(args[0])->family, args[1], "bind", &address) ||
        !audit_event(rt, "socket.bind", args, 2)) {
        return OURO_NULL;
    }
    return posix_none(rt, bind(as_socket(args[0])->fd, (struct sockaddr *)&address.storage, address.length));
}

static ouro_value socket_listen(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int backlog = SOMAXCONN < 128 ? SOMAXCONN : 128;
    ouro_value given = arg_or_null(args, nargs, 1);
    if (!ouro_is_null(given) && !posix_int(rt, given, &backlog)) {
        return OURO_NULL;
    }
    return posix_none(rt, listen(as_socket(args[0])->fd, backlog < 0 ? 0 : backlog));
}

static ssize_t socket_accept_step(int fd, void *context)
{
    socket_address *address = context;
    address->length = sizeof address->storage;
    return accept4(fd, (struct sockaddr *)&address->storage, &address->length, SOCK_CLOEXEC);
}

static ouro_value socket_accept(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    socket_object *s = as_socket(args[0]);
    socket_address address;
    memset(&address, 0, sizeof address);
    int fd = (int)socket_perform(rt, s, false, socket_deadline(s), socket_accept_step, &address);
    if (fd < 0) {
        return OURO_NULL;
    }
    ouro_value from = socket_address_value(rt, &address);
    if (ouro_is_null(from)) {
        close(fd);
        return OURO_NULL;
    }
    ouro_value pair = tuple_pack2(rt, ouro_int(fd), from);
    value_decref(rt, from);
    if (ouro_is_null(pair)) {
        close(fd);
    }
    return pair;
}

/* 0, or an errno; -1: raised by a signal handler. */
static int socket_connect_to(ouro_runtime *rt, socket_object *s, const socket_address *address)
{
    int64_t deadline = socket_deadline(s);
    thread_state *me = vm_release(rt);
    int result = connect(s->fd, (const struct sockaddr *)&address->storage, address->length);
    int err = result < 0 ? errno : 0;
    vm_acquire(rt, me);
    if (err == EINTR && !posix_retry(rt)) {
        return -1;
    }
    if (!(err == EINTR && s->timeout != 0) && !(err == EINPROGRESS && s->timeout > 0)) {
        return err;
    }
    /* It is under way: the socket becomes writable when it is decided. */
    int ready = socket_wait(rt, s, true, deadline);
    if (ready <= 0) {
        return ready < 0 ? -1 : EWOULDBLOCK;
    }
    socklen_t size = sizeof err;
    if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &err, &size) < 0) {
        return errno;
    }
    return err == EISCONN ? 0 : err;
}

static ouro_value socket_connect(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    socket_object *s = as_socket(args[0]);
    socket_address address;
    if (!socket_address_get(rt, s->family, args[1], "connect", &address) ||
        !audit_event(rt, "socket.connect", args, 2)) {
        return OURO_NULL;
    }
    int err = socket_connect_to(rt, s, &address);
    if (err == EWOULDBLOCK && s->timeout > 0) {
        return error_raise(rt, EXC(rt, TimeoutError), "timed out");
    }
    return err < 0 ? OURO_NULL : err > 0 ? error_os(rt, err, OURO_NULL, OURO_NULL) : OURO_NONE;
}

static ouro_value socket_connect_ex(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    socket_address address;
    if (!socket_address_get(rt, as_socket(args[0])->family, args[1], "connect_ex", &address)) {
        return OURO_NULL;
    }
    int err = socket_connect_to(rt, as_socket(args[0]), &address);
    return err < 0 ? OURO_NULL : ouro_int(err);
}

static ouro_value socket_shutdown(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int how;
    return posix_int(rt, args[1], &how) ? posix_none(rt, shutdown(as_socket(args[0])->fd, how)) : OURO_NULL;
}

static ouro_value socket_own_name(ouro_runtime *rt, ouro_value self,
                                  int (*get)(int, struct sockaddr *restrict, socklen_t *restrict))
{
    socket_address address;
    memset(&address, 0, sizeof address);
    address.length = sizeof address.storage;
    if (get(as_socket(self)->fd, (struct sockaddr *)&address.storage, &address.length) < 0) {
        return posix_error(rt);
    }
    return socket_address_value(rt, &address);
}

static ouro_value socket_getsockname(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return socket_own_name(rt, args[0], getsockname);
}

static ouro_value socket_getpeername(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return socket_own_name(rt, args[0], getpeername);
}

/* ---- options ---------------------------------------------------------------------------------------------- */

static ouro_value socket_getsockopt(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int level, option, length = 0;
    ouro_value length_value = arg_or_null(args, nargs, 3);
    if (!posix_int(rt, args[1], &level) || !posix_int(rt, args[2], &option) ||
        (!ouro_is_null(length_value) && !posix_int(rt, length_value, &length))) {
        return OURO_NULL;
    }
    int fd = as_socket(args[0])->fd; /* not before: an __index__ may close it */
    if (length == 0) {
        int value = 0;
        socklen_t size = sizeof value;
        return getsockopt(fd, level, option, &value, &size) < 0 ? posix_error(rt) : ouro_int(value);
    }
    if (length < 0 || length > SOCKET_OPTION_ROOM) {
        return error_raise(rt, EXC(rt, OSError), "getsockopt buflen out of range");
    }
    char room[SOCKET_OPTION_ROOM];
    socklen_t size = (socklen_t)length;
    return getsockopt(fd, level, option, room, &size) < 0 ? posix_error(rt) : bytes_new(rt, room, size);
}

static ouro_value socket_setsockopt(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int level, option, value;
    ouro_value length_value = arg_or_null(args, nargs, 4);
    if (!posix_int(rt, args[1], &level) || !posix_int(rt, args[2], &option)) {
        return OURO_NULL;
    }
    const socket_object *s = as_socket(args[0]);
    if (ouro_is_none(args[3])) {
        int64_t length;
        if (ouro_is_null(length_value)) {
            return error_type(rt, "a bytes-like object is required, not 'NoneType'");
        }
        return posix_int64(rt, length_value, &length)
                   ? posix_none(rt, setsockopt(s->fd, level, option, NULL, (socklen_t)length))
                   : OURO_NULL;
    }
    if (value_type(rt, args[3])->slots.to_index) {
        return posix_int(rt, args[3], &value) ? posix_none(rt, setsockopt(s->fd, level, option, &value, sizeof value))
                                              : OURO_NULL;
    }
    byte_span data;
    if (!byte_span_get(rt, args[3], &data)) {
        return OURO_NULL;
    }
    int result = setsockopt(s->fd, level, option, data.data, (socklen_t)data.length);
    int err = errno;
    byte_span_release(rt, &data);
    errno = err;
    return posix_none(rt, result);
}

/* ---- the type --------------------------------------------------------------------------------------------- */

static const method_def socket_methods[] = {
    {"_accept", "self, /", socket_accept, .doc = "Wait for an incoming connection: a descriptor, and the address."},
    {"bind", "self, address, /", socket_bind, .doc = "Bind the socket to a local address."},
    {"close", "self, /", socket_close, .doc = "Close the socket."},
    {"connect", "self, address, /", socket_connect, .doc = "Connect the socket to a remote address."},
    {"connect_ex", "self, address, /", socket_connect_ex,
     .doc = "This is like connect(address), but returns an error code instead of raising an exception."},
    {"detach", "self, /", socket_detach, .doc = "Close the socket object without closing the file descriptor."},
    {"fileno", "self, /", socket_fileno, .doc = "Return the integer file descriptor of the socket."},
    {"getpeername", "self, /", socket_getpeername, .doc = "Return the address of the remote endpoint."},
    {"getsockname", "self, /", socket_getsockname, .doc = "Return the address of the local endpoint."},
    {"getsockopt", "self, level, option, buffersize=0, /", socket_getsockopt, .doc = "Get a socket option."},
    {"listen", "self, backlog=128, /", socket_listen, .doc = "Enable a server to accept connections."},
    {"setblocking", "self, flag, /", socket_setblocking, .doc = "Set the socket to blocking or non-blocking mode."},
    {"getblocking", "self, /", socket_getblocking, .doc = "True if the socket is in blocking mode, or has a timeout."},
    {"settimeout", "self, timeout, /", socket_settimeout,
     .doc = "Set a timeout on socket operations, in seconds; None: they wait as long as it takes."},
    {"gettimeout", "self, /", socket_gettimeout, .doc = "Returns the timeout in seconds associated with the socket."},
    {"setsockopt", "self, level, option, value, length=0, /", socket_setsockopt, .doc = "Set a socket option."},
    {"shutdown", "self, how, /", socket_shutdown, .doc = "Shut down one or both sides of the connection."},
    {0},
};

enum { SOCKET_FAMILY, SOCKET_TYPE, SOCKET_PROTOCOL };

static ouro_value socket_get_number(ouro_runtime *rt, ouro_value self, void *closure)
{
    const socket_object *s = as_socket(self);
    switch ((intptr_t)closure) {
    case SOCKET_FAMILY:
        return ouro_int(s->family);
    case SOCKET_TYPE:
        return ouro_int(s->type);
    default:
        return ouro_int(s->protocol);
    }
}

static ouro_value socket_get_timeout(ouro_runtime *rt, ouro_value self, void *closure)
{
    return socket_timeout_value(rt, as_socket(self)->timeout);
}

static const getset_def socket_getsets[] = {
    {"family", socket_get_number, NULL, "the socket family", (void *)SOCKET_FAMILY, .member = true},
    {"type", socket_get_number, NULL, "the socket type", (void *)SOCKET_TYPE, .member = true},
    {"proto", socket_get_number, NULL, "the socket protocol", (void *)SOCKET_PROTOCOL, .member = true},
    {"timeout", socket_get_timeout, NULL, "the socket timeout"},
    {0},
};

static const type_spec socket_spec = {
    .name = "_socket.socket",
    .size = sizeof(socket_object),
    .flags = TYPE_BASE | OURO_TYPE_FINALIZER,
    .doc = "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\n"
           "socket(family=-1, type=-1, proto=-1, fileno=None) -> socket object\n\nOpen a socket of the given type.",
    .finalize = socket_finalize,
    .dispose = socket_dispose,
    .methods = socket_methods,
    .getsets = socket_getsets,
    .slots = {.make = socket_make, .init = socket_init, .repr = socket_repr},
};

/* ---- the module ------------------------------------------------------------------------------------------- */

static ouro_value socket_function_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    if (!socket_allowed(rt) || !posix_int(rt, args[0], &fd)) {
        return OURO_NULL;
    }
    return close(fd) < 0 && errno != ECONNRESET ? posix_error(rt) : OURO_NONE;
}

static ouro_value socket_function_dup(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    if (!socket_allowed(rt) || !posix_int(rt, args[0], &fd)) {
        return OURO_NULL;
    }
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? posix_error(rt) : ouro_int(copy);
}

static ouro_value socket_socketpair(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int numbers[3] = {AF_UNIX, SOCK_STREAM, 0}, fds[2];
    for (size_t i = 0; i < 3; i++) {
        ouro_value v = arg_or_null(args, nargs, i);
        if (!ouro_is_null(v) && !posix_int(rt, v, &numbers[i])) {
            return OURO_NULL;
        }
    }
    if (!socket_allowed(rt)) {
        return OURO_NULL;
    }
    if (socketpair(numbers[0], numbers[1] | SOCK_CLOEXEC, numbers[2], fds) < 0) {
        return posix_error(rt);
    }
    ouro_value first =
        socket_from_descriptor(rt, MODULE_TYPE(rt, socket), fds[0], numbers[0], numbers[1], numbers[2]);
    if (ouro_is_null(first)) {
        close(fds[1]);
        return OURO_NULL;
    }
    ouro_value second =
        socket_from_descriptor(rt, MODULE_TYPE(rt, socket), fds[1], numbers[0], numbers[1], numbers[2]);
    ouro_value pair = ouro_is_null(second) ? OURO_NULL : tuple_pack2(rt, first, second);
    value_decref(rt, first);
    value_decref(rt, second);
    return pair;
}

static const method_def socket_functions[] = {
    {"close", "fd, /", socket_function_close, .doc = "Close an integer socket file descriptor."},
    {"dup", "fd, /", socket_function_dup, .doc = "Duplicate an integer socket file descriptor."},
    {"socketpair", "?family=AF_UNIX, type=SOCK_STREAM, proto=0, /", socket_socketpair,
     .doc = "Create a pair of socket objects from the sockets returned by the platform socketpair() function."},
    {"getdefaulttimeout", "", socket_getdefaulttimeout,
     .doc = "Returns the default timeout in seconds (float) for new socket objects."},
    {"setdefaulttimeout", "timeout, /", socket_setdefaulttimeout,
     .doc = "Set the default timeout in seconds (float) for new socket objects."},
    {0},
};

/* Methods that another file has, into the dict of the type. */
static bool socket_add_methods(ouro_runtime *rt, type_object *type, const method_def *methods)
{
    for (const method_def *m = methods; m->name; m++) {
        ouro_value name = str_intern_cstring(rt, m->name);
        ouro_value method = ouro_is_null(name) ? OURO_NULL : native_method_new(rt, m, type);
        bool ok = !ouro_is_null(method) && type_fill(rt, type) && dict_set(rt, type->dict, name, method);
        value_decref(rt, name);
        value_decref(rt, method);
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool socket_start(ouro_runtime *rt, module_object *module)
{
    bool again = MODULE_TYPE(rt, socket) != NULL;
    if (!again) {
        rt->modules->socket_timeout = -1;
    }
    ouro_value name = str_intern_cstring(rt, "_socket");
    bool ok = !ouro_is_null(name);
    for (const method_def *f = socket_name_functions; ok && f->name; f++) {
        ok = module_add(rt, module, f->name, native_function_new(rt, f, ouro_from_object(module), name));
    }
    value_decref(rt, name);
    ok = ok && module_add_kept_type(rt, module, &socket_spec, &MODULE_TYPE(rt, socket));
    if (ok && !again && !socket_add_methods(rt, MODULE_TYPE(rt, socket), socket_transfer_methods)) {
        type_object *half = MODULE_TYPE(rt, socket);
        MODULE_TYPE(rt, socket) = NULL;
        value_decref(rt, type_value(half));
        ok = false;
    }
    return ok &&
           module_add(rt, module, "SocketType", value_incref(type_value(MODULE_TYPE(rt, socket)))) &&
           module_add_exception(rt, module, "socket.gaierror", EXC(rt, OSError),
                                &MODULE_TYPE(rt, socket_address_error)) &&
           module_add_exception(rt, module, "socket.herror", EXC(rt, OSError), &MODULE_TYPE(rt, socket_host_error)) &&
           module_add(rt, module, "error", value_incref(type_value(EXC(rt, OSError)))) &&
           module_add(rt, module, "timeout", value_incref(type_value(EXC(rt, TimeoutError)))) &&
           module_add(rt, module, "has_ipv6", OURO_TRUE) && socket_add_constants(rt, module);
}

const module_def socket_module_def = {
    .name = "_socket",
    .doc = "Implementation module for socket operations.\n\nSee the socket module for documentation.",
    .functions = socket_functions,
    .start = socket_start,
};

/* select_epoll.c: select.epoll: an epoll descriptor of the system as an object, which closes it when it dies. */
#include "modules/posix_private.h"
#include "modules/timeout.h"
#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "vm/threads.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

typedef struct epoll_object {
    ouro_object object;
    int fd; /* -1: closed */
} epoll_object;

static epoll_object *as_epoll(ouro_value v)
{
    return (epoll_object *)(void *)ouro_as_object(v);
}

static bool epoll_is_open(ouro_runtime *rt, ouro_value self)
{
    if (as_epoll(self)->fd < 0) {
        error_value(rt, "I/O operation on closed epoll object");
        return false;
    }
    return true;
}

static ouro_value epoll_from_descriptor(ouro_runtime *rt, type_object *type, int fd)
{
    epoll_object *e = object_new(rt, &type->type, 0);
    if (!e) {
        close(fd);
        return OURO_NULL;
    }
    e->fd = fd;
    return ouro_from_object(e);
}

static ouro_value epoll_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                             ouro_value kwnames)
{
    ouro_value bound[2];
    int size = -1, flags = 0;
    if (!arguments_bind(rt, "epoll", "sizehint=-1, flags=0", args, nargs, kwnames, bound) ||
        (!ouro_is_null(bound[0]) && !posix_int(rt, bound[0], &size)) ||
        (!ouro_is_null(bound[1]) && !posix_int(rt, bound[1], &flags))) {
        return OURO_NULL;
    }
    if (size != -1 && size <= 0) {
        return error_value(rt, "negative sizehint");
    }
    if (flags != 0 && flags != EPOLL_CLOEXEC) {
        return error_raise(rt, EXC(rt, OSError), "invalid flags");
    }
    int fd = epoll_create1(EPOLL_CLOEXEC);
    return fd < 0 ? posix_error(rt) : epoll_from_descriptor(rt, type, fd);
}

static ouro_value epoll_fromfd(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    return posix_int(rt, args[1], &fd) ? epoll_from_descriptor(rt, as_type(args[0]), fd) : OURO_NULL;
}

static void epoll_dispose(ouro_runtime *rt, ouro_object *self)
{
    epoll_object *e = (epoll_object *)(void *)self;
    if (e->fd >= 0) {
        close(e->fd);
        e->fd = -1;
    }
}

static ouro_value epoll_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd = as_epoll(args[0])->fd;
    as_epoll(args[0])->fd = -1;
    return fd < 0 ? OURO_NONE : posix_none(rt, close(fd));
}

static ouro_value epoll_fileno(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return epoll_is_open(rt, args[0]) ? ouro_int(as_epoll(args[0])->fd) : OURO_NULL;
}

static ouro_value epoll_get_closed(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(as_epoll(self)->fd < 0);
}

static ouro_value epoll_control(ouro_runtime *rt, ouro_value self, int operation, ouro_value target, ouro_value mask)
{
    int fd;
    int64_t events = EPOLLIN | EPOLLPRI | EPOLLOUT;
    if (!posix_fd(rt, target, &fd) || (!ouro_is_null(mask) && !posix_int64(rt, mask, &events))) {
        return OURO_NULL;
    }
    if (fd < 0) {
        return error_value(rt, "file descriptor cannot be a negative integer (%d)", fd);
    }
    if (!epoll_is_open(rt, self)) {
        return OURO_NULL;
    }
    struct epoll_event event = {.events = (uint32_t)events, .data.fd = fd};
    return posix_none(rt, epoll_ctl(as_epoll(self)->fd, operation, fd, &event));
}

static ouro_value epoll_register(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return epoll_control(rt, args[0], EPOLL_CTL_ADD, args[1], arg_or_null(args, nargs, 2));
}

static ouro_value epoll_modify(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return epoll_control(rt, args[0], EPOLL_CTL_MOD, args[1], args[2]);
}

static ouro_value epoll_unregister(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return epoll_control(rt, args[0], EPOLL_CTL_DEL, args[1], OURO_NULL);
}

/* Waits for the epoll descriptor itself to become readable, which it is when there are events, and then takes them. */
static ouro_value epoll_poll(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value timeout = arg_or_null(args, nargs, 1), most_value = arg_or_null(args, nargs, 2);
    int64_t duration = -1;
    int most = -1;
    if (!epoll_is_open(rt, args[0])) {
        return OURO_NULL;
    }
    if (!ouro_is_null(timeout) && !ouro_is_none(timeout)) {
        if (!value_is_float(rt, timeout) && !value_type(rt, timeout)->slots.to_index) {
            return error_type(rt, "timeout must be an integer or None");
        }
        if (!timeout_get(rt, timeout, TIMEOUT_SECOND, &duration)) {
            return OURO_NULL;
        }
    }
    if (!ouro_is_null(most_value) && !posix_int(rt, most_value, &most)) {
        return OURO_NULL;
    }
    if (most == -1) {
        most = FD_SETSIZE - 1;
    } else if (most < 1) {
        return error_value(rt, "maxevents must be greater than 0, got %d", most);
    }
    struct epoll_event *events = ouro_mem_alloc(rt->mem, (size_t)most * sizeof *events);
    if (!events) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    int64_t deadline = timeout_deadline(duration);
    ouro_value result = OURO_NULL;
    int count = 0;
    do { /* another thread may have taken what woke us */
        struct pollfd self = {.fd = as_epoll(args[0])->fd, .events = POLLIN};
        if (duration != 0 && timeout_poll(rt, &self, 1, deadline) < 0) {
            count = -1;
        } else if (epoll_is_open(rt, args[0])) {
            count = epoll_wait(as_epoll(args[0])->fd, events, most, 0);
            if (count < 0) {
                posix_error(rt);
            }
        } else {
            count = -1;
        }
    } while (count == 0 && timeout_left(deadline) != 0);
    if (count >= 0) {
        result = list_new(rt, NULL, (size_t)count);
    }
    for (int i = 0; i < count && !ouro_is_null(result); i++) {
        ouro_value pair = tuple_pack2(rt, ouro_int(events[i].data.fd), ouro_int((int64_t)events[i].events));
        if (ouro_is_null(pair) || !list_append_steal(rt, result, pair)) {
            value_clear(rt, &result);
        }
    }
    ouro_mem_free(rt->mem, events);
    return result;
}

static ouro_value epoll_enter(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return epoll_is_open(rt, args[0]) ? value_incref(args[0]) : OURO_NULL;
}

static const method_def epoll_methods[] = {
    {"fromfd", "type, fd, /", epoll_fromfd, .flags = METHOD_CLASS,
     .doc = "Create an epoll object from a given control fd."},
    {"close", "self, /", epoll_close, .doc = "Close the epoll control file descriptor."},
    {"fileno", "self, /", epoll_fileno, .doc = "Return the epoll control file descriptor."},
    {"register", "?self, /, fd, eventmask=EPOLLIN | EPOLLPRI | EPOLLOUT", epoll_register,
     .doc = "Registers a new fd or raises an OSError if the fd is already registered."},
    {"modify", "self, /, fd, eventmask", epoll_modify, .doc = "Modify event mask for a registered file descriptor."},
    {"unregister", "self, /, fd", epoll_unregister, .doc = "Remove a registered file descriptor from the epoll object."},
    {"poll", "self, /, timeout=None, maxevents=-1", epoll_poll, .doc = "Wait for events on the epoll file descriptor."},
    {"__enter__", "self, /", epoll_enter},
    {"__exit__", "self, exc_type=None, exc_value=None, exc_tb=None, /", epoll_close},
    {0},
};

static const getset_def epoll_getsets[] = {
    {"closed", epoll_get_closed, NULL, "True if the epoll handler is closed"},
    {0},
};

const type_spec select_epoll_spec = {
    .name = "select.epoll",
    .size = sizeof(epoll_object),
    .flags = OURO_TYPE_LEAF,
    .doc = "select.epoll(sizehint=-1, flags=0)\n\nReturns an epolling object",
    .dispose = epoll_dispose,
    .methods = epoll_methods,
    .getsets = epoll_getsets,
    .slots = {.make = epoll_make},
};

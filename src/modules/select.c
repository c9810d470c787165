/* select.c: the select module: select() and poll objects.  select_epoll.c has epoll.
 *
 * All of them wait through timeout_poll.  select() too: the kernel's definition of "ready" for select is one of poll's
 * events, and poll has no largest descriptor.
 */
#include "modules/posix_private.h"
#include "modules/timeout.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/epoll.h>
#include <unistd.h>

extern const type_spec select_epoll_spec; /* select_epoll.c */

/* A timeout argument in units; None or absent: -1, forever. */
static bool select_timeout(ouro_runtime *rt, ouro_value v, int64_t unit, int64_t *deadline)
{
    *deadline = -1;
    if (ouro_is_null(v) || ouro_is_none(v)) {
        return true;
    }
    if (!value_is_float(rt, v) && !value_type(rt, v)->slots.to_index) {
        error_type(rt, "timeout must be an integer or None");
        return false;
    }
    int64_t duration;
    if (!timeout_get(rt, v, unit, &duration)) {
        return false;
    }
    *deadline = timeout_deadline(duration);
    return true;
}

/* ---- select() --------------------------------------------------------------------------------------------- */

enum { SELECT_READ, SELECT_WRITE, SELECT_EXCEPTION, SELECT_SETS };

static const short select_events[SELECT_SETS] = {POLLIN | POLLRDNORM | POLLRDBAND, POLLOUT | POLLWRNORM | POLLWRBAND,
                                                 POLLPRI};
static const short select_ready[SELECT_SETS] = {POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR,
                                                POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR, POLLPRI};

/* What is waited for: one pollfd for each item of the three sequences. */
typedef struct select_items {
    struct pollfd *polled;
    size_t count, capacity;
    ouro_value items[SELECT_SETS]; /* lists of the objects */
} select_items;

static bool select_add(ouro_runtime *rt, select_items *s, int set, ouro_value item)
{
    if (s->count == s->capacity) {
        size_t capacity = s->capacity * 2 + 8;
        struct pollfd *grown = ouro_mem_resize(rt->mem, s->polled, capacity * sizeof *grown);
        if (!grown) {
            error_no_memory(rt);
            return false;
        }
        s->polled = grown;
        s->capacity = capacity;
    }
    int fd;
    if (!posix_fd(rt, item, &fd)) {
        return false;
    }
    if (fd < 0) {
        error_value(rt, "file descriptor cannot be a negative integer (%d)", fd);
        return false;
    }
    s->polled[s->count++] = (struct pollfd){.fd = fd, .events = select_events[set]};
    return list_append(rt, s->items[set], item);
}

/* Asks the objects of a sequence for their descriptors; a list may become shorter meanwhile. */
static bool select_add_all(ouro_runtime *rt, select_items *s, int set, ouro_value sequence)
{
    s->items[set] = list_new(rt, NULL, 0);
    if (ouro_is_null(s->items[set])) {
        return false;
    }
    if (!value_type(rt, sequence)->slots.iter && !value_type(rt, sequence)->slots.getitem) {
        error_type(rt, "arguments 1-3 must be sequences");
        return false;
    }
    ouro_value list = value_is_list(rt, sequence) ? value_incref(sequence) : list_from_iterable(rt, sequence);
    bool ok = !ouro_is_null(list);
    for (size_t i = 0; ok && i < as_list(list)->size; i++) {
        ouro_value item = value_incref(as_list(list)->items[i]);
        ok = select_add(rt, s, set, item);
        value_decref(rt, item);
    }
    value_decref(rt, list);
    return ok;
}

/* The objects of a set that are ready: a new list.  *at: where the set begins among the descriptors, moved to its end. */
static ouro_value select_found(ouro_runtime *rt, const select_items *s, int set, size_t *at)
{
    ouro_value found = list_new(rt, NULL, 0);
    size_t count = as_list(s->items[set])->size;
    for (size_t i = 0; i < count && !ouro_is_null(found); i++) {
        if ((s->polled[*at + i].revents & select_ready[set]) &&
            !list_append(rt, found, as_list(s->items[set])->items[i])) {
            value_clear(rt, &found);
        }
    }
    *at += count;
    return found;
}

static ouro_value select_wait(ouro_runtime *rt, select_items *s, int64_t timeout)
{
    if (timeout_poll(rt, s->polled, s->count, timeout_deadline(timeout)) < 0) {
        return OURO_NULL;
    }
    for (size_t i = 0; i < s->count; i++) {
        if (s->polled[i].revents & POLLNVAL) {
            errno = EBADF;
            return posix_error(rt);
        }
    }
    ouro_value found[SELECT_SETS] = {OURO_NULL, OURO_NULL, OURO_NULL};
    size_t at = 0;
    for (int set = 0; set < SELECT_SETS && (set == 0 || !ouro_is_null(found[set - 1])); set++) {
        found[set] = select_found(rt, s, set, &at);
    }
    ouro_value result =
        ouro_is_null(found[SELECT_SETS - 1]) ? OURO_NULL : tuple_pack3(rt, found[0], found[1], found[2]);
    for (int set = 0; set < SELECT_SETS; set++) {
        value_decref(rt, found[set]);
    }
    return result;
}

static ouro_value select_select(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t timeout = -1;
    ouro_value timeout_value = arg_or_null(args, nargs, 3);
    if (!ouro_is_null(timeout_value) && !ouro_is_none(timeout_value)) {
        if (!value_is_float(rt, timeout_value) && !value_type(rt, timeout_value)->slots.to_index) {
            return error_type(rt, "timeout must be a float or None");
        }
        if (!timeout_get(rt, timeout_value, TIMEOUT_SECOND, &timeout)) {
            return OURO_NULL;
        }
        if (timeout < 0) {
            return error_value(rt, "timeout must be non-negative");
        }
    }
    select_items s = {.polled = NULL, .items = {OURO_NULL, OURO_NULL, OURO_NULL}};
    ouro_value result = OURO_NULL;
    if (select_add_all(rt, &s, 0, args[0]) && select_add_all(rt, &s, 1, args[1]) &&
        select_add_all(rt, &s, 2, args[2])) {
        result = select_wait(rt, &s, timeout);
    }
    ouro_mem_free(rt->mem, s.polled);
    for (int set = 0; set < SELECT_SETS; set++) {
        value_decref(rt, s.items[set]);
    }
    return result;
}

/* ---- poll objects ------------------------------------------------------------------------------------------- */

typedef struct poll_object {
    ouro_object object;
    ouro_value masks; /* dict: descriptor -> events */
    bool polling;
} poll_object;

static poll_object *as_poll(ouro_value v)
{
    return (poll_object *)(void *)ouro_as_object(v);
}

static ouro_value select_poll(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    poll_object *p = object_new(rt, &MODULE_TYPE(rt, select_poll)->type, 0);
    if (!p) {
        return OURO_NULL;
    }
    p->masks = dict_new(rt, 0);
    if (ouro_is_null(p->masks)) {
        object_decref(rt, &p->object);
        return OURO_NULL;
    }
    gc_track(rt, &p->object);
    return ouro_from_object(p);
}

static bool poll_mask(ouro_runtime *rt, ouro_value v, int64_t *mask)
{
    *mask = POLLIN | POLLPRI | POLLOUT;
    if (ouro_is_null(v)) {
        return true;
    }
    if (!posix_int64(rt, v, mask)) {
        return false;
    }
    if (*mask < 0) {
        error_value(rt, "value must be positive");
        return false;
    }
    if (*mask > USHRT_MAX) {
        error_overflow(rt, "Python int too large for C unsigned short");
        return false;
    }
    return true;
}

static ouro_value poll_register(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    int64_t mask;
    if (!posix_fd(rt, args[1], &fd) || !poll_mask(rt, arg_or_null(args, nargs, 2), &mask)) {
        return OURO_NULL;
    }
    if (fd < 0) {
        return error_value(rt, "file descriptor cannot be a negative integer (%d)", fd);
    }
    return dict_set(rt, as_dict(as_poll(args[0])->masks), ouro_int(fd), ouro_int(mask)) ? OURO_NONE : OURO_NULL;
}

static ouro_value poll_modify(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    int64_t mask;
    if (!posix_fd(rt, args[1], &fd) || !poll_mask(rt, args[2], &mask)) {
        return OURO_NULL;
    }
    dict_object *masks = as_dict(as_poll(args[0])->masks);
    if (ouro_is_null(dict_get(rt, masks, ouro_int(fd)))) {
        errno = ENOENT;
        return error_is_set(rt) ? OURO_NULL : posix_error(rt);
    }
    return dict_set(rt, masks, ouro_int(fd), ouro_int(mask)) ? OURO_NONE : OURO_NULL;
}

static ouro_value poll_unregister(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    if (!posix_fd(rt, args[1], &fd)) {
        return OURO_NULL;
    }
    int deleted = dict_delete(rt, as_dict(as_poll(args[0])->masks), ouro_int(fd));
    if (deleted == 0) {
        return error_key(rt, ouro_int(fd));
    }
    return deleted < 0 ? OURO_NULL : OURO_NONE;
}

static ouro_value poll_poll(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    poll_object *p = as_poll(args[0]);
    int64_t deadline;
    if (!select_timeout(rt, arg_or_null(args, nargs, 1), TIMEOUT_MILLISECOND, &deadline)) {
        return OURO_NULL;
    }
    if (p->polling) {
        return error_runtime(rt, "concurrent poll() invocation");
    }
    dict_object *masks = as_dict(p->masks);
    struct pollfd *polled = ouro_mem_alloc(rt->mem, (dict_size(masks) + 1) * sizeof *polled);
    if (!polled) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    size_t count = 0, position = 0;
    ouro_value fd, mask;
    while (dict_next(masks, &position, &fd, &mask)) {
        polled[count++] = (struct pollfd){.fd = (int)ouro_as_int(fd), .events = (short)ouro_as_int(mask)};
    }
    p->polling = true;
    int ready = timeout_poll(rt, polled, count, deadline);
    p->polling = false;
    ouro_value result = ready < 0 ? OURO_NULL : list_new(rt, NULL, (size_t)ready);
    for (size_t i = 0; i < count && !ouro_is_null(result); i++) {
        if (polled[i].revents == 0) {
            continue;
        }
        ouro_value pair =
            tuple_pack2(rt, ouro_int(polled[i].fd), ouro_int((unsigned short)polled[i].revents));
        if (ouro_is_null(pair) || !list_append_steal(rt, result, pair)) {
            value_clear(rt, &result);
        }
    }
    ouro_mem_free(rt->mem, polled);
    return result;
}

static const method_def poll_methods[] = {
    {"register", "?self, fd, eventmask=POLLIN | POLLPRI | POLLOUT, /", poll_register,
     .doc = "Register a file descriptor with the polling object."},
    {"modify", "self, fd, eventmask, /", poll_modify, .doc = "Modify an already registered file descriptor."},
    {"unregister", "self, fd, /", poll_unregister,
     .doc = "Remove a file descriptor being tracked by the polling object."},
    {"poll", "self, timeout=None, /", poll_poll,
     .doc = "Polls the set of registered file descriptors.\n\n  timeout\n    The maximum time to wait in milliseconds."},
    {0},
};

static const ouro_field poll_fields[] = {
    {OURO_FIELD_VALUE, offsetof(poll_object, masks), 0, "masks"},
};

static const type_spec poll_spec = {
    .name = "select.poll",
    .size = sizeof(poll_object),
    .flags = TYPE_NO_MAKE,
    .fields = poll_fields,
    .field_count = 1,
    .methods = poll_methods,
};

/* ---- the module ---------------------------------------------------------------------------------------------- */

static const method_def select_functions[] = {
    {"select", "rlist, wlist, xlist, timeout=None, /", select_select,
     .doc = "Wait until one or more file descriptors are ready for some kind of I/O.\n\n"
            "Returns three lists, of the objects of each list that are ready to be read, to be written, and that have\n"
            "an exceptional condition; all are empty when the timeout (in seconds) comes first."},
    {"poll", "", select_poll, .doc = "Returns a polling object."},
    {0},
};

#define SELECT_CONSTANTS(X) \
    X(PIPE_BUF) X(POLLIN) X(POLLPRI) X(POLLOUT) X(POLLERR) X(POLLHUP) X(POLLNVAL) X(POLLRDNORM) X(POLLRDBAND) \
    X(POLLWRNORM) X(POLLWRBAND) X(POLLMSG) X(POLLRDHUP) X(EPOLLIN) X(EPOLLOUT) X(EPOLLPRI) X(EPOLLERR) X(EPOLLHUP) \
    X(EPOLLRDHUP) X(EPOLLET) X(EPOLLONESHOT) X(EPOLLEXCLUSIVE) X(EPOLLRDNORM) X(EPOLLRDBAND) X(EPOLLWRNORM) \
    X(EPOLLWRBAND) X(EPOLLMSG) X(EPOLL_CLOEXEC)

static bool select_start(ouro_runtime *rt, module_object *module)
{
    static const struct {
        const char *name;
        int64_t value;
    } constants[] = {
#define SELECT_CONSTANT(name) {#name, (int64_t)name},
        SELECT_CONSTANTS(SELECT_CONSTANT)
#undef SELECT_CONSTANT
    };
    bool ok = module_keep_type(rt, &poll_spec, &MODULE_TYPE(rt, select_poll)) &&
              module_add_kept_type(rt, module, &select_epoll_spec, &MODULE_TYPE(rt, select_epoll)) &&
              module_add(rt, module, "error", value_incref(type_value(EXC(rt, OSError))));
    for (size_t i = 0; ok && i < sizeof constants / sizeof *constants; i++) {
        ok = module_add_int(rt, module, constants[i].name, constants[i].value);
    }
    return ok;
}

const module_def select_module_def = {
    .name = "select",
    .doc = "This module supports asynchronous I/O on multiple file descriptors.",
    .functions = select_functions,
    .start = select_start,
};

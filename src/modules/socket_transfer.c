/* socket_transfer.c: the _socket module's methods that move bytes: send and recv in their forms. */
#include "modules/socket_private.h"
#include "types/buffer.h"
#include "types/bytes.h"
#include "types/bytes_methods.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"

#include <errno.h>
#include <limits.h>
#include <sys/uio.h>

/* What a step needs. */
typedef struct transfer {
    void *data;
    size_t length;
    int flags;
    socket_address *address; /* NULL: none */
} transfer;

static bool transfer_int(ouro_runtime *rt, ouro_value v, int *number)
{
    return ouro_is_null(v) || posix_int(rt, v, number);
}

static bool transfer_size(ouro_runtime *rt, ouro_value v, int64_t *size)
{
    return ouro_is_null(v) || object_as_index(rt, v, size, false);
}

/* ---- receiving -------------------------------------------------------------------------------------------- */

static ssize_t transfer_receive(int fd, void *context)
{
    transfer *t = context;
    if (!t->address) {
        return recv(fd, t->data, t->length, t->flags);
    }
    t->address->length = sizeof t->address->storage;
    return recvfrom(fd, t->data, t->length, t->flags, (struct sockaddr *)&t->address->storage, &t->address->length);
}

static ssize_t socket_receive(ouro_runtime *rt, socket_object *s, transfer *t)
{
    if (t->address) {
        memset(t->address, 0, sizeof *t->address);
    }
    return socket_perform(rt, s, false, socket_deadline(s), transfer_receive, t);
}

/* (first, address) */
static ouro_value socket_with_address(ouro_runtime *rt, ouro_value first, const socket_address *address)
{
    ouro_value from = ouro_is_null(first) ? OURO_NULL : socket_address_value(rt, address);
    ouro_value pair = ouro_is_null(from) ? OURO_NULL : tuple_pack2(rt, first, from);
    value_decref(rt, first);
    value_decref(rt, from);
    return pair;
}

static ouro_value socket_receive_bytes(ouro_runtime *rt, const ouro_value *args, size_t nargs, const char *name,
                                       socket_address *address)
{
    int64_t size;
    transfer t = {.address = address};
    if (!object_as_index(rt, args[1], &size, false) || !transfer_int(rt, arg_or_null(args, nargs, 2), &t.flags)) {
        return OURO_NULL;
    }
    if (size < 0) {
        return error_value(rt, "negative buffersize in %s", name);
    }
    ouro_value data = bytes_new(rt, NULL, (size_t)size), result = OURO_NULL;
    if (ouro_is_null(data)) {
        return OURO_NULL;
    }
    t.data = as_bytes(data)->data;
    t.length = (size_t)size;
    ssize_t n = socket_receive(rt, as_socket(args[0]), &t);
    if (n == size) {
        return data;
    }
    if (n >= 0) {
        result = bytes_new(rt, t.data, (size_t)n);
    }
    value_decref(rt, data);
    return result;
}

static ouro_value socket_recv(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return socket_receive_bytes(rt, args, nargs, "recv", NULL);
}

static ouro_value socket_recvfrom(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    socket_address address;
    return socket_with_address(rt, socket_receive_bytes(rt, args, nargs, "recvfrom", &address), &address);
}

static ouro_value socket_receive_into(ouro_runtime *rt, const ouro_value *args, size_t nargs, const char *name,
                                      socket_address *address)
{
    int64_t size = 0;
    transfer t = {.address = address};
    buffer_view view;
    if (!transfer_size(rt, arg_or_null(args, nargs, 2), &size) ||
        !transfer_int(rt, arg_or_null(args, nargs, 3), &t.flags) || !buffer_get(rt, args[1], &view, false)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (view.readonly) {
        error_type(rt, "%s() argument 1 must be read-write bytes-like object, not %T", name, args[1]);
    } else if (size < 0) {
        error_value(rt, "negative buffersize in %s", name);
    } else if ((size_t)size > view.length) {
        error_value(rt, address ? "nbytes is greater than the length of the buffer"
                                : "buffer too small for requested bytes");
    } else {
        t.data = view.data;
        t.length = size == 0 ? view.length : (size_t)size;
        ssize_t n = socket_receive(rt, as_socket(args[0]), &t);
        result = n < 0 ? OURO_NULL : int_from_int64(rt, n);
    }
    buffer_release(rt, &view);
    return result;
}

static ouro_value socket_recv_into(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return socket_receive_into(rt, args, nargs, "recv_into", NULL);
}

static ouro_value socket_recvfrom_into(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    socket_address address;
    return socket_with_address(rt, socket_receive_into(rt, args, nargs, "recvfrom_into", &address), &address);
}

/* ---- sending ---------------------------------------------------------------------------------------------- */

static ssize_t transfer_send(int fd, void *context)
{
    const transfer *t = context;
    return t->address ? sendto(fd, t->data, t->length, t->flags, (const struct sockaddr *)&t->address->storage,
                               t->address->length)
                      : send(fd, t->data, t->length, t->flags);
}

static ouro_value socket_send(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    socket_object *s = as_socket(args[0]);
    transfer t = {.flags = 0};
    buffer_view view;
    if (!transfer_int(rt, arg_or_null(args, nargs, 2), &t.flags) || !buffer_get(rt, args[1], &view, false)) {
        return OURO_NULL;
    }
    t.data = view.data;
    t.length = view.length;
    ssize_t n = socket_perform(rt, s, true, socket_deadline(s), transfer_send, &t);
    buffer_release(rt, &view);
    return n < 0 ? OURO_NULL : int_from_int64(rt, n);
}

/* The timeout is for the whole. */
static ouro_value socket_sendall(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    socket_object *s = as_socket(args[0]);
    transfer t = {.flags = 0};
    buffer_view view;
    if (!transfer_int(rt, arg_or_null(args, nargs, 2), &t.flags) || !buffer_get(rt, args[1], &view, false)) {
        return OURO_NULL;
    }
    t.data = view.data;
    t.length = view.length;
    int64_t deadline = socket_deadline(s);
    bool ok = true;
    while (ok && t.length > 0) {
        ssize_t n = socket_perform(rt, s, true, deadline, transfer_send, &t);
        ok = n >= 0;
        if (ok) {
            t.data = (char *)t.data + n;
            t.length -= (size_t)n;
            ok = posix_retry(rt);
        }
    }
    buffer_release(rt, &view);
    return ok ? OURO_NONE : OURO_NULL;
}

static ouro_value socket_sendto(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    socket_object *s = as_socket(args[0]);
    socket_address address;
    transfer t = {.address = &address};
    buffer_view view;
    ouro_value to = nargs > 3 ? args[3] : args[2];
    if ((nargs > 3 && !posix_int(rt, args[2], &t.flags)) ||
        !socket_address_get(rt, s->family, to, "sendto", &address) || !buffer_get(rt, args[1], &view, false)) {
        return OURO_NULL;
    }
    t.data = view.data;
    t.length = view.length;
    ssize_t n = socket_perform(rt, s, true, socket_deadline(s), transfer_send, &t);
    buffer_release(rt, &view);
    return n < 0 ? OURO_NULL : int_from_int64(rt, n);
}

/* ---- messages: several buffers, and data beside them -------------------------------------------------------- */

typedef struct message {
    struct msghdr header;
    int flags;
    buffer_view *views; /* one for each part */
    struct iovec *parts;
    size_t count;
} message;

static ssize_t message_send(int fd, void *context)
{
    message *m = context;
    return sendmsg(fd, &m->header, m->flags);
}

static ssize_t message_receive(int fd, void *context)
{
    message *m = context;
    return recvmsg(fd, &m->header, m->flags);
}

static void message_free(ouro_runtime *rt, message *m)
{
    for (size_t i = 0; i < m->count; i++) {
        buffer_release(rt, &m->views[i]);
    }
    ouro_mem_free(rt->mem, m->views);
    ouro_mem_free(rt->mem, m->parts);
    ouro_mem_free(rt->mem, m->header.msg_control);
}

/* The buffers of an iterable.  The message is freed by the caller, also on failure. */
static bool message_parts(ouro_runtime *rt, message *m, ouro_value iterable, bool writable, const char *error)
{
    if (!value_type(rt, iterable)->slots.iter && !value_type(rt, iterable)->slots.getitem) {
        error_type(rt, "%s", error);
        return false;
    }
    ouro_value items = tuple_from_iterable(rt, iterable);
    if (ouro_is_null(items)) {
        return false;
    }
    size_t count = as_tuple(items)->size;
    bool ok = false;
    if (count > INT_MAX) {
        error_raise(rt, EXC(rt, OSError), "too many buffers");
    } else {
        m->views = ouro_mem_alloc(rt->mem, (count + 1) * sizeof *m->views);
        m->parts = ouro_mem_alloc(rt->mem, (count + 1) * sizeof *m->parts);
        ok = m->views && m->parts;
        if (!ok) {
            error_no_memory(rt);
        }
    }
    for (size_t i = 0; ok && i < count; i++) {
        ok = buffer_get(rt, as_tuple(items)->items[i], &m->views[i], writable);
        if (ok) {
            m->parts[i] = (struct iovec){m->views[i].data, m->views[i].length};
            m->count++;
        }
    }
    value_decref(rt, items);
    m->header.msg_iov = m->parts;
    m->header.msg_iovlen = m->count;
    return ok;
}

/* Room for `size` bytes beside the message. */
static bool message_control(ouro_runtime *rt, message *m, size_t size)
{
    if (size == 0) {
        return true;
    }
    m->header.msg_control = ouro_mem_alloc_zeroed(rt->mem, size);
    if (!m->header.msg_control) {
        error_no_memory(rt);
        return false;
    }
    m->header.msg_controllen = size;
    return true;
}

/* One (level, type, data) of sendmsg, put at `to`, or only measured (NULL). */
static bool message_control_item(ouro_runtime *rt, ouro_value item, struct cmsghdr *to, size_t *size)
{
    ouro_value parts = tuple_from_iterable(rt, item);
    if (ouro_is_null(parts)) {
        return false;
    }
    int level, kind;
    byte_span data;
    bool ok = as_tuple(parts)->size == 3;
    if (!ok) {
        error_type(rt, "[sendmsg() ancillary data items]() argument must be sequence of length 3, not %zu",
                   as_tuple(parts)->size);
    }
    ok = ok && posix_int(rt, as_tuple(parts)->items[0], &level) && posix_int(rt, as_tuple(parts)->items[1], &kind) &&
         byte_span_get(rt, as_tuple(parts)->items[2], &data);
    if (ok) {
        if (to && CMSG_SPACE(data.length) != *size) {
            error_runtime(rt, "ancillary data changed its size");
            ok = false;
        } else if (to) {
            to->cmsg_level = level;
            to->cmsg_type = kind;
            to->cmsg_len = CMSG_LEN(data.length);
            if (data.length > 0) {
                memcpy(CMSG_DATA(to), data.data, data.length);
            }
        }
        *size = CMSG_SPACE(data.length);
        byte_span_release(rt, &data);
    }
    value_decref(rt, parts);
    return ok;
}

static bool message_control_get(ouro_runtime *rt, message *m, ouro_value iterable)
{
    if (!value_type(rt, iterable)->slots.iter && !value_type(rt, iterable)->slots.getitem) {
        error_type(rt, "sendmsg() argument 2 must be iterable");
        return false;
    }
    ouro_value items = tuple_from_iterable(rt, iterable);
    if (ouro_is_null(items)) {
        return false;
    }
    size_t total = 0, count = as_tuple(items)->size;
    size_t *sizes = ouro_mem_alloc(rt->mem, (count + 1) * sizeof *sizes);
    bool ok = sizes != NULL;
    if (!ok) {
        error_no_memory(rt);
    }
    for (size_t i = 0; ok && i < count; i++) {
        ok = message_control_item(rt, as_tuple(items)->items[i], NULL, &sizes[i]);
        total += ok ? sizes[i] : 0;
    }
    ok = ok && message_control(rt, m, total);
    size_t at = 0;
    for (size_t i = 0; ok && i < count; i++) {
        struct cmsghdr *to = (struct cmsghdr *)(void *)((char *)m->header.msg_control + at);
        ok = message_control_item(rt, as_tuple(items)->items[i], to, &sizes[i]);
        at += sizes[i];
    }
    ouro_mem_free(rt->mem, sizes);
    value_decref(rt, items);
    return ok;
}

static ouro_value socket_sendmsg(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    socket_object *s = as_socket(args[0]);
    message m = {.flags = 0};
    socket_address address;
    ouro_value control = arg_or_null(args, nargs, 2), to = arg_or_null(args, nargs, 4);
    ssize_t n = -1;
    if (message_parts(rt, &m, args[1], false, "sendmsg() argument 1 must be an iterable") &&
        (ouro_is_null(control) || message_control_get(rt, &m, control)) &&
        transfer_int(rt, arg_or_null(args, nargs, 3), &m.flags)) {
        bool ok = true;
        if (!ouro_is_null(to) && !ouro_is_none(to)) {
            ok = socket_address_get(rt, s->family, to, "sendmsg", &address);
            m.header.msg_name = &address.storage;
            m.header.msg_namelen = address.length;
        }
        if (ok) {
            n = socket_perform(rt, s, true, socket_deadline(s), message_send, &m);
        }
    }
    message_free(rt, &m);
    return n < 0 ? OURO_NULL : int_from_int64(rt, n);
}

/* The list of (level, type, data) that came beside a message. */
static ouro_value message_control_list(ouro_runtime *rt, message *m)
{
    ouro_value list = list_new(rt, NULL, 0);
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&m->header); c && !ouro_is_null(list); c = CMSG_NXTHDR(&m->header, c)) {
        if (c->cmsg_len < CMSG_LEN(0)) {
            break;
        }
        size_t begin = (size_t)((char *)CMSG_DATA(c) - (char *)m->header.msg_control);
        size_t length = c->cmsg_len - CMSG_LEN(0);
        if (begin + length > m->header.msg_controllen) { /* cut off */
            length = m->header.msg_controllen > begin ? m->header.msg_controllen - begin : 0;
        }
        ouro_value data = bytes_new(rt, CMSG_DATA(c), length);
        ouro_value item = ouro_is_null(data)
                              ? OURO_NULL
                              : tuple_pack3(rt, ouro_int(c->cmsg_level), ouro_int(c->cmsg_type), data);
        value_decref(rt, data);
        if (ouro_is_null(item) || !list_append_steal(rt, list, item)) {
            value_clear(rt, &list);
        }
    }
    return list;
}

/* (first, ancillary data, flags, address); `first` is stolen. */
static ouro_value message_answer(ouro_runtime *rt, message *m, ouro_value first, socket_address *address)
{
    ouro_value parts[4] = {first, OURO_NULL, ouro_int(m->header.msg_flags), OURO_NULL};
    if (!ouro_is_null(first)) {
        parts[1] = message_control_list(rt, m);
        address->length = m->header.msg_namelen;
        parts[3] = ouro_is_null(parts[1]) ? OURO_NULL : socket_address_value(rt, address);
    }
    ouro_value result = ouro_is_null(parts[3]) ? OURO_NULL : tuple_new(rt, parts, 4);
    value_decref(rt, parts[0]);
    value_decref(rt, parts[1]);
    value_decref(rt, parts[3]);
    return result;
}

static ssize_t message_get(ouro_runtime *rt, socket_object *s, message *m, ouro_value control_size, ouro_value flags,
                           socket_address *address)
{
    int64_t size = 0;
    if (!transfer_size(rt, control_size, &size) || !transfer_int(rt, flags, &m->flags)) {
        return -1;
    }
    if (size < 0 || size > INT_MAX) {
        error_value(rt, "invalid ancillary data buffer length");
        return -1;
    }
    if (!message_control(rt, m, (size_t)size)) {
        return -1;
    }
    memset(address, 0, sizeof *address);
    m->header.msg_name = &address->storage;
    m->header.msg_namelen = sizeof address->storage;
    return socket_perform(rt, s, false, socket_deadline(s), message_receive, m);
}

static ouro_value socket_recvmsg(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t size;
    if (!object_as_index(rt, args[1], &size, false)) {
        return OURO_NULL;
    }
    if (size < 0) {
        return error_value(rt, "negative buffer size in recvmsg()");
    }
    ouro_value data = bytes_new(rt, NULL, (size_t)size), result = OURO_NULL;
    if (ouro_is_null(data)) {
        return OURO_NULL;
    }
    message m = {.flags = 0};
    socket_address address;
    struct iovec part = {as_bytes(data)->data, (size_t)size};
    m.header.msg_iov = &part;
    m.header.msg_iovlen = 1;
    ssize_t n = message_get(rt, as_socket(args[0]), &m, arg_or_null(args, nargs, 2), arg_or_null(args, nargs, 3),
                            &address);
    if (n >= 0) {
        result = message_answer(rt, &m, bytes_new(rt, part.iov_base, (size_t)n), &address);
    }
    message_free(rt, &m);
    value_decref(rt, data);
    return result;
}

static ouro_value socket_recvmsg_into(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    message m = {.flags = 0};
    socket_address address;
    ouro_value result = OURO_NULL;
    if (message_parts(rt, &m, args[1], true, "recvmsg_into() argument 1 must be an iterable")) {
        ssize_t n = message_get(rt, as_socket(args[0]), &m, arg_or_null(args, nargs, 2), arg_or_null(args, nargs, 3),
                                &address);
        if (n >= 0) {
            result = message_answer(rt, &m, int_from_int64(rt, n), &address);
        }
    }
    message_free(rt, &m);
    return result;
}

const method_def socket_transfer_methods[] = {
    {"recv", "self, buffersize, flags=0, /", socket_recv, .doc = "Receive up to buffersize bytes from the socket."},
    {"recv_into", "self, /, buffer, nbytes=0, flags=0", socket_recv_into,
     .doc = "A version of recv() that stores its data into a buffer rather than creating a new bytes object."},
    {"recvfrom", "self, buffersize, flags=0, /", socket_recvfrom,
     .doc = "Like recv(buffersize, flags) but also return the sender's address info."},
    {"recvfrom_into", "self, /, buffer, nbytes=0, flags=0", socket_recvfrom_into,
     .doc = "Like recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info."},
    {"send", "self, data, flags=0, /", socket_send,
     .doc = "Send a data string to the socket.  Return the number of bytes sent."},
    {"sendall", "self, data, flags=0, /", socket_sendall, .doc = "Send a data string to the socket, all of it."},
    {"sendto", "?self, data, flags_or_address, address=None, /", socket_sendto,
     .doc = "Like send(data, flags) but allows specifying the destination address."},
    {"sendmsg", "self, buffers, ancdata=(), flags=0, address=None, /", socket_sendmsg,
     .doc = "Send normal and ancillary data to the socket."},
    {"recvmsg", "self, bufsize, ancbufsize=0, flags=0, /", socket_recvmsg,
     .doc = "Receive normal data and ancillary data: (data, ancdata, msg_flags, address)."},
    {"recvmsg_into", "self, buffers, ancbufsize=0, flags=0, /", socket_recvmsg_into,
     .doc = "Receive into buffers: (nbytes, ancdata, msg_flags, address)."},
    {0},
};

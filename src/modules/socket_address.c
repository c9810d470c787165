/* socket_address.c: addresses of sockets as Python has them: (host, port), (host, port, flow, scope), a path. */
#include "modules/socket_private.h"
#include "types/bytes.h"
#include "types/bytes_methods.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/threads.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/un.h>

/* ---- hosts ------------------------------------------------------------------------------------------------ */

ouro_value socket_raise_lookup(ouro_runtime *rt, int error)
{
    if (error == EAI_SYSTEM) {
        return posix_error(rt);
    }
    const char *message = gai_strerror(error);
    ouro_value text = posix_name(rt, message, strlen(message), false);
    ouro_value made = ouro_is_null(text)
                          ? OURO_NULL
                          : object_call2(rt, type_value(MODULE_TYPE(rt, socket_address_error)), ouro_int(error), text);
    value_decref(rt, text);
    if (!ouro_is_null(made)) {
        error_raise_value(rt, made);
        value_decref(rt, made);
    }
    return OURO_NULL;
}

char *socket_host_get(ouro_runtime *rt, ouro_value v, const char *message)
{
    ouro_value bytes = OURO_NULL;
    if (value_is_str(rt, v)) {
        bytes = codec_encode(rt, v, as_str(v)->flags & STR_ASCII ? "ascii" : "idna", NULL);
    } else if (value_is_bytes(rt, v) || value_is_bytearray(rt, v)) {
        bytes = bytes_from_object(rt, v);
    } else {
        error_type(rt, "%s", message);
    }
    if (ouro_is_null(bytes)) {
        return NULL;
    }
    char *host = NULL;
    size_t length = as_bytes(bytes)->length;
    if (memchr(as_bytes(bytes)->data, 0, length)) {
        error_type(rt, "host name must not contain null character");
    } else if (!(host = ouro_mem_alloc(rt->mem, length + 1))) {
        error_no_memory(rt);
    } else {
        memcpy(host, as_bytes(bytes)->data, length);
        host[length] = 0;
    }
    value_decref(rt, bytes);
    return host;
}

static void socket_address_v4(socket_address *address, in_addr_t host)
{
    struct sockaddr_in *in = (struct sockaddr_in *)&address->storage;
    memset(&address->storage, 0, sizeof address->storage);
    in->sin_family = AF_INET;
    in->sin_addr.s_addr = host;
    address->length = sizeof *in;
}

bool socket_host_resolve(ouro_runtime *rt, const char *name, int family, socket_address *address)
{
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_DGRAM}, *found = NULL;
    bool any = *name == 0;
    if (any) {
        hints.ai_flags = AI_PASSIVE;
    } else if (strcmp(name, "<broadcast>") == 0 || strcmp(name, "255.255.255.255") == 0) {
        if (family != AF_INET && family != AF_UNSPEC) {
            error_raise(rt, EXC(rt, OSError), "address family mismatched");
            return false;
        }
        socket_address_v4(address, INADDR_BROADCAST);
        return true;
    }
    struct in_addr v4;
    if (family != AF_INET6 && inet_pton(AF_INET, name, &v4) > 0) {
        socket_address_v4(address, v4.s_addr);
        return true;
    }
    thread_state *me = vm_release(rt);
    int error = getaddrinfo(any ? NULL : name, any ? "0" : NULL, &hints, &found);
    vm_acquire(rt, me);
    if (error) {
        socket_raise_lookup(rt, error);
        return false;
    }
    if (any && found->ai_next) {
        freeaddrinfo(found);
        error_raise(rt, EXC(rt, OSError), "wildcard resolved to multiple address");
        return false;
    }
    memset(&address->storage, 0, sizeof address->storage);
    memcpy(&address->storage, found->ai_addr, found->ai_addrlen);
    address->length = found->ai_addrlen;
    freeaddrinfo(found);
    return true;
}

ouro_value socket_host_text(ouro_runtime *rt, const socket_address *address)
{
    char text[INET6_ADDRSTRLEN];
    const void *host = address->storage.ss_family == AF_INET6
                           ? (const void *)&((const struct sockaddr_in6 *)&address->storage)->sin6_addr
                           : (const void *)&((const struct sockaddr_in *)&address->storage)->sin_addr;
    if (!inet_ntop(address->storage.ss_family, host, text, sizeof text)) {
        return posix_error(rt);
    }
    return str_from_cstring(rt, text);
}

/* ---- from Python ------------------------------------------------------------------------------------------ */

static bool socket_path_get(ouro_runtime *rt, ouro_value v, socket_address *address)
{
    struct sockaddr_un *un = (struct sockaddr_un *)&address->storage;
    ouro_value encoded = OURO_NULL;
    byte_span path;
    if (value_is_str(rt, v)) {
        encoded = codec_encode(rt, v, "utf-8", "surrogateescape");
        if (ouro_is_null(encoded)) {
            return false;
        }
        v = encoded;
    }
    bool ok = byte_span_get(rt, v, &path);
    if (ok) {
        bool abstract = path.length > 0 && path.data[0] == 0; /* a name of Linux's own, with no NUL at its end */
        if (path.length + !abstract > sizeof un->sun_path) {
            error_raise(rt, EXC(rt, OSError), "AF_UNIX path too long");
            ok = false;
        } else {
            memset(un, 0, sizeof *un);
            un->sun_family = AF_UNIX;
            if (path.length > 0) {
                memcpy(un->sun_path, path.data, path.length);
            }
            address->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path.length + !abstract);
        }
        byte_span_release(rt, &path);
    }
    value_decref(rt, encoded);
    return ok;
}

/* A part of an address tuple, 0..most. */
static bool socket_part_get(ouro_runtime *rt, ouro_value v, int64_t most, const char *function, const char *what,
                            uint32_t *part)
{
    ouro_value whole = object_index(rt, v);
    int64_t i;
    if (ouro_is_null(whole)) {
        return false;
    }
    bool ok = int_fits_int64(whole, &i) && i >= 0 && i <= most;
    value_decref(rt, whole);
    if (!ok) {
        error_overflow(rt, "%s(): %s must be 0-%lld.", function, what, (long long)most);
        return false;
    }
    *part = (uint32_t)i;
    return true;
}

static bool socket_internet_get(ouro_runtime *rt, int family, ouro_value v, const char *function,
                                socket_address *address)
{
    bool six = family == AF_INET6;
    if (!value_is_tuple(rt, v)) {
        error_type(rt, "%s(): %s address must be tuple, not %T", function, six ? "AF_INET6" : "AF_INET", v);
        return false;
    }
    size_t size = as_tuple(v)->size;
    if (size < 2 || size > (six ? 4u : 2u)) {
        error_type(rt, six ? "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"
                           : "AF_INET address must be a pair (host, port)");
        return false;
    }
    ouro_value parts[4] = {OURO_NULL, OURO_NULL, ouro_int(0), ouro_int(0)};
    for (size_t i = 0; i < size; i++) {
        parts[i] = as_tuple(v)->items[i]; /* the caller holds the tuple */
    }
    uint32_t port, flow = 0, scope = 0;
    char *host = socket_host_get(rt, parts[0], "str, bytes or bytearray expected, not something else");
    bool ok = host && socket_part_get(rt, parts[1], 0xffff, function, "port", &port) &&
              socket_part_get(rt, parts[2], 0xfffff, function, "flowinfo", &flow) &&
              socket_part_get(rt, parts[3], UINT32_MAX, function, "scope", &scope) &&
              socket_host_resolve(rt, host, family, address);
    ouro_mem_free(rt->mem, host);
    if (ok && six) {
        struct sockaddr_in6 *in = (struct sockaddr_in6 *)&address->storage;
        in->sin6_family = AF_INET6;
        in->sin6_port = htons((uint16_t)port);
        in->sin6_flowinfo = htonl(flow);
        if (size > 3 || in->sin6_scope_id == 0) {
            in->sin6_scope_id = scope;
        }
    } else if (ok) {
        ((struct sockaddr_in *)&address->storage)->sin_port = htons((uint16_t)port);
    }
    return ok;
}

static bool socket_netlink_get(ouro_runtime *rt, ouro_value v, const char *function, socket_address *address)
{
    struct sockaddr_nl *nl = (struct sockaddr_nl *)&address->storage;
    uint32_t pid, groups;
    if (!value_is_tuple(rt, v) || as_tuple(v)->size != 2) {
        error_type(rt, "%s(): AF_NETLINK address must be tuple, not %T", function, v);
        return false;
    }
    if (!socket_part_get(rt, as_tuple(v)->items[0], UINT32_MAX, function, "pid", &pid) ||
        !socket_part_get(rt, as_tuple(v)->items[1], UINT32_MAX, function, "groups", &groups)) {
        return false;
    }
    *nl = (struct sockaddr_nl){.nl_family = AF_NETLINK, .nl_pid = pid, .nl_groups = groups};
    address->length = sizeof *nl;
    return true;
}

bool socket_address_get(ouro_runtime *rt, int family, ouro_value v, const char *function, socket_address *address)
{
    memset(&address->storage, 0, sizeof address->storage);
    switch (family) {
    case AF_UNIX:
        return socket_path_get(rt, v, address);
    case AF_INET:
    case AF_INET6:
        return socket_internet_get(rt, family, v, function, address);
    case AF_NETLINK:
        return socket_netlink_get(rt, v, function, address);
    default:
        error_raise(rt, EXC(rt, OSError), "%s(): bad family", function);
        return false;
    }
}

/* ---- to Python -------------------------------------------------------------------------------------------- */

static ouro_value socket_internet_value(ouro_runtime *rt, const socket_address *address)
{
    ouro_value host = socket_host_text(rt, address);
    if (ouro_is_null(host)) {
        return OURO_NULL;
    }
    ouro_value result;
    if (address->storage.ss_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)&address->storage;
        ouro_value parts[4] = {host, ouro_int(ntohs(in->sin6_port)), ouro_int(ntohl(in->sin6_flowinfo)),
                               ouro_int(in->sin6_scope_id)};
        result = tuple_new(rt, parts, 4);
    } else {
        result = tuple_pack2(rt, host, ouro_int(ntohs(((const struct sockaddr_in *)&address->storage)->sin_port)));
    }
    value_decref(rt, host);
    return result;
}

ouro_value socket_address_value(ouro_runtime *rt, const socket_address *address)
{
    if (address->length == 0) {
        return OURO_NONE;
    }
    switch (address->storage.ss_family) {
    case AF_INET:
    case AF_INET6:
        return socket_internet_value(rt, address);
    case AF_UNIX: {
        const struct sockaddr_un *un = (const struct sockaddr_un *)&address->storage;
        size_t length = address->length - offsetof(struct sockaddr_un, sun_path);
        if (length > 0 && un->sun_path[0] == 0) {
            return bytes_new(rt, un->sun_path, length);
        }
        return posix_name(rt, un->sun_path, strnlen(un->sun_path, length), false);
    }
    case AF_NETLINK: {
        const struct sockaddr_nl *nl = (const struct sockaddr_nl *)&address->storage;
        return tuple_pack2(rt, ouro_int(nl->nl_pid), ouro_int(nl->nl_groups));
    }
    default: {
        const struct sockaddr *any = (const struct sockaddr *)&address->storage;
        ouro_value data = bytes_new(rt, any->sa_data, address->length - offsetof(struct sockaddr, sa_data));
        ouro_value pair = ouro_is_null(data) ? OURO_NULL : tuple_pack2(rt, ouro_int(any->sa_family), data);
        value_decref(rt, data);
        return pair;
    }
    }
}

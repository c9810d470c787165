/* socket_names.c: the _socket module's functions of names and numbers: hosts, services, interfaces, byte order.
 *
 * Questions to the resolver are asked without the runtime's lock, and with the reentrant functions of the C library,
 * whose buffer grows until the answer fits.
 */
#include "modules/socket_private.h"
#include "types/bytes.h"
#include "types/bytes_methods.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/audit.h"
#include "vm/threads.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>

enum { NAMES_FIRST_ROOM = 1024, NAMES_MOST_ROOM = 1 << 20 };

/* ---- getaddrinfo and its reverse ---------------------------------------------------------------------------- */

/* A port as text: int, str, bytes, or NULL for None.  False: raised. */
static bool names_port_get(ouro_runtime *rt, ouro_value v, char **text)
{
    *text = NULL;
    if (ouro_is_none(v)) {
        return true;
    }
    if (value_is_int(rt, v)) {
        int64_t number;
        if (!int_as_int64(rt, v, &number)) {
            return false;
        }
        *text = ouro_mem_alloc(rt->mem, 24);
        if (!*text) {
            error_no_memory(rt);
            return false;
        }
        snprintf(*text, 24, "%lld", (long long)number);
        return true;
    }
    if (value_is_str(rt, v)) {
        *text = str_to_utf8(rt, v, NULL, false);
        return *text != NULL;
    }
    if (value_is_bytes(rt, v)) {
        *text = socket_host_get(rt, v, "");
        return *text != NULL;
    }
    error_raise(rt, EXC(rt, OSError), "Int or String expected");
    return false;
}

static ouro_value names_addrinfo_item(ouro_runtime *rt, const struct addrinfo *info)
{
    socket_address address;
    memset(&address, 0, sizeof address);
    memcpy(&address.storage, info->ai_addr, info->ai_addrlen);
    address.length = info->ai_addrlen;
    const char *canonical = info->ai_canonname ? info->ai_canonname : "";
    ouro_value parts[5] = {ouro_int(info->ai_family), ouro_int(info->ai_socktype), ouro_int(info->ai_protocol),
                           posix_name(rt, canonical, strlen(canonical), false), OURO_NULL};
    parts[4] = ouro_is_null(parts[3]) ? OURO_NULL : socket_address_value(rt, &address);
    ouro_value item = ouro_is_null(parts[4]) ? OURO_NULL : tuple_new(rt, parts, 5);
    value_decref(rt, parts[3]);
    value_decref(rt, parts[4]);
    return item;
}

static ouro_value names_getaddrinfo(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int numbers[4] = {0, 0, 0, 0};
    for (size_t i = 0; i < 4; i++) {
        ouro_value v = arg_or_null(args, nargs, 2 + i);
        if (!ouro_is_null(v) && !posix_int(rt, v, &numbers[i])) {
            return OURO_NULL;
        }
    }
    char *host = NULL, *port = NULL;
    if (!ouro_is_none(args[0])) {
        host = socket_host_get(rt, args[0], "getaddrinfo() argument 1 must be string or None");
        if (!host) {
            return OURO_NULL;
        }
    }
    ouro_value list = OURO_NULL;
    if (names_port_get(rt, args[1], &port)) {
        struct addrinfo hints = {.ai_family = numbers[0], .ai_socktype = numbers[1], .ai_protocol = numbers[2],
                                 .ai_flags = numbers[3]};
        struct addrinfo *found = NULL;
        thread_state *me = vm_release(rt);
        int error = getaddrinfo(host, port, &hints, &found);
        int err = errno;
        vm_acquire(rt, me);
        errno = err;
        if (error) {
            socket_raise_lookup(rt, error);
        } else {
            list = list_new(rt, NULL, 0);
        }
        for (struct addrinfo *info = found; info && !ouro_is_null(list); info = info->ai_next) {
            ouro_value item = names_addrinfo_item(rt, info);
            if (ouro_is_null(item) || !list_append_steal(rt, list, item)) {
                value_clear(rt, &list);
            }
        }
        if (!error) {
            freeaddrinfo(found);
        }
    }
    ouro_mem_free(rt->mem, host);
    ouro_mem_free(rt->mem, port);
    return list;
}

static ouro_value names_getnameinfo(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int flags, port, numbers[2] = {0, 0};
    if (!value_is_tuple(rt, args[0])) {
        return error_type(rt, "getnameinfo() argument 1 must be a tuple");
    }
    const tuple_object *tuple = as_tuple(args[0]);
    if (!posix_int(rt, args[1], &flags)) {
        return OURO_NULL;
    }
    if (tuple->size < 2 || tuple->size > 4 || !value_is_str(rt, tuple->items[0])) {
        return error_type(rt, "getnameinfo(): illegal sockaddr argument");
    }
    if (!posix_int(rt, tuple->items[1], &port)) {
        return OURO_NULL;
    }
    for (size_t i = 2; i < tuple->size; i++) {
        if (!posix_int(rt, tuple->items[i], &numbers[i - 2])) {
            return OURO_NULL;
        }
    }
    if (numbers[0] < 0 || numbers[0] > 0xfffff) {
        return error_overflow(rt, "getnameinfo(): flowinfo must be 0-1048575.");
    }
    char *host = socket_host_get(rt, tuple->items[0], ""), service[24];
    if (!host) {
        return OURO_NULL;
    }
    snprintf(service, sizeof service, "%d", port);
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST};
    struct addrinfo *found = NULL;
    char host_text[NI_MAXHOST], service_text[NI_MAXSERV];
    thread_state *me = vm_release(rt);
    int error = getaddrinfo(host, service, &hints, &found);
    bool several = !error && found->ai_next, mismatch = !error && found->ai_family == AF_INET && tuple->size != 2;
    if (!error && !several && !mismatch) {
        if (found->ai_family == AF_INET6) {
            struct sockaddr_in6 *in = (struct sockaddr_in6 *)(void *)found->ai_addr;
            in->sin6_flowinfo = htonl((uint32_t)numbers[0]);
            in->sin6_scope_id = (uint32_t)numbers[1];
        }
        error = getnameinfo(found->ai_addr, found->ai_addrlen, host_text, sizeof host_text, service_text,
                            sizeof service_text, flags);
    }
    int err = errno;
    vm_acquire(rt, me);
    errno = err;
    ouro_mem_free(rt->mem, host);
    if (found) {
        freeaddrinfo(found);
    }
    if (error) {
        return socket_raise_lookup(rt, error);
    }
    if (several || mismatch) {
        return error_raise(rt, EXC(rt, OSError), "%s",
                           several ? "sockaddr resolved to multiple addresses" : "IPv4 sockaddr must be 2 tuple");
    }
    ouro_value name = posix_name(rt, host_text, strlen(host_text), false);
    ouro_value text = ouro_is_null(name) ? OURO_NULL : str_from_cstring(rt, service_text);
    ouro_value pair = ouro_is_null(text) ? OURO_NULL : tuple_pack2(rt, name, text);
    value_decref(rt, name);
    value_decref(rt, text);
    return pair;
}

/* ---- gethostby... -------------------------------------------------------------------------------------------- */

static ouro_value names_gethostname(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!audit_event(rt, "socket.gethostname", NULL, 0)) {
        return OURO_NULL;
    }
    char name[HOST_NAME_MAX + 1];
    if (gethostname(name, sizeof name - 1) < 0) {
        return posix_error(rt);
    }
    name[sizeof name - 1] = 0;
    return posix_name(rt, name, strlen(name), false);
}

static ouro_value names_gethostbyname(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    socket_address address;
    char *host = socket_host_get(rt, args[0], "gethostbyname() argument 1 must be str, bytes or bytearray");
    bool ok = host && socket_host_resolve(rt, host, AF_INET, &address);
    ouro_mem_free(rt->mem, host);
    return ok ? socket_host_text(rt, &address) : OURO_NULL;
}

static ouro_value names_raise_host(ouro_runtime *rt, int error)
{
    ouro_value text = str_from_cstring(rt, hstrerror(error));
    ouro_value made = ouro_is_null(text) ? OURO_NULL
                                         : object_call2(rt, type_value(MODULE_TYPE(rt, socket_host_error)),
                                                        ouro_int(error), text);
    value_decref(rt, text);
    if (!ouro_is_null(made)) {
        error_raise_value(rt, made);
        value_decref(rt, made);
    }
    return OURO_NULL;
}

static ouro_value names_host_lists(ouro_runtime *rt, const struct hostent *host)
{
    ouro_value name = posix_name(rt, host->h_name, strlen(host->h_name), false);
    ouro_value aliases = list_new(rt, NULL, 0), addresses = list_new(rt, NULL, 0);
    bool ok = !ouro_is_null(name) && !ouro_is_null(aliases) && !ouro_is_null(addresses);
    for (char **alias = host->h_aliases; ok && alias && *alias; alias++) {
        ouro_value text = posix_name(rt, *alias, strlen(*alias), false);
        ok = !ouro_is_null(text) && list_append_steal(rt, aliases, text);
    }
    for (char **raw = host->h_addr_list; ok && raw && *raw; raw++) {
        char text[INET6_ADDRSTRLEN];
        ouro_value shown = OURO_NULL;
        if (inet_ntop(host->h_addrtype, *raw, text, sizeof text)) {
            shown = str_from_cstring(rt, text);
        } else {
            posix_error(rt);
        }
        ok = !ouro_is_null(shown) && list_append_steal(rt, addresses, shown);
    }
    ouro_value result = ok ? tuple_pack3(rt, name, aliases, addresses) : OURO_NULL;
    value_decref(rt, name);
    value_decref(rt, aliases);
    value_decref(rt, addresses);
    return result;
}

/* Asks by address, or by name if `address` is NULL. */
static ouro_value names_host(ouro_runtime *rt, const char *name, const socket_address *address)
{
    ouro_value result = OURO_NULL;
    char *room = NULL;
    for (size_t size = NAMES_FIRST_ROOM;; size *= 2) {
        char *grown = ouro_mem_resize(rt->mem, room, size);
        if (!grown) {
            error_no_memory(rt);
            break;
        }
        room = grown;
        struct hostent entry, *found = NULL;
        int error = 0, status;
        thread_state *me = vm_release(rt);
        if (!address) {
            status = gethostbyname_r(name, &entry, room, size, &found, &error);
        } else {
            bool six = address->storage.ss_family == AF_INET6;
            const void *raw = six ? (const void *)&((const struct sockaddr_in6 *)&address->storage)->sin6_addr
                                  : (const void *)&((const struct sockaddr_in *)&address->storage)->sin_addr;
            status = gethostbyaddr_r(raw, six ? 16 : 4, address->storage.ss_family, &entry, room, size, &found, &error);
        }
        vm_acquire(rt, me);
        if (status == ERANGE && size < NAMES_MOST_ROOM) {
            continue;
        }
        result = found ? names_host_lists(rt, found) : names_raise_host(rt, error);
        break;
    }
    ouro_mem_free(rt->mem, room);
    return result;
}

static ouro_value names_gethostbyname_ex(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    socket_address address;
    char *host = socket_host_get(rt, args[0], "gethostbyname_ex() argument 1 must be str, bytes or bytearray");
    ouro_value result =
        host && socket_host_resolve(rt, host, AF_INET, &address) ? names_host(rt, host, NULL) : OURO_NULL;
    ouro_mem_free(rt->mem, host);
    return result;
}

static ouro_value names_gethostbyaddr(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    socket_address address;
    char *host = socket_host_get(rt, args[0], "gethostbyaddr() argument 1 must be str, bytes or bytearray");
    bool ok = host && socket_host_resolve(rt, host, AF_UNSPEC, &address);
    ouro_mem_free(rt->mem, host);
    return ok ? names_host(rt, NULL, &address) : OURO_NULL;
}

/* ---- services and protocols ------------------------------------------------------------------------------------ */

/* Asks for a service by name, or by port if that is NULL: the other one. */
static ouro_value names_service(ouro_runtime *rt, const char *name, int port, const char *protocol)
{
    char room[NAMES_FIRST_ROOM * 4];
    struct servent entry, *found = NULL;
    thread_state *me = vm_release(rt);
    if (name) {
        getservbyname_r(name, protocol, &entry, room, sizeof room, &found);
    } else {
        getservbyport_r(htons((uint16_t)port), protocol, &entry, room, sizeof room, &found);
    }
    vm_acquire(rt, me);
    if (!found) {
        return error_raise(rt, EXC(rt, OSError), "%s", name ? "service/proto not found" : "port/proto not found");
    }
    return name ? ouro_int(ntohs((uint16_t)found->s_port)) : posix_name(rt, found->s_name, strlen(found->s_name), false);
}

/* A str argument; *text NULL for OURO_NULL. */
static bool names_text(ouro_runtime *rt, ouro_value v, const char *function, int number, char **text)
{
    *text = NULL;
    if (ouro_is_null(v)) {
        return true;
    }
    if (!value_is_str(rt, v)) {
        error_type(rt, "%s() argument %d must be str, not %T", function, number, v);
        return false;
    }
    *text = str_to_utf8(rt, v, NULL, false);
    return *text != NULL;
}

static ouro_value names_getservbyname(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *name, *protocol = NULL;
    if (!names_text(rt, args[0], "getservbyname", 1, &name)) {
        return OURO_NULL;
    }
    ouro_value result = names_text(rt, arg_or_null(args, nargs, 1), "getservbyname", 2, &protocol)
                            ? names_service(rt, name, 0, protocol)
                            : OURO_NULL;
    ouro_mem_free(rt->mem, name);
    ouro_mem_free(rt->mem, protocol);
    return result;
}

static ouro_value names_getservbyport(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int port;
    char *protocol;
    if (!posix_int(rt, args[0], &port)) {
        return OURO_NULL;
    }
    if (port < 0 || port > 0xffff) {
        return error_overflow(rt, "getservbyport: port must be 0-65535.");
    }
    if (!names_text(rt, arg_or_null(args, nargs, 1), "getservbyport", 2, &protocol)) {
        return OURO_NULL;
    }
    ouro_value result = names_service(rt, NULL, port, protocol);
    ouro_mem_free(rt->mem, protocol);
    return result;
}

static ouro_value names_getprotobyname(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *name, room[NAMES_FIRST_ROOM * 4];
    struct protoent entry, *found = NULL;
    if (!names_text(rt, args[0], "getprotobyname", 1, &name)) {
        return OURO_NULL;
    }
    getprotobyname_r(name, &entry, room, sizeof room, &found);
    ouro_mem_free(rt->mem, name);
    return found ? ouro_int(found->p_proto) : error_raise(rt, EXC(rt, OSError), "protocol not found");
}

/* ---- interfaces ------------------------------------------------------------------------------------------------ */

static ouro_value names_if_nameindex(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    struct if_nameindex *all = if_nameindex();
    if (!all) {
        return posix_error(rt);
    }
    ouro_value list = list_new(rt, NULL, 0);
    for (struct if_nameindex *i = all; i->if_index != 0 && !ouro_is_null(list); i++) {
        ouro_value name = posix_name(rt, i->if_name, strlen(i->if_name), false);
        ouro_value pair = ouro_is_null(name) ? OURO_NULL : tuple_pack2(rt, ouro_int(i->if_index), name);
        value_decref(rt, name);
        if (ouro_is_null(pair) || !list_append_steal(rt, list, pair)) {
            value_clear(rt, &list);
        }
    }
    if_freenameindex(all);
    return list;
}

static ouro_value names_if_nametoindex(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path name;
    if (!posix_path_get(rt, &name, args[0], "if_nametoindex", "name", 0)) {
        return OURO_NULL;
    }
    unsigned index = if_nametoindex(name.narrow);
    posix_path_free(rt, &name);
    return index == 0 ? error_raise(rt, EXC(rt, OSError), "no interface with this name") : ouro_int(index);
}

static ouro_value names_if_indextoname(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char name[IF_NAMESIZE];
    int64_t index;
    if (!posix_int64(rt, args[0], &index)) {
        return OURO_NULL;
    }
    if (index < 0 || index > UINT32_MAX || !if_indextoname((unsigned)index, name)) {
        errno = index < 0 || index > UINT32_MAX ? ENXIO : errno;
        return posix_error(rt);
    }
    return posix_name(rt, name, strlen(name), false);
}

/* ---- numbers --------------------------------------------------------------------------------------------------- */

static bool names_short(ouro_runtime *rt, ouro_value v, const char *function, uint16_t *number)
{
    int x;
    if (!posix_int(rt, v, &x)) {
        return false;
    }
    if (x < 0) {
        error_overflow(rt, "%s: can't convert negative Python int to C 16-bit unsigned integer", function);
        return false;
    }
    if (x > 0xffff) {
        error_overflow(rt, "%s: Python int too large to convert to C 16-bit unsigned integer", function);
        return false;
    }
    *number = (uint16_t)x;
    return true;
}

static ouro_value names_htons(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    uint16_t number;
    return names_short(rt, args[0], "htons", &number) ? ouro_int(htons(number)) : OURO_NULL;
}

static ouro_value names_ntohs(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    uint16_t number;
    return names_short(rt, args[0], "ntohs", &number) ? ouro_int(ntohs(number)) : OURO_NULL;
}

static bool names_long(ouro_runtime *rt, ouro_value v, uint32_t *number)
{
    uint64_t wide;
    if (!value_is_int(rt, v)) {
        error_type(rt, "expected int, %T found", v);
        return false;
    }
    if (int_sign(v) < 0) {
        error_overflow(rt, "can't convert negative value to unsigned int");
        return false;
    }
    if (!int_as_uint64(rt, v, &wide)) {
        return false;
    }
    if (wide > UINT32_MAX) {
        error_overflow(rt, "int larger than 32 bits");
        return false;
    }
    *number = (uint32_t)wide;
    return true;
}

static ouro_value names_htonl(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    uint32_t number;
    return names_long(rt, args[0], &number) ? ouro_int(htonl(number)) : OURO_NULL;
}

static ouro_value names_inet_aton(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *text;
    struct in_addr address;
    if (!names_text(rt, args[0], "inet_aton", 1, &text)) {
        return OURO_NULL;
    }
    bool ok = inet_aton(text, &address);
    ouro_mem_free(rt->mem, text);
    return ok ? bytes_new(rt, &address, sizeof address)
              : error_raise(rt, EXC(rt, OSError), "illegal IP address string passed to inet_aton");
}

/* The text of a packed address; of another length it is an error of the given type. */
static ouro_value names_packed_text(ouro_runtime *rt, int family, ouro_value v, type_object *error, const char *wrong)
{
    byte_span packed;
    unsigned char raw[16];
    if (!byte_span_get(rt, v, &packed)) {
        return OURO_NULL;
    }
    bool fits = packed.length == (family == AF_INET6 ? 16 : 4);
    if (fits) {
        memcpy(raw, packed.data, packed.length);
    }
    byte_span_release(rt, &packed);
    char text[INET6_ADDRSTRLEN];
    if (!fits) {
        return error_raise(rt, error, "%s", wrong);
    }
    return inet_ntop(family, raw, text, sizeof text) ? str_from_cstring(rt, text) : posix_error(rt);
}

static ouro_value names_inet_ntoa(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return names_packed_text(rt, AF_INET, args[0], EXC(rt, OSError), "packed IP wrong length for inet_ntoa");
}

static ouro_value names_inet_ntop(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int family;
    if (!posix_int(rt, args[0], &family)) {
        return OURO_NULL;
    }
    if (family != AF_INET && family != AF_INET6) {
        return error_value(rt, "unknown address family %d", family);
    }
    return names_packed_text(rt, family, args[1], EXC(rt, ValueError), "invalid length of packed IP address string");
}

static ouro_value names_inet_pton(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int family;
    char *text;
    unsigned char raw[16];
    if (!posix_int(rt, args[0], &family) || !names_text(rt, args[1], "inet_pton", 2, &text)) {
        return OURO_NULL;
    }
    int status = inet_pton(family, text, raw);
    int err = errno;
    ouro_mem_free(rt->mem, text);
    if (status < 0) {
        errno = err;
        return posix_error(rt);
    }
    return status > 0 ? bytes_new(rt, raw, family == AF_INET6 ? 16 : 4)
                      : error_raise(rt, EXC(rt, OSError), "illegal IP address string passed to inet_pton");
}

static ouro_value names_control_size(ouro_runtime *rt, ouro_value v, const char *name, bool space)
{
    int64_t length;
    if (!posix_int64(rt, v, &length)) {
        return OURO_NULL;
    }
    if (length < 0 || length > INT_MAX - 64) {
        return error_overflow(rt, "%s() argument out of range", name);
    }
    return int_from_uint64(rt, space ? CMSG_SPACE((size_t)length) : CMSG_LEN((size_t)length));
}

static ouro_value names_cmsg_len(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return names_control_size(rt, args[0], "CMSG_LEN", false);
}

static ouro_value names_cmsg_space(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return names_control_size(rt, args[0], "CMSG_SPACE", true);
}

const method_def socket_name_functions[] = {
    {"getaddrinfo", "host, port, family=0, type=0, proto=0, flags=0", names_getaddrinfo,
     .doc = "Resolve host and port into addrinfo struct."},
    {"getnameinfo", "sockaddr, flags, /", names_getnameinfo, .doc = "Get host and port for a sockaddr."},
    {"gethostname", "", names_gethostname, .doc = "Return the current host name."},
    {"gethostbyname", "host, /", names_gethostbyname, .doc = "Return the IP address of a host."},
    {"gethostbyname_ex", "host, /", names_gethostbyname_ex,
     .doc = "Return the true host name, a list of aliases, and a list of IP addresses, for a host."},
    {"gethostbyaddr", "host, /", names_gethostbyaddr,
     .doc = "Return the true host name, a list of aliases, and a list of IP addresses, for a host."},
    {"getservbyname", "?servicename, protocolname=None, /", names_getservbyname,
     .doc = "Return a port number from a service name and protocol name."},
    {"getservbyport", "?port, protocolname=None, /", names_getservbyport,
     .doc = "Return the service name from a port number and protocol name."},
    {"getprotobyname", "name, /", names_getprotobyname, .doc = "Return the protocol number for the named protocol."},
    {"if_nameindex", "", names_if_nameindex, .doc = "Returns a list of network interface information."},
    {"if_nametoindex", "name, /", names_if_nametoindex, .doc = "Returns the interface index of the interface name."},
    {"if_indextoname", "index, /", names_if_indextoname, .doc = "Returns the interface name of the interface index."},
    {"htons", "x, /", names_htons, .doc = "Convert a 16-bit unsigned integer from host to network byte order."},
    {"ntohs", "x, /", names_ntohs, .doc = "Convert a 16-bit unsigned integer from network to host byte order."},
    {"htonl", "x, /", names_htonl, .doc = "Convert a 32-bit integer from host to network byte order."},
    {"ntohl", "x, /", names_htonl, .doc = "Convert a 32-bit integer from network to host byte order."},
    {"inet_aton", "ip_addr, /", names_inet_aton, .doc = "Convert an IP address in string format to packed binary."},
    {"inet_ntoa", "packed_ip, /", names_inet_ntoa, .doc = "Convert an IP address from packed binary to string format."},
    {"inet_pton", "address_family, ip_string, /", names_inet_pton,
     .doc = "Convert an IP address from string format to a packed string suitable for low-level network functions."},
    {"inet_ntop", "address_family, packed_ip, /", names_inet_ntop,
     .doc = "Convert a packed IP address of the given family to string format."},
    {"CMSG_LEN", "length, /", names_cmsg_len,
     .doc = "Return the total length, without trailing padding, of an ancillary data item."},
    {"CMSG_SPACE", "length, /", names_cmsg_space,
     .doc = "Return the buffer size needed to receive an ancillary data item."},
    {0},
};

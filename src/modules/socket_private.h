/* socket_private.h: what the files of the _socket module share: the object, waiting, errors, addresses. */
#ifndef OURO_SRC_MODULES_SOCKET_PRIVATE_H
#define OURO_SRC_MODULES_SOCKET_PRIVATE_H

#include "modules/posix_private.h"
#include "modules/timeout.h"

#include <sys/socket.h>

typedef struct socket_object {
    ouro_object object;
    int fd; /* -1: closed */
    int family, type, protocol;
    int64_t timeout; /* nanoseconds; -1: blocks; 0: never waits */
} socket_object;

static inline socket_object *as_socket(ouro_value v)
{
    return (socket_object *)(void *)ouro_as_object(v);
}

/* One attempt at a call of the system, made without the runtime's lock: >= 0, or -1 with errno. */
typedef ssize_t (*socket_step)(int fd, void *context);

/* Makes the attempt, waiting until the deadline for the socket to become ready if it has a timeout; interrupted, it goes
 * on.  -1: raised (TimeoutError "timed out", or what errno says). */
OURO_NODISCARD ssize_t socket_perform(ouro_runtime *rt, socket_object *s, bool writes, int64_t deadline,
                                      socket_step step, void *context);
/* The deadline of a call that begins now. */
int64_t socket_deadline(const socket_object *s);
/* A new socket object of the type around the descriptor, which is closed on failure. */
OURO_NODISCARD ouro_value socket_from_descriptor(ouro_runtime *rt, type_object *type, int fd, int family, int kind,
                                                 int protocol);
/* False: the host does not allow descriptors; raised. */
OURO_NODISCARD bool socket_allowed(ouro_runtime *rt);

/* ---- addresses (socket_address.c) ---- */
typedef struct socket_address {
    struct sockaddr_storage storage;
    socklen_t length;
} socket_address;

/* The address that a program gives for a socket of `family`; `function` begins the error messages. */
OURO_NODISCARD bool socket_address_get(ouro_runtime *rt, int family, ouro_value v, const char *function,
                                       socket_address *address);
/* What a program sees of it. */
OURO_NODISCARD ouro_value socket_address_value(ouro_runtime *rt, const socket_address *address);
/* A host as text for getaddrinfo: str (by IDNA), bytes, bytearray; a block to be freed.  NULL: raised. */
OURO_NODISCARD char *socket_host_get(ouro_runtime *rt, ouro_value v, const char *message);
/* Looks a host up for an address of `family` (AF_UNSPEC: any). */
OURO_NODISCARD bool socket_host_resolve(ouro_runtime *rt, const char *name, int family, socket_address *address);
/* The numeric text of an address. */
OURO_NODISCARD ouro_value socket_host_text(ouro_runtime *rt, const socket_address *address);
/* gaierror for what getaddrinfo returned (OSError for EAI_SYSTEM). */
ouro_value socket_raise_lookup(ouro_runtime *rt, int error);

extern const method_def socket_transfer_methods[]; /* socket_transfer.c */
extern const method_def socket_name_functions[];   /* socket_names.c */
OURO_NODISCARD bool socket_add_constants(ouro_runtime *rt, module_object *module); /* socket_constants.c */

#endif

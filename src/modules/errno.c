/* errno.c: the errno module: the system's error numbers by name, and errorcode, which maps them back. */
#include "modules/modules.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/str.h"

#include <errno.h>

#define ERRNO_NAMES(X)                                                                                           \
    X(E2BIG) X(EACCES) X(EADDRINUSE) X(EADDRNOTAVAIL) X(EADV) X(EAFNOSUPPORT) X(EAGAIN) X(EALREADY) X(EBADE)     \
    X(EBADF) X(EBADFD) X(EBADMSG) X(EBADR) X(EBADRQC) X(EBADSLT) X(EBFONT) X(EBUSY) X(ECANCELED) X(ECHILD)       \
    X(ECHRNG) X(ECOMM) X(ECONNABORTED) X(ECONNREFUSED) X(ECONNRESET) X(EDEADLOCK) X(EDEADLK) X(EDESTADDRREQ)     \
    X(EDOM) X(EDOTDOT) X(EDQUOT) X(EEXIST) X(EFAULT) X(EFBIG) X(EHOSTDOWN) X(EHOSTUNREACH) X(EIDRM) X(EILSEQ)    \
    X(EINPROGRESS) X(EINTR) X(EINVAL) X(EIO) X(EISCONN) X(EISDIR) X(EISNAM) X(EKEYEXPIRED) X(EKEYREJECTED)       \
    X(EKEYREVOKED) X(EL2HLT) X(EL2NSYNC) X(EL3HLT) X(EL3RST) X(ELIBACC) X(ELIBBAD) X(ELIBEXEC) X(ELIBMAX)        \
    X(ELIBSCN) X(ELNRNG) X(ELOOP) X(EMEDIUMTYPE) X(EMFILE) X(EMLINK) X(EMSGSIZE) X(EMULTIHOP) X(ENAMETOOLONG)    \
    X(ENAVAIL) X(ENETDOWN) X(ENETRESET) X(ENETUNREACH) X(ENFILE) X(ENOANO) X(ENOBUFS) X(ENOCSI) X(ENODATA)       \
    X(ENODEV) X(ENOENT) X(ENOEXEC) X(ENOKEY) X(ENOLCK) X(ENOLINK) X(ENOMEDIUM) X(ENOMEM) X(ENOMSG) X(ENONET)     \
    X(ENOPKG) X(ENOPROTOOPT) X(ENOSPC) X(ENOSR) X(ENOSTR) X(ENOSYS) X(ENOTBLK) X(ENOTCONN) X(ENOTDIR)            \
    X(ENOTEMPTY) X(ENOTNAM) X(ENOTRECOVERABLE) X(ENOTSOCK) X(ENOTSUP) X(ENOTTY) X(ENOTUNIQ) X(ENXIO)             \
    X(EOPNOTSUPP) X(EOVERFLOW) X(EOWNERDEAD) X(EPERM) X(EPFNOSUPPORT) X(EPIPE) X(EPROTO) X(EPROTONOSUPPORT)      \
    X(EPROTOTYPE) X(ERANGE) X(EREMCHG) X(EREMOTE) X(EREMOTEIO) X(ERESTART) X(ERFKILL) X(EROFS) X(ESHUTDOWN)      \
    X(ESOCKTNOSUPPORT) X(ESPIPE) X(ESRCH) X(ESRMNT) X(ESTALE) X(ESTRPIPE) X(ETIME) X(ETIMEDOUT)                  \
    X(ETOOMANYREFS) X(ETXTBSY) X(EUCLEAN) X(EUNATCH) X(EUSERS) X(EWOULDBLOCK) X(EXDEV) X(EXFULL)

static bool errno_add(ouro_runtime *rt, module_object *module, ouro_value codes, const char *name, int number)
{
    ouro_value text = str_intern_cstring(rt, name);
    bool done = false;
    if (!ouro_is_null(text)) {
        int known = 0; /* of two names for one number the first in the list is the code's name */
        ouro_value first = dict_get(rt, as_dict(codes), ouro_int(number));
        known = !ouro_is_null(first);
        done = !error_is_set(rt) && (known || dict_set(rt, as_dict(codes), ouro_int(number), text)) &&
               module_add_int(rt, module, name, number);
    }
    value_decref(rt, text);
    return done;
}

static bool errno_start(ouro_runtime *rt, module_object *module)
{
    ouro_value codes = dict_new(rt, 140);
    if (ouro_is_null(codes)) {
        return false;
    }
    bool done = true;
#define ERRNO_ADD(name) done = done && errno_add(rt, module, codes, #name, name);
    ERRNO_NAMES(ERRNO_ADD)
#undef ERRNO_ADD
    if (!done) {
        value_decref(rt, codes);
        return false;
    }
    return module_add(rt, module, "errorcode", codes);
}

const module_def errno_module_def = {
    .name = "errno",
    .doc = "The system's error numbers as attributes, and errorcode, a dictionary of\n"
           "their names.",
    .functions = (const method_def[]){{0}},
    .start = errno_start,
};

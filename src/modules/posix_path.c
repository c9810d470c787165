/* posix_path.c: arguments of the posix module's functions, and their errors. */
#include "modules/posix_private.h"
#include "types/buffer.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/warnings.h"
#include "vm/vm.h"

#include <errno.h>
#include <fcntl.h>

ouro_value posix_fspath_value(ouro_runtime *rt, ouro_value v)
{
    if (value_is_str(rt, v) || value_is_bytes(rt, v)) {
        return value_incref(v);
    }
    ouro_value method = object_special(rt, v, STR(rt, __fspath__));
    if (ouro_is_null(method)) {
        return error_is_set(rt) ? OURO_NULL
                                : error_type(rt, "expected str, bytes or os.PathLike object, not %T", v);
    }
    ouro_value path = object_call0(rt, method);
    value_decref(rt, method);
    if (!ouro_is_null(path) && !value_is_str(rt, path) && !value_is_bytes(rt, path)) {
        error_type(rt, "expected %T.__fspath__() to return str or bytes, not %T", v, path);
        value_clear(rt, &path);
    }
    return path;
}

/* bytes of a bytearray and the like, which are allowed as paths, with a warning.  OURO_NULL: an exception. */
static ouro_value posix_path_of_buffer(ouro_runtime *rt, ouro_value v, const char *function, const char *argument,
                                       const char *wanted)
{
    ouro_value message = str_format_c(rt, "%s: %s should be %s, not %T", function, argument, wanted, v);
    bool goes_on = !ouro_is_null(message) &&
                   warnings_warn(rt, message, type_value(EXC(rt, DeprecationWarning)), 1, OURO_NULL);
    value_decref(rt, message);
    buffer_view view;
    if (!goes_on || !buffer_get(rt, v, &view, false)) {
        return OURO_NULL;
    }
    ouro_value bytes = bytes_new(rt, view.data, view.length);
    buffer_release(rt, &view);
    return bytes;
}

bool posix_path_get(ouro_runtime *rt, posix_path *path, ouro_value v, const char *function, const char *argument,
                    int flags)
{
    static const char *const allowed[] = {
        "string, bytes or os.PathLike",
        "string, bytes, os.PathLike or integer",
        "string, bytes, os.PathLike or None",
        "string, bytes, os.PathLike, integer or None",
    };
    *path = (posix_path){.fd = -1};
    if (ouro_is_null(v) || ((flags & POSIX_PATH_NONE) && ouro_is_none(v))) {
        return true;
    }
    bool is_text = value_is_str(rt, v) || value_is_bytes(rt, v);
    if (!is_text && (flags & POSIX_PATH_FD) && value_type(rt, v)->slots.to_index) {
        int64_t fd;
        ouro_value i = object_index(rt, v);
        if (ouro_is_null(i)) {
            return false;
        }
        bool fits = int_fits_int64(i, &fd);
        int sign = int_sign(i);
        value_decref(rt, i);
        if (!fits || fd > INT32_MAX || fd < INT32_MIN) {
            error_overflow(rt, sign > 0 ? "fd is greater than maximum" : "fd is less than minimum");
            return false;
        }
        path->fd = (int)fd;
        path->is_fd = true;
        path->object = value_incref(v);
        return true;
    }
    ouro_value text = OURO_NULL, encoded = OURO_NULL;
    const char *wanted = allowed[flags & (POSIX_PATH_FD | POSIX_PATH_NONE)];
    if (is_text) {
        text = value_incref(v);
    } else if (value_has_buffer(rt, v)) {
        text = posix_path_of_buffer(rt, v, function, argument, wanted);
        if (ouro_is_null(text)) {
            return false;
        }
    } else {
        ouro_value method = object_special(rt, v, STR(rt, __fspath__));
        if (ouro_is_null(method)) {
            if (!error_is_set(rt)) {
                error_type(rt, "%s: %s should be %s, not %T", function, argument, wanted, v);
            }
            return false;
        }
        value_decref(rt, method);
        text = posix_fspath_value(rt, v);
        if (ouro_is_null(text)) {
            return false;
        }
    }
    path->is_bytes = value_is_bytes(rt, text);
    encoded = path->is_bytes ? value_incref(text) : codec_encode(rt, text, "utf-8", "surrogateescape");
    if (!ouro_is_null(encoded)) {
        size_t length = as_bytes(encoded)->length;
        if (memchr(as_bytes(encoded)->data, '\0', length)) {
            if (path->is_bytes) {
                error_value(rt, "%s: embedded null character in %s", function, argument);
            } else {
                error_value(rt, "embedded null byte");
            }
        } else {
            path->narrow = ouro_mem_alloc(rt->mem, length + 1);
            if (path->narrow) {
                memcpy(path->narrow, as_bytes(encoded)->data, length);
                path->narrow[length] = '\0';
            } else {
                error_no_memory(rt);
            }
        }
    }
    value_decref(rt, encoded);
    if (!path->narrow) {
        value_decref(rt, text);
        return false;
    }
    path->object = text;
    if (value_has_buffer(rt, v)) { /* a bytearray is called by errors what the program calls it */
        value_replace(rt, &path->object, value_incref(v));
    }
    return true;
}

void posix_path_free(ouro_runtime *rt, posix_path *path)
{
    ouro_mem_free(rt->mem, path->narrow);
    path->narrow = NULL;
    value_clear(rt, &path->object);
}

ouro_value posix_name(ouro_runtime *rt, const char *name, size_t length, bool as_bytes)
{
    return as_bytes ? bytes_new(rt, name, length) : str_from_system(rt, name, length);
}

bool posix_owner_id(ouro_runtime *rt, ouro_value v, const char *name, uint32_t *id)
{
    if (value_type(rt, v)->slots.to_index == NULL) {
        error_type(rt, "%s should be integer, not %T", name, v);
        return false;
    }
    ouro_value i = object_index(rt, v);
    if (ouro_is_null(i)) {
        return false;
    }
    int64_t number;
    bool fits = int_fits_int64(i, &number), negative = int_sign(i) < 0;
    value_decref(rt, i);
    if (!fits || number < -1 || number > (int64_t)UINT32_MAX) {
        ouro_value message = str_format_c(rt, "%s is %s", name, negative ? "less than minimum" : "greater than maximum");
        if (!ouro_is_null(message)) {
            error_raise(rt, EXC(rt, OverflowError), "%U", message);
            value_decref(rt, message);
        }
        return false;
    }
    *id = (uint32_t)number;
    return true;
}

bool posix_int64(ouro_runtime *rt, ouro_value v, int64_t *result)
{
    ouro_value i = object_index(rt, v);
    if (ouro_is_null(i)) {
        return false;
    }
    bool fits = int_as_int64(rt, i, result);
    value_decref(rt, i);
    return fits;
}

bool posix_int(ouro_runtime *rt, ouro_value v, int *result)
{
    ouro_value i = object_index(rt, v);
    if (ouro_is_null(i)) {
        return false;
    }
    int64_t wide;
    bool fits = int_fits_int64(i, &wide) && wide <= INT32_MAX && wide >= INT32_MIN;
    value_decref(rt, i);
    if (!fits) {
        error_overflow(rt, "Python int too large to convert to C int");
        return false;
    }
    *result = (int)wide;
    return true;
}

/* What fileno() of an object gives, a new reference to an int. */
static ouro_value posix_call_fileno(ouro_runtime *rt, ouro_value v)
{
    ouro_value method = OURO_NULL;
    int found = object_getattr_optional(rt, v, STR(rt, fileno), &method);
    if (found < 0) {
        return OURO_NULL;
    }
    if (found == 0) {
        return error_type(rt, "argument must be an int, or have a fileno() method.");
    }
    ouro_value number = object_call0(rt, method);
    value_decref(rt, method);
    if (!ouro_is_null(number) && !value_is_int(rt, number)) {
        value_decref(rt, number);
        return error_type(rt, "fileno() returned a non-integer");
    }
    return number;
}

bool posix_fd(ouro_runtime *rt, ouro_value v, int *fd)
{
    ouro_value number = value_is_int(rt, v) ? value_incref(v) : posix_call_fileno(rt, v);
    bool done = !ouro_is_null(number) && posix_int(rt, number, fd);
    value_decref(rt, number);
    if (done && *fd < 0) {
        error_value(rt, "file descriptor cannot be a negative integer (%d)", *fd);
        done = false;
    }
    return done;
}

bool posix_dir_fd(ouro_runtime *rt, ouro_value v, int *fd)
{
    *fd = AT_FDCWD;
    if (ouro_is_null(v) || ouro_is_none(v)) {
        return true;
    }
    if (!value_type(rt, v)->slots.to_index) {
        error_type(rt, "argument should be integer or None, not %T", v);
        return false;
    }
    return posix_int(rt, v, fd);
}

bool posix_flag(ouro_runtime *rt, const ouro_value *args, size_t nargs, size_t i, bool *flag)
{
    ouro_value v = arg_or_null(args, nargs, i);
    if (ouro_is_null(v)) {
        return true;
    }
    int truth = object_truth(rt, v);
    *flag = truth > 0;
    return truth >= 0;
}

ouro_value posix_error(ouro_runtime *rt)
{
    return error_os(rt, errno, OURO_NULL, OURO_NULL);
}

ouro_value posix_error_path(ouro_runtime *rt, const posix_path *path)
{
    return error_os(rt, errno, path->object, OURO_NULL);
}

bool posix_retry(ouro_runtime *rt)
{
    return !rt->pending || vm_handle_pending(rt);
}

ouro_value posix_none(ouro_runtime *rt, int result)
{
    return result < 0 ? posix_error(rt) : OURO_NONE;
}

/* exception_os.c: OSError and its subclasses by errno.
 *
 * OSError(errno, text, ...) makes an instance of the subclass that fits the number.  All fields are set by __new__,
 * unless a subclass written in Python overrides __init__ but not __new__: then by __init__, with what the
 * subclass's own passes on.
 */
#include "types/exception_private.h"

#include "types/number.h"

#include <errno.h>

typedef struct os_error_object {
    exception_object base;
    ouro_value number, text, filename, filename2;
    int64_t written; /* characters_written, valid if has_written */
    bool has_written;
} os_error_object;

static os_error_object *as_os_error(ouro_value v)
{
    return (os_error_object *)(void *)ouro_as_object(v);
}

/* The subclass for an error number, or NULL. */
static type_object *exception_os_type(ouro_runtime *rt, int64_t number)
{
    switch (number) {
    case EAGAIN:
    case EALREADY:
    case EINPROGRESS:
#if EWOULDBLOCK != EAGAIN
    case EWOULDBLOCK:
#endif
        return EXC(rt, BlockingIOError);
    case EPIPE:
    case ESHUTDOWN:
        return EXC(rt, BrokenPipeError);
    case ECHILD:
        return EXC(rt, ChildProcessError);
    case ECONNABORTED:
        return EXC(rt, ConnectionAbortedError);
    case ECONNREFUSED:
        return EXC(rt, ConnectionRefusedError);
    case ECONNRESET:
        return EXC(rt, ConnectionResetError);
    case EEXIST:
        return EXC(rt, FileExistsError);
    case ENOENT:
        return EXC(rt, FileNotFoundError);
    case EISDIR:
        return EXC(rt, IsADirectoryError);
    case ENOTDIR:
        return EXC(rt, NotADirectoryError);
    case EINTR:
        return EXC(rt, InterruptedError);
    case EACCES:
    case EPERM:
        return EXC(rt, PermissionError);
    case ESRCH:
        return EXC(rt, ProcessLookupError);
    case ETIMEDOUT:
        return EXC(rt, TimeoutError);
    default:
        return NULL;
    }
}

static ouro_value exception_os_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames);
static bool exception_os_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                              ouro_value kwnames);

/* Are the fields of this type's instances set by __init__? */
static bool exception_os_by_init(const type_object *type)
{
    return type->slots.init != exception_os_init && type->slots.make == exception_os_make;
}

static bool exception_os_fill(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs)
{
    os_error_object *e = as_os_error(self);
    if (nargs < 2 || nargs > 5) {
        return exception_set_args(rt, self, args, nargs);
    }
    value_replace(rt, &e->number, value_incref(args[0]));
    value_replace(rt, &e->text, value_incref(args[1]));
    if (nargs > 2 && !ouro_is_none(args[2])) {
        int64_t written;
        if (value_type(rt, self) == EXC(rt, BlockingIOError) && value_is_int(rt, args[2])) {
            if (!int_as_int64(rt, args[2], &written)) {
                return false;
            }
            e->written = written;
            e->has_written = true;
        } else {
            value_replace(rt, &e->filename, value_incref(args[2]));
            if (nargs == 5 && !ouro_is_none(args[4])) {
                value_replace(rt, &e->filename2, value_incref(args[4]));
            }
            /* args keeps the two that every OSError has */
            nargs = 2;
        }
    }
    return exception_set_args(rt, self, args, nargs);
}

static bool exception_os_no_keywords(ouro_runtime *rt, type_object *type, ouro_value kwnames)
{
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        error_type(rt, "%N() takes no keyword arguments", type);
        return false;
    }
    return true;
}

static ouro_value exception_os_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    bool by_init = exception_os_by_init(type);
    if (!by_init) {
        if (!exception_os_no_keywords(rt, type, kwnames)) {
            return OURO_NULL;
        }
        int64_t number;
        if (type == EXC(rt, OSError) && nargs >= 2 && nargs <= 5 && value_is_int(rt, args[0]) &&
            int_fits_int64(args[0], &number)) {
            type_object *fitting = exception_os_type(rt, number);
            type = fitting == NULL ? type : fitting;
        }
    }
    ouro_value self = exception_make(rt, type, args, by_init ? 0 : nargs, OURO_NULL);
    if (!ouro_is_null(self) && !by_init && !exception_os_fill(rt, self, args, nargs)) {
        value_decref(rt, self);
        return OURO_NULL;
    }
    return self;
}

static bool exception_os_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                              ouro_value kwnames)
{
    type_object *type = value_type(rt, self);
    if (!exception_os_by_init(type)) {
        return true;
    }
    return exception_os_no_keywords(rt, type, kwnames) && exception_os_fill(rt, self, args, nargs);
}

static ouro_value exception_os_or_none(ouro_value v)
{
    return ouro_is_null(v) ? OURO_NONE : v;
}

static ouro_value exception_os_str(ouro_runtime *rt, ouro_value self)
{
    const os_error_object *e = as_os_error(self);
    ouro_value number = exception_os_or_none(e->number), text = exception_os_or_none(e->text);
    if (!ouro_is_null(e->filename)) {
        if (!ouro_is_null(e->filename2)) {
            return str_format_c(rt, "[Errno %S] %S: %R -> %R", number, text, e->filename, e->filename2);
        }
        return str_format_c(rt, "[Errno %S] %S: %R", number, text, e->filename);
    }
    if (!ouro_is_null(e->number) && !ouro_is_null(e->text)) {
        return str_format_c(rt, "[Errno %S] %S", number, text);
    }
    return exception_str(rt, self);
}

static ouro_value exception_os_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const os_error_object *e = as_os_error(args[0]);
    ouro_value own = value_incref(e->base.args);
    if (exception_arg_count(args[0]) == 2 && !ouro_is_null(e->filename)) {
        ouro_value all[5] = {exception_arg(args[0], 0), exception_arg(args[0], 1), e->filename, OURO_NONE,
                             e->filename2};
        ouro_value longer = tuple_new(rt, all, ouro_is_null(e->filename2) ? 3 : 5);
        value_decref(rt, own);
        if (ouro_is_null(longer)) {
            return OURO_NULL;
        }
        own = longer;
    }
    ouro_value result = OURO_NULL;
    ouro_value state = exception_state(rt, args[0]);
    if (!ouro_is_null(state)) {
        result = exception_reduce_with(rt, args[0], own, state);
        value_decref(rt, state);
    }
    value_decref(rt, own);
    return result;
}

static ouro_value exception_os_get_written(ouro_runtime *rt, ouro_value self, void *closure)
{
    const os_error_object *e = as_os_error(self);
    if (!e->has_written) {
        return error_raise(rt, EXC(rt, AttributeError), "characters_written");
    }
    return int_from_int64(rt, e->written);
}

static bool exception_os_set_written(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    os_error_object *e = as_os_error(self);
    if (ouro_is_null(value)) {
        if (!e->has_written) {
            error_raise(rt, EXC(rt, AttributeError), "characters_written");
            return false;
        }
        e->has_written = false;
        return true;
    }
    int64_t written;
    if (!object_as_index(rt, value, &written, false)) {
        return false;
    }
    e->written = written;
    e->has_written = true;
    return true;
}

static const ouro_field exception_os_fields[] = {
    EXCEPTION_FIELDS,
    {OURO_FIELD_VALUE, offsetof(os_error_object, number), 0, "errno"},
    {OURO_FIELD_VALUE, offsetof(os_error_object, text), 0, "strerror"},
    {OURO_FIELD_VALUE, offsetof(os_error_object, filename), 0, "filename"},
    {OURO_FIELD_VALUE, offsetof(os_error_object, filename2), 0, "filename2"},
};

static const member_def exception_os_members[] = {
    {"errno", offsetof(os_error_object, number), MEMBER_NONE_IF_NULL, "POSIX exception code"},
    {"strerror", offsetof(os_error_object, text), MEMBER_NONE_IF_NULL, "exception strerror"},
    {"filename", offsetof(os_error_object, filename), MEMBER_NONE_IF_NULL, "exception filename"},
    {"filename2", offsetof(os_error_object, filename2), MEMBER_NONE_IF_NULL, "second exception filename"},
    {0},
};

static const method_def exception_os_methods[] = {
    {"__reduce__", "?self, /", exception_os_reduce, NULL, 0, NULL},
    {0},
};

static const getset_def exception_os_getsets[] = {
    {"characters_written", exception_os_get_written, exception_os_set_written, NULL, NULL},
    {0},
};

const type_spec exception_spec_OSError = {
    .name = "OSError",
    .size = sizeof(os_error_object),
    .flags = EXCEPTION_FLAGS,
    .base = &exception_spec_Exception,
    .doc = "Base class for I/O related errors.",
    .fields = exception_os_fields,
    .field_count = EXCEPTION_FIELD_COUNT + 4,
    .methods = exception_os_methods,
    .getsets = exception_os_getsets,
    .members = exception_os_members,
    .slots = {.make = exception_os_make, .init = exception_os_init, .str = exception_os_str},
};

#define OS_EXCEPTION(type_name, base_name, text) \
    const type_spec exception_spec_##type_name = { \
        .name = #type_name, \
        .size = sizeof(os_error_object), \
        .flags = EXCEPTION_FLAGS, \
        .base = &exception_spec_##base_name, \
        .doc = text, \
        .fields = exception_os_fields, \
        .field_count = EXCEPTION_FIELD_COUNT + 4, \
    };

OS_EXCEPTION(BlockingIOError, OSError, "I/O operation would block.")
OS_EXCEPTION(ChildProcessError, OSError, "Child process error.")
OS_EXCEPTION(ConnectionError, OSError, "Connection error.")
OS_EXCEPTION(BrokenPipeError, ConnectionError, "Broken pipe.")
OS_EXCEPTION(ConnectionAbortedError, ConnectionError, "Connection aborted.")
OS_EXCEPTION(ConnectionRefusedError, ConnectionError, "Connection refused.")
OS_EXCEPTION(ConnectionResetError, ConnectionError, "Connection reset.")
OS_EXCEPTION(FileExistsError, OSError, "File already exists.")
OS_EXCEPTION(FileNotFoundError, OSError, "File not found.")
OS_EXCEPTION(InterruptedError, OSError, "Interrupted by signal.")
OS_EXCEPTION(IsADirectoryError, OSError, "Operation doesn't work on directories.")
OS_EXCEPTION(NotADirectoryError, OSError, "Operation only works on directories.")
OS_EXCEPTION(PermissionError, OSError, "Not enough permissions.")
OS_EXCEPTION(ProcessLookupError, OSError, "Process not found.")
OS_EXCEPTION(TimeoutError, OSError, "Timeout expired.")

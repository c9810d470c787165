/* unraisable.c: the report of an exception that cannot propagate (in __del__, in a callback of the collector), and
 * writing to the program's error output.
 *
 * The report goes to sys.unraisablehook when the program can have one, else it is written at once.  Nothing here
 * fails: an error on the way is dropped, and the exception that was being raised outside stays as it was.
 *
 * The text is CPython's:
 *     Exception ignored in: <function A.__del__ at 0x7f...>
 *     Traceback (most recent call last):
 *       ...
 *     ZeroDivisionError: division by zero
 */
#include "types/containers.h"
#include "types/error.h"
#include "types/error_private.h"
#include "types/exception.h"
#include "types/protocol.h"
#include "types/str.h"

#include <string.h>

/* ---- the error output ----------------------------------------------------------------------------------- */

ouro_value error_sys_attribute(ouro_runtime *rt, ouro_value name)
{
    if (rt->types->import_name == NULL) {
        return OURO_NULL;
    }
    ouro_value sys = rt->types->import_name(rt, STR(rt, sys));
    if (ouro_is_null(sys)) {
        error_clear(rt);
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (object_getattr_optional(rt, sys, name, &result) <= 0) {
        error_clear(rt);
        result = OURO_NULL;
    }
    value_decref(rt, sys);
    return result;
}

ouro_value error_find_stderr(ouro_runtime *rt)
{
    ouro_value file = error_sys_attribute(rt, STR(rt, stderr));
    return ouro_is_none(file) ? OURO_NULL : file;
}

/* Without any memory: the ASCII characters of a text, '?' for the others. */
static void unraisable_write_ascii(ouro_runtime *rt, const str_object *s)
{
    char piece[128];
    size_t used = 0;
    for (size_t i = 0; i < str_length(s); i++) {
        uint32_t c = str_char_at(s, i);
        piece[used++] = c < 0x80 ? (char)c : '?';
        if (used == sizeof piece) {
            rt->types->write_stderr(rt, piece, used);
            used = 0;
        }
    }
    rt->types->write_stderr(rt, piece, used);
}

void error_write(ouro_runtime *rt, ouro_value text)
{
    ouro_value waiting = error_take(rt);
    ouro_value file = error_find_stderr(rt);
    bool written = false;
    if (!ouro_is_null(file)) {
        ouro_value result = object_call_method1(rt, file, STR(rt, write), text);
        written = !ouro_is_null(result);
        value_decref(rt, result);
        value_decref(rt, file);
        error_clear(rt);
    }
    if (!written && rt->types->write_stderr != NULL) {
        size_t length;
        char *bytes = str_to_utf8(rt, text, &length, true);
        if (bytes != NULL) {
            rt->types->write_stderr(rt, bytes, length);
            ouro_mem_free(rt->mem, bytes);
        } else {
            error_clear(rt);
            unraisable_write_ascii(rt, as_str(text));
        }
    }
    error_restore(rt, waiting);
}

void error_write_cstring(ouro_runtime *rt, const char *text)
{
    ouro_value waiting = error_take(rt);
    ouro_value s = str_from_cstring(rt, text);
    if (ouro_is_null(s)) {
        error_clear(rt);
        if (rt->types->write_stderr != NULL) {
            rt->types->write_stderr(rt, text, strlen(text));
        }
    } else {
        error_write(rt, s);
        value_decref(rt, s);
    }
    error_restore(rt, waiting);
}

/* ---- the report ----------------------------------------------------------------------------------------- */

/* Writes what `make` gives; `instead` when it fails. */
static void unraisable_write_text(ouro_runtime *rt, ouro_value text /* stolen */, const char *instead)
{
    if (ouro_is_null(text)) {
        error_clear(rt);
        error_write_cstring(rt, instead);
        return;
    }
    error_write(rt, text);
    value_decref(rt, text);
}

static void unraisable_write_last_line(ouro_runtime *rt, ouro_value exception)
{
    ouro_value type = type_value(value_type(rt, exception));
    ouro_value module = object_getattr(rt, type, STR(rt, __module__));
    if (ouro_is_null(module) || !value_is_str(rt, module)) {
        error_clear(rt);
        error_write_cstring(rt, "<unknown>");
    } else if (!str_equal_ascii(as_str(module), "builtins") && !str_equal_ascii(as_str(module), "__main__")) {
        error_write(rt, module);
        error_write_cstring(rt, ".");
    }
    value_decref(rt, module);
    unraisable_write_text(rt, object_getattr(rt, type, STR(rt, __qualname__)), "<unknown>");
    error_write_cstring(rt, ": ");
    unraisable_write_text(rt, object_str(rt, exception), "<exception str() failed>");
    error_write_cstring(rt, "\n");
}

void error_write_unraisable(ouro_runtime *rt, ouro_value exception, ouro_value message, ouro_value where)
{
    ouro_value waiting = error_take(rt);
    bool has_message = !ouro_is_null(message) && !ouro_is_none(message);
    if (!ouro_is_null(where) && !ouro_is_none(where)) {
        if (has_message) {
            error_write(rt, message);
            error_write_cstring(rt, ": ");
        } else {
            error_write_cstring(rt, "Exception ignored in: ");
        }
        unraisable_write_text(rt, object_repr(rt, where), "<object repr() failed>");
        error_write_cstring(rt, "\n");
    } else if (has_message) {
        error_write(rt, message);
        error_write_cstring(rt, ":\n");
    }
    if (!ouro_is_null(exception) && !ouro_is_none(exception)) {
        if (!ouro_is_null(as_exception(exception)->traceback) && rt->types->write_traceback != NULL) {
            rt->types->write_traceback(rt, exception);
        }
        unraisable_write_last_line(rt, exception);
    }
    ouro_value file = error_find_stderr(rt);
    if (!ouro_is_null(file)) {
        value_decref(rt, object_call_method0(rt, file, STR(rt, flush)));
        error_clear(rt);
        value_decref(rt, file);
    }
    error_restore(rt, waiting);
}

/* The argument of sys.unraisablehook: an object with the five attributes.  OURO_NULL: failed. */
static ouro_value unraisable_hook_argument(ouro_runtime *rt, ouro_value exception, ouro_value message,
                                           ouro_value where)
{
    ouro_value traceback = as_exception(exception)->traceback;
    ouro_value names[] = {STR(rt, exc_type), STR(rt, exc_value), STR(rt, exc_traceback), STR(rt, err_msg),
                          STR(rt, object)};
    ouro_value values[] = {type_value(value_type(rt, exception)), exception,
                           ouro_is_null(traceback) ? OURO_NONE : traceback,
                           ouro_is_null(message) ? OURO_NONE : message, ouro_is_null(where) ? OURO_NONE : where};
    ouro_value kwnames = tuple_new(rt, names, 5);
    if (ouro_is_null(kwnames)) {
        return OURO_NULL;
    }
    ouro_value result = object_call(rt, type_value(TYPE(rt, simple_namespace)), values, 0, kwnames);
    value_decref(rt, kwnames);
    return result;
}

void error_report_unraisable(ouro_runtime *rt, const char *message, ouro_value where)
{
    ouro_value exception = error_take(rt);
    if (ouro_is_null(exception)) {
        return;
    }
    value_incref(where);
    ouro_value text = OURO_NULL;
    if (message != NULL) {
        text = str_from_cstring(rt, message);
        error_clear(rt);
    }
    ouro_value hook = error_sys_attribute(rt, STR(rt, unraisablehook));
    bool reported = false;
    if (!ouro_is_null(hook) && !ouro_is_none(hook)) {
        ouro_value argument = unraisable_hook_argument(rt, exception, text, where);
        ouro_value result = OURO_NULL;
        if (!ouro_is_null(argument)) {
            result = object_call1(rt, hook, argument);
        }
        value_decref(rt, argument);
        reported = !ouro_is_null(result);
        value_decref(rt, result);
        if (!reported && error_is_set(rt)) {
            /* The hook itself failed: that is reported, unless it only lacked the memory. */
            ouro_value second = error_take(rt);
            if (!value_is_instance(rt, second, EXC(rt, MemoryError))) {
                ouro_value why = str_from_cstring(rt, "Exception ignored in sys.unraisablehook");
                error_clear(rt);
                error_write_unraisable(rt, second, why, hook);
                value_decref(rt, why);
                reported = true;
            }
            value_decref(rt, second);
        }
    }
    if (!reported) {
        error_write_unraisable(rt, exception, text, where);
    }
    value_decref(rt, hook);
    value_decref(rt, text);
    value_decref(rt, where);
    value_decref(rt, exception);
}

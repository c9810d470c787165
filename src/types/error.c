/* error.c: the exception that is being raised: setting, taking, matching it, and what to do with one that cannot
 * propagate.
 *
 * Owns rt->exception, and the MemoryError that is kept in reserve.
 *
 * What always holds: rt->exception is OURO_NULL or an owned instance of BaseException.  An exception that is set
 * by raising has the exception being handled as its __context__, and no chain of contexts leads back to itself
 * through a link made here.
 *
 * Running out of memory allocates nothing: the reserve instance is handed out; only while a program still holds it
 * is a fresh one tried first.
 */
#include "types/error.h"

#include "types/containers.h"
#include "types/error_private.h"
#include "types/exception.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/warnings.h"

#include <stdio.h>
#include <string.h>

/* ---- chaining ------------------------------------------------------------------------------------------- */

/* Before `handled` becomes the context of `exception`: cuts the link in handled's own chain that leads to
 * `exception`.  The chain may hold a cycle that a program made; `slow` follows at half speed to notice it. */
static void error_break_chain(ouro_runtime *rt, ouro_value handled, ouro_value exception)
{
    ouro_value walk = handled;
    ouro_value slow = handled;
    bool step = false;
    for (;;) {
        ouro_value context = as_exception(walk)->context;
        if (!ouro_is_object(context)) {
            return;
        }
        if (ouro_is(context, exception)) {
            value_clear(rt, &as_exception(walk)->context);
            return;
        }
        walk = context;
        if (step) {
            slow = as_exception(slow)->context;
            if (ouro_is(slow, walk)) {
                return;
            }
        }
        step = !step;
    }
}

/* Makes `exception` (stolen) the one being raised, with its context set. */
static ouro_value error_set(ouro_runtime *rt, ouro_value exception)
{
    ouro_value handled = OURO_NULL;
    if (rt->types->handled_exception != NULL) {
        handled = rt->types->handled_exception(rt);
    }
    if (ouro_is_object(handled) && !ouro_is(handled, exception)) {
        value_incref(handled);
        error_break_chain(rt, handled, exception);
        value_replace(rt, &as_exception(exception)->context, handled);
    }
    error_restore(rt, exception);
    return OURO_NULL;
}

void error_restore(ouro_runtime *rt, ouro_value exception)
{
    value_replace(rt, &rt->exception, exception);
}

ouro_value error_take(ouro_runtime *rt)
{
    ouro_value exception = rt->exception;
    rt->exception = OURO_NULL;
    return exception;
}

void error_clear(ouro_runtime *rt)
{
    value_clear(rt, &rt->exception);
}

bool error_matches(ouro_runtime *rt, const type_object *type)
{
    return ouro_is_object(rt->exception) && value_is_instance(rt, rt->exception, type);
}

bool error_clear_if(ouro_runtime *rt, const type_object *type)
{
    if (!error_matches(rt, type)) {
        return false;
    }
    error_clear(rt);
    return true;
}

/* ---- raising -------------------------------------------------------------------------------------------- */

static ouro_value error_raise_with(ouro_runtime *rt, type_object *type, ouro_value argument /* stolen */)
{
    ouro_value exception = exception_new(rt, type, argument);
    value_decref(rt, argument);
    if (ouro_is_null(exception)) {
        return OURO_NULL;
    }
    return error_set(rt, exception);
}

static ouro_value error_raise_va(ouro_runtime *rt, type_object *type, const char *format, va_list arguments)
{
    if (format == NULL) {
        return error_raise_with(rt, type, OURO_NULL);
    }
    ouro_value message = str_format_va(rt, format, arguments);
    if (ouro_is_null(message)) {
        return OURO_NULL;
    }
    return error_raise_with(rt, type, message);
}

ouro_value error_raise(ouro_runtime *rt, type_object *type, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    ouro_value result = error_raise_va(rt, type, format, arguments);
    va_end(arguments);
    return result;
}

ouro_value error_type(ouro_runtime *rt, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    ouro_value result = error_raise_va(rt, EXC(rt, TypeError), format, arguments);
    va_end(arguments);
    return result;
}

ouro_value error_value(ouro_runtime *rt, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    ouro_value result = error_raise_va(rt, EXC(rt, ValueError), format, arguments);
    va_end(arguments);
    return result;
}

ouro_value error_overflow(ouro_runtime *rt, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    ouro_value result = error_raise_va(rt, EXC(rt, OverflowError), format, arguments);
    va_end(arguments);
    return result;
}

ouro_value error_runtime(ouro_runtime *rt, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    ouro_value result = error_raise_va(rt, EXC(rt, RuntimeError), format, arguments);
    va_end(arguments);
    return result;
}

ouro_value error_system(ouro_runtime *rt, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    ouro_value result = error_raise_va(rt, EXC(rt, SystemError), format, arguments);
    va_end(arguments);
    return result;
}

ouro_value error_index(ouro_runtime *rt, const char *message)
{
    return error_raise(rt, EXC(rt, IndexError), "%s", message);
}

ouro_value error_key(ouro_runtime *rt, ouro_value key)
{
    return error_raise_with(rt, EXC(rt, KeyError), value_incref(key));
}

ouro_value error_attribute(ouro_runtime *rt, ouro_value object, ouro_value name)
{
    error_raise(rt, EXC(rt, AttributeError), "'%.50T' object has no attribute '%U'", object, name);
    error_note_attribute(rt, object, name);
    return OURO_NULL;
}

ouro_value error_stop_iteration(ouro_runtime *rt, ouro_value value)
{
    return error_raise_with(rt, EXC(rt, StopIteration), value_incref(value));
}

ouro_value error_os(ouro_runtime *rt, int error_number, ouro_value filename, ouro_value filename2)
{
    char text[256];
    ouro_value args[5] = {OURO_NULL, OURO_NULL, OURO_NONE, OURO_NONE, OURO_NONE};
    args[0] = ouro_int(error_number);
    args[1] = str_from_cstring(rt, strerror_r(error_number, text, sizeof text));
    if (ouro_is_null(args[1])) {
        return OURO_NULL;
    }
    size_t count = 2;
    if (!ouro_is_null(filename)) {
        args[2] = filename;
        count = 3;
    }
    if (!ouro_is_null(filename2)) {
        args[4] = filename2;
        count = 5;
    }
    ouro_value exception = object_call(rt, type_value(EXC(rt, OSError)), args, count, OURO_NULL);
    value_decref(rt, args[1]);
    if (ouro_is_null(exception)) {
        return OURO_NULL;
    }
    return error_set(rt, exception);
}

ouro_value error_raise_value(ouro_runtime *rt, ouro_value exception)
{
    if (value_is_exception(rt, exception)) {
        return error_set(rt, value_incref(exception));
    }
    if (value_is_exception_class(rt, exception)) {
        ouro_value instance = object_call0(rt, exception);
        if (ouro_is_null(instance)) {
            return OURO_NULL;
        }
        if (!value_is_exception(rt, instance)) {
            error_type(rt, "calling %R should have returned an instance of BaseException, not %T", exception, instance);
            value_decref(rt, instance);
            return OURO_NULL;
        }
        return error_set(rt, instance);
    }
    return error_type(rt, "exceptions must derive from BaseException");
}

/* ---- no memory, too deep -------------------------------------------------------------------------------- */

void error_forget_no_memory(ouro_runtime *rt, bool at_end)
{
    if (!ouro_is_null(rt->types->memory_error) &&
        (at_end || ouro_as_object(rt->types->memory_error)->refcount == 1)) {
        exception_object *e = as_exception(rt->types->memory_error);
        value_clear(rt, &e->traceback);
        value_clear(rt, &e->context);
        value_clear(rt, &e->cause);
        value_clear(rt, &e->notes);
        e->suppress_context = false;
    }
}

void error_set_no_memory(ouro_runtime *rt)
{
    if (ouro_is_null(rt->types->memory_error)) {
        /* Before the reserve exists (while the runtime starts) a failure is known by its result alone. */
        return;
    }
    ouro_object *reserve = ouro_as_object(rt->types->memory_error);
    if (reserve->refcount != 1 && !rt->types->making_memory_error && !ouro_is(rt->exception, rt->types->memory_error)) {
        rt->types->making_memory_error = true;
        ouro_value fresh = exception_new(rt, EXC(rt, MemoryError), OURO_NULL);
        rt->types->making_memory_error = false;
        if (!ouro_is_null(fresh)) {
            error_set(rt, fresh);
            return;
        }
    }
    error_forget_no_memory(rt, false);
    error_set(rt, value_incref(rt->types->memory_error));
}

void error_set_recursion(ouro_runtime *rt, const char *where)
{
    error_raise(rt, EXC(rt, RecursionError), "maximum recursion depth exceeded%s", where == NULL ? "" : where);
}

bool error_start(ouro_runtime *rt)
{
    /* what its report looks for must be there when memory has run out: its class, and how a class tells its name */
    if (!type_fill(rt, EXC(rt, MemoryError)) || !type_fill(rt, TYPE(rt, type))) {
        return false;
    }
    ouro_value reserve = exception_new(rt, EXC(rt, MemoryError), OURO_NULL);
    if (ouro_is_null(reserve)) {
        return false;
    }
    rt->types->memory_error = reserve;
    rt->set_no_memory = error_set_no_memory;
    rt->set_recursion_error = error_set_recursion;
    rt->report_unraisable = error_report_unraisable;
    return true;
}

void error_stop(ouro_runtime *rt)
{
    error_clear(rt);
    warnings_stop(rt);
    value_clear(rt, &rt->types->memory_error);
}

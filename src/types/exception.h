/* exception.h: exception instances and tracebacks. */
#ifndef OURO_SRC_TYPES_EXCEPTION_H
#define OURO_SRC_TYPES_EXCEPTION_H

#include "types/types.h"

/* Every exception begins with this; subclasses with fields of their own (OSError, SyntaxError, ...) add them
 * after it (exception*.c). */
typedef struct exception_object {
    ouro_object object;
    ouro_value args;      /* tuple */
    ouro_value traceback; /* traceback or OURO_NULL */
    ouro_value context, cause;
    ouro_value notes;     /* list or OURO_NULL */
    bool suppress_context;
} exception_object;

static inline exception_object *as_exception(ouro_value v)
{
    return (exception_object *)(void *)ouro_as_object(v);
}
static inline bool value_is_exception(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && (ouro_as_object(v)->shape->type->flags & TYPE_IS_EXCEPTION) != 0;
}
bool value_is_exception_class(ouro_runtime *rt, ouro_value v);

typedef struct stop_iteration_object {
    exception_object base;
    ouro_value value;
} stop_iteration_object;

/* One entry: the frame (an object of the vm floor), where in it, and the next deeper entry. */
typedef struct traceback_object {
    ouro_object object;
    ouro_value next;  /* traceback or OURO_NULL */
    ouro_value frame;
    int32_t unit;     /* instruction index (tb_lasti) */
    int32_t line;     /* TRACEBACK_LINE_OF_UNIT: not asked for yet */
    bool odd;         /* a program's own number (TracebackType) that is no instruction's: tb_lasti is one more */
} traceback_object;
enum { TRACEBACK_LINE_OF_UNIT = INT32_MIN };

/* The line of an entry, found now if it has not been (most exceptions are caught and forgotten). */
int traceback_line(ouro_runtime *rt, traceback_object *entry);

/* Puts an entry in front of the exception's traceback.  `frame` is counted.  False: no memory. */
OURO_NODISCARD bool exception_add_traceback(ouro_runtime *rt, ouro_value exception, ouro_value frame, int unit);
/* Calls the class with the argument: an instance.  value OURO_NULL: no argument. */
OURO_NODISCARD ouro_value exception_new(ouro_runtime *rt, type_object *type, ouro_value argument);

/* ---- exception groups: what `except*` needs ---- */

/* Splits an exception (a group or not) by `condition` (an exception type or a tuple of them): new references, None
 * where a part is empty.  `rest` may be NULL. */
OURO_NODISCARD bool exception_group_split(ouro_runtime *rt, ouro_value exception, ouro_value condition,
                                          ouro_value *match, ouro_value *rest);
/* After the clauses of a `try ... except*`: `original` is what was caught, `raised` a list of what its clauses raised
 * or left over (None for nothing).  Returns what is to be raised, or None. */
OURO_NODISCARD ouro_value exception_group_after_star(ouro_runtime *rt, ouro_value original, ouro_value raised);
/* A BaseExceptionGroup (or ExceptionGroup, if all allow it) of the exceptions in a sequence. */
OURO_NODISCARD ouro_value exception_group_new(ouro_runtime *rt, const char *message, ouro_value exceptions);

#endif

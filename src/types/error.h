/* error.h: raising, asking for, and taking exceptions.
 *
 * At most one exception is being raised in a runtime: rt->exception, an instance of BaseException, owned.  A
 * function that reports failure has set it; a function that succeeds leaves it unset.
 *
 * The formats are printf's (%s %d %u %zd %zu %lld %llu %x %c %p %%, with width and precision for %s and
 * numbers) and these, for values:
 *     %S  str(value)      %R  repr(value)      %A  ascii(value)      %U  a str object as it is
 *     %T  the name of the value's type         %N  the name of a type_object *
 * each given as an ouro_value but %N; %S, %R and %A may run program code.
 */
#ifndef OURO_SRC_TYPES_ERROR_H
#define OURO_SRC_TYPES_ERROR_H

#include "types/types.h"

/* Raises `type` with a formatted message (`format` NULL: without arguments); __context__ is set from the exception being handled.  Returns
 * OURO_NULL, so that `return error_raise(...)` reads well.  (Values in varargs: no format attribute.) */
ouro_value error_raise(ouro_runtime *rt, type_object *type, const char *format, ...);
/* Short forms for the commonest. */
ouro_value error_type(ouro_runtime *rt, const char *format, ...);      /* TypeError */
ouro_value error_value(ouro_runtime *rt, const char *format, ...);     /* ValueError */
ouro_value error_index(ouro_runtime *rt, const char *message);         /* IndexError */
ouro_value error_overflow(ouro_runtime *rt, const char *format, ...);  /* OverflowError */
ouro_value error_runtime(ouro_runtime *rt, const char *format, ...);   /* RuntimeError */
ouro_value error_system(ouro_runtime *rt, const char *format, ...);    /* SystemError */
/* KeyError whose argument is the key itself. */
ouro_value error_key(ouro_runtime *rt, ouro_value key);
/* AttributeError "'T' object has no attribute 'name'", with .name and .obj set (for suggestions). */
ouro_value error_attribute(ouro_runtime *rt, ouro_value object, ouro_value name);
/* OSError (the subclass that fits) from errno, with file names if not OURO_NULL. */
ouro_value error_os(ouro_runtime *rt, int error_number, ouro_value filename, ouro_value filename2);
/* "'x' object is not iterable" and its kin: TypeError with a value's type name put for %T. */
/* StopIteration(value): value may be OURO_NULL. */
ouro_value error_stop_iteration(ouro_runtime *rt, ouro_value value);

/* Raises an existing exception instance (borrowed) or an exception class (instantiated), as `raise x` does
 * without a cause; __context__ is set.  Returns OURO_NULL. */
ouro_value error_raise_value(ouro_runtime *rt, ouro_value exception);
/* Sets rt->exception to the instance (stolen), as it is: no context, no traceback touched. */
void error_restore(ouro_runtime *rt, ouro_value exception);
/* Takes the exception out: returns an owned instance (or OURO_NULL), rt->exception is unset. */
OURO_NODISCARD ouro_value error_take(ouro_runtime *rt);
void error_clear(ouro_runtime *rt);

static inline bool error_is_set(ouro_runtime *rt)
{
    return rt->exception.bits != 0;
}

/* Empties the MemoryError held in reserve if nobody has it, or at the end of the runtime: its last traceback keeps
 * frames alive. */
void error_forget_no_memory(ouro_runtime *rt, bool at_end);

/* Is the exception being raised an instance of `type`?  False when none is set. */
bool error_matches(ouro_runtime *rt, const type_object *type);
/* If the exception matches, drops it and returns true; otherwise leaves it and returns false. */
bool error_clear_if(ouro_runtime *rt, const type_object *type);

/* Emits a warning through the warnings machinery (the `warnings` module if imported, else the default
 * filters).  False: the warning became an exception. */
OURO_NODISCARD bool error_warn(ouro_runtime *rt, type_object *category, int stack_level, const char *format,
                               ...);

/* A ResourceWarning for the object that was not closed (where it was allocated is shown when that is traced). */
OURO_NODISCARD bool error_warn_resource(ouro_runtime *rt, ouro_value source, const char *format, ...);

/* The same for a place that is not that of a running frame: a file name (str) and a line. */
OURO_NODISCARD bool error_warn_at(ouro_runtime *rt, type_object *category, ouro_value filename, int line,
                                  const char *format, ...);

#endif

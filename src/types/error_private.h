/* error_private.h: what error.c, unraisable.c, the exception files and types_start share. */
#ifndef OURO_SRC_TYPES_ERROR_PRIVATE_H
#define OURO_SRC_TYPES_ERROR_PRIVATE_H

#include "types/types.h"

/* Makes the MemoryError in reserve and installs the runtime's error callbacks: called by types_start once the
 * exception types exist.  False: no memory. */
OURO_NODISCARD bool error_start(ouro_runtime *rt);
/* Drops the reserve and an exception that is still set. */
void error_stop(ouro_runtime *rt);

void error_set_no_memory(ouro_runtime *rt);
void error_set_recursion(ouro_runtime *rt, const char *where);
void error_report_unraisable(ouro_runtime *rt, const char *message, ouro_value where);

/* Puts name and obj into the AttributeError being raised, unless it has them or is of another type. */
void error_note_attribute(ouro_runtime *rt, ouro_value object, ouro_value name);

/* Writes text to sys.stderr, or where the host takes error output if there is none.  Swallows all errors. */
void error_write(ouro_runtime *rt, ouro_value text);
void error_write_cstring(ouro_runtime *rt, const char *text);
/* sys.stderr (new reference), or OURO_NULL without an exception. */
ouro_value error_find_stderr(ouro_runtime *rt);
/* An attribute of the sys module (new reference), or OURO_NULL without an exception. */
ouro_value error_sys_attribute(ouro_runtime *rt, ouro_value name);

/* What sys.__unraisablehook__ does: writes the report.  `message` and `where` may be None. */
void error_write_unraisable(ouro_runtime *rt, ouro_value exception, ouro_value message, ouro_value where);

#endif

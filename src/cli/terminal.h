/* terminal.h: lines for the prompt and for input(), from a terminal through the line editor, or from any other input. */
#ifndef OURO_SRC_CLI_TERMINAL_H
#define OURO_SRC_CLI_TERMINAL_H

#include "ouro/ouro.h"

typedef struct terminal terminal;

/* Belongs to the runtime from now on: input() asks it.  NULL: no memory. */
terminal *terminal_open(ouro_runtime *rt);
/* Before the runtime is finished. */
void terminal_close(terminal *t);

/* Both ends of the command are a terminal. */
bool terminal_is_here(void);

/* Brings back the lines of earlier sessions, and keeps those of this one at the end.  `file` NULL: in memory only. */
void terminal_use_history(terminal *t, const char *file);

/* A line for the prompt, with its newline; "" at the end of the input.  OURO_NULL: an exception is set, KeyboardInterrupt
 * for Ctrl-C.  New reference. */
OURO_NODISCARD ouro_owned terminal_read(terminal *t, ouro_value prompt);
/* A line that was read with success goes into the history. */
void terminal_remember(terminal *t, const char *line, size_t length);

#endif

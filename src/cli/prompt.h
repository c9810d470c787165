/* prompt.h: the interactive prompt. */
#ifndef OURO_SRC_CLI_PROMPT_H
#define OURO_SRC_CLI_PROMPT_H

#include "cli/line_editor.h"
#include "cli/terminal.h"
#include "ouro/ouro.h"

typedef struct prompt_options {
    bool banner;
    const char *startup; /* PYTHONSTARTUP: a file that is run first; NULL: none */
    const char *history; /* file; NULL: none */
} prompt_options;

/* Reads and runs statements in __main__ until the end of the input: the exit status. */
int prompt_run(ouro_runtime *rt, terminal *t, const prompt_options *o);

/* prompt_complete.c: what Tab does for the text before the cursor. */
line_completion prompt_complete(ouro_runtime *rt, const char *before, size_t length, int columns);
/* Gives linecache, where the program has it, the texts that were typed (vm_state.typed), so that traceback, inspect and pdb
 * show them. */
void prompt_tell_linecache(ouro_runtime *rt);

#endif

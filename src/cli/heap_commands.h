/* heap_commands.h: what the command says of snapshot files: `ouro heap`, `ouro diff`, `ouro leaks`, `ouro export`. */
#ifndef OURO_SRC_CLI_HEAP_COMMANDS_H
#define OURO_SRC_CLI_HEAP_COMMANDS_H

#include <stdbool.h>

/* Runs the command argv[1] if it is one of these, with the arguments after it.  False: it is not; *status is the exit status. */
bool heap_command(int argc, char **argv, int *status);

#endif

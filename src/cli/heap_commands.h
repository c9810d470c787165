/* heap_commands.h: what the command says of snapshot files: `ouro heap`, `ouro diff`, `ouro leaks`, `ouro export`. */
#ifndef OURO_SRC_CLI_HEAP_COMMANDS_H
#define OURO_SRC_CLI_HEAP_COMMANDS_H

#include "ouro/heap.h"

#include <stdbool.h>
#include <stddef.h>

/* Puts snapshots, with the names of their files, in order of time, as a shell's `*` does not: 10.heap comes before 2.heap. */
void heap_order_by_time(ouro_heap_graph **graphs, char **paths, size_t count);

/* Runs the command argv[1] if it is one of these, with the arguments after it.  False: it is not; *status is the exit status. */
bool heap_command(int argc, char **argv, int *status);

#endif

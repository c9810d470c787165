/* sweep.h: `ouro --sweep[=STEP[:FIRST]] program`: what happens when memory runs out, at every place where it
 * can.
 *
 * The program runs once.  At each of its allocations (or each STEP-th) the process makes two copies of
 * itself: in the first that allocation fails, in the second it and all after it; they go on to their own end,
 * and then the program goes on with the allocation served.  So each allocation fails in its own run, and no
 * run repeats what came before.
 *
 * What must hold of each copy:
 *     it ends with status 0 and writes exactly what the program writes, or
 *     it ends with status 1, what it wrote is a beginning of that, and its last line on standard error names
 * MemoryError; where an error was ignored (a finalizer's, say) and told so, what it writes may lack
 * something; the heap check finds nothing, and no block is left at close. The first that do not are told on
 * standard error; the exit status is 0 if there are none, else 70.
 *
 * `--sweep-start` begins with the very first allocation of the runtime; a copy may then also end with "cannot
 * start".
 *
 * The program must not catch MemoryError, nor write more than its stream keeps before the end.
 */
#ifndef OURO_SRC_CLI_SWEEP_H
#define OURO_SRC_CLI_SWEEP_H

#include "ouro/ouro.h"

typedef struct sweep_options {
    uint64_t step; /* 0: no sweep */
    uint64_t first;
    bool whole; /* the start of the runtime as well */
} sweep_options;

/* Reads the argument: as checks_read. */
int sweep_read(sweep_options *s, const char *argument);
/* In the first process: runs the program undisturbed in a copy, to know what it writes; then begins the
 * sweep.  Both return from here.  Nothing happens when there is no sweep. */
void sweep_start(ouro_mem *mem, const sweep_options *s);
/* Is this process a copy in which an allocation failed?  *forever: and goes on failing. */
bool sweep_is_copy(bool *forever);
/* Is it the first process of a sweep? */
bool sweep_is_first(void);
/* In the first process, after close: the exit status. */
int sweep_end(void);

#endif

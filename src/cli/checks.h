/* checks.h: the options of `ouro` that make a run hard on the runtime itself, for its tests.
 *
 *     --check-heap[=N]    at the end, and at each N-th stop between instructions: every reference count
 * against the references, every invariant of the collector
 *     --collect-every=N   a full collection at the next safe point after each N-th allocation
 *     --fork-collections=WHEN   full collections in a forked copy of the process: `never`, in `large` heaps (the
 * default), `always`
 *     --fail-at=N         the N-th allocation of the program fails; N+: it and all after it
 *
 * A fault found is told on standard error and makes the exit status 70.
 */
#ifndef OURO_SRC_CLI_CHECKS_H
#define OURO_SRC_CLI_CHECKS_H

#include "ouro/ouro.h"

enum { CHECKS_STATUS = 70 }; /* EX_SOFTWARE of sysexits.h */

typedef struct check_options {
    bool heap;
    uint32_t heap_every; /* 0: only at the end */
    uint32_t collect_every;
    int fork; /* OURO_FORK_* + 1; 0: not said */
    uint64_t fail_at; /* 0: none */
    bool fail_forever;
} check_options;

/* Reads one argument of the command line.  1: it was one of these; 0: another; -1: one of these, and
 * malformed. */
int checks_read(check_options *c, const char *argument);
/* Sets a fresh runtime up. */
void checks_start(ouro_runtime *rt, const check_options *c);
/* The heap check, if it is asked for.  Returns the faults since the start. */
size_t checks_end(ouro_runtime *rt, const check_options *c, const char *when);

#endif

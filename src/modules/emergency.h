/* emergency.h: a snapshot and a report at a moment that nobody can plan: when memory has run out, when a signal comes.
 *
 * Both are written by a forked child (which sees the heap as it is, and changes nothing of it) with memory of the C
 * library's: the heap, which may be exhausted, is not asked.  Where the system's limit is what was reached, the child has
 * the address space that was put aside for it.  When the graph needs more than there is, or its file cannot be written, the
 * report says so; without the graph it has the objects by type, counted, but not what holds them.
 *
 *     PATH        the heap graph (`ouro heap PATH`)
 *     PATH.txt    the report: why, where the program was, what is alive by type and line, what holds most
 *
 * In PATH, %p stands for the number of the process, %n for the number of the snapshot (1, 2, ...); without it a later one
 * takes the place of an earlier.
 */
#ifndef OURO_SRC_MODULES_EMERGENCY_H
#define OURO_SRC_MODULES_EMERGENCY_H

#include "object/object.h"

/* At the first MemoryError that a frame raises; `path` is copied; NULL: not any more.  False: no memory; no exception is
 * set. */
OURO_NODISCARD bool emergency_on_memory_error(ouro_runtime *rt, const char *path);
/* Whenever the signal comes, at the next safe point (a sleep or a read that waits is one).  NULL: not any more; the signal
 * has its default action again.  Returns 0 or a number of errno. */
OURO_NODISCARD int emergency_on_signal(ouro_runtime *rt, int number, const char *path);
/* Takes all of it away. */
void emergency_stop(ouro_runtime *rt);

#endif

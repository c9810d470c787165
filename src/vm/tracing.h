/* tracing.h: a tracer (ouro/trace.h) on the heap of a runtime: the frames tell it where the program is.
 *
 * A frame remembers the site of the call that it is (frame.trace_context), once somebody asked; so an
 * allocation in a frame that has allocated before looks at that frame alone, however deep it is.  The memory
 * of a frame is wrong after the frame gets another caller (a generator is resumed) or another tracer starts:
 * then it is emptied.
 */
#ifndef OURO_SRC_VM_TRACING_H
#define OURO_SRC_VM_TRACING_H

#include "ouro/trace.h"
#include "vm/vm.h"

enum {
    TRACING_LIMIT_MAX = 65535, /* CPython's */
    TRACING_ALL_FRAMES = 0,
};

/* Starts to trace with a limit of frames (TRACING_ALL_FRAMES: none), every block or (sample > 0) one sample
 * for so many bytes.  False: no memory; no exception is set.  Nothing happens when it is on already. */
OURO_NODISCARD bool tracing_start(ouro_runtime *rt, uint32_t limit, uint64_t sample);
void tracing_stop(ouro_runtime *rt);
/* The tracer, or NULL. */
ouro_trace *tracing_get(ouro_runtime *rt);
/* The limit of frames, also when it is off: that of the last time, at first 1. */
uint32_t tracing_limit(ouro_runtime *rt);
/* What is known of an object.  False: it is not traced. */
bool tracing_find(ouro_runtime *rt, const ouro_object *object, ouro_trace_birth *birth);

#endif

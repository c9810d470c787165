/* stores.h: which line of the program stored which object in which, for the explanation of cycles.
 *
 * While it is on, every instruction goes through settrace_before, which shows stores and calls of native methods to
 * stores_note; while it is off it costs nothing (the loop's table of targets is the plain one, settrace.h).
 *
 * What is kept are pairs of addresses with a line and a serial number, in a table of the C library's memory with room
 * for STORES_MAX of them; beyond, the oldest of those that share a bucket goes.  Nothing is removed when an object dies:
 * a line is told only of a reference that is there, and a pair of dead objects is asked for again only if two new ones
 * lie at both addresses and the one came to hold the other without a store that is seen.
 */
#ifndef OURO_SRC_VM_STORES_H
#define OURO_SRC_VM_STORES_H

#include "gc/gc.h"
#include "vm/vm.h"

enum { STORES_MAX = 1 << 20 };

/* On (again on: nothing happens), or off: all is forgotten.  False: no memory to begin; no exception is set. */
bool stores_trace(ouro_runtime *rt, bool on);

static inline bool stores_are_traced(const ouro_runtime *rt)
{
    return rt->vm->stores != NULL;
}

/* Before the instruction `unit` at f->code->units[at], the stack stored in f->top: notes what it is about to store. */
void stores_note(ouro_runtime *rt, frame *f, uint32_t at, uint32_t unit);

/* The last store of `to` in `from`.  False: none is known. */
bool stores_find(ouro_runtime *rt, ouro_object *from, ouro_object *to, gc_place *place);

#endif

/* groups.h: garbage told apart: objects of two groups do not refer to each other.
 *
 * For a child of forked.c, whose parent so can destroy the garbage group by group, a part at each safe point, instead of
 * standing still for all of it.  The heap is only read.
 */
#ifndef OURO_SRC_GC_GROUPS_H
#define OURO_SRC_GC_GROUPS_H

#include "gc/shadow.h"

/* In the address of the last object of each group. */
enum { GROUPS_LAST = 1 };

/* Lists the garbage, of which there is so much: all that is SHADOW_UNREACHED.  Groups stand in the order of their first
 * objects, the objects of each in the order of a walk.  Where there is no memory to tell them apart all is one group. */
void groups_list(ouro_runtime *rt, const struct shadow *shadow, size_t garbage, uintptr_t *items);

#endif

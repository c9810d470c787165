/* side.h: what few objects have and all would pay for in their header: weak references, an out-of-line dict.
 *
 * The side table maps an object's address to its record.  An object with a record carries OURO_GC_SIDE, so asking
 * costs one test for all others.  A record exists exactly as long as one of its parts does:
 *     o.gc & OURO_GC_SIDE  <=>  the table has a record r for o  <=>  r.weak != NULL || r.dict is not OURO_NULL
 * Records move when the table changes: no pointer to one outlives a call.
 */
#ifndef OURO_SRC_OBJECT_SIDE_H
#define OURO_SRC_OBJECT_SIDE_H

#include "object/object.h"

struct weak_reference;

/* The head of the object's list of weak references; NULL: none. */
struct weak_reference *side_weak(ouro_runtime *rt, ouro_object *object);
/* Sets the head (NULL: takes the list away).  False: no memory (exception set), only when there was no record. */
OURO_NODISCARD bool side_set_weak(ouro_runtime *rt, ouro_object *object, struct weak_reference *head);
/* Takes the list away. */
void side_remove_weak(ouro_runtime *rt, ouro_object *object);

/* The out-of-line dict of an object whose layout has no room for one (borrowed), or OURO_NULL. */
ouro_value side_dict(ouro_runtime *rt, ouro_object *object);
/* Stores `dict` (stolen, also on failure).  False: no memory (exception set). */
OURO_NODISCARD bool side_set_dict(ouro_runtime *rt, ouro_object *object, ouro_value dict);
/* Takes the dict out of the table: the reference is the caller's. */
ouro_value side_take_dict(ouro_runtime *rt, ouro_object *object);

/* Number of records. */
size_t side_count(ouro_runtime *rt);
OURO_NODISCARD bool side_create(ouro_runtime *rt);
void side_destroy(ouro_runtime *rt);
/* Checks the algebra above; returns what is wrong, or NULL. */
const char *side_check(ouro_runtime *rt);

#endif

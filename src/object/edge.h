/* edge.h: the references of an object with their names, for reports and snapshots.
 *
 * object_traverse (object.h) is for the collector, which needs no names; what is here visits the same
 * references and tells of each what a person calls it.  Types whose references are not all in their declared
 * fields name the others in `traverse_edges`; those of a type with only a `traverse` are OURO_EDGE_UNNAMED.
 */
#ifndef OURO_SRC_OBJECT_EDGE_H
#define OURO_SRC_OBJECT_EDGE_H

#include "object/object.h"

/* Visits every reference to an object, as object_traverse does.  `edge` is good during the call. */
int object_traverse_edges(ouro_runtime *rt, ouro_object *object, ouro_edge_fn visit, void *context);

/* For a type's traverse_edges: passes one reference on, unless it is none. */
static inline int edge_tell(ouro_value referent, const ouro_edge *edge, ouro_edge_fn visit, void *context)
{
    return ouro_is_object(referent) ? visit(referent, edge, context) : 0;
}

/* How a report calls an edge: ".next", "[]", "['key']", ".__class__".  Written as by snprintf, size > 0.
 * False: it has no name. */
bool object_edge_text(ouro_runtime *rt, const ouro_edge *edge, char *text, size_t size);
/* The same for the first reference from `from` to `to`.  False: there is none, or none with a name. */
bool object_edge_name(ouro_runtime *rt, ouro_object *from, ouro_value to, char *text, size_t size);

#endif

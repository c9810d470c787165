/* snapshot_source.h: a snapshot of a whole Python: what heap/capture.h asks of the floors above the objects. */
#ifndef OURO_SRC_MODULES_SNAPSHOT_SOURCE_H
#define OURO_SRC_MODULES_SNAPSHOT_SOURCE_H

#include "heap/capture.h"

/* Takes a graph of all objects, with the runtime's facts ("time", "pid", "program", ...).  Allocates nothing in the
 * runtime's heap and runs no program code.  NULL: no memory. */
OURO_NODISCARD ouro_heap_graph *snapshot_take(ouro_runtime *rt, ouro_heap_error *error);
/* The same, without the reference to `argument` that the innermost frame's operands hold: who asks about an object does
 * not count as its holder. */
OURO_NODISCARD ouro_heap_graph *snapshot_take_for(ouro_runtime *rt, ouro_value argument, ouro_heap_error *error);

/* What a tool that runs inside the program it looks at leaves out as its own. */
typedef struct snapshot_filter {
    const char *files; /* frames of code from files whose names begin so are no roots */
    /* The object, or all objects of a type (asked with the type itself), are the tool's. */
    bool (*hides)(void *context, const void *object);
    void *context;
} snapshot_filter;
/* As snapshot_take, without what is the tool's, and without what texts say and where a new epoch would begin. */
OURO_NODISCARD ouro_heap_graph *snapshot_take_without(ouro_runtime *rt, const snapshot_filter *filter,
                                                      ouro_heap_error *error);

/* The node of an object of the running program; OURO_HEAP_NONE: it is not there. */
uint32_t snapshot_find(ouro_heap_graph *g, ouro_value object);

#endif

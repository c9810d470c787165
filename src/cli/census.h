/* census.h: all live objects of a runtime, their sizes, and how each is reached from the program's modules.
 *
 * The census keeps its records outside the heap that it looks at, and changes nothing in it.
 */
#ifndef OURO_SRC_CLI_CENSUS_H
#define OURO_SRC_CLI_CENSUS_H

#include "object/object.h"

typedef struct census_type {
    const ouro_type *type;
    size_t count;
    size_t bytes;
} census_type;

typedef struct census_node {
    ouro_object *object;
    size_t bytes;    /* of the object itself, its buffers included */
    size_t held;     /* its bytes and those of all that is reached through it first */
    uint32_t parent; /* index of the object through which it is reached first; CENSUS_NONE: a root, or unreached */
    uint32_t order;  /* in which the search met it */
} census_node;

enum { CENSUS_NONE = UINT32_MAX };

/* Where a search begins, and what the ways from it begin with. */
typedef struct census_root {
    ouro_object *object;
    const char *name; /* borrowed until census_free */
} census_root;

typedef struct census {
    ouro_runtime *rt;
    const census_root *roots;
    size_t root_count;
    census_node *nodes;
    uint32_t count, capacity;
    uint32_t *by_address; /* open-addressing hash: index + 1 */
    uint32_t mask;
    uint32_t *met;        /* nodes in the order of the search (breadth first) */
    uint32_t met_count;
    census_type *types;   /* most bytes first */
    size_t type_count, type_capacity;
    size_t object_bytes;
    size_t unreached;     /* objects that no module leads to */
} census;

/* Takes the census.  `roots` are searched in order, so that the first ones' ways are shown; objects that are
 * reached only from a later one belong to that.  False: no memory. */
bool census_take(census *c, ouro_runtime *rt, const census_root *roots, size_t root_count);
void census_free(census *c);

/* The way to a node from its root, "__main__.CACHE['x'].rows": at most `size` bytes, cut in the middle if need be. */
void census_path(const census *c, uint32_t node, char *text, size_t size);

/* Up to `limit` nodes that hold most and are worth telling: what the roots refer to, or, where nearly all of that is
 * held by one thing further on, that thing.  Most first.  Returns how many. */
size_t census_biggest(const census *c, uint32_t *nodes, size_t limit);

#endif

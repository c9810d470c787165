/* why_private.h: an answer of `ouro why`, for the three files that make, print and draw it. */
#ifndef OURO_SRC_CLI_WHY_PRIVATE_H
#define OURO_SRC_CLI_WHY_PRIVATE_H

#include "ouro/heap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Objects to which the same way leads, keys and indices aside. */
typedef struct why_group {
    size_t first, count; /* in `nodes`; the first retains most */
    uint64_t bytes;      /* their own */
} why_group;

typedef struct why_answer {
    ouro_heap_graph *graph; /* with paths and dominators */
    const char *what;
    size_t limit;
    bool is_type;        /* all objects of a type are meant, and not one object */
    uint32_t *nodes;     /* the objects that are meant, by way */
    size_t count, capacity;
    why_group *groups;   /* most bytes first */
    size_t group_count;
    uint64_t *way_of;    /* by node: a hash; 0: not reached */
    uint64_t retained;   /* what would be freed with all of them */
} why_answer;

/* Both: false: no memory. */
bool why_print(const why_answer *a);
bool why_dot(const why_answer *a, FILE *out);

/* A reference to one of some nodes that is not on its shortest way. */
typedef struct why_holder {
    uint32_t holder, node;
    uint64_t edge;
} why_holder;

/* The other references to `count` nodes, up to `limit` for each, and (more[i]) how many beyond; from malloc.  NULL: no
 * memory. */
why_holder *why_holders(const ouro_heap_graph *g, const uint32_t *nodes, size_t count, size_t limit, size_t *found,
                        uint64_t *more);

#endif

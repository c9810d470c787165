/* components.h: strongly connected components of a graph in arrays (Tarjan 1972, its recursion kept as a list).
 *
 * The collector's explanation of cycles and the analysis of heap graphs both hand their arrays here.
 */
#ifndef BASE_COMPONENTS_H
#define BASE_COMPONENTS_H

#include <stdbool.h>
#include <stdint.h>

/* No node: also what an entry of an array is before anything is known of it. */
#define COMPONENTS_NONE UINT32_MAX

/* Node n refers to targets[first[n]] .. targets[first[n + 1] - 1]. */
typedef struct components_graph {
    uint32_t count; /* nodes, less than COMPONENTS_NONE */
    const uint64_t *first;
    const uint32_t *targets;
    /* Edges that do not count; NULL: all do. */
    bool (*skips)(const void *context, uint64_t edge);
    const void *context;
} components_graph;

/* Arrays of `count` entries each that the search works in; their contents before and after mean nothing. */
typedef struct components_room {
    uint64_t *next;
    uint32_t *low, *caller, *stack;
} components_room;

/* Writes the number of each node's component to `component` (`count` entries).  Components are numbered so that no edge
 * leads to a higher one.  Returns how many there are.  Linear in nodes and edges; asks for no memory. */
uint32_t components_find(const components_graph *g, uint32_t *component, const components_room *room);

#endif

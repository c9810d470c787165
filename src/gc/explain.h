/* explain.h: the garbage of one collection as a graph, for the two files that explain it. */
#ifndef OURO_SRC_GC_EXPLAIN_H
#define OURO_SRC_GC_EXPLAIN_H

#include "gc/gc.h"
#include "mem/mem_vector.h"

#define NOT_YET UINT32_MAX

/* Object i refers to targets[first[i]] .. targets[first[i + 1] - 1].  Holes (NULL) have no references. */
struct explain_graph {
    ouro_runtime *rt;
    ouro_object **objects;
    size_t count, edges;
    uint64_t *first, *next;
    uint32_t *targets;
    uint32_t *component; /* of each object; components are numbered so that a reference never leads to a higher one */
    uint32_t *scratch;   /* four arrays of `count` */
    uint32_t component_count;
    size_t filling;
};

/* The graph of what is garbage now.  False: no memory, or too much; nothing is kept. */
OURO_NODISCARD bool explain_make_graph(struct explain_graph *g, ouro_runtime *rt);
void explain_free_graph(struct explain_graph *g);
/* Fills in `component`. */
void explain_components(struct explain_graph *g);
/* Finds the shortest way from `start` back to it within its component, by breadth-first search: queue[0] is `start`, the
 * others follow.  `reached_from` has NOT_YET for all of the component.  Returns how many; 0: no cycle. */
size_t explain_loop(const struct explain_graph *g, uint32_t start, uint32_t *reached_from, uint32_t *queue);
/* The loop in words. */
void explain_loop_text(const struct explain_graph *g, const uint32_t *nodes, size_t length, char *text, size_t size);

#endif

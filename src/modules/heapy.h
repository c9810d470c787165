/* heapy.h: what the files of the module `_heapy` share: sets of objects, and the graph that is asked about them. */
#ifndef OURO_SRC_MODULES_HEAPY_H
#define OURO_SRC_MODULES_HEAPY_H

#include "heap/graph.h"
#include "modules/modules.h"
#include "types/binder.h"

/* A set of objects by identity.  `items` are sorted by their bits, each once; the memory is the C library's, so that a set
 * takes nothing of the heap it speaks of. */
typedef struct heapy_nodes {
    ouro_object object;
    ouro_value *items; /* owned references */
    size_t count;
} heapy_nodes;

/* The object graph of one moment.  It holds every object it may speak of, so addresses stay good while it lives. */
typedef struct heapy_graph {
    ouro_object object;
    ouro_heap_graph *graph; /* paths are computed */
    ouro_value *items;      /* by node, owned; OURO_NULL: no object, or one that nothing reaches and nobody asked for */
    size_t count;           /* nodes */
} heapy_graph;

static inline heapy_nodes *as_heapy_nodes(ouro_value v)
{
    return (heapy_nodes *)(void *)ouro_as_object(v);
}
static inline heapy_graph *as_heapy_graph(ouro_value v)
{
    return (heapy_graph *)(void *)ouro_as_object(v);
}
/* The set that a caller gave; NULL: it is none, and TypeError is set. */
OURO_NODISCARD heapy_nodes *heapy_nodes_given(ouro_runtime *rt, ouro_value v);
/* A set of `count` values, sorted, each once; the array (from malloc) is stolen, also on failure, the values are borrowed. */
OURO_NODISCARD ouro_value heapy_nodes_new(ouro_runtime *rt, ouro_value *items, size_t count);

/* The set that a method of a graph was asked about; NULL: an exception is set. */
OURO_NODISCARD heapy_nodes *heapy_asked(ouro_runtime *rt, const ouro_value *args);
/* For each node of the graph its place in the set plus one, 0: it is not in it; from malloc.  NULL: MemoryError is set. */
OURO_NODISCARD uint32_t *heapy_places(ouro_runtime *rt, const heapy_graph *g, const heapy_nodes *nodes);

/* heapy_group.c: Graph.partition, and Nodes.partition for what needs no graph. */
ouro_value heapy_partition(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value heapy_nodes_partition(ouro_runtime *rt, const ouro_value *args, size_t nargs);

/* heapy_ways.c: Graph.ways and Graph.steps. */
ouro_value heapy_graph_ways(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value heapy_graph_steps(ouro_runtime *rt, const ouro_value *args, size_t nargs);

extern const type_spec heapy_graph_spec;
/* heapy_graph.c: the function `capture`. */
ouro_value heapy_capture(ouro_runtime *rt, const ouro_value *args, size_t nargs);

#endif

/* graph.h: the arrays that a heap graph is made of, for the files of this folder.
 *
 * A node is a column of several arrays, its edges are a run of two others (compressed sparse rows):
 *
 *     edges of node n: targets[i], labels[i] for i from first_edge[n] to first_edge[n + 1] - 1
 *
 * A label is a word: the kind of the edge in the upper 4 bits; below, the number of a string, or a number
 * itself (one that does not fit in 28 bits is kept as its digits, a string, and marked by the kind's text
 * form).
 *
 * What always holds in a finished graph (heap_graph_check verifies it; ouro_heap_read trusts nothing before):
 *     node_count >= 1,  types[type_of[0]].kind == ROOT
 *     first_edge[0] == 0,  first_edge[n] <= first_edge[n + 1],  first_edge[node_count] == edge_count
 *     targets[i] < node_count,  a label's string < string_count,  its kind < OURO_HEAP_EDGE_KINDS
 *     type_of[n] < type_count,  site_of[n] < site_count,  sites[s].parent < s for s > 0: a site's parent
 * comes before it texts and rooms are sorted by node, each node at most once strings are separated by NUL:
 * the last byte of string_bytes is one
 */
#ifndef OURO_SRC_HEAP_GRAPH_H
#define OURO_SRC_HEAP_GRAPH_H

#include "base/map.h"
#include "base/vector.h"
#include "ouro/heap.h"

#include <stdio.h>

enum {
    HEAP_LABEL_SHIFT = 28,
    HEAP_LABEL_MAX = (1 << HEAP_LABEL_SHIFT) - 1,
    HEAP_STRING_MAX = HEAP_LABEL_MAX,
};

typedef struct heap_type {
    uint32_t name; /* string */
    uint32_t kind; /* ouro_heap_kind */
} heap_type;

typedef struct heap_site {
    uint32_t parent, file, function, line;
} heap_site;

typedef struct heap_text {
    uint32_t node, beginning; /* beginning: string */
    uint64_t hash, length;
} heap_text;

typedef struct heap_room {
    uint64_t unused;
    uint32_t node, reserved;
} heap_room;

typedef struct heap_fact {
    uint32_t name, value; /* strings */
} heap_fact;

struct ouro_heap_graph {
    /* nodes */
    VECTOR_OF(uint32_t) type_of;
    VECTOR_OF(uint32_t) site_of;
    VECTOR_OF(uint32_t) epoch_of;
    VECTOR_OF(uint64_t) size_of;
    VECTOR_OF(uint64_t) address_of;
    VECTOR_OF(uint64_t) first_edge; /* one more than nodes, once finished */
    /* edges */
    VECTOR_OF(uint32_t) targets;
    VECTOR_OF(uint32_t) labels;
    /* what they refer to */
    VECTOR_OF(heap_type) types;
    VECTOR_OF(heap_site) sites;
    VECTOR_OF(heap_text) texts;
    VECTOR_OF(heap_room) rooms;
    VECTOR_OF(heap_fact) facts;
    VECTOR_OF(char) string_bytes;
    VECTOR_OF(uint64_t) string_starts;
    map string_index; /* hash of a text -> number of its string + 1; collisions go to the next hash */
    bool finished;
    ouro_heap_status failed; /* of an addition */
    /* answers; NULL: not asked yet */
    uint32_t *dominator_of;
    uint64_t *retained_of;
    uint32_t *path_from; /* node before; NONE: not reached */
    uint64_t *path_edge;
    uint32_t *path_order; /* nodes as the search met them */
    uint32_t path_count;
    uint32_t *component_of;
    uint32_t component_count;
    uint32_t *by_address; /* nodes, sorted by address */
};

static inline uint32_t heap_node_count(const ouro_heap_graph *g)
{
    return (uint32_t)g->type_of.count;
}

static inline const char *heap_string(const ouro_heap_graph *g, uint32_t number)
{
    return g->string_bytes.items + g->string_starts.items[number];
}

static inline ouro_heap_edge_kind heap_label_kind(uint32_t label)
{
    return (ouro_heap_edge_kind)(label >> HEAP_LABEL_SHIFT);
}

static inline bool heap_edge_is_weak(const ouro_heap_graph *g, uint64_t edge)
{
    return heap_label_kind(g->labels.items[edge]) == OURO_HEAP_EDGE_WEAK;
}

static inline ouro_heap_kind heap_node_kind(const ouro_heap_graph *g, uint32_t node)
{
    return (ouro_heap_kind)g->types.items[g->type_of.items[node]].kind;
}

/* True when a label's low bits are a number and not a string. */
bool heap_label_is_number(uint32_t label);

/* Is a source file one of the standard library or of an installed package, by its path?  What a library makes is told with
 * the line of the program that asked it to. */
bool heap_is_of_library(const char *file);

/* A 64-bit hash of a text. */
uint64_t heap_hash_text(const char *text, size_t length);

/* After ouro_heap_paths: the bytes of what no root reaches, and how many objects that are. */
uint64_t heap_unreached(const ouro_heap_graph *g, uint64_t *objects);

/* An array of `count` items; NULL with the error set: no memory, or more bytes than there can be. */
void *heap_array(size_t count, size_t item_size, ouro_heap_error *error);
/* Fills in an error (which may be NULL) and returns false. */
bool heap_fail(ouro_heap_error *error, ouro_heap_status status, const char *format, ...) OURO_PRINTF(3, 4);
bool heap_fail_no_memory(ouro_heap_error *error);

/* Verifies the algebra at the head of this file; what is wrong goes to `error`. */
OURO_NODISCARD bool heap_graph_check(const ouro_heap_graph *g, ouro_heap_error *error);

#endif

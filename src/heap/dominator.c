/* dominator.c: who alone keeps what alive: immediate dominators and retained sizes.
 *
 * SEMI-NCA (L. Georgiadis, R. E. Tarjan, R. F. Werneck: "Finding dominators in practice", 2006):
 * semidominators as in Lengauer and Tarjan (1979) with path compression; then each node's immediate dominator
 * is the nearest ancestor, along dominators already known, whose number is not above its semidominator's.
 *
 * All work is done on preorder numbers, not on nodes: nodes that a search met one after the other lie side by
 * side, which is worth more than any cleverness in the algorithm.  Memory for N nodes and E edges: 28 N + 4 E
 * bytes, freed at the end, and 12 N for the answers.
 *
 * Nodes that no root reaches (garbage that was not collected yet, what only C code holds) are searched after
 * all others, as if the root held those of them that no other such node refers to, and then what is left, in
 * order.
 */
#include "heap/graph.h"

#include <stdlib.h>
#include <string.h>

#define NONE OURO_HEAP_NONE

struct domination {
    ouro_heap_graph *g;
    uint32_t nodes;
    uint32_t *number; /* of a node: its place in preorder; NONE: not met */
    uint32_t *node;   /* the reverse */
    uint32_t *parent; /* from here on everything is by number: the search tree; later, compressed */
    uint32_t *semi;
    uint32_t *label;
    uint32_t *first; /* predecessors[first[n]] to [first[n + 1] - 1] are the predecessors of n */
    uint32_t *predecessors;
    uint32_t *stack;
    uint32_t met;
    uint32_t reached; /* numbers below it have been met from the root */
    ouro_heap_progress progress;
    void *context;
};

static void domination_tell(struct domination *d, double fraction)
{
    if (d->progress != NULL) {
        d->progress(d->context, "dominators", fraction);
    }
}

/* ---- the search ---------------------------------------------------------------------------------------- */

/* Depth first from `start`.  The edges still to be followed by a node on the stack begin at next[number]. */
static void domination_search(struct domination *d, uint32_t start, uint32_t from, uint64_t *next)
{
    const ouro_heap_graph *g = d->g;
    uint32_t height = 0;
    d->number[start] = d->met;
    d->node[d->met] = start;
    d->parent[d->met] = from;
    next[d->met] = g->first_edge.items[start];
    d->stack[height++] = d->met++;
    while (height > 0) {
        uint32_t at = d->stack[height - 1];
        uint64_t end = g->first_edge.items[d->node[at] + 1];
        uint64_t edge = next[at];
        uint32_t target = NONE;
        while (edge < end) {
            uint32_t candidate = g->targets.items[edge];
            bool weak = heap_edge_is_weak(g, edge);
            edge++;
            if (!weak && d->number[candidate] == NONE) {
                target = candidate;
                break;
            }
        }
        next[at] = edge;
        if (target == NONE) {
            height--;
            continue;
        }
        d->number[target] = d->met;
        d->node[d->met] = target;
        d->parent[d->met] = at;
        next[d->met] = g->first_edge.items[target];
        d->stack[height++] = d->met++;
    }
}

/* Makes the search meet what no root reaches.  `is_target` is scratch. */
static void domination_search_unreached(struct domination *d, uint64_t *next, uint32_t *is_target)
{
    const ouro_heap_graph *g = d->g;
    memset(is_target, 0, d->nodes * sizeof *is_target);
    for (uint32_t n = 0; n < d->nodes; n++) {
        if (d->number[n] != NONE) {
            continue;
        }
        for (uint64_t e = g->first_edge.items[n]; e < g->first_edge.items[n + 1]; e++) {
            if (g->targets.items[e] != n && !heap_edge_is_weak(g, e)) {
                is_target[g->targets.items[e]] = 1;
            }
        }
    }
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t n = 0; n < d->nodes; n++) {
            if (d->number[n] == NONE && (pass == 1 || !is_target[n])) {
                domination_search(d, n, 0, next);
            }
        }
    }
}

/* Does the edge keep its target alive?  What no root reaches keeps nothing of the rest alive. */
static bool domination_counts(const struct domination *d, uint32_t from, uint32_t target, uint64_t edge)
{
    return !heap_edge_is_weak(d->g, edge) && (from < d->reached || target >= d->reached);
}

/* Predecessors by number, as compressed rows: count, sum up, fill. */
static bool domination_predecessors(struct domination *d, ouro_heap_error *error)
{
    const ouro_heap_graph *g = d->g;
    if (g->targets.count >= NONE) {
        return heap_fail(error, OURO_HEAP_TOO_LARGE, "over 4,294,967,294 references");
    }
    memset(d->first, 0, ((size_t)d->nodes + 1) * sizeof *d->first);
    for (uint32_t n = 0; n < d->nodes; n++) {
        uint32_t node = d->node[n];
        for (uint64_t e = g->first_edge.items[node]; e < g->first_edge.items[node + 1]; e++) {
            uint32_t target = d->number[g->targets.items[e]];
            d->first[target] += domination_counts(d, n, target, e);
        }
    }
    uint32_t sum = 0;
    for (uint32_t n = 0; n <= d->nodes; n++) {
        sum += n < d->nodes ? d->first[n] : 0;
        d->first[n] = sum;
    }
    d->predecessors = heap_array(sum, sizeof *d->predecessors, error);
    if (d->predecessors == NULL) {
        return false;
    }
    for (uint32_t n = d->nodes;
         n-- > 0;) { /* first[] has ends, until each has been filled down to its begin */
        uint32_t node = d->node[n];
        for (uint64_t e = g->first_edge.items[node]; e < g->first_edge.items[node + 1]; e++) {
            uint32_t target = d->number[g->targets.items[e]];
            if (domination_counts(d, n, target, e)) {
                d->predecessors[--d->first[target]] = n;
            }
        }
    }
    return true;
}

/* ---- semidominators ------------------------------------------------------------------------------------ */

/* The number with the least semidominator on the way from `v` up to, not including, the first number below
 * `linked`. Ways are compressed: afterwards all on it hang directly below that one. */
static uint32_t domination_least(struct domination *d, uint32_t v, uint32_t linked)
{
    if (d->parent[v] < linked) {
        return d->label[v];
    }
    uint32_t height = 0;
    do {
        d->stack[height++] = v;
        v = d->parent[v];
    } while (d->parent[v] >= linked);
    uint32_t top = d->parent[v];
    uint32_t best = d->label[v];
    while (height > 0) {
        v = d->stack[--height];
        d->parent[v] = top;
        if (d->semi[d->label[v]] > d->semi[best]) {
            d->label[v] = best;
        } else {
            best = d->label[v];
        }
    }
    return best;
}

static void domination_semidominators(struct domination *d)
{
    for (uint32_t n = 0; n < d->nodes; n++) {
        d->label[n] = n;
        d->semi[n] = d->parent[n];
    }
    for (uint32_t n = d->nodes; n-- > 1;) {
        uint32_t least = d->semi[n];
        for (uint32_t i = d->first[n]; i < d->first[n + 1]; i++) {
            /* numbers above n are linked to their parents already, those below are not */
            uint32_t from = d->predecessors[i];
            uint32_t candidate = from <= n ? from : d->semi[domination_least(d, from, n + 1)];
            least = candidate < least ? candidate : least;
        }
        d->semi[n] = least;
        if ((n & 0xfffff) == 0) {
            domination_tell(d, 0.5 + 0.4 * (double)(d->nodes - n) / d->nodes);
        }
    }
}

/* ---- together ------------------------------------------------------------------------------------------ */

static bool domination_allocate(struct domination *d, ouro_heap_error *error)
{
    size_t n = d->nodes;
    return (d->number = heap_array(n, sizeof *d->number, error)) != NULL &&
           (d->node = heap_array(n, sizeof *d->node, error)) != NULL &&
           (d->parent = heap_array(n, sizeof *d->parent, error)) != NULL &&
           (d->semi = heap_array(n, sizeof *d->semi, error)) != NULL &&
           (d->label = heap_array(n, sizeof *d->label, error)) != NULL &&
           (d->first = heap_array(n + 1, sizeof *d->first, error)) != NULL &&
           (d->stack = heap_array(n, sizeof *d->stack, error)) != NULL;
}

static void domination_free(struct domination *d)
{
    free(d->number);
    free(d->node);
    free(d->parent);
    free(d->semi);
    free(d->label);
    free(d->first);
    free(d->stack);
    free(d->predecessors);
}

static bool domination_number(struct domination *d, ouro_heap_error *error)
{
    uint64_t *next = heap_array(d->nodes, sizeof *next, error);
    if (next == NULL) {
        return false;
    }
    memset(d->number, 0xff, d->nodes * sizeof *d->number);
    domination_search(d, 0, 0, next);
    d->reached = d->met;
    if (d->met < d->nodes) {
        domination_search_unreached(d, next, d->label);
    }
    free(next);
    return true;
}

/* The dominators by number are in semi[] when this returns; the tree parents must be the uncompressed ones.
 */
static void domination_nearest(struct domination *d, uint32_t *dominator)
{
    for (uint32_t n = 1; n < d->nodes; n++) {
        uint32_t up = dominator[n];
        while (up > d->semi[n]) {
            up = dominator[up];
        }
        dominator[n] = up;
    }
}

bool ouro_heap_dominators(ouro_heap_graph *g, ouro_heap_progress progress, void *context,
                          ouro_heap_error *error)
{
    if (g->retained_of != NULL) {
        return true;
    }
    struct domination d = {.g = g, .nodes = heap_node_count(g), .progress = progress, .context = context};
    uint32_t *dominator_of = heap_array(d.nodes, sizeof *dominator_of, error);
    uint64_t *retained_of = dominator_of == NULL ? NULL : heap_array(d.nodes, sizeof *retained_of, error);
    if (retained_of == NULL || !domination_allocate(&d, error)) {
        goto fail;
    }
    domination_tell(&d, 0);
    if (!domination_number(&d, error)) {
        goto fail;
    }
    domination_tell(&d, 0.3);
    if (!domination_predecessors(&d, error)) {
        goto fail;
    }
    domination_tell(&d, 0.5);
    memcpy(dominator_of, d.parent, d.nodes * sizeof *dominator_of); /* path compression will spoil parent[] */
    domination_semidominators(&d);
    domination_nearest(&d, dominator_of);
    domination_tell(&d, 0.9);

    /* by number still: sums, from the leaves up; then both answers go to their nodes */
    uint64_t *sums = retained_of;
    for (uint32_t n = 0; n < d.nodes; n++) {
        sums[n] = g->size_of.items[d.node[n]];
    }
    for (uint32_t n = d.nodes; n-- > 1;) {
        sums[dominator_of[n]] += sums[n];
    }
    /* in place through a copy of each: label and stack are free by now, for 64 bits take them by halves */
    for (uint32_t n = 0; n < d.nodes; n++) {
        d.semi[n] = dominator_of[n];
        d.label[n] = (uint32_t)sums[n];
        d.stack[n] = (uint32_t)(sums[n] >> 32);
    }
    for (uint32_t n = 0; n < d.nodes; n++) {
        uint32_t node = d.node[n];
        dominator_of[node] = n == 0 ? NONE : d.node[d.semi[n]];
        retained_of[node] = (uint64_t)d.stack[n] << 32 | d.label[n];
    }
    domination_free(&d);
    g->dominator_of = dominator_of;
    g->retained_of = retained_of;
    if (progress != NULL) {
        progress(context, "dominators", 1);
    }
    return true;

fail:
    domination_free(&d);
    free(dominator_of);
    free(retained_of);
    return false;
}

uint32_t ouro_heap_dominator(const ouro_heap_graph *g, uint32_t node)
{
    return g->dominator_of[node];
}

uint64_t ouro_heap_retained(const ouro_heap_graph *g, uint32_t node)
{
    return g->retained_of[node];
}

/* component.c: strongly connected components (Tarjan 1972, its recursion kept as a list), and shortest cycles
 * in them.
 *
 * Memory for N nodes while it runs: 24 N bytes; for the answer 4 N.
 */
#include "heap/graph.h"

#include <stdlib.h>
#include <string.h>

#define NONE OURO_HEAP_NONE

/* ---- components ---------------------------------------------------------------------------------------- */

struct tarjan {
    ouro_heap_graph *g;
    uint32_t *component; /* a node's number until its component is closed, then the component's */
    uint32_t *low;       /* the least number reachable; NONE: its component is closed */
    uint64_t *next;      /* the edge to follow next */
    uint32_t *caller;
    uint32_t *stack;
    uint32_t height, numbered, components;
};

static void tarjan_enter(struct tarjan *t, uint32_t node, uint32_t caller)
{
    t->low[node] = t->component[node] = t->numbered++;
    t->next[node] = t->g->first_edge.items[node];
    t->caller[node] = caller;
    t->stack[t->height++] = node;
}

static void tarjan_leave(struct tarjan *t, uint32_t node)
{
    uint32_t caller = t->caller[node], low = t->low[node];
    if (low == t->component[node]) {
        uint32_t member;
        do {
            member = t->stack[--t->height];
            t->component[member] = t->components;
            t->low[member] = NONE;
        } while (member != node);
        t->components++;
    }
    if (caller != NONE && low < t->low[caller]) {
        t->low[caller] = low;
    }
}

static void tarjan_run(struct tarjan *t, uint32_t start)
{
    const ouro_heap_graph *g = t->g;
    tarjan_enter(t, start, NONE);
    for (uint32_t at = start; at != NONE;) {
        if (t->next[at] == g->first_edge.items[at + 1]) {
            uint32_t caller = t->caller[at];
            tarjan_leave(t, at);
            at = caller;
            continue;
        }
        uint64_t edge = t->next[at]++;
        uint32_t target = g->targets.items[edge];
        if (heap_edge_is_weak(g, edge)) {
            continue;
        }
        if (t->component[target] == NONE) {
            tarjan_enter(t, target, at);
            at = target;
        } else if (t->low[target] != NONE && t->component[target] < t->low[at]) {
            t->low[at] = t->component[target];
        }
    }
}

bool ouro_heap_components(ouro_heap_graph *g, ouro_heap_error *error)
{
    if (g->component_of != NULL) {
        return true;
    }
    uint32_t nodes = heap_node_count(g);
    struct tarjan t = {.g = g};
    t.component = heap_array(nodes, sizeof *t.component, error);
    t.low = heap_array(nodes, sizeof *t.low, error);
    t.next = heap_array(nodes, sizeof *t.next, error);
    t.caller = heap_array(nodes, sizeof *t.caller, error);
    t.stack = heap_array(nodes, sizeof *t.stack, error);
    bool good = t.component != NULL && t.low != NULL && t.next != NULL && t.caller != NULL && t.stack != NULL;
    if (good) {
        memset(t.component, 0xff, nodes * sizeof *t.component);
        for (uint32_t n = 0; n < nodes; n++) {
            if (t.component[n] == NONE) {
                tarjan_run(&t, n);
            }
        }
        g->component_of = t.component;
        g->component_count = t.components;
    } else {
        free(t.component);
    }
    free(t.low);
    free(t.next);
    free(t.caller);
    free(t.stack);
    return good;
}

/* ---- cycles -------------------------------------------------------------------------------------------- */

static bool component_has_own_edge(const ouro_heap_graph *g, uint32_t node)
{
    for (uint64_t e = g->first_edge.items[node]; e < g->first_edge.items[node + 1]; e++) {
        if (g->targets.items[e] == node && !heap_edge_is_weak(g, e)) {
            return true;
        }
    }
    return false;
}

static int component_compare(const void *a, const void *b)
{
    const ouro_heap_cycle *x = a, *y = b;
    if (x->bytes != y->bytes) {
        return x->bytes < y->bytes ? 1 : -1;
    }
    return x->node < y->node ? -1 : x->node > y->node;
}

ouro_heap_cycle *ouro_heap_cycles(ouro_heap_graph *g, size_t *count, ouro_heap_error *error)
{
    *count = 0;
    ouro_heap_cycle *all = heap_array(g->component_count, sizeof *all, error);
    if (all == NULL) {
        return NULL;
    }
    memset(all, 0, g->component_count * sizeof *all);
    for (uint32_t n = heap_node_count(g); n-- > 0;) {
        ouro_heap_cycle *c = &all[g->component_of[n]];
        c->node = n;
        c->nodes++;
        c->bytes += g->size_of.items[n];
    }
    for (uint32_t c = 0; c < g->component_count; c++) {
        if (all[c].nodes > 1 || component_has_own_edge(g, all[c].node)) {
            all[(*count)++] = all[c];
        }
    }
    qsort(all, *count, sizeof *all, component_compare);
    return all;
}

struct component_step {
    uint32_t node;
    uint32_t from; /* place in the queue of the node before */
    uint64_t edge; /* that led here */
};

/* The steps from the start to the one at `last`, and the edge that closes the cycle, in order.  Returns how
 * many. */
static size_t component_write(const struct component_step *queue, size_t last, uint64_t closing,
                              uint64_t *edges, size_t limit)
{
    size_t length = 1;
    for (size_t i = last; i != 0; i = queue[i].from) {
        length++;
    }
    uint64_t edge = closing;
    size_t i = last;
    for (size_t position = length; position-- > 0;) {
        if (position < limit) {
            edges[position] = edge;
        }
        edge = queue[i].edge;
        i = queue[i].from;
    }
    return length;
}

/* Breadth first within the component; `met` has the nodes in the queue. */
size_t ouro_heap_cycle_through(ouro_heap_graph *g, uint32_t node, uint64_t *edges, size_t limit)
{
    map met;
    map_init(&met, heap_allocation);
    VECTOR_OF(struct component_step) queue = {0};
    size_t length = 0;
    bool memory = vector_push(&heap_allocation, &queue, (struct component_step){node, 0, 0});
    for (size_t i = 0; memory && i < queue.count && length == 0; i++) {
        uint32_t at = queue.items[i].node;
        for (uint64_t e = g->first_edge.items[at]; e < g->first_edge.items[at + 1] && memory && length == 0;
             e++) {
            uint32_t target = g->targets.items[e];
            if (g->component_of[target] != g->component_of[node] || heap_edge_is_weak(g, e)) {
                continue;
            }
            if (target == node) {
                length = component_write(queue.items, i, e, edges, limit);
            } else if (!map_get(&met, target, NULL)) {
                memory =
                    map_set(&met, target, 1) &&
                    vector_push(&heap_allocation, &queue, (struct component_step){target, (uint32_t)i, e});
            }
        }
    }
    vector_free(&heap_allocation, &queue);
    map_clear(&met);
    return length;
}

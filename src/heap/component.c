/* component.c: strongly connected components of a heap graph, and shortest cycles in them.
 *
 * Memory for N nodes while it runs: 24 N bytes; for the answer 4 N.
 */
#include "base/components.h"
#include "heap/graph.h"

#include <stdlib.h>
#include <string.h>

/* ---- components ---------------------------------------------------------------------------------------- */

static bool component_skips(const void *context, uint64_t edge)
{
    return heap_edge_is_weak(context, edge);
}

bool ouro_heap_components(ouro_heap_graph *g, ouro_heap_error *error)
{
    if (g->component_of != NULL) {
        return true;
    }
    uint32_t nodes = heap_node_count(g);
    uint32_t *component = heap_array(nodes, sizeof *component, error);
    components_room room = {
        .next = heap_array(nodes, sizeof *room.next, error),
        .low = heap_array(nodes, sizeof *room.low, error),
        .caller = heap_array(nodes, sizeof *room.caller, error),
        .stack = heap_array(nodes, sizeof *room.stack, error),
    };
    bool good = component != NULL && room.next != NULL && room.low != NULL && room.caller != NULL && room.stack != NULL;
    if (good) {
        components_graph arrays = {nodes, g->first_edge.items, g->targets.items, component_skips, g};
        g->component_count = components_find(&arrays, component, &room);
        g->component_of = component;
    } else {
        free(component);
    }
    free(room.next);
    free(room.low);
    free(room.caller);
    free(room.stack);
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
    map_init(&met, base_malloc);
    VECTOR_OF(struct component_step) queue = {0};
    size_t length = 0;
    bool memory = vector_push(&base_malloc, &queue, (struct component_step){node, 0, 0});
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
                    vector_push(&base_malloc, &queue, (struct component_step){target, (uint32_t)i, e});
            }
        }
    }
    vector_free(&base_malloc, &queue);
    map_clear(&met);
    return length;
}

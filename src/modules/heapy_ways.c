/* heapy_ways.c: the methods of _heapy.Graph about ways through it: shortest ones from a root or from a set, single steps,
 * and what a set reaches.
 *
 * A way is told as a tuple: where it begins (None: at the root), and then for each step its text and the object it leads to
 * (None: a frame on the stack, which is no object).  The tuples are made without running program code, so the graph stays
 * as it is.
 */
#include "modules/heapy.h"
#include "modules/insight.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

#include <stdlib.h>
#include <string.h>

/* ---- telling a way ------------------------------------------------------------------------------------- */

enum { HEAPY_EDGE_TEXT = 300 };

/* What a reference is called; one from the root tells what kind of root it is. */
static ouro_value way_edge_text(ouro_runtime *rt, const heapy_graph *g, uint64_t e, bool from_root)
{
    char text[HEAPY_EDGE_TEXT];
    ouro_heap_edge edge = ouro_heap_edge_at(g->graph, e);
    const char *name = edge.text == NULL ? "" : edge.text;
    if (from_root && name[0] != '<' && heap_node_kind(g->graph, edge.target) == OURO_HEAP_KIND_MODULE) {
        snprintf(text, sizeof text, ".i0_modules['%s']", name);
    } else if (from_root && name[0] != '<' && g->graph->address_of.items[edge.target] == 0) {
        snprintf(text, sizeof text, ".t0_frames['%s']", name);
    } else if (from_root) {
        snprintf(text, sizeof text, ".i0_interpreter");
    } else if (edge.kind == OURO_HEAP_EDGE_LOCAL) {
        snprintf(text, sizeof text, ".f_locals['%s']", name);
    } else {
        (void)ouro_heap_edge_text(g->graph, e, text, sizeof text);
    }
    return str_from_utf8(rt, text, strlen(text));
}

/* A new reference to the object of a node; None: it has none. */
static ouro_value way_object(const heapy_graph *g, uint32_t n)
{
    return n == 0 || ouro_is_null(g->items[n]) ? OURO_NONE : value_incref(g->items[n]);
}

/* The tuple of a way whose edges are given from its end to its beginning at `start`. */
static ouro_value way_new(ouro_runtime *rt, const heapy_graph *g, uint32_t start, const uint64_t *way, size_t length)
{
    ouro_value list = list_new(rt, NULL, 0);
    bool good = !ouro_is_null(list) && list_append_steal(rt, list, way_object(g, start));
    for (size_t i = length; i-- > 0 && good;) {
        ouro_value text = way_edge_text(rt, g, way[i], start == 0 && i + 1 == length);
        good = !ouro_is_null(text) && list_append_steal(rt, list, text) &&
               list_append_steal(rt, list, way_object(g, g->graph->targets.items[way[i]]));
    }
    ouro_value tuple = good ? list_as_tuple(rt, list) : OURO_NULL;
    value_decref(rt, list);
    return tuple;
}

static bool way_append(ouro_runtime *rt, ouro_value list, ouro_value way)
{
    return !ouro_is_null(way) && list_append_steal(rt, list, way);
}

/* ---- shortest ways ------------------------------------------------------------------------------------- */

/* For each node how far it is from where the ways begin; the references that lead to nodes one step nearer, by target. */
struct heapy_distances {
    uint32_t *distance; /* OURO_HEAP_NONE: not reached */
    uint64_t *first;    /* of node n: edges first[n] .. first[n + 1] */
    uint64_t *edges;
    uint32_t *from;
    uint32_t *sources;  /* by node, 0: ways do not begin there; NULL: they begin at the root */
    uint32_t *avoided;  /* by node, other than 0: no way leads there; NULL: none is avoided */
    map steps;          /* references that no way takes: from << 32 | target */
};

static void heapy_distances_free(struct heapy_distances *d)
{
    free(d->distance);
    free(d->first);
    free(d->edges);
    free(d->from);
    free(d->sources);
    free(d->avoided);
    map_clear(&d->steps);
}

/* Frames on the stack are one node here, as they have no address by which to tell them. */
static uint64_t heapy_step_key(const heapy_graph *g, uint32_t n, uint32_t target)
{
    const uint64_t *address = g->graph->address_of.items;
    return (uint64_t)(address[n] == 0 ? 0 : n) << 32 | (address[target] == 0 ? 0 : target);
}

static bool heapy_may_step(const heapy_graph *g, const struct heapy_distances *d, uint32_t n, uint64_t e)
{
    uint32_t target = g->graph->targets.items[e];
    uint64_t found;
    return !heap_edge_is_weak(g->graph, e) && (d->avoided == NULL || d->avoided[target] == 0) &&
           (d->steps.count == 0 || !map_get(&d->steps, heapy_step_key(g, n, target), &found));
}

static bool heapy_is_step(const heapy_graph *g, const struct heapy_distances *d, uint32_t n, uint64_t e)
{
    return d->distance[n] != OURO_HEAP_NONE && d->distance[g->graph->targets.items[e]] == d->distance[n] + 1 &&
           heapy_may_step(g, d, n, e);
}

static bool heapy_measure(const heapy_graph *g, struct heapy_distances *d)
{
    d->distance = malloc(g->count * sizeof *d->distance);
    d->first = calloc(g->count + 2, sizeof *d->first);
    uint32_t *queue = malloc(g->count * sizeof *queue);
    if (d->distance == NULL || d->first == NULL || queue == NULL) {
        free(queue);
        return false;
    }
    memset(d->distance, 0xff, g->count * sizeof *d->distance);
    size_t count = 0;
    for (uint32_t n = 0; n < g->count; n++) {
        if (d->sources == NULL ? n == 0 : d->sources[n] != 0) {
            d->distance[n] = 0;
            queue[count++] = n;
        }
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t n = queue[i];
        for (uint64_t e = g->graph->first_edge.items[n]; e < g->graph->first_edge.items[n + 1]; e++) {
            uint32_t target = g->graph->targets.items[e];
            if (d->distance[target] == OURO_HEAP_NONE && heapy_may_step(g, d, n, e)) {
                d->distance[target] = d->distance[n] + 1;
                queue[count++] = target;
            }
        }
    }
    free(queue);
    uint64_t steps = 0;
    for (uint32_t n = 0; n < g->count; n++) {
        for (uint64_t e = g->graph->first_edge.items[n]; e < g->graph->first_edge.items[n + 1]; e++) {
            if (heapy_is_step(g, d, n, e)) {
                d->first[g->graph->targets.items[e] + 2]++;
                steps++;
            }
        }
    }
    for (size_t n = 2; n < g->count + 2; n++) {
        d->first[n] += d->first[n - 1];
    }
    d->edges = malloc((steps + 1) * sizeof *d->edges);
    d->from = malloc((steps + 1) * sizeof *d->from);
    if (d->edges == NULL || d->from == NULL) {
        return false;
    }
    for (uint32_t n = 0; n < g->count; n++) {
        for (uint64_t e = g->graph->first_edge.items[n]; e < g->graph->first_edge.items[n + 1]; e++) {
            if (heapy_is_step(g, d, n, e)) {
                uint64_t at = d->first[g->graph->targets.items[e] + 1]++;
                d->edges[at] = e;
                d->from[at] = n;
            }
        }
    }
    return true;
}

/* Appends all shortest ways to `node` to the list, until it has `limit`.  Depth first over the steps back. */
static bool heapy_add_ways(ouro_runtime *rt, const heapy_graph *g, const struct heapy_distances *d, uint32_t node,
                           int64_t limit, ouro_value list)
{
    size_t length = d->distance[node];
    uint64_t *at = malloc((length + 1) * sizeof *at), *way = malloc((length + 1) * sizeof *way);
    uint32_t *nodes = malloc((length + 2) * sizeof *nodes);
    bool good = at != NULL && way != NULL && nodes != NULL;
    if (!good) {
        error_no_memory(rt);
    }
    size_t depth = 0;
    if (good) {
        nodes[0] = node;
        at[0] = d->first[node];
    }
    while (good && (int64_t)as_list(list)->size < limit) {
        if (depth == length) {
            good = way_append(rt, list, way_new(rt, g, nodes[length], way, length));
            if (depth-- == 0) {
                break;
            }
            continue;
        }
        if (at[depth] == d->first[nodes[depth] + 1]) {
            if (depth-- == 0) {
                break;
            }
            continue;
        }
        way[depth] = d->edges[at[depth]];
        nodes[depth + 1] = d->from[at[depth]++];
        depth++;
        if (depth < length) {
            at[depth] = d->first[nodes[depth]];
        }
    }
    free(at);
    free(way);
    free(nodes);
    return good;
}

/* The node of an object, 0 for None: the root, or a frame; OURO_HEAP_NONE: the graph does not know it. */
static uint32_t heapy_node_of(const heapy_graph *g, ouro_value v)
{
    return ouro_is_object(v) ? ouro_heap_find_address(g->graph, (uint64_t)(uintptr_t)ouro_as_object(v)) : 0;
}

/* Notes the references in `given`, a tuple of pairs (from, to), as not to be taken. */
static bool heapy_avoid_steps(ouro_runtime *rt, const heapy_graph *g, struct heapy_distances *d, ouro_value given)
{
    if (!value_is_tuple(rt, given)) {
        error_type(rt, "references to avoid are a tuple of pairs, not %T", given);
        return false;
    }
    for (size_t i = 0; i < as_tuple(given)->size; i++) {
        ouro_value pair = as_tuple(given)->items[i];
        if (!value_is_tuple(rt, pair) || as_tuple(pair)->size != 2) {
            error_type(rt, "a reference to avoid is a pair (from, to), not %R", pair);
            return false;
        }
        uint32_t from = heapy_node_of(g, as_tuple(pair)->items[0]), to = heapy_node_of(g, as_tuple(pair)->items[1]);
        if (from != OURO_HEAP_NONE && to != OURO_HEAP_NONE && !map_set(&d->steps, (uint64_t)from << 32 | to, 1)) {
            error_no_memory(rt);
            return false;
        }
    }
    return true;
}

/* Reads the optional arguments: a set where the ways begin, one that they avoid, and references that they avoid. */
static bool heapy_ways_asked(ouro_runtime *rt, const heapy_graph *g, struct heapy_distances *d, const ouro_value *args,
                             size_t nargs)
{
    uint32_t **sets[2] = {&d->sources, &d->avoided};
    for (size_t i = 0; i < 2; i++) {
        ouro_value given = arg_or_null(args, nargs, 3 + i);
        if (!ouro_is_null(given) && !ouro_is_none(given)) {
            const heapy_nodes *nodes = heapy_nodes_given(rt, given);
            if (nodes == NULL || (*sets[i] = heapy_places(rt, g, nodes)) == NULL) {
                return false;
            }
        }
    }
    ouro_value steps = arg_or_null(args, nargs, 5);
    return ouro_is_null(steps) || ouro_is_none(steps) || heapy_avoid_steps(rt, g, d, steps);
}

ouro_value heapy_graph_ways(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const heapy_graph *g = as_heapy_graph(args[0]);
    const heapy_nodes *nodes = heapy_asked(rt, args);
    int64_t limit;
    if (nodes == NULL || !object_as_index(rt, args[2], &limit, true)) {
        return OURO_NULL;
    }
    struct heapy_distances d = {0};
    map_init(&d.steps, base_malloc);
    uint32_t *places = NULL;
    ouro_value list = list_new(rt, NULL, 0);
    if (ouro_is_null(list) || (places = heapy_places(rt, g, nodes)) == NULL || !heapy_ways_asked(rt, g, &d, args, nargs)) {
        value_clear(rt, &list);
    } else if (!heapy_measure(g, &d)) {
        error_no_memory(rt);
        value_clear(rt, &list);
    }
    for (uint32_t n = 1; n < g->count && !ouro_is_null(list) && (int64_t)as_list(list)->size < limit; n++) {
        if (places[n] != 0 && d.distance[n] != OURO_HEAP_NONE && !heapy_add_ways(rt, g, &d, n, limit, list)) {
            value_clear(rt, &list);
        }
    }
    heapy_distances_free(&d);
    free(places);
    return list;
}

/* ---- single steps -------------------------------------------------------------------------------------- */

/* A reference of a frame on the stack, told from the root on: the frame is no object that a way could begin at. */
static ouro_value way_from_frame(ouro_runtime *rt, const heapy_graph *g, uint32_t frame, uint64_t e)
{
    uint64_t way[2] = {e};
    for (uint64_t r = g->graph->first_edge.items[0]; r < g->graph->first_edge.items[1]; r++) {
        if (g->graph->targets.items[r] == frame) {
            way[1] = r;
            return way_new(rt, g, 0, way, 2);
        }
    }
    return way_new(rt, g, frame, way, 1);
}

ouro_value heapy_graph_steps(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    const heapy_graph *g = as_heapy_graph(args[0]);
    const heapy_nodes *nodes = heapy_asked(rt, args);
    int back = nodes == NULL ? -1 : object_truth(rt, args[2]);
    int64_t limit;
    if (back < 0 || !object_as_index(rt, args[3], &limit, true)) {
        return OURO_NULL;
    }
    uint32_t *places = heapy_places(rt, g, nodes);
    ouro_value list = places == NULL ? OURO_NULL : list_new(rt, NULL, 0);
    for (uint32_t n = 0; n < g->count && !ouro_is_null(list) && (int64_t)as_list(list)->size < limit; n++) {
        if (n != 0 && !ouro_heap_is_reached(g->graph, n)) {
            continue;
        }
        for (uint64_t e = g->graph->first_edge.items[n]; e < g->graph->first_edge.items[n + 1]; e++) {
            if (places[back ? g->graph->targets.items[e] : n] == 0 || heap_edge_is_weak(g->graph, e)) {
                continue;
            }
            ouro_value way = n != 0 && g->graph->address_of.items[n] == 0 ? way_from_frame(rt, g, n, e)
                                                                          : way_new(rt, g, n, &e, 1);
            if (!way_append(rt, list, way)) {
                value_clear(rt, &list);
                break;
            }
            if ((int64_t)as_list(list)->size >= limit) {
                break;
            }
        }
    }
    free(places);
    return list;
}

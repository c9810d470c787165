/* heapy_graph.c: the type _heapy.Graph: the object graph of one moment, and what can be asked about sets of its objects.
 *
 * Every question is a few passes over the graph, whatever the size of the set.  Only what a root reaches counts: a
 * referrer that is garbage is none.
 */
#include "gc/gc.h"
#include "modules/heapy.h"
#include "modules/insight.h"
#include "modules/snapshot_source.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"

#include <stdlib.h>
#include <string.h>

/* ---- taking one -------------------------------------------------------------------------------------- */

static bool heapy_hides(void *context, const void *object)
{
    uint64_t found;
    return map_get(context, (uint64_t)(uintptr_t)object, &found);
}

/* Takes references to what the graph may speak of.  No program code has run since it was taken. */
static bool heapy_hold(ouro_runtime *rt, heapy_graph *g, bool unreached)
{
    g->count = heap_node_count(g->graph);
    g->items = calloc(g->count, sizeof *g->items);
    ouro_heap_error error;
    if (g->items == NULL || !ouro_heap_paths(g->graph, &error)) {
        error_no_memory(rt);
        return false;
    }
    (void)ouro_heap_find_address(g->graph, 1); /* builds the index by address */
    if (g->graph->by_address == NULL) {
        error_no_memory(rt);
        return false;
    }
    for (uint32_t n = 1; n < g->count; n++) {
        ouro_object *object = (ouro_object *)(uintptr_t)g->graph->address_of.items[n];
        if (object != NULL &&
            (ouro_heap_is_reached(g->graph, n) || (unreached && gc_is_tracked(object)))) {
            g->items[n] = value_incref(ouro_from_object(object));
        }
    }
    return true;
}

ouro_value heapy_capture(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value given = arg_or_null(args, nargs, 2);
    int unreached = ouro_is_null(given) ? 0 : object_truth(rt, given);
    ouro_value hidden = unreached < 0 ? OURO_NULL : tuple_from_iterable(rt, args[0]);
    if (ouro_is_null(hidden)) {
        return OURO_NULL;
    }
    map own;
    map_init(&own, base_malloc);
    heapy_graph *g = NULL;
    size_t length;
    char *files = NULL;
    bool good = true;
    for (size_t i = 0; i < as_tuple(hidden)->size && good; i++) {
        ouro_value v = as_tuple(hidden)->items[i];
        good = !ouro_is_object(v) || map_set(&own, (uint64_t)(uintptr_t)ouro_as_object(v), 1);
    }
    if (!good) {
        error_no_memory(rt);
    } else if (!types_fill_all(rt)) {
        good = false;
    } else if (!value_is_str(rt, args[1])) {
        error_type(rt, "the beginning of a file's name is needed here, not %T", args[1]);
    } else if ((files = str_to_utf8(rt, args[1], &length, true)) != NULL &&
               (g = object_new(rt, &MODULE_TYPE(rt, heapy_graph)->type, 0)) != NULL) {
        ouro_heap_error error;
        const snapshot_filter filter = {files, heapy_hides, &own};
        g->graph = snapshot_take_without(rt, &filter, &error);
        if (g->graph == NULL) {
            (void)insight_error(rt, &error);
        }
        good = g->graph != NULL && heapy_hold(rt, g, unreached);
        gc_track(rt, g);
        if (!good) {
            value_decref(rt, ouro_from_object(g));
            g = NULL;
        }
    }
    ouro_mem_free(rt->mem, files);
    map_clear(&own);
    value_decref(rt, hidden);
    return g == NULL ? OURO_NULL : ouro_from_object(g);
}

/* ---- sets of nodes ----------------------------------------------------------------------------------- */

uint32_t *heapy_places(ouro_runtime *rt, const heapy_graph *g, const heapy_nodes *nodes)
{
    uint32_t *places = calloc(g->count, sizeof *places);
    if (places == NULL) {
        error_no_memory(rt);
        return NULL;
    }
    const uint32_t *by_address = g->graph->by_address;
    const uint64_t *address_of = g->graph->address_of.items;
    size_t i = 0;
    for (size_t k = 0; k < g->count; k++) { /* both are in order of addresses */
        uint64_t address = address_of[by_address[k]];
        if (address == 0) {
            continue;
        }
        uint64_t bits = ouro_from_object((void *)(uintptr_t)address).bits;
        while (i < nodes->count && nodes->items[i].bits < bits) {
            i++;
        }
        if (i < nodes->count && nodes->items[i].bits == bits) {
            places[by_address[k]] = (uint32_t)i + 1;
        }
    }
    return places;
}

/* The set of all nodes with a nonzero mark; `marks` is freed. */
static ouro_value heapy_marked(ouro_runtime *rt, const heapy_graph *g, unsigned char *marks)
{
    size_t count = 0;
    for (size_t n = 1; n < g->count; n++) {
        marks[n] = marks[n] != 0 && !ouro_is_null(g->items[n]);
        count += marks[n];
    }
    ouro_value *items = malloc((count + 1) * sizeof *items), result = OURO_NULL;
    if (items == NULL) {
        error_no_memory(rt);
    } else {
        size_t i = 0;
        for (size_t k = 0; k < g->count; k++) {
            uint32_t n = g->graph->by_address[k];
            if (n != 0 && marks[n]) {
                items[i++] = g->items[n];
            }
        }
        result = heapy_nodes_new(rt, items, count);
    }
    free(marks);
    return result;
}

static unsigned char *heapy_marks(ouro_runtime *rt, const heapy_graph *g)
{
    unsigned char *marks = calloc(g->count + 1, 1);
    if (marks == NULL) {
        error_no_memory(rt);
    }
    return marks;
}

heapy_nodes *heapy_asked(ouro_runtime *rt, const ouro_value *args)
{
    if (as_heapy_graph(args[0])->items == NULL) {
        error_value(rt, "the graph has been cleared by the collector");
        return NULL;
    }
    return heapy_nodes_given(rt, args[1]);
}

static ouro_value heapy_by_reach(ouro_runtime *rt, const heapy_graph *g, bool reached)
{
    unsigned char *marks = heapy_marks(rt, g);
    for (uint32_t n = 1; marks != NULL && n < g->count; n++) {
        marks[n] = ouro_heap_is_reached(g->graph, n) == reached;
    }
    return marks == NULL ? OURO_NULL : heapy_marked(rt, g, marks);
}

static ouro_value graph_reached(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    return heapy_by_reach(rt, as_heapy_graph(args[0]), true);
}

static ouro_value graph_unreached(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    return heapy_by_reach(rt, as_heapy_graph(args[0]), false);
}

/* ---- neighbours -------------------------------------------------------------------------------------- */

static ouro_value heapy_neighbours(ouro_runtime *rt, const ouro_value *args, bool back)
{
    const heapy_graph *g = as_heapy_graph(args[0]);
    const heapy_nodes *nodes = heapy_asked(rt, args);
    uint32_t *places = nodes == NULL ? NULL : heapy_places(rt, g, nodes);
    unsigned char *marks = places == NULL ? NULL : heapy_marks(rt, g);
    for (uint32_t n = 1; marks != NULL && n < g->count; n++) {
        if (!ouro_heap_is_reached(g->graph, n)) {
            continue;
        }
        for (uint64_t e = g->graph->first_edge.items[n]; e < g->graph->first_edge.items[n + 1]; e++) {
            uint32_t target = g->graph->targets.items[e];
            if (places[back ? target : n] != 0 && !heap_edge_is_weak(g->graph, e)) {
                marks[back ? n : target] = 1;
            }
        }
    }
    free(places);
    return marks == NULL ? OURO_NULL : heapy_marked(rt, g, marks);
}

static ouro_value graph_referrers(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    return heapy_neighbours(rt, args, true);
}

static ouro_value graph_referents(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    return heapy_neighbours(rt, args, false);
}

/* ---- what only a set keeps alive --------------------------------------------------------------------- */

/* Marks what is reached from the nodes in queue[0..count) (marked already) without passing a node that is marked. */
static void heapy_spread(const heapy_graph *g, uint32_t *queue, size_t count, unsigned char *marks, unsigned char mark)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t n = queue[i];
        for (uint64_t e = g->graph->first_edge.items[n]; e < g->graph->first_edge.items[n + 1]; e++) {
            uint32_t target = g->graph->targets.items[e];
            if (marks[target] == 0 && !heap_edge_is_weak(g->graph, e)) {
                marks[target] = mark;
                queue[count++] = target;
            }
        }
    }
}

static ouro_value graph_reach(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    const heapy_graph *g = as_heapy_graph(args[0]);
    const heapy_nodes *nodes = heapy_asked(rt, args);
    uint32_t *queue = nodes == NULL ? NULL : heapy_places(rt, g, nodes);
    unsigned char *marks = queue == NULL ? NULL : heapy_marks(rt, g);
    if (marks == NULL) {
        free(queue);
        return OURO_NULL;
    }
    size_t count = 0;
    for (uint32_t n = 0; n < g->count; n++) { /* the places are read before they are overwritten: count <= n */
        if (queue[n] != 0) {
            marks[n] = 1;
            queue[count++] = n;
        }
    }
    heapy_spread(g, queue, count, marks, 1);
    free(queue);
    return heapy_marked(rt, g, marks);
}

/* All that would go if the set went: what the roots do not reach past the set's objects. */
static ouro_value graph_dominated(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    enum { MEMBER = 1, OUTSIDE = 2, ONLY = 3 };
    const heapy_graph *g = as_heapy_graph(args[0]);
    const heapy_nodes *nodes = heapy_asked(rt, args);
    uint32_t *places = nodes == NULL ? NULL : heapy_places(rt, g, nodes);
    unsigned char *marks = places == NULL ? NULL : heapy_marks(rt, g);
    uint32_t *queue = marks == NULL ? NULL : malloc(g->count * sizeof *queue);
    if (queue == NULL) {
        if (marks != NULL) {
            error_no_memory(rt);
        }
        free(places);
        free(marks);
        return OURO_NULL;
    }
    for (uint32_t n = 1; n < g->count; n++) {
        marks[n] = places[n] != 0 ? MEMBER : 0;
    }
    marks[0] = OUTSIDE;
    queue[0] = 0;
    heapy_spread(g, queue, 1, marks, OUTSIDE);
    size_t members = 0;
    for (uint32_t n = 1; n < g->count; n++) {
        if (marks[n] == MEMBER) {
            queue[members++] = n;
        }
    }
    heapy_spread(g, queue, members, marks, ONLY);
    for (uint32_t n = 0; n < g->count; n++) {
        marks[n] = marks[n] == MEMBER || marks[n] == ONLY;
    }
    free(queue);
    free(places);
    return heapy_marked(rt, g, marks);
}

/* The objects that directly dominate those of the set. */
static ouro_value graph_dominators(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    const heapy_graph *g = as_heapy_graph(args[0]);
    const heapy_nodes *nodes = heapy_asked(rt, args);
    ouro_heap_error error;
    if (nodes == NULL) {
        return OURO_NULL;
    }
    if (!ouro_heap_dominators(g->graph, NULL, NULL, &error)) {
        return insight_error(rt, &error);
    }
    uint32_t *places = heapy_places(rt, g, nodes);
    unsigned char *marks = places == NULL ? NULL : heapy_marks(rt, g);
    for (uint32_t n = 1; marks != NULL && n < g->count; n++) {
        uint32_t dominator = places[n] == 0 ? OURO_HEAP_NONE : ouro_heap_dominator(g->graph, n);
        if (dominator != OURO_HEAP_NONE) {
            marks[dominator] = 1;
        }
    }
    free(places);
    return marks == NULL ? OURO_NULL : heapy_marked(rt, g, marks);
}

/* ---- the type ---------------------------------------------------------------------------------------- */

static int graph_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context)
{
    (void)rt;
    const heapy_graph *g = (heapy_graph *)(void *)self;
    for (size_t n = 0; n < g->count && g->items != NULL; n++) {
        int stop = ouro_is_object(g->items[n]) ? visit(g->items[n], context) : 0;
        if (stop != 0) {
            return stop;
        }
    }
    return 0;
}

/* The graph itself goes as well: without its objects it says nothing. */
static void graph_clear(ouro_runtime *rt, ouro_object *self)
{
    heapy_graph *g = (heapy_graph *)(void *)self;
    ouro_value *items = g->items;
    size_t count = g->count;
    g->items = NULL;
    g->count = 0;
    for (size_t n = 0; n < count && items != NULL; n++) {
        value_decref(rt, items[n]);
    }
    free(items);
}

static void graph_dispose(ouro_runtime *rt, ouro_object *self)
{
    (void)rt;
    heapy_graph *g = (heapy_graph *)(void *)self;
    ouro_heap_destroy(g->graph);
    free(g->items);
}

static const method_def graph_methods[] = {
    {.name = "reached", .signature = "self, /", .fn = graph_reached, .doc = "All objects that a root reaches."},
    {.name = "unreached",
     .signature = "self, /",
     .fn = graph_unreached,
     .doc = "The objects that no root reaches, if they were asked for."},
    {.name = "referrers", .signature = "self, nodes, /", .fn = graph_referrers, .doc = "What refers to the objects."},
    {.name = "referents", .signature = "self, nodes, /", .fn = graph_referents, .doc = "What the objects refer to."},
    {.name = "dominated",
     .signature = "self, nodes, /",
     .fn = graph_dominated,
     .doc = "The objects, and all that would be freed with them."},
    {.name = "dominators",
     .signature = "self, nodes, /",
     .fn = graph_dominators,
     .doc = "What directly dominates the objects."},
    {.name = "reach",
     .signature = "self, nodes, /",
     .fn = graph_reach,
     .doc = "The objects, and all that can be reached from them."},
    {.name = "ways",
     .signature = "self, nodes, limit, sources=None, avoided=None, steps=None, /",
     .fn = heapy_graph_ways,
     .doc = "Up to `limit` shortest ways from a root, or from the set `sources`, to the objects, past the set `avoided` and\n"
            "the references `steps` (pairs).  Each is a tuple: the object where it begins (None: the root), then text and\n"
            "object of each step."},
    {.name = "steps",
     .signature = "self, nodes, back, limit, /",
     .fn = heapy_graph_steps,
     .doc = "The references of the objects, or those to them, as ways of one step, up to `limit`."},
    {.name = "partition",
     .signature = "self, nodes, by, /",
     .fn = heapy_partition,
     .doc = "The objects by 'clodo', 'type', 'size', 'rcs', 'via' or 'line': a list of (key, nodes)."},
    {0},
};

const type_spec heapy_graph_spec = {
    .name = "_heapy.Graph",
    .size = sizeof(heapy_graph),
    .flags = TYPE_NO_MAKE,
    .doc = "The object graph of one moment.",
    .traverse = graph_traverse,
    .clear = graph_clear,
    .dispose = graph_dispose,
    .methods = graph_methods,
};

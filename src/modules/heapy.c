/* heapy.c: the module _heapy under guppy: sets of objects by identity, of any size.
 *
 *     nodes(iterable)                        a set
 *     in_memory(object)                      is it an object with memory of its own?
 *     referents(object)                      all that it refers to
 *     edges(object)                          its references with their names
 *     capture(hidden, files, unreached)      the object graph of this moment (heapy_graph.c)
 *     tracked()                              how many objects of each type the collector tracks
 *
 * A set of a million objects is an array of a million references; union, intersection and difference are merges of sorted
 * arrays.  Ints, None and their kin, which are no objects in memory, may be in a set; their size is 0.
 */
#include "gc/census.h"
#include "gc/gc.h"
#include "modules/heapy.h"
#include "object/edge.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

#include <stdlib.h>
#include <string.h>

heapy_nodes *heapy_nodes_given(ouro_runtime *rt, ouro_value v)
{
    if (ouro_is_object(v) && ouro_as_object(v)->shape->type == &MODULE_TYPE(rt, heapy_nodes)->type) {
        return as_heapy_nodes(v);
    }
    error_type(rt, "expected a set of objects, not %T", v);
    return NULL;
}

ouro_value heapy_nodes_new(ouro_runtime *rt, ouro_value *items, size_t count)
{
    heapy_nodes *nodes = object_new(rt, &MODULE_TYPE(rt, heapy_nodes)->type, 0);
    if (nodes == NULL) {
        free(items);
        return OURO_NULL;
    }
    for (size_t i = 0; i < count; i++) {
        value_incref(items[i]);
    }
    nodes->items = items;
    nodes->count = count;
    gc_track(rt, nodes);
    return ouro_from_object(nodes);
}

static int heapy_compare(const void *a, const void *b)
{
    const ouro_value *x = a, *y = b;
    return x->bits < y->bits ? -1 : x->bits > y->bits;
}

static ouro_value heapy_make_nodes(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    ouro_value tuple = tuple_from_iterable(rt, args[0]);
    if (ouro_is_null(tuple)) {
        return OURO_NULL;
    }
    size_t count = as_tuple(tuple)->size, kept = 0;
    ouro_value *items = malloc((count + 1) * sizeof *items), result = OURO_NULL;
    if (items == NULL) {
        error_no_memory(rt);
    } else {
        for (size_t i = 0; i < count; i++) {
            items[i] = as_tuple(tuple)->items[i];
        }
        qsort(items, count, sizeof *items, heapy_compare);
        for (size_t i = 0; i < count; i++) {
            if (i == 0 || items[i].bits != items[kept - 1].bits) {
                items[kept++] = items[i];
            }
        }
        result = heapy_nodes_new(rt, items, kept);
    }
    value_decref(rt, tuple);
    return result;
}

/* ---- the type ---------------------------------------------------------------------------------------- */

static int nodes_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context)
{
    (void)rt;
    const heapy_nodes *nodes = (heapy_nodes *)(void *)self;
    for (size_t i = 0; i < nodes->count; i++) {
        int stop = ouro_is_object(nodes->items[i]) ? visit(nodes->items[i], context) : 0;
        if (stop != 0) {
            return stop;
        }
    }
    return 0;
}

static void nodes_clear(ouro_runtime *rt, ouro_object *self)
{
    heapy_nodes *nodes = (heapy_nodes *)(void *)self;
    ouro_value *items = nodes->items;
    size_t count = nodes->count;
    nodes->items = NULL; /* what dies may look at the set */
    nodes->count = 0;
    for (size_t i = 0; i < count; i++) {
        value_decref(rt, items[i]);
    }
    free(items);
}

static void nodes_dispose(ouro_runtime *rt, ouro_object *self)
{
    (void)rt;
    free(((heapy_nodes *)(void *)self)->items);
}

static int64_t nodes_length(ouro_runtime *rt, ouro_value self)
{
    (void)rt;
    return (int64_t)as_heapy_nodes(self)->count;
}

/* Merges two sets; `keep` has a bit for "only in a" (1), "only in b" (2), "in both" (4). */
static ouro_value nodes_merge(ouro_runtime *rt, const heapy_nodes *a, const heapy_nodes *b, int keep)
{
    size_t i = 0, j = 0, n = 0;
    ouro_value *items = malloc((a->count + b->count + 1) * sizeof *items);
    if (items == NULL) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    while (i < a->count || j < b->count) {
        uint64_t x = i < a->count ? a->items[i].bits : UINT64_MAX, y = j < b->count ? b->items[j].bits : UINT64_MAX;
        int where = x < y ? 1 : x > y ? 2 : 4;
        if (keep & where) {
            items[n++] = x <= y ? a->items[i] : b->items[j];
        }
        i += x <= y;
        j += y <= x;
    }
    return heapy_nodes_new(rt, items, n);
}

static ouro_value nodes_combine(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    static const struct {
        const char *name;
        int keep;
    } ways[] = {{"|", 7}, {"&", 4}, {"-", 1}, {"^", 3}};
    const heapy_nodes *other = heapy_nodes_given(rt, args[1]);
    if (other == NULL) {
        return OURO_NULL;
    }
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (value_is_str(rt, args[2]) && str_equal_ascii(as_str(args[2]), ways[i].name)) {
            return nodes_merge(rt, as_heapy_nodes(args[0]), other, ways[i].keep);
        }
    }
    return error_value(rt, "sets are combined by '|', '&', '-' or '^', not %R", args[2]);
}

static ouro_value nodes_list(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    const heapy_nodes *nodes = as_heapy_nodes(args[0]);
    return list_new(rt, nodes->items, nodes->count);
}

static ouro_value nodes_has(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    const heapy_nodes *nodes = as_heapy_nodes(args[0]);
    return ouro_bool(nodes->count > 0 &&
                     bsearch(&args[1], nodes->items, nodes->count, sizeof *nodes->items, heapy_compare) != NULL);
}

static ouro_value nodes_size(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    const heapy_nodes *nodes = as_heapy_nodes(args[0]);
    uint64_t size = 0;
    for (size_t i = 0; i < nodes->count; i++) {
        size += ouro_is_object(nodes->items[i]) ? object_size(rt, ouro_as_object(nodes->items[i])) : 0;
    }
    return int_from_uint64(rt, size);
}

static const method_def nodes_methods[] = {
    {.name = "combine",
     .signature = "self, other, how, /",
     .fn = nodes_combine,
     .doc = "The union ('|'), intersection ('&'), difference ('-') or symmetric difference ('^')."},
    {.name = "list", .signature = "self, /", .fn = nodes_list, .doc = "The objects, by address."},
    {.name = "has", .signature = "self, object, /", .fn = nodes_has, .doc = "Is this very object in the set?"},
    {.name = "partition",
     .signature = "self, by, /",
     .fn = heapy_nodes_partition,
     .doc = "The objects by 'type' or 'size': a list of (key, nodes)."},
    {.name = "size", .signature = "self, /", .fn = nodes_size, .doc = "Bytes of all objects with their buffers."},
    {0},
};

static const type_spec heapy_nodes_spec = {
    .name = "_heapy.Nodes",
    .size = sizeof(heapy_nodes),
    .flags = TYPE_NO_MAKE,
    .doc = "A set of objects by identity.",
    .traverse = nodes_traverse,
    .clear = nodes_clear,
    .dispose = nodes_dispose,
    .methods = nodes_methods,
    .slots = {.length = nodes_length},
};

static ouro_value heapy_in_memory(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)rt;
    (void)nargs;
    return ouro_bool(ouro_is_object(args[0]));
}

/* ---- references of one object --------------------------------------------------------------------------- */

struct heapy_edges {
    ouro_runtime *rt;
    VECTOR_OF(ouro_value) targets; /* owned */
    VECTOR_OF(char) names;         /* each ended by NUL */
    bool failed;
};

/* While the object is traversed nothing may allocate in the heap: what is met is noted, and told afterwards. */
static int heapy_note_edge(ouro_value referent, const ouro_edge *edge, void *context)
{
    struct heapy_edges *e = context;
    char text[300] = "";
    if (edge->kind == OURO_EDGE_LOCAL) {
        (void)e->rt->name_text(e->rt, edge->name, text, sizeof text);
    } else if (!object_edge_text(e->rt, edge, text, sizeof text)) {
        text[0] = 0;
    }
    size_t length = strlen(text) + 1;
    e->failed = !vector_reserve(&base_malloc, &e->names, length) || !vector_push(&base_malloc, &e->targets, referent);
    if (!e->failed) {
        memcpy(e->names.items + e->names.count, text, length);
        e->names.count += length;
        value_incref(referent);
    }
    return e->failed;
}

static int heapy_note_referent(ouro_value referent, void *context)
{
    struct heapy_edges *e = context;
    e->failed = !vector_push(&base_malloc, &e->targets, referent);
    if (!e->failed) {
        value_incref(referent);
    }
    return e->failed;
}

/* All that the object refers to: keys of dicts too, which gc.get_referents leaves out as CPython's does. */
static ouro_value heapy_referents(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    struct heapy_edges e = {.rt = rt};
    if (ouro_is_object(args[0])) {
        (void)object_traverse(rt, ouro_as_object(args[0]), heapy_note_referent, &e);
    }
    ouro_value list = e.failed ? OURO_NULL : list_new(rt, e.targets.items, e.targets.count);
    if (e.failed) {
        error_no_memory(rt);
    }
    for (size_t i = 0; i < e.targets.count; i++) {
        value_decref(rt, e.targets.items[i]);
    }
    vector_free(&base_malloc, &e.targets);
    return list;
}

static ouro_value heapy_edges(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    struct heapy_edges e = {.rt = rt};
    if (ouro_is_object(args[0])) {
        (void)object_traverse_edges(rt, ouro_as_object(args[0]), heapy_note_edge, &e);
    }
    ouro_value list = e.failed ? OURO_NULL : list_new(rt, NULL, 0);
    if (e.failed) {
        error_no_memory(rt);
    }
    const char *name = e.names.items;
    for (size_t i = 0; i < e.targets.count; i++) {
        if (ouro_is_null(list)) {
            value_decref(rt, e.targets.items[i]);
            continue;
        }
        size_t length = strlen(name);
        ouro_value items[2] = {str_from_utf8(rt, name, length), e.targets.items[i]};
        ouro_value pair = tuple_new_made(rt, items, 2);
        if (ouro_is_null(pair) || !list_append_steal(rt, list, pair)) {
            value_clear(rt, &list);
        }
        name += length + 1;
    }
    vector_free(&base_malloc, &e.targets);
    vector_free(&base_malloc, &e.names);
    return list;
}

/* ---- the module -------------------------------------------------------------------------------------- */

/* The counts hold references to their types from before anything is allocated that could end one. */
static ouro_value heapy_tracked(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    gc_type_count *types;
    size_t count;
    if (!types_fill_all(rt)) {
        return OURO_NULL;
    }
    if (!gc_census_tracked(rt, &types, &count)) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    for (size_t i = 0; i < count; i++) {
        object_incref(&types[i].type->object);
    }
    ouro_value list = list_new(rt, NULL, 0);
    for (size_t i = 0; i < count; i++) {
        ouro_value pair[2] = {ouro_from_object(types[i].type), int_from_uint64(rt, types[i].count)};
        ouro_value row = ouro_is_null(list) || ouro_is_null(pair[1]) ? OURO_NULL : tuple_new(rt, pair, 2);
        value_decref(rt, pair[1]);
        if (!ouro_is_null(list) && (ouro_is_null(row) || !list_append_steal(rt, list, row))) {
            value_clear(rt, &list);
        }
    }
    for (size_t i = 0; i < count; i++) {
        object_decref(rt, &types[i].type->object);
    }
    free(types);
    return list;
}

static const method_def heapy_functions[] = {
    {.name = "nodes", .signature = "iterable, /", .fn = heapy_make_nodes, .doc = "A set of the objects."},
    {.name = "referents",
     .signature = "object, /",
     .fn = heapy_referents,
     .doc = "All objects in memory that the object refers to, keys of dicts too."},
    {.name = "in_memory",
     .signature = "object, /",
     .fn = heapy_in_memory,
     .doc = "False for what lies in the reference itself: small ints, most floats, None and its kin."},
    {.name = "edges",
     .signature = "object, /",
     .fn = heapy_edges,
     .doc = "What the object refers to, as the collector sees it: a list of (name, object); nothing in it is changed."},
    {.name = "capture",
     .signature = "hidden, files, unreached=False, /",
     .fn = heapy_capture,
     .doc = "The object graph of this moment without the objects in `hidden`, the instances of classes in it, and frames\n"
            "of code from files whose names begin with `files`; with `unreached`, garbage that the collector sees too."},
    {.name = "tracked",
     .signature = "",
     .fn = heapy_tracked,
     .doc = "How many objects of each type the collector tracks: a list of (type, number), in no order."},
    {.name = NULL},
};

static bool heapy_start(ouro_runtime *rt, module_object *module)
{
    return module_add_kept_type(rt, module, &heapy_nodes_spec, &MODULE_TYPE(rt, heapy_nodes)) &&
           module_add_kept_type(rt, module, &heapy_graph_spec, &MODULE_TYPE(rt, heapy_graph));
}

const module_def heapy_module_def = {
    .name = "_heapy",
    .doc = "Sets of objects and the graph of the heap, for guppy.",
    .functions = heapy_functions,
    .start = heapy_start,
};

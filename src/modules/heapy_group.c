/* heapy_group.c: _heapy.Graph.partition: the objects of a set, put into groups.
 *
 *     'type'    by class:                              (class,)
 *     'clodo'   by class, dicts by whose they are:     (class,) or (dict, class of the owner or None)
 *     'size'    by size:                               bytes
 *     'line'    by the line that allocated them:       (file, line, function), or None
 *     'rcs'     by what refers to them:                a tuple of 'clodo' keys
 *     'via'     by the names of the references:        a tuple of texts such as ".name", "['key']", "[3]"
 *
 * A group is a number.  For 'rcs' and 'via' each object first gets the sorted list of the numbers of its referrers or
 * references; equal lists are one group (a hash table of lists, compared in full).  All of it is a few passes over the
 * edges; memory is a few words for each object of the set and each reference to one.
 */
#include "modules/heapy.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

#include <stdlib.h>
#include <string.h>

/* A class, and for a dict whose it is. */
struct group_kind {
    type_object *type, *owner; /* owner NULL: not a dict, or nobody's */
};

struct grouping {
    ouro_runtime *rt;
    const heapy_graph *g;
    const heapy_nodes *nodes;
    uint32_t *places;    /* by node (heapy_places) */
    uint32_t *owner;     /* by node: who has this dict as its __dict__; 0: nobody.  NULL: not asked for */
    uint32_t *group;     /* by place in the set */
    uint32_t group_count;
    map index;           /* what identifies a group -> its number + 1 */
    map types;           /* type -> its number + 1 */
    VECTOR_OF(struct group_kind) kinds;
    VECTOR_OF(uint64_t) keys; /* of groups by size: bytes; by line: site */
    /* lists: of group n from list_start[n] on; for 'via' a number is a place in `edges` */
    VECTOR_OF(uint32_t) list_items;
    VECTOR_OF(size_t) list_start;
    VECTOR_OF(uint64_t) edges; /* one edge for each label that was met */
    map labels;                /* label + 1 -> place in edges */
};

/* ---- kinds ------------------------------------------------------------------------------------------- */

static bool group_find_owners(struct grouping *p)
{
    const ouro_heap_graph *g = p->g->graph;
    p->owner = calloc(p->g->count + 1, sizeof *p->owner);
    for (uint32_t n = 1; p->owner != NULL && n < p->g->count; n++) {
        for (uint64_t e = g->first_edge.items[n]; e < g->first_edge.items[n + 1]; e++) {
            uint32_t label = g->labels.items[e], target = g->targets.items[e];
            if (heap_label_kind(label) == OURO_HEAP_EDGE_FIELD && p->owner[target] == 0 &&
                heap_node_kind(g, target) == OURO_HEAP_KIND_MAPPING &&
                strcmp(heap_string(g, label & HEAP_LABEL_MAX), "__dict__") == 0 && g->address_of.items[n] != 0) {
                p->owner[target] = n;
            }
        }
    }
    return p->owner != NULL;
}

static bool group_type_number(struct grouping *p, const type_object *type, uint64_t *number)
{
    if (!map_get(&p->types, (uint64_t)(uintptr_t)type, number)) {
        *number = p->types.count + 1;
        return map_set(&p->types, (uint64_t)(uintptr_t)type, *number);
    }
    return true;
}

/* The number of a kind; OURO_HEAP_NONE: no memory. */
static uint32_t group_kind_number(struct grouping *p, type_object *type, type_object *owner)
{
    uint64_t a, b = 0, number;
    if (!group_type_number(p, type, &a) || (owner != NULL && !group_type_number(p, owner, &b))) {
        return OURO_HEAP_NONE;
    }
    if (!map_get(&p->index, a << 32 | b, &number)) {
        number = p->kinds.count;
        if (!vector_push(&base_malloc, &p->kinds, ((struct group_kind){type, owner})) ||
            !map_set(&p->index, a << 32 | b, number)) {
            return OURO_HEAP_NONE;
        }
    }
    return (uint32_t)number;
}

static type_object *group_type_of_node(const struct grouping *p, uint32_t n)
{
    const ouro_object *object = (const ouro_object *)(uintptr_t)p->g->graph->address_of.items[n];
    return object == NULL ? TYPE(p->rt, frame) : (type_object *)(void *)object->shape->type;
}

/* The kind of a node that the graph holds, or of a frame on the stack. */
static uint32_t group_kind_of_node(struct grouping *p, uint32_t n)
{
    type_object *type = group_type_of_node(p, n), *owner = NULL;
    if (type == TYPE(p->rt, dict) && p->owner != NULL && p->owner[n] != 0 &&
        !ouro_is_null(p->g->items[p->owner[n]])) {
        owner = group_type_of_node(p, p->owner[n]);
    }
    return group_kind_number(p, type, owner);
}

static bool group_by_kind(struct grouping *p)
{
    for (size_t i = 0; i < p->nodes->count; i++) { /* what the graph does not know has no owner that it knows */
        p->group[i] = OURO_HEAP_NONE;
    }
    for (uint32_t n = 1; p->g != NULL && n < p->g->count; n++) {
        if (p->places[n] != 0 && !ouro_is_null(p->g->items[n]) &&
            (p->group[p->places[n] - 1] = group_kind_of_node(p, n)) == OURO_HEAP_NONE) {
            return false;
        }
    }
    for (size_t i = 0; i < p->nodes->count; i++) {
        if (p->group[i] == OURO_HEAP_NONE &&
            (p->group[i] = group_kind_number(p, value_type(p->rt, p->nodes->items[i]), NULL)) == OURO_HEAP_NONE) {
            return false;
        }
    }
    p->group_count = (uint32_t)p->kinds.count;
    return true;
}

/* ---- sizes and lines --------------------------------------------------------------------------------- */

static bool group_set_key(struct grouping *p, size_t place, uint64_t key)
{
    uint64_t number;
    if (!map_get(&p->index, key + 1, &number)) {
        number = p->keys.count;
        if (!vector_push(&base_malloc, &p->keys, key) || !map_set(&p->index, key + 1, number)) {
            return false;
        }
        p->group_count = (uint32_t)p->keys.count;
    }
    p->group[place] = (uint32_t)number;
    return true;
}

static bool group_by_size(struct grouping *p)
{
    for (size_t i = 0; i < p->nodes->count; i++) {
        ouro_value v = p->nodes->items[i];
        if (!group_set_key(p, i, ouro_is_object(v) ? object_size(p->rt, ouro_as_object(v)) : 0)) {
            return false;
        }
    }
    return true;
}

static bool group_by_line(struct grouping *p)
{
    uint32_t *site = calloc(p->nodes->count + 1, sizeof *site);
    bool good = site != NULL;
    for (uint32_t n = 1; n < p->g->count && good; n++) {
        if (p->places[n] != 0 && !ouro_is_null(p->g->items[n])) { /* else another object may be at its address by now */
            site[p->places[n] - 1] = p->g->graph->site_of.items[n];
        }
    }
    for (size_t i = 0; i < p->nodes->count && good; i++) {
        /* one line is many sites, one for each way of calls to it; the file's number tells it with the line's */
        const heap_site *s = &p->g->graph->sites.items[site[i]];
        good = group_set_key(p, i, site[i] == 0 ? 0 : ((uint64_t)s->file + 1) << 32 | s->line);
        if (good && site[i] != 0) {
            p->keys.items[p->group[i]] = (uint64_t)1 << 63 | site[i]; /* any of them tells the names */
        }
    }
    free(site);
    return good;
}

/* ---- lists ------------------------------------------------------------------------------------------- */

/* The number of an edge's label; OURO_HEAP_NONE: no memory. */
static uint32_t group_label_number(struct grouping *p, uint64_t edge)
{
    uint64_t number, label = (uint64_t)p->g->graph->labels.items[edge] + 1;
    if (!map_get(&p->labels, label, &number)) {
        number = p->edges.count;
        if (!vector_push(&base_malloc, &p->edges, edge) || !map_set(&p->labels, label, number)) {
            return OURO_HEAP_NONE;
        }
    }
    return (uint32_t)number;
}

static int group_compare_numbers(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The group of a sorted list without doubles; OURO_HEAP_NONE: no memory.  Lists with one hash stand in a row: the next
 * place is the hash of the hash. */
static uint32_t group_list_number(struct grouping *p, const uint32_t *items, size_t count)
{
    uint64_t hash = UINT64_C(0x9e3779b97f4a7c15) + count, number;
    for (size_t i = 0; i < count; i++) {
        hash = (hash ^ items[i]) * UINT64_C(0xbf58476d1ce4e5b9);
        hash ^= hash >> 29;
    }
    for (;; hash = hash * UINT64_C(0x94d049bb133111eb) + 1) {
        hash += hash == 0;
        if (!map_get(&p->index, hash, &number)) {
            break;
        }
        size_t start = p->list_start.items[number], length = p->list_start.items[number + 1] - start;
        if (length == count && (count == 0 || memcmp(p->list_items.items + start, items, count * sizeof *items) == 0)) {
            return (uint32_t)number;
        }
    }
    number = p->list_start.count - 1;
    for (size_t i = 0; i < count; i++) {
        if (!vector_push(&base_malloc, &p->list_items, items[i])) {
            return OURO_HEAP_NONE;
        }
    }
    if (!vector_push(&base_malloc, &p->list_start, p->list_items.count) || !map_set(&p->index, hash, number)) {
        return OURO_HEAP_NONE;
    }
    p->group_count = (uint32_t)number + 1;
    return (uint32_t)number;
}

/* Calls for each reference from something reached to a member of the set: `start` counts, then places. */
static bool group_gather(struct grouping *p, bool by_label, uint64_t *start, uint32_t *found)
{
    const ouro_heap_graph *g = p->g->graph;
    for (uint32_t n = 1; n < p->g->count; n++) { /* what only a root holds has no referrer */
        if (!ouro_heap_is_reached(g, n)) {
            continue;
        }
        uint32_t kind = OURO_HEAP_NONE;
        for (uint64_t e = g->first_edge.items[n]; e < g->first_edge.items[n + 1]; e++) {
            uint32_t place = p->places[g->targets.items[e]];
            if (place == 0 || heap_edge_is_weak(g, e)) {
                continue;
            }
            if (found == NULL) {
                start[place + 1]++;
                continue;
            }
            uint32_t number = by_label ? group_label_number(p, e)
                              : kind != OURO_HEAP_NONE ? kind
                                                       : (kind = group_kind_of_node(p, n));
            if (number == OURO_HEAP_NONE) {
                return false;
            }
            found[start[place]++] = number;
        }
    }
    return true;
}

static bool group_by_list(struct grouping *p, bool by_label)
{
    size_t count = p->nodes->count;
    uint64_t *start = calloc(count + 3, sizeof *start);
    uint32_t *found = NULL;
    bool good = start != NULL && vector_push(&base_malloc, &p->list_start, (size_t)0) &&
                group_gather(p, by_label, start, NULL);
    for (size_t i = 1; good && i < count + 3; i++) {
        start[i] += start[i - 1];
    }
    good = good && (found = malloc((start[count + 2] + 1) * sizeof *found)) != NULL &&
           group_gather(p, by_label, start, found);
    if (good) { /* the kinds have used the index; the lists have it for themselves from here on */
        map_clear(&p->index);
    }
    for (size_t i = 0; i < count && good; i++) { /* those of place i + 1 end at start[i + 1], and begin where the last ended */
        uint32_t *items = found + start[i];
        size_t length = (size_t)(start[i + 1] - start[i]), kept = 0;
        if (length > 1) {
            qsort(items, length, sizeof *items, group_compare_numbers);
        }
        for (size_t k = 0; k < length; k++) {
            if (kept == 0 || items[k] != items[kept - 1]) {
                items[kept++] = items[k];
            }
        }
        good = (p->group[i] = group_list_number(p, items, kept)) != OURO_HEAP_NONE;
    }
    free(start);
    free(found);
    return good;
}

/* ---- keys -------------------------------------------------------------------------------------------- */

static ouro_value group_kind_key(struct grouping *p, uint32_t number)
{
    const struct group_kind *kind = &p->kinds.items[number];
    ouro_value items[2] = {value_incref(type_value(kind->type)), OURO_NONE};
    if (kind->owner != NULL) {
        items[1] = value_incref(type_value(kind->owner));
    }
    bool tells_owner = p->owner != NULL && kind->type == TYPE(p->rt, dict);
    return tuple_new_steal(p->rt, items, tells_owner ? 2 : 1);
}

static ouro_value group_label_key(struct grouping *p, uint32_t number)
{
    char text[300];
    ouro_heap_edge edge = ouro_heap_edge_at(p->g->graph, p->edges.items[number]);
    if (edge.kind == OURO_HEAP_EDGE_LOCAL) {
        snprintf(text, sizeof text, ".f_locals['%s']", edge.text == NULL ? "" : edge.text);
    } else {
        (void)ouro_heap_edge_text(p->g->graph, p->edges.items[number], text, sizeof text);
    }
    return str_from_utf8(p->rt, text, strlen(text));
}

static ouro_value group_list_key(struct grouping *p, uint32_t number, bool by_label)
{
    ouro_value list = list_new(p->rt, NULL, 0);
    for (size_t i = p->list_start.items[number]; i < p->list_start.items[number + 1] && !ouro_is_null(list); i++) {
        uint32_t part = p->list_items.items[i];
        ouro_value item = by_label ? group_label_key(p, part) : group_kind_key(p, part);
        if (ouro_is_null(item) || !list_append_steal(p->rt, list, item)) {
            value_clear(p->rt, &list);
        }
    }
    ouro_value tuple = ouro_is_null(list) ? list : list_as_tuple(p->rt, list);
    value_decref(p->rt, list);
    return tuple;
}

static ouro_value group_line_key(struct grouping *p, uint64_t key)
{
    if (key == 0) {
        return OURO_NONE;
    }
    ouro_heap_site s = ouro_heap_site_at(p->g->graph, (uint32_t)key);
    ouro_value items[3] = {str_from_utf8(p->rt, s.file, strlen(s.file)), ouro_int((int64_t)s.line),
                           str_from_utf8(p->rt, s.function, strlen(s.function))};
    return tuple_new_made(p->rt, items, 3);
}

/* ---- together ---------------------------------------------------------------------------------------- */

enum group_way { BY_TYPE, BY_CLODO, BY_SIZE, BY_LINE, BY_RCS, BY_VIA, WAYS };
static const char *const group_ways[WAYS] = {"type", "clodo", "size", "line", "rcs", "via"};

static ouro_value group_key(struct grouping *p, enum group_way way, uint32_t number)
{
    switch (way) {
    case BY_SIZE:
        return int_from_uint64(p->rt, p->keys.items[number]);
    case BY_LINE:
        return group_line_key(p, p->keys.items[number]);
    case BY_RCS:
    case BY_VIA:
        return group_list_key(p, number, way == BY_VIA);
    default:
        return group_kind_key(p, number);
    }
}

/* The list of (key, nodes).  A stable counting sort keeps each group in order of addresses. */
static ouro_value group_list(struct grouping *p, enum group_way way)
{
    size_t *count = calloc((size_t)p->group_count + 1, sizeof *count);
    ouro_value **members = calloc((size_t)p->group_count + 1, sizeof *members);
    ouro_value list = list_new(p->rt, NULL, 0);
    bool memory = count != NULL && members != NULL;
    for (size_t i = 0; memory && i < p->nodes->count; i++) {
        count[p->group[i]]++;
    }
    for (uint32_t k = 0; memory && k < p->group_count; k++) {
        memory = (members[k] = malloc((count[k] + 1) * sizeof **members)) != NULL;
        count[k] = 0;
    }
    for (size_t i = 0; memory && i < p->nodes->count; i++) {
        uint32_t k = p->group[i];
        members[k][count[k]++] = p->nodes->items[i];
    }
    if (!memory) {
        error_no_memory(p->rt);
        value_clear(p->rt, &list);
    }
    for (uint32_t k = 0; k < p->group_count && !ouro_is_null(list); k++) {
        if (count[k] == 0) { /* a kind of referrers only */
            continue;
        }
        ouro_value items[2] = {group_key(p, way, k), heapy_nodes_new(p->rt, members[k], count[k])};
        members[k] = NULL;
        ouro_value pair = tuple_new_made(p->rt, items, 2);
        if (ouro_is_null(pair) || !list_append_steal(p->rt, list, pair)) {
            value_clear(p->rt, &list);
        }
    }
    for (uint32_t k = 0; members != NULL && k < p->group_count; k++) {
        free(members[k]);
    }
    free(members);
    free(count);
    return list;
}

static bool group_all(struct grouping *p, enum group_way way)
{
    switch (way) {
    case BY_SIZE:
        return group_by_size(p);
    case BY_LINE:
        return group_by_line(p);
    case BY_RCS:
        return group_find_owners(p) && group_by_list(p, false);
    case BY_VIA:
        return group_by_list(p, true);
    case BY_CLODO:
        return group_find_owners(p) && group_by_kind(p);
    default:
        return group_by_kind(p);
    }
}

/* The way of that name, up to `last`; WAYS: there is none, and ValueError is set. */
static enum group_way group_way_given(ouro_runtime *rt, ouro_value name, const char *ways, enum group_way last)
{
    for (enum group_way way = 0; way <= last; way++) {
        if (strstr(ways, group_ways[way]) != NULL && value_is_str(rt, name) && str_equal_ascii(as_str(name), group_ways[way])) {
            return way;
        }
    }
    error_value(rt, "objects are put into groups by %s, not %R", ways, name);
    return WAYS;
}

/* Takes the places, which may be NULL where there is no graph. */
static ouro_value group_run(struct grouping *p, enum group_way way)
{
    map *maps[] = {&p->index, &p->types, &p->labels};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
        map_init(maps[i], base_malloc);
    }
    ouro_value result = OURO_NULL;
    p->group = calloc(p->nodes->count + 1, sizeof *p->group);
    if (p->group == NULL || !group_all(p, way)) {
        error_no_memory(p->rt);
    } else {
        result = group_list(p, way);
    }
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
        map_clear(maps[i]);
    }
    vector_free(&base_malloc, &p->kinds);
    vector_free(&base_malloc, &p->keys);
    vector_free(&base_malloc, &p->list_items);
    vector_free(&base_malloc, &p->list_start);
    vector_free(&base_malloc, &p->edges);
    free(p->places);
    free(p->owner);
    free(p->group);
    return result;
}

ouro_value heapy_partition(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    struct grouping p = {.rt = rt, .g = as_heapy_graph(args[0]), .nodes = heapy_asked(rt, args)};
    enum group_way way =
        p.nodes == NULL ? WAYS : group_way_given(rt, args[2], "'type', 'clodo', 'size', 'line', 'rcs' or 'via'", BY_VIA);
    if (way == WAYS || (p.places = heapy_places(rt, p.g, p.nodes)) == NULL) {
        return OURO_NULL;
    }
    return group_run(&p, way);
}

ouro_value heapy_nodes_partition(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    struct grouping p = {.rt = rt, .nodes = as_heapy_nodes(args[0])};
    enum group_way way = group_way_given(rt, args[1], "'type' or 'size'", BY_SIZE);
    return way == WAYS ? OURO_NULL : group_run(&p, way);
}

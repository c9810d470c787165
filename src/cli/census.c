/* census.c: finds all objects (census.h): containers by walking the heap's object pools, leaves through the references to
 * them; then a breadth-first search from the roots gives each object its shortest way.
 */
#include "cli/census.h"

#include "object/edge.h"
#include "types/type.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the set of nodes ---- */

static uint32_t census_slot(const census *c, const ouro_object *object)
{
    uint64_t h = (uint64_t)(uintptr_t)object * UINT64_C(0x9e3779b97f4a7c15);
    uint32_t i = (uint32_t)(h >> 32) & c->mask;
    while (c->by_address[i] && c->nodes[c->by_address[i] - 1].object != object) {
        i = (i + 1) & c->mask;
    }
    return i;
}

static bool census_grow(census *c)
{
    uint32_t capacity = c->capacity ? c->capacity * 2 : 1024;
    census_node *nodes = realloc(c->nodes, capacity * sizeof *nodes);
    if (!nodes) {
        return false;
    }
    c->nodes = nodes;
    uint32_t *index = calloc((size_t)capacity * 2, sizeof *index);
    if (!index) {
        return false;
    }
    free(c->by_address);
    c->by_address = index;
    c->capacity = capacity;
    c->mask = capacity * 2 - 1;
    for (uint32_t i = 0; i < c->count; i++) {
        c->by_address[census_slot(c, c->nodes[i].object)] = i + 1;
    }
    return true;
}

/* The node of an object, made when it is new.  CENSUS_NONE: no memory. */
static uint32_t census_add(census *c, ouro_object *object)
{
    if (c->count == c->capacity && !census_grow(c)) {
        return CENSUS_NONE;
    }
    uint32_t slot = census_slot(c, object);
    if (c->by_address[slot]) {
        return c->by_address[slot] - 1;
    }
    c->nodes[c->count] = (census_node){.object = object,
                                       .bytes = object_size(c->rt, object),
                                       .parent = CENSUS_NONE,
                                       .order = CENSUS_NONE};
    c->by_address[slot] = c->count + 1;
    return c->count++;
}

static uint32_t census_find(const census *c, const ouro_object *object)
{
    uint32_t at = c->by_address[census_slot(c, object)];
    return at ? at - 1 : CENSUS_NONE;
}

static bool census_visit_block(void *context, void *block, size_t size, ouro_mem_kind kind)
{
    census *c = context;
    ouro_object *object = block;
    (void)size;
    (void)kind;
    /* a block that is not an object yet, or no longer, has no shape */
    return !object->shape || census_add(c, object) != CENSUS_NONE;
}

static int census_visit_leaf(ouro_value referent, void *context)
{
    return ouro_is_object(referent) && census_add(context, ouro_as_object(referent)) == CENSUS_NONE;
}

/* ---- the search ---- */

typedef struct census_search {
    census *c;
    uint32_t from;
} census_search;

static void census_meet(census *c, uint32_t node, uint32_t parent)
{
    if (c->nodes[node].order == CENSUS_NONE) {
        c->nodes[node].order = c->met_count;
        c->nodes[node].parent = parent;
        c->met[c->met_count++] = node;
    }
}

static bool census_is_module(const census *c, uint32_t node)
{
    return strcmp(c->nodes[node].object->shape->type->name, "module") == 0;
}

static int census_visit_edge(ouro_value referent, void *context)
{
    census_search *s = context;
    if (ouro_is_object(referent)) {
        uint32_t node = census_find(s->c, ouro_as_object(referent));
        /* a module is its own root: what it holds is not told as held by who imports it */
        if (node != CENSUS_NONE && !census_is_module(s->c, node)) {
            census_meet(s->c, node, s->from);
        }
    }
    return 0;
}

static void census_search_from(census *c, uint32_t *next)
{
    while (*next < c->met_count) {
        census_search s = {c, c->met[(*next)++]};
        (void)object_traverse(c->rt, c->nodes[s.from].object, census_visit_edge, &s);
    }
}

/* ---- types ---- */

static int census_by_bytes(const void *a, const void *b)
{
    const census_type *x = a, *y = b;
    return x->bytes < y->bytes ? 1 : x->bytes > y->bytes ? -1 : x->count < y->count ? 1 : x->count > y->count ? -1 : 0;
}

static int census_by_type(const void *a, const void *b)
{
    const census_type *x = a, *y = b;
    return x->type < y->type ? -1 : x->type > y->type;
}

static bool census_count_types(census *c)
{
    c->types = malloc((c->count ? c->count : 1) * sizeof *c->types);
    if (!c->types) {
        return false;
    }
    for (uint32_t i = 0; i < c->count; i++) {
        c->types[i] = (census_type){c->nodes[i].object->shape->type, 1, c->nodes[i].bytes};
        c->object_bytes += c->nodes[i].bytes;
    }
    qsort(c->types, c->count, sizeof *c->types, census_by_type);
    size_t n = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        if (n && c->types[n - 1].type == c->types[i].type) {
            c->types[n - 1].count++;
            c->types[n - 1].bytes += c->types[i].bytes;
        } else {
            c->types[n++] = c->types[i];
        }
    }
    c->type_count = n;
    qsort(c->types, n, sizeof *c->types, census_by_bytes);
    return true;
}

bool census_take(census *c, ouro_runtime *rt, const census_root *roots, size_t root_count)
{
    *c = (census){.rt = rt, .roots = roots, .root_count = root_count};
    if (!census_grow(c) || !ouro_mem_walk(rt->mem, OURO_MEM_OBJECTS, census_visit_block, c)) {
        census_free(c);
        return false;
    }
    for (uint32_t i = 0; i < c->count; i++) { /* grows while it runs: leaves have no references of their own */
        if (object_traverse(rt, c->nodes[i].object, census_visit_leaf, c)) {
            census_free(c);
            return false;
        }
    }
    c->met = malloc((c->count ? c->count : 1) * sizeof *c->met);
    if (!c->met || !census_count_types(c)) {
        census_free(c);
        return false;
    }
    uint32_t next = 0;
    for (size_t i = 0; i < root_count; i++) {
        uint32_t node = census_find(c, roots[i].object);
        if (node != CENSUS_NONE) {
            census_meet(c, node, CENSUS_NONE);
            census_search_from(c, &next);
        }
    }
    c->unreached = c->count - c->met_count;
    for (uint32_t i = 0; i < c->count; i++) {
        c->nodes[i].held = c->nodes[i].bytes;
    }
    for (uint32_t i = c->met_count; i > 0; i--) {
        const census_node *n = &c->nodes[c->met[i - 1]];
        if (n->parent != CENSUS_NONE) {
            c->nodes[n->parent].held += n->held;
        }
    }
    return true;
}

void census_free(census *c)
{
    free(c->nodes);
    free(c->by_address);
    free(c->met);
    free(c->types);
    *c = (census){0};
}

/* ---- ways ---- */

/* The edge to a node as a report writes it, without what only says how Python is made. */
static void census_edge(const census *c, uint32_t node, char *text, size_t size)
{
    const census_node *n = &c->nodes[node];
    if (!object_edge_name(c->rt, c->nodes[n->parent].object, ouro_from_object(n->object), text, size)) {
        snprintf(text, size, ".?");
    }
    const ouro_object *parent = c->nodes[n->parent].object;
    const char *type = parent->shape->type->name;
    /* module -> its dict -> 'name' reads as module.name */
    if (strcmp(type, "module") == 0) {
        *text = 0;
    } else if (strcmp(type, "dict") == 0 && c->nodes[n->parent].parent != CENSUS_NONE && text[0] == '[' &&
               text[1] == '\'') {
        const ouro_object *grand = c->nodes[c->nodes[n->parent].parent].object;
        size_t length = strlen(text);
        if (strcmp(grand->shape->type->name, "module") == 0 && length > 4 && text[length - 1] == ']') {
            memmove(text + 1, text + 2, length - 4);
            text[0] = '.';
            text[length - 3] = 0;
        }
    }
}

static const char *census_root_name(const census *c, uint32_t node)
{
    for (size_t i = 0; i < c->root_count; i++) {
        if (c->roots[i].object == c->nodes[node].object) {
            return c->roots[i].name;
        }
    }
    return "?";
}

void census_path(const census *c, uint32_t node, char *text, size_t size)
{
    enum { LONGEST_WAY = 64, LONGEST_EDGE = 80 };
    uint32_t way[LONGEST_WAY];
    size_t steps = 0;
    uint32_t at = node;
    for (; at != CENSUS_NONE && steps < LONGEST_WAY; at = c->nodes[at].parent) {
        way[steps++] = at;
    }
    bool cut = at != CENSUS_NONE;
    size_t used = 0;
    char edge[LONGEST_EDGE];
    if (cut) {
        used = (size_t)snprintf(text, size, "...");
    } else {
        used = (size_t)snprintf(text, size, "%s", census_root_name(c, way[steps - 1]));
    }
    for (size_t i = steps - 1; i > 0 && used < size; i--) {
        census_edge(c, way[i - 1], edge, sizeof edge);
        int n = snprintf(text + used, size - used, "%s", edge);
        used += n > 0 ? (size_t)n : 0;
    }
}

/* ---- the biggest ---- */

/* A module, or its dict: what they refer to is told, not they themselves. */
static bool census_is_namespace(const census *c, uint32_t node)
{
    uint32_t parent = c->nodes[node].parent;
    return census_is_module(c, node) ||
           (parent != CENSUS_NONE && census_is_module(c, parent) &&
            strcmp(c->nodes[node].object->shape->type->name, "dict") == 0);
}

size_t census_biggest(const census *c, uint32_t *nodes, size_t limit)
{
    /* for each node the child that holds most */
    uint32_t *heaviest = malloc((c->count ? c->count : 1) * sizeof *heaviest);
    if (!heaviest) {
        return 0;
    }
    for (uint32_t i = 0; i < c->count; i++) {
        heaviest[i] = CENSUS_NONE;
    }
    for (uint32_t i = 0; i < c->met_count; i++) {
        uint32_t node = c->met[i], parent = c->nodes[node].parent;
        if (parent != CENSUS_NONE &&
            (heaviest[parent] == CENSUS_NONE || c->nodes[heaviest[parent]].held < c->nodes[node].held)) {
            heaviest[parent] = node;
        }
    }
    size_t n = 0;
    for (uint32_t i = 0; i < c->met_count; i++) {
        uint32_t node = c->met[i], parent = c->nodes[node].parent;
        if (parent == CENSUS_NONE || !census_is_namespace(c, parent) || census_is_namespace(c, node)) {
            continue;
        }
        size_t held = c->nodes[node].held;
        while (heaviest[node] != CENSUS_NONE && c->nodes[heaviest[node]].held / 9 >= held / 10 &&
               !census_is_namespace(c, heaviest[node])) {
            node = heaviest[node];
        }
        size_t at = n < limit ? n : limit;
        while (at > 0 && c->nodes[nodes[at - 1]].held < c->nodes[node].held) {
            if (at < limit) {
                nodes[at] = nodes[at - 1];
            }
            at--;
        }
        if (at < limit) {
            nodes[at] = node;
            n += n < limit;
        }
    }
    free(heaviest);
    return n;
}

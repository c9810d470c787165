/* capture.c: from objects to a heap graph (capture.h).
 *
 * Three passes: all objects get numbers (containers by a walk, leaves as targets of references), roots are
 * asked for, and each object's edges are written.  Between addresses and numbers stands a hash table of
 * 32-bit numbers: 8 bytes for each object beside the 8 of its address.
 */
#include "heap/capture.h"

#include "heap/graph.h"
#include "mem/mem_inline.h"
#include "object/side.h"

#include <stdlib.h>
#include <string.h>

enum { CAPTURE_NAME_MAX = 200 };

struct capture_root {
    uint32_t frame; /* 0: held by the root itself; else by the n-th frame */
    uint32_t label;
    ouro_object *object;
};

struct heap_capture {
    const heap_source *source;
    ouro_runtime *rt;
    ouro_heap_graph *g;
    VECTOR_OF(ouro_object *) objects; /* node number - first_object is the index */
    uint32_t *index;                  /* open addressing: number of an object + 1 */
    size_t mask;
    VECTOR_OF(struct capture_root) roots;
    VECTOR_OF(uint32_t) frame_labels;
    uint32_t frame_count, first_object;
    uint32_t frame_type;
    map types; /* ouro_type -> graph type */
    map sites; /* tracer's site -> graph site */
    map names; /* bits of an interned name -> graph string */
    bool no_memory;
};

/* ---- numbers for addresses --------------------------------------------------------------------------- */

static size_t capture_slot(const heap_capture *c, const ouro_object *object)
{
    size_t slot = (size_t)((uint64_t)(uintptr_t)object * UINT64_C(0x9e3779b97f4a7c15) >> 20) & c->mask;
    while (c->index[slot] != 0 && c->objects.items[c->index[slot] - 1] != object) {
        slot = (slot + 1) & c->mask;
    }
    return slot;
}

static bool capture_grow(heap_capture *c)
{
    size_t slots = c->mask == 0 ? 4096 : (c->mask + 1) * 2;
    uint32_t *index = calloc(slots, sizeof *index);
    if (index == NULL) {
        return false;
    }
    free(c->index);
    c->index = index;
    c->mask = slots - 1;
    for (size_t i = 0; i < c->objects.count; i++) {
        c->index[capture_slot(c, c->objects.items[i])] = (uint32_t)i + 1;
    }
    return true;
}

/* The graph's type; OURO_HEAP_NONE: its objects are not to be seen, or there is no memory. */
static uint32_t capture_type(heap_capture *c, const ouro_type *type)
{
    uint64_t number;
    if (!map_get(&c->types, (uint64_t)(uintptr_t)type, &number)) {
        ouro_heap_kind kind = c->source->kind(c->source->context, type);
        number = kind == OURO_HEAP_KINDS ? OURO_HEAP_NONE : ouro_heap_add_type(c->g, type->name, kind);
        if ((number == OURO_HEAP_NONE) != (kind == OURO_HEAP_KINDS) ||
            !map_set(&c->types, (uint64_t)(uintptr_t)type, number)) {
            c->no_memory = true;
            return OURO_HEAP_NONE;
        }
    }
    return (uint32_t)number;
}

/* Gives an object a number if it has none, and is to be seen at all. */
static bool capture_add(heap_capture *c, ouro_object *object)
{
    if (capture_type(c, object->shape->type) == OURO_HEAP_NONE) {
        return !c->no_memory;
    }
    if (c->source->hides != NULL && c->source->hides(c->source->context, object)) {
        return true;
    }
    if ((c->objects.count + 1) * 3 > c->mask * 2 && !capture_grow(c)) {
        c->no_memory = true;
        return false;
    }
    size_t slot = capture_slot(c, object);
    if (c->index[slot] == 0) {
        if (c->objects.count >= OURO_HEAP_NONE / 2 || !vector_push(&base_malloc, &c->objects, object)) {
            c->no_memory = true;
            return false;
        }
        c->index[slot] = (uint32_t)c->objects.count;
    }
    return true;
}

static uint32_t capture_node(const heap_capture *c, const ouro_object *object)
{
    uint32_t number = c->index[capture_slot(c, object)];
    return number == 0 ? OURO_HEAP_NONE : c->first_object + number - 1;
}

/* ---- finding all objects ----------------------------------------------------------------------------- */

static bool capture_visit_block(void *context, void *block, size_t size, ouro_mem_kind kind)
{
    ouro_object *object = block;
    (void)size;
    (void)kind;
    return object->shape == NULL ||
           capture_add(context, object); /* no shape: not yet, or no longer, an object */
}

static int capture_visit_target(ouro_value referent, void *context)
{
    return !capture_add(context, ouro_as_object(referent));
}

static bool capture_find(heap_capture *c)
{
    if (!capture_grow(c) || !ouro_mem_walk(c->rt->mem, OURO_MEM_OBJECTS, capture_visit_block, c)) {
        return false;
    }
    for (size_t i = 0; i < c->roots.count; i++) {
        if (!capture_add(c, c->roots.items[i].object)) {
            return false;
        }
    }
    for (size_t i = 0; i < c->objects.count; i++) { /* grows while it runs */
        ouro_object *object = c->objects.items[i];
        if (!(object->shape->type->flags & OURO_TYPE_LEAF) &&
            object_traverse(c->rt, object, capture_visit_target, c) != 0) {
            return false;
        }
    }
    return true;
}

/* ---- labels, sites ----------------------------------------------------------------------------------- */

/* The graph's string for a name that is likely to come often. */
static uint32_t capture_name(heap_capture *c, ouro_value name, ouro_heap_edge_kind kind)
{
    uint64_t string;
    if (!map_get(&c->names, name.bits, &string)) {
        char text[CAPTURE_NAME_MAX];
        if (c->rt->name_text == NULL || !c->rt->name_text(c->rt, name, text, sizeof text)) {
            return OURO_HEAP_NONE;
        }
        string = ouro_heap_add_string(c->g, text, strlen(text));
        if (string == OURO_HEAP_NONE || !map_set(&c->names, name.bits, string)) {
            c->no_memory = true;
            return OURO_HEAP_NONE;
        }
    }
    return (uint32_t)kind << HEAP_LABEL_SHIFT | (uint32_t)string;
}

/* The label of what a dict holds under a key that is no text: [7], [3.5], [<Point>]. */
static uint32_t capture_key(heap_capture *c, ouro_value key)
{
    char text[CAPTURE_NAME_MAX];
    if (ouro_is_int(key)) {
        int64_t i = ouro_as_int(key);
        if (i >= 0) {
            return ouro_heap_label_number(c->g, OURO_HEAP_EDGE_KEY_NUMBER, (uint64_t)i);
        }
        snprintf(text, sizeof text, "%lld", (long long)i);
    } else if (ouro_is_float(key)) {
        snprintf(text, sizeof text, "%g", ouro_as_flonum(key));
    } else if (ouro_is_constant(key)) {
        snprintf(text, sizeof text, "%s",
                 ouro_is_none(key)         ? "None"
                 : ouro_is(key, OURO_TRUE) ? "True"
                                           : "False");
    } else {
        snprintf(text, sizeof text, "<%s>", value_shape(c->rt, key)->type->name);
    }
    return ouro_heap_label_text(c->g, OURO_HEAP_EDGE_KEY_OTHER, text);
}

static uint32_t capture_label(heap_capture *c, const ouro_edge *edge)
{
    uint32_t label = OURO_HEAP_NONE;
    switch (edge->kind) {
    case OURO_EDGE_UNNAMED:
        return ouro_heap_label_text(c->g, OURO_HEAP_EDGE_FIELD, "<internal>");
    case OURO_EDGE_FIELD:
        return ouro_heap_label_text(c->g, OURO_HEAP_EDGE_FIELD,
                                    edge->text != NULL ? edge->text : "<internal>");
    case OURO_EDGE_ATTRIBUTE:
        label = capture_name(c, edge->name, OURO_HEAP_EDGE_ATTRIBUTE);
        break;
    case OURO_EDGE_INDEX:
        return ouro_heap_label_number(c->g, OURO_HEAP_EDGE_INDEX, edge->number);
    case OURO_EDGE_KEY:
        label = ouro_is_object(edge->name) ? capture_name(c, edge->name, OURO_HEAP_EDGE_KEY) : OURO_HEAP_NONE;
        return label != OURO_HEAP_NONE ? label : capture_key(c, edge->name);
    case OURO_EDGE_DICT_KEY:
    case OURO_EDGE_ITEM:
        return ouro_heap_label_number(c->g, OURO_HEAP_EDGE_ITEM, edge->number);
    case OURO_EDGE_LOCAL:
        label = capture_name(c, edge->name, OURO_HEAP_EDGE_LOCAL);
        break;
    case OURO_EDGE_OPERAND:
        return ouro_heap_label_number(c->g, OURO_HEAP_EDGE_OPERAND, edge->number);
    }
    return label != OURO_HEAP_NONE ? label : ouro_heap_label_text(c->g, OURO_HEAP_EDGE_FIELD, "<name>");
}

/* The graph's site for one of the tracer's: its callers first, so that a site's parent has a lower number. */
static uint32_t capture_site(heap_capture *c, uint32_t site)
{
    uint64_t number = 0;
    if (site == 0 || c->source->site == NULL || map_get(&c->sites, site, &number)) {
        return (uint32_t)number;
    }
    VECTOR_OF(uint32_t) chain = {0};
    uint32_t at = site;
    while (at != 0 && !map_get(&c->sites, at, &number)) {
        if (!vector_push(&base_malloc, &chain, at)) {
            c->no_memory = true;
            break;
        }
        at = c->source->site(c->source->context, at).parent;
    }
    uint32_t parent = at == 0 ? 0 : (uint32_t)number;
    while (chain.count > 0 && !c->no_memory) {
        at = vector_pop(&chain);
        ouro_heap_site s = c->source->site(c->source->context, at);
        parent = ouro_heap_add_site(c->g, parent, s.file, s.function, s.line);
        c->no_memory = parent == OURO_HEAP_NONE || !map_set(&c->sites, at, parent);
    }
    vector_free(&base_malloc, &chain);
    return c->no_memory ? 0 : parent;
}

/* ---- roots ------------------------------------------------------------------------------------------- */

static void capture_add_root(heap_capture *c, uint32_t frame, ouro_value object, uint32_t label)
{
    if (ouro_is_object(object) && label != OURO_HEAP_NONE &&
        !vector_push(&base_malloc, &c->roots,
                     (struct capture_root){frame, label, ouro_as_object(object)})) {
        c->no_memory = true;
    }
}

void heap_capture_root(heap_capture *c, ouro_value object, const char *name)
{
    capture_add_root(c, 0, object, ouro_heap_label_text(c->g, OURO_HEAP_EDGE_ROOT, name));
}

void heap_capture_frame(heap_capture *c, const char *name)
{
    uint32_t label = ouro_heap_label_text(c->g, OURO_HEAP_EDGE_ROOT, name);
    if (label == OURO_HEAP_NONE || !vector_push(&base_malloc, &c->frame_labels, label)) {
        c->no_memory = true;
    } else {
        c->frame_count++;
    }
}

void heap_capture_frame_edge(heap_capture *c, ouro_value object, const ouro_edge *edge)
{
    capture_add_root(c, c->frame_count, object, capture_label(c, edge));
}

/* ---- writing ----------------------------------------------------------------------------------------- */

/* The root, then the frames: roots are told in order of their frames. */
static void capture_write_roots(heap_capture *c)
{
    (void)ouro_heap_add_node(c->g, &(ouro_heap_node){.type = 0});
    for (uint32_t f = 0; f < c->frame_count; f++) {
        ouro_heap_add_edge(c->g, 1 + f, c->frame_labels.items[f]);
    }
    for (size_t i = 0; i < c->roots.count; i++) {
        const struct capture_root *r = &c->roots.items[i];
        uint32_t target = capture_node(c, r->object);
        if (r->frame == 0 && target != OURO_HEAP_NONE) {
            ouro_heap_add_edge(c->g, target, r->label);
        }
    }
    size_t i = 0;
    for (uint32_t f = 1; f <= c->frame_count; f++) {
        (void)ouro_heap_add_node(c->g, &(ouro_heap_node){.type = c->frame_type});
        while (i < c->roots.count && c->roots.items[i].frame < f) {
            i++;
        }
        for (; i < c->roots.count && c->roots.items[i].frame == f; i++) {
            uint32_t target = capture_node(c, c->roots.items[i].object);
            if (target != OURO_HEAP_NONE) {
                ouro_heap_add_edge(c->g, target, c->roots.items[i].label);
            }
        }
    }
}

static int capture_write_edge(ouro_value referent, const ouro_edge *edge, void *context)
{
    heap_capture *c = context;
    uint32_t target = capture_node(c, ouro_as_object(referent));
    if (target != OURO_HEAP_NONE) {
        ouro_heap_add_edge(c->g, target, capture_label(c, edge));
    }
    return c->no_memory;
}

static void capture_write_object(heap_capture *c, ouro_object *object)
{
    const heap_source *source = c->source;
    heap_birth birth = {0, 0};
    heap_detail detail = {0};
    if (source->birth != NULL && !source->birth(source->context, object, &birth)) {
        birth = (heap_birth){0, 0};
    }
    ouro_heap_node node = {.type = capture_type(c, object->shape->type),
                           .site = capture_site(c, birth.site),
                           .epoch = birth.epoch,
                           .size = object_size(c->rt, object),
                           .address = (uint64_t)(uintptr_t)object};
    (void)ouro_heap_add_node(c->g, &node);
    if (!(object->shape->type->flags & OURO_TYPE_LEAF) || (object->shape->type->flags & OURO_TYPE_COUNTED)) {
        (void)object_traverse_edges(c->rt, object, capture_write_edge, c);
    }
    if (source->detail != NULL) {
        source->detail(source->context, object, &detail);
    }
    if (detail.is_text) {
        ouro_heap_set_text(c->g, detail.hash, detail.length, detail.beginning);
    }
    if (detail.unused > 0) {
        ouro_heap_set_unused(c->g, detail.unused);
    }
}

static void capture_write(heap_capture *c)
{
    capture_write_roots(c);
    for (size_t i = 0; i < c->objects.count && !c->no_memory; i++) {
        capture_write_object(c, c->objects.items[i]);
    }
}

/* ---- together ---------------------------------------------------------------------------------------- */

static void capture_free(heap_capture *c)
{
    vector_free(&base_malloc, &c->objects);
    vector_free(&base_malloc, &c->roots);
    vector_free(&base_malloc, &c->frame_labels);
    map_clear(&c->types);
    map_clear(&c->sites);
    map_clear(&c->names);
    free(c->index);
}

ouro_heap_graph *heap_capture_take(const heap_source *source, ouro_heap_error *error)
{
    heap_capture c = {.source = source, .rt = source->rt, .g = ouro_heap_create()};
    map_init(&c.types, base_malloc);
    map_init(&c.sites, base_malloc);
    map_init(&c.names, base_malloc);
    bool good = c.g != NULL;
    if (good) {
        c.frame_type = ouro_heap_add_type(c.g, "frame", OURO_HEAP_KIND_FRAME);
        source->roots(&c, source->context);
        c.first_object = 1 + c.frame_count;
        good = !c.no_memory && capture_find(&c);
    }
    if (good) {
        capture_write(&c);
        good = !c.no_memory;
    }
    if (!good) {
        (void)heap_fail_no_memory(error);
    }
    good = good && ouro_heap_finish(c.g, error);
    capture_free(&c);
    if (!good) {
        ouro_heap_destroy(c.g);
        return NULL;
    }
    return c.g;
}

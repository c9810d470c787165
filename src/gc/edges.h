/* edges.h: the collector's loop over the references of an object.
 *
 * The same references as object_traverse tells (object/object.c), and in the same order, but inlined around
 * the caller's function, and without a call for what a type declares.
 *
 * A shuffled heap costs a cache miss for each edge.  The ring hides it: an edge's target is prefetched when
 * it is met and looked at EDGE_RING_SIZE edges later.
 */
#ifndef OURO_SRC_GC_EDGES_H
#define OURO_SRC_GC_EDGES_H

#include "object/object.h"
#include "object/side.h"

#define EDGES_INLINE static inline __attribute__((always_inline))

/* What to do with the target of an edge. */
typedef void (*edge_fn)(void *context, ouro_object *target);

/* What the type declares: fields and inline values. */
EDGES_INLINE void edges_visit_declared(ouro_object *object, edge_fn visit, void *context)
{
    const ouro_shape *shape = object->shape;
    const ouro_type *type = shape->type;
    for (uint32_t f = 0; f < type->field_count; f++) {
        const ouro_field *field = &type->fields[f];
        const char *at = (const char *)object + field->offset;
        const ouro_value *items = (const ouro_value *)(const void *)at;
        size_t count = 1;
        if (field->kind != OURO_FIELD_VALUE) {
            count = *(const size_t *)(const void *)((const char *)object + field->count_offset);
            if (field->kind == OURO_FIELD_BUFFER) {
                items = *(ouro_value *const *)(const void *)at;
            }
        }
        for (size_t i = 0; i < count; i++) {
            if (ouro_is_object(items[i])) {
                visit(context, ouro_as_object(items[i]));
            }
        }
    }
    if (type->flags & OURO_TYPE_SHAPED) {
        const ouro_value *values = shape_values(shape, object);
        unsigned count = shape_value_count(shape);
        for (unsigned i = 0; i < count; i++) {
            if (ouro_is_object(values[i])) {
                visit(context, ouro_as_object(values[i]));
            }
        }
    }
}

/* A __dict__ out of line, and what the type's own function tells. */
EDGES_INLINE void edges_visit_rare(ouro_runtime *rt, ouro_object *object, edge_fn visit, void *context,
                                   ouro_visit_fn visit_odd,
                                   int (*traverse)(ouro_runtime *, ouro_object *, ouro_visit_fn, void *),
                                   void *odd_context)
{
    if (OURO_UNLIKELY(object->gc & OURO_GC_SIDE)) {
        ouro_value dict = side_dict(rt, object);
        if (ouro_is_object(dict)) {
            visit(context, ouro_as_object(dict));
        }
    }
    if (OURO_UNLIKELY(traverse != NULL)) {
        (void)traverse(rt, object, visit_odd, odd_context);
    }
}

/* `visit` is inlined; `visit_odd` is the same as a function for the types that have a `traverse`. */
EDGES_INLINE void edges_visit(ouro_runtime *rt, ouro_object *object, edge_fn visit, ouro_visit_fn visit_odd,
                              void *context)
{
    ouro_type *type = object->shape->type;
    if (type->flags & OURO_TYPE_COUNTED) {
        visit(context, &type->object);
    }
    edges_visit_declared(object, visit, context);
    edges_visit_rare(rt, object, visit, context, visit_odd, type->traverse, context);
}

enum { EDGE_RING_SIZE = 32 };

struct edge_ring {
    ouro_object *items[EDGE_RING_SIZE];
    unsigned head, tail; /* tail - head are inside */
};

/* Prefetches `target` and gives the one that was put in EDGE_RING_SIZE calls ago (or NULL). */
EDGES_INLINE ouro_object *edge_ring_put(struct edge_ring *ring, ouro_object *target)
{
    __builtin_prefetch(target, 1);
    unsigned i = ring->tail++ % EDGE_RING_SIZE;
    ouro_object *due = NULL;
    if (ring->tail - ring->head > EDGE_RING_SIZE) {
        due = ring->items[i];
        ring->head++;
    }
    ring->items[i] = target;
    return due;
}

/* The oldest one inside, or NULL. */
EDGES_INLINE ouro_object *edge_ring_take(struct edge_ring *ring)
{
    return ring->head == ring->tail ? NULL : ring->items[ring->head++ % EDGE_RING_SIZE];
}

#endif

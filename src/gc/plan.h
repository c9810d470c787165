/* plan.h: where the references of objects of one shape lie, worked out once.
 *
 * What a type declares (fields, inline values, a traverse function) is general; what one shape needs is
 * nearly always one of three simple things.  A collection works that out when it meets a shape for the first
 * time, and remembers it for as long as it runs: a walk over a pool then follows the references of an object
 * in a loop without decisions.
 *
 * The same references as edges_visit tells (edges.h), but for the one to the type, which is `counted` (or
 * NULL).
 */
#ifndef OURO_SRC_GC_PLAN_H
#define OURO_SRC_GC_PLAN_H

#include "gc/edges.h"

enum edge_plan_kind {
    EDGE_PLAN_VALUES, /* `count` values from `offset` on */
    EDGE_PLAN_INLINE, /* values from `offset` on, as many as the size_t at `count` says */
    EDGE_PLAN_BUFFER, /* the same in the array to which `offset` points */
    EDGE_PLAN_OTHER,  /* look at the type */
};

struct edge_plan {
    const ouro_shape *shape;
    uint32_t kind;
    uint32_t offset, count;
    ouro_object *counted; /* the type, if its instances hold references to it */
    int (*traverse)(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context);
    bool (*can_untrack)(ouro_runtime *rt, ouro_object *self);
    uint32_t rare;      /* OURO_GC_SIDE: there is more than what is declared, as for objects with this bit in the gc word */
    uint32_t unused[3]; /* a power of two: the plan of a shape is found by a shift */
};

enum { EDGE_PLANS = 64 };

_Static_assert(sizeof(struct edge_plan) == 64, "a line of the cache");

/* The plans of the shapes met last, by their addresses.  Empty: all zeros. */
struct edge_plans {
    struct edge_plan items[EDGE_PLANS];
    bool untracks; /* of some that were met instances may need no tracking any more */
};

/* Takes values from `offset` on into the plan; false: they do not follow those that are there. */
static inline bool edge_plan_add(struct edge_plan *plan, size_t offset, size_t count)
{
    if (count == 0) {
        return true;
    }
    if (plan->kind != EDGE_PLAN_VALUES ||
        (plan->count != 0 && offset != plan->offset + plan->count * sizeof(ouro_value))) {
        return false;
    }
    plan->offset = plan->count == 0 ? (uint32_t)offset : plan->offset;
    plan->count += (uint32_t)count;
    return true;
}

static inline void edge_plan_make(struct edge_plan *plan, const ouro_shape *shape)
{
    ouro_type *type = shape->type;
    *plan = (struct edge_plan){.shape = shape,
                               .counted = type->flags & OURO_TYPE_COUNTED ? &type->object : NULL,
                               .traverse = type->traverse,
                               .can_untrack = type->can_untrack,
                               .rare = type->traverse != NULL || (type->flags & OURO_TYPE_COUNTED) ? OURO_GC_SIDE : 0};
    bool simple = true;
    for (uint32_t i = 0; i < type->field_count; i++) {
        const ouro_field *field = &type->fields[i];
        if (field->kind == OURO_FIELD_VALUE) {
            simple &= edge_plan_add(plan, field->offset, 1);
        } else if (type->field_count == 1) {
            plan->kind = field->kind == OURO_FIELD_INLINE ? EDGE_PLAN_INLINE : EDGE_PLAN_BUFFER;
            plan->offset = field->offset;
            plan->count = field->count_offset;
        } else {
            simple = false;
        }
    }
    if (type->flags & OURO_TYPE_SHAPED) {
        simple &= edge_plan_add(plan, shape->values_offset, shape_value_count(shape));
    }
    if (!simple) {
        plan->kind = EDGE_PLAN_OTHER;
    }
}

/* The plan for a shape.  Good until the next call. */
static inline const struct edge_plan *edge_plan_of(struct edge_plans *plans, const ouro_shape *shape)
{
    struct edge_plan *plan = &plans->items[((uintptr_t)shape >> 4) % EDGE_PLANS];
    if (OURO_UNLIKELY(plan->shape != shape)) {
        edge_plan_make(plan, shape);
        plans->untracks |= plan->can_untrack != NULL;
    }
    return plan;
}

EDGES_INLINE void edges_follow_values(const ouro_value *items, size_t count, edge_fn visit, void *context)
{
    for (size_t i = 0; i < count; i++) {
        if (ouro_is_object(items[i])) {
            visit(context, ouro_as_object(items[i]));
        }
    }
}

/* The references that the type of an object of the plan's shape declares. */
EDGES_INLINE void edges_follow_declared(ouro_object *object, const struct edge_plan *plan, edge_fn visit, void *context)
{
    const char *at = (const char *)object + plan->offset;
    switch (plan->kind) {
    case EDGE_PLAN_VALUES:
        edges_follow_values((const ouro_value *)(const void *)at, plan->count, visit, context);
        break;
    case EDGE_PLAN_INLINE:
    case EDGE_PLAN_BUFFER: {
        size_t count = *(const size_t *)(const void *)((const char *)object + plan->count);
        const ouro_value *items = (const ouro_value *)(const void *)at;
        if (plan->kind == EDGE_PLAN_BUFFER) {
            items = *(ouro_value *const *)(const void *)at;
        }
        edges_follow_values(items, count, visit, context);
        break;
    }
    default:
        edges_visit_declared(object, visit, context);
    }
}

/* All references of an object of the plan's shape, but for the one to its type.  `visit` is inlined;
 * `visit_odd` is the same as a function, with a context of its own: so what `context` points to can stay in
 * registers. */
EDGES_INLINE void edges_follow(ouro_runtime *rt, ouro_object *object, const struct edge_plan *plan,
                               edge_fn visit, void *context, ouro_visit_fn visit_odd, void *odd_context)
{
    edges_follow_declared(object, plan, visit, context);
    edges_visit_rare(rt, object, visit, context, visit_odd, plan->traverse, odd_context);
}

#endif

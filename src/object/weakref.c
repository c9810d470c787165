/* weakref.c: weak references (weakref.h has the invariants and the order). */
#include "object/weakref.h"
#include "object/side.h"

const ouro_field weakref_fields[1] = {
    {OURO_FIELD_VALUE, offsetof(struct weak_reference, callback), 0, "__callback__"},
};

struct weak_reference *weakref_first(ouro_runtime *rt, ouro_object *object)
{
    return object->gc & OURO_GC_SIDE ? side_weak(rt, object) : NULL;
}

size_t weakref_count(ouro_runtime *rt, ouro_object *object)
{
    size_t count = 0;
    for (struct weak_reference *r = weakref_first(rt, object); r != NULL; r = r->next) {
        count++;
    }
    return count;
}

static bool weakref_is_shared(const struct weak_reference *reference)
{
    return (reference->object.gc & OURO_GC_OWN) != 0;
}

/* The shared reference of exactly `type` that is still alive, or NULL. */
static struct weak_reference *weakref_find_shared(ouro_runtime *rt, ouro_object *object, ouro_type *type)
{
    for (struct weak_reference *r = weakref_first(rt, object); r != NULL && weakref_is_shared(r); r = r->next) {
        if (r->object.shape->type == type && !(r->object.gc & OURO_GC_DYING) && r->object.refcount > 0) {
            return r;
        }
    }
    return NULL;
}

/* After which entry a new one belongs; NULL: at the head. */
static struct weak_reference *weakref_place(struct weak_reference *first, weakref_sharing sharing)
{
    if (sharing == WEAKREF_SHARED) {
        return NULL;
    }
    struct weak_reference *after = NULL;
    for (struct weak_reference *r = first; r != NULL && weakref_is_shared(r); r = r->next) {
        after = r;
    }
    return after;
}

struct weak_reference *weakref_new(ouro_runtime *rt, ouro_type *type, ouro_object *referent, ouro_value callback,
                                   weakref_sharing sharing)
{
    if (!ouro_is_null(callback)) {
        sharing = WEAKREF_UNSHARED;
    }
    if (sharing != WEAKREF_UNSHARED) {
        struct weak_reference *shared = weakref_find_shared(rt, referent, type);
        if (shared != NULL) {
            return OBJECT_INCREF(shared);
        }
    }
    struct weak_reference *self = object_new(rt, type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->hash = -1;
    struct weak_reference *first = weakref_first(rt, referent);
    struct weak_reference *after = weakref_place(first, sharing);
    if (after == NULL) {
        if (!side_set_weak(rt, referent, self)) {
            object_decref(rt, &self->object);
            return NULL;
        }
        self->next = first;
    } else {
        self->next = after->next;
        after->next = self;
    }
    self->previous = after;
    if (self->next != NULL) {
        self->next->previous = self;
    }
    self->referent = referent;
    self->callback = value_incref(callback);
    if (sharing != WEAKREF_UNSHARED) {
        self->object.gc |= OURO_GC_OWN;
    }
    tracking_add(rt, &self->object);
    return self;
}

void weakref_detach(ouro_runtime *rt, struct weak_reference *reference)
{
    ouro_object *referent = reference->referent;
    if (referent == NULL) {
        return;
    }
    struct weak_reference *next = reference->next;
    if (next != NULL) {
        next->previous = reference->previous;
    }
    if (reference->previous != NULL) {
        reference->previous->next = next;
    } else if (next != NULL) {
        /* cannot fail: the record exists */
        bool stored = side_set_weak(rt, referent, next);
        (void)stored;
    } else {
        side_remove_weak(rt, referent);
    }
    reference->referent = NULL;
    reference->next = reference->previous = NULL;
    reference->object.gc &= ~(uint32_t)OURO_GC_OWN;
}

void weakref_clear_hook(ouro_runtime *rt, ouro_object *self)
{
    weakref_detach(rt, (struct weak_reference *)(void *)self);
}

void weakref_clear_into(ouro_runtime *rt, ouro_object *object, struct weakref_queue *queue)
{
    struct weak_reference *reference = weakref_first(rt, object);
    if (reference == NULL) {
        return;
    }
    side_remove_weak(rt, object);
    while (reference != NULL) {
        struct weak_reference *next = reference->next;
        reference->referent = NULL;
        reference->next = reference->previous = NULL;
        reference->object.gc &= ~(uint32_t)OURO_GC_OWN;
        if (!ouro_is_null(reference->callback) &&
            !(reference->object.gc & (OURO_GC_DYING | OURO_GC_COLLECTING)) && reference->object.refcount > 0) {
            object_incref(&reference->object);
            if (queue->last == NULL) {
                queue->first = reference;
            } else {
                queue->last->next = reference;
            }
            queue->last = reference;
        }
        reference = next;
    }
}

size_t weakref_run_queue(ouro_runtime *rt, struct weakref_queue *queue)
{
    size_t died = 0;
    if (queue->first == NULL) {
        return 0;
    }
    struct runtime_suspended outside = runtime_suspend(rt);
    while (queue->first != NULL) {
        struct weak_reference *reference = queue->first;
        queue->first = reference->next;
        reference->next = NULL;
        ouro_value callback = reference->callback;
        reference->callback = OURO_NULL;
        if (rt->call_weakref_callback != NULL && !ouro_is_null(callback)) {
            queue->called++;
            rt->call_weakref_callback(rt, callback, ouro_from_object(reference));
        }
        value_decref(rt, callback);
        died += reference->object.refcount == 1;
        object_decref(rt, &reference->object);
    }
    queue->last = NULL;
    runtime_resume(rt, outside);
    return died;
}

void weakref_clear_all(ouro_runtime *rt, ouro_object *object)
{
    struct weakref_queue queue = {NULL, NULL, 0};
    weakref_clear_into(rt, object, &queue);
    (void)weakref_run_queue(rt, &queue);
}

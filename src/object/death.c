/* death.c: what happens when a reference count reaches zero.
 *
 * The order is CPython's (subtype_dealloc): the finalizer, once, with the object whole and its count at 1, so that it
 * may come back to life; then, the object being out of the collector's sight, its weak references are cleared and
 * their callbacks run, newest first; then its references are dropped, `dispose` frees its buffers, the block goes,
 * and last the reference to its type.
 *
 * Dropping references makes further objects die.  Up to DEATH_DIRECT_DEPTH deaths nest on the native stack; deeper
 * ones do all steps up to dropping their references at once and then wait in rt->dying, which the outermost death
 * empties.  So finalizers run in the order of the recursion, and a chain of any length dies in constant stack.
 * Waiting objects are linked through their count and the upper bits of their gc word: together 56 bits, more than an
 * address has.  They carry OURO_GC_DYING, belong to no generation, and hold their references still.
 *
 * Program code that runs here (finalizers, callbacks) runs with its own waiting list (runtime_suspend): what it kills
 * is dead when it returns, however deep in a death it was called.  With one exception: a finalizer that itself drops the
 * next object with a finalizer (a chain of suspended generators) would nest without bound.  Beyond
 * DEATH_FINALIZER_DEPTH such objects wait in rt->unfinalized, with the same link, until the outermost finalizer is
 * done.  They too carry OURO_GC_DYING and belong to no generation; weak references to them give None.
 */
#include "object/object.h"
#include "mem/mem_inline.h"
#include "object/side.h"
#include "object/weakref.h"

enum { DEATH_DIRECT_DEPTH = 48, DEATH_FINALIZER_DEPTH = 64 };

/* Runs the finalizer.  True: the object is still dead. */
static bool death_finalize(ouro_runtime *rt, ouro_object *object)
{
    struct runtime_suspended outside = runtime_suspend(rt);
    object->refcount = 1;
    object->gc |= OURO_GC_FINALIZED;
    rt->finalizer_depth++;
    object->shape->type->finalize(rt, object);
    rt->finalizer_depth--;
    runtime_resume(rt, outside);
    return (int32_t)object->refcount >= 0 && --object->refcount == 0;
}

static void death_put_waiting(ouro_object **list, ouro_object *object)
{
    uint64_t next = (uint64_t)(uintptr_t)*list;
    object->refcount = (uint32_t)next;
    tracking_set_position(object, (size_t)(next >> 32));
    *list = object;
}

static ouro_object *death_take_waiting(ouro_object **list)
{
    ouro_object *object = *list;
    uint64_t next = (uint64_t)(object->gc >> OURO_GC_POSITION_SHIFT) << 32 | object->refcount;
    *list = (ouro_object *)(uintptr_t)next;
    object->refcount = 0;
    tracking_set_position(object, 0);
    return object;
}

/* The last steps: references, buffers, block, type. */
static inline void death_finish(ouro_runtime *rt, ouro_object *object)
{
    if (OURO_UNLIKELY(object->gc & OURO_GC_SIDE)) {
        value_decref(rt, side_take_dict(rt, object));
    }
    ouro_type *type = object->shape->type;
    if (type->release != NULL) {
        type->release(rt, object);
    } else {
        if (!(type->flags & OURO_TYPE_LEAF)) {
            object_drop_references(rt, object);
        }
        if (type->dispose != NULL) {
            type->dispose(rt, object);
        }
    }
    bool counted = (type->flags & OURO_TYPE_COUNTED) != 0;
    mem_free(rt->mem, object);
    if (counted) {
        object_decref(rt, &type->object);
    }
}

static __attribute__((noinline)) void death_finish_waiting(ouro_runtime *rt)
{
    do {
        death_finish(rt, death_take_waiting(&rt->dying));
    } while (rt->dying != NULL);
}

/* Everything after the finalizer. */
static inline void death_go_on(ouro_runtime *rt, ouro_object *object)
{
    if (object_generation(object) != OURO_GENERATION_NONE) {
        tracking_remove_inline(rt, object);
    }
    object->gc |= OURO_GC_DYING;
    if (OURO_UNLIKELY(object->gc & OURO_GC_SIDE)) {
        weakref_clear_all(rt, object);
    }
    if (OURO_UNLIKELY(rt->death_depth >= DEATH_DIRECT_DEPTH) && !(object->shape->type->flags & OURO_TYPE_LEAF)) {
        death_put_waiting(&rt->dying, object);
        return;
    }
    rt->death_depth++;
    death_finish(rt, object);
    if (OURO_UNLIKELY(rt->dying != NULL) && rt->death_depth == 1) {
        death_finish_waiting(rt);
    }
    rt->death_depth--;
}

static __attribute__((noinline)) void death_with_finalizer(ouro_runtime *rt, ouro_object *object)
{
    if (rt->finalizer_depth >= DEATH_FINALIZER_DEPTH) {
        if (object_generation(object) != OURO_GENERATION_NONE) {
            tracking_remove(rt, object);
        }
        object->gc |= OURO_GC_DYING;
        death_put_waiting(&rt->unfinalized, object);
        return;
    }
    if (death_finalize(rt, object)) {
        death_go_on(rt, object); /* the finalizer may have assigned __class__: the type is read anew */
    }
    while (rt->finalizer_depth == 0 && rt->unfinalized != NULL) {
        ouro_object *next = death_take_waiting(&rt->unfinalized);
        next->gc &= ~(uint32_t)OURO_GC_DYING;
        if (!(next->shape->type->flags & OURO_TYPE_LEAF)) {
            tracking_add(rt, next); /* it may come back to life */
        }
        if (death_finalize(rt, next)) {
            death_go_on(rt, next);
        }
    }
}

void object_die(ouro_runtime *rt, ouro_object *object)
{
    const ouro_type *type = object->shape->type;
    if (OURO_UNLIKELY((type->flags & OURO_TYPE_FINALIZER) && !(object->gc & OURO_GC_FINALIZED)) &&
        type->finalize != NULL) {
        death_with_finalizer(rt, object);
    } else {
        death_go_on(rt, object);
    }
}

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
 * is dead when it returns, however deep in a death it was called.
 */
#include "object/object.h"
#include "mem/mem_inline.h"
#include "object/side.h"
#include "object/weakref.h"

enum { DEATH_DIRECT_DEPTH = 48 };

/* Runs the finalizer.  True: the object is still dead. */
static bool death_finalize(ouro_runtime *rt, ouro_object *object)
{
    struct runtime_suspended outside = runtime_suspend(rt);
    object->refcount = 1;
    object->gc |= OURO_GC_FINALIZED;
    object->shape->type->finalize(rt, object);
    runtime_resume(rt, outside);
    return (int32_t)object->refcount >= 0 && --object->refcount == 0;
}

static void death_put_waiting(ouro_runtime *rt, ouro_object *object)
{
    uint64_t next = (uint64_t)(uintptr_t)rt->dying;
    object->refcount = (uint32_t)next;
    tracking_set_position(object, (size_t)(next >> 32));
    rt->dying = object;
}

static ouro_object *death_take_waiting(ouro_runtime *rt)
{
    ouro_object *object = rt->dying;
    uint64_t next = (uint64_t)(object->gc >> OURO_GC_POSITION_SHIFT) << 32 | object->refcount;
    rt->dying = (ouro_object *)(uintptr_t)next;
    object->refcount = 0;
    return object;
}

/* The last steps: references, buffers, block, type. */
static void death_finish(ouro_runtime *rt, ouro_object *object)
{
    if (OURO_UNLIKELY(object->gc & OURO_GC_SIDE)) {
        value_decref(rt, side_take_dict(rt, object));
    }
    ouro_type *type = object->shape->type;
    if (!(type->flags & OURO_TYPE_LEAF)) {
        object_drop_references(rt, object);
    }
    if (type->dispose != NULL) {
        type->dispose(rt, object);
    }
    bool counted = (type->flags & OURO_TYPE_COUNTED) != 0;
    mem_free(rt->mem, object);
    if (counted) {
        object_decref(rt, &type->object);
    }
}

void object_die(ouro_runtime *rt, ouro_object *object)
{
    const ouro_type *type = object->shape->type;
    if (OURO_UNLIKELY((type->flags & OURO_TYPE_FINALIZER) && !(object->gc & OURO_GC_FINALIZED)) &&
        type->finalize != NULL) {
        if (!death_finalize(rt, object)) {
            return;
        }
        type = object->shape->type; /* the finalizer may have assigned __class__ */
    }
    if (object_generation(object) != OURO_GENERATION_NONE) {
        tracking_remove_inline(rt, object);
    }
    object->gc |= OURO_GC_DYING;
    if (OURO_UNLIKELY(object->gc & OURO_GC_SIDE)) {
        weakref_clear_all(rt, object);
    }
    if (!(type->flags & OURO_TYPE_LEAF) && rt->death_depth >= DEATH_DIRECT_DEPTH) {
        death_put_waiting(rt, object);
        return;
    }
    rt->death_depth++;
    death_finish(rt, object);
    if (rt->death_depth == 1) {
        while (rt->dying != NULL) {
            death_finish(rt, death_take_waiting(rt));
        }
    }
    rt->death_depth--;
}

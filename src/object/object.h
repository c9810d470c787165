/* object/object.h: what every floor above uses of objects: counts, birth, type.
 *
 * Birth:  object_new gives the block with header filled (count 1, not tracked) and, for types that are not
 *         leaves, all bytes after the header zero.  The maker fills it, then calls gc_track (gc/gc.h).
 * Death:  at count zero object_die runs: the finalizer (may resurrect), weak references and their callbacks,
 *         untracking, `clear`, the declared fields, `dispose`, the reference to the type, the block.
 *         Nested deaths recurse to a small named depth and then wait in a list, so that a chain of any length
 *         dies in constant native stack.
 */
#ifndef OURO_SRC_OBJECT_OBJECT_H
#define OURO_SRC_OBJECT_OBJECT_H

#include "object/runtime.h"
#include "object/shape.h"

/* Count reached zero. */
void object_die(ouro_runtime *rt, ouro_object *object);

static inline void object_incref(ouro_object *object)
{
    if (OURO_LIKELY((int32_t)object->refcount >= 0)) {
        object->refcount++;
    }
}

static inline void object_decref(ouro_runtime *rt, ouro_object *object)
{
    if (OURO_LIKELY((int32_t)object->refcount >= 0) && --object->refcount == 0) {
        object_die(rt, object);
    }
}

/* Adds a reference and returns the value; immediates and OURO_NULL pass through. */
static inline ouro_value value_incref(ouro_value v)
{
    if (ouro_is_object_or_null(v) && v.bits != 0) {
        object_incref(ouro_as_object(v));
    }
    return v;
}

/* Adds `count` references at once. */
static inline void value_incref_many(ouro_value v, size_t count)
{
    if (ouro_is_object_or_null(v) && v.bits != 0) {
        ouro_object *object = ouro_as_object(v);
        if (OURO_LIKELY(object->refcount < OURO_IMMORTAL)) {
            size_t room = OURO_IMMORTAL - object->refcount;
            object->refcount += (uint32_t)(count < room ? count : room);
        }
    }
}

/* Drops a reference; immediates and OURO_NULL are ignored.  May run any code. */
static inline void value_decref(ouro_runtime *rt, ouro_value v)
{
    if (ouro_is_object_or_null(v) && v.bits != 0) {
        object_decref(rt, ouro_as_object(v));
    }
}

/* Empties a slot, then drops what it held (in this order: the drop may run code that looks at the slot). */
static inline void value_clear(ouro_runtime *rt, ouro_value *slot)
{
    ouro_value old = *slot;
    *slot = OURO_NULL;
    value_decref(rt, old);
}

/* Stores `v` (stolen) in a slot, then drops what it held. */
static inline void value_replace(ouro_runtime *rt, ouro_value *slot, ouro_value v)
{
    ouro_value old = *slot;
    *slot = v;
    value_decref(rt, old);
}

/* Adds a reference to an object given by a pointer of its own struct type, and returns the pointer. */
#define OBJECT_INCREF(pointer) (object_incref((ouro_object *)(void *)(pointer)), (pointer))

/* The shape of any value but OURO_NULL. */
static inline ouro_shape *value_shape(ouro_runtime *rt, ouro_value v)
{
    if (OURO_LIKELY(ouro_is_object_or_null(v))) {
        return ouro_as_object(v)->shape;
    }
    return ouro_is_constant(v) ? rt->constant_shapes[v.bits >> 3] : rt->immediate_shapes[v.bits & 7];
}

/* A new object of `type` with `extra` bytes after its fixed part (inline items).  For a type with
 * OURO_TYPE_SHAPED and extra == 0, room for the inline values of its current shape is added.  Returns a new
 * reference, or NULL with MemoryError set.  Takes a reference to the type if that is counted.  Not tracked. */
OURO_NODISCARD void *object_new(ouro_runtime *rt, ouro_type *type, size_t extra);

/* Visits every reference that the object holds to another object: fields, inline attribute values, what `traverse` adds,
 * and the type (if counted).  Calls nothing else.  Returns the first nonzero that `visit` returned. */
int object_traverse(ouro_runtime *rt, ouro_object *object, ouro_visit_fn visit, void *context);
/* The same for all values held, immediates too (those of types with a `traverse` as far as that tells them). */
int object_traverse_values(ouro_runtime *rt, ouro_object *object, ouro_visit_fn visit, void *context);

/* Bytes of the object: its block, plus what its type's extra_size tells. */
size_t object_size(ouro_runtime *rt, ouro_object *object);

/* Drops all references that the object holds except the one to its type (the collector's way to break a
 * cycle).  The object stays valid, though empty; what an OURO_TYPE_IMMUTABLE type declares stays. */
void object_clear(ouro_runtime *rt, ouro_object *object);

/* The two parts that clearing and death have in common: what the type declares (values included), and only the
 * inline attribute values. */
void object_drop_references(ouro_runtime *rt, ouro_object *object);
void object_clear_values(ouro_runtime *rt, ouro_object *object);

#endif

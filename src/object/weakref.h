/* weakref.h: weak references, without any Python.
 *
 * A weak reference is an object whose struct begins with `struct weak_reference`; its type has
 * OURO_TYPE_IS_WEAKREF, weakref_fields as (the first of) its fields, and weakref_clear_hook as its `clear` (or calls
 * it from there).  All weak references to an object form a list from its record in the side table.
 *
 * What always holds:
 *     referent != NULL  <=>  the reference is in the list of that object, which is not freed
 *     the list begins with the shared reference, if any, then the shared proxy, if any, then the others,
 *     newest first; shared ones carry OURO_GC_OWN and have no callback
 *     referent == NULL  =>  weakref_get gives None forever
 */
#ifndef OURO_SRC_OBJECT_WEAKREF_H
#define OURO_SRC_OBJECT_WEAKREF_H

#include "object/object.h"

struct weak_reference {
    ouro_object object;
    ouro_object *referent; /* not counted; NULL: gone */
    ouro_value callback;   /* owned; OURO_NULL: none */
    struct weak_reference *next, *previous;
    int64_t hash; /* of the referent, remembered once asked for; -1: not yet.  Owned by the types floor */
};

extern const ouro_field weakref_fields[1];

typedef enum weakref_sharing {
    WEAKREF_UNSHARED,     /* always a new one: a subclass, or with a callback */
    WEAKREF_SHARED,       /* plain ref without a callback: one for each object */
    WEAKREF_SHARED_PROXY, /* plain proxy without a callback: one for each object */
} weakref_sharing;

/* A weak reference of `type` to `referent`; `callback` (borrowed) may be OURO_NULL.  With a callback `sharing` is
 * ignored.  The caller has checked that the referent's type allows it.  Returns a new reference (tracked), or
 * NULL with MemoryError set. */
OURO_NODISCARD struct weak_reference *weakref_new(ouro_runtime *rt, ouro_type *type, ouro_object *referent,
                                                  ouro_value callback, weakref_sharing sharing);

/* The referent as a borrowed reference, NULL when it is gone or dying. */
static inline ouro_object *weakref_peek(const struct weak_reference *reference)
{
    ouro_object *referent = reference->referent;
    return referent != NULL && !(referent->gc & OURO_GC_DYING) && referent->refcount > 0 ? referent : NULL;
}

/* The referent as a new reference, or None. */
static inline ouro_value weakref_get(const struct weak_reference *reference)
{
    ouro_object *referent = weakref_peek(reference);
    if (referent == NULL) {
        return OURO_NONE;
    }
    object_incref(referent);
    return ouro_from_object(referent);
}

/* The first weak reference to `object` in its list (follow ->next), or NULL. */
struct weak_reference *weakref_first(ouro_runtime *rt, ouro_object *object);
size_t weakref_count(ouro_runtime *rt, ouro_object *object);

/* Makes the reference dead and takes it out of the list; the callback stays, but will not be called. */
void weakref_detach(ouro_runtime *rt, struct weak_reference *reference);
/* For ouro_type.clear of weak reference types: weakref_detach. */
void weakref_clear_hook(ouro_runtime *rt, ouro_object *self);

/* Makes all weak references to a dying object dead, then calls the callbacks of those that are alive themselves,
 * newest first. */
void weakref_clear_all(ouro_runtime *rt, ouro_object *object);

/* A queue of dead references whose callbacks are still to be called; each holds a counted reference. */
struct weakref_queue {
    struct weak_reference *first, *last;
    size_t called; /* callbacks called so far */
};
/* Makes all weak references to `object` dead, and appends those to the queue that have a callback, are alive, and
 * do not belong to the garbage being collected (OURO_GC_COLLECTING).  Runs no program code. */
void weakref_clear_into(ouro_runtime *rt, ouro_object *object, struct weakref_queue *queue);
/* Calls the callbacks in the queue and empties it.  Returns how many of the references died with that. */
size_t weakref_run_queue(ouro_runtime *rt, struct weakref_queue *queue);

#endif

/* gc.h: the collector of cycles, as the floors above use it.
 *
 * An object whose type is not a leaf becomes visible to the collector by gc_track, once its maker has filled it, and
 * stays so until it dies.  Tracking never runs a collection: it may set RT_PENDING_GC, and the evaluation loop calls
 * gc_run_pending at its next safe point (a call, a jump back), where every live reference is in a counted place.
 *
 * Reference counting frees at once; the collector only finds cycles.  Anything that a native function holds on its
 * stack is safe by its count alone: there are no roots to register.
 */
#ifndef OURO_SRC_GC_GC_H
#define OURO_SRC_GC_GC_H

#include "object/object.h"
#include "object/weakref.h"

/* Makes the collector see a whole object from now on.  Cannot fail.  Only for objects not tracked yet. */
static inline void gc_track(ouro_runtime *rt, void *object)
{
    tracking_add(rt, object);
}

/* Hides an object from the collector again.  An object that is not tracked is left as it is. */
static inline void gc_untrack(ouro_runtime *rt, void *object)
{
    if (object_generation(object) != OURO_GENERATION_NONE) {
        tracking_remove(rt, object);
    }
}

static inline bool gc_is_tracked(const void *object)
{
    return object_generation(object) != OURO_GENERATION_NONE;
}

/* Called by the evaluation loop when RT_PENDING_GC is set: clears the bit and collects what is due. */
void gc_run_pending(ouro_runtime *rt);

/* Creates a runtime's core (objects and collector) on `mem`, which stays the caller's.  NULL: no memory. */
OURO_NODISCARD ouro_runtime *runtime_core_create(ouro_mem *mem);

/* Told of each object that is left at close. */
typedef void (*runtime_leak_fn)(void *context, ouro_object *object, const char *type_name);

/* Destroys the core.  Reports every object that is still alive through `report` (may be NULL) and returns how many
 * there were. */
size_t runtime_core_destroy(ouro_runtime *rt, runtime_leak_fn report, void *context);

#endif

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
#include "ouro/gc.h"

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

/* Collects `generation` (0..2) and all younger ones, now.  Returns how many objects were unreachable and freed.  Inside
 * a collection it does nothing and returns 0.  May run any code. */
size_t gc_collect(ouro_runtime *rt, int generation);

/* The same, for a reason that a log tells (ouro/gc.h). */
size_t gc_collect_for(ouro_runtime *rt, int generation, ouro_gc_trigger reason);

/* Makes old what was tracked so far, without looking for garbage: for what a start makes, which lives until
 * the end. Nothing of it is then examined before the first full collection. */
void gc_settle(ouro_runtime *rt);
/* Collects all that was made since gc_settle, and everything if some of that has become old: a program that
 * ends soon ends sooner.  May run any code. */
size_t gc_collect_unsettled(ouro_runtime *rt);
/* The same for one object that belongs to what was there at the start and was made only now; any value may be given. */
void gc_settle_object(ouro_runtime *rt, ouro_value v);

/* For when memory runs out, in the middle of any allocation: frees the garbage that can go without running program
 * code, as far as that is possible without asking for memory.  True: something was freed. */
bool gc_reclaim(ouro_runtime *rt);

/* Automatic collection on or off; thresholds of gc.set_threshold (generation 0's at 0: off); gc.get_count. */
void gc_enable(ouro_runtime *rt);
void gc_disable(ouro_runtime *rt);
bool gc_is_enabled(ouro_runtime *rt);
void gc_set_threshold(ouro_runtime *rt, int generation, int threshold);
int gc_threshold(ouro_runtime *rt, int generation);
size_t gc_count(ouro_runtime *rt, int generation);

enum { GC_ALL_GENERATIONS = -1 };

/* For tests: as long as automatic collection is on, a full one at the next safe point after every n-th allocation (of
 * anything).  0: as usual. */
void gc_force_every(ouro_runtime *rt, uint32_t n);

/* Calls `visit` for each tracked object of `generation` (0..2, or all), the youngest first; not for the frozen.  Nothing
 * may be allocated or freed meanwhile.  The first nonzero result ends the walk and is returned. */
int gc_visit_objects(ouro_runtime *rt, int generation, ouro_visit_fn visit, void *context);
/* How many there are.  Costs three loads. */
size_t gc_live_objects(ouro_runtime *rt, int generation);

/* Objects held by counted references, in a leaf block. */
struct gc_object_list {
    ouro_value *items;
    size_t count, capacity;
    size_t missed; /* found no room */
};
/* The objects of a generation (or all).  False: MemoryError is set.  Ends with gc_list_free. */
OURO_NODISCARD bool gc_list_objects(ouro_runtime *rt, int generation, struct gc_object_list *list);
/* The tracked objects that refer directly to one of `targets`, without `ignored` (may be NULL). */
OURO_NODISCARD bool gc_list_referrers(ouro_runtime *rt, const ouro_value *targets, size_t count,
                                      ouro_object *ignored, struct gc_object_list *list);
void gc_list_free(ouro_runtime *rt, struct gc_object_list *list);

/* What the floors above know of objects, for explanations. */
typedef enum gc_role {
    GC_ROLE_OTHER,
    GC_ROLE_INSTANCE, /* of a class of the program */
    GC_ROLE_CLASS,
    GC_ROLE_METHOD, /* bound to an object */
    GC_ROLE_CELL,
    GC_ROLE_FRAME, /* frames, generators, coroutines */
    GC_ROLE_EXCEPTION,
    GC_ROLE_TRACEBACK,
} gc_role;

/* A line of the program.  The file is good until program code runs. */
typedef struct gc_place {
    const char *file;
    uint32_t line;
    uint64_t epochs; /* of a birth: how many have passed since */
    uint64_t serial; /* of a store: later ones have higher numbers */
} gc_place;

/* Each of them runs in a collection, and touches no heap; any may be NULL. */
typedef struct gc_witness {
    gc_role (*role)(ouro_runtime *rt, ouro_object *object);
    bool (*birth)(ouro_runtime *rt, ouro_object *object, gc_place *place);
    /* Where the program stored `to` in `from`. */
    bool (*store)(ouro_runtime *rt, ouro_object *from, ouro_object *to, gc_place *place);
} gc_witness;

/* Installs them; `witness` must stay good.  NULL: nothing more is known. */
void gc_explain_witness(ouro_runtime *rt, const gc_witness *witness);

/* ouro_gc_explain and ouro_gc_cycles (ouro/gc.h). */
bool gc_explain_enable(ouro_runtime *rt, bool on);
bool gc_explain_is_on(const ouro_runtime *rt);
bool gc_explain_read(ouro_runtime *rt, void (*each)(void *context, const ouro_gc_cycle *cycle), void *context);
struct gc_explain;
/* The same of a recording that is put aside. */
bool gc_explain_read_of(ouro_runtime *rt, const struct gc_explain *explain,
                        void (*each)(void *context, const ouro_gc_cycle *cycle), void *context);
/* For a question in between: puts the recording aside (NULL: none), and takes it up again; what was recorded
 * between the two is forgotten. */
OURO_NODISCARD struct gc_explain *gc_explain_put_aside(ouro_runtime *rt);
void gc_explain_take_up(ouro_runtime *rt, struct gc_explain *aside);

/* gc.freeze, gc.unfreeze, gc.get_freeze_count. */
void gc_freeze(ouro_runtime *rt);
void gc_unfreeze(ouro_runtime *rt);
size_t gc_freeze_count(ouro_runtime *rt);

/* Begins a full collection in a forked copy of the process, however small the heap is; it ends at a later safe point, as
 * those of the collector's own accord.  Those of the young and middle come first, and may run any code.  False: automatic
 * collection is off, one is at work, or the process is not one to fork. */
bool gc_collect_beside(ouro_runtime *rt);

/* No forked copy of the process (ouro_gc_fork) is at work afterwards: before what would leave it behind. */
void gc_end_fork(ouro_runtime *rt);

/* Called by the evaluation loop when RT_PENDING_GC is set: clears the bit and collects what is due. */
void gc_run_pending(ouro_runtime *rt);

/* Creates a runtime's core (objects and collector) on `mem`, which stays the caller's.  NULL: no memory. */
OURO_NODISCARD ouro_runtime *runtime_core_create(ouro_mem *mem);

/* Told of each object that is left at close. */
typedef void (*runtime_leak_fn)(void *context, ouro_object *object, const char *type_name);

/* Calls `report` (may be NULL) for every object that is alive and tracked or not, leaves excepted; how many. */
size_t runtime_core_count_objects(ouro_runtime *rt, runtime_leak_fn report, void *context);

/* Destroys the core.  Reports every object that is still alive through `report` (may be NULL) and returns how many
 * there were. */
size_t runtime_core_destroy(ouro_runtime *rt, runtime_leak_fn report, void *context);

#endif

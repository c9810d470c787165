/* state.h: what the collector remembers between collections.
 *
 * Counts and thresholds are CPython 3.11's.  Beside them stand two limits in bytes, because counts alone let a few
 * huge cyclic objects escape: when the live bytes of the heap pass `tracking.bytes_limit` a collection of the young and
 * middle is due, and when they pass `full_bytes_limit` a full one.
 */
#ifndef OURO_SRC_GC_STATE_H
#define OURO_SRC_GC_STATE_H

#include "gc/forked.h"
#include "object/object.h"
#include "ouro/gc.h"

enum { GC_GENERATIONS = 3 };

/* gc.DEBUG_* */
enum {
    GC_DEBUG_STATS = 1,
    GC_DEBUG_COLLECTABLE = 2,
    GC_DEBUG_UNCOLLECTABLE = 4,
    GC_DEBUG_SAVEALL = 32,
};

struct gc_generation {
    int threshold;
    uint32_t count;        /* of generation 0: tracking.count; else: collections of the next younger one */
    uint64_t collections;
    uint64_t collected;
    uint64_t uncollectable;
    uint64_t nanoseconds;  /* in collections of this generation, all together */
    uint64_t longest;      /* nanoseconds of the longest */
    uint64_t examined;     /* objects looked at */
};

/* Objects reached but not yet scanned.  When it cannot grow, `overflowed` is set, and the walk is done again: nothing
 * depends on memory. */
struct gc_stack {
    ouro_object **items;
    size_t length, capacity;
    bool overflowed;
    bool stuck; /* could not grow */
};

struct gc_explain;

struct gc_state {
    bool enabled;
    bool collecting;
    int debug; /* GC_DEBUG_* */
    struct gc_generation generations[GC_GENERATIONS];
    bool forced; /* a full collection is due, whatever the counts say (gc_force_every) */
    size_t long_lived_total;   /* objects that survived the last full collection */
    size_t long_lived_pending; /* became old since */
    size_t full_bytes_limit;   /* tracking.bytes_limit is the one for the young */
    size_t shadow_from; /* full collections of at least so many objects use a shadow (full.c) */
    struct gc_stack stack;
    struct gc_forked forked;
    struct gc_explain *explain; /* NULL: nobody asked */
    const struct gc_witness *witness; /* not owned; NULL: none */
    ouro_gc_trigger trigger;    /* of the collection that begins next */
    ouro_gc_collection now;     /* the one in progress, as far as it is known; after it, the last */
    ouro_gc_watcher *watchers;  /* not owned */
    uint64_t ended[GC_GENERATIONS]; /* when objects of the generation were last examined, or the beginning (gc_clock) */
    void *hook_context; /* of whoever installed on_phase and save_garbage */
    /* Installed by the gc module (or an embedder): told of the start and the end of each collection, as
     * gc.callbacks are.  May run any code. */
    void (*on_phase)(ouro_runtime *rt, bool start, int generation, size_t collected, size_t uncollectable);
    /* Installed by the gc module: appends to gc.garbage (DEBUG_SAVEALL, uncollectable objects). */
    void (*save_garbage)(ouro_runtime *rt, ouro_object *object);
    /* Installed by the higher floors: empties caches and free lists; called in full collections. */
    void (*clear_caches)(ouro_runtime *rt);
};

typedef enum gc_found {
    GC_FOUND_ALL,
    GC_FOUND_SOME,     /* there was not memory enough to note all; the rest is old again */
    GC_FOUND_EVENTFUL, /* the same, and those noted have finalizers or weak references, which must come first */
} gc_found;

/* find.c: finds the garbage among the objects of `generation` (0..2) and all younger ones.  The survivors have their
 * new generation afterwards; the garbage stands in tracking.sets[0], marked OURO_GC_COLLECTING.  Runs no program code.
 */
gc_found gc_find_garbage(ouro_runtime *rt, int generation);
/* find.c: after finalizers ran: takes what came back to life, and what it reaches, out of the garbage and makes it old.
 */
void gc_find_resurrected(ouro_runtime *rt);

/* forked.c: the same from the answer of a child (forked.h): the garbage among what it found. */
gc_found gc_forked_find(ouro_runtime *rt);
/* collect.c: a full collection with that. */
size_t gc_collect_answer(ouro_runtime *rt);
/* find.c: what is in the array of garbage (garbage_put) is examined: what is held from outside, and all it reaches, is old
 * again. */
void gc_find_among_candidates(ouro_runtime *rt);

/* find.c: takes out of the garbage whatever has a finalizer or weak references, and what it reaches: clearing the rest
 * runs no program code. */
void gc_find_quiet(ouro_runtime *rt);

/* What a collection can hold without asking for memory: reached objects not yet scanned, and garbage. */
enum { GC_STACK_RESERVE = 1024, GC_TRASH_RESERVE = 1024 };

/* The arrays of young and middle objects never shrink below this: with the usual thresholds the middle one holds 7,700
 * at most, and should not be made anew in each round. */
enum { GC_ARRAY_KEEP = 8192 };

/* Nor does the stack below this: it has two places for each object of a middle collection (find.c). */
enum { GC_STACK_KEEP = 18000 };

/* A shadow has to be mapped and unmapped: 10 to 30 us, what a thousand objects cost without it.  Checked builds always use
 * it, so that every test does. */
#ifdef OURO_DEBUG
enum { GC_SHADOW_FROM = 0 };
#else
enum { GC_SHADOW_FROM = 4096 };
#endif

/* schedule.c: sets tracking's trigger from the thresholds, the count and the byte limit. */
void gc_set_trigger(ouro_runtime *rt);
/* schedule.c: the byte limits after a collection; of the full ones after one that collected so many. */
void gc_set_bytes_limits(ouro_runtime *rt, int generation);
void gc_set_bytes_limits_after(ouro_runtime *rt, size_t collected);

/* core.c: frees the core without a look at what is left. */
void core_free(ouro_runtime *rt);

/* watch.c: the record of a collection is begun; its end is told. */
void gc_watch_begin(ouro_runtime *rt, int generation);
void gc_watch_doomed(ouro_runtime *rt);
void gc_watch_spared(ouro_runtime *rt, ouro_object *object);
void gc_watch_end(ouro_runtime *rt);
uint64_t gc_clock(void);

/* explain_kinds.c */
void gc_explain_garbage(ouro_runtime *rt);
/* The time of the collection that has just ended is shared out. */
void gc_explain_account(ouro_runtime *rt);
void gc_explain_free(ouro_runtime *rt);

#endif

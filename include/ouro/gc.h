/* gc.h: the collector of cycles, for a graph of C objects (object.h).
 *
 * Reference counting frees an object as soon as nothing refers to it.  It cannot see a group of objects that refer
 * only to each other.  The collector finds such groups and frees them.  It sees the objects that were handed to
 * ouro_gc_track, and reads their references from the fields that their types declare.
 *
 * There are no roots to register: an object whose reference count is larger than the number of references that the
 * collector finds to it is held by something outside, a local variable perhaps, and stays.
 *
 * Generations: a new object is young; one that survived a collection of the young is middle, one that survived
 * two is old.  Each is collected less often than the one before.  Collections of their own accord happen only inside
 * ouro_gc_poll: call it where your program can bear that objects are finalized.
 *
 *     for (...) {
 *         work(rt);
 *         ouro_gc_poll(rt);      -- one load and one branch unless a collection is due
 *     }
 */
#ifndef OURO_GC_H
#define OURO_GC_H

#include "object.h"

OURO_BEGIN

/* Makes the collector see `object` from now on, until it dies.  Call it once, when the object is whole.  Objects of
 * OURO_TYPE_LEAF types need no tracking. */
OURO_PUBLIC void ouro_gc_track(ouro_runtime *rt, void *object);
/* Hides an object from the collector again. */
OURO_PUBLIC void ouro_gc_untrack(ouro_runtime *rt, void *object);
OURO_PUBLIC bool ouro_gc_is_tracked(const void *object);

/* Collects `generation` (0 young, 1 young and middle, 2 all) now.  Finalizers and callbacks of weak references run in
 * it.  Returns the number of objects that were found unreachable and not resurrected. */
OURO_PUBLIC size_t ouro_gc_collect(ouro_runtime *rt, int generation);

/* Collects if that is due. */
OURO_PUBLIC void ouro_gc_poll(ouro_runtime *rt);

/* Collections of their own accord: on (the default) or off. */
OURO_PUBLIC void ouro_gc_enable(ouro_runtime *rt);
OURO_PUBLIC void ouro_gc_disable(ouro_runtime *rt);
OURO_PUBLIC bool ouro_gc_is_enabled(ouro_runtime *rt);

/* Whether full collections of their own accord may look for garbage in a forked copy of the process while the program
 * goes on.  The program then stands still for the fork and for what is to be freed, and not for what lives.  Not while the
 * process has other threads, nor while gc.set_debug asks for anything; where the fork cannot be had the collection is an
 * ordinary one.  The copy is no child that wait or waitpid(-1) tells of. */
enum {
    OURO_FORK_NEVER,  /* the default */
    OURO_FORK_LARGE,  /* in heaps so large that it pays */
    OURO_FORK_ALWAYS, /* for tests: in any */
};
OURO_PUBLIC void ouro_gc_fork(ouro_runtime *rt, int mode);

/* Generation 0 is due when more objects than its threshold were tracked, those gone since subtracted; generation 1
 * after more collections of generation 0 than its threshold; generation 2 likewise, and only when the objects that
 * became old since the last full collection are a quarter of all old ones.  Defaults: 700, 10, 10.  A threshold of 0
 * for generation 0 means off. */
OURO_PUBLIC void ouro_gc_set_threshold(ouro_runtime *rt, int generation, int threshold);
OURO_PUBLIC int ouro_gc_threshold(ouro_runtime *rt, int generation);

/* Moves all tracked objects out of the collector's sight, until ouro_gc_unfreeze: what was built at start and lives to
 * the end need not be examined again and again. */
OURO_PUBLIC void ouro_gc_freeze(ouro_runtime *rt);
OURO_PUBLIC void ouro_gc_unfreeze(ouro_runtime *rt);

typedef struct ouro_gc_statistics {
    uint64_t collections;
    uint64_t collected;   /* objects */
    uint64_t examined;    /* objects */
    uint64_t nanoseconds; /* all together */
    uint64_t longest;     /* nanoseconds of the longest */
    size_t live;          /* tracked objects of the generation now */
} ouro_gc_statistics;

/* Statistics of one generation (0..2). */
OURO_PUBLIC ouro_gc_statistics ouro_gc_stats(ouro_runtime *rt, int generation);

/* Calls `visit` for each reference that `object` holds, to another object; the first nonzero that it returns ends the
 * traversal and is returned. */
OURO_PUBLIC int ouro_gc_referents(ouro_runtime *rt, void *object, ouro_visit_fn visit, void *context);

/* Calls `visit` for each tracked object.  It must not create or free objects.  The first nonzero that it returns ends
 * the walk and is returned. */
OURO_PUBLIC int ouro_gc_objects(ouro_runtime *rt, ouro_visit_fn visit, void *context);

/* ---- watching collections ------------------------------------------------------------------------------- */

/* Why a collection began. */
typedef enum ouro_gc_trigger {
    OURO_GC_TRIGGER_CALL,   /* somebody asked for it: gc.collect, ouro_gc_collect */
    OURO_GC_TRIGGER_COUNT,  /* a generation's count passed its threshold */
    OURO_GC_TRIGGER_BYTES,  /* the heap grew by so much since the last one */
    OURO_GC_TRIGGER_MEMORY, /* an allocation was about to fail: the limit, or the system's */
    OURO_GC_TRIGGER_CLOSE,  /* the program has ended */
    OURO_GC_TRIGGER_FORCED, /* a test wants one after so many allocations */
    OURO_GC_TRIGGERS
} ouro_gc_trigger;

/* "gc.collect", "count", "bytes", "memory", "close", "forced". */
OURO_PUBLIC const char *ouro_gc_trigger_name(ouro_gc_trigger trigger);

/* The facts of one collection. */
typedef struct ouro_gc_collection {
    uint64_t number; /* of all collections of the runtime; the first is 1 */
    uint64_t began;  /* nanoseconds of CLOCK_MONOTONIC */
    uint64_t nanoseconds; /* the program stood still for so long; finalizers, callbacks and a fork included */
    ouro_gc_trigger trigger;
    int generation;
    size_t examined;      /* candidates: objects looked at */
    size_t collected;     /* found unreachable and not brought back to life */
    size_t finalizers;    /* run */
    size_t callbacks;     /* of weak references, run */
    size_t resurrected;   /* objects that finalizers brought back, with what they reach */
    size_t uncollectable; /* objects that live on although all that they held was cleared */
    size_t live_before, live_after; /* bytes of the heap in use; upper bounds, as ouro_mem_live_bytes */
    uint64_t beside; /* nanoseconds that a forked copy of the process took to find the garbage while the program went on
                      * (ouro_gc_fork); 0: there was none */
} ouro_gc_collection;

/* Somebody who wants to know of every collection.  Its functions run in the middle of it: they must not touch the heap
 * nor run program code. */
typedef struct ouro_gc_watcher {
    void *context;
    /* Told of each object that is about to be freed, while it is still whole.  NULL: not wanted. */
    void (*doomed)(void *context, ouro_object *object);
    /* Told of each of those that a finalizer has brought back to life, with what it reaches.  NULL: not wanted. */
    void (*spared)(void *context, ouro_object *object);
    /* Told when it is over.  NULL: not wanted. */
    void (*collected)(void *context, const ouro_gc_collection *collection);
    struct ouro_gc_watcher *next; /* the collector's */
} ouro_gc_watcher;

/* Adds a watcher, which stays the caller's and must stay good until it is taken away (or the runtime is closed).  Costs
 * nothing while there is none. */
OURO_PUBLIC void ouro_gc_watch(ouro_runtime *rt, ouro_gc_watcher *watcher);
/* Takes it away; one that was not added is ignored. */
OURO_PUBLIC void ouro_gc_unwatch(ouro_runtime *rt, ouro_gc_watcher *watcher);

/* ---- explanations --------------------------------------------------------------------------------------- */

/* What made a cycle, as far as the objects on it tell. */
typedef enum ouro_gc_pattern {
    OURO_GC_PATTERN_OTHER,
    OURO_GC_PATTERN_EXCEPTION,     /* an exception whose traceback holds the frame that holds the exception */
    OURO_GC_PATTERN_CLASS,         /* a class: its __mro__, its __dict__, functions that know their __class__ */
    OURO_GC_PATTERN_SELF_CALLBACK, /* a bound method that its own object holds */
    OURO_GC_PATTERN_GENERATOR,     /* a suspended generator or a frame that holds what holds it */
    OURO_GC_PATTERN_CLOSURE,       /* a function whose closure leads back to it */
    OURO_GC_PATTERN_PARENT_CHILD,  /* instances of classes that hold each other */
    OURO_GC_PATTERNS
} ouro_gc_pattern;

/* "exception and traceback", "parent and child", ... */
OURO_PUBLIC const char *ouro_gc_pattern_name(ouro_gc_pattern pattern);

/* Starts (or ends, forgetting all) recording which cycles collections find.  Recording makes collections that find
 * garbage slower.  False: no memory. */
OURO_PUBLIC bool ouro_gc_explain(ouro_runtime *rt, bool on);

/* Where members of cycles were allocated, or where the reference was stored that closed them. */
typedef struct ouro_gc_line {
    const char *type; /* of the objects; "" for stores */
    const char *file;
    uint32_t line;
    uint64_t count, bytes; /* bytes: 0 for stores */
} ouro_gc_line;

/* One kind of cycle: the same types linked by the same names.  Texts are UTF-8 and, as the arrays, good during the call
 * only. */
typedef struct ouro_gc_cycle {
    const char *text;  /* "Node.next -> Node.previous -> Node" */
    uint64_t count;    /* how many such cycles were collected */
    uint64_t objects;  /* in these cycles and in what only they kept alive */
    uint64_t bytes;
    ouro_gc_pattern pattern;
    uint64_t watched;      /* nanoseconds since recording began */
    uint64_t nanoseconds;  /* of collections: each is shared out by the garbage that it found */
    uint64_t waited;       /* nanoseconds from their deaths to their collections, all cycles together: at most, because
                            * what is known is when a collection last found them alive */
    uint64_t longest_wait; /* of one; at most */
    uint64_t births;       /* members of which a tracer knows the birth */
    uint64_t epochs;       /* tracer's epochs between their births and their collection, together */
    const ouro_gc_line *members; /* of the cycles alone; by line, the most bytes first */
    size_t member_lines;
    uint64_t members_elsewhere;  /* objects of further lines, or of none that is known */
    const ouro_gc_line *closings; /* stores that closed them (only while stores are traced), the most frequent first */
    size_t closing_lines;
} ouro_gc_cycle;

/* Calls `each` for every kind recorded, most bytes first.  False: no memory to sort them. */
OURO_PUBLIC bool ouro_gc_cycles(ouro_runtime *rt, void (*each)(void *context, const ouro_gc_cycle *cycle),
                                void *context);

/* ---- checking ------------------------------------------------------------------------------------------- */

/* Walks all objects, recomputes every reference count from the references it finds, and calls `report` for each
 * fault: a count that is smaller than the references, a reference to something that is no object, a broken
 * invariant.  `text` is one line.  Returns the number of faults.  Slow; for tests and debug builds.  SIZE_MAX: no memory
 * to check. */
OURO_PUBLIC size_t ouro_heap_check(ouro_runtime *rt,
                                   void (*report)(void *context, ouro_object *object, const char *text),
                                   void *context);

/* The same, and the counts must be met exactly: `roots` is called and must call `visit` once for each reference that
 * the program holds outside of tracked and untracked objects. */
OURO_PUBLIC size_t ouro_heap_check_exact(ouro_runtime *rt,
                                         void (*roots)(void *roots_context, ouro_visit_fn visit, void *context),
                                         void *roots_context,
                                         void (*report)(void *context, ouro_object *object, const char *text),
                                         void *context);

OURO_END

#endif

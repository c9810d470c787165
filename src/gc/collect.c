/* collect.c: one collection: the order in which garbage is destroyed.
 *
 * CPython 3.11's order, all of it visible to programs:
 *   1. the garbage is found (find.c), without running any code;
 *   2. weak references to garbage die, all of them; so do those that are garbage themselves.  The callbacks of those
 *      that are not garbage run: no code can reach the garbage through a weak reference any more;
 *   3. finalizers run, each object's once in its life;
 *   4. what they brought back to life, and all it reaches, leaves the garbage;
 *   5. the rest is cleared, object by object: the cycles open, and reference counting frees them.
 * Under DEBUG_SAVEALL step 5 stores the objects in gc.garbage instead, until the runtime closes: then all must go.
 *
 * When memory runs out (gc_reclaim) only garbage goes whose end no program can see: native code that asks for memory must
 * not find itself calling finalizers.
 *
 * Objects of the garbage may die at any time from step 2 on; they then take themselves out of the array
 * (tracking_remove).  A collection never starts inside another.
 */
#include "gc/edges.h"
#include "gc/gc.h"
#include "gc/state.h"
#include "mem/mem_inline.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static OURO_PRINTF(2, 3) void collect_print(ouro_runtime *rt, const char *format, ...)
{
    char text[300];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (rt->write_error != NULL && length > 0) {
        rt->write_error(rt, text, length < (int)sizeof text ? (size_t)length : sizeof text - 1);
    }
}

static void collect_print_start(ouro_runtime *rt, int generation)
{
    const struct tracking *t = &rt->tracking;
    collect_print(rt, "gc: collecting generation %d...\n", generation);
    collect_print(rt,
                  "gc: objects in each generation: %zu %zu %zu\n"
                  "gc: objects in permanent generation: %zu\n",
                  t->sets[OURO_GENERATION_YOUNG].live, t->sets[OURO_GENERATION_MIDDLE].live,
                  t->sets[OURO_GENERATION_OLD].live, t->frozen);
}

static void collect_print_objects(ouro_runtime *rt)
{
    const struct tracked_set *trash = &rt->tracking.sets[0];
    for (size_t i = 0; i < trash->length; i++) {
        if (trash->items[i] != NULL) {
            collect_print(rt, "gc: collectable <%.200s %p>\n", trash->items[i]->shape->type->name,
                          (void *)trash->items[i]);
        }
    }
}

static bool collect_is_part(const ouro_object *object)
{
    return (object->gc & OURO_GC_OWN) && (object->shape->type->flags & OURO_TYPE_PARTS);
}

/* How many of the garbage are not parts of others: what a program is told. */
static size_t collect_count(ouro_runtime *rt, bool parts)
{
    const struct tracked_set *trash = &rt->tracking.sets[0];
    size_t count = trash->live;
    for (size_t i = 0; parts && i < trash->length; i++) {
        count -= trash->items[i] != NULL && collect_is_part(trash->items[i]);
    }
    return count;
}

/* Step 2.  Returns how many weak references died with their callbacks' calls; *parts: some garbage is part of other
 * garbage. */
static size_t collect_weakrefs(ouro_runtime *rt, bool *parts)
{
    const struct tracked_set *trash = &rt->tracking.sets[0];
    struct weakref_queue queue = {NULL, NULL, 0};
    for (size_t i = 0; i < trash->length; i++) {
        ouro_object *object = trash->items[i];
        if (object == NULL) {
            continue;
        }
        *parts = *parts || collect_is_part(object);
        if (object->shape->type->flags & OURO_TYPE_IS_WEAKREF) {
            weakref_detach(rt, (struct weak_reference *)(void *)object);
        }
        if (object->gc & OURO_GC_SIDE) {
            weakref_clear_into(rt, object, &queue);
        }
    }
    size_t died = weakref_run_queue(rt, &queue);
    rt->gc->now.callbacks += queue.called;
    return died;
}

/* Step 3.  True when any ran. */
static bool collect_finalize(ouro_runtime *rt)
{
    struct tracked_set *trash = &rt->tracking.sets[0];
    bool any = false;
    for (size_t i = 0; i < trash->length; i++) {
        ouro_object *object = trash->items[i];
        if (object == NULL || (object->gc & OURO_GC_FINALIZED)) {
            continue;
        }
        ouro_type *type = object->shape->type;
        if (!(type->flags & OURO_TYPE_FINALIZER) || type->finalize == NULL) {
            continue;
        }
        any = true;
        rt->gc->now.finalizers++;
        object->gc |= OURO_GC_FINALIZED;
        object_incref(object);
        type->finalize(rt, object);
        object_decref(rt, object);
    }
    return any;
}

static void collect_keep(ouro_runtime *rt, ouro_object *object)
{
    uint32_t count = rt->tracking.count;
    tracking_remove(rt, object);
    rt->tracking.count = count; /* it was no death */
    object->gc |= OURO_GENERATION_OLD;
    rt->tracking.sets[OURO_GENERATION_OLD].live++;
    rt->tracking.grown_old = true;
}

/* Clearing drops references to objects that may lie anywhere: the misses are taken ahead. */
enum { COLLECT_PREFETCH_AHEAD = 8 };

EDGES_INLINE void collect_prefetch_edge(void *context, ouro_object *target)
{
    (void)context;
    __builtin_prefetch(target, 1);
}

static int collect_prefetch_odd(ouro_value target, void *context)
{
    (void)target;
    (void)context;
    return 1; /* big ones: not worth it */
}

static void collect_prefetch(ouro_runtime *rt, const struct tracked_set *trash, size_t i)
{
    if (i < trash->length && trash->items[i] != NULL) {
        edges_visit(rt, trash->items[i], collect_prefetch_edge, collect_prefetch_odd, NULL);
    }
}

/* Step 5. */
static void collect_clear(ouro_runtime *rt, bool save)
{
    struct tracked_set *trash = &rt->tracking.sets[0];
    size_t old_before = rt->tracking.sets[OURO_GENERATION_OLD].live;
    for (size_t i = 0; i < trash->length; i++) {
        ouro_object *object = trash->items[i];
        collect_prefetch(rt, trash, i + COLLECT_PREFETCH_AHEAD);
        if (object == NULL) {
            continue;
        }
        if (save) {
            rt->gc->save_garbage(rt, object);
        } else {
            object_incref(object);
            object_clear(rt, object);
            object_decref(rt, object);
        }
        if (i < trash->length && trash->items[i] == object) {
            collect_keep(rt, object); /* still alive: something outside holds it, or it holds itself */
        }
    }
    trash->length = trash->live = 0;
    /* kept above, but what was cleared later may have held the last reference: those are gone again */
    size_t old_after = rt->tracking.sets[OURO_GENERATION_OLD].live;
    if (!save && old_after > old_before) {
        rt->gc->now.uncollectable += old_after - old_before;
    }
}

/* Arrays that a burst has made large shrink again. */
static void collect_shrink(ouro_runtime *rt)
{
    tracked_set_shrink(rt, &rt->tracking.sets[0], GC_TRASH_RESERVE);
    tracked_set_shrink(rt, &rt->tracking.sets[OURO_GENERATION_YOUNG], GC_ARRAY_KEEP);
    tracked_set_shrink(rt, &rt->tracking.sets[OURO_GENERATION_MIDDLE], GC_ARRAY_KEEP);
    struct gc_stack *stack = &rt->gc->stack;
    if (stack->capacity > GC_STACK_KEEP) {
        ouro_object **items = mem_resize_hidden(rt->mem, stack->items, GC_STACK_RESERVE * sizeof *items);
        if (items != NULL) {
            stack->items = items;
            stack->capacity = GC_STACK_RESERVE;
        }
    }
}

/* Steps 2 to 5, once.  Adds to *collected. */
static void collect_found(ouro_runtime *rt, size_t *collected)
{
    struct tracking *t = &rt->tracking;
    if (t->sets[0].length > 0) {
        if (rt->gc->debug & GC_DEBUG_COLLECTABLE) {
            collect_print_objects(rt);
        }
        bool save = (rt->gc->debug & GC_DEBUG_SAVEALL) && rt->gc->save_garbage != NULL &&
                    rt->gc->now.trigger != OURO_GC_TRIGGER_CLOSE;
        bool parts = false;
        /* before finalizers: closing a generator, which is its finalizer, opens the cycle that it is in */
        if (!save) {
            gc_watch_doomed(rt);
        }
        if (rt->gc->explain != NULL) {
            gc_explain_garbage(rt);
        }
        *collected += collect_weakrefs(rt, &parts);
        if (collect_finalize(rt)) {
            size_t before = t->sets[0].live;
            gc_find_resurrected(rt);
            rt->gc->now.resurrected += before - t->sets[0].live;
        }
        *collected += collect_count(rt, parts);
        collect_clear(rt, save);
    }
}

static void collect_update_counts(ouro_runtime *rt, int generation)
{
    struct gc_state *gc = rt->gc;
    if (generation + 1 < GC_GENERATIONS) {
        gc->generations[generation + 1].count++;
    }
    for (int g = 0; g <= generation; g++) {
        gc->generations[g].count = 0;
    }
    rt->tracking.count = 0;
}

/* `answer`: what a forked child has found is garbage (forked.h); the generations and their counts have been done with at
 * the fork. */
static size_t collect_main(ouro_runtime *rt, int generation, bool answer)
{
    struct gc_state *gc = rt->gc;
    struct tracking *t = &rt->tracking;
    gc_watch_begin(rt, generation);
    if (gc->debug & GC_DEBUG_STATS) {
        collect_print_start(rt, generation);
    }
    struct runtime_suspended outside = runtime_suspend(rt);
    if (!answer) {
        collect_update_counts(rt, generation);
    }
    size_t old_before = t->sets[OURO_GENERATION_OLD].live;
    size_t collected = 0;
    gc_found found = answer ? gc_forked_find(rt) : gc_find_garbage(rt, generation);
    collect_found(rt, &collected);
    /* Too little memory to note all garbage at once: part by part, from the whole heap, as long as parts go. */
    for (size_t before = SIZE_MAX; found != GC_FOUND_ALL;) {
        size_t now = t->sets[OURO_GENERATION_OLD].live;
        if (found == GC_FOUND_SOME && now >= before) {
            break;
        }
        before = now;
        found = gc_find_garbage(rt, GC_GENERATIONS - 1);
        collect_found(rt, &collected);
    }
    size_t old_after = t->sets[OURO_GENERATION_OLD].live;
    if (generation == GC_GENERATIONS - 1) {
        gc->long_lived_pending = answer ? gc->long_lived_pending : 0;
        gc->long_lived_total = old_after > gc->long_lived_pending ? old_after - gc->long_lived_pending : 0;
        if (gc->clear_caches != NULL) {
            gc->clear_caches(rt);
        }
    } else if (old_after > old_before) {
        gc->long_lived_pending += old_after - old_before;
    }
    collect_shrink(rt);
    runtime_resume(rt, outside);
    if (answer) {
        gc_set_bytes_limits_after(rt, collected);
    } else {
        gc_set_bytes_limits(rt, generation);
    }
    gc->now.collected = collected;
    gc_watch_end(rt);
    uint64_t elapsed = gc->now.nanoseconds;
    if (gc->debug & GC_DEBUG_STATS) {
        collect_print(rt, "gc: done, %zu unreachable, 0 uncollectable, %.4fs elapsed\n", collected,
                      (double)elapsed * 1e-9);
    }
    struct gc_generation *g = &gc->generations[generation];
    g->collections++;
    g->collected += collected;
    g->nanoseconds += elapsed;
    uint64_t paused = gc->now.beside != 0 ? gc->forked.paused : 0; /* a pause of its own, before */
    uint64_t longest = elapsed - paused > paused ? elapsed - paused : paused;
    if (longest > g->longest) {
        g->longest = longest;
    }
    return collected;
}

static size_t collect_between(ouro_runtime *rt, int generation, bool answer)
{
    struct gc_state *gc = rt->gc;
    gc->collecting = true;
    if (gc->on_phase != NULL) {
        gc->on_phase(rt, true, generation, 0, 0);
    }
    size_t collected = collect_main(rt, generation, answer);
    if (gc->on_phase != NULL) {
        gc->on_phase(rt, false, generation, collected, 0);
    }
    gc->collecting = false;
    gc_set_trigger(rt);
    return collected;
}

size_t gc_collect(ouro_runtime *rt, int generation)
{
    if (rt->gc->collecting) {
        return 0;
    }
    if (generation == GC_GENERATIONS - 1) {
        gc_forked_cancel(rt);
        rt->gc->forked.failed = false;
    }
    return collect_between(rt, generation, false);
}

size_t gc_collect_answer(ouro_runtime *rt)
{
    uint32_t young = rt->tracking.count;
    rt->gc->trigger = rt->gc->forked.trigger;
    size_t collected = collect_between(rt, GC_GENERATIONS - 1, true);
    if (rt->tracking.count < young) {
        rt->tracking.count = young; /* those that died were old: the young are as many as before */
        gc_set_trigger(rt);
    }
    return collected;
}

size_t gc_collect_for(ouro_runtime *rt, int generation, ouro_gc_trigger reason)
{
    rt->gc->trigger = reason;
    size_t collected = gc_collect(rt, generation);
    rt->gc->trigger = OURO_GC_TRIGGER_CALL;
    return collected;
}

bool gc_reclaim(ouro_runtime *rt)
{
    struct gc_state *gc = rt->gc;
    if (gc->collecting) {
        return false;
    }
    gc->collecting = true;
    gc_forked_cancel(rt);
    struct runtime_suspended outside = runtime_suspend(rt);
    size_t before = ouro_mem_live_bytes(rt->mem);
    gc->trigger = OURO_GC_TRIGGER_MEMORY;
    gc_watch_begin(rt, GC_GENERATIONS - 1);
    (void)gc_find_garbage(rt, GC_GENERATIONS - 1);
    gc_find_quiet(rt);
    gc_watch_doomed(rt);
    struct gc_generation *g = &gc->generations[GC_GENERATIONS - 1];
    g->collections++;
    g->collected += rt->tracking.sets[0].live;
    gc->now.collected = rt->tracking.sets[0].live;
    collect_clear(rt, false);
    gc->long_lived_pending = 0;
    gc->long_lived_total = rt->tracking.sets[OURO_GENERATION_OLD].live;
    runtime_resume(rt, outside);
    gc_set_bytes_limits(rt, GC_GENERATIONS - 1);
    gc_watch_end(rt);
    gc->collecting = false;
    return ouro_mem_live_bytes(rt->mem) < before;
}

/* schedule.c: when to collect, and which generation.
 *
 * By count, as CPython 3.11: a generation is due when its count passes its threshold.  Generation 0 counts objects
 * tracked minus objects gone, the others collections of the next younger one.  A full collection also waits until
 * the objects that became old since the last one are more than a quarter of those that survived it, so that the work
 * of all full collections together stays linear in the number of objects made.
 *
 * By bytes: garbage that is few but large would escape the counts.  The live bytes of the heap are exact and
 * cheap to ask, so:
 *   - growth by GC_BYTES_STEP, or by an eighth of the heap if that is more, since the last collection makes one
 *     of the young and middle due.  It examines at most a few thousand objects (some 0.1 ms), against the milliseconds
 *     that filling so many bytes takes;
 *   - growth by half, and at least GC_BYTES_FULL_STEP, since the last full collection makes a full one due.  The heap
 *     between two of them grows geometrically, so their work together is linear in the bytes made, and garbage
 *     never holds more than half of what lives, plus the constant.
 *
 * A full collection of a large heap begins with one of the young and middle, after which all is old, and then goes on in a
 * forked copy of the process (forked.h).  As long as that is at work no other is due, and the rules above count from the fork.
 */
#include "gc/gc.h"
#include "gc/state.h"
#include "mem/mem_inline.h"

enum { GC_BYTES_STEP = 16 << 20, GC_BYTES_FULL_STEP = 64 << 20 };

void gc_set_trigger(ouro_runtime *rt)
{
    struct tracking *t = &rt->tracking;
    int threshold = rt->gc->generations[0].threshold;
    if (!rt->gc->enabled || threshold <= 0) {
        t->trigger = t->threshold = UINT32_MAX;
        return;
    }
    t->threshold = (uint32_t)threshold;
    uint32_t next = t->count + TRACKING_LOOK_STEP;
    t->trigger = next < t->threshold ? next : t->threshold;
}

static size_t bytes_add(size_t a, size_t b)
{
    return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

static void schedule_limit_bytes(ouro_runtime *rt, size_t live, bool full)
{
    rt->tracking.bytes_limit = bytes_add(live, live / 8 > GC_BYTES_STEP ? live / 8 : GC_BYTES_STEP);
    if (full) {
        rt->gc->full_bytes_limit = bytes_add(live, live / 2 > GC_BYTES_FULL_STEP ? live / 2 : GC_BYTES_FULL_STEP);
    }
}

void gc_set_bytes_limits(ouro_runtime *rt, int generation)
{
    /* After a full collection much has been freed that the cheap figure has not noticed yet. */
    bool full = generation == GC_GENERATIONS - 1;
    schedule_limit_bytes(rt, full ? ouro_mem_recount(rt->mem) : ouro_mem_live_bytes(rt->mem), full);
}

void gc_set_bytes_limits_after(ouro_runtime *rt, size_t collected)
{
    /* counting anew looks at each pool: not for a handful of objects */
    bool much = collected >= rt->mem->pools;
    schedule_limit_bytes(rt, much ? ouro_mem_recount(rt->mem) : ouro_mem_live_bytes(rt->mem), true);
}

/* The oldest generation that is due, or -1. */
static int schedule_due(ouro_runtime *rt)
{
    struct gc_state *gc = rt->gc;
    gc->generations[0].count = rt->tracking.count;
    if (gc->forced) {
        gc->forced = false;
        gc->trigger = OURO_GC_TRIGGER_FORCED;
        return gc->forked.mode == OURO_FORK_ALWAYS && gc_forked_defers(rt) ? GC_GENERATIONS - 2 : GC_GENERATIONS - 1;
    }
    size_t live = ouro_mem_live_bytes(rt->mem);
    bool defers = gc_forked_defers(rt);
    gc->trigger = OURO_GC_TRIGGER_BYTES;
    if (live > gc->full_bytes_limit && !defers) {
        return GC_GENERATIONS - 1;
    }
    for (int g = GC_GENERATIONS - 1; g >= 0; g--) {
        const struct gc_generation *generation = &gc->generations[g];
        /* a negative threshold is never passed by CPython's signed count either way: it always is */
        if ((int64_t)generation->count <= generation->threshold) {
            continue;
        }
        if (g == GC_GENERATIONS - 1 && (defers || gc->long_lived_pending < gc->long_lived_total / 4)) {
            continue;
        }
        gc->trigger = OURO_GC_TRIGGER_COUNT;
        return g;
    }
    return live > rt->tracking.bytes_limit ? 1 : -1;
}

/* A full collection is due: beside the program, if that may be. */
static void schedule_full(ouro_runtime *rt)
{
    struct gc_state *gc = rt->gc;
    ouro_gc_trigger trigger = gc->trigger;
    bool here = trigger == OURO_GC_TRIGGER_FORCED && gc->forked.mode != OURO_FORK_ALWAYS;
    if (!here && gc_forked_is_wanted(rt)) {
        (void)gc_collect(rt, GC_GENERATIONS - 2);
        /* what ran in it may have changed everything */
        if (!gc->enabled || !ouro_is_null(rt->exception) ||
            (gc_forked_is_wanted(rt) && gc_forked_begin(rt, trigger))) {
            return;
        }
        gc->trigger = trigger;
    }
    (void)gc_collect(rt, GC_GENERATIONS - 1);
}

void gc_run_pending(ouro_runtime *rt)
{
    struct gc_state *gc = rt->gc;
    rt_clear_pending(rt, RT_PENDING_GC);
    if (gc->enabled && !gc->collecting && gc->generations[0].threshold > 0 && ouro_is_null(rt->exception)) {
        if (OURO_UNLIKELY(gc->forked.child != 0 || gc->forked.answer != NULL) && gc_forked_look(rt) == GC_FORKED_DONE) {
            (void)gc_collect_answer(rt);
        }
        int generation = gc->enabled && ouro_is_null(rt->exception) ? schedule_due(rt) : -1;
        if (generation == GC_GENERATIONS - 1) {
            schedule_full(rt);
        } else if (generation >= 0) {
            (void)gc_collect(rt, generation);
        }
        gc->trigger = OURO_GC_TRIGGER_CALL;
    }
    gc_set_trigger(rt);
}

bool gc_collect_beside(ouro_runtime *rt)
{
    struct gc_state *gc = rt->gc;
    for (int attempt = 0; attempt < 2; attempt++) {
        if (!gc->enabled || gc->collecting || gc->generations[0].threshold <= 0 || !ouro_is_null(rt->exception) ||
            !gc_forked_may(rt)) {
            return false;
        }
        if (attempt == 0) {
            (void)gc_collect(rt, GC_GENERATIONS - 2);
        }
    }
    return gc_forked_begin(rt, OURO_GC_TRIGGER_CALL);
}

void gc_enable(ouro_runtime *rt)
{
    rt->gc->enabled = true;
    gc_set_trigger(rt);
}

void gc_disable(ouro_runtime *rt)
{
    gc_forked_end(rt);
    rt->gc->enabled = false;
    gc_set_trigger(rt);
}

bool gc_is_enabled(ouro_runtime *rt)
{
    return rt->gc->enabled;
}

/* Told by the heap in the middle of an allocation. */
static void schedule_force(void *context)
{
    ouro_runtime *rt = context;
    if (!rt->gc->collecting) {
        rt->gc->forced = true;
        rt_set_pending(rt, RT_PENDING_GC);
    }
}

void gc_force_every(ouro_runtime *rt, uint32_t n)
{
    rt->gc->forced = false;
    ouro_mem_notify_every(rt->mem, n, schedule_force, rt);
}

void gc_set_threshold(ouro_runtime *rt, int generation, int threshold)
{
    if (generation == 0 && threshold <= 0) {
        gc_forked_end(rt); /* off: nobody looks for its end */
    }
    rt->gc->generations[generation].threshold = threshold;
    gc_set_trigger(rt);
}

int gc_threshold(ouro_runtime *rt, int generation)
{
    return rt->gc->generations[generation].threshold;
}

size_t gc_count(ouro_runtime *rt, int generation)
{
    return generation == 0 ? rt->tracking.count : rt->gc->generations[generation].count;
}

/* The objects of a young or middle set become old. */
static void settle_set(ouro_runtime *rt, struct tracked_set *set)
{
    for (size_t i = 0; i < set->length; i++) {
        if (set->items[i] != NULL) {
            set->items[i]->gc =
                (set->items[i]->gc & 0xff & ~(uint32_t)OURO_GC_GENERATION) | OURO_GENERATION_OLD;
        }
    }
    rt->tracking.sets[OURO_GENERATION_OLD].live += set->live;
    set->length = set->live = 0;
}

void gc_settle(ouro_runtime *rt)
{
    struct tracking *t = &rt->tracking;
    struct gc_state *gc = rt->gc;
    for (unsigned g = OURO_GENERATION_YOUNG; g <= OURO_GENERATION_MIDDLE; g++) {
        settle_set(rt, &t->sets[g]);
    }
    for (int g = 0; g < GC_GENERATIONS; g++) {
        gc->generations[g].count = 0;
    }
    gc->long_lived_total = t->sets[OURO_GENERATION_OLD].live;
    gc->long_lived_pending = 0;
    t->count = 0;
    t->grown_old = false;
    rt_clear_pending(rt, RT_PENDING_GC);
    gc_set_trigger(rt);
}

void gc_settle_object(ouro_runtime *rt, ouro_value v)
{
    ouro_object *object = ouro_is_object(v) ? ouro_as_object(v) : NULL;
    unsigned generation = object == NULL ? OURO_GENERATION_NONE : object_generation(object);
    if (generation != OURO_GENERATION_YOUNG && generation != OURO_GENERATION_MIDDLE) {
        return;
    }
    tracking_remove(rt, object);
    object->gc |= OURO_GENERATION_OLD;
    rt->tracking.sets[OURO_GENERATION_OLD].live++;
    rt->gc->long_lived_total++;
}

size_t gc_collect_unsettled(ouro_runtime *rt)
{
    const struct tracking *t = &rt->tracking;
    if (t->grown_old) {
        return gc_collect_for(rt, GC_GENERATIONS - 1, OURO_GC_TRIGGER_CLOSE);
    }
    if (t->sets[OURO_GENERATION_YOUNG].live + t->sets[OURO_GENERATION_MIDDLE].live == 0) {
        return 0;
    }
    return gc_collect_for(rt, t->sets[OURO_GENERATION_MIDDLE].live > 0 ? 1 : 0, OURO_GC_TRIGGER_CLOSE);
}

/* watch.c: what is noted of each collection, and who is told (ouro/gc.h).
 *
 * The record of the collection in progress is gc->now; collect.c adds to it.  Watchers hang in a list of their own
 * links, so that adding one asks for no memory.  What a collection costs without them: two looks at the clock and the
 * live bytes, which are sums that stand ready.
 *
 * gc->trigger says why the next collection begins.  Whoever begins one for a reason of his own sets it just before;
 * beginning sets it back, so that all others are calls.
 */
#include "gc/gc.h"
#include "gc/state.h"

#include <time.h>

uint64_t gc_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

const char *ouro_gc_trigger_name(ouro_gc_trigger trigger)
{
    static const char *const names[OURO_GC_TRIGGERS] = {
        [OURO_GC_TRIGGER_CALL] = "gc.collect", [OURO_GC_TRIGGER_COUNT] = "count", [OURO_GC_TRIGGER_BYTES] = "bytes",
        [OURO_GC_TRIGGER_MEMORY] = "memory",   [OURO_GC_TRIGGER_CLOSE] = "close", [OURO_GC_TRIGGER_FORCED] = "forced",
    };
    return trigger < OURO_GC_TRIGGERS ? names[trigger] : "?";
}

static uint64_t watch_examined(const struct gc_state *gc)
{
    uint64_t examined = 0;
    for (int g = 0; g < GC_GENERATIONS; g++) {
        examined += gc->generations[g].examined;
    }
    return examined;
}

void gc_watch_begin(ouro_runtime *rt, int generation)
{
    struct gc_state *gc = rt->gc;
    gc->now = (ouro_gc_collection){
        .number = gc->now.number + 1,
        .began = gc_clock(),
        .trigger = gc->trigger,
        .generation = generation,
        .examined = (size_t)watch_examined(gc), /* until the end: those of all collections before */
        .live_before = ouro_mem_live_bytes(rt->mem),
    };
    gc->trigger = OURO_GC_TRIGGER_CALL;
}

void gc_watch_doomed(ouro_runtime *rt)
{
    const struct tracked_set *trash = &rt->tracking.sets[0];
    for (ouro_gc_watcher *w = rt->gc->watchers; w != NULL; w = w->next) {
        for (size_t i = 0; w->doomed != NULL && i < trash->length; i++) {
            if (trash->items[i] != NULL) {
                w->doomed(w->context, trash->items[i]);
            }
        }
    }
}

void gc_watch_spared(ouro_runtime *rt, ouro_object *object)
{
    for (ouro_gc_watcher *w = rt->gc->watchers; w != NULL; w = w->next) {
        if (w->spared != NULL) {
            w->spared(w->context, object);
        }
    }
}

void gc_watch_end(ouro_runtime *rt)
{
    struct gc_state *gc = rt->gc;
    uint64_t now = gc_clock();
    gc->now.examined = (size_t)watch_examined(gc) - gc->now.examined;
    gc->now.nanoseconds = now - gc->now.began;
    bool beside = gc->now.beside != 0;
    if (beside) {
        gc->now.nanoseconds += gc->forked.paused;
    }
    gc->now.live_after = ouro_mem_live_bytes(rt->mem);
    for (int g = beside ? gc->now.generation : 0; g <= gc->now.generation; g++) {
        gc->ended[g] = beside ? gc->forked.began : now;
    }
    gc_explain_account(rt);
    for (ouro_gc_watcher *w = gc->watchers, *next; w != NULL; w = next) {
        next = w->next; /* it may take itself away */
        if (w->collected != NULL) {
            w->collected(w->context, &gc->now);
        }
    }
}

void ouro_gc_watch(ouro_runtime *rt, ouro_gc_watcher *watcher)
{
    ouro_gc_unwatch(rt, watcher);
    watcher->next = rt->gc->watchers;
    rt->gc->watchers = watcher;
}

void ouro_gc_unwatch(ouro_runtime *rt, ouro_gc_watcher *watcher)
{
    for (ouro_gc_watcher **at = &rt->gc->watchers; *at != NULL; at = &(*at)->next) {
        if (*at == watcher) {
            *at = watcher->next;
            return;
        }
    }
}

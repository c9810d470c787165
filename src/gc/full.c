/* full.c: which of all objects are garbage: the full collection, with a shadow.
 *
 * The same three steps as in find.c, but all that they note stands in the shadow (shadow.h), and the heap is
 * only read:
 *
 *   1. subtract   One walk over the object pools.  Each object of the set adds its reference count to its
 * byte, each of its references takes one off the target's; the target itself is not looked at.
 *   2. mark       A walk over the shadow, in the same order.  What has a byte of SHADOW_REACHED or more is
 * scanned: all it refers to whose byte is SHADOW_UNREACHED becomes reached.  What is reached ahead of the
 * walk will be met by it; what lies behind goes to a stack.
 *   3. gather     What is still SHADOW_UNREACHED is garbage.  Only now are headers written.
 *
 * The walk goes from the oldest arena to the newest, each from its beginning: mostly the order in which the
 * objects were made.  So a heap whose older objects refer to newer ones is marked in one linear pass.
 *
 * Until step 3 any refusal of memory ends the attempt without a trace, and find.c, which needs none, does it
 * instead.
 */
#include "gc/find.h"
#include "gc/gc.h"
#include "gc/groups.h"
#include "gc/plan.h"
#include "gc/shadow.h"

/* The processor's own prefetching ends at each page.  256 to 1,536 bytes are the same within the noise. */
enum { FULL_PREFETCH_BYTES = 1024 };

struct full {
    ouro_runtime *rt;
    struct shadow shadow;
    struct edge_plans plans;
    size_t examined;
    bool keeps_tracking; /* nobody asks which objects need no tracking any more */
    size_t unreached; /* bytes that are SHADOW_UNREACHED; once it is 0 there is nothing left to find */
    /* How far the walk of step 2 is, as full_order tells. */
    uintptr_t at;
    struct scratch_stack stack;       /* reached behind the walk, to be scanned */
    struct scratch_stack untrackable; /* old objects that need no tracking any more, if they survive */
};

/* Where an address comes in the walk over the arenas. */
EDGES_INLINE uintptr_t full_order(const void *address)
{
    return (uintptr_t)address ^ ~(uintptr_t)(MEM_ARENA - 1);
}

/* ---- 1. subtract ----------------------------------------------------------------------------------------
 */

/* What a loop over references keeps in registers. */
struct full_loop {
    struct full *full;
    struct shadow_map map;
    uintptr_t at;
};

EDGES_INLINE void subtract_edge(void *context, ouro_object *target)
{
    const struct full_loop *loop = context;
    shadow_take(&loop->full->shadow, &loop->map, target);
}

static int subtract_edge_odd(ouro_value target, void *context)
{
    struct full *f = context;
    if (ouro_is_object(target)) {
        shadow_take(&f->shadow, &f->shadow.map, ouro_as_object(target));
    }
    return 0;
}

EDGES_INLINE bool full_is_examined(uint32_t gc)
{
    return (gc & OURO_GC_GENERATION) != 0 && (gc & OURO_GC_FROZEN) == 0;
}

/* References of instances to their class, one after the other, are taken off together. */
static void subtract_types(struct full *f, const struct edge_plan *plan, size_t instances)
{
    int8_t *byte = plan->counted != NULL ? shadow_find(&f->shadow.map, plan->counted) : NULL;
    if (byte == NULL) {
        return;
    }
    if (*byte - (int64_t)instances > INT8_MIN) {
        *byte = (int8_t)(*byte - (int)instances);
    } else {
        shadow_take_rest(&f->shadow, byte, instances);
    }
}

static void subtract_run(struct full *f, const mem_run *run)
{
    struct edge_plan plan = {0};
    struct full_loop loop = {.full = f, .map = f->shadow.map};
    const size_t stride = run->stride;
    char *const end = run->end;
    size_t same = 0, examined = 0;
    int8_t *part = shadow_of(&f->shadow.map, run->begin);
    uintptr_t first = (uintptr_t)run->begin >> SHADOW_GRAIN_SHIFT;
    for (char *block = run->begin; block < end; block += stride) {
        ouro_object *object = (ouro_object *)(void *)block;
        __builtin_prefetch(block + FULL_PREFETCH_BYTES);
        if (!mem_object_lives(block) || !full_is_examined(object->gc)) {
            continue;
        }
        examined++;
        shadow_visit(&f->shadow, part + (((uintptr_t)block >> SHADOW_GRAIN_SHIFT) - first), object->refcount);
        if (OURO_UNLIKELY(object->shape != plan.shape)) {
            subtract_types(f, &plan, same);
            same = 0;
            plan = *edge_plan_of(&f->plans, object->shape);
        }
        same++;
        edges_follow(f->rt, object, &plan, subtract_edge, &loop, subtract_edge_odd, f);
        if (OURO_UNLIKELY(plan.can_untrack != NULL) && object_generation(object) == OURO_GENERATION_OLD &&
            !f->keeps_tracking && plan.can_untrack(f->rt, object)) {
            bool noted = scratch_push(&f->untrackable, f->rt->mem, object);
            (void)noted; /* no room: next time */
        }
    }
    subtract_types(f, &plan, same);
    f->examined += examined;
}

/* ---- 2. mark --------------------------------------------------------------------------------------------
 */

EDGES_INLINE void mark_target(struct full *f, const struct shadow_map *map, uintptr_t at, ouro_object *target)
{
    int8_t *byte = shadow_find(map, target);
    if (byte == NULL || *byte != SHADOW_UNREACHED) {
        return;
    }
    *byte = SHADOW_REACHED;
    f->unreached--;
    if (full_order(target) < at) {
        f->shadow.failed |= !scratch_push(&f->stack, f->rt->mem, target);
    }
}

EDGES_INLINE void mark_edge(void *context, ouro_object *target)
{
    const struct full_loop *loop = context;
    mark_target(loop->full, &loop->map, loop->at, target);
}

static int mark_edge_odd(ouro_value target, void *context)
{
    struct full *f = context;
    if (ouro_is_object(target)) {
        mark_target(f, &f->shadow.map, f->at, ouro_as_object(target));
    }
    return 0;
}

EDGES_INLINE void mark_scan(struct full *f, struct full_loop *loop, struct edge_plan *plan,
                            ouro_object *object)
{
    if (OURO_UNLIKELY(object->shape != plan->shape)) {
        *plan = *edge_plan_of(&f->plans, object->shape);
    }
    edges_follow(f->rt, object, plan, mark_edge, loop, mark_edge_odd, f);
    if (plan->counted != NULL) {
        mark_edge(loop, plan->counted);
    }
}

/* Scans what is on the stack, each object some turns after it was taken off and prefetched. */
static void mark_drain(struct full *f)
{
    enum { AHEAD = 8 };
    ouro_object *queue[AHEAD] = {NULL};
    struct edge_plan plan = {0};
    struct full_loop loop = {.full = f, .map = f->shadow.map, .at = f->at};
    unsigned turn = 0, idle = 0;
    while ((idle < AHEAD || f->stack.length > 0) && f->unreached != 0) {
        ouro_object *next = scratch_pop(&f->stack);
        if (next != NULL) {
            __builtin_prefetch(next);
            idle = 0;
        } else {
            idle++;
        }
        ouro_object *due = queue[turn % AHEAD];
        queue[turn++ % AHEAD] = next;
        if (due != NULL) {
            mark_scan(f, &loop, &plan, due);
        }
    }
}

static void mark_run(struct full *f, const mem_run *run, bool is_large)
{
    enum { DRAIN_FROM = 1024 };
    struct edge_plan plan = {0};
    struct full_loop loop = {.full = f, .map = f->shadow.map, .at = f->at};
    const int8_t *part = shadow_of(&f->shadow.map, run->begin);
    uintptr_t first = (uintptr_t)run->begin >> SHADOW_GRAIN_SHIFT;
    const size_t stride = run->stride;
    char *const end = run->end;
    for (char *block = run->begin; block < end; block += stride) {
        if (part[((uintptr_t)block >> SHADOW_GRAIN_SHIFT) - first] < SHADOW_REACHED) {
            continue;
        }
        if (!is_large) {
            f->at = loop.at = full_order(block);
        }
        __builtin_prefetch(block + FULL_PREFETCH_BYTES);
        mark_scan(f, &loop, &plan, (ouro_object *)(void *)block);
        if (OURO_UNLIKELY(f->stack.length >= DRAIN_FROM)) {
            mark_drain(f);
        }
    }
    if (!is_large) {
        f->at = full_order(run->end - 1);
    }
    if (f->stack.length > 0) {
        mark_drain(f);
    }
}

static void mark_all(struct full *f)
{
    mem_runs runs;
    mem_run run;
    for (mem_runs_begin(&runs, f->rt->mem, OURO_MEM_OBJECTS);
         f->unreached != 0 && !f->shadow.failed && mem_runs_next(&runs, &run);) {
        bool is_large = runs.pool == NULL;
        if (is_large) {
            f->at = UINTPTR_MAX; /* all the rest is behind */
        }
        mark_run(f, &run, is_large);
    }
}

/* How many bytes are SHADOW_UNREACHED. */
static size_t full_count_unreached(struct full *f)
{
    size_t count = 0;
    mem_runs runs;
    mem_run run;
    for (mem_runs_begin(&runs, f->rt->mem, OURO_MEM_OBJECTS); mem_runs_next(&runs, &run);) {
        /* what lies between the objects' bytes is not above 0 */
        const char *last = run.end - run.stride;
        const int8_t *byte = shadow_of(&f->shadow.map, run.begin), *end = shadow_of(&f->shadow.map, last);
        for (; byte <= end; byte++) {
            count += *byte == SHADOW_UNREACHED;
        }
    }
    return count;
}

/* ---- 3. gather ------------------------------------------------------------------------------------------
 */

/* Marks the garbage; notes the old of it, if there is room. */
static void gather(struct full *f, bool room)
{
    mem_runs runs;
    mem_run run;
    for (mem_runs_begin(&runs, f->rt->mem, OURO_MEM_OBJECTS);
         f->unreached != 0 && mem_runs_next(&runs, &run);) {
        const int8_t *part = shadow_of(&f->shadow.map, run.begin);
        uintptr_t first = (uintptr_t)run.begin >> SHADOW_GRAIN_SHIFT;
        for (char *block = run.begin; block < run.end; block += run.stride) {
            if (part[((uintptr_t)block >> SHADOW_GRAIN_SHIFT) - first] != SHADOW_UNREACHED) {
                continue;
            }
            ouro_object *object = (ouro_object *)(void *)block;
            object->gc |= OURO_GC_COLLECTING;
            if (room && object_generation(object) == OURO_GENERATION_OLD) {
                garbage_put(f->rt, object);
            }
            f->unreached--;
        }
    }
}

/* ---- all of it ------------------------------------------------------------------------------------------
 */

static bool full_find(struct full *f)
{
    mem_runs runs;
    mem_run run;
    for (mem_runs_begin(&runs, f->rt->mem, OURO_MEM_OBJECTS); mem_runs_next(&runs, &run);) {
        subtract_run(f, &run);
    }
    if (f->shadow.failed) {
        return false;
    }
    shadow_settle(&f->shadow);
    f->unreached = full_count_unreached(f);
    mark_all(f);
    return !f->shadow.failed;
}

bool full_list_garbage(ouro_runtime *rt, uintptr_t *items, size_t capacity, size_t *count, size_t *examined)
{
    struct full f = {.rt = rt, .keeps_tracking = true};
    if (!shadow_create(&f.shadow, rt->mem)) {
        return false;
    }
    bool done = full_find(&f) && f.unreached <= capacity;
    if (done) {
        groups_list(rt, &f.shadow, f.unreached, items);
        *count = f.unreached;
        *examined = f.examined;
    }
    scratch_free(&f.stack, rt->mem);
    shadow_destroy(&f.shadow);
    return done;
}

/* The young and middle survivors become old. */
static void full_age(ouro_runtime *rt, struct tracked_set *set, size_t *untracked)
{
    for (size_t i = 0; i < set->length; i++) {
        ouro_object *object = set->items[i];
        if (object == NULL) {
            continue;
        }
        const ouro_type *type = object->shape->type;
        object->gc &= 0xff & ~(uint32_t)OURO_GC_GENERATION;
        if (OURO_UNLIKELY(type->can_untrack != NULL) && type->can_untrack(rt, object)) {
            ++*untracked;
        } else {
            object->gc |= OURO_GENERATION_OLD;
        }
    }
    set->length = set->live = 0;
}

bool full_find_garbage(ouro_runtime *rt, gc_found *found)
{
    struct full f = {.rt = rt};
    if (!shadow_create(&f.shadow, rt->mem)) {
        return false;
    }
    bool done = full_find(&f);
    if (done) {
        struct tracking *t = &rt->tracking;
        size_t garbage = f.unreached, untracked = 0;
        bool room = tracked_set_reserve(rt, &t->sets[0], garbage);
        t->sets[OURO_GENERATION_OLD].live = f.examined - garbage;
        gather(&f, room);
        *found = garbage == 0 ? GC_FOUND_ALL : garbage_gather(rt, room, garbage);
        for (unsigned g = OURO_GENERATION_YOUNG; g <= OURO_GENERATION_MIDDLE; g++) {
            full_age(rt, &t->sets[g], &untracked);
        }
        for (ouro_object *object; (object = scratch_pop(&f.untrackable)) != NULL;) {
            if (!(object->gc & OURO_GC_COLLECTING)) {
                object->gc &= ~(uint32_t)OURO_GC_GENERATION;
                untracked++;
            }
        }
        t->sets[OURO_GENERATION_OLD].live -= untracked;
        rt->gc->generations[GC_GENERATIONS - 1].examined += f.examined;
    }
    scratch_free(&f.stack, rt->mem);
    scratch_free(&f.untrackable, rt->mem);
    shadow_destroy(&f.shadow);
    return done;
}

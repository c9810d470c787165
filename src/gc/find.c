/* find.c: which objects are garbage.
 *
 * The set examined is all objects of some generations.  An object of the set is garbage when nothing outside of the
 * set reaches it.  Reference counts tell: an object whose count is larger than the number of references from within
 * the set is held from outside, and so is all that it reaches.
 *
 *   1. subtract   Each object of the set gets the mark OURO_GC_COLLECTING and a working count (its reference count, in
 *                 the upper bits of the gc word); each reference from within the set takes one off its target's.
 *   2. mark       What has a working count left is reached.  A reached object is scanned once: it leaves the set, and
 *                 all it refers to within the set is reached.
 *   3. gather     What is still in the set is garbage.
 *
 * For an object o of the set, between 1 and 3:
 *     COLLECTING(o)  &&  working(o) == 0    not reached so far
 *     COLLECTING(o)  &&  working(o) > 0     reached, to be scanned
 *     !COLLECTING(o)                        scanned: it survives
 *
 * A working count saturates at WORKING_MAX, which is never taken from: an object with more references than that is
 * never found to be garbage.
 *
 * Young and middle objects are listed in arrays; in a full collection the set is found by walking the object pools.
 * Either way step 1 is a single pass: whoever meets an object first, the walk or an edge, sets up its working count.
 *
 * The objects of the arrays, and mostly what they refer to, were made or met a moment ago and lie in the cache: there
 * no edge is put off (edges.h), and where a shape's references lie is worked out once (plan.h).
 *
 * Once nothing is unreached any more step 2 ends.  For arrays it mostly needs no scan at all: with an object whose
 * working count comes down to 0 its witness is noted, the object whose reference took the last.  If the witness is
 * reached, so is the object.  A few passes over the notes settle chains of witnesses; most objects of a program have one
 * reference, and what is then still unreached is garbage, or lies close to it.
 *
 * Step 2 needs a stack.  When it cannot grow, reached objects stay where they are, marked as such, and the walk starts
 * over: time, not correctness, depends on memory.  Step 3 needs room for the garbage; see gc_find_garbage.
 */
#include "gc/edges.h"
#include "gc/find.h"
#include "gc/gc.h"
#include "gc/plan.h"
#include "mem/mem_inline.h"
#include "base/assert.h"

enum { WORKING_MAX = 0xffffff };

/* Objects of an array are prefetched so many places ahead. */
enum { SET_PREFETCH = 8 };

static uint32_t working_count(const ouro_object *object)
{
    return object->gc >> OURO_GC_POSITION_SHIFT;
}

static void working_start(ouro_object *object)
{
    uint32_t count = object->refcount < WORKING_MAX ? object->refcount : WORKING_MAX;
    object->gc = (object->gc & 0xff) | OURO_GC_COLLECTING | count << OURO_GC_POSITION_SHIFT;
}

/* Is an object with this gc word of a generation up to `oldest`, and not frozen? */
EDGES_INLINE bool object_is_examined(uint32_t gc, unsigned oldest)
{
    /* not tracked wraps around to the highest; frozen is above all generations */
    return (gc & (OURO_GC_GENERATION | OURO_GC_FROZEN)) - 1 < oldest;
}

/* ---- 1. subtract ---------------------------------------------------------------------------------------- */

struct subtraction {
    struct edge_ring ring;
    unsigned oldest; /* the set: these generations; objects met first by an edge are set up then.  0: the set is
                      * marked already */
    size_t unreached; /* objects of the set whose working count has come down to 0 */
};

/* The reference that took the last off an object's working count came from `witness`. */
struct witnessed {
    ouro_object *object, *witness;
};

/* Step 1 for arrays. */
struct set_subtraction {
    ouro_object *source; /* whose references are followed */
    unsigned oldest;     /* as above */
    size_t unreached;
    struct witnessed *notes; /* for as many of the unreached as there is room */
    size_t noted, room;
};

/* Takes one reference off the working count of an object, if it is of the set.  True: that was the last. */
EDGES_INLINE bool subtract_reference(ouro_object *target, unsigned oldest)
{
    uint32_t gc = target->gc;
    if (!(gc & OURO_GC_COLLECTING)) {
        if (!object_is_examined(gc, oldest)) {
            return false;
        }
        working_start(target);
        gc = target->gc;
    }
    uint32_t count = gc >> OURO_GC_POSITION_SHIFT;
    OURO_ASSERT(count != 0); /* more references than the count says: somewhere an incref is missing */
    if (count == WORKING_MAX || count == 0) {
        return false;
    }
    target->gc = gc - (1u << OURO_GC_POSITION_SHIFT);
    return count == 1;
}

EDGES_INLINE void subtract_one(struct subtraction *s, ouro_object *target)
{
    s->unreached += subtract_reference(target, s->oldest);
}

EDGES_INLINE void subtract_edge(void *context, ouro_object *target)
{
    struct subtraction *s = context;
    ouro_object *due = edge_ring_put(&s->ring, target);
    if (due != NULL) {
        subtract_one(s, due);
    }
}

static int subtract_edge_odd(ouro_value target, void *context)
{
    if (ouro_is_object(target)) {
        subtract_edge(context, ouro_as_object(target));
    }
    return 0;
}

static void subtract_rest(struct subtraction *s)
{
    for (ouro_object *due; (due = edge_ring_take(&s->ring)) != NULL;) {
        subtract_one(s, due);
    }
}

EDGES_INLINE void set_subtract_edge(void *context, ouro_object *target)
{
    struct set_subtraction *s = context;
    if (subtract_reference(target, s->oldest)) {
        s->unreached++;
        if (s->noted < s->room) {
            s->notes[s->noted++] = (struct witnessed){target, s->source};
        }
    }
}

static int set_subtract_odd(ouro_value target, void *context)
{
    if (ouro_is_object(target)) {
        set_subtract_edge(context, ouro_as_object(target));
    }
    return 0;
}

/* The notes take the room of the stack, which only step 2 needs. */
static struct set_subtraction set_subtraction_begin(ouro_runtime *rt, unsigned oldest, size_t objects)
{
    struct gc_stack *stack = &rt->gc->stack;
    if (stack->capacity < 2 * objects) {
        ouro_object **items = mem_resize_hidden(rt->mem, stack->items, 2 * objects * sizeof *items);
        if (items != NULL) { /* without: some are found by scanning */
            stack->items = items;
            stack->capacity = 2 * objects;
        }
    }
    return (struct set_subtraction){
        .oldest = oldest, .notes = (struct witnessed *)(void *)stack->items, .room = stack->capacity / 2};
}

static void set_subtract(ouro_runtime *rt, const struct tracked_set *set, struct set_subtraction *s,
                         struct edge_plans *plans)
{
    ouro_object *const *const items = set->items;
    for (size_t i = 0, length = set->length; i < length; i++) {
        ouro_object *object = items[i];
        if (object == NULL) {
            continue;
        }
        if (i + SET_PREFETCH < length) {
            __builtin_prefetch(items[i + SET_PREFETCH], 1);
        }
        if (!(object->gc & OURO_GC_COLLECTING)) {
            working_start(object);
        }
        const struct edge_plan *plan = edge_plan_of(plans, object->shape);
        s->source = object;
        edges_follow_declared(object, plan, set_subtract_edge, s);
        if ((object->gc | plan->rare) & OURO_GC_SIDE) {
            edges_visit_rare(rt, object, set_subtract_edge, s, set_subtract_odd, plan->traverse, s);
            if (plan->counted != NULL) {
                set_subtract_edge(s, plan->counted);
            }
        }
    }
}

/* What has a reached witness is reached.  One round over the notes from the end, one from the beginning: so chains of
 * either direction are settled in one.  As each further one must halve what is left, their work is linear. */
static void set_believe(struct set_subtraction *s)
{
    const struct witnessed *const begin = s->notes, *const end = s->notes + s->noted;
    for (size_t before = SIZE_MAX; s->unreached != 0 && s->unreached <= before / 2;) {
        before = s->unreached;
        size_t reached = 0;
        for (const struct witnessed *note = end; note > begin;) {
            note--;
            if (working_count(note->object) == 0 && working_count(note->witness) > 0) {
                note->object->gc |= 1u << OURO_GC_POSITION_SHIFT;
                reached++;
            }
        }
        for (const struct witnessed *note = begin; reached != before && note < end; note++) {
            if (working_count(note->object) == 0 && working_count(note->witness) > 0) {
                note->object->gc |= 1u << OURO_GC_POSITION_SHIFT;
                reached++;
            }
        }
        s->unreached -= reached;
    }
}

static void set_start_working(const struct tracked_set *set)
{
    for (size_t i = 0; i < set->length; i++) {
        if (set->items[i] != NULL) {
            working_start(set->items[i]);
        }
    }
}

/* Returns the number of objects in the set. */
static size_t heap_subtract(ouro_runtime *rt, struct subtraction *s)
{
    size_t count = 0;
    mem_runs runs;
    mem_run run;
    for (mem_runs_begin(&runs, rt->mem, OURO_MEM_OBJECTS); mem_runs_next(&runs, &run);) {
        for (char *block = run.begin; block < run.end; block += run.stride) {
            ouro_object *object = (ouro_object *)(void *)block;
            if (!mem_object_lives(block) || !object_is_examined(object->gc, OURO_GENERATION_OLD)) {
                continue;
            }
            count++;
            if (!(object->gc & OURO_GC_COLLECTING)) {
                working_start(object);
            }
            edges_visit(rt, object, subtract_edge, subtract_edge_odd, s);
        }
    }
    subtract_rest(s);
    return count;
}

/* ---- 2. mark -------------------------------------------------------------------------------------------- */

struct marking {
    ouro_runtime *rt;
    struct gc_stack *stack;
    struct edge_ring ring;
    /* The walk is here, and will pass all up to `ahead_end`: what is reached there needs no place on the stack. */
    const char *at, *ahead_end;
    size_t unreached; /* once this is 0 there is nothing left to find: references need not be followed any more */
    size_t scanned;
    size_t untracked; /* of the scanned: not worth tracking any more */
};

/* Grown only between walks: while the heap is walked nothing may be allocated.  A stack that is stuck makes the best of
 * each walk instead of ending it early. */
static void stack_grow(ouro_runtime *rt, struct gc_stack *stack)
{
    size_t capacity = stack->capacity * 4;
    ouro_object **items = mem_resize_hidden(rt->mem, stack->items, capacity * sizeof *items);
    if (items != NULL) {
        stack->items = items;
        stack->capacity = capacity;
    }
    stack->stuck = items == NULL;
}

EDGES_INLINE void mark_one(struct marking *m, ouro_object *target)
{
    if ((target->gc & OURO_GC_COLLECTING) && working_count(target) == 0) {
        target->gc |= 1u << OURO_GC_POSITION_SHIFT;
        m->unreached--;
        const char *address = (const char *)target;
        if (address > m->at && address < m->ahead_end) {
            return;
        }
        if (m->stack->length < m->stack->capacity) {
            m->stack->items[m->stack->length++] = target;
        } else {
            m->stack->overflowed = true;
        }
    }
}

EDGES_INLINE void mark_edge(void *context, ouro_object *target)
{
    struct marking *m = context;
    ouro_object *due = edge_ring_put(&m->ring, target);
    if (due != NULL) {
        mark_one(m, due);
    }
}

static int mark_edge_odd(ouro_value target, void *context)
{
    if (ouro_is_object(target)) {
        mark_edge(context, ouro_as_object(target));
    }
    return 0;
}

EDGES_INLINE void mark_scan(struct marking *m, ouro_object *object)
{
    object->gc = (object->gc & 0xff & ~(uint32_t)(OURO_GC_COLLECTING | OURO_GC_GENERATION)) | OURO_GENERATION_OLD;
    m->scanned++;
    if (m->unreached != 0) {
        edges_visit(m->rt, object, mark_edge, mark_edge_odd, m);
    }
    const ouro_type *type = object->shape->type;
    if (OURO_UNLIKELY(type->can_untrack != NULL) && type->can_untrack(m->rt, object)) {
        object->gc &= ~(uint32_t)OURO_GC_GENERATION;
        m->untracked++;
    }
}

EDGES_INLINE void mark_scan_stack(struct marking *m)
{
    while (m->stack->length > 0) {
        ouro_object *object = m->stack->items[--m->stack->length];
        if (object->gc & OURO_GC_COLLECTING) {
            mark_scan(m, object);
        }
    }
}

/* Scans all that was reached, until neither the stack nor the ring holds anything. */
static void mark_drain(struct marking *m)
{
    while (true) {
        mark_scan_stack(m);
        ouro_object *due = edge_ring_take(&m->ring);
        if (due == NULL) {
            return;
        }
        mark_one(m, due);
    }
}

/* The same for the objects of an array: nothing is put off. */
EDGES_INLINE void set_mark_edge(void *context, ouro_object *target)
{
    struct marking *m = context;
    if ((target->gc & OURO_GC_COLLECTING) && working_count(target) == 0) {
        target->gc |= 1u << OURO_GC_POSITION_SHIFT;
        m->unreached--;
        if (m->stack->length < m->stack->capacity) {
            m->stack->items[m->stack->length++] = target;
        } else {
            m->stack->overflowed = true;
        }
    }
}

static int set_mark_edge_odd(ouro_value target, void *context)
{
    if (ouro_is_object(target)) {
        set_mark_edge(context, ouro_as_object(target));
    }
    return 0;
}

EDGES_INLINE void set_mark_scan(struct marking *m, struct edge_plans *plans, ouro_object *object)
{
    object->gc = (object->gc & 0xff & ~(uint32_t)(OURO_GC_COLLECTING | OURO_GC_GENERATION)) | OURO_GENERATION_OLD;
    const struct edge_plan *plan = edge_plan_of(plans, object->shape);
    edges_follow(m->rt, object, plan, set_mark_edge, m, set_mark_edge_odd, m);
    if (plan->counted != NULL) {
        set_mark_edge(m, plan->counted);
    }
}

static void set_mark(struct marking *m, const struct tracked_set *set, struct edge_plans *plans)
{
    struct gc_stack *stack = m->stack;
    for (size_t i = 0; i < set->length && m->unreached != 0; i++) {
        ouro_object *object = set->items[i];
        if (object == NULL || !(object->gc & OURO_GC_COLLECTING) || working_count(object) == 0) {
            continue;
        }
        set_mark_scan(m, plans, object);
        while (stack->length > 0) {
            object = stack->items[--stack->length];
            if (m->unreached != 0 && (object->gc & OURO_GC_COLLECTING)) {
                set_mark_scan(m, plans, object);
            }
        }
        if (stack->overflowed && !stack->stuck) {
            return;
        }
    }
}

/* Walks the arrays first..last until all that is reached is scanned, or nothing is unreached: then what has not been
 * scanned still has its working count. */
static void sets_mark(struct marking *m, int first, int last, struct edge_plans *plans)
{
    m->stack->stuck = false;
    while (true) {
        m->stack->overflowed = false;
        for (int g = first; g >= last; g--) {
            set_mark(m, &m->rt->tracking.sets[g], plans);
        }
        if (!m->stack->overflowed || m->unreached == 0) {
            return;
        }
        stack_grow(m->rt, m->stack);
    }
}

static void heap_mark(struct marking *m)
{
    mem_runs runs;
    mem_run run;
    for (mem_runs_begin(&runs, m->rt->mem, OURO_MEM_OBJECTS); mem_runs_next(&runs, &run);) {
        m->ahead_end = run.end;
        for (char *block = run.begin; block < run.end; block += run.stride) {
            ouro_object *object = (ouro_object *)(void *)block;
            if (mem_object_lives(block) && (object->gc & OURO_GC_COLLECTING) && working_count(object) > 0) {
                m->at = block;
                mark_scan(m, object);
                mark_scan_stack(m);
                if (OURO_UNLIKELY(m->stack->overflowed) && !m->stack->stuck) {
                    break;
                }
            }
        }
        /* what the ring still holds may lie in this run, behind: it goes to the stack */
        m->at = m->ahead_end = NULL;
        mark_drain(m);
        if (m->stack->overflowed && !m->stack->stuck) {
            return;
        }
    }
}

/* Walks the heap until all that is reached is scanned. */
static void heap_mark_all(struct marking *m)
{
    m->stack->stuck = false;
    while (true) {
        m->stack->overflowed = false;
        heap_mark(m);
        if (!m->stack->overflowed) {
            return;
        }
        /* what the ring still holds goes now; what found no room is marked as reached: the next walk finds it */
        mark_drain(m);
        stack_grow(m->rt, m->stack);
    }
}

/* ---- 3. gather ------------------------------------------------------------------------------------------ */

/* Program code sees this object's end.  When there is no room for all garbage, such objects go first: their finalizers
 * and callbacks must find everything uncleared. */
static bool garbage_is_eventful(ouro_runtime *rt, const ouro_object *object)
{
    const ouro_type *type = object->shape->type;
    return ((type->flags & OURO_TYPE_FINALIZER) && !(object->gc & OURO_GC_FINALIZED) && type->finalize != NULL) ||
           weakref_first(rt, (ouro_object *)(uintptr_t)object) != NULL;
}

/* There is room. */
static void set_put(struct tracked_set *set, ouro_object *object)
{
    tracking_set_position(object, set->length);
    set->items[set->length++] = object;
    set->live++;
}

void garbage_put(ouro_runtime *rt, ouro_object *object)
{
    set_put(&rt->tracking.sets[0], object);
}

/* There was no room for all garbage: what was left out is old again, and next time's. */
static void garbage_put_back(ouro_runtime *rt, ouro_object *object)
{
    object->gc = (object->gc & 0xff & ~(uint32_t)(OURO_GC_COLLECTING | OURO_GC_GENERATION)) | OURO_GENERATION_OLD;
    rt->tracking.sets[OURO_GENERATION_OLD].live++;
    rt->tracking.grown_old = true;
}

static bool garbage_fits(ouro_runtime *rt, const ouro_object *object, gc_found found)
{
    if (found == GC_FOUND_ALL) {
        return true;
    }
    return rt->tracking.sets[0].length < rt->tracking.sets[0].capacity &&
           (found == GC_FOUND_EVENTFUL ? garbage_is_eventful(rt, object)
                                       : !(object->shape->type->flags & OURO_TYPE_IMMUTABLE));
}

static void garbage_take(ouro_runtime *rt, ouro_object *object, gc_found found)
{
    if (garbage_fits(rt, object, found)) {
        set_put(&rt->tracking.sets[0], object);
    } else {
        garbage_put_back(rt, object);
    }
}

static bool heap_has_eventful_garbage(ouro_runtime *rt)
{
    mem_runs runs;
    mem_run run;
    for (mem_runs_begin(&runs, rt->mem, OURO_MEM_OBJECTS); mem_runs_next(&runs, &run);) {
        for (char *block = run.begin; block < run.end; block += run.stride) {
            ouro_object *object = (ouro_object *)(void *)block;
            if (mem_object_lives(block) && (object->gc & OURO_GC_COLLECTING) && garbage_is_eventful(rt, object)) {
                return true;
            }
        }
    }
    return false;
}

static bool set_has_eventful_garbage(ouro_runtime *rt, const struct tracked_set *set)
{
    for (size_t i = 0; i < set->length; i++) {
        const ouro_object *object = set->items[i];
        if (object != NULL && (object->gc & OURO_GC_COLLECTING) && garbage_is_eventful(rt, object)) {
            return true;
        }
    }
    return false;
}

static void set_take_garbage(ouro_runtime *rt, struct tracked_set *set, gc_found found)
{
    for (size_t i = 0; i < set->length; i++) {
        if (set->items[i] != NULL && (set->items[i]->gc & OURO_GC_COLLECTING)) {
            garbage_take(rt, set->items[i], found);
            set->items[i] = NULL;
        }
    }
}

static void heap_take_garbage(ouro_runtime *rt, gc_found found)
{
    mem_runs runs;
    mem_run run;
    for (mem_runs_begin(&runs, rt->mem, OURO_MEM_OBJECTS); mem_runs_next(&runs, &run);) {
        for (char *block = run.begin; block < run.end; block += run.stride) {
            ouro_object *object = (ouro_object *)(void *)block;
            if (mem_object_lives(block) && (object->gc & OURO_GC_COLLECTING) &&
                object_generation(object) == OURO_GENERATION_OLD) {
                garbage_take(rt, object, found);
            }
        }
    }
}

/* Finalizers run in this order, which is CPython's: the old, then the young, then the middle. */
gc_found garbage_gather(ouro_runtime *rt, bool room, size_t garbage)
{
    struct tracking *t = &rt->tracking;
    gc_found found = GC_FOUND_ALL;
    if (!room) {
        if (!tracked_set_reserve(rt, &t->sets[0], garbage)) {
            found = heap_has_eventful_garbage(rt) ? GC_FOUND_EVENTFUL : GC_FOUND_SOME;
        }
        heap_take_garbage(rt, found);
    }
    set_take_garbage(rt, &t->sets[OURO_GENERATION_YOUNG], found);
    set_take_garbage(rt, &t->sets[OURO_GENERATION_MIDDLE], found);
    return found;
}

static gc_found find_in_heap(ouro_runtime *rt)
{
    struct tracking *t = &rt->tracking;
    struct subtraction s = {.oldest = OURO_GENERATION_OLD};
    size_t examined = heap_subtract(rt, &s);
    struct marking m = {.rt = rt, .stack = &rt->gc->stack, .unreached = s.unreached};
    heap_mark_all(&m);
    t->sets[OURO_GENERATION_OLD].live = m.scanned - m.untracked;
    gc_found found = examined == m.scanned ? GC_FOUND_ALL : garbage_gather(rt, false, examined - m.scanned);
    for (unsigned g = OURO_GENERATION_YOUNG; g <= OURO_GENERATION_MIDDLE; g++) {
        t->sets[g].length = t->sets[g].live = 0;
    }
    rt->gc->generations[GC_GENERATIONS - 1].examined += examined;
    return found;
}

/* The survivors of an array without those that need no tracking any more; the array has no holes then. */
static void set_untrack(ouro_runtime *rt, struct tracked_set *set, struct edge_plans *plans)
{
    size_t kept = 0;
    for (size_t i = 0; i < set->length; i++) {
        ouro_object *object = set->items[i];
        if (object == NULL) {
            continue;
        }
        bool (*can_untrack)(ouro_runtime *, ouro_object *) = edge_plan_of(plans, object->shape)->can_untrack;
        if (can_untrack != NULL && can_untrack(rt, object)) {
            object->gc &= 0xff & ~(uint32_t)(OURO_GC_GENERATION | OURO_GC_COLLECTING);
        } else {
            set->items[kept++] = object;
        }
    }
    set->length = set->live = kept;
}

EDGES_INLINE void survivor_place(ouro_object *object, unsigned generation, size_t position)
{
    object->gc = (object->gc & 0xff & ~(uint32_t)(OURO_GC_GENERATION | OURO_GC_COLLECTING)) | generation |
                 (uint32_t)position << OURO_GC_POSITION_SHIFT;
}

/* Gives the survivors of an array their next generation. */
static void set_place_survivors(ouro_runtime *rt, struct tracked_set *set, unsigned generation,
                                struct edge_plans *plans)
{
    struct tracking *t = &rt->tracking;
    struct tracked_set *next = &t->sets[OURO_GENERATION_MIDDLE];
    if (plans->untracks) {
        set_untrack(rt, set, plans);
    }
    ouro_object *const *at = set->items, *const *const end = at + set->length;
    if (generation == OURO_GENERATION_MIDDLE && set->live > 0 && tracked_set_reserve(rt, next, set->live)) {
        size_t position = next->length;
        for (; at < end; at++) {
            if (*at != NULL) {
                survivor_place(*at, OURO_GENERATION_MIDDLE, position);
                next->items[position++] = *at;
            }
        }
        next->live += position - next->length;
        next->length = position;
    } else {
        size_t old = 0;
        for (; at < end; at++) {
            if (*at != NULL) {
                survivor_place(*at, OURO_GENERATION_OLD, 0);
                old++;
            }
        }
        t->sets[OURO_GENERATION_OLD].live += old;
        t->grown_old |= old > 0;
    }
    set->length = set->live = 0;
}

static gc_found sets_gather(ouro_runtime *rt, unsigned oldest, size_t garbage)
{
    struct tracked_set *sets = rt->tracking.sets;
    gc_found found = GC_FOUND_ALL;
    if (!tracked_set_reserve(rt, &sets[0], garbage)) {
        found = GC_FOUND_SOME;
        for (unsigned g = oldest; g >= OURO_GENERATION_YOUNG; g--) {
            if (set_has_eventful_garbage(rt, &sets[g])) {
                found = GC_FOUND_EVENTFUL;
            }
        }
    }
    for (unsigned g = oldest; g >= OURO_GENERATION_YOUNG; g--) {
        set_take_garbage(rt, &sets[g], found);
    }
    return found;
}

static gc_found find_in_sets(ouro_runtime *rt, int generation)
{
    struct tracked_set *sets = rt->tracking.sets;
    unsigned oldest = (unsigned)generation + OURO_GENERATION_YOUNG;
    struct edge_plans plans = {0};
    size_t examined = 0;
    for (unsigned g = oldest; g >= OURO_GENERATION_YOUNG; g--) {
        examined += sets[g].live;
    }
    struct set_subtraction s = set_subtraction_begin(rt, oldest, examined);
    for (unsigned g = oldest; g >= OURO_GENERATION_YOUNG; g--) {
        set_subtract(rt, &sets[g], &s, &plans);
    }
    set_believe(&s);
    struct marking m = {.rt = rt, .stack = &rt->gc->stack, .unreached = s.unreached};
    sets_mark(&m, (int)oldest, OURO_GENERATION_YOUNG, &plans);
    gc_found found = m.unreached == 0 ? GC_FOUND_ALL : sets_gather(rt, oldest, m.unreached);
    rt->gc->generations[generation].examined += examined;
    /* the middle ones first: they become old, and make room for the young */
    for (unsigned g = oldest; g >= OURO_GENERATION_YOUNG; g--) {
        set_place_survivors(rt, &sets[g], oldest + 1, &plans);
    }
    return found;
}

gc_found gc_find_garbage(ouro_runtime *rt, int generation)
{
    if (generation < GC_GENERATIONS - 1) {
        return find_in_sets(rt, generation);
    }
    rt->tracking.grown_old = true;
    size_t objects = gc_live_objects(rt, GC_ALL_GENERATIONS);
    gc_found found;
    if (objects >= rt->gc->shadow_from && full_find_garbage(rt, &found)) {
        return found;
    }
    return find_in_heap(rt);
}

/* Marks within the garbage array from those that have a working count, and makes what is reached old; `told`: watchers
 * have been told that it is doomed. */
static void trash_keep_reached(ouro_runtime *rt, size_t unreached, struct edge_plans *plans, bool told)
{
    struct tracking *t = &rt->tracking;
    struct tracked_set *trash = &t->sets[0];
    struct marking m = {.rt = rt, .stack = &rt->gc->stack, .unreached = unreached};
    sets_mark(&m, 0, 0, plans);
    size_t kept = 0;
    for (size_t i = 0; i < trash->length; i++) {
        ouro_object *object = trash->items[i];
        if (object == NULL) {
            continue;
        }
        if ((object->gc & OURO_GC_COLLECTING) && working_count(object) == 0) {
            trash->items[kept] = object;
            tracking_set_position(object, kept++);
        } else {
            object->gc = (object->gc & 0xff & ~(uint32_t)(OURO_GC_COLLECTING | OURO_GC_GENERATION)) |
                         OURO_GENERATION_OLD;
            t->sets[OURO_GENERATION_OLD].live++;
            t->grown_old = true;
            if (told) {
                gc_watch_spared(rt, object);
            }
        }
    }
    trash->length = trash->live = kept;
}

/* What anything outside of the trash refers to leaves it. */
static void trash_keep_referred(ouro_runtime *rt, bool told)
{
    struct tracked_set *trash = &rt->tracking.sets[0];
    struct set_subtraction s = set_subtraction_begin(rt, OURO_GENERATION_NONE, trash->live);
    struct edge_plans plans = {0};
    set_start_working(trash);
    set_subtract(rt, trash, &s, &plans);
    set_believe(&s);
    trash_keep_reached(rt, s.unreached, &plans, told);
}

void gc_find_resurrected(ouro_runtime *rt)
{
    trash_keep_referred(rt, true);
}

void gc_find_among_candidates(ouro_runtime *rt)
{
    trash_keep_referred(rt, false);
}

void gc_find_quiet(ouro_runtime *rt)
{
    const struct tracked_set *trash = &rt->tracking.sets[0];
    size_t quiet = 0;
    for (size_t i = 0; i < trash->length; i++) {
        ouro_object *object = trash->items[i];
        if (object != NULL) {
            bool eventful = garbage_is_eventful(rt, object);
            tracking_set_position(object, eventful ? 1 : 0);
            quiet += !eventful;
        }
    }
    struct edge_plans plans = {0};
    trash_keep_reached(rt, quiet, &plans, false);
}

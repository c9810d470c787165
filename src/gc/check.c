/* check.c: heap_check: walks everything, recomputes what can be recomputed, compares.
 *
 * For every object o, leaves included as far as something refers to them:
 *     refcount(o) >= references to o from all objects           (always)
 *     refcount(o) == the same + references from the given roots (ouro_heap_check_exact)
 *     o's block is not free
 * and the invariants of object/tracking.h, object/side.h and object/shape.h.
 *
 * While the heap is walked nothing can be allocated, so the references are counted in one walk, their targets noted in
 * an array by a second, sorted, and compared in runs of equal ones.  What nothing refers to is in no run: there are as
 * many live objects (leaves apart) as runs of them, and only if there are not, every object is looked up.  An object that is
 * dying holds what it has not dropped yet; its own count means nothing.
 *
 * Tests run this every few hundred instructions, so it is sorted by digits: with qsort and a look-up of every object
 * the suite under --check-heap=500 took half as long again.
 */
#include "gc/gc.h"
#include "gc/state.h"
#include "mem/mem_inline.h"
#include "object/side.h"
#include "ouro/gc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct check {
    ouro_runtime *rt;
    ouro_object **targets; /* one for each reference; NULL: only count */
    size_t count, capacity;
    size_t referred; /* live objects that are no leaves among the targets, each once */
    bool exact;
    void (*roots)(void *roots_context, ouro_visit_fn visit, void *context);
    void *roots_context;
    void (*report)(void *context, ouro_object *object, const char *text);
    void *report_context;
    size_t faults;
};

static OURO_PRINTF(3, 4) void check_fault(struct check *c, ouro_object *object, const char *format, ...)
{
    char text[300];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    c->faults++;
    if (c->report != NULL) {
        c->report(c->report_context, object, text);
    }
}

static int check_note(ouro_value target, void *context)
{
    struct check *c = context;
    if (ouro_is_object(target)) {
        if (c->targets != NULL && c->count < c->capacity) {
            c->targets[c->count] = ouro_as_object(target);
        }
        c->count++;
    }
    return 0;
}

/* Counts or notes every reference. */
static void check_references(struct check *c)
{
    mem_runs runs;
    mem_run run;
    c->count = 0;
    for (mem_runs_begin(&runs, c->rt->mem, OURO_MEM_OBJECTS); mem_runs_next(&runs, &run);) {
        for (char *block = run.begin; block < run.end; block += run.stride) {
            if (mem_object_lives(block)) {
                (void)object_traverse(c->rt, (ouro_object *)(void *)block, check_note, c);
            }
        }
    }
    if (c->roots != NULL) {
        c->roots(c->roots_context, check_note, c);
        (void)check_note(c->rt->exception, c);
    }
}

/* Sorts the targets by address, from the last digit to the first; digits in which all are equal cost nothing.  `spare`
 * has room for as many. */
static void check_sort(struct check *c, ouro_object **spare)
{
    enum { DIGIT = 11, DIGITS = 1 << DIGIT };
    uintptr_t differing = 0;
    for (size_t i = 1; i < c->count; i++) {
        differing |= (uintptr_t)c->targets[i] ^ (uintptr_t)c->targets[0];
    }
    for (unsigned shift = 0; shift < sizeof(uintptr_t) * 8 && differing >> shift; shift += DIGIT) {
        if (!(differing >> shift & (DIGITS - 1))) {
            continue;
        }
        size_t places[DIGITS] = {0}, place = 0;
        for (size_t i = 0; i < c->count; i++) {
            places[(uintptr_t)c->targets[i] >> shift & (DIGITS - 1)]++;
        }
        for (size_t digit = 0; digit < DIGITS; digit++) {
            size_t many = places[digit];
            places[digit] = place;
            place += many;
        }
        for (size_t i = 0; i < c->count; i++) {
            spare[places[(uintptr_t)c->targets[i] >> shift & (DIGITS - 1)]++] = c->targets[i];
        }
        ouro_object **sorted = spare;
        spare = c->targets;
        c->targets = sorted;
    }
}

/* Whether the reference count of a live object means something. */
static bool check_is_counted(const ouro_object *object)
{
    return !(object->gc & OURO_GC_DYING) && object->refcount < OURO_IMMORTAL;
}

static void check_count(struct check *c, ouro_object *object, size_t references)
{
    if (!check_is_counted(object)) {
        return;
    }
    if (object->refcount < references || (c->exact && object->refcount != references)) {
        check_fault(c, object, "%s: reference count %u, but %zu references", object->shape->type->name,
                    object->refcount, references);
    }
}

static void check_counts(struct check *c)
{
    for (size_t i = 0, next; i < c->count; i = next) {
        ouro_object *object = c->targets[i];
        for (next = i + 1; next < c->count && c->targets[next] == object; next++) {
        }
        if (object->shape == NULL) {
            check_fault(c, object, "a freed block, but %zu references", next - i);
        } else {
            c->referred += check_is_counted(object) && !(object->shape->type->flags & OURO_TYPE_LEAF);
            check_count(c, object, next - i);
        }
    }
}

static int check_order(const void *a, const void *b)
{
    const ouro_object *x = *(ouro_object *const *)a, *y = *(ouro_object *const *)b;
    return x < y ? -1 : x > y;
}

static void check_position(struct check *c, ouro_object *object)
{
    unsigned generation = object_generation(object);
    const struct tracked_set *set = &c->rt->tracking.sets[generation];
    for (size_t i = object->gc >> OURO_GC_POSITION_SHIFT; i < set->length; i += TRACKING_POSITIONS) {
        if (set->items[i] == object) {
            return;
        }
    }
    check_fault(c, object, "%s: not in the array of its generation", object->shape->type->name);
}

static void check_object(struct check *c, ouro_object *object, size_t *old, size_t *frozen)
{
    const char *name = object->shape->type->name;
    uint32_t gc = object->gc;
    const char *wrong = shape_check(object->shape);
    if (wrong != NULL) {
        check_fault(c, object, "%s: %s", name, wrong);
    }
    if (gc & OURO_GC_DYING) {
        if (gc & OURO_GC_GENERATION) {
            check_fault(c, object, "%s: dying, but tracked", name);
        }
        return;
    }
    if (object->refcount == 0) {
        check_fault(c, object, "%s: reference count 0, but not dying", name);
    }
    if ((gc & OURO_GC_COLLECTING) && !c->rt->gc->collecting) {
        check_fault(c, object, "%s: marked as being collected outside of a collection", name);
    }
    if ((gc & OURO_GC_FROZEN) && object_generation(object) != OURO_GENERATION_OLD) {
        check_fault(c, object, "%s: frozen, but not old", name);
    }
    if (object_generation(object) == OURO_GENERATION_OLD && !(gc & OURO_GC_COLLECTING)) {
        ++*(gc & OURO_GC_FROZEN ? frozen : old);
    } else if (object_generation(object) != OURO_GENERATION_NONE && !(gc & OURO_GC_COLLECTING)) {
        check_position(c, object);
    }
}

/* What nothing refers to: check_counts did not see it. */
static void check_unreferred(struct check *c)
{
    mem_runs runs;
    mem_run run;
    for (mem_runs_begin(&runs, c->rt->mem, OURO_MEM_OBJECTS); mem_runs_next(&runs, &run);) {
        for (char *block = run.begin; block < run.end; block += run.stride) {
            ouro_object *object = (ouro_object *)(void *)block;
            if (mem_object_lives(block) &&
                bsearch(&object, c->targets, c->count, sizeof object, check_order) == NULL) {
                check_count(c, object, 0);
            }
        }
    }
}

static void check_objects(struct check *c)
{
    size_t old = 0, frozen = 0, counted = 0;
    mem_runs runs;
    mem_run run;
    for (mem_runs_begin(&runs, c->rt->mem, OURO_MEM_OBJECTS); mem_runs_next(&runs, &run);) {
        for (char *block = run.begin; block < run.end; block += run.stride) {
            if (mem_object_lives(block)) {
                check_object(c, (ouro_object *)(void *)block, &old, &frozen);
                counted += check_is_counted((ouro_object *)(void *)block);
            }
        }
    }
    if (c->exact && counted != c->referred) {
        check_unreferred(c);
    }
    if (old != c->rt->tracking.sets[OURO_GENERATION_OLD].live) {
        check_fault(c, NULL, "tracking: %zu old objects, but %zu counted", old,
                    c->rt->tracking.sets[OURO_GENERATION_OLD].live);
    }
    if (frozen != c->rt->tracking.frozen) {
        check_fault(c, NULL, "tracking: %zu frozen objects, but %zu counted", frozen, c->rt->tracking.frozen);
    }
}

static size_t check_run(struct check *c)
{
    check_references(c);
    c->capacity = c->count;
    ouro_object **memory = ouro_mem_alloc(c->rt->mem, (c->count + 1) * 2 * sizeof memory[0]);
    if (memory == NULL) {
        return SIZE_MAX;
    }
    c->targets = memory;
    check_references(c);
    check_sort(c, memory + c->capacity);
    check_counts(c);
    check_objects(c);
    const char *wrong = tracking_check(c->rt);
    if (wrong != NULL) {
        check_fault(c, NULL, "%s", wrong);
    }
    wrong = side_check(c->rt);
    if (wrong != NULL) {
        check_fault(c, NULL, "%s", wrong);
    }
    ouro_mem_free(c->rt->mem, memory);
    return c->faults;
}

size_t ouro_heap_check(ouro_runtime *rt, void (*report)(void *context, ouro_object *object, const char *text),
                       void *context)
{
    struct check c = {.rt = rt, .report = report, .report_context = context};
    return check_run(&c);
}

size_t ouro_heap_check_exact(ouro_runtime *rt,
                             void (*roots)(void *roots_context, ouro_visit_fn visit, void *context),
                             void *roots_context,
                             void (*report)(void *context, ouro_object *object, const char *text), void *context)
{
    struct check c = {.rt = rt,
                      .exact = true,
                      .roots = roots,
                      .roots_context = roots_context,
                      .report = report,
                      .report_context = context};
    return check_run(&c);
}

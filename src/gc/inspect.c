/* inspect.c: looking at the tracked objects: all of a generation, who refers to whom; freezing. */
#include "gc/gc.h"
#include "gc/plan.h"
#include "gc/state.h"
#include "mem/mem_inline.h"

#include "base/map.h" /* after plan.h, whose functions have parameters of that name */
#include "mem/mem_vector.h"

enum { INSPECT_PREFETCH_BYTES = 1024 };

/* Calls `visit` for the tracked objects found by walking the heap whose gc word, under `mask`, is `bits`. */
EDGES_INLINE int inspect_heap(ouro_runtime *rt, uint32_t mask, uint32_t bits, ouro_visit_fn visit, void *context)
{
    mem_runs runs;
    mem_run run;
    for (mem_runs_begin(&runs, rt->mem, OURO_MEM_OBJECTS); mem_runs_next(&runs, &run);) {
        for (char *block = run.begin; block < run.end; block += run.stride) {
            ouro_object *object = (ouro_object *)(void *)block;
            __builtin_prefetch(block + INSPECT_PREFETCH_BYTES);
            if (mem_object_lives(block) && (object->gc & mask) == bits) {
                int result = visit(ouro_from_object(object), context);
                if (result != 0) {
                    return result;
                }
            }
        }
    }
    return 0;
}

EDGES_INLINE int inspect_set(const struct tracked_set *set, ouro_visit_fn visit, void *context)
{
    for (size_t i = 0; i < set->length; i++) {
        if (set->items[i] != NULL) {
            int result = visit(ouro_from_object(set->items[i]), context);
            if (result != 0) {
                return result;
            }
        }
    }
    return 0;
}

EDGES_INLINE int inspect_objects(ouro_runtime *rt, int generation, ouro_visit_fn visit, void *context)
{
    int result = 0;
    for (int g = 0; g < GC_GENERATIONS && result == 0; g++) {
        if (generation != GC_ALL_GENERATIONS && generation != g) {
            continue;
        }
        if (g < GC_GENERATIONS - 1) {
            result = inspect_set(&rt->tracking.sets[g + OURO_GENERATION_YOUNG], visit, context);
        } else {
            /* not the frozen, nor what a collection in progress has found to be garbage */
            result = inspect_heap(rt, OURO_GC_GENERATION | OURO_GC_FROZEN | OURO_GC_COLLECTING,
                                  OURO_GENERATION_OLD, visit, context);
        }
    }
    return result;
}

int gc_visit_objects(ouro_runtime *rt, int generation, ouro_visit_fn visit, void *context)
{
    return inspect_objects(rt, generation, visit, context);
}

size_t gc_live_objects(ouro_runtime *rt, int generation)
{
    size_t count = 0;
    for (int g = 0; g < GC_GENERATIONS; g++) {
        if (generation == GC_ALL_GENERATIONS || generation == g) {
            count += rt->tracking.sets[g + OURO_GENERATION_YOUNG].live;
        }
    }
    return count;
}

/* ---- lists of objects ------------------------------------------------------------------------------------ */

static int inspect_append(ouro_value v, void *context)
{
    struct gc_object_list *list = context;
    if (list->count == list->capacity) {
        list->missed++;
    } else {
        list->items[list->count++] = value_incref(v);
    }
    return 0;
}

bool gc_list_objects(ouro_runtime *rt, int generation, struct gc_object_list *list)
{
    size_t count = gc_live_objects(rt, generation);
    *list = (struct gc_object_list){0};
    list->items = ouro_mem_alloc(rt->mem, (count + 1) * sizeof *list->items);
    if (list->items == NULL) {
        error_no_memory(rt);
        return false;
    }
    list->capacity = count;
    (void)gc_visit_objects(rt, generation, inspect_append, list);
    return true;
}

void gc_list_free(ouro_runtime *rt, struct gc_object_list *list)
{
    ouro_value *items = list->items;
    size_t count = list->count;
    *list = (struct gc_object_list){0};
    for (size_t i = 0; i < count; i++) {
        value_decref(rt, items[i]);
    }
    ouro_mem_free(rt->mem, items);
}

/* ---- who refers to these? ---------------------------------------------------------------------------------- */

enum { REFERRERS_FEW = 8 }; /* targets that are compared one by one */

struct inspect_referrers {
    ouro_runtime *rt;
    const ouro_value *targets;
    size_t target_count;
    map many;                  /* the targets, if they are more than a few */
    const ouro_object *wanted; /* the target, if it is one, and an object */
    bool refers;
    struct edge_plans plans;
    ouro_object *ignored;
    struct gc_object_list *list;
};

static int inspect_is_target(ouro_value v, void *context)
{
    const struct inspect_referrers *search = context;
    if (search->target_count > REFERRERS_FEW) {
        return map_get(&search->many, v.bits, NULL);
    }
    for (size_t i = 0; i < search->target_count; i++) {
        if (ouro_is(v, search->targets[i])) {
            return 1;
        }
    }
    return 0;
}

EDGES_INLINE void inspect_edge(void *context, ouro_object *target)
{
    struct inspect_referrers *search = context;
    search->refers |= target == search->wanted;
}

static int inspect_edge_odd(ouro_value target, void *context)
{
    struct inspect_referrers *search = context;
    search->refers |= target.bits == (uint64_t)(uintptr_t)search->wanted;
    return search->refers;
}

EDGES_INLINE bool inspect_refers(struct inspect_referrers *search, ouro_object *object)
{
    if (search->wanted == NULL) {
        return object_traverse(search->rt, object, inspect_is_target, search) != 0;
    }
    const struct edge_plan *plan = edge_plan_of(&search->plans, object->shape);
    search->refers = plan->counted == search->wanted;
    edges_follow(search->rt, object, plan, inspect_edge, search, inspect_edge_odd, search);
    return search->refers;
}

EDGES_INLINE int inspect_referrer(ouro_value v, void *context)
{
    struct inspect_referrers *search = context;
    ouro_object *object = ouro_as_object(v);
    if (object != search->ignored && inspect_refers(search, object)) {
        (void)inspect_append(v, search->list);
    }
    return 0;
}

static bool inspect_prepare(struct inspect_referrers *search)
{
    if (search->target_count == 1 && ouro_is_object(search->targets[0])) {
        search->wanted = ouro_as_object(search->targets[0]);
    }
    map_init(&search->many, mem_allocation(search->rt->mem));
    for (size_t i = 0; search->target_count > REFERRERS_FEW && i < search->target_count; i++) {
        if (!map_set(&search->many, search->targets[i].bits, 1)) {
            return false;
        }
    }
    return true;
}

/* While the heap is walked nothing can be allocated: what finds no room is counted, and found again with room. */
static bool inspect_search(struct inspect_referrers *search)
{
    struct gc_object_list *list = search->list;
    for (size_t capacity = 16;; capacity = list->count + list->missed) {
        gc_list_free(search->rt, list);
        list->items = ouro_mem_alloc(search->rt->mem, capacity * sizeof *list->items);
        if (list->items == NULL) {
            return false;
        }
        list->capacity = capacity;
        (void)inspect_objects(search->rt, GC_ALL_GENERATIONS, inspect_referrer, search);
        if (list->missed == 0) {
            return true;
        }
    }
}

bool gc_list_referrers(ouro_runtime *rt, const ouro_value *targets, size_t count, ouro_object *ignored,
                       struct gc_object_list *list)
{
    *list = (struct gc_object_list){0};
    struct inspect_referrers search = {.rt = rt, .targets = targets, .target_count = count, .ignored = ignored, .list = list};
    bool good = inspect_prepare(&search) && inspect_search(&search);
    map_clear(&search.many);
    if (!good) {
        error_no_memory(rt);
    }
    return good;
}

/* ---- freezing -------------------------------------------------------------------------------------------- */

static int inspect_freeze(ouro_value v, void *context)
{
    ouro_runtime *rt = context;
    ouro_object *object = ouro_as_object(v);
    object->gc = (object->gc & 0xff) | OURO_GENERATION_OLD | OURO_GC_FROZEN;
    rt->tracking.frozen++;
    return 0;
}

void gc_freeze(ouro_runtime *rt)
{
    gc_forked_end(rt);
    (void)gc_visit_objects(rt, GC_ALL_GENERATIONS, inspect_freeze, rt);
    for (int g = 0; g < GC_GENERATIONS; g++) {
        struct tracked_set *set = &rt->tracking.sets[g + OURO_GENERATION_YOUNG];
        set->length = set->live = 0;
        rt->gc->generations[g].count = 0;
    }
    rt->tracking.count = 0;
    rt->tracking.grown_old = true;
    gc_set_trigger(rt);
}

static int inspect_unfreeze(ouro_value v, void *context)
{
    (void)context;
    ouro_as_object(v)->gc &= ~(uint32_t)OURO_GC_FROZEN;
    return 0;
}

void gc_unfreeze(ouro_runtime *rt)
{
    (void)inspect_heap(rt, OURO_GC_FROZEN, OURO_GC_FROZEN, inspect_unfreeze, NULL);
    rt->tracking.sets[OURO_GENERATION_OLD].live += rt->tracking.frozen;
    rt->tracking.frozen = 0;
}

size_t gc_freeze_count(ouro_runtime *rt)
{
    return rt->tracking.frozen;
}

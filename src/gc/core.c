/* core.c: the core of a runtime (objects and collector), created and destroyed. */
#include "gc/gc.h"
#include "gc/state.h"
#include "mem/mem_inline.h"

static bool core_create_collector(ouro_runtime *rt)
{
    static const int thresholds[GC_GENERATIONS] = {700, 10, 10}; /* CPython 3.11's */
    struct gc_state *gc = rt->gc = ouro_mem_alloc_zeroed(rt->mem, sizeof *gc);
    if (gc == NULL) {
        return false;
    }
    for (int g = 0; g < GC_GENERATIONS; g++) {
        gc->generations[g].threshold = thresholds[g];
        gc->ended[g] = gc_clock();
    }
    gc->stack.items = ouro_mem_alloc(rt->mem, GC_STACK_RESERVE * sizeof *gc->stack.items);
    if (gc->stack.items == NULL || !tracked_set_reserve(rt, &rt->tracking.sets[0], GC_TRASH_RESERVE)) {
        return false;
    }
    gc->stack.capacity = GC_STACK_RESERVE;
    gc->shadow_from = GC_SHADOW_FROM;
    gc->enabled = true;
    gc_set_bytes_limits(rt, GC_GENERATIONS - 1);
    gc_set_trigger(rt);
    return true;
}

static void core_destroy_collector(ouro_runtime *rt)
{
    if (rt->gc != NULL) {
        gc_forked_end(rt);
        gc_explain_free(rt);
        ouro_mem_free(rt->mem, rt->gc->stack.items);
        ouro_mem_free(rt->mem, rt->gc);
    }
}

/* The heap is out of memory: before it says so, garbage goes. */
static bool core_reclaim(void *context, size_t size)
{
    (void)size;
    return gc_reclaim(context);
}

void core_free(ouro_runtime *rt)
{
    mem_set_reclaim(rt->mem, NULL, rt);
    core_destroy_collector(rt);
    runtime_destroy(rt);
}

ouro_runtime *runtime_core_create(ouro_mem *mem)
{
    ouro_runtime *rt = runtime_create(mem);
    if (rt != NULL && !core_create_collector(rt)) {
        core_free(rt);
        return NULL;
    }
    if (rt != NULL) {
        mem_set_reclaim(mem, core_reclaim, rt);
    }
    return rt;
}

size_t runtime_core_count_objects(ouro_runtime *rt, runtime_leak_fn report, void *context)
{
    size_t count = 0;
    mem_runs runs;
    mem_run run;
    for (mem_runs_begin(&runs, rt->mem, OURO_MEM_OBJECTS); mem_runs_next(&runs, &run);) {
        for (char *block = run.begin; block < run.end; block += run.stride) {
            ouro_object *object = (ouro_object *)(void *)block;
            if (mem_object_lives(block)) {
                count++;
                if (report != NULL) {
                    report(context, object, object->shape->type->name);
                }
            }
        }
    }
    return count;
}

size_t runtime_core_destroy(ouro_runtime *rt, runtime_leak_fn report, void *context)
{
    size_t left = runtime_core_count_objects(rt, report, context);
    core_free(rt);
    return left;
}

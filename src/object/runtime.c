/* runtime.c: creating and destroying the lowest part of a runtime, and the guard against endless recursion. */
#include "object/runtime.h"
#include "object/object.h"
#include "object/side.h"

enum { RUNTIME_RECURSION_LIMIT = 1000 };

static void runtime_ignore_no_memory(ouro_runtime *rt)
{
    (void)rt;
}

static void runtime_ignore_recursion(ouro_runtime *rt, const char *where)
{
    (void)rt;
    (void)where;
}

static void runtime_ignore_unraisable(ouro_runtime *rt, const char *message, ouro_value where)
{
    (void)message;
    (void)where;
    value_clear(rt, &rt->exception);
}

ouro_runtime *runtime_create(ouro_mem *mem)
{
    ouro_runtime *rt = ouro_mem_alloc_zeroed(mem, sizeof *rt);
    if (rt == NULL) {
        return NULL;
    }
    rt->mem = mem;
    rt->next_shape_id = 1;
    rt->next_version = 1;
    rt->recursion_limit = RUNTIME_RECURSION_LIMIT;
    rt->tracking.trigger = rt->tracking.threshold = UINT32_MAX;
    rt->tracking.bytes_limit = SIZE_MAX;
    rt->set_no_memory = runtime_ignore_no_memory;
    rt->set_recursion_error = runtime_ignore_recursion;
    rt->report_unraisable = runtime_ignore_unraisable;
    if (!side_create(rt)) {
        ouro_mem_free(mem, rt);
        return NULL;
    }
    return rt;
}

void runtime_destroy(ouro_runtime *rt)
{
    for (int g = 0; g < 4; g++) {
        tracked_set_free(rt, &rt->tracking.sets[g]);
    }
    side_destroy(rt);
    ouro_mem_free(rt->mem, rt);
}

bool rt_enter_slow(ouro_runtime *rt, const char *where)
{
    rt->recursion--;
    rt->set_recursion_error(rt, where);
    return false;
}

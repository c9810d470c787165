/* core.c: the core of a runtime (objects and collector), created and destroyed. */
#include "gc/gc.h"

ouro_runtime *runtime_core_create(ouro_mem *mem)
{
    return runtime_create(mem);
}

size_t runtime_core_destroy(ouro_runtime *rt, runtime_leak_fn report, void *context)
{
    (void)report;
    (void)context;
    runtime_destroy(rt);
    return 0;
}

void gc_run_pending(ouro_runtime *rt)
{
    rt_clear_pending(rt, RT_PENDING_GC);
}

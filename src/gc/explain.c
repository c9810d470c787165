/* explain.c: which cycles were garbage. */
#include "gc/gc.h"
#include "gc/state.h"

void gc_explain_garbage(ouro_runtime *rt)
{
    (void)rt;
}

void gc_explain_free(ouro_runtime *rt)
{
    (void)rt;
}

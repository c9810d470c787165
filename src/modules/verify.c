/* verify.c: see verify.h.  The roots are those of types, vm and modules; the exception being raised is told
 * by the check itself. */
#include "modules/verify.h"

#include "modules/modules.h"
#include "ouro/gc.h"
#include "types/types.h"
#include "vm/vm.h"

static void verify_roots(void *roots_context, ouro_visit_fn visit, void *context)
{
    ouro_runtime *rt = roots_context;
    (void)types_visit_roots(rt, visit, context);
    (void)vm_visit_roots(rt, visit, context);
    (void)modules_visit_roots(rt, visit, context);
}

size_t runtime_verify(ouro_runtime *rt, void (*report)(void *context, ouro_object *object, const char *text),
                      void *context, bool *exact)
{
    bool can = vm_frames_are_exact(rt) && !(rt->modules != NULL && rt->modules->exiting);
    if (exact) {
        *exact = can;
    }
    return can ? ouro_heap_check_exact(rt, verify_roots, rt, report, context)
               : ouro_heap_check(rt, report, context);
}

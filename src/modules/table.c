/* table.c: the table of native modules, and the state that they share. */
#include "modules/modules.h"
#include "types/error.h"

const module_def *const native_modules[] = {
#define NATIVE_MODULE(def) &def,
    NATIVE_MODULES(NATIVE_MODULE)
#undef NATIVE_MODULE
    NULL,
};

bool modules_start(ouro_runtime *rt)
{
    rt->modules = ouro_mem_alloc_zeroed(rt->mem, sizeof *rt->modules);
    if (!rt->modules) {
        error_no_memory(rt);
        return false;
    }
    return true;
}

void modules_stop(ouro_runtime *rt)
{
    ouro_mem_free(rt->mem, rt->modules);
    rt->modules = NULL;
}

bool module_add_kept_type(ouro_runtime *rt, module_object *module, const type_spec *spec, type_object **keep)
{
    *keep = module_add_type(rt, module, spec);
    return *keep != NULL;
}

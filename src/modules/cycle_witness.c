/* cycle_witness.c: see cycle_witness.h. */
#include "modules/cycle_witness.h"

#include "types/exception.h"
#include "types/type.h"
#include "types/types.h"
#include "vm/stores.h"
#include "vm/tracing.h"

static gc_role witness_role(ouro_runtime *rt, ouro_object *object)
{
    const ouro_type *type = object->shape->type;
    const struct {
        const type_object *type;
        gc_role role;
    } by_type[] = {
        {TYPE(rt, bound_method), GC_ROLE_METHOD}, {TYPE(rt, cell), GC_ROLE_CELL},
        {TYPE(rt, frame), GC_ROLE_FRAME},         {TYPE(rt, generator), GC_ROLE_FRAME},
        {TYPE(rt, coroutine), GC_ROLE_FRAME},     {TYPE(rt, async_generator), GC_ROLE_FRAME},
        {TYPE(rt, traceback), GC_ROLE_TRACEBACK},
    };
    for (size_t i = 0; i < sizeof by_type / sizeof *by_type; i++) {
        if (type == &by_type[i].type->type) {
            return by_type[i].role;
        }
    }
    return type->flags & TYPE_IS_EXCEPTION ? GC_ROLE_EXCEPTION
           : type->flags & TYPE_IS_TYPE    ? GC_ROLE_CLASS
           : type->flags & TYPE_HEAP       ? GC_ROLE_INSTANCE
                                           : GC_ROLE_OTHER;
}

static bool witness_birth(ouro_runtime *rt, ouro_object *object, gc_place *place)
{
    ouro_trace *trace = rt->vm != NULL ? tracing_get(rt) : NULL;
    ouro_trace_birth birth;
    ouro_trace_frame where;
    if (trace == NULL || !ouro_trace_find(trace, object, &birth) ||
        !ouro_trace_site_frame(trace, birth.site, &where)) {
        return false;
    }
    *place = (gc_place){.file = where.file, .line = where.line, .epochs = ouro_trace_epoch_now(trace) - birth.epoch};
    return true;
}

const gc_witness cycle_witness = {.role = witness_role, .birth = witness_birth, .store = stores_find};

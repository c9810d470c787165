/* audit.c: telling the hooks of sys.addaudithook (audit.h). */
#include "vm/audit.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/settrace.h"

/* May the hook be traced?  1, 0, -1. */
static int audit_may_trace(ouro_runtime *rt, ouro_value hook)
{
    if (!settrace_is_on(rt)) {
        return 1;
    }
    ouro_value name = str_intern_cstring(rt, "__cantrace__"), answer = OURO_NULL;
    int found = ouro_is_null(name) ? -1 : object_getattr_optional(rt, hook, name, &answer);
    value_decref(rt, name);
    if (found > 0) {
        found = object_truth(rt, answer);
        value_decref(rt, answer);
    }
    return found;
}

bool audit_tell(ouro_runtime *rt, ouro_value event, ouro_value rest)
{
    ouro_value hooks = rt->vm->audit_hooks;
    bool ok = true;
    for (size_t i = 0; ok && i < as_list(hooks)->size; i++) { /* hooks are only ever added */
        ouro_value hook = as_list(hooks)->items[i];
        int traced = audit_may_trace(rt, hook);
        if (traced < 0) {
            return false;
        }
        if (!traced) {
            settrace_pause(rt);
        }
        ouro_value done = object_call2(rt, hook, event, rest);
        if (!traced) {
            settrace_go_on(rt);
        }
        ok = !ouro_is_null(done);
        value_decref(rt, done);
    }
    return ok;
}

bool audit_event(ouro_runtime *rt, const char *event, const ouro_value *args, size_t count)
{
    enum { TOLD_MOST = 8 };
    if (!audit_is_on(rt)) {
        return true;
    }
    ouro_value told[TOLD_MOST];
    count = count < TOLD_MOST ? count : TOLD_MOST;
    for (size_t i = 0; i < count; i++) {
        told[i] = ouro_is_null(args[i]) ? OURO_NONE : args[i];
    }
    ouro_value name = str_intern_cstring(rt, event), rest = ouro_is_null(name) ? name : tuple_new(rt, told, count);
    bool ok = !ouro_is_null(rest) && audit_tell(rt, name, rest);
    value_decref(rt, rest);
    value_decref(rt, name);
    return ok;
}

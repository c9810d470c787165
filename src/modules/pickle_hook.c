/* pickle_hook.c: persistent_id and persistent_load: methods of a subclass, or callables assigned to the
 * object. */
#include "modules/pickle.h"
#include "types/function.h"

bool pickle_hook_find(ouro_runtime *rt, ouro_value owner, const char *name, pickle_hook *hook)
{
    ouro_value key = str_intern_cstring(rt, name), found = OURO_NULL;
    int has = ouro_is_null(key) ? -1 : object_getattr_optional(rt, owner, key, &found);
    value_decref(rt, key);
    if (has < 0) {
        return false;
    }
    bool bound = false;
    if (has > 0 && value_type(rt, found) == TYPE(rt, bound_method)) {
        const bound_method_object *m = (const bound_method_object *)(void *)ouro_as_object(found);
        bound = ouro_is(m->self, owner);
        if (bound) {
            value_replace(rt, &found, value_incref(m->function));
        }
    }
    hook->bound = bound;
    value_replace(rt, &hook->function, has > 0 ? found : OURO_NULL);
    return true;
}

ouro_value pickle_hook_call(ouro_runtime *rt, const pickle_hook *hook, ouro_value owner, ouro_value v)
{
    ouro_value function = value_incref(hook->function);
    ouro_value result = hook->bound ? object_call2(rt, function, owner, v) : object_call1(rt, function, v);
    value_decref(rt, function);
    return result;
}

ouro_value pickle_hook_get(ouro_runtime *rt, const pickle_hook *hook, ouro_value owner, const char *name)
{
    if (ouro_is_null(hook->function)) {
        return error_raise(rt, EXC(rt, AttributeError), "%s", name);
    }
    return hook->bound ? bound_method_new(rt, hook->function, owner) : value_incref(hook->function);
}

bool pickle_hook_set(ouro_runtime *rt, pickle_hook *hook, ouro_value v, const char *name)
{
    if (ouro_is_null(v)) {
        error_type(rt, "attribute deletion is not supported");
        return false;
    }
    if (!object_is_callable(rt, v)) {
        error_type(rt, "%s must be a callable taking one argument", name);
        return false;
    }
    hook->bound = false;
    value_replace(rt, &hook->function, value_incref(v));
    return true;
}

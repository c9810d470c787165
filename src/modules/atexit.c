/* atexit.c: functions that run when the program ends, the last registered first. */
#include "modules/modules.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"

/* The registered: a list of (function, args tuple, kwargs dict or None). */
static ouro_value atexit_entries(ouro_runtime *rt)
{
    return rt->modules->atexit_entries;
}

static ouro_value atexit_register(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (nargs < 1) {
        return error_type(rt, "register() takes at least 1 argument (0 given)");
    }
    if (!object_is_callable(rt, args[0])) {
        return error_type(rt, "the first argument must be callable");
    }
    ouro_value positional = tuple_new(rt, args + 1, nargs - 1);
    ouro_value keywords = ouro_is_null(kwnames) ? OURO_NONE : dict_new(rt, as_tuple(kwnames)->size);
    bool ok = !ouro_is_null(positional) && !ouro_is_null(keywords);
    for (size_t i = 0; ok && !ouro_is_null(kwnames) && i < as_tuple(kwnames)->size; i++) {
        ok = dict_set(rt, as_dict(keywords), as_tuple(kwnames)->items[i], args[nargs + i]);
    }
    ouro_value entry = ok ? tuple_pack3(rt, args[0], positional, keywords) : OURO_NULL;
    value_decref(rt, positional);
    value_decref(rt, keywords);
    if (ouro_is_null(entry) || !list_append_steal(rt, atexit_entries(rt), entry)) {
        return OURO_NULL;
    }
    return value_incref(args[0]);
}

static ouro_value atexit_unregister(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value entries = atexit_entries(rt);
    for (size_t i = as_list(entries)->size; i > 0; i--) {
        if (i > as_list(entries)->size) {
            continue; /* comparing ran code that took entries away */
        }
        ouro_value entry = value_incref(as_list(entries)->items[i - 1]);
        int same = object_equal(rt, as_tuple(entry)->items[0], args[0]);
        value_decref(rt, entry);
        if (same < 0) {
            return OURO_NULL;
        }
        if (same && i <= as_list(entries)->size &&
            !object_setitem(rt, entries, ouro_int((int64_t)i - 1), OURO_NULL)) {
            return OURO_NULL;
        }
    }
    return OURO_NONE;
}

static ouro_value atexit_clear(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value fresh = list_new(rt, NULL, 0);
    if (ouro_is_null(fresh)) {
        return fresh;
    }
    value_replace(rt, &rt->modules->atexit_entries, fresh);
    return OURO_NONE;
}

static ouro_value atexit_count(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int((int64_t)as_list(atexit_entries(rt))->size);
}

void atexit_run_all(ouro_runtime *rt)
{
    while (!ouro_is_null(atexit_entries(rt)) && as_list(atexit_entries(rt))->size > 0) {
        list_object *list = as_list(atexit_entries(rt));
        ouro_value entry = list->items[--list->size];
        const tuple_object *t = as_tuple(entry);
        ouro_value keywords = ouro_is_none(t->items[2]) ? OURO_NULL : t->items[2];
        ouro_value done = object_call_tuple(rt, t->items[0], t->items[1], keywords);
        if (ouro_is_null(done)) {
            rt->report_unraisable(rt, "Exception ignored in atexit callback", t->items[0]);
        }
        value_decref(rt, done);
        value_decref(rt, entry);
    }
}

static ouro_value atexit_run(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    atexit_run_all(rt);
    return OURO_NONE;
}

static const method_def atexit_functions[] = {
    {"register", NULL, .raw = atexit_register,
     .doc = "register(func, *args, **kwargs) -> func\n\nRegister a function to be executed upon normal program "
            "termination"},
    {"unregister", "func, /", .fn = atexit_unregister,
     .doc = "Unregister an exit function which was previously registered using\natexit.register"},
    {"_clear", "", .fn = atexit_clear, .doc = "Clear the list of previously registered exit functions."},
    {"_ncallbacks", "", .fn = atexit_count, .doc = "Return the number of registered exit functions."},
    {"_run_exitfuncs", "", .fn = atexit_run, .doc = "Run all registered exit functions."},
    {0},
};

static bool atexit_start(ouro_runtime *rt, module_object *module)
{
    if (ouro_is_null(rt->modules->atexit_entries)) {
        rt->modules->atexit_entries = list_new(rt, NULL, 0);
    }
    return !ouro_is_null(rt->modules->atexit_entries);
}

const module_def atexit_module_def = {
    .name = "atexit",
    .doc = "allow programmer to define multiple exit functions to be executed\nupon normal program termination.",
    .functions = atexit_functions,
    .start = atexit_start,
};

/* weakref.c: the _weakref module: what Python's weakref.py is built on.  The types are types/weakref.c and
 * types/weak_proxy.c. */
#include "object/weakref.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/module.h"
#include "types/protocol.h"
#include "types/weakref_types.h"

static ouro_value weakref_getweakrefcount(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    return ouro_int(ouro_is_object(args[0]) ? (int64_t)weakref_count(rt, ouro_as_object(args[0])) : 0);
}

static ouro_value weakref_getweakrefs(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    ouro_value list = list_new(rt, NULL, 0);
    if (ouro_is_null(list) || !ouro_is_object(args[0])) {
        return list;
    }
    for (struct weak_reference *r = weakref_first(rt, ouro_as_object(args[0])); r != NULL; r = r->next) {
        if (!list_append(rt, list, ouro_from_object(r))) {
            value_decref(rt, list);
            return OURO_NULL;
        }
    }
    return list;
}

static ouro_value weakref_proxy(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        return error_type(rt, "_weakref.proxy() takes no keyword arguments");
    }
    if (nargs < 1 || nargs > 2) {
        return error_type(rt, "proxy expected at %s argument%s, got %zu", nargs < 1 ? "least 1" : "most 2",
                          nargs < 1 ? "" : "s", nargs);
    }
    return weak_proxy_new(rt, args[0], arg_or_null(args, nargs, 1));
}

static ouro_value weakref_remove_dead(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    if (!value_is_dict(rt, args[0])) {
        return error_type(rt, "_remove_dead_weakref() argument 1 must be dict, not %T", args[0]);
    }
    ouro_value value = dict_get(rt, as_dict(args[0]), args[1]);
    if (ouro_is_null(value)) {
        return error_is_set(rt) ? OURO_NULL : OURO_NONE;
    }
    if (!value_is_weakref(value)) {
        return error_type(rt, "not a weakref");
    }
    if (weakref_peek(as_weakref(value)) == NULL && dict_delete(rt, as_dict(args[0]), args[1]) < 0) {
        return OURO_NULL;
    }
    return OURO_NONE;
}

static const method_def weakref_functions[] = {
    {.name = "getweakrefcount",
     .signature = "object, /",
     .fn = weakref_getweakrefcount,
     .doc = "How many weak references 'object' has."},
    {.name = "getweakrefs",
     .signature = "object, /",
     .fn = weakref_getweakrefs,
     .doc = "A list of the weak references that 'object' has."},
    {.name = "proxy",
     .raw = weakref_proxy,
     .doc = "A proxy that refers weakly to 'object'.\n\n"
            "'callback', if given, is called with the proxy when 'object' is about to go."},
    {.name = "_remove_dead_weakref",
     .signature = "dct, key, /",
     .fn = weakref_remove_dead,
     .doc = "Remove key from the dict if its value is a dead weak reference."},
    {.name = NULL},
};

static bool weakref_module_start(ouro_runtime *rt, module_object *module)
{
    ouro_value ref = type_value(TYPE(rt, weakref));
    return module_add(rt, module, "ref", value_incref(ref)) &&
           module_add(rt, module, "ReferenceType", value_incref(ref)) &&
           module_add(rt, module, "ProxyType", value_incref(type_value(TYPE(rt, weak_proxy)))) &&
           module_add(rt, module, "CallableProxyType",
                      value_incref(type_value(TYPE(rt, weak_callable_proxy))));
}

const module_def weakref_module_def = {
    .name = "_weakref",
    .doc = "Support for weak references.",
    .functions = weakref_functions,
    .start = weakref_module_start,
};

/* table.c: the table of native modules, and the state that they share. */
#include "modules/cycle_witness.h"
#include "modules/emergency.h"
#include "modules/gc_log.h"
#include "modules/late_library.h"
#include "modules/modules.h"
#include "types/codec.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/str.h"
#include "types/warnings.h"

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
    gc_explain_witness(rt, &cycle_witness);
    return true;
}

void modules_forget(ouro_runtime *rt)
{
    signal_stop(rt);
    faulthandler_stop(rt);
    gc_log_stop(rt);
    emergency_stop(rt);
    value_clear(rt, &rt->modules->atexit_entries);
    value_clear(rt, &rt->modules->ast_classes);
    value_clear(rt, &rt->modules->csv_dialects);
    value_clear(rt, &rt->modules->pickle_library);
    value_clear(rt, &rt->modules->context_missing);
    for (int i = 0; i < 3; i++) {
        value_clear(rt, &rt->modules->at_fork[i]);
    }
#ifdef OURO_READLINE
    readline_forget(rt);
#endif
    codec_stop(rt);
    warnings_stop(rt); /* a filter may hold a class, which is a cycle: before the last collection */
}

void modules_stop(ouro_runtime *rt)
{
    modules_forget(rt); /* finalizers may have left something once more */
    faulthandler_free(rt);
#define MODULE_TYPE_FIELD(name) value_decref(rt, type_value(rt->modules->name));
    MODULE_TYPES(MODULE_TYPE_FIELD)
#undef MODULE_TYPE_FIELD
    for (int i = 0; i < LATE_LIBRARIES; i++) {
        late_library_drop(rt, rt->modules->libraries[i]);
    }
    ouro_mem_free(rt->mem, rt->modules);
    rt->modules = NULL;
    (void)gc_collect_for(rt, 2, OURO_GC_TRIGGER_CLOSE); /* a class is a cycle of its own */
}

int modules_visit_roots(ouro_runtime *rt, ouro_visit_fn visit, void *context)
{
    const struct modules_state *modules = rt->modules;
    const ouro_value owned[] = {
#define MODULE_TYPE_FIELD(name) type_value(modules->name),
        MODULE_TYPES(MODULE_TYPE_FIELD)
#undef MODULE_TYPE_FIELD
            modules->atexit_entries,
        modules->ast_classes, modules->csv_dialects, modules->pickle_library, modules->context_missing,
        modules->at_fork[0], modules->at_fork[1], modules->at_fork[2],
        modules->readline.completer, modules->readline.startup_hook, modules->readline.pre_input_hook,
        modules->readline.display_hook,
    };
    int result = 0;
    for (size_t i = 0; result == 0 && i < sizeof owned / sizeof *owned; i++) {
        if (ouro_is_object(owned[i])) {
            result = visit(owned[i], context);
        }
    }
    result = result != 0 ? result : faulthandler_visit_roots(rt, visit, context);
    return result != 0 ? result : signal_visit_roots(rt, visit, context);
}

/* The name under which a module shows a type. */
static const char *module_short_name(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot ? dot + 1 : name;
}

/* A module that is imported anew shows the type that its functions make instances of, and raise, already. */
static bool module_add_again(ouro_runtime *rt, module_object *module, const char *name, type_object *kept)
{
    return module_add(rt, module, module_short_name(name), value_incref(type_value(kept)));
}

bool module_add_kept_type(ouro_runtime *rt, module_object *module, const type_spec *spec, type_object **keep)
{
    if (*keep) {
        return module_add_again(rt, module, spec->name, *keep);
    }
    type_object *type = module_add_type(rt, module, spec);
    if (!type) {
        return false;
    }
    value_incref(type_value(type));
    *keep = type;
    return true;
}

bool module_keep_type(ouro_runtime *rt, const type_spec *spec, type_object **keep)
{
    if (!*keep) {
        *keep = type_from_spec(rt, spec);
    }
    return *keep != NULL;
}

bool module_add_sequence_type(ouro_runtime *rt, module_object *module, const struct_sequence_def *def,
                              type_object **keep)
{
    if (*keep) {
        return module_add_again(rt, module, def->spec.name, *keep);
    }
    type_object *type = struct_sequence_start(rt, def);
    if (!type) {
        return false;
    }
    value_incref(type_value(type));
    *keep = type;
    return module_add(rt, module, module_short_name(def->spec.name), type_value(type));
}

bool module_add_exception(ouro_runtime *rt, module_object *module, const char *name, type_object *base,
                          type_object **keep)
{
    if (*keep) {
        return module_add_again(rt, module, name, *keep);
    }
    const char *dot = strrchr(name, '.');
    ouro_value class_name = str_from_cstring(rt, dot + 1);
    ouro_value module_name = str_from_utf8(rt, name, (size_t)(dot - name));
    ouro_value bases = tuple_pack1(rt, type_value(base));
    ouro_value namespace_dict = dict_new(rt, 1);
    ouro_value made = OURO_NULL;
    if (!ouro_is_null(class_name) && !ouro_is_null(module_name) && !ouro_is_null(bases) &&
        !ouro_is_null(namespace_dict) &&
        dict_set(rt, as_dict(namespace_dict), STR(rt, __module__), module_name)) {
        made = type_new_class(rt, TYPE(rt, type), class_name, bases, namespace_dict, NULL, OURO_NULL);
    }
    value_decref(rt, class_name);
    value_decref(rt, module_name);
    value_decref(rt, bases);
    value_decref(rt, namespace_dict);
    if (ouro_is_null(made)) {
        return false;
    }
    *keep = (type_object *)(void *)ouro_as_object(made);
    return module_add(rt, module, dot + 1, value_incref(made));
}

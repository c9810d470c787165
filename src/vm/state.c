/* state.c: the vm floor's part of a runtime: made at the start, taken down at the end. */
#include "gc/gc.h"
#include "mem/mem_inline.h"
#include "object/weakref.h"
#include "types/error.h"
#include "types/error_private.h"
#include "types/exception.h"
#include "types/module.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/weakref_types.h"
#include "vm/ops.h"
#include "vm/stores.h"
#include "vm/tracing.h"
#include "vm/threads.h"

#include <string.h>

static ouro_value vm_import_hook(ouro_runtime *rt, ouro_value name)
{
    if (ouro_is_null(rt->vm->modules)) {
        return error_runtime(rt, "unable to get sys.modules"); /* at the end of the runtime */
    }
    return import_module(rt, name);
}

/* An exception of a native function has passed no frame: the report tells where the program was. */
static void vm_report_unraisable(ouro_runtime *rt, const char *message, ouro_value where)
{
    if (rt->vm && rt->vm->frame && error_is_set(rt) && ouro_is_null(as_exception(rt->exception)->traceback)) {
        op_add_traceback(rt, rt->vm->frame);
    }
    error_report_unraisable(rt, message, where);
}

bool vm_start(ouro_runtime *rt)
{
    struct vm_state *vm = ouro_mem_alloc_zeroed(rt->mem, sizeof *vm);
    if (!vm) {
        return false;
    }
    rt->vm = vm;
    vm->handled = &vm->base_handled;
    vm->tracing_limit = 1;
    vm->switch_microseconds = 5000;
    rt->take_pending = vm_handle_pending;
    rt->report_unraisable = vm_report_unraisable;
    rt->types->function_call = vm_call_function;
    rt->types->import_name = vm_import_hook;
    rt->types->handled_exception = vm_handled_exception;
    rt->types->current_globals = vm_current_globals;
    rt->types->inherited_builtins = vm_inherited_builtins;
    rt->types->super_arguments = vm_super_arguments;
    rt->types->frame_line = frame_object_line;
    vm->modules = dict_new(rt, 16);
    return !ouro_is_null(vm->modules);
}

/* Sets the names of a module's dict to None, those that begin with one underscore first (CPython's order): what the
 * module holds dies while the rest of it is still there.  Without memory for that they go all at once.  True: a name had
 * another value. */
static bool vm_clear_module(ouro_runtime *rt, ouro_value module)
{
    dict_object *dict = ((module_object *)(void *)ouro_as_object(module))->dict;
    bool any = false;
    for (int pass = 0; pass < 2; pass++) {
        ouro_value keys = list_from_iterable(rt, ouro_from_object(dict));
        if (ouro_is_null(keys)) {
            error_clear(rt);
            dict_clear(rt, dict);
            return true;
        }
        for (size_t i = 0; i < as_list(keys)->size; i++) {
            ouro_value key = as_list(keys)->items[i];
            if (!value_is_str(rt, key)) {
                continue;
            }
            const str_object *s = as_str(key);
            bool private_name = str_length(s) > 0 && str_char_at(s, 0) == '_' &&
                                !(str_length(s) > 1 && str_char_at(s, 1) == '_');
            bool keep = str_equal_ascii(s, "__builtins__");
            if (keep || (pass == 0 && !private_name)) {
                continue;
            }
            any |= !ouro_is_none(dict_get(rt, dict, key));
            error_clear(rt);
            if (!dict_set(rt, dict, key, OURO_NONE)) {
                error_clear(rt);
            }
        }
        value_decref(rt, keys);
    }
    return any;
}

/* The standard streams are again those of the start: one that the program has put there dies with the program's objects,
 * and finalizers can print. */
static void vm_restore_streams(ouro_runtime *rt)
{
    static const char *const streams[] = {"stdin", "stdout", "stderr"};
    dict_object *names = as_module(rt->vm->sys)->dict;
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        ouro_value name = str_intern_cstring(rt, streams[i]);
        ouro_value original = str_format_c(rt, "__%s__", streams[i]);
        if (!ouro_is_null(name) && !ouro_is_null(original)) {
            ouro_value stream = value_incref(dict_get(rt, names, original));
            if (!dict_set(rt, names, name, ouro_is_null(stream) ? OURO_NONE : stream)) {
                error_clear(rt);
            }
            value_decref(rt, stream);
        }
        error_clear(rt);
        value_decref(rt, original);
        value_decref(rt, name);
    }
}

/* What sys remembers of the last errors and of imports must not keep the program's objects alive. */
static void vm_forget_names_of_sys(ouro_runtime *rt)
{
    static const char *const forgotten[] = {"path", "argv", "ps1", "ps2", "last_type", "last_value",
                                            "last_traceback", "path_hooks", "path_importer_cache", "meta_path"};
    for (size_t i = 0; !ouro_is_null(rt->vm->sys) && i < sizeof forgotten / sizeof *forgotten; i++) {
        ouro_value key = str_intern_cstring(rt, forgotten[i]);
        if (!ouro_is_null(key) && dict_delete(rt, as_module(rt->vm->sys)->dict, key) < 0) {
            error_clear(rt);
        }
        value_decref(rt, key);
    }
}

/* Empties sys.modules.  Returns weak references to the modules it held, in the order they were imported, as a list;
 * OURO_NULL when memory is out.  sys and builtins are not among them: finalizers need them to the end. */
static ouro_value vm_let_modules_go(ouro_runtime *rt)
{
    struct vm_state *vm = rt->vm;
    ouro_value names = list_from_iterable(rt, vm->modules);
    ouro_value released = ouro_is_null(names) ? OURO_NULL : list_new(rt, NULL, 0);
    for (size_t i = 0; !ouro_is_null(released) && i < as_list(names)->size; i++) {
        ouro_value name = as_list(names)->items[i];
        ouro_value module = value_incref(dict_get(rt, as_dict(vm->modules), name));
        bool special = ouro_is(module, vm->sys) || ouro_is(module, vm->builtins);
        if (!ouro_is_null(module) && !special && value_is_instance(rt, module, TYPE(rt, module))) {
            ouro_value weak = weakref_make(rt, TYPE(rt, weakref), module, OURO_NULL, false);
            if (ouro_is_null(weak) || !list_append(rt, released, weak)) {
                error_clear(rt);
            }
            value_decref(rt, weak);
        }
        if (ouro_is_null(module) || !dict_set(rt, as_dict(vm->modules), name, OURO_NONE)) {
            error_clear(rt);
        }
        value_decref(rt, module);
    }
    value_decref(rt, names);
    error_clear(rt);
    dict_clear(rt, as_dict(vm->modules));
    return released;
}

/* The end of the modules, in the order CPython's documentation gives.  sys.modules lets them go, and what is garbage
 * then is collected: modules that refer to each other die together, and finalizers run before anything of them is
 * cleared, so a finalizer still finds the globals it uses.  Only the modules that something else keeps alive (a module
 * in C, a frame, a thread) have their names set to None, the last imported first. */
void vm_finalize_modules(ouro_runtime *rt)
{
    struct vm_state *vm = rt->vm;
    if (!vm || ouro_is_null(vm->modules)) {
        return;
    }
    error_clear(rt);
    vm_forget_names_of_sys(rt);
    if (!ouro_is_null(vm->sys)) {
        vm_restore_streams(rt);
    }
    value_clear(rt, &vm->library);
    vm->library_state = 0;
    error_forget_no_memory(rt, false); /* its traceback likewise */
    value_clear(rt, &vm->main);
    ouro_value released = vm_let_modules_go(rt);
    if (ouro_is_null(released)) {
        return;
    }
    (void)gc_collect_unsettled(rt);
    bool any = false;
    for (size_t i = as_list(released)->size; i-- > 0;) {
        ouro_value module = weakref_get(as_weakref(as_list(released)->items[i]));
        if (!ouro_is_none(module)) {
            (void)vm_clear_module(rt, module);
            any = true;
        }
        value_decref(rt, module);
    }
    value_decref(rt, released);
    error_forget_no_memory(rt, true);
    if (any) { /* else nothing has died since the collection above: a short program ends sooner */
        (void)gc_collect_unsettled(rt);
    }
}

enum {
    /* Finalizers that run at the very end may set context variables, hooks and the like, which hold further objects with
     * finalizers; those of a program that goes on for ever with that are not run any more in the end. */
    VM_STOP_ROUNDS = 16,
};

/* Drops what the vm itself holds.  Finalizers may put something there again: true if anything was there. */
static bool vm_drop_owned(ouro_runtime *rt)
{
    struct vm_state *vm = rt->vm;
    ouro_value *owned[] = {
        &vm->base_handled.exception, &vm->trace_function,  &vm->profile_function, &vm->async_hooks[0],
        &vm->async_hooks[1],         &vm->context,         &vm->import_function,  &vm->library,
        &vm->audit_hooks,            &vm->typed,           &vm->prompt_helper,    &vm->main,
        &vm->thread_locals,          &vm->thread_sentinel,
    };
    bool any = false;
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) {
        any |= !ouro_is_null(*owned[i]);
        value_clear(rt, owned[i]);
    }
    return any;
}

/* The names of sys and builtins go; the modules stay for finalizers that ask them for streams and names.  True: there was
 * something. */
static bool vm_empty_core_modules(ouro_runtime *rt)
{
    bool any = !ouro_is_null(rt->vm->sys) && vm_clear_module(rt, rt->vm->sys);
    if (!ouro_is_null(rt->vm->builtins)) {
        dict_object *names = as_module(rt->vm->builtins)->dict;
        any |= dict_size(names) > 0;
        dict_clear(rt, names);
    }
    return any;
}

/* What lives still dies without its finalizer: there is no vm for it any more. */
static void vm_end_finalizers(ouro_runtime *rt)
{
    mem_runs runs;
    mem_run run;
    for (mem_runs_begin(&runs, rt->mem, OURO_MEM_OBJECTS); mem_runs_next(&runs, &run);) {
        for (char *block = run.begin; block < run.end; block += run.stride) {
            if (mem_object_lives(block)) {
                ((ouro_object *)(void *)block)->gc |= OURO_GC_FINALIZED;
            }
        }
    }
}

void vm_stop(ouro_runtime *rt)
{
    struct vm_state *vm = rt->vm;
    if (!vm) {
        return;
    }
    tracing_stop(rt);
    rt->take_pending = NULL;
    (void)stores_trace(rt, false);
    value_clear(rt, &vm->thread_locals);
    value_clear(rt, &vm->thread_sentinel);
    (void)vm_drop_owned(rt);
    (void)vm_empty_core_modules(rt);
    value_clear(rt, &vm->modules);
    error_forget_no_memory(rt, true);
    /* all of it: what start-up made may be garbage too, when memory ran out on the way here, and finalizers need the vm */
    int rounds = 0;
    bool again;
    do { /* finalizers may have made something again */
        (void)gc_collect_for(rt, 2, OURO_GC_TRIGGER_CLOSE);
        again = vm_drop_owned(rt);
        again |= vm_empty_core_modules(rt);
        again |= gc_live_objects(rt, 0) > 0;
    } while (again && ++rounds < VM_STOP_ROUNDS);
    if (again) {
        vm_end_finalizers(rt);
    }
    value_clear(rt, &vm->builtins);
    value_clear(rt, &vm->sys);
    frame_free_stack(rt);
    vm_threads_free(rt);
    ouro_mem_free(rt->mem, vm->stdlib);
    ouro_mem_free(rt->mem, vm->cache_folder);
    ouro_mem_free(rt->mem, vm);
    rt->vm = NULL;
    rt->types->handled_exception = NULL;
}

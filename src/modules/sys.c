/* sys.c: the sys module: its functions, and what the start and the end of a runtime ask of it (sys.h). */
#include "modules/sys.h"

#include "modules/modules.h"
#include "modules/sys_private.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/int_view.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/text.h"
#include "vm/audit.h"
#include "vm/import.h"
#include "vm/settrace.h"
#include "vm/threads.h"
#include "vm/vm.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* ---- objects and memory ---- */

static ouro_value sys_getrefcount(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    /* a name may be that of a method of a type whose dict is still to be made */
    if (value_is_str(rt, args[0]) && !types_fill_all(rt)) {
        return OURO_NULL;
    }
    /* the argument on the caller's stack is the one reference more that CPython counts as well */
    return ouro_int(ouro_is_object(args[0]) ? ouro_as_object(args[0])->refcount : OURO_IMMORTAL);
}

static ouro_value sys_getsizeof(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value fallback = arg_or_null(args, nargs, 1);
    ouro_value method = object_special(rt, args[0], STR(rt, __sizeof__));
    ouro_value size = OURO_NULL;
    if (!ouro_is_null(method)) {
        size = object_call0(rt, method);
        value_decref(rt, method);
    } else if (!error_is_set(rt)) {
        error_type(rt, "Type %T doesn't define __sizeof__", args[0]);
    }
    int64_t bytes = 0;
    if (!ouro_is_null(size) && !value_is_int(rt, size)) {
        error_type(rt, "an integer is required");
    } else if (!ouro_is_null(size) && !object_as_index(rt, size, &bytes, false)) {
        error_overflow(rt, "Python int too large to convert to C ssize_t");
    } else if (bytes < 0) {
        error_value(rt, "__sizeof__() should return >= 0");
    }
    if (error_is_set(rt)) {
        value_clear(rt, &size);
        if (!ouro_is_null(fallback) && error_clear_if(rt, EXC(rt, TypeError))) {
            return value_incref(fallback);
        }
    }
    return size;
}

static ouro_value sys_intern(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str_exact(rt, args[0])) {
        return value_is_str(rt, args[0]) ? error_type(rt, "can't intern %T", args[0])
                                         : error_type(rt, "intern() argument must be str, not %T", args[0]);
    }
    return str_intern(rt, value_incref(args[0]));
}

static ouro_value sys_getallocatedblocks(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!types_fill_all(rt)) {
        return OURO_NULL;
    }
    return ouro_int((int64_t)ouro_mem_live_blocks(rt->mem));
}

/* ---- limits ---- */

static ouro_value sys_getrecursionlimit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(rt->recursion_limit);
}

static ouro_value sys_setrecursionlimit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t limit;
    if (!object_as_index(rt, args[0], &limit, false)) {
        return OURO_NULL;
    }
    if (limit < 1) {
        return error_value(rt, "recursion limit must be greater or equal than 1");
    }
    if (limit > INT32_MAX) {
        return error_overflow(rt, "Python int too large to convert to C int");
    }
    if (rt->recursion >= (uint32_t)limit) {
        return error_raise(rt, EXC(rt, RecursionError),
                           "cannot set the recursion limit to %d at the recursion depth %u: the limit is too low",
                           (int)limit, rt->recursion);
    }
    rt->recursion_limit = (uint32_t)limit;
    return OURO_NONE;
}

static ouro_value sys_get_max_digits(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(int_max_str_digits(rt));
}

static ouro_value sys_set_max_digits(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    enum { LEAST = 640 };
    int64_t digits;
    if (!text_int_argument(rt, args[0], &digits)) {
        return OURO_NULL;
    }
    if (digits != 0 && digits < LEAST) {
        return error_value(rt, "maxdigits must be 0 or larger than %d", LEAST);
    }
    int_set_max_str_digits(rt, digits);
    return OURO_NONE;
}

static ouro_value sys_get_switch_interval(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return float_new(rt, 1e-6 * (double)rt->vm->switch_microseconds);
}

static ouro_value sys_set_switch_interval(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double seconds;
    if (!object_as_double(rt, args[0], &seconds)) {
        return OURO_NULL;
    }
    if (!(seconds > 0)) {
        return error_value(rt, "switch interval must be strictly positive");
    }
    double microseconds = seconds * 1e6;
    rt->vm->switch_microseconds = microseconds < 1 ? 1 : microseconds > 1e12 ? (int64_t)1e12 : (int64_t)microseconds;
    return OURO_NONE;
}

static ouro_value sys_nothing(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return OURO_NONE;
}

/* ---- exceptions and frames ---- */

static ouro_value sys_exc_info(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value v = vm_handled_exception(rt);
    if (ouro_is_null(v)) {
        return tuple_pack3(rt, OURO_NONE, OURO_NONE, OURO_NONE);
    }
    ouro_value traceback = as_exception(v)->traceback;
    return tuple_pack3(rt, type_value(value_type(rt, v)), v, ouro_is_null(traceback) ? OURO_NONE : traceback);
}

static ouro_value sys_exception(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value v = vm_handled_exception(rt);
    return ouro_is_null(v) ? OURO_NONE : value_incref(v);
}

static ouro_value sys_exit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value status = arg_or_null(args, nargs, 0);
    type_object *class = EXC(rt, SystemExit);
    /* as where C raises a class with a value: an instance is raised itself, a tuple has the arguments, None is none */
    ouro_value exception;
    if (!ouro_is_null(status) && value_is_instance(rt, status, class)) {
        exception = value_incref(status);
    } else if (!ouro_is_null(status) && value_is_tuple(rt, status)) {
        exception = object_call_tuple(rt, type_value(class), status, OURO_NULL);
    } else {
        exception = exception_new(rt, class, ouro_is_none(status) ? OURO_NULL : status);
    }
    if (!ouro_is_null(exception)) {
        error_raise_value(rt, exception);
        value_decref(rt, exception);
    }
    return OURO_NULL;
}

static ouro_value sys_getframe(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (audit_is_on(rt) && rt->vm->frame != NULL) {
        frame_object *here = frame_get_object(rt, rt->vm->frame);
        ouro_value told = here != NULL ? ouro_from_object(here) : OURO_NULL;
        if (here == NULL || !audit_event(rt, "sys._getframe", &told, 1)) {
            return OURO_NULL;
        }
    }
    int64_t depth = 0;
    if (nargs > 0 && !object_as_index(rt, args[0], &depth, false)) {
        return OURO_NULL;
    }
    frame *f = rt->vm->frame;
    for (; f && depth > 0; depth--) {
        f = f->previous;
    }
    if (!f) {
        return error_value(rt, "call stack is not deep enough");
    }
    frame_object *object = frame_get_object(rt, f);
    return object ? value_incref(ouro_from_object(object)) : OURO_NULL;
}

static ouro_value sys_set_trace(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!settrace_may_replace(rt, false)) {
        return OURO_NULL;
    }
    settrace_set_function(rt, ouro_is_none(args[0]) ? OURO_NULL : args[0]);
    return OURO_NONE;
}

static ouro_value sys_get_trace(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value v = rt->vm->trace_function;
    return ouro_is_null(v) ? OURO_NONE : value_incref(v);
}

static ouro_value sys_set_profile(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!settrace_may_replace(rt, true)) {
        return OURO_NULL;
    }
    settrace_set_profile(rt, ouro_is_none(args[0]) ? OURO_NULL : args[0]);
    return OURO_NONE;
}

static ouro_value sys_get_profile(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value v = rt->vm->profile_function;
    return ouro_is_null(v) ? OURO_NONE : value_incref(v);
}

static ouro_value sys_call_tracing(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_tuple(rt, args[1])) {
        return error_type(rt, "call_tracing() argument 2 must be tuple, not %T", args[1]);
    }
    return settrace_call_traced(rt, args[0], args[1]);
}

/* ---- asynchronous generators, coroutines ---- */

static ouro_value sys_set_asyncgen_hooks(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    static const char *const names[] = {"firstiter", "finalizer"};
    for (size_t i = 0; i < 2; i++) {
        ouro_value hook = arg_or_null(args, nargs, i);
        if (ouro_is_null(hook)) {
            continue;
        }
        if (!ouro_is_none(hook) && !object_is_callable(rt, hook)) {
            return error_type(rt, "callable %s expected, got %T", names[i], hook);
        }
        value_replace(rt, &rt->vm->async_hooks[i], ouro_is_none(hook) ? OURO_NULL : value_incref(hook));
    }
    return OURO_NONE;
}

static ouro_value sys_get_asyncgen_hooks(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    type_object *type = struct_sequence_start(rt, &sys_async_hooks_def);
    if (!type) {
        return OURO_NULL;
    }
    ouro_value items[2];
    for (size_t i = 0; i < 2; i++) {
        ouro_value hook = rt->vm->async_hooks[i];
        items[i] = ouro_is_null(hook) ? OURO_NONE : value_incref(hook);
    }
    ouro_value v = struct_sequence_new(rt, type, items);
    value_decref(rt, type_value(type));
    return v;
}

static ouro_value sys_set_origin_depth(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t depth;
    if (!object_as_index(rt, args[0], &depth, false)) {
        return OURO_NULL;
    }
    if (depth < 0) {
        return error_value(rt, "depth must be >= 0");
    }
    rt->vm->origin_tracking_depth = depth > INT32_MAX ? INT32_MAX : (int)depth;
    return OURO_NONE;
}

static ouro_value sys_get_origin_depth(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(rt->vm->origin_tracking_depth);
}

/* ---- texts ---- */

static ouro_value sys_utf8(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return str_from_cstring(rt, "utf-8");
}

static ouro_value sys_surrogateescape(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return str_from_cstring(rt, "surrogateescape");
}

static ouro_value sys_is_finalizing(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_bool(rt->vm->finalizing);
}

/* ---- what debuggers ask ---- */

/* {identity of a thread: what `of` makes of its frame and its handled exception (new reference)} of all threads. */
static ouro_value sys_by_thread(ouro_runtime *rt, ouro_value (*of)(ouro_runtime *, frame *, ouro_value))
{
    ouro_value result = dict_new(rt, 0);
    vm_threads *t = rt->vm->threads;
    bool ok = !ouro_is_null(result);
    /* nobody else runs, and nothing below runs program code: the list stays */
    for (thread_state *at = t == NULL ? NULL : t->all; ok; at = at->next) {
        bool running = at == NULL || at == t->holder;
        frame *f = running ? rt->vm->frame : at->own.frame;
        if (f != NULL) {
            ouro_value handled = running ? vm_handled_exception(rt) : vm_thread_handled_exception(rt, at);
            ouro_value v = of(rt, f, handled);
            ouro_value identity = int_from_uint64(rt, (uint64_t)(running ? pthread_self() : at->id));
            ok = !ouro_is_null(v) && !ouro_is_null(identity) && dict_set(rt, as_dict(result), identity, v);
            value_decref(rt, identity);
            value_decref(rt, v);
        }
        if (at == NULL || at->next == NULL) {
            break;
        }
    }
    if (!ok) {
        value_clear(rt, &result);
    }
    return result;
}

static ouro_value sys_frame_of(ouro_runtime *rt, frame *f, ouro_value handled)
{
    frame_object *object = frame_get_object(rt, f);
    return object == NULL ? OURO_NULL : value_incref(ouro_from_object(object));
}

static ouro_value sys_exception_of(ouro_runtime *rt, frame *f, ouro_value handled)
{
    if (ouro_is_null(handled)) {
        return tuple_pack3(rt, OURO_NONE, OURO_NONE, OURO_NONE);
    }
    ouro_value traceback = as_exception(handled)->traceback;
    return tuple_pack3(rt, type_value(value_type(rt, handled)), handled,
                       ouro_is_null(traceback) ? OURO_NONE : traceback);
}

static ouro_value sys_current_frames(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return sys_by_thread(rt, sys_frame_of);
}

static ouro_value sys_current_exceptions(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return sys_by_thread(rt, sys_exception_of);
}

static ouro_value sys_audit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (nargs == 0) {
        return error_type(rt, "audit() missing 1 required positional argument: 'event'");
    }
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "expected str for argument 'event', not %T", args[0]);
    }
    if (ouro_is_null(rt->vm->audit_hooks)) {
        return OURO_NONE;
    }
    ouro_value rest = nargs > 1 && !ouro_is_null(args[1]) ? value_incref(args[1]) : value_incref(rt->types->empty_tuple);
    bool ok = audit_tell(rt, args[0], rest);
    value_decref(rt, rest);
    return ok ? OURO_NONE : OURO_NULL;
}

static ouro_value sys_add_audit_hook(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value event = str_intern_cstring(rt, "sys.addaudithook");
    ouro_value told = ouro_is_null(event) ? event : sys_audit(rt, &event, 1);
    value_decref(rt, event);
    if (ouro_is_null(told)) { /* the hooks that are there refused */
        return error_clear_if(rt, EXC(rt, RuntimeError)) ? OURO_NONE : OURO_NULL;
    }
    if (ouro_is_null(rt->vm->audit_hooks)) {
        rt->vm->audit_hooks = list_new(rt, NULL, 0);
    }
    return !ouro_is_null(rt->vm->audit_hooks) && list_append(rt, rt->vm->audit_hooks, args[0]) ? OURO_NONE : OURO_NULL;
}

/* How extension modules would be loaded, if there were any: remembered only. */
static ouro_value sys_getdlopenflags(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(rt->vm->dlopen_flags ? rt->vm->dlopen_flags : RTLD_NOW);
}

static ouro_value sys_setdlopenflags(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t flags;
    if (!object_as_index(rt, args[0], &flags, false)) {
        return OURO_NULL;
    }
    if (flags < INT_MIN || flags > INT_MAX) {
        return error_overflow(rt, "Python int too large to convert to C int");
    }
    rt->vm->dlopen_flags = (int)flags;
    return OURO_NONE;
}

/* ---- the picture of memory ---- */

static void sys_write_line(void *context, const char *text)
{
    ouro_runtime *rt = context;
    rt->write_error(rt, text, strlen(text));
    rt->write_error(rt, "\n", 1);
}

static ouro_value sys_debugmallocstats(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_mem_print(rt->mem, sys_write_line, rt);
    return OURO_NONE;
}

static const method_def sys_functions[] = {
    {"getrefcount", "object, /", .fn = sys_getrefcount,
     .doc = "Return the reference count of object.\n\nThe count returned is generally one higher than you might "
            "expect,\nbecause it includes the (temporary) reference as an argument to\ngetrefcount()."},
    {"getsizeof", "?object, default=<unrepresentable>", .fn = sys_getsizeof,
     .doc = "getsizeof(object [, default]) -> int\n\nReturn the size of object in bytes."},
    {"intern", "string, /", .fn = sys_intern, .doc = "``Intern'' the given string."},
    {"getallocatedblocks", "", .fn = sys_getallocatedblocks,
     .doc = "Return the number of memory blocks currently allocated."},
    {"getrecursionlimit", "", .fn = sys_getrecursionlimit, .doc = "Return the current value of the recursion limit."},
    {"setrecursionlimit", "limit, /", .fn = sys_setrecursionlimit,
     .doc = "Set the maximum depth of the Python interpreter stack to n."},
    {"get_int_max_str_digits", "", .fn = sys_get_max_digits,
     .doc = "Return the maximum string digits limit for non-binary int<->str conversions."},
    {"set_int_max_str_digits", "maxdigits", .fn = sys_set_max_digits,
     .doc = "Set the maximum string digits limit for non-binary int<->str conversions."},
    {"getswitchinterval", "", .fn = sys_get_switch_interval,
     .doc = "Return the current thread switch interval; see sys.setswitchinterval()."},
    {"setswitchinterval", "interval, /", .fn = sys_set_switch_interval,
     .doc = "Set how long a thread runs on, in seconds, when others wait to run."},
    {"exc_info", "", .fn = sys_exc_info,
     .doc = "Return current exception information: (type, value, traceback)."},
    {"exception", "", .fn = sys_exception, .doc = "Return the current exception."},
    {"exit", "status=None, /", .fn = sys_exit, .doc = "Exit the interpreter by raising SystemExit(status)."},
    {"_getframe", "depth=0, /", .fn = sys_getframe, .doc = "Return a frame object from the call stack."},
    {"settrace", "function, /", .fn = sys_set_trace, .doc = "Set the global debug tracing function."},
    {"gettrace", "", .fn = sys_get_trace, .doc = "Return the global debug tracing function set with sys.settrace."},
    {"call_tracing", "func, args, /", .fn = sys_call_tracing,
     .doc = "Call func(*args), while tracing is enabled."},
    {"setprofile", "function, /", .fn = sys_set_profile, .doc = "Set the profiling function."},
    {"getprofile", "", .fn = sys_get_profile, .doc = "Return the profiling function set with sys.setprofile."},
    {"set_asyncgen_hooks", "firstiter=<unrepresentable>, finalizer=<unrepresentable>", .fn = sys_set_asyncgen_hooks,
     .doc = "Set a finalizer for async generators objects."},
    {"get_asyncgen_hooks", "", .fn = sys_get_asyncgen_hooks,
     .doc = "Return the installed asynchronous generators hooks."},
    {"set_coroutine_origin_tracking_depth", "depth", .fn = sys_set_origin_depth,
     .doc = "Enable or disable origin tracking for coroutine objects in this thread."},
    {"get_coroutine_origin_tracking_depth", "", .fn = sys_get_origin_depth,
     .doc = "Check status of origin tracking for coroutine objects in this thread."},
    {"getdefaultencoding", "", .fn = sys_utf8, .doc = "Return the current default encoding used by the Unicode "
                                                      "implementation."},
    {"getfilesystemencoding", "", .fn = sys_utf8, .doc = "Return the encoding used to convert Unicode filenames."},
    {"getfilesystemencodeerrors", "", .fn = sys_surrogateescape,
     .doc = "Return the error mode used for Unicode to OS filename conversion."},
    {"is_finalizing", "", .fn = sys_is_finalizing, .doc = "Return True if Python is exiting."},
    {"_current_frames", "", .fn = sys_current_frames,
     .doc = "Return a dict mapping each thread's thread id to its current stack frame."},
    {"_current_exceptions", "", .fn = sys_current_exceptions,
     .doc = "Return a dict mapping each thread's identifier to its current raised exception."},
    {"getdlopenflags", "", .fn = sys_getdlopenflags,
     .doc = "Return the current value of the flags that are used for dlopen calls."},
    {"setdlopenflags", "flags, /", .fn = sys_setdlopenflags,
     .doc = "Set the flags used by the interpreter for dlopen calls."},
    {"audit", "?event, /, *args", .fn = sys_audit, .doc = "Passes the event to any hooks that are attached."},
    {"addaudithook", "hook", .fn = sys_add_audit_hook, .doc = "Adds a new audit hook callback."},
    {"_clear_type_cache", "", .fn = sys_nothing, .doc = "Clear the internal type lookup cache."},
    {"_debugmallocstats", "", .fn = sys_debugmallocstats,
     .doc = "Print debug info to stderr about the state of the allocator."},
    {"displayhook", "object, /", .fn = sys_displayhook, .doc = "Print an object to sys.stdout and also save it in "
                                                               "builtins._"},
    {"excepthook", "exctype, value, traceback, /", .fn = sys_excepthook,
     .doc = "Handle an exception by displaying it with a traceback on sys.stderr."},
    {"unraisablehook", "unraisable, /", .fn = sys_unraisablehook, .doc = "Handle an unraisable exception."},
    {"breakpointhook", NULL, .raw = sys_breakpointhook, .doc = "This hook function is called by built-in breakpoint()."},
    {0},
};

/* sys.__excepthook__ and kin: what the hooks are at first, so that a program sees whether one has been replaced. */
static bool sys_add_first_hooks(ouro_runtime *rt, module_object *module)
{
    static const char *const names[] = {"displayhook", "excepthook", "unraisablehook", "breakpointhook"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char first[32];
        snprintf(first, sizeof first, "__%s__", names[i]);
        ouro_value name = str_intern_cstring(rt, names[i]);
        ouro_value hook = ouro_is_null(name) ? name : value_incref(dict_get_str(rt, module->dict, name));
        value_decref(rt, name);
        if (!module_add(rt, module, first, hook)) {
            return false;
        }
    }
    return true;
}

static bool sys_start(ouro_runtime *rt, module_object *module)
{
    return module_add(rt, module, "modules", value_incref(rt->vm->modules)) &&
           module_add_int(rt, module, "maxunicode", 0x10ffff) && sys_add_first_hooks(rt, module);
}

/* What few programs ask for is made when they do. */
static int sys_missing(ouro_runtime *rt, ouro_value name, ouro_value *value)
{
    if (!str_equal_ascii(as_str(name), "stdlib_module_names")) {
        return import_library_sys_attribute(rt, name, value);
    }
    *value = sys_make_stdlib_names(rt);
    if (ouro_is_null(*value) || !dict_set(rt, as_module(rt->vm->sys)->dict, name, *value)) {
        value_clear(rt, value);
        return -1;
    }
    return 1;
}

const module_def sys_module = {
    .name = "sys",
    .doc = "This module provides access to some objects used or maintained by the\ninterpreter and to functions that "
           "interact strongly with the interpreter.",
    .functions = sys_functions,
    .start = sys_start,
    .missing = sys_missing,
    .late = (const char *const[]){"meta_path", "path_hooks", "stdlib_module_names", NULL},
};

/* ---- for the start and the end of a runtime ---- */

bool sys_configure(ouro_runtime *rt, const ouro_config *config)
{
    module_object *sys = as_module(rt->vm->sys);
    return sys_add_info(rt, sys, config) && sys_add_streams(rt, sys, config->flags);
}

bool sys_prepend_program(ouro_runtime *rt, const char *directory)
{
    return rt->vm->safe_path || sys_prepend_path(rt, directory);
}

bool sys_prepend_path(ouro_runtime *rt, const char *directory)
{
    ouro_value path = object_getattr(rt, rt->vm->sys, STR(rt, path));
    ouro_value text = ouro_is_null(path) ? path : str_from_system(rt, directory, strlen(directory));
    bool ok = !ouro_is_null(text) && list_insert(rt, path, 0, text);
    value_decref(rt, text);
    value_decref(rt, path);
    return ok;
}

bool sys_set_first_argument(ouro_runtime *rt, const char *text)
{
    ouro_value argv = object_getattr(rt, rt->vm->sys, STR(rt, argv));
    ouro_value v = ouro_is_null(argv) ? argv : str_from_system(rt, text, strlen(text));
    bool ok = !ouro_is_null(v) && (object_length(rt, argv) > 0 ? object_setitem(rt, argv, ouro_int(0), v)
                                                               : list_append(rt, argv, v));
    value_decref(rt, v);
    value_decref(rt, argv);
    return ok;
}

/* stream.flush(); true: nothing to do or done. */
static bool sys_flush(ouro_runtime *rt, ouro_value name)
{
    ouro_value stream;
    int found = object_getattr_optional(rt, rt->vm->sys, name, &stream);
    if (found <= 0 || ouro_is_none(stream)) {
        error_clear(rt);
        return true;
    }
    ouro_value closed;
    if (object_getattr_optional(rt, stream, STR(rt, closed), &closed) > 0) {
        int truth = object_truth(rt, closed);
        value_decref(rt, closed);
        if (truth > 0) {
            value_decref(rt, stream);
            return true;
        }
    }
    error_clear(rt);
    ouro_value done = object_call_method0(rt, stream, STR(rt, flush));
    bool ok = !ouro_is_null(done);
    if (!ok) {
        rt->report_unraisable(rt, NULL, stream);
    }
    value_decref(rt, done);
    value_decref(rt, stream);
    return ok;
}

/* threading waits for its threads, if the program has it. */
static void sys_wait_for_threads(ouro_runtime *rt)
{
    ouro_value name = str_intern_cstring(rt, "threading");
    ouro_value module = ouro_is_null(name) ? name : value_incref(import_get_loaded(rt, name));
    value_decref(rt, name);
    if (ouro_is_null(module) || ouro_is_none(module)) {
        error_clear(rt);
        return;
    }
    ouro_value function = object_getattr_utf8(rt, module, "_shutdown");
    rt->modules->exiting = true;
    ouro_value done = ouro_is_null(function) ? function : object_call0(rt, function);
    rt->modules->exiting = false;
    if (ouro_is_null(done)) {
        rt->report_unraisable(rt, NULL, module);
    }
    value_decref(rt, done);
    value_decref(rt, function);
    value_decref(rt, module);
}

int sys_run_exit(ouro_runtime *rt)
{
    error_clear(rt);
    sys_wait_for_threads(rt);
    rt->modules->exiting = true;
    atexit_run_all(rt);
    rt->modules->exiting = false;
    bool flushed = sys_flush(rt, STR(rt, stdout));
    flushed &= sys_flush(rt, STR(rt, stderr));
    rt->vm->finalizing = true;
    return flushed ? 0 : 120;
}

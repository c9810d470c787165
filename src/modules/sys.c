/* sys.c: the sys module. */
#include "modules/modules.h"
#include "modules/sys.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/vm.h"

static ouro_value sys_getrefcount(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!ouro_is_object(args[0])) {
        return ouro_int(OURO_IMMORTAL);
    }
    /* the operand on the stack is the one reference more that CPython counts as well */
    return ouro_int(ouro_as_object(args[0])->refcount);
}

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

static const method_def sys_functions[] = {
    {"getrefcount", "object, /", .fn = sys_getrefcount, .doc = "Return the reference count of object."},
    {"getrecursionlimit", "", .fn = sys_getrecursionlimit, .doc = "Return the current value of the recursion limit."},
    {"setrecursionlimit", "limit, /", .fn = sys_setrecursionlimit, .doc = "Set the maximum depth of the stack."},
    {0},
};

static bool sys_start(ouro_runtime *rt, module_object *module)
{
    return module_add(rt, module, "modules", value_incref(rt->vm->modules)) &&
           module_add(rt, module, "path", list_new(rt, NULL, 0)) && module_add_int(rt, module, "maxsize", INT64_MAX);
}

const module_def sys_module = {
    .name = "sys",
    .doc = "This module provides access to some objects used or maintained by the\ninterpreter.",
    .functions = sys_functions,
    .start = sys_start,
};

bool sys_prepend_path(ouro_runtime *rt, const char *directory)
{
    ouro_value path = object_getattr(rt, rt->vm->sys, STR(rt, path));
    ouro_value text = ouro_is_null(path) ? path : str_from_cstring(rt, directory);
    bool ok = !ouro_is_null(text) && list_insert(rt, path, 0, text);
    value_decref(rt, text);
    value_decref(rt, path);
    return ok;
}

bool sys_set_first_argument(ouro_runtime *rt, const char *text)
{
    ouro_value argv = object_getattr(rt, rt->vm->sys, STR(rt, argv));
    ouro_value v = ouro_is_null(argv) ? argv : str_from_cstring(rt, text);
    bool ok = !ouro_is_null(v) && (object_length(rt, argv) > 0 ? object_setitem(rt, argv, ouro_int(0), v)
                                                               : list_append(rt, argv, v));
    value_decref(rt, v);
    value_decref(rt, argv);
    return ok;
}

bool sys_configure(ouro_runtime *rt, const ouro_config *config)
{
    module_object *sys = as_module(rt->vm->sys);
    ouro_value argv = list_new(rt, NULL, 0);
    for (int i = 0; !ouro_is_null(argv) && i < config->argc; i++) {
        ouro_value v = str_from_cstring(rt, config->argv[i]);
        if (ouro_is_null(v) || !list_append_steal(rt, argv, v)) {
            value_clear(rt, &argv);
        }
    }
    ouro_value path = object_getattr(rt, rt->vm->sys, STR(rt, path));
    ouro_value stdlib = str_from_cstring(rt, config->stdlib ? config->stdlib : "/usr/lib/python3.11");
    bool ok = !ouro_is_null(path) && !ouro_is_null(stdlib) && list_append(rt, path, stdlib);
    value_decref(rt, path);
    value_decref(rt, stdlib);
    return module_add(rt, sys, "argv", argv) && ok && module_add(rt, sys, "stdout", std_printer_new(rt, 1)) &&
           module_add(rt, sys, "stderr", std_printer_new(rt, 2));
}

int sys_run_exit(ouro_runtime *rt)
{
    return 0;
}

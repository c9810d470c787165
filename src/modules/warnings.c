/* modules/warnings.c: the _warnings module: what the Python module `warnings` is built on; and where a warning comes
 * from (the frames).
 *
 * The machinery is types/warnings.c.  The lists and dicts here are those that it uses.
 */
#include "types/warnings.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/module.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "modules/warnings.h"
#include "vm/vm.h"

/* ---- frames --------------------------------------------------------------------------------------------- */

static bool warnings_str_contains(const str_object *s, const char *part)
{
    size_t length = strlen(part), all = str_length(s);
    for (size_t i = 0; i + length <= all; i++) {
        size_t k = 0;
        while (k < length && str_char_at(s, i + k) == (unsigned char)part[k]) {
            k++;
        }
        if (k == length) {
            return true;
        }
    }
    return false;
}

/* Does the frame belong to the import system? */
static bool warnings_frame_is_import(const frame *f)
{
    const str_object *name = as_str(f->code->filename);
    return warnings_str_contains(name, "importlib") && warnings_str_contains(name, "_bootstrap");
}

bool warnings_frame_context(ouro_runtime *rt, int64_t level, bool skip_import, ouro_value *globals,
                            ouro_value *filename, int *line)
{
    const frame *f = rt->vm == NULL ? NULL : rt->vm->frame;
    skip_import = skip_import && f != NULL && !warnings_frame_is_import(f);
    while (f != NULL && level > 0) {
        do {
            f = f->previous;
        } while (f != NULL && skip_import && warnings_frame_is_import(f));
        level--;
    }
    if (f == NULL) {
        return false;
    }
    *globals = ouro_from_object(frame_globals(f));
    *filename = f->code->filename;
    *line = frame_line(f);
    return true;
}

/* ---- functions ------------------------------------------------------------------------------------------ */

/* warn(message, category=None, stacklevel=1, source=None) */
static ouro_value warnings_module_warn(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t level = 1;
    ouro_value given = arg_or_null(args, nargs, 2);
    if (!ouro_is_null(given) && !object_as_index(rt, given, &level, false)) {
        return OURO_NULL;
    }
    ouro_value source = arg_or_null(args, nargs, 3);
    return warnings_warn(rt, args[0], arg_or_null(args, nargs, 1), level, ouro_is_none(source) ? OURO_NULL : source)
               ? OURO_NONE
               : OURO_NULL;
}

/* The source line that the module's loader has, or OURO_NULL (with or without an exception). */
static ouro_value warnings_loader_line(ouro_runtime *rt, ouro_value globals, int64_t line)
{
    if (!value_is_dict(rt, globals)) {
        return error_type(rt, "module_globals must be a dict, not '%.200T'", globals);
    }
    ouro_value loader = value_incref(dict_get_str(rt, as_dict(globals), STR(rt, __loader__)));
    ouro_value name = value_incref(dict_get_str(rt, as_dict(globals), STR(rt, __name__)));
    ouro_value source = OURO_NULL, result = OURO_NULL;
    ouro_value get_source = str_intern_cstring(rt, "get_source");
    if (!ouro_is_null(get_source) && !ouro_is_null(loader) && !ouro_is_null(name)) {
        ouro_value method;
        int found = object_getattr_optional(rt, loader, get_source, &method);
        if (found > 0) {
            source = object_call1(rt, method, name);
            value_decref(rt, method);
        }
    }
    if (!ouro_is_null(source) && value_is_str(rt, source)) {
        ouro_value split = str_intern_cstring(rt, "splitlines");
        ouro_value lines = ouro_is_null(split) ? OURO_NULL : object_call_method0(rt, source, split);
        if (!ouro_is_null(lines) && value_is_list(rt, lines) && line >= 1 && (size_t)line <= as_list(lines)->size) {
            result = value_incref(as_list(lines)->items[line - 1]);
        }
        value_decref(rt, lines);
        value_decref(rt, split);
    }
    value_decref(rt, source);
    value_decref(rt, get_source);
    value_decref(rt, name);
    value_decref(rt, loader);
    return result;
}

/* warn_explicit(message, category, filename, lineno, module, registry, module_globals, source) */
static ouro_value warnings_module_warn_explicit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t line;
    if (!value_is_str(rt, args[2])) {
        return error_type(rt, "warn_explicit() argument 3 must be str, not %T", args[2]);
    }
    if (!object_as_index(rt, args[3], &line, false)) {
        return OURO_NULL;
    }
    ouro_value source_line = OURO_NULL;
    ouro_value globals = arg_or_null(args, nargs, 6);
    if (!ouro_is_null(globals) && !ouro_is_none(globals)) {
        source_line = warnings_loader_line(rt, globals, line);
        if (error_is_set(rt)) {
            value_decref(rt, source_line);
            return OURO_NULL;
        }
    }
    bool ok = warnings_warn_explicit(rt, args[0], args[1], args[2], line, arg_or_null(args, nargs, 4),
                                     arg_or_null(args, nargs, 5), source_line, arg_or_null(args, nargs, 7));
    value_decref(rt, source_line);
    return ok ? OURO_NONE : OURO_NULL;
}

static ouro_value warnings_module_filters_mutated(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    struct warnings_state *s = warnings_get(rt);
    if (s == NULL) {
        return OURO_NULL;
    }
    s->version++;
    return OURO_NONE;
}

static const method_def warnings_functions[] = {
    {"warn", "message, category=None, stacklevel=1, source=None", warnings_module_warn, NULL, 0,
     "Issue a warning, or maybe ignore it or raise an exception."},
    {"warn_explicit",
     "message, category, filename, lineno, module=None, registry=None, module_globals=None, source=None",
     warnings_module_warn_explicit, NULL, 0, "Low-level interface to warnings functionality."},
    {"_filters_mutated", "", warnings_module_filters_mutated, NULL, 0, NULL},
    {0},
};

static bool warnings_module_start(ouro_runtime *rt, module_object *module)
{
    struct warnings_state *s = warnings_get(rt);
    return s != NULL && module_add(rt, module, "filters", value_incref(s->filters)) &&
           module_add(rt, module, "_onceregistry", value_incref(s->once_registry)) &&
           module_add(rt, module, "_defaultaction", value_incref(s->default_action));
}

const module_def warnings_module = {
    .name = "_warnings",
    .doc = "_warnings provides basic warning filtering support.\nIt is a helper module to speed up interpreter "
           "start-up.",
    .functions = warnings_functions,
    .start = warnings_module_start,
};

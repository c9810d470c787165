/* pickle.c: the module _pickle, the fast half of Python's pickle: dump, dumps, load, loads, and the
 * exceptions.
 *
 * pickle.py imports it and shows what it has.  It takes from Python's library what both have to agree about:
 * the tables of copyreg, and the old and new names of _compat_pickle.
 */
#include "modules/pickle.h"

#include <stdarg.h>

/* ---- exceptions ---- */

static bool pickle_raise(ouro_runtime *rt, type_object *type, const char *format, va_list arguments)
{
    ouro_value text = str_format_va(rt, format, arguments);
    ouro_value e = ouro_is_null(text) ? text : object_call1(rt, type_value(type), text);
    value_decref(rt, text);
    if (!ouro_is_null(e)) {
        error_raise_value(rt, e);
        value_decref(rt, e);
    }
    return false;
}

bool pickling_error(ouro_runtime *rt, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    pickle_raise(rt, MODULE_TYPE(rt, pickling_error), format, arguments);
    va_end(arguments);
    return false;
}

bool unpickling_error(ouro_runtime *rt, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    pickle_raise(rt, MODULE_TYPE(rt, unpickling_error), format, arguments);
    va_end(arguments);
    return false;
}

/* ---- functions ---- */

/* dump(obj, file, protocol=None, *, fix_imports=True, buffer_callback=None) */
static ouro_value pickle_dump(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    pickler_object *p = pickler_new(rt, args[2], args[3], args[4]);
    if (p == NULL) {
        return OURO_NULL;
    }
    bool ok = pickler_set_file(rt, p, args[1]) && pickler_dump(rt, p, args[0]);
    value_decref(rt, ouro_from_object(p));
    return ok ? OURO_NONE : OURO_NULL;
}

/* dumps(obj, protocol=None, *, fix_imports=True, buffer_callback=None) */
static ouro_value pickle_dumps(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    pickler_object *p = pickler_new(rt, args[1], args[2], args[3]);
    if (p == NULL) {
        return OURO_NULL;
    }
    ouro_value result = pickler_dump(rt, p, args[0]) ? bytes_builder_finish(&p->out) : OURO_NULL;
    value_decref(rt, ouro_from_object(p));
    return result;
}

/* What a pickle in a file, or one in memory, has in it; `options` stand behind it among the arguments of `name`. */
static ouro_value pickle_read_with(ouro_runtime *rt, bool (*set_source)(ouro_runtime *, unpickler_object *, ouro_value),
                                   const char *name, const ouro_value *args)
{
    unpickler_object *u = unpickler_new(rt);
    if (u == NULL) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (set_source(rt, u, args[0]) && unpickler_set_options(rt, u, name, args + 1)) {
        result = unpickler_load(rt, u);
    }
    value_decref(rt, ouro_from_object(u));
    return result;
}

/* load(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=()) */
static ouro_value pickle_load(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return pickle_read_with(rt, unpickler_set_file, "load", args);
}

/* loads(data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=()) */
static ouro_value pickle_loads(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return pickle_read_with(rt, unpickle_set_input, "loads", args);
}

static const method_def pickle_functions[] = {
    {"dump", "obj, file, protocol=None, *, fix_imports=True,\n     buffer_callback=None", pickle_dump,
     .flags = METHOD_PADDED, .doc = "Writes the pickle of an object to an open binary file."},
    {"dumps", "obj, protocol=None, *, fix_imports=True,\n      buffer_callback=None", pickle_dumps,
     .flags = METHOD_PADDED, .doc = "The pickle of an object as bytes."},
    {"load", "file, *, fix_imports=True, encoding='ASCII',\n     errors='strict', buffers=()", pickle_load,
     .flags = METHOD_PADDED, .doc = "Reads a pickle from an open binary file, and returns its object."},
    {"loads", "data, /, *, fix_imports=True, encoding='ASCII',\n      errors='strict', buffers=()",
     pickle_loads, .flags = METHOD_PADDED,
     .doc = "The object of a pickle that is given as bytes, or anything with a buffer."},
    {NULL},
};

/* ---- the start ---- */

/* module.name, which must be a dict if so said.  OURO_NULL: raised. */
static ouro_value pickle_import(ouro_runtime *rt, const char *module_name, const char *name, bool is_dict)
{
    ouro_value text = str_intern_cstring(rt, module_name), v = OURO_NULL;
    ouro_value module = ouro_is_null(text) ? text : rt->types->import_name(rt, text);
    value_decref(rt, text);
    if (!ouro_is_null(module)) {
        v = object_getattr_utf8(rt, module, name);
        value_decref(rt, module);
    }
    if (!ouro_is_null(v) && is_dict && !value_is_dict(rt, v)) {
        error_runtime(rt, "%s.%s should be a dict, not %T", module_name, name, v);
        value_clear(rt, &v);
    } else if (!ouro_is_null(v) && !is_dict && !object_is_callable(rt, v)) {
        error_runtime(rt, "%s.%s should be callable, not %T", module_name, name, v);
        value_clear(rt, &v);
    }
    return v;
}

static bool pickle_import_library(ouro_runtime *rt)
{
    static const struct {
        const char *module, *name;
        bool is_dict;
    } parts[PICKLE_LIB_COUNT] = {
        [PICKLE_LIB_DISPATCH_TABLE] = {"copyreg", "dispatch_table", true},
        [PICKLE_LIB_EXTENSION_REGISTRY] = {"copyreg", "_extension_registry", true},
        [PICKLE_LIB_INVERTED_REGISTRY] = {"copyreg", "_inverted_registry", true},
        [PICKLE_LIB_EXTENSION_CACHE] = {"copyreg", "_extension_cache", true},
        [PICKLE_LIB_NAMES_TO_3] = {"_compat_pickle", "NAME_MAPPING", true},
        [PICKLE_LIB_MODULES_TO_3] = {"_compat_pickle", "IMPORT_MAPPING", true},
        [PICKLE_LIB_NAMES_TO_2] = {"_compat_pickle", "REVERSE_NAME_MAPPING", true},
        [PICKLE_LIB_MODULES_TO_2] = {"_compat_pickle", "REVERSE_IMPORT_MAPPING", true},
        [PICKLE_LIB_ENCODE] = {"codecs", "encode", false},
        [PICKLE_LIB_GETATTR] = {"builtins", "getattr", false},
        [PICKLE_LIB_PARTIAL] = {"functools", "partial", false},
    };
    ouro_value found[PICKLE_LIB_COUNT];
    size_t count = 0;
    bool ok = true;
    while (ok && count < PICKLE_LIB_COUNT) {
        found[count] = pickle_import(rt, parts[count].module, parts[count].name, parts[count].is_dict);
        ok = !ouro_is_null(found[count]);
        count += ok;
    }
    if (!ok) {
        values_decref(rt, found, count);
        return false;
    }
    ouro_value library = tuple_new_steal(rt, found, count);
    if (!ouro_is_null(library)) {
        value_replace(rt, &rt->modules->pickle_library, library);
    }
    return !ouro_is_null(library);
}

static bool pickle_start(ouro_runtime *rt, module_object *module)
{
    struct modules_state *kept = rt->modules;
    if (ouro_is_null(kept->pickle_library) && !pickle_import_library(rt)) {
        return false;
    }
    return module_keep_type(rt, &pickler_memo_proxy_spec, &kept->pickler_memo_proxy) &&
           module_keep_type(rt, &unpickler_memo_proxy_spec, &kept->unpickler_memo_proxy) &&
           module_add_kept_type(rt, module, &pickler_spec, &kept->pickler) &&
           module_add_kept_type(rt, module, &unpickler_spec, &kept->unpickler) &&
           module_add_kept_type(rt, module, &pickle_buffer_spec, &kept->pickle_buffer) &&
           module_add_exception(rt, module, "_pickle.PickleError", EXC(rt, Exception), &kept->pickle_error) &&
           module_add_exception(rt, module, "_pickle.PicklingError", kept->pickle_error,
                                &kept->pickling_error) &&
           module_add_exception(rt, module, "_pickle.UnpicklingError", kept->pickle_error,
                                &kept->unpickling_error);
}

const module_def pickle_module_def = {
    .name = "_pickle",
    .doc = "Optimized C implementation for the Python pickle module.",
    .functions = pickle_functions,
    .start = pickle_start,
};

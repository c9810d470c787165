/* pickle_global.c: classes and functions, which a pickle names: by module and qualified name, or by the code
 * that copyreg's extension registry has for them.
 */
#include "modules/pickle.h"
#include "types/text.h"

/* ---- looking names up ---- */

/* The names between the dots; "<locals>" among them: AttributeError, about `object` (OURO_NULL: the one to be
 * pickled). */
static ouro_value global_path(ouro_runtime *rt, ouro_value object, ouro_value name)
{
    ouro_value dot = str_from_char(rt, '.');
    ouro_value path = ouro_is_null(dot) ? dot : object_call_method1(rt, name, STR(rt, split), dot);
    value_decref(rt, dot);
    for (size_t i = 0; !ouro_is_null(path) && i < as_list(path)->size; i++) {
        if (str_equal_ascii(as_str(as_list(path)->items[i]), "<locals>")) {
            if (ouro_is_null(object)) {
                error_raise(rt, EXC(rt, AttributeError), "Can't pickle local object %R", name);
            } else {
                error_raise(rt, EXC(rt, AttributeError), "Can't pickle local attribute %R on %R", name,
                            object);
            }
            value_clear(rt, &path);
        }
    }
    return path;
}

/* What the path leads to from `object`: a new reference; OURO_NULL without an exception: nothing.  *parent
 * (may be NULL): what the last name was looked up on, a new reference, OURO_NULL if there is no result. */
static ouro_value global_follow(ouro_runtime *rt, ouro_value object, ouro_value path, ouro_value *parent)
{
    ouro_value at = value_incref(object), from = OURO_NULL;
    for (size_t i = 0; !ouro_is_null(at) && i < as_list(path)->size; i++) {
        value_replace(rt, &from, at);
        ouro_value name = value_incref(as_list(path)->items[i]);
        at = OURO_NULL;
        if (object_getattr_optional(rt, from, name, &at) <= 0) {
            at = OURO_NULL;
        }
        value_decref(rt, name);
    }
    if (parent != NULL && !ouro_is_null(at)) {
        *parent = from;
    } else {
        value_decref(rt, from);
    }
    return at;
}

ouro_value pickle_attribute(ouro_runtime *rt, ouro_value object, ouro_value name, bool dotted)
{
    ouro_value found = OURO_NULL;
    if (dotted) {
        ouro_value path = global_path(rt, object, name);
        if (ouro_is_null(path)) {
            return OURO_NULL;
        }
        found = global_follow(rt, object, path, NULL);
        value_decref(rt, path);
    } else if (object_getattr_optional(rt, object, name, &found) <= 0) {
        found = OURO_NULL;
    }
    if (ouro_is_null(found) && !error_is_set(rt)) {
        error_raise(rt, EXC(rt, AttributeError), "Can't get attribute %R on %R", name, object);
    }
    return found;
}

static ouro_value global_modules(ouro_runtime *rt)
{
    ouro_value sys = rt->types->import_name(rt, STR(rt, sys)), modules = OURO_NULL;
    if (!ouro_is_null(sys)) {
        modules = object_getattr(rt, sys, STR(rt, modules));
        value_decref(rt, sys);
    }
    return modules;
}

/* Is the object what the path leads to in this module?  1, 0, -1. */
static int global_is_in(ouro_runtime *rt, ouro_value name, ouro_value module, ouro_value path, ouro_value v)
{
    if (ouro_is_none(module) || (value_is_str(rt, name) && (str_equal_ascii(as_str(name), "__main__") ||
                                                            str_equal_ascii(as_str(name), "__mp_main__")))) {
        return 0;
    }
    ouro_value found = global_follow(rt, module, path, NULL);
    bool same = ouro_is(found, v);
    value_decref(rt, found);
    return error_is_set(rt) ? -1 : same;
}

/* The name of the module that the object is found in: its __module__, or by looking everywhere. */
static ouro_value global_module_of(ouro_runtime *rt, ouro_value v, ouro_value path)
{
    ouro_value name;
    int has = object_getattr_optional(rt, v, STR(rt, __module__), &name);
    if (has != 0) {
        if (has < 0 || !ouro_is_none(name)) {
            return has < 0 ? OURO_NULL : name;
        }
        value_decref(rt, name);
    }
    /* on a copy: attributes of modules may import others */
    ouro_value modules = global_modules(rt);
    ouro_value items = ouro_is_null(modules) ? modules : object_call_method0(rt, modules, STR(rt, items));
    ouro_value list = ouro_is_null(items) ? items : list_from_iterable(rt, items), result = OURO_NULL;
    value_decref(rt, items);
    value_decref(rt, modules);
    if (ouro_is_null(list)) {
        return OURO_NULL;
    }
    int is_in = 0;
    for (size_t i = 0; is_in == 0 && i < as_list(list)->size; i++) {
        ouro_value pair = as_list(list)->items[i];
        if (value_is_tuple(rt, pair) && as_tuple(pair)->size == 2) {
            is_in = global_is_in(rt, as_tuple(pair)->items[0], as_tuple(pair)->items[1], path, v);
            result = is_in > 0 ? value_incref(as_tuple(pair)->items[0]) : OURO_NULL;
        }
    }
    value_decref(rt, list);
    return is_in == 0 ? value_incref(STR(rt, __main__)) : result;
}

/* ---- writing them ---- */

/* A code of the extension registry: 1 written, 0 there is none, -1 failed. */
static int global_save_extension(ouro_runtime *rt, pickler_object *p, ouro_value v, ouro_value module,
                                 ouro_value name)
{
    ouro_value key = tuple_pack2(rt, module, name);
    if (ouro_is_null(key)) {
        return -1;
    }
    ouro_value code = value_incref(dict_get(rt, pickle_library_dict(rt, PICKLE_LIB_EXTENSION_REGISTRY), key));
    value_decref(rt, key);
    if (ouro_is_null(code)) {
        return error_is_set(rt) ? -1 : 0;
    }
    int64_t number;
    bool ok = false;
    if (!value_is_int(rt, code)) {
        pickling_error(rt, "Can't pickle %R: extension code %R isn't an integer", v, code);
    } else if (!int_fits_int64(code, &number) || number <= 0 || number > INT32_MAX) {
        pickling_error(rt, "Can't pickle %R: extension code %S is out of range", v, code);
    } else {
        ok = number <= UINT8_MAX    ? pickle_write_number(p, PICKLE_EXT1, (uint64_t)number, 1)
             : number <= UINT16_MAX ? pickle_write_number(p, PICKLE_EXT2, (uint64_t)number, 2)
                                    : pickle_write_number(p, PICKLE_EXT4, (uint64_t)number, 4);
    }
    value_decref(rt, code);
    return ok ? 1 : -1;
}

/* The names that Python 2 has for them; *module and *name are owned. */
static bool global_fix_imports(ouro_runtime *rt, ouro_value *module, ouro_value *name)
{
    ouro_value key = tuple_pack2(rt, *module, *name);
    if (ouro_is_null(key)) {
        return false;
    }
    ouro_value both = value_incref(dict_get(rt, pickle_library_dict(rt, PICKLE_LIB_NAMES_TO_2), key));
    value_decref(rt, key);
    if (!ouro_is_null(both)) {
        bool pair = value_is_tuple(rt, both) && as_tuple(both)->size == 2;
        const ouro_value *parts = pair ? as_tuple(both)->items : NULL;
        bool ok = pair && value_is_str(rt, parts[0]) && value_is_str(rt, parts[1]);
        if (ok) {
            value_replace(rt, module, value_incref(parts[0]));
            value_replace(rt, name, value_incref(parts[1]));
        } else if (pair) {
            error_runtime(rt,
                          "_compat_pickle.REVERSE_NAME_MAPPING values should be pairs of str, not (%T, %T)",
                          parts[0], parts[1]);
        } else {
            error_runtime(rt, "_compat_pickle.REVERSE_NAME_MAPPING values should be 2-tuples, not %T", both);
        }
        value_decref(rt, both);
        return ok;
    }
    ouro_value other =
        error_is_set(rt)
            ? OURO_NULL
            : value_incref(dict_get(rt, pickle_library_dict(rt, PICKLE_LIB_MODULES_TO_2), *module));
    if (ouro_is_null(other)) {
        return !error_is_set(rt);
    }
    if (!value_is_str(rt, other)) {
        error_runtime(rt, "_compat_pickle.REVERSE_IMPORT_MAPPING values should be strings, not %T", other);
        value_decref(rt, other);
        return false;
    }
    value_replace(rt, module, other);
    return true;
}

/* A name as a line: in UTF-8, or before protocol 3 in ASCII. */
static bool global_write_name(ouro_runtime *rt, pickler_object *p, bytes_builder *line, ouro_value name,
                              const char *what)
{
    if (p->protocol < 3 && (as_str(name)->flags & STR_ASCII) == 0) {
        return pickling_error(rt, "can't pickle %s identifier '%S' using pickle protocol %d", what, name,
                              (int)p->protocol);
    }
    size_t length;
    char *text = str_to_utf8(rt, name, &length, false);
    if (text == NULL) {
        return false;
    }
    bytes_builder_add(line, text, length);
    ouro_mem_free(rt->mem, text);
    return true;
}

static bool global_save_lines(ouro_runtime *rt, pickler_object *p, ouro_value module, ouro_value name)
{
    value_incref(module);
    value_incref(name);
    bytes_builder line;
    bytes_builder_init(&line, rt);
    bool ok = !(p->protocol < 3 && p->fix_imports) || global_fix_imports(rt, &module, &name);
    ok = ok && global_write_name(rt, p, &line, module, "module");
    bytes_builder_byte(&line, '\n');
    ok = ok && global_write_name(rt, p, &line, name, "global") && !line.failed &&
         pickle_write_line(p, PICKLE_GLOBAL, line.data->data, line.length);
    bytes_builder_drop(&line);
    value_decref(rt, name);
    value_decref(rt, module);
    return ok;
}

/* What a global is, found by its name: all owned. */
struct global_found {
    ouro_value module_name, module, path, parent, value;
};

static void global_drop(ouro_runtime *rt, struct global_found *g)
{
    value_decref(rt, g->value);
    value_decref(rt, g->parent);
    value_decref(rt, g->path);
    value_decref(rt, g->module);
    value_decref(rt, g->module_name);
}

/* Drops what was raised while a name was looked up, for an error that says which; false: it is MemoryError,
 * and stays. */
static bool global_lost(ouro_runtime *rt)
{
    if (error_matches(rt, EXC(rt, MemoryError))) {
        return false;
    }
    error_clear(rt);
    return true;
}

static bool global_find(ouro_runtime *rt, ouro_value v, ouro_value name, struct global_found *g)
{
    g->path = global_path(rt, OURO_NULL, name);
    g->module_name = ouro_is_null(g->path) ? OURO_NULL : global_module_of(rt, v, g->path);
    if (ouro_is_null(g->module_name)) {
        return false;
    }
    if (!value_is_str(rt, g->module_name)) {
        error_type(rt, "module name must be a string");
    } else {
        g->module = rt->types->import_name(rt, g->module_name);
    }
    if (ouro_is_null(g->module)) {
        return global_lost(rt) &&
               pickling_error(rt, "Can't pickle %R: import of module %R failed", v, g->module_name);
    }
    g->value = global_follow(rt, g->module, g->path, &g->parent);
    if (ouro_is_null(g->value)) {
        return global_lost(rt) && pickling_error(rt, "Can't pickle %R: attribute lookup %S on %S failed", v,
                                                 name, g->module_name);
    }
    if (!ouro_is(g->value, v)) {
        return pickling_error(rt, "Can't pickle %R: it's not the same object as %S.%S", v, g->module_name,
                              name);
    }
    return true;
}

/* What was found, by module and name, or as an attribute of its parent. */
static bool global_save_found(ouro_runtime *rt, pickler_object *p, const struct global_found *g,
                              ouro_value name)
{
    ouro_value last = as_list(g->path)->items[as_list(g->path)->size - 1];
    bool direct = ouro_is(g->parent, g->module);
    ouro_value shown = direct ? last : name;
    if (p->protocol >= 4) {
        return pickle_save(rt, p, g->module_name) && pickle_save(rt, p, shown) &&
               pickle_write_opcode(p, PICKLE_STACK_GLOBAL);
    }
    if (!direct) {
        return pickle_save_call(rt, p, pickle_library(rt, PICKLE_LIB_GETATTR),
                                tuple_pack2(rt, g->parent, last), OURO_NULL);
    }
    return global_save_lines(rt, p, g->module_name, shown);
}

static ouro_value global_own_name(ouro_runtime *rt, ouro_value v)
{
    ouro_value name;
    int has = object_getattr_optional(rt, v, STR(rt, __qualname__), &name);
    return has > 0 ? name : has < 0 ? OURO_NULL : object_getattr(rt, v, STR(rt, __name__));
}

bool pickle_save_global(ouro_runtime *rt, pickler_object *p, ouro_value v, ouro_value name)
{
    struct global_found g = {0};
    name = ouro_is_null(name) ? global_own_name(rt, v) : value_incref(name);
    bool ok = !ouro_is_null(name);
    if (ok && !value_is_str(rt, name)) {
        ok = pickling_error(rt, "Can't pickle %R: its name %R isn't a string", v, name);
    } else if (ok) { /* a subclass may split in its own way */
        value_replace(rt, &name, str_exact(rt, name));
        ok = !ouro_is_null(name);
    }
    ok = ok && global_find(rt, v, name, &g);
    if (ok) {
        int coded = p->protocol >= 2 ? global_save_extension(rt, p, v, g.module_name, name) : 0;
        ok = coded > 0 || (coded == 0 && global_save_found(rt, p, &g, name) && pickle_memoize(rt, p, v));
    }
    global_drop(rt, &g);
    value_decref(rt, name);
    return ok;
}

/* The types of None, NotImplemented and Ellipsis have no names: type(None). */
bool pickle_save_type(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    const type_object *type = as_type(v);
    ouro_value single = type == TYPE(rt, none)              ? OURO_NONE
                        : type == TYPE(rt, ellipsis)        ? OURO_ELLIPSIS
                        : type == TYPE(rt, not_implemented) ? OURO_NOT_IMPLEMENTED
                                                            : OURO_NULL;
    if (ouro_is_null(single)) {
        return pickle_save_global(rt, p, v, OURO_NULL);
    }
    return pickle_save_call(rt, p, type_value(TYPE(rt, type)), tuple_pack1(rt, single), v);
}

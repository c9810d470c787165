/* module.c: the module type, and the making of modules written in C.
 *
 * A module is a dict with attribute access.  Its attributes are looked for after the data descriptors of its type
 * and before the rest of it; a name that is nowhere goes to the module's own __getattr__ (PEP 562).  A module
 * written in C has a definition and may have a block of state, which lives and dies with it.
 *
 * What always holds: dict is a dict (NULL only after the collector has emptied the module).
 */
#include "types/module.h"

#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/error_private.h"
#include "types/function.h"
#include "types/own_dict.h"
#include "types/protocol.h"
#include "types/str.h"

/* ---- making --------------------------------------------------------------------------------------------- */

static ouro_value module_allocate(ouro_runtime *rt, type_object *type)
{
    module_object *module = object_new(rt, &type->type, 0);
    if (module == NULL) {
        return OURO_NULL;
    }
    ouro_value result = ouro_from_object(module);
    ouro_value dict = dict_new(rt, 0);
    if (ouro_is_null(dict)) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    module->dict = as_dict(dict);
    gc_track(rt, &module->object);
    return result;
}

/* The five names that every module has. */
static bool module_fill(ouro_runtime *rt, module_object *module, ouro_value name, ouro_value doc)
{
    dict_object *d = module->dict;
    return dict_set(rt, d, STR(rt, __name__), name) && dict_set(rt, d, STR(rt, __doc__), doc) &&
           dict_set(rt, d, STR(rt, __package__), OURO_NONE) && dict_set(rt, d, STR(rt, __loader__), OURO_NONE) &&
           dict_set(rt, d, STR(rt, __spec__), OURO_NONE);
}

ouro_value module_new(ouro_runtime *rt, const char *name)
{
    ouro_value text = str_intern_cstring(rt, name);
    if (ouro_is_null(text)) {
        return OURO_NULL;
    }
    ouro_value module = module_allocate(rt, TYPE(rt, module));
    if (!ouro_is_null(module) && !module_fill(rt, as_module(module), text, OURO_NONE)) {
        value_decref(rt, module);
        module = OURO_NULL;
    }
    value_decref(rt, text);
    return module;
}

static bool module_add_functions(ouro_runtime *rt, module_object *module, const method_def *functions,
                                 ouro_value name)
{
    for (const method_def *f = functions; f != NULL && f->name != NULL; f++) {
        if (!module_add(rt, module, f->name, native_function_new(rt, f, ouro_from_object(module), name))) {
            return false;
        }
    }
    return true;
}

ouro_value module_from_def(ouro_runtime *rt, const module_def *def)
{
    ouro_value result = module_new(rt, def->name);
    if (ouro_is_null(result)) {
        return OURO_NULL;
    }
    module_object *module = as_module(result);
    if (def->state_size > 0) {
        module->state = ouro_mem_alloc_zeroed(rt->mem, def->state_size);
        if (module->state == NULL) {
            error_no_memory(rt);
            value_decref(rt, result);
            return OURO_NULL;
        }
    }
    module->def = def;
    ouro_value name = value_incref(dict_get_str(rt, module->dict, STR(rt, __name__)));
    bool ok = module_add_functions(rt, module, def->functions, name) &&
              (def->doc == NULL || module_add_text(rt, module, "__doc__", def->doc)) &&
              (def->start == NULL || def->start(rt, module));
    value_decref(rt, name);
    if (!ok) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    return result;
}

bool module_add(ouro_runtime *rt, module_object *module, const char *name, ouro_value value)
{
    if (ouro_is_null(value)) {
        return false;
    }
    ouro_value key = str_intern_cstring(rt, name);
    bool ok = !ouro_is_null(key) && dict_set(rt, module->dict, key, value);
    value_decref(rt, key);
    value_decref(rt, value);
    return ok;
}

type_object *module_add_type(ouro_runtime *rt, module_object *module, const type_spec *spec)
{
    type_object *type = type_from_spec(rt, spec);
    if (type == NULL) {
        return NULL;
    }
    const char *dot = strrchr(spec->name, '.');
    /* The module's dict keeps the type alive for the borrower. */
    return module_add(rt, module, dot == NULL ? spec->name : dot + 1, type_value(type)) ? type : NULL;
}

bool module_add_int(ouro_runtime *rt, module_object *module, const char *name, int64_t i)
{
    return module_add(rt, module, name, ouro_int(i));
}

bool module_add_text(ouro_runtime *rt, module_object *module, const char *name, const char *text)
{
    return module_add(rt, module, name, str_from_cstring(rt, text));
}

static int module_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context)
{
    module_object *module = (module_object *)(void *)self;
    if (module->def != NULL && module->def->traverse != NULL && module->state != NULL) {
        return module->def->traverse(rt, module, visit, context);
    }
    return 0;
}

static void module_clear(ouro_runtime *rt, ouro_object *self)
{
    module_object *module = (module_object *)(void *)self;
    if (module->def != NULL && module->def->clear != NULL && module->state != NULL) {
        module->def->clear(rt, module);
    }
}

static void module_dispose(ouro_runtime *rt, ouro_object *self)
{
    module_object *module = (module_object *)(void *)self;
    ouro_mem_free(rt->mem, module->state);
    module->state = NULL;
}

static size_t module_extra_size(ouro_runtime *rt, ouro_object *self)
{
    module_object *module = (module_object *)(void *)self;
    return module->state == NULL ? 0 : ouro_mem_size(rt->mem, module->state);
}

static ouro_value module_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                              ouro_value kwnames)
{
    return module_allocate(rt, type);
}

/* module(name, doc=None) */
static bool module_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    ouro_value a[2];
    if (!arguments_bind(rt, "module", "name, doc=None", args, nargs, kwnames, a)) {
        return false;
    }
    if (!value_is_str(rt, a[0])) {
        error_type(rt, "module() argument 'name' must be str, not %T", a[0]);
        return false;
    }
    return module_fill(rt, as_module(self), a[0], ouro_is_null(a[1]) ? OURO_NONE : a[1]);
}

/* ---- attribute access ----------------------------------------------------------------------------------- */

static ouro_value module_dict_value(const module_object *module)
{
    return ouro_from_object(module->dict);
}

/* Is module.__spec__._initializing true?  1, 0, -1. */
static int module_is_initializing(ouro_runtime *rt, ouro_value spec)
{
    ouro_value flag;
    ouro_value name = str_intern_cstring(rt, "_initializing");
    if (ouro_is_null(name)) {
        return -1;
    }
    int found = object_getattr_optional(rt, spec, name, &flag);
    value_decref(rt, name);
    if (found > 0) {
        found = object_truth(rt, flag);
        value_decref(rt, flag);
    }
    return found;
}

/* Is the submodule `name` of the package being imported right now? */
static int module_is_uninitialized_submodule(ouro_runtime *rt, ouro_value spec, ouro_value name)
{
    ouro_value list;
    ouro_value attribute = str_intern_cstring(rt, "_uninitialized_submodules");
    if (ouro_is_null(attribute)) {
        return -1;
    }
    int found = object_getattr_optional(rt, spec, attribute, &list);
    value_decref(rt, attribute);
    if (found > 0) {
        found = object_contains(rt, list, name);
        value_decref(rt, list);
    }
    return found;
}

/* AttributeError for a name that is nowhere, or what the module's __getattr__ says. */
static ouro_value module_getattr_missing(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    module_object *module = as_module(self);
    if (module->dict == NULL) {
        return error_attribute(rt, self, name);
    }
    ouro_value made;
    int found = module->def != NULL && module->def->missing != NULL ? module->def->missing(rt, name, &made) : 0;
    if (found != 0) {
        return found > 0 ? made : OURO_NULL;
    }
    ouro_value getattr = value_incref(dict_get_str(rt, module->dict, STR(rt, __getattr__)));
    if (!ouro_is_null(getattr)) {
        ouro_value result = object_call1(rt, getattr, name);
        value_decref(rt, getattr);
        return result;
    }
    ouro_value module_name = value_incref(dict_get_str(rt, module->dict, STR(rt, __name__)));
    if (ouro_is_null(module_name) || !value_is_str(rt, module_name)) {
        value_decref(rt, module_name);
        error_raise(rt, EXC(rt, AttributeError), "module has no attribute '%U'", name);
        error_note_attribute(rt, self, name);
        return OURO_NULL;
    }
    ouro_value spec = value_incref(dict_get_str(rt, module->dict, STR(rt, __spec__)));
    int initializing = 0, submodule = 0;
    if (!ouro_is_null(spec) && !ouro_is_none(spec)) {
        initializing = module_is_initializing(rt, spec);
        if (initializing == 0) {
            submodule = module_is_uninitialized_submodule(rt, spec, name);
        }
    }
    value_decref(rt, spec);
    if (initializing >= 0 && submodule >= 0) {
        if (initializing > 0) {
            error_raise(rt, EXC(rt, AttributeError),
                        "partially initialized module '%U' has no attribute '%U' (most likely due to a circular import)",
                        module_name, name);
        } else if (submodule > 0) {
            error_raise(rt, EXC(rt, AttributeError),
                        "cannot access submodule '%U' of module '%U' (most likely due to a circular import)", name,
                        module_name);
        } else {
            error_raise(rt, EXC(rt, AttributeError), "module '%U' has no attribute '%U'", module_name, name);
        }
        error_note_attribute(rt, self, name);
    }
    value_decref(rt, module_name);
    return OURO_NULL;
}

static ouro_value module_getattr(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    ouro_value result;
    int found = own_dict_find(rt, self, name, module_dict_value(as_module(self)), &result);
    if (found > 0 || (found < 0 && !error_clear_if(rt, EXC(rt, AttributeError)))) {
        return result;
    }
    return module_getattr_missing(rt, self, name);
}

static bool module_setattr(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value value)
{
    module_object *module = as_module(self);
    ouro_value slot = module_dict_value(module);
    return own_dict_setattr(rt, self, name, value, &slot);
}

/* Whoever looks into the dict finds the late names there. */
static ouro_value module_get_dict(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value dict = value_incref(module_dict_value(as_module(self)));
    if (ouro_is_null(dict)) {
        return OURO_NONE;
    }
    const module_def *def = as_module(self)->def;
    for (const char *const *late = def ? def->late : NULL; late && *late; late++) {
        ouro_value name = str_intern_cstring(rt, *late), value = OURO_NULL;
        bool there = !ouro_is_null(name) && !ouro_is_null(dict_get_str(rt, as_dict(dict), name));
        bool ok = !ouro_is_null(name) && (there || def->missing(rt, name, &value) >= 0);
        value_decref(rt, value);
        value_decref(rt, name);
        if (!ok) {
            value_decref(rt, dict);
            return OURO_NULL;
        }
    }
    return dict;
}

static bool module_set_dict(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    error_raise(rt, EXC(rt, AttributeError), "readonly attribute");
    return false;
}

static ouro_value module_get_annotations(ouro_runtime *rt, ouro_value self, void *closure)
{
    module_object *module = as_module(self);
    ouro_value annotations = value_incref(dict_get_str(rt, module->dict, STR(rt, __annotations__)));
    if (ouro_is_null(annotations)) {
        annotations = dict_new(rt, 0);
        if (!ouro_is_null(annotations) && !dict_set(rt, module->dict, STR(rt, __annotations__), annotations)) {
            value_decref(rt, annotations);
            return OURO_NULL;
        }
    }
    return annotations;
}

static bool module_set_annotations(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    module_object *module = as_module(self);
    if (!ouro_is_null(value)) {
        return dict_set(rt, module->dict, STR(rt, __annotations__), value);
    }
    int deleted = dict_delete(rt, module->dict, STR(rt, __annotations__));
    if (deleted == 0) {
        error_raise(rt, EXC(rt, AttributeError), "%U", STR(rt, __annotations__));
    }
    return deleted > 0;
}

/* ---- text and listing ----------------------------------------------------------------------------------- */

/* An attribute that may be missing or fail: new reference, OURO_NULL without an exception. */
static ouro_value module_spec_attribute(ouro_runtime *rt, ouro_value spec, ouro_value name)
{
    ouro_value result;
    int found = object_getattr_optional(rt, spec, name, &result);
    if (found < 0) {
        error_clear(rt);
    }
    return found > 0 ? result : OURO_NULL;
}

static ouro_value module_repr_by_spec(ouro_runtime *rt, ouro_value spec)
{
    ouro_value name = module_spec_attribute(rt, spec, STR(rt, name));
    ouro_value origin = module_spec_attribute(rt, spec, STR(rt, origin));
    ouro_value loader = module_spec_attribute(rt, spec, STR(rt, loader));
    ouro_value located = module_spec_attribute(rt, spec, STR(rt, has_location));
    ouro_value shown = ouro_is_null(name) || ouro_is_none(name) ? OURO_NULL : name;
    ouro_value text = OURO_NULL;
    ouro_value name_text = ouro_is_null(shown) ? str_from_cstring(rt, "'?'") : object_repr(rt, shown);
    if (!ouro_is_null(name_text)) {
        int has_location = ouro_is_null(located) ? 0 : object_truth(rt, located);
        if (has_location < 0) {
            error_clear(rt);
        }
        if (ouro_is_null(origin) || ouro_is_none(origin)) {
            if (ouro_is_null(loader) || ouro_is_none(loader)) {
                text = str_format_c(rt, "<module %U>", name_text);
            } else {
                text = str_format_c(rt, "<module %U (%R)>", name_text, loader);
            }
        } else if (has_location > 0) {
            text = str_format_c(rt, "<module %U from %R>", name_text, origin);
        } else {
            text = str_format_c(rt, "<module %U (%S)>", name_text, origin);
        }
    }
    value_decref(rt, name_text);
    value_decref(rt, located);
    value_decref(rt, loader);
    value_decref(rt, origin);
    value_decref(rt, name);
    return text;
}

/* What loader.module_repr(module) says.  False: there is no such method, or it fails. */
static bool module_repr_by_loader(ouro_runtime *rt, ouro_value self, ouro_value loader, ouro_value *text)
{
    ouro_value method = module_spec_attribute(rt, loader, STR(rt, module_repr));
    *text = ouro_is_null(method) ? OURO_NULL : object_call1(rt, method, self);
    if (!ouro_is_null(method) && ouro_is_null(*text)) {
        error_clear(rt);
    }
    value_decref(rt, method);
    return !ouro_is_null(*text);
}

static ouro_value module_text(ouro_runtime *rt, ouro_value self)
{
    module_object *module = as_module(self);
    if (module->dict == NULL) {
        return str_from_cstring(rt, "<module '?'>");
    }
    ouro_value spec = value_incref(dict_get_str(rt, module->dict, STR(rt, __spec__)));
    if (!ouro_is_null(spec) && !ouro_is_none(spec)) {
        ouro_value text = module_repr_by_spec(rt, spec);
        value_decref(rt, spec);
        return text;
    }
    ouro_value name = value_incref(dict_get_str(rt, module->dict, STR(rt, __name__)));
    if (ouro_is_null(name)) {
        name = str_from_cstring(rt, "?");
        if (ouro_is_null(name)) {
            return OURO_NULL;
        }
    }
    ouro_value file = value_incref(dict_get_str(rt, module->dict, STR(rt, __file__)));
    ouro_value loader = value_incref(dict_get_str(rt, module->dict, STR(rt, __loader__)));
    ouro_value text = OURO_NULL;
    bool told = !ouro_is_null(loader) && module_repr_by_loader(rt, self, loader, &text);
    if (told) {
        /* the text is the loader's */
    } else if (module->def != NULL) {
        text = str_format_c(rt, "<module %R (built-in)>", name);
    } else if (!ouro_is_null(file)) {
        text = str_format_c(rt, "<module %R from %R>", name, file);
    } else if (!ouro_is_null(loader) && !ouro_is_none(loader)) {
        text = str_format_c(rt, "<module %R (%R)>", name, loader);
    } else {
        text = str_format_c(rt, "<module %R>", name);
    }
    value_decref(rt, loader);
    value_decref(rt, file);
    value_decref(rt, name);
    return text;
}

static ouro_value module_method_dir(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    /* a native module's own dict: to be told the late names need not make what they stand for */
    ouro_value dict = as_module(args[0])->def ? value_incref(module_dict_value(as_module(args[0]))) : OURO_NULL;
    if (ouro_is_null(dict)) {
        dict = object_getattr(rt, args[0], STR(rt, __dict__));
    }
    if (ouro_is_null(dict)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (!value_is_dict(rt, dict)) {
        error_type(rt, "%.200T.__dict__ is not a dictionary", args[0]);
    } else {
        ouro_value dir = value_incref(dict_get_str(rt, as_dict(dict), STR(rt, __dir__)));
        result = ouro_is_null(dir) ? list_from_iterable(rt, dict) : object_call0(rt, dir);
        const module_def *def = ouro_is_null(dir) ? as_module(args[0])->def : NULL;
        value_decref(rt, dir);
        for (const char *const *late = def ? def->late : NULL; late && *late && !ouro_is_null(result); late++) {
            ouro_value name = str_intern_cstring(rt, *late);
            bool there = !ouro_is_null(name) && !ouro_is_null(dict_get_str(rt, as_dict(dict), name));
            if (ouro_is_null(name) || (!there && !list_append(rt, result, name))) {
                value_clear(rt, &result);
            }
            value_decref(rt, name);
        }
    }
    value_decref(rt, dict);
    return result;
}

static const ouro_field module_fields[] = {
    {OURO_FIELD_VALUE, offsetof(module_object, dict), 0, "__dict__"},
};

static const method_def module_methods[] = {
    {"__dir__", "?self, /", module_method_dir, NULL, 0, "__dir__() -> list\nspecialized dir() implementation"},
    {0},
};

static const getset_def module_getsets[] = {
    {"__dict__", module_get_dict, module_set_dict, NULL, NULL, .member = true},
    {"__annotations__", module_get_annotations, module_set_annotations, NULL, NULL},
    {0},
};

const type_spec module_spec = {
    .name = "module",
    .signature = "(name, doc=None)",
    .size = sizeof(module_object),
    .flags = OURO_TYPE_WEAKREF | TYPE_BASE | TYPE_HAS_DICT,
    .doc = "Create a module object.\n\nThe name must be a string; the optional doc argument can have any type.",
    .fields = module_fields,
    .field_count = 1,
    .traverse = module_traverse,
    .clear = module_clear,
    .dispose = module_dispose,
    .extra_size = module_extra_size,
    .methods = module_methods,
    .getsets = module_getsets,
    .slots = {.make = module_make,
              .init = module_init,
              .repr = module_text,
              .getattr = module_getattr,
              .setattr = module_setattr},
};

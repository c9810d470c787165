/* import_spec.c: __spec__ and __loader__ of modules that the built-in import found.
 *
 * A program that only imports files never loads the library's importlib.  Until then its modules have these
 * two objects, which hold what importlib's ModuleSpec and loaders would, and print as they do.  Whoever asks
 * them for more gets it from the real ones: importlib is loaded, a loader of the same name and file is made,
 * and the attribute is taken from that.  When importlib is loaded the modules get the real ones
 * (import_library.c).
 */
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/import.h"

/* ---- ModuleSpec ---- */

static ouro_value import_parent_of(ouro_runtime *rt, ouro_value name)
{
    const str_object *s = as_str(name);
    for (size_t i = str_length(s); i > 0; i--) {
        if (str_char_at(s, i - 1) == '.') {
            return str_substring(rt, name, 0, i - 1);
        }
    }
    return value_incref(rt->types->empty_str);
}

ouro_value import_make_spec(ouro_runtime *rt, ouro_value name, ouro_value loader, ouro_value origin,
                            ouro_value locations)
{
    static const char *const names[] = {"name",         "loader", "origin", "submodule_search_locations",
                                        "loader_state", "parent", "cached", "has_location"};
    enum { COUNT = sizeof names / sizeof *names };
    bool is_file = !ouro_is_none(origin) && !str_equal_ascii(as_str(origin), "built-in");
    ouro_value parent = ouro_is_none(locations) ? import_parent_of(rt, name) : value_incref(name);
    ouro_value values[COUNT] = {name,      loader, origin,    locations,
                                OURO_NONE, parent, OURO_NONE, ouro_bool(is_file)};
    ouro_value keys[COUNT] = {OURO_NULL};
    bool ok = !ouro_is_null(parent);
    for (int i = 0; i < COUNT && ok; i++) {
        keys[i] = str_intern_cstring(rt, names[i]);
        ok = !ouro_is_null(keys[i]);
    }
    ouro_value kwnames = ok ? tuple_new(rt, keys, COUNT) : OURO_NULL;
    ouro_value spec = ouro_is_null(kwnames)
                          ? OURO_NULL
                          : object_call(rt, type_value(TYPE(rt, module_spec)), values, 0, kwnames);
    value_decref(rt, kwnames);
    for (int i = 0; i < COUNT; i++) {
        value_decref(rt, keys[i]);
    }
    value_decref(rt, parent);
    return spec;
}

static ouro_value module_spec_repr(ouro_runtime *rt, ouro_value self)
{
    static const char *const parts[] = {"name", "loader", "origin", "submodule_search_locations"};
    str_builder b;
    str_builder_init(&b, rt);
    str_builder_cstring(&b, "ModuleSpec(");
    for (int i = 0; i < 4 && !b.failed; i++) {
        ouro_value v = object_getattr_utf8(rt, self, parts[i]);
        ouro_value shown = ouro_is_null(v) || (i > 1 && ouro_is_none(v)) ? OURO_NULL : object_repr(rt, v);
        if (!ouro_is_null(shown)) {
            str_builder_cstring(&b, i ? ", " : "");
            str_builder_cstring(&b, parts[i]);
            str_builder_char(&b, '=');
            str_builder_str(&b, shown);
        }
        value_decref(rt, v);
        value_decref(rt, shown);
        if (error_is_set(rt)) {
            value_decref(rt, str_builder_finish(&b));
            return OURO_NULL;
        }
    }
    str_builder_char(&b, ')');
    return str_builder_finish(&b);
}

const type_spec module_spec_spec = {
    .name = "_frozen_importlib.ModuleSpec",
    .size = sizeof(ouro_object) + sizeof(ouro_value),
    .flags = TYPE_HAS_DICT,
    .base = &simple_namespace_spec,
    .doc = "The specification for a module, used for loading.",
    .slots = {.repr = module_spec_repr},
};

/* ---- loaders ---- */

/* What importlib has in the place of this loader: new reference. */
static ouro_value loader_real(ouro_runtime *rt, ouro_value self)
{
    if (!import_library_load(rt)) {
        return OURO_NULL;
    }
    bool is_source = value_type(rt, self) == TYPE(rt, source_loader);
    ouro_value library =
        import_module_cstring(rt, is_source ? "_frozen_importlib_external" : "_frozen_importlib");
    ouro_value class =
        ouro_is_null(library)
            ? library
            : object_getattr_utf8(rt, library, is_source ? "SourceFileLoader" : "BuiltinImporter");
    value_decref(rt, library);
    if (!is_source || ouro_is_null(class)) {
        return class;
    }
    ouro_value name = object_getattr(rt, self, STR(rt, name));
    ouro_value path = ouro_is_null(name) ? name : object_getattr(rt, self, STR(rt, path));
    ouro_value real = ouro_is_null(path) ? path : object_call2(rt, class, name, path);
    value_decref(rt, name);
    value_decref(rt, path);
    value_decref(rt, class);
    return real;
}

static ouro_value loader_getattr(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    ouro_value v = simple_namespace_spec.slots.getattr(rt, self, name);
    if (!ouro_is_null(v) || !error_clear_if(rt, EXC(rt, AttributeError))) {
        return v;
    }
    ouro_value real = loader_real(rt, self);
    v = ouro_is_null(real) ? real : object_getattr(rt, real, name);
    value_decref(rt, real);
    return v;
}

static ouro_value source_loader_repr(ouro_runtime *rt, ouro_value self)
{
    return str_format_c(rt, "<_frozen_importlib_external.SourceFileLoader object at %p>",
                        (void *)ouro_as_object(self));
}

const type_spec source_loader_spec = {
    .name = "_frozen_importlib_external.SourceFileLoader",
    .size = sizeof(ouro_object) + sizeof(ouro_value),
    .flags = TYPE_HAS_DICT,
    .base = &simple_namespace_spec,
    .doc = "Concrete implementation of SourceLoader using the file system.",
    .slots = {.repr = source_loader_repr, .getattr = loader_getattr},
};

static ouro_value builtin_loader_repr(ouro_runtime *rt, ouro_value self)
{
    return str_from_cstring(rt, "<class '_frozen_importlib.BuiltinImporter'>");
}

const type_spec builtin_loader_spec = {
    .name = "_frozen_importlib.BuiltinImporter",
    .size = sizeof(ouro_object) + sizeof(ouro_value),
    .flags = TYPE_HAS_DICT,
    .base = &simple_namespace_spec,
    .doc = "Meta path import for built-in modules.",
    .slots = {.repr = builtin_loader_repr, .getattr = loader_getattr},
};

ouro_value import_make_loader(ouro_runtime *rt, ouro_value name, ouro_value file)
{
    bool is_source = !ouro_is_null(file);
    ouro_value loader =
        object_call0(rt, type_value(is_source ? TYPE(rt, source_loader) : TYPE(rt, builtin_loader)));
    if (is_source && !ouro_is_null(loader) &&
        (!object_setattr(rt, loader, STR(rt, name), name) ||
         !object_setattr(rt, loader, STR(rt, path), file))) {
        value_clear(rt, &loader);
    }
    return loader;
}

/* import_library.c: the library's importlib behind the built-in import.
 *
 * import.c finds modules in directories without any Python code, which is fast and needs no library.  What it
 * does not know - finders on sys.meta_path, hooks on sys.path_hooks, archives - is importlib's, and importlib
 * is CPython's own, from the library.  It is loaded when somebody first asks for it: by importing it, by
 * reading sys.meta_path or sys.path_hooks, by a file in sys.path, by using a __loader__.  From then on it
 * does all finding and loading, as in CPython; the modules that are loaded already get its ModuleSpecs and
 * loaders.
 *
 * Its two parts are modules of their own, with the names and file names that CPython gives them, since
 * tracebacks leave their frames out by these names.
 */
#include "types/containers.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/code.h"
#include "types/module.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/code_cache.h"
#include "vm/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LIBRARY_ABSENT, LIBRARY_LOADING, LIBRARY_LOADED };

static const struct library_part {
    const char *module, *file, *shown;
} library_parts[2] = {
    {"_frozen_importlib", "_bootstrap.py", "<frozen importlib._bootstrap>"},
    {"_frozen_importlib_external", "_bootstrap_external.py", "<frozen importlib._bootstrap_external>"},
};

/* Gives loaded modules the specs and loaders that importlib would have given them, and lets archives stand in
 * sys.path. `zipimport` itself is loaded when there is one. */
static const char library_adopt[] =
    "class EmbeddedImporter:\n"
    "    'Finds, after all others, the tools whose text is part of the library; of a package all or nothing.'\n"
    "    @classmethod\n"
    "    def find_spec(cls, fullname, path=None, target=None):\n"
    "        found = None if path else _imp.find_embedded(fullname)\n"
    "        return found and spec_from_loader(fullname, cls, origin='built-in', is_package=found[1])\n"
    "    @staticmethod\n"
    "    def create_module(spec):\n"
    "        return _imp.create_builtin(spec)\n"
    "    @classmethod\n"
    "    def exec_module(cls, module):\n"
    "        module.__loader__ = cls\n"
    "    @staticmethod\n"
    "    def is_package(fullname):\n"
    "        return _imp.find_embedded(fullname)[1]\n"
    "    @staticmethod\n"
    "    def get_source(fullname):\n"
    "        return _imp.find_embedded(fullname)[0]\n"
    "    @classmethod\n"
    "    def get_code(cls, fullname):\n"
    "        return compile(cls.get_source(fullname), '<frozen %s>' % fullname, 'exec', dont_inherit=True)\n"
    "EmbeddedImporter.__module__ = '_frozen_importlib'\n"
    "\n"
    "def _adopt(modules, spec_type, external):\n"
    "    external.MAGIC_NUMBER = _imp._magic\n"
    "    external._RAW_MAGIC_NUMBER = int.from_bytes(_imp._magic, 'little')\n"
    "    for part in modules['_frozen_importlib'], external:\n"
    "        part.__spec__ = ModuleSpec(part.__name__, FrozenImporter, origin='frozen')\n"
    "        part.__loader__ = FrozenImporter\n"
    "    for name, module in list(modules.items()):\n"
    "        seed = getattr(module, '__spec__', None)\n"
    "        if type(seed) is not spec_type:\n"
    "            loader = getattr(module, '__loader__', None)\n"
    "            if seed is None and type(loader).__module__ == '_frozen_importlib_external':\n"
    "                module.__loader__ = external.SourceFileLoader(loader.name, loader.path)\n"
    "            elif seed is None and type(loader).__name__ == 'BuiltinImporter':\n"
    "                module.__loader__ = BuiltinImporter\n"
    "            continue\n"
    "        if seed.origin == 'built-in':\n"
    "            embedded = _imp.find_embedded(seed.name)\n"
    "            spec = ModuleSpec(seed.name, EmbeddedImporter if embedded else BuiltinImporter, origin='built-in',\n"
    "                              is_package=bool(embedded and embedded[1]))\n"
    "        elif seed.origin is not None:\n"
    "            loader = external.SourceFileLoader(seed.name, seed.origin)\n"
    "            spec = external.spec_from_file_location(seed.name, seed.origin, loader=loader,\n"
    "                submodule_search_locations=seed.submodule_search_locations)\n"
    "            if seed.submodule_search_locations is not None:\n"
    "                spec.submodule_search_locations = seed.submodule_search_locations\n"
    "        else:\n"
    "            loader = external.NamespaceLoader(seed.name, list(seed.submodule_search_locations or ()),\n"
    "                                              external.PathFinder._get_spec)\n"
    "            spec = ModuleSpec(seed.name, loader, is_package=True)\n"
    "            spec.submodule_search_locations = module.__path__ = loader._path\n"
    "        if getattr(seed, '_initializing', False):\n"
    "            spec._initializing = True\n"
    "        module.__spec__ = spec\n"
    "        module.__loader__ = spec.loader\n"
    "        if spec.has_location and spec.cached:\n"
    "            module.__cached__ = spec.cached\n"
    "\n"
    "def _install_cache(external, cached_code):\n"
    "    plain = external.SourceLoader.get_code\n"
    "    def get_code(self, fullname):\n"
    "        if type(self) is external.SourceFileLoader:\n"
    "            code = _call_with_frames_removed(cached_code, self.get_filename(fullname))\n"
    "            if code is not None:\n"
    "                return code\n"
    "        return plain(self, fullname)\n"
    "    get_code.__doc__ = plain.__doc__\n"
    "    get_code.__module__ = plain.__module__\n"
    "    get_code.__qualname__ = plain.__qualname__\n"
    "    external.SourceLoader.get_code = get_code\n"
    "\n"
    "def _install_archives(sys, external):\n"
    "    class zipimporter:\n"
    "        _busy = False\n"
    "        def __new__(cls, path):\n"
    "            file = path  # or what it lies in: 'archive.zip/package'\n"
    "            while file and not external._path_isfile(file):\n"
    "                file = '' if external._path_isdir(file) else external._path_split(file)[0]\n"
    "            if cls._busy or not file:\n"
    "                raise ImportError(f'not a Zip file: {path!r}', path=path)\n"
    "            cls._busy = True  # zipimport itself is in no archive\n"
    "            try:\n"
    "                import zipimport\n"
    "            finally:\n"
    "                cls._busy = False\n"
    "            return zipimport.zipimporter(path)\n"
    "    zipimporter.__module__ = 'zipimport'\n"
    "    zipimporter.__qualname__ = 'zipimporter'\n"
    "    sys.path_hooks.insert(0, zipimporter)\n"
    "    sys.meta_path.append(EmbeddedImporter)\n";

bool import_library_is_loaded(ouro_runtime *rt)
{
    return rt->vm->library_state == LIBRARY_LOADED;
}

/* ---- loading ---- */

static ouro_value library_file(ouro_runtime *rt, const struct library_part *part)
{
    ouro_value directory = object_getattr_utf8(rt, rt->vm->sys, "_stdlib_dir");
    ouro_value file =
        ouro_is_null(directory) ? directory : str_format_c(rt, "%S/importlib/%s", directory, part->file);
    value_decref(rt, directory);
    return file;
}

/* Runs a part of importlib as a module: new reference, in sys.modules. */
static ouro_value library_run_part(ouro_runtime *rt, const struct library_part *part)
{
    ouro_value file = library_file(rt, part), name = str_intern_cstring(rt, part->module), module = OURO_NULL;
    ouro_value shown = str_from_cstring(rt, part->shown);
    size_t path_length;
    int error_number = 0;
    char *path = ouro_is_null(file) ? NULL : str_to_system(rt, file, &path_length);
    code_object *code = NULL;
    if (path && !ouro_is_null(name) && !ouro_is_null(shown)) {
        code = code_cache_load(rt, path, shown, &error_number);
    }
    value_decref(rt, shown);
    if (code) {
        module = module_new(rt, part->module);
    } else if (error_number) {
        error_raise(rt, EXC(rt, ModuleNotFoundError),
                    "No module named 'importlib' (the library is not at %s)", path);
    }
    if (!ouro_is_null(module) && dict_set(rt, as_dict(rt->vm->modules), name, module)) {
        ouro_value result = vm_run_stolen(rt, code, ouro_from_object(as_module(module)->dict));
        if (ouro_is_null(result)) {
            value_clear(rt, &module);
        }
        value_decref(rt, result);
    } else if (code) {
        object_decref(rt, &code->object);
        value_clear(rt, &module);
    }
    ouro_mem_free(rt->mem, path);
    value_decref(rt, name);
    value_decref(rt, file);
    return module;
}

int import_library_module(ouro_runtime *rt, ouro_value name, ouro_value *module)
{
    for (int i = 0; i < 2; i++) {
        if (!str_equal_ascii(as_str(name), library_parts[i].module)) {
            continue;
        }
        if (rt->vm->library_state == LIBRARY_LOADING) {
            *module = library_run_part(rt, &library_parts[i]);
        } else {
            *module = import_library_load(rt) ? value_incref(import_get_loaded(rt, name)) : OURO_NULL;
        }
        return ouro_is_null(*module) ? -1 : 1;
    }
    return 0;
}

static bool library_call(ouro_runtime *rt, ouro_value module, const char *name, const ouro_value *args,
                         size_t count)
{
    ouro_value function = object_getattr_utf8(rt, module, name);
    ouro_value result = ouro_is_null(function) ? function : object_call(rt, function, args, count, OURO_NULL);
    value_decref(rt, function);
    value_decref(rt, result);
    return !ouro_is_null(result);
}

/* sys gets the two lists that importlib fills. */
static bool library_add_lists(ouro_runtime *rt)
{
    module_object *sys = as_module(rt->vm->sys);
    return module_add(rt, sys, "meta_path", list_new(rt, NULL, 0)) &&
           module_add(rt, sys, "path_hooks", list_new(rt, NULL, 0));
}

static bool library_install(ouro_runtime *rt)
{
    ouro_value imp = import_module_cstring(rt, "_imp");
    ouro_value library = ouro_is_null(imp) ? imp : library_run_part(rt, &library_parts[0]);
    ouro_value args[3] = {rt->vm->sys, imp, OURO_NULL}, external = OURO_NULL;
    bool ok = !ouro_is_null(library) && library_add_lists(rt) &&
              library_call(rt, library, "_install", args, 2) &&
              library_call(rt, library, "_install_external_importers", NULL, 0);
    if (ok) {
        external = import_module_cstring(rt, library_parts[1].module);
        ouro_value globals = ouro_from_object(as_module(library)->dict);
        ouro_value result = ouro_is_null(external)
                                ? external
                                : vm_run_source(rt, library_adopt, sizeof library_adopt - 1,
                                                library_parts[0].shown, 0, AST_MODE_FILE, globals, globals);
        ok = !ouro_is_null(result);
        value_decref(rt, result);
    }
    if (ok) {
        args[0] = rt->vm->modules;
        args[1] = type_value(TYPE(rt, module_spec));
        args[2] = external;
        ok = library_call(rt, library, "_adopt", args, 3);
        args[0] = rt->vm->sys;
        args[1] = external;
        ok = ok && library_call(rt, library, "_install_archives", args, 2);
        if (ok && rt->vm->code_hooks) {
            args[0] = external;
            args[1] = object_getattr_utf8(rt, imp, "_cached_code");
            ok = !ouro_is_null(args[1]) && library_call(rt, library, "_install_cache", args, 2);
            value_decref(rt, args[1]);
        }
    }
    if (ok) {
        rt->vm->library = value_incref(library);
    }
    value_decref(rt, external);
    value_decref(rt, library);
    value_decref(rt, imp);
    return ok;
}

bool import_library_load(ouro_runtime *rt)
{
    if (rt->vm->library_state != LIBRARY_ABSENT) {
        return true;
    }
    rt->vm->library_state = LIBRARY_LOADING;
    bool ok = library_install(rt);
    rt->vm->library_state = ok ? LIBRARY_LOADED : LIBRARY_ABSENT;
    if (!ok) { /* nothing half made stays */
        ouro_value exception = error_take(rt);
        for (int i = 0; i < 2; i++) {
            ouro_value name = str_intern_cstring(rt, library_parts[i].module);
            if (ouro_is_null(name) || dict_delete(rt, as_dict(rt->vm->modules), name) < 0) {
                error_clear(rt);
            }
            value_decref(rt, name);
            name = str_intern_cstring(rt, i ? "meta_path" : "path_hooks");
            if (ouro_is_null(name) || dict_delete(rt, as_module(rt->vm->sys)->dict, name) < 0) {
                error_clear(rt);
            }
            value_decref(rt, name);
        }
        error_restore(rt, exception);
    }
    return ok;
}

int import_library_sys_attribute(ouro_runtime *rt, ouro_value name, ouro_value *value)
{
    *value = OURO_NULL;
    const str_object *s = as_str(name);
    if (rt->vm->library_state != LIBRARY_ABSENT ||
        !(str_equal_ascii(s, "meta_path") || str_equal_ascii(s, "path_hooks"))) {
        return 0;
    }
    /* without the library there is nothing that would read the lists; they are there */
    if (!import_library_load(rt) &&
        !(error_clear_if(rt, EXC(rt, ModuleNotFoundError)) && library_add_lists(rt))) {
        return -1;
    }
    *value = value_incref(dict_get_str(rt, as_module(rt->vm->sys)->dict, name));
    return !ouro_is_null(*value);
}

/* ---- use ---- */

static bool library_is_frame(ouro_value entered, ouro_runtime *rt, const char **function)
{
    code_object *code = ((frame_object *)(void *)ouro_as_object(entered))->frame->code;
    for (int i = 0; i < 2; i++) {
        if (str_equal_ascii(as_str(code->filename), library_parts[i].shown)) {
            *function = str_equal_ascii(as_str(code->name), "_call_with_frames_removed") ? "removed" : "";
            return true;
        }
    }
    return false;
}

/* Takes importlib's frames out of the traceback: all of them for an ImportError, else those around the
 * module's body. */
static void library_trim_traceback(ouro_runtime *rt)
{
    ouro_value exception = error_take(rt);
    bool always = value_is_instance(rt, exception, EXC(rt, ImportError));
    ouro_value *link = &as_exception(exception)->traceback, *outer = link;
    bool inside = false;
    while (ouro_is_object(*link)) {
        traceback_object *entry = (traceback_object *)(void *)ouro_as_object(*link);
        const char *function = "";
        bool now = library_is_frame(entry->frame, rt, &function);
        if (now && !inside) {
            outer = link;
        }
        inside = now;
        if (now && (always || *function)) {
            value_replace(rt, outer, value_incref(entry->next));
            link = outer;
        } else {
            link = &entry->next;
        }
    }
    error_restore(rt, exception);
}

ouro_value import_library_find_and_load(ouro_runtime *rt, ouro_value name)
{
    ouro_value function = object_getattr_utf8(rt, rt->vm->library, "_find_and_load");
    import_busy busy;
    import_busy_begin(rt, &busy, name, true);
    ouro_value module =
        ouro_is_null(function) ? function : object_call2(rt, function, name, rt->vm->import_function);
    import_busy_end(rt, &busy);
    value_decref(rt, function);
    if (ouro_is_null(module)) {
        library_trim_traceback(rt);
    }
    return module;
}

bool import_library_wait_for(ouro_runtime *rt, ouro_value name)
{
    ouro_value function = object_getattr_utf8(rt, rt->vm->library, "_lock_unlock_module");
    ouro_value done = ouro_is_null(function) ? function : object_call1(rt, function, name);
    value_decref(rt, function);
    value_decref(rt, done);
    return !ouro_is_null(done);
}

/* ---- programs that importlib finds ---- */

bool import_is_archive(const char *path)
{
    enum { TAIL = 22 + 0xffff }; /* the end record of an archive, with the longest comment */
    static const char end_record[] = {'P', 'K', 5, 6};
    struct stat st;
    FILE *file = stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= 22 ? fopen(path, "rb") : NULL;
    char *tail = file ? malloc(TAIL) : NULL;
    bool found = false;
    if (tail &&
        fseek(file, st.st_size > TAIL ? -(long)TAIL : 0, st.st_size > TAIL ? SEEK_END : SEEK_SET) == 0) {
        size_t length = fread(tail, 1, TAIL, file);
        found = length >= 22 && memmem(tail, length, end_record, sizeof end_record) != NULL;
    }
    free(tail);
    if (file) {
        fclose(file);
    }
    return found;
}

int import_run_main(ouro_runtime *rt, ouro_value name, bool is_told)
{
    ouro_value runpy = import_module_cstring(rt, "runpy");
    if (ouro_is_null(runpy)) {
        return error_matches(rt, EXC(rt, ModuleNotFoundError)) ? 0 : -1;
    }
    ouro_value args[2] = {name, ouro_bool(is_told)};
    bool ok = library_call(rt, runpy, "_run_module_as_main", args, 2);
    value_decref(rt, runpy);
    return ok ? 1 : -1;
}

/* import.c: finding and running modules.
 *
 * Order: sys.modules; native modules; then the directories of sys.path (of the package's __path__ for a
 * submodule): NAME/__init__.py, NAME.py, and directories without __init__.py as parts of a namespace package.
 * What was compiled is kept in files (code_cache.h).  Once the program has importlib
 * (import_library.c), that finds and loads.
 *
 * A module is in sys.modules while its body runs, so that cyclic imports see it half made; it is taken out
 * again when the body raises.
 */
#include "ouro/ouro.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/module.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/audit.h"
#include "vm/code_cache.h"
#include "vm/import.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- native modules ---- */

void import_set_native(ouro_runtime *rt, const module_def *const *table)
{
    rt->vm->native_modules = table;
}

const module_def *import_find_native(ouro_runtime *rt, ouro_value name)
{
    for (const module_def *const *at = rt->vm->native_modules; at && *at; at++) {
        if (str_equal_ascii(as_str(name), (*at)->name)) {
            return *at;
        }
    }
    return NULL;
}

ouro_value import_get_loaded(ouro_runtime *rt, ouro_value name)
{
    return dict_get_str(rt, as_dict(rt->vm->modules), name);
}

/* ---- module attributes ---- */

static bool import_set(ouro_runtime *rt, ouro_value module, const char *name, ouro_value value)
{
    ouro_value key = str_intern_cstring(rt, name);
    bool ok = !ouro_is_null(key) && !ouro_is_null(value) && dict_set(rt, as_module(module)->dict, key, value);
    value_decref(rt, key);
    return ok;
}

/* The part of a dotted name before the last dot (new reference); the empty str if there is none. */
static ouro_value import_parent_name(ouro_runtime *rt, ouro_value name)
{
    const str_object *s = as_str(name);
    for (size_t i = str_length(s); i > 0; i--) {
        if (str_char_at(s, i - 1) == '.') {
            return str_substring(rt, name, 0, i - 1);
        }
    }
    return value_incref(rt->types->empty_str);
}

static ouro_value import_last_part(ouro_runtime *rt, ouro_value name)
{
    const str_object *s = as_str(name);
    for (size_t i = str_length(s); i > 0; i--) {
        if (str_char_at(s, i - 1) == '.') {
            ouro_value part = str_substring(rt, name, i, str_length(s));
            return ouro_is_null(part) ? part : str_intern(rt, part);
        }
    }
    return value_incref(name);
}

/* Sets what every module has.  `path` OURO_NULL: no package; `file` OURO_NULL: none. */
static bool import_init_module(ouro_runtime *rt, ouro_value module, ouro_value name, ouro_value file,
                               ouro_value path)
{
    ouro_value parent = ouro_is_null(path) ? import_parent_name(rt, name) : value_incref(name);
    ouro_value loader = ouro_is_null(file) ? OURO_NONE : import_make_loader(rt, name, file);
    ouro_value spec = ouro_is_null(loader)
                          ? OURO_NULL
                          : import_make_spec(rt, name, loader, ouro_is_null(file) ? OURO_NONE : file,
                                             ouro_is_null(path) ? OURO_NONE : path);
    bool ok = !ouro_is_null(parent) && !ouro_is_null(spec) && import_set(rt, module, "__package__", parent) &&
              import_set(rt, module, "__loader__", loader) && import_set(rt, module, "__spec__", spec) &&
              (ouro_is_null(file) || import_set(rt, module, "__file__", file)) &&
              (ouro_is_null(path) || import_set(rt, module, "__path__", path));
    value_decref(rt, spec);
    value_decref(rt, loader);
    value_decref(rt, parent);
    return ok;
}

/* ---- files ---- */

/* Reads a whole file: a block that the caller frees (NUL-terminated).  NULL: *error_number set, or
 * MemoryError. */
char *import_read_file(ouro_runtime *rt, const char *path, size_t *length, int *error_number)
{
    *error_number = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        *error_number = errno;
        if (fd >= 0) {
            close(fd);
        }
        return NULL;
    }
    if (S_ISDIR(st.st_mode)) {
        close(fd);
        *error_number = EISDIR;
        return NULL;
    }
    size_t capacity = st.st_size > 0 ? (size_t)st.st_size + 1 : 4096;
    size_t size = 0;
    char *text = ouro_mem_alloc(rt->mem, capacity + 1);
    while (text) {
        if (size == capacity) {
            capacity *= 2;
            char *grown = ouro_mem_resize(rt->mem, text, capacity + 1);
            if (!grown) {
                ouro_mem_free(rt->mem, text);
                text = NULL;
                break;
            }
            text = grown;
        }
        ssize_t got = read(fd, text + size, capacity - size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            *error_number = errno;
            ouro_mem_free(rt->mem, text);
            close(fd);
            return NULL;
        }
        if (got == 0) {
            break;
        }
        size += (size_t)got;
    }
    close(fd);
    if (!text) {
        error_no_memory(rt);
        return NULL;
    }
    text[size] = 0;
    *length = size;
    return text;
}

typedef enum import_kind {
    IMPORT_ABSENT,
    IMPORT_FILE,
    IMPORT_PACKAGE,
    IMPORT_NAMESPACE,
    IMPORT_ARCHIVE, /* a file where a directory is expected, or a compiled file without source: importlib's business */
    IMPORT_FAILED,
} import_kind;

static import_kind import_probe(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        return IMPORT_ABSENT;
    }
    return S_ISDIR(st.st_mode) ? IMPORT_NAMESPACE : S_ISREG(st.st_mode) ? IMPORT_FILE : IMPORT_ABSENT;
}

/* Is there a file of this name, made from `directory` ("": none, and the format goes without its first part) and `part`?
 * *file gets the name (new) if so.  1, 0, -1: failed. */
static int import_probe_name(ouro_runtime *rt, const char *format, ouro_value directory, ouro_value part, import_kind kind,
                             ouro_value *file)
{
    *file = str_length(as_str(directory)) == 0 ? str_format_c(rt, format + 3, part)
                                               : str_format_c(rt, format, directory, part);
    size_t length;
    char *path = ouro_is_null(*file) ? NULL : str_to_system(rt, *file, &length);
    if (!path) {
        value_clear(rt, file);
        return error_clear_if(rt, EXC(rt, UnicodeEncodeError)) ? 0 : -1;
    }
    bool found = !memchr(path, 0, length) && import_probe(path) == kind;
    ouro_mem_free(rt->mem, path);
    if (!found) {
        value_clear(rt, file);
    }
    return found;
}

/* Looks for `part` in one directory.  *file: the source file, or the directory of a namespace part (new). */
static import_kind import_look_in(ouro_runtime *rt, ouro_value directory, ouro_value part, ouro_value *file)
{
    static const struct {
        const char *format;
        import_kind kind;
    } forms[] = {
        {"%U/%U/__init__.py", IMPORT_PACKAGE}, {"%U/%U.py", IMPORT_FILE}, {"%U/%U", IMPORT_NAMESPACE}};
    for (size_t i = 0; i < 3; i++) {
        import_kind wanted = forms[i].kind == IMPORT_NAMESPACE ? IMPORT_NAMESPACE : IMPORT_FILE;
        int found = import_probe_name(rt, forms[i].format, directory, part, wanted, file);
        if (found > 0 && wanted == IMPORT_NAMESPACE) {
            ouro_value compiled;
            int has = import_probe_name(rt, "%U/__init__.pyc", *file, part, IMPORT_FILE, &compiled);
            value_decref(rt, compiled);
            if (has) {
                value_clear(rt, file);
                return has < 0 ? IMPORT_FAILED : IMPORT_ARCHIVE;
            }
        }
        if (found) {
            return found < 0 ? IMPORT_FAILED : forms[i].kind;
        }
    }
    bool empty = str_length(as_str(directory)) == 0;
    size_t length;
    char *path = empty ? NULL : str_to_system(rt, directory, &length);
    if (!path) {
        return empty ? IMPORT_ABSENT : IMPORT_FAILED;
    }
    import_kind found = import_probe(path);
    ouro_mem_free(rt->mem, path);
    return found == IMPORT_FILE ? IMPORT_ARCHIVE : IMPORT_ABSENT;
}

/* The directory of a file (new reference). */
static ouro_value import_directory(ouro_runtime *rt, ouro_value file)
{
    const str_object *s = as_str(file);
    for (size_t i = str_length(s); i > 0; i--) {
        if (str_char_at(s, i - 1) == '/') {
            return str_substring(rt, file, 0, i - 1);
        }
    }
    return value_incref(rt->types->empty_str);
}

/* Whether one of the directories has a compiled file of this name: looked for once no source was found.  1, 0, -1. */
static int import_search_compiled(ouro_runtime *rt, ouro_value directories, ouro_value part)
{
    ouro_value iterator = object_iter(rt, directories);
    int found = ouro_is_null(iterator) ? -1 : 0;
    while (found == 0) {
        ouro_value directory = iterator_next(rt, iterator), file = OURO_NULL;
        if (ouro_is_null(directory)) {
            found = error_is_set(rt) ? -1 : 0;
            break;
        }
        found = value_is_str(rt, directory) ? import_probe_name(rt, "%U/%U.pyc", directory, part, IMPORT_FILE, &file) : 0;
        value_decref(rt, file);
        value_decref(rt, directory);
    }
    value_decref(rt, iterator);
    return found;
}

/* Searches directories in order.  *file as above; *path: the list for __path__, or OURO_NULL. */
static import_kind import_search(ouro_runtime *rt, ouro_value directories, ouro_value part, ouro_value *file,
                                 ouro_value *path)
{
    *file = *path = OURO_NULL;
    ouro_value namespace = OURO_NULL;
    ouro_value iterator = object_iter(rt, directories);
    import_kind kind = IMPORT_FAILED;
    while (!ouro_is_null(iterator)) {
        ouro_value directory = iterator_next(rt, iterator);
        if (ouro_is_null(directory)) {
            kind = error_is_set(rt) ? IMPORT_FAILED : IMPORT_ABSENT;
            break;
        }
        kind = value_is_str(rt, directory) ? import_look_in(rt, directory, part, file) : IMPORT_ABSENT;
        value_decref(rt, directory);
        if (kind == IMPORT_NAMESPACE) {
            namespace = ouro_is_null(namespace) ? list_new(rt, NULL, 0) : namespace;
            bool ok = !ouro_is_null(namespace) && list_append_steal(rt, namespace, *file);
            *file = OURO_NULL;
            if (!ok) {
                kind = IMPORT_FAILED;
                break;
            }
        } else if (kind != IMPORT_ABSENT) {
            break;
        }
    }
    value_decref(rt, iterator);
    if (kind == IMPORT_PACKAGE) {
        ouro_value directory = import_directory(rt, *file);
        *path = ouro_is_null(directory) ? directory : list_new(rt, &directory, 1);
        value_decref(rt, directory);
        if (ouro_is_null(*path)) {
            value_clear(rt, file);
            kind = IMPORT_FAILED;
        }
    } else if (kind == IMPORT_ABSENT && !ouro_is_null(namespace)) {
        *path = namespace;
        return IMPORT_NAMESPACE;
    }
    value_decref(rt, namespace);
    if (kind == IMPORT_ABSENT) {
        int compiled = import_search_compiled(rt, directories, part);
        kind = compiled < 0 ? IMPORT_FAILED : compiled > 0 ? IMPORT_ARCHIVE : IMPORT_ABSENT;
    }
    return kind;
}

/* ---- loading ---- */

/* Runs the source file as the body of the module. */
static bool import_run_file(ouro_runtime *rt, ouro_value module, ouro_value file)
{
    size_t length;
    char *path = str_to_system(rt, file, &length);
    if (!path) {
        return false;
    }
    int error_number;
    code_object *code = code_cache_load(rt, path, file, &error_number);
    bool ok = false;
    if (code) {
        ouro_value result = vm_run_stolen(rt, code, ouro_from_object(as_module(module)->dict));
        ok = !ouro_is_null(result);
        value_decref(rt, result);
    } else if (error_number) {
        error_os(rt, error_number, file, OURO_NULL);
    }
    ouro_mem_free(rt->mem, path);
    return ok;
}

static bool import_forget(ouro_runtime *rt, ouro_value name)
{
    ouro_value exception = error_take(rt);
    if (dict_delete(rt, as_dict(rt->vm->modules), name) < 0) {
        error_clear(rt);
    }
    error_restore(rt, exception);
    return false;
}

static ouro_value import_load_native(ouro_runtime *rt, const module_def *def, ouro_value name)
{
    ouro_value module = module_from_def(rt, def);
    if (ouro_is_null(module)) {
        return module;
    }
    ouro_value origin = str_from_cstring(rt, "built-in");
    ouro_value package = def->is_package ? name : rt->types->empty_str;
    ouro_value path = def->is_package ? dict_get_str(rt, as_module(module)->dict, STR(rt, __path__)) : OURO_NONE;
    ouro_value loader = ouro_is_null(origin) ? origin : import_make_loader(rt, name, OURO_NULL);
    ouro_value spec = ouro_is_null(loader) ? loader : import_make_spec(rt, name, loader, origin, path);
    bool ok = !ouro_is_null(spec) && import_set(rt, module, "__package__", package) &&
              import_set(rt, module, "__loader__", loader) && import_set(rt, module, "__spec__", spec) &&
              dict_set(rt, as_dict(rt->vm->modules), name, module);
    value_decref(rt, spec);
    value_decref(rt, loader);
    value_decref(rt, origin);
    if (!ok) {
        value_clear(rt, &module);
    }
    return module;
}

static ouro_value import_load_source(ouro_runtime *rt, ouro_value name, ouro_value file, ouro_value path)
{
    size_t length;
    char *text = str_to_utf8(rt, name, &length, true);
    ouro_value module = text ? module_new(rt, text) : OURO_NULL;
    ouro_mem_free(rt->mem, text);
    if (ouro_is_null(module)) {
        return module;
    }
    if (!import_init_module(rt, module, name, file, path) ||
        !dict_set(rt, as_dict(rt->vm->modules), name, module)) {
        value_decref(rt, module);
        return OURO_NULL;
    }
    if (!ouro_is_null(file)) {
        /* `_initializing` tells the module's attribute errors that it is half made */
        ouro_value key = str_intern_cstring(rt, "_initializing");
        ouro_value spec = value_incref(dict_get_str(rt, as_module(module)->dict, STR(rt, __spec__)));
        import_busy busy;
        import_busy_begin(rt, &busy, name, false);
        bool ok = !ouro_is_null(key) && object_setattr(rt, spec, key, OURO_TRUE) &&
                  import_run_file(rt, module, file);
        import_busy_end(rt, &busy);
        if (!ok) {
            import_forget(rt, name);
        } else if (!object_setattr(rt, spec, key, OURO_NULL)) {
            error_clear(rt);
        }
        value_decref(rt, spec);
        value_decref(rt, key);
        if (!ok) {
            value_decref(rt, module);
            return OURO_NULL;
        }
    }
    /* a module may replace itself in sys.modules */
    ouro_value loaded = import_get_loaded(rt, name);
    if (!ouro_is_null(loaded) && !ouro_is(loaded, module)) {
        value_replace(rt, &module, value_incref(loaded));
    }
    return module;
}

static ouro_value import_not_found(ouro_runtime *rt, ouro_value name, const char *format, ouro_value parent)
{
    ouro_value message = str_format_c(rt, format, name, parent);
    ouro_value exception =
        ouro_is_null(message) ? message : exception_new(rt, EXC(rt, ModuleNotFoundError), message);
    value_decref(rt, message);
    if (!ouro_is_null(exception)) {
        if (object_setattr(rt, exception, STR(rt, name), name)) {
            error_raise_value(rt, exception);
        }
        value_decref(rt, exception);
    }
    return OURO_NULL;
}

/* Is the module's body still running? */
static bool module_is_initializing(ouro_runtime *rt, ouro_value module)
{
    ouro_value spec, flag;
    if (object_getattr_optional(rt, module, STR(rt, __spec__), &spec) <= 0) {
        error_clear(rt);
        return false;
    }
    ouro_value name = str_intern_cstring(rt, "_initializing");
    bool is = false;
    if (!ouro_is_null(name) && object_getattr_optional(rt, spec, name, &flag) > 0) {
        is = ouro_is(flag, OURO_TRUE);
        value_decref(rt, flag);
    }
    error_clear(rt);
    value_decref(rt, name);
    value_decref(rt, spec);
    return is;
}

/* Lets the threads that may be importing the module, which is in sys.modules, finish.  False: exception set. */
static bool import_wait_for_others(ouro_runtime *rt, ouro_value name, ouro_value loaded)
{
    if (rt->vm->imports && !import_busy_wait_for(rt, name)) {
        return false;
    }
    if (!import_library_is_loaded(rt)) {
        return true;
    }
    value_incref(loaded);
    bool ok = !module_is_initializing(rt, loaded) || import_library_wait_for(rt, name);
    value_decref(rt, loaded);
    return ok;
}

static ouro_value import_one(ouro_runtime *rt, ouro_value name, ouro_value parent, ouro_value part);
static ouro_value import_missing(ouro_runtime *rt, ouro_value name);

/* The audit event "import": name, file (not known yet), and sys.path, sys.meta_path, sys.path_hooks. */
static bool import_tell_hooks(ouro_runtime *rt, ouro_value name)
{
    static const char *const attributes[] = {"path", "meta_path", "path_hooks"};
    ouro_value told[5] = {name, OURO_NONE, OURO_NONE, OURO_NONE, OURO_NONE};
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof attributes / sizeof *attributes && !ouro_is_null(rt->vm->sys); i++) {
        ouro_value key = str_intern_cstring(rt, attributes[i]), found = OURO_NULL;
        ok = !ouro_is_null(key) && object_getattr_optional(rt, rt->vm->sys, key, &found) >= 0;
        value_decref(rt, key);
        told[2 + i] = ouro_is_null(found) ? OURO_NONE : found;
    }
    ok = ok && audit_event(rt, "import", told, 5);
    for (size_t i = 2; i < 5; i++) {
        value_decref(rt, told[i]);
    }
    return ok;
}

/* The module with an absolute dotted name: new reference.  Parents are imported first. */
static ouro_value import_absolute(ouro_runtime *rt, ouro_value name)
{
    ouro_value loaded = import_get_loaded(rt, name);
    if (!ouro_is_null(loaded)) {
        if (ouro_is_none(loaded)) {
            return import_not_found(rt, name, "import of %U halted; None in sys.modules", OURO_NONE);
        }
        if (OURO_LIKELY(!rt->vm->threads)) {
            return value_incref(loaded);
        }
        if (!import_wait_for_others(rt, name, loaded)) {
            return OURO_NULL;
        }
        loaded = import_get_loaded(rt, name);
        if (!ouro_is_null(loaded)) {
            return value_incref(loaded);
        }
        /* the other thread's import has failed: this one tries for itself */
    }
    if (audit_is_on(rt) && !import_tell_hooks(rt, name)) {
        return OURO_NULL;
    }
    if (OURO_LIKELY(!rt->vm->verbose && !rt->vm->import_time)) {
        return import_missing(rt, name);
    }
    import_clock clock;
    import_told_begin(rt, &clock);
    ouro_value module = import_missing(rt, name);
    import_told_end(rt, &clock, name, module);
    return module;
}

/* The same for a module that is not loaded. */
static ouro_value import_missing(ouro_runtime *rt, ouro_value name)
{
    if (import_library_is_loaded(rt)) {
        /* importlib asks for a native module that it has found: that one is made here */
        return import_busy_in_library(rt, name) && import_find_native(rt, name)
                   ? import_native_module(rt, name)
                   : import_library_find_and_load(rt, name);
    }
    if (!rt_enter(rt, " while importing a module")) {
        return OURO_NULL;
    }
    ouro_value parent_name = import_parent_name(rt, name);
    ouro_value part = import_last_part(rt, name);
    ouro_value parent = OURO_NONE;
    ouro_value module = OURO_NULL;
    if (ouro_is_null(parent_name) || ouro_is_null(part)) {
        goto done;
    }
    if (str_length(as_str(parent_name)) > 0) {
        parent = import_absolute(rt, parent_name);
        if (ouro_is_null(parent)) {
            goto done;
        }
        ouro_value loaded = import_get_loaded(rt, name); /* importing the parent may have done it */
        if (!ouro_is_null(loaded)) {
            module = value_incref(loaded);
            goto done;
        }
        if (import_library_is_loaded(rt)) { /* the parent asked for it, such as one in an archive */
            module = import_library_find_and_load(rt, name);
            goto done;
        }
    }
    module = import_one(rt, name, parent, part);
    if (!ouro_is_null(module) && !ouro_is_none(parent) && !object_setattr(rt, parent, part, module)) {
        value_clear(rt, &module);
    }
done:
    value_decref(rt, parent);
    value_decref(rt, part);
    value_decref(rt, parent_name);
    rt_leave(rt);
    return module;
}

static ouro_value import_one(ouro_runtime *rt, ouro_value name, ouro_value parent, ouro_value part)
{
    const module_def *native = import_find_native(rt, name);
    if (native && !native->is_last) {
        return import_load_native(rt, native, name);
    }
    ouro_value library;
    int is_library = import_library_module(rt, name, &library);
    if (is_library) {
        return is_library > 0 ? library : OURO_NULL;
    }
    ouro_value directories = OURO_NULL;
    int found;
    if (ouro_is_none(parent)) {
        found = object_getattr_optional(rt, rt->vm->sys, STR(rt, path), &directories);
    } else {
        found = object_getattr_optional(rt, parent, STR(rt, __path__), &directories);
        if (found == 0) {
            ouro_value parent_name = import_parent_name(rt, name);
            import_not_found(rt, name, "No module named %R; %R is not a package", parent_name);
            value_decref(rt, parent_name);
            return OURO_NULL;
        }
    }
    if (found < 0) {
        return OURO_NULL;
    }
    ouro_value module = OURO_NULL, file = OURO_NULL, path = OURO_NULL;
    import_kind kind = found && !(rt->denied & OURO_DENY_IMPORTS) ? import_search(rt, directories, part, &file, &path) : IMPORT_ABSENT;
    if (kind == IMPORT_ARCHIVE) {
        module = import_library_load(rt) ? import_library_find_and_load(rt, name) : OURO_NULL;
    } else if (kind == IMPORT_ABSENT && native &&
               (ouro_is_none(parent) || (value_is_list(rt, directories) && as_list(directories)->size == 0))) {
        /* a part of a package is the library's only when the package is */
        module = import_load_native(rt, native, name);
    } else if (kind == IMPORT_ABSENT) {
        import_not_found(rt, name, "No module named %R", OURO_NONE);
    } else if (kind != IMPORT_FAILED) {
        module = import_load_source(rt, name, file, path);
    }
    value_decref(rt, file);
    value_decref(rt, path);
    value_decref(rt, directories);
    return module;
}

ouro_value import_native_module(ouro_runtime *rt, ouro_value name)
{
    ouro_value loaded = import_get_loaded(rt, name);
    const module_def *def = import_find_native(rt, name);
    return !ouro_is_null(loaded) ? value_incref(loaded) : def ? import_load_native(rt, def, name) : OURO_NONE;
}

ouro_value import_module(ouro_runtime *rt, ouro_value name)
{
    return import_absolute(rt, name);
}

ouro_value import_module_cstring(ouro_runtime *rt, const char *name)
{
    ouro_value v = str_intern_cstring(rt, name);
    ouro_value module = ouro_is_null(v) ? v : import_absolute(rt, v);
    value_decref(rt, v);
    return module;
}

/* ---- the import statement ---- */

/* globals' __spec__.parent (new reference); OURO_NULL in *parent: there is no spec. */
static bool import_spec_parent(ouro_runtime *rt, ouro_value globals, ouro_value *parent)
{
    ouro_value spec = value_incref(dict_get_str(rt, as_dict(globals), STR(rt, __spec__)));
    *parent = OURO_NULL;
    if (ouro_is_null(spec) || ouro_is_none(spec)) {
        return true;
    }
    ouro_value name = str_intern_cstring(rt, "parent");
    *parent = ouro_is_null(name) ? name : object_getattr(rt, spec, name);
    value_decref(rt, name);
    value_decref(rt, spec);
    return !ouro_is_null(*parent);
}

/* The package that relative names are relative to (new reference). */
static ouro_value import_package_of(ouro_runtime *rt, ouro_value globals)
{
    ouro_value package = value_incref(dict_get_str(rt, as_dict(globals), STR(rt, __package__)));
    ouro_value parent = OURO_NULL;
    if (!import_spec_parent(rt, globals, &parent)) {
        value_decref(rt, package);
        return OURO_NULL;
    }
    if (!ouro_is_null(package) && !ouro_is_none(package)) {
        if (!value_is_str(rt, package)) {
            value_clear(rt, &package);
            error_type(rt, "package must be a string");
        } else if (!ouro_is_null(parent)) {
            int same = object_equal(rt, package, parent);
            if (same < 0 ||
                (same == 0 && !error_warn(rt, EXC(rt, ImportWarning), 1, "__package__ != __spec__.parent"))) {
                value_clear(rt, &package);
            }
        }
        value_decref(rt, parent);
        return package;
    }
    value_decref(rt, package);
    if (!ouro_is_null(parent)) {
        if (!value_is_str(rt, parent)) {
            value_clear(rt, &parent);
            error_type(rt, "__spec__.parent must be a string");
        }
        return parent;
    }
    if (!error_warn(rt, EXC(rt, ImportWarning), 1,
                    "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__")) {
        return OURO_NULL;
    }
    ouro_value name = value_incref(dict_get_str(rt, as_dict(globals), STR(rt, __name__)));
    if (ouro_is_null(name)) {
        return error_raise(rt, EXC(rt, KeyError), "'__name__' not in globals");
    }
    if (!value_is_str(rt, name)) {
        value_decref(rt, name);
        return error_type(rt, "__name__ must be a string");
    }
    if (ouro_is_null(dict_get_str(rt, as_dict(globals), STR(rt, __path__)))) {
        ouro_value outer = import_parent_name(rt, name);
        value_replace(rt, &name, outer);
    }
    return name;
}

static ouro_value import_resolve(ouro_runtime *rt, ouro_value name, ouro_value globals, int64_t level)
{
    if (level == 0) {
        return value_incref(name);
    }
    ouro_value base = ouro_is_object(globals) && value_is_dict(rt, globals)
                          ? import_package_of(rt, globals)
                          : error_raise(rt, EXC(rt, KeyError), "'__name__' not in globals");
    if (ouro_is_null(base)) {
        return base;
    }
    if (str_length(as_str(base)) == 0) {
        value_decref(rt, base);
        return error_raise(rt, EXC(rt, ImportError),
                           "attempted relative import with no known parent package");
    }
    for (int64_t i = 1; i < level; i++) {
        ouro_value outer = import_parent_name(rt, base);
        value_replace(rt, &base, outer);
        if (ouro_is_null(base) || str_length(as_str(base)) == 0) {
            value_decref(rt, base);
            return ouro_is_null(outer) ? OURO_NULL
                                       : error_raise(rt, EXC(rt, ImportError),
                                                     "attempted relative import beyond top-level package");
        }
    }
    if (str_length(as_str(name)) == 0) {
        return base;
    }
    ouro_value absolute = str_format_c(rt, "%U.%U", base, name);
    value_decref(rt, base);
    return ouro_is_null(absolute) ? absolute : str_intern(rt, absolute);
}

/* Is the exception a ModuleNotFoundError about just this module? */
static bool import_failed_for(ouro_runtime *rt, ouro_value name)
{
    if (!error_matches(rt, EXC(rt, ModuleNotFoundError)) || ouro_is_null(name)) {
        return false;
    }
    ouro_value exception = error_take(rt);
    ouro_value about = object_getattr(rt, exception, STR(rt, name));
    bool same = !ouro_is_null(about) && value_is_str(rt, about) && str_equal(as_str(about), as_str(name));
    value_decref(rt, about);
    error_clear(rt);
    error_restore(rt, exception);
    return same;
}

/* Imports the submodules that `from package import names` asks for. */
static bool import_from_list(ouro_runtime *rt, ouro_value module, ouro_value module_name, ouro_value names,
                             bool all)
{
    for (size_t i = 0;; i++) {
        ouro_value name;
        if (value_is_tuple(rt, names)) {
            if (i >= as_tuple(names)->size) {
                return true;
            }
            name = value_incref(as_tuple(names)->items[i]);
        } else {
            int64_t size = object_length(rt, names);
            if (size < 0 || i >= (size_t)size) {
                return size >= 0;
            }
            name = object_getitem(rt, names, ouro_int((int64_t)i));
            if (ouro_is_null(name)) {
                return false;
            }
        }
        bool ok = true;
        if (!value_is_str(rt, name)) {
            error_type(rt,
                       all ? "Item in %U.__all__ must be str, not %T"
                           : "Item in ``from list'' must be str, not %T",
                       all ? module_name : name, name);
            ok = false;
        } else if (str_equal_ascii(as_str(name), "*")) {
            ouro_value list;
            int found = all ? 0 : object_getattr_optional(rt, module, STR(rt, __all__), &list);
            ok = found >= 0;
            if (found > 0) {
                ok = import_from_list(rt, module, module_name, list, true);
                value_decref(rt, list);
            }
        } else {
            ouro_value v;
            int found = object_getattr_optional(rt, module, name, &v);
            ok = found >= 0;
            if (found > 0) {
                value_decref(rt, v);
            } else if (found == 0) {
                ouro_value full = str_format_c(rt, "%U.%U", module_name, name);
                ouro_value sub = ouro_is_null(full) ? full : import_absolute(rt, full);
                if (ouro_is_null(sub)) {
                    /* absent: the statement itself will say so; but not when something else was missing */
                    ok = import_failed_for(rt, full) && error_clear_if(rt, EXC(rt, ModuleNotFoundError));
                }
                value_decref(rt, sub);
                value_decref(rt, full);
            }
        }
        value_decref(rt, name);
        if (!ok) {
            return false;
        }
    }
}

ouro_value import_builtin(ouro_runtime *rt, ouro_value name, ouro_value globals, ouro_value fromlist,
                          int64_t level)
{
    if (!value_is_str(rt, name)) {
        return error_type(rt, "module name must be a string");
    }
    if (level < 0) {
        return error_value(rt, "level must be >= 0");
    }
    if (level == 0 && str_length(as_str(name)) == 0) {
        return error_value(rt, "Empty module name");
    }
    ouro_value absolute = import_resolve(rt, name, globals, level);
    ouro_value module = ouro_is_null(absolute) ? absolute : import_absolute(rt, absolute);
    if (ouro_is_null(module)) {
        value_decref(rt, absolute);
        return module;
    }
    int has_list = ouro_is_null(fromlist) ? 0 : object_truth(rt, fromlist);
    if (has_list < 0) {
        value_clear(rt, &module);
    } else if (has_list) {
        ouro_value path;
        int package = object_getattr_optional(rt, module, STR(rt, __path__), &path);
        if (package > 0) {
            value_decref(rt, path);
        }
        if (package < 0 || (package > 0 && !import_from_list(rt, module, absolute, fromlist, false))) {
            value_clear(rt, &module);
        }
    } else {
        /* import a.b.c: the result is a (for a relative name: the part that `name` begins with) */
        int64_t dot = str_find_char(as_str(name), '.', 0, str_length(as_str(name)));
        if (dot >= 0) {
            size_t cut = str_length(as_str(absolute)) - (str_length(as_str(name)) - (size_t)dot);
            ouro_value front = str_substring(rt, absolute, 0, cut);
            value_replace(rt, &module, ouro_is_null(front) ? OURO_NULL : import_absolute(rt, front));
            value_decref(rt, front);
        }
    }
    value_decref(rt, absolute);
    return module;
}

ouro_value import_from(ouro_runtime *rt, ouro_value module, ouro_value name)
{
    ouro_value v;
    int found = object_getattr_optional(rt, module, name, &v);
    if (found) {
        return found > 0 ? v : OURO_NULL;
    }
    /* a submodule that is loaded, though not yet an attribute (circular imports) */
    ouro_value module_name, file = OURO_NULL;
    found = object_getattr_optional(rt, module, STR(rt, __name__), &module_name);
    if (found < 0) {
        return OURO_NULL;
    }
    if (!found || !value_is_str(rt, module_name)) {
        value_decref(rt, found ? module_name : OURO_NULL);
        module_name = str_from_cstring(rt, "<unknown module name>");
    } else {
        ouro_value full = str_format_c(rt, "%U.%U", module_name, name);
        ouro_value loaded = ouro_is_null(full) ? full : import_get_loaded(rt, full);
        value_incref(loaded);
        value_decref(rt, full);
        if (!ouro_is_null(loaded)) {
            value_decref(rt, module_name);
            return loaded;
        }
    }
    ouro_value exception = OURO_NULL;
    if (object_getattr_optional(rt, module, STR(rt, __file__), &file) <= 0) {
        error_clear(rt);
        file = OURO_NULL;
    }
    bool half_made = module_is_initializing(rt, module);
    ouro_value message =
        ouro_is_null(module_name) ? OURO_NULL
        : half_made               ? str_format_c(rt,
                                                 "cannot import name %R from partially initialized module %R (most likely "
                                                               "due to a circular import) (%S)",
                                                 name, module_name, file)
        : ouro_is_null(file)
            ? str_format_c(rt, "cannot import name %R from %R (unknown location)", name, module_name)
            : str_format_c(rt, "cannot import name %R from %R (%S)", name, module_name, file);
    if (!ouro_is_null(message)) {
        exception = exception_new(rt, EXC(rt, ImportError), message);
    }
    if (!ouro_is_null(exception) && object_setattr(rt, exception, STR(rt, name), module_name) &&
        object_setattr(rt, exception, STR(rt, path), ouro_is_null(file) ? OURO_NONE : file)) {
        error_raise_value(rt, exception);
    }
    value_decref(rt, exception);
    value_decref(rt, message);
    value_decref(rt, file);
    value_decref(rt, module_name);
    return OURO_NULL;
}

bool import_star(ouro_runtime *rt, ouro_value module, ouro_value locals)
{
    ouro_value names;
    int listed = object_getattr_optional(rt, module, STR(rt, __all__), &names);
    if (listed < 0) {
        return false;
    }
    if (!listed) {
        ouro_value dict;
        int found = object_getattr_optional(rt, module, STR(rt, __dict__), &dict);
        if (found <= 0) {
            if (found == 0) {
                error_raise(rt, EXC(rt, ImportError), "from-import-* object has no __dict__ and no __all__");
            }
            return false;
        }
        names = object_call_method0(rt, dict, STR(rt, keys));
        ouro_value list = ouro_is_null(names) ? names : list_from_iterable(rt, names);
        value_replace(rt, &names, list);
        value_decref(rt, dict);
        if (ouro_is_null(names)) {
            return false;
        }
    }
    ouro_value iterator = object_iter(rt, names);
    value_decref(rt, names);
    if (ouro_is_null(iterator)) {
        return false;
    }
    bool ok = true;
    while (ok) {
        ouro_value name = iterator_next(rt, iterator);
        if (ouro_is_null(name)) {
            ok = !error_is_set(rt);
            break;
        }
        if (!value_is_str(rt, name)) {
            ouro_value module_name = object_getattr(rt, module, STR(rt, __name__));
            if (!ouro_is_null(module_name)) {
                error_type(rt,
                           listed ? "Item in %S.__all__ must be str, not %T"
                                  : "Key in %S.__dict__ must be str, not %T",
                           module_name, name);
                value_decref(rt, module_name);
            }
            ok = false;
        } else if (listed || str_length(as_str(name)) == 0 || str_char_at(as_str(name), 0) != '_') {
            ouro_value v = object_getattr(rt, module, name);
            ok = !ouro_is_null(v) && object_setitem(rt, locals, name, v);
            value_decref(rt, v);
        }
        value_decref(rt, name);
    }
    value_decref(rt, iterator);
    return ok;
}

/* ---- running a module as a program ---- */

ouro_value import_find_source(ouro_runtime *rt, ouro_value name)
{
    ouro_value parent_name = import_parent_name(rt, name);
    ouro_value part = import_last_part(rt, name);
    ouro_value parent = OURO_NONE, directories = OURO_NULL, file = OURO_NULL, path = OURO_NULL;
    if (ouro_is_null(parent_name) || ouro_is_null(part)) {
        goto done;
    }
    if (str_length(as_str(parent_name))) {
        parent = import_absolute(rt, parent_name);
        if (ouro_is_null(parent)) {
            goto done;
        }
    }
    directories = ouro_is_none(parent) ? object_getattr(rt, rt->vm->sys, STR(rt, path))
                                       : object_getattr(rt, parent, STR(rt, __path__));
    if (ouro_is_null(directories)) {
        goto done;
    }
    switch (import_search(rt, directories, part, &file, &path)) {
    case IMPORT_ARCHIVE: /* not run from here */
        import_not_found(rt, name, "No module named %U", OURO_NONE);
        break;
    case IMPORT_FILE:
    case IMPORT_FAILED:
        break;
    case IMPORT_PACKAGE:
    case IMPORT_NAMESPACE: {
        value_clear(rt, &file);
        ouro_value package = import_absolute(rt, name);
        ouro_value main_name = ouro_is_null(package) ? package : str_format_c(rt, "%U.__main__", name);
        if (!ouro_is_null(main_name)) {
            file = import_find_source(rt, main_name);
            if (ouro_is_null(file) && import_failed_for(rt, main_name) &&
                error_clear_if(rt, EXC(rt, ModuleNotFoundError))) {
                error_raise(rt, EXC(rt, ImportError),
                            "No module named %U.__main__; %R is a package and cannot be directly executed",
                            name, name);
            }
        }
        value_decref(rt, main_name);
        value_decref(rt, package);
        break;
    }
    case IMPORT_ABSENT:
        import_not_found(rt, name, "No module named %U", OURO_NONE);
        break;
    }
done:
    value_decref(rt, path);
    value_decref(rt, directories);
    value_decref(rt, parent);
    value_decref(rt, part);
    value_decref(rt, parent_name);
    return file;
}

/* __main__ gets what a module has; `file` OURO_NULL: it comes from no file. */
bool import_set_main_loader(ouro_runtime *rt, ouro_value main, ouro_value file)
{
    ouro_value name = str_intern_cstring(rt, "__main__");
    ouro_value loader = ouro_is_null(name) ? name : import_make_loader(rt, name, file);
    bool ok = !ouro_is_null(loader) && import_set(rt, main, "__loader__", loader) &&
              import_set(rt, main, "__spec__", OURO_NONE) && import_set(rt, main, "__package__", OURO_NONE);
    value_decref(rt, loader);
    value_decref(rt, name);
    return ok;
}

bool import_set_main_package(ouro_runtime *rt, ouro_value main, ouro_value name)
{
    ouro_value package = import_parent_name(rt, name);
    ouro_value file = dict_get_str(rt, as_module(main)->dict, STR(rt, __file__));
    ouro_value loader = ouro_is_null(file) ? OURO_NULL : import_make_loader(rt, name, file);
    ouro_value spec = ouro_is_null(loader) || ouro_is_null(package)
                          ? OURO_NULL
                          : import_make_spec(rt, name, loader, file, OURO_NONE);
    bool ok = !ouro_is_null(spec) && import_set(rt, main, "__package__", package) &&
              import_set(rt, main, "__loader__", loader) && import_set(rt, main, "__spec__", spec);
    value_decref(rt, spec);
    value_decref(rt, loader);
    value_decref(rt, package);
    return ok;
}

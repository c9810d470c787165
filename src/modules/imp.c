/* imp.c: the _imp module: what the library's importlib asks of the built-in import (vm/import.c).
 *
 * There are no frozen modules and no extension files here.  The lock is importlib's, for its table of locks of modules.
 */
#include "modules/modules.h"
#include "ouro/ouro.h"

#include "base/os.h"
#include "lang/compile.h"
#include "types/code.h"
#include "types/buffer.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/code_cache.h"
#include "vm/threads.h"

static ouro_value imp_nothing(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return OURO_NONE;
}

/* Taken again by the thread that has it; those that wait look every millisecond, since it is never held for long. */
void import_lock_take(ouro_runtime *rt)
{
    enum { WAIT = 1000000 }; /* nanoseconds */
    struct modules_state *m = rt->modules;
    while (m->import_lock_depth > 0 && !pthread_equal(m->import_lock_owner, pthread_self())) {
        if (rt->vm->unwinding) { /* the program has ended, and with it who has the lock */
            return;
        }
        if (rt->vm->threads == NULL || rt->vm->threads->count == 0) { /* a thread that a fork has left behind */
            m->import_lock_depth = 0;
        } else {
            vm_wait(rt, os_clock() + WAIT);
        }
    }
    m->import_lock_owner = pthread_self();
    m->import_lock_depth++;
}

bool import_lock_drop(ouro_runtime *rt)
{
    struct modules_state *m = rt->modules;
    bool held = m->import_lock_depth > 0 && pthread_equal(m->import_lock_owner, pthread_self());
    m->import_lock_depth -= held;
    return held;
}

static ouro_value imp_acquire_lock(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    import_lock_take(rt);
    return OURO_NONE;
}

static ouro_value imp_release_lock(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return import_lock_drop(rt) ? OURO_NONE : error_runtime(rt, "not holding the import lock");
}

static ouro_value imp_lock_held(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_bool(rt->modules->import_lock_depth > 0);
}

static ouro_value imp_false(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return OURO_FALSE;
}

static ouro_value imp_is_builtin(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "is_builtin() argument must be str, not %T", args[0]);
    }
    const module_def *def = import_find_native(rt, args[0]);
    if (def == NULL || def->is_last) {
        return ouro_int(0);
    }
    bool fixed = str_equal_ascii(as_str(args[0]), "sys") || str_equal_ascii(as_str(args[0]), "builtins");
    return ouro_int(fixed ? -1 : 1);
}

/* The source of a module that is part of the library and found last, and whether it is a package; None: it is none. */
static ouro_value imp_find_embedded(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "find_embedded() argument must be str, not %T", args[0]);
    }
    const module_def *def = import_find_native(rt, args[0]);
    if (def == NULL || !def->is_last || def->text == NULL) {
        return OURO_NONE;
    }
    ouro_value items[] = {str_from_utf8(rt, def->text, *def->text_length), def->is_package ? OURO_TRUE : OURO_FALSE};
    return tuple_new_made(rt, items, 2);
}

static ouro_value imp_create_builtin(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value name = object_getattr(rt, args[0], STR(rt, name)), module = OURO_NULL;
    if (ouro_is_null(name)) {
        return OURO_NULL;
    }
    if (!value_is_str(rt, name)) {
        error_type(rt, "name must be string, not %T", name);
    } else {
        module = import_native_module(rt, name); /* None: there is none of the name */
    }
    value_decref(rt, name);
    return module;
}

static ouro_value imp_exec_builtin(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(0);
}

static ouro_value imp_empty_list(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return list_new(rt, NULL, 0);
}

static ouro_value imp_no_frozen(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return error_raise(rt, EXC(rt, ImportError), "No such frozen object named %R", args[0]);
}

/* Gives `code` and the code among its constants, however deep, another file name; code that came from another file than
 * `old` keeps its own. */
static bool imp_fix_filenames(ouro_runtime *rt, code_object *code, ouro_value old, ouro_value path)
{
    if (!str_equal(as_str(code->filename), as_str(old))) {
        return true;
    }
    if (!rt_enter(rt, " while fixing file names")) {
        return false;
    }
    const tuple_object *constants = as_tuple(code->constants);
    value_replace(rt, &code->filename, value_incref(path));
    bool done = true;
    for (size_t i = 0; i < constants->size && done; i++) {
        if (value_type(rt, constants->items[i]) == TYPE(rt, code)) {
            done = imp_fix_filenames(rt, as_code(constants->items[i]), old, path);
        }
    }
    rt_leave(rt);
    return done;
}

static ouro_value imp_fix_co_filename(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (value_type(rt, args[0]) != TYPE(rt, code)) {
        return error_type(rt, "_fix_co_filename() argument 1 must be code, not %T", args[0]);
    }
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "_fix_co_filename() argument 2 must be str, not %T", args[1]);
    }
    ouro_value old = value_incref(as_code(args[0])->filename);
    bool done = imp_fix_filenames(rt, as_code(args[0]), old, args[1]);
    value_decref(rt, old);
    return done ? OURO_NONE : OURO_NULL;
}

/* SipHash-1-3 of a source with a fixed key, as eight bytes (PEP 552). */
static uint64_t imp_rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static void imp_sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = imp_rotate(v[1], 13) ^ v[0];
    v[3] = imp_rotate(v[3], 16) ^ v[2];
    v[0] = imp_rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = imp_rotate(v[1], 17) ^ v[2];
    v[3] = imp_rotate(v[3], 21) ^ v[0];
    v[2] = imp_rotate(v[2], 32);
}

static ouro_value imp_source_hash(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t key;
    buffer_view view;
    if (!object_as_index(rt, args[0], &key, false) || !buffer_get(rt, args[1], &view, false)) {
        return OURO_NULL;
    }
    const unsigned char *data = view.data;
    uint64_t k = (uint64_t)key;
    uint64_t v[4] = {k ^ UINT64_C(0x736f6d6570736575), UINT64_C(0x646f72616e646f6d),
                     k ^ UINT64_C(0x6c7967656e657261), UINT64_C(0x7465646279746573)};
    size_t whole = view.length / 8;
    for (size_t i = 0; i <= whole; i++) {
        uint64_t word = 0;
        size_t count = i < whole ? 8 : view.length % 8;
        for (size_t k8 = 0; k8 < count; k8++) {
            word |= (uint64_t)data[8 * i + k8] << (8 * k8);
        }
        if (i == whole) {
            word |= (uint64_t)view.length << 56;
        }
        v[3] ^= word;
        imp_sip_round(v);
        v[0] ^= word;
    }
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++) {
        imp_sip_round(v);
    }
    uint64_t hash = v[0] ^ v[1] ^ v[2] ^ v[3];
    buffer_release(rt, &view);
    return bytes_new(rt, &hash, sizeof hash);
}

/* The code of a source file, through the cache; None: there is no cache, or the file cannot be read. */
static ouro_value imp_cached_code(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    size_t length;
    int error_number;
    bool use = rt->vm->code_hooks && !(rt->denied & OURO_DENY_FILES) && value_is_str(rt, args[0]);
    char *path = use ? str_to_system(rt, args[0], &length) : NULL;
    if (!path) {
        return error_is_set(rt) ? OURO_NULL : OURO_NONE;
    }
    code_object *code = strlen(path) == length ? code_cache_load(rt, path, args[0], &error_number) : NULL;
    ouro_mem_free(rt->mem, path);
    return code ? ouro_from_object(code) : error_is_set(rt) ? OURO_NULL : OURO_NONE;
}

void imp_magic(unsigned char magic[4])
{
    uint32_t form = marshal_code_hooks.layout() ^ (uint32_t)compile_version ^ (uint32_t)(compile_version >> 32);
    magic[0] = (unsigned char)(form ^ form >> 16);
    magic[1] = (unsigned char)((form >> 8 ^ form >> 24) | 0x80); /* CPython's are below */
    magic[2] = '\r';
    magic[3] = '\n';
}

static const method_def imp_functions[] = {
    {"_cached_code", "path, /", imp_cached_code, NULL, 0, NULL},
    {"extension_suffixes", "", imp_empty_list, NULL, 0,
     "Returns the list of file suffixes used to identify extension modules."},
    {"lock_held", "", imp_lock_held, NULL, 0, "Return True if the import lock is currently held, else False."},
    {"acquire_lock", "", imp_acquire_lock, NULL, 0,
     "Acquires the interpreter's import lock for the current thread."},
    {"release_lock", "", imp_release_lock, NULL, 0, "Release the interpreter's import lock."},
    {"find_frozen", "name, /, *, withdata=False", imp_nothing, NULL, 0,
     "Return info about the corresponding frozen module (if there is one) or None."},
    {"_frozen_module_names", "", imp_empty_list, NULL, 0, "Returns the list of available frozen modules."},
    {"get_frozen_object", "name, data=None, /", imp_no_frozen, NULL, 0,
     "Create a code object for a frozen module."},
    {"is_frozen_package", "name, /", imp_no_frozen, NULL, 0,
     "Returns True if the module name is of a frozen package."},
    {"create_builtin", "spec, /", imp_create_builtin, NULL, 0, "Create an extension module."},
    {"find_embedded", "name, /", imp_find_embedded, NULL, 0,
     "(source, is a package) of a module that is part of the library but found last, or None."},
    {"init_frozen", "name, /", imp_nothing, NULL, 0, "Initializes a frozen module."},
    {"is_builtin", "name, /", imp_is_builtin, NULL, 0,
     "Returns True if the module name corresponds to a built-in module."},
    {"is_frozen", "name, /", imp_false, NULL, 0,
     "Returns True if the module name corresponds to a frozen module."},
    {"exec_builtin", "mod, /", imp_exec_builtin, NULL, 0, "Initialize a built-in module."},
    {"_fix_co_filename", "code, path, /", imp_fix_co_filename, NULL, 0,
     "Changes code.co_filename to specify the "
     "passed-in file path."},
    {"_override_frozen_modules_for_tests", "override, /", imp_nothing, NULL, 0,
     "(internal-only) There are no frozen modules to be overridden."},
    {"source_hash", "key, source", imp_source_hash, NULL, 0, NULL},
    {0},
};

static bool imp_start(ouro_runtime *rt, module_object *module)
{
    static const char *const checks[] = {"default", "always", "never"};
    unsigned char magic[4];
    imp_magic(magic);
    return module_add_text(rt, module, "check_hash_based_pycs", checks[rt->vm->check_hash_pycs]) &&
           module_add(rt, module, "_magic", bytes_new(rt, magic, sizeof magic));
}

const module_def imp_module_def = {
    .name = "_imp",
    .doc = "(Extremely) low-level import machinery bits as used by importlib.",
    .functions = imp_functions,
    .start = imp_start,
};

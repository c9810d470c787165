/* sandbox.c: which native modules a runtime has.
 *
 * A runtime that may do everything has all of them.  When anything is denied (ouro_config.deny) only those
 * are left that have been looked at: they compute, or what they do to the world is guarded where it is done
 * (posix, _io).  A module that this list does not know is not there, so that a new one is denied until
 * somebody has thought about it.
 */
#include "embed/embed.h"
#include "modules/modules.h"
#include "vm/vm.h"

#include <string.h>

static const char *const sandbox_modules[] = {
    "_abc", "_ast", "_bisect", "_blake2", "_bz2", "_codecs", "_collections", "_contextvars", "_csv", "_datetime",
    "_decimal", "_functools", "_heapq", "_io", "_json", "_lzma", "_md5", "_opcode", "_operator", "_pickle",
    "_queue", "_random", "_sha1", "_sha256", "_sha3", "_sha512", "_sre", "_stat", "_statistics", "_string",
    "_struct", "_symtable", "_thread", "_typing", "_warnings", "_weakref", "array", "atexit", "binascii",
    "builtins", "cmath", "errno", "gc", "itertools", "math", "posix", "pyexpat", "sys", "time", "unicodedata",
    "zlib",
};

static bool sandbox_knows(const char *name)
{
    for (size_t i = 0; i < sizeof sandbox_modules / sizeof *sandbox_modules; i++) {
        if (strcmp(name, sandbox_modules[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool sandbox_start(ouro_runtime *rt)
{
    opened *o = rt->opened;
    if (!o->config.deny) {
        import_set_native(rt, native_modules);
        return true;
    }
    size_t count = 0;
    while (native_modules[count] != NULL) {
        count++;
    }
    o->modules = ouro_mem_alloc_zeroed(rt->mem, (count + 1) * sizeof *o->modules);
    if (o->modules == NULL) {
        return false;
    }
    o->module_capacity = count + 1;
    for (size_t i = 0; i < count; i++) {
        if (sandbox_knows(native_modules[i]->name)) {
            o->modules[o->module_count++] = native_modules[i];
        }
    }
    import_set_native(rt, o->modules);
    return true;
}

/* late_library.c: shared libraries loaded when a module that needs them is first imported. */
#include "modules/late_library.h"
#include "types/error.h"

#include <dlfcn.h>
#include <string.h>

void late_library_drop(ouro_runtime *rt, late_library *library)
{
    if (library && --library->shares == 0) {
        if (library->handle) {
            dlclose(library->handle);
        }
        ouro_mem_free(rt->mem, library);
    }
}

late_library *late_library_share(ouro_runtime *rt, late_library_index which)
{
    late_library *library = rt->modules->libraries[which];
    library->shares++;
    return library;
}

bool late_library_load(ouro_runtime *rt, late_library_index which, const char *const *files, const char *const *names,
                       size_t size)
{
    if (rt->modules->libraries[which]) {
        return true;
    }
    late_library *library = ouro_mem_alloc_zeroed(rt->mem, size);
    if (!library) {
        error_no_memory(rt);
        return false;
    }
    library->shares = 1;
    for (size_t i = 0; !library->handle && files[i]; i++) {
        library->handle = dlopen(files[i], RTLD_NOW | RTLD_LOCAL);
    }
    bool whole = library->handle != NULL;
    char *at = (char *)(library + 1);
    for (size_t i = 0; whole && names[i]; i++, at += sizeof(void *)) {
        void *function = dlsym(library->handle, names[i]);
        whole = function != NULL;
        memcpy(at, &function, sizeof function);
    }
    if (!whole) {
        late_library_drop(rt, library);
        error_raise(rt, EXC(rt, ImportError), "the library %s cannot be loaded", files[0]);
        return false;
    }
    rt->modules->libraries[which] = library;
    return true;
}

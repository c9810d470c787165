/* crypt.c: the _crypt module: hashes of passwords from the library libcrypt, the one file that knows it. */
#include "modules/late_library.h"

#ifdef OURO_CRYPT

#include "modules/posix_private.h"
#include "types/error.h"
#include "types/text.h"
#include "vm/threads.h"

#include <crypt.h>
#include <errno.h>

#define CRYPT_FUNCTIONS(X) X(crypt_r, char *, (const char *, const char *, struct crypt_data *))

struct crypt_library {
    late_library library;
    CRYPT_FUNCTIONS(LATE_POINTER)
};

static ouro_value crypt_crypt(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const struct crypt_library *library = (const struct crypt_library *)(void *)rt->modules->libraries[LATE_CRYPT];
    for (int i = 0; i < 2; i++) {
        if (!value_is_str(rt, args[i])) {
            return error_type(rt, "crypt() argument %d must be str, not %T", i + 1, args[i]);
        }
    }
    ouro_value result = OURO_NULL;
    char *word = text_c_name(rt, args[0]), *salt = word ? text_c_name(rt, args[1]) : NULL;
    struct crypt_data *room = salt ? ouro_mem_alloc_zeroed(rt->mem, sizeof *room) : NULL;
    if (room) {
        thread_state *me = vm_release(rt);
        const char *hash = library->crypt_r(word, salt, room);
        int err = errno;
        vm_acquire(rt, me);
        errno = err;
        result = hash ? str_from_system(rt, hash, strlen(hash)) : posix_error(rt);
        explicit_bzero(room, sizeof *room);
    } else if (salt) {
        error_no_memory(rt);
    }
    ouro_mem_free(rt->mem, room);
    ouro_mem_free(rt->mem, salt);
    ouro_mem_free(rt->mem, word);
    return result;
}

static const method_def crypt_functions[] = {
    {"crypt", "word, salt, /", crypt_crypt,
     .doc = "Hash a *word* with the given *salt* and return the hashed password.\n\nThe salt may be a hash: then the result is the same\n"
            "hash if the word is."},
    {0},
};

static bool crypt_start(ouro_runtime *rt, module_object *module)
{
    static const char *const files[] = {"libcrypt.so.1", "libcrypt.so.2", NULL},
                            *const names[] = {CRYPT_FUNCTIONS(LATE_NAME) NULL};
    return late_library_load(rt, LATE_CRYPT, files, names, sizeof(struct crypt_library));
}

const module_def crypt_module_def = {
    .name = "_crypt",
    .doc = "Hashes of passwords, for the module crypt.",
    .functions = crypt_functions,
    .start = crypt_start,
};

#endif

/* late_library.h: shared libraries that modules stand on, loaded when such a module is first imported.
 *
 * A program that does not import the module does not pay for the library.  A module has a struct that begins with a
 * late_library and goes on with a pointer for each function that it calls; the runtime and each object that calls the
 * library hold a share of it, since objects may outlive the modules.
 */
#ifndef OURO_SRC_MODULES_LATE_LIBRARY_H
#define OURO_SRC_MODULES_LATE_LIBRARY_H

#include "modules/modules.h"

typedef struct late_library {
    size_t shares;
    void *handle;
} late_library;

/* For LIBRARY_FUNCTIONS(X) with rows X(name, result, parameters): the fields of the struct, and their names. */
#define LATE_POINTER(name, result, parameters) result(*name) parameters;
#define LATE_NAME(name, result, parameters) #name,

/* Loads the library, if it is not there, and makes the runtime's struct of `size` bytes for it: names[] are its functions
 * in the order of the struct's pointers, ended by NULL.  `files` are the names it may have, ended by NULL.  False:
 * ImportError. */
OURO_NODISCARD bool late_library_load(ouro_runtime *rt, late_library_index which, const char *const *files,
                                      const char *const *names, size_t size);
/* The library, loaded, as a new share. */
late_library *late_library_share(ouro_runtime *rt, late_library_index which);
/* Gives a share up (NULL: none). */
void late_library_drop(ouro_runtime *rt, late_library *library);

#endif

/* code_cache.h: compiled modules in files (code_cache.c). */
#ifndef OURO_SRC_VM_CODE_CACHE_H
#define OURO_SRC_VM_CODE_CACHE_H

#include "vm/vm.h"

/* The code of the source file at `path`, whose code is to have the file name `shown`: from the cache when that has what the
 * file holds now; else compiled, and put into the cache.  NULL: an exception is set, or the file cannot be read:
 * *error_number says why.  New reference. */
OURO_NODISCARD code_object *code_cache_load(ouro_runtime *rt, const char *path, ouro_value shown, int *error_number);

#endif

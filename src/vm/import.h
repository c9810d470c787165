/* import.h: what the files of the import system share. */
#ifndef OURO_SRC_VM_IMPORT_H
#define OURO_SRC_VM_IMPORT_H

#include "vm/vm.h"

/* ---- import_spec.c: __spec__ and __loader__ of modules that the built-in import found ---- */

/* `origin` None: no file; `locations` None: no package (else the list of its __path__).  New reference. */
OURO_NODISCARD ouro_value import_make_spec(ouro_runtime *rt, ouro_value name, ouro_value loader, ouro_value origin,
                                           ouro_value locations);
/* The loader of a module: of a file; or (file OURO_NULL) of one written in C. */
OURO_NODISCARD ouro_value import_make_loader(ouro_runtime *rt, ouro_value name, ouro_value file);

/* ---- import_busy.c: the imports that are going on ---- */

typedef struct import_busy {
    ouro_value name; /* borrowed from who imports */
    bool by_library; /* importlib does it */
    struct thread_state *thread; /* NULL: there were no threads */
    struct import_busy *next;
} import_busy;

void import_busy_begin(ouro_runtime *rt, import_busy *busy, ouro_value name, bool by_library);
void import_busy_end(ouro_runtime *rt, import_busy *busy);
/* Does this thread import it through importlib? */
bool import_busy_in_library(ouro_runtime *rt, ouro_value name);
/* Waits until no other thread imports it, or until that can never be.  False: a signal handler raised.  Only where
 * there are threads and imports. */
OURO_NODISCARD bool import_busy_wait_for(ouro_runtime *rt, ouro_value name);
/* In the child of a fork, where the other threads are gone. */
void import_busy_after_fork(ouro_runtime *rt);

/* ---- import_told.c: -v and -X importtime ---- */

typedef struct import_clock {
    int64_t start, outer; /* nanoseconds: when it began; of the imports beside it so far */
} import_clock;

void import_told_begin(ouro_runtime *rt, import_clock *clock);
/* `module` OURO_NULL: it failed (and an exception is set, which stays). */
void import_told_end(ouro_runtime *rt, const import_clock *clock, ouro_value name, ouro_value module);

/* ---- import_library.c: the library's importlib behind the built-in import ---- */

/* Whether importlib does the finding and loading now (sys.meta_path can be used). */
bool import_library_is_loaded(ouro_runtime *rt);
/* Loads it; nothing to do when that is done or being done. */
OURO_NODISCARD bool import_library_load(ouro_runtime *rt);
/* A module that importlib is made of (_frozen_importlib, _frozen_importlib_external): 1 *module is it (new reference),
 * 0 some other name, -1 failed. */
OURO_NODISCARD int import_library_module(ouro_runtime *rt, ouro_value name, ouro_value *module);
/* Finds and loads through sys.meta_path, parents included: new reference. */
OURO_NODISCARD ouro_value import_library_find_and_load(ouro_runtime *rt, ouro_value name);
/* Waits until no other thread imports it through importlib.  False: exception set. */
OURO_NODISCARD bool import_library_wait_for(ouro_runtime *rt, ouro_value name);
/* The attribute of a module that is only there once importlib is loaded (sys.meta_path, sys.path_hooks): 1, 0, -1. */
int import_library_sys_attribute(ouro_runtime *rt, ouro_value name, ouro_value *value);

#endif

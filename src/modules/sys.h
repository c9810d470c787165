/* sys.h: what the start and the end of a runtime ask of the sys module. */
#ifndef OURO_SRC_MODULES_SYS_H
#define OURO_SRC_MODULES_SYS_H

#include "ouro/ouro.h"
#include "types/module.h"

/* argv, path, executable, flags, streams.  False: an exception is set. */
OURO_NODISCARD bool sys_configure(ouro_runtime *rt, const ouro_config *config);
/* sys.path.insert(0, directory). */
OURO_NODISCARD bool sys_prepend_path(ouro_runtime *rt, const char *directory);
/* The same for the directory that a program lies in, or is run from: not with -P. */
OURO_NODISCARD bool sys_prepend_program(ouro_runtime *rt, const char *directory);
/* sys.argv[0] = text. */
OURO_NODISCARD bool sys_set_first_argument(ouro_runtime *rt, const char *text);
/* Runs atexit functions, flushes sys.stdout and sys.stderr.  120 when flushing failed, else 0. */
int sys_run_exit(ouro_runtime *rt);

#endif

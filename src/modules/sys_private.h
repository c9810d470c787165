/* sys_private.h: what the files of the sys module share. */
#ifndef OURO_SRC_MODULES_SYS_PRIVATE_H
#define OURO_SRC_MODULES_SYS_PRIVATE_H

#include "ouro/ouro.h"
#include "types/module.h"
#include "types/struct_sequence.h"

/* Where the Python part of the standard library is when nobody says otherwise. */
#define SYS_DEFAULT_STDLIB "/usr/lib/python3.11"

extern const struct_sequence_def sys_async_hooks_def;

/* Adds versions, flags, limits, paths, argv. */
OURO_NODISCARD bool sys_add_info(ouro_runtime *rt, module_object *sys, const ouro_config *config);
/* sys.stdlib_module_names: a new frozenset; the names lie in stdlib_names.c. */
OURO_NODISCARD ouro_value sys_make_stdlib_names(ouro_runtime *rt);
extern const char sys_stdlib_names[];
/* Makes stdin, stdout, stderr (from _io where it is; None where a descriptor is not open). */
OURO_NODISCARD bool sys_add_streams(ouro_runtime *rt, module_object *sys, const ouro_flags *flags);

/* sys_hooks.c */
ouro_value sys_displayhook(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value sys_excepthook(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value sys_unraisablehook(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value sys_breakpointhook(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames);

#endif

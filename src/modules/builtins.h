/* builtins.h: what the files of the builtins module share: its functions. */
#ifndef OURO_SRC_MODULES_BUILTINS_H
#define OURO_SRC_MODULES_BUILTINS_H

#include "types/module.h"

extern const module_def builtins_module;

/* builtins_objects.c */
ouro_value builtins_abs(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_ascii(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_bin(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_callable(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_chr(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_delattr(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_dir(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_divmod(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_format(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_getattr(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_hasattr(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_hash(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_hex(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_id(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_isinstance(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_issubclass(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_len(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_oct(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_ord(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_pow(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_repr(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_round(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_setattr(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_vars(ouro_runtime *rt, const ouro_value *args, size_t nargs);

/* builtins_iteration.c */
ouro_value builtins_aiter(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_all(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_anext(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_any(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_iter(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_max(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames);
ouro_value builtins_min(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames);
ouro_value builtins_next(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_sorted(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames);
ouro_value builtins_sum(ouro_runtime *rt, const ouro_value *args, size_t nargs);

/* builtins_io.c */
ouro_value builtins_input(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value builtins_open(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames);
ouro_value builtins_print(ouro_runtime *rt, const ouro_value *args, size_t nargs);

/* builtins_site.c: exit, quit, copyright, credits, license, help. */
OURO_NODISCARD bool builtins_add_site(ouro_runtime *rt, module_object *module);

#endif

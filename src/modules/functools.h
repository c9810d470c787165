/* functools.h: the types of the _functools module. */
#ifndef OURO_SRC_MODULES_FUNCTOOLS_H
#define OURO_SRC_MODULES_FUNCTOOLS_H

#include "types/module.h"

extern const module_def functools_module_def;
extern const type_spec partial_spec, key_wrapper_spec, lru_cache_spec, lru_link_spec;

#endif

/* abc.h: the _abc module. */
#ifndef OURO_SRC_MODULES_ABC_H
#define OURO_SRC_MODULES_ABC_H

#include "types/module.h"

extern const module_def abc_module_def;

#endif

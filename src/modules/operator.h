/* operator.h: the callable types of the _operator module. */
#ifndef OURO_SRC_MODULES_OPERATOR_H
#define OURO_SRC_MODULES_OPERATOR_H

#include "types/module.h"

extern const module_def operator_module_def;
extern const type_spec itemgetter_spec, attrgetter_spec, methodcaller_spec;

#endif

/* int_methods.h: the methods of int, for its type_spec; conversion from and to bytes is in number.h. */
#ifndef OURO_SRC_TYPES_INT_METHODS_H
#define OURO_SRC_TYPES_INT_METHODS_H

#include "types/type.h"

extern const method_def int_methods[];

#endif

/* generic_alias.h: list[int] and int | str as values. */
#ifndef OURO_SRC_TYPES_GENERIC_ALIAS_H
#define OURO_SRC_TYPES_GENERIC_ALIAS_H

#include "types/types.h"

/* origin[args]: `args` is a tuple, or stands for a tuple of itself. */
OURO_NODISCARD ouro_value generic_alias_new(ouro_runtime *rt, ouro_value origin, ouro_value args);
/* The tuple of type parameters in a tuple of arguments. */
OURO_NODISCARD ouro_value generic_alias_collect_parameters(ouro_runtime *rt, ouro_value args);
/* Replaces `parameters` in `args` by what `item` (one or a tuple) gives: the new tuple of arguments. */
OURO_NODISCARD ouro_value generic_alias_substitute(ouro_runtime *rt, ouro_value self, ouro_value args,
                                                   ouro_value parameters, ouro_value item);
/* The text of one argument as in list[int]. */
OURO_NODISCARD ouro_value generic_alias_argument_repr(ouro_runtime *rt, ouro_value argument);
/* a | b for types: a union, or NotImplemented. */
OURO_NODISCARD ouro_value union_type_or(ouro_runtime *rt, ouro_value a, ouro_value b);

#endif

/* own_dict.h: attributes of objects that hold their __dict__ in a field of their own: functions, modules,
 * namespaces, partial objects.  The order is that of the generic access: data descriptor of the type, own dict,
 * other attribute of the type. */
#ifndef OURO_SRC_TYPES_OWN_DICT_H
#define OURO_SRC_TYPES_OWN_DICT_H

#include "types/types.h"

/* `dict`: a dict or OURO_NULL, borrowed.  1: found (*result a new reference), 0: absent (no exception), -1. */
OURO_NODISCARD int own_dict_find(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value dict,
                                 ouro_value *result);
/* The same, AttributeError when absent. */
OURO_NODISCARD ouro_value own_dict_getattr(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value dict);
/* Sets, or deletes when `value` is OURO_NULL.  *slot: the dict, made when first needed. */
OURO_NODISCARD bool own_dict_setattr(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value value,
                                     ouro_value *slot);

#endif

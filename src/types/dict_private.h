/* dict_private.h: what the files of dict share. */
#ifndef OURO_SRC_TYPES_DICT_PRIVATE_H
#define OURO_SRC_TYPES_DICT_PRIVATE_H

#include "types/container.h"

extern const method_def dict_methods[];

/* An empty dict of `type`. */
OURO_NODISCARD ouro_value dict_new_of(ouro_runtime *rt, type_object *type);
OURO_NODISCARD ouro_value dict_subscript(ouro_runtime *rt, ouro_value self, ouro_value key);
ouro_value dict_equal(ouro_runtime *rt, ouro_value a, ouro_value b);
ouro_value dict_or(ouro_runtime *rt, ouro_value a, ouro_value b);
ouro_value dict_inplace_or(ouro_runtime *rt, ouro_value self, ouro_value other);
/* Takes entry i out of the dict: owned key and value. */
void dict_take_entry(dict_object *d, size_t i, ouro_value *key, ouro_value *value);

/* Views and iterators: dict_views.c, dict_iterators.c. */
typedef struct dict_view {
    ouro_object object;
    ouro_value dict;
} dict_view;
static inline dict_view *as_dict_view(ouro_value v)
{
    return (dict_view *)(void *)ouro_as_object(v);
}
ouro_value dict_keys(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value dict_values(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value dict_items(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value dict_reversed(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value dict_iter(ouro_runtime *rt, ouro_value self);
/* One of the six iterators on a dict. */
OURO_NODISCARD ouro_value dict_iterator_new(ouro_runtime *rt, type_object *type, ouro_value dict, bool backward);

#endif

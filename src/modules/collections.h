/* collections.h: the types of the module _collections: deque, defaultdict, OrderedDict. */
#ifndef OURO_SRC_MODULES_COLLECTIONS_H
#define OURO_SRC_MODULES_COLLECTIONS_H

#include "types/binder.h"
#include "types/container.h"
#include "types/dict_private.h"
#include "types/module.h"

extern const module_def collections_module;
extern const type_spec deque_spec, deque_iterator_spec, deque_reverse_iterator_spec, default_dict_spec,
    ordered_dict_spec, ordered_dict_keys_spec, ordered_dict_values_spec, ordered_dict_items_spec,
    ordered_dict_iterator_spec, tuple_getter_spec;

/* Helper types that a module's type needs (its iterators) lie in a tuple that the type owns. */
OURO_NODISCARD bool collections_keep_types(ouro_runtime *rt, type_object *type, const type_spec *const *specs,
                                           size_t count);

/* The i-th helper type of the type made from `spec`, of which `type` is that or a subclass. */
static inline type_object *collections_helper_type(const type_object *type, const type_spec *spec, size_t i)
{
    while (type->spec != spec || ouro_is_null(type->module_types_data)) {
        type = type->base;
    }
    return (type_object *)(void *)ouro_as_object(as_tuple(type->module_types_data)->items[i]);
}

#endif

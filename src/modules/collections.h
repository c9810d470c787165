/* collections.h: the types of the module _collections: deque, defaultdict, OrderedDict. */
#ifndef OURO_SRC_MODULES_COLLECTIONS_H
#define OURO_SRC_MODULES_COLLECTIONS_H

#include "modules/modules.h"
#include "types/binder.h"
#include "types/container.h"
#include "types/dict_private.h"

extern const type_spec deque_spec, deque_iterator_spec, deque_reverse_iterator_spec, default_dict_spec,
    ordered_dict_spec, ordered_dict_keys_spec, ordered_dict_values_spec, ordered_dict_items_spec,
    ordered_dict_iterator_spec, tuple_getter_spec;

#endif

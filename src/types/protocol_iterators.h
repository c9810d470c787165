/* protocol_iterators.h: iterators over things that have none of their own. */
#ifndef OURO_SRC_TYPES_PROTOCOL_ITERATORS_H
#define OURO_SRC_TYPES_PROTOCOL_ITERATORS_H

#include "types/types.h"

/* Over an object with __getitem__ only: items 0, 1, 2, ... until IndexError. */
OURO_NODISCARD ouro_value sequence_iterator_new(ouro_runtime *rt, ouro_value sequence);
/* iter(callable, sentinel). */
OURO_NODISCARD ouro_value callable_iterator_new(ouro_runtime *rt, ouro_value callable, ouro_value sentinel);
/* What __reduce__ of an exhausted iterator returns: (iter, (empty,)); `empty` stolen. */
OURO_NODISCARD ouro_value protocol_iterator_reduce_empty(ouro_runtime *rt, ouro_value empty);
/* (iter, (sequence,), state) with `state` OURO_NULL for none, stolen. */
OURO_NODISCARD ouro_value protocol_iterator_reduce(ouro_runtime *rt, const char *function, ouro_value sequence,
                                                   ouro_value state);
/* anext(iterator, fallback), from what the iterator's __anext__ returned. */
OURO_NODISCARD ouro_value anext_awaitable_new(ouro_runtime *rt, ouro_value awaitable, ouro_value fallback);

#endif

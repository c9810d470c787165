/* protocol_private.h: what the files of protocol.h share. */
#ifndef OURO_SRC_TYPES_PROTOCOL_PRIVATE_H
#define OURO_SRC_TYPES_PROTOCOL_PRIVATE_H

#include "types/protocol.h"

/* Frees the list of containers whose repr is in progress. */
void repr_chain_stop(ouro_runtime *rt);

/* An iterator by __getitem__ with 0, 1, 2, ... */
OURO_NODISCARD ouro_value sequence_iterator_new(ouro_runtime *rt, ouro_value sequence);
/* Does the value count as a sequence: by its type's word, or as an instance of a class with __getitem__? */
bool value_is_sequence(ouro_runtime *rt, ouro_value v);

#endif

/* list_private.h: what list.c, list_methods.c and list_sort.c share. */
#ifndef OURO_SRC_TYPES_LIST_PRIVATE_H
#define OURO_SRC_TYPES_LIST_PRIVATE_H

#include "types/container.h"

extern const method_def list_methods[];

/* Sets the number of items to `size`, making or giving back room.  Items from the old size on are undefined: the
 * caller fills them before any code runs.  False: no memory, nothing changed. */
OURO_NODISCARD bool list_resize(ouro_runtime *rt, list_object *l, size_t size);
/* Takes all items out, and drops them, the last first. */
void list_drop_items(ouro_runtime *rt, list_object *l);
/* Replaces items[low:high] by `count` values (borrowed; may point into the list itself only if copied before). */
OURO_NODISCARD bool list_splice(ouro_runtime *rt, list_object *l, size_t low, size_t high,
                                const ouro_value *values, size_t count);
/* The place of an item for an index that may be negative; -1 with IndexError(message). */
OURO_NODISCARD int64_t list_position(ouro_runtime *rt, list_object *l, ouro_value key, const char *message);

#endif

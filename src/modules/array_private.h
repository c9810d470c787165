/* array_private.h: what the parts of the array module share: array_storage.c grows and fills arrays, array_methods.c and
 * array_iterator.c are those of the type, array.c is the type and the module.
 *
 * Invariants: size <= capacity; data is NULL exactly when capacity is 0; while a buffer view is out (exports > 0)
 * neither data nor size change.  Converting a value to an item may run program code: it is done before the array's
 * fields are read for the store.
 */
#ifndef OURO_SRC_MODULES_ARRAY_PRIVATE_H
#define OURO_SRC_MODULES_ARRAY_PRIVATE_H

#include "modules/array_item.h"
#include "modules/modules.h"

extern const method_def array_methods[];
extern const getset_def array_getsets[];
extern const type_spec array_iterator_spec;

static inline bool value_is_array(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && value_is_instance(rt, v, MODULE_TYPE(rt, array));
}

/* Exact arrays are leaves; instances of a subclass may hold anything. */
void array_track(ouro_runtime *rt, array_object *a);
/* False: buffer views are out; raised. */
OURO_NODISCARD bool array_check_exports(ouro_runtime *rt, const array_object *a);
OURO_NODISCARD bool array_resize(ouro_runtime *rt, array_object *a, size_t size);
/* Opens a gap of `count` items at `at`; the items in it are undefined. */
OURO_NODISCARD bool array_open(ouro_runtime *rt, array_object *a, size_t at, size_t count);
/* Removes `count` items at `at`. */
OURO_NODISCARD bool array_close_gap(ouro_runtime *rt, array_object *a, size_t at, size_t count);
/* An array of `size` items that are undefined; the caller tracks it. */
OURO_NODISCARD array_object *array_new(ouro_runtime *rt, type_object *type, char code, size_t size);
/* A new exact array with the items from `start` on, every `step`-th. */
OURO_NODISCARD ouro_value array_copy(ouro_runtime *rt, const array_object *a, int64_t start, int64_t step,
                                     size_t count);
OURO_NODISCARD bool array_insert_value(ouro_runtime *rt, array_object *a, int64_t at, ouro_value v);
OURO_NODISCARD bool array_append_value(ouro_runtime *rt, array_object *a, ouro_value v);
/* They append; on failure what was appended stays. */
OURO_NODISCARD bool array_extend_iterable(ouro_runtime *rt, array_object *a, ouro_value iterable);
OURO_NODISCARD bool array_extend_array(ouro_runtime *rt, array_object *a, const array_object *other);
OURO_NODISCARD bool array_extend_bytes(ouro_runtime *rt, array_object *a, const void *data, size_t length);
OURO_NODISCARD bool array_extend_str(ouro_runtime *rt, array_object *a, ouro_value text);
/* Position of the first item equal to v in [start, stop), -1: none, -2: failed. */
OURO_NODISCARD int64_t array_find(ouro_runtime *rt, ouro_value self, ouro_value v, int64_t start, int64_t stop);
OURO_NODISCARD ouro_value array_to_list(ouro_runtime *rt, const array_object *a);
OURO_NODISCARD ouro_value array_to_str(ouro_runtime *rt, const array_object *a);
OURO_NODISCARD ouro_value array_iter(ouro_runtime *rt, ouro_value self);

#endif

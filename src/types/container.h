/* container.h: what the files of list, tuple, dict, set, slice and range share. */
#ifndef OURO_SRC_TYPES_CONTAINER_H
#define OURO_SRC_TYPES_CONTAINER_H

#include "types/containers.h"
#include "types/error.h"
#include "types/iterators.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/table.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* Could a collector ever have to see the value?  A tuple that is not tracked holds nothing that it must see, and
 * never will.  Exact tuples and dicts of other values alone are not tracked. */
static inline bool container_may_be_tracked(ouro_runtime *rt, ouro_value v)
{
    if (!ouro_is_object(v)) {
        return false;
    }
    const ouro_object *object = ouro_as_object(v);
    const ouro_type *type = object->shape->type;
    if (type->flags & OURO_TYPE_LEAF) {
        return false;
    }
    return type != &TYPE(rt, tuple)->type || gc_is_tracked(object);
}

/* Copies `count` values; for a few of them a call costs more than the work. */
static inline void values_copy(ouro_value *to, const ouro_value *from, size_t count)
{
    enum { VALUES_FEW = 8 };
    if (count > VALUES_FEW) {
        memcpy(to, from, count * sizeof *to);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        to[i] = from[i];
        __asm__("" ::: "memory"); /* no call to memcpy after all */
    }
}

/* Adds `count` references. */
static inline void values_incref(const ouro_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        value_incref(values[i]);
    }
}

/* Drops `count` references, the last first; `values` is no longer reachable by anyone else. */
static inline void values_decref(ouro_runtime *rt, const ouro_value *values, size_t count)
{
    while (count > 0) {
        value_decref(rt, values[--count]);
    }
}

/* An index or a count that is an immediate int, without a call; otherwise object_as_index. */
OURO_NODISCARD static inline bool container_as_index(ouro_runtime *rt, ouro_value v, int64_t *result, bool clip)
{
    if (OURO_LIKELY(ouro_is_int(v))) {
        *result = ouro_as_int(v);
        return true;
    }
    return object_as_index(rt, v, result, clip);
}

/* The same for arguments that C code takes as ssize_t: OverflowError instead of IndexError. */
OURO_NODISCARD bool container_as_size(ouro_runtime *rt, ouro_value v, int64_t *result);
/* The same for how often a sequence is to be repeated: also TypeError in words of its own. */
OURO_NODISCARD bool container_as_count(ouro_runtime *rt, ouro_value v, int64_t *result);
/* The same for a position in a pickled state, which must be an int: "an integer is required". */
OURO_NODISCARD bool container_as_state(ouro_runtime *rt, ouro_value v, int64_t *result);

static inline bool value_has_index(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_int(v) || value_type(rt, v)->slots.to_index != NULL;
}

static inline bool value_is_slice(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && ouro_as_object(v)->shape->type == &TYPE(rt, slice)->type;
}

/* A tuple of the items (stolen, also on failure).  *slot keeps the tuple that was made last: it is used again if nobody
 * else holds it any more and it has the right size.  For iterators whose tuples are unpacked at once. */
OURO_NODISCARD ouro_value tuple_new_recycled(ouro_runtime *rt, ouro_value *slot, ouro_value *items, size_t size);

/* "T expected at most 1 argument, got 2" and "T() takes no keyword arguments" for containers made from one iterable;
 * *iterable becomes the argument or OURO_NULL. */
OURO_NODISCARD bool container_one_argument(ouro_runtime *rt, const char *name, const ouro_value *args,
                                           size_t nargs, ouro_value kwnames, ouro_value *iterable);

/* The bounds that index() takes: negative ones count from the end, then clip at 0. */
OURO_NODISCARD bool container_search_bounds(ouro_runtime *rt, const ouro_value *args, size_t nargs, size_t first,
                                            int64_t length, int64_t *start, int64_t *stop);

/* "(a, b)" of the items that `item` hands out (a new reference; OURO_NULL: no more): for repr. */
OURO_NODISCARD ouro_value container_repr_items(ouro_runtime *rt, ouro_value self, const char *open,
                                               const char *close, ouro_value (*item)(ouro_value self, size_t i));

/* Methods that several types have under the same name. */
ouro_value container_class_getitem(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value container_sizeof(ouro_runtime *rt, const ouro_value *args, size_t nargs);

#define ITERATOR_NO_STATE INT64_MIN

/* For the pickles of iterators: (builtins.name, (argument,), state), without a state for ITERATOR_NO_STATE.
 * `name` is "iter" or "reversed"; the argument is stolen, also on failure. */
OURO_NODISCARD ouro_value container_reduce_iterator(ouro_runtime *rt, const char *name, ouro_value argument,
                                                    int64_t state);
/* The built-in function `name`: new reference. */
OURO_NODISCARD ouro_value container_builtin(ouro_runtime *rt, const char *name);

#define CLASS_GETITEM_METHOD \
    {.name = "__class_getitem__", .signature = "?self, item, /", .fn = container_class_getitem, \
     .flags = METHOD_CLASS, .doc = "See PEP 585"}
#define SIZEOF_METHOD(type_name) \
    {.name = "__sizeof__", .signature = "self, /", .fn = container_sizeof, \
     .doc = "The bytes that the " type_name " takes."}

#endif

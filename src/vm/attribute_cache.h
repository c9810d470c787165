/* attribute_cache.h: what the inline caches of LOAD_ATTR and STORE_ATTR answer without a call.
 *
 * A cache holds the id of a shape (0: nothing is known), and where an attribute of objects of that shape
 * lies; op_load_attr and op_store_attr (ops.c) fill it.  A shape's id is never used again, so a cache never
 * lies about another shape.
 */
#ifndef OURO_SRC_VM_ATTRIBUTE_CACHE_H
#define OURO_SRC_VM_ATTRIBUTE_CACHE_H

#include "object/shape.h"
#include "vm/ops.h"

#include <string.h>

static inline __attribute__((always_inline)) bool cache_knows(const uint32_t *cache, const ouro_shape *shape)
{
    return OURO_LIKELY(shape->id == cache[0] && cache[0] != 0);
}

/* The attribute, borrowed; OURO_NULL: not known here. */
static inline __attribute__((always_inline)) ouro_value cache_load(const uint32_t *cache, ouro_object *object)
{
    ouro_shape *shape = object->shape;
    ouro_value v = OURO_NULL;
    if (cache_knows(cache, shape)) {
        attribute_kind kind = cache_kind(cache);
        if (OURO_LIKELY(kind == ATTRIBUTE_INLINE)) {
            v = shape_values(shape, object)[cache_index(cache)];
        } else if (kind == ATTRIBUTE_MEMBER) {
            memcpy(&v, (char *)object + cache_index(cache), sizeof v);
        } else if (kind == ATTRIBUTE_CONSTANT) {
            v = cache_value(cache);
        }
    }
    return v;
}

/* Stores an attribute of the object's own: the reference to `v` goes there, *old is the caller's to drop.
 * False: not known here, nothing changed. */
static inline __attribute__((always_inline)) bool cache_store(const uint32_t *cache, ouro_object *object,
                                                              ouro_value v, ouro_value *old)
{
    ouro_shape *shape = object->shape;
    if (!cache_knows(cache, shape) || cache_kind(cache) != ATTRIBUTE_INLINE) {
        return false;
    }
    ouro_value *slot = &shape_values(shape, object)[cache_index(cache)];
    ouro_shape *next = (ouro_shape *)(void *)ouro_as_object(cache_value(cache));
    if (OURO_UNLIKELY((next == NULL) != (slot->bits != 0))) {
        return false;
    }
    *old = *slot;
    *slot = v;
    if (next) {
        object->shape = next;
    }
    return true;
}

#endif

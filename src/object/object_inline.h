/* object_inline.h: the paths of birth that are worth inlining, for constructors of types that are born often. */
#ifndef OURO_SRC_OBJECT_OBJECT_INLINE_H
#define OURO_SRC_OBJECT_OBJECT_INLINE_H

#include "mem/mem_inline.h"
#include "object/object.h"

/* As object_new, for a built-in type of which the caller knows that it is neither a leaf nor shaped nor counted, and how
 * large its objects are; nothing but the header is filled: the caller does that before anything else may look at the
 * object or drop it. */
OURO_NODISCARD static inline void *object_new_plain(ouro_runtime *rt, ouro_type *type, size_t size)
{
    OURO_ASSERT(!(type->flags & (OURO_TYPE_LEAF | OURO_TYPE_SHAPED | OURO_TYPE_COUNTED)));
    ouro_object *object = mem_alloc_object(rt->mem, size);
    if (OURO_UNLIKELY(object == NULL)) {
        error_no_memory(rt);
        return NULL;
    }
    object->refcount = 1;
    object->gc = 0;
    object->shape = type->shape;
    return object;
}

#endif

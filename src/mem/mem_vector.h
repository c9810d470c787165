/* mem_vector.h: growable arrays and maps whose memory comes from an ouro_mem (as leaves).
 *
 *     VECTOR_OF(int) numbers = {0};
 *     if (!mem_push(mem, &numbers, 7)) return false;      (no memory: the vector is as it was)
 *     mem_vector_free(mem, &numbers);
 *
 * See base/vector.h for what always holds, base/map.h for maps: map_init(&table, mem_allocation(mem)).
 */
#ifndef MEM_VECTOR_H
#define MEM_VECTOR_H

#include "base/map.h"
#include "base/vector.h"
#include "ouro/mem.h"

static inline void *mem_vector_resize(void *context, void *old, size_t old_size, size_t new_size)
{
    if (new_size == 0) {
        ouro_mem_free(context, old);
        return NULL;
    }
    return ouro_mem_resize(context, old, new_size);
}

/* A source of leaves for base's containers. */
static inline base_allocation mem_allocation(ouro_mem *mem)
{
    return (base_allocation){mem_vector_resize, mem};
}

#define ARRAY_OF(type) VECTOR_OF(type)

/* True when there is room for `more` items beyond the count. */
#define mem_reserve(mem, vector, more)                                                                         \
    ({                                                                                                         \
        base_allocation mem_from_ = mem_allocation(mem);                                                       \
        vector_reserve(&mem_from_, (vector), (more));                                                          \
    })
/* Appends one item; false: no memory. */
#define mem_push(mem, vector, ...)                                                                             \
    ({                                                                                                         \
        base_allocation mem_from_ = mem_allocation(mem);                                                       \
        vector_push(&mem_from_, (vector), __VA_ARGS__);                                                        \
    })
/* Inserts at a position; false: no memory. */
#define mem_insert(mem, vector, position, ...)                                                                 \
    ({                                                                                                         \
        base_allocation mem_from_ = mem_allocation(mem);                                                       \
        vector_insert(&mem_from_, (vector), (position), __VA_ARGS__);                                          \
    })
/* Frees the items; the vector is empty again. */
#define mem_vector_free(mem, vector)                                                                           \
    do {                                                                                                       \
        base_allocation mem_from_ = mem_allocation(mem);                                                       \
        vector_free(&mem_from_, (vector));                                                                     \
    } while (0)

#endif

/* vector.h: growable arrays, over any source of memory.
 *
 *     VECTOR_OF(int) numbers = {0};
 *     if (!vector_push(&allocation, &numbers, 7)) return false;      (no memory: the vector is as it was)
 *     for (size_t i = 0; i < numbers.count; i++) use(numbers.items[i]);
 *     vector_free(&allocation, &numbers);
 *
 * Always: count <= capacity; items is NULL exactly when capacity is 0.  Growth is by half, at least to 8 items.
 * Memory comes through a base_allocation: one callback that allocates, resizes and frees.  mem/mem_vector.h has
 * the same operations directly on an ouro_mem.
 */
#ifndef BASE_VECTOR_H
#define BASE_VECTOR_H

#include "ouro/common.h"
#include <string.h>

/* Resizes `old` (NULL: none yet) from `old_size` to `new_size` bytes; new_size 0 frees and returns NULL.  NULL
 * for any other size: no memory, the old block is untouched. */
typedef struct base_allocation {
    void *(*resize)(void *context, void *old, size_t old_size, size_t new_size);
    void *context;
} base_allocation;

/* malloc, for what belongs to no runtime or must not count as the program's: reports, recordings, snapshots. */
extern const base_allocation base_malloc;

#define VECTOR_OF(type)                                                                                        \
    struct {                                                                                                   \
        type *items;                                                                                           \
        size_t count, capacity;                                                                                \
    }

/* Makes room for `needed` items in all.  Returns the items (moved perhaps), or NULL: no memory or overflow. */
OURO_NODISCARD static inline void *vector_grow(const base_allocation *allocation, void *items, size_t *capacity,
                                               size_t needed, size_t item_size)
{
    size_t wanted = *capacity + *capacity / 2;
    if (wanted < 8)
        wanted = 8;
    if (wanted < needed)
        wanted = needed;
    if (wanted > PTRDIFF_MAX / item_size)
        return NULL;
    void *moved = allocation->resize(allocation->context, items, *capacity * item_size, wanted * item_size);
    if (moved != NULL)
        *capacity = wanted;
    return moved;
}

/* True when there is room for `more` items beyond the count. */
#define vector_reserve(allocation, vector, more)                                                               \
    ({                                                                                                         \
        __typeof__(vector) vector_v_ = (vector);                                                               \
        size_t vector_need_ = vector_v_->count + (more);                                                       \
        bool vector_ok_ = vector_need_ <= vector_v_->capacity && vector_need_ >= vector_v_->count;             \
        if (!vector_ok_ && vector_need_ >= vector_v_->count) {                                                 \
            void *vector_moved_ = vector_grow((allocation), vector_v_->items, &vector_v_->capacity,            \
                                              vector_need_, sizeof *vector_v_->items);                         \
            if (vector_moved_ != NULL) {                                                                       \
                vector_v_->items = vector_moved_;                                                              \
                vector_ok_ = true;                                                                             \
            }                                                                                                  \
        }                                                                                                      \
        vector_ok_;                                                                                            \
    })

/* Appends one item; false: no memory. */
#define vector_push(allocation, vector, ...)                                                                   \
    ({                                                                                                         \
        __typeof__(vector) vector_p_ = (vector);                                                               \
        bool vector_pushed_ = vector_reserve((allocation), vector_p_, 1);                                      \
        if (vector_pushed_)                                                                                    \
            vector_p_->items[vector_p_->count++] = (__VA_ARGS__);                                              \
        vector_pushed_;                                                                                        \
    })

/* Removes and gives the last item; count > 0. */
#define vector_pop(vector) ((vector)->items[--(vector)->count])

#define vector_last(vector) ((vector)->items[(vector)->count - 1])

/* Inserts at `position` <= count; false: no memory. */
#define vector_insert(allocation, vector, position, ...)                                                       \
    ({                                                                                                         \
        __typeof__(vector) vector_i_ = (vector);                                                               \
        size_t vector_at_ = (position);                                                                        \
        bool vector_inserted_ = vector_reserve((allocation), vector_i_, 1);                                    \
        if (vector_inserted_) {                                                                                \
            memmove(vector_i_->items + vector_at_ + 1, vector_i_->items + vector_at_,                          \
                    (vector_i_->count - vector_at_) * sizeof *vector_i_->items);                               \
            vector_i_->items[vector_at_] = (__VA_ARGS__);                                                      \
            vector_i_->count++;                                                                                \
        }                                                                                                      \
        vector_inserted_;                                                                                      \
    })

/* Removes the item at `position` < count, keeping the order of the rest. */
#define vector_remove(vector, position)                                                                        \
    do {                                                                                                       \
        __typeof__(vector) vector_r_ = (vector);                                                               \
        size_t vector_from_ = (position);                                                                      \
        vector_r_->count--;                                                                                    \
        memmove(vector_r_->items + vector_from_, vector_r_->items + vector_from_ + 1,                          \
                (vector_r_->count - vector_from_) * sizeof *vector_r_->items);                                 \
    } while (0)

/* Frees the items; the vector is empty again. */
#define vector_free(allocation, vector)                                                                        \
    do {                                                                                                       \
        __typeof__(vector) vector_f_ = (vector);                                                               \
        if (vector_f_->items != NULL)                                                                          \
            (void)(allocation)->resize((allocation)->context, vector_f_->items,                                \
                                       vector_f_->capacity * sizeof *vector_f_->items, 0);                     \
        vector_f_->items = NULL;                                                                               \
        vector_f_->count = vector_f_->capacity = 0;                                                            \
    } while (0)

#endif

/* find.h: what the two ways to find garbage (find.c and full.c) share. */
#ifndef OURO_SRC_GC_FIND_H
#define OURO_SRC_GC_FIND_H

#include "gc/state.h"
#include "mem/mem_inline.h"

/* find.c: notes an object as garbage.  There is room. */
void garbage_put(ouro_runtime *rt, ouro_object *object);
/* find.c: notes all that is marked as garbage.  With `room` the old have been noted already. */
gc_found garbage_gather(ouro_runtime *rt, bool room, size_t garbage);

/* full.c: finds the garbage among all objects, with a shadow of the heap.  False: there was no memory for
 * that, and nothing has changed. */
OURO_NODISCARD bool full_find_garbage(ouro_runtime *rt, gc_found *found);

/* full.c: lists the garbage among all objects, in groups (groups.h), and changes nothing: for a copy of the process.  False:
 * no memory, or more than `capacity`. */
OURO_NODISCARD bool full_list_garbage(ouro_runtime *rt, uintptr_t *items, size_t capacity, size_t *count,
                                      size_t *examined);

/* Objects in memory that is not the heap's, and so may grow in the middle of a walk.  Empty: all zeros. */
struct scratch_stack {
    ouro_object **items;
    size_t length, capacity;
};

enum { SCRATCH_STACK_FIRST = 4096 };

static inline bool scratch_grow(struct scratch_stack *stack, ouro_mem *mem)
{
    size_t capacity = stack->capacity == 0 ? SCRATCH_STACK_FIRST : stack->capacity * 2;
    ouro_object **items = mem_scratch_take(mem, capacity * sizeof *items);
    if (items == NULL) {
        return false;
    }
    if (stack->length > 0) {
        memcpy(items, stack->items, stack->length * sizeof *items);
    }
    mem_scratch_give(mem, stack->items, stack->capacity * sizeof *items);
    stack->items = items;
    stack->capacity = capacity;
    return true;
}

/* False: no memory. */
OURO_NODISCARD static inline bool scratch_push(struct scratch_stack *stack, ouro_mem *mem,
                                               ouro_object *object)
{
    if (OURO_UNLIKELY(stack->length == stack->capacity) && !scratch_grow(stack, mem)) {
        return false;
    }
    stack->items[stack->length++] = object;
    return true;
}

/* The last one, or NULL. */
static inline ouro_object *scratch_pop(struct scratch_stack *stack)
{
    return stack->length > 0 ? stack->items[--stack->length] : NULL;
}

static inline void scratch_free(struct scratch_stack *stack, ouro_mem *mem)
{
    mem_scratch_give(mem, stack->items, stack->capacity * sizeof *stack->items);
    *stack = (struct scratch_stack){0};
}

#endif

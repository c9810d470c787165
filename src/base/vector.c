/* vector.c: memory from the C library, for growable arrays and hash tables that belong to no runtime. */
#include "base/vector.h"

#include <stdlib.h>

static void *malloc_resize(void *context, void *old, size_t old_size, size_t new_size)
{
    (void)context;
    (void)old_size;
    if (new_size == 0) {
        free(old);
        return NULL;
    }
    return realloc(old, new_size);
}

const base_allocation base_malloc = {malloc_resize, NULL};

/* list_gather.h: a list made of values that C code finds one by one, without knowing how many there will be.
 *
 * The first few wait in the struct itself: a short list, as most are, is made at its final size by one allocation, and
 * only longer ones grow.  Of the values held either way, the references are the gatherer's.
 */
#ifndef OURO_SRC_TYPES_LIST_GATHER_H
#define OURO_SRC_TYPES_LIST_GATHER_H

#include "types/containers.h"

enum { LIST_GATHER_FEW = 12 };

typedef struct list_gather {
    ouro_value list; /* OURO_NULL until the few are too few */
    size_t count;    /* of those that wait */
    ouro_value few[LIST_GATHER_FEW];
} list_gather;

static inline void list_gather_init(list_gather *g)
{
    g->list = OURO_NULL;
    g->count = 0;
}

static inline void list_gather_drop(ouro_runtime *rt, list_gather *g)
{
    for (size_t i = 0; i < g->count; i++) {
        value_decref(rt, g->few[i]);
    }
    g->count = 0;
    value_clear(rt, &g->list);
}

/* Those that wait go into the list.  False: no memory; they still wait. */
OURO_NODISCARD static inline bool list_gather_flush(ouro_runtime *rt, list_gather *g)
{
    if (ouro_is_null(g->list)) {
        g->list = list_new(rt, NULL, 0);
    }
    if (ouro_is_null(g->list) || !list_extend_steal(rt, g->list, g->few, g->count)) {
        return false;
    }
    g->count = 0;
    return true;
}

/* Steals `value`.  False: it is OURO_NULL, or no memory; list_gather_drop must follow. */
OURO_NODISCARD static inline bool list_gather_add(ouro_runtime *rt, list_gather *g, ouro_value value)
{
    if (ouro_is_null(value)) {
        return false;
    }
    if (g->count == LIST_GATHER_FEW && !list_gather_flush(rt, g)) {
        value_decref(rt, value);
        return false;
    }
    g->few[g->count++] = value;
    return true;
}

/* The list; after this nothing is held.  `backwards`: the last value is its first item. */
OURO_NODISCARD static inline ouro_value list_gather_finish(ouro_runtime *rt, list_gather *g, bool backwards)
{
    if (!list_gather_flush(rt, g)) {
        list_gather_drop(rt, g);
        return OURO_NULL;
    }
    list_object *l = as_list(g->list);
    for (size_t i = 0, j = l->size; backwards && i + 1 < j; i++) {
        j--;
        ouro_value swap = l->items[i];
        l->items[i] = l->items[j];
        l->items[j] = swap;
    }
    return g->list;
}

#endif

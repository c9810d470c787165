/* census.h: how many objects of each type are alive, and their bytes, counted in one pass.
 *
 * Counters at birth and death would make the answer free and every object dearer: a load, an addition and a store through
 * memory on a path of 2 ns (docs/memory.md has the same experiment for bytes).  So the pools are read, from one end to the
 * other, which a processor does ahead of the program: bench/chains.py has a million objects counted in 1.1 to 1.7 ms, in 20
 * with a look at all that they refer to.
 */
#ifndef OURO_SRC_GC_CENSUS_H
#define OURO_SRC_GC_CENSUS_H

#include "object/object.h"

typedef struct gc_census_row {
    char *name; /* of the type: the census's own */
    uint64_t count, bytes;
} gc_census_row;

typedef struct gc_census {
    gc_census_row *rows; /* the most bytes first */
    size_t count;
    uint64_t objects, bytes;
} gc_census;

/* Counts objects that can hold references by reading their pools; with `leaves`, those that cannot (texts, numbers) too, as
 * targets of references, each once: from objects and from what `roots` (NULL: nothing) visits.  Types of one name are one
 * row.  False: no memory; no exception is set.  Touches no heap but for the C library's. */
OURO_NODISCARD bool gc_census_take(ouro_runtime *rt, bool leaves,
                                   int (*roots)(ouro_runtime *rt, ouro_visit_fn visit, void *context), gc_census *census);
void gc_census_free(gc_census *census);

typedef struct gc_type_count {
    ouro_type *type; /* borrowed */
    uint64_t count;
} gc_type_count;

/* How many objects of each type the collector tracks: what gc_visit_objects visits, in no order.  The caller frees the array
 * (free).  False: no memory; no exception is set. */
OURO_NODISCARD bool gc_census_tracked(ouro_runtime *rt, gc_type_count **types, size_t *count);

#endif

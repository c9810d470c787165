/* census.h: what lives of each type of a program, counted for a recording. */
#ifndef OURO_SRC_CLI_CENSUS_H
#define OURO_SRC_CLI_CENSUS_H

#include "gc/census.h"
#include "ouro/ouro.h"
#include "ouro/trace.h"

typedef struct census {
    ouro_trace_type *types; /* names are those of `counted` */
    size_t count;
    gc_census counted;
} census;

/* Counts all objects: those that hold others, and what they hold.  A pass over the heap; touches no count and runs no
 * program code.  False: no memory. */
OURO_NODISCARD bool census_take(ouro_runtime *rt, census *result);
void census_free(census *c);

/* The map of memory for a recording; the caller frees `runs` with free().  False: no memory. */
OURO_NODISCARD bool census_map(ouro_runtime *rt, ouro_trace_map *result);

#endif

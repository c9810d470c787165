/* memory_facts.h: what a memory report knows, as plain data. */
#ifndef OURO_SRC_CLI_MEMORY_FACTS_H
#define OURO_SRC_CLI_MEMORY_FACTS_H

#include "cli/memory_report.h"

enum { MEMORY_TYPES = 20, MEMORY_CYCLES = 20, MEMORY_HOLDERS = 8, MEMORY_HOLDERS_ALWAYS = 2 };

typedef struct memory_type {
    char *name; /* NULL: no memory for it */
    size_t count;
    size_t bytes;
} memory_type;

typedef struct memory_cycle {
    char *text;
    uint64_t count, objects, bytes;
} memory_cycle;

typedef struct memory_holder {
    char *path; /* __main__.CACHE['x'] */
    char *type;
    size_t bytes;    /* of the object itself */
    size_t through;  /* with all that is reached through it first */
    size_t retained; /* with all that only it keeps alive */
} memory_holder;

struct memory_report {
    char *program;
    ouro_mem_statistics at_end;      /* the program has ended, its modules stand */
    ouro_mem_statistics after_close; /* the modules are gone, the heap is trimmed */
    ouro_gc_statistics generations[3];
    int thresholds[3];
    memory_type types[MEMORY_TYPES];
    size_t type_count, type_total;
    memory_type other_types;
    size_t objects, object_bytes, unreached;
    memory_cycle cycles[MEMORY_CYCLES];
    size_t cycle_count, cycles_more;
    size_t left_in_cycles; /* objects of cycles that no collection had found when the program ended */
    memory_holder holders[MEMORY_HOLDERS];
    size_t holder_count;
};

#endif

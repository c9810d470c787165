/* memory_facts.h: what a memory report knows, as plain data. */
#ifndef OURO_SRC_CLI_MEMORY_FACTS_H
#define OURO_SRC_CLI_MEMORY_FACTS_H

#include "cli/memory_report.h"
#include "modules/page_pins.h"

enum {
    MEMORY_TYPES = 20,
    MEMORY_CYCLES = 20,
    MEMORY_CYCLE_MEMBERS = 6,
    MEMORY_CYCLE_CLOSINGS = 2,
    MEMORY_CYCLE_LINES = MEMORY_CYCLE_MEMBERS + MEMORY_CYCLE_CLOSINGS,
    MEMORY_PINS = 5,
    MEMORY_HOLDERS = 8,
    MEMORY_HOLDERS_ALWAYS = 2,
};

typedef struct memory_type {
    char *name; /* NULL: no memory for it */
    size_t count;
    size_t bytes;
} memory_type;

typedef struct memory_line {
    char *type; /* "": of a store */
    char *file;
    uint32_t line;
    uint64_t count, bytes;
} memory_line;

typedef struct memory_cycle {
    char *text;
    uint64_t count, objects, bytes;
    ouro_gc_pattern pattern;
    double seconds;   /* recorded for so long */
    double collector; /* seconds of collections */
    double waited, longest_wait; /* seconds, of one cycle: on average, and the most */
    memory_line lines[MEMORY_CYCLE_LINES]; /* where members were allocated, then stores that closed the cycle */
    size_t member_lines, closing_lines;
    uint64_t elsewhere;
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
    page_pin pins[MEMORY_PINS]; /* whose blocks keep pages that are mostly empty */
    size_t pin_count, pinned;   /* pinned: bytes of all pages in which live blocks lie */
    memory_holder holders[MEMORY_HOLDERS];
    size_t holder_count;
};

#endif

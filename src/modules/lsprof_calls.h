/* lsprof_calls.h: what a profiler knows of calls: how many, how long, by whom.
 *
 * Times are numbers of any unit; the caller reads the clock.  Functions and the ways from one to another are numbered
 * in the order in which they were first called.  A number of a function is good until calls_clear.
 */
#ifndef OURO_SRC_MODULES_LSPROF_CALLS_H
#define OURO_SRC_MODULES_LSPROF_CALLS_H

#include "mem/mem_vector.h"
#include "types/types.h"

typedef struct call_counts {
    int64_t total; /* time of the outermost calls, all that they called included */
    int64_t own;   /* time in the function itself */
    uint64_t calls, recursive; /* calls that have ended; those of them that began inside another one */
    uint32_t depth;            /* calls that go on */
} call_counts;

enum { CALLS_NONE = UINT32_MAX };

/* A function that was called. */
typedef struct calls_function {
    call_counts counts;
    uint32_t first, last; /* of its ways to others; CALLS_NONE: it has called none */
} calls_function;

/* From one function to one that it calls. */
typedef struct calls_way {
    call_counts counts;
    uint32_t callee;
    uint32_t next; /* of the same caller, a greater number; CALLS_NONE: the last */
} calls_way;

/* A call that goes on. */
typedef struct calls_running {
    int64_t start;
    int64_t inner;     /* time of calls made from it */
    uint32_t function;
    uint32_t way;      /* CALLS_NONE: not counted by caller */
    uint32_t untold;   /* calls made from it that could not be noted, and go on */
} calls_running;

/* Always: names.count == functions.count; the depth of a function or way is the number of running calls that name it. */
typedef struct call_table {
    ARRAY_OF(ouro_value) names; /* owned: the code, or a str for a native function */
    ARRAY_OF(calls_function) functions;
    ARRAY_OF(calls_way) ways;
    ARRAY_OF(calls_running) running; /* the outermost first */
    map by_key;  /* what stands for a function -> its number */
    map by_pair; /* caller << 32 | callee -> number of the way */
} call_table;

void calls_init(ouro_runtime *rt, call_table *t);
/* Forgets everything, the running calls too. */
void calls_clear(ouro_runtime *rt, call_table *t);
/* True if the table is as it should be. */
bool calls_check(const call_table *t);
/* Bytes outside of the struct. */
size_t calls_size(ouro_runtime *rt, const call_table *t);

/* The number of the function with this key, or CALLS_NONE. */
uint32_t calls_find(const call_table *t, const void *key);
/* Adds a function; `name` stolen, also on failure.  CALLS_NONE: no memory, no exception is set. */
OURO_NODISCARD uint32_t calls_add(ouro_runtime *rt, call_table *t, const void *key, ouro_value name);

/* A call of the function begins; its time is set by calls_start_at.  False: no memory, nothing changed. */
OURO_NODISCARD bool calls_enter(ouro_runtime *rt, call_table *t, uint32_t function, bool by_caller);
void calls_start_at(call_table *t, int64_t now);
/* The innermost call has ended; none: nothing happens. */
void calls_leave(call_table *t, int64_t now);
/* A call began that could not be noted: the calls_leave that belongs to it does nothing. */
void calls_enter_untold(call_table *t);

#endif

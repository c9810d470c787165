/* live_state.h: the numbers of a recording that grows, for the live view: sums by line and type, kept up epoch by epoch. */
#ifndef OURO_SRC_CLI_LIVE_STATE_H
#define OURO_SRC_CLI_LIVE_STATE_H

#include "base/map.h"
#include "ouro/trace.h"

typedef struct live_row {
    ouro_trace_site site; /* a line: one of its sites */
    uint32_t type;        /* a type: its number */
    int64_t live, count, total; /* count: blocks, or objects */
    int64_t live_before, total_before; /* at the beginning of the stretch that rates are taken over */
    double rate, allocated; /* bytes a second: growth, and allocated in all (lines) */
} live_row;

typedef enum live_order { LIVE_BY_LIVE, LIVE_BY_RATE, LIVE_BY_ALLOCATED, LIVE_ORDERS } live_order;

typedef struct live_state {
    ouro_trace_recording *recording;
    size_t epochs; /* that are in the sums */
    int64_t stretch_began, types_began; /* nanoseconds of the recording */
    VECTOR_OF(live_row) lines;
    VECTOR_OF(live_row) types;
    VECTOR_OF(ouro_trace_count) last;  /* by site */
    VECTOR_OF(uint32_t) line_of;       /* by site: its line + 1; 0: not asked yet */
    map files, numbers;                /* name of a file -> its number; file and line -> line */
} live_state;

/* Takes the recording over.  False: no memory (live_free all the same). */
OURO_NODISCARD bool live_start(live_state *s, ouro_trace_recording *recording);
void live_free(live_state *s);
/* Reads on.  Returns how many epochs are new; -1: it cannot be read (message), or no memory. */
int64_t live_follow(live_state *s, char *message, size_t size);
/* The last epoch. */
const ouro_trace_epoch *live_now(const live_state *s);
/* The rows, the most first, in an array of pointers from malloc, *count of them; NULL: no memory. */
const live_row **live_sorted(const live_state *s, bool types, live_order order, size_t *count);

#endif

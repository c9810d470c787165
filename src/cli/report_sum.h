/* report_sum.h: a recording added up, for the reports of it (terminal, page, live view): by line, by calling context, by
 * type, and over time.
 *
 * Live: at the end of the recording; peak: the most at the end of an epoch; total: allocated in all; at_peak: in the
 * epoch at whose end the program held the most; half: when half the time had passed.
 */
#ifndef OURO_SRC_CLI_REPORT_SUM_H
#define OURO_SRC_CLI_REPORT_SUM_H

#include "ouro/trace.h"

#include <stdbool.h>
#include <stddef.h>

enum { REPORT_STEPS = 48 }; /* of a curve: equal parts of the time */

typedef struct report_line {
    ouro_trace_site site; /* one of the line */
    int64_t live, blocks, peak, total, allocations, half, at_peak;
    int64_t *curve; /* live bytes at the end of each step; NULL: not asked for */
} report_line;

/* A line in a calling context.  Of its own: what it allocated, without what it called. */
typedef struct report_node {
    uint32_t parent, site; /* nodes[parent] comes before; node 0 is the root (its site: OURO_TRACE_ROOT) */
    int64_t live, blocks, total, allocations, at_peak; /* of its own */
} report_node;

typedef struct report_type {
    uint32_t type;
    int64_t objects, bytes, peak, half;
    int64_t *curve; /* bytes */
} report_type;

typedef struct report_sum {
    const ouro_trace_recording *recording;
    size_t peak_epoch; /* the one with the most bytes at its end */
    report_line *lines;
    size_t line_count;
    report_node *nodes;
    size_t node_count;
    report_type *types; /* none when nobody counted */
    size_t type_count;
    int64_t *curves; /* what the curves point into */
    uint32_t *line_of, *node_of; /* by site; line_of until the lines are sorted */
} report_sum;

/* Adds up; with `curves` also the curves.  False: no memory (report_sum_free all the same). */
OURO_NODISCARD bool report_sum_make(report_sum *sum, const ouro_trace_recording *recording, bool curves);
void report_sum_free(report_sum *sum);

/* The frame of a site, as a report tells it: where no Python code runs, there is no file and no line. */
ouro_trace_frame report_frame(const ouro_trace_recording *recording, ouro_trace_site site);
/* "file:line" of a site, written as by snprintf; `*function` (may be NULL) is its function, or empty. */
void report_place(const ouro_trace_recording *recording, ouro_trace_site site, char *text, size_t size, const char **function);

typedef enum report_order { ORDER_LIVE, ORDER_PEAK, ORDER_TOTAL, ORDER_GROWTH } report_order;

/* a + b.  Files may say anything: sums of what they say wrap around, and are then as wrong as the file. */
static inline int64_t report_add(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}
static inline int64_t report_less(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

/* The number that an order looks at. */
int64_t report_line_key(const report_line *line, report_order order);
/* Sorts the lines, the most first. */
void report_sort_lines(report_sum *sum, report_order order);
/* Sorts the types by live bytes. */
void report_sort_types(report_sum *sum);

/* "12.3 MB", with `sign` "+12.3 MB": into `text`, which is returned. */
const char *report_bytes(char text[24], int64_t bytes, bool sign);
/* "1.2 M" */
const char *report_count(char text[24], int64_t count);

#endif

/* export.h: what the exporters share: a sink for text, JSON strings, and numbers by call stack for the tools that draw these.
 *
 * The command exports recordings (ouro/trace.h) through the same writers.
 */
#ifndef OURO_SRC_HEAP_EXPORT_H
#define OURO_SRC_HEAP_EXPORT_H

#include "heap/graph.h"

/* A text on its way to a file descriptor.  Failures stick: ask at export_finish. */
typedef struct export_sink {
    int fd;
    int error_number; /* 0: all is well */
    size_t filled;
    char buffer[1 << 16];
} export_sink;

void export_bytes(export_sink *s, const void *bytes, size_t size);
void export_text(export_sink *s, const char *text);
void export_number(export_sink *s, uint64_t number);
/* A JSON string with its quotes; bytes that are no UTF-8 become U+FFFD. */
void export_json(export_sink *s, const char *text);
/* Writes what is left.  False: something could not be written. */
OURO_NODISCARD bool export_finish(export_sink *s, ouro_heap_error *error);

/* What is alive from each site: two numbers for each, objects and bytes.  From malloc; NULL: no memory. */
OURO_NODISCARD uint64_t *export_site_sums(const ouro_heap_graph *g, ouro_heap_error *error);

/* A line in a calling context. */
typedef struct export_frame {
    uint32_t parent, line;      /* parent: a lower number; 0: none */
    const char *function, *file; /* good as long as the profile; one text at one address, as far as possible */
} export_frame;

/* One number for each site. */
typedef struct export_column {
    const char *type, *unit; /* as pprof has them: "inuse_space", "bytes" */
    const char *title;       /* for people */
} export_column;

typedef struct export_pause {
    uint64_t began, nanoseconds;
    int generation;
} export_pause;

/* Numbers by call stack.  Sites are numbered from 0, which stands for what has no stack. */
typedef struct export_profile {
    size_t site_count;
    export_frame (*frame)(const void *context, uint32_t site); /* not of site 0 */
    const void *context;
    const char *rest; /* what site 0 is called */
    const export_column *columns;
    size_t column_count, main_column; /* main: the one that is shown first, and of collapsed stacks alone */
    const uint64_t *values;           /* values[site * column_count + column] */
    uint64_t started, lasted, sample; /* nanoseconds of the system's clock, nanoseconds, mean bytes between samples; 0: not known */
    const export_pause *pauses;       /* collections, by their beginnings */
    size_t pause_count;
} export_profile;

OURO_NODISCARD bool export_collapsed(const export_profile *p, int fd, ouro_heap_error *error);
OURO_NODISCARD bool export_speedscope(const export_profile *p, int fd, ouro_heap_error *error);
OURO_NODISCARD bool export_pprof(const export_profile *p, int fd, ouro_heap_error *error);

/* A sink; NULL: no memory.  The caller frees it. */
OURO_NODISCARD export_sink *export_open(int fd, ouro_heap_error *error);

#endif

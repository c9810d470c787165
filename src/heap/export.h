/* export.h: what the exporters share: a sink for text, JSON strings, and sums by site. */
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

#endif

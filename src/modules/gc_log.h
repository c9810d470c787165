/* gc_log.h: what the last collections did: why each began, how long it took, what it freed, by type and line.
 *
 * A ring of the last ones, kept from gc_log_start on.  Lines are known while a tracer is on (vm/tracing.h).  All of its
 * memory is the C library's: it is filled in the middle of collections.
 */
#ifndef OURO_SRC_MODULES_GC_LOG_H
#define OURO_SRC_MODULES_GC_LOG_H

#include "object/object.h"
#include "ouro/gc.h"

/* What one collection freed of one type that was allocated on one line. */
typedef struct gc_log_row {
    const char *type;
    const char *file; /* ""; line 0: not traced */
    uint32_t line;
    uint64_t count, bytes;
} gc_log_row;

enum { GC_LOG_ROWS = 32, GC_LOG_KEEP = 100, GC_LOG_KEEP_MAX = 1000000 };

/* One collection.  Always: freed == the sum of count over all rows + other_count; the same of bytes. */
typedef struct gc_log_entry {
    ouro_gc_collection facts;
    uint64_t freed, freed_bytes; /* objects that the collector found; what dies with them is not among them */
    gc_log_row *rows;            /* the most bytes first, GC_LOG_ROWS at most */
    size_t row_count;
    uint64_t other_count, other_bytes; /* of further rows, and of those for which there was no memory */
} gc_log_entry;

/* Begins to keep the last `keep` (at least 1); goes on with that number if it has begun.  `each` (may be NULL) is told of
 * every collection when it is over: it must not touch the heap.  False: no memory; no exception is set. */
OURO_NODISCARD bool gc_log_start(ouro_runtime *rt, size_t keep, void (*each)(void *context, const gc_log_entry *entry),
                                 void *context);
/* Forgets all. */
void gc_log_stop(ouro_runtime *rt);
/* Copies of the last `last` of those that are kept (of all there are), the oldest first: the log itself changes with every
 * collection, which may happen in any allocation.  NULL: no memory. */
OURO_NODISCARD gc_log_entry *gc_log_copy(const ouro_runtime *rt, size_t last, size_t *count);
void gc_log_copy_free(gc_log_entry *entries, size_t count);

#endif

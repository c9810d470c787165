/* export_recording.h: recordings for other tools: `ouro export RECORDING`. */
#ifndef OURO_SRC_CLI_EXPORT_RECORDING_H
#define OURO_SRC_CLI_EXPORT_RECORDING_H

#include "cli/report_sum.h"
#include "ouro/heap.h"

/* Does the file begin as recordings do? */
bool export_is_recording(const char *path);
/* And as snapshots of the heap do? */
bool export_is_snapshot(const char *path);

/* Writes the recording as "collapsed", "speedscope", "pprof" or "chrome-trace" (export_trace.c).  `order`: the number that comes
 * first, live, peak or total.  False: `error` says why. */
OURO_NODISCARD bool export_recording(const report_sum *sum, const char *format, report_order order, int fd, ouro_heap_error *error);

/* A recording over time, as Chrome's trace events: collections as slices, and what was live and resident as counters. */
OURO_NODISCARD bool export_trace(const report_sum *sum, int fd, ouro_heap_error *error);

#endif

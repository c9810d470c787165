/* recorder.h: what the two files that write recordings share: record.c (sites and epochs) and record_notes.c (what the
 * owner of the heap adds: collections, types, the map of memory).
 *
 * The buffer holds whole chunks that the next epoch will write; the epoch's own comes last.  It is empty between
 * an epoch and the first note after it.
 */
#ifndef TRACE_RECORDER_H
#define TRACE_RECORDER_H

#include "base/map.h"
#include "base/vector.h"
#include "trace/recording_format.h"
#include "trace/tracer.h"

#include <sys/types.h>

/* What was last written of a site. */
typedef struct record_site {
    uint64_t live_bytes, live_blocks, total_bytes, total_blocks;
} record_site;

/* The same of a type. */
typedef struct record_type {
    char *name;
    uint64_t objects, bytes;
} record_type;

struct ouro_trace_recorder {
    ouro_trace *trace;
    int fd;
    pid_t process;
    int64_t start;
    uint64_t epochs;
    uint32_t names, places, sites; /* written so far (sites: the first is OURO_TRACE_ROOT, which is not) */
    record_site *last, *now;       /* by site */
    size_t capacity;               /* of both */
    unsigned char *buffer;
    size_t length, buffer_capacity;
    size_t chunk; /* where the chunk in the making begins */
    bool failed;  /* no memory for the buffer */
    /* record_notes.c */
    map types;                      /* hash of a name -> its number in type_last */
    VECTOR_OF(record_type) type_last; /* by number less 1: as last told */
    size_t types_told, types_written;  /* names in the buffer or the file; in the file */
    VECTOR_OF(ouro_trace_collection) single; /* not in the file yet */
    uint32_t singles[OURO_TRACE_GENERATIONS];  /* in the file or in `single`, of each generation */
};

/* ---- record.c: chunks into the buffer; without memory `failed` is set ---- */

void record_begin(ouro_trace_recorder *recorder, uint32_t type);
void record_put(ouro_trace_recorder *recorder, const void *data, size_t size);
void record_number(ouro_trace_recorder *recorder, uint64_t value);
void record_text(ouro_trace_recorder *recorder, const char *text, size_t length);
void record_finish(ouro_trace_recorder *recorder);

/* ---- record_notes.c ---- */

void record_start_notes(ouro_trace_recorder *recorder);
/* Before an epoch: the notes that were kept until now. */
void record_write_notes(ouro_trace_recorder *recorder);
/* An epoch was written, and the notes with it. */
void record_keep_notes(ouro_trace_recorder *recorder);
/* An epoch could not be written, nor the notes with it: the next notes will tell everything anew. */
void record_forget_notes(ouro_trace_recorder *recorder);
void record_free_notes(ouro_trace_recorder *recorder);

#endif

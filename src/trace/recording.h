/* recording.h: what the two files that read recordings share: recording.c (the file, sites and epochs) and
 * recording_notes.c (collections, types, the map of memory).
 *
 * Always: what an entry of an array refers to by number is there.
 */
#ifndef TRACE_RECORDING_H
#define TRACE_RECORDING_H

#include "ouro/trace.h"
#include "trace/recording_format.h"

typedef struct recording_name {
    const char *text; /* in `texts` */
    size_t length;
} recording_name;

typedef struct recording_place {
    uint32_t file, function, line, first_line;
} recording_place;

typedef struct recording_site {
    uint32_t caller, place, total;
} recording_site;

/* An array that grows. */
typedef struct recording_array {
    void *items;
    size_t count, capacity;
} recording_array;

struct ouro_trace_recording {
    char *command, *path;
    uint64_t sample, started;
    bool whole;
    size_t length; /* of what has been read of the file */
    recording_array names, places, sites, epochs, changes;
    /* recording_notes.c */
    recording_array types, type_changes; /* recording_name, ouro_trace_type_count */
    recording_array single;              /* ouro_trace_collection */
    recording_array runs;                /* ouro_trace_slots: of the last map */
    ouro_trace_map map;                  /* slot_size 0: there is none */
    size_t map_epoch;
    ouro_trace_epoch notes; /* what the chunks since the last epoch say of the next */
};

/* The rest of a payload. */
typedef struct recording_payload {
    const unsigned char *at, *end;
    bool bad;
} recording_payload;

/* ---- recording.c: reading a payload; what is not there or not true sets `bad` ---- */

void *recording_add(recording_array *array, size_t size);
uint64_t recording_number(recording_payload *p);
/* A number that must be less than `limit`. */
uint32_t recording_below(recording_payload *p, uint64_t limit);
/* How many things follow that take at least `size` bytes each. */
uint64_t recording_count(recording_payload *p, size_t size);
char *recording_text(recording_payload *p, size_t *length);

/* ---- recording_notes.c ---- */

/* Reads a chunk that is a note; others are skipped: they are of a later version.  False: no memory, or p->bad. */
bool recording_read_note(ouro_trace_recording *r, uint32_t type, recording_payload *p);
void recording_free_notes(ouro_trace_recording *r);

#endif

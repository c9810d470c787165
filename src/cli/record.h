/* record.h: `ouro record`: a program runs and what it allocates is recorded (ouro/trace.h). */
#ifndef OURO_SRC_CLI_RECORD_H
#define OURO_SRC_CLI_RECORD_H

#include "ouro/ouro.h"

typedef struct record_options {
    const char *file;  /* NULL: nothing is recorded */
    uint32_t frames;   /* 0: all */
    uint64_t sample;   /* mean bytes between samples; 0: every block */
    uint32_t interval; /* milliseconds of the first epochs */
    bool live;         /* shown while it runs (live.h) */
    bool quiet;        /* where the recording is need not be told */
} record_options;

typedef struct recording_run recording_run;

/* Begins to record; `command` is kept in the file.  NULL: it cannot; the reason has been printed. */
OURO_NODISCARD recording_run *record_start(ouro_runtime *rt, const record_options *options,
                                           const char *command);
/* Writes the last epoch, prints where the recording is, and frees.  False: the file is not whole; said so. */
bool record_end(recording_run *run);

#endif

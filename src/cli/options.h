/* options.h: the command line of `ouro`. */
#ifndef OURO_SRC_CLI_OPTIONS_H
#define OURO_SRC_CLI_OPTIONS_H

#include "cli/checks.h"
#include "cli/python_options.h"
#include "cli/record.h"
#include "cli/sweep.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum run_kind { RUN_FILE, RUN_TEXT, RUN_MODULE, RUN_STDIN, RUN_NOTHING } run_kind;
typedef enum report_kind { REPORT_NONE, REPORT_TEXT, REPORT_JSON } report_kind;

typedef struct options {
    run_kind run;
    const char *what;        /* path, text or module name */
    int argc;                /* sys.argv */
    const char **argv;
    report_kind report;
    const char *report_file; /* NULL: standard error */
    const char *on_memory_error; /* NULL: nothing is written */
    const char *on_signal;       /* for SIGUSR2; NULL: its default action */
    bool trace_stores;
    bool gc_log;
    const char *gc_log_where; /* NULL: text, on standard error (cli/gc_log.h) */
    const char *stdlib;
    size_t memory_limit;     /* bytes; 0: none */
    python_options python;
    check_options checks;
    record_options record;
    sweep_options sweep;
    int status;              /* of RUN_NOTHING: the command is to end with it */
} options;

/* Reads the command line (argv[0] included).  Prints help, version and complaints itself. */
options options_read(int argc, char **argv);
void options_free(options *o);
/* What the command prints for -V. */
#define OPTIONS_VERSION "Python 3.11.2 (ouro 0.1.0)"

#endif

/* python_options.h: the options and the environment variables of `python3`. */
#ifndef OURO_SRC_CLI_PYTHON_OPTIONS_H
#define OURO_SRC_CLI_PYTHON_OPTIONS_H

#include "ouro/ouro.h"

#include <stdbool.h>
#include <stddef.h>

/* Texts of the C library, ended by NULL once there is one; `failed`: there was no memory for all of them. */
typedef struct text_list {
    char **items;
    size_t count, capacity;
    bool failed;
} text_list;

typedef struct python_options {
    ouro_flags flags;
    int optimize;              /* -O */
    unsigned help, version;    /* -h, -V: how often */
    bool fault_handler;        /* -X faulthandler */
    bool isolated;             /* -I or -E: nothing of PYTHON* counts */
    long trace_frames;         /* tracemalloc from the start; -1: not said, 0: off */
    text_list warn_options;    /* -W, in their order */
    text_list x_options;
    text_list warnings;        /* what sys.warnoptions will be */
    char *encoding;            /* of PYTHONIOENCODING, or NULL */
} python_options;

/* A letter that is python3's and takes no argument: false if it is none. */
bool python_option_letter(python_options *o, char letter);
/* -W and -X with their argument. */
void python_option_argument(python_options *o, char letter, const char *argument);
/* The command line is read: what it means, together with the environment.  Returns 0, or the status with which the command
 * is to end (what is wrong is told). */
int python_options_settle(python_options *o);
void python_options_free(python_options *o);

extern const char python_options_help[], python_options_help_environment[], python_options_help_x[];

#endif

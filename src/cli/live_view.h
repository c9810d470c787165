/* live_view.h: the picture of the live view, and the line that stands for it where there is no terminal. */
#ifndef OURO_SRC_CLI_LIVE_VIEW_H
#define OURO_SRC_CLI_LIVE_VIEW_H

#include "cli/live_state.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef struct live_view {
    live_state state;
    pid_t pid;
    bool types;       /* shown instead of lines */
    live_order order;
    bool ended;       /* the program is over */
    const char *said; /* how it ended, or "" */
    const char *output; /* of the program: the last of it, ends with NUL; NULL: it goes elsewhere */
} live_view;

/* Draws all. */
void view_draw(const live_view *view);
/* A key: false: the view is to end. */
bool view_key(live_view *view, char key);
/* Prints the numbers of this moment in one line, to standard output or standard error. */
void view_print_line(const live_view *view, bool on_error);

#endif

/* line_editor.h: a line typed at a terminal, with editing, history and completion.
 *
 * line_editor_libedit.c is the only file that knows libedit; without it (when the command was built, or on the machine that
 * it runs on) line_editor_open returns NULL and lines are read plainly.
 */
#ifndef OURO_SRC_CLI_LINE_EDITOR_H
#define OURO_SRC_CLI_LINE_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

typedef struct line_editor line_editor;

typedef enum line_status {
    LINE_READ,    /* *line is it, with its newline */
    LINE_END,     /* Ctrl-D on an empty line, or the terminal is gone */
    LINE_STOPPED, /* `wait` said so */
} line_status;

/* What Tab is to do: texts of malloc, or NULL. */
typedef struct line_completion {
    char *insert; /* at the cursor */
    char *list;   /* lines to show under the line */
} line_completion;

typedef struct line_hooks {
    void *context;
    /* Waits until `fd` can be read.  False: the line is given up. */
    bool (*wait)(void *context, int fd);
    /* For the text before the cursor and the width of the terminal in columns. */
    line_completion (*complete)(void *context, const char *before, size_t length, int columns);
} line_hooks;

/* NULL: no library, or no memory. */
line_editor *line_editor_open(const line_hooks *hooks);
void line_editor_close(line_editor *e);

/* Reads a line.  *line (UTF-8 as far as the terminal gives it) is good until the next call. */
line_status line_editor_read(line_editor *e, const char *prompt, bool with_completion, const char **line, size_t *length);
/* Adds a line to those that the arrow keys bring back. */
void line_editor_remember(line_editor *e, const char *line);

#endif

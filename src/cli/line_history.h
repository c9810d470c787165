/* line_history.h: the lines typed at the prompt, in a file between sessions.
 *
 * The file is plain text, a line for each, readable by its owner only.  A session adds its lines at the end, under a lock,
 * so that several may run at once; a file that has grown to twice its bound is cut to the newest LINES_KEPT.
 * What goes wrong with the file goes unsaid: a prompt works without it.
 */
#ifndef OURO_SRC_CLI_LINE_HISTORY_H
#define OURO_SRC_CLI_LINE_HISTORY_H

#include <stddef.h>

enum { LINES_KEPT = 1000 };

/* Texts one behind the other, each ended by NUL. */
typedef struct line_history {
    char *file; /* NULL: lines are not kept */
    char *text; /* loaded: the old ones; then those of this session */
    size_t length, capacity;
} line_history;

/* The text becomes the newest lines of the file, which may be absent.  `file` NULL: none. */
void line_history_load(line_history *h, const char *file);
/* Lets go of the old lines. */
void line_history_loaded(line_history *h);
/* Adds a line; the copy, good until the next call.  NULL: no memory, or the line has a NUL. */
const char *line_history_add(line_history *h, const char *line, size_t length);
/* Writes this session's lines and frees everything. */
void line_history_save(line_history *h);

#endif

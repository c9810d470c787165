/* live_screen.h: a terminal that is drawn on: keys without Enter, a screen of its own, and as it was in the end. */
#ifndef OURO_SRC_CLI_LIVE_SCREEN_H
#define OURO_SRC_CLI_LIVE_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

/* Takes the terminal of standard input and output.  It is given back by screen_end, and by the signals that end or stop the
 * process.  False: they are no terminals. */
bool screen_start(void);
void screen_end(void);
void screen_size(int *rows, int *columns);
/* True once after the size changed, or the process was stopped and goes on: all is to be drawn again. */
bool screen_was_disturbed(void);
/* True when the terminal knows more than ASCII. */
bool screen_is_unicode(void);

/* A picture in the making: rows that are cut off at the right edge. */
typedef struct screen_text {
    char *bytes; /* from malloc */
    size_t length, capacity;
    int row, column; /* where the next character goes */
    int rows, columns;
    bool failed;
} screen_text;

/* Begins a picture of the whole screen. */
void text_start(screen_text *t, int rows, int columns);
/* UTF-8; control characters become '?'.  What does not fit in the row is left out. */
void text_add(screen_text *t, const char *text);
void text_format(screen_text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "1": bold, "2": faint, "7": reversed, ...; "" plain again. */
void text_style(screen_text *t, const char *style);
/* The rest of the row is blank; the next row begins.  False: there is none. */
bool text_next(screen_text *t);
/* Draws it with one write, and frees it. */
void text_draw(screen_text *t);

#endif

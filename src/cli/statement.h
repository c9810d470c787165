/* statement.h: lines put together until they make a statement.
 *
 *     statement_begin(&s);
 *     do { statement_add(&s, line, length); } while (statement_is_open(&s));
 *
 * A scan of each new line tells whether it ends inside a bracket, a string or a continued line, and whether a block has
 * begun, which lasts until an empty line.  It looks at each line once: a statement of n lines costs n.  That a statement is
 * wrong long before its end is the parser's to find; statement_wants_check says when it is worth asking (every line of
 * a short statement, then each time that it has doubled).
 */
#ifndef OURO_SRC_CLI_STATEMENT_H
#define OURO_SRC_CLI_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct statement {
    char *text; /* of malloc, with a NUL behind it */
    size_t length, capacity;
    size_t lines, next_check;
    size_t depth; /* open brackets */
    char quote;   /* the string that a line ended in, or 0 */
    bool triple;  /* ... has three quotes */
    bool continued; /* a backslash ended the line */
    bool begun;   /* there is something in it but space and comments */
    bool block;   /* a compound statement */
    bool ended;   /* an empty line after a block, or the line of a simple statement */
} statement;

void statement_begin(statement *s);
void statement_free(statement *s);
/* Adds a line with its newline.  False: no memory, and the statement is as it was. */
bool statement_add(statement *s, const char *line, size_t length);
/* Nothing but space and comments so far, outside everything: not worth running. */
bool statement_is_blank(const statement *s);
/* Are more lines needed, as far as the scan sees? */
bool statement_is_open(const statement *s);
bool statement_wants_check(statement *s);

#endif

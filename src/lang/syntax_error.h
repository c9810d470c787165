/* syntax_error.h: what the front end and the compiler report instead of raising.
 *
 * These floors have no exception objects; each entry point fills one syntax_error, and the virtual machine turns
 * it into the exception (SyntaxError's filename, lineno, offset, end_lineno, end_offset, text).  Positions are
 * those of CPython's exception: lines from 1, columns from 1; 0 or -1 where CPython has them so.  Columns count characters,
 * or, as in CPython, bytes: in errors of the parser when the source's encoding is not known (bytes without BOM and
 * cookie; the text of an f-string's field), in errors of the compiler always.
 * The message and the text are copies owned by the struct: syntax_error_clear frees them.
 */
#ifndef OURO_LANG_SYNTAX_ERROR_H
#define OURO_LANG_SYNTAX_ERROR_H

#include "ouro/mem.h"

#include <stdarg.h>

typedef enum syntax_error_kind {
    SYNTAX_ERROR_NONE = 0,
    SYNTAX_ERROR_SYNTAX,      /* SyntaxError */
    SYNTAX_ERROR_INDENTATION, /* IndentationError */
    SYNTAX_ERROR_TAB,         /* TabError */
    SYNTAX_ERROR_INCOMPLETE,  /* SyntaxError "incomplete input": more lines may help; only with PARSE_ALLOW_INCOMPLETE */
    SYNTAX_ERROR_VALUE,       /* ValueError: message only */
    SYNTAX_ERROR_OVERFLOW,    /* OverflowError: message only */
    SYNTAX_ERROR_RECURSION,   /* RecursionError: message only */
    SYNTAX_ERROR_MEMORY,      /* MemoryError: no message, or a constant one */
    SYNTAX_ERROR_RAISED,      /* a callback failed and has set its own exception */
    SYNTAX_ERROR_ENCODING,    /* the same of the callback that decodes; the message is for a script (PARSE_SCRIPT) */
} syntax_error_kind;

typedef struct syntax_error {
    syntax_error_kind kind;
    ouro_mem *mem;       /* owns message and text */
    char *message;       /* UTF-8, NUL-terminated; NULL for SYNTAX_ERROR_MEMORY and _RAISED */
    int32_t line;        /* from 1; 0: unknown */
    int32_t column;      /* from 1; 0 or -1: unknown */
    int32_t end_line;    /* -1 or 0: unknown */
    int32_t end_column;  /* exclusive */
    char *text;          /* the source line with its newline, as decoded, or NULL */
    size_t text_length;
} syntax_error;

enum { SYNTAX_ERROR_NO_END = INT32_MIN }; /* as end_column: None */

/* Prepares an error for use; `mem` will own its texts. */
void syntax_error_init(syntax_error *error, ouro_mem *mem);
/* Frees the texts and makes the error empty; it can be used again. */
void syntax_error_clear(syntax_error *error);

/* Sets kind, message and places (columns from 1); an error that is already set stays as it is.
 * `source` is the whole decoded source, from which the text of `line` is copied (data NULL: no text). */
void syntax_error_set(syntax_error *error, syntax_error_kind kind, const char *source, size_t source_length,
                      int32_t line, int32_t column, int32_t end_line, int32_t end_column, const char *format, ...)
    OURO_PRINTF(9, 10);
void syntax_error_set_va(syntax_error *error, syntax_error_kind kind, const char *source, size_t source_length,
                         int32_t line, int32_t column, int32_t end_line, int32_t end_column, const char *format,
                         va_list arguments);
void syntax_error_set_memory(syntax_error *error);
/* Replaces the source line; what is no UTF-8 in it is shown as U+FFFD. */
void syntax_error_set_text(syntax_error *error, const char *text, size_t length);

/* The class name that Python shows: "SyntaxError", "IndentationError", ... */
const char *syntax_error_class_name(syntax_error_kind kind);

/* The line `line` (from 1) of a source, with its newline; an empty span when there is no such line. */
void syntax_error_find_line(const char *source, size_t length, int32_t line, const char **start, size_t *size);

#endif

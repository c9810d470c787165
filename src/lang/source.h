/* source.h: source bytes to the text that the lexer reads. */
#ifndef OURO_LANG_SOURCE_H
#define OURO_LANG_SOURCE_H

#include "lang/parse.h"

typedef struct source_text {
    ast_text text;       /* in the arena, with a NUL behind it */
    bool is_valid;       /* all of it is valid UTF-8 */
    bool knows_encoding; /* a BOM, a cookie or the caller says it; otherwise CPython's errors count columns in bytes */
} source_text;

/* Decodes the bytes as BOM and coding cookie say (UTF-8 without them), turns CRLF and CR into '\n', adds the last
 * newline of a file, and refuses NUL.  False: `error` is set. */
OURO_NODISCARD bool source_decode(ast_arena *arena, ouro_mem *mem, const char *bytes, size_t length,
                                  const parse_options *options, source_text *source, syntax_error *error);
/* The encoding that a cookie names, into `name`.  False: there is none, or it names UTF-8. */
bool source_find_declared(const char *bytes, size_t length, char *name, size_t size);

#endif

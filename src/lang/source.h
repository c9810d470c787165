/* source.h: source bytes to the text that the lexer reads. */
#ifndef OURO_LANG_SOURCE_H
#define OURO_LANG_SOURCE_H

#include "lang/parse.h"

/* Decodes the bytes as BOM and coding cookie say (UTF-8 without them), turns CRLF and CR into '\n', adds the last
 * newline of a file, and refuses NUL.  The result lies in `arena` with a NUL behind it.  False: `error` is set. */
OURO_NODISCARD bool source_decode(ast_arena *arena, ouro_mem *mem, const char *bytes, size_t length,
                                  const parse_options *options, ast_text *text, syntax_error *error);

/* The length of the longest prefix that is valid UTF-8; equal to `length` when all of it is. */
size_t source_check_utf8(const char *bytes, size_t length);

#endif

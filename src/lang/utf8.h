/* utf8.h: UTF-8 that may be malformed.
 *
 * A source without a coding cookie is taken as it is: bytes that are no UTF-8 matter only where they are used, in names
 * and strings, not in comments.  So error messages count and show them: as one U+FFFD for the longest prefix of a
 * well-formed sequence (Unicode's recommendation, and what Python's "replace" does).
 */
#ifndef OURO_LANG_UTF8_H
#define OURO_LANG_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The length of the longest prefix that is valid UTF-8; equal to `length` when all of it is. */
size_t utf8_valid_prefix(const char *text, size_t length);
/* How many bytes an error at text[0] covers, where utf8_valid_prefix stopped; `length` is at least 1. */
size_t utf8_error_length(const char *text, size_t length);
/* The message of Python's codec for malformed text: "'utf-8' codec can't decode byte 0xe9 in position 3: ...", for the
 * error at `at`.  Writes at most `size` bytes, with their NUL; 128 are enough. */
void utf8_describe_error(const char *text, size_t length, size_t at, char *message, size_t size);
/* Characters in the first `bytes` bytes, an error counted as one. */
int32_t utf8_count_characters(const char *text, size_t bytes);
/* Characters that begin in the first `bytes` bytes of what utf8_copy_replaced would make of the text. */
int32_t utf8_count_replaced(const char *text, size_t bytes);
/* Copies text with U+FFFD for each error; returns the length.  `out` has room for utf8_replaced_size(length) bytes. */
size_t utf8_copy_replaced(const char *text, size_t length, char *out);
static inline size_t utf8_replaced_size(size_t length)
{
    return 3 * length;
}

#endif

/* text.h: numbers and names as people and programs read them, one way for all reports. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { TEXT_BYTES_SIZE = 24, TEXT_NUMBER_SIZE = 32 };

/* A size in the unit that leaves two or three digits, in powers of 1000: "512 B", "31.2 KB", "512 MB". */
const char *text_bytes(char text[TEXT_BYTES_SIZE], double bytes);
/* A number in groups of three digits: "1,234,567". */
const char *text_number(char text[TEXT_NUMBER_SIZE], uint64_t n);
/* A text as it stands between single quotes in a report, at most `size` - 1 bytes of it and no half character: what would move
 * the cursor or end the line, quotes, backslashes, and what is no UTF-8 (lone surrogates too) are written as Python's repr()
 * writes them.  Returns `quoted`. */
const char *text_quoted(char *quoted, size_t size, const char *text);
/* A text (NULL: an empty one) as a JSON string, quotes included. */
void text_write_json(FILE *out, const char *text);

#endif

/* character_name.h: the names of Unicode characters. */
#ifndef OURO_SRC_TYPES_CHARACTER_NAME_H
#define OURO_SRC_TYPES_CHARACTER_NAME_H

#include "types/character_data.h"

#include <stdbool.h>

/* Writes the name, terminated, into `text`; its length, 0 when the character has none. */
size_t character_name(uint32_t code, char text[UNICODE_NAME_MAX]);

enum { CHARACTER_SEQUENCE_MAX = 8 }; /* code points of a named sequence, with room */

/* Finds what has the name, in either case: its code points are written to `codes`, their number is returned
 * (0: there is no such name).  More than one only with `sequences`. */
size_t character_find(const char *name, size_t length, bool sequences,
                      uint32_t codes[CHARACTER_SEQUENCE_MAX]);

/* For the parser's hook. */
bool character_find_one(void *context, const char *name, size_t length, uint32_t *code);

#endif

/* number_text.h: text as the number parsers want it. */
#ifndef OURO_SRC_TYPES_NUMBER_TEXT_H
#define OURO_SRC_TYPES_NUMBER_TEXT_H

#include "types/types.h"

/* The characters of a str as ASCII, NUL-terminated, in a block that the caller frees: decimal digits of any
 * script become 0-9, white space becomes ' ', what is neither nor ASCII becomes '?' (no number has one). */
OURO_NODISCARD char *number_ascii_from_str(ouro_runtime *rt, ouro_value str, size_t *length);

/* The value of keyword `name` among the keywords of a call (borrowed), or OURO_NULL. */
ouro_value number_keyword(ouro_value kwnames, const ouro_value *values, const char *name);
/* TypeError "'x' is an invalid keyword argument for f()" if a keyword is neither of the two names (NULL: none). */
OURO_NODISCARD bool number_check_keywords(ouro_runtime *rt, ouro_value kwnames, const char *function,
                                          const char *name1, const char *name2);

#endif

/* json.h: what the files of the _json module share: its strings (json_text.c), the scanner (json_scanner.c), the
 * encoder (json_encoder.c).
 */
#ifndef OURO_SRC_MODULES_JSON_H
#define OURO_SRC_MODULES_JSON_H

#include "modules/modules.h"
#include "types/str.h"

/* Raises json.decoder.JSONDecodeError(message, text, at); false. */
bool json_fail(ouro_runtime *rt, const char *message, ouro_value text, size_t at);
/* The string whose first character (behind the quote) is at *at; moves *at behind the closing quote.  `text` is a str;
 * runs no code but that of an error. */
OURO_NODISCARD ouro_value json_read_string(ouro_runtime *rt, ouro_value text, size_t *at, bool strict);
/* Appends the str in quotes, escaped; `ascii`: in ASCII alone. */
void json_put_string(str_builder *b, ouro_value text, bool ascii);
/* Is the callable one of this module's two functions that write strings?  *ascii tells which. */
bool json_is_own_encoder(ouro_runtime *rt, ouro_value callable, bool *ascii);
/* Binds the arguments to parameters, `count` of them, all required. */
OURO_NODISCARD bool json_bind(ouro_runtime *rt, const char *function, const char *parameters, size_t count,
                              const ouro_value *args, size_t nargs, ouro_value kwnames, ouro_value *out);

extern const type_spec json_scanner_spec, json_encoder_spec;

#endif

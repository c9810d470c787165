/* format_spec.h: the format mini-language: [[fill]align][sign][z][#][0][width][grouping][.precision][type]. */
#ifndef OURO_SRC_TYPES_FORMAT_SPEC_H
#define OURO_SRC_TYPES_FORMAT_SPEC_H

#include "types/types.h"

/* v.__format__(spec) of the built-in types; spec is a str, v an instance of the type (or a subclass). */
OURO_NODISCARD ouro_value format_str(ouro_runtime *rt, ouro_value v, ouro_value spec);
OURO_NODISCARD ouro_value format_int(ouro_runtime *rt, ouro_value v, ouro_value spec);
OURO_NODISCARD ouro_value format_float(ouro_runtime *rt, ouro_value v, ouro_value spec);
OURO_NODISCARD ouro_value format_complex(ouro_runtime *rt, ouro_value v, ouro_value spec);

#endif

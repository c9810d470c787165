/* str_methods.h: the methods of str, by file; str_type.c puts them in the type's table. */
#ifndef OURO_SRC_TYPES_STR_METHODS_H
#define OURO_SRC_TYPES_STR_METHODS_H

#include "types/text.h"

#define STR_METHODS(X) \
    X(capitalize) X(casefold) X(lower) X(swapcase) X(title) X(upper) \
    X(isalnum) X(isalpha) X(isascii) X(isdecimal) X(isdigit) X(isidentifier) X(islower) X(isnumeric) \
    X(isprintable) X(isspace) X(istitle) X(isupper) \
    X(count) X(endswith) X(find) X(index) X(partition) X(removeprefix) X(removesuffix) X(replace) X(rfind) \
    X(rindex) X(rpartition) X(startswith) \
    X(lstrip) X(rsplit) X(rstrip) X(split) X(splitlines) X(strip) \
    X(center) X(encode) X(expandtabs) X(join) X(ljust) X(maketrans) X(rjust) X(translate) X(zfill) \
    X(format) X(format_map) X(dunder_format) X(getnewargs)

#define STR_METHOD(name) ouro_value str_method_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs);
STR_METHODS(STR_METHOD)
#undef STR_METHOD

/* Those whose arguments CPython reads without names. */
#define STR_COUNTED_METHODS(X) X(count) X(endswith) X(find) X(index) X(rfind) X(rindex) X(startswith)

#endif

/* number_text.c: text as the number parsers want it, and the keywords of the number types' constructors. */
#include "types/number_text.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/str.h"

char *number_ascii_from_str(ouro_runtime *rt, ouro_value str, size_t *length)
{
    const str_object *s = as_str(str);
    size_t n = str_length(s);
    char *text = ouro_mem_alloc(rt->mem, n + 1);
    if (!text) {
        error_no_memory(rt);
        return NULL;
    }
    bool ascii = (s->flags & STR_ASCII) != 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t c = str_char_at(s, i);
        if (c >= 128) {
            int digit = unicode_decimal_value(c);
            c = digit >= 0 ? (uint32_t)('0' + digit) : unicode_is_space(c) ? ' ' : '?';
        } else if (!ascii && c >= 0x1c && c <= 0x1f) { /* white space for Unicode, not for C */
            c = ' ';
        }
        text[i] = (char)c;
    }
    text[n] = '\0';
    *length = n;
    return text;
}

ouro_value number_keyword(ouro_value kwnames, const ouro_value *values, const char *name)
{
    if (ouro_is_null(kwnames)) {
        return OURO_NULL;
    }
    const tuple_object *names = as_tuple(kwnames);
    for (size_t i = 0; i < names->size; i++) {
        if (str_equal_ascii(as_str(names->items[i]), name)) {
            return values[i];
        }
    }
    return OURO_NULL;
}

bool number_check_keywords(ouro_runtime *rt, ouro_value kwnames, const char *function, const char *name1,
                           const char *name2)
{
    if (ouro_is_null(kwnames)) {
        return true;
    }
    const tuple_object *names = as_tuple(kwnames);
    for (size_t i = 0; i < names->size; i++) {
        const str_object *name = as_str(names->items[i]);
        if (!(name1 && str_equal_ascii(name, name1)) && !(name2 && str_equal_ascii(name, name2))) {
            error_type(rt, "'%U' is an invalid keyword argument for %s()", names->items[i], function);
            return false;
        }
    }
    return true;
}

/* str_repr.c: repr and ascii of a str: quotes and escapes.
 *
 * Single quotes unless the text has single quotes and no double ones.  repr keeps what is printable, ascii escapes
 * everything beyond ASCII.
 */
#include "types/text.h"

static bool str_repr_keeps(uint32_t c)
{
    return c < 0x80 ? c >= ' ' && c != 0x7f : unicode_is_printable(c);
}

void str_builder_escape(str_builder *b, uint32_t c)
{
    static const char digits[] = "0123456789abcdef";
    char text[10];
    int n = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
    text[0] = '\\';
    text[1] = n == 2 ? 'x' : n == 4 ? 'u' : 'U';
    for (int i = 0; i < n; i++) {
        text[2 + i] = digits[c >> 4 * (n - 1 - i) & 15];
    }
    str_builder_ascii(b, text, (size_t)n + 2);
}

ouro_value str_repr(ouro_runtime *rt, ouro_value v)
{
    const str_object *s = as_str(v);
    size_t n = s->length, singles = 0, doubles = 0, plain = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t c = str_char_at(s, i);
        singles += c == '\'';
        doubles += c == '"';
        plain += c != '\\' && str_repr_keeps(c);
    }
    uint32_t quote = singles > 0 && doubles == 0 ? '"' : '\'';
    str_builder b;
    str_builder_init(&b, rt);
    str_builder_char(&b, quote);
    if (plain == n && (quote == '"' || singles == 0)) {
        str_builder_str(&b, v);
    } else {
        for (size_t i = 0; i < n && !b.failed; i++) {
            uint32_t c = str_char_at(s, i);
            if (c == quote || c == '\\') {
                str_builder_char(&b, '\\');
                str_builder_char(&b, c);
            } else if (c == '\n') {
                str_builder_ascii(&b, "\\n", 2);
            } else if (c == '\r') {
                str_builder_ascii(&b, "\\r", 2);
            } else if (c == '\t') {
                str_builder_ascii(&b, "\\t", 2);
            } else if (str_repr_keeps(c)) {
                str_builder_char(&b, c);
            } else {
                str_builder_escape(&b, c);
            }
        }
    }
    str_builder_char(&b, quote);
    return str_builder_finish(&b);
}

ouro_value str_to_ascii(ouro_runtime *rt, ouro_value v)
{
    const str_object *s = as_str(v);
    if (str_is_ascii(s)) {
        return value_incref(v);
    }
    str_builder b;
    str_builder_init(&b, rt);
    for (size_t i = 0; i < s->length && !b.failed; i++) {
        uint32_t c = str_char_at(s, i);
        if (c < 0x80) {
            str_builder_char(&b, c);
        } else {
            str_builder_escape(&b, c);
        }
    }
    return str_builder_finish(&b);
}

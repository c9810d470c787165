/* str_format_spec.c: str.__format__: the mini-language of format specs as far as it concerns text.
 *
 *     [[fill]align][sign][#][0][width][grouping][.precision][type]
 *
 * Text takes fill, alignment, width and precision; the rest is refused with the words of CPython.
 */
#include "types/str_methods.h"

#include "types/error.h"
#include "types/protocol.h"

static bool str_spec_is_align(uint32_t c)
{
    return c == '<' || c == '>' || c == '=' || c == '^';
}

/* Reads digits: *value stays -1 if there are none.  False: too many. */
static bool str_spec_number(ouro_runtime *rt, const str_object *s, size_t *at, int64_t *value)
{
    while (*at < s->length) {
        int digit = unicode_decimal_value(str_char_at(s, *at));
        if (digit < 0) {
            break;
        }
        if (*value > (INT64_MAX - digit) / 10) {
            error_value(rt, "Too many decimal digits in format string");
            return false;
        }
        *value = (*value < 0 ? 0 : *value) * 10 + digit;
        (*at)++;
    }
    return true;
}

static ouro_value str_spec_unknown(ouro_runtime *rt, uint32_t code, ouro_value self)
{
    if (code > 32 && code < 128) {
        return error_value(rt, "Unknown format code '%c' for object of type '%T'", (int)code, self);
    }
    return error_value(rt, "Unknown format code '\\x%x' for object of type '%T'", code, self);
}

ouro_value str_method_dunder_format(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "__format__() argument must be str, not %T", args[1]);
    }
    const str_object *spec = as_str(args[1]), *s = as_str(args[0]);
    size_t n = spec->length, at = 0;
    if (n == 0) {
        return value_is_str_exact(rt, args[0]) ? value_incref(args[0]) : object_str(rt, args[0]);
    }
    uint32_t fill = ' ', align = '<', sign = 0, grouping = 0, type = 's';
    bool align_given = false, alternate = false;
    int64_t width = -1, precision = -1;
    if (n >= 2 && str_spec_is_align(str_char_at(spec, 1))) {
        fill = str_char_at(spec, 0);
        align = str_char_at(spec, 1);
        align_given = true;
        at = 2;
    } else if (str_spec_is_align(str_char_at(spec, 0))) {
        align = str_char_at(spec, 0);
        align_given = true;
        at = 1;
    }
    bool fill_given = at == 2;
    if (at < n && (str_char_at(spec, at) == ' ' || str_char_at(spec, at) == '+' || str_char_at(spec, at) == '-')) {
        sign = str_char_at(spec, at++);
    }
    if (at < n && str_char_at(spec, at) == 'z') {
        return error_value(rt, "Negative zero coercion (z) not allowed in string format specifier");
    }
    if (at < n && str_char_at(spec, at) == '#') {
        alternate = true;
        at++;
    }
    if (!fill_given && at < n && str_char_at(spec, at) == '0') {
        fill = '0';
        if (!align_given) {
            align = '<';
        }
        at++;
    }
    if (!str_spec_number(rt, spec, &at, &width)) {
        return OURO_NULL;
    }
    if (at < n && str_char_at(spec, at) == ',') {
        grouping = str_char_at(spec, at++);
    }
    if (at < n && str_char_at(spec, at) == '_') {
        if (grouping != 0) {
            return error_value(rt, "Cannot specify both ',' and '_'.");
        }
        grouping = str_char_at(spec, at++);
        if (at < n && str_char_at(spec, at) == ',') {
            return error_value(rt, "Cannot specify both ',' and '_'.");
        }
    }
    if (at < n && str_char_at(spec, at) == '.') {
        at++;
        if (!str_spec_number(rt, spec, &at, &precision)) {
            return OURO_NULL;
        }
        if (precision < 0) {
            return error_value(rt, "Format specifier missing precision");
        }
    }
    if (n - at > 1) {
        return error_value(rt, "Invalid format specifier '%U' for object of type '%T'", args[1], args[0]);
    }
    if (at < n) {
        type = str_char_at(spec, at);
    }
    if (grouping != 0 && (type > 127 || strchr(grouping == ',' ? "defgEG%F" : "defgEG%FboxX", (int)type) == NULL)) {
        return error_value(rt, "Cannot specify '%c' with '%c'.", (int)grouping, (int)type);
    }
    if (type != 's') {
        return str_spec_unknown(rt, type, args[0]);
    }
    if (sign != 0) {
        return error_value(rt, sign == ' ' ? "Space not allowed in string format specifier"
                                           : "Sign not allowed in string format specifier");
    }
    if (alternate) {
        return error_value(rt, "Alternate form (#) not allowed in string format specifier");
    }
    if (align == '=') {
        return error_value(rt, "'=' alignment not allowed in string format specifier");
    }
    size_t length = s->length;
    if (precision >= 0 && (uint64_t)precision < length) {
        length = (size_t)precision;
    }
    if (width <= (int64_t)length) {
        return str_substring(rt, args[0], 0, length);
    }
    size_t padding = (size_t)width - length;
    size_t left = align == '>' ? padding : align == '^' ? padding / 2 : 0;
    uint32_t class = str_max_class(s), fill_class = text_class_of(fill);
    if (length < s->length) {
        class = text_max_class(str_kind(s), s->data, length);
    }
    if ((uint64_t)width > SIZE_MAX / 16) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    str_object *r = str_new_blank(rt, (size_t)width, class > fill_class ? class : fill_class);
    if (r != NULL) {
        unsigned kind = str_kind(r);
        text_fill(kind, r->data, 0, left, fill);
        text_copy(kind, r->data, left, str_kind(s), s->data, 0, length);
        text_fill(kind, r->data, left + length, padding - left, fill);
    }
    return ouro_from_object(r);
}

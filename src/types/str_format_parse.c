/* str_format_parse.c: taking a format string apart (PEP 3101). */
#include "types/str_format.h"

#include "types/error.h"

static int format_parse_error(ouro_runtime *rt, const char *message)
{
    error_value(rt, "%s", message);
    return -1;
}

/* Reads what follows the opening brace: name, conversion, spec. */
static int format_parse_field(ouro_runtime *rt, const str_object *s, size_t *at, size_t end, format_piece *piece)
{
    size_t i = *at;
    uint32_t c = 0;
    piece->has_field = true;
    piece->name.start = i;
    while (i < end) {
        c = str_char_at(s, i++);
        if (c == '{') {
            return format_parse_error(rt, "unexpected '{' in field name");
        }
        if (c == '[') {
            while (i < end && str_char_at(s, i) != ']') {
                i++;
            }
            continue;
        }
        if (c == '}' || c == ':' || c == '!') {
            break;
        }
    }
    bool closed = i > piece->name.start && (c == '}' || c == ':' || c == '!');
    piece->name.end = closed ? i - 1 : i;
    if (!closed) {
        return format_parse_error(rt, "expected '}' before end of string");
    }
    if (c == '!') {
        if (i >= end) {
            return format_parse_error(rt, "end of string while looking for conversion specifier");
        }
        piece->conversion = str_char_at(s, i++);
        if (i < end) {
            c = str_char_at(s, i++);
            if (c == '}') {
                *at = i;
                return 1;
            }
            if (c != ':') {
                return format_parse_error(rt, "expected ':' after conversion specifier");
            }
        } else {
            return format_parse_error(rt, "unmatched '{' in format spec");
        }
    }
    if (c == ':') {
        piece->spec.start = i;
        size_t depth = 1;
        for (; i < end; i++) {
            c = str_char_at(s, i);
            if (c == '{') {
                piece->spec_has_fields = true;
                depth++;
            } else if (c == '}' && --depth == 0) {
                piece->spec.end = i;
                *at = i + 1;
                return 1;
            }
        }
        return format_parse_error(rt, "unmatched '{' in format spec");
    }
    *at = i;
    return 1;
}

int format_next_piece(ouro_runtime *rt, const str_object *s, size_t *at, size_t end, format_piece *piece)
{
    *piece = (format_piece){.has_field = false};
    size_t i = *at;
    if (i >= end) {
        return 0;
    }
    piece->literal.start = i;
    uint32_t c = 0;
    while (i < end) {
        c = str_char_at(s, i);
        if (c == '{' || c == '}') {
            break;
        }
        i++;
    }
    piece->literal.end = i;
    if (i >= end) {
        *at = i;
        return 1;
    }
    bool doubled = i + 1 < end && str_char_at(s, i + 1) == c;
    if (doubled) {
        piece->literal.end = i + 1; /* one of the two belongs to the text */
        *at = i + 2;
        return 1;
    }
    if (c == '}') {
        return format_parse_error(rt, "Single '}' encountered in format string");
    }
    if (i + 1 >= end) {
        return format_parse_error(rt, "Single '{' encountered in format string");
    }
    *at = i + 1;
    return format_parse_field(rt, s, at, end, piece);
}

size_t format_first_part(const str_object *s, format_span name)
{
    size_t i = name.start;
    while (i < name.end) {
        uint32_t c = str_char_at(s, i);
        if (c == '.' || c == '[') {
            break;
        }
        i++;
    }
    return i;
}

int64_t format_span_index(ouro_runtime *rt, const str_object *s, format_span span)
{
    if (span.start >= span.end) {
        return -1;
    }
    int64_t index = 0;
    for (size_t i = span.start; i < span.end; i++) {
        int digit = unicode_decimal_value(str_char_at(s, i));
        if (digit < 0) {
            return -1;
        }
        if (index > (INT64_MAX - digit) / 10) {
            error_value(rt, "Too many decimal digits in format string");
            return -2;
        }
        index = index * 10 + digit;
    }
    return index;
}

int format_next_step(ouro_runtime *rt, const str_object *s, size_t *at, size_t end, format_step *step)
{
    size_t i = *at;
    if (i >= end) {
        return 0;
    }
    uint32_t c = str_char_at(s, i++);
    *step = (format_step){.index = -1};
    if (c == '.') {
        step->is_attribute = true;
        step->name.start = i;
        while (i < end && str_char_at(s, i) != '.' && str_char_at(s, i) != '[') {
            i++;
        }
        step->name.end = i;
    } else if (c == '[') {
        step->name.start = i;
        while (i < end && str_char_at(s, i) != ']') {
            i++;
        }
        if (i >= end) {
            return format_parse_error(rt, "Missing ']' in format string");
        }
        step->name.end = i++;
        step->index = format_span_index(rt, s, step->name);
        if (step->index == -2) {
            return -1;
        }
    } else {
        return format_parse_error(rt, "Only '.' or '[' may follow ']' in format field specifier");
    }
    if (step->name.start == step->name.end) {
        return format_parse_error(rt, "Empty attribute in format string");
    }
    *at = i;
    return 1;
}

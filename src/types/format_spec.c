/* format_spec.c: the format mini-language: its parser, and the formatting of str, int, float and complex by it.
 *
 * A number is first written as ASCII (sign and prefix, digits before the point, the rest); then the digits get
 * their grouping and, if the fill sits between sign and digits with '0', enough zeros that width and grouping come
 * out right; then the whole is aligned.
 */
#include "types/format_spec.h"

#include "types/complex_internal.h"
#include "types/error.h"
#include "types/float_internal.h"
#include "types/int_view.h"
#include "types/protocol.h"
#include "types/str.h"

#include <locale.h>
#include <math.h>

typedef struct format_spec {
    uint32_t fill;
    char align; /* '<' '>' '=' '^' */
    bool align_given;
    bool zero;  /* a 0 in front of the width */
    char sign;  /* 0 '+' '-' ' ' */
    bool no_negative_zero;
    bool alternate;
    int64_t width;     /* -1: none */
    char grouping;     /* 0 ',' '_' */
    int64_t precision; /* -1: none */
    uint32_t type;     /* 0: none given */
} format_spec;

/* ---- parsing ------------------------------------------------------------------------------------------ */

static bool format_is_align(uint32_t c)
{
    return c == '<' || c == '>' || c == '=' || c == '^';
}

/* The number at *at, or -1 if there is none; false: too large. */
static bool format_parse_number(ouro_runtime *rt, const str_object *s, size_t *at, int64_t *number)
{
    int64_t value = 0;
    size_t i = *at;
    for (; i < str_length(s); i++) {
        uint32_t c = str_char_at(s, i);
        int digit = c < 128 ? (c >= '0' && c <= '9' ? (int)c - '0' : -1) : unicode_decimal_value(c);
        if (digit < 0) {
            break;
        }
        if (value > (INT64_MAX - digit) / 10) {
            error_value(rt, "Too many decimal digits in format string");
            return false;
        }
        value = value * 10 + digit;
    }
    *number = i > *at ? value : -1;
    *at = i;
    return true;
}

enum { FORMAT_NUL = 0x110000 }; /* the type NUL, which is not "no type" */

static void format_unknown_code(ouro_runtime *rt, uint32_t type, const char *type_name)
{
    if (type == FORMAT_NUL) {
        type = 0;
    }
    if (type > 32 && type < 128) {
        error_value(rt, "Unknown format code '%c' for object of type '%s'", (int)type, type_name);
    } else {
        error_value(rt, "Unknown format code '\\x%x' for object of type '%s'", (unsigned)type, type_name);
    }
}

static bool format_parse(ouro_runtime *rt, ouro_value v, ouro_value spec, char default_align, format_spec *f)
{
    const str_object *s = as_str(spec);
    size_t n = str_length(s);
    size_t i = 0;
    *f = (format_spec){.fill = ' ', .align = default_align, .width = -1, .precision = -1};
    if (n >= 2 && format_is_align(str_char_at(s, 1))) {
        f->fill = str_char_at(s, 0);
        f->align = (char)str_char_at(s, 1);
        f->align_given = true;
        i = 2;
    } else if (n >= 1 && format_is_align(str_char_at(s, 0))) {
        f->align = (char)str_char_at(s, 0);
        f->align_given = true;
        i = 1;
    }
    bool fill_given = i == 2;
#define FORMAT_NEXT (i < n ? str_char_at(s, i) : 0)
    if (i < n && (FORMAT_NEXT == '+' || FORMAT_NEXT == '-' || FORMAT_NEXT == ' ')) {
        f->sign = (char)str_char_at(s, i++);
    }
    if (i < n && FORMAT_NEXT == 'z') {
        f->no_negative_zero = true;
        i++;
    }
    if (i < n && FORMAT_NEXT == '#') {
        f->alternate = true;
        i++;
    }
    if (!fill_given && i < n && FORMAT_NEXT == '0') {
        f->fill = '0';
        if (!f->align_given && default_align == '>') {
            f->align = '=';
        }
        f->zero = true;
        i++;
    }
    if (!format_parse_number(rt, s, &i, &f->width)) {
        return false;
    }
    if (f->width < 0 && f->zero) {
        f->width = 0;
    }
    if (i < n && FORMAT_NEXT == ',') {
        f->grouping = ',';
        i++;
    }
    if (i < n && FORMAT_NEXT == '_') {
        if (f->grouping) {
            error_value(rt, "Cannot specify both ',' and '_'.");
            return false;
        }
        f->grouping = '_';
        i++;
    }
    if (i < n && FORMAT_NEXT == ',' && f->grouping == '_') {
        error_value(rt, "Cannot specify both ',' and '_'.");
        return false;
    }
    if (i < n && FORMAT_NEXT == '.') {
        i++;
        if (!format_parse_number(rt, s, &i, &f->precision)) {
            return false;
        }
        if (f->precision < 0) {
            error_value(rt, "Format specifier missing precision");
            return false;
        }
    }
    if (n - i > 1) {
        error_value(rt, "Invalid format specifier '%U' for object of type '%T'", spec, v);
        return false;
    }
    if (i < n) {
        f->type = str_char_at(s, i);
        if (f->type == 0) {
            f->type = FORMAT_NUL;
        }
    }
#undef FORMAT_NEXT
    if (f->grouping) {
        switch (f->type) {
        case 'd':
        case 'e':
        case 'f':
        case 'g':
        case 'E':
        case 'G':
        case '%':
        case 'F':
        case 0:
            break;
        case 'b':
        case 'o':
        case 'x':
        case 'X':
            if (f->grouping == '_') {
                break;
            }
            /* fall through */
        default:
            if (f->type > 32 && f->type < 128) {
                error_value(rt, "Cannot specify '%c' with '%c'.", f->grouping, (int)f->type);
            } else {
                error_value(rt, "Cannot specify '%c' with '\\x%x'.", f->grouping, (unsigned)f->type);
            }
            return false;
        }
    }
    return true;
}

/* ---- layout ------------------------------------------------------------------------------------------- */

/* Pads what `content` appends (of `length` characters) to the width. */
static void format_pad(str_builder *b, uint32_t fill, int64_t count)
{
    if (count > 0) {
        str_builder_fill(b, fill, (size_t)count);
    }
}

typedef struct format_number {
    const char *prefix; /* sign and "0x": stays in front of '=' padding */
    size_t prefix_length;
    const char *digits; /* before the point; grouped */
    size_t digit_count;
    const char *rest;   /* point, fraction, exponent, '%' */
    size_t rest_length;
    const char *separator; /* "" for none */
    const char *grouping;  /* sizes of groups from the right, as in localeconv(); the last repeats */
} format_number;

/* Size of the group number `index` from the right; 0: no more groups. */
static size_t format_group_size(const char *grouping, size_t index)
{
    size_t i = 0;
    while (i < index && grouping[i + 1] != '\0') {
        i++;
    }
    return grouping[i] == 127 || grouping[i] < 0 ? 0 : (size_t)grouping[i];
}

/* Appends the digits with separators, with zeros in front so that they take at least `width` characters. */
static void format_put_grouped(str_builder *b, const format_number *number, int64_t width)
{
    size_t separator_length = strlen(number->separator);
    if (separator_length == 0) {
        format_pad(b, '0', width - (int64_t)number->digit_count);
        str_builder_ascii(b, number->digits, number->digit_count);
        return;
    }
    /* how many digits (zeros included) are needed: add groups from the right until both are satisfied */
    size_t separator_width = 1; /* characters */
    size_t total = 0, groups = 0;
    int64_t used = 0;
    for (;;) {
        size_t size = format_group_size(number->grouping, groups);
        size_t left = number->digit_count > total ? number->digit_count - total : 0;
        int64_t room = width - used - (groups > 0 ? (int64_t)separator_width : 0);
        size_t want = left;
        if (room > (int64_t)want) {
            want = (size_t)room;
        }
        if (groups > 0 && want == 0) {
            want = left > 0 || used < width ? 1 : 0;
        }
        if (groups > 0 && want == 0) {
            break;
        }
        size_t take = size == 0 || want < size ? want : size;
        used += (int64_t)take + (groups > 0 ? (int64_t)separator_width : 0);
        total += take;
        groups++;
        if (total >= number->digit_count && used >= width) {
            break;
        }
    }
    /* write from the left: find the size of each group by its index */
    size_t zeros = total - number->digit_count;
    size_t at = 0; /* of total */
    size_t remaining = total;
    for (size_t g = groups; g-- > 0;) {
        size_t below = 0;
        for (size_t k = 0; k < g; k++) {
            size_t size = format_group_size(number->grouping, k);
            below += size;
            if (number->grouping[k < strlen(number->grouping) ? k : strlen(number->grouping) - 1] &&
                k + 1 >= strlen(number->grouping)) { /* the last size repeats */
                below += size * (g - k - 1);
                break;
            }
        }
        size_t count = remaining - below;
        for (size_t j = 0; j < count; j++, at++) {
            str_builder_char(b, at < zeros ? '0' : (unsigned char)number->digits[at - zeros]);
        }
        remaining = below;
        if (g > 0) {
            str_builder_cstring(b, number->separator);
        }
    }
}

/* The characters that the digits take, separators included. */
static int64_t format_grouped_length(const format_number *number)
{
    if (number->separator[0] == '\0') {
        return (int64_t)number->digit_count;
    }
    size_t left = number->digit_count, groups = 0;
    while (left > 0) {
        size_t size = format_group_size(number->grouping, groups);
        if (size == 0 || left <= size) {
            break;
        }
        left -= size;
        groups++;
        if (number->grouping[groups] == '\0' || groups > 64) {
            groups += (left - 1) / size;
            break;
        }
    }
    return (int64_t)(number->digit_count + groups);
}

static void format_put_number(str_builder *b, const format_spec *f, const format_number *number)
{
    int64_t around = (int64_t)(number->prefix_length + number->rest_length);
    int64_t least = f->fill == '0' && f->align == '=' ? f->width - around : 0;
    int64_t length = format_grouped_length(number);
    int64_t padding = 0;
    if (least > length) {
        length = least; /* zeros, and maybe one more: a separator never comes first; format_put_grouped sees to it */
    } else {
        padding = f->width - around - length;
    }
    if (padding < 0) {
        padding = 0;
    }
    int64_t left = f->align == '>' ? padding : f->align == '^' ? padding / 2 : 0;
    format_pad(b, f->fill, left);
    str_builder_ascii(b, number->prefix, number->prefix_length);
    if (f->align == '=') {
        format_pad(b, f->fill, padding);
        left = padding;
    }
    format_put_grouped(b, number, least > 0 ? least : 0);
    str_builder_ascii(b, number->rest, number->rest_length);
    format_pad(b, f->fill, padding - left);
}

/* Separator and group sizes of a spec; 'n' asks the locale. */
static void format_set_grouping(format_number *number, const format_spec *f, bool locale, size_t group)
{
    number->separator = "";
    number->grouping = group == 4 ? "\4" : "\3";
    if (f->grouping) {
        number->separator = f->grouping == ',' ? "," : "_";
    } else if (locale) {
        const struct lconv *conv = localeconv();
        if (conv->grouping[0] != '\0' && conv->thousands_sep[0] != '\0' && !(conv->thousands_sep[0] & 0x80)) {
            number->separator = conv->thousands_sep;
            number->grouping = conv->grouping;
        }
    }
}

/* ---- str ---------------------------------------------------------------------------------------------- */

ouro_value format_str(ouro_runtime *rt, ouro_value v, ouro_value spec)
{
    format_spec f;
    if (str_length(as_str(spec)) == 0) {
        return value_is_str_exact(rt, v) ? value_incref(v) : object_str(rt, v);
    }
    if (!format_parse(rt, v, spec, '<', &f)) {
        return OURO_NULL;
    }
    if (f.type != 0 && f.type != 's') {
        ouro_value name = str_format_c(rt, "%T", v);
        if (!ouro_is_null(name)) {
            size_t length;
            char *text = str_to_utf8(rt, name, &length, true);
            if (text) {
                format_unknown_code(rt, f.type, text);
                ouro_mem_free(rt->mem, text);
            }
            value_decref(rt, name);
        }
        return OURO_NULL;
    }
    if (f.sign) {
        return error_value(rt, f.sign == ' ' ? "Space not allowed in string format specifier"
                                             : "Sign not allowed in string format specifier");
    }
    if (f.no_negative_zero) {
        return error_value(rt, "Negative zero coercion (z) not allowed in string format specifier");
    }
    if (f.alternate) {
        return error_value(rt, "Alternate form (#) not allowed in string format specifier");
    }
    if (f.grouping) {
        return error_value(rt, "Cannot specify '%c' with 's'.", f.grouping);
    }
    if (f.align == '=') {
        return error_value(rt, "'=' alignment not allowed in string format specifier");
    }
    int64_t length = (int64_t)str_length(as_str(v));
    if (f.precision >= 0 && f.precision < length) {
        length = f.precision;
    }
    int64_t padding = f.width > length ? f.width - length : 0;
    int64_t left = f.align == '>' ? padding : f.align == '^' ? padding / 2 : 0;
    str_builder b;
    str_builder_init(&b, rt);
    format_pad(&b, f.fill, left);
    str_builder_range(&b, v, 0, (size_t)length);
    format_pad(&b, f.fill, padding - left);
    return str_builder_finish(&b);
}

/* ---- float -------------------------------------------------------------------------------------------- */

/* What a float's code and precision become; false: unknown code. */
typedef struct float_style {
    char code;
    int precision;
    int flags;
    bool percent;
    bool locale;
} float_style;

static bool format_float_style(ouro_runtime *rt, const format_spec *f, bool complex_part, float_style *style)
{
    if (f->precision > INT32_MAX - 64) {
        error_value(rt, "precision too big");
        return false;
    }
    *style = (float_style){.code = (char)f->type, .precision = (int)f->precision};
    style->flags = f->alternate ? FLOAT_ALTERNATE : 0;
    switch (f->type) {
    case 0:
        style->flags |= complex_part ? 0 : FLOAT_ADD_DOT_0;
        if (style->precision < 0) {
            style->code = 'r';
            style->precision = 0;
        } else {
            style->code = 'g';
            if (style->precision == 0) {
                style->precision = 1;
            }
        }
        return true;
    case 'n':
        style->locale = true;
        style->code = 'g';
        break;
    case '%':
        style->percent = true;
        style->code = 'f';
        break;
    default:
        break;
    }
    if (style->precision < 0) {
        style->precision = 6;
    }
    return true;
}

/* Is the text of a number (sign skipped) zero?  For the `z` option. */
static bool format_text_is_zero(const char *text)
{
    for (; *text && *text != 'e' && *text != 'E'; text++) {
        if (*text >= '1' && *text <= '9') {
            return false;
        }
        if ((*text | 0x20) == 'i' || (*text | 0x20) == 'n') {
            return false;
        }
    }
    return true;
}

/* The text of a float in a style: sign in *sign (0: none), the rest in the returned block.  With no type and a
 * precision the layout is repr's choice between plain and exponent: 'g' that switches one digit earlier, since a
 * plain result gets at least one digit after the point. */
static char *format_float_text(ouro_runtime *rt, double d, const format_spec *f, const float_style *style,
                               char *sign)
{
    if (style->percent) {
        d *= 100;
    }
    char *text;
    bool short_form = f->type == 0 && f->precision >= 0 && isfinite(d);
    if (short_form && (style->flags & FLOAT_ADD_DOT_0)) {
        char *probe = float_to_text(rt, d, 'e', style->precision - 1, style->flags & FLOAT_ALTERNATE);
        if (!probe) {
            return NULL;
        }
        int exponent = 0;
        const char *e = strchr(probe, 'e');
        for (const char *p = e + 2; *p; p++) {
            exponent = exponent * 10 + (*p - '0');
        }
        if (e[1] == '+' && exponent == style->precision - 1) {
            /* 'g' would show it without an exponent and without a fraction: use the exponent */
            text = probe;
            char *end = (char *)(uintptr_t)e;
            if (!f->alternate && strchr(probe, '.')) { /* 'g' drops trailing zeros */
                char *keep = end;
                while (keep[-1] == '0') {
                    keep--;
                }
                if (keep[-1] == '.') {
                    keep--;
                }
                memmove(keep, end, strlen(end) + 1);
            }
        } else {
            ouro_mem_free(rt->mem, probe);
            text = float_to_text(rt, d, style->code, style->precision, style->flags);
        }
    } else {
        text = float_to_text(rt, d, style->code, style->precision, style->flags);
    }
    if (!text) {
        return NULL;
    }
    bool negative = text[0] == '-';
    if (negative) {
        memmove(text, text + 1, strlen(text));
    }
    if (negative && f->no_negative_zero && format_text_is_zero(text)) {
        negative = false;
    }
    *sign = negative ? '-' : f->sign == '+' || f->sign == ' ' ? f->sign : 0;
    return text;
}

/* Splits a float's text; `tail` is what follows everything ("%", "j"). */
static size_t format_digits_before_point(const char *text)
{
    size_t n = 0;
    while (text[n] >= '0' && text[n] <= '9') {
        n++;
    }
    return n;
}

static bool format_type_is_float(uint32_t type)
{
    return type == 0 || type == 'e' || type == 'E' || type == 'f' || type == 'F' || type == 'g' || type == 'G' ||
           type == 'n' || type == '%';
}

static ouro_value format_double(ouro_runtime *rt, double d, const format_spec *f)
{
    float_style style;
    char sign;
    if (!format_float_style(rt, f, false, &style)) {
        return OURO_NULL;
    }
    char *text = format_float_text(rt, d, f, &style, &sign);
    if (!text) {
        return OURO_NULL;
    }
    size_t digits = format_digits_before_point(text);
    size_t length = strlen(text);
    char *rest = text + digits;
    size_t rest_length = length - digits;
    char *longer = NULL;
    if (style.percent) {
        longer = ouro_mem_resize(rt->mem, text, length + 2);
        if (!longer) {
            ouro_mem_free(rt->mem, text);
            error_no_memory(rt);
            return OURO_NULL;
        }
        text = longer;
        text[length] = '%';
        text[length + 1] = '\0';
        rest = text + digits;
        rest_length++;
    }
    format_number number = {.prefix = &sign,
                            .prefix_length = sign != 0,
                            .digits = text,
                            .digit_count = digits,
                            .rest = rest,
                            .rest_length = rest_length};
    format_set_grouping(&number, f, style.locale, 3);
    if (digits == 0) { /* inf, nan: nothing to group; zeros may still fill */
        number.separator = "";
    }
    str_builder b;
    str_builder_init(&b, rt);
    format_put_number(&b, f, &number);
    ouro_mem_free(rt->mem, text);
    return str_builder_finish(&b);
}

ouro_value format_float(ouro_runtime *rt, ouro_value v, ouro_value spec)
{
    format_spec f;
    if (str_length(as_str(spec)) == 0) {
        return object_str(rt, v);
    }
    if (!format_parse(rt, v, spec, '>', &f)) {
        return OURO_NULL;
    }
    if (!format_type_is_float(f.type)) {
        format_unknown_code(rt, f.type, value_type(rt, v)->type.name);
        return OURO_NULL;
    }
    return format_double(rt, float_value(v), &f);
}

/* ---- int ---------------------------------------------------------------------------------------------- */

static ouro_value format_character(ouro_runtime *rt, ouro_value v, const format_spec *f)
{
    int64_t c;
    if (f->sign) {
        return error_value(rt, "Sign not allowed with integer format specifier 'c'");
    }
    if (f->alternate) {
        return error_value(rt, "Alternate form (#) not allowed with integer format specifier 'c'");
    }
    if (!int_as_int64(rt, v, &c)) {
        return OURO_NULL;
    }
    if (c < 0 || c > 0x10ffff) {
        return error_overflow(rt, "%%c arg not in range(0x110000)");
    }
    int64_t padding = f->width > 1 ? f->width - 1 : 0;
    int64_t left = f->align == '>' || f->align == '=' ? padding : f->align == '^' ? padding / 2 : 0;
    str_builder b;
    str_builder_init(&b, rt);
    format_pad(&b, f->fill, left);
    str_builder_char(&b, (uint32_t)c);
    format_pad(&b, f->fill, padding - left);
    return str_builder_finish(&b);
}

ouro_value format_int(ouro_runtime *rt, ouro_value v, ouro_value spec)
{
    format_spec f;
    if (str_length(as_str(spec)) == 0) {
        return ouro_is_int(v) ? int_to_text(rt, v, 10, false) : object_str(rt, v);
    }
    if (!format_parse(rt, v, spec, '>', &f)) {
        return OURO_NULL;
    }
    int base = 10;
    switch (f.type) {
    case 0:
    case 'd':
    case 'n':
        break;
    case 'b':
        base = 2;
        break;
    case 'o':
        base = 8;
        break;
    case 'x':
    case 'X':
        base = 16;
        break;
    case 'c':
        break;
    default:
        if (format_type_is_float(f.type)) {
            double d;
            return int_as_double(rt, v, &d) ? format_double(rt, d, &f) : OURO_NULL;
        }
        format_unknown_code(rt, f.type, value_type(rt, v)->type.name);
        return OURO_NULL;
    }
    if (f.precision >= 0) {
        return error_value(rt, "Precision not allowed in integer format specifier");
    }
    if (f.no_negative_zero) {
        return error_value(rt, "Negative zero coercion (z) not allowed in integer format specifier");
    }
    if (f.type == 'c') {
        return format_character(rt, v, &f);
    }
    size_t length;
    char *text = int_to_ascii(rt, v, base, false, true, &length);
    if (!text) {
        return OURO_NULL;
    }
    bool negative = text[0] == '-';
    char prefix[4];
    size_t prefix_length = 0;
    if (negative) {
        prefix[prefix_length++] = '-';
    } else if (f.sign == '+' || f.sign == ' ') {
        prefix[prefix_length++] = f.sign;
    }
    if (f.alternate && base != 10) {
        prefix[prefix_length++] = '0';
        prefix[prefix_length++] = (char)f.type;
    }
    if (f.type == 'X') {
        for (size_t i = 0; i < length; i++) {
            if (text[i] >= 'a') {
                text[i] = (char)(text[i] - 32);
            }
        }
    }
    format_number number = {.prefix = prefix,
                            .prefix_length = prefix_length,
                            .digits = text + negative,
                            .digit_count = length - negative,
                            .rest = "",
                            .rest_length = 0};
    format_set_grouping(&number, &f, f.type == 'n', base == 10 ? 3 : 4);
    str_builder b;
    str_builder_init(&b, rt);
    format_put_number(&b, &f, &number);
    ouro_mem_free(rt->mem, text);
    return str_builder_finish(&b);
}

/* ---- complex ------------------------------------------------------------------------------------------ */

static void format_put_part(str_builder *b, const format_spec *f, const float_style *style, const char *text,
                            char sign)
{
    size_t digits = format_digits_before_point(text);
    format_number number = {.prefix = &sign,
                            .prefix_length = sign != 0,
                            .digits = text,
                            .digit_count = digits,
                            .rest = text + digits,
                            .rest_length = strlen(text + digits)};
    format_spec tight = {.fill = ' ', .align = '<', .width = -1};
    format_set_grouping(&number, f, style->locale, 3);
    if (digits == 0) {
        number.separator = "";
    }
    format_put_number(b, &tight, &number);
}

ouro_value format_complex(ouro_runtime *rt, ouro_value v, ouro_value spec)
{
    format_spec f;
    float_style style;
    if (!format_parse(rt, v, spec, '>', &f)) {
        return OURO_NULL;
    }
    if (!format_type_is_float(f.type) || f.type == '%') {
        format_unknown_code(rt, f.type, value_type(rt, v)->type.name);
        return OURO_NULL;
    }
    if (f.fill == '0') {
        return error_value(rt, "Zero padding is not allowed in complex format specifier");
    }
    if (f.align == '=') {
        return error_value(rt, "'=' alignment flag is not allowed in complex format specifier");
    }
    if (!format_float_style(rt, &f, true, &style)) {
        return OURO_NULL;
    }
    double real = as_complex(v)->real, imag = as_complex(v)->imag;
    bool only_imag = f.type == 0 && real == 0.0 && !signbit(real);
    bool parentheses = f.type == 0 && !only_imag;
    char real_sign = 0, imag_sign = 0;
    format_spec imag_spec = f;
    if (!only_imag) {
        imag_spec.sign = '+';
    }
    char *real_text = format_float_text(rt, real, &f, &style, &real_sign);
    char *imag_text = real_text ? format_float_text(rt, imag, &imag_spec, &style, &imag_sign) : NULL;
    ouro_value body = OURO_NULL, result = OURO_NULL;
    str_builder b;
    if (!imag_text) {
        goto end;
    }
    str_builder_init(&b, rt);
    if (parentheses) {
        str_builder_char(&b, '(');
    }
    if (!only_imag) {
        format_put_part(&b, &f, &style, real_text, real_sign);
    }
    format_put_part(&b, &f, &style, imag_text, imag_sign);
    str_builder_char(&b, 'j');
    if (parentheses) {
        str_builder_char(&b, ')');
    }
    body = str_builder_finish(&b);
    if (ouro_is_null(body)) {
        goto end;
    }
    int64_t length = (int64_t)str_length(as_str(body));
    int64_t padding = f.width > length ? f.width - length : 0;
    int64_t left = f.align == '>' ? padding : f.align == '^' ? padding / 2 : 0;
    str_builder_init(&b, rt);
    format_pad(&b, f.fill, left);
    str_builder_str(&b, body);
    format_pad(&b, f.fill, padding - left);
    result = str_builder_finish(&b);
end:
    value_decref(rt, body);
    ouro_mem_free(rt->mem, real_text);
    ouro_mem_free(rt->mem, imag_text);
    return result;
}

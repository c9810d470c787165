/* str_c_format.c: C format strings that also take values (error.h lists the conversions).
 *
 * Text given by %s is UTF-8; bytes that are not are shown as U+FFFD, so that a message never fails for its wording.
 */
#include "types/text.h"

#include "types/error.h"
#include "types/protocol.h"

#include <stdio.h>

typedef struct str_c_format_directive {
    int width, precision; /* -1: not given */
    bool left, zero;
    char size; /* 0, 'l', 'L' (ll), 'z' */
} str_c_format_directive;

/* One character of leniently read UTF-8; advances *p. */
static uint32_t str_c_format_next(const unsigned char **p, const unsigned char *end)
{
    uint32_t c = *(*p)++;
    if (c < 0x80) {
        return c;
    }
    unsigned more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc2 ? 1 : 0;
    if (more == 0 || (size_t)(end - *p) < more || c > 0xf4) {
        return 0xfffd;
    }
    uint32_t value = c & (0x3fu >> more);
    for (unsigned i = 0; i < more; i++) {
        if (((*p)[i] & 0xc0) != 0x80) {
            return 0xfffd;
        }
        value = value << 6 | ((*p)[i] & 0x3f);
    }
    *p += more;
    return value <= 0x10ffff ? value : 0xfffd;
}

static void str_c_format_pad(str_builder *b, int64_t count)
{
    while (count-- > 0) {
        str_builder_char(b, ' ');
    }
}

static void str_c_format_text(str_builder *b, const str_c_format_directive *d, const char *text)
{
    const unsigned char *p = (const unsigned char *)(text != NULL ? text : "(null)");
    size_t n = 0;
    while ((d->precision < 0 || n < (size_t)d->precision) && p[n] != 0) {
        n++;
    }
    const unsigned char *end = p + n;
    if (!d->left) {
        str_c_format_pad(b, (int64_t)d->width - (int64_t)n);
    }
    if (text_ascii_prefix(p, n) == n) {
        str_builder_ascii(b, (const char *)p, n);
    } else {
        while (p < end) {
            str_builder_char(b, str_c_format_next(&p, end));
        }
    }
    if (d->left) {
        str_c_format_pad(b, (int64_t)d->width - (int64_t)n);
    }
}

static void str_c_format_str(str_builder *b, const str_c_format_directive *d, ouro_value s)
{
    if (ouro_is_null(s)) {
        b->failed = true;
        return;
    }
    size_t n = as_str(s)->length;
    if (d->precision >= 0 && n > (size_t)d->precision) {
        n = (size_t)d->precision;
    }
    if (!d->left) {
        str_c_format_pad(b, (int64_t)d->width - (int64_t)n);
    }
    str_builder_range(b, s, 0, n);
    if (d->left) {
        str_c_format_pad(b, (int64_t)d->width - (int64_t)n);
    }
}

static void str_c_format_number(str_builder *b, const str_c_format_directive *d, char conversion,
                                unsigned long long u, bool negative)
{
    char digits[72], pattern[16], text[160];
    snprintf(pattern, sizeof pattern, "%%ll%c", conversion == 'd' || conversion == 'i' ? 'u' : conversion);
    int n = snprintf(digits, sizeof digits, pattern, u);
    int total = 0;
    if (negative) {
        text[total++] = '-';
    }
    for (int zeros = n; zeros < d->precision && total < 70; zeros++) {
        text[total++] = '0';
    }
    if (d->zero && !d->left) {
        for (int filled = n + total; filled < d->width && total < 70; filled++) {
            text[total++] = '0';
        }
    }
    memcpy(text + total, digits, (size_t)n);
    total += n;
    if (!d->left) {
        str_c_format_pad(b, d->width - total);
    }
    str_builder_ascii(b, text, (size_t)total);
    if (d->left) {
        str_c_format_pad(b, d->width - total);
    }
}

ouro_value str_format_va(ouro_runtime *rt, const char *format, va_list caller_arguments)
{
    str_builder b;
    str_builder_init(&b, rt);
    va_list arguments;
    va_copy(arguments, caller_arguments);
    const char *p = format;
    while (*p != 0 && !b.failed) {
        size_t plain = strcspn(p, "%");
        if (plain > 0) {
            str_c_format_directive whole = {.width = -1, .precision = (int)plain};
            str_c_format_text(&b, &whole, p);
            p += plain;
            continue;
        }
        p++;
        str_c_format_directive d = {.width = -1, .precision = -1};
        for (;; p++) {
            if (*p == '-') {
                d.left = true;
            } else if (*p == '0') {
                d.zero = true;
            } else {
                break;
            }
        }
        if (*p == '*') {
            d.width = va_arg(arguments, int);
            p++;
        }
        while (*p >= '0' && *p <= '9') {
            d.width = (d.width < 0 ? 0 : d.width) * 10 + (*p++ - '0');
        }
        if (*p == '.') {
            p++;
            d.precision = 0;
            if (*p == '*') {
                d.precision = va_arg(arguments, int);
                p++;
            }
            while (*p >= '0' && *p <= '9') {
                d.precision = d.precision * 10 + (*p++ - '0');
            }
        }
        if (*p == 'z' || *p == 't') {
            d.size = 'z';
            p++;
        } else if (p[0] == 'l' && p[1] == 'l') {
            d.size = 'L';
            p += 2;
        } else if (*p == 'l') {
            d.size = 'l';
            p++;
        }
        char conversion = *p;
        if (conversion != 0) {
            p++;
        }
        switch (conversion) {
        case 'd':
        case 'i': {
            long long i = d.size == 'L'   ? va_arg(arguments, long long)
                          : d.size == 'l' ? va_arg(arguments, long)
                          : d.size == 'z' ? va_arg(arguments, ssize_t)
                                          : va_arg(arguments, int);
            unsigned long long u = i < 0 ? 0ULL - (unsigned long long)i : (unsigned long long)i;
            str_c_format_number(&b, &d, 'd', u, i < 0);
            break;
        }
        case 'u':
        case 'x':
        case 'X':
        case 'o': {
            unsigned long long u = d.size == 'L'   ? va_arg(arguments, unsigned long long)
                                   : d.size == 'l' ? va_arg(arguments, unsigned long)
                                   : d.size == 'z' ? va_arg(arguments, size_t)
                                                   : va_arg(arguments, unsigned);
            str_c_format_number(&b, &d, conversion, u, false);
            break;
        }
        case 'c':
            str_builder_char(&b, (uint32_t)va_arg(arguments, int));
            break;
        case 'p':
            str_builder_ascii(&b, "0x", 2);
            str_c_format_number(&b, &d, 'x', (uintptr_t)va_arg(arguments, void *), false);
            break;
        case 's':
            str_c_format_text(&b, &d, va_arg(arguments, const char *));
            break;
        case 'U':
            str_c_format_str(&b, &d, va_arg(arguments, ouro_value));
            break;
        case 'S':
        case 'R':
        case 'A': {
            ouro_value v = va_arg(arguments, ouro_value);
            ouro_value s = conversion == 'S'   ? object_str(rt, v)
                           : conversion == 'R' ? object_repr(rt, v)
                                               : object_ascii(rt, v);
            str_c_format_str(&b, &d, s);
            value_decref(rt, s);
            break;
        }
        case 'T': {
            type_object *type = value_type(rt, va_arg(arguments, ouro_value));
            str_c_format_text(&b, &d, type->type.name);
            break;
        }
        case 'N':
            str_c_format_text(&b, &d, va_arg(arguments, type_object *)->type.name);
            break;
        case '%':
            str_builder_char(&b, '%');
            break;
        default:
            str_builder_char(&b, '%');
            if (conversion != 0) {
                str_builder_char(&b, (unsigned char)conversion);
            }
            break;
        }
    }
    va_end(arguments);
    return str_builder_finish(&b);
}

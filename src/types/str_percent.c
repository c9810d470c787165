/* str_percent.c: printf-style formatting of str and bytes: `format % values`.
 *
 * bytes take the same way: their format is read as Latin-1 text, what is inserted are bytes, and the result goes back
 * to bytes; so the two differ only where percent_state.bytes is asked.
 */
#include "types/text.h"

#include "types/bytes_methods.h"
#include "types/buffer.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/int_view.h"
#include "types/number.h"
#include "types/protocol.h"

#include <limits.h>

typedef struct percent_state {
    ouro_runtime *rt;
    str_builder out;
    ouro_value format;     /* a str */
    bool bytes;            /* bytes % values */
    ouro_value arguments;  /* the right operand */
    ouro_value mapping;    /* the right operand if it can be asked by key, else OURO_NULL */
    ouro_value keyed;      /* what the last (key) found; owned */
    size_t next;           /* the next of the arguments to use */
    size_t count;          /* how many there are; a value that is no tuple counts as 1 */
} percent_state;

typedef struct percent_directive {
    bool left, sign, blank, alternate, zero;
    bool plain; /* nothing stands between the % and the type */
    int64_t width, precision; /* -1: not given */
    uint32_t type;
    size_t at; /* of the type character */
} percent_directive;

/* Borrowed: the next argument. */
static ouro_value percent_next(percent_state *p)
{
    if (!ouro_is_null(p->keyed)) {
        if (p->next == 0) {
            p->next = 1;
            return p->keyed;
        }
    } else if (p->next < p->count) {
        ouro_value v = value_is_tuple(p->rt, p->arguments) ? as_tuple(p->arguments)->items[p->next] : p->arguments;
        p->next++;
        return v;
    }
    return error_type(p->rt, "not enough arguments for format string");
}

static bool percent_find_key(percent_state *p, size_t *at)
{
    ouro_runtime *rt = p->rt;
    const str_object *s = as_str(p->format);
    if (ouro_is_null(p->mapping)) {
        error_type(rt, "format requires a mapping");
        return false;
    }
    size_t i = *at, start = i, depth = 1;
    while (i < s->length) {
        uint32_t c = str_char_at(s, i);
        if (c == '(') {
            depth++;
        } else if (c == ')' && --depth == 0) {
            break;
        }
        i++;
    }
    if (i >= s->length) {
        error_value(rt, "incomplete format key");
        return false;
    }
    ouro_value key = str_substring(rt, p->format, start, i);
    if (!ouro_is_null(key) && p->bytes) {
        value_replace(rt, &key, bytes_new(rt, as_str(key)->data, as_str(key)->length));
    }
    if (ouro_is_null(key)) {
        return false;
    }
    ouro_value found = object_getitem(rt, p->mapping, key);
    value_decref(rt, key);
    if (ouro_is_null(found)) {
        return false;
    }
    value_replace(rt, &p->keyed, found);
    p->next = 0;
    *at = i + 1;
    return true;
}

/* A width or precision: `*` or digits. */
static bool percent_read_size(percent_state *p, size_t *at, int64_t *size, bool *negative, const char *too_big)
{
    ouro_runtime *rt = p->rt;
    const str_object *s = as_str(p->format);
    if (*at < s->length && str_char_at(s, *at) == '*') {
        ouro_value v = percent_next(p);
        if (ouro_is_null(v)) {
            return false;
        }
        if (!value_is_int(rt, v)) {
            error_type(rt, "* wants int");
            return false;
        }
        int64_t i;
        if (!int_as_int64(rt, v, &i)) {
            return false;
        }
        if (i > INT64_MAX / 4 || i < INT64_MIN / 4) {
            error_overflow(rt, "Python int too large to convert to C ssize_t");
            return false;
        }
        *negative = i < 0;
        *size = i < 0 ? -i : i;
        (*at)++;
        return true;
    }
    *negative = false;
    while (*at < s->length) {
        uint32_t c = str_char_at(s, *at);
        if (c < '0' || c > '9') {
            break;
        }
        if (*size > (INT64_MAX - 9) / 10) {
            error_value(rt, "%s", too_big);
            return false;
        }
        *size = (*size < 0 ? 0 : *size) * 10 + (c - '0');
        (*at)++;
    }
    return true;
}

static bool percent_parse(percent_state *p, size_t *position, percent_directive *d)
{
    ouro_runtime *rt = p->rt;
    const str_object *s = as_str(p->format);
    size_t at = *position;
    *d = (percent_directive){.width = -1, .precision = -1};
    uint32_t first = at < s->length ? str_char_at(s, at) : 0;
    if (OURO_LIKELY((first | 0x20) - 'a' < 26u && first != 'h' && first != 'l' && first != 'L')) {
        d->type = first; /* nothing before the type, as mostly */
        d->plain = true;
        d->at = at;
        *position = at + 1;
        return true;
    }
    if (at < s->length && str_char_at(s, at) == '(') {
        at++;
        if (!percent_find_key(p, &at)) {
            return false;
        }
    }
    for (; at < s->length; at++) {
        uint32_t c = str_char_at(s, at);
        if (c == '-') {
            d->left = true;
        } else if (c == '+') {
            d->sign = true;
        } else if (c == ' ') {
            d->blank = true;
        } else if (c == '#') {
            d->alternate = true;
        } else if (c == '0') {
            d->zero = true;
        } else {
            break;
        }
    }
    bool negative = false;
    if (!percent_read_size(p, &at, &d->width, &negative, "width too big")) {
        return false;
    }
    if (negative) {
        d->left = true;
    }
    if (at < s->length && str_char_at(s, at) == '.') {
        at++;
        d->precision = 0;
        if (!percent_read_size(p, &at, &d->precision, &negative, "precision too big")) {
            return false;
        }
        if (negative) {
            d->precision = 0;
        }
        if (d->precision > INT_MAX) {
            error_value(rt, "precision too big");
            return false;
        }
    }
    if (at < s->length) {
        uint32_t c = str_char_at(s, at);
        if (c == 'h' || c == 'l' || c == 'L') {
            at++;
        }
    }
    if (at >= s->length) {
        error_value(rt, "incomplete format");
        return false;
    }
    d->type = str_char_at(s, at);
    d->plain = at == *position;
    d->at = at;
    *position = at + 1;
    return true;
}

/* ---- output ------------------------------------------------------------------------------------------- */

static void percent_fill(percent_state *p, int64_t count, uint32_t c)
{
    if (count > 0) {
        str_builder_fill(&p->out, c, (size_t)count);
    }
}

static void percent_put_text(percent_state *p, const percent_directive *d, ouro_value text)
{
    size_t n = as_str(text)->length;
    if (d->precision >= 0 && (uint64_t)d->precision < n) {
        n = (size_t)d->precision;
    }
    int64_t padding = d->width - (int64_t)n;
    if (!d->left) {
        percent_fill(p, padding, ' ');
    }
    str_builder_range(&p->out, text, 0, n);
    if (d->left) {
        percent_fill(p, padding, ' ');
    }
}

/* A number: sign, prefix, and digits that begin with `zeros` zeros. */
static void percent_put_number(percent_state *p, const percent_directive *d, bool negative, const char *prefix,
                               int64_t zeros, const char *digits, size_t count)
{
    char sign = negative ? '-' : d->sign ? '+' : d->blank ? ' ' : 0;
    int64_t padding = d->width - (sign != 0) - (int64_t)strlen(prefix) - zeros - (int64_t)count;
    if (!d->left && !d->zero) {
        percent_fill(p, padding, ' ');
    }
    if (sign != 0) {
        str_builder_char(&p->out, (unsigned char)sign);
    }
    str_builder_cstring(&p->out, prefix);
    if (!d->left && d->zero) {
        percent_fill(p, padding, '0');
    }
    percent_fill(p, zeros, '0');
    str_builder_ascii(&p->out, digits, count);
    if (d->left) {
        percent_fill(p, padding, ' ');
    }
}

/* The int that %d, %x ... show: a new reference. */
static ouro_value percent_to_int(percent_state *p, const percent_directive *d, ouro_value v)
{
    ouro_runtime *rt = p->rt;
    bool index_only = d->type == 'o' || d->type == 'x' || d->type == 'X';
    if (value_is_int(rt, v)) {
        return value_incref(v);
    }
    const type_slots *slots = &value_type(rt, v)->slots;
    ouro_value i = OURO_NULL;
    if (!index_only && slots->to_int != NULL && !value_is_instance(rt, v, TYPE(rt, complex))) {
        i = slots->to_int(rt, v);
    } else if (slots->to_index != NULL) {
        i = object_index(rt, v);
    } else {
        error_type(rt, "no number");
    }
    if (ouro_is_null(i) && error_clear_if(rt, EXC(rt, TypeError))) {
        error_type(rt,
                   index_only ? "%%%c format: an integer is required, not %T"
                              : "%%%c format: a real number is required, not %T",
                   (int)d->type, v);
    }
    return i;
}

static bool percent_int(percent_state *p, const percent_directive *d, ouro_value argument)
{
    ouro_runtime *rt = p->rt;
    int base = d->type == 'o' ? 8 : d->type == 'x' || d->type == 'X' ? 16 : 10;
    if (base == 10 && ouro_is_int(argument)) {
        int64_t i = ouro_as_int(argument);
        char buffer[INT_DECIMAL_MAX];
        size_t count = int_decimal(i < 0 ? 0 - (uint64_t)i : (uint64_t)i, buffer);
        int64_t zeros = d->precision > (int64_t)count ? d->precision - (int64_t)count : 0;
        percent_put_number(p, d, i < 0, "", zeros, buffer + sizeof buffer - count, count);
        return true;
    }
    ouro_value v = percent_to_int(p, d, argument);
    if (ouro_is_null(v)) {
        return false;
    }
    ouro_value text = int_to_text(rt, v, base, false);
    value_decref(rt, v);
    if (ouro_is_null(text)) {
        return false;
    }
    str_object *s = as_str(text);
    bool negative = s->length > 0 && s->data[0] == '-';
    const char *digits = (const char *)s->data + negative;
    size_t count = s->length - negative;
    const char *prefix = !d->alternate ? "" : base == 8 ? "0o" : base != 16 ? "" : d->type == 'X' ? "0X" : "0x";
    int64_t zeros = d->precision > (int64_t)count ? d->precision - (int64_t)count : 0;
    if (d->type == 'X') {
        char *upper = ouro_mem_alloc(rt->mem, count + 1);
        if (upper == NULL) {
            value_decref(rt, text);
            error_no_memory(rt);
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            upper[i] = digits[i] >= 'a' ? (char)(digits[i] - 32) : digits[i];
        }
        percent_put_number(p, d, negative, prefix, zeros, upper, count);
        ouro_mem_free(rt->mem, upper);
    } else {
        percent_put_number(p, d, negative, prefix, zeros, digits, count);
    }
    value_decref(rt, text);
    return true;
}

static bool percent_float(percent_state *p, const percent_directive *d, ouro_value v)
{
    ouro_runtime *rt = p->rt;
    double x;
    if (!object_as_double(rt, v, &x)) {
        if (p->bytes && error_clear_if(rt, EXC(rt, TypeError))) {
            error_type(rt, "float argument required, not %T", v);
        }
        return false;
    }
    char code = (char)(d->type | 0x20);
    int precision = d->precision < 0 ? 6 : (int)d->precision;
    char *text = float_to_text(rt, x, code, precision, d->alternate ? FLOAT_ALTERNATE : 0);
    if (text == NULL) {
        return false;
    }
    bool negative = text[0] == '-';
    if (d->type != (uint32_t)(unsigned char)code) {
        for (char *c = text; *c != 0; c++) {
            *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
        }
    }
    percent_put_number(p, d, negative, "", 0, text + negative, strlen(text + negative));
    ouro_mem_free(rt->mem, text);
    return true;
}

static bool percent_char(percent_state *p, const percent_directive *d, ouro_value v)
{
    ouro_runtime *rt = p->rt;
    int64_t code = -1;
    bool ok = false;
    if (p->bytes) {
        if ((value_is_bytes(rt, v) && as_bytes(v)->length == 1)) {
            code = as_bytes(v)->data[0];
        } else if (value_is_bytearray(rt, v) && as_bytearray(v)->length == 1) {
            code = as_bytearray(v)->data[as_bytearray(v)->start];
        } else if (ouro_is_int(v) || ouro_is_bool(v) || value_type(rt, v)->slots.to_index != NULL) {
            if (!object_as_index(rt, v, &code, true)) {
                return false;
            }
            if (code < 0 || code > 255) {
                error_overflow(rt, "%%c arg not in range(256)");
                return false;
            }
        } else {
            error_type(rt, "%%c requires an integer in range(256) or a single byte");
            return false;
        }
        ok = true;
    } else if (value_is_str(rt, v)) {
        if (as_str(v)->length == 1) {
            code = str_char_at(as_str(v), 0);
            ok = true;
        }
    } else if (ouro_is_int(v) || ouro_is_bool(v) || value_type(rt, v)->slots.to_index != NULL) {
        if (!object_as_index(rt, v, &code, true)) {
            return false;
        }
        if (code < 0 || code > 0x10ffff) {
            error_overflow(rt, "%%c arg not in range(0x110000)");
            return false;
        }
        ok = true;
    }
    if (!ok) {
        error_type(rt, "%%c requires int or char");
        return false;
    }
    int64_t padding = d->width - 1;
    if (!d->left) {
        percent_fill(p, padding, ' ');
    }
    str_builder_char(&p->out, (uint32_t)code);
    if (d->left) {
        percent_fill(p, padding, ' ');
    }
    return true;
}

/* What %b and %s put into bytes: the bytes as Latin-1 text. */
static ouro_value percent_bytes_of(percent_state *p, ouro_value v)
{
    ouro_runtime *rt = p->rt;
    if (value_is_bytes(rt, v)) {
        return str_from_latin1(rt, as_bytes(v)->data, as_bytes(v)->length);
    }
    ouro_value method = object_special(rt, v, STR(rt, __bytes__));
    if (!ouro_is_null(method)) {
        ouro_value b = object_call0(rt, method), text = OURO_NULL;
        value_decref(rt, method);
        if (!ouro_is_null(b)) {
            if (value_is_bytes(rt, b)) {
                text = str_from_latin1(rt, as_bytes(b)->data, as_bytes(b)->length);
            } else {
                error_type(rt, "__bytes__ returned non-bytes (type %T)", b);
            }
        }
        value_decref(rt, b);
        return text;
    }
    if (error_is_set(rt)) {
        return OURO_NULL;
    }
    if (value_has_buffer(rt, v)) {
        ouro_value joined = byte_span_has_gaps(rt, v) ? bytes_from_source(rt, v, "bytes") : value_incref(v);
        ouro_value text = OURO_NULL;
        buffer_view view;
        if (!ouro_is_null(joined) && buffer_get(rt, joined, &view, false)) {
            text = str_from_latin1(rt, view.data, view.length);
            buffer_release(rt, &view);
        }
        value_decref(rt, joined);
        return text;
    }
    return error_type(rt, "%%b requires a bytes-like object, or an object that implements __bytes__, not '%T'", v);
}

/* bytes into bytes: no text is made of them. */
static void percent_put_bytes(percent_state *p, const percent_directive *d, const bytes_object *v)
{
    size_t n = d->precision >= 0 && (uint64_t)d->precision < v->length ? (size_t)d->precision : v->length;
    int64_t padding = d->width - (int64_t)n;
    if (!d->left) {
        percent_fill(p, padding, ' ');
    }
    str_builder_latin1(&p->out, v->data, n);
    if (d->left) {
        percent_fill(p, padding, ' ');
    }
}

static bool percent_text(percent_state *p, const percent_directive *d, ouro_value v)
{
    ouro_runtime *rt = p->rt;
    ouro_value text;
    if (p->bytes && (d->type == 's' || d->type == 'b') && value_is_bytes(rt, v)) {
        percent_put_bytes(p, d, as_bytes(v));
        return true;
    }
    switch (d->type) {
    case 's':
        text = p->bytes ? percent_bytes_of(p, v) : value_is_str(rt, v) && value_is_str_exact(rt, v) ? value_incref(v) : object_str(rt, v);
        break;
    case 'b':
        text = percent_bytes_of(p, v);
        break;
    case 'r':
        text = p->bytes ? object_ascii(rt, v) : object_repr(rt, v);
        break;
    default:
        text = object_ascii(rt, v);
        break;
    }
    if (ouro_is_null(text)) {
        return false;
    }
    percent_put_text(p, d, text);
    value_decref(rt, text);
    return true;
}

static bool percent_knows(const percent_state *p, uint32_t type)
{
    switch (type) {
    case 's': case 'r': case 'a': case 'd': case 'i': case 'u': case 'o': case 'x': case 'X':
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case 'c':
        return true;
    default:
        return type == 'b' && p->bytes;
    }
}

static bool percent_directive_run(percent_state *p, const percent_directive *d)
{
    ouro_runtime *rt = p->rt;
    if (d->type == '%' && d->plain) {
        str_builder_char(&p->out, '%');
        return true;
    }
    ouro_value v = percent_next(p);
    if (ouro_is_null(v)) {
        return false;
    }
    if (!percent_knows(p, d->type)) {
        error_value(rt, "unsupported format character '%c' (0x%x) at index %zd",
                    d->type > 30 && d->type < 127 ? (int)d->type : '?', d->type,
                    (ssize_t)d->at);
        return false;
    }
    value_incref(v); /* conversions run code that may drop the mapping's last reference to it */
    bool ok;
    switch (d->type) {
    case 's':
    case 'b':
    case 'r':
    case 'a':
        ok = percent_text(p, d, v);
        break;
    case 'c':
        ok = percent_char(p, d, v);
        break;
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
        ok = percent_float(p, d, v);
        break;
    default:
        ok = percent_int(p, d, v);
        break;
    }
    value_decref(rt, v);
    return ok;
}

static ouro_value percent_run(percent_state *p)
{
    ouro_runtime *rt = p->rt;
    const str_object *s = as_str(p->format);
    str_builder_init(&p->out, rt);
    bool is_tuple = value_is_tuple(rt, p->arguments);
    p->count = is_tuple ? as_tuple(p->arguments)->size : 1;
    bool excluded = is_tuple || value_is_str(rt, p->arguments) ||
                    (p->bytes && (value_is_bytes(rt, p->arguments) || value_is_bytearray(rt, p->arguments)));
    if (!excluded && value_type(rt, p->arguments)->slots.getitem != NULL) {
        p->mapping = p->arguments;
    }
    size_t at = 0;
    bool ok = true;
    while (ok && at < s->length && !p->out.failed) {
        int64_t found = str_find_char(s, '%', at, s->length);
        size_t stop = found < 0 ? s->length : (size_t)found;
        str_builder_range(&p->out, p->format, at, stop);
        at = stop;
        if (at < s->length) {
            at++;
            percent_directive d;
            ok = percent_parse(p, &at, &d) && percent_directive_run(p, &d);
        }
    }
    if (ok && !p->out.failed && ouro_is_null(p->keyed) && p->next < p->count && ouro_is_null(p->mapping)) {
        error_type(rt, p->bytes ? "not all arguments converted during bytes formatting"
                                : "not all arguments converted during string formatting");
        ok = false;
    }
    value_decref(rt, p->keyed);
    if (!ok) {
        str_builder_drop(&p->out);
        return OURO_NULL;
    }
    return str_builder_finish(&p->out);
}

ouro_value str_percent(ouro_runtime *rt, ouro_value format, ouro_value arguments)
{
    percent_state p = {.rt = rt, .format = format, .arguments = arguments};
    return percent_run(&p);
}

ouro_value bytes_percent(ouro_runtime *rt, const void *data, size_t length, ouro_value arguments)
{
    ouro_value format = str_from_latin1(rt, data, length);
    if (ouro_is_null(format)) {
        return OURO_NULL;
    }
    percent_state p = {.rt = rt, .format = format, .arguments = arguments, .bytes = true};
    ouro_value text = percent_run(&p), result = OURO_NULL;
    if (!ouro_is_null(text)) {
        result = bytes_new(rt, as_str(text)->data, as_str(text)->length);
        value_decref(rt, text);
    }
    value_decref(rt, format);
    return result;
}

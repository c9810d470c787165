/* bytes_methods_layout.c: methods of bytes and bytearray on case, padding, translation, hex and joining (ASCII only). */
#include "types/bytes_methods.h"

#include "types/codec.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"

static inline bool bytes_ascii_lower(unsigned char c)
{
    return (unsigned)(c - 'a') < 26u;
}

static inline bool bytes_ascii_upper(unsigned char c)
{
    return (unsigned)(c - 'A') < 26u;
}

static inline bool bytes_ascii_alpha(unsigned char c)
{
    return bytes_ascii_lower(c | 0x20);
}

static inline bool bytes_ascii_digit(unsigned char c)
{
    return (unsigned)(c - '0') < 10u;
}

static inline bool bytes_ascii_space(unsigned char c)
{
    return c == ' ' || (c >= 9 && c <= 13);
}

/* A new object of self's kind with `length` bytes to be filled through *data. */
static ouro_value bytes_layout_new(ouro_runtime *rt, ouro_value self, size_t length, unsigned char **data)
{
    ouro_value v;
    if (value_is_bytes(rt, self)) {
        v = bytes_new(rt, NULL, length);
        *data = ouro_is_null(v) ? NULL : as_bytes(v)->data;
    } else {
        v = bytearray_new(rt, NULL, length);
        *data = ouro_is_null(v) || length == 0 ? NULL : as_bytearray(v)->data + as_bytearray(v)->start;
    }
    return v;
}

typedef enum bytes_case { BYTES_LOWER, BYTES_UPPER, BYTES_SWAP, BYTES_TITLE, BYTES_CAPITALIZE } bytes_case;

static ouro_value bytes_case_map(ouro_runtime *rt, ouro_value v, bytes_case what)
{
    byte_span self;
    if (!byte_span_get(rt, v, &self)) {
        return OURO_NULL;
    }
    unsigned char *out;
    ouro_value result = bytes_layout_new(rt, v, self.length, &out);
    bool after_letter = false;
    for (size_t i = 0; !ouro_is_null(result) && i < self.length; i++) {
        unsigned char c = self.data[i];
        bool lower = bytes_ascii_lower(c), upper = bytes_ascii_upper(c), to_upper;
        switch (what) {
        case BYTES_LOWER:
            to_upper = false;
            break;
        case BYTES_UPPER:
            to_upper = true;
            break;
        case BYTES_SWAP:
            to_upper = lower;
            break;
        case BYTES_TITLE:
            to_upper = !after_letter;
            after_letter = lower || upper;
            break;
        default:
            to_upper = i == 0;
            break;
        }
        out[i] = (unsigned char)(lower && to_upper ? c - 32 : upper && !to_upper ? c + 32 : c);
    }
    byte_span_release(rt, &self);
    return result;
}

#define BYTES_CASE_METHOD(name, what) \
    ouro_value bytes_method_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs) \
    { \
        return bytes_case_map(rt, args[0], what); \
    }
BYTES_CASE_METHOD(lower, BYTES_LOWER)
BYTES_CASE_METHOD(upper, BYTES_UPPER)
BYTES_CASE_METHOD(swapcase, BYTES_SWAP)
BYTES_CASE_METHOD(title, BYTES_TITLE)
BYTES_CASE_METHOD(capitalize, BYTES_CAPITALIZE)

#define BYTES_ALL_METHOD(name, test, if_empty) \
    ouro_value bytes_method_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs) \
    { \
        byte_span self; \
        if (!byte_span_get(rt, args[0], &self)) { \
            return OURO_NULL; \
        } \
        bool all = self.length > 0 || if_empty; \
        for (size_t i = 0; all && i < self.length; i++) { \
            unsigned char c = self.data[i]; \
            all = test; \
        } \
        byte_span_release(rt, &self); \
        return ouro_bool(all); \
    }
BYTES_ALL_METHOD(isalnum, bytes_ascii_alpha(c) || bytes_ascii_digit(c), false)
BYTES_ALL_METHOD(isalpha, bytes_ascii_alpha(c), false)
BYTES_ALL_METHOD(isascii, c < 0x80, true)
BYTES_ALL_METHOD(isdigit, bytes_ascii_digit(c), false)
BYTES_ALL_METHOD(isspace, bytes_ascii_space(c), false)

static ouro_value bytes_is_case(ouro_runtime *rt, ouro_value v, bool upper)
{
    byte_span self;
    if (!byte_span_get(rt, v, &self)) {
        return OURO_NULL;
    }
    bool cased = false, wrong = false;
    for (size_t i = 0; !wrong && i < self.length; i++) {
        unsigned char c = self.data[i];
        cased = cased || bytes_ascii_alpha(c);
        wrong = upper ? bytes_ascii_lower(c) : bytes_ascii_upper(c);
    }
    byte_span_release(rt, &self);
    return ouro_bool(cased && !wrong);
}

ouro_value bytes_method_islower(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bytes_is_case(rt, args[0], false);
}

ouro_value bytes_method_isupper(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bytes_is_case(rt, args[0], true);
}

ouro_value bytes_method_istitle(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    byte_span self;
    if (!byte_span_get(rt, args[0], &self)) {
        return OURO_NULL;
    }
    bool cased = false, wrong = false, after = false;
    for (size_t i = 0; !wrong && i < self.length; i++) {
        unsigned char c = self.data[i];
        if (bytes_ascii_upper(c)) {
            wrong = after;
            after = cased = true;
        } else if (bytes_ascii_lower(c)) {
            wrong = !after;
            cased = true;
        } else {
            after = false;
        }
    }
    byte_span_release(rt, &self);
    return ouro_bool(cased && !wrong);
}

/* ---- padding ------------------------------------------------------------------------------------------ */

static ouro_value bytes_pad(ouro_runtime *rt, ouro_value v, size_t left, size_t right, unsigned char fill)
{
    byte_span self;
    if (!byte_span_get(rt, v, &self)) {
        return OURO_NULL;
    }
    unsigned char *out;
    ouro_value result = OURO_NULL;
    if (left > SIZE_MAX / 8 || right > SIZE_MAX / 8) {
        error_no_memory(rt);
    } else {
        result = bytes_layout_new(rt, v, left + self.length + right, &out);
    }
    if (!ouro_is_null(result) && out != NULL) {
        memset(out, fill, left);
        memcpy(out + left, self.data, self.length);
        memset(out + left + self.length, fill, right);
    }
    byte_span_release(rt, &self);
    return result;
}

static size_t bytes_own_length(ouro_runtime *rt, ouro_value v)
{
    return value_is_bytes(rt, v) ? as_bytes(v)->length : as_bytearray(v)->length;
}

static ouro_value bytes_justify(ouro_runtime *rt, const ouro_value *args, size_t nargs, int left_share,
                                const char *name)
{
    int64_t width;
    if (!text_size_argument(rt, args[1], &width)) {
        return OURO_NULL;
    }
    unsigned char fill = ' ';
    ouro_value f = arg_or_null(args, nargs, 2);
    if (!ouro_is_null(f)) {
        if (value_is_bytes(rt, f) && as_bytes(f)->length == 1) {
            fill = as_bytes(f)->data[0];
        } else if (value_is_bytearray(rt, f) && as_bytearray(f)->length == 1) {
            fill = as_bytearray(f)->data[as_bytearray(f)->start];
        } else {
            return error_type(rt, "%s() argument 2 must be a byte string of length 1, not %T", name, f);
        }
    }
    size_t length = bytes_own_length(rt, args[0]);
    if (width <= (int64_t)length) {
        if (value_is_instance_exactly(rt, args[0], TYPE(rt, bytes))) {
            return value_incref(args[0]);
        }
        return bytes_pad(rt, args[0], 0, 0, fill);
    }
    size_t padding = (size_t)width - length;
    size_t left = left_share == 0 ? 0 : left_share == 2 ? padding : padding / 2 + (padding & (size_t)width & 1);
    return bytes_pad(rt, args[0], left, padding - left, fill);
}

ouro_value bytes_method_center(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bytes_justify(rt, args, nargs, 1, "center");
}

ouro_value bytes_method_ljust(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bytes_justify(rt, args, nargs, 0, "ljust");
}

ouro_value bytes_method_rjust(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bytes_justify(rt, args, nargs, 2, "rjust");
}

ouro_value bytes_method_zfill(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t width;
    if (!text_size_argument(rt, args[1], &width)) {
        return OURO_NULL;
    }
    size_t length = bytes_own_length(rt, args[0]);
    if (width <= (int64_t)length) {
        if (value_is_instance_exactly(rt, args[0], TYPE(rt, bytes))) {
            return value_incref(args[0]);
        }
        return bytes_pad(rt, args[0], 0, 0, '0');
    }
    size_t zeros = (size_t)width - length;
    ouro_value result = bytes_pad(rt, args[0], zeros, 0, '0');
    if (!ouro_is_null(result)) {
        unsigned char *p = value_is_bytes(rt, result) ? as_bytes(result)->data
                                                      : as_bytearray(result)->data + as_bytearray(result)->start;
        if (length > 0 && (p[zeros] == '+' || p[zeros] == '-')) {
            p[0] = p[zeros];
            p[zeros] = '0';
        }
    }
    return result;
}

/* The builder's bytes as an object of self's kind. */
static ouro_value bytes_finish_as(ouro_runtime *rt, ouro_value self, bytes_builder *b)
{
    ouro_value result = bytes_builder_finish(b);
    if (!ouro_is_null(result) && !value_is_bytes(rt, self)) {
        value_replace(rt, &result, bytearray_new(rt, as_bytes(result)->data, as_bytes(result)->length));
    }
    return result;
}

ouro_value bytes_method_expandtabs(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t size = 8;
    if (!ouro_is_null(arg_or_null(args, nargs, 1))) {
        if (!text_int_argument(rt, args[1], &size)) {
            return OURO_NULL;
        }
    }
    byte_span self;
    if (!byte_span_get(rt, args[0], &self)) {
        return OURO_NULL;
    }
    bytes_builder b;
    bytes_builder_init(&b, rt);
    int64_t column = 0;
    for (size_t i = 0; i < self.length && !b.failed; i++) {
        unsigned char c = self.data[i];
        if (c == '\t') {
            for (int64_t spaces = size > 0 ? size - column % size : 0; spaces > 0 && !b.failed; spaces--) {
                bytes_builder_byte(&b, ' ');
                column++;
            }
            continue;
        }
        bytes_builder_byte(&b, c);
        column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
    byte_span_release(rt, &self);
    return bytes_finish_as(rt, args[0], &b);
}

/* ---- translation -------------------------------------------------------------------------------------- */

ouro_value bytes_method_translate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value delete = arg_or_null(args, nargs, 2);
    byte_span self = {.has_view = false}, table = {.has_view = false}, gone = {.has_view = false};
    ouro_value result = OURO_NULL;
    if (!ouro_is_none(args[1]) && !byte_span_get(rt, args[1], &table)) {
        return OURO_NULL;
    }
    if (!ouro_is_none(args[1]) && table.length != 256) {
        error_value(rt, "translation table must be 256 characters long");
        goto done;
    }
    if ((!ouro_is_null(delete) && !byte_span_get(rt, delete, &gone)) || !byte_span_get(rt, args[0], &self)) {
        goto done;
    }
    bool deleted[256] = {false};
    for (size_t i = 0; i < gone.length; i++) {
        deleted[gone.data[i]] = true;
    }
    bytes_builder b;
    bytes_builder_init(&b, rt);
    for (size_t i = 0; i < self.length && !b.failed; i++) {
        unsigned char c = self.data[i];
        if (!deleted[c]) {
            bytes_builder_byte(&b, table.length == 256 ? table.data[c] : c);
        }
    }
    result = bytes_finish_as(rt, args[0], &b);
done:
    byte_span_release(rt, &self);
    byte_span_release(rt, &table);
    byte_span_release(rt, &gone);
    return result;
}

ouro_value bytes_method_maketrans(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    byte_span from, to;
    if (!byte_span_get(rt, args[0], &from)) {
        return OURO_NULL;
    }
    if (!byte_span_get(rt, args[1], &to)) {
        byte_span_release(rt, &from);
        return OURO_NULL;
    }
    ouro_value table = OURO_NULL;
    if (from.length != to.length) {
        error_value(rt, "maketrans arguments must have same length");
    } else {
        table = bytes_new(rt, NULL, 256);
    }
    if (!ouro_is_null(table)) {
        unsigned char *t = as_bytes(table)->data;
        for (int i = 0; i < 256; i++) {
            t[i] = (unsigned char)i;
        }
        for (size_t i = 0; i < from.length; i++) {
            t[from.data[i]] = to.data[i];
        }
    }
    byte_span_release(rt, &from);
    byte_span_release(rt, &to);
    return table;
}

/* ---- hex ---------------------------------------------------------------------------------------------- */

static int bytes_hex_digit(uint32_t c)
{
    if (c >= '0' && c <= '9') {
        return (int)(c - '0');
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? (int)(c - 'a') + 10 : -1;
}

ouro_value bytes_method_fromhex(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "fromhex() argument must be str, not %T", args[1]);
    }
    const str_object *s = as_str(args[1]);
    bytes_builder b;
    bytes_builder_init(&b, rt);
    size_t i = 0;
    while (i < s->length && !b.failed) {
        uint32_t c = str_char_at(s, i);
        if (c < 0x80 && bytes_ascii_space((unsigned char)c)) {
            i++;
            continue;
        }
        int high = c < 0x80 ? bytes_hex_digit(c) : -1, low = -1;
        if (high >= 0) {
            i++;
            c = i < s->length ? str_char_at(s, i) : 0;
            low = c < 0x80 ? bytes_hex_digit(c) : -1;
        }
        if (low < 0) {
            bytes_builder_drop(&b);
            return error_value(rt, "non-hexadecimal number found in fromhex() arg at position %zd", (ssize_t)i);
        }
        bytes_builder_byte(&b, (unsigned char)(high << 4 | low));
        i++;
    }
    ouro_value result = bytes_builder_finish(&b);
    if (!ouro_is_null(result) && !ouro_is(args[0], type_value(TYPE(rt, bytes)))) {
        value_replace(rt, &result, object_call1(rt, args[0], result));
    }
    return result;
}

ouro_value bytes_hex(ouro_runtime *rt, const unsigned char *data, size_t length, ouro_value separator, ouro_value group)
{
    static const char digits[] = "0123456789abcdef";
    int64_t every = 1;
    uint32_t sep = 0;
    bool separated = !ouro_is_null(separator);
    if (!ouro_is_null(group)) {
        if (!text_int_argument(rt, group, &every)) {
            return OURO_NULL;
        }
    }
    if (separated) {
        int64_t n = object_length(rt, separator);
        if (n < 0) {
            return OURO_NULL;
        }
        if (n != 1) {
            return error_value(rt, "sep must be length 1.");
        }
        if (value_is_str(rt, separator)) {
            sep = str_char_at(as_str(separator), 0);
        } else if (value_is_bytes(rt, separator)) {
            sep = as_bytes(separator)->data[0];
        } else {
            return error_type(rt, "sep must be str or bytes.");
        }
        if (sep > 0x7f) {
            return error_value(rt, "sep must be ASCII.");
        }
    }
    if (length > SIZE_MAX / 16) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    size_t step = every < 0 ? (size_t)-every : (size_t)every;
    size_t seps = separated && step > 0 && length > 0 ? (length - 1) / step : 0;
    str_object *r = str_new_blank(rt, length * 2 + seps, sep > 0x7f ? sep : 0x7f);
    if (r == NULL) {
        return OURO_NULL;
    }
    size_t out = 0;
    for (size_t i = 0; i < length; i++) {
        /* positive groups count from the right, negative ones from the left */
        if (seps > 0 && i > 0 && (every > 0 ? (length - i) % step == 0 : i % step == 0)) {
            r->data[out++] = (unsigned char)sep;
        }
        r->data[out++] = (unsigned char)digits[data[i] >> 4];
        r->data[out++] = (unsigned char)digits[data[i] & 15];
    }
    return ouro_from_object(r);
}

ouro_value bytes_method_hex(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    byte_span self;
    if (!byte_span_get(rt, args[0], &self)) {
        return OURO_NULL;
    }
    ouro_value result = bytes_hex(rt, self.data, self.length, arg_or_null(args, nargs, 1), arg_or_null(args, nargs, 2));
    byte_span_release(rt, &self);
    return result;
}

/* ---- join, decode ------------------------------------------------------------------------------------- */

/* Of bytes alone, all of them: one allocation, and no code runs.  False: something else is among them, or so much that
 * the total has no size; nothing happened. */
static bool bytes_join_plain(ouro_runtime *rt, ouro_value separator, const ouro_value *items, size_t count,
                             ouro_value *result)
{
    if (!value_is_bytes(rt, separator) || count == 0) {
        return false;
    }
    size_t between = as_bytes(separator)->length, total = 0;
    for (size_t i = 0; i < count; i++) {
        if (!value_is_bytes(rt, items[i]) ||
            __builtin_add_overflow(total, as_bytes(items[i])->length + (i > 0 ? between : 0), &total)) {
            return false;
        }
    }
    if (count == 1 && value_is_instance_exactly(rt, items[0], TYPE(rt, bytes))) {
        *result = value_incref(items[0]);
        return true;
    }
    *result = bytes_new(rt, NULL, total);
    if (ouro_is_null(*result)) {
        return true;
    }
    unsigned char *out = as_bytes(*result)->data;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && between > 0) {
            memcpy(out, as_bytes(separator)->data, between);
            out += between;
        }
        memcpy(out, as_bytes(items[i])->data, as_bytes(items[i])->length);
        out += as_bytes(items[i])->length;
    }
    return true;
}

ouro_value bytes_method_join(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value items, plain;
    if (value_is_instance_exactly(rt, args[1], TYPE(rt, list)) &&
        bytes_join_plain(rt, args[0], as_list(args[1])->items, as_list(args[1])->size, &plain)) {
        return plain;
    }
    if (value_is_tuple(rt, args[1])) {
        items = value_incref(args[1]);
    } else {
        ouro_value iterator = object_iter(rt, args[1]);
        if (ouro_is_null(iterator)) {
            if (error_clear_if(rt, EXC(rt, TypeError))) {
                error_type(rt, "can only join an iterable");
            }
            return OURO_NULL;
        }
        items = tuple_from_iterable(rt, iterator);
        value_decref(rt, iterator);
    }
    if (ouro_is_null(items)) {
        return OURO_NULL;
    }
    const tuple_object *t = as_tuple(items);
    byte_span self;
    if (bytes_join_plain(rt, args[0], t->items, t->size, &plain)) {
        value_decref(rt, items);
        return plain;
    }
    if (!byte_span_get(rt, args[0], &self)) {
        value_decref(rt, items);
        return OURO_NULL;
    }
    bytes_builder b;
    bytes_builder_init(&b, rt);
    bool ok = true;
    for (size_t i = 0; ok && i < t->size && !b.failed; i++) {
        byte_span item;
        if (!value_has_plain_buffer(rt, t->items[i])) {
            error_type(rt, "sequence item %zd: expected a bytes-like object, %T found", (ssize_t)i, t->items[i]);
            ok = false;
            break;
        }
        ok = byte_span_get(rt, t->items[i], &item);
        if (ok) {
            if (i > 0) {
                bytes_builder_add(&b, self.data, self.length);
            }
            bytes_builder_add(&b, item.data, item.length);
            byte_span_release(rt, &item);
        }
    }
    byte_span_release(rt, &self);
    value_decref(rt, items);
    if (!ok) {
        bytes_builder_drop(&b);
        return OURO_NULL;
    }
    return bytes_finish_as(rt, args[0], &b);
}

ouro_value bytes_method_decode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    static const char *const names[] = {"encoding", "errors"};
    char *text[2] = {NULL, NULL};
    ouro_value result = OURO_NULL;
    byte_span self;
    for (size_t i = 0; i < 2; i++) {
        ouro_value v = arg_or_null(args, nargs, i + 1);
        if (ouro_is_null(v)) {
            continue;
        }
        if (!value_is_str(rt, v)) {
            error_type(rt, "decode() argument '%s' must be str, not %T", names[i], v);
            goto done;
        }
        text[i] = text_c_name(rt, v);
        if (text[i] == NULL) {
            goto done;
        }
    }
    if (codec_check_names(rt, text[0], text[1]) && byte_span_get(rt, args[0], &self)) {
        result = self.length == 0 ? str_empty(rt) : codec_decode(rt, self.data, self.length, text[0], text[1]);
        byte_span_release(rt, &self);
    }
done:
    ouro_mem_free(rt->mem, text[0]);
    ouro_mem_free(rt->mem, text[1]);
    return result;
}

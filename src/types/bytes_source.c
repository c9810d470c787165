/* bytes_source.c: getting bytes out of any value: constructors, buffers, comparison, repr. */
#include "types/bytes_methods.h"

#include "types/codec.h"
#include "types/compare.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/memoryview.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/warnings.h"

bool byte_span_get(ouro_runtime *rt, ouro_value v, byte_span *span)
{
    if (value_is_bytes(rt, v)) {
        span->has_view = false;
        span->data = as_bytes(v)->data;
        span->length = as_bytes(v)->length;
        return true;
    }
    if (!buffer_get(rt, v, &span->view, false)) {
        return false;
    }
    span->has_view = true;
    span->data = span->view.data;
    span->length = span->view.length;
    return true;
}

bool byte_span_has_gaps(ouro_runtime *rt, ouro_value v)
{
    return value_is_instance_exactly(rt, v, TYPE(rt, memoryview)) && !memoryview_is_c_contiguous(as_memoryview(v));
}

void byte_span_release(ouro_runtime *rt, byte_span *span)
{
    if (span->has_view) {
        span->has_view = false;
        buffer_release(rt, &span->view);
    }
}

ouro_value byte_result(ouro_runtime *rt, ouro_value self, const void *data, size_t length)
{
    return value_is_bytes(rt, self) ? bytes_new(rt, length == 0 ? "" : data, length)
                                    : bytearray_new(rt, length == 0 ? "" : data, length);
}

bool byte_value(ouro_runtime *rt, ouro_value v, unsigned char *byte, const char *message)
{
    int64_t i;
    if (ouro_is_int(v)) {
        i = ouro_as_int(v);
    } else if (!object_as_index(rt, v, &i, true)) {
        return false;
    }
    if (i < 0 || i > 255) {
        error_value(rt, "%s", message);
        return false;
    }
    *byte = (unsigned char)i;
    return true;
}

int bytes_contains(ouro_runtime *rt, ouro_value self, ouro_value item)
{
    byte_span a, b;
    if (ouro_is_int(item) || ouro_is_bool(item) || value_type(rt, item)->slots.to_index != NULL) {
        unsigned char byte;
        if (!byte_value(rt, item, &byte, "byte must be in range(0, 256)") || !byte_span_get(rt, self, &a)) {
            return -1;
        }
        int found = text_find_char(1, a.data, a.length, byte) >= 0;
        byte_span_release(rt, &a);
        return found;
    }
    if (!byte_span_get(rt, item, &b)) {
        return -1;
    }
    int found = -1;
    if (byte_span_get(rt, self, &a)) {
        found = text_find(1, a.data, a.length, b.data, b.length) >= 0;
        byte_span_release(rt, &a);
    }
    byte_span_release(rt, &b);
    return found;
}

ouro_value bytes_repr(ouro_runtime *rt, const unsigned char *data, size_t length, const char *before,
                      const char *after)
{
    unsigned char quote = length > 0 && memchr(data, '\'', length) != NULL && memchr(data, '"', length) == NULL ? '"' : '\'';
    str_builder b;
    str_builder_init(&b, rt);
    str_builder_cstring(&b, before);
    str_builder_char(&b, quote);
    for (size_t i = 0; i < length && !b.failed; i++) {
        unsigned char c = data[i];
        if (c == quote || c == '\\' || (c == '\'' && after[0] != 0)) { /* bytearray escapes it between "" too */
            str_builder_char(&b, '\\');
            str_builder_char(&b, c);
        } else if (c == '\n') {
            str_builder_ascii(&b, "\\n", 2);
        } else if (c == '\r') {
            str_builder_ascii(&b, "\\r", 2);
        } else if (c == '\t') {
            str_builder_ascii(&b, "\\t", 2);
        } else if (c < ' ' || c >= 0x7f) {
            str_builder_escape(&b, c);
        } else {
            str_builder_char(&b, c);
        }
    }
    str_builder_char(&b, quote);
    str_builder_cstring(&b, after);
    return str_builder_finish(&b);
}

static bool bytes_source_add_items(ouro_runtime *rt, bytes_builder *b, ouro_value iterator, const char *message)
{
    for (;;) {
        ouro_value item = iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            return !error_is_set(rt);
        }
        unsigned char byte = 0;
        bool ok = byte_value(rt, item, &byte, message);
        value_decref(rt, item);
        if (!ok) {
            return false;
        }
        bytes_builder_byte(b, byte);
        if (b->failed) {
            return false;
        }
    }
}

/* The items of an exact list or tuple. */
static ouro_value bytes_source_items(ouro_runtime *rt, ouro_value v, const char *message)
{
    const ouro_value *items = value_is_list(rt, v) ? as_list(v)->items : as_tuple(v)->items;
    size_t count = value_is_list(rt, v) ? as_list(v)->size : as_tuple(v)->size, plain = 0;
    while (plain < count && ouro_is_int(items[plain]) && (uint64_t)ouro_as_int(items[plain]) < 256) {
        plain++;
    }
    if (plain == count) { /* no code runs: one allocation */
        ouro_value result = bytes_new(rt, NULL, count);
        for (size_t i = 0; !ouro_is_null(result) && i < count; i++) {
            as_bytes(result)->data[i] = (unsigned char)ouro_as_int(items[i]);
        }
        return result;
    }
    bytes_builder b;
    bytes_builder_init(&b, rt);
    for (size_t i = 0;; i++) { /* the size anew each time: __index__ may change the list */
        size_t n = value_is_list(rt, v) ? as_list(v)->size : as_tuple(v)->size;
        if (i >= n) {
            return bytes_builder_finish(&b);
        }
        ouro_value item = value_incref(value_is_list(rt, v) ? as_list(v)->items[i] : as_tuple(v)->items[i]);
        unsigned char byte = 0;
        bool ok = byte_value(rt, item, &byte, message);
        value_decref(rt, item);
        if (!ok) {
            bytes_builder_drop(&b);
            return OURO_NULL;
        }
        bytes_builder_byte(&b, byte);
    }
}

ouro_value bytes_from_source(ouro_runtime *rt, ouro_value v, const char *what)
{
    if (byte_span_has_gaps(rt, v)) {
        return memoryview_check(rt, as_memoryview(v)) ? memoryview_bytes(rt, as_memoryview(v), 'C') : OURO_NULL;
    }
    const char *message = strcmp(what, "bytes") == 0 ? "bytes must be in range(0, 256)" : "byte must be in range(0, 256)";
    if (value_has_buffer(rt, v)) {
        byte_span span;
        if (!byte_span_get(rt, v, &span)) {
            return OURO_NULL;
        }
        ouro_value result = bytes_new(rt, span.length == 0 ? (const unsigned char *)"" : span.data, span.length);
        byte_span_release(rt, &span);
        return result;
    }
    if (value_is_instance_exactly(rt, v, TYPE(rt, list)) || value_is_instance_exactly(rt, v, TYPE(rt, tuple))) {
        return bytes_source_items(rt, v, message);
    }
    bytes_builder b;
    bytes_builder_init(&b, rt);
    ouro_value iterator = value_is_str(rt, v) ? OURO_NULL : object_iter(rt, v);
    if (ouro_is_null(iterator)) {
        if (!error_is_set(rt) || error_clear_if(rt, EXC(rt, TypeError))) {
            error_type(rt, "cannot convert '%T' object to %s", v, what);
        }
        return OURO_NULL;
    }
    bool ok = bytes_source_add_items(rt, &b, iterator, message);
    value_decref(rt, iterator);
    if (!ok) {
        bytes_builder_drop(&b);
        return OURO_NULL;
    }
    return bytes_builder_finish(&b);
}

ouro_value bytes_from_object(ouro_runtime *rt, ouro_value v)
{
    if (value_is_instance_exactly(rt, v, TYPE(rt, bytes))) {
        return value_incref(v);
    }
    return bytes_from_source(rt, v, "bytes");
}

/* What __bytes__ returns; OURO_NULL without an exception: v has none. */
static ouro_value bytes_source_special(ouro_runtime *rt, ouro_value v)
{
    ouro_value method = object_special(rt, v, STR(rt, __bytes__));
    if (ouro_is_null(method)) {
        return OURO_NULL;
    }
    ouro_value result = object_call0(rt, method);
    value_decref(rt, method);
    if (!ouro_is_null(result) && !value_is_bytes(rt, result)) {
        error_type(rt, "__bytes__ returned non-bytes (type %T)", result);
        value_clear(rt, &result);
    }
    return result;
}

ouro_value bytes_of_object(ouro_runtime *rt, ouro_value v)
{
    ouro_value special = value_is_instance_exactly(rt, v, TYPE(rt, bytes)) ? OURO_NULL : bytes_source_special(rt, v);
    return !ouro_is_null(special) || error_is_set(rt) ? special : bytes_from_object(rt, v);
}

static ouro_value bytes_source_zeros(ouro_runtime *rt, ouro_value v)
{
    ouro_value exact = object_index(rt, v);
    if (ouro_is_null(exact)) {
        return OURO_NULL;
    }
    int64_t n;
    bool fits = int_fits_int64(exact, &n);
    value_decref(rt, exact);
    if (!fits) {
        return error_overflow(rt, "cannot fit '%T' into an index-sized integer", v);
    }
    if (n < 0) {
        return error_value(rt, "negative count");
    }
    ouro_value result = bytes_new(rt, NULL, (size_t)n);
    if (!ouro_is_null(result)) {
        memset(as_bytes(result)->data, 0, (size_t)n);
    }
    return result;
}

ouro_value bytes_from_arguments(ouro_runtime *rt, const char *what, const ouro_value *args, size_t nargs,
                                ouro_value kwnames)
{
    static const char *const names[] = {"source", "encoding", "errors"};
    ouro_value bound[3];
    if (!text_bind(rt, what, names, 3, 0, args, nargs, kwnames, bound)) {
        return OURO_NULL;
    }
    for (int i = 1; i < 3; i++) {
        if (!ouro_is_null(bound[i]) && !value_is_str(rt, bound[i])) {
            return error_type(rt, "%s() argument '%s' must be str, not %T", what, names[i], bound[i]);
        }
    }
    ouro_value source = bound[0];
    if (ouro_is_null(source)) {
        if (!ouro_is_null(bound[1]) || !ouro_is_null(bound[2])) {
            return error_type(rt, "%s without a string argument", ouro_is_null(bound[1]) ? "errors" : "encoding");
        }
        return bytes_empty(rt);
    }
    if (value_is_str(rt, source) && !ouro_is_null(bound[1])) {
        char *encoding = text_c_name(rt, bound[1]), *errors = NULL;
        ouro_value result = OURO_NULL;
        if (encoding != NULL) {
            errors = ouro_is_null(bound[2]) ? NULL : text_c_name(rt, bound[2]);
            if ((ouro_is_null(bound[2]) || errors != NULL) && codec_check_names(rt, encoding, errors)) {
                result = codec_encode(rt, source, encoding, errors);
            }
        }
        ouro_mem_free(rt->mem, encoding);
        ouro_mem_free(rt->mem, errors);
        return result;
    }
    if (!ouro_is_null(bound[1]) || !ouro_is_null(bound[2])) {
        if (value_is_str(rt, source)) {
            return error_type(rt, "string argument without an encoding");
        }
        return error_type(rt, "%s without a string argument", ouro_is_null(bound[1]) ? "errors" : "encoding");
    }
    if (value_is_instance_exactly(rt, source, TYPE(rt, bytes))) {
        return value_incref(source);
    }
    if (value_is_instance_exactly(rt, source, TYPE(rt, list)) || value_is_instance_exactly(rt, source, TYPE(rt, tuple))) {
        return bytes_from_source(rt, source, what); /* they have no __bytes__ */
    }
    if (strcmp(what, "bytes") == 0) {
        ouro_value special = bytes_source_special(rt, source);
        if (!ouro_is_null(special) || error_is_set(rt)) {
            return special;
        }
    }
    if (value_is_str(rt, source)) {
        return error_type(rt, "string argument without an encoding");
    }
    if (ouro_is_int(source) || ouro_is_bool(source) || value_type(rt, source)->slots.to_index != NULL) {
        ouro_value zeros = bytes_source_zeros(rt, source);
        if (!ouro_is_null(zeros) || !error_clear_if(rt, EXC(rt, TypeError))) {
            return zeros;
        }
    }
    return bytes_from_source(rt, source, what);
}

static bool bytes_warn(ouro_runtime *rt, ouro_value text)
{
    bool ok = !ouro_is_null(text) && warnings_warn(rt, text, type_value(EXC(rt, BytesWarning)), 1, OURO_NULL);
    value_decref(rt, text);
    return ok;
}

bool bytes_warn_compared(ouro_runtime *rt, const char *name, ouro_value other, compare_op op)
{
    if (rt->types->bytes_warning == 0 || (op != COMPARE_EQ && op != COMPARE_NE)) {
        return true;
    }
    bool is_str = value_is_str(rt, other);
    if (!is_str && !(value_is_int(rt, other) && strcmp(name, "bytes") == 0)) { /* 3.11 tells ints of bytes only */
        return true;
    }
    return bytes_warn(rt, str_format_c(rt, "Comparison between %s and %s", name, is_str ? "string" : "int"));
}

bool bytes_warn_str(ouro_runtime *rt, const char *name)
{
    return rt->types->bytes_warning == 0 || bytes_warn(rt, str_format_c(rt, "str() on a %s instance", name));
}

ouro_value bytes_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if (!value_has_buffer(rt, b) || !value_has_buffer(rt, a)) {
        return OURO_NOT_IMPLEMENTED;
    }
    byte_span x, y;
    if (!byte_span_get(rt, a, &x)) {
        return OURO_NULL;
    }
    if (!byte_span_get(rt, b, &y)) {
        byte_span_release(rt, &x);
        error_clear(rt);
        return OURO_NOT_IMPLEMENTED;
    }
    int order;
    if ((op == COMPARE_EQ || op == COMPARE_NE) && x.length != y.length) {
        order = 1;
    } else {
        size_t n = x.length < y.length ? x.length : y.length;
        order = n == 0 ? 0 : memcmp(x.data, y.data, n);
        if (order == 0) {
            order = x.length < y.length ? -1 : x.length > y.length;
        }
    }
    byte_span_release(rt, &x);
    byte_span_release(rt, &y);
    return ouro_bool(compare_decides(order, 0, op));
}

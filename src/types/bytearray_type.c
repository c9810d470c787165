/* bytearray_type.c: the type bytearray: its slots, its mutating methods and its table of methods. */
#include "types/bytearray.h"

#include "types/bytes_methods.h"
#include "types/container.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"

static const char bytearray_range_message[] = "byte must be in range(0, 256)";

static ouro_value bytearray_type_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                      ouro_value kwnames)
{
    return ouro_from_object(bytearray_make(rt, type));
}

static bool bytearray_type_zeros(ouro_runtime *rt, bytearray_object *b, int64_t count)
{
    if (count < 0) {
        (void)error_value(rt, "negative count");
        return false;
    }
    if (!bytearray_resize(rt, b, (size_t)count)) {
        return false;
    }
    if (count > 0) {
        memset(bytearray_data(b), 0, (size_t)count);
    }
    return true;
}

static bool bytearray_type_add(ouro_runtime *rt, bytearray_object *b, ouro_value v, bool self_too);

/* Fills an empty one from a list or tuple in which only bytes lie, so that no code runs: 1.  0: it is something else; -1:
 * failed. */
static int bytearray_type_fill(ouro_runtime *rt, bytearray_object *b, ouro_value v)
{
    bool is_list = value_is_instance_exactly(rt, v, TYPE(rt, list));
    if (!is_list && !value_is_instance_exactly(rt, v, TYPE(rt, tuple))) {
        return 0;
    }
    const ouro_value *items = is_list ? as_list(v)->items : as_tuple(v)->items;
    size_t size = is_list ? as_list(v)->size : as_tuple(v)->size;
    for (size_t i = 0; i < size; i++) {
        if (!ouro_is_int(items[i]) || ouro_as_int(items[i]) < 0 || ouro_as_int(items[i]) > 255) {
            return 0;
        }
    }
    if (!bytearray_resize(rt, b, size)) {
        return -1;
    }
    for (size_t i = 0; i < size; i++) {
        bytearray_data(b)[i] = (unsigned char)ouro_as_int(items[i]);
    }
    return 1;
}

/* A new one from a count, from bytes that lie somewhere, or from a list of them is filled at once: a bytes object beside it would make it take
 * twice its size for that moment. */
static bool bytearray_type_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                ouro_value kwnames)
{
    bytearray_object *b = as_bytearray(self);
    if (!bytearray_resize(rt, b, 0)) { /* what it had goes first, also when it is the source itself */
        return false;
    }
    if (nargs == 1 && ouro_is_null(kwnames)) {
        if (ouro_is_int(args[0])) {
            return bytearray_type_zeros(rt, b, ouro_as_int(args[0]));
        }
        if (value_has_buffer(rt, args[0]) && value_type(rt, args[0])->slots.to_index == NULL &&
            !byte_span_has_gaps(rt, args[0])) {
            return bytearray_type_add(rt, b, args[0], true);
        }
        int filled = bytearray_type_fill(rt, b, args[0]);
        if (filled != 0) {
            return filled > 0;
        }
    }
    ouro_value source = bytes_from_arguments(rt, "bytearray", args, nargs, kwnames);
    if (ouro_is_null(source)) {
        return false;
    }
    bool ok = bytearray_splice(rt, b, 0, b->length, as_bytes(source)->data, as_bytes(source)->length);
    value_decref(rt, source);
    return ok;
}

static ouro_value bytearray_type_repr(ouro_runtime *rt, ouro_value self)
{
    const bytearray_object *b = as_bytearray(self);
    type_object *type = value_type(rt, self);
    const char *name = type->type.name;
    const char *dot = strrchr(name, '.');
    size_t n = strlen(dot != NULL ? dot + 1 : name);
    char *before = ouro_mem_alloc(rt->mem, n + 3);
    if (before == NULL) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    memcpy(before, dot != NULL ? dot + 1 : name, n);
    memcpy(before + n, "(b", 3);
    ouro_value text;
    if (text_ascii_prefix((const unsigned char *)before, n) == n) {
        text = bytes_repr(rt, b->length > 0 ? bytearray_data(b) : NULL, b->length, before, ")");
    } else {
        ouro_value inner = bytes_repr(rt, b->length > 0 ? bytearray_data(b) : NULL, b->length, "b", "");
        text = ouro_is_null(inner) ? OURO_NULL : str_format_c(rt, "%s(%U)", dot != NULL ? dot + 1 : name, inner);
        value_decref(rt, inner);
    }
    ouro_mem_free(rt->mem, before);
    return text;
}

static ouro_value bytearray_type_str(ouro_runtime *rt, ouro_value self)
{
    return bytes_warn_str(rt, "bytearray") ? bytearray_type_repr(rt, self) : OURO_NULL;
}

static ouro_value bytearray_type_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    return bytes_warn_compared(rt, "bytearray", b, op) ? bytes_compare(rt, a, b, op) : OURO_NULL;
}

static int64_t bytearray_type_length(ouro_runtime *rt, ouro_value self)
{
    return (int64_t)as_bytearray(self)->length;
}

/* The index that `key` means: false with an exception.  `message`: out of range. */
static bool bytearray_type_index(ouro_runtime *rt, ouro_value self, ouro_value key, int64_t *index)
{
    if (OURO_LIKELY(ouro_is_int(key))) {
        *index = ouro_as_int(key);
    } else if (value_has_index(rt, key)) {
        if (!object_as_index(rt, key, index, false)) {
            return false;
        }
    } else {
        error_type(rt, "bytearray indices must be integers or slices, not %T", key);
        return false;
    }
    int64_t length = (int64_t)as_bytearray(self)->length;
    if (*index < 0) {
        *index += length;
    }
    if (*index < 0 || *index >= length) {
        error_index(rt, "bytearray index out of range");
        return false;
    }
    return true;
}

static bool bytearray_type_is_slice(ouro_runtime *rt, ouro_value key)
{
    return ouro_is_object(key) && value_is_instance_exactly(rt, key, TYPE(rt, slice));
}

static ouro_value bytearray_type_getitem(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    const bytearray_object *b = as_bytearray(self);
    int64_t start, stop, step, count;
    if (!bytearray_type_is_slice(rt, key)) {
        return bytearray_type_index(rt, self, key, &start) ? ouro_int(bytearray_data(b)[start]) : OURO_NULL;
    }
    if (!slice_resolve_live(rt, key, &b->length, &start, &stop, &step, &count)) {
        return OURO_NULL;
    }
    if (count <= 0) {
        return bytearray_new(rt, NULL, 0);
    }
    ouro_value part = bytearray_new(rt, NULL, (size_t)count);
    if (!ouro_is_null(part)) {
        const unsigned char *in = bytearray_data(b);
        unsigned char *out = bytearray_data(as_bytearray(part));
        for (int64_t i = 0; i < count; i++) {
            int64_t at = start + i * step;
            out[i] = in[at];
        }
    }
    return part;
}

/* Deletes every step-th byte; count > 0. */
static bool bytearray_type_delete_steps(ouro_runtime *rt, bytearray_object *b, int64_t start, int64_t step,
                                        int64_t count)
{
    if (b->exports > 0) {
        error_raise(rt, EXC(rt, BufferError), "Existing exports of data: object cannot be re-sized");
        return false;
    }
    if (step < 0) {
        start += step * (count - 1);
        step = -step;
    }
    unsigned char *p = bytearray_data(b);
    int64_t out = start, length = (int64_t)b->length, left = count;
    for (int64_t at = start; at < length; at++) {
        if (left > 0 && (at - start) % step == 0) {
            left--;
        } else {
            p[out++] = p[at];
        }
    }
    return bytearray_resize(rt, b, (size_t)(length - count));
}

static bool bytearray_type_set_slice(ouro_runtime *rt, ouro_value self, ouro_value key, ouro_value value)
{
    bytearray_object *b = as_bytearray(self);
    int64_t start, stop, step, count;
    ouro_value fresh = OURO_NULL;
    bool ok = false;
    if (!ouro_is_null(value)) {
        if (ouro_is_int(value) || ouro_is_bool(value) || value_is_str(rt, value) ||
            (!value_has_buffer(rt, value) && value_type(rt, value)->slots.to_index != NULL)) {
            error_type(rt, "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
            return false;
        }
        fresh = bytes_from_source(rt, value, "bytearray"); /* a copy: value may be self */
        if (ouro_is_null(fresh)) {
            return false;
        }
    }
    if (!slice_resolve_live(rt, key, &b->length, &start, &stop, &step, &count)) {
        goto done;
    }
    count = count < 0 ? 0 : count;
    if (ouro_is_null(value)) {
        if (count == 0) {
            ok = true;
        } else if (step == 1) {
            ok = bytearray_splice(rt, b, (size_t)start, (size_t)count, NULL, 0);
        } else {
            ok = bytearray_type_delete_steps(rt, b, start, step, count);
        }
        goto done;
    }
    const bytes_object *f = as_bytes(fresh);
    if (step == 1) {
        ok = bytearray_splice(rt, b, (size_t)start, (size_t)count, f->data, f->length);
    } else if (f->length == 0) { /* as in CPython, where a list would refuse */
        ok = count == 0 || bytearray_type_delete_steps(rt, b, start, step, count);
    } else if ((size_t)count != f->length) {
        error_value(rt, "attempt to assign bytes of size %zd to extended slice of size %zd", (ssize_t)f->length,
                    (ssize_t)count);
    } else {
        unsigned char *p = bytearray_data(b);
        for (int64_t i = 0; i < count; i++) {
            int64_t at = start + i * step;
            p[at] = f->data[i];
        }
        ok = true;
    }
done:
    value_decref(rt, fresh);
    return ok;
}

static bool bytearray_type_setitem(ouro_runtime *rt, ouro_value self, ouro_value key, ouro_value value)
{
    if (bytearray_type_is_slice(rt, key)) {
        return bytearray_type_set_slice(rt, self, key, value);
    }
    int64_t index;
    if (!bytearray_type_index(rt, self, key, &index)) {
        return false;
    }
    bytearray_object *b = as_bytearray(self);
    if (ouro_is_null(value)) {
        return bytearray_splice(rt, b, (size_t)index, 1, NULL, 0);
    }
    unsigned char byte;
    if (!byte_value(rt, value, &byte, bytearray_range_message)) {
        return false;
    }
    if ((size_t)index >= b->length) { /* __index__ has shrunk it */
        error_index(rt, "bytearray index out of range");
        return false;
    }
    bytearray_data(b)[index] = byte;
    return true;
}

static ouro_value bytearray_type_concat(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    if (!value_has_plain_buffer(rt, b)) {
        return error_type(rt, "can't concat %T to %T", b, a);
    }
    byte_span y;
    if (!byte_span_get(rt, b, &y)) {
        return OURO_NULL;
    }
    const bytearray_object *x = as_bytearray(a);
    ouro_value result = bytearray_new(rt, NULL, x->length + y.length);
    if (!ouro_is_null(result) && x->length + y.length > 0) {
        unsigned char *out = bytearray_data(as_bytearray(result));
        if (x->length > 0) {
            memcpy(out, bytearray_data(x), x->length);
        }
        if (y.length > 0) {
            memcpy(out + x->length, y.data, y.length);
        }
    }
    byte_span_release(rt, &y);
    return result;
}

/* Appends what `v` holds.  v may be self if `self_too`; else that is refused, as self is then exported. */
static bool bytearray_type_add(ouro_runtime *rt, bytearray_object *b, ouro_value v, bool self_too)
{
    if (self_too && ouro_is(v, ouro_from_object(b))) {
        size_t n = b->length;
        if (!bytearray_resize(rt, b, n * 2)) {
            return false;
        }
        if (n > 0) {
            memcpy(bytearray_data(b) + n, bytearray_data(b), n);
        }
        return true;
    }
    byte_span y;
    if (!byte_span_get(rt, v, &y)) {
        return false;
    }
    size_t n = b->length;
    bool ok = bytearray_resize(rt, b, n + y.length);
    if (ok && y.length > 0) {
        memcpy(bytearray_data(b) + n, y.data, y.length);
    }
    byte_span_release(rt, &y);
    return ok;
}

static ouro_value bytearray_type_inplace_concat(ouro_runtime *rt, ouro_value self, ouro_value v)
{
    if (!value_has_plain_buffer(rt, v)) {
        return error_type(rt, "can't concat %T to %T", v, self);
    }
    return bytearray_type_add(rt, as_bytearray(self), v, false) ? value_incref(self) : OURO_NULL;
}

static bool bytearray_type_fill_repeated(unsigned char *out, size_t unit, size_t total)
{
    size_t done = unit;
    while (done < total) {
        size_t step = done < total - done ? done : total - done;
        memcpy(out + done, out, step);
        done += step;
    }
    return true;
}

static ouro_value bytearray_type_repeat(ouro_runtime *rt, ouro_value self, ouro_value count)
{
    int64_t n;
    if (!text_repeat_argument(rt, count, &n)) {
        return OURO_NULL;
    }
    const bytearray_object *b = as_bytearray(self);
    if (n <= 0 || b->length == 0) {
        return bytearray_new(rt, NULL, 0);
    }
    if ((uint64_t)n > SIZE_MAX / 4 / b->length) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    ouro_value result = bytearray_new(rt, NULL, b->length * (size_t)n);
    if (!ouro_is_null(result)) {
        unsigned char *out = bytearray_data(as_bytearray(result));
        memcpy(out, bytearray_data(b), b->length);
        bytearray_type_fill_repeated(out, b->length, b->length * (size_t)n);
    }
    return result;
}

static ouro_value bytearray_type_inplace_repeat(ouro_runtime *rt, ouro_value self, ouro_value count)
{
    int64_t n;
    if (!text_repeat_argument(rt, count, &n)) {
        return OURO_NULL;
    }
    bytearray_object *b = as_bytearray(self);
    size_t unit = b->length;
    n = n < 0 ? 0 : n;
    if (unit > 0 && (uint64_t)n > SIZE_MAX / 4 / unit) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    if (!bytearray_resize(rt, b, unit * (size_t)n)) {
        return OURO_NULL;
    }
    if (unit > 0 && n > 1) {
        bytearray_type_fill_repeated(bytearray_data(b), unit, unit * (size_t)n);
    }
    return value_incref(self);
}

static ouro_value bytearray_type_remainder(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    if (!ouro_is_object(a) || !value_is_bytearray(rt, a)) {
        return OURO_NOT_IMPLEMENTED;
    }
    byte_span self;
    if (!byte_span_get(rt, a, &self)) {
        return OURO_NULL;
    }
    ouro_value result = bytes_percent(rt, self.data, self.length, b);
    byte_span_release(rt, &self);
    if (!ouro_is_null(result)) {
        value_replace(rt, &result, bytearray_new(rt, as_bytes(result)->data, as_bytes(result)->length));
    }
    return result;
}

static bool bytearray_type_get_buffer(ouro_runtime *rt, ouro_value self, buffer_view *view, bool writable)
{
    bytearray_object *b = as_bytearray(self);
    view->data = b->length > 0 ? (void *)bytearray_data(b) : (void *)b; /* no bytes: any valid address */
    view->length = b->length;
    view->readonly = false;
    b->exports++;
    return true;
}

static void bytearray_type_release_buffer(ouro_runtime *rt, ouro_value self, buffer_view *view)
{
    as_bytearray(self)->exports--;
}

static void bytearray_type_dispose(ouro_runtime *rt, ouro_object *self)
{
    bytearray_object *b = (bytearray_object *)(void *)self;
    ouro_mem_free(rt->mem, b->data);
    b->data = NULL;
}

static size_t bytearray_type_extra_size(ouro_runtime *rt, ouro_object *self)
{
    const bytearray_object *b = (const bytearray_object *)(const void *)self;
    return b->data == NULL ? 0 : ouro_mem_size(rt->mem, b->data);
}

/* ---- methods ------------------------------------------------------------------------------------------ */

static ouro_value bytearray_method_append(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bytearray_object *b = as_bytearray(args[0]);
    unsigned char byte;
    if (!byte_value(rt, args[1], &byte, bytearray_range_message)) {
        return OURO_NULL;
    }
    size_t n = b->length;
    if (!bytearray_resize(rt, b, n + 1)) {
        return OURO_NULL;
    }
    bytearray_data(b)[n] = byte;
    return OURO_NONE;
}

static ouro_value bytearray_method_clear(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bytearray_resize(rt, as_bytearray(args[0]), 0) ? OURO_NONE : OURO_NULL;
}

static ouro_value bytearray_method_copy(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const bytearray_object *b = as_bytearray(args[0]);
    return bytearray_new(rt, b->length > 0 ? bytearray_data(b) : NULL, b->length);
}

static ouro_value bytearray_method_extend(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (byte_span_has_gaps(rt, args[1])) {
        return error_type(rt, "can't set bytearray slice from %T", args[1]);
    }
    if (value_has_buffer(rt, args[1])) {
        return bytearray_type_add(rt, as_bytearray(args[0]), args[1], true) ? OURO_NONE : OURO_NULL;
    }
    ouro_value iterator = object_iter(rt, args[1]);
    if (ouro_is_null(iterator)) {
        if (error_clear_if(rt, EXC(rt, TypeError))) {
            error_type(rt, "can't extend bytearray with %T", args[1]);
        }
        return OURO_NULL;
    }
    /* the builder grows as it needs to; but an object whose length cannot be told says so */
    if (object_length_hint(rt, args[1], 32) < 0) {
        value_decref(rt, iterator);
        return OURO_NULL;
    }
    bytes_builder collected;
    bytes_builder_init(&collected, rt);
    bool ok = true;
    while (ok) {
        ouro_value item = iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            ok = !error_is_set(rt);
            break;
        }
        unsigned char byte = 0;
        ok = byte_value(rt, item, &byte, bytearray_range_message);
        value_decref(rt, item);
        bytes_builder_byte(&collected, byte);
        ok = ok && !collected.failed;
    }
    value_decref(rt, iterator);
    if (!ok) {
        bytes_builder_drop(&collected);
        return OURO_NULL;
    }
    ouro_value bytes = bytes_builder_finish(&collected);
    ok = !ouro_is_null(bytes) && bytearray_type_add(rt, as_bytearray(args[0]), bytes, true);
    value_decref(rt, bytes);
    return ok ? OURO_NONE : OURO_NULL;
}

static ouro_value bytearray_method_insert(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bytearray_object *b = as_bytearray(args[0]);
    int64_t index;
    unsigned char byte;
    if (!text_size_argument(rt, args[1], &index) || !byte_value(rt, args[2], &byte, bytearray_range_message)) {
        return OURO_NULL;
    }
    int64_t n = (int64_t)b->length;
    index = index < 0 ? index + n : index;
    index = index < 0 ? 0 : index > n ? n : index;
    return bytearray_splice(rt, b, (size_t)index, 0, &byte, 1) ? OURO_NONE : OURO_NULL;
}

static ouro_value bytearray_method_pop(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bytearray_object *b = as_bytearray(args[0]);
    int64_t index = -1;
    if (!ouro_is_null(arg_or_null(args, nargs, 1)) && !text_size_argument(rt, args[1], &index)) {
        return OURO_NULL;
    }
    int64_t n = (int64_t)b->length;
    if (n == 0) {
        return error_index(rt, "pop from empty bytearray");
    }
    index = index < 0 ? index + n : index;
    if (index < 0 || index >= n) {
        return error_index(rt, "pop index out of range");
    }
    unsigned char byte = bytearray_data(b)[index];
    return bytearray_splice(rt, b, (size_t)index, 1, NULL, 0) ? ouro_int(byte) : OURO_NULL;
}

static ouro_value bytearray_method_remove(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bytearray_object *b = as_bytearray(args[0]);
    unsigned char byte;
    if (!byte_value(rt, args[1], &byte, bytearray_range_message)) {
        return OURO_NULL;
    }
    int64_t at = b->length == 0 ? -1 : text_find_char(1, bytearray_data(b), b->length, byte);
    if (at < 0) {
        return error_value(rt, "value not found in bytearray");
    }
    return bytearray_splice(rt, b, (size_t)at, 1, NULL, 0) ? OURO_NONE : OURO_NULL;
}

static ouro_value bytearray_method_reverse(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bytearray_object *b = as_bytearray(args[0]);
    unsigned char *p = b->length > 0 ? bytearray_data(b) : NULL;
    for (size_t i = 0, j = b->length; i + 1 < j; i++) {
        j--;
        unsigned char swap = p[i];
        p[i] = p[j];
        p[j] = swap;
    }
    return OURO_NONE;
}

static ouro_value bytearray_method_alloc(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int((int64_t)as_bytearray(args[0])->capacity);
}

static ouro_value bytearray_method_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const bytearray_object *b = as_bytearray(args[0]);
    int64_t protocol = 2;
    if (nargs > 1 && !object_as_index(rt, args[1], &protocol, true)) {
        return OURO_NULL;
    }
    ouro_value inner = OURO_NULL, result = OURO_NULL;
    ouro_value state = object_call_method0(rt, args[0], STR(rt, __getstate__));
    if (ouro_is_null(state)) {
        return OURO_NULL;
    }
    const void *data = b->length > 0 ? bytearray_data(b) : (const unsigned char *)"";
    if (nargs > 1 && protocol >= 3) {
        ouro_value bytes = bytes_new(rt, data, b->length);
        inner = ouro_is_null(bytes) ? OURO_NULL : tuple_pack1(rt, bytes);
        value_decref(rt, bytes);
    } else {
        ouro_value text = str_from_latin1(rt, data, b->length), name = str_from_cstring(rt, "latin-1");
        if (!ouro_is_null(text) && !ouro_is_null(name)) {
            inner = tuple_pack2(rt, text, name);
        }
        value_decref(rt, text);
        value_decref(rt, name);
    }
    if (!ouro_is_null(inner)) {
        result = tuple_pack3(rt, type_value(value_type(rt, args[0])), inner, state);
    }
    value_decref(rt, inner);
    value_decref(rt, state);
    return result;
}

static const method_def bytearray_type_methods[] = {
    BYTES_METHOD_TABLE,
    {"append", "self, item, /", bytearray_method_append, .doc = "Append a single item to the end of the bytearray."},
    {"clear", "self, /", bytearray_method_clear, .doc = "Remove all items from the bytearray."},
    {"copy", "self, /", bytearray_method_copy, .doc = "Return a copy of B."},
    {"extend", "self, iterable_of_ints, /", bytearray_method_extend, .doc = "Append all the items from the iterator or sequence."},
    {"insert", "self, index, item, /", bytearray_method_insert, .doc = "Insert a single item before the given index."},
    {"pop", "self, index=-1, /", bytearray_method_pop, .doc = "Remove and return a single item (the last by default)."},
    {"remove", "self, value, /", bytearray_method_remove, .doc = "Remove the first occurrence of a value."},
    {"reverse", "self, /", bytearray_method_reverse, .doc = "Reverse the order of the bytes in place."},
    {"__alloc__", "?self, /", bytearray_method_alloc, .doc = "The number of bytes that are allocated."},
    {"__reduce__", "self, /", bytearray_method_reduce, .doc = "Return state information for pickling."},
    {"__reduce_ex__", "self, proto=0, /", bytearray_method_reduce, .doc = "Return state information for pickling."},
    {NULL},
};

const type_spec bytearray_spec = {
    .name = "bytearray",
    .size = sizeof(bytearray_object),
    .flags = OURO_TYPE_LEAF | TYPE_BASE | TYPE_MATCH_SELF,
    .doc = "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\n"
           "bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> bytearray of that many zeros\n"
           "bytearray() -> empty bytearray",
    .dispose = bytearray_type_dispose,
    .extra_size = bytearray_type_extra_size,
    .methods = bytearray_type_methods,
    .slots =
        {
            .make = bytearray_type_make,
            .init = bytearray_type_init,
            .repr = bytearray_type_repr,
            .str = bytearray_type_str,
            .hash = hash_not_implemented,
            .compare = bytearray_type_compare,
            .iter = bytearray_iterator_new,
            .binary[BINARY_REMAINDER] = bytearray_type_remainder,
            .length = bytearray_type_length,
            .getitem = bytearray_type_getitem,
            .setitem = bytearray_type_setitem,
            .contains = bytes_contains,
            .concat = bytearray_type_concat,
            .inplace_concat = bytearray_type_inplace_concat,
            .repeat = bytearray_type_repeat,
            .inplace_repeat = bytearray_type_inplace_repeat,
            .get_buffer = bytearray_type_get_buffer,
            .release_buffer = bytearray_type_release_buffer,
        },
};

/* bytes_type.c: the type bytes: its slots and its table of methods. */
#include "types/bytes_methods.h"
#include "types/container.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"

static ouro_value bytes_type_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                  ouro_value kwnames)
{
    ouro_value exact = bytes_from_arguments(rt, "bytes", args, nargs, kwnames);
    if (ouro_is_null(exact) || type == TYPE(rt, bytes)) {
        return exact;
    }
    const bytes_object *b = as_bytes(exact);
    bytes_object *copy = object_new(rt, &type->type, b->length);
    if (copy != NULL) {
        copy->length = b->length;
        copy->hash = b->hash;
        memcpy(copy->data, b->data, b->length);
        if ((type->type.flags & OURO_TYPE_LEAF) == 0) {
            gc_track(rt, copy);
        }
    }
    value_decref(rt, exact);
    return ouro_from_object(copy);
}

static ouro_value bytes_type_repr(ouro_runtime *rt, ouro_value self)
{
    return bytes_repr(rt, as_bytes(self)->data, as_bytes(self)->length, "b", "");
}

static ouro_value bytes_type_str(ouro_runtime *rt, ouro_value self)
{
    return bytes_warn_str(rt, "bytes") ? bytes_type_repr(rt, self) : OURO_NULL;
}

static ouro_value bytes_type_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if (value_is_bytes(rt, b)) {
        return bytes_compare(rt, a, b, op);
    }
    return bytes_warn_compared(rt, "bytes", b, op) ? OURO_NOT_IMPLEMENTED : OURO_NULL;
}

static hash_t bytes_type_hash(ouro_runtime *rt, ouro_value self)
{
    return bytes_hash(rt, as_bytes(self));
}

static int64_t bytes_type_length(ouro_runtime *rt, ouro_value self)
{
    return (int64_t)as_bytes(self)->length;
}

static ouro_value bytes_type_getitem(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    const bytes_object *b = as_bytes(self);
    int64_t index;
    if (OURO_LIKELY(ouro_is_int(key))) {
        index = ouro_as_int(key);
    } else if (ouro_is_object(key) && value_is_instance_exactly(rt, key, TYPE(rt, slice))) {
        int64_t start, stop, step, count;
        if (!slice_resolve(rt, key, (int64_t)b->length, &start, &stop, &step, &count)) {
            return OURO_NULL;
        }
        if (count == (int64_t)b->length && step == 1 && value_is_instance_exactly(rt, self, TYPE(rt, bytes))) {
            return value_incref(self);
        }
        if (count <= 0 || step == 1) {
            return bytes_new(rt, b->data + (count > 0 ? start : 0), count > 0 ? (size_t)count : 0);
        }
        ouro_value part = bytes_new(rt, NULL, (size_t)count);
        if (!ouro_is_null(part)) {
            for (int64_t i = 0; i < count; i++) {
                int64_t at = start + i * step;
                as_bytes(part)->data[i] = b->data[at];
            }
        }
        return part;
    } else if (value_has_index(rt, key)) {
        if (!object_as_index(rt, key, &index, false)) {
            return OURO_NULL;
        }
    } else {
        return error_type(rt, "byte indices must be integers or slices, not %T", key);
    }
    if (index < 0) {
        index += (int64_t)b->length;
    }
    if (index < 0 || (uint64_t)index >= b->length) {
        return error_index(rt, "index out of range");
    }
    return ouro_int(b->data[index]);
}

static ouro_value bytes_type_concat(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    if (!value_has_plain_buffer(rt, b)) {
        return error_type(rt, "can't concat %T to %T", b, a);
    }
    byte_span x, y;
    if (!byte_span_get(rt, b, &y)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    x.data = as_bytes(a)->data;
    x.length = as_bytes(a)->length;
    if (x.length == 0 && value_is_instance_exactly(rt, b, TYPE(rt, bytes))) {
        result = value_incref(b);
    } else if (y.length == 0 && value_is_instance_exactly(rt, a, TYPE(rt, bytes))) {
        result = value_incref(a);
    } else {
        result = bytes_new(rt, NULL, x.length + y.length);
        if (!ouro_is_null(result)) {
            memcpy(as_bytes(result)->data, x.data, x.length);
            memcpy(as_bytes(result)->data + x.length, y.data, y.length);
        }
    }
    byte_span_release(rt, &y);
    return result;
}

static ouro_value bytes_type_repeat(ouro_runtime *rt, ouro_value self, ouro_value count)
{
    int64_t n;
    if (!text_repeat_argument(rt, count, &n)) {
        return OURO_NULL;
    }
    const bytes_object *b = as_bytes(self);
    if (b->length == 0) {
        return bytes_empty(rt);
    }
    if (n <= 0) { /* CPython's is a new object, and its test of tracemalloc looks for it */
        bytes_object *empty = object_new(rt, &TYPE(rt, bytes)->type, 0);
        if (empty == NULL) {
            return OURO_NULL;
        }
        empty->length = 0;
        empty->hash = 0;
        return ouro_from_object(empty);
    }
    if (n == 1 && value_is_instance_exactly(rt, self, TYPE(rt, bytes))) {
        return value_incref(self);
    }
    if ((uint64_t)n > SIZE_MAX / 4 / b->length) {
        return error_overflow(rt, "repeated bytes are too long");
    }
    size_t total = b->length * (size_t)n, done = b->length;
    ouro_value result = bytes_new(rt, NULL, total);
    if (!ouro_is_null(result)) {
        unsigned char *out = as_bytes(result)->data;
        if (b->length == 1) {
            memset(out, b->data[0], total);
        } else {
            memcpy(out, b->data, done);
            while (done < total) {
                size_t step = done < total - done ? done : total - done;
                memcpy(out + done, out, step);
                done += step;
            }
        }
    }
    return result;
}

static ouro_value bytes_type_remainder(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    if (!value_is_bytes(rt, a)) {
        return OURO_NOT_IMPLEMENTED;
    }
    return bytes_percent(rt, as_bytes(a)->data, as_bytes(a)->length, b);
}

static bool bytes_type_get_buffer(ouro_runtime *rt, ouro_value self, buffer_view *view, bool writable)
{
    if (writable) {
        error_raise(rt, EXC(rt, BufferError), "Object is not writable.");
        return false;
    }
    view->data = as_bytes(self)->data;
    view->length = as_bytes(self)->length;
    view->readonly = true;
    return true;
}

static ouro_value bytes_type_bytes(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (value_is_instance_exactly(rt, args[0], TYPE(rt, bytes))) {
        return value_incref(args[0]);
    }
    return bytes_new(rt, as_bytes(args[0])->data, as_bytes(args[0])->length);
}

static ouro_value bytes_type_getnewargs(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value copy = bytes_type_bytes(rt, args, nargs);
    if (ouro_is_null(copy)) {
        return OURO_NULL;
    }
    ouro_value tuple = tuple_pack1(rt, copy);
    value_decref(rt, copy);
    return tuple;
}

static const method_def bytes_type_methods[] = {
    BYTES_METHOD_TABLE,
    {"__bytes__", "self, /", bytes_type_bytes, .doc = "Convert this value to exact type bytes."},
    {"__getnewargs__", "?self, /", bytes_type_getnewargs, .doc = NULL},
    {NULL},
};

const type_spec bytes_spec = {
    .name = "bytes",
    .size = sizeof(bytes_object),
    .flags = OURO_TYPE_LEAF | TYPE_BASE | TYPE_IS_BYTES | TYPE_MATCH_SELF | TYPE_VAR_SIZED,
    .doc = "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\n"
           "bytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\nbytes(int) -> bytes object of that many zeros\n"
           "bytes() -> empty bytes object",
    .methods = bytes_type_methods,
    .slots =
        {
            .make = bytes_type_make,
            .repr = bytes_type_repr,
            .str = bytes_type_str,
            .hash = bytes_type_hash,
            .compare = bytes_type_compare,
            .iter = bytes_iterator_new,
            .binary[BINARY_REMAINDER] = bytes_type_remainder,
            .length = bytes_type_length,
            .getitem = bytes_type_getitem,
            .contains = bytes_contains,
            .concat = bytes_type_concat,
            .repeat = bytes_type_repeat,
            .get_buffer = bytes_type_get_buffer,
        },
};

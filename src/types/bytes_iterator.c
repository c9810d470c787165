/* bytes_iterator.c: iterating over bytes and bytearray, as ints. */
#include "types/bytes_methods.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"

typedef struct bytes_iterator_object {
    ouro_object object;
    ouro_value bytes; /* OURO_NULL: exhausted */
    size_t index;
} bytes_iterator_object;

static bytes_iterator_object *bytes_iterator_self(ouro_value v)
{
    return (bytes_iterator_object *)(void *)ouro_as_object(v);
}

static ouro_value bytes_iterator_make(ouro_runtime *rt, type_object *type, ouro_value bytes)
{
    bytes_iterator_object *it = object_new(rt, &type->type, 0);
    if (it == NULL) {
        return OURO_NULL;
    }
    it->bytes = value_incref(bytes);
    it->index = 0;
    if ((value_type(rt, bytes)->type.flags & OURO_TYPE_LEAF) == 0) {
        gc_track(rt, it);
    }
    return ouro_from_object(it);
}

ouro_value bytes_iterator_new(ouro_runtime *rt, ouro_value bytes)
{
    return bytes_iterator_make(rt, TYPE(rt, bytes_iterator), bytes);
}

ouro_value bytearray_iterator_new(ouro_runtime *rt, ouro_value bytearray)
{
    return bytes_iterator_make(rt, TYPE(rt, bytearray_iterator), bytearray);
}

static const unsigned char *bytes_iterator_data(ouro_runtime *rt, ouro_value v, size_t *length)
{
    if (value_is_bytes(rt, v)) {
        *length = as_bytes(v)->length;
        return as_bytes(v)->data;
    }
    const bytearray_object *b = as_bytearray(v);
    *length = b->length;
    return b->data + b->start;
}

static ouro_value bytes_iterator_next(ouro_runtime *rt, ouro_value self)
{
    bytes_iterator_object *it = bytes_iterator_self(self);
    if (ouro_is_null(it->bytes)) {
        return OURO_NULL;
    }
    size_t length;
    const unsigned char *data = bytes_iterator_data(rt, it->bytes, &length);
    if (it->index < length) {
        return ouro_int(data[it->index++]);
    }
    value_clear(rt, &it->bytes);
    return OURO_NULL;
}

static ouro_value bytes_iterator_self_iter(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

static ouro_value bytes_iterator_length_hint(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const bytes_iterator_object *it = bytes_iterator_self(args[0]);
    size_t length = 0;
    if (!ouro_is_null(it->bytes)) {
        (void)bytes_iterator_data(rt, it->bytes, &length);
    }
    return ouro_int(length > it->index ? (int64_t)(length - it->index) : 0);
}

static ouro_value bytes_iterator_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const bytes_iterator_object *it = bytes_iterator_self(args[0]);
    ouro_value iter = text_builtin(rt, "iter");
    if (ouro_is_null(iter)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    bool done = ouro_is_null(it->bytes);
    ouro_value source = done ? tuple_new(rt, NULL, 0) : value_incref(it->bytes);
    ouro_value inner = ouro_is_null(source) ? OURO_NULL : tuple_pack1(rt, source);
    if (!ouro_is_null(inner)) {
        result = done ? tuple_pack2(rt, iter, inner) : tuple_pack3(rt, iter, inner, ouro_int((int64_t)it->index));
    }
    value_decref(rt, source);
    value_decref(rt, inner);
    value_decref(rt, iter);
    return result;
}

static ouro_value bytes_iterator_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bytes_iterator_object *it = bytes_iterator_self(args[0]);
    int64_t index;
    if (!object_as_index(rt, args[1], &index, false)) {
        return OURO_NULL;
    }
    if (!ouro_is_null(it->bytes)) {
        size_t length;
        (void)bytes_iterator_data(rt, it->bytes, &length);
        it->index = index < 0 ? 0 : index > (int64_t)length ? length : (size_t)index;
    }
    return OURO_NONE;
}

static const ouro_field bytes_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(bytes_iterator_object, bytes), 0, NULL},
};

static const method_def bytes_iterator_methods[] = {
    {"__length_hint__", "?self, /", bytes_iterator_length_hint, .doc = "Private method returning an estimate of len(list(it))."},
    {"__reduce__", "?self, /", bytes_iterator_reduce, .doc = "Return state information for pickling."},
    {"__setstate__", "?self, state, /", bytes_iterator_setstate, .doc = "Set state information for unpickling."},
    {NULL},
};

const type_spec bytes_iterator_spec = {
    .name = "bytes_iterator",
    .size = sizeof(bytes_iterator_object),
    .flags = TYPE_NO_MAKE,
    .fields = bytes_iterator_fields,
    .field_count = 1,
    .methods = bytes_iterator_methods,
    .slots = {.iter = bytes_iterator_self_iter, .next = bytes_iterator_next},
};

const type_spec bytearray_iterator_spec = {
    .name = "bytearray_iterator",
    .size = sizeof(bytes_iterator_object),
    .flags = TYPE_NO_MAKE,
    .fields = bytes_iterator_fields,
    .field_count = 1,
    .methods = bytes_iterator_methods,
    .slots = {.iter = bytes_iterator_self_iter, .next = bytes_iterator_next},
};

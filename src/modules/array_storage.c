/* array_storage.c: the memory of arrays: growing and shrinking, gaps, and what is appended from other objects. */
#include "modules/array_private.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/text.h"

void array_track(ouro_runtime *rt, array_object *a)
{
    if (!(a->object.shape->type->flags & OURO_TYPE_LEAF)) {
        gc_track(rt, &a->object);
    }
}

/* ---- size --------------------------------------------------------------------------------------------- */

bool array_check_exports(ouro_runtime *rt, const array_object *a)
{
    if (a->exports > 0) {
        error_raise(rt, EXC(rt, BufferError), "cannot resize an array that is exporting buffers");
        return false;
    }
    return true;
}

bool array_resize(ouro_runtime *rt, array_object *a, size_t size)
{
    if (size == a->size) {
        return true;
    }
    if (!array_check_exports(rt, a)) {
        return false;
    }
    if (size <= a->capacity && size >= a->capacity / 2) {
        a->size = size;
        return true;
    }
    if (size == 0) {
        ouro_mem_free(rt->mem, a->data);
        a->data = NULL;
        a->size = a->capacity = 0;
        return true;
    }
    size_t capacity = size + (size >> 4) + (a->size < 8 ? 3 : 7);
    if (size == a->size + 1 || a->size > 0) {
        /* growing: the room above pays for appends to come */
    } else {
        capacity = size;
    }
    if (capacity > (size_t)INT64_MAX / a->item_size) {
        error_no_memory(rt);
        return false;
    }
    unsigned char *data = ouro_mem_resize(rt->mem, a->data, capacity * a->item_size);
    if (!data) {
        error_no_memory(rt);
        return false;
    }
    a->data = data;
    a->capacity = capacity;
    a->size = size;
    return true;
}

bool array_open(ouro_runtime *rt, array_object *a, size_t at, size_t count)
{
    size_t old = a->size;
    if (!array_resize(rt, a, old + count)) {
        return false;
    }
    if (old > at) {
        memmove(a->data + (at + count) * a->item_size, a->data + at * a->item_size, (old - at) * a->item_size);
    }
    return true;
}

bool array_close_gap(ouro_runtime *rt, array_object *a, size_t at, size_t count)
{
    if (count == 0) {
        return true;
    }
    if (!array_check_exports(rt, a)) {
        return false;
    }
    memmove(a->data + at * a->item_size, a->data + (at + count) * a->item_size,
            (a->size - at - count) * a->item_size);
    size_t size = a->size - count;
    if (!array_resize(rt, a, size)) { /* shrinking failed: keep the room */
        error_clear(rt);
        a->size = size;
    }
    return true;
}

array_object *array_new(ouro_runtime *rt, type_object *type, char code, size_t size)
{
    array_object *a = object_new(rt, &type->type, 0);
    if (!a) {
        return NULL;
    }
    a->data = NULL;
    a->size = a->capacity = a->exports = 0;
    a->code = code;
    a->item_size = (uint8_t)array_item_size(code);
    if (!array_resize(rt, a, size)) {
        object_decref(rt, &a->object);
        return NULL;
    }
    return a;
}

ouro_value array_copy(ouro_runtime *rt, const array_object *a, int64_t start, int64_t step, size_t count)
{
    array_object *copy = array_new(rt, MODULE_TYPE(rt, array), a->code, count);
    if (!copy) {
        return OURO_NULL;
    }
    if (step == 1 && count > 0) {
        memcpy(copy->data, a->data + (size_t)start * a->item_size, count * a->item_size);
    } else {
        for (size_t i = 0; i < count; i++) {
            size_t at = (size_t)(start + (int64_t)i * step);
            memcpy(copy->data + i * a->item_size, a->data + at * a->item_size, a->item_size);
        }
    }
    array_track(rt, copy);
    return ouro_from_object(copy);
}

bool array_insert_value(ouro_runtime *rt, array_object *a, int64_t at, ouro_value v)
{
    unsigned char item[8];
    if (!array_item_convert(rt, a->code, v, item)) {
        return false;
    }
    int64_t size = (int64_t)a->size;
    if (at < 0) {
        at = at + size < 0 ? 0 : at + size;
    } else if (at > size) {
        at = size;
    }
    if (!array_open(rt, a, (size_t)at, 1)) {
        return false;
    }
    memcpy(a->data + (size_t)at * a->item_size, item, a->item_size);
    return true;
}

bool array_append_value(ouro_runtime *rt, array_object *a, ouro_value v)
{
    return array_insert_value(rt, a, INT64_MAX, v);
}

bool array_extend_iterable(ouro_runtime *rt, array_object *a, ouro_value iterable)
{
    ouro_value iterator = object_iter(rt, iterable);
    if (ouro_is_null(iterator)) {
        return false;
    }
    bool done;
    for (;;) {
        ouro_value item = iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            done = !error_is_set(rt);
            break;
        }
        done = array_append_value(rt, a, item);
        value_decref(rt, item);
        if (!done) {
            break;
        }
    }
    value_decref(rt, iterator);
    return done;
}

bool array_extend_array(ouro_runtime *rt, array_object *a, const array_object *other)
{
    size_t count = other->size, old = a->size;
    if (!array_resize(rt, a, old + count)) {
        return false;
    }
    if (count > 0) { /* also right for a += a: the old items are still in front */
        memcpy(a->data + old * a->item_size, other->data, count * a->item_size);
    }
    return true;
}

bool array_extend_bytes(ouro_runtime *rt, array_object *a, const void *data, size_t length)
{
    if (length % a->item_size != 0) {
        error_value(rt, "bytes length not a multiple of item size");
        return false;
    }
    size_t old = a->size;
    if (!array_resize(rt, a, old + length / a->item_size)) {
        return false;
    }
    if (length > 0) {
        memcpy(a->data + old * a->item_size, data, length);
    }
    return true;
}

bool array_extend_str(ouro_runtime *rt, array_object *a, ouro_value text)
{
    size_t length = str_length(as_str(text)), old = a->size;
    if (!array_resize(rt, a, old + length)) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        uint32_t c = str_char_at(as_str(text), i);
        memcpy(a->data + (old + i) * sizeof c, &c, sizeof c);
    }
    return true;
}

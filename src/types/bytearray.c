/* bytearray.c: the storage of bytearray.
 *
 *     data[0 .. start)                   free, dropped from the front
 *     data[start .. start + length)      the bytes
 *     data[start + length .. capacity)   room to grow
 *
 * start + length <= capacity; data == NULL <=> capacity == 0.  Growth leaves an eighth of room; dropping from the front
 * only moves `start`, so a queue costs no copying.  While exports > 0, neither the block nor the length may change.
 */
#include "types/bytearray.h"

#include "types/error.h"

bytearray_object *bytearray_make(ouro_runtime *rt, type_object *type)
{
    bytearray_object *b = object_new(rt, &type->type, 0);
    if (b != NULL) {
        b->data = NULL;
        b->start = b->length = b->capacity = b->exports = 0;
        if ((type->type.flags & OURO_TYPE_LEAF) == 0) {
            gc_track(rt, b);
        }
    }
    return b;
}

ouro_value bytearray_new(ouro_runtime *rt, const void *data, size_t length)
{
    bytearray_object *b = bytearray_make(rt, TYPE(rt, bytearray));
    if (b == NULL) {
        return OURO_NULL;
    }
    if (length > 0) {
        if (!bytearray_resize(rt, b, length)) {
            value_decref(rt, ouro_from_object(b));
            return OURO_NULL;
        }
        if (data != NULL) {
            memcpy(bytearray_data(b), data, length);
        }
    }
    return ouro_from_object(b);
}

bool bytearray_resize(ouro_runtime *rt, bytearray_object *b, size_t length)
{
    if (length == b->length) {
        return true;
    }
    if (b->exports > 0) {
        error_raise(rt, EXC(rt, BufferError), "Existing exports of data: object cannot be re-sized");
        return false;
    }
    if (length > SIZE_MAX / 4) {
        error_no_memory(rt);
        return false;
    }
    if (b->start + length <= b->capacity && length >= b->capacity / 2) {
        b->length = length; /* fits, and does not waste half of the block */
        return true;
    }
    if (length == 0) {
        ouro_mem_free(rt->mem, b->data);
        b->data = NULL;
        b->start = b->length = b->capacity = 0;
        return true;
    }
    size_t keep = length < b->length ? length : b->length;
    if (b->start > 0) {
        /* Only a good deal of free space at the front is worth using without growing: else a queue that is fed and
         * drained byte by byte would move everything each time. */
        bool roomy = b->start >= b->capacity / 8;
        memmove(b->data, b->data + b->start, keep);
        b->start = 0;
        b->length = keep;
        if (roomy && length <= b->capacity && length >= b->capacity / 2) {
            b->length = length;
            return true;
        }
    }
    size_t capacity = length > b->length ? length + length / 8 + (length < 9 ? 3 : 6) : length;
    if (b->data == NULL && b->length == 0) {
        capacity = length; /* the first filling is usually the last */
    }
    unsigned char *data = ouro_mem_resize(rt->mem, b->data, capacity);
    if (data == NULL) {
        if (length <= b->capacity) {
            b->length = length;
            return true;
        }
        error_no_memory(rt);
        return false;
    }
    b->data = data;
    b->capacity = capacity;
    b->length = length;
    return true;
}

bool bytearray_splice(ouro_runtime *rt, bytearray_object *b, size_t start, size_t count, const unsigned char *fresh,
                      size_t length)
{
    size_t tail = b->length - start - count;
    if (length < count) {
        if (b->exports > 0) {
            error_raise(rt, EXC(rt, BufferError), "Existing exports of data: object cannot be re-sized");
            return false;
        }
        size_t less = count - length;
        if (start == 0) {
            b->start += less; /* the front goes without moving the rest */
            b->length -= less;
            if (length > 0) {
                memcpy(bytearray_data(b), fresh, length);
            }
            return b->length > 0 || bytearray_resize(rt, b, 0);
        }
        memmove(bytearray_data(b) + start + length, bytearray_data(b) + start + count, tail);
        if (!bytearray_resize(rt, b, b->length - less)) {
            return false;
        }
    } else if (length > count) {
        if (!bytearray_resize(rt, b, b->length + (length - count))) {
            return false;
        }
        memmove(bytearray_data(b) + start + length, bytearray_data(b) + start + count, tail);
    }
    if (length > 0) {
        memcpy(bytearray_data(b) + start, fresh, length);
    }
    return true;
}

/* bytes_builder.c: building bytes piece by piece.
 *
 * The builder fills the bytes object that will be the result, so finishing only trims it.
 */
#include "types/bytes.h"
#include "types/text.h"

static const size_t bytes_builder_max = SIZE_MAX / 4;

void bytes_builder_init(bytes_builder *b, ouro_runtime *rt)
{
    *b = (bytes_builder){.rt = rt};
}

static bool bytes_builder_reserve(bytes_builder *b, size_t count)
{
    if (OURO_LIKELY(b->data != NULL && count <= b->capacity - b->length)) {
        return true;
    }
    if (b->failed) {
        return false;
    }
    bytes_object *grown = NULL;
    if (count <= bytes_builder_max - b->length) {
        size_t need = b->length + count;
        size_t capacity = need < 32 ? 32 : text_grown_capacity(b->data == NULL, need);
        if (b->data == NULL) {
            grown = object_new(b->rt, &TYPE(b->rt, bytes)->type, capacity);
            if (grown != NULL) {
                grown->length = 0;
                grown->hash = 0;
            }
        } else {
            grown = ouro_mem_resize(b->rt->mem, b->data, sizeof *grown + capacity);
        }
        if (grown != NULL) {
            b->data = grown;
            b->capacity = capacity;
            return true;
        }
    }
    b->failed = true;
    error_no_memory(b->rt);
    return false;
}

void bytes_builder_byte(bytes_builder *b, unsigned char byte)
{
    if (bytes_builder_reserve(b, 1)) {
        b->data->data[b->length++] = byte;
    }
}

void bytes_builder_add(bytes_builder *b, const void *data, size_t length)
{
    if (length > 0 && bytes_builder_reserve(b, length)) {
        memcpy(b->data->data + b->length, data, length);
        b->length += length;
    }
}

unsigned char *bytes_builder_room(bytes_builder *b, size_t length)
{
    if (!bytes_builder_reserve(b, length)) {
        return NULL;
    }
    unsigned char *room = b->data->data + b->length;
    b->length += length;
    return room;
}

ouro_value bytes_builder_finish(bytes_builder *b)
{
    ouro_runtime *rt = b->rt;
    if (b->failed) {
        bytes_builder_drop(b);
        return OURO_NULL;
    }
    if (b->length <= 1) {
        ouro_value v = bytes_new(rt, b->length == 0 ? (const unsigned char *)"" : b->data->data, b->length);
        bytes_builder_drop(b);
        return v;
    }
    bytes_object *result = b->data;
    if (b->capacity > b->length) {
        bytes_object *trimmed = ouro_mem_resize(rt->mem, result, sizeof *result + b->length);
        result = trimmed != NULL ? trimmed : result;
    }
    result->length = b->length;
    bytes_builder_init(b, rt);
    return ouro_from_object(result);
}

void bytes_builder_drop(bytes_builder *b)
{
    if (b->data != NULL) {
        value_decref(b->rt, ouro_from_object(b->data));
    }
    bytes_builder_init(b, b->rt);
}

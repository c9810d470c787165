/* bytes.c: making bytes, their hash and order.
 *
 * A bytes object never changes once it is visible to a program.  Hash 0 means not computed.
 */
#include "types/bytes.h"

#include "types/text.h"

ouro_value bytes_empty(ouro_runtime *rt)
{
    ouro_value *slot = &rt->types->empty_bytes;
    if (ouro_is_null(*slot)) {
        bytes_object *b = object_new(rt, &TYPE(rt, bytes)->type, 0);
        if (b == NULL) {
            return OURO_NULL;
        }
        b->length = 0;
        b->hash = 0;
        *slot = ouro_from_object(b);
    }
    return value_incref(*slot);
}

ouro_value bytes_new(ouro_runtime *rt, const void *data, size_t length)
{
    if (length == 0) {
        return bytes_empty(rt);
    }
    if (length > SIZE_MAX / 4) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    bytes_object *b = object_new(rt, &TYPE(rt, bytes)->type, length);
    if (b == NULL) {
        return OURO_NULL;
    }
    b->length = length;
    b->hash = 0;
    if (data != NULL) {
        memcpy(b->data, data, length);
    }
    return ouro_from_object(b);
}

hash_t bytes_hash(ouro_runtime *rt, bytes_object *b)
{
    if (b->hash == 0) {
        if (b->length == 0) {
            return 0;
        }
        uint64_t h = text_hash_bytes(rt, b->data, b->length);
        if (h == 0 || h == UINT64_MAX) {
            h = UINT64_MAX - 1;
        }
        b->hash = h;
    }
    return (hash_t)b->hash;
}

/* bytes.h: bytes, bytearray. */
#ifndef OURO_SRC_TYPES_BYTES_H
#define OURO_SRC_TYPES_BYTES_H

#include "types/types.h"

typedef struct bytes_object {
    ouro_object object;
    size_t length;
    uint64_t hash; /* 0: not computed */
    unsigned char data[];
} bytes_object;

typedef struct bytearray_object {
    ouro_object object;
    unsigned char *data;  /* leaf block, NULL when empty */
    size_t start;         /* bytes dropped from the front */
    size_t length;
    size_t capacity;
    size_t exports;       /* buffer views alive: the size must not change */
} bytearray_object;

static inline bytes_object *as_bytes(ouro_value v)
{
    return (bytes_object *)(void *)ouro_as_object(v);
}
static inline bool value_is_bytes(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && (ouro_as_object(v)->shape->type->flags & TYPE_IS_BYTES) != 0;
}
/* Copies; `data` NULL leaves the contents to the caller to fill. */
OURO_NODISCARD ouro_value bytes_new(ouro_runtime *rt, const void *data, size_t length);
OURO_NODISCARD ouro_value bytearray_new(ouro_runtime *rt, const void *data, size_t length);
/* bytes(v) for a bytes-like or iterable of ints. */
OURO_NODISCARD ouro_value bytes_from_object(ouro_runtime *rt, ouro_value v);
/* The same, where an object's __bytes__ comes first. */
OURO_NODISCARD ouro_value bytes_of_object(ouro_runtime *rt, ouro_value v);
static inline bytearray_object *as_bytearray(ouro_value v)
{
    return (bytearray_object *)(void *)ouro_as_object(v);
}
static inline bool value_is_bytearray(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && value_is_instance(rt, v, TYPE(rt, bytearray));
}
hash_t bytes_hash(ouro_runtime *rt, bytes_object *b);
/* The empty bytes: a new reference. */
OURO_NODISCARD ouro_value bytes_empty(ouro_runtime *rt);
/* Decodes / encodes by name; `errors` NULL: "strict". */
OURO_NODISCARD ouro_value codec_decode(ouro_runtime *rt, const void *data, size_t length, const char *encoding,
                                       const char *errors);
OURO_NODISCARD ouro_value codec_encode(ouro_runtime *rt, ouro_value str, const char *encoding,
                                       const char *errors);

/* ---- building (bytes_builder.c): failure sticks, check once at the end ---- */
typedef struct bytes_builder {
    ouro_runtime *rt;
    bytes_object *data; /* the bytes object that will be the result; its own length is 0 until then */
    size_t length, capacity;
    bool failed;
} bytes_builder;

void bytes_builder_init(bytes_builder *b, ouro_runtime *rt);
void bytes_builder_byte(bytes_builder *b, unsigned char byte);
void bytes_builder_add(bytes_builder *b, const void *data, size_t length);
/* Room for `length` more bytes, counted as appended, to be filled at once.  NULL: failed. */
OURO_NODISCARD unsigned char *bytes_builder_room(bytes_builder *b, size_t length);
/* The bytes, or OURO_NULL with the exception set; the builder is empty afterwards. */
OURO_NODISCARD ouro_value bytes_builder_finish(bytes_builder *b);
void bytes_builder_drop(bytes_builder *b);

#endif

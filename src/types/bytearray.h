/* bytearray.h: what bytearray.c and bytearray_type.c share. */
#ifndef OURO_SRC_TYPES_BYTEARRAY_H
#define OURO_SRC_TYPES_BYTEARRAY_H

#include "types/bytes_methods.h"

static inline unsigned char *bytearray_data(const bytearray_object *b)
{
    return b->data + b->start;
}

/* Changes the length; new bytes at the end are undefined.  BufferError while views exist. */
OURO_NODISCARD bool bytearray_resize(ouro_runtime *rt, bytearray_object *b, size_t length);
/* Replaces `count` bytes from `start` on by `fresh`. */
OURO_NODISCARD bool bytearray_splice(ouro_runtime *rt, bytearray_object *b, size_t start, size_t count,
                                     const unsigned char *fresh, size_t length);
/* An empty one of `type`. */
OURO_NODISCARD bytearray_object *bytearray_make(ouro_runtime *rt, type_object *type);

#endif

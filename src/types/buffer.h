/* buffer.h: views of another object's memory (the buffer protocol). */
#ifndef OURO_SRC_TYPES_BUFFER_H
#define OURO_SRC_TYPES_BUFFER_H

#include "types/types.h"

enum { BUFFER_MAX_DIMENSIONS = 64 };

typedef struct buffer_view {
    void *data;
    size_t length;        /* bytes */
    size_t item_size;
    const char *format;   /* struct-module code, "B" by default; lives as long as the owner */
    bool readonly;
    int dimensions;
    int64_t *shape;       /* NULL: one dimension of length / item_size */
    int64_t *strides;     /* NULL: contiguous */
    ouro_value owner;     /* owned reference: keeps the memory alive and in place */
    void *internal;
} buffer_view;

/* TypeError "a bytes-like object is required, not 'T'" if v has no buffer; BufferError if it is not writable.
 * Every success is paired with buffer_release. */
OURO_NODISCARD bool buffer_get(ouro_runtime *rt, ouro_value v, buffer_view *view, bool writable);
void buffer_release(ouro_runtime *rt, buffer_view *view);
bool value_has_buffer(ouro_runtime *rt, ouro_value v);
/* The same, and its bytes lie side by side: not so for a memoryview with gaps, which buffer_get refuses. */
bool value_has_plain_buffer(ouro_runtime *rt, ouro_value v);

#endif

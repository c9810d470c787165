/* memoryview.h: the struct of memoryview and what its files share.
 *
 * A managed_buffer object holds one acquired view of the exporter's memory; any number of memoryviews look at it,
 * each with a shape of its own.  The view is given back when the last of them is released.
 */
#ifndef OURO_SRC_TYPES_MEMORYVIEW_H
#define OURO_SRC_TYPES_MEMORYVIEW_H

#include "types/bytes_methods.h"

typedef struct managed_buffer_object {
    ouro_object object;
    buffer_view view; /* view.owner OURO_NULL: given back */
} managed_buffer_object;

typedef struct memoryview_object {
    ouro_object object;
    ouro_value managed;    /* OURO_NULL: released */
    unsigned char *data;   /* the first item */
    size_t item_size;
    const char *format;    /* the exporter's, or owned_format */
    char *owned_format;
    int64_t *shape;        /* dimensions numbers, then as many strides: one leaf block, NULL for dimensions 0 */
    int64_t *strides;
    int dimensions;
    bool readonly;
    bool hashed;
    size_t exports;        /* views that others hold of this memoryview */
    hash_t hash;
} memoryview_object;

static inline memoryview_object *as_memoryview(ouro_value v)
{
    return (memoryview_object *)(void *)ouro_as_object(v);
}

/* ValueError "operation forbidden on released memoryview object". */
OURO_NODISCARD bool memoryview_check(ouro_runtime *rt, const memoryview_object *m);
/* A view like `m` (or like the exporter's buffer, for `m` NULL) with room for `dimensions`. */
OURO_NODISCARD memoryview_object *memoryview_derive(ouro_runtime *rt, const memoryview_object *m, int dimensions);
int64_t memoryview_items(const memoryview_object *m); /* product of the shape */
bool memoryview_is_c_contiguous(const memoryview_object *m);
bool memoryview_is_f_contiguous(const memoryview_object *m);
/* All items in C ('C') or Fortran ('F') order into `out`. */
void memoryview_copy_out(const memoryview_object *m, unsigned char *out, char order);
/* The same as bytes. */
OURO_NODISCARD ouro_value memoryview_bytes(ouro_runtime *rt, const memoryview_object *m, char order);
/* The one-letter native format, or 0. */
char memoryview_native_code(const char *format);
size_t memoryview_code_size(char code);
OURO_NODISCARD ouro_value memoryview_unpack(ouro_runtime *rt, const char *format, const unsigned char *p);
OURO_NODISCARD bool memoryview_pack(ouro_runtime *rt, const char *format, unsigned char *p, ouro_value v);
/* 1, 0, -1: items equal, recursively. */
int memoryview_equal(ouro_runtime *rt, const memoryview_object *a, const memoryview_object *b);
/* A memoryview of anything with a buffer. */
OURO_NODISCARD ouro_value memoryview_new(ouro_runtime *rt, ouro_value exporter);
OURO_NODISCARD ouro_value memoryview_getitem(ouro_runtime *rt, ouro_value self, ouro_value key);
OURO_NODISCARD bool memoryview_setitem(ouro_runtime *rt, ouro_value self, ouro_value key, ouro_value value);

#endif

/* array_item.h: the array object, and its items by typecode. */
#ifndef OURO_SRC_MODULES_ARRAY_ITEM_H
#define OURO_SRC_MODULES_ARRAY_ITEM_H

#include "types/type.h"

typedef struct array_object {
    ouro_object object;
    unsigned char *data; /* leaf block, NULL when capacity is 0 */
    size_t size;         /* items */
    size_t capacity;
    size_t exports;      /* buffer views alive: the size must not change */
    char code;
    uint8_t item_size;
} array_object;

static inline array_object *as_array(ouro_value v)
{
    return (array_object *)(void *)ouro_as_object(v);
}

#define ARRAY_TYPECODES "bBuhHiIlLqQfd"

/* Bytes of an item; 0: no such typecode. */
unsigned array_item_size(char code);
OURO_NODISCARD ouro_value array_item_get(ouro_runtime *rt, const array_object *a, size_t i);
/* Converts a value to the item's bytes (may run program code; touches no array). */
OURO_NODISCARD bool array_item_convert(ouro_runtime *rt, char code, ouro_value v, unsigned char *item);
/* The first typecode whose items have the size and kind of a machine format code (0..21), or 0. */
char array_format_typecode(int format);
/* The machine format code of a typecode here. */
int array_typecode_format(char code);
/* The values of `length` bytes in a machine format, as a list; ValueError if the length does not fit. */
OURO_NODISCARD ouro_value array_format_values(ouro_runtime *rt, int format, const unsigned char *data,
                                              size_t length);

#endif

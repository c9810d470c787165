/* struct_format.h: formats of the struct module: their parser, and single items packed and unpacked. */
#ifndef OURO_SRC_MODULES_STRUCT_FORMAT_H
#define OURO_SRC_MODULES_STRUCT_FORMAT_H

#include "types/type.h"

typedef struct struct_code {
    char code;
    bool big_endian;
    bool native;
    uint8_t size;   /* of one item; 's' and 'p': 1 */
    size_t offset;  /* of the first */
    size_t repeat;  /* how many; 's' and 'p': bytes of the one item */
} struct_code;

typedef struct struct_format {
    struct_code *codes; /* leaf block, or `local` */
    size_t code_count;
    size_t size;  /* bytes */
    size_t items; /* values packed */
    struct_code local[6];
} struct_format;

/* Parses a format (ASCII text); struct.error if it is wrong. */
OURO_NODISCARD bool struct_format_parse(ouro_runtime *rt, struct_format *f, const char *text, size_t length);
void struct_format_free(ouro_runtime *rt, struct_format *f);
/* Packs f->items values into f->size bytes, pads zeroed. */
OURO_NODISCARD bool struct_format_pack(ouro_runtime *rt, const struct_format *f, const ouro_value *values,
                                       unsigned char *data);
/* A tuple of the values. */
OURO_NODISCARD ouro_value struct_format_unpack(ouro_runtime *rt, const struct_format *f,
                                               const unsigned char *data);

/* IEEE binary16 from and to double; float_pack_half: false if it is out of range. */
bool float_pack_half(double d, uint16_t *half);
double float_unpack_half(uint16_t half);

#endif

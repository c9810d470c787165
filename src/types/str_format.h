/* str_format.h: the parts of a format string, for str.format and the _string module. */
#ifndef OURO_SRC_TYPES_STR_FORMAT_H
#define OURO_SRC_TYPES_STR_FORMAT_H

#include "types/text.h"

typedef struct format_span {
    size_t start, end;
} format_span;

/* One step through a format string: literal text, then maybe a field. */
typedef struct format_piece {
    format_span literal;
    bool has_field;
    format_span name;
    uint32_t conversion; /* 0: none */
    format_span spec;
    bool spec_has_fields;
} format_piece;

/* Reads the next piece at *at (ends at `end`): 1 read, 0 no more, -1 malformed (ValueError). */
OURO_NODISCARD int format_next_piece(ouro_runtime *rt, const str_object *s, size_t *at, size_t end,
                                     format_piece *piece);

/* One step along the attributes and indices behind the first part of a field name. */
typedef struct format_step {
    bool is_attribute;
    int64_t index; /* -1: `name` is the key */
    format_span name;
} format_step;

/* The end of the first part of a field name. */
size_t format_first_part(const str_object *s, format_span name);
/* The next step at *at: 1, 0, -1. */
OURO_NODISCARD int format_next_step(ouro_runtime *rt, const str_object *s, size_t *at, size_t end, format_step *step);
/* The value of an all-digit span: -1 it is none, -2 too large (ValueError). */
OURO_NODISCARD int64_t format_span_index(ouro_runtime *rt, const str_object *s, format_span span);

#endif

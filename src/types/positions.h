/* positions.h: the table that tells where in the source each instruction came from.
 *
 * A byte string of entries in the order of the code; each covers a run of units with the same place:
 *     varint   units in the run, shifted left once; the low bit says that the run has no place (nothing follows)
 *     zigzag   line, relative to the line of the entry before (the first: to code->first_line)
 *     varint   end line - line
 *     varint   column + 1 (0: unknown)
 *     varint   end column + 1
 * varint: 7 bits in a byte, low ones first, the high bit says that more follow.
 */
#ifndef OURO_SRC_TYPES_POSITIONS_H
#define OURO_SRC_TYPES_POSITIONS_H

#include "types/code.h"

typedef struct position {
    int32_t line; /* 0: none */
    int32_t end_line;
    int32_t column; /* 0-based, in UTF-8 bytes; -1: unknown */
    int32_t end_column;
} position;

typedef struct positions_writer {
    ouro_mem *mem;
    unsigned char *bytes;
    size_t size, capacity;
    int32_t last_line;
} positions_writer;

void positions_start(positions_writer *w, ouro_mem *mem, int32_t first_line);
/* Adds a run of `units`.  False: no memory. */
OURO_NODISCARD bool positions_add(positions_writer *w, uint32_t units, position place);

/* Steps through the runs: begin with a zeroed reader. */
typedef struct positions_reader {
    const code_object *code;
    size_t offset;
    uint32_t start, end; /* units of the current run */
    int32_t line;        /* running */
    position place;
} positions_reader;

void positions_read_start(positions_reader *r, const code_object *code);
bool positions_read_next(positions_reader *r);

/* co_linetable and co_lnotab, in CPython 3.11's formats: bytes, new references (positions_table.c). */
OURO_NODISCARD ouro_value code_line_table(ouro_runtime *rt, const code_object *code);
OURO_NODISCARD ouro_value code_line_number_table(ouro_runtime *rt, const code_object *code);
/* Takes the positions from a co_linetable; any bytes will do.  False: MemoryError, the code is as it was. */
OURO_NODISCARD bool code_set_line_table(ouro_runtime *rt, code_object *code, const unsigned char *table, size_t length);

/* code.co_positions() and code.co_lines(): they end where the table does. */
ouro_value code_method_positions(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value code_method_lines(ouro_runtime *rt, const ouro_value *args, size_t nargs);

#endif

/* code.h: compiled code as data.  The compiler (lang/) makes it, the evaluation loop (vm/) runs it; this floor
 * only knows its parts.
 *
 * Instructions are 32-bit units: opcode in the low 8 bits, argument in the high 24; some are followed by
 * units of inline cache (lang/opcode.h).  Code is cold until it first runs: its block then holds the instructions
 * alone, and the caches come when it is warmed (cold_code.c); most functions of most modules never are.  Numbers of
 * units, in jumps and tables, always count the caches.  Positions: a byte string of variable-length entries, one for
 * each instruction (positions.c).  Exception table: sorted ranges of units with handler and stack depth.
 */
#ifndef OURO_SRC_TYPES_CODE_H
#define OURO_SRC_TYPES_CODE_H

#include "types/type.h"

enum { /* code_object.flags: the values are CPython's co_flags */
    CODE_FUTURE_BARRY = 0x400000, CODE_FUTURE_ANNOTATIONS = 0x1000000, /* inherited by compile() and exec() inside */
    CODE_OPTIMIZED = 0x1, CODE_NEWLOCALS = 0x2, CODE_VARARGS = 0x4, CODE_VARKEYWORDS = 0x8, CODE_NESTED = 0x10,
    CODE_GENERATOR = 0x20, CODE_COROUTINE = 0x80, CODE_ITERABLE_COROUTINE = 0x100, CODE_ASYNC_GENERATOR = 0x200,
};

typedef struct exception_range {
    uint32_t start, end; /* units: start <= ip < end */
    uint32_t handler;
    uint32_t depth;      /* stack depth to unwind to */
    bool push_ip;        /* push the failing instruction's index before the exception (`with`, finally) */
} exception_range;

typedef struct code_object {
    ouro_object object;
    uint32_t *units;          /* leaf block; caches are written to by the loop */
    uint32_t unit_count;
    uint32_t cold_count;      /* cold code: its instructions, which is what `units` holds; 0: warm */
    uint32_t frame_words;     /* values that a frame of it takes, known to the loop; cold code: CODE_COLD_FRAME */
    uint32_t flags;
    uint32_t argument_count;  /* positional, those positional-only included */
    uint32_t positional_only_count;
    uint32_t keyword_only_count;
    uint32_t local_count;     /* names of locals: arguments first; then cells, then free variables follow */
    uint32_t cell_count;      /* cell variables that are not also arguments */
    uint32_t free_count;
    uint32_t stack_size;
    uint32_t first_line;
    ouro_value constants;     /* tuple */
    ouro_value names;         /* tuple of interned strs */
    ouro_value local_names;   /* tuple: locals, cells, frees, as they lie in a frame */
    unsigned char *local_kinds; /* leaf block: CODE_LOCAL_* for each of local_names */
    ouro_value name, qualname, filename;
    ouro_value docstring;     /* str or OURO_NULL */
    exception_range *ranges;  /* leaf block */
    uint32_t range_count;
    uint32_t positions_size;
    unsigned char *positions; /* leaf block */
    uint32_t version;         /* unique: guards inline caches of calls */
    uint32_t self_attribute_count; /* class bodies: distinct names assigned through self in its methods */
    void *vm_data;            /* the loop's own (counters); leaf block or NULL */
} code_object;

enum { CODE_LOCAL_PLAIN = 0x20, CODE_LOCAL_CELL = 0x40, CODE_LOCAL_FREE = 0x80 };

enum { CODE_COLD_FRAME = INT32_MAX }; /* so many that no stack has room: the slow path of a call sees to it */

static inline code_object *as_code(ouro_value v)
{
    return (code_object *)(void *)ouro_as_object(v);
}
/* All fields empty, not yet tracked; the compiler fills it. */
OURO_NODISCARD code_object *code_new_blank(ouro_runtime *rt);

/* Units of cache behind an instruction of each opcode: the one thing of the instruction set that this floor knows.
 * The table is lang/opcode.c's. */
extern const uint8_t opcode_caches[];

/* Gives cold code its caches, empty ones.  False: an exception is set, the code is as it was. */
OURO_NODISCARD bool code_warm(ouro_runtime *rt, code_object *code);
/* A new block with what cold code's block holds: the instructions alone, `*count` of them.  Warm code gives the same as
 * before it was warmed.  The caller frees it; NULL: an exception is set. */
OURO_NODISCARD uint32_t *code_instructions(ouro_runtime *rt, const code_object *code, uint32_t *count);
/* A new block of `unit_count` units, all caches empty.  The caller frees it; NULL: an exception is set. */
OURO_NODISCARD uint32_t *code_all_units(ouro_runtime *rt, const code_object *code);
/* Line and columns of the instruction at `unit`: false when it has none.  Columns are 0-based UTF-8 bytes, -1:
 * unknown.  (positions.c) */
bool code_position(const code_object *code, uint32_t unit, int *line, int *end_line, int *column, int *end_column);

#endif

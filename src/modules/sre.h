/* sre.h: the regular expressions under the re module: the engine and what its Python types share.
 *
 * The Python part of the standard library (re._compiler) turns a pattern into an array of 32-bit codes; the engine
 * (sre_match.c) runs it over a string; sre_pattern.c and sre_match_object.c are the types Pattern and Match.
 */
#ifndef OURO_SRC_MODULES_SRE_H
#define OURO_SRC_MODULES_SRE_H

#include "types/buffer.h"
#include "types/module.h"

extern const module_def sre_module_def;
extern const type_spec sre_pattern_spec, sre_match_spec, sre_scanner_spec;

/* The instruction set: numbers and order as in re._constants. */
enum sre_opcode {
    SRE_OP_FAILURE, SRE_OP_SUCCESS, SRE_OP_ANY, SRE_OP_ANY_ALL, SRE_OP_ASSERT, SRE_OP_ASSERT_NOT, SRE_OP_AT,
    SRE_OP_BRANCH, SRE_OP_CATEGORY, SRE_OP_CHARSET, SRE_OP_BIGCHARSET, SRE_OP_GROUPREF, SRE_OP_GROUPREF_EXISTS,
    SRE_OP_IN, SRE_OP_INFO, SRE_OP_JUMP, SRE_OP_LITERAL, SRE_OP_MARK, SRE_OP_MAX_UNTIL, SRE_OP_MIN_UNTIL,
    SRE_OP_NOT_LITERAL, SRE_OP_NEGATE, SRE_OP_RANGE, SRE_OP_REPEAT, SRE_OP_REPEAT_ONE, SRE_OP_SUBPATTERN,
    SRE_OP_MIN_REPEAT_ONE, SRE_OP_ATOMIC_GROUP, SRE_OP_POSSESSIVE_REPEAT, SRE_OP_POSSESSIVE_REPEAT_ONE,
    SRE_OP_GROUPREF_IGNORE, SRE_OP_IN_IGNORE, SRE_OP_LITERAL_IGNORE, SRE_OP_NOT_LITERAL_IGNORE,
    SRE_OP_GROUPREF_LOC_IGNORE, SRE_OP_IN_LOC_IGNORE, SRE_OP_LITERAL_LOC_IGNORE, SRE_OP_NOT_LITERAL_LOC_IGNORE,
    SRE_OP_GROUPREF_UNI_IGNORE, SRE_OP_IN_UNI_IGNORE, SRE_OP_LITERAL_UNI_IGNORE, SRE_OP_NOT_LITERAL_UNI_IGNORE,
    SRE_OP_RANGE_UNI_IGNORE,
};

typedef struct sre_pattern_object {
    ouro_object object;
    ouro_value pattern;     /* str, bytes, or None */
    ouro_value group_index; /* dict: name -> number */
    ouro_value index_group; /* tuple: number -> name or None */
    int64_t flags;
    size_t groups;
    int is_bytes; /* 1: bytes, 0: str, -1: the pattern's text is not known, anything goes */
    size_t code_size;
    uint32_t code[];
} sre_pattern_object;

typedef struct sre_match_object {
    ouro_object object;
    ouro_value pattern;
    ouro_value string;
    ouro_value regs; /* tuple, made when asked for */
    int64_t pos, endpos;
    int64_t last_index; /* -1: none */
    size_t groups;      /* group 0 included */
    int64_t marks[];    /* two for each group; -1: did not take part */
} sre_match_object;

static inline sre_pattern_object *as_sre_pattern(ouro_value v)
{
    return (sre_pattern_object *)(void *)ouro_as_object(v);
}
static inline sre_match_object *as_sre_match(ouro_value v)
{
    return (sre_match_object *)(void *)ouro_as_object(v);
}

/* A string being searched. */
typedef struct sre_input {
    const void *data;
    unsigned kind; /* bytes for each character */
    int64_t length;
    bool is_bytes;
    bool has_view;
    buffer_view view;
} sre_input;

/* TypeError "expected string or bytes-like object, got 'T'".  Paired with sre_input_close. */
OURO_NODISCARD bool sre_input_open(ouro_runtime *rt, ouro_value string, sre_input *input);
void sre_input_close(ouro_runtime *rt, sre_input *input);
/* string[start:end] as str or bytes. */
OURO_NODISCARD ouro_value sre_slice(ouro_runtime *rt, ouro_value string, const sre_input *input, int64_t start,
                                    int64_t end);

typedef struct sre_state sre_state;

typedef enum sre_mode { SRE_SEARCH, SRE_MATCH, SRE_FULLMATCH } sre_mode;

/* A state for matches of one pattern in one string: start and end are within the input.  NULL: no memory. */
OURO_NODISCARD sre_state *sre_state_new(ouro_runtime *rt, const sre_pattern_object *pattern, const sre_input *input,
                                        int64_t start, int64_t end);
void sre_state_free(ouro_runtime *rt, sre_state *s);
/* The next match from where the last one ended: 1 found, 0 none, -1 failed.  An empty match is not found twice at one
 * place. */
OURO_NODISCARD int sre_state_next(ouro_runtime *rt, sre_state *s, sre_mode mode);
/* Of the last match. */
int64_t sre_state_start(const sre_state *s);
int64_t sre_state_end(const sre_state *s);
int64_t sre_state_last_index(const sre_state *s);
/* marks[2 * i], marks[2 * i + 1] for group i + 1. */
const int64_t *sre_state_marks(const sre_state *s);

/* Can the engine run this code without leaving it or the marks of its groups? */
bool sre_code_is_sound(const uint32_t *code, size_t size, size_t groups);

/* Characters in lower case: ASCII or Unicode. */
uint32_t sre_lower(uint32_t c, bool unicode);
bool sre_is_cased(uint32_t c, bool unicode);

/* The match that the state has found: new reference. */
OURO_NODISCARD ouro_value sre_match_new(ouro_runtime *rt, ouro_value pattern, ouro_value string, const sre_state *s,
                                        int64_t pos, int64_t endpos);
/* The number of the group that `index` (an int or a name) means, or -1: IndexError is set. */
int64_t sre_match_group_index(ouro_runtime *rt, const sre_match_object *match, ouro_value index);

#endif

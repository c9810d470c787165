/* sre_char.h: characters of the string that is searched, and what instructions for one character accept. */
#ifndef OURO_SRC_MODULES_SRE_CHAR_H
#define OURO_SRC_MODULES_SRE_CHAR_H

#include "modules/sre.h"

typedef struct sre_text {
    const void *data;
    unsigned kind; /* bytes for each character */
} sre_text;

static inline uint32_t sre_text_at(const sre_text *t, int64_t i)
{
    switch (t->kind) {
    case 1:
        return ((const uint8_t *)t->data)[i];
    case 2:
        return ((const uint16_t *)t->data)[i];
    default:
        return ((const uint32_t *)t->data)[i];
    }
}

bool sre_is_word(uint32_t c, bool unicode);

/* Where the length that follows the instruction leads.  Only for instructions that have one: the last SUCCESS
 * is followed by nothing. */
static inline uint32_t sre_skip(const uint32_t *code, uint32_t pc)
{
    return pc + 1 + code[pc + 1];
}

/* Is the instruction one for one character? */
bool sre_is_single(uint32_t opcode);
/* Does the one-character instruction at code[pc] accept the character? */
bool sre_accepts(const uint32_t *code, uint32_t pc, uint32_t c);
/* The first place from `at` on, before `end`, whose character the instruction does not accept (`accepted`) or does
 * (not `accepted`); `end` if there is none. */
int64_t sre_span(const sre_text *t, const uint32_t *code, uint32_t pc, int64_t at, int64_t end, bool accepted);
/* The same for the set that begins at `set`. */
int64_t sre_span_set(const sre_text *t, const uint32_t *set, int64_t at, int64_t end, bool accepted);

#endif

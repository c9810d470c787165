/* sre_char.c: see sre_char.h */
#include "modules/sre_char.h"

#include "types/str.h"
#include "types/text.h"

/* Bit n of an entry: the ASCII character is in the category 2 * n (2 * n + 1 is its opposite). */
static const uint16_t sre_ascii_categories[128] = {
    0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x042, 0x14a, 0x142, 0x142, 0x142, 0x000, 0x000,
    0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x140, 0x140, 0x140, 0x040,
    0x042, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000,
    0x0b5, 0x0b5, 0x0b5, 0x0b5, 0x0b5, 0x0b5, 0x0b5, 0x0b5, 0x0b5, 0x0b5, 0x000, 0x000, 0x000, 0x000, 0x000, 0x000,
    0x000, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094,
    0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x000, 0x000, 0x000, 0x000, 0x094,
    0x000, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094,
    0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x094, 0x000, 0x000, 0x000, 0x000, 0x000,
};

uint32_t sre_lower(uint32_t c, bool unicode)
{
    if (c < 128 || !unicode) {
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    }
    uint32_t out[3];
    unicode_to_lower(c, out);
    return out[0];
}

static uint32_t sre_upper(uint32_t c, bool unicode)
{
    if (c < 128 || !unicode) {
        return c >= 'a' && c <= 'z' ? c - 32 : c;
    }
    uint32_t out[3];
    return unicode_to_upper(c, out) == 1 ? out[0] : c;
}

/* A character whose upper case is several (U+FB05, a ligature) is cased too: re's table of equal cases has some. */
bool sre_is_cased(uint32_t c, bool unicode)
{
    uint32_t out[3];
    return sre_lower(c, unicode) != c || sre_upper(c, unicode) != c ||
           (unicode && c >= 128 && unicode_to_upper(c, out) > 1);
}

bool sre_is_word(uint32_t c, bool unicode)
{
    if (c < 128) {
        return (sre_ascii_categories[c] & 4) != 0;
    }
    return unicode && (unicode_is_alpha(c) || unicode_is_decimal(c) || unicode_is_digit(c) || unicode_is_numeric(c));
}

/* Categories are, by number / 2: digit, space, word, line break, word by locale (the C locale), and the first four
 * after Unicode. */
static bool sre_category(uint32_t category, uint32_t c)
{
    bool in = false;
    if (c < 128) {
        in = (sre_ascii_categories[c] >> (category / 2) & 1) != 0;
    } else {
        switch (category / 2) {
        case 5:
            in = unicode_is_decimal(c);
            break;
        case 6:
            in = unicode_is_space(c);
            break;
        case 7:
            in = sre_is_word(c, true);
            break;
        case 8:
            in = unicode_is_linebreak(c);
            break;
        default:
            break;
        }
    }
    return in != ((category & 1) != 0);
}

/* Is the character in the set that begins at code[0]? */
static bool sre_in_set(const uint32_t *code, uint32_t c)
{
    bool found = true;
    uint32_t pc = 0;
    for (;;) {
        switch (code[pc]) {
        case SRE_OP_LITERAL:
            if (c == code[pc + 1]) {
                return found;
            }
            pc += 2;
            break;
        case SRE_OP_RANGE:
            if (c >= code[pc + 1] && c <= code[pc + 2]) {
                return found;
            }
            pc += 3;
            break;
        case SRE_OP_RANGE_UNI_IGNORE: {
            uint32_t upper = sre_upper(c, true);
            if ((c >= code[pc + 1] && c <= code[pc + 2]) ||
                (upper >= code[pc + 1] && upper <= code[pc + 2])) {
                return found;
            }
            pc += 3;
            break;
        }
        case SRE_OP_CATEGORY:
            if (sre_category(code[pc + 1], c)) {
                return found;
            }
            pc += 2;
            break;
        case SRE_OP_CHARSET:
            if (c < 256 && (code[pc + 1 + c / 32] & (1u << (c % 32))) != 0) {
                return found;
            }
            pc += 1 + 256 / 32;
            break;
        case SRE_OP_BIGCHARSET: {
            uint32_t blocks = code[pc + 1];
            const uint32_t *index = &code[pc + 2];
            if (c < 65536) {
                uint32_t block = ((const uint8_t *)index)[c >> 8];
                const uint32_t *bits = index + 64 + block * 8;
                if ((bits[(c & 255) / 32] & (1u << (c % 32))) != 0) {
                    return found;
                }
            }
            pc += 2 + 64 + blocks * 8;
            break;
        }
        case SRE_OP_NEGATE:
            found = !found;
            pc++;
            break;
        default: /* FAILURE ends the set */
            return !found;
        }
    }
}

/* Does the one-character instruction at code[pc] accept the character? */
bool sre_accepts(const uint32_t *code, uint32_t pc, uint32_t c)
{
    switch (code[pc]) {
    case SRE_OP_ANY:
        return c != '\n';
    case SRE_OP_ANY_ALL:
        return true;
    case SRE_OP_LITERAL:
        return c == code[pc + 1];
    case SRE_OP_NOT_LITERAL:
        return c != code[pc + 1];
    case SRE_OP_LITERAL_IGNORE:
    case SRE_OP_LITERAL_LOC_IGNORE:
        return sre_lower(c, false) == sre_lower(code[pc + 1], false);
    case SRE_OP_NOT_LITERAL_IGNORE:
    case SRE_OP_NOT_LITERAL_LOC_IGNORE:
        return sre_lower(c, false) != sre_lower(code[pc + 1], false);
    case SRE_OP_LITERAL_UNI_IGNORE:
        return sre_lower(c, true) == code[pc + 1];
    case SRE_OP_NOT_LITERAL_UNI_IGNORE:
        return sre_lower(c, true) != code[pc + 1];
    case SRE_OP_IN:
        return sre_in_set(code + pc + 2, c);
    case SRE_OP_IN_IGNORE:
        return sre_in_set(code + pc + 2, sre_lower(c, false));
    case SRE_OP_IN_UNI_IGNORE:
        return sre_in_set(code + pc + 2, sre_lower(c, true));
    case SRE_OP_IN_LOC_IGNORE:
        return sre_in_set(code + pc + 2, sre_lower(c, false)) || sre_in_set(code + pc + 2, sre_upper(c, false));
    case SRE_OP_CATEGORY:
        return sre_category(code[pc + 1], c);
    default:
        return false;
    }
}

bool sre_is_single(uint32_t opcode)
{
    switch (opcode) {
    case SRE_OP_ANY:
    case SRE_OP_ANY_ALL:
    case SRE_OP_LITERAL:
    case SRE_OP_NOT_LITERAL:
    case SRE_OP_LITERAL_IGNORE:
    case SRE_OP_LITERAL_LOC_IGNORE:
    case SRE_OP_NOT_LITERAL_IGNORE:
    case SRE_OP_NOT_LITERAL_LOC_IGNORE:
    case SRE_OP_LITERAL_UNI_IGNORE:
    case SRE_OP_NOT_LITERAL_UNI_IGNORE:
    case SRE_OP_IN:
    case SRE_OP_IN_IGNORE:
    case SRE_OP_IN_UNI_IGNORE:
    case SRE_OP_IN_LOC_IGNORE:
    case SRE_OP_CATEGORY:
        return true;
    default:
        return false;
    }
}

/* ---- spans: a loop for each of the commonest sets, and for each kind of text ---- */

#define SPAN_INLINED static inline __attribute__((always_inline))

SPAN_INLINED int64_t span_range(const void *data, unsigned kind, int64_t at, int64_t end, uint32_t low, uint32_t high,
                                bool in)
{
    while (at < end && (text_read(kind, data, (size_t)at) - low <= high - low) == in) {
        at++;
    }
    return at;
}

SPAN_INLINED int64_t span_category(const void *data, unsigned kind, int64_t at, int64_t end, uint32_t category, bool in)
{
    unsigned bit = category / 2;
    bool listed = in != ((category & 1) != 0);
    for (; at < end; at++) {
        uint32_t c = text_read(kind, data, (size_t)at);
        if (OURO_LIKELY(c < 128) ? ((sre_ascii_categories[c] >> bit & 1) != 0) != listed : sre_category(category, c) != in) {
            break;
        }
    }
    return at;
}

SPAN_INLINED int64_t span_bits(const void *data, unsigned kind, int64_t at, int64_t end, const uint32_t *bits, bool in)
{
    for (; at < end; at++) {
        uint32_t c = text_read(kind, data, (size_t)at);
        if ((c < 256 && (bits[c / 32] >> (c % 32) & 1) != 0) != in) {
            break;
        }
    }
    return at;
}

/* A set of one part that is known here; -1: it is another. */
SPAN_INLINED int64_t span_simple_set(const void *data, unsigned kind, const uint32_t *set, int64_t at, int64_t end, bool in)
{
    if (set[0] == SRE_OP_NEGATE) {
        in = !in;
        set++;
    }
    if (set[0] == SRE_OP_CATEGORY && set[2] == SRE_OP_FAILURE) {
        return span_category(data, kind, at, end, set[1], in);
    }
    if (set[0] == SRE_OP_CHARSET && set[1 + 256 / 32] == SRE_OP_FAILURE) {
        return span_bits(data, kind, at, end, set + 1, in);
    }
    if (set[0] == SRE_OP_RANGE && set[3] == SRE_OP_FAILURE && set[1] <= set[2]) {
        return span_range(data, kind, at, end, set[1], set[2], in);
    }
    if (set[0] == SRE_OP_LITERAL && set[2] == SRE_OP_FAILURE) {
        return span_range(data, kind, at, end, set[1], set[1], in);
    }
    return -1;
}

int64_t sre_span_set(const sre_text *t, const uint32_t *set, int64_t at, int64_t end, bool accepted)
{
    int64_t found = t->kind == 1   ? span_simple_set(t->data, 1, set, at, end, accepted)
                    : t->kind == 2 ? span_simple_set(t->data, 2, set, at, end, accepted)
                                   : span_simple_set(t->data, 4, set, at, end, accepted);
    if (found >= 0) {
        return found;
    }
    while (at < end && sre_in_set(set, sre_text_at(t, at)) == accepted) {
        at++;
    }
    return at;
}

/* The characters that are (`in`) or are not `c`. */
static int64_t sre_span_char(const sre_text *t, uint32_t c, int64_t at, int64_t end, bool in)
{
    if (!in) {
        const unsigned char *from = (const unsigned char *)t->data + at * t->kind;
        int64_t found = at < end ? text_find_char(t->kind, from, (size_t)(end - at), c) : -1;
        return found < 0 ? end : at + found;
    }
    while (at < end && sre_text_at(t, at) == c) {
        at++;
    }
    return at;
}

int64_t sre_span(const sre_text *t, const uint32_t *code, uint32_t pc, int64_t at, int64_t end, bool accepted)
{
    switch (code[pc]) {
    case SRE_OP_ANY_ALL:
        return accepted ? end : at;
    case SRE_OP_LITERAL:
        return sre_span_char(t, code[pc + 1], at, end, accepted);
    case SRE_OP_NOT_LITERAL:
        return sre_span_char(t, code[pc + 1], at, end, !accepted);
    case SRE_OP_ANY:
        return sre_span_char(t, '\n', at, end, !accepted);
    case SRE_OP_IN:
        return sre_span_set(t, code + pc + 2, at, end, accepted);
    default:
        while (at < end && sre_accepts(code, pc, sre_text_at(t, at)) == accepted) {
            at++;
        }
        return at;
    }
}

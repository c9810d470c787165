/* character_data.h: the Unicode Character Database, version 14.0.0, as constant tables.
 *
 * tools/make_character_data.py writes them while the program is built.  Their form:
 *
 * - Two-level tables: the value of `code` is blocks[index[code >> 7] << 7 | (code & 127)].
 * - Names: each a list of codes of words, ended by 0; a code below 128 is one byte, others are two, the first
 * with its high bit set.  1 stands for "-", 2 for " -", 3 for "- "; between two words is a space.  Entries
 * are numbered: first the characters with a name by code point, then aliases, then named sequences.  Where
 * every 16th entry begins is in unicode_name_groups; runs tell which code points the entries have;
 * unicode_names_sorted has the entries in the order of their texts.
 *
 * types/character_name.c and modules/unicodedata*.c read them.
 */
#ifndef OURO_SRC_TYPES_CHARACTER_DATA_H
#define OURO_SRC_TYPES_CHARACTER_DATA_H

#include <stddef.h>
#include <stdint.h>

enum {
    UNICODE_BLOCK_SHIFT = 7,
    UNICODE_NAME_GROUP = 16,
    UNICODE_NAME_FIRST_WORD = 4, /* the code of the commonest word */
    UNICODE_NAME_MAX = 120,      /* bytes of any name, with room */
};

typedef struct unicode_record {
    uint8_t category;      /* index in unicode_categories */
    uint8_t bidirectional; /* index in unicode_bidirectional_classes */
    uint8_t combining;
    uint8_t width; /* index in unicode_widths */
    uint8_t mirrored;
    uint8_t is_old; /* assigned in Unicode 3.2 already */
} unicode_record;

extern const unicode_record unicode_records[];
extern const uint16_t unicode_record_index[], unicode_record_blocks[];
extern const char *const unicode_categories[];
extern const char *const unicode_bidirectional_classes[];
extern const char *const unicode_widths[];

/* At a character's place (0: none): kind << 8 | count, then so many code points.  Kind 0 is canonical. */
extern const uint32_t unicode_decompositions[];
extern const uint16_t unicode_decomposition_index[], unicode_decomposition_blocks[];
extern const char *const unicode_decomposition_kinds[];
/* Triples first, second, composed; sorted. */
extern const uint32_t unicode_compositions[];
extern const size_t unicode_composition_count;

typedef struct unicode_fraction {
    int64_t numerator;
    int32_t denominator;
} unicode_fraction;

/* Characters with a numeric value, sorted; and for each: index in unicode_fractions << 2 | 2 decimal, 1
 * digit, 0 other. */
extern const uint32_t unicode_number_codes[];
extern const uint16_t unicode_number_values[];
extern const size_t unicode_number_count;
extern const unicode_fraction unicode_fractions[];

typedef struct unicode_name_sizes {
    uint32_t characters, aliases, sequences; /* entries of each kind */
    uint32_t runs, ideograph_ranges;
} unicode_name_sizes;

extern const unicode_name_sizes unicode_name_counts;
extern const uint8_t unicode_name_data[];
extern const uint32_t unicode_name_groups[];
extern const char unicode_name_words[];
extern const uint32_t unicode_name_word_starts[];
extern const uint32_t unicode_name_run_codes[];
extern const uint16_t unicode_name_run_names[];
extern const uint16_t unicode_names_sorted[];
extern const uint32_t unicode_alias_codes[];
extern const uint16_t unicode_sequence_starts[];
extern const uint32_t unicode_sequence_codes[];
extern const uint32_t unicode_ideograph_ranges[]; /* pairs first, last of unified ideographs */

static inline const unicode_record *unicode_record_of(uint32_t code)
{
    uint32_t block = unicode_record_index[code >> UNICODE_BLOCK_SHIFT];
    uint32_t low = code & ((1u << UNICODE_BLOCK_SHIFT) - 1);
    return &unicode_records[unicode_record_blocks[block << UNICODE_BLOCK_SHIFT | low]];
}

/* The entry in unicode_decompositions, or NULL. */
static inline const uint32_t *unicode_decomposition_of(uint32_t code)
{
    uint32_t block = unicode_decomposition_index[code >> UNICODE_BLOCK_SHIFT];
    uint32_t low = code & ((1u << UNICODE_BLOCK_SHIFT) - 1);
    uint32_t at = unicode_decomposition_blocks[block << UNICODE_BLOCK_SHIFT | low];
    return at ? &unicode_decompositions[at] : NULL;
}

#endif

/* character_name.c: the names of Unicode characters, from the tables of character_data.h.
 *
 * A name costs about 7 bytes: the words that names are made of are kept once.  Code point to name: a binary
 * search among the runs of consecutive code points, then at most 15 entries are passed over.  Name to code
 * point: a binary search among the entries in the order of their texts, each compared word by word as it is
 * unpacked.  Hangul syllables and unified ideographs are computed (Unicode 14.0, sections 3.12 and 4.8).
 */
#include "types/character_name.h"

#include <stdio.h>
#include <string.h>

/* ---- Hangul syllables and unified ideographs ---- */

enum {
    HANGUL_FIRST = 0xac00,
    HANGUL_LEADING = 19,
    HANGUL_VOWELS = 21,
    HANGUL_TRAILING = 28,
    HANGUL_COUNT = HANGUL_LEADING * HANGUL_VOWELS * HANGUL_TRAILING,
};

static const char hangul_leading[HANGUL_LEADING][4] = {"G",  "GG", "N", "D",  "DD", "R", "M", "B", "BB", "S",
                                                       "SS", "",   "J", "JJ", "C",  "K", "T", "P", "H"};
static const char hangul_vowels[HANGUL_VOWELS][4] = {"A",   "AE", "YA", "YAE", "EO", "E",  "YEO",
                                                     "YE",  "O",  "WA", "WAE", "OE", "YO", "U",
                                                     "WEO", "WE", "WI", "YU",  "EU", "YI", "I"};
static const char hangul_trailing[HANGUL_TRAILING][4] = {
    "",   "G",  "GG", "GS", "N",  "NJ", "NH", "D",  "L", "LG", "LM", "LB", "LS", "LT",
    "LP", "LH", "M",  "B",  "BS", "S",  "SS", "NG", "J", "C",  "K",  "T",  "P",  "H"};
static const char hangul_prefix[] = "HANGUL SYLLABLE ";
static const char ideograph_prefix[] = "CJK UNIFIED IDEOGRAPH-";

/* The longest of the texts that `name` begins with; *at moves behind it.  -1: none. */
static int hangul_part(const char texts[][4], int count, const char *name, size_t length, size_t *at)
{
    int best = -1;
    size_t best_length = 0;
    for (int i = 0; i < count; i++) {
        size_t n = strlen(texts[i]);
        if (n <= length - *at && memcmp(name + *at, texts[i], n) == 0 && (best < 0 || n > best_length)) {
            best = i;
            best_length = n;
        }
    }
    *at += best_length;
    return best;
}

static bool hangul_find(const char *name, size_t length, uint32_t *code)
{
    size_t at = 0;
    int leading = hangul_part(hangul_leading, HANGUL_LEADING, name, length, &at);
    int vowel = hangul_part(hangul_vowels, HANGUL_VOWELS, name, length, &at);
    int trailing = hangul_part(hangul_trailing, HANGUL_TRAILING, name, length, &at);
    if (leading < 0 || vowel < 0 || trailing < 0 || at != length) {
        return false;
    }
    *code = (uint32_t)(HANGUL_FIRST + (leading * HANGUL_VOWELS + vowel) * HANGUL_TRAILING + trailing);
    return true;
}

static bool ideograph_is_unified(uint32_t code)
{
    for (uint32_t i = 0; i < unicode_name_counts.ideograph_ranges; i++) {
        if (code >= unicode_ideograph_ranges[2 * i] && code <= unicode_ideograph_ranges[2 * i + 1]) {
            return true;
        }
    }
    return false;
}

static bool ideograph_find(const char *digits, size_t length, uint32_t *code)
{
    uint32_t found = 0;
    for (size_t i = 0; i < length; i++) {
        char c = digits[i];
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'))) {
            return false;
        }
        found = found << 4 | (uint32_t)(c <= '9' ? c - '0' : c - 'A' + 10);
    }
    *code = found;
    return (length == 4 || length == 5) && ideograph_is_unified(found);
}

/* ---- entries ---- */

static const uint8_t *name_entry(uint32_t entry)
{
    const uint8_t *at = unicode_name_data + unicode_name_groups[entry / UNICODE_NAME_GROUP];
    for (uint32_t i = entry % UNICODE_NAME_GROUP; i > 0; i--) {
        while (*at) {
            at += *at & 0x80 ? 2 : 1;
        }
        at++;
    }
    return at;
}

static size_t name_unpack(const uint8_t *at, char text[UNICODE_NAME_MAX])
{
    static const char marks[][3] = {"", "-", " -", "- "};
    size_t length = 0;
    bool after_word = false;
    while (*at) {
        uint32_t code = *at & 0x80 ? (uint32_t)(*at & 0x7f) << 8 | at[1] : *at;
        at += *at & 0x80 ? 2 : 1;
        const char *piece;
        size_t size;
        bool is_word = code >= UNICODE_NAME_FIRST_WORD;
        if (is_word) {
            uint32_t word = code - UNICODE_NAME_FIRST_WORD;
            piece = unicode_name_words + unicode_name_word_starts[word];
            size = unicode_name_word_starts[word + 1] - unicode_name_word_starts[word];
            if (after_word) {
                text[length++] = ' ';
            }
        } else {
            piece = marks[code];
            size = strlen(piece);
        }
        memcpy(text + length, piece, size);
        length += size;
        after_word = is_word;
    }
    text[length] = 0;
    return length;
}

/* The last run whose key is not above `key`, in a sorted array; -1: none. */
static int64_t name_find_run(const uint32_t *keys, uint32_t count, uint32_t key)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (keys[middle] <= key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (int64_t)low - 1;
}

size_t character_name(uint32_t code, char text[UNICODE_NAME_MAX])
{
    if (code >= HANGUL_FIRST && code < HANGUL_FIRST + HANGUL_COUNT) {
        uint32_t index = code - HANGUL_FIRST;
        return (size_t)snprintf(text, UNICODE_NAME_MAX, "%s%s%s%s", hangul_prefix,
                                hangul_leading[index / (HANGUL_VOWELS * HANGUL_TRAILING)],
                                hangul_vowels[index / HANGUL_TRAILING % HANGUL_VOWELS],
                                hangul_trailing[index % HANGUL_TRAILING]);
    }
    if (ideograph_is_unified(code)) {
        return (size_t)snprintf(text, UNICODE_NAME_MAX, "%s%X", ideograph_prefix, (unsigned)code);
    }
    int64_t run = name_find_run(unicode_name_run_codes, unicode_name_counts.runs, code);
    if (run < 0) {
        return 0;
    }
    uint32_t entry = unicode_name_run_names[run] + (code - unicode_name_run_codes[run]);
    uint32_t end = run + 1 < (int64_t)unicode_name_counts.runs ? unicode_name_run_names[run + 1]
                                                               : unicode_name_counts.characters;
    return entry < end ? name_unpack(name_entry(entry), text) : 0;
}

static uint32_t name_code_of(uint32_t entry)
{
    uint32_t low = 0, high = unicode_name_counts.runs;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (unicode_name_run_names[middle] <= entry) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return unicode_name_run_codes[low] + (entry - unicode_name_run_names[low]);
}

/* What an entry stands for. */
static size_t name_codes_of(uint32_t entry, bool sequences, uint32_t *codes)
{
    if (entry < unicode_name_counts.characters) {
        codes[0] = name_code_of(entry);
        return 1;
    }
    entry -= unicode_name_counts.characters;
    if (entry < unicode_name_counts.aliases) {
        codes[0] = unicode_alias_codes[entry];
        return 1;
    }
    if (!sequences) {
        return 0;
    }
    entry -= unicode_name_counts.aliases;
    size_t count = (size_t)(unicode_sequence_starts[entry + 1] - unicode_sequence_starts[entry]);
    memcpy(codes, unicode_sequence_codes + unicode_sequence_starts[entry], count * sizeof *codes);
    return count;
}

size_t character_find(const char *name, size_t length, bool sequences, uint32_t codes[CHARACTER_SEQUENCE_MAX])
{
    size_t prefix = sizeof hangul_prefix - 1;
    if (length > prefix && memcmp(name, hangul_prefix, prefix) == 0) {
        return hangul_find(name + prefix, length - prefix, codes) ? 1 : 0;
    }
    prefix = sizeof ideograph_prefix - 1;
    if (length > prefix && memcmp(name, ideograph_prefix, prefix) == 0) {
        return ideograph_find(name + prefix, length - prefix, codes) ? 1 : 0;
    }
    if (length >= UNICODE_NAME_MAX) {
        return 0;
    }
    char wanted[UNICODE_NAME_MAX], text[UNICODE_NAME_MAX];
    for (size_t i = 0; i < length; i++) {
        wanted[i] = name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 32) : name[i];
    }
    uint32_t low = 0;
    uint32_t high =
        unicode_name_counts.characters + unicode_name_counts.aliases + unicode_name_counts.sequences;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t entry = unicode_names_sorted[middle];
        size_t size = name_unpack(name_entry(entry), text);
        int order = memcmp(wanted, text, length < size ? length : size);
        if (order == 0 && length == size) {
            return name_codes_of(entry, sequences, codes);
        }
        if (order < 0 || (order == 0 && length < size)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return 0;
}

bool character_find_one(void *context, const char *name, size_t length, uint32_t *code)
{
    (void)context;
    uint32_t codes[CHARACTER_SEQUENCE_MAX];
    if (character_find(name, length, false, codes) != 1) {
        return false;
    }
    *code = codes[0];
    return true;
}

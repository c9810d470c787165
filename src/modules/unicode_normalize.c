/* unicode_normalize.c: the four normal forms of text (Unicode Standard Annex #15).
 *
 * Three steps over an array of code points: each character decomposed as far as it goes; marks between two
 * starters (characters of combining class 0) sorted by their class, equals in their order; for the composed
 * forms, each starter joined with the marks behind it that nothing keeps from it.  Every step is linear.
 * Hangul syllables are computed (section 3.12 of the standard).
 */
#include "modules/unicodedata.h"

#include "types/error.h"
#include "types/character_data.h"

#include <string.h>

enum {
    HANGUL_SYLLABLES = 0xac00,
    HANGUL_LEADING = 0x1100,
    HANGUL_VOWEL = 0x1161,
    HANGUL_TRAILING = 0x11a7, /* one before the first */
    HANGUL_LEADING_COUNT = 19,
    HANGUL_VOWEL_COUNT = 21,
    HANGUL_TRAILING_COUNT = 28,
    HANGUL_COUNT = HANGUL_LEADING_COUNT * HANGUL_VOWEL_COUNT * HANGUL_TRAILING_COUNT,
};

typedef struct normal_text {
    ouro_runtime *rt;
    uint32_t *chars;
    size_t length, capacity;
    bool failed;
} normal_text;

static void normal_add(normal_text *text, uint32_t c)
{
    if (text->length == text->capacity) {
        size_t capacity = text->capacity ? text->capacity * 2 : 64;
        uint32_t *grown =
            text->failed ? NULL : ouro_mem_resize(text->rt->mem, text->chars, capacity * sizeof *grown);
        if (!grown) {
            text->failed = true;
            return;
        }
        text->chars = grown;
        text->capacity = capacity;
    }
    text->chars[text->length++] = c;
}

/* ---- decomposition ---- */

/* Unicode 3.2 decomposed these five in a way that was corrected later (NormalizationCorrections.txt). */
static const uint32_t normal_corrected[][2] = {
    {0x2f868, 0x2136a}, {0x2f874, 0x5f33}, {0x2f91f, 0x43ab}, {0x2f95f, 0x7aae}, {0x2f9bf, 0x4d57},
};

static void normal_decompose(normal_text *text, uint32_t c, bool compatible, bool old)
{
    if (c - HANGUL_SYLLABLES < HANGUL_COUNT) {
        uint32_t index = c - HANGUL_SYLLABLES;
        normal_add(text, HANGUL_LEADING + index / (HANGUL_VOWEL_COUNT * HANGUL_TRAILING_COUNT));
        normal_add(text, HANGUL_VOWEL + index / HANGUL_TRAILING_COUNT % HANGUL_VOWEL_COUNT);
        if (index % HANGUL_TRAILING_COUNT) {
            normal_add(text, HANGUL_TRAILING + index % HANGUL_TRAILING_COUNT);
        }
        return;
    }
    if (old && !unicode_record_of(c)->is_old) {
        normal_add(text, c);
        return;
    }
    for (size_t i = 0; old && i < sizeof normal_corrected / sizeof *normal_corrected; i++) {
        if (normal_corrected[i][0] == c) {
            normal_add(text, normal_corrected[i][1]);
            return;
        }
    }
    const uint32_t *parts = unicode_decomposition_of(c);
    if (!parts || (!compatible && parts[0] >> 8)) {
        normal_add(text, c);
        return;
    }
    for (uint32_t i = 1; i <= (parts[0] & 0xff); i++) { /* in the data, at most five levels deep */
        normal_decompose(text, parts[i], compatible, old);
    }
}

static uint8_t normal_class(uint32_t c, bool old)
{
    const unicode_record *record = unicode_record_of(c);
    return old && !record->is_old ? 0 : record->combining;
}

/* Sorts marks by class, equals in their order: by insertion when they are few, else by counting. */
static bool normal_sort_run(normal_text *text, uint32_t *run, size_t count, bool old)
{
    if (count <= 20) {
        for (size_t i = 1; i < count; i++) {
            uint32_t c = run[i];
            uint8_t class = normal_class(c, old);
            size_t at = i;
            for (; at > 0 && normal_class(run[at - 1], old) > class; at--) {
                run[at] = run[at - 1];
            }
            run[at] = c;
        }
        return true;
    }
    uint32_t *sorted = ouro_mem_alloc(text->rt->mem, count * sizeof *sorted);
    if (!sorted) {
        return false;
    }
    size_t starts[257] = {0};
    for (size_t i = 0; i < count; i++) {
        starts[normal_class(run[i], old) + 1]++;
    }
    for (size_t i = 1; i < 257; i++) {
        starts[i] += starts[i - 1];
    }
    for (size_t i = 0; i < count; i++) {
        sorted[starts[normal_class(run[i], old)]++] = run[i];
    }
    memcpy(run, sorted, count * sizeof *sorted);
    ouro_mem_free(text->rt->mem, sorted);
    return true;
}

static bool normal_sort(normal_text *text, bool old)
{
    for (size_t i = 0; i < text->length;) {
        size_t end = i;
        while (end < text->length && normal_class(text->chars[end], old)) {
            end++;
        }
        if (end - i > 1 && !normal_sort_run(text, text->chars + i, end - i, old)) {
            return false;
        }
        i = end + 1;
    }
    return true;
}

/* ---- composition ---- */

/* What two characters become together; 0: they stay two. */
static uint32_t normal_compose_pair(uint32_t first, uint32_t second)
{
    if (first - HANGUL_LEADING < HANGUL_LEADING_COUNT && second - HANGUL_VOWEL < HANGUL_VOWEL_COUNT) {
        uint32_t index = (first - HANGUL_LEADING) * HANGUL_VOWEL_COUNT + (second - HANGUL_VOWEL);
        return HANGUL_SYLLABLES + index * HANGUL_TRAILING_COUNT;
    }
    if (first - HANGUL_SYLLABLES < HANGUL_COUNT) {
        bool open = (first - HANGUL_SYLLABLES) % HANGUL_TRAILING_COUNT == 0;
        uint32_t index = second - HANGUL_TRAILING;
        return open && index > 0 && index < HANGUL_TRAILING_COUNT ? first + index : 0;
    }
    size_t low = 0, high = unicode_composition_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const uint32_t *row = unicode_compositions + 3 * middle;
        if (row[0] == first && row[1] == second) {
            return row[2];
        }
        if (row[0] < first || (row[0] == first && row[1] < second)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return 0;
}

static void normal_compose(normal_text *text, bool old)
{
    size_t out = 0, starter = SIZE_MAX;
    int previous = -1; /* class of the mark that stands between the starter and here; -1: none */
    for (size_t i = 0; i < text->length; i++) {
        uint32_t c = text->chars[i];
        int class = normal_class(c, old);
        if (starter != SIZE_MAX && previous < class) {
            uint32_t composed = normal_compose_pair(text->chars[starter], c);
            if (composed && !(old && !unicode_record_of(composed)->is_old)) {
                text->chars[starter] = composed;
                continue;
            }
        }
        if (class == 0) {
            starter = out;
            previous = -1;
        } else {
            previous = class;
        }
        text->chars[out++] = c;
    }
    text->length = out;
}

ouro_value unicode_normalize(ouro_runtime *rt, ouro_value s, normal_form form, bool old)
{
    const str_object *source = as_str(s);
    size_t length = str_length(source);
    bool compatible = form == NORMAL_NFKC || form == NORMAL_NFKD;
    /* up to U+00BF only compatible forms change anything, up to U+007F none */
    size_t plain = 0;
    uint32_t limit = compatible ? 0xa0 : 0xc0;
    while (plain < length && str_char_at(source, plain) < limit) {
        plain++;
    }
    if (plain == length) {
        return value_incref(s);
    }
    normal_text text = {.rt = rt};
    for (size_t i = 0; i < length && !text.failed; i++) {
        normal_decompose(&text, str_char_at(source, i), compatible, old);
    }
    ouro_value result = OURO_NULL;
    if (text.failed || !normal_sort(&text, old)) {
        error_no_memory(rt);
    } else {
        if (form == NORMAL_NFC || form == NORMAL_NFKC) {
            normal_compose(&text, old);
        }
        bool same = text.length == length;
        for (size_t i = 0; same && i < length; i++) {
            same = text.chars[i] == str_char_at(source, i);
        }
        result = same ? value_incref(s) : str_from_ucs4(rt, text.chars, text.length);
    }
    ouro_mem_free(rt->mem, text.chars);
    return result;
}

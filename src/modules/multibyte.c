/* multibyte.c: reads and writes one character of an encoding of East Asia by its tables (multibyte.h).
 *
 * What no table holds is computed: GB18030's four bytes number the characters that have no two, in order; EUC-KR spells
 * syllables with the letters that Unicode composes them of (KS X 1001, annex 3).
 */
#include "modules/multibyte.h"

#include <string.h>

enum {
    FOUR_BYTES_BEYOND = 189000, /* the number of U+10000 */
    HANGUL_FIRST = 0xac00, HANGUL_COUNT = 11172, HANGUL_VOWELS = 21, HANGUL_FINALS = 28, HANGUL_INITIALS = 19,
    JAMO_ROW = 0xa4, JAMO_FILLER = 0xd4,
};

const multibyte_charset *multibyte_find(const char *name)
{
    for (const multibyte_charset *at = multibyte_charsets; at->name; at++) {
        if (strcmp(at->name, name) == 0) {
            return at;
        }
    }
    return NULL;
}

/* ---- reading -------------------------------------------------------------------------------------------- */

/* What a cell of the tables means. */
static void multibyte_expand(const multibyte_charset *charset, uint16_t cell, uint32_t characters[2])
{
    bool is_wide = cell >= MULTIBYTE_WIDE && cell < 0xe000;
    characters[0] = is_wide ? charset->wide[cell - MULTIBYTE_WIDE][0] : cell;
    characters[1] = is_wide ? charset->wide[cell - MULTIBYTE_WIDE][1] : 0;
}

static bool multibyte_read_row(const multibyte_charset *charset, const multibyte_lead *lead, unsigned char trail,
                               uint32_t characters[2])
{
    if (lead->kind != 2 || trail < lead->first || trail > lead->last) {
        return false;
    }
    uint16_t cell = multibyte_cells[lead->value + trail - lead->first];
    multibyte_expand(charset, cell, characters);
    return cell != 0;
}

static int multibyte_read_four(const unsigned char *bytes, size_t left, uint32_t *c)
{
    static const unsigned char first[4] = {0x81, 0x30, 0x81, 0x30};
    static const unsigned char counts[4] = {126, 10, 126, 10};
    uint32_t number = 0;
    if (left < 4) {
        return 0;
    }
    for (int i = 0; i < 4; i++) {
        unsigned digit = (unsigned)bytes[i] - first[i];
        if (digit >= counts[i]) {
            return -1;
        }
        number = number * counts[i] + digit;
    }
    if (number >= FOUR_BYTES_BEYOND) {
        *c = 0x10000 + number - FOUR_BYTES_BEYOND;
        return *c <= 0x10ffff ? 4 : -1;
    }
    for (const uint32_t(*range)[3] = multibyte_four_bytes; (*range)[1]; range++) {
        if (number >= (*range)[0] && number - (*range)[0] < (*range)[1]) {
            *c = (*range)[2] + number - (*range)[0];
            return 4;
        }
    }
    return -1;
}

/* The place of a letter's byte among `count` of the table. */
static int multibyte_find_jamo(const unsigned char *table, int count, unsigned char byte)
{
    for (int i = 0; i < count; i++) {
        if (table[i] == byte) {
            return i;
        }
    }
    return -1;
}

static int multibyte_read_jamo(const unsigned char *bytes, size_t left, uint32_t *c)
{
    if (left < 8) {
        return 0;
    }
    if (bytes[2] != JAMO_ROW || bytes[4] != JAMO_ROW || bytes[6] != JAMO_ROW) {
        return -1;
    }
    int initial = multibyte_find_jamo(multibyte_jamo, HANGUL_INITIALS, bytes[3]);
    int vowel = multibyte_find_jamo(multibyte_jamo + HANGUL_INITIALS, HANGUL_VOWELS, bytes[5]);
    int final = multibyte_find_jamo(multibyte_jamo + HANGUL_INITIALS + HANGUL_VOWELS, HANGUL_FINALS, bytes[7]);
    if (initial < 0 || vowel < 0 || final < 0) {
        return -1;
    }
    *c = (uint32_t)(HANGUL_FIRST + (initial * HANGUL_VOWELS + vowel) * HANGUL_FINALS + final);
    return 8;
}

int multibyte_read(const multibyte_charset *charset, const unsigned char *bytes, size_t left, uint32_t characters[2])
{
    const multibyte_lead *lead = &charset->leads[bytes[0]];
    characters[1] = 0;
    if (lead->kind == 1) {
        characters[0] = lead->value;
        return 1;
    }
    if (charset->prefixed && bytes[0] == MULTIBYTE_PREFIX) {
        return left < 3                                                                               ? 0
               : multibyte_read_row(charset, &charset->prefixed[bytes[1]], bytes[2], characters) ? 3
                                                                                                      : -1;
    }
    if (lead->kind == 0) {
        return -1;
    }
    if (left < 2) {
        return 0;
    }
    if (charset->has_four_bytes && bytes[1] >= '0' && bytes[1] <= '9') {
        return multibyte_read_four(bytes, left, &characters[0]);
    }
    if (charset->has_jamo && bytes[0] == JAMO_ROW && bytes[1] == JAMO_FILLER) {
        return multibyte_read_jamo(bytes, left, &characters[0]);
    }
    return multibyte_read_row(charset, lead, bytes[1], characters) ? 2 : -1;
}

/* ---- writing -------------------------------------------------------------------------------------------- */

void multibyte_codes_free(ouro_mem *mem, multibyte_codes *codes)
{
    for (size_t i = 0; codes && i < MULTIBYTE_PAGES; i++) {
        ouro_mem_free(mem, codes->pages[i]);
    }
    ouro_mem_free(mem, codes);
}

size_t multibyte_codes_size(ouro_mem *mem, const multibyte_codes *codes)
{
    size_t size = codes ? ouro_mem_size(mem, codes) : 0;
    for (size_t i = 0; codes && i < MULTIBYTE_PAGES; i++) {
        size += codes->pages[i] ? ouro_mem_size(mem, codes->pages[i]) : 0;
    }
    return size;
}

/* The place of a character's code, made when its page is new.  NULL: no memory. */
static uint32_t *multibyte_code_place(ouro_mem *mem, multibyte_codes *codes, uint32_t c)
{
    uint32_t **page = &codes->pages[c >> 8];
    if (!*page) {
        *page = ouro_mem_alloc(mem, 256 * sizeof **page);
        if (!*page) {
            return NULL;
        }
        memset(*page, 0, 256 * sizeof **page);
    }
    return &(*page)[c & 255];
}

/* The first bytes that mean a character are its code. */
static bool multibyte_add_code(ouro_mem *mem, multibyte_codes *codes, uint32_t c, uint32_t code)
{
    uint32_t *place = multibyte_code_place(mem, codes, c);
    if (place && !*place) {
        *place = code;
    }
    return place != NULL;
}

static bool multibyte_add_leads(ouro_mem *mem, multibyte_codes *codes, const multibyte_charset *charset,
                                const multibyte_lead *leads, uint32_t before)
{
    for (uint32_t i = 0; i < 256; i++) {
        const multibyte_lead *lead = &leads[i];
        if (lead->kind == 1 && !multibyte_add_code(mem, codes, lead->value, before | i)) {
            return false;
        }
        for (uint32_t trail = lead->first; lead->kind == 2 && trail <= lead->last; trail++) {
            uint32_t characters[2];
            if (multibyte_read_row(charset, lead, (unsigned char)trail, characters) && !characters[1] &&
                !multibyte_add_code(mem, codes, characters[0], before | i << 8 | trail)) {
                return false;
            }
        }
    }
    return true;
}

multibyte_codes *multibyte_codes_make(ouro_mem *mem, const multibyte_charset *charset)
{
    multibyte_codes *codes = ouro_mem_alloc(mem, sizeof *codes);
    if (!codes) {
        return NULL;
    }
    memset(codes, 0, sizeof *codes);
    bool ok = multibyte_add_leads(mem, codes, charset, charset->leads, 0) &&
              (!charset->prefixed ||
               multibyte_add_leads(mem, codes, charset, charset->prefixed, (uint32_t)MULTIBYTE_PREFIX << 16));
    for (uint32_t i = 0; ok && i < charset->fixed_count; i++) {
        uint32_t *place = multibyte_code_place(mem, codes, charset->fixed[i][0]);
        ok = place != NULL;
        if (ok) {
            *place = charset->fixed[i][1];
        }
    }
    if (!ok) {
        multibyte_codes_free(mem, codes);
        return NULL;
    }
    return codes;
}

static int multibyte_write_four(uint32_t c, unsigned char *bytes)
{
    uint32_t number = UINT32_MAX;
    if (c >= 0x10000) {
        number = FOUR_BYTES_BEYOND + c - 0x10000;
    }
    for (const uint32_t(*range)[3] = multibyte_four_bytes; c < 0x10000 && (*range)[1]; range++) {
        if (c >= (*range)[2] && c - (*range)[2] < (*range)[1]) {
            number = (*range)[0] + c - (*range)[2];
            break;
        }
    }
    if (number == UINT32_MAX) {
        return 0;
    }
    bytes[3] = (unsigned char)(0x30 + number % 10);
    bytes[2] = (unsigned char)(0x81 + number / 10 % 126);
    bytes[1] = (unsigned char)(0x30 + number / 1260 % 10);
    bytes[0] = (unsigned char)(0x81 + number / 12600);
    return 4;
}

static int multibyte_write_jamo(uint32_t c, unsigned char *bytes)
{
    uint32_t n = c - HANGUL_FIRST;
    if (n >= HANGUL_COUNT) {
        return 0;
    }
    bytes[0] = bytes[2] = bytes[4] = bytes[6] = JAMO_ROW;
    bytes[1] = JAMO_FILLER;
    bytes[3] = multibyte_jamo[n / (HANGUL_VOWELS * HANGUL_FINALS)];
    bytes[5] = multibyte_jamo[HANGUL_INITIALS + n / HANGUL_FINALS % HANGUL_VOWELS];
    bytes[7] = multibyte_jamo[HANGUL_INITIALS + HANGUL_VOWELS + n % HANGUL_FINALS];
    return 8;
}

bool multibyte_begins_pair(const multibyte_charset *charset, uint32_t c)
{
    for (uint32_t i = 0; i < charset->pair_count; i++) {
        if (charset->pairs[i][0] == c) {
            return true;
        }
    }
    return false;
}

int multibyte_write(const multibyte_charset *charset, const multibyte_codes *codes, uint32_t c, uint32_t next, bool *both,
                    unsigned char bytes[MULTIBYTE_LONGEST])
{
    uint32_t code = 0;
    *both = false;
    for (uint32_t i = 0; next && i < charset->pair_count; i++) {
        if (charset->pairs[i][0] == c && charset->pairs[i][1] == next) {
            code = charset->pairs[i][2];
            *both = true;
        }
    }
    const uint32_t *page = c >> 8 < MULTIBYTE_PAGES ? codes->pages[c >> 8] : NULL;
    if (!code && page) {
        code = page[c & 255];
    }
    if (!code && c != 0) {
        return charset->has_four_bytes ? multibyte_write_four(c, bytes)
               : charset->has_jamo     ? multibyte_write_jamo(c, bytes)
                                       : 0;
    }
    int count = code < 0x100 ? 1 : code < 0x10000 ? 2 : 3;
    for (int i = 0; i < count; i++) {
        bytes[i] = (unsigned char)(code >> 8 * (count - 1 - i));
    }
    return count;
}

/* unicode.c: what characters are, and their other cases.
 *
 * Categories and simple mappings come from the Unicode library (utf8proc), the rest from unicode_tables.h.  The view
 * is that of Unicode 14: characters assigned later count as unassigned.  ASCII is answered from one small table.
 */
#include "types/text.h"

#include "types/unicode_tables.h"

#include <utf8proc.h>

static bool unicode_in(const unicode_range *ranges, size_t count, uint32_t c)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > ranges[middle].last) {
            low = middle + 1;
        } else if (c < ranges[middle].first) {
            high = middle;
        } else {
            return true;
        }
    }
    return false;
}

#define UNICODE_IN(table, c) unicode_in(table, sizeof table / sizeof table[0], c)

static utf8proc_category_t unicode_category(uint32_t c)
{
    if (c > 0x10ffff || (c >= 0xcf2 && UNICODE_IN(unicode_newer, c))) {
        return UTF8PROC_CATEGORY_CN;
    }
    return (utf8proc_category_t)utf8proc_get_property((utf8proc_int32_t)c)->category;
}

static inline bool unicode_is_category(uint32_t c, uint32_t set)
{
    return (set >> unicode_category(c) & 1) != 0;
}

#define UNICODE_BIT(name) (1u << UTF8PROC_CATEGORY_##name)
#define UNICODE_LETTERS \
    (UNICODE_BIT(LU) | UNICODE_BIT(LL) | UNICODE_BIT(LT) | UNICODE_BIT(LM) | UNICODE_BIT(LO))

static inline bool unicode_ascii_upper(uint32_t c)
{
    return c - 'A' < 26;
}

static inline bool unicode_ascii_lower(uint32_t c)
{
    return c - 'a' < 26;
}

bool unicode_is_alpha(uint32_t c)
{
    return c < 0x80 ? unicode_ascii_lower(c | 0x20) : unicode_is_category(c, UNICODE_LETTERS);
}

bool unicode_is_decimal(uint32_t c)
{
    return c < 0x80 ? c - '0' < 10 : unicode_is_category(c, UNICODE_BIT(ND));
}

bool unicode_is_digit(uint32_t c)
{
    return unicode_is_decimal(c) || (c >= 0x80 && UNICODE_IN(unicode_digit_only, c));
}

bool unicode_is_numeric(uint32_t c)
{
    if (c < 0x80) {
        return c - '0' < 10;
    }
    return unicode_is_category(c, UNICODE_BIT(ND) | UNICODE_BIT(NL) | UNICODE_BIT(NO)) ||
           UNICODE_IN(unicode_numeric_letters, c);
}

bool unicode_is_alnum(uint32_t c)
{
    return unicode_is_alpha(c) || unicode_is_numeric(c);
}

bool unicode_is_space(uint32_t c)
{
    if (c < 0x80) {
        return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1c && c <= 0x1f);
    }
    return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
           c == 0x202f || c == 0x205f || c == 0x3000;
}

bool unicode_is_linebreak(uint32_t c)
{
    return (c >= 10 && c <= 13) || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool unicode_is_printable(uint32_t c)
{
    if (c < 0x80) {
        return c >= ' ' && c < 0x7f;
    }
    return !unicode_is_category(c, UNICODE_BIT(CN) | UNICODE_BIT(CC) | UNICODE_BIT(CF) | UNICODE_BIT(CS) |
                                       UNICODE_BIT(CO) | UNICODE_BIT(ZL) | UNICODE_BIT(ZP) | UNICODE_BIT(ZS));
}

bool unicode_is_upper(uint32_t c)
{
    if (c < 0x80) {
        return unicode_ascii_upper(c);
    }
    return unicode_is_category(c, UNICODE_BIT(LU)) || UNICODE_IN(unicode_other_upper, c);
}

bool unicode_is_lower(uint32_t c)
{
    if (c < 0x80) {
        return unicode_ascii_lower(c);
    }
    return unicode_is_category(c, UNICODE_BIT(LL)) || UNICODE_IN(unicode_other_lower, c);
}

bool unicode_is_title(uint32_t c)
{
    return c >= 0x80 && unicode_is_category(c, UNICODE_BIT(LT));
}

bool unicode_is_cased(uint32_t c)
{
    return unicode_is_lower(c) || unicode_is_upper(c) || unicode_is_title(c);
}

bool unicode_is_case_ignorable(uint32_t c)
{
    switch (c) {
    case '\'':
    case '.':
    case ':':
    case 0xb7:
    case 0x387:
    case 0x55f:
    case 0x5f4:
    case 0x2018:
    case 0x2019:
    case 0x2024:
    case 0x2027:
    case 0xfe13:
    case 0xfe52:
    case 0xfe55:
    case 0xff07:
    case 0xff0e:
    case 0xff1a:
        return true;
    default:
        return unicode_is_category(c, UNICODE_BIT(MN) | UNICODE_BIT(ME) | UNICODE_BIT(CF) | UNICODE_BIT(LM) |
                                          UNICODE_BIT(SK));
    }
}

bool unicode_is_id_start(uint32_t c)
{
    if (c < 0x80) {
        return c == '_' || unicode_ascii_lower(c | 0x20);
    }
    if (UNICODE_IN(unicode_id_start_more, c)) {
        return true;
    }
    return unicode_is_category(c, UNICODE_LETTERS | UNICODE_BIT(NL)) && !UNICODE_IN(unicode_id_start_less, c);
}

bool unicode_is_id_continue(uint32_t c)
{
    if (c < 0x80) {
        return c == '_' || unicode_ascii_lower(c | 0x20) || c - '0' < 10;
    }
    if (UNICODE_IN(unicode_id_more, c)) {
        return true;
    }
    return unicode_is_category(c, UNICODE_LETTERS | UNICODE_BIT(NL) | UNICODE_BIT(MN) | UNICODE_BIT(MC) |
                                      UNICODE_BIT(ND) | UNICODE_BIT(PC)) &&
           !UNICODE_IN(unicode_id_less, c);
}

int unicode_decimal_value(uint32_t c)
{
    if (c < 0x80) {
        return c - '0' < 10 ? (int)(c - '0') : -1;
    }
    if (!unicode_is_decimal(c)) {
        return -1;
    }
    size_t low = 0, high = sizeof unicode_zeros / sizeof unicode_zeros[0];
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (unicode_zeros[middle] <= c) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return c - unicode_zeros[low] < 10 ? (int)(c - unicode_zeros[low]) : -1;
}

/* ---- cases -------------------------------------------------------------------------------------------- */

static const unicode_special_case *unicode_find_special(uint32_t c)
{
    size_t low = 0, high = sizeof unicode_special_cases / sizeof unicode_special_cases[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > unicode_special_cases[middle].c) {
            low = middle + 1;
        } else if (c < unicode_special_cases[middle].c) {
            high = middle;
        } else {
            return &unicode_special_cases[middle];
        }
    }
    return NULL;
}

static unsigned unicode_take(const uint32_t from[3], uint32_t out[3])
{
    unsigned n = 0;
    while (n < 3 && from[n] != 0) {
        out[n] = from[n];
        n++;
    }
    return n;
}

unsigned unicode_to_upper(uint32_t c, uint32_t out[3])
{
    if (c < 0x80) {
        out[0] = unicode_ascii_lower(c) ? c - 32 : c;
        return 1;
    }
    const unicode_special_case *special = unicode_find_special(c);
    if (special != NULL) {
        return unicode_take(special->upper, out);
    }
    out[0] = (uint32_t)utf8proc_toupper((utf8proc_int32_t)c);
    return 1;
}

unsigned unicode_to_title(uint32_t c, uint32_t out[3])
{
    if (c < 0x80) {
        out[0] = unicode_ascii_lower(c) ? c - 32 : c;
        return 1;
    }
    const unicode_special_case *special = unicode_find_special(c);
    if (special != NULL) {
        return unicode_take(special->title, out);
    }
    out[0] = (uint32_t)utf8proc_totitle((utf8proc_int32_t)c);
    return 1;
}

unsigned unicode_to_lower(uint32_t c, uint32_t out[3])
{
    if (c < 0x80) {
        out[0] = unicode_ascii_upper(c) ? c + 32 : c;
        return 1;
    }
    if (c == 0x130) { /* I with dot above: the only one that lowers to two */
        out[0] = 'i';
        out[1] = 0x307;
        return 2;
    }
    out[0] = (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
    return 1;
}

unsigned unicode_to_folded(uint32_t c, uint32_t out[3])
{
    if (c < 0x80) {
        out[0] = unicode_ascii_upper(c) ? c + 32 : c;
        return 1;
    }
    utf8proc_int32_t folded[4];
    int boundary = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)c, folded, 3, UTF8PROC_CASEFOLD, &boundary);
    if (n < 1 || n > 3) {
        out[0] = c;
        return 1;
    }
    for (utf8proc_ssize_t i = 0; i < n; i++) {
        out[i] = (uint32_t)folded[i];
    }
    return (unsigned)n;
}

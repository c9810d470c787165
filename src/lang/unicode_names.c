/* unicode_names.c: what the lexer asks of Unicode: identifiers, their normal form, printability.
 *
 * utf8proc knows general categories, not XID_Start and XID_Continue; they are the categories plus Other_ID_Start and
 * Other_ID_Continue, minus the characters whose NFKC form would not be an identifier (UAX #31, section 5.1).
 */
#include "lang/lexer.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

uint32_t unicode_decode(const char *text, size_t *length)
{
    const unsigned char *s = (const unsigned char *)text;
    if (s[0] < 0x80) {
        *length = 1;
        return s[0];
    }
    if (s[0] < 0xe0) {
        *length = 2;
        return (uint32_t)(s[0] & 0x1f) << 6 | (s[1] & 0x3f);
    }
    if (s[0] < 0xf0) {
        *length = 3;
        return (uint32_t)(s[0] & 0x0f) << 12 | (uint32_t)(s[1] & 0x3f) << 6 | (s[2] & 0x3f);
    }
    *length = 4;
    return (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3f) << 12 | (uint32_t)(s[2] & 0x3f) << 6 |
           (s[3] & 0x3f);
}

size_t unicode_encode(uint32_t code_point, char *out)
{
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (char)(0xc0 | code_point >> 6);
        out[1] = (char)(0x80 | (code_point & 0x3f));
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = (char)(0xe0 | code_point >> 12);
        out[1] = (char)(0x80 | (code_point >> 6 & 0x3f));
        out[2] = (char)(0x80 | (code_point & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | code_point >> 18);
    out[1] = (char)(0x80 | (code_point >> 12 & 0x3f));
    out[2] = (char)(0x80 | (code_point >> 6 & 0x3f));
    out[3] = (char)(0x80 | (code_point & 0x3f));
    return 4;
}

typedef struct name_range {
    uint32_t first, last;
} name_range;

static bool unicode_in_ranges(uint32_t code_point, const name_range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (code_point >= ranges[i].first && code_point <= ranges[i].last)
            return true;
    return false;
}

#define IN_RANGES(code_point, ranges) unicode_in_ranges(code_point, ranges, sizeof ranges / sizeof *ranges)

static bool unicode_is_id_start(uint32_t code_point)
{
    static const name_range added[] = {{0x1885, 0x1886}, {0x2118, 0x2118}, {0x212e, 0x212e}};
    static const name_range removed[] = {
        {0x037a, 0x037a}, {0x0e33, 0x0e33}, {0x0eb3, 0x0eb3}, {0x2e2f, 0x2e2f}, {0xfc5e, 0xfc63},
        {0xfdfa, 0xfdfb}, {0xfe70, 0xfe70}, {0xfe72, 0xfe72}, {0xfe74, 0xfe74}, {0xfe76, 0xfe76},
        {0xfe78, 0xfe78}, {0xfe7a, 0xfe7a}, {0xfe7c, 0xfe7c}, {0xfe7e, 0xfe7e}, {0xff9e, 0xff9f},
    };
    switch (utf8proc_category((utf8proc_int32_t)code_point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
        return code_point < 0x037a || !IN_RANGES(code_point, removed);
    default:
        return IN_RANGES(code_point, added);
    }
}

static bool unicode_is_id_continue(uint32_t code_point)
{
    static const name_range added[] = {{0x00b7, 0x00b7}, {0x0387, 0x0387}, {0x0e33, 0x0e33}, {0x0eb3, 0x0eb3},
                                          {0x1369, 0x1371}, {0x19da, 0x19da}, {0xff9e, 0xff9f}};
    switch (utf8proc_category((utf8proc_int32_t)code_point)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_PC:
        return true;
    default:
        return unicode_is_id_start(code_point) || IN_RANGES(code_point, added);
    }
}

bool unicode_check_identifier(const char *text, size_t length, uint32_t *invalid, size_t *end)
{
    for (size_t at = 0, size; at < length; at += size) {
        uint32_t code_point = unicode_decode(text + at, &size);
        if (code_point < 128) /* the lexer let through only letters, digits and '_' */
            continue;
        if (at == 0 ? unicode_is_id_start(code_point) : unicode_is_id_continue(code_point))
            continue;
        *invalid = code_point;
        *end = at + size;
        return false;
    }
    return true;
}

bool unicode_name_is_printable(uint32_t code_point)
{
    switch (utf8proc_category((utf8proc_int32_t)code_point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    case UTF8PROC_CATEGORY_ZS:
        return code_point == ' ';
    default:
        return true;
    }
}

const ast_identifier *unicode_intern_normalized(ast_arena *arena, const char *text, size_t length)
{
    utf8proc_uint8_t *normal = NULL;
    utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &normal,
                                         UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
    if (size < 0)
        return size == UTF8PROC_ERROR_NOMEM ? NULL : ast_intern(arena, text, length);
    const ast_identifier *result = ast_intern(arena, (const char *)normal, (size_t)size);
    free(normal); /* utf8proc allocates with malloc; this one never outlives the call */
    return result;
}

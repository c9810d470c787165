/* str_search.c: finding text in text, in linear time.
 *
 * One-byte text searched from the left goes to the C library (memchr, and memmem, which is linear in glibc and musl, where
 * the needle's first character stands all over the text); all else to the two-way search of str_search_kind.h.
 */
#include "types/text.h"

#include "types/error.h"

#define SEARCH_CHAR uint8_t
#define SEARCH_NAME(x) str_search_##x##_1
#include "types/str_search_kind.h"
#undef SEARCH_CHAR
#undef SEARCH_NAME
#define SEARCH_CHAR uint16_t
#define SEARCH_NAME(x) str_search_##x##_2
#include "types/str_search_kind.h"
#undef SEARCH_CHAR
#undef SEARCH_NAME
#define SEARCH_CHAR uint32_t
#define SEARCH_NAME(x) str_search_##x##_4
#include "types/str_search_kind.h"
#undef SEARCH_CHAR
#undef SEARCH_NAME

int64_t text_find_char(unsigned kind, const void *hay, size_t n, uint32_t c)
{
    if (kind == 1) {
        if (c > 0xff) {
            return -1;
        }
        const unsigned char *found = n == 0 ? NULL : memchr(hay, (int)c, n);
        return found == NULL ? -1 : found - (const unsigned char *)hay;
    }
    if (kind == 2) {
        return c > 0xffff ? -1 : str_search_char_2(hay, (int64_t)n, (uint16_t)c);
    }
    return str_search_char_4(hay, (int64_t)n, c);
}

int64_t text_rfind_char(unsigned kind, const void *hay, size_t n, uint32_t c)
{
    if (kind == 1) {
        return c > 0xff ? -1 : str_search_char_from_right_1(hay, (int64_t)n, (uint8_t)c);
    }
    if (kind == 2) {
        return c > 0xffff ? -1 : str_search_char_from_right_2(hay, (int64_t)n, (uint16_t)c);
    }
    return str_search_char_from_right_4(hay, (int64_t)n, c);
}

/* By the needle's first character, as long as it stands seldom enough that this is the quicker way; m >= 2.  What the
 * candidates cost is at most in proportion to how far they have led, so all of it stays linear. */
static const uint8_t *str_search_bytes(const uint8_t *hay, size_t n, const uint8_t *needle, size_t m)
{
    enum { WORTH = 256 }; /* characters of comparisons before they are weighed */
    const uint8_t *at = hay, *last = hay + (n - m);
    for (size_t work = 0; at <= last && work <= (size_t)(at - hay) + WORTH; at++) {
        at = memchr(at, needle[0], (size_t)(last - at) + 1);
        if (at == NULL) {
            return NULL;
        }
        work += 16;
        if (at[m - 1] == needle[m - 1]) {
            if (memcmp(at + 1, needle + 1, m - 2) == 0) {
                return at;
            }
            work += m;
        }
    }
    return at > last ? NULL : memmem(at, (size_t)(last - at) + m, needle, m);
}

int64_t text_find(unsigned kind, const void *hay, size_t n, const void *needle, size_t m)
{
    if (m > n) {
        return -1;
    }
    if (m == 0) {
        return 0;
    }
    if (m == 1) {
        return text_find_char(kind, hay, n, text_read(kind, needle, 0));
    }
    if (kind == 1) {
        const uint8_t *found = str_search_bytes(hay, n, needle, m);
        (void)str_search_char_1;
        return found == NULL ? -1 : found - (const uint8_t *)hay;
    }
    /* Skip quickly to the first candidate before the needle is analysed. */
    int64_t skip = text_find_char(kind, hay, n - m + 1, text_read(kind, needle, 0));
    if (skip < 0) {
        return -1;
    }
    int64_t at = kind == 2 ? str_search_two_way_2((const uint16_t *)hay + skip, (int64_t)n - skip, needle, (int64_t)m, 1)
                           : str_search_two_way_4((const uint32_t *)hay + skip, (int64_t)n - skip, needle, (int64_t)m, 1);
    return at < 0 ? -1 : at + skip;
}

int64_t text_rfind(unsigned kind, const void *hay, size_t n, const void *needle, size_t m)
{
    if (m > n) {
        return -1;
    }
    if (m == 0) {
        return (int64_t)n;
    }
    if (m == 1) {
        return text_rfind_char(kind, hay, n, text_read(kind, needle, 0));
    }
    int64_t at;
    if (kind == 1) {
        at = str_search_two_way_1((const uint8_t *)hay + n - 1, (int64_t)n, (const uint8_t *)needle + m - 1,
                                  (int64_t)m, -1);
    } else if (kind == 2) {
        at = str_search_two_way_2((const uint16_t *)hay + n - 1, (int64_t)n, (const uint16_t *)needle + m - 1,
                                  (int64_t)m, -1);
    } else {
        at = str_search_two_way_4((const uint32_t *)hay + n - 1, (int64_t)n, (const uint32_t *)needle + m - 1,
                                  (int64_t)m, -1);
    }
    return at < 0 ? -1 : (int64_t)n - at - (int64_t)m;
}

size_t text_count(unsigned kind, const void *hay, size_t n, const void *needle, size_t m, size_t limit)
{
    size_t count = 0, at = 0;
    if (m == 1 && limit >= n) { /* may be anywhere: no search, just a look at each */
        uint32_t c = text_read(kind, needle, 0);
        if (kind == 1) {
            const uint8_t *p = hay;
            for (size_t i = 0; i < n; i++) {
                count += p[i] == c;
            }
        } else {
            for (size_t i = 0; i < n; i++) {
                count += text_read(kind, hay, i) == c;
            }
        }
        return count;
    }
    while (count < limit) {
        int64_t found = text_find(kind, (const char *)hay + at * kind, n - at, needle, m);
        if (found < 0) {
            break;
        }
        count++;
        at += (size_t)found + m;
    }
    return count;
}

const void *text_widened(ouro_runtime *rt, const str_object *s, unsigned kind)
{
    if (str_kind(s) == kind) {
        return s->data;
    }
    void *wide = ouro_mem_alloc(rt->mem, s->length * kind + 1);
    if (wide == NULL) {
        error_no_memory(rt);
        return NULL;
    }
    text_copy(kind, wide, 0, str_kind(s), s->data, 0, s->length);
    return wide;
}

void text_widened_free(ouro_runtime *rt, const str_object *s, const void *data)
{
    if (data != s->data) {
        ouro_mem_free(rt->mem, (void *)(uintptr_t)data);
    }
}

int64_t str_find_range(ouro_runtime *rt, const str_object *s, const str_object *sub, size_t start, size_t end,
                       bool from_right)
{
    unsigned kind = str_kind(s);
    if (start > end || sub->length > end - start || str_kind(sub) > kind) {
        return -1;
    }
    const unsigned char *hay = s->data + start * kind;
    int64_t at;
    if (sub->length == 1) {
        uint32_t c = str_char_at(sub, 0);
        at = from_right ? text_rfind_char(kind, hay, end - start, c) : text_find_char(kind, hay, end - start, c);
    } else {
        const void *needle = text_widened(rt, sub, kind);
        if (needle == NULL) {
            return -2;
        }
        at = from_right ? text_rfind(kind, hay, end - start, needle, sub->length)
                        : text_find(kind, hay, end - start, needle, sub->length);
        text_widened_free(rt, sub, needle);
    }
    return at < 0 ? -1 : at + (int64_t)start;
}

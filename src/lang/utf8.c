/* utf8.c: where UTF-8 is well-formed, and what becomes of it where it is not. */
#include "lang/utf8.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The length that the first byte announces; 0: no character begins with it. */
static size_t utf8_announced_length(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc2 || first > 0xf4)
        return 0;
    return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
}

/* Can `next` be the byte number `index` (from 1) of a character that begins with `first`?  The second byte has a
 * narrower range behind some: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
static bool utf8_can_follow(unsigned char first, size_t index, unsigned char next)
{
    if ((next & 0xc0) != 0x80)
        return false;
    if (index > 1)
        return true;
    return !((first == 0xe0 && next < 0xa0) || (first == 0xed && next > 0x9f) || (first == 0xf0 && next < 0x90) ||
             (first == 0xf4 && next > 0x8f));
}

/* How many bytes from text[0] on belong together: a character, when that is the announced length; else an error. */
static size_t utf8_matching_length(const unsigned char *text, size_t left, size_t announced)
{
    size_t good = 1;
    while (good < announced && good < left && utf8_can_follow(text[0], good, text[good]))
        good++;
    return good;
}

size_t utf8_valid_prefix(const char *text, size_t length)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t i = 0;
    while (i < length) {
        if (length - i >= 8) {
            uint64_t word;
            memcpy(&word, s + i, 8);
            if (!(word & 0x8080808080808080u)) {
                i += 8;
                continue;
            }
        }
        if (s[i] < 0x80) {
            i++;
            continue;
        }
        size_t announced = utf8_announced_length(s[i]);
        if (!announced || utf8_matching_length(s + i, length - i, announced) < announced)
            return i;
        i += announced;
    }
    return length;
}

size_t utf8_error_length(const char *text, size_t length)
{
    const unsigned char *s = (const unsigned char *)text;
    return utf8_matching_length(s, length, utf8_announced_length(s[0]));
}

void utf8_describe_error(const char *text, size_t length, size_t at, char *message, size_t size)
{
    unsigned char first = (unsigned char)text[at];
    size_t bad = utf8_error_length(text + at, length - at);
    const char *reason = !utf8_announced_length(first) ? "invalid start byte"
                         : at + bad == length          ? "unexpected end of data"
                                                       : "invalid continuation byte";
    if (bad == 1)
        snprintf(message, size, "'utf-8' codec can't decode byte 0x%02x in position %zu: %s", first, at, reason);
    else
        snprintf(message, size, "'utf-8' codec can't decode bytes in position %zu-%zu: %s", at, at + bad - 1, reason);
}

int32_t utf8_count_characters(const char *text, size_t bytes)
{
    int32_t count = 0;
    for (size_t at = 0; at < bytes;) {
        size_t valid = utf8_valid_prefix(text + at, bytes - at);
        for (size_t i = 0; i < valid; i++)
            count += ((unsigned char)text[at + i] & 0xc0) != 0x80;
        at += valid;
        if (at < bytes) {
            count++;
            at += utf8_error_length(text + at, bytes - at);
        }
    }
    return count;
}

int32_t utf8_count_replaced(const char *text, size_t bytes)
{
    int32_t count = 0;
    /* An error covers at most the three bytes of U+FFFD, so that the text is never read behind `bytes`. */
    for (size_t at = 0, seen = 0; seen < bytes; count++) {
        size_t left = bytes - seen, announced = utf8_announced_length((unsigned char)text[at]);
        size_t length = utf8_matching_length((const unsigned char *)text + at, left, announced);
        at += length;
        seen += length == announced ? length : 3;
    }
    return count;
}

size_t utf8_copy_replaced(const char *text, size_t length, char *out)
{
    size_t written = 0;
    for (size_t at = 0; at < length;) {
        size_t valid = utf8_valid_prefix(text + at, length - at);
        memcpy(out + written, text + at, valid);
        written += valid;
        at += valid;
        if (at < length) {
            memcpy(out + written, "\xef\xbf\xbd", 3);
            written += 3;
            at += utf8_error_length(text + at, length - at);
        }
    }
    return written;
}

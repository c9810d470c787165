/* text.c: see text.h. */
#include "base/text.h"

#include <stdbool.h>
#include <string.h>

const char *text_bytes(char text[TEXT_BYTES_SIZE], double bytes)
{
    static const char *const units[] = {"B", "KB", "MB", "GB", "TB"};
    int unit = 0;
    double size = bytes < 0 ? -bytes : bytes;
    while (size >= (unit > 0 ? 999.5 : 1000) && unit < 4) { /* no "1000 KB" */
        size /= 1000;
        unit++;
    }
    snprintf(text, TEXT_BYTES_SIZE, size < 100 && unit > 0 ? "%s%.1f %s" : "%s%.0f %s", bytes < 0 ? "-" : "", size,
             units[unit]);
    return text;
}

const char *text_number(char text[TEXT_NUMBER_SIZE], uint64_t n)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    int at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            text[at++] = ',';
        }
        text[at++] = digits[i];
    }
    text[at] = 0;
    return text;
}

/* How many bytes a character of UTF-8 has; 0: there is none here. */
static size_t text_character(const unsigned char *at)
{
    size_t length = at[0] < 0x80 ? 1 : at[0] >= 0xc2 && at[0] < 0xe0 ? 2 : (at[0] & 0xf0) == 0xe0 ? 3 : at[0] >= 0xf0 && at[0] < 0xf5 ? 4 : 0;
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0; /* (also where the text ends) */
        }
    }
    bool too_long = (at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xf0 && at[1] < 0x90);
    return too_long || (at[0] == 0xf4 && at[1] > 0x8f) ? 0 : length;
}

const char *text_quoted(char *quoted, size_t size, const char *text)
{
    size_t used = 0;
    quoted[0] = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at != 0;) {
        size_t length = text_character(at);
        char piece[12];
        if (length == 3 && at[0] == 0xed && at[1] > 0x9f) {
            snprintf(piece, sizeof piece, "\\u%04x", 0xd000U | (at[1] & 0x3fU) << 6 | (at[2] & 0x3fU));
        } else if (length == 0 || *at < 0x20 || *at == 0x7f || (*at == 0xc2 && at[1] < 0xa0)) {
            const char *const letters = "\tt\nn\rr";
            const char *letter = length == 1 ? strchr(letters, *at) : NULL;
            snprintf(piece, sizeof piece, letter != NULL && *at < 0x20 ? "\\%c" : "\\x%02x",
                     letter != NULL && *at < 0x20 ? letter[1] : length == 2 ? at[1] : *at);
            length = length == 0 ? 1 : length;
        } else if (*at == '\'' || *at == '\\') {
            snprintf(piece, sizeof piece, "\\%c", *at);
        } else {
            snprintf(piece, sizeof piece, "%.*s", (int)length, (const char *)at);
        }
        size_t more = strlen(piece);
        if (used + more >= size) {
            break;
        }
        memcpy(quoted + used, piece, more + 1);
        used += more;
        at += length;
    }
    return quoted;
}

void text_write_json(FILE *out, const char *text)
{
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)(text != NULL ? text : ""); *c != 0; c++) {
        if (*c == '"' || *c == '\\') {
            fprintf(out, "\\%c", *c);
        } else if (*c < 0x20) {
            fprintf(out, "\\u%04x", *c);
        } else {
            fputc(*c, out);
        }
    }
    fputc('"', out);
}

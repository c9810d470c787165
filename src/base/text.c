/* text.c: see text.h. */
#include "base/text.h"

const char *text_bytes(char text[TEXT_BYTES_SIZE], double bytes)
{
    static const char *const units[] = {"B", "KB", "MB", "GB", "TB"};
    int unit = 0;
    double size = bytes < 0 ? -bytes : bytes;
    while (size >= 1000 && unit < 4) {
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

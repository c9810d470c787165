/* page_json.c: see page_json.h.
 *
 * `<`, `>` and `&` are written as \u escapes: then neither `</script>` nor `<!--` can stand in the page, whatever a file
 * or a key is called.  U+2028 and U+2029 too, which end lines in old JavaScript.
 */
#include "cli/page_json.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static void json_comma(page_json *j)
{
    if (j->follows) {
        putc(',', j->out);
    }
    j->follows = true;
}

void json_open(page_json *j, const char *open)
{
    json_comma(j);
    fputs(open, j->out);
    j->follows = false;
}

void json_close(page_json *j, const char *close)
{
    fputs(close, j->out);
    j->follows = true;
}

void json_key(page_json *j, const char *key)
{
    json_comma(j);
    fprintf(j->out, "\"%s\":", key);
    j->follows = false;
}

void json_int(page_json *j, int64_t number)
{
    json_comma(j);
    fprintf(j->out, "%" PRId64, number);
}

void json_real(page_json *j, double number)
{
    json_comma(j);
    fprintf(j->out, "%.3f", isfinite(number) ? number : 0);
}

void json_bool(page_json *j, bool value)
{
    json_comma(j);
    fputs(value ? "true" : "false", j->out);
}

/* The bytes of the character at `at`; 0: no UTF-8 (RFC 3629). */
static size_t json_character(const unsigned char *at)
{
    if (at[0] < 0x80) {
        return 1;
    }
    size_t length = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;
    if (at[0] < 0xc2 || at[0] > 0xf4) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    bool too_short = (at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xf0 && at[1] < 0x90);
    bool no_character = (at[0] == 0xed && at[1] > 0x9f) || (at[0] == 0xf4 && at[1] > 0x8f);
    return too_short || no_character ? 0 : length;
}

void json_text(page_json *j, const char *text)
{
    json_comma(j);
    if (!text) {
        fputs("null", j->out);
        return;
    }
    putc('"', j->out);
    for (const unsigned char *at = (const unsigned char *)text; *at;) {
        size_t length = json_character(at);
        bool separator = length == 3 && at[0] == 0xe2 && at[1] == 0x80 && (at[2] == 0xa8 || at[2] == 0xa9);
        if (length == 0) {
            fputs("\\ufffd", j->out);
            length = 1;
        } else if (separator) {
            fputs(at[2] == 0xa8 ? "\\u2028" : "\\u2029", j->out);
        } else if (*at == '"' || *at == '\\') {
            fprintf(j->out, "\\%c", *at);
        } else if (*at < 0x20 || *at == 0x7f || *at == '<' || *at == '>' || *at == '&') {
            fprintf(j->out, "\\u%04x", *at);
        } else {
            fwrite(at, 1, length, j->out);
        }
        at += length;
    }
    putc('"', j->out);
}

void json_key_int(page_json *j, const char *key, int64_t number)
{
    json_key(j, key);
    json_int(j, number);
}

void json_key_text(page_json *j, const char *key, const char *text)
{
    json_key(j, key);
    json_text(j, text);
}

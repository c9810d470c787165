/* statement.c: see statement.h. */
#include "cli/statement.h"

#include <stdlib.h>
#include <string.h>

enum { STATEMENT_CHECKED_LINES = 64 }; /* up to so many, every line is checked */

void statement_begin(statement *s)
{
    s->length = s->lines = s->depth = 0;
    s->next_check = 1;
    s->quote = 0;
    s->triple = s->continued = s->begun = s->block = s->ended = false;
}

void statement_free(statement *s)
{
    free(s->text);
    *s = (statement){0};
}

static bool statement_is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

/* Does a compound statement begin here? */
static bool statement_begins_block(const char *at, const char *end)
{
    static const char *const words[] = {"if", "while", "for", "try", "with", "def", "class", "async"};
    if (*at == '@') {
        return true;
    }
    const char *stop = at;
    while (stop < end && statement_is_word(*stop)) {
        stop++;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i]) == (size_t)(stop - at) && memcmp(words[i], at, (size_t)(stop - at)) == 0) {
            return true;
        }
    }
    return false;
}

/* Behind the string that `at` is inside of; NULL: it goes on in the next line, or ends with it. */
static const char *statement_pass_string(statement *s, const char *at, const char *end)
{
    while (at < end) {
        if (*at == '\\') {
            at += 2;
        } else if (*at != s->quote) {
            at++;
        } else if (!s->triple) {
            s->quote = 0;
            return at + 1;
        } else if (end - at >= 3 && at[1] == s->quote && at[2] == s->quote) {
            s->quote = 0;
            return at + 3;
        } else {
            at++;
        }
    }
    if (!s->triple) {
        /* goes on only behind a backslash; else it is an error, which the parser words */
        bool goes_on = at > end || (at == end && at[-1] == '\\');
        s->continued = goes_on;
        s->quote = goes_on ? s->quote : 0;
    }
    return NULL;
}

/* Looks at one line without its newline. */
static void statement_scan(statement *s, const char *line, const char *end)
{
    const char *at = line;
    char last = 0;
    bool inside = s->quote || s->continued || s->depth;
    s->continued = false;
    while (at && at < end) {
        if (s->quote) {
            at = statement_pass_string(s, at, end);
            last = '"';
            continue;
        }
        char c = *at;
        if (c == '#') {
            break;
        }
        if (c == ' ' || c == '\t' || c == '\f' || c == '\r') {
            at++;
            continue;
        }
        if (!s->begun) {
            s->begun = true;
            s->block = statement_begins_block(at, end);
        }
        if (c == '\\' && end - at == 1) {
            s->continued = true;
            break;
        }
        if (c == '"' || c == '\'') {
            s->quote = c;
            s->triple = end - at >= 3 && at[1] == c && at[2] == c;
            at += s->triple ? 3 : 1;
            if (at == end && !s->triple) {
                s->quote = 0;
            }
        } else {
            s->depth += c == '(' || c == '[' || c == '{';
            s->depth -= s->depth && (c == ')' || c == ']' || c == '}');
            at++;
        }
        last = c;
    }
    bool whole = !s->quote && !s->continued && !s->depth;
    if (whole && last == ':' && !s->block) {
        s->block = true; /* `match x:`, whose word may be a name as well */
    } else if (whole && s->begun) {
        s->ended = !s->block || (!inside && last == 0 && line == end);
    }
}

bool statement_add(statement *s, const char *line, size_t length)
{
    if (s->length + length + 1 > s->capacity) {
        size_t capacity = s->capacity ? s->capacity : 256;
        while (capacity < s->length + length + 1) {
            capacity *= 2;
        }
        char *grown = realloc(s->text, capacity);
        if (!grown) {
            return false;
        }
        s->text = grown;
        s->capacity = capacity;
    }
    char *copy = s->text + s->length;
    memcpy(copy, line, length);
    copy[length] = 0;
    s->length += length;
    s->lines++;
    const char *end = copy + length;
    if (length && end[-1] == '\n') {
        end--;
    }
    const char *first = copy;
    while (first < end && (*first == ' ' || *first == '\t' || *first == '\f' || *first == '\r')) {
        first++;
    }
    statement_scan(s, first == end ? end : copy, end); /* a line of nothing but space is empty */
    return true;
}

bool statement_is_blank(const statement *s)
{
    return !s->begun && !s->quote && !s->continued;
}

bool statement_is_open(const statement *s)
{
    return !s->ended;
}

bool statement_wants_check(statement *s)
{
    if (s->lines < s->next_check) {
        return false;
    }
    s->next_check = s->lines < STATEMENT_CHECKED_LINES ? s->lines + 1 : s->lines * 2;
    return true;
}

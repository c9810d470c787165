/* source.c: finds out the encoding of a source and decodes it (PEP 263).
 *
 * utf-8, ascii and latin-1 are decoded here; every other encoding is asked of the hook `decode`.  After this file,
 * the front end sees valid UTF-8 with '\n' line ends and without NUL.
 */
#include "lang/source.h"

#include <string.h>

size_t source_check_utf8(const char *bytes, size_t length)
{
    const unsigned char *s = (const unsigned char *)bytes;
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
        unsigned char c = s[i];
        if (c < 0x80) {
            i++;
            continue;
        }
        size_t size = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
        if (c < 0xc2 || c > 0xf4 || length - i < size)
            return i;
        for (size_t k = 1; k < size; k++)
            if ((s[i + k] & 0xc0) != 0x80)
                return i;
        if ((c == 0xe0 && s[i + 1] < 0xa0) || (c == 0xed && s[i + 1] > 0x9f) || (c == 0xf0 && s[i + 1] < 0x90) ||
            (c == 0xf4 && s[i + 1] > 0x8f))
            return i;
        i += size;
    }
    return length;
}

/* ---- the coding cookie ------------------------------------------------------------------------------- */

static bool source_is_cookie_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
}

/* Finds "coding[:=] *name" in a line that has only a comment.  `*only_comment`: the line lets the next one count. */
static bool source_find_cookie(const char *line, size_t length, char *name, size_t name_size, bool *only_comment)
{
    size_t i = 0;
    while (i < length && (line[i] == ' ' || line[i] == '\t' || line[i] == '\f'))
        i++;
    *only_comment = i == length || line[i] == '#';
    if (i == length || line[i] != '#')
        return false;
    for (; i + 7 < length; i++) {
        if (memcmp(line + i, "coding", 6) != 0 || (line[i + 6] != ':' && line[i + 6] != '='))
            continue;
        size_t at = i + 7;
        while (at < length && (line[at] == ' ' || line[at] == '\t'))
            at++;
        size_t start = at;
        while (at < length && source_is_cookie_character(line[at]))
            at++;
        if (at == start)
            continue;
        size_t size = at - start < name_size - 1 ? at - start : name_size - 1;
        memcpy(name, line + start, size);
        name[size] = '\0';
        return true;
    }
    return false;
}

typedef enum source_encoding { SOURCE_UTF8, SOURCE_ASCII, SOURCE_LATIN1, SOURCE_OTHER } source_encoding;

static source_encoding source_find_encoding(const char *name)
{
    char normal[24];
    size_t length = 0;
    for (; name[length] && length < sizeof normal - 1; length++) {
        char c = name[length];
        normal[length] = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    normal[length] = '\0';
    if (strcmp(normal, "utf-8") == 0 || strncmp(normal, "utf-8-", 6) == 0 || strcmp(normal, "utf8") == 0 ||
        strcmp(normal, "u8") == 0 || strcmp(normal, "utf") == 0 || strcmp(normal, "cp65001") == 0)
        return SOURCE_UTF8;
    static const char *const latin1[] = {"latin-1", "iso-8859-1", "iso-latin-1", "latin1", "iso8859-1", "latin", "l1",
                                         "8859", "cp819"};
    for (size_t i = 0; i < sizeof latin1 / sizeof *latin1; i++) {
        size_t size = strlen(latin1[i]);
        if (strncmp(normal, latin1[i], size) == 0 && (normal[size] == '\0' || (i < 3 && normal[size] == '-')))
            return SOURCE_LATIN1;
    }
    if (strcmp(normal, "ascii") == 0 || strcmp(normal, "us-ascii") == 0 || strcmp(normal, "646") == 0)
        return SOURCE_ASCII;
    return SOURCE_OTHER;
}

static bool source_is_plain_utf8(const char *name)
{
    static const char wanted[] = "utf-8";
    for (size_t i = 0; i < 5; i++) {
        char c = name[i] == '_' ? '-' : name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + 32) : name[i];
        if (c != wanted[i])
            return false;
    }
    return name[5] == '\0' || name[5] == '-' || name[5] == '_';
}

/* ---- decoding ---------------------------------------------------------------------------------------- */

/* An error without a place in a line. */
static bool source_fail(syntax_error *error, const char *format, ...) OURO_PRINTF(2, 3);
static bool source_fail(syntax_error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    syntax_error_set_va(error, SYNTAX_ERROR_SYNTAX, NULL, 0, 0, -1, 0, -1, format, arguments);
    va_end(arguments);
    return false;
}

/* Where a byte stands: its line, the characters before it in the line, and the bytes between it and the start of the
 * string or name it is in, which is what CPython decodes at once. */
typedef struct source_place {
    int32_t line, column;
    size_t line_start;
    size_t offset;
    bool in_name; /* no quote stands before it in the line */
} source_place;

static source_place source_find_place(const char *bytes, size_t at)
{
    source_place place = {.line = 1};
    for (size_t i = 0; i < at; i++) {
        if (bytes[i] == '\n' || (bytes[i] == '\r' && (i + 1 >= at || bytes[i + 1] != '\n'))) {
            place.line++;
            place.line_start = i + 1;
        }
    }
    place.column = syntax_error_count_characters(bytes + place.line_start, at - place.line_start) + 1;
    size_t start = at;
    while (start > place.line_start && bytes[start - 1] != '\'' && bytes[start - 1] != '"')
        start--;
    if (start == place.line_start) {
        place.in_name = true;
        start = at;
        while (start > place.line_start && (source_is_cookie_character(bytes[start - 1]) || bytes[start - 1] & 0x80))
            start--;
    }
    place.offset = at - start;
    return place;
}

/* Bytes that are no UTF-8, at `at`. */
static bool source_fail_utf8(const parse_options *options, syntax_error *error, const char *bytes, size_t length,
                             size_t at)
{
    unsigned char c = (unsigned char)bytes[at];
    source_place place = source_find_place(bytes, at);
    if (options->flags & PARSE_SCRIPT)
        return source_fail(error,
                           "Non-UTF-8 code starting with '\\x%02x' in file %s on line %d, but no encoding declared; "
                           "see https://peps.python.org/pep-0263/ for details",
                           c, options->filename ? options->filename : "<string>", place.line);
    size_t size = c >= 0xf0 && c <= 0xf4 ? 4 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xc2 && c < 0xe0 ? 2 : 1;
    /* How many bytes of the character are good: the second has a narrower range behind some first bytes. */
    size_t good = 1;
    while (good < size && at + good < length) {
        unsigned char next = (unsigned char)bytes[at + good];
        if ((next & 0xc0) != 0x80)
            break;
        if (good == 1 && ((c == 0xe0 && next < 0xa0) || (c == 0xed && next > 0x9f) || (c == 0xf0 && next < 0x90) ||
                          (c == 0xf4 && next > 0x8f)))
            break;
        good++;
    }
    /* The name or the string may end within the character. */
    char next = at + good < length ? bytes[at + good] : '\'';
    bool ends = next == '\'' || next == '"' || (place.in_name && !(source_is_cookie_character(next) || next & 0x80));
    const char *reason = size == 1 ? "invalid start byte"
                         : ends    ? "unexpected end of data"
                                   : "invalid continuation byte";
    if (good == 1)
        syntax_error_set(error, SYNTAX_ERROR_SYNTAX, NULL, 0, place.line, place.column, place.line, -1,
                         "(unicode error) 'utf-8' codec can't decode byte 0x%02x in position %zu: %s", c, place.offset,
                         reason);
    else
        syntax_error_set(error, SYNTAX_ERROR_SYNTAX, NULL, 0, place.line, place.column, place.line, -1,
                         "(unicode error) 'utf-8' codec can't decode bytes in position %zu-%zu: %s", place.offset,
                         place.offset + good - 1, reason);
    return false;
}

/* An encoding that does not work. */
static bool source_fail_encoding(const parse_options *options, syntax_error *error, const char *name)
{
    return source_fail(error, options->flags & PARSE_SCRIPT ? "encoding problem: %s" : "unknown encoding: %s", name);
}

/* Copies UTF-8 with its line ends translated. */
static bool source_copy(ast_arena *arena, const char *bytes, size_t length, bool add_newline, ast_text *text,
                        syntax_error *error)
{
    char *copy = ast_arena_alloc(arena, length + 2);
    if (!copy) {
        syntax_error_set_memory(error);
        return false;
    }
    char *out = copy;
    const char *at = bytes, *end = bytes + length;
    while (at < end) {
        const char *carriage = memchr(at, '\r', (size_t)(end - at));
        const char *stop = carriage ? carriage : end;
        memcpy(out, at, (size_t)(stop - at));
        out += stop - at;
        at = stop;
        if (carriage) {
            *out++ = '\n';
            at += at + 1 < end && at[1] == '\n' ? 2 : 1;
        }
    }
    if (add_newline && out > copy && out[-1] != '\n')
        *out++ = '\n';
    *out = '\0';
    text->data = copy;
    text->length = (size_t)(out - copy);
    return true;
}

static bool source_copy_latin1(ast_arena *arena, ouro_mem *mem, const char *bytes, size_t length, bool add_newline,
                               ast_text *text, syntax_error *error)
{
    char *utf8 = ouro_mem_alloc(mem, length * 2 + 1);
    if (!utf8) {
        syntax_error_set_memory(error);
        return false;
    }
    size_t size = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c < 0x80) {
            utf8[size++] = (char)c;
        } else {
            utf8[size++] = (char)(0xc0 | c >> 6);
            utf8[size++] = (char)(0x80 | (c & 0x3f));
        }
    }
    bool done = source_copy(arena, utf8, size, add_newline, text, error);
    ouro_mem_free(mem, utf8);
    return done;
}

static bool source_copy_other(ast_arena *arena, ouro_mem *mem, const char *encoding, const char *bytes, size_t length,
                              const parse_options *options, bool add_newline, ast_text *text, syntax_error *error)
{
    const parse_hooks *hooks = options->hooks;
    size_t size = 0;
    char *utf8 = hooks && hooks->decode ? hooks->decode(hooks->context, mem, encoding, bytes, length, &size) : NULL;
    if (!utf8) {
        if (size)
            return source_fail(error, "encoding problem: %s", encoding);
        return source_fail_encoding(options, error, encoding);
    }
    bool done = source_check_utf8(utf8, size) == size && !memchr(utf8, '\0', size)
                    ? source_copy(arena, utf8, size, add_newline, text, error)
                    : source_fail(error, "encoding problem: %s", encoding);
    ouro_mem_free(mem, utf8);
    return done;
}

bool source_decode(ast_arena *arena, ouro_mem *mem, const char *bytes, size_t length, const parse_options *options,
                   ast_text *text, syntax_error *error)
{
    const char *zero = memchr(bytes, '\0', length);
    if (zero && options->flags & PARSE_SCRIPT) {
        source_place place = source_find_place(bytes, (size_t)(zero - bytes));
        syntax_error_set(error, SYNTAX_ERROR_SYNTAX, bytes, (size_t)(zero - bytes), place.line, 0, place.line, 0,
                         "source code cannot contain null bytes");
        return false;
    }
    if (zero) {
        syntax_error_set(error, SYNTAX_ERROR_VALUE, NULL, 0, 0, 0, 0, 0,
                         "source code string cannot contain null bytes");
        return false;
    }
    bool add_newline = options->mode == AST_MODE_FILE;
    char name[64];
    bool has_cookie = false, has_bom = false;
    if (!(options->flags & PARSE_IGNORE_COOKIE)) {
        if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
            has_bom = true;
            bytes += 3;
            length -= 3;
        }
        const char *line = bytes, *end = bytes + length;
        bool more = true;
        for (int i = 0; i < 2 && more && !has_cookie && line < end; i++) {
            const char *stop = line;
            while (stop < end && *stop != '\n' && *stop != '\r')
                stop++;
            has_cookie = source_find_cookie(line, (size_t)(stop - line), name, sizeof name, &more);
            line = stop + (stop + 1 < end && *stop == '\r' && stop[1] == '\n' ? 2 : 1);
        }
    }
    source_encoding encoding = has_cookie ? source_find_encoding(name) : SOURCE_UTF8;
    /* With a BOM, CPython takes no name for UTF-8 but these. */
    if (has_bom && has_cookie && !source_is_plain_utf8(name))
        return source_fail(error, "encoding problem: %s with BOM", name);
    if (encoding == SOURCE_LATIN1)
        return source_copy_latin1(arena, mem, bytes, length, add_newline, text, error);
    if (encoding == SOURCE_OTHER)
        return source_copy_other(arena, mem, name, bytes, length, options, add_newline, text, error);
    if (encoding == SOURCE_ASCII) {
        for (size_t i = 0; i < length; i++) {
            if ((unsigned char)bytes[i] < 0x80)
                continue;
            if (options->flags & PARSE_SCRIPT)
                return source_fail_encoding(options, error, name);
            return source_fail(error, "'ascii' codec can't decode byte 0x%02x in position %zu: ordinal not in range(128)",
                               (unsigned)(unsigned char)bytes[i], i);
        }
    } else {
        size_t valid = source_check_utf8(bytes, length);
        if (valid != length)
            return source_fail_utf8(options, error, bytes, length, valid);
    }
    return source_copy(arena, bytes, length, add_newline, text, error);
}

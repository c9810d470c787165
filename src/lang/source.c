/* source.c: finds out the encoding of a source and decodes it (PEP 263).
 *
 * utf-8, ascii and latin-1 are decoded here; every other encoding is asked of the hook `decode`.  After this file,
 * the front end sees UTF-8 with '\n' line ends and without NUL.  It is valid but where the source itself is taken for
 * UTF-8 and is not: then what the program uses of it, its names and strings, is checked when it is read.
 */
#include "lang/source.h"

#include "lang/lexer.h"
#include "lang/utf8.h"

#include <string.h>

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

/* The encodings that are known here.  SOURCE_PLAIN_UTF8 is UTF-8 by the name that CPython's tokenizer takes for it, and
 * so does not decode; SOURCE_UTF8 is one of its other names, which the codecs know. */
typedef enum source_encoding { SOURCE_PLAIN_UTF8, SOURCE_UTF8, SOURCE_ASCII, SOURCE_LATIN1, SOURCE_OTHER } source_encoding;

/* Is `name` this encoding, or this one with something behind a hyphen (latin-1-unix)? */
static bool source_name_begins(const char *name, const char *encoding)
{
    size_t length = strlen(encoding);
    return strncmp(name, encoding, length) == 0 && (name[length] == '\0' || name[length] == '-');
}

static bool source_name_is_in(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static source_encoding source_find_encoding(const char *name)
{
    static const char *const utf8[] = {"utf8", "u8", "utf", "cp65001"};
    static const char *const latin1[] = {"latin1", "iso8859-1", "latin", "l1", "8859", "cp819"};
    static const char *const ascii[] = {"ascii", "us-ascii", "646"};
    char normal[24];
    size_t length = 0;
    for (; name[length] && length < sizeof normal - 1; length++) {
        char c = name[length];
        normal[length] = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    normal[length] = '\0';
    if (source_name_begins(normal, "utf-8"))
        return SOURCE_PLAIN_UTF8;
    if (source_name_begins(normal, "latin-1") || source_name_begins(normal, "iso-8859-1") ||
        source_name_begins(normal, "iso-latin-1") || source_name_is_in(normal, latin1, sizeof latin1 / sizeof *latin1))
        return SOURCE_LATIN1;
    if (source_name_is_in(normal, utf8, sizeof utf8 / sizeof *utf8))
        return SOURCE_UTF8;
    return source_name_is_in(normal, ascii, sizeof ascii / sizeof *ascii) ? SOURCE_ASCII : SOURCE_OTHER;
}

static bool source_is_ascii(const ast_text *text)
{
    unsigned char bits = 0;
    for (size_t i = 0; i < text->length; i++)
        bits |= (unsigned char)text->data[i];
    return bits < 0x80;
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

/* The main script is refused when it is no UTF-8 and says no encoding. */
static bool source_fail_script(const parse_options *options, syntax_error *error, const char *text, size_t at)
{
    int32_t line = 1;
    for (size_t i = 0; i < at; i++)
        line += text[i] == '\n';
    return source_fail(error,
                       "Non-UTF-8 code starting with '\\x%02x' in file %s on line %d, but no encoding declared; "
                       "see https://peps.python.org/pep-0263/ for details",
                       (unsigned char)text[at], options->filename ? options->filename : "<string>", line);
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

static bool source_decode_latin1(ast_arena *arena, ast_text *text, syntax_error *error)
{
    char *utf8 = ast_arena_alloc(arena, text->length * 2 + 1);
    if (!utf8) {
        syntax_error_set_memory(error);
        return false;
    }
    size_t size = 0;
    for (size_t i = 0; i < text->length; i++)
        size += unicode_encode((unsigned char)text->data[i], utf8 + size);
    utf8[size] = '\0';
    *text = (ast_text){utf8, size};
    return true;
}

/* Another encoding: the hook's. */
static bool source_decode_other(ast_arena *arena, ouro_mem *mem, const char *encoding, const parse_options *options,
                                bool add_newline, ast_text *text, syntax_error *error)
{
    const parse_hooks *hooks = options->hooks;
    size_t size = 0;
    if (!hooks || !hooks->decode)
        return source_fail(error, options->flags & PARSE_SCRIPT ? "encoding problem: %s" : "unknown encoding: %s",
                           encoding);
    char *utf8 = hooks->decode(hooks->context, mem, encoding, text->data, text->length, &size);
    if (!utf8) {
        syntax_error_set(error, SYNTAX_ERROR_ENCODING, NULL, 0, 0, 0, 0, 0, "encoding problem: %s", encoding);
        return false;
    }
    bool done = utf8_valid_prefix(utf8, size) == size && !memchr(utf8, '\0', size)
                    ? source_copy(arena, utf8, size, add_newline, text, error)
                    : source_fail(error, "encoding problem: %s", encoding);
    ouro_mem_free(mem, utf8);
    return done;
}

/* What the first two lines say. */
typedef struct source_cookie {
    char name[64];
    bool is_set;
    bool is_second; /* it is in the second line */
} source_cookie;

static source_cookie source_read_cookie(const char *text, size_t length)
{
    source_cookie cookie = {.is_set = false};
    const char *line = text, *end = text + length;
    bool more = true;
    for (int i = 0; i < 2 && more && !cookie.is_set && line < end; i++) {
        const char *stop = line;
        while (stop < end && *stop != '\n' && *stop != '\r')
            stop++;
        cookie.is_set = source_find_cookie(line, (size_t)(stop - line), cookie.name, sizeof cookie.name, &more);
        cookie.is_second = i == 1;
        line = stop + (stop + 1 < end && *stop == '\r' && stop[1] == '\n' ? 2 : 1);
    }
    return cookie;
}

bool source_find_declared(const char *bytes, size_t length, char *name, size_t size)
{
    source_cookie cookie = source_read_cookie(bytes, length);
    if (!cookie.is_set || source_find_encoding(cookie.name) == SOURCE_PLAIN_UTF8 || strlen(cookie.name) >= size)
        return false;
    strcpy(name, cookie.name);
    return true;
}

static bool source_fail_null(const char *bytes, const char *zero, const parse_options *options, syntax_error *error)
{
    if (!(options->flags & PARSE_SCRIPT)) {
        syntax_error_set(error, SYNTAX_ERROR_VALUE, NULL, 0, 0, 0, 0, 0,
                         "source code string cannot contain null bytes");
        return false;
    }
    int32_t line = 1;
    for (const char *at = bytes; at < zero; at++)
        line += *at == '\n' || (*at == '\r' && at[1] != '\n');
    syntax_error_set(error, SYNTAX_ERROR_SYNTAX, bytes, (size_t)(zero - bytes), line, 0, line, 0,
                     "source code cannot contain null bytes");
    return false;
}

bool source_decode(ast_arena *arena, ouro_mem *mem, const char *bytes, size_t length, const parse_options *options,
                   source_text *source, syntax_error *error)
{
    const char *zero = memchr(bytes, '\0', length);
    if (zero && !(options->flags & PARSE_SCRIPT))
        return source_fail_null(bytes, zero, options, error);
    bool add_newline = options->mode == AST_MODE_FILE, is_script = options->flags & PARSE_SCRIPT;
    bool is_text = options->flags & PARSE_IGNORE_COOKIE;
    bool has_bom = !is_text && length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0;
    ast_text *text = &source->text;
    if (!source_copy(arena, bytes + (has_bom ? 3 : 0), length - (has_bom ? 3 : 0), add_newline, text, error))
        return false;
    source_cookie cookie = {.is_set = false};
    if (!is_text)
        cookie = source_read_cookie(text->data, text->length);
    source_encoding encoding = cookie.is_set ? source_find_encoding(cookie.name) : SOURCE_PLAIN_UTF8;
    source->knows_encoding = is_text || has_bom || cookie.is_set;
    /* With a BOM, CPython takes no name for UTF-8 but one. */
    if (has_bom && encoding != SOURCE_PLAIN_UTF8)
        return source_fail(error, "encoding problem: %s with BOM",
                           encoding == SOURCE_LATIN1 ? "iso-8859-1" : cookie.name);
    size_t valid = utf8_valid_prefix(text->data, text->length);
    source->is_valid = valid == text->length;
    if (is_script && !source->is_valid && !has_bom) {
        /* The lines before the cookie are read as if there were none. */
        const char *newline = memchr(text->data, '\n', text->length);
        if (!cookie.is_set || (cookie.is_second && text->data + valid < newline))
            return source_fail_script(options, error, text->data, valid);
    }
    if (zero) /* a script's encoding is looked at first */
        return source_fail_null(bytes, zero, options, error);
    if (encoding == SOURCE_PLAIN_UTF8 || (encoding == SOURCE_UTF8 && source->is_valid))
        return true;
    if (encoding == SOURCE_ASCII && source_is_ascii(text))
        return true;
    source->is_valid = true;
    return encoding == SOURCE_LATIN1
               ? source_decode_latin1(arena, text, error)
               : source_decode_other(arena, mem, cookie.name, options, add_newline, text, error);
}

/* parse_literal.c: numbers, and strings without replacement fields.
 *
 * A number keeps its value when it fits a C type, and its digits otherwise.  Adjacent strings become one constant.
 */
#include "lang/parser.h"
#include "lang/utf8.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers ----------------------------------------------------------------------------------------- */

/* strtod reads the decimal point of the process's locale; source has '.'. */
static double parse_double(char *digits)
{
    char *end;
    double value = strtod(digits, &end);
    if (*end != '.')
        return value;
    char point = localeconv()->decimal_point[0];
    *end = point;
    return strtod(digits, NULL);
}

static void parse_integer(char *digits, size_t length, int base, ast_constant *constant)
{
    while (length > 1 && *digits == '0') {
        digits++;
        length--;
    }
    errno = 0;
    unsigned long long value = strtoull(digits, NULL, base);
    if (errno == 0 && value <= INT64_MAX) {
        constant->kind = AST_CONSTANT_INT;
        constant->integer = (int64_t)value;
        return;
    }
    constant->kind = AST_CONSTANT_BIG_INT;
    constant->base = (uint8_t)base;
    constant->digits = (ast_text){digits, length};
}

ast_expr *parse_number(parser *p)
{
    const token *number = parser_peek(p);
    const char *start = number->start;
    char *digits = parser_alloc(p, number->length + 1);
    if (!digits)
        return NULL;
    size_t length = 0;
    bool is_float = false;
    for (uint32_t i = 0; i < number->length; i++) {
        char c = start[i];
        if (c == '_')
            continue;
        is_float = is_float || c == '.' || c == 'e' || c == 'E';
        digits[length++] = c;
    }
    digits[length] = '\0';
    p->position++;
    if (length < number->length && !parser_check_version(p, 6, "Underscores in numeric literals are"))
        return NULL;
    ast_expr *e = parser_new_expr(p, AST_CONSTANT, parser_previous(p)->place);
    if (!e)
        return NULL;
    e->constant = (ast_constant){0};
    char second = length > 1 ? digits[1] | 32 : 0;
    if (digits[0] == '0' && (second == 'x' || second == 'o' || second == 'b')) {
        parse_integer(digits + 2, length - 2, second == 'x' ? 16 : second == 'o' ? 8 : 2, &e->constant);
    } else if (digits[length - 1] == 'j' || digits[length - 1] == 'J') {
        digits[length - 1] = '\0';
        e->constant.kind = AST_CONSTANT_COMPLEX;
        e->constant.real = parse_double(digits);
    } else if (is_float) {
        e->constant.kind = AST_CONSTANT_FLOAT;
        e->constant.real = parse_double(digits);
    } else {
        uint32_t limit = p->options->max_digits;
        if (limit && length > limit) {
            ast_place place = {e->place.line, -1, e->place.line, -1};
            return parser_fail_at(p, place,
                                  "Exceeds the limit (%u digits) for integer string conversion: value has %zu digits; "
                                  "use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for "
                                  "huge integer literals to avoid decimal conversion limits.",
                                  (unsigned)limit, length);
        }
        parse_integer(digits, length, 10, &e->constant);
    }
    return e;
}

/* ---- pieces ------------------------------------------------------------------------------------------ */

string_piece parse_split_string(const token *string)
{
    string_piece piece = {0};
    const char *at = string->start;
    for (; *at != '\'' && *at != '"'; at++) {
        switch (*at | 32) {
        case 'b':
            piece.is_bytes = true;
            break;
        case 'r':
            piece.is_raw = true;
            break;
        case 'f':
            piece.is_format = true;
            break;
        case 'u':
            piece.has_u = *at == 'u'; /* CPython's `kind` is set by the lower-case letter only */
            break;
        }
    }
    size_t length = string->length - (size_t)(at - string->start);
    size_t quotes = length >= 6 && at[1] == at[0] && at[2] == at[0] ? 3 : 1;
    piece.body = at + quotes;
    piece.length = length - 2 * quotes;
    return piece;
}

bool parse_check_utf8(parser *p, const char *text, size_t length)
{
    size_t valid = p->is_valid ? length : utf8_valid_prefix(text, length);
    if (OURO_LIKELY(valid == length))
        return true;
    char message[128];
    utf8_describe_error(text, length, valid, message, sizeof message);
    parser_fail_last(p, SYNTAX_ERROR_SYNTAX, "(unicode error) %s", message);
    return false;
}

bool parse_append_text(parser *p, text_buffer *buffer, const char *text, size_t length)
{
    if (length > buffer->capacity - buffer->length) {
        size_t capacity = (buffer->length + length) * 2;
        char *grown = parser_alloc(p, capacity);
        if (!grown)
            return false;
        if (buffer->length)
            memcpy(grown, buffer->data, buffer->length);
        buffer->data = grown;
        buffer->capacity = capacity;
    }
    if (length)
        memcpy(buffer->data + buffer->length, text, length);
    buffer->length += length;
    return true;
}

/* ---- escapes ----------------------------------------------------------------------------------------- */

static int parse_hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* `escape`: the characters behind the backslash. */
bool parse_warn_escape(parser *p, const char *kind, const char *escape, int length, const token *where)
{
    const parse_hooks *hooks = p->options->hooks;
    if (p->lex.silent || !hooks || !hooks->warn)
        return true;
    char message[48];
    snprintf(message, sizeof message, "invalid %s '\\%.*s'", kind, length, escape);
    bool raised = false;
    if (hooks->warn(hooks->context, PARSE_DEPRECATION_WARNING, message, p->lex.filename, where->place.line, &raised))
        return true;
    if (raised)
        p->error->kind = SYNTAX_ERROR_RAISED;
    else
        parser_fail_at(p, where->place, "%s", message);
    return false;
}

/* CPython's decoder works on a text in which each character outside ASCII is written \UXXXXXXXX: the positions in its
 * messages count that. */
static size_t parse_escape_position(const char *text, const char *at)
{
    size_t position = 0;
    for (; text < at; text++)
        position += (unsigned char)*text < 0x80 ? 1 : ((unsigned char)*text & 0xc0) != 0x80 ? 10 : 0;
    return position;
}

static bool parse_fail_escape(parser *p, const char *text, const char *start, const char *end, const char *reason)
{
    size_t from = parse_escape_position(text, start), to = from + (size_t)(end - start) - 1;
    if (to == from)
        parser_fail_last(p, SYNTAX_ERROR_SYNTAX,
                         "(unicode error) 'unicodeescape' codec can't decode byte 0x5c in position %zu: %s", from,
                         reason);
    else
        parser_fail_last(p, SYNTAX_ERROR_SYNTAX,
                         "(unicode error) 'unicodeescape' codec can't decode bytes in position %zu-%zu: %s", from, to,
                         reason);
    return false;
}

/* Appends a code point; in bytes, a byte. */
static bool parse_append_code(parser *p, text_buffer *buffer, uint32_t code, bool is_bytes)
{
    char utf8[4] = {(char)code};
    return parse_append_text(p, buffer, utf8, is_bytes ? 1 : unicode_encode(code, utf8));
}

/* \N{...}; `*at` is behind the N. */
static bool parse_named_escape(parser *p, text_buffer *buffer, const char *text, const char *start, const char **at,
                               const char *end)
{
    const char *name = *at + 1;
    if (*at >= end || **at != '{')
        return parse_fail_escape(p, text, start, *at, "malformed \\N character escape");
    const char *close = memchr(name, '}', (size_t)(end - name));
    if (!close || close == name)
        return parse_fail_escape(p, text, start, close ? close : end, "malformed \\N character escape");
    const parse_hooks *hooks = p->options->hooks;
    uint32_t code;
    if (!hooks || !hooks->character_name ||
        !hooks->character_name(hooks->context, name, (size_t)(close - name), &code))
        return parse_fail_escape(p, text, start, close + 1, "unknown Unicode character name");
    *at = close + 1;
    return parse_append_code(p, buffer, code, false);
}

/* \xhh, \uhhhh, \Uhhhhhhhh; `*at` is behind the letter. */
static bool parse_hex_escape(parser *p, text_buffer *buffer, const char *text, const char *start, const char **at,
                             const char *end, bool is_bytes)
{
    char letter = (*at)[-1];
    int digits = letter == 'x' ? 2 : letter == 'u' ? 4 : 8;
    uint32_t code = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        int value = *at < end ? parse_hex_value(**at) : -1;
        if (value < 0) {
            if (!is_bytes)
                return parse_fail_escape(p, text, start, *at,
                                         letter == 'x'   ? "truncated \\xXX escape"
                                         : letter == 'u' ? "truncated \\uXXXX escape"
                                                         : "truncated \\UXXXXXXXX escape");
            parser_fail_last(p, SYNTAX_ERROR_SYNTAX, "(value error) invalid \\x escape at position %zu",
                             (size_t)(start - text));
            return false;
        }
        code = code << 4 | (uint32_t)value;
    }
    if (code > 0x10ffff)
        return parse_fail_escape(p, text, start, *at, "illegal Unicode character");
    return parse_append_code(p, buffer, code, is_bytes);
}

/* CPython decodes each run of bytes outside ASCII by itself, before it looks at the escapes. */
static bool parse_check_runs(parser *p, const char *text, const char *end)
{
    while (!p->is_valid && text < end) {
        const char *run = text;
        while (run < end && (unsigned char)*run >= 0x80)
            run++;
        if (!parse_check_utf8(p, text, (size_t)(run - text)))
            return false;
        text = run + 1;
    }
    return true;
}

bool parse_append_decoded(parser *p, text_buffer *buffer, const char *text, size_t length, bool is_bytes,
                          const token *where)
{
    const char *at = text, *end = text + length;
    bool warned = false;
    if (!parse_check_runs(p, text, end))
        return false;
    while (at < end) {
        const char *start = memchr(at, '\\', (size_t)(end - at));
        if (!start)
            return parse_append_text(p, buffer, at, (size_t)(end - at));
        if (!parse_append_text(p, buffer, at, (size_t)(start - at)))
            return false;
        at = start + 1;
        if (at >= end) /* before a field of an f-string */
            return parse_append_text(p, buffer, "\\", 1);
        char c = *at++, plain = 0;
        switch (c) {
        case '\n':
            continue;
        case '\\':
        case '\'':
        case '"':
            plain = c;
            break;
        case 'a':
            plain = '\a';
            break;
        case 'b':
            plain = '\b';
            break;
        case 'f':
            plain = '\f';
            break;
        case 'n':
            plain = '\n';
            break;
        case 'r':
            plain = '\r';
            break;
        case 't':
            plain = '\t';
            break;
        case 'v':
            plain = '\v';
            break;
        case '0' ... '7': {
            uint32_t code = (uint32_t)(c - '0');
            for (int i = 0; i < 2 && at < end && *at >= '0' && *at <= '7'; i++)
                code = code * 8 + (uint32_t)(*at++ - '0');
            if (code > 0xff && !warned) {
                warned = true;
                if (!parse_warn_escape(p, "octal escape sequence", start + 1, 3, where))
                    return false;
            }
            if (!parse_append_code(p, buffer, is_bytes ? code & 0xff : code, is_bytes))
                return false;
            continue;
        }
        case 'x':
            if (!parse_hex_escape(p, buffer, text, start, &at, end, is_bytes))
                return false;
            continue;
        case 'u':
        case 'U':
            if (is_bytes)
                break;
            if (!parse_hex_escape(p, buffer, text, start, &at, end, false))
                return false;
            continue;
        case 'N':
            if (is_bytes)
                break;
            if (!parse_named_escape(p, buffer, text, start, &at, end))
                return false;
            continue;
        }
        if (plain) {
            if (!parse_append_text(p, buffer, &plain, 1))
                return false;
            continue;
        }
        /* Not an escape: the backslash stays, and what follows it is ordinary. */
        if (!warned && (unsigned char)c < 0x80) {
            warned = true;
            if (!parse_warn_escape(p, "escape sequence", &c, 1, where))
                return false;
        }
        at--;
        if (!parse_append_text(p, buffer, "\\", 1))
            return false;
    }
    return true;
}

/* ---- strings ----------------------------------------------------------------------------------------- */

ast_expr *parse_new_string(parser *p, ast_place place, ast_constant_kind kind, const text_buffer *text, bool has_u)
{
    ast_expr *e = parser_new_expr(p, AST_CONSTANT, place);
    if (!e)
        return NULL;
    e->place = place;
    e->constant = (ast_constant){.kind = (uint8_t)kind, .has_u_prefix = has_u};
    unsigned char bits = 0;
    for (size_t i = 0; i < text->length; i++)
        bits |= (unsigned char)text->data[i];
    e->constant.is_ascii = bits < 128;
    e->constant.text = (ast_text){text->length ? text->data : "", text->length};
    return e;
}

static bool parse_is_ascii(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

bool parse_check_piece(parser *p, const string_piece *piece, bool is_bytes)
{
    if (piece->is_bytes && !parse_is_ascii(piece->body, piece->length))
        parser_fail_last(p, SYNTAX_ERROR_SYNTAX, "bytes can only contain ASCII literal characters");
    else if (piece->is_bytes != is_bytes)
        parser_fail_last(p, SYNTAX_ERROR_SYNTAX, "cannot mix bytes and nonbytes literals");
    return !parser_failed(p);
}

static bool parse_piece_is_literal(const string_piece *piece)
{
    return piece->is_raw || !memchr(piece->body, '\\', piece->length);
}

bool parse_append_piece(parser *p, text_buffer *buffer, const string_piece *piece, const token *where)
{
    if (!parse_piece_is_literal(piece))
        return parse_append_decoded(p, buffer, piece->body, piece->length, piece->is_bytes, where);
    return parse_check_utf8(p, piece->body, piece->length) &&
           parse_append_text(p, buffer, piece->body, piece->length);
}

ast_expr *parse_strings(parser *p)
{
    uint32_t count = 0;
    while (parser_at(p, TOKEN_STRING)) {
        p->position++;
        count++;
    }
    if (parser_failed(p))
        return NULL;
    /* From here on no token is lexed, so the tokens stay where they are. */
    const token *strings = &p->tokens[p->position - count];
    ast_place place = ast_place_join(strings[0].place, strings[count - 1].place);
    string_piece first = parse_split_string(&strings[0]);
    bool is_format = false;
    for (uint32_t i = 0; i < count; i++)
        is_format = is_format || parse_split_string(&strings[i]).is_format;
    if (is_format)
        return parse_joined_string(p, strings, count, place, &first);
    text_buffer text = {0};
    ast_constant_kind kind = first.is_bytes ? AST_CONSTANT_BYTES : AST_CONSTANT_STR;
    if (count == 1 && !parse_check_piece(p, &first, first.is_bytes))
        return NULL;
    if (count == 1 && parse_piece_is_literal(&first)) {
        /* The value stands in the source as it is. */
        if (!parse_check_utf8(p, first.body, first.length))
            return NULL;
        text.data = (char *)first.body;
        text.length = first.length;
        return parse_new_string(p, place, kind, &text, first.has_u);
    }
    for (uint32_t i = 0; i < count; i++) {
        string_piece piece = parse_split_string(&strings[i]);
        if (!parse_check_piece(p, &piece, first.is_bytes))
            return NULL;
        if (!parse_append_piece(p, &text, &piece, &strings[i]))
            return NULL;
    }
    return parse_new_string(p, place, kind, &text, first.has_u);
}

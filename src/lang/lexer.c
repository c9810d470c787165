/* lexer.c: makes tokens out of source text.
 *
 * What always holds: `position` is in [text, end]; `line_start` is the first byte of the line that `line` counts;
 * indents[0..indent] and alternates[0..indent] rise strictly; brackets[0..level) are the open brackets.
 *
 * Errors end it: the error is set, the state is LEXER_FAILED, and TOKEN_ERROR is returned.
 */
#include "lang/lexer.h"

#include "lang/utf8.h"

#include <stdio.h>
#include <string.h>

enum { CHAR_NAME_START = 1, CHAR_NAME = 2, CHAR_DIGIT = 4, CHAR_HEX = 8, CHAR_SPACE = 16, CHAR_PREFIX = 32 };

#define LETTER CHAR_NAME_START | CHAR_NAME
#define HEXLETTER LETTER | CHAR_HEX
static const uint8_t lexer_classes[256] = {
    [' '] = CHAR_SPACE,
    ['\t'] = CHAR_SPACE,
    ['\f'] = CHAR_SPACE,
    ['0' ... '9'] = CHAR_NAME | CHAR_DIGIT | CHAR_HEX,
    ['A'] = HEXLETTER,
    ['B'] = HEXLETTER | CHAR_PREFIX,
    ['C' ... 'E'] = HEXLETTER,
    ['F'] = HEXLETTER | CHAR_PREFIX,
    ['G' ... 'Q'] = LETTER,
    ['R'] = LETTER | CHAR_PREFIX,
    ['S' ... 'T'] = LETTER,
    ['U'] = LETTER | CHAR_PREFIX,
    ['V' ... 'Z'] = LETTER,
    ['_'] = LETTER,
    ['a'] = HEXLETTER,
    ['b'] = HEXLETTER | CHAR_PREFIX,
    ['c' ... 'e'] = HEXLETTER,
    ['f'] = HEXLETTER | CHAR_PREFIX,
    ['g' ... 'q'] = LETTER,
    ['r'] = LETTER | CHAR_PREFIX,
    ['s' ... 't'] = LETTER,
    ['u'] = LETTER | CHAR_PREFIX,
    ['v' ... 'z'] = LETTER,
    [128 ... 255] = LETTER,
};
#undef HEXLETTER
#undef LETTER

static inline bool lexer_is(char c, int classes)
{
    return (lexer_classes[(unsigned char)c] & classes) != 0;
}

void lexer_init(lexer *lex, const char *text, size_t length, syntax_error *error)
{
    memset(lex, 0, offsetof(lexer, indents));
    lex->indents[0] = lex->alternates[0] = 0;
    lex->level = 0;
    lex->text = lex->position = lex->line_start = lex->logical_start = text;
    lex->end = text + length;
    lex->line = lex->first_line = 1;
    lex->first_column = 0;
    lex->at_line_start = true;
    lex->filename = "<string>";
    lex->hooks = NULL;
    lex->type_comments = lex->async_is_name = lex->in_async_def = lex->in_async_block = false;
    lex->silent = lex->is_fstring = lex->counts_bytes = false;
    lex->is_valid = true;
    lex->source = text;
    lex->source_length = length;
    lex->error = error;
}

/* ---- errors ------------------------------------------------------------------------------------------ */

/* Reports an error in the current line: from the character column `column` (from 1; -1: the last character before
 * `position`) to `end_column` (-1: the same). */
static void lexer_fail_range(lexer *lex, int32_t column, int32_t end_column, const char *format, ...)
    OURO_PRINTF(4, 5);
static void lexer_fail_range(lexer *lex, int32_t column, int32_t end_column, const char *format, ...)
{
    if (column < 0)
        column = utf8_count_characters(lex->line_start, (size_t)(lex->position - lex->line_start));
    if (end_column < 0)
        end_column = column;
    const char *line_end = memchr(lex->line_start, '\n', (size_t)(lex->end - lex->line_start));
    if (!line_end)
        line_end = lex->end;
    va_list arguments;
    va_start(arguments, format);
    /* The text of these errors is the line without its newline. */
    syntax_error_set_va(lex->error, SYNTAX_ERROR_SYNTAX, NULL, 0, lex->line, column, lex->line, end_column, format,
                        arguments);
    va_end(arguments);
    syntax_error_set_text(lex->error, lex->line_start, (size_t)(line_end - lex->line_start));
    lex->state = LEXER_FAILED;
}

#define lexer_fail(lex, ...) lexer_fail_range(lex, -1, -1, __VA_ARGS__)

int32_t lexer_error_column(const lexer *lex, const char *line, size_t bytes)
{
    return lex->counts_bytes ? (int32_t)bytes : utf8_count_replaced(line, bytes);
}

/* Reports an error that CPython's parser, not its tokenizer, words: the text has its newline. */
static void lexer_fail_at(lexer *lex, syntax_error_kind kind, int32_t line, int32_t column_bytes, int32_t end_line,
                          int32_t end_column, const char *format, ...) OURO_PRINTF(7, 8);
static void lexer_fail_at(lexer *lex, syntax_error_kind kind, int32_t line, int32_t column_bytes, int32_t end_line,
                          int32_t end_column, const char *format, ...)
{
    const char *start;
    size_t size;
    syntax_error_find_line(lex->source, lex->source_length, line, &start, &size);
    int32_t column = column_bytes;
    if (column_bytes > 0) {
        size_t bytes = (size_t)column_bytes < size ? (size_t)column_bytes : size;
        column = lexer_error_column(lex, start, bytes);
    }
    va_list arguments;
    va_start(arguments, format);
    syntax_error_set_va(lex->error, kind, lex->source, lex->source_length, line, column, end_line, end_column, format,
                        arguments);
    va_end(arguments);
    lex->state = LEXER_STOPPED;
}

/* False: the warning became an error. */
static bool lexer_warn(lexer *lex, parse_warning category, const char *message)
{
    if (lex->silent || !lex->hooks || !lex->hooks->warn)
        return true;
    bool raised = false;
    if (lex->hooks->warn(lex->hooks->context, category, message, lex->filename, lex->line, &raised))
        return true;
    if (raised) {
        lex->error->kind = SYNTAX_ERROR_RAISED;
        lex->state = LEXER_FAILED;
    } else {
        lexer_fail(lex, "%s", message);
    }
    return false;
}

/* ---- lines and indentation --------------------------------------------------------------------------- */

/* Moves past the newline at `position`; the next line begins when there is one. */
static inline void lexer_pass_newline(lexer *lex)
{
    lex->position++;
    if (lex->position < lex->end) {
        lex->line++;
        lex->line_start = lex->logical_start = lex->position;
    }
}

/* A backslash at `position - 1`.  True: moved to the next line. */
static bool lexer_continue_line(lexer *lex)
{
    const char *logical_start = lex->logical_start;
    if (*lex->position != '\n' || lex->position == lex->end) {
        /* CPython counts the character behind the backslash as read, and from the first of the continued lines. */
        const char *at = lex->position + (lex->position < lex->end);
        const char *line_start = lex->line_start;
        lex->line_start = logical_start;
        lexer_fail_at(lex, SYNTAX_ERROR_SYNTAX, lex->line, 0, lex->line, 0,
                      "unexpected character after line continuation character");
        lex->error->column = lexer_error_column(lex, logical_start, (size_t)(at - logical_start));
        lex->line_start = line_start;
        return false;
    }
    lexer_pass_newline(lex);
    lex->logical_start = logical_start;
    if (lex->position == lex->end) {
        lex->state = LEXER_AT_END;
        if (lex->level) {
            lexer_bracket *open = &lex->brackets[lex->level - 1];
            lexer_fail_at(lex, SYNTAX_ERROR_SYNTAX, open->line, open->column + 1, open->line, 0,
                          "'%c' was never closed", open->character);
        } else {
            lexer_fail_at(lex, SYNTAX_ERROR_SYNTAX, lex->line, (int32_t)(lex->position - lex->line_start), lex->line,
                          -1, "unexpected EOF while parsing");
        }
        lex->state = LEXER_AT_END;
        return false;
    }
    return true;
}

static bool lexer_fail_tabs(lexer *lex)
{
    const char *line_end = memchr(lex->line_start, '\n', (size_t)(lex->end - lex->line_start));
    lex->position = line_end ? line_end + 1 : lex->end;
    lexer_fail_at(lex, SYNTAX_ERROR_TAB, lex->line, 1, lex->line, 0,
                  "inconsistent use of tabs and spaces in indentation");
    return false;
}

/* Reads the white space at the start of a line and counts INDENTs and DEDENTs.  `*blank`: nothing but a comment or
 * a newline follows. */
static bool lexer_read_indentation(lexer *lex, bool *blank)
{
    int32_t column = 0, alternate = 0, continued_column = 0;
    for (;; lex->position++) {
        char c = *lex->position;
        if (c == ' ') {
            column++;
            alternate++;
        } else if (c == '\t') {
            column = (column / 8 + 1) * 8;
            alternate++;
        } else if (c == '\f') {
            column = alternate = 0;
        } else if (c == '\\') {
            /* The first physical line decides the indentation of a continued one. */
            if (!continued_column)
                continued_column = column;
            lex->position++;
            if (!lexer_continue_line(lex))
                return false;
            lex->position--;
        } else {
            break;
        }
    }
    char c = *lex->position;
    *blank = c == '#' || c == '\n';
    if (*blank || lex->level > 0)
        return true;
    if (continued_column)
        column = alternate = continued_column;
    if (column == lex->indents[lex->indent])
        return alternate == lex->alternates[lex->indent] || lexer_fail_tabs(lex);
    if (column > lex->indents[lex->indent]) {
        if (lex->indent + 1 >= PARSE_MAX_INDENTS) {
            lexer_fail_at(lex, SYNTAX_ERROR_INDENTATION, lex->line, 1, lex->line, 0, "too many levels of indentation");
            return false;
        }
        if (alternate <= lex->alternates[lex->indent])
            return lexer_fail_tabs(lex);
        lex->pending_indents++;
        lex->indents[++lex->indent] = column;
        lex->alternates[lex->indent] = alternate;
        return true;
    }
    while (lex->indent > 0 && column < lex->indents[lex->indent]) {
        lex->pending_indents--;
        lex->indent--;
    }
    if (column != lex->indents[lex->indent]) {
        const char *line_end = memchr(lex->line_start, '\n', (size_t)(lex->end - lex->line_start));
        lex->position = line_end ? line_end + 1 : lex->end;
        lexer_fail_at(lex, SYNTAX_ERROR_INDENTATION, lex->line, (int32_t)(lex->position - lex->line_start), lex->line,
                      -1, "unindent does not match any outer indentation level");
        return false;
    }
    return alternate == lex->alternates[lex->indent] || lexer_fail_tabs(lex);
}

/* ---- numbers ----------------------------------------------------------------------------------------- */

/* What follows a number must not look like a part of it.  Keywords that can follow are let through with a
 * warning. */
static bool lexer_check_number_end(lexer *lex, const char *kind)
{
    static const char *const keywords[] = {"and", "else", "for", "if", "in", "is", "or", "not"};
    const char *at = lex->position;
    char c = *at;
    if (!lexer_is(c, CHAR_NAME))
        return true;
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
        size_t length = strlen(keywords[i]);
        /* Of the keywords with `i`, CPython looks at two letters only. */
        if (strncmp(at, keywords[i], length) == 0 && (length == 2 && c == 'i' ? true : !lexer_is(at[length], CHAR_NAME))) {
            char message[64];
            snprintf(message, sizeof message, "invalid %s literal", kind);
            return lexer_warn(lex, PARSE_SYNTAX_WARNING, message);
        }
    }
    lexer_fail(lex, "invalid %s literal", kind);
    return false;
}

/* Digits with single underscores between them; `position` is at or behind the first digit. */
static bool lexer_read_digits(lexer *lex)
{
    for (;;) {
        while (lexer_is(*lex->position, CHAR_DIGIT))
            lex->position++;
        if (*lex->position != '_')
            return true;
        lex->position++;
        if (!lexer_is(*lex->position, CHAR_DIGIT)) {
            lexer_fail(lex, "invalid decimal literal");
            return false;
        }
    }
}

static bool lexer_is_radix_digit(char c, int radix)
{
    if (radix == 16)
        return lexer_is(c, CHAR_HEX);
    return c >= '0' && c < '0' + radix;
}

/* A number with a prefix; `position` is behind the prefix. */
static bool lexer_read_radix(lexer *lex, int radix, const char *kind)
{
    do {
        if (*lex->position == '_')
            lex->position++;
        if (!lexer_is_radix_digit(*lex->position, radix)) {
            if (lexer_is(*lex->position, CHAR_DIGIT)) {
                lex->position++;
                lexer_fail(lex, "invalid digit '%c' in %s literal", lex->position[-1], kind);
            } else {
                lexer_fail(lex, "invalid %s literal", kind);
            }
            return false;
        }
        do
            lex->position++;
        while (lexer_is_radix_digit(*lex->position, radix));
    } while (*lex->position == '_');
    if (lexer_is(*lex->position, CHAR_DIGIT)) {
        lex->position++;
        lexer_fail(lex, "invalid digit '%c' in %s literal", lex->position[-1], kind);
        return false;
    }
    return lexer_check_number_end(lex, kind);
}

/* An exponent, when one is at `position`.  `*found`: false when an 'e' turned out not to begin one. */
static bool lexer_read_exponent(lexer *lex, bool *ended)
{
    *ended = false;
    char c = *lex->position;
    if (c != 'e' && c != 'E')
        return true;
    char next = lex->position[1];
    if (next == '+' || next == '-') {
        lex->position += 2;
        if (!lexer_is(*lex->position, CHAR_DIGIT)) {
            lexer_fail(lex, "invalid decimal literal");
            return false;
        }
    } else if (!lexer_is(next, CHAR_DIGIT)) {
        *ended = true;
        return lexer_check_number_end(lex, "decimal");
    } else {
        lex->position++;
    }
    return lexer_read_digits(lex);
}

/* A number that begins at `start` with a digit, or with a dot before a digit. */
static bool lexer_read_number(lexer *lex, const char *start)
{
    lex->position = start;
    bool leading_zeros = false;
    const char *zeros_end = start;
    if (*start == '0') {
        lex->position++;
        switch (*lex->position) {
        case 'x':
        case 'X':
            lex->position++;
            return lexer_read_radix(lex, 16, "hexadecimal");
        case 'o':
        case 'O':
            lex->position++;
            return lexer_read_radix(lex, 8, "octal");
        case 'b':
        case 'B':
            lex->position++;
            return lexer_read_radix(lex, 2, "binary");
        }
        for (;;) {
            if (*lex->position == '_') {
                lex->position++;
                if (!lexer_is(*lex->position, CHAR_DIGIT)) {
                    lexer_fail(lex, "invalid decimal literal");
                    return false;
                }
            }
            if (*lex->position != '0')
                break;
            lex->position++;
        }
        zeros_end = lex->position + 1;
        leading_zeros = lexer_is(*lex->position, CHAR_DIGIT);
    }
    if (*lex->position != '.' && !lexer_read_digits(lex))
        return false;
    bool is_integer = true, ended = false;
    if (*lex->position == '.') {
        is_integer = false;
        lex->position++;
        if (lexer_is(*lex->position, CHAR_DIGIT) && !lexer_read_digits(lex))
            return false;
    }
    char c = *lex->position;
    if (c == 'e' || c == 'E') {
        if (!lexer_read_exponent(lex, &ended))
            return false;
        if (ended && !leading_zeros)
            return true;
        is_integer = is_integer && ended;
    }
    c = *lex->position;
    if (c == 'j' || c == 'J') {
        lex->position++;
        return lexer_check_number_end(lex, "imaginary");
    }
    if (is_integer && leading_zeros) {
        lexer_fail_range(lex, (int32_t)(start + 1 - lex->line_start), (int32_t)(zeros_end - lex->line_start),
                         "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal "
                         "integers");
        return false;
    }
    return lexer_check_number_end(lex, "decimal");
}

/* ---- strings ----------------------------------------------------------------------------------------- */

/* A string whose opening quote is at `position`; `start` is the start of its prefix. */
static bool lexer_read_string(lexer *lex, const char *start)
{
    const char *line_start = lex->line_start;
    int32_t line = lex->line;
    char quote = *lex->position;
    bool triple = lex->position[1] == quote && lex->position[2] == quote;
    if (!triple && lex->position[1] == quote) {
        lex->position += 2;
        return true;
    }
    const char *at = lex->position + (triple ? 3 : 1);
    for (;;) {
        char c = *at;
        if (c == quote) {
            at++;
            if (!triple)
                break;
            if (*at == quote && at[1] == quote) {
                at += 2;
                break;
            }
            continue;
        }
        if (c == '\\') {
            at++;
            if (at < lex->end) {
                if (*at == '\n') {
                    lex->position = at;
                    lexer_pass_newline(lex);
                }
                at++;
            }
            continue;
        }
        if (c == '\n' && triple) {
            lex->position = at;
            lexer_pass_newline(lex);
            at++;
            continue;
        }
        if (OURO_UNLIKELY(c == '\n' || (c == '\0' && at >= lex->end))) {
            int32_t detected = lex->line;
            /* The error points at the first character of the literal. */
            lex->position = start + 1;
            lex->line_start = line_start;
            lex->line = line;
            lexer_fail(lex, "unterminated %sstring literal (detected at line %d)", triple ? "triple-quoted " : "",
                       detected);
            if (c != '\n')
                lex->state = LEXER_OPEN_STRING;
            return false;
        }
        at++;
    }
    lex->position = at;
    return true;
}

/* ---- names ------------------------------------------------------------------------------------------- */

/* Moves behind a string prefix when the name at `at` is one and a quote follows. */
static const char *lexer_find_prefixed_quote(const char *at)
{
    bool saw_b = false, saw_r = false, saw_u = false, saw_f = false;
    for (;; at++) {
        char c = *at | 32;
        if (c == 'b' && !(saw_b || saw_u || saw_f))
            saw_b = true;
        else if (c == 'u' && !(saw_b || saw_u || saw_r || saw_f))
            saw_u = true;
        else if (c == 'r' && !(saw_r || saw_u))
            saw_r = true;
        else if (c == 'f' && !(saw_f || saw_b || saw_u))
            saw_f = true;
        else
            return NULL;
        if (at[1] == '\'' || at[1] == '"')
            return at + 1;
    }
}

static bool lexer_check_name(lexer *lex, const char *start)
{
    uint32_t invalid;
    size_t length = (size_t)(lex->position - start), end = lex->is_valid ? length : utf8_valid_prefix(start, length);
    if (OURO_UNLIKELY(end < length)) {
        char message[128];
        utf8_describe_error(start, length, end, message, sizeof message);
        lexer_fail_at(lex, SYNTAX_ERROR_SYNTAX, lex->line, (int32_t)(lex->position - lex->line_start), lex->line, -1,
                      "(unicode error) %s", message);
        lex->state = LEXER_FAILED;
        return false;
    }
    if (unicode_check_identifier(start, length, &invalid, &end))
        return true;
    lex->position = start + end;
    if (unicode_name_is_printable(invalid)) {
        char utf8[5] = {0};
        unicode_encode(invalid, utf8);
        lexer_fail(lex, "invalid character '%s' (U+%04X)", utf8, (unsigned)invalid);
    } else {
        lexer_fail(lex, "invalid non-printable character U+%04X", (unsigned)invalid);
    }
    return false;
}

/* `async` or `await` where they may be names: is this one?  `type` is what else it is. */
static token_type lexer_find_async(lexer *lex, token_type type)
{
    if (lex->in_async_def)
        return type;
    const char *at = lex->position;
    while (lexer_is(*at, CHAR_SPACE) || (*at == '\\' && at[1] == '\n'))
        at += *at == '\\' ? 2 : 1;
    if (type != TOKEN_ASYNC || strncmp(at, "def", 3) != 0 || lexer_is(at[3], CHAR_NAME))
        return TOKEN_NAME;
    lex->in_async_def = true;
    lex->async_indent = lex->indent;
    return type;
}

/* A line that is indented no further than its `async def` is behind its block.  The end of a line decides nothing: a
 * type comment before the block makes one. */
static void lexer_end_async(lexer *lex)
{
    if (lex->in_async_block && lex->level == 0 && *lex->position != '\n' && lex->async_indent >= lex->indent)
        lex->in_async_def = lex->in_async_block = false;
}

/* ---- type comments ----------------------------------------------------------------------------------- */

/* The comment at `start`, whose end is `position`: where its type begins, or NULL.  Blanks may be missing. */
static const char *lexer_find_type(const lexer *lex, const char *start)
{
    const char *at = start;
    for (const char *wanted = "# type: "; *wanted; wanted++) {
        if (*wanted == ' ')
            while (at < lex->position && (*at == ' ' || *at == '\t'))
                at++;
        else if (at < lex->position && *at == *wanted)
            at++;
        else
            return NULL;
    }
    return at;
}

/* A type comment whose type begins at `type` and ends at `position`.  `blank`: nothing stands before it in its line,
 * which "ignore" then takes up wholly. */
static void lexer_make_type_comment(lexer *lex, const char *type, bool blank, token *result)
{
    static const char ignore[] = "ignore";
    const char *behind = type + sizeof ignore - 1, *end = lex->position;
    bool ignores = end >= behind && memcmp(type, ignore, sizeof ignore - 1) == 0 &&
                   (end == behind || !(lexer_is(*behind, CHAR_NAME) && *behind != '_'));
    const char *start = ignores ? behind : type;
    *result = (token){start,
                      (uint32_t)(end - start),
                      ignores ? TOKEN_TYPE_IGNORE : TOKEN_TYPE_COMMENT,
                      (uint8_t)lex->level,
                      true,
                      {lex->line, (int32_t)(start - lex->line_start), lex->line, (int32_t)(end - lex->line_start)}};
    if (ignores && blank && end < lex->end) {
        lex->at_line_start = true;
        lexer_pass_newline(lex);
    }
}

/* ---- brackets --------------------------------------------------------------------------------------- */

static bool lexer_open_bracket(lexer *lex, const char *start)
{
    if (lex->level >= PARSE_MAX_BRACKETS) {
        lexer_fail(lex, "too many nested parentheses");
        return false;
    }
    lexer_bracket *open = &lex->brackets[lex->level++];
    open->character = *start;
    open->line = lex->line;
    open->column = (int32_t)(start - lex->line_start);
    return true;
}

static bool lexer_close_bracket(lexer *lex, char c)
{
    if (!lex->level) {
        lexer_fail(lex, "unmatched '%c'", c);
        return false;
    }
    const lexer_bracket *open = &lex->brackets[--lex->level];
    char wanted = open->character == '(' ? ')' : open->character == '[' ? ']' : '}';
    if (c == wanted)
        return true;
    if (open->line != lex->line)
        lexer_fail(lex, "closing parenthesis '%c' does not match opening parenthesis '%c' on line %d", c,
                   open->character, open->line);
    else
        lexer_fail(lex, "closing parenthesis '%c' does not match opening parenthesis '%c'", c, open->character);
    return false;
}

/* ---- tokens ------------------------------------------------------------------------------------------ */

/* A token without text: its columns are -1. */
static void lexer_make_structure(lexer *lex, token *result, token_type type)
{
    result->type = (uint8_t)type;
    result->start = lex->position;
    result->length = 0;
    result->level = (uint8_t)lex->level;
    result->is_ascii = true;
    int32_t line = lex->text == lex->end ? 0 : lex->line;
    result->place = (ast_place){line, -1, line, -1};
}

/* The end of the text. */
static void lexer_make_end(lexer *lex, token *result)
{
    lex->position = lex->end;
    if (lex->level) {
        lex->state = LEXER_AT_END;
        const lexer_bracket *open = &lex->brackets[lex->level - 1];
        lexer_fail_at(lex, SYNTAX_ERROR_SYNTAX, open->line, open->column + 1, open->line, 0, "'%c' was never closed",
                      open->character);
        lex->state = LEXER_AT_END;
        lexer_make_structure(lex, result, TOKEN_ERROR);
        return;
    }
    if (lex->single && lex->started) {
        lex->started = false;
        if (lex->indent && !lex->keep_indents) {
            lex->pending_indents = -(int32_t)lex->indent;
            lex->indent = 0;
        }
        lexer_make_structure(lex, result, TOKEN_NEWLINE);
        return;
    }
    lex->state = LEXER_AT_END;
    lexer_make_structure(lex, result, TOKEN_END);
}

void lexer_next(lexer *lex, token *result)
{
    const char *start;
    int32_t line;
    const char *line_start;
    token_type type;
    bool is_ascii = true;

next_line:;
    bool blank = false;
    if (lex->at_line_start) {
        lex->at_line_start = false;
        if (!lexer_read_indentation(lex, &blank))
            goto failed;
    }
    if (lex->pending_indents) {
        bool indent = lex->pending_indents > 0;
        lex->pending_indents += indent ? -1 : 1;
        lex->started = true;
        lexer_make_structure(lex, result, indent ? TOKEN_INDENT : TOKEN_DEDENT);
        return;
    }

    if (OURO_UNLIKELY(lex->async_is_name) && !blank)
        lexer_end_async(lex);

again:
    while (lexer_is(*lex->position, CHAR_SPACE))
        lex->position++;
    start = lex->position;
    if (*start == '#') {
        const char *newline = memchr(start, '\n', (size_t)(lex->end - start));
        lex->position = newline ? newline : lex->end;
        const char *comment_type = lex->type_comments ? lexer_find_type(lex, start) : NULL;
        if (comment_type) {
            lexer_make_type_comment(lex, comment_type, blank, result);
            return;
        }
        /* The NEWLINE behind a comment begins where the comment does, as in CPython. */
        if (!newline)
            start = lex->end;
    }
    line = lex->line;
    line_start = lex->line_start;
    char c = *lex->position;

    if (lexer_is(c, CHAR_NAME_START)) {
        if (lexer_is(c, CHAR_PREFIX)) {
            const char *quote = lexer_find_prefixed_quote(start);
            if (quote) {
                lex->position = quote;
                goto string;
            }
        }
        const char *at = start;
        unsigned char bits = 0;
        do
            bits |= (unsigned char)*at++;
        while (lexer_is(*at, CHAR_NAME));
        lex->position = at;
        is_ascii = bits < 128;
        if (OURO_UNLIKELY(!is_ascii)) {
            if (!lexer_check_name(lex, start))
                goto failed;
            type = TOKEN_NAME;
        } else {
            type = token_find_keyword(start, (size_t)(at - start));
            if (OURO_UNLIKELY(lex->async_is_name) && (type == TOKEN_ASYNC || type == TOKEN_AWAIT))
                type = lexer_find_async(lex, type);
        }
    } else if (c == '\n') {
        lex->at_line_start = true;
        lexer_pass_newline(lex);
        if (blank || lex->level > 0)
            goto next_line;
        lex->started = true;
        lex->in_async_block = lex->in_async_def;
        const char *newline = *start == '\n' ? start : memchr(start, '\n', (size_t)(lex->end - start));
        *result = (token){start, 0, TOKEN_NEWLINE, 0, true,
                          {line, (int32_t)(start - line_start), line, (int32_t)(newline - line_start)}};
        if (line == lex->first_line) {
            result->place.column += lex->first_column;
            result->place.end_column += lex->first_column;
        }
        return;
    } else if (lexer_is(c, CHAR_DIGIT) || (c == '.' && lexer_is(start[1], CHAR_DIGIT))) {
        if (!lexer_read_number(lex, start))
            goto failed;
        type = TOKEN_NUMBER;
    } else if (c == '"' || c == '\'') {
    string:
        if (!lexer_read_string(lex, start))
            goto failed;
        type = TOKEN_STRING;
    } else if (c == '\0' && start >= lex->end) {
        lexer_make_end(lex, result);
        return;
    } else if (c == '\\') {
        lex->position++;
        if (!lexer_continue_line(lex))
            goto failed;
        goto again;
    } else {
        uint32_t length;
        type = token_find_operator(start, &length);
        lex->position += length;
        if (OURO_UNLIKELY(type == TOKEN_OTHER && ((unsigned char)c < ' ' || c == 127))) {
            lexer_fail(lex, "invalid non-printable character U+%04X", (unsigned)(unsigned char)c);
            goto failed;
        }
        if (type == TOKEN_LEFT_PARENTHESIS || type == TOKEN_LEFT_BRACKET || type == TOKEN_LEFT_BRACE) {
            if (!lexer_open_bracket(lex, start))
                goto failed;
        } else if (type == TOKEN_RIGHT_PARENTHESIS || type == TOKEN_RIGHT_BRACKET || type == TOKEN_RIGHT_BRACE) {
            if (!lexer_close_bracket(lex, c))
                goto failed;
        }
    }

    lex->started = true;
    result->start = start;
    result->length = (uint32_t)(lex->position - start);
    result->type = (uint8_t)type;
    result->level = (uint8_t)lex->level;
    result->is_ascii = is_ascii;
    result->place.line = line;
    result->place.column = (int32_t)(start - line_start);
    result->place.end_line = lex->line;
    result->place.end_column = (int32_t)(lex->position - lex->line_start);
    /* CPython looks at the line where the token ends for both columns. */
    if (OURO_UNLIKELY(lex->first_column) && lex->line == lex->first_line) {
        result->place.column += lex->first_column;
        result->place.end_column += lex->first_column;
    }
    return;

failed:
    lexer_make_structure(lex, result, TOKEN_ERROR);
}

/* parse_fstring.c: f-strings, with the rules of 3.11.
 *
 * In 3.11 an f-string is one string token.  Its literal parts are decoded here; the text of each replacement field is
 * cut out by a scan that knows only quotes and brackets (hence no backslash and no '#' in it), put in parentheses and
 * given to a parser of its own.  All nodes but those inside the expressions have the place of the whole literal.
 */
#include "lang/parser.h"

#include <string.h>

enum { FSTRING_MAX_NESTING = 2 };

/* The f-string that is being built. */
typedef struct fstring {
    parser *p;
    const token *string; /* the token at hand */
    bool is_raw;
    bool has_u;
    ast_place place; /* of all literals together; at the end of a format specification, of the token at hand */
    const char *end; /* of the token's body */
    /* How far the lines of the token are counted: `line` is the line of `counted`, which begins at `line_start` or,
     * when that is NULL, where the token does. */
    const char *counted, *line_start;
    int32_t line;
} fstring;

/* One level: the whole literal, or a format specification. */
typedef struct fstring_level {
    uint32_t base; /* parts on the parser's stack */
    text_buffer text;
    bool has_text;
} fstring_level;

static bool fstring_fail(fstring *f, const char *message)
{
    parser_fail_last(f->p, SYNTAX_ERROR_SYNTAX, "%s", message);
    return false;
}

/* The literal text so far becomes a part. */
static bool fstring_flush(fstring *f, fstring_level *level)
{
    if (!level->has_text)
        return true;
    ast_expr *constant = parse_new_string(f->p, f->place, AST_CONSTANT_STR, &level->text, f->has_u);
    level->text = (text_buffer){0};
    level->has_text = false;
    return constant && parser_push(f->p, constant);
}

static ast_expr *fstring_finish(fstring *f, fstring_level *level)
{
    ast_expr_list *values = fstring_flush(f, level) ? parser_take_list(f->p, level->base) : NULL;
    ast_expr *e = values ? parser_new_expr(f->p, AST_JOINED_STR, f->place) : NULL;
    if (!e) {
        f->p->stack_size = level->base;
        return NULL;
    }
    e->place = f->place;
    e->joined_str.values = values;
    return e;
}

/* Reads literal text up to a brace that means something; doubled braces at the top level are text.  `*at` moves. */
static bool fstring_read_literal(fstring *f, fstring_level *level, const char **at, uint32_t nesting)
{
    for (;;) {
        const char *start = *at, *s = start;
        bool doubled = false;
        while (s < f->end) {
            char c = *s++;
            if (!f->is_raw && c == '\\' && s < f->end) {
                c = *s++;
                if (c == 'N') {
                    /* The braces of \N{name} open no field. */
                    if (s < f->end && *s++ == '{')
                        while (s < f->end && *s++ != '}')
                            ;
                    continue;
                }
                if (c == '{' && !parse_warn_escape(f->p, "escape sequence", "{", 1, f->string))
                    return false;
            }
            if (c != '{' && c != '}')
                continue;
            if (nesting == 0) {
                if (s < f->end && *s == c) {
                    doubled = true;
                    break;
                }
                if (c == '}')
                    return fstring_fail(f, "f-string: single '}' is not allowed");
            }
            s--;
            break;
        }
        *at = doubled ? s + 1 : s;
        size_t length = (size_t)(s - start);
        if (length) {
            level->has_text = true;
            if (f->is_raw ? !parse_check_utf8(f->p, start, length) ||
                                !parse_append_text(f->p, &level->text, start, length)
                          : !parse_append_decoded(f->p, &level->text, start, length, false, f->string))
                return false;
        }
        if (!doubled)
            return true;
    }
}

/* Finds the end of the expression that begins at `*at`: the '!', ':', '=' or '}' behind it. */
static bool fstring_find_end(fstring *f, const char **at)
{
    char brackets[PARSE_MAX_BRACKETS];
    uint32_t depth = 0;
    char quote = 0;
    bool triple = false;
    const char *s = *at;
    for (; s < f->end; s++) {
        char c = *s;
        if (c == '\\')
            return fstring_fail(f, "f-string expression part cannot include a backslash");
        bool three = s + 2 < f->end && s[1] == c && s[2] == c;
        if (quote) {
            if (c == quote && (!triple || three)) {
                s += triple ? 2 : 0;
                quote = 0;
            }
            continue;
        }
        if (c == '\'' || c == '"') {
            quote = c;
            triple = three;
            s += triple ? 2 : 0;
            continue;
        }
        if (c == '(' || c == '[' || c == '{') {
            if (depth >= PARSE_MAX_BRACKETS)
                return fstring_fail(f, "f-string: too many nested parenthesis");
            brackets[depth++] = c;
            continue;
        }
        if (c == '#')
            return fstring_fail(f, "f-string expression part cannot include '#'");
        if (depth == 0 && (c == '!' || c == ':' || c == '}' || c == '=' || c == '<' || c == '>')) {
            if (s + 1 < f->end && s[1] == '=' && c != ':' && c != '}') {
                s++;
                continue;
            }
            if (c == '<' || c == '>')
                continue;
            break;
        }
        if (c == ')' || c == ']' || c == '}') {
            if (depth == 0) {
                parser_fail_last(f->p, SYNTAX_ERROR_SYNTAX, "f-string: unmatched '%c'", c);
                return false;
            }
            char open = brackets[--depth];
            if (c != (open == '(' ? ')' : open == '[' ? ']' : '}')) {
                parser_fail_last(f->p, SYNTAX_ERROR_SYNTAX,
                                 "f-string: closing parenthesis '%c' does not match opening parenthesis '%c'", c, open);
                return false;
            }
        }
    }
    *at = s;
    if (quote)
        return fstring_fail(f, "f-string: unterminated string");
    if (depth) {
        parser_fail_last(f->p, SYNTAX_ERROR_SYNTAX, "f-string: unmatched '%c'", brackets[depth - 1]);
        return false;
    }
    return s < f->end || fstring_fail(f, "f-string: expecting '}'");
}

static bool fstring_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Parses the expression in [start, end), whose '{' is at start - 1. */
static ast_expr *fstring_parse_expression(fstring *f, const char *start, const char *end)
{
    const char *s = start;
    while (s < end && fstring_is_space(*s) && *s != '\v')
        s++;
    if (s == end) {
        if (*end == '!' || *end == ':' || *end == '=')
            return parser_fail_last(f->p, SYNTAX_ERROR_SYNTAX, "f-string: expression required before '%c'", *end);
        return parser_fail_last(f->p, SYNTAX_ERROR_SYNTAX, "f-string: empty expression not allowed");
    }
    size_t length = (size_t)(end - start);
    char *text = parser_alloc(f->p, length + 3);
    if (!text)
        return NULL;
    text[0] = '(';
    memcpy(text + 1, start, length);
    text[length + 1] = ')';
    text[length + 2] = '\0';
    /* Where the '{' stands in the file: the '(' takes its place. */
    const char *brace = start - 1;
    for (; f->counted < brace; f->counted++) {
        if (*f->counted == '\n') {
            f->line++;
            f->line_start = f->counted + 1;
        }
    }
    int32_t column = f->line_start ? 0 : f->string->place.column;
    const char *blank = start;
    while (*blank == ' ' || *blank == '\t' || *blank == '\f')
        blank++;
    if (*blank != '\n')
        column += (int32_t)(brace - (f->line_start ? f->line_start : f->string->start));
    return parse_fstring_expression(f->p, text, length + 2, f->line, column);
}

static ast_expr *fstring_read_level(fstring *f, const char **at, uint32_t nesting);

/* A replacement field; `*at` is at its '{'. */
static bool fstring_read_field(fstring *f, fstring_level *level, const char **at, uint32_t nesting)
{
    if (nesting >= FSTRING_MAX_NESTING)
        return fstring_fail(f, "f-string: expressions nested too deeply");
    const char *start = ++*at;
    if (!fstring_find_end(f, at))
        return false;
    ast_expr *value = fstring_parse_expression(f, start, *at);
    if (!value)
        return false;
    bool is_debug = **at == '=';
    if (is_debug && !parser_check_version(f->p, 8, "f-string: self documenting expressions are"))
        return false;
    if (is_debug) {
        do
            ++*at;
        while (*at < f->end && fstring_is_space(**at));
        if (*at >= f->end)
            return fstring_fail(f, "f-string: expecting '}'");
        level->has_text = true;
        if (!parse_append_text(f->p, &level->text, start, (size_t)(*at - start)))
            return false;
    }
    int conversion = -1;
    if (**at == '!') {
        ++*at;
        if (*at >= f->end)
            return fstring_fail(f, "f-string: expecting '}'");
        conversion = *(*at)++;
        if (conversion != 's' && conversion != 'r' && conversion != 'a')
            return fstring_fail(f, "f-string: invalid conversion character: expected 's', 'r', or 'a'");
        if (*at >= f->end)
            return fstring_fail(f, "f-string: expecting '}'");
    }
    ast_expr *format_spec = NULL;
    if (**at == ':') {
        ++*at;
        if (*at >= f->end)
            return fstring_fail(f, "f-string: expecting '}'");
        format_spec = fstring_read_level(f, at, nesting + 1);
        if (!format_spec)
            return false;
    }
    if (*at >= f->end || **at != '}')
        return fstring_fail(f, "f-string: expecting '}'");
    ++*at;
    if (is_debug && !format_spec && conversion == -1)
        conversion = 'r';
    if (!fstring_flush(f, level))
        return false;
    ast_expr *e = parser_new_expr(f->p, AST_FORMATTED_VALUE, f->place);
    if (!e)
        return false;
    e->place = f->place;
    e->conversion = (int8_t)conversion;
    e->formatted_value.value = value;
    e->formatted_value.format_spec = format_spec;
    return parser_push(f->p, e);
}

/* Literal text and fields up to the end of the token, or in a format specification to its '}'. */
static bool fstring_read_parts(fstring *f, fstring_level *level, const char **at, uint32_t nesting)
{
    while (*at < f->end) {
        if (!fstring_read_literal(f, level, at, nesting))
            return false;
        if (*at >= f->end || **at == '}')
            break;
        if (!fstring_read_field(f, level, at, nesting))
            return false;
    }
    if (nesting && (*at >= f->end || **at != '}'))
        return fstring_fail(f, "f-string: expecting '}'");
    return true;
}

static ast_expr *fstring_read_level(fstring *f, const char **at, uint32_t nesting)
{
    fstring_level level = {.base = parser_stack_base(f->p)};
    if (!fstring_read_parts(f, &level, at, nesting)) {
        f->p->stack_size = level.base;
        return NULL;
    }
    /* the whole of the specification, and the text at its end, stand where the token does */
    ast_place outer = f->place;
    f->place = f->string->place;
    ast_expr *e = fstring_finish(f, &level);
    f->place = outer;
    return e;
}

ast_expr *parse_joined_string(parser *p, const token *strings, uint32_t count, ast_place place,
                              const string_piece *first)
{
    fstring f = {.p = p, .place = place, .has_u = first->has_u};
    fstring_level level = {.base = parser_stack_base(p)};
    for (uint32_t i = 0; i < count; i++) {
        string_piece piece = parse_split_string(&strings[i]);
        f.string = &strings[i];
        f.counted = strings[i].start;
        f.line_start = NULL;
        f.line = strings[i].place.line;
        f.is_raw = piece.is_raw;
        f.end = piece.body + piece.length;
        bool fine = parse_check_piece(p, &piece, first->is_bytes);
        if (!fine) {
            /* The error is set. */
        } else if (piece.is_format && !parser_check_version(p, 6, "Format strings are")) {
            fine = false;
        } else if (piece.is_format) {
            const char *at = piece.body;
            fine = fstring_read_parts(&f, &level, &at, 0);
        } else {
            level.has_text = level.has_text || piece.length;
            fine = parse_append_piece(p, &level.text, &piece, &strings[i]);
        }
        if (!fine) {
            p->stack_size = level.base;
            return NULL;
        }
    }
    return fstring_finish(&f, &level);
}

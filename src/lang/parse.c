/* parse.c: the entry points of the parser, its token window, its errors, and the two passes.
 *
 * The first pass keeps only the tokens of the statement at hand.  When it answers "no" without an error, the place of
 * the last token it read is kept, and the second pass reads the same source again with `explain` on; when that finds
 * no better explanation, the error is a plain "invalid syntax" at the kept token.
 */
#include "lang/parser.h"
#include "lang/source.h"
#include "lang/utf8.h"

#include <string.h>

enum { PARSER_FIRST_TOKENS = 64, PARSER_FIRST_STACK = 64, PARSER_FORGET_AT = 32 };

/* ---- the token window -------------------------------------------------------------------------------- */

/* The text of a type comment. */
static const ast_identifier *parser_intern_comment(parser *p, const token *comment)
{
    if (!parse_check_utf8(p, comment->start, comment->length))
        return NULL;
    const ast_identifier *text = ast_intern(p->arena, comment->start, comment->length);
    return text ? text : parser_fail_memory(p);
}

/* "# type: ignore" is noted, and no rule sees it. */
static bool parser_keep_ignore(parser *p, const token *comment)
{
    ast_type_ignore *ignore = parser_alloc(p, sizeof *ignore);
    if (!ignore)
        return false;
    ignore->line = comment->place.line;
    ignore->tag = parser_intern_comment(p, comment);
    if (!ignore->tag)
        return false;
    if (p->ignores == p->ignores_capacity) {
        uint32_t capacity = p->ignores_capacity ? p->ignores_capacity * 2 : 8;
        ast_type_ignore **grown = ouro_mem_resize(p->mem, p->ignored, capacity * sizeof *grown);
        if (!grown) {
            parser_fail_memory(p);
            return false;
        }
        p->ignored = grown;
        p->ignores_capacity = capacity;
    }
    p->ignored[p->ignores++] = ignore;
    return true;
}

const ast_identifier *parser_accept_type_comment(parser *p)
{
    return parser_accept(p, TOKEN_TYPE_COMMENT) ? parser_intern_comment(p, parser_previous(p)) : NULL;
}

bool parser_check_version(parser *p, uint32_t minor, const char *what)
{
    uint32_t unknown = p->options->unknown_minor;
    if (OURO_LIKELY(!unknown || minor < unknown))
        return true;
    parser_fail_last(p, SYNTAX_ERROR_SYNTAX, "%s only supported in Python 3.%u and greater", what, (unsigned)minor);
    return false;
}

bool parser_fill(parser *p)
{
    if (parser_failed(p))
        return false;
    if (p->count == p->capacity) {
        uint32_t capacity = p->capacity * 2;
        token *grown = ouro_mem_resize(p->mem, p->tokens, capacity * sizeof *grown);
        if (!grown) {
            parser_fail_memory(p);
            return false;
        }
        p->tokens = grown;
        p->capacity = capacity;
    }
    token *next = &p->tokens[p->count];
    lexer_next(&p->lex, next);
    while (OURO_UNLIKELY(next->type == TOKEN_TYPE_IGNORE)) {
        if (!parser_keep_ignore(p, next))
            return false;
        lexer_next(&p->lex, next);
    }
    if (next->type == TOKEN_ERROR)
        return false;
    p->count++;
    return true;
}

token_type parser_type_ahead(parser *p, uint32_t ahead)
{
    while (p->position + ahead >= p->count)
        if ((p->count && p->tokens[p->count - 1].type == TOKEN_END) || !parser_fill(p))
            return parser_failed(p) ? TOKEN_ERROR : TOKEN_END;
    return (token_type)p->tokens[p->position + ahead].type;
}

void parser_forget(parser *p)
{
    if (p->second_pass || p->position < PARSER_FORGET_AT)
        return;
    uint32_t gone = p->position - 1; /* the previous token stays: nodes end where it ends */
    memmove(p->tokens, p->tokens + gone, (p->count - gone) * sizeof *p->tokens);
    p->count -= gone;
    p->position -= gone;
    p->forgotten += gone;
}

bool token_is_word(const token *name, const char *word)
{
    size_t length = strlen(word);
    return name->type == TOKEN_NAME && name->length == length && memcmp(name->start, word, length) == 0;
}

bool parser_at_word(parser *p, const char *word)
{
    return parser_at(p, TOKEN_NAME) && token_is_word(&p->tokens[p->position], word);
}

/* ---- errors ------------------------------------------------------------------------------------------ */

/* The line of an error.  CPython takes lines that the tokenizer has left without their newline; behind a NEWLINE it has
 * not gone on yet. */
static void parser_find_line(const parser *p, int32_t line, const char **start, size_t *size)
{
    syntax_error_find_line(p->lex.source, p->lex.source_length, line - p->lex.first_line + 1, start, size);
    const token *last = p->count ? &p->tokens[p->count - 1] : NULL;
    int32_t reached = last && last->type == TOKEN_NEWLINE && p->lex.state == LEXER_OK ? last->place.line : p->lex.line;
    if (line < reached && *size && (*start)[*size - 1] == '\n')
        --*size;
}

/* A column in bytes from 0 becomes one in characters (or, where errors count those, in bytes) from 1.  CPython counts the characters of the end in the line of
 * the start, and so do we: `line` is always the line of the start. */
static int32_t parser_character_column(const parser *p, int32_t line, int32_t own_line, int32_t column)
{
    if (p->in_fstring && own_line == p->lex.first_line)
        column -= p->lex.first_column;
    const char *start;
    size_t size, bytes = column < 0 ? 0 : (size_t)column + 1;
    if (p->counts_bytes)
        return (int32_t)bytes;
    parser_find_line(p, line, &start, &size);
    if (bytes <= size)
        return utf8_count_replaced(start, bytes);
    return utf8_count_replaced(start, size) + 1;
}

static void parser_fail_va(parser *p, syntax_error_kind kind, int32_t line, int32_t column, int32_t end_line,
                           int32_t end_column, const char *format, va_list arguments)
{
    if (parser_failed(p))
        return;
    char prefixed[320];
    if (p->in_fstring) {
        size_t length = strlen(format);
        memcpy(prefixed, "f-string: ", 10);
        memcpy(prefixed + 10, format, length < sizeof prefixed - 11 ? length + 1 : 1);
        format = prefixed;
    }
    const char *start;
    size_t size;
    parser_find_line(p, line, &start, &size);
    syntax_error_set_va(p->error, kind, NULL, 0, line, column, end_line, end_column, format, arguments);
    char *ended = p->in_fstring && size && start[size - 1] != '\n' ? ouro_mem_alloc(p->error->mem, size + 1) : NULL;
    if (ended) { /* CPython reads the expression of an f-string as a text of its own, ended by a newline */
        memcpy(ended, start, size);
        ended[size] = '\n';
        syntax_error_set_text(p->error, ended, size + 1);
        ouro_mem_free(p->error->mem, ended);
    } else {
        syntax_error_set_text(p->error, start, size);
    }
}

void *parser_fail_range(parser *p, ast_place from, ast_place to, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    parser_fail_va(p, SYNTAX_ERROR_SYNTAX, from.line, parser_character_column(p, from.line, from.line, from.column), to.end_line,
                   parser_character_column(p, from.line, to.end_line, to.end_column), format, arguments);
    va_end(arguments);
    return NULL;
}

void *parser_fail_at(parser *p, ast_place place, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    /* A negative end is no end. */
    int32_t end = place.end_column < 0 ? 0 : parser_character_column(p, place.line, place.end_line, place.end_column);
    parser_fail_va(p, SYNTAX_ERROR_SYNTAX, place.line, parser_character_column(p, place.line, place.line, place.column),
                   place.end_line, end, format, arguments);
    va_end(arguments);
    return NULL;
}

void *parser_fail_from(parser *p, ast_place place, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int32_t end = (int32_t)(p->lex.position - p->lex.line_start);
    parser_fail_va(p, SYNTAX_ERROR_SYNTAX, place.line, parser_character_column(p, place.line, place.line, place.column),
                   p->lex.line, lexer_error_column(&p->lex, p->lex.line_start, (size_t)end), format, arguments);
    va_end(arguments);
    return NULL;
}

void *parser_fail_last(parser *p, syntax_error_kind kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const token *last = &p->tokens[p->count ? p->count - 1 : 0];
    int32_t column, end_column = -1;
    if (last->place.column < 0)
        column = lexer_error_column(&p->lex, p->lex.line_start, (size_t)(p->lex.position - p->lex.line_start));
    else
        column = parser_character_column(p, last->place.line, last->place.line, last->place.column);
    if (last->place.end_column >= 0)
        end_column = parser_character_column(p, last->place.line, last->place.end_line, last->place.end_column);
    parser_fail_va(p, kind, last->place.line, column, last->place.end_line, end_column, format, arguments);
    va_end(arguments);
    return NULL;
}

bool parser_recall(parser *p, int rule, parser_mark start, ast_expr **result)
{
    const parser_memo *memo = start < p->memo_capacity[rule] ? &p->memos[rule][start] : NULL;
    if (!memo || !memo->is_known)
        return false;
    *result = memo->result;
    p->position = memo->end;
    if (memo->is_group) {
        p->group = memo->result;
        p->group_start = memo->group_start;
    }
    return true;
}

void parser_remember(parser *p, int rule, parser_mark start, ast_expr *result)
{
    if (start >= p->memo_capacity[rule]) {
        uint32_t capacity = (start + 64) * 2;
        parser_memo *grown = ouro_mem_resize(p->mem, p->memos[rule], capacity * sizeof *grown);
        if (!grown) {
            parser_fail_memory(p);
            return;
        }
        memset(grown + p->memo_capacity[rule], 0, (capacity - p->memo_capacity[rule]) * sizeof *grown);
        p->memos[rule] = grown;
        p->memo_capacity[rule] = capacity;
    }
    bool is_group = result && result == p->group;
    p->memos[rule][start] = (parser_memo){result, is_group ? p->group_start : (ast_place){0, 0, 0, 0}, p->position, true,
                                          is_group};
}

void *parser_fail_memory(parser *p)
{
    syntax_error_set_memory(p->error);
    return NULL;
}

bool parser_fail_depth(parser *p)
{
    if (p->explain) {
        /* Too deep to explain: the plain message will do. */
        p->explain = false;
        return false;
    }
    if (!p->second_pass)
        syntax_error_set_memory(p->error);
    return false;
}

/* ---- nodes and lists --------------------------------------------------------------------------------- */

void *parser_alloc(parser *p, size_t size)
{
    void *block = ast_arena_alloc(p->arena, size);
    return OURO_LIKELY(block != NULL) ? block : parser_fail_memory(p);
}

ast_expr *parser_new_expr(parser *p, ast_expr_kind kind, ast_place start)
{
    ast_expr *e = parser_alloc(p, sizeof *e);
    if (!e)
        return NULL;
    e->kind = (uint8_t)kind;
    e->context = AST_LOAD;
    e->op = 0;
    e->conversion = -1;
    e->in_parentheses = 0;
    e->place = parser_place_until_here(p, start);
    return e;
}

ast_stmt *parser_new_stmt(parser *p, ast_stmt_kind kind, ast_place start)
{
    ast_stmt *s = parser_alloc(p, sizeof *s);
    if (!s)
        return NULL;
    s->kind = (uint8_t)kind;
    s->op = 0;
    s->simple = false;
    s->place = parser_place_until_here(p, start);
    return s;
}

const ast_identifier *parser_intern(parser *p, const token *name)
{
    const ast_identifier *id = OURO_LIKELY(name->is_ascii) ? ast_intern(p->arena, name->start, name->length)
                                                           : unicode_intern_normalized(p->arena, name->start,
                                                                                       name->length);
    return id ? id : parser_fail_memory(p);
}

const ast_identifier *parser_intern_text(parser *p, const char *text)
{
    const ast_identifier *id = ast_intern(p->arena, text, strlen(text));
    return id ? id : parser_fail_memory(p);
}

const ast_identifier *parser_accept_name(parser *p)
{
    if (!parser_at(p, TOKEN_NAME))
        return NULL;
    return parser_intern(p, &p->tokens[p->position++]);
}

ast_expr *parser_new_name(parser *p, const ast_identifier *id, ast_context context, ast_place place)
{
    ast_expr *e = parser_alloc(p, sizeof *e);
    if (!e)
        return NULL;
    e->kind = AST_NAME;
    e->context = (uint8_t)context;
    e->op = 0;
    e->conversion = -1;
    e->in_parentheses = 0;
    e->place = place;
    e->name.id = id;
    return e;
}

bool parser_push(parser *p, void *item)
{
    if (p->stack_size == p->stack_capacity) {
        uint32_t capacity = p->stack_capacity * 2;
        void **grown = ouro_mem_resize(p->mem, p->stack, capacity * sizeof *grown);
        if (!grown) {
            parser_fail_memory(p);
            return false;
        }
        p->stack = grown;
        p->stack_capacity = capacity;
    }
    p->stack[p->stack_size++] = item;
    return true;
}

void *parser_empty_list(void)
{
    static const ast_expr_list empty = {0};
    return (void *)&empty;
}

void *parser_take_list(parser *p, uint32_t base)
{
    uint32_t count = p->stack_size - base;
    p->stack_size = base;
    if (!count)
        return parser_empty_list();
    ast_expr_list *list = parser_alloc(p, sizeof *list + count * sizeof list->items[0]);
    if (!list)
        return NULL;
    list->count = count;
    memcpy(list->items, p->stack + base, count * sizeof list->items[0]);
    return list;
}

void *parser_list_of_one(parser *p, void *item)
{
    ast_expr_list *list = parser_alloc(p, sizeof *list + sizeof list->items[0]);
    if (!list)
        return NULL;
    list->count = 1;
    list->items[0] = item;
    return list;
}

/* ---- start symbols ----------------------------------------------------------------------------------- */

static bool parse_file(parser *p, ast_tree *tree)
{
    while (!parser_at(p, TOKEN_END))
        if (parser_failed(p) || !parse_statement(p))
            return false;
    tree->body = parser_take_list(p, 0);
    if (p->ignores) {
        tree->type_ignores = parser_alloc(p, sizeof *tree->type_ignores + p->ignores * sizeof(ast_type_ignore *));
        if (!tree->type_ignores)
            return false;
        tree->type_ignores->count = p->ignores;
        memcpy(tree->type_ignores->items, p->ignored, p->ignores * sizeof(ast_type_ignore *));
    }
    return tree->body != NULL;
}

static bool parse_eval(parser *p, ast_tree *tree)
{
    tree->expression = parse_expressions(p);
    if (!tree->expression)
        return false;
    while (parser_accept(p, TOKEN_NEWLINE))
        ;
    return parser_at(p, TOKEN_END);
}

/* One argument of a function type, behind its stars. */
static bool parse_push_type(parser *p)
{
    ast_expr *e = parse_expression(p);
    return e && parser_push(p, e);
}

/* The types of the arguments up to the ')': of each plain one, then of *args, then of **kwargs. */
static bool parse_argument_types(parser *p)
{
    bool saw_star = false;
    while (!parser_at(p, TOKEN_RIGHT_PARENTHESIS)) {
        bool is_last = parser_accept(p, TOKEN_DOUBLE_STAR);
        if (!is_last && parser_accept(p, TOKEN_STAR)) {
            if (saw_star)
                return false;
            saw_star = true;
        } else if (!is_last && saw_star) {
            return false;
        }
        if (!parse_push_type(p))
            return false;
        if (is_last || !parser_accept(p, TOKEN_COMMA))
            break;
        if (parser_at(p, TOKEN_RIGHT_PARENTHESIS))
            return false;
    }
    return true;
}

/* (types) -> type */
static bool parse_function_type(parser *p, ast_tree *tree)
{
    if (!parser_accept(p, TOKEN_LEFT_PARENTHESIS) || !parse_argument_types(p) ||
        !parser_accept(p, TOKEN_RIGHT_PARENTHESIS) || !parser_accept(p, TOKEN_ARROW))
        return false;
    tree->argument_types = parser_take_list(p, 0);
    tree->expression = tree->argument_types ? parse_expression(p) : NULL;
    if (!tree->expression)
        return false;
    while (parser_accept(p, TOKEN_NEWLINE))
        ;
    return parser_at(p, TOKEN_END);
}

static bool parse_is_compound_start(parser *p)
{
    switch (parser_next_type(p)) {
    case TOKEN_IF:
    case TOKEN_DEF:
    case TOKEN_CLASS:
    case TOKEN_AT:
    case TOKEN_FOR:
    case TOKEN_WHILE:
    case TOKEN_WITH:
    case TOKEN_TRY:
    case TOKEN_ASYNC:
        return true;
    default:
        return false;
    }
}

/* Nothing but white space and comments is behind the tokens read. */
static bool parse_is_alone(const parser *p)
{
    bool in_comment = false;
    for (const char *at = p->lex.position; at < p->lex.end; at++) {
        if (*at == '\n')
            in_comment = false;
        else if (*at == '#')
            in_comment = true;
        else if (!in_comment && *at != ' ' && *at != '\t' && *at != '\f')
            return false;
    }
    return true;
}

/* One line of statements, or one statement with blocks and the empty line that ends it. */
static bool parse_single(parser *p, ast_tree *tree)
{
    if (parser_at(p, TOKEN_NEWLINE)) {
        ast_place place = parser_peek(p)->place;
        p->position++;
        ast_stmt *s = parser_new_stmt(p, AST_PASS, place);
        if (!s || !parser_push(p, s))
            return false;
    } else if (parser_at(p, TOKEN_END)) {
        return false;
    } else {
        bool compound = parse_is_compound_start(p);
        if (!parse_statement(p))
            return false;
        compound = compound || (p->stack_size == 1 && ((ast_stmt *)p->stack[0])->kind == AST_MATCH);
        if (compound && !parser_accept(p, TOKEN_NEWLINE))
            return false;
    }
    if (!parse_is_alone(p)) {
        parser_fail_last(p, SYNTAX_ERROR_SYNTAX, "multiple statements found while compiling a single statement");
        return false;
    }
    tree->body = parser_take_list(p, 0);
    return tree->body != NULL;
}

static bool parse_start(parser *p, ast_tree *tree)
{
    if (p->in_fstring)
        return (tree->expression = parse_star_expressions(p)) != NULL;
    switch (tree->mode) {
    case AST_MODE_FILE:
        return parse_file(p, tree);
    case AST_MODE_EVAL:
        return parse_eval(p, tree);
    case AST_MODE_SINGLE:
        return parse_single(p, tree);
    case AST_MODE_FUNCTION_TYPE:
        return parse_function_type(p, tree);
    }
    return false;
}

/* ---- passes ------------------------------------------------------------------------------------------ */

/* After an error of the parser: errors of the lexer further on come first, and so does a bracket that is never
 * closed and was opened before the line of the error. */
static void parse_check_rest(parser *p)
{
    if (p->lex.state != LEXER_OK)
        return;
    syntax_error rest;
    syntax_error_init(&rest, p->mem);
    int32_t line = p->count ? p->tokens[p->count - 1].place.line : 0;
    p->lex.error = &rest;
    token next;
    do
        lexer_next(&p->lex, &next);
    while (next.type != TOKEN_ERROR && next.type != TOKEN_END);
    p->lex.error = p->error;
    if (p->lex.state == LEXER_FAILED || p->lex.state == LEXER_OPEN_STRING) {
        syntax_error_clear(p->error);
        *p->error = rest;
        return;
    }
    syntax_error_clear(&rest);
    const lexer_bracket *open = p->lex.level ? &p->lex.brackets[p->lex.level - 1] : NULL;
    if (open && line > open->line) {
        ast_place place = {open->line, open->column, open->line, -1};
        syntax_error_clear(p->error);
        parser_fail_at(p, place, "'%c' was never closed", open->character);
    }
}

static void parse_begin(parser *p, const char *text, size_t length, int32_t line, int32_t column)
{
    lexer_init(&p->lex, text, length, p->error);
    p->lex.line = p->lex.first_line = line;
    p->lex.first_column = column;
    p->lex.filename = p->options->filename ? p->options->filename : "<string>";
    p->lex.hooks = p->options->hooks;
    p->lex.silent = p->second_pass || p->is_silent;
    p->lex.single = !p->in_fstring && p->options->mode == AST_MODE_SINGLE;
    p->lex.is_valid = p->is_valid;
    p->lex.counts_bytes = p->counts_bytes;
    p->lex.keep_indents = (p->options->flags & PARSE_DONT_IMPLY_DEDENT) != 0;
    p->lex.type_comments = (p->options->flags & PARSE_TYPE_COMMENTS) != 0;
    p->lex.async_is_name = p->options->unknown_minor && p->options->unknown_minor <= 7;
    p->position = p->count = 0;
    p->ignores = 0;
    p->stack_size = 0;
    p->depth = p->outer_depth;
}

/* The first pass has said "no": finds the best message. */
static void parse_explain(parser *p, ast_tree *tree, const char *text, size_t length, int32_t line, int32_t column)
{
    uint64_t total = p->forgotten + p->count;
    token last = p->tokens[p->count - 1];
    p->second_pass = p->explain = true;
    parse_begin(p, text, length, line, column);
    while (p->count < total && parser_fill(p))
        ;
    if (!parser_failed(p) && !parse_start(p, tree) && !parser_failed(p)) {
        if (last.type == TOKEN_INDENT || last.type == TOKEN_DEDENT) {
            parser_fail_last(p, SYNTAX_ERROR_INDENTATION, last.type == TOKEN_INDENT ? "unexpected indent"
                                                                                    : "unexpected unindent");
            return;
        }
    }
    if (!parser_failed(p))
        parser_fail_at(p, last.place, "invalid syntax");
    parse_check_rest(p);
}

/* Has the lexer come to the end of the text?  Without a newline there, the last token has already looked beyond. */
static bool parse_is_at_end(const parser *p)
{
    const lexer *lex = &p->lex;
    if (lex->state != LEXER_OK)
        return lex->state == LEXER_AT_END || lex->state == LEXER_OPEN_STRING;
    if (lex->position < lex->end || lex->end == lex->text)
        return false;
    return lex->end[-1] != '\n' || (p->count && p->tokens[p->count - 1].place.column < 0);
}

/* Replaces whatever error there is. */
static void parse_fail_incomplete(parser *p)
{
    bool by_lexer = parser_failed(p);
    syntax_error_clear(p->error);
    if (!by_lexer) {
        parser_fail_last(p, SYNTAX_ERROR_INCOMPLETE, "incomplete input");
        return;
    }
    const lexer *lex = &p->lex;
    int32_t column = lexer_error_column(lex, lex->line_start, (size_t)(lex->position - lex->line_start));
    syntax_error_set(p->error, SYNTAX_ERROR_INCOMPLETE, lex->source, lex->source_length, lex->line, column, lex->line,
                     -1, "incomplete input");
}

/* Parses a text with a parser whose options are set. */
static bool parse_text(parser *p, ast_tree *tree, const char *text, size_t length, int32_t line, int32_t column)
{
    p->tokens = ouro_mem_alloc(p->mem, PARSER_FIRST_TOKENS * sizeof *p->tokens);
    p->stack = ouro_mem_alloc(p->mem, PARSER_FIRST_STACK * sizeof *p->stack);
    p->capacity = PARSER_FIRST_TOKENS;
    p->stack_capacity = PARSER_FIRST_STACK;
    bool fine = false;
    if (!p->tokens || !p->stack) {
        parser_fail_memory(p);
        goto done;
    }
    p->tokens[0] = (token){.start = text, .type = TOKEN_END, .place = {line, -1, line, -1}};
    parse_begin(p, text, length, line, column);
    fine = parse_start(p, tree) && !parser_failed(p);
    if (fine)
        goto done;
    if ((p->options->flags & PARSE_ALLOW_INCOMPLETE) && !p->in_fstring && parse_is_at_end(p)) {
        parse_fail_incomplete(p);
    } else if (!parser_failed(p)) {
        parse_explain(p, tree, text, length, line, column);
    } else if (p->error->kind == SYNTAX_ERROR_SYNTAX) {
        parse_check_rest(p);
    }
done:
    ouro_mem_free(p->mem, p->tokens);
    ouro_mem_free(p->mem, p->stack);
    ouro_mem_free(p->mem, p->memos[0]);
    ouro_mem_free(p->mem, p->memos[1]);
    ouro_mem_free(p->mem, p->ignored);
    return fine;
}

ast_expr *parse_fstring_expression(parser *p, const char *text, size_t length, int32_t line, int32_t column)
{
    parser *inner = ouro_mem_alloc(p->mem, sizeof *inner);
    ast_tree tree = {.mode = AST_MODE_EVAL};
    if (!inner)
        return parser_fail_memory(p);
    memset(inner, 0, offsetof(parser, lex));
    inner->arena = p->arena;
    inner->mem = p->mem;
    inner->error = p->error;
    inner->options = p->options;
    inner->in_fstring = true;
    inner->is_valid = p->is_valid;
    inner->counts_bytes = true; /* as in CPython, whose parser does not tell the inner one the encoding */
    inner->outer_depth = p->depth;
    inner->is_silent = p->lex.silent;
    bool fine = parse_text(inner, &tree, text, length, line, column);
    ouro_mem_free(p->mem, inner);
    return fine ? tree.expression : NULL;
}

ast_tree *parse_source(ouro_mem *mem, const char *bytes, size_t length, const parse_options *options,
                       syntax_error *error)
{
    parser *p = ouro_mem_alloc(mem, sizeof *p);
    ast_arena *arena = p ? ast_arena_create(mem) : NULL;
    ast_tree *tree = arena ? ast_arena_alloc(arena, sizeof *tree) : NULL;
    const char *filename = options->filename ? options->filename : "<string>";
    bool fine = false;
    if (!tree) {
        syntax_error_set_memory(error);
        goto done;
    }
    memset(tree, 0, sizeof *tree);
    tree->arena = arena;
    tree->mode = options->mode;
    tree->future = options->future;
    tree->body = parser_empty_list();
    tree->filename = ast_arena_copy(arena, filename, strlen(filename));
    if (!tree->filename) {
        syntax_error_set_memory(error);
        goto done;
    }
    if (length > INT32_MAX / 2) {
        syntax_error_set(error, SYNTAX_ERROR_OVERFLOW, NULL, 0, 0, 0, 0, 0, "source code is too long");
        goto done;
    }
    source_text source;
    if (!source_decode(arena, mem, bytes, length, options, &source, error))
        goto done;
    tree->source = source.text;
    memset(p, 0, offsetof(parser, lex));
    p->is_valid = source.is_valid;
    p->counts_bytes = !source.knows_encoding;
    p->arena = arena;
    p->mem = mem;
    p->error = error;
    p->options = options;
    fine = parse_text(p, tree, tree->source.data, tree->source.length, 1, 0);
done:
    ouro_mem_free(mem, p);
    if (fine)
        return tree;
    ast_arena_destroy(arena);
    return NULL;
}

/* parser.h: what the files of the parser share: the token window, node making, the rules they call in each other.
 *
 *     parse.c            entry points, token window, errors, the second pass
 *     parse_expr.c       operators, primaries, atoms
 *     parse_display.c    brackets: tuples, lists, dicts, sets, comprehensions
 *     parse_call.c       arguments of calls, parameters of functions, lambda
 *     parse_target.c     turning expressions into targets, and saying why one is none
 *     parse_stmt.c       simple statements
 *     parse_compound.c   statements with blocks
 *     parse_pattern.c    match
 *     parse_literal.c    numbers, strings, bytes
 *     parse_fstring.c    f-strings
 *
 * How a rule answers: a node, or NULL.  NULL means "no": either an error is set (error->kind), or the tokens at
 * `position` are not what the rule wants, and then the position is unspecified: a caller that wants to try something
 * else restores it (parser_mark, parser_reset).  A rule that can stop earlier does so: of `a + )` an expression takes
 * `a` and stands before the '+'; whoever comes next fails there.  Where it matters (messages), CPython's rules do so.
 *
 * The second pass (`explain`) runs the same rules; where CPython 3.11 has a rule for a common mistake, the rule
 * checks for it and sets the error.  Some checks parse ahead with `explain` switched off.  In that pass every token
 * stays in the window, so that positions stay good.
 */
#ifndef OURO_LANG_PARSER_H
#define OURO_LANG_PARSER_H

#include "lang/lexer.h"

typedef struct parser_memo {
    ast_expr *result;
    ast_place group_start; /* when is_group: result was in parentheses that begin here */
    uint32_t end;          /* the position behind it */
    bool is_known, is_group;
} parser_memo;

typedef struct parser {
    ast_arena *arena;
    ouro_mem *mem;
    syntax_error *error;
    const parse_options *options;
    token *tokens; /* the window: tokens[0 .. count) were lexed, tokens[position] is next */
    uint32_t position, count, capacity;
    uint64_t forgotten;   /* tokens that left the window */
    const ast_expr *group; /* the expression that was put in parentheses last, and where they began */
    ast_place group_start;
    ast_place last_place; /* of the last token of the last line of statements */
    bool explain;         /* look for mistakes */
    bool second_pass;     /* no token leaves the window; explain may be off for a while */
    bool in_fstring;
    bool is_valid;        /* the text is valid UTF-8 */
    bool counts_bytes;    /* of lexer: columns of errors */
    bool is_silent;       /* the text was read before: no more warnings */
    uint32_t future;
    uint32_t ignores; /* how many type ignores wait in `ignored` */
    uint32_t ignores_capacity;
    ast_type_ignore **ignored;
    uint32_t fstring_depth; /* nesting of replacement fields */
    uint32_t depth, outer_depth; /* the depth now, and where the text began */
    parser_memo *memos[2]; /* PARSER_MEMO_*, by position */
    uint32_t memo_capacity[2];
    void **stack; /* items of the lists that are being built */
    uint32_t stack_size, stack_capacity;
    lexer lex;
} parser;

/* ---- tokens (parse.c, inline here) ------------------------------------------------------------------- */

/* Lexes one more token into the window.  False: error. */
OURO_NODISCARD bool parser_fill(parser *p);

/* The next token; after an error of the lexer, the last good one. */
static inline const token *parser_peek(parser *p)
{
    if (OURO_UNLIKELY(p->position >= p->count) && !parser_fill(p))
        return &p->tokens[p->count ? p->count - 1 : 0];
    return &p->tokens[p->position];
}

/* The type of the next token; TOKEN_ERROR after an error of the lexer. */
static inline token_type parser_next_type(parser *p)
{
    if (OURO_UNLIKELY(p->position >= p->count) && !parser_fill(p))
        return TOKEN_ERROR;
    return (token_type)p->tokens[p->position].type;
}

/* First pass, at the start of a statement: the tokens before it are not needed again. */
void parser_forget(parser *p);

/* The type of the token `ahead` behind the next one. */
token_type parser_type_ahead(parser *p, uint32_t ahead);

static inline bool parser_at(parser *p, token_type type)
{
    return parser_next_type(p) == type;
}

/* Moves past the next token when it has this type. */
static inline bool parser_accept(parser *p, token_type type)
{
    if (parser_next_type(p) != type)
        return false;
    p->position++;
    return true;
}

static inline const token *parser_previous(const parser *p)
{
    return &p->tokens[p->position - 1];
}

static inline bool parser_failed(const parser *p)
{
    return p->error->kind != SYNTAX_ERROR_NONE;
}

/* Is the next token this soft keyword? */
bool parser_at_word(parser *p, const char *word);
bool token_is_word(const token *name, const char *word);

typedef uint32_t parser_mark;
static inline parser_mark parser_tell(const parser *p)
{
    return p->position;
}
static inline void parser_reset(parser *p, parser_mark mark)
{
    p->position = mark;
}

/* One level deeper; false: PARSE_MAX_DEPTH, with the error set.  Pairs with parser_leave also then. */
OURO_NODISCARD static inline bool parser_enter(parser *p);
static inline void parser_leave(parser *p)
{
    p->depth--;
}

/* `left` for a rule whose continuation behind `mark` turned out to be none; NULL when an error is set. */
static inline ast_expr *parser_partial(parser *p, parser_mark mark, ast_expr *left)
{
    parser_reset(p, mark);
    return parser_failed(p) ? NULL : left;
}

/* Second pass: what a rule gave at `start` before.  Without this memory, rules that read the same text twice at each
 * level of nesting would take exponential time.  What was read with `explain` off counts for reading with it on: so it
 * is in CPython, and some mistakes there go without their message. */
enum { PARSER_MEMO_EXPRESSION, PARSER_MEMO_DISJUNCTION };
bool parser_recall(parser *p, int rule, parser_mark start, ast_expr **result);
void parser_remember(parser *p, int rule, parser_mark start, ast_expr *result);

/* ---- errors ------------------------------------------------------------------------------------------ */

/* Each returns NULL, so that a rule can return its result.  Places are those of nodes and tokens: columns in bytes
 * from 0; they are turned into characters from 1. */
void *parser_fail_range(parser *p, ast_place from, ast_place to, const char *format, ...) OURO_PRINTF(4, 5);
void *parser_fail_at(parser *p, ast_place place, const char *format, ...) OURO_PRINTF(3, 4); /* without an end */
void *parser_fail_from(parser *p, ast_place place, const char *format, ...) OURO_PRINTF(3, 4); /* to the last token */
/* At the last token that was read. */
void *parser_fail_last(parser *p, syntax_error_kind kind, const char *format, ...) OURO_PRINTF(3, 4);
void *parser_fail_memory(parser *p);
bool parser_fail_depth(parser *p);

OURO_NODISCARD static inline bool parser_enter(parser *p)
{
    return OURO_LIKELY(++p->depth <= PARSE_MAX_DEPTH) || parser_fail_depth(p);
}

/* What came with Python 3.`minor`, "Things are": false, with the error set, when the source is of an older one. */
OURO_NODISCARD bool parser_check_version(parser *p, uint32_t minor, const char *what);
/* The type comment that may be next: NULL: none, or error. */
const ast_identifier *parser_accept_type_comment(parser *p);

/* ---- nodes ------------------------------------------------------------------------------------------- */

void *parser_alloc(parser *p, size_t size);

static inline ast_place parser_place_until_here(const parser *p, ast_place start)
{
    const token *last = parser_previous(p);
    start.end_line = last->place.end_line;
    start.end_column = last->place.end_column;
    return start;
}
/* Where an expression begins, its parentheses included: the start of an operation whose left operand it is.  To be
 * asked before anything behind the expression is parsed. */
static inline ast_place parser_start_of(const parser *p, const ast_expr *left)
{
    return left == p->group ? p->group_start : left->place;
}
static inline ast_place ast_place_join(ast_place start, ast_place end)
{
    start.end_line = end.end_line;
    start.end_column = end.end_column;
    return start;
}

/* A node whose end is the end of the last token passed; NULL: no memory, error set. */
ast_expr *parser_new_expr(parser *p, ast_expr_kind kind, ast_place start);
ast_stmt *parser_new_stmt(parser *p, ast_stmt_kind kind, ast_place start);
const ast_identifier *parser_intern(parser *p, const token *name);
const ast_identifier *parser_intern_text(parser *p, const char *text);
/* Accepts a NAME; NULL: none, or error. */
const ast_identifier *parser_accept_name(parser *p);
ast_expr *parser_new_name(parser *p, const ast_identifier *id, ast_context context, ast_place place);

/* Lists: push items, then take all above `base` as a list. */
OURO_NODISCARD bool parser_push(parser *p, void *item);
static inline uint32_t parser_stack_base(const parser *p)
{
    return p->stack_size;
}
/* A list of pointers, of whatever list type; the stack is cut back to `base` also on failure. */
void *parser_take_list(parser *p, uint32_t base);
void *parser_empty_list(void);
void *parser_list_of_one(parser *p, void *item);

/* ---- rules ------------------------------------------------------------------------------------------- */

/* parse_expr.c */
ast_expr *parse_expression(parser *p);                  /* expression: conditional, lambda */
ast_expr *parse_named_expression(parser *p);            /* with := */
ast_expr *parse_star_expressions(parser *p);            /* a tuple without parentheses, with stars */
ast_expr *parse_star_named_expression(parser *p);       /* element of a display */
ast_expr *parse_star_expression(parser *p);
ast_expr *parse_expressions(parser *p);                 /* tuple of expressions without stars */
ast_expr *parse_disjunction(parser *p);
ast_expr *parse_bitwise_or(parser *p);
ast_expr *parse_yield_expression(parser *p);
ast_expr *parse_primary(parser *p);
ast_expr *parse_atom(parser *p);
bool parse_starts_expression(token_type type);
/* Second pass, behind the expression `a`: was '==' meant with the '=' that may follow?  False: an error is set. */
bool parse_explain_equals(parser *p, ast_expr *a);
/* The same where a ':=' is possible too. */
bool parse_explain_named_expression(parser *p, ast_expr *a);
ast_operator parse_augmented_operator(token_type type, bool *found);

/* parse_display.c: the first three behind their opening bracket, whose place is given. */
ast_expr *parse_parenthesized(parser *p, ast_place start);
ast_expr *parse_list_display(parser *p, ast_place start);
ast_expr *parse_braces(parser *p, ast_place start);
bool parse_at_comprehension(parser *p);
ast_comprehension_list *parse_comprehension_clauses(parser *p);

/* parse_call.c */
ast_expr *parse_call_arguments(parser *p, ast_expr *function, ast_place start); /* behind the '(' */
/* The bases and keywords of a class, behind the '('; consumes the ')'. */
bool parse_arguments(parser *p, ast_expr_list **args, ast_keyword_list **keywords);
ast_arguments *parse_parameters(parser *p, token_type end, bool annotated);
ast_expr *parse_lambda(parser *p);

/* parse_target.c */
bool parse_set_context(parser *p, ast_expr *target, ast_context context);
typedef enum target_use { TARGET_STAR, TARGET_DEL, TARGET_FOR } target_use;
/* The part of `e` that cannot be a target, or NULL. */
ast_expr *parse_find_invalid_target(ast_expr *e, target_use use);
const char *parse_expr_name(const ast_expr *e);
void *parse_fail_invalid_target(parser *p, ast_expr *e, target_use use);
bool parse_is_single_target(const ast_expr *e); /* name, attribute, subscript */
/* star_targets of `for` and comprehensions, up to `in`. */
ast_expr *parse_for_targets(parser *p);
/* One star_target (with item), in AST_STORE; NULL without error when there is none. */
ast_expr *parse_star_target(parser *p);

/* parse_stmt.c */
bool parse_simple_statements(parser *p); /* pushes the statements of one line */
/* parse_compound.c */
/* Pushes the next statement or line of statements. */
bool parse_statement(parser *p);
/* Behind the ':' of a header; `after` names the statement for the message about a missing block. */
ast_stmt_list *parse_block(parser *p, const char *after, int32_t header_line);
/* parse_pattern.c */
/* At the word `match`.  NULL, no error, not `*certain`: an ordinary statement; the caller resets the position. */
ast_stmt *parse_match(parser *p, bool *certain);

/* parse_literal.c */
ast_expr *parse_number(parser *p);
ast_expr *parse_strings(parser *p);
/* One string token taken apart. */
typedef struct string_piece {
    const char *body; /* between the quotes */
    size_t length;
    bool is_bytes, is_raw, is_format, has_u;
} string_piece;
string_piece parse_split_string(const token *string);
/* False, with the error set: the piece does not go with pieces before it, or has a character that it must not. */
bool parse_check_piece(parser *p, const string_piece *piece, bool is_bytes);
/* False, with the error set: the text of a string is no UTF-8. */
bool parse_check_utf8(parser *p, const char *text, size_t length);
/* Appends text to a buffer that grows in the arena. */
typedef struct text_buffer {
    char *data;
    size_t length, capacity;
} text_buffer;
OURO_NODISCARD bool parse_append_text(parser *p, text_buffer *buffer, const char *text, size_t length);
/* Warns of a backslash that begins no escape; `escape`: the characters behind it.  False: that became an error. */
bool parse_warn_escape(parser *p, const char *kind, const char *escape, int length, const token *where);
/* Appends with backslash escapes decoded; `where` is the string for messages. */
OURO_NODISCARD bool parse_append_decoded(parser *p, text_buffer *buffer, const char *text, size_t length,
                                         bool is_bytes, const token *where);
/* Appends the value of a string that is no f-string. */
OURO_NODISCARD bool parse_append_piece(parser *p, text_buffer *buffer, const string_piece *piece, const token *where);
ast_expr *parse_new_string(parser *p, ast_place place, ast_constant_kind kind, const text_buffer *text, bool has_u);
/* parse_fstring.c: `count` strings of which at least one is an f-string. */
ast_expr *parse_joined_string(parser *p, const token *strings, uint32_t count, ast_place place,
                              const string_piece *first);

/* parse.c: parses the text of a replacement field, put in parentheses, on behalf of an f-string.  The first line of
 * the text is `line` of the file, and its columns count from `column`. */
ast_expr *parse_fstring_expression(parser *p, const char *text, size_t length, int32_t line, int32_t column);

#endif

/* parse_compound.c: statements with blocks.
 *
 * A block is NEWLINE INDENT statements DEDENT, or the rest of the line.  The end of a statement with blocks is the
 * end of the last token on its last line, which parser.last_place keeps.
 */
#include "lang/parser.h"

/* ---- blocks ------------------------------------------------------------------------------------------ */

ast_stmt_list *parse_block(parser *p, const char *after, int32_t header_line)
{
    uint32_t base = parser_stack_base(p);
    if (!parser_at(p, TOKEN_NEWLINE)) {
        if (!parse_simple_statements(p))
            goto failed;
        return parser_take_list(p, base);
    }
    p->position++;
    if (!parser_accept(p, TOKEN_INDENT)) {
        if (p->explain && !parser_failed(p))
            parser_fail_last(p, SYNTAX_ERROR_INDENTATION, "expected an indented block after %s on line %d", after,
                             header_line);
        goto failed;
    }
    bool fine = parser_enter(p);
    do
        fine = fine && parse_statement(p);
    while (fine && !parser_at(p, TOKEN_DEDENT) && !parser_at(p, TOKEN_END) && !parser_failed(p));
    parser_leave(p);
    if (!fine || !parser_accept(p, TOKEN_DEDENT))
        goto failed;
    return parser_take_list(p, base);
failed:
    p->stack_size = base;
    return NULL;
}

/* The ':' of a header.  Where it is missing at the end of the line, the second pass says so. */
static bool parse_colon(parser *p)
{
    if (parser_accept(p, TOKEN_COLON))
        return true;
    if (p->explain && parser_at(p, TOKEN_NEWLINE))
        parser_fail_last(p, SYNTAX_ERROR_SYNTAX, "expected ':'");
    return false;
}

/* The ':' of a header, and the type comment that may follow it. */
static bool parse_colon_and_type(parser *p, const ast_identifier **type_comment)
{
    if (!parse_colon(p))
        return false;
    *type_comment = parser_accept_type_comment(p);
    return !parser_failed(p);
}

/* A token that must come here, whatever else: its absence is an error in the first pass already. */
static bool parse_force(parser *p, token_type type)
{
    if (parser_accept(p, type))
        return true;
    if (!parser_failed(p))
        parser_fail_at(p, parser_peek(p)->place, "expected '%s'", token_type_text(type));
    return false;
}

static ast_stmt *parse_new_compound(parser *p, ast_stmt_kind kind, ast_place start)
{
    ast_stmt *s = parser_new_stmt(p, kind, start);
    if (s)
        s->place = ast_place_join(start, p->last_place);
    return s;
}

/* ---- if, while, for ---------------------------------------------------------------------------------- */

static ast_stmt_list *parse_else(parser *p)
{
    if (!parser_at(p, TOKEN_ELSE))
        return parser_failed(p) ? NULL : parser_empty_list();
    int32_t line = parser_peek(p)->place.line;
    p->position++;
    return parse_force(p, TOKEN_COLON) ? parse_block(p, "'else' statement", line) : NULL;
}

/* if and its elifs; a loop, since a program may have any number of them.  The elifs wait on the stack. */
static ast_stmt *parse_if(parser *p)
{
    uint32_t base = parser_stack_base(p);
    bool is_elif = false;
    do {
        ast_place start = parser_peek(p)->place;
        p->position++;
        ast_expr *test = parse_named_expression(p);
        ast_stmt_list *body = NULL;
        if (test && parse_colon(p))
            body = parse_block(p, is_elif ? "'elif' statement" : "'if' statement", start.line);
        ast_stmt *s = body ? parser_new_stmt(p, AST_IF, start) : NULL;
        if (!s || !parser_push(p, s))
            goto failed;
        s->if_.test = test;
        s->if_.body = body;
        is_elif = true;
    } while (parser_at(p, TOKEN_ELIF));
    ast_stmt_list *orelse = parse_else(p);
    if (!orelse)
        goto failed;
    for (;;) {
        ast_stmt *s = p->stack[--p->stack_size];
        s->if_.orelse = orelse;
        s->place = ast_place_join(s->place, p->last_place);
        if (p->stack_size == base)
            return s;
        orelse = parser_list_of_one(p, s);
        if (!orelse)
            goto failed;
    }
failed:
    p->stack_size = base;
    return NULL;
}

static ast_stmt *parse_while(parser *p)
{
    ast_place start = parser_peek(p)->place;
    p->position++;
    ast_expr *test = parse_named_expression(p);
    ast_stmt_list *body = test && parse_colon(p) ? parse_block(p, "'while' statement", start.line) : NULL;
    ast_stmt_list *orelse = body ? parse_else(p) : NULL;
    ast_stmt *s = orelse ? parse_new_compound(p, AST_WHILE, start) : NULL;
    if (!s)
        return NULL;
    s->if_.test = test;
    s->if_.body = body;
    s->if_.orelse = orelse;
    return s;
}

static ast_stmt *parse_for(parser *p, ast_place start, bool is_async)
{
    int32_t line = parser_peek(p)->place.line;
    p->position++;
    ast_expr *target = parse_for_targets(p);
    ast_expr *iter = target && parser_accept(p, TOKEN_IN) ? parse_star_expressions(p) : NULL;
    if (!iter)
        return NULL;
    const ast_identifier *type_comment = NULL;
    ast_stmt_list *body = parse_colon_and_type(p, &type_comment) ? parse_block(p, "'for' statement", line) : NULL;
    ast_stmt_list *orelse = body ? parse_else(p) : NULL;
    ast_stmt *s = orelse ? parse_new_compound(p, is_async ? AST_ASYNC_FOR : AST_FOR, start) : NULL;
    if (!s || (is_async && !parser_check_version(p, 5, "Async for loops are")))
        return NULL;
    s->for_.target = target;
    s->for_.iter = iter;
    s->for_.type_comment = type_comment;
    s->for_.body = body;
    s->for_.orelse = orelse;
    return s;
}

/* ---- with -------------------------------------------------------------------------------------------- */

static bool parse_ends_with_item(token_type type)
{
    return type == TOKEN_COMMA || type == TOKEN_RIGHT_PARENTHESIS || type == TOKEN_COLON;
}

/* Pushes one item. */
static bool parse_with_item(parser *p)
{
    ast_expr *context = parse_expression(p), *target = NULL;
    if (!context)
        return false;
    if (parser_accept(p, TOKEN_AS)) {
        parser_mark mark = parser_tell(p);
        target = parse_star_target(p);
        if (target && p->explain && parser_at(p, TOKEN_NEWLINE)) {
            parser_fail_last(p, SYNTAX_ERROR_SYNTAX, "expected ':'");
            return false;
        }
        if (!target || !parse_ends_with_item(parser_next_type(p))) {
            if (p->explain && !parser_failed(p)) {
                parser_reset(p, mark);
                ast_expr *wrong = parse_expression(p);
                if (wrong && !parser_failed(p) && parse_ends_with_item(parser_next_type(p)))
                    parse_fail_invalid_target(p, wrong, TARGET_STAR);
            }
            return false;
        }
    }
    ast_with_item *item = parser_alloc(p, sizeof *item);
    if (!item)
        return false;
    item->context = context;
    item->target = target;
    return parser_push(p, item);
}

/* ( items [,] ) with ':' behind it.  On "no" the position is where it was. */
static bool parse_parenthesized_items(parser *p)
{
    parser_mark mark = parser_tell(p);
    uint32_t base = parser_stack_base(p);
    p->position++;
    bool fine;
    do
        fine = parse_with_item(p);
    while (fine && parser_accept(p, TOKEN_COMMA) && !parser_at(p, TOKEN_RIGHT_PARENTHESIS));
    if (fine && parser_accept(p, TOKEN_RIGHT_PARENTHESIS)) {
        /* of a type comment behind the ':' CPython's rule knows nothing: it reads a tuple then */
        if (parser_at(p, TOKEN_COLON) && parser_type_ahead(p, 1) != TOKEN_TYPE_COMMENT)
            return true;
        if (p->explain && parser_at(p, TOKEN_NEWLINE))
            parser_fail_last(p, SYNTAX_ERROR_SYNTAX, "expected ':'");
    }
    p->stack_size = base;
    parser_reset(p, mark);
    return false;
}

static ast_stmt *parse_with(parser *p, ast_place start, bool is_async)
{
    int32_t line = parser_peek(p)->place.line;
    uint32_t base = parser_stack_base(p);
    p->position++;
    bool parenthesized = parser_at(p, TOKEN_LEFT_PARENTHESIS) && parse_parenthesized_items(p);
    if (!parenthesized) {
        bool fine = !parser_failed(p);
        do
            fine = fine && parse_with_item(p);
        while (fine && parser_accept(p, TOKEN_COMMA));
        if (!fine) {
            p->stack_size = base;
            return NULL;
        }
    }
    ast_with_item_list *items = parser_take_list(p, base);
    const ast_identifier *type_comment = NULL;
    ast_stmt_list *body =
        items && parse_colon_and_type(p, &type_comment) ? parse_block(p, "'with' statement", line) : NULL;
    ast_stmt *s = body ? parse_new_compound(p, is_async ? AST_ASYNC_WITH : AST_WITH, start) : NULL;
    if (!s || (parenthesized && !parser_check_version(p, 9, "Parenthesized context managers are")) ||
        (is_async && !parser_check_version(p, 5, "Async with statements are")))
        return NULL;
    s->with.items = items;
    s->with.type_comment = type_comment;
    s->with.body = body;
    return s;
}

/* ---- try --------------------------------------------------------------------------------------------- */

/* `except a, b:`, at the ','. */
static void parse_explain_exceptions(parser *p, ast_expr *first)
{
    parser_mark mark = parser_tell(p);
    p->position++;
    if (parse_expressions(p) && !parser_failed(p)) {
        bool fine = true;
        if (parser_accept(p, TOKEN_AS))
            fine = parser_accept(p, TOKEN_NAME);
        if (fine && parser_accept(p, TOKEN_COLON))
            parser_fail_from(p, first->place, "multiple exception types must be parenthesized");
    }
    parser_reset(p, mark);
}

/* One handler; `*star` is set by the first and must agree in the others. */
static bool parse_handler(parser *p, bool is_first, bool *star)
{
    const token except = *parser_peek(p);
    p->position++;
    bool has_star = parser_accept(p, TOKEN_STAR);
    bool mixes = !is_first && has_star != *star;
    if (mixes && !p->explain)
        return false;
    ast_place keyword = parser_place_until_here(p, except.place);
    ast_expr *type = NULL;
    const ast_identifier *name = NULL;
    token_type next = parser_next_type(p);
    if (next != TOKEN_COLON && next != TOKEN_NEWLINE) {
        type = parse_expression(p);
        if (!type)
            return false;
        if (parser_at(p, TOKEN_COMMA)) {
            if (p->explain)
                parse_explain_exceptions(p, type);
            return false;
        }
        if (parser_accept(p, TOKEN_AS) && !(name = parser_accept_name(p)))
            return false;
    } else if (has_star) {
        if (p->explain && !parser_failed(p))
            parser_fail_last(p, SYNTAX_ERROR_SYNTAX, "expected one or more exception types");
        return false;
    }
    if (!parse_colon(p))
        return false;
    if (mixes) {
        parser_fail_at(p, keyword, "cannot have both 'except' and 'except*' on the same 'try'");
        return false;
    }
    ast_stmt_list *body =
        parse_block(p, has_star ? "'except*' statement" : "'except' statement", except.place.line);
    if (!body)
        return false;
    *star = has_star;
    ast_handler *handler = parser_alloc(p, sizeof *handler);
    if (!handler)
        return false;
    handler->type = type;
    handler->name = name;
    handler->body = body;
    handler->place = ast_place_join(except.place, p->last_place);
    return parser_push(p, handler);
}

static ast_stmt *parse_try(parser *p)
{
    ast_place start = parser_peek(p)->place;
    uint32_t base = parser_stack_base(p);
    p->position++;
    ast_stmt_list *body = parse_force(p, TOKEN_COLON) ? parse_block(p, "'try' statement", start.line) : NULL;
    if (!body)
        return NULL;
    if (!parser_at(p, TOKEN_EXCEPT) && !parser_at(p, TOKEN_FINALLY)) {
        if (p->explain && !parser_failed(p))
            parser_fail_last(p, SYNTAX_ERROR_SYNTAX, "expected 'except' or 'finally' block");
        return NULL;
    }
    bool star = false;
    while (parser_at(p, TOKEN_EXCEPT)) {
        if (!parse_handler(p, p->stack_size == base, &star)) {
            p->stack_size = base;
            return NULL;
        }
    }
    ast_handler_list *handlers = parser_take_list(p, base);
    ast_stmt_list *orelse = handlers && handlers->count ? parse_else(p) : handlers ? parser_empty_list() : NULL;
    if (!orelse)
        return NULL;
    ast_stmt_list *finally = parser_empty_list();
    if (parser_at(p, TOKEN_FINALLY)) {
        int32_t line = parser_peek(p)->place.line;
        p->position++;
        finally = parse_force(p, TOKEN_COLON) ? parse_block(p, "'finally' statement", line) : NULL;
    }
    ast_stmt *s = finally && !parser_failed(p) ? parse_new_compound(p, star ? AST_TRY_STAR : AST_TRY, start) : NULL;
    if (!s || (star && !parser_check_version(p, 11, "Exception groups are")))
        return NULL;
    s->try_.body = body;
    s->try_.handlers = handlers;
    s->try_.orelse = orelse;
    s->try_.finally = finally;
    return s;
}

/* ---- def, class -------------------------------------------------------------------------------------- */

/* A function's type comment stands behind its ':' or in a line of its own before the block. */
static bool parse_function_type_comment(parser *p, const ast_identifier **comment)
{
    if (OURO_LIKELY(!(p->options->flags & PARSE_TYPE_COMMENTS)))
        return true;
    bool is_first = parser_at(p, TOKEN_TYPE_COMMENT);
    bool is_own = parser_at(p, TOKEN_NEWLINE) && parser_type_ahead(p, 1) == TOKEN_TYPE_COMMENT &&
                  parser_type_ahead(p, 2) == TOKEN_NEWLINE && parser_type_ahead(p, 3) == TOKEN_INDENT;
    if (p->explain && is_first && parser_type_ahead(p, 1) == TOKEN_NEWLINE &&
        parser_type_ahead(p, 2) == TOKEN_TYPE_COMMENT && parser_type_ahead(p, 3) == TOKEN_NEWLINE &&
        parser_type_ahead(p, 4) == TOKEN_INDENT)
        parser_fail_last(p, SYNTAX_ERROR_SYNTAX, "Cannot have two type comments on def");
    p->position += is_own;
    if (!parser_failed(p))
        *comment = parser_accept_type_comment(p);
    return !parser_failed(p);
}

static ast_stmt *parse_def(parser *p, ast_place start, bool is_async, ast_expr_list *decorators)
{
    int32_t line = parser_peek(p)->place.line;
    p->position++;
    const ast_identifier *name = parser_accept_name(p);
    if (!name || !parse_force(p, TOKEN_LEFT_PARENTHESIS))
        return NULL;
    ast_arguments *args = parse_parameters(p, TOKEN_RIGHT_PARENTHESIS, true);
    if (!args || !parser_accept(p, TOKEN_RIGHT_PARENTHESIS))
        return NULL;
    ast_expr *returns = NULL;
    parser_mark arrow = parser_tell(p);
    if (parser_accept(p, TOKEN_ARROW) && !(returns = parse_expression(p))) {
        if (parser_failed(p))
            return NULL;
        parser_reset(p, arrow); /* the ':' is missed before the arrow */
    }
    const ast_identifier *type_comment = NULL;
    ast_stmt_list *body = parse_force(p, TOKEN_COLON) && parse_function_type_comment(p, &type_comment)
                              ? parse_block(p, "function definition", line)
                              : NULL;
    ast_stmt *s = body ? parse_new_compound(p, is_async ? AST_ASYNC_FUNCTION_DEF : AST_FUNCTION_DEF, start) : NULL;
    if (!s || (is_async && !parser_check_version(p, 5, "Async functions are")))
        return NULL;
    s->function_def.name = name;
    s->function_def.type_comment = type_comment;
    s->function_def.args = args;
    s->function_def.body = body;
    s->function_def.decorators = decorators;
    s->function_def.returns = returns;
    s->function_def.scope = NULL;
    return s;
}

static ast_stmt *parse_class(parser *p, ast_expr_list *decorators)
{
    ast_place start = parser_peek(p)->place;
    p->position++;
    const ast_identifier *name = parser_accept_name(p);
    if (!name)
        return NULL;
    ast_expr_list *bases = parser_empty_list();
    ast_keyword_list *keywords = parser_empty_list();
    if (parser_accept(p, TOKEN_LEFT_PARENTHESIS) && !parse_arguments(p, &bases, &keywords))
        return NULL;
    ast_stmt_list *body = parse_colon(p) ? parse_block(p, "class definition", start.line) : NULL;
    ast_stmt *s = body ? parse_new_compound(p, AST_CLASS_DEF, start) : NULL;
    if (!s)
        return NULL;
    s->class_def.name = name;
    s->class_def.bases = bases;
    s->class_def.keywords = keywords;
    s->class_def.body = body;
    s->class_def.decorators = decorators;
    s->class_def.scope = NULL;
    return s;
}

static ast_stmt *parse_decorated(parser *p)
{
    uint32_t base = parser_stack_base(p);
    while (parser_accept(p, TOKEN_AT)) {
        ast_expr *decorator = parse_named_expression(p);
        if (!decorator || !parser_accept(p, TOKEN_NEWLINE) || !parser_push(p, decorator)) {
            p->stack_size = base;
            return NULL;
        }
    }
    ast_expr_list *decorators = parser_take_list(p, base);
    if (!decorators)
        return NULL;
    ast_place start = parser_peek(p)->place;
    if (parser_at(p, TOKEN_CLASS))
        return parse_class(p, decorators);
    bool is_async = parser_accept(p, TOKEN_ASYNC);
    return parser_at(p, TOKEN_DEF) ? parse_def(p, start, is_async, decorators) : NULL;
}

static ast_stmt *parse_async(parser *p)
{
    ast_place start = parser_peek(p)->place;
    p->position++;
    switch (parser_next_type(p)) {
    case TOKEN_DEF:
        return parse_def(p, start, true, parser_empty_list());
    case TOKEN_FOR:
        return parse_for(p, start, true);
    case TOKEN_WITH:
        return parse_with(p, start, true);
    default:
        return NULL;
    }
}

/* ---- dispatch ---------------------------------------------------------------------------------------- */

bool parse_statement(parser *p)
{
    parser_forget(p);
    ast_stmt *s;
    ast_place start = parser_peek(p)->place;
    switch (parser_next_type(p)) {
    case TOKEN_IF:
        s = parse_if(p);
        break;
    case TOKEN_DEF:
        s = parse_def(p, start, false, parser_empty_list());
        break;
    case TOKEN_CLASS:
        s = parse_class(p, parser_empty_list());
        break;
    case TOKEN_AT:
        s = parse_decorated(p);
        break;
    case TOKEN_FOR:
        s = parse_for(p, start, false);
        break;
    case TOKEN_WHILE:
        s = parse_while(p);
        break;
    case TOKEN_WITH:
        s = parse_with(p, start, false);
        break;
    case TOKEN_TRY:
        s = parse_try(p);
        break;
    case TOKEN_ASYNC:
        s = parse_async(p);
        break;
    case TOKEN_NAME:
        if (parser_at_word(p, "match")) {
            parser_mark mark = parser_tell(p);
            bool certain = false;
            s = parse_match(p, &certain);
            if (s)
                break;
            if (certain || parser_failed(p))
                return false;
            parser_reset(p, mark);
        }
        return parse_simple_statements(p);
    default:
        return parse_simple_statements(p);
    }
    return s && parser_push(p, s);
}

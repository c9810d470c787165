/* parse_stmt.c: statements of one line.
 */
#include "lang/parser.h"

#include <string.h>

/* ---- assignments and expression statements ----------------------------------------------------------- */

/* What stands right of an '=': a yield or an expression. */
static ast_expr *parse_value(parser *p)
{
    return parser_at(p, TOKEN_YIELD) ? parse_yield_expression(p) : parse_star_expressions(p);
}

/* `first: annotation` where `first` is no possible target; ':' was passed. */
static ast_stmt *parse_explain_annotation(parser *p, ast_expr *first)
{
    ast_expr *annotation = first->kind == AST_STARRED ? NULL : parse_expression(p);
    if (!annotation || parser_failed(p))
        return NULL;
    /* A tuple without parentheses begins where its first element does. */
    if (first->kind == AST_LIST_DISPLAY ||
        (first->kind == AST_TUPLE && (!first->sequence.elements->count ||
                                      first->place.column != first->sequence.elements->items[0]->place.column)))
        return parser_fail_at(p, first->place, "only single target (not %s) can be annotated", parse_expr_name(first));
    if (first->kind == AST_TUPLE)
        return parser_fail_at(p, first->sequence.elements->items[0]->place,
                              "only single target (not tuple) can be annotated");
    return parser_fail_at(p, first->place, "illegal target for annotation");
}

static ast_stmt *parse_annotated_assignment(parser *p, ast_expr *target, ast_place start)
{
    p->position++;
    if (!parse_is_single_target(target))
        return p->explain ? parse_explain_annotation(p, target) : NULL;
    ast_expr *annotation = parse_expression(p), *value = NULL;
    if (!annotation)
        return NULL;
    if (parser_accept(p, TOKEN_EQUAL) && !(value = parse_value(p)))
        return NULL;
    target->context = AST_STORE;
    ast_stmt *s = parser_new_stmt(p, AST_ANN_ASSIGN, start);
    if (!s || !parser_check_version(p, 6, "Variable annotation syntax is"))
        return NULL;
    s->simple = target->kind == AST_NAME && !target->in_parentheses;
    s->ann_assign.target = target;
    s->ann_assign.annotation = annotation;
    s->ann_assign.value = value;
    return s;
}

/* The last element of a tuple without parentheses, which begins where its first element does; else the whole. */
static ast_expr *parse_last_element(ast_expr *e)
{
    if (e->kind != AST_TUPLE || !e->sequence.elements->count ||
        e->place.column != e->sequence.elements->items[0]->place.column)
        return e;
    return e->sequence.elements->items[e->sequence.elements->count - 1];
}

static bool parse_is_bare_yield(const ast_expr *e)
{
    return (e->kind == AST_YIELD || e->kind == AST_YIELD_FROM) && !e->in_parentheses;
}

/* An assignment that is none, in the second pass.  `first` is what stands before the first '=', at `equals`;
 * `target` is what stands before the next '=' and is no target, or NULL when the value is missing. */
static void parse_explain_assignment(parser *p, ast_expr *first, parser_mark equals, ast_expr *target)
{
    if (!parse_is_bare_yield(first)) {
        /* The last element may be meant as a comparison: a, f() = 1. */
        parser_reset(p, equals);
        if (!parse_explain_equals(p, parse_last_element(first)) || !target)
            return;
    }
    if (target && parse_is_bare_yield(target))
        parser_fail_at(p, target->place, "assignment to yield expression not possible");
    else if (target)
        parse_fail_invalid_target(p, target, TARGET_STAR);
}

/* targets = ... = value; `first` stands before the next '='. */
static ast_stmt *parse_assignment(parser *p, ast_expr *first, ast_place start)
{
    uint32_t base = parser_stack_base(p);
    parser_mark equals = parser_tell(p);
    ast_expr *value = first;
    while (parser_at(p, TOKEN_EQUAL)) {
        bool fine = parse_set_context(p, value, AST_STORE);
        if (!fine && p->explain && !parser_failed(p))
            parse_explain_assignment(p, first, equals, value);
        if (!fine || !parser_push(p, value))
            goto failed;
        p->position++;
        value = parse_value(p);
        if (!value) {
            if (p->explain && !parser_failed(p))
                parse_explain_assignment(p, first, equals, NULL);
            goto failed;
        }
    }
    const ast_identifier *type_comment = parser_failed(p) ? NULL : parser_accept_type_comment(p);
    ast_expr_list *targets = parser_failed(p) ? NULL : parser_take_list(p, base);
    ast_stmt *s = targets ? parser_new_stmt(p, AST_ASSIGN, start) : NULL;
    if (!s)
        goto failed;
    s->assign.targets = targets;
    s->assign.value = value;
    s->assign.type_comment = type_comment;
    return s;
failed:
    p->stack_size = base;
    return NULL;
}

static ast_stmt *parse_augmented_assignment(parser *p, ast_expr *target, ast_operator op, ast_place start)
{
    p->position++;
    if (op == AST_MAT_MULT && !parser_check_version(p, 5, "The '@' operator is"))
        return NULL;
    bool fine = parse_is_single_target(target);
    if (!fine && !p->explain)
        return NULL;
    ast_expr *value = parse_value(p);
    if (!value || parser_failed(p))
        return NULL;
    if (!fine)
        return parser_fail_at(p, target->place, "'%s' is an illegal expression for augmented assignment",
                              parse_expr_name(target));
    target->context = AST_STORE;
    ast_stmt *s = parser_new_stmt(p, AST_AUG_ASSIGN, start);
    if (!s)
        return NULL;
    s->op = (uint8_t)op;
    s->aug_assign.target = target;
    s->aug_assign.value = value;
    return s;
}

/* Behind the expression of a statement, in the second pass.  False: an error is set. */
static bool parse_explain_statement(parser *p, ast_expr *e)
{
    parser_mark after = parser_tell(p);
    ast_expr *last = parse_last_element(e);
    bool is_name = last->kind == AST_NAME && !last->in_parentheses;
    if (parser_at(p, TOKEN_COLON_EQUAL) && !is_name && !parse_explain_named_expression(p, last))
        return false;
    /* CPython reads on behind a tuple, in search of the ':' of an annotation. */
    while (last != e && !parser_failed(p) && parse_starts_expression(parser_next_type(p)) &&
           parse_star_named_expression(p))
        parser_accept(p, TOKEN_COMMA);
    parser_reset(p, after);
    return !parser_failed(p);
}

static ast_stmt *parse_expression_statement(parser *p)
{
    ast_place start = parser_peek(p)->place;
    ast_expr *e = parse_value(p);
    if (!e)
        return NULL;
    token_type next = parser_next_type(p);
    if (next == TOKEN_EQUAL)
        return parse_assignment(p, e, start);
    if (next == TOKEN_COLON)
        return parse_annotated_assignment(p, e, start);
    if (p->explain && !parse_explain_statement(p, e))
        return NULL;
    bool augmented;
    ast_operator op = parse_augmented_operator(next, &augmented);
    if (augmented)
        return parse_augmented_assignment(p, e, op, start);
    ast_stmt *s = parser_new_stmt(p, AST_EXPR_STMT, start);
    if (s)
        s->expr.value = e;
    return s;
}

/* ---- import ------------------------------------------------------------------------------------------ */

/* a.b.c as one identifier. */
static const ast_identifier *parse_dotted_name(parser *p)
{
    const ast_identifier *name = parser_accept_name(p);
    while (name && parser_at(p, TOKEN_DOT)) {
        p->position++;
        const ast_identifier *next = parser_accept_name(p);
        if (!next)
            return NULL;
        size_t length = (size_t)name->length + 1 + next->length;
        char *joined = parser_alloc(p, length + 1);
        if (!joined)
            return NULL;
        memcpy(joined, name->text, name->length);
        joined[name->length] = '.';
        memcpy(joined + name->length + 1, next->text, next->length + 1);
        name = ast_intern(p->arena, joined, length);
        if (!name)
            parser_fail_memory(p);
    }
    return name;
}

static bool parse_alias(parser *p, bool dotted)
{
    ast_place start = parser_peek(p)->place;
    const ast_identifier *name = dotted ? parse_dotted_name(p) : parser_accept_name(p), *as = NULL;
    if (!name || (parser_accept(p, TOKEN_AS) && !(as = parser_accept_name(p))))
        return false;
    ast_alias *alias = parser_alloc(p, sizeof *alias);
    if (!alias)
        return false;
    alias->name = name;
    alias->as = as;
    alias->place = parser_place_until_here(p, start);
    return parser_push(p, alias);
}

static ast_stmt *parse_new_import(parser *p, ast_stmt_kind kind, ast_place start, uint32_t base,
                                  const ast_identifier *module, int32_t level)
{
    ast_alias_list *names = parser_take_list(p, base);
    ast_stmt *s = names ? parser_new_stmt(p, kind, start) : NULL;
    if (!s)
        return NULL;
    s->import.module = module;
    s->import.names = names;
    s->import.level = level;
    return s;
}

static ast_stmt *parse_import(parser *p)
{
    ast_place start = parser_peek(p)->place;
    uint32_t base = parser_stack_base(p);
    p->position++;
    do {
        if (!parse_alias(p, true)) {
            p->stack_size = base;
            return NULL;
        }
    } while (parser_accept(p, TOKEN_COMMA));
    return parse_new_import(p, AST_IMPORT, start, base, NULL, 0);
}

/* The names of `from ... import`; pushes aliases. */
static bool parse_import_targets(parser *p)
{
    if (parser_at(p, TOKEN_STAR)) {
        ast_place place = parser_peek(p)->place;
        ast_alias *alias = parser_alloc(p, sizeof *alias);
        if (!alias)
            return false;
        p->position++;
        alias->name = parser_intern_text(p, "*");
        alias->as = NULL;
        alias->place = place;
        return alias->name && parser_push(p, alias);
    }
    bool parentheses = parser_accept(p, TOKEN_LEFT_PARENTHESIS);
    for (;;) {
        if (!parse_alias(p, false))
            return false;
        if (!parser_accept(p, TOKEN_COMMA))
            break;
        if (parentheses && parser_at(p, TOKEN_RIGHT_PARENTHESIS))
            break;
        if (!parentheses && parser_at(p, TOKEN_NEWLINE)) {
            if (p->explain)
                parser_fail_last(p, SYNTAX_ERROR_SYNTAX, "trailing comma not allowed without surrounding parentheses");
            return false;
        }
    }
    return !parentheses || parser_accept(p, TOKEN_RIGHT_PARENTHESIS);
}

static ast_stmt *parse_import_from(parser *p)
{
    ast_place start = parser_peek(p)->place;
    p->position++;
    int32_t level = 0;
    for (;;) {
        if (parser_accept(p, TOKEN_DOT))
            level++;
        else if (parser_accept(p, TOKEN_ELLIPSIS))
            level += 3;
        else
            break;
    }
    const ast_identifier *module = NULL;
    if (!level || !parser_at(p, TOKEN_IMPORT)) {
        module = parse_dotted_name(p);
        if (!module)
            return NULL;
    }
    if (!parser_accept(p, TOKEN_IMPORT))
        return NULL;
    uint32_t base = parser_stack_base(p);
    if (!parse_import_targets(p)) {
        p->stack_size = base;
        return NULL;
    }
    return parse_new_import(p, AST_IMPORT_FROM, start, base, module, level);
}

/* ---- the other ones ---------------------------------------------------------------------------------- */

static ast_stmt *parse_delete(parser *p)
{
    ast_place start = parser_peek(p)->place;
    p->position++;
    parser_mark mark = parser_tell(p);
    uint32_t base = parser_stack_base(p);
    bool fine;
    do {
        ast_expr *target = parse_primary(p);
        fine = target && parse_set_context(p, target, AST_DEL) && parser_push(p, target);
    } while (fine && parser_accept(p, TOKEN_COMMA) && !parser_at(p, TOKEN_SEMICOLON) && !parser_at(p, TOKEN_NEWLINE));
    fine = fine && (parser_at(p, TOKEN_SEMICOLON) || parser_at(p, TOKEN_NEWLINE));
    if (!fine) {
        p->stack_size = base;
        if (p->explain && !parser_failed(p)) {
            parser_reset(p, mark);
            ast_expr *e = parse_star_expressions(p);
            if (e && !parser_failed(p))
                parse_fail_invalid_target(p, e, TARGET_DEL);
        }
        return NULL;
    }
    ast_expr_list *targets = parser_take_list(p, base);
    ast_stmt *s = targets ? parser_new_stmt(p, AST_DELETE, start) : NULL;
    if (s)
        s->delete_.targets = targets;
    return s;
}

static ast_stmt *parse_return(parser *p)
{
    ast_place start = parser_peek(p)->place;
    p->position++;
    ast_expr *value = NULL;
    token_type next = parser_next_type(p);
    if ((parse_starts_expression(next) || next == TOKEN_STAR) && !(value = parse_star_expressions(p)))
        return NULL;
    ast_stmt *s = parser_new_stmt(p, AST_RETURN, start);
    if (s)
        s->expr.value = value;
    return s;
}

static ast_stmt *parse_raise(parser *p)
{
    ast_place start = parser_peek(p)->place;
    p->position++;
    ast_expr *exception = NULL, *cause = NULL;
    if (parse_starts_expression(parser_next_type(p))) {
        exception = parse_expression(p);
        if (!exception || (parser_accept(p, TOKEN_FROM) && !(cause = parse_expression(p))))
            return NULL;
    }
    ast_stmt *s = parser_new_stmt(p, AST_RAISE, start);
    if (!s)
        return NULL;
    s->raise.exception = exception;
    s->raise.cause = cause;
    return s;
}

static ast_stmt *parse_assert(parser *p)
{
    ast_place start = parser_peek(p)->place;
    p->position++;
    ast_expr *test = parse_expression(p), *message = NULL;
    if (!test || (parser_accept(p, TOKEN_COMMA) && !(message = parse_expression(p))))
        return NULL;
    ast_stmt *s = parser_new_stmt(p, AST_ASSERT, start);
    if (!s)
        return NULL;
    s->assert_.test = test;
    s->assert_.message = message;
    return s;
}

static ast_stmt *parse_names(parser *p, ast_stmt_kind kind)
{
    ast_place start = parser_peek(p)->place;
    p->position++;
    uint32_t base = parser_stack_base(p);
    do {
        const ast_identifier *name = parser_accept_name(p);
        if (!name || !parser_push(p, (void *)name)) {
            p->stack_size = base;
            return NULL;
        }
    } while (parser_accept(p, TOKEN_COMMA));
    ast_identifier_list *names = parser_take_list(p, base);
    ast_stmt *s = names ? parser_new_stmt(p, kind, start) : NULL;
    if (s)
        s->names.names = names;
    return s;
}

static ast_stmt *parse_keyword_statement(parser *p, ast_stmt_kind kind)
{
    ast_place start = parser_peek(p)->place;
    p->position++;
    return parser_new_stmt(p, kind, start);
}

static ast_stmt *parse_simple_statement(parser *p)
{
    switch (parser_next_type(p)) {
    case TOKEN_RETURN:
        return parse_return(p);
    case TOKEN_IMPORT:
        return parse_import(p);
    case TOKEN_FROM:
        return parse_import_from(p);
    case TOKEN_RAISE:
        return parse_raise(p);
    case TOKEN_PASS:
        return parse_keyword_statement(p, AST_PASS);
    case TOKEN_BREAK:
        return parse_keyword_statement(p, AST_BREAK);
    case TOKEN_CONTINUE:
        return parse_keyword_statement(p, AST_CONTINUE);
    case TOKEN_DEL:
        return parse_delete(p);
    case TOKEN_ASSERT:
        return parse_assert(p);
    case TOKEN_GLOBAL:
        return parse_names(p, AST_GLOBAL);
    case TOKEN_NONLOCAL:
        return parse_names(p, AST_NONLOCAL);
    default:
        return parse_expression_statement(p);
    }
}

bool parse_simple_statements(parser *p)
{
    do {
        ast_stmt *s = parse_simple_statement(p);
        if (!s || !parser_push(p, s))
            return false;
    } while (parser_accept(p, TOKEN_SEMICOLON) && !parser_at(p, TOKEN_NEWLINE));
    if (!parser_at(p, TOKEN_NEWLINE))
        return false;
    p->last_place = parser_previous(p)->place;
    p->position++;
    return true;
}

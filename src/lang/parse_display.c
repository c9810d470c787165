/* parse_display.c: what stands in brackets: tuples, groups, lists, dicts, sets, and comprehensions of all kinds.
 */
#include "lang/parser.h"

/* ---- comprehensions ---------------------------------------------------------------------------------- */

ast_comprehension_list *parse_comprehension_clauses(parser *p)
{
    uint32_t base = parser_stack_base(p);
    for (;;) {
        bool is_async = false;
        if (parser_at(p, TOKEN_ASYNC)) {
            if (parser_type_ahead(p, 1) != TOKEN_FOR)
                break;
            is_async = true;
            p->position++;
        } else if (!parser_at(p, TOKEN_FOR)) {
            break;
        }
        p->position++;
        ast_expr *target = parse_for_targets(p);
        ast_expr *iter = target && parser_accept(p, TOKEN_IN) ? parse_disjunction(p) : NULL;
        if (!iter)
            goto failed;
        uint32_t conditions_base = parser_stack_base(p);
        while (parser_accept(p, TOKEN_IF)) {
            ast_expr *condition = parse_disjunction(p);
            if (!condition || !parser_push(p, condition))
                goto failed;
        }
        ast_expr_list *conditions = parser_take_list(p, conditions_base);
        ast_comprehension *clause = conditions ? parser_alloc(p, sizeof *clause) : NULL;
        if (!clause || !parser_push(p, clause) ||
            (is_async && !parser_check_version(p, 6, "Async comprehensions are")))
            goto failed;
        clause->is_async = is_async;
        clause->target = target;
        clause->iter = iter;
        clause->conditions = conditions;
    }
    if (parser_failed(p) || p->stack_size == base)
        goto failed;
    return parser_take_list(p, base);
failed:
    p->stack_size = base;
    return NULL;
}

bool parse_at_comprehension(parser *p)
{
    return parser_at(p, TOKEN_FOR) || (parser_at(p, TOKEN_ASYNC) && parser_type_ahead(p, 1) == TOKEN_FOR);
}

/* The rest of a comprehension behind its element, with the closing token. */
static ast_expr *parse_comprehension(parser *p, ast_expr_kind kind, ast_place start, ast_expr *element, ast_expr *value,
                                     token_type close)
{
    ast_comprehension_list *generators = parse_comprehension_clauses(p);
    if (!generators)
        return NULL;
    if (p->explain && element->kind == AST_STARRED)
        return parser_fail_at(p, element->place, "iterable unpacking cannot be used in comprehension");
    if (!parser_accept(p, close))
        return NULL;
    ast_expr *e = parser_new_expr(p, kind, start);
    if (!e)
        return NULL;
    e->comprehension.element = element;
    e->comprehension.value = value;
    e->comprehension.generators = generators;
    e->comprehension.scope = NULL;
    return e;
}

/* ---- displays ---------------------------------------------------------------------------------------- */

/* Elements behind `first` up to `close`, which is passed too.  Cuts the stack on failure. */
static ast_expr_list *parse_elements(parser *p, ast_expr *first, token_type close)
{
    uint32_t base = parser_stack_base(p);
    bool fine = parser_push(p, first);
    bool comma = false;
    ast_expr *last = first;
    while (fine && (comma = parser_accept(p, TOKEN_COMMA))) {
        token_type next = parser_next_type(p);
        if (!parse_starts_expression(next) && next != TOKEN_STAR)
            break;
        ast_expr *item = parse_star_named_expression(p);
        if (item)
            last = item;
        fine = item && parser_push(p, item);
    }
    if (fine && p->explain && !parser_failed(p) && close != TOKEN_RIGHT_PARENTHESIS && p->stack_size > base &&
        parse_at_comprehension(p)) {
        /* [a, b for a, b in c] */
        bool several = p->stack_size - base > 1;
        if (comma || several) {
            ast_place end = several ? last->place : parser_previous(p)->place;
            if (parse_comprehension_clauses(p))
                parser_fail_range(p, first->place, end, "did you forget parentheses around the comprehension target?");
        }
    }
    if (!fine || parser_failed(p) || !parser_accept(p, close)) {
        p->stack_size = base;
        return NULL;
    }
    return parser_take_list(p, base);
}

/* Behind the first element of a display, which began at `start`: with a star, more could have belonged to it, and
 * CPython tries that when it looks for mistakes.  False: an error is set. */
static bool parse_explain_star(parser *p, parser_mark start, const ast_expr *first, token_type close)
{
    if (!p->explain || first->kind != AST_STARRED || parser_at(p, TOKEN_COMMA) || parser_at(p, close))
        return true;
    parser_mark after = parser_tell(p);
    parser_reset(p, start + 1);
    parse_expression(p);
    parser_reset(p, after);
    return !parser_failed(p);
}

static ast_expr *parse_new_sequence(parser *p, ast_expr_kind kind, ast_place start, ast_expr_list *elements)
{
    ast_expr *e = elements ? parser_new_expr(p, kind, start) : NULL;
    if (!e)
        return NULL;
    e->context = AST_LOAD;
    e->sequence.elements = elements;
    return e;
}

ast_expr *parse_parenthesized(parser *p, ast_place start)
{
    if (parser_accept(p, TOKEN_RIGHT_PARENTHESIS))
        return parse_new_sequence(p, AST_TUPLE, start, parser_empty_list());
    ast_expr *first;
    if (parser_at(p, TOKEN_YIELD)) {
        first = parse_yield_expression(p);
        if (!first || !parser_accept(p, TOKEN_RIGHT_PARENTHESIS))
            return NULL;
        first->in_parentheses++;
        p->group = first;
        p->group_start = start;
        return first;
    }
    if (p->explain && parser_at(p, TOKEN_DOUBLE_STAR)) {
        ast_place stars = parser_peek(p)->place;
        p->position++;
        ast_expr *value = parse_expression(p);
        if (value && !parser_failed(p) && parser_at(p, TOKEN_RIGHT_PARENTHESIS))
            parser_fail_at(p, stars, "cannot use double starred expression here");
        return NULL;
    }
    parser_mark mark = parser_tell(p);
    first = parse_star_named_expression(p);
    if (!first || !parse_explain_star(p, mark, first, TOKEN_RIGHT_PARENTHESIS))
        return NULL;
    if (parser_at(p, TOKEN_COMMA)) {
        ast_expr_list *elements = parse_elements(p, first, TOKEN_RIGHT_PARENTHESIS);
        return parse_new_sequence(p, AST_TUPLE, start, elements);
    }
    if (parse_at_comprehension(p)) {
        if (first->kind == AST_STARRED && !p->explain)
            return NULL;
        return parse_comprehension(p, AST_GENERATOR_EXP, start, first, NULL, TOKEN_RIGHT_PARENTHESIS);
    }
    if (!parser_accept(p, TOKEN_RIGHT_PARENTHESIS))
        return NULL;
    if (first->kind == AST_STARRED) {
        if (p->explain)
            parser_fail_at(p, first->place, "cannot use starred expression here");
        return NULL;
    }
    first->in_parentheses++;
    p->group = first;
    p->group_start = start;
    return first;
}

ast_expr *parse_list_display(parser *p, ast_place start)
{
    if (parser_accept(p, TOKEN_RIGHT_BRACKET))
        return parse_new_sequence(p, AST_LIST_DISPLAY, start, parser_empty_list());
    parser_mark mark = parser_tell(p);
    ast_expr *first = parse_star_named_expression(p);
    if (!first || !parse_explain_star(p, mark, first, TOKEN_RIGHT_BRACKET))
        return NULL;
    if (parse_at_comprehension(p)) {
        if (first->kind == AST_STARRED && !p->explain)
            return NULL;
        return parse_comprehension(p, AST_LIST_COMP, start, first, NULL, TOKEN_RIGHT_BRACKET);
    }
    ast_expr_list *elements = parse_elements(p, first, TOKEN_RIGHT_BRACKET);
    return parse_new_sequence(p, AST_LIST_DISPLAY, start, elements);
}

/* At a dict item that is none: what it lacks.  CPython looks for these mistakes in its first pass already.
 * Returns NULL. */
static void *parse_explain_dict_item(parser *p, bool behind_comma)
{
    ast_expr *key = parse_expression(p);
    if (!key || parser_failed(p))
        return NULL;
    if (!parser_at(p, TOKEN_COLON)) {
        if (behind_comma) {
            ast_place place = key->place;
            place.column = key->place.end_column - 1;
            place.end_column = -2;
            return parser_fail_at(p, place, "':' expected after dictionary key");
        }
        return NULL;
    }
    ast_place colon = parser_peek(p)->place;
    p->position++;
    if (parser_at(p, TOKEN_STAR)) {
        ast_place star = parser_peek(p)->place;
        p->position++;
        if (parse_bitwise_or(p) && !parser_failed(p))
            parser_fail_from(p, star, "cannot use a starred expression in a dictionary value");
        return NULL;
    }
    if (parser_at(p, TOKEN_RIGHT_BRACE) || parser_at(p, TOKEN_COMMA))
        parser_fail_at(p, colon, "expression expected after dictionary key and ':'");
    return NULL;
}

/* A dict whose first item is at `position`, or stands before it as `key` with ':' next. */
static ast_expr *parse_dict_display(parser *p, ast_place start, ast_expr *key)
{
    uint32_t base = parser_stack_base(p);
    bool first = true;
    for (;;) {
        ast_expr *value;
        parser_mark item = parser_tell(p);
        if (first && key) {
            if (!parser_accept(p, TOKEN_COLON))
                goto failed;
            value = parse_expression(p);
            if (value && parse_at_comprehension(p) && p->stack_size == base)
                return parse_comprehension(p, AST_DICT_COMP, start, key, value, TOKEN_RIGHT_BRACE);
        } else if (parser_at(p, TOKEN_DOUBLE_STAR)) {
            ast_place stars = parser_peek(p)->place;
            p->position++;
            key = NULL;
            value = parse_bitwise_or(p);
            if (first && value && p->explain && parse_at_comprehension(p)) {
                if (parse_comprehension_clauses(p) && parser_at(p, TOKEN_RIGHT_BRACE))
                    parser_fail_at(p, stars, "dict unpacking cannot be used in dict comprehension");
                goto failed;
            }
        } else {
            key = parse_expression(p);
            value = key && parser_accept(p, TOKEN_COLON) ? parse_expression(p) : NULL;
        }
        if (!value) {
            if (!parser_failed(p) && !first) {
                parser_reset(p, item);
                parse_explain_dict_item(p, true);
            }
            goto failed;
        }
        if (!parser_push(p, key) || !parser_push(p, value))
            goto failed;
        first = false;
        if (!parser_accept(p, TOKEN_COMMA) || parser_at(p, TOKEN_RIGHT_BRACE))
            break;
    }
    if (!parser_accept(p, TOKEN_RIGHT_BRACE))
        goto failed;
    uint32_t count = (p->stack_size - base) / 2;
    ast_expr_list *keys = parser_alloc(p, sizeof *keys + count * sizeof keys->items[0]);
    ast_expr_list *values = parser_alloc(p, sizeof *values + count * sizeof values->items[0]);
    ast_expr *e = parser_new_expr(p, AST_DICT, start);
    if (!keys || !values || !e)
        goto failed;
    keys->count = values->count = count;
    for (uint32_t i = 0; i < count; i++) {
        keys->items[i] = p->stack[base + 2 * i];
        values->items[i] = p->stack[base + 2 * i + 1];
    }
    e->dict.keys = keys;
    e->dict.values = values;
    p->stack_size = base;
    return e;
failed:
    p->stack_size = base;
    return NULL;
}

ast_expr *parse_braces(parser *p, ast_place start)
{
    if (parser_accept(p, TOKEN_RIGHT_BRACE)) {
        ast_expr *e = parser_new_expr(p, AST_DICT, start);
        if (e)
            e->dict.keys = e->dict.values = parser_empty_list();
        return e;
    }
    if (parser_at(p, TOKEN_DOUBLE_STAR))
        return parse_dict_display(p, start, NULL);
    parser_mark mark = parser_tell(p);
    ast_expr *first = parse_star_named_expression(p);
    if (!first || !parse_explain_star(p, mark, first, TOKEN_RIGHT_BRACE))
        return NULL;
    if (parser_at(p, TOKEN_COLON) && first->kind != AST_STARRED &&
        (first->kind != AST_NAMED_EXPR || first->in_parentheses)) {
        token_type next = parser_type_ahead(p, 1);
        if (next == TOKEN_STAR || next == TOKEN_RIGHT_BRACE || next == TOKEN_COMMA) {
            parser_reset(p, mark);
            return parse_explain_dict_item(p, false);
        }
        return parse_dict_display(p, start, first);
    }
    if (parse_at_comprehension(p)) {
        if (first->kind == AST_STARRED && !p->explain)
            return NULL;
        return parse_comprehension(p, AST_SET_COMP, start, first, NULL, TOKEN_RIGHT_BRACE);
    }
    ast_expr_list *elements = parse_elements(p, first, TOKEN_RIGHT_BRACE);
    ast_expr *e = elements ? parser_new_expr(p, AST_SET, start) : NULL;
    if (e)
        e->set.elements = elements;
    return e;
}

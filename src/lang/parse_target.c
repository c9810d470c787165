/* parse_target.c: what can be assigned to, deleted, iterated into.
 *
 * Targets are parsed as expressions and turned into targets afterwards (parse_set_context), but for those in front of
 * `in`, where an expression would swallow the `in`.
 */
#include "lang/parser.h"

bool parse_is_single_target(const ast_expr *e)
{
    return e->kind == AST_NAME || e->kind == AST_ATTRIBUTE || e->kind == AST_SUBSCRIPT;
}

static bool parse_set_contexts(parser *p, ast_expr *target, ast_context context, bool star_allowed)
{
    switch (target->kind) {
    case AST_NAME:
    case AST_ATTRIBUTE:
    case AST_SUBSCRIPT:
        target->context = (uint8_t)context;
        return true;
    case AST_STARRED:
        if (!star_allowed || context == AST_DEL || !parse_set_contexts(p, target->starred.value, context, false))
            return false;
        target->context = (uint8_t)context;
        return true;
    case AST_TUPLE:
    case AST_LIST_DISPLAY: {
        bool fine = parser_enter(p);
        for (uint32_t i = 0; fine && i < target->sequence.elements->count; i++)
            fine = parse_set_contexts(p, target->sequence.elements->items[i], context, true);
        parser_leave(p);
        target->context = (uint8_t)context;
        return fine;
    }
    default:
        return false;
    }
}

bool parse_set_context(parser *p, ast_expr *target, ast_context context)
{
    return parse_set_contexts(p, target, context, true);
}

ast_expr *parse_find_invalid_target(ast_expr *e, target_use use)
{
    switch (e->kind) {
    case AST_NAME:
    case AST_ATTRIBUTE:
    case AST_SUBSCRIPT:
        return NULL;
    case AST_LIST_DISPLAY:
    case AST_TUPLE:
        for (uint32_t i = 0; i < e->sequence.elements->count; i++) {
            ast_expr *invalid = parse_find_invalid_target(e->sequence.elements->items[i], use);
            if (invalid)
                return invalid;
        }
        return NULL;
    case AST_STARRED:
        return use == TARGET_DEL ? e : parse_find_invalid_target(e->starred.value, use);
    case AST_COMPARE:
        /* `a in b` of `for a in b` was read as a comparison. */
        if (use == TARGET_FOR)
            return e->compare.ops->items[0] == AST_IN ? parse_find_invalid_target(e->compare.left, use) : NULL;
        return e;
    default:
        return e;
    }
}

const char *parse_expr_name(const ast_expr *e)
{
    switch ((ast_expr_kind)e->kind) {
    case AST_ATTRIBUTE:
        return "attribute";
    case AST_SUBSCRIPT:
        return "subscript";
    case AST_STARRED:
        return "starred";
    case AST_NAME:
        return "name";
    case AST_LIST_DISPLAY:
        return "list";
    case AST_TUPLE:
        return "tuple";
    case AST_LAMBDA:
        return "lambda";
    case AST_CALL:
        return "function call";
    case AST_BOOL_OP:
    case AST_BIN_OP:
    case AST_UNARY_OP:
        return "expression";
    case AST_GENERATOR_EXP:
        return "generator expression";
    case AST_YIELD:
    case AST_YIELD_FROM:
        return "yield expression";
    case AST_AWAIT:
        return "await expression";
    case AST_LIST_COMP:
        return "list comprehension";
    case AST_SET_COMP:
        return "set comprehension";
    case AST_DICT_COMP:
        return "dict comprehension";
    case AST_DICT:
        return "dict literal";
    case AST_SET:
        return "set display";
    case AST_JOINED_STR:
    case AST_FORMATTED_VALUE:
        return "f-string expression";
    case AST_CONSTANT:
        switch (e->constant.kind) {
        case AST_CONSTANT_NONE:
            return "None";
        case AST_CONSTANT_TRUE:
            return "True";
        case AST_CONSTANT_FALSE:
            return "False";
        case AST_CONSTANT_ELLIPSIS:
            return "ellipsis";
        default:
            return "literal";
        }
    case AST_COMPARE:
        return "comparison";
    case AST_IF_EXP:
        return "conditional expression";
    case AST_NAMED_EXPR:
        return "named expression";
    case AST_SLICE:
        return "slice";
    }
    return "expression";
}

void *parse_fail_invalid_target(parser *p, ast_expr *e, target_use use)
{
    ast_expr *invalid = parse_find_invalid_target(e, use);
    if (invalid)
        parser_fail_at(p, invalid->place, "cannot %s %s", use == TARGET_DEL ? "delete" : "assign to",
                       parse_expr_name(invalid));
    return NULL;
}

ast_expr *parse_star_target(parser *p)
{
    ast_place start = parser_peek(p)->place;
    bool star = parser_accept(p, TOKEN_STAR);
    ast_expr *target = parse_primary(p);
    if (!target || target->kind == AST_STARRED || !parse_set_context(p, target, AST_STORE))
        return NULL;
    if (!star)
        return target;
    ast_expr *e = parser_new_expr(p, AST_STARRED, start);
    if (!e)
        return NULL;
    e->context = AST_STORE;
    e->starred.value = target;
    return e;
}

static bool parse_starts_target(token_type type)
{
    return type == TOKEN_STAR || (parse_starts_expression(type) && type != TOKEN_NOT && type != TOKEN_LAMBDA);
}

static ast_expr *parse_star_targets(parser *p)
{
    ast_expr *first = parse_star_target(p);
    if (!first || !parser_at(p, TOKEN_COMMA))
        return first;
    ast_place start = parser_start_of(p, first);
    uint32_t base = parser_stack_base(p);
    bool fine = parser_push(p, first);
    while (fine && parser_accept(p, TOKEN_COMMA) && parse_starts_target(parser_next_type(p))) {
        ast_expr *item = parse_star_target(p);
        fine = item && parser_push(p, item);
    }
    if (!fine || parser_failed(p)) {
        p->stack_size = base;
        return NULL;
    }
    ast_expr_list *elements = parser_take_list(p, base);
    ast_expr *e = elements ? parser_new_expr(p, AST_TUPLE, start) : NULL;
    if (!e)
        return NULL;
    e->context = AST_STORE;
    e->sequence.elements = elements;
    return e;
}

ast_expr *parse_for_targets(parser *p)
{
    parser_mark start = parser_tell(p);
    ast_expr *targets = parse_star_targets(p);
    if (targets && parser_at(p, TOKEN_IN))
        return targets;
    if (p->explain && !parser_failed(p)) {
        parser_reset(p, start);
        ast_expr *e = parse_star_expressions(p);
        if (e && !parser_failed(p))
            parse_fail_invalid_target(p, e, TARGET_FOR);
    }
    return NULL;
}

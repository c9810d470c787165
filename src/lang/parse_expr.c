/* parse_expr.c: expressions, from the conditional down to atoms.
 *
 *     star_expressions      a, *b, c
 *       expression          a if b else c, lambda
 *         disjunction       or, and, not, comparisons
 *           bitwise_or      binary operators by precedence climbing: one function, one loop
 *             factor        + - ~, **
 *               primary     await, calls, attributes, subscripts: one loop
 *                 atom      names, literals, displays, parentheses
 *
 * Left-recursive rules are loops, so a chain of any length needs no depth; every nesting passes parser_enter.
 * Functions named parse_explain_... run only in the second pass (parser.h).
 */
#include "lang/parser.h"

#include <string.h>

bool parse_starts_expression(token_type type)
{
    switch (type) {
    case TOKEN_NAME:
    case TOKEN_NUMBER:
    case TOKEN_STRING:
    case TOKEN_LEFT_PARENTHESIS:
    case TOKEN_LEFT_BRACKET:
    case TOKEN_LEFT_BRACE:
    case TOKEN_PLUS:
    case TOKEN_MINUS:
    case TOKEN_TILDE:
    case TOKEN_ELLIPSIS:
    case TOKEN_FALSE:
    case TOKEN_NONE:
    case TOKEN_TRUE:
    case TOKEN_AWAIT:
    case TOKEN_LAMBDA:
    case TOKEN_NOT:
        return true;
    default:
        return false;
    }
}

/* ---- conditional expressions ------------------------------------------------------------------------- */

static bool parse_is_legacy_statement(const ast_expr *e)
{
    if (e->kind != AST_NAME)
        return false;
    const ast_identifier *id = e->name.id;
    return (id->length == 5 && memcmp(id->text, "print", 5) == 0) ||
           (id->length == 4 && memcmp(id->text, "exec", 4) == 0);
}

/* Behind the disjunction `a`, which began at `start`: two expressions in a row.  False: an error is set. */
static bool parse_explain_missing_comma(parser *p, parser_mark start, ast_expr *a)
{
    parser_mark after = parser_tell(p);
    if (!parse_starts_expression(parser_next_type(p)))
        return !parser_failed(p);
    /* The token behind the first one exists now: the disjunction has ended before or behind it. */
    const token *first = &p->tokens[start];
    if ((first->type == TOKEN_NAME && first[1].type == TOKEN_STRING) || token_is_word(first, "match") ||
        token_is_word(first, "case") || token_is_word(first, "_"))
        return true;
    p->explain = false;
    ast_expr *b = parse_expression(p);
    p->explain = true;
    if (parser_failed(p))
        return false;
    if (b && !parse_is_legacy_statement(a) && parser_previous(p)->level > 0) {
        parser_fail_range(p, a->place, b->place, "invalid syntax. Perhaps you forgot a comma?");
        return false;
    }
    parser_reset(p, after);
    return true;
}

/* `print x`: a name and an expression.  False: an error is set. */
static bool parse_explain_legacy(parser *p, parser_mark start)
{
    parser_mark after = parser_tell(p);
    if (p->tokens[start].type != TOKEN_NAME)
        return true;
    parser_reset(p, start + 1);
    token_type next = parser_next_type(p);
    if (next != TOKEN_LEFT_PARENTHESIS && (parse_starts_expression(next) || next == TOKEN_STAR)) {
        ast_place from = p->tokens[start].place;
        ast_expr *b = parse_star_expressions(p);
        if (parser_failed(p))
            return false;
        const token *name = &p->tokens[start];
        if (b && (token_is_word(name, "print") || token_is_word(name, "exec"))) {
            parser_fail_range(p, from, b->place, "Missing parentheses in call to '%.*s'. Did you mean %.*s(...)?",
                              (int)name->length, name->start, (int)name->length, name->start);
            return false;
        }
    }
    parser_reset(p, after);
    return true;
}

static ast_expr *parse_conditional(parser *p)
{
    parser_mark start = parser_tell(p);
    ast_expr *body = parse_disjunction(p);
    if (!body || (p->explain && !parse_explain_missing_comma(p, start, body)))
        return NULL;
    if (!parser_at(p, TOKEN_IF)) {
        if (parser_failed(p) || (p->explain && !parse_explain_legacy(p, start)))
            return NULL;
        return body;
    }
    ast_place place = parser_start_of(p, body);
    p->position++;
    ast_expr *test = parse_disjunction(p);
    if (!test)
        return NULL;
    if (!parser_accept(p, TOKEN_ELSE)) {
        if (p->explain && !parser_failed(p) && !parser_at(p, TOKEN_COLON))
            parser_fail_range(p, body->place, test->place, "expected 'else' after 'if' expression");
        return NULL;
    }
    ast_expr *orelse = parse_expression(p);
    ast_expr *e = orelse ? parser_new_expr(p, AST_IF_EXP, place) : NULL;
    if (!e)
        return NULL;
    e->if_exp.test = test;
    e->if_exp.body = body;
    e->if_exp.orelse = orelse;
    return e;
}

ast_expr *parse_expression(parser *p)
{
    ast_expr *result = NULL;
    if (parser_enter(p)) {
        if (parser_at(p, TOKEN_LAMBDA))
            result = parse_lambda(p);
        else
            result = parse_conditional(p);
    }
    parser_leave(p);
    return result;
}

/* ---- named expressions ------------------------------------------------------------------------------- */

/* Is an expression without parentheses around it one that bitwise_or makes? */
static bool parse_is_bitwise_or(const ast_expr *e)
{
    if (e->in_parentheses)
        return true;
    switch (e->kind) {
    case AST_BOOL_OP:
    case AST_COMPARE:
    case AST_IF_EXP:
    case AST_LAMBDA:
    case AST_NAMED_EXPR:
        return false;
    case AST_UNARY_OP:
        return e->op != AST_NOT;
    default:
        return true;
    }
}

/* Does an expression begin with a list, a tuple, a generator expression or a constant name? */
static bool parse_begins_display(const ast_expr *e)
{
    for (;;) {
        if (e->in_parentheses)
            return false;
        switch (e->kind) {
        case AST_LIST_DISPLAY:
        case AST_TUPLE:
        case AST_GENERATOR_EXP:
            return true;
        case AST_CONSTANT:
            return e->constant.kind <= AST_CONSTANT_FALSE;
        case AST_BIN_OP:
            e = e->bin_op.left;
            break;
        case AST_CALL:
            e = e->call.function;
            break;
        case AST_ATTRIBUTE:
            e = e->attribute.value;
            break;
        case AST_SUBSCRIPT:
            e = e->subscript.value;
            break;
        default:
            return false;
        }
    }
}

bool parse_explain_equals(parser *p, ast_expr *a)
{
    if (!parser_at(p, TOKEN_EQUAL) || !parse_is_bitwise_or(a))
        return !parser_failed(p);
    parser_mark after = parser_tell(p);
    p->position++;
    ast_expr *value = parse_bitwise_or(p);
    if (value && !parser_failed(p) && !parser_at(p, TOKEN_EQUAL) && !parser_at(p, TOKEN_COLON_EQUAL)) {
        if (a->kind == AST_NAME && !a->in_parentheses)
            parser_fail_range(p, a->place, value->place,
                              "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
        else if (!parse_begins_display(a))
            parser_fail_at(p, a->place, "cannot assign to %s here. Maybe you meant '==' instead of '='?",
                           parse_expr_name(a));
    }
    parser_reset(p, after);
    return !parser_failed(p);
}

/* Behind the expression `a`, where a named expression may be.  False: an error is set. */
static bool parse_explain_named_expression(parser *p, ast_expr *a)
{
    if (!parser_at(p, TOKEN_COLON_EQUAL))
        return parse_explain_equals(p, a);
    parser_mark after = parser_tell(p);
    p->position++;
    ast_expr *value = parse_expression(p);
    if (value && !parser_failed(p))
        parser_fail_at(p, a->place, "cannot use assignment expressions with %s", parse_expr_name(a));
    parser_reset(p, after);
    return !parser_failed(p);
}

ast_expr *parse_named_expression(parser *p)
{
    if (parser_at(p, TOKEN_NAME) && parser_type_ahead(p, 1) == TOKEN_COLON_EQUAL) {
        const token name = *parser_peek(p);
        const ast_identifier *id = parser_intern(p, &name);
        ast_expr *target = id ? parser_new_name(p, id, AST_STORE, name.place) : NULL;
        if (!target)
            return NULL;
        p->position += 2;
        ast_expr *value = parse_expression(p);
        if (!value)
            return NULL;
        ast_expr *e = parser_new_expr(p, AST_NAMED_EXPR, name.place);
        if (!e)
            return NULL;
        e->named_expr.target = target;
        e->named_expr.value = value;
        return e;
    }
    ast_expr *e = parse_expression(p);
    if (!e)
        return NULL;
    if (p->explain && !parse_explain_named_expression(p, e))
        return NULL;
    if (parser_at(p, TOKEN_COLON_EQUAL))
        return NULL;
    return e;
}

/* ---- expressions with commas and stars --------------------------------------------------------------- */

static ast_expr *parse_starred(parser *p)
{
    ast_place start = parser_peek(p)->place;
    p->position++;
    ast_expr *value = parse_bitwise_or(p);
    if (!value)
        return NULL;
    ast_expr *e = parser_new_expr(p, AST_STARRED, start);
    if (!e)
        return NULL;
    e->context = AST_LOAD;
    e->starred.value = value;
    return e;
}

ast_expr *parse_star_expression(parser *p)
{
    return parser_at(p, TOKEN_STAR) ? parse_starred(p) : parse_expression(p);
}

ast_expr *parse_star_named_expression(parser *p)
{
    return parser_at(p, TOKEN_STAR) ? parse_starred(p) : parse_named_expression(p);
}

static ast_expr *parse_tuple_from(parser *p, ast_expr *first, bool stars)
{
    if (!parser_at(p, TOKEN_COMMA))
        return first;
    ast_place start = parser_start_of(p, first);
    uint32_t base = parser_stack_base(p);
    bool fine = parser_push(p, first);
    while (fine && parser_accept(p, TOKEN_COMMA)) {
        token_type next = parser_next_type(p);
        if (!parse_starts_expression(next) && !(stars && next == TOKEN_STAR))
            break;
        ast_expr *item = stars ? parse_star_expression(p) : parse_expression(p);
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
    e->context = AST_LOAD;
    e->sequence.elements = elements;
    return e;
}

ast_expr *parse_star_expressions(parser *p)
{
    ast_expr *first = parse_star_expression(p);
    return first ? parse_tuple_from(p, first, true) : NULL;
}

ast_expr *parse_expressions(parser *p)
{
    ast_expr *first = parse_expression(p);
    return first ? parse_tuple_from(p, first, false) : NULL;
}

ast_expr *parse_yield_expression(parser *p)
{
    ast_place start = parser_peek(p)->place;
    p->position++;
    if (parser_accept(p, TOKEN_FROM)) {
        ast_expr *value = parse_expression(p);
        ast_expr *e = value ? parser_new_expr(p, AST_YIELD_FROM, start) : NULL;
        if (e)
            e->yield.value = value;
        return e;
    }
    ast_expr *value = NULL;
    token_type next = parser_next_type(p);
    if (parse_starts_expression(next) || next == TOKEN_STAR) {
        value = parse_star_expressions(p);
        if (!value)
            return NULL;
    }
    ast_expr *e = parser_new_expr(p, AST_YIELD, start);
    if (e)
        e->yield.value = value;
    return e;
}

/* ---- or, and, not, comparisons ----------------------------------------------------------------------- */

static ast_expr *parse_bool_op(parser *p, ast_expr *first, token_type type, ast_bool_operator op,
                               ast_expr *(*operand)(parser *))
{
    ast_place start = parser_start_of(p, first);
    uint32_t base = parser_stack_base(p);
    bool fine = parser_push(p, first);
    while (fine && parser_accept(p, type)) {
        ast_expr *item = operand(p);
        fine = item && parser_push(p, item);
    }
    if (!fine || parser_failed(p)) {
        p->stack_size = base;
        return NULL;
    }
    ast_expr_list *values = parser_take_list(p, base);
    ast_expr *e = values ? parser_new_expr(p, AST_BOOL_OP, start) : NULL;
    if (!e)
        return NULL;
    e->op = (uint8_t)op;
    e->bool_op.values = values;
    return e;
}

static ast_expr *parse_comparison(parser *p);

static ast_expr *parse_inversion(parser *p)
{
    if (!parser_at(p, TOKEN_NOT))
        return parse_comparison(p);
    ast_place start = parser_peek(p)->place;
    ast_expr *e = NULL;
    if (parser_enter(p)) {
        p->position++;
        ast_expr *operand = parse_inversion(p);
        e = operand ? parser_new_expr(p, AST_UNARY_OP, start) : NULL;
        if (e) {
            e->op = AST_NOT;
            e->unary_op.operand = operand;
        }
    }
    parser_leave(p);
    return e;
}

static ast_expr *parse_conjunction(parser *p)
{
    ast_expr *e = parse_inversion(p);
    if (e && parser_at(p, TOKEN_AND))
        return parse_bool_op(p, e, TOKEN_AND, AST_AND, parse_inversion);
    return e;
}

ast_expr *parse_disjunction(parser *p)
{
    ast_expr *e = parse_conjunction(p);
    if (e && parser_at(p, TOKEN_OR))
        return parse_bool_op(p, e, TOKEN_OR, AST_OR, parse_conjunction);
    return e;
}

/* Accepts a comparison operator of one or two tokens.  False: there is none, or an error is set. */
static bool parse_comparison_operator(parser *p, ast_compare_operator *op)
{
    switch (parser_next_type(p)) {
    case TOKEN_EQUAL_EQUAL:
        *op = AST_EQ;
        break;
    case TOKEN_NOT_EQUAL: {
        bool angular = p->tokens[p->position].start[0] == '<';
        bool wanted = (p->options->future & AST_FUTURE_BARRY_AS_BDFL) != 0;
        if (angular != wanted) {
            if (wanted)
                parser_fail_last(p, SYNTAX_ERROR_SYNTAX, "with Barry as BDFL, use '<>' instead of '!='");
            return false;
        }
        *op = AST_NOT_EQ;
        break;
    }
    case TOKEN_LESS:
        *op = AST_LT;
        break;
    case TOKEN_LESS_EQUAL:
        *op = AST_LT_E;
        break;
    case TOKEN_GREATER:
        *op = AST_GT;
        break;
    case TOKEN_GREATER_EQUAL:
        *op = AST_GT_E;
        break;
    case TOKEN_IN:
        *op = AST_IN;
        break;
    case TOKEN_NOT:
        if (parser_type_ahead(p, 1) != TOKEN_IN)
            return false;
        p->position++;
        *op = AST_NOT_IN;
        break;
    case TOKEN_IS:
        *op = AST_IS;
        if (parser_type_ahead(p, 1) == TOKEN_NOT) {
            p->position++;
            *op = AST_IS_NOT;
        }
        break;
    default:
        return false;
    }
    p->position++;
    return true;
}

static ast_expr *parse_comparison(parser *p)
{
    ast_expr *left = parse_bitwise_or(p);
    ast_compare_operator op;
    ast_place start = left ? parser_start_of(p, left) : (ast_place){0, 0, 0, 0};
    if (!left || !parse_comparison_operator(p, &op))
        return parser_failed(p) ? NULL : left;
    /* Operators and operands alternate on the stack. */
    uint32_t base = parser_stack_base(p);
    do {
        ast_expr *right = parse_bitwise_or(p);
        if (!right || !parser_push(p, (void *)(uintptr_t)op) || !parser_push(p, right)) {
            p->stack_size = base;
            return NULL;
        }
    } while (parse_comparison_operator(p, &op));
    uint32_t count = (p->stack_size - base) / 2;
    ast_compare_list *ops = NULL;
    ast_expr_list *comparators = NULL;
    ast_expr *e = NULL;
    if (!parser_failed(p)) {
        ops = parser_alloc(p, sizeof *ops + count * sizeof ops->items[0]);
        comparators = parser_alloc(p, sizeof *comparators + count * sizeof comparators->items[0]);
        e = parser_new_expr(p, AST_COMPARE, start);
    }
    if (ops && comparators && e) {
        ops->count = comparators->count = count;
        for (uint32_t i = 0; i < count; i++) {
            ops->items[i] = (uint8_t)(uintptr_t)p->stack[base + 2 * i];
            comparators->items[i] = p->stack[base + 2 * i + 1];
        }
        e->compare.left = left;
        e->compare.ops = ops;
        e->compare.comparators = comparators;
    } else {
        e = NULL;
    }
    p->stack_size = base;
    return e;
}

/* ---- binary and unary operators ---------------------------------------------------------------------- */

typedef struct binary_operator {
    uint8_t precedence; /* 0: no binary operator */
    uint8_t op;
} binary_operator;

static const binary_operator parse_binary_operators[TOKEN_TYPE_COUNT] = {
    [TOKEN_BAR] = {1, AST_BIT_OR},         [TOKEN_CARET] = {2, AST_BIT_XOR},       [TOKEN_AMPERSAND] = {3, AST_BIT_AND},
    [TOKEN_LEFT_SHIFT] = {4, AST_LSHIFT},  [TOKEN_RIGHT_SHIFT] = {4, AST_RSHIFT},  [TOKEN_PLUS] = {5, AST_ADD},
    [TOKEN_MINUS] = {5, AST_SUB},          [TOKEN_STAR] = {6, AST_MULT},           [TOKEN_SLASH] = {6, AST_DIV},
    [TOKEN_DOUBLE_SLASH] = {6, AST_FLOOR_DIV}, [TOKEN_PERCENT] = {6, AST_MOD},     [TOKEN_AT] = {6, AST_MAT_MULT},
};

ast_operator parse_augmented_operator(token_type type, bool *found)
{
    *found = true;
    switch (type) {
    case TOKEN_PLUS_EQUAL:
        return AST_ADD;
    case TOKEN_MINUS_EQUAL:
        return AST_SUB;
    case TOKEN_STAR_EQUAL:
        return AST_MULT;
    case TOKEN_AT_EQUAL:
        return AST_MAT_MULT;
    case TOKEN_SLASH_EQUAL:
        return AST_DIV;
    case TOKEN_PERCENT_EQUAL:
        return AST_MOD;
    case TOKEN_AMPERSAND_EQUAL:
        return AST_BIT_AND;
    case TOKEN_BAR_EQUAL:
        return AST_BIT_OR;
    case TOKEN_CARET_EQUAL:
        return AST_BIT_XOR;
    case TOKEN_LEFT_SHIFT_EQUAL:
        return AST_LSHIFT;
    case TOKEN_RIGHT_SHIFT_EQUAL:
        return AST_RSHIFT;
    case TOKEN_DOUBLE_STAR_EQUAL:
        return AST_POW;
    case TOKEN_DOUBLE_SLASH_EQUAL:
        return AST_FLOOR_DIV;
    default:
        *found = false;
        return AST_ADD;
    }
}

static ast_expr *parse_new_binary(parser *p, ast_operator op, ast_place start, ast_expr *left, ast_expr *right)
{
    ast_expr *e = parser_new_expr(p, AST_BIN_OP, start);
    if (!e)
        return NULL;
    e->op = (uint8_t)op;
    e->bin_op.left = left;
    e->bin_op.right = right;
    return e;
}

static ast_expr *parse_factor(parser *p);

/* primary ['**' factor], with await */
static ast_expr *parse_power(parser *p)
{
    ast_expr *left;
    if (OURO_UNLIKELY(parser_at(p, TOKEN_AWAIT))) {
        ast_place start = parser_peek(p)->place;
        p->position++;
        ast_expr *value = parse_primary(p);
        left = value ? parser_new_expr(p, AST_AWAIT, start) : NULL;
        if (!left)
            return NULL;
        left->yield.value = value;
    } else {
        left = parse_primary(p);
        if (!left)
            return NULL;
    }
    if (!parser_at(p, TOKEN_DOUBLE_STAR))
        return left;
    ast_place start = parser_start_of(p, left);
    ast_expr *e = NULL;
    if (parser_enter(p)) {
        p->position++;
        ast_expr *right = parse_factor(p);
        e = right ? parse_new_binary(p, AST_POW, start, left, right) : NULL;
    }
    parser_leave(p);
    return e;
}

static ast_expr *parse_factor(parser *p)
{
    ast_unary_operator op;
    switch (parser_next_type(p)) {
    case TOKEN_PLUS:
        op = AST_UADD;
        break;
    case TOKEN_MINUS:
        op = AST_USUB;
        break;
    case TOKEN_TILDE:
        op = AST_INVERT;
        break;
    default:
        return parse_power(p);
    }
    ast_place start = parser_peek(p)->place;
    ast_expr *e = NULL;
    if (parser_enter(p)) {
        p->position++;
        ast_expr *operand = parse_factor(p);
        e = operand ? parser_new_expr(p, AST_UNARY_OP, start) : NULL;
        if (e) {
            e->op = (uint8_t)op;
            e->unary_op.operand = operand;
        }
    }
    parser_leave(p);
    return e;
}

/* Operators of at least this precedence; the recursion is at most as deep as there are precedences. */
static ast_expr *parse_binary(parser *p, int precedence)
{
    ast_expr *left = parse_factor(p);
    while (left) {
        binary_operator found = parse_binary_operators[parser_next_type(p)];
        if (found.precedence < precedence || found.precedence == 0)
            return left;
        ast_place start = parser_start_of(p, left);
        p->position++;
        ast_expr *right = parse_binary(p, found.precedence + 1);
        left = right ? parse_new_binary(p, found.op, start, left, right) : NULL;
    }
    return NULL;
}

ast_expr *parse_bitwise_or(parser *p)
{
    return parse_binary(p, 1);
}

/* ---- primaries --------------------------------------------------------------------------------------- */

/* One piece of a subscript. */
static ast_expr *parse_slice(parser *p)
{
    ast_place start = parser_peek(p)->place;
    ast_expr *lower = NULL, *upper = NULL, *step = NULL;
    if (!parser_at(p, TOKEN_COLON)) {
        lower = parse_named_expression(p);
        if (!lower || !parser_at(p, TOKEN_COLON) || (lower->kind == AST_NAMED_EXPR && !lower->in_parentheses))
            return lower;
    }
    p->position++;
    if (parse_starts_expression(parser_next_type(p)) && !(upper = parse_expression(p)))
        return NULL;
    if (parser_accept(p, TOKEN_COLON) && parse_starts_expression(parser_next_type(p)) && !(step = parse_expression(p)))
        return NULL;
    if (parser_failed(p))
        return NULL;
    ast_expr *e = parser_new_expr(p, AST_SLICE, start);
    if (!e)
        return NULL;
    e->slice.lower = lower;
    e->slice.upper = upper;
    e->slice.step = step;
    return e;
}

static ast_expr *parse_slices(parser *p)
{
    ast_expr *first;
    if (parser_at(p, TOKEN_STAR))
        first = parse_starred(p);
    else
        first = parse_slice(p);
    if (!first)
        return NULL;
    if (first->kind != AST_STARRED && !parser_at(p, TOKEN_COMMA))
        return first;
    ast_place start = parser_start_of(p, first);
    uint32_t base = parser_stack_base(p);
    bool fine = parser_push(p, first);
    while (fine && parser_accept(p, TOKEN_COMMA) && !parser_at(p, TOKEN_RIGHT_BRACKET)) {
        ast_expr *item = parser_at(p, TOKEN_STAR) ? parse_starred(p) : parse_slice(p);
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
    e->context = AST_LOAD;
    e->sequence.elements = elements;
    return e;
}

ast_expr *parse_primary(parser *p)
{
    ast_expr *e = parse_atom(p);
    while (e) {
        switch (parser_next_type(p)) {
        case TOKEN_DOT: {
            ast_place start = parser_start_of(p, e);
            p->position++;
            const ast_identifier *name = parser_accept_name(p);
            ast_expr *object = e;
            e = name ? parser_new_expr(p, AST_ATTRIBUTE, start) : NULL;
            if (e) {
                e->context = AST_LOAD;
                e->attribute.value = object;
                e->attribute.attribute = name;
            }
            break;
        }
        case TOKEN_LEFT_PARENTHESIS:
            p->position++;
            e = parse_call_arguments(p, e);
            break;
        case TOKEN_LEFT_BRACKET: {
            ast_place start = parser_start_of(p, e);
            p->position++;
            ast_expr *slice = parse_slices(p);
            ast_expr *object = e;
            e = slice && parser_accept(p, TOKEN_RIGHT_BRACKET) ? parser_new_expr(p, AST_SUBSCRIPT, start) : NULL;
            if (e) {
                e->context = AST_LOAD;
                e->subscript.value = object;
                e->subscript.slice = slice;
            }
            break;
        }
        case TOKEN_ERROR:
            return NULL;
        default:
            return e;
        }
    }
    return NULL;
}

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
        if (!clause || !parser_push(p, clause))
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

static bool parse_at_comprehension(parser *p)
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

static ast_expr *parse_new_sequence(parser *p, ast_expr_kind kind, ast_place start, ast_expr_list *elements)
{
    ast_expr *e = elements ? parser_new_expr(p, kind, start) : NULL;
    if (!e)
        return NULL;
    e->context = AST_LOAD;
    e->sequence.elements = elements;
    return e;
}

/* Behind '(' */
static ast_expr *parse_parenthesized(parser *p, ast_place start)
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
    first = parse_star_named_expression(p);
    if (!first)
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

/* Behind '[' */
static ast_expr *parse_list_display(parser *p, ast_place start)
{
    if (parser_accept(p, TOKEN_RIGHT_BRACKET))
        return parse_new_sequence(p, AST_LIST_DISPLAY, start, parser_empty_list());
    ast_expr *first = parse_star_named_expression(p);
    if (!first)
        return NULL;
    if (parse_at_comprehension(p)) {
        if (first->kind == AST_STARRED && !p->explain)
            return NULL;
        return parse_comprehension(p, AST_LIST_COMP, start, first, NULL, TOKEN_RIGHT_BRACKET);
    }
    ast_expr_list *elements = parse_elements(p, first, TOKEN_RIGHT_BRACKET);
    return parse_new_sequence(p, AST_LIST_DISPLAY, start, elements);
}

/* At a dict item that is none.  Returns NULL. */
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
            if (!key || !parser_accept(p, TOKEN_COLON)) {
                if (p->explain && !parser_failed(p)) {
                    parser_reset(p, item);
                    parse_explain_dict_item(p, !first);
                }
                goto failed;
            }
            value = parse_expression(p);
        }
        if (!value) {
            if (p->explain && !parser_failed(p) && key && !first) {
                parser_reset(p, item);
                parse_explain_dict_item(p, !first);
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

/* Behind '{' */
static ast_expr *parse_braces(parser *p, ast_place start)
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
    if (!first)
        return NULL;
    if (parser_at(p, TOKEN_COLON) && first->kind != AST_STARRED &&
        (first->kind != AST_NAMED_EXPR || first->in_parentheses)) {
        if (p->explain) {
            token_type next = parser_type_ahead(p, 1);
            if (next == TOKEN_STAR || next == TOKEN_RIGHT_BRACE || next == TOKEN_COMMA) {
                parser_reset(p, mark);
                return parse_explain_dict_item(p, false);
            }
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

/* ---- atoms ------------------------------------------------------------------------------------------- */

static ast_expr *parse_new_constant(parser *p, ast_constant_kind kind)
{
    p->position++;
    ast_expr *e = parser_new_expr(p, AST_CONSTANT, parser_previous(p)->place);
    if (e)
        e->constant = (ast_constant){.kind = (uint8_t)kind};
    return e;
}

ast_expr *parse_atom(parser *p)
{
    token_type type = parser_next_type(p);
    switch (type) {
    case TOKEN_NAME: {
        const token *name = &p->tokens[p->position];
        const ast_identifier *id = parser_intern(p, name);
        if (!id)
            return NULL;
        ast_expr *e = parser_new_name(p, id, AST_LOAD, name->place);
        p->position++;
        return e;
    }
    case TOKEN_NUMBER:
        return parse_number(p);
    case TOKEN_STRING:
        return parse_strings(p);
    case TOKEN_NONE:
        return parse_new_constant(p, AST_CONSTANT_NONE);
    case TOKEN_TRUE:
        return parse_new_constant(p, AST_CONSTANT_TRUE);
    case TOKEN_FALSE:
        return parse_new_constant(p, AST_CONSTANT_FALSE);
    case TOKEN_ELLIPSIS:
        return parse_new_constant(p, AST_CONSTANT_ELLIPSIS);
    case TOKEN_LEFT_PARENTHESIS:
    case TOKEN_LEFT_BRACKET:
    case TOKEN_LEFT_BRACE: {
        ast_expr *e = NULL;
        if (parser_enter(p)) {
            ast_place start = p->tokens[p->position].place;
            p->position++;
            if (type == TOKEN_LEFT_PARENTHESIS)
                e = parse_parenthesized(p, start);
            else if (type == TOKEN_LEFT_BRACKET)
                e = parse_list_display(p, start);
            else
                e = parse_braces(p, start);
        }
        parser_leave(p);
        return e;
    }
    default:
        return NULL;
    }
}

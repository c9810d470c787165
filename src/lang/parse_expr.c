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

/* CPython 3.11 takes every beginning of a soft keyword for one here ("c", "ma"), and so do we. */
static bool parse_begins_soft_keyword(const token *name)
{
    static const char *const words[] = {"match", "case", "_"};
    for (int i = 0; i < 3; i++)
        if (name->length <= strlen(words[i]) && memcmp(name->start, words[i], name->length) == 0)
            return true;
    return false;
}

static ast_expr *parse_conditional(parser *p);

/* Behind the disjunction `a`, which began at `start`: two expressions in a row.  False: an error is set. */
static bool parse_explain_missing_comma(parser *p, parser_mark start, ast_expr *a)
{
    parser_mark after = parser_tell(p);
    if (!parse_starts_expression(parser_next_type(p)))
        return !parser_failed(p);
    /* The token behind the first one exists now: the disjunction has ended before or behind it. */
    const token *first = &p->tokens[start];
    if (first->type == TOKEN_NAME && (first[1].type == TOKEN_STRING || parse_begins_soft_keyword(first)))
        return true;
    if (parser_at(p, TOKEN_LEFT_BRACE) && parser_type_ahead(p, 1) != TOKEN_DOUBLE_STAR) {
        /* The elements of a set are explained even here. */
        do
            p->position++;
        while (parse_star_named_expression(p) && parser_at(p, TOKEN_COMMA));
        parser_reset(p, after);
        if (parser_failed(p))
            return false;
    }
    bool explain = p->explain;
    p->explain = false;
    /* Not parse_expression: what this gives must not be remembered as what an expression gives here. */
    ast_expr *b = parser_at(p, TOKEN_LAMBDA) ? parse_lambda(p) : parse_conditional(p);
    p->explain = explain;
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
    parser_mark mark = parser_tell(p);
    if (parser_at(p, TOKEN_IF)) {
        ast_place place = parser_start_of(p, body);
        p->position++;
        ast_expr *test = parse_disjunction(p);
        if (test && p->explain && !parser_at(p, TOKEN_ELSE) && !parser_at(p, TOKEN_COLON))
            return parser_fail_range(p, body->place, test->place, "expected 'else' after 'if' expression");
        ast_expr *orelse = test && parser_accept(p, TOKEN_ELSE) ? parse_expression(p) : NULL;
        ast_expr *e = orelse ? parser_new_expr(p, AST_IF_EXP, place) : NULL;
        if (e) {
            e->if_exp.test = test;
            e->if_exp.body = body;
            e->if_exp.orelse = orelse;
            return e;
        }
        parser_reset(p, mark);
    }
    if (p->explain && !parser_failed(p) && !parse_explain_legacy(p, start))
        return NULL;
    return parser_failed(p) ? NULL : body;
}

ast_expr *parse_expression(parser *p)
{
    ast_expr *result = NULL;
    parser_mark start = parser_tell(p);
    if (p->second_pass && parser_recall(p, PARSER_MEMO_EXPRESSION, start, &result))
        return result;
    bool in_limits = parser_enter(p);
    if (in_limits) {
        if (parser_at(p, TOKEN_LAMBDA))
            result = parse_lambda(p);
        else
            result = parse_conditional(p);
    }
    parser_leave(p);
    if (p->second_pass && in_limits && !parser_failed(p))
        parser_remember(p, PARSER_MEMO_EXPRESSION, start, result);
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
    bool is_name = a->kind == AST_NAME && !a->in_parentheses;
    if (!parser_at(p, TOKEN_EQUAL) || !parse_is_bitwise_or(a) || (!is_name && parse_begins_display(a)))
        return !parser_failed(p);
    parser_mark after = parser_tell(p);
    p->position++;
    ast_expr *value = parse_bitwise_or(p);
    if (value && !parser_failed(p) && !parser_at(p, TOKEN_EQUAL) && !parser_at(p, TOKEN_COLON_EQUAL)) {
        if (is_name)
            parser_fail_range(p, a->place, value->place,
                              "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
        else
            parser_fail_at(p, a->place, "cannot assign to %s here. Maybe you meant '==' instead of '='?",
                           parse_expr_name(a));
    }
    parser_reset(p, after);
    return !parser_failed(p);
}

bool parse_explain_named_expression(parser *p, ast_expr *a)
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
        if (!value || !parser_check_version(p, 8, "Assignment expressions are"))
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

/* *operand */
static ast_expr *parse_starred(parser *p, ast_expr *(*operand)(parser *))
{
    ast_place start = parser_peek(p)->place;
    p->position++;
    ast_expr *value = operand(p);
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
    return parser_at(p, TOKEN_STAR) ? parse_starred(p, parse_bitwise_or) : parse_expression(p);
}

ast_expr *parse_star_named_expression(parser *p)
{
    return parser_at(p, TOKEN_STAR) ? parse_starred(p, parse_bitwise_or) : parse_named_expression(p);
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
        parser_mark mark = parser_tell(p);
        ast_expr *item = stars ? parse_star_expression(p) : parse_expression(p);
        if (!item) {
            parser_reset(p, mark);
            break;
        }
        fine = parser_push(p, item);
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
    parser_mark mark = parser_tell(p);
    if (parser_accept(p, TOKEN_FROM)) {
        ast_expr *value = parse_expression(p);
        ast_expr *e = value ? parser_new_expr(p, AST_YIELD_FROM, start) : NULL;
        if (e)
            e->yield.value = value;
        else
            parser_reset(p, mark);
        if (e || parser_failed(p))
            return e;
    }
    ast_expr *value = NULL;
    token_type next = parser_next_type(p);
    if (parse_starts_expression(next) || next == TOKEN_STAR) {
        value = parse_star_expressions(p);
        if (!value)
            parser_reset(p, mark);
        if (parser_failed(p))
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
    while (fine && parser_at(p, type)) {
        parser_mark mark = parser_tell(p);
        p->position++;
        ast_expr *item = operand(p);
        if (!item) {
            parser_reset(p, mark);
            break;
        }
        fine = parser_push(p, item);
    }
    if (!fine || parser_failed(p) || p->stack_size == base + 1) {
        p->stack_size = base;
        return fine && !parser_failed(p) ? first : NULL;
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
    ast_expr *e;
    parser_mark start = parser_tell(p);
    if (p->second_pass && parser_recall(p, PARSER_MEMO_DISJUNCTION, start, &e))
        return e;
    e = parse_conjunction(p);
    if (e && parser_at(p, TOKEN_OR))
        e = parse_bool_op(p, e, TOKEN_OR, AST_OR, parse_conjunction);
    if (p->second_pass && !parser_failed(p))
        parser_remember(p, PARSER_MEMO_DISJUNCTION, start, e);
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
    if (!left)
        return NULL;
    ast_place start = parser_start_of(p, left);
    parser_mark mark = parser_tell(p);
    if (!parse_comparison_operator(p, &op))
        return parser_failed(p) ? NULL : left;
    /* Operators and operands alternate on the stack. */
    uint32_t base = parser_stack_base(p);
    do {
        ast_expr *right = parse_bitwise_or(p);
        if (!right) {
            parser_reset(p, mark);
            break;
        }
        if (!parser_push(p, (void *)(uintptr_t)op) || !parser_push(p, right))
            break;
        mark = parser_tell(p);
    } while (parse_comparison_operator(p, &op));
    uint32_t count = (p->stack_size - base) / 2;
    if (!count)
        return parser_failed(p) ? NULL : left;
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
    if (op == AST_MAT_MULT && !parser_check_version(p, 5, "The '@' operator is"))
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
        if (!left || !parser_check_version(p, 5, "Await expressions are"))
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
    parser_mark mark = parser_tell(p);
    ast_expr *e = NULL;
    if (parser_enter(p)) {
        p->position++;
        ast_expr *right = parse_factor(p);
        e = right ? parse_new_binary(p, AST_POW, start, left, right) : NULL;
    }
    parser_leave(p);
    return e ? e : parser_partial(p, mark, left);
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
        parser_mark mark = parser_tell(p);
        p->position++;
        ast_expr *right = parse_binary(p, found.precedence + 1);
        if (!right)
            return parser_partial(p, mark, left);
        left = parse_new_binary(p, found.op, start, left, right);
    }
    return NULL;
}

ast_expr *parse_bitwise_or(parser *p)
{
    return parse_binary(p, 1);
}

/* ---- primaries --------------------------------------------------------------------------------------- */

/* An expression, or nothing: then the position is where it was. */
static ast_expr *parse_optional_expression(parser *p)
{
    if (!parse_starts_expression(parser_next_type(p)))
        return NULL;
    parser_mark mark = parser_tell(p);
    ast_expr *e = parse_expression(p);
    if (!e)
        parser_reset(p, mark);
    return e;
}

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
    upper = parse_optional_expression(p);
    if (parser_accept(p, TOKEN_COLON))
        step = parse_optional_expression(p);
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
        first = parse_starred(p, parse_expression);
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
        ast_expr *item = parser_at(p, TOKEN_STAR) ? parse_starred(p, parse_expression) : parse_slice(p);
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

/* One attribute, call or subscript behind `left`, at its first token; NULL: there is none. */
static ast_expr *parse_trailer(parser *p, token_type type, ast_expr *left)
{
    ast_place start = parser_start_of(p, left);
    p->position++;
    if (type == TOKEN_LEFT_PARENTHESIS)
        return parse_call_arguments(p, left, start);
    if (type == TOKEN_DOT) {
        const ast_identifier *name = parser_accept_name(p);
        ast_expr *e = name ? parser_new_expr(p, AST_ATTRIBUTE, start) : NULL;
        if (!e)
            return NULL;
        e->attribute.value = left;
        e->attribute.attribute = name;
        return e;
    }
    ast_expr *slice = parse_slices(p);
    if (!slice || !parser_accept(p, TOKEN_RIGHT_BRACKET))
        return NULL;
    ast_expr *e = parser_new_expr(p, AST_SUBSCRIPT, start);
    if (!e)
        return NULL;
    e->subscript.value = left;
    e->subscript.slice = slice;
    return e;
}

ast_expr *parse_primary(parser *p)
{
    ast_expr *e = parse_atom(p);
    while (e) {
        token_type type = parser_next_type(p);
        if (type != TOKEN_DOT && type != TOKEN_LEFT_PARENTHESIS && type != TOKEN_LEFT_BRACKET)
            return type == TOKEN_ERROR ? NULL : e;
        parser_mark mark = parser_tell(p);
        ast_expr *longer = parse_trailer(p, type, e);
        if (!longer)
            return parser_partial(p, mark, e);
        e = longer;
    }
    return NULL;
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

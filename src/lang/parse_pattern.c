/* parse_pattern.c: match statements and their patterns (PEP 634).
 *
 * `match` is a name in most places: parse_match reads a subject, ':' and the first `case` and answers "no" when they
 * are not there; the caller then goes back and reads an ordinary statement.
 */
#include "lang/parser.h"

static ast_pattern *parse_pattern(parser *p);

static ast_pattern *parse_new_pattern(parser *p, ast_pattern_kind kind, ast_place start)
{
    ast_pattern *pattern = parser_alloc(p, sizeof *pattern);
    if (!pattern)
        return NULL;
    pattern->kind = (uint8_t)kind;
    pattern->singleton = 0;
    pattern->place = parser_place_until_here(p, start);
    return pattern;
}

/* ---- literals ---------------------------------------------------------------------------------------- */

static bool parse_is_imaginary(const ast_expr *number)
{
    return number->constant.kind == AST_CONSTANT_COMPLEX;
}

/* ['-'] NUMBER [('+' | '-') NUMBER] */
static ast_expr *parse_signed_number(parser *p)
{
    ast_place start = parser_peek(p)->place;
    bool negative = parser_accept(p, TOKEN_MINUS);
    if (!parser_at(p, TOKEN_NUMBER))
        return NULL;
    ast_expr *number = parse_number(p), *left = number;
    if (!number)
        return NULL;
    if (negative) {
        left = parser_new_expr(p, AST_UNARY_OP, start);
        if (!left)
            return NULL;
        left->op = AST_USUB;
        left->unary_op.operand = number;
    }
    token_type sign = parser_next_type(p);
    if (sign != TOKEN_PLUS && sign != TOKEN_MINUS)
        return left;
    p->position++;
    if (!parser_at(p, TOKEN_NUMBER))
        return NULL;
    ast_expr *right = parse_number(p);
    if (!right)
        return NULL;
    if (parse_is_imaginary(number))
        return parser_fail_at(p, left->place, "real number required in complex literal");
    if (!parse_is_imaginary(right))
        return parser_fail_at(p, right->place, "imaginary number required in complex literal");
    ast_expr *e = parser_new_expr(p, AST_BIN_OP, start);
    if (!e)
        return NULL;
    e->op = sign == TOKEN_PLUS ? AST_ADD : AST_SUB;
    e->bin_op.left = left;
    e->bin_op.right = right;
    return e;
}

static ast_pattern *parse_new_value(parser *p, ast_expr *value)
{
    ast_pattern *pattern = value ? parse_new_pattern(p, AST_MATCH_VALUE, value->place) : NULL;
    if (pattern)
        pattern->value.value = value;
    return pattern;
}

static ast_pattern *parse_singleton(parser *p, ast_constant_kind kind)
{
    ast_place start = parser_peek(p)->place;
    p->position++;
    ast_pattern *pattern = parse_new_pattern(p, AST_MATCH_SINGLETON, start);
    if (pattern)
        pattern->singleton = (uint8_t)kind;
    return pattern;
}

/* ---- names ------------------------------------------------------------------------------------------- */

/* A name that is bound.  NULL: `_`, no name, or one that goes on as something else. */
static const ast_identifier *parse_capture_name(parser *p)
{
    if (!parser_at(p, TOKEN_NAME) || parser_at_word(p, "_"))
        return NULL;
    token_type next = parser_type_ahead(p, 1);
    if (next == TOKEN_DOT || next == TOKEN_LEFT_PARENTHESIS || next == TOKEN_EQUAL)
        return NULL;
    return parser_accept_name(p);
}

/* a.b.c as an expression. */
static ast_expr *parse_dotted_expression(parser *p)
{
    const token first = *parser_peek(p);
    const ast_identifier *id = parser_accept_name(p);
    ast_expr *e = id ? parser_new_name(p, id, AST_LOAD, first.place) : NULL;
    while (e && parser_accept(p, TOKEN_DOT)) {
        const ast_identifier *attribute = parser_accept_name(p);
        ast_expr *object = e;
        e = attribute ? parser_new_expr(p, AST_ATTRIBUTE, first.place) : NULL;
        if (e) {
            e->context = AST_LOAD;
            e->attribute.value = object;
            e->attribute.attribute = attribute;
        }
    }
    return parser_failed(p) ? NULL : e;
}

static ast_pattern *parse_new_as(parser *p, ast_place start, ast_pattern *inner, const ast_identifier *name)
{
    ast_pattern *pattern = parse_new_pattern(p, AST_MATCH_AS, start);
    if (!pattern)
        return NULL;
    pattern->as.pattern = inner;
    pattern->as.name = name;
    return pattern;
}

/* ---- sequences --------------------------------------------------------------------------------------- */

/* pattern or *name */
static ast_pattern *parse_maybe_star_pattern(parser *p)
{
    if (!parser_at(p, TOKEN_STAR))
        return parse_pattern(p);
    ast_place start = parser_peek(p)->place;
    p->position++;
    const ast_identifier *name = NULL;
    if (parser_at_word(p, "_"))
        p->position++;
    else if (!(name = parse_capture_name(p)))
        return NULL;
    ast_pattern *pattern = parse_new_pattern(p, AST_MATCH_STAR, start);
    if (!pattern)
        return NULL;
    pattern->as.pattern = NULL;
    pattern->as.name = name;
    return pattern;
}

static bool parse_starts_pattern(token_type type)
{
    switch (type) {
    case TOKEN_NAME:
    case TOKEN_NUMBER:
    case TOKEN_MINUS:
    case TOKEN_STRING:
    case TOKEN_NONE:
    case TOKEN_TRUE:
    case TOKEN_FALSE:
    case TOKEN_LEFT_PARENTHESIS:
    case TOKEN_LEFT_BRACKET:
    case TOKEN_LEFT_BRACE:
    case TOKEN_STAR:
        return true;
    default:
        return false;
    }
}

/* The patterns behind `first`, each after a ','.  The token behind the list is not passed. */
static ast_pattern_list *parse_sequence_items(parser *p, ast_pattern *first)
{
    uint32_t base = parser_stack_base(p);
    bool fine = parser_push(p, first);
    while (fine && parser_accept(p, TOKEN_COMMA) && parse_starts_pattern(parser_next_type(p))) {
        ast_pattern *item = parse_maybe_star_pattern(p);
        fine = item && parser_push(p, item);
    }
    if (!fine || parser_failed(p)) {
        p->stack_size = base;
        return NULL;
    }
    return parser_take_list(p, base);
}

static ast_pattern *parse_new_sequence_pattern(parser *p, ast_place start, ast_pattern_list *items)
{
    ast_pattern *pattern = items ? parse_new_pattern(p, AST_MATCH_SEQUENCE, start) : NULL;
    if (pattern)
        pattern->sequence.patterns = items;
    return pattern;
}

/* (...) or [...] */
static ast_pattern *parse_bracketed_pattern(parser *p, token_type close)
{
    ast_place start = parser_peek(p)->place;
    p->position++;
    if (parser_accept(p, close))
        return parse_new_sequence_pattern(p, start, parser_empty_list());
    ast_pattern *first = parse_maybe_star_pattern(p);
    if (!first)
        return NULL;
    bool is_group =
        close == TOKEN_RIGHT_PARENTHESIS && first->kind != AST_MATCH_STAR && !parser_at(p, TOKEN_COMMA);
    if (is_group)
        return parser_accept(p, close) ? first : NULL;
    if (close == TOKEN_RIGHT_PARENTHESIS && !parser_at(p, TOKEN_COMMA))
        return NULL;
    ast_pattern_list *items = parse_sequence_items(p, first);
    if (!items || !parser_accept(p, close))
        return NULL;
    return parse_new_sequence_pattern(p, start, items);
}

/* ---- mappings ---------------------------------------------------------------------------------------- */

static ast_expr *parse_mapping_key(parser *p)
{
    switch (parser_next_type(p)) {
    case TOKEN_NUMBER:
    case TOKEN_MINUS:
        return parse_signed_number(p);
    case TOKEN_STRING:
        return parse_strings(p);
    case TOKEN_NONE:
    case TOKEN_TRUE:
    case TOKEN_FALSE:
        return parse_atom(p);
    case TOKEN_NAME:
        return parser_type_ahead(p, 1) == TOKEN_DOT ? parse_dotted_expression(p) : NULL;
    default:
        return NULL;
    }
}

static ast_pattern *parse_mapping_pattern(parser *p)
{
    ast_place start = parser_peek(p)->place;
    uint32_t base = parser_stack_base(p);
    const ast_identifier *rest = NULL;
    p->position++;
    while (!parser_at(p, TOKEN_RIGHT_BRACE)) {
        if (parser_accept(p, TOKEN_DOUBLE_STAR)) {
            rest = parse_capture_name(p);
            if (!rest)
                goto failed;
            parser_accept(p, TOKEN_COMMA);
            break;
        }
        ast_expr *key = parse_mapping_key(p);
        ast_pattern *value = key && parser_accept(p, TOKEN_COLON) ? parse_pattern(p) : NULL;
        if (!value || !parser_push(p, key) || !parser_push(p, value))
            goto failed;
        if (!parser_accept(p, TOKEN_COMMA))
            break;
    }
    if (!parser_accept(p, TOKEN_RIGHT_BRACE))
        goto failed;
    uint32_t count = (p->stack_size - base) / 2;
    ast_expr_list *keys = parser_alloc(p, sizeof *keys + count * sizeof keys->items[0]);
    ast_pattern_list *patterns = parser_alloc(p, sizeof *patterns + count * sizeof patterns->items[0]);
    ast_pattern *pattern = parse_new_pattern(p, AST_MATCH_MAPPING, start);
    if (!keys || !patterns || !pattern)
        goto failed;
    keys->count = patterns->count = count;
    for (uint32_t i = 0; i < count; i++) {
        keys->items[i] = p->stack[base + 2 * i];
        patterns->items[i] = p->stack[base + 2 * i + 1];
    }
    p->stack_size = base;
    pattern->mapping.keys = keys;
    pattern->mapping.patterns = patterns;
    pattern->mapping.rest = rest;
    return pattern;
failed:
    p->stack_size = base;
    return NULL;
}

/* ---- classes ----------------------------------------------------------------------------------------- */

/* Behind keyword patterns, at a positional one, in the second pass. */
static void parse_explain_positional(parser *p)
{
    ast_pattern *first = parse_pattern(p), *last = first;
    while (last && parser_at(p, TOKEN_COMMA)) {
        parser_mark mark = parser_tell(p);
        p->position++;
        if (parser_at(p, TOKEN_NAME) && parser_type_ahead(p, 1) == TOKEN_EQUAL) {
            parser_reset(p, mark);
            break;
        }
        ast_pattern *next = parse_pattern(p);
        if (!next)
            break;
        last = next;
    }
    if (last && !parser_failed(p))
        parser_fail_range(p, first->place, last->place, "positional patterns follow keyword patterns");
}

static ast_pattern *parse_class_pattern(parser *p, ast_expr *type)
{
    uint32_t base = parser_stack_base(p), positional = 0;
    p->position++;
    bool in_keywords = false;
    while (!parser_at(p, TOKEN_RIGHT_PARENTHESIS)) {
        if (parser_at(p, TOKEN_NAME) && parser_type_ahead(p, 1) == TOKEN_EQUAL) {
            const ast_identifier *name = parser_accept_name(p);
            p->position++;
            ast_pattern *value = name ? parse_pattern(p) : NULL;
            if (!value || !parser_push(p, (void *)name) || !parser_push(p, value))
                goto failed;
            in_keywords = true;
        } else if (in_keywords) {
            if (p->explain)
                parse_explain_positional(p);
            goto failed;
        } else {
            ast_pattern *value = parse_pattern(p);
            if (!value || !parser_push(p, value))
                goto failed;
            positional++;
        }
        if (!parser_accept(p, TOKEN_COMMA))
            break;
    }
    if (!parser_accept(p, TOKEN_RIGHT_PARENTHESIS))
        goto failed;
    uint32_t keywords = (p->stack_size - base - positional) / 2;
    ast_pattern_list *patterns = parser_alloc(p, sizeof *patterns + positional * sizeof patterns->items[0]);
    ast_identifier_list *names = parser_alloc(p, sizeof *names + keywords * sizeof names->items[0]);
    ast_pattern_list *values = parser_alloc(p, sizeof *values + keywords * sizeof values->items[0]);
    ast_pattern *pattern = parse_new_pattern(p, AST_MATCH_CLASS, type->place);
    if (!patterns || !names || !values || !pattern)
        goto failed;
    patterns->count = positional;
    names->count = values->count = keywords;
    for (uint32_t i = 0; i < positional; i++)
        patterns->items[i] = p->stack[base + i];
    for (uint32_t i = 0; i < keywords; i++) {
        names->items[i] = p->stack[base + positional + 2 * i];
        values->items[i] = p->stack[base + positional + 2 * i + 1];
    }
    p->stack_size = base;
    pattern->class.type = type;
    pattern->class.patterns = patterns;
    pattern->class.keyword_names = names;
    pattern->class.keyword_patterns = values;
    return pattern;
failed:
    p->stack_size = base;
    return NULL;
}

/* ---- patterns ---------------------------------------------------------------------------------------- */

static ast_pattern *parse_name_pattern(parser *p)
{
    ast_place start = parser_peek(p)->place;
    if (parser_at_word(p, "_")) {
        p->position++;
        return parse_new_as(p, start, NULL, NULL);
    }
    token_type next = parser_type_ahead(p, 1);
    if (next == TOKEN_DOT || next == TOKEN_LEFT_PARENTHESIS) {
        ast_expr *name = parse_dotted_expression(p);
        if (!name)
            return NULL;
        if (parser_at(p, TOKEN_LEFT_PARENTHESIS))
            return parse_class_pattern(p, name);
        return parser_at(p, TOKEN_EQUAL) ? NULL : parse_new_value(p, name);
    }
    const ast_identifier *name = parse_capture_name(p);
    return name ? parse_new_as(p, start, NULL, name) : NULL;
}

static ast_pattern *parse_closed_pattern(parser *p)
{
    switch (parser_next_type(p)) {
    case TOKEN_NUMBER:
    case TOKEN_MINUS:
        return parse_new_value(p, parse_signed_number(p));
    case TOKEN_STRING:
        return parse_new_value(p, parse_strings(p));
    case TOKEN_NONE:
        return parse_singleton(p, AST_CONSTANT_NONE);
    case TOKEN_TRUE:
        return parse_singleton(p, AST_CONSTANT_TRUE);
    case TOKEN_FALSE:
        return parse_singleton(p, AST_CONSTANT_FALSE);
    case TOKEN_NAME:
        return parse_name_pattern(p);
    case TOKEN_LEFT_PARENTHESIS:
        return parse_bracketed_pattern(p, TOKEN_RIGHT_PARENTHESIS);
    case TOKEN_LEFT_BRACKET:
        return parse_bracketed_pattern(p, TOKEN_RIGHT_BRACKET);
    case TOKEN_LEFT_BRACE:
        return parse_mapping_pattern(p);
    default:
        return NULL;
    }
}

static ast_pattern *parse_or_pattern(parser *p)
{
    ast_place start = parser_peek(p)->place;
    ast_pattern *first = parse_closed_pattern(p);
    if (!first || !parser_at(p, TOKEN_BAR))
        return first;
    uint32_t base = parser_stack_base(p);
    bool fine = parser_push(p, first);
    while (fine && parser_accept(p, TOKEN_BAR)) {
        ast_pattern *item = parse_closed_pattern(p);
        fine = item && parser_push(p, item);
    }
    if (!fine || parser_failed(p)) {
        p->stack_size = base;
        return NULL;
    }
    ast_pattern_list *patterns = parser_take_list(p, base);
    ast_pattern *pattern = patterns ? parse_new_pattern(p, AST_MATCH_OR, start) : NULL;
    if (pattern)
        pattern->sequence.patterns = patterns;
    return pattern;
}

static ast_pattern *parse_as_pattern(parser *p)
{
    ast_place start = parser_peek(p)->place;
    ast_pattern *inner = parse_or_pattern(p);
    if (!inner || !parser_accept(p, TOKEN_AS))
        return inner;
    const ast_identifier *name = parse_capture_name(p);
    if (name)
        return parse_new_as(p, start, inner, name);
    if (p->explain && !parser_failed(p)) {
        if (parser_at_word(p, "_"))
            return parser_fail_at(p, parser_peek(p)->place, "cannot use '_' as a target");
        if (!parser_at(p, TOKEN_NAME)) {
            ast_expr *wrong = parse_expression(p);
            if (wrong && !parser_failed(p))
                parser_fail_at(p, wrong->place, "invalid pattern target");
        }
    }
    return NULL;
}

static ast_pattern *parse_pattern(parser *p)
{
    ast_pattern *pattern = parser_enter(p) ? parse_as_pattern(p) : NULL;
    parser_leave(p);
    return pattern;
}

/* A pattern, or several with commas: a sequence without brackets. */
static ast_pattern *parse_case_patterns(parser *p)
{
    ast_place start = parser_peek(p)->place;
    ast_pattern *first = parse_maybe_star_pattern(p);
    if (!first)
        return NULL;
    if (!parser_at(p, TOKEN_COMMA))
        return first->kind == AST_MATCH_STAR ? NULL : first;
    ast_pattern_list *items = parse_sequence_items(p, first);
    return parse_new_sequence_pattern(p, start, items);
}

/* ---- the statement ----------------------------------------------------------------------------------- */

static ast_match_case *parse_case(parser *p)
{
    int32_t line = parser_peek(p)->place.line;
    p->position++;
    ast_pattern *pattern = parse_case_patterns(p);
    ast_expr *guard = NULL;
    if (!pattern || (parser_accept(p, TOKEN_IF) && !(guard = parse_named_expression(p))))
        return NULL;
    if (!parser_accept(p, TOKEN_COLON)) {
        if (p->explain && parser_at(p, TOKEN_NEWLINE))
            parser_fail_last(p, SYNTAX_ERROR_SYNTAX, "expected ':'");
        return NULL;
    }
    ast_stmt_list *body = parse_block(p, "'case' statement", line);
    ast_match_case *result = body ? parser_alloc(p, sizeof *result) : NULL;
    if (!result)
        return NULL;
    result->pattern = pattern;
    result->guard = guard;
    result->body = body;
    return result;
}

/* The subject of a match: an expression, or a tuple without parentheses. */
static ast_expr *parse_subject(parser *p)
{
    ast_expr *first = parse_star_named_expression(p);
    if (!first)
        return NULL;
    if (!parser_at(p, TOKEN_COMMA))
        return first->kind == AST_STARRED ? NULL : first;
    ast_place start = parser_start_of(p, first);
    uint32_t base = parser_stack_base(p);
    bool fine = parser_push(p, first);
    while (fine && parser_accept(p, TOKEN_COMMA)) {
        token_type next = parser_next_type(p);
        if (!parse_starts_expression(next) && next != TOKEN_STAR)
            break;
        ast_expr *item = parse_star_named_expression(p);
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

ast_stmt *parse_match(parser *p, bool *certain)
{
    token_type next = parser_type_ahead(p, 1);
    if (!parse_starts_expression(next) && next != TOKEN_STAR)
        return NULL;
    ast_place start = parser_peek(p)->place;
    p->position++;
    ast_expr *subject = parse_subject(p);
    if (!subject || parser_failed(p))
        return NULL;
    if (p->explain && parser_at(p, TOKEN_NEWLINE))
        return parser_fail_last(p, SYNTAX_ERROR_SYNTAX, "expected ':'");
    if (!parser_accept(p, TOKEN_COLON) || !parser_accept(p, TOKEN_NEWLINE))
        return NULL;
    if (!parser_accept(p, TOKEN_INDENT)) {
        if (p->explain && !parser_failed(p))
            parser_fail_last(p, SYNTAX_ERROR_INDENTATION,
                             "expected an indented block after 'match' statement on line %d", start.line);
        return NULL;
    }
    uint32_t base = parser_stack_base(p);
    ast_stmt *s = NULL;
    if (parser_enter(p) && parser_at_word(p, "case")) {
        bool fine = *certain = true;
        while (fine && parser_at_word(p, "case")) {
            ast_match_case *item = parse_case(p);
            fine = item && parser_push(p, item);
        }
        ast_match_case_list *cases = NULL;
        if (fine && parser_accept(p, TOKEN_DEDENT))
            cases = parser_take_list(p, base);
        s = cases ? parser_new_stmt(p, AST_MATCH, start) : NULL;
        if (s && !parser_check_version(p, 10, "Pattern matching is"))
            s = NULL;
        if (s) {
            s->place = ast_place_join(start, p->last_place);
            s->match.subject = subject;
            s->match.cases = cases;
        }
    }
    parser_leave(p);
    p->stack_size = base;
    return s;
}

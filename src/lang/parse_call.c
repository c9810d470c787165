/* parse_call.c: what stands in the parentheses of a call, a class and a function, and lambda.
 */
#include "lang/parser.h"

/* ---- arguments --------------------------------------------------------------------------------------- */

/* The arguments read so far: positional ones on the parser's stack, keywords here. */
typedef struct argument_list {
    uint32_t base;
    ast_keyword_list *keywords;
    uint32_t keyword_count, keyword_capacity;
    bool has_unpacked_keywords; /* ** was seen */
    ast_place place;            /* from the first argument to the last */
    bool is_empty;
    bool is_rest; /* read only to get past them */
} argument_list;

static bool parse_argument(parser *p, argument_list *list, ast_place open, ast_expr **generator);

static bool parse_add_keyword(parser *p, argument_list *list, const ast_identifier *name, ast_expr *value,
                              ast_place start)
{
    ast_keyword *keyword = parser_alloc(p, sizeof *keyword);
    if (!keyword)
        return false;
    keyword->name = name;
    keyword->value = value;
    keyword->place = parser_place_until_here(p, start);
    if (list->keyword_count == list->keyword_capacity) {
        uint32_t capacity = list->keyword_capacity ? list->keyword_capacity * 2 : 4;
        ast_keyword_list *grown = parser_alloc(p, sizeof *grown + capacity * sizeof grown->items[0]);
        if (!grown)
            return false;
        for (uint32_t i = 0; i < list->keyword_count; i++)
            grown->items[i] = list->keywords->items[i];
        list->keywords = grown;
        list->keyword_capacity = capacity;
    }
    list->keywords->items[list->keyword_count++] = keyword;
    return true;
}

static ast_place parse_last_comprehension_place(const ast_comprehension_list *clauses)
{
    const ast_comprehension *last = clauses->items[clauses->count - 1];
    return last->conditions->count ? last->conditions->items[last->conditions->count - 1]->place : last->iter->place;
}

/* name=value */
static bool parse_keyword_argument(parser *p, argument_list *list)
{
    const token name = *parser_peek(p);
    const ast_identifier *id = parser_intern(p, &name);
    if (!id)
        return false;
    p->position++;
    ast_place equals = p->tokens[p->position].place;
    p->position++;
    ast_expr *value = parse_expression(p);
    if (!value)
        return false;
    if (p->explain && (parser_at(p, TOKEN_FOR) || parser_at(p, TOKEN_ASYNC))) {
        if (parse_comprehension_clauses(p))
            parser_fail_range(p, name.place, equals, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
        return false;
    }
    return parse_add_keyword(p, list, id, value, name.place);
}

/* Behind a positional argument, in the second pass: what makes it none. */
static bool parse_explain_argument(parser *p, argument_list *list, const ast_expr *value)
{
    if (parser_at(p, TOKEN_EQUAL)) {
        if (value->kind == AST_NAMED_EXPR && !value->in_parentheses)
            return false;
        ast_place equals = parser_peek(p)->place;
        if (value->kind == AST_CONSTANT && value->constant.kind <= AST_CONSTANT_FALSE && !value->in_parentheses)
            parser_fail_range(p, value->place, equals, "cannot assign to %s", parse_expr_name(value));
        else
            parser_fail_range(p, value->place, equals,
                              "expression cannot contain assignment, perhaps you meant \"==\"?");
        return false;
    }
    bool at_clauses = parser_at(p, TOKEN_FOR) || parser_at(p, TOKEN_ASYNC);
    if (at_clauses && !list->is_empty) {
        ast_comprehension_list *clauses = parse_comprehension_clauses(p);
        if (!clauses)
            return false;
        parser_fail_range(p, value->place, parse_last_comprehension_place(clauses), "Generator expression must be parenthesized");
        return false;
    }
    if (list->keyword_count) {
        /* CPython reads the arguments that follow before it complains at the last token. */
        argument_list rest = {.base = parser_stack_base(p), .is_rest = true, .is_empty = true};
        if (list->is_rest)
            return false;
        while (parser_accept(p, TOKEN_COMMA) && parse_argument(p, &rest, list->place, NULL))
            rest.is_empty = false;
        p->stack_size = rest.base;
        parser_fail_last(p, SYNTAX_ERROR_SYNTAX,
                         list->has_unpacked_keywords ? "positional argument follows keyword argument unpacking"
                                                     : "positional argument follows keyword argument");
        return false;
    }
    return true;
}

/* *value or **value */
static bool parse_unpacked_argument(parser *p, argument_list *list)
{
    const token star = *parser_peek(p);
    p->position++;
    if (star.type == TOKEN_STAR && list->has_unpacked_keywords) {
        if (p->explain)
            parser_fail_at(p, list->place, "iterable argument unpacking follows keyword argument unpacking");
        return false;
    }
    ast_expr *value = parse_expression(p);
    if (!value) {
        if (star.type == TOKEN_STAR && p->explain && !list->is_empty && !parser_failed(p))
            parser_fail_at(p, list->place, "iterable argument unpacking follows keyword argument unpacking");
        return false;
    }
    if (star.type == TOKEN_DOUBLE_STAR) {
        list->has_unpacked_keywords = true;
        return parse_add_keyword(p, list, NULL, value, star.place);
    }
    ast_expr *e = parser_new_expr(p, AST_STARRED, star.place);
    if (!e)
        return false;
    e->context = AST_LOAD;
    e->starred.value = value;
    if (p->explain && (parser_at(p, TOKEN_FOR) || parser_at(p, TOKEN_ASYNC))) {
        ast_comprehension_list *clauses = parse_comprehension_clauses(p);
        if (clauses && list->is_empty)
            parser_fail_at(p, e->place, "iterable unpacking cannot be used in comprehension");
        else if (clauses)
            parser_fail_range(p, e->place, parse_last_comprehension_place(clauses),
                              "Generator expression must be parenthesized");
        return false;
    }
    return parser_push(p, e);
}

/* One argument.  `generator`: where a lone generator expression goes, with the ')' passed; NULL: none allowed. */
static bool parse_argument(parser *p, argument_list *list, ast_place open, ast_expr **generator)
{
    token_type type = parser_next_type(p);
    if (type == TOKEN_STAR || type == TOKEN_DOUBLE_STAR)
        return parse_unpacked_argument(p, list);
    if (type == TOKEN_NAME && parser_type_ahead(p, 1) == TOKEN_EQUAL)
        return parse_keyword_argument(p, list);
    if (list->keyword_count && !p->explain)
        return false;
    ast_expr *value;
    if (type == TOKEN_NAME && parser_type_ahead(p, 1) == TOKEN_COLON_EQUAL)
        value = parse_named_expression(p);
    else
        value = parse_expression(p);
    if (!value || (p->explain && !parse_explain_argument(p, list, value)))
        return false;
    if (list->keyword_count)
        return false;
    if (generator && list->is_empty &&
        (parser_at(p, TOKEN_FOR) || (parser_at(p, TOKEN_ASYNC) && parser_type_ahead(p, 1) == TOKEN_FOR))) {
        ast_comprehension_list *generators = parse_comprehension_clauses(p);
        if (!generators)
            return false;
        if (p->explain && parser_accept(p, TOKEN_COMMA) && parser_next_type(p) != TOKEN_ERROR) {
            parser_fail_range(p, value->place, parse_last_comprehension_place(generators),
                              "Generator expression must be parenthesized");
            return false;
        }
        if (!parser_accept(p, TOKEN_RIGHT_PARENTHESIS))
            return false;
        ast_expr *e = parser_new_expr(p, AST_GENERATOR_EXP, open);
        if (!e)
            return false;
        e->comprehension.element = value;
        e->comprehension.value = NULL;
        e->comprehension.generators = generators;
        e->comprehension.scope = NULL;
        *generator = e;
        return true;
    }
    return parser_push(p, value);
}

/* All arguments and the ')'. */
static bool parse_argument_list(parser *p, argument_list *list, ast_place open, ast_expr **generator)
{
    while (!parser_accept(p, TOKEN_RIGHT_PARENTHESIS)) {
        ast_place start = parser_peek(p)->place;
        if (parser_failed(p) || !parse_argument(p, list, open, list->is_empty ? generator : NULL))
            return false;
        if (generator && *generator)
            return true;
        if (list->is_empty)
            list->place = start;
        list->place = parser_place_until_here(p, list->place);
        list->is_empty = false;
        if (!parser_accept(p, TOKEN_COMMA))
            return parser_accept(p, TOKEN_RIGHT_PARENTHESIS);
    }
    return true;
}

static bool parse_finish_arguments(parser *p, argument_list *list, ast_expr **generator, ast_expr_list **args,
                                   ast_keyword_list **keywords)
{
    ast_place open = parser_previous(p)->place;
    list->base = parser_stack_base(p);
    list->is_empty = true;
    if (!parse_argument_list(p, list, open, generator) || parser_failed(p)) {
        p->stack_size = list->base;
        return false;
    }
    *args = generator && *generator ? parser_list_of_one(p, *generator) : parser_take_list(p, list->base);
    if (list->keyword_count) {
        list->keywords->count = list->keyword_count;
        *keywords = list->keywords;
    } else {
        *keywords = parser_empty_list();
    }
    return *args != NULL;
}

ast_expr *parse_call_arguments(parser *p, ast_expr *function, ast_place start)
{
    argument_list list = {0};
    ast_expr *generator = NULL, *e = NULL;
    ast_expr_list *args;
    ast_keyword_list *keywords;
    if (parser_enter(p) && parse_finish_arguments(p, &list, &generator, &args, &keywords)) {
        e = parser_new_expr(p, AST_CALL, start);
        if (e) {
            e->call.function = function;
            e->call.args = args;
            e->call.keywords = keywords;
        }
    }
    parser_leave(p);
    return e;
}

bool parse_arguments(parser *p, ast_expr_list **args, ast_keyword_list **keywords)
{
    argument_list list = {0};
    return parse_finish_arguments(p, &list, NULL, args, keywords);
}

/* ---- parameters -------------------------------------------------------------------------------------- */

typedef struct parameter_list {
    token_type end;  /* what ends the list: ')' or ':' */
    bool annotated;  /* annotations may stand behind names: def, not lambda */
    ast_arguments *result;
    uint32_t first; /* where the list's parameters begin on the stack; the defaults are kept apart */
    bool saw_slash, saw_star, saw_default;
    ast_expr_list *defaults;
    uint32_t default_count, default_capacity;
} parameter_list;

static bool parse_add_default(parser *p, parameter_list *list, ast_expr *value)
{
    if (list->default_count == list->default_capacity) {
        uint32_t capacity = list->default_capacity ? list->default_capacity * 2 : 4;
        ast_expr_list *grown = parser_alloc(p, sizeof *grown + capacity * sizeof grown->items[0]);
        if (!grown)
            return false;
        for (uint32_t i = 0; i < list->default_count; i++)
            grown->items[i] = list->defaults->items[i];
        list->defaults = grown;
        list->default_capacity = capacity;
    }
    list->defaults->items[list->default_count++] = value;
    return true;
}

static ast_arg *parse_parameter(parser *p, parameter_list *list, bool star_annotation)
{
    const token name = *parser_peek(p);
    const ast_identifier *id = parser_accept_name(p);
    ast_arg *arg = id ? parser_alloc(p, sizeof *arg) : NULL;
    if (!arg)
        return NULL;
    arg->name = id;
    arg->annotation = NULL;
    arg->type_comment = NULL;
    if (list->annotated && parser_accept(p, TOKEN_COLON)) {
        arg->annotation = star_annotation ? parse_star_expression(p) : parse_expression(p);
        if (!arg->annotation)
            return NULL;
    }
    arg->place = parser_place_until_here(p, name.place);
    return arg;
}

/* The ',' behind a parameter, in *more, and its type comment.  False: an error is set. */
static bool parse_parameter_end(parser *p, const parameter_list *list, ast_arg *arg, bool *more)
{
    *more = parser_accept(p, TOKEN_COMMA);
    if (list->annotated)
        arg->type_comment = parser_accept_type_comment(p);
    return !parser_failed(p);
}

/* [= value]; `*value` stays NULL when there is none. */
static bool parse_default(parser *p, parameter_list *list, ast_expr **value)
{
    *value = NULL;
    if (!parser_at(p, TOKEN_EQUAL))
        return !parser_failed(p);
    ast_place equals = parser_peek(p)->place;
    p->position++;
    if (p->explain && (parser_at(p, TOKEN_RIGHT_PARENTHESIS) || parser_at(p, TOKEN_COMMA))) {
        parser_fail_at(p, equals, "expected default value expression");
        return false;
    }
    *value = parse_expression(p);
    return *value != NULL;
}

/* Fails with a message in the second pass, and plainly in the first.  Always false. */
static bool parse_fail_parameter(parser *p, ast_place place, const char *message)
{
    if (p->explain && !parser_failed(p))
        parser_fail_at(p, place, "%s", message);
    return false;
}

/* (a, b) as a parameter */
static bool parse_explain_parenthesized_parameter(parser *p, parameter_list *list)
{
    if (!p->explain || !parser_at(p, TOKEN_LEFT_PARENTHESIS) || list->saw_default || list->saw_star)
        return false;
    ast_place open = parser_peek(p)->place;
    p->position++;
    int names = 0;
    while (parser_at(p, TOKEN_NAME)) {
        if (!parse_parameter(p, list, false) ||
            (!parser_at(p, TOKEN_COMMA) && !parser_at(p, TOKEN_RIGHT_PARENTHESIS)))
            return false;
        names++;
        if (!parser_accept(p, TOKEN_COMMA))
            break;
    }
    if (names && parser_at(p, TOKEN_RIGHT_PARENTHESIS))
        parser_fail_range(p, open, parser_peek(p)->place,
                          list->annotated ? "Function parameters cannot be parenthesized"
                                          : "Lambda expression parameters cannot be parenthesized");
    return false;
}

/* Everything behind `**`. */
static bool parse_keyword_parameters(parser *p, parameter_list *list)
{
    list->result->kwarg = parse_parameter(p, list, false);
    if (!list->result->kwarg)
        return false;
    if (parser_at(p, TOKEN_EQUAL))
        return parse_fail_parameter(p, parser_peek(p)->place, "var-keyword argument cannot have default value");
    bool more;
    if (!parse_parameter_end(p, list, list->result->kwarg, &more))
        return false;
    if (!more)
        return true;
    token_type next = parser_next_type(p);
    if (p->explain && (next == TOKEN_STAR || next == TOKEN_DOUBLE_STAR || next == TOKEN_SLASH))
        return parse_fail_parameter(p, parser_peek(p)->place, "arguments cannot follow var-keyword argument");
    if (p->explain && next == TOKEN_NAME) {
        ast_arg *arg = parse_parameter(p, list, false);
        return arg && parse_fail_parameter(p, arg->place, "arguments cannot follow var-keyword argument");
    }
    return true;
}

/* Everything behind `*`, whose place is given, up to the end. */
static bool parse_star_parameters(parser *p, parameter_list *list, ast_place star)
{
    uint32_t base = parser_stack_base(p);
    list->saw_star = true;
    if (parser_at(p, TOKEN_NAME)) {
        list->result->vararg = parse_parameter(p, list, true);
        if (!list->result->vararg)
            return false;
        if (parser_at(p, TOKEN_EQUAL))
            return parse_fail_parameter(p, parser_peek(p)->place, "var-positional argument cannot have default value");
        bool more;
        if (!parse_parameter_end(p, list, list->result->vararg, &more))
            return false;
        if (!more)
            return true;
    } else {
        token_type next = parser_next_type(p), behind = next == TOKEN_COMMA ? parser_type_ahead(p, 1) : next;
        if (next == list->end || (next == TOKEN_COMMA && (behind == list->end || behind == TOKEN_DOUBLE_STAR))) {
            if (p->explain && !list->annotated)
                parser_fail_last(p, SYNTAX_ERROR_SYNTAX, "named arguments must follow bare *");
            return parse_fail_parameter(p, star, "named arguments must follow bare *");
        }
        if (!parser_accept(p, TOKEN_COMMA))
            return false;
        if (p->explain && parser_at(p, TOKEN_TYPE_COMMENT))
            parser_fail_last(p, SYNTAX_ERROR_SYNTAX, "bare * has associated type comment");
    }
    while (!parser_at(p, list->end)) {
        if (parser_accept(p, TOKEN_DOUBLE_STAR)) {
            if (!parse_keyword_parameters(p, list))
                return false;
            break;
        }
        if (parser_at(p, TOKEN_STAR)) {
            if (!p->explain)
                return false;
            ast_place again = parser_peek(p)->place;
            p->position++;
            if (parser_at(p, TOKEN_NAME) && !parse_parameter(p, list, true))
                return false;
            if (!parser_at(p, TOKEN_COMMA) && !parser_at(p, list->end))
                return false;
            return parse_fail_parameter(p, again, "* argument may appear only once");
        }
        if (parser_at(p, TOKEN_SLASH))
            return parse_fail_parameter(p, parser_peek(p)->place, "/ must be ahead of *");
        ast_expr *value;
        bool more;
        ast_arg *arg = parse_parameter(p, list, false);
        if (!arg || !parse_default(p, list, &value) || !parser_push(p, arg) || !parser_push(p, value) ||
            !parse_parameter_end(p, list, arg, &more))
            return false;
        if (!more)
            break;
    }
    /* Names and defaults alternate on the stack. */
    uint32_t count = (p->stack_size - base) / 2;
    ast_arg_list *names = parser_alloc(p, sizeof *names + count * sizeof names->items[0]);
    ast_expr_list *defaults = parser_alloc(p, sizeof *defaults + count * sizeof defaults->items[0]);
    if (!names || !defaults)
        return false;
    names->count = defaults->count = count;
    for (uint32_t i = 0; i < count; i++) {
        names->items[i] = p->stack[base + 2 * i];
        defaults->items[i] = p->stack[base + 2 * i + 1];
    }
    p->stack_size = base;
    list->result->keyword_only = names;
    list->result->keyword_defaults = defaults;
    return true;
}

/* A '/' is next. */
static bool parse_slash(parser *p, parameter_list *list)
{
    ast_place slash = parser_peek(p)->place;
    if (list->saw_slash)
        return parse_fail_parameter(p, slash, "/ may appear only once");
    if (p->stack_size == list->first)
        return p->explain && parser_type_ahead(p, 1) == TOKEN_COMMA && parse_fail_parameter(p, slash, "at least one argument must precede /");
    p->position++;
    list->saw_slash = true;
    list->result->positional_only = parser_take_list(p, list->first);
    if (!list->result->positional_only)
        return false;
    if (p->explain && parser_at(p, TOKEN_STAR))
        return parse_fail_parameter(p, parser_peek(p)->place, "expected comma between / and *");
    return true;
}

static bool parse_parameter_list(parser *p, parameter_list *list)
{
    while (!parser_at(p, list->end)) {
        if (parser_at(p, TOKEN_STAR)) {
            ast_place star = parser_peek(p)->place;
            p->position++;
            /* The names before the star leave the stack first. */
            list->result->args = parser_take_list(p, list->first);
            return list->result->args && parse_star_parameters(p, list, star);
        }
        if (parser_accept(p, TOKEN_DOUBLE_STAR)) {
            if (!parse_keyword_parameters(p, list))
                return false;
            break;
        }
        bool more;
        if (parser_at(p, TOKEN_SLASH)) {
            if (!parse_slash(p, list))
                return false;
            more = parser_accept(p, TOKEN_COMMA);
        } else {
            if (!parser_at(p, TOKEN_NAME))
                return parse_explain_parenthesized_parameter(p, list);
            ast_expr *value;
            ast_arg *arg = parse_parameter(p, list, false);
            if (!arg || !parse_default(p, list, &value))
                return false;
            if (value) {
                list->saw_default = true;
                if (!parse_add_default(p, list, value))
                    return false;
            } else if (list->saw_default) {
                if (!parser_at(p, TOKEN_COMMA) && !parser_at(p, list->end))
                    return false;
                return parse_fail_parameter(p, arg->place, "non-default argument follows default argument");
            }
            if (!parser_push(p, arg) || !parse_parameter_end(p, list, arg, &more))
                return false;
        }
        if (!more)
            break;
    }
    list->result->args = parser_take_list(p, list->first);
    return list->result->args != NULL;
}

ast_arguments *parse_parameters(parser *p, token_type end, bool annotated)
{
    ast_arguments *result = parser_alloc(p, sizeof *result);
    if (!result)
        return NULL;
    result->positional_only = result->args = result->keyword_only = parser_empty_list();
    result->keyword_defaults = result->defaults = parser_empty_list();
    result->vararg = result->kwarg = NULL;
    parameter_list list = {.end = end, .annotated = annotated, .result = result, .first = parser_stack_base(p)};
    bool fine = parse_parameter_list(p, &list) && !parser_failed(p) &&
                (!list.saw_slash || parser_check_version(p, 8, "Positional-only parameters are"));
    if (!fine) {
        p->stack_size = list.first;
        return NULL;
    }
    if (list.default_count) {
        list.defaults->count = list.default_count;
        result->defaults = list.defaults;
    }
    return result;
}

ast_expr *parse_lambda(parser *p)
{
    ast_place start = parser_peek(p)->place;
    p->position++;
    ast_arguments *args = parse_parameters(p, TOKEN_COLON, false);
    if (!args || !parser_accept(p, TOKEN_COLON))
        return NULL;
    ast_expr *body = parse_expression(p);
    ast_expr *e = body ? parser_new_expr(p, AST_LAMBDA, start) : NULL;
    if (!e)
        return NULL;
    e->lambda.args = args;
    e->lambda.body = body;
    e->lambda.scope = NULL;
    return e;
}

/* ast_validate.c: is a tree made of objects what the compiler expects of a parsed one?
 *
 * The checks, their order and their words are CPython's (ast.c): contexts of targets, lists that must not be
 * empty, counts that must agree, names that are constants, patterns, and places that run backwards.
 * Afterwards places are no less than zero.  Recursion is bounded by the conversion's depth
 * (ast_from_object.c).
 */
#include "modules/ast_nodes.h"

#include "types/error.h"

static bool check_expr(ouro_runtime *rt, const ast_expr *e, ast_context context);
static bool check_stmts(ouro_runtime *rt, const ast_stmt_list *list);
static bool check_pattern(ouro_runtime *rt, ast_pattern *p, bool star_allowed);

static bool fail(ouro_runtime *rt, const char *message)
{
    error_value(rt, "%s", message);
    return false;
}

/* Places are read-only facts to all but this check. */
static bool check_place(ouro_runtime *rt, const ast_place *at)
{
    ast_place *place = (ast_place *)(uintptr_t)at;
    if (place->line > place->end_line) {
        error_value(rt, "AST node line range (%d, %d) is not valid", place->line, place->end_line);
        return false;
    }
    if ((place->line < 0 && place->end_line != place->line) ||
        (place->column < 0 && place->column != place->end_column)) {
        error_value(rt, "AST node column range (%d, %d) for line range (%d, %d) is not valid", place->column,
                    place->end_column, place->line, place->end_line);
        return false;
    }
    if (place->line == place->end_line && place->column > place->end_column) {
        error_value(rt, "line %d, column %d-%d is not a valid range", place->line, place->column,
                    place->end_column);
        return false;
    }
    int32_t *numbers[] = {&place->line, &place->column, &place->end_line, &place->end_column};
    for (size_t i = 0; i < 4; i++) {
        *numbers[i] = *numbers[i] < 0 ? 0 : *numbers[i];
    }
    return true;
}

static bool check_not_empty(ouro_runtime *rt, const void *list, const char *what, const char *owner)
{
    if (((const ast_expr_list *)list)->count == 0) {
        error_value(rt, "empty %s on %s", what, owner);
        return false;
    }
    return true;
}

static bool check_exprs(ouro_runtime *rt, const ast_expr_list *list, ast_context context, bool null_allowed)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->items[i] == NULL ? !null_allowed : !check_expr(rt, list->items[i], context)) {
            return error_is_set(rt) ? false : fail(rt, "None disallowed in expression list");
        }
    }
    return true;
}

/* A name that is a keyword for a constant cannot be bound or read. */
static bool check_name(ouro_runtime *rt, const ast_identifier *name)
{
    static const char *const constants[] = {"None", "True", "False"};
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(name->text, constants[i]) == 0) {
            error_value(rt, "identifier field can't represent '%s' constant", constants[i]);
            return false;
        }
    }
    return true;
}

static bool check_optional(ouro_runtime *rt, const ast_expr *e)
{
    return e == NULL || check_expr(rt, e, AST_LOAD);
}

static bool check_keywords(ouro_runtime *rt, const ast_keyword_list *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (!check_place(rt, &list->items[i]->place) || !check_expr(rt, list->items[i]->value, AST_LOAD)) {
            return false;
        }
    }
    return true;
}

static bool check_comprehensions(ouro_runtime *rt, const ast_comprehension_list *list)
{
    if (list->count == 0) {
        return fail(rt, "comprehension with no generators");
    }
    for (uint32_t i = 0; i < list->count; i++) {
        const ast_comprehension *c = list->items[i];
        if (!check_expr(rt, c->target, AST_STORE) || !check_expr(rt, c->iter, AST_LOAD) ||
            !check_exprs(rt, c->conditions, AST_LOAD, false)) {
            return false;
        }
    }
    return true;
}

static bool check_args(ouro_runtime *rt, const ast_arg_list *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (!check_place(rt, &list->items[i]->place) || !check_optional(rt, list->items[i]->annotation)) {
            return false;
        }
    }
    return true;
}

static bool check_arguments(ouro_runtime *rt, const ast_arguments *a)
{
    if (!check_args(rt, a->positional_only) || !check_args(rt, a->args) ||
        (a->vararg != NULL && !check_optional(rt, a->vararg->annotation)) ||
        !check_args(rt, a->keyword_only) || (a->kwarg != NULL && !check_optional(rt, a->kwarg->annotation))) {
        return false;
    }
    if (a->defaults->count > a->positional_only->count + a->args->count) {
        return fail(rt, "more positional defaults than args on arguments");
    }
    if (a->keyword_defaults->count != a->keyword_only->count) {
        return fail(rt, "length of kwonlyargs is not the same as kw_defaults on arguments");
    }
    return check_exprs(rt, a->defaults, AST_LOAD, false) &&
           check_exprs(rt, a->keyword_defaults, AST_LOAD, true);
}

static const char *context_name(ast_context context)
{
    return context == AST_LOAD ? "Load" : context == AST_STORE ? "Store" : "Del";
}

static bool check_context(ouro_runtime *rt, const ast_expr *e, ast_context context)
{
    ast_context actual = AST_LOAD;
    switch ((ast_expr_kind)e->kind) {
    case AST_NAME:
        if (!check_name(rt, e->name.id)) {
            return false;
        }
        actual = e->context;
        break;
    case AST_ATTRIBUTE:
    case AST_SUBSCRIPT:
    case AST_STARRED:
    case AST_LIST_DISPLAY:
    case AST_TUPLE:
        actual = e->context;
        break;
    default:
        if (context != AST_LOAD) {
            error_value(rt, "expression which can't be %s in %s context",
                        context == AST_STORE ? "assigned to" : "deleted", context_name(context));
            return false;
        }
    }
    if (actual != context) {
        error_value(rt, "expression must have %s context but has %s instead", context_name(context),
                    context_name(actual));
        return false;
    }
    return true;
}

static bool check_expr(ouro_runtime *rt, const ast_expr *e, ast_context context)
{
    if (!check_place(rt, &e->place) || !check_context(rt, e, context)) {
        return false;
    }
    switch ((ast_expr_kind)e->kind) {
    case AST_BOOL_OP:
        if (e->bool_op.values->count < 2) {
            return fail(rt, "BoolOp with less than 2 values");
        }
        return check_exprs(rt, e->bool_op.values, AST_LOAD, false);
    case AST_NAMED_EXPR:
        if (e->named_expr.target->kind != AST_NAME) {
            error_type(rt, "NamedExpr target must be a Name");
            return false;
        }
        ((ast_expr *)e->named_expr.target)->context =
            AST_STORE; /* whatever the program said: it is what is meant */
        return check_name(rt, e->named_expr.target->name.id) &&
               check_place(rt, &e->named_expr.target->place) && check_expr(rt, e->named_expr.value, AST_LOAD);
    case AST_BIN_OP:
        return check_expr(rt, e->bin_op.left, AST_LOAD) && check_expr(rt, e->bin_op.right, AST_LOAD);
    case AST_UNARY_OP:
        return check_expr(rt, e->unary_op.operand, AST_LOAD);
    case AST_LAMBDA:
        return check_arguments(rt, e->lambda.args) && check_expr(rt, e->lambda.body, AST_LOAD);
    case AST_IF_EXP:
        return check_expr(rt, e->if_exp.test, AST_LOAD) && check_expr(rt, e->if_exp.body, AST_LOAD) &&
               check_expr(rt, e->if_exp.orelse, AST_LOAD);
    case AST_DICT:
        if (e->dict.keys->count != e->dict.values->count) {
            return fail(rt, "Dict doesn't have the same number of keys as values");
        }
        return check_exprs(rt, e->dict.keys, AST_LOAD, true) &&
               check_exprs(rt, e->dict.values, AST_LOAD, false);
    case AST_SET:
        return check_exprs(rt, e->set.elements, AST_LOAD, false);
    case AST_LIST_COMP:
    case AST_SET_COMP:
    case AST_GENERATOR_EXP:
        return check_comprehensions(rt, e->comprehension.generators) &&
               check_expr(rt, e->comprehension.element, AST_LOAD);
    case AST_DICT_COMP:
        return check_comprehensions(rt, e->comprehension.generators) &&
               check_expr(rt, e->comprehension.element, AST_LOAD) &&
               check_expr(rt, e->comprehension.value, AST_LOAD);
    case AST_YIELD:
        return check_optional(rt, e->yield.value);
    case AST_YIELD_FROM:
    case AST_AWAIT:
        return check_expr(rt, e->yield.value, AST_LOAD);
    case AST_COMPARE:
        if (e->compare.comparators->count == 0) {
            return fail(rt, "Compare with no comparators");
        }
        if (e->compare.comparators->count != e->compare.ops->count) {
            return fail(rt, "Compare has a different number of comparators and operands");
        }
        return check_exprs(rt, e->compare.comparators, AST_LOAD, false) &&
               check_expr(rt, e->compare.left, AST_LOAD);
    case AST_CALL:
        return check_expr(rt, e->call.function, AST_LOAD) && check_exprs(rt, e->call.args, AST_LOAD, false) &&
               check_keywords(rt, e->call.keywords);
    case AST_CONSTANT:
        return true;
    case AST_JOINED_STR:
        return check_exprs(rt, e->joined_str.values, AST_LOAD, false);
    case AST_FORMATTED_VALUE:
        return check_expr(rt, e->formatted_value.value, AST_LOAD) &&
               check_optional(rt, e->formatted_value.format_spec);
    case AST_ATTRIBUTE:
        return check_expr(rt, e->attribute.value, AST_LOAD);
    case AST_SUBSCRIPT:
        return check_expr(rt, e->subscript.slice, AST_LOAD) && check_expr(rt, e->subscript.value, AST_LOAD);
    case AST_STARRED:
        return check_expr(rt, e->starred.value, context);
    case AST_SLICE:
        return check_optional(rt, e->slice.lower) && check_optional(rt, e->slice.upper) &&
               check_optional(rt, e->slice.step);
    case AST_LIST_DISPLAY:
    case AST_TUPLE:
        return check_exprs(rt, e->sequence.elements, context, false);
    case AST_NAME:
        return true;
    }
    return fail(rt, "unexpected expression");
}

/* ---- patterns ---------------------------------------------------------------------------------------------
 */

static bool is_number(const ast_expr *e, bool imaginary_only, bool real_only)
{
    if (e->kind != AST_CONSTANT) {
        return false;
    }
    bool complex = e->constant.kind == AST_CONSTANT_COMPLEX ||
                   (e->constant.kind == AST_CONSTANT_VALUE && strchr(e->constant.value_text, 'j') != NULL);
    bool real = e->constant.kind == AST_CONSTANT_INT || e->constant.kind == AST_CONSTANT_BIG_INT ||
                e->constant.kind == AST_CONSTANT_FLOAT ||
                (e->constant.kind == AST_CONSTANT_VALUE && !complex && e->constant.value_text[0] != '(' &&
                 e->constant.value_text[0] != 'f');
    return (complex && !real_only) || (real && !imaginary_only);
}

static bool is_signed_number(const ast_expr *e, bool real_only)
{
    if (e->kind == AST_UNARY_OP) {
        return e->op == AST_USUB && is_number(e->unary_op.operand, false, real_only);
    }
    return is_number(e, false, real_only);
}

static bool check_pattern_value(ouro_runtime *rt, const ast_expr *e)
{
    if (!check_expr(rt, e, AST_LOAD)) {
        return false;
    }
    switch ((ast_expr_kind)e->kind) {
    case AST_CONSTANT:
        if (e->constant.kind == AST_CONSTANT_ELLIPSIS || e->constant.kind <= AST_CONSTANT_FALSE ||
            (e->constant.kind == AST_CONSTANT_VALUE && !is_number(e, false, false))) {
            return fail(rt, "unexpected constant inside of a literal pattern");
        }
        return true;
    case AST_ATTRIBUTE:
    case AST_JOINED_STR:
        return true;
    case AST_UNARY_OP:
        if (is_signed_number(e, false)) {
            return true;
        }
        break;
    case AST_BIN_OP:
        if ((e->op == AST_ADD || e->op == AST_SUB) && is_signed_number(e->bin_op.left, true) &&
            is_number(e->bin_op.right, true, false)) {
            return true;
        }
        break;
    default:
        break;
    }
    return fail(rt, "patterns may only match literals and attribute lookups");
}

static bool check_capture(ouro_runtime *rt, const ast_identifier *name)
{
    if (strcmp(name->text, "_") == 0) {
        return fail(rt, "can't capture name '_' in patterns");
    }
    return check_name(rt, name);
}

static bool check_patterns(ouro_runtime *rt, const ast_pattern_list *list, bool star_allowed)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (!check_pattern(rt, list->items[i], star_allowed)) {
            return false;
        }
    }
    return true;
}

static bool check_pattern(ouro_runtime *rt, ast_pattern *p, bool star_allowed)
{
    if (!check_place(rt, &p->place)) {
        return false;
    }
    switch ((ast_pattern_kind)p->kind) {
    case AST_MATCH_VALUE:
        return check_pattern_value(rt, p->value.value);
    case AST_MATCH_SINGLETON:
        return true;
    case AST_MATCH_SEQUENCE:
        return check_patterns(rt, p->sequence.patterns, true);
    case AST_MATCH_MAPPING:
        if (p->mapping.keys->count != p->mapping.patterns->count) {
            return fail(rt, "MatchMapping doesn't have the same number of keys as patterns");
        }
        if (p->mapping.rest != NULL && !check_capture(rt, p->mapping.rest)) {
            return false;
        }
        for (uint32_t i = 0; i < p->mapping.keys->count; i++) {
            const ast_expr *key = p->mapping.keys->items[i];
            bool literal = key->kind == AST_CONSTANT && key->constant.kind <= AST_CONSTANT_FALSE;
            if (!literal && !check_pattern_value(rt, key)) {
                return false;
            }
        }
        return check_patterns(rt, p->mapping.patterns, false);
    case AST_MATCH_CLASS: {
        if (p->class.keyword_names->count != p->class.keyword_patterns->count) {
            return fail(rt, "MatchClass doesn't have the same number of keyword attributes as patterns");
        }
        if (!check_expr(rt, p->class.type, AST_LOAD)) {
            return false;
        }
        const ast_expr *type = p->class.type;
        while (type->kind == AST_ATTRIBUTE) {
            type = type->attribute.value;
        }
        if (type->kind != AST_NAME) {
            return fail(rt, "MatchClass cls field can only contain Name or Attribute nodes.");
        }
        for (uint32_t i = 0; i < p->class.keyword_names->count; i++) {
            if (!check_name(rt, p->class.keyword_names->items[i])) {
                return false;
            }
        }
        return check_patterns(rt, p->class.patterns, false) &&
               check_patterns(rt, p->class.keyword_patterns, false);
    }
    case AST_MATCH_STAR:
        if (!star_allowed) {
            return fail(rt, "can't use MatchStar here");
        }
        return p->as.name == NULL || check_capture(rt, p->as.name);
    case AST_MATCH_AS:
        if (p->as.name != NULL && !check_capture(rt, p->as.name)) {
            return false;
        }
        if (p->as.pattern == NULL) {
            return true;
        }
        if (p->as.name == NULL) {
            return fail(rt, "MatchAs must specify a target name if a pattern is given");
        }
        return check_pattern(rt, p->as.pattern, false);
    case AST_MATCH_OR:
        if (p->sequence.patterns->count < 2) {
            return fail(rt, "MatchOr requires at least 2 patterns");
        }
        return check_patterns(rt, p->sequence.patterns, false);
    }
    return fail(rt, "unexpected pattern");
}

/* ---- statements -------------------------------------------------------------------------------------------
 */

static bool check_body(ouro_runtime *rt, const ast_stmt_list *body, const char *owner)
{
    return check_not_empty(rt, body, "body", owner) && check_stmts(rt, body);
}

static bool check_targets(ouro_runtime *rt, const ast_expr_list *list, ast_context context, const char *owner)
{
    return check_not_empty(rt, list, "targets", owner) && check_exprs(rt, list, context, false);
}

static bool check_try(ouro_runtime *rt, const ast_stmt *s, const char *name)
{
    if (!check_body(rt, s->try_.body, name)) {
        return false;
    }
    if (s->try_.handlers->count == 0 && s->try_.finally->count == 0) {
        error_value(rt, "%s has neither except handlers nor finalbody", name);
        return false;
    }
    if (s->try_.handlers->count == 0 && s->try_.orelse->count > 0) {
        error_value(rt, "%s has orelse but no except handlers", name);
        return false;
    }
    for (uint32_t i = 0; i < s->try_.handlers->count; i++) {
        const ast_handler *h = s->try_.handlers->items[i];
        if (!check_place(rt, &h->place) || !check_optional(rt, h->type) ||
            !check_body(rt, h->body, "ExceptHandler")) {
            return false;
        }
    }
    if (!check_stmts(rt, s->try_.finally) || !check_stmts(rt, s->try_.orelse)) {
        return false;
    }
    /* CPython lets these pass, and its compiler stumbles over them. */
    for (uint32_t i = 0; s->kind == AST_TRY_STAR && i < s->try_.handlers->count; i++) {
        if (s->try_.handlers->items[i]->type == NULL) {
            return fail(rt, "TryStar handler without a type");
        }
    }
    return true;
}

static bool check_match(ouro_runtime *rt, const ast_stmt *s)
{
    if (!check_expr(rt, s->match.subject, AST_LOAD) ||
        !check_not_empty(rt, s->match.cases, "cases", "Match")) {
        return false;
    }
    for (uint32_t i = 0; i < s->match.cases->count; i++) {
        const ast_match_case *c = s->match.cases->items[i];
        if (!check_pattern(rt, c->pattern, false) || !check_optional(rt, c->guard) ||
            !check_body(rt, c->body, "match_case")) {
            return false;
        }
    }
    return true;
}

static bool check_stmt(ouro_runtime *rt, const ast_stmt *s)
{
    if (!check_place(rt, &s->place)) {
        return false;
    }
    const char *name = ast_node_defs[ast_sum_defs[SUM_STMT].first + s->kind].name;
    switch ((ast_stmt_kind)s->kind) {
    case AST_FUNCTION_DEF:
    case AST_ASYNC_FUNCTION_DEF:
        return check_body(rt, s->function_def.body, name) && check_arguments(rt, s->function_def.args) &&
               check_exprs(rt, s->function_def.decorators, AST_LOAD, false) &&
               check_optional(rt, s->function_def.returns);
    case AST_CLASS_DEF:
        return check_body(rt, s->class_def.body, name) &&
               check_exprs(rt, s->class_def.bases, AST_LOAD, false) &&
               check_keywords(rt, s->class_def.keywords) &&
               check_exprs(rt, s->class_def.decorators, AST_LOAD, false);
    case AST_RETURN:
        return check_optional(rt, s->expr.value);
    case AST_DELETE:
        return check_targets(rt, s->delete_.targets, AST_DEL, name);
    case AST_ASSIGN:
        return check_targets(rt, s->assign.targets, AST_STORE, name) &&
               check_expr(rt, s->assign.value, AST_LOAD);
    case AST_AUG_ASSIGN:
        if (s->aug_assign.target->kind == AST_TUPLE || s->aug_assign.target->kind == AST_LIST_DISPLAY ||
            s->aug_assign.target->kind == AST_STARRED) {
            return fail(rt, "AugAssign target must be a Name, an Attribute or a Subscript");
        }
        return check_expr(rt, s->aug_assign.target, AST_STORE) &&
               check_expr(rt, s->aug_assign.value, AST_LOAD);
    case AST_ANN_ASSIGN:
        if (s->ann_assign.target->kind != AST_NAME && s->simple) {
            error_type(rt, "AnnAssign with simple non-Name target");
            return false;
        }
        if (s->ann_assign.target->kind == AST_TUPLE || s->ann_assign.target->kind == AST_LIST_DISPLAY ||
            s->ann_assign.target->kind == AST_STARRED) {
            return fail(rt, "AnnAssign target must be a Name, an Attribute or a Subscript");
        }
        return check_expr(rt, s->ann_assign.target, AST_STORE) && check_optional(rt, s->ann_assign.value) &&
               check_expr(rt, s->ann_assign.annotation, AST_LOAD);
    case AST_FOR:
    case AST_ASYNC_FOR:
        return check_expr(rt, s->for_.target, AST_STORE) && check_expr(rt, s->for_.iter, AST_LOAD) &&
               check_body(rt, s->for_.body, name) && check_stmts(rt, s->for_.orelse);
    case AST_WHILE:
    case AST_IF:
        return check_expr(rt, s->if_.test, AST_LOAD) && check_body(rt, s->if_.body, name) &&
               check_stmts(rt, s->if_.orelse);
    case AST_WITH:
    case AST_ASYNC_WITH:
        if (!check_not_empty(rt, s->with.items, "items", name)) {
            return false;
        }
        for (uint32_t i = 0; i < s->with.items->count; i++) {
            const ast_with_item *item = s->with.items->items[i];
            if (!check_expr(rt, item->context, AST_LOAD) ||
                (item->target != NULL && !check_expr(rt, item->target, AST_STORE))) {
                return false;
            }
        }
        return check_body(rt, s->with.body, name);
    case AST_MATCH:
        return check_match(rt, s);
    case AST_RAISE:
        if (s->raise.exception == NULL && s->raise.cause != NULL) {
            return fail(rt, "Raise with cause but no exception");
        }
        return check_optional(rt, s->raise.exception) && check_optional(rt, s->raise.cause);
    case AST_TRY:
    case AST_TRY_STAR:
        return check_try(rt, s, name);
    case AST_ASSERT:
        return check_expr(rt, s->assert_.test, AST_LOAD) && check_optional(rt, s->assert_.message);
    case AST_IMPORT_FROM:
        if (s->import.level < 0) {
            return fail(rt, "Negative ImportFrom level");
        }
        return check_not_empty(rt, s->import.names, "names", name);
    case AST_IMPORT:
        return check_not_empty(rt, s->import.names, "names", name);
    case AST_GLOBAL:
    case AST_NONLOCAL:
        return check_not_empty(rt, s->names.names, "names", name);
    case AST_EXPR_STMT:
        return check_expr(rt, s->expr.value, AST_LOAD);
    case AST_PASS:
    case AST_BREAK:
    case AST_CONTINUE:
        return true;
    }
    return fail(rt, "unexpected statement");
}

static bool check_stmts(ouro_runtime *rt, const ast_stmt_list *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (!check_stmt(rt, list->items[i])) {
            return false;
        }
    }
    return true;
}

bool ast_validate(ouro_runtime *rt, const ast_tree *tree)
{
    return tree->mode == AST_MODE_EVAL ? check_expr(rt, tree->expression, AST_LOAD)
                                       : check_stmts(rt, tree->body);
}

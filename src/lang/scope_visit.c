/* scope_visit.c: the walk over a tree that enters names into scopes.
 *
 * The order of the walk decides which of two errors is reported, and is CPython's: targets before values, defaults
 * and annotations before the scope of a function, the first iterable of a comprehension outside its scope.
 */
#include "lang/scope_visit.h"

#include <string.h>

static bool scope_visit_expr(scope_visitor *v, ast_expr *e);
static bool scope_visit_stmts(scope_visitor *v, const ast_stmt_list *list);

static bool scope_define(scope_visitor *v, const ast_identifier *name, uint16_t uses, ast_place place)
{
    return scope_define_in(v, v->current, name, uses, place);
}

static bool scope_visit_optional(scope_visitor *v, ast_expr *e)
{
    return !e || scope_visit_expr(v, e);
}

/* Visits a list whose items may be NULL. */
static bool scope_visit_exprs(scope_visitor *v, const ast_expr_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i] && !scope_visit_expr(v, list->items[i]))
            return false;
    return true;
}

static bool scope_enter(scope_visitor *v)
{
    if (++v->depth <= SCOPE_MAX_DEPTH)
        return true;
    syntax_error_set(v->error, SYNTAX_ERROR_RECURSION, NULL, 0, 0, 0, 0, 0,
                     "maximum recursion depth exceeded during compilation");
    return false;
}

/* ---- functions --------------------------------------------------------------------------------------- */

static bool scope_visit_parameters(scope_visitor *v, const ast_arguments *args)
{
    const ast_arg_list *lists[] = {args->positional_only, args->args, args->keyword_only};
    for (int k = 0; k < 3; k++)
        for (uint32_t i = 0; i < lists[k]->count; i++)
            if (!scope_define(v, lists[k]->items[i]->name, SCOPE_DEF_PARAM, lists[k]->items[i]->place))
                return false;
    if (args->vararg) {
        if (!scope_define(v, args->vararg->name, SCOPE_DEF_PARAM, args->vararg->place))
            return false;
        v->current->has_varargs = true;
    }
    if (args->kwarg) {
        if (!scope_define(v, args->kwarg->name, SCOPE_DEF_PARAM, args->kwarg->place))
            return false;
        v->current->has_varkeywords = true;
    }
    return true;
}

static bool scope_open_annotation(scope_visitor *v, ast_place place)
{
    return !v->future_annotations || scope_open(v, SCOPE_ANNOTATION, SCOPE_NO_FUNCTION,
                                                ast_intern(v->arena, "_annotation", 11), place);
}

static void scope_close_annotation(scope_visitor *v)
{
    if (v->future_annotations)
        scope_close(v);
}

static bool scope_visit_annotation(scope_visitor *v, ast_expr *annotation)
{
    if (!scope_open_annotation(v, annotation->place) || !scope_visit_expr(v, annotation))
        return false;
    scope_close_annotation(v);
    return true;
}

static bool scope_visit_annotations(scope_visitor *v, const ast_arguments *args, ast_expr *returns, ast_place place)
{
    if (!scope_open_annotation(v, place))
        return false;
    const ast_arg_list *lists[] = {args->positional_only, args->args, NULL, args->keyword_only};
    for (int k = 0; k < 4; k++) {
        if (!lists[k]) {
            if ((args->vararg && !scope_visit_optional(v, args->vararg->annotation)) ||
                (args->kwarg && !scope_visit_optional(v, args->kwarg->annotation)))
                return false;
            continue;
        }
        for (uint32_t i = 0; i < lists[k]->count; i++)
            if (!scope_visit_optional(v, lists[k]->items[i]->annotation))
                return false;
    }
    scope_close_annotation(v);
    return !returns || scope_visit_annotation(v, returns);
}

static bool scope_visit_function(scope_visitor *v, ast_stmt *s)
{
    ast_arguments *args = s->function_def.args;
    if (!scope_define(v, s->function_def.name, SCOPE_DEF_LOCAL, s->place) || !scope_visit_exprs(v, args->defaults) ||
        !scope_visit_exprs(v, args->keyword_defaults) ||
        !scope_visit_annotations(v, args, s->function_def.returns, s->place) ||
        !scope_visit_exprs(v, s->function_def.decorators))
        return false;
    scope *inner = scope_open(v, SCOPE_FUNCTION, SCOPE_DEF, s->function_def.name, s->place);
    if (!inner)
        return false;
    s->function_def.scope = inner;
    inner->is_coroutine = inner->is_async_function = s->kind == AST_ASYNC_FUNCTION_DEF;
    if (!scope_visit_parameters(v, args) || !scope_visit_stmts(v, s->function_def.body))
        return false;
    scope_close(v);
    return true;
}

static bool scope_visit_lambda(scope_visitor *v, ast_expr *e)
{
    ast_arguments *args = e->lambda.args;
    if (!scope_visit_exprs(v, args->defaults) || !scope_visit_exprs(v, args->keyword_defaults))
        return false;
    scope *inner = scope_open(v, SCOPE_FUNCTION, SCOPE_LAMBDA, ast_intern(v->arena, "lambda", 6), e->place);
    if (!inner)
        return false;
    e->lambda.scope = inner;
    if (!scope_visit_parameters(v, args) || !scope_visit_expr(v, e->lambda.body))
        return false;
    scope_close(v);
    return true;
}

static bool scope_visit_keywords(scope_visitor *v, const ast_keyword_list *keywords)
{
    for (uint32_t i = 0; i < keywords->count; i++)
        if (!scope_visit_expr(v, keywords->items[i]->value))
            return false;
    return true;
}

static bool scope_visit_class(scope_visitor *v, ast_stmt *s)
{
    if (!scope_define(v, s->class_def.name, SCOPE_DEF_LOCAL, s->place) || !scope_visit_exprs(v, s->class_def.bases) ||
        !scope_visit_keywords(v, s->class_def.keywords) || !scope_visit_exprs(v, s->class_def.decorators))
        return false;
    const ast_identifier *outer_class = v->class_name;
    v->class_name = s->class_def.name;
    scope *inner = scope_open(v, SCOPE_CLASS, SCOPE_NO_FUNCTION, s->class_def.name, s->place);
    if (!inner)
        return false;
    s->class_def.scope = inner;
    if (!scope_visit_stmts(v, s->class_def.body))
        return false;
    v->class_name = outer_class;
    scope_close(v);
    return true;
}

/* ---- comprehensions and named expressions ------------------------------------------------------------ */

static bool scope_visit_clause(scope_visitor *v, const ast_comprehension *clause)
{
    v->current->comprehension_iterates_target = true;
    if (!scope_visit_expr(v, clause->target))
        return false;
    v->current->comprehension_iterates_target = false;
    v->current->comprehension_iterable_depth++;
    if (!scope_visit_expr(v, clause->iter))
        return false;
    v->current->comprehension_iterable_depth--;
    if (clause->is_async)
        v->current->is_coroutine = true;
    return scope_visit_exprs(v, clause->conditions);
}

static bool scope_visit_comprehension(scope_visitor *v, ast_expr *e)
{
    static const struct {
        const char *name;
        scope_function_kind kind;
    } kinds[] = {
        [AST_LIST_COMP - AST_LIST_COMP] = {"listcomp", SCOPE_LIST_COMP},
        [AST_SET_COMP - AST_LIST_COMP] = {"setcomp", SCOPE_SET_COMP},
        [AST_DICT_COMP - AST_LIST_COMP] = {"dictcomp", SCOPE_DICT_COMP},
        [AST_GENERATOR_EXP - AST_LIST_COMP] = {"genexpr", SCOPE_GENERATOR_EXP},
    };
    const char *name = kinds[e->kind - AST_LIST_COMP].name;
    bool is_generator = e->kind == AST_GENERATOR_EXP;
    ast_comprehension_list *clauses = e->comprehension.generators;
    const ast_comprehension *first = clauses->items[0];
    v->current->comprehension_iterable_depth++;
    if (!scope_visit_expr(v, first->iter))
        return false;
    v->current->comprehension_iterable_depth--;
    scope *inner = scope_open(v, SCOPE_FUNCTION, kinds[e->kind - AST_LIST_COMP].kind,
                              ast_intern(v->arena, name, strlen(name)), e->place);
    const ast_identifier *argument = inner ? ast_intern(v->arena, ".0", 2) : NULL;
    if (!argument)
        return scope_fail_memory(v);
    e->comprehension.scope = inner;
    inner->is_coroutine = first->is_async;
    if (!scope_define(v, argument, SCOPE_DEF_PARAM, e->place))
        return false;
    inner->comprehension_iterates_target = true;
    if (!scope_visit_expr(v, first->target))
        return false;
    inner->comprehension_iterates_target = false;
    if (!scope_visit_exprs(v, first->conditions))
        return false;
    for (uint32_t i = 1; i < clauses->count; i++)
        if (!scope_visit_clause(v, clauses->items[i]))
            return false;
    if (!scope_visit_optional(v, e->comprehension.value) || !scope_visit_expr(v, e->comprehension.element))
        return false;
    inner->is_generator = is_generator;
    scope_close(v);
    if (inner->is_coroutine && (!is_generator || v->current->kind == SCOPE_MODULE))
        v->current->is_coroutine = true;
    return true;
}

/* The target of `:=` inside a comprehension belongs to the scope around the outermost comprehension. */
static bool scope_extend_named_target(scope_visitor *v, const ast_expr *target)
{
    const ast_identifier *name = target->name.id;
    for (scope *s = v->current; s; s = s->parent) {
        uint16_t uses = scope_lookup(v, s, name);
        if (s->is_comprehension) {
            if ((uses & SCOPE_DEF_COMP_ITER) && (uses & (SCOPE_DEF_LOCAL | SCOPE_DEF_GLOBAL)))
                return scope_fail(v, target->place,
                                  "assignment expression cannot rebind comprehension iteration variable '%s'",
                                  name->text);
            continue;
        }
        switch (s->kind) {
        case SCOPE_FUNCTION: {
            uint16_t how = uses & SCOPE_DEF_GLOBAL ? SCOPE_DEF_GLOBAL : SCOPE_DEF_NONLOCAL;
            return scope_define(v, name, how, target->place) && scope_record_directive(v, name, target->place) &&
                   scope_define_in(v, s, name, SCOPE_DEF_LOCAL, target->place);
        }
        case SCOPE_MODULE:
            return scope_define(v, name, SCOPE_DEF_GLOBAL, target->place) &&
                   scope_record_directive(v, name, target->place) &&
                   scope_define_in(v, s, name, SCOPE_DEF_GLOBAL, target->place);
        case SCOPE_CLASS:
            return scope_fail(v, target->place,
                              "assignment expression within a comprehension cannot be used in a class body");
        case SCOPE_ANNOTATION:
            break;
        }
    }
    return true;
}

static bool scope_refuse_in_annotation(scope_visitor *v, const char *what, const ast_expr *e)
{
    if (v->current->kind != SCOPE_ANNOTATION)
        return true;
    return scope_fail(v, e->place, "'%s' can not be used within an annotation", what);
}

static bool scope_visit_named_expr(scope_visitor *v, ast_expr *e)
{
    if (!scope_refuse_in_annotation(v, "named expression", e))
        return false;
    if (v->current->comprehension_iterable_depth)
        return scope_fail(v, e->place,
                          "assignment expression cannot be used in a comprehension iterable expression");
    if (v->current->is_comprehension && !scope_extend_named_target(v, e->named_expr.target))
        return false;
    return scope_visit_expr(v, e->named_expr.value) && scope_visit_expr(v, e->named_expr.target);
}

static bool scope_visit_yield(scope_visitor *v, ast_expr *e)
{
    if (!scope_refuse_in_annotation(v, "yield expression", e) || !scope_visit_optional(v, e->yield.value))
        return false;
    v->current->is_generator = true;
    switch (v->current->function_kind) {
    case SCOPE_LIST_COMP:
        return scope_fail(v, e->place, "'yield' inside list comprehension");
    case SCOPE_SET_COMP:
        return scope_fail(v, e->place, "'yield' inside set comprehension");
    case SCOPE_DICT_COMP:
        return scope_fail(v, e->place, "'yield' inside dict comprehension");
    case SCOPE_GENERATOR_EXP:
        return scope_fail(v, e->place, "'yield' inside generator expression");
    default:
        return true;
    }
}

/* ---- expressions ------------------------------------------------------------------------------------- */

static bool scope_push_spine(scope_visitor *v, const ast_expr *e)
{
    if (v->spine_size == v->spine_capacity) {
        uint32_t capacity = v->spine_capacity ? v->spine_capacity * 2 : 64;
        const ast_expr **grown = ouro_mem_resize(v->mem, (void *)v->spine, capacity * sizeof *grown);
        if (!grown)
            return scope_fail_memory(v);
        v->spine = grown;
        v->spine_capacity = capacity;
    }
    v->spine[v->spine_size++] = e;
    return true;
}

/* a.b(c) + d + ...: the leftmost first, then what hangs right of each node of the spine; a loop, because the spine
 * may be long. */
static bool scope_visit_spine(scope_visitor *v, ast_expr *e)
{
    uint32_t base = v->spine_size;
    const ast_expr *left = e;
    for (const ast_expr *next; (next = ast_chain_next(left)) != NULL; left = next)
        if (!scope_push_spine(v, left))
            return false;
    if (!scope_visit_expr(v, (ast_expr *)left))
        return false;
    while (v->spine_size > base) {
        const ast_expr *node = v->spine[--v->spine_size];
        bool fine = true;
        if (node->kind == AST_BIN_OP)
            fine = scope_visit_expr(v, node->bin_op.right);
        else if (node->kind == AST_CALL)
            fine = scope_visit_exprs(v, node->call.args) && scope_visit_keywords(v, node->call.keywords);
        else if (node->kind == AST_SUBSCRIPT)
            fine = scope_visit_expr(v, node->subscript.slice);
        if (!fine)
            return false;
    }
    return true;
}

static bool scope_visit_name(scope_visitor *v, const ast_expr *e)
{
    const ast_identifier *name = e->name.id;
    if (!scope_define(v, name, e->context == AST_LOAD ? SCOPE_USE : SCOPE_DEF_LOCAL, e->place))
        return false;
    /* super() without arguments finds its class through `__class__`. */
    return e->context != AST_LOAD || v->current->kind != SCOPE_FUNCTION || name != v->super ||
           scope_define(v, v->dunder_class, SCOPE_USE, e->place);
}

static bool scope_visit_expr_inner(scope_visitor *v, ast_expr *e)
{
    switch ((ast_expr_kind)e->kind) {
    case AST_BOOL_OP:
        return scope_visit_exprs(v, e->bool_op.values);
    case AST_NAMED_EXPR:
        return scope_visit_named_expr(v, e);
    case AST_BIN_OP:
    case AST_CALL:
    case AST_ATTRIBUTE:
    case AST_SUBSCRIPT:
        return scope_visit_spine(v, e);
    case AST_UNARY_OP:
        return scope_visit_expr(v, e->unary_op.operand);
    case AST_LAMBDA:
        return scope_visit_lambda(v, e);
    case AST_IF_EXP:
        return scope_visit_expr(v, e->if_exp.test) && scope_visit_expr(v, e->if_exp.body) &&
               scope_visit_expr(v, e->if_exp.orelse);
    case AST_DICT:
        return scope_visit_exprs(v, e->dict.keys) && scope_visit_exprs(v, e->dict.values);
    case AST_SET:
        return scope_visit_exprs(v, e->set.elements);
    case AST_LIST_COMP:
    case AST_SET_COMP:
    case AST_DICT_COMP:
    case AST_GENERATOR_EXP:
        return scope_visit_comprehension(v, e);
    case AST_AWAIT:
        if (!scope_refuse_in_annotation(v, "await expression", e) || !scope_visit_expr(v, e->yield.value))
            return false;
        v->current->is_coroutine = true;
        return true;
    case AST_YIELD:
    case AST_YIELD_FROM:
        return scope_visit_yield(v, e);
    case AST_COMPARE:
        return scope_visit_expr(v, e->compare.left) && scope_visit_exprs(v, e->compare.comparators);
    case AST_FORMATTED_VALUE:
        return scope_visit_expr(v, e->formatted_value.value) &&
               scope_visit_optional(v, e->formatted_value.format_spec);
    case AST_JOINED_STR:
        return scope_visit_exprs(v, e->joined_str.values);
    case AST_CONSTANT:
        return true;
    case AST_STARRED:
        return scope_visit_expr(v, e->starred.value);
    case AST_NAME:
        return scope_visit_name(v, e);
    case AST_LIST_DISPLAY:
    case AST_TUPLE:
        return scope_visit_exprs(v, e->sequence.elements);
    case AST_SLICE:
        return scope_visit_optional(v, e->slice.lower) && scope_visit_optional(v, e->slice.upper) &&
               scope_visit_optional(v, e->slice.step);
    }
    return true;
}

static bool scope_visit_expr(scope_visitor *v, ast_expr *e)
{
    bool fine = scope_enter(v) && scope_visit_expr_inner(v, e);
    v->depth--;
    return fine;
}

/* ---- patterns ---------------------------------------------------------------------------------------- */

static bool scope_visit_pattern(scope_visitor *v, ast_pattern *pattern);

static bool scope_visit_patterns(scope_visitor *v, const ast_pattern_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (!scope_visit_pattern(v, list->items[i]))
            return false;
    return true;
}

static bool scope_visit_pattern(scope_visitor *v, ast_pattern *pattern)
{
    bool fine = scope_enter(v);
    switch ((ast_pattern_kind)pattern->kind) {
    case AST_MATCH_VALUE:
        fine = fine && scope_visit_expr(v, pattern->value.value);
        break;
    case AST_MATCH_SINGLETON:
        break;
    case AST_MATCH_SEQUENCE:
    case AST_MATCH_OR:
        fine = fine && scope_visit_patterns(v, pattern->sequence.patterns);
        break;
    case AST_MATCH_MAPPING:
        fine = fine && scope_visit_exprs(v, pattern->mapping.keys) &&
               scope_visit_patterns(v, pattern->mapping.patterns) &&
               (!pattern->mapping.rest ||
                scope_define(v, pattern->mapping.rest, SCOPE_DEF_LOCAL, pattern->place));
        break;
    case AST_MATCH_CLASS:
        fine = fine && scope_visit_expr(v, pattern->class.type) && scope_visit_patterns(v, pattern->class.patterns) &&
               scope_visit_patterns(v, pattern->class.keyword_patterns);
        break;
    case AST_MATCH_STAR:
    case AST_MATCH_AS:
        fine = fine && (!pattern->as.pattern || scope_visit_pattern(v, pattern->as.pattern)) &&
               (!pattern->as.name || scope_define(v, pattern->as.name, SCOPE_DEF_LOCAL, pattern->place));
        break;
    }
    v->depth--;
    return fine;
}

/* ---- statements -------------------------------------------------------------------------------------- */

static bool scope_visit_annotated_assignment(scope_visitor *v, ast_stmt *s)
{
    ast_expr *target = s->ann_assign.target;
    if (target->kind == AST_NAME) {
        const ast_identifier *name = target->name.id;
        uint16_t uses = scope_lookup(v, v->current, name);
        if ((uses & (SCOPE_DEF_GLOBAL | SCOPE_DEF_NONLOCAL)) && v->current != v->tree->scope && s->simple)
            return scope_fail(v, s->place, "annotated name '%s' can't be %s", name->text,
                              uses & SCOPE_DEF_GLOBAL ? "global" : "nonlocal");
        if (s->simple) {
            v->current->has_annotations = true;
            if (!scope_define(v, name, SCOPE_DEF_ANNOTATED | SCOPE_DEF_LOCAL, target->place))
                return false;
        }
        if (s->ann_assign.value && !scope_define(v, name, SCOPE_DEF_LOCAL, target->place))
            return false;
    } else if (!scope_visit_expr(v, target)) {
        return false;
    }
    return scope_visit_annotation(v, s->ann_assign.annotation) && scope_visit_optional(v, s->ann_assign.value);
}

/* global and nonlocal */
static bool scope_visit_directive(scope_visitor *v, ast_stmt *s)
{
    bool global = s->kind == AST_GLOBAL;
    const char *word = global ? "global" : "nonlocal";
    for (uint32_t i = 0; i < s->names.names->count; i++) {
        const ast_identifier *name = s->names.names->items[i];
        uint16_t uses = scope_lookup(v, v->current, name);
        if (uses & SCOPE_DEF_PARAM)
            return scope_fail(v, s->place, "name '%s' is parameter and %s", name->text, word);
        if (uses & SCOPE_USE)
            return scope_fail(v, s->place, "name '%s' is used prior to %s declaration", name->text, word);
        if (uses & SCOPE_DEF_ANNOTATED)
            return scope_fail(v, s->place, "annotated name '%s' can't be %s", name->text, word);
        if (uses & SCOPE_DEF_LOCAL)
            return scope_fail(v, s->place, "name '%s' is assigned to before %s declaration", name->text, word);
        if (!scope_define(v, name, global ? SCOPE_DEF_GLOBAL : SCOPE_DEF_NONLOCAL, s->place) ||
            !scope_record_directive(v, name, s->place))
            return false;
    }
    return true;
}

static bool scope_visit_import(scope_visitor *v, ast_stmt *s)
{
    for (uint32_t i = 0; i < s->import.names->count; i++) {
        const ast_alias *alias = s->import.names->items[i];
        const ast_identifier *name = alias->as ? alias->as : alias->name;
        if (strcmp(name->text, "*") == 0) {
            if (v->current->kind != SCOPE_MODULE)
                return scope_fail(v, alias->place, "import * only allowed at module level");
            continue;
        }
        const char *dot = strchr(name->text, '.');
        if (dot && !(name = ast_intern(v->arena, name->text, (size_t)(dot - name->text))))
            return scope_fail_memory(v);
        if (!scope_define(v, name, SCOPE_DEF_IMPORT, alias->place))
            return false;
    }
    return true;
}

static bool scope_visit_handlers(scope_visitor *v, const ast_handler_list *handlers)
{
    for (uint32_t i = 0; i < handlers->count; i++) {
        ast_handler *handler = handlers->items[i];
        if (!scope_visit_optional(v, handler->type) ||
            (handler->name && !scope_define(v, handler->name, SCOPE_DEF_LOCAL, handler->place)) ||
            !scope_visit_stmts(v, handler->body))
            return false;
    }
    return true;
}

static bool scope_visit_match(scope_visitor *v, ast_stmt *s)
{
    if (!scope_visit_expr(v, s->match.subject))
        return false;
    for (uint32_t i = 0; i < s->match.cases->count; i++) {
        ast_match_case *item = s->match.cases->items[i];
        if (!scope_visit_pattern(v, item->pattern) || !scope_visit_optional(v, item->guard) ||
            !scope_visit_stmts(v, item->body))
            return false;
    }
    return true;
}

/* The async statements of a module (which only a compiler that allows top-level await accepts) make it a coroutine; a
 * function that may have them is one already. */
static void scope_note_async(scope_visitor *v, ast_stmt *s)
{
    if ((s->kind == AST_ASYNC_FOR || s->kind == AST_ASYNC_WITH) && v->current->kind == SCOPE_MODULE) {
        v->current->is_coroutine = true;
    }
}

static bool scope_visit_with(scope_visitor *v, ast_stmt *s)
{
    scope_note_async(v, s);
    for (uint32_t i = 0; i < s->with.items->count; i++) {
        ast_with_item *item = s->with.items->items[i];
        if (!scope_visit_expr(v, item->context) || !scope_visit_optional(v, item->target))
            return false;
    }
    return scope_visit_stmts(v, s->with.body);
}

/* if and its elifs: a loop, because there may be many. */
static bool scope_visit_if(scope_visitor *v, ast_stmt *s)
{
    for (;;) {
        if (!scope_visit_expr(v, s->if_.test) || !scope_visit_stmts(v, s->if_.body))
            return false;
        const ast_stmt_list *orelse = s->if_.orelse;
        if (orelse->count != 1 || orelse->items[0]->kind != AST_IF)
            return scope_visit_stmts(v, orelse);
        s = orelse->items[0];
    }
}

static bool scope_visit_stmt(scope_visitor *v, ast_stmt *s)
{
    switch ((ast_stmt_kind)s->kind) {
    case AST_FUNCTION_DEF:
    case AST_ASYNC_FUNCTION_DEF:
        return scope_visit_function(v, s);
    case AST_CLASS_DEF:
        return scope_visit_class(v, s);
    case AST_RETURN:
        if (!s->expr.value)
            return true;
        v->current->returns_value = true;
        return scope_visit_expr(v, s->expr.value);
    case AST_DELETE:
        return scope_visit_exprs(v, s->delete_.targets);
    case AST_ASSIGN:
        return scope_visit_exprs(v, s->assign.targets) && scope_visit_expr(v, s->assign.value);
    case AST_AUG_ASSIGN:
        return scope_visit_expr(v, s->aug_assign.target) && scope_visit_expr(v, s->aug_assign.value);
    case AST_ANN_ASSIGN:
        return scope_visit_annotated_assignment(v, s);
    case AST_FOR:
    case AST_ASYNC_FOR:
        scope_note_async(v, s);
        return scope_visit_expr(v, s->for_.target) && scope_visit_expr(v, s->for_.iter) &&
               scope_visit_stmts(v, s->for_.body) && scope_visit_stmts(v, s->for_.orelse);
    case AST_WHILE:
        return scope_visit_expr(v, s->if_.test) && scope_visit_stmts(v, s->if_.body) &&
               scope_visit_stmts(v, s->if_.orelse);
    case AST_IF:
        return scope_visit_if(v, s);
    case AST_WITH:
    case AST_ASYNC_WITH:
        return scope_visit_with(v, s);
    case AST_MATCH:
        return scope_visit_match(v, s);
    case AST_RAISE:
        return scope_visit_optional(v, s->raise.exception) && scope_visit_optional(v, s->raise.cause);
    case AST_TRY:
    case AST_TRY_STAR:
        return scope_visit_stmts(v, s->try_.body) && scope_visit_stmts(v, s->try_.orelse) &&
               scope_visit_handlers(v, s->try_.handlers) && scope_visit_stmts(v, s->try_.finally);
    case AST_ASSERT:
        return scope_visit_expr(v, s->assert_.test) && scope_visit_optional(v, s->assert_.message);
    case AST_IMPORT:
    case AST_IMPORT_FROM:
        return scope_visit_import(v, s);
    case AST_GLOBAL:
    case AST_NONLOCAL:
        return scope_visit_directive(v, s);
    case AST_EXPR_STMT:
        return scope_visit_expr(v, s->expr.value);
    case AST_PASS:
    case AST_BREAK:
    case AST_CONTINUE:
        return true;
    }
    return true;
}

static bool scope_visit_stmts(scope_visitor *v, const ast_stmt_list *list)
{
    bool fine = scope_enter(v);
    for (uint32_t i = 0; fine && i < list->count; i++)
        fine = scope_visit_stmt(v, list->items[i]);
    v->depth--;
    return fine;
}

bool scope_visit_tree(scope_visitor *v)
{
    return scope_visit_stmts(v, v->tree->body) && scope_visit_optional(v, v->tree->expression);
}

/* compile_function.c: what makes code objects of its own: functions, lambdas, classes, comprehensions. */
#include "lang/compile.h"
#include "lang/emit.h"
#include "lang/unparse.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/str.h"

#include <string.h>

/* The qualified name of a scope inside the current unit: new reference. */
static ouro_value function_qualname(compiler *c, const ast_identifier *name)
{
    compile_unit *u = c->unit;
    ouro_runtime *rt = c->rt;
    if (u->scope->kind == SCOPE_MODULE) {
        return identifier_value(c, name);
    }
    if (name && u->scope->kind != SCOPE_MODULE) {
        const scope_name *entry = scope_find(u->scope, identifier_mangled(c, name));
        if (entry && entry->resolution == SCOPE_GLOBAL_EXPLICIT) {
            return identifier_value(c, name);
        }
    }
    ouro_value v = str_format_c(rt, u->scope->kind == SCOPE_FUNCTION ? "%U.<locals>.%s" : "%U.%s", u->qualname,
                                name->text);
    if (ouro_is_null(v)) {
        c->failed = true;
        return v;
    }
    return str_intern(rt, v);
}

/* Begins the unit of an inner scope: cells are made, frees and parameters numbered. */
static bool function_begin(compiler *c, compile_unit *unit, scope *s, const ast_identifier *name, int first_line)
{
    if (c->failed) {
        return false;
    }
    ouro_value qualname = function_qualname(c, name);
    ouro_value plain = identifier_value(c, name);
    if (!unit_begin(c, unit, s, plain, qualname, first_line)) {
        unit_end(c);
        return false;
    }
    for (uint32_t i = 0; i < s->parameter_count; i++) {
        ouro_value v = identifier_value(c, s->parameters[i]);
        if (!c->failed) {
            emit_local_index(c, v);
        }
        value_decref(c->rt, v);
    }
    if (c->failed) {
        unit_end(c);
    }
    return !c->failed;
}

/* The instructions that begin every function: cells, then RETURN_GENERATOR where the code is a generator's. */
static void function_prologue(compiler *c, int first_line)
{
    compile_unit *u = c->unit;
    scope *s = u->scope;
    emit_at(c, (ast_place){0, 0, 0, 0});
    for (uint32_t i = 0; i < s->cell_count && !c->failed; i++) {
        ouro_value v = identifier_value(c, s->cell_names[i]);
        if (c->failed) {
            return;
        }
        ouro_value parameter = dict_get(c->rt, as_dict(u->local_index), v);
        if (!ouro_is_null(parameter)) {
            emit(c, OP_MAKE_CELL, (uint32_t)ouro_as_int(parameter));
        } else {
            uint32_t index = (uint32_t)as_list(u->cells)->size;
            if (!dict_set(c->rt, as_dict(u->cell_index), v, ouro_int(index)) || !list_append(c->rt, u->cells, v)) {
                c->failed = true;
            }
            emit(c, OP_MAKE_CELL, index | LOCAL_IS_CELL);
        }
        value_decref(c->rt, v);
    }
    for (uint32_t i = 0; i < s->free_count && !c->failed; i++) {
        ouro_value v = identifier_value(c, s->free_names[i]);
        if (!c->failed && (!dict_set(c->rt, as_dict(u->free_index), v, ouro_int(i)) ||
                           !list_append(c->rt, u->frees, v))) {
            c->failed = true;
        }
        value_decref(c->rt, v);
    }
    emit_at(c, (ast_place){first_line, 0, first_line, 0});
    if (s->is_generator || s->is_coroutine) {
        emit(c, OP_RETURN_GENERATOR, 0);
        emit(c, OP_POP_TOP, 0);
    }
    emit(c, OP_RESUME, 0);
}

static void function_code_flags(compile_unit *u)
{
    scope *s = u->scope;
    if (s->kind != SCOPE_FUNCTION) {
        return;
    }
    u->code_flags |= CODE_OPTIMIZED | CODE_NEWLOCALS;
    u->code_flags |= s->is_nested ? CODE_NESTED : 0;
    if (s->is_generator && s->is_coroutine) {
        u->code_flags |= CODE_ASYNC_GENERATOR;
    } else if (s->is_generator) {
        u->code_flags |= CODE_GENERATOR;
    } else if (s->is_coroutine) {
        u->code_flags |= CODE_COROUTINE;
    }
    u->code_flags |= s->has_varargs ? CODE_VARARGS : 0;
    u->code_flags |= s->has_varkeywords ? CODE_VARKEYWORDS : 0;
}

/* Ends the unit: its code, or NULL. */
static code_object *function_finish(compiler *c)
{
    function_code_flags(c->unit);
    code_object *code = c->failed ? NULL : unit_assemble(c);
    if (!code) {
        c->failed = true;
    }
    unit_end(c);
    return code;
}

void compile_make_function(compiler *c, code_object *code, uint32_t flags)
{
    if (!code || c->failed) {
        if (code) {
            object_decref(c->rt, &code->object);
        }
        return;
    }
    uint32_t n = code->free_count;
    for (uint32_t i = 0; i < n; i++) {
        const tuple_object *names = as_tuple(code->local_names);
        ouro_value name = names->items[names->size - n + i];
        compile_unit *u = c->unit;
        ouro_value at;
        uint32_t index;
        if (!ouro_is_null(at = dict_get(c->rt, as_dict(u->free_index), name))) {
            /* a class body may have the name both free and as a cell of its own: __class__ */
            ouro_value own = dict_get(c->rt, as_dict(u->cell_index), name);
            index = ouro_is_null(own) ? (uint32_t)ouro_as_int(at) | LOCAL_IS_FREE
                                      : (uint32_t)ouro_as_int(own) | LOCAL_IS_CELL;
        } else if (!ouro_is_null(at = dict_get(c->rt, as_dict(u->cell_index), name))) {
            index = (uint32_t)ouro_as_int(at) | LOCAL_IS_CELL;
        } else if (!ouro_is_null(at = dict_get(c->rt, as_dict(u->local_index), name))) {
            index = (uint32_t)ouro_as_int(at); /* a parameter that is a cell */
        } else {
            error_system(c->rt, "no cell for free variable %R of %R", name, code->name);
            c->failed = true;
            break;
        }
        emit(c, OP_LOAD_CLOSURE, index);
    }
    if (n > 1) {
        emit(c, OP_BUILD_TUPLE, n);
    }
    if (n > 0) {
        flags |= OPCODE_FUNCTION_CLOSURE;
    }
    emit_constant_steal(c, ouro_from_object(code));
    emit(c, OP_MAKE_FUNCTION, flags);
}

/* ---- defaults and annotations ---- */

static uint32_t function_defaults(compiler *c, const ast_arguments *args)
{
    uint32_t flags = 0;
    if (args->defaults->count) {
        for (uint32_t i = 0; i < args->defaults->count; i++) {
            compile_expr(c, args->defaults->items[i]);
        }
        emit(c, OP_BUILD_TUPLE, args->defaults->count);
        flags |= OPCODE_FUNCTION_DEFAULTS;
    }
    uint32_t n = 0;
    for (uint32_t i = 0; i < args->keyword_defaults->count; i++) {
        if (args->keyword_defaults->items[i]) {
            ouro_value name =
                identifier_value(c, identifier_mangled(c, args->keyword_only->items[i]->name));
            emit_constant_steal(c, name);
            compile_expr(c, args->keyword_defaults->items[i]);
            n++;
        }
    }
    if (n) {
        emit(c, OP_BUILD_MAP, n);
        flags |= OPCODE_FUNCTION_KWDEFAULTS;
    }
    return flags;
}

void compile_annotation(compiler *c, const ast_expr *annotation)
{
    if (c->failed) {
        return;
    }
    if (c->tree->future & AST_FUTURE_ANNOTATIONS) {
        size_t length;
        char *text = unparse_expr(c->rt->mem, annotation, &length);
        if (!text) {
            error_no_memory(c->rt);
            c->failed = true;
            return;
        }
        emit_constant_steal(c, str_from_utf8(c->rt, text, length));
        ouro_mem_free(c->rt->mem, text);
        return;
    }
    if (annotation->kind == AST_STARRED) { /* *args: *Ts */
        compile_expr(c, annotation->starred.value);
        emit(c, OP_UNPACK_SEQUENCE, 1);
        return;
    }
    compile_expr(c, annotation);
}

static uint32_t function_annotation(compiler *c, const ast_identifier *name, const ast_expr *annotation)
{
    if (!annotation) {
        return 0;
    }
    emit_constant_steal(c, identifier_value(c, identifier_mangled(c, name)));
    compile_annotation(c, annotation);
    return 2;
}

static uint32_t function_annotations(compiler *c, const ast_arguments *args, const ast_expr *returns)
{
    uint32_t n = 0;
    const ast_arg_list *groups[] = {args->args, args->positional_only}; /* in the order of CPython */
    for (int g = 0; g < 2; g++) {
        for (uint32_t i = 0; i < groups[g]->count; i++) {
            n += function_annotation(c, groups[g]->items[i]->name, groups[g]->items[i]->annotation);
        }
    }
    if (args->vararg) {
        n += function_annotation(c, args->vararg->name, args->vararg->annotation);
    }
    for (uint32_t i = 0; i < args->keyword_only->count; i++) {
        n += function_annotation(c, args->keyword_only->items[i]->name, args->keyword_only->items[i]->annotation);
    }
    if (args->kwarg) {
        n += function_annotation(c, args->kwarg->name, args->kwarg->annotation);
    }
    if (returns) {
        n += function_annotation(c, compile_intern(c, "return", 6), returns);
    }
    if (n == 0) {
        return 0;
    }
    emit(c, OP_BUILD_TUPLE, n);
    return OPCODE_FUNCTION_ANNOTATIONS;
}

static void function_check_arguments(compiler *c, const ast_arguments *args)
{
    const ast_arg_list *groups[] = {args->positional_only, args->args, args->keyword_only};
    for (int g = 0; g < 3; g++) {
        for (uint32_t i = 0; i < groups[g]->count; i++) {
            if (strcmp(groups[g]->items[i]->name->text, "__debug__") == 0) {
                compile_error(c, c->place, "cannot assign to __debug__");
            }
        }
    }
    if ((args->vararg && strcmp(args->vararg->name->text, "__debug__") == 0) ||
        (args->kwarg && strcmp(args->kwarg->name->text, "__debug__") == 0)) {
        compile_error(c, c->place, "cannot assign to __debug__");
    }
}

static void function_argument_counts(compile_unit *u, const ast_arguments *args)
{
    u->positional_only_count = args->positional_only->count;
    u->positional_count = args->positional_only->count + args->args->count;
    u->keyword_only_count = args->keyword_only->count;
}

/* ---- def ---- */

/* The docstring of a body, or NULL. */
static const ast_expr *function_docstring(const ast_stmt_list *body)
{
    if (body->count && body->items[0]->kind == AST_EXPR_STMT) {
        const ast_expr *e = body->items[0]->expr.value;
        if (e->kind == AST_CONSTANT && e->constant.kind == AST_CONSTANT_STR) {
            return e;
        }
    }
    return NULL;
}

static void function_body(compiler *c, const ast_stmt_list *body)
{
    uint32_t first = 0;
    const ast_expr *doc = function_docstring(body);
    if (doc) {
        first = 1;
        if (c->optimize < 2) {
            c->unit->docstring = constant_value(c, &doc->constant);
            c->failed |= ouro_is_null(c->unit->docstring);
        }
    }
    for (uint32_t i = first; i < body->count; i++) {
        compile_statement(c, body->items[i]);
    }
}

static void compile_implicit_return(compiler *c)
{
    emit_constant(c, OURO_NONE);
    emit(c, OP_RETURN_VALUE, 0);
}

static void compile_decorators(compiler *c, const ast_expr_list *decorators)
{
    ast_place outer = c->place;
    for (uint32_t i = 0; i < decorators->count; i++) {
        compile_expr(c, decorators->items[i]);
        emit_at(c, decorators->items[i]->place);
        emit(c, OP_PUSH_NULL, 0);
    }
    emit_at(c, outer);
}

static void compile_apply_decorators(compiler *c, const ast_expr_list *decorators)
{
    ast_place outer = c->place;
    for (uint32_t i = decorators->count; i > 0; i--) {
        emit_at(c, decorators->items[i - 1]->place);
        emit(c, OP_CALL, 1);
    }
    emit_at(c, outer);
}

static int compile_first_line(const ast_stmt *s, const ast_expr_list *decorators)
{
    return decorators->count ? decorators->items[0]->place.line : s->place.line;
}

void compile_function_def(compiler *c, const ast_stmt *s)
{
    int first_line = compile_first_line(s, s->function_def.decorators);
    function_check_arguments(c, s->function_def.args);
    compile_decorators(c, s->function_def.decorators);
    uint32_t flags = function_defaults(c, s->function_def.args);
    flags |= function_annotations(c, s->function_def.args, s->function_def.returns);
    compile_unit unit;
    ast_place outer = c->place;
    if (!function_begin(c, &unit, s->function_def.scope, s->function_def.name, first_line)) {
        c->failed = true;
        return;
    }
    function_argument_counts(&unit, s->function_def.args);
    function_prologue(c, first_line);
    function_body(c, s->function_def.body);
    emit_at_nothing(c);
    compile_implicit_return(c);
    code_object *code = function_finish(c);
    emit_at(c, outer);
    compile_make_function(c, code, flags);
    compile_apply_decorators(c, s->function_def.decorators);
    emit_variable(c, s->function_def.name, AST_STORE);
}

void compile_lambda(compiler *c, const ast_expr *e)
{
    function_check_arguments(c, e->lambda.args);
    uint32_t flags = function_defaults(c, e->lambda.args);
    compile_unit unit;
    ast_place outer = c->place;
    const ast_identifier *name = compile_intern(c, "<lambda>", 8);
    if (!name || !function_begin(c, &unit, e->lambda.scope, name, e->place.line)) {
        c->failed = true;
        return;
    }
    function_argument_counts(&unit, e->lambda.args);
    function_prologue(c, e->place.line);
    compile_expr(c, e->lambda.body);
    emit_at(c, e->place);
    emit(c, OP_RETURN_VALUE, 0);
    code_object *code = function_finish(c);
    emit_at(c, outer);
    compile_make_function(c, code, flags);
}

/* ---- class ---- */

static void class_store_text(compiler *c, ouro_value v, const char *name)
{
    emit_constant(c, v);
    const ast_identifier *id = compile_intern(c, name, strlen(name));
    if (!id) {
        c->failed = true;
        return;
    }
    emit_variable(c, id, AST_STORE);
}


static code_object *class_body(compiler *c, const ast_stmt *s, int first_line)
{
    compile_unit unit;
    scope *table = s->class_def.scope;
    if (!function_begin(c, &unit, table, s->class_def.name, first_line)) {
        c->failed = true;
        return NULL;
    }
    unit.self_attributes = set_new(c->rt, OURO_NULL);
    c->failed |= ouro_is_null(unit.self_attributes);
    ouro_value class_cell = OURO_NULL;
    emit_at(c, (ast_place){0, 0, 0, 0});
    if (table->needs_class_closure) {
        class_cell = str_intern_cstring(c->rt, "__class__");
        if (ouro_is_null(class_cell) ||
            !dict_set(c->rt, as_dict(unit.cell_index), class_cell, ouro_int(0)) ||
            !list_append(c->rt, unit.cells, class_cell)) {
            c->failed = true;
        }
        emit(c, OP_MAKE_CELL, LOCAL_IS_CELL);
    }
    function_prologue(c, first_line);
    emit_at(c, (ast_place){first_line, 0, first_line, 0});
    const ast_identifier *dunder_name = compile_intern(c, "__name__", 8);
    if (dunder_name) {
        emit_variable(c, dunder_name, AST_LOAD);
        emit_variable(c, compile_intern(c, "__module__", 10), AST_STORE);
        class_store_text(c, unit.qualname, "__qualname__");
    }
    compile_body_with_annotations(c, s->class_def.body);
    emit_at(c, (ast_place){0, 0, 0, 0});
    if (table->needs_class_closure) {
        emit(c, OP_LOAD_CLOSURE, LOCAL_IS_CELL);
        emit(c, OP_COPY, 1);
        emit_variable(c, compile_intern(c, "__classcell__", 13), AST_STORE);
    } else {
        emit_constant(c, OURO_NONE);
    }
    emit(c, OP_RETURN_VALUE, 0);
    value_decref(c->rt, class_cell);
    return function_finish(c);
}

void compile_class_def(compiler *c, const ast_stmt *s)
{
    compile_decorators(c, s->class_def.decorators);
    ast_place outer = c->place;
    int first_line = compile_first_line(s, s->class_def.decorators);
    code_object *code = class_body(c, s, first_line);
    emit_at(c, outer);
    emit(c, OP_LOAD_BUILD_CLASS, 0);
    if (!compile_call_is_unpacked(2, s->class_def.bases, s->class_def.keywords)) {
        emit(c, OP_PUSH_NULL, 0);
    }
    compile_make_function(c, code, 0);
    emit_constant_steal(c, identifier_value(c, s->class_def.name));
    compile_call_tail(c, 2, s->class_def.bases, s->class_def.keywords, true);
    compile_apply_decorators(c, s->class_def.decorators);
    emit_variable(c, s->class_def.name, AST_STORE);
}

/* ---- comprehensions ---- */

/* What a comprehension does with each combination of items. */
static void comprehension_element(compiler *c, const ast_expr *e, uint32_t depth)
{
    switch (e->kind) {
    case AST_GENERATOR_EXP:
        compile_expr(c, e->comprehension.element);
        emit_at(c, e->comprehension.element->place);
        if (c->unit->scope->is_coroutine) {
            emit(c, OP_ASYNC_GEN_WRAP, 0);
        }
        emit(c, OP_YIELD_VALUE, 0);
        emit(c, OP_RESUME, 1);
        emit(c, OP_POP_TOP, 0);
        break;
    case AST_LIST_COMP:
        compile_expr(c, e->comprehension.element);
        emit_at(c, e->comprehension.element->place);
        emit(c, OP_LIST_APPEND, depth + 1);
        break;
    case AST_SET_COMP:
        compile_expr(c, e->comprehension.element);
        emit_at(c, e->comprehension.element->place);
        emit(c, OP_SET_ADD, depth + 1);
        break;
    default:
        compile_expr(c, e->comprehension.element);
        compile_expr(c, e->comprehension.value);
        emit_at(c, e->comprehension.element->place);
        emit(c, OP_MAP_ADD, depth + 1);
        break;
    }
}

static void comprehension_loops(compiler *c, const ast_expr *e, uint32_t index, uint32_t depth);

static void comprehension_inner(compiler *c, const ast_expr *e, uint32_t index, uint32_t depth, label skip)
{
    const ast_comprehension *g = e->comprehension.generators->items[index];
    for (uint32_t i = 0; i < g->conditions->count; i++) {
        emit_at(c, e->place);
        compile_jump_if(c, g->conditions->items[i], skip, false);
    }
    if (index + 1 < e->comprehension.generators->count) {
        comprehension_loops(c, e, index + 1, depth);
    } else {
        comprehension_element(c, e, depth);
    }
}

/* `for x in [y]` is an assignment: no loop is made. */
static const ast_expr *comprehension_single_item(const ast_comprehension *g)
{
    if (g->is_async || (g->iter->kind != AST_LIST_DISPLAY && g->iter->kind != AST_TUPLE)) {
        return NULL;
    }
    const ast_expr_list *items = g->iter->sequence.elements;
    return items->count == 1 && items->items[0]->kind != AST_STARRED ? items->items[0] : NULL;
}

static void comprehension_sync_loop(compiler *c, const ast_expr *e, uint32_t index, uint32_t depth)
{
    const ast_comprehension *g = e->comprehension.generators->items[index];
    label again = label_new(c);
    label end = label_new(c);
    label next = label_new(c);
    const ast_expr *single = index > 0 ? comprehension_single_item(g) : NULL;
    if (index == 0) {
        emit(c, OP_LOAD_FAST, 0); /* the argument .0: an iterator already */
    } else if (single) {
        compile_expr(c, single);
    } else {
        compile_expr(c, g->iter);
        emit_at(c, e->place);
        emit(c, OP_GET_ITER, 0);
    }
    if (single) {
        compile_store(c, g->target);
        comprehension_inner(c, e, index, depth, next);
        label_place(c, next);
        return;
    }
    label_place(c, again);
    emit_at(c, e->place);
    emit_jump(c, OP_FOR_ITER, end);
    compile_store(c, g->target);
    comprehension_inner(c, e, index, depth + 1, next);
    label_place(c, next);
    emit_at(c, e->comprehension.element->place);
    emit_jump(c, OP_JUMP_BACKWARD, again);
    label_place(c, end);
}

static void comprehension_async_loop(compiler *c, const ast_expr *e, uint32_t index, uint32_t depth)
{
    const ast_comprehension *g = e->comprehension.generators->items[index];
    label again = label_new(c);
    label except = label_new(c);
    label next = label_new(c);
    if (index == 0) {
        emit(c, OP_LOAD_FAST, 0);
    } else {
        compile_expr(c, g->iter);
        emit_at(c, e->place);
        emit(c, OP_GET_AITER, 0);
    }
    label_place(c, again);
    emit_at(c, e->place);
    block_push(c, BLOCK_CLEANUP, except);
    emit(c, OP_GET_ANEXT, 0);
    emit_constant(c, OURO_NONE);
    compile_yield_from(c, 3);
    block_pop(c, BLOCK_CLEANUP);
    compile_store(c, g->target);
    comprehension_inner(c, e, index, depth + 1, next);
    label_place(c, next);
    emit_jump(c, OP_JUMP_BACKWARD, again);
    label_place(c, except);
    emit(c, OP_END_ASYNC_FOR, 0);
}

static void comprehension_loops(compiler *c, const ast_expr *e, uint32_t index, uint32_t depth)
{
    if (e->comprehension.generators->items[index]->is_async) {
        comprehension_async_loop(c, e, index, depth);
    } else {
        comprehension_sync_loop(c, e, index, depth);
    }
}

void compile_comprehension(compiler *c, const ast_expr *e)
{
    static const struct {
        const char *name;
        opcode build;
    } kinds[] = {
        [AST_LIST_COMP] = {"<listcomp>", OP_BUILD_LIST},
        [AST_SET_COMP] = {"<setcomp>", OP_BUILD_SET},
        [AST_DICT_COMP] = {"<dictcomp>", OP_BUILD_MAP},
        [AST_GENERATOR_EXP] = {"<genexpr>", OP_NOP},
    };
    scope *table = e->comprehension.scope;
    bool generator = e->kind == AST_GENERATOR_EXP;
    bool is_async = table->is_coroutine;
    const scope *outside = c->unit->scope;
    if (is_async && !generator && !outside->is_async_function && !outside->is_comprehension &&
        !compile_is_top_level_await(c)) {
        compile_error(c, e->place, "asynchronous comprehension outside of an asynchronous function");
        return;
    }
    const char *text = kinds[e->kind].name;
    const ast_identifier *name = compile_intern(c, text, strlen(text));
    compile_unit unit;
    ast_place outer = c->place;
    if (!name || !function_begin(c, &unit, table, name, e->place.line)) {
        c->failed = true;
        return;
    }
    unit.positional_count = 1;
    function_prologue(c, e->place.line);
    emit_at(c, e->place);
    if (!generator) {
        emit(c, kinds[e->kind].build, 0);
    }
    comprehension_loops(c, e, 0, 0);
    emit_at(c, e->place);
    if (generator) {
        emit_constant(c, OURO_NONE);
    }
    emit(c, OP_RETURN_VALUE, 0);
    code_object *code = function_finish(c);
    emit_at(c, outer);
    compile_make_function(c, code, 0);
    emit(c, OP_PUSH_NULL, 0);
    const ast_comprehension *first = e->comprehension.generators->items[0];
    compile_expr(c, first->iter);
    emit_at(c, e->place);
    emit(c, first->is_async ? OP_GET_AITER : OP_GET_ITER, 0);
    emit_at(c, e->place);
    emit(c, OP_CALL, 1);
    if (is_async && !generator) {
        compile_await(c, 0);
    }
}

/* compile_stmt.c: statements to instructions, but those in files of their own (def and class, try and with,
 * match). */
#include "lang/compile.h"
#include "lang/emit.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/str.h"

#include <string.h>

static void stmt_return(compiler *c, const ast_stmt *s)
{
    scope *table = c->unit->scope;
    if (table->kind != SCOPE_FUNCTION) {
        compile_error(c, s->place, "'return' outside function");
        return;
    }
    const ast_expr *value = s->expr.value;
    if (value && table->is_coroutine && table->is_generator) {
        compile_error(c, s->place, "'return' with value in async generator");
        return;
    }
    ouro_value constant = value ? fold_expr(c, value) : OURO_NONE;
    bool preserve = ouro_is_null(constant);
    if (preserve) {
        compile_expr(c, value);
    } else if (value) {
        emit_at(c, value->place);
        emit(c, OP_NOP, 0);
    }
    bool same_line = value && value->place.line == s->place.line;
    emit_at(c, same_line && !preserve ? value->place : s->place);
    if (!same_line) {
        emit(c, OP_NOP, 0);
    }
    compile_unwind(c, preserve, false);
    if (!preserve) {
        emit_constant_steal(c, constant);
    }
    emit(c, OP_RETURN_VALUE, 0);
}

static void stmt_break(compiler *c, const ast_stmt *s)
{
    emit(c, OP_NOP, 0);
    emit_block *loop = compile_unwind(c, false, true);
    if (!loop) {
        compile_error(c, s->place, "'break' outside loop");
        return;
    }
    if (loop->kind == BLOCK_FOR || loop->kind == BLOCK_ASYNC_FOR) {
        emit(c, OP_POP_TOP, 0);
    }
    emit_jump(c, OP_JUMP, loop->break_label);
}

static void stmt_continue(compiler *c, const ast_stmt *s)
{
    emit(c, OP_NOP, 0);
    emit_block *loop = compile_unwind(c, false, true);
    if (!loop) {
        compile_error(c, s->place, "'continue' not properly in loop");
        return;
    }
    emit_jump(c, OP_JUMP_BACKWARD, loop->continue_label);
}

/* A display of two or three items without a star. */
static bool stmt_is_small_display(const ast_expr *e)
{
    if ((e->kind != AST_TUPLE && e->kind != AST_LIST_DISPLAY) || e->sequence.elements->count < 2 ||
        e->sequence.elements->count > 3) {
        return false;
    }
    for (uint32_t i = 0; i < e->sequence.elements->count; i++) {
        if (e->sequence.elements->items[i]->kind == AST_STARRED) {
            return false;
        }
    }
    return true;
}

/* `a, b = b, a`: the values stay on the stack, and no tuple is made.  False: the statement is not of this form. */
static bool stmt_assign_items(compiler *c, const ast_stmt *s)
{
    const ast_expr *target = s->assign.targets->items[0], *value = s->assign.value;
    if (s->assign.targets->count != 1 || value->kind != AST_TUPLE || !stmt_is_small_display(value) ||
        !stmt_is_small_display(target) || target->sequence.elements->count != value->sequence.elements->count) {
        return false;
    }
    uint32_t n = value->sequence.elements->count;
    for (uint32_t i = 0; i < n; i++) {
        compile_expr(c, value->sequence.elements->items[i]);
    }
    emit_at(c, s->place);
    emit(c, OP_SWAP, n); /* the first value is stored first; of three, the second is in its place already */
    for (uint32_t i = 0; i < n; i++) {
        compile_store(c, target->sequence.elements->items[i]);
    }
    return true;
}

static void stmt_assign(compiler *c, const ast_stmt *s)
{
    if (stmt_assign_items(c, s)) {
        return;
    }
    compile_expr(c, s->assign.value);
    uint32_t n = s->assign.targets->count;
    for (uint32_t i = 0; i < n; i++) {
        emit_at(c, s->place);
        if (i + 1 < n) {
            emit(c, OP_COPY, 1);
        }
        compile_store(c, s->assign.targets->items[i]);
    }
}

static void stmt_aug_assign(compiler *c, const ast_stmt *s)
{
    const ast_expr *target = s->aug_assign.target;
    uint32_t op = (uint32_t)binary_op_of((ast_operator)s->op) | OPCODE_INPLACE;
    switch (target->kind) {
    case AST_NAME:
        emit_at(c, target->place);
        emit_variable(c, target->name.id, AST_LOAD);
        compile_expr(c, s->aug_assign.value);
        emit_at(c, s->place);
        emit(c, OP_BINARY_OP, op);
        emit_at(c, target->place);
        if (strcmp(target->name.id->text, "__debug__") == 0) {
            compile_error(c, s->place, "cannot assign to __debug__");
        }
        emit_variable(c, target->name.id, AST_STORE);
        break;
    case AST_ATTRIBUTE:
        compile_expr(c, target->attribute.value);
        emit_at(c, target->place);
        emit(c, OP_COPY, 1);
        emit_with_name(c, OP_LOAD_ATTR, target->attribute.attribute);
        compile_expr(c, s->aug_assign.value);
        emit_at(c, s->place);
        emit(c, OP_BINARY_OP, op);
        emit_at(c, target->place);
        emit(c, OP_SWAP, 2);
        emit_with_name(c, OP_STORE_ATTR, target->attribute.attribute);
        break;
    case AST_SUBSCRIPT:
        compile_expr(c, target->subscript.value);
        compile_expr(c, target->subscript.slice);
        emit_at(c, target->place);
        emit(c, OP_COPY, 2);
        emit(c, OP_COPY, 2);
        emit(c, OP_BINARY_SUBSCR, 0);
        compile_expr(c, s->aug_assign.value);
        emit_at(c, s->place);
        emit(c, OP_BINARY_OP, op);
        emit_at(c, target->place);
        /* obj key value -> value obj key */
        emit(c, OP_SWAP, 3);
        emit(c, OP_SWAP, 2);
        emit(c, OP_STORE_SUBSCR, 0);
        break;
    default:
        compile_error(c, target->place, "illegal expression for augmented assignment");
        break;
    }
}

static void stmt_store_annotation(compiler *c, const ast_stmt *s)
{
    const ast_expr *target = s->ann_assign.target;
    compile_annotation(c, s->ann_assign.annotation);
    const ast_identifier *annotations = compile_intern(c, "__annotations__", 15);
    if (!annotations) {
        c->failed = true;
        return;
    }
    emit_at(c, s->place);
    emit_variable(c, annotations, AST_LOAD);
    emit_constant_steal(c, identifier_value(c, identifier_mangled(c, target->name.id)));
    emit(c, OP_STORE_SUBSCR, 0);
}

/* Evaluates an annotation that is not kept, for its effects. */
static void stmt_check_annotation(compiler *c, const ast_stmt *s)
{
    if (!(c->tree->future & AST_FUTURE_ANNOTATIONS)) {
        compile_expr(c, s->ann_assign.annotation);
        emit(c, OP_POP_TOP, 0);
    }
}

static void stmt_ann_assign(compiler *c, const ast_stmt *s)
{
    const ast_expr *target = s->ann_assign.target;
    bool in_function = c->unit->scope->kind == SCOPE_FUNCTION;
    if (s->ann_assign.value) {
        compile_expr(c, s->ann_assign.value);
        compile_store(c, target);
    }
    switch (target->kind) {
    case AST_NAME:
        if (strcmp(target->name.id->text, "__debug__") == 0) {
            compile_error(c, s->place, "cannot assign to __debug__");
        }
        if (s->simple && !in_function) {
            stmt_store_annotation(c, s);
        }
        break;
    case AST_ATTRIBUTE:
        if (strcmp(target->attribute.attribute->text, "__debug__") == 0) {
            compile_error(c, s->place, "cannot assign to __debug__");
        }
        if (!s->ann_assign.value) {
            compile_expr(c, target->attribute.value);
            emit(c, OP_POP_TOP, 0);
        }
        break;
    case AST_SUBSCRIPT:
        if (!s->ann_assign.value) {
            compile_expr(c, target->subscript.value);
            emit(c, OP_POP_TOP, 0);
            compile_expr(c, target->subscript.slice);
            emit(c, OP_POP_TOP, 0);
        }
        break;
    default:
        compile_error(c, target->place, "invalid node type for annotated assignment");
        return;
    }
    if (!s->simple && !in_function) {
        stmt_check_annotation(c, s);
    }
}

static void stmt_loop_block(compiler *c, block_kind kind, label continue_label, label break_label)
{
    block_push(c, kind, 0);
    if (!c->failed) {
        block_top(c)->continue_label = continue_label;
        block_top(c)->break_label = break_label;
    }
}

static void stmt_for(compiler *c, const ast_stmt *s)
{
    label again = label_new(c);
    label end = label_new(c);
    label orelse = label_new(c);
    compile_expr(c, s->for_.iter);
    emit_at(c, s->place);
    emit(c, OP_GET_ITER, 0);
    label_place(c, again);
    stmt_loop_block(c, BLOCK_FOR, again, end);
    emit_jump(c, OP_FOR_ITER, orelse);
    compile_store(c, s->for_.target);
    compile_statements(c, s->for_.body);
    emit_at_nothing(c);
    emit_jump(c, OP_JUMP_BACKWARD, again);
    block_pop(c, BLOCK_FOR);
    label_place(c, orelse);
    compile_statements(c, s->for_.orelse);
    label_place(c, end);
}

static void stmt_async_for(compiler *c, const ast_stmt *s)
{
    if (!c->unit->scope->is_async_function && !compile_is_top_level_await(c)) {
        compile_error(c, s->place, "'async for' outside async function");
        return;
    }
    label again = label_new(c);
    label except = label_new(c);
    label end = label_new(c);
    compile_expr(c, s->for_.iter);
    emit_at(c, s->place);
    emit(c, OP_GET_AITER, 0);
    label_place(c, again);
    stmt_loop_block(c, BLOCK_ASYNC_FOR, again, end);
    block_push(c, BLOCK_CLEANUP, except);
    emit(c, OP_GET_ANEXT, 0);
    emit_constant(c, OURO_NONE);
    compile_yield_from(c, 3);
    block_pop(c, BLOCK_CLEANUP);
    compile_store(c, s->for_.target);
    compile_statements(c, s->for_.body);
    emit_at_nothing(c);
    emit_jump(c, OP_JUMP_BACKWARD, again);
    block_pop(c, BLOCK_ASYNC_FOR);
    label_place(c, except);
    emit_at(c, s->place);
    emit(c, OP_END_ASYNC_FOR, 0);
    compile_statements(c, s->for_.orelse);
    label_place(c, end);
}

static void stmt_while(compiler *c, const ast_stmt *s)
{
    label again = label_new(c);
    label body = label_new(c);
    label end = label_new(c);
    label orelse = label_new(c);
    label_place(c, again);
    stmt_loop_block(c, BLOCK_WHILE, again, end);
    emit_at(c, s->place);
    compile_jump_if(c, s->if_.test, orelse, false);
    label_place(c, body);
    compile_statements(c, s->if_.body);
    emit_at(c, s->place);
    /* the test stands a second time at the bottom: one jump less in each round */
    compile_jump_if(c, s->if_.test, body, true);
    block_pop(c, BLOCK_WHILE);
    label_place(c, orelse);
    compile_statements(c, s->if_.orelse);
    label_place(c, end);
}

static void stmt_if(compiler *c, const ast_stmt *s)
{
    /* elif chains are long without being nested in the source: walked with a loop */
    label end = label_new(c);
    for (;;) {
        bool has_else = s->if_.orelse->count > 0;
        label next = has_else ? label_new(c) : end;
        emit_at(c, s->place);
        compile_jump_if(c, s->if_.test, next, false);
        compile_statements(c, s->if_.body);
        if (!has_else) {
            break;
        }
        emit_at(c, (ast_place){0, 0, 0, 0});
        emit_jump(c, OP_JUMP, end);
        label_place(c, next);
        if (s->if_.orelse->count == 1 && s->if_.orelse->items[0]->kind == AST_IF) {
            s = s->if_.orelse->items[0];
            continue;
        }
        compile_statements(c, s->if_.orelse);
        break;
    }
    label_place(c, end);
}

static void stmt_raise(compiler *c, const ast_stmt *s)
{
    uint32_t n = 0;
    if (s->raise.exception) {
        compile_expr(c, s->raise.exception);
        n = 1;
        if (s->raise.cause) {
            compile_expr(c, s->raise.cause);
            n = 2;
        }
    }
    emit_at(c, s->place);
    emit(c, OP_RAISE, n);
}

static void stmt_assert(compiler *c, const ast_stmt *s)
{
    const ast_expr *test = s->assert_.test;
    if (test->kind == AST_TUPLE && test->sequence.elements->count > 0) {
        compile_warning(c, s->place, "assertion is always true, perhaps remove parentheses?");
    }
    if (c->optimize) {
        return;
    }
    label end = label_new(c);
    emit_at(c, s->place);
    compile_jump_if(c, test, end, true); /* a comparison stays the place of the error, as in CPython */
    emit(c, OP_LOAD_ASSERTION_ERROR, 0);
    if (s->assert_.message) {
        emit(c, OP_PUSH_NULL, 0);
        compile_expr(c, s->assert_.message);
        emit(c, OP_CALL, 1);
    }
    emit(c, OP_RAISE, 1);
    label_place(c, end);
}

static void stmt_import_store(compiler *c, const ast_alias *alias)
{
    const char *dot = strchr(alias->name->text, '.');
    if (!alias->as) {
        size_t length = dot ? (size_t)(dot - alias->name->text) : alias->name->length;
        emit_variable(c, compile_intern(c, alias->name->text, length), AST_STORE);
        return;
    }
    /* import a.b.c as m: the innermost module is taken out of the outermost */
    bool dotted = dot != NULL;
    while (dot) {
        const char *start = dot + 1;
        dot = strchr(start, '.');
        size_t length = dot ? (size_t)(dot - start) : strlen(start);
        ouro_value name = identifier_value(c, compile_intern(c, start, length));
        if (c->failed) { /* now or before */
            value_decref(c->rt, name);
            return;
        }
        emit(c, OP_IMPORT_FROM, emit_name_index(c, name));
        value_decref(c->rt, name);
        emit(c, OP_SWAP, 2);
        emit(c, OP_POP_TOP, 0);
    }
    (void)dotted;
    emit_variable(c, alias->as, AST_STORE);
}

static void stmt_import_name(compiler *c, const ast_identifier *module)
{
    ouro_value name = module ? identifier_value(c, module) : value_incref(c->rt->types->empty_str);
    if (!c->failed) {
        emit(c, OP_IMPORT_NAME, emit_name_index(c, name));
    }
    value_decref(c->rt, name);
}

static void stmt_import(compiler *c, const ast_stmt *s)
{
    for (uint32_t i = 0; i < s->import.names->count; i++) {
        emit_at(c, s->place);
        emit_constant(c, ouro_int(0));
        emit_constant(c, OURO_NONE);
        stmt_import_name(c, s->import.names->items[i]->name);
        stmt_import_store(c, s->import.names->items[i]);
    }
}

static bool stmt_is_late_future(compiler *c, const ast_stmt *s)
{
    if (s->import.level != 0 || !s->import.module || strcmp(s->import.module->text, "__future__") != 0) {
        return false;
    }
    const ast_stmt_list *body = c->tree->body;
    uint32_t i = 0;
    for (; i < body->count; i++) {
        const ast_stmt *at = body->items[i];
        if (at == s) {
            return false;
        }
        bool future = at->kind == AST_IMPORT_FROM && at->import.level == 0 && at->import.module &&
                      strcmp(at->import.module->text, "__future__") == 0;
        bool doc = i == 0 && at->kind == AST_EXPR_STMT && at->expr.value->kind == AST_CONSTANT &&
                   at->expr.value->constant.kind == AST_CONSTANT_STR;
        if (!future && !doc) {
            return true;
        }
    }
    return true;
}

static void stmt_import_from(compiler *c, const ast_stmt *s)
{
    if (stmt_is_late_future(c, s)) {
        compile_error(c, s->place, "from __future__ imports must occur at the beginning of the file");
        return;
    }
    uint32_t n = s->import.names->count;
    tuple_object *names = tuple_new_blank(c->rt, n);
    if (!names) {
        c->failed = true;
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        names->items[i] = identifier_value(c, s->import.names->items[i]->name);
    }
    gc_track(c->rt, names);
    emit_constant(c, ouro_int(s->import.level));
    emit_constant_steal(c, ouro_from_object(names));
    stmt_import_name(c, s->import.module);
    if (n == 1 && strcmp(s->import.names->items[0]->name->text, "*") == 0) {
        emit(c, OP_IMPORT_STAR, 0);
        return;
    }
    for (uint32_t i = 0; i < n && !c->failed; i++) {
        const ast_alias *alias = s->import.names->items[i];
        ouro_value name = identifier_value(c, alias->name);
        emit(c, OP_IMPORT_FROM, emit_name_index(c, name));
        value_decref(c->rt, name);
        emit_variable(c, alias->as ? alias->as : alias->name, AST_STORE);
    }
    emit(c, OP_POP_TOP, 0);
}

static void stmt_expr(compiler *c, const ast_stmt *s)
{
    if (c->tree->mode == AST_MODE_SINGLE && c->unit->scope->kind == SCOPE_MODULE && !c->unit->outer) {
        compile_expr(c, s->expr.value);
        emit_at(c, s->place);
        emit(c, OP_PRINT_EXPR, 0);
        return;
    }
    if (s->expr.value->kind == AST_CONSTANT) {
        emit(c, OP_NOP, 0); /* keeps the line for tracing */
        return;
    }
    compile_expr(c, s->expr.value);
    emit_at(c, s->place);
    emit(c, OP_POP_TOP, 0);
}

void compile_statement(compiler *c, const ast_stmt *s)
{
    if (c->failed) {
        return;
    }
    emit_at(c, s->place);
    switch ((ast_stmt_kind)s->kind) {
    case AST_FUNCTION_DEF:
    case AST_ASYNC_FUNCTION_DEF:
        compile_function_def(c, s);
        break;
    case AST_CLASS_DEF:
        compile_class_def(c, s);
        break;
    case AST_RETURN:
        stmt_return(c, s);
        break;
    case AST_DELETE:
        for (uint32_t i = 0; i < s->delete_.targets->count; i++) {
            compile_delete(c, s->delete_.targets->items[i]);
        }
        break;
    case AST_ASSIGN:
        stmt_assign(c, s);
        break;
    case AST_AUG_ASSIGN:
        stmt_aug_assign(c, s);
        break;
    case AST_ANN_ASSIGN:
        stmt_ann_assign(c, s);
        break;
    case AST_FOR:
        stmt_for(c, s);
        break;
    case AST_ASYNC_FOR:
        stmt_async_for(c, s);
        break;
    case AST_WHILE:
        stmt_while(c, s);
        break;
    case AST_IF:
        stmt_if(c, s);
        break;
    case AST_WITH:
    case AST_ASYNC_WITH:
        compile_with(c, s, 0);
        break;
    case AST_MATCH:
        compile_match(c, s);
        break;
    case AST_RAISE:
        stmt_raise(c, s);
        break;
    case AST_TRY:
        compile_try(c, s);
        break;
    case AST_TRY_STAR:
        compile_try_star(c, s);
        break;
    case AST_ASSERT:
        stmt_assert(c, s);
        break;
    case AST_IMPORT:
        stmt_import(c, s);
        break;
    case AST_IMPORT_FROM:
        stmt_import_from(c, s);
        break;
    case AST_GLOBAL:
    case AST_NONLOCAL:
        break;
    case AST_EXPR_STMT:
        stmt_expr(c, s);
        break;
    case AST_PASS:
        emit(c, OP_NOP, 0);
        break;
    case AST_BREAK:
        stmt_break(c, s);
        break;
    case AST_CONTINUE:
        stmt_continue(c, s);
        break;
    }
}

void compile_statements(compiler *c, const ast_stmt_list *body)
{
    for (uint32_t i = 0; i < body->count && !c->failed; i++) {
        compile_statement(c, body->items[i]);
    }
}

/* Does a statement list bind an annotation at this level (not in functions or classes inside)? */
static bool body_has_annotations(const ast_stmt_list *body)
{
    for (uint32_t i = 0; i < body->count; i++) {
        const ast_stmt *s = body->items[i];
        bool found = false;
        switch (s->kind) {
        case AST_ANN_ASSIGN:
            found = true;
            break;
        case AST_FOR:
        case AST_ASYNC_FOR:
            found = body_has_annotations(s->for_.body) || body_has_annotations(s->for_.orelse);
            break;
        case AST_IF:
            while (!found && s->kind == AST_IF) {
                found = body_has_annotations(s->if_.body);
                if (s->if_.orelse->count == 1 && s->if_.orelse->items[0]->kind == AST_IF) {
                    s = s->if_.orelse->items[0];
                } else {
                    found = found || body_has_annotations(s->if_.orelse);
                    break;
                }
            }
            break;
        case AST_WHILE:
            found = body_has_annotations(s->if_.body) || body_has_annotations(s->if_.orelse);
            break;
        case AST_WITH:
        case AST_ASYNC_WITH:
            found = body_has_annotations(s->with.body);
            break;
        case AST_MATCH:
            for (uint32_t k = 0; k < s->match.cases->count && !found; k++) {
                found = body_has_annotations(s->match.cases->items[k]->body);
            }
            break;
        case AST_TRY:
        case AST_TRY_STAR:
            found = body_has_annotations(s->try_.body) || body_has_annotations(s->try_.orelse) ||
                    body_has_annotations(s->try_.finally);
            for (uint32_t k = 0; k < s->try_.handlers->count && !found; k++) {
                found = body_has_annotations(s->try_.handlers->items[k]->body);
            }
            break;
        default:
            break;
        }
        if (found) {
            return true;
        }
    }
    return false;
}

/* The body of a module or class: __annotations__ first if needed, then the docstring as __doc__. */
void compile_body_with_annotations(compiler *c, const ast_stmt_list *body)
{
    if (body_has_annotations(body)) {
        emit(c, OP_SETUP_ANNOTATIONS, 0);
    }
    uint32_t first = 0;
    if (body->count && body->items[0]->kind == AST_EXPR_STMT) {
        const ast_expr *e = body->items[0]->expr.value;
        if (e->kind == AST_CONSTANT && e->constant.kind == AST_CONSTANT_STR &&
            c->tree->mode == AST_MODE_FILE) {
            first = 1;
            if (c->optimize < 2) {
                emit_at(c, body->items[0]->place);
                emit_constant_steal(c, constant_value(c, &e->constant));
                const ast_identifier *doc = compile_intern(c, "__doc__", 7);
                if (!doc) {
                    c->failed = true;
                    return;
                }
                emit_variable(c, doc, AST_STORE);
            }
        }
    }
    for (uint32_t i = first; i < body->count && !c->failed; i++) {
        compile_statement(c, body->items[i]);
    }
}

/* compile_block.c: try, with, and what `return`, `break` and `continue` do on their way out of them.
 *
 * Stack in handlers: an exception handler is entered with [exc]; PUSH_EXC_INFO makes it [previous exc] and exc the
 * exception being handled; POP_EXCEPT ends that.  Code in a handler is itself protected by a cleanup that ends the
 * handling when a new exception passes: [previous ... new] -> POP_EXCEPT, raised again.
 */
#include "lang/compile.h"
#include "lang/emit.h"
#include "types/error.h"

#include <string.h>

/* ---- leaving blocks ---- */

/* Calls __exit__(None, None, None): the exit function is on the stack (below a preserved value if any). */
static void block_call_exit(compiler *c)
{
    emit(c, OP_PUSH_NULL, 0);
    emit_constant(c, OURO_NONE);
    emit_constant(c, OURO_NONE);
    emit_constant(c, OURO_NONE);
    emit(c, OP_CALL, 3);
}

static void block_unbind_name(compiler *c, const ast_identifier *name)
{
    emit_constant(c, OURO_NONE);
    emit_variable(c, name, AST_STORE);
    emit_variable(c, name, AST_DEL);
}

/* Emits what leaving one block needs; the block is already off the stack of blocks. */
static void block_leave(compiler *c, const emit_block *b, bool preserve)
{
    switch (b->kind) {
    case BLOCK_WHILE:
    case BLOCK_TRY:
    case BLOCK_CLEANUP:
    case BLOCK_GROUP_HANDLER:
        break;
    case BLOCK_FOR:
    case BLOCK_ASYNC_FOR:
        if (preserve) {
            emit(c, OP_SWAP, 2);
        }
        emit(c, OP_POP_TOP, 0);
        break;
    case BLOCK_FINALLY_TRY:
        if (preserve) {
            block_push(c, BLOCK_POP_VALUE, 0);
        }
        compile_statements(c, b->finally);
        if (preserve) {
            block_pop(c, BLOCK_POP_VALUE);
        }
        emit_at_nothing(c); /* the finally body appears to run after the statement that leaves */
        break;
    case BLOCK_FINALLY_END: /* previous exc */
        if (preserve) {
            emit(c, OP_SWAP, 2);
        }
        emit(c, OP_POP_TOP, 0);
        if (preserve) {
            emit(c, OP_SWAP, 2);
        }
        emit(c, OP_POP_EXCEPT, 0);
        break;
    case BLOCK_WITH:
    case BLOCK_ASYNC_WITH:
        emit_at(c, b->statement->place);
        if (preserve) {
            emit(c, OP_SWAP, 2);
        }
        block_call_exit(c);
        if (b->kind == BLOCK_ASYNC_WITH) {
            compile_await(c, 2);
        }
        emit(c, OP_POP_TOP, 0);
        emit_at_nothing(c); /* the exit appears to run after the statement that leaves */
        break;
    case BLOCK_HANDLER: /* previous */
        if (preserve) {
            emit(c, OP_SWAP, 2);
        }
        emit(c, OP_POP_EXCEPT, 0);
        break;
    case BLOCK_HANDLER_NAME:
        if (preserve) {
            emit(c, OP_SWAP, 2);
        }
        emit(c, OP_POP_EXCEPT, 0);
        block_unbind_name(c, b->name);
        break;
    case BLOCK_POP_VALUE:
        if (preserve) {
            emit(c, OP_SWAP, 2);
        }
        emit(c, OP_POP_TOP, 0);
        break;
    }
}

emit_block *compile_unwind(compiler *c, bool preserve, bool to_loop)
{
    compile_unit *u = c->unit;
    uint32_t count = u->block_count;
    if (c->failed || count == 0) {
        return NULL;
    }
    /* what is emitted to leave a block must not be protected by it, so the block is taken off meanwhile; a finally
     * body compiled then opens blocks of its own in its place: all are put back from a copy */
    emit_block *saved = ouro_mem_alloc(c->rt->mem, count * sizeof *saved);
    if (!saved) {
        error_no_memory(c->rt);
        c->failed = true;
        return NULL;
    }
    memcpy(saved, u->blocks, count * sizeof *saved);
    ast_place place = c->place;
    int32_t loop = -1;
    for (uint32_t i = count; i > 0 && !c->failed; i--) {
        const emit_block *leaving = &saved[i - 1];
        if (leaving->kind == BLOCK_GROUP_HANDLER) {
            compile_error(c, place, "'break', 'continue' and 'return' cannot appear in an except* block");
            break;
        }
        if (to_loop && (leaving->kind == BLOCK_WHILE || leaving->kind == BLOCK_FOR ||
                        leaving->kind == BLOCK_ASYNC_FOR)) {
            loop = (int32_t)i - 1;
            break;
        }
        u->block_count = i - 1;
        block_leave(c, leaving, preserve);
    }
    memcpy(u->blocks, saved, count * sizeof *saved);
    u->block_count = count;
    ouro_mem_free(c->rt->mem, saved);
    return loop < 0 ? NULL : &u->blocks[loop];
}

/* ---- try ---- */

/* The end of code that was entered by an exception: [previous ... new]: the handling ends, `new` goes on. */
static void block_cleanup_handler(compiler *c, label cleanup)
{
    emit_at_nothing(c);
    label_place(c, cleanup);
    emit(c, OP_SWAP, 2);
    emit(c, OP_POP_EXCEPT, 0);
    emit(c, OP_RERAISE, 0);
}

static void try_finally(compiler *c, const ast_stmt *s, void (*body)(compiler *, const ast_stmt *))
{
    label entry = label_new(c);
    label cleanup = label_new(c);
    label exit = label_new(c);
    block_push(c, BLOCK_FINALLY_TRY, entry);
    if (c->failed) {
        return;
    }
    block_top(c)->finally = s->try_.finally;
    body(c, s);
    emit_at_nothing(c);
    block_pop(c, BLOCK_FINALLY_TRY);
    compile_statements(c, s->try_.finally);
    emit_at_nothing(c);
    emit_jump(c, OP_JUMP, exit);

    label_place(c, entry);
    emit(c, OP_PUSH_EXC_INFO, 0);
    /* protected from below the exception: [previous] stays */
    if (c->unit->reachable) {
        c->unit->depth--;
        block_push(c, BLOCK_FINALLY_END, cleanup);
        c->unit->depth++;
    } else {
        block_push(c, BLOCK_FINALLY_END, cleanup);
    }
    compile_statements(c, s->try_.finally);
    emit_at_nothing(c);
    block_pop(c, BLOCK_FINALLY_END);
    /* nothing between here and RERAISE raises; the handling of exc ends with it: [previous exc] */
    emit(c, OP_SWAP, 2);
    emit(c, OP_POP_EXCEPT, 0);
    emit(c, OP_RERAISE, 1);
    block_cleanup_handler(c, cleanup);
    label_place(c, exit);
}

/* Opens the block that protects code in a handler; of the stack only [previous] is kept for the cleanup, though
 * `above` more values lie over it now. */
static void block_push_over(compiler *c, block_kind kind, label cleanup, int above)
{
    c->unit->depth -= above;
    block_push(c, kind, cleanup);
    c->unit->depth += above;
}

static void try_handler_clause(compiler *c, const ast_handler *h, label next, label cleanup, label end)
{
    if (h->type) {
        compile_expr(c, h->type);
        emit_at(c, h->place);
        emit(c, OP_CHECK_EXC_MATCH, 0);
        emit_jump(c, OP_POP_JUMP_IF_FALSE, next);
    }
    if (!h->name) {
        emit_at(c, h->place);
        emit(c, OP_POP_TOP, 0);
        block_pop(c, BLOCK_CLEANUP);
        block_push(c, BLOCK_HANDLER, cleanup);
        compile_statements(c, h->body);
        block_pop(c, BLOCK_HANDLER);
        emit_at_nothing(c);
        emit(c, OP_POP_EXCEPT, 0);
        emit_jump(c, OP_JUMP, end);
        return;
    }
    /* except T as name: [previous exc] -> [previous]; the name is unbound on every way out */
    label unbind = label_new(c);
    emit_at(c, h->place);
    emit_variable(c, h->name, AST_STORE);
    block_pop(c, BLOCK_CLEANUP);
    block_push(c, BLOCK_HANDLER_NAME, unbind);
    if (c->failed) {
        return;
    }
    block_top(c)->name = h->name;
    compile_statements(c, h->body);
    block_pop(c, BLOCK_HANDLER_NAME);
    emit_at_nothing(c);
    emit(c, OP_POP_EXCEPT, 0);
    block_unbind_name(c, h->name);
    emit_jump(c, OP_JUMP, end);
    /* [previous new]: the name goes, then the handling ends */
    label_place(c, unbind);
    block_unbind_name(c, h->name);
    emit(c, OP_SWAP, 2);
    emit(c, OP_POP_EXCEPT, 0);
    emit(c, OP_RERAISE, 0);
}

static void try_except(compiler *c, const ast_stmt *s)
{
    label entry = label_new(c);
    label end = label_new(c);
    label cleanup = label_new(c);
    block_push(c, BLOCK_TRY, entry);
    compile_statements(c, s->try_.body);
    block_pop(c, BLOCK_TRY);
    compile_statements(c, s->try_.orelse);
    emit_at_nothing(c);
    emit_jump(c, OP_JUMP, end);

    label_place(c, entry);
    emit(c, OP_PUSH_EXC_INFO, 0);
    uint32_t n = s->try_.handlers->count;
    for (uint32_t i = 0; i < n && !c->failed; i++) {
        const ast_handler *h = s->try_.handlers->items[i];
        emit_at(c, h->place);
        if (!h->type && i + 1 < n) {
            compile_error(c, h->place, "default 'except:' must be last");
            return;
        }
        label next = label_new(c);
        block_push_over(c, BLOCK_CLEANUP, cleanup, 1);
        try_handler_clause(c, h, next, cleanup, end);
        emit_at(c, h->place);
        label_place(c, next);
    }
    /* no clause matched, seen at the last one: [previous exc] */
    emit(c, OP_SWAP, 2);
    emit(c, OP_POP_EXCEPT, 0);
    emit(c, OP_RERAISE, 1);
    block_cleanup_handler(c, cleanup);
    label_place(c, end);
}

static void try_except_statement(compiler *c, const ast_stmt *s)
{
    if (s->try_.handlers->count) {
        try_except(c, s);
    } else {
        compile_statements(c, s->try_.body);
    }
}

void compile_try(compiler *c, const ast_stmt *s)
{
    emit(c, OP_NOP, 0);
    if (s->try_.finally->count) {
        try_finally(c, s, try_except_statement);
    } else {
        try_except(c, s);
    }
}

/* ---- except* ----
 *
 * Stack while the clauses run:  previous original results rest
 *     original   what was raised; results: list of what clauses raised or did not take; rest: what is still to match
 * A clause: CHECK_EG_MATCH splits rest into (rest', match or None). */

static void try_star_clause(compiler *c, const ast_handler *h)
{
    label no_match = label_new(c);
    label next = label_new(c);
    label failed = label_new(c);
    compile_expr(c, h->type);
    emit_at(c, h->place);
    emit(c, OP_CHECK_EG_MATCH, 0);
    emit(c, OP_COPY, 1);
    emit_jump(c, OP_POP_JUMP_IF_NONE, no_match);
    /* previous original results rest match */
    if (h->name) {
        emit_variable(c, h->name, AST_STORE);
    } else {
        emit(c, OP_POP_TOP, 0);
    }
    block_push(c, BLOCK_CLEANUP, failed);
    block_push(c, BLOCK_GROUP_HANDLER, 0);
    compile_statements(c, h->body);
    block_pop(c, BLOCK_GROUP_HANDLER);
    block_pop(c, BLOCK_CLEANUP);
    emit_at_nothing(c);
    if (h->name) {
        block_unbind_name(c, h->name);
    }
    emit_jump(c, OP_JUMP, next);
    /* the body raised: previous original results rest new -> new goes to the results */
    label_place(c, failed);
    if (h->name) {
        block_unbind_name(c, h->name);
    }
    emit(c, OP_LIST_APPEND, 2);
    emit_jump(c, OP_JUMP, next);
    label_place(c, no_match);
    emit(c, OP_POP_TOP, 0);
    label_place(c, next);
}

static void try_star_except(compiler *c, const ast_stmt *s)
{
    label entry = label_new(c);
    label end = label_new(c);
    label cleanup = label_new(c);
    label reraise = label_new(c);
    block_push(c, BLOCK_TRY, entry);
    compile_statements(c, s->try_.body);
    block_pop(c, BLOCK_TRY);
    compile_statements(c, s->try_.orelse);
    emit_at_nothing(c);
    emit_jump(c, OP_JUMP, end);

    label_place(c, entry);
    emit(c, OP_PUSH_EXC_INFO, 0);
    block_push_over(c, BLOCK_CLEANUP, cleanup, 1);
    emit(c, OP_BUILD_LIST, 0);
    emit(c, OP_COPY, 2);
    for (uint32_t i = 0; i < s->try_.handlers->count && !c->failed; i++) {
        emit_at(c, s->try_.handlers->items[i]->place);
        try_star_clause(c, s->try_.handlers->items[i]);
    }
    emit_at_nothing(c);
    /* what no clause took belongs to the results too */
    emit(c, OP_LIST_APPEND, 1);
    emit(c, OP_PREP_RERAISE_STAR, 0); /* previous exception-or-None */
    block_pop(c, BLOCK_CLEANUP);
    emit(c, OP_COPY, 1);
    emit_jump(c, OP_POP_JUMP_IF_NOT_NONE, reraise);
    emit(c, OP_POP_TOP, 0);
    emit(c, OP_POP_EXCEPT, 0);
    emit_jump(c, OP_JUMP, end);
    label_place(c, reraise);
    emit(c, OP_SWAP, 2);
    emit(c, OP_POP_EXCEPT, 0);
    emit(c, OP_RERAISE, 0);
    block_cleanup_handler(c, cleanup);
    label_place(c, end);
}

void compile_try_star(compiler *c, const ast_stmt *s)
{
    emit(c, OP_NOP, 0);
    if (s->try_.finally->count) {
        try_finally(c, s, try_star_except);
    } else {
        try_star_except(c, s);
    }
}

/* ---- with ---- */

void compile_with(compiler *c, const ast_stmt *s, uint32_t item)
{
    bool is_async = s->kind == AST_ASYNC_WITH;
    if (is_async && !c->unit->scope->is_async_function && !compile_is_top_level_await(c)) {
        compile_error(c, s->place, "'async with' outside async function");
        return;
    }
    label entry = label_new(c);
    label cleanup = label_new(c);
    label suppressed = label_new(c);
    label exit = label_new(c);
    const ast_with_item *w = s->with.items->items[item];
    block_kind kind = is_async ? BLOCK_ASYNC_WITH : BLOCK_WITH;
    compile_expr(c, w->context);
    emit_at(c, s->place);
    emit(c, is_async ? OP_BEFORE_ASYNC_WITH : OP_BEFORE_WITH, 0);
    if (is_async) {
        compile_await(c, 1);
    }
    /* exit result: protected with only `exit` below */
    if (c->unit->reachable) {
        c->unit->depth--;
    }
    block_push(c, kind, entry);
    if (c->unit->reachable) {
        c->unit->depth++;
    }
    if (c->failed) {
        return;
    }
    block_top(c)->statement = s;
    if (w->target) {
        compile_store(c, w->target);
    } else {
        emit(c, OP_POP_TOP, 0);
    }
    if (item + 1 < s->with.items->count) {
        compile_with(c, s, item + 1);
    } else {
        compile_statements(c, s->with.body);
    }
    block_pop(c, kind);
    emit_at(c, s->place);
    block_call_exit(c);
    if (is_async) {
        compile_await(c, 2);
    }
    emit(c, OP_POP_TOP, 0);
    emit_jump(c, OP_JUMP, exit);

    /* exit exc */
    label_place(c, entry);
    emit_at(c, s->place);
    emit(c, OP_PUSH_EXC_INFO, 0); /* exit previous exc */
    if (c->unit->reachable) {
        block_push_over(c, BLOCK_CLEANUP, cleanup, 1);
    } else {
        block_push(c, BLOCK_CLEANUP, cleanup);
    }
    emit(c, OP_WITH_EXCEPT_START, 0);
    if (is_async) {
        compile_await(c, 2);
    }
    emit_jump(c, OP_POP_JUMP_IF_TRUE, suppressed);
    block_pop(c, BLOCK_CLEANUP);
    emit(c, OP_SWAP, 2);
    emit(c, OP_POP_EXCEPT, 0);
    emit(c, OP_RERAISE, 0);
    label_place(c, suppressed);
    emit(c, OP_POP_TOP, 0);
    emit(c, OP_POP_EXCEPT, 0);
    emit(c, OP_POP_TOP, 0); /* exit */
    emit_jump(c, OP_JUMP, exit);
    block_cleanup_handler(c, cleanup);
    label_place(c, exit);
}

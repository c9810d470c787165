/* emit.h: the compiler's state, and the emission of instructions.  Private to the compiler's files.
 *
 * A compile_unit is one code object in the making.  Instructions are appended in order; jumps name labels, which
 * are placed later or were placed before.  The emitter follows the depth of the stack: a label knows the depth at
 * which it is reached, and code behind an unconditional jump that no label makes reachable is dropped.
 *
 * Blocks (emit_block) are what `return`, `break` and `continue` have to leave: loops, try, with, handlers.  A
 * block that protects code names its handler; each instruction remembers the innermost one in force.
 *
 * Failure sticks: after an error (exception set) c->failed is true and emission does nothing any more.
 */
#ifndef OURO_LANG_EMIT_H
#define OURO_LANG_EMIT_H

#include "lang/ast.h"
#include "lang/opcode.h"
#include "lang/scope.h"
#include "types/types.h"

typedef int32_t label; /* index in unit->labels; 0: none */

/* In the argument of an ARG_LOCAL instruction before assembly: counts from the first cell, free variable. */
enum { LOCAL_IS_CELL = 0x400000, LOCAL_IS_FREE = 0x800000 };

typedef struct emitted {
    uint8_t op;
    uint32_t argument;
    label target;
    int32_t handler; /* index in unit->handlers + 1; 0: none */
    ast_place place; /* line 0: artificial */
} emitted;

typedef struct emit_label {
    int32_t at;    /* instruction; -1: not placed */
    int32_t depth; /* of the stack there; -1: not reached yet */
} emit_label;

typedef struct emit_handler {
    label entry;
    int32_t depth;
} emit_handler;

typedef enum block_kind {
    BLOCK_WHILE,
    BLOCK_FOR,
    BLOCK_ASYNC_FOR,
    BLOCK_TRY,             /* try with except: protected */
    BLOCK_FINALLY_TRY,     /* try with finally: protected; leaving runs the finally body */
    BLOCK_FINALLY_END,     /* the finally body, entered by an exception */
    BLOCK_WITH,
    BLOCK_ASYNC_WITH,
    BLOCK_HANDLER,         /* an except clause: previous exception on the stack */
    BLOCK_HANDLER_NAME,    /* except ... as name: the name is unbound at the end */
    BLOCK_GROUP_HANDLER,   /* except*: return, break, continue are errors */
    BLOCK_POP_VALUE,       /* a value that a finally body inlined by `return x` must pass over */
    BLOCK_CLEANUP,         /* protected code whose handler only cleans up */
} block_kind;

typedef struct emit_block {
    block_kind kind;
    int32_t handler;             /* as in emitted; 0: none */
    label continue_label, break_label;
    const ast_stmt_list *finally;
    const ast_identifier *name;  /* BLOCK_HANDLER_NAME */
    const ast_stmt *statement;   /* with: for the place of the exit call */
} emit_block;

enum { EMIT_MAX_BLOCKS = 20 /* statically nested blocks, CPython's limit */ };

typedef struct compile_unit {
    struct compile_unit *outer;
    scope *scope;
    ouro_value name, qualname;
    ouro_value constants, constant_index; /* list, dict */
    ouro_value names, name_index;
    ouro_value locals, local_index;       /* list of names, dict name -> index */
    ouro_value cells, cell_index;         /* cell variables that are not arguments */
    ouro_value frees, free_index;
    ouro_value self_attributes;           /* class: set of names assigned through self, or OURO_NULL */
    ouro_value docstring;
    emitted *instructions;
    uint32_t count, capacity;
    emit_label *labels;
    uint32_t label_count, label_capacity;
    emit_handler *handlers;
    uint32_t handler_count, handler_capacity;
    emit_block *blocks;
    uint32_t block_count, block_capacity;
    int32_t depth, max_depth;
    bool reachable;
    bool in_interactive_body;
    uint32_t first_line;
    uint32_t positional_count, positional_only_count, keyword_only_count;
    uint32_t code_flags;
} compile_unit;

typedef struct compiler {
    ouro_runtime *rt;
    ast_tree *tree;
    ouro_value filename;
    ouro_value constant_cache; /* dict: constants shared by all code of the tree */
    int optimize;
    bool top_level_await; /* compile_request's */
    compile_unit *unit;
    ast_place place;
    bool failed;
} compiler;

/* ---- units (emit.c) ---- */
/* Begins a code object; `name` and `qualname` are stolen.  False: failed (c->failed). */
bool unit_begin(compiler *c, compile_unit *unit, scope *s, ouro_value name, ouro_value qualname, int first_line);
/* Drops everything of the unit and makes the outer one current. */
void unit_end(compiler *c);
/* assemble.c: the finished code object (new reference), or NULL.  The unit is still to be ended. */
code_object *unit_assemble(compiler *c);

/* ---- emission ---- */
void emit(compiler *c, opcode op, uint32_t argument);
void emit_jump(compiler *c, opcode op, label target);
label label_new(compiler *c);
void label_place(compiler *c, label l);
void emit_constant(compiler *c, ouro_value v);       /* v borrowed */
void emit_constant_steal(compiler *c, ouro_value v); /* OURO_NULL fails */
uint32_t emit_name_index(compiler *c, ouro_value name);
void emit_with_name(compiler *c, opcode op, const ast_identifier *name); /* mangled */
/* Load, store or delete a variable by what its scope says. */
void emit_variable(compiler *c, const ast_identifier *name, ast_context context);
uint32_t emit_local_index(compiler *c, ouro_value name);
/* The identifier of a text, of the tree's life.  NULL: no memory, and the compilation has failed. */
const ast_identifier *compile_intern(compiler *c, const char *text, size_t length);
ouro_value identifier_value(compiler *c, const ast_identifier *name); /* new reference, interned; not mangled */
const ast_identifier *identifier_mangled(compiler *c, const ast_identifier *name);

static inline void emit_at(compiler *c, ast_place place)
{
    c->place = place;
}

/* What follows stands for no text of its own: it counts to the line before it (assemble.c). */
static inline void emit_at_nothing(compiler *c)
{
    c->place = (ast_place){0, 0, 0, 0};
}

/* ---- blocks ---- */
/* Opens a block; with a handler label it protects what follows (its depth is the present one). */
void block_push(compiler *c, block_kind kind, label handler);
emit_block *block_top(compiler *c);
void block_pop(compiler *c, block_kind kind);
/* Records that `entry` is reached with `depth` + 1 values when protected code raises. */
int32_t handler_new(compiler *c, label entry);

/* ---- errors ---- */
void compile_error(compiler *c, ast_place place, const char *format, ...) OURO_PRINTF(3, 4);
void compile_warning(compiler *c, ast_place place, const char *format, ...) OURO_PRINTF(3, 4);

/* ---- the parts ---- */
void compile_expr(compiler *c, const ast_expr *e);
void compile_store(compiler *c, const ast_expr *target); /* the value is on the stack */
void compile_delete(compiler *c, const ast_expr *target);
void compile_jump_if(compiler *c, const ast_expr *e, label target, bool condition);
/* Are the arguments gathered in a tuple and a dict (CALL_EX, which wants no slot for self)? */
bool compile_call_is_unpacked(uint32_t already, const ast_expr_list *args, const ast_keyword_list *keywords);
void compile_call_tail(compiler *c, uint32_t already, const ast_expr_list *args, const ast_keyword_list *keywords,
                       bool has_self_slot);
/* Is this the body of a module that may await? */
static inline bool compile_is_top_level_await(const compiler *c)
{
    return c->top_level_await && c->unit->scope->kind == SCOPE_MODULE;
}
void compile_await(compiler *c, uint32_t kind); /* awaitable on the stack -> its result */
void compile_yield_from(compiler *c, uint32_t resume_kind);
void compile_annotation(compiler *c, const ast_expr *annotation);
void compile_comprehension(compiler *c, const ast_expr *e);
void compile_lambda(compiler *c, const ast_expr *e);
void compile_statements(compiler *c, const ast_stmt_list *body);
void compile_statement(compiler *c, const ast_stmt *s);
/* The body of a module or class: annotations set up, docstring stored as __doc__, then the statements. */
void compile_body_with_annotations(compiler *c, const ast_stmt_list *body);
void compile_function_def(compiler *c, const ast_stmt *s);
void compile_class_def(compiler *c, const ast_stmt *s);
void compile_match(compiler *c, const ast_stmt *s);
void compile_try(compiler *c, const ast_stmt *s);
void compile_try_star(compiler *c, const ast_stmt *s);
void compile_with(compiler *c, const ast_stmt *s, uint32_t item);
/* Emits what leaving the innermost blocks needs: for `return` all of them, else down to the loop, which is
 * returned (NULL: none, or return).  `preserve`: a value on top of the stack has to survive. */
emit_block *compile_unwind(compiler *c, bool preserve, bool to_loop);
/* Makes the function of a finished inner unit: closure and code, MAKE_FUNCTION with the flags given. */
void compile_make_function(compiler *c, code_object *code, uint32_t flags);

/* ---- constants (fold.c) ---- */
/* The value of a constant expression: new reference; OURO_NULL: not constant (never an exception). */
ouro_value fold_expr(compiler *c, const ast_expr *e);
/* The tuple of the items' values where all are constant; OURO_NULL otherwise, and without items. */
ouro_value fold_items(compiler *c, const ast_expr_list *items);
ouro_value fold_binary(compiler *c, ast_operator op, ouro_value a, ouro_value b);
ouro_value constant_value(compiler *c, const ast_constant *constant); /* new reference; OURO_NULL: failed */
binary_op binary_op_of(ast_operator op);

#endif

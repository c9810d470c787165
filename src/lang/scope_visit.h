/* scope_visit.h: what scope.c and scope_visit.c share. */
#ifndef OURO_LANG_SCOPE_VISIT_H
#define OURO_LANG_SCOPE_VISIT_H

#include "lang/scope.h"

enum {
    /* Expressions and statements inside one another; the parser's limit is lower. */
    SCOPE_MAX_DEPTH = 4000,
};

/* A name of a global or nonlocal statement, and where: for messages. */
typedef struct scope_directive {
    const ast_identifier *name; /* mangled */
    ast_place place;
    struct scope_directive *next;
} scope_directive;

typedef struct scope_visitor {
    ast_tree *tree;
    ast_arena *arena;
    syntax_error *error;
    scope *current;
    const ast_identifier *class_name; /* of the innermost class, for mangling */
    const ast_identifier *dunder_class, *super;
    bool future_annotations;
    int depth;
    /* Nodes of the left spines that are being walked. */
    ouro_mem *mem;
    const ast_expr **spine;
    uint32_t spine_size, spine_capacity;
} scope_visitor;

/* Each returns false, with the error set. */
bool scope_fail(scope_visitor *v, ast_place place, const char *format, ...) OURO_PRINTF(3, 4);
bool scope_fail_memory(scope_visitor *v);

/* What the source does so far with a name (mangled here) in a scope. */
uint16_t scope_lookup(scope_visitor *v, const scope *s, const ast_identifier *name);
/* Enters a name (mangled here) into a scope. */
OURO_NODISCARD bool scope_define_in(scope_visitor *v, scope *s, const ast_identifier *name, uint16_t uses,
                                    ast_place place);
OURO_NODISCARD bool scope_record_directive(scope_visitor *v, const ast_identifier *name, ast_place place);

/* Opens a scope inside the current one and makes it current.  NULL: no memory. */
OURO_NODISCARD scope *scope_open(scope_visitor *v, scope_kind kind, scope_function_kind function_kind,
                                 const ast_identifier *name, ast_place place);
void scope_close(scope_visitor *v);

/* Walks the whole tree; the module scope is open. */
OURO_NODISCARD bool scope_visit_tree(scope_visitor *v);

#endif

/* compile.h: syntax tree to code object.
 *
 *     ouro_value source ... -> compile_source(rt, bytes, length, &request) -> code object
 *
 * The compiler walks the tree once for each scope and emits instructions in order (emit.h); assemble.c turns
 * them into units, caches, positions and the exception table.  It folds constants (fold.c) and drops code that
 * cannot be reached; it does nothing else clever.
 */
#ifndef OURO_LANG_COMPILE_H
#define OURO_LANG_COMPILE_H

#include "lang/ast.h"
#include "lang/parse.h"
#include "types/code.h"

typedef struct compile_request {
    ouro_value filename; /* str, borrowed */
    ast_mode mode;
    uint32_t flags;      /* PARSE_* */
    uint32_t unknown_minor; /* of parse_options */
    uint32_t future;     /* AST_FUTURE_* inherited from the caller */
    int optimize;        /* 0; 1: asserts removed; 2: docstrings too */
    bool top_level_await; /* the module may await: its code then makes a coroutine (PyCF_ALLOW_TOP_LEVEL_AWAIT) */
} compile_request;

/* Differs when the sources of the compiler do (made by tools/code_version.py). */
extern const uint64_t compile_version;

/* Parses and compiles.  Returns a new code object, or NULL with SyntaxError (or MemoryError, ...) set. */
OURO_NODISCARD code_object *compile_source(ouro_runtime *rt, const char *bytes, size_t length,
                                           const compile_request *request);

/* Parses only; freed with ast_tree_free.  NULL with SyntaxError (or MemoryError, ...) set. */
OURO_NODISCARD ast_tree *compile_parse(ouro_runtime *rt, const char *bytes, size_t length,
                                       const compile_request *request);
/* Finds the scopes of a tree.  False: SyntaxError (or MemoryError, ...) is set. */
OURO_NODISCARD bool compile_scopes(ouro_runtime *rt, ast_tree *tree, ouro_value filename);
/* Compiles a tree that has been parsed, or made of objects and checked. */
OURO_NODISCARD code_object *compile_from_tree(ouro_runtime *rt, ast_tree *tree, const compile_request *request);

/* The value of a constant in a tree: new reference. */
OURO_NODISCARD ouro_value constant_as_value(ouro_runtime *rt, const ast_constant *constant);

/* Raises what the front end reported, as the exception CPython raises.  Returns OURO_NULL; clears `error`. */
ouro_value compile_raise_syntax_error(ouro_runtime *rt, syntax_error *error, ouro_value filename);

#endif

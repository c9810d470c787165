/* scope.h: which name means what, for each scope of a tree (CPython's symbol table).
 *
 * A scope is a module, a class body, or a function: def, lambda, and each comprehension, whose first iterable
 * belongs to the scope outside and is passed in as the argument ".0".
 *
 * Each scope has a table of the names that occur in it, mangled (`__x` inside class C is `_C__x`), in the order of
 * their first occurrence, and for each name:
 *     uses         what the source does with it here (SCOPE_DEF_*, SCOPE_USE): bits
 *     resolution   where it lives: local, cell, free, explicit global, implicit global
 *
 *            uses in the scope                          resolution
 *     bound here, no inner function wants it      ->  SCOPE_LOCAL
 *     bound here, an inner function wants it      ->  SCOPE_CELL      (in functions; a class keeps SCOPE_LOCAL)
 *     bound in an enclosing function              ->  SCOPE_FREE
 *     `global x` here                             ->  SCOPE_GLOBAL_EXPLICIT
 *     none of these                               ->  SCOPE_GLOBAL_IMPLICIT (in a class: looked up by name first)
 *
 * What always holds after scope_analyse: every node that opens a scope points to it (node.scope); a name that is
 * SCOPE_FREE in a scope is SCOPE_CELL or SCOPE_FREE in the nearest enclosing scope that is not a class (or is
 * passed through that class as SCOPE_DEF_FREE_CLASS / free); free_names and cell_names are sorted by text.
 */
#ifndef OURO_LANG_SCOPE_H
#define OURO_LANG_SCOPE_H

#include "lang/ast.h"
#include "lang/syntax_error.h"

typedef enum scope_kind { SCOPE_MODULE, SCOPE_CLASS, SCOPE_FUNCTION, SCOPE_ANNOTATION } scope_kind;

/* What opened a SCOPE_FUNCTION. */
typedef enum scope_function_kind {
    SCOPE_NO_FUNCTION,
    SCOPE_DEF, /* def and async def */
    SCOPE_LAMBDA,
    SCOPE_LIST_COMP,
    SCOPE_SET_COMP,
    SCOPE_DICT_COMP,
    SCOPE_GENERATOR_EXP,
} scope_function_kind;

typedef enum scope_resolution {
    SCOPE_UNRESOLVED,
    SCOPE_LOCAL,
    SCOPE_GLOBAL_EXPLICIT,
    SCOPE_GLOBAL_IMPLICIT,
    SCOPE_FREE,
    SCOPE_CELL,
} scope_resolution;

/* Bits of scope_name.uses. */
enum {
    SCOPE_DEF_GLOBAL = 1,      /* global x */
    SCOPE_DEF_LOCAL = 2,       /* bound: assignment, def, class, for, with, except, del, match, ... */
    SCOPE_DEF_PARAM = 4,       /* a parameter */
    SCOPE_DEF_NONLOCAL = 8,    /* nonlocal x */
    SCOPE_USE = 16,            /* read */
    SCOPE_DEF_FREE_CLASS = 64, /* free in a method of this class, and also bound in the class */
    SCOPE_DEF_IMPORT = 128,
    SCOPE_DEF_ANNOTATED = 256,       /* x: int */
    SCOPE_DEF_COMP_ITER = 512,       /* target of a comprehension's `for` */
    SCOPE_DEF_BOUND = SCOPE_DEF_LOCAL | SCOPE_DEF_PARAM | SCOPE_DEF_IMPORT,
};

typedef struct scope_name {
    const ast_identifier *name; /* mangled */
    uint16_t uses;              /* SCOPE_DEF_*, SCOPE_USE */
    uint8_t resolution;         /* scope_resolution */
} scope_name;

typedef struct scope {
    scope_kind kind;
    scope_function_kind function_kind;
    const ast_identifier *name; /* of the def or class; "top", "lambda", "listcomp", "setcomp", "dictcomp", "genexpr" */
    struct scope *parent;       /* NULL: the module */
    struct scope *first_child, *last_child, *next; /* children in the order of the source */
    ast_place place;
    const ast_identifier *class_name; /* the innermost class around, which mangles; or NULL */

    scope_name *names; /* in the order of first occurrence */
    uint32_t name_count;
    uint32_t *name_index; /* private: open-addressing hash of positions in names + 1 */
    uint32_t name_index_mask;
    uint32_t name_capacity;

    /* Parameters in the order of co_varnames: positional-only, positional, keyword-only, *args, **kwargs. */
    const ast_identifier **parameters;
    uint32_t parameter_count;
    /* co_cellvars and co_freevars, as CPython orders them.  A class that needs `__class__` has that cell in
     * needs_class_closure, not here. */
    const ast_identifier **cell_names;
    uint32_t cell_count;
    const ast_identifier **free_names;
    uint32_t free_count;

    bool is_nested;           /* inside a function */
    bool has_free;            /* uses a name of an enclosing function */
    bool child_has_free;      /* some scope inside does */
    bool is_generator;        /* contains yield, or is a generator expression */
    bool is_coroutine;        /* async def, or anything that awaits */
    bool is_async_function;   /* async def */
    bool is_comprehension;    /* function_kind is one of the four */
    bool has_varargs;         /* *args */
    bool has_varkeywords;     /* **kwargs */
    bool returns_value;       /* return with a value */
    bool needs_class_closure; /* class: some method uses `__class__` or `super` */
    bool has_annotations;     /* an annotated name: the module or class body needs __annotations__ */
    bool can_see_class;       /* private */
    bool comprehension_iterates_target; /* private: visiting a target of a comprehension */
    uint16_t comprehension_iterable_depth; /* private: inside the iterable of a comprehension */
    struct scope_directive *directives;  /* private: global and nonlocal statements, for messages */
} scope;

/* Finds the future imports (tree->future, tree->future_line) and the scopes of a tree.  False: `error` is filled (SyntaxError, RecursionError or no memory); the tree stays
 * usable only for ast_tree_free. */
OURO_NODISCARD bool scope_analyse(ast_tree *tree, syntax_error *error);

/* The entry of a mangled name in a scope, or NULL. */
const scope_name *scope_find(const scope *table, const ast_identifier *mangled);

/* The name as it is stored: `__x` inside class `C` becomes `_C__x`.  `class_name` may be NULL.  NULL: no memory. */
OURO_NODISCARD const ast_identifier *scope_mangle(ast_arena *arena, const ast_identifier *class_name,
                                                  const ast_identifier *name);

#endif

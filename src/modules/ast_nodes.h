/* ast_nodes.h: the node classes of the module _ast as one table, and the way between their instances and the
 * trees of lang/ast.h.
 *
 *     sum      a kind of node: expr, stmt, operator, arguments; a class under ast.AST
 *     node     a constructor of a sum: BinOp, If, Add; a class under its sum's.  A sum with one constructor
 * of its own name (arguments, keyword) is one class field    a field of a node: its name, what it holds, how
 * many of it, and where it lies in the C struct
 *
 * The classes, both conversions and the docstrings follow the table; a new node is a row.
 */
#ifndef OURO_SRC_MODULES_AST_NODES_H
#define OURO_SRC_MODULES_AST_NODES_H

#include "lang/compile.h"

typedef enum ast_sum {
    SUM_MOD,
    SUM_STMT,
    SUM_EXPR,
    SUM_CONTEXT,
    SUM_BOOL_OPERATOR,
    SUM_OPERATOR,
    SUM_UNARY_OPERATOR,
    SUM_COMPARE_OPERATOR,
    SUM_COMPREHENSION,
    SUM_HANDLER,
    SUM_ARGUMENTS,
    SUM_ARG,
    SUM_KEYWORD,
    SUM_ALIAS,
    SUM_WITH_ITEM,
    SUM_MATCH_CASE,
    SUM_PATTERN,
    SUM_TYPE_IGNORE,
    SUM_COUNT,
} ast_sum;

typedef enum ast_holds {
    HOLDS_NODE,         /* a pointer to a struct of the field's sum */
    HOLDS_ENUM,         /* a uint8_t: the constructor's number within the sum */
    HOLDS_IDENTIFIER,   /* a pointer to an ast_identifier */
    HOLDS_TYPE_COMMENT, /* the same, as a text that is no name */
    HOLDS_CONSTANT,     /* an ast_constant */
    HOLDS_PREFIX,       /* its has_u_prefix as 'u' or None */
    HOLDS_SINGLETON,    /* a uint8_t: the ast_constant_kind of None, True or False */
    HOLDS_BOOL,         /* a bool, an int8_t, an int32_t */
    HOLDS_INT8,
    HOLDS_INT32,
} ast_holds;

typedef enum ast_quantity { ONE = ' ', OPTIONAL = '?', MANY = '*' } ast_quantity;

typedef struct ast_field {
    const char *name;
    uint8_t holds;       /* ast_holds */
    uint8_t sum;         /* of HOLDS_NODE, HOLDS_ENUM */
    char quantity;       /* ast_quantity */
    bool items_optional; /* an item of the list may be None */
    uint16_t offset;
} ast_field;

enum { AST_MAX_FIELDS = 7 };

typedef struct ast_node_def {
    const char *name;
    ast_field fields[AST_MAX_FIELDS + 1]; /* ended by a NULL name */
} ast_node_def;

typedef struct ast_sum_def {
    const char *name;
    uint16_t first, count; /* rows of ast_node_defs */
    uint16_t size;         /* of the C struct; 0: none */
    int16_t place;         /* offset of its ast_place, -1: none */
    bool is_product;       /* one class for the sum and its only node */
    bool end_required;     /* end_lineno and end_col_offset must be given (pattern) */
} ast_sum_def;

extern const ast_sum_def ast_sum_defs[SUM_COUNT];
extern const ast_node_def ast_node_defs[];
extern const size_t ast_node_count;

static inline bool ast_sum_is_enum(ast_sum sum)
{
    return sum >= SUM_CONTEXT && sum <= SUM_COMPARE_OPERATOR;
}
/* The row of the node that a tree of this mode is, and what the tree has for a field of it. */
size_t ast_mode_row(ast_mode mode);
const void *ast_tree_field(const ast_tree *tree, const ast_field *field);
size_t ast_node_field_count(const ast_node_def *def);

/* The classes of a runtime, made by the module's start (ast_module.c). */
OURO_NODISCARD bool ast_classes_ready(ouro_runtime *rt);   /* imports the module if need be */
type_object *ast_node_class(ouro_runtime *rt, size_t row); /* borrowed */
ouro_value ast_node_instance(ouro_runtime *rt,
                             size_t row); /* the one instance of an operator or context: borrowed */
ouro_value ast_node_field_names(ouro_runtime *rt, size_t row); /* a tuple of str: borrowed */
ouro_value ast_place_name(ouro_runtime *rt, int i);            /* "lineno", ..., "end_col_offset": borrowed */

/* A tree as instances: new reference. */
OURO_NODISCARD ouro_value ast_to_object(ouro_runtime *rt, const ast_tree *tree);
/* Instances as a tree for the compiler, checked; NULL: TypeError, ValueError, RecursionError.  Constants that
 * have no literal are borrowed from `keep` (set to a list, owned by the caller), which must outlive the tree.
 */
OURO_NODISCARD ast_tree *ast_from_object(ouro_runtime *rt, ouro_value node, ast_mode mode, ouro_value *keep);
/* Is everything in the tree what the compiler expects of a parsed one?  False: an exception is set. */
OURO_NODISCARD bool ast_validate(ouro_runtime *rt, const ast_tree *tree);

#endif

/* ast.h: the syntax tree of one source text, and the arena it lives in.
 *
 * The tree has the node kinds, the fields and the source positions of CPython 3.11's `ast` module, so whoever
 * knows `ast` knows this header.  It needs no object system: a name is an interned identifier, a constant is
 * plain C data.
 *
 *     tree      ast_tree: the arena, the mode, the body, the future features
 *     stmt      ast_stmt: kind + place + union of the fields of each kind
 *     expr      ast_expr: kind + place + union of the fields of each kind
 *     others    ast_arguments, ast_arg, ast_keyword, ast_alias, ast_with_item, ast_comprehension,
 *               ast_handler, ast_match_case, ast_pattern
 *     lists     ast_..._list: a count and the items, never a NULL pointer (an empty list is a shared constant)
 *
 * What always holds:
 *   - Everything reachable from a tree is in the tree's arena and dies with it (ast_tree_free); nothing in the
 *     tree is freed alone, and nothing in it points outside but to constant data.
 *   - Two identifiers of one arena are the same text exactly when they are the same pointer.
 *   - Text is UTF-8; a lone surrogate written with an escape ("\ud800") is its three-byte form (WTF-8).
 *   - A field marked "or NULL" may be NULL; every other pointer is not.
 *   - Chains that source can make long without nesting are long in the tree as well: the left spine of
 *     BinOp, Call, Attribute, Subscript, and `orelse` of If (elif).  Walk those with a loop, not by recursion.
 *     Every other depth is bounded by PARSE_MAX_DEPTH (parse.h) times a small constant.
 *
 * What it does not do: names in the tree are as written, not yet mangled (`__x` in a class; scope.h mangles);
 * no constant is folded; nothing tells a docstring from another expression statement.
 */
#ifndef OURO_LANG_AST_H
#define OURO_LANG_AST_H

#include "ouro/mem.h"

/* ---- arena ------------------------------------------------------------------------------------------- */

/* Memory that is freed all at once.  Blocks come from an ouro_mem; a request is a pointer increment. */
typedef struct ast_arena ast_arena;

/* NULL: no memory. */
OURO_NODISCARD ast_arena *ast_arena_create(ouro_mem *mem);
void ast_arena_destroy(ast_arena *arena);
/* `size` bytes aligned to 8, uninitialized, or NULL: no memory. */
OURO_NODISCARD void *ast_arena_alloc(ast_arena *arena, size_t size);
/* A NUL-terminated copy of `length` bytes, or NULL: no memory. */
OURO_NODISCARD char *ast_arena_copy(ast_arena *arena, const char *data, size_t length);
/* Where the arena's memory comes from. */
ouro_mem *ast_arena_mem(const ast_arena *arena);

/* ---- texts ------------------------------------------------------------------------------------------- */

/* A name: interned in its arena, NFKC-normalized, NUL-terminated (no identifier contains NUL).  Type comments are kept as
 * such texts too. */
typedef struct ast_identifier {
    uint32_t hash;
    uint32_t length; /* bytes without the NUL */
    char text[];
} ast_identifier;

/* The identifier with this text, made when it is new.  NULL: no memory. */
OURO_NODISCARD const ast_identifier *ast_intern(ast_arena *arena, const char *text, size_t length);

/* A run of bytes: text as UTF-8/WTF-8, or the value of a bytes literal.  Not NUL-terminated in general. */
typedef struct ast_text {
    const char *data;
    size_t length;
} ast_text;

/* Where a node was written.  Lines count from 1; columns count UTF-8 bytes from 0 in the line as decoded;
 * the end is exclusive.  Equal to `lineno, col_offset, end_lineno, end_col_offset` of CPython's ast. */
typedef struct ast_place {
    int32_t line, column, end_line, end_column;
} ast_place;

/* ---- lists ------------------------------------------------------------------------------------------- */

typedef struct ast_expr ast_expr;
typedef struct ast_stmt ast_stmt;
typedef struct ast_arguments ast_arguments;
typedef struct ast_arg ast_arg;
typedef struct ast_keyword ast_keyword;
typedef struct ast_alias ast_alias;
typedef struct ast_with_item ast_with_item;
typedef struct ast_comprehension ast_comprehension;
typedef struct ast_handler ast_handler;
typedef struct ast_match_case ast_match_case;
typedef struct ast_pattern ast_pattern;
typedef struct ast_type_ignore ast_type_ignore;

/* Defined in scope.h.  A node that opens a scope points to it after scope_analyse; NULL before. */
struct scope;

#define AST_LIST(name, item)                                                                                 \
    typedef struct name {                                                                                    \
        uint32_t count;                                                                                      \
        item items[];                                                                                        \
    } name

AST_LIST(ast_expr_list, ast_expr *); /* items may be NULL only where a field says so */
AST_LIST(ast_stmt_list, ast_stmt *);
AST_LIST(ast_identifier_list, const ast_identifier *);
AST_LIST(ast_arg_list, ast_arg *);
AST_LIST(ast_keyword_list, ast_keyword *);
AST_LIST(ast_alias_list, ast_alias *);
AST_LIST(ast_with_item_list, ast_with_item *);
AST_LIST(ast_comprehension_list, ast_comprehension *);
AST_LIST(ast_handler_list, ast_handler *);
AST_LIST(ast_match_case_list, ast_match_case *);
AST_LIST(ast_pattern_list, ast_pattern *);
AST_LIST(ast_type_ignore_list, ast_type_ignore *);
AST_LIST(ast_compare_list, uint8_t); /* of ast_compare_operator */

/* ---- small enumerations ------------------------------------------------------------------------------ */

typedef enum ast_context { AST_LOAD, AST_STORE, AST_DEL } ast_context;

typedef enum ast_bool_operator { AST_AND, AST_OR } ast_bool_operator;

/* The names and the order of ast.operator. */
typedef enum ast_operator {
    AST_ADD,
    AST_SUB,
    AST_MULT,
    AST_MAT_MULT,
    AST_DIV,
    AST_MOD,
    AST_POW,
    AST_LSHIFT,
    AST_RSHIFT,
    AST_BIT_OR,
    AST_BIT_XOR,
    AST_BIT_AND,
    AST_FLOOR_DIV,
} ast_operator;

typedef enum ast_unary_operator { AST_INVERT, AST_NOT, AST_UADD, AST_USUB } ast_unary_operator;

typedef enum ast_compare_operator {
    AST_EQ,
    AST_NOT_EQ,
    AST_LT,
    AST_LT_E,
    AST_GT,
    AST_GT_E,
    AST_IS,
    AST_IS_NOT,
    AST_IN,
    AST_NOT_IN,
} ast_compare_operator;

/* ---- constants --------------------------------------------------------------------------------------- */

typedef enum ast_constant_kind {
    AST_CONSTANT_NONE,
    AST_CONSTANT_TRUE,
    AST_CONSTANT_FALSE,
    AST_CONSTANT_ELLIPSIS,
    AST_CONSTANT_INT,     /* `integer`; never negative: -1 is UnaryOp(USub, 1) */
    AST_CONSTANT_BIG_INT, /* `digits` in `base`: an int that does not fit an int64_t */
    AST_CONSTANT_FLOAT,   /* `real` */
    AST_CONSTANT_COMPLEX, /* `real` is the imaginary part; the real part is 0.0 */
    AST_CONSTANT_STR,     /* `text`, WTF-8 */
    AST_CONSTANT_BYTES,   /* `text`, any bytes */
    AST_CONSTANT_VALUE,   /* `value_bits`: a value that no literal writes; never made by the parser (compile(tree)) */
} ast_constant_kind;

typedef struct ast_constant {
    uint8_t kind;      /* ast_constant_kind */
    uint8_t base;      /* of a big int: 2, 8, 10 or 16; its digits have no prefix and no underscores */
    bool has_u_prefix; /* a str whose first piece was written u"..." (ast.Constant.kind == 'u') */
    bool is_ascii;     /* of a str: no byte over 127, so its length in characters is `text.length` */
    union {
        int64_t integer;
        double real;
        ast_text text;
        ast_text digits;
        struct {
            uint64_t value_bits; /* of an ouro_value, kept alive by whoever made the tree */
            const char *value_text; /* its repr, NUL-terminated */
        };
    };
} ast_constant;

/* ---- expressions ------------------------------------------------------------------------------------- */

typedef enum ast_expr_kind {
    AST_BOOL_OP,
    AST_NAMED_EXPR,
    AST_BIN_OP,
    AST_UNARY_OP,
    AST_LAMBDA,
    AST_IF_EXP,
    AST_DICT,
    AST_SET,
    AST_LIST_COMP,
    AST_SET_COMP,
    AST_DICT_COMP,
    AST_GENERATOR_EXP,
    AST_AWAIT,
    AST_YIELD,
    AST_YIELD_FROM,
    AST_COMPARE,
    AST_CALL,
    AST_FORMATTED_VALUE,
    AST_JOINED_STR,
    AST_CONSTANT,
    AST_ATTRIBUTE,
    AST_SUBSCRIPT,
    AST_STARRED,
    AST_NAME,
    AST_LIST_DISPLAY, /* ast.List */
    AST_TUPLE,
    AST_SLICE,
} ast_expr_kind;

struct ast_expr {
    uint8_t kind;      /* ast_expr_kind */
    uint8_t context;   /* ast_context of Attribute, Subscript, Starred, Name, List, Tuple; else AST_LOAD */
    uint8_t op;        /* ast_bool_operator, ast_operator or ast_unary_operator of BoolOp, BinOp, UnaryOp */
    int8_t conversion; /* of FormattedValue: 's', 'r', 'a' or -1 */
    uint32_t in_parentheses; /* written inside its own (...): matters for a few error messages and `simple` */
    ast_place place;
    union {
        struct {
            ast_expr_list *values; /* two or more */
        } bool_op;
        struct {
            ast_expr *target; /* a Name in AST_STORE */
            ast_expr *value;
        } named_expr;
        struct {
            ast_expr *left, *right;
        } bin_op;
        struct {
            ast_expr *operand;
        } unary_op;
        struct {
            ast_arguments *args;
            ast_expr *body;
            struct scope *scope;
        } lambda;
        struct {
            ast_expr *test, *body, *orelse;
        } if_exp;
        struct {
            ast_expr_list *keys;   /* an item is NULL for `**value` */
            ast_expr_list *values; /* as many as keys */
        } dict;
        struct {
            ast_expr_list *elements;
        } set;
        struct { /* ListComp, SetComp, GeneratorExp (value NULL) and DictComp (element is the key) */
            ast_expr *element;
            ast_expr *value;
            ast_comprehension_list *generators; /* one or more */
            struct scope *scope;
        } comprehension;
        struct {
            ast_expr *value; /* Await, YieldFrom; of Yield: or NULL */
        } yield;
        struct {
            ast_expr *left;
            ast_compare_list *ops;
            ast_expr_list *comparators; /* as many as ops */
        } compare;
        struct {
            ast_expr *function;
            ast_expr_list *args; /* may contain Starred */
            ast_keyword_list *keywords;
        } call;
        struct {
            ast_expr *value;
            ast_expr *format_spec; /* a JoinedStr, or NULL */
        } formatted_value;
        struct {
            ast_expr_list *values; /* Constant str and FormattedValue */
        } joined_str;
        ast_constant constant;
        struct {
            ast_expr *value;
            const ast_identifier *attribute;
        } attribute;
        struct {
            ast_expr *value;
            ast_expr *slice; /* any expression; a Slice; or a Tuple that may contain Slice and Starred */
        } subscript;
        struct {
            ast_expr *value;
        } starred;
        struct {
            const ast_identifier *id;
        } name;
        struct {
            ast_expr_list *elements; /* ast.List and ast.Tuple */
        } sequence;
        struct {
            ast_expr *lower, *upper, *step; /* each or NULL */
        } slice;
    };
};

struct ast_comprehension {
    bool is_async;
    ast_expr *target;
    ast_expr *iter;
    ast_expr_list *conditions; /* `ifs` */
};

struct ast_keyword {
    const ast_identifier *name; /* or NULL for `**value` */
    ast_expr *value;
    ast_place place;
};

struct ast_arg {
    const ast_identifier *name;
    ast_expr *annotation;               /* or NULL */
    const ast_identifier *type_comment; /* or NULL; here and elsewhere only with PARSE_TYPE_COMMENTS */
    ast_place place;
};

struct ast_arguments {
    ast_arg_list *positional_only;
    ast_arg_list *args;
    ast_arg *vararg; /* *args, or NULL */
    ast_arg_list *keyword_only;
    ast_expr_list *keyword_defaults; /* one for each keyword_only; an item is NULL when it has no default */
    ast_arg *kwarg;                  /* **kwargs, or NULL */
    ast_expr_list *defaults;         /* of the last ones of positional_only + args */
};

/* ---- statements -------------------------------------------------------------------------------------- */

typedef enum ast_stmt_kind {
    AST_FUNCTION_DEF,
    AST_ASYNC_FUNCTION_DEF,
    AST_CLASS_DEF,
    AST_RETURN,
    AST_DELETE,
    AST_ASSIGN,
    AST_AUG_ASSIGN,
    AST_ANN_ASSIGN,
    AST_FOR,
    AST_ASYNC_FOR,
    AST_WHILE,
    AST_IF,
    AST_WITH,
    AST_ASYNC_WITH,
    AST_MATCH,
    AST_RAISE,
    AST_TRY,
    AST_TRY_STAR,
    AST_ASSERT,
    AST_IMPORT,
    AST_IMPORT_FROM,
    AST_GLOBAL,
    AST_NONLOCAL,
    AST_EXPR_STMT, /* ast.Expr */
    AST_PASS,
    AST_BREAK,
    AST_CONTINUE,
} ast_stmt_kind;

struct ast_stmt {
    uint8_t kind; /* ast_stmt_kind */
    uint8_t op;   /* ast_operator of AugAssign */
    bool simple;  /* of AnnAssign: the target is a Name without parentheses */
    ast_place place;
    union {
        struct { /* FunctionDef, AsyncFunctionDef */
            const ast_identifier *name;
            ast_arguments *args;
            ast_stmt_list *body;
            ast_expr_list *decorators;
            ast_expr *returns; /* or NULL */
            const ast_identifier *type_comment; /* or NULL */
            struct scope *scope;
        } function_def;
        struct {
            const ast_identifier *name;
            ast_expr_list *bases;
            ast_keyword_list *keywords;
            ast_stmt_list *body;
            ast_expr_list *decorators;
            struct scope *scope;
        } class_def;
        struct {
            ast_expr *value; /* Expr; of Return: or NULL */
        } expr;
        struct {
            ast_expr_list *targets;
        } delete_;
        struct {
            ast_expr_list *targets; /* one or more: a = b = value */
            ast_expr *value;
            const ast_identifier *type_comment; /* or NULL */
        } assign;
        struct {
            ast_expr *target, *value;
        } aug_assign;
        struct {
            ast_expr *target, *annotation;
            ast_expr *value; /* or NULL */
        } ann_assign;
        struct { /* For, AsyncFor */
            ast_expr *target, *iter;
            ast_stmt_list *body, *orelse;
            const ast_identifier *type_comment; /* or NULL */
        } for_;
        struct { /* While, If */
            ast_expr *test;
            ast_stmt_list *body, *orelse; /* elif: orelse is one If */
        } if_;
        struct { /* With, AsyncWith */
            ast_with_item_list *items;
            ast_stmt_list *body;
            const ast_identifier *type_comment; /* or NULL */
        } with;
        struct {
            ast_expr *subject;
            ast_match_case_list *cases;
        } match;
        struct {
            ast_expr *exception; /* or NULL */
            ast_expr *cause;     /* or NULL */
        } raise;
        struct { /* Try, TryStar */
            ast_stmt_list *body;
            ast_handler_list *handlers;
            ast_stmt_list *orelse, *finally;
        } try_;
        struct {
            ast_expr *test;
            ast_expr *message; /* or NULL */
        } assert_;
        struct { /* Import (module NULL, level 0), ImportFrom */
            const ast_identifier *module; /* dotted; or NULL: `from . import x` */
            ast_alias_list *names;        /* of ImportFrom: `*` is one alias whose name is "*" */
            int32_t level;                /* leading dots */
        } import;
        struct { /* Global, Nonlocal */
            ast_identifier_list *names;
        } names;
    };
};

struct ast_alias {
    const ast_identifier *name; /* dotted in Import */
    const ast_identifier *as;   /* or NULL */
    ast_place place;
};

struct ast_with_item {
    ast_expr *context;
    ast_expr *target; /* or NULL */
};

struct ast_handler {
    ast_expr *type;             /* or NULL: bare except */
    const ast_identifier *name; /* or NULL */
    ast_stmt_list *body;
    ast_place place;
};

/* ---- patterns ---------------------------------------------------------------------------------------- */

struct ast_match_case {
    ast_pattern *pattern;
    ast_expr *guard; /* or NULL */
    ast_stmt_list *body;
};

typedef enum ast_pattern_kind {
    AST_MATCH_VALUE,
    AST_MATCH_SINGLETON,
    AST_MATCH_SEQUENCE,
    AST_MATCH_MAPPING,
    AST_MATCH_CLASS,
    AST_MATCH_STAR,
    AST_MATCH_AS,
    AST_MATCH_OR,
} ast_pattern_kind;

struct ast_pattern {
    uint8_t kind;      /* ast_pattern_kind */
    uint8_t singleton; /* of MatchSingleton: AST_CONSTANT_NONE, _TRUE or _FALSE */
    ast_place place;
    union {
        struct {
            ast_expr *value; /* Constant, Attribute, UnaryOp, BinOp (complex), JoinedStr */
        } value;
        struct {
            ast_pattern_list *patterns; /* MatchSequence, MatchOr */
        } sequence;
        struct {
            ast_expr_list *keys;
            ast_pattern_list *patterns;
            const ast_identifier *rest; /* or NULL */
        } mapping;
        struct {
            ast_expr *type;
            ast_pattern_list *patterns;
            ast_identifier_list *keyword_names;
            ast_pattern_list *keyword_patterns;
        } class;
        struct { /* MatchStar: pattern is NULL; MatchAs */
            ast_pattern *pattern;       /* or NULL */
            const ast_identifier *name; /* or NULL: the wildcard */
        } as;
    };
};

/* ---- trees ------------------------------------------------------------------------------------------- */

typedef enum ast_mode {
    AST_MODE_FILE,   /* ast.Module */
    AST_MODE_EVAL,   /* ast.Expression */
    AST_MODE_SINGLE, /* ast.Interactive */
    AST_MODE_FUNCTION_TYPE, /* ast.FunctionType: "(int, str) -> bool", of a type comment; never compiled */
} ast_mode;

/* Features switched on by `from __future__ import`; the mandatory ones leave no trace. */
enum {
    AST_FUTURE_ANNOTATIONS = 1,  /* annotations are not evaluated */
    AST_FUTURE_BARRY_AS_BDFL = 2, /* <> instead of != */
};

/* "# type: ignore", and what follows the word. */
struct ast_type_ignore {
    int32_t line;
    const ast_identifier *tag;
};

typedef struct ast_tree {
    ast_arena *arena; /* holds the tree, this struct included */
    ast_mode mode;
    uint32_t future;      /* AST_FUTURE_*: of this source, and those that the caller passed in */
    ast_stmt_list *body;  /* file and single; empty for eval */
    ast_expr *expression; /* eval; of a function type: what it returns; else NULL */
    ast_expr_list *argument_types;         /* of a function type; else NULL */
    ast_type_ignore_list *type_ignores;    /* of a file, with PARSE_TYPE_COMMENTS */
    int32_t future_line;  /* the line of the last valid `from __future__ import`, or 0 */
    struct scope *scope;  /* NULL before scope_analyse */
    const char *filename; /* NUL-terminated, in the arena */
    ast_text source;      /* the decoded source (UTF-8), in the arena: for error texts */
} ast_tree;

/* Frees the tree and all that hangs off it, scopes included.  NULL is ignored. */
void ast_tree_free(ast_tree *tree);

/* The operand that continues a chain of operators and trailers downwards, or NULL at its end. */
const ast_expr *ast_chain_next(const ast_expr *e);

/* ---- dump -------------------------------------------------------------------------------------------- */

/* Prints the tree like `ast.dump(tree, include_attributes=...)`, by pieces, to `write`.  A debugging aid. */
void ast_dump(const ast_tree *tree, bool include_attributes,
              void (*write)(void *context, const char *data, size_t length), void *context);

#endif

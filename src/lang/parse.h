/* parse.h: source bytes to syntax tree.
 *
 *     syntax_error error;
 *     syntax_error_init(&error, mem);
 *     parse_options options = {.filename = "a.py", .mode = AST_MODE_FILE};
 *     ast_tree *tree = parse_source(mem, bytes, length, &options, &error);
 *     if (!tree) ... report error, syntax_error_clear(&error)
 *     if (!scope_analyse(tree, &error)) ...          scope.h
 *     ... compile ...
 *     ast_tree_free(tree);
 *
 * The parser is recursive descent over tokens that the lexer makes on demand.  A first pass only asks whether the
 * program is right; when it is not, a second pass over the same source looks for the best explanation (the
 * messages and places of CPython 3.11).  No state outlives a call; nothing is global.
 *
 * What it checks: all of the grammar.  What it leaves to scope_analyse: uses of names (global, nonlocal, walrus in
 * comprehensions, duplicate arguments).  What it leaves to the compiler, as CPython does: `return`, `yield` and
 * `await` outside functions, `break` and `continue` outside loops, `from __future__` after other statements,
 * starred expressions in places that only the compiler rejects, and "default 'except:' must be last".
 */
#ifndef OURO_LANG_PARSE_H
#define OURO_LANG_PARSE_H

#include "lang/ast.h"
#include "lang/syntax_error.h"

enum {
    /* Nesting of expressions, patterns and blocks in one another.  Beyond it: MemoryError, as CPython's parser. */
    PARSE_MAX_DEPTH = 1000,
    /* Open brackets at one place: "too many nested parentheses". */
    PARSE_MAX_BRACKETS = 200,
    /* Indentation levels: "too many levels of indentation". */
    PARSE_MAX_INDENTS = 100,
};

/* Flags of parse_options. */
enum {
    /* At the end of the input, where more lines could make it right: SYNTAX_ERROR_INCOMPLETE ("incomplete
     * input"); for a prompt that asks for more. */
    PARSE_ALLOW_INCOMPLETE = 1,
    /* The bytes are UTF-8 whatever a coding cookie says (they come from a str, not from a file). */
    PARSE_IGNORE_COOKIE = 2,
    /* A single statement that is not ended by a newline is still open (codeop's PyCF_DONT_IMPLY_DEDENT). */
    PARSE_DONT_IMPLY_DEDENT = 4,
    /* The bytes are the main script's, read from its file: without BOM and cookie they must be UTF-8 throughout, and
     * errors of the encoding are worded as CPython's reader of files words them, not as compile() does. */
    PARSE_SCRIPT = 8,
    /* Comments "# type: ..." are kept where the grammar knows them, and errors elsewhere (PyCF_TYPE_COMMENTS). */
    PARSE_TYPE_COMMENTS = 16,
};

typedef enum parse_warning {
    PARSE_DEPRECATION_WARNING, /* invalid escape sequence */
    PARSE_SYNTAX_WARNING,      /* number directly before a keyword */
} parse_warning;

/* What the front end asks of the floors above it.  Every function may be NULL. */
typedef struct parse_hooks {
    void *context;
    /* \N{name}: stores the code points of the character (or named sequence: none in literals, so one) and returns
     * true; false: no such name.  NULL hook: every name is unknown. */
    bool (*character_name)(void *context, const char *name, size_t length, uint32_t *code_point);
    /* Source bytes, with '\n' line ends, in an encoding other than utf-8, ascii and latin-1 (or in a wrong one):
     * returns a UTF-8 copy from ouro_mem_alloc of `mem` and its length; NULL: an exception is set (unknown encoding,
     * bytes that do not decode, no memory), reported as SYNTAX_ERROR_ENCODING. */
    char *(*decode)(void *context, ouro_mem *mem, const char *encoding, const char *bytes, size_t size,
                    size_t *length);
    /* A warning at a line.  False: the warning became an error.  `*raised` then tells which: true: an exception
     * is set (reported as SYNTAX_ERROR_RAISED); false: report a SyntaxError with the warning's text. */
    bool (*warn)(void *context, parse_warning category, const char *message, const char *filename, int32_t line,
                 bool *raised);
} parse_hooks;

typedef struct parse_options {
    const char *filename; /* NULL: "<string>" */
    ast_mode mode;
    uint32_t flags;           /* PARSE_* */
    uint32_t max_digits;      /* of a decimal int literal (sys.set_int_max_str_digits); 0: any number */
    uint32_t unknown_minor;   /* what came with Python 3.N is an error, and so is all later; 0: nothing is */
    uint32_t future;          /* AST_FUTURE_* that hold from the start (compile() inside a module) */
    const parse_hooks *hooks; /* or NULL */
} parse_options;

/* Parses a whole source.  `mem` gives the memory of the tree and of the error.  The bytes are not kept.
 * Returns NULL and fills `error` on failure. */
OURO_NODISCARD ast_tree *parse_source(ouro_mem *mem, const char *bytes, size_t length,
                                      const parse_options *options, syntax_error *error);

#endif

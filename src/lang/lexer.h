/* lexer.h: source text to tokens, one at a time.
 *
 * The text is UTF-8 with '\n' line ends only, no NUL inside, and a NUL behind it (source.h makes it so).
 * A token points into the text.  Line structure (NEWLINE, INDENT, DEDENT) is made here, with the rules of tabs,
 * form feeds and backslash continuation; brackets are matched here as well.
 */
#ifndef OURO_LANG_LEXER_H
#define OURO_LANG_LEXER_H

#include "lang/parse.h"

/* X(token, text): the operators and delimiters. */
#define TOKEN_OPERATORS(X)                                                                                   \
    X(LEFT_PARENTHESIS, "(")                                                                                 \
    X(RIGHT_PARENTHESIS, ")")                                                                                \
    X(LEFT_BRACKET, "[")                                                                                     \
    X(RIGHT_BRACKET, "]")                                                                                    \
    X(LEFT_BRACE, "{")                                                                                       \
    X(RIGHT_BRACE, "}")                                                                                      \
    X(COLON, ":")                                                                                            \
    X(COMMA, ",")                                                                                            \
    X(SEMICOLON, ";")                                                                                        \
    X(PLUS, "+")                                                                                             \
    X(MINUS, "-")                                                                                            \
    X(STAR, "*")                                                                                             \
    X(SLASH, "/")                                                                                            \
    X(BAR, "|")                                                                                              \
    X(AMPERSAND, "&")                                                                                        \
    X(LESS, "<")                                                                                             \
    X(GREATER, ">")                                                                                          \
    X(EQUAL, "=")                                                                                            \
    X(DOT, ".")                                                                                              \
    X(PERCENT, "%")                                                                                          \
    X(EQUAL_EQUAL, "==")                                                                                     \
    X(NOT_EQUAL, "!=")                                                                                       \
    X(LESS_EQUAL, "<=")                                                                                      \
    X(GREATER_EQUAL, ">=")                                                                                   \
    X(TILDE, "~")                                                                                            \
    X(CARET, "^")                                                                                            \
    X(LEFT_SHIFT, "<<")                                                                                      \
    X(RIGHT_SHIFT, ">>")                                                                                     \
    X(DOUBLE_STAR, "**")                                                                                     \
    X(PLUS_EQUAL, "+=")                                                                                      \
    X(MINUS_EQUAL, "-=")                                                                                     \
    X(STAR_EQUAL, "*=")                                                                                      \
    X(SLASH_EQUAL, "/=")                                                                                     \
    X(PERCENT_EQUAL, "%=")                                                                                   \
    X(AMPERSAND_EQUAL, "&=")                                                                                 \
    X(BAR_EQUAL, "|=")                                                                                       \
    X(CARET_EQUAL, "^=")                                                                                     \
    X(LEFT_SHIFT_EQUAL, "<<=")                                                                               \
    X(RIGHT_SHIFT_EQUAL, ">>=")                                                                              \
    X(DOUBLE_STAR_EQUAL, "**=")                                                                              \
    X(DOUBLE_SLASH, "//")                                                                                    \
    X(DOUBLE_SLASH_EQUAL, "//=")                                                                             \
    X(AT, "@")                                                                                               \
    X(AT_EQUAL, "@=")                                                                                        \
    X(ARROW, "->")                                                                                           \
    X(ELLIPSIS, "...")                                                                                       \
    X(COLON_EQUAL, ":=")

/* X(token, text): the reserved words. */
#define TOKEN_KEYWORDS(X)                                                                                    \
    X(FALSE, "False")                                                                                        \
    X(NONE, "None")                                                                                          \
    X(TRUE, "True")                                                                                          \
    X(AND, "and")                                                                                            \
    X(AS, "as")                                                                                              \
    X(ASSERT, "assert")                                                                                      \
    X(ASYNC, "async")                                                                                        \
    X(AWAIT, "await")                                                                                        \
    X(BREAK, "break")                                                                                        \
    X(CLASS, "class")                                                                                        \
    X(CONTINUE, "continue")                                                                                  \
    X(DEF, "def")                                                                                            \
    X(DEL, "del")                                                                                            \
    X(ELIF, "elif")                                                                                          \
    X(ELSE, "else")                                                                                          \
    X(EXCEPT, "except")                                                                                      \
    X(FINALLY, "finally")                                                                                    \
    X(FOR, "for")                                                                                            \
    X(FROM, "from")                                                                                          \
    X(GLOBAL, "global")                                                                                      \
    X(IF, "if")                                                                                              \
    X(IMPORT, "import")                                                                                      \
    X(IN, "in")                                                                                              \
    X(IS, "is")                                                                                              \
    X(LAMBDA, "lambda")                                                                                      \
    X(NONLOCAL, "nonlocal")                                                                                  \
    X(NOT, "not")                                                                                            \
    X(OR, "or")                                                                                              \
    X(PASS, "pass")                                                                                          \
    X(RAISE, "raise")                                                                                        \
    X(RETURN, "return")                                                                                      \
    X(TRY, "try")                                                                                            \
    X(WHILE, "while")                                                                                        \
    X(WITH, "with")                                                                                          \
    X(YIELD, "yield")

typedef enum token_type {
    TOKEN_END,
    TOKEN_ERROR, /* the error is set */
    TOKEN_NAME,
    TOKEN_NUMBER,
    TOKEN_STRING,
    TOKEN_TYPE_COMMENT, /* what stands behind "# type: "; and what behind "# type: ignore" */
    TOKEN_TYPE_IGNORE,
    TOKEN_NEWLINE,
    TOKEN_INDENT,
    TOKEN_DEDENT,
    TOKEN_OTHER, /* a character that no grammar rule uses: ! ? $ ` */
#define TOKEN_ENTRY(name, text) TOKEN_##name,
    TOKEN_OPERATORS(TOKEN_ENTRY) TOKEN_KEYWORDS(TOKEN_ENTRY)
#undef TOKEN_ENTRY
        TOKEN_TYPE_COUNT
} token_type;

typedef struct token {
    const char *start;
    uint32_t length;
    uint8_t type;      /* token_type */
    uint8_t level;     /* open brackets behind this token, itself counted */
    bool is_ascii;     /* of a name */
    ast_place place;   /* columns are -1 for INDENT, DEDENT, END */
} token;

/* How the lexer ended: the parser's choice of message depends on it.  LEXER_STOPPED: an error that gives way to
 * errors of the parser before it (indentation, line continuation). */
typedef enum lexer_state { LEXER_OK, LEXER_AT_END, LEXER_OPEN_STRING, LEXER_STOPPED, LEXER_FAILED } lexer_state;

typedef struct lexer_bracket {
    char character;
    int32_t line, column;
} lexer_bracket;

typedef struct lexer {
    const char *text, *end;
    const char *position;
    const char *line_start;
    const char *logical_start; /* of the first line when lines are continued with backslashes, else line_start */
    int32_t line;
    lexer_state state;
    bool at_line_start;
    bool line_pending; /* position is behind a newline whose next line has not been entered */
    bool single;       /* the end of the input counts as one NEWLINE once */
    bool started;      /* single: a token was made since the last such NEWLINE */
    bool keep_indents; /* PARSE_DONT_IMPLY_DEDENT */
    bool type_comments; /* PARSE_TYPE_COMMENTS */
    /* Before Python 3.7 `async` and `await` are words of the language only in `async def` and its block. */
    bool async_is_name;
    bool in_async_def, in_async_block; /* behind its `async`; behind the newline of its header too */
    uint32_t async_indent;
    int32_t pending_indents; /* > 0: INDENTs to report, < 0: DEDENTs */
    uint32_t indent;
    int32_t indents[PARSE_MAX_INDENTS];     /* columns with tabs of 8 */
    int32_t alternates[PARSE_MAX_INDENTS];  /* columns with tabs of 1: both must agree on the order */
    uint32_t level;
    lexer_bracket brackets[PARSE_MAX_BRACKETS];
    /* Where the text lies in its file: the first line, and what to add to columns of that line.  Not 1 and 0 only
     * for the expressions of f-strings. */
    int32_t first_line, first_column;
    const char *filename;
    const parse_hooks *hooks;
    bool silent; /* no warnings: the pass that explains an error reads the same text again */
    bool is_fstring;
    bool is_valid;     /* all of the text is valid UTF-8 */
    bool counts_bytes; /* errors that CPython's parser words give columns in bytes, not in characters */
    /* The source that error texts come from: the file's. */
    const char *source;
    size_t source_length;
    syntax_error *error;
} lexer;

void lexer_init(lexer *lex, const char *text, size_t length, syntax_error *error);
/* The column behind `bytes` bytes of a line, for an error that CPython's parser words. */
int32_t lexer_error_column(const lexer *lex, const char *line, size_t bytes);
/* Makes the next token; after TOKEN_END, more TOKEN_END; after TOKEN_ERROR, do not call again. */
void lexer_next(lexer *lex, token *result);

/* ---- token.c ----------------------------------------------------------------------------------------- */

/* The text of an operator or a keyword, for messages. */
const char *token_type_text(token_type type);
/* The keyword that a name is, or TOKEN_NAME. */
token_type token_find_keyword(const char *text, size_t length);
/* The longest operator at `at`, a byte that begins no other token: its type, and its length in `*length`. */
token_type token_find_operator(const char *at, uint32_t *length);

/* ---- unicode_names.c --------------------------------------------------------------------------------- */

/* Checks that valid UTF-8 `text` is an identifier.  Returns true, or false with the offending character and the offset
 * behind it. */
bool unicode_check_identifier(const char *text, size_t length, uint32_t *invalid, size_t *end);
bool unicode_name_is_printable(uint32_t code_point);
/* The NFKC form of an identifier, interned.  NULL: no memory. */
OURO_NODISCARD const ast_identifier *unicode_intern_normalized(ast_arena *arena, const char *text, size_t length);
/* Decodes one character of valid UTF-8. */
uint32_t unicode_decode(const char *text, size_t *length);
/* Writes a code point (surrogates too) as 1 to 4 bytes; returns how many. */
size_t unicode_encode(uint32_t code_point, char *out);

#endif

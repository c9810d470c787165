/* token.c: the fixed texts: which operator stands here, which word is a keyword, and back. */
#include "lang/lexer.h"

#include <string.h>

const char *token_type_text(token_type type)
{
#define TOKEN_ENTRY(name, text) [TOKEN_##name] = text,
    static const char *const texts[TOKEN_TYPE_COUNT] = {TOKEN_OPERATORS(TOKEN_ENTRY) TOKEN_KEYWORDS(TOKEN_ENTRY)};
#undef TOKEN_ENTRY
    return texts[type] ? texts[type] : "";
}

/* ---- keywords ------------------------------------------------------------------------------------------ */

typedef struct token_keyword {
    char text[9];
    uint8_t length;
    uint8_t type;
} token_keyword;

token_type token_find_keyword(const char *text, size_t length)
{
    /* All keywords, by first letter: at most four begin with the same. */
#define KEYWORD(name, text) {text, sizeof(text) - 1, TOKEN_##name}
    static const token_keyword keywords[] = {
        KEYWORD(AND, "and"),       KEYWORD(AS, "as"),         KEYWORD(ASSERT, "assert"), KEYWORD(ASYNC, "async"),
        KEYWORD(AWAIT, "await"),   KEYWORD(BREAK, "break"),   KEYWORD(CLASS, "class"),   KEYWORD(CONTINUE, "continue"),
        KEYWORD(DEF, "def"),       KEYWORD(DEL, "del"),       KEYWORD(ELIF, "elif"),     KEYWORD(ELSE, "else"),
        KEYWORD(EXCEPT, "except"), KEYWORD(FINALLY, "finally"), KEYWORD(FOR, "for"),     KEYWORD(FROM, "from"),
        KEYWORD(GLOBAL, "global"), KEYWORD(IF, "if"),         KEYWORD(IMPORT, "import"), KEYWORD(IN, "in"),
        KEYWORD(IS, "is"),         KEYWORD(LAMBDA, "lambda"), KEYWORD(NONLOCAL, "nonlocal"), KEYWORD(NOT, "not"),
        KEYWORD(OR, "or"),         KEYWORD(PASS, "pass"),     KEYWORD(RAISE, "raise"),   KEYWORD(RETURN, "return"),
        KEYWORD(TRY, "try"),       KEYWORD(WHILE, "while"),   KEYWORD(WITH, "with"),     KEYWORD(YIELD, "yield"),
    };
#undef KEYWORD
    static const struct {
        uint8_t first, count;
    } by_letter[26] = {
        ['a' - 'a'] = {0, 5},  ['b' - 'a'] = {5, 1},  ['c' - 'a'] = {6, 2},  ['d' - 'a'] = {8, 2},
        ['e' - 'a'] = {10, 3}, ['f' - 'a'] = {13, 3}, ['g' - 'a'] = {16, 1}, ['i' - 'a'] = {17, 4},
        ['l' - 'a'] = {21, 1}, ['n' - 'a'] = {22, 2}, ['o' - 'a'] = {24, 1}, ['p' - 'a'] = {25, 1},
        ['r' - 'a'] = {26, 2}, ['t' - 'a'] = {28, 1}, ['w' - 'a'] = {29, 2}, ['y' - 'a'] = {31, 1},
    };
    if (length < 2 || length > 8)
        return TOKEN_NAME;
    char first = text[0];
    if (first >= 'a' && first <= 'z') {
        unsigned index = by_letter[first - 'a'].first, stop = index + by_letter[first - 'a'].count;
        for (; index < stop; index++)
            if (keywords[index].length == length && memcmp(keywords[index].text, text, length) == 0)
                return keywords[index].type;
    } else if (first == 'N') {
        if (length == 4 && memcmp(text, "None", 4) == 0)
            return TOKEN_NONE;
    } else if (first == 'T') {
        if (length == 4 && memcmp(text, "True", 4) == 0)
            return TOKEN_TRUE;
    } else if (first == 'F') {
        if (length == 5 && memcmp(text, "False", 5) == 0)
            return TOKEN_FALSE;
    }
    return TOKEN_NAME;
}

/* ---- operators ----------------------------------------------------------------------------------------- */

token_type token_find_operator(const char *at, uint32_t *length)
{
    char second = at[1];
#define ONE(type) return (*length = 1, type)
#define TWO(type) return (*length = 2, type)
#define THREE(type) return (*length = 3, type)
#define OR_EQUAL(plain, with_equal)                                                                          \
    if (second == '=')                                                                                       \
        TWO(with_equal);                                                                                     \
    ONE(plain)
    switch (*at) {
    case '(':
        ONE(TOKEN_LEFT_PARENTHESIS);
    case ')':
        ONE(TOKEN_RIGHT_PARENTHESIS);
    case '[':
        ONE(TOKEN_LEFT_BRACKET);
    case ']':
        ONE(TOKEN_RIGHT_BRACKET);
    case '{':
        ONE(TOKEN_LEFT_BRACE);
    case '}':
        ONE(TOKEN_RIGHT_BRACE);
    case ',':
        ONE(TOKEN_COMMA);
    case ';':
        ONE(TOKEN_SEMICOLON);
    case '~':
        ONE(TOKEN_TILDE);
    case '.':
        if (second == '.' && at[2] == '.')
            THREE(TOKEN_ELLIPSIS);
        ONE(TOKEN_DOT);
    case ':':
        OR_EQUAL(TOKEN_COLON, TOKEN_COLON_EQUAL);
    case '+':
        OR_EQUAL(TOKEN_PLUS, TOKEN_PLUS_EQUAL);
    case '-':
        if (second == '>')
            TWO(TOKEN_ARROW);
        OR_EQUAL(TOKEN_MINUS, TOKEN_MINUS_EQUAL);
    case '*':
        if (second == '*') {
            if (at[2] == '=')
                THREE(TOKEN_DOUBLE_STAR_EQUAL);
            TWO(TOKEN_DOUBLE_STAR);
        }
        OR_EQUAL(TOKEN_STAR, TOKEN_STAR_EQUAL);
    case '/':
        if (second == '/') {
            if (at[2] == '=')
                THREE(TOKEN_DOUBLE_SLASH_EQUAL);
            TWO(TOKEN_DOUBLE_SLASH);
        }
        OR_EQUAL(TOKEN_SLASH, TOKEN_SLASH_EQUAL);
    case '|':
        OR_EQUAL(TOKEN_BAR, TOKEN_BAR_EQUAL);
    case '&':
        OR_EQUAL(TOKEN_AMPERSAND, TOKEN_AMPERSAND_EQUAL);
    case '<':
        if (second == '<') {
            if (at[2] == '=')
                THREE(TOKEN_LEFT_SHIFT_EQUAL);
            TWO(TOKEN_LEFT_SHIFT);
        }
        if (second == '>')
            TWO(TOKEN_NOT_EQUAL);
        OR_EQUAL(TOKEN_LESS, TOKEN_LESS_EQUAL);
    case '>':
        if (second == '>') {
            if (at[2] == '=')
                THREE(TOKEN_RIGHT_SHIFT_EQUAL);
            TWO(TOKEN_RIGHT_SHIFT);
        }
        OR_EQUAL(TOKEN_GREATER, TOKEN_GREATER_EQUAL);
    case '=':
        OR_EQUAL(TOKEN_EQUAL, TOKEN_EQUAL_EQUAL);
    case '!':
        OR_EQUAL(TOKEN_OTHER, TOKEN_NOT_EQUAL);
    case '%':
        OR_EQUAL(TOKEN_PERCENT, TOKEN_PERCENT_EQUAL);
    case '^':
        OR_EQUAL(TOKEN_CARET, TOKEN_CARET_EQUAL);
    case '@':
        OR_EQUAL(TOKEN_AT, TOKEN_AT_EQUAL);
    default:
        ONE(TOKEN_OTHER);
    }
#undef ONE
#undef TWO
#undef THREE
#undef OR_EQUAL
}

/* front_end_test.c: the front end against tables and against bad luck.
 *
 *   - every program of syntax_errors.txt gets the error, with its place, that CPython 3.11 gives it;
 *   - sources of any depth or length end in a tree or an error, never in a crash;
 *   - every allocation that fails, fails the parse with MemoryError and leaves nothing behind;
 *   - thousands of mutated programs, always the same ones, do no harm.
 */
#include "lang/parse.h"
#include "lang/scope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *table_path; /* of syntax_errors.txt */

/* ---- running a program ------------------------------------------------------------------------------- */

/* Parses and analyses; the outcome as a line of the table. */
static void judge_mode(ouro_mem *mem, const char *source, size_t length, ast_mode mode, uint32_t flags, char *out,
                       size_t size)
{
    parse_options options = {.filename = "<string>", .mode = mode, .flags = flags | PARSE_IGNORE_COOKIE};
    syntax_error error;
    syntax_error_init(&error, mem);
    ast_tree *tree = parse_source(mem, source, length, &options, &error);
    if (tree && scope_analyse(tree, &error))
        snprintf(out, size, "ok");
    else
        snprintf(out, size, "%s|%s|%d|%d|%d|%d", syntax_error_class_name(error.kind),
                 error.message ? error.message : "", error.line, error.column, error.end_line, error.end_column);
    ast_tree_free(tree);
    syntax_error_clear(&error);
}

static void judge(ouro_mem *mem, const char *source, size_t length, char *out, size_t size)
{
    judge_mode(mem, source, length, AST_MODE_FILE, 0, out, size);
}

/* ---- the table --------------------------------------------------------------------------------------- */

static size_t unescape(char *text)
{
    char *out = text;
    for (char *at = text; *at;) {
        if (*at != '\\') {
            *out++ = *at++;
            continue;
        }
        char c = at[1];
        at += 2;
        if (c == 'u' || c == 'x') {
            char digits[5] = {0};
            size_t count = c == 'u' ? 4 : 2;
            memcpy(digits, at, count);
            at += count;
            unsigned code = (unsigned)strtoul(digits, NULL, 16);
            if (code < 0x80) {
                *out++ = (char)code;
            } else if (code < 0x800) {
                *out++ = (char)(0xc0 | code >> 6);
                *out++ = (char)(0x80 | (code & 63));
            } else {
                *out++ = (char)(0xe0 | code >> 12);
                *out++ = (char)(0x80 | (code >> 6 & 63));
                *out++ = (char)(0x80 | (code & 63));
            }
        } else {
            *out++ = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == 'f' ? '\f' : c;
        }
    }
    return (size_t)(out - text);
}

static void test_errors(void **state)
{
    (void)state;
    ouro_mem *mem = ouro_mem_create(NULL);
    FILE *file = fopen(table_path, "r");
    char line[1024], outcome[512];
    int wrong = 0, number = 0;
    assert_non_null(mem);
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        number++;
        char *tab = strchr(line, '\t');
        if (!tab)
            continue;
        *tab = '\0';
        char *expected = tab + 1;
        expected[strcspn(expected, "\n")] = '\0';
        size_t length = unescape(line);
        judge(mem, line, length, outcome, sizeof outcome);
        if (strcmp(outcome, expected) != 0) {
            wrong++;
            print_error("line %d\n  expected %s\n  got      %s\n", number, expected, outcome);
        }
    }
    fclose(file);
    ouro_mem_destroy(mem);
    assert_true(number > 500);
    assert_int_equal(wrong, 0);
}

/* ---- modes ------------------------------------------------------------------------------------------- */

static void expect(ouro_mem *mem, ast_mode mode, uint32_t flags, const char *source, const char *expected)
{
    char outcome[512];
    judge_mode(mem, source, strlen(source), mode, flags, outcome, sizeof outcome);
    if (strncmp(outcome, expected, strlen(expected)) != 0)
        fail_msg("%s (%u): expected %s, got %s", source, flags, expected, outcome);
}

static void test_modes(void **state)
{
    (void)state;
    ouro_mem *mem = ouro_mem_create(NULL);
    const uint32_t more = PARSE_ALLOW_INCOMPLETE, prompt = PARSE_ALLOW_INCOMPLETE | PARSE_DONT_IMPLY_DEDENT;
    assert_non_null(mem);
    expect(mem, AST_MODE_EVAL, 0, "1 + 2", "ok");
    expect(mem, AST_MODE_EVAL, 0, "a, b\n\n", "ok");
    expect(mem, AST_MODE_EVAL, 0, "x = 1", "SyntaxError|invalid syntax|1|3|1|4");
    expect(mem, AST_MODE_EVAL, 0, "", "SyntaxError|invalid syntax|0|0|0|0");
    expect(mem, AST_MODE_EVAL, 0, "*a", "SyntaxError|invalid syntax|1|1|1|2");
    expect(mem, AST_MODE_SINGLE, 0, "x = 1", "ok");
    expect(mem, AST_MODE_SINGLE, more, "x = 1", "ok");
    expect(mem, AST_MODE_SINGLE, prompt, "x = 1", "ok");
    expect(mem, AST_MODE_SINGLE, 0, "x; y", "ok");
    expect(mem, AST_MODE_SINGLE, more, "x; y", "ok");
    expect(mem, AST_MODE_SINGLE, prompt, "x; y", "ok");
    expect(mem, AST_MODE_SINGLE, 0, "x", "ok");
    expect(mem, AST_MODE_SINGLE, more, "x", "ok");
    expect(mem, AST_MODE_SINGLE, prompt, "x", "ok");
    expect(mem, AST_MODE_SINGLE, 0, "x\n", "ok");
    expect(mem, AST_MODE_SINGLE, more, "x\n", "ok");
    expect(mem, AST_MODE_SINGLE, prompt, "x\n", "ok");
    expect(mem, AST_MODE_SINGLE, 0, "x;", "ok");
    expect(mem, AST_MODE_SINGLE, more, "x;", "ok");
    expect(mem, AST_MODE_SINGLE, prompt, "x;", "ok");
    expect(mem, AST_MODE_SINGLE, 0, "x\ny",
           "SyntaxError|multiple statements found while compiling a single statement|1|2|");
    expect(mem, AST_MODE_SINGLE, more, "x\ny",
           "SyntaxError|multiple statements found while compiling a single statement|1|2|");
    expect(mem, AST_MODE_SINGLE, prompt, "x\ny",
           "SyntaxError|multiple statements found while compiling a single statement|1|2|");
    expect(mem, AST_MODE_SINGLE, 0, "x # c\n# d\n", "ok");
    expect(mem, AST_MODE_SINGLE, more, "x # c\n# d\n", "ok");
    expect(mem, AST_MODE_SINGLE, prompt, "x # c\n# d\n", "ok");
    expect(mem, AST_MODE_SINGLE, 0, "if x:\n  y\n", "ok");
    expect(mem, AST_MODE_SINGLE, more, "if x:\n  y\n", "ok");
    expect(mem, AST_MODE_SINGLE, prompt, "if x:\n  y\n", "ok");
    expect(mem, AST_MODE_SINGLE, 0, "if x:\n  y", "ok");
    expect(mem, AST_MODE_SINGLE, more, "if x:\n  y", "ok");
    expect(mem, AST_MODE_SINGLE, prompt, "if x:\n  y", "SyntaxError|incomplete input|2|3|");
    expect(mem, AST_MODE_SINGLE, 0, "if x:\n  y\n\n", "ok");
    expect(mem, AST_MODE_SINGLE, more, "if x:\n  y\n\n", "ok");
    expect(mem, AST_MODE_SINGLE, prompt, "if x:\n  y\n\n", "ok");
    expect(mem, AST_MODE_SINGLE, 0, "if x:\n",
           "IndentationError|expected an indented block after 'if' statement on line 1|1|6|");
    expect(mem, AST_MODE_SINGLE, more, "if x:\n", "SyntaxError|incomplete input|1|6|");
    expect(mem, AST_MODE_SINGLE, prompt, "if x:\n", "SyntaxError|incomplete input|1|6|");
    expect(mem, AST_MODE_SINGLE, 0, "f(a,\n", "SyntaxError|'(' was never closed|1|2|");
    expect(mem, AST_MODE_SINGLE, more, "f(a,\n", "SyntaxError|incomplete input|1|5|");
    expect(mem, AST_MODE_SINGLE, prompt, "f(a,\n", "SyntaxError|incomplete input|1|5|");
    expect(mem, AST_MODE_SINGLE, 0, "x = '''a\n",
           "SyntaxError|unterminated triple-quoted string literal (detected at line 1)|1|5|");
    expect(mem, AST_MODE_SINGLE, more, "x = '''a\n", "SyntaxError|incomplete input|1|5|");
    expect(mem, AST_MODE_SINGLE, prompt, "x = '''a\n", "SyntaxError|incomplete input|1|5|");
    expect(mem, AST_MODE_SINGLE, 0, "x = \\\n", "SyntaxError|unexpected EOF while parsing|1|6|");
    expect(mem, AST_MODE_SINGLE, more, "x = \\\n", "SyntaxError|incomplete input|1|6|");
    expect(mem, AST_MODE_SINGLE, prompt, "x = \\\n", "SyntaxError|incomplete input|1|6|");
    expect(mem, AST_MODE_SINGLE, 0, "x = 'a\\\n",
           "SyntaxError|unterminated string literal (detected at line 1)|1|5|");
    expect(mem, AST_MODE_SINGLE, more, "x = 'a\\\n", "SyntaxError|incomplete input|1|5|");
    expect(mem, AST_MODE_SINGLE, prompt, "x = 'a\\\n", "SyntaxError|incomplete input|1|5|");
    expect(mem, AST_MODE_SINGLE, 0, "@a\n", "SyntaxError|invalid syntax|1|0|");
    expect(mem, AST_MODE_SINGLE, more, "@a\n", "SyntaxError|incomplete input|1|3|");
    expect(mem, AST_MODE_SINGLE, prompt, "@a\n", "SyntaxError|incomplete input|1|3|");
    expect(mem, AST_MODE_SINGLE, 0, "try:\n  x\n", "SyntaxError|expected 'except' or 'finally' block|2|4|");
    expect(mem, AST_MODE_SINGLE, more, "try:\n  x\n", "SyntaxError|incomplete input|2|4|");
    expect(mem, AST_MODE_SINGLE, prompt, "try:\n  x\n", "SyntaxError|incomplete input|2|4|");
    expect(mem, AST_MODE_SINGLE, 0, "f(a b\n)", "SyntaxError|invalid syntax. Perhaps you forgot a comma?|1|3|");
    expect(mem, AST_MODE_SINGLE, more, "f(a b\n)",
           "SyntaxError|invalid syntax. Perhaps you forgot a comma?|1|3|");
    expect(mem, AST_MODE_SINGLE, prompt, "f(a b\n)",
           "SyntaxError|invalid syntax. Perhaps you forgot a comma?|1|3|");
    expect(mem, AST_MODE_SINGLE, 0, "a b", "SyntaxError|invalid syntax|1|3|");
    expect(mem, AST_MODE_SINGLE, more, "a b", "SyntaxError|incomplete input|1|3|");
    expect(mem, AST_MODE_SINGLE, prompt, "a b", "SyntaxError|incomplete input|1|3|");
    expect(mem, AST_MODE_SINGLE, 0, "x='abc\n",
           "SyntaxError|unterminated string literal (detected at line 1)|1|3|");
    expect(mem, AST_MODE_SINGLE, more, "x='abc\n",
           "SyntaxError|unterminated string literal (detected at line 1)|1|3|");
    expect(mem, AST_MODE_SINGLE, prompt, "x='abc\n",
           "SyntaxError|unterminated string literal (detected at line 1)|1|3|");
    expect(mem, AST_MODE_SINGLE, 0, "", "SyntaxError|invalid syntax|0|0|");
    expect(mem, AST_MODE_SINGLE, more, "", "SyntaxError|incomplete input|0|0|");
    expect(mem, AST_MODE_SINGLE, prompt, "", "SyntaxError|incomplete input|0|0|");
    expect(mem, AST_MODE_SINGLE, 0, "\n", "SyntaxError|invalid syntax|1|0|");
    expect(mem, AST_MODE_SINGLE, more, "\n", "SyntaxError|incomplete input|1|1|");
    expect(mem, AST_MODE_SINGLE, prompt, "\n", "SyntaxError|incomplete input|1|1|");
    expect(mem, AST_MODE_SINGLE, 0, "if 1: x", "SyntaxError|invalid syntax|1|0|");
    expect(mem, AST_MODE_SINGLE, more, "if 1: x", "SyntaxError|incomplete input|1|7|");
    expect(mem, AST_MODE_SINGLE, prompt, "if 1: x", "SyntaxError|incomplete input|1|7|");
    expect(mem, AST_MODE_SINGLE, 0, "if 1: x\n", "ok");
    expect(mem, AST_MODE_SINGLE, more, "if 1: x\n", "ok");
    expect(mem, AST_MODE_SINGLE, prompt, "if 1: x\n", "ok");
    expect(mem, AST_MODE_SINGLE, 0, "  x", "IndentationError|unexpected indent|1|2|");
    expect(mem, AST_MODE_SINGLE, more, "  x", "IndentationError|unexpected indent|1|2|");
    expect(mem, AST_MODE_SINGLE, prompt, "  x", "IndentationError|unexpected indent|1|2|");
    expect(mem, AST_MODE_SINGLE, 0, "def f():",
           "IndentationError|expected an indented block after function definition on line 1|1|8|");
    expect(mem, AST_MODE_SINGLE, more, "def f():", "SyntaxError|incomplete input|1|8|");
    expect(mem, AST_MODE_SINGLE, prompt, "def f():", "SyntaxError|incomplete input|1|8|");
    expect(mem, AST_MODE_SINGLE, 0, "x = (", "SyntaxError|'(' was never closed|1|5|");
    expect(mem, AST_MODE_SINGLE, more, "x = (", "SyntaxError|incomplete input|1|5|");
    expect(mem, AST_MODE_SINGLE, prompt, "x = (", "SyntaxError|incomplete input|1|5|");
    expect(mem, AST_MODE_SINGLE, 0, "x = )", "SyntaxError|unmatched ')'|1|5|");
    expect(mem, AST_MODE_SINGLE, more, "x = )", "SyntaxError|unmatched ')'|1|5|");
    expect(mem, AST_MODE_SINGLE, prompt, "x = )", "SyntaxError|unmatched ')'|1|5|");
    expect(mem, AST_MODE_SINGLE, 0, "match x:\n  case 1:\n    pass\n", "ok");
    expect(mem, AST_MODE_SINGLE, more, "match x:\n  case 1:\n    pass\n", "ok");
    expect(mem, AST_MODE_SINGLE, prompt, "match x:\n  case 1:\n    pass\n", "ok");
    expect(mem, AST_MODE_SINGLE, 0, "if x:\n  y\nelse:\n",
           "IndentationError|expected an indented block after 'else' statement on line 3|3|6|");
    expect(mem, AST_MODE_SINGLE, more, "if x:\n  y\nelse:\n", "SyntaxError|incomplete input|3|6|");
    expect(mem, AST_MODE_SINGLE, prompt, "if x:\n  y\nelse:\n", "SyntaxError|incomplete input|3|6|");
    expect(mem, AST_MODE_SINGLE, 0, "a.", "SyntaxError|invalid syntax|1|0|");
    expect(mem, AST_MODE_SINGLE, more, "a.", "SyntaxError|incomplete input|1|2|");
    expect(mem, AST_MODE_SINGLE, prompt, "a.", "SyntaxError|incomplete input|1|2|");
    ouro_mem_destroy(mem);
}

/* ---- encodings --------------------------------------------------------------------------------------- */

/* The value of a program `"..."` as source bytes, or the error. */
static void expect_source(ouro_mem *mem, uint32_t flags, const char *source, const char *expected)
{
    parse_options options = {.filename = "f.py", .mode = AST_MODE_FILE, .flags = flags, .max_digits = 20};
    syntax_error error;
    char outcome[512] = "ok";
    syntax_error_init(&error, mem);
    ast_tree *tree = parse_source(mem, source, strlen(source), &options, &error);
    if (!tree) {
        snprintf(outcome, sizeof outcome, "%s|%s|%d|%d", syntax_error_class_name(error.kind),
                 error.message ? error.message : "", error.line, error.column);
    } else if (tree->body->count == 1 && tree->body->items[0]->kind == AST_EXPR_STMT &&
               tree->body->items[0]->expr.value->kind == AST_CONSTANT) {
        const ast_constant *constant = &tree->body->items[0]->expr.value->constant;
        if (constant->kind == AST_CONSTANT_STR)
            snprintf(outcome, sizeof outcome, "%.*s", (int)constant->text.length, constant->text.data);
    }
    if (strcmp(outcome, expected) != 0)
        fail_msg("%s: expected %s, got %s", source, expected, outcome);
    ast_tree_free(tree);
    syntax_error_clear(&error);
}

static void test_encodings(void **state)
{
    (void)state;
    ouro_mem *mem = ouro_mem_create(NULL);
    assert_non_null(mem);
    expect_source(mem, 0, "\"\xc3\xa9\"", "\xc3\xa9");
    expect_source(mem, 0, "\xef\xbb\xbf\"\xc3\xa9\"", "\xc3\xa9");
    expect_source(mem, 0, "# -*- coding: latin-1 -*-\n\"\xe9\"", "\xc3\xa9");
    expect_source(mem, 0, "#!/bin/x\n# vim: set fileencoding=iso-8859-1 :\n\"\xe9\"", "\xc3\xa9");
    expect_source(mem, 0, "\n# coding: latin-1\n\"\xe9\"", "\xc3\xa9");
    expect_source(mem, 0, "# coding: UTF-8\n\"\xc3\xa9\"", "\xc3\xa9");
    expect_source(mem, 0, "# coding: utf-8-sig\n\"a\"", "a");
    expect_source(mem, PARSE_IGNORE_COOKIE, "# coding: latin-1\n\"\xc3\xa9\"", "\xc3\xa9");
    expect_source(mem, 0, "x = 1\n# coding: latin-1\n\"\xe9\"",
                  "SyntaxError|(unicode error) 'utf-8' codec can't decode byte 0xe9 in position 0: unexpected end of data|3|4");
    expect_source(mem, 0, "print(\"\xf6\")\n",
                  "SyntaxError|(unicode error) 'utf-8' codec can't decode byte 0xf6 in position 0: invalid start byte|1|10");
    expect_source(mem, 0, "x = 1\nyy = \xff", "SyntaxError|(unicode error) 'utf-8' codec can't decode byte 0xff in "
                                             "position 0: invalid start byte|2|6");
    expect_source(mem, PARSE_SCRIPT, "\n\"\xf6\"",
                  "SyntaxError|Non-UTF-8 code starting with '\\xf6' in file f.py on line 2, but no encoding declared; "
                  "see https://peps.python.org/pep-0263/ for details|0|-1");
    expect_source(mem, 0, "# coding: nope\n", "SyntaxError|unknown encoding: nope|0|-1");
    expect_source(mem, PARSE_SCRIPT, "# coding: nope\n", "SyntaxError|encoding problem: nope|0|-1");
    expect_source(mem, 0, "\xef\xbb\xbf# coding: latin-1\n", "SyntaxError|encoding problem: iso-8859-1 with BOM|0|-1");
    expect_source(mem, 0, "\xef\xbb\xbf# coding: utf8\n", "SyntaxError|encoding problem: utf8 with BOM|0|-1");
    expect_source(mem, 0, "# coding: ascii\n\"\xff\"",
                  "SyntaxError|unknown encoding: ascii|0|-1");
    expect_source(mem, 0, "'''a\r\nb\rc\nd'''\r\n", "a\nb\nc\nd");
    expect_source(mem, 0, "'\\ud800'", "\xed\xa0\x80");
    expect_source(mem, 0, "12345678901234567890", "ok");
    expect_source(mem, 0, "x = 123456789012345678901",
                  "SyntaxError|Exceeds the limit (20 digits) for integer string conversion: value has 21 digits; use "
                  "sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals "
                  "to avoid decimal conversion limits.|1|0");
    expect_source(mem, 0, "0xfffffffffffffffffffffffffffffffffffff", "ok");
    syntax_error error;
    syntax_error_init(&error, mem);
    parse_options options = {.mode = AST_MODE_FILE};
    assert_null(parse_source(mem, "a\0b", 3, &options, &error));
    assert_int_equal(error.kind, SYNTAX_ERROR_VALUE);
    assert_string_equal(error.message, "source code string cannot contain null bytes");
    syntax_error_clear(&error);
    ouro_mem_destroy(mem);
}

/* ---- depth and length -------------------------------------------------------------------------------- */

enum { MANY = 100000 };

static char *repeat(const char *prefix, const char *piece, size_t count, const char *suffix)
{
    size_t a = strlen(prefix), b = strlen(piece), c = strlen(suffix);
    char *text = malloc(a + b * count + c + 1);
    assert_non_null(text);
    memcpy(text, prefix, a);
    for (size_t i = 0; i < count; i++)
        memcpy(text + a + i * b, piece, b);
    memcpy(text + a + b * count, suffix, c + 1);
    return text;
}

static void test_depth(void **state)
{
    (void)state;
    static const struct {
        const char *prefix, *piece;
        size_t count;
        const char *suffix, *expected;
    } cases[] = {
        {"a", " + a", MANY, "", "ok"},
        {"a", ".b", MANY, "", "ok"},
        {"a", "()", MANY, "", "ok"},
        {"a", "[0]", MANY, "", "ok"},
        {"a", " < a", MANY, "", "ok"},
        {"a", " and a", MANY, "", "ok"},
        {"if a: pass\n", "elif a: pass\n", MANY, "", "ok"},
        {"", "a = ", MANY, "1", "ok"},
        {"", "a, ", MANY, "", "ok"},
        {"", "'a' ", MANY, "", "ok"},
        {"f'", "{a}", 20000, "'", "ok"},
        {"", "@a\n", MANY, "def f(): pass", "ok"},
        {"match x:\n case 1", " | 1", MANY, ": pass", "ok"},
        {"", "(", MANY, "", "SyntaxError|too many nested parentheses"},
        {"", "f(", 190, "", "SyntaxError|'(' was never closed"},
        {"", "-", MANY, "1", "MemoryError"},
        {"", "not ", MANY, "1", "MemoryError"},
        {"", "lambda: ", MANY, "1", "MemoryError"},
        {"", "a if b else ", MANY, "1", "MemoryError"},
        {"a", " ** a", MANY, "", "MemoryError"},
        {"", "x{x{", 90, "1", "SyntaxError"},
        {"", "x [ y { z ( ", 60, "", "SyntaxError"},
        {"", "(x if ", 190, "", "SyntaxError"},
        {"", "print ", 2000, "", "SyntaxError"},
        {"", "a ", MANY, "", "SyntaxError|invalid syntax|1|3|1|4"},
        {"", "match ", 5000, "", "SyntaxError"},
    };
    ouro_mem *mem = ouro_mem_create(NULL);
    char outcome[512];
    assert_non_null(mem);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = repeat(cases[i].prefix, cases[i].piece, cases[i].count, cases[i].suffix);
        judge(mem, text, strlen(text), outcome, sizeof outcome);
        free(text);
        if (strncmp(outcome, cases[i].expected, strlen(cases[i].expected)) != 0)
            fail_msg("%s%s...: expected %s, got %s", cases[i].prefix, cases[i].piece, cases[i].expected, outcome);
    }
    ouro_mem_destroy(mem);
}

/* ---- memory ------------------------------------------------------------------------------------------ */

/* An allocator on malloc that refuses one request and counts what it has given. */
typedef struct failing {
    long until_failure; /* < 0: never */
    long live;
} failing;

static void *failing_allocate(void *context, size_t size, ouro_mem_kind kind)
{
    failing *f = context;
    (void)kind;
    if (f->until_failure-- == 0)
        return NULL;
    f->live++;
    return malloc(size);
}

static void *failing_resize(void *context, void *block, size_t size)
{
    failing *f = context;
    if (f->until_failure-- == 0)
        return NULL;
    f->live += !block;
    return realloc(block, size);
}

static void failing_release(void *context, void *block)
{
    failing *f = context;
    f->live -= block != NULL;
    free(block);
}

static size_t failing_usable_size(void *context, const void *block)
{
    (void)context;
    (void)block;
    return 1;
}

static const char *const samples[] = {
    ("import os\nclass A(B, c=d):\n    x: int = 3\n    def f(self, *a, b=2, **k) -> e:\n        nonlocal_ = [x for x in a if b]\n"
     "        return super().f(*a, **{'a': 1, **k})\n"),
    "match x:\n    case {'a': A(b=[1, *c]), **r} | 2 as z if y:\n        pass\n",
    "x = f'a{b!r:>{c}} {d = }' 'e' f'{(lambda: 1)()}'\ny = b'\\x41' + 0xfffffffffffffffffff * 1e5\n",
    "def f():\n    x = 1\n    def g():\n        nonlocal x\n        return (x, [(y := z) for z in x])\n",
    "x = {1: 2, 3 4}\n",
    "f(a b)\n",
    "x = (1,\n'abc\n",
    "def f(a, a): pass\n",
    "if x:\n        y\n    z\n",
    "print f'{x!r}' y\n",
};

static void test_no_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        bool failed = true;
        for (long n = 0; failed; n++) {
            failing f = {.until_failure = -1};
            ouro_allocator allocator = {&f, failing_allocate, failing_resize, failing_release, failing_usable_size};
            ouro_mem_config config = {.decay_ms = -1, .allocator = &allocator};
            ouro_mem *mem = ouro_mem_create(&config);
            assert_non_null(mem);
            char outcome[512];
            f.until_failure = n;
            judge(mem, samples[i], strlen(samples[i]), outcome, sizeof outcome);
            failed = f.until_failure < 0;
            /* A text that finds no memory is left out of an error: that is no failure. */
            ouro_mem_destroy(mem);
            if (f.live)
                fail_msg("sample %zu, allocation %ld: %ld blocks left", i, n, f.live);
            assert_true(n < 10000);
        }
    }
}

/* ---- mutations --------------------------------------------------------------------------------------- */

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void test_mutations(void **state)
{
    (void)state;
    static const char pieces[][10] = {"(",  ")",    "[",    "]",   "{",     "}",    ":",     ",",      "=",   ":=",
                                      "*",  "**",   "/",    ".",   "@",     "->",   " if ",  " else ", " for ", " in ",
                                      "\n", "\n  ", "\t",   "\\",  "\\\n",  "'",    "\"",    "'''",    "f'",  "{x!r:",
                                      "0x", "1_",   "lambda ", "yield ", "await ", "async ", "match ", "case ", "\xff", "\xc3\xa9",
                                      "#",  ";",    "\r",   "\f",  "print ", "not ", "is ",  "try:",   "except*", "with "};
    ouro_mem *mem = ouro_mem_create(NULL);
    uint64_t seed = 88172645463325252u;
    char text[2048], outcome[512];
    assert_non_null(mem);
    for (int round = 0; round < 20000; round++) {
        const char *sample = samples[next_random(&seed) % (sizeof samples / sizeof *samples)];
        size_t length = strlen(sample);
        memcpy(text, sample, length);
        for (uint64_t k = next_random(&seed) % 4 + 1; k > 0; k--) {
            size_t at = next_random(&seed) % (length + 1), cut = next_random(&seed) % 8;
            if (at + cut > length)
                cut = length - at;
            const char *piece = pieces[next_random(&seed) % (sizeof pieces / sizeof *pieces)];
            size_t size = next_random(&seed) % 3 ? strlen(piece) : 0;
            memmove(text + at + size, text + at + cut, length - at - cut);
            memcpy(text + at, piece, size);
            length = length - cut + size;
        }
        judge_mode(mem, text, length, (ast_mode)(next_random(&seed) % 3), next_random(&seed) % 8, outcome,
                   sizeof outcome);
    }
    ouro_mem_destroy(mem);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors), cmocka_unit_test(test_modes),     cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_depth),  cmocka_unit_test(test_no_memory), cmocka_unit_test(test_mutations),
    };
    if (argc != 2) {
        fprintf(stderr, "usage: front_end_test syntax_errors.txt\n");
        return 2;
    }
    table_path = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}

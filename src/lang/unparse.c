/* unparse.c: an expression back to source text, with as few parentheses as precedence allows.
 *
 * The spelling is that of CPython's ast_unparse for stored annotations: single quotes where repr would use
 * them, one space around binary operators, `(a, b)` for tuples but inside subscripts, where the parentheses
 * are left out.
 */
#include "lang/unparse.h"

#include <stdio.h>
#include <string.h>

typedef struct unparser {
    ouro_mem *mem;
    char *text;
    size_t length, capacity;
    bool failed;
} unparser;

/* How tightly an operator binds; an operand in a place that wants more gets parentheses. */
typedef enum precedence {
    PRECEDENCE_TUPLE,
    PRECEDENCE_TEST, /* if-else, lambda */
    PRECEDENCE_OR,
    PRECEDENCE_AND,
    PRECEDENCE_NOT,
    PRECEDENCE_COMPARE,
    PRECEDENCE_BITOR,
    PRECEDENCE_BITXOR,
    PRECEDENCE_BITAND,
    PRECEDENCE_SHIFT,
    PRECEDENCE_ARITHMETIC,
    PRECEDENCE_TERM,
    PRECEDENCE_FACTOR,
    PRECEDENCE_POWER,
    PRECEDENCE_AWAIT,
    PRECEDENCE_ATOM,
} precedence;

static void unparse_bytes(unparser *u, const char *text, size_t length)
{
    if (u->failed) {
        return;
    }
    if (u->length + length + 1 > u->capacity) {
        size_t capacity = (u->length + length + 1) * 2;
        char *grown = ouro_mem_resize(u->mem, u->text, capacity);
        if (!grown) {
            u->failed = true;
            return;
        }
        u->text = grown;
        u->capacity = capacity;
    }
    memcpy(u->text + u->length, text, length);
    u->length += length;
    u->text[u->length] = 0;
}

static void unparse_text(unparser *u, const char *text)
{
    unparse_bytes(u, text, strlen(text));
}

static void unparse_at(unparser *u, const ast_expr *e, precedence wanted);

static void unparse_list(unparser *u, const ast_expr_list *items)
{
    for (uint32_t i = 0; i < items->count; i++) {
        if (i) {
            unparse_text(u, ", ");
        }
        unparse_at(u, items->items[i], PRECEDENCE_TEST);
    }
}

/* repr of text or bytes. */
static void unparse_quoted(unparser *u, ast_text text, bool is_bytes, char quote)
{
    char one[8];
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c == (unsigned char)quote || c == '\\') {
            snprintf(one, sizeof one, "\\%c", c);
        } else if (c == '\n') {
            snprintf(one, sizeof one, "\\n");
        } else if (c == '\r') {
            snprintf(one, sizeof one, "\\r");
        } else if (c == '\t') {
            snprintf(one, sizeof one, "\\t");
        } else if (c < 0x20 || c == 0x7f || (is_bytes && c > 0x7f)) {
            snprintf(one, sizeof one, "\\x%02x", c);
        } else {
            one[0] = (char)c;
            one[1] = 0;
        }
        unparse_text(u, one);
    }
}

static char unparse_quote_for(ast_text text)
{
    bool single = memchr(text.data, '\'', text.length) != NULL;
    bool twin = memchr(text.data, '"', text.length) != NULL;
    return single && !twin ? '"' : '\'';
}

static void unparse_string(unparser *u, ast_text text, bool is_bytes)
{
    char quote[2] = {text.length ? unparse_quote_for(text) : '\'', 0};
    unparse_text(u, is_bytes ? "b" : "");
    unparse_text(u, quote);
    unparse_quoted(u, text, is_bytes, quote[0]);
    unparse_text(u, quote);
}

/* The shortest text that reads back as the same double. */
static void unparse_double(unparser *u, double d, const char *suffix)
{
    char text[40];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, d);
        double back;
        if (sscanf(text, "%lf", &back) == 1 && back == d) {
            break;
        }
    }
    if (strstr(text, "inf")) {
        snprintf(text, sizeof text, "1e309");
    } else if (!strpbrk(text, ".e") && !*suffix) {
        strcat(text, ".0");
    }
    unparse_text(u, text);
    unparse_text(u, suffix);
}

static void unparse_constant(unparser *u, const ast_constant *c)
{
    static const char *const prefixes[] = {[2] = "0b", [8] = "0o", [10] = "", [16] = "0x"};
    char text[32];
    switch ((ast_constant_kind)c->kind) {
    case AST_CONSTANT_NONE:
        unparse_text(u, "None");
        break;
    case AST_CONSTANT_TRUE:
        unparse_text(u, "True");
        break;
    case AST_CONSTANT_FALSE:
        unparse_text(u, "False");
        break;
    case AST_CONSTANT_ELLIPSIS:
        unparse_text(u, "...");
        break;
    case AST_CONSTANT_INT:
        snprintf(text, sizeof text, "%lld", (long long)c->integer);
        unparse_text(u, text);
        break;
    case AST_CONSTANT_BIG_INT:
        unparse_text(u, prefixes[c->base]);
        unparse_bytes(u, c->digits.data, c->digits.length);
        break;
    case AST_CONSTANT_FLOAT:
        unparse_double(u, c->real, "");
        break;
    case AST_CONSTANT_COMPLEX:
        unparse_double(u, c->real, "j");
        break;
    case AST_CONSTANT_STR:
        unparse_text(u, c->has_u_prefix ? "u" : "");
        unparse_string(u, c->text, false);
        break;
    case AST_CONSTANT_BYTES:
        unparse_string(u, c->text, true);
        break;
    case AST_CONSTANT_VALUE:
        unparse_text(u, c->value_text);
        break;
    }
}

static void unparse_argument(unparser *u, const ast_arg *a, const ast_expr *fallback)
{
    unparse_text(u, a->name->text);
    if (fallback) {
        unparse_text(u, "=");
        unparse_at(u, fallback, PRECEDENCE_TEST);
    }
}

static void unparse_comma(unparser *u, bool *first)
{
    if (!*first) {
        unparse_text(u, ", ");
    }
    *first = false;
}

static void unparse_arguments(unparser *u, const ast_arguments *args)
{
    bool first = true;
    uint32_t positional = args->positional_only->count + args->args->count;
    uint32_t without = positional - args->defaults->count;
    for (uint32_t i = 0; i < positional; i++) {
        unparse_comma(u, &first);
        bool only = i < args->positional_only->count;
        const ast_arg *a =
            only ? args->positional_only->items[i] : args->args->items[i - args->positional_only->count];
        unparse_argument(u, a, i >= without ? args->defaults->items[i - without] : NULL);
        if (only && i + 1 == args->positional_only->count) {
            unparse_text(u, ", /");
        }
    }
    if (args->vararg || args->keyword_only->count) {
        unparse_comma(u, &first);
        unparse_text(u, "*");
        if (args->vararg) {
            unparse_text(u, args->vararg->name->text);
        }
    }
    for (uint32_t i = 0; i < args->keyword_only->count; i++) {
        unparse_comma(u, &first);
        unparse_argument(u, args->keyword_only->items[i], args->keyword_defaults->items[i]);
    }
    if (args->kwarg) {
        unparse_comma(u, &first);
        unparse_text(u, "**");
        unparse_text(u, args->kwarg->name->text);
    }
}

static void unparse_generators(unparser *u, const ast_comprehension_list *generators)
{
    for (uint32_t i = 0; i < generators->count; i++) {
        const ast_comprehension *g = generators->items[i];
        unparse_text(u, g->is_async ? " async for " : " for ");
        unparse_at(u, g->target, PRECEDENCE_TUPLE);
        unparse_text(u, " in ");
        unparse_at(u, g->iter, PRECEDENCE_OR);
        for (uint32_t k = 0; k < g->conditions->count; k++) {
            unparse_text(u, " if ");
            unparse_at(u, g->conditions->items[k], PRECEDENCE_OR);
        }
    }
}

static void unparse_comprehension(unparser *u, const ast_expr *e, const char *open, const char *close)
{
    unparse_text(u, open);
    unparse_at(u, e->comprehension.element, PRECEDENCE_TEST);
    if (e->kind == AST_DICT_COMP) {
        unparse_text(u, ": ");
        unparse_at(u, e->comprehension.value, PRECEDENCE_TEST);
    }
    unparse_generators(u, e->comprehension.generators);
    unparse_text(u, close);
}

static void unparse_call(unparser *u, const ast_expr *e)
{
    unparse_at(u, e->call.function, PRECEDENCE_ATOM);
    if (e->call.args->count == 1 && e->call.keywords->count == 0 &&
        e->call.args->items[0]->kind == AST_GENERATOR_EXP) {
        unparse_at(u, e->call.args->items[0], PRECEDENCE_TUPLE); /* brings its own parentheses */
        return;
    }
    unparse_text(u, "(");
    bool first = true;
    for (uint32_t i = 0; i < e->call.args->count; i++) {
        unparse_comma(u, &first);
        unparse_at(u, e->call.args->items[i], PRECEDENCE_TEST);
    }
    for (uint32_t i = 0; i < e->call.keywords->count; i++) {
        const ast_keyword *k = e->call.keywords->items[i];
        unparse_comma(u, &first);
        unparse_text(u, k->name ? k->name->text : "**");
        unparse_text(u, k->name ? "=" : "");
        unparse_at(u, k->value, PRECEDENCE_TEST);
    }
    unparse_text(u, ")");
}

static void unparse_fstring_parts(unparser *u, const ast_expr *e, char quote, bool is_spec);

static void unparse_formatted_value(unparser *u, const ast_expr *e, char quote)
{
    unparser inner = {.mem = u->mem};
    unparse_at(&inner, e->formatted_value.value, PRECEDENCE_OR);
    u->failed |= inner.failed;
    /* a brace right after the opening one would be read as an escaped brace */
    unparse_text(u, inner.length && inner.text[0] == '{' ? "{ " : "{");
    if (inner.text) {
        unparse_bytes(u, inner.text, inner.length);
    }
    ouro_mem_free(u->mem, inner.text);
    if (e->conversion > 0) {
        char text[3] = {'!', (char)e->conversion, 0};
        unparse_text(u, text);
    }
    if (e->formatted_value.format_spec) {
        unparse_text(u, ":");
        unparse_fstring_parts(u, e->formatted_value.format_spec, quote, true);
    }
    unparse_text(u, "}");
}

static void unparse_fstring_parts(unparser *u, const ast_expr *e, char quote, bool is_spec)
{
    if (e->kind != AST_JOINED_STR) {
        unparse_formatted_value(u, e, quote);
        return;
    }
    for (uint32_t i = 0; i < e->joined_str.values->count; i++) {
        const ast_expr *part = e->joined_str.values->items[i];
        if (part->kind != AST_CONSTANT) {
            unparse_fstring_parts(u, part, quote, is_spec);
            continue;
        }
        ast_text text = part->constant.text;
        for (size_t k = 0; k < text.length; k++) {
            ast_text one = {text.data + k, 1};
            unparse_quoted(u, one, false, quote);
            if (!is_spec && (*one.data == '{' || *one.data == '}')) {
                unparse_bytes(u, one.data, 1);
            }
        }
    }
}

static void unparse_joined_str(unparser *u, const ast_expr *e)
{
    /* the quote that does not occur in the text as it will stand */
    unparser inner = {.mem = u->mem};
    unparse_fstring_parts(&inner, e, '\x01', false);
    u->failed |= inner.failed;
    ast_text text = {inner.text ? inner.text : "", inner.length};
    char quote[2] = {unparse_quote_for(text), 0};
    ouro_mem_free(u->mem, inner.text);
    unparse_text(u, "f");
    unparse_text(u, quote);
    unparse_fstring_parts(u, e, quote[0], false);
    unparse_text(u, quote);
}

static void unparse_slice(unparser *u, const ast_expr *e)
{
    if (e->slice.lower) {
        unparse_at(u, e->slice.lower, PRECEDENCE_TEST);
    }
    unparse_text(u, ":");
    if (e->slice.upper) {
        unparse_at(u, e->slice.upper, PRECEDENCE_TEST);
    }
    if (e->slice.step) {
        unparse_text(u, ":");
        unparse_at(u, e->slice.step, PRECEDENCE_TEST);
    }
}

static precedence unparse_precedence(const ast_expr *e)
{
    static const precedence binary[] = {
        [AST_ADD] = PRECEDENCE_ARITHMETIC, [AST_SUB] = PRECEDENCE_ARITHMETIC,
        [AST_MULT] = PRECEDENCE_TERM,      [AST_MAT_MULT] = PRECEDENCE_TERM,
        [AST_DIV] = PRECEDENCE_TERM,       [AST_MOD] = PRECEDENCE_TERM,
        [AST_POW] = PRECEDENCE_POWER,      [AST_LSHIFT] = PRECEDENCE_SHIFT,
        [AST_RSHIFT] = PRECEDENCE_SHIFT,   [AST_BIT_OR] = PRECEDENCE_BITOR,
        [AST_BIT_XOR] = PRECEDENCE_BITXOR, [AST_BIT_AND] = PRECEDENCE_BITAND,
        [AST_FLOOR_DIV] = PRECEDENCE_TERM,
    };
    switch (e->kind) {
    case AST_TUPLE:
    case AST_NAMED_EXPR:
    case AST_YIELD:
    case AST_YIELD_FROM:
        return PRECEDENCE_TUPLE;
    case AST_LAMBDA:
    case AST_IF_EXP:
        return PRECEDENCE_TEST;
    case AST_BOOL_OP:
        return e->op == AST_OR ? PRECEDENCE_OR : PRECEDENCE_AND;
    case AST_UNARY_OP:
        return e->op == AST_NOT ? PRECEDENCE_NOT : PRECEDENCE_FACTOR;
    case AST_COMPARE:
        return PRECEDENCE_COMPARE;
    case AST_BIN_OP:
        return binary[e->op];
    case AST_AWAIT:
        return PRECEDENCE_AWAIT;
    default:
        return PRECEDENCE_ATOM;
    }
}

static void unparse_bin_op(unparser *u, const ast_expr *e)
{
    static const char *const signs[] = {
        [AST_ADD] = " + ",       [AST_SUB] = " - ",    [AST_MULT] = " * ",    [AST_MAT_MULT] = " @ ",
        [AST_DIV] = " / ",       [AST_MOD] = " % ",    [AST_POW] = " ** ",    [AST_LSHIFT] = " << ",
        [AST_RSHIFT] = " >> ",   [AST_BIT_OR] = " | ", [AST_BIT_XOR] = " ^ ", [AST_BIT_AND] = " & ",
        [AST_FLOOR_DIV] = " // "};
    precedence own = unparse_precedence(e);
    bool right_first = e->op == AST_POW;
    unparse_at(u, e->bin_op.left, right_first ? own + 1 : own);
    unparse_text(u, signs[e->op]);
    unparse_at(u, e->bin_op.right, right_first ? own : own + 1);
}

static void unparse_body(unparser *u, const ast_expr *e)
{
    static const char *const unary[] = {
        [AST_INVERT] = "~", [AST_NOT] = "not ", [AST_UADD] = "+", [AST_USUB] = "-"};
    static const char *const compare[] = {
        [AST_EQ] = " == ", [AST_NOT_EQ] = " != ",    [AST_LT] = " < ",  [AST_LT_E] = " <= ",
        [AST_GT] = " > ",  [AST_GT_E] = " >= ",      [AST_IS] = " is ", [AST_IS_NOT] = " is not ",
        [AST_IN] = " in ", [AST_NOT_IN] = " not in "};
    precedence own = unparse_precedence(e);
    switch ((ast_expr_kind)e->kind) {
    case AST_BOOL_OP:
        for (uint32_t i = 0; i < e->bool_op.values->count; i++) {
            unparse_text(u, i == 0 ? "" : e->op == AST_OR ? " or " : " and ");
            unparse_at(u, e->bool_op.values->items[i], own + 1);
        }
        break;
    case AST_NAMED_EXPR:
        unparse_at(u, e->named_expr.target, PRECEDENCE_ATOM);
        unparse_text(u, " := ");
        unparse_at(u, e->named_expr.value, PRECEDENCE_ATOM);
        break;
    case AST_BIN_OP:
        unparse_bin_op(u, e);
        break;
    case AST_UNARY_OP:
        unparse_text(u, unary[e->op]);
        unparse_at(u, e->unary_op.operand, own);
        break;
    case AST_LAMBDA: {
        const ast_arguments *a = e->lambda.args;
        bool any =
            a->positional_only->count || a->args->count || a->vararg || a->keyword_only->count || a->kwarg;
        unparse_text(u, any ? "lambda " : "lambda");
        unparse_arguments(u, a);
        unparse_text(u, ": ");
        unparse_at(u, e->lambda.body, PRECEDENCE_TEST);
        break;
    }
    case AST_IF_EXP:
        unparse_at(u, e->if_exp.body, PRECEDENCE_OR);
        unparse_text(u, " if ");
        unparse_at(u, e->if_exp.test, PRECEDENCE_OR);
        unparse_text(u, " else ");
        unparse_at(u, e->if_exp.orelse, PRECEDENCE_TEST);
        break;
    case AST_DICT:
        unparse_text(u, "{");
        for (uint32_t i = 0; i < e->dict.values->count; i++) {
            unparse_text(u, i ? ", " : "");
            if (e->dict.keys->items[i]) {
                unparse_at(u, e->dict.keys->items[i], PRECEDENCE_TEST);
                unparse_text(u, ": ");
                unparse_at(u, e->dict.values->items[i], PRECEDENCE_TEST);
            } else {
                unparse_text(u, "**");
                unparse_at(u, e->dict.values->items[i], PRECEDENCE_BITOR);
            }
        }
        unparse_text(u, "}");
        break;
    case AST_SET:
        unparse_text(u, "{");
        unparse_list(u, e->set.elements);
        unparse_text(u, "}");
        break;
    case AST_LIST_COMP:
        unparse_comprehension(u, e, "[", "]");
        break;
    case AST_SET_COMP:
    case AST_DICT_COMP:
        unparse_comprehension(u, e, "{", "}");
        break;
    case AST_GENERATOR_EXP:
        unparse_comprehension(u, e, "(", ")");
        break;
    case AST_AWAIT:
        unparse_text(u, "await ");
        unparse_at(u, e->yield.value, PRECEDENCE_ATOM);
        break;
    case AST_YIELD:
        unparse_text(u, e->yield.value ? "yield " : "yield");
        if (e->yield.value) {
            unparse_at(u, e->yield.value, PRECEDENCE_TUPLE);
        }
        break;
    case AST_YIELD_FROM:
        unparse_text(u, "yield from ");
        unparse_at(u, e->yield.value, PRECEDENCE_TEST);
        break;
    case AST_COMPARE:
        unparse_at(u, e->compare.left, own + 1);
        for (uint32_t i = 0; i < e->compare.ops->count; i++) {
            unparse_text(u, compare[e->compare.ops->items[i]]);
            unparse_at(u, e->compare.comparators->items[i], own + 1);
        }
        break;
    case AST_CALL:
        unparse_call(u, e);
        break;
    case AST_FORMATTED_VALUE:
    case AST_JOINED_STR:
        unparse_joined_str(u, e);
        break;
    case AST_CONSTANT:
        unparse_constant(u, &e->constant);
        break;
    case AST_ATTRIBUTE: {
        const ast_expr *v = e->attribute.value;
        bool number = v->kind == AST_CONSTANT && v->constant.kind == AST_CONSTANT_INT;
        unparse_at(u, v, PRECEDENCE_ATOM);
        unparse_text(u, number ? " ." : ".");
        unparse_text(u, e->attribute.attribute->text);
        break;
    }
    case AST_SUBSCRIPT:
        unparse_at(u, e->subscript.value, PRECEDENCE_ATOM);
        unparse_text(u, "[");
        if (e->subscript.slice->kind == AST_TUPLE && e->subscript.slice->sequence.elements->count > 0) {
            unparse_list(u, e->subscript.slice->sequence.elements);
            unparse_text(u, e->subscript.slice->sequence.elements->count == 1 ? "," : "");
        } else {
            unparse_at(u, e->subscript.slice, PRECEDENCE_TUPLE);
        }
        unparse_text(u, "]");
        break;
    case AST_STARRED:
        unparse_text(u, "*");
        unparse_at(u, e->starred.value, PRECEDENCE_BITOR);
        break;
    case AST_NAME:
        unparse_text(u, e->name.id->text);
        break;
    case AST_LIST_DISPLAY:
        unparse_text(u, "[");
        unparse_list(u, e->sequence.elements);
        unparse_text(u, "]");
        break;
    case AST_TUPLE:
        unparse_list(u, e->sequence.elements);
        unparse_text(u, e->sequence.elements->count == 1 ? "," : "");
        break;
    case AST_SLICE:
        unparse_slice(u, e);
        break;
    }
}

static void unparse_at(unparser *u, const ast_expr *e, precedence wanted)
{
    if (u->failed) {
        return;
    }
    bool parentheses =
        unparse_precedence(e) < wanted ||
        (e->kind == AST_TUPLE && (wanted > PRECEDENCE_TUPLE || e->sequence.elements->count == 0)) ||
        e->kind == AST_NAMED_EXPR || e->kind == AST_YIELD || e->kind == AST_YIELD_FROM;
    if (parentheses) {
        unparse_text(u, "(");
    }
    unparse_body(u, e);
    if (parentheses) {
        unparse_text(u, ")");
    }
}

char *unparse_expr(ouro_mem *mem, const ast_expr *e, size_t *length)
{
    unparser u = {.mem = mem};
    unparse_text(&u, "");
    unparse_at(&u, e, e->kind == AST_TUPLE ? PRECEDENCE_TEST : PRECEDENCE_TUPLE);
    if (u.failed) {
        ouro_mem_free(mem, u.text);
        return NULL;
    }
    *length = u.length;
    return u.text;
}

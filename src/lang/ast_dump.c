/* ast_dump.c: prints a tree as `ast.dump(tree, include_attributes=...)` does.
 *
 * For tests and for people who look for an error in the parser: the text equals CPython's, byte by byte, for every
 * module of its standard library.  Nodes nested deeper than DUMP_MAX_DEPTH print as "...".
 */
#include "lang/ast.h"
#include "lang/lexer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DUMP_MAX_DEPTH = 2000, DUMP_BUFFER = 4096 };

typedef struct dump {
    void (*write)(void *context, const char *data, size_t length);
    void *context;
    bool attributes;
    bool first; /* no field of the current node is out yet */
    int depth;
    size_t used;
    char buffer[DUMP_BUFFER];
} dump;

static void dump_text(dump *d, const char *text, size_t length)
{
    if (length > DUMP_BUFFER - d->used) {
        d->write(d->context, d->buffer, d->used);
        d->used = 0;
    }
    if (length > DUMP_BUFFER) {
        d->write(d->context, text, length);
        return;
    }
    memcpy(d->buffer + d->used, text, length);
    d->used += length;
}

static void dump_string(dump *d, const char *text)
{
    dump_text(d, text, strlen(text));
}

static void dump_format(dump *d, const char *format, ...) OURO_PRINTF(2, 3);
static void dump_format(dump *d, const char *format, ...)
{
    char text[64];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    dump_text(d, text, (size_t)length);
}

/* ---- constants --------------------------------------------------------------------------------------- */

static void dump_repr(dump *d, const char *text, size_t length, bool is_bytes)
{
    char quote = memchr(text, '\'', length) && !memchr(text, '"', length) ? '"' : '\'';
    dump_text(d, &quote, 1);
    for (size_t i = 0, size; i < length; i += size) {
        size = 1;
        uint32_t c = (unsigned char)text[i];
        if (!is_bytes && c >= 0x80)
            c = unicode_decode(text + i, &size);
        if (c == (uint32_t)quote || c == '\\')
            dump_format(d, "\\%c", (char)c);
        else if (c == '\n')
            dump_string(d, "\\n");
        else if (c == '\r')
            dump_string(d, "\\r");
        else if (c == '\t')
            dump_string(d, "\\t");
        else if (c >= ' ' && c < 127)
            dump_text(d, text + i, 1);
        else if (!is_bytes && c > 127 && unicode_name_is_printable(c))
            dump_text(d, text + i, size);
        else
            dump_format(d, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)c);
    }
    dump_text(d, &quote, 1);
}

/* The shortest digits that read back as the same number, in Python's notation. */
static void dump_double(dump *d, double value, bool imaginary)
{
    if (isinf(value)) {
        dump_string(d, "inf");
        return;
    }
    char digits[40];
    int precision = 1;
    do
        snprintf(digits, sizeof digits, "%.*e", precision - 1, value);
    while (strtod(digits, NULL) != value && ++precision <= 17);
    int exponent = atoi(strchr(digits, 'e') + 1);
    if (exponent >= -4 && exponent < 16) {
        int decimals = precision - 1 - exponent;
        bool whole = decimals <= 0;
        dump_format(d, "%.*f", whole ? (imaginary ? 0 : 1) : decimals, value);
    } else {
        char *e = strchr(digits, 'e');
        dump_text(d, digits, (size_t)(e - digits));
        dump_format(d, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
    }
}

/* A number in any base, printed in base ten: schoolbook, in limbs of nine digits. */
static void dump_big_int(dump *d, ast_text digits, int base)
{
    if (base == 10) {
        dump_text(d, digits.data, digits.length);
        return;
    }
    size_t capacity = digits.length / 7 + 2, count = 1;
    uint32_t *limbs = calloc(capacity, sizeof *limbs);
    char text[16];
    if (!limbs)
        return;
    for (size_t i = 0; i < digits.length; i++) {
        char c = digits.data[i];
        uint64_t carry = (uint64_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
        for (size_t k = 0; k < count; k++) {
            carry += (uint64_t)limbs[k] * (uint32_t)base;
            limbs[k] = (uint32_t)(carry % 1000000000);
            carry /= 1000000000;
        }
        if (carry)
            limbs[count++] = (uint32_t)carry;
    }
    for (size_t k = count; k-- > 0;) {
        snprintf(text, sizeof text, k == count - 1 ? "%u" : "%09u", limbs[k]);
        dump_string(d, text);
    }
    free(limbs);
}

static void dump_constant(dump *d, const ast_constant *c)
{
    switch ((ast_constant_kind)c->kind) {
    case AST_CONSTANT_NONE:
        dump_string(d, "None");
        break;
    case AST_CONSTANT_TRUE:
        dump_string(d, "True");
        break;
    case AST_CONSTANT_FALSE:
        dump_string(d, "False");
        break;
    case AST_CONSTANT_ELLIPSIS:
        dump_string(d, "Ellipsis");
        break;
    case AST_CONSTANT_INT:
        dump_format(d, "%lld", (long long)c->integer);
        break;
    case AST_CONSTANT_BIG_INT:
        dump_big_int(d, c->digits, c->base);
        break;
    case AST_CONSTANT_FLOAT:
        dump_double(d, c->real, false);
        break;
    case AST_CONSTANT_COMPLEX:
        dump_double(d, c->real, true);
        dump_string(d, "j");
        break;
    case AST_CONSTANT_STR:
        dump_repr(d, c->text.data, c->text.length, false);
        break;
    case AST_CONSTANT_BYTES:
        dump_string(d, "b");
        dump_repr(d, c->text.data, c->text.length, true);
        break;
    case AST_CONSTANT_VALUE:
        dump_string(d, c->value_text);
        break;
    }
}

/* ---- nodes ------------------------------------------------------------------------------------------- */

static void dump_begin(dump *d, const char *name)
{
    dump_string(d, name);
    dump_string(d, "(");
    d->first = true;
    d->depth++;
}

static void dump_field(dump *d, const char *name)
{
    if (!d->first)
        dump_string(d, ", ");
    d->first = false;
    dump_string(d, name);
    dump_string(d, "=");
}

static void dump_end(dump *d)
{
    dump_string(d, ")");
    d->first = false;
    d->depth--;
}

static void dump_end_place(dump *d, ast_place place)
{
    if (d->attributes) {
        dump_field(d, "lineno");
        dump_format(d, "%d, col_offset=%d, end_lineno=%d, end_col_offset=%d", place.line, place.column, place.end_line,
                    place.end_column);
    }
    dump_end(d);
}

static void dump_name(dump *d, const char *field, const ast_identifier *name)
{
    if (!name)
        return;
    dump_field(d, field);
    dump_repr(d, name->text, name->length, false);
}

static void dump_context(dump *d, int context)
{
    static const char *const names[] = {"Load()", "Store()", "Del()"};
    dump_field(d, "ctx");
    dump_string(d, names[context]);
}

static void dump_expr(dump *d, const ast_expr *e);

static void dump_expr_field(dump *d, const char *field, const ast_expr *e)
{
    if (!e)
        return;
    dump_field(d, field);
    dump_expr(d, e);
}

#define DUMP_LIST(d, field, list, one)                                                                       \
    do {                                                                                                     \
        dump_field(d, field);                                                                                \
        dump_string(d, "[");                                                                                 \
        for (uint32_t i_ = 0; i_ < (list)->count; i_++) {                                                    \
            if (i_)                                                                                          \
                dump_string(d, ", ");                                                                        \
            one(d, (list)->items[i_]);                                                                       \
        }                                                                                                    \
        dump_string(d, "]");                                                                                 \
    } while (0)

static void dump_identifier(dump *d, const ast_identifier *name)
{
    dump_repr(d, name->text, name->length, false);
}

static void dump_arg(dump *d, const ast_arg *arg)
{
    dump_begin(d, "arg");
    dump_name(d, "arg", arg->name);
    dump_expr_field(d, "annotation", arg->annotation);
    dump_end_place(d, arg->place);
}

static void dump_arguments(dump *d, const ast_arguments *args)
{
    dump_field(d, "args");
    dump_begin(d, "arguments");
    DUMP_LIST(d, "posonlyargs", args->positional_only, dump_arg);
    DUMP_LIST(d, "args", args->args, dump_arg);
    if (args->vararg) {
        dump_field(d, "vararg");
        dump_arg(d, args->vararg);
    }
    DUMP_LIST(d, "kwonlyargs", args->keyword_only, dump_arg);
    DUMP_LIST(d, "kw_defaults", args->keyword_defaults, dump_expr);
    if (args->kwarg) {
        dump_field(d, "kwarg");
        dump_arg(d, args->kwarg);
    }
    DUMP_LIST(d, "defaults", args->defaults, dump_expr);
    dump_end(d);
}

static void dump_keyword(dump *d, const ast_keyword *keyword)
{
    dump_begin(d, "keyword");
    dump_name(d, "arg", keyword->name);
    dump_expr_field(d, "value", keyword->value);
    dump_end_place(d, keyword->place);
}

static void dump_comprehension(dump *d, const ast_comprehension *clause)
{
    dump_begin(d, "comprehension");
    dump_expr_field(d, "target", clause->target);
    dump_expr_field(d, "iter", clause->iter);
    DUMP_LIST(d, "ifs", clause->conditions, dump_expr);
    dump_field(d, "is_async");
    dump_format(d, "%d", clause->is_async);
    dump_end(d);
}

static const char *const dump_operators[] = {"Add()",    "Sub()",    "Mult()",  "MatMult()", "Div()",
                                             "Mod()",    "Pow()",    "LShift()", "RShift()", "BitOr()",
                                             "BitXor()", "BitAnd()", "FloorDiv()"};

static void dump_compare_operator(dump *d, uint8_t op)
{
    static const char *const names[] = {"Eq()", "NotEq()", "Lt()",    "LtE()", "Gt()",
                                        "GtE()", "Is()",   "IsNot()", "In()",  "NotIn()"};
    dump_string(d, names[op]);
}

static void dump_expr(dump *d, const ast_expr *e)
{
    static const char *const names[] = {
        "BoolOp", "NamedExpr", "BinOp", "UnaryOp", "Lambda", "IfExp", "Dict", "Set", "ListComp", "SetComp", "DictComp",
        "GeneratorExp", "Await", "Yield", "YieldFrom", "Compare", "Call", "FormattedValue", "JoinedStr", "Constant",
        "Attribute", "Subscript", "Starred", "Name", "List", "Tuple", "Slice"};
    static const char *const unary[] = {"Invert()", "Not()", "UAdd()", "USub()"};
    if (!e) {
        dump_string(d, "None");
        return;
    }
    if (d->depth > DUMP_MAX_DEPTH) {
        dump_string(d, "...");
        return;
    }
    dump_begin(d, names[e->kind]);
    switch ((ast_expr_kind)e->kind) {
    case AST_BOOL_OP:
        dump_field(d, "op");
        dump_string(d, e->op == AST_AND ? "And()" : "Or()");
        DUMP_LIST(d, "values", e->bool_op.values, dump_expr);
        break;
    case AST_NAMED_EXPR:
        dump_expr_field(d, "target", e->named_expr.target);
        dump_expr_field(d, "value", e->named_expr.value);
        break;
    case AST_BIN_OP:
        dump_expr_field(d, "left", e->bin_op.left);
        dump_field(d, "op");
        dump_string(d, dump_operators[e->op]);
        dump_expr_field(d, "right", e->bin_op.right);
        break;
    case AST_UNARY_OP:
        dump_field(d, "op");
        dump_string(d, unary[e->op]);
        dump_expr_field(d, "operand", e->unary_op.operand);
        break;
    case AST_LAMBDA:
        dump_arguments(d, e->lambda.args);
        dump_expr_field(d, "body", e->lambda.body);
        break;
    case AST_IF_EXP:
        dump_expr_field(d, "test", e->if_exp.test);
        dump_expr_field(d, "body", e->if_exp.body);
        dump_expr_field(d, "orelse", e->if_exp.orelse);
        break;
    case AST_DICT:
        DUMP_LIST(d, "keys", e->dict.keys, dump_expr);
        DUMP_LIST(d, "values", e->dict.values, dump_expr);
        break;
    case AST_SET:
        DUMP_LIST(d, "elts", e->set.elements, dump_expr);
        break;
    case AST_DICT_COMP:
        dump_expr_field(d, "key", e->comprehension.element);
        dump_expr_field(d, "value", e->comprehension.value);
        DUMP_LIST(d, "generators", e->comprehension.generators, dump_comprehension);
        break;
    case AST_LIST_COMP:
    case AST_SET_COMP:
    case AST_GENERATOR_EXP:
        dump_expr_field(d, "elt", e->comprehension.element);
        DUMP_LIST(d, "generators", e->comprehension.generators, dump_comprehension);
        break;
    case AST_AWAIT:
    case AST_YIELD:
    case AST_YIELD_FROM:
        dump_expr_field(d, "value", e->yield.value);
        break;
    case AST_COMPARE:
        dump_expr_field(d, "left", e->compare.left);
        DUMP_LIST(d, "ops", e->compare.ops, dump_compare_operator);
        DUMP_LIST(d, "comparators", e->compare.comparators, dump_expr);
        break;
    case AST_CALL:
        dump_expr_field(d, "func", e->call.function);
        DUMP_LIST(d, "args", e->call.args, dump_expr);
        DUMP_LIST(d, "keywords", e->call.keywords, dump_keyword);
        break;
    case AST_FORMATTED_VALUE:
        dump_expr_field(d, "value", e->formatted_value.value);
        dump_field(d, "conversion");
        dump_format(d, "%d", e->conversion);
        dump_expr_field(d, "format_spec", e->formatted_value.format_spec);
        break;
    case AST_JOINED_STR:
        DUMP_LIST(d, "values", e->joined_str.values, dump_expr);
        break;
    case AST_CONSTANT:
        dump_field(d, "value");
        dump_constant(d, &e->constant);
        if (e->constant.has_u_prefix) {
            dump_field(d, "kind");
            dump_string(d, "'u'");
        }
        break;
    case AST_ATTRIBUTE:
        dump_expr_field(d, "value", e->attribute.value);
        dump_name(d, "attr", e->attribute.attribute);
        dump_context(d, e->context);
        break;
    case AST_SUBSCRIPT:
        dump_expr_field(d, "value", e->subscript.value);
        dump_expr_field(d, "slice", e->subscript.slice);
        dump_context(d, e->context);
        break;
    case AST_STARRED:
        dump_expr_field(d, "value", e->starred.value);
        dump_context(d, e->context);
        break;
    case AST_NAME:
        dump_name(d, "id", e->name.id);
        dump_context(d, e->context);
        break;
    case AST_LIST_DISPLAY:
    case AST_TUPLE:
        DUMP_LIST(d, "elts", e->sequence.elements, dump_expr);
        dump_context(d, e->context);
        break;
    case AST_SLICE:
        dump_expr_field(d, "lower", e->slice.lower);
        dump_expr_field(d, "upper", e->slice.upper);
        dump_expr_field(d, "step", e->slice.step);
        break;
    }
    dump_end_place(d, e->place);
}

/* ---- patterns ---------------------------------------------------------------------------------------- */

static void dump_pattern(dump *d, const ast_pattern *pattern)
{
    static const char *const names[] = {"MatchValue", "MatchSingleton", "MatchSequence", "MatchMapping",
                                        "MatchClass", "MatchStar",      "MatchAs",       "MatchOr"};
    dump_begin(d, names[pattern->kind]);
    switch ((ast_pattern_kind)pattern->kind) {
    case AST_MATCH_VALUE:
        dump_expr_field(d, "value", pattern->value.value);
        break;
    case AST_MATCH_SINGLETON: {
        ast_constant constant = {.kind = pattern->singleton};
        dump_field(d, "value");
        dump_constant(d, &constant);
        break;
    }
    case AST_MATCH_SEQUENCE:
    case AST_MATCH_OR:
        DUMP_LIST(d, "patterns", pattern->sequence.patterns, dump_pattern);
        break;
    case AST_MATCH_MAPPING:
        DUMP_LIST(d, "keys", pattern->mapping.keys, dump_expr);
        DUMP_LIST(d, "patterns", pattern->mapping.patterns, dump_pattern);
        dump_name(d, "rest", pattern->mapping.rest);
        break;
    case AST_MATCH_CLASS:
        dump_expr_field(d, "cls", pattern->class.type);
        DUMP_LIST(d, "patterns", pattern->class.patterns, dump_pattern);
        DUMP_LIST(d, "kwd_attrs", pattern->class.keyword_names, dump_identifier);
        DUMP_LIST(d, "kwd_patterns", pattern->class.keyword_patterns, dump_pattern);
        break;
    case AST_MATCH_AS:
        if (pattern->as.pattern) {
            dump_field(d, "pattern");
            dump_pattern(d, pattern->as.pattern);
        }
        dump_name(d, "name", pattern->as.name);
        break;
    case AST_MATCH_STAR:
        dump_name(d, "name", pattern->as.name);
        break;
    }
    dump_end_place(d, pattern->place);
}

/* ---- statements -------------------------------------------------------------------------------------- */

static void dump_stmt(dump *d, const ast_stmt *s);

static void dump_alias(dump *d, const ast_alias *alias)
{
    dump_begin(d, "alias");
    dump_name(d, "name", alias->name);
    dump_name(d, "asname", alias->as);
    dump_end_place(d, alias->place);
}

static void dump_with_item(dump *d, const ast_with_item *item)
{
    dump_begin(d, "withitem");
    dump_expr_field(d, "context_expr", item->context);
    dump_expr_field(d, "optional_vars", item->target);
    dump_end(d);
}

static void dump_handler(dump *d, const ast_handler *handler)
{
    dump_begin(d, "ExceptHandler");
    dump_expr_field(d, "type", handler->type);
    dump_name(d, "name", handler->name);
    DUMP_LIST(d, "body", handler->body, dump_stmt);
    dump_end_place(d, handler->place);
}

static void dump_match_case(dump *d, const ast_match_case *item)
{
    dump_begin(d, "match_case");
    dump_field(d, "pattern");
    dump_pattern(d, item->pattern);
    dump_expr_field(d, "guard", item->guard);
    DUMP_LIST(d, "body", item->body, dump_stmt);
    dump_end(d);
}

static void dump_stmt(dump *d, const ast_stmt *s)
{
    static const char *const names[] = {
        "FunctionDef", "AsyncFunctionDef", "ClassDef", "Return", "Delete", "Assign", "AugAssign", "AnnAssign", "For",
        "AsyncFor", "While", "If", "With", "AsyncWith", "Match", "Raise", "Try", "TryStar", "Assert", "Import",
        "ImportFrom", "Global", "Nonlocal", "Expr", "Pass", "Break", "Continue"};
    if (d->depth > DUMP_MAX_DEPTH) {
        dump_string(d, "...");
        return;
    }
    dump_begin(d, names[s->kind]);
    switch ((ast_stmt_kind)s->kind) {
    case AST_FUNCTION_DEF:
    case AST_ASYNC_FUNCTION_DEF:
        dump_name(d, "name", s->function_def.name);
        dump_arguments(d, s->function_def.args);
        DUMP_LIST(d, "body", s->function_def.body, dump_stmt);
        DUMP_LIST(d, "decorator_list", s->function_def.decorators, dump_expr);
        dump_expr_field(d, "returns", s->function_def.returns);
        break;
    case AST_CLASS_DEF:
        dump_name(d, "name", s->class_def.name);
        DUMP_LIST(d, "bases", s->class_def.bases, dump_expr);
        DUMP_LIST(d, "keywords", s->class_def.keywords, dump_keyword);
        DUMP_LIST(d, "body", s->class_def.body, dump_stmt);
        DUMP_LIST(d, "decorator_list", s->class_def.decorators, dump_expr);
        break;
    case AST_RETURN:
    case AST_EXPR_STMT:
        dump_expr_field(d, "value", s->expr.value);
        break;
    case AST_DELETE:
        DUMP_LIST(d, "targets", s->delete_.targets, dump_expr);
        break;
    case AST_ASSIGN:
        DUMP_LIST(d, "targets", s->assign.targets, dump_expr);
        dump_expr_field(d, "value", s->assign.value);
        break;
    case AST_AUG_ASSIGN:
        dump_expr_field(d, "target", s->aug_assign.target);
        dump_field(d, "op");
        dump_string(d, dump_operators[s->op]);
        dump_expr_field(d, "value", s->aug_assign.value);
        break;
    case AST_ANN_ASSIGN:
        dump_expr_field(d, "target", s->ann_assign.target);
        dump_expr_field(d, "annotation", s->ann_assign.annotation);
        dump_expr_field(d, "value", s->ann_assign.value);
        dump_field(d, "simple");
        dump_format(d, "%d", s->simple);
        break;
    case AST_FOR:
    case AST_ASYNC_FOR:
        dump_expr_field(d, "target", s->for_.target);
        dump_expr_field(d, "iter", s->for_.iter);
        DUMP_LIST(d, "body", s->for_.body, dump_stmt);
        DUMP_LIST(d, "orelse", s->for_.orelse, dump_stmt);
        break;
    case AST_WHILE:
    case AST_IF:
        dump_expr_field(d, "test", s->if_.test);
        DUMP_LIST(d, "body", s->if_.body, dump_stmt);
        DUMP_LIST(d, "orelse", s->if_.orelse, dump_stmt);
        break;
    case AST_WITH:
    case AST_ASYNC_WITH:
        DUMP_LIST(d, "items", s->with.items, dump_with_item);
        DUMP_LIST(d, "body", s->with.body, dump_stmt);
        break;
    case AST_MATCH:
        dump_expr_field(d, "subject", s->match.subject);
        DUMP_LIST(d, "cases", s->match.cases, dump_match_case);
        break;
    case AST_RAISE:
        dump_expr_field(d, "exc", s->raise.exception);
        dump_expr_field(d, "cause", s->raise.cause);
        break;
    case AST_TRY:
    case AST_TRY_STAR:
        DUMP_LIST(d, "body", s->try_.body, dump_stmt);
        DUMP_LIST(d, "handlers", s->try_.handlers, dump_handler);
        DUMP_LIST(d, "orelse", s->try_.orelse, dump_stmt);
        DUMP_LIST(d, "finalbody", s->try_.finally, dump_stmt);
        break;
    case AST_ASSERT:
        dump_expr_field(d, "test", s->assert_.test);
        dump_expr_field(d, "msg", s->assert_.message);
        break;
    case AST_IMPORT:
        DUMP_LIST(d, "names", s->import.names, dump_alias);
        break;
    case AST_IMPORT_FROM:
        dump_name(d, "module", s->import.module);
        DUMP_LIST(d, "names", s->import.names, dump_alias);
        dump_field(d, "level");
        dump_format(d, "%d", s->import.level);
        break;
    case AST_GLOBAL:
    case AST_NONLOCAL:
        DUMP_LIST(d, "names", s->names.names, dump_identifier);
        break;
    case AST_PASS:
    case AST_BREAK:
    case AST_CONTINUE:
        break;
    }
    dump_end_place(d, s->place);
}

void ast_dump(const ast_tree *tree, bool include_attributes,
              void (*write)(void *context, const char *data, size_t length), void *context)
{
    dump d;
    d.write = write;
    d.context = context;
    d.attributes = include_attributes;
    d.depth = 0;
    d.used = 0;
    switch (tree->mode) {
    case AST_MODE_FILE:
        dump_begin(&d, "Module");
        DUMP_LIST(&d, "body", tree->body, dump_stmt);
        dump_field(&d, "type_ignores");
        dump_string(&d, "[]");
        break;
    case AST_MODE_EVAL:
        dump_begin(&d, "Expression");
        dump_expr_field(&d, "body", tree->expression);
        break;
    case AST_MODE_SINGLE:
        dump_begin(&d, "Interactive");
        DUMP_LIST(&d, "body", tree->body, dump_stmt);
        break;
    case AST_MODE_FUNCTION_TYPE:
        dump_begin(&d, "FunctionType");
        DUMP_LIST(&d, "argtypes", tree->argument_types, dump_expr);
        dump_expr_field(&d, "returns", tree->expression);
        break;
    }
    dump_end(&d);
    write(context, d.buffer, d.used);
}

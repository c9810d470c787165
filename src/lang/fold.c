/* fold.c: constants: from the tree to values, and expressions of constants computed at compile time.
 *
 * Folding never makes what is big: results of `*`, `<<` and `**` are bounded (the limits are CPython's), and an
 * operation that raises is left to run time.
 */
#include "lang/compile.h"
#include "lang/emit.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

enum {
    FOLD_MAX_INT_BITS = 128,     /* of a product, power or shift */
    FOLD_MAX_SEQUENCE = 4096,    /* characters or bytes of a repeated text */
    FOLD_MAX_TUPLE = 256,        /* items of a repeated tuple */
    FOLD_MAX_TOTAL_ITEMS = 1024, /* nested items of a repeated tuple */
};

/* Strs that look like identifiers are interned, as names are: comparisons of them are then by identity. */
static ouro_value fold_text(ouro_runtime *rt, const ast_constant *constant)
{
    ouro_value v = str_from_utf8(rt, constant->text.data, constant->text.length);
    if (ouro_is_null(v) || !constant->is_ascii) {
        return v;
    }
    for (size_t i = 0; i < constant->text.length; i++) {
        char ch = constant->text.data[i];
        if (!(ch == '_' || (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z'))) {
            return v;
        }
    }
    return str_intern(rt, v);
}

ouro_value constant_as_value(ouro_runtime *rt, const ast_constant *constant)
{
    switch ((ast_constant_kind)constant->kind) {
    case AST_CONSTANT_NONE:
        return OURO_NONE;
    case AST_CONSTANT_TRUE:
        return OURO_TRUE;
    case AST_CONSTANT_FALSE:
        return OURO_FALSE;
    case AST_CONSTANT_ELLIPSIS:
        return OURO_ELLIPSIS;
    case AST_CONSTANT_INT:
        return int_from_int64(rt, constant->integer);
    case AST_CONSTANT_BIG_INT:
        return int_from_text(rt, constant->digits.data, constant->digits.length, constant->base);
    case AST_CONSTANT_FLOAT:
        return float_new(rt, constant->real);
    case AST_CONSTANT_COMPLEX:
        return complex_new(rt, 0.0, constant->real);
    case AST_CONSTANT_STR:
        return fold_text(rt, constant);
    case AST_CONSTANT_BYTES:
        return bytes_new(rt, constant->text.data, constant->text.length);
    case AST_CONSTANT_VALUE:
        return value_incref((ouro_value){constant->value_bits});
    }
    return OURO_NULL;
}

ouro_value constant_value(compiler *c, const ast_constant *constant)
{
    return constant_as_value(c->rt, constant);
}

static double fold_bits(ouro_runtime *rt, ouro_value v)
{
    if (ouro_is_int(v)) {
        int64_t i = ouro_as_int(v);
        return i == 0 ? 0 : 64 - __builtin_clzll((unsigned long long)(i < 0 ? -i : i));
    }
    return ouro_is_object(v) ? 1e9 : 0;
}

static size_t fold_total_items(ouro_runtime *rt, ouro_value v)
{
    if (!ouro_is_object(v) || !value_is_tuple(rt, v)) {
        return 0;
    }
    size_t n = as_tuple(v)->size;
    for (size_t i = 0; i < as_tuple(v)->size; i++) {
        n += fold_total_items(rt, as_tuple(v)->items[i]);
    }
    return n;
}

/* Is a repeated sequence small enough? */
static bool fold_repeat_is_small(ouro_runtime *rt, ouro_value sequence, ouro_value count)
{
    if (!ouro_is_int(count) || !ouro_is_object(sequence)) {
        return true;
    }
    int64_t n = ouro_as_int(count);
    if (n < 0) {
        return true;
    }
    if (value_is_tuple(rt, sequence)) {
        size_t size = as_tuple(sequence)->size;
        return size == 0 || (n <= FOLD_MAX_TUPLE && size * (size_t)n <= FOLD_MAX_TUPLE &&
                             fold_total_items(rt, sequence) * (size_t)n <= FOLD_MAX_TOTAL_ITEMS);
    }
    if (value_is_str(rt, sequence)) {
        return n <= FOLD_MAX_SEQUENCE && str_length(as_str(sequence)) * (size_t)n <= FOLD_MAX_SEQUENCE;
    }
    if (value_is_bytes(rt, sequence)) {
        return n <= FOLD_MAX_SEQUENCE && as_bytes(sequence)->length * (size_t)n <= FOLD_MAX_SEQUENCE;
    }
    return true;
}

static bool fold_is_small(ouro_runtime *rt, ast_operator op, ouro_value a, ouro_value b)
{
    bool ints = value_is_int(rt, a) && value_is_int(rt, b);
    switch (op) {
    case AST_MULT:
        if (ints) {
            return fold_bits(rt, a) + fold_bits(rt, b) <= FOLD_MAX_INT_BITS;
        }
        return fold_repeat_is_small(rt, a, b) && fold_repeat_is_small(rt, b, a);
    case AST_LSHIFT:
        return !ints || (ouro_is_int(b) && ouro_as_int(b) >= 0 && ouro_as_int(b) <= FOLD_MAX_INT_BITS &&
                         fold_bits(rt, a) + (double)ouro_as_int(b) <= FOLD_MAX_INT_BITS);
    case AST_POW:
        return !ints || (ouro_is_int(b) && ouro_as_int(b) <= FOLD_MAX_INT_BITS &&
                         fold_bits(rt, a) * (double)ouro_as_int(b) <= FOLD_MAX_INT_BITS);
    case AST_MOD: /* text % values is formatting: left to run time */
        return !(ouro_is_object(a) && (value_is_str(rt, a) || value_is_bytes(rt, a)));
    default:
        return true;
    }
}

ouro_value fold_binary(compiler *c, ast_operator op, ouro_value a, ouro_value b)
{
    if (!fold_is_small(c->rt, op, a, b)) {
        return OURO_NULL;
    }
    ouro_value v = object_binary(c->rt, binary_op_of(op), a, b);
    if (ouro_is_null(v)) {
        error_clear(c->rt);
    }
    return v;
}

static ouro_value fold_unary(compiler *c, const ast_expr *e)
{
    ouro_value a = fold_expr(c, e->unary_op.operand);
    if (ouro_is_null(a)) {
        return a;
    }
    ouro_value v = OURO_NULL;
    if (e->op == AST_NOT) {
        int truth = object_truth(c->rt, a);
        v = truth < 0 ? OURO_NULL : ouro_bool(!truth);
    } else {
        unary_op op = e->op == AST_INVERT ? UNARY_INVERT : e->op == AST_UADD ? UNARY_POSITIVE : UNARY_NEGATIVE;
        v = object_unary(c->rt, op, a);
    }
    value_decref(c->rt, a);
    if (ouro_is_null(v)) {
        error_clear(c->rt);
    }
    return v;
}

ouro_value fold_items(compiler *c, const ast_expr_list *items)
{
    tuple_object *t = items->count ? tuple_new_blank(c->rt, items->count) : NULL;
    if (!t) {
        error_clear(c->rt);
        return OURO_NULL;
    }
    for (uint32_t i = 0; i < items->count; i++) {
        t->items[i] = fold_expr(c, items->items[i]);
        if (ouro_is_null(t->items[i])) {
            value_decref(c->rt, ouro_from_object(t));
            return OURO_NULL;
        }
    }
    gc_track(c->rt, t);
    return ouro_from_object(t);
}

static ouro_value fold_tuple(compiler *c, const ast_expr *e)
{
    const ast_expr_list *items = e->sequence.elements;
    return items->count ? fold_items(c, items) : value_incref(c->rt->types->empty_tuple);
}

ouro_value fold_expr(compiler *c, const ast_expr *e)
{
    if (c->failed) {
        return OURO_NULL;
    }
    switch (e->kind) {
    case AST_CONSTANT: {
        ouro_value v = constant_value(c, &e->constant);
        if (ouro_is_null(v)) { /* no memory: not a matter of what is constant; else whoever compiles it says why */
            c->failed = error_matches(c->rt, EXC(c->rt, MemoryError));
            if (!c->failed) {
                error_clear(c->rt);
            }
        }
        return v;
    }
    case AST_UNARY_OP:
        return fold_unary(c, e);
    case AST_TUPLE:
        return e->context == AST_LOAD ? fold_tuple(c, e) : OURO_NULL;
    case AST_BIN_OP: {
        /* the left spine may be long: fold it only where it is short; expr_chain folds the rest */
        int depth = 0;
        for (const ast_expr *at = e; at->kind == AST_BIN_OP; at = at->bin_op.left) {
            if (++depth > 64) {
                return OURO_NULL;
            }
        }
        ouro_value a = fold_expr(c, e->bin_op.left);
        if (ouro_is_null(a)) {
            return a;
        }
        ouro_value b = fold_expr(c, e->bin_op.right);
        ouro_value v = ouro_is_null(b) ? b : fold_binary(c, (ast_operator)e->op, a, b);
        value_decref(c->rt, a);
        value_decref(c->rt, b);
        return v;
    }
    case AST_NAME:
        return OURO_NULL;
    default:
        return OURO_NULL;
    }
}

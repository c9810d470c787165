/* compile_expr.c: expressions to instructions.
 *
 * compile_expr leaves the value of an expression on the stack.  Chains that may be long without being nested
 * (a + b + c, f().g().h[0]) are walked with a loop; all other recursion is bounded by the parser's depth.
 */
#include "lang/compile.h"
#include "lang/emit.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"

#include <string.h>

/* Collections of more constants than this are built from a constant, not item by item (CPython's limit). */
enum { EXPR_CONSTANT_DISPLAY = 3 };
/* Arguments beyond this number go through a list: the stack of a frame stays small. */
enum { EXPR_MAX_INLINE_ITEMS = 4096 };

binary_op binary_op_of(ast_operator op)
{
    static const binary_op table[] = {
        [AST_ADD] = BINARY_ADD,          [AST_SUB] = BINARY_SUBTRACT,    [AST_MULT] = BINARY_MULTIPLY,
        [AST_MAT_MULT] = BINARY_MATMUL,  [AST_DIV] = BINARY_TRUE_DIVIDE, [AST_MOD] = BINARY_REMAINDER,
        [AST_POW] = BINARY_POWER,        [AST_LSHIFT] = BINARY_LSHIFT,   [AST_RSHIFT] = BINARY_RSHIFT,
        [AST_BIT_OR] = BINARY_OR,        [AST_BIT_XOR] = BINARY_XOR,     [AST_BIT_AND] = BINARY_AND,
        [AST_FLOOR_DIV] = BINARY_FLOOR_DIVIDE,
    };
    return table[op];
}

/* ---- displays ---- */

static bool expr_has_starred(const ast_expr_list *items)
{
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->items[i]->kind == AST_STARRED) {
            return true;
        }
    }
    return false;
}

/* A list, set or (through a list) tuple whose items may be starred; `below` values lie under them already, which
 * become the first items. */
static void expr_display(compiler *c, const ast_expr_list *items, uint32_t below, opcode build, opcode add,
                         opcode extend, bool tuple)
{
    bool starred = expr_has_starred(items);
    if (!starred && !below && items->count >= EXPR_CONSTANT_DISPLAY && build != OP_BUILD_TUPLE) {
        ouro_value constant = fold_items(c, items);
        if (!ouro_is_null(constant)) {
            if (build == OP_BUILD_SET) {
                ouro_value frozen = frozenset_new(c->rt, constant);
                value_decref(c->rt, constant);
                constant = frozen;
            }
            emit(c, build, 0);
            emit_constant_steal(c, constant);
            emit(c, extend, 1);
            if (tuple) {
                emit(c, OP_LIST_TO_TUPLE, 0);
            }
            return;
        }
    }
    if (!starred && items->count + below <= EXPR_MAX_INLINE_ITEMS) {
        for (uint32_t i = 0; i < items->count; i++) {
            compile_expr(c, items->items[i]);
        }
        emit(c, tuple ? OP_BUILD_TUPLE : build, items->count + below);
        return;
    }
    bool building = false;
    uint32_t pending = below;
    if (items->count + below > EXPR_MAX_INLINE_ITEMS) {
        emit(c, build, pending);
        building = true;
    }
    for (uint32_t i = 0; i < items->count; i++) {
        const ast_expr *item = items->items[i];
        if (item->kind == AST_STARRED) {
            if (!building) {
                emit(c, build, pending);
                building = true;
            }
            compile_expr(c, item->starred.value);
            emit(c, extend, 1);
        } else {
            compile_expr(c, item);
            if (building) {
                emit(c, add, 1);
            } else {
                pending++;
            }
        }
    }
    if (tuple) {
        emit(c, OP_LIST_TO_TUPLE, 0);
    }
}

static void expr_tuple_display(compiler *c, const ast_expr_list *items)
{
    if (!expr_has_starred(items)) {
        if (items->count == 0) {
            emit_constant(c, c->rt->types->empty_tuple);
            return;
        }
        ouro_value constant = fold_items(c, items);
        if (!ouro_is_null(constant)) {
            emit_constant_steal(c, constant);
            return;
        }
    }
    expr_display(c, items, 0, OP_BUILD_LIST, OP_LIST_APPEND, OP_LIST_EXTEND, true);
}

static void expr_dict_run(compiler *c, const ast_expr *e, uint32_t from, uint32_t to)
{
    uint32_t n = to - from;
    if (n > 1) {
        tuple_object *keys = tuple_new_blank(c->rt, n);
        bool constant = keys != NULL;
        for (uint32_t i = 0; constant && i < n; i++) {
            keys->items[i] = fold_expr(c, e->dict.keys->items[from + i]);
            constant = !ouro_is_null(keys->items[i]);
        }
        if (constant) {
            gc_track(c->rt, keys);
            for (uint32_t i = from; i < to; i++) {
                compile_expr(c, e->dict.values->items[i]);
            }
            emit_constant_steal(c, ouro_from_object(keys));
            emit(c, OP_BUILD_CONST_KEY_MAP, n);
            return;
        }
        if (keys) {
            value_decref(c->rt, ouro_from_object(keys));
        } else {
            c->failed = true;
        }
    }
    for (uint32_t i = from; i < to; i++) {
        compile_expr(c, e->dict.keys->items[i]);
        compile_expr(c, e->dict.values->items[i]);
    }
    emit(c, OP_BUILD_MAP, n);
}

static void expr_dict(compiler *c, const ast_expr *e)
{
    enum { LONGEST_RUN = 64 };
    uint32_t count = e->dict.values->count;
    bool have = false;
    uint32_t from = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool unpack = !e->dict.keys->items[i];
        if (unpack || i - from == LONGEST_RUN) {
            if (i > from) {
                expr_dict_run(c, e, from, i);
                if (have) {
                    emit(c, OP_DICT_UPDATE, 1);
                }
                have = true;
            }
            from = i;
        }
        if (unpack) {
            if (!have) {
                emit(c, OP_BUILD_MAP, 0);
                have = true;
            }
            compile_expr(c, e->dict.values->items[i]);
            emit(c, OP_DICT_UPDATE, 1);
            from = i + 1;
        }
    }
    if (count > from || !have) {
        expr_dict_run(c, e, from, count);
        if (have) {
            emit(c, OP_DICT_UPDATE, 1);
        }
    }
}

/* ---- calls ---- */

static void expr_keyword_names(compiler *c, const ast_keyword_list *keywords, uint32_t from, uint32_t to)
{
    tuple_object *names = tuple_new_blank(c->rt, to - from);
    if (!names) {
        c->failed = true;
        return;
    }
    for (uint32_t i = from; i < to; i++) {
        names->items[i - from] = identifier_value(c, keywords->items[i]->name);
    }
    gc_track(c->rt, names);
    emit_constant_steal(c, ouro_from_object(names));
}

static void expr_check_keywords(compiler *c, const ast_keyword_list *keywords)
{
    for (uint32_t i = 0; i < keywords->count; i++) {
        const ast_keyword *k = keywords->items[i];
        if (!k->name) {
            continue;
        }
        if (strcmp(k->name->text, "__debug__") == 0) {
            compile_error(c, c->place, "cannot assign to __debug__");
            return;
        }
        for (uint32_t j = i + 1; j < keywords->count; j++) {
            if (keywords->items[j]->name == k->name) {
                compile_error(c, keywords->items[j]->place, "keyword argument repeated: %s", k->name->text);
                return;
            }
        }
    }
}

static void expr_keyword_run(compiler *c, const ast_keyword_list *keywords, uint32_t from, uint32_t to)
{
    if (to - from == 1) {
        ouro_value name = identifier_value(c, keywords->items[from]->name);
        emit_constant_steal(c, name);
        compile_expr(c, keywords->items[from]->value);
        emit(c, OP_BUILD_MAP, 1);
        return;
    }
    for (uint32_t i = from; i < to; i++) {
        compile_expr(c, keywords->items[i]->value);
    }
    expr_keyword_names(c, keywords, from, to);
    emit(c, OP_BUILD_CONST_KEY_MAP, to - from);
}

bool compile_call_is_unpacked(uint32_t already, const ast_expr_list *args, const ast_keyword_list *keywords)
{
    for (uint32_t i = 0; i < keywords->count; i++) {
        if (!keywords->items[i]->name) {
            return true;
        }
    }
    return expr_has_starred(args) || args->count + keywords->count + already > EXPR_MAX_INLINE_ITEMS;
}

/* The callable lies on the stack, with the slot for self if has_self_slot, and `already` arguments. */
void compile_call_tail(compiler *c, uint32_t already, const ast_expr_list *args, const ast_keyword_list *keywords,
                       bool has_self_slot)
{
    ast_place place = c->place;
    expr_check_keywords(c, keywords);
    if (!compile_call_is_unpacked(already, args, keywords)) {
        if (!has_self_slot) {
            emit(c, OP_PUSH_NULL, 0);
        }
        for (uint32_t i = 0; i < args->count; i++) {
            compile_expr(c, args->items[i]);
        }
        if (keywords->count) {
            for (uint32_t i = 0; i < keywords->count; i++) {
                compile_expr(c, keywords->items[i]->value);
            }
            expr_keyword_names(c, keywords, 0, keywords->count);
        }
        emit_at(c, place);
        emit(c, keywords->count ? OP_CALL_KW : OP_CALL, already + args->count + keywords->count);
        return;
    }
    if (!already && args->count == 1 && args->items[0]->kind == AST_STARRED) {
        compile_expr(c, args->items[0]->starred.value); /* f(*x): CALL_EX makes the tuple */
    } else if (!already && args->count == 0) {
        emit_constant(c, c->rt->types->empty_tuple);
    } else {
        expr_display(c, args, already, OP_BUILD_LIST, OP_LIST_APPEND, OP_LIST_EXTEND, true);
    }
    if (keywords->count) {
        bool have = false;
        uint32_t from = 0;
        for (uint32_t i = 0; i <= keywords->count; i++) {
            if (i < keywords->count && keywords->items[i]->name) {
                continue;
            }
            if (i > from) {
                expr_keyword_run(c, keywords, from, i);
                if (have) {
                    emit(c, OP_DICT_MERGE, 1);
                }
                have = true;
            }
            if (i < keywords->count) {
                if (!have) {
                    emit(c, OP_BUILD_MAP, 0);
                    have = true;
                }
                compile_expr(c, keywords->items[i]->value);
                emit_at(c, place);
                emit(c, OP_DICT_MERGE, 1);
            }
            from = i + 1;
        }
    }
    emit_at(c, place);
    emit(c, OP_CALL_EX, keywords->count ? 1 : 0);
}

static bool expr_is_plain_call(const ast_expr *e)
{
    if (expr_has_starred(e->call.args) ||
        e->call.args->count + e->call.keywords->count > EXPR_MAX_INLINE_ITEMS) {
        return false;
    }
    for (uint32_t i = 0; i < e->call.keywords->count; i++) {
        if (!e->call.keywords->items[i]->name) {
            return false;
        }
    }
    return true;
}

/* The place of a method call begins at the attribute's name when that is on a later line. */
static ast_place expr_method_place(const ast_expr *attribute, ast_place place)
{
    if (place.line != attribute->place.end_line) {
        int32_t length = (int32_t)attribute->attribute.attribute->length;
        place.line = attribute->place.end_line;
        if (length <= attribute->place.end_column) {
            place.column = attribute->place.end_column - length;
        } else {
            place.column = -1;
            place.end_column = -1;
        }
    }
    return place;
}

/* ---- chains ---- */

static void expr_note_uncallable(compiler *c, const ast_expr *call, const ast_expr *e);
static void expr_note_unsubscriptable(compiler *c, const ast_expr *e);
static void expr_slice(compiler *c, const ast_expr *slice);
static void expr_simple(compiler *c, const ast_expr *e);

/* One step up a chain: the operand below is on the stack; `above` is the next node up, or NULL. */
static void expr_chain_step(compiler *c, const ast_expr *e, const ast_expr *below, const ast_expr *above)
{
    switch (e->kind) {
    case AST_BIN_OP:
        compile_expr(c, e->bin_op.right);
        emit_at(c, e->place);
        emit(c, OP_BINARY_OP, binary_op_of((ast_operator)e->op));
        break;
    case AST_ATTRIBUTE:
        if (above && above->kind == AST_CALL && expr_is_plain_call(above)) {
            emit_at(c, expr_method_place(e, e->place));
            emit_with_name(c, OP_LOAD_METHOD, e->attribute.attribute);
        } else {
            emit_at(c, expr_method_place(e, e->place));
            emit_with_name(c, OP_LOAD_ATTR, e->attribute.attribute);
        }
        break;
    case AST_SUBSCRIPT:
        expr_note_unsubscriptable(c, e);
        expr_slice(c, e->subscript.slice);
        emit_at(c, e->place);
        emit(c, OP_BINARY_SUBSCR, 0);
        break;
    case AST_CALL: {
        bool method = below->kind == AST_ATTRIBUTE && expr_is_plain_call(e);
        expr_note_uncallable(c, e, below);
        emit_at(c, method ? expr_method_place(below, e->place) : e->place);
        compile_call_tail(c, 0, e->call.args, e->call.keywords, method);
        break;
    }
    default:
        break;
    }
}

/* Compiles a chain from its innermost operand outwards.  Its nodes are gathered in a block, since only the way
 * down is linked. */
static void expr_chain(compiler *c, const ast_expr *e)
{
    size_t length = 0;
    for (const ast_expr *at = e; ast_chain_next(at); at = ast_chain_next(at)) {
        length++;
    }
    const ast_expr *few[16];
    const ast_expr **nodes = few;
    if (length > sizeof few / sizeof *few) {
        nodes = ouro_mem_alloc(c->rt->mem, length * sizeof *nodes);
        if (!nodes) {
            error_no_memory(c->rt);
            c->failed = true;
            return;
        }
    }
    const ast_expr *innermost = e;
    for (size_t i = length; i > 0; i--) {
        nodes[i - 1] = innermost;
        innermost = ast_chain_next(innermost);
    }
    /* as long as everything is constant, the value waits in `pending` */
    ouro_value pending = fold_expr(c, innermost);
    if (ouro_is_null(pending)) {
        expr_simple(c, innermost);
    }
    const ast_expr *below = innermost;
    for (size_t i = 0; i < length && !c->failed; i++) {
        if (!ouro_is_null(pending)) {
            ouro_value folded = OURO_NULL;
            if (nodes[i]->kind == AST_BIN_OP) {
                ouro_value right = fold_expr(c, nodes[i]->bin_op.right);
                if (!ouro_is_null(right)) {
                    folded = fold_binary(c, (ast_operator)nodes[i]->op, pending, right);
                    value_decref(c->rt, right);
                }
            }
            if (ouro_is_null(folded)) {
                emit_at(c, below->place);
                emit_constant_steal(c, pending);
                pending = OURO_NULL;
            } else {
                value_replace(c->rt, &pending, folded);
            }
        }
        if (ouro_is_null(pending)) {
            expr_chain_step(c, nodes[i], below, i + 1 < length ? nodes[i + 1] : NULL);
        }
        below = nodes[i];
    }
    if (!ouro_is_null(pending)) {
        emit_at(c, e->place);
        emit_constant_steal(c, pending);
    }
    if (nodes != few) {
        ouro_mem_free(c->rt->mem, nodes);
    }
}

/* ---- warnings for what cannot be meant ---- */

static const char *expr_type_name(const ast_expr *e)
{
    switch (e->kind) {
    case AST_TUPLE:
        return "tuple";
    case AST_LIST_DISPLAY:
    case AST_LIST_COMP:
        return "list";
    case AST_DICT:
    case AST_DICT_COMP:
        return "dict";
    case AST_SET:
    case AST_SET_COMP:
        return "set";
    case AST_GENERATOR_EXP:
        return "generator";
    case AST_LAMBDA:
        return "function";
    case AST_JOINED_STR:
    case AST_FORMATTED_VALUE:
        return "str";
    case AST_CONSTANT:
        switch (e->constant.kind) {
        case AST_CONSTANT_NONE:
            return "NoneType";
        case AST_CONSTANT_TRUE:
        case AST_CONSTANT_FALSE:
            return "bool";
        case AST_CONSTANT_ELLIPSIS:
            return "ellipsis";
        case AST_CONSTANT_INT:
        case AST_CONSTANT_BIG_INT:
            return "int";
        case AST_CONSTANT_FLOAT:
            return "float";
        case AST_CONSTANT_COMPLEX:
            return "complex";
        case AST_CONSTANT_STR:
            return "str";
        default:
            return "bytes";
        }
    default:
        return NULL;
    }
}

static void expr_note_uncallable(compiler *c, const ast_expr *call, const ast_expr *e)
{
    if (e->kind == AST_LAMBDA || !expr_type_name(e)) {
        return;
    }
    compile_warning(c, call->place, "'%s' object is not callable; perhaps you missed a comma?", expr_type_name(e));
}

static void expr_note_unsubscriptable(compiler *c, const ast_expr *e)
{
    const ast_expr *v = e->subscript.value;
    const ast_expr *index = e->subscript.slice;
    bool refused = v->kind == AST_SET || v->kind == AST_SET_COMP || v->kind == AST_GENERATOR_EXP ||
                   v->kind == AST_LAMBDA;
    if (v->kind == AST_CONSTANT) {
        refused = v->constant.kind < AST_CONSTANT_STR;
    }
    if (refused) {
        compile_warning(c, e->place, "'%s' object is not subscriptable; perhaps you missed a comma?",
                        expr_type_name(v));
        return;
    }
    bool sequence = v->kind == AST_TUPLE || v->kind == AST_LIST_DISPLAY || v->kind == AST_LIST_COMP ||
                    v->kind == AST_JOINED_STR || v->kind == AST_CONSTANT;
    const char *type = expr_type_name(index);
    if (sequence && type && strcmp(type, "int") != 0 && strcmp(type, "bool") != 0) {
        compile_warning(c, e->place,
                        "%s indices must be integers or slices, not %s; perhaps you missed a comma?",
                        expr_type_name(v), type);
    }
}

/* ---- the kinds ---- */

static void expr_slice(compiler *c, const ast_expr *slice)
{
    if (slice->kind != AST_SLICE) {
        compile_expr(c, slice);
        return;
    }
    const ast_expr *parts[3] = {slice->slice.lower, slice->slice.upper, slice->slice.step};
    uint32_t n = parts[2] ? 3 : 2;
    for (uint32_t i = 0; i < n; i++) {
        if (parts[i]) {
            compile_expr(c, parts[i]);
        } else {
            emit_at(c, slice->place);
            emit_constant(c, OURO_NONE);
        }
    }
    emit_at(c, slice->place);
    emit(c, OP_BUILD_SLICE, n);
}

static void expr_bool_op(compiler *c, const ast_expr *e)
{
    label end = label_new(c);
    opcode op = e->op == AST_AND ? OP_JUMP_IF_FALSE_OR_POP : OP_JUMP_IF_TRUE_OR_POP;
    uint32_t last = e->bool_op.values->count - 1;
    for (uint32_t i = 0; i < last; i++) {
        compile_expr(c, e->bool_op.values->items[i]);
        emit_at(c, e->place);
        emit_jump(c, op, end);
    }
    compile_expr(c, e->bool_op.values->items[last]);
    label_place(c, end);
}

static void expr_compare_op(compiler *c, ast_compare_operator op)
{
    static const struct {
        uint8_t op, argument;
    } table[] = {
        [AST_EQ] = {OP_COMPARE_OP, COMPARE_EQ},    [AST_NOT_EQ] = {OP_COMPARE_OP, COMPARE_NE},
        [AST_LT] = {OP_COMPARE_OP, COMPARE_LT},    [AST_LT_E] = {OP_COMPARE_OP, COMPARE_LE},
        [AST_GT] = {OP_COMPARE_OP, COMPARE_GT},    [AST_GT_E] = {OP_COMPARE_OP, COMPARE_GE},
        [AST_IS] = {OP_IS_OP, 0},                  [AST_IS_NOT] = {OP_IS_OP, 1},
        [AST_IN] = {OP_CONTAINS_OP, 0},            [AST_NOT_IN] = {OP_CONTAINS_OP, 1},
    };
    emit(c, (opcode)table[op].op, table[op].argument);
}

static void expr_check_is(compiler *c, const ast_expr *e)
{
    const ast_expr *left = e->compare.left;
    for (uint32_t i = 0; i < e->compare.ops->count; i++) {
        const ast_expr *right = e->compare.comparators->items[i];
        uint8_t op = e->compare.ops->items[i];
        if (op == AST_IS || op == AST_IS_NOT) {
            const ast_expr *sides[2] = {left, right};
            for (int k = 0; k < 2; k++) {
                const ast_expr *s = sides[k];
                ouro_value v = fold_expr(c, s);
                bool literal = !ouro_is_null(v) && !ouro_is_none(v) && !ouro_is(v, OURO_TRUE) &&
                               !ouro_is(v, OURO_FALSE) && !ouro_is(v, OURO_ELLIPSIS);
                value_decref(c->rt, v);
                if (literal) {
                    compile_warning(c, e->place, op == AST_IS ? "\"is\" with a literal. Did you mean \"==\"?"
                                                              : "\"is not\" with a literal. Did you mean \"!=\"?");
                    return;
                }
            }
        }
        left = right;
    }
}

/* `x in [1, 2]` and `x in {1, 2}`: the display becomes a constant tuple or frozenset. */
static bool expr_constant_container(compiler *c, const ast_expr *e)
{
    if (e->kind != AST_LIST_DISPLAY && e->kind != AST_SET) {
        return false;
    }
    const ast_expr_list *items = e->kind == AST_SET ? e->set.elements : e->sequence.elements;
    ouro_value v = items->count ? fold_items(c, items) : OURO_NULL;
    if (ouro_is_null(v)) {
        return false;
    }
    if (e->kind == AST_SET) {
        ouro_value frozen = frozenset_new(c->rt, v);
        value_decref(c->rt, v);
        v = frozen;
    }
    emit_at(c, e->place);
    emit_constant_steal(c, v);
    return true;
}

static void expr_comparator(compiler *c, const ast_expr *e, uint8_t op)
{
    if ((op == AST_IN || op == AST_NOT_IN) && expr_constant_container(c, e)) {
        return;
    }
    compile_expr(c, e);
}

static void expr_compare(compiler *c, const ast_expr *e)
{
    expr_check_is(c, e);
    compile_expr(c, e->compare.left);
    uint32_t n = e->compare.ops->count;
    if (n == 1) {
        expr_comparator(c, e->compare.comparators->items[0], e->compare.ops->items[0]);
        emit_at(c, e->place);
        expr_compare_op(c, (ast_compare_operator)e->compare.ops->items[0]);
        return;
    }
    label cleanup = label_new(c);
    label end = label_new(c);
    for (uint32_t i = 0; i < n - 1; i++) {
        expr_comparator(c, e->compare.comparators->items[i], e->compare.ops->items[i]);
        emit_at(c, e->place);
        emit(c, OP_SWAP, 2);
        emit(c, OP_COPY, 2);
        expr_compare_op(c, (ast_compare_operator)e->compare.ops->items[i]);
        emit_jump(c, OP_JUMP_IF_FALSE_OR_POP, cleanup);
    }
    expr_comparator(c, e->compare.comparators->items[n - 1], e->compare.ops->items[n - 1]);
    emit_at(c, e->place);
    expr_compare_op(c, (ast_compare_operator)e->compare.ops->items[n - 1]);
    emit_jump(c, OP_JUMP, end);
    label_place(c, cleanup);
    emit(c, OP_SWAP, 2);
    emit(c, OP_POP_TOP, 0);
    label_place(c, end);
}

static void expr_if_exp(compiler *c, const ast_expr *e)
{
    label orelse = label_new(c);
    label end = label_new(c);
    emit_at(c, e->place);
    compile_jump_if(c, e->if_exp.test, orelse, false);
    compile_expr(c, e->if_exp.body);
    emit_at(c, e->place);
    emit_jump(c, OP_JUMP, end);
    label_place(c, orelse);
    compile_expr(c, e->if_exp.orelse);
    label_place(c, end);
}

static void expr_joined_str(compiler *c, const ast_expr *e)
{
    const ast_expr_list *parts = e->joined_str.values;
    if (parts->count > EXPR_MAX_INLINE_ITEMS) {
        emit_constant(c, c->rt->types->empty_str);
        emit_with_name(c, OP_LOAD_METHOD, compile_intern(c, "join", 4));
        emit(c, OP_BUILD_LIST, 0);
        for (uint32_t i = 0; i < parts->count; i++) {
            compile_expr(c, parts->items[i]);
            emit(c, OP_LIST_APPEND, 1);
        }
        emit(c, OP_CALL, 1);
        return;
    }
    for (uint32_t i = 0; i < parts->count; i++) {
        compile_expr(c, parts->items[i]);
    }
    emit_at(c, e->place);
    if (parts->count == 0) {
        emit_constant(c, c->rt->types->empty_str);
    } else if (parts->count > 1) {
        emit(c, OP_BUILD_STRING, parts->count);
    }
}

static void expr_formatted_value(compiler *c, const ast_expr *e)
{
    compile_expr(c, e->formatted_value.value);
    uint32_t flags = e->conversion == 's'   ? OPCODE_FORMAT_STR
                     : e->conversion == 'r' ? OPCODE_FORMAT_REPR
                     : e->conversion == 'a' ? OPCODE_FORMAT_ASCII
                                            : 0;
    if (e->formatted_value.format_spec) {
        compile_expr(c, e->formatted_value.format_spec);
        flags |= OPCODE_FORMAT_SPEC;
    }
    emit_at(c, e->place);
    emit(c, OP_FORMAT_VALUE, flags);
}

static bool expr_in_function(compiler *c)
{
    return c->unit->scope->kind == SCOPE_FUNCTION;
}

void compile_yield_from(compiler *c, uint32_t resume_kind)
{
    label again = label_new(c);
    label done = label_new(c);
    label_place(c, again);
    emit_jump(c, OP_SEND, done);
    emit(c, OP_YIELD_VALUE, 1);
    emit(c, OP_RESUME, resume_kind);
    emit_jump(c, OP_JUMP_BACKWARD, again);
    label_place(c, done);
}

void compile_await(compiler *c, uint32_t kind)
{
    emit(c, OP_GET_AWAITABLE, kind);
    emit_constant(c, OURO_NONE);
    compile_yield_from(c, 3);
}

static void expr_yield(compiler *c, const ast_expr *e)
{
    if (!expr_in_function(c)) {
        compile_error(c, e->place, "'yield' outside function");
        return;
    }
    if (e->yield.value) {
        compile_expr(c, e->yield.value);
    } else {
        emit_constant(c, OURO_NONE);
    }
    emit_at(c, e->place);
    if (c->unit->scope->is_coroutine && c->unit->scope->is_generator) {
        emit(c, OP_ASYNC_GEN_WRAP, 0);
    }
    emit(c, OP_YIELD_VALUE, 0);
    emit(c, OP_RESUME, 1);
}

static void expr_yield_from(compiler *c, const ast_expr *e)
{
    if (!expr_in_function(c)) {
        compile_error(c, e->place, "'yield' outside function");
        return;
    }
    if (c->unit->scope->is_async_function) {
        compile_error(c, e->place, "'yield from' inside async function");
        return;
    }
    compile_expr(c, e->yield.value);
    emit_at(c, e->place);
    emit(c, OP_GET_YIELD_FROM_ITER, 0);
    emit_constant(c, OURO_NONE);
    compile_yield_from(c, 2);
}

static void expr_await(compiler *c, const ast_expr *e)
{
    bool top_level = compile_is_top_level_await(c);
    if (!top_level && !expr_in_function(c)) {
        compile_error(c, e->place, "'await' outside function");
        return;
    }
    if (!top_level && !c->unit->scope->is_async_function && !c->unit->scope->is_comprehension) {
        compile_error(c, e->place, "'await' outside async function");
        return;
    }
    compile_expr(c, e->yield.value);
    emit_at(c, e->place);
    compile_await(c, 0);
}

static void expr_unary(compiler *c, const ast_expr *e)
{
    static const opcode table[] = {[AST_INVERT] = OP_UNARY_INVERT,
                                   [AST_NOT] = OP_UNARY_NOT,
                                   [AST_UADD] = OP_UNARY_POSITIVE,
                                   [AST_USUB] = OP_UNARY_NEGATIVE};
    compile_expr(c, e->unary_op.operand);
    emit_at(c, e->place);
    emit(c, table[e->op], 0);
}

static void expr_named(compiler *c, const ast_expr *e)
{
    compile_expr(c, e->named_expr.value);
    emit_at(c, e->place);
    emit(c, OP_COPY, 1);
    compile_store(c, e->named_expr.target);
}

static void expr_name(compiler *c, const ast_expr *e)
{
    if (strcmp(e->name.id->text, "__debug__") == 0) {
        emit_constant(c, ouro_bool(c->optimize == 0));
        return;
    }
    emit_variable(c, e->name.id, AST_LOAD);
}

/* An int with more digits than are converted is a SyntaxError here. */
static void expr_constant(compiler *c, const ast_expr *e)
{
    ouro_value v = constant_value(c, &e->constant);
    if (ouro_is_null(v) && !c->failed && error_matches(c->rt, EXC(c->rt, ValueError))) {
        ouro_value error = error_take(c->rt);
        ouro_value text = object_str(c->rt, error);
        char *bytes = ouro_is_null(text) ? NULL : str_to_utf8(c->rt, text, NULL, true);
        if (bytes) {
            compile_error(c, (ast_place){e->place.line, -1, e->place.end_line, -1},
                          "%s - Consider hexadecimal for huge integer literals to avoid decimal conversion limits.",
                          bytes);
        }
        ouro_mem_free(c->rt->mem, bytes);
        value_decref(c->rt, text);
        value_decref(c->rt, error);
    }
    emit_constant_steal(c, v);
}

/* An expression that is no chain (and not a foldable constant). */
static void expr_simple(compiler *c, const ast_expr *e)
{
    emit_at(c, e->place);
    switch ((ast_expr_kind)e->kind) {
    case AST_BOOL_OP:
        expr_bool_op(c, e);
        break;
    case AST_NAMED_EXPR:
        expr_named(c, e);
        break;
    case AST_UNARY_OP:
        expr_unary(c, e);
        break;
    case AST_LAMBDA:
        compile_lambda(c, e);
        break;
    case AST_IF_EXP:
        expr_if_exp(c, e);
        break;
    case AST_DICT:
        expr_dict(c, e);
        break;
    case AST_SET:
        expr_display(c, e->set.elements, 0, OP_BUILD_SET, OP_SET_ADD, OP_SET_UPDATE, false);
        break;
    case AST_LIST_COMP:
    case AST_SET_COMP:
    case AST_DICT_COMP:
    case AST_GENERATOR_EXP:
        compile_comprehension(c, e);
        break;
    case AST_AWAIT:
        expr_await(c, e);
        break;
    case AST_YIELD:
        expr_yield(c, e);
        break;
    case AST_YIELD_FROM:
        expr_yield_from(c, e);
        break;
    case AST_COMPARE:
        expr_compare(c, e);
        break;
    case AST_FORMATTED_VALUE:
        expr_formatted_value(c, e);
        break;
    case AST_JOINED_STR:
        expr_joined_str(c, e);
        break;
    case AST_CONSTANT:
        expr_constant(c, e);
        break;
    case AST_STARRED:
        compile_error(c, e->place, "can't use starred expression here");
        break;
    case AST_NAME:
        expr_name(c, e);
        break;
    case AST_LIST_DISPLAY:
        expr_display(c, e->sequence.elements, 0, OP_BUILD_LIST, OP_LIST_APPEND, OP_LIST_EXTEND, false);
        break;
    case AST_TUPLE:
        expr_tuple_display(c, e->sequence.elements);
        break;
    case AST_SLICE:
        expr_slice(c, e);
        break;
    case AST_BIN_OP:
    case AST_CALL:
    case AST_ATTRIBUTE:
    case AST_SUBSCRIPT:
        expr_chain(c, e);
        break;
    }
}

void compile_expr(compiler *c, const ast_expr *e)
{
    if (c->failed) {
        return;
    }
    ast_place outer = c->place;
    if (e->kind == AST_UNARY_OP) {
        ouro_value v = fold_expr(c, e);
        if (!ouro_is_null(v)) {
            emit_at(c, e->place);
            emit_constant_steal(c, v);
            emit_at(c, outer);
            return;
        }
    }
    expr_simple(c, e);
    emit_at(c, outer);
}

/* Jumps to `target` when the truth of `e` is `condition`, else falls through; leaves nothing on the stack.  The test is
 * placed where the caller is; a comparison moves that to itself for good, as in CPython, whose tracebacks show it. */
void compile_jump_if(compiler *c, const ast_expr *e, label target, bool condition)
{
    if (c->failed) {
        return;
    }
    if (e->kind == AST_UNARY_OP && e->op == AST_NOT) {
        compile_jump_if(c, e->unary_op.operand, target, !condition);
        return;
    }
    if (e->kind == AST_BOOL_OP) {
        const ast_expr_list *values = e->bool_op.values;
        bool decides = e->op == AST_OR; /* the truth of one operand that settles it */
        label fall_through = label_new(c);
        label settled = decides == condition ? target : fall_through;
        for (uint32_t i = 0; i + 1 < values->count; i++) {
            compile_jump_if(c, values->items[i], settled, decides);
        }
        compile_jump_if(c, values->items[values->count - 1], target, condition);
        label_place(c, fall_through);
        return;
    }
    if (e->kind == AST_IF_EXP) {
        label orelse = label_new(c);
        label end = label_new(c);
        compile_jump_if(c, e->if_exp.test, orelse, false);
        compile_jump_if(c, e->if_exp.body, target, condition);
        emit_jump(c, OP_JUMP, end);
        label_place(c, orelse);
        compile_jump_if(c, e->if_exp.orelse, target, condition);
        label_place(c, end);
        return;
    }
    opcode jump = condition ? OP_POP_JUMP_IF_TRUE : OP_POP_JUMP_IF_FALSE;
    if (e->kind == AST_COMPARE && e->compare.ops->count > 1) {
        expr_check_is(c, e);
        emit_at(c, e->place);
        label cleanup = label_new(c);
        label end = label_new(c);
        uint32_t n = e->compare.ops->count;
        compile_expr(c, e->compare.left);
        for (uint32_t i = 0; i < n - 1; i++) {
            expr_comparator(c, e->compare.comparators->items[i], e->compare.ops->items[i]);
            emit(c, OP_SWAP, 2);
            emit(c, OP_COPY, 2);
            expr_compare_op(c, (ast_compare_operator)e->compare.ops->items[i]);
            emit_jump(c, OP_POP_JUMP_IF_FALSE, cleanup);
        }
        expr_comparator(c, e->compare.comparators->items[n - 1], e->compare.ops->items[n - 1]);
        expr_compare_op(c, (ast_compare_operator)e->compare.ops->items[n - 1]);
        emit_jump(c, jump, target);
        emit_jump(c, OP_JUMP, end);
        label_place(c, cleanup);
        emit(c, OP_POP_TOP, 0);
        if (!condition) {
            emit_jump(c, OP_JUMP, target);
        }
        label_place(c, end);
        return;
    }
    ouro_value constant = fold_expr(c, e);
    if (!ouro_is_null(constant)) {
        int truth = object_truth(c->rt, constant);
        value_decref(c->rt, constant);
        ast_place outer = c->place;
        emit_at(c, e->place);
        if (truth >= 0 && (truth != 0) == condition) {
            emit_jump(c, OP_JUMP, target);
        } else {
            emit(c, OP_NOP, 0);
        }
        emit_at(c, outer);
        return;
    }
    compile_expr(c, e);
    if (e->kind == AST_COMPARE) {
        emit_at(c, e->place);
    }
    emit_jump(c, jump, target);
}

/* ---- targets ---- */

static void target_check_name(compiler *c, const ast_identifier *name, ast_place place, const char *what)
{
    if (strcmp(name->text, "__debug__") == 0) {
        compile_error(c, place, "cannot %s __debug__", what);
    }
}

static void target_unpack(compiler *c, const ast_expr *target)
{
    const ast_expr_list *items = target->sequence.elements;
    bool seen = false;
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->items[i]->kind != AST_STARRED) {
            continue;
        }
        if (seen) {
            compile_error(c, target->place, "multiple starred expressions in assignment");
            return;
        }
        if (i >= 1 << 8 || items->count - i - 1 >= 1 << 15) {
            compile_error(c, target->place, "too many expressions in star-unpacking assignment");
            return;
        }
        seen = true;
        emit(c, OP_UNPACK_EX, i | (items->count - i - 1) << 8);
    }
    if (!seen) {
        emit(c, OP_UNPACK_SEQUENCE, items->count);
    }
    for (uint32_t i = 0; i < items->count; i++) {
        const ast_expr *item = items->items[i];
        compile_store(c, item->kind == AST_STARRED ? item->starred.value : item);
    }
}

/* In a method, a store to an attribute of its first parameter tells how many attributes instances will have. */
static void target_note_self(compiler *c, const ast_expr *target)
{
    compile_unit *u = c->unit;
    if (!u->outer || ouro_is_null(u->outer->self_attributes) || u->scope->parameter_count == 0 ||
        target->attribute.value->kind != AST_NAME ||
        target->attribute.value->name.id != u->scope->parameters[0]) {
        return;
    }
    ouro_value name = identifier_value(c, identifier_mangled(c, target->attribute.attribute));
    if (!c->failed && !set_add(c->rt, u->outer->self_attributes, name)) {
        c->failed = true;
    }
    value_decref(c->rt, name);
}

void compile_store(compiler *c, const ast_expr *target)
{
    if (c->failed) {
        return;
    }
    ast_place outer = c->place;
    emit_at(c, target->place);
    switch (target->kind) {
    case AST_NAME:
        target_check_name(c, target->name.id, target->place, "assign to");
        emit_variable(c, target->name.id, AST_STORE);
        break;
    case AST_ATTRIBUTE:
        target_check_name(c, target->attribute.attribute, target->place, "assign to");
        target_note_self(c, target);
        compile_expr(c, target->attribute.value);
        emit_at(c, expr_method_place(target, target->place));
        emit_with_name(c, OP_STORE_ATTR, target->attribute.attribute);
        break;
    case AST_SUBSCRIPT:
        compile_expr(c, target->subscript.value);
        expr_slice(c, target->subscript.slice);
        emit_at(c, target->place);
        emit(c, OP_STORE_SUBSCR, 0);
        break;
    case AST_TUPLE:
    case AST_LIST_DISPLAY:
        target_unpack(c, target);
        break;
    case AST_STARRED:
        compile_error(c, target->place, "starred assignment target must be in a list or tuple");
        break;
    default:
        compile_error(c, target->place, "cannot assign to expression");
        break;
    }
    emit_at(c, outer);
}

void compile_delete(compiler *c, const ast_expr *target)
{
    if (c->failed) {
        return;
    }
    emit_at(c, target->place);
    switch (target->kind) {
    case AST_NAME:
        target_check_name(c, target->name.id, target->place, "delete");
        emit_variable(c, target->name.id, AST_DEL);
        break;
    case AST_ATTRIBUTE:
        target_check_name(c, target->attribute.attribute, target->place, "delete");
        compile_expr(c, target->attribute.value);
        emit_at(c, expr_method_place(target, target->place));
        emit_with_name(c, OP_DELETE_ATTR, target->attribute.attribute);
        break;
    case AST_SUBSCRIPT:
        compile_expr(c, target->subscript.value);
        expr_slice(c, target->subscript.slice);
        emit_at(c, target->place);
        emit(c, OP_DELETE_SUBSCR, 0);
        break;
    case AST_TUPLE:
    case AST_LIST_DISPLAY:
        for (uint32_t i = 0; i < target->sequence.elements->count; i++) {
            compile_delete(c, target->sequence.elements->items[i]);
        }
        break;
    default:
        compile_error(c, target->place, "cannot delete expression");
        break;
    }
}

/* ast_from_object.c: instances of the node classes as a tree for the compiler.
 *
 * Reading an attribute can run program code, which can change any list or node meanwhile: an item is owned
 * while it is converted, and a list that changes its size ends the conversion.  The tree itself points at
 * nothing of the program's but constants that no literal can write (tuples, frozensets, negative numbers),
 * kept alive by a list.
 */
#include "modules/ast_nodes.h"

#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

typedef struct from_object {
    ouro_runtime *rt;
    ast_arena *arena;
    ouro_value keep; /* list */
    uint32_t depth;
} from_object;

static bool from_node(from_object *t, ast_sum sum, ouro_value v, void **out);

static void *from_alloc(from_object *t, size_t size)
{
    void *block = ast_arena_alloc(t->arena, size);
    if (block == NULL) {
        error_no_memory(t->rt);
        return NULL;
    }
    return memset(block, 0, size);
}

/* A str as bytes in the arena. */
static bool from_text(from_object *t, ouro_value v, ast_text *text)
{
    size_t length;
    char *bytes = str_to_utf8(t->rt, v, &length, true);
    if (bytes == NULL) {
        return false;
    }
    text->data = ast_arena_copy(t->arena, bytes, length);
    text->length = length;
    ouro_mem_free(t->rt->mem, bytes);
    if (text->data == NULL) {
        error_no_memory(t->rt);
        return false;
    }
    return true;
}

static bool from_identifier(from_object *t, ouro_value v, const ast_identifier **out)
{
    *out = NULL;
    if (ouro_is_none(v)) {
        return true;
    }
    if (!value_is_str_exact(t->rt, v)) {
        error_type(t->rt, "AST identifier must be of type str");
        return false;
    }
    ast_text text;
    if (!from_text(t, v, &text)) {
        return false;
    }
    if (memchr(text.data, 0, text.length) != NULL) {
        error_value(t->rt, "identifier cannot contain null characters");
        return false;
    }
    *out = ast_intern(t->arena, text.data, text.length);
    if (*out == NULL) {
        error_no_memory(t->rt);
        return false;
    }
    return true;
}

/* May the value stand in a Constant?  "got an invalid type in Constant: list".  Tuples and frozensets nest.
 */
static bool from_check_constant(from_object *t, ouro_value v)
{
    ouro_runtime *rt = t->rt;
    type_object *type = value_type(rt, v);
    if (ouro_is_none(v) || ouro_is_bool(v) || ouro_is(v, OURO_ELLIPSIS) || type == TYPE(rt, int) ||
        type == TYPE(rt, float) || type == TYPE(rt, complex) || type == TYPE(rt, str) ||
        type == TYPE(rt, bytes)) {
        return true;
    }
    bool ok = true;
    if (type == TYPE(rt, tuple)) {
        if (!rt_enter(rt, " during compilation")) {
            return false;
        }
        for (size_t i = 0; ok && i < as_tuple(v)->size; i++) {
            ok = from_check_constant(t, as_tuple(v)->items[i]);
        }
        rt_leave(rt);
        return ok;
    }
    if (type == TYPE(rt, frozenset)) {
        size_t position = 0;
        ouro_value item;
        if (!rt_enter(rt, " during compilation")) {
            return false;
        }
        while (ok && set_next(v, &position, &item)) {
            ok = from_check_constant(t, item);
        }
        rt_leave(rt);
        return ok;
    }
    error_type(rt, "got an invalid type in Constant: %T", v);
    return false;
}

static bool from_constant(from_object *t, ouro_value v, ast_constant *c)
{
    ouro_runtime *rt = t->rt;
    int64_t number;
    if (!from_check_constant(t, v)) {
        return false;
    }
    if (ouro_is_none(v) || ouro_is_bool(v) || ouro_is(v, OURO_ELLIPSIS)) {
        c->kind = ouro_is_none(v)             ? AST_CONSTANT_NONE
                  : ouro_is(v, OURO_ELLIPSIS) ? AST_CONSTANT_ELLIPSIS
                  : ouro_is(v, OURO_TRUE)     ? AST_CONSTANT_TRUE
                                              : AST_CONSTANT_FALSE;
        return true;
    }
    if (value_is_str(rt, v)) {
        c->kind = AST_CONSTANT_STR;
        c->is_ascii = (as_str(v)->flags & STR_ASCII) != 0;
        return from_text(t, v, &c->text);
    }
    if (value_is_bytes(rt, v)) {
        c->kind = AST_CONSTANT_BYTES;
        c->text.length = as_bytes(v)->length;
        c->text.data = ast_arena_copy(t->arena, (const char *)as_bytes(v)->data, as_bytes(v)->length);
        if (c->text.data == NULL) {
            error_no_memory(rt);
        }
        return c->text.data != NULL;
    }
    if (value_is_int(rt, v) && int_fits_int64(v, &number) && number >= 0) {
        c->kind = AST_CONSTANT_INT;
        c->integer = number;
        return true;
    }
    if (value_is_float(rt, v)) {
        c->kind = AST_CONSTANT_FLOAT;
        c->real = float_value(v);
        return true;
    }
    ouro_value repr = object_repr(rt, v);
    ast_text text;
    bool ok = !ouro_is_null(repr) && from_text(t, repr, &text) && list_append(rt, t->keep, v);
    value_decref(rt, repr);
    c->kind = AST_CONSTANT_VALUE;
    c->value_bits = v.bits;
    c->value_text = ok ? text.data : "";
    return ok;
}

static bool from_int(from_object *t, ouro_value v, int32_t *out)
{
    int64_t number;
    if (!value_is_int(t->rt, v)) {
        error_value(t->rt, "invalid integer value: %R", v);
        return false;
    }
    if (!int_fits_int64(v, &number) || number < INT32_MIN || number > INT32_MAX) {
        error_overflow(t->rt, "Python int too large to convert to C int");
        return false;
    }
    *out = (int32_t)number;
    return true;
}

/* The number of the constructor of an operator's or a context's class. */
static bool from_enum(from_object *t, ast_sum sum, ouro_value v, uint8_t *out)
{
    const ast_sum_def *def = &ast_sum_defs[sum];
    for (uint16_t i = 0; i < def->count; i++) {
        if (value_is_instance(t->rt, v, ast_node_class(t->rt, (size_t)def->first + i))) {
            *out = (uint8_t)i;
            return true;
        }
    }
    error_type(t->rt, "expected some sort of %s, but got %R", def->name, v);
    return false;
}

static bool from_list(from_object *t, const ast_field *field, const char *owner, ouro_value list, void **out)
{
    ouro_runtime *rt = t->rt;
    if (!value_is_list(rt, list)) {
        error_type(rt, "%s field \"%s\" must be a list, not a %T", owner, field->name, list);
        return false;
    }
    size_t count = as_list(list)->size;
    if (count > UINT32_MAX) {
        error_no_memory(rt);
        return false;
    }
    ast_expr_list *items = from_alloc(t, sizeof(ast_expr_list) + count * sizeof(void *));
    if (items == NULL) {
        return false;
    }
    items->count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        ouro_value item = value_incref(as_list(list)->items[i]);
        bool ok;
        if (field->holds == HOLDS_ENUM) {
            ok = from_enum(t, (ast_sum)field->sum, item, &((ast_compare_list *)(void *)items)->items[i]);
        } else if (ouro_is_none(item) && !field->items_optional) {
            ok = false;
            error_value(rt, "None disallowed in %s list",
                        field->holds == HOLDS_IDENTIFIER ? "identifier"
                        : field->sum == SUM_EXPR         ? "expression"
                        : field->sum == SUM_STMT         ? "statement"
                                                         : ast_sum_defs[field->sum].name);
        } else if (field->holds == HOLDS_IDENTIFIER) {
            ok = from_identifier(t, item, &((ast_identifier_list *)(void *)items)->items[i]);
        } else {
            void *node;
            ok = from_node(t, (ast_sum)field->sum, item, &node);
            items->items[i] = node;
        }
        value_decref(rt, item);
        if (ok && as_list(list)->size != count) {
            error_runtime(rt, "%s field \"%s\" changed size during iteration", owner, field->name);
            ok = false;
        }
        if (!ok) {
            return false;
        }
    }
    *out = items;
    return true;
}

/* One field's value (OURO_NULL: the attribute is not there) into the struct. */
static bool from_field(from_object *t, const ast_field *field, const char *owner, ouro_value v, void *node)
{
    ouro_runtime *rt = t->rt;
    char *at = (char *)node + field->offset;
    void *pointer = NULL;
    int32_t number;
    if (ouro_is_null(v) && field->quantity != OPTIONAL) {
        error_type(rt, "required field \"%s\" missing from %s", field->name, owner);
        return false;
    }
    if (field->quantity == OPTIONAL && (ouro_is_null(v) || ouro_is_none(v))) {
        return true; /* the struct is zero */
    }
    if (field->quantity == MANY) {
        bool ok = from_list(t, field, owner, v, &pointer);
        memcpy(at, &pointer, sizeof pointer);
        return ok;
    }
    switch ((ast_holds)field->holds) {
    case HOLDS_NODE:
        if (!from_node(t, (ast_sum)field->sum, v, &pointer)) {
            return false;
        }
        break;
    case HOLDS_IDENTIFIER: {
        const ast_identifier *name;
        if (!from_identifier(t, v, &name)) {
            return false;
        }
        pointer = (void *)(uintptr_t)name;
        break;
    }
    case HOLDS_ENUM:
        return from_enum(t, (ast_sum)field->sum, v, (uint8_t *)at);
    case HOLDS_TYPE_COMMENT: /* the compiler has no use for it */
    case HOLDS_PREFIX:
        if (!value_is_str_exact(rt, v) && value_type(rt, v) != TYPE(rt, bytes)) {
            error_type(rt, "AST string must be of type str");
            return false;
        }
        if (field->holds == HOLDS_PREFIX) {
            ((ast_constant *)(void *)at)->has_u_prefix =
                value_is_str(rt, v) && str_equal_ascii(as_str(v), "u");
        }
        return true;
    case HOLDS_CONSTANT:
        return from_constant(t, v, (ast_constant *)(void *)at);
    case HOLDS_SINGLETON:
        if (!ouro_is_none(v) && !ouro_is_bool(v)) {
            error_value(rt, "MatchSingleton can only contain True, False and None");
            return false;
        }
        *(uint8_t *)at = ouro_is_none(v)         ? AST_CONSTANT_NONE
                         : ouro_is(v, OURO_TRUE) ? AST_CONSTANT_TRUE
                                                 : AST_CONSTANT_FALSE;
        return true;
    case HOLDS_BOOL:
        if (!from_int(t, v, &number)) {
            return false;
        }
        *(bool *)at = number != 0;
        return true;
    case HOLDS_INT8:
        if (!from_int(t, v, &number)) {
            return false;
        }
        *(int8_t *)at = (int8_t)(number < INT8_MIN || number > INT8_MAX ? 0 : number);
        return true;
    case HOLDS_INT32:
        if (!from_int(t, v, &number)) {
            return false;
        }
        memcpy(at, &number, sizeof number);
        return true;
    }
    if (pointer == NULL) {
        error_value(rt, "field '%s' is required for %s", field->name, owner);
        return false;
    }
    memcpy(at, &pointer, sizeof pointer);
    return true;
}

/* The attribute as an int: 1, 0 (absent or None), -1. */
static int from_place_number(from_object *t, ouro_value v, int i, int32_t *number)
{
    ouro_value found;
    int has = object_getattr_optional(t->rt, v, ast_place_name(t->rt, i), &found);
    if (has <= 0) {
        return has;
    }
    bool ok = true;
    if (ouro_is_none(found) && i >= 2) {
        return 0;
    }
    ok = from_int(t, found, number);
    value_decref(t->rt, found);
    return ok ? 1 : -1;
}

static bool from_place(from_object *t, const ast_sum_def *sum, ouro_value v, ast_place *place)
{
    static const char *const names[] = {"lineno", "col_offset", "end_lineno", "end_col_offset"};
    int32_t numbers[4] = {0};
    for (int i = 0; i < 4; i++) {
        int has = from_place_number(t, v, i, &numbers[i]);
        if (has < 0) {
            return false;
        }
        if (has == 0) {
            if (i < 2 || sum->end_required) {
                error_type(t->rt, "required field \"%s\" missing from %s", names[i], sum->name);
                return false;
            }
            numbers[i] = numbers[i - 2];
        }
    }
    *place = (ast_place){numbers[0], numbers[1], numbers[2], numbers[3]};
    return true;
}

/* The row of the value's class among those of the sum; false: TypeError. */
static bool from_row(from_object *t, const ast_sum_def *sum, ouro_value v, size_t *row)
{
    for (size_t i = sum->first; i < (size_t)sum->first + sum->count; i++) {
        if (value_type(t->rt, v) == ast_node_class(t->rt, i)) {
            *row = i;
            return true;
        }
    }
    for (size_t i = sum->first; i < (size_t)sum->first + sum->count; i++) {
        if (value_is_instance(t->rt, v, ast_node_class(t->rt, i))) {
            *row = i;
            return true;
        }
    }
    error_type(t->rt, "expected some sort of %s, but got %R", sum->name, v);
    return false;
}

static bool from_node_entered(from_object *t, const ast_sum_def *sum, ouro_value v, void **out)
{
    ast_place place = {0};
    size_t row = sum->first;
    if (!sum->is_product && sum->place >= 0 && !from_place(t, sum, v, &place)) {
        return false;
    }
    if (!sum->is_product && !from_row(t, sum, v, &row)) {
        return false;
    }
    const ast_node_def *def = &ast_node_defs[row];
    char *node = from_alloc(t, sum->size);
    if (node == NULL) {
        return false;
    }
    if (sum->count > 1) {
        *(uint8_t *)node = (uint8_t)(row - sum->first);
    }
    for (size_t i = 0; def->fields[i].name != NULL; i++) {
        ouro_value field = OURO_NULL;
        if (object_getattr_optional(t->rt, v, as_tuple(ast_node_field_names(t->rt, row))->items[i], &field) <
            0) {
            return false;
        }
        bool ok = from_field(t, &def->fields[i], def->name, field, node);
        value_decref(t->rt, field);
        if (!ok) {
            return false;
        }
    }
    if (sum->is_product && sum->place >= 0 && !from_place(t, sum, v, &place)) {
        return false;
    }
    if (sum->place >= 0) {
        memcpy(node + sum->place, &place, sizeof place);
    }
    *out = node;
    return true;
}

static bool from_node(from_object *t, ast_sum sum, ouro_value v, void **out)
{
    const ast_sum_def *def = &ast_sum_defs[sum];
    *out = NULL;
    if (ouro_is_none(v) && !def->is_product) {
        return true; /* the owner says whether it can do without */
    }
    if (t->depth >= PARSE_MAX_DEPTH || !rt_enter(t->rt, "")) {
        error_clear(t->rt);
        error_raise(t->rt, EXC(t->rt, RecursionError),
                    "maximum recursion depth exceeded while traversing '%s' node", def->name);
        return false;
    }
    t->depth++;
    bool ok = from_node_entered(t, def, v, out);
    t->depth--;
    rt_leave(t->rt);
    return ok;
}

/* What the node of the mode holds, into the tree. */
static bool from_module(from_object *t, ouro_value node, ast_tree *tree)
{
    ouro_runtime *rt = t->rt;
    size_t row = ast_mode_row(tree->mode);
    const ast_node_def *def = &ast_node_defs[row];
    if (!value_is_instance(rt, node, ast_node_class(rt, row))) {
        error_type(rt, "expected %s node, got %T", def->name, node);
        return false;
    }
    for (size_t i = 0; def->fields[i].name != NULL; i++) {
        ouro_value v = OURO_NULL;
        void *pointer = NULL;
        ast_field field = def->fields[i];
        field.offset = 0;
        if (object_getattr_optional(rt, node, as_tuple(ast_node_field_names(rt, row))->items[i], &v) < 0) {
            return false;
        }
        bool ok = from_field(t, &field, def->name, v, &pointer);
        value_decref(rt, v);
        if (!ok) {
            return false;
        }
        if (field.sum == SUM_STMT) {
            tree->body = pointer;
        } else if (field.sum == SUM_EXPR && field.quantity == ONE) {
            tree->expression = pointer;
        }
    }
    return true;
}

ast_tree *ast_from_object(ouro_runtime *rt, ouro_value node, ast_mode mode, ouro_value *keep)
{
    from_object t = {.rt = rt, .keep = list_new(rt, NULL, 0)};
    *keep = t.keep;
    if (ouro_is_null(t.keep) || !ast_classes_ready(rt)) {
        return NULL;
    }
    t.arena = ast_arena_create(rt->mem);
    if (t.arena == NULL) {
        error_no_memory(rt);
        return NULL;
    }
    ast_tree *tree = from_alloc(&t, sizeof *tree);
    ast_stmt_list *empty = tree == NULL ? NULL : from_alloc(&t, sizeof *empty);
    if (empty == NULL) {
        ast_arena_destroy(t.arena);
        return NULL;
    }
    *tree = (ast_tree){.arena = t.arena, .mode = mode, .body = empty, .filename = "", .source = {"", 0}};
    if (!from_module(&t, node, tree) || !ast_validate(rt, tree)) {
        ast_tree_free(tree);
        return NULL;
    }
    return tree;
}

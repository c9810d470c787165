/* ast_to_object.c: a tree of the parser as instances of the node classes.
 *
 * Recursion is by the tree's depth, which source text can make large only on a left spine (a + b + c,
 * f()()(), elif): it ends in RecursionError at three times the recursion limit, as CPython's, or where the
 * native stack ends.
 */
#include "modules/ast_nodes.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

enum { LEVELS_PER_RECURSION = 3 };

typedef struct to_object {
    ouro_runtime *rt;
    uint32_t depth, limit;
} to_object;

static ouro_value to_node(to_object *t, ast_sum sum, const void *node);

static ouro_value to_identifier(to_object *t, const ast_identifier *name)
{
    if (name == NULL) {
        return OURO_NONE;
    }
    ouro_value text = str_from_utf8(t->rt, name->text, name->length);
    return ouro_is_null(text) ? text : str_intern(t->rt, text);
}

static ouro_value to_enum(to_object *t, ast_sum sum, uint8_t number)
{
    return value_incref(ast_node_instance(t->rt, ast_sum_defs[sum].first + (size_t)number));
}

/* The field's list as a Python list: all lists but that of operators are of pointers. */
static ouro_value to_list(to_object *t, const ast_field *field, const void *list)
{
    const ast_expr_list *items = list;
    uint32_t count = items == NULL ? 0 : items->count;
    ouro_value result = list_new(t->rt, NULL, count);
    for (uint32_t i = 0; i < count && !ouro_is_null(result); i++) {
        ouro_value item;
        if (field->holds == HOLDS_ENUM) {
            item = to_enum(t, (ast_sum)field->sum, ((const ast_compare_list *)list)->items[i]);
        } else if (field->holds == HOLDS_IDENTIFIER) {
            item = to_identifier(t, ((const ast_identifier_list *)list)->items[i]);
        } else {
            item = to_node(t, (ast_sum)field->sum, items->items[i]);
        }
        if (ouro_is_null(item) || !list_append_steal(t->rt, result, item)) {
            value_clear(t->rt, &result);
        }
    }
    return result;
}

static ouro_value to_field(to_object *t, const ast_field *field, const void *node)
{
    const char *at = (const char *)node + field->offset;
    const void *pointer;
    if (field->quantity == MANY) {
        memcpy(&pointer, at, sizeof pointer);
        return to_list(t, field, pointer);
    }
    switch ((ast_holds)field->holds) {
    case HOLDS_NODE:
        memcpy(&pointer, at, sizeof pointer);
        return to_node(t, (ast_sum)field->sum, pointer);
    case HOLDS_ENUM:
        return to_enum(t, (ast_sum)field->sum, *(const uint8_t *)at);
    case HOLDS_IDENTIFIER:
        memcpy(&pointer, at, sizeof pointer);
        return to_identifier(t, pointer);
    case HOLDS_TYPE_COMMENT:
        memcpy(&pointer, at, sizeof pointer);
        return pointer == NULL ? OURO_NONE
                               : str_from_utf8(t->rt, ((const ast_identifier *)pointer)->text,
                                               ((const ast_identifier *)pointer)->length);
    case HOLDS_CONSTANT:
        return constant_as_value(t->rt, (const ast_constant *)(const void *)at);
    case HOLDS_PREFIX:
        return ((const ast_constant *)(const void *)at)->has_u_prefix ? str_intern_cstring(t->rt, "u")
                                                                      : OURO_NONE;
    case HOLDS_SINGLETON: {
        uint8_t kind = *(const uint8_t *)at;
        return kind == AST_CONSTANT_NONE ? OURO_NONE : ouro_bool(kind == AST_CONSTANT_TRUE);
    }
    case HOLDS_BOOL:
        return ouro_int(*(const bool *)at);
    case HOLDS_INT8:
        return ouro_int(*(const int8_t *)at);
    case HOLDS_INT32: {
        int32_t number;
        memcpy(&number, at, sizeof number);
        return ouro_int(number);
    }
    }
    return OURO_NONE;
}

static bool to_place(to_object *t, ouro_value instance, const void *at)
{
    ast_place place;
    memcpy(&place, at, sizeof place);
    const int32_t numbers[4] = {place.line, place.column, place.end_line, place.end_column};
    for (int i = 0; i < 4; i++) {
        if (!object_setattr_generic(t->rt, instance, ast_place_name(t->rt, i), ouro_int(numbers[i]))) {
            return false;
        }
    }
    return true;
}

static ouro_value to_node(to_object *t, ast_sum sum, const void *node)
{
    if (node == NULL) {
        return OURO_NONE;
    }
    if (++t->depth > t->limit || (char *)__builtin_frame_address(0) < t->rt->stack_limit) {
        t->depth--;
        return error_raise(t->rt, EXC(t->rt, RecursionError),
                           "maximum recursion depth exceeded during ast construction");
    }
    const ast_sum_def *def = &ast_sum_defs[sum];
    /* the structs of sums with several nodes begin with their kind */
    size_t row = def->first + (def->count > 1 ? *(const uint8_t *)node : (size_t)0);
    ouro_value instance = instance_new(t->rt, ast_node_class(t->rt, row));
    bool ok = !ouro_is_null(instance);
    for (size_t i = 0; ok && ast_node_defs[row].fields[i].name != NULL; i++) {
        ouro_value v = to_field(t, &ast_node_defs[row].fields[i], node);
        ok = !ouro_is_null(v) &&
             object_setattr_generic(t->rt, instance, as_tuple(ast_node_field_names(t->rt, row))->items[i], v);
        value_decref(t->rt, v);
    }
    if (ok && def->place >= 0) {
        ok = to_place(t, instance, (const char *)node + def->place);
    }
    if (!ok) {
        value_clear(t->rt, &instance);
    }
    t->depth--;
    return instance;
}

ouro_value ast_to_object(ouro_runtime *rt, const ast_tree *tree)
{
    if (!ast_classes_ready(rt)) {
        return OURO_NULL;
    }
    uint32_t most = UINT32_MAX / LEVELS_PER_RECURSION;
    to_object t = {rt, 0, (rt->recursion_limit < most ? rt->recursion_limit : most) * LEVELS_PER_RECURSION};
    size_t row = ast_mode_row(tree->mode);
    const ast_field *fields = ast_node_defs[row].fields;
    ouro_value module = instance_new(rt, ast_node_class(rt, row));
    bool ok = !ouro_is_null(module);
    for (size_t i = 0; ok && fields[i].name != NULL; i++) {
        const void *held = ast_tree_field(tree, &fields[i]);
        ouro_value v = fields[i].quantity == MANY ? to_list(&t, &fields[i], held) : to_node(&t, (ast_sum)fields[i].sum, held);
        ok = !ouro_is_null(v) &&
             object_setattr_generic(rt, module, as_tuple(ast_node_field_names(rt, row))->items[i], v);
        value_decref(rt, v);
    }
    if (!ok) {
        value_clear(rt, &module);
    }
    return module;
}

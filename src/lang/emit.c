/* emit.c: appends instructions to the unit in the making; labels, depth, names and constants (see emit.h). */
#include "lang/emit.h"

#include "lang/compile.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"

#include <stdio.h>

static void emit_fail(compiler *c)
{
    c->failed = true;
}

/* Makes room for one more item of `size` bytes in a growing block. */
static bool emit_grow(compiler *c, void **items, uint32_t count, uint32_t *capacity, size_t size)
{
    if (count < *capacity) {
        return true;
    }
    uint32_t wanted = *capacity ? *capacity * 2 : 16;
    void *grown = ouro_mem_resize(c->rt->mem, *items, wanted * size);
    if (!grown) {
        error_no_memory(c->rt);
        emit_fail(c);
        return false;
    }
    *items = grown;
    *capacity = wanted;
    return true;
}

/* ---- units ---- */

bool unit_begin(compiler *c, compile_unit *unit, scope *s, ouro_value name, ouro_value qualname, int first_line)
{
    ouro_runtime *rt = c->rt;
    *unit = (compile_unit){.outer = c->unit, .scope = s, .name = name, .qualname = qualname};
    c->unit = unit;
    unit->first_line = (uint32_t)first_line;
    unit->reachable = true;
    unit->constants = list_new(rt, NULL, 0);
    unit->constant_index = dict_new(rt, 0);
    unit->names = list_new(rt, NULL, 0);
    unit->name_index = dict_new(rt, 0);
    unit->locals = list_new(rt, NULL, 0);
    unit->local_index = dict_new(rt, 0);
    unit->cells = list_new(rt, NULL, 0);
    unit->cell_index = dict_new(rt, 0);
    unit->frees = list_new(rt, NULL, 0);
    unit->free_index = dict_new(rt, 0);
    label none = label_new(c); /* label 0 means "none": its place stays unused */
    if (none || c->failed || ouro_is_null(name) || ouro_is_null(qualname) || error_is_set(rt)) {
        emit_fail(c);
        return false;
    }
    return true;
}

void unit_end(compiler *c)
{
    compile_unit *unit = c->unit;
    ouro_runtime *rt = c->rt;
    ouro_value *owned[] = {
        &unit->name,       &unit->qualname,        &unit->constants, &unit->constant_index, &unit->names,
        &unit->name_index, &unit->locals,          &unit->local_index, &unit->cells,        &unit->cell_index,
        &unit->frees,      &unit->free_index,      &unit->self_attributes, &unit->docstring,
    };
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) {
        value_clear(rt, owned[i]);
    }
    ouro_mem_free(rt->mem, unit->instructions);
    ouro_mem_free(rt->mem, unit->labels);
    ouro_mem_free(rt->mem, unit->handlers);
    ouro_mem_free(rt->mem, unit->blocks);
    c->unit = unit->outer;
}

/* ---- labels and depth ---- */

label label_new(compiler *c)
{
    compile_unit *u = c->unit;
    if (c->failed || !emit_grow(c, (void **)&u->labels, u->label_count, &u->label_capacity, sizeof *u->labels)) {
        return 0;
    }
    u->labels[u->label_count] = (emit_label){.at = -1, .depth = -1};
    return (label)u->label_count++;
}

static void label_reach(compile_unit *u, label l, int32_t depth)
{
    if (u->labels[l].depth < 0) {
        u->labels[l].depth = depth;
    }
}

void label_place(compiler *c, label l)
{
    if (c->failed) {
        return;
    }
    compile_unit *u = c->unit;
    u->labels[l].at = (int32_t)u->count;
    if (u->reachable) {
        label_reach(u, l, u->depth);
    } else if (u->labels[l].depth >= 0) {
        u->reachable = true;
        u->depth = u->labels[l].depth;
    }
}

static int32_t emit_current_handler(const compile_unit *u)
{
    for (uint32_t i = u->block_count; i > 0; i--) {
        if (u->blocks[i - 1].handler) {
            return u->blocks[i - 1].handler;
        }
    }
    return 0;
}

static bool emit_is_terminal(opcode op)
{
    return op == OP_JUMP || op == OP_JUMP_BACKWARD || op == OP_RETURN_VALUE || op == OP_RAISE || op == OP_RERAISE;
}

static void emit_full(compiler *c, opcode op, uint32_t argument, label target)
{
    compile_unit *u = c->unit;
    if (c->failed || !u->reachable) {
        return;
    }
    if (argument >> 24) {
        error_raise(c->rt, EXC(c->rt, SystemError), "code too large");
        emit_fail(c);
        return;
    }
    if (!emit_grow(c, (void **)&u->instructions, u->count, &u->capacity, sizeof *u->instructions)) {
        return;
    }
    u->instructions[u->count++] = (emitted){
        .op = (uint8_t)op, .argument = argument, .target = target, .handler = emit_current_handler(u),
        .place = c->place};
    if (target) {
        label_reach(u, target, u->depth + opcode_stack_effect(op, argument, true));
    }
    u->depth += opcode_stack_effect(op, argument, false);
    if (u->depth > u->max_depth) {
        u->max_depth = u->depth;
    }
    if (emit_is_terminal(op)) {
        u->reachable = false;
    }
}

void emit(compiler *c, opcode op, uint32_t argument)
{
    emit_full(c, op, argument, 0);
}

void emit_jump(compiler *c, opcode op, label target)
{
    emit_full(c, op, 0, target);
}

/* ---- constants, names, variables ---- */

/* The index of `key` in a dict of positions; when new, `item` is appended to the list. */
static uint32_t emit_index(compiler *c, ouro_value index, ouro_value list, ouro_value key, ouro_value item)
{
    if (c->failed) {
        return 0;
    }
    ouro_value found = dict_get(c->rt, as_dict(index), key);
    if (!ouro_is_null(found)) {
        return (uint32_t)ouro_as_int(found);
    }
    size_t next = as_list(list)->size;
    if (error_is_set(c->rt) || !dict_set(c->rt, as_dict(index), key, ouro_int((int64_t)next)) ||
        !list_append(c->rt, list, item)) {
        emit_fail(c);
        return 0;
    }
    return (uint32_t)next;
}

/* Two constants share a place when they cannot be told apart: equal text and type.  Ints are their own key; a str is keyed
 * by itself; for everything else, code objects apart, the repr tells them apart (and tells -0.0 from 0.0 and True from 1
 * inside of tuples).  What has no repr, a tuple with an int of too many digits, is shared with nothing. */
static ouro_value emit_constant_key(compiler *c, ouro_value v)
{
    ouro_runtime *rt = c->rt;
    if (ouro_is_none(v) || value_is_str_exact(rt, v) || value_is_instance_exactly(rt, v, TYPE(rt, int))) {
        return value_incref(v);
    }
    bool is_code = value_is_instance_exactly(rt, v, TYPE(rt, code));
    ouro_value text = is_code ? OURO_NULL : object_repr(rt, v);
    if (is_code || (ouro_is_null(text) && error_clear_if(rt, EXC(rt, ValueError)))) {
        return tuple_pack2(rt, OURO_NONE, ouro_int((int64_t)(v.bits >> 3)));
    }
    if (ouro_is_null(text)) {
        return text;
    }
    ouro_value key = tuple_pack1(rt, text);
    value_decref(rt, text);
    return key;
}

void emit_constant(compiler *c, ouro_value v)
{
    if (c->failed || !c->unit->reachable) {
        return;
    }
    ouro_value key = emit_constant_key(c, v);
    if (ouro_is_null(key)) {
        emit_fail(c);
        return;
    }
    ouro_value shared = dict_set_default(c->rt, as_dict(c->constant_cache), key, v);
    if (ouro_is_null(shared)) {
        emit_fail(c);
    } else {
        uint32_t i = emit_index(c, c->unit->constant_index, c->unit->constants, key, shared);
        emit(c, OP_LOAD_CONST, i);
        value_decref(c->rt, shared);
    }
    value_decref(c->rt, key);
}

void emit_constant_steal(compiler *c, ouro_value v)
{
    if (ouro_is_null(v)) {
        emit_fail(c);
        return;
    }
    emit_constant(c, v);
    value_decref(c->rt, v);
}

uint32_t emit_name_index(compiler *c, ouro_value name)
{
    return emit_index(c, c->unit->name_index, c->unit->names, name, name);
}

uint32_t emit_local_index(compiler *c, ouro_value name)
{
    return emit_index(c, c->unit->local_index, c->unit->locals, name, name);
}

const ast_identifier *compile_intern(compiler *c, const char *text, size_t length)
{
    const ast_identifier *name = ast_intern(c->tree->arena, text, length);
    if (!name) {
        error_no_memory(c->rt);
        emit_fail(c);
    }
    return name;
}

ouro_value identifier_value(compiler *c, const ast_identifier *name)
{
    if (!name) { /* compile_intern has failed */
        return OURO_NULL;
    }
    ouro_value v = str_from_utf8(c->rt, name->text, name->length);
    v = ouro_is_null(v) ? v : str_intern(c->rt, v);
    if (ouro_is_null(v)) {
        emit_fail(c);
    }
    return v;
}

const ast_identifier *identifier_mangled(compiler *c, const ast_identifier *name)
{
    if (!name) {
        return name;
    }
    const ast_identifier *mangled = scope_mangle(c->tree->arena, c->unit->scope->class_name, name);
    if (!mangled) {
        error_no_memory(c->rt);
        emit_fail(c);
        return name;
    }
    return mangled;
}

void emit_with_name(compiler *c, opcode op, const ast_identifier *name)
{
    if (c->failed) {
        return;
    }
    ouro_value v = identifier_value(c, identifier_mangled(c, name));
    if (!c->failed) {
        emit(c, op, emit_name_index(c, v));
    }
    value_decref(c->rt, v);
}

static bool emit_is_optimized(const compile_unit *u)
{
    return u->scope->kind == SCOPE_FUNCTION;
}

void emit_variable(compiler *c, const ast_identifier *name, ast_context context)
{
    if (context != AST_LOAD && strcmp(name->text, "__debug__") == 0) {
        compile_error(c, c->place, "cannot %s __debug__", context == AST_STORE ? "assign to" : "delete");
        return;
    }
    enum { FAST, DEREF, GLOBAL, NAMED };
    static const opcode operations[4][3] = {
        [FAST] = {OP_LOAD_FAST, OP_STORE_FAST, OP_DELETE_FAST},
        [DEREF] = {OP_LOAD_DEREF, OP_STORE_DEREF, OP_DELETE_DEREF},
        [GLOBAL] = {OP_LOAD_GLOBAL, OP_STORE_GLOBAL, OP_DELETE_GLOBAL},
        [NAMED] = {OP_LOAD_NAME, OP_STORE_NAME, OP_DELETE_NAME},
    };
    if (c->failed) {
        return;
    }
    compile_unit *u = c->unit;
    const ast_identifier *mangled = identifier_mangled(c, name);
    const scope_name *entry = scope_find(u->scope, mangled);
    ouro_value v = identifier_value(c, mangled);
    if (c->failed) {
        value_decref(c->rt, v);
        return;
    }
    int how = NAMED;
    uint32_t argument = 0;
    switch (entry ? entry->resolution : SCOPE_UNRESOLVED) {
    case SCOPE_LOCAL:
        if (emit_is_optimized(u)) {
            how = FAST;
        }
        break;
    case SCOPE_GLOBAL_IMPLICIT:
        if (emit_is_optimized(u)) {
            how = GLOBAL;
        }
        break;
    case SCOPE_GLOBAL_EXPLICIT:
        how = GLOBAL;
        break;
    case SCOPE_FREE:
        how = DEREF;
        argument = emit_index(c, u->free_index, u->frees, v, v) | LOCAL_IS_FREE;
        break;
    case SCOPE_CELL: {
        how = DEREF;
        ouro_value local = dict_get(c->rt, as_dict(u->local_index), v);
        if (!ouro_is_null(local)) {
            argument = (uint32_t)ouro_as_int(local); /* a parameter: the cell lies in its place */
        } else {
            argument = emit_index(c, u->cell_index, u->cells, v, v) | LOCAL_IS_CELL;
        }
        break;
    }
    default:
        break;
    }
    opcode op = operations[how][context];
    if (how == FAST) {
        argument = emit_local_index(c, v);
    } else if (how != DEREF) {
        argument = emit_name_index(c, v);
    } else if (op == OP_LOAD_DEREF && u->scope->kind == SCOPE_CLASS) {
        op = OP_LOAD_CLASSDEREF;
    }
    emit(c, op, argument);
    value_decref(c->rt, v);
}

/* ---- blocks ---- */

int32_t handler_new(compiler *c, label entry)
{
    compile_unit *u = c->unit;
    if (c->failed ||
        !emit_grow(c, (void **)&u->handlers, u->handler_count, &u->handler_capacity, sizeof *u->handlers)) {
        return 0;
    }
    u->handlers[u->handler_count++] = (emit_handler){.entry = entry, .depth = u->depth};
    if (u->reachable) {
        label_reach(u, entry, u->depth + 1);
        if (u->depth + 1 > u->max_depth) {
            u->max_depth = u->depth + 1;
        }
    }
    return (int32_t)u->handler_count;
}

void block_push(compiler *c, block_kind kind, label handler)
{
    compile_unit *u = c->unit;
    if (c->failed || !emit_grow(c, (void **)&u->blocks, u->block_count, &u->block_capacity, sizeof *u->blocks)) {
        return;
    }
    if (u->block_count >= EMIT_MAX_BLOCKS && kind != BLOCK_POP_VALUE && kind != BLOCK_CLEANUP) {
        compile_error(c, c->place, "too many statically nested blocks");
        return;
    }
    int32_t h = handler ? handler_new(c, handler) : 0;
    u->blocks[u->block_count++] = (emit_block){.kind = kind, .handler = h};
}

emit_block *block_top(compiler *c)
{
    return &c->unit->blocks[c->unit->block_count - 1];
}

void block_pop(compiler *c, block_kind kind)
{
    if (!c->failed && c->unit->block_count && block_top(c)->kind == kind) {
        c->unit->block_count--;
    }
}

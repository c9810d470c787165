/* code.c: the code type: what a program sees of compiled code.
 *
 * The compiler makes code objects and fills them; they never change afterwards but for the inline caches, which come
 * with the first run (cold_code.c) and are written to by the loop.  Byte offsets that a program sees (tb_lasti, co_lines)
 * count two for each unit, as CPython's do for its own units of two bytes.
 *
 * The collector does not track them: what the compiler puts into one cannot refer back to it.
 *
 * Two code objects are equal when they have the same names, constants and positions: the units alone cannot tell,
 * since caches are part of them.
 */
#include "types/code.h"

#include "types/binder.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/positions.h"
#include "types/protocol.h"
#include "types/str.h"

code_object *code_new_blank(ouro_runtime *rt)
{
    code_object *code = object_new(rt, &TYPE(rt, code)->type, 0);
    if (code == NULL) {
        return NULL;
    }
    code->version = ++rt->next_version;
    code->frame_words = CODE_COLD_FRAME;
    return code;
}

static void code_dispose(ouro_runtime *rt, ouro_object *self)
{
    code_object *code = (code_object *)(void *)self;
    if (rt->code_gone != NULL) {
        rt->code_gone(rt);
    }
    ouro_mem_free(rt->mem, code->units);
    ouro_mem_free(rt->mem, code->local_kinds);
    ouro_mem_free(rt->mem, code->ranges);
    ouro_mem_free(rt->mem, code->positions);
    ouro_mem_free(rt->mem, code->vm_data);
    code->units = NULL;
    code->local_kinds = NULL;
    code->ranges = NULL;
    code->positions = NULL;
    code->vm_data = NULL;
}

static size_t code_block_size(ouro_runtime *rt, const void *block)
{
    return block == NULL ? 0 : ouro_mem_size(rt->mem, block);
}

static size_t code_extra_size(ouro_runtime *rt, ouro_object *self)
{
    const code_object *code = (const code_object *)(const void *)self;
    return code_block_size(rt, code->units) + code_block_size(rt, code->local_kinds) +
           code_block_size(rt, code->ranges) + code_block_size(rt, code->positions) +
           code_block_size(rt, code->vm_data);
}

/* ---- attributes ----------------------------------------------------------------------------------------- */

static ouro_value code_get_u32(ouro_runtime *rt, ouro_value self, void *closure)
{
    const char *at = (const char *)as_code(self) + (uintptr_t)closure;
    uint32_t number;
    memcpy(&number, at, sizeof number);
    return ouro_int(number);
}

static ouro_value code_get_units(ouro_runtime *rt, ouro_value self, void *closure)
{
    const code_object *code = as_code(self);
    uint32_t *units = code_all_units(rt, code);
    ouro_value bytes = units ? bytes_new(rt, units, code->unit_count * sizeof *units) : OURO_NULL;
    ouro_mem_free(rt->mem, units);
    return bytes;
}

static ouro_value code_get_line_table(ouro_runtime *rt, ouro_value self, void *closure)
{
    return code_line_table(rt, as_code(self));
}

static ouro_value code_get_line_number_table(ouro_runtime *rt, ouro_value self, void *closure)
{
    return code_line_number_table(rt, as_code(self));
}

static ouro_value code_get_exception_table(ouro_runtime *rt, ouro_value self, void *closure)
{
    const code_object *code = as_code(self);
    return bytes_new(rt, code->ranges, code->range_count * sizeof code->ranges[0]);
}

/* The locals of a kind, in order, as a tuple; `mask` 0: the plain locals (arguments included). */
static ouro_value code_local_tuple(ouro_runtime *rt, const code_object *code, unsigned mask)
{
    const tuple_object *names = as_tuple(code->local_names);
    ouro_value list = list_new(rt, NULL, 0);
    if (ouro_is_null(list)) {
        return OURO_NULL;
    }
    for (size_t i = 0; i < names->size; i++) {
        bool wanted = mask == 0 ? i < code->local_count : (code->local_kinds[i] & mask) != 0;
        if (wanted && !list_append(rt, list, names->items[i])) {
            value_decref(rt, list);
            return OURO_NULL;
        }
    }
    ouro_value result = list_as_tuple(rt, list);
    value_decref(rt, list);
    return result;
}

static ouro_value code_get_varnames(ouro_runtime *rt, ouro_value self, void *closure)
{
    return code_local_tuple(rt, as_code(self), 0);
}

static ouro_value code_get_cellvars(ouro_runtime *rt, ouro_value self, void *closure)
{
    return code_local_tuple(rt, as_code(self), CODE_LOCAL_CELL);
}

static ouro_value code_get_freevars(ouro_runtime *rt, ouro_value self, void *closure)
{
    return code_local_tuple(rt, as_code(self), CODE_LOCAL_FREE);
}

/* ---- replace -------------------------------------------------------------------------------------------- */

static bool code_copy_block(ouro_runtime *rt, void *slot, const void *block, size_t size)
{
    if (block == NULL) {
        return true;
    }
    void *copy = ouro_mem_alloc(rt->mem, size == 0 ? 1 : size);
    if (copy == NULL) {
        error_no_memory(rt);
        return false;
    }
    memcpy(copy, block, size);
    memcpy(slot, &copy, sizeof copy);
    return true;
}

static code_object *code_copy(ouro_runtime *rt, const code_object *code)
{
    code_object *copy = code_new_blank(rt);
    if (copy == NULL) {
        return NULL;
    }
    ouro_object header = copy->object;
    uint32_t version = copy->version;
    *copy = *code;
    copy->object = header;
    copy->version = version;
    copy->frame_words = CODE_COLD_FRAME;
    copy->units = NULL;
    copy->local_kinds = NULL;
    copy->ranges = NULL;
    copy->positions = NULL;
    copy->vm_data = NULL;
    value_incref(copy->constants);
    value_incref(copy->names);
    value_incref(copy->local_names);
    value_incref(copy->name);
    value_incref(copy->qualname);
    value_incref(copy->filename);
    value_incref(copy->docstring);
    copy->units = code_instructions(rt, code, &copy->cold_count);
    if (!copy->units ||
        !code_copy_block(rt, &copy->local_kinds, code->local_kinds, as_tuple(code->local_names)->size) ||
        !code_copy_block(rt, &copy->ranges, code->ranges, code->range_count * sizeof code->ranges[0]) ||
        !code_copy_block(rt, &copy->positions, code->positions, code->positions_size)) {
        object_decref(rt, &copy->object);
        return NULL;
    }
    return copy;
}

static bool code_replace_value(ouro_runtime *rt, ouro_value *slot, ouro_value given, bool tuple, const char *name)
{
    if (ouro_is_null(given)) {
        return true;
    }
    if (tuple ? !value_is_tuple(rt, given) : !value_is_str(rt, given)) {
        error_type(rt, "replace() argument '%s' must be %s, not %T", name, tuple ? "tuple" : "str", given);
        return false;
    }
    if (tuple && as_tuple(given)->size != as_tuple(*slot)->size) {
        error_value(rt, "code: %s must keep its length", name);
        return false;
    }
    value_replace(rt, slot, value_incref(given));
    return true;
}

static bool code_replace_u32(ouro_runtime *rt, uint32_t *slot, ouro_value given)
{
    int64_t number;
    if (ouro_is_null(given)) {
        return true;
    }
    if (!object_as_index(rt, given, &number, false)) {
        return false;
    }
    if (number < 0 || number > UINT32_MAX) {
        error_value(rt, "code: value out of range");
        return false;
    }
    *slot = (uint32_t)number;
    return true;
}

/* Names of locals of a kind (`mask` as for code_local_tuple), as many as there are. */
static bool code_replace_locals(ouro_runtime *rt, code_object *code, ouro_value given, unsigned mask, const char *name)
{
    if (ouro_is_null(given)) {
        return true;
    }
    ouro_value now = code_local_tuple(rt, code, mask);
    ouro_value names = ouro_is_null(now) ? now : tuple_new(rt, as_tuple(code->local_names)->items, as_tuple(code->local_names)->size);
    bool ok = !ouro_is_null(names) && code_replace_value(rt, &now, given, true, name);
    for (size_t i = 0, k = 0; ok && i < as_tuple(names)->size; i++) {
        if (mask == 0 ? i >= code->local_count : !(code->local_kinds[i] & mask)) {
            continue;
        }
        ouro_value one = as_tuple(given)->items[k++];
        ok = value_is_str(rt, one);
        if (ok) {
            value_replace(rt, &as_tuple(names)->items[i], value_incref(one));
        } else {
            error_type(rt, "name tuples must contain only strings, not '%T'", one);
        }
    }
    if (ok) {
        value_replace(rt, &code->local_names, value_incref(names));
    }
    value_decref(rt, names);
    value_decref(rt, now);
    return ok;
}

/* The numbers of arguments: as many as before or fewer, since a frame has places for no more. */
static bool code_replace_counts(ouro_runtime *rt, code_object *code, const ouro_value *counts)
{
    uint32_t locals = code->local_count;
    if (!code_replace_u32(rt, &code->argument_count, counts[0]) ||
        !code_replace_u32(rt, &code->positional_only_count, counts[1]) ||
        !code_replace_u32(rt, &code->keyword_only_count, counts[2]) || !code_replace_u32(rt, &locals, counts[3])) {
        return false;
    }
    uint64_t places = (uint64_t)code->argument_count + code->keyword_only_count + ((code->flags & CODE_VARARGS) != 0) +
                      ((code->flags & CODE_VARKEYWORDS) != 0);
    if (locals != code->local_count) {
        error_value(rt, "code: co_nlocals != len(co_varnames)");
        return false;
    }
    if (places > code->local_count || code->positional_only_count > code->argument_count) {
        error_value(rt, places > code->local_count ? "code: varnames is too small" : "code: argcount is too small");
        return false;
    }
    return true;
}

/* What no other value can stand for: the instructions, their exception table. */
static bool code_replace_same(ouro_runtime *rt, ouro_value now, ouro_value given, const char *name)
{
    int equal = ouro_is_null(now) ? -1 : ouro_is_null(given) ? 1 : object_equal(rt, now, given);
    value_decref(rt, now);
    if (equal == 0) {
        error_value(rt, "code: %s cannot be replaced", name);
    }
    return equal > 0;
}

static bool code_replace_table(ouro_runtime *rt, code_object *code, ouro_value given)
{
    if (ouro_is_null(given)) {
        return true;
    }
    if (!value_is_bytes(rt, given)) {
        error_type(rt, "replace() argument 'co_linetable' must be bytes, not %T", given);
        return false;
    }
    return code_set_line_table(rt, code, as_bytes(given)->data, as_bytes(given)->length);
}

/* In the order of the signature. */
enum {
    CODE_GIVEN_FLAGS = 1, CODE_GIVEN_FIRST_LINE, CODE_GIVEN_COUNTS, CODE_GIVEN_STACK_SIZE = CODE_GIVEN_COUNTS + 4,
    CODE_GIVEN_CODE, CODE_GIVEN_CONSTANTS, CODE_GIVEN_NAMES, CODE_GIVEN_LOCALS, CODE_GIVEN_FREE, CODE_GIVEN_CELLS,
    CODE_GIVEN_FILENAME, CODE_GIVEN_NAME, CODE_GIVEN_QUALNAME, CODE_GIVEN_LINE_TABLE, CODE_GIVEN_EXCEPTION_TABLE,
    CODE_GIVEN_COUNT
};

static bool code_replace_parts(ouro_runtime *rt, code_object *copy, const ouro_value *given)
{
    ouro_value self = ouro_from_object(copy);
    uint32_t stack_size = copy->stack_size;
    if (!code_replace_u32(rt, &copy->flags, given[CODE_GIVEN_FLAGS]) ||
        !code_replace_u32(rt, &copy->first_line, given[CODE_GIVEN_FIRST_LINE]) ||
        !code_replace_counts(rt, copy, given + CODE_GIVEN_COUNTS) ||
        !code_replace_u32(rt, &copy->stack_size, given[CODE_GIVEN_STACK_SIZE])) {
        return false;
    }
    if (copy->stack_size < stack_size) {
        error_value(rt, "code: co_stacksize is too small");
        return false;
    }
    return code_replace_same(rt, code_get_units(rt, self, NULL), given[CODE_GIVEN_CODE], "co_code") &&
           code_replace_value(rt, &copy->constants, given[CODE_GIVEN_CONSTANTS], true, "co_consts") &&
           code_replace_value(rt, &copy->names, given[CODE_GIVEN_NAMES], true, "co_names") &&
           code_replace_locals(rt, copy, given[CODE_GIVEN_LOCALS], 0, "co_varnames") &&
           code_replace_locals(rt, copy, given[CODE_GIVEN_FREE], CODE_LOCAL_FREE, "co_freevars") &&
           code_replace_locals(rt, copy, given[CODE_GIVEN_CELLS], CODE_LOCAL_CELL, "co_cellvars") &&
           code_replace_value(rt, &copy->filename, given[CODE_GIVEN_FILENAME], false, "co_filename") &&
           code_replace_value(rt, &copy->name, given[CODE_GIVEN_NAME], false, "co_name") &&
           code_replace_value(rt, &copy->qualname, given[CODE_GIVEN_QUALNAME], false, "co_qualname") &&
           code_replace_table(rt, copy, given[CODE_GIVEN_LINE_TABLE]) &&
           code_replace_same(rt, code_get_exception_table(rt, self, NULL), given[CODE_GIVEN_EXCEPTION_TABLE],
                             "co_exceptiontable");
}

static ouro_value code_replace(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value given[CODE_GIVEN_COUNT];
    for (size_t i = 0; i < CODE_GIVEN_COUNT; i++) {
        given[i] = arg_or_null(args, nargs, i);
    }
    code_object *copy = code_copy(rt, as_code(args[0]));
    if (copy == NULL) {
        return OURO_NULL;
    }
    if (!code_replace_parts(rt, copy, given)) {
        object_decref(rt, &copy->object);
        return OURO_NULL;
    }
    return ouro_from_object(copy);
}

/* ---- slots ---------------------------------------------------------------------------------------------- */

static ouro_value code_repr(ouro_runtime *rt, ouro_value self)
{
    const code_object *code = as_code(self);
    return str_format_c(rt, "<code object %U at 0x%llx, file \"%U\", line %u>", code->name,
                        (unsigned long long)self.bits, code->filename, code->first_line);
}

static ouro_value code_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !value_is_instance_exactly(rt, b, TYPE(rt, code))) {
        return OURO_NOT_IMPLEMENTED;
    }
    const code_object *x = as_code(a), *y = as_code(b);
    int equal = x == y;
    if (!equal && x->argument_count == y->argument_count && x->positional_only_count == y->positional_only_count &&
        x->keyword_only_count == y->keyword_only_count && x->flags == y->flags && x->first_line == y->first_line &&
        x->unit_count == y->unit_count && x->positions_size == y->positions_size &&
        memcmp(x->positions, y->positions, x->positions_size) == 0) {
        const ouro_value pairs[][2] = {{x->name, y->name},
                                       {x->names, y->names},
                                       {x->local_names, y->local_names},
                                       {x->constants, y->constants}};
        equal = 1;
        for (size_t i = 0; equal > 0 && i < sizeof pairs / sizeof pairs[0]; i++) {
            equal = object_equal(rt, pairs[i][0], pairs[i][1]);
        }
    }
    return equal < 0 ? OURO_NULL : ouro_bool((equal > 0) == (op == COMPARE_EQ));
}

static hash_t code_hash(ouro_runtime *rt, ouro_value self)
{
    const code_object *code = as_code(self);
    hash_t name = object_hash(rt, code->name);
    if (name == -1) {
        return -1;
    }
    hash_t names = object_hash(rt, code->names);
    if (names == -1) {
        return -1;
    }
    hash_t h = name ^ names ^ (hash_t)code->first_line ^ (hash_t)code->argument_count << 8 ^
               (hash_t)code->unit_count << 16;
    return h == -1 ? -2 : h;
}

static const ouro_field code_fields[] = {
    {OURO_FIELD_VALUE, offsetof(code_object, constants), 0, "co_consts"},
    {OURO_FIELD_VALUE, offsetof(code_object, names), 0, "co_names"},
    {OURO_FIELD_VALUE, offsetof(code_object, local_names), 0, "co_varnames"},
    {OURO_FIELD_VALUE, offsetof(code_object, name), 0, "co_name"},
    {OURO_FIELD_VALUE, offsetof(code_object, qualname), 0, "co_qualname"},
    {OURO_FIELD_VALUE, offsetof(code_object, filename), 0, "co_filename"},
    {OURO_FIELD_VALUE, offsetof(code_object, docstring), 0, "__doc__"},
};

static const method_def code_methods[] = {
    {"co_positions", "?self, /", code_method_positions, NULL, 0, NULL},
    {"co_lines", "?self, /", code_method_lines, NULL, 0, NULL},
    {"replace",
     "?self, /, *, co_flags=None, co_firstlineno=None, co_argcount=None, co_posonlyargcount=None, "
     "co_kwonlyargcount=None, co_nlocals=None, co_stacksize=None, co_code=None, co_consts=None, co_names=None, "
     "co_varnames=None, co_freevars=None, co_cellvars=None, co_filename=None, co_name=None, co_qualname=None, "
     "co_linetable=None, co_exceptiontable=None",
     code_replace, NULL, 0, "Return a copy of the code object with new values for the specified fields."},
    {0},
};

static const member_def code_members[] = {
    {"co_consts", offsetof(code_object, constants), MEMBER_READONLY, NULL},
    {"co_names", offsetof(code_object, names), MEMBER_READONLY, NULL},
    {"co_name", offsetof(code_object, name), MEMBER_READONLY, NULL},
    {"co_qualname", offsetof(code_object, qualname), MEMBER_READONLY, NULL},
    {"co_filename", offsetof(code_object, filename), MEMBER_READONLY, NULL},
    {0},
};

#define CODE_NUMBER(attribute, field) {attribute, code_get_u32, NULL, NULL, (void *)offsetof(code_object, field), .member = true}

static const getset_def code_getsets[] = {
    CODE_NUMBER("co_argcount", argument_count),
    CODE_NUMBER("co_posonlyargcount", positional_only_count),
    CODE_NUMBER("co_kwonlyargcount", keyword_only_count),
    CODE_NUMBER("co_nlocals", local_count),
    CODE_NUMBER("co_stacksize", stack_size),
    CODE_NUMBER("co_flags", flags),
    CODE_NUMBER("co_firstlineno", first_line),
    {"co_code", code_get_units, NULL, NULL, NULL},
    {"co_linetable", code_get_line_table, NULL, NULL, NULL, .member = true},
    {"co_lnotab", code_get_line_number_table, NULL, NULL, NULL},
    {"co_exceptiontable", code_get_exception_table, NULL, NULL, NULL, .member = true},
    {"co_varnames", code_get_varnames, NULL, NULL, NULL},
    {"co_cellvars", code_get_cellvars, NULL, NULL, NULL},
    {"co_freevars", code_get_freevars, NULL, NULL, NULL},
    {0},
};

const type_spec code_spec = {
    .name = "code",
    .signature = "(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, codestring, constants, names, varnames, filename, name, qualname, firstlineno, linetable, exceptiontable, freevars=(), cellvars=(), /)",
    .size = sizeof(code_object),
    .flags = OURO_TYPE_WEAKREF | OURO_TYPE_IMMUTABLE | TYPE_NO_MAKE,
    .doc = "Create a code object.  Not for mere mortals.",
    .fields = code_fields,
    .field_count = 7,
    .dispose = code_dispose,
    .extra_size = code_extra_size,
    .methods = code_methods,
    .getsets = code_getsets,
    .members = code_members,
    .slots = {.repr = code_repr, .compare = code_compare, .hash = code_hash},
};

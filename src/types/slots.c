/* slots.c: special methods <-> slots, by one table, in both directions.
 *
 *   built-in type -> dict:  a slot that the type's own spec fills becomes a wrapper_descriptor in the type's dict
 *                           (slots_add_methods), one for each row of the slot: compare alone gives six.
 *   class's dict -> slots:  for each slot, the special methods of its rows are looked up along the MRO.  If all that
 *                           are found are wrappers of one and the same native function of this very slot, the slot
 *                           is that function; otherwise it is the row's `generic` function, which calls the method.
 *                           So a class that overrides nothing is as fast as its built-in base.
 *
 * What always holds for a ready class: every slot is what slots_update_all would compute now.  Classes with one base
 * begin with a copy of the base's slots and need only look at the methods in their own dict.
 *
 * Some methods have two slots (__add__: number and sequence).  A native wrapper leads only to its own slot; a method
 * written in Python leads to the number's: the sequence's then has no generic function and stays empty.
 */
#include "types/slots.h"
#include "types/attribute.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/function.h"
#include "types/slot_table.h"
#include "types/str.h"
#include "types/type_build.h"

#define ROW_OP(method, member, generic_function, wrapping, op, text)                                         \
    {#method, offsetof(struct types_state, n_##method), offsetof(type_slots, member), wrapping, op,          \
     (slot_function)generic_function, text}
#define ROW(method, member, generic_function, wrapping, text)                                                \
    ROW_OP(method, member, generic_function, wrapping, 0, text)

#define ROWS_BINARY(operation, method, reflected, inplace_method)                                            \
    ROW(method, binary[BINARY_##operation], dunder_binary_##operation, WRAP_BINARY, "The operator, self on the left."), \
    ROW(reflected, binary[BINARY_##operation], dunder_binary_##operation, WRAP_BINARY_SWAPPED,               \
        "The operator, self on the right."),                                                                 \
    ROW(inplace_method, inplace[BINARY_##operation], dunder_inplace_##operation, WRAP_BINARY,                \
        "The operator that assigns."),

static const slot_row slot_rows[] = {
    ROW(__new__, make, dunder_make, WRAP_NONE, "Makes a new object of the class."),
    ROW(__init__, init, dunder_init, WRAP_INIT, "Initializes the object; the class tells how."),
    ROW(__call__, call, dunder_call, WRAP_CALL, "Calls the object as a function."),
    ROW(__repr__, repr, dunder_repr, WRAP_UNARY, "Returns repr(self)."),
    ROW(__str__, str, dunder_str, WRAP_UNARY, "Returns str(self)."),
    ROW(__hash__, hash, dunder_hash, WRAP_HASH, "Returns hash(self)."),
    ROW_OP(__lt__, compare, dunder_compare, WRAP_COMPARE, COMPARE_LT, "Returns self<value."),
    ROW_OP(__le__, compare, dunder_compare, WRAP_COMPARE, COMPARE_LE, "Returns self<=value."),
    ROW_OP(__eq__, compare, dunder_compare, WRAP_COMPARE, COMPARE_EQ, "Returns self==value."),
    ROW_OP(__ne__, compare, dunder_compare, WRAP_COMPARE, COMPARE_NE, "Returns self!=value."),
    ROW_OP(__gt__, compare, dunder_compare, WRAP_COMPARE, COMPARE_GT, "Returns self>value."),
    ROW_OP(__ge__, compare, dunder_compare, WRAP_COMPARE, COMPARE_GE, "Returns self>=value."),
    ROW(__getattribute__, getattr, dunder_getattr, WRAP_GETATTR, "Returns getattr(self, name)."),
    ROW(__getattr__, getattr, dunder_getattr, WRAP_NONE, "Asked when an attribute is not found."),
    ROW(__setattr__, setattr, dunder_setattr, WRAP_SETATTR, "Does setattr(self, name, value)."),
    ROW(__delattr__, setattr, dunder_setattr, WRAP_DELATTR, "Does delattr(self, name)."),
    ROW(__get__, descr_get, dunder_descr_get, WRAP_DESCR_GET, "Returns the attribute of instance, which is of type owner."),
    ROW(__set__, descr_set, dunder_descr_set, WRAP_DESCR_SET, "Sets the attribute of instance to value."),
    ROW(__delete__, descr_set, dunder_descr_set, WRAP_DESCR_DELETE, "Deletes the attribute of instance."),
    ROW(__iter__, iter, dunder_iter, WRAP_UNARY, "Returns iter(self)."),
    ROW(__next__, next, dunder_next, WRAP_NEXT, "Implement next(self)."),
    ROW(__await__, await, dunder_await, WRAP_UNARY, "Returns an iterator for the await expression."),
    ROW(__aiter__, aiter, dunder_aiter, WRAP_UNARY, "Returns an asynchronous iterator."),
    ROW(__anext__, anext, dunder_anext, WRAP_UNARY, "Returns an awaitable for the next item."),
    DUNDER_BINARY(ROWS_BINARY)
    ROW(__divmod__, binary[BINARY_DIVMOD], dunder_binary_DIVMOD, WRAP_BINARY, "Returns divmod(self, value)."),
    ROW(__rdivmod__, binary[BINARY_DIVMOD], dunder_binary_DIVMOD, WRAP_BINARY_SWAPPED, "Returns divmod(value, self)."),
    ROW(__pow__, power, dunder_power, WRAP_TERNARY, "Returns pow(self, value, mod)."),
    ROW(__rpow__, power, dunder_power, WRAP_TERNARY_SWAPPED, "Returns pow(value, self, mod)."),
    ROW(__ipow__, inplace_power, dunder_inplace_power, WRAP_TERNARY, "Returns self**=value."),
    ROW(__neg__, unary[UNARY_NEGATIVE], dunder_negative, WRAP_UNARY, "Returns -self."),
    ROW(__pos__, unary[UNARY_POSITIVE], dunder_positive, WRAP_UNARY, "Returns +self."),
    ROW(__invert__, unary[UNARY_INVERT], dunder_invert, WRAP_UNARY, "Returns ~self."),
    ROW(__abs__, unary[UNARY_ABSOLUTE], dunder_absolute, WRAP_UNARY, "Returns abs(self)."),
    ROW(__bool__, truth, dunder_truth, WRAP_TRUTH, "Is self true?"),
    ROW(__int__, to_int, dunder_int, WRAP_UNARY, "Returns int(self)."),
    ROW(__float__, to_float, dunder_float, WRAP_UNARY, "Returns float(self)."),
    ROW(__index__, to_index, dunder_index, WRAP_UNARY, "Returns self as an int that may be used as an index."),
    ROW(__len__, length, dunder_length, WRAP_LENGTH, "Returns len(self)."),
    ROW(__getitem__, getitem, dunder_getitem, WRAP_BINARY, "Returns self[key]."),
    ROW(__setitem__, setitem, dunder_setitem, WRAP_SETITEM, "Sets self[key] to value."),
    ROW(__delitem__, setitem, dunder_setitem, WRAP_DELITEM, "Deletes self[key]."),
    ROW(__contains__, contains, dunder_contains, WRAP_CONTAINS, "Returns key in self."),
    ROW(__add__, concat, NULL, WRAP_BINARY, "Returns self+value."),
    ROW(__iadd__, inplace_concat, NULL, WRAP_BINARY, "Does self+=value."),
    ROW(__mul__, repeat, NULL, WRAP_BINARY, "Returns self*value."),
    ROW(__rmul__, repeat, NULL, WRAP_BINARY, "Returns value*self."),
    ROW(__imul__, inplace_repeat, NULL, WRAP_BINARY, "Does self*=value."),
};

enum { SLOT_ROWS = sizeof slot_rows / sizeof slot_rows[0], SLOT_INDEX_SIZE = 256, SLOT_NONE = 0xffff };

struct slot_index {
    struct {
        ouro_value name; /* borrowed from types_state */
        uint16_t row;    /* the first with this name */
    } entries[SLOT_INDEX_SIZE];
    uint16_t next[SLOT_ROWS]; /* the next row with the same name, or SLOT_NONE */
};

static size_t slot_index_place(const struct slot_index *index, ouro_value name)
{
    size_t i = (size_t)((name.bits >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 40) % SLOT_INDEX_SIZE;
    while (index->entries[i].name.bits != 0 && index->entries[i].name.bits != name.bits) {
        i = (i + 1) % SLOT_INDEX_SIZE;
    }
    return i;
}

bool slots_start(ouro_runtime *rt)
{
    _Static_assert(SLOT_ROWS * 4 < SLOT_INDEX_SIZE * 3, "the index must have room");
    struct slot_index *index = ouro_mem_alloc_zeroed(rt->mem, sizeof *index);
    if (index == NULL) {
        error_no_memory(rt);
        return false;
    }
    for (size_t r = SLOT_ROWS; r-- > 0;) {
        ouro_value name = slot_row_name(rt, &slot_rows[r]);
        size_t i = slot_index_place(index, name);
        index->next[r] = index->entries[i].name.bits == 0 ? SLOT_NONE : index->entries[i].row;
        index->entries[i].name = name;
        index->entries[i].row = (uint16_t)r;
    }
    rt->types->slot_index = index;
    return true;
}

void slots_stop(ouro_runtime *rt)
{
    ouro_mem_free(rt->mem, rt->types->slot_index);
    rt->types->slot_index = NULL;
}

/* The first row for an interned name, or SLOT_NONE. */
static unsigned slots_first_row(ouro_runtime *rt, ouro_value name)
{
    const struct slot_index *index = rt->types->slot_index;
    size_t i = slot_index_place(index, name);
    return index->entries[i].name.bits == 0 ? SLOT_NONE : index->entries[i].row;
}

/* ---- slots -> dict ---- */

static ouro_value slots_wrapper_new(ouro_runtime *rt, type_object *type, const slot_row *row, slot_function function)
{
    wrapper_descriptor_object *wrapper = object_new(rt, &TYPE(rt, wrapper_descriptor)->type, 0);
    if (wrapper == NULL) {
        return OURO_NULL;
    }
    wrapper->owner = type;
    wrapper->row = row;
    wrapper->function = function;
    return ouro_from_object(wrapper);
}

bool slots_add_methods(ouro_runtime *rt, type_object *type, dict_object *dict)
{
    const type_slots *own = &type->spec->slots;
    for (const slot_row *row = slot_rows; row < slot_rows + SLOT_ROWS; row++) {
        slot_function function = *slot_of((type_slots *)own, row);
        if (function == NULL) {
            continue;
        }
        ouro_value name = slot_row_name(rt, row);
        if (!ouro_is_null(dict_get_str(rt, dict, name))) {
            continue;
        }
        ouro_value method;
        if (row->slot == offsetof(type_slots, make)) {
            method = slots_new_method(rt, type);
        } else if (row->wrap == WRAP_NONE) {
            continue;
        } else if (function == (slot_function)hash_not_implemented) {
            method = OURO_NONE;
        } else {
            method = slots_wrapper_new(rt, type, row, function);
        }
        if (ouro_is_null(method)) {
            return false;
        }
        bool stored = dict_set(rt, dict, name, method);
        value_decref(rt, method);
        if (!stored) {
            return false;
        }
    }
    return true;
}

bool slots_spec_has(ouro_runtime *rt, const type_spec *spec, ouro_value name)
{
    for (unsigned r = slots_first_row(rt, name); r != SLOT_NONE; r = rt->types->slot_index->next[r]) {
        if (*slot_of((type_slots *)&spec->slots, &slot_rows[r]) != NULL) {
            return true;
        }
    }
    return false;
}

void slots_inherit(type_object *type, const type_object *base)
{
    slot_function *to = (slot_function *)(void *)&type->slots;
    const slot_function *from = (const slot_function *)(const void *)&base->slots;
    bool own_compare = type->slots.compare != NULL, own_hash = type->slots.hash != NULL;
    for (size_t i = 0; i < sizeof(type_slots) / sizeof(slot_function); i++) {
        if (to[i] == NULL) {
            to[i] = from[i];
        }
    }
    if (own_compare && !own_hash) {
        type->slots.hash = hash_not_implemented;
    } else if (own_hash && !own_compare) {
        /* equality by the base's rules and a hash of one's own is the author's word */
        type->slots.compare = base->slots.compare;
    }
}

/* ---- dict -> slots ---- */

/* Is `v` the __new__ of a built-in type (what slots_new_method made)?  Returns that type, or NULL. */
static type_object *slots_native_new(ouro_runtime *rt, ouro_value v);

/* Recomputes one slot, given by the first of its rows. */
static void slots_update_group(ouro_runtime *rt, type_object *type, const slot_row *row)
{
    slot_function *slot = slot_of(&type->slots, row);
    slot_function specific = NULL, generic = NULL;
    bool use_generic = false;
    for (const slot_row *r = row; r < slot_rows + SLOT_ROWS && r->slot == row->slot; r++) {
        ouro_value method = type_lookup(rt, type, slot_row_name(rt, r));
        if (ouro_is_null(method)) {
            continue;
        }
        if (value_type(rt, method) == TYPE(rt, wrapper_descriptor)) {
            const wrapper_descriptor_object *wrapper =
                (const wrapper_descriptor_object *)(void *)ouro_as_object(method);
            if (wrapper->row == r) {
                generic = r->generic;
                if ((specific == NULL || specific == wrapper->function) && type_is_subtype(type, wrapper->owner)) {
                    specific = wrapper->function;
                } else {
                    use_generic = true;
                }
                continue;
            }
            if (wrapper->row->name == r->name) {
                /* the same method, of another slot: number or sequence.  Only += of a sequence stands in for that of
                 * a number: so it goes before a + that a subclass overrides, as in CPython */
                if (r->slot == offsetof(type_slots, inplace[BINARY_ADD])) {
                    specific = wrapper->function;
                }
                if (!type_is_subtype(type, wrapper->owner)) {
                    use_generic = true; /* called, it complains */
                    generic = r->generic;
                }
                continue;
            }
        } else if (r->slot == offsetof(type_slots, make)) {
            type_object *of = slots_native_new(rt, method);
            if (of != NULL) {
                /* what the base does: a native __new__ below one in Python does not come back (CPython's bpo-5322) */
                const type_object *base = type->type.flags & TYPE_HEAP ? type->base : NULL;
                specific = (slot_function)(base != NULL ? base->slots.make : of->slots.make);
                generic = r->generic;
                continue;
            }
        } else if (r->slot == offsetof(type_slots, hash) && ouro_is_none(method)) {
            specific = (slot_function)hash_not_implemented;
            continue;
        }
        use_generic = true;
        generic = r->generic;
    }
    *slot = specific != NULL && !use_generic ? specific : generic;
}

static const slot_row *slots_group_start(const slot_row *row)
{
    while (row > slot_rows && row[-1].slot == row->slot) {
        row--;
    }
    return row;
}

/* Whether instances have a finalizer written in Python. */
static void slots_update_finalizer(ouro_runtime *rt, type_object *type)
{
    ouro_value method = type_lookup(rt, type, STR(rt, __del__));
    if (!ouro_is_null(method)) {
        type->type.finalize = instance_finalize;
        type->type.flags |= OURO_TYPE_FINALIZER;
    } else if (type->type.finalize == instance_finalize) {
        type->type.finalize = type->base != NULL ? type->base->type.finalize : NULL;
        if (type->type.finalize == instance_finalize) {
            type->type.finalize = NULL;
        }
        if (type->type.finalize == NULL) {
            type->type.flags &= ~(uint32_t)OURO_TYPE_FINALIZER;
        }
    }
}

void slots_update_all(ouro_runtime *rt, type_object *type)
{
    for (const slot_row *row = slot_rows; row < slot_rows + SLOT_ROWS; row++) {
        if (row == slots_group_start(row)) {
            slots_update_group(rt, type, row);
        }
    }
    slots_update_finalizer(rt, type);
}

static void slots_update_rows(ouro_runtime *rt, type_object *type, ouro_value name)
{
    if (ouro_is(name, STR(rt, __add__))) {
        slots_update_rows(rt, type, STR(rt, __iadd__));
    }
    for (unsigned r = slots_first_row(rt, name); r != SLOT_NONE; r = rt->types->slot_index->next[r]) {
        slots_update_group(rt, type, slots_group_start(&slot_rows[r]));
    }
}

static bool slots_is_special_text(ouro_value key)
{
    const str_object *s = as_str(key);
    return str_kind(s) == 1 && str_length(s) > 4 && s->data[0] == '_' && s->data[1] == '_';
}

void slots_update_own(ouro_runtime *rt, type_object *type)
{
    size_t position = 0;
    ouro_value key, value;
    while (dict_next(type->dict, &position, &key, &value)) {
        if (!value_is_str(rt, key) || !slots_is_special_text(key)) {
            continue;
        }
        if (as_str(key)->flags & STR_INTERNED) {
            slots_update_rows(rt, type, key);
            continue;
        }
        ouro_value name = attribute_name(rt, key);
        if (ouro_is_null(name)) {
            error_clear(rt); /* no memory for a name that cannot be in the table, which is interned already */
            continue;
        }
        slots_update_rows(rt, type, name);
        value_decref(rt, name);
    }
    slots_update_finalizer(rt, type);
}

void slots_update_name(ouro_runtime *rt, type_object *type, ouro_value name)
{
    bool finalizer = ouro_is(name, STR(rt, __del__));
    if (!finalizer && slots_first_row(rt, name) == SLOT_NONE) {
        return;
    }
    type_object *next;
    for (type_object *t = type_collect_subclasses(type); t != NULL; t = next) {
        next = type_collected_next(t);
        if (!(t->type.flags & TYPE_HEAP)) {
            continue;
        }
        if (finalizer) {
            slots_update_finalizer(rt, t);
        } else {
            slots_update_rows(rt, t, name);
        }
    }
}

bool slots_getattr_is_generic(const type_object *type)
{
    return type->slots.getattr == object_getattr_generic;
}

bool slots_getattr_is_hook(const type_object *type)
{
    return type->slots.getattr == dunder_getattr;
}

/* ---- __new__ of built-in types ---- */

/* object.__new__(cls, ...): self is the type whose __new__ it is, args[0] the class to make an instance of. */
static ouro_value slots_call_new(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    type_object *type = as_type(args[0]);
    if (nargs < 2) {
        return error_type(rt, "%N.__new__(): not enough arguments", type);
    }
    if (!value_is_type(rt, args[1])) {
        return error_type(rt, "%N.__new__(X): X is not a type object (%T)", type, args[1]);
    }
    type_object *subtype = as_type(args[1]);
    if (!type_is_subtype(subtype, type)) {
        return error_type(rt, "%N.__new__(%N): %N is not a subtype of %N", type, subtype, subtype, type);
    }
    /* the nearest base that does not get its __new__ from Python code must agree with this one */
    type_object *native = subtype;
    while (native != NULL && (native->slots.make == dunder_make || (native->type.flags & TYPE_HEAP))) {
        native = native->base;
    }
    if (native != NULL && (native->slots.make != type->slots.make || (native->type.flags & TYPE_NO_MAKE))) {
        return error_type(rt, "%N.__new__(%N) is not safe, use %N.__new__()", type, subtype, native);
    }
    return type->slots.make(rt, subtype, args + 2, nargs - 2, kwnames);
}

static const method_def slots_new_def = {
    .name = "__new__",
    .raw = slots_call_new,
    .doc = "Makes a new object of the class.",
};

ouro_value slots_new_method(ouro_runtime *rt, type_object *type)
{
    struct types_state *types = rt->types;
    if (ouro_is_null(types->new_descriptor)) {
        types->new_descriptor = native_method_new(rt, &slots_new_def, TYPE(rt, type));
        if (ouro_is_null(types->new_descriptor)) {
            return OURO_NULL;
        }
        gc_settle_object(rt, types->new_descriptor);
    }
    return native_bind(rt, (native_object *)(void *)ouro_as_object(types->new_descriptor), type_value(type));
}

static type_object *slots_native_new(ouro_runtime *rt, ouro_value v)
{
    if (value_type(rt, v) != TYPE(rt, builtin_function)) {
        return NULL;
    }
    const native_object *native = (const native_object *)(void *)ouro_as_object(v);
    return native->def == &slots_new_def ? as_type(native->self) : NULL;
}

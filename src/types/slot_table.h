/* slot_table.h: one row for each special method that has a slot: the table is in slots.c, the functions that call a
 * class's special methods (the column `generic`) in slot_dunder.c, those that make methods of native slots (the column
 * `wrap`) in wrapper.c. */
#ifndef OURO_SRC_TYPES_SLOT_TABLE_H
#define OURO_SRC_TYPES_SLOT_TABLE_H

#include "types/types.h"

/* Any slot's function, to be cast to the slot's type before it is called. */
typedef void (*slot_function)(void);

/* How a native slot is called as a method. */
typedef enum slot_wrap {
    WRAP_UNARY,          /* f(self) */
    WRAP_BINARY,         /* f(self, value) */
    WRAP_BINARY_SWAPPED, /* f(value, self) */
    WRAP_TERNARY,        /* f(self, value, mod=None) */
    WRAP_TERNARY_SWAPPED,
    WRAP_TRUTH,
    WRAP_LENGTH,
    WRAP_HASH,
    WRAP_COMPARE,
    WRAP_GETATTR,
    WRAP_SETATTR,
    WRAP_DELATTR,
    WRAP_NEXT,
    WRAP_DESCR_GET,
    WRAP_DESCR_SET,
    WRAP_DESCR_DELETE,
    WRAP_INIT,
    WRAP_CALL,
    WRAP_SETITEM,
    WRAP_DELITEM,
    WRAP_CONTAINS,
    WRAP_NONE, /* no wrapper: the row only leads from the special method to the slot */
} slot_wrap;

typedef struct slot_row {
    const char *text;      /* the special method's name */
    uint16_t name;         /* offset of its interned name in struct types_state */
    uint16_t slot;         /* offset of the slot in type_slots; rows of one slot stand together */
    uint8_t wrap;          /* slot_wrap */
    uint8_t operation;     /* of WRAP_COMPARE: the compare_op */
    slot_function generic; /* NULL: the slot stays empty when a class defines the method itself */
    const char *doc;
} slot_row;

static inline ouro_value slot_row_name(ouro_runtime *rt, const slot_row *row)
{
    return *(ouro_value *)(void *)((char *)rt->types + row->name);
}

static inline slot_function *slot_of(type_slots *slots, const slot_row *row)
{
    return (slot_function *)(void *)((char *)slots + row->slot);
}

/* ---- slot_dunder.c ---- */
ouro_value dunder_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                       ouro_value kwnames);
bool dunder_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames);
ouro_value dunder_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                       ouro_value kwnames);
ouro_value dunder_repr(ouro_runtime *rt, ouro_value self);
ouro_value dunder_str(ouro_runtime *rt, ouro_value self);
hash_t dunder_hash(ouro_runtime *rt, ouro_value self);
ouro_value dunder_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op);
ouro_value dunder_getattr(ouro_runtime *rt, ouro_value self, ouro_value name);
bool dunder_setattr(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value value);
ouro_value dunder_descr_get(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value owner);
bool dunder_descr_set(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value value);
ouro_value dunder_iter(ouro_runtime *rt, ouro_value self);
ouro_value dunder_next(ouro_runtime *rt, ouro_value self);
ouro_value dunder_await(ouro_runtime *rt, ouro_value self);
ouro_value dunder_aiter(ouro_runtime *rt, ouro_value self);
ouro_value dunder_anext(ouro_runtime *rt, ouro_value self);
int dunder_truth(ouro_runtime *rt, ouro_value self);
int64_t dunder_length(ouro_runtime *rt, ouro_value self);
ouro_value dunder_getitem(ouro_runtime *rt, ouro_value self, ouro_value key);
bool dunder_setitem(ouro_runtime *rt, ouro_value self, ouro_value key, ouro_value value);
int dunder_contains(ouro_runtime *rt, ouro_value self, ouro_value item);
ouro_value dunder_power(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value c);
ouro_value dunder_inplace_power(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value c);
ouro_value dunder_int(ouro_runtime *rt, ouro_value self);
ouro_value dunder_float(ouro_runtime *rt, ouro_value self);
ouro_value dunder_index(ouro_runtime *rt, ouro_value self);
ouro_value dunder_negative(ouro_runtime *rt, ouro_value self);
ouro_value dunder_positive(ouro_runtime *rt, ouro_value self);
ouro_value dunder_invert(ouro_runtime *rt, ouro_value self);
ouro_value dunder_absolute(ouro_runtime *rt, ouro_value self);

/* X(operation, method, reflected, in-place): the binary operators; power is apart. */
#define DUNDER_BINARY(X)                                                                                     \
    X(ADD, __add__, __radd__, __iadd__)                                                                      \
    X(SUBTRACT, __sub__, __rsub__, __isub__)                                                                 \
    X(MULTIPLY, __mul__, __rmul__, __imul__)                                                                 \
    X(TRUE_DIVIDE, __truediv__, __rtruediv__, __itruediv__)                                                  \
    X(FLOOR_DIVIDE, __floordiv__, __rfloordiv__, __ifloordiv__)                                              \
    X(REMAINDER, __mod__, __rmod__, __imod__)                                                                \
    X(LSHIFT, __lshift__, __rlshift__, __ilshift__)                                                          \
    X(RSHIFT, __rshift__, __rrshift__, __irshift__)                                                          \
    X(AND, __and__, __rand__, __iand__)                                                                      \
    X(OR, __or__, __ror__, __ior__)                                                                          \
    X(XOR, __xor__, __rxor__, __ixor__)                                                                      \
    X(MATMUL, __matmul__, __rmatmul__, __imatmul__)

#define DUNDER_DECLARE(operation, method, reflected, inplace)                                                \
    ouro_value dunder_binary_##operation(ouro_runtime *rt, ouro_value a, ouro_value b);                      \
    ouro_value dunder_inplace_##operation(ouro_runtime *rt, ouro_value a, ouro_value b);
DUNDER_BINARY(DUNDER_DECLARE)
#undef DUNDER_DECLARE
ouro_value dunder_binary_DIVMOD(ouro_runtime *rt, ouro_value a, ouro_value b);

#endif

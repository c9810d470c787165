/* bool.c: the type bool.  True and False are immediates; everything numeric is int's. */
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

static ouro_value bool_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                            ouro_value kwnames)
{
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        return error_type(rt, "bool() takes no keyword arguments");
    }
    if (nargs > 1) {
        return error_type(rt, "bool expected at most 1 argument, got %zu", nargs);
    }
    if (nargs == 0) {
        return OURO_FALSE;
    }
    int truth = object_truth(rt, args[0]);
    return truth < 0 ? OURO_NULL : ouro_bool(truth);
}

static ouro_value bool_repr(ouro_runtime *rt, ouro_value self)
{
    return str_intern_cstring(rt, self.bits == OURO_TRUE.bits ? "True" : "False");
}

/* bool with bool stays bool, anything else is int's affair. */
#define BOOL_BINARY_SLOT(name, op, operator)                                                                     \
    static ouro_value bool_##name(ouro_runtime *rt, ouro_value a, ouro_value b)                                  \
    {                                                                                                            \
        if (ouro_is_bool(a) && ouro_is_bool(b)) {                                                                \
            return ouro_bool((a.bits == OURO_TRUE.bits) operator (b.bits == OURO_TRUE.bits));                    \
        }                                                                                                        \
        if (!value_is_int(rt, a) || !value_is_int(rt, b)) {                                                      \
            return OURO_NOT_IMPLEMENTED;                                                                         \
        }                                                                                                        \
        return int_binary(rt, op, a, b);                                                                         \
    }

BOOL_BINARY_SLOT(and, BINARY_AND, &)
BOOL_BINARY_SLOT(or, BINARY_OR, |)
BOOL_BINARY_SLOT(xor, BINARY_XOR, ^)

const type_spec bool_spec = {
    .name = "bool",
    .size = sizeof(int_object),
    .flags = OURO_TYPE_LEAF | TYPE_IS_INT | TYPE_VAR_SIZED | TYPE_MATCH_SELF,
    .base = &int_spec,
    .doc = "bool(x) -> bool\n\n"
           "Returns True when the argument x is true, False otherwise.\n"
           "The builtins True and False are the only two instances of the class bool.\n"
           "The class bool is a subclass of the class int, and cannot be subclassed.",
    .slots =
        {
            .make = bool_make,
            .repr = bool_repr,
            .binary = {[BINARY_AND] = bool_and, [BINARY_OR] = bool_or, [BINARY_XOR] = bool_xor},
        },
};

/* none.c: the types of the three constants that are nothing but themselves: None, NotImplemented, Ellipsis.
 *
 * The values are immediates (include/ouro/object.h); no object of these types exists, only their shape.
 */
#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"

static ouro_value none_constant(ouro_runtime *rt, const char *name, ouro_value constant, size_t nargs,
                                ouro_value kwnames)
{
    if (nargs > 0 || (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0)) {
        return error_type(rt, "%s takes no arguments", name);
    }
    return constant;
}

static ouro_value none_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                            ouro_value kwnames)
{
    return none_constant(rt, "NoneType", OURO_NONE, nargs, kwnames);
}

static ouro_value none_repr(ouro_runtime *rt, ouro_value self)
{
    return str_intern_cstring(rt, "None");
}

static int none_truth(ouro_runtime *rt, ouro_value self)
{
    return 0;
}

static hash_t none_hash(ouro_runtime *rt, ouro_value self)
{
    return INT64_C(0xfca86420);
}

const type_spec none_spec = {
    .name = "NoneType",
    .size = sizeof(ouro_object),
    .flags = OURO_TYPE_LEAF,
    .slots = {.make = none_make, .repr = none_repr, .truth = none_truth, .hash = none_hash},
};

static ouro_value not_implemented_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                       ouro_value kwnames)
{
    return none_constant(rt, "NotImplementedType", OURO_NOT_IMPLEMENTED, nargs, kwnames);
}

static ouro_value not_implemented_repr(ouro_runtime *rt, ouro_value self)
{
    return str_intern_cstring(rt, "NotImplemented");
}

static int not_implemented_truth(ouro_runtime *rt, ouro_value self)
{
    if (!error_warn(rt, EXC(rt, DeprecationWarning), 1,
                    "NotImplemented should not be used in a boolean context")) {
        return -1;
    }
    return 1;
}

static ouro_value not_implemented_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return str_intern_cstring(rt, "NotImplemented");
}

static const method_def not_implemented_methods[] = {
    {"__reduce__", "?self, /", not_implemented_reduce, NULL, 0, NULL},
    {0},
};

const type_spec not_implemented_spec = {
    .name = "NotImplementedType",
    .size = sizeof(ouro_object),
    .flags = OURO_TYPE_LEAF,
    .methods = not_implemented_methods,
    .slots = {.make = not_implemented_make, .repr = not_implemented_repr, .truth = not_implemented_truth},
};

static ouro_value ellipsis_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                ouro_value kwnames)
{
    return none_constant(rt, "EllipsisType", OURO_ELLIPSIS, nargs, kwnames);
}

static ouro_value ellipsis_repr(ouro_runtime *rt, ouro_value self)
{
    return str_intern_cstring(rt, "Ellipsis");
}

static ouro_value ellipsis_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return str_intern_cstring(rt, "Ellipsis");
}

static const method_def ellipsis_methods[] = {
    {"__reduce__", "?self, /", ellipsis_reduce, NULL, 0, NULL},
    {0},
};

const type_spec ellipsis_spec = {
    .name = "ellipsis",
    .size = sizeof(ouro_object),
    .flags = OURO_TYPE_LEAF,
    .methods = ellipsis_methods,
    .slots = {.make = ellipsis_make, .repr = ellipsis_repr},
};

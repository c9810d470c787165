/* slot_dunder.c: the slots of classes: each calls the special method that the class defines.
 *
 * A class has one of these functions in a slot exactly if the special method found along its MRO is not a native
 * slot's own wrapper (slots.c decides).  The method is looked up on the type, never on the instance, and is called
 * with the instance in front without making a bound method where its type allows.
 *
 * What the results must be is checked here or by the caller in protocol*.c, whichever also serves native slots.
 */
#include "types/slot_table.h"
#include "types/attribute.h"
#include "types/containers.h"
#include "types/descriptor.h"
#include "types/error.h"
#include "types/function.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/slots.h"
#include "types/str.h"
#include "types/type_build.h"

ouro_value slots_call_special(ouro_runtime *rt, ouro_value name, const ouro_value *args, size_t nargs,
                              bool *found)
{
    type_object *type = value_type(rt, args[0]);
    ouro_value method = type_lookup(rt, type, name);
    *found = !ouro_is_null(method);
    if (ouro_is_null(method)) {
        return OURO_NULL;
    }
    value_incref(method);
    type_object *kind = value_type(rt, method);
    ouro_value result = OURO_NULL;
    if (kind->type.flags & TYPE_METHOD_DESCR) {
        result = object_call(rt, method, args, nargs, OURO_NULL);
    } else if (kind->slots.descr_get == NULL) {
        result = object_call(rt, method, args + 1, nargs - 1, OURO_NULL);
    } else {
        ouro_value bound = kind->slots.descr_get(rt, method, args[0], type_value(type));
        if (!ouro_is_null(bound)) {
            result = object_call(rt, bound, args + 1, nargs - 1, OURO_NULL);
            value_decref(rt, bound);
        }
    }
    value_decref(rt, method);
    return result;
}

/* The same for a method that must be there. */
static ouro_value dunder_invoke(ouro_runtime *rt, ouro_value name, const ouro_value *args, size_t nargs)
{
    bool found;
    ouro_value result = slots_call_special(rt, name, args, nargs, &found);
    if (!found) {
        return error_raise(rt, EXC(rt, AttributeError), "%U", name);
    }
    return result;
}

static ouro_value dunder_unary(ouro_runtime *rt, ouro_value name, ouro_value self)
{
    return dunder_invoke(rt, name, &self, 1);
}

/* ---- construction and call ---- */

enum { DUNDER_ARGUMENTS = 10 };

/* Calls `callable` with `first` in front of the arguments. */
static ouro_value dunder_call_with(ouro_runtime *rt, ouro_value callable, ouro_value first, const ouro_value *args,
                                   size_t nargs, ouro_value kwnames)
{
    size_t total = nargs + (ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size);
    ouro_value few[DUNDER_ARGUMENTS];
    ouro_value *all = few;
    if (total + 1 > DUNDER_ARGUMENTS) {
        all = ouro_mem_alloc(rt->mem, (total + 1) * sizeof *all);
        if (all == NULL) {
            error_no_memory(rt);
            return OURO_NULL;
        }
    }
    all[0] = first;
    if (total > 0) {
        memcpy(all + 1, args, total * sizeof *all);
    }
    ouro_value result = object_call(rt, callable, all, nargs + 1, kwnames);
    if (all != few) {
        ouro_mem_free(rt->mem, all);
    }
    return result;
}

/* type(self).name(self, *args, **kwargs) */
static ouro_value dunder_call_method(ouro_runtime *rt, ouro_value name, ouro_value self, const ouro_value *args,
                                     size_t nargs, ouro_value kwnames)
{
    type_object *type = value_type(rt, self);
    ouro_value method = type_lookup(rt, type, name);
    if (ouro_is_null(method)) {
        return error_raise(rt, EXC(rt, AttributeError), "%U", name);
    }
    value_incref(method);
    type_object *kind = value_type(rt, method);
    ouro_value result = OURO_NULL;
    if (kind->type.flags & TYPE_METHOD_DESCR) {
        result = dunder_call_with(rt, method, self, args, nargs, kwnames);
    } else if (kind->slots.descr_get == NULL) {
        result = object_call(rt, method, args, nargs, kwnames);
    } else {
        ouro_value bound = kind->slots.descr_get(rt, method, self, type_value(type));
        if (!ouro_is_null(bound)) {
            result = object_call(rt, bound, args, nargs, kwnames);
            value_decref(rt, bound);
        }
    }
    value_decref(rt, method);
    return result;
}

ouro_value dunder_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                       ouro_value kwnames)
{
    ouro_value function = object_getattr(rt, type_value(type), STR(rt, __new__));
    if (ouro_is_null(function)) {
        return OURO_NULL;
    }
    ouro_value result = dunder_call_with(rt, function, type_value(type), args, nargs, kwnames);
    value_decref(rt, function);
    return result;
}

bool dunder_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    ouro_value result = dunder_call_method(rt, STR(rt, __init__), self, args, nargs, kwnames);
    if (ouro_is_null(result)) {
        return false;
    }
    if (!ouro_is_none(result)) {
        error_type(rt, "__init__() should return None, not '%T'", result);
        value_decref(rt, result);
        return false;
    }
    return true;
}

ouro_value dunder_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                       ouro_value kwnames)
{
    /* an instance may be its own class's __call__ */
    if (!rt_enter(rt, " while calling a Python object")) {
        return OURO_NULL;
    }
    ouro_value result = dunder_call_method(rt, STR(rt, __call__), self, args, nargs, kwnames);
    rt_leave(rt);
    return result;
}

/* ---- text, hash, comparison ---- */

ouro_value dunder_repr(ouro_runtime *rt, ouro_value self)
{
    return dunder_unary(rt, STR(rt, __repr__), self);
}

ouro_value dunder_str(ouro_runtime *rt, ouro_value self)
{
    return dunder_unary(rt, STR(rt, __str__), self);
}

hash_t dunder_hash(ouro_runtime *rt, ouro_value self)
{
    bool found;
    ouro_value result = slots_call_special(rt, STR(rt, __hash__), &self, 1, &found);
    if (!found) {
        return hash_not_implemented(rt, self);
    }
    if (ouro_is_null(result)) {
        return -1;
    }
    if (!value_is_int(rt, result)) {
        error_type(rt, "__hash__ method should return an integer");
        value_decref(rt, result);
        return -1;
    }
    /* as the machine's word if it fits, else the int's own hash */
    int64_t hash;
    if (!int_fits_int64(result, &hash)) {
        hash = int_hash(result);
    }
    value_decref(rt, result);
    return hash == -1 ? -2 : hash;
}

static ouro_value dunder_compare_name(ouro_runtime *rt, compare_op op)
{
    switch (op) {
    case COMPARE_LT:
        return STR(rt, __lt__);
    case COMPARE_LE:
        return STR(rt, __le__);
    case COMPARE_EQ:
        return STR(rt, __eq__);
    case COMPARE_NE:
        return STR(rt, __ne__);
    case COMPARE_GT:
        return STR(rt, __gt__);
    default:
        return STR(rt, __ge__);
    }
}

ouro_value dunder_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    bool found;
    ouro_value args[2] = {a, b}, bound;
    type_object *type = value_type(rt, a);
    ouro_value method = type_lookup(rt, type, dunder_compare_name(rt, op));
    if (ouro_is_null(method) || (value_type(rt, method)->type.flags & TYPE_METHOD_DESCR) ||
        value_type(rt, method)->slots.descr_get == NULL) {
        ouro_value result = slots_call_special(rt, dunder_compare_name(rt, op), args, 2, &found);
        return found ? result : OURO_NOT_IMPLEMENTED;
    }
    value_incref(method);
    bound = value_type(rt, method)->slots.descr_get(rt, method, a, type_value(type));
    value_decref(rt, method);
    if (ouro_is_null(bound)) { /* CPython takes a descriptor that raises for no method */
        error_clear(rt);
        return OURO_NOT_IMPLEMENTED;
    }
    ouro_value result = object_call1(rt, bound, b);
    value_decref(rt, bound);
    return result;
}

/* ---- attributes ---- */

ouro_value dunder_getattr(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    type_object *type = value_type(rt, self);
    ouro_value fallback = type_lookup(rt, type, STR(rt, __getattr__));
    ouro_value getattribute = type_lookup(rt, type, STR(rt, __getattribute__));
    ouro_value args[2] = {self, name};
    value_incref(fallback);
    ouro_value result;
    wrapper_descriptor_object *wrapper =
        !ouro_is_null(getattribute) && value_type(rt, getattribute) == TYPE(rt, wrapper_descriptor)
            ? (wrapper_descriptor_object *)(void *)ouro_as_object(getattribute)
            : NULL;
    if (wrapper != NULL && wrapper->function == (slot_function)object_getattr_generic) {
        /* the common case: no exception has to be made for the attribute that is not there */
        result = ouro_is_null(fallback) ? object_getattr_generic(rt, self, name)
                                        : object_getattr_quiet(rt, self, name);
    } else if (wrapper != NULL && wrapper->function == (slot_function)type_getattr && !ouro_is_null(fallback)) {
        result = type_getattr_quiet(rt, self, name);
    } else {
        result = dunder_invoke(rt, STR(rt, __getattribute__), args, 2);
    }
    if (ouro_is_null(result) && !ouro_is_null(fallback) &&
        (!error_is_set(rt) || error_clear_if(rt, EXC(rt, AttributeError)))) {
        result = dunder_invoke(rt, STR(rt, __getattr__), args, 2);
    }
    value_decref(rt, fallback);
    return result;
}

bool dunder_setattr(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value value)
{
    ouro_value args[3] = {self, name, value};
    ouro_value result = ouro_is_null(value) ? dunder_invoke(rt, STR(rt, __delattr__), args, 2)
                                            : dunder_invoke(rt, STR(rt, __setattr__), args, 3);
    if (ouro_is_null(result)) {
        return false;
    }
    value_decref(rt, result);
    return true;
}

ouro_value dunder_descr_get(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value owner)
{
    bool found;
    ouro_value args[3] = {self, ouro_is_null(instance) ? OURO_NONE : instance, ouro_is_null(owner) ? OURO_NONE : owner};
    ouro_value result = slots_call_special(rt, STR(rt, __get__), args, 3, &found);
    return found ? result : value_incref(self);
}

bool dunder_descr_set(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value value)
{
    ouro_value args[3] = {self, instance, value};
    ouro_value result = ouro_is_null(value) ? dunder_invoke(rt, STR(rt, __delete__), args, 2)
                                            : dunder_invoke(rt, STR(rt, __set__), args, 3);
    if (ouro_is_null(result)) {
        return false;
    }
    value_decref(rt, result);
    return true;
}

/* ---- iteration ---- */

/* Has the type set the special method to None, which forbids the operation? */
static bool dunder_is_forbidden(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    return ouro_is_none(type_lookup(rt, value_type(rt, self), name));
}

ouro_value dunder_iter(ouro_runtime *rt, ouro_value self)
{
    if (dunder_is_forbidden(rt, self, STR(rt, __iter__))) {
        return error_type(rt, "'%T' object is not iterable", self);
    }
    return dunder_unary(rt, STR(rt, __iter__), self);
}

ouro_value dunder_next(ouro_runtime *rt, ouro_value self)
{
    return dunder_unary(rt, STR(rt, __next__), self);
}

ouro_value dunder_await(ouro_runtime *rt, ouro_value self)
{
    return dunder_unary(rt, STR(rt, __await__), self);
}

ouro_value dunder_aiter(ouro_runtime *rt, ouro_value self)
{
    return dunder_unary(rt, STR(rt, __aiter__), self);
}

ouro_value dunder_anext(ouro_runtime *rt, ouro_value self)
{
    return dunder_unary(rt, STR(rt, __anext__), self);
}

/* ---- containers ---- */

int dunder_truth(ouro_runtime *rt, ouro_value self)
{
    ouro_value result = dunder_unary(rt, STR(rt, __bool__), self);
    if (ouro_is_null(result)) {
        return -1;
    }
    if (!ouro_is_bool(result)) {
        error_type(rt, "__bool__ should return bool, returned %T", result);
        value_decref(rt, result);
        return -1;
    }
    return ouro_is(result, OURO_TRUE);
}

int64_t dunder_length(ouro_runtime *rt, ouro_value self)
{
    ouro_value result = dunder_unary(rt, STR(rt, __len__), self);
    if (ouro_is_null(result)) {
        return -1;
    }
    ouro_value index = object_index(rt, result);
    value_decref(rt, result);
    if (ouro_is_null(index)) {
        return -1;
    }
    int64_t length;
    if (int_sign(index) < 0) {
        error_value(rt, "__len__() should return >= 0");
        length = -1;
    } else if (!int_fits_int64(index, &length)) {
        error_overflow(rt, "cannot fit '%T' into an index-sized integer", index);
        length = -1;
    }
    value_decref(rt, index);
    return length;
}

ouro_value dunder_getitem(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    ouro_value args[2] = {self, key};
    return dunder_invoke(rt, STR(rt, __getitem__), args, 2);
}

bool dunder_setitem(ouro_runtime *rt, ouro_value self, ouro_value key, ouro_value value)
{
    ouro_value args[3] = {self, key, value};
    ouro_value result = ouro_is_null(value) ? dunder_invoke(rt, STR(rt, __delitem__), args, 2)
                                            : dunder_invoke(rt, STR(rt, __setitem__), args, 3);
    if (ouro_is_null(result)) {
        return false;
    }
    value_decref(rt, result);
    return true;
}

int dunder_contains(ouro_runtime *rt, ouro_value self, ouro_value item)
{
    if (dunder_is_forbidden(rt, self, STR(rt, __contains__))) {
        error_type(rt, "'%T' object is not a container", self);
        return -1;
    }
    ouro_value args[2] = {self, item};
    ouro_value result = dunder_invoke(rt, STR(rt, __contains__), args, 2);
    if (ouro_is_null(result)) {
        return -1;
    }
    int truth = object_truth(rt, result);
    value_decref(rt, result);
    return truth;
}

/* ---- numbers ---- */

ouro_value dunder_int(ouro_runtime *rt, ouro_value self)
{
    return dunder_unary(rt, STR(rt, __int__), self);
}

ouro_value dunder_float(ouro_runtime *rt, ouro_value self)
{
    return dunder_unary(rt, STR(rt, __float__), self);
}

ouro_value dunder_index(ouro_runtime *rt, ouro_value self)
{
    return dunder_unary(rt, STR(rt, __index__), self);
}

ouro_value dunder_negative(ouro_runtime *rt, ouro_value self)
{
    return dunder_unary(rt, STR(rt, __neg__), self);
}

ouro_value dunder_positive(ouro_runtime *rt, ouro_value self)
{
    return dunder_unary(rt, STR(rt, __pos__), self);
}

ouro_value dunder_invert(ouro_runtime *rt, ouro_value self)
{
    return dunder_unary(rt, STR(rt, __invert__), self);
}

ouro_value dunder_absolute(ouro_runtime *rt, ouro_value self)
{
    return dunder_unary(rt, STR(rt, __abs__), self);
}

/* Calls self.name(other); NotImplemented if there is no such method. */
static ouro_value dunder_maybe(ouro_runtime *rt, ouro_value name, ouro_value self, ouro_value other)
{
    bool found;
    ouro_value args[2] = {self, other};
    ouro_value result = slots_call_special(rt, name, args, 2, &found);
    return found ? result : OURO_NOT_IMPLEMENTED;
}

/* Does b's type, a subclass of a's, bring a reflected method of its own? */
static bool dunder_is_overloaded(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value reflected)
{
    ouro_value theirs = type_lookup(rt, value_type(rt, b), reflected);
    return !ouro_is_null(theirs) && !ouro_is(theirs, type_lookup(rt, value_type(rt, a), reflected));
}

/* a OP b where at least one is of a class with `self_function` in the slot.  The left operand's method goes first,
 * unless the right one's type is a subclass of the left one's that overrides the reflected method. */
static ouro_value dunder_binary(ouro_runtime *rt, ouro_value a, ouro_value b, bool a_is_ours, bool b_is_ours,
                                ouro_value method, ouro_value reflected)
{
    bool try_reflected = b_is_ours && value_type(rt, a) != value_type(rt, b);
    if (a_is_ours) {
        if (try_reflected && value_is_instance(rt, b, value_type(rt, a)) &&
            dunder_is_overloaded(rt, a, b, reflected)) {
            ouro_value result = dunder_maybe(rt, reflected, b, a);
            if (!ouro_is(result, OURO_NOT_IMPLEMENTED)) {
                return result;
            }
            try_reflected = false;
        }
        ouro_value result = dunder_maybe(rt, method, a, b);
        if (!ouro_is(result, OURO_NOT_IMPLEMENTED) || value_type(rt, a) == value_type(rt, b)) {
            return result;
        }
    }
    return try_reflected ? dunder_maybe(rt, reflected, b, a) : OURO_NOT_IMPLEMENTED;
}

#define DUNDER_DEFINE_BINARY(operation, method, reflected)                                                   \
    ouro_value dunder_binary_##operation(ouro_runtime *rt, ouro_value a, ouro_value b)                       \
    {                                                                                                        \
        bool a_is_ours = value_type(rt, a)->slots.binary[BINARY_##operation] == dunder_binary_##operation;   \
        bool b_is_ours = value_type(rt, b)->slots.binary[BINARY_##operation] == dunder_binary_##operation;   \
        return dunder_binary(rt, a, b, a_is_ours, b_is_ours, STR(rt, method), STR(rt, reflected));           \
    }

#define DUNDER_DEFINE(operation, method, reflected, inplace_method)                                          \
    DUNDER_DEFINE_BINARY(operation, method, reflected)                                                       \
    ouro_value dunder_inplace_##operation(ouro_runtime *rt, ouro_value a, ouro_value b)                      \
    {                                                                                                        \
        return dunder_maybe(rt, STR(rt, inplace_method), a, b);                                              \
    }
DUNDER_BINARY(DUNDER_DEFINE)
DUNDER_DEFINE_BINARY(DIVMOD, __divmod__, __rdivmod__)
#undef DUNDER_DEFINE
#undef DUNDER_DEFINE_BINARY

ouro_value dunder_power(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value c)
{
    bool a_is_ours = value_type(rt, a)->slots.power == dunder_power;
    if (ouro_is_none(c)) {
        bool b_is_ours = value_type(rt, b)->slots.power == dunder_power;
        return dunder_binary(rt, a, b, a_is_ours, b_is_ours, STR(rt, __pow__), STR(rt, __rpow__));
    }
    /* with a modulus there is no reflected form */
    if (!a_is_ours) {
        return OURO_NOT_IMPLEMENTED;
    }
    ouro_value args[3] = {a, b, c};
    return dunder_invoke(rt, STR(rt, __pow__), args, 3);
}

ouro_value dunder_inplace_power(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value c)
{
    return dunder_maybe(rt, STR(rt, __ipow__), a, b);
}

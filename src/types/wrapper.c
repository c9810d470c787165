/* wrapper.c: slots of built-in types as methods: int.__add__ (wrapper_descriptor) and (1).__add__ (method-wrapper).
 *
 * A wrapper calls the native function that stood in the slot of the type that owns it, with arguments taken apart as the
 * row of the slot table says.  So `int.__add__(True, 1)` runs int's own addition, whatever classes override.
 */
#include "types/error.h"
#include "types/containers.h"
#include "types/descriptor.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/slot_table.h"
#include "types/slots.h"
#include "types/str.h"

static wrapper_descriptor_object *wrapper_of(ouro_value v)
{
    return (wrapper_descriptor_object *)(void *)ouro_as_object(v);
}

static bool wrapper_check_count(ouro_runtime *rt, size_t nargs, size_t count)
{
    if (nargs != count) {
        /* with two, CPython's message begins with the place of a name that is empty */
        error_type(rt, "%sexpected %zu argument%s, got %zu", count == 2 ? " " : "", count, count == 1 ? "" : "s", nargs);
        return false;
    }
    return true;
}

static ouro_value wrapper_none_if(bool success)
{
    return success ? OURO_NONE : OURO_NULL;
}

/* Refuses object.__setattr__(cls, ...) and its kin: they would go round what a more derived built-in type checks. */
static bool wrapper_may_set(ouro_runtime *rt, ouro_value self, slot_function function, const char *what)
{
    type_object *type = value_type(rt, self);
    while (type != NULL && (type->type.flags & TYPE_HEAP)) {
        type = type->base;
    }
    if (type != NULL && (slot_function)type->slots.setattr != function) {
        error_type(rt, "can't apply this %s to %N object", what, type);
        return false;
    }
    return true;
}

static ouro_value wrapper_power(ouro_runtime *rt, slot_function function, ouro_value self, const ouro_value *args,
                                size_t nargs, bool swapped)
{
    if (nargs < 1 || nargs > 2) {
        return error_type(rt, " expected %s %d argument%s, got %zu", nargs < 1 ? "at least" : "at most",
                          nargs < 1 ? 1 : 2, nargs < 1 ? "" : "s", nargs);
    }
    ouro_value modulus = nargs == 2 ? args[1] : OURO_NONE;
    ternary_slot f = (ternary_slot)function;
    return swapped ? f(rt, args[0], self, modulus) : f(rt, self, args[0], modulus);
}

static ouro_value wrapper_descr_get(ouro_runtime *rt, slot_function function, ouro_value self,
                                    const ouro_value *args, size_t nargs)
{
    if (nargs < 1 || nargs > 2) {
        return error_type(rt, " expected %s %d argument%s, got %zu", nargs < 1 ? "at least" : "at most",
                          nargs < 1 ? 1 : 2, nargs < 1 ? "" : "s", nargs);
    }
    ouro_value instance = ouro_is_none(args[0]) ? OURO_NULL : args[0];
    ouro_value owner = nargs == 1 || ouro_is_none(args[1]) ? OURO_NULL : args[1];
    if (ouro_is_null(instance) && ouro_is_null(owner)) {
        return error_type(rt, "__get__(None, None) is invalid");
    }
    ouro_value (*f)(ouro_runtime *, ouro_value, ouro_value, ouro_value) =
        (ouro_value(*)(ouro_runtime *, ouro_value, ouro_value, ouro_value))function;
    return f(rt, self, instance, owner);
}

static bool wrapper_check_name(ouro_runtime *rt, ouro_value name)
{
    if (!value_is_str(rt, name)) {
        error_type(rt, "attribute name must be string, not '%T'", name);
        return false;
    }
    return true;
}

/* object.__getattribute__ of what keeps its __dict__ in a way of its own (modules, functions): the built-in type's. */
static binary_slot wrapper_getattr(ouro_runtime *rt, ouro_value self, binary_slot function)
{
    if (function != object_getattr_generic) {
        return function;
    }
    type_object *type = value_type(rt, self);
    while (type->type.flags & TYPE_HEAP) {
        type = type->base;
    }
    bool own = ((type->type.flags & TYPE_HAS_DICT) || type == TYPE(rt, function)) && type != TYPE(rt, type) &&
               type->slots.getattr != NULL;
    return own ? type->slots.getattr : function;
}

static ouro_value wrapper_run(ouro_runtime *rt, const slot_row *row, slot_function function, ouro_value self,
                              const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    typedef bool (*set_function)(ouro_runtime *, ouro_value, ouro_value, ouro_value);
    static const uint8_t counts[] = {
        [WRAP_UNARY] = 0,      [WRAP_BINARY] = 1,   [WRAP_BINARY_SWAPPED] = 1, [WRAP_TERNARY] = 0xff,
        [WRAP_TERNARY_SWAPPED] = 0xff,              [WRAP_TRUTH] = 0,          [WRAP_LENGTH] = 0,
        [WRAP_HASH] = 0,       [WRAP_COMPARE] = 1,  [WRAP_GETATTR] = 1,        [WRAP_SETATTR] = 2,
        [WRAP_DELATTR] = 1,    [WRAP_NEXT] = 0,     [WRAP_DESCR_GET] = 0xff,   [WRAP_DESCR_SET] = 2,
        [WRAP_DESCR_DELETE] = 1, [WRAP_INIT] = 0xff, [WRAP_CALL] = 0xff,       [WRAP_SETITEM] = 2,
        [WRAP_DELITEM] = 1,    [WRAP_CONTAINS] = 1, [WRAP_NONE] = 0xff,
    };
    if (counts[row->wrap] != 0xff && !wrapper_check_count(rt, nargs, counts[row->wrap])) {
        return OURO_NULL;
    }
    switch ((slot_wrap)row->wrap) {
    case WRAP_UNARY:
        return ((unary_slot)function)(rt, self);
    case WRAP_BINARY:
        return ((binary_slot)function)(rt, self, args[0]);
    case WRAP_BINARY_SWAPPED:
        return ((binary_slot)function)(rt, args[0], self);
    case WRAP_TERNARY:
        return wrapper_power(rt, function, self, args, nargs, false);
    case WRAP_TERNARY_SWAPPED:
        return wrapper_power(rt, function, self, args, nargs, true);
    case WRAP_TRUTH: {
        int truth = ((int (*)(ouro_runtime *, ouro_value))function)(rt, self);
        return truth < 0 ? OURO_NULL : ouro_bool(truth != 0);
    }
    case WRAP_LENGTH: {
        int64_t length = ((int64_t(*)(ouro_runtime *, ouro_value))function)(rt, self);
        return length < 0 ? OURO_NULL : int_from_int64(rt, length);
    }
    case WRAP_HASH: {
        hash_t hash = ((hash_t(*)(ouro_runtime *, ouro_value))function)(rt, self);
        return hash == -1 ? OURO_NULL : int_from_int64(rt, hash);
    }
    case WRAP_COMPARE:
        return ((ouro_value(*)(ouro_runtime *, ouro_value, ouro_value, compare_op))function)(
            rt, self, args[0], (compare_op)row->operation);
    case WRAP_GETATTR:
        return wrapper_check_name(rt, args[0]) ? wrapper_getattr(rt, self, (binary_slot)function)(rt, self, args[0]) : OURO_NULL;
    case WRAP_SETATTR:
        return wrapper_none_if(wrapper_may_set(rt, self, function, "__setattr__") &&
                               wrapper_check_name(rt, args[0]) &&
                               ((set_function)function)(rt, self, args[0], args[1]));
    case WRAP_DELATTR:
        return wrapper_none_if(wrapper_may_set(rt, self, function, "__delattr__") &&
                               wrapper_check_name(rt, args[0]) &&
                               ((set_function)function)(rt, self, args[0], OURO_NULL));
    case WRAP_NEXT: {
        ouro_value item = ((unary_slot)function)(rt, self);
        return ouro_is_null(item) && !error_is_set(rt) ? error_stop_iteration(rt, OURO_NULL) : item;
    }
    case WRAP_DESCR_GET:
        return wrapper_descr_get(rt, function, self, args, nargs);
    case WRAP_DESCR_SET:
    case WRAP_SETITEM:
        return wrapper_none_if(((set_function)function)(rt, self, args[0], args[1]));
    case WRAP_DESCR_DELETE:
    case WRAP_DELITEM:
        return wrapper_none_if(((set_function)function)(rt, self, args[0], OURO_NULL));
    case WRAP_INIT:
        return wrapper_none_if(((bool (*)(ouro_runtime *, ouro_value, const ouro_value *, size_t,
                                          ouro_value))function)(rt, self, args, nargs, kwnames));
    case WRAP_CALL:
        return ((ouro_value(*)(ouro_runtime *, ouro_value, const ouro_value *, size_t, ouro_value))function)(
            rt, self, args, nargs, kwnames);
    case WRAP_CONTAINS: {
        int found = ((int (*)(ouro_runtime *, ouro_value, ouro_value))function)(rt, self, args[0]);
        return found < 0 ? OURO_NULL : ouro_bool(found != 0);
    }
    case WRAP_NONE:
        break;
    }
    return error_system(rt, "slot %s cannot be called", row->text);
}

static ouro_value wrapper_invoke(ouro_runtime *rt, wrapper_descriptor_object *wrapper, ouro_value self,
                                 const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    const slot_row *row = wrapper->row;
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0 && row->wrap != WRAP_INIT &&
        row->wrap != WRAP_CALL) {
        return error_type(rt, "wrapper %s() takes no keyword arguments", row->text);
    }
    if (!rt_enter(rt, " while calling a Python object")) {
        return OURO_NULL;
    }
    ouro_value result = wrapper_run(rt, row, wrapper->function, self, args, nargs, kwnames);
    rt_leave(rt);
    return result;
}

/* ---- wrapper_descriptor ---- */

static ouro_value wrapper_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                               ouro_value kwnames)
{
    wrapper_descriptor_object *wrapper = wrapper_of(self);
    if (nargs == 0) {
        return error_type(rt, "descriptor '%s' of '%N' object needs an argument", wrapper->row->text, wrapper->owner);
    }
    if (!value_is_instance(rt, args[0], wrapper->owner)) {
        return error_type(rt, "descriptor '%s' requires a '%N' object but received a '%T'", wrapper->row->text,
                          wrapper->owner, args[0]);
    }
    return wrapper_invoke(rt, wrapper, args[0], args + 1, nargs - 1, kwnames);
}

static ouro_value wrapper_bind(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value owner)
{
    if (ouro_is_null(instance)) {
        return value_incref(self);
    }
    wrapper_descriptor_object *wrapper = wrapper_of(self);
    if (!value_is_instance(rt, instance, wrapper->owner)) {
        return error_type(rt, "descriptor '%s' for '%N' objects doesn't apply to a '%T' object", wrapper->row->text,
                          wrapper->owner, instance);
    }
    method_wrapper_object *bound = object_new(rt, &TYPE(rt, method_wrapper)->type, 0);
    if (bound == NULL) {
        return OURO_NULL;
    }
    bound->descriptor = value_incref(self);
    bound->self = value_incref(instance);
    gc_track(rt, bound);
    return ouro_from_object(bound);
}

static ouro_value wrapper_repr(ouro_runtime *rt, ouro_value self)
{
    return str_format_c(rt, "<slot wrapper '%s' of '%N' objects>", wrapper_of(self)->row->text,
                        wrapper_of(self)->owner);
}

/* The parameters as __text_signature__ shows them. */
static const char *wrapper_signature(const slot_row *row)
{
    switch ((slot_wrap)row->wrap) {
    case WRAP_UNARY:
    case WRAP_TRUTH:
    case WRAP_LENGTH:
    case WRAP_HASH:
    case WRAP_NEXT:
        return "($self, /)";
    case WRAP_BINARY:
        return row->slot == offsetof(type_slots, getitem) ? "($self, key, /)" : "($self, value, /)";
    case WRAP_BINARY_SWAPPED:
    case WRAP_COMPARE:
        return "($self, value, /)";
    case WRAP_TERNARY:
    case WRAP_TERNARY_SWAPPED:
        return "($self, value, mod=None, /)";
    case WRAP_GETATTR:
    case WRAP_DELATTR:
        return "($self, name, /)";
    case WRAP_SETATTR:
        return "($self, name, value, /)";
    case WRAP_DESCR_GET:
        return "($self, instance, owner=None, /)";
    case WRAP_DESCR_SET:
        return "($self, instance, value, /)";
    case WRAP_DESCR_DELETE:
        return "($self, instance, /)";
    case WRAP_SETITEM:
        return "($self, key, value, /)";
    case WRAP_DELITEM:
    case WRAP_CONTAINS:
        return "($self, key, /)";
    default:
        return "($self, /, *args, **kwargs)";
    }
}

static ouro_value wrapper_get_name(ouro_runtime *rt, ouro_value self, void *closure)
{
    return value_incref(slot_row_name(rt, wrapper_of(self)->row));
}

static ouro_value wrapper_get_qualname(ouro_runtime *rt, ouro_value self, void *closure)
{
    wrapper_descriptor_object *wrapper = wrapper_of(self);
    return str_format_c(rt, "%U.%s", wrapper->owner->qualname, wrapper->row->text);
}

static ouro_value wrapper_get_doc(ouro_runtime *rt, ouro_value self, void *closure)
{
    return str_from_cstring(rt, wrapper_of(self)->row->doc);
}

static ouro_value wrapper_get_signature(ouro_runtime *rt, ouro_value self, void *closure)
{
    return str_from_cstring(rt, wrapper_signature(wrapper_of(self)->row));
}

static ouro_value wrapper_get_owner(ouro_runtime *rt, ouro_value self, void *closure)
{
    return value_incref(type_value(wrapper_of(self)->owner));
}

/* getattr(owner, name): what pickle stores. */
static ouro_value wrapper_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value builtins = rt->types->import_name(rt, STR(rt, builtins));
    if (ouro_is_null(builtins)) {
        return OURO_NULL;
    }
    ouro_value function = object_getattr_utf8(rt, builtins, "getattr");
    value_decref(rt, builtins);
    if (ouro_is_null(function)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    ouro_value arguments = tuple_pack2(rt, type_value(wrapper_of(args[0])->owner),
                                       slot_row_name(rt, wrapper_of(args[0])->row));
    if (!ouro_is_null(arguments)) {
        result = tuple_pack2(rt, function, arguments);
        value_decref(rt, arguments);
    }
    value_decref(rt, function);
    return result;
}

static const method_def wrapper_methods[] = {
    {.name = "__reduce__", .signature = "self, /", .fn = wrapper_reduce},
    {.name = NULL},
};

static const getset_def wrapper_getsets[] = {
    {.name = "__name__", .get = wrapper_get_name, .member = true},
    {.name = "__qualname__", .get = wrapper_get_qualname},
    {.name = "__doc__", .get = wrapper_get_doc},
    {.name = "__text_signature__", .get = wrapper_get_signature},
    {.name = "__objclass__", .get = wrapper_get_owner, .member = true},
    {.name = NULL},
};

const type_spec wrapper_descriptor_spec = {
    .name = "wrapper_descriptor",
    .size = sizeof(wrapper_descriptor_object),
    .flags = OURO_TYPE_LEAF | TYPE_METHOD_DESCR,
    .methods = wrapper_methods,
    .getsets = wrapper_getsets,
    .slots = {
        .call = wrapper_call,
        .repr = wrapper_repr,
        .descr_get = wrapper_bind,
    },
};

/* ---- method-wrapper ---- */

static method_wrapper_object *method_wrapper_of(ouro_value v)
{
    return (method_wrapper_object *)(void *)ouro_as_object(v);
}

static ouro_value method_wrapper_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                      ouro_value kwnames)
{
    method_wrapper_object *bound = method_wrapper_of(self);
    return wrapper_invoke(rt, wrapper_of(bound->descriptor), bound->self, args, nargs, kwnames);
}

static ouro_value method_wrapper_repr(ouro_runtime *rt, ouro_value self)
{
    method_wrapper_object *bound = method_wrapper_of(self);
    return str_format_c(rt, "<method-wrapper '%s' of %T object at %p>", wrapper_of(bound->descriptor)->row->text,
                        bound->self, (void *)(uintptr_t)bound->self.bits);
}

static ouro_value method_wrapper_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if ((op != COMPARE_EQ && op != COMPARE_NE) || value_type(rt, b) != TYPE(rt, method_wrapper)) {
        return OURO_NOT_IMPLEMENTED;
    }
    bool equal = ouro_is(method_wrapper_of(a)->descriptor, method_wrapper_of(b)->descriptor) &&
                 ouro_is(method_wrapper_of(a)->self, method_wrapper_of(b)->self);
    return ouro_bool(equal == (op == COMPARE_EQ));
}

static hash_t method_wrapper_hash(ouro_runtime *rt, ouro_value self)
{
    method_wrapper_object *bound = method_wrapper_of(self);
    hash_t hash = (hash_t)((bound->self.bits >> 4) ^ (bound->descriptor.bits << 3));
    return hash == -1 ? -2 : hash;
}

static ouro_value method_wrapper_get_self(ouro_runtime *rt, ouro_value self, void *closure)
{
    return value_incref(method_wrapper_of(self)->self);
}

static ouro_value method_wrapper_get(ouro_runtime *rt, ouro_value self, void *closure)
{
    getset_def const *def = closure;
    return def->get(rt, method_wrapper_of(self)->descriptor, NULL);
}

static ouro_value method_wrapper_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    method_wrapper_object *bound = method_wrapper_of(args[0]);
    ouro_value builtins = rt->types->import_name(rt, STR(rt, builtins));
    if (ouro_is_null(builtins)) {
        return OURO_NULL;
    }
    ouro_value function = object_getattr_utf8(rt, builtins, "getattr");
    value_decref(rt, builtins);
    if (ouro_is_null(function)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    ouro_value arguments =
        tuple_pack2(rt, bound->self, slot_row_name(rt, wrapper_of(bound->descriptor)->row));
    if (!ouro_is_null(arguments)) {
        result = tuple_pack2(rt, function, arguments);
        value_decref(rt, arguments);
    }
    value_decref(rt, function);
    return result;
}

static const method_def method_wrapper_methods[] = {
    {.name = "__reduce__", .signature = "self, /", .fn = method_wrapper_reduce},
    {.name = NULL},
};

static const getset_def method_wrapper_getsets[] = {
    {.name = "__name__", .get = method_wrapper_get, .closure = (void *)&wrapper_getsets[0]},
    {.name = "__qualname__", .get = method_wrapper_get, .closure = (void *)&wrapper_getsets[1]},
    {.name = "__doc__", .get = method_wrapper_get, .closure = (void *)&wrapper_getsets[2]},
    {.name = "__text_signature__", .get = method_wrapper_get, .closure = (void *)&wrapper_getsets[3]},
    {.name = "__objclass__", .get = method_wrapper_get, .closure = (void *)&wrapper_getsets[4]},
    {.name = "__self__", .get = method_wrapper_get_self, .member = true},
    {.name = NULL},
};

static const ouro_field method_wrapper_fields[] = {
    {OURO_FIELD_VALUE, offsetof(method_wrapper_object, descriptor), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(method_wrapper_object, self), 0, "__self__"},
};

const type_spec method_wrapper_spec = {
    .name = "method-wrapper",
    .size = sizeof(method_wrapper_object),
    .fields = method_wrapper_fields,
    .field_count = 2,
    .methods = method_wrapper_methods,
    .getsets = method_wrapper_getsets,
    .slots = {
        .call = method_wrapper_call,
        .repr = method_wrapper_repr,
        .compare = method_wrapper_compare,
        .hash = method_wrapper_hash,
    },
};

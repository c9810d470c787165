/* weakref.c: weakref.ref, Python's side of object/weakref.h.
 *
 * Plain references without a callback to one object are one object.  A reference compares and hashes as its referent does
 * as long as that lives; afterwards it is equal only to itself, and keeps the hash if it was asked for in time.
 */
#include "types/weakref_types.h"

#include "object/weakref.h"
#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"

ouro_value weakref_make(ouro_runtime *rt, type_object *type, ouro_value referent, ouro_value callback,
                        bool is_proxy)
{
    if (!ouro_is_object(referent) || !(ouro_as_object(referent)->shape->type->flags & OURO_TYPE_WEAKREF)) {
        return error_type(rt, "cannot create weak reference to '%T' object", referent);
    }
    if (ouro_is_none(callback)) {
        callback = OURO_NULL;
    }
    weakref_sharing sharing = is_proxy                    ? WEAKREF_SHARED_PROXY
                              : type == TYPE(rt, weakref) ? WEAKREF_SHARED
                                                          : WEAKREF_UNSHARED;
    return ouro_from_object(weakref_new(rt, &type->type, ouro_as_object(referent), callback, sharing));
}

void weakref_call_callback(ouro_runtime *rt, ouro_value callback, ouro_value reference)
{
    ouro_value result = object_call1(rt, callback, reference);
    if (ouro_is_null(result)) {
        rt->report_unraisable(rt, NULL, callback);
    }
    value_decref(rt, result);
}

static bool weakref_arguments(ouro_runtime *rt, const char *name, size_t nargs)
{
    return arguments_positional(rt, name, nargs, OURO_NULL, 1, 2);
}

static ouro_value weakref_type_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    (void)kwnames; /* a subclass may take keywords in its __init__; ref's own refuses them */
    if (!weakref_arguments(rt, "__new__", nargs)) {
        return OURO_NULL;
    }
    return weakref_make(rt, type, args[0], arg_or_null(args, nargs, 1), false);
}

static bool weakref_type_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                              ouro_value kwnames)
{
    (void)self;
    (void)args;
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        error_type(rt, "ref() takes no keyword arguments");
        return false;
    }
    return weakref_arguments(rt, "__init__", nargs);
}

static ouro_value weakref_type_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    (void)args;
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        return error_type(rt, "weakref() takes no keyword arguments");
    }
    if (nargs > 0) {
        return error_type(rt, "weakref expected 0 arguments, got %zu", nargs);
    }
    return weakref_get(as_weakref(self));
}

static ouro_value weakref_type_repr(ouro_runtime *rt, ouro_value self)
{
    ouro_value referent = weakref_get(as_weakref(self));
    if (ouro_is_none(referent)) {
        return str_format_c(rt, "<weakref at %p; dead>", (void *)ouro_as_object(self));
    }
    ouro_value name, result = OURO_NULL;
    int found = object_getattr_optional(rt, referent, STR(rt, __name__), &name);
    if (found > 0 && value_is_str(rt, name)) {
        result = str_format_c(rt, "<weakref at %p; to '%T' at %p (%U)>", (void *)ouro_as_object(self), referent,
                              (void *)ouro_as_object(referent), name);
    } else if (found >= 0) {
        result = str_format_c(rt, "<weakref at %p; to '%T' at %p>", (void *)ouro_as_object(self), referent,
                              (void *)ouro_as_object(referent));
    }
    if (found > 0) {
        value_decref(rt, name);
    }
    value_decref(rt, referent);
    return result;
}

static hash_t weakref_type_hash(ouro_runtime *rt, ouro_value self)
{
    struct weak_reference *reference = as_weakref(self);
    if (reference->hash != -1) {
        return reference->hash;
    }
    ouro_value referent = weakref_get(reference);
    if (ouro_is_none(referent)) {
        error_type(rt, "weak object has gone away");
        return -1;
    }
    hash_t hash = object_hash(rt, referent);
    value_decref(rt, referent);
    reference->hash = hash; /* -1, if it failed, is "not yet" */
    return hash;
}

static ouro_value weakref_type_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !value_is_weakref(b)) {
        return OURO_NOT_IMPLEMENTED;
    }
    ouro_value x = weakref_get(as_weakref(a)), y = weakref_get(as_weakref(b));
    ouro_value result;
    if (ouro_is_none(x) || ouro_is_none(y)) {
        result = ouro_bool(ouro_is(a, b) == (op == COMPARE_EQ));
    } else {
        result = object_compare(rt, x, y, op);
    }
    value_decref(rt, x);
    value_decref(rt, y);
    return result;
}

static ouro_value weakref_class_getitem(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    return object_call2(rt, type_value(TYPE(rt, generic_alias)), args[0], args[1]);
}

static const method_def weakref_methods[] = {
    {.name = "__class_getitem__",
     .signature = "?type, item, /",
     .fn = weakref_class_getitem,
     .flags = METHOD_CLASS,
     .doc = "See PEP 585"},
    {.name = NULL},
};

static const member_def weakref_members[] = {
    {.name = "__callback__",
     .offset = offsetof(struct weak_reference, callback),
     .flags = MEMBER_READONLY | MEMBER_NONE_IF_NULL},
    {.name = NULL},
};

const type_spec weakref_spec = {
    .name = "weakref.ReferenceType",
    .size = sizeof(struct weak_reference),
    .flags = TYPE_BASE | OURO_TYPE_IS_WEAKREF,
    .fields = weakref_fields,
    .field_count = 1,
    .clear = weakref_clear_hook,
    .methods = weakref_methods,
    .members = weakref_members,
    .slots =
        {
            .make = weakref_type_make,
            .init = weakref_type_init,
            .call = weakref_type_call,
            .repr = weakref_type_repr,
            .hash = weakref_type_hash,
            .compare = weakref_type_compare,
        },
};

/* native.c: functions written in C as Python objects: builtin_function, method_descriptor, classmethod_descriptor.
 *
 * All three are a native_object.  What the members mean:
 *
 *                              self          owner                      signature
 *     function of a module     the module    the module's name or NULL  its own
 *     static method            the type      OURO_NULL                  its own
 *     method_descriptor        OURO_NULL     the type                   its own
 *     bound method             the instance  the descriptor             the descriptor's
 *
 * A bound method is a builtin_function with the header flag NATIVE_BOUND: its self goes in front of the arguments.
 * The signature text is parsed when the function is first called (binder.c); a bound method shares what its
 * descriptor has parsed, so that `append` of a thousand lists is parsed once.
 *
 * Does not know: how a type's dict gets its methods (the floor's type.c), how the loop avoids making bound methods.
 */
#include "types/binder.h"
#include "types/error.h"
#include "types/function.h"
#include "types/module.h"
#include "types/protocol.h"
#include "types/str.h"

#include <stdio.h>

enum { NATIVE_BOUND = OURO_GC_OWN, NATIVE_STACK_ARGUMENTS = 10 };

static native_object *as_native(ouro_value v)
{
    return (native_object *)(void *)ouro_as_object(v);
}

static bool native_is_bound(const native_object *native)
{
    return (native->object.gc & NATIVE_BOUND) != 0;
}

/* ---- making --------------------------------------------------------------------------------------------- */

static ouro_value native_new(ouro_runtime *rt, type_object *type, const method_def *def, ouro_value self,
                             ouro_value owner, uint32_t flags)
{
    native_object *native = object_new(rt, &type->type, 0);
    if (native == NULL) {
        return OURO_NULL;
    }
    native->def = def;
    native->signature = NULL;
    native->self = value_incref(self);
    native->owner = value_incref(owner);
    native->object.gc |= flags;
    gc_track(rt, &native->object);
    return ouro_from_object(native);
}

ouro_value native_function_new(ouro_runtime *rt, const method_def *def, ouro_value self, ouro_value module_name)
{
    return native_new(rt, TYPE(rt, builtin_function), def, self, module_name, 0);
}

ouro_value native_method_new(ouro_runtime *rt, const method_def *def, type_object *owner)
{
    if ((def->flags & METHOD_STATIC) != 0) {
        return native_new(rt, TYPE(rt, builtin_function), def, type_value(owner), OURO_NULL, 0);
    }
    type_object *type = (def->flags & METHOD_CLASS) != 0 ? TYPE(rt, classmethod_descriptor)
                                                         : TYPE(rt, method_descriptor);
    return native_new(rt, type, def, OURO_NULL, type_value(owner), 0);
}

ouro_value native_bind(ouro_runtime *rt, native_object *descriptor, ouro_value self)
{
    return native_new(rt, TYPE(rt, builtin_function), descriptor->def, self, ouro_from_object(descriptor),
                      NATIVE_BOUND);
}

static void native_dispose(ouro_runtime *rt, ouro_object *self)
{
    native_object *native = (native_object *)(void *)self;
    ouro_mem_free(rt->mem, native->signature);
    native->signature = NULL;
}

static size_t native_extra_size(ouro_runtime *rt, ouro_object *self)
{
    native_object *native = (native_object *)(void *)self;
    return native->signature == NULL ? 0 : ouro_mem_size(rt->mem, native->signature);
}

/* ---- calling -------------------------------------------------------------------------------------------- */

/* The type that a descriptor belongs to. */
static type_object *native_owner_type(const native_object *descriptor)
{
    return (type_object *)(void *)ouro_as_object(descriptor->owner);
}

static bool native_is_descriptor(ouro_runtime *rt, const native_object *native)
{
    return native->object.shape->type != &TYPE(rt, builtin_function)->type;
}

static bool native_is_class_method(const native_object *native)
{
    return (native->def->flags & METHOD_CLASS) != 0;
}

static const signature *native_signature(ouro_runtime *rt, native_object *native)
{
    native_object *holder = native_is_bound(native) ? as_native(native->owner) : native;
    if (holder->signature == NULL) {
        signature *s = signature_parse(rt, native->def->signature);
        if (s != NULL && (native->def->flags & METHOD_PADDED) && s->count > s->required) {
            s->plain = false;
        }
        holder->signature = s;
    }
    return holder->signature;
}

/* Does the first argument suit the descriptor? */
static bool native_check_self(ouro_runtime *rt, native_object *native, const ouro_value *args, size_t nargs)
{
    type_object *owner = native_owner_type(native);
    if (nargs == 0) {
        if (native_is_class_method(native)) {
            error_type(rt, "descriptor '%s' of '%N' object needs an argument", native->def->name, owner);
        } else {
            error_type(rt, "unbound method %N.%s() needs an argument", owner, native->def->name);
        }
        return false;
    }
    if (native_is_class_method(native)) {
        if (!value_has_flag(rt, args[0], TYPE_IS_TYPE)) {
            error_type(rt, "descriptor '%s' for type '%N' needs a type, not a '%T' as arg 2", native->def->name, owner,
                       args[0]);
            return false;
        }
        if (!type_is_subtype((type_object *)(void *)ouro_as_object(args[0]), owner)) {
            error_type(rt, "descriptor '%s' requires a subtype of '%N' but received '%N'", native->def->name, owner,
                       (type_object *)(void *)ouro_as_object(args[0]));
            return false;
        }
        return true;
    }
    if (!value_is_instance(rt, args[0], owner)) {
        error_type(rt, "descriptor '%s' for '%N' objects doesn't apply to a '%T' object", native->def->name, owner,
                   args[0]);
        return false;
    }
    return true;
}

/* The call when something stands in the way of passing the arguments as they are: the signature is still a text, or
 * they have to be arranged after it. */
static __attribute__((noinline)) ouro_value native_invoke_bound(ouro_runtime *rt, native_object *native, size_t implicit,
                                                                const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    const method_def *def = native->def;
    const signature *s = native_signature(rt, native);
    if (s == NULL) {
        return OURO_NULL;
    }
    if (binder_fits(s, nargs, kwnames)) {
        return def->fn(rt, args, nargs);
    }
    binder_name who = {def->name, NULL, implicit};
    char *module = NULL;
    if (implicit > 0) {
        const native_object *descriptor = native_is_bound(native) ? as_native(native->owner) : native;
        who.prefix = type_short_name(native_owner_type(descriptor));
    } else if (ouro_is_object(native->owner) && value_is_str(rt, native->owner) &&
               !str_equal_ascii(as_str(native->owner), "builtins")) {
        module = str_to_utf8(rt, native->owner, NULL, true);
        if (module == NULL) {
            return OURO_NULL;
        }
        who.prefix = module;
    }
    ouro_value result = binder_call(rt, s, def->fn, &who, args, nargs, kwnames);
    ouro_mem_free(rt->mem, module);
    return result;
}

/* The call itself; args include a bound self, `implicit` tells whether there is one; `holder` has the signature. */
static inline __attribute__((always_inline)) ouro_value native_invoke(ouro_runtime *rt, native_object *native,
                                                                      const native_object *holder, size_t implicit,
                                                                      const ouro_value *args, size_t nargs,
                                                                      ouro_value kwnames)
{
    const method_def *def = native->def;
    const signature *s = holder->signature;
    if (!rt_enter(rt, " while calling a Python object")) {
        return OURO_NULL;
    }
    ouro_value result;
    if (def->raw != NULL) {
        result = def->raw(rt, args, nargs, kwnames);
    } else if (OURO_LIKELY(s != NULL && binder_fits(s, nargs, kwnames))) {
        result = def->fn(rt, args, nargs);
    } else {
        result = native_invoke_bound(rt, native, implicit, args, nargs, kwnames);
    }
    rt_leave(rt);
    return result;
}

/* The same for a bound method, whose self has to be put before the arguments. */
static __attribute__((noinline)) ouro_value native_call_with_self(ouro_runtime *rt, native_object *native,
                                                                  const ouro_value *args, size_t nargs,
                                                                  ouro_value kwnames)
{
    size_t keywords = ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
    size_t all = 1 + nargs + keywords;
    ouro_value few[NATIVE_STACK_ARGUMENTS];
    ouro_value *with_self = few;
    if (all > NATIVE_STACK_ARGUMENTS) {
        with_self = ouro_mem_alloc(rt->mem, all * sizeof(ouro_value));
        if (with_self == NULL) {
            error_no_memory(rt);
            return OURO_NULL;
        }
    }
    with_self[0] = native->self;
    for (size_t i = 1; i < all; i++) {
        with_self[i] = args[i - 1];
    }
    ouro_value result = native_invoke(rt, native, as_native(native->owner), 1, with_self, nargs + 1, kwnames);
    if (with_self != few) {
        ouro_mem_free(rt->mem, with_self);
    }
    return result;
}

ouro_value native_call(ouro_runtime *rt, native_object *native, const ouro_value *args, size_t nargs,
                       ouro_value kwnames)
{
    if (native_is_bound(native)) {
        return native_call_with_self(rt, native, args, nargs, kwnames);
    }
    bool descriptor = native_is_descriptor(rt, native);
    if (descriptor && OURO_UNLIKELY(!native_check_self(rt, native, args, nargs))) {
        return OURO_NULL;
    }
    return native_invoke(rt, native, native, descriptor, args, nargs, kwnames);
}

static ouro_value native_slot_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                   ouro_value kwnames)
{
    return native_call(rt, as_native(self), args, nargs, kwnames);
}

/* ---- attributes ----------------------------------------------------------------------------------------- */

ouro_value native_text_signature(ouro_runtime *rt, const char *text, const char *first)
{
    if (text == NULL || *text == '?') {
        return OURO_NONE;
    }
    if (strcmp(first, "$module") != 0) {
        /* "self, x" becomes "($self, x)": a name given for the first parameter is replaced. */
        const char *rest = text;
        while (*rest != 0 && *rest != ',') {
            rest++;
        }
        return str_format_c(rt, "(%s%s)", first, rest);
    }
    bool positional_only = false;
    for (const char *p = text; *p != 0; p++) {
        positional_only = positional_only || (p[0] == '/' && (p[1] == ',' || p[1] == 0));
    }
    return str_format_c(rt, "($module%s%s%s)", positional_only ? "" : ", /", *text == 0 ? "" : ", ", text);
}

static ouro_value native_get_text_signature(ouro_runtime *rt, ouro_value self, void *closure)
{
    native_object *native = as_native(self);
    const char *first = "$module";
    if (native_is_bound(native) || native_is_descriptor(rt, native)) {
        first = native_is_class_method(native) ? "$type" : "$self";
    } else if (!ouro_is_null(native->self) && value_has_flag(rt, native->self, TYPE_IS_TYPE)) {
        if (native->def->signature == NULL || *native->def->signature == '?') {
            return OURO_NONE;
        }
        return str_format_c(rt, "(%s)", native->def->signature);
    }
    return native_text_signature(rt, native->def->signature, first);
}

static ouro_value native_get_name(ouro_runtime *rt, ouro_value self, void *closure)
{
    return str_intern_cstring(rt, as_native(self)->def->name);
}

static ouro_value native_get_doc(ouro_runtime *rt, ouro_value self, void *closure)
{
    const char *doc = as_native(self)->def->doc;
    return doc == NULL ? OURO_NONE : str_from_cstring(rt, doc);
}

static ouro_value native_get_self(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value v = as_native(self)->self;
    return ouro_is_null(v) ? OURO_NONE : value_incref(v);
}

static ouro_value native_get_module(ouro_runtime *rt, ouro_value self, void *closure)
{
    native_object *native = as_native(self);
    if (native_is_bound(native) || ouro_is_null(native->owner)) {
        return OURO_NONE;
    }
    return value_incref(native->owner);
}

static ouro_value native_get_qualname(ouro_runtime *rt, ouro_value self, void *closure)
{
    native_object *native = as_native(self);
    if (ouro_is_null(native->self) || value_is_instance(rt, native->self, TYPE(rt, module))) {
        if (!native_is_descriptor(rt, native)) {
            return str_from_cstring(rt, native->def->name);
        }
        return str_format_c(rt, "%U.%s", native_owner_type(native)->qualname, native->def->name);
    }
    type_object *type = value_has_flag(rt, native->self, TYPE_IS_TYPE)
                            ? (type_object *)(void *)ouro_as_object(native->self)
                            : value_type(rt, native->self);
    return str_format_c(rt, "%U.%s", type->qualname, native->def->name);
}

static ouro_value native_get_objclass(ouro_runtime *rt, ouro_value self, void *closure)
{
    return value_incref(as_native(self)->owner);
}

static ouro_value native_repr(ouro_runtime *rt, ouro_value self)
{
    native_object *native = as_native(self);
    if (native_is_descriptor(rt, native)) {
        return str_format_c(rt, "<method '%s' of '%N' objects>", native->def->name, native_owner_type(native));
    }
    if (ouro_is_null(native->self) || value_is_instance(rt, native->self, TYPE(rt, module))) {
        return str_format_c(rt, "<built-in function %s>", native->def->name);
    }
    return str_format_c(rt, "<built-in method %s of %T object at 0x%llx>", native->def->name, native->self,
                        (unsigned long long)native->self.bits);
}

/* Two bound methods are equal when they are the same method of the same object. */
static ouro_value native_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if ((op != COMPARE_EQ && op != COMPARE_NE) ||
        !value_is_instance_exactly(rt, b, TYPE(rt, builtin_function))) {
        return OURO_NOT_IMPLEMENTED;
    }
    bool equal = as_native(a)->def == as_native(b)->def && ouro_is(as_native(a)->self, as_native(b)->self);
    return ouro_bool(equal == (op == COMPARE_EQ));
}

static hash_t native_hash(ouro_runtime *rt, ouro_value self)
{
    native_object *native = as_native(self);
    uint64_t h = (native->self.bits >> 4) ^ ((uint64_t)(uintptr_t)native->def >> 3);
    return (hash_t)h == -1 ? -2 : (hash_t)h;
}

/* Pickling and copying: by name, or as getattr(self, name). */
static ouro_value native_reduce_attribute(ouro_runtime *rt, ouro_value holder, const char *name)
{
    ouro_value result = OURO_NULL;
    ouro_value getattr = OURO_NULL;
    ouro_value text = str_from_cstring(rt, name);
    ouro_value builtins = rt->types->import_name == NULL ? OURO_NULL : rt->types->import_name(rt, STR(rt, builtins));
    if (!ouro_is_null(text) && !ouro_is_null(builtins)) {
        getattr = object_getattr_utf8(rt, builtins, "getattr");
    }
    if (!ouro_is_null(getattr)) {
        ouro_value pair = tuple_pack2(rt, holder, text);
        if (!ouro_is_null(pair)) {
            result = tuple_pack2(rt, getattr, pair);
            value_decref(rt, pair);
        }
    }
    value_decref(rt, getattr);
    value_decref(rt, builtins);
    value_decref(rt, text);
    return result;
}

static ouro_value native_method_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    native_object *native = as_native(args[0]);
    if (native_is_descriptor(rt, native)) {
        return native_reduce_attribute(rt, native->owner, native->def->name);
    }
    if (ouro_is_null(native->self) || value_is_instance(rt, native->self, TYPE(rt, module))) {
        return str_from_cstring(rt, native->def->name);
    }
    return native_reduce_attribute(rt, native->self, native->def->name);
}

/* ---- descriptors ---------------------------------------------------------------------------------------- */

static ouro_value native_descr_get(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value owner)
{
    native_object *native = as_native(self);
    if (ouro_is_null(instance)) {
        return value_incref(self);
    }
    if (!native_check_self(rt, native, &instance, 1)) {
        return OURO_NULL;
    }
    return native_bind(rt, native, instance);
}

static ouro_value native_class_descr_get(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value owner)
{
    native_object *native = as_native(self);
    if (ouro_is_null(owner) || ouro_is_none(owner)) {
        if (ouro_is_null(instance)) {
            return error_type(rt, "descriptor '%s' for type '%N' needs either an object or a type", native->def->name,
                              native_owner_type(native));
        }
        owner = type_value(value_type(rt, instance));
    }
    if (!native_check_self(rt, native, &owner, 1)) {
        return OURO_NULL;
    }
    return native_bind(rt, native, owner);
}

static const ouro_field native_fields[] = {
    {OURO_FIELD_VALUE, offsetof(native_object, self), 0, "__self__"},
    {OURO_FIELD_VALUE, offsetof(native_object, owner), 0, "__objclass__"},
};

static const method_def native_methods[] = {
    {"__reduce__", "self, /", native_method_reduce, NULL, 0, NULL},
    {0},
};

static const getset_def native_function_getsets[] = {
    {"__name__", native_get_name, NULL, NULL, NULL},
    {"__qualname__", native_get_qualname, NULL, NULL, NULL},
    {"__doc__", native_get_doc, NULL, NULL, NULL},
    {"__self__", native_get_self, NULL, NULL, NULL},
    {"__module__", native_get_module, NULL, NULL, NULL, .member = true},
    {"__text_signature__", native_get_text_signature, NULL, NULL, NULL},
    {0},
};

static const getset_def native_descriptor_getsets[] = {
    {"__name__", native_get_name, NULL, NULL, NULL, .member = true},
    {"__qualname__", native_get_qualname, NULL, NULL, NULL},
    {"__doc__", native_get_doc, NULL, NULL, NULL},
    {"__objclass__", native_get_objclass, NULL, NULL, NULL, .member = true},
    {"__text_signature__", native_get_text_signature, NULL, NULL, NULL},
    {0},
};

const type_spec builtin_function_spec = {
    .name = "builtin_function_or_method",
    .size = sizeof(native_object),
    .flags = OURO_TYPE_WEAKREF | OURO_TYPE_IMMUTABLE | TYPE_NO_MAKE,
    .fields = native_fields,
    .field_count = 2,
    .dispose = native_dispose,
    .extra_size = native_extra_size,
    .methods = native_methods,
    .getsets = native_function_getsets,
    .slots = {.call = native_slot_call, .repr = native_repr, .compare = native_compare, .hash = native_hash},
};

const type_spec method_descriptor_spec = {
    .name = "method_descriptor",
    .size = sizeof(native_object),
    .flags = OURO_TYPE_IMMUTABLE | TYPE_METHOD_DESCR | TYPE_NO_MAKE,
    .fields = native_fields,
    .field_count = 2,
    .dispose = native_dispose,
    .extra_size = native_extra_size,
    .methods = native_methods,
    .getsets = native_descriptor_getsets,
    .slots = {.call = native_slot_call, .repr = native_repr, .descr_get = native_descr_get},
};

const type_spec classmethod_descriptor_spec = {
    .name = "classmethod_descriptor",
    .size = sizeof(native_object),
    .flags = OURO_TYPE_IMMUTABLE | TYPE_NO_MAKE,
    .fields = native_fields,
    .field_count = 2,
    .dispose = native_dispose,
    .extra_size = native_extra_size,
    .getsets = native_descriptor_getsets,
    .slots = {.call = native_slot_call, .repr = native_repr, .descr_get = native_class_descr_get},
};

/* protocol_class.c: isinstance and issubclass. */
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/slots.h"
#include "types/str.h"
#include "types/type_build.h"

/* The __bases__ of something that acts as a class: new reference; OURO_NULL without an exception: it does not. */
static ouro_value class_bases(ouro_runtime *rt, ouro_value class)
{
    ouro_value bases;
    if (object_getattr_optional(rt, class, STR(rt, __bases__), &bases) <= 0) {
        return OURO_NULL;
    }
    if (!value_is_tuple(rt, bases)) {
        value_decref(rt, bases);
        return OURO_NULL;
    }
    return bases;
}

/* Is `wanted` among the bases of `derived`, by __bases__ alone?  1, 0, -1. */
static int class_descends(ouro_runtime *rt, ouro_value derived, ouro_value wanted)
{
    if (ouro_is(derived, wanted)) {
        return 1;
    }
    ouro_value bases = class_bases(rt, derived);
    if (ouro_is_null(bases)) {
        return error_is_set(rt) ? -1 : 0;
    }
    int result = 0;
    if (!rt_enter(rt, " in __issubclass__")) {
        result = -1;
    } else {
        for (size_t i = 0; result == 0 && i < as_tuple(bases)->size; i++) {
            result = class_descends(rt, as_tuple(bases)->items[i], wanted);
        }
        rt_leave(rt);
    }
    value_decref(rt, bases);
    return result;
}

/* Raises TypeError unless `class` acts as a class. */
static bool class_check(ouro_runtime *rt, ouro_value class, const char *message)
{
    ouro_value bases = class_bases(rt, class);
    if (!ouro_is_null(bases)) {
        value_decref(rt, bases);
        return true;
    }
    if (!error_is_set(rt)) {
        error_type(rt, "%s", message);
    }
    return false;
}

int object_is_instance_plainly(ouro_runtime *rt, ouro_value v, ouro_value class)
{
    ouro_value claimed;
    if (value_is_type(rt, class)) {
        type_object *type = value_type(rt, v);
        if (type_is_subtype(type, as_type(class))) {
            return 1;
        }
        /* what it says of itself: __class__ may be computed (proxies, mocks) */
        if (type->slots.getattr == object_getattr_generic && type_fill_quietly(rt, type, STR(rt, __class__)) &&
            ouro_is(type_lookup(rt, type, STR(rt, __class__)), type_lookup(rt, TYPE(rt, object), STR(rt, __class__)))) {
            return 0;
        }
        int found = object_getattr_optional(rt, v, STR(rt, __class__), &claimed);
        if (found <= 0) {
            return found;
        }
        int result = 0;
        if (!ouro_is(claimed, type_value(type)) && value_is_type(rt, claimed)) {
            result = type_is_subtype(as_type(claimed), as_type(class));
        }
        value_decref(rt, claimed);
        return result;
    }
    if (!class_check(rt, class, "isinstance() arg 2 must be a type, a tuple of types, or a union")) {
        return -1;
    }
    int found = object_getattr_optional(rt, v, STR(rt, __class__), &claimed);
    if (found <= 0) {
        return found;
    }
    int result = class_descends(rt, claimed, class);
    value_decref(rt, claimed);
    return result;
}

int object_is_subclass_plainly(ouro_runtime *rt, ouro_value v, ouro_value class)
{
    if (value_is_type(rt, v) && value_is_type(rt, class)) {
        return type_is_subtype(as_type(v), as_type(class));
    }
    if (!class_check(rt, v, "issubclass() arg 1 must be a class") ||
        !class_check(rt, class, "issubclass() arg 2 must be a class, a tuple of classes, or a union")) {
        return -1;
    }
    return class_descends(rt, v, class);
}

typedef int (*class_test)(ouro_runtime *rt, ouro_value v, ouro_value class);

/* The common course: a tuple stands for any of its items; then the class's own special method; then plainly. */
static int class_ask(ouro_runtime *rt, ouro_value v, ouro_value class, ouro_value method_name, const char *where,
                     class_test ask, class_test plainly)
{
    if (value_type(rt, class) == TYPE(rt, type)) {
        return plainly(rt, v, class);
    }
    if (!rt_enter(rt, where)) {
        return -1;
    }
    int result = 0;
    if (value_is_tuple(rt, class)) {
        value_incref(class);
        for (size_t i = 0; result == 0 && i < as_tuple(class)->size; i++) {
            result = ask(rt, v, as_tuple(class)->items[i]);
        }
        value_decref(rt, class);
        rt_leave(rt);
        return result;
    }
    ouro_value args[2] = {class, v};
    bool found;
    ouro_value answer = slots_call_special(rt, method_name, args, 2, &found);
    if (!found) {
        result = plainly(rt, v, class);
    } else if (ouro_is_null(answer)) {
        result = -1;
    } else {
        result = object_truth(rt, answer);
        value_decref(rt, answer);
    }
    rt_leave(rt);
    return result;
}

int object_is_instance(ouro_runtime *rt, ouro_value v, ouro_value class_or_tuple)
{
    if (ouro_is(type_value(value_type(rt, v)), class_or_tuple)) {
        return 1;
    }
    return class_ask(rt, v, class_or_tuple, STR(rt, __instancecheck__), " in __instancecheck__", object_is_instance,
                     object_is_instance_plainly);
}

int object_is_subclass(ouro_runtime *rt, ouro_value v, ouro_value class_or_tuple)
{
    if (value_type(rt, class_or_tuple) == TYPE(rt, type) && ouro_is(v, class_or_tuple)) {
        return 1;
    }
    return class_ask(rt, v, class_or_tuple, STR(rt, __subclasscheck__), " in __subclasscheck__", object_is_subclass,
                     object_is_subclass_plainly);
}

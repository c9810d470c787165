/* protocol.c: attributes, text, truth, comparison, hash, containers and iteration of any value.
 *
 * Each function finds the slot of the value's type and calls it; what the language asks beyond the slot (fallbacks,
 * checks of the result, error messages) is here, once.  Operators are in protocol_number.c, calls in protocol_call.c,
 * isinstance and issubclass in protocol_class.c.
 */
#include "types/protocol.h"
#include "types/attribute.h"
#include "types/compare.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/error_private.h"
#include "types/format_spec.h"
#include "types/number.h"
#include "types/protocol_private.h"
#include "types/slot_table.h"
#include "types/slots.h"
#include "types/str.h"
#include "types/text.h"
#include "types/type_build.h"

/* ---- attributes ---- */

ouro_value object_getattr(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    type_object *type = value_type(rt, self);
    if (OURO_LIKELY(type->slots.getattr == object_getattr_generic)) {
        return object_getattr_generic(rt, self, name);
    }
    if (!value_is_str(rt, name)) {
        return error_type(rt, "attribute name must be string, not '%T'", name);
    }
    ouro_value result = type->slots.getattr(rt, self, name);
    if (OURO_UNLIKELY(ouro_is_null(result))) {
        error_note_attribute(rt, self, name); /* a program's __getattr__ need not tell */
    }
    return result;
}

int object_getattr_optional(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value *result)
{
    type_object *type = value_type(rt, self);
    if (type->slots.getattr == object_getattr_generic) {
        *result = object_getattr_quiet(rt, self, name);
    } else if (type->slots.getattr == type_getattr) {
        *result = type_getattr_quiet(rt, self, name);
    } else {
        *result = object_getattr(rt, self, name);
    }
    if (!ouro_is_null(*result)) {
        return 1;
    }
    return !error_is_set(rt) || error_clear_if(rt, EXC(rt, AttributeError)) ? 0 : -1;
}

bool object_setattr(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value value)
{
    type_object *type = value_type(rt, self);
    if (OURO_LIKELY(type->slots.setattr == object_setattr_generic)) {
        return object_setattr_generic(rt, self, name, value);
    }
    if (!value_is_str(rt, name)) {
        error_type(rt, "attribute name must be string, not '%T'", name);
        return false;
    }
    ouro_value interned = str_intern(rt, value_incref(name));
    if (ouro_is_null(interned)) {
        return false;
    }
    bool done = type->slots.setattr(rt, self, interned, value);
    value_decref(rt, interned);
    return done;
}

ouro_value object_getattr_utf8(ouro_runtime *rt, ouro_value self, const char *name)
{
    ouro_value interned = str_intern_cstring(rt, name);
    if (ouro_is_null(interned)) {
        return OURO_NULL;
    }
    ouro_value result = object_getattr(rt, self, interned);
    value_decref(rt, interned);
    return result;
}

ouro_value object_special(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    type_object *type = value_type(rt, self);
    if (!type_fill_for(rt, type, name)) {
        return OURO_NULL;
    }
    ouro_value method = type_lookup(rt, type, name);
    if (ouro_is_null(method)) {
        return OURO_NULL;
    }
    type_object *kind = value_type(rt, method);
    value_incref(method);
    if (kind->slots.descr_get == NULL) {
        return method;
    }
    ouro_value bound = kind->slots.descr_get(rt, method, self, type_value(type));
    value_decref(rt, method);
    return bound;
}

/* ---- text ---- */

ouro_value object_repr(ouro_runtime *rt, ouro_value v)
{
    if (ouro_is_null(v)) {
        return str_from_cstring(rt, "<NULL>");
    }
    if (!rt_enter(rt, " while getting the repr of an object")) {
        return OURO_NULL;
    }
    ouro_value result = value_type(rt, v)->slots.repr(rt, v);
    rt_leave(rt);
    if (!ouro_is_null(result) && !value_is_str(rt, result)) {
        error_type(rt, "__repr__ returned non-string (type %T)", result);
        value_decref(rt, result);
        return OURO_NULL;
    }
    return result;
}

ouro_value object_str(ouro_runtime *rt, ouro_value v)
{
    if (ouro_is_null(v)) {
        return str_from_cstring(rt, "<NULL>");
    }
    if (value_is_str_exact(rt, v)) {
        return value_incref(v);
    }
    if (!rt_enter(rt, " while getting the str of an object")) {
        return OURO_NULL;
    }
    type_object *type = value_type(rt, v);
    ouro_value result = type->slots.str != NULL ? type->slots.str(rt, v) : object_repr(rt, v);
    rt_leave(rt);
    if (!ouro_is_null(result) && !value_is_str(rt, result)) {
        error_type(rt, "__str__ returned non-string (type %T)", result);
        value_decref(rt, result);
        return OURO_NULL;
    }
    return result;
}

ouro_value object_ascii(ouro_runtime *rt, ouro_value v)
{
    ouro_value repr = object_repr(rt, v);
    if (ouro_is_null(repr)) {
        return OURO_NULL;
    }
    ouro_value result = str_to_ascii(rt, repr);
    value_decref(rt, repr);
    return result;
}

ouro_value object_format(ouro_runtime *rt, ouro_value v, ouro_value spec)
{
    if (!ouro_is_null(spec) && !value_is_str(rt, spec)) {
        return error_type(rt, "Format specifier must be a string, not %T", spec);
    }
    if (ouro_is_null(spec) || str_length(as_str(spec)) == 0) {
        type_object *type = value_type(rt, v);
        if (type == TYPE(rt, str)) {
            return value_incref(v);
        }
        if (type == TYPE(rt, int)) {
            return object_str(rt, v);
        }
    }
    if (!ouro_is_null(spec)) { /* the built-in types' own __format__, which nothing can replace */
        type_object *type = value_type(rt, v);
        if (type == TYPE(rt, int)) {
            return format_int(rt, v, spec);
        }
        if (type == TYPE(rt, float)) {
            return format_float(rt, v, spec);
        }
        if (type == TYPE(rt, str)) {
            return format_str(rt, v, spec);
        }
    }
    ouro_value given = ouro_is_null(spec) ? str_from_cstring(rt, "") : value_incref(spec);
    if (ouro_is_null(given)) {
        return OURO_NULL;
    }
    ouro_value args[2] = {v, given};
    bool found;
    ouro_value result = slots_call_special(rt, STR(rt, __format__), args, 2, &found);
    value_decref(rt, given);
    if (!found) {
        return error_type(rt, "Type %T doesn't define __format__", v);
    }
    if (!ouro_is_null(result) && !value_is_str(rt, result)) {
        error_type(rt, "__format__ must return a str, not %T", result);
        value_decref(rt, result);
        return OURO_NULL;
    }
    return result;
}

/* ---- repr of containers that may hold themselves ---- */

struct repr_chain {
    size_t count, capacity;
    ouro_value containers[]; /* borrowed: whoever entered holds them */
};

void repr_chain_stop(ouro_runtime *rt)
{
    ouro_mem_free(rt->mem, rt->types->repr_chain);
    rt->types->repr_chain = NULL;
}

int repr_enter(ouro_runtime *rt, ouro_value container)
{
    struct repr_chain *chain = rt->types->repr_chain;
    size_t count = chain == NULL ? 0 : chain->count;
    for (size_t i = count; i-- > 0;) {
        if (ouro_is(chain->containers[i], container)) {
            return 1;
        }
    }
    if (chain == NULL || count == chain->capacity) {
        size_t capacity = chain == NULL ? 16 : chain->capacity * 2;
        chain = ouro_mem_resize(rt->mem, chain, sizeof *chain + capacity * sizeof(ouro_value));
        if (chain == NULL) {
            error_no_memory(rt);
            return -1;
        }
        chain->count = count;
        chain->capacity = capacity;
        rt->types->repr_chain = chain;
    }
    chain->containers[chain->count++] = container;
    return 0;
}

void repr_leave(ouro_runtime *rt, ouro_value container)
{
    struct repr_chain *chain = rt->types->repr_chain;
    for (size_t i = chain->count; i-- > 0;) {
        if (ouro_is(chain->containers[i], container)) {
            memmove(&chain->containers[i], &chain->containers[i + 1],
                    (chain->count - i - 1) * sizeof(ouro_value));
            chain->count--;
            return;
        }
    }
}

/* ---- truth, comparison, hash ---- */

int object_truth(ouro_runtime *rt, ouro_value v)
{
    if (OURO_LIKELY(ouro_is_constant(v) && !ouro_is(v, OURO_NOT_IMPLEMENTED))) {
        return ouro_is(v, OURO_TRUE) || ouro_is(v, OURO_ELLIPSIS);
    }
    if (ouro_is_int(v)) {
        return ouro_as_int(v) != 0;
    }
    const type_slots *slots = &value_type(rt, v)->slots;
    if (slots->truth != NULL) {
        return slots->truth(rt, v);
    }
    if (slots->length != NULL) {
        int64_t length = slots->length(rt, v);
        return length < 0 ? -1 : length > 0;
    }
    return 1;
}

static const char *const compare_symbols[] = {"<", "<=", "==", "!=", ">", ">="};
static const compare_op compare_mirrored[] = {COMPARE_GT, COMPARE_GE, COMPARE_EQ, COMPARE_NE, COMPARE_LT, COMPARE_LE};

static ouro_value object_compare_slots(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    type_object *ta = value_type(rt, a), *tb = value_type(rt, b);
    bool tried = false;
    ouro_value result;
    if (ta != tb && tb->slots.compare != NULL && type_is_subtype(tb, ta)) {
        tried = true;
        result = tb->slots.compare(rt, b, a, compare_mirrored[op]);
        if (!ouro_is(result, OURO_NOT_IMPLEMENTED)) {
            return result;
        }
    }
    if (ta->slots.compare != NULL) {
        result = ta->slots.compare(rt, a, b, op);
        if (!ouro_is(result, OURO_NOT_IMPLEMENTED)) {
            return result;
        }
    }
    if (!tried && tb->slots.compare != NULL) {
        result = tb->slots.compare(rt, b, a, compare_mirrored[op]);
        if (!ouro_is(result, OURO_NOT_IMPLEMENTED)) {
            return result;
        }
    }
    if (op == COMPARE_EQ) {
        return ouro_bool(ouro_is(a, b));
    }
    if (op == COMPARE_NE) {
        return ouro_bool(!ouro_is(a, b));
    }
    return error_type(rt, "'%s' not supported between instances of '%T' and '%T'", compare_symbols[op], a, b);
}

ouro_value object_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if (ouro_is_int(a) && ouro_is_int(b)) {
        return ouro_bool(compare_decides(ouro_as_int(a), ouro_as_int(b), op));
    }
    if (!rt_enter(rt, " in comparison")) {
        return OURO_NULL;
    }
    ouro_value result = object_compare_slots(rt, a, b, op);
    rt_leave(rt);
    return result;
}

int object_compare_truth(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if (ouro_is(a, b)) {
        if (op == COMPARE_EQ) {
            return 1;
        }
        if (op == COMPARE_NE) {
            return 0;
        }
    }
    ouro_value result = object_compare(rt, a, b, op);
    if (ouro_is_null(result)) {
        return -1;
    }
    int truth = object_truth(rt, result);
    value_decref(rt, result);
    return truth;
}

int object_equal(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    if (ouro_is(a, b)) {
        return 1;
    }
    if (ouro_is_int(a) && ouro_is_int(b)) {
        return 0;
    }
    if (value_is_str_exact(rt, a) && value_is_str_exact(rt, b)) {
        return str_equal(as_str(a), as_str(b));
    }
    return object_compare_truth(rt, a, b, COMPARE_EQ);
}

hash_t hash_not_implemented(ouro_runtime *rt, ouro_value self)
{
    error_type(rt, "unhashable type: '%T'", self);
    return -1;
}

hash_t object_hash(ouro_runtime *rt, ouro_value v)
{
    if (value_is_str_exact(rt, v)) {
        return str_hash(rt, as_str(v));
    }
    hash_t (*hash)(ouro_runtime *, ouro_value) = value_type(rt, v)->slots.hash;
    if (OURO_UNLIKELY(rt_stack_now() < rt->stack_limit)) {
        /* nested tuples: CPython counts no levels here, but the stack must not overflow */
        rt->set_recursion_error(rt, " while hashing an object");
        return -1;
    }
    return hash == NULL ? hash_not_implemented(rt, v) : hash(rt, v);
}

/* ---- containers ---- */

int64_t object_length(ouro_runtime *rt, ouro_value v)
{
    int64_t (*length)(ouro_runtime *, ouro_value) = value_type(rt, v)->slots.length;
    if (OURO_UNLIKELY(length == NULL)) {
        error_type(rt, "object of type '%T' has no len()", v);
        return -1;
    }
    return length(rt, v);
}

int64_t object_length_hint(ouro_runtime *rt, ouro_value v, int64_t fallback)
{
    if (value_type(rt, v)->slots.length != NULL) {
        int64_t length = object_length(rt, v);
        if (length >= 0 || !error_clear_if(rt, EXC(rt, TypeError))) {
            return length;
        }
    }
    bool found;
    ouro_value hint = slots_call_special(rt, STR(rt, __length_hint__), &v, 1, &found);
    if (!found) {
        return fallback;
    }
    if (ouro_is_null(hint)) {
        return error_clear_if(rt, EXC(rt, TypeError)) ? fallback : -1;
    }
    if (ouro_is(hint, OURO_NOT_IMPLEMENTED)) {
        return fallback;
    }
    int64_t result = -1;
    if (!value_is_int(rt, hint)) {
        error_type(rt, "__length_hint__ must be an integer, not %T", hint);
    } else if (!int_fits_int64(hint, &result)) {
        error_overflow(rt, "Python int too large to convert to C ssize_t");
        result = -1;
    } else if (result < 0) {
        error_value(rt, "__length_hint__() should return >= 0");
        result = -1;
    }
    value_decref(rt, hint);
    return result;
}

/* class[key] */
static ouro_value object_getitem_of_class(ouro_runtime *rt, ouro_value class, ouro_value key)
{
    if (as_type(class) == TYPE(rt, type)) {
        return object_call2(rt, type_value(TYPE(rt, generic_alias)), class, key);
    }
    ouro_value method;
    int found = object_getattr_optional(rt, class, STR(rt, __class_getitem__), &method);
    if (found < 0) {
        return OURO_NULL;
    }
    if (found == 0 || ouro_is_none(method)) {
        return error_type(rt, "type '%N' is not subscriptable", as_type(class));
    }
    ouro_value result = object_call1(rt, method, key);
    value_decref(rt, method);
    return result;
}

ouro_value object_getitem(ouro_runtime *rt, ouro_value v, ouro_value key)
{
    binary_slot getitem = value_type(rt, v)->slots.getitem;
    if (OURO_LIKELY(getitem != NULL)) {
        return getitem(rt, v, key);
    }
    if (value_is_type(rt, v)) {
        return object_getitem_of_class(rt, v, key);
    }
    return error_type(rt, "'%T' object is not subscriptable", v);
}

bool object_setitem(ouro_runtime *rt, ouro_value v, ouro_value key, ouro_value value)
{
    const type_slots *slots = &value_type(rt, v)->slots;
    bool refused = slots->setitem == NULL;
    if (slots->setitem == dunder_setitem) {
        refused = ouro_is_null(type_lookup(rt, value_type(rt, v),
                                           ouro_is_null(value) ? STR(rt, __delitem__) : STR(rt, __setitem__)));
    }
    if (OURO_UNLIKELY(refused)) {
        bool sequence = (value_type(rt, v)->type.flags & TYPE_HEAP) || slots->contains != NULL || slots->getitem != NULL ||
                        slots->length != NULL;
        error_type(rt, "'%T' object %s item %s", v,
                   ouro_is_null(value) && sequence && value_type(rt, key)->slots.to_index != NULL
                       ? "doesn't support"
                       : "does not support",
                   ouro_is_null(value) ? "deletion" : "assignment");
        return false;
    }
    return slots->setitem(rt, v, key, value);
}

int object_contains(ouro_runtime *rt, ouro_value container, ouro_value item)
{
    int (*contains)(ouro_runtime *, ouro_value, ouro_value) = value_type(rt, container)->slots.contains;
    if (contains != NULL) {
        return contains(rt, container, item);
    }
    if (value_type(rt, container)->slots.iter == NULL && !value_is_sequence(rt, container)) {
        error_type(rt, "argument of type '%T' is not iterable", container);
        return -1;
    }
    ouro_value iterator = object_iter(rt, container);
    if (ouro_is_null(iterator)) {
        return -1;
    }
    int result = 0;
    while (result == 0) {
        ouro_value next = iterator_next(rt, iterator);
        if (ouro_is_null(next)) {
            result = error_is_set(rt) ? -1 : 0;
            break;
        }
        result = object_equal(rt, next, item);
        value_decref(rt, next);
    }
    value_decref(rt, iterator);
    return result;
}

/* ---- iteration ---- */

bool value_is_sequence(ouro_runtime *rt, ouro_value v)
{
    type_object *type = value_type(rt, v);
    return type->slots.getitem != NULL &&
           (type->slots.getitem == dunder_getitem ? !(type->type.flags & TYPE_IS_DICT)
                                                  : (type->type.flags & TYPE_SEQUENCE) != 0);
}

bool value_is_iterator(ouro_runtime *rt, ouro_value v)
{
    return value_type(rt, v)->slots.next != NULL;
}

ouro_value object_iter(ouro_runtime *rt, ouro_value v)
{
    unary_slot iter = value_type(rt, v)->slots.iter;
    if (iter == NULL) {
        if (value_is_sequence(rt, v)) {
            return sequence_iterator_new(rt, v);
        }
        return error_type(rt, "'%T' object is not iterable", v);
    }
    ouro_value result = iter(rt, v);
    if (!ouro_is_null(result) && !value_is_iterator(rt, result)) {
        error_type(rt, "iter() returned non-iterator of type '%T'", result);
        value_decref(rt, result);
        return OURO_NULL;
    }
    return result;
}

static inline ouro_value iterator_advance(ouro_runtime *rt, ouro_value iterator)
{
    unary_slot next = value_type(rt, iterator)->slots.next;
    if (OURO_UNLIKELY(next == NULL)) {
        return error_type(rt, "'%T' object is not an iterator", iterator);
    }
    /* iterators over iterators: the stack alone bounds them, a step costs too little to be counted */
    if (OURO_UNLIKELY(!rt_stack_suffices(rt, " while iterating"))) {
        return OURO_NULL;
    }
    if (OURO_UNLIKELY(rt->stopping)) { /* sum(itertools.repeat(0)) ends too */
        rt->raise_stopped(rt);
        return OURO_NULL;
    }
    if (!rt_heed_signals(rt)) {
        return OURO_NULL;
    }
    return next(rt, iterator);
}

ouro_value iterator_step(ouro_runtime *rt, ouro_value iterator)
{
    return iterator_advance(rt, iterator);
}

ouro_value iterator_next(ouro_runtime *rt, ouro_value iterator)
{
    ouro_value item = iterator_advance(rt, iterator);
    if (ouro_is_null(item) && error_is_set(rt)) {
        error_clear_if(rt, EXC(rt, StopIteration));
    }
    return item;
}

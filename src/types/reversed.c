/* reversed.c: reversed(sequence): by __reversed__, or by index from the end.
 *
 * index is the next one to give, -1 once exhausted; the sequence is dropped then.
 */
#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol_iterators.h"
#include "types/protocol.h"

typedef struct reversed_object {
    ouro_object object;
    ouro_value sequence;
    int64_t index;
} reversed_object;

static reversed_object *as_reversed(ouro_value v)
{
    return (reversed_object *)(void *)ouro_as_object(v);
}

static ouro_value reversed_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                ouro_value kwnames)
{
    if (!arguments_positional_new(rt, type, "reversed", nargs, kwnames, 1, 1)) {
        return OURO_NULL;
    }
    ouro_value sequence = args[0];
    if (!type_fill_for(rt, value_type(rt, sequence), STR(rt, __reversed__))) {
        return OURO_NULL;
    }
    ouro_value method = type_lookup(rt, value_type(rt, sequence), STR(rt, __reversed__));
    if (ouro_is_none(method)) {
        return error_type(rt, "'%.200T' object is not reversible", sequence);
    }
    if (!ouro_is_null(method)) {
        ouro_value bound = object_special(rt, sequence, STR(rt, __reversed__));
        if (ouro_is_null(bound)) {
            return OURO_NULL;
        }
        ouro_value result = object_call0(rt, bound);
        value_decref(rt, bound);
        return result;
    }
    const type_slots *slots = &value_type(rt, sequence)->slots;
    if (slots->getitem == NULL || value_is_dict(rt, sequence)) {
        return error_type(rt, "'%.200T' object is not reversible", sequence);
    }
    int64_t length = object_length(rt, sequence);
    if (length < 0) {
        return OURO_NULL;
    }
    reversed_object *r = object_new(rt, &type->type, 0);
    if (r == NULL) {
        return OURO_NULL;
    }
    r->sequence = value_incref(sequence);
    r->index = length - 1;
    gc_track(rt, &r->object);
    return ouro_from_object(r);
}

static ouro_value reversed_iter(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

static ouro_value reversed_next(ouro_runtime *rt, ouro_value self)
{
    reversed_object *r = as_reversed(self);
    if (r->index < 0 || ouro_is_null(r->sequence)) {
        value_clear(rt, &r->sequence);
        return OURO_NULL;
    }
    ouro_value sequence = value_incref(r->sequence);
    ouro_value item = object_getitem(rt, sequence, ouro_int(r->index));
    if (!ouro_is_null(item)) {
        r->index--;
    } else if (error_clear_if(rt, EXC(rt, IndexError)) || error_clear_if(rt, EXC(rt, StopIteration))) {
        r->index = -1;
    }
    if (r->index < 0 && !error_is_set(rt)) {
        value_clear(rt, &r->sequence);
    }
    value_decref(rt, sequence);
    return item;
}

static ouro_value reversed_length_hint(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    reversed_object *r = as_reversed(args[0]);
    if (ouro_is_null(r->sequence)) {
        return ouro_int(0);
    }
    int64_t length = object_length(rt, r->sequence);
    if (length < 0) {
        return OURO_NULL;
    }
    return ouro_int(length < r->index + 1 ? 0 : r->index + 1);
}

static ouro_value reversed_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    reversed_object *r = as_reversed(args[0]);
    ouro_value type = type_value(value_type(rt, args[0]));
    ouro_value result = OURO_NULL;
    ouro_value empty = rt->types->empty_tuple;
    ouro_value arguments = tuple_pack1(rt, ouro_is_null(r->sequence) ? empty : r->sequence);
    if (ouro_is_null(arguments)) {
        return OURO_NULL;
    }
    if (ouro_is_null(r->sequence)) {
        result = tuple_pack2(rt, type, arguments);
    } else {
        result = tuple_pack3(rt, type, arguments, ouro_int(r->index));
    }
    value_decref(rt, arguments);
    return result;
}

static ouro_value reversed_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    reversed_object *r = as_reversed(args[0]);
    int64_t index;
    if (!object_as_index(rt, args[1], &index, false)) {
        return OURO_NULL;
    }
    if (!ouro_is_null(r->sequence)) {
        int64_t length = object_length(rt, r->sequence);
        if (length < 0) {
            return OURO_NULL;
        }
        r->index = index < -1 ? -1 : index > length - 1 ? length - 1 : index;
    }
    return OURO_NONE;
}

static const ouro_field reversed_fields[] = {
    {OURO_FIELD_VALUE, offsetof(reversed_object, sequence), 0, "sequence"},
};

static const method_def reversed_methods[] = {
    {"__length_hint__", "?self, /", reversed_length_hint, NULL, 0, NULL},
    {"__reduce__", "?self, /", reversed_reduce, NULL, 0, NULL},
    {"__setstate__", "?self, state, /", reversed_setstate, NULL, 0, NULL},
    {0},
};

const type_spec reversed_spec = {
    .name = "reversed",
    .signature = "(sequence, /)",
    .size = sizeof(reversed_object),
    .flags = TYPE_BASE,
    .doc = "Return a reverse iterator over the values of the given sequence.",
    .fields = reversed_fields,
    .field_count = 1,
    .methods = reversed_methods,
    .slots = {.make = reversed_make, .iter = reversed_iter, .next = reversed_next},
};

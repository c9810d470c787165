/* sequence_iterator.c: the old iteration protocol: s[0], s[1], ... until IndexError; and what __reduce__ of iterators
 * needs.
 *
 * An exhausted iterator has dropped its sequence and stays exhausted.
 */
#include "types/protocol_iterators.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"

typedef struct sequence_iterator_object {
    ouro_object object;
    ouro_value sequence; /* OURO_NULL: exhausted */
    int64_t index;
} sequence_iterator_object;

static sequence_iterator_object *as_sequence_iterator(ouro_value v)
{
    return (sequence_iterator_object *)(void *)ouro_as_object(v);
}

ouro_value sequence_iterator_new(ouro_runtime *rt, ouro_value sequence)
{
    sequence_iterator_object *it = object_new(rt, &TYPE(rt, sequence_iterator)->type, 0);
    if (it == NULL) {
        return OURO_NULL;
    }
    it->sequence = value_incref(sequence);
    gc_track(rt, &it->object);
    return ouro_from_object(it);
}

static ouro_value sequence_iterator_self(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

static ouro_value sequence_iterator_next(ouro_runtime *rt, ouro_value self)
{
    sequence_iterator_object *it = as_sequence_iterator(self);
    if (ouro_is_null(it->sequence)) {
        return OURO_NULL;
    }
    ouro_value sequence = value_incref(it->sequence);
    ouro_value item = object_getitem(rt, sequence, ouro_int(it->index));
    if (!ouro_is_null(item)) {
        it->index++;
    } else if (error_clear_if(rt, EXC(rt, IndexError)) || error_clear_if(rt, EXC(rt, StopIteration))) {
        value_clear(rt, &it->sequence);
    }
    value_decref(rt, sequence);
    return item;
}

static ouro_value sequence_iterator_length_hint(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    sequence_iterator_object *it = as_sequence_iterator(args[0]);
    if (ouro_is_null(it->sequence)) {
        return ouro_int(0);
    }
    if (value_type(rt, it->sequence)->slots.length == NULL) {
        return OURO_NOT_IMPLEMENTED;
    }
    int64_t length = object_length(rt, it->sequence);
    if (length < 0) {
        return OURO_NULL;
    }
    return ouro_int(length > it->index ? length - it->index : 0);
}

ouro_value protocol_iterator_reduce(ouro_runtime *rt, const char *function, ouro_value sequence, ouro_value state)
{
    ouro_value result = OURO_NULL, callable = OURO_NULL, arguments = OURO_NULL;
    ouro_value builtins = rt->types->import_name(rt, STR(rt, builtins));
    if (ouro_is_null(builtins)) {
        goto done;
    }
    callable = object_getattr_utf8(rt, builtins, function);
    if (ouro_is_null(callable)) {
        goto done;
    }
    arguments = tuple_pack1(rt, sequence);
    if (ouro_is_null(arguments)) {
        goto done;
    }
    result = ouro_is_null(state) ? tuple_pack2(rt, callable, arguments)
                                 : tuple_pack3(rt, callable, arguments, state);
done:
    value_decref(rt, arguments);
    value_decref(rt, callable);
    value_decref(rt, builtins);
    value_decref(rt, state);
    return result;
}

ouro_value protocol_iterator_reduce_empty(ouro_runtime *rt, ouro_value empty)
{
    if (ouro_is_null(empty)) {
        return OURO_NULL;
    }
    ouro_value result = protocol_iterator_reduce(rt, "iter", empty, OURO_NULL);
    value_decref(rt, empty);
    return result;
}

static ouro_value sequence_iterator_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    sequence_iterator_object *it = as_sequence_iterator(args[0]);
    if (ouro_is_null(it->sequence)) {
        return protocol_iterator_reduce_empty(rt, value_incref(rt->types->empty_tuple));
    }
    return protocol_iterator_reduce(rt, "iter", it->sequence, ouro_int(it->index));
}

static ouro_value sequence_iterator_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    sequence_iterator_object *it = as_sequence_iterator(args[0]);
    int64_t index;
    if (!object_as_index(rt, args[1], &index, false)) {
        return OURO_NULL;
    }
    if (!ouro_is_null(it->sequence)) {
        it->index = index < 0 ? 0 : index;
    }
    return OURO_NONE;
}

static const ouro_field sequence_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(sequence_iterator_object, sequence), 0, "sequence"},
};

static const method_def sequence_iterator_methods[] = {
    {"__length_hint__", "?self, /", sequence_iterator_length_hint, NULL, 0, NULL},
    {"__reduce__", "?self, /", sequence_iterator_reduce, NULL, 0, NULL},
    {"__setstate__", "?self, state, /", sequence_iterator_setstate, NULL, 0, NULL},
    {0},
};

const type_spec sequence_iterator_spec = {
    .name = "iterator",
    .size = sizeof(sequence_iterator_object),
    .flags = TYPE_NO_MAKE,
    .fields = sequence_iterator_fields,
    .field_count = 1,
    .methods = sequence_iterator_methods,
    .slots = {.iter = sequence_iterator_self, .next = sequence_iterator_next},
};

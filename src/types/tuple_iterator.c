/* tuple_iterator.c: iteration over a tuple. */
#include "types/container.h"

static inline tuple_iterator *as_tuple_iterator(ouro_value v)
{
    return (tuple_iterator *)(void *)ouro_as_object(v);
}

ouro_value tuple_iter(ouro_runtime *rt, ouro_value self)
{
    tuple_iterator *it = object_new(rt, &TYPE(rt, tuple_iterator)->type, 0);
    if (it == NULL) {
        return OURO_NULL;
    }
    it->tuple = value_incref(self);
    gc_track(rt, it);
    return ouro_from_object(it);
}

ouro_value tuple_iterator_next(ouro_runtime *rt, ouro_value self)
{
    tuple_iterator *it = as_tuple_iterator(self);
    if (ouro_is_null(it->tuple)) {
        return OURO_NULL;
    }
    tuple_object *t = as_tuple(it->tuple);
    if (it->index < t->size) {
        return value_incref(t->items[it->index++]);
    }
    value_clear(rt, &it->tuple);
    return OURO_NULL;
}

static ouro_value tuple_iterator_length_hint(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    tuple_iterator *it = as_tuple_iterator(args[0]);
    return ouro_int(ouro_is_null(it->tuple) ? 0 : (int64_t)(as_tuple(it->tuple)->size - it->index));
}

static ouro_value tuple_iterator_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    tuple_iterator *it = as_tuple_iterator(args[0]);
    if (ouro_is_null(it->tuple)) {
        return container_reduce_iterator(rt, "iter", value_incref(rt->types->empty_tuple), ITERATOR_NO_STATE);
    }
    return container_reduce_iterator(rt, "iter", value_incref(it->tuple), (int64_t)it->index);
}

static ouro_value tuple_iterator_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t index;
    if (!container_as_state(rt, args[1], &index)) {
        return OURO_NULL;
    }
    tuple_iterator *it = as_tuple_iterator(args[0]);
    if (!ouro_is_null(it->tuple)) {
        size_t size = as_tuple(it->tuple)->size;
        it->index = index < 0 ? 0 : (uint64_t)index > size ? size : (size_t)index;
    }
    return OURO_NONE;
}

static const method_def tuple_iterator_methods[] = {
    {.name = "__length_hint__",
     .signature = "?self, /",
     .fn = tuple_iterator_length_hint,
     .doc = "How many items are left, for list(iterator)."},
    {.name = "__reduce__",
     .signature = "?self, /",
     .fn = tuple_iterator_reduce,
     .doc = "State for pickling."},
    {.name = "__setstate__",
     .signature = "?self, state, /",
     .fn = tuple_iterator_setstate,
     .doc = "Takes the state that __reduce__ gave."},
    {.name = NULL},
};

static const ouro_field tuple_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(tuple_iterator, tuple), 0, NULL},
};

const type_spec tuple_iterator_spec = {
    .name = "tuple_iterator",
    .size = sizeof(tuple_iterator),
    .flags = TYPE_NO_MAKE,
    .fields = tuple_iterator_fields,
    .field_count = COUNT_OF(tuple_iterator_fields),
    .methods = tuple_iterator_methods,
    .slots = {.iter = iterator_iter_self, .next = tuple_iterator_next},
};

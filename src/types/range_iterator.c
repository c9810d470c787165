/* range_iterator.c: iteration over a range: range_iterator for immediate ints, longrange_iterator for all others. */
#include "types/container.h"

static inline range_object *as_range(ouro_value v)
{
    return (range_object *)(void *)ouro_as_object(v);
}

static inline range_iterator *as_range_iterator(ouro_value v)
{
    return (range_iterator *)(void *)ouro_as_object(v);
}

static inline long_range_iterator *as_long_range_iterator(ouro_value v)
{
    return (long_range_iterator *)(void *)ouro_as_object(v);
}

/* ---- immediate ints ---- */

static ouro_value range_iterator_new(ouro_runtime *rt, int64_t start, int64_t step, int64_t length)
{
    range_iterator *it = object_new(rt, &TYPE(rt, range_iterator)->type, 0);
    if (it == NULL) {
        return OURO_NULL;
    }
    it->next = start;
    it->step = step;
    it->remaining = it->length = length;
    return ouro_from_object(it);
}

ouro_value range_iterator_next(ouro_runtime *rt, ouro_value self)
{
    range_iterator *it = as_range_iterator(self);
    if (it->remaining <= 0) {
        return OURO_NULL;
    }
    ouro_value item = ouro_int(it->next);
    it->next += it->step;
    it->remaining--;
    return item;
}

static ouro_value range_iterator_length_hint(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(as_range_iterator(args[0])->remaining);
}

static ouro_value range_iterator_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    range_iterator *it = as_range_iterator(args[0]);
    int64_t index = it->length - it->remaining, first = it->next - index * it->step;
    ouro_value start = int_from_int64(rt, first);
    ouro_value stop = ouro_is_null(start) ? OURO_NULL : int_from_int64(rt, first + it->step * it->length);
    ouro_value range = ouro_is_null(stop) ? OURO_NULL : range_new(rt, start, stop, ouro_int(it->step));
    value_decref(rt, start);
    value_decref(rt, stop);
    return ouro_is_null(range) ? OURO_NULL : container_reduce_iterator(rt, "iter", range, index);
}

static ouro_value range_iterator_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t index;
    if (!(value_is_int(rt, args[1]) ? int_as_int64(rt, args[1], &index) : container_as_size(rt, args[1], &index))) {
        return OURO_NULL;
    }
    range_iterator *it = as_range_iterator(args[0]);
    index = index < 0 ? 0 : index > it->length ? it->length : index;
    it->next += (index - (it->length - it->remaining)) * it->step;
    it->remaining = it->length - index;
    return OURO_NONE;
}

/* ---- all other ints ---- */

/* All four stolen; any may be OURO_NULL (failed). */
static ouro_value long_range_iterator_new(ouro_runtime *rt, ouro_value start, ouro_value step, ouro_value length)
{
    long_range_iterator *it = ouro_is_null(start) || ouro_is_null(step) || ouro_is_null(length)
                                  ? NULL
                                  : object_new(rt, &TYPE(rt, long_range_iterator)->type, 0);
    if (it == NULL) {
        value_decref(rt, start);
        value_decref(rt, step);
        value_decref(rt, length);
        return OURO_NULL;
    }
    it->start = start;
    it->step = step;
    it->length = length;
    it->index = ouro_int(0);
    return ouro_from_object(it);
}

static ouro_value long_range_item(ouro_runtime *rt, ouro_value start, ouro_value step, ouro_value i)
{
    ouro_value offset = int_binary(rt, BINARY_MULTIPLY, step, i);
    if (ouro_is_null(offset)) {
        return OURO_NULL;
    }
    ouro_value item = int_binary(rt, BINARY_ADD, start, offset);
    value_decref(rt, offset);
    return item;
}

static ouro_value long_range_iterator_next(ouro_runtime *rt, ouro_value self)
{
    long_range_iterator *it = as_long_range_iterator(self);
    if (int_order(it->index, it->length) >= 0) {
        return OURO_NULL;
    }
    ouro_value next = int_binary(rt, BINARY_ADD, it->index, ouro_int(1));
    if (ouro_is_null(next)) {
        return OURO_NULL;
    }
    ouro_value item = long_range_item(rt, it->start, it->step, it->index);
    if (ouro_is_null(item)) {
        value_decref(rt, next);
        return OURO_NULL;
    }
    value_replace(rt, &it->index, next);
    return item;
}

static ouro_value long_range_iterator_length_hint(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    long_range_iterator *it = as_long_range_iterator(args[0]);
    return int_binary(rt, BINARY_SUBTRACT, it->length, it->index);
}

static ouro_value long_range_iterator_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    long_range_iterator *it = as_long_range_iterator(args[0]);
    ouro_value stop = long_range_item(rt, it->start, it->step, it->length);
    if (ouro_is_null(stop)) {
        return OURO_NULL;
    }
    ouro_value range = range_new(rt, it->start, stop, it->step);
    value_decref(rt, stop);
    if (ouro_is_null(range)) {
        return OURO_NULL;
    }
    ouro_value function = container_builtin(rt, "iter"), arguments = OURO_NULL, result = OURO_NULL;
    if (!ouro_is_null(function)) {
        arguments = tuple_pack1(rt, range);
    }
    if (!ouro_is_null(arguments)) {
        result = tuple_pack3(rt, function, arguments, it->index);
    }
    value_decref(rt, range);
    value_decref(rt, function);
    value_decref(rt, arguments);
    return result;
}

static ouro_value long_range_iterator_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    long_range_iterator *it = as_long_range_iterator(args[0]);
    if (!value_is_int(rt, args[1])) {
        return error_type(rt, "state must be an int, not %T", args[1]);
    }
    ouro_value index = int_exact(rt, args[1]);
    if (ouro_is_null(index)) {
        return OURO_NULL;
    }
    if (int_sign(index) < 0) {
        value_replace(rt, &index, ouro_int(0));
    } else if (int_order(index, it->length) > 0) {
        value_replace(rt, &index, value_incref(it->length));
    }
    value_replace(rt, &it->index, index);
    return OURO_NONE;
}

/* ---- from ranges ---- */

ouro_value range_iter(ouro_runtime *rt, ouro_value self)
{
    range_object *r = as_range(self);
    if (ouro_is_int(r->start) && ouro_is_int(r->stop) && ouro_is_int(r->step) && ouro_is_int(r->length)) {
        return range_iterator_new(rt, ouro_as_int(r->start), ouro_as_int(r->step), ouro_as_int(r->length));
    }
    return long_range_iterator_new(rt, value_incref(r->start), value_incref(r->step), value_incref(r->length));
}

ouro_value range_reversed(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    range_object *r = as_range(args[0]);
    if (ouro_is_int(r->start) && ouro_is_int(r->stop) && ouro_is_int(r->step) && ouro_is_int(r->length) &&
        ouro_as_int(r->step) != OURO_INT_MIN) {
        int64_t start = ouro_as_int(r->start), step = ouro_as_int(r->step), length = ouro_as_int(r->length);
        return range_iterator_new(rt, length > 0 ? start + (length - 1) * step : start, -step, length);
    }
    ouro_value last = int_binary(rt, BINARY_SUBTRACT, r->length, ouro_int(1));
    ouro_value start = ouro_is_null(last) ? OURO_NULL : long_range_item(rt, r->start, r->step, last);
    value_decref(rt, last);
    ouro_value step = ouro_is_null(start) ? OURO_NULL : int_binary(rt, BINARY_SUBTRACT, ouro_int(0), r->step);
    return long_range_iterator_new(rt, start, step, value_incref(r->length));
}

/* ---- the types ---- */

#define RANGE_ITERATOR_METHODS(prefix)                                                                 \
    {.name = "__length_hint__",                                                                        \
     .signature = "?self, /",                                                                          \
     .fn = prefix##_length_hint,                                                                       \
     .doc = "How many items are left, for list(iterator)."},                                           \
        {.name = "__reduce__", .signature = "?self, /", .fn = prefix##_reduce, .doc = "State for pickling."}, \
        {.name = "__setstate__",                                                                       \
         .signature = "?self, state, /",                                                               \
         .fn = prefix##_setstate,                                                                      \
         .doc = "Takes the state that __reduce__ gave."},                                              \
    {                                                                                                  \
        .name = NULL                                                                                   \
    }

static const method_def range_iterator_methods[] = {RANGE_ITERATOR_METHODS(range_iterator)};
static const method_def long_range_iterator_methods[] = {RANGE_ITERATOR_METHODS(long_range_iterator)};

const type_spec range_iterator_spec = {
    .name = "range_iterator",
    .size = sizeof(range_iterator),
    .flags = OURO_TYPE_LEAF | TYPE_NO_MAKE,
    .methods = range_iterator_methods,
    .slots = {.iter = iterator_iter_self, .next = range_iterator_next},
};

static const ouro_field long_range_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(long_range_iterator, start), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(long_range_iterator, step), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(long_range_iterator, length), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(long_range_iterator, index), 0, NULL},
};

const type_spec long_range_iterator_spec = {
    .name = "longrange_iterator",
    .size = sizeof(long_range_iterator),
    .flags = TYPE_NO_MAKE,
    .fields = long_range_iterator_fields,
    .field_count = COUNT_OF(long_range_iterator_fields),
    .methods = long_range_iterator_methods,
    .slots = {.iter = iterator_iter_self, .next = long_range_iterator_next},
};

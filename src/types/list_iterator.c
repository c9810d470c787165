/* list_iterator.c: iteration over a list, forward and backward.
 *
 * Both follow a list that changes: forward ends when the index reaches the size of the moment, backward steps down from
 * the size at the beginning and ends at an index that is no longer there.
 */
#include "types/container.h"

static inline list_iterator *as_list_iterator(ouro_value v)
{
    return (list_iterator *)(void *)ouro_as_object(v);
}

static ouro_value list_iterator_new(ouro_runtime *rt, type_object *type, ouro_value list, int64_t index)
{
    list_iterator *it = object_new(rt, &type->type, 0);
    if (it == NULL) {
        return OURO_NULL;
    }
    it->list = value_incref(list);
    it->index = index;
    gc_track(rt, it);
    return ouro_from_object(it);
}

ouro_value list_iter(ouro_runtime *rt, ouro_value self)
{
    return list_iterator_new(rt, TYPE(rt, list_iterator), self, 0);
}

ouro_value list_reversed(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return list_iterator_new(rt, TYPE(rt, list_reverse_iterator), args[0], (int64_t)as_list(args[0])->size - 1);
}

ouro_value list_iterator_next(ouro_runtime *rt, ouro_value self)
{
    list_iterator *it = as_list_iterator(self);
    if (ouro_is_null(it->list)) {
        return OURO_NULL;
    }
    list_object *l = as_list(it->list);
    if ((uint64_t)it->index < l->size) {
        return value_incref(l->items[it->index++]);
    }
    value_clear(rt, &it->list);
    return OURO_NULL;
}

static ouro_value list_reverse_iterator_next(ouro_runtime *rt, ouro_value self)
{
    list_iterator *it = as_list_iterator(self);
    if (ouro_is_null(it->list)) {
        return OURO_NULL;
    }
    list_object *l = as_list(it->list);
    if (it->index >= 0 && (uint64_t)it->index < l->size) {
        return value_incref(l->items[it->index--]);
    }
    it->index = -1;
    value_clear(rt, &it->list);
    return OURO_NULL;
}

static ouro_value list_iterator_length_hint(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    list_iterator *it = as_list_iterator(args[0]);
    if (ouro_is_null(it->list)) {
        return ouro_int(0);
    }
    int64_t left = (int64_t)as_list(it->list)->size - it->index;
    return ouro_int(left > 0 ? left : 0);
}

static ouro_value list_reverse_iterator_length_hint(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    list_iterator *it = as_list_iterator(args[0]);
    int64_t left = it->index + 1;
    return ouro_int(ouro_is_null(it->list) || (int64_t)as_list(it->list)->size < left ? 0 : left);
}

static ouro_value list_iterator_reduce_as(ouro_runtime *rt, list_iterator *it, const char *function)
{
    if (!ouro_is_null(it->list)) {
        return container_reduce_iterator(rt, function, value_incref(it->list), it->index);
    }
    /* exhausted: iter([]) */
    ouro_value empty = list_new(rt, NULL, 0);
    return ouro_is_null(empty) ? OURO_NULL : container_reduce_iterator(rt, "iter", empty, ITERATOR_NO_STATE);
}

static ouro_value list_iterator_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return list_iterator_reduce_as(rt, as_list_iterator(args[0]), "iter");
}

static ouro_value list_reverse_iterator_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return list_iterator_reduce_as(rt, as_list_iterator(args[0]), "reversed");
}

static ouro_value list_iterator_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t index;
    if (!container_as_state(rt, args[1], &index)) {
        return OURO_NULL;
    }
    list_iterator *it = as_list_iterator(args[0]);
    if (!ouro_is_null(it->list)) {
        int64_t size = (int64_t)as_list(it->list)->size;
        it->index = index < 0 ? 0 : index > size ? size : index;
    }
    return OURO_NONE;
}

static ouro_value list_reverse_iterator_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t index;
    if (!container_as_state(rt, args[1], &index)) {
        return OURO_NULL;
    }
    list_iterator *it = as_list_iterator(args[0]);
    if (!ouro_is_null(it->list)) {
        int64_t last = (int64_t)as_list(it->list)->size - 1;
        it->index = index < -1 ? -1 : index > last ? last : index;
    }
    return OURO_NONE;
}

#define LIST_ITERATOR_METHODS(prefix)                                             \
    {.name = "__length_hint__",                                                   \
     .signature = "?self, /",                                                     \
     .fn = prefix##_length_hint,                                                  \
     .doc = "How many items are left, for list(iterator)."},            \
        {.name = "__reduce__",                                                    \
         .signature = "?self, /",                                                 \
         .fn = prefix##_reduce,                                                   \
         .doc = "State for pickling."},                        \
        {.name = "__setstate__",                                                  \
         .signature = "?self, state, /",                                          \
         .fn = prefix##_setstate,                                                 \
         .doc = "Takes the state that __reduce__ gave."},                         \
    {                                                                             \
        .name = NULL                                                              \
    }

static const method_def list_iterator_methods[] = {LIST_ITERATOR_METHODS(list_iterator)};
static const method_def list_reverse_iterator_methods[] = {LIST_ITERATOR_METHODS(list_reverse_iterator)};

static const ouro_field list_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(list_iterator, list), 0, NULL},
};

const type_spec list_iterator_spec = {
    .name = "list_iterator",
    .size = sizeof(list_iterator),
    .flags = TYPE_NO_MAKE,
    .fields = list_iterator_fields,
    .field_count = COUNT_OF(list_iterator_fields),
    .methods = list_iterator_methods,
    .slots = {.iter = iterator_iter_self, .next = list_iterator_next},
};

const type_spec list_reverse_iterator_spec = {
    .name = "list_reverseiterator",
    .size = sizeof(list_iterator),
    .flags = TYPE_NO_MAKE,
    .fields = list_iterator_fields,
    .field_count = COUNT_OF(list_iterator_fields),
    .methods = list_reverse_iterator_methods,
    .slots = {.iter = iterator_iter_self, .next = list_reverse_iterator_next},
};

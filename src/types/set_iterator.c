/* set_iterator.c: iteration over set and frozenset. */
#include "types/set_private.h"

static inline set_iterator *as_set_iterator(ouro_value v)
{
    return (set_iterator *)(void *)ouro_as_object(v);
}

ouro_value set_iter(ouro_runtime *rt, ouro_value self)
{
    set_iterator *it = object_new(rt, &TYPE(rt, set_iterator)->type, 0);
    if (it == NULL) {
        return OURO_NULL;
    }
    it->set = value_incref(self);
    it->expected = it->remaining = set_size(self);
    gc_track(rt, it);
    return ouro_from_object(it);
}

ouro_value set_iterator_next(ouro_runtime *rt, ouro_value self)
{
    set_iterator *it = as_set_iterator(self);
    if (ouro_is_null(it->set)) {
        return OURO_NULL;
    }
    struct table *t = as_set(it->set)->table;
    if (OURO_UNLIKELY(it->expected != t->live)) {
        it->expected = SIZE_MAX; /* and so for ever */
        return error_runtime(rt, "Set changed size during iteration");
    }
    ouro_value *entry;
    if (table_next(t, &it->position, &entry)) {
        it->remaining -= it->remaining > 0;
        return value_incref(entry[0]);
    }
    value_clear(rt, &it->set);
    return OURO_NULL;
}

static ouro_value set_iterator_length_hint(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    set_iterator *it = as_set_iterator(args[0]);
    bool valid = !ouro_is_null(it->set) && it->expected == set_size(it->set);
    return ouro_int(valid ? (int64_t)it->remaining : 0);
}

/* Pickles as iter(list of what is left), without moving on. */
static ouro_value set_iterator_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    set_iterator *it = as_set_iterator(args[0]);
    set_iterator *copy = object_new(rt, it->object.shape->type, 0);
    if (copy == NULL) {
        return OURO_NULL;
    }
    copy->set = value_incref(it->set);
    copy->position = it->position;
    copy->expected = it->expected;
    copy->remaining = it->remaining;
    gc_track(rt, copy);
    ouro_value list = list_from_iterable(rt, ouro_from_object(copy));
    value_decref(rt, ouro_from_object(copy));
    return ouro_is_null(list) ? OURO_NULL : container_reduce_iterator(rt, "iter", list, ITERATOR_NO_STATE);
}

static const method_def set_iterator_methods[] = {
    {.name = "__length_hint__",
     .signature = "?self, /",
     .fn = set_iterator_length_hint,
     .doc = "How many items are left, for list(iterator)."},
    {.name = "__reduce__", .signature = "?self, /", .fn = set_iterator_reduce, .doc = "State for pickling."},
    {.name = NULL},
};

static const ouro_field set_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(set_iterator, set), 0, NULL},
};

const type_spec set_iterator_spec = {
    .name = "set_iterator",
    .size = sizeof(set_iterator),
    .flags = TYPE_NO_MAKE,
    .fields = set_iterator_fields,
    .field_count = COUNT_OF(set_iterator_fields),
    .methods = set_iterator_methods,
    .slots = {.iter = iterator_iter_self, .next = set_iterator_next},
};

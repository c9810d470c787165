/* dict_iterators.c: iteration over dicts: keys, values, items, forward and backward.
 *
 * All six types share one struct (iterators.h).  A dict whose size changed is reported once, and then for ever; one
 * whose size is the same but that has more entries to give than there were at the beginning had its keys changed.
 */
#include "types/dict_private.h"

static inline dict_iterator *as_dict_iterator(ouro_value v)
{
    return (dict_iterator *)(void *)ouro_as_object(v);
}

ouro_value dict_iterator_new(ouro_runtime *rt, type_object *type, ouro_value dict, bool backward)
{
    dict_iterator *it = object_new(rt, &type->type, 0);
    if (it == NULL) {
        return OURO_NULL;
    }
    it->dict = value_incref(dict);
    it->expected = it->remaining = dict_size(as_dict(dict));
    it->position = backward ? as_dict(dict)->table->filled : 0;
    gc_track(rt, it);
    return ouro_from_object(it);
}

ouro_value dict_iter(ouro_runtime *rt, ouro_value self)
{
    return dict_iterator_new(rt, TYPE(rt, dict_key_iterator), self, false);
}

ouro_value dict_reversed(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return dict_iterator_new(rt, TYPE(rt, dict_reverse_key_iterator), args[0], true);
}

/* The next entry, borrowed; NULL: exhausted, or (exception set) the dict has changed. */
static inline ouro_value *dict_iterator_step(ouro_runtime *rt, dict_iterator *it, bool backward)
{
    if (OURO_UNLIKELY(ouro_is_null(it->dict))) {
        return NULL;
    }
    struct table *t = as_dict(it->dict)->table;
    if (OURO_UNLIKELY(it->expected != t->live)) {
        error_runtime(rt, "dictionary changed size during iteration");
        it->expected = SIZE_MAX;
        return NULL;
    }
    ouro_value *entry = NULL;
    if (backward) {
        size_t position = it->position > t->filled ? t->filled : it->position;
        int64_t i = table_skip_back(t, position);
        if (i >= 0) {
            it->position = (size_t)i;
            entry = table_entry(t, (size_t)i);
        }
    } else {
        size_t i = it->position;
        if (OURO_LIKELY(i < t->filled)) {
            entry = table_entry(t, i);
            if (OURO_UNLIKELY(table_is_hole(entry[0]))) {
                i = table_skip(t, i);
                entry = i < t->filled ? table_entry(t, i) : NULL;
            }
            it->position = i + 1;
        }
    }
    if (OURO_UNLIKELY(entry == NULL)) {
        value_clear(rt, &it->dict);
        return NULL;
    }
    if (OURO_UNLIKELY(it->remaining == 0)) {
        error_runtime(rt, "dictionary keys changed during iteration");
        value_clear(rt, &it->dict);
        return NULL;
    }
    it->remaining--;
    return entry;
}

static inline ouro_value dict_iterator_pair(ouro_runtime *rt, dict_iterator *it, ouro_value *entry)
{
    if (entry == NULL) {
        return OURO_NULL;
    }
    ouro_value items[2] = {value_incref(entry[0]), value_incref(entry[1])};
    return tuple_new_recycled(rt, &it->pair, items, 2);
}

ouro_value dict_key_iterator_next(ouro_runtime *rt, ouro_value self)
{
    ouro_value *entry = dict_iterator_step(rt, as_dict_iterator(self), false);
    return entry != NULL ? value_incref(entry[0]) : OURO_NULL;
}

ouro_value dict_value_iterator_next(ouro_runtime *rt, ouro_value self)
{
    ouro_value *entry = dict_iterator_step(rt, as_dict_iterator(self), false);
    return entry != NULL ? value_incref(entry[1]) : OURO_NULL;
}

ouro_value dict_item_iterator_next(ouro_runtime *rt, ouro_value self)
{
    dict_iterator *it = as_dict_iterator(self);
    return dict_iterator_pair(rt, it, dict_iterator_step(rt, it, false));
}

static ouro_value dict_reverse_key_iterator_next(ouro_runtime *rt, ouro_value self)
{
    ouro_value *entry = dict_iterator_step(rt, as_dict_iterator(self), true);
    return entry != NULL ? value_incref(entry[0]) : OURO_NULL;
}

static ouro_value dict_reverse_value_iterator_next(ouro_runtime *rt, ouro_value self)
{
    ouro_value *entry = dict_iterator_step(rt, as_dict_iterator(self), true);
    return entry != NULL ? value_incref(entry[1]) : OURO_NULL;
}

static ouro_value dict_reverse_item_iterator_next(ouro_runtime *rt, ouro_value self)
{
    dict_iterator *it = as_dict_iterator(self);
    return dict_iterator_pair(rt, it, dict_iterator_step(rt, it, true));
}

static ouro_value dict_iterator_length_hint(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    dict_iterator *it = as_dict_iterator(args[0]);
    bool valid = !ouro_is_null(it->dict) && it->expected == dict_size(as_dict(it->dict));
    return ouro_int(valid ? (int64_t)it->remaining : 0);
}

/* Pickles as iter(list of what is left), without moving on. */
static ouro_value dict_iterator_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    dict_iterator *it = as_dict_iterator(args[0]);
    dict_iterator *copy = object_new(rt, it->object.shape->type, 0);
    if (copy == NULL) {
        return OURO_NULL;
    }
    copy->dict = value_incref(it->dict);
    copy->position = it->position;
    copy->expected = it->expected;
    copy->remaining = it->remaining;
    gc_track(rt, copy);
    ouro_value list = list_from_iterable(rt, ouro_from_object(copy));
    value_decref(rt, ouro_from_object(copy));
    return ouro_is_null(list) ? OURO_NULL : container_reduce_iterator(rt, "iter", list, ITERATOR_NO_STATE);
}

static const method_def dict_iterator_methods[] = {
    {.name = "__length_hint__",
     .signature = "?self, /",
     .fn = dict_iterator_length_hint,
     .doc = "How many items are left, for list(iterator)."},
    {.name = "__reduce__", .signature = "?self, /", .fn = dict_iterator_reduce, .doc = "State for pickling."},
    {.name = NULL},
};

static const ouro_field dict_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(dict_iterator, dict), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(dict_iterator, pair), 0, NULL},
};

#define DICT_ITERATOR_SPEC(spec, python_name, next_function) \
    const type_spec spec = {                                 \
        .name = python_name,                                 \
        .size = sizeof(dict_iterator),                       \
        .flags = TYPE_NO_MAKE,                               \
        .fields = dict_iterator_fields,                      \
        .field_count = COUNT_OF(dict_iterator_fields),       \
        .methods = dict_iterator_methods,                    \
        .slots = {.iter = iterator_iter_self, .next = next_function}, \
    }

DICT_ITERATOR_SPEC(dict_key_iterator_spec, "dict_keyiterator", dict_key_iterator_next);
DICT_ITERATOR_SPEC(dict_value_iterator_spec, "dict_valueiterator", dict_value_iterator_next);
DICT_ITERATOR_SPEC(dict_item_iterator_spec, "dict_itemiterator", dict_item_iterator_next);
DICT_ITERATOR_SPEC(dict_reverse_key_iterator_spec, "dict_reversekeyiterator", dict_reverse_key_iterator_next);
DICT_ITERATOR_SPEC(dict_reverse_value_iterator_spec, "dict_reversevalueiterator", dict_reverse_value_iterator_next);
DICT_ITERATOR_SPEC(dict_reverse_item_iterator_spec, "dict_reverseitemiterator", dict_reverse_item_iterator_next);

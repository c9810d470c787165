/* itertools_group.c: groupby and tee: iterators that share another one among them.
 *
 * groupby: the iterator over the groups and the one over the items of the current group step the same source; a group's
 * iterator is dead as soon as the next group has begun.
 *
 * tee: the items that were read lie in a chain of blocks; each of the iterators stands at a place of the chain and keeps
 * only what lies behind it alive.
 */
#include "modules/itertools.h"

/* ---- groupby ---- */

typedef struct group_by_object {
    ouro_object object;
    ouro_value iterator;
    ouro_value key_function;  /* None: the item itself */
    ouro_value target_key;    /* of the group handed out last; OURO_NULL: none yet */
    ouro_value current_key;   /* of the item read last */
    ouro_value current_value; /* the item read last, unless it was handed out */
    const void *current_grouper; /* not counted: only compared */
} group_by_object;

typedef struct grouper_object {
    ouro_object object;
    ouro_value parent;
    ouro_value key;
} grouper_object;

static inline group_by_object *as_group_by(ouro_value v)
{
    return (group_by_object *)(void *)ouro_as_object(v);
}

static inline grouper_object *as_grouper(ouro_value v)
{
    return (grouper_object *)(void *)ouro_as_object(v);
}

static ouro_value group_by_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                ouro_value kwnames)
{
    ouro_value a[2];
    if (!arguments_bind(rt, "groupby", "iterable, key=None", args, nargs, kwnames, a)) {
        return OURO_NULL;
    }
    ouro_value iterator = object_iter(rt, a[0]);
    group_by_object *g = ouro_is_null(iterator) ? NULL : object_new(rt, &type->type, 0);
    if (g == NULL) {
        value_decref(rt, iterator);
        return OURO_NULL;
    }
    g->iterator = iterator;
    g->key_function = ouro_is_null(a[1]) ? OURO_NONE : value_incref(a[1]);
    gc_track(rt, g);
    return ouro_from_object(g);
}

/* Reads an item and its key.  False: exhausted or failed. */
static bool group_by_step(ouro_runtime *rt, group_by_object *g)
{
    ouro_value item = itertools_next(rt, g->iterator);
    if (ouro_is_null(item)) {
        return false;
    }
    ouro_value key;
    if (ouro_is_none(g->key_function)) {
        key = value_incref(item);
    } else {
        ouro_value function = value_incref(g->key_function);
        key = object_call1(rt, function, item);
        value_decref(rt, function);
        if (ouro_is_null(key)) {
            value_decref(rt, item);
            return false;
        }
    }
    value_replace(rt, &g->current_value, item);
    value_replace(rt, &g->current_key, key);
    return true;
}

/* Is the current key the one given?  1, 0, -1. */
static int group_by_key_is(ouro_runtime *rt, group_by_object *g, ouro_value key)
{
    ouro_value current = value_incref(g->current_key);
    value_incref(key);
    int equal = object_equal(rt, key, current);
    value_decref(rt, key);
    value_decref(rt, current);
    return equal;
}

static ouro_value group_by_next(ouro_runtime *rt, ouro_value self)
{
    group_by_object *g = as_group_by(self);
    g->current_grouper = NULL;
    for (;;) {
        if (!ouro_is_null(g->current_key)) {
            if (ouro_is_null(g->target_key)) {
                break;
            }
            int same = group_by_key_is(rt, g, g->target_key);
            if (same < 0) {
                return OURO_NULL;
            }
            if (same == 0) {
                break;
            }
        }
        if (!group_by_step(rt, g)) {
            return OURO_NULL;
        }
    }
    value_replace(rt, &g->target_key, value_incref(g->current_key));
    grouper_object *grouper = object_new(rt, &MODULE_TYPE(rt, grouper)->type, 0);
    if (grouper == NULL) {
        return OURO_NULL;
    }
    grouper->parent = value_incref(self);
    grouper->key = value_incref(g->target_key);
    gc_track(rt, grouper);
    g->current_grouper = grouper;
    ouro_value pair[2] = {value_incref(g->current_key), ouro_from_object(grouper)};
    return tuple_new_steal(rt, pair, 2);
}

static ouro_value group_by_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    group_by_object *g = as_group_by(args[0]);
    ouro_value arguments = tuple_pack2(rt, g->iterator, g->key_function);
    if (ouro_is_null(g->target_key) || ouro_is_null(g->current_key) || ouro_is_null(g->current_value)) {
        return itertools_reduce(rt, args[0], arguments);
    }
    return itertools_reduce_state(rt, args[0], arguments,
                                  tuple_pack3(rt, g->current_key, g->current_value, g->target_key));
}

static ouro_value group_by_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    group_by_object *g = as_group_by(args[0]);
    if (!value_is_tuple(rt, args[1])) {
        return error_type(rt, "state is not a tuple");
    }
    const tuple_object *state = as_tuple(args[1]);
    if (state->size != 3) {
        return error_type(rt, "function takes exactly 3 arguments (%zu given)", state->size);
    }
    value_replace(rt, &g->current_key, value_incref(state->items[0]));
    value_replace(rt, &g->current_value, value_incref(state->items[1]));
    value_replace(rt, &g->target_key, value_incref(state->items[2]));
    return OURO_NONE;
}

static ouro_value grouper_next(ouro_runtime *rt, ouro_value self)
{
    grouper_object *grouper = as_grouper(self);
    group_by_object *g = as_group_by(grouper->parent);
    if (g->current_grouper != grouper) {
        return OURO_NULL;
    }
    if (ouro_is_null(g->current_value) && !group_by_step(rt, g)) {
        return OURO_NULL;
    }
    if (group_by_key_is(rt, g, grouper->key) <= 0) {
        return OURO_NULL;
    }
    ouro_value item = g->current_value;
    g->current_value = OURO_NULL;
    value_clear(rt, &g->current_key);
    return item;
}

/* _grouper(parent, key): what pickles call. */
static ouro_value grouper_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                               ouro_value kwnames)
{
    if (!arguments_positional_new(rt, type, "_grouper", nargs, kwnames, 2, 2)) {
        return OURO_NULL;
    }
    if (!value_is_instance(rt, args[0], MODULE_TYPE(rt, group_by))) {
        return error_type(rt, "_grouper() argument 1 must be itertools.groupby, not %T", args[0]);
    }
    grouper_object *grouper = object_new(rt, &type->type, 0);
    if (grouper == NULL) {
        return OURO_NULL;
    }
    grouper->parent = value_incref(args[0]);
    grouper->key = value_incref(args[1]);
    gc_track(rt, grouper);
    as_group_by(args[0])->current_grouper = grouper;
    return ouro_from_object(grouper);
}

static ouro_value grouper_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    grouper_object *grouper = as_grouper(args[0]);
    if (as_group_by(grouper->parent)->current_grouper != grouper) {
        return container_reduce_iterator(rt, "iter", value_incref(rt->types->empty_tuple), ITERATOR_NO_STATE);
    }
    return itertools_reduce(rt, args[0], tuple_pack2(rt, grouper->parent, grouper->key));
}

static const method_def group_by_methods[] = {
    REDUCE_METHOD(group_by_reduce),
    SETSTATE_METHOD(group_by_setstate),
    {.name = NULL},
};

static const ouro_field group_by_fields[] = {
    {OURO_FIELD_VALUE, offsetof(group_by_object, iterator), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(group_by_object, key_function), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(group_by_object, target_key), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(group_by_object, current_key), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(group_by_object, current_value), 0, NULL},
};

const type_spec group_by_spec = {
    .name = "itertools.groupby",
    .signature = "(iterable, key=None)",
    .size = sizeof(group_by_object),
    .flags = TYPE_BASE,
    .doc = "groupby(iterable, key=None)\n\n"
           "Pairs of a key and an iterator over the neighbouring items that have it.",
    .fields = group_by_fields,
    .field_count = COUNT_OF(group_by_fields),
    .methods = group_by_methods,
    .slots = {.make = group_by_make, .iter = iterator_iter_self, .next = group_by_next},
};

static const method_def grouper_methods[] = {
    REDUCE_METHOD(grouper_reduce),
    {.name = NULL},
};

static const ouro_field grouper_fields[] = {
    {OURO_FIELD_VALUE, offsetof(grouper_object, parent), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(grouper_object, key), 0, NULL},
};

const type_spec grouper_spec = {
    .name = "itertools._grouper",
    .size = sizeof(grouper_object),
    .fields = grouper_fields,
    .field_count = COUNT_OF(grouper_fields),
    .methods = grouper_methods,
    .slots = {.make = grouper_make, .iter = iterator_iter_self, .next = grouper_next},
};

/* ---- tee ---- */

enum { TEE_DATA_ITEMS = 57 }; /* as many as CPython puts in a block: pickles have blocks of this size */

typedef struct tee_data_object {
    ouro_object object;
    ouro_value iterator;
    ouro_value next; /* the block that follows, or OURO_NULL */
    bool running;    /* the iterator is being asked */
    size_t count;    /* items read */
    ouro_value items[TEE_DATA_ITEMS];
} tee_data_object;

typedef struct tee_object {
    ouro_object object;
    ouro_value data; /* the block */
    size_t index;    /* of the next item in it */
} tee_object;

static inline tee_data_object *as_tee_data(ouro_value v)
{
    return (tee_data_object *)(void *)ouro_as_object(v);
}

static inline tee_object *as_tee(ouro_value v)
{
    return (tee_object *)(void *)ouro_as_object(v);
}

static ouro_value tee_data_new(ouro_runtime *rt, type_object *type, ouro_value iterator)
{
    tee_data_object *data = object_new(rt, &type->type, 0);
    if (data == NULL) {
        return OURO_NULL;
    }
    data->iterator = value_incref(iterator);
    gc_track(rt, data);
    return ouro_from_object(data);
}

static ouro_value tee_data_item(ouro_runtime *rt, tee_data_object *data, size_t i)
{
    if (i < data->count) {
        return value_incref(data->items[i]);
    }
    if (data->running) {
        return error_runtime(rt, "cannot re-enter the tee iterator");
    }
    if (ouro_is_null(data->iterator)) {
        return OURO_NULL;
    }
    data->running = true;
    ouro_value item = itertools_next(rt, data->iterator);
    data->running = false;
    if (!ouro_is_null(item)) {
        data->items[data->count++] = value_incref(item);
    }
    return item;
}

static ouro_value tee_next(ouro_runtime *rt, ouro_value self)
{
    tee_object *t = as_tee(self);
    if (t->index >= TEE_DATA_ITEMS) {
        tee_data_object *data = as_tee_data(t->data);
        if (ouro_is_null(data->next)) {
            data->next = tee_data_new(rt, value_type(rt, t->data), data->iterator);
            if (ouro_is_null(data->next)) {
                return OURO_NULL;
            }
        }
        t->index = 0;
        value_replace(rt, &t->data, value_incref(data->next));
    }
    ouro_value data = value_incref(t->data);
    ouro_value item = tee_data_item(rt, as_tee_data(data), t->index);
    value_decref(rt, data);
    t->index += !ouro_is_null(item);
    return item;
}

static ouro_value tee_at(ouro_runtime *rt, type_object *type, ouro_value data, size_t index)
{
    tee_object *t = object_new(rt, &type->type, 0);
    if (t == NULL) {
        return OURO_NULL;
    }
    t->data = value_incref(data);
    t->index = index;
    gc_track(rt, t);
    return ouro_from_object(t);
}

static ouro_value tee_from_iterable(ouro_runtime *rt, ouro_value iterable)
{
    ouro_value iterator = object_iter(rt, iterable);
    if (ouro_is_null(iterator)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    type_object *type = MODULE_TYPE(rt, tee);
    if (value_type(rt, iterator) == type) {
        result = tee_at(rt, type, as_tee(iterator)->data, as_tee(iterator)->index);
    } else {
        ouro_value data = tee_data_new(rt, MODULE_TYPE(rt, tee_data), iterator);
        if (!ouro_is_null(data)) {
            result = tee_at(rt, type, data, 0);
            value_decref(rt, data);
        }
    }
    value_decref(rt, iterator);
    return result;
}

static ouro_value tee_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                           ouro_value kwnames)
{
    if (!arguments_positional(rt, "_tee", nargs, kwnames, 1, 1)) {
        return OURO_NULL;
    }
    return tee_from_iterable(rt, args[0]);
}

static ouro_value tee_copy(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return tee_at(rt, value_type(rt, args[0]), as_tee(args[0])->data, as_tee(args[0])->index);
}

static ouro_value tee_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    tee_object *t = as_tee(args[0]);
    return itertools_reduce_state(rt, args[0], tuple_pack1(rt, rt->types->empty_tuple),
                                  tuple_pack2(rt, t->data, ouro_int((int64_t)t->index)));
}

static ouro_value tee_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_tuple(rt, args[1])) {
        return error_type(rt, "state is not a tuple");
    }
    const tuple_object *state = as_tuple(args[1]);
    int64_t index;
    if (state->size != 2) {
        return error_type(rt, "function takes exactly 2 arguments (%zu given)", state->size);
    }
    if (value_type(rt, state->items[0]) != MODULE_TYPE(rt, tee_data)) {
        return error_type(rt, "argument 1 must be itertools._tee_dataobject, not %T", state->items[0]);
    }
    if (!container_as_size(rt, state->items[1], &index)) {
        return OURO_NULL;
    }
    if (index < 0 || index > TEE_DATA_ITEMS) {
        return error_value(rt, "Index out of range");
    }
    value_replace(rt, &as_tee(args[0])->data, value_incref(state->items[0]));
    as_tee(args[0])->index = (size_t)index;
    return OURO_NONE;
}

static const method_def tee_methods[] = {
    {.name = "__copy__", .signature = "?self, /", .fn = tee_copy, .doc = "An independent iterator over the same items."},
    REDUCE_METHOD(tee_reduce),
    SETSTATE_METHOD(tee_setstate),
    {.name = NULL},
};

static const ouro_field tee_fields[] = {
    {OURO_FIELD_VALUE, offsetof(tee_object, data), 0, NULL},
};

const type_spec tee_spec = {
    .name = "itertools._tee",
    .size = sizeof(tee_object),
    .flags = OURO_TYPE_WEAKREF,
    .doc = "One of the iterators that tee() gives.",
    .fields = tee_fields,
    .field_count = COUNT_OF(tee_fields),
    .methods = tee_methods,
    .slots = {.make = tee_make, .iter = iterator_iter_self, .next = tee_next},
};

/* _tee_dataobject(iterator, items, next): what pickles call. */
static ouro_value tee_data_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                ouro_value kwnames)
{
    if (!arguments_positional(rt, "teedataobject", nargs, kwnames, 3, 3)) {
        return OURO_NULL;
    }
    if (!value_is_list(rt, args[1])) {
        return error_type(rt, "teedataobject() argument 2 must be list, not %T", args[1]);
    }
    ouro_value result = tee_data_new(rt, type, args[0]);
    if (ouro_is_null(result)) {
        return OURO_NULL;
    }
    tee_data_object *data = as_tee_data(result);
    const list_object *items = as_list(args[1]);
    bool follows = value_type(rt, args[2]) == MODULE_TYPE(rt, tee_data);
    if (items->size > TEE_DATA_ITEMS ||
        (items->size == TEE_DATA_ITEMS ? !follows && !ouro_is_none(args[2]) : !ouro_is_none(args[2]))) {
        value_decref(rt, result);
        return error_value(rt, "Invalid arguments");
    }
    for (size_t i = 0; i < items->size; i++) {
        data->items[i] = value_incref(items->items[i]);
    }
    data->count = items->size;
    data->next = follows ? value_incref(args[2]) : OURO_NULL;
    return result;
}

static ouro_value tee_data_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    tee_data_object *data = as_tee_data(args[0]);
    ouro_value items = list_new(rt, data->items, data->count);
    if (ouro_is_null(items)) {
        return OURO_NULL;
    }
    ouro_value arguments =
        tuple_pack3(rt, data->iterator, items, ouro_is_null(data->next) ? OURO_NONE : data->next);
    value_decref(rt, items);
    return itertools_reduce(rt, args[0], arguments);
}

static const method_def tee_data_methods[] = {
    REDUCE_METHOD(tee_data_reduce),
    {.name = NULL},
};

static const ouro_field tee_data_fields[] = {
    {OURO_FIELD_VALUE, offsetof(tee_data_object, iterator), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(tee_data_object, next), 0, NULL},
    {OURO_FIELD_INLINE, offsetof(tee_data_object, items), offsetof(tee_data_object, count), NULL},
};

const type_spec tee_data_spec = {
    .name = "itertools._tee_dataobject",
    .size = sizeof(tee_data_object),
    .doc = "A block of the items that the iterators of a tee share.",
    .fields = tee_data_fields,
    .field_count = COUNT_OF(tee_data_fields),
    .methods = tee_data_methods,
    .slots = {.make = tee_data_make},
};

/* itertools.tee(iterable, n=2) */
ouro_value itertools_tee(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t n = 2;
    ouro_value count = arg_or_null(args, nargs, 1);
    if (!ouro_is_null(count) && !container_as_size(rt, count, &n)) {
        return OURO_NULL;
    }
    if (n < 0) {
        return error_value(rt, "n must be >= 0");
    }
    if (n == 0) {
        return value_incref(rt->types->empty_tuple);
    }
    ouro_value iterator = object_iter(rt, args[0]), copy;
    if (ouro_is_null(iterator)) {
        return OURO_NULL;
    }
    int found = object_getattr_optional(rt, iterator, STR(rt, __copy__), &copy);
    if (found == 0) { /* cannot copy itself: through a tee */
        value_replace(rt, &iterator, tee_from_iterable(rt, iterator));
        if (ouro_is_null(iterator)) {
            return OURO_NULL;
        }
        copy = object_getattr(rt, iterator, STR(rt, __copy__));
        found = ouro_is_null(copy) ? -1 : 1;
    }
    tuple_object *result = found > 0 ? tuple_new_blank(rt, (size_t)n) : NULL;
    if (result == NULL) {
        value_decref(rt, iterator);
        if (found > 0) {
            value_decref(rt, copy);
        }
        return OURO_NULL;
    }
    result->items[0] = iterator;
    bool done = true;
    for (size_t i = 1; i < (size_t)n && done; i++) {
        result->items[i] = object_call0(rt, copy);
        done = !ouro_is_null(result->items[i]);
    }
    value_decref(rt, copy);
    gc_track(rt, result);
    if (!done) {
        value_decref(rt, ouro_from_object(result));
        return OURO_NULL;
    }
    return ouro_from_object(result);
}

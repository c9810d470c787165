/* itertools_map.c: iterators that make something of the items: accumulate, starmap, pairwise, zip_longest. */
#include "modules/itertools.h"

/* ---- accumulate ---- */

typedef struct accumulate_object {
    ouro_object object;
    ouro_value iterator;
    ouro_value function; /* OURO_NULL: addition */
    ouro_value total;    /* OURO_NULL: nothing yet */
    ouro_value initial;  /* OURO_NULL: none, or given already */
} accumulate_object;

static inline accumulate_object *as_accumulate(ouro_value v)
{
    return (accumulate_object *)(void *)ouro_as_object(v);
}

static ouro_value accumulate_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                  ouro_value kwnames)
{
    ouro_value a[3];
    if (!arguments_bind(rt, "accumulate", "iterable, func=None, *, initial=None", args, nargs, kwnames, a)) {
        return OURO_NULL;
    }
    ouro_value iterator = object_iter(rt, a[0]);
    accumulate_object *s = ouro_is_null(iterator) ? NULL : object_new(rt, &type->type, 0);
    if (s == NULL) {
        value_decref(rt, iterator);
        return OURO_NULL;
    }
    s->iterator = iterator;
    s->function = ouro_is_none(a[1]) ? OURO_NULL : value_incref(a[1]);
    s->initial = ouro_is_none(a[2]) ? OURO_NULL : value_incref(a[2]);
    gc_track(rt, s);
    return ouro_from_object(s);
}

static ouro_value accumulate_next(ouro_runtime *rt, ouro_value self)
{
    accumulate_object *s = as_accumulate(self);
    if (!ouro_is_null(s->initial)) {
        s->total = s->initial;
        s->initial = OURO_NULL;
        return value_incref(s->total);
    }
    ouro_value item = itertools_next(rt, s->iterator);
    if (ouro_is_null(item)) {
        return OURO_NULL;
    }
    if (ouro_is_null(s->total)) {
        s->total = item;
        return value_incref(item);
    }
    ouro_value total = value_incref(s->total), function = value_incref(s->function);
    ouro_value sum = ouro_is_null(function) ? object_binary(rt, BINARY_ADD, total, item)
                                            : object_call2(rt, function, total, item);
    value_decref(rt, function);
    value_decref(rt, total);
    value_decref(rt, item);
    if (!ouro_is_null(sum)) {
        value_replace(rt, &s->total, value_incref(sum));
    }
    return sum;
}

/* chain((first,), iterator) */
static ouro_value accumulate_chained(ouro_runtime *rt, ouro_value self, ouro_value first)
{
    ouro_value single = tuple_pack1(rt, first);
    if (ouro_is_null(single)) {
        return OURO_NULL;
    }
    ouro_value result = object_call2(rt, type_value(MODULE_TYPE(rt, chain)), single, as_accumulate(self)->iterator);
    value_decref(rt, single);
    return result;
}

static ouro_value accumulate_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    accumulate_object *s = as_accumulate(args[0]);
    ouro_value function = ouro_is_null(s->function) ? OURO_NONE : s->function;
    if (!ouro_is_null(s->initial)) {
        ouro_value chained = accumulate_chained(rt, args[0], s->initial);
        ouro_value arguments = ouro_is_null(chained) ? OURO_NULL : tuple_pack2(rt, chained, function);
        value_decref(rt, chained);
        return itertools_reduce_state(rt, args[0], arguments, OURO_NONE);
    }
    if (!ouro_is_none(s->total)) {
        return itertools_reduce_state(rt, args[0], tuple_pack2(rt, s->iterator, function),
                                      ouro_is_null(s->total) ? OURO_NONE : value_incref(s->total));
    }
    /* A total of None as state would mean that there is none: islice(accumulate(chain((None,), it), f), 1, None). */
    ouro_value chained = accumulate_chained(rt, args[0], OURO_NONE), again = OURO_NULL, arguments = OURO_NULL,
               result = OURO_NULL;
    if (!ouro_is_null(chained)) {
        again = object_call2(rt, type_value(value_type(rt, args[0])), chained, function);
    }
    if (!ouro_is_null(again)) {
        arguments = tuple_pack3(rt, again, ouro_int(1), OURO_NONE);
    }
    if (!ouro_is_null(arguments)) {
        result = tuple_pack2(rt, type_value(MODULE_TYPE(rt, islice)), arguments);
    }
    value_decref(rt, chained);
    value_decref(rt, again);
    value_decref(rt, arguments);
    return result;
}

static ouro_value accumulate_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    value_replace(rt, &as_accumulate(args[0])->total, value_incref(args[1]));
    return OURO_NONE;
}

static const method_def accumulate_methods[] = {
    REDUCE_METHOD(accumulate_reduce),
    SETSTATE_METHOD(accumulate_setstate),
    {.name = NULL},
};

static const ouro_field accumulate_fields[] = {
    {OURO_FIELD_VALUE, offsetof(accumulate_object, iterator), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(accumulate_object, function), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(accumulate_object, total), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(accumulate_object, initial), 0, NULL},
};

const type_spec accumulate_spec = {
    .name = "itertools.accumulate",
    .signature = "(iterable, func=None, *, initial=None)",
    .size = sizeof(accumulate_object),
    .flags = TYPE_BASE,
    .doc = "accumulate(iterable, func=None, *, initial=None)\n\nThe running totals, or what the function makes of the "
           "last result and the next item.",
    .fields = accumulate_fields,
    .field_count = COUNT_OF(accumulate_fields),
    .methods = accumulate_methods,
    .slots = {.make = accumulate_make, .iter = iterator_iter_self, .next = accumulate_next},
};

/* ---- starmap ---- */

typedef struct star_map_object {
    ouro_object object;
    ouro_value function, iterator;
} star_map_object;

static inline star_map_object *as_star_map(ouro_value v)
{
    return (star_map_object *)(void *)ouro_as_object(v);
}

static ouro_value star_map_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                ouro_value kwnames)
{
    if (!arguments_positional_new(rt, type, "starmap", nargs, kwnames, 2, 2)) {
        return OURO_NULL;
    }
    ouro_value iterator = object_iter(rt, args[1]);
    star_map_object *s = ouro_is_null(iterator) ? NULL : object_new(rt, &type->type, 0);
    if (s == NULL) {
        value_decref(rt, iterator);
        return OURO_NULL;
    }
    s->function = value_incref(args[0]);
    s->iterator = iterator;
    gc_track(rt, s);
    return ouro_from_object(s);
}

static ouro_value star_map_next(ouro_runtime *rt, ouro_value self)
{
    star_map_object *s = as_star_map(self);
    ouro_value item = itertools_next(rt, s->iterator);
    if (ouro_is_null(item)) {
        return OURO_NULL;
    }
    ouro_value arguments = tuple_from_iterable(rt, item), result = OURO_NULL;
    value_decref(rt, item);
    if (!ouro_is_null(arguments)) {
        ouro_value function = value_incref(s->function);
        result = object_call_tuple(rt, function, arguments, OURO_NULL);
        value_decref(rt, function);
        value_decref(rt, arguments);
    }
    return result;
}

static ouro_value star_map_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    star_map_object *s = as_star_map(args[0]);
    return itertools_reduce(rt, args[0], tuple_pack2(rt, s->function, s->iterator));
}

static const method_def star_map_methods[] = {
    REDUCE_METHOD(star_map_reduce),
    {.name = NULL},
};

static const ouro_field star_map_fields[] = {
    {OURO_FIELD_VALUE, offsetof(star_map_object, function), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(star_map_object, iterator), 0, NULL},
};

const type_spec star_map_spec = {
    .name = "itertools.starmap",
    .signature = "(function, iterable, /)",
    .size = sizeof(star_map_object),
    .flags = TYPE_BASE,
    .doc = "starmap(function, iterable, /)\n\nfunction(*item) for each item.",
    .fields = star_map_fields,
    .field_count = COUNT_OF(star_map_fields),
    .methods = star_map_methods,
    .slots = {.make = star_map_make, .iter = iterator_iter_self, .next = star_map_next},
};

/* ---- pairwise ---- */

typedef struct pairwise_object {
    ouro_object object;
    ouro_value iterator; /* OURO_NULL: exhausted */
    ouro_value last;     /* OURO_NULL: nothing yet */
} pairwise_object;

static inline pairwise_object *as_pairwise(ouro_value v)
{
    return (pairwise_object *)(void *)ouro_as_object(v);
}

static ouro_value pairwise_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                ouro_value kwnames)
{
    if (!arguments_positional_new(rt, type, "pairwise", nargs, kwnames, 1, 1)) {
        return OURO_NULL;
    }
    ouro_value iterator = object_iter(rt, args[0]);
    pairwise_object *p = ouro_is_null(iterator) ? NULL : object_new(rt, &type->type, 0);
    if (p == NULL) {
        value_decref(rt, iterator);
        return OURO_NULL;
    }
    p->iterator = iterator;
    gc_track(rt, p);
    return ouro_from_object(p);
}

static ouro_value pairwise_next(ouro_runtime *rt, ouro_value self)
{
    pairwise_object *p = as_pairwise(self);
    if (ouro_is_null(p->iterator)) {
        return OURO_NULL;
    }
    ouro_value first = value_incref(p->last);
    if (ouro_is_null(first)) {
        first = itertools_next(rt, p->iterator);
        if (!ouro_is_null(first)) {
            value_replace(rt, &p->last, value_incref(first));
        }
    }
    ouro_value second = ouro_is_null(first) || ouro_is_null(p->iterator) ? OURO_NULL
                                                                         : itertools_next(rt, p->iterator);
    if (ouro_is_null(second)) {
        value_decref(rt, first);
        value_clear(rt, &p->iterator);
        value_clear(rt, &p->last);
        return OURO_NULL;
    }
    value_replace(rt, &p->last, value_incref(second));
    ouro_value items[2] = {first, second};
    return tuple_new_steal(rt, items, 2);
}

static const ouro_field pairwise_fields[] = {
    {OURO_FIELD_VALUE, offsetof(pairwise_object, iterator), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(pairwise_object, last), 0, NULL},
};

const type_spec pairwise_spec = {
    .name = "itertools.pairwise",
    .signature = "(iterable, /)",
    .size = sizeof(pairwise_object),
    .flags = TYPE_BASE,
    .doc = "pairwise(iterable, /)\n\nEach item with the one after it, as tuples.",
    .fields = pairwise_fields,
    .field_count = COUNT_OF(pairwise_fields),
    .slots = {.make = pairwise_make, .iter = iterator_iter_self, .next = pairwise_next},
};

/* ---- zip_longest ---- */

typedef struct zip_longest_object {
    ouro_object object;
    ouro_value iterators; /* tuple of our own; None stands for an exhausted one */
    ouro_value fill;
    ouro_value result;    /* the last tuple handed out, used again when nobody else kept it */
    size_t active;
} zip_longest_object;

static inline zip_longest_object *as_zip_longest(ouro_value v)
{
    return (zip_longest_object *)(void *)ouro_as_object(v);
}

static ouro_value zip_longest_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                   ouro_value kwnames)
{
    ouro_value fill = OURO_NONE;
    for (size_t i = 0; !ouro_is_null(kwnames) && i < as_tuple(kwnames)->size; i++) {
        if (!str_equal_ascii(as_str(as_tuple(kwnames)->items[i]), "fillvalue")) {
            return error_type(rt, "zip_longest() got an unexpected keyword argument");
        }
        fill = args[nargs + i];
    }
    ouro_value iterators = tuple_new(rt, args, nargs), result = OURO_NULL;
    if (ouro_is_null(iterators)) {
        return OURO_NULL;
    }
    zip_longest_object *z = NULL;
    for (size_t i = 0; i < nargs; i++) {
        ouro_value iterator = object_iter(rt, args[i]);
        if (ouro_is_null(iterator)) {
            goto fail;
        }
        itertools_set_item(rt, as_tuple(iterators), i, iterator);
        value_decref(rt, iterator);
    }
    result = nargs > 0 ? tuple_new(rt, as_tuple(iterators)->items, nargs) : value_incref(iterators);
    if (ouro_is_null(result) || (z = object_new(rt, &type->type, 0)) == NULL) {
        goto fail;
    }
    for (size_t i = 0; i < nargs; i++) {
        itertools_set_item(rt, as_tuple(result), i, OURO_NONE);
    }
    z->iterators = iterators;
    z->result = result;
    z->fill = value_incref(fill);
    z->active = nargs;
    gc_track(rt, z);
    return ouro_from_object(z);
fail:
    value_decref(rt, iterators);
    value_decref(rt, result);
    return OURO_NULL;
}

static ouro_value zip_longest_next(ouro_runtime *rt, ouro_value self)
{
    zip_longest_object *z = as_zip_longest(self);
    size_t size = as_tuple(z->iterators)->size;
    if (z->active == 0) {
        return OURO_NULL;
    }
    /* Collected aside, because a nested call may hand the same result out. */
    ouro_value on_stack[8], *items = on_stack;
    if (size > COUNT_OF(on_stack)) {
        items = ouro_mem_alloc(rt->mem, size * sizeof *items);
        if (items == NULL) {
            error_no_memory(rt);
            return OURO_NULL;
        }
    }
    size_t i = 0;
    ouro_value result = OURO_NULL;
    for (; i < size; i++) {
        ouro_value iterator = as_tuple(z->iterators)->items[i];
        ouro_value item = ouro_is_none(iterator) ? OURO_NULL : itertools_next(rt, iterator);
        if (ouro_is_null(item)) {
            if (error_is_set(rt)) {
                z->active = 0;
                goto end;
            }
            if (!ouro_is_none(as_tuple(z->iterators)->items[i])) {
                z->active -= z->active > 0;
                if (z->active == 0) {
                    goto end;
                }
                itertools_set_item(rt, as_tuple(z->iterators), i, OURO_NONE);
            }
            item = value_incref(z->fill);
        }
        items[i] = item;
    }
    tuple_object *t = itertools_own_tuple(rt, &z->result);
    if (t != NULL) {
        result = value_incref(z->result);
        for (size_t k = 0; k < size; k++) {
            itertools_set_item(rt, t, k, items[k]);
        }
    }
end:
    values_decref(rt, items, i);
    if (items != on_stack) {
        ouro_mem_free(rt->mem, items);
    }
    return result;
}

static ouro_value zip_longest_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    zip_longest_object *z = as_zip_longest(args[0]);
    ouro_value arguments = tuple_new(rt, as_tuple(z->iterators)->items, as_tuple(z->iterators)->size);
    if (ouro_is_null(arguments)) {
        return OURO_NULL;
    }
    for (size_t i = 0; i < as_tuple(arguments)->size; i++) {
        if (ouro_is_none(as_tuple(arguments)->items[i])) {
            itertools_set_item(rt, as_tuple(arguments), i, rt->types->empty_tuple);
        }
    }
    return itertools_reduce_state(rt, args[0], arguments, value_incref(z->fill));
}

static ouro_value zip_longest_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    value_replace(rt, &as_zip_longest(args[0])->fill, value_incref(args[1]));
    return OURO_NONE;
}

static const method_def zip_longest_methods[] = {
    REDUCE_METHOD(zip_longest_reduce),
    SETSTATE_METHOD(zip_longest_setstate),
    {.name = NULL},
};

static const ouro_field zip_longest_fields[] = {
    {OURO_FIELD_VALUE, offsetof(zip_longest_object, iterators), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(zip_longest_object, fill), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(zip_longest_object, result), 0, NULL},
};

const type_spec zip_longest_spec = {
    .name = "itertools.zip_longest",
    .size = sizeof(zip_longest_object),
    .flags = TYPE_BASE,
    .doc = "zip_longest(*iterables, fillvalue=None)\n\n"
           "Tuples of the next items of all iterables, as long as one has any; the fill value for those that have "
           "none.",
    .fields = zip_longest_fields,
    .field_count = COUNT_OF(zip_longest_fields),
    .methods = zip_longest_methods,
    .slots = {.make = zip_longest_make, .iter = iterator_iter_self, .next = zip_longest_next},
};

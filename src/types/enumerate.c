/* enumerate.c: enumerate(iterable, start): pairs of a count and an item.
 *
 * The count is an int64 until it would leave the range of immediate ints; from then on it is `big`.
 */
#include "types/binder.h"
#include "types/container.h"

typedef struct enumerate_object {
    ouro_object object;
    ouro_value iterator;
    ouro_value big; /* the next count, if not OURO_NULL */
    int64_t count;
    ouro_value pair; /* the last tuple handed out, used again when nobody else kept it */
} enumerate_object;

static enumerate_object *as_enumerate(ouro_value v)
{
    return (enumerate_object *)(void *)ouro_as_object(v);
}

static ouro_value enumerate_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                 ouro_value kwnames)
{
    ouro_value a[2];
    if (nargs == 0 && (ouro_is_null(kwnames) || as_tuple(kwnames)->size == 0)) {
        return error_type(rt, "enumerate() missing required argument 'iterable'");
    }
    if (!arguments_bind(rt, "enumerate", "iterable, start=0", args, nargs, kwnames, a)) {
        return OURO_NULL;
    }
    ouro_value start = ouro_is_null(a[1]) ? ouro_int(0) : object_index(rt, a[1]);
    if (ouro_is_null(start)) {
        return OURO_NULL;
    }
    ouro_value iterator = object_iter(rt, a[0]);
    enumerate_object *e = ouro_is_null(iterator) ? NULL : object_new(rt, &type->type, 0);
    if (e == NULL) {
        value_decref(rt, iterator);
        value_decref(rt, start);
        return OURO_NULL;
    }
    e->iterator = iterator;
    if (ouro_is_int(start)) {
        e->count = ouro_as_int(start);
    } else {
        e->big = start;
    }
    gc_track(rt, &e->object);
    return ouro_from_object(e);
}

static ouro_value enumerate_iter(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

/* The count for this item; steps on.  New reference. */
static ouro_value enumerate_step(ouro_runtime *rt, enumerate_object *e)
{
    if (OURO_LIKELY(ouro_is_null(e->big) && e->count < OURO_INT_MAX)) {
        return ouro_int(e->count++);
    }
    ouro_value now = ouro_is_null(e->big) ? ouro_int(e->count) : value_incref(e->big);
    ouro_value next = int_binary(rt, BINARY_ADD, now, ouro_int(1));
    if (ouro_is_null(next)) {
        value_decref(rt, now);
        return OURO_NULL;
    }
    value_replace(rt, &e->big, next);
    return now;
}

static ouro_value enumerate_next(ouro_runtime *rt, ouro_value self)
{
    enumerate_object *e = as_enumerate(self);
    ouro_value pair[2];
    pair[1] = iterator_next(rt, e->iterator);
    if (ouro_is_null(pair[1])) {
        return OURO_NULL;
    }
    pair[0] = enumerate_step(rt, e);
    if (ouro_is_null(pair[0])) {
        value_decref(rt, pair[1]);
        return OURO_NULL;
    }
    return tuple_new_recycled(rt, &e->pair, pair, 2);
}

static ouro_value enumerate_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    enumerate_object *e = as_enumerate(args[0]);
    ouro_value result = OURO_NULL;
    ouro_value count = ouro_is_null(e->big) ? int_from_int64(rt, e->count) : value_incref(e->big);
    ouro_value pair = ouro_is_null(count) ? OURO_NULL : tuple_pack2(rt, e->iterator, count);
    if (!ouro_is_null(pair)) {
        result = tuple_pack2(rt, type_value(value_type(rt, args[0])), pair);
        value_decref(rt, pair);
    }
    value_decref(rt, count);
    return result;
}

static ouro_value enumerate_class_getitem(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_call2(rt, type_value(TYPE(rt, generic_alias)), args[0], args[1]);
}

static const ouro_field enumerate_fields[] = {
    {OURO_FIELD_VALUE, offsetof(enumerate_object, iterator), 0, "iterator"},
    {OURO_FIELD_VALUE, offsetof(enumerate_object, big), 0, "count"},
    {OURO_FIELD_VALUE, offsetof(enumerate_object, pair), 0, NULL},
};

static const method_def enumerate_methods[] = {
    {"__reduce__", "?self, /", enumerate_reduce, NULL, 0, NULL},
    {"__class_getitem__", "?cls, item, /", enumerate_class_getitem, NULL, METHOD_CLASS, "See PEP 585"},
    {0},
};

const type_spec enumerate_spec = {
    .name = "enumerate",
    .signature = "(iterable, start=0)",
    .size = sizeof(enumerate_object),
    .flags = TYPE_BASE,
    .doc = "enumerate(iterable, start=0)\n\n"
           "Pairs of a count, which begins at start, and an item of the iterable.",
    .fields = enumerate_fields,
    .field_count = 3,
    .methods = enumerate_methods,
    .slots = {.make = enumerate_make, .iter = enumerate_iter, .next = enumerate_next},
};

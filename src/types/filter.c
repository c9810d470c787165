/* filter.c: filter(function, iterable): the items for which the function (None: the item itself) is true. */
#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"

typedef struct filter_object {
    ouro_object object;
    ouro_value function;
    ouro_value iterator;
} filter_object;

static filter_object *as_filter(ouro_value v)
{
    return (filter_object *)(void *)ouro_as_object(v);
}

static ouro_value filter_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                              ouro_value kwnames)
{
    if (!arguments_positional_new(rt, type, "filter", nargs, kwnames, 2, 2)) {
        return OURO_NULL;
    }
    ouro_value iterator = object_iter(rt, args[1]);
    filter_object *f = ouro_is_null(iterator) ? NULL : object_new(rt, &type->type, 0);
    if (f == NULL) {
        value_decref(rt, iterator);
        return OURO_NULL;
    }
    f->function = value_incref(args[0]);
    f->iterator = iterator;
    gc_track(rt, &f->object);
    return ouro_from_object(f);
}

static ouro_value filter_iter(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

static ouro_value filter_next(ouro_runtime *rt, ouro_value self)
{
    filter_object *f = as_filter(self);
    if (ouro_is_null(f->iterator)) {
        return OURO_NULL;
    }
    bool by_itself = ouro_is_none(f->function) || ouro_is(f->function, type_value(TYPE(rt, bool)));
    for (;;) {
        ouro_value item = iterator_next(rt, f->iterator);
        if (ouro_is_null(item)) {
            return OURO_NULL;
        }
        int good;
        if (by_itself) {
            good = object_truth(rt, item);
        } else {
            ouro_value result = object_call1(rt, f->function, item);
            if (ouro_is_null(result)) {
                value_decref(rt, item);
                return OURO_NULL;
            }
            good = object_truth(rt, result);
            value_decref(rt, result);
        }
        if (good > 0) {
            return item;
        }
        value_decref(rt, item);
        if (good < 0) {
            return OURO_NULL;
        }
    }
}

static ouro_value filter_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    filter_object *f = as_filter(args[0]);
    ouro_value pair = tuple_pack2(rt, f->function, f->iterator);
    if (ouro_is_null(pair)) {
        return OURO_NULL;
    }
    ouro_value result = tuple_pack2(rt, type_value(value_type(rt, args[0])), pair);
    value_decref(rt, pair);
    return result;
}

static const ouro_field filter_fields[] = {
    {OURO_FIELD_VALUE, offsetof(filter_object, function), 0, "function"},
    {OURO_FIELD_VALUE, offsetof(filter_object, iterator), 0, "iterator"},
};

static const method_def filter_methods[] = {
    {"__reduce__", "?self, /", filter_reduce, NULL, 0, NULL},
    {0},
};

const type_spec filter_spec = {
    .name = "filter",
    .size = sizeof(filter_object),
    .flags = TYPE_BASE,
    .doc = "filter(function or None, iterable) --> filter object\n\nReturn an iterator yielding those items of iterable "
           "for which function(item)\nis true. If function is None, return the items that are true.",
    .fields = filter_fields,
    .field_count = 2,
    .methods = filter_methods,
    .slots = {.make = filter_make, .iter = filter_iter, .next = filter_next},
};

/* map.c: map(function, *iterables): the function called with one item of each. */
#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"

enum { MAP_STACK_ARGUMENTS = 8 };

typedef struct map_object {
    ouro_object object;
    ouro_value function;
    ouro_value iterators; /* tuple */
} map_object;

static map_object *as_map(ouro_value v)
{
    return (map_object *)(void *)ouro_as_object(v);
}

static ouro_value map_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                           ouro_value kwnames)
{
    if (!arguments_positional_new(rt, type, "map", nargs, kwnames, 0, SIZE_MAX)) {
        return OURO_NULL;
    }
    if (nargs < 2) {
        return error_type(rt, "map() must have at least two arguments.");
    }
    tuple_object *iterators = tuple_new_blank(rt, nargs - 1);
    if (iterators == NULL) {
        return OURO_NULL;
    }
    for (size_t i = 1; i < nargs; i++) {
        iterators->items[i - 1] = object_iter(rt, args[i]);
        if (ouro_is_null(iterators->items[i - 1])) {
            value_decref(rt, ouro_from_object(iterators));
            return OURO_NULL;
        }
    }
    gc_track(rt, &iterators->object);
    map_object *m = object_new(rt, &type->type, 0);
    if (m == NULL) {
        value_decref(rt, ouro_from_object(iterators));
        return OURO_NULL;
    }
    m->function = value_incref(args[0]);
    m->iterators = ouro_from_object(iterators);
    gc_track(rt, &m->object);
    return ouro_from_object(m);
}

static ouro_value map_iter(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

static ouro_value map_next(ouro_runtime *rt, ouro_value self)
{
    map_object *m = as_map(self);
    if (ouro_is_null(m->iterators) || ouro_is_null(m->function)) {
        return OURO_NULL;
    }
    const tuple_object *iterators = as_tuple(m->iterators);
    ouro_value few[MAP_STACK_ARGUMENTS];
    ouro_value *items = few;
    if (iterators->size > MAP_STACK_ARGUMENTS) {
        items = ouro_mem_alloc(rt->mem, iterators->size * sizeof(ouro_value));
        if (items == NULL) {
            error_no_memory(rt);
            return OURO_NULL;
        }
    }
    size_t count = 0;
    ouro_value result = OURO_NULL;
    while (count < iterators->size) {
        items[count] = iterator_next(rt, iterators->items[count]);
        if (ouro_is_null(items[count])) {
            break;
        }
        count++;
    }
    if (count == iterators->size) {
        result = object_call(rt, m->function, items, count, OURO_NULL);
    }
    while (count > 0) {
        value_decref(rt, items[--count]);
    }
    if (items != few) {
        ouro_mem_free(rt->mem, items);
    }
    return result;
}

static ouro_value map_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    map_object *m = as_map(args[0]);
    const tuple_object *iterators = as_tuple(m->iterators);
    tuple_object *all = tuple_new_blank(rt, iterators->size + 1);
    if (all == NULL) {
        return OURO_NULL;
    }
    all->items[0] = value_incref(m->function);
    for (size_t i = 0; i < iterators->size; i++) {
        all->items[i + 1] = value_incref(iterators->items[i]);
    }
    gc_track(rt, &all->object);
    ouro_value result = tuple_pack2(rt, type_value(value_type(rt, args[0])), ouro_from_object(all));
    value_decref(rt, ouro_from_object(all));
    return result;
}

static const ouro_field map_fields[] = {
    {OURO_FIELD_VALUE, offsetof(map_object, function), 0, "function"},
    {OURO_FIELD_VALUE, offsetof(map_object, iterators), 0, "iterators"},
};

static const method_def map_methods[] = {
    {"__reduce__", "?self, /", map_reduce, NULL, 0, NULL},
    {0},
};

const type_spec map_spec = {
    .name = "map",
    .size = sizeof(map_object),
    .flags = TYPE_BASE,
    .doc = "map(func, *iterables) --> map object\n\nMake an iterator that computes the function using arguments "
           "from\neach of the iterables.  Stops when the shortest iterable is exhausted.",
    .fields = map_fields,
    .field_count = 2,
    .methods = map_methods,
    .slots = {.make = map_make, .iter = map_iter, .next = map_next},
};

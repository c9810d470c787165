/* zip.c: zip(*iterables, strict=False): tuples of one item of each. */
#include "types/binder.h"
#include "types/container.h"

typedef struct zip_object {
    ouro_object object;
    ouro_value iterators; /* tuple; OURO_NULL only after the collector has emptied the object */
    ouro_value result;    /* the last tuple handed out, used again when nobody else kept it */
    bool strict;
} zip_object;

static zip_object *as_zip(ouro_value v)
{
    return (zip_object *)(void *)ouro_as_object(v);
}

static ouro_value zip_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                           ouro_value kwnames)
{
    bool strict = false;
    size_t keywords = ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
    for (size_t i = 0; i < keywords; i++) {
        ouro_value name = as_tuple(kwnames)->items[i];
        if (!str_equal_ascii(as_str(name), "strict")) {
            return error_type(rt, "'%U' is an invalid keyword argument for zip()", name);
        }
        int truth = object_truth(rt, args[nargs + i]);
        if (truth < 0) {
            return OURO_NULL;
        }
        strict = truth > 0;
    }
    ouro_value list = list_new(rt, NULL, nargs);
    if (ouro_is_null(list)) {
        return OURO_NULL;
    }
    for (size_t i = 0; i < nargs; i++) {
        ouro_value iterator = object_iter(rt, args[i]);
        if (ouro_is_null(iterator) || !list_append_steal(rt, list, iterator)) {
            value_decref(rt, list);
            return OURO_NULL;
        }
    }
    ouro_value iterators = list_as_tuple(rt, list);
    value_decref(rt, list);
    zip_object *z = ouro_is_null(iterators) ? NULL : object_new(rt, &type->type, 0);
    if (z == NULL) {
        value_decref(rt, iterators);
        return OURO_NULL;
    }
    z->iterators = iterators;
    z->strict = strict;
    gc_track(rt, &z->object);
    return ouro_from_object(z);
}

static ouro_value zip_iter(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

/* With strict: the i-th iterable was the first to end; all before it had one item more, unless i is 0. */
static void zip_check_strict(ouro_runtime *rt, const tuple_object *iterators, size_t i)
{
    if (i > 0) {
        error_value(rt, "zip() argument %zu is shorter than argument%s%zu", i + 1, i == 1 ? " " : "s 1-", i);
        return;
    }
    for (size_t k = 1; k < iterators->size; k++) {
        ouro_value item = iterator_next(rt, iterators->items[k]);
        if (!ouro_is_null(item)) {
            value_decref(rt, item);
            error_value(rt, "zip() argument %zu is longer than argument%s%zu", k + 1, k == 1 ? " " : "s 1-", k);
            return;
        }
        if (error_is_set(rt)) {
            return;
        }
    }
}

static ouro_value zip_next(ouro_runtime *rt, ouro_value self)
{
    ouro_value iterators = as_zip(self)->iterators;
    if (ouro_is_null(iterators) || as_tuple(iterators)->size == 0) {
        return OURO_NULL;
    }
    size_t count = as_tuple(iterators)->size;
    ouro_value on_stack[8], *items = on_stack;
    if (count > COUNT_OF(on_stack)) {
        items = ouro_mem_alloc(rt->mem, count * sizeof *items);
        if (items == NULL) {
            error_no_memory(rt);
            return OURO_NULL;
        }
    }
    value_incref(iterators);
    size_t i = 0;
    for (; i < count; i++) {
        items[i] = iterator_next(rt, as_tuple(iterators)->items[i]);
        if (ouro_is_null(items[i])) {
            if (!error_is_set(rt) && as_zip(self)->strict) {
                zip_check_strict(rt, as_tuple(iterators), i);
            }
            break;
        }
    }
    ouro_value result = OURO_NULL;
    if (i == count) {
        result = tuple_new_recycled(rt, &as_zip(self)->result, items, count);
    } else {
        values_decref(rt, items, i);
    }
    value_decref(rt, iterators);
    if (items != on_stack) {
        ouro_mem_free(rt->mem, items);
    }
    return result;
}

static ouro_value zip_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    zip_object *z = as_zip(args[0]);
    ouro_value type = type_value(value_type(rt, args[0]));
    return z->strict ? tuple_pack3(rt, type, z->iterators, OURO_TRUE) : tuple_pack2(rt, type, z->iterators);
}

static ouro_value zip_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int truth = object_truth(rt, args[1]);
    if (truth < 0) {
        return OURO_NULL;
    }
    as_zip(args[0])->strict = truth > 0;
    return OURO_NONE;
}

static const ouro_field zip_fields[] = {
    {OURO_FIELD_VALUE, offsetof(zip_object, iterators), 0, "iterators"},
    {OURO_FIELD_VALUE, offsetof(zip_object, result), 0, NULL},
};

static const method_def zip_methods[] = {
    {"__reduce__", "?self, /", zip_reduce, NULL, 0, NULL},
    {"__setstate__", "?self, state, /", zip_setstate, NULL, 0, NULL},
    {0},
};

const type_spec zip_spec = {
    .name = "zip",
    .size = sizeof(zip_object),
    .flags = TYPE_BASE,
    .doc = "zip(*iterables, strict=False)\n\n"
           "Tuples of one item of each iterable, up to the end of the shortest one.\n"
           "With strict=True all must end together, else ValueError.",
    .fields = zip_fields,
    .field_count = 2,
    .methods = zip_methods,
    .slots = {.make = zip_make, .iter = zip_iter, .next = zip_next},
};

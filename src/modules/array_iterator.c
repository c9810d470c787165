/* array_iterator.c: the iterator of an array; what is appended meanwhile is met too. */
#include "modules/array_private.h"
#include "types/protocol.h"
#include "types/text.h"

typedef struct array_iterator {
    ouro_object object;
    ouro_value array; /* OURO_NULL when exhausted */
    size_t at;
} array_iterator;

ouro_value array_iter(ouro_runtime *rt, ouro_value self)
{
    array_iterator *it = object_new(rt, &MODULE_TYPE(rt, array_iterator)->type, 0);
    if (!it) {
        return OURO_NULL;
    }
    it->array = value_incref(self);
    it->at = 0;
    gc_track(rt, &it->object);
    return ouro_from_object(it);
}

static ouro_value array_iterator_self(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

static ouro_value array_iterator_next(ouro_runtime *rt, ouro_value self)
{
    array_iterator *it = (array_iterator *)(void *)ouro_as_object(self);
    if (ouro_is_null(it->array)) {
        return OURO_NULL;
    }
    if (it->at < as_array(it->array)->size) {
        return array_item_get(rt, as_array(it->array), it->at++);
    }
    value_clear(rt, &it->array);
    return OURO_NULL;
}

static ouro_value array_iterator_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const array_iterator *it = (array_iterator *)(void *)ouro_as_object(args[0]);
    ouro_value iter = text_builtin(rt, "iter");
    if (ouro_is_null(iter)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    bool done = ouro_is_null(it->array);
    ouro_value source = done ? tuple_new(rt, NULL, 0) : value_incref(it->array);
    ouro_value inner = ouro_is_null(source) ? OURO_NULL : tuple_pack1(rt, source);
    if (!ouro_is_null(inner)) {
        result = done ? tuple_pack2(rt, iter, inner) : tuple_pack3(rt, iter, inner, ouro_int((int64_t)it->at));
    }
    value_decref(rt, source);
    value_decref(rt, inner);
    value_decref(rt, iter);
    return result;
}

static ouro_value array_iterator_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    array_iterator *it = (array_iterator *)(void *)ouro_as_object(args[0]);
    int64_t at;
    if (!object_as_index(rt, args[1], &at, false)) {
        return OURO_NULL;
    }
    if (!ouro_is_null(it->array)) {
        size_t size = as_array(it->array)->size;
        it->at = at < 0 ? 0 : (size_t)at > size ? size : (size_t)at;
    }
    return OURO_NONE;
}

static const method_def array_iterator_methods[] = {
    {"__reduce__", "?self, /", array_iterator_reduce, .doc = "Return state information for pickling."},
    {"__setstate__", "?self, state, /", array_iterator_setstate, .doc = "Set state information for unpickling."},
    {NULL},
};

static const ouro_field array_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(array_iterator, array), 0, "array"},
};

const type_spec array_iterator_spec = {
    .name = "array.arrayiterator",
    .size = sizeof(array_iterator),
    .flags = TYPE_NO_MAKE,
    .fields = array_iterator_fields,
    .field_count = 1,
    .methods = array_iterator_methods,
    .slots = {.iter = array_iterator_self, .next = array_iterator_next},
};

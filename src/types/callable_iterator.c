/* callable_iterator.c: iter(callable, sentinel): calls until the result equals the sentinel.
 *
 * An exhausted iterator has dropped both and stays exhausted.
 */
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol_iterators.h"
#include "types/protocol.h"

typedef struct callable_iterator_object {
    ouro_object object;
    ouro_value callable; /* OURO_NULL: exhausted */
    ouro_value sentinel;
} callable_iterator_object;

static callable_iterator_object *as_callable_iterator(ouro_value v)
{
    return (callable_iterator_object *)(void *)ouro_as_object(v);
}

ouro_value callable_iterator_new(ouro_runtime *rt, ouro_value callable, ouro_value sentinel)
{
    callable_iterator_object *it = object_new(rt, &TYPE(rt, callable_iterator)->type, 0);
    if (it == NULL) {
        return OURO_NULL;
    }
    it->callable = value_incref(callable);
    it->sentinel = value_incref(sentinel);
    gc_track(rt, &it->object);
    return ouro_from_object(it);
}

static ouro_value callable_iterator_self(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

static void callable_iterator_exhaust(ouro_runtime *rt, callable_iterator_object *it)
{
    value_clear(rt, &it->callable);
    value_clear(rt, &it->sentinel);
}

static ouro_value callable_iterator_next(ouro_runtime *rt, ouro_value self)
{
    callable_iterator_object *it = as_callable_iterator(self);
    if (ouro_is_null(it->callable)) {
        return OURO_NULL;
    }
    ouro_value callable = value_incref(it->callable);
    ouro_value result = object_call0(rt, callable);
    value_decref(rt, callable);
    if (ouro_is_null(result)) {
        if (error_clear_if(rt, EXC(rt, StopIteration))) {
            callable_iterator_exhaust(rt, it);
        }
        return OURO_NULL;
    }
    /* The call may have exhausted this very iterator. */
    if (ouro_is_null(it->sentinel)) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    ouro_value sentinel = value_incref(it->sentinel);
    int equal = object_equal(rt, sentinel, result);
    value_decref(rt, sentinel);
    if (equal == 0) {
        return result;
    }
    value_decref(rt, result);
    if (equal > 0) {
        callable_iterator_exhaust(rt, it);
    }
    return OURO_NULL;
}

static ouro_value callable_iterator_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    callable_iterator_object *it = as_callable_iterator(args[0]);
    if (ouro_is_null(it->callable)) {
        return protocol_iterator_reduce_empty(rt, value_incref(rt->types->empty_tuple));
    }
    ouro_value builtins = rt->types->import_name(rt, STR(rt, builtins));
    if (ouro_is_null(builtins)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    ouro_value iter = object_getattr_utf8(rt, builtins, "iter");
    value_decref(rt, builtins);
    ouro_value pair = ouro_is_null(iter) ? OURO_NULL : tuple_pack2(rt, it->callable, it->sentinel);
    if (!ouro_is_null(pair)) {
        result = tuple_pack2(rt, iter, pair);
        value_decref(rt, pair);
    }
    value_decref(rt, iter);
    return result;
}

static const ouro_field callable_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(callable_iterator_object, callable), 0, "callable"},
    {OURO_FIELD_VALUE, offsetof(callable_iterator_object, sentinel), 0, "sentinel"},
};

static const method_def callable_iterator_methods[] = {
    {"__reduce__", "?self, /", callable_iterator_reduce, NULL, 0, NULL},
    {0},
};

const type_spec callable_iterator_spec = {
    .name = "callable_iterator",
    .size = sizeof(callable_iterator_object),
    .flags = TYPE_NO_MAKE,
    .fields = callable_iterator_fields,
    .field_count = 2,
    .methods = callable_iterator_methods,
    .slots = {.iter = callable_iterator_self, .next = callable_iterator_next},
};

/* anext_awaitable.c: what anext(iterator, default) returns: awaits the item; StopAsyncIteration becomes the default. */
#include "types/error.h"
#include "types/exception.h"
#include "types/protocol.h"
#include "types/protocol_iterators.h"
#include "vm/generator.h"

typedef struct anext_awaitable_object {
    ouro_object object;
    ouro_value awaitable;
    ouro_value fallback;
} anext_awaitable_object;

static anext_awaitable_object *as_anext_awaitable(ouro_value v)
{
    return (anext_awaitable_object *)(void *)ouro_as_object(v);
}

/* The iterator behind the awaitable: new reference. */
static ouro_value anext_awaitable_inner(ouro_runtime *rt, ouro_value self)
{
    ouro_value iterator = awaitable_iterator(rt, as_anext_awaitable(self)->awaitable, 0);
    if (ouro_is_null(iterator) || value_is_iterator(rt, iterator)) {
        return iterator;
    }
    ouro_value wrapper = value_type(rt, iterator)->slots.await(rt, iterator); /* of a coroutine */
    value_decref(rt, iterator);
    return wrapper;
}

/* What a step of the inner iterator gave; its end with StopAsyncIteration is the default's. */
static ouro_value anext_awaitable_outcome(ouro_runtime *rt, ouro_value self, ouro_value result)
{
    if (ouro_is_null(result) && error_clear_if(rt, EXC(rt, StopAsyncIteration))) {
        return error_stop_iteration(rt, as_anext_awaitable(self)->fallback);
    }
    return result;
}

static ouro_value anext_awaitable_self(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

static ouro_value anext_awaitable_next(ouro_runtime *rt, ouro_value self)
{
    ouro_value iterator = anext_awaitable_inner(rt, self);
    if (ouro_is_null(iterator)) {
        return OURO_NULL;
    }
    ouro_value result = value_type(rt, iterator)->slots.next(rt, iterator);
    value_decref(rt, iterator);
    return anext_awaitable_outcome(rt, self, result);
}

static ouro_value anext_awaitable_forward(ouro_runtime *rt, ouro_value self, ouro_value name, const ouro_value *args,
                                          size_t nargs)
{
    ouro_value iterator = anext_awaitable_inner(rt, self);
    if (ouro_is_null(iterator)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    ouro_value method = object_getattr(rt, iterator, name);
    if (!ouro_is_null(method)) {
        result = object_call(rt, method, args, nargs, OURO_NULL);
        value_decref(rt, method);
    }
    value_decref(rt, iterator);
    return anext_awaitable_outcome(rt, self, result);
}

static ouro_value anext_awaitable_send(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return anext_awaitable_forward(rt, args[0], STR(rt, send), args + 1, 1);
}

static ouro_value anext_awaitable_throw(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    return anext_awaitable_forward(rt, args[0], STR(rt, throw), args + 1, nargs - 1);
}

static ouro_value anext_awaitable_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return anext_awaitable_forward(rt, args[0], STR(rt, close), args + 1, 0);
}

static const ouro_field anext_awaitable_fields[] = {
    {OURO_FIELD_VALUE, offsetof(anext_awaitable_object, awaitable), 0, "awaitable"},
    {OURO_FIELD_VALUE, offsetof(anext_awaitable_object, fallback), 0, "default"},
};

static const method_def anext_awaitable_methods[] = {
    {"send", "?self, value, /", anext_awaitable_send, NULL, 0, NULL},
    {"throw", NULL, NULL, anext_awaitable_throw, 0, NULL},
    {"close", "?self, /", anext_awaitable_close, NULL, 0, NULL},
    {0},
};

const type_spec anext_awaitable_spec = {
    .name = "anext_awaitable",
    .size = sizeof(anext_awaitable_object),
    .flags = TYPE_NO_MAKE,
    .fields = anext_awaitable_fields,
    .field_count = 2,
    .methods = anext_awaitable_methods,
    .slots = {.iter = anext_awaitable_self, .await = anext_awaitable_self, .next = anext_awaitable_next},
};

ouro_value anext_awaitable_new(ouro_runtime *rt, ouro_value awaitable, ouro_value fallback)
{
    anext_awaitable_object *a = object_new(rt, &TYPE(rt, anext_awaitable)->type, 0);
    if (a == NULL) {
        return OURO_NULL;
    }
    a->awaitable = value_incref(awaitable);
    a->fallback = value_incref(fallback);
    gc_track(rt, &a->object);
    return ouro_from_object(a);
}

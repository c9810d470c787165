/* ops_async.c: the iterators behind `async for` and `yield from`. */
#include "types/error.h"
#include "types/protocol.h"
#include "vm/generator.h"
#include "vm/ops.h"

ouro_value op_get_aiter(ouro_runtime *rt, ouro_value v)
{
    type_object *type = value_type(rt, v);
    if (!type->slots.aiter) {
        return error_type(rt, "'async for' requires an object with __aiter__ method, got %T", v);
    }
    ouro_value iterator = type->slots.aiter(rt, v);
    if (!ouro_is_null(iterator) && !value_type(rt, iterator)->slots.anext) {
        error_type(rt, "'async for' received an object from __aiter__ that does not implement __anext__: %T",
                   iterator);
        value_clear(rt, &iterator);
    }
    return iterator;
}

ouro_value op_get_anext(ouro_runtime *rt, ouro_value v)
{
    type_object *type = value_type(rt, v);
    if (!type->slots.anext) {
        return error_type(rt, "'async for' requires an iterator with __anext__ method, got %T", v);
    }
    ouro_value next = type->slots.anext(rt, v);
    if (ouro_is_null(next) || type == TYPE(rt, async_generator)) {
        return next;
    }
    ouro_value awaitable = awaitable_iterator(rt, next, 0);
    if (ouro_is_null(awaitable)) {
        ouro_value cause = error_take(rt);
        error_type(rt, "'async for' received an invalid object from __anext__: %T", next);
        ouro_value exception = error_take(rt);
        if (!object_setattr(rt, exception, STR(rt, __cause__), cause) ||
            !object_setattr(rt, exception, STR(rt, __context__), cause)) {
            error_clear(rt);
        }
        value_decref(rt, cause);
        error_restore(rt, exception);
    }
    value_decref(rt, next);
    return awaitable;
}

ouro_value op_get_yield_from_iter(ouro_runtime *rt, frame *f, ouro_value v)
{
    type_object *type = value_type(rt, v);
    if (type == TYPE(rt, coroutine)) {
        if (!(f->code->flags & (CODE_COROUTINE | CODE_ITERABLE_COROUTINE))) {
            return error_type(rt, "cannot 'yield from' a coroutine object in a non-coroutine generator");
        }
        return value_incref(v);
    }
    if (type == TYPE(rt, generator)) {
        return value_incref(v);
    }
    return object_iter(rt, v);
}

/* async_generator.c: asynchronous generators and the awaitables that drive them.
 *
 * The generator itself is a frame in an object like any other (generator.h); what it yields to its consumer is
 * wrapped (async_generator_wrapped_value), so that it can be told from what it passes up while awaiting.
 *
 *     agen.__anext__()  -> asend(None)     agen.asend(v)  -> asend(v)
 *     agen.athrow(...)  -> athrow          agen.aclose()  -> athrow without arguments
 *
 * extras[0]: the finalizer hook; extras[1]: flags as an int: HOOKED, RUNNING (one awaitable at a time), CLOSED.
 */
#include "types/error.h"
#include "types/generic_alias.h"
#include "types/exception.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/generator.h"
#include "vm/generator_private.h"

enum { ASYNC_HOOKED = 1, ASYNC_RUNNING = 2, ASYNC_CLOSED = 4 };

static int64_t async_flags(const generator_object *g)
{
    return ouro_is_int(g->extras[1]) ? ouro_as_int(g->extras[1]) : 0;
}
static bool async_has(const generator_object *g, int flag)
{
    return (async_flags(g) & flag) != 0;
}
static void async_set(generator_object *g, int flag)
{
    g->extras[1] = ouro_int(async_flags(g) | flag);
}
static void async_unset(generator_object *g, int flag)
{
    g->extras[1] = ouro_int(async_flags(g) & ~(int64_t)flag);
}

/* ---- wrapped values ---- */

typedef struct wrapped_value {
    ouro_object object;
    ouro_value value;
} wrapped_value;

static const ouro_field wrapped_value_fields[] = {
    {OURO_FIELD_VALUE, offsetof(wrapped_value, value), 0, "value"},
};

const type_spec async_generator_wrapped_value_spec = {
    .name = "async_generator_wrapped_value",
    .size = sizeof(wrapped_value),
    .flags = TYPE_NO_MAKE,
    .fields = wrapped_value_fields,
    .field_count = 1,
};

ouro_value async_generator_wrap(ouro_runtime *rt, ouro_value v)
{
    wrapped_value *w = object_new(rt, &TYPE(rt, async_generator_wrapped_value)->type, 0);
    if (!w) {
        return OURO_NULL;
    }
    w->value = value_incref(v);
    gc_track(rt, w);
    return ouro_from_object(w);
}

/* ---- the generator ---- */

/* At its first use: the firstiter hook is called and the finalizer hook remembered. */
static bool async_first_use(ouro_runtime *rt, generator_object *g)
{
    if (async_has(g, ASYNC_HOOKED)) {
        return true;
    }
    async_set(g, ASYNC_HOOKED);
    g->extras[0] = value_incref(rt->vm->async_hooks[1]);
    if (ouro_is_null(rt->vm->async_hooks[0])) {
        return true;
    }
    ouro_value hook = value_incref(rt->vm->async_hooks[0]);
    ouro_value result = object_call1(rt, hook, ouro_from_object(g));
    value_decref(rt, hook);
    value_decref(rt, result);
    return !ouro_is_null(result);
}

bool async_generator_finalize(ouro_runtime *rt, generator_object *g)
{
    if (g->object.shape->type != &TYPE(rt, async_generator)->type || ouro_is_null(g->extras[0]) ||
        async_has(g, ASYNC_CLOSED)) {
        return false;
    }
    ouro_value hook = value_incref(g->extras[0]);
    ouro_value result = object_call1(rt, hook, ouro_from_object(g));
    if (ouro_is_null(result)) {
        rt->report_unraisable(rt, NULL, hook);
    }
    value_decref(rt, result);
    value_decref(rt, hook);
    return true;
}

/* ---- asend ---- */

typedef enum awaitable_state { AWAITABLE_INIT, AWAITABLE_ITERATING, AWAITABLE_CLOSED } awaitable_state;

typedef struct async_send {
    ouro_object object;
    ouro_value generator;
    ouro_value value; /* asend: to send; OURO_NULL: None */
    awaitable_state state;
} async_send;

typedef struct async_throw {
    ouro_object object;
    ouro_value generator;
    ouro_value exception; /* OURO_NULL: aclose() */
    awaitable_state state;
} async_throw;

static async_send *as_async_send(ouro_value v)
{
    return (async_send *)(void *)ouro_as_object(v);
}
static async_throw *as_async_throw(ouro_value v)
{
    return (async_throw *)(void *)ouro_as_object(v);
}

/* What a resumption gave, for the consumer: a wrapped value ends the awaitable with StopIteration(value). */
static ouro_value async_unwrap(ouro_runtime *rt, generator_object *g, send_result state, ouro_value result)
{
    if (state == SEND_RETURNED) {
        value_decref(rt, result);
        async_set(g, ASYNC_CLOSED);
        async_unset(g, ASYNC_RUNNING);
        return error_raise(rt, EXC(rt, StopAsyncIteration), NULL);
    }
    if (state == SEND_FAILED) {
        if (error_matches(rt, EXC(rt, StopAsyncIteration)) || error_matches(rt, EXC(rt, GeneratorExit))) {
            async_set(g, ASYNC_CLOSED);
        }
        async_unset(g, ASYNC_RUNNING);
        return OURO_NULL;
    }
    if (value_is_instance_exactly(rt, result, TYPE(rt, async_generator_wrapped_value))) {
        ouro_value value = value_incref(((wrapped_value *)(void *)ouro_as_object(result))->value);
        value_decref(rt, result);
        async_unset(g, ASYNC_RUNNING);
        error_stop_iteration(rt, ouro_is_none(value) ? OURO_NULL : value);
        value_decref(rt, value);
        return OURO_NULL;
    }
    return result; /* passed up while awaiting */
}

static ouro_value async_send_step(ouro_runtime *rt, async_send *s, ouro_value value)
{
    generator_object *g = as_generator(s->generator);
    if (s->state == AWAITABLE_CLOSED) {
        return error_runtime(rt, "cannot reuse already awaited __anext__()/asend()");
    }
    if (s->state == AWAITABLE_INIT) {
        if (async_has(g, ASYNC_RUNNING)) {
            return error_runtime(rt, "anext(): asynchronous generator is already running");
        }
        if (ouro_is_none(value) && !ouro_is_null(s->value)) {
            value = s->value;
        }
        s->state = AWAITABLE_ITERATING;
    }
    async_set(g, ASYNC_RUNNING);
    ouro_value result;
    send_result state = generator_send(rt, g, value, &result);
    ouro_value v = async_unwrap(rt, g, state, result);
    if (ouro_is_null(v)) {
        s->state = AWAITABLE_CLOSED;
    }
    return v;
}

static ouro_value async_send_new(ouro_runtime *rt, ouro_value generator, ouro_value value)
{
    if (!async_first_use(rt, as_generator(generator))) {
        return OURO_NULL;
    }
    async_send *s = object_new(rt, &TYPE(rt, async_generator_asend)->type, 0);
    if (!s) {
        return OURO_NULL;
    }
    s->generator = value_incref(generator);
    s->value = ouro_is_null(value) || ouro_is_none(value) ? OURO_NULL : value_incref(value);
    s->state = AWAITABLE_INIT;
    gc_track(rt, s);
    return ouro_from_object(s);
}

static ouro_value async_send_next(ouro_runtime *rt, ouro_value self)
{
    return async_send_step(rt, as_async_send(self), OURO_NONE);
}

static ouro_value async_send_send(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return async_send_step(rt, as_async_send(args[0]), args[1]);
}

static ouro_value async_send_throw(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    async_send *s = as_async_send(args[0]);
    generator_object *g = as_generator(s->generator);
    if (s->state == AWAITABLE_CLOSED) {
        return error_runtime(rt, "cannot reuse already awaited __anext__()/asend()");
    }
    ouro_value exception =
        generator_throw_argument(rt, args[1], arg_or_null(args, nargs, 2), arg_or_null(args, nargs, 3));
    if (ouro_is_null(exception)) {
        return OURO_NULL;
    }
    ouro_value result;
    send_result state = generator_throw(rt, g, true, exception, &result);
    value_decref(rt, exception);
    ouro_value v = async_unwrap(rt, g, state, result);
    if (ouro_is_null(v)) {
        s->state = AWAITABLE_CLOSED;
    }
    return v;
}

static ouro_value async_send_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    as_async_send(args[0])->state = AWAITABLE_CLOSED;
    return OURO_NONE;
}

static ouro_value async_self(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

static const ouro_field async_send_fields[] = {
    {OURO_FIELD_VALUE, offsetof(async_send, generator), 0, "generator"},
    {OURO_FIELD_VALUE, offsetof(async_send, value), 0, "value"},
};

static const method_def async_send_methods[] = {
    {"send", "self, arg, /", .fn = async_send_send, .doc = NULL},
    {"throw", "self, typ, val=None, tb=None, /", .fn = async_send_throw, .doc = NULL},
    {"close", "self, /", .fn = async_send_close, .doc = NULL},
    {0},
};

const type_spec async_generator_asend_spec = {
    .name = "async_generator_asend",
    .size = sizeof(async_send),
    .flags = TYPE_NO_MAKE,
    .fields = async_send_fields,
    .field_count = 2,
    .methods = async_send_methods,
    .slots = {.await = async_self, .iter = async_self, .next = async_send_next},
};

/* ---- athrow, aclose ---- */

static ouro_value async_throw_new(ouro_runtime *rt, ouro_value generator, ouro_value exception)
{
    if (!async_first_use(rt, as_generator(generator))) {
        return OURO_NULL;
    }
    async_throw *t = object_new(rt, &TYPE(rt, async_generator_athrow)->type, 0);
    if (!t) {
        return OURO_NULL;
    }
    t->generator = value_incref(generator);
    t->exception = value_incref(exception);
    t->state = AWAITABLE_INIT;
    gc_track(rt, t);
    return ouro_from_object(t);
}

static ouro_value async_ignored_exit(ouro_runtime *rt, ouro_value dropped)
{
    value_decref(rt, dropped);
    return error_runtime(rt, "async generator ignored GeneratorExit");
}

/* After a step of aclose(): a value is refused, an end is the end. */
static ouro_value async_close_result(ouro_runtime *rt, async_throw *t, send_result state, ouro_value result)
{
    generator_object *g = as_generator(t->generator);
    if (state == SEND_YIELDED) {
        if (value_is_instance_exactly(rt, result, TYPE(rt, async_generator_wrapped_value))) {
            async_unset(g, ASYNC_RUNNING);
            t->state = AWAITABLE_CLOSED;
            return async_ignored_exit(rt, result);
        }
        return result;
    }
    async_unset(g, ASYNC_RUNNING);
    t->state = AWAITABLE_CLOSED;
    if (state == SEND_RETURNED) {
        value_decref(rt, result);
        return error_stop_iteration(rt, OURO_NULL);
    }
    if (error_clear_if(rt, EXC(rt, StopAsyncIteration)) || error_clear_if(rt, EXC(rt, GeneratorExit))) {
        return error_stop_iteration(rt, OURO_NULL);
    }
    return OURO_NULL;
}

static ouro_value async_throw_step(ouro_runtime *rt, async_throw *t, ouro_value value)
{
    generator_object *g = as_generator(t->generator);
    bool closing = ouro_is_null(t->exception);
    ouro_value result;
    send_result state;
    if (t->state == AWAITABLE_CLOSED) {
        return error_runtime(rt, "cannot reuse already awaited aclose()/athrow()");
    }
    if (frame_state(g->frame) == GENERATOR_DONE && t->state == AWAITABLE_INIT) {
        t->state = AWAITABLE_CLOSED;
        return error_stop_iteration(rt, OURO_NULL);
    }
    if (t->state == AWAITABLE_INIT) {
        if (async_has(g, ASYNC_RUNNING)) {
            t->state = AWAITABLE_CLOSED;
            return error_runtime(rt, closing ? "aclose(): asynchronous generator is already running"
                                             : "athrow(): asynchronous generator is already running");
        }
        if (async_has(g, ASYNC_CLOSED)) {
            t->state = AWAITABLE_CLOSED;
            return error_raise(rt, EXC(rt, StopAsyncIteration), NULL);
        }
        if (!ouro_is_none(value)) {
            return error_runtime(rt, "can't send non-None value to a just-started coroutine");
        }
        t->state = AWAITABLE_ITERATING;
        async_set(g, ASYNC_RUNNING);
        ouro_value exception =
            closing ? exception_new(rt, EXC(rt, GeneratorExit), OURO_NULL) : value_incref(t->exception);
        if (ouro_is_null(exception)) {
            return OURO_NULL;
        }
        if (closing) {
            async_set(g, ASYNC_CLOSED);
        }
        state = generator_throw(rt, g, !closing, exception, &result);
        value_decref(rt, exception);
    } else {
        state = generator_send(rt, g, value, &result);
    }
    if (closing) {
        return async_close_result(rt, t, state, result);
    }
    ouro_value v = async_unwrap(rt, g, state, result);
    if (ouro_is_null(v)) {
        t->state = AWAITABLE_CLOSED;
    }
    return v;
}

static ouro_value async_throw_next(ouro_runtime *rt, ouro_value self)
{
    return async_throw_step(rt, as_async_throw(self), OURO_NONE);
}

static ouro_value async_throw_send(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return async_throw_step(rt, as_async_throw(args[0]), args[1]);
}

static ouro_value async_throw_throw(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    async_throw *t = as_async_throw(args[0]);
    generator_object *g = as_generator(t->generator);
    if (t->state == AWAITABLE_CLOSED) {
        return error_runtime(rt, "cannot reuse already awaited aclose()/athrow()");
    }
    ouro_value exception =
        generator_throw_argument(rt, args[1], arg_or_null(args, nargs, 2), arg_or_null(args, nargs, 3));
    if (ouro_is_null(exception)) {
        return OURO_NULL;
    }
    ouro_value result;
    send_result state = generator_throw(rt, g, true, exception, &result);
    value_decref(rt, exception);
    if (ouro_is_null(t->exception)) {
        return async_close_result(rt, t, state, result);
    }
    ouro_value v = async_unwrap(rt, g, state, result);
    if (ouro_is_null(v)) {
        t->state = AWAITABLE_CLOSED;
    }
    return v;
}

static ouro_value async_throw_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    as_async_throw(args[0])->state = AWAITABLE_CLOSED;
    return OURO_NONE;
}

static const ouro_field async_throw_fields[] = {
    {OURO_FIELD_VALUE, offsetof(async_throw, generator), 0, "generator"},
    {OURO_FIELD_VALUE, offsetof(async_throw, exception), 0, "exception"},
};

static const method_def async_throw_methods[] = {
    {"send", "self, arg, /", .fn = async_throw_send, .doc = NULL},
    {"throw", "self, typ, val=None, tb=None, /", .fn = async_throw_throw, .doc = NULL},
    {"close", "self, /", .fn = async_throw_close, .doc = NULL},
    {0},
};

const type_spec async_generator_athrow_spec = {
    .name = "async_generator_athrow",
    .size = sizeof(async_throw),
    .flags = TYPE_NO_MAKE,
    .fields = async_throw_fields,
    .field_count = 2,
    .methods = async_throw_methods,
    .slots = {.await = async_self, .iter = async_self, .next = async_throw_next},
};

/* ---- the type ---- */

static ouro_value async_slot_anext(ouro_runtime *rt, ouro_value self)
{
    return async_send_new(rt, self, OURO_NULL);
}

static ouro_value async_method_asend(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return async_send_new(rt, args[0], args[1]);
}

static ouro_value async_method_athrow(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value exception =
        generator_throw_argument(rt, args[1], arg_or_null(args, nargs, 2), arg_or_null(args, nargs, 3));
    if (ouro_is_null(exception)) {
        return OURO_NULL;
    }
    ouro_value awaitable = async_throw_new(rt, args[0], exception);
    value_decref(rt, exception);
    return awaitable;
}

static ouro_value async_method_aclose(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return async_throw_new(rt, args[0], OURO_NULL);
}

static ouro_value async_get_running(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(async_has(as_generator(self), ASYNC_RUNNING));
}

static const getset_def async_getsets[] = {
    {"__name__", generator_get_name, generator_set_name, "name of the async generator", NULL},
    {"__qualname__", generator_get_name, generator_set_name, "qualified name of the async generator", (void *)1},
    {"ag_frame", generator_get_frame, NULL, NULL, NULL},
    {"ag_code", generator_get_code, NULL, NULL, NULL, .member = true},
    {"ag_running", async_get_running, NULL, NULL, NULL, .member = true},
    {"ag_await", generator_get_delegate, NULL, "object being awaited on, or None", NULL},
    {0},
};

static ouro_value async_method_class_getitem(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return generic_alias_new(rt, args[0], args[1]);
}

static const method_def async_methods[] = {
    {"__class_getitem__", "?cls, item, /", .fn = async_method_class_getitem, .flags = METHOD_CLASS, .doc = "See PEP 585"},
    {"asend", "self, value, /", .fn = async_method_asend,
     .doc = "asend(v) -> send 'v' in generator."},
    {"athrow", "self, typ, val=None, tb=None, /", .fn = async_method_athrow,
     .doc = "athrow(typ[,val[,tb]]) -> raise exception in generator."},
    {"aclose", "self, /", .fn = async_method_aclose,
     .doc = "aclose() -> raise GeneratorExit inside generator."},
    {0},
};

const type_spec async_generator_spec = {
    .name = "async_generator",
    .size = sizeof(generator_object),
    .flags = OURO_TYPE_WEAKREF | TYPE_NO_MAKE | OURO_TYPE_FINALIZER,
    .fields = generator_fields,
    .field_count = 1,
    .traverse = generator_traverse,
    .traverse_edges = generator_traverse_edges,
    .clear = generator_clear,
    .dispose = generator_dispose,
    .finalize = generator_finalize,
    .methods = async_methods,
    .getsets = async_getsets,
    .slots = {.repr = generator_repr, .aiter = async_self, .anext = async_slot_anext},
};

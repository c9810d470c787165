/* generator.c: generators and coroutines: resuming, throwing, closing, and their Python-visible types.
 *
 * async_generator.c builds on this for asynchronous generators, whose frames are the same.
 */
#include "vm/generator.h"

#include "lang/opcode.h"
#include "object/side.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/warnings.h"
#include "vm/generator_private.h"
#include "vm/settrace.h"

#include <string.h>

/* ---- making ---- */

static type_object *generator_type_of(ouro_runtime *rt, const code_object *code)
{
    if (code->flags & CODE_ASYNC_GENERATOR) {
        return TYPE(rt, async_generator);
    }
    return code->flags & CODE_COROUTINE ? TYPE(rt, coroutine) : TYPE(rt, generator);
}

ouro_value generator_from_frame(ouro_runtime *rt, frame *f)
{
    code_object *code = f->code;
    size_t extras = generator_extra_count(code);
    size_t slots = code_slot_count(code);
    size_t words = extras + slots + FRAME_WORDS + code->stack_size;
    generator_object *g = object_new(rt, &generator_type_of(rt, code)->type, words * sizeof(ouro_value));
    if (!g) {
        return OURO_NULL;
    }
    ouro_value *locals = g->extras + extras;
    ouro_value *old = frame_locals(f);
    for (size_t i = 0; i < slots; i++) {
        locals[i] = old[i];
        old[i] = OURO_NULL;
    }
    frame *inner = (frame *)(void *)(locals + slots);
    *inner = (frame){
        .code = OBJECT_INCREF(code),
        .function = OBJECT_INCREF(f->function),
        .locals = f->locals, /* of a module that awaits */
        .ip = f->ip,
        .flags = FRAME_GENERATOR,
    };
    f->locals = OURO_NULL;
    inner->top = frame_stack(inner);
    g->frame = inner;
    gc_track(rt, g);
    if ((code->flags & CODE_COROUTINE) && rt->vm->origin_tracking_depth > 0) {
        coroutine_record_origin(rt, g);
    }
    return ouro_from_object(g);
}

/* ---- resuming ---- */

const char *generator_kind_name(ouro_runtime *rt, const generator_object *g)
{
    const ouro_type *type = g->object.shape->type;
    return type == &TYPE(rt, coroutine)->type         ? "coroutine"
           : type == &TYPE(rt, async_generator)->type ? "async generator"
                                                      : "generator";
}

void generator_finish(ouro_runtime *rt, generator_object *g, bool failed)
{
    frame_finish(rt, g->frame);
    value_clear(rt, &g->handled.exception);
    if (!failed || !error_is_set(rt)) {
        return;
    }
    const ouro_type *type = g->object.shape->type;
    const char *what = NULL;
    if (error_matches(rt, EXC(rt, StopIteration))) {
        what = type == &TYPE(rt, coroutine)->type         ? "coroutine raised StopIteration"
               : type == &TYPE(rt, async_generator)->type ? "async generator raised StopIteration"
                                                          : "generator raised StopIteration";
    } else if (type == &TYPE(rt, async_generator)->type && error_matches(rt, EXC(rt, StopAsyncIteration))) {
        what = "async generator raised StopAsyncIteration";
    }
    if (what) {
        ouro_value original = error_take(rt);
        error_runtime(rt, "%s", what);
        ouro_value replaced = error_take(rt);
        value_replace(rt, &as_exception(replaced)->cause, value_incref(original));
        value_replace(rt, &as_exception(replaced)->context, original);
        as_exception(replaced)->suppress_context = true;
        error_restore(rt, replaced);
    }
}

/* Runs the frame; the value to resume with is on its stack, or (thrown) the exception is set. */
static send_result generator_run(ouro_runtime *rt, generator_object *g, bool thrown, ouro_value *result)
{
    frame *f = g->frame;
    if (!rt_enter(rt, "")) {
        return SEND_FAILED;
    }
    object_incref(&g->object); /* the code that runs may drop the last other reference */
    generator_enter(rt, g, f);
    f->flags |= FRAME_ENTRY;
    *result = vm_run_frame(rt, f, thrown);
    send_result state = ouro_is_null(*result)                     ? SEND_FAILED
                        : frame_state(g->frame) == GENERATOR_DONE ? SEND_RETURNED
                                                                  : SEND_YIELDED;
    object_decref(rt, &g->object);
    return state;
}

send_result generator_cannot_resume(ouro_runtime *rt, generator_object *g, ouro_value *result)
{
    *result = OURO_NULL;
    if (frame_state(g->frame) == GENERATOR_RUNNING) {
        error_value(rt, "%s already executing", generator_kind_name(rt, g));
        return SEND_FAILED;
    }
    if (g->object.shape->type == &TYPE(rt, coroutine)->type) {
        error_runtime(rt, "cannot reuse already awaited coroutine");
        return SEND_FAILED;
    }
    *result = OURO_NONE;
    return SEND_RETURNED;
}

send_result generator_send(ouro_runtime *rt, generator_object *g, ouro_value value, ouro_value *result)
{
    frame *f = g->frame;
    *result = OURO_NULL;
    switch (frame_state(f)) {
    case GENERATOR_CREATED:
        if (!ouro_is_none(value)) {
            error_type(rt, "can't send non-None value to a just-started %s", generator_kind_name(rt, g));
            return SEND_FAILED;
        }
        break;
    case GENERATOR_SUSPENDED:
        break;
    default:
        return generator_cannot_resume(rt, g, result);
    }
    if (rt->recursion >= rt->recursion_limit) {
        (void)!rt_enter(rt, "");
        return SEND_FAILED;
    }
    *f->top++ = value_incref(value);
    return generator_run(rt, g, false, result);
}

/* The value of a StopIteration that is set: takes the exception.  OURO_NULL: something else is set. */
static ouro_value generator_stop_value(ouro_runtime *rt)
{
    if (!error_is_set(rt)) {
        return OURO_NONE;
    }
    if (!error_matches(rt, EXC(rt, StopIteration))) {
        return OURO_NULL;
    }
    ouro_value exception = error_take(rt);
    ouro_value value = ((stop_iteration_object *)(void *)ouro_as_object(exception))->value;
    value = ouro_is_null(value) ? OURO_NONE : value_incref(value);
    value_decref(rt, exception);
    return value;
}

send_result iterator_send(ouro_runtime *rt, frame *f, ouro_value iterator, ouro_value value, ouro_value *result)
{
    type_object *type = value_type(rt, iterator);
    if (type == TYPE(rt, generator) || type == TYPE(rt, coroutine)) {
        return generator_send(rt, as_generator(iterator), value, result);
    }
    if (ouro_is_none(value) && type->slots.next) {
        *result = iterator_step(rt, iterator);
        if (!ouro_is_null(*result)) {
            return SEND_YIELDED;
        }
        if (!error_is_set(rt)) {
            *result = OURO_NONE;
            return SEND_RETURNED;
        }
    } else {
        *result = object_call_method1(rt, iterator, STR(rt, send), value);
        if (!ouro_is_null(*result)) {
            return SEND_YIELDED;
        }
    }
    if (settrace_is_on(rt) && error_is_set(rt) && error_matches(rt, EXC(rt, StopIteration))) {
        settrace_exception(rt, f);
    }
    *result = generator_stop_value(rt);
    return ouro_is_null(*result) ? SEND_FAILED : SEND_RETURNED;
}

/* What Python code sees of a resumption: the yielded value; at the end StopIteration. */
ouro_value generator_result(ouro_runtime *rt, send_result state, ouro_value result)
{
    if (state == SEND_RETURNED) {
        error_stop_iteration(rt, ouro_is_none(result) ? OURO_NULL : result);
        value_decref(rt, result);
        return OURO_NULL;
    }
    return state == SEND_FAILED ? OURO_NULL : result;
}

/* ---- throwing ---- */

/* What a suspended generator delegates to (yield from, await): borrowed, or OURO_NULL. */
ouro_value generator_delegate(const generator_object *g)
{
    const frame *f = g->frame;
    if (frame_state(f) != GENERATOR_SUSPENDED || f->ip[-1] != unit_make(OP_YIELD_VALUE, 1)) {
        return OURO_NULL;
    }
    return f->top[-1];
}

/* The exception described by the arguments of throw(): new reference.  When the class cannot be called, what
 * that raised is thrown instead. */
ouro_value generator_throw_argument(ouro_runtime *rt, ouro_value type, ouro_value value, ouro_value traceback)
{
    if (ouro_is_none(traceback)) {
        traceback = OURO_NULL;
    } else if (!ouro_is_null(traceback) && !value_is_instance_exactly(rt, traceback, TYPE(rt, traceback))) {
        return error_type(rt, "throw() third argument must be a traceback object");
    }
    ouro_value exception;
    if (value_is_exception_class(rt, type)) {
        if (ouro_is_null(value) || ouro_is_none(value)) {
            exception = object_call0(rt, type);
        } else if (value_is_exception(rt, value) &&
                   value_is_instance(rt, value, (const type_object *)(const void *)ouro_as_object(type))) {
            exception = value_incref(value);
        } else if (value_is_tuple(rt, value)) {
            exception = object_call_tuple(rt, type, value, OURO_NULL);
        } else {
            exception = object_call1(rt, type, value);
        }
        if (!ouro_is_null(exception) && !value_is_exception(rt, exception)) {
            error_type(rt, "calling %R should have returned an instance of BaseException, not %T", type,
                       exception);
            value_clear(rt, &exception);
        }
        if (ouro_is_null(exception)) {
            exception = error_take(rt);
        }
    } else if (value_is_exception(rt, type)) {
        if (!ouro_is_null(value) && !ouro_is_none(value)) {
            return error_type(rt, "instance exception may not have a separate value");
        }
        exception = value_incref(type);
    } else {
        return error_type(rt, "exceptions must be classes or instances deriving from BaseException, not %T",
                          type);
    }
    if (!ouro_is_null(exception) && !ouro_is_null(traceback)) {
        value_replace(rt, &as_exception(exception)->traceback, value_incref(traceback));
    }
    return exception;
}

static send_result generator_throw_here(ouro_runtime *rt, generator_object *g, ouro_value *result)
{
    if (frame_state(g->frame) == GENERATOR_RUNNING) {
        error_clear(rt);
        return generator_cannot_resume(rt, g, result);
    }
    if (frame_state(g->frame) == GENERATOR_DONE) {
        if (g->object.shape->type == &TYPE(rt, coroutine)->type) {
            error_clear(rt);
            error_runtime(rt, "cannot reuse already awaited coroutine");
        }
        return SEND_FAILED;
    }
    ouro_value exception = error_take(rt);
    if (rt->recursion >= rt->recursion_limit) {
        value_decref(rt, exception);
        (void)!rt_enter(rt, "");
        return SEND_FAILED;
    }
    /* the context is what the resuming code handles, unless the generator handles something itself */
    ouro_value context = g->handled.exception;
    error_restore(rt, exception);
    if (!ouro_is_null(context) && ouro_is_null(as_exception(exception)->context) &&
        !ouro_is(context, exception)) {
        as_exception(exception)->context = value_incref(context);
    }
    return generator_run(rt, g, true, result);
}

/* Closes what a generator delegates to.  False: that raised. */
static bool generator_close_delegate(ouro_runtime *rt, ouro_value delegate)
{
    type_object *type = value_type(rt, delegate);
    ouro_value result;
    if (type == TYPE(rt, generator) || type == TYPE(rt, coroutine)) {
        result = generator_close(rt, as_generator(delegate));
    } else {
        ouro_value close;
        int found = object_getattr_optional(rt, delegate, STR(rt, close), &close);
        if (found < 0) {
            rt->report_unraisable(rt, NULL, delegate);
            return true;
        }
        if (found == 0) {
            return true;
        }
        result = object_call0(rt, close);
        value_decref(rt, close);
    }
    value_decref(rt, result);
    return !ouro_is_null(result);
}

/* After the delegate has ended: the generator goes on behind its SEND loop, with its value or its exception.
 */
static send_result generator_after_delegate(ouro_runtime *rt, generator_object *g, ouro_value *result)
{
    frame *f = g->frame;
    ouro_value value = generator_stop_value(rt);
    f->top--;
    ouro_value receiver = *f->top;
    f->ip = f->code->units + unit_argument(f->ip[-2]); /* the SEND before the YIELD_VALUE */
    value_decref(rt, receiver);
    if (!ouro_is_null(value)) {
        send_result state = generator_send(rt, g, value, result);
        value_decref(rt, value);
        return state;
    }
    return generator_throw_here(rt, g, result);
}

/* While something is thrown into what a generator delegates to, the generator counts as running, and its
 * frame stands between that and the caller. */
static void generator_enter_delegate(ouro_runtime *rt, frame *f)
{
    frame_set_state(f, GENERATOR_RUNNING);
    f->previous = rt->vm->frame;
    rt->vm->frame = f;
}

static void generator_leave_delegate(ouro_runtime *rt, frame *f)
{
    rt->vm->frame = f->previous;
    f->previous = NULL;
    frame_set_state(f, GENERATOR_SUSPENDED);
}

send_result generator_throw(ouro_runtime *rt, generator_object *g, bool close_on_exit, ouro_value exception,
                            ouro_value *result)
{
    *result = OURO_NULL;
    ouro_value delegate = value_incref(generator_delegate(g));
    if (ouro_is_null(delegate)) {
        error_restore(rt, value_incref(exception));
        return generator_throw_here(rt, g, result);
    }
    frame *f = g->frame;
    send_result state;
    type_object *type = value_type(rt, delegate);
    if (close_on_exit && value_is_instance(rt, exception, EXC(rt, GeneratorExit))) {
        frame_set_state(f, GENERATOR_RUNNING); /* not on the stack of frames: as in CPython */
        bool closed = generator_close_delegate(rt, delegate);
        frame_set_state(f, GENERATOR_SUSPENDED);
        if (closed) {
            error_restore(rt, value_incref(exception));
        }
        state = generator_throw_here(rt, g, result);
    } else {
        ouro_value throw_method = OURO_NULL;
        if (type == TYPE(rt, generator) || type == TYPE(rt, coroutine)) {
            ouro_value inner;
            generator_enter_delegate(rt, f);
            send_result inner_state =
                generator_throw(rt, as_generator(delegate), close_on_exit, exception, &inner);
            *result = generator_result(rt, inner_state, inner);
            generator_leave_delegate(rt, f);
        } else {
            int found = object_getattr_optional(rt, delegate, STR(rt, throw), &throw_method);
            if (found < 0) {
                value_decref(rt, delegate);
                return SEND_FAILED;
            }
            if (found == 0) {
                error_restore(rt, value_incref(exception));
                state = generator_throw_here(rt, g, result);
                value_decref(rt, delegate);
                return state;
            }
            generator_enter_delegate(rt, f);
            *result = object_call1(rt, throw_method, exception);
            value_decref(rt, throw_method);
            generator_leave_delegate(rt, f);
        }
        state = ouro_is_null(*result) ? generator_after_delegate(rt, g, result) : SEND_YIELDED;
    }
    value_decref(rt, delegate);
    return state;
}

ouro_value generator_close(ouro_runtime *rt, generator_object *g)
{
    frame *f = g->frame;
    switch (frame_state(f)) {
    case GENERATOR_CREATED:
        frame_set_state(f, GENERATOR_DONE);
        generator_finish(rt, g, false);
        return OURO_NONE;
    case GENERATOR_DONE:
        return OURO_NONE;
    case GENERATOR_RUNNING:
        return error_value(rt, "%s already executing", generator_kind_name(rt, g));
    default:
        break;
    }
    ouro_value exception = exception_new(rt, EXC(rt, GeneratorExit), OURO_NULL);
    if (ouro_is_null(exception)) {
        return OURO_NULL;
    }
    ouro_value result;
    send_result state = generator_throw(rt, g, true, exception, &result);
    value_decref(rt, exception);
    switch (state) {
    case SEND_YIELDED:
        value_decref(rt, result);
        return error_runtime(rt, "%s ignored GeneratorExit", generator_kind_name(rt, g));
    case SEND_RETURNED:
        value_decref(rt, result);
        return OURO_NONE;
    default:
        if (error_clear_if(rt, EXC(rt, GeneratorExit)) || error_clear_if(rt, EXC(rt, StopIteration))) {
            return OURO_NONE;
        }
        return OURO_NULL;
    }
}

/* ---- life ---- */

int generator_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context)
{
    generator_object *g = (generator_object *)(void *)self;
    frame *f = g->frame;
    if (!f) {
        return 0;
    }
    size_t extras = generator_extra_count(f->code);
    for (size_t i = 0; i < extras; i++) {
        int stop = ouro_is_object(g->extras[i]) ? visit(g->extras[i], context) : 0;
        if (stop) {
            return stop;
        }
    }
    ouro_value *top = f->top;
    if (frame_state(f) == GENERATOR_RUNNING) {
        f->top = frame_stack(f); /* the operands are in motion */
    }
    int stop = frame_state(f) == GENERATOR_DONE ? visit(ouro_from_object(f->code), context)
                                                : frame_traverse(f, visit, context);
    f->top = top;
    return stop;
}

int generator_traverse_edges(ouro_runtime *rt, ouro_object *self, ouro_edge_fn visit, void *context)
{
    generator_object *g = (generator_object *)(void *)self;
    frame *f = g->frame;
    if (!f) {
        return 0;
    }
    int result = 0;
    size_t extras = generator_extra_count(f->code);
    for (size_t i = 0; result == 0 && i < extras; i++) {
        result = edge_tell(g->extras[i], &(ouro_edge){.kind = OURO_EDGE_UNNAMED}, visit, context);
    }
    if (result == 0 && frame_state(f) == GENERATOR_DONE) {
        return edge_tell(ouro_from_object(f->code), &(ouro_edge){.kind = OURO_EDGE_FIELD, .text = "gi_code"},
                         visit, context);
    }
    ouro_value *top = f->top;
    if (frame_state(f) == GENERATOR_RUNNING) {
        f->top = frame_stack(f); /* the operands are in motion */
    }
    if (result == 0) {
        result = frame_traverse_edges(f, visit, context);
    }
    f->top = top;
    return result;
}

void generator_clear(ouro_runtime *rt, ouro_object *self)
{
    generator_object *g = (generator_object *)(void *)self;
    frame *f = g->frame;
    if (!f || frame_state(f) == GENERATOR_RUNNING) {
        return;
    }
    if (frame_state(f) != GENERATOR_DONE) {
        frame_set_state(f, GENERATOR_DONE);
        generator_finish(rt, g, false);
    }
    size_t extras = generator_extra_count(f->code);
    for (size_t i = 0; i < extras; i++) {
        value_clear(rt, &g->extras[i]);
    }
}

void generator_dispose(ouro_runtime *rt, ouro_object *self)
{
    generator_object *g = (generator_object *)(void *)self;
    if (g->frame) {
        object_decref(rt, &g->frame->code->object);
    }
}

void generator_finalize(ouro_runtime *rt, ouro_object *self)
{
    generator_object *g = (generator_object *)(void *)self;
    frame *f = g->frame;
    if (!f || frame_state(f) == GENERATOR_DONE) {
        return;
    }
    struct runtime_suspended saved = runtime_suspend(rt);
    if (async_generator_finalize(rt, g)) {
        runtime_resume(rt, saved);
        return;
    }
    if (frame_state(f) == GENERATOR_CREATED) {
        if (f->code->flags & CODE_COROUTINE) {
            warnings_unawaited(rt, ouro_from_object(self), f->code->qualname);
        }
    } else {
        ouro_value result = generator_close(rt, g);
        if (ouro_is_null(result)) {
            if (error_is_set(rt)) {
                rt->report_unraisable(rt, NULL, ouro_from_object(self));
            }
        } else {
            value_decref(rt, result);
        }
    }
    runtime_resume(rt, saved);
}

/* ---- the Python-visible parts ---- */

/* A name that the program has given is in the out-of-line dict: few generators ever get one.  Borrowed. */
static ouro_value generator_name_value(ouro_runtime *rt, generator_object *g, bool qualified)
{
    const frame *f = g->frame;
    ouro_value given = side_dict(rt, &g->object);
    if (!ouro_is_null(given)) {
        ouro_value v = dict_get_str(rt, as_dict(given), qualified ? STR(rt, __qualname__) : STR(rt, __name__));
        if (!ouro_is_null(v)) {
            return v;
        }
    }
    if (f->function && f->function->extras) {
        const function_extras *x = f->function->extras;
        ouro_value v = qualified ? x->qualname : x->name;
        if (!ouro_is_null(v)) {
            return v;
        }
    }
    return qualified ? f->code->qualname : f->code->name;
}

ouro_value generator_repr(ouro_runtime *rt, ouro_value self)
{
    generator_object *g = as_generator(self);
    const char *kind = g->object.shape->type == &TYPE(rt, async_generator)->type ? "async_generator"
                                                                                 : generator_kind_name(rt, g);
    return str_format_c(rt, "<%s object %U at %p>", kind, generator_name_value(rt, g, true), (void *)g);
}

static ouro_value generator_slot_next(ouro_runtime *rt, ouro_value self)
{
    ouro_value result;
    send_result state = generator_send(rt, as_generator(self), OURO_NONE, &result);
    if (state == SEND_RETURNED && ouro_is_none(result)) {
        return OURO_NULL; /* exhausted: no exception needed */
    }
    return generator_result(rt, state, result);
}

static ouro_value generator_slot_iter(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

ouro_value generator_method_send(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value result;
    send_result state = generator_send(rt, as_generator(args[0]), args[1], &result);
    return generator_result(rt, state, result);
}

ouro_value generator_method_throw(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value exception =
        generator_throw_argument(rt, args[1], arg_or_null(args, nargs, 2), arg_or_null(args, nargs, 3));
    if (ouro_is_null(exception)) {
        return OURO_NULL;
    }
    ouro_value result;
    send_result state = generator_throw(rt, as_generator(args[0]), true, exception, &result);
    value_decref(rt, exception);
    return generator_result(rt, state, result);
}

ouro_value generator_method_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return generator_close(rt, as_generator(args[0]));
}

ouro_value generator_get_name(ouro_runtime *rt, ouro_value self, void *qualified)
{
    return value_incref(generator_name_value(rt, as_generator(self), qualified != NULL));
}

bool generator_set_name(ouro_runtime *rt, ouro_value self, ouro_value value, void *qualified)
{
    if (ouro_is_null(value) || !value_is_str(rt, value)) {
        error_type(rt, "%s must be set to a string object", qualified ? "__qualname__" : "__name__");
        return false;
    }
    ouro_value given = side_dict(rt, ouro_as_object(self));
    if (ouro_is_null(given)) {
        given = dict_new(rt, 1);
        if (ouro_is_null(given) || !side_set_dict(rt, ouro_as_object(self), given)) {
            return false;
        }
    }
    return dict_set(rt, as_dict(given), qualified ? STR(rt, __qualname__) : STR(rt, __name__), value);
}

ouro_value generator_get_frame(ouro_runtime *rt, ouro_value self, void *closure)
{
    frame *f = as_generator(self)->frame;
    if (frame_state(f) == GENERATOR_DONE) {
        return OURO_NONE;
    }
    frame_object *object = frame_get_object(rt, f);
    return object ? value_incref(ouro_from_object(object)) : OURO_NULL;
}

ouro_value generator_get_code(ouro_runtime *rt, ouro_value self, void *closure)
{
    return value_incref(ouro_from_object(as_generator(self)->frame->code));
}

static ouro_value generator_get_running(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(frame_state(as_generator(self)->frame) == GENERATOR_RUNNING);
}

static ouro_value generator_get_suspended(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(frame_state(as_generator(self)->frame) == GENERATOR_SUSPENDED);
}

ouro_value generator_get_delegate(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value v = generator_delegate(as_generator(self));
    return ouro_is_null(v) ? OURO_NONE : value_incref(v);
}

static ouro_value coroutine_get_origin(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value v = as_generator(self)->extras[0];
    return ouro_is_null(v) ? OURO_NONE : value_incref(v);
}

/* cr_origin: ((filename, line, function), ...) of the frames that made the coroutine. */
void coroutine_record_origin(ouro_runtime *rt, generator_object *g)
{
    ouro_value list = list_new(rt, NULL, 0);
    int depth = rt->vm->origin_tracking_depth;
    bool ok = !ouro_is_null(list);
    for (frame *f = rt->vm->frame ? rt->vm->frame->previous : NULL; ok && f && depth > 0;
         f = f->previous, depth--) {
        ouro_value entry = tuple_pack3(rt, f->code->filename, ouro_int(frame_line(f)), f->code->name);
        ok = !ouro_is_null(entry) && list_append_steal(rt, list, entry);
    }
    if (ok) {
        g->extras[0] = list_as_tuple(rt, list);
    }
    value_decref(rt, list);
    error_clear(rt);
}

#define GENERATOR_NAMES(kind)                                                                                     \
    {"__name__", generator_get_name, generator_set_name, "name of the " kind, NULL},                                                      \
    {                                                                                                        \
        "__qualname__", generator_get_name, generator_set_name, "qualified name of the " kind, (void *)1                                            \
    }

const ouro_field generator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(generator_object, handled.exception), 0, "handled exception"},
};

static const getset_def generator_getsets[] = {
    GENERATOR_NAMES("generator"),
    {"gi_frame", generator_get_frame, NULL, NULL, NULL},
    {"gi_code", generator_get_code, NULL, NULL, NULL, .member = true},
    {"gi_running", generator_get_running, NULL, NULL, NULL},
    {"gi_suspended", generator_get_suspended, NULL, NULL, NULL},
    {"gi_yieldfrom", generator_get_delegate, NULL, "object being iterated by yield from, or None", NULL},
    {0},
};

static const method_def generator_methods[] = {
    {"send", "self, arg, /", .fn = generator_method_send,
     .doc = "send(arg) -> send 'arg' into generator,\nreturn next yielded value or raise StopIteration."},
    {"throw", "self, typ, val=None, tb=None, /", .fn = generator_method_throw,
     .doc = "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded "
            "value or "
            "raise\nStopIteration."},
    {"close", "self, /", .fn = generator_method_close,
     .doc = "close() -> raise GeneratorExit inside generator."},
    {0},
};

const type_spec generator_spec = {
    .name = "generator",
    .size = sizeof(generator_object),
    .flags = OURO_TYPE_WEAKREF | TYPE_NO_MAKE | OURO_TYPE_FINALIZER,
    .fields = generator_fields,
    .field_count = 1,
    .traverse = generator_traverse,
    .traverse_edges = generator_traverse_edges,
    .clear = generator_clear,
    .dispose = generator_dispose,
    .finalize = generator_finalize,
    .methods = generator_methods,
    .getsets = generator_getsets,
    .slots = {.repr = generator_repr, .iter = generator_slot_iter, .next = generator_slot_next},
};

/* ---- coroutines ---- */

typedef struct coroutine_wrapper {
    ouro_object object;
    ouro_value coroutine;
} coroutine_wrapper;

static generator_object *wrapper_coroutine(ouro_value self)
{
    return as_generator(((coroutine_wrapper *)(void *)ouro_as_object(self))->coroutine);
}

static ouro_value coroutine_slot_await(ouro_runtime *rt, ouro_value self)
{
    coroutine_wrapper *w = object_new(rt, &TYPE(rt, coroutine_wrapper)->type, 0);
    if (!w) {
        return OURO_NULL;
    }
    w->coroutine = value_incref(self);
    gc_track(rt, w);
    return ouro_from_object(w);
}

static const getset_def coroutine_getsets[] = {
    GENERATOR_NAMES("coroutine"),
    {"cr_frame", generator_get_frame, NULL, NULL, NULL},
    {"cr_code", generator_get_code, NULL, NULL, NULL, .member = true},
    {"cr_running", generator_get_running, NULL, NULL, NULL},
    {"cr_suspended", generator_get_suspended, NULL, NULL, NULL},
    {"cr_await", generator_get_delegate, NULL, "object being awaited on, or None", NULL},
    {"cr_origin", coroutine_get_origin, NULL, NULL, NULL, .member = true},
    {0},
};

static const method_def coroutine_methods[] = {
    {"send", "self, arg, /", .fn = generator_method_send,
     .doc = "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration."},
    {"throw", "self, typ, val=None, tb=None, /", .fn = generator_method_throw,
     .doc = "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next "
            "iterated "
            "value or raise\nStopIteration."},
    {"close", "self, /", .fn = generator_method_close,
     .doc = "close() -> raise GeneratorExit inside coroutine."},
    {0},
};

const type_spec coroutine_spec = {
    .name = "coroutine",
    .size = sizeof(generator_object),
    .flags = OURO_TYPE_WEAKREF | TYPE_NO_MAKE | OURO_TYPE_FINALIZER,
    .fields = generator_fields,
    .field_count = 1,
    .traverse = generator_traverse,
    .traverse_edges = generator_traverse_edges,
    .clear = generator_clear,
    .dispose = generator_dispose,
    .finalize = generator_finalize,
    .methods = coroutine_methods,
    .getsets = coroutine_getsets,
    .slots = {.repr = generator_repr, .await = coroutine_slot_await},
};

static ouro_value wrapper_next(ouro_runtime *rt, ouro_value self)
{
    ouro_value result;
    send_result state = generator_send(rt, wrapper_coroutine(self), OURO_NONE, &result);
    return generator_result(rt, state, result);
}

static ouro_value wrapper_send(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value result;
    send_result state = generator_send(rt, wrapper_coroutine(args[0]), args[1], &result);
    return generator_result(rt, state, result);
}

static ouro_value wrapper_throw(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value forwarded[4] = {ouro_from_object(wrapper_coroutine(args[0])), args[1],
                               arg_or_null(args, nargs, 2), arg_or_null(args, nargs, 3)};
    return generator_method_throw(rt, forwarded, 4);
}

static ouro_value wrapper_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return generator_close(rt, wrapper_coroutine(args[0]));
}

static const ouro_field wrapper_fields[] = {
    {OURO_FIELD_VALUE, offsetof(coroutine_wrapper, coroutine), 0, "coroutine"},
};

static const method_def wrapper_methods[] = {
    {"send", "self, arg, /", .fn = wrapper_send, .doc = NULL},
    {"throw", "self, typ, val=None, tb=None, /", .fn = wrapper_throw, .doc = NULL},
    {"close", "self, /", .fn = wrapper_close, .doc = NULL},
    {0},
};

const type_spec coroutine_wrapper_spec = {
    .name = "coroutine_wrapper",
    .doc = "A wrapper object implementing __await__ for coroutines.",
    .size = sizeof(coroutine_wrapper),
    .flags = TYPE_NO_MAKE,
    .fields = wrapper_fields,
    .field_count = 1,
    .methods = wrapper_methods,
    .slots = {.iter = generator_slot_iter, .next = wrapper_next},
};

/* ---- await and yield from ---- */

static bool value_is_iterable_coroutine(ouro_runtime *rt, ouro_value v)
{
    return value_is_instance_exactly(rt, v, TYPE(rt, generator)) &&
           (as_generator(v)->frame->code->flags & CODE_ITERABLE_COROUTINE);
}

ouro_value awaitable_iterator(ouro_runtime *rt, ouro_value v, unsigned kind)
{
    if (value_is_instance_exactly(rt, v, TYPE(rt, coroutine))) {
        if (!ouro_is_null(generator_delegate(as_generator(v)))) {
            return error_runtime(rt, "coroutine is being awaited already");
        }
        return value_incref(v);
    }
    if (value_is_iterable_coroutine(rt, v)) {
        return value_incref(v);
    }
    type_object *type = value_type(rt, v);
    if (!type->slots.await) {
        if (kind) {
            return error_type(rt,
                              "'async with' received an object from %s that does not implement __await__: %T",
                              kind == 1 ? "__aenter__" : "__aexit__", v);
        }
        return error_type(rt, "object %T can't be used in 'await' expression", v);
    }
    ouro_value iterator = type->slots.await(rt, v);
    if (ouro_is_null(iterator)) {
        return iterator;
    }
    if (value_is_instance_exactly(rt, iterator, TYPE(rt, coroutine)) ||
        value_is_iterable_coroutine(rt, iterator)) {
        error_type(rt, "__await__() returned a coroutine");
        value_clear(rt, &iterator);
    } else if (!value_is_iterator(rt, iterator)) {
        error_type(rt, "__await__() returned non-iterator of type '%T'", iterator);
        value_clear(rt, &iterator);
    }
    return iterator;
}

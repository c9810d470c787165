/* generator.h: generators, coroutines and asynchronous generators: a frame inside an object.
 *
 *     generator_object | extras (async kinds) | locals | frame | operand stack
 *
 * State (bits FRAME_STATE_SHIFT of the frame's flags): CREATED -> SUSPENDED <-> RUNNING -> DONE.  When DONE the frame
 * is empty but for its code.  While RUNNING the object's operands are in the loop's hands: a traversal then visits
 * the locals alone, which is safe for the collector (an edge it does not see keeps its target alive).
 */
#ifndef OURO_SRC_VM_GENERATOR_H
#define OURO_SRC_VM_GENERATOR_H

#include "vm/vm.h"

typedef enum generator_state {
    GENERATOR_CREATED,
    GENERATOR_SUSPENDED,
    GENERATOR_RUNNING,
    GENERATOR_DONE,
} generator_state;

typedef struct generator_object {
    ouro_object object;
    handled_slot handled; /* the exception being handled inside it */
    frame *frame;
    ouro_value extras[]; /* coroutine: [0] cr_origin; async generator: [0] finalizer hook, [1] flags as an int */
} generator_object;

static inline generator_object *as_generator(ouro_value v)
{
    return (generator_object *)(void *)ouro_as_object(v);
}
static inline generator_state frame_state(const frame *f)
{
    return (generator_state)(f->flags >> FRAME_STATE_SHIFT & 3);
}
static inline void frame_set_state(frame *f, generator_state state)
{
    f->flags = (f->flags & ~(3u << FRAME_STATE_SHIFT)) | (uint32_t)state << FRAME_STATE_SHIFT;
}
/* Words between the object and the locals. */
static inline size_t generator_extra_count(const code_object *code)
{
    return code->flags & CODE_ASYNC_GENERATOR ? 2 : code->flags & CODE_COROUTINE ? 1 : 0;
}
static inline generator_object *frame_generator(frame *f)
{
    return (generator_object *)(void *)(frame_locals(f) - generator_extra_count(f->code) -
                                        sizeof(generator_object) / sizeof(ouro_value));
}

/* Moves a frame that is about to end (RETURN_GENERATOR) into a new object; the frame on the stack is then gone.
 * New reference, or OURO_NULL (the frame is left as it was). */
OURO_NODISCARD ouro_value generator_from_frame(ouro_runtime *rt, frame *f);

typedef enum send_result { SEND_YIELDED, SEND_RETURNED, SEND_FAILED } send_result;

/* Resumes with `value` (borrowed); *result is what it yielded or returned (new reference). */
send_result generator_send(ouro_runtime *rt, generator_object *g, ouro_value value, ouro_value *result);
/* The same for any iterator or awaitable's iterator, for the frame that delegates to it: next() for None, else the
 * method send. */
send_result iterator_send(ouro_runtime *rt, frame *f, ouro_value iterator, ouro_value value, ouro_value *result);

/* Makes the generator's frame the innermost, and RUNNING; and the reverse. */
static inline void generator_enter(ouro_runtime *rt, generator_object *g, frame *f)
{
    g->handled.previous = rt->vm->handled;
    rt->vm->handled = &g->handled;
    f->previous = rt->vm->frame;
    f->trace_context = 0;
    rt->vm->frame = f;
    frame_set_state(f, GENERATOR_RUNNING);
}
static inline void generator_leave(ouro_runtime *rt, generator_object *g, frame *f, generator_state state)
{
    rt->vm->handled = g->handled.previous;
    rt->vm->frame = f->previous;
    f->previous = NULL;
    f->flags &= ~(uint32_t)(FRAME_ENTRY | FRAME_FOR | FRAME_SEND);
    frame_set_state(f, state);
}
/* The frame has returned or raised: it is emptied.  An escaping StopIteration becomes a RuntimeError. */
void generator_finish(ouro_runtime *rt, generator_object *g, bool failed);
/* "generator already executing", and so on: raised when it cannot be resumed.  SEND_RETURNED: it is exhausted. */
send_result generator_cannot_resume(ouro_runtime *rt, generator_object *g, ouro_value *result);

/* What `await v` iterates: a coroutine itself, an iterable coroutine, or v.__await__(). */
OURO_NODISCARD ouro_value awaitable_iterator(ouro_runtime *rt, ouro_value v, unsigned kind);
/* A value that an async generator yields, marked as such. */
OURO_NODISCARD ouro_value async_generator_wrap(ouro_runtime *rt, ouro_value v);

#endif

/* frame.h: frames: one call of Python code in progress.
 *
 * A frame lies on the runtime's own stack, or inside a generator object; in both cases as
 *
 *     locals (arguments, others, cells, free variables) | frame (64 bytes) | operand stack
 *
 * so that locals and operands are at fixed distances from the frame.  A Python-visible frame object is made only
 * when somebody asks (a traceback, sys._getframe); when the frame ends while the object is still referred to, the
 * object takes the locals over.
 *
 * What always holds for a frame that is not running: `top` is the end of its operands, `ip` the next unit.  For the
 * running one both are in registers of the loop, which stores them before anything that can look at them.
 */
#ifndef OURO_SRC_VM_FRAME_H
#define OURO_SRC_VM_FRAME_H

#include "types/code.h"
#include "types/containers.h"
#include "types/function.h"

typedef struct frame frame;
typedef struct frame_object frame_object;

enum { /* frame.flags */
    FRAME_ENTRY = 1,         /* returning from it leaves vm_run */
    FRAME_INIT = 2,          /* an __init__: must return None; the caller's top is the instance */
    FRAME_GENERATOR = 4,     /* lies inside a generator object */
    FRAME_NEW_CHUNK = 8,     /* the first in its chunk of the stack */
    FRAME_FOR = 16,          /* a generator resumed by FOR_ITER, by SEND: what its end means */
    FRAME_SEND = 32,
    FRAME_RETURNS_NAMESPACE = 64, /* a class body: nothing special on return; `locals` is the namespace */
    FRAME_STATE_SHIFT = 8,   /* generator_state */
};

struct frame {
    frame *previous;            /* the caller; NULL: none */
    code_object *code;          /* owned */
    function_object *function;  /* owned */
    ouro_value locals;          /* namespace of module and class bodies, owned; OURO_NULL in functions */
    uint32_t *ip;
    ouro_value *top;
    frame_object *object;       /* owned, or NULL */
    uint32_t flags;
    uint32_t trace_context;     /* vm/tracing.c: the calls that led here; 0: not asked yet */
};

struct frame_object {
    ouro_object object;
    frame *frame;         /* where it is now */
    ouro_value back;      /* after the frame has ended: f_back */
    ouro_value locals;    /* the dict of f_locals, or OURO_NULL */
    ouro_value trace;     /* f_trace */
    void *own;            /* after the frame has ended: the block that holds locals and frame */
    bool trace_lines, trace_opcodes;
    uint32_t traced_unit; /* 1 + the unit that settrace.c has been asked about last; 0: none yet */
};

static inline uint32_t code_slot_count(const code_object *code)
{
    return code->local_count + code->cell_count + code->free_count;
}
static inline ouro_value *frame_locals(frame *f)
{
    return (ouro_value *)(void *)f - code_slot_count(f->code);
}
static inline ouro_value *frame_stack(frame *f)
{
    return (ouro_value *)(void *)(f + 1);
}
static inline dict_object *frame_globals(const frame *f)
{
    return f->function->globals;
}

enum { FRAME_WORDS = sizeof(frame) / sizeof(ouro_value) };

/* Makes a frame on the stack for `function` (stolen, also on failure) with all locals OURO_NULL but the cells taken
 * from the closure.  Not linked: the caller sets `previous` and runs it.  NULL: no memory. */
OURO_NODISCARD frame *frame_push(ouro_runtime *rt, function_object *function);
/* Ends a frame: drops locals, operands up to f->top, and the rest; hands over to its object if there is one.  A frame
 * inside a generator is only emptied. */
void frame_pop(ouro_runtime *rt, frame *f);
/* Frees the stack at the end of the runtime; no frame is left. */
void frame_free_stack(ouro_runtime *rt);
/* Drops or hands over the contents, without freeing the place. */
void frame_finish(ouro_runtime *rt, frame *f);
/* The frame object of a frame, made now if need be: borrowed; NULL: no memory. */
OURO_NODISCARD frame_object *frame_get_object(ouro_runtime *rt, frame *f);
/* The line that a frame is at (0: unknown).  For the running frame its ip must have been stored. */
int frame_line(const frame *f);
/* The line of a frame object's unit; 0: unknown (types_state.frame_line). */
int frame_object_line(ouro_value frame, uint32_t unit);
/* The unit being executed (tb_lasti). */
uint32_t frame_unit(const frame *f);
/* The locals as a dict (functions: a snapshot, written to f_locals' dict; others: the namespace): new reference. */
OURO_NODISCARD ouro_value frame_locals_dict(ouro_runtime *rt, frame *f);
/* The other way: stores what f_locals' dict has been given meanwhile (a trace function may do so).  Nothing for a frame
 * that has a namespace. */
void frame_store_locals(ouro_runtime *rt, frame *f);
/* Visits what a frame holds (for generators, frame objects, and the roots). */
int frame_traverse(frame *f, ouro_visit_fn visit, void *context);
/* The same, with names. */
int frame_traverse_edges(frame *f, ouro_edge_fn visit, void *context);

/* Binds arguments to the parameters of `function` and stores them in the locals of its fresh frame.  Arguments are
 * borrowed.  False: TypeError as CPython words it. */
OURO_NODISCARD bool frame_bind(ouro_runtime *rt, frame *f, const ouro_value *args, size_t nargs,
                               ouro_value kwnames);

#endif

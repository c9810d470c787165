/* settrace.h: sys.settrace and sys.setprofile: who is told what of the frames that run.
 *
 * While a function is set (and is not running itself), or stores are traced (stores.h), RT_PENDING_SETTRACE is set in
 * rt->pending, and the loop dispatches through settrace_before: every instruction if there is a trace function or stores
 * are traced, else only those that begin or end a call (SETTRACE_PROFILES).  While none is, tracing costs nothing: the
 * bit is one of those that safe points look at anyway, and the loop's table of targets is the plain one.
 *
 * What tells returns false (or RAISED) when the trace function raised (the exception is set, the function no
 * longer is); what the frame holds is stored (f->ip, f->top) before each of them, and f->ip is loaded again
 * after: the function may have assigned f_lineno.
 */
#ifndef OURO_SRC_VM_SETTRACE_H
#define OURO_SRC_VM_SETTRACE_H

#include "vm/vm.h"

enum settrace_event {
    SETTRACE_CALL, /* first: what vm->settrace_event is while no function runs */
    SETTRACE_EXCEPTION,
    SETTRACE_LINE,
    SETTRACE_RETURN,
    SETTRACE_C_CALL,
    SETTRACE_C_EXCEPTION,
    SETTRACE_C_RETURN,
    SETTRACE_OPCODE,
};

/* Whether instructions are traced has changed. */
void settrace_update(ouro_runtime *rt);

/* False with RuntimeError: a finalizer of the function that is being replaced would replace it again. */
OURO_NODISCARD bool settrace_may_replace(ouro_runtime *rt, bool profile);
/* sys.settrace, sys.setprofile: OURO_NULL: none.  Borrows. */
void settrace_set_function(ouro_runtime *rt, ouro_value function);
void settrace_set_profile(ouro_runtime *rt, ouro_value function);
/* The same with a listener in C: `owner` is what sys.getprofile() returns.  Borrows. */
void settrace_set_listener(ouro_runtime *rt, vm_profile_listener listener, ouro_value owner);
/* sys.call_tracing: calls with tracing on although a trace function runs. */
OURO_NODISCARD ouro_value settrace_call_traced(ouro_runtime *rt, ouro_value callable, ouro_value args);
/* Between the two nothing is told: around what a listener runs. */
void settrace_pause(ouro_runtime *rt);
void settrace_go_on(ouro_runtime *rt);

/* Before the instruction *unit, which `ip` is behind: tells of the call (RESUME), of a new line, of the
 * opcode, and of the return (the result lies on the stack); and executes a CALL that the profile function
 * hears of.  The loop goes on with f->ip, f->top and *unit. */
enum settrace_result {
    SETTRACE_GOES_ON,
    SETTRACE_EXECUTED, /* the instruction is done */
    SETTRACE_RAISED,
    SETTRACE_RAISED_AT_RETURN, /* no handler of the frame's own catches that */
};
OURO_NODISCARD enum settrace_result settrace_before(ouro_runtime *rt, frame *f, uint32_t *ip, ouro_value *top,
                                                    uint32_t *unit);
/* A generator's frame is entered by throw() or close(): the exception is set. */
OURO_NODISCARD bool settrace_enter_thrown(ouro_runtime *rt, frame *f);
/* The frame returns or yields `result` (OURO_NULL: it ends by the exception that is set). */
OURO_NODISCARD bool settrace_return(ouro_runtime *rt, frame *f, ouro_value result);
/* The exception that is set has reached the frame: another one may be set after. */
void settrace_exception(ouro_runtime *rt, frame *f);
/* iterator_next, for the frame that iterates: a StopIteration that the end is told by is told, too. */
OURO_NODISCARD ouro_value settrace_next(ouro_runtime *rt, frame *f, ouro_value iterator);
/* The generator or coroutine that the frame iterates over or awaits has returned `result`: told as the
 * StopIteration that it stands for, unless that would not have been made. */
OURO_NODISCARD bool settrace_stop(ouro_runtime *rt, frame *f, ouro_value iterator, ouro_value result);

/* Assigning f_lineno (settrace_jump.c): CPython's rules.  False: ValueError and its kin. */
OURO_NODISCARD bool settrace_jump(ouro_runtime *rt, frame *f, ouro_value line);
/* The line of every unit of the code, 0: none; kept in code->vm_data.  NULL: no memory. */
OURO_NODISCARD const int32_t *settrace_lines(ouro_runtime *rt, code_object *code);

static inline bool settrace_is_on(const ouro_runtime *rt)
{
    return (rt->pending & RT_PENDING_SETTRACE) != 0;
}

/* Given that it is on: does it look at every instruction, or only at those that a profile function hears of? */
static inline bool settrace_is_fine(const ouro_runtime *rt)
{
    return !ouro_is_null(rt->vm->trace_function) || rt->vm->stores != NULL;
}

/* The instructions that a profile function may hear of. */
#define SETTRACE_PROFILES(op)                                                                                \
    ((op) == OP_RESUME || (op) == OP_CALL || (op) == OP_CALL_KW || (op) == OP_CALL_EX ||                     \
     (op) == OP_RETURN_VALUE || (op) == OP_YIELD_VALUE)

#endif

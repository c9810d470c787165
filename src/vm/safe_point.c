/* safe_point.c: what waits for the loop to come to a safe point (a call, a jump backward): collections,
 * signals, calls from other threads, interrupts.  Each has a bit in rt->pending.
 */
#include "gc/gc.h"
#include "types/error.h"
#include "types/exception.h"
#include "vm/threads.h"

bool vm_handle_pending(ouro_runtime *rt)
{
    if (rt->pending & RT_PENDING_GC) {
        gc_run_pending(rt);
    }
    if (rt->pending & RT_PENDING_SWITCH) {
        vm_threads_switch(rt);
    }
    if (OURO_UNLIKELY(rt->vm->unwinding)) { /* at every stop, until the thread has ended */
        rt_set_pending(rt, RT_PENDING_SIGNAL);
        if (!error_is_set(rt)) {
            error_raise(rt, EXC(rt, SystemExit), NULL);
        }
        return false;
    }
    if (rt->pending & RT_PENDING_SIGNAL) {
        rt_clear_pending(rt, RT_PENDING_SIGNAL);
        if (rt->vm->handle_signals) {
            rt->vm->handle_signals(rt);
        }
    }
    if (rt->pending & RT_PENDING_CALL) {
        rt_clear_pending(rt, RT_PENDING_CALL);
        if (rt->vm->pending_call) {
            rt->vm->pending_call(rt->vm->pending_context);
        }
        if (rt->vm->on_pending_call) {
            rt->vm->on_pending_call(rt);
        }
    }
    if (rt->pending & RT_PENDING_INTERRUPT && vm_on_main_thread(rt)) {
        rt_clear_pending(rt, RT_PENDING_INTERRUPT);
        if (!error_is_set(rt)) {
            error_raise(rt, EXC(rt, KeyboardInterrupt), NULL);
        }
    }
    if ((rt->pending & RT_PENDING_STOP) && !error_is_set(rt)) {
        rt->raise_stopped(rt);
    }
    return !error_is_set(rt);
}

bool vm_safe_point(ouro_runtime *rt)
{
    if (OURO_UNLIKELY(rt->vm->between != NULL)) {
        if (rt->pending & RT_PENDING_GC) {
            gc_run_pending(rt);
        }
        rt->vm->between(rt);
    }
    return vm_handle_pending(rt);
}

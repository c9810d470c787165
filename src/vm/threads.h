/* threads.h: threads of the operating system under one lock for each runtime.
 *
 * A runtime is used by one thread at a time: the one that holds its lock.  The fields of ouro_runtime and
 * vm_state that belong to a thread (frames, the exception, depths, the native stack's limit) are those of the
 * holder; a thread that gives the lock up takes them along in its thread_state, and brings them back when it
 * has the lock again.  So code that runs looks at the runtime as if there were no threads, and pays nothing
 * for them.
 *
 * The lock changes hands
 *     - around calls that may block:      me = vm_release(rt); ...no use of rt...; vm_acquire(rt, me);
 *     - at the loop's safe points, when another thread has waited for a switch interval (RT_PENDING_SWITCH);
 *     - in vm_wait, which sleeps until the thread is woken, a deadline, or a signal.
 *
 * As long as a program has started no thread, rt->vm->threads is NULL and all of this does nothing.
 *
 * The end: the main thread ends the others that are still there (daemons): each is unwound where it next asks
 * for the lock, without running handlers or `finally` (CPython stops them where they are).  A thread that
 * does not ask for the lock within a grace time is left behind, and then so are its blocks.
 */
#ifndef OURO_SRC_VM_THREADS_H
#define OURO_SRC_VM_THREADS_H

#include "vm/vm.h"

#include "mem/mem_inline.h"

#include <pthread.h>
#include <semaphore.h>

/* What a thread has of the runtime's fields while it does not hold the lock. */
typedef struct thread_own {
    ouro_value exception;
    uint32_t death_depth, finalizer_depth, recursion;
    ouro_object *dying, *unfinalized;
    char *stack_limit;
    struct repr_chain *repr_chain;
    frame *frame;
    handled_slot *handled;
    handled_slot base_handled;
    ouro_value *stack_free, *stack_end;
    struct stack_chunk *chunk, *spare;
    ouro_value trace_function, profile_function;
    vm_profile_listener profile_listener;
    ouro_value context;
    ouro_value async_hooks[2];
    int origin_tracking_depth, settrace_depth;
    ouro_value locals;   /* vm_state.thread_locals */
    ouro_value sentinel; /* lock released when the thread ends, or OURO_NULL */
    bool unwinding;
} thread_own;

typedef struct thread_state {
    struct thread_state *next, **link; /* all threads of the runtime */
    ouro_runtime *rt;
    pthread_t id;
    sem_t wake; /* posted to end a vm_wait, also by signal handlers */
    thread_own own;
    ouro_value function, args, kwargs; /* until it runs */
    const struct import_busy *waits_for; /* another thread's import, or NULL */
    bool is_main;
} thread_state;

/* What a thread other than the holder is handling: borrowed, or OURO_NULL. */
ouro_value vm_thread_handled_exception(ouro_runtime *rt, thread_state *thread);

typedef struct vm_threads {
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t free;   /* the lock is free */
    pthread_cond_t taken;  /* it has changed hands */
    bool held;
    unsigned waiting;
    uint64_t switches;
    thread_state *holder; /* NULL: free */
    thread_state *last_holder;
    thread_state *all;
    size_t count; /* threads but the main one */
    thread_state main;
    bool ending;    /* the others are to unwind */
    bool abandoned; /* some thread was left behind at the end: this struct and its blocks stay */
    bool forked;    /* in a child, made while there were other threads: what these held stays */
    pid_t pid;
} vm_threads;

/* Gives the lock up around a call that may block; NULL while there is only one thread.  While nobody has the lock, what the
 * heap has to give back goes back (ouro_mem_park): so an idle process becomes thin, whatever it waits for. */
static inline thread_state *vm_release(ouro_runtime *rt);
/* Takes it back.  When the runtime ends, this does not fail: the thread finds itself unwinding at its next
 * safe point. */
static inline void vm_acquire(ouro_runtime *rt, thread_state *me);

thread_state *vm_threads_release(ouro_runtime *rt);
void vm_threads_acquire(ouro_runtime *rt, thread_state *me);

static inline thread_state *vm_release(ouro_runtime *rt)
{
    if (OURO_UNLIKELY(rt->vm->threads != NULL)) {
        return vm_threads_release(rt);
    }
    mem_park(rt->mem);
    return NULL;
}

static inline void vm_acquire(ouro_runtime *rt, thread_state *me)
{
    if (OURO_UNLIKELY(me != NULL)) {
        vm_threads_acquire(rt, me);
    } else {
        mem_unpark(rt->mem);
    }
}

/* The state of the running thread; makes the table of threads if there is none.  NULL: no memory. */
OURO_NODISCARD thread_state *vm_thread_current(ouro_runtime *rt);

/* Starts a thread that calls function(*args, **kwargs); the references are stolen, also on failure.  False:
 * RuntimeError "can't start new thread", MemoryError.  `stack_size` 0: the default. */
OURO_NODISCARD bool vm_thread_start(ouro_runtime *rt, ouro_value function, ouro_value args, ouro_value kwargs,
                                    size_t stack_size, uint64_t *ident);

/* RT_PENDING_SWITCH: lets another thread run. */
void vm_threads_switch(ouro_runtime *rt);

/* Sleeps without the lock until the thread is woken (vm_wake) or the time of CLOCK_MONOTONIC in nanoseconds
 * comes (INT64_MAX: never).  May return early: the caller looks at its condition again, and at rt->pending.
 */
void vm_wait(ouro_runtime *rt, int64_t deadline);
void vm_wake(thread_state *thread);

/* Is this the thread that signals are handled on? */
bool vm_on_main_thread(ouro_runtime *rt);
/* From a signal handler: ends a vm_wait of the main thread. */
void vm_threads_wake_main(ouro_runtime *rt);

/* In the child of a fork: only this thread is left. */
void vm_threads_after_fork(ouro_runtime *rt);

/* The end of a program: unwinds the other threads, see above. */
void vm_threads_end(ouro_runtime *rt);
/* Was a thread left behind (by vm_threads_end, or in the parent of a fork)?  Then the runtime must stay as it
 * is. */
bool vm_threads_left(ouro_runtime *rt);
/* The end of the runtime, whose threads have ended. */
void vm_threads_free(ouro_runtime *rt);

#endif

/* threads.c: the lock of a runtime, and the life of its threads (threads.h).
 *
 * The lock is a flag under a mutex.  Who waits for it longer than a switch interval sets RT_PENDING_SWITCH;
 * the holder gives it up at its next safe point and waits until somebody has taken it, so that it really
 * changes hands.
 *
 * Invariant: holder != NULL exactly when held; the thread-owned fields of rt and rt->vm are those of holder,
 * and the `own` of holder is stale.  While held is false nobody touches rt but rt->pending.
 */
#include "vm/threads.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/protocol.h"
#include "types/protocol_private.h"
#include "vm/frame.h"
#include "vm/import.h"
#include "vm/settrace.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
    THREADS_STACK_DEFAULT = 8 * 1024 * 1024,
    THREADS_STACK_RESERVE = 256 * 1024,
    THREADS_GRACE_MILLISECONDS = 300, /* for daemon threads at the end */
};

/* ---- what belongs to a thread -----------------------------------------------------------------------------
 */

static void threads_save(ouro_runtime *rt, thread_own *own)
{
    struct vm_state *vm = rt->vm;
    *own = (thread_own){
        .exception = rt->exception,
        .death_depth = rt->death_depth,
        .finalizer_depth = rt->finalizer_depth,
        .recursion = rt->recursion,
        .dying = rt->dying,
        .unfinalized = rt->unfinalized,
        .stack_limit = rt->stack_limit,
        .repr_chain = rt->types->repr_chain,
        .frame = vm->frame,
        .handled = vm->handled,
        .base_handled = vm->base_handled,
        .stack_free = vm->stack_free,
        .stack_end = vm->stack_end,
        .chunk = vm->chunk,
        .spare = vm->spare,
        .trace_function = vm->trace_function,
        .profile_function = vm->profile_function,
        .profile_listener = vm->profile_listener,
        .context = vm->context,
        .async_hooks = {vm->async_hooks[0], vm->async_hooks[1]},
        .origin_tracking_depth = vm->origin_tracking_depth,
        .settrace_depth = vm->settrace_depth,
        .locals = vm->thread_locals,
        .sentinel = vm->thread_sentinel,
        .unwinding = vm->unwinding,
    };
}

static void threads_restore(ouro_runtime *rt, const thread_own *own)
{
    struct vm_state *vm = rt->vm;
    rt->exception = own->exception;
    rt->death_depth = own->death_depth;
    rt->finalizer_depth = own->finalizer_depth;
    rt->recursion = own->recursion;
    rt->dying = own->dying;
    rt->unfinalized = own->unfinalized;
    rt->stack_limit = own->stack_limit;
    rt->types->repr_chain = own->repr_chain;
    vm->frame = own->frame;
    vm->handled = own->handled;
    vm->base_handled = own->base_handled; /* at its one place: generators of every thread point there */
    vm->stack_free = own->stack_free;
    vm->stack_end = own->stack_end;
    vm->chunk = own->chunk;
    vm->spare = own->spare;
    vm->trace_function = own->trace_function;
    vm->profile_function = own->profile_function;
    vm->profile_listener = own->profile_listener;
    vm->context = own->context;
    vm->async_hooks[0] = own->async_hooks[0];
    vm->async_hooks[1] = own->async_hooks[1];
    vm->origin_tracking_depth = own->origin_tracking_depth;
    vm->settrace_depth = own->settrace_depth;
    settrace_update(rt);
    vm->thread_locals = own->locals;
    vm->thread_sentinel = own->sentinel;
    vm->unwinding = own->unwinding;
}

ouro_value vm_thread_handled_exception(ouro_runtime *rt, thread_state *thread)
{
    for (handled_slot *slot = thread->own.handled; slot != NULL; slot = slot->previous) {
        /* the base level of all threads has one place, where the holder's is now */
        ouro_value exception =
            slot == &rt->vm->base_handled ? thread->own.base_handled.exception : slot->exception;
        if (!ouro_is_null(exception)) {
            return exception;
        }
    }
    return OURO_NULL;
}

/* ---- the lock ---------------------------------------------------------------------------------------------
 */

static struct timespec threads_deadline(int64_t nanoseconds)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    int64_t total = (int64_t)t.tv_nsec + nanoseconds;
    t.tv_sec += (time_t)(total / 1000000000);
    t.tv_nsec = (long)(total % 1000000000);
    return t;
}

/* With the mutex: waits for the lock and takes it. */
static void threads_take(ouro_runtime *rt, vm_threads *t, thread_state *me)
{
    t->waiting++;
    while (t->held) {
        uint64_t before = t->switches;
        struct timespec until = threads_deadline(rt->vm->switch_microseconds * 1000);
        if (pthread_cond_timedwait(&t->free, &t->mutex, &until) == ETIMEDOUT && t->held &&
            t->switches == before) {
            rt_set_pending(rt, RT_PENDING_SWITCH);
        }
    }
    t->waiting--;
    t->held = true;
    t->holder = me;
    t->switches++;
    t->last_holder = me;
    mem_unpark(rt->mem);
    pthread_cond_broadcast(&t->taken);
}

/* With the mutex: gives the lock up.  The child of a fork in another thread than the main one ends with the last thread of
 * the program's, which a helper of the heap's would outlive: there is none. */
static void threads_drop(ouro_runtime *rt, vm_threads *t)
{
    if (t->waiting == 0 && t->main.is_main) {
        mem_park(rt->mem);
    }
    t->held = false;
    t->holder = NULL;
    pthread_cond_signal(&t->free);
}

thread_state *vm_threads_release(ouro_runtime *rt)
{
    vm_threads *t = rt->vm->threads;
    thread_state *me = t->holder;
    threads_save(rt, &me->own);
    pthread_mutex_lock(&t->mutex);
    threads_drop(rt, t);
    pthread_mutex_unlock(&t->mutex);
    return me;
}

void vm_threads_acquire(ouro_runtime *rt, thread_state *me)
{
    int saved_errno = errno;
    vm_threads *t = rt->vm->threads;
    pthread_mutex_lock(&t->mutex);
    if (t->abandoned && !me->is_main) {
        /* the runtime has ended without this thread: it must never run again */
        for (;;) {
            pthread_cond_wait(&t->free, &t->mutex);
        }
    }
    threads_take(rt, t, me);
    pthread_mutex_unlock(&t->mutex);
    threads_restore(rt, &me->own);
    if (t->ending && !me->is_main) {
        rt->vm->unwinding = true;
    }
    if (rt->vm->unwinding || me->is_main) {
        /* a bit that this thread must see may have been cleared by another */
        rt_set_pending(rt, RT_PENDING_SIGNAL);
    }
    errno = saved_errno;
}

void vm_threads_switch(ouro_runtime *rt)
{
    vm_threads *t = rt->vm->threads;
    rt_clear_pending(rt, RT_PENDING_SWITCH);
    if (t == NULL) {
        return;
    }
    thread_state *me = t->holder;
    threads_save(rt, &me->own);
    pthread_mutex_lock(&t->mutex);
    uint64_t before = t->switches;
    threads_drop(rt, t);
    while (t->waiting > 0 && t->switches == before) {
        pthread_cond_wait(&t->taken, &t->mutex);
    }
    pthread_mutex_unlock(&t->mutex);
    vm_threads_acquire(rt, me);
}

void vm_wait(ouro_runtime *rt, int64_t deadline)
{
    thread_state *me = vm_release(rt);
    if (deadline == INT64_MAX) {
        (void)sem_wait(&me->wake);
    } else {
        struct timespec until = {(time_t)(deadline / 1000000000), (long)(deadline % 1000000000)};
        (void)sem_clockwait(&me->wake, CLOCK_MONOTONIC, &until);
    }
    vm_acquire(rt, me);
}

void vm_wake(thread_state *thread)
{
    sem_post(&thread->wake);
}

/* ---- the table of threads ---------------------------------------------------------------------------------
 */

static void threads_link(vm_threads *t, thread_state *state)
{
    state->next = t->all;
    state->link = &t->all;
    if (t->all != NULL) {
        t->all->link = &state->next;
    }
    t->all = state;
}

static void threads_unlink(thread_state *state)
{
    *state->link = state->next;
    if (state->next != NULL) {
        state->next->link = state->link;
    }
}

static void threads_init_lock(vm_threads *t)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&t->mutex, NULL);
    pthread_cond_init(&t->free, &monotonic);
    pthread_cond_init(&t->taken, &monotonic);
    pthread_condattr_destroy(&monotonic);
    t->waiting = 0;
}

thread_state *vm_thread_current(ouro_runtime *rt)
{
    if (rt->vm->threads == NULL) {
        vm_threads *t = calloc(1, sizeof *t); /* not the heap's: a thread left behind still looks at it */
        if (t == NULL) {
            error_no_memory(rt);
            return NULL;
        }
        threads_init_lock(t);
        t->main.rt = rt;
        t->main.id = pthread_self();
        t->main.is_main = true;
        sem_init(&t->main.wake, 0, 0);
        t->held = true;
        t->holder = t->last_holder = &t->main;
        t->pid = getpid();
        threads_link(t, &t->main);
        rt->vm->threads = t;
    }
    return rt->vm->threads->holder;
}

bool vm_on_main_thread(ouro_runtime *rt)
{
    return rt->vm->threads == NULL || rt->vm->threads->holder->is_main;
}

void vm_threads_wake_main(ouro_runtime *rt)
{
    vm_threads *t = rt->vm->threads;
    if (t != NULL) {
        sem_post(&t->main.wake);
    }
}

/* ---- the life of a thread ---------------------------------------------------------------------------------
 */

static char *threads_stack_limit(void)
{
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
        return NULL;
    }
    pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_destroy(&attributes);
    size_t reserve = size / 4 < THREADS_STACK_RESERVE ? size / 4 : THREADS_STACK_RESERVE;
    return (char *)low + reserve;
}

/* The exception that ended the thread's function. */
static void threads_report(ouro_runtime *rt, ouro_value function)
{
    if (rt->vm->unwinding || error_matches(rt, EXC(rt, SystemExit))) {
        error_clear(rt);
        return;
    }
    rt->report_unraisable(rt, "Exception ignored in thread started by", function);
}

static void threads_forget(ouro_runtime *rt)
{
    struct vm_state *vm = rt->vm;
    while (!ouro_is_null(vm->thread_locals)) { /* what dies with them may begin new ones */
        value_clear(rt, &vm->thread_locals);
    }
    value_clear(rt, &vm->trace_function);
    value_clear(rt, &vm->profile_function);
    value_clear(rt, &vm->context);
    value_clear(rt, &vm->async_hooks[0]);
    value_clear(rt, &vm->async_hooks[1]);
    value_clear(rt, &vm->base_handled.exception);
    ouro_value sentinel = vm->thread_sentinel;
    vm->thread_sentinel = OURO_NULL;
    if (!ouro_is_null(sentinel) && vm->release_sentinel != NULL) {
        vm->release_sentinel(rt, sentinel);
    }
    value_decref(rt, sentinel);
    error_clear(rt);
    repr_chain_stop(rt);
    frame_free_stack(rt);
}

static void *threads_main(void *context)
{
    thread_state *me = context;
    ouro_runtime *rt = me->rt;
    vm_threads *t = rt->vm->threads;
    me->own.stack_limit = threads_stack_limit();
    me->own.handled = &rt->vm->base_handled;
    vm_threads_acquire(rt, me);
    ouro_value result = OURO_NULL;
    if (!rt->vm->unwinding) {
        result = object_call_tuple(rt, me->function, me->args, me->kwargs);
        if (ouro_is_null(result)) {
            threads_report(rt, me->function);
        }
    }
    value_decref(rt, result);
    value_clear(rt, &me->function);
    value_clear(rt, &me->args);
    value_clear(rt, &me->kwargs);
    threads_forget(rt);
    pthread_mutex_lock(&t->mutex);
    threads_unlink(me);
    t->count -= !me->is_main; /* it is, when it has forked: the child goes on with the threads it has made */
    threads_drop(rt, t);
    pthread_mutex_unlock(&t->mutex);
    sem_destroy(&me->wake);
    free(me);
    return NULL;
}

static size_t threads_default_stack(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur > 0) {
        return limit.rlim_cur;
    }
    return THREADS_STACK_DEFAULT;
}

bool vm_thread_start(ouro_runtime *rt, ouro_value function, ouro_value args, ouro_value kwargs,
                     size_t stack_size, uint64_t *ident)
{
    thread_state *state = vm_thread_current(rt) != NULL ? calloc(1, sizeof *state) : NULL;
    if (state == NULL) {
        if (!error_is_set(rt)) {
            error_no_memory(rt);
        }
        value_decref(rt, function);
        value_decref(rt, args);
        value_decref(rt, kwargs);
        return false;
    }
    vm_threads *t = rt->vm->threads;
    state->rt = rt;
    state->function = function;
    state->args = args;
    state->kwargs = kwargs;
    sem_init(&state->wake, 0, 0);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, stack_size ? stack_size : threads_default_stack());
    pthread_mutex_lock(&t->mutex);
    threads_link(t, state);
    t->count++;
    pthread_t id;
    int err = t->ending ? EAGAIN : pthread_create(&id, &attributes, threads_main, state);
    if (err == 0) {
        state->id = id;
        *ident = (uint64_t)id;
    } else {
        threads_unlink(state);
        t->count--;
    }
    pthread_mutex_unlock(&t->mutex);
    pthread_attr_destroy(&attributes);
    if (err != 0) {
        sem_destroy(&state->wake);
        free(state);
        value_decref(rt, function);
        value_decref(rt, args);
        value_decref(rt, kwargs);
        error_runtime(rt, "can't start new thread");
        return false;
    }
    return true;
}

/* ---- fork, and the end ------------------------------------------------------------------------------------
 */

void vm_threads_after_fork(ouro_runtime *rt)
{
    vm_threads *t = rt->vm->threads;
    if (t == NULL) {
        return;
    }
    thread_state *me = t->holder;
    bool others = false;
    /* the other threads are gone, what they held is not: it cannot be told apart from what is in use */
    for (thread_state *at = t->all, *next; at != NULL; at = next) {
        next = at->next;
        others = others || at != me;
        if (at != me && at != &t->main) {
            free(at);
        }
    }
    t->all = NULL;
    t->count = 0;
    t->forked = t->forked || others;
    threads_init_lock(t);
    me->is_main = true;
    t->main.is_main = me == &t->main;
    threads_link(t, me);
    t->pid = getpid();
    rt_clear_pending(rt, RT_PENDING_SWITCH);
    import_busy_after_fork(rt);
}

void vm_threads_end(ouro_runtime *rt)
{
    vm_threads *t = rt->vm->threads;
    if (t == NULL || t->count == 0) {
        return;
    }
    thread_state *me = t->holder;
    threads_save(rt, &me->own);
    pthread_mutex_lock(&t->mutex);
    t->ending = true;
    for (thread_state *at = t->all; at != NULL; at = at->next) {
        if (at != me) {
            sem_post(&at->wake);
        }
    }
    threads_drop(rt, t);
    for (int waited = 0; t->count > 0 && waited < THREADS_GRACE_MILLISECONDS; waited += 5) {
        struct timespec until = threads_deadline(INT64_C(5000000));
        (void)pthread_cond_timedwait(&t->taken, &t->mutex, &until);
        for (thread_state *at = t->all; at != NULL; at = at->next) {
            if (at != me) {
                sem_post(&at->wake);
            }
        }
    }
    threads_take(rt, t, me);
    if (t->count > 0) {
        t->abandoned = true;
    }
    pthread_mutex_unlock(&t->mutex);
    threads_restore(rt, &me->own);
}

bool vm_threads_left(ouro_runtime *rt)
{
    return rt->vm->threads != NULL && (rt->vm->threads->abandoned || rt->vm->threads->forked);
}

void vm_threads_free(ouro_runtime *rt)
{
    vm_threads *t = rt->vm->threads;
    if (t != NULL) {
        rt->vm->threads = NULL;
        sem_destroy(&t->main.wake);
        pthread_mutex_destroy(&t->mutex);
        pthread_cond_destroy(&t->free);
        pthread_cond_destroy(&t->taken);
        free(t);
    }
}

/* stop.c: ending a program from outside: ouro_interrupt, ouro_stop, time limits.
 *
 * A stopped program is one whose runtime has RT_PENDING_STOP set: every safe point of the evaluation loop
 * raises, and goes on raising until ouro_resume.  So a handler that catches the exception gets no further
 * than its next call or jump back.  `stopping` does the same for loops in C that ask an iterator for items;
 * ouro_finish takes it back, since taking the modules apart is such a loop.
 *
 * A time limit is a helper thread that waits for the deadline.  It looks at nothing of the runtime but
 * `pending` and `stopping`, and ends before the runtime does.
 */
#include "base/os.h"
#include "embed/embed.h"
#include "modules/modules.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/str.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { STOP_NANOSECONDS = 1000000000, STOP_LIMIT_TEXT = 32 };

/* Longer limits than this (30 years) are as good as none. */
#define STOP_LONGEST 1e9

struct clock_watch {
    ouro_runtime *rt;
    pthread_t thread;
    pid_t process; /* a forked child has no such thread */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int64_t deadline; /* of os_clock; 0: none.  Under the lock, like `ended` */
    bool ended;
};

/* ---- the exception ---- */

type_object *stop_class(ouro_runtime *rt)
{
    type_object **stopped = &rt->modules->stopped;
    if (*stopped != NULL) {
        return *stopped;
    }
    ouro_value name = str_from_cstring(rt, "Stopped"), module = str_from_cstring(rt, "ouro");
    ouro_value bases = tuple_pack1(rt, type_value(EXC(rt, BaseException))), dict = dict_new(rt, 1);
    if (!ouro_is_null(name) && !ouro_is_null(module) && !ouro_is_null(bases) && !ouro_is_null(dict) &&
        dict_set(rt, as_dict(dict), STR(rt, __module__), module)) {
        ouro_value made = type_new_class(rt, TYPE(rt, type), name, bases, dict, NULL, OURO_NULL);
        *stopped = ouro_is_null(made) ? NULL : as_type(made);
    }
    value_decref(rt, name);
    value_decref(rt, module);
    value_decref(rt, bases);
    value_decref(rt, dict);
    return *stopped;
}

static void stop_raise(ouro_runtime *rt)
{
    const opened *o = rt->opened;
    type_object *type = stop_class(rt);
    if (type == NULL) {
        return; /* MemoryError is as good, and the next safe point tries again */
    }
    if (o->timed_out) {
        char limit[STOP_LIMIT_TEXT];
        snprintf(limit, sizeof limit, "%g", o->time_limit);
        error_raise(rt, type, "the time limit of %s seconds is over", limit);
        return;
    }
    error_raise(rt, type, "stopped by the host");
}

void stop_start(ouro_runtime *rt)
{
    rt->raise_stopped = stop_raise;
}

/* ---- from anywhere ---- */

void ouro_interrupt(ouro_runtime *rt)
{
    rt_set_pending(rt, RT_PENDING_INTERRUPT);
    os_wake(&rt->pending);
}

void ouro_stop(ouro_runtime *rt)
{
    rt->stopping = true;
    rt_set_pending(rt, RT_PENDING_STOP);
    os_wake(&rt->pending);
}

bool ouro_is_stopped(ouro_runtime *rt)
{
    return (rt->pending & RT_PENDING_STOP) != 0;
}

/* ---- the clock ---- */

static void *stop_watch(void *argument)
{
    struct clock_watch *w = argument;
    pthread_mutex_lock(&w->lock);
    while (!w->ended) {
        if (w->deadline == 0) {
            pthread_cond_wait(&w->changed, &w->lock);
        } else if (os_clock() >= w->deadline) {
            w->deadline = 0;
            w->rt->opened->timed_out = true;
            ouro_stop(w->rt);
        } else {
            struct timespec until = {(time_t)(w->deadline / STOP_NANOSECONDS),
                                     (long)(w->deadline % STOP_NANOSECONDS)};
            pthread_cond_timedwait(&w->changed, &w->lock, &until);
        }
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

static void stop_free_watch(ouro_runtime *rt, struct clock_watch *w)
{
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
    ouro_mem_free(rt->mem, w);
}

/* The helper thread takes no signals of the host's. */
static int stop_create_thread(struct clock_watch *w)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&w->thread, NULL, stop_watch, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

static struct clock_watch *stop_new_watch(ouro_runtime *rt)
{
    struct clock_watch *w = ouro_mem_alloc_zeroed(rt->mem, sizeof *w);
    if (w == NULL) {
        return NULL;
    }
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    w->rt = rt;
    w->process = getpid();
    if (stop_create_thread(w) != 0) {
        stop_free_watch(rt, w);
        return NULL;
    }
    return w;
}

static void stop_set_deadline(struct clock_watch *w, int64_t deadline)
{
    pthread_mutex_lock(&w->lock);
    w->deadline = deadline;
    pthread_cond_signal(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

bool ouro_set_time_limit(ouro_runtime *rt, double seconds)
{
    API(rt, false);
    opened *o = rt->opened;
    bool wanted = seconds > 0 && seconds < STOP_LONGEST;
    if (o->watch != NULL && o->watch->process != getpid()) {
        ouro_mem_free(rt->mem, o->watch); /* a forked child: the thread was the parent's */
        o->watch = NULL;
    }
    if (wanted && o->watch == NULL) {
        o->watch = stop_new_watch(rt);
        if (o->watch == NULL) {
            return false;
        }
    }
    if (o->watch != NULL) {
        o->time_limit = seconds;
        stop_set_deadline(o->watch, wanted ? os_clock() + (int64_t)(seconds * STOP_NANOSECONDS) : 0);
    }
    return true;
}

void ouro_resume(ouro_runtime *rt)
{
    API(rt, );
    rt->opened->timed_out = false;
    rt->stopping = false;
    rt_clear_pending(rt, RT_PENDING_STOP);
}

void stop_end(ouro_runtime *rt)
{
    opened *o = rt->opened;
    struct clock_watch *w = o->watch;
    if (w == NULL) {
        return;
    }
    o->watch = NULL;
    if (w->process == getpid()) {
        pthread_mutex_lock(&w->lock);
        w->ended = true;
        pthread_cond_signal(&w->changed);
        pthread_mutex_unlock(&w->lock);
        pthread_join(w->thread, NULL);
        stop_free_watch(rt, w);
    } else {
        ouro_mem_free(rt->mem, w);
    }
}

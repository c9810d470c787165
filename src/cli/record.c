/* record.c: `ouro record` (record.h).
 *
 * A thread of its own wakes up once in an interval and asks the runtime to come by at its next safe point,
 * where the epoch is written; so the program's own paths are the same as without.  After every RECORD_EPOCHS
 * epochs the interval doubles: a recording grows with the logarithm of the time it runs.
 */
#include "cli/record.h"

#include "object/runtime.h"
#include "vm/tracing.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { RECORD_EPOCHS = 512 };

struct recording_run {
    ouro_runtime *rt;
    ouro_trace_recorder *recorder;
    const char *file;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool ends;        /* under the lock, as the interval */
    int64_t interval; /* nanoseconds */
    uint32_t epochs;
    int reason; /* of the first epoch that could not be written */
    pid_t process;
};

static struct timespec record_moment(int64_t wait)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t moment = now.tv_sec * INT64_C(1000000000) + now.tv_nsec + wait;
    return (struct timespec){.tv_sec = (time_t)(moment / 1000000000), .tv_nsec = (long)(moment % 1000000000)};
}

static void *record_main(void *context)
{
    recording_run *run = context;
    pthread_mutex_lock(&run->lock);
    while (!run->ends) {
        struct timespec moment = record_moment(run->interval);
        if (pthread_cond_timedwait(&run->wake, &run->lock, &moment) == ETIMEDOUT && !run->ends) {
            rt_set_pending(run->rt, RT_PENDING_CALL);
        }
    }
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

/* At a safe point of the program. */
static void record_epoch(void *context)
{
    recording_run *run = context;
    int reason = ouro_trace_record_epoch(run->recorder);
    if (reason && !run->reason) {
        run->reason = reason;
    }
    if (++run->epochs % RECORD_EPOCHS == 0) {
        pthread_mutex_lock(&run->lock);
        run->interval *= 2;
        pthread_mutex_unlock(&run->lock);
    }
}

/* The thread blocks all signals: they are the program's. */
static bool record_start_thread(recording_run *run)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&run->lock, NULL);
    pthread_cond_init(&run->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    bool ok = pthread_create(&run->thread, NULL, record_main, run) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}

recording_run *record_start(ouro_runtime *rt, const record_options *options, const char *command)
{
    recording_run *run = calloc(1, sizeof *run);
    int reason = ENOMEM;
    if (run && tracing_start(rt, options->frames, options->sample)) {
        run->rt = rt;
        run->file = options->file;
        run->process = getpid();
        run->interval = (int64_t)options->interval * 1000000;
        run->recorder = ouro_trace_record(tracing_get(rt), options->file, command, &reason);
    }
    if (!run || !run->recorder) {
        fprintf(stderr, "ouro: cannot record to %s: %s\n", options->file, strerror(reason));
        free(run);
        return NULL;
    }
    if (!record_start_thread(run)) {
        fprintf(stderr, "ouro: cannot start a thread: only the beginning and the end are recorded\n");
        run->process = -1;
    }
    rt->vm->pending_call = record_epoch;
    rt->vm->pending_context = run;
    return run;
}

bool record_end(recording_run *run)
{
    bool is_child = run->process != -1 && run->process != getpid(); /* the thread stayed in the parent */
    if (run->process == getpid()) {
        pthread_mutex_lock(&run->lock);
        run->ends = true;
        pthread_cond_signal(&run->wake);
        pthread_mutex_unlock(&run->lock);
        pthread_join(run->thread, NULL);
    }
    run->rt->vm->pending_call = NULL;
    /* The program may have stopped the tracer. */
    int reason = tracing_get(run->rt) ? ouro_trace_record_end(run->recorder) : EPIPE;
    reason = run->reason ? run->reason : reason;
    if (is_child) {
        reason = 0;
    } else if (reason) {
        fprintf(stderr, "ouro: the recording %s is not whole: %s\n", run->file,
                reason == EPIPE ? "the program stopped the tracer" : strerror(reason));
    } else {
        fprintf(stderr, "ouro: recorded to %s; `ouro report %s` shows it\n", run->file, run->file);
    }
    free(run);
    return reason == 0;
}

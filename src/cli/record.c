/* record.c: `ouro record` (record.h).
 *
 * A thread of its own wakes up once in an interval and asks the runtime to come by at its next safe point,
 * where the epoch is written; so the program's own paths are the same as without.  After every RECORD_EPOCHS
 * epochs the interval doubles: a recording grows with the logarithm of the time it runs.
 *
 * Epochs between come when the program holds much more than ever before, so that what it held near its peak is known.
 * Each epoch has the sums of the collections, and those since the last one by one; the types are counted, which is a pass over the heap, as often as
 * that takes a fiftieth of the time, and the map of memory is written at every epoch whose number is a power of two; both
 * at the end as well.
 */
#include "cli/record.h"

#include "cli/census.h"
#include "cli/run_directory.h"

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

enum {
    RECORD_EPOCHS = 512,
    CENSUS_SHARE = 50,          /* the time between two censuses, in what one takes */
    PEAK_STEP = 256 << 10,      /* bytes: beyond the last peak by so much, or by a twentieth, an epoch is written */
};

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
    int64_t census_due; /* by the clock of record_clock */
    size_t peak;        /* the most bytes at the end of an epoch */
    ouro_gc_watcher watcher;
    ouro_gc_statistics before[OURO_TRACE_GENERATIONS]; /* at the start */
    int reason; /* of the first epoch that could not be written */
    pid_t process;
    bool threaded, quiet;
    const ouro_trace *trace; /* NULL: the program has stopped it */
};

static int64_t record_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static struct timespec record_moment(int64_t wait)
{
    int64_t moment = record_clock() + wait;
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

/* ---- what an epoch has besides its sites ---- */

static void record_collections(recording_run *run)
{
    ouro_trace_collections generations[OURO_TRACE_GENERATIONS];
    for (int g = 0; g < OURO_TRACE_GENERATIONS; g++) {
        ouro_gc_statistics now = ouro_gc_stats(run->rt, g);
        const ouro_gc_statistics *before = &run->before[g];
        generations[g] = (ouro_trace_collections){
            .collections = now.collections - before->collections,
            .nanoseconds = now.nanoseconds - before->nanoseconds,
            .longest = now.longest,
            .examined = now.examined - before->examined,
            .collected = now.collected - before->collected,
        };
    }
    ouro_trace_record_collections(run->recorder, generations);
}

/* In the middle of a collection. */
static void record_collection(void *context, const ouro_gc_collection *collection)
{
    const recording_run *run = context;
    size_t before = collection->live_before, after = collection->live_after;
    ouro_trace_record_collection(run->recorder, &(ouro_trace_collection){
                                                    .began = (int64_t)collection->began,
                                                    .nanoseconds = collection->nanoseconds,
                                                    .generation = collection->generation,
                                                    .examined = collection->examined,
                                                    .collected = collection->collected,
                                                    .bytes = before > after ? before - after : 0,
                                                });
}

/* Without memory for it there is none this time. */
static void record_census(recording_run *run)
{
    int64_t start = record_clock();
    census c;
    if (census_take(run->rt, &c)) {
        ouro_trace_record_types(run->recorder, c.types, c.count);
        census_free(&c);
    }
    int64_t now = record_clock();
    run->census_due = now + (now - start) * CENSUS_SHARE;
}

static void record_map(recording_run *run)
{
    ouro_trace_map map;
    if (census_map(run->rt, &map)) {
        ouro_trace_record_map(run->recorder, &map);
        free((void *)(uintptr_t)map.runs);
    }
}

/* In the middle of an allocation. */
static void record_peak(void *context)
{
    recording_run *run = context;
    rt_set_pending(run->rt, RT_PENDING_CALL);
}

static void record_watch(recording_run *run)
{
    size_t bytes, peak;
    ouro_trace_get_bytes(tracing_get(run->rt), &bytes, &peak);
    run->peak = bytes > run->peak ? bytes : run->peak;
    size_t step = run->peak / 20 > PEAK_STEP ? run->peak / 20 : PEAK_STEP;
    ouro_trace_watch(tracing_get(run->rt), run->peak + step, record_peak, run);
}

/* The program may have stopped the tracer, and started another. */
static bool record_is_traced(recording_run *run)
{
    if (tracing_get(run->rt) != run->trace) {
        run->trace = NULL;
    }
    return run->trace != NULL;
}

/* At a safe point of the program. */
static void record_epoch(void *context)
{
    recording_run *run = context;
    if (getpid() != run->process || !record_is_traced(run)) {
        return;
    }
    record_collections(run);
    if (record_clock() >= run->census_due) {
        record_census(run);
    }
    if ((run->epochs & (run->epochs - 1)) == 0) {
        record_map(run);
    }
    int reason = ouro_trace_record_epoch(run->recorder);
    if (reason && !run->reason) {
        run->reason = reason;
    }
    record_watch(run);
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
        run->quiet = options->quiet;
        run->interval = (int64_t)options->interval * 1000000;
        run->trace = tracing_get(rt);
        run->recorder = ouro_trace_record(tracing_get(rt), options->file, command, &reason);
    }
    if (!run || !run->recorder) {
        fprintf(stderr, "ouro: cannot record to %s: %s\n", options->file, strerror(reason));
        free(run);
        return NULL;
    }
    run->threaded = true;
    if (!record_start_thread(run)) {
        fprintf(stderr, "ouro: cannot start a thread: only the beginning and the end are recorded\n");
        run->threaded = false;
    }
    for (int g = 0; g < OURO_TRACE_GENERATIONS; g++) {
        run->before[g] = ouro_gc_stats(rt, g);
    }
    run->watcher = (ouro_gc_watcher){.context = run, .collected = record_collection};
    ouro_gc_watch(rt, &run->watcher);
    rt->vm->pending_call = record_epoch;
    rt->vm->pending_context = run;
    record_watch(run);
    (void)run_publish(run->file); /* without, `ouro top` does not find it */
    return run;
}

bool record_end(recording_run *run)
{
    bool is_child = run->process != getpid(); /* the thread stayed in the parent */
    if (!is_child && run->threaded) {
        pthread_mutex_lock(&run->lock);
        run->ends = true;
        pthread_cond_signal(&run->wake);
        pthread_mutex_unlock(&run->lock);
        pthread_join(run->thread, NULL);
    }
    run->rt->vm->pending_call = NULL;
    ouro_gc_unwatch(run->rt, &run->watcher);
    bool traced = record_is_traced(run);
    if (traced && !is_child) {
        record_collections(run);
        record_census(run);
        record_map(run);
        ouro_trace_watch(tracing_get(run->rt), 0, NULL, NULL);
    }
    int reason = traced ? ouro_trace_record_end(run->recorder) : EPIPE;
    reason = run->reason ? run->reason : reason;
    if (!is_child) {
        run_withdraw();
    }
    if (is_child) {
        reason = 0;
    } else if (reason) {
        fprintf(stderr, "ouro: the recording %s is not whole: %s\n", run->file,
                reason == EPIPE ? "the program stopped the tracer" : strerror(reason));
    } else if (!run->quiet) {
        fprintf(stderr, "ouro: recorded to %s; `ouro report %s` shows it\n", run->file, run->file);
    }
    free(run);
    return reason == 0;
}

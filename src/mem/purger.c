/* purger.c: a helper thread that purges a heap while its owner is blocked in the system.
 *
 * A heap is used by one thread at a time, without locks.  That thread knows when it is about to block: around
 * sleep, read, select it calls ouro_mem_park and ouro_mem_unpark, and in between the heap's records belong to the
 * helper, which waits until the next purge is due and runs it, slice by slice, until nothing waits any more.  So
 * the paths that allocate pay nothing, an idle process becomes thin all the same, and an owner that comes back
 * waits for a slice at most.
 *
 * Calls that block are many, and most are short.  So the helper is woken only where it sleeps for good; else it
 * looks again by itself, every decay period, for as long as it is being called.
 *
 * The thread is made at the first park that finds something to wait for, and joined when the heap is destroyed.
 * In a child process after fork there is no such thread: the child notices and makes its own.
 *
 * Always: what is in mem_purger changes under the lock; the helper touches the heap only under the lock and while
 * it is parked.  mem->parked is the owner's own note of it.
 */
#include "base/os.h"
#include "mem/mem_internal.h"
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { PURGER_LOOK_MIN = 10000000 /* nanoseconds */ };

struct mem_purger {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pid_t process; /* in which the thread runs */
    bool parked, ends;
    bool called;  /* since the helper looked last, the heap has been parked */
    bool resting; /* the helper sleeps until it is woken */
};

/* The helpers of all heaps in this process: its number above, their number in the lower half.  A fork leaves them behind. */
static _Atomic uint64_t purger_census;

static uint64_t purger_count(uint64_t census)
{
    return census >> 32 == (uint64_t)getpid() ? census & UINT32_MAX : 0;
}

static void purger_note(int change)
{
    uint64_t before = atomic_load(&purger_census), now;
    do {
        now = (uint64_t)getpid() << 32 | (uint32_t)(purger_count(before) + (uint64_t)change);
    } while (!atomic_compare_exchange_weak(&purger_census, &before, now));
}

/* The moment `wait` nanoseconds from now, on the condition's clock. */
static struct timespec purger_moment(int64_t wait)
{
    int64_t moment = os_clock() + wait;
    return (struct timespec){.tv_sec = (time_t)(moment / 1000000000), .tv_nsec = (long)(moment % 1000000000)};
}

/* With the lock: sleeps for so many nanoseconds, or until it is woken; < 0: only until then. */
static void purger_sleep(mem_purger *purger, int64_t wait)
{
    if (wait < 0) {
        purger->resting = true;
        pthread_cond_wait(&purger->wake, &purger->lock);
        purger->resting = false;
    } else {
        struct timespec moment = purger_moment(wait);
        pthread_cond_timedwait(&purger->wake, &purger->lock, &moment);
    }
}

static void *purger_main(void *context)
{
    ouro_mem *mem = context;
    mem_purger *purger = mem->purger;
    int64_t again = mem->decay > PURGER_LOOK_MIN ? mem->decay : PURGER_LOOK_MIN;
    pthread_mutex_lock(&purger->lock);
    while (!purger->ends) {
        if (!purger->parked) {
            bool soon = purger->called;
            purger->called = false;
            purger_sleep(purger, soon ? again : -1);
            continue;
        }
        int64_t wait = ouro_mem_next_purge(mem);
        if (wait == 0)
            purge_slice(mem);
        else
            purger_sleep(purger, wait);
    }
    pthread_mutex_unlock(&purger->lock);
    return NULL;
}

static mem_purger *purger_create(ouro_mem *mem)
{
    mem_purger *purger = calloc(1, sizeof *purger);
    pthread_condattr_t monotonic;
    if (purger == NULL)
        return NULL;
    pthread_mutex_init(&purger->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&purger->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    purger->process = getpid();
    mem->purger = purger;
    /* Signals are the owner's. */
    sigset_t every, before;
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, &before);
    int failed = pthread_create(&purger->thread, NULL, purger_main, mem);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed) {
        mem->purger = NULL;
        pthread_cond_destroy(&purger->wake);
        pthread_mutex_destroy(&purger->lock);
        free(purger);
        return NULL;
    }
    purger_note(1);
    return purger;
}

void ouro_mem_park(ouro_mem *mem)
{
    if (mem->is_external || mem->purge_due == 0)
        return;
    mem_purger *purger = mem->purger;
    if (purger != NULL && purger->process != getpid()) {
        /* After fork: the thread stayed behind, its lock may be in any state. */
        free(purger);
        mem->purger = purger = NULL;
    }
    if (purger == NULL && (purger = purger_create(mem)) == NULL)
        return;
    pthread_mutex_lock(&purger->lock);
    mem->parked = purger->parked = purger->called = true;
    if (purger->resting)
        pthread_cond_signal(&purger->wake);
    pthread_mutex_unlock(&purger->lock);
}

void ouro_mem_unpark(ouro_mem *mem)
{
    mem_purger *purger = mem->purger;
    if (!mem->parked)
        return;
    mem->parked = false;
    pthread_mutex_lock(&purger->lock);
    purger->parked = false;
    pthread_mutex_unlock(&purger->lock);
}

size_t mem_threads(void)
{
    return purger_count(atomic_load(&purger_census));
}

void purger_destroy(ouro_mem *mem)
{
    mem_purger *purger = mem->purger;
    if (purger == NULL)
        return;
    if (purger->process == getpid()) {
        pthread_mutex_lock(&purger->lock);
        purger->ends = true;
        pthread_cond_signal(&purger->wake);
        pthread_mutex_unlock(&purger->lock);
        pthread_join(purger->thread, NULL);
        purger_note(-1);
        pthread_cond_destroy(&purger->wake);
        pthread_mutex_destroy(&purger->lock);
    }
    free(purger);
    mem->purger = NULL;
}

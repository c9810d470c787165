/* pool.c: a pool of threads, one runtime for each: Python that runs on all processors at once.
 *
 * Runtimes share nothing, so there is no lock between them.  Jobs are numbers in a queue; each worker
 * compiles the program once and calls its function for each job.
 */
#include <ouro/ouro.h>

#include <pthread.h>
#include <stdio.h>

enum { WORKERS = 4, JOBS = 40 };

static const char program[] =
    "def work(n):\n"
    "    primes = [x for x in range(2, n) if all(x % d for d in range(2, int(x ** 0.5) + 1))]\n"
    "    return len(primes)\n";

typedef struct pool {
    pthread_mutex_t lock;
    int next; /* job */
    int64_t results[JOBS];
    bool failed;
} pool;

/* The next job's number, or -1. */
static int pool_take(pool *p)
{
    pthread_mutex_lock(&p->lock);
    int job = p->next < JOBS ? p->next++ : -1;
    pthread_mutex_unlock(&p->lock);
    return job;
}

static void *worker(void *argument)
{
    pool *p = argument;
    ouro_runtime *rt = ouro_open(NULL); /* it is this thread's */
    if (rt == NULL) {
        p->failed = true;
        return NULL;
    }
    bool ok = ouro_run_text(rt, program, "<work>") == 0;
    ouro_owned work = ouro_dict_get(rt, ouro_main(rt), "work");
    for (int job; ok && (job = pool_take(p)) >= 0;) {
        ouro_owned result = ouro_call(rt, work, (ouro_value[]){ouro_int(100 + 50 * job)}, 1);
        ok = !ouro_is_null(result) && ouro_int_get(rt, result, &p->results[job]);
        ouro_decref(rt, result);
    }
    if (!ok) {
        ouro_error_print(rt);
    }
    ouro_decref(rt, work);
    if (ouro_close(rt) != 0 || !ok) {
        p->failed = true;
    }
    return NULL;
}

int main(void)
{
    pool p = {.lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t threads[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        if (pthread_create(&threads[i], NULL, worker, &p) != 0) {
            return 1;
        }
    }
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(threads[i], NULL);
    }
    for (int job = 0; job < JOBS; job += 13) {
        printf("primes below %d: %lld\n", 100 + 50 * job, (long long)p.results[job]);
    }
    return p.failed ? 1 : 0;
}

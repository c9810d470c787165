/* misuse.c: the checked build's look at how the public functions are used.
 *
 * What is found: a runtime that is closed, a thread that is not the runtime's, an object that lies in another
 * runtime's heap.  A closed runtime's memory is gone, so its address is remembered here, for the last
 * MISUSE_REMEMBERED of them, with the callback that its embedder gave; an address that a new runtime gets is
 * forgotten.  This table is the only state that runtimes share, and only the checked build has it.
 */
#include "embed/embed.h"
#include "mem/mem_internal.h"

#ifdef OURO_DEBUG

enum { MISUSE_REMEMBERED = 64 };

struct closed {
    ouro_runtime *rt;
    void (*report)(void *context, const char *function, const char *text);
    void *context;
};

static pthread_mutex_t misuse_lock = PTHREAD_MUTEX_INITIALIZER;
static struct closed misuse_table[MISUSE_REMEMBERED];
static size_t misuse_next;

void misuse_opened(ouro_runtime *rt)
{
    pthread_mutex_lock(&misuse_lock);
    for (size_t i = 0; i < MISUSE_REMEMBERED; i++) {
        if (misuse_table[i].rt == rt) {
            misuse_table[i].rt = NULL;
        }
    }
    pthread_mutex_unlock(&misuse_lock);
}

void misuse_closed(ouro_runtime *rt, const ouro_config *config)
{
    pthread_mutex_lock(&misuse_lock);
    misuse_table[misuse_next++ % MISUSE_REMEMBERED] =
        (struct closed){rt, config->report_misuse, config->context};
    pthread_mutex_unlock(&misuse_lock);
}

static bool misuse_is_closed(ouro_runtime *rt, struct closed *found)
{
    bool is_closed = false;
    pthread_mutex_lock(&misuse_lock);
    for (size_t i = 0; i < MISUSE_REMEMBERED && !is_closed; i++) {
        is_closed = misuse_table[i].rt == rt;
        *found = misuse_table[i];
    }
    pthread_mutex_unlock(&misuse_lock);
    return is_closed;
}

static void misuse_report(const ouro_config *config, const char *function, const char *text)
{
    if (config->report_misuse != NULL) {
        config->report_misuse(config->context, function, text);
    }
}

bool misuse_is_open(ouro_runtime *rt, const char *function)
{
    struct closed closed;
    if (rt == NULL) {
        return false;
    }
    if (misuse_is_closed(rt, &closed)) {
        if (closed.report != NULL) {
            closed.report(closed.context, function, "the runtime is closed");
        }
        return false;
    }
    return true;
}

bool misuse_may_enter(ouro_runtime *rt, const char *function)
{
    if (!misuse_is_open(rt, function)) {
        return false;
    }
    if (!pthread_equal(rt->opened->thread, pthread_self())) {
        misuse_report(&rt->opened->config, function,
                      "the runtime belongs to another thread (see ouro_attach)");
        return false;
    }
    return true;
}

bool misuse_is_ours(ouro_runtime *rt, ouro_value v, const char *function)
{
    if (!ouro_is_object(v) || mem_raw_owns(rt->mem, ouro_as_object(v))) {
        return true;
    }
    misuse_report(&rt->opened->config, function, "an argument is no object of this runtime");
    return false;
}

#else

typedef int misuse_nothing_to_do; /* a release build does not look */

#endif

/* wait_queue.c: threads that wait for something under the runtime's lock. */
#include "modules/wait_queue.h"
#include "types/error.h"
#include "vm/threads.h"

#include <time.h>

typedef struct waiter {
    struct waiter *next;
    thread_state *thread;
    bool woken;
} waiter;

int64_t wait_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void wait_queue_add(wait_queue *queue, waiter *w)
{
    if (queue->first == NULL) {
        queue->first = w;
    } else {
        queue->last->next = w;
    }
    queue->last = w;
}

static void wait_queue_remove(wait_queue *queue, waiter *w)
{
    waiter **at = &queue->first, *previous = NULL;
    while (*at != NULL && *at != w) {
        previous = *at;
        at = &(*at)->next;
    }
    if (*at == w) {
        *at = w->next;
        if (queue->last == w) {
            queue->last = previous;
        }
    }
}

void wait_queue_wake_first(wait_queue *queue)
{
    if (queue->first != NULL && !queue->first->woken) {
        queue->first->woken = true;
        vm_wake(queue->first->thread);
    }
}

int wait_queue_wait(ouro_runtime *rt, wait_queue *queue, ouro_value owner, bool (*ready)(ouro_value owner),
                    int64_t deadline, const char *deadlock)
{
    thread_state *me = vm_thread_current(rt);
    if (me == NULL) {
        return -1;
    }
    if (deadline == INT64_MAX && rt->vm->threads->count == 0 && rt->vm->handle_signals == NULL) {
        error_runtime(rt, "deadlock: %s", deadlock);
        return -1;
    }
    waiter w = {.thread = me};
    value_incref(owner);
    wait_queue_add(queue, &w);
    int result = 0;
    for (;;) {
        if (ready(owner)) {
            result = 1;
            break;
        }
        w.woken = false;
        if (deadline != INT64_MAX && wait_now() >= deadline) {
            break;
        }
        vm_wait(rt, deadline);
        if (rt->pending && !vm_handle_pending(rt)) {
            result = -1;
            break;
        }
    }
    bool pass_on = result != 1 && w.woken;
    wait_queue_remove(queue, &w);
    if (pass_on && ready(owner)) {
        wait_queue_wake_first(queue); /* it was for whoever waits */
    }
    value_decref(rt, owner);
    return result;
}

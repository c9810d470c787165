/* wait_queue.h: threads that wait until an object under the runtime's lock has what they want: a lock that is free, an
 * item in a queue.
 *
 * Who has to wait stands in the object's queue and sleeps without the runtime's lock; who makes the condition true wakes
 * the first in the queue, who looks again.  One that was woken and leaves without having taken anything wakes the next.
 *
 * Without a second thread nobody could ever make the condition true: then waiting for ever is a RuntimeError at once,
 * not a program that hangs (unless signals have handlers: one could do it).
 */
#ifndef OURO_SRC_MODULES_WAIT_QUEUE_H
#define OURO_SRC_MODULES_WAIT_QUEUE_H

#include "modules/modules.h"

typedef struct wait_queue {
    struct waiter *first, *last;
} wait_queue;

/* CLOCK_MONOTONIC in nanoseconds: what deadlines are compared with. */
int64_t wait_now(void);
/* Waits in `queue`, which lies in the object `owner`, until ready(owner): 1 it is, 0 the deadline (INT64_MAX: never) has
 * come, -1 an exception is set.  `deadlock` says what is missing where nobody could wake this thread. */
OURO_NODISCARD int wait_queue_wait(ouro_runtime *rt, wait_queue *queue, ouro_value owner, bool (*ready)(ouro_value owner),
                                   int64_t deadline, const char *deadlock);
void wait_queue_wake_first(wait_queue *queue);

#endif

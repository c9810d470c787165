/* timeout.h: how long to wait: the timeouts of calls that block, and waiting for descriptors until a deadline. */
#ifndef OURO_SRC_MODULES_TIMEOUT_H
#define OURO_SRC_MODULES_TIMEOUT_H

#include "modules/modules.h"

#include <poll.h>

enum { TIMEOUT_SECOND = 1000000000, TIMEOUT_MILLISECOND = 1000000 };

/* A number of units (TIMEOUT_SECOND, ...) as nanoseconds, rounded away from zero, so that no wait is too short.
 * False: TypeError, ValueError (not a number), OverflowError. */
OURO_NODISCARD bool timeout_get(ouro_runtime *rt, ouro_value v, int64_t unit, int64_t *nanoseconds);
/* The deadline after so many nanoseconds (CLOCK_MONOTONIC); -1: never, for a negative duration. */
int64_t timeout_deadline(int64_t nanoseconds);
/* What is left until the deadline, at least 0; -1: it never comes. */
int64_t timeout_left(int64_t deadline);
/* poll() until the deadline, without the runtime's lock; interrupted, it handles signals and goes on.  -1: raised. */
OURO_NODISCARD int timeout_poll(ouro_runtime *rt, struct pollfd *descriptors, size_t count, int64_t deadline);

#endif

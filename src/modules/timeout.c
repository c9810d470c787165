/* timeout.c: the timeouts of calls that block. */
#include "modules/timeout.h"
#include "modules/posix_private.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "vm/threads.h"

#include <errno.h>
#include <math.h>
#include <time.h>

static bool timeout_too_large(ouro_runtime *rt)
{
    error_overflow(rt, "timestamp too large to convert to C _PyTime_t");
    return false;
}

bool timeout_get(ouro_runtime *rt, ouro_value v, int64_t unit, int64_t *nanoseconds)
{
    if (value_is_float(rt, v)) {
        double d = float_value(v) * (double)unit;
        if (isnan(d)) {
            error_value(rt, "Invalid value NaN (not a number)");
            return false;
        }
        d = d < 0 ? floor(d) : ceil(d);
        if (!(d > -9.2e18 && d < 9.2e18)) {
            return timeout_too_large(rt);
        }
        *nanoseconds = (int64_t)d;
        return true;
    }
    ouro_value whole = object_index(rt, v);
    int64_t count;
    if (ouro_is_null(whole)) {
        return false;
    }
    bool fits = int_fits_int64(whole, &count) && count <= INT64_MAX / unit && count >= INT64_MIN / unit;
    value_decref(rt, whole);
    if (!fits) {
        return timeout_too_large(rt);
    }
    *nanoseconds = count * unit;
    return true;
}

static int64_t timeout_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * TIMEOUT_SECOND + now.tv_nsec;
}

int64_t timeout_deadline(int64_t nanoseconds)
{
    if (nanoseconds < 0) {
        return -1;
    }
    int64_t now = timeout_now();
    return nanoseconds > INT64_MAX - now ? INT64_MAX : now + nanoseconds;
}

int64_t timeout_left(int64_t deadline)
{
    if (deadline < 0) {
        return -1;
    }
    int64_t now = timeout_now();
    return now < deadline ? deadline - now : 0;
}

int timeout_poll(ouro_runtime *rt, struct pollfd *descriptors, size_t count, int64_t deadline)
{
    int n;
    do {
        int64_t left = timeout_left(deadline);
        struct timespec wait = {.tv_sec = left / TIMEOUT_SECOND, .tv_nsec = left % TIMEOUT_SECOND};
        struct thread_state *me = vm_release(rt);
        n = ppoll(descriptors, count, left < 0 ? NULL : &wait, NULL);
        int err = errno;
        vm_acquire(rt, me);
        errno = err;
    } while (n < 0 && errno == EINTR && posix_retry(rt));
    if (n < 0 && !error_is_set(rt)) {
        posix_error(rt);
    }
    return n;
}

/* signal.c: the _signal module: handlers of signals that are Python functions.
 *
 * A process has one table of signal handlers, so one runtime of a process can have it: the one whose program
 * first imports the module (signal_owner).  The C handler only notes the number, wakes the descriptor of
 * set_wakeup_fd, and asks the evaluation loop for a stop; the Python function runs there, on the main thread.
 * Calls that block return early from a signal (no SA_RESTART), run what is due, and go on (PEP 475).
 *
 * What the program did not install stays as the host has it; at the end of the runtime the host's handlers
 * are back.
 */
#include "modules/modules.h"

#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/threads.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SIGNAL_COUNT = 65, HANDLER_DEFAULT = 0, HANDLER_IGNORE = 1 };

typedef struct signal_state {
    ouro_runtime *rt;
    ouro_value handlers[SIGNAL_COUNT]; /* a callable, 0, 1, or None: not the program's */
    struct sigaction saved[SIGNAL_COUNT];
    bool installed[SIGNAL_COUNT];
    int pending[SIGNAL_COUNT]; /* atomically */
    int any;                   /* atomically: some pending[] may be set */
    int wakeup_fd;             /* -1: none */
    bool warn_on_full_buffer;
    int wakeup_error; /* atomically: errno of a failed write to it */
} signal_state;

/* The one piece of state that the process forces on us: signal handlers get no context. */
static signal_state *signal_owner;

static signal_state *signal_state_of(ouro_runtime *rt)
{
    return rt->modules->signals;
}

/* The C handler. */
static void signal_note(int number)
{
    signal_state *s = __atomic_load_n(&signal_owner, __ATOMIC_ACQUIRE);
    int saved_errno = errno;
    if (s != NULL && number < SIGNAL_COUNT) {
        __atomic_store_n(&s->pending[number], 1, __ATOMIC_RELEASE);
        __atomic_store_n(&s->any, 1, __ATOMIC_RELEASE);
        rt_set_pending(s->rt, RT_PENDING_SIGNAL);
        vm_threads_wake_main(s->rt);
        int fd = s->wakeup_fd;
        if (fd >= 0) {
            unsigned char byte = (unsigned char)number;
            if (write(fd, &byte, 1) < 0 &&
                ((errno != EAGAIN && errno != EWOULDBLOCK) || s->warn_on_full_buffer)) {
                __atomic_store_n(&s->wakeup_error, errno, __ATOMIC_RELEASE);
            }
        }
    }
    errno = saved_errno;
}

/* ---- running what is due ----------------------------------------------------------------------------------
 */

static ouro_value signal_frame(ouro_runtime *rt)
{
    if (rt->vm->frame == NULL) {
        return OURO_NONE;
    }
    frame_object *object = frame_get_object(rt, rt->vm->frame);
    return object == NULL ? OURO_NULL : value_incref(ouro_from_object(object));
}

static bool signal_call(ouro_runtime *rt, signal_state *s, int number)
{
    ouro_value handler = value_incref(s->handlers[number]);
    if (ouro_is_null(handler) || ouro_is_none(handler) || ouro_is_int(handler)) {
        /* taken back meanwhile: the default is what CPython then reports as ignored */
        value_decref(rt, handler);
        return true;
    }
    ouro_value at = signal_frame(rt);
    ouro_value result = ouro_is_null(at) ? OURO_NULL : object_call2(rt, handler, ouro_int(number), at);
    value_decref(rt, at);
    value_decref(rt, handler);
    bool ok = !ouro_is_null(result);
    value_decref(rt, result);
    return ok;
}

/* vm_state.handle_signals. */
static void signal_handle_pending(ouro_runtime *rt)
{
    signal_state *s = signal_state_of(rt);
    if (s == NULL || !vm_on_main_thread(rt) || error_is_set(rt) ||
        !__atomic_exchange_n(&s->any, 0, __ATOMIC_ACQ_REL)) {
        return;
    }
    int wakeup_error = __atomic_exchange_n(&s->wakeup_error, 0, __ATOMIC_ACQ_REL);
    if (wakeup_error != 0) {
        error_os(rt, wakeup_error, OURO_NULL, OURO_NULL);
        rt->report_unraisable(rt, "Exception ignored when trying to write to the signal wakeup fd",
                              OURO_NULL);
    }
    for (int number = 1; number < SIGNAL_COUNT; number++) {
        if (__atomic_exchange_n(&s->pending[number], 0, __ATOMIC_ACQ_REL) && !signal_call(rt, s, number)) {
            /* the rest wait for the next stop */
            __atomic_store_n(&s->any, 1, __ATOMIC_RELEASE);
            rt_set_pending(rt, RT_PENDING_SIGNAL);
            return;
        }
    }
}

/* After a call that may have raised a signal in this process: false: its handler raised. */
static bool signal_run_due(ouro_runtime *rt)
{
    return !rt->pending || vm_handle_pending(rt);
}

/* ---- handlers ---------------------------------------------------------------------------------------------
 */

static bool signal_number(ouro_runtime *rt, ouro_value v, int *number)
{
    int64_t n;
    if (!object_as_index(rt, v, &n, false)) {
        return false;
    }
    if (n < 1 || n >= SIGNAL_COUNT) {
        error_value(rt, "signal number out of range");
        return false;
    }
    *number = (int)n;
    return true;
}

static bool signal_install(ouro_runtime *rt, signal_state *s, int number, void (*function)(int))
{
    struct sigaction action = {.sa_handler = function}, old;
    sigemptyset(&action.sa_mask);
    if (sigaction(number, &action, &old) != 0) {
        error_os(rt, errno, OURO_NULL, OURO_NULL);
        return false;
    }
    if (!s->installed[number]) {
        s->installed[number] = true;
        s->saved[number] = old;
    }
    return true;
}

static ouro_value signal_signal(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    signal_state *s = signal_state_of(rt);
    int number;
    if (!vm_on_main_thread(rt) || s == NULL || signal_owner != s) {
        return error_value(rt, "signal only works in main thread of the main interpreter");
    }
    if (!signal_number(rt, args[0], &number)) {
        return OURO_NULL;
    }
    void (*function)(int) = signal_note;
    ouro_value handler = args[1];
    if (!object_is_callable(rt, handler)) {
        int is_default = object_equal(rt, handler, ouro_int(HANDLER_DEFAULT));
        int is_ignore = is_default == 0 ? object_equal(rt, handler, ouro_int(HANDLER_IGNORE)) : 0;
        if (is_default < 0 || is_ignore < 0) {
            return OURO_NULL;
        }
        if (!is_default && !is_ignore) {
            return error_type(rt,
                              "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object");
        }
        function = is_default ? SIG_DFL : SIG_IGN;
        handler = ouro_int(is_default ? HANDLER_DEFAULT : HANDLER_IGNORE);
    }
    if (!signal_run_due(rt) || !signal_install(rt, s, number, function)) {
        return OURO_NULL;
    }
    ouro_value old = s->handlers[number];
    s->handlers[number] = value_incref(handler);
    return ouro_is_null(old) ? OURO_NONE : old;
}

static ouro_value signal_getsignal(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    signal_state *s = signal_state_of(rt);
    int number;
    if (!signal_number(rt, args[0], &number)) {
        return OURO_NULL;
    }
    return s == NULL ? OURO_NONE : value_incref(s->handlers[number]);
}

static ouro_value signal_default_int_handler(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return error_raise(rt, EXC(rt, KeyboardInterrupt), NULL);
}

static ouro_value signal_siginterrupt(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int number;
    int flag = object_truth(rt, args[1]);
    struct sigaction action;
    if (flag < 0 || !signal_number(rt, args[0], &number)) {
        return OURO_NULL;
    }
    if (sigaction(number, NULL, &action) != 0) {
        return error_os(rt, errno, OURO_NULL, OURO_NULL);
    }
    action.sa_flags = flag ? action.sa_flags & ~SA_RESTART : action.sa_flags | SA_RESTART;
    if (sigaction(number, &action, NULL) != 0) {
        return error_os(rt, errno, OURO_NULL, OURO_NULL);
    }
    return OURO_NONE;
}

static ouro_value signal_set_wakeup_fd(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    signal_state *s = signal_state_of(rt);
    ouro_value warn = arg_or_null(args, nargs, 1);
    int64_t fd;
    int warns = ouro_is_null(warn) ? 1 : object_truth(rt, warn);
    if (warns < 0 || !object_as_index(rt, args[0], &fd, false)) {
        return OURO_NULL;
    }
    if (!vm_on_main_thread(rt) || s == NULL || signal_owner != s) {
        return error_value(rt, "set_wakeup_fd only works in main thread of the main interpreter");
    }
    if (fd != -1) {
        int flags = fd < 0 || fd > INT32_MAX ? (errno = EBADF, -1) : fcntl((int)fd, F_GETFL);
        if (flags < 0) {
            return error_os(rt, errno, OURO_NULL, OURO_NULL);
        }
        if ((flags & O_NONBLOCK) == 0) {
            return error_value(rt, "the fd %lld must be in non-blocking mode", (long long)fd);
        }
        /* SIGINT may still be the host's: from now on it must be seen here */
        if (ouro_is_object(s->handlers[SIGINT]) && !s->installed[SIGINT] &&
            !signal_install(rt, s, SIGINT, signal_note)) {
            return OURO_NULL;
        }
    }
    int old = s->wakeup_fd;
    s->wakeup_fd = (int)fd;
    s->warn_on_full_buffer = warns > 0;
    return ouro_int(old);
}

/* ---- sending ----------------------------------------------------------------------------------------------
 */

static ouro_value signal_raise(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t number;
    if (!object_as_index(rt, args[0], &number, false)) {
        return OURO_NULL;
    }
    if (raise((int)(number < 0 || number > INT32_MAX ? -1 : number)) != 0) {
        return error_os(rt, errno, OURO_NULL, OURO_NULL);
    }
    return signal_run_due(rt) ? OURO_NONE : OURO_NULL;
}

static ouro_value signal_pthread_kill(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    uint64_t thread;
    int64_t number;
    ouro_value index = object_index(rt, args[0]);
    if (ouro_is_null(index) || !int_as_uint64(rt, index, &thread) ||
        !object_as_index(rt, args[1], &number, false)) {
        value_decref(rt, index);
        return OURO_NULL;
    }
    value_decref(rt, index);
    int err = pthread_kill((pthread_t)thread, (int)number);
    if (err != 0) {
        return error_os(rt, err, OURO_NULL, OURO_NULL);
    }
    return signal_run_due(rt) ? OURO_NONE : OURO_NULL;
}

static ouro_value signal_pidfd_send_signal(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t fd, number, flags = 0;
    ouro_value info = arg_or_null(args, nargs, 2), given = arg_or_null(args, nargs, 3);
    if (!object_as_index(rt, args[0], &fd, false) || !object_as_index(rt, args[1], &number, false) ||
        (!ouro_is_null(given) && !object_as_index(rt, given, &flags, false))) {
        return OURO_NULL;
    }
    if (!ouro_is_null(info) && !ouro_is_none(info)) {
        return error_type(rt, "siginfo must be None");
    }
    if (syscall(SYS_pidfd_send_signal, (int)fd, (int)number, NULL, (unsigned)flags) != 0) {
        return error_os(rt, errno, OURO_NULL, OURO_NULL);
    }
    return OURO_NONE;
}

/* ---- sets of signals --------------------------------------------------------------------------------------
 */

static bool signal_set_from(ouro_runtime *rt, ouro_value iterable, sigset_t *set)
{
    sigemptyset(set);
    ouro_value iterator = object_iter(rt, iterable);
    bool ok = !ouro_is_null(iterator);
    while (ok) {
        ouro_value item = iterator_next(rt, iterator);
        int64_t number;
        if (ouro_is_null(item)) {
            ok = !error_is_set(rt);
            break;
        }
        ok = object_as_index(rt, item, &number, true);
        value_decref(rt, item);
        if (ok && (number < 1 || number >= SIGNAL_COUNT)) {
            error_value(rt, "signal number %lld out of range [1; %d]", (long long)number, SIGNAL_COUNT - 1);
            ok = false;
        }
        if (ok) {
            sigaddset(set, (int)number); /* the C library refuses its own two: as if they were not given */
        }
    }
    value_decref(rt, iterator);
    return ok;
}

static ouro_value signal_set_to(ouro_runtime *rt, const sigset_t *set)
{
    ouro_value result = set_new(rt, OURO_NULL);
    for (int number = 1; number < SIGNAL_COUNT && !ouro_is_null(result); number++) {
        if (sigismember(set, number) == 1 && !set_add(rt, result, ouro_int(number))) {
            value_clear(rt, &result);
        }
    }
    return result;
}

static ouro_value signal_pthread_sigmask(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t how;
    sigset_t mask, old;
    if (!object_as_index(rt, args[0], &how, false) || !signal_set_from(rt, args[1], &mask)) {
        return OURO_NULL;
    }
    int err = pthread_sigmask((int)how, &mask, &old);
    if (err != 0) {
        return error_os(rt, err, OURO_NULL, OURO_NULL);
    }
    return signal_run_due(rt) ? signal_set_to(rt, &old) : OURO_NULL;
}

static ouro_value signal_sigpending(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    sigset_t set;
    if (sigpending(&set) != 0) {
        return error_os(rt, errno, OURO_NULL, OURO_NULL);
    }
    return signal_set_to(rt, &set);
}

static ouro_value signal_valid_signals(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    sigset_t set;
    sigfillset(&set);
    return signal_set_to(rt, &set);
}

/* ---- waiting ----------------------------------------------------------------------------------------------
 */

static ouro_value signal_pause(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    struct thread_state *me = vm_release(rt);
    (void)pause();
    vm_acquire(rt, me);
    return signal_run_due(rt) ? OURO_NONE : OURO_NULL;
}

static ouro_value signal_sigwait(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    sigset_t set;
    int number;
    if (!signal_set_from(rt, args[0], &set)) {
        return OURO_NULL;
    }
    struct thread_state *me = vm_release(rt);
    int err = sigwait(&set, &number);
    vm_acquire(rt, me);
    return err != 0 ? error_os(rt, err, OURO_NULL, OURO_NULL) : ouro_int(number);
}

static const member_def signal_info_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "si_signo", "signal number"),
    STRUCT_SEQUENCE_FIELD(1, "si_code", "signal code"),
    STRUCT_SEQUENCE_FIELD(2, "si_errno", "errno associated with this signal"),
    STRUCT_SEQUENCE_FIELD(3, "si_pid", "sending process ID"),
    STRUCT_SEQUENCE_FIELD(4, "si_uid", "real user ID of sending process"),
    STRUCT_SEQUENCE_FIELD(5, "si_status", "exit value or signal"),
    STRUCT_SEQUENCE_FIELD(6, "si_band", "band event for SIGPOLL"),
    {0},
};

static const struct_sequence_def signal_info_def = {
    STRUCT_SEQUENCE_SPEC(
        "signal.struct_siginfo",
        "struct_siginfo: Result from sigwaitinfo or sigtimedwait.\n\nThis object may be accessed either as "
        "a tuple of\n(si_signo, si_code, si_errno, si_pid, si_uid, si_status, si_band),\nor via the "
        "attributes si_signo, si_code, and so on.",
        signal_info_fields),
    7, 7};

static ouro_value signal_info(ouro_runtime *rt, const siginfo_t *info)
{
    ouro_value items[7] = {ouro_int(info->si_signo),        ouro_int(info->si_code),
                           ouro_int(info->si_errno),        ouro_int(info->si_pid),
                           ouro_int((int64_t)info->si_uid), ouro_int(info->si_status),
                           ouro_int(info->si_band)};
    return struct_sequence_new(rt, MODULE_TYPE(rt, struct_siginfo), items);
}

static ouro_value signal_sigwaitinfo(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    sigset_t set;
    siginfo_t info;
    if (!signal_set_from(rt, args[0], &set)) {
        return OURO_NULL;
    }
    for (;;) {
        struct thread_state *me = vm_release(rt);
        int number = sigwaitinfo(&set, &info);
        int err = errno;
        vm_acquire(rt, me);
        if (number >= 0) {
            return signal_info(rt, &info);
        }
        if (err != EINTR) {
            return error_os(rt, err, OURO_NULL, OURO_NULL);
        }
        if (!signal_run_due(rt)) {
            return OURO_NULL;
        }
    }
}

/* Seconds as a time span of the system; the error is CPython's. */
static bool signal_seconds(ouro_runtime *rt, ouro_value v, double *seconds)
{
    if (!object_as_double(rt, v, seconds)) {
        return false;
    }
    if (isnan(*seconds)) {
        error_value(rt, "Invalid value NaN (not a number)");
        return false;
    }
    if (fabs(*seconds) > 9223372036.0) {
        error_overflow(rt, "timestamp too large to convert to C _PyTime_t");
        return false;
    }
    return true;
}

static double signal_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static ouro_value signal_sigtimedwait(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    sigset_t set;
    siginfo_t info;
    double timeout;
    if (!signal_seconds(rt, args[1], &timeout)) {
        return OURO_NULL;
    }
    if (timeout < 0) {
        return error_value(rt, "timeout must be non-negative");
    }
    if (!signal_set_from(rt, args[0], &set)) {
        return OURO_NULL;
    }
    double deadline = signal_now() + timeout;
    for (;;) {
        struct timespec t = {(time_t)timeout, (long)((timeout - floor(timeout)) * 1e9)};
        struct thread_state *me = vm_release(rt);
        int number = sigtimedwait(&set, &info, &t);
        int err = errno;
        vm_acquire(rt, me);
        if (number >= 0) {
            return signal_info(rt, &info);
        }
        if (err == EAGAIN) {
            return OURO_NONE;
        }
        if (err != EINTR) {
            return error_os(rt, err, OURO_NULL, OURO_NULL);
        }
        if (!signal_run_due(rt)) {
            return OURO_NULL;
        }
        timeout = deadline - signal_now();
        if (timeout < 0) {
            return OURO_NONE;
        }
    }
}

/* ---- timers -----------------------------------------------------------------------------------------------
 */

static ouro_value signal_alarm(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t seconds;
    if (!object_as_index(rt, args[0], &seconds, false)) {
        return OURO_NULL;
    }
    return ouro_int(alarm((unsigned)seconds));
}

static ouro_value signal_timer_value(ouro_runtime *rt, const struct itimerval *timer)
{
    ouro_value delay = float_new(rt, (double)timer->it_value.tv_sec + (double)timer->it_value.tv_usec * 1e-6);
    ouro_value interval =
        ouro_is_null(delay)
            ? OURO_NULL
            : float_new(rt, (double)timer->it_interval.tv_sec + (double)timer->it_interval.tv_usec * 1e-6);
    ouro_value result = ouro_is_null(interval) ? OURO_NULL : tuple_pack2(rt, delay, interval);
    value_decref(rt, delay);
    value_decref(rt, interval);
    return result;
}

static struct timeval signal_timeval(double seconds)
{
    struct timeval t = {(time_t)floor(seconds), (suseconds_t)((seconds - floor(seconds)) * 1e6)};
    return t;
}

static ouro_value signal_timer_error(ouro_runtime *rt)
{
    error_os(rt, errno, OURO_NULL, OURO_NULL);
    ouro_value plain = error_take(rt);
    ouro_value args = ouro_is_null(plain) ? OURO_NULL : object_getattr(rt, plain, STR(rt, args));
    ouro_value made =
        ouro_is_null(args)
            ? OURO_NULL
            : object_call_tuple(rt, type_value(MODULE_TYPE(rt, signal_timer_error)), args, OURO_NULL);
    value_decref(rt, args);
    value_decref(rt, plain);
    if (!ouro_is_null(made)) {
        error_raise_value(rt, made);
        value_decref(rt, made);
    }
    return OURO_NULL;
}

static ouro_value signal_setitimer(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t which;
    double seconds, interval = 0;
    ouro_value given = arg_or_null(args, nargs, 2);
    if (!object_as_index(rt, args[0], &which, false) || !signal_seconds(rt, args[1], &seconds) ||
        (!ouro_is_null(given) && !signal_seconds(rt, given, &interval))) {
        return OURO_NULL;
    }
    struct itimerval timer = {.it_value = signal_timeval(seconds), .it_interval = signal_timeval(interval)},
                     old;
    if (setitimer((int)which, &timer, &old) != 0) {
        return signal_timer_error(rt);
    }
    return signal_timer_value(rt, &old);
}

static ouro_value signal_getitimer(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t which;
    struct itimerval old;
    if (!object_as_index(rt, args[0], &which, false)) {
        return OURO_NULL;
    }
    if (getitimer((int)which, &old) != 0) {
        return signal_timer_error(rt);
    }
    return signal_timer_value(rt, &old);
}

static ouro_value signal_strsignal(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int number;
    if (!signal_number(rt, args[0], &number)) {
        return OURO_NULL;
    }
    const char *text = strsignal(number);
    if (text == NULL || strncmp(text, "Unknown signal", 14) == 0) {
        return OURO_NONE;
    }
    return str_from_cstring(rt, text);
}

/* ---- the module -------------------------------------------------------------------------------------------
 */

static const method_def signal_functions[] = {
    {"default_int_handler", "signalnum, frame, /", signal_default_int_handler, NULL, 0,
     "The default handler for SIGINT installed by Python.\n\nIt raises KeyboardInterrupt."},
    {"alarm", "seconds, /", signal_alarm, NULL, 0,
     "Arrange for SIGALRM to arrive after the given number of seconds."},
    {"setitimer", "which, seconds, interval=0.0, /", signal_setitimer, NULL, 0,
     "Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF)."},
    {"getitimer", "which, /", signal_getitimer, NULL, 0, "Returns current value of given itimer."},
    {"signal", "signalnum, handler, /", signal_signal, NULL, 0, "Set the action for the given signal."},
    {"raise_signal", "signalnum, /", signal_raise, NULL, 0, "Send a signal to the executing process."},
    {"strsignal", "signalnum, /", signal_strsignal, NULL, 0,
     "Return the system description of the given signal."},
    {"getsignal", "signalnum, /", signal_getsignal, NULL, 0,
     "Return the current action for the given signal."},
    {"set_wakeup_fd", "?fd, /, *, warn_on_full_buffer=True", signal_set_wakeup_fd, NULL, 0,
     "Sets the fd to be written to (with the signal number) when a signal comes in."},
    {"siginterrupt", "signalnum, flag, /", signal_siginterrupt, NULL, 0,
     "Change system call restart behaviour."},
    {"pause", "", signal_pause, NULL, 0, "Wait until a signal arrives."},
    {"pidfd_send_signal", "pidfd, signalnum, siginfo=None, flags=0, /", signal_pidfd_send_signal, NULL, 0,
     "Send a signal to a process referred to by a pid file descriptor."},
    {"pthread_kill", "thread_id, signalnum, /", signal_pthread_kill, NULL, 0, "Send a signal to a thread."},
    {"pthread_sigmask", "how, mask, /", signal_pthread_sigmask, NULL, 0,
     "Fetch and/or change the signal mask of the calling thread."},
    {"sigpending", "", signal_sigpending, NULL, 0, "Examine pending signals."},
    {"sigwait", "sigset, /", signal_sigwait, NULL, 0, "Wait for a signal."},
    {"sigwaitinfo", "sigset, /", signal_sigwaitinfo, NULL, 0,
     "Wait synchronously until one of the signals in *sigset* is "
     "delivered."},
    {"sigtimedwait", "sigset, timeout, /", signal_sigtimedwait, NULL, 0,
     "Like sigwaitinfo(), but with a timeout."},
    {"valid_signals", "", signal_valid_signals, NULL, 0,
     "Return a set of valid signal numbers on this platform."},
    {0},
};

static const struct {
    const char *name;
    int value;
} signal_constants[] = {
    {"NSIG", SIGNAL_COUNT},       {"SIG_DFL", HANDLER_DEFAULT},
    {"SIG_IGN", HANDLER_IGNORE},  {"SIG_BLOCK", SIG_BLOCK},
    {"SIG_UNBLOCK", SIG_UNBLOCK}, {"SIG_SETMASK", SIG_SETMASK},
    {"ITIMER_REAL", ITIMER_REAL}, {"ITIMER_VIRTUAL", ITIMER_VIRTUAL},
    {"ITIMER_PROF", ITIMER_PROF}, {"SIGHUP", SIGHUP},
    {"SIGINT", SIGINT},           {"SIGQUIT", SIGQUIT},
    {"SIGILL", SIGILL},           {"SIGTRAP", SIGTRAP},
    {"SIGIOT", SIGIOT},           {"SIGABRT", SIGABRT},
    {"SIGFPE", SIGFPE},           {"SIGKILL", SIGKILL},
    {"SIGBUS", SIGBUS},           {"SIGSEGV", SIGSEGV},
    {"SIGSYS", SIGSYS},           {"SIGPIPE", SIGPIPE},
    {"SIGALRM", SIGALRM},         {"SIGTERM", SIGTERM},
    {"SIGUSR1", SIGUSR1},         {"SIGUSR2", SIGUSR2},
    {"SIGCLD", SIGCLD},           {"SIGCHLD", SIGCHLD},
    {"SIGPWR", SIGPWR},           {"SIGIO", SIGIO},
    {"SIGURG", SIGURG},           {"SIGWINCH", SIGWINCH},
    {"SIGPOLL", SIGPOLL},         {"SIGSTOP", SIGSTOP},
    {"SIGTSTP", SIGTSTP},         {"SIGCONT", SIGCONT},
    {"SIGTTIN", SIGTTIN},         {"SIGTTOU", SIGTTOU},
    {"SIGVTALRM", SIGVTALRM},     {"SIGPROF", SIGPROF},
    {"SIGXCPU", SIGXCPU},         {"SIGXFSZ", SIGXFSZ},
    {"SIGSTKFLT", SIGSTKFLT},
};

/* What the process does with each signal now, as CPython finds it at its start. */
static bool signal_adopt(ouro_runtime *rt, module_object *module, signal_state *s)
{
    for (int number = 1; number < SIGNAL_COUNT; number++) {
        struct sigaction action;
        s->handlers[number] = OURO_NONE;
        if (sigaction(number, NULL, &action) == 0 && (action.sa_flags & SA_SIGINFO) == 0) {
            s->handlers[number] = action.sa_handler == SIG_DFL   ? ouro_int(HANDLER_DEFAULT)
                                  : action.sa_handler == SIG_IGN ? ouro_int(HANDLER_IGNORE)
                                                                 : OURO_NONE;
        }
    }
    if (ouro_is_none(s->handlers[SIGINT])) { /* the host turns it into KeyboardInterrupt */
        s->handlers[SIGINT] = object_getattr_utf8(rt, ouro_from_object(module), "default_int_handler");
        return !ouro_is_null(s->handlers[SIGINT]);
    }
    return true;
}

static bool signal_start(ouro_runtime *rt, module_object *module)
{
    for (size_t i = 0; i < sizeof signal_constants / sizeof signal_constants[0]; i++) {
        if (!module_add_int(rt, module, signal_constants[i].name, signal_constants[i].value)) {
            return false;
        }
    }
    if (!module_add_int(rt, module, "SIGRTMIN", SIGRTMIN) ||
        !module_add_int(rt, module, "SIGRTMAX", SIGRTMAX) ||
        !module_add_sequence_type(rt, module, &signal_info_def, &rt->modules->struct_siginfo) ||
        !module_add_exception(rt, module, "signal.itimer_error", EXC(rt, OSError),
                              &rt->modules->signal_timer_error) ||
        !module_add(rt, module, "ItimerError", value_incref(type_value(rt->modules->signal_timer_error)))) {
        return false;
    }
    if (rt->modules->signals != NULL) {
        return true;
    }
    signal_state *s = calloc(1, sizeof *s);
    if (s == NULL) {
        error_no_memory(rt);
        return false;
    }
    s->rt = rt;
    s->wakeup_fd = -1;
    rt->modules->signals = s;
    if (!signal_adopt(rt, module, s)) {
        return false;
    }
    rt->vm->handle_signals = signal_handle_pending;
    signal_state *none = NULL;
    __atomic_compare_exchange_n(&signal_owner, &none, s, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
    return true;
}

int signal_visit_roots(ouro_runtime *rt, ouro_visit_fn visit, void *context)
{
    const signal_state *s = rt->modules->signals;
    int result = 0;
    for (int number = 1; s != NULL && result == 0 && number < SIGNAL_COUNT; number++) {
        result = ouro_is_object(s->handlers[number]) ? visit(s->handlers[number], context) : 0;
    }
    return result;
}

void signal_stop(ouro_runtime *rt)
{
    signal_state *s = rt->modules->signals;
    if (s == NULL) {
        return;
    }
    for (int number = 1; number < SIGNAL_COUNT; number++) {
        if (s->installed[number]) {
            sigaction(number, &s->saved[number], NULL);
        }
        value_clear(rt, &s->handlers[number]);
    }
    if (signal_owner == s) {
        __atomic_store_n(&signal_owner, NULL, __ATOMIC_RELEASE);
    }
    rt->modules->signals = NULL;
    free(s);
}

bool signal_simulate(ouro_runtime *rt, int number)
{
    signal_state *s = rt->modules->signals;
    if (s == NULL || ouro_is_int(s->handlers[number])) {
        return s != NULL;
    }
    if (ouro_is_none(s->handlers[number])) {
        return false;
    }
    __atomic_store_n(&s->pending[number], 1, __ATOMIC_RELEASE);
    __atomic_store_n(&s->any, 1, __ATOMIC_RELEASE);
    rt_set_pending(rt, RT_PENDING_SIGNAL);
    return true;
}

const module_def signal_module_def = {
    .name = "_signal",
    .doc = "This module provides mechanisms to use signal handlers in Python.",
    .functions = signal_functions,
    .start = signal_start,
};

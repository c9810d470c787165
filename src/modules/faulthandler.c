/* faulthandler.c: the faulthandler module: where the program is, when a fatal signal ends it, when a signal asks, or when
 * it takes too long.
 *
 * A process has one table of signal handlers, so one runtime of a process has this module's: the one whose program first
 * asks for them (fault_owner).  The handlers, and the thread that waits for dump_traceback_later, hold no lock and take no
 * reference: they read the frames where they lie (fault_traceback.h).  So the line of the innermost frame, if that runs a
 * loop of its own just then, is the one of its last call.
 *
 * A fatal signal finds its former handler back before anything is written, and is raised again: the exit status is the
 * signal's, and a second fault ends the process.
 *
 * CPython ends the report of a fatal signal with the extension modules that are no part of its library, as the usual
 * suspects.  None can be loaded here, so there is no such line.
 */
#include "modules/fault_traceback.h"
#include "modules/modules.h"
#include "modules/timeout.h"
#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/threads.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { FAULT_SIGNALS = 65, FAULT_STACK = 64 * 1024 };

typedef struct fault_fatal {
    int number;
    const char *name;
} fault_fatal;

static const fault_fatal fault_fatals[] = {
    {SIGBUS, "Bus error"}, {SIGILL, "Illegal instruction"}, {SIGFPE, "Floating point exception"},
    {SIGABRT, "Aborted"},  {SIGSEGV, "Segmentation fault"},
};
enum { FAULT_FATAL_COUNT = sizeof fault_fatals / sizeof *fault_fatals };

/* A signal of register(). */
typedef struct fault_user {
    ouro_value file; /* what the descriptor belongs to, or OURO_NULL */
    int fd;
    bool enabled, all_threads, chain;
    struct sigaction saved;
} fault_user;

typedef struct fault_state {
    ouro_runtime *rt;
    pthread_t main_id; /* of a runtime that has started no thread */
    /* enable() */
    ouro_value file;
    int fd;
    bool enabled, all_threads;
    bool installed[FAULT_FATAL_COUNT];
    struct sigaction saved[FAULT_FATAL_COUNT];
    char *stack; /* the handlers run on it, where the host has given none */
    /* register() */
    fault_user users[FAULT_SIGNALS];
    /* dump_traceback_later(): under `mutex`, but what is set before the thread starts */
    ouro_value later_file;
    int later_fd;
    bool later, later_repeat, later_exit, later_cancelled;
    int64_t later_nanoseconds;
    pid_t later_pid; /* a child of a fork has no such thread */
    pthread_t later_thread;
    pthread_mutex_t mutex;
    pthread_cond_t cancelled;
} fault_state;

/* Signal handlers get no context. */
static fault_state *fault_owner;
static volatile sig_atomic_t fault_is_writing;

static void fault_dump(fault_state *s, int fd, bool all_threads)
{
    if (fault_is_writing) { /* a fault while one is told */
        return;
    }
    fault_is_writing = 1;
    if (all_threads) {
        fault_write_threads(fd, s->rt, s->main_id, pthread_self());
    } else {
        fault_write_stack(fd, s->rt, s->main_id, pthread_self());
    }
    fault_is_writing = 0;
}

/* ---- handlers ---- */

static void fault_take_back(fault_state *s, size_t i)
{
    if (s->installed[i]) {
        s->installed[i] = false;
        sigaction(fault_fatals[i].number, &s->saved[i], NULL);
    }
}

static void fault_on_fatal(int number)
{
    fault_state *s = __atomic_load_n(&fault_owner, __ATOMIC_ACQUIRE);
    int saved_errno = errno;
    size_t i = 0;
    while (i < FAULT_FATAL_COUNT && fault_fatals[i].number != number) {
        i++;
    }
    if (s == NULL || i == FAULT_FATAL_COUNT || !s->enabled) {
        signal(number, SIG_DFL);
    } else {
        fault_take_back(s, i);
        fault_write(s->fd, "Fatal Python error: ");
        fault_write(s->fd, fault_fatals[i].name);
        fault_write(s->fd, "\n\n");
        fault_dump(s, s->fd, s->all_threads);
    }
    errno = saved_errno;
    raise(number); /* SA_NODEFER: it ends the process here */
}

static bool fault_install_user(fault_state *s, int number, struct sigaction *saved);

static void fault_on_user(int number)
{
    fault_state *s = __atomic_load_n(&fault_owner, __ATOMIC_ACQUIRE);
    fault_user *user = s && number < FAULT_SIGNALS ? &s->users[number] : NULL;
    if (user == NULL || !user->enabled) {
        return;
    }
    int saved_errno = errno;
    fault_dump(s, user->fd, user->all_threads);
    if (user->chain) {
        (void)sigaction(number, &user->saved, NULL);
        errno = saved_errno;
        raise(number); /* SA_NODEFER: the former handler runs now */
        saved_errno = errno;
        (void)fault_install_user(s, number, NULL);
    }
    errno = saved_errno;
}

static bool fault_install_user(fault_state *s, int number, struct sigaction *saved)
{
    struct sigaction action = {.sa_handler = fault_on_user};
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART | SA_ONSTACK | (s->users[number].chain ? SA_NODEFER : 0);
    return sigaction(number, &action, saved) == 0;
}

/* Handlers run on a stack of their own, so that an overflow of the program's can be told. */
static bool fault_need_stack(ouro_runtime *rt, fault_state *s)
{
    stack_t now;
    if (s->stack != NULL || (sigaltstack(NULL, &now) == 0 && !(now.ss_flags & SS_DISABLE))) {
        return true;
    }
    s->stack = malloc(FAULT_STACK);
    if (s->stack == NULL) {
        error_no_memory(rt);
        return false;
    }
    stack_t stack = {.ss_sp = s->stack, .ss_size = FAULT_STACK};
    if (sigaltstack(&stack, NULL) != 0) {
        free(s->stack);
        s->stack = NULL;
    }
    return true;
}

/* This runtime's state, as owner of the process's handlers. */
static fault_state *fault_own(ouro_runtime *rt)
{
    fault_state *s = rt->modules->faults, *none = NULL;
    if (fault_owner != s &&
        !__atomic_compare_exchange_n(&fault_owner, &none, s, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
        error_runtime(rt, "another runtime of the process has the fault handlers");
        return NULL;
    }
    return s;
}

/* ---- arguments ---- */

/* The descriptor to write to: *file is what it belongs to (new reference, or OURO_NULL). */
static int fault_descriptor(ouro_runtime *rt, ouro_value given, ouro_value *file)
{
    int64_t fd;
    *file = OURO_NULL;
    if (ouro_is_null(given) || ouro_is_none(given)) {
        given = ouro_is_object(rt->vm->sys) ? dict_get_str(rt, as_module(rt->vm->sys)->dict, STR(rt, stderr)) : OURO_NULL;
        if (ouro_is_null(given)) {
            error_runtime(rt, "unable to get sys.stderr");
            return -1;
        }
        if (ouro_is_none(given)) {
            error_runtime(rt, "sys.stderr is None");
            return -1;
        }
    } else if (value_is_int(rt, given)) {
        if (!object_as_index(rt, given, &fd, false)) {
            return -1;
        }
        if (fd < 0 || fd > INT32_MAX) {
            error_value(rt, "file is not a valid file descripter");
            return -1;
        }
        return (int)fd;
    }
    ouro_value kept = value_incref(given);
    ouro_value name = str_intern_cstring(rt, "fileno");
    ouro_value number = ouro_is_null(name) ? OURO_NULL : object_call_method0(rt, kept, name);
    value_decref(rt, name);
    fd = -1;
    bool known = !ouro_is_null(number);
    if (known && (!value_is_int(rt, number) || !object_as_index(rt, number, &fd, true) || fd < 0 || fd > INT32_MAX)) {
        error_clear(rt);
        error_runtime(rt, "file.fileno() is not a valid file descriptor");
        known = false;
    }
    value_decref(rt, number);
    if (!known) {
        value_decref(rt, kept);
        return -1;
    }
    ouro_value flushed = object_call_method0(rt, kept, STR(rt, flush));
    if (ouro_is_null(flushed)) {
        error_clear(rt);
    }
    value_decref(rt, flushed);
    *file = kept;
    return (int)fd;
}

/* A truth value that may be left out; -1: raised. */
static int fault_flag(ouro_runtime *rt, const ouro_value *args, size_t nargs, size_t i, bool otherwise)
{
    ouro_value given = arg_or_null(args, nargs, i);
    return ouro_is_null(given) ? otherwise : object_truth(rt, given);
}

/* The state, for handlers that run on a stack of their own.  NULL: raised. */
static fault_state *fault_own_with_stack(ouro_runtime *rt)
{
    fault_state *s = fault_own(rt);
    return s != NULL && fault_need_stack(rt, s) ? s : NULL;
}

/* ---- the functions ---- */

static ouro_value fault_dump_traceback(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value file;
    int all = fault_flag(rt, args, nargs, 1, true);
    int fd = all < 0 ? -1 : fault_descriptor(rt, arg_or_null(args, nargs, 0), &file);
    if (fd < 0) {
        return OURO_NULL;
    }
    fault_dump(rt->modules->faults, fd, all);
    value_decref(rt, file);
    return OURO_NONE;
}

static void fault_disable_fatal(ouro_runtime *rt, fault_state *s)
{
    s->enabled = false;
    for (size_t i = 0; i < FAULT_FATAL_COUNT; i++) {
        fault_take_back(s, i);
    }
    value_clear(rt, &s->file);
}

static ouro_value fault_enable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value file;
    int all = fault_flag(rt, args, nargs, 1, true);
    int fd = all < 0 ? -1 : fault_descriptor(rt, arg_or_null(args, nargs, 0), &file);
    if (fd < 0) {
        return OURO_NULL;
    }
    fault_state *s = fault_own_with_stack(rt);
    if (s == NULL) {
        value_decref(rt, file);
        return OURO_NULL;
    }
    ouro_value former = s->file;
    s->file = file;
    s->fd = fd;
    s->all_threads = all;
    s->enabled = true;
    struct sigaction action = {.sa_handler = fault_on_fatal, .sa_flags = SA_NODEFER | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    bool done = true;
    for (size_t i = 0; done && i < FAULT_FATAL_COUNT; i++) {
        if (!s->installed[i]) {
            done = sigaction(fault_fatals[i].number, &action, &s->saved[i]) == 0;
            s->installed[i] = done;
        }
    }
    if (!done) {
        error_os(rt, errno, OURO_NULL, OURO_NULL);
        fault_disable_fatal(rt, s);
    }
    value_decref(rt, former);
    return done ? OURO_NONE : OURO_NULL;
}

static ouro_value fault_disable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    fault_state *s = rt->modules->faults;
    bool was = s->enabled;
    fault_disable_fatal(rt, s);
    return ouro_bool(was);
}

static ouro_value fault_is_enabled(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_bool(rt->modules->faults->enabled);
}

static bool fault_number(ouro_runtime *rt, ouro_value v, int *number)
{
    int64_t n;
    if (!object_as_index(rt, v, &n, false)) {
        return false;
    }
    for (size_t i = 0; i < FAULT_FATAL_COUNT; i++) {
        if (fault_fatals[i].number == n) {
            error_runtime(rt, "signal %d cannot be registered, use enable() instead", (int)n);
            return false;
        }
    }
    if (n < 1 || n >= FAULT_SIGNALS) {
        error_value(rt, "signal number out of range");
        return false;
    }
    *number = (int)n;
    return true;
}

static ouro_value fault_register(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int number;
    if (!fault_number(rt, args[0], &number)) {
        return OURO_NULL;
    }
    ouro_value file;
    int all = fault_flag(rt, args, nargs, 2, true), chain = all < 0 ? -1 : fault_flag(rt, args, nargs, 3, false);
    int fd = chain < 0 ? -1 : fault_descriptor(rt, arg_or_null(args, nargs, 1), &file);
    if (fd < 0) {
        return OURO_NULL;
    }
    fault_state *s = fault_own_with_stack(rt);
    if (s == NULL) {
        value_decref(rt, file);
        return OURO_NULL;
    }
    fault_user *user = &s->users[number];
    user->chain = chain;
    if (!user->enabled && !fault_install_user(s, number, &user->saved)) {
        value_decref(rt, file);
        return error_os(rt, errno, OURO_NULL, OURO_NULL);
    }
    ouro_value former = user->file;
    user->file = file;
    user->fd = fd;
    user->all_threads = all;
    user->enabled = true;
    value_decref(rt, former);
    return OURO_NONE;
}

static bool fault_forget_user(ouro_runtime *rt, fault_state *s, int number)
{
    fault_user *user = &s->users[number];
    bool was = user->enabled;
    if (was) {
        user->enabled = false;
        (void)sigaction(number, &user->saved, NULL);
        value_clear(rt, &user->file);
    }
    return was;
}

static ouro_value fault_unregister(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int number;
    if (!fault_number(rt, args[0], &number)) {
        return OURO_NULL;
    }
    return ouro_bool(fault_forget_user(rt, rt->modules->faults, number));
}

/* ---- dump_traceback_later ---- */

static void fault_write_timeout(int fd, int64_t nanoseconds)
{
    uint64_t microseconds = (uint64_t)nanoseconds / 1000, seconds = microseconds / 1000000;
    microseconds %= 1000000;
    fault_write(fd, "Timeout (");
    fault_write_number(fd, seconds / 3600, 10, 1);
    fault_write(fd, ":");
    fault_write_number(fd, seconds / 60 % 60, 10, 2);
    fault_write(fd, ":");
    fault_write_number(fd, seconds % 60, 10, 2);
    if (microseconds) {
        fault_write(fd, ".");
        fault_write_number(fd, microseconds, 10, 6);
    }
    fault_write(fd, ")!\n");
}

static void *fault_later_main(void *context)
{
    fault_state *s = context;
    pthread_mutex_lock(&s->mutex);
    do {
        int64_t deadline = timeout_deadline(s->later_nanoseconds);
        struct timespec until = {(time_t)(deadline / TIMEOUT_SECOND), (long)(deadline % TIMEOUT_SECOND)};
        while (!s->later_cancelled && pthread_cond_timedwait(&s->cancelled, &s->mutex, &until) != ETIMEDOUT) {
        }
        if (s->later_cancelled) {
            break;
        }
        fault_write_timeout(s->later_fd, s->later_nanoseconds);
        fault_dump(s, s->later_fd, true);
        if (s->later_exit) {
            _exit(1);
        }
    } while (s->later_repeat);
    pthread_mutex_unlock(&s->mutex);
    return NULL;
}

static void fault_cancel(ouro_runtime *rt, fault_state *s)
{
    if (s->later && s->later_pid == getpid()) {
        pthread_mutex_lock(&s->mutex);
        s->later_cancelled = true;
        pthread_cond_signal(&s->cancelled);
        pthread_mutex_unlock(&s->mutex);
        pthread_join(s->later_thread, NULL);
    }
    s->later = false;
    value_clear(rt, &s->later_file);
}

/* The thread takes no signals: they are the program's. */
static int fault_start_later(fault_state *s)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (s->later_pid != getpid()) { /* of another process, whose thread may have held it */
        pthread_condattr_t monotonic;
        pthread_condattr_init(&monotonic);
        pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
        pthread_mutex_init(&s->mutex, NULL);
        pthread_cond_init(&s->cancelled, &monotonic);
        pthread_condattr_destroy(&monotonic);
        s->later_pid = getpid();
    }
    s->later_cancelled = false;
    int err = pthread_create(&s->later_thread, NULL, fault_later_main, s);
    s->later = err == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return err;
}

static ouro_value fault_dump_later(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t nanoseconds;
    if (!timeout_get(rt, args[0], TIMEOUT_SECOND, &nanoseconds)) {
        return OURO_NULL;
    }
    if (nanoseconds <= 0) {
        return error_value(rt, "timeout must be greater than 0");
    }
    ouro_value file;
    int repeat = fault_flag(rt, args, nargs, 1, false), leave = repeat < 0 ? -1 : fault_flag(rt, args, nargs, 3, false);
    int fd = leave < 0 ? -1 : fault_descriptor(rt, arg_or_null(args, nargs, 2), &file);
    if (fd < 0) {
        return OURO_NULL;
    }
    fault_state *s = rt->modules->faults;
    fault_cancel(rt, s);
    s->later_file = file;
    s->later_fd = fd;
    s->later_repeat = repeat;
    s->later_exit = leave;
    s->later_nanoseconds = nanoseconds;
    if (fault_start_later(s) != 0) {
        value_clear(rt, &s->later_file);
        return error_runtime(rt, "unable to start watchdog thread");
    }
    return OURO_NONE;
}

static ouro_value fault_cancel_later(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    fault_cancel(rt, rt->modules->faults);
    return OURO_NONE;
}

/* ---- faults on purpose, for tests ---- */

static void fault_no_core(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) == 0) {
        limit.rlim_cur = 0;
        (void)setrlimit(RLIMIT_CORE, &limit);
    }
}

static ouro_value fault_raise(ouro_runtime *rt, int number)
{
    fault_no_core();
    raise(number);
    raise(number); /* where a handler of the host's came back */
    return OURO_NONE;
}

static ouro_value fault_sigsegv(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int release = fault_flag(rt, args, nargs, 0, false);
    if (release < 0) {
        return OURO_NULL;
    }
    thread_state *me = release ? vm_release(rt) : NULL;
    ouro_value result = fault_raise(rt, SIGSEGV);
    vm_acquire(rt, me);
    return result;
}

static ouro_value fault_sigabrt(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    fault_no_core();
    abort();
}

static ouro_value fault_sigfpe(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return fault_raise(rt, SIGFPE);
}

static ouro_value fault_read_null(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    fault_no_core();
    volatile int *volatile nowhere = NULL;
    return ouro_int(*nowhere);
}

static size_t fault_deeper(size_t depth, volatile char *above)
{
    volatile char page[4096];
    page[0] = page[4095] = (char)(*above + 1);
    return depth == SIZE_MAX ? 0 : fault_deeper(depth + 1, page) + (size_t)page[4095];
}

static ouro_value fault_stack_overflow(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    fault_no_core();
    volatile char start = 0;
    return ouro_int((int64_t)(fault_deeper(0, &start) & 1));
}

/* ---- the module ---- */

static const method_def fault_functions[] = {
    {"enable", "file=sys.stderr, all_threads=True", fault_enable, NULL, 0,
     "enable(file=sys.stderr, all_threads=True): enable the fault handler"},
    {"disable", "", fault_disable, NULL, 0, "disable(): disable the fault handler"},
    {"is_enabled", "", fault_is_enabled, NULL, 0, "is_enabled()->bool: check if the handler is enabled"},
    {"dump_traceback", "file=sys.stderr, all_threads=True", fault_dump_traceback, NULL, 0,
     "dump_traceback(file=sys.stderr, all_threads=True): write the traceback of the current thread, or of all threads, "
     "into file"},
    {"dump_traceback_later", "timeout, repeat=False, file=sys.stderr, exit=False", fault_dump_later, NULL, 0,
     "dump_traceback_later(timeout, repeat=False, file=sys.stderr, exit=False):\nwrite the traceback of all threads in "
     "timeout seconds, or each timeout seconds,\nthen call _exit(1) if exit is true"},
    {"cancel_dump_traceback_later", "", fault_cancel_later, NULL, 0,
     "cancel_dump_traceback_later(): cancel the previous call to dump_traceback_later()"},
    {"register", "signum, file=sys.stderr, all_threads=True, chain=False", fault_register, NULL, 0,
     "register(signum, file=sys.stderr, all_threads=True, chain=False): write the traceback of the current thread, or of "
     "all threads, into file when the signal comes"},
    {"unregister", "signum, /", fault_unregister, NULL, 0,
     "unregister(signum): unregister the handler of the signal 'signum' registered by register()"},
    {"_sigsegv", "release_gil=False, /", fault_sigsegv, NULL, 0, "_sigsegv(release_gil=False): raise a SIGSEGV signal"},
    {"_sigabrt", "", fault_sigabrt, NULL, 0, "_sigabrt(): raise a SIGABRT signal"},
    {"_sigfpe", "", fault_sigfpe, NULL, 0, "_sigfpe(): raise a SIGFPE signal"},
    {"_read_null", "", fault_read_null, NULL, 0, "_read_null(): read from NULL"},
    {"_stack_overflow", "", fault_stack_overflow, NULL, 0, "_stack_overflow(): recursive call to raise a stack overflow"},
    {0},
};

static bool fault_start(ouro_runtime *rt, module_object *module)
{
    if (rt->modules->faults != NULL) {
        return true;
    }
    fault_state *s = calloc(1, sizeof *s); /* not the heap's: read when that may be damaged */
    if (s == NULL) {
        error_no_memory(rt);
        return false;
    }
    s->rt = rt;
    s->main_id = pthread_self();
    rt->modules->faults = s;
    return true;
}

int faulthandler_visit_roots(ouro_runtime *rt, ouro_visit_fn visit, void *context)
{
    const fault_state *s = rt->modules->faults;
    if (s == NULL) {
        return 0;
    }
    int result = ouro_is_object(s->file) ? visit(s->file, context) : 0;
    result = result == 0 && ouro_is_object(s->later_file) ? visit(s->later_file, context) : result;
    for (int number = 1; result == 0 && number < FAULT_SIGNALS; number++) {
        result = ouro_is_object(s->users[number].file) ? visit(s->users[number].file, context) : 0;
    }
    return result;
}

void faulthandler_stop(ouro_runtime *rt)
{
    fault_state *s = rt->modules->faults;
    if (s == NULL) {
        return;
    }
    fault_cancel(rt, s);
    fault_disable_fatal(rt, s);
    for (int number = 1; number < FAULT_SIGNALS; number++) {
        (void)fault_forget_user(rt, s, number);
    }
    if (fault_owner == s) {
        __atomic_store_n(&fault_owner, NULL, __ATOMIC_RELEASE);
    }
    if (s->stack != NULL) {
        stack_t off = {.ss_flags = SS_DISABLE}, now;
        if (sigaltstack(NULL, &now) == 0 && now.ss_sp == s->stack) { /* of the thread that asked for it, usually this */
            (void)sigaltstack(&off, NULL);
            free(s->stack);
            s->stack = NULL;
        }
    }
}

void faulthandler_free(ouro_runtime *rt)
{
    fault_state *s = rt->modules->faults;
    if (s == NULL) {
        return;
    }
    if (s->later_pid != 0 && s->later_pid == getpid()) {
        pthread_mutex_destroy(&s->mutex);
        pthread_cond_destroy(&s->cancelled);
    }
    rt->modules->faults = NULL;
    free(s);
}

const module_def faulthandler_module_def = {
    .name = "faulthandler",
    .doc = "faulthandler module.",
    .functions = fault_functions,
    .start = fault_start,
};

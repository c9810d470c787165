/* posixsubprocess.c: the _posixsubprocess module: fork_exec, with which subprocess starts its children.
 *
 * Everything the child needs is made before the fork (child_plan): between fork and exec it allocates nothing and runs
 * nothing of Python, but for a preexec_fn.  Without one the child is made by vfork: it borrows the parent's memory
 * until the exec, so that a large heap costs nothing.  Signals are blocked meanwhile, and no handler of the parent is
 * left in the child when they are let in again.
 *
 * What goes wrong in the child it writes to `errpipe_write` as "OSError:HEX ERRNO:" ("noexec" behind it when exec was
 * not reached), or "SubprocessError:0:TEXT"; then it ends with status 255.  subprocess reads that.
 */
#include "modules/posix_private.h"
#include "ouro/ouro.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "vm/vm.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

/* NULL-terminated strings. */
typedef struct string_array {
    char **items; /* a leaf block, and each item one; NULL: none given */
    size_t count;
} string_array;

typedef struct child_plan {
    string_array argv, executables, environment;
    char *cwd; /* or NULL */
    int *keep; /* descriptors, sorted */
    size_t keep_count;
    gid_t *groups;
    size_t group_count;
    bool set_groups, set_gid, set_uid, close_fds, restore_signals, new_session;
    gid_t gid;
    uid_t uid;
    int p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write;
    int process_group, umask; /* -1: as it is */
    ouro_runtime *rt;
    ouro_value preexec; /* OURO_NULL: none */
    const sigset_t *mask; /* of the parent, to be brought back; NULL: signals are not blocked */
} child_plan;

/* ---- what the child does ---------------------------------------------------------------------------------- */

static void child_write(int fd, const char *text, size_t length)
{
    ssize_t written = write(fd, text, length);
    (void)written; /* nobody is left to be told */
}

static bool child_set_inheritable(int fd)
{
    int flags = fcntl(fd, F_GETFD);
    return flags >= 0 && fcntl(fd, F_SETFD, flags & ~FD_CLOEXEC) >= 0;
}

/* Closes first..last, of which many may not be open. */
static void child_close_range(int first, int last)
{
    if (first > last) {
        return;
    }
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, (unsigned)last, 0) == 0) {
        return;
    }
#endif
    long most = sysconf(_SC_OPEN_MAX);
    if (most > 0 && last >= most) {
        last = (int)most - 1;
    }
    for (int fd = first; fd <= last; fd++) {
        close(fd);
    }
}

static void child_close_others(const child_plan *plan)
{
    int first = 3;
    for (size_t i = 0; i < plan->keep_count; i++) {
        if (plan->keep[i] < first) {
            continue;
        }
        child_close_range(first, plan->keep[i] - 1);
        first = plan->keep[i] + 1;
    }
    child_close_range(first, INT32_MAX);
}

static void child_reset_signals(void)
{
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN) {
            signal(number, SIG_DFL);
        }
    }
}

/* Puts `fd` in the place of a standard stream; -1: that stays. */
static bool child_place(int fd, int target)
{
    if (fd == target) {
        return child_set_inheritable(fd);
    }
    return fd < 0 || dup2(fd, target) >= 0;
}

/* The standard streams, which must not overwrite each other on their way. */
static bool child_place_streams(child_plan *plan)
{
    const int parents[] = {plan->p2cwrite, plan->c2pread, plan->errread, plan->errpipe_read};
    for (size_t i = 0; i < sizeof parents / sizeof *parents; i++) {
        if (parents[i] >= 0 && close(parents[i]) < 0) {
            return false;
        }
    }
    if (plan->c2pwrite == 0 && (plan->c2pwrite = fcntl(plan->c2pwrite, F_DUPFD_CLOEXEC, 3)) < 0) {
        return false;
    }
    if ((plan->errwrite == 0 || plan->errwrite == 1) &&
        (plan->errwrite = fcntl(plan->errwrite, F_DUPFD_CLOEXEC, 3)) < 0) {
        return false;
    }
    return child_place(plan->p2cread, 0) && child_place(plan->c2pwrite, 1) && child_place(plan->errwrite, 2);
}

/* All but the program itself.  False: errno tells. */
static bool child_prepare(child_plan *plan)
{
    for (size_t i = 0; i < plan->keep_count; i++) {
        if (plan->keep[i] != plan->errpipe_write && !child_set_inheritable(plan->keep[i])) {
            return false;
        }
    }
    if (!child_place_streams(plan) || (plan->cwd && chdir(plan->cwd) < 0)) {
        return false;
    }
    if (plan->umask >= 0) {
        umask((mode_t)plan->umask);
    }
    if (plan->restore_signals) { /* those that Python ignores */
        signal(SIGPIPE, SIG_DFL);
        signal(SIGXFSZ, SIG_DFL);
        signal(SIGXFSZ, SIG_DFL);
    }
    if (plan->mask) {
        child_reset_signals();
        sigprocmask(SIG_SETMASK, plan->mask, NULL);
    }
    return !(plan->new_session && setsid() < 0) &&
           !(plan->process_group >= 0 && setpgid(0, plan->process_group) < 0) &&
           !(plan->set_groups && setgroups(plan->group_count, plan->groups) < 0) &&
           !(plan->set_gid && setregid(plan->gid, plan->gid) < 0) &&
           !(plan->set_uid && setreuid(plan->uid, plan->uid) < 0);
}

static void child_tell_errno(const child_plan *plan, int error, bool prepared)
{
    char text[32] = "OSError:";
    size_t length = 8;
    bool digits = false;
    for (int shift = 28; shift >= 0; shift -= 4) {
        unsigned digit = (unsigned)error >> shift & 15;
        if (digit != 0 || digits || shift == 0) {
            digits = true;
            text[length++] = "0123456789ABCDEF"[digit];
        }
    }
    text[length++] = ':';
    child_write(plan->errpipe_write, text, length);
    if (!prepared) {
        child_write(plan->errpipe_write, "noexec", 6);
    }
}

static _Noreturn __attribute__((noinline)) void child_run(child_plan *plan)
{
    if (!child_prepare(plan)) {
        child_tell_errno(plan, errno, false);
        _exit(255);
    }
    if (!ouro_is_null(plan->preexec)) {
        ouro_value result = object_call0(plan->rt, plan->preexec);
        if (ouro_is_null(result)) {
            static const char text[] = "SubprocessError:0:Exception occurred in preexec_fn.";
            child_write(plan->errpipe_write, text, sizeof text - 1);
            _exit(255);
        }
        value_decref(plan->rt, result);
    }
    if (plan->close_fds) {
        child_close_others(plan);
    }
    int first_error = 0;
    for (size_t i = 0; i < plan->executables.count; i++) {
        execve(plan->executables.items[i], plan->argv.items,
               plan->environment.items ? plan->environment.items : environ);
        if (errno != ENOENT && errno != ENOTDIR && first_error == 0) {
            first_error = errno;
        }
    }
    child_tell_errno(plan, first_error ? first_error : errno, true);
    _exit(255);
}

static __attribute__((noinline)) pid_t child_start(child_plan *plan, bool borrow)
{
    pid_t pid;
    if (!ouro_is_null(plan->preexec)) {
        pid = posix_fork_with_callbacks(plan->rt);
        if (pid == 0) {
            child_run(plan);
        }
        return pid;
    }
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    plan->mask = &before;
    pid = borrow ? vfork() : fork();
    if (pid == 0) {
        child_run(plan);
    }
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return pid;
}

/* ---- the plan --------------------------------------------------------------------------------------------- */

static void string_array_free(ouro_runtime *rt, string_array *a)
{
    for (size_t i = 0; i < a->count; i++) {
        ouro_mem_free(rt->mem, a->items[i]);
    }
    ouro_mem_free(rt->mem, a->items);
}

/* `sequence` holds strs, bytes or paths. */
static bool string_array_get(ouro_runtime *rt, string_array *a, ouro_value sequence, const char *what)
{
    ouro_value items = tuple_from_iterable(rt, sequence);
    if (ouro_is_null(items)) {
        return false;
    }
    size_t count = as_tuple(items)->size;
    a->items = ouro_mem_alloc(rt->mem, (count + 1) * sizeof *a->items);
    if (!a->items) {
        error_no_memory(rt);
        value_decref(rt, items);
        return false;
    }
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        posix_path path;
        ok = posix_path_get(rt, &path, as_tuple(items)->items[i], "fork_exec", what, 0);
        if (ok) {
            a->items[a->count++] = path.narrow;
            path.narrow = NULL;
            posix_path_free(rt, &path);
        }
    }
    a->items[a->count] = NULL;
    value_decref(rt, items);
    return ok;
}

/* The numbers of a sequence as a block of C ints; false: raised. */
static bool numbers_get(ouro_runtime *rt, ouro_value sequence, int64_t least, int64_t most, const char *what,
                        int64_t **numbers, size_t *count)
{
    ouro_value items = tuple_from_iterable(rt, sequence);
    if (ouro_is_null(items)) {
        return false;
    }
    *count = as_tuple(items)->size;
    *numbers = ouro_mem_alloc(rt->mem, (*count + 1) * sizeof **numbers);
    bool ok = *numbers != NULL;
    if (!ok) {
        error_no_memory(rt);
    }
    for (size_t i = 0; ok && i < *count; i++) {
        ok = posix_int64(rt, as_tuple(items)->items[i], &(*numbers)[i]);
        if (ok && ((*numbers)[i] < least || (*numbers)[i] > most)) {
            error_value(rt, "%s", what);
            ok = false;
        }
    }
    value_decref(rt, items);
    if (!ok) {
        ouro_mem_free(rt->mem, *numbers);
        *numbers = NULL;
    }
    return ok;
}

static bool plan_descriptors(ouro_runtime *rt, child_plan *plan, ouro_value pass_fds)
{
    if (!value_is_tuple(rt, pass_fds)) {
        error_type(rt, "fork_exec() argument 4 must be tuple, not %T", pass_fds);
        return false;
    }
    static const char wrong[] = "bad value(s) in fds_to_keep";
    int64_t *numbers;
    if (!numbers_get(rt, pass_fds, 0, INT32_MAX, wrong, &numbers, &plan->keep_count)) {
        return false;
    }
    plan->keep = ouro_mem_alloc(rt->mem, (plan->keep_count + 1) * sizeof *plan->keep);
    bool ok = plan->keep != NULL;
    if (!ok) {
        error_no_memory(rt);
    }
    for (size_t i = 0; ok && i < plan->keep_count; i++) {
        plan->keep[i] = (int)numbers[i];
        if (i > 0 && numbers[i] <= numbers[i - 1]) {
            error_value(rt, wrong);
            ok = false;
        }
    }
    ouro_mem_free(rt->mem, numbers);
    return ok;
}

static bool plan_identity(ouro_runtime *rt, child_plan *plan, ouro_value gid, ouro_value groups, ouro_value uid)
{
    if (!ouro_is_none(groups)) {
        int64_t *numbers;
        if (!value_is_list(rt, groups)) {
            error_type(rt, "setgroups argument must be a list");
            return false;
        }
        if (!numbers_get(rt, groups, 0, UINT32_MAX, "invalid group id", &numbers, &plan->group_count)) {
            return false;
        }
        plan->set_groups = true;
        plan->groups = ouro_mem_alloc(rt->mem, (plan->group_count + 1) * sizeof *plan->groups);
        for (size_t i = 0; plan->groups && i < plan->group_count; i++) {
            plan->groups[i] = (gid_t)numbers[i];
        }
        ouro_mem_free(rt->mem, numbers);
        if (!plan->groups) {
            error_no_memory(rt);
            return false;
        }
    }
    int64_t id;
    plan->set_gid = !ouro_is_none(gid);
    plan->set_uid = !ouro_is_none(uid);
    if (plan->set_gid) {
        if (!posix_int64(rt, gid, &id)) {
            return false;
        }
        if (id < 0 || id > UINT32_MAX) {
            error_value(rt, "invalid group id");
            return false;
        }
        plan->gid = (gid_t)id;
    }
    if (plan->set_uid) {
        if (!posix_int64(rt, uid, &id)) {
            return false;
        }
        if (id < 0 || id > UINT32_MAX) {
            error_value(rt, "invalid user id");
            return false;
        }
        plan->uid = (uid_t)id;
    }
    return true;
}

static bool plan_get(ouro_runtime *rt, child_plan *plan, const ouro_value *args)
{
    int *const numbers[] = {&plan->p2cread, &plan->p2cwrite, &plan->c2pread,      &plan->c2pwrite,
                            &plan->errread, &plan->errwrite, &plan->errpipe_read, &plan->errpipe_write};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (!posix_int(rt, args[6 + i], numbers[i])) {
            return false;
        }
    }
    if (!posix_flag(rt, args, 23, 2, &plan->close_fds) || !posix_flag(rt, args, 23, 14, &plan->restore_signals) ||
        !posix_flag(rt, args, 23, 15, &plan->new_session) || !posix_int(rt, args[16], &plan->process_group) ||
        !posix_int(rt, args[20], &plan->umask)) {
        return false;
    }
    if (plan->close_fds && plan->errpipe_write < 3) {
        error_value(rt, "errpipe_write must be >= 3");
        return false;
    }
    if (!ouro_is_none(args[4])) {
        posix_path path;
        if (!posix_path_get(rt, &path, args[4], "fork_exec", "cwd", 0)) {
            return false;
        }
        plan->cwd = path.narrow;
        path.narrow = NULL;
        posix_path_free(rt, &path);
    }
    return plan_descriptors(rt, plan, args[3]) && string_array_get(rt, &plan->executables, args[1], "executable") &&
           string_array_get(rt, &plan->argv, args[0], "argument") &&
           (ouro_is_none(args[5]) || string_array_get(rt, &plan->environment, args[5], "environment")) &&
           plan_identity(rt, plan, args[17], args[18], args[19]);
}

static ouro_value posixsubprocess_fork_exec(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (rt->denied & OURO_DENY_PROCESSES) {
        return error_os(rt, EPERM, OURO_NULL, OURO_NULL);
    }
    child_plan plan = {.rt = rt, .preexec = ouro_is_none(args[21]) ? OURO_NULL : value_incref(args[21])};
    bool allowed = false;
    ouro_value result = OURO_NULL;
    if (plan_get(rt, &plan, args) && posix_flag(rt, args, 23, 22, &allowed)) {
        /* A change of user in borrowed memory would be seen by the other threads. */
        bool borrow = allowed && !plan.set_uid && !plan.set_gid && !plan.set_groups;
        pid_t pid = child_start(&plan, borrow);
        result = pid < 0 ? posix_error(rt) : ouro_int(pid);
    }
    string_array_free(rt, &plan.argv);
    string_array_free(rt, &plan.executables);
    string_array_free(rt, &plan.environment);
    ouro_mem_free(rt->mem, plan.cwd);
    ouro_mem_free(rt->mem, plan.keep);
    ouro_mem_free(rt->mem, plan.groups);
    value_decref(rt, plan.preexec);
    return result;
}

static const method_def posixsubprocess_functions[] = {
    {"fork_exec",
     "args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, "
     "errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid, child_umask, "
     "preexec_fn, allow_vfork, /",
     posixsubprocess_fork_exec,
     .doc = "Fork a new process, and execute a program in it.  Returns the child's process id.\n"
            "preexec_fn, if not None, is called in the child before the program takes its place."},
    {0},
};

const module_def posixsubprocess_module_def = {
    .name = "_posixsubprocess",
    .doc = "A POSIX helper for the subprocess module.",
    .functions = posixsubprocess_functions,
};

/* posix_process.c: the posix module's functions of processes: identity, children, signals, scheduling, system. */
#include "modules/posix_private.h"
#include "modules/resource.h"
#include "gc/gc.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/threads.h"
#include "vm/vm.h"

#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- identity ----------------------------------------------------------------------------------------- */

#define POSIX_ID(name)                                                                                           \
    static ouro_value posix_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs)                       \
    {                                                                                                            \
        return ouro_int(name());                                                                                 \
    }

POSIX_ID(getpid)
POSIX_ID(getppid)
POSIX_ID(getuid)
POSIX_ID(geteuid)
POSIX_ID(getgid)
POSIX_ID(getegid)
POSIX_ID(getpgrp)

static ouro_value posix_getpgid(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int pid;
    if (!posix_int(rt, args[0], &pid)) {
        return OURO_NULL;
    }
    pid_t group = getpgid(pid);
    return group < 0 ? posix_error(rt) : ouro_int(group);
}

static ouro_value posix_setpgid(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int pid, group;
    if (!posix_int(rt, args[0], &pid) || !posix_int(rt, args[1], &group)) {
        return OURO_NULL;
    }
    return posix_none(rt, setpgid(pid, group));
}

static ouro_value posix_getsid(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int pid;
    if (!posix_int(rt, args[0], &pid)) {
        return OURO_NULL;
    }
    pid_t session = getsid(pid);
    return session < 0 ? posix_error(rt) : ouro_int(session);
}

static ouro_value posix_setsid(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return posix_none(rt, setsid() < 0 ? -1 : 0);
}

static ouro_value posix_setuid(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    uint32_t id;
    return posix_owner_id(rt, args[0], "uid", &id) ? posix_none(rt, setuid(id)) : OURO_NULL;
}

static ouro_value posix_setgid(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    uint32_t id;
    return posix_owner_id(rt, args[0], "gid", &id) ? posix_none(rt, setgid(id)) : OURO_NULL;
}

static ouro_value posix_getgroups(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int count = getgroups(0, NULL);
    if (count < 0) {
        return posix_error(rt);
    }
    gid_t *groups = ouro_mem_alloc(rt->mem, ((size_t)count + 1) * sizeof *groups);
    if (!groups) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    count = getgroups(count, groups);
    ouro_value list = count < 0 ? posix_error(rt) : list_new(rt, NULL, (size_t)count);
    for (int i = 0; i < count && !ouro_is_null(list); i++) {
        if (!list_append_steal(rt, list, ouro_int(groups[i]))) {
            value_clear(rt, &list);
        }
    }
    ouro_mem_free(rt->mem, groups);
    return list;
}

static ouro_value posix_getlogin(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char name[256];
    int err = getlogin_r(name, sizeof name);
    return err ? error_os(rt, err, OURO_NULL, OURO_NULL) : posix_name(rt, name, strlen(name), false);
}

static ouro_value posix_umask(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int mask;
    return posix_int(rt, args[0], &mask) ? ouro_int(umask((mode_t)mask)) : OURO_NULL;
}

/* ---- signals and children ----------------------------------------------------------------------------- */

static ouro_value posix_kill(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t pid;
    int number;
    if (!posix_int64(rt, args[0], &pid) || !posix_int(rt, args[1], &number)) {
        return OURO_NULL;
    }
    if (kill((pid_t)pid, number) < 0) {
        return posix_error(rt);
    }
    return posix_retry(rt) ? OURO_NONE : OURO_NULL; /* the signal may be for ourselves */
}

static ouro_value posix_killpg(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int group, number;
    if (!posix_int(rt, args[0], &group) || !posix_int(rt, args[1], &number)) {
        return OURO_NULL;
    }
    return posix_none(rt, killpg(group, number));
}

enum { POSIX_FORK_BEFORE, POSIX_FORK_PARENT, POSIX_FORK_CHILD };

/* Runs the callbacks of register_at_fork; their exceptions are reported, not raised. */
static void posix_run_at_fork(ouro_runtime *rt, int when)
{
    ouro_value list = rt->modules->at_fork[when];
    if (ouro_is_null(list)) {
        return;
    }
    value_incref(list);
    size_t count = as_list(list)->size;
    for (size_t k = 0; k < count && k < as_list(list)->size; k++) {
        /* `before` in reverse order of registration, the others in it */
        size_t i = when == POSIX_FORK_BEFORE ? count - 1 - k : k;
        ouro_value callback = value_incref(as_list(list)->items[i]);
        ouro_value result = object_call0(rt, callback);
        if (ouro_is_null(result)) {
            rt->report_unraisable(rt, NULL, callback);
        }
        value_decref(rt, result);
        value_decref(rt, callback);
    }
    value_decref(rt, list);
}

pid_t posix_fork_with_callbacks(ouro_runtime *rt)
{
    posix_run_at_fork(rt, POSIX_FORK_BEFORE);
    import_lock_take(rt); /* so that no other thread is in the middle of an import: in the child it would stay there */
    pid_t pid = fork();
    int err = errno;
    if (pid == 0) {
        vm_threads_after_fork(rt);
    }
    (void)import_lock_drop(rt);
    posix_run_at_fork(rt, pid == 0 ? POSIX_FORK_CHILD : POSIX_FORK_PARENT);
    errno = err;
    return pid;
}

static ouro_value posix_fork(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    pid_t pid = posix_fork_with_callbacks(rt);
    return pid < 0 ? posix_error(rt) : ouro_int(pid);
}

static ouro_value posix_register_at_fork(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    static const char *const names[3] = {"before", "after_in_parent", "after_in_child"};
    static const int order[3] = {0, 2, 1}; /* places of the above in the signature */
    bool any = false;
    for (size_t i = 0; i < 3; i++) {
        ouro_value callback = arg_or_null(args, nargs, (size_t)order[i]);
        if (ouro_is_null(callback)) {
            continue;
        }
        any = true;
        if (!object_is_callable(rt, callback)) {
            return error_type(rt, "'%s' must be callable, not %T", names[i], callback);
        }
    }
    if (!any) {
        return error_type(rt, "At least one argument is required.");
    }
    for (size_t i = 0; i < 3; i++) {
        ouro_value callback = arg_or_null(args, nargs, (size_t)order[i]);
        if (ouro_is_null(callback)) {
            continue;
        }
        ouro_value *list = &rt->modules->at_fork[i];
        if (ouro_is_null(*list)) {
            *list = list_new(rt, NULL, 1);
        }
        if (ouro_is_null(*list) || !list_append(rt, *list, callback)) {
            return OURO_NULL;
        }
    }
    return OURO_NONE;
}

/* (pid, status) of a child; with `usage` (pid, status, what it used). */
static ouro_value posix_wait_for(ouro_runtime *rt, pid_t pid, int options, bool usage)
{
    int status = 0;
    struct rusage used;
    pid_t found;
    if (usage) { /* its type is that module's; before the child is gone */
        ouro_value module = import_module_cstring(rt, "resource");
        if (ouro_is_null(module)) {
            return OURO_NULL;
        }
        value_decref(rt, module);
    }
    do {
        struct thread_state *me = vm_release(rt);
        memset(&used, 0, sizeof used);
        found = wait4(pid, &status, options, &used);
        vm_acquire(rt, me);
    } while (found < 0 && errno == EINTR && posix_retry(rt));
    if (found < 0) {
        return error_is_set(rt) ? OURO_NULL : posix_error(rt);
    }
    if (!usage) {
        return tuple_pack2(rt, ouro_int(found), ouro_int(status));
    }
    ouro_value told = resource_usage(rt, &used);
    ouro_value result = ouro_is_null(told) ? OURO_NULL : tuple_pack3(rt, ouro_int(found), ouro_int(status), told);
    value_decref(rt, told);
    return result;
}

static ouro_value posix_waitpid(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int pid, options;
    if (!posix_int(rt, args[0], &pid) || !posix_int(rt, args[1], &options)) {
        return OURO_NULL;
    }
    return posix_wait_for(rt, pid, options, false);
}

static ouro_value posix_wait(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return posix_wait_for(rt, -1, 0, false);
}

static ouro_value posix_wait4(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int pid, options;
    if (!posix_int(rt, args[0], &pid) || !posix_int(rt, args[1], &options)) {
        return OURO_NULL;
    }
    return posix_wait_for(rt, pid, options, true);
}

static ouro_value posix_wait3(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int options;
    return posix_int(rt, args[0], &options) ? posix_wait_for(rt, -1, options, true) : OURO_NULL;
}

#define POSIX_STATUS(name, make)                                                                                 \
    static ouro_value posix_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs)                       \
    {                                                                                                            \
        int status;                                                                                              \
        return posix_int(rt, args[0], &status) ? make(name(status)) : OURO_NULL;                                 \
    }

POSIX_STATUS(WIFEXITED, ouro_bool)
POSIX_STATUS(WEXITSTATUS, ouro_int)
POSIX_STATUS(WIFSIGNALED, ouro_bool)
POSIX_STATUS(WTERMSIG, ouro_int)
POSIX_STATUS(WIFSTOPPED, ouro_bool)
POSIX_STATUS(WSTOPSIG, ouro_int)
POSIX_STATUS(WIFCONTINUED, ouro_bool)
POSIX_STATUS(WCOREDUMP, ouro_bool)

static ouro_value posix_waitstatus_to_exitcode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int status;
    if (!posix_int(rt, args[0], &status)) {
        return OURO_NULL;
    }
    if (WIFEXITED(status)) {
        return ouro_int(WEXITSTATUS(status));
    }
    if (WIFSIGNALED(status)) {
        return ouro_int(-WTERMSIG(status));
    }
    if (WIFSTOPPED(status)) {
        return error_value(rt, "process stopped by delivery of signal %d", WSTOPSIG(status));
    }
    return error_value(rt, "invalid wait status: %d", status);
}

static ouro_value posix__exit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int status;
    if (!posix_int(rt, args[0], &status)) {
        return OURO_NULL;
    }
    _exit(status);
}

static ouro_value posix_abort(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    abort();
}

static ouro_value posix_system(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path command;
    if (!posix_path_get(rt, &command, args[0], "system", "command", 0)) {
        return OURO_NULL;
    }
    int status = system(command.narrow);
    posix_path_free(rt, &command);
    return ouro_int(status);
}

/* ---- exec --------------------------------------------------------------------------------------------- */

static void posix_free_vector(ouro_runtime *rt, char **vector, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ouro_mem_free(rt->mem, vector[i]);
    }
    ouro_mem_free(rt->mem, vector);
}

/* A list or tuple of paths as a vector that ends with NULL. */
static char **posix_argument_vector(ouro_runtime *rt, ouro_value items, const char *function, size_t *count)
{
    if (!value_is_list(rt, items) && !value_is_tuple(rt, items)) {
        error_type(rt, "%s() arg 2 must be a tuple or list", function);
        return NULL;
    }
    ouro_value tuple = tuple_from_iterable(rt, items);
    if (ouro_is_null(tuple)) {
        return NULL;
    }
    size_t n = as_tuple(tuple)->size, i = 0;
    char **vector = NULL;
    if (n == 0) {
        error_value(rt, "%s() arg 2 must not be empty", function);
    } else {
        vector = ouro_mem_alloc_zeroed(rt->mem, (n + 1) * sizeof *vector);
        if (!vector) {
            error_no_memory(rt);
        }
    }
    for (; vector && i < n; i++) {
        posix_path path;
        ouro_value text = posix_fspath_value(rt, as_tuple(tuple)->items[i]);
        bool done = !ouro_is_null(text) && posix_path_get(rt, &path, text, function, "argument", 0);
        value_decref(rt, text);
        if (!done) {
            posix_free_vector(rt, vector, i);
            vector = NULL;
            break;
        }
        vector[i] = path.narrow;
        value_decref(rt, path.object);
    }
    if (vector && vector[0][0] == '\0') {
        error_value(rt, "%s() arg 2 first element cannot be empty", function);
        posix_free_vector(rt, vector, n);
        vector = NULL;
    }
    value_decref(rt, tuple);
    *count = n;
    return vector;
}

/* A mapping of names to values as "name=value" strings. */
static char **posix_environment_vector(ouro_runtime *rt, ouro_value mapping, size_t *count)
{
    *count = 0;
    char **vector = NULL;
    ouro_value items = object_call_method0(rt, mapping, STR(rt, items));
    ouro_value list = ouro_is_null(items) ? OURO_NULL : list_from_iterable(rt, items);
    value_decref(rt, items);
    if (ouro_is_null(list)) {
        return NULL;
    }
    size_t n = as_list(list)->size;
    vector = ouro_mem_alloc_zeroed(rt->mem, (n + 1) * sizeof *vector);
    if (!vector) {
        error_no_memory(rt);
    }
    for (size_t i = 0; vector && i < n; i++) {
        posix_path key = {0}, value = {0};
        ouro_value pair = as_list(list)->items[i];
        char *text = NULL;
        if (!value_is_tuple(rt, pair) || as_tuple(pair)->size != 2) {
            error_type(rt, "env.items() must return pairs");
        } else if (posix_path_get(rt, &key, as_tuple(pair)->items[0], "execve", "environment", 0) &&
                   posix_path_get(rt, &value, as_tuple(pair)->items[1], "execve", "environment", 0)) {
            size_t key_length = strlen(key.narrow), value_length = strlen(value.narrow);
            if (key_length == 0 || strchr(key.narrow + 1, '=')) {
                error_value(rt, "illegal environment variable name");
            } else {
                text = ouro_mem_alloc(rt->mem, key_length + value_length + 2);
                if (text) {
                    memcpy(text, key.narrow, key_length);
                    text[key_length] = '=';
                    memcpy(text + key_length + 1, value.narrow, value_length + 1);
                } else {
                    error_no_memory(rt);
                }
            }
        }
        posix_path_free(rt, &key);
        posix_path_free(rt, &value);
        if (!text) {
            posix_free_vector(rt, vector, i);
            vector = NULL;
            break;
        }
        vector[i] = text;
        *count = i + 1;
    }
    value_decref(rt, list);
    return vector;
}

static ouro_value posix_execv(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    size_t count = 0;
    if (!posix_path_get(rt, &path, args[0], "execv", "path", 0)) {
        return OURO_NULL;
    }
    char **vector = posix_argument_vector(rt, args[1], "execv", &count);
    if (vector) {
        gc_end_fork(rt);
        execv(path.narrow, vector);
        posix_error(rt);
        posix_free_vector(rt, vector, count);
    }
    posix_path_free(rt, &path);
    return OURO_NULL;
}

static ouro_value posix_execve(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    size_t count = 0, env_count = 0;
    ouro_value keys = OURO_NULL;
    if (!posix_path_get(rt, &path, args[0], "execve", "path", POSIX_PATH_FD)) {
        return OURO_NULL;
    }
    char **vector = posix_argument_vector(rt, args[1], "execve", &count);
    if (vector) {
        int found = object_getattr_optional(rt, args[2], STR(rt, keys), &keys);
        value_decref(rt, keys);
        if (found == 0) {
            error_type(rt, "execve: environment must be a mapping object");
        }
        char **env = found > 0 ? posix_environment_vector(rt, args[2], &env_count) : NULL;
        if (env) {
            gc_end_fork(rt);
            if (path.is_fd) {
                fexecve(path.fd, vector, env);
            } else {
                execve(path.narrow, vector, env);
            }
            posix_error_path(rt, &path);
            posix_free_vector(rt, env, env_count);
        }
        posix_free_vector(rt, vector, count);
    }
    posix_path_free(rt, &path);
    return OURO_NULL;
}

/* ---- times, names, limits ----------------------------------------------------------------------------- */

static const member_def posix_times_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "user", "user time"),
    STRUCT_SEQUENCE_FIELD(1, "system", "system time"),
    STRUCT_SEQUENCE_FIELD(2, "children_user", "user time of children"),
    STRUCT_SEQUENCE_FIELD(3, "children_system", "system time of children"),
    STRUCT_SEQUENCE_FIELD(4, "elapsed", "elapsed time since an arbitrary point in the past"),
    {0},
};

const struct_sequence_def posix_times_def = {
    STRUCT_SEQUENCE_SPEC("posix.times_result", "times_result: Result from os.times().", posix_times_fields), 5, 5};

static ouro_value posix_times(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    struct tms t;
    double ticks = (double)sysconf(_SC_CLK_TCK);
    clock_t elapsed = times(&t);
    if (elapsed == (clock_t)-1) {
        return posix_error(rt);
    }
    ouro_value items[5] = {float_new(rt, (double)t.tms_utime / ticks), float_new(rt, (double)t.tms_stime / ticks),
                           float_new(rt, (double)t.tms_cutime / ticks), float_new(rt, (double)t.tms_cstime / ticks),
                           float_new(rt, (double)elapsed / ticks)};
    return struct_sequence_new(rt, MODULE_TYPE(rt, times_result), items);
}

static const member_def posix_uname_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "sysname", "operating system name"),
    STRUCT_SEQUENCE_FIELD(1, "nodename", "name of machine on network (implementation-defined)"),
    STRUCT_SEQUENCE_FIELD(2, "release", "operating system release"),
    STRUCT_SEQUENCE_FIELD(3, "version", "operating system version"),
    STRUCT_SEQUENCE_FIELD(4, "machine", "hardware identifier"),
    {0},
};

const struct_sequence_def posix_uname_def = {
    STRUCT_SEQUENCE_SPEC("posix.uname_result", "uname_result: Result from os.uname().", posix_uname_fields), 5, 5};

static ouro_value posix_uname(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    struct utsname u;
    if (uname(&u) < 0) {
        return posix_error(rt);
    }
    ouro_value items[5] = {posix_name(rt, u.sysname, strlen(u.sysname), false),
                           posix_name(rt, u.nodename, strlen(u.nodename), false),
                           posix_name(rt, u.release, strlen(u.release), false),
                           posix_name(rt, u.version, strlen(u.version), false),
                           posix_name(rt, u.machine, strlen(u.machine), false)};
    return struct_sequence_new(rt, MODULE_TYPE(rt, uname_result), items);
}

static ouro_value posix_cpu_count(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? OURO_NONE : ouro_int(count);
}

static ouro_value posix_getloadavg(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double load[3];
    if (getloadavg(load, 3) != 3) {
        return error_raise(rt, EXC(rt, OSError), "Load averages are unobtainable");
    }
    ouro_value items[3] = {float_new(rt, load[0]), float_new(rt, load[1]), float_new(rt, load[2])};
    return tuple_new_made(rt, items, 3);
}

static ouro_value posix_nice(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int increment;
    if (!posix_int(rt, args[0], &increment)) {
        return OURO_NULL;
    }
    errno = 0;
    int value = nice(increment);
    return value == -1 && errno != 0 ? posix_error(rt) : ouro_int(value);
}

static ouro_value posix_getpriority(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int which, who;
    if (!posix_int(rt, args[0], &which) || !posix_int(rt, args[1], &who)) {
        return OURO_NULL;
    }
    errno = 0;
    int value = getpriority((__priority_which_t)which, (id_t)who);
    return errno != 0 ? posix_error(rt) : ouro_int(value);
}

static ouro_value posix_sched_getaffinity(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int pid;
    cpu_set_t set;
    if (!posix_int(rt, args[0], &pid)) {
        return OURO_NULL;
    }
    if (sched_getaffinity(pid, sizeof set, &set) < 0) {
        return posix_error(rt);
    }
    ouro_value result = set_new(rt, OURO_NULL);
    for (int i = 0; i < CPU_SETSIZE && !ouro_is_null(result); i++) {
        if (CPU_ISSET(i, &set) && !set_add(rt, result, ouro_int(i))) {
            value_clear(rt, &result);
        }
    }
    return result;
}

static ouro_value posix_sched_setaffinity(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int pid;
    cpu_set_t set;
    CPU_ZERO(&set);
    if (!posix_int(rt, args[0], &pid)) {
        return OURO_NULL;
    }
    ouro_value list = list_from_iterable(rt, args[1]);
    if (ouro_is_null(list)) {
        return OURO_NULL;
    }
    bool done = true;
    for (size_t i = 0; i < as_list(list)->size && done; i++) {
        int cpu;
        done = posix_int(rt, as_list(list)->items[i], &cpu);
        if (done && cpu < 0) {
            error_value(rt, "negative CPU number");
            done = false;
        }
        if (done && cpu < CPU_SETSIZE) {
            CPU_SET(cpu, &set);
        }
    }
    value_decref(rt, list);
    return done ? posix_none(rt, sched_setaffinity(pid, sizeof set, &set)) : OURO_NULL;
}

static ouro_value posix_sched_yield(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return posix_none(rt, sched_yield());
}

static ouro_value posix_random_bytes(ouro_runtime *rt, int64_t size, unsigned flags)
{
    ouro_value data = bytes_new(rt, NULL, (size_t)size);
    if (ouro_is_null(data)) {
        return OURO_NULL;
    }
    for (int64_t at = 0; at < size;) {
        ssize_t n = getrandom(as_bytes(data)->data + at, (size_t)(size - at), flags);
        if (n < 0) {
            if (errno == EINTR && posix_retry(rt)) {
                continue;
            }
            value_decref(rt, data);
            return error_is_set(rt) ? OURO_NULL : posix_error(rt);
        }
        at += n;
    }
    return data;
}

static ouro_value posix_urandom(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t size;
    if (!object_as_index(rt, args[0], &size, false)) {
        return OURO_NULL;
    }
    return size < 0 ? error_value(rt, "negative argument not allowed") : posix_random_bytes(rt, size, 0);
}

static ouro_value posix_getrandom(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t size;
    int flags = 0;
    if (!object_as_index(rt, args[0], &size, false) || (nargs > 1 && !ouro_is_null(args[1]) &&
                                                        !posix_int(rt, args[1], &flags))) {
        return OURO_NULL;
    }
    if (size < 0) {
        errno = EINVAL;
        return posix_error(rt);
    }
    return posix_random_bytes(rt, size, (unsigned)flags);
}

static ouro_value posix_sync(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    sync();
    return OURO_NONE;
}

static const member_def posix_sched_param_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "sched_priority", "the scheduling priority"),
    {0},
};

const struct_sequence_def posix_sched_param_def = {
    STRUCT_SEQUENCE_SPEC("posix.sched_param", "Currently has only one field: sched_priority",
                         posix_sched_param_fields),
    1, 1};

const method_def posix_process_functions[] = {
    {"getpid", "", posix_getpid, .doc = "Return the current process id."},
    {"getppid", "", posix_getppid, .doc = "Return the parent's process id."},
    {"getuid", "", posix_getuid, .doc = "Return the current process's user id."},
    {"geteuid", "", posix_geteuid, .doc = "Return the current process's effective user id."},
    {"getgid", "", posix_getgid, .doc = "Return the current process's group id."},
    {"getegid", "", posix_getegid, .doc = "Return the current process's effective group id."},
    {"getpgrp", "", posix_getpgrp, .doc = "Return the current process group id."},
    {"getpgid", "pid", posix_getpgid, .doc = "Call the system call getpgid(), and return the result."},
    {"setpgid", "pid, pgrp, /", posix_setpgid, .doc = "Call the system call setpgid(pid, pgrp)."},
    {"getsid", "pid, /", posix_getsid, .doc = "Call the system call getsid(pid) and return the result."},
    {"setsid", "", posix_setsid, .doc = "Call the system call setsid()."},
    {"setuid", "uid, /", posix_setuid, .doc = "Set the current process's user id."},
    {"setgid", "gid, /", posix_setgid, .doc = "Set the current process's group id."},
    {"getgroups", "", posix_getgroups, .doc = "Return list of supplemental group IDs for the process."},
    {"getlogin", "", posix_getlogin, .doc = "Return the actual login name."},
    {"umask", "mask, /", posix_umask, .doc = "Set the current numeric umask and return the previous umask."},
    {"kill", "pid, signal, /", posix_kill, .doc = "Kill a process with a signal."},
    {"killpg", "pgid, signal, /", posix_killpg, .doc = "Kill a process group with a signal."},
    {"fork", "", posix_fork, .doc = "Fork a child process.  Return 0 to child process and PID of child to parent."},
    {"register_at_fork", "?*, before=None, after_in_child=None, after_in_parent=None", posix_register_at_fork,
     .doc = "Register callables to be called when forking a new process."},
    {"waitpid", "pid, options, /", posix_waitpid, .doc = "Wait for completion of a given child process."},
    {"wait3", "options", posix_wait3, .doc = "Wait for any child process: (pid, status, what it used)."},
    {"wait4", "pid, options", posix_wait4, .doc = "Wait for a child process: (pid, status, what it used)."},
    {"wait", "", posix_wait, .doc = "Wait for completion of a child process."},
    {"WIFEXITED", "status", posix_WIFEXITED, .doc = "True if the process exited via the exit() system call."},
    {"WEXITSTATUS", "status", posix_WEXITSTATUS, .doc = "Return the process return code from status."},
    {"WIFSIGNALED", "status", posix_WIFSIGNALED, .doc = "True if the process was terminated by a signal."},
    {"WTERMSIG", "status", posix_WTERMSIG, .doc = "The signal that terminated the process."},
    {"WIFSTOPPED", "status", posix_WIFSTOPPED, .doc = "True if the process was stopped."},
    {"WSTOPSIG", "status", posix_WSTOPSIG, .doc = "The signal that stopped the process."},
    {"WIFCONTINUED", "status", posix_WIFCONTINUED, .doc = "True if the process was continued."},
    {"WCOREDUMP", "status, /", posix_WCOREDUMP, .doc = "True if the process was dumped to a core file."},
    {"waitstatus_to_exitcode", "status", posix_waitstatus_to_exitcode, .doc = "A wait status as an exit code."},
    {"_exit", "status", posix__exit, .doc = "Exit to the system with specified status, without normal exit."},
    {"abort", "", posix_abort, .doc = "Abort the interpreter immediately."},
    {"system", "command", posix_system, .doc = "Execute the command in a subshell."},
    {"execv", "path, argv, /", posix_execv, .doc = "Execute an executable path with arguments."},
    {"execve", "path, argv, env", posix_execve, .doc = "Execute a path with arguments in an environment."},
    {"times", "", posix_times, .doc = "Return a collection containing process timing information."},
    {"uname", "", posix_uname, .doc = "Return an object identifying the current operating system."},
    {"cpu_count", "", posix_cpu_count, .doc = "Return the number of CPUs in the system, or None."},
    {"getloadavg", "", posix_getloadavg, .doc = "Return average recent system load information."},
    {"nice", "increment, /", posix_nice, .doc = "Add increment to the priority; return the new priority."},
    {"getpriority", "which, who", posix_getpriority, .doc = "Return program scheduling priority."},
    {"sched_getaffinity", "pid, /", posix_sched_getaffinity, .doc = "Return the set of CPUs of the process."},
    {"sched_setaffinity", "pid, mask, /", posix_sched_setaffinity, .doc = "Set the CPU affinity of the process."},
    {"sched_yield", "", posix_sched_yield, .doc = "Voluntarily relinquish the CPU."},
    {"urandom", "size, /", posix_urandom, .doc = "Return a bytes object with random bytes for cryptographic use."},
    {"getrandom", "size, flags=0", posix_getrandom, .doc = "Obtain a series of random bytes."},
    {"sync", "", posix_sync, .doc = "Force write of everything to disk."},
    {0},
};

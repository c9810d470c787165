/* multiprocessing.c: the modules _multiprocessing (semaphores between processes) and _posixshmem (shared memory by name).
 *
 * A SemLock counts in a semaphore of the system how often it can still be acquired, in all processes; `count` is how often
 * this process has it, and `owner` the thread that acquired it last.
 */
#include "modules/posix_private.h"
#include "modules/timeout.h"
#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/text.h"
#include "vm/threads.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <time.h>

enum { SEMLOCK_RECURSIVE, SEMLOCK_SEMAPHORE };

typedef struct semlock_object {
    ouro_object object;
    sem_t *handle; /* SEM_FAILED: none */
    uint64_t owner;
    int count, maximum, kind;
    ouro_value name; /* str or None */
} semlock_object;

static semlock_object *as_semlock(ouro_value v)
{
    return (semlock_object *)(void *)ouro_as_object(v);
}

static bool semlock_is_mine(const semlock_object *s)
{
    return s->count > 0 && s->owner == (uint64_t)pthread_self();
}

/* A name as C has it, to be freed.  NULL: raised. */
static char *semlock_name(ouro_runtime *rt, ouro_value v, const char *what)
{
    if (!value_is_str(rt, v)) {
        error_type(rt, "%s must be str, not %T", what, v);
        return NULL;
    }
    return text_c_name(rt, v);
}

/* Takes the handle, also on failure. */
static ouro_value semlock_new(ouro_runtime *rt, type_object *type, sem_t *handle, int kind, int maximum, ouro_value name)
{
    semlock_object *s = object_new(rt, &type->type, 0);
    if (!s) {
        sem_close(handle);
        return OURO_NULL;
    }
    s->handle = handle;
    s->kind = kind;
    s->maximum = maximum;
    s->name = value_incref(name);
    gc_track(rt, &s->object);
    return ouro_from_object(s);
}

static ouro_value semlock_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    ouro_value given[5];
    int kind, value, maximum;
    if (!arguments_bind(rt, "SemLock", "kind, value, maxvalue, name, unlink", args, nargs, kwnames, given) ||
        !posix_int(rt, given[0], &kind) || !posix_int(rt, given[1], &value) || !posix_int(rt, given[2], &maximum)) {
        return OURO_NULL;
    }
    char *name = semlock_name(rt, given[3], "SemLock() argument 'name'");
    int unlinks = name ? object_truth(rt, given[4]) : -1;
    ouro_value result = OURO_NULL;
    if (unlinks < 0) {
        ouro_mem_free(rt->mem, name);
        return OURO_NULL;
    }
    if (kind != SEMLOCK_RECURSIVE && kind != SEMLOCK_SEMAPHORE) {
        error_value(rt, "unrecognized kind");
    } else {
        sem_t *handle = sem_open(name, O_CREAT | O_EXCL, 0600, (unsigned)value);
        if (handle == SEM_FAILED || (unlinks && sem_unlink(name) < 0)) {
            posix_error(rt);
            if (handle != SEM_FAILED) {
                sem_close(handle);
            }
        } else {
            result = semlock_new(rt, type, handle, kind, maximum, unlinks ? OURO_NONE : given[3]);
            if (ouro_is_null(result) && !unlinks) {
                sem_unlink(name);
            }
        }
    }
    ouro_mem_free(rt->mem, name);
    return result;
}

static ouro_value semlock_rebuild(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int kind, maximum;
    if (!posix_int(rt, args[2], &kind) || !posix_int(rt, args[3], &maximum)) {
        return OURO_NULL;
    }
    if (ouro_is_none(args[4])) { /* the handle is an address of another process */
        return error_value(rt, "a semaphore without a name cannot be opened");
    }
    char *name = semlock_name(rt, args[4], "_rebuild() argument 4");
    if (!name) {
        return OURO_NULL;
    }
    sem_t *handle = sem_open(name, 0);
    ouro_value result =
        handle == SEM_FAILED
            ? posix_error(rt)
            : semlock_new(rt, (type_object *)(void *)ouro_as_object(args[0]), handle, kind, maximum, args[4]);
    ouro_mem_free(rt->mem, name);
    return result;
}

static void semlock_dispose(ouro_runtime *rt, ouro_object *self)
{
    semlock_object *s = (semlock_object *)(void *)self;
    if (s->handle != NULL && s->handle != SEM_FAILED) {
        sem_close(s->handle);
    }
}

/* Waits without the runtime's lock, until the time of the system's clock (NULL: for ever).  0, or -1 with errno; -1 with an
 * exception: a handler of a signal raised. */
static int semlock_wait(ouro_runtime *rt, semlock_object *s, const struct timespec *deadline)
{
    int result, err;
    do {
        thread_state *me = vm_release(rt);
        result = deadline ? sem_timedwait(s->handle, deadline) : sem_wait(s->handle);
        err = errno;
        vm_acquire(rt, me);
    } while (result < 0 && err == EINTR && posix_retry(rt));
    errno = err;
    return result;
}

static ouro_value semlock_acquire(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    semlock_object *s = as_semlock(args[0]);
    ouro_value block = arg_or_null(args, nargs, 1), timeout = arg_or_null(args, nargs, 2);
    struct timespec deadline;
    double seconds = 0;
    int blocks = ouro_is_null(block) ? 1 : object_truth(rt, block);
    bool is_bounded = !ouro_is_null(timeout) && !ouro_is_none(timeout);
    if (blocks < 0) {
        return OURO_NULL;
    }
    if (s->kind == SEMLOCK_RECURSIVE && semlock_is_mine(s)) {
        s->count++;
        return OURO_TRUE;
    }
    if (is_bounded) {
        if (!object_as_double(rt, timeout, &seconds)) {
            return OURO_NULL;
        }
        seconds = seconds > 0 ? seconds : 0;
        seconds = seconds < 1e9 ? seconds : 1e9;
        clock_gettime(CLOCK_REALTIME, &deadline);
        int64_t end = deadline.tv_nsec + (int64_t)(seconds * TIMEOUT_SECOND);
        deadline.tv_sec += end / TIMEOUT_SECOND;
        deadline.tv_nsec = end % TIMEOUT_SECOND;
    }
    int result;
    do {
        result = sem_trywait(s->handle);
    } while (result < 0 && errno == EINTR && posix_retry(rt));
    if (result < 0 && errno == EAGAIN && blocks) {
        result = semlock_wait(rt, s, is_bounded ? &deadline : NULL);
    }
    if (result < 0) {
        return error_is_set(rt) ? OURO_NULL : errno == EAGAIN || errno == ETIMEDOUT ? OURO_FALSE : posix_error(rt);
    }
    s->count++;
    s->owner = (uint64_t)pthread_self();
    return OURO_TRUE;
}

static ouro_value semlock_release(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    semlock_object *s = as_semlock(args[0]);
    int value;
    if (s->kind == SEMLOCK_RECURSIVE) {
        if (!semlock_is_mine(s)) {
            return error_raise(rt, EXC(rt, AssertionError), "attempt to release recursive lock not owned by thread");
        }
        if (s->count > 1) {
            s->count--;
            return OURO_NONE;
        }
    } else if (sem_getvalue(s->handle, &value) < 0) {
        return posix_error(rt);
    } else if (value >= s->maximum) {
        return error_value(rt, "semaphore or lock released too many times");
    }
    if (sem_post(s->handle) < 0) {
        return posix_error(rt);
    }
    s->count--;
    return OURO_NONE;
}

static ouro_value semlock_enter(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return semlock_acquire(rt, args, 1);
}

static ouro_value semlock_exit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return semlock_release(rt, args, 1);
}

static ouro_value semlock_count(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(as_semlock(args[0])->count);
}

static ouro_value semlock_mine(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_bool(semlock_is_mine(as_semlock(args[0])));
}

static ouro_value semlock_value(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int value;
    return sem_getvalue(as_semlock(args[0])->handle, &value) < 0 ? posix_error(rt) : ouro_int(value < 0 ? 0 : value);
}

static ouro_value semlock_is_zero(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int value;
    return sem_getvalue(as_semlock(args[0])->handle, &value) < 0 ? posix_error(rt) : ouro_bool(value <= 0);
}

static ouro_value semlock_after_fork(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    as_semlock(args[0])->count = 0;
    return OURO_NONE;
}

static ouro_value semlock_get_handle(ouro_runtime *rt, ouro_value self, void *closure)
{
    return int_from_uint64(rt, (uint64_t)(uintptr_t)as_semlock(self)->handle);
}

static ouro_value semlock_get_kind(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int(as_semlock(self)->kind);
}

static ouro_value semlock_get_maximum(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int(as_semlock(self)->maximum);
}

static bool semlock_fill(ouro_runtime *rt, type_object *type, dict_object *dict)
{
    ouro_value name = str_intern_cstring(rt, "SEM_VALUE_MAX");
    bool ok = !ouro_is_null(name) && dict_set(rt, dict, name, ouro_int(SEM_VALUE_MAX));
    value_decref(rt, name);
    return ok;
}

static const method_def semlock_methods[] = {
    {"acquire", "self, /, block=True, timeout=None", semlock_acquire, .doc = "Acquire the semaphore/lock."},
    {"release", "self, /", semlock_release, .doc = "Release the semaphore/lock."},
    {"__enter__", "self, /", semlock_enter, .doc = "Enter the semaphore/lock."},
    {"__exit__", "self, exc_type=None, exc_value=None, exc_tb=None, /", semlock_exit, .doc = "Exit the semaphore/lock."},
    {"_count", "self, /", semlock_count, .doc = "Num of `acquire()`s minus num of `release()`s for this process."},
    {"_is_mine", "self, /", semlock_mine, .doc = "Whether the lock is owned by this thread."},
    {"_get_value", "self, /", semlock_value, .doc = "Get the value of the semaphore."},
    {"_is_zero", "self, /", semlock_is_zero, .doc = "Return whether semaphore has value zero."},
    {"_rebuild", "type, handle, kind, maxvalue, name, /", semlock_rebuild, .flags = METHOD_CLASS},
    {"_after_fork", "self, /", semlock_after_fork, .doc = "Rezero the net acquisition count after fork()."},
    {0},
};

static const getset_def semlock_getsets[] = {
    {"handle", semlock_get_handle, .member = true},
    {"kind", semlock_get_kind, .member = true},
    {"maxvalue", semlock_get_maximum, .member = true},
    {0},
};

static const member_def semlock_members[] = {
    {"name", offsetof(semlock_object, name), MEMBER_READONLY | MEMBER_NONE_IF_NULL, NULL},
    {0},
};

static const ouro_field semlock_fields[] = {
    {OURO_FIELD_VALUE, offsetof(semlock_object, name), 0, "name"},
};

static const type_spec semlock_spec = {
    .name = "_multiprocessing.SemLock",
    .size = sizeof(semlock_object),
    .flags = TYPE_BASE,
    .doc = "Semaphore/Mutex type",
    .fields = semlock_fields,
    .field_count = 1,
    .dispose = semlock_dispose,
    .methods = semlock_methods,
    .getsets = semlock_getsets,
    .members = semlock_members,
    .fill = semlock_fill,
    .slots = {.make = semlock_make},
};

static ouro_value multiprocessing_sem_unlink(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *name = semlock_name(rt, args[0], "sem_unlink() argument");
    if (!name) {
        return OURO_NULL;
    }
    ouro_value result = posix_none(rt, sem_unlink(name));
    ouro_mem_free(rt->mem, name);
    return result;
}

static const method_def multiprocessing_functions[] = {
    {"sem_unlink", "name, /", multiprocessing_sem_unlink, .doc = "Remove the name of a semaphore."},
    {0},
};

static bool multiprocessing_start(ouro_runtime *rt, module_object *module)
{
    static const char *const has[] = {"HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"};
    ouro_value flags = dict_new(rt, 2);
    bool ok = !ouro_is_null(flags);
    for (size_t i = 0; ok && i < sizeof has / sizeof *has; i++) {
        ouro_value name = str_intern_cstring(rt, has[i]);
        ok = !ouro_is_null(name) && dict_set(rt, as_dict(flags), name, ouro_int(1));
        value_decref(rt, name);
    }
    if (!ok) {
        value_decref(rt, flags);
        return false;
    }
    return module_add(rt, module, "flags", flags) && module_add_type(rt, module, &semlock_spec) != NULL;
}

const module_def multiprocessing_module_def = {
    .name = "_multiprocessing",
    .doc = "Semaphores between processes, for the package multiprocessing.",
    .functions = multiprocessing_functions,
    .start = multiprocessing_start,
};

/* ---- _posixshmem -------------------------------------------------------------------------------------------------- */

static ouro_value posixshmem_open(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int flags, mode = 0777, fd;
    char *path = semlock_name(rt, args[0], "shm_open() argument 'path'");
    if (!path) {
        return OURO_NULL;
    }
    ouro_value given = arg_or_null(args, nargs, 2), result = OURO_NULL;
    if (posix_int(rt, args[1], &flags) && (ouro_is_null(given) || posix_int(rt, given, &mode))) {
        do {
            thread_state *me = vm_release(rt);
            fd = shm_open(path, flags | O_CLOEXEC, (mode_t)mode);
            int err = errno;
            vm_acquire(rt, me);
            errno = err;
        } while (fd < 0 && errno == EINTR && posix_retry(rt));
        if (fd >= 0) {
            result = ouro_int(fd);
        } else if (!error_is_set(rt)) {
            error_os(rt, errno, args[0], OURO_NULL);
        }
    }
    ouro_mem_free(rt->mem, path);
    return result;
}

static ouro_value posixshmem_unlink(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *path = semlock_name(rt, args[0], "shm_unlink() argument 'path'");
    if (!path) {
        return OURO_NULL;
    }
    ouro_value result = shm_unlink(path) < 0 ? error_os(rt, errno, args[0], OURO_NULL) : OURO_NONE;
    ouro_mem_free(rt->mem, path);
    return result;
}

static const method_def posixshmem_functions[] = {
    {"shm_open", "path, flags, mode=511", posixshmem_open,
     .doc = "Open a shared memory object.  Returns a file descriptor (integer)."},
    {"shm_unlink", "path", posixshmem_unlink, .doc = "Remove the name of a shared memory object."},
    {0},
};

const module_def posixshmem_module_def = {
    .name = "_posixshmem",
    .doc = "POSIX shared memory module",
    .functions = posixshmem_functions,
};

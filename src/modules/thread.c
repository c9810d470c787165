/* thread.c: the _thread module: threads of the operating system under the runtime's one lock (vm/threads.h),
 * and its locks.
 *
 * A lock is a count under the runtime's lock.  Who has to wait stands in the lock's queue (wait_queue.h); releasing
 * wakes the first in it.  A lock that nobody waits for costs what an int costs.
 */
#include "modules/modules.h"
#include "modules/wait_queue.h"

#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/threads.h"

#include <math.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#define THREAD_TIMEOUT_MAX 9223372036.0

enum { THREAD_MIN_STACK = 32 * 1024, THREAD_STACK_PAGE = 4096 };

typedef struct thread_lock_object {
    ouro_object object;
    int64_t count;  /* a plain lock: 0 or 1 */
    uint64_t owner; /* of an RLock with count > 0 */
    wait_queue queue;
} thread_lock_object;

static thread_lock_object *as_thread_lock(ouro_value v)
{
    return (thread_lock_object *)(void *)ouro_as_object(v);
}

static uint64_t thread_ident_number(void)
{
    return (uint64_t)pthread_self();
}

static ouro_value thread_ident(ouro_runtime *rt)
{
    return int_from_uint64(rt, thread_ident_number());
}

/* ---- waiting ----------------------------------------------------------------------------------------------
 */

static bool thread_lock_is_free(ouro_value self)
{
    return as_thread_lock(self)->count == 0;
}

/* Waits until the lock is free: 1 it is, 0 the deadline has come, -1 an exception is set. */
static int thread_lock_wait(ouro_runtime *rt, ouro_value self, int64_t deadline)
{
    return wait_queue_wait(rt, &as_thread_lock(self)->queue, self, thread_lock_is_free, deadline,
                           "the lock is held and there is no other thread to release it");
}

/* blocking=True, timeout=-1: false: failed.  *deadline: INT64_MAX wait for ever, 0 do not wait. */
static bool thread_lock_deadline(ouro_runtime *rt, const ouro_value *args, size_t nargs, int64_t *deadline)
{
    ouro_value given = arg_or_null(args, nargs, 1);
    double timeout = -1;
    int blocking = ouro_is_null(given) ? 1 : object_truth(rt, given);
    if (blocking < 0) {
        return false;
    }
    given = arg_or_null(args, nargs, 2);
    if (!ouro_is_null(given) && !object_as_double(rt, given, &timeout)) {
        return false;
    }
    if (isnan(timeout)) {
        error_value(rt, "Invalid value NaN (not a number)");
        return false;
    }
    if (!blocking && timeout != -1) {
        error_value(rt, "can't specify a timeout for a non-blocking call");
        return false;
    }
    if (timeout < 0 && timeout != -1) {
        error_value(rt, "timeout value must be positive");
        return false;
    }
    if (timeout > THREAD_TIMEOUT_MAX) {
        error_overflow(rt, "timestamp out of range for platform time_t");
        return false;
    }
    int64_t now = wait_now(), span = timeout > 0 ? (int64_t)(timeout * 1e9) : 0;
    *deadline = !blocking || timeout == 0            ? 0
                : timeout < 0 || span > INT64_MAX - now ? INT64_MAX
                                                        : now + span;
    return true;
}

/* ---- lock -------------------------------------------------------------------------------------------------
 */

static ouro_value thread_lock_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                   ouro_value kwnames)
{
    thread_lock_object *lock = object_new(rt, &type->type, 0);
    if (lock == NULL) {
        return OURO_NULL;
    }
    lock->count = 0;
    lock->owner = 0;
    lock->queue = (wait_queue){0};
    if ((type->type.flags & OURO_TYPE_LEAF) == 0) {
        gc_track(rt, &lock->object);
    }
    return ouro_from_object(lock);
}

static ouro_value thread_lock_acquire(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t deadline;
    if (!thread_lock_deadline(rt, args, nargs, &deadline)) {
        return OURO_NULL;
    }
    thread_lock_object *lock = as_thread_lock(args[0]);
    if (lock->count != 0) {
        int free_now = deadline == 0 ? 0 : thread_lock_wait(rt, args[0], deadline);
        if (free_now <= 0) {
            return free_now < 0 ? OURO_NULL : OURO_FALSE;
        }
    }
    lock->count = 1;
    return OURO_TRUE;
}

static ouro_value thread_lock_release(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    thread_lock_object *lock = as_thread_lock(args[0]);
    if (lock->count == 0) {
        return error_runtime(rt, "release unlocked lock");
    }
    lock->count = 0;
    wait_queue_wake_first(&lock->queue);
    return OURO_NONE;
}

static ouro_value thread_lock_locked(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_bool(as_thread_lock(args[0])->count > 0);
}

static ouro_value thread_lock_exit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return thread_lock_release(rt, args, 1);
}

static ouro_value thread_lock_after_fork(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    thread_lock_object *lock = as_thread_lock(args[0]);
    lock->count = 0;
    lock->owner = 0;
    lock->queue = (wait_queue){0};
    return OURO_NONE;
}

static ouro_value thread_lock_repr(ouro_runtime *rt, ouro_value self)
{
    return str_format_c(rt, "<%s %s object at 0x%llx>",
                        as_thread_lock(self)->count > 0 ? "locked" : "unlocked",
                        value_type(rt, self)->type.name, (unsigned long long)self.bits);
}

/* ---- RLock ------------------------------------------------------------------------------------------------
 */

static ouro_value thread_rlock_acquire(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t deadline;
    if (!thread_lock_deadline(rt, args, nargs, &deadline)) {
        return OURO_NULL;
    }
    thread_lock_object *lock = as_thread_lock(args[0]);
    if (lock->count != 0 && lock->owner != thread_ident_number()) {
        int free_now = deadline == 0 ? 0 : thread_lock_wait(rt, args[0], deadline);
        if (free_now <= 0) {
            return free_now < 0 ? OURO_NULL : OURO_FALSE;
        }
    }
    lock->owner = thread_ident_number();
    lock->count++;
    return OURO_TRUE;
}

static bool thread_rlock_is_mine(const thread_lock_object *lock)
{
    return lock->count > 0 && lock->owner == thread_ident_number();
}

static ouro_value thread_rlock_release(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    thread_lock_object *lock = as_thread_lock(args[0]);
    if (!thread_rlock_is_mine(lock)) {
        return error_runtime(rt, "cannot release un-acquired lock");
    }
    if (--lock->count == 0) {
        lock->owner = 0;
        wait_queue_wake_first(&lock->queue);
    }
    return OURO_NONE;
}

static ouro_value thread_rlock_exit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return thread_rlock_release(rt, args, 1);
}

static ouro_value thread_rlock_is_owned(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_bool(thread_rlock_is_mine(as_thread_lock(args[0])));
}

/* (count, owner) for a condition variable that waits; then the lock is free. */
static ouro_value thread_rlock_release_save(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    thread_lock_object *lock = as_thread_lock(args[0]);
    if (lock->count == 0) {
        return error_runtime(rt, "cannot release un-acquired lock");
    }
    ouro_value owner = int_from_uint64(rt, lock->owner);
    ouro_value result = ouro_is_null(owner) ? OURO_NULL : tuple_pack2(rt, ouro_int(lock->count), owner);
    value_decref(rt, owner);
    if (!ouro_is_null(result)) {
        lock->count = 0;
        lock->owner = 0;
        wait_queue_wake_first(&lock->queue);
    }
    return result;
}

static ouro_value thread_rlock_acquire_restore(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_tuple(rt, args[1]) || as_tuple(args[1])->size != 2 ||
        !ouro_is_int(as_tuple(args[1])->items[0])) {
        return error_type(rt, "_acquire_restore() argument must be the result of _release_save()");
    }
    int64_t count = ouro_as_int(as_tuple(args[1])->items[0]);
    uint64_t owner;
    thread_lock_object *lock = as_thread_lock(args[0]);
    if (!int_as_uint64(rt, as_tuple(args[1])->items[1], &owner) ||
        (lock->count != 0 && thread_lock_wait(rt, args[0], INT64_MAX) < 0)) {
        return OURO_NULL;
    }
    lock->count = count;
    lock->owner = owner;
    return OURO_NONE;
}

static ouro_value thread_rlock_repr(ouro_runtime *rt, ouro_value self)
{
    const thread_lock_object *lock = as_thread_lock(self);
    return str_format_c(rt, "<%s %s object owner=%llu count=%lld at 0x%llx>",
                        lock->count > 0 ? "locked" : "unlocked", value_type(rt, self)->type.name,
                        (unsigned long long)(lock->count > 0 ? lock->owner : 0), (long long)lock->count,
                        (unsigned long long)self.bits);
}

static const method_def thread_lock_methods[] = {
    {"acquire", "?self, blocking=True, timeout=-1", thread_lock_acquire, NULL, 0, "Lock the lock."},
    {"acquire_lock", "?self, blocking=True, timeout=-1", thread_lock_acquire, NULL, 0, "Lock the lock."},
    {"release", "?self, /", thread_lock_release, NULL, 0, "Release the lock."},
    {"release_lock", "?self, /", thread_lock_release, NULL, 0, "Release the lock."},
    {"locked", "?self, /", thread_lock_locked, NULL, 0, "Return whether the lock is in the locked state."},
    {"locked_lock", "?self, /", thread_lock_locked, NULL, 0,
     "Return whether the lock is in the locked state."},
    {"_at_fork_reinit", "?self, /", thread_lock_after_fork, NULL, 0, NULL},
    {"__enter__", "?self, blocking=True, timeout=-1", thread_lock_acquire, NULL, 0, "Lock the lock."},
    {"__exit__", "?self, *args", thread_lock_exit, NULL, 0, "Release the lock."},
    {0},
};

static const type_spec thread_lock_spec = {
    .name = "_thread.lock",
    .size = sizeof(thread_lock_object),
    .flags = OURO_TYPE_LEAF | OURO_TYPE_WEAKREF | TYPE_NO_MAKE,
    .doc = "A lock object is a synchronization primitive.",
    .methods = thread_lock_methods,
    .slots = {.repr = thread_lock_repr},
};

static const method_def thread_rlock_methods[] = {
    {"acquire", "?self, blocking=True, timeout=-1", thread_rlock_acquire, NULL, 0, "Lock the lock."},
    {"release", "?self, /", thread_rlock_release, NULL, 0, "Release the lock."},
    {"_is_owned", "?self, /", thread_rlock_is_owned, NULL, 0, "For internal use by `threading.Condition`."},
    {"_acquire_restore", "?self, state, /", thread_rlock_acquire_restore, NULL, 0,
     "For internal use by `threading.Condition`."},
    {"_release_save", "?self, /", thread_rlock_release_save, NULL, 0,
     "For internal use by `threading.Condition`."},
    {"_at_fork_reinit", "?self, /", thread_lock_after_fork, NULL, 0, NULL},
    {"__enter__", "?self, blocking=True, timeout=-1", thread_rlock_acquire, NULL, 0, "Lock the lock."},
    {"__exit__", "?self, *args", thread_rlock_exit, NULL, 0, "Release the lock."},
    {0},
};

static const type_spec thread_rlock_spec = {
    .name = "_thread.RLock",
    .size = sizeof(thread_lock_object),
    .flags = TYPE_BASE | OURO_TYPE_WEAKREF,
    .doc = "A lock that its owner can acquire again.",
    .methods = thread_rlock_methods,
    .slots = {.make = thread_lock_make, .repr = thread_rlock_repr},
};

/* ---- functions ------------------------------------------------------------------------------------------
 */

static ouro_value thread_allocate_lock(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return thread_lock_make(rt, MODULE_TYPE(rt, thread_lock), NULL, 0, OURO_NULL);
}

/* vm_state.release_sentinel */
static void thread_release_sentinel(ouro_runtime *rt, ouro_value sentinel)
{
    thread_lock_object *lock = as_thread_lock(sentinel);
    if (lock->count > 0) {
        lock->count = 0;
        wait_queue_wake_first(&lock->queue);
    }
}

static ouro_value thread_set_sentinel(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value lock = thread_lock_make(rt, MODULE_TYPE(rt, thread_lock), NULL, 0, OURO_NULL);
    if (!ouro_is_null(lock)) {
        rt->vm->release_sentinel = thread_release_sentinel;
        value_replace(rt, &rt->vm->thread_sentinel, value_incref(lock));
    }
    return lock;
}

static ouro_value thread_start_new(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value kwargs = arg_or_null(args, nargs, 2);
    if (!object_is_callable(rt, args[0])) {
        return error_type(rt, "first arg must be callable");
    }
    if (!value_is_tuple(rt, args[1])) {
        return error_type(rt, "2nd arg must be a tuple");
    }
    if (!ouro_is_null(kwargs) && !value_is_dict(rt, kwargs)) {
        return error_type(rt, "optional 3rd arg must be a dictionary");
    }
    uint64_t ident;
    if (!vm_thread_start(rt, value_incref(args[0]), value_incref(args[1]), value_incref(kwargs),
                         rt->modules->thread_stack_size, &ident)) {
        return OURO_NULL;
    }
    return int_from_uint64(rt, ident);
}

static ouro_value thread_get_ident(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return thread_ident(rt);
}

static ouro_value thread_get_native_id(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int((int64_t)syscall(SYS_gettid));
}

static ouro_value thread_count(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(rt->vm->threads == NULL ? 0 : (int64_t)rt->vm->threads->count);
}

static ouro_value thread_stack_size(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value given = arg_or_null(args, nargs, 0);
    int64_t size = 0;
    int64_t old = (int64_t)rt->modules->thread_stack_size;
    if (ouro_is_null(given)) {
        return ouro_int(old);
    }
    if (!object_as_index(rt, given, &size, false)) {
        return OURO_NULL;
    }
    if (size < 0) {
        return error_value(rt, "size must be 0 or a positive value");
    }
    if (size != 0 && size < THREAD_MIN_STACK) {
        return error_value(rt, "size not valid: %lld bytes", (long long)size);
    }
    /* what the evaluation of one call may need is more than the least that is allowed */
    rt->modules->thread_stack_size = (size_t)size;
    return ouro_int(old);
}

static ouro_value thread_exit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return error_raise_value(rt, type_value(EXC(rt, SystemExit)));
}

static ouro_value thread_interrupt_main(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t number = SIGINT;
    ouro_value given = arg_or_null(args, nargs, 0);
    if (!ouro_is_null(given) && !object_as_index(rt, given, &number, false)) {
        return OURO_NULL;
    }
    if (number < 1 || number >= 65) {
        return error_value(rt, "signal number out of range");
    }
    if (!signal_simulate(rt, (int)number) && number == SIGINT) {
        rt_set_pending(rt, RT_PENDING_INTERRUPT);
    }
    vm_threads_wake_main(rt);
    return OURO_NONE;
}

static const method_def thread_functions[] = {
    {"allocate_lock", "?", thread_allocate_lock, NULL, 0, "Create a new lock object."},
    {"allocate", "?", thread_allocate_lock, NULL, 0, "Create a new lock object."},
    {"_set_sentinel", "?", thread_set_sentinel, NULL, 0,
     "Set a sentinel lock that will be released when the current "
     "thread state is finalized."},
    {"start_new_thread", "?function, args, kwargs=None, /", thread_start_new, NULL, 0,
     "Start a new thread and return its identifier."},
    {"start_new", "?function, args, kwargs=None, /", thread_start_new, NULL, 0,
     "Start a new thread and return its identifier."},
    {"get_ident", "?", thread_get_ident, NULL, 0,
     "Return a non-zero integer that identifies the current thread."},
    {"get_native_id", "?", thread_get_native_id, NULL, 0,
     "Return the number that the system gave the thread."},
    {"_count", "?", thread_count, NULL, 0,
     "Return the number of running threads, excluding the main thread."},
    {"stack_size", "?size=0, /", thread_stack_size, NULL, 0,
     "Return the stack size used when creating new threads."},
    {"exit", "?", thread_exit, NULL, 0, "Raise SystemExit."},
    {"exit_thread", "?", thread_exit, NULL, 0, "Raise SystemExit."},
    {"interrupt_main", "?signum=2, /", thread_interrupt_main, NULL, 0,
     "Simulate the arrival of the given signal in the main thread."},
    {0},
};

static bool thread_start(ouro_runtime *rt, module_object *module)
{
    return module_add_kept_type(rt, module, &thread_lock_spec, &rt->modules->thread_lock) &&
           module_add(rt, module, "LockType", value_incref(type_value(MODULE_TYPE(rt, thread_lock)))) &&
           module_add_type(rt, module, &thread_rlock_spec) != NULL &&
           module_add_type(rt, module, &thread_local_spec) != NULL &&
           module_keep_type(rt, &thread_key_spec, &MODULE_TYPE(rt, thread_key)) &&
           module_add(rt, module, "error", value_incref(type_value(EXC(rt, RuntimeError)))) &&
           module_add(rt, module, "TIMEOUT_MAX", float_new(rt, THREAD_TIMEOUT_MAX));
}

const module_def thread_module_def = {
    .name = "_thread",
    .doc = "This module provides primitive operations to write multi-threaded programs.\nThe 'threading' "
           "module provides "
           "a more convenient interface.",
    .functions = thread_functions,
    .start = thread_start,
};

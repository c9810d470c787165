/* thread.c: the _thread module of a runtime that has one thread: locks that keep count, and no second thread.
 *
 * A lock works as in CPython as long as nobody would have to wait; who would wait for ever (nobody else can release
 * the lock) gets RuntimeError instead.  With a timeout, acquiring a taken lock fails at once.
 */
#include "modules/modules.h"

#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

#include <unistd.h>

typedef struct thread_lock_object {
    ouro_object object;
    int64_t count; /* a plain lock: 0 or 1 */
} thread_lock_object;

static thread_lock_object *as_thread_lock(ouro_value v)
{
    return (thread_lock_object *)(void *)ouro_as_object(v);
}

static ouro_value thread_lock_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                   ouro_value kwnames)
{
    thread_lock_object *lock = object_new(rt, &type->type, 0);
    if (lock == NULL) {
        return OURO_NULL;
    }
    lock->count = 0;
    return ouro_from_object(lock);
}

/* blocking=True, timeout=-1: 1 wait for ever, 0 do not wait (or no longer than the timeout), -1 failed. */
static int thread_lock_waits(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value given = arg_or_null(args, nargs, 1);
    double timeout = -1;
    int blocking = ouro_is_null(given) ? 1 : object_truth(rt, given);
    if (blocking < 0) {
        return -1;
    }
    given = arg_or_null(args, nargs, 2);
    if (!ouro_is_null(given) && !object_as_double(rt, given, &timeout)) {
        return -1;
    }
    if (!blocking && timeout != -1) {
        error_value(rt, "can't specify a timeout for a non-blocking call");
        return -1;
    }
    if (timeout < 0 && timeout != -1) {
        error_value(rt, "timeout value must be a non-negative number");
        return -1;
    }
    return blocking && timeout == -1;
}

static ouro_value thread_lock_acquire(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int waits = thread_lock_waits(rt, args, nargs);
    if (waits < 0) {
        return OURO_NULL;
    }
    thread_lock_object *lock = as_thread_lock(args[0]);
    if (lock->count == 0) {
        lock->count = 1;
        return OURO_TRUE;
    }
    return waits ? error_runtime(rt, "deadlock: the lock is held and there is no other thread to release it")
                 : OURO_FALSE;
}

static ouro_value thread_lock_release(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    thread_lock_object *lock = as_thread_lock(args[0]);
    if (lock->count == 0) {
        return error_runtime(rt, "release unlocked lock");
    }
    lock->count = 0;
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

static ouro_value thread_lock_repr(ouro_runtime *rt, ouro_value self)
{
    return str_format_c(rt, "<%s %s object at 0x%llx>", as_thread_lock(self)->count > 0 ? "locked" : "unlocked",
                        value_type(rt, self)->type.name, (unsigned long long)self.bits);
}

static ouro_value thread_rlock_acquire(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (thread_lock_waits(rt, args, nargs) < 0) {
        return OURO_NULL;
    }
    as_thread_lock(args[0])->count++;
    return OURO_TRUE;
}

static ouro_value thread_rlock_release(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    thread_lock_object *lock = as_thread_lock(args[0]);
    if (lock->count == 0) {
        return error_runtime(rt, "cannot release un-acquired lock");
    }
    lock->count--;
    return OURO_NONE;
}

static ouro_value thread_rlock_exit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return thread_rlock_release(rt, args, 1);
}

static ouro_value thread_ident(ouro_runtime *rt)
{
    return int_from_uint64(rt, (uint64_t)(uintptr_t)rt >> 4);
}

/* (count, owner) for a condition variable that waits; then the lock is free. */
static ouro_value thread_rlock_release_save(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    thread_lock_object *lock = as_thread_lock(args[0]);
    if (lock->count == 0) {
        return error_runtime(rt, "cannot release un-acquired lock");
    }
    ouro_value owner = thread_ident(rt);
    ouro_value result = ouro_is_null(owner) ? OURO_NULL : tuple_pack2(rt, ouro_int(lock->count), owner);
    value_decref(rt, owner);
    if (!ouro_is_null(result)) {
        lock->count = 0;
    }
    return result;
}

static ouro_value thread_rlock_acquire_restore(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_tuple(rt, args[1]) || as_tuple(args[1])->size != 2 || !ouro_is_int(as_tuple(args[1])->items[0])) {
        return error_type(rt, "_acquire_restore() argument must be the result of _release_save()");
    }
    as_thread_lock(args[0])->count = ouro_as_int(as_tuple(args[1])->items[0]);
    return OURO_NONE;
}

static ouro_value thread_rlock_repr(ouro_runtime *rt, ouro_value self)
{
    int64_t count = as_thread_lock(self)->count;
    return str_format_c(rt, "<%s %s object owner=%llu count=%lld at 0x%llx>", count > 0 ? "locked" : "unlocked",
                        value_type(rt, self)->type.name,
                        count > 0 ? (unsigned long long)(uintptr_t)rt >> 4 : 0ULL, (long long)count,
                        (unsigned long long)self.bits);
}

static const method_def thread_lock_methods[] = {
    {"acquire", "?self, blocking=True, timeout=-1", thread_lock_acquire, NULL, 0, "Lock the lock."},
    {"acquire_lock", "?self, blocking=True, timeout=-1", thread_lock_acquire, NULL, 0, "Lock the lock."},
    {"release", "?self, /", thread_lock_release, NULL, 0, "Release the lock."},
    {"release_lock", "?self, /", thread_lock_release, NULL, 0, "Release the lock."},
    {"locked", "?self, /", thread_lock_locked, NULL, 0, "Return whether the lock is in the locked state."},
    {"locked_lock", "?self, /", thread_lock_locked, NULL, 0, "Return whether the lock is in the locked state."},
    {"__enter__", "?self, blocking=True, timeout=-1", thread_lock_acquire, NULL, 0, "Lock the lock."},
    {"__exit__", "?self, *args", thread_lock_exit, NULL, 0, "Release the lock."},
    {0},
};

static const type_spec thread_lock_spec = {
    .name = "_thread.lock",
    .size = sizeof(thread_lock_object),
    .flags = OURO_TYPE_LEAF | OURO_TYPE_WEAKREF,
    .doc = "A lock object is a synchronization primitive.",
    .methods = thread_lock_methods,
    .slots = {.make = thread_lock_make, .repr = thread_lock_repr},
};

static const method_def thread_rlock_methods[] = {
    {"acquire", "?self, blocking=True, timeout=-1", thread_rlock_acquire, NULL, 0, "Lock the lock."},
    {"release", "?self, /", thread_rlock_release, NULL, 0, "Release the lock."},
    {"_is_owned", "?self, /", thread_lock_locked, NULL, 0, "For internal use by `threading.Condition`."},
    {"_acquire_restore", "?self, state, /", thread_rlock_acquire_restore, NULL, 0,
     "For internal use by `threading.Condition`."},
    {"_release_save", "?self, /", thread_rlock_release_save, NULL, 0, "For internal use by `threading.Condition`."},
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

/* With one thread, thread-local data is plain attributes. */
static ouro_value thread_local_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    size_t keywords = ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
    if (nargs + keywords > 0 && type->slots.init == TYPE(rt, object)->slots.init) {
        return error_type(rt, "Initialization arguments are not supported");
    }
    ouro_object *local = object_new(rt, &type->type, 0);
    if (local == NULL) {
        return OURO_NULL;
    }
    gc_track(rt, local);
    return ouro_from_object(local);
}

static const type_spec thread_local_spec = {
    .name = "_thread._local",
    .size = sizeof(ouro_object),
    .flags = TYPE_BASE | TYPE_HAS_DICT | OURO_TYPE_WEAKREF,
    .doc = "Thread-local data",
    .slots = {.make = thread_local_make},
};

/* ---- functions ------------------------------------------------------------------------------------------ */

static ouro_value thread_allocate_lock(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return thread_lock_make(rt, MODULE_TYPE(rt, thread_lock), NULL, 0, OURO_NULL);
}

static ouro_value thread_start_new(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!object_is_callable(rt, args[0])) {
        return error_type(rt, "first arg must be callable");
    }
    if (!value_is_tuple(rt, args[1])) {
        return error_type(rt, "2nd arg must be a tuple");
    }
    return error_runtime(rt, "can't start new thread");
}

static ouro_value thread_get_ident(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return thread_ident(rt);
}

static ouro_value thread_get_native_id(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(getpid());
}

static ouro_value thread_count(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(0);
}

static ouro_value thread_stack_size(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(0);
}

static ouro_value thread_exit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return error_raise_value(rt, type_value(EXC(rt, SystemExit)));
}

static ouro_value thread_interrupt_main(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    rt_set_pending(rt, RT_PENDING_INTERRUPT);
    return OURO_NONE;
}

static const method_def thread_functions[] = {
    {"allocate_lock", "?", thread_allocate_lock, NULL, 0, "Create a new lock object."},
    {"allocate", "?", thread_allocate_lock, NULL, 0, "Create a new lock object."},
    {"_set_sentinel", "?", thread_allocate_lock, NULL, 0, "Set a sentinel lock for the current thread."},
    {"start_new_thread", "?function, args, kwargs=None, /", thread_start_new, NULL, 0,
     "Start a new thread: this runtime has one only, so RuntimeError."},
    {"start_new", "?function, args, kwargs=None, /", thread_start_new, NULL, 0,
     "Start a new thread: this runtime has one only, so RuntimeError."},
    {"get_ident", "?", thread_get_ident, NULL, 0, "Return a non-zero integer that identifies the current thread."},
    {"get_native_id", "?", thread_get_native_id, NULL, 0, "Return the number that the system gave the thread."},
    {"_count", "?", thread_count, NULL, 0, "Return the number of threads started by this module: 0."},
    {"stack_size", "?size=0, /", thread_stack_size, NULL, 0, "Return the thread stack size: 0, the default."},
    {"exit", "?", thread_exit, NULL, 0, "Raise SystemExit."},
    {"exit_thread", "?", thread_exit, NULL, 0, "Raise SystemExit."},
    {"interrupt_main", "?signum=2, /", thread_interrupt_main, NULL, 0, "Interrupt the running program."},
    {0},
};

static bool thread_start(ouro_runtime *rt, module_object *module)
{
    return module_add_kept_type(rt, module, &thread_lock_spec, &rt->modules->thread_lock) &&
           module_add(rt, module, "LockType", value_incref(type_value(MODULE_TYPE(rt, thread_lock)))) &&
           module_add_type(rt, module, &thread_rlock_spec) != NULL &&
           module_add_type(rt, module, &thread_local_spec) != NULL &&
           module_add(rt, module, "error", value_incref(type_value(EXC(rt, RuntimeError)))) &&
           module_add(rt, module, "TIMEOUT_MAX", float_new(rt, 9223372036.0));
}

const module_def thread_module_def = {
    .name = "_thread",
    .doc = "This module provides primitive operations to write multi-threaded programs.\nThe 'threading' module provides "
           "a more convenient interface.",
    .functions = thread_functions,
    .start = thread_start,
};

/* runtime.h: the one struct that all state hangs off.
 *
 * Floors above the object model hang their own state on it through opaque pointers that only they know the
 * inside of.  Nothing below `types` looks through `types`, `vm` or `modules`.
 */
#ifndef OURO_SRC_OBJECT_RUNTIME_H
#define OURO_SRC_OBJECT_RUNTIME_H

#include "ouro/object.h"
#include "object/tracking.h"

struct gc_state;     /* gc/gc.h: generations, thresholds, statistics */
struct side_table;   /* object/side.h: weak references, out-of-line dicts */
struct types_state;  /* types/types.h: built-in types, interned names */
struct vm_state;     /* vm/vm.h: stack, frames, modules table, hooks */
struct modules_state;

/* Bits of ouro_runtime.pending: why the evaluation loop must leave its path at the next safe point. */
enum {
    RT_PENDING_GC = 1 << 0,        /* a collection is due: gc_run_pending */
    RT_PENDING_SIGNAL = 1 << 1,    /* a signal arrived: run its handler */
    RT_PENDING_INTERRUPT = 1 << 2, /* KeyboardInterrupt without a handler; an embedder's request to stop */
    RT_PENDING_CALL = 1 << 3,      /* another thread has left work */
    RT_PENDING_CHECK = 1 << 4,     /* stays set: the heap is checked at every stop (vm_state.between) */
    RT_PENDING_SETTRACE = 1 << 5,  /* instructions are traced; stays set as long as they are */
    RT_PENDING_STOP = 1 << 6,      /* the program is to end: stays set, each safe point raises (raise_stopped) */
    RT_PENDING_SWITCH = 1 << 7,    /* another thread waits for the runtime (vm/threads.h) */
    /* all of them: two that share a bit give another sum */
    RT_PENDING_ALL = RT_PENDING_GC + RT_PENDING_SIGNAL + RT_PENDING_INTERRUPT + RT_PENDING_CALL + RT_PENDING_CHECK +
                     RT_PENDING_SETTRACE + RT_PENDING_STOP + RT_PENDING_SWITCH,
};
_Static_assert(RT_PENDING_ALL == 2 * RT_PENDING_SWITCH - 1, "each reason has a bit of its own");

struct ouro_runtime {
    ouro_mem *mem;
    struct tracking tracking; /* objects that the collector must see, by generation */
    /* The exception being raised, or OURO_NULL.  Owned.  Set by the functions of types/error.h only. */
    ouro_value exception;
    /* Shapes of immediates, by the low three bits: 1,3,5,7 int; 2,6 float.  Constants: constant_shapes. */
    ouro_shape *immediate_shapes[8];
    ouro_shape *constant_shapes[8]; /* indexed by bits >> 3: None, False, True, Ellipsis, NotImplemented */
    struct gc_state *gc;
    struct side_table *side;
    uint32_t next_shape_id;
    uint32_t next_version;        /* of types, dict layouts */
    uint32_t death_depth;         /* nesting of deallocations in progress (object/death.c) */
    ouro_object *dying;           /* objects that wait for deallocation, linked through their headers */
    ouro_object *unfinalized;     /* dead objects that wait for their finalizer, linked likewise */
    uint32_t finalizer_depth;     /* nesting of finalizers called by deaths */
    uint32_t recursion;           /* nested calls, Python and native alike */
    uint32_t recursion_limit;     /* sys.setrecursionlimit */
    char *stack_limit;            /* native stack must not grow below this address; NULL: not checked */
    /* Set from other threads and signal handlers (atomically): the loop looks at it on jumps back and calls. */
    volatile int pending;
    /* Set together with RT_PENDING_STOP: loops in C that ask an iterator for items end as well. */
    volatile bool stopping;
    uint32_t denied; /* OURO_DENY_* (ouro.h): what the embedder does not let the program do */
    struct bare_state *bare; /* types of a runtime without Python (gc/bare.c) */
    struct types_state *types;
    struct vm_state *vm;
    struct modules_state *modules;
    void *user;                   /* the embedder's */
    struct opened *opened;        /* of ouro_open (embed/open.c); NULL in a runtime made by the core alone */
    /* Installed by the types floor: turns "no memory" into the exception. */
    void (*set_no_memory)(ouro_runtime *rt);
    /* Installed by the types floor: raises RecursionError with "maximum recursion depth exceeded" + where. */
    void (*set_recursion_error)(ouro_runtime *rt, const char *where);
    /* Installed by the types floor: reports and drops rt->exception where it cannot propagate
     * (sys.unraisablehook); `where` is the callable or object, borrowed, may be OURO_NULL. */
    void (*report_unraisable)(ouro_runtime *rt, const char *message, ouro_value where);
    /* Installed by the types floor: calls the callback of a weak reference with the reference as its only
     * argument, and reports its errors itself.  Both are borrowed, and alive during the call. */
    void (*call_weakref_callback)(ouro_runtime *rt, ouro_value callback, ouro_value reference);
    /* Installed by the types floor: the text of an attribute name (a str) as UTF-8, as by snprintf, for reports. */
    bool (*name_text)(ouro_runtime *rt, ouro_value name, char *text, size_t size);
    /* Installed by the vm floor: does what rt->pending asks for, signal handlers included.  False: exception set. */
    bool (*take_pending)(ouro_runtime *rt);
    /* Installed by the vm floor while it needs it, NULL otherwise: the memory of a code object's instructions goes. */
    void (*code_gone)(ouro_runtime *rt);
    /* Installed by the embed floor: raises the exception that ends a stopped program. */
    void (*raise_stopped)(ouro_runtime *rt);
    /* Installed by the embedder or the command: text for people (the collector's debug output); NULL: dropped. */
    void (*write_error)(ouro_runtime *rt, const char *text, size_t length);
};

static inline void rt_set_pending(ouro_runtime *rt, int bit)
{
    __atomic_fetch_or(&rt->pending, bit, __ATOMIC_SEQ_CST);
}

static inline void rt_clear_pending(ouro_runtime *rt, int bit)
{
    __atomic_fetch_and(&rt->pending, ~bit, __ATOMIC_SEQ_CST);
}

/* For long work in C, at places where program code may run: has a signal to be handled first?  False: its handler has
 * raised (KeyboardInterrupt), the work ends. */
OURO_NODISCARD static inline bool rt_heed_signals(ouro_runtime *rt)
{
    return OURO_LIKELY((rt->pending & (RT_PENDING_SIGNAL | RT_PENDING_INTERRUPT)) == 0) || !rt->take_pending ||
           rt->take_pending(rt);
}

/* Makes the collector see an object from now on (gc_track in gc/gc.h).  Cannot fail. */
static inline void tracking_add(ouro_runtime *rt, ouro_object *object)
{
    struct tracking *t = &rt->tracking;
    struct tracked_set *young = &t->sets[OURO_GENERATION_YOUNG];
    size_t position = young->length;
    if (OURO_UNLIKELY(position == young->capacity)) {
        tracking_add_slow(rt, object);
        return;
    }
    young->items[position] = object;
    young->length = position + 1;
    young->live++;
    object->gc = (object->gc & (0xff & ~(uint32_t)OURO_GC_GENERATION)) | OURO_GENERATION_YOUNG |
                 (uint32_t)position << OURO_GC_POSITION_SHIFT;
    if (OURO_UNLIKELY(++t->count > t->trigger)) {
        tracking_look(rt);
    }
}

/* tracking_remove with the commonest case inlined: a young object where its position says. */
static inline void tracking_remove_inline(ouro_runtime *rt, ouro_object *object)
{
    struct tracking *t = &rt->tracking;
    struct tracked_set *young = &t->sets[OURO_GENERATION_YOUNG];
    uint32_t gc = object->gc;
    size_t position = gc >> OURO_GC_POSITION_SHIFT;
    if (OURO_LIKELY((gc & (OURO_GC_GENERATION | OURO_GC_COLLECTING)) == OURO_GENERATION_YOUNG &&
                    position < young->length && young->items[position] == object)) {
        young->items[position] = NULL;
        if (position + 1 == young->length) { /* no array ends with a hole */
            do {
                young->length--;
            } while (young->length > 0 && young->items[young->length - 1] == NULL);
        }
        young->live--;
        object->gc = gc & (0xff & ~(uint32_t)OURO_GC_GENERATION);
        t->count -= t->count > 0;
        return;
    }
    tracking_remove(rt, object);
}

/* Creates the part of a runtime that this floor owns, on `mem` (borrowed).  Use runtime_core_create (gc/gc.h),
 * which also makes the collector.  NULL: no memory. */
OURO_NODISCARD ouro_runtime *runtime_create(ouro_mem *mem);
/* Frees what runtime_create made.  All objects must be gone. */
void runtime_destroy(ouro_runtime *rt);

/* Program code (a finalizer, a callback) that runs in the middle of a death or a collection must not see the
 * exception being raised outside, and what it kills must be dead when it returns.  Between runtime_suspend and
 * runtime_resume both hold. */
struct runtime_suspended {
    ouro_value exception;
    ouro_object *dying;
    uint32_t death_depth;
};

static inline struct runtime_suspended runtime_suspend(ouro_runtime *rt)
{
    struct runtime_suspended s = {rt->exception, rt->dying, rt->death_depth};
    rt->exception = OURO_NULL;
    rt->dying = NULL;
    rt->death_depth = 0;
    return s;
}

static inline void runtime_resume(ouro_runtime *rt, struct runtime_suspended s)
{
    rt->exception = s.exception;
    rt->dying = s.dying;
    rt->death_depth = s.death_depth;
}

/* About where the native stack ends now.  __builtin_frame_address would have each function that it is inlined into, the
 * evaluation loop among them, spend a register on a frame pointer. */
static inline char *rt_stack_now(void)
{
#if defined(__x86_64__) && !defined(__ILP32__)
    char *now;
    __asm__("movq %%rsp, %0" : "=r"(now));
    return now;
#elif defined(__aarch64__)
    char *now;
    __asm__("mov %0, sp" : "=r"(now));
    return now;
#else
    return __builtin_frame_address(0);
#endif
}

/* Enters a level of recursion (a call, a nested repr or comparison): false with RecursionError set when too
 * deep (count or native stack).  `where` continues the message: " while calling a Python object".
 * Every success is paired with rt_leave. */
OURO_NODISCARD bool rt_enter_slow(ouro_runtime *rt, const char *where);

OURO_NODISCARD static inline bool rt_enter(ouro_runtime *rt, const char *where)
{
    if (OURO_UNLIKELY(++rt->recursion > rt->recursion_limit ||
                      rt_stack_now() < rt->stack_limit)) {
        return rt_enter_slow(rt, where);
    }
    return true;
}

/* The same by the native stack alone, without a level of its own: nothing to leave. */
OURO_NODISCARD static inline bool rt_stack_suffices(ouro_runtime *rt, const char *where)
{
    if (OURO_UNLIKELY(rt_stack_now() < rt->stack_limit)) {
        rt->recursion++;
        return rt_enter_slow(rt, where);
    }
    return true;
}

static inline void rt_leave(ouro_runtime *rt)
{
    rt->recursion--;
}

static inline void error_no_memory(ouro_runtime *rt)
{
    rt->set_no_memory(rt);
}

#endif

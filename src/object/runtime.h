/* runtime.h: the one struct that all state hangs off.
 *
 * Floors above the object model hang their own state on it through opaque pointers that only they know the
 * inside of.  Nothing below `types` looks through `types`, `vm` or `modules`.
 */
#ifndef OURO_SRC_OBJECT_RUNTIME_H
#define OURO_SRC_OBJECT_RUNTIME_H

#include "ouro/object.h"

struct gc_state;     /* gc/gc.h: generations, thresholds, statistics */
struct side_table;   /* object/side.h: weak references, out-of-line dicts */
struct types_state;  /* types/types.h: built-in types, interned names */
struct vm_state;     /* vm/vm.h: stack, frames, modules table, hooks */
struct modules_state;

struct ouro_runtime {
    ouro_mem *mem;
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
    uint32_t recursion;           /* nested calls, Python and native alike */
    uint32_t recursion_limit;     /* sys.setrecursionlimit */
    char *stack_limit;            /* native stack must not grow below this address; NULL: not checked */
    /* Set from other threads and signal handlers (atomically): the loop looks at it on jumps back and calls. */
    volatile int pending;
    struct types_state *types;
    struct vm_state *vm;
    struct modules_state *modules;
    void *user;                   /* the embedder's */
    /* Installed by the types floor: turns "no memory" into the exception. */
    void (*set_no_memory)(ouro_runtime *rt);
    /* Installed by the types floor: raises RecursionError with "maximum recursion depth exceeded" + where. */
    void (*set_recursion_error)(ouro_runtime *rt, const char *where);
    /* Installed by the types floor: reports and drops rt->exception where it cannot propagate
     * (sys.unraisablehook); `where` is the callable or object, borrowed, may be OURO_NULL. */
    void (*report_unraisable)(ouro_runtime *rt, const char *message, ouro_value where);
};

/* Enters a level of recursion (a call, a nested repr or comparison): false with RecursionError set when too
 * deep (count or native stack).  `where` continues the message: " while calling a Python object".
 * Every success is paired with rt_leave. */
OURO_NODISCARD bool rt_enter_slow(ouro_runtime *rt, const char *where);

OURO_NODISCARD static inline bool rt_enter(ouro_runtime *rt, const char *where)
{
    if (OURO_UNLIKELY(++rt->recursion > rt->recursion_limit ||
                      (char *)__builtin_frame_address(0) < rt->stack_limit)) {
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

/* import_busy.c: the imports that are going on, and waiting for those of other threads.
 *
 * A module stands in sys.modules while its body runs, so that circular imports find it.  Another thread that finds it
 * there must not use half a module: it waits until the import is done, as CPython's module locks make it wait.  Two
 * threads that wait for each other's imports would never end; the one that would close such a ring goes on with the half
 * made module instead (CPython's _DeadlockError).  What importlib imports, it guards with locks of its own.
 *
 * An entry lies on the C stack of the thread that imports; whom a waiting thread waits for is in its thread_state.
 */
#include "types/str.h"
#include "vm/frame.h"
#include "vm/import.h"
#include "vm/threads.h"

static thread_state *busy_current(ouro_runtime *rt)
{
    return rt->vm->threads ? rt->vm->threads->holder : NULL;
}

/* The thread of an entry; one that was made before there were threads is the main thread's. */
static thread_state *busy_thread(ouro_runtime *rt, const import_busy *busy)
{
    return busy->thread ? busy->thread : rt->vm->threads ? &rt->vm->threads->main : NULL;
}

void import_busy_begin(ouro_runtime *rt, import_busy *busy, ouro_value name, bool by_library)
{
    *busy = (import_busy){.name = name, .by_library = by_library, .thread = busy_current(rt), .next = rt->vm->imports};
    rt->vm->imports = busy;
}

void import_busy_end(ouro_runtime *rt, import_busy *busy)
{
    import_busy **link = &rt->vm->imports;
    while (*link != busy) {
        link = &(*link)->next;
    }
    *link = busy->next;
    for (thread_state *t = rt->vm->threads ? rt->vm->threads->all : NULL; t; t = t->next) {
        if (t->waits_for == busy) {
            t->waits_for = NULL;
            vm_wake(t);
        }
    }
}

bool import_busy_in_library(ouro_runtime *rt, ouro_value name)
{
    for (const import_busy *at = rt->vm->imports; at; at = at->next) {
        if (at->by_library && busy_thread(rt, at) == busy_current(rt) && str_equal(as_str(at->name), as_str(name))) {
            return true;
        }
    }
    return false;
}

/* Would waiting for it never end: does its thread wait, over others or not, for one of `me`'s imports? */
static bool busy_waits_for_me(ouro_runtime *rt, const import_busy *busy, const thread_state *me)
{
    while (busy && busy_thread(rt, busy) != me) {
        busy = busy_thread(rt, busy)->waits_for;
    }
    return busy != NULL;
}

static const import_busy *busy_find(ouro_runtime *rt, ouro_value name)
{
    for (const import_busy *at = rt->vm->imports; at; at = at->next) {
        if (!at->by_library && str_equal(as_str(at->name), as_str(name))) {
            return at;
        }
    }
    return NULL;
}

bool import_busy_wait_for(ouro_runtime *rt, ouro_value name)
{
    thread_state *me = busy_current(rt);
    const import_busy *busy;
    while ((busy = busy_find(rt, name)) != NULL && !rt->vm->unwinding && !busy_waits_for_me(rt, busy, me)) {
        me->waits_for = busy;
        vm_wait(rt, INT64_MAX);
        me->waits_for = NULL;
        if (rt->pending && !vm_handle_pending(rt)) {
            return false;
        }
    }
    return true;
}

void import_busy_after_fork(ouro_runtime *rt)
{
    thread_state *me = busy_current(rt);
    import_busy **link = &rt->vm->imports;
    while (*link) {
        if (busy_thread(rt, *link) != me) {
            *link = (*link)->next;
        } else {
            link = &(*link)->next;
        }
    }
}

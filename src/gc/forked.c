/* forked.c: the parent and the child of a full collection beside the program (forked.h). */
#include "gc/find.h"
#include "gc/gc.h"
#include "gc/groups.h"
#include "base/os.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#endif

enum {
    /* Tracked objects from which on forking pays.  A fork stops the program for some 0.3 ms and 20 us for each MiB, and
     * what it then writes to is copied page by page.  From 100,000 on, the first full collection of a program that only
     * builds (94,000 objects) was an ordinary one and stopped it for 9.6 ms on a busy machine, forked for 0.8; the program
     * as a whole took the same time within the noise. */
    GC_FORKED_FROM = 50000,
    GC_FORKED_LOOKS = 64, /* a child that was killed is noticed at every so many-th look */
    GC_FORKED_BYTES = 64 << 20,
    GC_FORKED_PREFETCH = 8,
    /* Candidates that one collection takes: about a millisecond.  Between two of them the program makes some 700 objects. */
    GC_FORKED_PART = 4000,
};

static const uint64_t forked_patience = 30000000000u; /* nanoseconds; for a child that is stopped, or starves */

/* What the child tells.  Its own until `done`. */
struct forked_answer {
    atomic_int done;
    uint64_t nanoseconds;
    size_t examined;
    size_t count, capacity;
    uintptr_t items[]; /* the garbage, in groups (groups.h) */
};

void ouro_gc_fork(ouro_runtime *rt, int mode)
{
    rt->gc->forked.mode = mode;
    if (mode == OURO_FORK_NEVER) {
        gc_forked_cancel(rt);
    }
}

/* ---- the child ------------------------------------------------------------------------------------------- */

#if defined(__linux__) && defined(SYS_close_range)

/* When memory runs out it is the copy that should go. */
static void forked_offer_itself(void)
{
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file >= 0) {
        ssize_t written = write(file, "1000", 4);
        (void)written;
        close(file);
    }
}

/* Runs nothing of the program's, and nothing of the C library that takes a lock or has a state: the library does not know of
 * it. */
static void forked_child(ouro_runtime *rt, struct forked_answer *a, pid_t parent)
{
    uint64_t began = gc_clock();
    /* a pipe that the program closes must be closed, whatever the copy does */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent || syscall(SYS_close_range, 0, ~0u, 0) != 0) {
        _exit(1);
    }
    forked_offer_itself();
    if (!full_list_garbage(rt, a->items, a->capacity, &a->count, &a->examined)) {
        _exit(1);
    }
    a->nanoseconds = gc_clock() - began + 1;
    atomic_store_explicit(&a->done, 1, memory_order_release);
    _exit(0);
}

/* A copy whose end gives no signal.  -1: refused. */
static pid_t forked_copy(ouro_runtime *rt, struct forked_answer *a)
{
    sigset_t all, before;
    pid_t parent = getpid();
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before); /* no handler of the program's runs in the child */
    pid_t child = (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
    if (child == 0) {
        forked_child(rt, a, parent);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return child;
}

/* True: it is not there any more. */
static bool forked_wait(pid_t child, bool blocks)
{
    pid_t result;
    do {
        result = waitpid(child, NULL, __WCLONE | (blocks ? 0 : WNOHANG));
    } while (result < 0 && errno == EINTR);
    return result != 0; /* an error: somebody has waited for it */
}

#else

static pid_t forked_copy(ouro_runtime *rt, struct forked_answer *a)
{
    (void)rt, (void)a;
    return -1;
}

static bool forked_wait(pid_t child, bool blocks)
{
    (void)child, (void)blocks;
    return true;
}

#endif

/* ---- the parent ------------------------------------------------------------------------------------------ */

static void forked_drop_answer(ouro_runtime *rt)
{
    struct gc_forked *f = &rt->gc->forked;
    mem_shared_give(rt->mem, f->answer, f->answer_size, f->answer_used);
    f->answer = NULL;
    f->answer_size = f->answer_used = f->taken = 0;
}

/* The child is not ours (the program has forked), or is gone: forgets it. */
static bool forked_is_gone(ouro_runtime *rt)
{
    struct gc_forked *f = &rt->gc->forked;
    if (f->child != 0 && (f->parent != getpid() || forked_wait(f->child, false))) {
        f->child = 0;
    }
    return f->child == 0;
}

/* No answer comes: the objects that the fork has counted as looked at were not. */
static void forked_undo_counts(ouro_runtime *rt)
{
    struct gc_state *gc = rt->gc;
    gc->long_lived_pending += gc->forked.pending;
    gc->generations[GC_GENERATIONS - 1].count += gc->forked.count;
    gc->forked.pending = gc->forked.count = 0;
}

bool gc_forked_may(ouro_runtime *rt)
{
    const struct gc_state *gc = rt->gc;
    return gc->debug == 0 && !rt->mem->is_external && gc->forked.answer == NULL && forked_is_gone(rt) &&
           os_threads() == 1 + mem_threads();
}

bool gc_forked_is_wanted(ouro_runtime *rt)
{
    const struct gc_forked *f = &rt->gc->forked;
    if (f->mode == OURO_FORK_NEVER || f->failed) {
        return false;
    }
    bool large = f->mode == OURO_FORK_ALWAYS || gc_live_objects(rt, GC_ALL_GENERATIONS) >= GC_FORKED_FROM;
    return large && gc_forked_may(rt);
}

bool gc_forked_begin(ouro_runtime *rt, ouro_gc_trigger trigger)
{
    struct gc_state *gc = rt->gc;
    struct gc_forked *f = &gc->forked;
    uint64_t began = gc_clock();
    size_t objects = gc_live_objects(rt, GC_ALL_GENERATIONS);
    size_t size = sizeof *f->answer + objects * sizeof f->answer->items[0];
    struct forked_answer *answer = mem_shared_take(rt->mem, size);
    if (answer == NULL) {
        return false;
    }
    answer->capacity = objects;
    pid_t child = forked_copy(rt, answer);
    if (child <= 0) {
        mem_shared_give(rt->mem, answer, size, 0);
        return false;
    }
    size_t bytes = ouro_mem_live_bytes(rt->mem), more = bytes > GC_FORKED_BYTES ? bytes : GC_FORKED_BYTES;
    *f = (struct gc_forked){
        .mode = f->mode,
        .child = child,
        .parent = getpid(),
        .answer = answer,
        .answer_size = size,
        .began = began,
        .trigger = trigger,
        .old_limit = objects * 2 + GC_FORKED_FROM,
        .bytes_limit = bytes > SIZE_MAX - more ? SIZE_MAX : bytes + more,
        .pending = gc->long_lived_pending,
        .count = gc->generations[GC_GENERATIONS - 1].count,
    };
    gc->long_lived_pending = 0;
    gc->long_lived_total = rt->tracking.sets[OURO_GENERATION_OLD].live;
    gc->generations[GC_GENERATIONS - 1].count = 0;
    f->paused = gc_clock() - began;
    return true;
}

gc_forked_state gc_forked_look(ouro_runtime *rt)
{
    struct gc_forked *f = &rt->gc->forked;
    bool done = f->answer != NULL && atomic_load_explicit(&f->answer->done, memory_order_acquire) != 0;
    bool asks = !done && (f->answer == NULL || ++f->looks % GC_FORKED_LOOKS == 0);
    if (f->parent != getpid()) { /* what the program has forked does not wait for its parent's child */
        done = false;
        asks = true;
    }
    if (asks && forked_is_gone(rt) && f->answer != NULL) {
        /* killed, or it found no memory; it may have been done just before */
        done = f->parent == getpid() && atomic_load_explicit(&f->answer->done, memory_order_acquire) != 0;
        if (!done) {
            f->failed = f->parent == getpid();
            forked_undo_counts(rt);
            forked_drop_answer(rt);
        }
    }
    if (done) {
        return GC_FORKED_DONE;
    }
    return f->answer != NULL ? GC_FORKED_RUNNING : GC_FORKED_NONE;
}

bool gc_forked_defers(ouro_runtime *rt)
{
    const struct gc_forked *f = &rt->gc->forked;
    return (f->child != 0 || f->answer != NULL) && rt->tracking.sets[OURO_GENERATION_OLD].live <= f->old_limit &&
           ouro_mem_live_bytes(rt->mem) <= f->bytes_limit && gc_clock() - f->began <= forked_patience;
}

void gc_forked_cancel(ouro_runtime *rt)
{
    struct gc_forked *f = &rt->gc->forked;
    if (f->answer != NULL) {
        if (!forked_is_gone(rt)) {
            (void)kill(f->child, SIGKILL);
        }
        forked_undo_counts(rt);
        forked_drop_answer(rt);
    }
}

void gc_forked_end(ouro_runtime *rt)
{
    struct gc_forked *f = &rt->gc->forked;
    gc_forked_cancel(rt);
    if (!forked_is_gone(rt)) {
        (void)forked_wait(f->child, true);
        f->child = 0;
    }
}

void gc_end_fork(ouro_runtime *rt)
{
    gc_forked_end(rt);
}

/* Where the part ends that begins there. */
static size_t forked_part_end(const struct forked_answer *a, size_t begin)
{
    size_t end = a->count - begin > GC_FORKED_PART ? begin + GC_FORKED_PART : a->count;
    while (end < a->count && !(a->items[end - 1] & GROUPS_LAST)) {
        end++;
    }
    return end;
}

/* Takes those of a part of the answer's objects that are old still, or again, into the array of garbage. */
static size_t forked_take(ouro_runtime *rt, const struct forked_answer *a, size_t begin, size_t end)
{
    struct tracking *t = &rt->tracking;
    mem_finder finder = {.mem = rt->mem};
    size_t taken = 0;
    for (size_t i = begin; i < end; i++) {
        if (i + GC_FORKED_PREFETCH < end) {
            __builtin_prefetch((void *)a->items[i + GC_FORKED_PREFETCH], 1);
        }
        ouro_object *object = (ouro_object *)(a->items[i] & ~(uintptr_t)GROUPS_LAST);
        if (mem_finds_object(&finder, object) &&
            (object->gc & (OURO_GC_GENERATION | OURO_GC_FROZEN | OURO_GC_COLLECTING)) == OURO_GENERATION_OLD) {
            garbage_put(rt, object);
            taken++;
        }
    }
    t->sets[OURO_GENERATION_OLD].live -= taken;
    return taken;
}

gc_found gc_forked_find(ouro_runtime *rt)
{
    struct gc_forked *f = &rt->gc->forked;
    if (f->answer == NULL) {
        return GC_FOUND_ALL; /* a callback has cancelled it */
    }
    const struct forked_answer *a = f->answer;
    rt->gc->now.beside = a->nanoseconds;
    if (f->answer_used == 0) {
        f->answer_used = sizeof *a + a->count * sizeof a->items[0];
        mem_shared_count(rt->mem, f->answer_used);
        rt->gc->generations[GC_GENERATIONS - 1].examined += a->examined;
        f->pending = f->count = 0;
    } else {
        f->paused = 0; /* has been told */
    }
    size_t end = forked_part_end(a, f->taken);
    gc_found found = GC_FOUND_ALL;
    if (tracked_set_reserve(rt, &rt->tracking.sets[0], end - f->taken)) {
        size_t candidates = forked_take(rt, a, f->taken, end);
        rt->gc->generations[GC_GENERATIONS - 1].examined += candidates;
        if (candidates > 0) {
            gc_find_among_candidates(rt);
        }
        f->taken = end;
    } else {
        found = GC_FOUND_EVENTFUL; /* no room: the whole heap is looked at, part by part */
        f->taken = a->count;
    }
    if (f->taken == a->count) {
        forked_drop_answer(rt);
    }
    (void)forked_is_gone(rt);
    return found;
}

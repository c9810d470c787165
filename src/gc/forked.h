/* forked.h: full collections beside the program: garbage is looked for in a forked copy of the process.
 *
 * A full collection only reads the heap until it has found the garbage (full.c).  So that part can be done by a child
 * that has the heap as it was at the fork, while the program goes on:
 *
 *     none  --gc_forked_begin-->  running  --the child is done-->  done  --gc_forked_find-->  none
 *                                    |
 *                                    +--it is gone, takes too long, or nobody wants its answer any more-->  none
 *
 * Garbage stays garbage, but for weak references and lists of all objects, through which a program can come by it again;
 * and what is no garbage at the fork is never in the answer's way.  So the answer is a list of candidates: the parent takes
 * those addresses at which an old object lives, and keeps what anything outside of them refers to (one subtraction and one
 * marking over just them).  What is left is garbage, whatever has happened since: also where an address was used again.
 * From there on all is as in any collection (collect.c).
 *
 * The candidates come in groups that do not refer to each other (groups.h).  A collection takes GC_FORKED_PART of them, and
 * what completes the last group; the next safe points take the rest, each in a collection of its own.  So the program does
 * not stand still for all garbage at once, but at most for the largest group.
 *
 * What the program sees of the child is nothing: it is made without a signal for its end, which also keeps it out of wait()
 * and waitpid(-1) (Linux: such a child is waited for with __WCLONE only); it holds no descriptor of the program's open,
 * takes no signal, and ends when the parent does.  Its processor time is in that of the children
 * (resource.RUSAGE_CHILDREN).
 *
 * Memory stays bounded: when the heap has doubled since the fork, in old objects or in bytes, the child's answer
 * is no longer waited for, and the next full collection is an ordinary one; so it is when memory runs out.
 */
#ifndef OURO_SRC_GC_FORKED_H
#define OURO_SRC_GC_FORKED_H

#include "ouro/gc.h"

#include <sys/types.h>

struct forked_answer;

struct gc_forked {
    int mode; /* OURO_FORK_* */
    pid_t child;  /* 0: none, or waited for.  With `answer` NULL: one whose answer is not wanted, and whose end is */
    pid_t parent; /* who forked: what a fork of the program's inherits is not its own */
    struct forked_answer *answer; /* shared with the child */
    size_t answer_size, answer_used;
    size_t taken; /* of the answer */
    bool failed;     /* the next full collection is an ordinary one */
    unsigned looks;  /* since the fork */
    uint64_t began;  /* the fork (gc_clock) */
    uint64_t paused; /* nanoseconds that the program stood still for it */
    ouro_gc_trigger trigger;
    size_t old_limit, bytes_limit; /* beyond them the answer is not waited for */
    size_t pending;                /* what the quarter rule knew, for when no answer comes */
    uint32_t count;
};

typedef enum gc_forked_state {
    GC_FORKED_NONE,
    GC_FORKED_RUNNING,
    GC_FORKED_DONE, /* there is an answer, or a part of it still */
} gc_forked_state;

/* May it be now?  Not while a child is there. */
bool gc_forked_may(ouro_runtime *rt);
/* Is the next full collection one to fork for? */
bool gc_forked_is_wanted(ouro_runtime *rt);
/* Forks; `trigger` is of the collection.  Between two collections only.  False: nothing has changed. */
OURO_NODISCARD bool gc_forked_begin(ouro_runtime *rt, ouro_gc_trigger trigger);
/* How far the child is.  Costs a load, and a system call now and then. */
gc_forked_state gc_forked_look(ouro_runtime *rt);
/* Is a full collection to wait for a child that is there? */
bool gc_forked_defers(ouro_runtime *rt);
/* The answer is not wanted any more.  Does not wait for the child's end. */
void gc_forked_cancel(ouro_runtime *rt);
/* The same, and no child is left afterwards. */
void gc_forked_end(ouro_runtime *rt);

#endif

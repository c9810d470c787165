/* checks.c: see checks.h. */
#include "cli/checks.h"

#include "cli/sweep.h"
#include "gc/gc.h"
#include "mem/mem_types.h"
#include "modules/verify.h"
#include "vm/vm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHECKS_TOLD = 40 };

/* Of the one program that a process runs: the loop's hook has no context of its own. */
static struct {
    uint32_t every, until_next;
    size_t faults, told;
} checks;

static void checks_fault(void *context, ouro_object *object, const char *text)
{
    (void)object;
    if (checks.told++ < CHECKS_TOLD) {
        fprintf(stderr, "ouro: heap check %s: %s\n", (const char *)context, text);
    }
}

static void checks_run(ouro_runtime *rt, const char *when)
{
    char place[40];
    snprintf(place, sizeof place, "%s", when);
    size_t faults = runtime_verify(rt, checks_fault, place, NULL);
    checks.faults += faults == SIZE_MAX ? 0 : faults; /* no memory to look: nothing is said */
    (void)ouro_mem_check(rt->mem);                    /* its faults are counted by the heap */
}

/* Not in a finalizer that runs while the modules are taken apart: who takes them apart holds what it has in hand. */
static void checks_between(ouro_runtime *rt)
{
    if (--checks.until_next == 0) {
        checks.until_next = checks.every;
        if (rt->vm->finalizing) {
            return;
        }
        checks_run(rt, "while running");
    }
}

static bool checks_number(const char *text, uint64_t least, uint64_t most, uint64_t *number, const char **end)
{
    char *after;
    errno = 0;
    unsigned long long n = strtoull(text, &after, 10);
    *end = after;
    *number = n;
    return after != text && *text != '-' && !errno && n >= least && n <= most;
}

int checks_read(check_options *c, const char *argument)
{
    uint64_t n;
    const char *end;
    if (strcmp(argument, "--check-heap") == 0) {
        c->heap = true;
        return 1;
    }
    if (strncmp(argument, "--check-heap=", 13) == 0) {
        bool ok = checks_number(argument + 13, 1, UINT32_MAX, &n, &end) && !*end;
        c->heap = true;
        c->heap_every = (uint32_t)n;
        return ok ? 1 : -1;
    }
    if (strncmp(argument, "--collect-every=", 16) == 0) {
        bool ok = checks_number(argument + 16, 1, UINT32_MAX, &n, &end) && !*end;
        c->collect_every = (uint32_t)n;
        return ok ? 1 : -1;
    }
    if (strncmp(argument, "--fork-collections=", 19) == 0) {
        static const char *const words[] = {
            [OURO_FORK_NEVER] = "never", [OURO_FORK_LARGE] = "large", [OURO_FORK_ALWAYS] = "always"};
        for (int i = 0; i < (int)(sizeof words / sizeof *words); i++) {
            if (strcmp(argument + 19, words[i]) == 0) {
                c->fork = i + 1;
                return 1;
            }
        }
        return -1;
    }
    if (strncmp(argument, "--fail-at=", 10) == 0) {
        bool ok = checks_number(argument + 10, 1, UINT64_MAX, &n, &end) && (!*end || strcmp(end, "+") == 0);
        c->fail_at = n;
        c->fail_forever = ok && *end;
        return ok ? 1 : -1;
    }
    return 0;
}

void checks_start(ouro_runtime *rt, const check_options *c)
{
    if (c->heap_every) {
        checks.every = checks.until_next = c->heap_every;
        rt->vm->between = checks_between;
        rt_set_pending(rt, RT_PENDING_CHECK);
    }
    ouro_gc_fork(rt, c->fork ? c->fork - 1 : OURO_FORK_LARGE);
    if (c->collect_every) {
        gc_force_every(rt, c->collect_every);
    }
    if (c->fail_at) {
        ouro_mem_fail_at(ouro_heap(rt), c->fail_at, c->fail_forever);
    }
}

size_t checks_end(ouro_runtime *rt, const check_options *c, const char *when)
{
    bool forever = c->fail_forever;
    bool fails = c->fail_at != 0 || sweep_is_copy(&forever);
    if (c->heap) {
        if (fails && forever) {
            ouro_mem_fail_at(ouro_heap(rt), 0, false);
        }
        checks_run(rt, when);
        if (fails && forever) {
            ouro_mem_fail_at(ouro_heap(rt), 1, true);
        }
    }
    /* not from ouro_mem_stats, which asks the system for the resident bytes as well: it would be a part of every start */
    return checks.faults + (size_t)ouro_heap(rt)->faults;
}

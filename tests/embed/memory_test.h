/* memory_test.h: memory runs out in every public function.
 *
 *     SCENARIO(lists, "ouro_list_new ouro_list_append")
 *     {
 *         ...                        -- makes what it needs, calls the functions, gives all of it back
 *         return worked ? WORKED : RAISED;
 *     }
 *
 * Each scenario runs with its first allocation failing, then its second, and so on until none is left to fail; once
 * with only that one failing, once with it and all after it.  Each run ends in success or in a failure that is told in
 * the function's own way; nothing is left behind, and what it ran on works afterwards.  The files that include this say
 * what a scenario runs on (memory_begin and memory_end).  tests/embed/memory_names.py compares the names with the
 * headers: a public function without a scenario is a failure.
 */
#ifndef TESTS_EMBED_MEMORY_TEST_H
#define TESTS_EMBED_MEMORY_TEST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum outcome {
    WORKED,
    RAISED,  /* failed, with an exception set where there are exceptions */
    REFUSED, /* failed, and says so by its result alone */
} outcome;

typedef struct ouro_runtime ouro_runtime;
typedef outcome (*scenario_fn)(ouro_runtime *rt);

typedef struct scenario {
    const char *name, *functions;
    scenario_fn run;
    struct scenario *next;
} scenario;

static scenario *scenarios, **scenarios_end = &scenarios;
static unsigned long memory_runs, memory_failures, memory_failed_allocations;

#define SCENARIO(function, names)                                                                              \
    static outcome function(ouro_runtime *rt);                                                                 \
    __attribute__((constructor)) static void function##_register(void)                                         \
    {                                                                                                          \
        static scenario s = {#function, names, function, NULL};                                                \
        *scenarios_end = &s;                                                                                   \
        scenarios_end = &s.next;                                                                               \
    }                                                                                                          \
    static outcome function(ouro_runtime *rt)

#define MEMORY_EXPECT(condition, s, n, forever)                                                                \
    do {                                                                                                       \
        if (!(condition)) {                                                                                    \
            memory_failures++;                                                                                 \
            printf("FAIL %s:%d: %s, allocation %lu%s: %s\n", __FILE__, __LINE__, (s)->name, (unsigned long)(n), \
                   (forever) ? " and all after" : "", #condition);                                             \
        }                                                                                                      \
    } while (0)

/* One run, with allocation n failing.  *failed: did one fail?  Defined by the file that includes this. */
static void memory_run(const scenario *s, uint64_t n, bool forever, bool *failed);

/* All scenarios, or those whose name contains `only`. */
static int memory_main(const char *only)
{
    for (scenario *s = scenarios; s != NULL; s = s->next) {
        if (only != NULL && strstr(s->name, only) == NULL) {
            continue;
        }
        for (int forever = 0; forever < 2; forever++) {
            bool failed = true;
            /* every one of the first hundred, then ever fewer: a long scenario is a program, and those have a test of
             * their own (tests/sweep) */
            for (uint64_t n = 1; failed; n += 1 + n / 100 * (n / 100)) {
                failed = false;
                memory_run(s, n, forever, &failed);
                memory_runs++;
                memory_failed_allocations += failed;
                if (memory_failures > 20) {
                    printf("too many failures\n");
                    return 1;
                }
            }
        }
    }
    printf("%lu runs, %lu of them with a failing allocation\n", memory_runs, memory_failed_allocations);
    printf("%lu passed, %lu failed\n", memory_runs - memory_failures, memory_failures);
    return memory_failures != 0;
}

#endif

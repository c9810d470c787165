/* assert.h: the four kinds of assert.
 *
 *   OURO_CHECK(condition)             always on.  Cheap, guards memory safety.
 *   OURO_ASSERT(condition)            debug build only (OURO_DEBUG).
 *   OURO_ASSERT_EXPENSIVE(condition)  debug build with OURO_EXPENSIVE only: walks whole structures.
 *   OURO_REQUIRE(condition, ...)      misuse of the public API: runs the statements after the condition (report
 *                                     to the embedder, return an error).  Never stops the host.
 *
 * A failed OURO_CHECK means that memory is already corrupt: going on would hand that to the program.  The
 * release build traps without a word (the library does not write to its host's stderr); the debug build names
 * the place first.
 */
#ifndef BASE_ASSERT_H
#define BASE_ASSERT_H

#include "ouro/common.h"

#ifdef OURO_DEBUG
#include <stdio.h>
#include <stdlib.h>

static inline __attribute__((noreturn, cold)) void assert_failed(const char *condition, const char *file, int line,
                                                                const char *function)
{
    fprintf(stderr, "ouro: %s:%d: %s: check failed: %s\n", file, line, function, condition);
    abort();
}
#define OURO_CHECK(condition)                                                                                  \
    (OURO_LIKELY(condition) ? (void)0 : assert_failed(#condition, __FILE__, __LINE__, __func__))
#define OURO_ASSERT(condition) OURO_CHECK(condition)
#else
#define OURO_CHECK(condition) (OURO_LIKELY(condition) ? (void)0 : __builtin_trap())
/* The condition is still compiled, so that it cannot rot, but never evaluated. */
#define OURO_ASSERT(condition) ((void)sizeof(!(condition)))
#endif

#if defined(OURO_DEBUG) && defined(OURO_EXPENSIVE)
#define OURO_ASSERT_EXPENSIVE(condition) OURO_CHECK(condition)
#else
#define OURO_ASSERT_EXPENSIVE(condition) ((void)sizeof(!(condition)))
#endif

#define OURO_REQUIRE(condition, ...)                                                                           \
    do {                                                                                                       \
        if (OURO_UNLIKELY(!(condition))) {                                                                     \
            __VA_ARGS__;                                                                                       \
        }                                                                                                      \
    } while (0)

#endif

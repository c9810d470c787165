/* embed.h: what the files of the embed floor share: what an opened runtime is, and how a public function
 * begins.
 *
 * Every public function begins with API (may this thread use this runtime now?) and API_ARGUMENT for each
 * value it is given.  The first costs nothing in a release build; the second is a test for OURO_NULL there.
 * In the checked build misuse.c looks, and misuse is told to the embedder (ouro_config.report_misuse).
 */
#ifndef OURO_SRC_EMBED_EMBED_H
#define OURO_SRC_EMBED_EMBED_H

#include "base/assert.h"
#include "base/map.h"
#include "ouro/ouro.h"
#include "types/module.h"

#include <pthread.h>
#include <stdarg.h>

struct clock_watch;
struct adopted;

/* What belongs to a runtime that was opened by ouro_open: a block of its heap. */
typedef struct opened {
    ouro_config config;
    pthread_t thread; /* the one that may use the runtime */
    bool finished;
    bool timed_out;             /* stopped by the time limit, not by ouro_stop */
    double time_limit;          /* seconds, for the message */
    struct clock_watch *watch;  /* stop.c; NULL until there is a time limit */
    type_object *pointer_type;  /* of ouro_pointer_new, once made */
    const module_def **modules; /* the table of native modules, once one was registered */
    size_t module_count, module_capacity;
    struct adopted *adopted; /* definitions turned into the inner form, freed at close (functions.c) */
    map known;               /* the embedder's definition -> the inner one */
} opened;

/* ---- checks ---- */

#ifdef OURO_DEBUG
/* False (and reported): closed, or another thread's. */
bool misuse_may_enter(ouro_runtime *rt, const char *function);
/* False (and reported): closed. */
bool misuse_is_open(ouro_runtime *rt, const char *function);
/* False (and reported): an object of another runtime. */
bool misuse_is_ours(ouro_runtime *rt, ouro_value v, const char *function);
/* The life of a runtime, as misuse.c sees it. */
void misuse_opened(ouro_runtime *rt);
void misuse_closed(ouro_runtime *rt, const ouro_config *config);
#define API(rt, failed) OURO_REQUIRE(misuse_may_enter(rt, __func__), return failed)
#define API_VALUE_OF(rt, v, function, failed) OURO_REQUIRE(misuse_is_ours(rt, v, function), return failed)
#else
#define API(rt, failed) ((void)(rt))
#define API_VALUE_OF(rt, v, function, failed) ((void)(v))
#endif
#define API_VALUE(rt, v, failed) API_VALUE_OF(rt, v, __func__, failed)

/* A value that must be there. */
#define API_ARGUMENT(rt, v, failed)                                                                          \
    do {                                                                                                     \
        if (OURO_UNLIKELY(ouro_is_null(v))) {                                                                \
            embed_null_argument(rt, __func__);                                                               \
            return failed;                                                                                   \
        }                                                                                                    \
        API_VALUE(rt, v, failed);                                                                            \
    } while (0)

/* SystemError, unless an exception is set: a chain of calls goes on to its end. */
void embed_null_argument(ouro_runtime *rt, const char *function);

/* ---- shared ---- */

/* The module __main__, made when first needed: borrowed, or OURO_NULL. */
ouro_value embed_main(ouro_runtime *rt);
/* Runs what standard input gave as __main__: as ouro_run_text, but of bytes in the encoding that they say themselves, like
 * a script's. */
int embed_run_input(ouro_runtime *rt, const char *bytes, size_t length);
/* Text for people, where the configuration says (ouro_runtime.write_error). */
void embed_write_error(ouro_runtime *rt, const char *text, size_t length);
/* An interned str of a name given as UTF-8: new reference. */
OURO_NODISCARD ouro_value embed_name(ouro_runtime *rt, const char *name);
/* A str from a printf format (texts.c). */
OURO_NODISCARD ouro_value embed_format(ouro_runtime *rt, const char *format, va_list arguments);
/* Definitions in the inner form, ended by one without a name.  NULL: MemoryError. */
OURO_NODISCARD const method_def *embed_functions(ouro_runtime *rt, const ouro_function_def *defs);
/* A zeroed block for a definition, freed when the runtime closes.  NULL: MemoryError. */
OURO_NODISCARD void *embed_adopt(ouro_runtime *rt, size_t size);
void embed_free_adopted(ouro_runtime *rt);

/* sandbox.c: installs the native modules, or those of them that are left when something is denied. */
OURO_NODISCARD bool sandbox_start(ouro_runtime *rt);

/* host_stream.c: sys.stdin, stdout, stderr that go through the callbacks of the configuration, where it has
 * them. */
OURO_NODISCARD bool host_streams_add(ouro_runtime *rt, const ouro_config *config);

/* stop.c */
void stop_start(ouro_runtime *rt);
/* Ends the helper thread. */
void stop_end(ouro_runtime *rt);
/* ouro.Stopped: borrowed; NULL: MemoryError. */
OURO_NODISCARD type_object *stop_class(ouro_runtime *rt);

#endif

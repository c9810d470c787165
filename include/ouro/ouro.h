/* ouro.h: a whole Python in a C program.
 *
 *     ouro_config config = ouro_config_default();
 *     ouro_runtime *rt = ouro_open(&config);
 *     int status = ouro_run_text(rt, "print('hello')", "<example>");
 *     ouro_close(rt);
 *
 * A runtime owns all its state: any number of them can exist, each used by one thread at a time.  Closing a runtime
 * runs what has to run (finalizers, atexit functions), and frees every block.
 */
#ifndef OURO_OURO_H
#define OURO_OURO_H

#include "gc.h"
#include "mem.h"
#include "object.h"

OURO_BEGIN

typedef struct ouro_config {
    const ouro_mem_config *memory; /* limit, allocator; NULL: defaults */
    const char *program;           /* argv[0], for sys.executable; NULL: unknown */
    const char *stdlib;            /* directory of the standard library in Python; NULL: OURO_STDLIB, then the usual
                                    * places */
    int argc;                      /* sys.argv */
    const char *const *argv;
    int optimize;                  /* as -O: 0, 1, 2 */
    bool isolated;                 /* take nothing from the environment */
    bool no_site;                  /* reserved */
    uint32_t trace_frames;         /* tracemalloc from the start, with so many frames for each block; 0: off */
    uint64_t hash_seed;            /* of str hashes; 0: random */
    uint32_t recursion_limit;      /* 0: 1000 */
    size_t stack_size;             /* bytes of native stack that the runtime may use; 0: what the thread has */
    /* Text for people that cannot go through sys.stderr; NULL: file descriptor 2 */
    void (*write_error)(void *context, const char *text, size_t length);
    /* Told of each object that is left when the runtime closes (a leak); NULL: nobody */
    void (*report_leak)(void *context, const char *type_name, const void *address, size_t bytes);
    /* Told of the heap as soon as it is there and nothing is in it (limits, injected faults); NULL: nobody */
    void (*heap_made)(void *context, ouro_mem *mem);
    void *context;
} ouro_config;

/* The version of the library: "0.1.0". */
OURO_PUBLIC const char *ouro_version(void);

/* All defaults. */
ouro_config ouro_config_default(void);

/* Creates a runtime.  NULL: no memory. */
OURO_NODISCARD OURO_PUBLIC ouro_runtime *ouro_open(const ouro_config *config);

/* Runs text as the module __main__.  Returns the exit status: 0; 1 after an uncaught exception (printed through
 * sys.excepthook); what SystemExit says. */
OURO_PUBLIC int ouro_run_text(ouro_runtime *rt, const char *text, const char *filename);
/* The same for a file; a directory with a __main__.py is run as well.  2: cannot be read (a message is printed). */
OURO_PUBLIC int ouro_run_file(ouro_runtime *rt, const char *path);
/* Runs a module by name, as python -m does. */
OURO_PUBLIC int ouro_run_module(ouro_runtime *rt, const char *name);

/* Ends the program: runs exit functions, flushes the streams, drops all modules, collects.  After it only reports
 * and ouro_close are allowed.  Returns the exit status of that phase (120: a stream could not be flushed). */
OURO_PUBLIC int ouro_finish(ouro_runtime *rt);

/* Closes the runtime (after ouro_finish, if that was not called).  Returns the number of blocks that were still alive:
 * 0, or there is a bug in ouro or in the embedder. */
OURO_PUBLIC size_t ouro_close(ouro_runtime *rt);

/* From any thread or signal handler: KeyboardInterrupt at the program's next safe point. */
OURO_PUBLIC void ouro_interrupt(ouro_runtime *rt);

/* The heap of a runtime, for statistics. */
OURO_PUBLIC ouro_mem *ouro_heap(ouro_runtime *rt);

OURO_END

#endif

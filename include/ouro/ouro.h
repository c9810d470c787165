/* ouro.h: a whole Python in a C program.
 *
 *     ouro_runtime *rt = ouro_open(NULL);
 *     int status = ouro_run_text(rt, "print('hello')", "<example>");
 *     ouro_close(rt);
 *
 * A runtime owns all its state.  Any number of them can exist; nothing is shared between them.  Each belongs to one thread
 * at a time: the one that opened it, or that called ouro_attach last.  Closing a runtime runs what has to run
 * (finalizers, atexit functions) and frees every block.
 *
 * Values and references (object.h).  An ouro_value is any Python value.  What a function returns as ouro_owned is a new
 * reference: release it with ouro_decref, or store it, or hand it on.  What it returns as ouro_value is borrowed: good
 * until program code runs, which almost every call can cause; take a reference with ouro_incref to keep it longer.
 * Arguments are borrowed unless their type is ouro_owned: those are stolen, also when the call fails.
 *
 * Errors.  A result of OURO_NULL, false, or -1 (as each comment says) means that an exception is set; ask for it, take
 * it, print it or clear it (chapter "errors") before the next call.  OURO_NULL as an argument fails at once and leaves the
 * exception that is set as it is, so that a check at the end of a chain of calls is enough.
 *
 * Every function may fail for want of memory: the exception is then MemoryError, nothing is lost, and the runtime goes
 * on to work.
 *
 * Misuse (a runtime that is closed, another thread's runtime, a value of another runtime) is undefined in a release
 * build.  The checked build (meson -Dchecks=true) finds it, tells ouro_config.report_misuse, and the call fails without
 * an exception.  (Not seen: ouro_interrupt, ouro_stop and ouro_is_stopped on a closed runtime, which a signal handler may
 * call.)
 *
 * docs/embedding.md leads through all of it, and examples/embed/ has whole programs.
 */
#ifndef OURO_OURO_H
#define OURO_OURO_H

#include "gc.h"
#include "mem.h"
#include "object.h"

OURO_BEGIN

/* ---- a runtime ------------------------------------------------------------------------------------------ */

/* What a program may not do (ouro_config.deny).  A denied function raises PermissionError; a native module that could get
 * around a denial cannot be imported.  This keeps a program away from what it has no business with, and bounds what it
 * uses together with a memory limit and a time limit.  It is no substitute for the walls of the operating system against
 * hostile machine code. */
enum {
    OURO_DENY_FILES = 1 << 0,       /* opening files and descriptors, and everything else that takes a path or a
                                     * descriptor; sockets, mappings.  sys.stdin, stdout and stderr work.  Modules are still
                                     * imported from sys.path, which the program may change: what is no Python is not shown */
    OURO_DENY_PROCESSES = 1 << 1,   /* fork, exec, spawn, subprocess; kill, wait, signals, _exit and abort, limits of the
                                     * process, the system's clock.  Threads are not denied */
    OURO_DENY_IMPORTS = 1 << 2,     /* modules from files: only those in C and those the embedder registers are left */
    OURO_DENY_ENVIRONMENT = 1 << 3, /* os.environ is empty, and nothing of it changes */
    OURO_DENY_ALL = OURO_DENY_FILES | OURO_DENY_PROCESSES | OURO_DENY_IMPORTS | OURO_DENY_ENVIRONMENT,
};

/* What the options and environment variables of python3 say: sys.flags and its kin, and what they make the runtime do.
 * The command `ouro` reads them; an embedder has no need of them.  All zero means that nothing was said, except for
 * int_max_str_digits, where that is -1. */
typedef struct ouro_flags {
    int debug, inspect, interactive;      /* -d, -i: of sys.flags only */
    int dont_write_bytecode;              /* -B: compiled modules are read from the cache, not written */
    int no_user_site, no_site, quiet;     /* -s, -S, -q: of sys.flags only */
    int ignore_environment, isolated;     /* -E, -I: of sys.flags (ouro_config.isolated has the effect) */
    int verbose;                          /* -v: each import is told on sys.stderr */
    int bytes_warning;                    /* -b: BytesWarning for str(bytes) and for comparing bytes with str */
    int utf8_mode, warn_default_encoding; /* -X utf8, -X warn_default_encoding: of sys.flags only */
    bool dev_mode;                        /* -X dev: of sys.flags; mistakes that pass otherwise are told (warn_options has
                                           * the filter) */
    bool no_debug_ranges;                 /* -X no_debug_ranges: tracebacks have no carets */
    bool safe_path;                       /* -P: no directory of the program is put before sys.path */
    bool unbuffered;                      /* -u: what is written to sys.stdout and sys.stderr goes out at once */
    int check_hash_pycs;                  /* --check-hash-based-pycs: 0 default, 1 always, 2 never (_imp) */
    bool random_hashes;                   /* -R: PYTHONHASHSEED does not count */
    bool import_time;                     /* -X importtime: how long each import took, on sys.stderr */
    bool skip_first_line;                 /* -x: of the file that ouro_run_file runs */
    int64_t int_max_str_digits;           /* -X int_max_str_digits; -1: not given */
    const char *io_encoding, *io_errors;  /* PYTHONIOENCODING: of the standard streams; NULL: UTF-8, strict */
    const char *const *warn_options;      /* sys.warnoptions, ended by NULL; NULL: none */
    const char *const *x_options;         /* "name" or "name=value" of sys._xoptions, ended by NULL; NULL: none */
    const char *pycache_prefix;           /* sys.pycache_prefix; NULL: None */
    bool cache;                           /* imported modules are cached in compiled form, in files beside them or of
                                           * the user's (docs/command-line.md) */
    int orig_argc;                        /* sys.orig_argv; 0: as sys.argv */
    const char *const *orig_argv;
} ouro_flags;

/* How a runtime is opened.  Begin with ouro_config_default; all zero means the defaults.  Strings and arrays are looked at
 * during ouro_open only, except where a comment says otherwise. */
typedef struct ouro_config {
    /* The heap: its limit, its allocator, its decay (mem.h).  NULL: defaults.  Without a `reclaim` the runtime's
     * own frees garbage that is in cycles. */
    const ouro_mem_config *memory;
    const char *program;                  /* argv[0], for messages; must stay good; NULL: "ouro" */
    const char *stdlib;                   /* directory of the standard library in Python; NULL: OURO_STDLIB, then the
                                           * usual places */
    const char *const *module_path;       /* directories in which modules are looked for first; ended by NULL */
    int argc;                             /* sys.argv */
    const char *const *argv;
    int optimize;                         /* as -O: 0, 1, 2 */
    bool isolated;                        /* take nothing from the environment */
    bool no_site;                         /* reserved */
    uint32_t trace_frames;                /* tracemalloc from the start, with so many frames for each block; 0: off */
    uint64_t hash_seed;                   /* of str hashes; 0: PYTHONHASHSEED, else random */
    uint32_t recursion_limit;             /* nested calls; 0: 1000 */
    size_t stack_size;                    /* bytes of native stack that the runtime may use; 0: what the thread has */
    uint32_t deny;                        /* OURO_DENY_* */
    /* Takes what goes to sys.stdout: UTF-8, whole lines as far as the program writes them.  NULL: file descriptor 1. */
    void (*write_output)(void *context, const char *text, size_t length);
    /* Takes what goes to sys.stderr, and text for people that cannot go there.  NULL: file descriptor 2. */
    void (*write_error)(void *context, const char *text, size_t length);
    /* Gives what sys.stdin reads: up to `size` bytes into `buffer`; the number, 0 at the end.  NULL: file descriptor 0; or
     * sys.stdin is None when files are denied. */
    size_t (*read_input)(void *context, char *buffer, size_t size);
    /* Told of each object that is left when the runtime closes (a leak).  NULL: nobody. */
    void (*report_leak)(void *context, const char *type_name, const void *address, size_t bytes);
    /* Told of the heap as soon as it is there and nothing is in it (limits, injected faults).  NULL: nobody. */
    void (*heap_made)(void *context, ouro_mem *mem);
    /* Checked build: told of misuse of these functions: which function, and what is wrong.  Also called after ouro_close
     * when a closed runtime is used.  NULL: nobody. */
    void (*report_misuse)(void *context, const char *function, const char *text);
    const ouro_flags *flags; /* looked at during ouro_open only; NULL: nothing was said */
    /* A file for a snapshot of the heap at the first MemoryError, and with ".txt" behind it one for a report: written by a
     * forked child, with address space put aside from the start.  NULL: nothing is written. */
    const char *memory_error_snapshot;
    void *context; /* handed to the callbacks */
    void *user;    /* ouro_user_data */
} ouro_config;

/* The version of the library: "0.1.0". */
OURO_PUBLIC const char *ouro_version(void);

/* All defaults. */
OURO_PUBLIC ouro_config ouro_config_default(void);

/* Opens a runtime; `config` may be NULL.  NULL: no memory (errno ENOMEM), or a setting that makes no sense, which has been told
 * where errors go (EINVAL). */
OURO_NODISCARD OURO_PUBLIC ouro_runtime *ouro_open(const ouro_config *config);

/* Ends the program: runs exit functions, flushes the streams, drops all modules, collects.  After it only reports
 * and ouro_close are allowed.  Returns the exit status of that phase (120: a stream could not be flushed). */
OURO_PUBLIC int ouro_finish(ouro_runtime *rt);

/* Closes the runtime (after ouro_finish, if that was not called).  Returns the number of blocks that were still alive:
 * 0, or there is a bug in ouro or a reference that the embedder has not released. */
OURO_PUBLIC size_t ouro_close(ouro_runtime *rt);

/* Makes the calling thread the runtime's thread.  No other may be inside a call of the runtime. */
OURO_PUBLIC void ouro_attach(ouro_runtime *rt);

/* A pointer of the embedder's, kept for it. */
OURO_PUBLIC void *ouro_user_data(ouro_runtime *rt);
/* Replaces it. */
OURO_PUBLIC void ouro_set_user_data(ouro_runtime *rt, void *user);

/* The heap of a runtime, for statistics and for the buffers of C types. */
OURO_PUBLIC ouro_mem *ouro_heap(ouro_runtime *rt);
/* Frees a block of a runtime's heap, such as the text of ouro_str_copy.  NULL is ignored. */
OURO_PUBLIC void ouro_free(ouro_runtime *rt, void *block);

/* ---- stopping a program --------------------------------------------------------------------------------- */

/* From any thread or signal handler: KeyboardInterrupt at the program's next safe point (a call, a jump back, a sleep). */
OURO_PUBLIC void ouro_interrupt(ouro_runtime *rt);

/* From any thread or signal handler: ends the program.  At each safe point from now on an exception of a class of its own
 * is raised (ouro.Stopped, a BaseException), so that a program that catches it does not get far: it raises again, in the
 * handler and in every finalizer, until ouro_resume. */
OURO_PUBLIC void ouro_stop(ouro_runtime *rt);

/* ouro_stop when `seconds` from now have passed, whatever the program is doing then; 0: no limit any more.  One helper
 * thread watches the clock; a forked child has no limit.  False: the system refuses a thread (no exception). */
OURO_NODISCARD OURO_PUBLIC bool ouro_set_time_limit(ouro_runtime *rt, double seconds);

/* Has the program been stopped? */
OURO_PUBLIC bool ouro_is_stopped(ouro_runtime *rt);

/* After ouro_stop or a time limit: the runtime can run programs again. */
OURO_PUBLIC void ouro_resume(ouro_runtime *rt);

/* ---- running -------------------------------------------------------------------------------------------- */

/* Runs text (UTF-8) as the module __main__.  Returns the exit status: 0; 1 after an uncaught exception, which is printed
 * through sys.excepthook; what SystemExit says. */
OURO_PUBLIC int ouro_run_text(ouro_runtime *rt, const char *text, const char *filename);
/* The same for a file; a directory with a __main__.py is run as well.  2: cannot be read (a message is printed). */
OURO_PUBLIC int ouro_run_file(ouro_runtime *rt, const char *path);
/* Runs a module by name, as python -m does. */
OURO_PUBLIC int ouro_run_module(ouro_runtime *rt, const char *name);

typedef enum ouro_mode {
    OURO_MODE_FILE,   /* statements; the result is None */
    OURO_MODE_EVAL,   /* one expression; the result is its value */
    OURO_MODE_SINGLE, /* one statement of a prompt: the value of an expression goes to sys.displayhook */
} ouro_mode;

/* Compiles text (UTF-8) and returns a code object, to be run as often as one likes.  OURO_NULL: SyntaxError and kin. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_compile(ouro_runtime *rt, const char *text, const char *filename,
                                                   ouro_mode mode);
/* Runs a code object in the dict `globals` (OURO_NULL, with no exception set: that of __main__).  Its result, see
 * ouro_mode. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_run_code(ouro_runtime *rt, ouro_value code, ouro_value globals);
/* Compiles and runs. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_run(ouro_runtime *rt, const char *text, const char *filename, ouro_mode mode,
                                               ouro_value globals);
/* The value of an expression in __main__. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_eval(ouro_runtime *rt, const char *expression);
/* Imports a module, "a.b" included, and returns it (b). */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_import(ouro_runtime *rt, const char *name);
/* The dict of the module __main__, borrowed for as long as the runtime is not finished.  OURO_NULL: no memory. */
OURO_NODISCARD OURO_PUBLIC ouro_value ouro_main(ouro_runtime *rt);

/* ---- errors --------------------------------------------------------------------------------------------- */

/* X(name, Python's class): the exceptions that C code raises and asks for. */
#define OURO_ERRORS(X)                                                                                         \
    X(ANY, Exception)                                                                                          \
    X(BASE, BaseException)                                                                                     \
    X(ARITHMETIC, ArithmeticError)                                                                             \
    X(ASSERTION, AssertionError)                                                                               \
    X(ATTRIBUTE, AttributeError)                                                                               \
    X(BUFFER, BufferError)                                                                                     \
    X(END_OF_FILE, EOFError)                                                                                   \
    X(FILE_NOT_FOUND, FileNotFoundError)                                                                       \
    X(IMPORT, ImportError)                                                                                     \
    X(INDEX, IndexError)                                                                                       \
    X(KEY, KeyError)                                                                                           \
    X(KEYBOARD_INTERRUPT, KeyboardInterrupt)                                                                   \
    X(LOOKUP, LookupError)                                                                                     \
    X(MEMORY, MemoryError)                                                                                     \
    X(MODULE_NOT_FOUND, ModuleNotFoundError)                                                                   \
    X(NAME, NameError)                                                                                         \
    X(NOT_IMPLEMENTED, NotImplementedError)                                                                    \
    X(OS, OSError)                                                                                             \
    X(OVERFLOW, OverflowError)                                                                                 \
    X(PERMISSION, PermissionError)                                                                             \
    X(RECURSION, RecursionError)                                                                               \
    X(REFERENCE, ReferenceError)                                                                               \
    X(RUNTIME, RuntimeError)                                                                                   \
    X(STOP_ITERATION, StopIteration)                                                                           \
    X(SYNTAX, SyntaxError)                                                                                     \
    X(SYSTEM, SystemError)                                                                                     \
    X(SYSTEM_EXIT, SystemExit)                                                                                 \
    X(TIMEOUT, TimeoutError)                                                                                   \
    X(TYPE, TypeError)                                                                                         \
    X(UNICODE, UnicodeError)                                                                                   \
    X(VALUE, ValueError)                                                                                       \
    X(ZERO_DIVISION, ZeroDivisionError)

typedef enum ouro_error {
#define OURO_ERROR_NUMBER(name, class) OURO_ERROR_##name,
    OURO_ERRORS(OURO_ERROR_NUMBER)
#undef OURO_ERROR_NUMBER
    OURO_ERROR_STOPPED, /* the program was stopped (ouro_stop, a time limit) */
    OURO_ERROR_COUNT,
} ouro_error;

/* Raises an exception with a printf message (UTF-8; NULL: without arguments).  Returns OURO_NULL, so that a C function can
 * `return ouro_raise(...)`. */
OURO_PUBLIC ouro_owned ouro_raise(ouro_runtime *rt, ouro_error error, const char *format, ...) OURO_PRINTF(3, 4);
/* Raises an exception object or a class, as `raise x` does.  Returns OURO_NULL. */
OURO_PUBLIC ouro_owned ouro_raise_value(ouro_runtime *rt, ouro_value exception);
/* Is an exception set? */
OURO_PUBLIC bool ouro_failed(ouro_runtime *rt);
/* Is an exception set that is of this class or one derived from it? */
OURO_PUBLIC bool ouro_failed_with(ouro_runtime *rt, ouro_error error);
/* Takes the exception: a new reference to it, none is set any more.  OURO_NULL: none was. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_error_take(ouro_runtime *rt);
/* Sets an exception again that was taken. */
OURO_PUBLIC void ouro_error_restore(ouro_runtime *rt, ouro_owned exception);
/* Drops the exception that is set, if any. */
OURO_PUBLIC void ouro_error_clear(ouro_runtime *rt);
/* Prints the exception with its traceback, through sys.excepthook, and drops it. */
OURO_PUBLIC void ouro_error_print(ouro_runtime *rt);
/* What ouro_error_print writes, as a str; the exception stays set.  OURO_NULL: none is set, or no memory (then
 * MemoryError is).  For this and for ouro_error_print a heap with a limit may take up to a mebibyte more. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_error_text(ouro_runtime *rt);
/* The class itself, borrowed, good as long as the runtime.  OURO_NULL: no memory (only OURO_ERROR_STOPPED). */
OURO_NODISCARD OURO_PUBLIC ouro_value ouro_error_class(ouro_runtime *rt, ouro_error error);

/* ---- numbers -------------------------------------------------------------------------------------------- */

/* Small ints and common floats need no call: ouro_int, ouro_as_int, ouro_flonum, ouro_bool (object.h). */

/* An int of any 64-bit value. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_int_new(ouro_runtime *rt, int64_t i);
/* The same, unsigned. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_int_new_unsigned(ouro_runtime *rt, uint64_t i);
/* From digits in `base` (2 to 36; 0: as in source text), of any length.  ValueError. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_int_from_text(ouro_runtime *rt, const char *text, int base);
/* The value of an int, or of what has __index__.  False: TypeError, OverflowError. */
OURO_NODISCARD OURO_PUBLIC bool ouro_int_get(ouro_runtime *rt, ouro_value v, int64_t *result);
/* The same, unsigned. */
OURO_NODISCARD OURO_PUBLIC bool ouro_int_get_unsigned(ouro_runtime *rt, ouro_value v, uint64_t *result);
/* A float. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_float_new(ouro_runtime *rt, double d);
/* The value of a float, an int, or of what has __float__.  False: TypeError, OverflowError. */
OURO_NODISCARD OURO_PUBLIC bool ouro_float_get(ouro_runtime *rt, ouro_value v, double *result);

/* ---- text and bytes ------------------------------------------------------------------------------------- */

/* A str from UTF-8 that ends with a NUL.  UnicodeDecodeError. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_str(ouro_runtime *rt, const char *text);
/* A str from `length` bytes of UTF-8. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_str_new(ouro_runtime *rt, const char *text, size_t length);
/* A str from a printf format. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_str_format(ouro_runtime *rt, const char *format, ...) OURO_PRINTF(2, 3);
/* A str as UTF-8 with a NUL behind it, in a block that the caller gives back with ouro_free.  `length` may be NULL; then a
 * NUL inside is a ValueError.  NULL: not a str, or a surrogate in it, or no memory. */
OURO_NODISCARD OURO_PUBLIC char *ouro_str_copy(ouro_runtime *rt, ouro_value v, size_t *length);
/* Characters of a str.  -1: not a str. */
OURO_NODISCARD OURO_PUBLIC int64_t ouro_str_length(ouro_runtime *rt, ouro_value v);
/* A bytes object with a copy of `length` bytes. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_bytes_new(ouro_runtime *rt, const void *data, size_t length);
/* The bytes of a bytes object, borrowed: good as long as it lives.  NULL: not bytes (TypeError). */
OURO_NODISCARD OURO_PUBLIC const void *ouro_bytes_data(ouro_runtime *rt, ouro_value v, size_t *length);

/* A view of the memory of any bytes-like object; it stays in place until the view is released. */
typedef struct ouro_buffer {
    void *data;
    size_t length; /* bytes */
    bool readonly;
    void *internal;
} ouro_buffer;

/* Begins a view; `writable`: it must be.  False: TypeError, BufferError.  Each success is ended by ouro_buffer_release. */
OURO_NODISCARD OURO_PUBLIC bool ouro_buffer_get(ouro_runtime *rt, ouro_value v, bool writable, ouro_buffer *buffer);
/* Ends a view. */
OURO_PUBLIC void ouro_buffer_release(ouro_runtime *rt, ouro_buffer *buffer);

/* ---- containers ----------------------------------------------------------------------------------------- */

/* A tuple of copies of the references. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_tuple_new(ouro_runtime *rt, const ouro_value *items, size_t count);
/* A list likewise; `items` may be NULL when `count` is 0. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_list_new(ouro_runtime *rt, const ouro_value *items, size_t count);
/* list.append. */
OURO_NODISCARD OURO_PUBLIC bool ouro_list_append(ouro_runtime *rt, ouro_value list, ouro_value item);
/* An item of a list or tuple, borrowed.  OURO_NULL: IndexError, or neither. */
OURO_NODISCARD OURO_PUBLIC ouro_value ouro_list_item(ouro_runtime *rt, ouro_value list, size_t index);
/* An empty dict. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_dict_new(ouro_runtime *rt);
/* dict[key] = value. */
OURO_NODISCARD OURO_PUBLIC bool ouro_dict_set(ouro_runtime *rt, ouro_value dict, const char *key, ouro_value value);
/* dict.get(key): a new reference.  OURO_NULL: absent (no exception), or failed (ouro_failed). */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_dict_get(ouro_runtime *rt, ouro_value dict, const char *key);
/* Steps through the entries of a dict in order: *position begins at 0; key and value are borrowed.  False: the end.  The
 * dict must not grow or shrink meanwhile. */
OURO_PUBLIC bool ouro_dict_next(ouro_runtime *rt, ouro_value dict, size_t *position, ouro_value *key, ouro_value *value);
/* A set of the items of an iterable (OURO_NULL: empty). */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_set_new(ouro_runtime *rt, ouro_value iterable);
/* set.add. */
OURO_NODISCARD OURO_PUBLIC bool ouro_set_add(ouro_runtime *rt, ouro_value set, ouro_value item);

/* len(v).  -1: failed. */
OURO_NODISCARD OURO_PUBLIC int64_t ouro_length(ouro_runtime *rt, ouro_value v);
/* v[key]. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_item_get(ouro_runtime *rt, ouro_value v, ouro_value key);
/* v[key] = value. */
OURO_NODISCARD OURO_PUBLIC bool ouro_item_set(ouro_runtime *rt, ouro_value v, ouro_value key, ouro_value value);
/* del v[key]. */
OURO_NODISCARD OURO_PUBLIC bool ouro_item_delete(ouro_runtime *rt, ouro_value v, ouro_value key);
/* item in v: 1, 0; -1: failed. */
OURO_NODISCARD OURO_PUBLIC int ouro_contains(ouro_runtime *rt, ouro_value v, ouro_value item);
/* iter(v). */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_iterator(ouro_runtime *rt, ouro_value v);
/* The next item.  OURO_NULL: the end (no exception), or failed (ouro_failed). */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_next(ouro_runtime *rt, ouro_value iterator);

/* ---- objects -------------------------------------------------------------------------------------------- */

/* v.name. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_attribute_get(ouro_runtime *rt, ouro_value v, const char *name);
/* v.name = value. */
OURO_NODISCARD OURO_PUBLIC bool ouro_attribute_set(ouro_runtime *rt, ouro_value v, const char *name, ouro_value value);
/* del v.name. */
OURO_NODISCARD OURO_PUBLIC bool ouro_attribute_delete(ouro_runtime *rt, ouro_value v, const char *name);
/* hasattr(v, name): 1, 0; -1: failed otherwise than with AttributeError. */
OURO_NODISCARD OURO_PUBLIC int ouro_attribute_has(ouro_runtime *rt, ouro_value v, const char *name);

/* callable(*args). */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_call(ouro_runtime *rt, ouro_value callable, const ouro_value *args,
                                                size_t count);
/* callable(*args, **keywords): `args` has `count` positional values, then one for each of the names, which are ended by
 * NULL. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_call_keywords(ouro_runtime *rt, ouro_value callable, const ouro_value *args,
                                                         size_t count, const char *const *names);
/* v.name(*args). */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_call_method(ouro_runtime *rt, ouro_value v, const char *name,
                                                       const ouro_value *args, size_t count);
/* callable(v)? */
OURO_PUBLIC bool ouro_is_callable(ouro_runtime *rt, ouro_value v);

/* type(v): borrowed, good as long as v is. */
OURO_NODISCARD OURO_PUBLIC ouro_value ouro_type_of(ouro_runtime *rt, ouro_value v);
/* The name of the type of v: "list".  Good as long as the type. */
OURO_PUBLIC const char *ouro_type_name(ouro_runtime *rt, ouro_value v);
/* isinstance(v, class): 1, 0; -1: failed.  `class` may be a tuple of classes. */
OURO_NODISCARD OURO_PUBLIC int ouro_is_instance(ouro_runtime *rt, ouro_value v, ouro_value class_or_tuple);

/* Is v of this built-in type, or of one derived from it?  (For immediates object.h has ouro_is_int and kin, which do not
 * see ints and floats that are objects.) */
typedef enum ouro_kind {
    OURO_KIND_NONE,
    OURO_KIND_BOOL,
    OURO_KIND_INT, /* bool is one */
    OURO_KIND_FLOAT,
    OURO_KIND_STR,
    OURO_KIND_BYTES,
    OURO_KIND_TUPLE,
    OURO_KIND_LIST,
    OURO_KIND_DICT,
    OURO_KIND_SET, /* frozenset too */
    OURO_KIND_CLASS,
    OURO_KIND_EXCEPTION,
} ouro_kind;
/* See ouro_kind.  Cannot fail; false for OURO_NULL. */
OURO_PUBLIC bool ouro_is_kind(ouro_runtime *rt, ouro_value v, ouro_kind kind);

/* bool(v): 1, 0; -1: failed. */
OURO_NODISCARD OURO_PUBLIC int ouro_truth(ouro_runtime *rt, ouro_value v);
/* str(v). */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_to_str(ouro_runtime *rt, ouro_value v);
/* repr(v). */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_repr(ouro_runtime *rt, ouro_value v);
/* hash(v) into *hash.  False: unhashable. */
OURO_NODISCARD OURO_PUBLIC bool ouro_hash(ouro_runtime *rt, ouro_value v, int64_t *hash);

typedef enum ouro_comparison { OURO_LT, OURO_LE, OURO_EQ, OURO_NE, OURO_GT, OURO_GE } ouro_comparison;
/* The truth of a comparison: 1, 0; -1: failed. */
OURO_NODISCARD OURO_PUBLIC int ouro_compare(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_comparison comparison);

typedef enum ouro_operator {
    OURO_ADD,
    OURO_SUBTRACT,
    OURO_MULTIPLY,
    OURO_TRUE_DIVIDE,
    OURO_FLOOR_DIVIDE,
    OURO_REMAINDER,
    OURO_POWER,
    OURO_LEFT_SHIFT,
    OURO_RIGHT_SHIFT,
    OURO_AND,
    OURO_OR,
    OURO_XOR,
    OURO_MATRIX_MULTIPLY,
} ouro_operator;
/* a + b and its kin. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_binary(ouro_runtime *rt, ouro_operator operation, ouro_value a, ouro_value b);

/* A weak reference to v, which calls `callback` (OURO_NULL: nothing) with itself when v is gone.  TypeError when v's type
 * has none.  ouro_weakref_get (object.h) gives the object. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_weakref_new(ouro_runtime *rt, ouro_value v, ouro_value callback);

/* ---- functions, modules and types in C ------------------------------------------------------------------- */

/* A C function that Python code calls.  The arguments are matched to the signature before: args[i] is the parameter number
 * i of all `count`; those not given are OURO_NULL, and the function takes its default.  *args arrive as a tuple, **kwargs
 * as a dict.  A method gets its object as args[0].  Returns a new reference, or OURO_NULL with an exception set. */
typedef ouro_owned (*ouro_function)(ouro_runtime *rt, const ouro_value *args, size_t count);

/* One function.  All texts must stay good as long as the runtime.  An array of them is ended by one without a name. */
typedef struct ouro_function_def {
    const char *name;
    /* The parameters as Python writes them, with the defaults as help() is to show them: "x, y=1, /, *, key=None"; for a
     * method "self, ..." */
    const char *signature;
    ouro_function call;
    const char *doc; /* NULL: none */
} ouro_function_def;

/* A function object, not in any module. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_function_new(ouro_runtime *rt, const ouro_function_def *def);
/* The same, and `self` (kept) becomes its first argument, which callers do not give: a closure.  The signature begins with
 * "self". */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_function_bind(ouro_runtime *rt, const ouro_function_def *def,
                                                         ouro_value self);

/* An object that carries a C pointer; `destroy` (NULL: nothing) gets it when the object dies, and runs no Python code. */
OURO_NODISCARD OURO_PUBLIC ouro_owned ouro_pointer_new(ouro_runtime *rt, void *pointer, void (*destroy)(void *pointer));
/* The pointer again.  NULL: v is not such an object (TypeError). */
OURO_NODISCARD OURO_PUBLIC void *ouro_pointer_get(ouro_runtime *rt, ouro_value v);

/* A module in C.  Must stay good as long as the runtime. */
typedef struct ouro_module_def {
    const char *name;
    const char *doc;                    /* NULL: none */
    const ouro_function_def *functions; /* NULL: none */
    /* Called when the module is first imported, to add what else it has (ouro_attribute_set).  False: an exception is set,
     * the import fails.  NULL: nothing. */
    bool (*start)(ouro_runtime *rt, ouro_value module);
} ouro_module_def;

/* From now on `import name` finds the module.  False: no memory. */
OURO_NODISCARD OURO_PUBLIC bool ouro_module_register(ouro_runtime *rt, const ouro_module_def *def);

/* A computed attribute of a C type. */
typedef struct ouro_attribute_def {
    const char *name;
    ouro_owned (*get)(ouro_runtime *rt, ouro_value self);
    bool (*set)(ouro_runtime *rt, ouro_value self, ouro_value value); /* NULL: read-only; OURO_NULL deletes */
    const char *doc;
} ouro_attribute_def;

enum {
    /* Of ouro_class_def.flags, besides OURO_TYPE_LEAF and OURO_TYPE_WEAKREF (object.h): */
    OURO_CLASS_BASE = 1 << 9,  /* Python classes may derive from it */
    OURO_CLASS_DICT = 1 << 11, /* objects take attributes of any name */
    OURO_CLASS_HIDDEN = 1 << 26, /* only C makes objects of it; calling it is a TypeError */
};

/* A type in C: objects are the struct of `size` bytes, which begins with ouro_object; the bytes behind that are zero when
 * an object is made.  Special methods are methods: "__init__" (signature "self, ..."), "__repr__", "__len__",
 * "__getitem__", "__add__", "__iter__", "__next__", "__call__", ... */
typedef struct ouro_class_def {
    const char *name; /* "module.Name" */
    const char *doc;
    size_t size;
    uint32_t flags;
    /* Where the references lie (object.h).  They are traversed, and dropped when the object dies.  Such a type can take
     * part in cycles, and the collector finds them.  One with no references at all is an OURO_TYPE_LEAF. */
    const ouro_field *fields;
    uint32_t field_count;
    int (*traverse)(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context);
    void (*clear)(ouro_runtime *rt, ouro_object *self);
    void (*dispose)(ouro_runtime *rt, ouro_object *self);  /* frees what is no reference; runs no Python code */
    void (*finalize)(ouro_runtime *rt, ouro_object *self); /* before it dies, with all references intact; once */
    size_t (*extra_size)(ouro_runtime *rt, ouro_object *self);
    const ouro_function_def *methods;       /* NULL: none */
    const ouro_attribute_def *attributes;   /* NULL: none; ended by one without a name */
} ouro_class_def;

/* Makes the type, which lives as long as the runtime; `def` and what it points to must stay good as long.  As a value:
 * ouro_from_object(type), borrowed.  NULL: no memory. */
OURO_NODISCARD OURO_PUBLIC ouro_type *ouro_class_create(ouro_runtime *rt, const ouro_class_def *def);
/* A new object of the type, without calling __init__: the C struct (a new reference), tracked by the collector already.
 * NULL: no memory. */
OURO_NODISCARD OURO_PUBLIC void *ouro_instance_new(ouro_runtime *rt, ouro_type *type);
/* The C struct of v if v is of the type or one derived from it; else NULL with TypeError. */
OURO_NODISCARD OURO_PUBLIC void *ouro_instance_get(ouro_runtime *rt, ouro_value v, const ouro_type *type);

OURO_END

#endif

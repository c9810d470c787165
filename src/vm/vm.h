/* vm.h: the evaluation of Python code: state, entry points, and what other floors ask of it. */
#ifndef OURO_SRC_VM_VM_H
#define OURO_SRC_VM_VM_H

#include "lang/compile.h"
#include "types/types.h"
#include "vm/frame.h"

/* The exception being handled at one level: the thread's base level, or a generator's own. */
typedef struct handled_slot {
    ouro_value exception; /* owned; OURO_NULL: none at this level */
    struct handled_slot *previous;
} handled_slot;

struct stack_chunk;

/* Code objects as bytes, for the cache of compiled modules: installed by the floor that makes them (modules/marshal.c).
 * `filename` is what all code read gets as its file name; in what is written it is left out. */
typedef struct vm_code_hooks {
    ouro_value (*write)(ouro_runtime *rt, code_object *code); /* new bytes, or OURO_NULL */
    code_object *(*read)(ouro_runtime *rt, const void *data, size_t length, ouro_value filename); /* NULL: exception */
    uint32_t (*layout)(void); /* differs when the form of code does */
} vm_code_hooks;

/* Syntax trees as objects of the program: installed by the floor that makes them (modules/ast_module.c). */
typedef struct vm_tree_hooks {
    bool (*is_node)(ouro_runtime *rt, ouro_value v);
    ouro_value (*to_object)(ouro_runtime *rt, const ast_tree *tree); /* new reference, or OURO_NULL */
    code_object *(*compile)(ouro_runtime *rt, ouro_value node, const compile_request *request);
} vm_tree_hooks;

/* Hears in C of calls and returns in place of a profile function (settrace.h).  `event` is an enum settrace_event;
 * `subject` the code that is called or returns, or the native function or method_descriptor, and `self` what the latter
 * is called on; all borrowed.  No exception is set, and it leaves none. */
typedef void (*vm_profile_listener)(ouro_runtime *rt, ouro_value owner, int event, ouro_value subject, ouro_value self);

struct vm_state {
    frame *frame;                /* the innermost, or NULL */
    handled_slot *handled;       /* the innermost level */
    handled_slot base_handled;
    ouro_value *stack_free;      /* the next frame goes here */
    ouro_value *stack_end;
    struct stack_chunk *chunk;   /* the newest */
    struct stack_chunk *spare;   /* one kept for the next overflow */
    ouro_value modules;          /* sys.modules: dict */
    ouro_value builtins;         /* the module */
    ouro_value sys;              /* the module */
    ouro_value main;             /* __main__, once made */
    dict_object *builtins_dict;  /* borrowed from the module */
    struct vm_stores *stores;    /* vm/stores.h; NULL: off */
    struct vm_tracing *tracing;  /* vm/tracing.h; NULL: off */
    uint32_t tracing_limit;
    ouro_value trace_function, profile_function; /* sys.settrace, setprofile (settrace.h) */
    vm_profile_listener profile_listener; /* told instead of calling profile_function, which owns it; NULL: none */
    bool settrace_replacing[2];        /* the trace function, the profile function: the old one is being dropped */
    int settrace_depth;                /* how many of their calls are running */
    int settrace_event;            /* enum settrace_event of the innermost */
    ouro_value context;          /* of the running thread (modules/contextvars.c); OURO_NULL: none yet */
    ouro_value async_hooks[2];   /* sys.set_asyncgen_hooks: firstiter, finalizer */
    int origin_tracking_depth;   /* sys.set_coroutine_origin_tracking_depth */
    int optimize;                /* -O */
    int verbose;                 /* -v */
    bool safe_path;              /* -P */
    bool inspect;                /* -i: SystemExit is shown as any exception; a prompt follows */
    bool skip_first_line;        /* -x */
    int check_hash_pycs;         /* ouro_flags.check_hash_pycs */
    const char *locale_encoding; /* of text files without an encoding; NULL: not asked for yet */
    bool utf8_mode;              /* ouro_flags.utf8_mode */
    bool warn_default_encoding;  /* ouro_flags.warn_default_encoding */
    int import_time;             /* -X importtime: 1, 2 once the head line is written (import_told.c) */
    uint32_t import_depth;       /* imports in progress (of import_time) */
    int64_t import_inner;        /* nanoseconds of the imports inside the innermost one so far */
    const vm_code_hooks *code_hooks; /* NULL: compiled modules are not cached (code_cache.h) */
    char *cache_folder;          /* the user's folder for them, owned; NULL: not looked up yet, or none */
    ouro_value typed;            /* what was typed at the prompt: dict of file name to text, or OURO_NULL */
    ouro_value prompt_helper;    /* what the prompt has in Python: dict, or OURO_NULL */
    ouro_value (*read_line)(ouro_runtime *rt, ouro_value prompt); /* a line edited at the terminal, for input(): with
                                  * its newline, "" at the end of input; installed by the command, or NULL */
    bool finalizing;             /* sys.is_finalizing() */
    bool interrupted;            /* the program has ended with KeyboardInterrupt */
    const struct module_def *const *native_modules; /* ended by NULL */
    ouro_value audit_hooks;      /* list, or OURO_NULL */
    int64_t switch_microseconds; /* a thread runs on so long when others wait to run */
    int dlopen_flags;            /* sys.setdlopenflags; 0: not set */
    ouro_value library;          /* the module _frozen_importlib, once importlib is loaded */
    int library_state;           /* import_library.c */
    struct import_busy *imports; /* going on, of all threads, the youngest first (import_busy.c) */
    ouro_value import_function;  /* builtins.__import__ as it was at the start: owned */
    const char *executable;      /* sys.executable, borrowed from the embedder for the life of the runtime */
    char *stdlib;                /* directory of the Python standard library, owned; NULL: none */
    void (*between)(ouro_runtime *rt); /* installed by a checker: called by vm_safe_point, or NULL */
    const vm_tree_hooks *trees; /* NULL: trees are not available as objects */
    struct vm_threads *threads;  /* NULL: the program has started no thread (threads.h) */
    ouro_value thread_locals;    /* of the running thread: what ends its thread-local data when it dies, or OURO_NULL */
    ouro_value thread_sentinel;  /* lock released at its end, or OURO_NULL */
    bool unwinding;              /* the thread is being ended: no handler runs */
    void (*release_sentinel)(ouro_runtime *rt, ouro_value sentinel); /* installed by the _thread module */
    void (*handle_signals)(ouro_runtime *rt); /* installed by the signal module; may raise */
    void (*pending_call)(void *context);      /* for RT_PENDING_CALL: runs no program code */
    void *pending_context;
    void (*on_pending_call)(ouro_runtime *rt); /* likewise: installed by modules/emergency.c */
    /* Told when an exception has reached a frame, before the frame adds itself to its traceback; NULL: nobody. */
    void (*on_memory_error)(ouro_runtime *rt);
};

/* Installs the floor in a runtime whose types have started.  False: no memory (or an exception is set). */
OURO_NODISCARD bool vm_start(ouro_runtime *rt);
/* Drops modules in CPython's order, runs what has to run, releases everything of this floor. */
void vm_finalize_modules(ouro_runtime *rt);
void vm_stop(ouro_runtime *rt);
/* Visits each reference that this floor owns outside of objects; whether these are all that there are (roots.c). */
int vm_visit_roots(ouro_runtime *rt, ouro_visit_fn visit, void *context);
/* The same without the frames on the stack, and the part of it that one of these holds, with names. */
int vm_visit_state_roots(ouro_runtime *rt, ouro_visit_fn visit, void *context);
int vm_visit_frame_edges(frame *f, ouro_edge_fn visit, void *context);
bool vm_frames_are_exact(ouro_runtime *rt);

/* Runs a frame (which is linked and becomes the innermost) until it returns, yields or raises.  Returns a new
 * reference or OURO_NULL. */
OURO_NODISCARD ouro_value vm_run(ouro_runtime *rt, frame *f);

/* The loop itself, for a frame that is linked already (FRAME_ENTRY, recursion counted); `thrown`: begins with the
 * exception that is set. */
OURO_NODISCARD ouro_value vm_run_frame(ouro_runtime *rt, frame *f, bool thrown);

/* Runs code as a module or exec() does: in `globals` with namespace `locals` (a mapping).  New reference. */
OURO_NODISCARD ouro_value vm_run_code(ouro_runtime *rt, code_object *code, ouro_value globals, ouro_value locals,
                                      ouro_value closure);
/* Runs a module's code in its dict and lets go of the code, which only the frame holds meanwhile. */
OURO_NODISCARD ouro_value vm_run_stolen(ouro_runtime *rt, code_object *code, ouro_value globals);
/* Parses, compiles and runs; mode FILE returns None, EVAL the value. */
OURO_NODISCARD ouro_value vm_run_source(ouro_runtime *rt, const char *text, size_t length, const char *filename, uint32_t flags,
                                        ast_mode mode, ouro_value globals, ouro_value locals);
/* The call slot of functions (types_state.function_call). */
OURO_NODISCARD ouro_value vm_call_function(ouro_runtime *rt, ouro_value function, const ouro_value *args,
                                           size_t nargs, ouro_value kwnames);

/* ---- what runs between instructions (eval_breaker) ---- */
/* Looks at rt->pending: collections, signals, interrupts.  False: an exception is set.  For native functions that wait, or
 * go on after a signal. */
OURO_NODISCARD bool vm_handle_pending(ouro_runtime *rt);
/* The same for the loop itself: first the checker looks, since nobody but the frames holds references then (roots.c). */
OURO_NODISCARD bool vm_safe_point(ouro_runtime *rt);

/* ---- for builtins and sys ---- */
ouro_value vm_current_globals(ouro_runtime *rt);                     /* borrowed; OURO_NULL: no frame */
OURO_NODISCARD ouro_value vm_current_locals(ouro_runtime *rt);       /* new reference to a mapping */
/* Where a frame's built-in names are: what its function was made with, else what its globals say.  Borrowed. */
ouro_value vm_builtins_of(ouro_runtime *rt, const struct frame *f);
/* Those of the innermost frame, where they are not the module's own: what code run or made there goes on with. */
ouro_value vm_inherited_builtins(ouro_runtime *rt);                 /* borrowed; OURO_NULL: the module's */
/* compile(), eval(), exec() */
/* The tree of a source as compile() takes it (str, bytes, ...), with its scopes; freed with ast_tree_free.  `function` is named in
 * errors.  NULL: an exception is set. */
OURO_NODISCARD struct ast_tree *vm_parse_scopes(ouro_runtime *rt, ouro_value source, ouro_value filename, ast_mode mode,
                                                const char *function);
OURO_NODISCARD ouro_value vm_builtin_compile(ouro_runtime *rt, ouro_value source, ouro_value filename,
                                             ouro_value mode, int64_t flags, bool dont_inherit, int optimize, int feature_version);
OURO_NODISCARD ouro_value vm_builtin_eval(ouro_runtime *rt, ouro_value source, ouro_value globals,
                                          ouro_value locals);
OURO_NODISCARD ouro_value vm_builtin_exec(ouro_runtime *rt, ouro_value source, ouro_value globals,
                                          ouro_value locals, ouro_value closure);
OURO_NODISCARD ouro_value vm_build_class(ouro_runtime *rt, const ouro_value *args, size_t nargs,
                                         ouro_value kwnames);
/* The exception being handled (sys.exc_info()[1]): borrowed, or OURO_NULL. */
ouro_value vm_handled_exception(ouro_runtime *rt);

/* Zero-argument super(): both borrowed (types_state.super_arguments). */
OURO_NODISCARD bool vm_super_arguments(ouro_runtime *rt, ouro_value *type, ouro_value *self);

/* ---- import (import.c) ---- */
/* __import__(name, globals, locals, fromlist, level). */
OURO_NODISCARD ouro_value import_builtin(ouro_runtime *rt, ouro_value name, ouro_value globals, ouro_value fromlist,
                                         int64_t level);
/* importlib.import_module(name): the module itself. */
OURO_NODISCARD ouro_value import_module(ouro_runtime *rt, ouro_value name);
OURO_NODISCARD ouro_value import_module_cstring(ouro_runtime *rt, const char *name);
/* sys.modules[name]: borrowed, or OURO_NULL without an exception. */
ouro_value import_get_loaded(ouro_runtime *rt, ouro_value name);
/* Native modules are found in this table (modules/table.c installs it). */
struct module_def;
void import_set_native(ouro_runtime *rt, const struct module_def *const *table);
const struct module_def *import_find_native(ouro_runtime *rt, ouro_value name);
/* The module written in C, loaded if it is not yet; None: there is no such one.  New reference. */
OURO_NODISCARD ouro_value import_native_module(ouro_runtime *rt, ouro_value name);
/* For -m: the file that runs when the module `name` does (a package's __main__.py): new reference; ImportError. */
OURO_NODISCARD ouro_value import_find_source(ouro_runtime *rt, ouro_value name);
/* Sets __package__ and __spec__ of __main__ for it. */
OURO_NODISCARD bool import_set_main_loader(ouro_runtime *rt, ouro_value main, ouro_value file);
/* Is the file an archive with modules in it? */
bool import_is_archive(const char *path);
/* Runs a module as __main__ through the library's runpy; `is_told`: sys.argv[0] becomes its file.  1: it has ended;
 * -1: with an exception; 0: there is no runpy, which an exception says. */
OURO_NODISCARD int import_run_main(ouro_runtime *rt, ouro_value name, bool is_told);
OURO_NODISCARD bool import_set_main_package(ouro_runtime *rt, ouro_value main, ouro_value name);
/* Reads a whole file into a block that the caller frees (a NUL follows).  NULL: *error_number (errno), or an exception
 * if that is 0. */
OURO_NODISCARD char *import_read_file(ouro_runtime *rt, const char *path, size_t *length, int *error_number);
OURO_NODISCARD ouro_value import_from(ouro_runtime *rt, ouro_value module, ouro_value name);
OURO_NODISCARD bool import_star(ouro_runtime *rt, ouro_value module, ouro_value locals);

/* ---- exceptions on their way out (report.c) ---- */
/* The text that CPython prints for an uncaught exception (traceback, chain, notes, groups): a str. */
OURO_NODISCARD ouro_value report_format_exception(ouro_runtime *rt, ouro_value exception);
/* Prints rt->exception through sys.excepthook and clears it; SystemExit is not special here. */
void report_print_exception(ouro_runtime *rt);
/* Takes rt->exception at the end of a program: the exit status; prints unless it is SystemExit. */
int report_exit_status(ouro_runtime *rt);

#endif

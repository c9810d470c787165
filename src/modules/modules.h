/* modules.h: what the native modules share: their table, and the types that their functions make instances of.
 *
 * A native function does not get its module; the types that it needs are in modules_state, put there when the
 * module starts (they are immortal until the runtime closes).
 */
#ifndef OURO_SRC_MODULES_MODULES_H
#define OURO_SRC_MODULES_MODULES_H

#include "types/module.h"
#include "types/struct_sequence.h"

#include <pthread.h>

#ifdef OURO_DEBUG
#define NATIVE_MODULES_CHECKED(X) X(plant_module_def)
#else
#define NATIVE_MODULES_CHECKED(X)
#endif

/* Modules that stand on a library, where its header was there to build them. */
#if __has_include(<zlib.h>)
#define OURO_ZLIB 1
#define NATIVE_MODULES_ZLIB(X) X(zlib_module_def)
#else
#define NATIVE_MODULES_ZLIB(X)
#endif
#if __has_include(<bzlib.h>)
#define OURO_BZ2 1
#define NATIVE_MODULES_BZ2(X) X(bz2_module_def)
#else
#define NATIVE_MODULES_BZ2(X)
#endif
#if __has_include(<lzma.h>)
#define OURO_LZMA 1
#define NATIVE_MODULES_LZMA(X) X(lzma_module_def)
#else
#define NATIVE_MODULES_LZMA(X)
#endif
#if __has_include(<expat.h>)
#define OURO_EXPAT 1
#define NATIVE_MODULES_EXPAT(X) X(pyexpat_module_def)
#else
#define NATIVE_MODULES_EXPAT(X)
#endif

#if __has_include(<uuid/uuid.h>)
#define OURO_UUID 1
#define NATIVE_MODULES_UUID(X) X(uuid_module_def)
#else
#define NATIVE_MODULES_UUID(X)
#endif
#if __has_include(<crypt.h>)
#define OURO_CRYPT 1
#define NATIVE_MODULES_CRYPT(X) X(crypt_module_def)
#else
#define NATIVE_MODULES_CRYPT(X)
#endif

#if __has_include(<editline/readline.h>)
#define OURO_READLINE 1
#define NATIVE_MODULES_READLINE(X) X(readline_module_def)
#else
#define NATIVE_MODULES_READLINE(X)
#endif

/* The libraries that are loaded late (late_library.h). */
typedef enum late_library_index {
    LATE_ZLIB,
    LATE_BZ2,
    LATE_LZMA,
    LATE_EXPAT,
    LATE_UUID,
    LATE_CRYPT,
    LATE_READLINE,
    LATE_LIBRARIES,
} late_library_index;

/* X(constant module_def), in alphabetical order. */
#define NATIVE_MODULES(X) \
    NATIVE_MODULES_CHECKED(X) \
    X(abc_module_def) \
    X(array_module_def) \
    X(ast_module_def) \
    X(atexit_module_def) \
    X(binascii_module_def) \
    X(bisect_module_def) \
    X(blake2_module_def) \
    X(builtins_module) \
    X(cmath_module_def) \
    X(codecs_module_def) \
    X(codecs_cn_module_def) \
    X(codecs_hk_module_def) \
    X(codecs_iso2022_module_def) \
    X(codecs_jp_module_def) \
    X(codecs_kr_module_def) \
    X(codecs_tw_module_def) \
    X(contextvars_module_def) \
    X(collections_module_def) \
    X(csv_module_def) \
    X(errno_module_def) \
    X(faulthandler_module_def) \
    X(fcntl_module_def) \
    X(functools_module_def) \
    X(gc_module_def) \
    X(grp_module_def) \
    X(guppy_module_def) \
    X(guppy_heapy_module_def) \
    X(guppy_kinds_module_def) \
    X(guppy_paths_module_def) \
    X(guppy_tables_module_def) \
    X(heapq_module_def) \
    X(heapy_module_def) \
    X(imp_module_def) \
    X(insight_module_def) \
    X(io_module_def) \
    X(itertools_module_def) \
    X(json_module_def) \
    X(locale_module_def) \
    X(lsprof_module_def) \
    X(marshal_module_def) \
    X(math_module_def) \
    X(md5_module_def) \
    X(memory_profiler_module_def) \
    X(mmap_module_def) \
    X(mprof_module_def) \
    X(objgraph_module_def) \
    X(multibytecodec_module_def) \
    X(multiprocessing_module_def) \
    X(operator_module_def) \
    X(pickle_module_def) \
    X(posix_module_def) \
    X(posixshmem_module_def) \
    X(posixsubprocess_module_def) \
    X(pwd_module_def) \
    X(pympler_module_def) \
    X(pympler_asizeof_module_def) \
    X(pympler_charts_module_def) \
    X(pympler_classtracker_module_def) \
    X(pympler_classtracker_stats_module_def) \
    X(pympler_garbagegraph_module_def) \
    X(pympler_mprofile_module_def) \
    X(pympler_muppy_module_def) \
    X(pympler_process_module_def) \
    X(pympler_refbrowser_module_def) \
    X(pympler_refgraph_module_def) \
    X(pympler_summary_module_def) \
    X(pympler_tracker_module_def) \
    X(pympler_util_module_def) \
    X(pympler_util_stringutils_module_def) \
    X(pympler_web_module_def) \
    X(queue_module_def) \
    X(random_module_def) \
    X(resource_module_def) \
    X(select_module_def) \
    X(self_module_def) \
    X(sha1_module_def) \
    X(sha256_module_def) \
    X(sha3_module_def) \
    X(sha512_module_def) \
    X(signal_module_def) \
    X(site_module_def) \
    X(socket_module_def) \
    X(sre_module_def) \
    X(stat_module_def) \
    X(statistics_module_def) \
    X(string_module_def) \
    X(struct_module_def) \
    X(symtable_module_def) \
    X(sys_module) \
    X(sysconfig_module_def) \
    X(syslog_module_def) \
    X(termios_module_def) \
    X(thread_module_def) \
    X(time_module_def) \
    X(tracemalloc_core_module_def) \
    X(tracemalloc_module_def) \
    X(typing_module_def) \
    X(unicodedata_module_def) \
    X(warnings_module) \
    X(weakref_module_def) \
    NATIVE_MODULES_BZ2(X) \
    NATIVE_MODULES_LZMA(X) \
    NATIVE_MODULES_EXPAT(X) \
    NATIVE_MODULES_UUID(X) \
    NATIVE_MODULES_CRYPT(X) \
    NATIVE_MODULES_READLINE(X) \
    NATIVE_MODULES_ZLIB(X)

#define NATIVE_MODULE(def) extern const module_def def;
NATIVE_MODULES(NATIVE_MODULE)
#undef NATIVE_MODULE

/* X(field): a type_object * that a module keeps. */
#define MODULE_TYPES(X) \
    X(bz2_compressor) \
    X(bz2_decompressor) \
    X(expat_error) \
    X(expat_parser) \
    X(lzma_compressor) \
    X(lzma_decompressor) \
    X(lzma_error) \
    X(locale_error) \
    X(queue_empty) \
    X(simple_queue) \
    X(termios_error) \
    X(zlib_compress) \
    X(zlib_decompress) \
    X(zlib_error) \
    X(binascii_error) \
    X(binascii_incomplete) \
    X(select_epoll) \
    X(select_poll) \
    X(socket) \
    X(socket_address_error) \
    X(socket_host_error) \
    X(context) \
    X(context_iterator) \
    X(context_missing_type) \
    X(context_node) \
    X(context_token) \
    X(context_variable) \
    X(struct_group) \
    X(struct_passwd) \
    X(csv_error) \
    X(csv_writer) \
    X(csv_reader) \
    X(csv_dialect) \
    X(signal_timer_error) \
    X(struct_siginfo) \
    X(snapshot) \
    X(snapshot_growth) \
    X(snapshot_leak) \
    X(fragmentation) \
    X(fragmentation_class) \
    X(limit_retained) \
    X(collection) \
    X(collection_freed) \
    X(heapy_nodes) \
    X(heapy_graph) \
    X(cycle) \
    X(cycle_line) \
    X(page_pin) \
    X(census_row) \
    X(deque) \
    X(deque_iterator) \
    X(deque_reverse_iterator) \
    X(default_dict) \
    X(ordered_dict) \
    X(ordered_dict_iterator) \
    X(ordered_dict_keys) \
    X(ordered_dict_values) \
    X(ordered_dict_items) \
    X(chain) \
    X(islice) \
    X(group_by) \
    X(grouper) \
    X(tee) \
    X(tee_data) \
    X(struct_time) \
    X(stat_result) \
    X(statvfs_result) \
    X(terminal_size) \
    X(times_result) \
    X(uname_result) \
    X(sched_param) \
    X(waitid_result) \
    X(dir_entry) \
    X(mmap_iterator) \
    X(scandir_iterator) \
    X(struct_rusage) \
    X(profiler) \
    X(profiler_entry) \
    X(profiler_subentry) \
    X(array) \
    X(array_iterator) \
    X(struct_object) \
    X(struct_error) \
    X(struct_unpack_iterator) \
    X(thread_lock) \
    X(sre_pattern) \
    X(sre_match) \
    X(sre_scanner) \
    X(io_unsupported) \
    X(stopped) \
    X(io_file) \
    X(io_buffered_reader) \
    X(io_buffered_writer) \
    X(io_buffered_random) \
    X(io_buffered_rwpair) \
    X(io_bytes) \
    X(io_bytes_buffer) \
    X(io_string) \
    X(io_text_wrapper) \
    X(io_newline_decoder) \
    X(pickle_error) \
    X(pickling_error) \
    X(unpickling_error) \
    X(pickler) \
    X(pickler_memo_proxy) \
    X(unpickler) \
    X(unpickler_memo_proxy) \
    X(pickle_buffer) \
    X(thread_key) \
    X(json_encoder) \
    X(json_scanner)

/* What a program has set of the editing of lines (readline.c). */
struct readline_state {
    ouro_value completer, startup_hook, pre_input_hook, display_hook; /* or OURO_NULL */
    char *delims;          /* of malloc: the library points at it */
    int most_lines;        /* of the history's file; negative: no limit */
    int base;              /* the library's number of the first line of the history */
    int begin, end;        /* of the word that is completed */
    bool auto_history;
};

struct modules_state {
    bool exiting;              /* exit functions run, called by C that holds references of its own (verify.c) */
    ouro_value atexit_entries; /* list, or OURO_NULL */
#define MODULE_TYPE_FIELD(name) type_object *name;
    MODULE_TYPES(MODULE_TYPE_FIELD)
#undef MODULE_TYPE_FIELD
    ouro_value ast_classes; /* tuple (ast_module.c), or OURO_NULL */
    struct signal_state *signals; /* signal.c; NULL: not imported */
    struct fault_state *faults;   /* faulthandler.c; NULL: not imported */
    ouro_value csv_dialects;      /* csv.c: dict, or OURO_NULL */
    ouro_value pickle_library;    /* pickle.c: tuple, or OURO_NULL */
    int64_t csv_field_limit;
    ouro_value context_missing;      /* contextvars.c: Token.MISSING, or OURO_NULL */
    uint64_t context_variable_count; /* numbers of ContextVar objects */
    struct emergency *emergency;  /* emergency.c; NULL: nothing is asked for */
    int64_t snapshot_process;     /* whose heap a child made for it takes a snapshot of; 0: its own */
    struct gc_log *gc_log;        /* gc_log.c; NULL: off */
    struct late_library *libraries[LATE_LIBRARIES]; /* late_library.c; NULL: not needed so far */
    struct readline_state readline;
    int64_t socket_timeout;       /* of new sockets, nanoseconds; -1: none (socket.c) */
    size_t thread_stack_size;     /* of new threads; 0: the default */
    pthread_t import_lock_owner;  /* imp.c, while the depth is not 0 */
    uint32_t import_lock_depth;
    ouro_value at_fork[3]; /* lists of callables or OURO_NULL: before, in the parent, in the child */
};

#define MODULE_TYPE(rt, name) ((rt)->modules->name)

/* The table of native modules, ended by NULL, for import_set_native. */
extern const module_def *const native_modules[];

/* signal.c: gives the signals back; as if the signal had come: false: it has no Python handler. */
void signal_stop(ouro_runtime *rt);
/* Visits the handlers that the program has installed. */
int signal_visit_roots(ouro_runtime *rt, ouro_visit_fn visit, void *context);
bool signal_simulate(ouro_runtime *rt, int number);

/* faulthandler.c: gives the signals back and ends the waiting thread; the state goes last, finalizers may ask for it. */
void faulthandler_stop(ouro_runtime *rt);
void faulthandler_free(ouro_runtime *rt);
/* Visits the files that it writes to. */
int faulthandler_visit_roots(ouro_runtime *rt, ouro_visit_fn visit, void *context);

/* readline.c: drops what the program has set. */
void readline_forget(ouro_runtime *rt);

/* thread_local.c: _thread._local, and what a thread has of all its objects. */
extern const type_spec thread_local_spec, thread_key_spec;

/* Syntax trees as objects, for vm_state.trees. */
extern const struct vm_tree_hooks ast_hooks;
/* What files of compiled code begin with (PEP 552) that importlib reads and writes: another one for each form of the code
 * (imp.c). */
void imp_magic(unsigned char magic[4]);
/* The lock of _imp, which a thread may take again: waits for it.  For a fork, so that the child finds it free. */
void import_lock_take(ouro_runtime *rt);
/* False: it is not this thread's. */
bool import_lock_drop(ouro_runtime *rt);
/* Calls what atexit was told, the last first, and forgets it. */
void atexit_run_all(ouro_runtime *rt);
/* Code as bytes, for the cache of compiled modules (marshal.c). */
extern const struct vm_code_hooks marshal_code_hooks;

/* Makes rt->modules.  False: no memory. */
OURO_NODISCARD bool modules_start(ouro_runtime *rt);
/* Drops what the program has registered: handlers of signals, functions for exit and fork, codecs.  They may be all that
 * keeps a module of the program's alive, whose objects have finalizers: call it while the vm still stands. */
void modules_forget(ouro_runtime *rt);
void modules_stop(ouro_runtime *rt);
/* Visits each reference that this floor owns outside of objects. */
int modules_visit_roots(ouro_runtime *rt, ouro_visit_fn visit, void *context);

/* module_add_type that also stores the type. */
OURO_NODISCARD bool module_add_kept_type(ouro_runtime *rt, module_object *module, const type_spec *spec,
                                         type_object **keep);
OURO_NODISCARD bool module_add_sequence_type(ouro_runtime *rt, module_object *module,
                                             const struct_sequence_def *def, type_object **keep);
/* A type that the module does not show. */
OURO_NODISCARD bool module_keep_type(ouro_runtime *rt, const type_spec *spec, type_object **keep);
/* Makes an exception class ("struct.error": module and name), adds it under its name, and keeps a reference. */
OURO_NODISCARD bool module_add_exception(ouro_runtime *rt, module_object *module, const char *name,
                                         type_object *base, type_object **keep);

#endif

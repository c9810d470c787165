/* insight.c: the module ouro: what a program can ask about its own memory.
 *
 *     why(obj)                 what keeps it alive, as text
 *     retained(obj)            bytes that would be freed with it
 *     snapshot(path=None)      the object graph of this moment (with a path: written there)
 *     load(path)               a snapshot from a file
 *     diff(old, new)           what grew, by type or line
 *     leaks(snapshots)         what accumulates, what keeps it, and whether that is a leak
 *     cycles()                 which cycles were garbage, each kind once (insight_collector.c)
 *     collections()            what the last collections did (insight_collector.c)
 *     fragmentation()          how full pools and arenas are
 *     trim()                   give memory back to the system
 *     assert_no_growth(f), assert_no_cycles(f), limit_retained(bytes)      for tests
 *
 * Whoever asks disturbs little: graphs lie outside the heap, and taking one runs no program code.
 */
#include "gc/gc.h"
#include "modules/emergency.h"
#include "modules/insight.h"
#include "modules/posix_private.h"
#include "modules/snapshot_source.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- snapshots --------------------------------------------------------------------------------------- */

char *insight_path(ouro_runtime *rt, ouro_value given)
{
    ouro_value path = posix_fspath_value(rt, given);
    size_t length;
    char *text = NULL;
    if (!ouro_is_null(path) && !value_is_str(rt, path)) {
        error_type(rt, "a path as str is needed here, not %T", path);
    } else if (!ouro_is_null(path)) {
        text = str_to_utf8(rt, path, &length, true);
    }
    value_decref(rt, path);
    return text;
}

/* In a child's child, so that the program never has a child to wait for that it did not make. */
static bool insight_snapshot_forked(ouro_runtime *rt, const char *path)
{
    pid_t process = getpid(), child = fork();
    if (child < 0) {
        error_os(rt, errno, OURO_NULL, OURO_NULL);
        return false;
    }
    if (child == 0) {
        pid_t writer = fork();
        if (writer == 0) {
            rt->modules->snapshot_process = process;
            ouro_heap_error error;
            ouro_heap_graph *g = snapshot_take(rt, &error);
            _exit(g != NULL && ouro_heap_write(g, path, &error) ? 0 : 1);
        }
        _exit(writer < 0 ? 1 : 0);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (status != 0) {
        error_os(rt, EAGAIN, OURO_NULL, OURO_NULL);
        return false;
    }
    return true;
}

static ouro_value insight_snapshot(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value where = arg_or_null(args, nargs, 0), forked = arg_or_null(args, nargs, 1);
    int fork_first = ouro_is_null(forked) ? 0 : object_truth(rt, forked);
    if (fork_first < 0 || !types_fill_all(rt)) {
        return OURO_NULL;
    }
    if (ouro_is_null(where) || ouro_is_none(where)) {
        if (fork_first) {
            return error_value(rt, "a forked snapshot needs a path to be written to");
        }
        ouro_heap_error error;
        return snapshot_new(rt, snapshot_take(rt, &error), &error);
    }
    char *path = insight_path(rt, where);
    if (path == NULL) {
        return OURO_NULL;
    }
    bool good;
    if (fork_first) {
        good = insight_snapshot_forked(rt, path);
    } else {
        ouro_heap_error error;
        ouro_heap_graph *g = snapshot_take(rt, &error);
        good = g != NULL && ouro_heap_write(g, path, &error);
        ouro_heap_destroy(g);
        if (!good) {
            (void)insight_error(rt, &error);
        }
    }
    ouro_mem_free(rt->mem, path);
    return good ? OURO_NONE : OURO_NULL;
}

static ouro_value insight_snapshot_on_signal(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    int64_t number;
    if (!object_as_index(rt, args[0], &number, true)) {
        return OURO_NULL;
    }
    char *path = ouro_is_none(args[1]) ? NULL : insight_path(rt, args[1]);
    if (path == NULL && !ouro_is_none(args[1])) {
        return OURO_NULL;
    }
    int reason = number < 1 || number > INT_MAX ? EINVAL : emergency_on_signal(rt, (int)number, path);
    ouro_mem_free(rt->mem, path);
    if (reason != 0) {
        return error_os(rt, reason, OURO_NULL, OURO_NULL);
    }
    return OURO_NONE;
}

static ouro_value insight_snapshot_on_memory_error(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    char *path = ouro_is_none(args[0]) ? NULL : insight_path(rt, args[0]);
    if (path == NULL && !ouro_is_none(args[0])) {
        return OURO_NULL;
    }
    bool good = emergency_on_memory_error(rt, path);
    ouro_mem_free(rt->mem, path);
    if (!good) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    return OURO_NONE;
}

static ouro_value insight_load(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    char *path = insight_path(rt, args[0]);
    if (path == NULL) {
        return OURO_NULL;
    }
    ouro_heap_error error;
    ouro_heap_graph *g = ouro_heap_read(path, &error);
    ouro_mem_free(rt->mem, path);
    return snapshot_new(rt, g, &error);
}

static ouro_value insight_call_why(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t limit = 3;
    ouro_value given = arg_or_null(args, nargs, 1);
    if (!ouro_is_null(given) && !object_as_index(rt, given, &limit, true)) {
        return OURO_NULL;
    }
    ouro_heap_graph *g = insight_take(rt, args[0]);
    if (g == NULL) {
        return OURO_NULL;
    }
    ouro_value text = insight_why(rt, g, args[0], limit);
    ouro_heap_destroy(g);
    return text;
}

static ouro_value insight_retained(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    if (!ouro_is_object(args[0])) {
        return ouro_int(0);
    }
    ouro_heap_error error;
    ouro_heap_graph *g = insight_take(rt, args[0]);
    if (g == NULL) {
        return OURO_NULL;
    }
    ouro_value size = OURO_NULL;
    uint32_t node = snapshot_find(g, args[0]);
    if (ouro_heap_dominators(g, NULL, NULL, &error)) {
        size = int_from_uint64(rt, node == OURO_HEAP_NONE ? 0 : ouro_heap_retained(g, node));
    } else {
        (void)insight_error(rt, &error);
    }
    ouro_heap_destroy(g);
    return size;
}

/* ---- memory ------------------------------------------------------------------------------------------ */

static ouro_value insight_live_bytes(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    return int_from_uint64(rt, ouro_mem_recount(rt->mem));
}

static ouro_value insight_trim(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    return int_from_uint64(rt, ouro_mem_trim(rt->mem));
}

/* ---- the module -------------------------------------------------------------------------------------- */

static const method_def insight_functions[] = {
    {.name = "snapshot",
     .signature = "path=None, *, fork=False",
     .fn = insight_snapshot,
     .doc = "The object graph of this moment.  With a path it is written there instead; with fork=True a "
            "forked child\n"
            "does that while the program goes on: the file appears, whole, when it is done."},
    {.name = "load", .signature = "path, /", .fn = insight_load, .doc = "A snapshot from a file."},
    {.name = "why",
     .signature = "object, limit=3, /",
     .fn = insight_call_why,
     .doc = "Why the object is alive: what holds it (up to `limit` ways), what it would be freed with, as "
            "text."},
    {.name = "retained",
     .signature = "object, /",
     .fn = insight_retained,
     .doc = "Bytes that would be freed with the object: its own, and of all that only it keeps alive."},
    {.name = "diff",
     .signature = "old, new, by='type', /",
     .fn = insight_diff,
     .doc = "What changed between two snapshots, by 'type' or 'line': Growth tuples, most growth first."},
    {.name = "leaks",
     .signature = "snapshots, /",
     .fn = insight_leaks,
     .doc =
         "What accumulates over two or more snapshots in order of time: Leak tuples, leaks before caches."},
    {.name = "cycles",
     .signature = "",
     .fn = insight_cycles,
     .doc = "Collect, and tell which cycles were garbage, each kind once: Cycle tuples.  While explain_cycles() is "
            "on:\n"
            "those of all collections since."},
    {.name = "snapshot_on_signal",
     .signature = "signal, path, /",
     .fn = insight_snapshot_on_signal,
     .doc = "Whenever the signal comes write a snapshot to `path` and a report to `path`.txt, while the program goes on;\n"
            "%p in the path is the process, %n the number of the snapshot.  None: no more."},
    {.name = "snapshot_on_memory_error",
     .signature = "path, /",
     .fn = insight_snapshot_on_memory_error,
     .doc = "The same at the first MemoryError from now on.  None: no more."},
    {.name = "explain_cycles",
     .signature = "on=True, /",
     .fn = insight_explain_cycles,
     .doc = "Record from now on which cycles collections find, for cycles(); False: forget them, and end."},
    {.name = "trace_stores",
     .signature = "on=True, /",
     .fn = insight_trace_stores,
     .doc = "Remember which line stores which object in which, so that cycles() names the line that closed each."},
    {.name = "log_collections",
     .signature = "keep=100, /",
     .fn = insight_log_collections,
     .doc = "From now on keep what the last `keep` collections did; 0: forget it, and end."},
    {.name = "collections",
     .signature = "last=None, /",
     .fn = insight_collections,
     .doc = "What the last collections did since log_collections(): Collection tuples, the oldest first."},
    {.name = "fragmentation",
     .signature = "limit=10, /",
     .fn = insight_fragmentation,
     .doc = "What of the memory taken from the system is in use, by size class and arena, and whose survivors keep "
            "pages\n"
            "from going back: up to `limit` lines (of what is traced) or types."},
    {.name = "census",
     .signature = "leaves=True, /",
     .fn = insight_census,
     .doc = "How many objects of each type are alive, and their bytes: Census tuples, the most bytes first.  Without\n"
            "leaves (texts, numbers, what refers to nothing) it takes some 2 milliseconds for a million objects."},
    {.name = "live_bytes", .signature = "", .fn = insight_live_bytes, .doc = "Bytes in use right now, exactly."},
    {.name = "trim",
     .signature = "",
     .fn = insight_trim,
     .doc = "Give back to the system all memory that can be; the number of bytes."},
    {.name = "assert_no_growth",
     .signature = "function, warmup=3, repeat=5, /",
     .fn = insight_assert_no_growth,
     .doc = "Call the function, and raise AssertionError if live memory grows with each call after the "
            "warm-up."},
    {.name = "assert_no_cycles",
     .signature = "function, /",
     .fn = insight_assert_no_cycles,
     .doc = "Call the function, and raise AssertionError if it leaves garbage that only the collector can "
            "free."},
    {.name = NULL},
};

static bool insight_start(ouro_runtime *rt, module_object *module)
{
    return module_add_kept_type(rt, module, &snapshot_spec, &MODULE_TYPE(rt, snapshot)) &&
           module_add_kept_type(rt, module, &limit_retained_spec, &MODULE_TYPE(rt, limit_retained)) &&
           insight_start_tables(rt, module) && insight_start_collector(rt, module) &&
           insight_start_memory(rt, module);
}

const module_def insight_module_def = {
    .name = "ouro",
    .doc = "What a program can ask about its own memory: why something is alive, what grew, what leaks.",
    .functions = insight_functions,
    .start = insight_start,
};

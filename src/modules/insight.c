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
#include "modules/insight.h"
#include "modules/posix_private.h"
#include "modules/snapshot_source.h"
#include "ouro/gc.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

#include <errno.h>
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
    pid_t child = fork();
    if (child < 0) {
        error_os(rt, errno, OURO_NULL, OURO_NULL);
        return false;
    }
    if (child == 0) {
        pid_t writer = fork();
        if (writer == 0) {
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
    if (fork_first < 0) {
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

/* ---- cycles ------------------------------------------------------------------------------------------ */

struct insight_cycles {
    ouro_runtime *rt;
    ouro_value list; /* OURO_NULL: failed */
};

static void insight_add_cycle(void *context, const ouro_gc_cycle *cycle)
{
    struct insight_cycles *c = context;
    if (ouro_is_null(c->list)) {
        return;
    }
    ouro_value items[] = {str_from_cstring(c->rt, cycle->text), int_from_uint64(c->rt, cycle->count),
                          int_from_uint64(c->rt, cycle->objects), int_from_uint64(c->rt, cycle->bytes)};
    ouro_value tuple = ouro_is_null(items[0]) ? OURO_NULL : tuple_new_steal(c->rt, items, 4);
    if (ouro_is_null(tuple) || !list_append_steal(c->rt, c->list, tuple)) {
        value_clear(c->rt, &c->list);
    }
}

/* Collects, and tells the kinds of cycles that were found in doing so: a list of (text, count, objects,
 * bytes). */
static ouro_value insight_collect_cycles(ouro_runtime *rt)
{
    if (!gc_explain_enable(rt, false) || !gc_explain_enable(rt, true)) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    (void)gc_collect(rt, 2);
    struct insight_cycles cycles = {rt, list_new(rt, NULL, 0)};
    if (!gc_explain_read(rt, insight_add_cycle, &cycles) && !ouro_is_null(cycles.list)) {
        value_clear(rt, &cycles.list);
        error_no_memory(rt);
    }
    (void)gc_explain_enable(rt, false);
    return cycles.list;
}

static ouro_value insight_cycles(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    return insight_collect_cycles(rt);
}

/* ---- memory ------------------------------------------------------------------------------------------ */

static ouro_value insight_class_row(ouro_runtime *rt, const ouro_mem_class_stats *c)
{
    size_t pages = c->blocks_used + c->blocks_free;
    ouro_value items[] = {
        ouro_int((int64_t)c->block_size),
        str_from_cstring(rt, c->kind == OURO_MEM_OBJECT ? "object" : "leaf"),
        ouro_int((int64_t)c->pools),
        ouro_int((int64_t)c->blocks_used),
        ouro_int((int64_t)c->blocks_free),
        float_new(rt, pages == 0 ? 1 : (double)c->blocks_used / (double)pages),
    };
    return struct_sequence_new(rt, MODULE_TYPE(rt, fragmentation_class), items);
}

enum { CLASS_FIELDS = 6, FRAGMENTATION_FIELDS = 8 };

static const member_def class_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "block_size", "bytes of each block"),
    STRUCT_SEQUENCE_FIELD(1, "kind", "'object': seen by the collector; 'leaf': texts, numbers, buffers"),
    STRUCT_SEQUENCE_FIELD(2, "pools", "pools of this class"),
    STRUCT_SEQUENCE_FIELD(3, "used", "blocks in use"),
    STRUCT_SEQUENCE_FIELD(4, "free", "blocks free, their pages present"),
    STRUCT_SEQUENCE_FIELD(5, "fill", "used / (used + free)"),
    {0},
};
static const struct_sequence_def class_def = {
    STRUCT_SEQUENCE_SPEC("ouro.SizeClass", "How full the pools of one size class are.", class_fields),
    CLASS_FIELDS, CLASS_FIELDS};

static const member_def fragmentation_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "live", "bytes in use"),
    STRUCT_SEQUENCE_FIELD(1, "resident", "bytes of pages taken from the system and not given back"),
    STRUCT_SEQUENCE_FIELD(2, "empty", "bytes of pages without a live block, on their way back"),
    STRUCT_SEQUENCE_FIELD(3, "overhead", "resident / live"),
    STRUCT_SEQUENCE_FIELD(4, "arenas", "arenas"),
    STRUCT_SEQUENCE_FIELD(5, "pools", "pools in use"),
    STRUCT_SEQUENCE_FIELD(6, "free_pools", "pools free"),
    STRUCT_SEQUENCE_FIELD(7, "classes", "SizeClass tuples, the most free bytes first"),
    {0},
};
static const struct_sequence_def fragmentation_def = {
    STRUCT_SEQUENCE_SPEC("ouro.Fragmentation", "What of the memory taken from the system is in use.",
                         fragmentation_fields),
    FRAGMENTATION_FIELDS, FRAGMENTATION_FIELDS};

static int insight_compare_class(const void *a, const void *b)
{
    const ouro_mem_class_stats *x = a, *y = b;
    size_t p = x->blocks_free * x->block_size, q = y->blocks_free * y->block_size;
    return p < q ? 1 : p > q ? -1 : x->block_size < y->block_size ? -1 : 1;
}

static ouro_value insight_fragmentation(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    ouro_mem_statistics s;
    ouro_mem_stats(rt->mem, &s);
    qsort(s.classes, OURO_MEM_CLASSES, sizeof *s.classes, insight_compare_class);
    ouro_value classes = list_new(rt, NULL, 0);
    for (size_t i = 0; i < OURO_MEM_CLASSES && !ouro_is_null(classes); i++) {
        ouro_value row = s.classes[i].pools == 0 ? OURO_NONE : insight_class_row(rt, &s.classes[i]);
        if (!ouro_is_none(row) && (ouro_is_null(row) || !list_append_steal(rt, classes, row))) {
            value_clear(rt, &classes);
        }
    }
    ouro_value items[FRAGMENTATION_FIELDS] = {
        int_from_uint64(rt, s.live_bytes),
        int_from_uint64(rt, s.system_bytes),
        int_from_uint64(rt, s.empty_bytes),
        float_new(rt, s.live_bytes == 0 ? 1 : (double)s.system_bytes / (double)s.live_bytes),
        int_from_uint64(rt, s.arenas),
        int_from_uint64(rt, s.pools),
        int_from_uint64(rt, s.free_pools),
        classes,
    };
    return struct_sequence_new(rt, MODULE_TYPE(rt, fragmentation), items);
}

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
     .doc = "Collect, and tell which cycles were garbage, each kind once: (text, count, objects, bytes)."},
    {.name = "log_collections",
     .signature = "keep=100, /",
     .fn = insight_log_collections,
     .doc = "From now on keep what the last `keep` collections did; 0: forget it, and end."},
    {.name = "collections",
     .signature = "last=None, /",
     .fn = insight_collections,
     .doc = "What the last collections did since log_collections(): Collection tuples, the oldest first."},
    {.name = "fragmentation",
     .signature = "",
     .fn = insight_fragmentation,
     .doc = "What of the memory taken from the system is in use, by size class."},
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
           module_add_sequence_type(rt, module, &class_def, &MODULE_TYPE(rt, fragmentation_class)) &&
           module_add_sequence_type(rt, module, &fragmentation_def, &MODULE_TYPE(rt, fragmentation));
}

const module_def insight_module_def = {
    .name = "ouro",
    .doc = "What a program can ask about its own memory: why something is alive, what grew, what leaks.",
    .functions = insight_functions,
    .start = insight_start,
};

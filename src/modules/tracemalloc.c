/* tracemalloc.c: the modules _tracemalloc and tracemalloc.
 *
 * _tracemalloc has the functions that CPython's tracemalloc.py is built on, over the runtime's tracer
 * (vm/tracing.h), and one more: _get_groups, the traces with how many living blocks have each.  tracemalloc
 * itself is Python text inside the library (tracemalloc.py), built on that, so that it is there without a
 * standard library and a snapshot costs a copy of the tracer's tables.
 *
 * What a function makes is made from a snapshot, which lies outside the heap, and is itself not traced: two snapshots
 * differ by what the program did between them.
 */
#include "base/map.h"
#include "mem/mem_inline.h"
#include "modules/modules.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/tracing.h"


/* ---- tracebacks ---- */

/* Makes what a program sees of sites, each once: file names by the address of their text, frames and
 * tracebacks by the number of the site.  Holds a reference to each until tracebacks_end. */
typedef struct tracebacks {
    ouro_runtime *rt;
    bool (*look)(const void *source, ouro_trace_site site, ouro_trace_frame *found);
    const void *source;
    map files, frames, whole;
} tracebacks;

static void tracebacks_begin(tracebacks *t, ouro_runtime *rt)
{
    t->rt = rt;
    map_init(&t->files, base_malloc);
    map_init(&t->frames, base_malloc);
    map_init(&t->whole, base_malloc);
}

static void tracebacks_drop(tracebacks *t, map *table)
{
    size_t position = 0;
    uint64_t key, value;
    while (map_next(table, &position, &key, &value)) {
        value_decref(t->rt, (ouro_value){value});
    }
    map_clear(table);
}

static void tracebacks_end(tracebacks *t)
{
    tracebacks_drop(t, &t->whole);
    tracebacks_drop(t, &t->frames);
    tracebacks_drop(t, &t->files);
}

/* Notes a new value (stolen) and returns it, borrowed; OURO_NULL fails at once. */
static ouro_value tracebacks_keep(tracebacks *t, map *table, uint64_t key, ouro_value v)
{
    if (!ouro_is_null(v) && !map_set(table, key, v.bits)) {
        error_no_memory(t->rt);
        value_clear(t->rt, &v);
    }
    return v;
}

static ouro_value tracebacks_file(tracebacks *t, const char *text, size_t length)
{
    uint64_t known, key = (uint64_t)(uintptr_t)text;
    if (map_get(&t->files, key, &known)) {
        return (ouro_value){known};
    }
    return tracebacks_keep(t, &t->files, key, str_from_utf8(t->rt, text, length));
}

/* (filename, lineno): borrowed. */
static ouro_value tracebacks_frame(tracebacks *t, ouro_trace_site site, const ouro_trace_frame *found)
{
    uint64_t known;
    if (map_get(&t->frames, site, &known)) {
        return (ouro_value){known};
    }
    ouro_value file = tracebacks_file(t, found->file, found->file_length);
    ouro_value items[2] = {file, ouro_int((int64_t)found->line)};
    return tracebacks_keep(t, &t->frames, site, ouro_is_null(file) ? file : tuple_new(t->rt, items, 2));
}

/* ((filename, lineno), ...), the most recent first: borrowed. */
static ouro_value tracebacks_whole(tracebacks *t, ouro_trace_site site)
{
    uint64_t known;
    if (map_get(&t->whole, site, &known)) {
        return (ouro_value){known};
    }
    ouro_trace_frame found, none = {.file = "<unknown>", .file_length = 9, .caller = OURO_TRACE_ROOT};
    size_t length = 0;
    for (ouro_trace_site at = site; t->look(t->source, at, &found); at = found.caller) {
        length++;
    }
    tuple_object *tuple = tuple_new_blank(t->rt, length ? length : 1);
    if (!tuple) {
        return OURO_NULL;
    }
    ouro_trace_site at = site;
    for (size_t i = 0; i < as_tuple(ouro_from_object(tuple))->size; i++) {
        if (!t->look(t->source, at, &found)) {
            found = none;
        }
        ouro_value v = tracebacks_frame(t, at, &found);
        if (ouro_is_null(v)) {
            value_decref(t->rt, ouro_from_object(tuple));
            return OURO_NULL;
        }
        tuple->items[i] = value_incref(v);
        at = found.caller;
    }
    return tracebacks_keep(t, &t->whole, site, ouro_from_object(tuple));
}

static bool tracemalloc_snapshot_frame(const void *source, ouro_trace_site site, ouro_trace_frame *found)
{
    return ouro_trace_snapshot_frame(source, site, found);
}

static bool tracemalloc_site_frame(const void *source, ouro_trace_site site, ouro_trace_frame *found)
{
    return ouro_trace_site_frame(source, site, found);
}

/* ---- traces ---- */

/* (domain, size, traceback, total_nframe): new reference. */
static ouro_value tracemalloc_trace(tracebacks *t, const ouro_trace_row *row)
{
    ouro_value traceback = tracebacks_whole(t, row->site);
    if (ouro_is_null(traceback)) {
        return traceback;
    }
    ouro_trace_frame found;
    bool known = t->look(t->source, row->site, &found) && found.total;
    ouro_value items[4] = {ouro_int((int64_t)row->domain), int_from_uint64(t->rt, row->size), traceback,
                           ouro_int(known ? (int64_t)found.total : (int64_t)as_tuple(traceback)->size)};
    return ouro_is_null(items[1]) ? items[1] : tuple_new_steal(t->rt, (value_incref(traceback), items), 4);
}

/* Adds a trace (stolen) to the list: once with its count, or once for each block. */
static bool tracemalloc_add(ouro_runtime *rt, ouro_value list, ouro_value trace, uint64_t blocks,
                            bool grouped)
{
    if (ouro_is_null(trace)) {
        return false;
    }
    bool ok = true;
    if (grouped) {
        ouro_value items[2] = {trace, ouro_int((int64_t)blocks)};
        ouro_value pair = tuple_new(rt, items, 2);
        ok = !ouro_is_null(pair) && list_append(rt, list, pair);
        value_decref(rt, pair);
    }
    for (uint64_t i = 0; ok && !grouped && i < blocks; i++) {
        ok = list_append(rt, list, trace);
    }
    value_decref(rt, trace);
    return ok;
}

static ouro_value tracemalloc_list(ouro_runtime *rt, bool grouped)
{
    ouro_trace *trace = tracing_get(rt);
    ouro_trace_snapshot *snapshot = NULL;
    if (trace && !(snapshot = ouro_trace_take(trace))) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    mem_hide(rt->mem);
    ouro_value list = list_new(rt, NULL, 0);
    tracebacks t = {.look = tracemalloc_snapshot_frame, .source = snapshot};
    tracebacks_begin(&t, rt);
    for (size_t i = 0; snapshot && !ouro_is_null(list) && i < ouro_trace_snapshot_rows(snapshot); i++) {
        const ouro_trace_row *row = ouro_trace_snapshot_row(snapshot, i);
        if (!tracemalloc_add(rt, list, tracemalloc_trace(&t, row), row->blocks, grouped)) {
            value_clear(rt, &list);
        }
    }
    tracebacks_end(&t);
    ouro_trace_snapshot_free(snapshot);
    mem_show(rt->mem);
    return list;
}

static ouro_value tracemalloc_get_traces(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    return tracemalloc_list(rt, false);
}

static ouro_value tracemalloc_get_groups(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    return tracemalloc_list(rt, true);
}

static ouro_value tracemalloc_get_object_traceback(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    ouro_trace *trace = tracing_get(rt);
    ouro_trace_birth birth;
    if (!trace || !ouro_is_object(args[0]) || !tracing_find(rt, ouro_as_object(args[0]), &birth)) {
        return OURO_NONE;
    }
    tracebacks t = {.look = tracemalloc_site_frame, .source = trace};
    tracebacks_begin(&t, rt);
    ouro_value traceback = value_incref(tracebacks_whole(&t, birth.site));
    tracebacks_end(&t);
    return traceback;
}

/* ---- the tracer ---- */

static ouro_value tracemalloc_start(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t limit = 1;
    ouro_value given = arg_or_null(args, nargs, 0);
    if (!ouro_is_null(given) && !object_as_index(rt, given, &limit, false)) {
        return OURO_NULL;
    }
    if (limit > INT32_MAX || limit < INT32_MIN) {
        return error_overflow(rt, "Python int too large to convert to C int");
    }
    if (limit < 1 || limit > TRACING_LIMIT_MAX) {
        return error_value(rt, "the number of frames must be in range [1; %d]", TRACING_LIMIT_MAX);
    }
    if (!tracing_start(rt, (uint32_t)limit, 0)) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    return OURO_NONE;
}

static ouro_value tracemalloc_stop(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    tracing_stop(rt);
    return OURO_NONE;
}

static ouro_value tracemalloc_is_tracing(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    return ouro_bool(tracing_get(rt) != NULL);
}

static ouro_value tracemalloc_clear_traces(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    if (tracing_get(rt)) {
        ouro_trace_clear(tracing_get(rt));
    }
    return OURO_NONE;
}

static ouro_value tracemalloc_reset_peak(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    if (tracing_get(rt)) {
        ouro_trace_reset_peak(tracing_get(rt));
    }
    return OURO_NONE;
}

static ouro_value tracemalloc_get_traceback_limit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    return ouro_int((int64_t)tracing_limit(rt));
}

static ouro_value tracemalloc_get_traced_memory(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    size_t bytes = 0, peak = 0;
    if (tracing_get(rt)) {
        ouro_trace_get_bytes(tracing_get(rt), &bytes, &peak);
    }
    ouro_value items[2] = {ouro_int((int64_t)bytes), ouro_int((int64_t)peak)};
    return tuple_new(rt, items, 2);
}

static ouro_value tracemalloc_get_tracemalloc_memory(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    ouro_trace_totals totals = {0};
    if (tracing_get(rt)) {
        ouro_trace_get_totals(tracing_get(rt), &totals);
    }
    return int_from_uint64(rt, totals.own_bytes);
}

static const method_def tracemalloc_functions[] = {
    {.name = "is_tracing",
     .signature = "",
     .fn = tracemalloc_is_tracing,
     .doc = "Return True if the tracemalloc module is tracing Python memory allocations."},
    {.name = "clear_traces",
     .signature = "",
     .fn = tracemalloc_clear_traces,
     .doc = "Clear traces of memory blocks allocated by Python."},
    {.name = "_get_traces",
     .signature = "",
     .fn = tracemalloc_get_traces,
     .doc = "Get traces of all memory blocks allocated by Python.\n\n"
            "Return a list of (domain: int, size: int, traceback: tuple, total_nframe: int)\n"
            "tuples.  Return an empty list if the tracemalloc module is disabled."},
    {.name = "_get_groups",
     .signature = "",
     .fn = tracemalloc_get_groups,
     .doc = "The different traces that _get_traces would return, each with how many blocks have it."},
    {.name = "_get_object_traceback",
     .signature = "obj, /",
     .fn = tracemalloc_get_object_traceback,
     .doc = "Get the traceback where the Python object obj was allocated.\n\n"
            "Return a tuple of (filename: str, lineno: int) tuples, or None."},
    {.name = "start",
     .signature = "nframe=1, /",
     .fn = tracemalloc_start,
     .doc = "Start tracing Python memory allocations.\n\n"
            "Also set the maximum number of frames stored in the traceback of a\n"
            "trace to nframe."},
    {.name = "stop",
     .signature = "",
     .fn = tracemalloc_stop,
     .doc = "Stop tracing Python memory allocations.\n\n"
            "Also clear traces of memory blocks allocated by Python."},
    {.name = "get_traceback_limit",
     .signature = "",
     .fn = tracemalloc_get_traceback_limit,
     .doc = "Get the maximum number of frames stored in the traceback of a trace.\n\n"
            "By default, a trace of an allocated memory block only stores\n"
            "the most recent frame: the limit is 1."},
    {.name = "get_tracemalloc_memory",
     .signature = "",
     .fn = tracemalloc_get_tracemalloc_memory,
     .doc = "Get the memory usage in bytes of the tracemalloc module.\n\n"
            "This memory is used internally to trace memory allocations."},
    {.name = "get_traced_memory",
     .signature = "",
     .fn = tracemalloc_get_traced_memory,
     .doc = "Get the current size and peak size of memory blocks traced by tracemalloc.\n\n"
            "Returns a tuple: (current: int, peak: int)."},
    {.name = "reset_peak",
     .signature = "",
     .fn = tracemalloc_reset_peak,
     .doc = "Set the peak size of memory blocks traced by tracemalloc to the current size.\n\n"
            "Do nothing if the tracemalloc module is not tracing memory allocations."},
    {.name = NULL},
};

const module_def tracemalloc_core_module_def = {
    .name = "_tracemalloc",
    .doc = "Debug module to trace memory blocks allocated by Python.",
    .functions = tracemalloc_functions,
};

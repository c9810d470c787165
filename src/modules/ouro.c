/* ouro.c: the _ouro module: the runtime's own checks and explanations, for tests and tools written in Python.
 *
 *     heap_check(exact=False)  walk all objects and recompute their counts: a list of faults, empty when all is well
 *     explain(on)              begin or end recording which cycles the collector finds
 *     cycles()                 what was recorded: a list of (text, count, objects, bytes), most bytes first
 *     collect_every(n)         a full collection after every n allocations (0: as usual)
 *     collect_beside()         begin a full collection in a forked copy of the process, however small the heap: did it?
 *     fail_at(n, forever)      the n-th allocation from now fails, and with `forever` all after it (0: none)
 *     fail_seen()              how many allocations were asked for since
 *     live_blocks()            blocks of memory in use
 */
#include "gc/gc.h"
#include "modules/verify.h"
#include "ouro/gc.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/module.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

struct ouro_report {
    ouro_runtime *rt;
    ouro_value list; /* OURO_NULL: failed */
};

/* Appends a stolen value. */
static void ouro_report_add(struct ouro_report *report, ouro_value v)
{
    if (ouro_is_null(report->list) || ouro_is_null(v) || !list_append(report->rt, report->list, v)) {
        value_clear(report->rt, &report->list);
    }
    value_decref(report->rt, v);
}

static void ouro_report_fault(void *context, ouro_object *object, const char *text)
{
    struct ouro_report *report = context;
    (void)object;
    if (!ouro_is_null(report->list)) {
        ouro_report_add(report, str_from_cstring(report->rt, text));
    }
}

/* The faults are collected in two steps: making a list while the heap is walked would change it. */
struct ouro_faults {
    char text[4000];
    size_t length;
};

static void ouro_note_fault(void *context, ouro_object *object, const char *text)
{
    struct ouro_faults *faults = context;
    (void)object;
    size_t length = strlen(text) + 1;
    if (faults->length + length <= sizeof faults->text) {
        memcpy(faults->text + faults->length, text, length);
        faults->length += length;
    }
}

static ouro_value ouro_module_heap_check(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    struct ouro_faults faults = {.length = 0};
    bool exact;
    int demanded = nargs > 0 ? object_truth(rt, args[0]) : 0;
    if (demanded < 0) {
        return OURO_NULL;
    }
    size_t found = runtime_verify(rt, ouro_note_fault, &faults, &exact);
    if (demanded && !exact) {
        ouro_note_fault(&faults, NULL, "not exact: native functions are between the frames");
    }
    if (found == SIZE_MAX) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    struct ouro_report report = {rt, list_new(rt, NULL, 0)};
    for (size_t at = 0; at < faults.length; at += strlen(faults.text + at) + 1) {
        ouro_report_fault(&report, NULL, faults.text + at);
    }
    return report.list;
}

static void ouro_report_cycle(void *context, const ouro_gc_cycle *cycle)
{
    struct ouro_report *report = context;
    if (ouro_is_null(report->list)) {
        return;
    }
    ouro_value items[4] = {str_from_cstring(report->rt, cycle->text), ouro_int((int64_t)cycle->count),
                           ouro_int((int64_t)cycle->objects), ouro_int((int64_t)cycle->bytes)};
    ouro_value tuple = ouro_is_null(items[0]) ? OURO_NULL : tuple_new(report->rt, items, 4);
    value_decref(report->rt, items[0]);
    ouro_report_add(report, tuple);
}

static ouro_value ouro_module_cycles(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    struct ouro_report report = {rt, list_new(rt, NULL, 0)};
    if (!gc_explain_read(rt, ouro_report_cycle, &report)) {
        value_clear(rt, &report.list);
        error_no_memory(rt);
    }
    return report.list;
}

static ouro_value ouro_module_explain(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    int on = object_truth(rt, args[0]);
    if (on < 0) {
        return OURO_NULL;
    }
    if (!gc_explain_enable(rt, on != 0)) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    return OURO_NONE;
}

static ouro_value ouro_module_collect_every(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    int64_t n;
    if (!object_as_index(rt, args[0], &n, true)) {
        return OURO_NULL;
    }
    gc_force_every(rt, n < 0 ? 0 : n > INT32_MAX ? INT32_MAX : (uint32_t)n);
    return OURO_NONE;
}

static ouro_value ouro_module_collect_beside(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    return ouro_bool(gc_collect_beside(rt));
}

static ouro_value ouro_module_fail_at(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t n;
    ouro_value given = arg_or_null(args, nargs, 1);
    int forever = ouro_is_null(given) ? 0 : object_truth(rt, given);
    if (forever < 0 || !object_as_index(rt, args[0], &n, true)) {
        return OURO_NULL;
    }
    ouro_mem_fail_at(rt->mem, n < 0 ? 0 : (uint64_t)n, forever != 0);
    return OURO_NONE;
}

static ouro_value ouro_module_fail_seen(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    return int_from_uint64(rt, ouro_mem_fail_seen(rt->mem));
}

static ouro_value ouro_module_live_blocks(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    return ouro_int((int64_t)ouro_mem_live_blocks(rt->mem));
}

static const method_def ouro_functions[] = {
    {.name = "heap_check",
     .signature = "exact=False, /",
     .fn = ouro_module_heap_check,
     .doc = "Recompute all reference counts from the references; a list of what is wrong.  Counts that are too high are\n"
            "found where no native function is between the frames; with exact=True it is a fault if there is one."},
    {.name = "explain", .signature = "on, /", .fn = ouro_module_explain, .doc = "Record which cycles are collected."},
    {.name = "cycles",
     .signature = "",
     .fn = ouro_module_cycles,
     .doc = "The kinds of cycles recorded: (text, count, objects, bytes), most bytes first."},
    {.name = "collect_every",
     .signature = "n, /",
     .fn = ouro_module_collect_every,
     .doc = "A full collection after every n allocations; 0: as usual."},
    {.name = "collect_beside",
     .signature = "",
     .fn = ouro_module_collect_beside,
     .doc = "Begin a full collection in a forked copy of the process; False: it cannot be had now.\n"
            "It ends at a safe point some time after the copy's."},
    {.name = "fail_at",
     .signature = "n, forever=False, /",
     .fn = ouro_module_fail_at,
     .doc = "Let the n-th allocation from now fail, and with forever all after it; 0: none."},
    {.name = "fail_seen", .signature = "", .fn = ouro_module_fail_seen, .doc = "Allocations since fail_at."},
    {.name = "live_blocks", .signature = "", .fn = ouro_module_live_blocks, .doc = "Blocks of memory in use."},
    {.name = NULL},
};

const module_def self_module_def = {
    .name = "_ouro",
    .doc = "The runtime's own checks and explanations.",
    .functions = ouro_functions,
};

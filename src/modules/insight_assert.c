/* insight_assert.c: claims about memory that tests can make: ouro.assert_no_growth, assert_no_cycles,
 * limit_retained.
 *
 * They are exact and so repeatable: the heap's own count of live bytes is compared, after a full collection,
 * and not what the system says of the process.
 */
#include "gc/gc.h"
#include "modules/insight.h"
#include "modules/snapshot_source.h"
#include "ouro/gc.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

#include <stdio.h>
#include <string.h>

enum { ASSERT_TEXT_MAX = 1000, ASSERT_ROWS = 5 };

static size_t assert_live_bytes(ouro_runtime *rt)
{
    (void)gc_collect(rt, 2);
    return ouro_mem_recount(rt->mem);
}

/* The types that grew most between two graphs, as "list +3 (240 bytes), ...". */
static void assert_tell_growth(const ouro_heap_graph *before, const ouro_heap_graph *after, char *text,
                               size_t size)
{
    size_t count, length = 0;
    ouro_heap_row *rows = ouro_heap_growth(before, after, OURO_HEAP_BY_TYPE, &count, NULL);
    text[0] = 0;
    for (size_t i = 0; rows != NULL && i < count && i < ASSERT_ROWS && length < size; i++) {
        int64_t more = (int64_t)(rows[i].bytes - rows[i].bytes_before);
        if (more <= 0) {
            break;
        }
        int n = snprintf(text + length, size - length, "%s%s %+lld (%lld bytes)", i == 0 ? "" : ", ",
                         rows[i].name, (long long)(rows[i].count - rows[i].count_before), (long long)more);
        length += n > 0 ? (size_t)n : 0;
    }
    ouro_heap_free(rows);
}

/* The graphs are of before and after; adds who keeps most of what is new, and where that was made. */
static void assert_tell_holder(ouro_heap_graph *before, ouro_heap_graph *after, char *text, size_t size)
{
    size_t count, length = strlen(text);
    ouro_heap_leak *leaks = ouro_heap_leaks((ouro_heap_graph *const[]){before, after}, 2, &count, NULL);
    const ouro_heap_leak *most = NULL;
    for (size_t i = 0; leaks != NULL && i < count; i++) {
        most = leaks[i].holder != 0 && (most == NULL || most->bytes < leaks[i].bytes) ? &leaks[i] : most;
    }
    if (most != NULL) {
        char path[ASSERT_TEXT_MAX / 2];
        (void)ouro_heap_path_text(after, most->holder, path, sizeof path);
        int n = snprintf(text + length, size - length, "; kept alive by %s %s",
                         ouro_heap_type_name(after, ouro_heap_node_at(after, most->holder).type), path);
        length += n > 0 ? (size_t)n : 0;
        if (most->line != 0 && length < size) {
            (void)snprintf(text + length, size - length, "; made at %s:%u", most->file, most->line);
        }
    }
    ouro_heap_free(leaks);
}

static bool assert_count(ouro_runtime *rt, const ouro_value *args, size_t nargs, size_t i, int64_t *count)
{
    ouro_value given = arg_or_null(args, nargs, i);
    if (!ouro_is_null(given) && !object_as_index(rt, given, count, true)) {
        return false;
    }
    if (*count < 0 || (i == 2 && *count == 0)) {
        error_value(rt, "warmup must not be negative, and repeat be at least 1");
        return false;
    }
    return true;
}

static bool assert_call(ouro_runtime *rt, ouro_value function)
{
    ouro_value result = object_call0(rt, function);
    value_decref(rt, result);
    return !ouro_is_null(result);
}

ouro_value insight_assert_no_growth(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t warmup = 3, repeat = 5;
    if (!assert_count(rt, args, nargs, 1, &warmup) || !assert_count(rt, args, nargs, 2, &repeat)) {
        return OURO_NULL;
    }
    for (int64_t i = 0; i < warmup; i++) {
        if (!assert_call(rt, args[0])) {
            return OURO_NULL;
        }
    }
    /* growth in one call may be a cache that filled, or a list that made room: a leak grows from the first
     * call to the last, and has grown in at least half of them */
    size_t first = assert_live_bytes(rt), last = first;
    ouro_heap_graph *before = insight_take(rt, OURO_NULL);
    if (before == NULL) {
        return OURO_NULL;
    }
    int64_t grown = 0;
    for (int64_t i = 0; i < repeat; i++) {
        if (!assert_call(rt, args[0])) {
            ouro_heap_destroy(before);
            return OURO_NULL;
        }
        size_t now = assert_live_bytes(rt);
        grown += now > last;
        last = now;
    }
    if (last <= first || grown * 2 < repeat) {
        ouro_heap_destroy(before);
        return OURO_NONE;
    }
    char types[ASSERT_TEXT_MAX] = "";
    ouro_heap_graph *after = insight_take(rt, OURO_NULL);
    if (after != NULL) {
        assert_tell_growth(before, after, types, sizeof types);
        assert_tell_holder(before, after, types, sizeof types);
    }
    ouro_heap_destroy(before);
    ouro_heap_destroy(after);
    return after == NULL ? OURO_NULL
                         : error_raise(rt, EXC(rt, AssertionError), "%R kept %zd bytes in %zd calls: %s",
                                       args[0], (ptrdiff_t)(last - first), (ptrdiff_t)repeat, types);
}

struct assert_cycles {
    char text[ASSERT_TEXT_MAX];
    size_t length;
};

static void assert_add_cycle(void *context, const ouro_gc_cycle *cycle)
{
    struct assert_cycles *c = context;
    if (c->length < sizeof c->text) {
        int n = snprintf(c->text + c->length, sizeof c->text - c->length, "\n    %llu times %s (%llu bytes)",
                         (unsigned long long)cycle->count, cycle->text, (unsigned long long)cycle->bytes);
        c->length += n > 0 ? (size_t)n : 0;
        if (cycle->closing_lines > 0 && c->length < sizeof c->text) {
            n = snprintf(c->text + c->length, sizeof c->text - c->length, ", closed at %s:%u", cycle->closings[0].file,
                         cycle->closings[0].line);
            c->length += n > 0 ? (size_t)n : 0;
        }
    }
}

ouro_value insight_assert_no_cycles(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    (void)gc_collect(rt, 2); /* what others left is not the function's */
    struct gc_explain *outer = gc_explain_put_aside(rt); /* of who records all the time */
    if (!gc_explain_enable(rt, true)) {
        gc_explain_take_up(rt, outer);
        error_no_memory(rt);
        return OURO_NULL;
    }
    bool called = assert_call(rt, args[0]);
    if (called) {
        (void)gc_collect(rt, 2);
    }
    struct assert_cycles cycles = {.length = 0};
    bool read = gc_explain_read(rt, assert_add_cycle, &cycles);
    gc_explain_take_up(rt, outer);
    if (!called) {
        return OURO_NULL;
    }
    if (!read) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    return cycles.length == 0
               ? OURO_NONE
               : error_raise(rt, EXC(rt, AssertionError), "%R leaves cycles:%s", args[0], cycles.text);
}

/* ---- limit_retained ---------------------------------------------------------------------------------- */

typedef struct limit_object {
    ouro_object object;
    size_t limit, before;
    ouro_heap_graph *graph; /* of the beginning; outside the heap */
} limit_object;

static limit_object *as_limit(ouro_value v)
{
    return (limit_object *)(void *)ouro_as_object(v);
}

static ouro_value limit_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                             ouro_value kwnames)
{
    ouro_value given[1];
    int64_t limit;
    if (!arguments_bind(rt, "limit_retained", "bytes", args, nargs, kwnames, given) ||
        !object_as_index(rt, given[0], &limit, true)) {
        return OURO_NULL;
    }
    if (limit < 0) {
        return error_value(rt, "the limit must not be negative");
    }
    limit_object *l = object_new(rt, &type->type, 0);
    if (l == NULL) {
        return OURO_NULL;
    }
    l->limit = (size_t)limit;
    l->before = 0;
    l->graph = NULL;
    return ouro_from_object(l);
}

static void limit_dispose(ouro_runtime *rt, ouro_object *self)
{
    (void)rt;
    ouro_heap_destroy(((limit_object *)(void *)self)->graph);
}

static ouro_value limit_enter(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    limit_object *l = as_limit(args[0]);
    l->before = assert_live_bytes(rt);
    ouro_heap_destroy(l->graph);
    l->graph = insight_take(rt, OURO_NULL);
    return l->graph == NULL ? OURO_NULL : value_incref(args[0]);
}

/* An exception from inside goes on; only what ends well is judged. */
static ouro_value limit_exit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    limit_object *l = as_limit(args[0]);
    ouro_value type = arg_or_null(args, nargs, 1);
    if ((!ouro_is_null(type) && !ouro_is_none(type)) || l->graph == NULL) {
        return OURO_FALSE;
    }
    size_t after = assert_live_bytes(rt);
    if (after <= l->before || after - l->before <= l->limit) {
        return OURO_FALSE;
    }
    char types[ASSERT_TEXT_MAX] = "";
    ouro_heap_graph *g = insight_take(rt, OURO_NULL);
    if (g == NULL) {
        return OURO_NULL;
    }
    assert_tell_growth(l->graph, g, types, sizeof types);
    assert_tell_holder(l->graph, g, types, sizeof types);
    ouro_heap_destroy(g);
    return error_raise(rt, EXC(rt, AssertionError), "%zd bytes are retained, %zd more than the limit: %s",
                       (ptrdiff_t)(after - l->before), (ptrdiff_t)(after - l->before - l->limit), types);
}

static const method_def limit_methods[] = {
    {.name = "__enter__", .signature = "self, /", .fn = limit_enter},
    {.name = "__exit__", .signature = "self, type=None, value=None, traceback=None, /", .fn = limit_exit},
    {0},
};

const type_spec limit_retained_spec = {
    .name = "ouro.limit_retained",
    .size = sizeof(limit_object),
    .flags = OURO_TYPE_LEAF,
    .doc = "with ouro.limit_retained(bytes): AssertionError at the end if more bytes than that stay alive.",
    .dispose = limit_dispose,
    .methods = limit_methods,
    .slots = {.make = limit_make},
};

/* insight_collector.c: what the module ouro tells of the collector: what each collection did, and which cycles it found. */
#include "gc/gc.h"
#include "modules/gc_log.h"
#include "modules/insight.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/stores.h"

enum { FREED_FIELDS = 5, COLLECTION_FIELDS = 17, CYCLE_LINE_FIELDS = 5, CYCLE_SHOWN = 4, CYCLE_FIELDS = 15 };

static const member_def freed_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "type", "type of the objects"),
    STRUCT_SEQUENCE_FIELD(1, "file", "file that allocated them; '': not traced"),
    STRUCT_SEQUENCE_FIELD(2, "line", "line that allocated them; 0: not traced"),
    STRUCT_SEQUENCE_FIELD(3, "count", "how many"),
    STRUCT_SEQUENCE_FIELD(4, "size", "their bytes"),
    {0},
};
static const struct_sequence_def freed_def = {
    STRUCT_SEQUENCE_SPEC("ouro.Freed", "What a collection freed of one type from one line.", freed_fields),
    FREED_FIELDS, FREED_FIELDS};

static const member_def collection_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "number", "of all collections; the first is 1"),
    STRUCT_SEQUENCE_FIELD(1, "began", "when, as time.monotonic() tells"),
    STRUCT_SEQUENCE_FIELD(2, "trigger", "'count', 'bytes', 'gc.collect', 'memory' (it ran out), 'close' or 'forced'"),
    STRUCT_SEQUENCE_FIELD(3, "generation", "the oldest that was collected"),
    STRUCT_SEQUENCE_FIELD(4, "pause", "seconds, finalizers and callbacks included"),
    STRUCT_SEQUENCE_FIELD(5, "examined", "candidates: objects looked at"),
    STRUCT_SEQUENCE_FIELD(6, "collected", "found unreachable and not brought back, as gc.collect() counts"),
    STRUCT_SEQUENCE_FIELD(7, "freed", "objects that were freed by it"),
    STRUCT_SEQUENCE_FIELD(8, "size", "their bytes, without what died with them"),
    STRUCT_SEQUENCE_FIELD(9, "finalizers", "finalizers run"),
    STRUCT_SEQUENCE_FIELD(10, "callbacks", "callbacks of weak references run"),
    STRUCT_SEQUENCE_FIELD(11, "resurrected", "objects that finalizers brought back"),
    STRUCT_SEQUENCE_FIELD(12, "uncollectable", "objects that live on although all they held was cleared"),
    STRUCT_SEQUENCE_FIELD(13, "live_before", "bytes in use before, at most"),
    STRUCT_SEQUENCE_FIELD(14, "live_after", "bytes in use after, at most"),
    STRUCT_SEQUENCE_FIELD(15, "rows", "Freed tuples, the most bytes first; the 32 largest"),
    STRUCT_SEQUENCE_FIELD(16, "beside", "seconds that a forked copy looked for garbage while the program went on; 0: none"),
    {0},
};
static const struct_sequence_def collection_def = {
    STRUCT_SEQUENCE_SPEC("ouro.Collection", "What one collection did.", collection_fields), COLLECTION_FIELDS,
    COLLECTION_FIELDS};

static const member_def cycle_line_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "type", "type of the objects; '': of a store"),
    STRUCT_SEQUENCE_FIELD(1, "file", "the file"),
    STRUCT_SEQUENCE_FIELD(2, "line", "the line"),
    STRUCT_SEQUENCE_FIELD(3, "count", "objects allocated there, or cycles closed there"),
    STRUCT_SEQUENCE_FIELD(4, "size", "bytes of the objects; 0: of a store"),
    {0},
};
static const struct_sequence_def cycle_line_def = {
    STRUCT_SEQUENCE_SPEC("ouro.CycleLine", "A line that allocated members of cycles, or closed them.", cycle_line_fields),
    CYCLE_LINE_FIELDS, CYCLE_LINE_FIELDS};

static const member_def cycle_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "text", "the types and names around the cycle"),
    STRUCT_SEQUENCE_FIELD(1, "count", "how many such cycles were collected"),
    STRUCT_SEQUENCE_FIELD(2, "objects", "in them and in what only they kept alive"),
    STRUCT_SEQUENCE_FIELD(3, "size", "bytes of those"),
    STRUCT_SEQUENCE_FIELD(4, "pattern",
                          "'exception and traceback', 'class itself', 'self-callback', 'generator or frame', 'closure "
                          "cell', 'parent and child' or 'other'"),
    STRUCT_SEQUENCE_FIELD(5, "watched", "seconds since the recording began"),
    STRUCT_SEQUENCE_FIELD(6, "bytes_per_second", "size / watched"),
    STRUCT_SEQUENCE_FIELD(7, "collector", "seconds that collections spent on them"),
    STRUCT_SEQUENCE_FIELD(8, "collector_share", "collector / watched"),
    STRUCT_SEQUENCE_FIELD(9, "waited", "seconds from death to collection, on average; at most"),
    STRUCT_SEQUENCE_FIELD(10, "longest_wait", "the longest of them; at most"),
    STRUCT_SEQUENCE_FIELD(11, "age", "tracer's epochs from birth to collection, on average; None: not traced"),
    STRUCT_SEQUENCE_FIELD(12, "members", "where the members were allocated: CycleLine tuples, the most bytes first"),
    STRUCT_SEQUENCE_FIELD(13, "elsewhere", "members of further lines, or of none that is known"),
    STRUCT_SEQUENCE_FIELD(14, "closed_by", "stores that closed them (trace_stores()): CycleLine tuples"),
    {0},
};
static const struct_sequence_def cycle_def = {
    STRUCT_SEQUENCE_SPEC("ouro.Cycle", "One kind of cycle that collections found: four items, and more by name.",
                         cycle_fields),
    CYCLE_FIELDS, CYCLE_SHOWN};

bool insight_start_collector(ouro_runtime *rt, module_object *module)
{
    return module_add_sequence_type(rt, module, &cycle_line_def, &MODULE_TYPE(rt, cycle_line)) &&
           module_add_sequence_type(rt, module, &cycle_def, &MODULE_TYPE(rt, cycle)) &&
           module_add_sequence_type(rt, module, &freed_def, &MODULE_TYPE(rt, collection_freed)) &&
           module_add_sequence_type(rt, module, &collection_def, &MODULE_TYPE(rt, collection));
}

/* ---- collections ------------------------------------------------------------------------------------- */

static ouro_value collector_text(ouro_runtime *rt, const char *text)
{
    return str_from_utf8(rt, text, strlen(text));
}

static ouro_value collector_rows(ouro_runtime *rt, const gc_log_row *rows, size_t count)
{
    ouro_value list = list_new(rt, NULL, 0);
    for (size_t i = 0; i < count && !ouro_is_null(list); i++) {
        ouro_value items[FREED_FIELDS] = {
            collector_text(rt, rows[i].type), collector_text(rt, rows[i].file), ouro_int(rows[i].line),
            int_from_uint64(rt, rows[i].count), int_from_uint64(rt, rows[i].bytes),
        };
        ouro_value row = struct_sequence_new(rt, MODULE_TYPE(rt, collection_freed), items);
        if (ouro_is_null(row) || !list_append_steal(rt, list, row)) {
            value_clear(rt, &list);
        }
    }
    return list;
}

static ouro_value collector_entry(ouro_runtime *rt, const gc_log_entry *entry)
{
    const ouro_gc_collection *f = &entry->facts;
    ouro_value items[COLLECTION_FIELDS] = {
        int_from_uint64(rt, f->number),
        float_new(rt, (double)f->began / 1e9),
        str_from_cstring(rt, ouro_gc_trigger_name(f->trigger)),
        ouro_int(f->generation),
        float_new(rt, (double)f->nanoseconds / 1e9),
        int_from_uint64(rt, f->examined),
        int_from_uint64(rt, f->collected),
        int_from_uint64(rt, entry->freed),
        int_from_uint64(rt, entry->freed_bytes),
        int_from_uint64(rt, f->finalizers),
        int_from_uint64(rt, f->callbacks),
        int_from_uint64(rt, f->resurrected),
        int_from_uint64(rt, f->uncollectable),
        int_from_uint64(rt, f->live_before),
        int_from_uint64(rt, f->live_after),
        collector_rows(rt, entry->rows, entry->row_count),
        float_new(rt, (double)f->beside / 1e9),
    };
    return struct_sequence_new(rt, MODULE_TYPE(rt, collection), items);
}

ouro_value insight_log_collections(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t keep = GC_LOG_KEEP;
    ouro_value given = arg_or_null(args, nargs, 0);
    if (!ouro_is_null(given) && !object_as_index(rt, given, &keep, true)) {
        return OURO_NULL;
    }
    if (keep < 0 || keep > GC_LOG_KEEP_MAX) {
        return error_value(rt, "keep must be from 0 to %d", (int)GC_LOG_KEEP_MAX);
    }
    if (keep == 0) {
        gc_log_stop(rt);
    } else if (!gc_log_start(rt, (size_t)keep, NULL, NULL)) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    return OURO_NONE;
}

ouro_value insight_collections(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t last = INT64_MAX;
    ouro_value given = arg_or_null(args, nargs, 0);
    if (!ouro_is_null(given) && !ouro_is_none(given) && !object_as_index(rt, given, &last, true)) {
        return OURO_NULL;
    }
    size_t count;
    gc_log_entry *entries = gc_log_copy(rt, last < 0 ? 0 : (size_t)last, &count);
    if (entries == NULL) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    ouro_value list = list_new(rt, NULL, 0);
    for (size_t i = 0; i < count && !ouro_is_null(list); i++) {
        ouro_value entry = collector_entry(rt, &entries[i]);
        if (ouro_is_null(entry) || !list_append_steal(rt, list, entry)) {
            value_clear(rt, &list);
        }
    }
    gc_log_copy_free(entries, count);
    return list;
}

/* ---- cycles ------------------------------------------------------------------------------------------ */

struct collector_cycles {
    ouro_runtime *rt;
    ouro_value list; /* OURO_NULL: failed */
};

static ouro_value collector_lines(ouro_runtime *rt, const ouro_gc_line *lines, size_t count)
{
    ouro_value list = list_new(rt, NULL, 0);
    for (size_t i = 0; i < count && !ouro_is_null(list); i++) {
        ouro_value items[CYCLE_LINE_FIELDS] = {
            collector_text(rt, lines[i].type), collector_text(rt, lines[i].file), ouro_int(lines[i].line),
            int_from_uint64(rt, lines[i].count), int_from_uint64(rt, lines[i].bytes),
        };
        ouro_value row = struct_sequence_new(rt, MODULE_TYPE(rt, cycle_line), items);
        if (ouro_is_null(row) || !list_append_steal(rt, list, row)) {
            value_clear(rt, &list);
        }
    }
    return list;
}

static void collector_add_cycle(void *context, const ouro_gc_cycle *cycle)
{
    struct collector_cycles *c = context;
    ouro_runtime *rt = c->rt;
    if (ouro_is_null(c->list)) {
        return;
    }
    double watched = (double)cycle->watched / 1e9, count = (double)cycle->count;
    double seconds = (double)cycle->nanoseconds / 1e9;
    ouro_value items[CYCLE_FIELDS] = {
        collector_text(rt, cycle->text),
        int_from_uint64(rt, cycle->count),
        int_from_uint64(rt, cycle->objects),
        int_from_uint64(rt, cycle->bytes),
        str_from_cstring(rt, ouro_gc_pattern_name(cycle->pattern)),
        float_new(rt, watched),
        float_new(rt, watched > 0 ? (double)cycle->bytes / watched : 0),
        float_new(rt, seconds),
        float_new(rt, watched > 0 ? seconds / watched : 0),
        float_new(rt, (double)cycle->waited / 1e9 / count),
        float_new(rt, (double)cycle->longest_wait / 1e9),
        cycle->births == 0 ? OURO_NONE : float_new(rt, (double)cycle->epochs / (double)cycle->births),
        collector_lines(rt, cycle->members, cycle->member_lines),
        int_from_uint64(rt, cycle->members_elsewhere),
        collector_lines(rt, cycle->closings, cycle->closing_lines),
    };
    ouro_value row = struct_sequence_new(rt, MODULE_TYPE(rt, cycle), items);
    if (ouro_is_null(row) || !list_append_steal(rt, c->list, row)) {
        value_clear(rt, &c->list);
    }
}

/* What is recorded is read without a collection in between: the kinds may move when one adds another, and memory may run
 * out while they are told. */
static ouro_value collector_read_cycles(ouro_runtime *rt)
{
    struct gc_explain *read = gc_explain_put_aside(rt);
    struct collector_cycles cycles = {rt, list_new(rt, NULL, 0)};
    if (!ouro_is_null(cycles.list) && !gc_explain_read_of(rt, read, collector_add_cycle, &cycles) &&
        !ouro_is_null(cycles.list)) {
        value_clear(rt, &cycles.list);
        error_no_memory(rt);
    }
    gc_explain_take_up(rt, read);
    return cycles.list;
}

ouro_value insight_cycles(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    bool recording = gc_explain_is_on(rt);
    if (!gc_explain_enable(rt, true)) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    (void)gc_collect(rt, 2);
    ouro_value list = collector_read_cycles(rt);
    if (!recording) {
        (void)gc_explain_enable(rt, false);
    }
    return list;
}

static bool collector_switch(ouro_runtime *rt, const ouro_value *args, size_t nargs, bool (*set)(ouro_runtime *rt, bool on))
{
    ouro_value given = arg_or_null(args, nargs, 0);
    int on = ouro_is_null(given) ? 1 : object_truth(rt, given);
    if (on < 0) {
        return false;
    }
    if (!set(rt, on != 0)) {
        error_no_memory(rt);
        return false;
    }
    return true;
}

ouro_value insight_explain_cycles(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return collector_switch(rt, args, nargs, gc_explain_enable) ? OURO_NONE : OURO_NULL;
}

ouro_value insight_trace_stores(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return collector_switch(rt, args, nargs, stores_trace) ? OURO_NONE : OURO_NULL;
}

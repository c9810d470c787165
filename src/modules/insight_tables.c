/* insight_tables.c: the module ouro's tables: growth between snapshots, and verdicts on what leaks. */
#include "modules/insight.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

#include <stdlib.h>
#include <string.h>

enum { GROWTH_FIELDS = 7, LEAK_FIELDS = 11, LEAK_TEXT_MAX = 1200 };

static const member_def growth_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "name", "the type, or the file"),
    STRUCT_SEQUENCE_FIELD(1, "line", "the line; 0: by type, or not traced"),
    STRUCT_SEQUENCE_FIELD(2, "function", "the function of the line"),
    STRUCT_SEQUENCE_FIELD(3, "count", "objects now"),
    STRUCT_SEQUENCE_FIELD(4, "count_diff", "how many more than before"),
    STRUCT_SEQUENCE_FIELD(5, "size", "bytes now"),
    STRUCT_SEQUENCE_FIELD(6, "size_diff", "how many more than before"),
    {0},
};
static const struct_sequence_def growth_def = {
    STRUCT_SEQUENCE_SPEC("ouro.Growth",
                         "Objects of one type, or of one line, and how many more there are than before.",
                         growth_fields),
    GROWTH_FIELDS, GROWTH_FIELDS};

static const member_def leak_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "verdict",
                          "'leak', 'slowing' (a cache that fills up) or 'steady' (one that is full)"),
    STRUCT_SEQUENCE_FIELD(1, "type", "type of what accumulates"),
    STRUCT_SEQUENCE_FIELD(2, "file", "file that allocates it; '': not traced"),
    STRUCT_SEQUENCE_FIELD(3, "line", "line that allocates it; 0: not traced"),
    STRUCT_SEQUENCE_FIELD(4, "holder", "the way to what alone keeps it alive; None: several things do"),
    STRUCT_SEQUENCE_FIELD(5, "count", "how many have accumulated"),
    STRUCT_SEQUENCE_FIELD(6, "size", "their bytes"),
    STRUCT_SEQUENCE_FIELD(7, "share", "of all from this line, so much has this holder"),
    STRUCT_SEQUENCE_FIELD(8, "per_second", "bytes for each second"),
    STRUCT_SEQUENCE_FIELD(9, "oldest", "seconds since the oldest was first seen, at least"),
    STRUCT_SEQUENCE_FIELD(10, "text", "all that as a sentence"),
    {0},
};
static const struct_sequence_def leak_def = {
    STRUCT_SEQUENCE_SPEC("ouro.Leak", "What accumulates over snapshots, where it is made, and what keeps it.",
                         leak_fields),
    LEAK_FIELDS, LEAK_FIELDS};

bool insight_start_tables(ouro_runtime *rt, module_object *module)
{
    return module_add_sequence_type(rt, module, &growth_def, &MODULE_TYPE(rt, snapshot_growth)) &&
           module_add_sequence_type(rt, module, &leak_def, &MODULE_TYPE(rt, snapshot_leak));
}

/* ---- growth ------------------------------------------------------------------------------------------ */

static ouro_value growth_row(ouro_runtime *rt, const ouro_heap_row *row)
{
    ouro_value items[GROWTH_FIELDS] = {
        str_from_cstring(rt, row->name),
        ouro_int(row->line),
        str_from_cstring(rt, row->function),
        int_from_uint64(rt, row->count),
        int_from_int64(rt, (int64_t)(row->count - row->count_before)),
        int_from_uint64(rt, row->bytes),
        int_from_int64(rt, (int64_t)(row->bytes - row->bytes_before)),
    };
    return struct_sequence_new(rt, MODULE_TYPE(rt, snapshot_growth), items);
}

static bool growth_group(ouro_runtime *rt, ouro_value by, ouro_heap_group *group)
{
    *group = OURO_HEAP_BY_TYPE;
    if (ouro_is_null(by) || (value_is_str(rt, by) && str_equal_ascii(as_str(by), "type"))) {
        return true;
    }
    if (value_is_str(rt, by) && str_equal_ascii(as_str(by), "line")) {
        *group = OURO_HEAP_BY_LINE;
        return true;
    }
    error_value(rt, "by must be 'type' or 'line', not %R", by);
    return false;
}

ouro_value insight_growth(ouro_runtime *rt, const ouro_heap_graph *before, const ouro_heap_graph *after,
                          ouro_value by)
{
    ouro_heap_group group;
    ouro_heap_error error;
    size_t count;
    if (!growth_group(rt, by, &group)) {
        return OURO_NULL;
    }
    ouro_heap_row *rows = ouro_heap_growth(before, after, group, &count, &error);
    if (rows == NULL) {
        return insight_error(rt, &error);
    }
    ouro_value list = list_new(rt, NULL, 0);
    for (size_t i = 0; i < count && !ouro_is_null(list); i++) {
        bool changed = rows[i].count != rows[i].count_before || rows[i].bytes != rows[i].bytes_before;
        ouro_value row = before == NULL || changed ? growth_row(rt, &rows[i]) : OURO_NONE;
        if (!ouro_is_none(row) && (ouro_is_null(row) || !list_append_steal(rt, list, row))) {
            value_clear(rt, &list);
        }
    }
    ouro_heap_free(rows);
    return list;
}

static bool insight_need_snapshot(ouro_runtime *rt, ouro_value v)
{
    if (value_is_snapshot(rt, v)) {
        return true;
    }
    error_type(rt, "expected an ouro.Snapshot, not %T", v);
    return false;
}

ouro_value insight_diff(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!insight_need_snapshot(rt, args[0]) || !insight_need_snapshot(rt, args[1])) {
        return OURO_NULL;
    }
    return insight_growth(rt, snapshot_graph(args[0]), snapshot_graph(args[1]), arg_or_null(args, nargs, 2));
}

/* ---- leaks ------------------------------------------------------------------------------------------- */

static ouro_value leak_row(ouro_runtime *rt, const ouro_heap_graph *last, const ouro_heap_leak *leak)
{
    static const char *const verdicts[] = {"leak", "slowing", "steady", "garbage"};
    char holder[LEAK_TEXT_MAX], text[LEAK_TEXT_MAX];
    size_t holder_length = ouro_heap_path_text(last, leak->holder, holder, sizeof holder);
    size_t text_length = ouro_heap_leak_text(last, leak, text, sizeof text);
    ouro_value items[LEAK_FIELDS] = {
        str_from_cstring(rt, verdicts[leak->verdict]),
        str_from_cstring(rt, leak->type),
        str_from_cstring(rt, leak->file),
        ouro_int(leak->line),
        leak->holder == 0 ? OURO_NONE : str_from_utf8(rt, holder, holder_length),
        int_from_uint64(rt, leak->count),
        int_from_uint64(rt, leak->bytes),
        float_new(rt, leak->share),
        float_new(rt, leak->bytes_per_second),
        float_new(rt, leak->oldest),
        str_from_utf8(rt, text, text_length),
    };
    return struct_sequence_new(rt, MODULE_TYPE(rt, snapshot_leak), items);
}

ouro_value insight_leaks(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    ouro_value tuple = tuple_from_iterable(rt, args[0]);
    if (ouro_is_null(tuple)) {
        return OURO_NULL;
    }
    size_t graph_count = as_tuple(tuple)->size, count = 0;
    ouro_value list = OURO_NULL;
    ouro_heap_graph **graphs = malloc((graph_count + 1) * sizeof *graphs);
    ouro_heap_error error = {OURO_HEAP_OK, ""};
    bool good = graphs != NULL;
    if (!good) {
        error_no_memory(rt);
    }
    for (size_t i = 0; i < graph_count && good; i++) {
        good = insight_need_snapshot(rt, as_tuple(tuple)->items[i]);
        graphs[i] = good ? snapshot_graph(as_tuple(tuple)->items[i]) : NULL;
    }
    if (good) {
        ouro_heap_leak *leaks = ouro_heap_leaks(graphs, graph_count, &count, &error);
        if (leaks == NULL && error.status != OURO_HEAP_OK) {
            (void)insight_error(rt, &error);
        } else {
            list = list_new(rt, NULL, 0);
        }
        for (size_t i = 0; i < count && !ouro_is_null(list); i++) {
            ouro_value row = leak_row(rt, graphs[graph_count - 1], &leaks[i]);
            if (ouro_is_null(row) || !list_append_steal(rt, list, row)) {
                value_clear(rt, &list);
            }
        }
        ouro_heap_free(leaks);
    }
    free(graphs);
    value_decref(rt, tuple);
    return list;
}

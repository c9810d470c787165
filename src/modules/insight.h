/* insight.h: what the files of the module `ouro` share: its types and its functions, by file. */
#ifndef OURO_SRC_MODULES_INSIGHT_H
#define OURO_SRC_MODULES_INSIGHT_H

#include "modules/modules.h"
#include "types/binder.h"
#include "ouro/heap.h"

typedef struct snapshot_object {
    ouro_object object;
    ouro_heap_graph *graph; /* owned; lies outside the runtime's heap */
} snapshot_object;

static inline ouro_heap_graph *snapshot_graph(ouro_value v)
{
    return ((snapshot_object *)(void *)ouro_as_object(v))->graph;
}
static inline bool value_is_snapshot(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && ouro_as_object(v)->shape->type == &MODULE_TYPE(rt, snapshot)->type;
}

/* Raises what went wrong with a graph: MemoryError, OSError, ValueError. */
ouro_value insight_error(ouro_runtime *rt, const ouro_heap_error *error);
/* A path argument as text that the caller frees with ouro_mem_free.  NULL: an exception is set. */
OURO_NODISCARD char *insight_path(ouro_runtime *rt, ouro_value given);
/* An object around a graph (stolen, also on failure; NULL with `error`: raises that). */
OURO_NODISCARD ouro_value snapshot_new(ouro_runtime *rt, ouro_heap_graph *graph,
                                       const ouro_heap_error *error);
/* A graph of this moment, without the caller's own reference to `argument`; NULL: an exception is set. */
OURO_NODISCARD ouro_heap_graph *insight_take(ouro_runtime *rt, ouro_value argument);
/* Why an object is alive, as lines of text; `limit` ways are told. */
OURO_NODISCARD ouro_value insight_why(ouro_runtime *rt, ouro_heap_graph *graph, ouro_value object,
                                      int64_t limit);

extern const type_spec snapshot_spec, limit_retained_spec;

/* insight_tables.c */
OURO_NODISCARD bool insight_start_tables(ouro_runtime *rt, module_object *module);
ouro_value insight_diff(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value insight_leaks(ouro_runtime *rt, const ouro_value *args, size_t nargs);
/* Rows of a snapshot: Growth tuples with nothing before. */
OURO_NODISCARD ouro_value insight_growth(ouro_runtime *rt, const ouro_heap_graph *before,
                                         const ouro_heap_graph *after, ouro_value by);
/* insight_collector.c */
OURO_NODISCARD bool insight_start_collector(ouro_runtime *rt, module_object *module);
ouro_value insight_log_collections(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value insight_cycles(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value insight_explain_cycles(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value insight_trace_stores(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value insight_collections(ouro_runtime *rt, const ouro_value *args, size_t nargs);
/* insight_memory.c */
OURO_NODISCARD bool insight_start_memory(ouro_runtime *rt, module_object *module);
ouro_value insight_census(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value insight_fragmentation(ouro_runtime *rt, const ouro_value *args, size_t nargs);
/* insight_assert.c */
ouro_value insight_assert_no_growth(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value insight_assert_no_cycles(ouro_runtime *rt, const ouro_value *args, size_t nargs);

#endif

/* export_recording.c: see export_recording.h. */
#include "cli/export_recording.h"

#include "heap/export.h"

#include <stdlib.h>
#include <string.h>

/* Of any version. */
static bool export_begins_with(const char *path, const char magic[7])
{
    char head[7];
    FILE *file = fopen(path, "rbe");
    bool is = file && fread(head, 1, sizeof head, file) == sizeof head && memcmp(head, magic, sizeof head) == 0;
    if (file) {
        fclose(file);
    }
    return is;
}

bool export_is_recording(const char *path)
{
    return export_begins_with(path, "OUROREC");
}

bool export_is_snapshot(const char *path)
{
    return export_begins_with(path, "OUROHEA");
}

/* ---- by call stack --------------------------------------------------------------------------------------- */

static export_frame recording_frame(const void *context, uint32_t node)
{
    const report_sum *sum = context;
    ouro_trace_frame f = {.file = "<unknown>", .function = ""};
    (void)ouro_trace_recording_frame(sum->recording, sum->nodes[node].site, &f);
    return (export_frame){
        .parent = sum->nodes[node].parent, .line = f.line, .function = *f.function ? f.function : "<unknown>", .file = f.file};
}

/* As Go's heap profiles have them, and what was there at the peak. */
enum { ALLOC_OBJECTS, ALLOC_SPACE, INUSE_OBJECTS, INUSE_SPACE, PEAK_SPACE, COLUMNS };
static const export_column recording_columns[COLUMNS] = {
    [ALLOC_OBJECTS] = {"alloc_objects", "count", "Allocations"},
    [ALLOC_SPACE] = {"alloc_space", "bytes", "Allocated memory"},
    [INUSE_OBJECTS] = {"inuse_objects", "count", "Live blocks at the end"},
    [INUSE_SPACE] = {"inuse_space", "bytes", "Live memory at the end"},
    [PEAK_SPACE] = {"peak_space", "bytes", "Live memory at the peak"},
};

/* A damaged file may say that there is less than nothing. */
static uint64_t recording_value(int64_t number)
{
    return number > 0 ? (uint64_t)number : 0;
}

static void recording_fill(const report_sum *sum, uint64_t *values)
{
    for (size_t i = 0; i < sum->node_count; i++) {
        const report_node *n = &sum->nodes[i];
        uint64_t *of = values + i * COLUMNS;
        of[ALLOC_OBJECTS] = recording_value(n->allocations);
        of[ALLOC_SPACE] = recording_value(n->total);
        of[INUSE_OBJECTS] = recording_value(n->blocks);
        of[INUSE_SPACE] = recording_value(n->live);
        of[PEAK_SPACE] = recording_value(n->at_peak);
    }
}

static void recording_pauses(const report_sum *sum, export_pause *pauses, size_t count)
{
    const ouro_trace_collection *single = ouro_trace_recording_collections(sum->recording, &count);
    for (size_t i = 0; i < count; i++) {
        pauses[i] = (export_pause){.began = recording_value(single[i].began),
                                   .nanoseconds = single[i].nanoseconds,
                                   .generation = single[i].generation};
    }
}

static bool recording_stacks(const report_sum *sum, const char *format, report_order order, int fd, ouro_heap_error *error)
{
    size_t count, epochs = ouro_trace_recording_epochs(sum->recording);
    (void)ouro_trace_recording_collections(sum->recording, &count);
    uint64_t *values = calloc(sum->node_count * COLUMNS, sizeof *values);
    export_pause *pauses = calloc(count + 1, sizeof *pauses);
    bool good = false;
    if (values && pauses) {
        recording_fill(sum, values);
        recording_pauses(sum, pauses, count);
        export_profile profile = {
            .site_count = sum->node_count,
            .frame = recording_frame,
            .context = sum,
            .rest = "(no Python code)",
            .columns = recording_columns,
            .column_count = COLUMNS,
            .main_column = order == ORDER_TOTAL ? ALLOC_SPACE : order == ORDER_PEAK ? PEAK_SPACE : INUSE_SPACE,
            .values = values,
            .started = ouro_trace_recording_started(sum->recording) * UINT64_C(1000000000),
            .lasted = recording_value(ouro_trace_recording_epoch(sum->recording, epochs - 1)->nanoseconds),
            .sample = ouro_trace_recording_sample(sum->recording),
            .pauses = pauses,
            .pause_count = count,
        };
        good = strcmp(format, "collapsed") == 0 ? export_collapsed(&profile, fd, error)
               : strcmp(format, "pprof") == 0   ? export_pprof(&profile, fd, error)
                                                : export_speedscope(&profile, fd, error);
    } else {
        good = heap_fail_no_memory(error);
    }
    free(values);
    free(pauses);
    return good;
}

bool export_recording(const report_sum *sum, const char *format, report_order order, int fd, ouro_heap_error *error)
{
    return strcmp(format, "chrome-trace") == 0 ? export_trace(sum, fd, error) : recording_stacks(sum, format, order, fd, error);
}

/* export_trace.c: a recording over time as trace events, for Perfetto and chrome://tracing.
 *
 * The format: Google's "Trace Event Format" (the JSON object form).  Times are microseconds since the start of the recording.
 *
 *     X  a collection: when the program stood still, with what it found
 *     C  a counter, at the end of each epoch: live bytes, live blocks and resident bytes of the process; and, whenever they
 *        changed, the bytes of the types and of the lines that held the most
 *     i  the moment with the most live bytes
 *     M  names
 */
#include "cli/export_recording.h"

#include "heap/export.h"

#include <stdlib.h>
#include <string.h>

enum { TRACE_TYPES = 10, TRACE_LINES = 10 }; /* counters of types and of lines: the ones that at some time held the most */

/* A time in microseconds, with three digits behind the point. */
static void trace_time(export_sink *s, uint64_t nanoseconds)
{
    char rest[5];
    export_number(s, nanoseconds / 1000);
    snprintf(rest, sizeof rest, ".%03u", (unsigned)(nanoseconds % 1000));
    export_text(s, rest);
}

static uint64_t trace_positive(int64_t number)
{
    return number > 0 ? (uint64_t)number : 0;
}

static void trace_key(export_sink *s, const char *key, uint64_t number)
{
    export_json(s, key);
    export_text(s, ":");
    export_number(s, number);
}

/* `{"ph":"C","pid":1,"ts":...,"name":"..."`, to be gone on with. */
static void trace_begin(export_sink *s, const char *phase, int64_t nanoseconds, const char *name)
{
    export_text(s, ",\n{\"ph\":\"");
    export_text(s, phase);
    export_text(s, "\",\"pid\":1,\"tid\":1,\"ts\":");
    trace_time(s, trace_positive(nanoseconds));
    export_text(s, ",\"name\":");
    export_json(s, name);
}

static void trace_counter(export_sink *s, int64_t nanoseconds, const char *name, const char *unit, uint64_t value)
{
    trace_begin(s, "C", nanoseconds, name);
    export_text(s, ",\"args\":{");
    trace_key(s, unit, value);
    export_text(s, "}}");
}

/* ---- names and collections ------------------------------------------------------------------------------- */

/* The first event: no comma before it. */
static void trace_names(export_sink *s, const report_sum *sum)
{
    export_text(s, "{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"process_name\",\"args\":{\"name\":");
    export_json(s, ouro_trace_recording_command(sum->recording));
    export_text(s, "}},\n{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"thread_name\",\"args\":{\"name\":\"collections\"}}");
}

static void trace_collections(export_sink *s, const report_sum *sum)
{
    size_t count;
    const ouro_trace_collection *single = ouro_trace_recording_collections(sum->recording, &count);
    for (size_t i = 0; i < count; i++) {
        char name[40];
        snprintf(name, sizeof name, "collection of generation %d", single[i].generation);
        trace_begin(s, "X", single[i].began, name);
        export_text(s, ",\"cat\":\"gc\",\"dur\":");
        trace_time(s, single[i].nanoseconds);
        export_text(s, ",\"args\":{");
        trace_key(s, "generation", trace_positive(single[i].generation));
        export_text(s, ",");
        trace_key(s, "objects examined", single[i].examined);
        export_text(s, ",");
        trace_key(s, "objects collected", single[i].collected);
        export_text(s, ",");
        trace_key(s, "bytes less", single[i].bytes);
        export_text(s, "}}");
    }
}

/* ---- counters -------------------------------------------------------------------------------------------- */

/* The lines and types that have counters, and what they hold at the time. */
typedef struct trace_state {
    const report_sum *sum;
    export_sink *sink;
    uint64_t *site_bytes;                    /* by site */
    int64_t *line_bytes;                     /* by line */
    unsigned char *line_shown, *type_shown;  /* by line, by type: 1: has a counter; 2: and it has changed */
} trace_state;

/* Marks the `limit` of `count` things whose peaks are greatest (those above 0); `peak` gives that of a thing. */
static void trace_choose(const report_sum *sum, size_t count, size_t limit, int64_t (*peak)(const report_sum *, size_t),
                         unsigned char *shown)
{
    for (size_t n = 0; n < limit; n++) {
        size_t best = count;
        for (size_t i = 0; i < count; i++) {
            if (!shown[i] && peak(sum, i) > 0 && (best == count || peak(sum, i) > peak(sum, best))) {
                best = i;
            }
        }
        if (best == count) {
            return;
        }
        shown[best] = 1;
    }
}

static int64_t trace_line_peak(const report_sum *sum, size_t line)
{
    return sum->lines[line].peak;
}

static int64_t trace_type_peak(const report_sum *sum, size_t type)
{
    return sum->types[type].peak;
}

static void trace_line_counter(trace_state *t, size_t line, int64_t nanoseconds)
{
    ouro_trace_frame f = report_frame(t->sum->recording, t->sum->lines[line].site);
    const char *base = strrchr(f.file, '/');
    char name[300];
    snprintf(name, sizeof name, f.line ? "line %.200s:%u" : "line %.200s", base ? base + 1 : f.file, f.line);
    trace_counter(t->sink, nanoseconds, name, "bytes", trace_positive(t->line_bytes[line]));
}

static void trace_lines(trace_state *t, const ouro_trace_epoch *epoch)
{
    const ouro_trace_count *changes = ouro_trace_recording_changes(t->sum->recording) + epoch->first;
    for (size_t i = 0; i < epoch->count; i++) {
        uint32_t line = t->sum->line_of[changes[i].site];
        t->line_bytes[line] = report_add(t->line_bytes[line], (int64_t)(changes[i].live_bytes - t->site_bytes[changes[i].site]));
        t->site_bytes[changes[i].site] = changes[i].live_bytes;
        t->line_shown[line] = t->line_shown[line] ? 2 : 0;
    }
    for (size_t i = 0; i < epoch->count; i++) {
        uint32_t line = t->sum->line_of[changes[i].site];
        if (t->line_shown[line] == 2) {
            t->line_shown[line] = 1;
            trace_line_counter(t, line, epoch->nanoseconds);
        }
    }
}

static void trace_types(trace_state *t, const ouro_trace_epoch *epoch)
{
    const ouro_trace_recording *r = t->sum->recording;
    const ouro_trace_type_count *changes = ouro_trace_recording_type_changes(r) + epoch->type_first;
    for (size_t i = 0; i < epoch->type_count; i++) {
        if (t->type_shown[changes[i].type - 1]) {
            char name[300];
            snprintf(name, sizeof name, "type %.250s", ouro_trace_recording_type(r, changes[i].type));
            trace_counter(t->sink, epoch->nanoseconds, name, "bytes", changes[i].bytes);
        }
    }
}

static void trace_epochs(trace_state *t)
{
    size_t epochs = ouro_trace_recording_epochs(t->sum->recording);
    for (size_t e = 0; e < epochs; e++) {
        const ouro_trace_epoch *epoch = ouro_trace_recording_epoch(t->sum->recording, e);
        trace_counter(t->sink, epoch->nanoseconds, "live", "bytes", epoch->bytes);
        trace_counter(t->sink, epoch->nanoseconds, "resident", "bytes", epoch->resident_bytes);
        trace_counter(t->sink, epoch->nanoseconds, "blocks", "live", epoch->blocks);
        trace_lines(t, epoch);
        trace_types(t, epoch);
        if (e == t->sum->peak_epoch) {
            trace_begin(t->sink, "i", epoch->nanoseconds, "the most live bytes");
            export_text(t->sink, ",\"s\":\"p\",\"args\":{");
            trace_key(t->sink, "bytes", epoch->bytes);
            export_text(t->sink, "}}");
        }
    }
}

/* ---- the whole ------------------------------------------------------------------------------------------- */

/* What the events do not say. */
static void trace_other(export_sink *s, const report_sum *sum)
{
    const ouro_trace_recording *r = sum->recording;
    const ouro_trace_epoch *last = ouro_trace_recording_epoch(r, ouro_trace_recording_epochs(r) - 1);
    uint64_t collections = 0;
    size_t single;
    (void)ouro_trace_recording_collections(r, &single);
    for (int g = 0; g < OURO_TRACE_GENERATIONS; g++) {
        collections += last->collections[g].collections;
    }
    export_text(s, "\n],\"displayTimeUnit\":\"ms\",\"otherData\":{\"exporter\":\"ouro\",\"command\":");
    export_json(s, ouro_trace_recording_command(r));
    export_text(s, ",");
    trace_key(s, "started", ouro_trace_recording_started(r));
    export_text(s, ",");
    trace_key(s, "mean bytes between samples", ouro_trace_recording_sample(r));
    export_text(s, ",");
    trace_key(s, "collections in the sums alone", collections > single ? collections - single : 0);
    export_text(s, ouro_trace_recording_is_whole(r) ? ",\"whole\":true}}\n" : ",\"whole\":false}}\n");
}

bool export_trace(const report_sum *sum, int fd, ouro_heap_error *error)
{
    export_sink *sink = export_open(fd, error);
    if (sink == NULL) {
        return false;
    }
    trace_state t = {.sum = sum,
                     .sink = sink,
                     .site_bytes = calloc(ouro_trace_recording_sites(sum->recording) + 1, sizeof *t.site_bytes),
                     .line_bytes = calloc(sum->line_count + 1, sizeof *t.line_bytes),
                     .line_shown = calloc(sum->line_count + 1, 1),
                     .type_shown = calloc(sum->type_count + 1, 1)};
    bool good = (t.site_bytes && t.line_bytes && t.line_shown && t.type_shown) || heap_fail_no_memory(error);
    if (good) {
        trace_choose(sum, sum->line_count, TRACE_LINES, trace_line_peak, t.line_shown);
        trace_choose(sum, sum->type_count, TRACE_TYPES, trace_type_peak, t.type_shown);
        export_text(sink, "{\"traceEvents\":[\n");
        trace_names(sink, sum);
        trace_collections(sink, sum);
        trace_epochs(&t);
        trace_other(sink, sum);
        good = export_finish(sink, error);
    }
    free(t.site_bytes);
    free(t.line_bytes);
    free(t.line_shown);
    free(t.type_shown);
    free(sink);
    return good;
}

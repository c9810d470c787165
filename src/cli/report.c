/* report.c: `ouro report run.ouro` (report.h): the lines of a program that hold, held, allocated or gathered
 * the most.
 *
 * Sites are added up by line.  Live: at the end of the recording; peak: the most at the end of an epoch;
 * total: allocated in all; growth: live at the end less live when half the time had passed.
 */
#include "cli/report.h"

#include "ouro/trace.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum report_order { ORDER_LIVE, ORDER_PEAK, ORDER_TOTAL, ORDER_GROWTH } report_order;

static const char *const report_orders[] = {"live", "peak", "total", "growth"};

typedef struct report_line {
    ouro_trace_site site; /* one of the line */
    int64_t live, blocks, peak, total, allocations, half;
} report_line;

typedef struct report {
    const ouro_trace_recording *recording;
    report_line *lines; /* by number of line, then sorted */
    size_t count;
    uint32_t *line_of;       /* by site */
    ouro_trace_count *state; /* by site: the last that was written */
} report;

static const char report_usage[] =
    "usage: ouro report [--by live|peak|total|growth] [--lines N] FILE\n"
    "Shows the lines of a recorded program (ouro record) with the most memory.\n"
    "  live     at the end of the recording      peak     at the end of some epoch\n"
    "  total    allocated in all                 growth   live at the end less live at half time\n";

/* ---- adding up ---- */

static int report_compare_sites(const void *left, const void *right, void *context)
{
    const ouro_trace_recording *recording = context;
    ouro_trace_frame a, b;
    bool known_a = ouro_trace_recording_frame(recording, *(const uint32_t *)left, &a);
    bool known_b = ouro_trace_recording_frame(recording, *(const uint32_t *)right, &b);
    if (!known_a || !known_b) {
        return known_a - known_b;
    }
    int order = a.file == b.file ? 0 : strcmp(a.file, b.file);
    return order ? order : a.line < b.line ? -1 : a.line > b.line;
}

/* Numbers the lines.  False: no memory. */
static bool report_number_lines(report *r)
{
    uint32_t sites = ouro_trace_recording_sites(r->recording);
    uint32_t *sorted = malloc(sites * sizeof *sorted);
    r->line_of = calloc(sites, sizeof *r->line_of);
    r->state = calloc(sites, sizeof *r->state);
    r->lines = calloc(sites, sizeof *r->lines);
    bool ok = sorted && r->line_of && r->state && r->lines;
    for (uint32_t i = 0; ok && i + OURO_TRACE_ROOT < sites; i++) {
        sorted[i] = i + OURO_TRACE_ROOT;
    }
    if (ok) {
        uint32_t n = sites - OURO_TRACE_ROOT;
        qsort_r(sorted, n, sizeof *sorted, report_compare_sites, (void *)(uintptr_t)r->recording);
        for (uint32_t i = 0; i < n; i++) {
            if (i == 0 ||
                report_compare_sites(&sorted[i - 1], &sorted[i], (void *)(uintptr_t)r->recording) != 0) {
                r->lines[r->count++].site = sorted[i];
            }
            r->line_of[sorted[i]] = (uint32_t)(r->count - 1);
        }
    }
    free(sorted);
    return ok;
}

/* Goes through the epochs.  Only lines that changed in an epoch can have a new peak at its end, since the
 * others are as they were. */
static void report_replay(report *r)
{
    const ouro_trace_count *changes = ouro_trace_recording_changes(r->recording);
    size_t epochs = ouro_trace_recording_epochs(r->recording);
    int64_t half = ouro_trace_recording_epoch(r->recording, epochs - 1)->nanoseconds / 2;
    bool passed = false;
    for (size_t e = 0; e < epochs; e++) {
        const ouro_trace_epoch *epoch = ouro_trace_recording_epoch(r->recording, e);
        for (size_t i = epoch->first; i < epoch->first + epoch->count; i++) {
            ouro_trace_count *old = &r->state[changes[i].site];
            report_line *line = &r->lines[r->line_of[changes[i].site]];
            line->live += (int64_t)(changes[i].live_bytes - old->live_bytes);
            line->blocks += (int64_t)(changes[i].live_blocks - old->live_blocks);
            line->total += (int64_t)(changes[i].total_bytes - old->total_bytes);
            line->allocations += (int64_t)(changes[i].total_blocks - old->total_blocks);
            *old = changes[i];
        }
        for (size_t i = epoch->first; i < epoch->first + epoch->count; i++) {
            report_line *line = &r->lines[r->line_of[changes[i].site]];
            line->peak = line->live > line->peak ? line->live : line->peak;
        }
        if (!passed && epoch->nanoseconds >= half) {
            passed = true;
            for (size_t i = 0; i < r->count; i++) {
                r->lines[i].half = r->lines[i].live;
            }
        }
    }
}

static int64_t report_key(const report_line *line, report_order order)
{
    switch (order) {
    case ORDER_LIVE:
        return line->live;
    case ORDER_PEAK:
        return line->peak;
    case ORDER_TOTAL:
        return line->total;
    default:
        return line->live - line->half;
    }
}

static int report_compare_lines(const void *left, const void *right, void *context)
{
    report_order order = *(const report_order *)context;
    int64_t a = report_key(left, order), b = report_key(right, order);
    if (a == b) {
        a = ((const report_line *)left)->total;
        b = ((const report_line *)right)->total;
    }
    return a < b ? 1 : a > b ? -1 : 0;
}

/* ---- printing ---- */

/* "12.3 MB": into `text`. */
static const char *report_bytes(char text[24], int64_t bytes, bool sign)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double value = (double)bytes;
    int unit = 0;
    while ((value >= 1000 || value <= -1000) && unit < 4) {
        value /= 1000;
        unit++;
    }
    int digits = unit == 0 || value >= 100 || value <= -100 ? 0 : 1;
    snprintf(text, 24, sign ? "%+.*f %s" : "%.*f %s", digits, value, units[unit]);
    return text;
}

static void report_print_head(const report *r)
{
    size_t epochs = ouro_trace_recording_epochs(r->recording);
    const ouro_trace_epoch *last = ouro_trace_recording_epoch(r->recording, epochs - 1);
    uint64_t peak = 0;
    for (size_t i = 0; i < epochs; i++) {
        const ouro_trace_epoch *epoch = ouro_trace_recording_epoch(r->recording, i);
        peak = epoch->peak_bytes > peak ? epoch->peak_bytes : peak;
    }
    char live[24], most[24], resident[24];
    printf("%s\n", ouro_trace_recording_command(r->recording));
    printf("%.1f s, %zu epochs; %s live in %" PRIu64 " blocks at the end, %s at the peak, %s resident\n",
           (double)last->nanoseconds / 1e9, epochs, report_bytes(live, (int64_t)last->bytes, false),
           last->blocks, report_bytes(most, (int64_t)peak, false),
           report_bytes(resident, (int64_t)last->resident_bytes, false));
    if (ouro_trace_recording_sample(r->recording)) {
        printf("sampled, one block for %" PRIu64 " bytes: the numbers are estimates\n",
               ouro_trace_recording_sample(r->recording));
    }
    if (!ouro_trace_recording_is_whole(r->recording)) {
        printf("the recording breaks off: the program did not end by itself\n");
    }
}

static void report_print_lines(const report *r, size_t limit)
{
    printf("\n%10s %10s %10s %10s %10s %12s  %s\n", "live", "growth", "peak", "total", "blocks",
           "allocations", "line");
    size_t shown = 0;
    for (; shown < r->count && shown < limit; shown++) {
        const report_line *line = &r->lines[shown];
        if (!line->total && !line->live) {
            break;
        }
        char live[24], growth[24], peak[24], total[24];
        ouro_trace_frame frame = {.file = "<unknown>", .function = ""};
        (void)ouro_trace_recording_frame(r->recording, line->site, &frame);
        printf("%10s %10s %10s %10s %10" PRId64 " %12" PRId64 "  %s:%u",
               report_bytes(live, line->live, false), report_bytes(growth, line->live - line->half, true),
               report_bytes(peak, line->peak, false), report_bytes(total, line->total, false), line->blocks,
               line->allocations, frame.file, frame.line);
        printf("%s%s%s\n", *frame.function ? " (" : "", frame.function, *frame.function ? ")" : "");
    }
    if (shown < r->count && (r->lines[shown].total || r->lines[shown].live)) {
        printf("... and %zu more lines\n", r->count - shown);
    }
}

static int report_show(const char *path, report_order order, size_t limit)
{
    char message[200];
    ouro_trace_recording *recording = ouro_trace_recording_read(path, message, sizeof message);
    if (!recording) {
        fprintf(stderr, "ouro: %s: %s\n", path, message);
        return 1;
    }
    report r = {.recording = recording};
    bool ok = report_number_lines(&r);
    if (ok) {
        report_replay(&r);
        qsort_r(r.lines, r.count, sizeof *r.lines, report_compare_lines, &order);
        report_print_head(&r);
        report_print_lines(&r, limit);
        ok = fflush(stdout) == 0;
    } else {
        fprintf(stderr, "ouro: no memory for the report\n");
    }
    free(r.lines);
    free(r.line_of);
    free(r.state);
    ouro_trace_recording_free(recording);
    return ok ? 0 : 1;
}

static int report_wrong(const char *format, const char *what)
{
    fprintf(stderr, "ouro report: ");
    fprintf(stderr, format, what);
    fprintf(stderr, "\n%s", report_usage);
    return 2;
}

int report_main(int argc, char **argv)
{
    report_order order = ORDER_LIVE;
    size_t limit = 20;
    const char *path = NULL;
    for (int i = 0; i < argc; i++) {
        const char *value = strchr(argv[i], '=');
        size_t n = value ? (size_t)(value++ - argv[i]) : strlen(argv[i]);
        if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0) {
            printf("%s", report_usage);
            return 0;
        }
        bool by = n == 4 && memcmp(argv[i], "--by", n) == 0,
             lines = n == 7 && memcmp(argv[i], "--lines", n) == 0;
        if (!by && !lines) {
            if (argv[i][0] == '-' || path) {
                return report_wrong(path ? "one file at a time, not also %s" : "unknown option %s", argv[i]);
            }
            path = argv[i];
            continue;
        }
        if (!value && ++i < argc) {
            value = argv[i];
        }
        char *end = NULL;
        unsigned number = 0;
        while (by && value && number < 4 && strcmp(value, report_orders[number]) != 0) {
            number++;
        }
        unsigned long wanted = lines && value ? strtoul(value, &end, 10) : 0;
        if (!value || (by && number == 4) || (lines && (*value < '0' || *value > '9' || *end))) {
            return report_wrong("%s needs a value that it knows", by ? "--by" : "--lines");
        }
        if (by) {
            order = (report_order)number;
        } else {
            limit = wanted;
        }
    }
    if (!path) {
        return report_wrong("which recording%s?", "");
    }
    return report_show(path, order, limit);
}

/* report_sum.c: see report_sum.h.
 *
 * Sites are put together by line, and by calling context and line (the tracer knows several sites of one line: one for each
 * instruction).  Then the epochs are gone through once.
 */
#include "cli/report_sum.h"

#include "base/text.h"

#include "base/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- lines ---- */

static int sum_compare_sites(const void *left, const void *right, void *context)
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

static bool sum_number_lines(report_sum *s)
{
    uint32_t sites = ouro_trace_recording_sites(s->recording);
    void *recording = (void *)(uintptr_t)s->recording;
    uint32_t *sorted = malloc(sites * sizeof *sorted);
    s->line_of = calloc(sites, sizeof *s->line_of);
    s->lines = calloc(sites, sizeof *s->lines);
    bool ok = sorted && s->line_of && s->lines;
    if (ok) {
        uint32_t n = sites - OURO_TRACE_ROOT;
        for (uint32_t i = 0; i < n; i++) {
            sorted[i] = i + OURO_TRACE_ROOT;
        }
        qsort_r(sorted, n, sizeof *sorted, sum_compare_sites, recording);
        for (uint32_t i = 0; i < n; i++) {
            if (i == 0 || sum_compare_sites(&sorted[i - 1], &sorted[i], recording) != 0) {
                s->lines[s->line_count++].site = sorted[i];
            }
            s->line_of[sorted[i]] = (uint32_t)(s->line_count - 1);
        }
    }
    free(sorted);
    return ok;
}

/* ---- calling contexts ---- */

/* Callers have lower numbers, so their nodes are there before. */
static bool sum_number_nodes(report_sum *s)
{
    uint32_t sites = ouro_trace_recording_sites(s->recording);
    s->node_of = calloc(sites, sizeof *s->node_of);
    s->nodes = calloc(sites, sizeof *s->nodes);
    if (!s->node_of || !s->nodes) {
        return false;
    }
    map known; /* parent and line -> node */
    map_init(&known, base_malloc);
    bool ok = map_reserve(&known, sites);
    s->nodes[s->node_count++] = (report_node){.site = OURO_TRACE_ROOT};
    for (uint32_t site = OURO_TRACE_ROOT + 1; ok && site < sites; site++) {
        ouro_trace_frame frame;
        (void)ouro_trace_recording_frame(s->recording, site, &frame);
        uint32_t parent = s->node_of[frame.caller];
        uint64_t key = (uint64_t)parent << 32 | s->line_of[site], node;
        if (!map_get(&known, key, &node)) {
            node = s->node_count++;
            s->nodes[node] = (report_node){.parent = parent, .site = site};
            ok = map_set(&known, key, node);
        }
        s->node_of[site] = (uint32_t)node;
    }
    map_clear(&known);
    return ok;
}

/* ---- over time ---- */

static size_t sum_find_peak(const ouro_trace_recording *recording)
{
    size_t peak = 0, epochs = ouro_trace_recording_epochs(recording);
    for (size_t e = 1; e < epochs; e++) {
        if (ouro_trace_recording_epoch(recording, e)->bytes > ouro_trace_recording_epoch(recording, peak)->bytes) {
            peak = e;
        }
    }
    return peak;
}

static bool sum_make_curves(report_sum *s)
{
    size_t count = s->line_count + s->type_count;
    s->curves = calloc(count ? count * REPORT_STEPS : 1, sizeof *s->curves);
    for (size_t i = 0; s->curves && i < count; i++) {
        int64_t *curve = s->curves + i * REPORT_STEPS;
        if (i < s->line_count) {
            s->lines[i].curve = curve;
        } else {
            s->types[i - s->line_count].curve = curve;
        }
    }
    return s->curves != NULL;
}

/* What was changed in an epoch; `last` is by site.  Only lines that changed can have a new peak at its end. */
static void sum_add_sites(report_sum *s, const ouro_trace_epoch *epoch, ouro_trace_count *last)
{
    const ouro_trace_count *changes = ouro_trace_recording_changes(s->recording) + epoch->first;
    for (size_t i = 0; i < epoch->count; i++) {
        ouro_trace_count *old = &last[changes[i].site];
        report_line *line = &s->lines[s->line_of[changes[i].site]];
        line->live = report_add(line->live, (int64_t)(changes[i].live_bytes - old->live_bytes));
        line->blocks = report_add(line->blocks, (int64_t)(changes[i].live_blocks - old->live_blocks));
        line->total = report_add(line->total, (int64_t)(changes[i].total_bytes - old->total_bytes));
        line->allocations = report_add(line->allocations, (int64_t)(changes[i].total_blocks - old->total_blocks));
        *old = changes[i];
    }
    for (size_t i = 0; i < epoch->count; i++) {
        report_line *line = &s->lines[s->line_of[changes[i].site]];
        line->peak = line->live > line->peak ? line->live : line->peak;
    }
}

static void sum_add_types(report_sum *s, const ouro_trace_epoch *epoch)
{
    const ouro_trace_type_count *changes = ouro_trace_recording_type_changes(s->recording) + epoch->type_first;
    for (size_t i = 0; i < epoch->type_count; i++) {
        report_type *type = &s->types[changes[i].type - 1];
        type->objects = (int64_t)changes[i].objects;
        type->bytes = (int64_t)changes[i].bytes;
        type->peak = type->bytes > type->peak ? type->bytes : type->peak;
    }
}

static void sum_note_peak(report_sum *s, const ouro_trace_count *last)
{
    uint32_t sites = ouro_trace_recording_sites(s->recording);
    for (size_t i = 0; i < s->line_count; i++) {
        s->lines[i].at_peak = s->lines[i].live;
    }
    for (uint32_t site = OURO_TRACE_ROOT; site < sites; site++) {
        report_node *node = &s->nodes[s->node_of[site]];
        node->at_peak = report_add(node->at_peak, (int64_t)last[site].live_bytes);
    }
}

static void sum_note_half(report_sum *s)
{
    for (size_t i = 0; i < s->line_count; i++) {
        s->lines[i].half = s->lines[i].live;
    }
    for (size_t i = 0; i < s->type_count; i++) {
        s->types[i].half = s->types[i].bytes;
    }
}

static void sum_note_step(report_sum *s, size_t step)
{
    for (size_t i = 0; i < s->line_count; i++) {
        s->lines[i].curve[step] = s->lines[i].live;
    }
    for (size_t i = 0; i < s->type_count; i++) {
        s->types[i].curve[step] = s->types[i].bytes;
    }
}

static void sum_replay(report_sum *s, ouro_trace_count *last, bool curves)
{
    size_t epochs = ouro_trace_recording_epochs(s->recording), step = 0;
    int64_t end = ouro_trace_recording_epoch(s->recording, epochs - 1)->nanoseconds;
    bool passed = false;
    for (size_t e = 0; e < epochs; e++) {
        const ouro_trace_epoch *epoch = ouro_trace_recording_epoch(s->recording, e);
        /* Steps that end before this epoch show what was there until it. */
        for (; curves && step < REPORT_STEPS && (double)epoch->nanoseconds > (double)end * (double)(step + 1) / REPORT_STEPS;
             step++) {
            sum_note_step(s, step);
        }
        sum_add_sites(s, epoch, last);
        sum_add_types(s, epoch);
        if (e == s->peak_epoch) {
            sum_note_peak(s, last);
        }
        if (!passed && epoch->nanoseconds >= end / 2) {
            passed = true;
            sum_note_half(s);
        }
    }
    for (; curves && step < REPORT_STEPS; step++) {
        sum_note_step(s, step);
    }
    uint32_t sites = ouro_trace_recording_sites(s->recording);
    for (uint32_t site = OURO_TRACE_ROOT; site < sites; site++) {
        report_node *node = &s->nodes[s->node_of[site]];
        node->live = report_add(node->live, (int64_t)last[site].live_bytes);
        node->blocks = report_add(node->blocks, (int64_t)last[site].live_blocks);
        node->total = report_add(node->total, (int64_t)last[site].total_bytes);
        node->allocations = report_add(node->allocations, (int64_t)last[site].total_blocks);
    }
}

bool report_sum_make(report_sum *sum, const ouro_trace_recording *recording, bool curves)
{
    *sum = (report_sum){.recording = recording, .peak_epoch = sum_find_peak(recording)};
    sum->type_count = ouro_trace_recording_types(recording);
    sum->types = calloc(sum->type_count + 1, sizeof *sum->types);
    for (size_t i = 0; sum->types && i < sum->type_count; i++) {
        sum->types[i].type = (uint32_t)(i + 1);
    }
    ouro_trace_count *last = calloc(ouro_trace_recording_sites(recording), sizeof *last);
    bool ok = sum->types && last && sum_number_lines(sum) && sum_number_nodes(sum) &&
              (!curves || sum_make_curves(sum));
    if (ok) {
        sum_replay(sum, last, curves);
    }
    free(last);
    return ok;
}

ouro_trace_frame report_frame(const ouro_trace_recording *recording, ouro_trace_site site)
{
    ouro_trace_frame frame;
    if (site == OURO_TRACE_ROOT || !ouro_trace_recording_frame(recording, site, &frame)) {
        frame = (ouro_trace_frame){.file = "<outside of Python code>", .function = ""};
    }
    return frame;
}

void report_place(const ouro_trace_recording *recording, ouro_trace_site site, char *text, size_t size, const char **function)
{
    ouro_trace_frame frame = report_frame(recording, site);
    (void)snprintf(text, size, frame.line ? "%s:%u" : "%s", frame.file, frame.line);
    if (function) {
        *function = frame.function;
    }
}

void report_sum_free(report_sum *sum)
{
    free(sum->lines);
    free(sum->nodes);
    free(sum->types);
    free(sum->curves);
    free(sum->line_of);
    free(sum->node_of);
    *sum = (report_sum){0};
}

/* ---- order ---- */

int64_t report_line_key(const report_line *line, report_order order)
{
    switch (order) {
    case ORDER_LIVE:
        return line->live;
    case ORDER_PEAK:
        return line->peak;
    case ORDER_TOTAL:
        return line->total;
    default:
        return report_less(line->live, line->half);
    }
}

static int sum_compare_lines(const void *left, const void *right, void *context)
{
    report_order order = *(const report_order *)context;
    int64_t a = report_line_key(left, order), b = report_line_key(right, order);
    if (a == b) {
        a = ((const report_line *)left)->total;
        b = ((const report_line *)right)->total;
    }
    return a < b ? 1 : a > b ? -1 : 0;
}

void report_sort_lines(report_sum *sum, report_order order)
{
    qsort_r(sum->lines, sum->line_count, sizeof *sum->lines, sum_compare_lines, &order);
}

static int sum_compare_types(const void *left, const void *right)
{
    int64_t a = ((const report_type *)left)->bytes, b = ((const report_type *)right)->bytes;
    return a < b ? 1 : a > b ? -1 : 0;
}

void report_sort_types(report_sum *sum)
{
    if (sum->type_count > 0) {
        qsort(sum->types, sum->type_count, sizeof *sum->types, sum_compare_types);
    }
}

/* ---- numbers for people ---- */

static const char *sum_number(char text[24], int64_t number, bool sign, const char *const units[5])
{
    double value = (double)number;
    int unit = 0;
    while ((value >= 1000 || value <= -1000) && unit < 4) {
        value /= 1000;
        unit++;
    }
    int digits = unit == 0 || value >= 100 || value <= -100 ? 0 : 1;
    snprintf(text, 24, sign ? "%+.*f%s%s" : "%.*f%s%s", digits, value, *units[unit] ? " " : "", units[unit]);
    return text;
}

const char *report_bytes(char text[24], int64_t bytes, bool sign)
{
    char size[TEXT_BYTES_SIZE];
    snprintf(text, 24, "%s%.22s", sign && bytes >= 0 ? "+" : "", text_bytes(size, (double)bytes));
    return text;
}

const char *report_count(char text[24], int64_t count)
{
    static const char *const units[] = {"", "k", "M", "G", "T"};
    return sum_number(text, count, false, units);
}

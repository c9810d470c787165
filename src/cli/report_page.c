/* report_page.c: see report_page.h.
 *
 * The page is page/page.html with the style, the data and the script in the places of its marks.  The data is one
 * JSON object; page/page.js says at its head what is in it.  It is bounded: what is too small to be seen is added up
 * (lines, types, calls), and a curve is 48 letters.
 */
#include "cli/report_page.h"
#include "cli/output.h"

#include "base/map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    PAGE_POINTS = 2500,  /* of the timeline */
    PAGE_COLLECTIONS = 3000, /* the longest ones, drawn one by one */
    PAGE_LINES = 1000,
    PAGE_TYPES = 500,
    PAGE_NODES = 12000,  /* of the tree of calls */
    PAGE_SHARE = 4000,   /* what is a smaller part of the whole is added up, at first */
};

extern const char page_html[], page_css[], page_js[];

/* ---- the whole, and time ---- */

static void page_summary(page_json *j, const report_sum *sum)
{
    const ouro_trace_recording *r = sum->recording;
    size_t epochs = ouro_trace_recording_epochs(r);
    const ouro_trace_epoch *last = ouro_trace_recording_epoch(r, epochs - 1);
    const ouro_trace_epoch *peak = ouro_trace_recording_epoch(r, sum->peak_epoch);
    int64_t total = 0, allocations = 0, resident = 0;
    for (size_t i = 0; i < sum->line_count; i++) {
        total = report_add(total, sum->lines[i].total);
        allocations = report_add(allocations, sum->lines[i].allocations);
    }
    int64_t reached = last->nanoseconds; /* the most of all, which need not have been at the end of an epoch */
    for (size_t e = epochs; e-- > 0;) {
        const ouro_trace_epoch *epoch = ouro_trace_recording_epoch(r, e);
        resident = (int64_t)epoch->resident_bytes > resident ? (int64_t)epoch->resident_bytes : resident;
        reached = epoch->peak_bytes == last->peak_bytes ? epoch->nanoseconds : reached;
    }
    json_key_text(j, "command", ouro_trace_recording_command(r));
    json_key_int(j, "started", (int64_t)ouro_trace_recording_started(r));
    json_key_int(j, "sample", (int64_t)ouro_trace_recording_sample(r));
    json_key(j, "whole");
    json_bool(j, ouro_trace_recording_is_whole(r));
    json_key(j, "seconds");
    json_real(j, (double)last->nanoseconds / 1e9);
    json_key_int(j, "epochs", (int64_t)epochs);
    json_key_int(j, "live", (int64_t)last->bytes);
    json_key_int(j, "blocks", (int64_t)last->blocks);
    json_key_int(j, "peak", (int64_t)last->peak_bytes);
    json_key_int(j, "peakSeen", (int64_t)peak->bytes);
    json_key(j, "peakAt");
    json_real(j, (double)peak->nanoseconds / 1e6);
    json_key(j, "peakBy");
    json_real(j, (double)reached / 1e6);
    json_key_int(j, "resident", (int64_t)last->resident_bytes);
    json_key_int(j, "residentPeak", resident);
    json_key_int(j, "total", total);
    json_key_int(j, "allocations", allocations);
    json_key(j, "collections");
    json_open(j, "[");
    for (int g = 0; g < OURO_TRACE_GENERATIONS; g++) {
        const ouro_trace_collections *c = &last->collections[g];
        json_open(j, "[");
        json_int(j, (int64_t)c->collections);
        json_int(j, (int64_t)c->nanoseconds);
        json_int(j, (int64_t)c->longest);
        json_int(j, (int64_t)c->examined);
        json_int(j, (int64_t)c->collected);
        json_close(j, "]");
    }
    json_close(j, "]");
}

/* Of every stretch of epochs the one with the most bytes, and the last of all. */
static size_t page_points(const ouro_trace_recording *r, size_t points[PAGE_POINTS + 1])
{
    size_t epochs = ouro_trace_recording_epochs(r), count = 0;
    size_t stretch = (epochs + PAGE_POINTS - 1) / PAGE_POINTS;
    for (size_t first = 0; first < epochs; first += stretch) {
        size_t best = first;
        for (size_t e = first; e < epochs && e < first + stretch; e++) {
            if (ouro_trace_recording_epoch(r, e)->bytes > ouro_trace_recording_epoch(r, best)->bytes) {
                best = e;
            }
        }
        points[count++] = best;
    }
    if (points[count - 1] != epochs - 1) {
        points[count++] = epochs - 1;
    }
    return count;
}

static void page_timeline(page_json *j, const ouro_trace_recording *r)
{
    static const char *const names[] = {"t", "live", "resident", "blocks", "young", "middle", "full", "pause", "freed"};
    size_t points[PAGE_POINTS + 1], count = page_points(r, points);
    json_key(j, "timeline");
    json_open(j, "{");
    for (size_t column = 0; column < sizeof names / sizeof *names; column++) {
        json_key(j, names[column]);
        json_open(j, "[");
        for (size_t i = 0; i < count; i++) {
            const ouro_trace_epoch *e = ouro_trace_recording_epoch(r, points[i]);
            const ouro_trace_collections *c = e->collections;
            const uint64_t values[] = {
                0, e->bytes, e->resident_bytes, e->blocks, c[0].collections, c[1].collections, c[2].collections,
                c[0].nanoseconds + c[1].nanoseconds + c[2].nanoseconds, c[0].collected + c[1].collected + c[2].collected};
            if (column == 0) {
                json_real(j, (double)e->nanoseconds / 1e6);
            } else {
                json_int(j, (int64_t)values[column]);
            }
        }
        json_close(j, "]");
    }
    json_close(j, "}");
}

static int page_by_pause(const void *a, const void *b)
{
    uint64_t x = (*(const ouro_trace_collection *const *)a)->nanoseconds;
    uint64_t y = (*(const ouro_trace_collection *const *)b)->nanoseconds;
    return (x < y) - (x > y);
}

/* (They are elements of one array, which is in the order of time.) */
static int page_by_time(const void *a, const void *b)
{
    const ouro_trace_collection *x = *(const ouro_trace_collection *const *)a;
    const ouro_trace_collection *y = *(const ouro_trace_collection *const *)b;
    return (x > y) - (x < y);
}

/* The longest collections, in the order of time: began, pause, generation, objects collected, bytes given back, one after
 * the other. */
static bool page_marks(page_json *j, const ouro_trace_recording *r)
{
    size_t count;
    const ouro_trace_collection *all = ouro_trace_recording_collections(r, &count);
    const ouro_trace_collection **marks = calloc(count + 1, sizeof *marks);
    if (marks == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        marks[i] = &all[i];
    }
    if (count > PAGE_COLLECTIONS) {
        qsort(marks, count, sizeof *marks, page_by_pause);
        count = PAGE_COLLECTIONS;
        qsort(marks, count, sizeof *marks, page_by_time);
    }
    json_key(j, "marks");
    json_open(j, "[");
    for (size_t i = 0; i < count; i++) {
        json_real(j, (double)marks[i]->began / 1e6);
        json_int(j, (int64_t)marks[i]->nanoseconds);
        json_int(j, marks[i]->generation);
        json_int(j, (int64_t)marks[i]->collected);
        json_int(j, (int64_t)marks[i]->bytes);
    }
    json_close(j, "]");
    free(marks);
    return true;
}

/* A curve as letters: each of the 64 stands for so many parts of the greatest value. */
static void page_curve(page_json *j, const int64_t *curve)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char text[REPORT_STEPS + 1];
    int64_t most = 1;
    for (int i = 0; i < REPORT_STEPS; i++) {
        most = curve[i] > most ? curve[i] : most;
    }
    for (int i = 0; i < REPORT_STEPS; i++) {
        double part = curve[i] > 0 ? (double)curve[i] / (double)most : 0;
        text[i] = letters[(int)(part * 63 + 0.5)];
    }
    text[REPORT_STEPS] = 0;
    json_text(j, text);
}

/* ---- calls ---- */

/* Places as the page numbers them. */
typedef struct page_frames {
    map files, functions, lines, frames; /* text -> number; file and line -> number; line and function -> number */
    VECTOR_OF(const char *) file_names;
    VECTOR_OF(const char *) function_names;
    VECTOR_OF(uint32_t) rows; /* file, function, line of each frame */
} page_frames;

/* The number of a key; a new one is `next`.  UINT32_MAX: no memory. */
static uint32_t page_number(map *numbers, uint64_t key, size_t next, bool *is_new)
{
    uint64_t number;
    *is_new = !map_get(numbers, key, &number);
    if (*is_new) {
        number = next;
        if (!map_set(numbers, key, number)) {
            return UINT32_MAX;
        }
    }
    return (uint32_t)number;
}

/* The number of the frame of a site; UINT32_MAX: no memory. */
static uint32_t page_frame(page_frames *f, const ouro_trace_recording *r, ouro_trace_site site)
{
    ouro_trace_frame frame = report_frame(r, site); /* texts of a recording are there once */
    bool new_file, new_function, new_line, new_frame;
    uint32_t file = page_number(&f->files, (uint64_t)(uintptr_t)frame.file, f->file_names.count, &new_file);
    uint32_t function =
        page_number(&f->functions, (uint64_t)(uintptr_t)frame.function, f->function_names.count, &new_function);
    if (file == UINT32_MAX || function == UINT32_MAX ||
        (new_file && !vector_push(&base_malloc, &f->file_names, frame.file)) ||
        (new_function && !vector_push(&base_malloc, &f->function_names, frame.function))) {
        return UINT32_MAX;
    }
    uint32_t line = page_number(&f->lines, (uint64_t)file << 32 | frame.line, f->lines.count, &new_line);
    uint32_t number = line == UINT32_MAX ? UINT32_MAX
                                         : page_number(&f->frames, (uint64_t)line << 32 | function,
                                                       f->rows.count / 3, &new_frame);
    if (number == UINT32_MAX || !new_frame) {
        return number;
    }
    bool ok = vector_push(&base_malloc, &f->rows, file) && vector_push(&base_malloc, &f->rows, function) &&
              vector_push(&base_malloc, &f->rows, frame.line);
    return ok ? number : UINT32_MAX;
}

static void page_start_frames(page_frames *f)
{
    *f = (page_frames){.file_names.count = 0};
    map_init(&f->files, base_malloc);
    map_init(&f->functions, base_malloc);
    map_init(&f->lines, base_malloc);
    map_init(&f->frames, base_malloc);
}

static void page_write_frames(page_json *j, const page_frames *f)
{
    json_key(j, "files");
    json_open(j, "[");
    for (size_t i = 0; i < f->file_names.count; i++) {
        json_text(j, f->file_names.items[i]);
    }
    json_close(j, "]");
    json_key(j, "functions");
    json_open(j, "[");
    for (size_t i = 0; i < f->function_names.count; i++) {
        json_text(j, f->function_names.items[i]);
    }
    json_close(j, "]");
    json_key(j, "frames");
    json_open(j, "[");
    for (size_t i = 0; i < f->rows.count; i++) {
        json_int(j, f->rows.items[i]);
    }
    json_close(j, "]");
}

static void page_free_frames(page_frames *f)
{
    map_clear(&f->files);
    map_clear(&f->functions);
    map_clear(&f->lines);
    map_clear(&f->frames);
    vector_free(&base_malloc, &f->file_names);
    vector_free(&base_malloc, &f->function_names);
    vector_free(&base_malloc, &f->rows);
}

/* What a node and what it called hold, by each measure of the page. */
enum { MEASURE_LIVE, MEASURE_PEAK, MEASURE_TEMPORARY, MEASURE_TOTAL, MEASURES };

typedef struct page_sums {
    int64_t of[MEASURES], blocks, allocations;
} page_sums;

static page_sums page_own(const report_node *node)
{
    return (page_sums){{node->live, node->at_peak, report_less(node->total, node->live), node->total}, node->blocks,
                       node->allocations};
}

static void page_add(page_sums *sum, const page_sums *more)
{
    for (int m = 0; m < MEASURES; m++) {
        sum->of[m] = report_add(sum->of[m], more->of[m]);
    }
    sum->blocks = report_add(sum->blocks, more->blocks);
    sum->allocations = report_add(sum->allocations, more->allocations);
}

static bool page_is_worth(const page_sums *sums, const page_sums *whole, int64_t share)
{
    for (int m = 0; m < MEASURES; m++) {
        if (sums->of[m] > 0 && (double)sums->of[m] * (double)share >= (double)whole->of[m]) {
            return true;
        }
    }
    return false;
}

static void page_node(page_json *j, int64_t parent, int64_t frame, const page_sums *own)
{
    json_int(j, parent);
    json_int(j, frame);
    json_int(j, own->of[MEASURE_LIVE]);
    json_int(j, own->blocks);
    json_int(j, own->of[MEASURE_PEAK]);
    json_int(j, own->of[MEASURE_TOTAL]);
    json_int(j, own->allocations);
}

/* The nodes that are worth it, each with what it allocated itself, and for each the sum of those called from it that are
 * not (frame -1).  Those worth it have callers worth it. */
static bool page_calls(page_json *j, const report_sum *sum, page_frames *frames)
{
    size_t count = sum->node_count, kept;
    page_sums *sums = calloc(count, sizeof *sums), *rest = calloc(count, sizeof *rest);
    uint32_t *numbers = calloc(count, sizeof *numbers);
    bool ok = sums && rest && numbers;
    for (size_t n = count; ok && n-- > 0;) {
        page_sums own = page_own(&sum->nodes[n]);
        page_add(&sums[n], &own);
        if (n > 0) {
            page_add(&sums[sum->nodes[n].parent], &sums[n]);
        }
    }
    int64_t share = PAGE_SHARE;
    do {
        kept = 0;
        for (size_t n = 0; ok && n < count; n++) {
            kept += page_is_worth(&sums[n], &sums[0], share);
        }
        share = kept > PAGE_NODES ? share / 2 : share;
    } while (kept > PAGE_NODES && share > 1);
    json_key(j, "calls");
    json_open(j, "[");
    uint32_t next = 0;
    for (size_t n = 0; ok && n < count; n++) {
        uint32_t parent = sum->nodes[n].parent;
        if (n == 0 || page_is_worth(&sums[n], &sums[0], share)) {
            uint32_t frame = n == 0 ? 0 : page_frame(frames, sum->recording, sum->nodes[n].site);
            page_sums own = page_own(&sum->nodes[n]);
            ok = frame != UINT32_MAX;
            numbers[n] = next++;
            page_node(j, n == 0 ? -1 : (int64_t)numbers[parent], n == 0 ? -2 : (int64_t)frame, &own);
        } else if (page_is_worth(&sums[parent], &sums[0], share) || parent == 0) {
            page_add(&rest[parent], &sums[n]);
        }
    }
    for (size_t n = 0; ok && n < count; n++) {
        if (rest[n].allocations || rest[n].of[MEASURE_LIVE]) {
            page_node(j, numbers[n], -1, &rest[n]);
        }
    }
    json_close(j, "]");
    free(sums);
    free(rest);
    free(numbers);
    return ok;
}

/* ---- tables ---- */

static void page_lines(page_json *j, report_sum *sum, page_frames *frames, bool *ok)
{
    page_sums rest = {{0}, 0, 0};
    size_t more = 0, count = 0;
    /* The best by each order, so that sorting in the page finds them. */
    unsigned char *chosen = calloc(sum->line_count + 1, 1);
    *ok &= chosen != NULL;
    json_key(j, "lines");
    json_open(j, "[");
    for (report_order order = ORDER_GROWTH; *ok && order <= ORDER_GROWTH; order--) {
        report_sort_lines(sum, order);
        for (size_t i = 0; i < sum->line_count && i < PAGE_LINES / 4; i++) {
            chosen[sum->line_of[sum->lines[i].site]] = 1;
        }
        if (order == ORDER_LIVE) {
            break;
        }
    }
    for (size_t i = 0; *ok && i < sum->line_count; i++) { /* sorted by live bytes now */
        const report_line *line = &sum->lines[i];
        if (!line->total && !line->live) {
            continue;
        }
        if (!chosen[sum->line_of[line->site]] && sum->line_count > PAGE_LINES) {
            page_sums own = {{line->live, line->peak, 0, line->total}, line->blocks, line->allocations};
            page_add(&rest, &own);
            more++;
            continue;
        }
        uint32_t frame = page_frame(frames, sum->recording, line->site);
        *ok = frame != UINT32_MAX;
        json_open(j, "[");
        json_int(j, frame);
        json_int(j, line->live);
        json_int(j, report_less(line->live, line->half));
        json_int(j, line->peak);
        json_int(j, line->total);
        json_int(j, line->blocks);
        json_int(j, line->allocations);
        page_curve(j, line->curve);
        json_close(j, "]");
        count++;
    }
    json_close(j, "]");
    json_key_int(j, "linesMore", (int64_t)more);
    json_key_int(j, "linesMoreLive", rest.of[MEASURE_LIVE]);
    free(chosen);
}

static void page_types(page_json *j, report_sum *sum)
{
    report_sort_types(sum);
    json_key(j, "types");
    json_open(j, "[");
    for (size_t i = 0; i < sum->type_count && i < PAGE_TYPES; i++) {
        const report_type *type = &sum->types[i];
        json_open(j, "[");
        json_text(j, ouro_trace_recording_type(sum->recording, type->type));
        json_int(j, type->objects);
        json_int(j, type->bytes);
        json_int(j, report_less(type->bytes, type->half));
        json_int(j, type->peak);
        page_curve(j, type->curve);
        json_close(j, "]");
    }
    json_close(j, "]");
    json_key_int(j, "typesMore", sum->type_count > PAGE_TYPES ? (int64_t)(sum->type_count - PAGE_TYPES) : 0);
}

static void page_map(page_json *j, const ouro_trace_recording *r)
{
    ouro_trace_map m;
    size_t epoch;
    json_key(j, "map");
    if (!ouro_trace_recording_map(r, &m, &epoch)) {
        json_text(j, NULL);
        return;
    }
    json_open(j, "{");
    json_key_int(j, "slot", (int64_t)m.slot_size);
    json_key_int(j, "largeBlocks", (int64_t)m.large_blocks);
    json_key_int(j, "largeBytes", (int64_t)m.large_bytes);
    json_key(j, "at");
    json_real(j, (double)ouro_trace_recording_epoch(r, epoch)->nanoseconds / 1e6);
    json_key(j, "runs"); /* slots since the last run, slots, block size, resident, live */
    json_open(j, "[");
    uint64_t at = 0;
    for (size_t i = 0; i < m.count; i++) {
        json_int(j, (int64_t)(m.runs[i].first - at));
        json_int(j, (int64_t)m.runs[i].count);
        json_int(j, m.runs[i].block_size);
        json_int(j, m.runs[i].resident);
        json_int(j, m.runs[i].live);
        at = m.runs[i].first + m.runs[i].count;
    }
    json_close(j, "]");
    json_close(j, "}");
}

/* ---- the page ---- */

/* False: no memory, or a snapshot cannot be read (said so). */
static bool page_data(page_json *j, report_sum *sum, char **snapshots, int count)
{
    page_frames frames;
    page_start_frames(&frames);
    json_open(j, "{");
    page_summary(j, sum);
    page_timeline(j, sum->recording);
    bool ok = page_marks(j, sum->recording);
    ok = page_calls(j, sum, &frames) && ok;
    page_lines(j, sum, &frames, &ok);
    page_types(j, sum);
    page_map(j, sum->recording);
    page_write_frames(j, &frames);
    page_free_frames(&frames);
    if (!ok) {
        fprintf(stderr, "ouro: no memory for the report\n");
    }
    json_key(j, "heap");
    if (count > 0) {
        ok = ok && report_heap_write(j, snapshots, count);
    } else {
        json_text(j, NULL);
    }
    json_close(j, "}");
    return ok;
}

/* Writes `text` up to a mark, and returns what comes after it. */
static const char *page_until(FILE *out, const char *text, const char *mark)
{
    const char *at = strstr(text, mark);
    fwrite(text, 1, (size_t)(at - text), out);
    return at + strlen(mark);
}

static bool page_write(FILE *out, report_sum *sum, char **snapshots, int count)
{
    page_json j = {out, false};
    const char *rest = page_until(out, page_html, "/*STYLE*/");
    fputs(page_css, out);
    rest = page_until(out, rest, "/*DATA*/");
    bool ok = page_data(&j, sum, snapshots, count);
    rest = page_until(out, rest, "/*SCRIPT*/");
    fputs(page_js, out);
    fputs(rest, out);
    return ok;
}

/* "run.ouro" -> "run.html": from malloc. */
static char *page_name(const char *path)
{
    size_t n = strlen(path);
    n -= n > 5 && strcmp(path + n - 5, ".ouro") == 0 ? 5 : 0;
    char *name = malloc(n + 6);
    if (name) {
        memcpy(name, path, n);
        memcpy(name + n, ".html", 6);
    }
    return name;
}

/* But not a device that somebody named. */
static bool page_remove(const char *name)
{
    struct stat status;
    return stat(name, &status) == 0 && S_ISREG(status.st_mode) && remove(name) == 0;
}

int report_page_write(report_sum *sum, const char *path, const char *page, char **snapshots, int count)
{
    bool standard = page && strcmp(page, "-") == 0;
    char *name = page ? strdup(page) : page_name(path);
    FILE *out = standard ? stdout : name ? fopen(name, "w") : NULL;
    if (!out) {
        fprintf(stderr, "ouro: %s cannot be written: %s\n", name ? name : path, strerror(name ? errno : ENOMEM));
        free(name);
        return 1;
    }
    bool ok = page_write(out, sum, snapshots, count);
    bool written = fflush(out) == 0 && !ferror(out);
    int reason = errno;
    if (!standard && fclose(out) != 0 && written) {
        written = false;
        reason = errno;
    }
    if (!written) {
        fprintf(stderr, "ouro: %s cannot be written: %s\n", standard ? "standard output" : name, strerror(reason));
    } else if (ok && !standard) {
        printf("ouro: wrote %s\n", name);
    }
    if (!standard && !(ok && written)) {
        (void)page_remove(name); /* half a page helps nobody */
    }
    free(name);
    return ok && written && output_finish() ? 0 : 1;
}

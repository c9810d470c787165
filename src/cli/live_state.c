/* live_state.c: see live_state.h.
 *
 * Rates are taken over stretches of at least a second of the recording: long enough that single epochs do not make them
 * jump, short enough to see what is going on now.
 */
#include "cli/live_state.h"

#include <stdlib.h>
#include <string.h>

#define LIVE_STRETCH INT64_C(1000000000) /* nanoseconds */

/* The number of a key, a new one being `next`; false: no memory. */
static bool live_number(map *numbers, uint64_t key, uint64_t next, uint64_t *number)
{
    if (map_get(numbers, key, number)) {
        return true;
    }
    *number = next;
    return map_set(numbers, key, next);
}

/* The line of a site.  NULL: no memory. */
static live_row *live_line(live_state *s, ouro_trace_site site)
{
    if (s->line_of.items[site] == 0) {
        ouro_trace_frame frame = {.file = "", .line = 0};
        (void)ouro_trace_recording_frame(s->recording, site, &frame); /* texts of a recording stay where they are */
        uint64_t file, line;
        if (!live_number(&s->files, (uint64_t)(uintptr_t)frame.file, s->files.count, &file) ||
            !live_number(&s->numbers, file << 32 | frame.line, s->lines.count, &line) ||
            (line == s->lines.count && !vector_push(&base_malloc, &s->lines, (live_row){.site = site}))) {
            return NULL;
        }
        s->line_of.items[site] = (uint32_t)line + 1;
    }
    return &s->lines.items[s->line_of.items[site] - 1];
}

static bool live_reserve(live_state *s)
{
    size_t sites = ouro_trace_recording_sites(s->recording), types = ouro_trace_recording_types(s->recording);
    if (!vector_reserve(&base_malloc, &s->last, sites) || !vector_reserve(&base_malloc, &s->line_of, sites) ||
        !vector_reserve(&base_malloc, &s->types, types)) {
        return false;
    }
    while (s->last.count < sites) {
        s->last.items[s->last.count++] = (ouro_trace_count){0};
        s->line_of.items[s->line_of.count++] = 0;
    }
    while (s->types.count < types) {
        s->types.items[s->types.count] = (live_row){.type = (uint32_t)s->types.count + 1};
        s->types.count++;
    }
    return true;
}

static void live_begin_stretch(live_row *rows, size_t count, double seconds)
{
    for (size_t i = 0; i < count; i++) {
        rows[i].rate = ((double)rows[i].live - (double)rows[i].live_before) / seconds;
        rows[i].allocated = ((double)rows[i].total - (double)rows[i].total_before) / seconds;
        rows[i].live_before = rows[i].live;
        rows[i].total_before = rows[i].total;
    }
}

static bool live_add(live_state *s, const ouro_trace_epoch *epoch)
{
    const ouro_trace_count *changes = ouro_trace_recording_changes(s->recording) + epoch->first;
    for (size_t i = 0; i < epoch->count; i++) {
        ouro_trace_count *old = &s->last.items[changes[i].site];
        live_row *line = live_line(s, changes[i].site);
        if (!line) {
            return false;
        }
        line->live = (int64_t)((uint64_t)line->live + changes[i].live_bytes - old->live_bytes);
        line->count = (int64_t)((uint64_t)line->count + changes[i].live_blocks - old->live_blocks);
        line->total = (int64_t)((uint64_t)line->total + changes[i].total_bytes - old->total_bytes);
        *old = changes[i];
    }
    const ouro_trace_type_count *types = ouro_trace_recording_type_changes(s->recording) + epoch->type_first;
    for (size_t i = 0; i < epoch->type_count; i++) {
        live_row *row = &s->types.items[types[i].type - 1];
        row->live = (int64_t)types[i].bytes;
        row->count = (int64_t)types[i].objects;
    }
    int64_t passed = epoch->nanoseconds - s->stretch_began;
    if (passed >= LIVE_STRETCH) { /* epochs of a damaged file may go back */
        live_begin_stretch(s->lines.items, s->lines.count, (double)passed / 1e9);
        s->stretch_began = epoch->nanoseconds;
    }
    passed = epoch->nanoseconds - s->types_began;
    if (epoch->type_count > 0 && passed >= LIVE_STRETCH) { /* types are counted more rarely */
        live_begin_stretch(s->types.items, s->types.count, (double)passed / 1e9);
        s->types_began = epoch->nanoseconds;
    }
    return true;
}

static bool live_catch_up(live_state *s)
{
    if (!live_reserve(s)) {
        return false;
    }
    size_t epochs = ouro_trace_recording_epochs(s->recording);
    while (s->epochs < epochs) {
        if (!live_add(s, ouro_trace_recording_epoch(s->recording, s->epochs))) {
            return false;
        }
        s->epochs++;
    }
    return true;
}

bool live_start(live_state *s, ouro_trace_recording *recording)
{
    *s = (live_state){.recording = recording};
    map_init(&s->files, base_malloc);
    map_init(&s->numbers, base_malloc);
    return live_catch_up(s);
}

void live_free(live_state *s)
{
    vector_free(&base_malloc, &s->lines);
    vector_free(&base_malloc, &s->types);
    vector_free(&base_malloc, &s->last);
    vector_free(&base_malloc, &s->line_of);
    map_clear(&s->files);
    map_clear(&s->numbers);
    ouro_trace_recording_free(s->recording);
    s->recording = NULL;
}

int64_t live_follow(live_state *s, char *message, size_t size)
{
    int64_t more = ouro_trace_recording_follow(s->recording, message, size);
    if (more > 0 && !live_catch_up(s)) {
        strncpy(message, "no memory", size);
        return -1;
    }
    return more;
}

const ouro_trace_epoch *live_now(const live_state *s)
{
    return ouro_trace_recording_epoch(s->recording, s->epochs - 1);
}

static int live_compare(const void *left, const void *right, void *context)
{
    const live_row *a = *(const live_row *const *)left, *b = *(const live_row *const *)right;
    live_order order = *(const live_order *)context;
    double x = order == LIVE_BY_RATE ? a->rate : order == LIVE_BY_ALLOCATED ? a->allocated : (double)a->live;
    double y = order == LIVE_BY_RATE ? b->rate : order == LIVE_BY_ALLOCATED ? b->allocated : (double)b->live;
    return x < y ? 1 : x > y ? -1 : a->live < b->live ? 1 : a->live > b->live ? -1 : 0;
}

const live_row **live_sorted(const live_state *s, bool types, live_order order, size_t *count)
{
    size_t n = types ? s->types.count : s->lines.count;
    const live_row *rows = types ? s->types.items : s->lines.items;
    const live_row **sorted = malloc((n + 1) * sizeof *sorted);
    *count = 0;
    for (size_t i = 0; sorted && i < n; i++) {
        if (rows[i].live || rows[i].total) {
            sorted[(*count)++] = &rows[i];
        }
    }
    if (sorted && *count > 0) {
        qsort_r(sorted, *count, sizeof *sorted, live_compare, &order);
    }
    return sorted;
}

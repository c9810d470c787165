/* live_view.c: see live_view.h. */
#include "cli/live_view.h"

#include "cli/live_screen.h"
#include "cli/report_sum.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VIEW_OUTPUT_ROWS = 5, VIEW_HEAD_ROWS = 8 };

static const char *const view_orders[] = {"live", "growth", "allocated"};

static const char *view_time(char text[32], int64_t nanoseconds)
{
    int64_t seconds = nanoseconds / 1000000000;
    if (seconds < 60) {
        snprintf(text, 32, "%.1f s", (double)nanoseconds / 1e9);
    } else {
        snprintf(text, 32, seconds < 3600 ? "%.0" PRId64 "%" PRId64 ":%02" PRId64 : "%" PRId64 ":%02" PRId64 ":%02" PRId64,
                 seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    return text;
}

static ouro_trace_collections view_collections(const ouro_trace_epoch *epoch)
{
    ouro_trace_collections all = {0};
    for (int g = 0; g < OURO_TRACE_GENERATIONS; g++) {
        all.collections += epoch->collections[g].collections;
        all.nanoseconds += epoch->collections[g].nanoseconds;
        all.collected += epoch->collections[g].collected;
    }
    return all;
}

/* The most there was at one time. */
static uint64_t view_peak(const live_state *s)
{
    return live_now(s)->peak_bytes;
}

void view_print_line(const live_view *view, bool on_error)
{
    const ouro_trace_epoch *now = live_now(&view->state);
    ouro_trace_collections c = view_collections(now);
    char time[32], live[24], peak[24], resident[24], rate[24];
    FILE *out = on_error ? stderr : stdout;
    fprintf(out, "%s  live %s  peak %s  resident %s  collections %" PRIu64, view_time(time, now->nanoseconds),
            report_bytes(live, (int64_t)now->bytes, false), report_bytes(peak, (int64_t)view_peak(&view->state), false),
            report_bytes(resident, (int64_t)now->resident_bytes, false), c.collections);
    size_t count;
    const live_row **rows = live_sorted(&view->state, false, LIVE_BY_RATE, &count);
    if (rows && count > 0 && rows[0]->rate > 0) {
        char place[1024];
        report_place(view->state.recording, rows[0]->site, place, sizeof place, NULL);
        fprintf(out, "  growing %s/s at %s", report_bytes(rate, (int64_t)rows[0]->rate, true), place);
    }
    fputc('\n', out);
    (void)fflush(out);
    free(rows);
}

/* ---- curves ---- */

/* One row of bars over the whole time; `of` picks the number. */
static void view_curve(screen_text *t, const live_view *view, uint64_t (*of)(const ouro_trace_epoch *), uint64_t most)
{
    static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}, *const plain[] = {
        " ", ".", ".", ":", "-", "=", "+", "*", "#"};
    const char *const *bars = screen_is_unicode() ? blocks : plain;
    const live_state *s = &view->state;
    int width = t->columns - t->column;
    int64_t end = live_now(s)->nanoseconds;
    size_t e = 0;
    uint64_t value = 0;
    for (int x = 0; x < width; x++) {
        /* the most of what ended in this part of the time; when nothing did, what was there */
        double until = (double)end * (x + 1) / width;
        uint64_t here = 0;
        bool any = false;
        while (e < s->epochs && (double)ouro_trace_recording_epoch(s->recording, e)->nanoseconds <= until) {
            value = of(ouro_trace_recording_epoch(s->recording, e++));
            here = value > here ? value : here;
            any = true;
        }
        here = any ? here : value;
        int height = most && here ? 1 + (int)((double)here / (double)most * 7.0 + 0.5) : 0;
        text_add(t, bars[height > 8 ? 8 : height]);
    }
}

static uint64_t view_of_live(const ouro_trace_epoch *e)
{
    return e->bytes;
}

static uint64_t view_of_resident(const ouro_trace_epoch *e)
{
    return e->resident_bytes;
}

static uint64_t view_most(const live_state *s, uint64_t (*of)(const ouro_trace_epoch *))
{
    uint64_t most = 0;
    for (size_t e = 0; e < s->epochs; e++) {
        uint64_t value = of(ouro_trace_recording_epoch(s->recording, e));
        most = value > most ? value : most;
    }
    return most;
}

/* ---- parts of the picture ---- */

static void view_fact(screen_text *t, const char *name, const char *value)
{
    text_style(t, "2");
    text_format(t, "%s ", name);
    text_style(t, "1");
    text_add(t, value);
    text_style(t, "");
    text_add(t, "   ");
}

static void view_head(screen_text *t, const live_view *view)
{
    const ouro_trace_epoch *now = live_now(&view->state);
    ouro_trace_collections c = view_collections(now);
    char text[24], number[64], time[32];
    text_style(t, "1");
    text_add(t, ouro_trace_recording_command(view->state.recording));
    text_style(t, "");
    text_format(t, "   process %ld   %s", (long)view->pid, view_time(time, now->nanoseconds));
    if (view->ended) {
        text_style(t, "7");
        text_format(t, " %s ", view->said);
    } else if (ouro_trace_recording_sample(view->state.recording)) {
        text_add(t, "   sampled");
    }
    (void)text_next(t);
    view_fact(t, "live", report_bytes(text, (int64_t)now->bytes, false));
    view_fact(t, "peak", report_bytes(text, (int64_t)view_peak(&view->state), false));
    view_fact(t, "resident", report_bytes(text, (int64_t)now->resident_bytes, false));
    view_fact(t, "blocks", report_count(text, (int64_t)now->blocks));
    (void)text_next(t);
    snprintf(number, sizeof number, "%" PRIu64 " (%" PRIu64 " full), %.1f ms", c.collections, now->collections[2].collections,
             (double)c.nanoseconds / 1e6);
    view_fact(t, "collections", number);
    view_fact(t, "freed", report_count(text, (int64_t)c.collected));
    (void)text_next(t);
    text_style(t, "2");
    text_add(t, "live     ");
    text_style(t, "34");
    view_curve(t, view, view_of_live, view_most(&view->state, view_of_live));
    (void)text_next(t);
    text_style(t, "2");
    text_add(t, "resident ");
    view_curve(t, view, view_of_resident, view_most(&view->state, view_of_resident));
    (void)text_next(t);
    (void)text_next(t);
}

static void view_column(screen_text *t, bool sorted, const char *name)
{
    text_style(t, sorted ? "1;4" : "2");
    text_format(t, "%11s", name);
    text_style(t, "");
    text_add(t, " ");
}

static void view_row(screen_text *t, const live_view *view, const live_row *row)
{
    char live[24], rate[24], allocated[24], number[24];
    text_format(t, "%11s ", report_bytes(live, row->live, false));
    text_style(t, row->rate >= 1 ? "33" : "");
    text_format(t, "%11s ", report_bytes(rate, (int64_t)row->rate, true));
    text_style(t, "");
    if (view->types) {
        text_format(t, "%11s %s", report_count(number, row->count),
                    ouro_trace_recording_type(view->state.recording, row->type));
        return;
    }
    text_format(t, "%11s %11s ", report_bytes(allocated, (int64_t)row->allocated, false), report_count(number, row->count));
    char place[1024];
    const char *function;
    report_place(view->state.recording, row->site, place, sizeof place, &function);
    size_t room = t->columns > t->column ? (size_t)(t->columns - t->column) : 0, length = strlen(place);
    /* of a long name the end says more */
    size_t cut = length > room ? length - room : 0;
    while (cut > 0 && ((unsigned char)place[cut] & 0xc0) == 0x80) {
        cut++;
    }
    text_add(t, place + cut);
    text_style(t, "2");
    text_format(t, " %s", function);
}

static void view_table(screen_text *t, const live_view *view, int rows)
{
    view_column(t, view->order == LIVE_BY_LIVE, "live");
    view_column(t, view->order == LIVE_BY_RATE, "growth/s");
    if (!view->types) {
        view_column(t, view->order == LIVE_BY_ALLOCATED, "allocated/s");
    }
    view_column(t, false, view->types ? "objects" : "blocks");
    text_style(t, "2");
    text_add(t, view->types ? "type" : "line");
    (void)text_next(t);
    size_t count;
    const live_row **sorted = live_sorted(&view->state, view->types, view->order, &count);
    for (int i = 0; i < rows - 1; i++) {
        if (sorted && (size_t)i < count) {
            view_row(t, view, sorted[i]);
        } else if (i == 0) {
            text_add(t, view->types ? "   no census yet" : "   nothing yet");
        }
        (void)text_next(t);
    }
    free(sorted);
}

/* The last lines of what the program wrote. */
static void view_output(screen_text *t, const live_view *view, int rows)
{
    text_style(t, "2");
    text_add(t, screen_is_unicode() ? "── output " : "-- output ");
    for (int x = t->column; x < t->columns; x++) {
        text_add(t, screen_is_unicode() ? "─" : "-");
    }
    (void)text_next(t);
    const char *end = view->output + strlen(view->output), *at = end;
    while (at > view->output && (at[-1] == '\n' || at[-1] == '\r')) {
        at--;
    }
    end = at;
    int lines = 0;
    while (at > view->output && (at[-1] != '\n' || ++lines < rows - 1)) {
        at--;
    }
    for (int i = 0; i < rows - 1; i++) {
        char line[1024];
        size_t n = 0;
        for (; at < end && *at != '\n'; at++) {
            if (*at != '\r' && n < sizeof line - 1) {
                line[n++] = *at;
            }
        }
        line[n] = 0;
        at += at < end;
        text_add(t, line);
        (void)text_next(t);
    }
}

void view_draw(const live_view *view)
{
    screen_text t;
    int rows, columns;
    screen_size(&rows, &columns);
    text_start(&t, rows, columns);
    view_head(&t, view);
    int output = view->output && rows > VIEW_HEAD_ROWS + 2 * VIEW_OUTPUT_ROWS ? VIEW_OUTPUT_ROWS : 0;
    int table = rows - t.row - output - 1;
    if (table > 1) {
        view_table(&t, view, table);
    }
    if (output) {
        view_output(&t, view, output);
    }
    while (t.row < rows - 1 && text_next(&t)) {
    }
    t.column = 0;
    text_style(&t, "2");
    text_format(&t, "q quit   l live   g growth   a allocated   t %s   by %s", view->types ? "lines" : "types",
                view_orders[view->order]);
    text_draw(&t);
}

bool view_key(live_view *view, char key)
{
    switch (key) {
    case 'q':
    case 'Q':
        return false;
    case 'l':
        view->order = LIVE_BY_LIVE;
        break;
    case 'g':
        view->order = LIVE_BY_RATE;
        break;
    case 'a':
        view->order = view->types ? view->order : LIVE_BY_ALLOCATED;
        break;
    case 't':
    case '\t':
        view->types = !view->types;
        view->order = view->types && view->order == LIVE_BY_ALLOCATED ? LIVE_BY_LIVE : view->order;
        break;
    default:
        break;
    }
    return true;
}

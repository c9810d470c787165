/* report.c: `ouro report run.ouro` (report.h): reads the command line, and prints the lines of a program that hold, held,
 * allocated or gathered the most (report_sum.h says what that means), or a tree of its calls; report_page.c
 * writes the page.
 */
#include "cli/report.h"

#include "cli/export_recording.h"
#include "cli/report_page.h"
#include "cli/report_sum.h"
#include "cli/output.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *const report_orders[] = {"live", "peak", "total", "growth"};

typedef struct report_options {
    const char *path;
    report_order order;
    size_t limit; /* of lines */
    bool tree;
    bool page;
    const char *page_file;  /* NULL: beside the recording */
    char **snapshots; /* of the heap, for the page */
    int snapshot_count;
} report_options;

static const char report_usage[] =
    "usage: ouro report [--by live|peak|total|growth] [--lines N] [--tree] FILE\n"
    "       ouro report --html[=PAGE] FILE [--heap SNAPSHOT ...]\n"
    "Shows the lines of a recorded program (ouro record) with the most memory; --tree: below the calls that led there;\n"
    "--html: all there is to see, in one file for a browser (PAGE, or FILE with .html; - is standard output), with what\n"
    "snapshots of its heap tell (ouro.snapshot(path) in the program; several in order of time show what leaks).\n"
    "  live     at the end of the recording      peak     at the end of some epoch\n"
    "  total    allocated in all                 growth   live at the end less live at half time\n";

/* ---- printing ---- */

static void report_print_collections(const ouro_trace_recording *r, const ouro_trace_epoch *last)
{
    uint64_t collections = 0, nanoseconds = 0;
    for (int g = 0; g < OURO_TRACE_GENERATIONS; g++) {
        collections += last->collections[g].collections;
        nanoseconds += last->collections[g].nanoseconds;
    }
    if (collections == 0) {
        return;
    }
    printf("%" PRIu64 " collection%s, %.1f ms in all", collections, collections == 1 ? "" : "s", (double)nanoseconds / 1e6);
    size_t count;
    const ouro_trace_collection *single = ouro_trace_recording_collections(r, &count), *longest = single;
    for (size_t i = 1; i < count; i++) {
        longest = single[i].nanoseconds > longest->nanoseconds ? &single[i] : longest;
    }
    if (count > 0) {
        char bytes[24];
        printf("; the longest %.1f ms at %.1f s (generation %d, %" PRIu64 " objects collected, %s less)",
               (double)longest->nanoseconds / 1e6, (double)longest->began / 1e9, longest->generation, longest->collected,
               report_bytes(bytes, (int64_t)longest->bytes, false));
    }
    putchar('\n');
}

static void report_print_head(const report_sum *r)
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
    printf("%.1f s, %zu epochs; %s live in %" PRIu64 " blocks at the end, %s at the peak, %s resident (recording included)\n",
           (double)last->nanoseconds / 1e9, epochs, report_bytes(live, (int64_t)last->bytes, false),
           last->blocks, report_bytes(most, (int64_t)peak, false),
           report_bytes(resident, (int64_t)last->resident_bytes, false));
    report_print_collections(r->recording, last);
    if (ouro_trace_recording_sample(r->recording)) {
        printf("sampled, one block for %" PRIu64 " bytes: the numbers are estimates\n",
               ouro_trace_recording_sample(r->recording));
    }
    if (!ouro_trace_recording_is_whole(r->recording)) {
        printf("the recording breaks off: the program was killed or left by os._exit() or exec, or the disk was full\n");
    }
}

/* The terminal's width; 0: standard output is none, and takes lines of any length. */
static int report_columns(void)
{
    struct winsize size;
    return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

enum { REPORT_FULL = 69, REPORT_COUNTS = 24, REPORT_PLACE = 40 }; /* columns of a row before its place; those of counts; at least of a place */

/* A row of the table, its place cut at the left where the terminal ends: of a long name the end says more.  Where the
 * terminal has no room for it the columns with counts are left out. */
static void report_print_row(int columns, const char *const numbers[4], const char *blocks, const char *allocations, const char *place)
{
    printf("%10s %10s %10s %10s", numbers[0], numbers[1], numbers[2], numbers[3]);
    bool counts = columns == 0 || columns >= REPORT_FULL + REPORT_PLACE;
    if (counts) {
        printf(" %10s %12s", blocks, allocations);
    }
    int before = counts ? REPORT_FULL : REPORT_FULL - REPORT_COUNTS;
    size_t room = columns > before ? (size_t)(columns - before) : SIZE_MAX, letters = 0;
    for (const char *c = place; *c; c++) {
        letters += ((unsigned char)*c & 0xc0) != 0x80;
    }
    bool cut = letters > room && room > 8;
    for (size_t over = cut ? letters - room + 3 : 0; over > 0; over--) {
        do {
            place++;
        } while (((unsigned char)*place & 0xc0) == 0x80);
    }
    printf("  %s%s\n", cut ? "..." : "", place);
}

static void report_print_lines(const report_sum *r, size_t limit)
{
    int columns = report_columns();
    putchar('\n');
    report_print_row(columns, (const char *const[]){"live", "growth", "peak", "total"}, "blocks", "allocations", "line");
    size_t shown = 0;
    for (; shown < r->line_count && shown < limit; shown++) {
        const report_line *line = &r->lines[shown];
        if (!line->total && !line->live) {
            break;
        }
        char live[24], growth[24], peak[24], total[24], blocks[24], allocations[24], place[2048];
        const char *function;
        report_place(r->recording, line->site, place, sizeof place, &function);
        size_t length = strlen(place);
        if (*function) {
            snprintf(place + length, sizeof place - length, " (%s)", function);
        }
        snprintf(blocks, sizeof blocks, "%" PRId64, line->blocks);
        snprintf(allocations, sizeof allocations, "%" PRId64, line->allocations);
        report_print_row(columns, (const char *const[]){report_bytes(live, line->live, false),
                                                        report_bytes(growth, report_less(line->live, line->half), true),
                                                        report_bytes(peak, line->peak, false), report_bytes(total, line->total, false)},
                         blocks, allocations, place);
    }
    if (shown < r->line_count && (r->lines[shown].total || r->lines[shown].live)) {
        printf("... and %zu more lines\n", r->line_count - shown);
    }
}

/* ---- the tree ---- */

enum { TREE_SHARE = 100, TREE_INDENT_MAX = 40 }; /* a hundredth of the whole is worth a line */

static int64_t report_node_key(const report_node *node, report_order order)
{
    return order == ORDER_TOTAL ? node->total : order == ORDER_PEAK ? node->at_peak : node->live;
}

typedef struct report_tree {
    const report_sum *sum;
    int64_t *bytes;     /* by node: its own and of what it called */
    uint32_t *children; /* nodes by parent, the most first; those of node n: from first[n] to first[n + 1] - 1 */
    size_t *first;
    size_t shown, limit;
} report_tree;

static int report_compare_nodes(const void *left, const void *right, void *context)
{
    const report_tree *t = context;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    uint32_t parent_a = t->sum->nodes[a].parent, parent_b = t->sum->nodes[b].parent;
    if (parent_a != parent_b) {
        return parent_a < parent_b ? -1 : 1;
    }
    return t->bytes[a] != t->bytes[b] ? (t->bytes[a] < t->bytes[b] ? 1 : -1) : a < b ? -1 : a > b;
}

static bool report_make_tree(report_tree *t, report_order order)
{
    const report_sum *sum = t->sum;
    t->bytes = calloc(sum->node_count, sizeof *t->bytes);
    t->children = calloc(sum->node_count, sizeof *t->children);
    t->first = calloc(sum->node_count + 1, sizeof *t->first);
    if (!t->bytes || !t->children || !t->first) {
        return false;
    }
    for (size_t n = sum->node_count; n-- > 0;) {
        t->bytes[n] = report_add(t->bytes[n], report_node_key(&sum->nodes[n], order));
        if (n > 0) {
            t->bytes[sum->nodes[n].parent] = report_add(t->bytes[sum->nodes[n].parent], t->bytes[n]);
            t->first[sum->nodes[n].parent + 1]++;
            t->children[n - 1] = (uint32_t)n;
        }
    }
    for (size_t n = 0; n < sum->node_count; n++) {
        t->first[n + 1] += t->first[n];
    }
    qsort_r(t->children, sum->node_count - 1, sizeof *t->children, report_compare_nodes, t);
    return true;
}

static bool report_is_worth(const report_tree *t, uint32_t node)
{
    return t->bytes[node] > 0 && (double)t->bytes[node] * TREE_SHARE >= (double)t->bytes[0];
}

/* A node and what it called, without recursion: a program's calls may be deep. */
static void report_print_tree(report_tree *t)
{
    const report_sum *sum = t->sum;
    int64_t whole = t->bytes[0];
    size_t *next = calloc(sum->node_count, sizeof *next); /* by node: the child to be shown next */
    char text[24];
    printf("\n%10s  100 %%  all\n", report_bytes(text, whole, false));
    uint32_t at = 0, depth = 0;
    while (next) {
        size_t child = t->first[at] + next[at];
        if (child == t->first[at + 1] || !report_is_worth(t, t->children[child]) || t->shown == t->limit) {
            if (at == 0) {
                break;
            }
            at = sum->nodes[at].parent;
            depth--;
            continue;
        }
        next[at]++;
        at = t->children[child];
        depth++;
        ouro_trace_frame frame;
        (void)ouro_trace_recording_frame(sum->recording, sum->nodes[at].site, &frame);
        double share = whole ? 100 * (double)t->bytes[at] / (double)whole : 0;
        printf("%10s  %3.0f %%  ", report_bytes(text, t->bytes[at], false), share);
        printf(depth > TREE_INDENT_MAX ? "%*s[%u] " : "%*s", 2 * (int)(depth > TREE_INDENT_MAX ? TREE_INDENT_MAX : depth),
               "", depth);
        printf("%s  %s:%u\n", frame.function, frame.file, frame.line);
        t->shown++;
    }
    if (t->shown == t->limit) {
        printf("... more with --lines\n");
    }
    free(next);
}

static bool report_show_tree(const report_sum *sum, report_order order, size_t limit)
{
    report_tree t = {.sum = sum, .limit = limit};
    bool ok = report_make_tree(&t, order);
    if (ok) {
        report_print_tree(&t);
    }
    free(t.bytes);
    free(t.children);
    free(t.first);
    return ok;
}

/* ---- the command ---- */

static bool report_print(report_sum *sum, const report_options *o)
{
    report_sort_lines(sum, o->order);
    report_print_head(sum);
    if (o->tree) {
        return report_show_tree(sum, o->order, o->limit);
    }
    report_print_lines(sum, o->limit);
    return true;
}

static int report_show(const report_options *o)
{
    char message[200];
    ouro_trace_recording *recording = ouro_trace_recording_read(o->path, message, sizeof message);
    if (!recording) {
        fprintf(stderr, "ouro: %s: %s%s\n", o->path, message,
                export_is_snapshot(o->path) ? ", but a snapshot of a heap: `ouro heap' shows it" : "");
        return 1;
    }
    report_sum sum;
    int status = 1;
    if (!report_sum_make(&sum, recording, o->page) || (!o->page && !report_print(&sum, o))) {
        fprintf(stderr, "ouro: no memory for the report\n");
    } else if (o->page) {
        status = report_page_write(&sum, o->path, o->page_file, o->snapshots, o->snapshot_count);
    } else {
        status = output_finish() ? 0 : 1;
    }
    report_sum_free(&sum);
    ouro_trace_recording_free(recording);
    return status;
}

static int report_wrong(const char *format, const char *what)
{
    fprintf(stderr, "ouro report: ");
    fprintf(stderr, format, what);
    fprintf(stderr, "\n%s", report_usage);
    return 2;
}

/* The options with values: 1 read, 0 another, -1 wrong (said so). */
static int report_value(report_options *o, int argc, char **argv, int *at)
{
    const char *value = strchr(argv[*at], '=');
    size_t n = value ? (size_t)(value++ - argv[*at]) : strlen(argv[*at]);
    bool by = n == 4 && memcmp(argv[*at], "--by", n) == 0, lines = n == 7 && memcmp(argv[*at], "--lines", n) == 0;
    if (!by && !lines) {
        return 0;
    }
    if (!value && ++*at < argc) {
        value = argv[*at];
    }
    char *end = NULL;
    unsigned number = 0;
    while (by && value && number < 4 && strcmp(value, report_orders[number]) != 0) {
        number++;
    }
    unsigned long wanted = lines && value ? strtoul(value, &end, 10) : 0;
    if (!value || (by && number == 4) || (lines && (*value < '0' || *value > '9' || *end))) {
        (void)report_wrong("%s needs a value that it knows", by ? "--by" : "--lines");
        return -1;
    }
    if (by) {
        o->order = (report_order)number;
    } else {
        o->limit = wanted;
    }
    return 1;
}

int report_main(int argc, char **argv)
{
    report_options o = {.limit = 20, .snapshots = argv};
    bool heap = false;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0) {
            printf("%s", report_usage);
            return 0;
        }
        int read = report_value(&o, argc, argv, &i);
        if (read < 0) {
            return 2;
        }
        if (read > 0) {
            continue;
        }
        if (strcmp(argv[i], "--tree") == 0) {
            o.tree = true;
        } else if (strcmp(argv[i], "--html") == 0 || strncmp(argv[i], "--html=", 7) == 0) {
            o.page = true;
            o.page_file = argv[i][6] ? argv[i] + 7 : NULL;
        } else if (strcmp(argv[i], "--heap") == 0) {
            heap = true;
        } else if (argv[i][0] == '-') {
            return report_wrong("unknown option %s", argv[i]);
        } else if (heap && (o.path /* files after --heap are snapshots, unless they begin as recordings do */ || !export_is_recording(argv[i]))) {
            o.snapshots[o.snapshot_count++] = argv[i]; /* at most as many as have been read */
        } else if (o.path) {
            return report_wrong("one file at a time, not also %s", argv[i]);
        } else {
            o.path = argv[i];
        }
    }
    if (!o.path) {
        return report_wrong("which recording%s?", "");
    }
    if (o.snapshot_count > 0 && !o.page) {
        return report_wrong("--heap is for the page (--html); %s", "`ouro heap' shows a snapshot on a terminal");
    }
    return report_show(&o);
}

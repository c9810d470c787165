/* heap_commands.c: see heap_commands.h.  Works on files alone: no runtime is opened.
 *
 * Exit status: 0; 1 for `ouro leaks` when something leaks, so that a test can ask; 2 for wrong arguments and for files that
 * cannot be read.
 */
#include "base/map.h"
#include "base/text.h"
#include "base/vector.h"
#include "cli/heap_commands.h"

#include "cli/export_recording.h"
#include "cli/why.h"
#include "cli/output.h"
#include "heap/graph.h"
#include "ouro/heap.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HEAP_WRONG = 2, HEAP_ROWS = 15, HEAP_PATH_MAX = 400 };

static const char heap_usage[] =
    "usage: ouro heap FILE                   what a snapshot holds, and what holds it\n"
    "       ouro diff [--by type|line] OLD NEW\n"
    "                                        what grew between two snapshots\n"
    "       ouro leaks FILE FILE ...         what accumulates over snapshots of one program\n"
    "       ouro why [--limit N] [--dot[=OUT]] FILE WHAT\n"
    "                                        what keeps an object, or the objects of a type, alive\n"
    "       ouro export --format chrome|collapsed|speedscope|pprof [-o OUT] [EARLIER ...] FILE\n"
    "                                        a snapshot for another tool\n"
    "       ouro export --format chrome-trace|collapsed|speedscope|pprof [--by live|peak|total] [-o OUT] RECORDING\n"
    "                                        a recording for another tool\n"
    "Snapshots are written by ouro.snapshot(path) in a program, recordings by `ouro record'.\n";

/* ---- printing ------------------------------------------------------------------------------------------ */

static void heap_head(const char *text)
{
    bool terminal = isatty(STDOUT_FILENO);
    printf("\n%s%s%s\n", terminal ? "\033[1m" : "", text, terminal ? "\033[0m" : "");
}

/* A progress bar on a terminal. */
static void heap_progress(void *context, const char *what, double fraction)
{
    const bool *terminal = context;
    if (*terminal) {
        fprintf(stderr, "\r%s %3.0f %%%s", what, fraction * 100, fraction >= 1 ? "\r\033[K" : "");
    }
}

static bool heap_dominate(ouro_heap_graph *g, ouro_heap_error *error)
{
    bool terminal = isatty(STDERR_FILENO);
    return ouro_heap_dominators(g, heap_progress, &terminal, error);
}

static int heap_failed(const ouro_heap_error *error)
{
    fprintf(stderr, "ouro: %s\n", error->text);
    return HEAP_WRONG;
}

static int heap_not_read(const char *path, const ouro_heap_error *error)
{
    fprintf(stderr, "ouro: %s%s\n", error->text,
            export_is_recording(path) ? ", but a recording: `ouro report' shows it" : "");
    return HEAP_WRONG;
}

static void heap_free_all(ouro_heap_graph **graphs, size_t count)
{
    for (size_t i = 0; graphs != NULL && i < count; i++) {
        ouro_heap_destroy(graphs[i]);
    }
    free(graphs);
}

/* Reads files in order; NULL: one cannot be read, and that is told. */
static ouro_heap_graph **heap_read_all(char **paths, size_t count)
{
    ouro_heap_graph **graphs = calloc(count + 1, sizeof *graphs);
    for (size_t i = 0; graphs != NULL && i < count; i++) {
        ouro_heap_error error;
        graphs[i] = ouro_heap_read(paths[i], &error);
        if (graphs[i] == NULL) {
            (void)heap_not_read(paths[i], &error);
            heap_free_all(graphs, count);
            return NULL;
        }
    }
    if (graphs == NULL) {
        fprintf(stderr, "ouro: not enough memory\n");
    }
    return graphs;
}

void heap_order_by_time(ouro_heap_graph **graphs, char **paths, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        ouro_heap_graph *graph = graphs[i];
        char *path = paths[i];
        const char *time = ouro_heap_fact(graph, "time"), *before;
        size_t at = i;
        for (; at > 0 && time != NULL && (before = ouro_heap_fact(graphs[at - 1], "time")) != NULL &&
               strtod(before, NULL) > strtod(time, NULL); at--) {
            graphs[at] = graphs[at - 1];
            paths[at] = paths[at - 1];
        }
        graphs[at] = graph;
        paths[at] = path;
    }
}

/* Says so when snapshots are not of one process: no object of one is in another then. */
static void heap_warn_of_processes(ouro_heap_graph *const *graphs, char **paths, size_t count)
{
    const char *first = ouro_heap_fact(graphs[0], "pid");
    for (size_t i = 1; i < count && first != NULL; i++) {
        const char *pid = ouro_heap_fact(graphs[i], "pid");
        if (pid != NULL && strcmp(pid, first) != 0) {
            fprintf(stderr, "ouro: %s is of process %s, %s of process %s: what accumulates shows within one\n", paths[0], first,
                    paths[i], pid);
            return;
        }
    }
}

/* ---- ouro heap ----------------------------------------------------------------------------------------- */

static void heap_print_types(const ouro_heap_graph *g)
{
    size_t count;
    ouro_heap_row *rows = ouro_heap_growth(NULL, g, OURO_HEAP_BY_TYPE, &count, NULL);
    heap_head("Objects by type");
    char text[24];
    for (size_t i = 0; rows != NULL && i < count && i < HEAP_ROWS; i++) {
        printf("  %10s  %10" PRIu64 "  %s\n", text_bytes(text, (double)rows[i].bytes), rows[i].count, rows[i].name);
    }
    if (count > HEAP_ROWS) {
        printf("  (%zu more types)\n", count - HEAP_ROWS);
    }
    ouro_heap_free(rows);
}

static void heap_print_unreached(const ouro_heap_graph *g, uint64_t size, uint64_t objects)
{
    const char *collector = ouro_heap_fact(g, "collector");
    char text[24];
    printf("  %10s  nothing holds: %" PRIu64 " objects, cycles that the collector%s, or held by C code\n",
           text_bytes(text, (double)size), objects,
           collector != NULL && strcmp(collector, "off") == 0 ? " will not find, as it is off" : " has yet to find");
}

static void heap_print_holders(ouro_heap_graph *g)
{
    ouro_heap_holder holders[HEAP_ROWS];
    size_t count = ouro_heap_biggest(g, holders, HEAP_ROWS);
    uint64_t objects, unreached = heap_unreached(g, &objects);
    bool first = count == 0 || unreached > holders[0].through;
    heap_head("What holds most");
    if (objects > 0 && first) {
        heap_print_unreached(g, unreached, objects);
    }
    for (size_t i = 0; i < count; i++) {
        char path[HEAP_PATH_MAX], a[24], b[24];
        (void)ouro_heap_path_text(g, holders[i].node, path, sizeof path);
        printf("  %10s  %s  (%s, %s held by nothing else)\n", text_bytes(a, (double)holders[i].through), path,
               ouro_heap_type_name(g, ouro_heap_node_at(g, holders[i].node).type),
               text_bytes(b, (double)holders[i].retained));
    }
    if (objects > 0 && !first) {
        heap_print_unreached(g, unreached, objects);
    }
}

static void heap_print_duplicates(const ouro_heap_graph *g)
{
    size_t count;
    ouro_heap_duplicate *rows = ouro_heap_duplicates(g, &count, NULL);
    uint64_t wasted = 0;
    for (size_t i = 0; i < count; i++) {
        wasted += rows[i].wasted;
    }
    char text[24], quoted[400];
    if (count > 0) {
        heap_head("Equal texts that are there more than once");
        printf("  %s could be saved\n", text_bytes(text, (double)wasted));
    }
    for (size_t i = 0; i < count && i < HEAP_ROWS / 3; i++) {
        printf("  %10s  %10" PRIu64 " times  '%s'\n", text_bytes(text, (double)rows[i].wasted), rows[i].count,
               text_quoted(quoted, sizeof quoted, ouro_heap_node_text(g, rows[i].node)));
    }
    ouro_heap_free(rows);
}

static void heap_print_sparse(const ouro_heap_graph *g)
{
    size_t count;
    ouro_heap_sparse *rows = ouro_heap_sparse_containers(g, &count, NULL);
    char text[24], path[HEAP_PATH_MAX];
    if (count > 0) {
        heap_head("Room in containers that holds nothing");
    }
    for (size_t i = 0; i < count && i < HEAP_ROWS / 3; i++) {
        (void)ouro_heap_path_text(g, rows[i].node, path, sizeof path);
        printf("  %10s  %s  (%s)\n", text_bytes(text, (double)rows[i].unused), path,
               ouro_heap_type_name(g, ouro_heap_node_at(g, rows[i].node).type));
    }
    ouro_heap_free(rows);
}

/* ---- cycles by kind: the same loop of types and names, however often ---- */

enum { CYCLE_STEPS = 6, CYCLE_STEP = 120, CYCLE_TEXT = CYCLE_STEPS * (CYCLE_STEP + 4) + 100, CYCLES_LOOKED_AT = 100000 };

typedef struct heap_cycle_kind {
    char *loop;
    uint64_t times, objects, bytes;
} heap_cycle_kind;

typedef struct heap_cycle_kinds {
    heap_cycle_kind *items;
    size_t count, capacity;
    map by_loop; /* hash of the loop -> place in items */
} heap_cycle_kinds;

/* "Node.next", "list[]", "dict['x']": items of one container are all the same. */
static void heap_cycle_step(const ouro_heap_graph *g, uint32_t node, uint64_t edge, char *text)
{
    ouro_heap_edge e = ouro_heap_edge_at(g, edge);
    char name[CYCLE_STEP / 2] = "[]";
    if (e.kind != OURO_HEAP_EDGE_INDEX && e.kind != OURO_HEAP_EDGE_KEY_NUMBER && e.kind != OURO_HEAP_EDGE_ITEM) {
        (void)ouro_heap_edge_text(g, edge, name, sizeof name);
    }
    snprintf(text, CYCLE_STEP, "%.*s%s", CYCLE_STEP / 2 - 1, ouro_heap_type_name(g, ouro_heap_node_at(g, node).type), name);
}

/* The loop of a cycle as "Node.next -> Node.next -> Node", begun where it comes first by letters, so that equal loops are
 * equal texts.  True: it leads through a class, a module or its globals, as their own loops do (class -> method -> class): nobody's
 * mistake. */
static bool heap_cycle_loop(ouro_heap_graph *g, uint32_t node, char *text)
{
    bool of_classes = false;
    uint64_t edges[CYCLE_STEPS];
    uint32_t types[CYCLE_STEPS];
    char steps[CYCLE_STEPS][CYCLE_STEP];
    size_t length = ouro_heap_cycle_through(g, node, edges, CYCLE_STEPS), used = 0, first = 0;
    size_t shown = length < CYCLE_STEPS ? length : CYCLE_STEPS;
    for (size_t i = 0; i < shown; i++) {
        heap_cycle_step(g, node, edges[i], steps[i]);
        ouro_heap_edge edge = ouro_heap_edge_at(g, edges[i]);
        types[i] = ouro_heap_node_at(g, node).type;
        ouro_heap_kind kind = ouro_heap_type_kind(g, types[i]);
        of_classes |= kind == OURO_HEAP_KIND_TYPE || kind == OURO_HEAP_KIND_MODULE ||
                      (edge.text != NULL && strcmp(edge.text, "__globals__") == 0);
        first = length <= CYCLE_STEPS && strcmp(steps[i], steps[first]) < 0 ? i : first;
        node = edge.target;
    }
    for (size_t i = 0; i < shown; i++) {
        used += (size_t)snprintf(text + used, CYCLE_TEXT - used, "%s -> ", steps[(first + i) % shown]);
    }
    snprintf(text + used, CYCLE_TEXT - used, "%s", length > CYCLE_STEPS || shown == 0 ? "..." : ouro_heap_type_name(g, types[first]));
    return of_classes;
}

static bool heap_cycle_note(heap_cycle_kinds *kinds, const char *loop, const ouro_heap_cycle *cycle)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325), at; /* FNV-1a */
    for (const char *c = loop; *c != 0; c++) {
        hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
    }
    if (!map_get(&kinds->by_loop, hash, &at)) {
        at = kinds->count;
        if (kinds->count == kinds->capacity) {
            size_t capacity = 2 * kinds->capacity + 16;
            heap_cycle_kind *items = realloc(kinds->items, capacity * sizeof *items);
            if (items == NULL) {
                return false;
            }
            kinds->items = items;
            kinds->capacity = capacity;
        }
        char *copy = strdup(loop);
        if (copy == NULL || !map_set(&kinds->by_loop, hash, at)) {
            free(copy);
            return false;
        }
        kinds->items[kinds->count++] = (heap_cycle_kind){.loop = copy};
    }
    heap_cycle_kind *kind = &kinds->items[at];
    kind->times++;
    kind->objects += cycle->nodes;
    kind->bytes += cycle->bytes;
    return true;
}

static int heap_cycle_compare(const void *a, const void *b)
{
    const heap_cycle_kind *x = a, *y = b;
    return x->bytes != y->bytes ? (x->bytes < y->bytes ? 1 : -1) : strcmp(x->loop, y->loop);
}

static void heap_print_cycles(ouro_heap_graph *g)
{
    size_t count = 0;
    ouro_heap_cycle *cycles = ouro_heap_components(g, NULL) ? ouro_heap_cycles(g, &count, NULL) : NULL;
    heap_cycle_kinds kinds = {0};
    heap_cycle_kind classes = {0};
    map_init(&kinds.by_loop, base_malloc);
    bool memory = true;
    for (size_t i = 0; i < count && i < CYCLES_LOOKED_AT && memory; i++) {
        char loop[CYCLE_TEXT];
        if (heap_cycle_loop(g, cycles[i].node, loop)) {
            classes.times++;
            classes.objects += cycles[i].nodes;
            classes.bytes += cycles[i].bytes;
        } else {
            memory = heap_cycle_note(&kinds, loop, &cycles[i]);
        }
    }
    if (kinds.count > 0) { /* NULL is no array to sort */
        qsort(kinds.items, kinds.count, sizeof *kinds.items, heap_cycle_compare);
    }
    if (count > 0) {
        heap_head("Cycles (objects that all reach each other), each kind once");
    }
    for (size_t i = 0; i < kinds.count && i < HEAP_ROWS / 3; i++) {
        const heap_cycle_kind *kind = &kinds.items[i];
        char text[24], times[40] = "";
        if (kind->times > 1) {
            snprintf(times, sizeof times, ", %" PRIu64 " times", kind->times);
        }
        printf("  %10s  %10" PRIu64 " objects%s  %s\n", text_bytes(text, (double)kind->bytes), kind->objects, times, kind->loop);
    }
    if (classes.times > 0) {
        char text[24];
        printf("  %10s  %10" PRIu64 " objects  classes and modules with their functions, and what these refer to\n",
               text_bytes(text, (double)classes.bytes), classes.objects);
    }
    if (count > CYCLES_LOOKED_AT) {
        printf("  (and %zu smaller ones that were not looked at)\n", count - CYCLES_LOOKED_AT);
    }
    for (size_t i = 0; i < kinds.count; i++) {
        free(kinds.items[i].loop);
    }
    free(kinds.items);
    map_clear(&kinds.by_loop);
    ouro_heap_free(cycles);
}

static int heap_main(int argc, char **argv)
{
    if (argc != 1) {
        fputs(heap_usage, stderr);
        return HEAP_WRONG;
    }
    ouro_heap_error error;
    ouro_heap_graph *g = ouro_heap_read(argv[0], &error);
    if (g == NULL) {
        return heap_not_read(argv[0], &error);
    }
    if (!heap_dominate(g, &error) || !ouro_heap_paths(g, &error)) {
        ouro_heap_destroy(g);
        return heap_failed(&error);
    }
    char text[24];
    printf("%s: %u objects, %" PRIu64 " references, %s\n", argv[0], ouro_heap_node_count(g) - 1, ouro_heap_edge_count(g),
           text_bytes(text, (double)ouro_heap_total_size(g)));
    const char *pid = ouro_heap_fact(g, "pid"), *when = ouro_heap_fact(g, "time");
    if (pid != NULL && when != NULL) {
        time_t seconds = (time_t)strtod(when, NULL);
        char date[40];
        strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", localtime(&seconds));
        printf("of process %s at %s\n", pid, date);
    }
    heap_print_types(g);
    heap_print_holders(g);
    heap_print_cycles(g);
    heap_print_duplicates(g);
    heap_print_sparse(g);
    ouro_heap_destroy(g);
    return 0;
}

/* ---- ouro diff ----------------------------------------------------------------------------------------- */

static int heap_diff(int argc, char **argv)
{
    ouro_heap_group by = OURO_HEAP_BY_TYPE;
    if (argc >= 2 && strcmp(argv[0], "--by") == 0) {
        if (strcmp(argv[1], "type") != 0 && strcmp(argv[1], "line") != 0) {
            argc = 0;
        }
        by = strcmp(argv[1], "line") == 0 ? OURO_HEAP_BY_LINE : OURO_HEAP_BY_TYPE;
        argc -= 2;
        argv += 2;
    }
    if (argc != 2) {
        fputs(heap_usage, stderr);
        return HEAP_WRONG;
    }
    ouro_heap_graph **graphs = heap_read_all(argv, 2);
    if (graphs == NULL) {
        return HEAP_WRONG;
    }
    size_t count, shown = 0;
    ouro_heap_error error;
    ouro_heap_row *rows = ouro_heap_growth(graphs[0], graphs[1], by, &count, &error);
    printf("%12s %12s %10s %10s  %s\n", "bytes", "change", "objects", "change", by == OURO_HEAP_BY_TYPE ? "type" : "line");
    for (size_t i = 0; rows != NULL && i < count && shown < 2 * HEAP_ROWS; i++) {
        int64_t bytes = (int64_t)(rows[i].bytes - rows[i].bytes_before);
        int64_t objects = (int64_t)(rows[i].count - rows[i].count_before);
        if (bytes == 0 && objects == 0) {
            continue;
        }
        char a[24], b[24];
        printf("%12s %12s %10" PRIu64 " %+10" PRId64 "  %s", text_bytes(a, (double)rows[i].bytes),
               text_bytes(b, (double)bytes), rows[i].count, objects, *rows[i].name != 0 ? rows[i].name : "(not traced)");
        if (rows[i].line > 0) {
            printf(":%u (%s)", rows[i].line, rows[i].function);
        }
        printf("\n");
        shown++;
    }
    int status = rows == NULL ? heap_failed(&error) : 0;
    ouro_heap_free(rows);
    heap_free_all(graphs, 2);
    return status;
}

/* ---- ouro leaks ---------------------------------------------------------------------------------------- */

static int heap_leaks(int argc, char **argv)
{
    if (argc < 2) {
        fputs(heap_usage, stderr);
        return HEAP_WRONG;
    }
    ouro_heap_graph **graphs = heap_read_all(argv, (size_t)argc);
    if (graphs == NULL) {
        return HEAP_WRONG;
    }
    heap_order_by_time(graphs, argv, (size_t)argc);
    heap_warn_of_processes(graphs, argv, (size_t)argc);
    size_t count;
    ouro_heap_error error = {OURO_HEAP_OK, ""};
    static const char *const heads[] = {"LEAK ", "cache", "full ", "cycle"};
    ouro_heap_leak *leaks = ouro_heap_leaks(graphs, (size_t)argc, &count, &error);
    int status = error.status != OURO_HEAP_OK ? heap_failed(&error) : 0;
    for (size_t i = 0; i < count; i++) {
        char text[1200];
        (void)ouro_heap_leak_text(graphs[argc - 1], &leaks[i], text, sizeof text);
        printf("%s  %s\n", heads[leaks[i].verdict], text);
        status |= leaks[i].verdict == OURO_HEAP_LEAK;
    }
    if (count > 0 && ouro_heap_site_count(graphs[argc - 1]) <= 1) {
        printf("(On which lines is known when the program runs with `-X tracemalloc', or under `ouro record'.)\n");
    }
    if (count == 0 && status == 0) {
        printf("Nothing accumulates.\n");
    }
    ouro_heap_free(leaks);
    heap_free_all(graphs, (size_t)argc);
    return status;
}

/* ---- ouro export --------------------------------------------------------------------------------------- */

/* The formats, and what can be written so. */
static const struct heap_format {
    const char *name;
    bool of_snapshots, of_recordings;
} heap_formats[] = {{"chrome", true, false}, {"chrome-trace", false, true}, {"collapsed", true, true}, {"pprof", true, true}, {"speedscope", true, true}};

typedef struct heap_export_options {
    const char *format, *out;
    report_order order;
    char **files;
    size_t count;
    bool recording; /* one file, which is a recording */
} heap_export_options;

/* What is exported: graphs, or a recording. */
typedef struct heap_source {
    ouro_heap_graph **graphs;
    ouro_trace_recording *recording;
    report_sum sum;
} heap_source;

static void heap_source_free(heap_source *source, size_t count)
{
    heap_free_all(source->graphs, count);
    report_sum_free(&source->sum);
    ouro_trace_recording_free(source->recording);
}

/* False: it cannot be read, and that is told. */
static bool heap_source_read(heap_source *source, const heap_export_options *o)
{
    if (!o->recording) {
        source->graphs = heap_read_all(o->files, o->count);
        return source->graphs != NULL;
    }
    char message[200] = "not enough memory";
    source->recording = ouro_trace_recording_read(o->files[0], message, sizeof message);
    bool good = source->recording != NULL && report_sum_make(&source->sum, source->recording, false);
    if (!good) {
        fprintf(stderr, "ouro: %s: %s\n", o->files[0], source->recording == NULL ? message : "not enough memory");
    }
    return good;
}

static bool heap_source_write(const heap_source *source, const heap_export_options *o, int fd, ouro_heap_error *error)
{
    if (o->recording) {
        return export_recording(&source->sum, o->format, o->order, fd, error);
    }
    const ouro_heap_graph *last = source->graphs[o->count - 1];
    return strcmp(o->format, "chrome") == 0      ? ouro_heap_export_chrome(source->graphs, o->count - 1, fd, error)
           : strcmp(o->format, "collapsed") == 0 ? ouro_heap_export_collapsed(last, fd, error)
           : strcmp(o->format, "pprof") == 0     ? ouro_heap_export_pprof(last, fd, error)
                                                 : ouro_heap_export_speedscope(last, fd, error);
}

static bool heap_export_read_options(heap_export_options *o, int argc, char **argv)
{
    bool by = false;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--format") == 0 && i + 1 < argc) {
            o->format = argv[++i];
        } else if (strcmp(argv[i], "-o") == 0 && i + 1 < argc) {
            o->out = argv[++i];
        } else if (strcmp(argv[i], "--by") == 0 && i + 1 < argc) {
            by = true;
            i++;
            o->order = strcmp(argv[i], "live") == 0    ? ORDER_LIVE
                       : strcmp(argv[i], "peak") == 0  ? ORDER_PEAK
                       : strcmp(argv[i], "total") == 0 ? ORDER_TOTAL
                                                       : ORDER_GROWTH; /* (is of no use here) */
        } else {
            o->files[o->count++] = argv[i];
        }
    }
    if (o->format == NULL || o->count == 0 || o->order == ORDER_GROWTH) {
        fputs(heap_usage, stderr);
        return false;
    }
    const struct heap_format *format = NULL;
    for (size_t i = 0; i < sizeof heap_formats / sizeof *heap_formats; i++) {
        format = strcmp(o->format, heap_formats[i].name) == 0 ? &heap_formats[i] : format;
    }
    if (format == NULL) {
        fprintf(stderr, "ouro: no such format: %s\n", o->format);
        return false;
    }
    size_t recordings = 0;
    for (size_t i = 0; i < o->count; i++) {
        recordings += export_is_recording(o->files[i]);
    }
    o->recording = recordings > 0 || !format->of_snapshots; /* (what is none is told when it is read) */
    if (o->recording && o->count > 1) {
        fprintf(stderr, "ouro: one recording at a time\n");
    } else if (o->recording && !format->of_recordings) {
        fprintf(stderr, "ouro: %s: a recording cannot be written as %s\n", o->files[0], o->format);
    } else if (by && !o->recording) {
        fprintf(stderr, "ouro: --by is for recordings: a snapshot knows what lives\n");
    } else {
        return true;
    }
    return false;
}

static int heap_export(int argc, char **argv)
{
    heap_export_options o = {.files = argv};
    if (!heap_export_read_options(&o, argc, argv)) {
        return HEAP_WRONG;
    }
    heap_source source = {.graphs = NULL};
    int fd = -1;
    bool good = heap_source_read(&source, &o);
    if (good) {
        fd = o.out == NULL ? STDOUT_FILENO : open(o.out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        good = fd >= 0;
        if (!good) {
            fprintf(stderr, "ouro: %s cannot be written: %s\n", o.out, strerror(errno));
        }
    }
    if (good) {
        ouro_heap_error error = {OURO_HEAP_OK, ""};
        good = heap_source_write(&source, &o, fd, &error);
        if (!good) {
            (void)heap_failed(&error);
        }
    }
    if (o.out != NULL && fd >= 0 && close(fd) != 0 && good) {
        fprintf(stderr, "ouro: %s cannot be written: %s\n", o.out, strerror(errno));
        good = false;
    }
    struct stat written;
    if (o.out != NULL && fd >= 0 && !good && stat(o.out, &written) == 0 && S_ISREG(written.st_mode)) {
        (void)unlink(o.out); /* a part of an export is of no use to anybody */
    }
    heap_source_free(&source, o.count);
    return good ? 0 : HEAP_WRONG;
}

/* ---- which --------------------------------------------------------------------------------------------- */

bool heap_command(int argc, char **argv, int *status)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } commands[] = {{"heap", heap_main}, {"diff", heap_diff}, {"leaks", heap_leaks}, {"why", why_main}, {"export", heap_export}};
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++) {
        bool asked = argc == 3 && (strcmp(argv[2], "-h") == 0 || strcmp(argv[2], "--help") == 0);
        if (strcmp(argv[1], commands[i].name) == 0 && asked && commands[i].run != why_main) {
            fputs(heap_usage, stdout);
            *status = output_finish() ? 0 : HEAP_WRONG;
            return true;
        }
        if (strcmp(argv[1], commands[i].name) == 0) {
            *status = commands[i].run(argc - 2, argv + 2);
            if (*status != HEAP_WRONG && !output_finish()) {
                *status = HEAP_WRONG; /* also of `leaks`, whose 1 is an answer */
            }
            return true;
        }
    }
    return false;
}

/* snapshot.c: the type ouro.Snapshot: the object graph of one moment, and what can be asked of it.
 *
 * The graph lies outside the runtime's heap and refers to nothing in it: a snapshot keeps no object alive.
 */
#include "modules/insight.h"
#include "heap/graph.h"
#include "modules/snapshot_source.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

ouro_value insight_error(ouro_runtime *rt, const ouro_heap_error *error)
{
    switch (error->status) {
    case OURO_HEAP_NO_MEMORY:
        error_no_memory(rt);
        return OURO_NULL;
    case OURO_HEAP_IO:
        return error_raise(rt, EXC(rt, OSError), "%s", error->text);
    default:
        return error_value(rt, "%s", error->text);
    }
}

ouro_value snapshot_new(ouro_runtime *rt, ouro_heap_graph *graph, const ouro_heap_error *error)
{
    if (graph == NULL) {
        return insight_error(rt, error);
    }
    snapshot_object *s = object_new(rt, &MODULE_TYPE(rt, snapshot)->type, 0);
    if (s == NULL) {
        ouro_heap_destroy(graph);
        return OURO_NULL;
    }
    s->graph = graph;
    return ouro_from_object(s);
}

ouro_heap_graph *insight_take(ouro_runtime *rt, ouro_value argument)
{
    ouro_heap_error error;
    if (!types_fill_all(rt)) {
        return NULL;
    }
    ouro_heap_graph *g = snapshot_take_for(rt, argument, &error);
    if (g == NULL) {
        (void)insight_error(rt, &error);
    }
    return g;
}

static void snapshot_dispose(ouro_runtime *rt, ouro_object *self)
{
    (void)rt;
    ouro_heap_destroy(((snapshot_object *)(void *)self)->graph);
}

/* ---- why --------------------------------------------------------------------------------------------- */

struct why_text {
    char *text; /* from malloc: grows outside the heap */
    size_t length, capacity;
    bool failed;
};

static OURO_PRINTF(2, 3) void why_add(struct why_text *w, const char *format, ...)
{
    char line[1200];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    size_t length = n < 0 ? 0 : (size_t)n < sizeof line ? (size_t)n : sizeof line - 1;
    if (w->length + length + 1 > w->capacity) {
        size_t capacity = (w->length + length + 1) * 2;
        char *text = realloc(w->text, capacity);
        if (text == NULL) {
            w->failed = true;
            return;
        }
        w->text = text;
        w->capacity = capacity;
    }
    memcpy(w->text + w->length, line, length + 1);
    w->length += length;
}

static const char *why_type(const ouro_heap_graph *g, uint32_t node)
{
    return node == 0 ? "root" : ouro_heap_type_name(g, ouro_heap_node_at(g, node).type);
}

/* Who else holds the object: all direct holders but the one on the shortest way. */
static void why_add_others(struct why_text *w, ouro_heap_graph *g, uint32_t node, int64_t limit)
{
    uint32_t from;
    uint64_t way = ouro_heap_path_edge(g, node, &from);
    int64_t told = 1, more = 0;
    for (uint32_t n = 0; n < ouro_heap_node_count(g); n++) {
        for (uint64_t e = ouro_heap_first_edge(g, n); e < ouro_heap_end_edge(g, n); e++) {
            ouro_heap_edge edge = ouro_heap_edge_at(g, e);
            if (edge.target != node || e == way || edge.kind == OURO_HEAP_EDGE_WEAK) {
                continue;
            }
            if (told >= limit) {
                more++;
                continue;
            }
            char holder[600], name[200];
            (void)ouro_heap_path_text(g, n, holder, sizeof holder);
            (void)ouro_heap_edge_text(g, e, name, sizeof name);
            why_add(w, "\n  also held by %s%s", n == 0 ? "" : holder, name);
            told++;
        }
    }
    if (more > 0) {
        why_add(w, "\n  and by %lld other reference%s", (long long)more, more == 1 ? "" : "s");
    }
}

static void why_add_site(struct why_text *w, const ouro_heap_graph *g, uint32_t node)
{
    uint32_t site = ouro_heap_node_at(g, node).site;
    if (site != 0) {
        ouro_heap_site s = ouro_heap_site_at(g, site);
        why_add(w, "\n  allocated at %s:%u in %s", s.file, s.line, s.function);
    }
}

ouro_value insight_why(ouro_runtime *rt, ouro_heap_graph *g, ouro_value object, int64_t limit)
{
    if (!ouro_is_object(object)) {
        return str_format_c(rt, "%s: a value without memory of its own; nothing keeps it alive",
                            value_type(rt, object)->type.name);
    }
    uint32_t node = snapshot_find(g, object);
    ouro_heap_error error;
    if (node == OURO_HEAP_NONE) {
        return error_value(rt, "the object is not in the snapshot: it is younger");
    }
    if (!ouro_heap_paths(g, &error) || !ouro_heap_dominators(g, NULL, NULL, &error)) {
        return insight_error(rt, &error);
    }
    struct why_text w = {0};
    char path[1000];
    ouro_heap_node n = ouro_heap_node_at(g, node);
    uint32_t dominator = ouro_heap_dominator(g, node);
    why_add(&w, "%s of %llu bytes", why_type(g, node), (unsigned long long)n.size);
    if (ouro_heap_retained(g, node) != n.size) {
        why_add(&w, ", %llu with all that only it keeps alive",
                (unsigned long long)ouro_heap_retained(g, node));
    }
    if (ouro_heap_is_reached(g, node)) {
        (void)ouro_heap_path_text(g, node, path, sizeof path);
        why_add(&w, "\n  held by %s", path);
        why_add_others(&w, g, node, limit);
        if (dominator != 0 && dominator != OURO_HEAP_NONE) {
            (void)ouro_heap_path_text(g, dominator, path, sizeof path);
            why_add(&w, "\n  would be freed with %s (%s)", path, why_type(g, dominator));
        } else {
            why_add(&w, "\n  nothing alone keeps it alive");
        }
    } else {
        why_add(&w,
                "\n  reached from no root: garbage that the collector has not found yet, or held by C code");
    }
    why_add_site(&w, g, node);
    ouro_value text = OURO_NULL;
    if (w.failed) {
        error_no_memory(rt);
    } else {
        text = str_from_utf8(rt, w.text, w.length);
    }
    free(w.text);
    return text;
}

/* ---- methods ----------------------------------------------------------------------------------------- */

static ouro_value snapshot_why(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t limit = 3;
    ouro_value given = arg_or_null(args, nargs, 2);
    if (!ouro_is_null(given) && !object_as_index(rt, given, &limit, true)) {
        return OURO_NULL;
    }
    return insight_why(rt, snapshot_graph(args[0]), args[1], limit);
}

static ouro_value snapshot_retained(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    ouro_heap_graph *g = snapshot_graph(args[0]);
    ouro_heap_error error;
    uint32_t node = snapshot_find(g, args[1]);
    if (!ouro_is_object(args[1])) {
        return ouro_int(0);
    }
    if (node == OURO_HEAP_NONE) {
        return error_value(rt, "the object is not in the snapshot: it is younger");
    }
    if (!ouro_heap_dominators(g, NULL, NULL, &error)) {
        return insight_error(rt, &error);
    }
    return int_from_uint64(rt, ouro_heap_retained(g, node));
}

static ouro_value snapshot_path(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    ouro_heap_graph *g = snapshot_graph(args[0]);
    ouro_heap_error error;
    uint32_t node = snapshot_find(g, args[1]);
    if (node == OURO_HEAP_NONE) {
        return OURO_NONE;
    }
    if (!ouro_heap_paths(g, &error)) {
        return insight_error(rt, &error);
    }
    char text[1000];
    size_t length = ouro_heap_path_text(g, node, text, sizeof text);
    return ouro_heap_is_reached(g, node) ? str_from_utf8(rt, text, length) : OURO_NONE;
}

static ouro_value snapshot_save(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    char *name = insight_path(rt, args[1]);
    if (name == NULL) {
        return OURO_NULL;
    }
    ouro_heap_error error;
    bool good = ouro_heap_write(snapshot_graph(args[0]), name, &error);
    ouro_mem_free(rt->mem, name);
    return good ? OURO_NONE : insight_error(rt, &error);
}

/* Which exporter a format's name means. */
static bool (*snapshot_exporter(const str_object *name))(const ouro_heap_graph *g, int fd, ouro_heap_error *error)
{
    static const struct {
        const char *name;
        bool (*write)(const ouro_heap_graph *g, int fd, ouro_heap_error *error);
    } exporters[] = {{"collapsed", ouro_heap_export_collapsed},
                     {"speedscope", ouro_heap_export_speedscope},
                     {"pprof", ouro_heap_export_pprof}};
    for (size_t i = 0; i < sizeof exporters / sizeof *exporters; i++) {
        if (str_equal_ascii(name, exporters[i].name)) {
            return exporters[i].write;
        }
    }
    return NULL;
}

/* Writes `graphs`' last one to a descriptor in the named format.  False: an exception is set. */
static bool snapshot_export_to(ouro_runtime *rt, ouro_heap_graph *const *graphs, size_t which, ouro_value format, int fd)
{
    ouro_heap_error error;
    bool good;
    if (ouro_is_null(format) || str_equal_ascii(as_str(format), "chrome")) {
        good = ouro_heap_export_chrome(graphs, which, fd, &error);
    } else {
        bool (*write)(const ouro_heap_graph *, int, ouro_heap_error *) = snapshot_exporter(as_str(format));
        if (write == NULL) {
            error_value(rt, "format must be 'chrome', 'collapsed', 'speedscope' or 'pprof', not %R", format);
            return false;
        }
        good = write(graphs[which], fd, &error);
    }
    if (!good) {
        (void)insight_error(rt, &error);
    }
    return good;
}

static ouro_value snapshot_export(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value format = arg_or_null(args, nargs, 2), given = arg_or_null(args, nargs, 3);
    if (!ouro_is_null(format) && !value_is_str(rt, format)) {
        return error_type(rt, "format must be a str, not %T", format);
    }
    ouro_value earlier = ouro_is_null(given) ? tuple_new(rt, NULL, 0) : tuple_from_iterable(rt, given);
    if (ouro_is_null(earlier)) {
        return OURO_NULL;
    }
    size_t count = as_tuple(earlier)->size;
    ouro_heap_graph **graphs = malloc((count + 1) * sizeof *graphs);
    char *path = NULL;
    int fd = -1;
    bool good = graphs != NULL;
    if (!good) {
        error_no_memory(rt);
    }
    for (size_t i = 0; i < count && good; i++) {
        good = value_is_snapshot(rt, as_tuple(earlier)->items[i]);
        if (good) {
            graphs[i] = snapshot_graph(as_tuple(earlier)->items[i]);
        } else {
            error_type(rt, "expected an ouro.Snapshot, not %T", as_tuple(earlier)->items[i]);
        }
    }
    good = good && (path = insight_path(rt, args[1])) != NULL;
    if (good) {
        graphs[count] = snapshot_graph(args[0]);
        fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        good = fd >= 0;
        if (!good) {
            error_os(rt, errno, args[1], OURO_NULL);
        }
    }
    good = good && snapshot_export_to(rt, graphs, count, format, fd);
    if (fd >= 0 && close(fd) != 0 && good) {
        error_os(rt, errno, args[1], OURO_NULL);
        good = false;
    }
    ouro_mem_free(rt->mem, path);
    free(graphs);
    value_decref(rt, earlier);
    return good ? OURO_NONE : OURO_NULL;
}

static ouro_value snapshot_rows(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return insight_growth(rt, NULL, snapshot_graph(args[0]), arg_or_null(args, nargs, 1));
}

static ouro_value snapshot_get_count(ouro_runtime *rt, ouro_value self, void *edges)
{
    const ouro_heap_graph *g = snapshot_graph(self);
    return int_from_uint64(rt, edges != NULL ? ouro_heap_edge_count(g) : ouro_heap_node_count(g) - 1);
}

static ouro_value snapshot_get_unreached(ouro_runtime *rt, ouro_value self, void *closure)
{
    (void)closure;
    ouro_heap_graph *g = snapshot_graph(self);
    ouro_heap_error error;
    if (!ouro_heap_paths(g, &error)) {
        return insight_error(rt, &error);
    }
    uint64_t unreached;
    (void)heap_unreached(g, &unreached);
    return int_from_uint64(rt, unreached);
}

static ouro_value snapshot_get_size(ouro_runtime *rt, ouro_value self, void *closure)
{
    (void)closure;
    return int_from_uint64(rt, ouro_heap_total_size(snapshot_graph(self)));
}

static ouro_value snapshot_repr(ouro_runtime *rt, ouro_value self)
{
    const ouro_heap_graph *g = snapshot_graph(self);
    return str_format_c(rt, "<ouro.Snapshot of %lld objects, %lld bytes>",
                        (long long)ouro_heap_node_count(g) - 1, (long long)ouro_heap_total_size(g));
}

static const method_def snapshot_methods[] = {
    {.name = "why",
     .signature = "self, object, limit=3, /",
     .fn = snapshot_why,
     .doc = "Why the object was alive: what holds it, what would be freed with it, where it was allocated."},
    {.name = "retained",
     .signature = "self, object, /",
     .fn = snapshot_retained,
     .doc = "Bytes that would be freed with the object: its own, and of all that only it keeps alive."},
    {.name = "path",
     .signature = "self, object, /",
     .fn = snapshot_path,
     .doc = "The shortest way from a module or frame to the object, as text; None: nothing reaches it."},
    {.name = "save",
     .signature = "self, path, /",
     .fn = snapshot_save,
     .doc = "Write the snapshot to a file, for ouro.load and the command."},
    {.name = "export", .signature = "self, path, format='chrome', earlier=(), /", .fn = snapshot_export,
     .doc = "Write the snapshot for another tool: 'chrome' (a .heapsnapshot; with the earlier snapshots of the program\n"
            "DevTools can compare), 'collapsed' stacks, 'speedscope' or 'pprof' (what is alive by where it was allocated)."},
    {.name = "rows",
     .signature = "self, by='type', /",
     .fn = snapshot_rows,
     .doc =
         "Objects counted by 'type', or by the 'line' that allocated them: Growth tuples, most bytes first."},
    {0},
};

static const getset_def snapshot_getsets[] = {
    {"objects", snapshot_get_count, NULL, "how many objects there were", NULL},
    {"references", snapshot_get_count, NULL, "how many references between them", (void *)1},
    {"unreached", snapshot_get_unreached, NULL,
     "objects that no module, frame or part of the interpreter leads to", NULL},
    {"size", snapshot_get_size, NULL, "bytes of all objects with their buffers", NULL},
    {0},
};

const type_spec snapshot_spec = {
    .name = "ouro.Snapshot",
    .size = sizeof(snapshot_object),
    .flags = OURO_TYPE_LEAF | TYPE_NO_MAKE,
    .doc = "The objects of a program at one moment, and who held whom.  Made by ouro.snapshot() and "
           "ouro.load().",
    .dispose = snapshot_dispose,
    .methods = snapshot_methods,
    .getsets = snapshot_getsets,
    .slots = {.repr = snapshot_repr},
};

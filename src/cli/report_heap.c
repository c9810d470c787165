/* report_heap.c: what snapshots of the heap tell, for the page (report_page.h): the last one's dominator tree as far as it
 * can be seen, what holds most and by which way, growth by type from the first to the last, and what leaks.
 */
#include "cli/report_page.h"

#include "base/map.h"
#include "cli/heap_commands.h"
#include "ouro/heap.h"

#include <stdlib.h>
#include <string.h>

enum {
    HEAP_SHARE = 2500,      /* what retains a smaller part of the whole is put together */
    HEAP_ROWS = 4000,       /* of the tree */
    HEAP_CHILDREN = 80,     /* of one node that are shown apart */
    HEAP_HOLDERS = 12,
    HEAP_TYPES = 200,
    HEAP_LEAKS = 40,
    HEAP_STEPS = 40,        /* of a way: beyond, the middle is left out */
};

/* ---- ways ---- */

static void heap_step(page_json *j, const ouro_heap_graph *g, uint32_t node, const char *edge)
{
    ouro_heap_node n = ouro_heap_node_at(g, node);
    ouro_heap_site site = ouro_heap_site_at(g, n.site);
    json_open(j, "[");
    json_text(j, edge);
    json_text(j, ouro_heap_type_name(g, n.type));
    json_int(j, (int64_t)ouro_heap_retained(g, node));
    json_text(j, site.line ? site.file : NULL);
    json_int(j, site.line);
    json_close(j, "]");
}

/* The way from a root to a node: for each node on it the edge that leads there, its type, what it retains, its line.  An
 * edge of null: steps are left out. */
static void heap_way(page_json *j, const ouro_heap_graph *g, uint32_t node)
{
    uint32_t steps[HEAP_STEPS], from, at = node;
    size_t count = 0, length = 0;
    for (; at != 0 && ouro_heap_path_edge(g, at, &from) != UINT64_MAX; at = from) {
        length++;
    }
    bool cut = length > HEAP_STEPS;
    /* The last steps, and of a long way the first HEAP_STEPS / 4. */
    at = node;
    for (size_t i = 0; i < length; i++) {
        (void)ouro_heap_path_edge(g, at, &from);
        if (!cut || i < HEAP_STEPS - HEAP_STEPS / 4 || i >= length - HEAP_STEPS / 4) {
            steps[count++] = at;
        }
        at = from;
    }
    json_open(j, "[");
    while (count-- > 0) {
        char edge[120];
        if (cut && count == HEAP_STEPS - HEAP_STEPS / 4 - 1) {
            json_open(j, "[");
            json_text(j, NULL);
            json_int(j, (int64_t)(length - HEAP_STEPS));
            json_close(j, "]");
        }
        (void)ouro_heap_edge_text(g, ouro_heap_path_edge(g, steps[count], &from), edge, sizeof edge);
        heap_step(j, g, steps[count], edge);
    }
    json_close(j, "]");
}

/* ---- the dominator tree ---- */

typedef struct heap_row {
    uint32_t node; /* OURO_HEAP_NONE: several */
    uint32_t type; /* of all of them; OURO_HEAP_NONE: of many types */
    uint32_t parent;
    uint64_t count, bytes;
} heap_row;

typedef struct heap_tree {
    const ouro_heap_graph *graph;
    uint32_t *children;  /* nodes by dominator; those of node n: from first[n] to first[n + 1] - 1 */
    uint64_t *first;
    VECTOR_OF(heap_row) rows;
    uint64_t least; /* bytes that are worth a row */
} heap_tree;

static bool heap_sort_children(heap_tree *t)
{
    uint32_t nodes = ouro_heap_node_count(t->graph);
    t->children = malloc(nodes * sizeof *t->children);
    t->first = calloc((size_t)nodes + 2, sizeof *t->first);
    if (!t->children || !t->first) {
        return false;
    }
    uint64_t *end = t->first + 1; /* while filling, end[n] is where the next child of n goes */
    for (uint32_t n = 1; n < nodes; n++) {
        end[ouro_heap_dominator(t->graph, n) + 1]++;
    }
    for (uint32_t n = 1; n <= nodes; n++) {
        end[n] += end[n - 1];
    }
    for (uint32_t n = 1; n < nodes; n++) {
        t->children[end[ouro_heap_dominator(t->graph, n)]++] = n;
    }
    return true;
}

static int heap_compare_children(const void *left, const void *right, void *context)
{
    const ouro_heap_graph *g = context;
    uint64_t a = ouro_heap_retained(g, *(const uint32_t *)left), b = ouro_heap_retained(g, *(const uint32_t *)right);
    return a < b ? 1 : a > b ? -1 : 0;
}

/* The children that are too small or too many for rows of their own: one row for each type that is worth one, and one for
 * the rest. */
static bool heap_group(heap_tree *t, const uint32_t *children, uint64_t count, uint32_t parent)
{
    VECTOR_OF(heap_row) groups = {0};
    map by_type;
    map_init(&by_type, base_malloc);
    heap_row rest = {.node = OURO_HEAP_NONE, .type = OURO_HEAP_NONE, .parent = parent};
    bool ok = true;
    for (uint64_t i = 0; ok && i < count; i++) {
        uint32_t type = ouro_heap_node_at(t->graph, children[i]).type;
        uint64_t group;
        if (!map_get(&by_type, type, &group)) {
            group = groups.count;
            ok = map_set(&by_type, type, group) &&
                 vector_push(&base_malloc, &groups, (heap_row){.node = OURO_HEAP_NONE, .type = type, .parent = parent});
        }
        if (ok) {
            groups.items[group].count++;
            groups.items[group].bytes += ouro_heap_retained(t->graph, children[i]);
        }
    }
    for (size_t i = 0; ok && i < groups.count; i++) {
        if (groups.items[i].bytes >= t->least) {
            ok = vector_push(&base_malloc, &t->rows, groups.items[i]);
        } else {
            rest.count += groups.items[i].count;
            rest.bytes += groups.items[i].bytes;
        }
    }
    if (ok && rest.count > 0) {
        ok = vector_push(&base_malloc, &t->rows, rest);
    }
    vector_free(&base_malloc, &groups);
    map_clear(&by_type);
    return ok;
}

static bool heap_expand(heap_tree *t, uint32_t row)
{
    uint32_t node = t->rows.items[row].node;
    uint32_t *children = t->children + t->first[node];
    uint64_t count = t->first[node + 1] - t->first[node], shown = 0;
    if (count == 0) {
        return true;
    }
    qsort_r(children, count, sizeof *children, heap_compare_children, (void *)(uintptr_t)t->graph);
    while (shown < count && shown < HEAP_CHILDREN && t->rows.count < HEAP_ROWS &&
           ouro_heap_retained(t->graph, children[shown]) >= t->least) {
        uint32_t child = children[shown++];
        heap_row of = {child, ouro_heap_node_at(t->graph, child).type, row, 1, ouro_heap_retained(t->graph, child)};
        if (!vector_push(&base_malloc, &t->rows, of)) {
            return false;
        }
    }
    return heap_group(t, children + shown, count - shown, row);
}

static void heap_write_rows(page_json *j, const heap_tree *t)
{
    json_key(j, "tree"); /* parent, type, bytes retained, own bytes, objects, way, file, line */
    json_open(j, "[");
    for (size_t i = 0; i < t->rows.count; i++) {
        const heap_row *row = &t->rows.items[i];
        char way[300];
        ouro_heap_site site = {.line = 0};
        if (row->node != OURO_HEAP_NONE) {
            (void)ouro_heap_path_text(t->graph, row->node, way, sizeof way);
            site = ouro_heap_site_at(t->graph, ouro_heap_node_at(t->graph, row->node).site);
        }
        json_open(j, "[");
        json_int(j, i == 0 ? -1 : (int64_t)row->parent);
        json_text(j, i == 0 ? "all" : row->type == OURO_HEAP_NONE ? NULL : ouro_heap_type_name(t->graph, row->type));
        json_int(j, (int64_t)row->bytes);
        json_int(j, row->node == OURO_HEAP_NONE ? 0 : (int64_t)ouro_heap_node_at(t->graph, row->node).size);
        json_int(j, (int64_t)row->count);
        json_text(j, row->node == OURO_HEAP_NONE || i == 0 ? NULL : way);
        json_text(j, site.line ? site.file : NULL);
        json_int(j, site.line);
        json_close(j, "]");
    }
    json_close(j, "]");
}

static bool heap_write_tree(page_json *j, const ouro_heap_graph *g)
{
    heap_tree t = {.graph = g, .least = ouro_heap_total_size(g) / HEAP_SHARE};
    heap_row all = {0, 0, 0, ouro_heap_node_count(g) - 1, ouro_heap_retained(g, 0)};
    bool ok = heap_sort_children(&t) && vector_push(&base_malloc, &t.rows, all);
    for (uint32_t row = 0; ok && row < t.rows.count; row++) {
        if (t.rows.items[row].node != OURO_HEAP_NONE) {
            ok = heap_expand(&t, row);
        }
    }
    if (ok) {
        heap_write_rows(j, &t);
    }
    vector_free(&base_malloc, &t.rows);
    free(t.children);
    free(t.first);
    return ok;
}

/* ---- lists ---- */

static void heap_write_holders(page_json *j, ouro_heap_graph *g)
{
    ouro_heap_holder holders[HEAP_HOLDERS];
    size_t count = ouro_heap_biggest(g, holders, HEAP_HOLDERS);
    json_key(j, "holders"); /* name, type, bytes through it, retained, way */
    json_open(j, "[");
    for (size_t i = 0; i < count; i++) {
        char name[400];
        (void)ouro_heap_path_text(g, holders[i].node, name, sizeof name);
        json_open(j, "[");
        json_text(j, name);
        json_text(j, ouro_heap_type_name(g, ouro_heap_node_at(g, holders[i].node).type));
        json_int(j, (int64_t)holders[i].through);
        json_int(j, (int64_t)holders[i].retained);
        heap_way(j, g, holders[i].node);
        json_close(j, "]");
    }
    json_close(j, "]");
}

static bool heap_write_growth(page_json *j, const ouro_heap_graph *first, const ouro_heap_graph *last)
{
    size_t count;
    ouro_heap_row *rows = ouro_heap_growth(first == last ? NULL : first, last, OURO_HEAP_BY_TYPE, &count, NULL);
    json_key(j, "types"); /* name, objects, bytes, their changes */
    json_open(j, "[");
    for (size_t i = 0; rows && i < count && i < HEAP_TYPES; i++) {
        json_open(j, "[");
        json_text(j, rows[i].name);
        json_int(j, (int64_t)rows[i].count);
        json_int(j, (int64_t)rows[i].bytes);
        json_int(j, (int64_t)(rows[i].count - rows[i].count_before));
        json_int(j, (int64_t)(rows[i].bytes - rows[i].bytes_before));
        json_close(j, "]");
    }
    json_close(j, "]");
    ouro_heap_free(rows);
    return rows != NULL;
}

static bool heap_write_leaks(page_json *j, ouro_heap_graph **graphs, size_t count, ouro_heap_error *error)
{
    static const char *const verdicts[] = {"leak", "slowing", "steady", "garbage"};
    const ouro_heap_graph *last = graphs[count - 1];
    size_t found = 0;
    *error = (ouro_heap_error){OURO_HEAP_OK, ""};
    ouro_heap_leak *leaks = count > 1 ? ouro_heap_leaks(graphs, count, &found, error) : NULL;
    json_key(j, "leaks");
    json_open(j, "[");
    for (size_t i = 0; i < found && i < HEAP_LEAKS; i++) {
        const ouro_heap_leak *leak = &leaks[i];
        char text[1200];
        (void)ouro_heap_leak_text(last, leak, text, sizeof text);
        json_open(j, "{");
        json_key_text(j, "verdict", verdicts[leak->verdict]);
        json_key_text(j, "text", text);
        json_key_text(j, "type", leak->type);
        json_key_text(j, "file", leak->line ? leak->file : NULL);
        json_key_text(j, "function", leak->line ? leak->function : NULL);
        json_key_int(j, "line", leak->line);
        json_key_text(j, "library", leak->library_file);
        json_key_int(j, "libraryLine", leak->library_line);
        json_key_int(j, "count", (int64_t)leak->count);
        json_key_int(j, "bytes", (int64_t)leak->bytes);
        json_key(j, "share");
        json_real(j, leak->share);
        json_key(j, "perInterval");
        json_real(j, leak->bytes_per_interval);
        json_key(j, "perSecond");
        json_real(j, leak->bytes_per_second);
        json_key_int(j, "intervals", leak->intervals);
        json_key(j, "oldest");
        json_real(j, leak->oldest);
        json_key(j, "way");
        if (leak->holder) {
            heap_way(j, last, leak->holder);
        } else {
            json_text(j, NULL);
        }
        json_close(j, "}");
    }
    json_close(j, "]");
    ouro_heap_free(leaks);
    return error->status == OURO_HEAP_OK;
}

/* ---- all ---- */

static bool heap_write(page_json *j, ouro_heap_graph **graphs, char **paths, size_t count)
{
    ouro_heap_error error = {OURO_HEAP_NO_MEMORY, "not enough memory"};
    ouro_heap_graph *last = graphs[count - 1];
    bool ok = ouro_heap_dominators(last, NULL, NULL, &error) && ouro_heap_paths(last, &error);
    if (ok) {
        json_open(j, "{");
        json_key(j, "snapshots"); /* file, time, objects, bytes */
        json_open(j, "[");
        for (size_t i = 0; i < count; i++) {
            json_open(j, "[");
            json_text(j, paths[i]);
            json_text(j, ouro_heap_fact(graphs[i], "time"));
            json_int(j, ouro_heap_node_count(graphs[i]) - 1);
            json_int(j, (int64_t)ouro_heap_total_size(graphs[i]));
            json_close(j, "]");
        }
        json_close(j, "]");
        json_key_int(j, "objects", ouro_heap_node_count(last) - 1);
        json_key_int(j, "references", (int64_t)ouro_heap_edge_count(last));
        json_key_int(j, "bytes", (int64_t)ouro_heap_total_size(last));
        heap_write_holders(j, last);
        ok = heap_write_tree(j, last) && heap_write_growth(j, graphs[0], last);
        ok = heap_write_leaks(j, graphs, count, &error) && ok;
        json_close(j, "}");
    }
    if (!ok) {
        fprintf(stderr, "ouro: %s\n", error.text[0] ? error.text : "not enough memory");
    }
    return ok;
}

bool report_heap_write(page_json *j, char **snapshots, int count)
{
    ouro_heap_graph **graphs = calloc((size_t)count, sizeof *graphs);
    ouro_heap_error error = {OURO_HEAP_NO_MEMORY, "not enough memory"};
    bool ok = graphs != NULL;
    for (int i = 0; ok && i < count; i++) {
        ok = (graphs[i] = ouro_heap_read(snapshots[i], &error)) != NULL;
    }
    if (!ok) {
        fprintf(stderr, "ouro: %s\n", error.text);
    }
    if (ok) {
        heap_order_by_time(graphs, snapshots, (size_t)count);
    }
    ok = ok && heap_write(j, graphs, snapshots, (size_t)count);
    for (int i = 0; graphs && i < count; i++) {
        ouro_heap_destroy(graphs[i]);
    }
    free(graphs);
    return ok;
}

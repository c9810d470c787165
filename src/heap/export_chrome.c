/* export_chrome.c: a heap graph as a .heapsnapshot, which Chrome's DevTools load.
 *
 * The format is V8's (HeapSnapshotJSONSerializer); what DevTools want of it: keys in this order, targets as
 * node number times fields of a node, odd ids that mean the same object in each snapshot, roots by shortcut
 * edges of a root whose id is 1, children in trace_tree one after the other in one array (not an array each).
 *
 * Ids are serial numbers of births, as far as the graphs given tell: an object that was in an earlier one
 * keeps its number, a new one gets the next.  The root has 0.
 */
#include "heap/export.h"

#include <stdlib.h>
#include <string.h>

enum { CHROME_NODE_FIELDS = 7 };

/* Places in node_types[0] and edge_types[0]. */
enum {
    CHROME_ARRAY = 1,
    CHROME_STRING = 2,
    CHROME_OBJECT = 3,
    CHROME_CODE = 4,
    CHROME_CLOSURE = 5,
    CHROME_NUMBER = 7,
    CHROME_SYNTHETIC = 9
};
enum {
    CHROME_CONTEXT,
    CHROME_ELEMENT,
    CHROME_PROPERTY,
    CHROME_INTERNAL,
    CHROME_HIDDEN,
    CHROME_SHORTCUT,
    CHROME_WEAK
};

static const char chrome_meta[] =
    "{\"snapshot\":{\"meta\":{"
    "\"node_fields\":[\"type\",\"name\",\"id\",\"self_size\",\"edge_count\",\"trace_node_id\","
    "\"detachedness\"],"
    "\"node_types\":[[\"hidden\",\"array\",\"string\",\"object\",\"code\",\"closure\",\"regexp\",\"number\","
    "\"native\","
    "\"synthetic\",\"concatenated string\",\"sliced string\",\"symbol\",\"bigint\",\"object shape\"],"
    "\"string\",\"number\",\"number\",\"number\",\"number\",\"number\"],"
    "\"edge_fields\":[\"type\",\"name_or_index\",\"to_node\"],"
    "\"edge_types\":[[\"context\",\"element\",\"property\",\"internal\",\"hidden\",\"shortcut\",\"weak\"],"
    "\"string_or_number\",\"node\"],"
    "\"trace_function_info_fields\":[\"function_id\",\"name\",\"script_name\",\"script_id\",\"line\","
    "\"column\"],"
    "\"trace_node_fields\":[\"id\",\"function_info_index\",\"count\",\"size\",\"children\"],"
    "\"sample_fields\":[\"timestamp_us\",\"last_assigned_id\"],"
    "\"location_fields\":[\"object_index\",\"script_id\",\"line\",\"column\"]},";

struct chrome {
    export_sink *sink;
    ouro_heap_graph *g;
    uint32_t *serials;  /* of each node */
    uint64_t *sums;     /* of each site */
    uint32_t *children; /* sites in order of their parents */
    uint32_t *first_child;
};

/* ---- ids --------------------------------------------------------------------------------------------- */

static bool chrome_is_same(const ouro_heap_graph *a, uint32_t x, const ouro_heap_graph *b, uint32_t y)
{
    return a->epoch_of.items[x] == b->epoch_of.items[y] &&
           strcmp(heap_string(a, a->types.items[a->type_of.items[x]].name),
                  heap_string(b, b->types.items[b->type_of.items[y]].name)) == 0;
}

/* Serial numbers for the nodes of graphs[which].  NULL: no memory. */
static uint32_t *chrome_serials(ouro_heap_graph *const *graphs, size_t which, ouro_heap_error *error)
{
    uint32_t next = 1, *before = NULL;
    for (size_t i = 0; i <= which; i++) {
        ouro_heap_graph *g = graphs[i];
        uint32_t nodes = heap_node_count(g);
        uint32_t *serials = heap_array(nodes, sizeof *serials, error);
        for (uint32_t n = 0; serials != NULL && n < nodes; n++) {
            uint32_t known = OURO_HEAP_NONE;
            if (before != NULL && g->address_of.items[n] != 0) {
                known = ouro_heap_find_address(graphs[i - 1], g->address_of.items[n]);
            }
            bool same = known != OURO_HEAP_NONE && chrome_is_same(graphs[i - 1], known, g, n);
            serials[n] = n == 0 ? 0 : same ? before[known] : next++;
        }
        free(before);
        before = serials;
        if (before == NULL) {
            return NULL;
        }
    }
    return before;
}

/* ---- nodes and edges --------------------------------------------------------------------------------- */

static unsigned chrome_node_type(ouro_heap_kind kind)
{
    switch (kind) {
    case OURO_HEAP_KIND_ROOT:
        return CHROME_SYNTHETIC;
    case OURO_HEAP_KIND_BUFFER:
        return CHROME_ARRAY;
    case OURO_HEAP_KIND_TEXT:
        return CHROME_STRING;
    case OURO_HEAP_KIND_NUMBER:
        return CHROME_NUMBER;
    case OURO_HEAP_KIND_CODE:
        return CHROME_CODE;
    case OURO_HEAP_KIND_FUNCTION:
        return CHROME_CLOSURE;
    default:
        return CHROME_OBJECT;
    }
}

/* Strings of the file are those of the graph, in its order. */
static uint32_t chrome_node_name(const ouro_heap_graph *g, uint32_t node, size_t *next_text)
{
    while (*next_text < g->texts.count && g->texts.items[*next_text].node < node) {
        ++*next_text;
    }
    bool text = *next_text < g->texts.count && g->texts.items[*next_text].node == node;
    return text ? g->texts.items[*next_text].beginning : g->types.items[g->type_of.items[node]].name;
}

static void chrome_nodes(const struct chrome *c)
{
    const ouro_heap_graph *g = c->g;
    size_t next_text = 0;
    export_text(c->sink, "\"nodes\":[");
    for (uint32_t n = 0; n < heap_node_count(g); n++) {
        const uint64_t fields[CHROME_NODE_FIELDS] = {
            chrome_node_type(heap_node_kind(g, n)),
            chrome_node_name(g, n, &next_text),
            2 * (uint64_t)c->serials[n] + 1,
            g->size_of.items[n],
            g->first_edge.items[n + 1] - g->first_edge.items[n],
            g->site_of.items[n] == 0 ? 0 : (uint64_t)g->site_of.items[n] + 1,
            0,
        };
        for (size_t f = 0; f < CHROME_NODE_FIELDS; f++) {
            export_text(c->sink, f > 0 ? "," : n > 0 ? ",\n" : "");
            export_number(c->sink, fields[f]);
        }
    }
    export_text(c->sink, "],\n");
}

static unsigned chrome_edge_type(ouro_heap_edge_kind kind)
{
    switch (kind) {
    case OURO_HEAP_EDGE_ATTRIBUTE:
    case OURO_HEAP_EDGE_KEY:
    case OURO_HEAP_EDGE_KEY_OTHER:
        return CHROME_PROPERTY;
    case OURO_HEAP_EDGE_LOCAL:
        return CHROME_CONTEXT;
    case OURO_HEAP_EDGE_ROOT:
        return CHROME_SHORTCUT;
    case OURO_HEAP_EDGE_WEAK:
        return CHROME_WEAK;
    case OURO_HEAP_EDGE_FIELD:
        return CHROME_INTERNAL;
    case OURO_HEAP_EDGE_ITEM:
        return CHROME_HIDDEN;
    default:
        return CHROME_ELEMENT;
    }
}

static void chrome_edges(const struct chrome *c)
{
    const ouro_heap_graph *g = c->g;
    export_text(c->sink, "\"edges\":[");
    for (size_t e = 0; e < g->targets.count; e++) {
        uint32_t label = g->labels.items[e];
        export_text(c->sink, e > 0 ? ",\n" : "");
        export_number(c->sink, chrome_edge_type(heap_label_kind(label)));
        export_text(c->sink, ",");
        export_number(c->sink, label & HEAP_LABEL_MAX);
        export_text(c->sink, ",");
        export_number(c->sink, (uint64_t)g->targets.items[e] * CHROME_NODE_FIELDS);
    }
    export_text(c->sink, "],\n");
}

/* ---- where things were allocated --------------------------------------------------------------------- */

/* Each site is a function of its own for DevTools, told by its line. */
static void chrome_functions(const struct chrome *c)
{
    const ouro_heap_graph *g = c->g;
    export_text(c->sink, "\"trace_function_infos\":[");
    for (size_t s = 0; s < g->sites.count; s++) {
        const heap_site *site = &g->sites.items[s];
        const uint64_t fields[] = {s, site->function, site->file, site->file, site->line, 1};
        for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
            export_text(c->sink, f > 0 ? "," : s > 0 ? ",\n" : "");
            export_number(c->sink, fields[f]);
        }
    }
    export_text(c->sink, "],\n");
}

/* Sorts the sites by parent: children of s are children[first_child[s]] to children[first_child[s + 1] - 1].
 */
static bool chrome_sort_sites(struct chrome *c, ouro_heap_error *error)
{
    const ouro_heap_graph *g = c->g;
    size_t sites = g->sites.count;
    c->children = heap_array(sites, sizeof *c->children, error);
    c->first_child = c->children == NULL ? NULL : heap_array(sites + 1, sizeof *c->first_child, error);
    if (c->first_child == NULL) {
        return false;
    }
    memset(c->first_child, 0, (sites + 1) * sizeof *c->first_child);
    for (size_t s = 1; s < sites; s++) {
        c->first_child[g->sites.items[s].parent]++;
    }
    uint32_t sum = 0;
    for (size_t s = 0; s <= sites; s++) {
        sum += s < sites ? c->first_child[s] : 0;
        c->first_child[s] = sum;
    }
    for (size_t s = sites; s-- > 1;) {
        c->children[--c->first_child[g->sites.items[s].parent]] = (uint32_t)s;
    }
    return true;
}

static void chrome_open_site(const struct chrome *c, uint32_t site)
{
    export_number(c->sink, (uint64_t)site + 1);
    export_text(c->sink, ",");
    export_number(c->sink, site);
    export_text(c->sink, ",");
    export_number(c->sink, site == 0 ? 0 : c->sums[2 * site]);
    export_text(c->sink, ",");
    export_number(c->sink, site == 0 ? 0 : c->sums[2 * site + 1]);
    export_text(c->sink, ",[");
}

/* The tree nests as deep as the calls; `next` has for each open site the child that comes next. */
static bool chrome_tree(const struct chrome *c, ouro_heap_error *error)
{
    size_t sites = c->g->sites.count;
    uint32_t *open = heap_array(sites, sizeof *open, error);
    uint32_t *next = open == NULL ? NULL : heap_array(sites, sizeof *next, error);
    if (next == NULL) {
        free(open);
        return false;
    }
    size_t depth = 0;
    export_text(c->sink, "\"trace_tree\":[");
    chrome_open_site(c, 0);
    open[0] = 0;
    next[0] = c->first_child[0];
    depth = 1;
    while (depth > 0) {
        uint32_t at = open[depth - 1];
        if (next[depth - 1] == c->first_child[at + 1]) {
            export_text(c->sink, "]");
            depth--;
            continue;
        }
        uint32_t child = c->children[next[depth - 1]++];
        export_text(c->sink, next[depth - 1] - 1 > c->first_child[at] ? "," : "");
        chrome_open_site(c, child);
        open[depth] = child;
        next[depth++] = c->first_child[child];
    }
    export_text(c->sink, "],\n");
    free(open);
    free(next);
    return true;
}

/* ---- together ---------------------------------------------------------------------------------------- */

static bool chrome_write(struct chrome *c, ouro_heap_error *error)
{
    const ouro_heap_graph *g = c->g;
    export_text(c->sink, chrome_meta);
    export_text(c->sink, "\"node_count\":");
    export_number(c->sink, heap_node_count(g));
    export_text(c->sink, ",\"edge_count\":");
    export_number(c->sink, g->targets.count);
    export_text(c->sink, ",\"trace_function_count\":");
    export_number(c->sink, g->sites.count);
    export_text(c->sink, "},\n");
    chrome_nodes(c);
    chrome_edges(c);
    chrome_functions(c);
    if (!chrome_tree(c, error)) {
        return false;
    }
    export_text(c->sink, "\"samples\":[],\n\"locations\":[],\n\"strings\":[");
    for (size_t s = 0; s < g->string_starts.count; s++) {
        export_text(c->sink, s > 0 ? ",\n" : "");
        export_json(c->sink, heap_string(g, (uint32_t)s));
    }
    export_text(c->sink, "]}\n");
    return export_finish(c->sink, error);
}

bool ouro_heap_export_chrome(ouro_heap_graph *const *graphs, size_t which, int fd, ouro_heap_error *error)
{
    struct chrome c = {.g = graphs[which]};
    c.sink = heap_array(1, sizeof *c.sink, error);
    bool good = c.sink != NULL && (c.serials = chrome_serials(graphs, which, error)) != NULL &&
                (c.sums = export_site_sums(c.g, error)) != NULL && chrome_sort_sites(&c, error);
    if (good) {
        c.sink->fd = fd;
        c.sink->error_number = 0;
        c.sink->filled = 0;
        good = chrome_write(&c, error);
    }
    free(c.sink);
    free(c.serials);
    free(c.sums);
    free(c.children);
    free(c.first_child);
    return good;
}

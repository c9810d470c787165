/* path.c: the shortest way from the roots to each node, and how a person writes it.
 *
 * Breadth first, so that a way is as short as can be, from one root after the other: modules first, in their order, then
 * frames, then what only the interpreter itself holds.  So what a module's globals hold is told as theirs, and not as
 * held by the frame that happens to look at it.  A module is its own root, whoever else refers to it.
 *
 * Modules of the library come after the frames of the program: a thread of its is `check` in main(), and an entry of
 * threading._active only for want of a name.  No way leads from a function to its globals, or from an object to its class and
 * from there to the bases, as long as there is another: that is how a program's every import would become its own.
 */
#include "base/text.h"
#include "heap/graph.h"

#include <stdlib.h>
#include <string.h>

#define NONE OURO_HEAP_NONE

/* ---- the search ---------------------------------------------------------------------------------------- */

static void path_meet(ouro_heap_graph *g, uint32_t node, uint32_t from, uint64_t edge)
{
    if (g->path_edge[node] == UINT64_MAX) {
        g->path_from[node] = from;
        g->path_edge[node] = edge;
        g->path_order[g->path_count++] = node;
    }
}

enum { PATH_DETOURS = 5 };

/* In which order the roots are searched. */
enum path_rank { PATH_MODULE, PATH_FRAME, PATH_LIBRARY_MODULE, PATH_LIBRARY_FRAME, PATH_REST, PATH_RANKS };

typedef struct path_search {
    ouro_heap_graph *g;
    uint32_t next;                  /* place in path_order of the first node whose edges are still to be followed */
    uint32_t detours[PATH_DETOURS]; /* names of edges that are followed last, as strings; NONE: no edge has it */
} path_search;

/* Where the string in a module's __file__ begins; NULL: it has none. */
static const char *path_file_of_module(const ouro_heap_graph *g, uint32_t module)
{
    for (uint64_t e = g->first_edge.items[module]; e < g->first_edge.items[module + 1]; e++) {
        uint32_t dict = g->targets.items[e];
        if (heap_node_kind(g, dict) != OURO_HEAP_KIND_MAPPING) {
            continue;
        }
        for (uint64_t k = g->first_edge.items[dict]; k < g->first_edge.items[dict + 1]; k++) {
            uint32_t label = g->labels.items[k];
            if (heap_label_kind(label) == OURO_HEAP_EDGE_KEY && strcmp(heap_string(g, label & HEAP_LABEL_MAX), "__file__") == 0) {
                return ouro_heap_node_text(g, g->targets.items[k]);
            }
        }
        return NULL;
    }
    return NULL;
}

/* `edge`: from the root.  The first root is the program's own module, whatever its file.  A module without a file is a native
 * one, or was made by the program: no better than one of the library. */
static enum path_rank path_rank(const ouro_heap_graph *g, uint64_t edge)
{
    uint32_t node = g->targets.items[edge];
    ouro_heap_kind kind = heap_node_kind(g, node);
    if (kind == OURO_HEAP_KIND_MODULE) {
        const char *file = edge == g->first_edge.items[0] ? "" : path_file_of_module(g, node);
        return file == NULL || heap_is_of_library(file) ? PATH_LIBRARY_MODULE : PATH_MODULE;
    }
    if (kind == OURO_HEAP_KIND_FRAME) {
        uint32_t label = g->labels.items[edge];
        bool library = !heap_label_is_number(label) && heap_is_of_library(heap_string(g, label & HEAP_LABEL_MAX));
        return library ? PATH_LIBRARY_FRAME : PATH_FRAME;
    }
    return PATH_REST;
}

static void path_find_detours(path_search *s)
{
    static const char *const names[PATH_DETOURS] = {"__globals__", "__class__", "__base__", "__bases__", "__mro__"};
    for (size_t i = 0; i < PATH_DETOURS; i++) {
        s->detours[i] = NONE;
    }
    for (uint32_t n = 0; n < s->g->string_starts.count; n++) {
        const char *text = heap_string(s->g, n);
        for (size_t i = 0; i < PATH_DETOURS && text[0] == '_'; i++) {
            if (strcmp(text, names[i]) == 0) {
                s->detours[i] = n;
            }
        }
    }
}

static bool path_is_detour(const path_search *s, uint64_t edge)
{
    uint32_t label = s->g->labels.items[edge];
    ouro_heap_edge_kind kind = heap_label_kind(label);
    if (kind != OURO_HEAP_EDGE_FIELD && kind != OURO_HEAP_EDGE_ATTRIBUTE) {
        return false;
    }
    bool found = false;
    for (size_t i = 0; i < PATH_DETOURS; i++) {
        found |= s->detours[i] == (label & HEAP_LABEL_MAX);
    }
    return found;
}

static void path_follow(path_search *s)
{
    ouro_heap_graph *g = s->g;
    while (s->next < g->path_count) {
        uint32_t node = g->path_order[s->next++];
        for (uint64_t e = g->first_edge.items[node]; e < g->first_edge.items[node + 1]; e++) {
            if (!heap_edge_is_weak(g, e) && !path_is_detour(s, e)) {
                path_meet(g, g->targets.items[e], node, e);
            }
        }
    }
}

/* What only the edges that were left out lead to. */
static void path_follow_detours(path_search *s)
{
    ouro_heap_graph *g = s->g;
    for (uint32_t i = 0; i < g->path_count; i++) {
        uint32_t node = g->path_order[i];
        for (uint64_t e = g->first_edge.items[node]; e < g->first_edge.items[node + 1]; e++) {
            if (!heap_edge_is_weak(g, e)) {
                path_meet(g, g->targets.items[e], node, e);
                path_follow(s);
            }
        }
    }
}

static void path_find_all(ouro_heap_graph *g)
{
    path_search search = {.g = g};
    uint64_t first = g->first_edge.items[0], end = g->first_edge.items[1];
    path_find_detours(&search);
    g->path_edge[0] = 0; /* met, so that no edge leads back to it */
    for (uint64_t e = first; e < end; e++) { /* modules: met, but searched in their turn */
        uint32_t target = g->targets.items[e];
        if (heap_node_kind(g, target) == OURO_HEAP_KIND_MODULE && g->path_edge[target] == UINT64_MAX) {
            g->path_from[target] = 0;
            g->path_edge[target] = e;
        }
    }
    for (enum path_rank rank = 0; rank < PATH_RANKS; rank++) {
        for (uint64_t e = first; e < end; e++) {
            uint32_t target = g->targets.items[e];
            bool module = heap_node_kind(g, target) == OURO_HEAP_KIND_MODULE;
            if (heap_edge_is_weak(g, e) || (module && g->path_edge[target] != e) || path_rank(g, e) != rank) {
                continue;
            }
            if (module) {
                g->path_order[g->path_count++] = target;
            } else {
                path_meet(g, target, 0, e);
            }
            path_follow(&search);
        }
    }
    path_follow_detours(&search);
}

bool ouro_heap_paths(ouro_heap_graph *g, ouro_heap_error *error)
{
    if (g->path_order != NULL) {
        return true;
    }
    uint32_t nodes = heap_node_count(g);
    g->path_from = heap_array(nodes, sizeof *g->path_from, error);
    g->path_edge = heap_array(nodes, sizeof *g->path_edge, error);
    g->path_order = heap_array(nodes, sizeof *g->path_order, error);
    if (g->path_from == NULL || g->path_edge == NULL || g->path_order == NULL) {
        free(g->path_from);
        free(g->path_edge);
        free(g->path_order);
        g->path_from = NULL;
        g->path_edge = NULL;
        g->path_order = NULL;
        return false;
    }
    memset(g->path_from, 0xff, nodes * sizeof *g->path_from);
    memset(g->path_edge, 0xff, nodes * sizeof *g->path_edge);
    g->path_count = 0;
    path_find_all(g);
    return true;
}

bool ouro_heap_is_reached(const ouro_heap_graph *g, uint32_t node)
{
    return node == 0 || g->path_from[node] != NONE;
}

uint64_t heap_unreached(const ouro_heap_graph *g, uint64_t *objects)
{
    uint64_t bytes = 0;
    *objects = 0;
    for (uint32_t n = 1; n < heap_node_count(g); n++) {
        if (!ouro_heap_is_reached(g, n)) {
            bytes += g->size_of.items[n];
            ++*objects;
        }
    }
    return bytes;
}

uint64_t ouro_heap_path_edge(const ouro_heap_graph *g, uint32_t node, uint32_t *from)
{
    *from = g->path_from[node];
    return g->path_from[node] == NONE ? UINT64_MAX : g->path_edge[node];
}

/* ---- the text ------------------------------------------------------------------------------------------ */

enum { PATH_TAIL = 24, PATH_HEAD = 8, PATH_PIECE = 120 };

/* Is the step from a namespace's holder to its dict, which nobody writes: module -> dict -> name reads
 * module.name, and instance -> __dict__ -> name reads instance.name? */
static bool path_is_namespace(const ouro_heap_graph *g, uint32_t node, uint64_t edge)
{
    uint32_t label = g->labels.items[edge];
    ouro_heap_edge_kind kind = heap_label_kind(label);
    return (kind == OURO_HEAP_EDGE_FIELD || kind == OURO_HEAP_EDGE_ATTRIBUTE) &&
           heap_node_kind(g, node) == OURO_HEAP_KIND_MAPPING &&
           strcmp(heap_string(g, label & HEAP_LABEL_MAX), "__dict__") == 0;
}

/* Appends one step to the text; `in_namespace`: the step before led to a namespace's dict. */
static void path_step(const ouro_heap_graph *g, uint64_t edge, bool in_namespace, char *piece, size_t size)
{
    uint32_t label = g->labels.items[edge];
    if (in_namespace && heap_label_kind(label) == OURO_HEAP_EDGE_KEY) {
        char quoted[PATH_PIECE];
        snprintf(piece, size, ".%s", text_quoted(quoted, sizeof quoted, heap_string(g, label & HEAP_LABEL_MAX)));
    } else if (heap_label_kind(label) == OURO_HEAP_EDGE_LOCAL) {
        snprintf(piece, size, ": %s", heap_string(g, label & HEAP_LABEL_MAX));
    } else {
        (void)ouro_heap_edge_text(g, edge, piece, size);
    }
}

static size_t path_append(char *text, size_t size, size_t length, const char *piece)
{
    size_t more = strlen(piece);
    if (size == 0 || length + 1 >= size) {
        return length;
    }
    if (more > size - 1 - length) {
        more = size - 1 - length;
        while (more > 0 && ((unsigned char)piece[more] & 0xc0) == 0x80) {
            more--; /* never half a character */
        }
    }
    memcpy(text + length, piece, more);
    text[length + more] = 0;
    return length + more;
}

size_t ouro_heap_path_text(const ouro_heap_graph *g, uint32_t node, char *text, size_t size)
{
    if (size > 0) {
        text[0] = 0;
    }
    if (node == 0 || g->path_from[node] == NONE) {
        return path_append(text, size, 0, node == 0 ? "<root>" : "<not reached>");
    }
    size_t steps = 0;
    for (uint32_t at = node; at != 0; at = g->path_from[at]) {
        steps++;
    }
    /* the way is linked backwards: the last PATH_TAIL steps by position, the first ones by walking again */
    size_t length = 0;
    bool cut = false;
    for (size_t i = 0; i < steps; i++) {
        if (i >= PATH_HEAD && steps - i > PATH_TAIL) {
            if (!cut) {
                length = path_append(text, size, length, "...");
                cut = true;
            }
            i = steps - PATH_TAIL;
        }
        uint32_t at = node;
        for (size_t back = steps - 1; back > i; back--) {
            at = g->path_from[at];
        }
        uint64_t edge = g->path_edge[at];
        if (path_is_namespace(g, at, edge) && i + 1 < steps) {
            continue;
        }
        uint32_t from = g->path_from[at];
        bool in_namespace =
            from != 0 && g->path_from[from] != NONE && path_is_namespace(g, from, g->path_edge[from]);
        char piece[PATH_PIECE];
        path_step(g, edge, in_namespace, piece, sizeof piece);
        length = path_append(text, size, length, piece);
    }
    return length;
}

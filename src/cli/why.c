/* why.c: see why.h.
 *
 * What is asked about is an address (0x...), a type's name, or a way as `ouro heap` writes it (app.cache._seen).  Objects of a
 * type are put together by the way that leads to them, keys and indices aside: ten thousand rows of a cache are one answer,
 * not ten thousand; nor is each member of a linked list.  why_text.c prints answers, why_dot.c draws them.
 */
#include "cli/why.h"

#include "base/text.h"
#include "cli/why_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHY_WRONG = 2, WHY_LIMIT = 5 };

static const char why_usage[] =
    "usage: ouro why [--limit N] [--dot[=OUT]] SNAPSHOT WHAT\n"
    "What keeps it alive: the shortest way from a root to it, who else holds it, what would be freed with it, where it\n"
    "was allocated.  WHAT is a type, a way as `ouro heap` writes it (app.cache; __main__ may be left out), or an address (0x7f...).\n"
    "  --limit N     of a type: how many ways are told; of an object: how many holders (5)\n"
    "  --dot[=OUT]   the ways as a graph for Graphviz\n";

/* ---- which objects are meant ---- */

static bool why_push(why_answer *a, uint32_t node)
{
    if (a->count == a->capacity) {
        size_t capacity = a->capacity ? a->capacity * 2 : 64;
        uint32_t *nodes = realloc(a->nodes, capacity * sizeof *nodes);
        if (!nodes) {
            return false;
        }
        a->nodes = nodes;
        a->capacity = capacity;
    }
    a->nodes[a->count++] = node;
    return true;
}

/* "Row" means app.Row as well. */
static bool why_is_type(const char *name, const char *what)
{
    size_t n = strlen(name), m = strlen(what);
    return strcmp(name, what) == 0 || (n > m && name[n - m - 1] == '.' && strcmp(name + n - m, what) == 0);
}

static bool why_find_type(why_answer *a, const char *what)
{
    const ouro_heap_graph *g = a->graph;
    uint32_t types = ouro_heap_type_count(g), nodes = ouro_heap_node_count(g);
    bool *meant = calloc(types + 1, sizeof *meant), ok = meant != NULL;
    for (uint32_t t = 1; ok && t < types; t++) {
        meant[t] = why_is_type(ouro_heap_type_name(g, t), what);
    }
    for (uint32_t n = 1; ok && n < nodes; n++) {
        ok = !meant[ouro_heap_node_at(g, n).type] || why_push(a, n);
    }
    a->is_type = ok && a->count > 0;
    free(meant);
    return ok;
}

/* The node whose shortest way reads so.  The last step's own text stands in the way, so few ways are written out. */
static bool why_find_way(why_answer *a, const char *what)
{
    const ouro_heap_graph *g = a->graph;
    char way[1200], number[24], quoted[1200];
    for (uint32_t n = 1; n < ouro_heap_node_count(g); n++) {
        uint32_t from;
        uint64_t edge = ouro_heap_path_edge(g, n, &from);
        if (edge == UINT64_MAX) {
            continue;
        }
        ouro_heap_edge e = ouro_heap_edge_at(g, edge);
        snprintf(number, sizeof number, "%llu", (unsigned long long)e.number);
        if (strstr(what, e.text ? text_quoted(quoted, sizeof quoted, e.text) : number)) {
            (void)ouro_heap_path_text(g, n, way, sizeof way);
            if (strcmp(way, what) == 0) {
                return why_push(a, n);
            }
        }
    }
    return true;
}

/* False: no memory. */
static bool why_find(why_answer *a, const char *what)
{
    if (strncmp(what, "0x", 2) == 0) {
        char *end;
        errno = 0;
        uint64_t address = strtoull(what, &end, 16);
        uint32_t node = *end || errno ? OURO_HEAP_NONE : ouro_heap_find_address(a->graph, address);
        return node == OURO_HEAP_NONE || node == 0 || why_push(a, node);
    }
    char way[1200];
    snprintf(way, sizeof way, "__main__.%s", what); /* what a program calls its own */
    return why_find_type(a, what) && (a->count > 0 || why_find_way(a, what)) && (a->count > 0 || why_find_way(a, way));
}

static void why_suggest(const ouro_heap_graph *g, const char *what)
{
    unsigned told = 0;
    for (uint32_t t = 1; t < ouro_heap_type_count(g); t++) {
        const char *name = ouro_heap_type_name(g, t);
        if (strcasestr(name, what)) {
            fprintf(stderr, told++ == 0 ? "Types with such a name: %s" : ", %s", name);
            if (told == 10) {
                break;
            }
        }
    }
    fputs(told ? "\n" : "", stderr);
}

/* ---- by way ---- */

static uint64_t why_mix(uint64_t a, uint64_t b)
{
    uint64_t h = (a ^ (b + UINT64_C(0x9e3779b97f4a7c15) + (a << 6) + (a >> 2))) * UINT64_C(0xff51afd7ed558ccd);
    return h ^ h >> 32;
}

/* A step, keys and indices aside; keys of a namespace are names. */
static uint64_t why_step(const ouro_heap_graph *g, uint32_t node, uint64_t edge, uint32_t from)
{
    ouro_heap_edge e = ouro_heap_edge_at(g, edge);
    uint32_t above;
    uint64_t in = ouro_heap_path_edge(g, from, &above);
    ouro_heap_edge before = in == UINT64_MAX ? (ouro_heap_edge){0} : ouro_heap_edge_at(g, in);
    bool named = e.kind == OURO_HEAP_EDGE_ATTRIBUTE || e.kind == OURO_HEAP_EDGE_FIELD || e.kind == OURO_HEAP_EDGE_LOCAL ||
                 e.kind == OURO_HEAP_EDGE_ROOT || (before.text && strcmp(before.text, "__dict__") == 0);
    uint64_t h = why_mix(e.kind, ouro_heap_node_at(g, node).type);
    for (const char *c = named && e.text ? e.text : ""; *c; c++) {
        h = why_mix(h, (unsigned char)*c);
    }
    return h;
}

/* Hashes of the ways of all nodes; a way's hash is made from that of the way it goes on. */
static bool why_hash_ways(why_answer *a)
{
    const ouro_heap_graph *g = a->graph;
    uint32_t nodes = ouro_heap_node_count(g), *stack = malloc(nodes * sizeof *stack);
    a->way_of = calloc(nodes, sizeof *a->way_of);
    for (size_t i = 0; stack && a->way_of && i < a->count; i++) {
        uint32_t at = a->nodes[i], from, depth = 0;
        for (; at != 0 && a->way_of[at] == 0 && ouro_heap_path_edge(g, at, &from) != UINT64_MAX; at = from) {
            stack[depth++] = at;
        }
        while (depth-- > 0) {
            uint32_t node = stack[depth];
            uint64_t edge = ouro_heap_path_edge(g, node, &from);
            uint64_t step = why_step(g, node, edge, from), hash = why_mix(a->way_of[from], step);
            uint32_t above;
            uint64_t before = ouro_heap_path_edge(g, from, &above);
            if (before != UINT64_MAX && step == why_step(g, from, before, above)) {
                hash = a->way_of[from]; /* once more the same: a list that is linked is one way */
            }
            a->way_of[node] = hash ? hash : 1;
        }
    }
    free(stack);
    return stack && a->way_of;
}

static int why_compare_ways(const void *left, const void *right, void *context)
{
    const why_answer *a = context;
    uint32_t x = *(const uint32_t *)left, y = *(const uint32_t *)right;
    if (a->way_of[x] != a->way_of[y]) {
        return a->way_of[x] < a->way_of[y] ? -1 : 1;
    }
    uint64_t p = ouro_heap_retained(a->graph, x), q = ouro_heap_retained(a->graph, y);
    return p < q ? 1 : p > q ? -1 : x < y ? -1 : x > y;
}

static int why_compare_groups(const void *left, const void *right)
{
    const why_group *a = left, *b = right;
    return a->bytes < b->bytes ? 1 : a->bytes > b->bytes ? -1 : a->first < b->first ? -1 : 1;
}

/* Sorts the nodes by way, and counts each way's. */
static bool why_group_ways(why_answer *a)
{
    if (!why_hash_ways(a)) {
        return false;
    }
    qsort_r(a->nodes, a->count, sizeof *a->nodes, why_compare_ways, a);
    a->groups = calloc(a->count, sizeof *a->groups);
    for (size_t i = 0; a->groups && i < a->count; i++) {
        if (i == 0 || a->way_of[a->nodes[i]] != a->way_of[a->nodes[i - 1]]) {
            a->groups[a->group_count++] = (why_group){.first = i};
        }
        why_group *group = &a->groups[a->group_count - 1];
        group->count++;
        group->bytes += ouro_heap_node_at(a->graph, a->nodes[i]).size;
    }
    if (a->groups) {
        qsort(a->groups, a->group_count, sizeof *a->groups, why_compare_groups);
    }
    return a->groups != NULL;
}

/* What would be freed with all of them: what each retains, but for those that another of them retains. */
static bool why_sum_retained(why_answer *a)
{
    enum { UNKNOWN, OUTSIDE, INSIDE };
    uint32_t nodes = ouro_heap_node_count(a->graph);
    unsigned char *below = calloc(nodes, 1), *meant = calloc(nodes, 1);
    bool ok = below && meant;
    for (size_t i = 0; ok && i < a->count; i++) {
        meant[a->nodes[i]] = 1;
    }
    for (size_t i = 0; ok && i < a->count; i++) {
        uint32_t node = a->nodes[i], at = ouro_heap_dominator(a->graph, node);
        while (at != 0 && at != OURO_HEAP_NONE && below[at] == UNKNOWN && !meant[at]) {
            at = ouro_heap_dominator(a->graph, at);
        }
        unsigned char known = at == 0 || at == OURO_HEAP_NONE ? OUTSIDE : meant[at] ? INSIDE : below[at];
        for (uint32_t on = ouro_heap_dominator(a->graph, node); on != at; on = ouro_heap_dominator(a->graph, on)) {
            below[on] = known;
        }
        a->retained += known == OUTSIDE ? ouro_heap_retained(a->graph, node) : 0;
    }
    free(below);
    free(meant);
    return ok;
}

/* ---- the command ---- */

/* False: no memory. */
static bool why_answer_all(why_answer *a, ouro_heap_error *error)
{
    return ouro_heap_paths(a->graph, error) && ouro_heap_dominators(a->graph, NULL, NULL, error) &&
           why_find(a, a->what) && (a->count == 0 || (why_group_ways(a) && why_sum_retained(a)));
}

static int why_draw(const why_answer *a, const char *path)
{
    FILE *out = path ? fopen(path, "w") : stdout;
    bool ok = out != NULL;
    if (ok) {
        ok = why_dot(a, out) && fflush(out) == 0 && !ferror(out);
        ok = (!path || fclose(out) == 0) && ok;
    }
    if (!ok) {
        fprintf(stderr, "ouro: %s cannot be written: %s\n", path ? path : "standard output", strerror(errno));
    }
    return ok ? 0 : WHY_WRONG;
}

static int why_run(const char *path, const char *what, size_t limit, bool dot, const char *dot_path)
{
    ouro_heap_error error = {OURO_HEAP_NO_MEMORY, "not enough memory"};
    why_answer a = {.graph = ouro_heap_read(path, &error), .what = what, .limit = limit};
    int status = WHY_WRONG;
    if (!a.graph || (error = (ouro_heap_error){OURO_HEAP_NO_MEMORY, "not enough memory"}, !why_answer_all(&a, &error))) {
        fprintf(stderr, "ouro: %s\n", error.text);
    } else if (a.count == 0) {
        fprintf(stderr, "ouro: no type, way or address %s in %s\n", what, path);
        why_suggest(a.graph, what);
        status = 1;
    } else if (dot) {
        status = why_draw(&a, dot_path);
    } else {
        status = why_print(&a) ? 0 : WHY_WRONG; /* heap_command looks whether it came out */
    }
    free(a.nodes);
    free(a.groups);
    free(a.way_of);
    ouro_heap_destroy(a.graph);
    return status;
}

int why_main(int argc, char **argv)
{
    const char *names[2] = {NULL, NULL}, *dot_path = NULL;
    int count = 0;
    bool dot = false, wrong = false;
    size_t limit = WHY_LIMIT;
    for (int i = 0; i < argc && !wrong; i++) {
        const char *value = strncmp(argv[i], "--limit", 7) != 0 ? NULL
                            : argv[i][7] == '='                 ? argv[i] + 8
                            : argv[i][7] == 0 && i + 1 < argc   ? argv[++i]
                                                                : "";
        if (value) {
            char *end;
            limit = strtoul(value, &end, 10);
            wrong = *value < '0' || *value > '9' || *end || limit == 0;
        } else if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0) {
            printf("%s", why_usage);
            return 0;
        } else if (strcmp(argv[i], "--dot") == 0 || strncmp(argv[i], "--dot=", 6) == 0) {
            dot = true;
            dot_path = argv[i][5] ? argv[i] + 6 : NULL;
        } else if (argv[i][0] == '-' || count == 2) {
            wrong = true;
        } else {
            names[count++] = argv[i];
        }
    }
    if (wrong || count != 2) {
        fputs(why_usage, stderr);
        return WHY_WRONG;
    }
    return why_run(names[0], names[1], limit, dot, dot_path);
}

/* why_dot.c: draws an answer of `ouro why` for Graphviz (why_private.h): the shortest way of one object of each group, and
 * who else holds it. */
#include "cli/why_private.h"

#include "cli/report_sum.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A quoted string of DOT; line ends in it are written as \n. */
static void dot_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            putc('\\', out);
        }
        if (*text == '\n') {
            fputs("\\n", out);
        } else if ((unsigned char)*text >= 0x20) {
            putc(*text, out);
        }
    }
}

static void dot_node(FILE *out, const ouro_heap_graph *g, uint32_t node, bool asked)
{
    if (node == 0) {
        fputs("  n0 [label=\"roots\", shape=plain];\n", out);
        return;
    }
    ouro_heap_node n = ouro_heap_node_at(g, node);
    ouro_heap_site site = ouro_heap_site_at(g, n.site);
    char bytes[24];
    fprintf(out, "  n%u [label=\"", node);
    dot_text(out, ouro_heap_type_name(g, n.type));
    fprintf(out, "\\n%s", report_bytes(bytes, (int64_t)ouro_heap_retained(g, node), false));
    if (site.line) {
        const char *name = strrchr(site.file, '/');
        fputs("\\n", out);
        dot_text(out, name ? name + 1 : site.file);
        fprintf(out, ":%u", site.line);
    }
    fputs(asked ? "\", style=bold];\n" : "\"];\n", out);
}

static void dot_edge(FILE *out, const ouro_heap_graph *g, uint32_t from, uint64_t edge, bool other)
{
    char text[200];
    (void)ouro_heap_edge_text(g, edge, text, sizeof text);
    fprintf(out, "  n%u -> n%u [label=\"", from, ouro_heap_edge_at(g, edge).target);
    dot_text(out, text);
    fputs(other ? "\", style=dashed];\n" : "\"];\n", out);
}

/* The way to a node, from the node backwards as far as it has not been drawn. */
static void dot_way(FILE *out, const ouro_heap_graph *g, uint32_t node, unsigned char *drawn, bool asked)
{
    uint32_t from;
    while (!drawn[node]) {
        drawn[node] = 1;
        dot_node(out, g, node, asked);
        asked = false;
        uint64_t edge = node == 0 ? UINT64_MAX : ouro_heap_path_edge(g, node, &from);
        if (edge == UINT64_MAX) {
            return;
        }
        dot_edge(out, g, from, edge, false);
        node = from;
    }
}

bool why_dot(const why_answer *a, FILE *out)
{
    const ouro_heap_graph *g = a->graph;
    size_t shown = a->group_count < a->limit ? a->group_count : a->limit, found = 0;
    unsigned char *drawn = calloc(ouro_heap_node_count(g), 1);
    uint32_t *firsts = calloc(shown + 1, sizeof *firsts);
    uint64_t *more = calloc(shown + 1, sizeof *more);
    for (size_t i = 0; firsts && i < shown; i++) {
        firsts[i] = a->nodes[a->groups[i].first];
    }
    why_holder *holders = drawn && firsts && more ? why_holders(g, firsts, shown, a->limit, &found, more) : NULL;
    bool ok = holders != NULL;
    if (ok) {
        fputs("digraph why {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\", fontsize=11];\n"
              "  edge [fontname=\"sans-serif\", fontsize=10];\n",
              out);
        for (size_t i = 0; i < shown; i++) {
            dot_way(out, g, firsts[i], drawn, true);
        }
        for (size_t i = 0; i < found; i++) {
            dot_way(out, g, holders[i].holder, drawn, false);
            dot_edge(out, g, holders[i].holder, holders[i].edge, true);
        }
        fputs("}\n", out);
    }
    free(holders);
    free(drawn);
    free(firsts);
    free(more);
    return ok;
}

/* why_text.c: prints an answer of `ouro why` (why_private.h). */
#include "cli/why_private.h"

#include "base/text.h"
#include "cli/report_sum.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { WHY_HEAD_STEPS = 6, WHY_TAIL_STEPS = 30, WHY_FRAMES = 6, WHY_STEP_MAX = 48 };

why_holder *why_holders(const ouro_heap_graph *g, const uint32_t *nodes, size_t count, size_t limit, size_t *found,
                        uint64_t *more)
{
    uint32_t all = ouro_heap_node_count(g), from;
    uint32_t *wanted = calloc(all, sizeof *wanted); /* its place in `nodes` + 1 */
    size_t *told = calloc(count, sizeof *told);
    why_holder *holders = malloc((count * limit + 1) * sizeof *holders);
    *found = 0;
    if (!wanted || !told || !holders) {
        free(wanted);
        free(told);
        free(holders);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        wanted[nodes[i]] = (uint32_t)i + 1;
        more[i] = 0;
    }
    for (uint32_t n = 0; n < all; n++) {
        for (uint64_t e = ouro_heap_first_edge(g, n); e < ouro_heap_end_edge(g, n); e++) {
            ouro_heap_edge edge = ouro_heap_edge_at(g, e);
            if (!wanted[edge.target] || edge.kind == OURO_HEAP_EDGE_WEAK || ouro_heap_path_edge(g, edge.target, &from) == e) {
                continue;
            }
            size_t i = wanted[edge.target] - 1;
            if (told[i] < limit) {
                holders[(*found)++] = (why_holder){n, edge.target, e};
                told[i]++;
            } else {
                more[i]++;
            }
        }
    }
    free(wanted);
    free(told);
    return holders;
}

static const char *why_type_of(const ouro_heap_graph *g, uint32_t node)
{
    return node == 0 ? "root" : ouro_heap_type_name(g, ouro_heap_node_at(g, node).type);
}

/* How wide the column of steps is: as wide as the widest of an ordinary way. */
static int why_step_width(const ouro_heap_graph *g, uint32_t node)
{
    size_t width = 28;
    uint32_t from, at = node;
    for (int i = 0; i < WHY_TAIL_STEPS && at != 0 && ouro_heap_path_edge(g, at, &from) != UINT64_MAX; i++, at = from) {
        char edge[200];
        (void)ouro_heap_edge_text(g, ouro_heap_path_edge(g, at, &from), edge, sizeof edge);
        size_t length = strlen(edge);
        width = length > width && length <= WHY_STEP_MAX ? length : width;
    }
    return (int)width;
}

static void why_print_step(const ouro_heap_graph *g, uint32_t node, int width)
{
    char edge[200], bytes[24], place[24] = "";
    uint32_t from;
    ouro_heap_site site = ouro_heap_site_at(g, ouro_heap_node_at(g, node).site);
    (void)ouro_heap_edge_text(g, ouro_heap_path_edge(g, node, &from), edge, sizeof edge);
    if (site.line) {
        snprintf(place, sizeof place, ":%u", site.line);
    }
    printf("    %-*s %-24s %10s%s%s%s\n", width, edge, why_type_of(g, node), report_bytes(bytes, (int64_t)ouro_heap_retained(g, node), false),
           site.line ? "   " : "", site.line ? site.file : "", place);
}

/* The way from a root: a line for each step. */
static void why_print_way(const ouro_heap_graph *g, uint32_t node)
{
    uint32_t head[WHY_HEAD_STEPS], tail[WHY_TAIL_STEPS], from, at = node;
    size_t steps = 0;
    int width = why_step_width(g, node);
    for (; at != 0 && ouro_heap_path_edge(g, at, &from) != UINT64_MAX; at = from) {
        if (steps < WHY_TAIL_STEPS) {
            tail[steps] = at;
        }
        head[steps % WHY_HEAD_STEPS] = at; /* the last ones seen are the first of the way */
        steps++;
    }
    if (steps == 0) {
        printf("    no root reaches it: garbage that the collector had not found yet, or held by C code\n");
        return;
    }
    if (steps > WHY_HEAD_STEPS + WHY_TAIL_STEPS) {
        for (size_t i = 1; i <= WHY_HEAD_STEPS; i++) {
            why_print_step(g, head[(steps - i) % WHY_HEAD_STEPS], width);
        }
        printf("    ... %zu more steps ...\n", steps - WHY_HEAD_STEPS - WHY_TAIL_STEPS);
        steps = WHY_TAIL_STEPS;
    } else if (steps > WHY_TAIL_STEPS) {
        for (size_t i = 1; steps > WHY_TAIL_STEPS; i++, steps--) {
            why_print_step(g, head[(steps - 1) % WHY_HEAD_STEPS], width);
        }
    }
    while (steps-- > 0) {
        why_print_step(g, tail[steps], width);
    }
}

static void why_print_holders(const ouro_heap_graph *g, uint32_t node, const why_holder *holders, size_t count, uint64_t more)
{
    for (size_t i = 0; i < count; i++) {
        if (holders[i].node == node) {
            char way[600], edge[200];
            (void)ouro_heap_path_text(g, holders[i].holder, way, sizeof way);
            (void)ouro_heap_edge_text(g, holders[i].edge, edge, sizeof edge);
            if (holders[i].holder != 0 && !ouro_heap_is_reached(g, holders[i].holder)) { /* a way of its own it has not */
                snprintf(way, sizeof way, "%s at 0x%" PRIx64, why_type_of(g, holders[i].holder),
                         ouro_heap_node_at(g, holders[i].holder).address);
            }
            printf("  also held by %s%s (%s)\n", holders[i].holder == 0 ? "" : way, edge, why_type_of(g, holders[i].holder));
        }
    }
    if (more > 0) {
        printf("  and by %" PRIu64 " more reference%s\n", more, more == 1 ? "" : "s");
    }
}

static void why_print_dominator(const ouro_heap_graph *g, uint32_t node)
{
    uint32_t dominator = ouro_heap_dominator(g, node);
    if (dominator == 0 || dominator == OURO_HEAP_NONE) {
        printf("  nothing alone keeps it alive\n");
        return;
    }
    char way[600], bytes[24];
    (void)ouro_heap_path_text(g, dominator, way, sizeof way);
    printf("  would be freed with %s (%s, %s)\n", way, why_type_of(g, dominator),
           report_bytes(bytes, (int64_t)ouro_heap_retained(g, dominator), false));
}

static void why_print_site(const ouro_heap_graph *g, uint32_t node)
{
    uint32_t site = ouro_heap_node_at(g, node).site;
    for (int frame = 0; site != 0; frame++) {
        ouro_heap_site s = ouro_heap_site_at(g, site);
        if (frame == WHY_FRAMES) {
            printf("    ...\n");
            break;
        }
        if (s.line) {
            printf(frame == 0 ? "  allocated at %s:%u in %s\n" : "    called from %s:%u in %s\n", s.file, s.line, s.function);
        }
        site = s.parent;
    }
}

static void why_print_object(const ouro_heap_graph *g, uint32_t node)
{
    ouro_heap_node n = ouro_heap_node_at(g, node);
    char own[24], all[24];
    printf("%s at 0x%" PRIx64 ": %s", why_type_of(g, node), n.address, report_bytes(own, (int64_t)n.size, false));
    if (ouro_heap_retained(g, node) != n.size) {
        printf(", %s with all that only it keeps alive", report_bytes(all, (int64_t)ouro_heap_retained(g, node), false));
    }
    const char *text = ouro_heap_node_text(g, node);
    char quoted[400];
    printf(text ? ", '%s'\n" : "\n", text ? text_quoted(quoted, sizeof quoted, text) : NULL);
}

bool why_print(const why_answer *a)
{
    const ouro_heap_graph *g = a->graph;
    size_t shown = a->group_count < a->limit ? a->group_count : a->limit, found;
    uint64_t bytes = 0, *more = calloc(shown + 1, sizeof *more);
    uint32_t *firsts = calloc(shown + 1, sizeof *firsts);
    why_holder *holders = NULL;
    for (size_t i = 0; more && firsts && i < shown; i++) {
        firsts[i] = a->nodes[a->groups[i].first];
    }
    if (more && firsts) {
        holders = why_holders(g, firsts, shown, a->is_type ? 2 : a->limit, &found, more);
    }
    for (size_t i = 0; i < a->group_count; i++) {
        bytes += a->groups[i].bytes;
    }
    char own[24], all[24];
    if (holders && a->is_type) {
        printf("%s: %zu object%s, %s; %s with all that only they keep alive\n", a->what, a->count, a->count == 1 ? "" : "s",
               report_bytes(own, (int64_t)bytes, false), report_bytes(all, (int64_t)a->retained, false));
    }
    for (size_t i = 0; holders && i < shown; i++) {
        if (a->is_type) {
            char way[600];
            (void)ouro_heap_path_text(g, firsts[i], way, sizeof way);
            const char *held = !ouro_heap_is_reached(g, firsts[i]) ? "held by nothing"
                               : a->groups[i].count == 1           ? "held as "
                                                                   : "held in the way of ";
            printf("\n%zu object%s, %s, %s%s\n  one of them: ", a->groups[i].count, a->groups[i].count == 1 ? "" : "s",
                   report_bytes(own, (int64_t)a->groups[i].bytes, false), held, ouro_heap_is_reached(g, firsts[i]) ? way : "");
        }
        why_print_object(g, firsts[i]);
        why_print_way(g, firsts[i]);
        why_print_holders(g, firsts[i], holders, found, more[i]);
        why_print_dominator(g, firsts[i]);
        why_print_site(g, firsts[i]);
    }
    if (holders && shown < a->group_count) {
        printf("\n(%zu more ways: --limit)\n", a->group_count - shown);
    }
    bool ok = holders != NULL;
    if (!ok) {
        fprintf(stderr, "ouro: not enough memory\n");
    }
    free(holders);
    free(firsts);
    free(more);
    return ok;
}

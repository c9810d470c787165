/* explain.c: the garbage of a collection as a graph, and its cycles in words.
 *
 * The garbage (as it was found) is split into its strongly connected components.  A component with a cycle is
 * described by the shortest cycle through its oldest object, as the types and names around the loop:
 *
 *     Node.next -> Node.previous -> Node
 *
 * Loops that differ only by where one starts to read, or in how often the same step repeats, read the same.  All work is
 * linear in the garbage and its references; what is counted of each kind is in explain_kinds.c.
 */
#include "gc/explain.h"

#include "base/components.h"
#include "gc/state.h"
#include "object/edge.h"

#include <stdio.h>

enum { EXPLAIN_PIECES_MAX = 12, EXPLAIN_PIECE_SIZE = 96 };

/* ---- the graph ------------------------------------------------------------------------------------------- */

static size_t explain_index(const struct explain_graph *g, const ouro_object *object)
{
    for (size_t i = object->gc >> OURO_GC_POSITION_SHIFT; i < g->count; i += TRACKING_POSITIONS) {
        if (g->objects[i] == object) {
            return i;
        }
    }
    return SIZE_MAX;
}

static int explain_edge(ouro_value v, void *context)
{
    struct explain_graph *g = context;
    if (ouro_is_object(v) && (ouro_as_object(v)->gc & OURO_GC_COLLECTING)) {
        size_t target = explain_index(g, ouro_as_object(v));
        if (target != SIZE_MAX) {
            if (g->targets != NULL) {
                g->targets[g->filling] = (uint32_t)target;
            }
            g->filling++;
        }
    }
    return 0;
}

static void explain_edges(struct explain_graph *g)
{
    g->filling = 0;
    for (size_t i = 0; i < g->count; i++) {
        g->first[i] = g->filling;
        if (g->objects[i] != NULL) {
            (void)object_traverse(g->rt, g->objects[i], explain_edge, g);
        }
    }
    g->first[g->count] = g->edges = g->filling;
}

void explain_free_graph(struct explain_graph *g)
{
    ouro_mem_free(g->rt->mem, g->first);
    ouro_mem_free(g->rt->mem, g->targets);
    ouro_mem_free(g->rt->mem, g->next);
    ouro_mem_free(g->rt->mem, g->component);
    ouro_mem_free(g->rt->mem, g->scratch);
}

bool explain_make_graph(struct explain_graph *g, ouro_runtime *rt)
{
    const struct tracked_set *trash = &rt->tracking.sets[0];
    *g = (struct explain_graph){.rt = rt, .objects = trash->items, .count = trash->length};
    if (g->count >= NOT_YET) {
        return false;
    }
    g->first = ouro_mem_alloc(rt->mem, (g->count + 1) * sizeof *g->first);
    g->component = ouro_mem_alloc(rt->mem, g->count * sizeof *g->component);
    g->next = ouro_mem_alloc(rt->mem, g->count * sizeof *g->next);
    g->scratch = ouro_mem_alloc(rt->mem, g->count * 4 * sizeof *g->scratch);
    if (g->first != NULL && g->next != NULL && g->component != NULL && g->scratch != NULL) {
        explain_edges(g);
        g->targets = ouro_mem_alloc(rt->mem, (g->edges + 1) * sizeof *g->targets);
        if (g->targets != NULL) {
            explain_edges(g);
            return true;
        }
    }
    explain_free_graph(g);
    return false;
}

/* ---- components ------------------------------------------------------------------------------------------ */

void explain_components(struct explain_graph *g)
{
    components_graph arrays = {(uint32_t)g->count, g->first, g->targets, NULL, NULL};
    components_room room = {g->next, g->scratch, g->scratch + g->count, g->scratch + 2 * g->count};
    g->component_count = components_find(&arrays, g->component, &room);
}

/* ---- the text of a cycle --------------------------------------------------------------------------------- */

struct explain_loop {
    char pieces[EXPLAIN_PIECES_MAX][EXPLAIN_PIECE_SIZE];
    unsigned count;
    bool cut; /* there were more */
};

/* "Node.__dict__" and "dict['next']" in a row are what the program calls Node.next. */
static bool explain_is_attribute(const char *piece, const char *next)
{
    static const char dict[] = ".__dict__", key[] = "dict['";
    size_t length = strlen(piece);
    return length > strlen(dict) && strcmp(piece + length - strlen(dict), dict) == 0 &&
           strncmp(next, key, strlen(key)) == 0;
}

static void explain_join_attribute(char *piece, const char *next)
{
    char name[EXPLAIN_PIECE_SIZE];
    snprintf(name, sizeof name, "%.*s", EXPLAIN_PIECE_SIZE - 1, next + strlen("dict['"));
    char *end = strstr(name, "']");
    if (end != NULL) {
        *end = 0;
    }
    char *at = piece + strlen(piece) - strlen("__dict__");
    snprintf(at, EXPLAIN_PIECE_SIZE - (size_t)(at - piece), "%s", name);
}

/* A step that repeats is written once, with an ellipsis: rings of any length are one kind. */
static void explain_add_piece(struct explain_loop *loop, const char *piece)
{
    static const char ellipsis[] = "...";
    if (loop->count >= 1 && strcmp(loop->pieces[loop->count - 1], ellipsis) == 0 && loop->count >= 2 &&
        strcmp(loop->pieces[loop->count - 2], piece) == 0) {
        return;
    }
    bool repeats = loop->count >= 2 && strcmp(loop->pieces[loop->count - 1], piece) == 0 &&
                   strcmp(loop->pieces[loop->count - 2], piece) == 0;
    if (repeats) {
        strcpy(loop->pieces[loop->count - 1], ellipsis);
    } else if (loop->count == EXPLAIN_PIECES_MAX) {
        loop->cut = true;
    } else {
        snprintf(loop->pieces[loop->count++], EXPLAIN_PIECE_SIZE, "%s", piece);
    }
}

static void explain_piece(ouro_runtime *rt, ouro_object *from, ouro_object *to, char *piece)
{
    char edge[EXPLAIN_PIECE_SIZE];
    if (!object_edge_name(rt, from, ouro_from_object(to), edge, sizeof edge)) {
        edge[0] = 0;
    }
    snprintf(piece, EXPLAIN_PIECE_SIZE, "%.45s%.48s", from->shape->type->name, edge);
}

/* Is the loop read from `a` on smaller than read from `b` on? */
static bool explain_reads_smaller(const struct explain_loop *loop, unsigned a, unsigned b)
{
    for (unsigned i = 0; i < loop->count; i++) {
        int order = strcmp(loop->pieces[(a + i) % loop->count], loop->pieces[(b + i) % loop->count]);
        if (order != 0) {
            return order < 0;
        }
    }
    return false;
}

static void explain_write(const struct explain_loop *loop, char *text, size_t size)
{
    unsigned start = 0;
    for (unsigned i = 1; i < loop->count && !loop->cut; i++) {
        if (loop->pieces[i][0] != '.' && (loop->pieces[start][0] == '.' || explain_reads_smaller(loop, i, start))) {
            start = i;
        }
    }
    size_t length = 0;
    for (unsigned i = 0; i < loop->count && length < size; i++) {
        length += (size_t)snprintf(text + length, size - length, "%s -> ", loop->pieces[(start + i) % loop->count]);
    }
    if (loop->cut && length < size) {
        length += (size_t)snprintf(text + length, size - length, "... -> ");
    }
    if (length < size) {
        /* and back to the first type: its name is the first piece up to the edge's */
        snprintf(text + length, size - length, "%.*s", (int)strcspn(loop->pieces[start], ".["), loop->pieces[start]);
    }
}

size_t explain_loop(const struct explain_graph *g, uint32_t start, uint32_t *reached_from, uint32_t *queue)
{
    size_t head = 0, tail = 0;
    queue[tail++] = start;
    uint32_t last = NOT_YET;
    while (head < tail && last == NOT_YET) {
        uint32_t at = queue[head++];
        for (uint64_t e = g->first[at]; e < g->first[at + 1]; e++) {
            uint32_t target = g->targets[e];
            if (target == start) {
                last = at;
                break;
            }
            if (g->component[target] == g->component[start] && reached_from[target] == NOT_YET) {
                reached_from[target] = at;
                queue[tail++] = target;
            }
        }
    }
    if (last == NOT_YET) {
        return 0;
    }
    /* the way is linked backwards: turn it */
    size_t length = 1;
    for (uint32_t at = last; at != start; at = reached_from[at]) {
        length++;
    }
    size_t position = length;
    for (uint32_t at = last; at != start; at = reached_from[at]) {
        queue[--position] = at;
    }
    queue[0] = start;
    return length;
}

void explain_loop_text(const struct explain_graph *g, const uint32_t *nodes, size_t length, char *text, size_t size)
{
    struct explain_loop loop = {.count = 0};
    char piece[EXPLAIN_PIECE_SIZE] = "", next[EXPLAIN_PIECE_SIZE];
    for (size_t i = 0; i < length && !loop.cut; i++) {
        ouro_object *from = g->objects[nodes[i]], *to = g->objects[nodes[i + 1 < length ? i + 1 : 0]];
        explain_piece(g->rt, from, to, next);
        if (explain_is_attribute(piece, next)) {
            explain_join_attribute(piece, next);
        } else {
            if (piece[0] != 0) {
                explain_add_piece(&loop, piece);
            }
            memcpy(piece, next, sizeof piece);
        }
    }
    if (loop.count > 0 && explain_is_attribute(piece, loop.pieces[0])) {
        explain_join_attribute(piece, loop.pieces[0]);
        memcpy(loop.pieces[0], piece, sizeof piece);
    } else {
        explain_add_piece(&loop, piece);
    }
    explain_write(&loop, text, size);
}

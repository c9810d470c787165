/* explain.c: which cycles collections found, each kind once.
 *
 * When recording is on, the garbage of a collection (just before it is cleared) is split into its strongly connected
 * components (Tarjan 1972, without recursion).  A component with a cycle is described by the shortest cycle through its
 * oldest object, as the types and names around the loop:
 *
 *     Node.next -> Node.previous -> Node
 *
 * Loops that differ only by where one starts to read, or in how often the same step repeats, are one kind.  Garbage
 * that lies on no cycle counts for the component that leads to it.  All work is linear in the garbage and its
 * references; if there is no memory for it, that collection stays unexplained.
 */
#include "gc/gc.h"
#include "gc/state.h"
#include "mem/mem_vector.h"
#include "object/edge.h"
#include "ouro/gc.h"

#include <stdio.h>
#include <stdlib.h>

enum { EXPLAIN_KINDS_MAX = 10000, EXPLAIN_PIECES_MAX = 12, EXPLAIN_PIECE_SIZE = 96, EXPLAIN_TEXT_SIZE = 1000 };

struct explain_kind {
    char *text;
    uint64_t count, objects, bytes;
};

struct gc_explain {
    ARRAY_OF(struct explain_kind) kinds;
    map by_hash; /* hash of the text -> index of the kind */
};

/* The garbage as a graph: object i refers to targets[first[i]] .. targets[first[i + 1] - 1]. */
struct explain_graph {
    ouro_runtime *rt;
    ouro_object **objects;
    size_t count, edges;
    size_t *first;
    uint32_t *targets;
    uint32_t *component; /* of each object; components are numbered so that a reference never leads to a higher one */
    uint32_t *scratch;   /* four arrays of `count` */
    uint32_t component_count;
    size_t filling;
};

#define NOT_YET UINT32_MAX

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

static void explain_free_graph(struct explain_graph *g)
{
    ouro_mem_free(g->rt->mem, g->first);
    ouro_mem_free(g->rt->mem, g->targets);
    ouro_mem_free(g->rt->mem, g->component);
    ouro_mem_free(g->rt->mem, g->scratch);
}

static bool explain_make_graph(struct explain_graph *g, ouro_runtime *rt)
{
    const struct tracked_set *trash = &rt->tracking.sets[0];
    *g = (struct explain_graph){.rt = rt, .objects = trash->items, .count = trash->length};
    if (g->count >= NOT_YET) {
        return false;
    }
    g->first = ouro_mem_alloc(rt->mem, (g->count + 1) * sizeof *g->first);
    g->component = ouro_mem_alloc(rt->mem, g->count * sizeof *g->component);
    g->scratch = ouro_mem_alloc(rt->mem, g->count * 4 * sizeof *g->scratch);
    if (g->first != NULL && g->component != NULL && g->scratch != NULL) {
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

/* Tarjan's algorithm with its recursion as a list through `caller`. */
struct tarjan {
    struct explain_graph *g;
    uint32_t *low;    /* lowest number reachable; after its component is closed: NOT_YET */
    uint32_t *next;   /* how many references of the object are done */
    uint32_t *caller; /* from which object it was entered */
    uint32_t *stack;
    size_t height;
    uint32_t numbered;
};

static void tarjan_enter(struct tarjan *t, uint32_t object, uint32_t caller)
{
    t->low[object] = t->numbered;
    t->g->component[object] = t->numbered++; /* its number, until its component is closed */
    t->next[object] = 0;
    t->caller[object] = caller;
    t->stack[t->height++] = object;
}

static void tarjan_close(struct tarjan *t, uint32_t root)
{
    uint32_t member;
    do {
        member = t->stack[--t->height];
        t->g->component[member] = t->g->component_count;
        t->low[member] = NOT_YET;
    } while (member != root);
    t->g->component_count++;
}

static void tarjan_run_from(struct tarjan *t, uint32_t start)
{
    const struct explain_graph *g = t->g;
    tarjan_enter(t, start, NOT_YET);
    for (uint32_t at = start; at != NOT_YET;) {
        size_t edge = g->first[at] + t->next[at];
        if (edge < g->first[at + 1]) {
            uint32_t target = g->targets[edge];
            t->next[at]++;
            if (g->component[target] == NOT_YET) {
                tarjan_enter(t, target, at);
                at = target;
            } else if (t->low[target] != NOT_YET && g->component[target] < t->low[at]) {
                t->low[at] = g->component[target];
            }
            continue;
        }
        uint32_t caller = t->caller[at], low = t->low[at];
        if (low == g->component[at]) {
            tarjan_close(t, at);
        }
        if (caller != NOT_YET && low < t->low[caller]) {
            t->low[caller] = low;
        }
        at = caller;
    }
}

static void explain_components(struct explain_graph *g)
{
    struct tarjan t = {g, g->scratch, g->scratch + g->count, g->scratch + 2 * g->count, g->scratch + 3 * g->count, 0, 0};
    memset(g->component, 0xff, g->count * sizeof *g->component);
    for (size_t i = 0; i < g->count; i++) {
        if (g->objects[i] != NULL && g->component[i] == NOT_YET) {
            tarjan_run_from(&t, (uint32_t)i);
        }
    }
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

/* Finds the shortest way from `start` back to it within its component, by breadth-first search; its text goes to `text`.
 * `reached_from` has NOT_YET for all of the component.  False: no cycle. */
static bool explain_shortest(const struct explain_graph *g, uint32_t start, uint32_t *reached_from, uint32_t *queue,
                             char *text, size_t size)
{
    size_t head = 0, tail = 0;
    queue[tail++] = start;
    uint32_t last = NOT_YET;
    while (head < tail && last == NOT_YET) {
        uint32_t at = queue[head++];
        for (size_t e = g->first[at]; e < g->first[at + 1]; e++) {
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
        return false;
    }
    /* the way is linked backwards: turn it */
    size_t length = 0;
    for (uint32_t at = last; at != start; at = reached_from[at]) {
        queue[length++] = at;
    }
    struct explain_loop loop = {.count = 0};
    char piece[EXPLAIN_PIECE_SIZE] = "", next[EXPLAIN_PIECE_SIZE];
    uint32_t from = start;
    for (size_t i = length + 1; i-- > 0 && !loop.cut;) {
        uint32_t to = i == 0 ? start : queue[i - 1];
        explain_piece(g->rt, g->objects[from], g->objects[to], next);
        if (explain_is_attribute(piece, next)) {
            explain_join_attribute(piece, next);
        } else {
            if (piece[0] != 0) {
                explain_add_piece(&loop, piece);
            }
            memcpy(piece, next, sizeof piece);
        }
        from = to;
    }
    if (loop.count > 0 && explain_is_attribute(piece, loop.pieces[0])) {
        explain_join_attribute(piece, loop.pieces[0]);
        memcpy(loop.pieces[0], piece, sizeof piece);
    } else {
        explain_add_piece(&loop, piece);
    }
    explain_write(&loop, text, size);
    return true;
}

/* ---- kinds ----------------------------------------------------------------------------------------------- */

static uint64_t explain_hash(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (; *text != 0; text++) {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    }
    return hash;
}

/* The index of the kind with this text; NOT_YET: no memory, or too many kinds. */
static uint32_t explain_kind_of(ouro_runtime *rt, const char *text)
{
    struct gc_explain *explain = rt->gc->explain;
    uint64_t hash = explain_hash(text), index;
    if (map_get(&explain->by_hash, hash, &index)) {
        return (uint32_t)index;
    }
    size_t length = strlen(text);
    char *copy = ouro_mem_alloc(rt->mem, length + 1);
    if (copy == NULL || explain->kinds.count >= EXPLAIN_KINDS_MAX ||
        !mem_push(rt->mem, &explain->kinds, (struct explain_kind){.text = copy})) {
        ouro_mem_free(rt->mem, copy);
        return NOT_YET;
    }
    memcpy(copy, text, length + 1);
    if (!map_set(&explain->by_hash, hash, explain->kinds.count - 1)) {
        explain->kinds.count--;
        ouro_mem_free(rt->mem, copy);
        return NOT_YET;
    }
    return (uint32_t)(explain->kinds.count - 1);
}

static void explain_count(const struct explain_graph *g, uint32_t object, uint32_t kind)
{
    if (kind != NOT_YET) {
        struct explain_kind *k = &g->rt->gc->explain->kinds.items[kind];
        k->objects++;
        k->bytes += object_size(g->rt, g->objects[object]);
    }
}

/* Puts the objects in order of their components, the highest (which refer to all others) first. */
static void explain_sort(const struct explain_graph *g, uint32_t *sorted, uint32_t *starts)
{
    memset(starts, 0, g->count * sizeof *starts);
    uint32_t total = 0;
    for (size_t i = 0; i < g->count; i++) {
        if (g->objects[i] != NULL) {
            starts[g->component[i]]++;
        }
    }
    for (uint32_t c = g->component_count; c-- > 0;) {
        uint32_t here = starts[c];
        starts[c] = total;
        total += here;
    }
    for (size_t i = 0; i < g->count; i++) {
        if (g->objects[i] != NULL) {
            sorted[starts[g->component[i]]++] = (uint32_t)i;
        }
    }
}

static void explain_kinds(const struct explain_graph *g)
{
    uint32_t *sorted = g->scratch, *kind = g->scratch + g->count;
    uint32_t *reached_from = g->scratch + 2 * g->count, *queue = g->scratch + 3 * g->count;
    char text[EXPLAIN_TEXT_SIZE];
    explain_sort(g, sorted, kind);
    size_t count = 0;
    for (size_t i = 0; i < g->count; i++) {
        count += g->objects[i] != NULL;
    }
    memset(kind, 0xff, g->count * sizeof *kind);
    memset(reached_from, 0xff, g->count * sizeof *reached_from);
    for (size_t at = 0, end; at < count; at = end) {
        uint32_t component = g->component[sorted[at]];
        for (end = at; end < count && g->component[sorted[end]] == component; end++) {
        }
        /* sorting kept the order of age: the first is the oldest */
        if (explain_shortest(g, sorted[at], reached_from, queue, text, sizeof text)) {
            uint32_t k = explain_kind_of(g->rt, text);
            if (k != NOT_YET) {
                g->rt->gc->explain->kinds.items[k].count++;
            }
            for (size_t i = at; i < end; i++) {
                kind[sorted[i]] = k;
            }
        }
        for (size_t i = at; i < end; i++) {
            uint32_t object = sorted[i];
            explain_count(g, object, kind[object]);
            for (size_t e = g->first[object]; e < g->first[object + 1]; e++) {
                if (kind[g->targets[e]] == NOT_YET) {
                    kind[g->targets[e]] = kind[object];
                }
            }
        }
    }
}

/* ---- doors ----------------------------------------------------------------------------------------------- */

void gc_explain_garbage(ouro_runtime *rt)
{
    struct explain_graph g;
    if (rt->tracking.sets[0].length > 0 && explain_make_graph(&g, rt)) {
        explain_components(&g);
        explain_kinds(&g);
        explain_free_graph(&g);
    }
}

void gc_explain_free(ouro_runtime *rt)
{
    struct gc_explain *explain = rt->gc->explain;
    if (explain != NULL) {
        for (size_t i = 0; i < explain->kinds.count; i++) {
            ouro_mem_free(rt->mem, explain->kinds.items[i].text);
        }
        mem_vector_free(rt->mem, &explain->kinds);
        map_clear(&explain->by_hash);
        ouro_mem_free(rt->mem, explain);
        rt->gc->explain = NULL;
    }
}

bool gc_explain_enable(ouro_runtime *rt, bool on)
{
    if (!on) {
        gc_explain_free(rt);
    } else if (rt->gc->explain == NULL) {
        rt->gc->explain = ouro_mem_alloc_zeroed(rt->mem, sizeof *rt->gc->explain);
        if (rt->gc->explain == NULL) {
            return false;
        }
        map_init(&rt->gc->explain->by_hash, mem_allocation(rt->mem));
    }
    return true;
}

static int explain_order(const void *a, const void *b)
{
    const struct explain_kind *x = *(struct explain_kind *const *)a, *y = *(struct explain_kind *const *)b;
    return x->bytes != y->bytes ? (x->bytes < y->bytes) - (x->bytes > y->bytes) : strcmp(x->text, y->text);
}

bool gc_explain_read(ouro_runtime *rt, void (*each)(void *context, const ouro_gc_cycle *cycle), void *context)
{
    struct gc_explain *explain = rt->gc->explain;
    if (explain == NULL || explain->kinds.count == 0) {
        return true;
    }
    size_t count = explain->kinds.count;
    struct explain_kind **sorted = ouro_mem_alloc(rt->mem, count * sizeof *sorted);
    if (sorted == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i] = &explain->kinds.items[i];
    }
    qsort(sorted, count, sizeof *sorted, explain_order);
    for (size_t i = 0; i < count; i++) {
        each(context, &(ouro_gc_cycle){sorted[i]->text, sorted[i]->count, sorted[i]->objects, sorted[i]->bytes});
    }
    ouro_mem_free(rt->mem, sorted);
    return true;
}

bool ouro_gc_explain(ouro_runtime *rt, bool on)
{
    return gc_explain_enable(rt, on);
}

bool ouro_gc_cycles(ouro_runtime *rt, void (*each)(void *context, const ouro_gc_cycle *cycle), void *context)
{
    return gc_explain_read(rt, each, context);
}

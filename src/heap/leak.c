/* leak.c: what accumulates over several graphs of one program, on which line it is made, and what keeps it
 * alive.
 *
 * For each node of the last graph, `since` is the first graph from which on it has been there all the time: a
 * node is the same in two graphs when address, type and epoch of birth are.  It has accumulated when
 *
 *     0 < since < last        (with two graphs: since == 1)
 *
 * so it is newer than the first graph, and has outlived at least one interval: what is only in use for the
 * moment does not count.  Its holder is the nearest of its dominators that was there from the beginning
 * (since == 0): what is newer may be gone in the next graph.  Accumulated nodes are grouped by holder, type
 * and line.
 *
 * A group is not a leak because it accumulated: a full cache replaces its entries all the time, a filling one
 * grows.  So all objects of the group's type and line below the holder are counted in each graph.  The
 * verdict looks at how these counts change: growing in every interval and at the end not much slower than
 * before is a leak.  The rate comes from these counts as well: what is newest has accumulated nothing yet, so
 * the accumulated bytes alone are those of one interval less.
 *
 * A line is one of the program: what a library makes belongs to the line that called there.
 *
 * What no root reaches is garbage that waits for the collector, and no leak, unless the collector is off.
 *
 * A row takes its parts with it: a group whose nodes are kept by nodes of another group is told as a part of
 * that one, unless that is judged better; so are the keys of a dict with its values, and what a library made beside its
 * nodes.
 */
#include "base/text.h"
#include "heap/graph.h"

#include <stdlib.h>
#include <string.h>

#define NONE OURO_HEAP_NONE

enum {
    LEAK_GROUPS_MAX = 200,   /* so many groups, those with most bytes, are looked at closely */
    LEAK_INTERVALS_MAX = 64, /* graphs beyond so many are looked at from the end */
};

/* The last interval may add so much less than the mean of all before it is called slowing down. */
#define LEAK_SLOWING 0.5
/* What made up less than this share of the bytes of all that accumulated is not told. */
#define LEAK_SHARE_MIN 0.001

struct leak_group {
    uint32_t holder; /* in the last graph: the nearest dominator that was there from the beginning */
    uint32_t below;  /* the node through which all of the group hang on the holder; NONE: different ones */
    uint32_t node;   /* one of the group */
    uint64_t key;    /* of their type and line, the same in all graphs */
    uint64_t count, bytes;
    uint32_t since;   /* of the oldest node */
    uint64_t *series; /* objects of that type and line below the holder, in each graph */
    ouro_heap_verdict verdict;
    bool folded; /* told as a part of another group */
};

/* Numbers for the types and lines of a graph that are the same in every graph. */
struct leak_keys {
    uint64_t *types, *lines;
    uint32_t *told; /* of each site: itself, or, of a library's, the nearest caller that is the program's */
};

struct leaks {
    ouro_heap_graph *const *graphs;
    size_t count;
    ouro_heap_graph *last;
    uint32_t nodes;
    struct leak_keys *keys; /* of each graph */
    uint32_t *since;
    uint32_t *below;   /* of a node: the last node on the way up before the holder */
    map groups_by_key; /* leak_group_key -> place in groups */
    VECTOR_OF(struct leak_group) groups;
    uint64_t *series;
    uint64_t bytes; /* of all accumulated nodes */
    ouro_heap_error *error;
};

/* ---- the same thing in another graph ----------------------------------------------------------------- */

static bool leak_is_of_library(const ouro_heap_graph *g, uint32_t site)
{
    return heap_is_of_library(heap_string(g, g->sites.items[site].file));
}

static bool leak_make_keys(const ouro_heap_graph *g, struct leak_keys *keys, ouro_heap_error *error)
{
    keys->types = heap_array(g->types.count, sizeof *keys->types, error);
    keys->lines = heap_array(g->sites.count, sizeof *keys->lines, error);
    keys->told = heap_array(g->sites.count, sizeof *keys->told, error);
    if (keys->types == NULL || keys->lines == NULL || keys->told == NULL) {
        return false;
    }
    for (size_t t = 0; t < g->types.count; t++) {
        const char *name = heap_string(g, g->types.items[t].name);
        keys->types[t] = heap_hash_text(name, strlen(name)) * 31;
    }
    for (uint32_t s = 0; s < g->sites.count; s++) {
        uint32_t caller = g->sites.items[s].parent == 0 ? 0 : keys->told[g->sites.items[s].parent];
        bool of_library = leak_is_of_library(g, s) && caller != 0 && !leak_is_of_library(g, caller);
        keys->told[s] = of_library ? caller : s;
        const heap_site *site = &g->sites.items[keys->told[s]];
        const char *file = heap_string(g, site->file);
        keys->lines[s] = heap_hash_text(file, strlen(file)) * 7 + site->line;
    }
    return true;
}

static uint64_t leak_key(const struct leaks *l, size_t graph, uint32_t node)
{
    const ouro_heap_graph *g = l->graphs[graph];
    return l->keys[graph].types[g->type_of.items[node]] + l->keys[graph].lines[g->site_of.items[node]];
}

/* Where in graph number `graph` a node of the last one is; NONE: it is not there. */
static uint32_t leak_find(const struct leaks *l, size_t graph, uint32_t node)
{
    ouro_heap_graph *g = l->graphs[graph];
    uint64_t address = l->last->address_of.items[node];
    if (node == 0 || address == 0) {
        return node == 0 ? 0 : NONE;
    }
    uint32_t found = ouro_heap_find_address(g, address);
    bool same = found != NONE && g->epoch_of.items[found] == l->last->epoch_of.items[node] &&
                l->keys[graph].types[g->type_of.items[found]] ==
                    l->keys[l->count - 1].types[l->last->type_of.items[node]];
    return same ? found : NONE;
}

/* ---- what accumulated -------------------------------------------------------------------------------- */

static void leak_find_since(struct leaks *l)
{
    for (uint32_t n = 0; n < l->nodes; n++) {
        size_t since = l->count - 1;
        while (since > 0 && leak_find(l, since - 1, n) != NONE) {
            since--;
        }
        l->since[n] = (uint32_t)since;
    }
}

static bool leak_accumulated(const struct leaks *l, uint32_t node)
{
    /* frames, and what is not an object, have no address and are never the same */
    return l->last->address_of.items[node] != 0 && l->since[node] > 0 &&
           (l->since[node] < l->count - 1 || l->count == 2);
}

/* Finds for each node the one below its holder on the way up.  Each is climbed over at most twice. */
static void leak_find_below(struct leaks *l)
{
    for (uint32_t n = 0; n < l->nodes; n++) {
        l->below[n] = NONE;
    }
    for (uint32_t n = 1; n < l->nodes; n++) {
        uint32_t at = n, above = l->last->dominator_of[n];
        while (l->below[at] == NONE && above != 0 && above != NONE && l->since[above] > 0) {
            at = above;
            above = l->last->dominator_of[at];
        }
        uint32_t found = l->below[at] != NONE ? l->below[at] : at;
        for (at = n; l->below[at] == NONE; at = l->last->dominator_of[at]) {
            l->below[at] = found;
            if (at == found) {
                break;
            }
        }
    }
}

/* ---- groups ------------------------------------------------------------------------------------------ */

static uint32_t leak_holder(const struct leaks *l, uint32_t node)
{
    uint32_t holder = l->last->dominator_of[l->below[node]];
    return holder == NONE ? 0 : holder;
}

static uint64_t leak_group_key(uint32_t holder, uint64_t key)
{
    return key ^ (uint64_t)holder * UINT64_C(0x9e3779b97f4a7c15);
}

static bool leak_make_groups(struct leaks *l)
{
    map index;
    map_init(&index, base_malloc);
    bool good = true;
    for (uint32_t n = 1; n < l->nodes && good; n++) {
        if (!leak_accumulated(l, n)) {
            continue;
        }
        uint32_t holder = leak_holder(l, n);
        uint64_t key = leak_key(l, l->count - 1, n), at;
        if (!map_get(&index, leak_group_key(holder, key), &at)) {
            struct leak_group group = {
                .holder = holder, .below = l->below[n], .node = n, .key = key, .since = l->since[n]};
            at = l->groups.count;
            good = map_set(&index, leak_group_key(holder, key), at) &&
                   vector_push(&base_malloc, &l->groups, group);
        }
        if (good) {
            struct leak_group *group = &l->groups.items[at];
            group->count++;
            group->bytes += l->last->size_of.items[n];
            group->since = l->since[n] < group->since ? l->since[n] : group->since;
            group->below = group->below == l->below[n] ? group->below : NONE;
            l->bytes += l->last->size_of.items[n];
        }
    }
    map_clear(&index);
    return good || heap_fail_no_memory(l->error);
}

static int leak_compare_groups(const void *a, const void *b)
{
    const struct leak_group *x = a, *y = b;
    if (x->bytes != y->bytes) {
        return x->bytes < y->bytes ? 1 : -1;
    }
    return x->node < y->node ? -1 : x->node > y->node;
}

/* ---- how they grew ----------------------------------------------------------------------------------- */

/* For each node the nearest node above it (itself included) that is a holder; NONE: none is. */
static void leak_nearest(const ouro_heap_graph *g, const uint32_t *holder_of, uint32_t *nearest)
{
    uint32_t nodes = heap_node_count(g);
    enum { UNKNOWN_HOLDER = UINT32_MAX - 1 };
    for (uint32_t n = 0; n < nodes; n++) {
        nearest[n] = holder_of[n] != NONE ? n : n == 0 ? NONE : UNKNOWN_HOLDER;
    }
    for (uint32_t n = 1; n < nodes; n++) {
        uint32_t at = n;
        while (nearest[at] == UNKNOWN_HOLDER) {
            at = g->dominator_of[at];
        }
        uint32_t found = nearest[at];
        for (at = n; nearest[at] == UNKNOWN_HOLDER; at = g->dominator_of[at]) {
            nearest[at] = found;
        }
    }
}

/* Counts in graph number `i` the objects of each group below its holder. */
static bool leak_count_in(struct leaks *l, size_t i)
{
    ouro_heap_graph *g = l->graphs[i];
    uint32_t nodes = heap_node_count(g);
    uint32_t *holder_of = heap_array(nodes, sizeof *holder_of, l->error); /* the holder in the last graph */
    uint32_t *nearest = heap_array(nodes, sizeof *nearest, l->error);
    bool good = holder_of != NULL && nearest != NULL && ouro_heap_dominators(g, NULL, NULL, l->error);
    if (good) {
        memset(holder_of, 0xff, nodes * sizeof *holder_of);
    }
    for (size_t k = 0; k < l->groups.count && good; k++) {
        struct leak_group *group = &l->groups.items[k];
        uint32_t holder = i + 1 == l->count ? group->holder : leak_find(l, i, group->holder);
        if (holder != NONE) {
            holder_of[holder] = group->holder;
        }
    }
    if (good) {
        leak_nearest(g, holder_of, nearest);
        for (uint32_t n = 1; n < nodes; n++) {
            uint64_t key = leak_key(l, i, n), at;
            uint32_t above = g->dominator_of[n];
            for (above = nearest[above]; above != NONE;
                 above = above == 0 ? NONE : nearest[g->dominator_of[above]]) {
                if (map_get(&l->groups_by_key, leak_group_key(holder_of[above], key), &at)) {
                    l->groups.items[at].series[i]++;
                    break;
                }
            }
        }
    }
    free(holder_of);
    free(nearest);
    return good;
}

static bool leak_count_series(struct leaks *l)
{
    if (l->groups.count > LEAK_GROUPS_MAX) {
        l->groups.count = LEAK_GROUPS_MAX;
    }
    l->series = calloc(l->groups.count * l->count + 1, sizeof *l->series);
    if (l->series == NULL) {
        return heap_fail_no_memory(l->error);
    }
    for (size_t k = 0; k < l->groups.count; k++) {
        struct leak_group *group = &l->groups.items[k];
        group->series = l->series + k * l->count;
        if (!map_set(&l->groups_by_key, leak_group_key(group->holder, group->key), k)) {
            return heap_fail_no_memory(l->error);
        }
    }
    for (size_t i = 0; i < l->count; i++) {
        if (!leak_count_in(l, i)) {
            return false;
        }
    }
    return true;
}

/* Does no root reach the group?  Dominators hang such nodes on the root. */
static bool leak_is_garbage(const struct leaks *l, const struct leak_group *group)
{
    return group->holder == 0 && l->last->path_from[group->node] == NONE;
}

static bool leak_collector_is_off(const ouro_heap_graph *g)
{
    const char *collector = ouro_heap_fact(g, "collector");
    return collector != NULL && strcmp(collector, "off") == 0;
}

static ouro_heap_verdict leak_judge(const struct leaks *l, const struct leak_group *group)
{
    const uint64_t *s = group->series;
    size_t last = l->count - 1;
    if (leak_is_garbage(l, group) && !leak_collector_is_off(l->last)) {
        return OURO_HEAP_GARBAGE;
    }
    if (s[last] <= s[last - 1]) {
        return OURO_HEAP_STEADY;
    }
    for (size_t i = 1; i <= last; i++) {
        if (s[i] < s[i - 1]) {
            return OURO_HEAP_STEADY;
        }
        if (s[i] == s[i - 1]) {
            return OURO_HEAP_SLOWING; /* by fits and starts */
        }
    }
    double mean = (double)(s[last] - s[0]) / (double)last;
    return (double)(s[last] - s[last - 1]) < LEAK_SLOWING * mean ? OURO_HEAP_SLOWING : OURO_HEAP_LEAK;
}

/* ---- parts of other groups --------------------------------------------------------------------------- */

/* The group that a node belongs to, or NULL. */
static struct leak_group *leak_group_of(struct leaks *l, uint32_t node)
{
    uint64_t at;
    if (!leak_accumulated(l, node) ||
        !map_get(&l->groups_by_key, leak_group_key(leak_holder(l, node), leak_key(l, l->count - 1, node)),
                 &at)) {
        return NULL;
    }
    return &l->groups.items[at];
}

/* The group highest above one of this group's nodes that is judged no better than it. */
static struct leak_group *leak_whole(struct leaks *l, const struct leak_group *group)
{
    struct leak_group *whole = NULL;
    for (uint32_t at = group->node; at != l->below[group->node];) {
        at = l->last->dominator_of[at];
        struct leak_group *above = leak_group_of(l, at);
        if (above != NULL && above != group && above->verdict <= group->verdict) {
            whole = above;
        }
    }
    return whole;
}

/* The group to whose nodes a library made these on the side, one for each: the same line of the program, (nearly) the same
 * number, as with a task and the weak reference by which asyncio knows it. */
static struct leak_group *leak_made_beside(struct leaks *l, const struct leak_group *group)
{
    const ouro_heap_graph *g = l->last;
    const struct leak_keys *keys = &l->keys[l->count - 1];
    uint32_t site = g->site_of.items[group->node];
    for (size_t i = 0; i < l->groups.count && keys->told[site] != site; i++) {
        struct leak_group *other = &l->groups.items[i];
        uint64_t apart = other->count > group->count ? other->count - group->count : group->count - other->count;
        if (other != group && !other->folded && apart <= group->count / 50 && other->bytes > group->bytes &&
            other->verdict <= group->verdict && keys->lines[g->site_of.items[other->node]] == keys->lines[site]) {
            return other;
        }
    }
    return NULL;
}

/* Are the group's nodes keys of the dict (or items of the set) that holds them? */
static bool leak_is_key(const struct leaks *l, const struct leak_group *group)
{
    uint32_t from = l->last->path_from[group->node];
    return from != NONE && heap_node_kind(l->last, from) == OURO_HEAP_KIND_MAPPING &&
           heap_label_kind(l->last->labels.items[l->last->path_edge[group->node]]) == OURO_HEAP_EDGE_ITEM;
}

/* The largest group, judged no better, whose nodes hang on the same dict as these keys. */
static struct leak_group *leak_values(struct leaks *l, const struct leak_group *keys)
{
    struct leak_group *largest = NULL;
    for (size_t i = 0; i < l->groups.count; i++) {
        struct leak_group *group = &l->groups.items[i];
        if (group != keys && group->verdict <= keys->verdict && group->holder == keys->holder &&
            !group->folded && l->last->path_from[group->node] == l->last->path_from[keys->node] &&
            !leak_is_key(l, group) && (largest == NULL || largest->bytes < group->bytes)) {
            largest = group;
        }
    }
    return largest;
}

static void leak_fold(struct leaks *l)
{
    for (int keys = 0; keys < 2; keys++) {
        for (size_t i = 0; i < l->groups.count; i++) {
            struct leak_group *group = &l->groups.items[i];
            if (group->folded || (keys == 1 && !leak_is_key(l, group))) {
                continue;
            }
            struct leak_group *whole = keys == 1 ? leak_values(l, group) : leak_whole(l, group);
            whole = whole == NULL && keys == 0 ? leak_made_beside(l, group) : whole;
            if (whole != NULL) {
                whole->bytes += group->bytes;
                group->folded = true;
            }
        }
    }
}

/* ---- the answer -------------------------------------------------------------------------------------- */

static double leak_time(const ouro_heap_graph *g)
{
    const char *time = ouro_heap_fact(g, "time");
    return time == NULL ? 0 : strtod(time, NULL);
}

/* Accumulated bytes of the same type and line, whoever holds them. */
static uint64_t leak_bytes_of_line(const struct leaks *l, uint64_t key)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < l->groups.count; i++) {
        bytes += l->groups.items[i].key == key ? l->groups.items[i].bytes : 0;
    }
    return bytes;
}

/* What a person is told as the holder: below a module or frame, the thing through which all hang on it. */
static uint32_t leak_told_holder(const struct leaks *l, const struct leak_group *group)
{
    const ouro_heap_graph *g = l->last;
    uint32_t above = group->holder == 0 ? NONE : g->path_from[group->holder];
    bool namespace = group->holder == 0 || heap_node_kind(g, group->holder) == OURO_HEAP_KIND_MODULE ||
                     heap_node_kind(g, group->holder) == OURO_HEAP_KIND_FRAME ||
                     (above != NONE && heap_node_kind(g, above) == OURO_HEAP_KIND_MODULE);
    if (!namespace || group->below == NONE) {
        return group->holder;
    }
    return group->below != group->node || group->count == 1 ? group->below : group->holder; /* a variable, or many */
}

/* Of what grows, by how much; of what does not, how much is new in each interval but the last, whose own has yet to
 * accumulate. */
static double leak_rate(const struct leaks *l, const struct leak_group *group)
{
    double bytes = (double)group->bytes, intervals = (double)(l->count - 1);
    uint64_t first = group->series[0], last = group->series[l->count - 1];
    return last > first ? bytes / (double)group->count * (double)(last - first) / intervals
           : intervals > 1 ? bytes / (intervals - 1)
                           : bytes;
}

static ouro_heap_leak leak_describe(const struct leaks *l, const struct leak_group *group)
{
    const ouro_heap_graph *g = l->last;
    uint32_t made = g->site_of.items[group->node], told = l->keys[l->count - 1].told[made];
    const heap_site *site = &g->sites.items[told], *library = &g->sites.items[made];
    double now = leak_time(g), watched = now - leak_time(l->graphs[0]);
    uint64_t of_line = leak_bytes_of_line(l, group->key);
    ouro_heap_leak leak = {.verdict = group->verdict,
                           .type = heap_string(g, g->types.items[g->type_of.items[group->node]].name),
                           .file = heap_string(g, site->file),
                           .function = heap_string(g, site->function),
                           .line = site->line,
                           .library_file = told == made ? NULL : heap_string(g, library->file),
                           .library_line = told == made ? 0 : library->line,
                           .holder = leak_told_holder(l, group),
                           .garbage = leak_is_garbage(l, group),
                           .count = group->count,
                           .bytes = group->bytes,
                           .share = of_line == 0 ? 1 : (double)group->bytes / (double)of_line,
                           .bytes_per_interval = leak_rate(l, group),
                           .intervals = (uint32_t)(l->count - 1),
                           .oldest = now - leak_time(l->graphs[group->since])};
    if (watched > 0) {
        leak.bytes_per_second = leak.bytes_per_interval * (double)(l->count - 1) / watched;
    }
    return leak;
}

static int leak_compare(const void *a, const void *b)
{
    const ouro_heap_leak *x = a, *y = b;
    if (x->verdict != y->verdict) {
        return x->verdict < y->verdict ? -1 : 1;
    }
    return x->bytes < y->bytes ? 1 : x->bytes > y->bytes ? -1 : 0;
}

static ouro_heap_leak *leak_answer(const struct leaks *l, size_t *count)
{
    ouro_heap_leak *answer = heap_array(l->groups.count, sizeof *answer, l->error);
    for (size_t i = 0; answer != NULL && i < l->groups.count; i++) {
        const struct leak_group *group = &l->groups.items[i];
        if (!group->folded && (double)group->bytes >= LEAK_SHARE_MIN * (double)l->bytes) {
            answer[(*count)++] = leak_describe(l, group);
        }
    }
    if (answer != NULL) {
        qsort(answer, *count, sizeof *answer, leak_compare);
    }
    return answer;
}

ouro_heap_leak *ouro_heap_leaks(ouro_heap_graph *const *graphs, size_t graph_count, size_t *count,
                                ouro_heap_error *error)
{
    *count = 0;
    if (graph_count < 2) {
        (void)heap_fail(error, OURO_HEAP_INVALID, "what accumulates shows in two snapshots or more");
        return NULL;
    }
    if (graph_count > LEAK_INTERVALS_MAX + 1) {
        graphs += graph_count - LEAK_INTERVALS_MAX - 1;
        graph_count = LEAK_INTERVALS_MAX + 1;
    }
    struct leaks l = {
        .graphs = graphs, .count = graph_count, .last = graphs[graph_count - 1], .error = error};
    l.nodes = heap_node_count(l.last);
    l.since = heap_array(l.nodes, sizeof *l.since, error);
    l.below = heap_array(l.nodes, sizeof *l.below, error);
    map_init(&l.groups_by_key, base_malloc);
    l.keys = calloc(l.count, sizeof *l.keys);
    bool memory = l.since != NULL && l.below != NULL && (l.keys != NULL || heap_fail_no_memory(error));
    for (size_t i = 0; memory && i < l.count; i++) {
        memory = leak_make_keys(l.graphs[i], &l.keys[i], error);
    }
    ouro_heap_leak *answer = NULL;
    if (memory && ouro_heap_dominators(l.last, NULL, NULL, error) && ouro_heap_paths(l.last, error)) {
        leak_find_since(&l);
        leak_find_below(&l);
        bool good = leak_make_groups(&l);
        if (good && l.groups.count > 0) {
            qsort(l.groups.items, l.groups.count, sizeof *l.groups.items, leak_compare_groups);
            good = leak_count_series(&l);
        }
        for (size_t i = 0; good && i < l.groups.count; i++) {
            l.groups.items[i].verdict = leak_judge(&l, &l.groups.items[i]);
        }
        if (good) {
            leak_fold(&l);
        }
        answer = good ? leak_answer(&l, count) : NULL;
    }
    for (size_t i = 0; l.keys != NULL && i < l.count; i++) {
        free(l.keys[i].types);
        free(l.keys[i].lines);
        free(l.keys[i].told);
    }
    free(l.keys);
    vector_free(&base_malloc, &l.groups);
    free(l.series);
    free(l.since);
    free(l.below);
    map_clear(&l.groups_by_key);
    return answer;
}

/* ---- in words ---------------------------------------------------------------------------------------- */

static void leak_age_text(double seconds, char *text, size_t size)
{
    if (seconds < 9.95) {
        snprintf(text, size, "%.1f seconds", seconds);
    } else if (seconds < 120) {
        snprintf(text, size, "%.0f seconds", seconds);
    } else if (seconds < 7200) {
        snprintf(text, size, "%.0f minutes", seconds / 60);
    } else {
        snprintf(text, size, "%.1f hours", seconds / 3600);
    }
}

/* What a person calls a library's file: "asyncio/base_events.py". */
static const char *leak_library_name(const char *file)
{
    const char *name = file, *slash = strrchr(file, '/');
    for (const char *at = slash; at != NULL && at > file; at--) {
        if (at < slash && *at == '/') {
            bool top = strncmp(at, "/python3", 8) == 0 || strncmp(at, "/site-packages/", 15) == 0 ||
                       strncmp(at, "/dist-packages/", 15) == 0;
            return top ? slash + 1 : at + 1;
        }
    }
    return name;
}

size_t ouro_heap_leak_text(const ouro_heap_graph *last, const ouro_heap_leak *leak, char *text, size_t size)
{
    static const char *const verdicts[] = {"grew by", "grows more slowly now:", "replaces what it holds:", "comes to"};
    char place[600], bytes[TEXT_BYTES_SIZE], holder[400], age[60] = "";
    if (leak->line > 0 && leak->library_file != NULL) {
        snprintf(place, sizeof place, "%s:%u (%s, made at %s:%u)", leak->file, leak->line, leak->type,
                 leak_library_name(leak->library_file), leak->library_line);
    } else if (leak->line > 0) {
        snprintf(place, sizeof place, "%s:%u (%s)", leak->file, leak->line, leak->type);
    } else {
        snprintf(place, sizeof place, "%s", leak->type);
    }
    (void)text_bytes(bytes, leak->bytes_per_interval);
    if (leak->garbage) {
        snprintf(holder, sizeof holder, "nothing keeps it alive: cycles that %s",
                 leak->verdict == OURO_HEAP_GARBAGE ? "wait for the collector" : "nobody collects, as the collector is off");
    } else if (leak->holder == 0) {
        snprintf(holder, sizeof holder, "several things keep it alive");
    } else {
        char path[300];
        (void)ouro_heap_path_text(last, leak->holder, path, sizeof path);
        snprintf(holder, sizeof holder, "%.0f %% is kept alive by %s %s", leak->share * 100,
                 heap_string(last, last->types.items[last->type_of.items[leak->holder]].name), path);
    }
    if (leak->oldest >= 0.05) {
        char oldest[40];
        leak_age_text(leak->oldest, oldest, sizeof oldest);
        snprintf(age, sizeof age, "; the oldest is %s old", oldest);
    }
    int length = snprintf(text, size, "%s %s %s per snapshot over %u snapshots; %s%s", place,
                          verdicts[leak->verdict], bytes, leak->intervals + 1, holder, age);
    return length < 0 ? 0 : (size_t)length < size ? (size_t)length : size > 0 ? size - 1 : 0;
}

/* table.c: objects counted together: growth between two graphs, equal texts, unused room, ages. */
#include "heap/graph.h"

#include <stdlib.h>
#include <string.h>

/* ---- growth ------------------------------------------------------------------------------------------ */

typedef VECTOR_OF(ouro_heap_row) table_rows;

static uint64_t table_hash(const char *name, const char *function, uint32_t line)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ line;
    for (const char *part = name; *part != 0; part++) {
        hash = (hash ^ (unsigned char)*part) * UINT64_C(0x100000001b3);
    }
    hash ^= 0xff;
    for (const char *part = function; *part != 0; part++) {
        hash = (hash ^ (unsigned char)*part) * UINT64_C(0x100000001b3);
    }
    return hash;
}

/* The row for a key, made if need be.  SIZE_MAX: no memory. */
static size_t table_row(table_rows *rows, map *index, const char *name, const char *function, uint32_t line)
{
    uint64_t hash = table_hash(name, function, line), at;
    for (; map_get(index, hash, &at); hash++) {
        const ouro_heap_row *row = &rows->items[at];
        if (row->line == line && strcmp(row->name, name) == 0 && strcmp(row->function, function) == 0) {
            return (size_t)at;
        }
    }
    if (!map_set(index, hash, rows->count) ||
        !vector_push(&base_malloc, rows,
                     (ouro_heap_row){.name = name, .function = function, .line = line})) {
        return SIZE_MAX;
    }
    return rows->count - 1;
}

/* Adds up by type or site first: so each name is looked up once, however many objects there are. */
static bool table_count(const ouro_heap_graph *g, ouro_heap_group by, bool before, table_rows *rows,
                        map *index)
{
    size_t groups = by == OURO_HEAP_BY_TYPE ? g->types.count : g->sites.count;
    const uint32_t *group_of = by == OURO_HEAP_BY_TYPE ? g->type_of.items : g->site_of.items;
    uint64_t *sums = calloc(groups * 2, sizeof *sums);
    if (sums == NULL) {
        return false;
    }
    for (size_t n = 1; n < g->type_of.count; n++) {
        sums[2 * group_of[n]]++;
        sums[2 * group_of[n] + 1] += g->size_of.items[n];
    }
    bool good = true;
    for (size_t i = 0; i < groups && good; i++) {
        if (sums[2 * i] == 0) {
            continue;
        }
        const heap_site *s = by == OURO_HEAP_BY_TYPE ? NULL : &g->sites.items[i];
        size_t at =
            s == NULL ? table_row(rows, index, heap_string(g, g->types.items[i].name), "", 0)
                      : table_row(rows, index, heap_string(g, s->file), heap_string(g, s->function), s->line);
        good = at != SIZE_MAX;
        if (good) {
            ouro_heap_row *row = &rows->items[at];
            *(before ? &row->count_before : &row->count) += sums[2 * i];
            *(before ? &row->bytes_before : &row->bytes) += sums[2 * i + 1];
        }
    }
    free(sums);
    return good;
}

static int table_compare_growth(const void *a, const void *b)
{
    const ouro_heap_row *x = a, *y = b;
    int64_t p = (int64_t)(x->bytes - x->bytes_before), q = (int64_t)(y->bytes - y->bytes_before);
    if (p != q) {
        return p < q ? 1 : -1;
    }
    if (x->bytes != y->bytes) {
        return x->bytes < y->bytes ? 1 : -1;
    }
    int names = strcmp(x->name, y->name);
    return names != 0 ? names : x->line < y->line ? -1 : x->line > y->line;
}

ouro_heap_row *ouro_heap_growth(const ouro_heap_graph *before, const ouro_heap_graph *after,
                                ouro_heap_group by, size_t *count, ouro_heap_error *error)
{
    table_rows rows = {0};
    map index;
    map_init(&index, base_malloc);
    bool good = vector_reserve(&base_malloc, &rows, 1) && table_count(after, by, false, &rows, &index) &&
                (before == NULL || table_count(before, by, true, &rows, &index));
    map_clear(&index);
    *count = good ? rows.count : 0;
    if (!good) {
        vector_free(&base_malloc, &rows);
        (void)heap_fail_no_memory(error);
        return NULL;
    }
    qsort(rows.items, rows.count, sizeof *rows.items, table_compare_growth);
    return rows.items;
}

/* ---- what holds most --------------------------------------------------------------------------------- */

/* A holder whose contents are told, and not it itself: the root, a module, its dict, a frame of the stack. */
static bool table_is_namespace(const ouro_heap_graph *g, uint32_t node)
{
    ouro_heap_kind kind = heap_node_kind(g, node);
    uint32_t from = g->path_from[node];
    return kind == OURO_HEAP_KIND_ROOT || kind == OURO_HEAP_KIND_MODULE ||
           (kind == OURO_HEAP_KIND_FRAME && g->address_of.items[node] == 0) ||
           (kind == OURO_HEAP_KIND_MAPPING && from != OURO_HEAP_NONE &&
            heap_node_kind(g, from) == OURO_HEAP_KIND_MODULE);
}

/* Sums along the tree of shortest ways, and for each node the one below it with most. */
static void table_sum_ways(const ouro_heap_graph *g, uint64_t *through, uint32_t *heaviest)
{
    uint32_t count = heap_node_count(g);
    memcpy(through, g->size_of.items, count * sizeof *through);
    memset(heaviest, 0xff, count * sizeof *heaviest);
    for (uint32_t i = g->path_count; i-- > 0;) {
        uint32_t node = g->path_order[i], from = g->path_from[node];
        through[from] += through[node];
        if (heaviest[from] == OURO_HEAP_NONE || through[heaviest[from]] < through[node]) {
            heaviest[from] = node;
        }
    }
}

/* Inserts in order, the least falls out. */
static size_t table_keep_largest(ouro_heap_holder *holders, size_t found, size_t limit, ouro_heap_holder h)
{
    size_t at = found < limit ? found : limit;
    for (; at > 0 && holders[at - 1].through < h.through; at--) {
        if (at < limit) {
            holders[at] = holders[at - 1];
        }
    }
    if (at < limit) {
        holders[at] = h;
        found += found < limit;
    }
    return found;
}

size_t ouro_heap_biggest(ouro_heap_graph *g, ouro_heap_holder *holders, size_t limit)
{
    uint32_t count = heap_node_count(g);
    uint64_t *through = heap_array(count, sizeof *through, NULL);
    uint32_t *heaviest = heap_array(count, sizeof *heaviest, NULL);
    size_t found = 0;
    if (through != NULL && heaviest != NULL && ouro_heap_dominators(g, NULL, NULL, NULL) &&
        ouro_heap_paths(g, NULL)) {
        table_sum_ways(g, through, heaviest);
        for (uint32_t i = 0; i < g->path_count; i++) {
            uint32_t node = g->path_order[i];
            if (!table_is_namespace(g, g->path_from[node]) || table_is_namespace(g, node)) {
                continue;
            }
            uint64_t whole = through[node];
            while (heaviest[node] != OURO_HEAP_NONE && through[heaviest[node]] / 9 >= whole / 10 &&
                   !table_is_namespace(g, heaviest[node])) {
                node = heaviest[node];
            }
            found = table_keep_largest(holders, found, limit,
                                       (ouro_heap_holder){node, through[node], g->retained_of[node]});
        }
    }
    free(through);
    free(heaviest);
    return found;
}

/* ---- equal texts ------------------------------------------------------------------------------------- */

static int table_compare_text(const void *a, const void *b)
{
    const heap_text *x = a, *y = b;
    if (x->hash != y->hash) {
        return x->hash < y->hash ? -1 : 1;
    }
    if (x->length != y->length) {
        return x->length < y->length ? -1 : 1;
    }
    return x->node < y->node ? -1 : x->node > y->node;
}

static int table_compare_duplicate(const void *a, const void *b)
{
    const ouro_heap_duplicate *x = a, *y = b;
    if (x->wasted != y->wasted) {
        return x->wasted < y->wasted ? 1 : -1;
    }
    return x->node < y->node ? -1 : x->node > y->node;
}

ouro_heap_duplicate *ouro_heap_duplicates(const ouro_heap_graph *g, size_t *count, ouro_heap_error *error)
{
    size_t texts = g->texts.count;
    *count = 0;
    heap_text *sorted = heap_array(texts, sizeof *sorted, error);
    ouro_heap_duplicate *found = sorted == NULL ? NULL : heap_array(texts, sizeof *found, error);
    if (found == NULL) {
        free(sorted);
        return NULL;
    }
    if (texts > 0) {
        memcpy(sorted, g->texts.items, texts * sizeof *sorted);
        qsort(sorted, texts, sizeof *sorted, table_compare_text);
    }
    for (size_t i = 0, end; i < texts; i = end) {
        uint64_t bytes = 0;
        for (end = i;
             end < texts && sorted[end].hash == sorted[i].hash && sorted[end].length == sorted[i].length;
             end++) {
            bytes += g->size_of.items[sorted[end].node];
        }
        if (end - i > 1) {
            found[(*count)++] = (ouro_heap_duplicate){
                .node = sorted[i].node, .count = end - i, .wasted = bytes - g->size_of.items[sorted[i].node]};
        }
    }
    free(sorted);
    qsort(found, *count, sizeof *found, table_compare_duplicate);
    return found;
}

/* ---- unused room ------------------------------------------------------------------------------------- */

static int table_compare_sparse(const void *a, const void *b)
{
    const ouro_heap_sparse *x = a, *y = b;
    if (x->unused != y->unused) {
        return x->unused < y->unused ? 1 : -1;
    }
    return x->node < y->node ? -1 : x->node > y->node;
}

ouro_heap_sparse *ouro_heap_sparse_containers(const ouro_heap_graph *g, size_t *count, ouro_heap_error *error)
{
    ouro_heap_sparse *found = heap_array(g->rooms.count, sizeof *found, error);
    *count = 0;
    for (size_t i = 0; found != NULL && i < g->rooms.count; i++) {
        found[(*count)++] = (ouro_heap_sparse){g->rooms.items[i].node, g->rooms.items[i].unused};
    }
    if (found != NULL) {
        qsort(found, *count, sizeof *found, table_compare_sparse);
    }
    return found;
}

/* ---- ages -------------------------------------------------------------------------------------------- */

static int table_compare_age(const void *a, const void *b)
{
    const ouro_heap_age *x = a, *y = b;
    return x->epoch < y->epoch ? -1 : x->epoch > y->epoch;
}

ouro_heap_age *ouro_heap_ages(const ouro_heap_graph *g, size_t *count, ouro_heap_error *error)
{
    VECTOR_OF(ouro_heap_age) ages = {0};
    map index;
    map_init(&index, base_malloc);
    bool good = vector_reserve(&base_malloc, &ages, 1);
    for (size_t n = 1; n < g->epoch_of.count && good; n++) {
        uint64_t at;
        if (!map_get(&index, g->epoch_of.items[n], &at)) {
            at = ages.count;
            good = map_set(&index, g->epoch_of.items[n], at) &&
                   vector_push(&base_malloc, &ages, (ouro_heap_age){.epoch = g->epoch_of.items[n]});
        }
        if (good) {
            ages.items[at].count++;
            ages.items[at].bytes += g->size_of.items[n];
        }
    }
    map_clear(&index);
    *count = good ? ages.count : 0;
    if (!good) {
        vector_free(&base_malloc, &ages);
        (void)heap_fail_no_memory(error);
        return NULL;
    }
    qsort(ages.items, ages.count, sizeof *ages.items, table_compare_age);
    return ages.items;
}

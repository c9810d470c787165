/* graph.c: heap graphs: building, checking and looking (graph.h has the arrays and what always holds).
 *
 * An addition that fails marks the graph; ouro_heap_finish then tells.  So whoever builds needs no test for
 * each node.
 */
#include "heap/graph.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { GRAPH_KEY_MAX = 1000 }; /* bytes of a key that is told */

/* ---- memory and errors --------------------------------------------------------------------------------- */

bool heap_fail(ouro_heap_error *error, ouro_heap_status status, const char *format, ...)
{
    if (error != NULL) {
        va_list arguments;
        va_start(arguments, format);
        error->status = status;
        vsnprintf(error->text, sizeof error->text, format, arguments);
        va_end(arguments);
    }
    return false;
}

bool heap_fail_no_memory(ouro_heap_error *error)
{
    return heap_fail(error, OURO_HEAP_NO_MEMORY, "not enough memory");
}

void *heap_array(size_t count, size_t item_size, ouro_heap_error *error)
{
    void *array = NULL;
    if (count <= PTRDIFF_MAX / item_size) {
        array = malloc(count > 0 ? count * item_size : 1);
    }
    if (array == NULL) {
        (void)heap_fail_no_memory(error);
    }
    return array;
}

void ouro_heap_free(void *array)
{
    free(array);
}

/* ---- creation ------------------------------------------------------------------------------------------ */

ouro_heap_graph *ouro_heap_create(void)
{
    ouro_heap_graph *g = calloc(1, sizeof *g);
    if (g == NULL) {
        return NULL;
    }
    map_init(&g->string_index, base_malloc);
    if (ouro_heap_add_type(g, "", OURO_HEAP_KIND_ROOT) != 0 || ouro_heap_add_site(g, 0, "", "", 0) != 0) {
        ouro_heap_destroy(g);
        return NULL;
    }
    return g;
}

void ouro_heap_destroy(ouro_heap_graph *g)
{
    if (g == NULL) {
        return;
    }
    vector_free(&base_malloc, &g->type_of);
    vector_free(&base_malloc, &g->site_of);
    vector_free(&base_malloc, &g->epoch_of);
    vector_free(&base_malloc, &g->size_of);
    vector_free(&base_malloc, &g->address_of);
    vector_free(&base_malloc, &g->first_edge);
    vector_free(&base_malloc, &g->targets);
    vector_free(&base_malloc, &g->labels);
    vector_free(&base_malloc, &g->types);
    vector_free(&base_malloc, &g->sites);
    vector_free(&base_malloc, &g->texts);
    vector_free(&base_malloc, &g->rooms);
    vector_free(&base_malloc, &g->facts);
    vector_free(&base_malloc, &g->string_bytes);
    vector_free(&base_malloc, &g->string_starts);
    map_clear(&g->string_index);
    free(g->dominator_of);
    free(g->retained_of);
    free(g->path_from);
    free(g->path_edge);
    free(g->path_order);
    free(g->component_of);
    free(g->by_address);
    free(g);
}

static uint32_t heap_add_failed(ouro_heap_graph *g, ouro_heap_status status)
{
    if (g->failed == OURO_HEAP_OK) {
        g->failed = status;
    }
    return OURO_HEAP_NONE;
}

/* ---- strings, types, sites ----------------------------------------------------------------------------- */

bool heap_is_of_library(const char *file)
{
    return strncmp(file, "<frozen ", 8) == 0 || strstr(file, "/lib/python3") != NULL ||
           strstr(file, "/site-packages/") != NULL || strstr(file, "/dist-packages/") != NULL;
}

/* FNV-1a (Fowler, Noll, Vo). */
uint64_t heap_hash_text(const char *text, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static bool heap_string_is(const ouro_heap_graph *g, uint32_t number, const char *text, size_t length)
{
    size_t start = (size_t)g->string_starts.items[number];
    size_t end = number + 1 < g->string_starts.count ? (size_t)g->string_starts.items[number + 1]
                                                     : g->string_bytes.count;
    return end - start == length + 1 && memcmp(g->string_bytes.items + start, text, length) == 0;
}

uint32_t ouro_heap_add_string(ouro_heap_graph *g, const char *text, size_t length)
{
    const char *nul = memchr(text, 0, length); /* strings end with a NUL: what follows one is not kept */
    if (nul != NULL) {
        length = (size_t)(nul - text);
    }
    uint64_t hash = heap_hash_text(text, length);
    for (uint64_t known; map_get(&g->string_index, hash, &known); hash++) {
        if (heap_string_is(g, (uint32_t)known, text, length)) {
            return (uint32_t)known;
        }
    }
    size_t number = g->string_starts.count;
    if (number > HEAP_STRING_MAX) {
        return heap_add_failed(g, OURO_HEAP_TOO_LARGE);
    }
    if (!vector_reserve(&base_malloc, &g->string_bytes, length + 1) ||
        !vector_reserve(&base_malloc, &g->string_starts, 1) || !map_set(&g->string_index, hash, number)) {
        return heap_add_failed(g, OURO_HEAP_NO_MEMORY);
    }
    g->string_starts.items[g->string_starts.count++] = g->string_bytes.count;
    memcpy(g->string_bytes.items + g->string_bytes.count, text, length);
    g->string_bytes.items[g->string_bytes.count + length] = 0;
    g->string_bytes.count += length + 1;
    return (uint32_t)number;
}

uint32_t ouro_heap_add_type(ouro_heap_graph *g, const char *name, ouro_heap_kind kind)
{
    uint32_t string = ouro_heap_add_string(g, name, strlen(name));
    if (string == OURO_HEAP_NONE) {
        return OURO_HEAP_NONE;
    }
    if (g->types.count >= OURO_HEAP_NONE) {
        return heap_add_failed(g, OURO_HEAP_TOO_LARGE);
    }
    if (!vector_push(&base_malloc, &g->types, (heap_type){string, (uint32_t)kind})) {
        return heap_add_failed(g, OURO_HEAP_NO_MEMORY);
    }
    return (uint32_t)(g->types.count - 1);
}

uint32_t ouro_heap_add_site(ouro_heap_graph *g, uint32_t parent, const char *file, const char *function,
                            uint32_t line)
{
    heap_site site = {parent, ouro_heap_add_string(g, file, strlen(file)),
                      ouro_heap_add_string(g, function, strlen(function)), line};
    if (site.file == OURO_HEAP_NONE || site.function == OURO_HEAP_NONE) {
        return OURO_HEAP_NONE;
    }
    if (g->sites.count >= OURO_HEAP_NONE) {
        return heap_add_failed(g, OURO_HEAP_TOO_LARGE);
    }
    if (!vector_push(&base_malloc, &g->sites, site)) {
        return heap_add_failed(g, OURO_HEAP_NO_MEMORY);
    }
    return (uint32_t)(g->sites.count - 1);
}

void ouro_heap_set_fact(ouro_heap_graph *g, const char *name, const char *value)
{
    heap_fact fact = {ouro_heap_add_string(g, name, strlen(name)),
                      ouro_heap_add_string(g, value, strlen(value))};
    if (fact.name != OURO_HEAP_NONE && fact.value != OURO_HEAP_NONE &&
        !vector_push(&base_malloc, &g->facts, fact)) {
        (void)heap_add_failed(g, OURO_HEAP_NO_MEMORY);
    }
}

/* ---- nodes and edges ----------------------------------------------------------------------------------- */

uint32_t ouro_heap_add_node(ouro_heap_graph *g, const ouro_heap_node *node)
{
    if (g->type_of.count >= OURO_HEAP_NONE - 1) {
        return heap_add_failed(g, OURO_HEAP_TOO_LARGE);
    }
    if (!vector_reserve(&base_malloc, &g->type_of, 1) ||
        !vector_reserve(&base_malloc, &g->site_of, 1) ||
        !vector_reserve(&base_malloc, &g->epoch_of, 1) ||
        !vector_reserve(&base_malloc, &g->size_of, 1) ||
        !vector_reserve(&base_malloc, &g->address_of, 1) ||
        !vector_reserve(&base_malloc, &g->first_edge, 2)) {
        return heap_add_failed(g, OURO_HEAP_NO_MEMORY);
    }
    g->site_of.items[g->site_of.count++] = node->site;
    g->epoch_of.items[g->epoch_of.count++] = node->epoch;
    g->size_of.items[g->size_of.count++] = node->size;
    g->address_of.items[g->address_of.count++] = node->address;
    g->first_edge.items[g->first_edge.count++] = g->targets.count;
    g->type_of.items[g->type_of.count++] = node->type;
    return heap_node_count(g) - 1;
}

void ouro_heap_add_edge(ouro_heap_graph *g, uint32_t target, uint32_t label)
{
    if (label == OURO_HEAP_NONE) {
        return; /* making the label failed, and the graph knows */
    }
    if (!vector_reserve(&base_malloc, &g->labels, 1) ||
        !vector_push(&base_malloc, &g->targets, target)) {
        (void)heap_add_failed(g, OURO_HEAP_NO_MEMORY);
        return;
    }
    g->labels.items[g->labels.count++] = label;
}

uint32_t ouro_heap_label_text(ouro_heap_graph *g, ouro_heap_edge_kind kind, const char *text)
{
    uint32_t string = ouro_heap_add_string(g, text, strlen(text));
    return string == OURO_HEAP_NONE ? OURO_HEAP_NONE : (uint32_t)kind << HEAP_LABEL_SHIFT | string;
}

uint32_t ouro_heap_label_number(ouro_heap_graph *g, ouro_heap_edge_kind kind, uint64_t number)
{
    if (number <= HEAP_LABEL_MAX) {
        return (uint32_t)kind << HEAP_LABEL_SHIFT | (uint32_t)number;
    }
    char digits[24];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    return ouro_heap_label_text(g, OURO_HEAP_EDGE_KEY_OTHER, digits);
}

bool heap_label_is_number(uint32_t label)
{
    switch (heap_label_kind(label)) {
    case OURO_HEAP_EDGE_INDEX:
    case OURO_HEAP_EDGE_KEY_NUMBER:
    case OURO_HEAP_EDGE_ITEM:
    case OURO_HEAP_EDGE_OPERAND:
        return true;
    default:
        return false;
    }
}

void ouro_heap_set_text(ouro_heap_graph *g, uint64_t hash, uint64_t length, const char *beginning)
{
    uint32_t string = ouro_heap_add_string(g, beginning, strlen(beginning));
    heap_text text = {heap_node_count(g) - 1, string, hash, length};
    if (string != OURO_HEAP_NONE && !vector_push(&base_malloc, &g->texts, text)) {
        (void)heap_add_failed(g, OURO_HEAP_NO_MEMORY);
    }
}

void ouro_heap_set_unused(ouro_heap_graph *g, uint64_t unused)
{
    heap_room room = {unused, heap_node_count(g) - 1, 0};
    if (!vector_push(&base_malloc, &g->rooms, room)) {
        (void)heap_add_failed(g, OURO_HEAP_NO_MEMORY);
    }
}

/* ---- checking ------------------------------------------------------------------------------------------ */

static bool heap_check_nodes(const ouro_heap_graph *g, ouro_heap_error *error)
{
    uint64_t before = 0;
    for (size_t n = 0; n < g->type_of.count; n++) {
        uint64_t end = g->first_edge.items[n + 1];
        if (g->type_of.items[n] >= g->types.count || g->site_of.items[n] >= g->sites.count) {
            return heap_fail(error, OURO_HEAP_INVALID, "node %zu has a type or site that is not there", n);
        }
        if (g->first_edge.items[n] != before || end < before || end > g->targets.count) {
            return heap_fail(error, OURO_HEAP_INVALID, "node %zu has edges that are not there", n);
        }
        before = end;
    }
    if (before != g->targets.count) {
        return heap_fail(error, OURO_HEAP_INVALID, "some edges belong to no node");
    }
    return true;
}

static bool heap_check_edges(const ouro_heap_graph *g, ouro_heap_error *error)
{
    for (size_t e = 0; e < g->targets.count; e++) {
        uint32_t label = g->labels.items[e];
        if (g->targets.items[e] >= g->type_of.count) {
            return heap_fail(error, OURO_HEAP_INVALID, "edge %zu leads to a node that is not there", e);
        }
        if (heap_label_kind(label) >= OURO_HEAP_EDGE_KINDS ||
            (!heap_label_is_number(label) && (label & HEAP_LABEL_MAX) >= g->string_starts.count)) {
            return heap_fail(error, OURO_HEAP_INVALID, "edge %zu has a name that is not there", e);
        }
    }
    return true;
}

static bool heap_check_strings(const ouro_heap_graph *g, ouro_heap_error *error)
{
    size_t bytes = g->string_bytes.count;
    bool good = bytes > 0 && g->string_bytes.items[bytes - 1] == 0;
    for (size_t s = 0; s < g->string_starts.count && good; s++) {
        uint64_t start = g->string_starts.items[s];
        good = start < bytes && (s == 0 ? start == 0 : g->string_starts.items[s - 1] < start) &&
               (s == 0 || g->string_bytes.items[start - 1] == 0);
    }
    return good || heap_fail(error, OURO_HEAP_INVALID, "the table of names is damaged");
}

static bool heap_check_tables(const ouro_heap_graph *g, ouro_heap_error *error)
{
    size_t strings = g->string_starts.count;
    bool good = g->types.count > 0 && g->sites.count > 0;
    for (size_t i = 0; i < g->types.count && good; i++) {
        good = g->types.items[i].name < strings && g->types.items[i].kind < OURO_HEAP_KINDS;
    }
    for (size_t i = 0; i < g->sites.count && good; i++) {
        const heap_site *site = &g->sites.items[i];
        good = (i == 0 ? site->parent == 0 : site->parent < i) && site->file < strings &&
               site->function < strings;
    }
    for (size_t i = 0; i < g->texts.count && good; i++) {
        const heap_text *text = &g->texts.items[i];
        good = text->node < g->type_of.count && text->beginning < strings &&
               (i == 0 || text[-1].node < text->node);
    }
    for (size_t i = 0; i < g->rooms.count && good; i++) {
        const heap_room *room = &g->rooms.items[i];
        good = room->node < g->type_of.count && (i == 0 || room[-1].node < room->node);
    }
    for (size_t i = 0; i < g->facts.count && good; i++) {
        good = g->facts.items[i].name < strings && g->facts.items[i].value < strings;
    }
    return good || heap_fail(error, OURO_HEAP_INVALID, "a table refers to something that is not there");
}

bool heap_graph_check(const ouro_heap_graph *g, ouro_heap_error *error)
{
    size_t nodes = g->type_of.count;
    if (nodes == 0 || nodes >= OURO_HEAP_NONE || g->site_of.count != nodes || g->epoch_of.count != nodes ||
        g->size_of.count != nodes || g->address_of.count != nodes || g->first_edge.count != nodes + 1 ||
        g->labels.count != g->targets.count) {
        return heap_fail(error, OURO_HEAP_INVALID, "the columns of the nodes or edges differ in length");
    }
    if (!heap_check_strings(g, error) || !heap_check_tables(g, error) || !heap_check_nodes(g, error) ||
        !heap_check_edges(g, error)) {
        return false;
    }
    if (heap_node_kind(g, 0) != OURO_HEAP_KIND_ROOT) {
        return heap_fail(error, OURO_HEAP_INVALID, "the first node is not the root");
    }
    return true;
}

bool ouro_heap_finish(ouro_heap_graph *g, ouro_heap_error *error)
{
    if (g->failed == OURO_HEAP_TOO_LARGE) {
        return heap_fail(error, g->failed, "more nodes, types, sites or names than a snapshot can have");
    }
    if (g->failed != OURO_HEAP_OK) {
        return heap_fail_no_memory(error);
    }
    if (!g->finished) {
        if (!vector_push(&base_malloc, &g->first_edge, g->targets.count)) {
            return heap_fail_no_memory(error);
        }
        g->finished = true;
    }
    return heap_graph_check(g, error);
}

/* ---- looking ------------------------------------------------------------------------------------------- */

uint32_t ouro_heap_node_count(const ouro_heap_graph *g)
{
    return heap_node_count(g);
}

uint64_t ouro_heap_edge_count(const ouro_heap_graph *g)
{
    return g->targets.count;
}

uint64_t ouro_heap_total_size(const ouro_heap_graph *g)
{
    uint64_t total = 0;
    for (size_t n = 0; n < g->size_of.count; n++) {
        total += g->size_of.items[n];
    }
    return total;
}

uint32_t ouro_heap_type_count(const ouro_heap_graph *g)
{
    return (uint32_t)g->types.count;
}

uint32_t ouro_heap_site_count(const ouro_heap_graph *g)
{
    return (uint32_t)g->sites.count;
}

ouro_heap_node ouro_heap_node_at(const ouro_heap_graph *g, uint32_t node)
{
    return (ouro_heap_node){.type = g->type_of.items[node],
                            .site = g->site_of.items[node],
                            .epoch = g->epoch_of.items[node],
                            .size = g->size_of.items[node],
                            .address = g->address_of.items[node]};
}

const char *ouro_heap_type_name(const ouro_heap_graph *g, uint32_t type)
{
    return heap_string(g, g->types.items[type].name);
}

ouro_heap_kind ouro_heap_type_kind(const ouro_heap_graph *g, uint32_t type)
{
    return (ouro_heap_kind)g->types.items[type].kind;
}

ouro_heap_site ouro_heap_site_at(const ouro_heap_graph *g, uint32_t site)
{
    const heap_site *s = &g->sites.items[site];
    return (ouro_heap_site){s->parent, heap_string(g, s->file), heap_string(g, s->function), s->line};
}

uint64_t ouro_heap_first_edge(const ouro_heap_graph *g, uint32_t node)
{
    return g->first_edge.items[node];
}

uint64_t ouro_heap_end_edge(const ouro_heap_graph *g, uint32_t node)
{
    return g->first_edge.items[node + 1];
}

ouro_heap_edge ouro_heap_edge_at(const ouro_heap_graph *g, uint64_t edge)
{
    uint32_t label = g->labels.items[edge];
    ouro_heap_edge result = {.target = g->targets.items[edge], .kind = heap_label_kind(label)};
    if (heap_label_is_number(label)) {
        result.number = label & HEAP_LABEL_MAX;
    } else {
        result.text = heap_string(g, label & HEAP_LABEL_MAX);
    }
    return result;
}

size_t ouro_heap_edge_text(const ouro_heap_graph *g, uint64_t edge, char *text, size_t size)
{
    ouro_heap_edge e = ouro_heap_edge_at(g, edge);
    char quoted[GRAPH_KEY_MAX];
    int length = 0;
    switch (e.kind) {
    case OURO_HEAP_EDGE_ATTRIBUTE:
    case OURO_HEAP_EDGE_FIELD:
        length = snprintf(text, size, ".%s", e.text);
        break;
    case OURO_HEAP_EDGE_KEY:
        length = snprintf(text, size, "['%s']", text_quoted(quoted, sizeof quoted, e.text));
        break;
    case OURO_HEAP_EDGE_KEY_OTHER:
        length = snprintf(text, size, "[%s]", e.text);
        break;
    case OURO_HEAP_EDGE_INDEX:
    case OURO_HEAP_EDGE_KEY_NUMBER:
        length = snprintf(text, size, "[%llu]", (unsigned long long)e.number);
        break;
    case OURO_HEAP_EDGE_ITEM:
        length = snprintf(text, size, "{%llu}", (unsigned long long)e.number);
        break;
    case OURO_HEAP_EDGE_OPERAND:
        length = snprintf(text, size, "<operand %llu>", (unsigned long long)e.number);
        break;
    case OURO_HEAP_EDGE_WEAK:
        length = snprintf(text, size, "<weak %s>", e.text);
        break;
    case OURO_HEAP_EDGE_LOCAL:
    case OURO_HEAP_EDGE_ROOT:
    case OURO_HEAP_EDGE_KINDS:
        length = snprintf(text, size, "%s", e.text);
        break;
    }
    return length > 0 ? (size_t)length : 0;
}

const char *ouro_heap_node_text(const ouro_heap_graph *g, uint32_t node)
{
    size_t low = 0, high = g->texts.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (g->texts.items[middle].node < node) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < g->texts.count && g->texts.items[low].node == node;
    return found ? heap_string(g, g->texts.items[low].beginning) : NULL;
}

const char *ouro_heap_fact(const ouro_heap_graph *g, const char *name)
{
    for (size_t i = 0; i < g->facts.count; i++) {
        if (strcmp(heap_string(g, g->facts.items[i].name), name) == 0) {
            return heap_string(g, g->facts.items[i].value);
        }
    }
    return NULL;
}

static int heap_compare_address(const void *a, const void *b, void *context)
{
    const uint64_t *address_of = context;
    uint64_t x = address_of[*(const uint32_t *)a], y = address_of[*(const uint32_t *)b];
    return x < y ? -1 : x > y;
}

uint32_t ouro_heap_find_address(ouro_heap_graph *g, uint64_t address)
{
    uint32_t count = heap_node_count(g);
    const uint64_t *address_of = g->address_of.items;
    if (g->by_address == NULL && (g->by_address = heap_array(count, sizeof *g->by_address, NULL)) != NULL) {
        for (uint32_t n = 0; n < count; n++) {
            g->by_address[n] = n;
        }
        qsort_r(g->by_address, count, sizeof *g->by_address, heap_compare_address, g->address_of.items);
    }
    if (g->by_address == NULL) {
        for (uint32_t n = 0; n < count; n++) {
            if (address_of[n] == address) {
                return n;
            }
        }
        return OURO_HEAP_NONE;
    }
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (address_of[g->by_address[middle]] < address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && address_of[g->by_address[low]] == address ? g->by_address[low] : OURO_HEAP_NONE;
}

/* gc_log.c: see gc_log.h.
 *
 * While a collection runs, what it is about to free is added up in `rows`: a map leads from (type, site of the
 * allocation) to the row, another from (name, file, line), because many sites share a line.  Types die in the
 * collection, and the tracer may end before the log: so names are texts of the log's own, each kept once.
 */
#include "modules/gc_log.h"
#include "heap/graph.h"
#include "modules/modules.h"
#include "vm/tracing.h"

#include <stdlib.h>
#include <string.h>

struct gc_log {
    ouro_runtime *rt;
    ouro_gc_watcher watcher;
    void (*each)(void *context, const gc_log_entry *entry);
    void *context;
    gc_log_entry *ring;
    size_t keep, count, next; /* next: where the next one goes */
    map texts;                /* hash -> char *, the first of a chain */
    /* Of the collection in progress. */
    VECTOR_OF(gc_log_row) rows;
    map row_of_site, row_of_line; /* -> number of the row + 1 */
    uint64_t freed, freed_bytes;
};

struct log_text {
    struct log_text *next; /* of the same hash */
    char text[];
};

/* ---- texts ----------------------------------------------------------------------------------------------- */

static uint64_t log_hash(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (; *text != 0; text++) {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    }
    return hash;
}

/* The log's own copy.  NULL: no memory. */
static const char *log_text(struct gc_log *log, const char *text)
{
    uint64_t hash = log_hash(text), found = 0;
    (void)map_get(&log->texts, hash, &found);
    struct log_text *first = (struct log_text *)(uintptr_t)found;
    for (struct log_text *t = first; t != NULL; t = t->next) {
        if (strcmp(t->text, text) == 0) {
            return t->text;
        }
    }
    size_t size = strlen(text) + 1;
    struct log_text *t = malloc(sizeof *t + size);
    if (t == NULL || !map_set(&log->texts, hash, (uint64_t)(uintptr_t)t)) {
        free(t);
        return NULL;
    }
    t->next = first;
    memcpy(t->text, text, size);
    return t->text;
}

static void log_free_texts(struct gc_log *log)
{
    size_t position = 0;
    uint64_t key, value;
    while (map_next(&log->texts, &position, &key, &value)) {
        for (struct log_text *t = (struct log_text *)(uintptr_t)value, *next; t != NULL; t = next) {
            next = t->next;
            free(t);
        }
    }
    map_clear(&log->texts);
}

/* ---- what is freed --------------------------------------------------------------------------------------- */

static uint64_t log_mix(uint64_t a, uint64_t b)
{
    uint64_t hash = (a ^ b * UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xbf58476d1ce4e5b9);
    return hash ^ hash >> 29;
}

/* The row of a type's objects from a place; NULL: no memory. */
static gc_log_row *log_row_of_line(struct gc_log *log, const char *type, const char *file, uint32_t line)
{
    const char *own_type = log_text(log, type), *own_file = log_text(log, file);
    if (own_type == NULL || own_file == NULL) {
        return NULL;
    }
    uint64_t number = 0;
    uint64_t key = log_mix(log_mix((uint64_t)(uintptr_t)own_type, (uint64_t)(uintptr_t)own_file), line);
    for (;; key++) { /* the next key, should two places have the same */
        if (!map_get(&log->row_of_line, key, &number)) {
            break;
        }
        gc_log_row *row = &log->rows.items[number];
        if (row->type == own_type && row->file == own_file && row->line == line) {
            return row;
        }
    }
    if (!vector_push(&base_malloc, &log->rows, (gc_log_row){own_type, own_file, line, 0, 0})) {
        return NULL;
    }
    if (!map_set(&log->row_of_line, key, log->rows.count - 1)) {
        log->rows.count--;
        return NULL;
    }
    return &vector_last(&log->rows);
}

static gc_log_row *log_row(struct gc_log *log, ouro_object *object)
{
    ouro_trace_birth birth = {0};
    ouro_trace_frame place = {.file = ""};
    bool traced = tracing_find(log->rt, object, &birth);
    uint64_t number, key = log_mix((uint64_t)(uintptr_t)object->shape->type, traced ? birth.site + 1 : 0);
    if (map_get(&log->row_of_site, key, &number)) {
        return &log->rows.items[number];
    }
    if (traced && !ouro_trace_site_frame(tracing_get(log->rt), birth.site, &place)) {
        place = (ouro_trace_frame){.file = ""};
    }
    gc_log_row *row = log_row_of_line(log, object->shape->type->name, place.file, place.line);
    if (row != NULL && !map_set(&log->row_of_site, key, (uint64_t)(row - log->rows.items))) {
        return row; /* found the slow way next time */
    }
    return row;
}

static void log_doomed(void *context, ouro_object *object)
{
    struct gc_log *log = context;
    size_t size = object_size(log->rt, object);
    log->freed++;
    log->freed_bytes += size;
    gc_log_row *row = log_row(log, object);
    if (row != NULL) {
        row->count++;
        row->bytes += size;
    }
}

static void log_spared(void *context, ouro_object *object)
{
    struct gc_log *log = context;
    if (log->freed == 0) {
        return; /* nothing is freed: gc.DEBUG_SAVEALL */
    }
    size_t size = object_size(log->rt, object);
    gc_log_row *row = log_row(log, object);
    size = size < log->freed_bytes ? size : (size_t)log->freed_bytes; /* it may have grown meanwhile */
    log->freed--;
    log->freed_bytes -= size;
    if (row != NULL && row->count > 0) {
        row->count--;
        row->bytes -= row->bytes < size ? row->bytes : size;
    }
}

/* ---- the ring -------------------------------------------------------------------------------------------- */

static int log_compare(const void *a, const void *b)
{
    const gc_log_row *x = a, *y = b;
    if (x->bytes != y->bytes) {
        return x->bytes < y->bytes ? 1 : -1;
    }
    int order = strcmp(x->type, y->type);
    order = order != 0 ? order : strcmp(x->file, y->file);
    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static void log_collected(void *context, const ouro_gc_collection *facts)
{
    struct gc_log *log = context;
    gc_log_entry *entry = &log->ring[log->next];
    free(entry->rows);
    *entry = (gc_log_entry){
        .facts = *facts, .freed = log->freed, .freed_bytes = log->freed_bytes, .other_count = log->freed,
        .other_bytes = log->freed_bytes};
    if (log->rows.count > 1) {
        qsort(log->rows.items, log->rows.count, sizeof *log->rows.items, log_compare);
    }
    size_t count = log->rows.count < GC_LOG_ROWS ? log->rows.count : GC_LOG_ROWS;
    entry->rows = count > 0 ? malloc(count * sizeof *entry->rows) : NULL;
    for (size_t i = 0; i < count && entry->rows != NULL; i++) {
        if (log->rows.items[i].count == 0) {
            continue; /* all were brought back to life */
        }
        entry->rows[entry->row_count++] = log->rows.items[i];
        entry->other_count -= log->rows.items[i].count;
        entry->other_bytes -= log->rows.items[i].bytes;
    }
    log->next = (log->next + 1) % log->keep;
    log->count += log->count < log->keep;
    log->rows.count = 0;
    log->freed = log->freed_bytes = 0;
    map_clear(&log->row_of_site);
    map_clear(&log->row_of_line);
    if (log->each != NULL) {
        log->each(log->context, entry);
    }
}

static void log_free_ring(struct gc_log *log)
{
    for (size_t i = 0; i < log->keep; i++) {
        free(log->ring[i].rows);
    }
    free(log->ring);
}

/* Another number of entries: the youngest are kept.  False: no memory, nothing changed. */
static bool log_resize(struct gc_log *log, size_t keep)
{
    if (keep == log->keep) {
        return true;
    }
    gc_log_entry *ring = calloc(keep, sizeof *ring);
    if (ring == NULL) {
        return false;
    }
    size_t kept = log->count < keep ? log->count : keep;
    for (size_t i = 0; i < kept; i++) {
        gc_log_entry *from = &log->ring[(log->next + log->keep - kept + i) % log->keep];
        ring[i] = *from;
        from->rows = NULL;
    }
    log_free_ring(log);
    log->ring = ring;
    log->keep = keep;
    log->count = kept;
    log->next = kept % keep;
    return true;
}

/* ---- doors ----------------------------------------------------------------------------------------------- */

bool gc_log_start(ouro_runtime *rt, size_t keep, void (*each)(void *context, const gc_log_entry *entry), void *context)
{
    struct gc_log *log = rt->modules->gc_log;
    if (log != NULL) {
        if (each != NULL) {
            log->each = each;
            log->context = context;
        }
        return log_resize(log, keep);
    }
    log = calloc(1, sizeof *log);
    gc_log_entry *ring = log != NULL ? calloc(keep, sizeof *ring) : NULL;
    if (ring == NULL) {
        free(log);
        return false;
    }
    *log = (struct gc_log){.rt = rt, .each = each, .context = context, .ring = ring, .keep = keep};
    log->watcher = (ouro_gc_watcher){.context = log, .doomed = log_doomed, .spared = log_spared, .collected = log_collected};
    map_init(&log->texts, base_malloc);
    map_init(&log->row_of_site, base_malloc);
    map_init(&log->row_of_line, base_malloc);
    rt->modules->gc_log = log;
    ouro_gc_watch(rt, &log->watcher);
    return true;
}

void gc_log_stop(ouro_runtime *rt)
{
    struct gc_log *log = rt->modules->gc_log;
    if (log == NULL) {
        return;
    }
    ouro_gc_unwatch(rt, &log->watcher);
    rt->modules->gc_log = NULL;
    log_free_ring(log);
    log_free_texts(log);
    vector_free(&base_malloc, &log->rows);
    map_clear(&log->row_of_site);
    map_clear(&log->row_of_line);
    free(log);
}

void gc_log_copy_free(gc_log_entry *entries, size_t count)
{
    for (size_t i = 0; entries != NULL && i < count; i++) {
        free(entries[i].rows);
    }
    free(entries);
}

gc_log_entry *gc_log_copy(const ouro_runtime *rt, size_t last, size_t *count)
{
    const struct gc_log *log = rt->modules->gc_log;
    size_t kept = log != NULL ? log->count : 0;
    *count = 0;
    kept = last < kept ? last : kept;
    gc_log_entry *entries = calloc(kept + 1, sizeof *entries);
    for (size_t i = 0; entries != NULL && i < kept; i++) {
        const gc_log_entry *from = &log->ring[(log->next + log->keep - kept + i) % log->keep];
        gc_log_entry *to = &entries[(*count)++];
        *to = *from;
        to->rows = calloc(from->row_count + 1, sizeof *to->rows);
        if (to->rows == NULL) {
            gc_log_copy_free(entries, *count);
            return NULL;
        }
        for (size_t row = 0; row < from->row_count; row++) {
            to->rows[row] = from->rows[row];
        }
    }
    return entries;
}

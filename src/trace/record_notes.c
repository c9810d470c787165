/* record_notes.c: what the owner of a heap adds to a recording (trace.h): collections, a census of types, a map of
 * memory.  Each note is a chunk of its own in front of the epoch it goes with, so a reader that does not know it
 * skips it (docs/recording.md).
 *
 * Single collections come at any moment; they wait in `single` until an epoch that is written has them.
 *
 * Always: type_last has one entry for each name; the names of the first types_told are in the buffer or the file,
 * those of the first types_written in the file.
 */
#include "trace/recorder.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void record_start_notes(ouro_trace_recorder *recorder)
{
    map_init(&recorder->types, base_malloc);
}

void record_keep_notes(ouro_trace_recorder *recorder)
{
    recorder->types_written = recorder->types_told;
    recorder->single.count = 0;
}

void record_forget_notes(ouro_trace_recorder *recorder)
{
    recorder->types_told = recorder->types_written;
    for (size_t i = 0; i < recorder->type_last.count; i++)
        recorder->type_last.items[i].objects = recorder->type_last.items[i].bytes = UINT64_MAX;
}

void record_free_notes(ouro_trace_recorder *recorder)
{
    for (size_t i = 0; i < recorder->type_last.count; i++)
        free(recorder->type_last.items[i].name);
    vector_free(&base_malloc, &recorder->type_last);
    vector_free(&base_malloc, &recorder->single);
    map_clear(&recorder->types);
}

/* In a child of fork the file is the parent's. */
static bool notes_wanted(const ouro_trace_recorder *recorder)
{
    return getpid() == recorder->process;
}

void ouro_trace_record_collections(ouro_trace_recorder *recorder,
                                   const ouro_trace_collections generations[OURO_TRACE_GENERATIONS])
{
    if (!notes_wanted(recorder))
        return;
    record_begin(recorder, RECORDING_COLLECTIONS);
    record_number(recorder, OURO_TRACE_GENERATIONS);
    for (int i = 0; i < OURO_TRACE_GENERATIONS; i++) {
        record_number(recorder, generations[i].collections);
        record_number(recorder, generations[i].nanoseconds);
        record_number(recorder, generations[i].longest);
        record_number(recorder, generations[i].examined);
        record_number(recorder, generations[i].collected);
    }
    record_finish(recorder);
}

/* In the middle of a collection, which may be anywhere: kept until the next epoch. */
void ouro_trace_record_collection(ouro_trace_recorder *recorder, const ouro_trace_collection *collection)
{
    int generation = collection->generation;
    if (!notes_wanted(recorder) || generation < 0 || generation >= OURO_TRACE_GENERATIONS ||
        recorder->singles[generation] >= OURO_TRACE_SINGLE_COLLECTIONS ||
        !vector_push(&base_malloc, &recorder->single, *collection))
        return;
    recorder->singles[generation]++;
    int64_t *began = &vector_last(&recorder->single).began;
    *began = *began > recorder->start ? *began - recorder->start : 0;
}

void record_write_notes(ouro_trace_recorder *recorder)
{
    if (recorder->single.count == 0)
        return;
    record_begin(recorder, RECORDING_SINGLE);
    record_number(recorder, recorder->single.count);
    for (size_t i = 0; i < recorder->single.count; i++) {
        const ouro_trace_collection *single = &recorder->single.items[i];
        record_number(recorder, (uint64_t)single->began);
        record_number(recorder, single->nanoseconds);
        record_number(recorder, (uint64_t)single->generation);
        record_number(recorder, single->examined);
        record_number(recorder, single->collected);
        record_number(recorder, single->bytes);
    }
    record_finish(recorder);
}

/* ---- Types ---- */

/* FNV-1a (Fowler, Noll, Vo), 64 bits. */
static uint64_t notes_hash(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return hash;
}

/* The number of a name in type_last; SIZE_MAX: no memory. */
static size_t notes_type(ouro_trace_recorder *recorder, const char *name)
{
    uint64_t hash = notes_hash(name), number;
    for (; map_get(&recorder->types, hash, &number); hash++) {
        if (strcmp(recorder->type_last.items[number].name, name) == 0)
            return (size_t)number;
    }
    char *copy = strdup(name);
    number = recorder->type_last.count;
    if (copy == NULL || !vector_reserve(&base_malloc, &recorder->type_last, 1) ||
        !map_set(&recorder->types, hash, number)) {
        free(copy);
        return SIZE_MAX;
    }
    (void)vector_push(&base_malloc, &recorder->type_last, (record_type){copy, 0, 0});
    return (size_t)number;
}

static void notes_names(ouro_trace_recorder *recorder)
{
    if (recorder->types_told == recorder->type_last.count)
        return;
    record_begin(recorder, RECORDING_TYPES);
    record_number(recorder, recorder->type_last.count - recorder->types_told);
    for (; recorder->types_told < recorder->type_last.count; recorder->types_told++) {
        const char *name = recorder->type_last.items[recorder->types_told].name;
        record_text(recorder, name, strlen(name));
    }
    record_finish(recorder);
}

void ouro_trace_record_types(ouro_trace_recorder *recorder, const ouro_trace_type *types, size_t count)
{
    if (!notes_wanted(recorder))
        return;
    for (size_t i = 0; i < count; i++)
        recorder->failed |= notes_type(recorder, types[i].name) == SIZE_MAX;
    size_t known = recorder->type_last.count;
    record_type *now = calloc(known + 1, sizeof *now);
    if (now == NULL || recorder->failed) {
        recorder->failed = true;
        free(now);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        record_type *type = &now[notes_type(recorder, types[i].name)];
        type->objects += types[i].objects;
        type->bytes += types[i].bytes;
    }
    notes_names(recorder);
    uint64_t changed = 0;
    for (size_t i = 0; i < known; i++) {
        const record_type *last = &recorder->type_last.items[i];
        changed += now[i].objects != last->objects || now[i].bytes != last->bytes;
    }
    record_begin(recorder, RECORDING_CENSUS);
    record_number(recorder, changed);
    size_t previous = 0;
    for (size_t i = 0; i < known; i++) {
        record_type *last = &recorder->type_last.items[i];
        if (now[i].objects == last->objects && now[i].bytes == last->bytes)
            continue;
        record_number(recorder, i + 1 - previous);
        record_number(recorder, last->objects = now[i].objects);
        record_number(recorder, last->bytes = now[i].bytes);
        previous = i + 1;
    }
    record_finish(recorder);
    free(now);
}

/* ---- The map of memory ---- */

void ouro_trace_record_map(ouro_trace_recorder *recorder, const ouro_trace_map *memory)
{
    if (!notes_wanted(recorder))
        return;
    record_begin(recorder, RECORDING_MAP);
    record_number(recorder, memory->slot_size);
    record_number(recorder, memory->large_blocks);
    record_number(recorder, memory->large_bytes);
    record_number(recorder, memory->count);
    uint64_t at = 0;
    for (size_t i = 0; i < memory->count; i++) {
        const ouro_trace_slots *run = &memory->runs[i];
        record_number(recorder, run->first - at);
        record_number(recorder, run->count);
        record_number(recorder, run->block_size);
        record_number(recorder, run->resident);
        record_number(recorder, run->live);
        at = run->first + run->count;
    }
    record_finish(recorder);
}

/* recording_notes.c: reads what an epoch has besides its sites: collections, a census of types, a map of memory
 * (recording.h; docs/recording.md).
 *
 * Notes come in front of their epoch: they are kept in `notes`, which the next epoch takes over.  Of maps only the last
 * is kept.
 */
#include "trace/recording.h"

#include <stdlib.h>

static bool notes_read_collections(ouro_trace_recording *r, recording_payload *p)
{
    uint64_t count = recording_count(p, 5);
    for (uint64_t i = 0; i < count && !p->bad; i++) {
        ouro_trace_collections c = {.collections = recording_number(p)};
        c.nanoseconds = recording_number(p);
        c.longest = recording_number(p);
        c.examined = recording_number(p);
        c.collected = recording_number(p);
        if (i < OURO_TRACE_GENERATIONS && !p->bad)
            r->notes.collections[i] = c;
    }
    return !p->bad;
}

static bool notes_read_single(ouro_trace_recording *r, recording_payload *p)
{
    for (uint64_t count = recording_count(p, 6); count > 0 && !p->bad; count--) {
        ouro_trace_collection *single = recording_add(&r->single, sizeof *single);
        if (single == NULL)
            return false;
        single->began = (int64_t)recording_number(p);
        single->nanoseconds = recording_number(p);
        single->generation = (int)recording_below(p, OURO_TRACE_GENERATIONS);
        single->examined = recording_number(p);
        single->collected = recording_number(p);
        single->bytes = recording_number(p);
        p->bad |= single->began < 0;
        r->single.count -= p->bad;
    }
    return !p->bad;
}

static bool notes_read_types(ouro_trace_recording *r, recording_payload *p)
{
    for (uint64_t count = recording_count(p, 1); count > 0 && !p->bad; count--) {
        size_t length;
        char *text = recording_text(p, &length);
        recording_name *name = text != NULL ? recording_add(&r->types, sizeof *name) : NULL;
        if (name == NULL) {
            free(text);
            return false;
        }
        *name = (recording_name){text, length};
    }
    return !p->bad;
}

static bool notes_read_census(ouro_trace_recording *r, recording_payload *p)
{
    uint64_t type = 0;
    for (uint64_t count = recording_count(p, 3); count > 0 && !p->bad; count--) {
        uint64_t step = recording_number(p), left = r->types.count - type;
        if (step == 0 || step > left) {
            p->bad = true;
            break;
        }
        type += step;
        ouro_trace_type_count *change = recording_add(&r->type_changes, sizeof *change);
        if (change == NULL)
            return false;
        change->type = (uint32_t)type;
        change->objects = recording_number(p);
        change->bytes = recording_number(p);
        r->notes.type_count++;
    }
    return !p->bad;
}

static bool notes_read_map(ouro_trace_recording *r, recording_payload *p)
{
    r->runs.count = 0;
    r->map = (ouro_trace_map){.slot_size = recording_number(p)};
    r->map.large_blocks = recording_number(p);
    r->map.large_bytes = recording_number(p);
    r->map_epoch = r->epochs.count;
    uint64_t at = 0;
    p->bad |= r->map.slot_size == 0 || r->map.slot_size > UINT32_MAX;
    for (uint64_t count = recording_count(p, 5); count > 0 && !p->bad; count--) {
        ouro_trace_slots *run = recording_add(&r->runs, sizeof *run);
        if (run == NULL)
            return false;
        uint64_t gap = recording_number(p), slots = recording_number(p);
        p->bad |= gap > UINT64_MAX / 4 || slots > UINT64_MAX / 4 || slots == 0 || at > UINT64_MAX / 4;
        run->first = at + gap;
        run->count = slots;
        at = run->first + run->count;
        run->block_size = recording_below(p, UINT64_C(1) << 32);
        run->resident = recording_below(p, r->map.slot_size + 1);
        run->live = recording_below(p, r->map.slot_size + 1);
    }
    if (p->bad)
        r->map.slot_size = 0;
    return !p->bad;
}

bool recording_read_note(ouro_trace_recording *r, uint32_t type, recording_payload *p)
{
    switch (type) {
    case RECORDING_COLLECTIONS:
        return notes_read_collections(r, p);
    case RECORDING_SINGLE:
        return notes_read_single(r, p);
    case RECORDING_TYPES:
        return notes_read_types(r, p);
    case RECORDING_CENSUS:
        return notes_read_census(r, p);
    case RECORDING_MAP:
        return notes_read_map(r, p);
    default:
        return true;
    }
}

void recording_free_notes(ouro_trace_recording *r)
{
    for (size_t i = 0; i < r->types.count; i++)
        free((void *)(uintptr_t)((recording_name *)r->types.items)[i].text);
    free(r->types.items);
    free(r->type_changes.items);
    free(r->single.items);
    free(r->runs.items);
}

uint32_t ouro_trace_recording_types(const ouro_trace_recording *r)
{
    return (uint32_t)r->types.count;
}

const char *ouro_trace_recording_type(const ouro_trace_recording *r, uint32_t type)
{
    return type > 0 && type <= r->types.count ? ((const recording_name *)r->types.items)[type - 1].text : "";
}

const ouro_trace_type_count *ouro_trace_recording_type_changes(const ouro_trace_recording *r)
{
    return r->type_changes.items;
}

const ouro_trace_collection *ouro_trace_recording_collections(const ouro_trace_recording *r, size_t *count)
{
    *count = r->single.count;
    return r->single.items;
}

bool ouro_trace_recording_map(const ouro_trace_recording *r, ouro_trace_map *map, size_t *epoch)
{
    if (r->map.slot_size == 0)
        return false;
    *map = r->map;
    map->runs = r->runs.items;
    map->count = r->runs.count;
    *epoch = r->map_epoch < r->epochs.count ? r->map_epoch : r->epochs.count - 1;
    return true;
}

/* snapshot.c: copies of what lives, and what changed between two of them.
 *
 * Both cost time in the number of cohorts and sites, not of blocks.  A comparison adds up into arrays indexed
 * by site (or by line, or by file, after numbering those), then sorts what is not empty.
 */
#include "trace/tracer.h"
#include "base/bits.h"
#include <stdlib.h>
#include <string.h>

struct ouro_trace_snapshot {
    trace_atlas *atlas; /* owned together with others */
    uint32_t sites;     /* that existed then */
    size_t count;
    ouro_trace_row rows[];
};

ouro_trace_snapshot *ouro_trace_take(ouro_trace *trace)
{
    size_t most = trace->cohorts.count;
    ouro_trace_snapshot *snapshot = malloc(sizeof *snapshot + most * sizeof *snapshot->rows);
    if (snapshot == NULL)
        return NULL;
    snapshot->atlas = trace->atlas;
    snapshot->atlas->owners++;
    snapshot->sites = trace->atlas->sites.count;
    snapshot->count = 0;
    for (uint32_t i = 1; i < trace->cohorts.count; i++) {
        const trace_cohort *cohort = cohort_at(trace, i);
        if (cohort->site == 0 || cohort->born == cohort->died)
            continue;
        uint64_t blocks = cohort->born - cohort->died;
        ouro_trace_row *row = &snapshot->rows[snapshot->count++];
        *row = (ouro_trace_row){cohort->site, cohort->epoch, cohort->domain,
                                cohort->size, blocks,        blocks * cohort->size};
        if (trace->sample != 0 && cohort->domain == 0) {
            row->blocks = sample_estimate(trace, blocks, cohort->size);
            row->bytes = row->blocks * cohort->size;
        }
    }
    /* What a growing program leaves free behind the rows is not kept. */
    ouro_trace_snapshot *fitted =
        realloc(snapshot, sizeof *snapshot + snapshot->count * sizeof *snapshot->rows);
    return fitted != NULL ? fitted : snapshot;
}

void ouro_trace_snapshot_free(ouro_trace_snapshot *snapshot)
{
    if (snapshot == NULL)
        return;
    atlas_release(snapshot->atlas);
    free(snapshot);
}

size_t ouro_trace_snapshot_rows(const ouro_trace_snapshot *snapshot)
{
    return snapshot->count;
}

const ouro_trace_row *ouro_trace_snapshot_row(const ouro_trace_snapshot *snapshot, size_t i)
{
    return i < snapshot->count ? &snapshot->rows[i] : NULL;
}

bool ouro_trace_snapshot_frame(const ouro_trace_snapshot *snapshot, ouro_trace_site site,
                               ouro_trace_frame *frame)
{
    return atlas_frame(snapshot->atlas, site, frame);
}

/* ---- Comparison ---- */

/* Numbers what is kept together: for each site the least site with the same key.  A hash table by linear
 * probing; NULL: no memory. */
static uint32_t *snapshot_group(const trace_atlas *atlas, uint32_t sites, ouro_trace_key key)
{
    size_t capacity = (size_t)bits_ceil_power_of_two((uint64_t)sites * 2);
    uint32_t *leaders = malloc(sites * sizeof *leaders), *slots = calloc(capacity, sizeof *slots);
    for (uint32_t i = OURO_TRACE_ROOT; leaders != NULL && slots != NULL && i < sites; i++) {
        leaders[i] = i;
        if (key == OURO_TRACE_BY_SITE || i == OURO_TRACE_ROOT)
            continue;
        const trace_place *place = atlas_place_of(atlas, i);
        uint32_t line = key == OURO_TRACE_BY_LINE ? place->line : 0;
        size_t at = bits_mix((uint64_t)place->file << 32 | line) & (capacity - 1);
        for (; slots[at] != 0; at = (at + 1) & (capacity - 1)) {
            const trace_place *other = atlas_place_of(atlas, slots[at]);
            if (other->file == place->file && (key == OURO_TRACE_BY_FILE || other->line == line))
                break;
        }
        if (slots[at] == 0)
            slots[at] = i;
        leaders[i] = slots[at];
    }
    if (slots == NULL) {
        free(leaders);
        leaders = NULL;
    }
    free(slots);
    return leaders;
}

static int snapshot_order(const void *left, const void *right)
{
    const ouro_trace_change *a = left, *b = right;
    uint64_t change_a = (uint64_t)llabs(a->bytes_change), change_b = (uint64_t)llabs(b->bytes_change);
    if (change_a != change_b)
        return change_a < change_b ? 1 : -1;
    if (a->bytes != b->bytes)
        return a->bytes < b->bytes ? 1 : -1;
    return a->site < b->site ? -1 : a->site > b->site;
}

static void snapshot_add(const ouro_trace_snapshot *snapshot, const uint32_t *leaders,
                         ouro_trace_change *changes, bool is_old)
{
    for (size_t i = 0; i < snapshot->count; i++) {
        const ouro_trace_row *row = &snapshot->rows[i];
        ouro_trace_change *change = &changes[leaders[row->site]];
        if (!is_old) {
            change->bytes += (int64_t)row->bytes;
            change->blocks += (int64_t)row->blocks;
        }
        change->bytes_change += is_old ? -(int64_t)row->bytes : (int64_t)row->bytes;
        change->blocks_change += is_old ? -(int64_t)row->blocks : (int64_t)row->blocks;
    }
}

ouro_trace_change *ouro_trace_compare(const ouro_trace_snapshot *snapshot, const ouro_trace_snapshot *old,
                                      ouro_trace_key key, size_t *count)
{
    *count = 0;
    if (old != NULL && old->atlas != snapshot->atlas)
        return NULL;
    uint32_t sites = old != NULL && old->sites > snapshot->sites ? old->sites : snapshot->sites;
    uint32_t *leaders = snapshot_group(snapshot->atlas, sites, key);
    ouro_trace_change *changes = calloc(sites, sizeof *changes);
    if (leaders == NULL || changes == NULL) {
        free(leaders);
        free(changes);
        return NULL;
    }
    snapshot_add(snapshot, leaders, changes, false);
    if (old != NULL)
        snapshot_add(old, leaders, changes, true);
    size_t kept = 0;
    for (uint32_t i = 0; i < sites; i++) {
        ouro_trace_change change = changes[i];
        change.site = i;
        /* What was there and is gone, or is there: all but what never was. */
        if (change.blocks != 0 || change.blocks_change != 0 || change.bytes_change != 0)
            changes[kept++] = change;
    }
    free(leaders);
    qsort(changes, kept, sizeof *changes, snapshot_order);
    *count = kept;
    return changes;
}

/* shadow.c: a shadow is made and unmade, and the counts that a byte cannot hold (shadow.h). */
#include "gc/shadow.h"
#include "base/assert.h"

enum { SHADOW_FIRST_BIGS = 256 };

/* ---- Memory ---------------------------------------------------------------------------------------------
 */

struct shadow_range {
    uintptr_t low, high; /* numbers of regions, both included */
    size_t arenas, larges;
};

static void shadow_measure(const ouro_mem *mem, struct shadow_range *range)
{
    *range = (struct shadow_range){.low = UINTPTR_MAX, .arenas = mem->arena_count};
    for (const mem_large *large = mem->large.next; large != &mem->large; large = large->next) {
        uintptr_t region = (uintptr_t)large >> MEM_ARENA_SHIFT;
        range->low = region < range->low ? region : range->low;
        range->high = region > range->high ? region : range->high;
        range->larges++;
    }
    if (mem->arena_count > 0) { /* they are sorted */
        uintptr_t first = (uintptr_t)mem->arenas[0]->base >> MEM_ARENA_SHIFT;
        uintptr_t last = (uintptr_t)mem->arenas[mem->arena_count - 1]->base >> MEM_ARENA_SHIFT;
        range->low = first < range->low ? first : range->low;
        range->high = last > range->high ? last : range->high;
    }
}

bool shadow_create(struct shadow *shadow, ouro_mem *mem)
{
    *shadow = (struct shadow){.mem = mem};
    if (mem->is_external) {
        return false;
    }
    struct shadow_range range;
    shadow_measure(mem, &range);
    if (range.arenas == 0 || range.high - range.low >= SHADOW_REGIONS_MAX) {
        return false;
    }
    shadow->map.low = range.low;
    shadow->map.regions = range.high - range.low + 1;
    shadow->parts_size = bits_align_up(shadow->map.regions * sizeof *shadow->map.parts, MEM_PAGE);
    /* the arenas' parts first, so that they can have huge pages; then the one of all holes; then the large
     * blocks' */
    shadow->memory_size =
        bits_align_up((range.arenas + 1) * SHADOW_REGION + range.larges * SHADOW_LARGE, MEM_PAGE);
    shadow->big_capacity = SHADOW_FIRST_BIGS;
    shadow->map.parts = mem_scratch_take(mem, shadow->parts_size);
    shadow->memory = mem_scratch_take(mem, shadow->memory_size);
    shadow->bigs = mem_scratch_take(mem, shadow->big_capacity * sizeof *shadow->bigs);
    if (shadow->map.parts == NULL || shadow->memory == NULL || shadow->bigs == NULL) {
        shadow_destroy(shadow);
        return false;
    }
    int8_t *part = shadow->memory, *holes = part + range.arenas * SHADOW_REGION;
    for (size_t i = 0; i < shadow->map.regions; i++) {
        shadow->map.parts[i] = holes;
    }
    for (size_t i = 0; i < range.arenas; i++, part += SHADOW_REGION) {
        shadow->map.parts[((uintptr_t)mem->arenas[i]->base >> MEM_ARENA_SHIFT) - range.low] = part;
    }
    part = holes + SHADOW_REGION;
    for (const mem_large *large = mem->large.next; large != &mem->large;
         large = large->next, part += SHADOW_LARGE) {
        shadow->map.parts[((uintptr_t)large >> MEM_ARENA_SHIFT) - range.low] = part;
    }
    return true;
}

void shadow_destroy(struct shadow *shadow)
{
    mem_scratch_give(shadow->mem, shadow->map.parts, shadow->parts_size);
    mem_scratch_give(shadow->mem, shadow->memory, shadow->memory_size);
    mem_scratch_give(shadow->mem, shadow->bigs, shadow->big_capacity * sizeof *shadow->bigs);
    *shadow = (struct shadow){.mem = shadow->mem};
}

/* ---- Big counts -----------------------------------------------------------------------------------------
 */

static struct shadow_big *shadow_big_slot(const struct shadow *shadow, const int8_t *byte)
{
    size_t mask = shadow->big_capacity - 1;
    size_t i = (size_t)(((uint64_t)(uintptr_t)byte * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & mask;
    while (shadow->bigs[i].byte != NULL && shadow->bigs[i].byte != byte) {
        i = (i + 1) & mask;
    }
    return &shadow->bigs[i];
}

static void shadow_grow_bigs(struct shadow *shadow)
{
    struct shadow_big *old = shadow->bigs;
    size_t old_capacity = shadow->big_capacity, capacity = old_capacity * 4;
    struct shadow_big *bigs = mem_scratch_take(shadow->mem, capacity * sizeof *bigs);
    if (bigs == NULL) {
        shadow->failed = true;
        return;
    }
    shadow->bigs = bigs;
    shadow->big_capacity = capacity;
    for (size_t i = 0; i < old_capacity; i++) {
        if (old[i].byte != NULL) {
            *shadow_big_slot(shadow, old[i].byte) = old[i];
        }
    }
    mem_scratch_give(shadow->mem, old, old_capacity * sizeof *old);
}

/* The entry of a byte; NULL: no memory, the shadow has failed. */
static struct shadow_big *shadow_big_of(struct shadow *shadow, int8_t *byte)
{
    struct shadow_big *big = shadow_big_slot(shadow, byte);
    if (big->byte != NULL) {
        return big;
    }
    if (shadow->big_count >= shadow->big_capacity / 2) {
        shadow_grow_bigs(shadow);
        if (shadow->failed) {
            return NULL;
        }
        big = shadow_big_slot(shadow, byte);
    }
    shadow->big_count++;
    big->byte = byte;
    return big;
}

void shadow_visit_big(struct shadow *shadow, int8_t *byte, uint32_t refcount)
{
    struct shadow_big *big = shadow->failed ? NULL : shadow_big_of(shadow, byte);
    if (big != NULL) {
        big->rest += refcount;
        big->visited = true;
    }
}

void shadow_take_rest(struct shadow *shadow, int8_t *byte, size_t references)
{
    struct shadow_big *big = shadow->failed ? NULL : shadow_big_of(shadow, byte);
    if (big != NULL) {
        big->rest -= (int64_t)references;
    }
}

void shadow_settle(struct shadow *shadow)
{
    for (size_t i = 0; i < shadow->big_capacity; i++) {
        const struct shadow_big *big = &shadow->bigs[i];
        if (big->byte == NULL) {
            continue;
        }
        /* What has more references than a byte holds, but was not visited as such, is not of the set. */
        int64_t left = big->visited ? big->rest + *big->byte : -1;
        OURO_ASSERT(!big->visited ||
                    left >= 0); /* more references than the count says: an incref is missing */
        *big->byte = left > 0 ? SHADOW_REACHED : left == 0 ? SHADOW_UNREACHED : 0;
    }
}

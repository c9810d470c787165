/* census.c: see census.h.
 *
 * Objects that can hold others are found by walking their pools.  Leaves (texts, numbers) lie among blocks that are no
 * objects, so they are found through the references to them, and a bit for every 16 bytes of the ranges they lie in
 * tells which have been counted.  Those bits, and the table of types, are the C library's memory: the heap is as it was.
 */
#include "cli/census.h"

#include "base/map.h"
#include "mem/mem_slots.h"
#include "object/object.h"
#include "object/runtime.h"

#include <stdlib.h>
#include <string.h>

enum {
    RANGE_SHIFT = 22,  /* addresses of one bitmap: an arena's */
    ATOM_SHIFT = 4,    /* no two objects begin within 16 bytes */
    RANGE_WORDS = 1 << (RANGE_SHIFT - ATOM_SHIFT - 6),
};

typedef struct census_work {
    ouro_runtime *rt;
    map types;  /* ouro_type * -> its index in `rows` */
    VECTOR_OF(ouro_trace_type) rows;
    map seen;   /* address >> RANGE_SHIFT -> uint64_t[RANGE_WORDS] */
    uint64_t last_range, *last_bits;
    bool no_memory;
} census_work;

static void *census_resize(void *context, void *old, size_t old_size, size_t new_size)
{
    (void)context;
    (void)old_size;
    if (new_size == 0) {
        free(old);
        return NULL;
    }
    return realloc(old, new_size);
}

static const base_allocation census_allocation = {census_resize, NULL};

static bool census_count(census_work *w, ouro_object *object)
{
    const ouro_type *type = object->shape->type;
    uint64_t row;
    if (!map_get(&w->types, (uint64_t)(uintptr_t)type, &row)) {
        row = w->rows.count;
        if (!map_set_pointer(&w->types, type, (const void *)(uintptr_t)row) ||
            !vector_push(&census_allocation, &w->rows, (ouro_trace_type){.name = type->name})) {
            w->no_memory = true;
            return false;
        }
    }
    w->rows.items[row].objects++;
    w->rows.items[row].bytes += object_size(w->rt, object);
    return true;
}

/* True the first time that it is asked for an address; also (no_memory) when it cannot tell. */
static bool census_is_new(census_work *w, const void *address)
{
    uint64_t at = (uint64_t)(uintptr_t)address, range = at >> RANGE_SHIFT;
    if (range != w->last_range || w->last_bits == NULL) {
        w->last_bits = map_get_pointer(&w->seen, (const void *)(uintptr_t)range);
        w->last_range = range;
        if (w->last_bits == NULL) {
            w->last_bits = calloc(RANGE_WORDS, sizeof *w->last_bits);
            if (w->last_bits == NULL || !map_set_pointer(&w->seen, (const void *)(uintptr_t)range, w->last_bits)) {
                free(w->last_bits);
                w->last_bits = NULL;
                w->no_memory = true;
                return false;
            }
        }
    }
    uint64_t bit = at >> ATOM_SHIFT & ((UINT64_C(1) << (RANGE_SHIFT - ATOM_SHIFT)) - 1);
    uint64_t *word = &w->last_bits[bit >> 6], mask = UINT64_C(1) << (bit & 63);
    bool is_new = !(*word & mask);
    *word |= mask;
    return is_new;
}

static int census_visit_target(ouro_value referent, void *context)
{
    census_work *w = context;
    ouro_object *object = ouro_as_object(referent);
    if ((object->shape->type->flags & OURO_TYPE_LEAF) && census_is_new(w, object)) {
        (void)census_count(w, object);
    }
    return w->no_memory;
}

static bool census_visit_block(void *context, void *block, size_t size, ouro_mem_kind kind)
{
    census_work *w = context;
    ouro_object *object = block;
    (void)size;
    (void)kind;
    if (object->shape == NULL) { /* not yet an object, or no longer */
        return true;
    }
    if (object->shape->type->flags & OURO_TYPE_LEAF) {
        return !census_is_new(w, object) ? !w->no_memory : census_count(w, object);
    }
    return census_count(w, object) && object_traverse(w->rt, object, census_visit_target, w) == 0;
}

bool census_take(ouro_runtime *rt, census *result)
{
    census_work w = {.rt = rt};
    map_init(&w.types, census_allocation);
    map_init(&w.seen, census_allocation);
    (void)ouro_mem_walk(rt->mem, OURO_MEM_OBJECTS, census_visit_block, &w);
    size_t position = 0;
    uint64_t key, bits;
    while (map_next(&w.seen, &position, &key, &bits)) {
        free((void *)(uintptr_t)bits);
    }
    map_clear(&w.seen);
    map_clear(&w.types);
    if (w.no_memory) {
        vector_free(&census_allocation, &w.rows);
        return false;
    }
    *result = (census){w.rows.items, w.rows.count};
    return true;
}

void census_free(census *c)
{
    free(c->types);
    *c = (census){0};
}

/* ---- the map of memory ---- */

typedef struct map_work {
    VECTOR_OF(ouro_trace_slots) runs;
    bool no_memory;
} map_work;

enum { SLOT_SIZE = 16384 };

static bool census_visit_slot(void *context, const mem_slot_view *view)
{
    map_work *w = context;
    ouro_trace_slots slot = {view->address / SLOT_SIZE, 1, (uint32_t)view->block_size, (uint32_t)view->resident,
                             (uint32_t)view->live};
    ouro_trace_slots *last = w->runs.count > 0 ? &vector_last(&w->runs) : NULL;
    if (last != NULL && last->first + last->count == slot.first && last->block_size == slot.block_size &&
        last->resident == slot.resident && last->live == slot.live) {
        last->count++;
        return true;
    }
    w->no_memory = !vector_push(&census_allocation, &w->runs, slot);
    return !w->no_memory;
}

bool census_map(ouro_runtime *rt, ouro_trace_map *result)
{
    map_work w = {.no_memory = false};
    (void)mem_slots_walk(rt->mem, census_visit_slot, &w);
    if (w.no_memory) {
        vector_free(&census_allocation, &w.runs);
        return false;
    }
    size_t blocks, bytes;
    mem_slots_large(rt->mem, &blocks, &bytes);
    *result = (ouro_trace_map){w.runs.items, w.runs.count, SLOT_SIZE, blocks, bytes};
    return true;
}

/* census.c: see census.h: the census of gc/census.h and the map of mem/mem_slots.h, as a recording writes them. */
#include "cli/census.h"

#include "base/vector.h"
#include "mem/mem_slots.h"
#include "object/runtime.h"

#include <stdlib.h>

bool census_take(ouro_runtime *rt, census *result)
{
    *result = (census){.count = 0};
    if (!gc_census_take(rt, true, NULL, &result->counted)) {
        return false;
    }
    result->types = calloc(result->counted.count + 1, sizeof *result->types);
    if (result->types == NULL) {
        census_free(result);
        return false;
    }
    for (size_t i = 0; i < result->counted.count; i++) {
        const gc_census_row *row = &result->counted.rows[i];
        result->types[result->count++] = (ouro_trace_type){row->name, row->count, row->bytes};
    }
    return true;
}

void census_free(census *c)
{
    free(c->types);
    gc_census_free(&c->counted);
    *c = (census){.count = 0};
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
    w->no_memory = !vector_push(&base_malloc, &w->runs, slot);
    return !w->no_memory;
}

bool census_map(ouro_runtime *rt, ouro_trace_map *result)
{
    map_work w = {.no_memory = false};
    (void)mem_slots_walk(rt->mem, census_visit_slot, &w);
    if (w.no_memory) {
        vector_free(&base_malloc, &w.runs);
        return false;
    }
    size_t blocks, bytes;
    mem_slots_large(rt->mem, &blocks, &bytes);
    *result = (ouro_trace_map){w.runs.items, w.runs.count, SLOT_SIZE, blocks, bytes};
    return true;
}

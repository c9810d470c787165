/* groups.c: garbage is told apart by union and find (groups.h).
 *
 * Each object has a number, which stands beside its byte of the shadow: it is found from an address alone.  References join
 * the sets of two numbers (union and find, with path halving); the least number of a set stands for it.  So a set is met
 * first at its representative, and one pass over the numbers gives each its place.
 *
 * Always: leader[n] <= n.
 */
#include "gc/groups.h"
#include "gc/edges.h"
#include "mem/mem_inline.h"

struct groups {
    const struct shadow *shadow;
    uint32_t *numbers; /* as long as the shadow's memory */
    uint32_t *leader;
    uint32_t self; /* the object at hand */
};

static uint32_t groups_find(uint32_t *leader, uint32_t n)
{
    while (leader[n] != n) {
        n = leader[n] = leader[leader[n]];
    }
    return n;
}

EDGES_INLINE void groups_join(void *context, ouro_object *target)
{
    struct groups *g = context;
    const int8_t *byte = shadow_find(&g->shadow->map, target);
    if (byte == NULL || *byte != SHADOW_UNREACHED) {
        return;
    }
    uint32_t a = groups_find(g->leader, g->self);
    uint32_t b = groups_find(g->leader, g->numbers[byte - (const int8_t *)g->shadow->memory]);
    g->leader[a > b ? a : b] = a < b ? a : b;
}

static int groups_join_odd(ouro_value target, void *context)
{
    if (ouro_is_object(target)) {
        groups_join(context, ouro_as_object(target));
    }
    return 0;
}

/* The garbage in the order of a walk; `numbers` may be NULL. */
static void groups_walk(ouro_runtime *rt, const struct shadow *shadow, size_t garbage, uintptr_t *items, uint32_t *numbers)
{
    mem_runs runs;
    mem_run run;
    size_t n = 0;
    for (mem_runs_begin(&runs, rt->mem, OURO_MEM_OBJECTS); n < garbage && mem_runs_next(&runs, &run);) {
        const int8_t *part = shadow_of(&shadow->map, run.begin);
        uintptr_t first = (uintptr_t)run.begin >> SHADOW_GRAIN_SHIFT;
        for (char *block = run.begin; block < run.end && n < garbage; block += run.stride) {
            const int8_t *byte = part + (((uintptr_t)block >> SHADOW_GRAIN_SHIFT) - first);
            if (*byte == SHADOW_UNREACHED) {
                if (numbers != NULL) {
                    numbers[byte - (const int8_t *)shadow->memory] = (uint32_t)n;
                }
                items[n++] = (uintptr_t)block;
            }
        }
    }
}

/* Sorts `items` by their groups into `sorted`.  `place` is as long. */
static void groups_sort(const uint32_t *leader, uint32_t *place, const uintptr_t *items, uintptr_t *sorted, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        place[leader[i]]++;
    }
    uint32_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (leader[i] == i) {
            uint32_t size = place[i];
            place[i] = at;
            at += size;
        }
    }
    for (size_t i = 0; i < count; i++) {
        sorted[place[leader[i]]++] = items[i];
    }
    /* each place is now behind the last of its group */
    for (size_t i = 0; i < count; i++) {
        if (leader[i] == i) {
            sorted[place[i] - 1] |= GROUPS_LAST;
        }
    }
}

void groups_list(ouro_runtime *rt, const struct shadow *shadow, size_t garbage, uintptr_t *items)
{
    if (garbage == 0) {
        return;
    }
    ouro_mem *mem = rt->mem;
    size_t numbers_size = shadow->memory_size * sizeof(uint32_t), size = garbage * sizeof(uint32_t);
    struct groups g = {.shadow = shadow};
    uint32_t *place = NULL;
    uintptr_t *walked = NULL;
    bool told = garbage < UINT32_MAX && (g.numbers = mem_scratch_take(mem, numbers_size)) != NULL &&
                (g.leader = mem_scratch_take(mem, size)) != NULL && (place = mem_scratch_take(mem, size)) != NULL &&
                (walked = mem_scratch_take(mem, garbage * sizeof *walked)) != NULL;
    groups_walk(rt, shadow, garbage, told ? walked : items, told ? g.numbers : NULL);
    if (told) {
        for (size_t i = 0; i < garbage; i++) {
            g.leader[i] = (uint32_t)i;
        }
        for (size_t i = 0; i < garbage; i++) {
            g.self = (uint32_t)i;
            edges_visit(rt, (ouro_object *)walked[i], groups_join, groups_join_odd, &g);
        }
        for (size_t i = 0; i < garbage; i++) {
            g.leader[i] = groups_find(g.leader, (uint32_t)i);
        }
        groups_sort(g.leader, place, walked, items, garbage);
    } else {
        items[garbage - 1] |= GROUPS_LAST;
    }
    mem_scratch_give(mem, walked, garbage * sizeof *walked);
    mem_scratch_give(mem, place, size);
    mem_scratch_give(mem, g.leader, size);
    mem_scratch_give(mem, g.numbers, numbers_size);
}

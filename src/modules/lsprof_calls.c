/* lsprof_calls.c: see lsprof_calls.h.
 *
 * The time of a call that has ended goes to three places: the function's own time without what it called, its total
 * if no other call of it is left (so that recursion counts once), and to the caller as time of an inner call.
 */
#include "modules/lsprof_calls.h"

void calls_init(ouro_runtime *rt, call_table *t)
{
    *t = (call_table){0};
    map_init(&t->by_key, mem_allocation(rt->mem));
    map_init(&t->by_pair, mem_allocation(rt->mem));
}

void calls_clear(ouro_runtime *rt, call_table *t)
{
    call_table old = *t;
    calls_init(rt, t); /* before the names: the table is whole whatever their end runs */
    map_clear(&old.by_key);
    map_clear(&old.by_pair);
    mem_vector_free(rt->mem, &old.running);
    mem_vector_free(rt->mem, &old.ways);
    mem_vector_free(rt->mem, &old.functions);
    for (size_t i = 0; i < old.names.count; i++) {
        value_decref(rt, old.names.items[i]);
    }
    mem_vector_free(rt->mem, &old.names);
}

bool calls_check(const call_table *t)
{
    uint64_t functions = 0, ways = 0, running = 0, by_caller = 0;
    for (size_t i = 0; i < t->functions.count; i++) {
        functions += t->functions.items[i].counts.depth;
    }
    for (size_t i = 0; i < t->ways.count; i++) {
        ways += t->ways.items[i].counts.depth;
        if (t->ways.items[i].callee >= t->functions.count || t->ways.items[i].next <= i) {
            return false;
        }
    }
    for (size_t i = 0; i < t->running.count; i++) {
        const calls_running *r = &t->running.items[i];
        if (r->function >= t->functions.count || (r->way != CALLS_NONE && r->way >= t->ways.count)) {
            return false;
        }
        running++;
        by_caller += r->way != CALLS_NONE;
    }
    return t->names.count == t->functions.count && functions == running && ways == by_caller &&
           t->by_key.count == t->functions.count && t->by_pair.count == t->ways.count;
}

size_t calls_size(ouro_runtime *rt, const call_table *t)
{
    const void *const blocks[] = {t->names.items,   t->functions.items,  t->ways.items,
                                  t->running.items, t->by_key.entries, t->by_pair.entries};
    size_t size = 0;
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        size += blocks[i] == NULL ? 0 : ouro_mem_size(rt->mem, blocks[i]);
    }
    return size;
}

/* ---- functions and ways ------------------------------------------------------------------------------------ */

uint32_t calls_find(const call_table *t, const void *key)
{
    uint64_t number;
    return map_get(&t->by_key, (uint64_t)(uintptr_t)key, &number) ? (uint32_t)number : CALLS_NONE;
}

uint32_t calls_add(ouro_runtime *rt, call_table *t, const void *key, ouro_value name)
{
    size_t number = t->functions.count;
    if (number >= CALLS_NONE || !mem_reserve(rt->mem, &t->names, 1) || !mem_reserve(rt->mem, &t->functions, 1) ||
        !map_set(&t->by_key, (uint64_t)(uintptr_t)key, number)) {
        value_decref(rt, name);
        return CALLS_NONE;
    }
    t->names.items[t->names.count++] = name;
    t->functions.items[t->functions.count++] = (calls_function){.first = CALLS_NONE, .last = CALLS_NONE};
    return (uint32_t)number;
}

/* The way from the function to the other, made now if there is none.  CALLS_NONE: no memory. */
static uint32_t calls_way_to(ouro_runtime *rt, call_table *t, uint32_t caller, uint32_t callee)
{
    uint64_t pair = (uint64_t)caller << 32 | callee, number;
    if (map_get(&t->by_pair, pair, &number)) {
        return (uint32_t)number;
    }
    number = t->ways.count;
    if (number >= CALLS_NONE || !mem_reserve(rt->mem, &t->ways, 1) || !map_set(&t->by_pair, pair, number)) {
        return CALLS_NONE;
    }
    t->ways.items[t->ways.count++] = (calls_way){.callee = callee, .next = CALLS_NONE};
    calls_function *f = &t->functions.items[caller];
    if (f->last == CALLS_NONE) {
        f->first = (uint32_t)number;
    } else {
        t->ways.items[f->last].next = (uint32_t)number;
    }
    f->last = (uint32_t)number;
    return (uint32_t)number;
}

/* ---- calls ------------------------------------------------------------------------------------------------- */

bool calls_enter(ouro_runtime *rt, call_table *t, uint32_t function, bool by_caller)
{
    calls_running r = {.function = function, .way = CALLS_NONE};
    if (!mem_reserve(rt->mem, &t->running, 1)) {
        return false;
    }
    if (by_caller && t->running.count > 0) {
        r.way = calls_way_to(rt, t, vector_last(&t->running).function, function);
        if (r.way == CALLS_NONE) {
            return false;
        }
        t->ways.items[r.way].counts.depth++;
    }
    t->functions.items[function].counts.depth++;
    t->running.items[t->running.count++] = r;
    return true;
}

void calls_start_at(call_table *t, int64_t now)
{
    vector_last(&t->running).start = now;
}

void calls_enter_untold(call_table *t)
{
    if (t->running.count > 0) {
        vector_last(&t->running).untold++;
    }
}

/* A program's own clock may tell anything. */
static int64_t time_sum(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t time_difference(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

static void counts_add(call_counts *c, int64_t total, int64_t own)
{
    c->depth--;
    c->calls++;
    c->own = time_sum(c->own, own);
    if (c->depth == 0) {
        c->total = time_sum(c->total, total);
    } else {
        c->recursive++;
    }
}

void calls_leave(call_table *t, int64_t now)
{
    if (t->running.count == 0) {
        return;
    }
    if (vector_last(&t->running).untold > 0) {
        vector_last(&t->running).untold--;
        return;
    }
    calls_running r = vector_pop(&t->running);
    int64_t total = time_difference(now, r.start), own = time_difference(total, r.inner);
    counts_add(&t->functions.items[r.function].counts, total, own);
    if (r.way != CALLS_NONE) {
        counts_add(&t->ways.items[r.way].counts, total, own);
    }
    if (t->running.count > 0) {
        calls_running *caller = &vector_last(&t->running);
        caller->inner = time_sum(caller->inner, total);
    }
}

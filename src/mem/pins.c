/* pins.c: see mem_pins.h.
 *
 * A unit is what goes back together: a page, or the pages of an arena's records, or a large mapping.  Each has the set of
 * the owners whose blocks hold it.  Freeing an owner takes it out of all its sets; a unit whose set is empty goes back.
 *
 *     page of a small pool       the blocks that lie in it, even in part
 *     page of a span             the same; a page right behind a block is held by that one, because the free chunk that
 *                                would begin there keeps its links in it; the first and the last page, which hold the
 *                                span's ends, by all of the span: they go when the span does
 *     records of an arena        all blocks in the arena
 *
 * Always: unit.left is the number of owners in its set that are not gone; owner.returns is the sum of the sizes of the
 * units in which it is the only one left.  So a step of the greedy choice looks at each owner once, and each entry of a
 * set is touched twice in all.
 */
#include "mem/mem_pins.h"

#include "base/vector.h"
#include "base/map.h"
#include "mem/mem_internal.h"

#include <stdlib.h>
#include <string.h>

struct pins_unit {
    size_t bytes, first; /* first: of its set in `sets` */
    uint32_t size, left;
};

struct pins_owner {
    uint32_t key;
    uint32_t in_unit, in_group; /* the last unit, and arena or span, that it was put into */
    bool gone;
    size_t blocks, bytes, arenas, returns, alone;
    size_t first_unit, units; /* in `units_of` */
};

struct pins_chunk {
    uintptr_t start, end; /* the whole chunk, its size included */
    uint32_t owner;
};

struct pins {
    ouro_mem *mem;
    uint32_t (*owner)(void *context, void *block, size_t size, ouro_mem_kind kind);
    void *context;
    VECTOR_OF(struct pins_unit) units;
    VECTOR_OF(uint32_t) sets;   /* numbers of owners */
    VECTOR_OF(struct pins_owner) owners;
    VECTOR_OF(struct pins_chunk) chunks; /* of the span at hand */
    VECTOR_OF(uint32_t) group;  /* owners met in the arena at hand */
    map by_key;
    uint32_t groups;
    size_t *units_of; /* numbers of units, by owner */
    mem_pins_arena arena;
    mem_pins_totals totals;
    bool failed;
};

/* ---- owners and sets ------------------------------------------------------------------------------------- */

#define PINS_FAILED UINT32_MAX

/* The number of the owner of a live block, which is counted. */
static uint32_t pins_block(struct pins *p, void *block, size_t size, ouro_mem_kind kind)
{
    uint32_t key = p->owner(p->context, block, size, kind);
    uint64_t number;
    if (!map_get(&p->by_key, key, &number)) {
        number = p->owners.count;
        if (!vector_push(&base_malloc, &p->owners, (struct pins_owner){.key = key}) ||
            !map_set(&p->by_key, key, number)) {
            p->failed = true;
            return PINS_FAILED;
        }
    }
    struct pins_owner *o = &p->owners.items[number];
    o->blocks++;
    o->bytes += size;
    p->totals.live += size;
    p->arena.live += size;
    return (uint32_t)number;
}

/* Notes that the owner has blocks in the arena or span. */
static void pins_meet(struct pins *p, uint32_t owner)
{
    if (p->failed || owner == PINS_FAILED) {
        return;
    }
    struct pins_owner *o = &p->owners.items[owner];
    if (o->in_group != p->groups) {
        o->in_group = p->groups;
        o->arenas++;
        p->failed |= !vector_push(&base_malloc, &p->group, owner);
    }
}

static void pins_begin_unit(struct pins *p, size_t bytes)
{
    p->failed |= !vector_push(&base_malloc, &p->units, (struct pins_unit){.bytes = bytes, .first = p->sets.count});
}

static void pins_add(struct pins *p, uint32_t owner)
{
    if (p->failed || owner == PINS_FAILED) {
        return;
    }
    struct pins_owner *o = &p->owners.items[owner];
    if (o->in_unit != p->units.count) {
        o->in_unit = (uint32_t)p->units.count;
        p->failed |= !vector_push(&base_malloc, &p->sets, owner);
    }
}

/* A unit that nobody holds goes back without anybody's doing, and is forgotten. */
static void pins_end_unit(struct pins *p)
{
    if (p->failed) {
        return;
    }
    struct pins_unit *u = &vector_last(&p->units);
    u->size = u->left = (uint32_t)(p->sets.count - u->first);
    if (u->size == 0) {
        p->units.count--;
    } else {
        p->totals.pinned += u->bytes;
    }
}

/* ---- what holds what ------------------------------------------------------------------------------------- */

static void pins_small(struct pins *p, mem_pool *pool)
{
    uint32_t owners[MEM_POOL / 8];
    uint64_t bits[POOL_MAP_WORDS];
    pool_free_map(pool, bits);
    size_t capacity = pool->capacity, size = pool->own.block_size;
    for (size_t i = bitmap_find(bits, 0, capacity, false); i < capacity; i = bitmap_find(bits, i + 1, capacity, false)) {
        owners[i] = pins_block(p, pool_memory(pool) + i * size, size, pool_kind(pool));
        pins_meet(p, owners[i]);
    }
    for (unsigned page = 0; page < MEM_POOL_PAGES; page++) {
        if (!(pool->carved >> page & 1)) {
            continue;
        }
        size_t first = page * (size_t)MEM_PAGE / size, end = ((page + 1) * (size_t)MEM_PAGE - 1) / size + 1;
        end = end < capacity ? end : capacity;
        pins_begin_unit(p, MEM_PAGE);
        for (size_t i = bitmap_find(bits, first, end, false); i < end; i = bitmap_find(bits, i + 1, end, false)) {
            pins_add(p, owners[i]);
        }
        pins_end_unit(p);
    }
}

static MEM_NO_ASAN void pins_list_chunks(struct pins *p, mem_pool *first, uintptr_t *begin, uintptr_t *end)
{
    p->chunks.count = 0;
    *begin = *end = (uintptr_t)medium_first(first);
    for (mem_chunk *chunk = medium_first(first); chunk != NULL; chunk = medium_next(first, chunk)) {
        *end = (uintptr_t)chunk + (chunk->size & ~(uint32_t)CHUNK_FLAGS);
        if (chunk->size & CHUNK_USED) {
            void *block = medium_block(chunk);
            ouro_mem_kind kind = chunk->size & CHUNK_OBJECT ? OURO_MEM_OBJECT : OURO_MEM_LEAF;
            struct pins_chunk c = {(uintptr_t)chunk, *end, pins_block(p, block, medium_size(block), kind)};
            p->failed |= !vector_push(&base_malloc, &p->chunks, c);
            pins_meet(p, c.owner);
        }
    }
}

static void pins_span(struct pins *p, mem_pool *first)
{
    uintptr_t begin, end, page = (uintptr_t)pool_memory(first);
    pins_list_chunks(p, first, &begin, &end);
    size_t at = 0; /* the first chunk that may reach into the page */
    for (uintptr_t span_end = page + MEM_SPAN; page < span_end && !p->failed; page += MEM_PAGE) {
        uintptr_t room = page - sizeof(mem_chunk); /* a free chunk's links end before the page */
        if (!(mem_pool_of((void *)page)->resident >> page / MEM_PAGE % MEM_POOL_PAGES & 1)) {
            continue;
        }
        bool is_end = room < begin || page + MEM_PAGE > end;
        while (at < p->chunks.count && p->chunks.items[at].end <= room) {
            at++;
        }
        pins_begin_unit(p, MEM_PAGE);
        for (size_t i = is_end ? 0 : at; i < p->chunks.count && (is_end || p->chunks.items[i].start < page + MEM_PAGE);
             i++) {
            pins_add(p, p->chunks.items[i].owner);
        }
        pins_end_unit(p);
    }
}

static void pins_arena(struct pins *p, const mem_arena *arena, void (*told)(void *context, const mem_pins_arena *arena))
{
    p->groups++;
    p->group.count = 0;
    p->arena = (mem_pins_arena){.resident = bits_count(arena->header_pages) * (size_t)MEM_PAGE};
    for (size_t slot = 1; slot < MEM_ARENA_SLOTS && !p->failed; slot++) {
        mem_pool *pool = arena_header(arena, slot);
        p->arena.resident += bits_count(pool->resident) * (size_t)MEM_PAGE;
        if (bitmap_get(arena->free, slot)) {
            continue;
        }
        if (pool->type == POOL_SMALL) {
            pins_small(p, pool);
        } else if (pool->type == POOL_SPAN && pool->next == pool) {
            pins_span(p, pool);
        }
    }
    pins_begin_unit(p, bits_count(arena->header_pages) * (size_t)MEM_PAGE);
    for (size_t i = 0; i < p->group.count; i++) {
        pins_add(p, p->group.items[i]);
    }
    pins_end_unit(p);
    if (told != NULL) {
        told(p->context, &p->arena);
    }
}

static void pins_large(struct pins *p)
{
    for (mem_large *large = p->mem->large.next; large != &p->mem->large && !p->failed; large = large->next) {
        char *block = large_block(large);
        uint32_t owner = pins_block(p, block, large->mapped - MEM_LARGE_HEADER, (ouro_mem_kind)large->kind);
        pins_begin_unit(p, large->mapped);
        pins_add(p, owner);
        pins_end_unit(p);
    }
}

/* ---- the choice ------------------------------------------------------------------------------------------ */

/* The units of each owner. */
static bool pins_index(struct pins *p)
{
    p->units_of = malloc((p->sets.count + 1) * sizeof *p->units_of);
    if (p->units_of == NULL) {
        return false;
    }
    for (size_t i = 0; i < p->sets.count; i++) {
        p->owners.items[p->sets.items[i]].units++;
    }
    size_t first = 0;
    for (size_t i = 0; i < p->owners.count; i++) {
        struct pins_owner *o = &p->owners.items[i];
        o->first_unit = first;
        first += o->units;
        o->units = 0;
    }
    for (size_t u = 0; u < p->units.count; u++) {
        const struct pins_unit *unit = &p->units.items[u];
        for (size_t i = unit->first; i < unit->first + unit->size; i++) {
            struct pins_owner *o = &p->owners.items[p->sets.items[i]];
            p->units_of[o->first_unit + o->units++] = u;
            if (unit->size == 1) {
                o->returns += unit->bytes;
            }
        }
    }
    return true;
}

static struct pins_owner *pins_choose(const struct pins *p)
{
    struct pins_owner *best = NULL;
    for (size_t i = 0; i < p->owners.count; i++) {
        struct pins_owner *o = &p->owners.items[i];
        if (o->gone || o->key == MEM_PINS_NOBODY || o->returns <= o->bytes) {
            continue;
        }
        if (best == NULL || o->returns - o->bytes > best->returns - best->bytes) {
            best = o;
        }
    }
    return best;
}

static void pins_free_owner(struct pins *p, struct pins_owner *o)
{
    o->gone = true;
    for (size_t i = o->first_unit; i < o->first_unit + o->units; i++) {
        struct pins_unit *unit = &p->units.items[p->units_of[i]];
        if (--unit->left != 1) {
            continue;
        }
        for (size_t k = unit->first; k < unit->first + unit->size; k++) {
            struct pins_owner *last = &p->owners.items[p->sets.items[k]];
            if (!last->gone) {
                last->returns += unit->bytes;
            }
        }
    }
}

static size_t pins_greedy(struct pins *p, mem_pin *pins, size_t limit)
{
    size_t count = 0;
    for (size_t i = 0; i < p->owners.count; i++) {
        p->owners.items[i].alone = p->owners.items[i].returns;
    }
    for (struct pins_owner *o; count < limit && (o = pins_choose(p)) != NULL; count++) {
        pins[count] = (mem_pin){o->key, o->blocks, o->bytes, o->alone, o->returns, o->arenas};
        pins_free_owner(p, o);
    }
    return count;
}

size_t mem_pins_find(ouro_mem *mem, uint32_t (*owner)(void *context, void *block, size_t size, ouro_mem_kind kind),
                     void (*arena)(void *context, const mem_pins_arena *arena), void *context, mem_pin *pins,
                     size_t limit, mem_pins_totals *totals)
{
    struct pins p = {.mem = mem, .owner = owner, .context = context};
    size_t count = 0;
    *totals = p.totals;
    if (mem->is_external) {
        return 0;
    }
    map_init(&p.by_key, base_malloc);
    (void)ouro_mem_recount(mem); /* blocks that wait in lists lie in their pools again */
    for (size_t i = 0; i < mem->arena_count && !p.failed; i++) {
        pins_arena(&p, mem->arenas[i], arena);
    }
    pins_large(&p);
    bool good = !p.failed && pins_index(&p);
    if (good) {
        count = pins_greedy(&p, pins, limit);
        p.totals.owners = p.owners.count;
        *totals = p.totals;
    }
    vector_free(&base_malloc, &p.units);
    vector_free(&base_malloc, &p.sets);
    vector_free(&base_malloc, &p.owners);
    vector_free(&base_malloc, &p.chunks);
    vector_free(&base_malloc, &p.group);
    map_clear(&p.by_key);
    free(p.units_of);
    return good ? count : SIZE_MAX;
}

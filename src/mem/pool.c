/* pool.c: small blocks: pools of equal blocks, one class and kind each.
 *
 * A class allocates from its current pool until that has no free block, then from the fullest of its partial
 * pools, so that the emptying ones drain; then from the empty one it kept; and only then from pages that have
 * not been touched yet.  How full a partial pool is changes with every free, which does not look; so pools are
 * put into bins by how full they were, and looked at again when they are about to be chosen.  Between two times
 * of being current a pool can only become emptier, so each moves down at most POOL_BINS bins: the choice is exact
 * to a quarter at a constant price.
 *
 * The invariants of a pool's header are in mem_types.h; ouro_mem_check verifies them.
 *
 * Functions that look into free blocks are MEM_NO_ASAN: those blocks are poisoned.
 */
#include "mem/mem_internal.h"
#include <string.h>

/* ---- Lists ---- */

static void pool_push(mem_pool **list, mem_pool *pool)
{
    pool->prev = NULL;
    pool->next = *list;
    if (pool->next != NULL)
        pool->next->prev = pool;
    *list = pool;
}

static void pool_unlink(mem_pool **list, mem_pool *pool)
{
    if (pool->next != NULL)
        pool->next->prev = pool->prev;
    if (pool->prev != NULL)
        pool->prev->next = pool->next;
    else
        *list = pool->next;
    pool->next = pool->prev = NULL;
}

static unsigned pool_quarter(const mem_pool *pool)
{
    unsigned quarter = pool->used * POOL_BINS / pool->capacity;
    return quarter < POOL_BINS ? quarter : POOL_BINS - 1;
}

static void pool_into_bin(ouro_mem *mem, mem_pool *pool)
{
    pool->state = POOL_PARTIAL;
    pool->bin = (uint8_t)pool_quarter(pool);
    pool_push(&mem->classes[pool->slot].bins[pool->bin], pool);
}

/* ---- Carving ---- */

static MEM_NO_ASAN void pool_thread(mem_pool *pool, unsigned first, unsigned last)
{
    size_t size = pool->block_size;
    uint64_t *block = (uint64_t *)(pool_memory(pool) + first * size);
    void *rest = *pool->list;
    unsigned mark_word = pool->mark_word;
    *pool->list = block;
    for (unsigned i = first;; i++) {
        uint64_t *next = (uint64_t *)((char *)block + size);
        block[mark_word] = 0;
        if (i == last) {
            block[0] = (uint64_t)(uintptr_t)rest;
            return;
        }
        block[0] = (uint64_t)(uintptr_t)next;
        block = next;
    }
}

/* Threads the blocks of one more page, a resident one if there is one.  False: all pages are carved, or the limit
 * is reached. */
static bool pool_carve(ouro_mem *mem, mem_pool *pool)
{
    unsigned missing = POOL_ALL_PAGES & ~(unsigned)pool->carved;
    if (missing == 0)
        return false;
    unsigned page = bits_lowest((missing & pool->resident) != 0 ? (missing & pool->resident) : missing);
    if (!(pool->resident >> page & 1)) {
        if (!arena_commit(mem, MEM_PAGE))
            return false;
        pool->resident |= (uint16_t)(1u << page);
    }
    size_t size = pool->block_size, start = page * (size_t)MEM_PAGE, end = start + MEM_PAGE;
    unsigned first = (unsigned)(start / size), last = (unsigned)((end - 1) / size);
    if (first * size < start && !(pool->carved >> (page - 1) & 1))
        first++;
    if (last >= pool->capacity)
        last = pool->capacity - 1u;
    else if ((last + 1) * size > end && !(pool->carved >> (page + 1) & 1))
        last--;
    pool->carved |= (uint16_t)(1u << page);
    pool->carved_blocks = (uint16_t)(pool->carved_blocks + last + 1 - first);
    pool_thread(pool, first, last);
    return true;
}

static bool pool_has_warm_page(const mem_pool *pool)
{
    return (pool->resident & ~pool->carved) != 0;
}

/* ---- States ---- */

static void pool_make_current(ouro_mem *mem, mem_pool *pool)
{
    mem_slot *slot = &mem->slots[pool->slot];
    slot->current = pool;
    slot->free = pool->free;
    pool->free = NULL;
    pool->list = &slot->free;
    pool->used = POOL_BIAS;
    pool->swept = UINT16_MAX;
    pool->state = POOL_CURRENT;
}

/* The pool, linked nowhere, has no free block. */
static void pool_make_exhausted(ouro_mem *mem, mem_pool *pool)
{
    pool->state = POOL_EXHAUSTED;
    pool->list = &pool->free;
    pool->free = NULL;
    pool->used = 1;
    if (pool->carved != POOL_ALL_PAGES)
        pool_push(&mem->classes[pool->slot].fresh, pool);
}

static void pool_release(ouro_mem *mem, mem_pool *pool)
{
    mem->classes[pool->slot].pools--;
    mem->pools--;
    if (pool->side != NULL && mem->hooks.dropped != NULL)
        mem->hooks.dropped(mem->hooks.context, pool->side);
    arena_give(mem, pool, 1);
}

/* The pool, linked nowhere, has no block in use. */
static void pool_make_empty(ouro_mem *mem, mem_pool *pool)
{
    mem_class *class = &mem->classes[pool->slot];
    if (class->spare != NULL) {
        pool_release(mem, pool);
        return;
    }
    pool->state = POOL_SPARE;
    pool->used = 1; /* nothing is: so that a free too many is noticed */
    class->spare = pool;
    purge_schedule(mem);
}

void pool_count_ended(ouro_mem *mem, mem_pool *pool)
{
    switch ((mem_pool_state)pool->state) {
    case POOL_CURRENT:
        pool->used = POOL_BIAS;
        break;
    case POOL_EXHAUSTED:
        if (pool->carved != POOL_ALL_PAGES)
            pool_unlink(&mem->classes[pool->slot].fresh, pool);
        pool->used = pool->carved_blocks - 1u;
        if (pool->used == 0) {
            pool_make_empty(mem, pool);
        } else {
            pool_into_bin(mem, pool);
            purge_schedule(mem);
        }
        break;
    case POOL_PARTIAL:
        pool_unlink(&mem->classes[pool->slot].bins[pool->bin], pool);
        pool_make_empty(mem, pool);
        break;
    case POOL_SPARE:
        /* A block of an empty pool was freed, once too often, and is in the list twice now.  No block is in use:
         * the pool starts anew. */
        mem_report(mem, OURO_MEM_DOUBLE_FREE, pool->free, pool->block_size);
        mem->freed_bytes -= pool->block_size;
        pool->used = 1;
        pool->free = NULL;
        pool->carved = pool->carved_blocks = 0;
        break;
    }
}

static MEM_NO_ASAN size_t pool_list_length(const void *block)
{
    size_t length = 0;
    for (; block != NULL; block = *(void *const *)block)
        length++;
    return length;
}

size_t pool_used(const ouro_mem *mem, const mem_pool *pool)
{
    switch ((mem_pool_state)pool->state) {
    case POOL_CURRENT:
        return pool->carved_blocks - pool_list_length(mem->slots[pool->slot].free);
    case POOL_EXHAUSTED:
        return pool->carved_blocks;
    case POOL_SPARE:
        return 0;
    case POOL_PARTIAL:
        break;
    }
    return pool->used;
}

void pool_detach(ouro_mem *mem, unsigned slot_number)
{
    mem_slot *slot = &mem->slots[slot_number];
    mem_pool *pool = slot->current;
    if (pool == NULL)
        return;
    size_t used = pool_used(mem, pool);
    bool exhausted = slot->free == NULL;
    pool->free = slot->free;
    pool->list = &pool->free;
    pool->used = (uint32_t)used;
    slot->free = NULL;
    slot->current = NULL;
    if (exhausted)
        pool_make_exhausted(mem, pool);
    else if (used == 0)
        pool_make_empty(mem, pool);
    else
        pool_into_bin(mem, pool);
}

void pool_detach_all(ouro_mem *mem)
{
    for (unsigned slot = 0; slot < SIZE_CLASS_SLOTS; slot++)
        pool_detach(mem, slot);
}

void pool_drop_spares(ouro_mem *mem)
{
    for (unsigned slot = 0; slot < SIZE_CLASS_SLOTS; slot++) {
        mem_pool *pool = mem->classes[slot].spare;
        if (pool != NULL) {
            mem->classes[slot].spare = NULL;
            pool_release(mem, pool);
        }
    }
}

/* ---- Choosing ---- */

/* The fullest partial pool, unlinked; NULL: the class has none. */
static mem_pool *pool_pick_partial(mem_class *class)
{
    for (unsigned bin = POOL_BINS; bin-- > 0;) {
        mem_pool *pool;
        while ((pool = class->bins[bin]) != NULL) {
            pool_unlink(&class->bins[bin], pool);
            unsigned quarter = pool_quarter(pool);
            if (quarter == bin)
                return pool;
            pool->bin = (uint8_t)quarter;
            pool_push(&class->bins[quarter], pool);
        }
    }
    return NULL;
}

static mem_pool *pool_create(ouro_mem *mem, unsigned slot)
{
    mem_pool *pool = arena_take(mem, 1);
    if (pool == NULL)
        return NULL;
    size_t size = size_class_slot_bytes(slot);
    pool->type = POOL_SMALL;
    pool->slot = (uint8_t)slot;
    pool->block_size = (uint16_t)size;
    pool->capacity = (uint16_t)(MEM_POOL / size);
    pool->mark_word = slot >= SIZE_CLASSES ? OURO_MEM_MARK_OFFSET / 8 : 0;
    pool->list = &pool->free;
    pool->state = POOL_EXHAUSTED;
    pool->used = 0;
    pool->swept = pool->seen = UINT16_MAX;
    mem->classes[slot].pools++;
    mem->pools++;
    return pool;
}

/* A pool with free blocks or pages to carve, linked nowhere. */
static mem_pool *pool_pick(ouro_mem *mem, unsigned slot)
{
    mem_class *class = &mem->classes[slot];
    mem_pool *pool = pool_pick_partial(class);
    if (pool != NULL)
        return pool;
    if ((pool = class->spare) != NULL) {
        class->spare = NULL;
        pool->used = 0;
        return pool;
    }
    /* No free block: a page must be carved.  Rather a resident one. */
    pool = class->fresh;
    if (pool != NULL && (pool_has_warm_page(pool) || !arena_has_warm(mem))) {
        pool_unlink(&class->fresh, pool);
        return pool;
    }
    mem_pool *created = pool_create(mem, slot);
    if (created == NULL && pool != NULL) {
        pool_unlink(&class->fresh, pool);
        return pool;
    }
    return created;
}

/* Puts back a pool of which nothing could be carved. */
static void pool_put_back(ouro_mem *mem, mem_pool *pool)
{
    if (pool->carved_blocks == 0)
        pool_release(mem, pool);
    else
        pool_make_exhausted(mem, pool);
}

static void pool_sample(mem_class *class, unsigned slot, size_t requested)
{
    class->sampled_requests++;
    class->sampled_rounding += size_class_slot_bytes(slot) - requested;
}

MEM_NO_ASAN void *pool_refill(ouro_mem *mem, unsigned slot_number, size_t requested)
{
    mem_slot *slot = &mem->slots[slot_number];
    mem_class *class = &mem->classes[slot_number];
    mem_pool *pool = slot->current;
    pool_sample(class, slot_number, requested);
    size_t live = (size_t)(mem->total_bytes - mem->freed_bytes);
    if (live > mem->peak_bytes)
        mem->peak_bytes = live;
    if (pool != NULL && slot->free == NULL) {
        /* The common case of a growing heap: the next page of the same pool. */
        bool others = class->spare != NULL;
        for (unsigned bin = 0; bin < POOL_BINS; bin++)
            others |= class->bins[bin] != NULL;
        if (others || !(pool_has_warm_page(pool) || !arena_has_warm(mem)) || !pool_carve(mem, pool)) {
            slot->current = NULL;
            pool_make_exhausted(mem, pool);
            pool = NULL;
        }
    }
    if (pool == NULL) {
        pool = pool_pick(mem, slot_number);
        if (pool == NULL)
            return NULL;
        if (pool->free == NULL && !pool_carve(mem, pool)) {
            pool_put_back(mem, pool);
            return NULL;
        }
        pool_make_current(mem, pool);
    }
    void **block = slot->free;
    slot->free = *block;
    mem->total_bytes += pool->block_size;
    return block;
}

MEM_NO_ASAN void *pool_take_one(ouro_mem *mem, unsigned slot, size_t requested)
{
    OURO_CHECK(mem->slots[slot].current == NULL);
    pool_sample(&mem->classes[slot], slot, requested);
    mem_pool *pool = pool_pick(mem, slot);
    if (pool == NULL)
        return NULL;
    if (pool->free == NULL) {
        pool->used = pool->carved_blocks;
        if (!pool_carve(mem, pool)) {
            pool_put_back(mem, pool);
            return NULL;
        }
    }
    void **block = pool->free;
    pool->free = *block;
    pool->used++;
    pool->swept = UINT16_MAX;
    if (pool->free == NULL)
        pool_make_exhausted(mem, pool);
    else
        pool_into_bin(mem, pool);
    mem->total_bytes += pool->block_size;
    size_t live = (size_t)(mem->total_bytes - mem->freed_bytes);
    if (live > mem->peak_bytes)
        mem->peak_bytes = live;
    return block;
}

/* ---- Looking at free blocks ---- */

MEM_NO_ASAN size_t pool_free_map(const ouro_mem *mem, const mem_pool *pool, uint64_t *bits)
{
    size_t length = 0;
    memset(bits, 0, POOL_MAP_WORDS * sizeof *bits);
    const void *block = pool->state == POOL_CURRENT ? mem->slots[pool->slot].free : pool->free;
    for (; block != NULL; block = *(void *const *)block, length++)
        bitmap_set(bits, pool_block_number(pool, block));
    for (unsigned missing = POOL_ALL_PAGES & ~(unsigned)pool->carved; missing != 0; missing &= missing - 1) {
        size_t start = bits_lowest(missing) * (size_t)MEM_PAGE;
        size_t first = start / pool->block_size, last = (start + MEM_PAGE - 1) / pool->block_size;
        if (last >= pool->capacity)
            last = pool->capacity - 1u;
        bitmap_fill(bits, first, last + 1 - first, true);
    }
    return length;
}

MEM_NO_ASAN void pool_sweep(mem_pool *pool, uint64_t *pages)
{
    uint64_t bits[POOL_MAP_WORDS];
    OURO_ASSERT(pool->state == POOL_PARTIAL);
    pool_free_map(NULL, pool, bits);
    size_t size = pool->block_size;
    unsigned dropped = 0;
    for (unsigned page = 0; page < MEM_POOL_PAGES; page++) {
        if (!(pool->carved >> page & 1))
            continue;
        size_t first = page * (size_t)MEM_PAGE / size, last = ((page + 1) * (size_t)MEM_PAGE - 1) / size;
        if (last >= pool->capacity)
            last = pool->capacity - 1u;
        if (bitmap_find(bits, first, last + 1, false) == last + 1)
            dropped |= 1u << page;
    }
    pool->swept = (uint16_t)pool->used;
    if (dropped == 0)
        return;
    /* Unthread the blocks that lie in dropped pages, even in part. */
    void **link = &pool->free;
    size_t kept = 0;
    for (char *block = pool->free; block != NULL; block = *(void **)block) {
        size_t offset = (size_t)(block - pool_memory(pool));
        if ((dropped >> (offset / MEM_PAGE) & 1) || (dropped >> ((offset + size - 1) / MEM_PAGE) & 1))
            continue;
        *link = block;
        link = (void **)block;
        kept++;
    }
    *link = NULL;
    pool->carved &= (uint16_t)~dropped;
    pool->carved_blocks = (uint16_t)(pool->used + kept);
    size_t at = pool_slot_number(pool) * MEM_POOL_PAGES;
    for (; dropped != 0; dropped &= dropped - 1)
        bitmap_set(pages, at + bits_lowest(dropped));
}

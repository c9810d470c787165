/* pool.c: small blocks: pools of equal blocks, one class and kind each.
 *
 * A class hands out blocks from its slot, a list (mem_types.h).  When that is empty it takes all free blocks
 * of the fullest of its partial pools, so that the emptying ones drain; then those of the empty pool it kept;
 * and only then carves a page that has not been touched yet.  How full a partial pool is changes with every
 * free, which does not look; so pools are put into bins by how full they were, and looked at again when they
 * are about to be chosen.  A partial pool can only become emptier, so each moves down at most POOL_BINS bins:
 * the choice is exact to a quarter at a constant price.
 *
 * Blocks freed into exhausted pools go to the slot: in a heap that is nearly full, where a pool has one free
 * block now and then, this is what keeps allocation off the slow path, and it hands out what is still in the
 * cache. (Without it, replacing random ones of a million blocks took 209 ns instead of about 70: each freed
 * block made its pool partial, and each allocation exhausted it again.)  The price is that such blocks do not
 * fill the fullest pool; so the list is kept short, POOL_STRAY_BYTES.
 *
 * How many bytes are in use is not counted, but noted: with each pool, how many of its blocks were in use
 * when the slow path last looked, and with the heap, the sum.  Frees into partial pools are noticed late, so
 * the sum is an upper bound; ouro_mem_recount makes it exact.
 *
 * The invariants of a pool's header are in mem_types.h; ouro_mem_check verifies them.
 *
 * Functions that look into free blocks are MEM_NO_ASAN: those blocks are poisoned.
 */
#include "mem/mem_internal.h"
#include <string.h>

enum {
    /* How long frees may make a slot's list before the older part goes back to the pools.  Measured with 4,
     * 8, 16 and 32 KiB: a stack of 1,000 blocks 11.7, 10.5, 8.0, 5.7 ns; 10,000 at
     * random 13.2, 10.9, 9.6, 8.5; a million at random all the same. */
    POOL_STRAY_BYTES = 32768,
    POOL_STRAY_MIN = 32,
    POOL_STRAY_MAX = 1024,
    /* The list is measured when so many times as many were freed.  At 1 a queue of 10,000 blocks took 7.6 ns
     * instead of 6.2: a list that is half as long as it may be was measured, link by link, twice in as many
     * frees. */
    POOL_MEASURE = 4,
    /* After so many frees to a slot somebody looks whether a purge is due. */
    POOL_HEARTBEAT = 64,
};

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
    unsigned quarter = pool->own.count * POOL_BINS / pool->capacity;
    return quarter < POOL_BINS ? quarter : POOL_BINS - 1;
}

static void pool_into_bin(ouro_mem *mem, mem_pool *pool)
{
    pool->state = POOL_PARTIAL;
    pool->bin = (uint8_t)pool_quarter(pool);
    pool_push(&mem->classes[pool->own.slot].bins[pool->bin], pool);
}

/* ---- Carving ---- */

/* Threads the blocks `first` to `last` in front of a list. */
static MEM_NO_ASAN void pool_thread(const mem_pool *pool, unsigned first, unsigned last, void **head)
{
    size_t size = pool->own.block_size;
    uint64_t *block = (uint64_t *)(pool_memory(pool) + first * size);
    void *rest = *head;
    unsigned mark_word = pool->own.mark_word;
    *head = block;
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

/* Threads the blocks of one more page, a resident one if there is one, in front of a list.  False: all pages
 * are carved, or the limit is reached. */
static bool pool_carve(ouro_mem *mem, mem_pool *pool, void **head)
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
    size_t size = pool->own.block_size, start = page * (size_t)MEM_PAGE, end = start + MEM_PAGE;
    unsigned first = (unsigned)(start / size), last = (unsigned)((end - 1) / size);
    if (first * size < start && !(pool->carved >> (page - 1) & 1))
        first++;
    if (last >= pool->capacity)
        last = pool->capacity - 1u;
    else if ((last + 1) * size > end && !(pool->carved >> (page + 1) & 1))
        last--;
    pool->carved |= (uint16_t)(1u << page);
    pool->carved_blocks = (uint16_t)(pool->carved_blocks + last + 1 - first);
    mem->classes[pool->own.slot].filled += last + 1 - first;
    pool_thread(pool, first, last, head);
    return true;
}

static bool pool_has_warm_page(const mem_pool *pool)
{
    return (pool->resident & ~pool->carved) != 0;
}

/* ---- States ---- */

/* Writes down how many blocks are used, for the sum of all. */
static void pool_note(ouro_mem *mem, mem_pool *pool, size_t used)
{
    mem->small_bytes += used * pool->own.block_size;
    mem->small_bytes -= (size_t)pool->noted * pool->own.block_size;
    pool->noted = (uint16_t)used;
}

/* The pool, linked nowhere, has no free block of its own. */
static void pool_make_exhausted(ouro_mem *mem, mem_pool *pool)
{
    pool->state = POOL_EXHAUSTED;
    pool->list = &mem->slots[pool->own.slot];
    pool->own.free = NULL;
    pool->swept = UINT16_MAX;
    pool_note(mem, pool, pool->carved_blocks);
    if (pool->carved != POOL_ALL_PAGES)
        pool_push(&mem->classes[pool->own.slot].fresh, pool);
}

static void pool_release(ouro_mem *mem, mem_pool *pool)
{
    mem->classes[pool->own.slot].pools--;
    mem->pools--;
    arena_give(mem, pool, 1);
}

/* The pool, linked nowhere, has no block in use. */
static void pool_make_empty(ouro_mem *mem, mem_pool *pool)
{
    mem_class *class = &mem->classes[pool->own.slot];
    pool_note(mem, pool, 0);
    if (class->spare != NULL) {
        pool_release(mem, pool);
        return;
    }
    pool->state = POOL_SPARE;
    pool->own.count = 1; /* nothing is: so that a free too many is noticed */
    class->spare = pool;
    purge_schedule(mem);
}

/* Puts a block of the slot's list back into its pool. */
static MEM_NO_ASAN void pool_put_back(ouro_mem *mem, void *block)
{
    mem_pool *pool = mem_pool_of(block);
    if (pool->state == POOL_EXHAUSTED) {
        if (pool->carved != POOL_ALL_PAGES)
            pool_unlink(&mem->classes[pool->own.slot].fresh, pool);
        pool->list = &pool->own;
        pool->own.free = NULL;
        pool->own.count = pool->carved_blocks;
        pool_into_bin(mem, pool);
    }
    *(void **)block = pool->own.free;
    pool->own.free = block;
    mem->classes[pool->own.slot].put_back++;
    if (--pool->own.count == 0) {
        pool_unlink(&mem->classes[pool->own.slot].bins[pool->bin], pool);
        pool_make_empty(mem, pool);
    }
}

/* How many blocks a slot's list may have grown to before the older ones are put back. */
static uint32_t pool_stray_limit(unsigned slot)
{
    uint32_t blocks = POOL_STRAY_BYTES / (uint32_t)size_class_slot_bytes(slot);
    return blocks < POOL_STRAY_MIN ? POOL_STRAY_MIN : blocks > POOL_STRAY_MAX ? POOL_STRAY_MAX : blocks;
}

/* Puts back all blocks of a slot's list but the first `kept`.  Returns how many stay. */
static MEM_NO_ASAN uint32_t pool_shorten(ouro_mem *mem, mem_list *slot, uint32_t kept)
{
    void **link = pool_slot_head(mem, slot->slot);
    uint32_t stay = 0;
    while (*link != NULL && stay < kept) {
        link = *link;
        stay++;
    }
    void *block = *link;
    *link = NULL;
    if (block != NULL)
        purge_schedule(mem);
    while (block != NULL) {
        void *next = *(void **)block;
        pool_put_back(mem, block);
        block = next;
    }
    return stay;
}

static MEM_NO_ASAN uint32_t pool_list_length(const void *block)
{
    uint32_t length = 0;
    for (; block != NULL; block = *(void *const *)block)
        length++;
    return length;
}

size_t pool_slot_length(const ouro_mem *mem, unsigned slot)
{
    return pool_list_length(mem->divert ? mem->held[slot] : mem->slots[slot].free);
}

/* Sets how many blocks may be freed to the slot before it is looked at again. */
static void pool_set_budget(ouro_mem *mem, mem_list *slot, uint32_t budget)
{
    mem_class *class = &mem->classes[slot->slot];
    class->pushed += class->budget - slot->count;
    class->budget = slot->count = budget;
}

/* A heartbeat: some blocks were freed to the slot.  When a purge is due the list is put back as a whole, so
 * that the next allocation takes the slow path and meets it there, however busy the fast path is.  When so
 * many were freed that the list may be long, it is measured.  (Allocation does not count, so it may as well
 * be short.) */
static void pool_slot_ended(ouro_mem *mem, mem_list *slot)
{
    mem_class *class = &mem->classes[slot->slot];
    uint32_t limit = pool_stray_limit(slot->slot);
    pool_set_budget(mem, slot, limit < POOL_HEARTBEAT ? limit : POOL_HEARTBEAT);
    if (purge_is_due(mem)) {
        class->longest = pool_shorten(mem, slot, 0);
    } else if ((class->longest += class->budget) >= POOL_MEASURE * limit) {
        class->longest = (uint32_t)pool_slot_length(mem, slot->slot);
        if (class->longest > limit / 2)
            class->longest = pool_shorten(mem, slot, limit / 4);
    }
}

void pool_count_ended(ouro_mem *mem, mem_pool *pool)
{
    switch ((mem_pool_state)pool->state) {
    case POOL_EXHAUSTED:
        pool_slot_ended(mem, pool->list);
        break;
    case POOL_PARTIAL:
        pool_unlink(&mem->classes[pool->own.slot].bins[pool->bin], pool);
        pool_make_empty(mem, pool);
        break;
    case POOL_SPARE:
        /* A block of an empty pool was freed, once too often, and is in the list twice now.  No block is in
         * use: the pool starts anew. */
        mem_report(mem, OURO_MEM_DOUBLE_FREE, pool->own.free, pool->own.block_size);
        pool->own.count = 1;
        pool->own.free = NULL;
        pool->carved = pool->carved_blocks = 0;
        break;
    }
}

void pool_flush(ouro_mem *mem, unsigned slot)
{
    (void)pool_shorten(mem, &mem->slots[slot], 0);
    mem->classes[slot].longest = 0;
}

void pool_flush_all(ouro_mem *mem)
{
    for (unsigned slot = 0; slot < SIZE_CLASS_SLOTS; slot++)
        pool_flush(mem, slot);
}

void pool_divert(ouro_mem *mem, bool divert)
{
    for (unsigned slot = 0; divert != mem->divert && slot < SIZE_CLASS_SLOTS; slot++) {
        void **from = divert ? &mem->slots[slot].free : &mem->held[slot];
        *(divert ? &mem->held[slot] : &mem->slots[slot].free) = *from;
        *from = NULL;
    }
    mem->divert = divert;
}

void pool_init(ouro_mem *mem)
{
    for (unsigned slot = 0; slot < SIZE_CLASS_SLOTS; slot++) {
        mem->slots[slot].slot = (uint8_t)slot;
        pool_set_budget(mem, &mem->slots[slot], POOL_STRAY_MIN);
    }
    mem->scratch.count = 1;
}

size_t pool_used(const mem_pool *pool)
{
    if (pool->state == POOL_SPARE)
        return 0;
    return pool->state == POOL_EXHAUSTED ? pool->carved_blocks : pool->own.count;
}

uint64_t pool_handed_out(const ouro_mem *mem, unsigned slot)
{
    const mem_class *class = &mem->classes[slot];
    uint64_t pushed = class->pushed + class->budget - mem->slots[slot].count;
    return class->filled + pushed - class->put_back - pool_slot_length(mem, slot);
}

void pool_look(ouro_mem *mem, mem_pool *pool)
{
    if (pool->state == POOL_PARTIAL)
        pool_note(mem, pool, pool->own.count);
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
    pool->own.slot = (uint8_t)slot;
    pool->own.block_size = (uint16_t)size;
    pool->own.mark_word = slot >= SIZE_CLASSES ? OURO_MEM_MARK_OFFSET / 8 : 0;
    pool->capacity = (uint16_t)(MEM_POOL / size);
    pool->state = POOL_EXHAUSTED;
    pool->swept = UINT16_MAX;
    mem->classes[slot].pools++;
    mem->pools++;
    return pool;
}

/* The pool, exhausted and linked nowhere, whose page is to be carved next; rather one with a resident page.
 */
static mem_pool *pool_pick_fresh(ouro_mem *mem, unsigned slot)
{
    mem_class *class = &mem->classes[slot];
    mem_pool *pool = class->fresh;
    if (pool == NULL || !(pool_has_warm_page(pool) || !arena_has_warm(mem))) {
        mem_pool *created = pool_create(mem, slot);
        if (created != NULL)
            return created;
    }
    if (pool != NULL)
        pool_unlink(&class->fresh, pool);
    return pool;
}

static void pool_sample(ouro_mem *mem, unsigned slot, size_t requested)
{
    mem_class *class = &mem->classes[slot];
    class->sampled_requests++;
    class->sampled_rounding += size_class_slot_bytes(slot) - requested;
    stats_note_peak(mem);
}

/* Fills an empty slot; false: no memory. */
static bool pool_fill(ouro_mem *mem, unsigned slot_number)
{
    void **head = pool_slot_head(mem, slot_number);
    mem_class *class = &mem->classes[slot_number];
    mem_pool *pool = pool_pick_partial(class);
    if (pool == NULL && (pool = class->spare) != NULL)
        class->spare = NULL;
    if (pool != NULL) {
        *head = pool->own.free;
        class->filled += pool->carved_blocks - pool_used(pool);
        pool_make_exhausted(mem, pool);
        if (*head != NULL)
            return true;
        /* (A spare pool that was found damaged has none.) */
    }
    pool = pool_pick_fresh(mem, slot_number);
    if (pool == NULL)
        return false;
    bool carved = pool_carve(mem, pool, head);
    if (pool->carved_blocks == 0)
        pool_release(mem, pool);
    else
        pool_make_exhausted(mem, pool);
    return carved;
}

MEM_NO_ASAN void *pool_refill(ouro_mem *mem, unsigned slot_number, size_t requested)
{
    void **head = pool_slot_head(mem, slot_number);
    pool_sample(mem, slot_number, requested);
    if (*head == NULL && !pool_fill(mem, slot_number))
        return NULL;
    void **block = *head;
    *head = *block;
    return block;
}

/* ---- Looking at free blocks ---- */

MEM_NO_ASAN void pool_free_map(const mem_pool *pool, uint64_t *bits)
{
    memset(bits, 0, POOL_MAP_WORDS * sizeof *bits);
    for (const void *block = pool->own.free; block != NULL; block = *(void *const *)block)
        bitmap_set(bits, pool_block_number(pool, block));
    for (unsigned missing = POOL_ALL_PAGES & ~(unsigned)pool->carved; missing != 0; missing &= missing - 1) {
        size_t start = bits_lowest(missing) * (size_t)MEM_PAGE;
        size_t first = start / pool->own.block_size, last = (start + MEM_PAGE - 1) / pool->own.block_size;
        if (last >= pool->capacity)
            last = pool->capacity - 1u;
        bitmap_fill(bits, first, last + 1 - first, true);
    }
}

MEM_NO_ASAN void pool_sweep(mem_pool *pool, uint64_t *pages)
{
    uint64_t bits[POOL_MAP_WORDS];
    OURO_ASSERT(pool->state == POOL_PARTIAL);
    pool_free_map(pool, bits);
    size_t size = pool->own.block_size;
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
    pool->swept = (uint16_t)pool->own.count;
    if (dropped == 0)
        return;
    /* Unthread the blocks that lie in dropped pages, even in part. */
    void **link = &pool->own.free;
    size_t kept = 0;
    for (char *block = pool->own.free; block != NULL; block = *(void **)block) {
        size_t offset = (size_t)(block - pool_memory(pool));
        if ((dropped >> (offset / MEM_PAGE) & 1) || (dropped >> ((offset + size - 1) / MEM_PAGE) & 1))
            continue;
        *link = block;
        link = (void **)block;
        kept++;
    }
    *link = NULL;
    pool->carved &= (uint16_t)~dropped;
    pool->carved_blocks = (uint16_t)(pool->own.count + kept);
    size_t at = pool_slot_number(pool) * MEM_POOL_PAGES;
    for (; dropped != 0; dropped &= dropped - 1)
        bitmap_set(pages, at + bits_lowest(dropped));
}

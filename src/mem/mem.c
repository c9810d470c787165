/* mem.c: heaps: creation, destruction, and the public operations on blocks.  See ouro/mem.h.
 *
 * A request passes three layers: the public function (fault injection, hooks); in the checked build,
 * checked.c; and the raw layer here, which finds out who serves the block (pool.c, medium.c, large.c,
 * external.c), and when nobody can, returns memory to the system, asks the embedder to reclaim some, and
 * tries again.
 */
#include "mem/mem_internal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEM_RECLAIM_TRIES = 16 };

/* ---- Creation ---- */

static void *mem_small_slow(ouro_mem *mem, size_t size, unsigned slot)
{
    return mem_alloc_slow(mem, size, size_class_slot_kind(slot));
}

/* What the fast paths leave by. */
static void mem_choose_paths(ouro_mem *mem)
{
    mem->small_slow = mem_small_slow;
    mem->free_diverted = mem_free_diverted;
#ifndef MEM_CHECKED
    if (mem->is_external || mem_injects(mem))
        return;
    if (mem->hooks.take != NULL && mem->hides == 0)
        mem->small_slow = mem->hooks.take;
    if (mem->hooks.give != NULL)
        mem->free_diverted = mem->hooks.give;
#endif
}

/* Requests must all be seen, or no longer.  (In the checked build they are anyway.) */
static void mem_update_divert(ouro_mem *mem)
{
#ifdef MEM_CHECKED
    pool_divert(mem, mem->is_external);
#else
    pool_divert(mem, mem->is_external || mem_injects(mem) || mem->hooked);
#endif
    mem_choose_paths(mem);
}

ouro_mem *ouro_mem_create(const ouro_mem_config *config)
{
    bool is_external = config != NULL && config->allocator != NULL;
    ouro_mem *mem = is_external ? external_make_heap(config->allocator) : arena_make_heap();
    if (mem == NULL)
        return NULL;
    if (config != NULL)
        mem->config = *config;
    mem->config.allocator = NULL;
    mem->limit = mem->config.limit;
    int64_t decay_ms = mem->config.decay_ms;
    mem->decay = (decay_ms == 0 ? MEM_DECAY_MS : decay_ms < 0 ? 0 : decay_ms) * 1000000;
    pool_init(mem);
    mem_update_divert(mem);
    mem->large.next = mem->large.prev = &mem->large;
    mem->cached.next = mem->cached.prev = &mem->cached;
    return mem;
}

void ouro_mem_destroy(ouro_mem *mem)
{
    if (mem == NULL)
        return;
#ifdef MEM_CHECKED
    checked_flush(mem);
    free(mem->quarantine);
#endif
#ifdef MEM_ASAN
    /* The addresses will be used again, by others. */
    for (size_t i = 0; i < mem->arena_count; i++)
        __asan_unpoison_memory_region(mem->arenas[i]->base, MEM_ARENA);
    for (mem_large *large = mem->large.next; large != &mem->large && large != NULL; large = large->next)
        __asan_unpoison_memory_region(large, large->mapped);
    for (mem_external *header = mem->blocks.next; header != &mem->blocks && header != NULL;
         header = header->next)
        __asan_unpoison_memory_region(header, sizeof *header + header->size);
#endif
    purger_destroy(mem);
    if (mem->is_external) {
        external_destroy_heap(mem);
    } else {
        large_release_all(mem);
        arena_destroy_heap(mem);
    }
}

void ouro_mem_set_limit(ouro_mem *mem, size_t limit)
{
    mem->limit = limit;
}

/* ---- Faults ---- */

void mem_report(ouro_mem *mem, ouro_mem_fault fault, const void *block, size_t size)
{
    static const char *const what[] = {
        [OURO_MEM_DOUBLE_FREE] = "freed twice",
        [OURO_MEM_FOREIGN_FREE] = "freed, but is no block of this heap",
        [OURO_MEM_WRITE_PAST_END] = "written past its end",
        [OURO_MEM_WRITE_AFTER_FREE] = "written to after it was freed",
    };
    char text[160];
    if (size != 0)
        snprintf(text, sizeof text, "ouro: memory: block %p of %zu bytes %s", block, size, what[fault]);
    else
        snprintf(text, sizeof text, "ouro: memory: block %p %s", block, what[fault]);
    mem->faults++;
    if (mem->config.report != NULL) {
        ouro_mem_report report = {fault, block, size, text};
        mem->config.report(mem->config.report_context, &report);
    }
#ifdef OURO_DEBUG
    else {
        fprintf(stderr, "%s\n", text);
    }
#endif
}

void *mem_refused(ouro_mem *mem)
{
    mem->refused++;
    return NULL;
}

/* ---- The raw layer ---- */

static void *mem_try(ouro_mem *mem, size_t size, ouro_mem_kind kind)
{
    if (mem->is_external)
        return external_alloc(mem, size, kind);
    if (size <= OURO_MEM_SMALL_MAX) {
        unsigned slot = size_class_slot(size, kind);
        return pool_refill(mem, slot, size);
    }
    void *block = size <= MEM_MEDIUM_MAX ? medium_alloc(mem, size, kind) : large_alloc(mem, size, kind);
    stats_note_peak(mem);
    return block;
}

/* After a refusal: makes room.  False: nothing more can be done. */
static bool mem_make_room(ouro_mem *mem, size_t size, int tried)
{
    if (mem->reclaiming || tried >= MEM_RECLAIM_TRIES)
        return false;
    mem->reclaiming = true;
    bool again = false;
    if (tried == 0 && ouro_mem_trim(mem) > 0) {
        again = true;
    } else if (mem->config.reclaim != NULL) {
        again = mem->config.reclaim(mem->config.reclaim_context, size);
        if (again)
            ouro_mem_trim(mem);
    }
    mem->reclaiming = false;
    return again;
}

void *mem_raw_alloc(ouro_mem *mem, size_t size, ouro_mem_kind kind)
{
    if (size <= OURO_MEM_SMALL_MAX && !mem->is_external) {
        unsigned slot = size_class_slot(size, kind);
        if (*pool_slot_head(mem, slot) != NULL)
            return pool_refill(mem, slot, size);
    }
    if (size > PTRDIFF_MAX - MEM_ARENA)
        return mem_refused(mem);
    purge_poll(mem);
    for (int tried = 0;; tried++) {
        void *block = mem_try(mem, size, kind);
        if (block != NULL)
            return block;
        if (!mem_make_room(mem, size, tried))
            return mem_refused(mem);
    }
}

#ifndef MEM_CHECKED
/* mem_free_push while the lists of the slots are held. */
static inline void mem_free_held(ouro_mem *mem, void *block)
{
    mem_pool *pool = mem_pool_of(block);
    if (OURO_LIKELY(pool->type == POOL_SMALL))
        mem_free_small_held(mem, pool, block);
    else
        mem_free_push(mem, block);
}
#endif

void mem_raw_free(ouro_mem *mem, void *block)
{
    if (mem->is_external)
        external_free(mem, block);
#ifndef MEM_CHECKED
    else if (mem->divert)
        mem_free_held(mem, block);
#endif
    else
        mem_free_push(mem, block);
}

void mem_free_slow(ouro_mem *mem, mem_pool *pool, void *block)
{
    if (pool->type == POOL_SMALL) {
        pool_count_ended(mem, pool);
        return;
    }
    mem->scratch.count = 1;
    mem->scratch.free = NULL;
    if (pool->type == POOL_SPAN)
        medium_free(mem, block);
    else if (pool->type == POOL_LARGE)
        large_free(mem, (mem_large *)pool);
    else
        mem_report(mem, pool->type == POOL_FREE ? OURO_MEM_DOUBLE_FREE : OURO_MEM_FOREIGN_FREE, block, 0);
}

size_t mem_raw_size(const ouro_mem *mem, const void *block)
{
    if (mem->is_external)
        return external_size(block);
    const mem_pool *pool = mem_pool_of(block);
    if (pool->type == POOL_SMALL)
        return pool->own.block_size;
    return pool->type == POOL_SPAN ? medium_size(block)
                                   : ((const mem_large *)pool)->mapped - MEM_LARGE_HEADER;
}

size_t mem_raw_good_size(const ouro_mem *mem, size_t size, ouro_mem_kind kind)
{
    if (mem->is_external)
        return bits_align_up(size < 16 ? 16 : size, 8);
    if (size <= OURO_MEM_SMALL_MAX)
        return size_class_slot_bytes(size_class_slot(size, kind));
    if (size <= MEM_MEDIUM_MAX)
        return bits_align_up(size + MEM_MEDIUM_HEADER, 16) - MEM_MEDIUM_HEADER;
    return bits_align_up(size + MEM_LARGE_HEADER, MEM_PAGE) - MEM_LARGE_HEADER;
}

static MEM_NO_ASAN ouro_mem_kind mem_chunk_kind(const void *block)
{
    return ((const mem_chunk *)((const char *)block - MEM_MEDIUM_HEADER))->size & CHUNK_OBJECT
               ? OURO_MEM_OBJECT
               : OURO_MEM_LEAF;
}

ouro_mem_kind mem_raw_kind(const ouro_mem *mem, const void *block)
{
    if (mem->is_external)
        return external_kind(block);
    const mem_pool *pool = mem_pool_of(block);
    if (pool->type == POOL_SMALL)
        return pool_kind(pool);
    return pool->type == POOL_SPAN ? mem_chunk_kind(block) : (ouro_mem_kind)((const mem_large *)pool)->kind;
}

bool mem_raw_owns(const ouro_mem *mem, const void *block)
{
    if (mem->is_external)
        return external_owns(mem, block);
    const mem_arena *arena = arena_find(mem, block);
    if (arena == NULL) {
        for (const mem_large *large = mem->large.next; large != &mem->large; large = large->next) {
            if (large_block(large) == block)
                return true;
        }
        return false;
    }
    const mem_pool *pool = mem_pool_of(block);
    if (pool_slot_number(pool) == 0 || bitmap_get(arena->free, pool_slot_number(pool)))
        return false;
    if (pool->type == POOL_SMALL) {
        size_t offset = (size_t)((const char *)block - pool_memory(pool));
        size_t last = offset + pool->own.block_size - 1;
        return offset % pool->own.block_size == 0 && last < (size_t)pool->capacity * pool->own.block_size &&
               (pool->carved >> (offset / MEM_PAGE) & 1) && (pool->carved >> (last / MEM_PAGE) & 1);
    }
    for (mem_chunk *chunk = medium_first(pool->next); chunk != NULL; chunk = medium_next(pool->next, chunk)) {
        if (medium_block(chunk) == block)
            return true;
    }
    return false;
}

/* Resizes where the block is, or by moving its pages; NULL: it must be copied, or (refused) there is no
 * memory. */
static void *mem_resize_in_place(ouro_mem *mem, void *block, size_t size, bool *refused)
{
    if (mem->is_external) {
        void *moved = external_resize(mem, block, size);
        *refused = moved == NULL;
        return moved;
    }
    mem_pool *pool = mem_pool_of(block);
    switch ((mem_pool_type)pool->type) {
    case POOL_SMALL:
        /* A little smaller stays; a quarter saved is worth a copy. */
        return size <= pool->own.block_size && size + size / 3 >= pool->own.block_size ? block : NULL;
    case POOL_SPAN:
        return size > OURO_MEM_SMALL_MAX && size <= MEM_MEDIUM_MAX && medium_resize(mem, block, size) ? block
                                                                                                      : NULL;
    case POOL_LARGE:
        if (size <= MEM_MEDIUM_MAX)
            return NULL;
        block = large_resize(mem, (mem_large *)pool, size);
        *refused = block == NULL;
        return block;
    default:
        mem_report(mem, OURO_MEM_FOREIGN_FREE, block, 0);
        *refused = true;
        return NULL;
    }
}

void *mem_raw_resize(ouro_mem *mem, void *block, size_t size)
{
    if (size > PTRDIFF_MAX - MEM_ARENA)
        return mem_refused(mem);
    for (int tried = 0;; tried++) {
        bool refused = false;
        void *moved = mem_resize_in_place(mem, block, size, &refused);
        if (moved != NULL)
            return moved;
        if (!refused)
            break;
        if (!mem_make_room(mem, size, tried))
            return mem_refused(mem);
    }
    size_t old = mem_raw_size(mem, block);
    void *moved = mem_raw_alloc(mem, size, mem_raw_kind(mem, block));
    if (moved == NULL) {
        if (size > old)
            return NULL;
        mem->refused--;
        return block; /* shrinking cannot fail */
    }
    memcpy(moved, block, size < old ? size : old);
    mem_raw_free(mem, block);
    return moved;
}

/* ---- Injection and hooks ---- */

bool mem_inject(ouro_mem *mem)
{
    mem_injection *injection = &mem->injection;
    if (injection->every != 0 && --injection->until_next == 0) {
        injection->until_next = injection->every;
        injection->notify(injection->context);
    }
    if (injection->at == 0)
        return false;
    injection->seen++;
    return injection->forever ? injection->seen >= injection->at : injection->seen == injection->at;
}

void ouro_mem_fail_at(ouro_mem *mem, uint64_t n, bool forever)
{
    if (n == 0)
        mem->injection.at = 0; /* what was seen can still be asked for */
    else {
        mem->injection.at = n;
        mem->injection.seen = 0;
        mem->injection.forever = forever;
    }
    mem_update_divert(mem);
}

void ouro_mem_notify_every(ouro_mem *mem, uint64_t n, void (*notify)(void *context), void *context)
{
    mem->injection.every = mem->injection.until_next = n;
    mem->injection.notify = notify;
    mem->injection.context = context;
    mem_update_divert(mem);
}

uint64_t ouro_mem_fail_seen(const ouro_mem *mem)
{
    return mem->injection.seen;
}

static void mem_tell_nobody(void *context, void *block, size_t size, ouro_mem_kind kind)
{
    (void)context;
    (void)block;
    (void)size;
    (void)kind;
}

void mem_set_hooks(ouro_mem *mem, const mem_hooks *hooks)
{
    mem->hooks = hooks != NULL ? *hooks : (mem_hooks){0};
    mem->hooked = hooks != NULL;
    if (mem->hides != 0) {
        mem->shown = mem->hooks.allocated;
        mem->hooks.allocated = mem_tell_nobody;
    }
    mem_update_divert(mem);
}

void mem_hide(ouro_mem *mem)
{
    if (mem->hides++ == 0) {
        mem->shown = mem->hooks.allocated;
        mem->hooks.allocated = mem_tell_nobody;
        mem_choose_paths(mem);
    }
}

void mem_show(ouro_mem *mem)
{
    if (--mem->hides == 0) {
        mem->hooks.allocated = mem->shown;
        mem_choose_paths(mem);
    }
}

void *mem_resize_hidden(ouro_mem *mem, void *block, size_t size)
{
    mem_hide(mem);
    void *moved = ouro_mem_resize(mem, block, size);
    mem_show(mem);
    return moved;
}

void *mem_alloc_slow(ouro_mem *mem, size_t size, ouro_mem_kind kind)
{
    if (OURO_UNLIKELY(mem_injects(mem)) && mem_inject(mem))
        return mem_refused(mem);
#ifdef MEM_CHECKED
    void *block = checked_alloc(mem, size, kind);
#else
    void *block = size <= OURO_MEM_SMALL_MAX ? mem_take_held(mem, size_class_slot(size, kind)) : NULL;
    if (block == NULL)
        block = mem_raw_alloc(mem, size, kind);
#endif
    if (OURO_UNLIKELY(mem->hooked) && block != NULL)
        mem->hooks.allocated(mem->hooks.context, block, size, kind);
    return block;
}

/* Tells the hooks that a block leaves; in the checked build it may be none. */
static uint64_t mem_tell_freed(ouro_mem *mem, void *block)
{
#ifdef MEM_CHECKED
    if (!mem_raw_owns(mem, block))
        return 0;
#endif
    return mem->hooks.freed(mem->hooks.context, block);
}

void mem_free_diverted(ouro_mem *mem, void *block)
{
    if (mem->hooked)
        (void)mem_tell_freed(mem, block);
#ifdef MEM_CHECKED
    checked_free(mem, block);
#else
    if (OURO_LIKELY(!mem->is_external))
        mem_free_held(mem, block);
    else
        external_free(mem, block);
#endif
}

/* ---- Public operations ---- */

#ifdef MEM_CHECKED
#define mem_take mem_alloc_slow
#else
#define mem_take mem_alloc_kind
#endif

void *ouro_mem_alloc(ouro_mem *mem, size_t size)
{
    return mem_take(mem, size, OURO_MEM_LEAF);
}

void *ouro_mem_alloc_object(ouro_mem *mem, size_t size)
{
    return mem_take(mem, size, OURO_MEM_OBJECT);
}

static void *mem_zero(ouro_mem *mem, void *block, size_t size)
{
    if (block == NULL)
        return NULL;
    /* Fresh pages are zeros already, and need not be touched. */
    if (size > MEM_MEDIUM_MAX && !mem->is_external) {
        const mem_pool *pool = mem_pool_of(block);
        if (pool->type == POOL_LARGE && ((const mem_large *)pool)->fresh)
            return block;
    }
    return memset(block, 0, size);
}

void *ouro_mem_alloc_zeroed(ouro_mem *mem, size_t size)
{
    return mem_zero(mem, mem_take(mem, size, OURO_MEM_LEAF), size);
}

void *ouro_mem_alloc_object_zeroed(ouro_mem *mem, size_t size)
{
    return mem_zero(mem, mem_take(mem, size, OURO_MEM_OBJECT), size);
}

void ouro_mem_free(ouro_mem *mem, void *block)
{
    if (block == NULL)
        return;
#ifdef MEM_CHECKED
    mem_free_diverted(mem, block);
#else
    mem_free_fast(mem, block);
#endif
}

void *ouro_mem_resize(ouro_mem *mem, void *block, size_t size)
{
    if (block == NULL)
        return ouro_mem_alloc(mem, size);
    if (mem_injects(mem) && mem_inject(mem))
        return mem_refused(mem);
    bool hooked = mem->hooked;
    uint64_t known = hooked ? mem_tell_freed(mem, block) : 0;
#ifdef MEM_CHECKED
    void *moved = checked_resize(mem, block, size);
#else
    void *moved = mem_raw_resize(mem, block, size);
#endif
    if (hooked && mem->hooked) {
        if (moved != NULL)
            mem->hooks.allocated(mem->hooks.context, moved, size, mem_raw_kind(mem, moved));
        else
            mem->hooks.kept(mem->hooks.context, block, known);
    }
    stats_note_peak(mem);
    return moved;
}

size_t ouro_mem_size(ouro_mem *mem, const void *block)
{
#ifdef MEM_CHECKED
    return checked_claim(mem, block);
#else
    return mem_raw_size(mem, block);
#endif
}

size_t ouro_mem_good_size(const ouro_mem *mem, size_t size, ouro_mem_kind kind)
{
    return mem_raw_good_size(mem, size, kind);
}

size_t ouro_mem_live_bytes(const ouro_mem *mem)
{
    return mem_live_bytes(mem);
}

size_t ouro_mem_system_bytes(const ouro_mem *mem)
{
    return mem->system_bytes;
}

/* ---- Walking ---- */

#ifdef MEM_CHECKED
typedef struct mem_visit {
    ouro_mem *mem;
    ouro_mem_visitor visitor;
    void *context;
} mem_visit;

static bool mem_visit_block(void *context, void *block, size_t size, ouro_mem_kind kind)
{
    mem_visit *visit = context;
    return visit->visitor(visit->context, block, checked_size(visit->mem, block), kind);
}
#endif

bool ouro_mem_walk(ouro_mem *mem, int kinds, ouro_mem_visitor visitor, void *context)
{
#ifdef MEM_CHECKED
    checked_flush(mem);
    mem_visit visit = {mem, visitor, context};
    return walk_blocks(mem, kinds, mem_visit_block, &visit);
#else
    return walk_blocks(mem, kinds, visitor, context);
#endif
}

/* stats.c: what a heap is made of: ouro_mem_stats, ouro_mem_live_blocks, and a picture for people. */
#include "base/text.h"
#include "base/os.h"
#include "mem/mem_internal.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

_Static_assert((int)OURO_MEM_CLASSES == (int)SIZE_CLASS_SLOTS, "the public number of classes is the real one");

size_t ouro_mem_live_blocks(ouro_mem *mem)
{
#ifdef MEM_CHECKED
    checked_flush(mem);
#endif
    size_t blocks = mem->external_blocks + mem->medium_blocks + mem->large_blocks;
    for (size_t i = 0; i < mem->arena_count; i++) {
        const mem_arena *arena = mem->arenas[i];
        for (size_t slot = bitmap_find(arena->free, 1, MEM_ARENA_SLOTS, false); slot < MEM_ARENA_SLOTS;
             slot = bitmap_find(arena->free, slot + 1, MEM_ARENA_SLOTS, false)) {
            const mem_pool *pool = arena_header(arena, slot);
            if (pool->type == POOL_SMALL)
                blocks += pool_used(pool);
        }
    }
    for (unsigned slot = 0; slot < SIZE_CLASS_SLOTS; slot++)
        blocks -= pool_slot_length(mem, slot);
    return blocks;
}

/* ---- Live bytes and their peak ---- */

static size_t stats_recount(ouro_mem *mem)
{
    for (size_t i = 0; i < mem->arena_count; i++) {
        const mem_arena *arena = mem->arenas[i];
        for (size_t slot = bitmap_find(arena->free, 1, MEM_ARENA_SLOTS, false); slot < MEM_ARENA_SLOTS;
             slot = bitmap_find(arena->free, slot + 1, MEM_ARENA_SLOTS, false)) {
            mem_pool *pool = arena_header(arena, slot);
            if (pool->type == POOL_SMALL)
                pool_look(mem, pool);
        }
    }
    return mem_live_bytes(mem);
}

size_t ouro_mem_recount(ouro_mem *mem)
{
#ifdef MEM_CHECKED
    checked_flush(mem);
#endif
    pool_flush_all(mem);
    return stats_recount(mem);
}

/* An upper bound that is far above the peak so far may be a wrong one: then the pools are looked at first.  In a
 * heap that grows that happens each time it has grown by a thirty-second; otherwise hardly ever. */
void stats_note_peak(ouro_mem *mem)
{
    size_t live = mem_live_bytes(mem);
    if (live <= mem->peak_bytes)
        return;
    if (live - mem->peak_bytes > mem->peak_bytes / 32)
        live = stats_recount(mem);
    if (live > mem->peak_bytes)
        mem->peak_bytes = live;
}

uint64_t ouro_mem_total_bytes(const ouro_mem *mem)
{
    uint64_t total = mem->total_bytes;
    for (unsigned slot = 0; slot < SIZE_CLASS_SLOTS; slot++)
        total += pool_handed_out(mem, slot) * size_class_slot_bytes(slot);
    return total;
}

/* ---- Statistics ---- */

static void stats_pool(const mem_pool *pool, ouro_mem_statistics *statistics)
{
    ouro_mem_class_stats *class = &statistics->classes[pool->own.slot];
    size_t used = pool_used(pool);
    class->pools++;
    class->blocks_used += used;
    class->blocks_free += pool->carved_blocks - used;
    class->blocks_absent += pool->capacity - pool->carved_blocks;
    if (pool->carved >> (MEM_POOL_PAGES - 1) & 1)
        class->bytes_tail += MEM_POOL - (size_t)pool->capacity * pool->own.block_size;
    statistics->live_blocks += used;
    statistics->small_bytes += used * pool->own.block_size;
    if (used == 0)
        statistics->empty_bytes += bits_count(pool->resident) * (size_t)MEM_PAGE;
}

static void stats_arenas(const ouro_mem *mem, ouro_mem_statistics *statistics)
{
    for (size_t i = 0; i < mem->arena_count; i++) {
        const mem_arena *arena = mem->arenas[i];
        for (size_t slot = 1; slot < MEM_ARENA_SLOTS; slot++) {
            if (!bitmap_get(arena->free, slot)) {
                const mem_pool *pool = arena_header(arena, slot);
                if (pool->type == POOL_SMALL)
                    stats_pool(pool, statistics);
                continue;
            }
            statistics->free_pools++;
            if (bitmap_get(arena->warm_new, slot) || bitmap_get(arena->warm_old, slot))
                statistics->empty_bytes += bits_count(arena_header(arena, slot)->resident) * (size_t)MEM_PAGE;
        }
    }
}

void ouro_mem_stats(ouro_mem *mem, ouro_mem_statistics *statistics)
{
    (void)ouro_mem_recount(mem);
    *statistics = (ouro_mem_statistics){
        .live_blocks = mem->external_blocks + mem->medium_blocks + mem->large_blocks,
        .live_bytes = mem_live_bytes(mem),
        .peak_bytes = mem->peak_bytes > mem_live_bytes(mem) ? mem->peak_bytes : mem_live_bytes(mem),
        .total_bytes = ouro_mem_total_bytes(mem),
        .medium_bytes = mem->medium_bytes,
        .large_bytes = mem->large_bytes,
        .medium_blocks = mem->medium_blocks,
        .large_blocks = mem->large_blocks,
        .system_bytes = mem->system_bytes,
        .system_peak = mem->system_peak,
        .returned_bytes = mem->returned_bytes,
        .reserved_bytes = mem->reserved_bytes,
        .empty_bytes = mem->cached_bytes,
        .metadata_bytes = mem->metadata_bytes,
        .arenas = mem->arena_count,
        .pools = mem->pools,
        .resident_bytes = os_resident(),
        .refused = mem->refused,
        .faults = mem->faults,
    };
    for (unsigned slot = 0; slot < SIZE_CLASS_SLOTS; slot++) {
        statistics->classes[slot].block_size = size_class_slot_bytes(slot);
        statistics->classes[slot].kind = size_class_slot_kind((unsigned)slot);
    }
    stats_arenas(mem, statistics);
    for (unsigned slot = 0; slot < SIZE_CLASS_SLOTS; slot++) {
        const mem_class *class = &mem->classes[slot];
        if (class->sampled_requests > 0) {
            double each = (double)class->sampled_rounding / (double)class->sampled_requests;
            statistics->classes[slot].bytes_rounding = (size_t)(each * (double)statistics->classes[slot].blocks_used);
        }
    }
}

/* ---- The picture ---- */

typedef struct stats_output {
    void (*line)(void *context, const char *text);
    void *context;
} stats_output;

static OURO_PRINTF(2, 3) void stats_line(const stats_output *output, const char *format, ...)
{
    char text[200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    output->line(output->context, text);
}

static void stats_total(const stats_output *output, const char *name, uint64_t bytes, const char *note)
{
    char text[TEXT_BYTES_SIZE];
    stats_line(output, "  %-28s %12s  %s", name, text_bytes(text, (double)bytes), note);
}

void ouro_mem_print(ouro_mem *mem, void (*line)(void *context, const char *text), void *context)
{
    enum { BAR = 20 };
    stats_output output = {line, context};
    ouro_mem_statistics s;
    ouro_mem_stats(mem, &s);
    stats_line(&output, "%6s %-6s %8s %10s %10s %10s %10s  %s", "size", "kind", "pools", "used", "free", "absent",
               "rounding", "fill");
    for (unsigned slot = 0; slot < OURO_MEM_CLASSES; slot++) {
        const ouro_mem_class_stats *class = &s.classes[slot];
        if (class->pools == 0)
            continue;
        char bar[BAR + 1];
        size_t blocks = class->blocks_used + class->blocks_free;
        size_t full = blocks == 0 ? 0 : (class->blocks_used * BAR + blocks - 1) / blocks;
        for (size_t i = 0; i < BAR; i++)
            bar[i] = i < full ? '#' : '.';
        bar[BAR] = '\0';
        stats_line(&output, "%6zu %-6s %8zu %10zu %10zu %10zu %10zu  %s", class->block_size,
                   class->kind == OURO_MEM_OBJECT ? "object" : "leaf", class->pools, class->blocks_used,
                   class->blocks_free, class->blocks_absent, class->bytes_rounding, bar);
    }
    char note[64];
    snprintf(note, sizeof note, "in %zu blocks", s.live_blocks);
    stats_total(&output, "live", s.live_bytes, note);
    stats_total(&output, "live at the peak", s.peak_bytes, "");
    snprintf(note, sizeof note, "in %zu pools of %zu arenas", s.pools, s.arenas);
    stats_total(&output, "small", s.small_bytes, note);
    snprintf(note, sizeof note, "in %zu blocks", s.medium_blocks);
    stats_total(&output, "medium", s.medium_bytes, note);
    snprintf(note, sizeof note, "in %zu blocks", s.large_blocks);
    stats_total(&output, "large", s.large_bytes, note);
    stats_total(&output, "from the system", s.system_bytes, "");
    stats_total(&output, "from the system at the peak", s.system_peak, "");
    stats_total(&output, "of it waiting to go back", s.empty_bytes, "");
    stats_total(&output, "of it the heap's own records", s.metadata_bytes, "");
    stats_total(&output, "returned to the system", s.returned_bytes, "since the start");
    stats_total(&output, "handed out", s.total_bytes, "since the start");
    stats_total(&output, "resident, whole process", s.resident_bytes, "");
}

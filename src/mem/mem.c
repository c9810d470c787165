/* mem.c: heaps: creation, destruction, and the public operations on blocks.  See ouro/mem.h. */
#include "base/os.h"
#include "mem/mem_inline.h"
#include "mem/mem_vector.h"
#include <stdio.h>

enum { EXTERNAL_LIVE = 0x4c495645 << 1, EXTERNAL_DEAD = 0x44454144 << 1, MEM_MIN_OBJECT = 16 };

ouro_mem *ouro_mem_create(const ouro_mem_config *config)
{
    ouro_allocator external = config != NULL && config->allocator != NULL ? *config->allocator : ouro_allocator_malloc();
    ouro_mem *mem = external.allocate(external.context, sizeof(ouro_mem), OURO_MEM_LEAF);
    if (mem == NULL)
        return NULL;
    memset(mem, 0, sizeof *mem);
    if (config != NULL)
        mem->config = *config;
    mem->config.allocator = NULL;
    mem->limit = mem->config.limit;
    mem->external = external;
    mem->blocks.next = mem->blocks.prev = &mem->blocks;
    return mem;
}

void ouro_mem_destroy(ouro_mem *mem)
{
    if (mem == NULL)
        return;
    ouro_allocator external = mem->external;
    while (mem->blocks.next != &mem->blocks) {
        mem_external *block = mem->blocks.next;
        mem->blocks.next = block->next;
        external.release(external.context, block);
    }
    external.release(external.context, mem);
}

static bool mem_inject(ouro_mem *mem)
{
    mem_injection *injection = &mem->injection;
    if (injection->at == 0)
        return false;
    injection->seen++;
    return injection->forever ? injection->seen >= injection->at : injection->seen == injection->at;
}

static bool mem_reclaim(ouro_mem *mem, size_t size)
{
    if (mem->config.reclaim == NULL || mem->reclaiming)
        return false;
    mem->reclaiming = true;
    bool again = mem->config.reclaim(mem->config.reclaim_context, size);
    mem->reclaiming = false;
    return again;
}

static void mem_count(ouro_mem *mem, size_t size)
{
    mem->total_bytes += size;
    mem->live_bytes += size;
    mem->live_blocks++;
    if (mem->live_bytes > mem->peak_bytes)
        mem->peak_bytes = mem->live_bytes;
}

static void *mem_take(ouro_mem *mem, size_t size, ouro_mem_kind kind)
{
    if (size < MEM_MIN_OBJECT)
        size = MEM_MIN_OBJECT;
    size = bits_align_up(size, 8);
    mem_external *block = NULL;
    if (size > PTRDIFF_MAX - sizeof *block || mem_inject(mem))
        goto refused;
    for (;;) {
        if (mem->limit == 0 || mem->live_bytes + size <= mem->limit) {
            block = mem->external.allocate(mem->external.context, size + sizeof *block, kind);
            if (block != NULL)
                break;
        }
        if (!mem_reclaim(mem, size))
            goto refused;
    }
    block->size = size;
    block->tag = (uint64_t)EXTERNAL_LIVE | kind;
    block->next = mem->blocks.next;
    block->prev = &mem->blocks;
    block->next->prev = block->prev->next = block;
    mem_count(mem, size);
    ((uint64_t *)(block + 1))[1] = 0;
    return block + 1;
refused:
    mem->refused++;
    return NULL;
}

void *ouro_mem_alloc(ouro_mem *mem, size_t size)
{
    return mem_take(mem, size, OURO_MEM_LEAF);
}

void *ouro_mem_alloc_object(ouro_mem *mem, size_t size)
{
    return mem_take(mem, size, OURO_MEM_OBJECT);
}

void *ouro_mem_alloc_zeroed(ouro_mem *mem, size_t size)
{
    void *block = mem_take(mem, size, OURO_MEM_LEAF);
    return block != NULL ? memset(block, 0, size) : NULL;
}

void *ouro_mem_alloc_object_zeroed(ouro_mem *mem, size_t size)
{
    void *block = mem_take(mem, size, OURO_MEM_OBJECT);
    return block != NULL ? memset(block, 0, size) : NULL;
}

void *ouro_mem_resize(ouro_mem *mem, void *old, size_t size)
{
    if (old == NULL)
        return ouro_mem_alloc(mem, size);
    mem_external *block = (mem_external *)old - 1;
    if (size <= block->size && size >= block->size / 2)
        return old;
    void *fresh = mem_take(mem, size, (ouro_mem_kind)(block->tag & 1));
    if (fresh == NULL)
        return NULL;
    memcpy(fresh, old, size < block->size ? size : block->size);
    ouro_mem_free(mem, old);
    return fresh;
}

void ouro_mem_free(ouro_mem *mem, void *old)
{
    if (old == NULL)
        return;
    mem_external *block = (mem_external *)old - 1;
    OURO_CHECK((block->tag & ~UINT64_C(1)) == (uint64_t)EXTERNAL_LIVE);
    block->tag = EXTERNAL_DEAD;
    block->next->prev = block->prev;
    block->prev->next = block->next;
    mem->live_bytes -= block->size;
    mem->live_blocks--;
    mem->external.release(mem->external.context, block);
}

size_t ouro_mem_size(ouro_mem *mem, const void *block)
{
    return ((const mem_external *)block - 1)->size;
}

size_t ouro_mem_good_size(const ouro_mem *mem, size_t size, ouro_mem_kind kind)
{
    return bits_align_up(size < MEM_MIN_OBJECT ? MEM_MIN_OBJECT : size, 8);
}

void mem_runs_begin(mem_runs *runs, ouro_mem *mem, int kinds)
{
    *runs = (mem_runs){mem, kinds, mem->blocks.next};
}

bool mem_runs_next(mem_runs *runs, mem_run *run)
{
    for (mem_external *block = runs->at; block != &runs->mem->blocks; block = block->next) {
        ouro_mem_kind kind = (ouro_mem_kind)(block->tag & 1);
        if (runs->kinds >> kind & 1) {
            *run = (mem_run){(char *)(block + 1), (char *)(block + 1) + block->size, block->size, kind};
            runs->at = block->next;
            return true;
        }
    }
    runs->at = &runs->mem->blocks;
    return false;
}

bool ouro_mem_walk(ouro_mem *mem, int kinds, ouro_mem_visitor visitor, void *context)
{
    mem_runs runs;
    mem_run run;
    for (mem_runs_begin(&runs, mem, kinds); mem_runs_next(&runs, &run);) {
        if (!visitor(context, run.begin, run.stride, run.kind))
            return false;
    }
    return true;
}

size_t ouro_mem_live_blocks(ouro_mem *mem)
{
    return mem->live_blocks;
}

uint64_t ouro_mem_total_bytes(const ouro_mem *mem)
{
    return mem->total_bytes;
}

size_t ouro_mem_live_bytes(const ouro_mem *mem)
{
    return mem->live_bytes;
}

size_t ouro_mem_system_bytes(const ouro_mem *mem)
{
    return mem->live_bytes;
}

void ouro_mem_stats(ouro_mem *mem, ouro_mem_statistics *statistics)
{
    memset(statistics, 0, sizeof *statistics);
    statistics->live_blocks = mem->live_blocks;
    statistics->live_bytes = mem->live_bytes;
    statistics->peak_bytes = mem->peak_bytes;
    statistics->total_bytes = mem->total_bytes;
    statistics->system_bytes = mem->live_bytes;
    statistics->system_peak = mem->peak_bytes;
    statistics->resident_bytes = os_resident();
    statistics->refused = mem->refused;
    statistics->faults = mem->faults;
}

void ouro_mem_print(ouro_mem *mem, void (*line)(void *context, const char *text), void *context)
{
    char text[128];
    snprintf(text, sizeof text, "%zu blocks, %zu bytes live", mem->live_blocks, mem->live_bytes);
    line(context, text);
}

size_t ouro_mem_trim(ouro_mem *mem)
{
    return 0;
}

size_t ouro_mem_purge_expired(ouro_mem *mem)
{
    return 0;
}

int64_t ouro_mem_next_purge(const ouro_mem *mem)
{
    return -1;
}

void ouro_mem_park(ouro_mem *mem)
{
}

void ouro_mem_unpark(ouro_mem *mem)
{
}

void ouro_mem_set_limit(ouro_mem *mem, size_t limit)
{
    mem->limit = limit;
}

void ouro_mem_fail_at(ouro_mem *mem, uint64_t n, bool forever)
{
    mem->injection = (mem_injection){.at = n, .forever = forever};
}

uint64_t ouro_mem_fail_seen(const ouro_mem *mem)
{
    return mem->injection.seen;
}

bool ouro_mem_check(ouro_mem *mem)
{
    size_t count = 0;
    for (mem_external *block = mem->blocks.next; block != &mem->blocks; block = block->next, count++) {
        if (block->next->prev != block || (block->tag & ~UINT64_C(1)) != (uint64_t)EXTERNAL_LIVE)
            return false;
    }
    return count == mem->live_blocks;
}

/* external.c: heaps whose blocks come from an ouro_allocator instead of from pools.
 *
 * Each block has a header of 32 bytes in front of it, which links it into a ring, so that such a heap can be
 * walked, counted and destroyed like any other.  Limits, fault injection, checks and hooks are the same: they
 * lie above.  The heap's own record comes from the allocator too.
 *
 * Always: external_blocks is the number of blocks in the ring; live bytes are the sum of their sizes.
 */
#include "mem/mem_internal.h"
#include <string.h>

enum { EXTERNAL_LIVE = 0x6f75726f, EXTERNAL_DEAD = 0x64656164, EXTERNAL_MIN = 16 };

/* Tags: kind in the lowest bit, the word above it. */
static uint32_t external_tag(ouro_mem_kind kind)
{
    return (uint32_t)EXTERNAL_LIVE << 1 | (uint32_t)kind;
}

static mem_external *external_header(const void *block)
{
    return (mem_external *)block - 1;
}

ouro_mem *external_make_heap(const ouro_allocator *allocator)
{
    ouro_mem *mem = allocator->allocate(allocator->context, sizeof *mem, OURO_MEM_LEAF);
    if (mem == NULL)
        return NULL;
    memset(mem, 0, sizeof *mem);
    mem->is_external = true;
    mem->divert = true;
    mem->external = *allocator;
    mem->blocks.next = mem->blocks.prev = &mem->blocks;
    return mem;
}

void external_destroy_heap(ouro_mem *mem)
{
    ouro_allocator allocator = mem->external;
    while (mem->blocks.next != &mem->blocks) {
        mem_external *header = mem->blocks.next;
        mem->blocks.next = header->next;
        header->tag = EXTERNAL_DEAD;
        allocator.release(allocator.context, header);
    }
    allocator.release(allocator.context, mem);
}

static bool external_fits(const ouro_mem *mem, size_t more)
{
    return mem->limit == 0 || (more <= mem->limit && mem->system_bytes <= mem->limit - more);
}

static void external_count(ouro_mem *mem, size_t size)
{
    mem->total_bytes += size;
    mem->system_bytes += size;
    if (mem->system_bytes > mem->system_peak)
        mem->peak_bytes = mem->system_peak = mem->system_bytes;
}

void *external_alloc(ouro_mem *mem, size_t size, ouro_mem_kind kind)
{
    size = bits_align_up(size < EXTERNAL_MIN ? EXTERNAL_MIN : size, 8);
    if (!external_fits(mem, size))
        return NULL;
    mem_external *header = mem->external.allocate(mem->external.context, size + sizeof *header, kind);
    if (header == NULL)
        return NULL;
    header->size = size;
    header->tag = external_tag(kind);
    header->traced = 0;
    header->next = mem->blocks.next;
    header->prev = &mem->blocks;
    header->next->prev = header->prev->next = header;
    mem->external_blocks++;
    external_count(mem, size);
    uint64_t *block = (uint64_t *)(header + 1);
    block[1] = 0;
    return block;
}

void external_free(ouro_mem *mem, void *block)
{
    mem_external *header = external_header(block);
    OURO_CHECK(header->tag >> 1 == EXTERNAL_LIVE);
    header->tag = EXTERNAL_DEAD;
    header->next->prev = header->prev;
    header->prev->next = header->next;
    mem->external_blocks--;
    mem->freed_bytes += header->size;
    mem->system_bytes -= header->size;
    mem->external.release(mem->external.context, header);
}

void *external_resize(ouro_mem *mem, void *block, size_t size)
{
    mem_external *header = external_header(block);
    size_t old = header->size;
    size = bits_align_up(size < EXTERNAL_MIN ? EXTERNAL_MIN : size, 8);
    if (size > old && !external_fits(mem, size - old))
        return NULL;
    header = mem->external.resize(mem->external.context, header, size + sizeof *header);
    if (header == NULL)
        return NULL;
    header->size = size;
    header->next->prev = header->prev->next = header;
    mem->freed_bytes += old;
    mem->system_bytes -= old;
    external_count(mem, size);
    return header + 1;
}

size_t external_size(const void *block)
{
    return external_header(block)->size;
}

ouro_mem_kind external_kind(const void *block)
{
    return (ouro_mem_kind)(external_header(block)->tag & 1);
}

/* Looks in front of the block first: a walk through the ring for each free would make n frees cost n * n. */
MEM_NO_ASAN bool external_owns(const ouro_mem *mem, const void *block)
{
    const mem_external *header = external_header(block);
    return ((uintptr_t)block & 7) == 0 && header->tag >> 1 == EXTERNAL_LIVE && header->next->prev == header &&
           header->prev->next == header;
}

bool external_check(const ouro_mem *mem)
{
    size_t blocks = 0, bytes = 0;
    for (const mem_external *header = mem->blocks.next; header != &mem->blocks; header = header->next) {
        if (header->next->prev != header || header->tag >> 1 != EXTERNAL_LIVE)
            return false;
        blocks++;
        bytes += header->size;
    }
    return blocks == mem->external_blocks && bytes == mem->total_bytes - mem->freed_bytes;
}

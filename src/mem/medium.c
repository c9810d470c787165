/* medium.c: blocks of 513 bytes to a quarter of a megabyte: spans of 16 slots, cut into chunks of any size.
 *
 *     span:  | 8 unused | header, block | header, block | ... | header, free chunk | 8 |
 *
 * Every chunk has an 8-byte header with its own size and that of its predecessor, so that neighbours merge when
 * freed and a block grows into a free successor: the buffers of growing lists and strings seldom move.  Free
 * chunks are in bins by size (sixteen steps for each power of two; Masmano's TLSF, 2004), found by two bit scans;
 * the bin that a request falls into is searched a little first, for a close fit.  Blocks are rounded to 16 bytes,
 * so a block of a kilobyte costs 1 to 2 % more than was asked for, where classes would cost 6 % on average.
 *
 * Whole pages inside free chunks go back after the decay (purge.c calls medium_purge_span); an empty span goes
 * back to its arena, except one that is kept until then.
 *
 * Always: the chunks of a span fill it without gaps; previous is the size of the preceding chunk; no two
 * neighbours are both free; a free chunk is in the bin of its size, a used one in none; `empty_spans` counts the
 * spans that are one free chunk.
 *
 * Functions that look into free chunks are MEM_NO_ASAN: those are poisoned.
 */
#include "mem/mem_internal.h"
#include <string.h>

enum {
    MEDIUM_LOOK = 8, /* chunks of the request's own bin that are looked at */
    MEDIUM_SPLIT_MIN = CHUNK_MIN,
};

static inline MEM_NO_ASAN size_t chunk_size(const mem_chunk *chunk)
{
    return chunk->size & ~(uint32_t)CHUNK_FLAGS;
}

static inline mem_chunk *chunk_at(const mem_chunk *chunk, ptrdiff_t offset)
{
    return (mem_chunk *)((char *)chunk + offset);
}

static char *medium_end(const mem_pool *first)
{
    return pool_memory(first) + MEM_SPAN - MEM_MEDIUM_HEADER;
}

mem_chunk *medium_first(const mem_pool *first)
{
    return (mem_chunk *)(pool_memory(first) + MEM_MEDIUM_HEADER);
}

mem_chunk *medium_next(const mem_pool *first, const mem_chunk *chunk)
{
    mem_chunk *next = chunk_at(chunk, (ptrdiff_t)chunk_size(chunk));
    return (char *)next < medium_end(first) ? next : NULL;
}

static mem_pool *medium_span_of(const void *address)
{
    return mem_pool_of(address)->next;
}

MEM_NO_ASAN size_t medium_size(const void *block)
{
    return chunk_size((const mem_chunk *)((const char *)block - MEM_MEDIUM_HEADER)) - MEM_MEDIUM_HEADER;
}

/* ---- Bins ---- */

static void medium_bin(size_t size, unsigned *row, unsigned *column)
{
    unsigned highest = bits_highest(size);
    *row = highest - CHUNK_FIRST_SHIFT;
    *column = (unsigned)(size >> (highest - 4)) & (CHUNK_COLUMNS - 1);
}

static MEM_NO_ASAN void medium_insert(ouro_mem *mem, mem_chunk *chunk)
{
    unsigned row, column;
    medium_bin(chunk_size(chunk), &row, &column);
    mem_chunk **bin = &mem->chunk_bins[row][column];
    chunk->next_free = *bin;
    chunk->prev_free = NULL;
    if (*bin != NULL)
        (*bin)->prev_free = chunk;
    *bin = chunk;
    mem->chunk_columns[row] |= 1u << column;
    mem->chunk_rows |= 1u << row;
}

static MEM_NO_ASAN void medium_remove(ouro_mem *mem, mem_chunk *chunk)
{
    unsigned row, column;
    medium_bin(chunk_size(chunk), &row, &column);
    if (chunk->next_free != NULL)
        chunk->next_free->prev_free = chunk->prev_free;
    if (chunk->prev_free != NULL) {
        chunk->prev_free->next_free = chunk->next_free;
        return;
    }
    mem->chunk_bins[row][column] = chunk->next_free;
    if (chunk->next_free == NULL) {
        mem->chunk_columns[row] &= ~(1u << column);
        if (mem->chunk_columns[row] == 0)
            mem->chunk_rows &= ~(1u << row);
    }
}

/* A free chunk of at least `size` bytes, still in its bin; NULL: there is none. */
static MEM_NO_ASAN mem_chunk *medium_find(const ouro_mem *mem, size_t size)
{
    unsigned row, column;
    medium_bin(size, &row, &column);
    mem_chunk *chunk = mem->chunk_bins[row][column];
    for (int look = 0; look < MEDIUM_LOOK && chunk != NULL; look++, chunk = chunk->next_free) {
        if (chunk_size(chunk) >= size)
            return chunk;
    }
    uint32_t columns = mem->chunk_columns[row] & ~(uint32_t)bits_range(0, column + 1);
    if (columns == 0) {
        uint32_t rows = mem->chunk_rows & ~(uint32_t)bits_range(0, row + 1);
        if (rows != 0) {
            row = bits_lowest(rows);
            columns = mem->chunk_columns[row];
        }
    }
    if (columns != 0)
        return mem->chunk_bins[row][bits_lowest(columns)];
    /* Nothing surely large enough: the rest of the own bin. */
    while (chunk != NULL && chunk_size(chunk) < size)
        chunk = chunk->next_free;
    return chunk;
}

/* ---- Pages ---- */

/* Counts the pages of [from, to) as resident; false: over the limit, nothing changed. */
static bool medium_commit(ouro_mem *mem, const char *from, const char *to)
{
    size_t missing = 0;
    uintptr_t first = (uintptr_t)from / MEM_PAGE, last = ((uintptr_t)to - 1) / MEM_PAGE;
    for (uintptr_t page = first; page <= last; page++)
        missing += !(mem_pool_of((void *)(page * MEM_PAGE))->resident >> page % MEM_POOL_PAGES & 1);
    if (missing == 0)
        return true;
    if (!arena_commit(mem, missing * MEM_PAGE))
        return false;
    for (uintptr_t page = first; page <= last; page++)
        mem_pool_of((void *)(page * MEM_PAGE))->resident |= (uint16_t)(1u << page % MEM_POOL_PAGES);
    return true;
}

/* ---- Spans ---- */

static MEM_NO_ASAN mem_chunk *medium_new_span(ouro_mem *mem)
{
    mem_pool *first = arena_take(mem, MEM_SPAN_SLOTS);
    if (first == NULL)
        return NULL;
    char *memory = pool_memory(first);
    for (size_t i = 0; i < MEM_SPAN_SLOTS; i++) {
        mem_pool *header = mem_pool_of(memory + i * MEM_POOL);
        header->type = POOL_SPAN;
        header->next = first;
    }
    mem_chunk *chunk = medium_first(first);
    if (!medium_commit(mem, memory, (char *)(chunk + 1))) {
        arena_give(mem, first, MEM_SPAN_SLOTS);
        return NULL;
    }
    chunk->previous = 0;
    chunk->size = MEM_SPAN - 2 * MEM_MEDIUM_HEADER;
    mem->spans++;
    mem->empty_spans++;
    medium_insert(mem, chunk);
    return chunk;
}

static MEM_NO_ASAN bool medium_is_whole_span(const mem_chunk *chunk)
{
    return chunk->previous == 0 && chunk_size(chunk) == MEM_SPAN - 2 * MEM_MEDIUM_HEADER;
}

/* The chunk is free and a whole span. */
static void medium_release_span(ouro_mem *mem, mem_chunk *chunk)
{
    medium_remove(mem, chunk);
    mem->spans--;
    mem->empty_spans--;
    arena_give(mem, medium_span_of(chunk), MEM_SPAN_SLOTS);
}

MEM_NO_ASAN void medium_drop_empty_span(ouro_mem *mem)
{
    unsigned row, column;
    medium_bin(MEM_SPAN - 2 * MEM_MEDIUM_HEADER, &row, &column);
    mem_chunk *chunk = mem->chunk_bins[row][column];
    while (chunk != NULL && !medium_is_whole_span(chunk))
        chunk = chunk->next_free;
    if (chunk != NULL)
        medium_release_span(mem, chunk);
}

/* Sets the size of a chunk, and tells its successor. */
static MEM_NO_ASAN void medium_set_size(const mem_pool *first, mem_chunk *chunk, size_t size, uint32_t flags)
{
    chunk->size = (uint32_t)size | flags;
    mem_chunk *next = medium_next(first, chunk);
    if (next != NULL)
        next->previous = (uint32_t)size;
}

/* Cuts a used chunk down to `size`; what is left over becomes free, together with a free successor. */
static MEM_NO_ASAN void medium_split(ouro_mem *mem, mem_pool *first, mem_chunk *chunk, size_t size)
{
    size_t whole = chunk_size(chunk);
    if (whole - size < MEDIUM_SPLIT_MIN)
        return;
    uint32_t flags = chunk->size & CHUNK_FLAGS;
    mem_chunk *rest = chunk_at(chunk, (ptrdiff_t)size);
    size_t rest_size = whole - size;
    mem_chunk *next = medium_next(first, chunk);
    if (next != NULL && !(next->size & CHUNK_USED)) {
        medium_remove(mem, next);
        rest_size += chunk_size(next);
    }
    chunk->size = (uint32_t)size | flags;
    rest->previous = (uint32_t)size;
    medium_set_size(first, rest, rest_size, 0);
    medium_insert(mem, rest);
}

static size_t medium_chunk_size(size_t size)
{
    return bits_align_up(size + MEM_MEDIUM_HEADER, 16);
}

MEM_NO_ASAN void *medium_alloc(ouro_mem *mem, size_t size, ouro_mem_kind kind)
{
    size_t needed = medium_chunk_size(size);
    mem_chunk *chunk = medium_find(mem, needed);
    if (chunk == NULL && (chunk = medium_new_span(mem)) == NULL)
        return NULL;
    /* The rest's header and links are written too. */
    char *end = (char *)chunk + chunk_size(chunk), *touched = (char *)chunk + needed + sizeof(mem_chunk);
    if (!medium_commit(mem, (char *)chunk, touched < end ? touched : end))
        return NULL;
    mem->empty_spans -= medium_is_whole_span(chunk);
    medium_remove(mem, chunk);
    chunk->size = (uint32_t)chunk_size(chunk) | CHUNK_USED | (kind == OURO_MEM_OBJECT ? CHUNK_OBJECT : 0);
    medium_split(mem, medium_span_of(chunk), chunk, needed);
    size_t usable = chunk_size(chunk) - MEM_MEDIUM_HEADER;
    mem->medium_blocks++;
    mem->medium_bytes += usable;
    mem->total_bytes += usable;
    uint64_t *block = medium_block(chunk);
    block[1] = 0;
    return block;
}

MEM_NO_ASAN void medium_free(ouro_mem *mem, void *block)
{
    mem_chunk *chunk = (mem_chunk *)((char *)block - MEM_MEDIUM_HEADER);
    mem_pool *first = medium_span_of(chunk);
    size_t size = chunk_size(chunk);
    if (!(chunk->size & CHUNK_USED)) {
        mem_report(mem, OURO_MEM_DOUBLE_FREE, block, size - MEM_MEDIUM_HEADER);
        return;
    }
    mem->medium_blocks--;
    mem->medium_bytes -= size - MEM_MEDIUM_HEADER;
    mem->freed_bytes += size - MEM_MEDIUM_HEADER;
    chunk->size = (uint32_t)size; /* says "free" also when it is merged into its predecessor (ouro_mem_walk) */
    mem_chunk *next = medium_next(first, chunk);
    if (next != NULL && !(next->size & CHUNK_USED)) {
        medium_remove(mem, next);
        size += chunk_size(next);
    }
    if (chunk->previous != 0) {
        mem_chunk *previous = chunk_at(chunk, -(ptrdiff_t)chunk->previous);
        if (!(previous->size & CHUNK_USED)) {
            medium_remove(mem, previous);
            size += chunk_size(previous);
            chunk = previous;
        }
    }
    medium_set_size(first, chunk, size, 0);
    medium_insert(mem, chunk);
    if (medium_is_whole_span(chunk)) {
        mem->empty_spans++;
        if (mem->empty_spans > 1) {
            medium_release_span(mem, chunk);
            return;
        }
    }
    if (size >= 2 * MEM_PAGE)
        purge_schedule(mem);
}

MEM_NO_ASAN bool medium_resize(ouro_mem *mem, void *block, size_t size)
{
    mem_chunk *chunk = (mem_chunk *)((char *)block - MEM_MEDIUM_HEADER);
    mem_pool *first = medium_span_of(chunk);
    size_t old_size = chunk_size(chunk), needed = medium_chunk_size(size);
    if (needed > old_size) {
        mem_chunk *next = medium_next(first, chunk);
        if (next == NULL || (next->size & CHUNK_USED) || old_size + chunk_size(next) < needed)
            return false;
        char *end = (char *)next + chunk_size(next), *touched = (char *)chunk + needed + sizeof(mem_chunk);
        if (!medium_commit(mem, (char *)chunk, touched < end ? touched : end))
            return false;
        medium_remove(mem, next);
        medium_set_size(first, chunk, old_size + chunk_size(next), chunk->size & CHUNK_FLAGS);
    }
    medium_split(mem, first, chunk, needed);
    size_t new_size = chunk_size(chunk);
    mem->medium_bytes += new_size - old_size;
    if (new_size > old_size)
        mem->total_bytes += new_size - old_size;
    else
        mem->freed_bytes += old_size - new_size;
    if (new_size + MEM_PAGE < old_size)
        purge_schedule(mem);
    return true;
}

MEM_NO_ASAN bool medium_purge_span(ouro_mem *mem, mem_pool *first, bool all, uint64_t *pages)
{
    bool waits = false;
    for (mem_chunk *chunk = medium_first(first); chunk != NULL; chunk = medium_next(first, chunk)) {
        if (chunk->size & (CHUNK_USED | CHUNK_PURGED))
            continue;
        if (!all && !(chunk->size & CHUNK_AGED)) {
            chunk->size |= CHUNK_AGED;
            waits |= chunk_size(chunk) >= 2 * MEM_PAGE;
            continue;
        }
        if (medium_is_whole_span(chunk)) {
            medium_release_span(mem, chunk);
            return true;
        }
        char *from = (char *)bits_align_up((uintptr_t)(chunk + 1), MEM_PAGE);
        char *to = (char *)bits_align_down((uintptr_t)chunk + chunk_size(chunk), MEM_PAGE);
        chunk->size |= CHUNK_PURGED;
        for (; from < to; from += MEM_PAGE) {
            size_t page = ((uintptr_t)from & (MEM_ARENA - 1)) / MEM_PAGE;
            if (mem_pool_of(from)->resident >> page % MEM_POOL_PAGES & 1)
                bitmap_set(pages, page);
        }
    }
    return waits;
}

/* ---- Checking ---- */

static MEM_NO_ASAN bool medium_check_span(const ouro_mem *mem, const mem_pool *first, size_t *blocks, size_t *bytes,
                                          size_t *free_chunks)
{
    uint32_t previous = 0;
    bool previous_free = false;
    for (mem_chunk *chunk = medium_first(first); chunk != NULL; chunk = medium_next(first, chunk)) {
        size_t size = chunk_size(chunk);
        bool is_free = !(chunk->size & CHUNK_USED);
        if (chunk->previous != previous || size < CHUNK_MIN || (is_free && previous_free) ||
            (char *)chunk + size > medium_end(first))
            return false;
        if (is_free) {
            (*free_chunks)++;
        } else {
            (*blocks)++;
            *bytes += size - MEM_MEDIUM_HEADER;
        }
        previous = (uint32_t)size;
        previous_free = is_free;
    }
    return true;
}

MEM_NO_ASAN bool medium_check(ouro_mem *mem)
{
    size_t blocks = 0, bytes = 0, free_chunks = 0, listed = 0, spans = 0, empty = 0;
    for (size_t i = 0; i < mem->arena_count; i++) {
        for (size_t slot = 1; slot < MEM_ARENA_SLOTS; slot++) {
            mem_pool *first = arena_header(mem->arenas[i], slot);
            if (bitmap_get(mem->arenas[i]->free, slot) || first->type != POOL_SPAN || first->next != first)
                continue;
            spans++;
            if (!medium_check_span(mem, first, &blocks, &bytes, &free_chunks))
                return false;
            const mem_chunk *chunk = medium_first(first);
            empty += !(chunk->size & CHUNK_USED) && medium_is_whole_span(chunk);
        }
    }
    for (unsigned row = 0; row < CHUNK_ROWS; row++) {
        if ((mem->chunk_rows >> row & 1) != (mem->chunk_columns[row] != 0))
            return false;
        for (unsigned column = 0; column < CHUNK_COLUMNS; column++) {
            const mem_chunk *chunk = mem->chunk_bins[row][column];
            if ((mem->chunk_columns[row] >> column & 1) != (chunk != NULL))
                return false;
            for (; chunk != NULL; chunk = chunk->next_free, listed++) {
                unsigned its_row, its_column;
                medium_bin(chunk_size(chunk), &its_row, &its_column);
                if (its_row != row || its_column != column || (chunk->size & CHUNK_USED))
                    return false;
            }
        }
    }
    return blocks == mem->medium_blocks && bytes == mem->medium_bytes && free_chunks == listed &&
           spans == mem->spans && empty == mem->empty_spans;
}

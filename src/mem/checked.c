/* checked.c: the checked build's layer between the public functions and the heap (OURO_DEBUG, or under
 * AddressSanitizer): guards, poison, quarantine.
 *
 *     | what was asked for | guard ... | record |        a live block
 *     | poison ........................| record |        a freed one, in quarantine
 *
 * Every block is 16 bytes larger than it would be.  Behind what was asked for lie guard bytes to its end, and in
 * the last 8 bytes a record: the size asked for, mixed with the block's address and with whether it lives.  A
 * write past the end so changes the guard or the record, which freeing (and ouro_mem_check) finds; freeing twice
 * finds a dead record; freeing what is no block finds no pool, or an address between two blocks.
 *
 * Freed blocks are filled with poison and wait in quarantine before their pool gets them back; on the way out the
 * poison is looked at: somebody may have written to it.  Under AddressSanitizer everything but what was asked
 * for is poisoned for it too, so that it reports each access at once.
 *
 * ouro_mem_size answers what it would without checks (a size class); the bytes between that and what was asked
 * for are guarded until the first such question claims them.
 *
 * Not here: fault injection and hooks (mem.c).
 */
#include "mem/mem_internal.h"
#include <stdlib.h>
#include <string.h>

#ifdef MEM_CHECKED

enum {
    CHECKED_EXTRA = 16,
    CHECKED_RECORD = 8,
    CHECKED_FRESH_BYTE = 0xCB,
    CHECKED_DEAD_BYTE = 0xDB,
    CHECKED_GUARD_BYTE = 0xFB,
    CHECKED_QUARANTINE = 1024,              /* blocks in quarantine, */
    CHECKED_QUARANTINE_BYTES = 1024 * 1024, /* and their bytes */
};

#define CHECKED_LIVE UINT64_C(0xa5a5000000000000)
#define CHECKED_DEAD UINT64_C(0x5a5a000000000000)

/* Blocks in quarantine, a ring. */
struct mem_quarantine {
    size_t first, count, bytes;
    void *blocks[CHECKED_QUARANTINE];
};

/* memset and memcmp, which AddressSanitizer would watch. */
static MEM_NO_ASAN void checked_fill(char *to, int byte, size_t size)
{
    for (volatile char *at = to, *end = to + size; at < end; at++)
        *at = (char)byte;
}

static MEM_NO_ASAN bool checked_is_filled(const char *at, int byte, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (at[i] != (char)byte)
            return false;
    }
    return true;
}

static void checked_poison(const void *at, size_t size)
{
#ifdef MEM_ASAN
    __asan_poison_memory_region((void *)at, size);
#endif
}

static void checked_unpoison(const void *at, size_t size)
{
#ifdef MEM_ASAN
    __asan_unpoison_memory_region((void *)at, size);
#endif
}

static uint64_t checked_mix(const void *block, uint64_t state)
{
    return state ^ (bits_mix((uint64_t)(uintptr_t)block) >> 16);
}

static MEM_NO_ASAN uint64_t checked_read(const char *at)
{
    return *(const uint64_t *)at;
}

static MEM_NO_ASAN void checked_write(char *at, uint64_t value)
{
    *(uint64_t *)at = value;
}

static char *checked_record(const void *block, size_t raw)
{
    return (char *)block + raw - CHECKED_RECORD;
}

/* What was asked for; false: the record is not that of a live block. */
static bool checked_asked(const void *block, size_t raw, uint64_t state, size_t *size)
{
    uint64_t value = checked_read(checked_record(block, raw)) ^ checked_mix(block, state);
    *size = (size_t)value;
    return value <= raw - CHECKED_EXTRA + 8;
}

static bool checked_guard_holds(const void *block, size_t raw)
{
    size_t size;
    return checked_asked(block, raw, CHECKED_LIVE, &size) &&
           checked_is_filled((const char *)block + size, CHECKED_GUARD_BYTE, raw - CHECKED_RECORD - size);
}

/* Writes guard and record of a live block of which `size` bytes may be used. */
static void checked_seal(void *block, size_t raw, size_t size)
{
    checked_fill((char *)block + size, CHECKED_GUARD_BYTE, raw - CHECKED_RECORD - size);
    checked_write(checked_record(block, raw), size ^ checked_mix(block, CHECKED_LIVE));
    checked_unpoison(block, size);
    checked_poison((char *)block + size, raw - size);
}

static size_t checked_raw_request(const ouro_mem *mem, size_t size, ouro_mem_kind kind)
{
    return mem_raw_good_size(mem, size, kind) + CHECKED_EXTRA;
}

void *checked_alloc(ouro_mem *mem, size_t size, ouro_mem_kind kind)
{
    if (size > PTRDIFF_MAX - MEM_ARENA)
        return mem_refused(mem);
    char *block = mem_raw_alloc(mem, checked_raw_request(mem, size, kind), kind);
    if (block == NULL)
        return NULL;
    size_t raw = mem_raw_size(mem, block);
    /* Large blocks are not filled: their fresh pages should not be touched. */
    if (raw <= MEM_MEDIUM_MAX) {
        size_t from = kind == OURO_MEM_OBJECT ? OURO_MEM_MARK_OFFSET + 8 : 0; /* the mark stays 0 */
        if (size > from)
            checked_fill(block + from, CHECKED_FRESH_BYTE, size - from);
    }
    checked_seal(block, raw, size);
    return block;
}

/* ---- Freeing ---- */

static void checked_release(ouro_mem *mem, void *block)
{
    size_t raw = mem_raw_size(mem, block), asked;
    bool sound = checked_asked(block, raw, CHECKED_DEAD, &asked);
    size_t from = 0;
    if (mem_raw_kind(mem, block) == OURO_MEM_OBJECT) {
        /* The word in the middle is 0, for walks. */
        sound &= checked_is_filled(block, CHECKED_DEAD_BYTE, OURO_MEM_MARK_OFFSET) &&
                 checked_read((char *)block + OURO_MEM_MARK_OFFSET) == 0;
        from = OURO_MEM_MARK_OFFSET + 8;
    }
    sound &= checked_is_filled((char *)block + from, CHECKED_DEAD_BYTE, raw - CHECKED_RECORD - from);
    if (!sound)
        mem_report(mem, OURO_MEM_WRITE_AFTER_FREE, block, asked < raw ? asked : 0);
    /* An allocator that is not ours may look into its block. */
    if (mem->is_external)
        checked_unpoison(block, raw);
    mem_raw_free(mem, block);
}

void checked_flush(ouro_mem *mem)
{
    mem_quarantine *quarantine = mem->quarantine;
    if (quarantine == NULL)
        return;
    while (quarantine->count > 0) {
        void *block = quarantine->blocks[quarantine->first];
        quarantine->first = (quarantine->first + 1) % CHECKED_QUARANTINE;
        quarantine->count--;
        checked_release(mem, block);
    }
    quarantine->bytes = 0;
}

static void checked_put_in_quarantine(ouro_mem *mem, void *block, size_t raw)
{
    mem_quarantine *quarantine = mem->quarantine;
    if (quarantine == NULL && (quarantine = mem->quarantine = calloc(1, sizeof *quarantine)) == NULL) {
        checked_release(mem, block);
        return;
    }
    while (quarantine->count == CHECKED_QUARANTINE ||
           (quarantine->count > 0 && quarantine->bytes + raw > CHECKED_QUARANTINE_BYTES)) {
        void *oldest = quarantine->blocks[quarantine->first];
        quarantine->first = (quarantine->first + 1) % CHECKED_QUARANTINE;
        quarantine->count--;
        quarantine->bytes -= mem_raw_size(mem, oldest);
        checked_release(mem, oldest);
    }
    quarantine->blocks[(quarantine->first + quarantine->count) % CHECKED_QUARANTINE] = block;
    quarantine->count++;
    quarantine->bytes += raw;
}

/* True when the block can be freed; otherwise what is wrong has been reported. */
static bool checked_may_free(ouro_mem *mem, void *block)
{
    size_t asked;
    if (!mem_raw_owns(mem, block)) {
        mem_report(mem, OURO_MEM_FOREIGN_FREE, block, 0);
        return false;
    }
    size_t raw = mem_raw_size(mem, block);
    if (checked_asked(block, raw, CHECKED_DEAD, &asked)) {
        mem_report(mem, OURO_MEM_DOUBLE_FREE, block, asked);
        return false;
    }
    if (!checked_guard_holds(block, raw)) {
        if (!checked_asked(block, raw, CHECKED_LIVE, &asked))
            asked = 0;
        mem_report(mem, OURO_MEM_WRITE_PAST_END, block, asked);
        return false;
    }
    return true;
}

void checked_free(ouro_mem *mem, void *block)
{
    if (!checked_may_free(mem, block))
        return;
    size_t raw = mem_raw_size(mem, block), asked;
    (void)checked_asked(block, raw, CHECKED_LIVE, &asked);
    if (raw > MEM_MEDIUM_MAX) {
        checked_unpoison(block, raw);
        mem_raw_free(mem, block);
        return;
    }
    checked_fill(block, CHECKED_DEAD_BYTE, raw - CHECKED_RECORD);
    if (mem_raw_kind(mem, block) == OURO_MEM_OBJECT)
        checked_write((char *)block + OURO_MEM_MARK_OFFSET, 0);
    checked_write(checked_record(block, raw), asked ^ checked_mix(block, CHECKED_DEAD));
    checked_poison(block, raw);
    checked_put_in_quarantine(mem, block, raw);
}

/* ---- Sizes ---- */

size_t checked_size(const ouro_mem *mem, const void *block)
{
    size_t raw = mem_raw_size(mem, block), asked;
    if (!checked_asked(block, raw, CHECKED_LIVE, &asked))
        return raw - CHECKED_EXTRA;
    return mem_raw_good_size(mem, asked, mem_raw_kind(mem, block));
}

size_t checked_claim(ouro_mem *mem, const void *block)
{
    size_t size = checked_size(mem, block), raw = mem_raw_size(mem, block);
    if (checked_guard_holds(block, raw))
        checked_seal((void *)block, raw, size);
    return size;
}

/* Always moves, so that stale pointers are found; but for large blocks, whose pages would be copied. */
void *checked_resize(ouro_mem *mem, void *block, size_t size)
{
    if (!checked_may_free(mem, block) || size > PTRDIFF_MAX - MEM_ARENA)
        return mem_refused(mem);
    size_t raw = mem_raw_size(mem, block), asked;
    (void)checked_asked(block, raw, CHECKED_LIVE, &asked);
    ouro_mem_kind kind = mem_raw_kind(mem, block);
    if (raw > MEM_MEDIUM_MAX && size > MEM_MEDIUM_MAX) {
        checked_unpoison(block, raw);
        void *moved = mem_raw_resize(mem, block, checked_raw_request(mem, size, kind));
        void *now = moved != NULL ? moved : block;
        checked_seal(now, mem_raw_size(mem, now), moved != NULL ? size : asked);
        return moved;
    }
    void *moved = checked_alloc(mem, size, kind);
    if (moved == NULL)
        return NULL;
    memcpy(moved, block, size < asked ? size : asked);
    checked_free(mem, block);
    return moved;
}

/* ---- Checking ---- */

typedef struct checked_state {
    ouro_mem *mem;
    bool sound;
} checked_state;

static bool checked_visit(void *context, void *block, size_t size, ouro_mem_kind kind)
{
    checked_state *state = context;
    size_t raw = mem_raw_size(state->mem, block), asked;
    if (!checked_guard_holds(block, raw)) {
        if (!checked_asked(block, raw, CHECKED_LIVE, &asked))
            asked = 0;
        mem_report(state->mem, OURO_MEM_WRITE_PAST_END, block, asked);
        state->sound = false;
    }
    return true;
}

bool checked_check(ouro_mem *mem)
{
    uint64_t faults = mem->faults;
    checked_flush(mem);
    checked_state state = {mem, true};
    walk_blocks(mem, OURO_MEM_ALL, checked_visit, &state);
    return state.sound && mem->faults == faults;
}

#endif

/* birth.h: the path that each birth takes, to be inlined into the hook of whoever knows where the program is.
 *
 * An owner inside the library (vm/tracing.c) passes a hook of its own to birth_start: it finds the place and calls
 * birth_note.  Compared with ouro_trace_config.current, which the public door has, that saves a call through a pointer and
 * what it makes the hook keep across it: 40 of 130 instructions for each block.
 *
 * A tracer that samples, or whose heap is on an allocator of the embedder's, asks `current` instead, so the configuration
 * has it in any case.
 */
#ifndef TRACE_BIRTH_H
#define TRACE_BIRTH_H

#include "mem/mem_side.h"
#include "trace/tracer.h"

typedef void (*birth_hook)(void *trace, void *block, size_t size, ouro_mem_kind kind);

/* As ouro_trace_start; `allocated` is told of each block (but see above) and calls birth_note. */
OURO_NODISCARD ouro_trace *birth_start(ouro_mem *mem, const ouro_trace_config *config, birth_hook allocated);

/* When the cohort is not hinted at, or the block lies in no small pool with an array beside it. */
void birth_note_slow(ouro_trace *trace, void *block, size_t size, ouro_trace_place place);
/* When there are more bytes than ever. */
void birth_note_peak(ouro_trace *trace);

/* What a hint has beside the place's `at`.  (Only for sizes of 32 bits.) */
static inline uint64_t birth_context_size(ouro_trace_place place, size_t size)
{
    return (uint64_t)place.context << 32 | (uint32_t)size;
}

static inline trace_hint *birth_hint(ouro_trace *trace, ouro_trace_place place, uint64_t context_size)
{
    uint64_t mixed = (place.at ^ (context_size << 19 | context_size >> 45)) * UINT64_C(0xd6e8feb86659fd93);
    return &trace->hints[mixed >> 54];
}

_Static_assert(TRACE_CACHE == 1 << (64 - 54), "birth_hint takes the index from the highest bits");

static inline void birth_count(ouro_trace *trace, uint32_t *entry, uint32_t number, size_t size)
{
    *entry = number;
    cohort_at(trace, number)->born++;
    trace->bytes += size;
    if (OURO_UNLIKELY(trace->bytes > trace->peak))
        birth_note_peak(trace);
}

/* A block of `size` bytes is born at `place`, in a heap of pools. */
static inline void birth_note(ouro_trace *trace, void *block, size_t size, ouro_trace_place place)
{
    uint64_t context_size = birth_context_size(place, size);
    const trace_hint *hint = birth_hint(trace, place, context_size);
    if (OURO_LIKELY(hint->at == place.at && hint->context_size == context_size)) {
        /* (A block of a small pool has a size of 32 bits.) */
        mem_pool *pool = mem_pool_of(block);
        if (OURO_LIKELY(pool->type == POOL_SMALL && pool->side != NULL)) {
            birth_count(trace, (uint32_t *)pool->side + pool_block_number(pool, block), hint->cohort, size);
            return;
        }
    }
    birth_note_slow(trace, block, size, place);
}

#endif

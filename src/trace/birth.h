/* birth.h: the paths that each birth takes, to be inlined into the hooks of whoever knows where the program is.
 *
 * An owner inside the library (vm/tracing.c) passes hooks of its own to birth_start.  Its `take` pops a block from its
 * slot's list, forms the key of the place from the two or three words that it has at hand, and asks birth_put; what that
 * cannot do is left, as the last act, to a function that finds out the place and calls birth_note.  So the usual birth is one
 * function without a call, which keeps nothing across one.
 *
 * The key is the owner's way to say where the program is; a hint leads from there, and from the size, to the cohort.  Equal
 * keys must mean equal places until the owner says that they do no longer (birth_forget_keys); one place may have several
 * keys.  So the vm's is the address of the instruction, which is there to be loaded, and not code and unit of the place,
 * which must be computed.
 *
 * A tracer that samples, or whose heap is on an allocator of the embedder's, asks ouro_trace_config.current instead, so the
 * configuration has it in any case.
 */
#ifndef TRACE_BIRTH_H
#define TRACE_BIRTH_H

#include "mem/mem_side.h"
#include "trace/tracer.h"

typedef struct birth_hooks {
    /* As mem_hooks.allocated and .take; the context is the tracer. */
    void (*allocated)(void *trace, void *block, size_t size, ouro_mem_kind kind);
    void *(*take)(ouro_mem *mem, size_t size, unsigned slot);
    const void *here; /* what `take` finds in the tracer: where the owner keeps the place */
} birth_hooks;

/* As ouro_trace_start. */
OURO_NODISCARD ouro_trace *birth_start(ouro_mem *mem, const ouro_trace_config *config, const birth_hooks *hooks);

typedef struct birth_key {
    uint64_t at;
    uint32_t size; /* if it has room */
    ouro_trace_site context;
} birth_key;

static inline birth_key birth_key_of(uint64_t at, ouro_trace_site context, size_t size)
{
    return (birth_key){at, (uint32_t)size, context};
}

static inline trace_hint *birth_hint(ouro_trace *trace, const birth_key *key)
{
    /* Instructions are 4 bytes apart, most sizes 8: each makes a step of its own.  (A function that mixes all bits took 6
     * instructions more of the 60 of a birth, and is no better for the few places of a loop.) */
    enum { STEP = 8, LAST = (TRACE_CACHE - 1) * sizeof(trace_hint) };
    uint32_t mixed = (uint32_t)key->at * (STEP / 4) + key->size * 9 + key->context * (61 * STEP);
    return (trace_hint *)(void *)((char *)trace->hints + (mixed * (sizeof(trace_hint) / STEP) & LAST));
}

static inline bool birth_hint_is_of(const trace_hint *hint, const birth_key *key)
{
    return hint->at == key->at && hint->size == key->size && hint->context == key->context;
}

/* Keys may mean other places from now on. */
void birth_forget_keys(ouro_trace *trace);
/* A block of any kind is born at `place`, for which the owner's key is `key`. */
void birth_note(ouro_trace *trace, void *block, size_t size, const ouro_trace_place *place, const birth_key *key);
/* There are more bytes than the watcher waits for.  Returns the block, so that it can be the last act. */
void *birth_tell_watcher(ouro_trace *trace, void *block);

static inline void *birth_count(ouro_trace *trace, void *block, trace_cohort *cohort, size_t size)
{
    cohort->born++;
    if (trace_add_bytes(trace, size) && OURO_UNLIKELY(trace->peak > trace->watch))
        return birth_tell_watcher(trace, block);
    return block;
}

/* Puts the number of a block of a small pool beside it, if there is a hint and an array to put it into: then birth_count is
 * what remains to be done, with the hint's cohort.  NULL: nothing is done. */
static inline __attribute__((always_inline)) const trace_hint *birth_put(ouro_trace *trace, mem_pool *pool, void *block,
                                                                         unsigned slot, birth_key key)
{
    const trace_hint *hint = birth_hint(trace, &key);
    if (OURO_UNLIKELY(!birth_hint_is_of(hint, &key)))
        return NULL;
    if (OURO_UNLIKELY(pool->side == NULL || !mem_side_fits(pool, hint->number)))
        return NULL;
    mem_side_set(pool, pool_block_number_in(slot, block), hint->number);
    return hint;
}

#endif

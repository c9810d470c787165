/* tracer.c: a tracer's start and end, and the paths that each block's birth and death take (tracer.h). */
#include "trace/birth.h"
#include "base/os.h"
#include <string.h>

/* ---- Births ---- */

__attribute__((noinline)) void *birth_tell_watcher(ouro_trace *trace, void *block)
{
    trace->watch = SIZE_MAX;
    trace->watcher(trace->watcher_context);
    return block;
}

void birth_forget_keys(ouro_trace *trace)
{
    cohort_forget_hints(trace);
}

__attribute__((noinline)) void birth_note(ouro_trace *trace, void *block, size_t size, const ouro_trace_place *place,
                                          const birth_key *key)
{
    trace_hint *hint = birth_hint(trace, key);
    bool may_hint = size <= UINT32_MAX; /* more has no room in a key */
    uint32_t number;
    if (may_hint && birth_hint_is_of(hint, key)) {
        number = hint->number;
    } else {
        number = cohort_of_place(trace, place, 0, size);
        if (number != 0 && may_hint)
            *hint = (trace_hint){key->at, key->size, key->context, number, cohort_at(trace, number)};
    }
    if (OURO_UNLIKELY(number == 0 || !mem_side_write(trace->heap, trace->atlas->mem, block, number))) {
        trace->lost++;
        return;
    }
    (void)birth_count(trace, block, cohort_at(trace, number), size);
}

/* A block is born where `current` says, and the place itself is the key. */
static void trace_note(ouro_trace *trace, void *block, size_t size)
{
    ouro_trace_place place = {.context = OURO_TRACE_ROOT};
    if (trace->current != NULL)
        place = trace->current(trace->context);
    birth_key key = birth_key_of(place.at, place.context, size);
    birth_note(trace, block, size, &place, &key);
}

static void trace_allocated(void *context, void *block, size_t size, ouro_mem_kind kind)
{
    (void)kind;
    trace_note(context, block, size);
}

/* The same for a tracer that samples. */
static void trace_allocated_sampled(void *context, void *block, size_t size, ouro_mem_kind kind)
{
    ouro_trace *trace = context;
    (void)kind;
    trace->until_sample -= (int64_t)size;
    if (OURO_LIKELY(trace->until_sample >= 0))
        return;
    trace->until_sample = sample_draw(trace);
    trace_note(trace, block, size);
}

#ifndef MEM_CHECKED
static void *trace_take_sampled(ouro_mem *mem, size_t size, unsigned slot)
{
    ouro_trace *trace = mem->hooks.context;
    void *block = mem_take_held(mem, slot);
    if (OURO_UNLIKELY(block == NULL))
        return mem_alloc_slow(mem, size, size_class_slot_kind(slot));
    if (OURO_LIKELY(trace->until_sample >= (int64_t)size))
        trace->until_sample -= (int64_t)size;
    else
        trace_allocated_sampled(trace, block, size, size_class_slot_kind(slot));
    return block;
}
#endif

/* ---- Deaths ---- */

/* Also of number 0, which has no size and which nobody counts. */
static inline void trace_count_death(ouro_trace *trace, uint32_t number)
{
    trace_cohort *cohort = cohort_at(trace, number);
    cohort->died++;
    trace_subtract_bytes(trace, cohort->size);
}

static uint64_t trace_freed(void *context, void *block)
{
    ouro_trace *trace = context;
    mem_pool *pool = trace->heap->is_external ? NULL : mem_pool_of(block);
    uint32_t number;
    if (OURO_LIKELY(pool != NULL && pool->type == POOL_SMALL && pool->side != NULL)) {
        number = mem_side_take(pool, pool_block_number(pool, block));
    } else {
        number = mem_side_read(trace->heap, block);
        bool written = number == 0 || mem_side_write(trace->heap, trace->atlas->mem, block, 0);
        OURO_ASSERT(written); /* there is an array, and 0 fits */
        (void)written;
    }
    trace_count_death(trace, number);
    return number;
}

static void trace_kept(void *context, void *block, uint64_t known)
{
    ouro_trace *trace = context;
    if (known == 0)
        return;
    trace_cohort *cohort = cohort_at(trace, (uint32_t)known);
    cohort->died--;
    (void)trace_add_bytes(trace, cohort->size);
    bool written = mem_side_write(trace->heap, trace->atlas->mem, block, (uint32_t)known);
    OURO_ASSERT(written); /* it had this number before */
    (void)written;
}

static void trace_dropped(void *context, mem_pool *pool)
{
    ouro_trace *trace = context;
    mem_side_drop(trace->atlas->mem, pool);
}

#ifndef MEM_CHECKED
static __attribute__((noinline)) void trace_give_any(ouro_mem *mem, void *block)
{
    (void)trace_freed(mem->hooks.context, block);
    mem_raw_free(mem, block);
}

/* mem_hooks.give. */
static void trace_give(ouro_mem *mem, void *block)
{
    mem_pool *pool = mem_pool_of(block);
    if (OURO_UNLIKELY(pool->type != POOL_SMALL)) {
        trace_give_any(mem, block);
        return;
    }
    if (OURO_LIKELY(pool->side != NULL)) {
        trace_count_death(mem->hooks.context, mem_side_take(pool, pool_block_number(pool, block)));
    }
    mem_free_small_held(mem, pool, block);
}
#endif

/* ---- Start and end ---- */

ouro_trace *ouro_trace_start(ouro_mem *mem, const ouro_trace_config *config)
{
    return birth_start(mem, config, &(birth_hooks){.allocated = trace_allocated});
}

ouro_trace *birth_start(ouro_mem *mem, const ouro_trace_config *config, const birth_hooks *hooks)
{
    if (mem->hooked)
        return NULL;
    trace_atlas *atlas = atlas_create(config);
    if (atlas == NULL)
        return NULL;
    ouro_trace *trace = ouro_mem_alloc_zeroed(atlas->mem, sizeof *trace);
    if (trace == NULL) {
        atlas_release(atlas);
        return NULL;
    }
    trace->heap = mem;
    trace->atlas = atlas;
    trace->current = config->current;
    trace->depth = config->depth;
    trace->context = config->context;
    trace->here = hooks->here;
    trace->watch = SIZE_MAX;
    trace->sample = (double)config->sample;
    trace->random = config->seed != 0 ? config->seed : (uint64_t)os_clock();
    if (!cohort_start(trace)) {
        atlas_release(atlas);
        return NULL;
    }
    if (config->sample != 0)
        trace->until_sample = sample_draw(trace);
    mem_hooks of_heap = {
        .context = trace,
        .allocated = config->sample != 0 ? trace_allocated_sampled : hooks->allocated,
        .freed = trace_freed,
        .kept = trace_kept,
        .dropped = trace_dropped,
    };
#ifndef MEM_CHECKED
    of_heap.take = config->sample != 0 ? trace_take_sampled : hooks->take;
    of_heap.give = trace_give;
#endif
    mem_set_hooks(mem, &of_heap);
    return trace;
}

void ouro_trace_stop(ouro_trace *trace)
{
    if (trace == NULL)
        return;
    mem_set_hooks(trace->heap, NULL);
    mem_side_clear(trace->heap, trace->atlas->mem);
    domain_clear(trace);
    records_free(&trace->cohorts);
    trace_atlas *atlas = trace->atlas;
    atlas->describe = NULL;
    ouro_mem_free(atlas->mem, trace);
    atlas_release(atlas);
}

void ouro_trace_clear(ouro_trace *trace)
{
    mem_side_clear(trace->heap, trace->atlas->mem);
    domain_clear(trace);
    cohort_clear(trace);
}

ouro_trace_site ouro_trace_enter(ouro_trace *trace, const ouro_trace_place *place)
{
    return atlas_context(trace->atlas, atlas_site(trace->atlas, place));
}

uint32_t ouro_trace_next_epoch(ouro_trace *trace)
{
    cohort_forget_hints(trace);
    return ++trace->epoch;
}

uint32_t ouro_trace_epoch_now(const ouro_trace *trace)
{
    return trace->epoch;
}

/* ---- Questions ---- */

void ouro_trace_get_bytes(const ouro_trace *trace, size_t *bytes, size_t *peak_bytes)
{
    *bytes = trace_bytes(trace);
    *peak_bytes = trace->peak;
}

void ouro_trace_watch(ouro_trace *trace, size_t bytes, void (*call)(void *context), void *context)
{
    trace->watch = call != NULL ? bytes : SIZE_MAX;
    trace->watcher = call;
    trace->watcher_context = context;
}

void ouro_trace_reset_peak(ouro_trace *trace)
{
    trace->peak = trace_bytes(trace);
    trace->below_peak = 0;
}

void ouro_trace_get_totals(const ouro_trace *trace, ouro_trace_totals *totals)
{
    *totals = (ouro_trace_totals){
        .bytes = trace_bytes(trace),
        .peak_bytes = trace->peak,
        .own_bytes = ouro_mem_system_bytes(trace->atlas->mem),
        .lost = trace->lost,
        .sites = trace->atlas->sites.count - 1,
        .epoch = trace->epoch,
        .limit = trace->atlas->limit,
    };
    for (uint32_t i = 1; i < trace->cohorts.count; i++) {
        const trace_cohort *cohort = cohort_at(trace, i);
        if (cohort->site != 0) {
            totals->cohorts++;
            totals->blocks += cohort->born - cohort->died;
        }
    }
}

bool ouro_trace_find(const ouro_trace *trace, const void *block, ouro_trace_birth *birth)
{
    uint32_t number = mem_side_read(trace->heap, block);
    if (number == 0 || number >= trace->cohorts.count)
        return false;
    const trace_cohort *cohort = cohort_at(trace, number);
    *birth = (ouro_trace_birth){cohort->site, cohort->epoch, cohort->size};
    return true;
}

bool ouro_trace_site_frame(const ouro_trace *trace, ouro_trace_site site, ouro_trace_frame *frame)
{
    return atlas_frame(trace->atlas, site, frame);
}

/* tracer.h: the inside of a tracer: cohorts, and what the paths of allocation touch.
 *
 * A block is born: the owner says where the program is; a cache leads from there and the size to a cohort,
 * whose number goes beside the block.  It dies: the number leads to the cohort.  Each time one counter of the
 * cohort changes, and one of the tracer.
 *
 * Always, without sampling: the sum over all cohorts of size * (born - died) == trace_bytes <= peak; and for each
 * cohort the number of blocks that have its number beside them (or are tracked with it) is born - died.
 *
 * Cohorts without living blocks stay until the table is full; then those are folded into their site's totals
 * and their numbers used again (cohort_sweep).  So a site that allocates a new size each time does not fill
 * memory, and none of the paths looks whether a cohort has died out.
 */
#ifndef TRACE_TRACER_H
#define TRACE_TRACER_H

#include "base/map.h"
#include "base/vector.h"
#include "trace/atlas.h"

/* The blocks of one size born at one site in one epoch. */
typedef struct trace_cohort {
    uint32_t next;
    uint32_t site; /* 0: the number is free */
    uint32_t epoch, domain;
    uint64_t size;
    uint64_t born, died;
} trace_cohort;

/* What leads from a place and a size (birth_key) to a cohort: direct mapped. */
enum { TRACE_CACHE = 1024 };

typedef struct trace_hint {
    uint64_t at;
    uint32_t size, context;
    uint32_t number;      /* of the cohort */
    trace_cohort *cohort; /* the hints are forgotten when the table moves */
} trace_hint;             /* an empty one has context 0, which nothing that is born has */

/* What is tracked in one domain: address to cohort. */
typedef struct trace_domain {
    uint32_t number;
    map addresses;
} trace_domain;

struct ouro_trace {
    ouro_mem *heap; /* the one that is watched */
    trace_atlas *atlas;
    ouro_trace_place (*current)(void *context);
    uint32_t (*depth)(void *context);
    void *context;
    const void *here; /* of the owner's hooks (birth.h) */
    size_t peak;
    int64_t below_peak; /* by how many bytes the living are fewer: one number for both, as births and deaths look at the sign only */
    size_t watch; /* the peak at which `watcher` is called; SIZE_MAX: none is */
    void (*watcher)(void *context);
    void *watcher_context;
    trace_records cohorts;
    uint32_t epoch;
    uint32_t free_cohorts; /* numbers to be used again, chained */
    /* Sampling: the next sample is the block that makes this negative. */
    int64_t until_sample;
    double sample; /* bytes between samples; 0: every block */
    uint64_t random;
    uint64_t lost;
    VECTOR_OF(trace_domain) domains;
    trace_hint hints[TRACE_CACHE];
};

static inline trace_cohort *cohort_at(const ouro_trace *trace, uint32_t number)
{
    return (trace_cohort *)(void *)trace->cohorts.items + number;
}

static inline size_t trace_bytes(const ouro_trace *trace)
{
    return trace->peak - (size_t)trace->below_peak;
}

/* True: this is a new peak. */
static inline bool trace_add_bytes(ouro_trace *trace, size_t size)
{
    trace->below_peak -= (int64_t)size;
    if (OURO_LIKELY(trace->below_peak >= 0))
        return false;
    trace->peak -= (size_t)trace->below_peak;
    trace->below_peak = 0;
    return true;
}

static inline void trace_subtract_bytes(ouro_trace *trace, size_t size)
{
    trace->below_peak += (int64_t)size;
}

/* ---- cohort.c ---- */

OURO_NODISCARD bool cohort_start(ouro_trace *trace);
/* The cohort of a site, in the present epoch; 0: no memory. */
uint32_t cohort_find(ouro_trace *trace, ouro_trace_site site, uint32_t domain, size_t size);
/* The same for a place; notes how deep the program is when it is the first birth of its site. */
uint32_t cohort_of_place(ouro_trace *trace, const ouro_trace_place *place, uint32_t domain, size_t size);
/* Forgets all cohorts. */
void cohort_clear(ouro_trace *trace);
/* Nothing leads past the table any more: cohorts may have died out, or the epoch has changed. */
void cohort_forget_hints(ouro_trace *trace);

/* ---- sample.c ---- */

/* Draws how many bytes come before the next sample. */
int64_t sample_draw(ouro_trace *trace);
/* How many blocks of a size there are, when so many of them were seen. */
uint64_t sample_estimate(const ouro_trace *trace, uint64_t seen, size_t size);

/* ---- domain.c ---- */

void domain_clear(ouro_trace *trace);

#endif

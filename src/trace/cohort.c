/* cohort.c: the table of cohorts (tracer.h). */
#include "trace/tracer.h"
#include "base/bits.h"
#include <string.h>

static uint32_t cohort_mix(uint32_t site, uint32_t epoch, uint32_t domain, uint64_t size)
{
    return (uint32_t)bits_mix(((uint64_t)site << 32 | epoch) ^ bits_mix(size ^ (uint64_t)domain << 40));
}

static uint32_t cohort_hash(const trace_records *table, const void *item)
{
    const trace_cohort *cohort = item;
    return cohort_mix(cohort->site, cohort->epoch, cohort->domain, cohort->size);
}

bool cohort_start(ouro_trace *trace)
{
    return records_init(&trace->cohorts, trace->atlas->mem, sizeof(trace_cohort), cohort_hash);
}

void cohort_forget_hints(ouro_trace *trace)
{
    memset(trace->hints, 0, sizeof trace->hints);
}

void cohort_clear(ouro_trace *trace)
{
    records_clear(&trace->cohorts);
    trace->free_cohorts = 0;
    trace->peak = 0;
    trace->below_peak = 0;
    cohort_forget_hints(trace);
}

/* Frees the numbers of all cohorts that have died out; how many. */
static uint32_t cohort_sweep(ouro_trace *trace)
{
    trace_records *cohorts = &trace->cohorts;
    uint32_t freed = 0;
    records_unlink_all(cohorts);
    cohort_forget_hints(trace);
    trace->free_cohorts = 0;
    for (uint32_t number = cohorts->count - 1; number > 0; number--) {
        trace_cohort *cohort = cohort_at(trace, number);
        if (cohort->site != 0 && cohort->born != cohort->died) {
            records_link(cohorts, number);
            continue;
        }
        if (cohort->site != 0) {
            trace_site *site = atlas_site_at(trace->atlas, cohort->site);
            uint64_t born = sample_estimate(trace, cohort->born, cohort->size);
            site->dead_blocks += born;
            site->dead_bytes += born * cohort->size;
        }
        cohort->site = 0;
        cohort->next = trace->free_cohorts;
        trace->free_cohorts = number;
        freed++;
    }
    return freed;
}

/* A number for a new cohort; 0: no memory. */
static uint32_t cohort_number(ouro_trace *trace)
{
    trace_records *cohorts = &trace->cohorts;
    if (trace->free_cohorts == 0 && cohorts->count == cohorts->capacity &&
        cohort_sweep(trace) < cohorts->capacity / 4 && !records_reserve(cohorts) && trace->free_cohorts == 0)
        return 0; /* (The sweep has forgotten the hints, which lead into the table.) */
    uint32_t number = trace->free_cohorts;
    if (number == 0)
        return records_append(cohorts);
    trace->free_cohorts = cohort_at(trace, number)->next;
    return number;
}

uint32_t cohort_find(ouro_trace *trace, ouro_trace_site site, uint32_t domain, size_t size)
{
    trace_records *cohorts = &trace->cohorts;
    uint32_t hash = cohort_mix(site, trace->epoch, domain, size);
    for (uint32_t i = records_first(cohorts, hash); i != 0; i = records_next(cohorts, i)) {
        const trace_cohort *cohort = cohort_at(trace, i);
        if (cohort->site == site && cohort->size == size && cohort->epoch == trace->epoch &&
            cohort->domain == domain)
            return i;
    }
    uint32_t number = cohort_number(trace);
    if (number != 0) {
        *cohort_at(trace, number) =
            (trace_cohort){.site = site, .epoch = trace->epoch, .domain = domain, .size = size};
        records_link(cohorts, number);
    }
    return number;
}

uint32_t cohort_of_place(ouro_trace *trace, const ouro_trace_place *place, uint32_t domain, size_t size)
{
    ouro_trace_site site = atlas_site(trace->atlas, place);
    if (site == OURO_TRACE_NO_SITE)
        return 0;
    trace_site *record = atlas_site_at(trace->atlas, site);
    if (record->total == 0 && trace->depth != NULL)
        record->total = trace->depth(trace->context);
    return cohort_find(trace, site, domain, size);
}

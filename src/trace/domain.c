/* domain.c: what is tracked outside of the heap, by domain and address (ouro_trace_track). */
#include "trace/tracer.h"
#include "mem/mem_vector.h"

void domain_clear(ouro_trace *trace)
{
    for (size_t i = 0; i < trace->domains.count; i++)
        map_clear(&trace->domains.items[i].addresses);
    mem_vector_free(trace->atlas->mem, &trace->domains);
}

static trace_domain *domain_find(const ouro_trace *trace, uint32_t number)
{
    for (size_t i = 0; i < trace->domains.count; i++) {
        if (trace->domains.items[i].number == number)
            return &trace->domains.items[i];
    }
    return NULL;
}

static trace_domain *domain_make(ouro_trace *trace, uint32_t number)
{
    trace_domain *domain = domain_find(trace, number);
    if (domain != NULL)
        return domain;
    ouro_mem *mem = trace->atlas->mem;
    if (!mem_push(mem, &trace->domains, (trace_domain){.number = number}))
        return NULL;
    domain = &trace->domains.items[trace->domains.count - 1];
    map_init(&domain->addresses, mem_allocation(mem));
    return domain;
}

void ouro_trace_untrack(ouro_trace *trace, uint32_t number, uintptr_t address)
{
    trace_domain *domain = domain_find(trace, number);
    uint64_t cohort;
    if (domain == NULL || !map_remove(&domain->addresses, address, &cohort))
        return;
    cohort_at(trace, (uint32_t)cohort)->died++;
    trace_subtract_bytes(trace, cohort_at(trace, (uint32_t)cohort)->size);
}

bool ouro_trace_track(ouro_trace *trace, uint32_t number, uintptr_t address, size_t size)
{
    trace_domain *domain = domain_make(trace, number);
    if (domain == NULL || !map_reserve(&domain->addresses, 1))
        return false;
    ouro_trace_place place = {.context = OURO_TRACE_ROOT};
    if (trace->current != NULL)
        place = trace->current(trace->context);
    uint32_t cohort = cohort_of_place(trace, &place, number, size);
    if (cohort == 0)
        return false;
    ouro_trace_untrack(trace, number, address);
    if (!map_set(&domain->addresses, address, cohort))
        return false;
    cohort_at(trace, cohort)->born++;
    (void)trace_add_bytes(trace, size);
    return true;
}

bool ouro_trace_find_tracked(const ouro_trace *trace, uint32_t number, uintptr_t address,
                             ouro_trace_birth *birth)
{
    const trace_domain *domain = domain_find(trace, number);
    uint64_t found;
    if (domain == NULL || !map_get(&domain->addresses, address, &found))
        return false;
    const trace_cohort *cohort = cohort_at(trace, (uint32_t)found);
    *birth = (ouro_trace_birth){cohort->site, cohort->epoch, cohort->size};
    return true;
}

/* atlas.h: where blocks are born: names, places, sites.
 *
 *     name    a text: of a file or a function
 *     place   a position in a piece of code, and what it is called
 *     site    a place and the site that called it; site OURO_TRACE_ROOT is outside of all calls
 *
 * An atlas only grows, so a number means the same as long as it exists; a tracer and its snapshots share one
 * (owners are counted) and free it when the last is gone.
 *
 * The limit.  A site knows at most `limit` calls.  A call deeper than that happens in the context
 * `shortened(site)`: the site without its outermost call.  shortened(site) is the child of shortened(parent)
 * with the same place (as the suffix links of Aho and Corasick's automaton, 1975), so contexts stay exact in
 * their innermost calls however deep the recursion.
 *
 * Always: caller < site, so sites can be gone through from the outermost to the innermost by number.  (The
 * shortened context of a site is made when it is first asked for.)  depth(site) == depth(caller) + 1 <=
 * limit.
 */
#ifndef TRACE_ATLAS_H
#define TRACE_ATLAS_H

#include "ouro/trace.h"
#include "trace/records.h"

typedef struct trace_name {
    uint32_t next, length, hash;
    char *text; /* ends with a NUL */
} trace_name;

typedef struct trace_place {
    uint32_t next;
    uint32_t file, function; /* names */
    uint32_t line, first_line;
    uint64_t at; /* as in ouro_trace_place */
} trace_place;

typedef struct trace_site {
    uint32_t next, caller, place;
    uint32_t shortened; /* 0: not made yet */
    uint32_t depth;
    uint32_t total;                   /* calls in progress at the first birth; 0: not known */
    uint32_t inner;                   /* while a site is shortened: the way back */
    uint64_t dead_blocks, dead_bytes; /* handed out by cohorts that are no more */
} trace_site;

enum { ATLAS_CACHE = 512 };

typedef struct trace_atlas {
    ouro_mem *mem; /* the tracer's own heap */
    uint32_t owners;
    uint32_t limit; /* at least 1 */
    trace_records names, places, sites;
    void (*describe)(void *context, const ouro_trace_place *place, ouro_trace_description *description);
    void *context;
    struct {
        ouro_trace_place place;
        ouro_trace_site site;
    } cache[ATLAS_CACHE];
} trace_atlas;

/* NULL: no memory.  One owner. */
OURO_NODISCARD trace_atlas *atlas_create(const ouro_trace_config *config);
void atlas_release(trace_atlas *atlas);

/* The site of a place, made if it is new.  OURO_TRACE_NO_SITE: no memory. */
ouro_trace_site atlas_site(trace_atlas *atlas, const ouro_trace_place *place);
/* The context of what is called from a site: itself, or shortened. */
ouro_trace_site atlas_context(trace_atlas *atlas, ouro_trace_site site);
bool atlas_frame(const trace_atlas *atlas, ouro_trace_site site, ouro_trace_frame *frame);

static inline trace_site *atlas_site_at(const trace_atlas *atlas, ouro_trace_site site)
{
    return records_at(&atlas->sites, site);
}

static inline trace_place *atlas_place_of(const trace_atlas *atlas, ouro_trace_site site)
{
    return records_at(&atlas->places, atlas_site_at(atlas, site)->place);
}

static inline trace_name *atlas_name(const trace_atlas *atlas, uint32_t name)
{
    return records_at(&atlas->names, name);
}

#endif

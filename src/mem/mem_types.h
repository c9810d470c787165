/* mem_types.h: every structure of the memory floor, before any code.
 *
 * Private to src/mem/ (and to the inline fast paths of mem_inline.h).
 */
#ifndef MEM_TYPES_H
#define MEM_TYPES_H

#include "base/assert.h"
#include "base/bits.h"
#include "ouro/mem.h"

/* A block of an external allocator: this header lies in front of it.  Always: next->prev == prev->next == this. */
typedef struct mem_external {
    struct mem_external *next, *prev;
    size_t size;  /* usable bytes behind the header */
    uint64_t tag; /* EXTERNAL_LIVE | kind, or EXTERNAL_DEAD */
} mem_external;

/* Fault injection: request number `at` fails (0: none), and with `forever` all after it. */
typedef struct mem_injection {
    uint64_t at, seen;
    bool forever;
} mem_injection;

struct ouro_mem {
    uint64_t total_bytes;
    size_t live_bytes, peak_bytes, live_blocks;
    mem_injection injection;
    size_t limit;
    bool reclaiming;
    uint64_t refused, faults;
    ouro_mem_config config;
    ouro_allocator external; /* where blocks come from instead of from pools */
    mem_external blocks;     /* its blocks: a ring */
};

#endif

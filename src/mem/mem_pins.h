/* mem_pins.h: whose blocks keep pages from going back to the system.
 *
 * A page goes back when no live block lies in it (purge.c).  One block of 16 bytes so pins 4,096; and the last block in
 * an arena pins the pages of the arena's records as well.  Blocks belong to owners, which the caller tells: the line that
 * allocated them, or their type.  What freeing all blocks of an owner would return is exact: it counts the pages in which
 * nobody else's block lies, by the rules that ouro_mem_trim follows.
 */
#ifndef MEM_PINS_H
#define MEM_PINS_H

#include "ouro/mem.h"

/* Blocks of this owner are nobody's to free: their pages stay. */
#define MEM_PINS_NOBODY UINT32_MAX

typedef struct mem_pin {
    uint32_t owner;
    size_t blocks, bytes; /* all live blocks of the owner */
    size_t alone;         /* bytes of pages that freeing them would return, whoever else stays */
    size_t returned;      /* the same, once the blocks of all owners before in the list are gone */
    size_t arenas;        /* in which its blocks lie; large blocks have none */
} mem_pin;

/* How full an arena is. */
typedef struct mem_pins_arena {
    size_t resident, live; /* bytes */
} mem_pins_arena;

typedef struct mem_pins_totals {
    size_t pinned; /* bytes of pages that hold live blocks */
    size_t live;   /* bytes of those blocks */
    size_t owners; /* how many have blocks */
} mem_pins_totals;

/* Finds up to `limit` owners, greedily: each time the one whose freeing would then return the most beyond the bytes of its
 * own blocks (pages full of one owner's blocks are no waste).  `owner` is asked once for each live block.  `arenas` (NULL:
 * not wanted) is called once for each arena, in order of address.  Memory for the work comes from the C library.  Returns
 * how many were found; SIZE_MAX: no memory.  A heap on an external allocator has no pages: 0. */
OURO_NODISCARD size_t mem_pins_find(ouro_mem *mem,
                                    uint32_t (*owner)(void *context, void *block, size_t size, ouro_mem_kind kind),
                                    void (*arena)(void *context, const mem_pins_arena *arena), void *context,
                                    mem_pin *pins, size_t limit, mem_pins_totals *totals);

#endif

/* mem_slots.h: a map of a heap's arenas, slot by slot, for pictures of them. */
#ifndef MEM_SLOTS_H
#define MEM_SLOTS_H

#include "ouro/mem.h"

/* One slot: 16 KiB of an arena. */
typedef struct mem_slot_view {
    uintptr_t address;
    size_t block_size; /* of its blocks; 1: of several sizes, or the arena's own records; 0: free */
    size_t resident;   /* bytes of its pages that the system backs */
    size_t live;       /* bytes of blocks in use */
} mem_slot_view;

/* Returning false ends the walk. */
typedef bool (*mem_slot_visitor)(void *context, const mem_slot_view *slot);

/* Visits the slots of all arenas, by address.  A heap that takes its blocks elsewhere has none.  False: the visitor ended it. */
bool mem_slots_walk(ouro_mem *mem, mem_slot_visitor visitor, void *context);
/* The blocks that have mappings of their own, outside of all arenas. */
void mem_slots_large(const ouro_mem *mem, size_t *blocks, size_t *bytes);

#endif

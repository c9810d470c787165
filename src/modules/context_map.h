/* context_map.h: a map from keys to values that never changes: a change makes a new map, which shares most with the old.
 *
 * What contexts are made of (contextvars.c): copying one is copying a pointer.  It is a trie of hashed keys (Bagwell,
 * "Ideal Hash Trees", 2001): a node takes 6 bits of the hash, a 64-bit map tells which of the 64 digits have an entry,
 * and the entries lie densely.  An entry is a key with its value, or a node for the keys that agree up to here.
 *
 * What always holds (a node with `count` values at `items`):
 *     count == 2 * (number of bits set in `digits`)
 *     items[2i] is a key and items[2i + 1] its value, or items[2i] is OURO_NULL and items[2i + 1] a node
 *     a node that is not the root holds at least two keys, itself or below it
 * Keys are told apart by their hash alone: no two have the same, so that no level deals with collisions.
 */
#ifndef OURO_SRC_MODULES_CONTEXT_MAP_H
#define OURO_SRC_MODULES_CONTEXT_MAP_H

#include "modules/modules.h"

enum { CONTEXT_MAP_DIGIT_BITS = 6, CONTEXT_MAP_DEPTH = 11 /* 64 bits of hash */ };

/* What a key begins with. */
typedef struct context_key {
    ouro_object object;
    uint64_t hash; /* unique in the runtime */
} context_key;

/* A node.  NULL stands for the empty map. */
typedef struct context_node {
    ouro_object object;
    uint64_t digits;
    size_t count;
    ouro_value items[];
} context_node;

/* The value: borrowed from the map; OURO_NULL: not there. */
ouro_value context_map_find(const context_node *root, const context_key *key);
/* The map with the key's value set.  New reference; NULL: no memory. */
OURO_NODISCARD context_node *context_map_with(ouro_runtime *rt, const context_node *root, context_key *key,
                                              ouro_value value);
/* The map without the key, which is in it: false: no memory.  *result: a new reference, or NULL for the empty map. */
OURO_NODISCARD bool context_map_without(ouro_runtime *rt, const context_node *root, const context_key *key,
                                        context_node **result);

/* A walk through all entries.  The caller keeps the root alive. */
typedef struct context_map_walk {
    const context_node *path[CONTEXT_MAP_DEPTH];
    size_t at[CONTEXT_MAP_DEPTH];
    int depth; /* of the node that is looked at; -1: at the end */
} context_map_walk;

void context_map_begin(context_map_walk *walk, const context_node *root);
/* The next entry, borrowed; false: there is none. */
bool context_map_next(context_map_walk *walk, ouro_value *key, ouro_value *value);

extern const type_spec context_node_spec;

#endif

/* context_map.c: maps that share what they have in common: see context_map.h. */
#include "modules/context_map.h"
#include "base/bits.h"

static context_node *as_node(ouro_value v)
{
    return (context_node *)(void *)ouro_as_object(v);
}

static const context_key *as_key(ouro_value v)
{
    return (const context_key *)(const void *)ouro_as_object(v);
}

static uint64_t digit_bit(uint64_t hash, unsigned shift)
{
    return (uint64_t)1 << ((hash >> shift) & ((1 << CONTEXT_MAP_DIGIT_BITS) - 1));
}

/* Where the entry of a digit is, or would be, in items. */
static size_t entry_place(const context_node *node, uint64_t bit)
{
    return 2 * (size_t)bits_count(node->digits & (bit - 1));
}

static context_node *node_new(ouro_runtime *rt, uint64_t digits)
{
    size_t count = 2 * (size_t)bits_count(digits);
    context_node *node = object_new(rt, &MODULE_TYPE(rt, context_node)->type, count * sizeof(ouro_value));
    if (node) {
        node->digits = digits;
        node->count = count;
    }
    return node;
}

static void node_copy_items(context_node *to, size_t at, const context_node *from, size_t from_at, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        to->items[at + i] = value_incref(from->items[from_at + i]);
    }
}

ouro_value context_map_find(const context_node *root, const context_key *key)
{
    unsigned shift = 0;
    for (const context_node *node = root; node; shift += CONTEXT_MAP_DIGIT_BITS) {
        uint64_t bit = digit_bit(key->hash, shift);
        if (!(node->digits & bit)) {
            return OURO_NULL;
        }
        size_t at = entry_place(node, bit);
        if (!ouro_is_null(node->items[at])) {
            return as_key(node->items[at]) == key ? node->items[at + 1] : OURO_NULL;
        }
        node = as_node(node->items[at + 1]);
    }
    return OURO_NULL;
}

/* A node of two entries whose hashes agree below `shift`. */
static context_node *node_of_two(ouro_runtime *rt, unsigned shift, ouro_value key_a, ouro_value value_a,
                                 ouro_value key_b, ouro_value value_b)
{
    uint64_t a = digit_bit(as_key(key_a)->hash, shift), b = digit_bit(as_key(key_b)->hash, shift);
    if (a == b) {
        context_node *below =
            node_of_two(rt, shift + CONTEXT_MAP_DIGIT_BITS, key_a, value_a, key_b, value_b);
        context_node *node = below ? node_new(rt, a) : NULL;
        if (!node) {
            value_decref(rt, below ? ouro_from_object(below) : OURO_NULL);
            return NULL;
        }
        node->items[1] = ouro_from_object(below);
        gc_track(rt, &node->object);
        return node;
    }
    context_node *node = node_new(rt, a | b);
    if (node) {
        size_t at = a < b ? 0 : 2;
        node->items[at] = value_incref(key_a);
        node->items[at + 1] = value_incref(value_a);
        node->items[2 - at] = value_incref(key_b);
        node->items[2 - at + 1] = value_incref(value_b);
        gc_track(rt, &node->object);
    }
    return node;
}

/* A copy of the node with the entry of `bit` replaced or added; the key (or OURO_NULL) is counted, `value` stolen, also
 * on failure. */
static context_node *node_with_entry(ouro_runtime *rt, const context_node *node, uint64_t bit, ouro_value key,
                                     ouro_value value)
{
    context_node *copy = node_new(rt, node->digits | bit);
    if (!copy) {
        value_decref(rt, value);
        return NULL;
    }
    size_t at = entry_place(node, bit), old = node->digits & bit ? 2 : 0;
    node_copy_items(copy, 0, node, 0, at);
    copy->items[at] = value_incref(key);
    copy->items[at + 1] = value;
    node_copy_items(copy, at + 2, node, at + old, node->count - at - old);
    gc_track(rt, &copy->object);
    return copy;
}

static context_node *node_with(ouro_runtime *rt, const context_node *node, unsigned shift, ouro_value key,
                               ouro_value value)
{
    uint64_t bit = digit_bit(as_key(key)->hash, shift);
    size_t at = entry_place(node, bit);
    if (!(node->digits & bit) || ouro_is(node->items[at], key)) {
        return node_with_entry(rt, node, bit, key, value_incref(value));
    }
    shift += CONTEXT_MAP_DIGIT_BITS;
    context_node *below = ouro_is_null(node->items[at])
                              ? node_with(rt, as_node(node->items[at + 1]), shift, key, value)
                              : node_of_two(rt, shift, node->items[at], node->items[at + 1], key, value);
    return below ? node_with_entry(rt, node, bit, OURO_NULL, ouro_from_object(below)) : NULL;
}

context_node *context_map_with(ouro_runtime *rt, const context_node *root, context_key *key, ouro_value value)
{
    if (root) {
        return node_with(rt, root, 0, ouro_from_object(key), value);
    }
    context_node *node = node_new(rt, digit_bit(key->hash, 0));
    if (node) {
        node->items[0] = value_incref(ouro_from_object(key));
        node->items[1] = value_incref(value);
        gc_track(rt, &node->object);
    }
    return node;
}

static bool node_without(ouro_runtime *rt, const context_node *node, unsigned shift, const context_key *key,
                         context_node **result)
{
    uint64_t bit = digit_bit(key->hash, shift);
    size_t at = entry_place(node, bit);
    if (!ouro_is_null(node->items[at])) {
        *result = NULL;
        if (node->count == 2) {
            return true;
        }
        context_node *copy = node_new(rt, node->digits & ~bit);
        if (!copy) {
            return false;
        }
        node_copy_items(copy, 0, node, 0, at);
        node_copy_items(copy, at, node, at + 2, node->count - at - 2);
        gc_track(rt, &copy->object);
        *result = copy;
        return true;
    }
    context_node *below;
    if (!node_without(rt, as_node(node->items[at + 1]), shift + CONTEXT_MAP_DIGIT_BITS, key, &below)) {
        return false;
    }
    if (below->count == 2 && !ouro_is_null(below->items[0])) { /* a key alone moves up */
        *result = node_with_entry(rt, node, bit, below->items[0], value_incref(below->items[1]));
        value_decref(rt, ouro_from_object(below));
    } else {
        *result = node_with_entry(rt, node, bit, OURO_NULL, ouro_from_object(below));
    }
    return *result != NULL;
}

bool context_map_without(ouro_runtime *rt, const context_node *root, const context_key *key, context_node **result)
{
    return node_without(rt, root, 0, key, result);
}

void context_map_begin(context_map_walk *walk, const context_node *root)
{
    walk->depth = root ? 0 : -1;
    walk->path[0] = root;
    walk->at[0] = 0;
}

bool context_map_next(context_map_walk *walk, ouro_value *key, ouro_value *value)
{
    while (walk->depth >= 0) {
        const context_node *node = walk->path[walk->depth];
        size_t at = walk->at[walk->depth];
        if (at == node->count) {
            walk->depth--;
            continue;
        }
        walk->at[walk->depth] = at + 2;
        if (!ouro_is_null(node->items[at])) {
            *key = node->items[at];
            *value = node->items[at + 1];
            return true;
        }
        walk->depth++;
        walk->path[walk->depth] = as_node(node->items[at + 1]);
        walk->at[walk->depth] = 0;
    }
    return false;
}

static const ouro_field context_node_fields[] = {
    {OURO_FIELD_INLINE, offsetof(context_node, items), offsetof(context_node, count), NULL},
};

const type_spec context_node_spec = {
    .name = "context_map",
    .size = sizeof(context_node),
    .flags = OURO_TYPE_IMMUTABLE | TYPE_NO_MAKE | TYPE_VAR_SIZED,
    .doc = "A part of what contexts share.",
    .fields = context_node_fields,
    .field_count = 1,
};

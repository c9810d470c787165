/* set_private.h: what set.c, set_methods.c and set_iterator.c share. */
#ifndef OURO_SRC_TYPES_SET_PRIVATE_H
#define OURO_SRC_TYPES_SET_PRIVATE_H

#include "types/container.h"

extern const method_def set_methods[], frozenset_methods[];

static inline bool set_is_frozen(ouro_runtime *rt, ouro_value set)
{
    return type_is_subtype(value_type(rt, set), TYPE(rt, frozenset));
}
/* The set or frozenset that operations on `set` give. */
static inline type_object *set_base_type(ouro_runtime *rt, ouro_value set)
{
    return set_is_frozen(rt, set) ? TYPE(rt, frozenset) : TYPE(rt, set);
}

/* A set of `type` with the items of `iterable` (OURO_NULL: none). */
OURO_NODISCARD ouro_value set_new_of(ouro_runtime *rt, type_object *type, ouro_value iterable);
/* 1 added, 0 was there, -1 failed. */
OURO_NODISCARD int set_add_hashed(ouro_runtime *rt, set_object *s, ouro_value item, hash_t hash);
/* 1 in it, 0, -1 failed. */
OURO_NODISCARD int set_contains_hashed(ouro_runtime *rt, set_object *s, ouro_value item, hash_t hash);
/* 1 removed, 0 was not there, -1 failed. */
OURO_NODISCARD int set_discard_hashed(ouro_runtime *rt, set_object *s, ouro_value item, hash_t hash);
/* As contains and discard, but an unhashable set stands for the frozenset that equals it. */
OURO_NODISCARD int set_contains_or_frozen(ouro_runtime *rt, ouro_value set, ouro_value item);
OURO_NODISCARD int set_discard_or_frozen(ouro_runtime *rt, ouro_value set, ouro_value item);
void set_clear(ouro_runtime *rt, set_object *s);
/* The next item as a new reference, with its hash; OURO_NULL: no more. */
ouro_value set_step(set_object *s, size_t *position, hash_t *hash);
/* Operations: the left operand is a set or frozenset, the other any iterable; a new set of the left's base type. */
OURO_NODISCARD ouro_value set_op_copy(ouro_runtime *rt, ouro_value set);
OURO_NODISCARD ouro_value set_op_union(ouro_runtime *rt, ouro_value set, ouro_value other);
OURO_NODISCARD ouro_value set_op_intersection(ouro_runtime *rt, ouro_value set, ouro_value other);
OURO_NODISCARD ouro_value set_op_difference(ouro_runtime *rt, ouro_value set, ouro_value other);
OURO_NODISCARD ouro_value set_op_symmetric_difference(ouro_runtime *rt, ouro_value set, ouro_value other);
OURO_NODISCARD bool set_difference_update(ouro_runtime *rt, ouro_value set, ouro_value other);
OURO_NODISCARD bool set_symmetric_difference_update(ouro_runtime *rt, ouro_value set, ouro_value other);
/* Exchanges what two sets hold. */
void set_swap(ouro_runtime *rt, ouro_value a, ouro_value b);
/* Are all items of `a` in the set `b`?  1, 0, -1. */
OURO_NODISCARD int set_is_subset(ouro_runtime *rt, ouro_value a, ouro_value b);

#endif

/* iterators.h: the iterators of the built-in containers, laid open for the evaluation loop's FOR_ITER.
 *
 * Each drops its container when it is exhausted (the field becomes OURO_NULL) and then stays exhausted.
 */
#ifndef OURO_SRC_TYPES_ITERATORS_H
#define OURO_SRC_TYPES_ITERATORS_H

#include "types/containers.h"

/* list_iterator; and list_reverseiterator, where `index` counts down and `exhausted` is list == OURO_NULL. */
typedef struct list_iterator {
    ouro_object object;
    ouro_value list;
    int64_t index;
} list_iterator;

typedef struct tuple_iterator {
    ouro_object object;
    ouro_value tuple;
    size_t index;
} tuple_iterator;

/* A range whose numbers are immediate: a leaf. */
typedef struct range_iterator {
    ouro_object object;
    int64_t next, step; /* `next` is within the immediate ints as long as remaining > 0 */
    int64_t remaining;
    int64_t length;     /* what remaining was at the beginning */
} range_iterator;

/* A range with numbers beyond. */
typedef struct long_range_iterator {
    ouro_object object;
    ouro_value start, step, length, index;
} long_range_iterator;

/* All six iterators of dicts and their views. */
typedef struct dict_iterator {
    ouro_object object;
    ouro_value dict;
    size_t position;  /* forward: the entry to look at next; backward: one more than it */
    size_t expected;  /* the dict's size at the beginning; SIZE_MAX: a change was reported */
    size_t remaining; /* entries not yet seen */
    ouro_value pair;  /* items: the last tuple handed out, used again when nobody else kept it */
} dict_iterator;

typedef struct set_iterator {
    ouro_object object;
    ouro_value set;
    size_t position;
    size_t expected;
    size_t remaining;
} set_iterator;

/* `next` slots: a new reference; OURO_NULL without an exception: exhausted. */
ouro_value list_iterator_next(ouro_runtime *rt, ouro_value self);
ouro_value tuple_iterator_next(ouro_runtime *rt, ouro_value self);
ouro_value range_iterator_next(ouro_runtime *rt, ouro_value self);
ouro_value dict_key_iterator_next(ouro_runtime *rt, ouro_value self);
ouro_value dict_value_iterator_next(ouro_runtime *rt, ouro_value self);
ouro_value dict_item_iterator_next(ouro_runtime *rt, ouro_value self);
ouro_value set_iterator_next(ouro_runtime *rt, ouro_value self);

/* `iter` slots. */
ouro_value list_iter(ouro_runtime *rt, ouro_value self);
ouro_value tuple_iter(ouro_runtime *rt, ouro_value self);
ouro_value range_iter(ouro_runtime *rt, ouro_value self);
ouro_value set_iter(ouro_runtime *rt, ouro_value self);

ouro_value list_reversed(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value range_reversed(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value iterator_iter_self(ouro_runtime *rt, ouro_value self);

#endif

/* itertools.h: what the files of the module itertools share.
 *
 * Every iterator here holds what it calls in fields that a nested call may empty (an iterator may be asked for its next
 * item by the very function that it calls); so each `next` counts what it uses across a call.
 */
#ifndef OURO_SRC_MODULES_ITERTOOLS_H
#define OURO_SRC_MODULES_ITERTOOLS_H

#include "modules/modules.h"
#include "types/binder.h"
#include "types/container.h"

extern const type_spec accumulate_spec, chain_spec, combinations_spec, combinations_with_replacement_spec,
    compress_spec, count_spec, cycle_spec, drop_while_spec, filter_false_spec, group_by_spec, grouper_spec, islice_spec,
    pairwise_spec, permutations_spec, product_spec, repeat_spec, star_map_spec, take_while_spec, tee_data_spec,
    tee_spec, zip_longest_spec;


/* The next item of an iterator in a field, which may be emptied meanwhile.  OURO_NULL: exhausted or failed. */
static inline ouro_value itertools_next(ouro_runtime *rt, ouro_value iterator)
{
    value_incref(iterator);
    ouro_value item = iterator_next(rt, iterator);
    value_decref(rt, iterator);
    return item;
}

/* (type of self, arguments) or, with a state, (type, arguments, state); arguments and state stolen, may be OURO_NULL
 * after a failure (state: `has_state` tells). */
OURO_NODISCARD ouro_value itertools_reduce(ouro_runtime *rt, ouro_value self, ouro_value arguments);
OURO_NODISCARD ouro_value itertools_reduce_state(ouro_runtime *rt, ouro_value self, ouro_value arguments,
                                                 ouro_value state);

/* The tuple in *slot as one that nobody else holds, so that its items may be changed before it is handed out again:
 * itself, or a copy that takes its place.  Borrowed; NULL: no memory. */
OURO_NODISCARD tuple_object *itertools_own_tuple(ouro_runtime *rt, ouro_value *slot);
/* Changes an item of such a tuple. */
static inline void itertools_set_item(ouro_runtime *rt, tuple_object *t, size_t i, ouro_value item)
{
    ouro_value old = t->items[i];
    t->items[i] = value_incref(item);
    if (!gc_is_tracked(t) && container_may_be_tracked(rt, item)) {
        gc_track(rt, t);
    }
    value_decref(rt, old);
}

ouro_value itertools_tee(ouro_runtime *rt, const ouro_value *args, size_t nargs);

#define REDUCE_METHOD(function) {.name = "__reduce__", .signature = "?self, /", .fn = function, .doc = "State for pickling."}
#define SETSTATE_METHOD(function) \
    {.name = "__setstate__", .signature = "?self, state, /", .fn = function, .doc = "Takes the state that __reduce__ gave."}

#endif

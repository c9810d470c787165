/* itertools.c: the module itertools: its types, tee(), and what its files share. */
#include "modules/itertools.h"

ouro_value itertools_reduce(ouro_runtime *rt, ouro_value self, ouro_value arguments)
{
    if (ouro_is_null(arguments)) {
        return OURO_NULL;
    }
    ouro_value result = tuple_pack2(rt, type_value(value_type(rt, self)), arguments);
    value_decref(rt, arguments);
    return result;
}

ouro_value itertools_reduce_state(ouro_runtime *rt, ouro_value self, ouro_value arguments, ouro_value state)
{
    ouro_value result = ouro_is_null(arguments) || ouro_is_null(state)
                            ? OURO_NULL
                            : tuple_pack3(rt, type_value(value_type(rt, self)), arguments, state);
    value_decref(rt, arguments);
    value_decref(rt, state);
    return result;
}

tuple_object *itertools_own_tuple(ouro_runtime *rt, ouro_value *slot)
{
    if (ouro_as_object(*slot)->refcount != 1) {
        ouro_value copy = tuple_new(rt, as_tuple(*slot)->items, as_tuple(*slot)->size);
        if (ouro_is_null(copy)) {
            return NULL;
        }
        value_replace(rt, slot, copy);
    }
    return as_tuple(*slot);
}

/* ---- the module ---- */

static bool itertools_start(ouro_runtime *rt, module_object *module)
{
    static const type_spec *const plain[] = {
        &accumulate_spec,  &combinations_spec, &combinations_with_replacement_spec, &compress_spec,
        &count_spec,       &cycle_spec,        &drop_while_spec,                    &filter_false_spec,
        &pairwise_spec,    &permutations_spec, &product_spec,                       &repeat_spec,
        &star_map_spec,    &take_while_spec,   &zip_longest_spec,
    };
    for (size_t i = 0; i < COUNT_OF(plain); i++) {
        if (module_add_type(rt, module, plain[i]) == NULL) {
            return false;
        }
    }
    struct modules_state *keep = rt->modules;
    return module_add_kept_type(rt, module, &chain_spec, &keep->chain) &&
           module_add_kept_type(rt, module, &islice_spec, &keep->islice) &&
           module_add_kept_type(rt, module, &group_by_spec, &keep->group_by) &&
           module_add_kept_type(rt, module, &grouper_spec, &keep->grouper) &&
           module_add_kept_type(rt, module, &tee_spec, &keep->tee) &&
           module_add_kept_type(rt, module, &tee_data_spec, &keep->tee_data);
}

static const method_def itertools_functions[] = {
    {.name = "tee",
     .signature = "iterable, n=2, /",
     .fn = itertools_tee,
     .doc = "A tuple of n independent iterators over the same items."},
    {.name = NULL},
};

const module_def itertools_module_def = {
    .name = "itertools",
    .doc = "Iterators that are made of other iterators.",
    .functions = itertools_functions,
    .start = itertools_start,
};

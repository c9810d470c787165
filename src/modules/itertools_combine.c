/* itertools_combine.c: product, permutations, combinations, combinations_with_replacement.
 *
 * All four give tuples of items of pools (tuples made once) by an array of indices, which each step moves on.  The tuple
 * handed out is used again for the next one when nobody kept it; only what changes is written.
 */
#include "modules/itertools.h"

typedef struct combine_object {
    ouro_object object;
    ouro_value pools;  /* product: a tuple of tuples; the others: the one pool */
    ouro_value result; /* the last tuple handed out; OURO_NULL: none yet */
    size_t *indices;   /* leaf block: product: one for each pool; the others: see each */
    size_t *cycles;    /* permutations: part of the same block */
    size_t index_count;
    size_t r;          /* items in each tuple */
    bool stopped;
} combine_object;

static inline combine_object *as_combine(ouro_value v)
{
    return (combine_object *)(void *)ouro_as_object(v);
}

/* Steals the pools; OURO_NULL is a failure.  The indices are zero. */
static combine_object *combine_new(ouro_runtime *rt, type_object *type, ouro_value pools, size_t index_count,
                                   size_t r)
{
    if (ouro_is_null(pools)) {
        return NULL;
    }
    combine_object *c = NULL;
    size_t *indices = index_count < SIZE_MAX / 2 / sizeof *indices
                          ? ouro_mem_alloc_zeroed(rt->mem, (index_count + 1) * sizeof *indices)
                          : NULL;
    if (indices == NULL) {
        error_no_memory(rt);
    } else if ((c = object_new(rt, &type->type, 0)) == NULL) {
        ouro_mem_free(rt->mem, indices);
    }
    if (c == NULL) {
        value_decref(rt, pools);
        return NULL;
    }
    c->pools = pools;
    c->indices = indices;
    c->index_count = index_count;
    c->r = r;
    gc_track(rt, c);
    return c;
}

/* The r of all but product: an int from 0 on. */
static bool combine_as_r(ouro_runtime *rt, ouro_value v, int64_t *r)
{
    if (!container_as_size(rt, v, r)) {
        return false;
    }
    if (*r < 0) {
        error_value(rt, "r must be non-negative");
        return false;
    }
    return true;
}

/* The first tuple: item indices[i] of pool i (`several`), or of the one pool. */
static ouro_value combine_first(ouro_runtime *rt, combine_object *c, bool several)
{
    if (c->r == 0) {
        value_replace(rt, &c->result, value_incref(rt->types->empty_tuple));
        return value_incref(c->result);
    }
    tuple_object *t = tuple_new_blank(rt, c->r);
    if (t == NULL) {
        return OURO_NULL;
    }
    bool tracked = false;
    for (size_t i = 0; i < c->r; i++) {
        ouro_value pool = several ? as_tuple(c->pools)->items[i] : c->pools;
        t->items[i] = value_incref(as_tuple(pool)->items[c->indices[i]]);
        tracked = tracked || container_may_be_tracked(rt, t->items[i]);
    }
    if (tracked) {
        gc_track(rt, t);
    }
    value_replace(rt, &c->result, ouro_from_object(t));
    return value_incref(c->result);
}

/* Writes the items from `first` on that the indices now name into the result, and hands it out. */
static ouro_value combine_write(ouro_runtime *rt, combine_object *c, size_t first)
{
    tuple_object *t = itertools_own_tuple(rt, &c->result);
    if (t == NULL) {
        return OURO_NULL;
    }
    ouro_value result = value_incref(c->result);
    for (size_t i = first; i < c->r; i++) {
        itertools_set_item(rt, t, i, as_tuple(c->pools)->items[c->indices[i]]);
    }
    return result;
}

/* The indices (clipped to what each may be) from a tuple of `size` ints. */
static bool combine_read_indices(ouro_runtime *rt, ouro_value state, size_t *indices, size_t size, int64_t least,
                                 int64_t most)
{
    for (size_t i = 0; i < size; i++) {
        int64_t index;
        if (!container_as_state(rt, as_tuple(state)->items[i], &index)) {
            return false;
        }
        indices[i] = (size_t)(index < least ? least : index > most ? most : index);
    }
    return true;
}

static ouro_value combine_indices_tuple(ouro_runtime *rt, const size_t *indices, size_t size)
{
    if (size == 0) {
        return value_incref(rt->types->empty_tuple);
    }
    tuple_object *t = tuple_new_blank(rt, size);
    for (size_t i = 0; t != NULL && i < size; i++) {
        t->items[i] = ouro_int((int64_t)indices[i]);
    }
    return ouro_from_object(t);
}

static void combine_dispose(ouro_runtime *rt, ouro_object *self)
{
    ouro_mem_free(rt->mem, ((combine_object *)(void *)self)->indices);
}

static size_t combine_extra_size(ouro_runtime *rt, ouro_object *self)
{
    return (((combine_object *)(void *)self)->index_count + 1) * sizeof(size_t);
}

static const ouro_field combine_fields[] = {
    {OURO_FIELD_VALUE, offsetof(combine_object, pools), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(combine_object, result), 0, NULL},
};

/* ---- product ---- */

static ouro_value product_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                               ouro_value kwnames)
{
    int64_t repeat = 1;
    for (size_t i = 0; !ouro_is_null(kwnames) && i < as_tuple(kwnames)->size; i++) {
        ouro_value name = as_tuple(kwnames)->items[i];
        if (!str_equal_ascii(as_str(name), "repeat")) {
            return error_type(rt, "'%U' is an invalid keyword argument for product()", name);
        }
        if (!container_as_size(rt, args[nargs + i], &repeat)) {
            return OURO_NULL;
        }
    }
    if (repeat < 0) {
        return error_value(rt, "repeat argument cannot be negative");
    }
    size_t count;
    if (__builtin_mul_overflow(nargs, (size_t)repeat, &count) || count > SIZE_MAX / 2 / sizeof(ouro_value)) {
        return error_overflow(rt, "repeat argument too large");
    }
    ouro_value pools;
    if (count == 0) {
        pools = value_incref(rt->types->empty_tuple);
    } else {
        tuple_object *t = tuple_new_blank(rt, count);
        if (t == NULL) {
            return OURO_NULL;
        }
        pools = ouro_from_object(t);
        for (size_t i = 0; i < nargs; i++) {
            t->items[i] = tuple_from_iterable(rt, args[i]);
            if (ouro_is_null(t->items[i])) {
                value_decref(rt, pools);
                return OURO_NULL;
            }
        }
        for (size_t i = nargs; i < count; i++) {
            t->items[i] = value_incref(t->items[i - nargs]);
        }
        gc_track(rt, t);
    }
    return ouro_from_object(combine_new(rt, type, pools, count, count));
}

static ouro_value product_next(ouro_runtime *rt, ouro_value self)
{
    combine_object *c = as_combine(self);
    if (c->stopped) {
        return OURO_NULL;
    }
    const tuple_object *pools = as_tuple(c->pools);
    if (ouro_is_null(c->result)) {
        for (size_t i = 0; i < c->r; i++) {
            if (as_tuple(pools->items[i])->size == 0) {
                c->stopped = true;
                return OURO_NULL;
            }
        }
        return combine_first(rt, c, true);
    }
    tuple_object *t = c->r > 0 ? itertools_own_tuple(rt, &c->result) : as_tuple(c->result);
    if (t == NULL) {
        return OURO_NULL;
    }
    ouro_value result = value_incref(c->result);
    for (size_t i = c->r; i > 0; i--) {
        const tuple_object *pool = as_tuple(pools->items[i - 1]);
        if (++c->indices[i - 1] < pool->size) {
            itertools_set_item(rt, t, i - 1, pool->items[c->indices[i - 1]]);
            return result;
        }
        c->indices[i - 1] = 0;
        itertools_set_item(rt, t, i - 1, pool->items[0]);
    }
    c->stopped = true;
    value_decref(rt, result);
    return OURO_NULL;
}

static ouro_value product_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    combine_object *c = as_combine(args[0]);
    if (c->stopped) {
        return itertools_reduce(rt, args[0], tuple_pack1(rt, rt->types->empty_tuple));
    }
    ouro_value arguments = value_incref(c->pools);
    if (ouro_is_null(c->result)) {
        return itertools_reduce(rt, args[0], arguments);
    }
    return itertools_reduce_state(rt, args[0], arguments, combine_indices_tuple(rt, c->indices, c->r));
}

static ouro_value product_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    combine_object *c = as_combine(args[0]);
    if (!value_is_tuple(rt, args[1]) || as_tuple(args[1])->size != c->r) {
        return error_value(rt, "invalid arguments");
    }
    for (size_t i = 0; i < c->r; i++) {
        size_t pool_size = as_tuple(as_tuple(c->pools)->items[i])->size;
        if (pool_size == 0) {
            c->stopped = true;
            return OURO_NONE;
        }
        int64_t index;
        if (!container_as_state(rt, as_tuple(args[1])->items[i], &index)) {
            return OURO_NULL;
        }
        c->indices[i] = index < 0 ? 0 : (uint64_t)index > pool_size - 1 ? pool_size - 1 : (size_t)index;
    }
    ouro_value result = combine_first(rt, c, true);
    value_decref(rt, result);
    return ouro_is_null(result) ? OURO_NULL : OURO_NONE;
}

static const method_def product_methods[] = {
    REDUCE_METHOD(product_reduce),
    SETSTATE_METHOD(product_setstate),
    SIZEOF_METHOD("iterator"),
    {.name = NULL},
};

const type_spec product_spec = {
    .name = "itertools.product",
    .size = sizeof(combine_object),
    .flags = TYPE_BASE,
    .doc = "product(*iterables, repeat=1)\n\n"
           "All tuples of one item of each iterable, the last changing fastest, as nested loops give them.",
    .fields = combine_fields,
    .field_count = COUNT_OF(combine_fields),
    .dispose = combine_dispose,
    .extra_size = combine_extra_size,
    .methods = product_methods,
    .slots = {.make = product_make, .iter = iterator_iter_self, .next = product_next},
};

/* ---- permutations ---- */

/* indices: all positions of the pool, the first r of which name the items; cycles[i]: how many further items place i
 * will take before place i - 1 moves on. */
static ouro_value permutations_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    ouro_value a[2];
    if (!arguments_bind(rt, "permutations", "iterable, r=None", args, nargs, kwnames, a)) {
        return OURO_NULL;
    }
    ouro_value pool = tuple_from_iterable(rt, a[0]);
    if (ouro_is_null(pool)) {
        return OURO_NULL;
    }
    size_t n = as_tuple(pool)->size;
    int64_t r = (int64_t)n;
    if (!ouro_is_null(a[1]) && !ouro_is_none(a[1])) {
        if (!value_is_int(rt, a[1])) {
            error_type(rt, "Expected int as r");
            value_decref(rt, pool);
            return OURO_NULL;
        }
        if (!combine_as_r(rt, a[1], &r)) {
            value_decref(rt, pool);
            return OURO_NULL;
        }
    }
    bool stopped = (uint64_t)r > n;
    combine_object *c = combine_new(rt, type, pool, n + (stopped ? 0 : (size_t)r), (size_t)r);
    if (c == NULL) {
        return OURO_NULL;
    }
    c->stopped = stopped;
    c->cycles = c->indices + n;
    for (size_t i = 0; i < n; i++) {
        c->indices[i] = i;
    }
    for (size_t i = 0; !stopped && i < c->r; i++) {
        c->cycles[i] = n - i;
    }
    return ouro_from_object(c);
}

static ouro_value permutations_next(ouro_runtime *rt, ouro_value self)
{
    combine_object *c = as_combine(self);
    if (c->stopped) {
        return OURO_NULL;
    }
    if (ouro_is_null(c->result)) {
        return combine_first(rt, c, false);
    }
    size_t n = as_tuple(c->pools)->size;
    for (size_t i = c->r; i-- > 0;) {
        if (--c->cycles[i] > 0) {
            size_t j = n - c->cycles[i], swapped = c->indices[i];
            c->indices[i] = c->indices[j];
            c->indices[j] = swapped;
            return combine_write(rt, c, i);
        }
        /* Place i has had them all: back to the order from which it began. */
        size_t first = c->indices[i];
        memmove(c->indices + i, c->indices + i + 1, (n - 1 - i) * sizeof first);
        c->indices[n - 1] = first;
        c->cycles[i] = n - i;
    }
    c->stopped = true;
    return OURO_NULL;
}

static ouro_value combine_stopped_reduce(ouro_runtime *rt, ouro_value self)
{
    return itertools_reduce(rt, self,
                            tuple_pack2(rt, rt->types->empty_tuple, ouro_int((int64_t)as_combine(self)->r)));
}

static ouro_value permutations_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    combine_object *c = as_combine(args[0]);
    ouro_value r = ouro_int((int64_t)c->r);
    if (ouro_is_null(c->result)) {
        return itertools_reduce(rt, args[0], tuple_pack2(rt, c->pools, r));
    }
    if (c->stopped) {
        return combine_stopped_reduce(rt, args[0]);
    }
    ouro_value indices = combine_indices_tuple(rt, c->indices, as_tuple(c->pools)->size), state = OURO_NULL;
    ouro_value cycles = ouro_is_null(indices) ? OURO_NULL : combine_indices_tuple(rt, c->cycles, c->r);
    if (!ouro_is_null(cycles)) {
        state = tuple_pack2(rt, indices, cycles);
    }
    value_decref(rt, indices);
    value_decref(rt, cycles);
    return itertools_reduce_state(rt, args[0], tuple_pack2(rt, c->pools, r), state);
}

static ouro_value permutations_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    combine_object *c = as_combine(args[0]);
    if (!value_is_tuple(rt, args[1])) {
        return error_type(rt, "state is not a tuple");
    }
    const tuple_object *state = as_tuple(args[1]);
    size_t n = as_tuple(c->pools)->size;
    if (state->size != 2) {
        return error_type(rt, "function takes exactly 2 arguments (%zu given)", state->size);
    }
    for (size_t i = 0; i < 2; i++) {
        if (!value_is_tuple(rt, state->items[i])) {
            return error_type(rt, "argument %zu must be tuple, not %T", i + 1, state->items[i]);
        }
    }
    if (as_tuple(state->items[0])->size != n || as_tuple(state->items[1])->size != c->r || c->stopped) {
        return error_value(rt, "invalid arguments");
    }
    if (!combine_read_indices(rt, state->items[0], c->indices, n, 0, (int64_t)n - 1)) {
        return OURO_NULL;
    }
    for (size_t i = 0; i < c->r; i++) {
        int64_t cycle, most = (int64_t)(n - i);
        if (!container_as_state(rt, as_tuple(state->items[1])->items[i], &cycle)) {
            return OURO_NULL;
        }
        c->cycles[i] = (size_t)(cycle < 1 ? 1 : cycle > most ? most : cycle);
    }
    ouro_value result = combine_first(rt, c, false);
    value_decref(rt, result);
    return ouro_is_null(result) ? OURO_NULL : OURO_NONE;
}

static const method_def permutations_methods[] = {
    REDUCE_METHOD(permutations_reduce),
    SETSTATE_METHOD(permutations_setstate),
    SIZEOF_METHOD("iterator"),
    {.name = NULL},
};

const type_spec permutations_spec = {
    .name = "itertools.permutations",
    .signature = "(iterable, r=None)",
    .size = sizeof(combine_object),
    .flags = TYPE_BASE,
    .doc = "permutations(iterable, r=None)\n\nAll tuples of r items (None: all of them) in every order.",
    .fields = combine_fields,
    .field_count = COUNT_OF(combine_fields),
    .dispose = combine_dispose,
    .extra_size = combine_extra_size,
    .methods = permutations_methods,
    .slots = {.make = permutations_make, .iter = iterator_iter_self, .next = permutations_next},
};

/* ---- combinations, with and without replacement ---- */

static ouro_value combinations_new(ouro_runtime *rt, type_object *type, const char *name, const ouro_value *args,
                                   size_t nargs, ouro_value kwnames, bool replace)
{
    ouro_value a[2];
    int64_t r;
    if (!arguments_bind(rt, name, "iterable, r", args, nargs, kwnames, a) || !container_as_size(rt, a[1], &r)) {
        return OURO_NULL;
    }
    ouro_value pool = tuple_from_iterable(rt, a[0]);
    if (ouro_is_null(pool)) {
        return OURO_NULL;
    }
    if (r < 0) {
        value_decref(rt, pool);
        return error_value(rt, "r must be non-negative");
    }
    size_t n = as_tuple(pool)->size;
    bool stopped = replace ? n == 0 && r > 0 : (uint64_t)r > n;
    combine_object *c = combine_new(rt, type, pool, stopped ? 0 : (size_t)r, (size_t)r);
    if (c == NULL) {
        return OURO_NULL;
    }
    c->stopped = stopped;
    for (size_t i = 0; !replace && i < c->index_count; i++) {
        c->indices[i] = i;
    }
    return ouro_from_object(c);
}

static ouro_value combinations_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    return combinations_new(rt, type, "combinations", args, nargs, kwnames, false);
}

static ouro_value combinations_with_replacement_make(ouro_runtime *rt, type_object *type, const ouro_value *args,
                                                     size_t nargs, ouro_value kwnames)
{
    return combinations_new(rt, type, "combinations_with_replacement", args, nargs, kwnames, true);
}

static ouro_value combinations_next(ouro_runtime *rt, ouro_value self)
{
    combine_object *c = as_combine(self);
    if (c->stopped) {
        return OURO_NULL;
    }
    if (ouro_is_null(c->result)) {
        return combine_first(rt, c, false);
    }
    /* The rightmost index that is not at its last place moves on, those behind it follow it closely. */
    size_t n = as_tuple(c->pools)->size, i = c->r;
    while (i > 0 && c->indices[i - 1] == i - 1 + n - c->r) {
        i--;
    }
    if (i == 0) {
        c->stopped = true;
        return OURO_NULL;
    }
    size_t index = ++c->indices[i - 1];
    for (size_t j = i; j < c->r; j++) {
        c->indices[j] = ++index;
    }
    return combine_write(rt, c, i - 1);
}

static ouro_value combinations_with_replacement_next(ouro_runtime *rt, ouro_value self)
{
    combine_object *c = as_combine(self);
    if (c->stopped) {
        return OURO_NULL;
    }
    if (ouro_is_null(c->result)) {
        return combine_first(rt, c, false);
    }
    size_t n = as_tuple(c->pools)->size, i = c->r;
    while (i > 0 && c->indices[i - 1] == n - 1) {
        i--;
    }
    if (i == 0) {
        c->stopped = true;
        return OURO_NULL;
    }
    size_t index = c->indices[i - 1] + 1;
    for (size_t j = i - 1; j < c->r; j++) {
        c->indices[j] = index;
    }
    return combine_write(rt, c, i - 1);
}

static ouro_value combinations_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    combine_object *c = as_combine(args[0]);
    ouro_value r = ouro_int((int64_t)c->r);
    if (ouro_is_null(c->result)) {
        return itertools_reduce(rt, args[0], tuple_pack2(rt, c->pools, r));
    }
    if (c->stopped) {
        return combine_stopped_reduce(rt, args[0]);
    }
    return itertools_reduce_state(rt, args[0], tuple_pack2(rt, c->pools, r),
                                  combine_indices_tuple(rt, c->indices, c->r));
}

/* Each index is brought to where it may be: place i of combinations at most n - r + i. */
static ouro_value combinations_take_state(ouro_runtime *rt, ouro_value self, ouro_value state, bool replace)
{
    combine_object *c = as_combine(self);
    size_t n = as_tuple(c->pools)->size;
    if (!value_is_tuple(rt, state) || as_tuple(state)->size != c->r || c->stopped) {
        return error_value(rt, "invalid arguments");
    }
    for (size_t i = 0; i < c->r; i++) {
        int64_t index, most = (int64_t)(replace ? n - 1 : n - c->r + i);
        if (!container_as_state(rt, as_tuple(state)->items[i], &index)) {
            return OURO_NULL;
        }
        c->indices[i] = (size_t)(index < 0 ? 0 : index > most ? most : index);
    }
    ouro_value result = combine_first(rt, c, false);
    value_decref(rt, result);
    return ouro_is_null(result) ? OURO_NULL : OURO_NONE;
}

static ouro_value combinations_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return combinations_take_state(rt, args[0], args[1], false);
}

static ouro_value combinations_with_replacement_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return combinations_take_state(rt, args[0], args[1], true);
}

static const method_def combinations_methods[] = {
    REDUCE_METHOD(combinations_reduce),
    SETSTATE_METHOD(combinations_setstate),
    SIZEOF_METHOD("iterator"),
    {.name = NULL},
};

static const method_def combinations_with_replacement_methods[] = {
    REDUCE_METHOD(combinations_reduce),
    SETSTATE_METHOD(combinations_with_replacement_setstate),
    SIZEOF_METHOD("iterator"),
    {.name = NULL},
};

const type_spec combinations_spec = {
    .name = "itertools.combinations",
    .signature = "(iterable, r)",
    .size = sizeof(combine_object),
    .flags = TYPE_BASE,
    .doc = "combinations(iterable, r)\n\nAll choices of r items, each in the order of the iterable.",
    .fields = combine_fields,
    .field_count = COUNT_OF(combine_fields),
    .dispose = combine_dispose,
    .extra_size = combine_extra_size,
    .methods = combinations_methods,
    .slots = {.make = combinations_make, .iter = iterator_iter_self, .next = combinations_next},
};

const type_spec combinations_with_replacement_spec = {
    .name = "itertools.combinations_with_replacement",
    .signature = "(iterable, r)",
    .size = sizeof(combine_object),
    .flags = TYPE_BASE,
    .doc = "combinations_with_replacement(iterable, r)\n\n"
           "All choices of r items, each in the order of the iterable, where an item may be chosen again.",
    .fields = combine_fields,
    .field_count = COUNT_OF(combine_fields),
    .dispose = combine_dispose,
    .extra_size = combine_extra_size,
    .methods = combinations_with_replacement_methods,
    .slots = {.make = combinations_with_replacement_make,
              .iter = iterator_iter_self,
              .next = combinations_with_replacement_next},
};

/* itertools_chain.c: iterators that go on and on: chain, cycle, count, repeat. */
#include "modules/itertools.h"

/* ---- chain ---- */

typedef struct chain_object {
    ouro_object object;
    ouro_value source; /* iterator over the iterables; OURO_NULL: exhausted */
    ouro_value active; /* iterator of the current one, or OURO_NULL */
} chain_object;

static inline chain_object *as_chain(ouro_value v)
{
    return (chain_object *)(void *)ouro_as_object(v);
}

/* Steals the source; OURO_NULL is a failure. */
static ouro_value chain_new(ouro_runtime *rt, type_object *type, ouro_value source)
{
    chain_object *c = ouro_is_null(source) ? NULL : object_new(rt, &type->type, 0);
    if (c == NULL) {
        value_decref(rt, source);
        return OURO_NULL;
    }
    c->source = source;
    gc_track(rt, c);
    return ouro_from_object(c);
}

static ouro_value chain_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                             ouro_value kwnames)
{
    if (!arguments_positional_new(rt, type, "chain", nargs, kwnames, 0, SIZE_MAX)) {
        return OURO_NULL;
    }
    ouro_value iterables = tuple_new(rt, args, nargs);
    if (ouro_is_null(iterables)) {
        return OURO_NULL;
    }
    ouro_value source = object_iter(rt, iterables);
    value_decref(rt, iterables);
    return chain_new(rt, type, source);
}

static ouro_value chain_from_iterable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return chain_new(rt, as_type(args[0]), object_iter(rt, args[1]));
}

static ouro_value chain_next(ouro_runtime *rt, ouro_value self)
{
    chain_object *c = as_chain(self);
    while (!ouro_is_null(c->source)) {
        if (ouro_is_null(c->active)) {
            ouro_value iterable = itertools_next(rt, c->source);
            if (ouro_is_null(iterable)) {
                value_clear(rt, &c->source);
                return OURO_NULL;
            }
            ouro_value active = object_iter(rt, iterable);
            value_decref(rt, iterable);
            if (ouro_is_null(active)) {
                value_clear(rt, &c->source);
                return OURO_NULL;
            }
            value_replace(rt, &c->active, active);
        }
        ouro_value item = itertools_next(rt, c->active);
        if (!ouro_is_null(item) || error_is_set(rt)) {
            return item;
        }
        value_clear(rt, &c->active);
    }
    return OURO_NULL;
}

static ouro_value chain_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    chain_object *c = as_chain(args[0]);
    ouro_value arguments = value_incref(rt->types->empty_tuple);
    if (ouro_is_null(c->source)) {
        return itertools_reduce(rt, args[0], arguments);
    }
    ouro_value parts[2] = {c->source, c->active};
    return itertools_reduce_state(rt, args[0], arguments, tuple_new(rt, parts, ouro_is_null(c->active) ? 1 : 2));
}

static ouro_value chain_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_tuple(rt, args[1])) {
        return error_type(rt, "state is not a tuple");
    }
    const tuple_object *state = as_tuple(args[1]);
    if (state->size < 1) {
        return error_type(rt, "function takes at least 1 argument (0 given)");
    }
    if (state->size > 2) {
        return error_type(rt, "function takes at most 2 arguments (%zu given)", state->size);
    }
    for (size_t i = 0; i < state->size; i++) {
        if (!value_is_iterator(rt, state->items[i])) {
            return error_type(rt, "Arguments must be iterators.");
        }
    }
    chain_object *c = as_chain(args[0]);
    value_replace(rt, &c->source, value_incref(state->items[0]));
    value_replace(rt, &c->active, state->size == 2 ? value_incref(state->items[1]) : OURO_NULL);
    return OURO_NONE;
}

static const method_def chain_methods[] = {
    {.name = "from_iterable",
     .signature = "type, iterable, /",
     .fn = chain_from_iterable,
     .flags = METHOD_CLASS,
     .doc = "The items of the iterables that the argument gives."},
    CLASS_GETITEM_METHOD,
    REDUCE_METHOD(chain_reduce),
    SETSTATE_METHOD(chain_setstate),
    {.name = NULL},
};

static const ouro_field chain_fields[] = {
    {OURO_FIELD_VALUE, offsetof(chain_object, source), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(chain_object, active), 0, NULL},
};

const type_spec chain_spec = {
    .name = "itertools.chain",
    .size = sizeof(chain_object),
    .flags = TYPE_BASE,
    .doc = "chain(*iterables)\n\nThe items of the first iterable, then those of the second, and so on.",
    .fields = chain_fields,
    .field_count = COUNT_OF(chain_fields),
    .methods = chain_methods,
    .slots = {.make = chain_make, .iter = iterator_iter_self, .next = chain_next},
};

/* ---- cycle ---- */

typedef struct cycle_object {
    ouro_object object;
    ouro_value iterator; /* OURO_NULL: exhausted, the saved items are given */
    ouro_value saved;    /* list */
    size_t index;        /* in the saved items */
    bool first_pass;     /* the items were saved before (a pickle): do not save them again */
} cycle_object;

static inline cycle_object *as_cycle(ouro_value v)
{
    return (cycle_object *)(void *)ouro_as_object(v);
}

static ouro_value cycle_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                             ouro_value kwnames)
{
    if (!arguments_positional_new(rt, type, "cycle", nargs, kwnames, 1, 1)) {
        return OURO_NULL;
    }
    ouro_value iterator = object_iter(rt, args[0]);
    ouro_value saved = ouro_is_null(iterator) ? OURO_NULL : list_new(rt, NULL, 0);
    cycle_object *c = ouro_is_null(saved) ? NULL : object_new(rt, &type->type, 0);
    if (c == NULL) {
        value_decref(rt, iterator);
        value_decref(rt, saved);
        return OURO_NULL;
    }
    c->iterator = iterator;
    c->saved = saved;
    gc_track(rt, c);
    return ouro_from_object(c);
}

static ouro_value cycle_next(ouro_runtime *rt, ouro_value self)
{
    cycle_object *c = as_cycle(self);
    if (!ouro_is_null(c->iterator)) {
        ouro_value item = itertools_next(rt, c->iterator);
        if (!ouro_is_null(item)) {
            if (!c->first_pass && !list_append(rt, c->saved, item)) {
                value_decref(rt, item);
                return OURO_NULL;
            }
            return item;
        }
        if (error_is_set(rt)) {
            return OURO_NULL;
        }
        value_clear(rt, &c->iterator);
    }
    list_object *saved = as_list(c->saved);
    if (saved->size == 0) {
        return OURO_NULL;
    }
    if (c->index >= saved->size) {
        c->index = 0;
    }
    ouro_value item = value_incref(saved->items[c->index]);
    if (++c->index >= saved->size) {
        c->index = 0;
    }
    return item;
}

static ouro_value cycle_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    cycle_object *c = as_cycle(args[0]);
    ouro_value iterator;
    bool exhausted = ouro_is_null(c->iterator);
    if (exhausted) {
        iterator = object_iter(rt, c->saved);
        if (!ouro_is_null(iterator) && c->index > 0) {
            ouro_value none = object_call_method1(rt, iterator, STR(rt, __setstate__), ouro_int((int64_t)c->index));
            if (ouro_is_null(none)) {
                value_decref(rt, iterator);
                return OURO_NULL;
            }
        }
    } else {
        iterator = value_incref(c->iterator);
    }
    if (ouro_is_null(iterator)) {
        return OURO_NULL;
    }
    ouro_value arguments = tuple_pack1(rt, iterator);
    value_decref(rt, iterator);
    return itertools_reduce_state(rt, args[0], arguments,
                                  tuple_pack2(rt, c->saved, ouro_bool(exhausted || c->first_pass)));
}

static ouro_value cycle_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_tuple(rt, args[1])) {
        return error_type(rt, "state is not a tuple");
    }
    const tuple_object *state = as_tuple(args[1]);
    if (state->size != 2) {
        return error_type(rt, "function takes exactly 2 arguments (%zu given)", state->size);
    }
    if (!value_is_list(rt, state->items[0])) {
        return error_type(rt, "argument 1 must be list, not %T", state->items[0]);
    }
    int64_t first_pass = ouro_is(state->items[1], OURO_TRUE);
    if (!ouro_is_bool(state->items[1]) && !container_as_size(rt, state->items[1], &first_pass)) {
        return OURO_NULL;
    }
    cycle_object *c = as_cycle(args[0]);
    c->first_pass = first_pass != 0;
    c->index = 0;
    value_replace(rt, &c->saved, value_incref(state->items[0]));
    return OURO_NONE;
}

static const method_def cycle_methods[] = {
    REDUCE_METHOD(cycle_reduce),
    SETSTATE_METHOD(cycle_setstate),
    {.name = NULL},
};

static const ouro_field cycle_fields[] = {
    {OURO_FIELD_VALUE, offsetof(cycle_object, iterator), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(cycle_object, saved), 0, NULL},
};

const type_spec cycle_spec = {
    .name = "itertools.cycle",
    .signature = "(iterable, /)",
    .size = sizeof(cycle_object),
    .flags = TYPE_BASE,
    .doc = "cycle(iterable, /)\n\nThe items of the iterable, again and again.",
    .fields = cycle_fields,
    .field_count = COUNT_OF(cycle_fields),
    .methods = cycle_methods,
    .slots = {.make = cycle_make, .iter = iterator_iter_self, .next = cycle_next},
};

/* ---- count ---- */

typedef struct count_object {
    ouro_object object;
    ouro_value next, step;
    bool plain; /* by the int 1: shown without the step */
} count_object;

static inline count_object *as_count(ouro_value v)
{
    return (count_object *)(void *)ouro_as_object(v);
}

static bool value_is_number(ouro_runtime *rt, ouro_value v)
{
    const type_slots *slots = &value_type(rt, v)->slots;
    return value_is_int(rt, v) || value_is_float(rt, v) || slots->to_int != NULL || slots->to_float != NULL ||
           slots->to_index != NULL || value_is_instance(rt, v, TYPE(rt, complex));
}

static ouro_value count_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                             ouro_value kwnames)
{
    ouro_value a[2];
    if (!arguments_bind(rt, "count", "start=0, step=1", args, nargs, kwnames, a)) {
        return OURO_NULL;
    }
    ouro_value start = ouro_is_null(a[0]) ? ouro_int(0) : a[0], step = ouro_is_null(a[1]) ? ouro_int(1) : a[1];
    if (!value_is_number(rt, start) || !value_is_number(rt, step)) {
        return error_type(rt, "a number is required");
    }
    int64_t start_int, step_int;
    bool plain = value_is_int(rt, step) && int_fits_int64(step, &step_int) && step_int == 1;
    if (plain && value_is_int(rt, start) && int_fits_int64(start, &start_int) && ouro_int_fits(start_int)) {
        start = ouro_int(start_int);
        step = ouro_int(1);
    }
    count_object *c = object_new(rt, &type->type, 0);
    if (c == NULL) {
        return OURO_NULL;
    }
    c->next = value_incref(start);
    c->step = value_incref(step);
    c->plain = plain;
    gc_track(rt, c);
    return ouro_from_object(c);
}

static ouro_value count_next(ouro_runtime *rt, ouro_value self)
{
    count_object *c = as_count(self);
    ouro_value item = c->next;
    if (ouro_is_int(item) && ouro_is_int(c->step)) {
        int64_t sum = ouro_as_int(item) + ouro_as_int(c->step);
        if (OURO_LIKELY(ouro_int_fits(sum))) {
            c->next = ouro_int(sum);
            return item;
        }
    }
    value_incref(item);
    ouro_value step = value_incref(c->step);
    ouro_value sum = object_binary(rt, BINARY_ADD, item, step);
    value_decref(rt, step);
    if (ouro_is_null(sum)) {
        value_decref(rt, item);
        return OURO_NULL;
    }
    value_replace(rt, &c->next, sum);
    return item;
}

static ouro_value count_repr(ouro_runtime *rt, ouro_value self)
{
    count_object *c = as_count(self);
    const char *name = type_short_name(value_type(rt, self));
    return c->plain ? str_format_c(rt, "%s(%R)", name, c->next)
                    : str_format_c(rt, "%s(%R, %R)", name, c->next, c->step);
}

static ouro_value count_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    count_object *c = as_count(args[0]);
    ouro_value parts[2] = {c->next, c->step};
    return itertools_reduce(rt, args[0], tuple_new(rt, parts, c->plain && ouro_is_int(c->next) ? 1 : 2));
}

static const method_def count_methods[] = {
    REDUCE_METHOD(count_reduce),
    {.name = NULL},
};

static const ouro_field count_fields[] = {
    {OURO_FIELD_VALUE, offsetof(count_object, next), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(count_object, step), 0, NULL},
};

const type_spec count_spec = {
    .name = "itertools.count",
    .signature = "(start=0, step=1)",
    .size = sizeof(count_object),
    .flags = TYPE_BASE,
    .doc = "count(start=0, step=1)\n\nThe numbers start, start + step, and so on without end.",
    .fields = count_fields,
    .field_count = COUNT_OF(count_fields),
    .methods = count_methods,
    .slots = {.make = count_make, .repr = count_repr, .iter = iterator_iter_self, .next = count_next},
};

/* ---- repeat ---- */

typedef struct repeat_object {
    ouro_object object;
    ouro_value item;
    int64_t left; /* -1: no end */
} repeat_object;

static inline repeat_object *as_repeat(ouro_value v)
{
    return (repeat_object *)(void *)ouro_as_object(v);
}

static ouro_value repeat_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                              ouro_value kwnames)
{
    ouro_value a[2];
    int64_t left = -1;
    if (!arguments_bind(rt, "repeat", "object, times=None", args, nargs, kwnames, a)) {
        return OURO_NULL;
    }
    if (!ouro_is_null(a[1])) {
        if (!container_as_size(rt, a[1], &left)) {
            return OURO_NULL;
        }
        left = left < 0 ? 0 : left;
    }
    repeat_object *r = object_new(rt, &type->type, 0);
    if (r == NULL) {
        return OURO_NULL;
    }
    r->item = value_incref(a[0]);
    r->left = left;
    gc_track(rt, r);
    return ouro_from_object(r);
}

static ouro_value repeat_next(ouro_runtime *rt, ouro_value self)
{
    repeat_object *r = as_repeat(self);
    if (r->left == 0) {
        return OURO_NULL;
    }
    r->left -= r->left > 0;
    return value_incref(r->item);
}

static ouro_value repeat_repr(ouro_runtime *rt, ouro_value self)
{
    repeat_object *r = as_repeat(self);
    const char *name = type_short_name(value_type(rt, self));
    return r->left < 0 ? str_format_c(rt, "%s(%R)", name, r->item)
                       : str_format_c(rt, "%s(%R, %lld)", name, r->item, (long long)r->left);
}

static ouro_value repeat_length_hint(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    repeat_object *r = as_repeat(args[0]);
    return r->left < 0 ? error_type(rt, "len() of unsized object") : int_from_int64(rt, r->left);
}

static ouro_value repeat_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    repeat_object *r = as_repeat(args[0]);
    ouro_value arguments;
    if (r->left < 0) {
        arguments = tuple_pack1(rt, r->item);
    } else {
        ouro_value left = int_from_int64(rt, r->left);
        arguments = ouro_is_null(left) ? OURO_NULL : tuple_pack2(rt, r->item, left);
        value_decref(rt, left);
    }
    return itertools_reduce(rt, args[0], arguments);
}

static const method_def repeat_methods[] = {
    {.name = "__length_hint__",
     .signature = "?self, /",
     .fn = repeat_length_hint,
     .doc = "How many items are left, for list(iterator)."},
    REDUCE_METHOD(repeat_reduce),
    {.name = NULL},
};

static const ouro_field repeat_fields[] = {
    {OURO_FIELD_VALUE, offsetof(repeat_object, item), 0, NULL},
};

const type_spec repeat_spec = {
    .name = "itertools.repeat",
    .size = sizeof(repeat_object),
    .flags = TYPE_BASE,
    .doc = "repeat(object[, times])\n\nThe object, so many times or without end.",
    .fields = repeat_fields,
    .field_count = COUNT_OF(repeat_fields),
    .methods = repeat_methods,
    .slots = {.make = repeat_make, .repr = repeat_repr, .iter = iterator_iter_self, .next = repeat_next},
};

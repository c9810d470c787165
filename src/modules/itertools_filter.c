/* itertools_filter.c: iterators that choose among the items of one iterable: takewhile, dropwhile, filterfalse,
 * compress, islice. */
#include "modules/itertools.h"

/* ---- takewhile, dropwhile, filterfalse: a function and an iterator ---- */

typedef struct filter_object {
    ouro_object object;
    ouro_value function, iterator;
    bool decided; /* takewhile: ended; dropwhile: begun */
} filter_object;

static inline filter_object *as_filter(ouro_value v)
{
    return (filter_object *)(void *)ouro_as_object(v);
}

static ouro_value filter_new(ouro_runtime *rt, type_object *type, const char *name, const ouro_value *args,
                             size_t nargs, ouro_value kwnames)
{
    if (!arguments_positional_new(rt, type, name, nargs, kwnames, 2, 2)) {
        return OURO_NULL;
    }
    ouro_value iterator = object_iter(rt, args[1]);
    filter_object *f = ouro_is_null(iterator) ? NULL : object_new(rt, &type->type, 0);
    if (f == NULL) {
        value_decref(rt, iterator);
        return OURO_NULL;
    }
    f->function = value_incref(args[0]);
    f->iterator = iterator;
    gc_track(rt, f);
    return ouro_from_object(f);
}

/* The truth of function(item): 1, 0, -1. */
static int filter_ask(ouro_runtime *rt, filter_object *f, ouro_value item)
{
    ouro_value function = value_incref(f->function);
    ouro_value answer = object_call1(rt, function, item);
    value_decref(rt, function);
    if (ouro_is_null(answer)) {
        return -1;
    }
    int truth = object_truth(rt, answer);
    value_decref(rt, answer);
    return truth;
}

static ouro_value filter_reduce_decided(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    filter_object *f = as_filter(args[0]);
    return itertools_reduce_state(rt, args[0], tuple_pack2(rt, f->function, f->iterator), ouro_int(f->decided));
}

static ouro_value filter_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    filter_object *f = as_filter(args[0]);
    return itertools_reduce(rt, args[0], tuple_pack2(rt, f->function, f->iterator));
}

static ouro_value filter_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int truth = object_truth(rt, args[1]);
    if (truth < 0) {
        return OURO_NULL;
    }
    as_filter(args[0])->decided = truth != 0;
    return OURO_NONE;
}

static ouro_value take_while_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                  ouro_value kwnames)
{
    return filter_new(rt, type, "takewhile", args, nargs, kwnames);
}

static ouro_value take_while_next(ouro_runtime *rt, ouro_value self)
{
    filter_object *f = as_filter(self);
    if (f->decided) {
        return OURO_NULL;
    }
    ouro_value item = itertools_next(rt, f->iterator);
    if (ouro_is_null(item)) {
        return OURO_NULL;
    }
    int truth = filter_ask(rt, f, item);
    if (truth > 0) {
        return item;
    }
    if (truth == 0) {
        f->decided = true;
    }
    value_decref(rt, item);
    return OURO_NULL;
}

static ouro_value drop_while_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                  ouro_value kwnames)
{
    return filter_new(rt, type, "dropwhile", args, nargs, kwnames);
}

static ouro_value drop_while_next(ouro_runtime *rt, ouro_value self)
{
    filter_object *f = as_filter(self);
    for (;;) {
        ouro_value item = itertools_next(rt, f->iterator);
        if (ouro_is_null(item) || f->decided) {
            return item;
        }
        int truth = filter_ask(rt, f, item);
        if (truth == 0) {
            f->decided = true;
            return item;
        }
        value_decref(rt, item);
        if (truth < 0) {
            return OURO_NULL;
        }
    }
}

static ouro_value filter_false_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    return filter_new(rt, type, "filterfalse", args, nargs, kwnames);
}

static ouro_value filter_false_next(ouro_runtime *rt, ouro_value self)
{
    filter_object *f = as_filter(self);
    bool plain = ouro_is_none(f->function) || ouro_is(f->function, type_value(TYPE(rt, bool)));
    for (;;) {
        ouro_value item = itertools_next(rt, f->iterator);
        if (ouro_is_null(item)) {
            return OURO_NULL;
        }
        int truth = plain ? object_truth(rt, item) : filter_ask(rt, f, item);
        if (truth == 0) {
            return item;
        }
        value_decref(rt, item);
        if (truth < 0) {
            return OURO_NULL;
        }
    }
}

static const method_def while_methods[] = {
    REDUCE_METHOD(filter_reduce_decided),
    SETSTATE_METHOD(filter_setstate),
    {.name = NULL},
};

static const method_def filter_false_methods[] = {
    REDUCE_METHOD(filter_reduce),
    {.name = NULL},
};

static const ouro_field filter_fields[] = {
    {OURO_FIELD_VALUE, offsetof(filter_object, function), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(filter_object, iterator), 0, NULL},
};

const type_spec take_while_spec = {
    .name = "itertools.takewhile",
    .signature = "(predicate, iterable, /)",
    .size = sizeof(filter_object),
    .flags = TYPE_BASE,
    .doc = "takewhile(predicate, iterable, /)\n\nThe items up to the first for which the predicate is false.",
    .fields = filter_fields,
    .field_count = COUNT_OF(filter_fields),
    .methods = while_methods,
    .slots = {.make = take_while_make, .iter = iterator_iter_self, .next = take_while_next},
};

const type_spec drop_while_spec = {
    .name = "itertools.dropwhile",
    .signature = "(predicate, iterable, /)",
    .size = sizeof(filter_object),
    .flags = TYPE_BASE,
    .doc = "dropwhile(predicate, iterable, /)\n\nThe items from the first on for which the predicate is false.",
    .fields = filter_fields,
    .field_count = COUNT_OF(filter_fields),
    .methods = while_methods,
    .slots = {.make = drop_while_make, .iter = iterator_iter_self, .next = drop_while_next},
};

const type_spec filter_false_spec = {
    .name = "itertools.filterfalse",
    .signature = "(function, iterable, /)",
    .size = sizeof(filter_object),
    .flags = TYPE_BASE,
    .doc = "filterfalse(function, iterable, /)\n\n"
           "The items for which the function (None: the item itself) is false.",
    .fields = filter_fields,
    .field_count = COUNT_OF(filter_fields),
    .methods = filter_false_methods,
    .slots = {.make = filter_false_make, .iter = iterator_iter_self, .next = filter_false_next},
};

/* ---- compress ---- */

typedef struct compress_object {
    ouro_object object;
    ouro_value data, selectors;
} compress_object;

static inline compress_object *as_compress(ouro_value v)
{
    return (compress_object *)(void *)ouro_as_object(v);
}

static ouro_value compress_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                ouro_value kwnames)
{
    ouro_value a[2];
    if (!arguments_bind(rt, "compress", "data, selectors", args, nargs, kwnames, a)) {
        return OURO_NULL;
    }
    ouro_value data = object_iter(rt, a[0]);
    ouro_value selectors = ouro_is_null(data) ? OURO_NULL : object_iter(rt, a[1]);
    compress_object *c = ouro_is_null(selectors) ? NULL : object_new(rt, &type->type, 0);
    if (c == NULL) {
        value_decref(rt, data);
        value_decref(rt, selectors);
        return OURO_NULL;
    }
    c->data = data;
    c->selectors = selectors;
    gc_track(rt, c);
    return ouro_from_object(c);
}

static ouro_value compress_next(ouro_runtime *rt, ouro_value self)
{
    compress_object *c = as_compress(self);
    for (;;) {
        ouro_value item = itertools_next(rt, c->data);
        if (ouro_is_null(item)) {
            return OURO_NULL;
        }
        ouro_value selector = itertools_next(rt, c->selectors);
        int truth = ouro_is_null(selector) ? -1 : object_truth(rt, selector);
        value_decref(rt, selector);
        if (truth > 0) {
            return item;
        }
        value_decref(rt, item);
        if (truth < 0) {
            return OURO_NULL;
        }
    }
}

static ouro_value compress_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    compress_object *c = as_compress(args[0]);
    return itertools_reduce(rt, args[0], tuple_pack2(rt, c->data, c->selectors));
}

static const method_def compress_methods[] = {
    REDUCE_METHOD(compress_reduce),
    {.name = NULL},
};

static const ouro_field compress_fields[] = {
    {OURO_FIELD_VALUE, offsetof(compress_object, data), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(compress_object, selectors), 0, NULL},
};

const type_spec compress_spec = {
    .name = "itertools.compress",
    .signature = "(data, selectors)",
    .size = sizeof(compress_object),
    .flags = TYPE_BASE,
    .doc = "compress(data, selectors)\n\nThe items of data whose selectors are true.",
    .fields = compress_fields,
    .field_count = COUNT_OF(compress_fields),
    .methods = compress_methods,
    .slots = {.make = compress_make, .iter = iterator_iter_self, .next = compress_next},
};

/* ---- islice ---- */

typedef struct islice_object {
    ouro_object object;
    ouro_value iterator; /* OURO_NULL: exhausted */
    int64_t next;        /* index of the item to give next */
    int64_t stop;        /* -1: none */
    int64_t step;
    int64_t seen;        /* items taken from the iterator */
} islice_object;

static inline islice_object *as_islice(ouro_value v)
{
    return (islice_object *)(void *)ouro_as_object(v);
}

/* None, or an index from `least` on; otherwise ValueError. */
static bool islice_bound(ouro_runtime *rt, ouro_value v, int64_t least, int64_t *bound, const char *message)
{
    if (ouro_is_none(v)) {
        return true;
    }
    if (!value_has_index(rt, v) || !container_as_index(rt, v, bound, false)) {
        error_clear(rt);
        *bound = least - 1;
    }
    if (*bound < least) {
        error_value(rt, message);
        return false;
    }
    return true;
}

static ouro_value islice_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                              ouro_value kwnames)
{
    if (!arguments_positional_new(rt, type, "islice", nargs, kwnames, 2, 4)) {
        return OURO_NULL;
    }
    int64_t start = 0, stop = -1, step = 1;
    if (!islice_bound(rt, nargs == 2 ? args[1] : args[2], 0, &stop,
                      "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.") ||
        (nargs > 2 && !islice_bound(rt, args[1], 0, &start,
                                    "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.")) ||
        (nargs == 4 &&
         !islice_bound(rt, args[3], 1, &step, "Step for islice() must be a positive integer or None."))) {
        return OURO_NULL;
    }
    ouro_value iterator = object_iter(rt, args[0]);
    islice_object *s = ouro_is_null(iterator) ? NULL : object_new(rt, &type->type, 0);
    if (s == NULL) {
        value_decref(rt, iterator);
        return OURO_NULL;
    }
    s->iterator = iterator;
    s->next = start;
    s->stop = stop;
    s->step = step;
    gc_track(rt, s);
    return ouro_from_object(s);
}

static ouro_value islice_next(ouro_runtime *rt, ouro_value self)
{
    islice_object *s = as_islice(self);
    while (!ouro_is_null(s->iterator) && s->seen < s->next) {
        ouro_value item = itertools_next(rt, s->iterator);
        if (ouro_is_null(item)) {
            value_clear(rt, &s->iterator);
            return OURO_NULL;
        }
        value_decref(rt, item);
        s->seen++;
    }
    if (ouro_is_null(s->iterator)) {
        return OURO_NULL;
    }
    ouro_value item = OURO_NULL;
    if (s->stop < 0 || s->seen < s->stop) {
        item = itertools_next(rt, s->iterator);
    }
    if (ouro_is_null(item)) {
        value_clear(rt, &s->iterator);
        return OURO_NULL;
    }
    s->seen++;
    if (__builtin_add_overflow(s->next, s->step, &s->next) || (s->stop >= 0 && s->next > s->stop)) {
        s->next = s->stop >= 0 ? s->stop : INT64_MAX;
    }
    return item;
}

static ouro_value islice_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    islice_object *s = as_islice(args[0]);
    if (ouro_is_null(s->iterator)) {
        ouro_value empty = list_new(rt, NULL, 0);
        ouro_value iterator = ouro_is_null(empty) ? OURO_NULL : object_iter(rt, empty);
        ouro_value arguments = ouro_is_null(iterator) ? OURO_NULL : tuple_pack2(rt, iterator, ouro_int(0));
        value_decref(rt, empty);
        value_decref(rt, iterator);
        return itertools_reduce_state(rt, args[0], arguments, ouro_int(0));
    }
    ouro_value parts[4] = {s->iterator, OURO_NULL, OURO_NONE, OURO_NULL};
    ouro_value next = int_from_int64(rt, s->next), step = int_from_int64(rt, s->step), arguments = OURO_NULL;
    ouro_value stop = s->stop < 0 ? OURO_NONE : int_from_int64(rt, s->stop);
    if (!ouro_is_null(next) && !ouro_is_null(step) && !ouro_is_null(stop)) {
        parts[1] = next;
        parts[2] = stop;
        parts[3] = step;
        arguments = tuple_new(rt, parts, 4);
    }
    value_decref(rt, next);
    value_decref(rt, stop);
    value_decref(rt, step);
    return itertools_reduce_state(rt, args[0], arguments, int_from_int64(rt, s->seen));
}

static ouro_value islice_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t seen;
    if (!value_is_int(rt, args[1])) {
        return error_type(rt, "an integer is required");
    }
    if (!container_as_size(rt, args[1], &seen)) {
        return OURO_NULL;
    }
    as_islice(args[0])->seen = seen;
    return OURO_NONE;
}

static const method_def islice_methods[] = {
    REDUCE_METHOD(islice_reduce),
    SETSTATE_METHOD(islice_setstate),
    {.name = NULL},
};

static const ouro_field islice_fields[] = {
    {OURO_FIELD_VALUE, offsetof(islice_object, iterator), 0, NULL},
};

const type_spec islice_spec = {
    .name = "itertools.islice",
    .size = sizeof(islice_object),
    .flags = TYPE_BASE,
    .doc = "islice(iterable, stop)\nislice(iterable, start, stop[, step])\n\n"
           "The items that a slice of a list of them would pick.",
    .fields = islice_fields,
    .field_count = COUNT_OF(islice_fields),
    .methods = islice_methods,
    .slots = {.make = islice_make, .iter = iterator_iter_self, .next = islice_next},
};

/* range.c: ranges: arithmetic instead of items.
 *
 * start, stop, step and length are exact ints, nearly always immediate ones; then everything is done in int64.  Bounds
 * of 63 bits leave room for every sum of two of them in an int64, and products are checked.
 */
#include "types/container.h"

static inline range_object *as_range(ouro_value v)
{
    return (range_object *)(void *)ouro_as_object(v);
}

static inline bool range_is_small(const range_object *r)
{
    return ouro_is_int(r->start) && ouro_is_int(r->stop) && ouro_is_int(r->step) && ouro_is_int(r->length);
}

/* ---- making ---- */

/* How many numbers from start to stop by step: a new int. */
static ouro_value range_compute_length(ouro_runtime *rt, ouro_value start, ouro_value stop, ouro_value step)
{
    if (ouro_is_int(start) && ouro_is_int(stop) && ouro_is_int(step)) {
        int64_t low = ouro_as_int(start), high = ouro_as_int(stop), by = ouro_as_int(step);
        if (by < 0) {
            int64_t swapped = low;
            low = high;
            high = swapped;
            by = -by;
        }
        return low < high ? int_from_int64(rt, (high - low - 1) / by + 1) : ouro_int(0);
    }
    bool backward = int_sign(step) < 0;
    ouro_value low = backward ? stop : start, high = backward ? start : stop;
    if (int_order(low, high) >= 0) {
        return ouro_int(0);
    }
    /* (high - low - 1) // |step| + 1 */
    ouro_value by = OURO_NULL, distance = OURO_NULL, last = OURO_NULL, count = OURO_NULL, length = OURO_NULL;
    by = backward ? int_binary(rt, BINARY_SUBTRACT, ouro_int(0), step) : value_incref(step);
    if (!ouro_is_null(by)) {
        distance = int_binary(rt, BINARY_SUBTRACT, high, low);
    }
    if (!ouro_is_null(distance)) {
        last = int_binary(rt, BINARY_SUBTRACT, distance, ouro_int(1));
    }
    if (!ouro_is_null(last)) {
        count = int_binary(rt, BINARY_FLOOR_DIVIDE, last, by);
    }
    if (!ouro_is_null(count)) {
        length = int_binary(rt, BINARY_ADD, count, ouro_int(1));
    }
    value_decref(rt, by);
    value_decref(rt, distance);
    value_decref(rt, last);
    value_decref(rt, count);
    return length;
}

ouro_value range_new(ouro_runtime *rt, ouro_value start, ouro_value stop, ouro_value step)
{
    if (int_sign(step) == 0) {
        return error_value(rt, "range() arg 3 must not be zero");
    }
    ouro_value length = range_compute_length(rt, start, stop, step);
    if (ouro_is_null(length)) {
        return OURO_NULL;
    }
    range_object *r = object_new(rt, &TYPE(rt, range)->type, 0);
    if (r == NULL) {
        value_decref(rt, length);
        return OURO_NULL;
    }
    r->start = value_incref(start);
    r->stop = value_incref(stop);
    r->step = value_incref(step);
    r->length = length;
    return ouro_from_object(r); /* never part of a cycle: not tracked */
}

/* The same with all three stolen; any may be OURO_NULL (failed). */
static ouro_value range_new_steal(ouro_runtime *rt, ouro_value start, ouro_value stop, ouro_value step)
{
    ouro_value range = ouro_is_null(start) || ouro_is_null(stop) || ouro_is_null(step)
                           ? OURO_NULL
                           : range_new(rt, start, stop, step);
    value_decref(rt, start);
    value_decref(rt, stop);
    value_decref(rt, step);
    return range;
}

static ouro_value range_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                             ouro_value kwnames)
{
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        return error_type(rt, "range() takes no keyword arguments");
    }
    if (nargs == 0) {
        return error_type(rt, "range expected at least 1 argument, got 0");
    }
    if (nargs > 3) {
        return error_type(rt, "range expected at most 3 arguments, got %zu", nargs);
    }
    ouro_value start = ouro_int(0), stop, step = ouro_int(1);
    if (nargs == 1) {
        stop = object_index(rt, args[0]);
    } else {
        start = object_index(rt, args[0]);
        stop = ouro_is_null(start) ? OURO_NULL : object_index(rt, args[1]);
        if (nargs == 3 && !ouro_is_null(stop)) {
            step = object_index(rt, args[2]);
        }
    }
    return range_new_steal(rt, start, stop, step);
}

/* ---- items ---- */

/* start + i * step: a new int; i may be the length (the end of a slice). */
static ouro_value range_item(ouro_runtime *rt, range_object *r, ouro_value i)
{
    if (ouro_is_int(r->start) && ouro_is_int(r->step) && ouro_is_int(i)) {
        int64_t offset, item;
        if (!__builtin_mul_overflow(ouro_as_int(r->step), ouro_as_int(i), &offset) &&
            !__builtin_add_overflow(ouro_as_int(r->start), offset, &item)) {
            return int_from_int64(rt, item);
        }
    }
    ouro_value offset = int_binary(rt, BINARY_MULTIPLY, r->step, i);
    if (ouro_is_null(offset)) {
        return OURO_NULL;
    }
    ouro_value item = int_binary(rt, BINARY_ADD, r->start, offset);
    value_decref(rt, offset);
    return item;
}

static ouro_value range_slice(ouro_runtime *rt, range_object *r, ouro_value slice)
{
    ouro_value method_args[2] = {slice, r->length};
    ouro_value name = str_intern_cstring(rt, "indices");
    if (ouro_is_null(name)) {
        return OURO_NULL;
    }
    ouro_value indices = object_call_method(rt, name, method_args, 2, OURO_NULL);
    value_decref(rt, name);
    if (ouro_is_null(indices)) {
        return OURO_NULL;
    }
    const ouro_value *picked = as_tuple(indices)->items;
    ouro_value start = range_item(rt, r, picked[0]);
    ouro_value stop = ouro_is_null(start) ? OURO_NULL : range_item(rt, r, picked[1]);
    ouro_value step = ouro_is_null(stop) ? OURO_NULL : int_binary(rt, BINARY_MULTIPLY, r->step, picked[2]);
    value_decref(rt, indices);
    return range_new_steal(rt, start, stop, step);
}

static ouro_value range_getitem(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    range_object *r = as_range(self);
    if (!value_has_index(rt, key)) {
        if (value_is_slice(rt, key)) {
            return range_slice(rt, r, key);
        }
        return error_type(rt, "range indices must be integers or slices, not %T", key);
    }
    ouro_value i = object_index(rt, key);
    if (!ouro_is_null(i) && int_sign(i) < 0) {
        value_replace(rt, &i, int_binary(rt, BINARY_ADD, i, r->length));
    }
    if (ouro_is_null(i)) {
        return OURO_NULL;
    }
    ouro_value item = OURO_NULL;
    if (int_sign(i) < 0 || int_order(i, r->length) >= 0) {
        error_index(rt, "range object index out of range");
    } else {
        item = range_item(rt, r, i);
    }
    value_decref(rt, i);
    return item;
}

/* Is the int in the range?  1, 0, -1 failed. */
static int range_contains_int(ouro_runtime *rt, range_object *r, ouro_value v)
{
    bool backward = int_sign(r->step) < 0;
    if (backward ? int_order(v, r->start) > 0 || int_order(v, r->stop) <= 0
                 : int_order(v, r->start) < 0 || int_order(v, r->stop) >= 0) {
        return 0;
    }
    if (ouro_is_int(v) && range_is_small(r)) {
        return (ouro_as_int(v) - ouro_as_int(r->start)) % ouro_as_int(r->step) == 0;
    }
    ouro_value distance = int_binary(rt, BINARY_SUBTRACT, v, r->start);
    ouro_value rest = ouro_is_null(distance) ? OURO_NULL : int_binary(rt, BINARY_REMAINDER, distance, r->step);
    int result = ouro_is_null(rest) ? -1 : int_sign(rest) == 0;
    value_decref(rt, rest);
    value_decref(rt, distance);
    return result;
}

/* Exact ints and bools are found by arithmetic; anything else is compared with each item. */
static bool range_can_compute(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_int(v) || ouro_is_bool(v) || value_type(rt, v) == TYPE(rt, int);
}

/* The position of the first item that equals v (or how many do, when `count`); -1: none, -2: failed. */
static int64_t range_search(ouro_runtime *rt, ouro_value self, ouro_value v, bool count)
{
    ouro_value iterator = range_iter(rt, self);
    if (ouro_is_null(iterator)) {
        return -2;
    }
    int64_t found = count ? 0 : -1;
    for (int64_t i = 0;; i++) {
        ouro_value item = iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            found = error_is_set(rt) ? -2 : found;
            break;
        }
        int equal = object_equal(rt, item, v);
        value_decref(rt, item);
        if (equal < 0) {
            found = -2;
            break;
        }
        if (equal > 0) {
            found = count ? found + 1 : i;
            if (!count) {
                break;
            }
        }
    }
    value_decref(rt, iterator);
    return found;
}

static int range_contains(ouro_runtime *rt, ouro_value self, ouro_value v)
{
    if (range_can_compute(rt, v)) {
        return range_contains_int(rt, as_range(self), v);
    }
    int64_t i = range_search(rt, self, v, false);
    return i == -2 ? -1 : i >= 0;
}

/* ---- other slots ---- */

static int64_t range_length(ouro_runtime *rt, ouro_value self)
{
    int64_t length;
    if (!int_fits_int64(as_range(self)->length, &length)) {
        error_overflow(rt, "Python int too large to convert to C ssize_t");
        return -1;
    }
    return length;
}

static int range_truth(ouro_runtime *rt, ouro_value self)
{
    return int_sign(as_range(self)->length) != 0;
}

static ouro_value range_repr(ouro_runtime *rt, ouro_value self)
{
    range_object *r = as_range(self);
    if (ouro_is(r->step, ouro_int(1))) {
        return str_format_c(rt, "range(%R, %R)", r->start, r->stop);
    }
    return str_format_c(rt, "range(%R, %R, %R)", r->start, r->stop, r->step);
}

static bool range_equal(range_object *a, range_object *b)
{
    if (int_order(a->length, b->length) != 0) {
        return false;
    }
    if (int_sign(a->length) == 0) {
        return true;
    }
    return int_order(a->start, b->start) == 0 &&
           (ouro_is(a->length, ouro_int(1)) || int_order(a->step, b->step) == 0);
}

static ouro_value range_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if ((op != COMPARE_EQ && op != COMPARE_NE) || value_type(rt, a) != TYPE(rt, range) ||
        value_type(rt, b) != TYPE(rt, range)) {
        return OURO_NOT_IMPLEMENTED;
    }
    return ouro_bool((ouro_is(a, b) || range_equal(as_range(a), as_range(b))) == (op == COMPARE_EQ));
}

/* The hash of (length, start, step), with None for what does not matter. */
static hash_t range_hash(ouro_runtime *rt, ouro_value self)
{
    range_object *r = as_range(self);
    bool empty = int_sign(r->length) == 0, single = ouro_is(r->length, ouro_int(1));
    ouro_value key =
        tuple_pack3(rt, r->length, empty ? OURO_NONE : r->start, empty || single ? OURO_NONE : r->step);
    if (ouro_is_null(key)) {
        return -1;
    }
    hash_t hash = object_hash(rt, key);
    value_decref(rt, key);
    return hash;
}

/* ---- methods ---- */

static ouro_value range_method_count(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t count = range_can_compute(rt, args[1]) ? range_contains_int(rt, as_range(args[0]), args[1])
                                                   : range_search(rt, args[0], args[1], true);
    return count < 0 ? OURO_NULL : ouro_int(count);
}

static ouro_value range_method_index(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    range_object *r = as_range(args[0]);
    if (!range_can_compute(rt, args[1])) {
        int64_t i = range_search(rt, args[0], args[1], false);
        return i >= 0 ? ouro_int(i) : i == -1 ? error_value(rt, "sequence.index(x): x not in sequence") : OURO_NULL;
    }
    int contained = range_contains_int(rt, r, args[1]);
    if (contained <= 0) {
        return contained < 0 ? OURO_NULL : error_value(rt, "%R is not in range", args[1]);
    }
    ouro_value distance = int_binary(rt, BINARY_SUBTRACT, args[1], r->start);
    if (ouro_is_null(distance)) {
        return OURO_NULL;
    }
    ouro_value index = int_binary(rt, BINARY_FLOOR_DIVIDE, distance, r->step);
    value_decref(rt, distance);
    return index;
}

static ouro_value range_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    range_object *r = as_range(args[0]);
    ouro_value arguments = tuple_pack3(rt, r->start, r->stop, r->step);
    if (ouro_is_null(arguments)) {
        return OURO_NULL;
    }
    ouro_value result = tuple_pack2(rt, type_value(TYPE(rt, range)), arguments);
    value_decref(rt, arguments);
    return result;
}

static const method_def range_methods[] = {
    {.name = "__reversed__",
     .signature = "?self, /",
     .fn = range_reversed,
     .doc = "An iterator over the numbers, the last first."},
    {.name = "__reduce__", .signature = "?self, /", .fn = range_reduce, .doc = "State for pickling."},
    {.name = "count",
     .signature = "?self, value, /",
     .fn = range_method_count,
     .doc = "How often the value is in the range."},
    {.name = "index",
     .signature = "?self, value, /",
     .fn = range_method_index,
     .doc = "The index of the value in the range; ValueError if it is not there."},
    {.name = NULL},
};

static const member_def range_members[] = {
    {.name = "start", .offset = offsetof(range_object, start), .flags = MEMBER_READONLY},
    {.name = "stop", .offset = offsetof(range_object, stop), .flags = MEMBER_READONLY},
    {.name = "step", .offset = offsetof(range_object, step), .flags = MEMBER_READONLY},
    {.name = NULL},
};

static const ouro_field range_fields[] = {
    {OURO_FIELD_VALUE, offsetof(range_object, start), 0, "start"},
    {OURO_FIELD_VALUE, offsetof(range_object, stop), 0, "stop"},
    {OURO_FIELD_VALUE, offsetof(range_object, step), 0, "step"},
    {OURO_FIELD_VALUE, offsetof(range_object, length), 0, "length"},
};

const type_spec range_spec = {
    .name = "range",
    .size = sizeof(range_object),
    .flags = OURO_TYPE_IMMUTABLE | TYPE_SEQUENCE,
    .doc = "range(stop)\nrange(start, stop[, step])\n\n"
           "The numbers from start (0 by default) up to but not including stop, by step.",
    .fields = range_fields,
    .field_count = COUNT_OF(range_fields),
    .methods = range_methods,
    .members = range_members,
    .slots =
        {
            .make = range_make,
            .repr = range_repr,
            .hash = range_hash,
            .compare = range_compare,
            .iter = range_iter,
            .truth = range_truth,
            .length = range_length,
            .getitem = range_getitem,
            .contains = range_contains,
        },
};

/* slice.c: slices, and the indices that they pick. */
#include "types/container.h"

static inline slice_object *as_slice(ouro_value v)
{
    return (slice_object *)(void *)ouro_as_object(v);
}

ouro_value slice_new(ouro_runtime *rt, ouro_value start, ouro_value stop, ouro_value step)
{
    slice_object *s = object_new(rt, &TYPE(rt, slice)->type, 0);
    if (s == NULL) {
        return OURO_NULL;
    }
    s->start = ouro_is_null(start) ? OURO_NONE : value_incref(start);
    s->stop = ouro_is_null(stop) ? OURO_NONE : value_incref(stop);
    s->step = ouro_is_null(step) ? OURO_NONE : value_incref(step);
    if (container_may_be_tracked(rt, s->start) || container_may_be_tracked(rt, s->stop) ||
        container_may_be_tracked(rt, s->step)) {
        gc_track(rt, s);
    }
    return ouro_from_object(s);
}

/* ---- indices ---- */

/* One bound of a slice, saturated; None gives `fallback`. */
static bool slice_bound(ouro_runtime *rt, ouro_value v, int64_t fallback, int64_t *result)
{
    if (ouro_is_none(v)) {
        *result = fallback;
        return true;
    }
    if (!value_has_index(rt, v)) {
        error_type(rt, "slice indices must be integers or None or have an __index__ method");
        return false;
    }
    return container_as_index(rt, v, result, true);
}

/* Brings a bound into the range that counts for a sequence of this length. */
static int64_t slice_clip(int64_t bound, int64_t length, bool backward)
{
    if (bound < 0) {
        bound += length;
        if (bound < 0) {
            return backward ? -1 : 0;
        }
        return bound;
    }
    return bound < length ? bound : backward ? length - 1 : length;
}

bool slice_bounds(ouro_runtime *rt, ouro_value slice, int64_t *start, int64_t *stop, int64_t *step)
{
    slice_object *s = as_slice(slice);
    if (!slice_bound(rt, s->step, 1, step)) {
        return false;
    }
    if (*step == 0) {
        error_value(rt, "slice step cannot be zero");
        return false;
    }
    if (*step < -INT64_MAX) {
        *step = -INT64_MAX; /* so that it can be negated */
    }
    bool backward = *step < 0;
    return slice_bound(rt, s->start, backward ? INT64_MAX : 0, start) &&
           slice_bound(rt, s->stop, backward ? INT64_MIN : INT64_MAX, stop);
}

void slice_fit(int64_t length, int64_t *start, int64_t *stop, int64_t step, int64_t *count)
{
    bool backward = step < 0;
    *start = slice_clip(*start, length, backward);
    *stop = slice_clip(*stop, length, backward);
    if (backward) {
        *count = *stop < *start ? (*start - *stop - 1) / -step + 1 : 0;
    } else {
        *count = *start < *stop ? (*stop - *start - 1) / step + 1 : 0;
    }
}

bool slice_resolve(ouro_runtime *rt, ouro_value slice, int64_t length, int64_t *start, int64_t *stop, int64_t *step,
                   int64_t *count)
{
    if (!slice_bounds(rt, slice, start, stop, step)) {
        return false;
    }
    slice_fit(length, start, stop, *step, count);
    return true;
}

bool slice_resolve_live(ouro_runtime *rt, ouro_value slice, const size_t *length, int64_t *start, int64_t *stop,
                        int64_t *step, int64_t *count)
{
    if (!slice_bounds(rt, slice, start, stop, step)) {
        return false;
    }
    slice_fit((int64_t)*length, start, stop, *step, count);
    return true;
}

/* A bound as an int without limits for indices(): an owned int between low and high (borrowed ints). */
static ouro_value slice_bound_exact(ouro_runtime *rt, ouro_value v, ouro_value fallback, ouro_value length,
                                    ouro_value low, ouro_value high)
{
    if (ouro_is_none(v)) {
        return value_incref(fallback);
    }
    if (!value_has_index(rt, v)) {
        return error_type(rt, "slice indices must be integers or None or have an __index__ method");
    }
    ouro_value bound = object_index(rt, v);
    if (ouro_is_null(bound)) {
        return OURO_NULL;
    }
    if (int_sign(bound) < 0) {
        ouro_value sum = int_binary(rt, BINARY_ADD, bound, length);
        value_decref(rt, bound);
        if (ouro_is_null(sum)) {
            return OURO_NULL;
        }
        bound = sum;
        if (int_order(bound, low) < 0) {
            value_replace(rt, &bound, value_incref(low));
        }
    } else if (int_order(bound, high) > 0) {
        value_replace(rt, &bound, value_incref(high));
    }
    return bound;
}

static ouro_value slice_indices(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    slice_object *s = as_slice(args[0]);
    ouro_value length = object_index(rt, args[1]);
    if (ouro_is_null(length)) {
        return OURO_NULL;
    }
    ouro_value start = OURO_NULL, stop = OURO_NULL, step = OURO_NULL, high = OURO_NULL, result = OURO_NULL;
    if (int_sign(length) < 0) {
        error_value(rt, "length should not be negative");
        goto end;
    }
    if (ouro_is_none(s->step)) {
        step = ouro_int(1);
    } else if (!value_has_index(rt, s->step)) {
        error_type(rt, "slice indices must be integers or None or have an __index__ method");
        goto end;
    } else {
        step = object_index(rt, s->step);
        if (ouro_is_null(step)) {
            goto end;
        }
        if (int_sign(step) == 0) {
            error_value(rt, "slice step cannot be zero");
            goto end;
        }
    }
    bool backward = int_sign(step) < 0;
    ouro_value low = ouro_int(backward ? -1 : 0);
    high = backward ? int_binary(rt, BINARY_SUBTRACT, length, ouro_int(1)) : value_incref(length);
    if (ouro_is_null(high)) {
        goto end;
    }
    start = slice_bound_exact(rt, s->start, backward ? high : low, length, low, high);
    if (ouro_is_null(start)) {
        goto end;
    }
    stop = slice_bound_exact(rt, s->stop, backward ? low : high, length, low, high);
    if (!ouro_is_null(stop)) {
        result = tuple_pack3(rt, start, stop, step);
    }
end:
    value_decref(rt, length);
    value_decref(rt, start);
    value_decref(rt, stop);
    value_decref(rt, step);
    value_decref(rt, high);
    return result;
}

/* ---- the type ---- */

static ouro_value slice_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                             ouro_value kwnames)
{
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        return error_type(rt, "slice() takes no keyword arguments");
    }
    switch (nargs) {
    case 0:
        return error_type(rt, "slice expected at least 1 argument, got 0");
    case 1:
        return slice_new(rt, OURO_NONE, args[0], OURO_NONE);
    case 2:
        return slice_new(rt, args[0], args[1], OURO_NONE);
    case 3:
        return slice_new(rt, args[0], args[1], args[2]);
    default:
        return error_type(rt, "slice expected at most 3 arguments, got %zu", nargs);
    }
}

static ouro_value slice_repr(ouro_runtime *rt, ouro_value self)
{
    slice_object *s = as_slice(self);
    return str_format_c(rt, "slice(%R, %R, %R)", s->start, s->stop, s->step);
}

static ouro_value slice_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if (!value_is_slice(rt, a) || !value_is_slice(rt, b)) {
        return OURO_NOT_IMPLEMENTED;
    }
    ouro_value result = OURO_NULL;
    ouro_value x = tuple_pack3(rt, as_slice(a)->start, as_slice(a)->stop, as_slice(a)->step);
    ouro_value y = ouro_is_null(x) ? OURO_NULL
                                   : tuple_pack3(rt, as_slice(b)->start, as_slice(b)->stop, as_slice(b)->step);
    if (!ouro_is_null(y)) {
        result = object_compare(rt, x, y, op);
    }
    value_decref(rt, x);
    value_decref(rt, y);
    return result;
}

static ouro_value slice_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    slice_object *s = as_slice(args[0]);
    ouro_value arguments = tuple_pack3(rt, s->start, s->stop, s->step);
    if (ouro_is_null(arguments)) {
        return OURO_NULL;
    }
    ouro_value result = tuple_pack2(rt, type_value(TYPE(rt, slice)), arguments);
    value_decref(rt, arguments);
    return result;
}

static const method_def slice_methods[] = {
    {.name = "indices",
     .signature = "?self, len, /",
     .fn = slice_indices,
     .doc = "(start, stop, step) of what the slice picks of a sequence of this length, within its bounds."},
    {.name = "__reduce__", .signature = "?self, /", .fn = slice_reduce, .doc = "State for pickling."},
    {.name = NULL},
};

static const member_def slice_members[] = {
    {.name = "start", .offset = offsetof(slice_object, start), .flags = MEMBER_READONLY},
    {.name = "stop", .offset = offsetof(slice_object, stop), .flags = MEMBER_READONLY},
    {.name = "step", .offset = offsetof(slice_object, step), .flags = MEMBER_READONLY},
    {.name = NULL},
};

static const ouro_field slice_fields[] = {
    {OURO_FIELD_VALUE, offsetof(slice_object, start), 0, "start"},
    {OURO_FIELD_VALUE, offsetof(slice_object, stop), 0, "stop"},
    {OURO_FIELD_VALUE, offsetof(slice_object, step), 0, "step"},
};

const type_spec slice_spec = {
    .name = "slice",
    .size = sizeof(slice_object),
    .flags = OURO_TYPE_IMMUTABLE,
    .doc = "slice(stop)\nslice(start, stop[, step])\n\n"
           "What stands between the brackets of a[start:stop:step].",
    .fields = slice_fields,
    .field_count = COUNT_OF(slice_fields),
    .methods = slice_methods,
    .members = slice_members,
    .slots =
        {
            .make = slice_make,
            .repr = slice_repr,
            .hash = hash_not_implemented,
            .compare = slice_compare,
        },
};

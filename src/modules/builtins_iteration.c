/* builtins_iteration.c: the built-in functions that go through an iterable. */
#include "modules/builtins.h"

#include "types/binder.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/protocol_iterators.h"
#include "types/str.h"

/* ---- all, any ------------------------------------------------------------------------------------------- */

/* Ends at the first item whose truth is `wanted`. */
static ouro_value builtins_find_truth(ouro_runtime *rt, ouro_value iterable, int wanted)
{
    ouro_value iterator = object_iter(rt, iterable);
    if (ouro_is_null(iterator)) {
        return OURO_NULL;
    }
    ouro_value result = ouro_bool(!wanted);
    for (;;) {
        ouro_value item = iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            if (error_is_set(rt)) {
                result = OURO_NULL;
            }
            break;
        }
        int truth = object_truth(rt, item);
        value_decref(rt, item);
        if (truth < 0) {
            result = OURO_NULL;
            break;
        }
        if (truth == wanted) {
            result = ouro_bool(wanted);
            break;
        }
    }
    value_decref(rt, iterator);
    return result;
}

ouro_value builtins_all(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return builtins_find_truth(rt, args[0], 0);
}

ouro_value builtins_any(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return builtins_find_truth(rt, args[0], 1);
}

/* ---- iter, next ----------------------------------------------------------------------------------------- */

ouro_value builtins_iter(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value sentinel = arg_or_null(args, nargs, 1);
    if (ouro_is_null(sentinel)) {
        return object_iter(rt, args[0]);
    }
    if (!object_is_callable(rt, args[0])) {
        return error_type(rt, "iter(v, w): v must be callable");
    }
    return callable_iterator_new(rt, args[0], sentinel);
}

ouro_value builtins_next(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    unary_slot next = value_type(rt, args[0])->slots.next;
    if (next == NULL) {
        return error_type(rt, "'%.200T' object is not an iterator", args[0]);
    }
    ouro_value item = next(rt, args[0]);
    if (!ouro_is_null(item)) {
        return item;
    }
    ouro_value fallback = arg_or_null(args, nargs, 1);
    if (!ouro_is_null(fallback)) {
        if (error_is_set(rt) && !error_clear_if(rt, EXC(rt, StopIteration))) {
            return OURO_NULL;
        }
        return value_incref(fallback);
    }
    /* A StopIteration with a value has been left as it was raised. */
    return error_is_set(rt) ? OURO_NULL : error_stop_iteration(rt, OURO_NULL);
}

/* ---- max, min ------------------------------------------------------------------------------------------- */

static bool builtins_extreme_keywords(ouro_runtime *rt, const char *name, const ouro_value *values,
                                      ouro_value kwnames, ouro_value *key, ouro_value *fallback)
{
    size_t count = ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
    for (size_t i = 0; i < count; i++) {
        ouro_value keyword = as_tuple(kwnames)->items[i];
        if (str_equal_ascii(as_str(keyword), "key")) {
            *key = ouro_is_none(values[i]) ? OURO_NULL : values[i];
        } else if (str_equal_ascii(as_str(keyword), "default")) {
            *fallback = values[i];
        } else {
            error_type(rt, "'%U' is an invalid keyword argument for %s()", keyword, name);
            return false;
        }
    }
    return true;
}

/* Takes `item` (stolen) into account: *best and *best_key are owned. */
static bool builtins_extreme_step(ouro_runtime *rt, compare_op op, ouro_value key, ouro_value item, ouro_value *best,
                                  ouro_value *best_key)
{
    ouro_value measure = ouro_is_null(key) ? value_incref(item) : object_call1(rt, key, item);
    if (ouro_is_null(measure)) {
        value_decref(rt, item);
        return false;
    }
    int better = 1;
    if (!ouro_is_null(*best)) {
        if (ouro_is_int(measure) && ouro_is_int(*best_key)) {
            int64_t a = ouro_as_int(measure), b = ouro_as_int(*best_key);
            better = op == COMPARE_GT ? a > b : a < b;
        } else {
            better = object_compare_truth(rt, measure, *best_key, op);
        }
    }
    if (better > 0) {
        value_replace(rt, best, item);
        value_replace(rt, best_key, measure);
        return true;
    }
    value_decref(rt, item);
    value_decref(rt, measure);
    return better == 0;
}

static ouro_value builtins_extreme(ouro_runtime *rt, const char *name, compare_op op, const ouro_value *args,
                                   size_t nargs, ouro_value kwnames)
{
    ouro_value key = OURO_NULL, fallback = OURO_NULL, best = OURO_NULL, best_key = OURO_NULL;
    bool ok = true;
    if (nargs == 0) {
        return error_type(rt, "%s expected at least 1 argument, got 0", name);
    }
    if (!builtins_extreme_keywords(rt, name, args + nargs, kwnames, &key, &fallback)) {
        return OURO_NULL;
    }
    if (nargs > 1) {
        if (!ouro_is_null(fallback)) {
            return error_type(rt, "Cannot specify a default for %s() with multiple positional arguments", name);
        }
        for (size_t i = 0; ok && i < nargs; i++) {
            ok = builtins_extreme_step(rt, op, key, value_incref(args[i]), &best, &best_key);
        }
    } else {
        ouro_value iterator = object_iter(rt, args[0]);
        if (ouro_is_null(iterator)) {
            return OURO_NULL;
        }
        ouro_value item;
        while (ok && !ouro_is_null(item = iterator_next(rt, iterator))) {
            ok = builtins_extreme_step(rt, op, key, item, &best, &best_key);
        }
        ok = ok && !error_is_set(rt);
        value_decref(rt, iterator);
        if (ok && ouro_is_null(best)) {
            best = ouro_is_null(fallback) ? error_value(rt, "%s() arg is an empty sequence", name)
                                          : value_incref(fallback);
        }
    }
    value_decref(rt, best_key);
    if (!ok) {
        value_decref(rt, best);
        return OURO_NULL;
    }
    return best;
}

ouro_value builtins_max(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    return builtins_extreme(rt, "max", COMPARE_GT, args, nargs, kwnames);
}

ouro_value builtins_min(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    return builtins_extreme(rt, "min", COMPARE_LT, args, nargs, kwnames);
}

/* ---- sorted, sum ---------------------------------------------------------------------------------------- */

ouro_value builtins_sorted(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (nargs != 1) {
        return error_type(rt, "sorted expected 1 argument, got %zu", nargs);
    }
    ouro_value list = list_from_iterable(rt, args[0]);
    if (ouro_is_null(list)) {
        return OURO_NULL;
    }
    ouro_value given[2];
    bool ok = arguments_bind(rt, "sort", "*, key=None, reverse=False", args + 1, 0, kwnames, given);
    if (ok) {
        ouro_value key = ouro_is_none(given[0]) ? OURO_NULL : given[0];
        int reverse = ouro_is_null(given[1]) ? 0 : object_truth(rt, given[1]);
        ok = reverse >= 0 && list_sort(rt, list, key, reverse > 0);
    }
    if (!ok) {
        value_decref(rt, list);
        return OURO_NULL;
    }
    return list;
}

/* Adds items while they are plain ints and then plain floats, without making values.  Returns the first item that
 * is neither (new reference), OURO_NULL at the end or on failure; *total is replaced by the sum so far. */
static ouro_value builtins_sum_fast(ouro_runtime *rt, ouro_value iterator, ouro_value *total)
{
    ouro_value item = OURO_NULL;
    if (ouro_is_int(*total)) {
        int64_t sum = ouro_as_int(*total);
        for (;;) {
            item = iterator_next(rt, iterator);
            int64_t next;
            if (!ouro_is_int(item) || __builtin_add_overflow(sum, ouro_as_int(item), &next)) {
                break;
            }
            sum = next;
        }
        *total = int_from_int64(rt, sum);
        if (ouro_is_null(*total)) {
            value_decref(rt, item);
            return OURO_NULL;
        }
        if (!ouro_is_float(item) || !ouro_is_int(*total)) {
            return item;
        }
        *total = float_new(rt, (double)sum + float_value(item));
        item = OURO_NULL;
    }
    if (ouro_is_float(*total)) {
        double sum = float_value(*total);
        for (;;) {
            item = iterator_next(rt, iterator);
            if (ouro_is_float(item)) {
                sum += float_value(item);
            } else if (ouro_is_int(item)) {
                sum += (double)ouro_as_int(item);
            } else {
                break;
            }
        }
        *total = float_new(rt, sum);
        if (ouro_is_null(*total)) {
            value_decref(rt, item);
            return OURO_NULL;
        }
    }
    return item;
}

ouro_value builtins_sum(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value start = arg_or_null(args, nargs, 1);
    ouro_value iterator = object_iter(rt, args[0]);
    if (ouro_is_null(iterator)) {
        return OURO_NULL;
    }
    const char *what = NULL, *instead = "b''";
    if (ouro_is_null(start)) {
        start = ouro_int(0);
    } else if (value_is_str(rt, start)) {
        what = "strings";
        instead = "''";
    } else if (value_is_bytes(rt, start)) {
        what = "bytes";
    } else if (ouro_is_object(start) && value_is_instance(rt, start, TYPE(rt, bytearray))) {
        what = "bytearray";
    }
    if (what != NULL) {
        value_decref(rt, iterator);
        return error_type(rt, "sum() can't sum %s [use %s.join(seq) instead]", what, instead);
    }
    ouro_value total = value_incref(start);
    for (;;) {
        ouro_value item = ouro_is_int(total) || ouro_is_float(total) ? builtins_sum_fast(rt, iterator, &total)
                                                                      : iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            break;
        }
        ouro_value next = object_binary(rt, BINARY_ADD, total, item);
        value_decref(rt, item);
        value_decref(rt, total);
        total = next;
        if (ouro_is_null(total)) {
            break;
        }
    }
    value_decref(rt, iterator);
    if (error_is_set(rt)) {
        value_decref(rt, total);
        return OURO_NULL;
    }
    return total;
}

/* ---- aiter, anext --------------------------------------------------------------------------------------- */

ouro_value builtins_aiter(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    unary_slot aiter = value_type(rt, args[0])->slots.aiter;
    if (aiter == NULL) {
        return error_type(rt, "'%.200T' object is not an async iterable", args[0]);
    }
    ouro_value iterator = aiter(rt, args[0]);
    if (!ouro_is_null(iterator) && value_type(rt, iterator)->slots.anext == NULL) {
        error_type(rt, "aiter() returned not an async iterator of type '%.200T'", iterator);
        value_decref(rt, iterator);
        return OURO_NULL;
    }
    return iterator;
}

ouro_value builtins_anext(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    unary_slot anext = value_type(rt, args[0])->slots.anext;
    if (anext == NULL) {
        return error_type(rt, "'%.200T' object is not an async iterator", args[0]);
    }
    ouro_value awaitable = anext(rt, args[0]);
    ouro_value fallback = arg_or_null(args, nargs, 1);
    if (ouro_is_null(awaitable) || ouro_is_null(fallback)) {
        return awaitable;
    }
    ouro_value result = anext_awaitable_new(rt, awaitable, fallback);
    value_decref(rt, awaitable);
    return result;
}

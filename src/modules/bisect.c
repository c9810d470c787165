/* bisect.c: the _bisect module: positions in sorted sequences, and insertion there.
 *
 * Comparisons run program code that may change the sequence: it is only reached through its protocol, item by
 * item, so the worst is an IndexError.
 */
#include "modules/modules.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

/* The position for x in a[low:high]; after equals if `right`.  -1: failed. */
static int64_t bisect_position(ouro_runtime *rt, ouro_value a, ouro_value x, int64_t low, int64_t high,
                               ouro_value key, bool right)
{
    if (low < 0) {
        error_value(rt, "lo must be non-negative");
        return -1;
    }
    if (high == -1) {
        high = object_length(rt, a);
        if (high < 0) {
            return -1;
        }
    }
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        ouro_value index = int_from_int64(rt, middle);
        ouro_value item = ouro_is_null(index) ? OURO_NULL : object_getitem(rt, a, index);
        value_decref(rt, index);
        if (ouro_is_null(item)) {
            return -1;
        }
        if (!ouro_is_none(key)) {
            ouro_value mapped = object_call1(rt, key, item);
            value_decref(rt, item);
            item = mapped;
            if (ouro_is_null(item)) {
                return -1;
            }
        }
        int less = right ? object_compare_truth(rt, x, item, COMPARE_LT)
                         : object_compare_truth(rt, item, x, COMPARE_LT);
        value_decref(rt, item);
        if (less < 0) {
            return -1;
        }
        if (right ? less != 0 : less == 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

typedef struct bisect_arguments {
    int64_t low, high;
    ouro_value key;
} bisect_arguments;

static bool bisect_read(ouro_runtime *rt, const ouro_value *args, size_t nargs, bisect_arguments *b)
{
    ouro_value low = arg_or_null(args, nargs, 2), high = arg_or_null(args, nargs, 3);
    b->key = arg_or_null(args, nargs, 4);
    if (ouro_is_null(b->key)) {
        b->key = OURO_NONE;
    }
    b->low = 0;
    b->high = -1;
    return (ouro_is_null(low) || object_as_index(rt, low, &b->low, false)) &&
           (ouro_is_null(high) || ouro_is_none(high) || object_as_index(rt, high, &b->high, false));
}

static ouro_value bisect_find(ouro_runtime *rt, const ouro_value *args, size_t nargs, bool right)
{
    bisect_arguments b;
    if (!bisect_read(rt, args, nargs, &b)) {
        return OURO_NULL;
    }
    int64_t at = bisect_position(rt, args[0], args[1], b.low, b.high, b.key, right);
    return at < 0 ? OURO_NULL : int_from_int64(rt, at);
}

static ouro_value bisect_insort(ouro_runtime *rt, const ouro_value *args, size_t nargs, bool right)
{
    bisect_arguments b;
    if (!bisect_read(rt, args, nargs, &b)) {
        return OURO_NULL;
    }
    ouro_value probe = ouro_is_none(b.key) ? value_incref(args[1]) : object_call1(rt, b.key, args[1]);
    if (ouro_is_null(probe)) {
        return OURO_NULL;
    }
    int64_t at = bisect_position(rt, args[0], probe, b.low, b.high, b.key, right);
    value_decref(rt, probe);
    if (at < 0) {
        return OURO_NULL;
    }
    if (value_is_instance_exactly(rt, args[0], TYPE(rt, list))) {
        return list_insert(rt, args[0], at, args[1]) ? OURO_NONE : OURO_NULL;
    }
    ouro_value index = int_from_int64(rt, at);
    if (ouro_is_null(index)) {
        return OURO_NULL;
    }
    ouro_value call[3] = {args[0], index, args[1]};
    ouro_value result = object_call_method(rt, STR(rt, insert), call, 3, OURO_NULL);
    value_decref(rt, index);
    if (ouro_is_null(result)) {
        return OURO_NULL;
    }
    value_decref(rt, result);
    return OURO_NONE;
}

static ouro_value bisect_bisect_right(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bisect_find(rt, args, nargs, true);
}

static ouro_value bisect_bisect_left(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bisect_find(rt, args, nargs, false);
}

static ouro_value bisect_insort_right(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bisect_insort(rt, args, nargs, true);
}

static ouro_value bisect_insort_left(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bisect_insort(rt, args, nargs, false);
}

static const method_def bisect_functions[] = {
    {"bisect_right", "a, x, lo=0, hi=None, *, key=None", bisect_bisect_right,
     .doc = "Return the index where to insert item x in list a, behind items equal to it."},
    {"bisect_left", "a, x, lo=0, hi=None, *, key=None", bisect_bisect_left,
     .doc = "Return the index where to insert item x in list a, before items equal to it."},
    {"insort_right", "a, x, lo=0, hi=None, *, key=None", bisect_insort_right,
     .doc = "Insert item x in list a, and keep it sorted; behind items equal to it."},
    {"insort_left", "a, x, lo=0, hi=None, *, key=None", bisect_insort_left,
     .doc = "Insert item x in list a, and keep it sorted; before items equal to it."},
    {0},
};

const module_def bisect_module_def = {
    .name = "_bisect",
    .doc = "Bisection algorithms.",
    .functions = bisect_functions,
};

/* list_sort.c: list.sort: a stable merge sort that uses the order that is there already.
 *
 * The array is cut into runs (ascending, or strictly descending and then turned round), short ones are lengthened by
 * binary insertion, and neighbours are merged in the order that powersort finds: J. I. Munro and S. Wild, "Nearly-optimal
 * mergesorts", 2018.  A merge gallops (exponential search) while one side keeps winning: T. Peters, "listsort", 2002.
 *
 * While the sort runs, the list is empty and holds a small block of its own, so that a comparison that changes the list is
 * noticed; what is sorted belongs to the sort alone, and is a permutation of the items at every moment that code runs.
 *
 * Keys that are all immediate ints, all immediate floats or all exact strs are compared without a call.
 */
#include "types/list_private.h"

enum {
    MIN_GALLOP = 7,
    RUNS_MAX = 72,      /* powers on the stack rise strictly and are below 64 */
    SENTINEL_ROOM = 2,  /* with room for two, no sequence of changes leaves block, size and capacity as they were */
};

typedef enum key_kind { KEYS_INT, KEYS_FLOAT, KEYS_STR, KEYS_MIXED } key_kind;

/* What moves together: a key, and the item it was made from (values NULL: the keys are the items). */
typedef struct sort_span {
    ouro_value *keys, *values;
} sort_span;

typedef struct sort_run {
    size_t start, length;
    int power; /* of the border to the next run */
} sort_run;

typedef struct sorter {
    ouro_runtime *rt;
    key_kind kind;
    size_t length; /* of the whole array */
    sort_span all;
    sort_span scratch; /* room for `scratch_size` */
    size_t scratch_size;
    size_t min_gallop;
    sort_run runs[RUNS_MAX];
    size_t run_count;
} sorter;

/* ---- comparing ---- */

/* a < b: 1, 0, -1 failed. */
static inline int sort_less(sorter *s, ouro_value a, ouro_value b)
{
    switch (s->kind) {
    case KEYS_INT:
        return (int64_t)a.bits < (int64_t)b.bits; /* the tag bit is the same in both */
    case KEYS_FLOAT:
        return ouro_as_flonum(a) < ouro_as_flonum(b);
    case KEYS_STR:
        return str_order(as_str(a), as_str(b)) < 0;
    default:
        return object_compare_truth(s->rt, a, b, COMPARE_LT);
    }
}

static key_kind sort_find_kind(ouro_runtime *rt, const ouro_value *keys, size_t length)
{
    key_kind kind = ouro_is_int(keys[0])                 ? KEYS_INT
                    : ouro_is_float(keys[0])             ? KEYS_FLOAT
                    : value_is_str_exact(rt, keys[0])    ? KEYS_STR
                                                         : KEYS_MIXED;
    for (size_t i = 1; i < length && kind != KEYS_MIXED; i++) {
        bool same = kind == KEYS_INT     ? ouro_is_int(keys[i])
                    : kind == KEYS_FLOAT ? ouro_is_float(keys[i])
                                         : value_is_str_exact(rt, keys[i]);
        if (!same) {
            kind = KEYS_MIXED;
        }
    }
    return kind;
}

/* ---- moving ---- */

static inline void span_set(sort_span to, size_t i, sort_span from, size_t j)
{
    to.keys[i] = from.keys[j];
    if (to.values != NULL) {
        to.values[i] = from.values[j];
    }
}

static inline void span_copy(sort_span to, size_t i, sort_span from, size_t j, size_t count)
{
    memcpy(to.keys + i, from.keys + j, count * sizeof(ouro_value));
    if (to.values != NULL) {
        memcpy(to.values + i, from.values + j, count * sizeof(ouro_value));
    }
}

static inline void span_move(sort_span span, size_t to, size_t from, size_t count)
{
    memmove(span.keys + to, span.keys + from, count * sizeof(ouro_value));
    if (span.values != NULL) {
        memmove(span.values + to, span.values + from, count * sizeof(ouro_value));
    }
}

static void values_reverse(ouro_value *values, size_t count)
{
    for (size_t i = 0, j = count; i + 1 < j; i++) {
        ouro_value v = values[i];
        values[i] = values[--j];
        values[j] = v;
    }
}

static void span_reverse(sort_span span, size_t start, size_t count)
{
    values_reverse(span.keys + start, count);
    if (span.values != NULL) {
        values_reverse(span.values + start, count);
    }
}

/* ---- runs ---- */

/* The length of the run at `start`, made ascending; 0: a comparison failed. */
static size_t sort_count_run(sorter *s, size_t start)
{
    const ouro_value *keys = s->all.keys;
    size_t i = start + 1;
    if (i >= s->length) {
        return 1;
    }
    int less = sort_less(s, keys[i], keys[i - 1]);
    if (less < 0) {
        return 0;
    }
    bool descending = less > 0;
    for (i++; i < s->length; i++) {
        less = sort_less(s, keys[i], keys[i - 1]);
        if (less < 0) {
            return 0;
        }
        if ((less > 0) != descending) {
            break;
        }
    }
    if (descending) {
        span_reverse(s->all, start, i - start);
    }
    return i - start;
}

/* Sorts [start, end), of which [start, sorted) is sorted. */
static bool sort_insert(sorter *s, size_t start, size_t sorted, size_t end)
{
    for (; sorted < end; sorted++) {
        ouro_value key = s->all.keys[sorted];
        size_t low = start, high = sorted;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            int less = sort_less(s, key, s->all.keys[middle]);
            if (less < 0) {
                return false;
            }
            if (less) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        ouro_value value = s->all.values != NULL ? s->all.values[sorted] : OURO_NULL;
        span_move(s->all, low + 1, low, sorted - low);
        s->all.keys[low] = key;
        if (s->all.values != NULL) {
            s->all.values[low] = value;
        }
    }
    return true;
}

/* Between 32 and 64 such that length / minimum is at or just below a power of two. */
static size_t sort_minimum_run(size_t length)
{
    size_t odd = 0;
    while (length >= 64) {
        odd |= length & 1;
        length >>= 1;
    }
    return length + odd;
}

/* ---- searching ---- */

/* Where `key` belongs in the sorted keys[0 .. count): the number of those below it (`after_equal`: or equal to it).
 * The search begins at `hint` and doubles its steps.  False: a comparison failed. */
static bool sort_gallop(sorter *s, ouro_value key, const ouro_value *keys, size_t count, size_t hint,
                        bool after_equal, size_t *result)
{
#define GOES_BEFORE_KEY(i) /* keys[i] belongs in front of key: 1, 0, -1 */ \
    (after_equal ? ((less = sort_less(s, key, keys[i])) < 0 ? -1 : !less) : sort_less(s, keys[i], key))
    int less, before = GOES_BEFORE_KEY(hint);
    if (before < 0) {
        return false;
    }
    size_t low, high, step = 1;
    if (before) {
        low = hint + 1;
        high = count;
        while (low + step - 1 < count) {
            before = GOES_BEFORE_KEY(low + step - 1);
            if (before < 0) {
                return false;
            }
            if (!before) {
                high = low + step - 1;
                break;
            }
            low += step;
            step *= 2;
        }
    } else {
        low = 0;
        high = hint;
        while (high >= step) {
            before = GOES_BEFORE_KEY(high - step);
            if (before < 0) {
                return false;
            }
            if (before) {
                low = high - step + 1;
                break;
            }
            high -= step;
            step *= 2;
        }
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        before = GOES_BEFORE_KEY(middle);
        if (before < 0) {
            return false;
        }
        if (before) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
#undef GOES_BEFORE_KEY
    *result = low;
    return true;
}

/* ---- merging ---- */

static bool sort_reserve_scratch(sorter *s, size_t size)
{
    if (size <= s->scratch_size) {
        return true;
    }
    ouro_runtime *rt = s->rt;
    ouro_mem_free(rt->mem, s->scratch.keys);
    s->scratch = (sort_span){NULL, NULL};
    s->scratch_size = 0;
    size_t arrays = s->all.values != NULL ? 2 : 1;
    ouro_value *block = ouro_mem_alloc(rt->mem, arrays * size * sizeof *block);
    if (block == NULL) {
        error_no_memory(rt);
        return false;
    }
    s->scratch = (sort_span){block, arrays == 2 ? block + size : NULL};
    s->scratch_size = size;
    return true;
}

/* Merges two neighbouring runs, the left one the shorter, copied to the scratch.  At every moment the hole
 * [to, right) in the array is as large as what is left in the scratch. */
static bool sort_merge_low(sorter *s, size_t start, size_t left_length, size_t right_length)
{
    sort_span all = s->all, scratch = s->scratch;
    span_copy(scratch, 0, all, start, left_length);
    size_t to = start, left = 0, right = start + left_length, end = right + right_length;
    bool done = false;
    size_t min_gallop = s->min_gallop;
    while (left < left_length && right < end) {
        size_t left_wins = 0, right_wins = 0;
        do {
            int less = sort_less(s, all.keys[right], scratch.keys[left]);
            if (less < 0) {
                goto end;
            }
            if (less) {
                span_set(all, to++, all, right++);
                right_wins++;
                left_wins = 0;
                if (right == end) {
                    break;
                }
            } else {
                span_set(all, to++, scratch, left++);
                left_wins++;
                right_wins = 0;
                if (left == left_length) {
                    break;
                }
            }
        } while ((left_wins | right_wins) < min_gallop);
        while (left < left_length && right < end) {
            size_t count;
            if (!sort_gallop(s, all.keys[right], scratch.keys + left, left_length - left, 0, true, &count)) {
                goto end;
            }
            left_wins = count;
            span_copy(all, to, scratch, left, count);
            to += count;
            left += count;
            if (left == left_length) {
                break;
            }
            span_set(all, to++, all, right++);
            if (right == end) {
                break;
            }
            if (!sort_gallop(s, scratch.keys[left], all.keys + right, end - right, 0, false, &count)) {
                goto end;
            }
            right_wins = count;
            span_move(all, to, right, count);
            to += count;
            right += count;
            if (right == end) {
                break;
            }
            span_set(all, to++, scratch, left++);
            if (left_wins < MIN_GALLOP && right_wins < MIN_GALLOP) {
                min_gallop += 2; /* galloping did not pay */
                break;
            }
            min_gallop -= min_gallop > 1;
        }
    }
    done = true;
end:
    s->min_gallop = min_gallop;
    span_copy(all, to, scratch, left, left_length - left);
    return done;
}

/* The same with the right run the shorter: from the end. */
static bool sort_merge_high(sorter *s, size_t start, size_t left_length, size_t right_length)
{
    sort_span all = s->all, scratch = s->scratch;
    span_copy(scratch, 0, all, start + left_length, right_length);
    /* Each counts what is left; the array's hole is [start + left, to). */
    size_t left = left_length, right = right_length, to = start + left_length + right_length;
    bool done = false;
    size_t min_gallop = s->min_gallop;
    while (left > 0 && right > 0) {
        size_t left_wins = 0, right_wins = 0;
        do {
            int less = sort_less(s, scratch.keys[right - 1], all.keys[start + left - 1]);
            if (less < 0) {
                goto end;
            }
            if (less) {
                span_set(all, --to, all, start + --left);
                left_wins++;
                right_wins = 0;
                if (left == 0) {
                    break;
                }
            } else {
                span_set(all, --to, scratch, --right);
                right_wins++;
                left_wins = 0;
                if (right == 0) {
                    break;
                }
            }
        } while ((left_wins | right_wins) < min_gallop);
        while (left > 0 && right > 0) {
            size_t stay;
            if (!sort_gallop(s, scratch.keys[right - 1], all.keys + start, left, left - 1, true, &stay)) {
                goto end;
            }
            left_wins = left - stay;
            to -= left_wins;
            span_move(all, to, start + stay, left_wins);
            left = stay;
            if (left == 0) {
                break;
            }
            span_set(all, --to, scratch, --right);
            if (right == 0) {
                break;
            }
            if (!sort_gallop(s, all.keys[start + left - 1], scratch.keys, right, right - 1, false, &stay)) {
                goto end;
            }
            right_wins = right - stay;
            to -= right_wins;
            span_copy(all, to, scratch, stay, right_wins);
            right = stay;
            if (right == 0) {
                break;
            }
            span_set(all, --to, all, start + --left);
            if (left_wins < MIN_GALLOP && right_wins < MIN_GALLOP) {
                min_gallop += 2;
                break;
            }
            min_gallop -= min_gallop > 1;
        }
    }
    done = true;
end:
    s->min_gallop = min_gallop;
    span_copy(all, start + left, scratch, 0, right);
    return done;
}

/* Merges the last two runs of the stack. */
static bool sort_merge_last(sorter *s)
{
    sort_run *left = &s->runs[s->run_count - 2], *right = &s->runs[s->run_count - 1];
    size_t start = left->start, left_length = left->length, right_start = right->start,
           right_length = right->length;
    left->length += right_length;
    left->power = right->power;
    s->run_count--;
    /* What is in place already needs no merging: the left items not above the right run's first, ... */
    size_t skip;
    if (!sort_gallop(s, s->all.keys[right_start], s->all.keys + start, left_length, 0, true, &skip)) {
        return false;
    }
    start += skip;
    left_length -= skip;
    if (left_length == 0) {
        return true;
    }
    /* ... and the right items not below the left run's last. */
    if (!sort_gallop(s, s->all.keys[right_start - 1], s->all.keys + right_start, right_length, right_length - 1,
                     false, &right_length)) {
        return false;
    }
    if (right_length == 0) {
        return true;
    }
    if (!sort_reserve_scratch(s, left_length < right_length ? left_length : right_length)) {
        return false;
    }
    return left_length <= right_length ? sort_merge_low(s, start, left_length, right_length)
                                       : sort_merge_high(s, start, left_length, right_length);
}

/* Powersort's power of the border between two neighbouring runs: the first binary digit in which the relative
 * positions of their middles differ.  The middles are doubled to stay integers. */
static int sort_power(size_t length, size_t start, size_t left_length, size_t right_length)
{
    size_t a = 2 * start + left_length, b = a + left_length + right_length;
    int power = 0;
    for (;;) {
        power++;
        if (a >= length) { /* both digits are 1 */
            a -= length;
            b -= length;
        } else if (b >= length) {
            return power;
        }
        a *= 2;
        b *= 2;
    }
}

static bool sort_run_all(sorter *s)
{
    size_t minimum = sort_minimum_run(s->length);
    for (size_t start = 0; start < s->length;) {
        size_t run = sort_count_run(s, start);
        if (run == 0) {
            return false;
        }
        if (run < minimum) {
            size_t left = s->length - start, wanted = left < minimum ? left : minimum;
            if (!sort_insert(s, start, start + run, start + wanted)) {
                return false;
            }
            run = wanted;
        }
        if (s->run_count > 0) {
            sort_run *last = &s->runs[s->run_count - 1];
            int power = sort_power(s->length, last->start, last->length, run);
            while (s->run_count > 1 && s->runs[s->run_count - 2].power > power) {
                if (!sort_merge_last(s)) {
                    return false;
                }
            }
            s->runs[s->run_count - 1].power = power;
        }
        s->runs[s->run_count++] = (sort_run){start, run, 0};
        start += run;
    }
    while (s->run_count > 1) {
        if (!sort_merge_last(s)) {
            return false;
        }
    }
    return true;
}

/* ---- the list ---- */

/* key(item) for each item, in a block that the caller frees; NULL: failed. */
static ouro_value *sort_make_keys(ouro_runtime *rt, ouro_value key, const ouro_value *items, size_t count)
{
    ouro_value *keys = ouro_mem_alloc(rt->mem, count * sizeof *keys);
    if (keys == NULL) {
        error_no_memory(rt);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        keys[i] = object_call1(rt, key, items[i]);
        if (ouro_is_null(keys[i])) {
            values_decref(rt, keys, i);
            ouro_mem_free(rt->mem, keys);
            return NULL;
        }
    }
    return keys;
}

bool list_sort(ouro_runtime *rt, ouro_value list, ouro_value key, bool reverse)
{
    list_object *l = as_list(list);
    if (l->size < 2 && ouro_is_null(key)) {
        return true;
    }
    ouro_value *sentinel = ouro_mem_alloc(rt->mem, SENTINEL_ROOM * sizeof *sentinel);
    if (sentinel == NULL) {
        error_no_memory(rt);
        return false;
    }
    ouro_value *items = l->items, *keys = NULL;
    size_t size = l->size, capacity = l->capacity;
    l->items = sentinel;
    l->size = 0;
    l->capacity = SENTINEL_ROOM;

    bool done = true;
    if (!ouro_is_null(key) && size > 0) {
        keys = sort_make_keys(rt, key, items, size);
        done = keys != NULL;
    }
    if (done && size > 1) {
        sorter s = {.rt = rt, .length = size, .min_gallop = MIN_GALLOP};
        s.all = keys != NULL ? (sort_span){keys, items} : (sort_span){items, NULL};
        s.kind = sort_find_kind(rt, s.all.keys, size);
        /* Turned round before and after, equal items keep their order in a descending sort. */
        if (reverse) {
            span_reverse(s.all, 0, size);
        }
        done = sort_run_all(&s);
        if (reverse) {
            span_reverse(s.all, 0, size);
        }
        ouro_mem_free(rt->mem, s.scratch.keys);
    }
    if (keys != NULL) {
        values_decref(rt, keys, size);
        ouro_mem_free(rt->mem, keys);
    }
    bool changed = l->items != sentinel || l->size != 0 || l->capacity != SENTINEL_ROOM;
    ouro_value *other_items = l->items;
    size_t other_size = l->size;
    l->items = items;
    l->size = size;
    l->capacity = capacity;
    if (changed && done) {
        error_value(rt, "list modified during sort");
        done = false;
    }
    values_decref(rt, other_items, other_size);
    ouro_mem_free(rt->mem, other_items);
    return done;
}

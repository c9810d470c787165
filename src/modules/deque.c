/* deque.c: collections.deque: a queue open at both ends.
 *
 * The items lie in a ring: a block of `capacity` values, of which `size` from `start` on are in use.
 *
 *     size <= capacity;  items == NULL  <=>  capacity == 0;  maxlen < 0 or size <= maxlen when no code of ours runs
 *
 * Both ends take and give in constant time, and so does any index.  `changes` counts every change of the set of items or
 * of their places, so that an iteration notices.
 */
#include "modules/collections.h"
#include "types/compare.h"

typedef struct deque_object {
    ouro_object object;
    ouro_value *items;
    size_t capacity, start, size;
    int64_t maxlen; /* -1: none */
    uint64_t changes;
} deque_object;

typedef struct deque_iterator {
    ouro_object object;
    ouro_value deque;
    size_t index;     /* of the next item, from the iterator's own end */
    size_t remaining;
    uint64_t changes;
} deque_iterator;

static inline deque_object *as_deque(ouro_value v)
{
    return (deque_object *)(void *)ouro_as_object(v);
}

static bool value_is_deque(ouro_runtime *rt, ouro_value v)
{
    return value_is_instance(rt, v, MODULE_TYPE(rt, deque));
}

/* ---- the ring ---- */

/* A place in the ring, of one less than twice the capacity. */
static inline size_t deque_place(const deque_object *d, size_t place)
{
    return place < d->capacity ? place : place - d->capacity;
}

static inline ouro_value *deque_at(const deque_object *d, size_t i)
{
    return &d->items[deque_place(d, d->start + i)];
}

static inline void deque_start_back(deque_object *d)
{
    d->start = (d->start > 0 ? d->start : d->capacity) - 1;
}

/* Makes the ring one of `capacity` > its own; on failure it is as it was. */
static bool deque_set_capacity(ouro_runtime *rt, deque_object *d, size_t capacity)
{
    ouro_value *items = capacity > (SIZE_MAX / 4) / sizeof(ouro_value)
                            ? NULL
                            : ouro_mem_resize(rt->mem, d->items, capacity * sizeof *items);
    if (items == NULL) {
        error_no_memory(rt);
        return false;
    }
    if (d->start + d->size > d->capacity) { /* what lies up to the old end lies up to the new one */
        size_t tail = d->capacity - d->start;
        memmove(items + capacity - tail, items + d->start, tail * sizeof *items);
        d->start = capacity - tail;
    }
    d->items = items;
    d->capacity = capacity;
    return true;
}

/* Room for one more.  By an eighth, as a list grows: the block is resized in place or its pages move. */
static bool deque_grow(ouro_runtime *rt, deque_object *d)
{
    size_t capacity = d->capacity < 32 ? d->capacity * 2 + 8 : d->capacity + d->capacity / 8;
    bool bounded = d->maxlen > (int64_t)d->capacity && (size_t)d->maxlen < capacity;
    return deque_set_capacity(rt, d, bounded ? (size_t)d->maxlen : capacity);
}

/* Room for `count` more and no other.  A bounded deque needs no more than its bound. */
static bool deque_reserve(ouro_runtime *rt, deque_object *d, size_t count)
{
    size_t size = count > SIZE_MAX - d->size ? SIZE_MAX : d->size + count;
    if (d->maxlen >= 0 && size > (size_t)d->maxlen) {
        size = (size_t)d->maxlen;
    }
    return size <= d->capacity || deque_set_capacity(rt, d, size);
}

/* Gives room back when less than half is in use; failing to is harmless. */
static void deque_shrink(ouro_runtime *rt, deque_object *d)
{
    if (d->capacity < 64 || d->size > d->capacity / 2) {
        return;
    }
    size_t capacity = d->size + d->size / 8 + 8;
    if (d->start + d->size > d->capacity) {
        size_t tail = d->capacity - d->start;
        memmove(d->items + capacity - tail, d->items + d->start, tail * sizeof *d->items);
        d->start = capacity - tail;
    } else if (d->start + d->size > capacity) {
        memmove(d->items, d->items + d->start, d->size * sizeof *d->items);
        d->start = 0;
    } else if (d->start == capacity) {
        d->start = 0; /* empty, and at what is now the end */
    }
    ouro_value *items = ouro_mem_resize(rt->mem, d->items, capacity * sizeof *items);
    d->items = items != NULL ? items : d->items;
    d->capacity = capacity;
}

/* Takes an end item out: an owned reference.  size > 0. */
static ouro_value deque_take_last(ouro_runtime *rt, deque_object *d)
{
    ouro_value item = *deque_at(d, d->size - 1);
    d->size--;
    d->changes++;
    deque_shrink(rt, d);
    return item;
}

static ouro_value deque_take_first(ouro_runtime *rt, deque_object *d)
{
    ouro_value item = *deque_at(d, 0);
    d->start = deque_place(d, d->start + 1);
    d->size--;
    d->changes++;
    deque_shrink(rt, d);
    return item;
}

/* Makes room for an item.  Of a full bounded deque the end item that falls off comes in *dropped, owned; it dies when the
 * deque is whole again. */
static bool deque_make_room(ouro_runtime *rt, deque_object *d, bool drop_first, ouro_value *dropped)
{
    *dropped = OURO_NULL;
    if (d->maxlen > 0 && d->size == (size_t)d->maxlen) {
        *dropped = drop_first ? deque_take_first(rt, d) : deque_take_last(rt, d);
    }
    return d->size < d->capacity || deque_grow(rt, d);
}

/* Adds at the end; what no longer fits falls off the front.  Steals the item, also on failure. */
static bool deque_push_last(ouro_runtime *rt, deque_object *d, ouro_value item)
{
    ouro_value dropped;
    d->changes++;
    if (d->maxlen == 0 || !deque_make_room(rt, d, true, &dropped)) {
        value_decref(rt, item);
        return d->maxlen == 0;
    }
    *deque_at(d, d->size) = item;
    d->size++;
    value_decref(rt, dropped);
    return true;
}

static bool deque_push_first(ouro_runtime *rt, deque_object *d, ouro_value item)
{
    ouro_value dropped;
    d->changes++;
    if (d->maxlen == 0 || !deque_make_room(rt, d, false, &dropped)) {
        value_decref(rt, item);
        return d->maxlen == 0;
    }
    deque_start_back(d);
    d->items[d->start] = item;
    d->size++;
    value_decref(rt, dropped);
    return true;
}

/* Takes item i out, moving the shorter side: an owned reference. */
static ouro_value deque_take_at(ouro_runtime *rt, deque_object *d, size_t i)
{
    ouro_value item = *deque_at(d, i);
    if (i < d->size / 2) {
        for (; i > 0; i--) {
            *deque_at(d, i) = *deque_at(d, i - 1);
        }
        d->start = deque_place(d, d->start + 1);
    } else {
        for (; i + 1 < d->size; i++) {
            *deque_at(d, i) = *deque_at(d, i + 1);
        }
    }
    d->size--;
    d->changes++;
    deque_shrink(rt, d);
    return item;
}

static void deque_clear_items(ouro_runtime *rt, deque_object *d)
{
    ouro_value *items = d->items;
    size_t capacity = d->capacity, start = d->start, size = d->size;
    d->items = NULL;
    d->capacity = d->start = d->size = 0;
    d->changes++;
    for (size_t i = 0; i < size; i++) {
        size_t place = start + i;
        value_decref(rt, items[place < capacity ? place : place - capacity]);
    }
    ouro_mem_free(rt->mem, items);
}

/* Turns the ring by n places to the right (0 <= n < size). */
static void deque_rotate_by(deque_object *d, size_t n)
{
    if (n == 0) {
        return;
    }
    d->changes++;
    if (d->size == d->capacity) {
        d->start = deque_place(d, d->start + d->capacity - n);
        return;
    }
    if (n <= d->size / 2) {
        for (; n > 0; n--) {
            ouro_value item = *deque_at(d, d->size - 1);
            deque_start_back(d);
            d->items[d->start] = item;
        }
    } else {
        for (n = d->size - n; n > 0; n--) {
            ouro_value item = *deque_at(d, 0);
            d->start = deque_place(d, d->start + 1);
            *deque_at(d, d->size - 1) = item;
        }
    }
}

/* ---- making ---- */

static ouro_value deque_new_of(ouro_runtime *rt, type_object *type, int64_t maxlen)
{
    deque_object *d = object_new(rt, &type->type, 0);
    if (d == NULL) {
        return OURO_NULL;
    }
    d->maxlen = maxlen;
    gc_track(rt, d);
    return ouro_from_object(d);
}

static ouro_value deque_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                             ouro_value kwnames)
{
    return deque_new_of(rt, type, -1);
}

/* How many items will come, of what tells without running code; else 0. */
static size_t deque_length_of(ouro_runtime *rt, ouro_value iterable)
{
    type_object *type = value_type(rt, iterable);
    return type == TYPE(rt, list)             ? as_list(iterable)->size
           : type == TYPE(rt, tuple)          ? as_tuple(iterable)->size
           : type == MODULE_TYPE(rt, deque)   ? as_deque(iterable)->size
                                              : 0;
}

static bool deque_extend(ouro_runtime *rt, ouro_value self, ouro_value iterable, bool left)
{
    deque_object *d = as_deque(self);
    if (ouro_is(self, iterable)) { /* what it holds now */
        ouro_value list = list_from_iterable(rt, iterable);
        bool done = !ouro_is_null(list) && deque_extend(rt, self, list, left);
        value_decref(rt, list);
        return done;
    }
    ouro_value iterator = object_iter(rt, iterable);
    if (ouro_is_null(iterator)) {
        return false;
    }
    bool done = deque_reserve(rt, d, deque_length_of(rt, iterable));
    while (done) {
        ouro_value item = iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            done = !error_is_set(rt);
            break;
        }
        if (d->maxlen == 0) {
            value_decref(rt, item);
        } else {
            done = left ? deque_push_first(rt, d, item) : deque_push_last(rt, d, item);
        }
    }
    value_decref(rt, iterator);
    return done;
}

static bool deque_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    ouro_value a[2];
    size_t given = nargs + (ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size);
    if (given > 2) {
        error_type(rt, "deque() takes at most 2 arguments (%zu given)", given);
        return false;
    }
    if (!arguments_bind(rt, "deque", "iterable=(), maxlen=None", args, nargs, kwnames, a)) {
        return false;
    }
    int64_t maxlen = -1;
    if (!ouro_is_null(a[1]) && !ouro_is_none(a[1])) {
        if (!value_is_int(rt, a[1])) {
            error_type(rt, "an integer is required");
            return false;
        }
        if (!container_as_size(rt, a[1], &maxlen)) {
            return false;
        }
        if (maxlen < 0) {
            error_value(rt, "maxlen must be non-negative");
            return false;
        }
    }
    deque_object *d = as_deque(self);
    d->maxlen = maxlen;
    if (d->size > 0) {
        deque_clear_items(rt, d);
    }
    return ouro_is_null(a[0]) || deque_extend(rt, self, a[0], false);
}

/* Adds the first `size` items of `from` `times` times; all fit within the limit, so no code runs.  `from` may be d. */
static bool deque_repeat_into(ouro_runtime *rt, deque_object *d, const deque_object *from, size_t size, size_t times)
{
    if (!deque_reserve(rt, d, size * times)) {
        return false;
    }
    for (; times > 0; times--) {
        for (size_t i = 0; i < size; i++) {
            *deque_at(d, d->size) = value_incref(*deque_at(from, i));
            d->size++;
            d->changes++;
        }
    }
    return true;
}

/* A deque of the same type with the same items and limit. */
static ouro_value deque_copy(ouro_runtime *rt, ouro_value self)
{
    deque_object *d = as_deque(self);
    type_object *type = value_type(rt, self);
    if (type == MODULE_TYPE(rt, deque)) {
        ouro_value copy = deque_new_of(rt, type, d->maxlen);
        if (!ouro_is_null(copy) && !deque_repeat_into(rt, as_deque(copy), d, d->size, 1)) {
            value_clear(rt, &copy);
        }
        return copy;
    }
    ouro_value copy = d->maxlen < 0 ? object_call1(rt, type_value(type), self)
                                    : object_call2(rt, type_value(type), self, ouro_int(d->maxlen));
    if (!ouro_is_null(copy) && !value_is_deque(rt, copy)) {
        error_type(rt, "%T() must return a deque, not %T", self, copy);
        value_decref(rt, copy);
        return OURO_NULL;
    }
    return copy;
}

/* ---- slots ---- */

static int64_t deque_length(ouro_runtime *rt, ouro_value self)
{
    return (int64_t)as_deque(self)->size;
}

/* The place of an item for a key; false with the exception. */
static bool deque_index_of(ouro_runtime *rt, deque_object *d, ouro_value key, size_t *index)
{
    if (!value_has_index(rt, key)) {
        error_type(rt, "sequence index must be integer, not '%T'", key);
        return false;
    }
    int64_t i;
    if (!container_as_index(rt, key, &i, false)) {
        return false;
    }
    if (i < 0) {
        i += (int64_t)d->size;
    }
    if (i < 0 || (uint64_t)i >= d->size) {
        error_index(rt, "deque index out of range");
        return false;
    }
    *index = (size_t)i;
    return true;
}

static ouro_value deque_getitem(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    size_t i;
    return deque_index_of(rt, as_deque(self), key, &i) ? value_incref(*deque_at(as_deque(self), i)) : OURO_NULL;
}

static bool deque_setitem(ouro_runtime *rt, ouro_value self, ouro_value key, ouro_value value)
{
    deque_object *d = as_deque(self);
    size_t i;
    if (!value_has_index(rt, key)) {
        error_type(rt, "'%T' object cannot be interpreted as an integer", key);
        return false;
    }
    if (!deque_index_of(rt, d, key, &i)) {
        return false;
    }
    if (ouro_is_null(value)) {
        value_decref(rt, deque_take_at(rt, d, i));
    } else {
        value_replace(rt, deque_at(d, i), value_incref(value));
    }
    return true;
}

/* The first item in [start, stop) that equals the value; -1: none, -2: failed.  A comparison that changes the deque
 * raises `error`. */
static int64_t deque_search(ouro_runtime *rt, deque_object *d, ouro_value value, int64_t start, int64_t stop,
                            type_object *error)
{
    uint64_t changes = d->changes;
    for (int64_t i = start; i < stop && (uint64_t)i < d->size; i++) {
        ouro_value item = value_incref(*deque_at(d, (size_t)i));
        int equal = object_equal(rt, item, value);
        value_decref(rt, item);
        if (equal < 0) {
            return -2;
        }
        if (changes != d->changes) {
            error_raise(rt, error, "deque mutated during iteration");
            return -2;
        }
        if (equal) {
            return i;
        }
    }
    return -1;
}

static int deque_contains(ouro_runtime *rt, ouro_value self, ouro_value value)
{
    int64_t i = deque_search(rt, as_deque(self), value, 0, INT64_MAX, EXC(rt, RuntimeError));
    return i == -2 ? -1 : i >= 0;
}

static ouro_value deque_repr(ouro_runtime *rt, ouro_value self)
{
    int entered = repr_enter(rt, self);
    if (entered != 0) {
        return entered < 0 ? OURO_NULL : str_from_cstring(rt, "[...]");
    }
    ouro_value text = OURO_NULL, list = list_from_iterable(rt, self);
    if (!ouro_is_null(list)) {
        deque_object *d = as_deque(self);
        ouro_value name = value_type(rt, self)->name;
        text = d->maxlen >= 0 ? str_format_c(rt, "%U(%R, maxlen=%lld)", name, list, (long long)d->maxlen)
                              : str_format_c(rt, "%U(%R)", name, list);
        value_decref(rt, list);
    }
    repr_leave(rt, self);
    return text;
}

static ouro_value deque_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if (!value_is_deque(rt, a) || !value_is_deque(rt, b)) {
        return OURO_NOT_IMPLEMENTED;
    }
    deque_object *x = as_deque(a), *y = as_deque(b);
    if (ouro_is(a, b) && (op == COMPARE_EQ || op == COMPARE_NE)) {
        return ouro_bool(op == COMPARE_EQ);
    }
    if (x->size != y->size && (op == COMPARE_EQ || op == COMPARE_NE)) {
        return ouro_bool(op == COMPARE_NE);
    }
    uint64_t x_changes = x->changes, y_changes = y->changes;
    for (size_t i = 0; i < x->size && i < y->size; i++) {
        ouro_value v = value_incref(*deque_at(x, i)), w = value_incref(*deque_at(y, i));
        ouro_value result = OURO_NULL;
        int equal = object_equal(rt, v, w);
        if (equal == 0) {
            result = op == COMPARE_EQ   ? OURO_FALSE
                     : op == COMPARE_NE ? OURO_TRUE
                                        : object_compare(rt, v, w, op);
        }
        value_decref(rt, v);
        value_decref(rt, w);
        if (equal <= 0) {
            return result;
        }
        if (x->changes != x_changes || y->changes != y_changes) {
            return error_runtime(rt, "deque mutated during iteration");
        }
    }
    return ouro_bool(compare_decides((int64_t)x->size, (int64_t)y->size, op));
}

static ouro_value deque_concat(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    if (!value_is_deque(rt, b)) {
        return error_type(rt, "can only concatenate deque (not \"%T\") to deque", b);
    }
    ouro_value result = deque_copy(rt, a);
    if (!ouro_is_null(result) && !deque_extend(rt, result, b, false)) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    return result;
}

static ouro_value deque_inplace_concat(ouro_runtime *rt, ouro_value self, ouro_value other)
{
    return deque_extend(rt, self, other, false) ? value_incref(self) : OURO_NULL;
}

static ouro_value deque_inplace_repeat(ouro_runtime *rt, ouro_value self, ouro_value count)
{
    int64_t n;
    if (!container_as_count(rt, count, &n)) {
        return OURO_NULL;
    }
    deque_object *d = as_deque(self);
    size_t size = d->size;
    if (n <= 0) {
        deque_clear_items(rt, d);
        return value_incref(self);
    }
    if (size == 0 || n == 1) {
        return value_incref(self);
    }
    if ((uint64_t)n > (SIZE_MAX / 8) / sizeof(ouro_value) / size) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    if (d->maxlen < 0) {
        return deque_repeat_into(rt, d, d, size, (size_t)n - 1) ? value_incref(self) : OURO_NULL;
    }
    /* Of a bounded deque only the last round and what it leaves of the one before can stay. */
    size_t rounds = (size_t)d->maxlen / size + 2;
    if ((uint64_t)n > rounds) {
        n = (int64_t)rounds;
    }
    ouro_value list = list_from_iterable(rt, self);
    bool done = !ouro_is_null(list);
    for (int64_t round = 1; done && round < n; round++) {
        for (size_t i = 0; done && i < size; i++) {
            done = deque_push_last(rt, d, value_incref(as_list(list)->items[i]));
        }
    }
    value_decref(rt, list);
    return done ? value_incref(self) : OURO_NULL;
}

static ouro_value deque_repeat(ouro_runtime *rt, ouro_value self, ouro_value count)
{
    ouro_value copy = deque_copy(rt, self);
    if (ouro_is_null(copy)) {
        return OURO_NULL;
    }
    ouro_value result = deque_inplace_repeat(rt, copy, count);
    value_decref(rt, copy);
    return result;
}

/* ---- methods ---- */

static ouro_value deque_method_append(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return deque_push_last(rt, as_deque(args[0]), value_incref(args[1])) ? OURO_NONE : OURO_NULL;
}

static ouro_value deque_method_appendleft(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return deque_push_first(rt, as_deque(args[0]), value_incref(args[1])) ? OURO_NONE : OURO_NULL;
}

static ouro_value deque_method_pop(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    deque_object *d = as_deque(args[0]);
    return d->size > 0 ? deque_take_last(rt, d) : error_index(rt, "pop from an empty deque");
}

static ouro_value deque_method_popleft(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    deque_object *d = as_deque(args[0]);
    return d->size > 0 ? deque_take_first(rt, d) : error_index(rt, "pop from an empty deque");
}

static ouro_value deque_method_clear(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    deque_clear_items(rt, as_deque(args[0]));
    return OURO_NONE;
}

static ouro_value deque_method_copy(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return deque_copy(rt, args[0]);
}

static ouro_value deque_method_extend(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return deque_extend(rt, args[0], args[1], false) ? OURO_NONE : OURO_NULL;
}

static ouro_value deque_method_extendleft(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return deque_extend(rt, args[0], args[1], true) ? OURO_NONE : OURO_NULL;
}

static ouro_value deque_method_count(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    deque_object *d = as_deque(args[0]);
    int64_t count = 0;
    for (int64_t i = 0; (i = deque_search(rt, d, args[1], i, INT64_MAX, EXC(rt, RuntimeError))) != -1; i++) {
        if (i < 0) {
            return OURO_NULL;
        }
        count++;
    }
    return ouro_int(count);
}

static ouro_value deque_method_index(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    deque_object *d = as_deque(args[0]);
    int64_t start, stop;
    if (!container_search_bounds(rt, args, nargs, 2, (int64_t)d->size, &start, &stop)) {
        return OURO_NULL;
    }
    int64_t i = deque_search(rt, d, args[1], start, stop, EXC(rt, RuntimeError));
    if (i == -1) {
        return error_value(rt, "%R is not in deque", args[1]);
    }
    return i < 0 ? OURO_NULL : ouro_int(i);
}

static ouro_value deque_method_remove(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    deque_object *d = as_deque(args[0]);
    int64_t i = deque_search(rt, d, args[1], 0, INT64_MAX, EXC(rt, IndexError));
    if (i == -1) {
        return error_value(rt, "%R is not in deque", args[1]);
    }
    if (i < 0) {
        return OURO_NULL;
    }
    value_decref(rt, deque_take_at(rt, d, (size_t)i));
    return OURO_NONE;
}

static ouro_value deque_method_insert(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    deque_object *d = as_deque(args[0]);
    int64_t index;
    if (!container_as_size(rt, args[1], &index)) {
        return OURO_NULL;
    }
    if (d->maxlen >= 0 && d->size >= (size_t)d->maxlen) {
        return error_index(rt, "deque already at its maximum size");
    }
    int64_t size = (int64_t)d->size;
    index = index < 0 ? index + size : index;
    index = index < 0 ? 0 : index > size ? size : index;
    if (index <= size / 2) {
        if (!deque_push_first(rt, d, value_incref(args[2]))) {
            return OURO_NULL;
        }
        for (int64_t i = 0; i < index; i++) {
            *deque_at(d, (size_t)i) = *deque_at(d, (size_t)i + 1);
        }
    } else {
        if (!deque_push_last(rt, d, value_incref(args[2]))) {
            return OURO_NULL;
        }
        for (int64_t i = size; i > index; i--) {
            *deque_at(d, (size_t)i) = *deque_at(d, (size_t)i - 1);
        }
    }
    *deque_at(d, (size_t)index) = args[2];
    return OURO_NONE;
}

static ouro_value deque_method_reverse(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    deque_object *d = as_deque(args[0]);
    for (size_t i = 0, j = d->size; i + 1 < j; i++) {
        j--;
        ouro_value v = *deque_at(d, i);
        *deque_at(d, i) = *deque_at(d, j);
        *deque_at(d, j) = v;
    }
    return OURO_NONE;
}

static ouro_value deque_method_rotate(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    deque_object *d = as_deque(args[0]);
    int64_t n = 1;
    if (!arguments_positional(rt, "deque.rotate", nargs - 1, kwnames, 0, 1)) {
        return OURO_NULL;
    }
    if (nargs > 1 && !ouro_is_null(args[1]) && !container_as_size(rt, args[1], &n)) {
        return OURO_NULL;
    }
    if (d->size > 1) {
        n %= (int64_t)d->size;
        deque_rotate_by(d, (size_t)(n < 0 ? n + (int64_t)d->size : n));
    }
    return OURO_NONE;
}

static ouro_value deque_method_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    deque_object *d = as_deque(args[0]);
    ouro_value iterator = OURO_NULL, arguments = OURO_NULL, result = OURO_NULL;
    ouro_value state = object_call_method0(rt, args[0], STR(rt, __getstate__));
    if (!ouro_is_null(state)) {
        iterator = object_iter(rt, args[0]);
    }
    if (!ouro_is_null(iterator)) {
        arguments = d->maxlen < 0 ? value_incref(rt->types->empty_tuple)
                                  : tuple_pack2(rt, rt->types->empty_tuple, ouro_int(d->maxlen));
    }
    if (!ouro_is_null(arguments)) {
        ouro_value parts[4] = {type_value(value_type(rt, args[0])), arguments, state, iterator};
        result = tuple_new(rt, parts, 4);
    }
    value_decref(rt, state);
    value_decref(rt, iterator);
    value_decref(rt, arguments);
    return result;
}

static ouro_value deque_get_maxlen(ouro_runtime *rt, ouro_value self, void *closure)
{
    return as_deque(self)->maxlen < 0 ? OURO_NONE : ouro_int(as_deque(self)->maxlen);
}

/* ---- iterators ---- */

static inline deque_iterator *as_deque_iterator(ouro_value v)
{
    return (deque_iterator *)(void *)ouro_as_object(v);
}

static ouro_value deque_iterator_new(ouro_runtime *rt, type_object *type, ouro_value deque)
{
    deque_iterator *it = object_new(rt, &type->type, 0);
    if (it == NULL) {
        return OURO_NULL;
    }
    it->deque = value_incref(deque);
    it->remaining = as_deque(deque)->size;
    it->changes = as_deque(deque)->changes;
    gc_track(rt, it);
    return ouro_from_object(it);
}

static ouro_value deque_iter(ouro_runtime *rt, ouro_value self)
{
    return deque_iterator_new(rt, MODULE_TYPE(rt, deque_iterator), self);
}

static ouro_value deque_method_reversed(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return deque_iterator_new(rt, MODULE_TYPE(rt, deque_reverse_iterator), args[0]);
}

static bool deque_iterator_step(ouro_runtime *rt, deque_iterator *it, size_t *index)
{
    if (ouro_is_null(it->deque)) {
        return false;
    }
    if (it->changes != as_deque(it->deque)->changes) {
        it->remaining = 0;
        error_runtime(rt, "deque mutated during iteration");
        return false;
    }
    if (it->remaining == 0) {
        return false;
    }
    it->remaining--;
    *index = it->index++;
    return true;
}

static ouro_value deque_iterator_next(ouro_runtime *rt, ouro_value self)
{
    deque_iterator *it = as_deque_iterator(self);
    size_t i;
    return deque_iterator_step(rt, it, &i) ? value_incref(*deque_at(as_deque(it->deque), i)) : OURO_NULL;
}

static ouro_value deque_reverse_iterator_next(ouro_runtime *rt, ouro_value self)
{
    deque_iterator *it = as_deque_iterator(self);
    size_t i;
    if (!deque_iterator_step(rt, it, &i)) {
        return OURO_NULL;
    }
    const deque_object *d = as_deque(it->deque);
    return value_incref(*deque_at(d, d->size - 1 - i));
}

/* _deque_iterator(deque, index=0): what pickles call. */
static ouro_value deque_iterator_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                      ouro_value kwnames)
{
    int64_t index = 0;
    if (nargs == 0) {
        return error_type(rt, "function takes at least 1 argument (0 given)");
    }
    if (nargs > 2) {
        return error_type(rt, "function takes at most 2 arguments (%zu given)", nargs);
    }
    if (!value_is_deque(rt, args[0])) {
        return error_type(rt, "argument 1 must be collections.deque, not %T", args[0]);
    }
    if (nargs == 2 && !container_as_size(rt, args[1], &index)) {
        return OURO_NULL;
    }
    ouro_value result = deque_iterator_new(rt, type, args[0]);
    if (!ouro_is_null(result) && index > 0) {
        deque_iterator *it = as_deque_iterator(result);
        size_t skip = (size_t)index < it->remaining ? (size_t)index : it->remaining;
        it->index = skip;
        it->remaining -= skip;
    }
    return result;
}

static ouro_value deque_iterator_length_hint(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int((int64_t)as_deque_iterator(args[0])->remaining);
}

static ouro_value deque_iterator_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    deque_iterator *it = as_deque_iterator(args[0]);
    ouro_value index = ouro_int((int64_t)(as_deque(it->deque)->size - it->remaining));
    ouro_value arguments = tuple_pack2(rt, it->deque, index);
    if (ouro_is_null(arguments)) {
        return OURO_NULL;
    }
    ouro_value result = tuple_pack2(rt, type_value(value_type(rt, args[0])), arguments);
    value_decref(rt, arguments);
    return result;
}

/* ---- the types ---- */

static int deque_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context)
{
    const deque_object *d = (deque_object *)(void *)self;
    for (size_t i = 0; i < d->size; i++) {
        ouro_value v = *deque_at(d, i);
        int stop = ouro_is_object(v) ? visit(v, context) : 0;
        if (stop != 0) {
            return stop;
        }
    }
    return 0;
}

static int deque_traverse_edges(ouro_runtime *rt, ouro_object *self, ouro_edge_fn visit, void *context)
{
    const deque_object *d = (deque_object *)(void *)self;
    int result = 0;
    for (size_t i = 0; result == 0 && i < d->size; i++) {
        result = edge_tell(*deque_at(d, i), &(ouro_edge){.kind = OURO_EDGE_INDEX, .number = i}, visit, context);
    }
    return result;
}

static void deque_clear_references(ouro_runtime *rt, ouro_object *self)
{
    deque_clear_items(rt, (deque_object *)(void *)self);
}

static void deque_dispose(ouro_runtime *rt, ouro_object *self)
{
    ouro_mem_free(rt->mem, ((deque_object *)(void *)self)->items);
}

static size_t deque_extra_size(ouro_runtime *rt, ouro_object *self)
{
    return ((deque_object *)(void *)self)->capacity * sizeof(ouro_value);
}

static const method_def deque_methods[] = {
    {.name = "append", .signature = "?self, item, /", .fn = deque_method_append, .doc = "Adds the item at the right end."},
    {.name = "appendleft",
     .signature = "?self, item, /",
     .fn = deque_method_appendleft,
     .doc = "Adds the item at the left end."},
    {.name = "clear", .signature = "?self, /", .fn = deque_method_clear, .doc = "Takes all items out."},
    {.name = "__copy__", .signature = "?self, /", .fn = deque_method_copy, .doc = "A shallow copy."},
    {.name = "copy", .signature = "?self, /", .fn = deque_method_copy, .doc = "A shallow copy."},
    {.name = "count",
     .signature = "?self, value, /",
     .fn = deque_method_count,
     .doc = "How many items equal the value."},
    {.name = "extend",
     .signature = "?self, iterable, /",
     .fn = deque_method_extend,
     .doc = "Adds the iterable's items at the right end."},
    {.name = "extendleft",
     .signature = "?self, iterable, /",
     .fn = deque_method_extendleft,
     .doc = "Adds the iterable's items at the left end, one after the other."},
    {.name = "index",
     .signature = "?self, value, start=0, stop=None, /",
     .fn = deque_method_index,
     .doc = "The index of the first item that equals the value; ValueError if there is none."},
    {.name = "insert",
     .signature = "?self, index, object, /",
     .fn = deque_method_insert,
     .doc = "Puts the object in front of the item at the index."},
    {.name = "pop",
     .signature = "?self, /",
     .fn = deque_method_pop,
     .doc = "Takes the item at the right end out and returns it."},
    {.name = "popleft",
     .signature = "?self, /",
     .fn = deque_method_popleft,
     .doc = "Takes the item at the left end out and returns it."},
    {.name = "__reduce__", .signature = "?self, /", .fn = deque_method_reduce, .doc = "State for pickling."},
    {.name = "remove",
     .signature = "?self, value, /",
     .fn = deque_method_remove,
     .doc = "Takes the first item that equals the value out; ValueError if there is none."},
    {.name = "__reversed__",
     .signature = "?self, /",
     .fn = deque_method_reversed,
     .doc = "An iterator over the items, the last first."},
    {.name = "reverse", .signature = "?self, /", .fn = deque_method_reverse, .doc = "Turns the order round."},
    {.name = "rotate",
     .raw = deque_method_rotate,
     .doc = "Moves n items from the right end to the left end; with a negative n the other way."},
    SIZEOF_METHOD("deque"),
    CLASS_GETITEM_METHOD,
    {.name = NULL},
};

static const getset_def deque_getsets[] = {
    {.name = "maxlen", .get = deque_get_maxlen, .doc = "The most items that the deque holds, or None."},
    {.name = NULL},
};

const type_spec deque_spec = {
    .name = "collections.deque",
    .size = sizeof(deque_object),
    .flags = OURO_TYPE_WEAKREF | TYPE_BASE | TYPE_SEQUENCE,
    .doc = "deque([iterable[, maxlen]])\n\nA sequence with fast access at both ends.",
    .traverse = deque_traverse,
    .traverse_edges = deque_traverse_edges,
    .clear = deque_clear_references,
    .dispose = deque_dispose,
    .extra_size = deque_extra_size,
    .methods = deque_methods,
    .getsets = deque_getsets,
    .slots =
        {
            .make = deque_make,
            .init = deque_init,
            .repr = deque_repr,
            .hash = hash_not_implemented,
            .compare = deque_compare,
            .iter = deque_iter,
            .length = deque_length,
            .getitem = deque_getitem,
            .setitem = deque_setitem,
            .contains = deque_contains,
            .concat = deque_concat,
            .inplace_concat = deque_inplace_concat,
            .repeat = deque_repeat,
            .inplace_repeat = deque_inplace_repeat,
        },
};

static const method_def deque_iterator_methods[] = {
    {.name = "__length_hint__",
     .signature = "?self, /",
     .fn = deque_iterator_length_hint,
     .doc = "How many items are left, for list(iterator)."},
    {.name = "__reduce__", .signature = "?self, /", .fn = deque_iterator_reduce, .doc = "State for pickling."},
    {.name = NULL},
};

static const ouro_field deque_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(deque_iterator, deque), 0, NULL},
};

const type_spec deque_iterator_spec = {
    .name = "_collections._deque_iterator",
    .size = sizeof(deque_iterator),
    .fields = deque_iterator_fields,
    .field_count = COUNT_OF(deque_iterator_fields),
    .methods = deque_iterator_methods,
    .slots = {.make = deque_iterator_make, .iter = iterator_iter_self, .next = deque_iterator_next},
};

const type_spec deque_reverse_iterator_spec = {
    .name = "_collections._deque_reverse_iterator",
    .size = sizeof(deque_iterator),
    .fields = deque_iterator_fields,
    .field_count = COUNT_OF(deque_iterator_fields),
    .methods = deque_iterator_methods,
    .slots = {.make = deque_iterator_make, .iter = iterator_iter_self, .next = deque_reverse_iterator_next},
};

/* list.c: lists: making, growing, indexing, comparing.
 *
 * Invariants:  size <= capacity;  items == NULL  <=>  capacity == 0;  items is a leaf block of capacity values, of which
 * the first `size` are counted references.
 *
 * A list grows by an eighth and a few items more than asked for, in steps of four (0, 4, 8, 16, 24, 32, 40, 52, 64, 76,
 * ...: what CPython's lists do, so that programs that look at sizes see the same steps), and gives room back when less
 * than half is in use.  A literal, a copy and list(x) of something with a length take exactly what they need.
 *
 * Whenever code may run (a reference dropped, a comparison), the list must be whole, and nothing read before from it is
 * still true afterwards.
 */
#include "types/list_private.h"
#include "object/object_inline.h"
#include "types/compare.h"

/* ---- storage ---- */

/* Moves the items to a block for exactly `capacity`. */
static bool list_set_capacity(ouro_runtime *rt, list_object *l, size_t capacity)
{
    if (capacity == 0) {
        ouro_mem_free(rt->mem, l->items);
        l->items = NULL;
        l->capacity = 0;
        return true;
    }
    if (capacity > (SIZE_MAX / 2) / sizeof(ouro_value)) {
        error_no_memory(rt);
        return false;
    }
    size_t bytes = capacity * sizeof(ouro_value);
    ouro_value *items = l->items == NULL ? mem_alloc(rt->mem, bytes) : ouro_mem_resize(rt->mem, l->items, bytes);
    if (items == NULL) {
        error_no_memory(rt);
        return false;
    }
    l->items = items;
    l->capacity = capacity;
    return true;
}

bool list_resize(ouro_runtime *rt, list_object *l, size_t size)
{
    if (l->capacity >= size && size >= l->capacity >> 1) {
        l->size = size;
        return true;
    }
    size_t capacity = (size + (size >> 3) + 6) & ~(size_t)3;
    if (size > l->size && size - l->size > capacity - size) {
        capacity = (size + 3) & ~(size_t)3; /* a large step is rarely followed by another */
    }
    if (size == 0) {
        capacity = 0;
    }
    if (size < l->size) {
        /* Giving room back may fail without harm: the old block is large enough. */
        l->size = size;
        if (capacity < l->capacity) {
            ouro_value *items = l->items;
            if (capacity == 0) {
                l->items = NULL;
                l->capacity = 0;
                ouro_mem_free(rt->mem, items);
            } else if ((items = ouro_mem_resize(rt->mem, items, capacity * sizeof *items)) != NULL) {
                l->items = items;
                l->capacity = capacity;
            }
        }
        return true;
    }
    if (!list_set_capacity(rt, l, capacity)) {
        return false;
    }
    l->size = size;
    return true;
}

void list_drop_items(ouro_runtime *rt, list_object *l)
{
    ouro_value *items = l->items;
    size_t size = l->size;
    if (size == 0) {
        return; /* also while a sort has the items and watches for changes */
    }
    l->items = NULL;
    l->size = 0;
    l->capacity = 0;
    values_decref(rt, items, size);
    ouro_mem_free(rt->mem, items);
}

/* ---- making ---- */

static list_object *list_allocate(ouro_runtime *rt, type_object *type)
{
    list_object *l = object_new(rt, &type->type, 0);
    if (l != NULL) {
        gc_track(rt, l);
    }
    return l;
}

static inline ouro_value list_make_from(ouro_runtime *rt, const ouro_value *items, size_t size)
{
    list_object *l = object_new_plain(rt, &TYPE(rt, list)->type, sizeof *l);
    if (OURO_UNLIKELY(l == NULL)) {
        return OURO_NULL;
    }
    l->items = NULL;
    l->size = l->capacity = 0;
    if (size > 0) {
        if (OURO_UNLIKELY(!list_set_capacity(rt, l, size))) {
            value_decref(rt, ouro_from_object(l));
            return OURO_NULL;
        }
        if (items != NULL) {
            values_copy(l->items, items, size);
            l->size = size;
        }
    }
    gc_track(rt, l);
    return ouro_from_object(l);
}

ouro_value list_new(ouro_runtime *rt, const ouro_value *items, size_t size)
{
    ouro_value list = list_make_from(rt, items, size);
    if (!ouro_is_null(list) && items != NULL) {
        values_incref(as_list(list)->items, size);
    }
    return list;
}

ouro_value list_new_steal(ouro_runtime *rt, ouro_value *items, size_t size)
{
    ouro_value list = list_make_from(rt, items, size);
    if (ouro_is_null(list)) {
        values_decref(rt, items, size);
    }
    return list;
}

ouro_value list_from_iterable(ouro_runtime *rt, ouro_value iterable)
{
    type_object *type = value_type(rt, iterable);
    if (type == TYPE(rt, list)) {
        list_object *other = as_list(iterable);
        return list_new(rt, other->size > 0 ? other->items : NULL, other->size);
    }
    if (type == TYPE(rt, tuple)) {
        tuple_object *other = as_tuple(iterable);
        return list_new(rt, other->size > 0 ? other->items : NULL, other->size);
    }
    ouro_value list = list_make_from(rt, NULL, 0);
    if (!ouro_is_null(list) && !list_extend(rt, list, iterable)) {
        value_decref(rt, list);
        return OURO_NULL;
    }
    return list;
}

ouro_value list_as_tuple(ouro_runtime *rt, ouro_value list)
{
    return tuple_new(rt, as_list(list)->items, as_list(list)->size);
}

static ouro_value list_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                            ouro_value kwnames)
{
    return ouro_from_object(list_allocate(rt, type));
}

static bool list_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                      ouro_value kwnames)
{
    ouro_value iterable;
    type_object *type = value_type(rt, self);
    if (type != TYPE(rt, list) && type->slots.make != list_make) {
        kwnames = OURO_NULL; /* a __new__ of its own may have taken them */
    }
    if (!container_one_argument(rt, "list", args, nargs, kwnames, &iterable)) {
        return false;
    }
    if (as_list(self)->capacity > 0) {
        list_drop_items(rt, as_list(self));
    }
    return ouro_is_null(iterable) || list_extend(rt, self, iterable);
}

/* ---- changing ---- */

bool list_append_steal(ouro_runtime *rt, ouro_value list, ouro_value item)
{
    list_object *l = as_list(list);
    size_t size = l->size;
    if (OURO_LIKELY(size < l->capacity)) {
        l->items[size] = item;
        l->size = size + 1;
        return true;
    }
    if (!list_resize(rt, l, size + 1)) {
        value_decref(rt, item);
        return false;
    }
    l->items[size] = item;
    return true;
}

bool list_append(ouro_runtime *rt, ouro_value list, ouro_value item)
{
    return list_append_steal(rt, list, value_incref(item));
}

bool list_insert(ouro_runtime *rt, ouro_value list, int64_t index, ouro_value item)
{
    list_object *l = as_list(list);
    size_t size = l->size;
    if (index < 0) {
        index += (int64_t)size;
        index = index < 0 ? 0 : index;
    }
    size_t at = (uint64_t)index > size ? size : (size_t)index;
    if (!list_resize(rt, l, size + 1)) {
        return false;
    }
    memmove(l->items + at + 1, l->items + at, (size - at) * sizeof(ouro_value));
    l->items[at] = value_incref(item);
    return true;
}

/* Room for `count` more items behind those there are; their number is unchanged. */
static bool list_make_room(ouro_runtime *rt, list_object *l, size_t count)
{
    size_t size = l->size;
    if (l->capacity == 0 ? !list_set_capacity(rt, l, count) : !list_resize(rt, l, size + count)) {
        return false;
    }
    l->size = size;
    return true;
}

bool list_extend_steal(ouro_runtime *rt, ouro_value list, const ouro_value *items, size_t count)
{
    list_object *l = as_list(list);
    if (count > 0) {
        if (!list_make_room(rt, l, count)) {
            return false;
        }
        memcpy(l->items + l->size, items, count * sizeof *items);
        l->size += count;
    }
    return true;
}

/* Appends values that may be the list's own. */
static bool list_extend_values(ouro_runtime *rt, list_object *l, ouro_value source)
{
    bool from_list = value_is_list(rt, source);
    size_t count = from_list ? as_list(source)->size : as_tuple(source)->size;
    size_t size = l->size;
    if (count == 0) {
        return true;
    }
    if (!list_make_room(rt, l, count)) {
        return false;
    }
    /* The source may be the list itself, whose block has just moved. */
    const ouro_value *values = from_list ? as_list(source)->items : as_tuple(source)->items;
    l->size = size + count;
    for (size_t i = 0; i < count; i++) {
        l->items[size + i] = value_incref(values[i]);
    }
    return true;
}

bool list_extend(ouro_runtime *rt, ouro_value list, ouro_value iterable)
{
    list_object *l = as_list(list);
    type_object *type = value_type(rt, iterable);
    if (type == TYPE(rt, list) || type == TYPE(rt, tuple) || ouro_is(list, iterable)) {
        return list_extend_values(rt, l, iterable);
    }
    ouro_value iterator = object_iter(rt, iterable);
    if (ouro_is_null(iterator)) {
        return false;
    }
    bool done = false;
    int64_t hint = object_length_hint(rt, iterable, 8);
    if (hint < 0) {
        goto end;
    }
    /* Too large a guess is no error: the iterator decides. */
    if ((uint64_t)hint < (SIZE_MAX / 2) / sizeof(ouro_value) - l->size && hint > 0) {
        if (l->capacity == 0) {
            if (!list_set_capacity(rt, l, (size_t)hint)) {
                goto end;
            }
        } else if (l->size + (size_t)hint > l->capacity) {
            size_t size = l->size;
            if (!list_resize(rt, l, size + (size_t)hint)) {
                goto end;
            }
            l->size = size;
        }
    }
    unary_slot next = value_type(rt, iterator)->slots.next;
    for (;;) {
        ouro_value item = next != NULL ? next(rt, iterator) : iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            done = !error_is_set(rt) || error_clear_if(rt, EXC(rt, StopIteration));
            break;
        }
        if (!list_append_steal(rt, list, item)) {
            break;
        }
    }
    if (done && l->size < l->capacity) {
        done = list_resize(rt, l, l->size);
    }
end:
    value_decref(rt, iterator);
    return done;
}

bool list_splice(ouro_runtime *rt, list_object *l, size_t low, size_t high, const ouro_value *values, size_t count)
{
    size_t removed = high - low, size = l->size, tail = size - high;
    ouro_value on_stack[16], *old = on_stack;
    if (removed > COUNT_OF(on_stack)) {
        old = ouro_mem_alloc(rt->mem, removed * sizeof *old);
        if (old == NULL) {
            error_no_memory(rt);
            return false;
        }
    }
    if (removed > 0) {
        memcpy(old, l->items + low, removed * sizeof *old);
    }
    bool done = true;
    if (count < removed) {
        memmove(l->items + low + count, l->items + high, tail * sizeof *old);
        done = list_resize(rt, l, size - removed + count);
    } else if (count > removed) {
        done = list_resize(rt, l, size - removed + count);
        if (done) {
            memmove(l->items + low + count, l->items + high, tail * sizeof *old);
        }
    }
    if (done) {
        for (size_t i = 0; i < count; i++) {
            l->items[low + i] = value_incref(values[i]);
        }
        values_decref(rt, old, removed);
    }
    if (old != on_stack) {
        ouro_mem_free(rt->mem, old);
    }
    return done;
}

/* ---- indexing ---- */

int64_t list_position(ouro_runtime *rt, list_object *l, ouro_value key, const char *message)
{
    int64_t i;
    if (!container_as_index(rt, key, &i, false)) {
        return -1;
    }
    if (i < 0) {
        i += (int64_t)l->size;
    }
    if (i < 0 || (uint64_t)i >= l->size) {
        error_index(rt, message);
        return -1;
    }
    return i;
}

static ouro_value list_getitem(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    list_object *l = as_list(self);
    if (OURO_LIKELY(ouro_is_int(key)) || value_has_index(rt, key)) {
        int64_t i = list_position(rt, l, key, "list index out of range");
        return i < 0 ? OURO_NULL : value_incref(l->items[i]);
    }
    if (!value_is_slice(rt, key)) {
        return error_type(rt, "list indices must be integers or slices, not %T", key);
    }
    int64_t start, stop, step, count;
    if (!slice_resolve_live(rt, key, &l->size, &start, &stop, &step, &count)) {
        return OURO_NULL;
    }
    if (count <= 0) {
        return list_new(rt, NULL, 0);
    }
    if (step == 1) {
        return list_new(rt, l->items + start, (size_t)count);
    }
    ouro_value result = list_new(rt, NULL, (size_t)count);
    if (!ouro_is_null(result)) {
        list_object *r = as_list(result);
        for (int64_t i = 0; i < count; i++) {
            r->items[i] = value_incref(l->items[start + i * step]);
        }
        r->size = (size_t)count;
    }
    return result;
}

/* del self[start:stop:step] with step != 1: closes the gaps, then drops what was taken. */
static bool list_delete_strided(ouro_runtime *rt, list_object *l, int64_t start, int64_t step, int64_t count)
{
    if (step < 0) {
        start += step * (count - 1);
        step = -step;
    }
    ouro_value *garbage = ouro_mem_alloc(rt->mem, (size_t)count * sizeof *garbage);
    if (garbage == NULL) {
        error_no_memory(rt);
        return false;
    }
    size_t target = (size_t)start, taken = 0;
    for (size_t i = (size_t)start; i < l->size; i++) {
        if (taken < (size_t)count && i == (size_t)start + taken * (size_t)step) {
            garbage[taken++] = l->items[i];
        } else {
            l->items[target++] = l->items[i];
        }
    }
    bool done = list_resize(rt, l, target);
    for (size_t i = 0; i < taken; i++) {
        value_decref(rt, garbage[i]);
    }
    ouro_mem_free(rt->mem, garbage);
    return done;
}

static bool list_set_slice(ouro_runtime *rt, list_object *l, ouro_value key, ouro_value value)
{
    int64_t first, last, start, stop, step, count;
    if (!slice_bounds(rt, key, &first, &last, &step)) {
        return false;
    }
    start = first;
    stop = last;
    slice_fit((int64_t)l->size, &start, &stop, step, &count);
    if (ouro_is_null(value)) {
        if (count <= 0) {
            return true;
        }
        if (step == 1) {
            return list_splice(rt, l, (size_t)start, (size_t)(start + count), NULL, 0);
        }
        return list_delete_strided(rt, l, start, step, count);
    }
    /* The new items as an array that no code can change: of an own copy if it is the list itself. */
    ouro_value source;
    type_object *type = value_type(rt, value);
    if (!ouro_is(value, ouro_from_object(l)) && (type == TYPE(rt, list) || type == TYPE(rt, tuple))) {
        source = value_incref(value);
    } else if (ouro_is(value, ouro_from_object(l))) {
        source = list_as_tuple(rt, value);
    } else {
        if (type->slots.iter == NULL && type->slots.getitem == NULL) {
            error_type(rt, step == 1 ? "can only assign an iterable"
                                     : "must assign iterable to extended slice");
            return false;
        }
        source = list_from_iterable(rt, value);
        if (ouro_is_null(source)) {
            return false;
        }
        /* Iterating may have changed the list: a place in it stays, as far as there is one. */
        if (step != 1) {
            start = first;
            stop = last;
        }
        slice_fit((int64_t)l->size, &start, &stop, step, &count);
    }
    if (ouro_is_null(source)) {
        return false;
    }
    bool is_list = value_is_list(rt, source);
    const ouro_value *values = is_list ? as_list(source)->items : as_tuple(source)->items;
    size_t size = is_list ? as_list(source)->size : as_tuple(source)->size;
    bool done = false;
    if (step == 1) {
        done = list_splice(rt, l, (size_t)start, (size_t)(count > 0 ? start + count : start), values, size);
    } else if (size != (size_t)count) {
        error_value(rt, "attempt to assign sequence of size %zu to extended slice of size %zd", size,
                    (size_t)count);
    } else if (count > 0) {
        ouro_value *garbage = ouro_mem_alloc(rt->mem, size * sizeof *garbage);
        if (garbage == NULL) {
            error_no_memory(rt);
        } else {
            for (size_t i = 0; i < size; i++) {
                ouro_value *at = &l->items[start + (int64_t)i * step];
                garbage[i] = *at;
                *at = value_incref(values[i]);
            }
            for (size_t i = 0; i < size; i++) {
                value_decref(rt, garbage[i]);
            }
            ouro_mem_free(rt->mem, garbage);
            done = true;
        }
    } else {
        done = true;
    }
    value_decref(rt, source);
    return done;
}

static bool list_setitem(ouro_runtime *rt, ouro_value self, ouro_value key, ouro_value value)
{
    list_object *l = as_list(self);
    if (OURO_LIKELY(ouro_is_int(key)) || value_has_index(rt, key)) {
        int64_t i = list_position(rt, l, key, "list assignment index out of range");
        if (i < 0) {
            return false;
        }
        if (!ouro_is_null(value)) {
            value_replace(rt, &l->items[i], value_incref(value));
            return true;
        }
        return list_splice(rt, l, (size_t)i, (size_t)i + 1, NULL, 0);
    }
    if (!value_is_slice(rt, key)) {
        error_type(rt, "list indices must be integers or slices, not %T", key);
        return false;
    }
    return list_set_slice(rt, l, key, value);
}

/* ---- other slots ---- */

static int64_t list_length(ouro_runtime *rt, ouro_value self)
{
    return (int64_t)as_list(self)->size;
}

static int list_contains(ouro_runtime *rt, ouro_value self, ouro_value item)
{
    list_object *l = as_list(self);
    for (size_t i = 0; i < l->size; i++) {
        ouro_value v = l->items[i];
        if (ouro_is(v, item)) {
            return 1;
        }
        if (ouro_is_int(v) && ouro_is_int(item)) {
            continue;
        }
        value_incref(v);
        int equal = object_equal(rt, v, item);
        value_decref(rt, v);
        if (equal != 0) {
            return equal;
        }
    }
    return 0;
}

static ouro_value list_item_for_repr(ouro_value self, size_t i)
{
    return i < as_list(self)->size ? value_incref(as_list(self)->items[i]) : OURO_NULL;
}

static ouro_value list_repr(ouro_runtime *rt, ouro_value self)
{
    if (as_list(self)->size == 0) {
        return str_from_cstring(rt, "[]");
    }
    int entered = repr_enter(rt, self);
    if (entered != 0) {
        return entered < 0 ? OURO_NULL : str_from_cstring(rt, "[...]");
    }
    ouro_value text = container_repr_items(rt, self, "[", "]", list_item_for_repr);
    repr_leave(rt, self);
    return text;
}

static ouro_value list_compare_items(ouro_runtime *rt, list_object *x, list_object *y, size_t i, compare_op op)
{
    ouro_value v = value_incref(x->items[i]), w = value_incref(y->items[i]);
    ouro_value result = object_compare(rt, v, w, op);
    value_decref(rt, v);
    value_decref(rt, w);
    return result;
}

static ouro_value list_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if (!value_is_list(rt, a) || !value_is_list(rt, b)) {
        return OURO_NOT_IMPLEMENTED;
    }
    list_object *x = as_list(a), *y = as_list(b);
    if (x->size != y->size && (op == COMPARE_EQ || op == COMPARE_NE)) {
        return ouro_bool(op == COMPARE_NE);
    }
    /* The comparisons may change both lists: everything is read anew at each step. */
    for (size_t i = 0; i < x->size && i < y->size; i++) {
        ouro_value v = x->items[i], w = y->items[i];
        if (ouro_is(v, w)) {
            continue;
        }
        value_incref(v);
        value_incref(w);
        int equal = object_equal(rt, v, w);
        value_decref(rt, v);
        value_decref(rt, w);
        if (equal < 0) {
            return OURO_NULL;
        }
        if (equal == 0) {
            if (i >= x->size || i >= y->size) {
                break; /* one has become so short that the sizes decide */
            }
            return op == COMPARE_EQ ? OURO_FALSE : op == COMPARE_NE ? OURO_TRUE : list_compare_items(rt, x, y, i, op);
        }
    }
    return ouro_bool(compare_decides((int64_t)x->size, (int64_t)y->size, op));
}

static ouro_value list_concat(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    if (!value_is_list(rt, b)) {
        return error_type(rt, "can only concatenate list (not \"%T\") to list", b);
    }
    list_object *x = as_list(a), *y = as_list(b);
    ouro_value result = list_new(rt, NULL, x->size + y->size);
    if (!ouro_is_null(result)) {
        list_object *r = as_list(result);
        if (x->size > 0) {
            memcpy(r->items, x->items, x->size * sizeof(ouro_value));
        }
        if (y->size > 0) {
            memcpy(r->items + x->size, y->items, y->size * sizeof(ouro_value));
        }
        r->size = x->size + y->size;
        values_incref(r->items, r->size);
    }
    return result;
}

static ouro_value list_inplace_concat(ouro_runtime *rt, ouro_value self, ouro_value other)
{
    return list_extend(rt, self, other) ? value_incref(self) : OURO_NULL;
}

/* The number of repetitions, 0 for negative ones. */
static bool list_repeat_count(ouro_runtime *rt, ouro_value count, size_t size, int64_t *n)
{
    if (!container_as_count(rt, count, n)) {
        return false;
    }
    if (*n < 0) {
        *n = 0;
    }
    if (size > 0 && (uint64_t)*n > (SIZE_MAX / 4) / sizeof(ouro_value) / size) {
        error_no_memory(rt);
        return false;
    }
    return true;
}

/* Fills items[size .. size * n) with copies of the first `size`. */
static void list_replicate(ouro_value *items, size_t size, size_t n)
{
    if (size == 1) {
        ouro_value item = items[0];
        for (size_t i = 1; i < n; i++) {
            items[i] = item;
        }
    } else {
        for (size_t done = size, all = size * n; done < all;) {
            size_t count = done < all - done ? done : all - done;
            values_copy(items + done, items, count);
            done += count;
        }
    }
    for (size_t i = 0; i < size; i++) {
        value_incref_many(items[i], n - 1);
    }
}

static ouro_value list_repeat(ouro_runtime *rt, ouro_value self, ouro_value count)
{
    int64_t n;
    if (!list_repeat_count(rt, count, as_list(self)->size, &n)) {
        return OURO_NULL;
    }
    list_object *l = as_list(self);
    size_t size = l->size;
    ouro_value result = list_new(rt, NULL, size * (size_t)n);
    if (!ouro_is_null(result) && size * (size_t)n > 0) {
        list_object *r = as_list(result);
        values_copy(r->items, l->items, size);
        values_incref(r->items, size);
        list_replicate(r->items, size, (size_t)n);
        r->size = size * (size_t)n;
    }
    return result;
}

static ouro_value list_inplace_repeat(ouro_runtime *rt, ouro_value self, ouro_value count)
{
    int64_t n;
    if (!list_repeat_count(rt, count, as_list(self)->size, &n)) {
        return OURO_NULL;
    }
    list_object *l = as_list(self);
    size_t size = l->size;
    if (n == 0) {
        list_drop_items(rt, l);
    } else if (size > 0 && n > 1) {
        if (!list_resize(rt, l, size * (size_t)n)) {
            return OURO_NULL;
        }
        list_replicate(l->items, size, (size_t)n);
    }
    return value_incref(self);
}

/* ---- the type ---- */

static void list_clear_references(ouro_runtime *rt, ouro_object *self)
{
    list_drop_items(rt, (list_object *)(void *)self);
}

static void list_dispose(ouro_runtime *rt, ouro_object *self)
{
    ouro_mem_free(rt->mem, ((list_object *)(void *)self)->items);
}

static void list_release(ouro_runtime *rt, ouro_object *self)
{
    list_object *l = (list_object *)(void *)self;
    ouro_value *items = l->items;
    if (items != NULL) {
        size_t size = l->size;
        l->items = NULL; /* who walks the heap meanwhile must not see the dead */
        l->size = 0;
        l->capacity = 0;
        values_decref(rt, items, size);
        mem_free(rt->mem, items);
    }
}

static size_t list_extra_size(ouro_runtime *rt, ouro_object *self)
{
    return ((list_object *)(void *)self)->capacity * sizeof(ouro_value);
}

static const ouro_field list_fields[] = {
    {OURO_FIELD_BUFFER, offsetof(list_object, items), offsetof(list_object, size), NULL},
};

const type_spec list_spec = {
    .name = "list",
    .signature = "(iterable=(), /)",
    .size = sizeof(list_object),
    .flags = TYPE_BASE | TYPE_SEQUENCE | TYPE_MATCH_SELF | TYPE_IS_LIST,
    .doc = "list(iterable=(), /): a list of the iterable's items.",
    .fields = list_fields,
    .field_count = COUNT_OF(list_fields),
    .clear = list_clear_references,
    .dispose = list_dispose,
    .release = list_release,
    .extra_size = list_extra_size,
    .methods = list_methods,
    .slots =
        {
            .make = list_make,
            .init = list_init,
            .repr = list_repr,
            .hash = hash_not_implemented,
            .compare = list_compare,
            .iter = list_iter,
            .length = list_length,
            .getitem = list_getitem,
            .setitem = list_setitem,
            .contains = list_contains,
            .concat = list_concat,
            .inplace_concat = list_inplace_concat,
            .repeat = list_repeat,
            .inplace_repeat = list_inplace_repeat,
        },
};

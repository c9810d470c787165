/* tuple.c: tuples: making, hashing, comparing, indexing.
 *
 * Items lie behind the fixed part and never change once the tuple is visible.  A tuple is tracked by the collector
 * only if one of its items may have to be seen.  There is one empty tuple (exact type), held by types_state.
 */
#include "object/object_inline.h"
#include "types/container.h"
#include "types/compare.h"

/* ---- making ---- */

static tuple_object *tuple_allocate(ouro_runtime *rt, type_object *type, size_t size)
{
    if (size > (SIZE_MAX / 4) / sizeof(ouro_value)) {
        error_no_memory(rt);
        return NULL;
    }
    tuple_object *t = object_new(rt, &type->type, size * sizeof(ouro_value));
    if (t != NULL) {
        t->size = size;
    }
    return t;
}

/* Exact tuples, whose items are yet to be filled. */
static inline tuple_object *tuple_allocate_unfilled(ouro_runtime *rt, size_t size)
{
    if (OURO_UNLIKELY(size > (SIZE_MAX / 4) / sizeof(ouro_value))) {
        error_no_memory(rt);
        return NULL;
    }
    tuple_object *t = object_new_plain(rt, &TYPE(rt, tuple)->type, sizeof *t + size * sizeof(ouro_value));
    if (OURO_LIKELY(t != NULL)) {
        t->size = size;
    }
    return t;
}

tuple_object *tuple_new_blank(ouro_runtime *rt, size_t size)
{
    return tuple_allocate(rt, TYPE(rt, tuple), size);
}

/* Tracks a filled tuple if the collector has to see it. */
static ouro_value tuple_finish(ouro_runtime *rt, tuple_object *t)
{
    for (size_t i = 0; i < t->size; i++) {
        if (container_may_be_tracked(rt, t->items[i])) {
            gc_track(rt, t);
            break;
        }
    }
    return ouro_from_object(t);
}

ouro_value tuple_new(ouro_runtime *rt, const ouro_value *items, size_t size)
{
    if (size == 0) {
        return value_incref(rt->types->empty_tuple);
    }
    tuple_object *t = tuple_allocate_unfilled(rt, size);
    if (t == NULL) {
        return OURO_NULL;
    }
    for (size_t i = 0; i < size; i++) {
        t->items[i] = value_incref(items[i]);
    }
    return tuple_finish(rt, t);
}

ouro_value tuple_new_steal(ouro_runtime *rt, ouro_value *items, size_t size)
{
    if (size == 0) {
        return value_incref(rt->types->empty_tuple);
    }
    tuple_object *t = tuple_allocate_unfilled(rt, size);
    if (t == NULL) {
        values_decref(rt, items, size);
        return OURO_NULL;
    }
    values_copy(t->items, items, size);
    return tuple_finish(rt, t);
}

ouro_value tuple_new_made(ouro_runtime *rt, ouro_value *items, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (ouro_is_null(items[i])) {
            values_decref(rt, items, size);
            return OURO_NULL;
        }
    }
    return tuple_new_steal(rt, items, size);
}

ouro_value tuple_new_recycled(ouro_runtime *rt, ouro_value *slot, ouro_value *items, size_t size)
{
    if (ouro_is_null(*slot) || ouro_as_object(*slot)->refcount != 1 || as_tuple(*slot)->size != size) {
        ouro_value result = tuple_new_steal(rt, items, size);
        if (!ouro_is_null(result)) {
            value_replace(rt, slot, value_incref(result));
        }
        return result;
    }
    tuple_object *t = as_tuple(*slot);
    ouro_value result = value_incref(*slot);
    bool tracked = gc_is_tracked(t);
    for (size_t i = 0; i < size; i++) {
        ouro_value old = t->items[i];
        t->items[i] = items[i];
        items[i] = old;
        if (!tracked && container_may_be_tracked(rt, t->items[i])) {
            gc_track(rt, t);
            tracked = true;
        }
    }
    for (size_t i = 0; i < size; i++) {
        value_decref(rt, items[i]);
    }
    return result;
}

ouro_value tuple_pack1(ouro_runtime *rt, ouro_value a)
{
    return tuple_new(rt, &a, 1);
}

ouro_value tuple_pack2(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    ouro_value items[2] = {a, b};
    return tuple_new(rt, items, 2);
}

ouro_value tuple_pack3(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value c)
{
    ouro_value items[3] = {a, b, c};
    return tuple_new(rt, items, 3);
}

/* Resizes a tuple that nobody knows yet, of size 0; on failure it is as it was, without an exception. */
static bool tuple_set_room(ouro_runtime *rt, tuple_object **t, size_t room)
{
    tuple_object *resized = room > (SIZE_MAX / 4) / sizeof(ouro_value)
                                ? NULL
                                : ouro_mem_resize(rt->mem, *t, sizeof **t + room * sizeof(ouro_value));
    *t = resized != NULL ? resized : *t;
    return resized != NULL;
}

/* The items go into the tuple itself, which grows by an eighth and is cut at the end.  While it is filled its size is 0
 * and it is not tracked: the code that the iterator runs finds nothing in it. */
static ouro_value tuple_from_iterator(ouro_runtime *rt, ouro_value iterator, size_t hint)
{
    /* Too large a guess is no error: the iterator decides. */
    size_t room = hint < (SIZE_MAX / 4) / sizeof(ouro_value) ? hint : 8, size = 0;
    tuple_object *t = tuple_new_blank(rt, room);
    if (t == NULL) {
        return OURO_NULL;
    }
    t->size = 0;
    unary_slot next = value_type(rt, iterator)->slots.next;
    bool failed = false;
    for (;;) {
        ouro_value item = next != NULL ? next(rt, iterator) : iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            failed = error_is_set(rt) && !error_clear_if(rt, EXC(rt, StopIteration));
            break;
        }
        if (size == room) {
            size_t more = room + (room >> 3) + 8;
            if (!tuple_set_room(rt, &t, more)) {
                value_decref(rt, item);
                error_no_memory(rt);
                failed = true;
                break;
            }
            room = more;
        }
        t->items[size++] = item;
    }
    if (!failed && size > 0 && size < room) {
        (void)tuple_set_room(rt, &t, size); /* if it fails, the block is only too big */
    }
    t->size = size;
    if (failed || size == 0) {
        value_decref(rt, ouro_from_object(t));
        return failed ? OURO_NULL : value_incref(rt->types->empty_tuple);
    }
    return tuple_finish(rt, t);
}

ouro_value tuple_from_iterable(ouro_runtime *rt, ouro_value iterable)
{
    type_object *type = value_type(rt, iterable);
    if (type == TYPE(rt, tuple)) {
        return value_incref(iterable);
    }
    if (type == TYPE(rt, list)) {
        return list_as_tuple(rt, iterable);
    }
    ouro_value iterator = object_iter(rt, iterable);
    if (ouro_is_null(iterator)) {
        return OURO_NULL;
    }
    int64_t hint = object_length_hint(rt, iterable, 8);
    ouro_value result = hint < 0 ? OURO_NULL : tuple_from_iterator(rt, iterator, (size_t)hint);
    value_decref(rt, iterator);
    return result;
}

static ouro_value tuple_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                             ouro_value kwnames)
{
    ouro_value iterable;
    if (type != TYPE(rt, tuple) && type->slots.init != TYPE(rt, tuple)->slots.init) {
        kwnames = OURO_NULL; /* an __init__ of its own may take them */
    }
    if (!container_one_argument(rt, "tuple", args, nargs, kwnames, &iterable)) {
        return OURO_NULL;
    }
    ouro_value tuple = ouro_is_null(iterable) ? value_incref(rt->types->empty_tuple)
                                              : tuple_from_iterable(rt, iterable);
    if (ouro_is_null(tuple) || type == TYPE(rt, tuple)) {
        return tuple;
    }
    size_t size = as_tuple(tuple)->size;
    tuple_object *self = tuple_allocate(rt, type, size);
    if (self != NULL) {
        memcpy(self->items, as_tuple(tuple)->items, size * sizeof(ouro_value));
        values_incref(self->items, size);
        gc_track(rt, self);
    }
    value_decref(rt, tuple);
    return ouro_from_object(self);
}

/* ---- slots ---- */

static ouro_value tuple_item_for_repr(ouro_value self, size_t i)
{
    return i < as_tuple(self)->size ? value_incref(as_tuple(self)->items[i]) : OURO_NULL;
}

static ouro_value tuple_repr(ouro_runtime *rt, ouro_value self)
{
    if (as_tuple(self)->size == 0) {
        return str_from_cstring(rt, "()");
    }
    int entered = repr_enter(rt, self);
    if (entered != 0) {
        return entered < 0 ? OURO_NULL : str_from_cstring(rt, "(...)");
    }
    ouro_value text =
        container_repr_items(rt, self, "(", as_tuple(self)->size == 1 ? ",)" : ")", tuple_item_for_repr);
    repr_leave(rt, self);
    return text;
}

/* xxHash's round over the items' hashes (Y. Collet), with the constants that make hash((1, 2)) what it is in
 * CPython. */
static hash_t tuple_hash(ouro_runtime *rt, ouro_value self)
{
    const uint64_t prime1 = UINT64_C(11400714785074694791), prime2 = UINT64_C(14029467366897019727),
                   prime5 = UINT64_C(2870177450012600261);
    tuple_object *t = as_tuple(self);
    uint64_t accumulator = prime5;
    for (size_t i = 0; i < t->size; i++) {
        hash_t lane = table_hash(rt, t->items[i]);
        if (lane == -1) {
            return -1;
        }
        accumulator += (uint64_t)lane * prime2;
        accumulator = (accumulator << 31) | (accumulator >> 33);
        accumulator *= prime1;
    }
    accumulator += t->size ^ (prime5 ^ 3527539);
    return accumulator == UINT64_MAX ? 1546275796 : (hash_t)accumulator;
}

static ouro_value tuple_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if (!value_is_tuple(rt, b) || !value_is_tuple(rt, a)) {
        return OURO_NOT_IMPLEMENTED;
    }
    tuple_object *x = as_tuple(a), *y = as_tuple(b);
    size_t i = 0;
    for (; i < x->size && i < y->size; i++) {
        int equal = ouro_is(x->items[i], y->items[i]) ? 1 : object_equal(rt, x->items[i], y->items[i]);
        if (equal < 0) {
            return OURO_NULL;
        }
        if (!equal) {
            break;
        }
    }
    if (i == x->size || i == y->size) {
        return ouro_bool(compare_decides((int64_t)x->size, (int64_t)y->size, op));
    }
    if (op == COMPARE_EQ) {
        return OURO_FALSE;
    }
    if (op == COMPARE_NE) {
        return OURO_TRUE;
    }
    return object_compare(rt, x->items[i], y->items[i], op);
}

static int64_t tuple_length(ouro_runtime *rt, ouro_value self)
{
    return (int64_t)as_tuple(self)->size;
}

static ouro_value tuple_getitem(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    tuple_object *t = as_tuple(self);
    if (OURO_LIKELY(ouro_is_int(key)) || value_has_index(rt, key)) {
        int64_t i;
        if (!container_as_index(rt, key, &i, false)) {
            return OURO_NULL;
        }
        if (i < 0) {
            i += (int64_t)t->size;
        }
        if (i < 0 || (uint64_t)i >= t->size) {
            return error_index(rt, "tuple index out of range");
        }
        return value_incref(t->items[i]);
    }
    if (!value_is_slice(rt, key)) {
        return error_type(rt, "tuple indices must be integers or slices, not %T", key);
    }
    int64_t start, stop, step, count;
    if (!slice_resolve(rt, key, (int64_t)t->size, &start, &stop, &step, &count)) {
        return OURO_NULL;
    }
    if (count == (int64_t)t->size && step == 1 && value_type(rt, self) == TYPE(rt, tuple)) {
        return value_incref(self);
    }
    if (step == 1 || count <= 0) {
        return tuple_new(rt, t->items + start, (size_t)count);
    }
    tuple_object *result = tuple_new_blank(rt, (size_t)count);
    if (result == NULL) {
        return OURO_NULL;
    }
    for (int64_t i = 0; i < count; i++) {
        result->items[i] = value_incref(t->items[start + i * step]);
    }
    return tuple_finish(rt, result);
}

static int tuple_contains(ouro_runtime *rt, ouro_value self, ouro_value item)
{
    tuple_object *t = as_tuple(self);
    for (size_t i = 0; i < t->size; i++) {
        int equal = ouro_is(t->items[i], item) ? 1 : object_equal(rt, t->items[i], item);
        if (equal != 0) {
            return equal;
        }
    }
    return 0;
}

static ouro_value tuple_concat(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    if (!value_is_tuple(rt, b)) {
        return error_type(rt, "can only concatenate tuple (not \"%T\") to tuple", b);
    }
    tuple_object *x = as_tuple(a), *y = as_tuple(b);
    if (x->size == 0 && value_type(rt, b) == TYPE(rt, tuple)) {
        return value_incref(b);
    }
    if (y->size == 0 && value_type(rt, a) == TYPE(rt, tuple)) {
        return value_incref(a);
    }
    if (x->size + y->size == 0) {
        return value_incref(rt->types->empty_tuple);
    }
    tuple_object *result = tuple_new_blank(rt, x->size + y->size);
    if (result == NULL) {
        return OURO_NULL;
    }
    memcpy(result->items, x->items, x->size * sizeof(ouro_value));
    memcpy(result->items + x->size, y->items, y->size * sizeof(ouro_value));
    values_incref(result->items, result->size);
    return tuple_finish(rt, result);
}

static ouro_value tuple_repeat(ouro_runtime *rt, ouro_value self, ouro_value count)
{
    int64_t n;
    if (!container_as_count(rt, count, &n)) {
        return OURO_NULL;
    }
    tuple_object *t = as_tuple(self);
    if ((t->size == 0 || n == 1) && value_type(rt, self) == TYPE(rt, tuple)) {
        return value_incref(self);
    }
    if (t->size == 0 || n <= 0) {
        return value_incref(rt->types->empty_tuple);
    }
    if ((uint64_t)n > (SIZE_MAX / 4) / sizeof(ouro_value) / t->size) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    tuple_object *result = tuple_new_blank(rt, t->size * (size_t)n);
    if (result == NULL) {
        return OURO_NULL;
    }
    for (size_t i = 0; i < result->size; i += t->size) {
        memcpy(result->items + i, t->items, t->size * sizeof(ouro_value));
    }
    values_incref(result->items, result->size);
    return tuple_finish(rt, result);
}

/* ---- methods ---- */

static ouro_value tuple_method_index(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    tuple_object *t = as_tuple(args[0]);
    int64_t start, stop;
    if (!container_search_bounds(rt, args, nargs, 2, (int64_t)t->size, &start, &stop)) {
        return OURO_NULL;
    }
    for (int64_t i = start; i < stop && (uint64_t)i < t->size; i++) {
        int equal = object_equal(rt, t->items[i], args[1]);
        if (equal != 0) {
            return equal < 0 ? OURO_NULL : ouro_int(i);
        }
    }
    return error_value(rt, "tuple.index(x): x not in tuple");
}

static ouro_value tuple_method_count(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    tuple_object *t = as_tuple(args[0]);
    int64_t count = 0;
    for (size_t i = 0; i < t->size; i++) {
        int equal = object_equal(rt, t->items[i], args[1]);
        if (equal < 0) {
            return OURO_NULL;
        }
        count += equal;
    }
    return ouro_int(count);
}

static ouro_value tuple_method_getnewargs(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value copy = tuple_new(rt, as_tuple(args[0])->items, as_tuple(args[0])->size);
    if (ouro_is_null(copy)) {
        return OURO_NULL;
    }
    ouro_value result = tuple_pack1(rt, copy);
    value_decref(rt, copy);
    return result;
}

static const method_def tuple_methods[] = {
    {.name = "__getnewargs__", .signature = "self, /", .fn = tuple_method_getnewargs},
    {.name = "index",
     .signature = "self, value, start=0, stop=sys.maxsize, /",
     .fn = tuple_method_index,
     .doc = "The index of the first item that equals the value; ValueError if there is none."},
    {.name = "count",
     .signature = "self, value, /",
     .fn = tuple_method_count,
     .doc = "How many items equal the value."},
    CLASS_GETITEM_METHOD,
    {.name = NULL},
};

static void tuple_release(ouro_runtime *rt, ouro_object *self)
{
    tuple_object *t = (tuple_object *)(void *)self;
    for (size_t i = t->size; i-- > 0;) {
        if (ouro_is_object(t->items[i])) {
            value_clear(rt, &t->items[i]);
        }
    }
}

static const ouro_field tuple_fields[] = {
    {OURO_FIELD_INLINE, offsetof(tuple_object, items), offsetof(tuple_object, size), NULL},
};

const type_spec tuple_spec = {
    .name = "tuple",
    .signature = "(iterable=(), /)",
    .size = sizeof(tuple_object),
    .flags = OURO_TYPE_IMMUTABLE | TYPE_BASE | TYPE_SEQUENCE | TYPE_MATCH_SELF | TYPE_IS_TUPLE | TYPE_VAR_SIZED,
    .doc = "tuple(iterable=(), /): a tuple of the iterable's items; an exact tuple is returned as it is.",
    .fields = tuple_fields,
    .field_count = COUNT_OF(tuple_fields),
    .release = tuple_release,
    .methods = tuple_methods,
    .slots =
        {
            .make = tuple_make,
            .repr = tuple_repr,
            .hash = tuple_hash,
            .compare = tuple_compare,
            .iter = tuple_iter,
            .length = tuple_length,
            .getitem = tuple_getitem,
            .contains = tuple_contains,
            .concat = tuple_concat,
            .repeat = tuple_repeat,
        },
};

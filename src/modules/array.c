/* array.c: the array module: sequences of numbers of one C type.
 *
 * Invariants: size <= capacity; data is NULL exactly when capacity is 0; while a buffer view is out (exports > 0)
 * neither data nor size change.  Converting a value to an item may run program code: it is done before the array's
 * fields are read for the store.
 */
#include "modules/array_item.h"
#include "modules/modules.h"
#include "types/binder.h"
#include "types/buffer.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/text.h"
#include "vm/vm.h"

static bool value_is_array(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && value_is_instance(rt, v, MODULE_TYPE(rt, array));
}

/* Exact arrays are leaves; instances of a subclass may hold anything. */
static void array_track(ouro_runtime *rt, array_object *a)
{
    if (!(a->object.shape->type->flags & OURO_TYPE_LEAF)) {
        gc_track(rt, &a->object);
    }
}

/* ---- size --------------------------------------------------------------------------------------------- */

static bool array_check_exports(ouro_runtime *rt, const array_object *a)
{
    if (a->exports > 0) {
        error_raise(rt, EXC(rt, BufferError), "cannot resize an array that is exporting buffers");
        return false;
    }
    return true;
}

static bool array_resize(ouro_runtime *rt, array_object *a, size_t size)
{
    if (size == a->size) {
        return true;
    }
    if (!array_check_exports(rt, a)) {
        return false;
    }
    if (size <= a->capacity && size >= a->capacity / 2) {
        a->size = size;
        return true;
    }
    if (size == 0) {
        ouro_mem_free(rt->mem, a->data);
        a->data = NULL;
        a->size = a->capacity = 0;
        return true;
    }
    size_t capacity = size + (size >> 4) + (a->size < 8 ? 3 : 7);
    if (size == a->size + 1 || a->size > 0) {
        /* growing: the room above pays for appends to come */
    } else {
        capacity = size;
    }
    if (capacity > (size_t)INT64_MAX / a->item_size) {
        error_no_memory(rt);
        return false;
    }
    unsigned char *data = ouro_mem_resize(rt->mem, a->data, capacity * a->item_size);
    if (!data) {
        error_no_memory(rt);
        return false;
    }
    a->data = data;
    a->capacity = capacity;
    a->size = size;
    return true;
}

/* Opens a gap of `count` items at `at`; the items in it are undefined. */
static bool array_open(ouro_runtime *rt, array_object *a, size_t at, size_t count)
{
    size_t old = a->size;
    if (!array_resize(rt, a, old + count)) {
        return false;
    }
    if (old > at) {
        memmove(a->data + (at + count) * a->item_size, a->data + at * a->item_size, (old - at) * a->item_size);
    }
    return true;
}

static bool array_close_gap(ouro_runtime *rt, array_object *a, size_t at, size_t count)
{
    if (count == 0) {
        return true;
    }
    if (!array_check_exports(rt, a)) {
        return false;
    }
    memmove(a->data + at * a->item_size, a->data + (at + count) * a->item_size,
            (a->size - at - count) * a->item_size);
    size_t size = a->size - count;
    if (!array_resize(rt, a, size)) { /* shrinking failed: keep the room */
        error_clear(rt);
        a->size = size;
    }
    return true;
}

static array_object *array_new(ouro_runtime *rt, type_object *type, char code, size_t size)
{
    array_object *a = object_new(rt, &type->type, 0);
    if (!a) {
        return NULL;
    }
    a->data = NULL;
    a->size = a->capacity = a->exports = 0;
    a->code = code;
    a->item_size = (uint8_t)array_item_size(code);
    if (!array_resize(rt, a, size)) {
        object_decref(rt, &a->object);
        return NULL;
    }
    return a;
}

/* A new exact array with the items from `start` on, every `step`-th. */
static ouro_value array_copy(ouro_runtime *rt, const array_object *a, int64_t start, int64_t step, size_t count)
{
    array_object *copy = array_new(rt, MODULE_TYPE(rt, array), a->code, count);
    if (!copy) {
        return OURO_NULL;
    }
    if (step == 1 && count > 0) {
        memcpy(copy->data, a->data + (size_t)start * a->item_size, count * a->item_size);
    } else {
        for (size_t i = 0; i < count; i++, start += step) {
            memcpy(copy->data + i * a->item_size, a->data + (size_t)start * a->item_size, a->item_size);
        }
    }
    array_track(rt, copy);
    return ouro_from_object(copy);
}

static bool array_insert_value(ouro_runtime *rt, array_object *a, int64_t at, ouro_value v)
{
    unsigned char item[8];
    if (!array_item_convert(rt, a->code, v, item)) {
        return false;
    }
    int64_t size = (int64_t)a->size;
    if (at < 0) {
        at = at + size < 0 ? 0 : at + size;
    } else if (at > size) {
        at = size;
    }
    if (!array_open(rt, a, (size_t)at, 1)) {
        return false;
    }
    memcpy(a->data + (size_t)at * a->item_size, item, a->item_size);
    return true;
}

static bool array_append_value(ouro_runtime *rt, array_object *a, ouro_value v)
{
    return array_insert_value(rt, a, INT64_MAX, v);
}

static bool array_extend_iterable(ouro_runtime *rt, array_object *a, ouro_value iterable)
{
    ouro_value iterator = object_iter(rt, iterable);
    if (ouro_is_null(iterator)) {
        return false;
    }
    bool done;
    for (;;) {
        ouro_value item = iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            done = !error_is_set(rt);
            break;
        }
        done = array_append_value(rt, a, item);
        value_decref(rt, item);
        if (!done) {
            break;
        }
    }
    value_decref(rt, iterator);
    return done;
}

static bool array_extend_array(ouro_runtime *rt, array_object *a, const array_object *other)
{
    size_t count = other->size, old = a->size;
    if (!array_resize(rt, a, old + count)) {
        return false;
    }
    if (count > 0) { /* also right for a += a: the old items are still in front */
        memcpy(a->data + old * a->item_size, other->data, count * a->item_size);
    }
    return true;
}

static bool array_extend_bytes(ouro_runtime *rt, array_object *a, const void *data, size_t length)
{
    if (length % a->item_size != 0) {
        error_value(rt, "bytes length not a multiple of item size");
        return false;
    }
    size_t old = a->size;
    if (!array_resize(rt, a, old + length / a->item_size)) {
        return false;
    }
    if (length > 0) {
        memcpy(a->data + old * a->item_size, data, length);
    }
    return true;
}

static bool array_extend_str(ouro_runtime *rt, array_object *a, ouro_value text)
{
    size_t length = str_length(as_str(text)), old = a->size;
    if (!array_resize(rt, a, old + length)) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        uint32_t c = str_char_at(as_str(text), i);
        memcpy(a->data + (old + i) * sizeof c, &c, sizeof c);
    }
    return true;
}

/* ---- construction ------------------------------------------------------------------------------------- */

static ouro_value array_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                             ouro_value kwnames)
{
    if (type == MODULE_TYPE(rt, array) && !ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        return error_type(rt, "array.array() takes no keyword arguments");
    }
    if (nargs < 1) {
        return error_type(rt, "array() takes at least 1 argument (%zu given)", nargs);
    }
    if (nargs > 2) {
        return error_type(rt, "array() takes at most 2 arguments (%zu given)", nargs);
    }
    if (!value_is_str(rt, args[0]) || str_length(as_str(args[0])) != 1) {
        return error_type(rt, "array() argument 1 must be a unicode character, not %T", args[0]);
    }
    uint32_t c = str_char_at(as_str(args[0]), 0);
    ouro_value initial = arg_or_null(args, nargs, 1);
    if (!ouro_is_null(initial) && c != 'u') {
        if (value_is_str(rt, initial)) {
            return error_type(rt, "cannot use a str to initialize an array with typecode '%c'", (int)c);
        }
        if (value_is_array(rt, initial) && as_array(initial)->code == 'u') {
            return error_type(rt, "cannot use a unicode array to initialize an array with typecode '%c'", (int)c);
        }
    }
    if (c >= 128 || array_item_size((char)c) == 0) {
        return error_value(rt, "bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)");
    }
    array_object *a = array_new(rt, type, (char)c, 0);
    if (!a) {
        return OURO_NULL;
    }
    array_track(rt, a);
    bool done = true;
    if (!ouro_is_null(initial)) {
        if (value_is_array(rt, initial) && as_array(initial)->code == a->code) {
            done = array_extend_array(rt, a, as_array(initial));
        } else if (value_is_bytes(rt, initial)) {
            done = array_extend_bytes(rt, a, as_bytes(initial)->data, as_bytes(initial)->length);
        } else if (value_is_bytearray(rt, initial)) {
            bytearray_object *b = as_bytearray(initial);
            done = array_extend_bytes(rt, a, b->length > 0 ? b->data + b->start : NULL, b->length);
        } else if (value_is_str(rt, initial)) {
            done = array_extend_str(rt, a, initial);
        } else {
            done = array_extend_iterable(rt, a, initial);
        }
    }
    if (!done) {
        object_decref(rt, &a->object);
        return OURO_NULL;
    }
    return ouro_from_object(a);
}

static void array_dispose(ouro_runtime *rt, ouro_object *self)
{
    ouro_mem_free(rt->mem, ((array_object *)(void *)self)->data);
}

static size_t array_extra_size(ouro_runtime *rt, ouro_object *self)
{
    const array_object *a = (const array_object *)(const void *)self;
    return a->data ? ouro_mem_size(rt->mem, a->data) : 0;
}

/* ---- sequence slots ----------------------------------------------------------------------------------- */

static int64_t array_length(ouro_runtime *rt, ouro_value self)
{
    return (int64_t)as_array(self)->size;
}

static ouro_value array_getitem(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    const array_object *a = as_array(self);
    int64_t i, stop, step, count;
    if (ouro_is_object(key) && value_is_instance_exactly(rt, key, TYPE(rt, slice))) {
        if (!slice_resolve(rt, key, (int64_t)a->size, &i, &stop, &step, &count)) {
            return OURO_NULL;
        }
        return array_copy(rt, a, i, step, (size_t)count);
    }
    if (!value_is_int(rt, key) && !value_type(rt, key)->slots.to_index) {
        return error_type(rt, "array indices must be integers");
    }
    if (!object_as_index(rt, key, &i, false)) {
        return OURO_NULL;
    }
    if (i < 0) {
        i += (int64_t)a->size;
    }
    if (i < 0 || (uint64_t)i >= a->size) {
        return error_index(rt, "array index out of range");
    }
    return array_item_get(rt, a, (size_t)i);
}

/* a[slice] = other (NULL: del a[slice]). */
static bool array_set_slice(ouro_runtime *rt, array_object *a, ouro_value key, const array_object *other)
{
    int64_t start, stop, step, count;
    ouro_value copy = OURO_NULL;
    bool done = false;
    if (!slice_resolve(rt, key, (int64_t)a->size, &start, &stop, &step, &count)) {
        return false;
    }
    if (other == a) { /* a[...] = a */
        copy = array_copy(rt, a, 0, 1, a->size);
        if (ouro_is_null(copy)) {
            return false;
        }
        other = as_array(copy);
    }
    size_t needed = other ? other->size : 0;
    if (step == 1) {
        if ((size_t)count > needed) {
            done = array_close_gap(rt, a, (size_t)start + needed, (size_t)count - needed);
        } else {
            done = (size_t)count == needed || array_open(rt, a, (size_t)(start + count), needed - (size_t)count);
        }
        if (done && needed > 0) {
            memcpy(a->data + (size_t)start * a->item_size, other->data, needed * a->item_size);
        }
    } else if (!other) {
        if (step < 0) {
            start += step * (count - 1);
            step = -step;
        }
        done = count == 0 || array_check_exports(rt, a);
        if (done && count > 0) { /* move the runs between the dropped items down */
            size_t to = (size_t)start;
            for (int64_t k = 0; k < count; k++) {
                size_t from = (size_t)(start + k * step) + 1;
                size_t end = k + 1 < count ? (size_t)(start + (k + 1) * step) : a->size;
                memmove(a->data + to * a->item_size, a->data + from * a->item_size, (end - from) * a->item_size);
                to += end - from;
            }
            done = array_close_gap(rt, a, to, a->size - to);
        }
    } else if (needed != (size_t)count) {
        error_value(rt, "attempt to assign array of size %zu to extended slice of size %lld", needed,
                    (long long)count);
    } else {
        for (size_t i = 0; i < needed; i++, start += step) {
            memcpy(a->data + (size_t)start * a->item_size, other->data + i * a->item_size, a->item_size);
        }
        done = true;
    }
    value_decref(rt, copy);
    return done;
}

static bool array_setitem(ouro_runtime *rt, ouro_value self, ouro_value key, ouro_value value)
{
    array_object *a = as_array(self);
    int64_t i;
    if (ouro_is_object(key) && value_is_instance_exactly(rt, key, TYPE(rt, slice))) {
        if (ouro_is_null(value)) {
            return array_set_slice(rt, a, key, NULL);
        }
        if (!value_is_array(rt, value)) {
            error_type(rt, "can only assign array (not \"%T\") to array slice", value);
            return false;
        }
        if (as_array(value)->code != a->code) {
            error_type(rt, "bad argument type for built-in operation");
            return false;
        }
        return array_set_slice(rt, a, key, as_array(value));
    }
    if (!value_is_int(rt, key) && !value_type(rt, key)->slots.to_index) {
        error_type(rt, "array indices must be integers");
        return false;
    }
    if (!object_as_index(rt, key, &i, false)) {
        return false;
    }
    unsigned char item[8];
    if (i < 0) {
        i += (int64_t)a->size;
    }
    if (i < 0 || (uint64_t)i >= a->size) {
        error_index(rt, "array assignment index out of range");
        return false;
    }
    if (ouro_is_null(value)) {
        return array_close_gap(rt, a, (size_t)i, 1);
    }
    if (!array_item_convert(rt, a->code, value, item)) {
        return false;
    }
    if ((uint64_t)i >= a->size) { /* the conversion shrank the array */
        error_index(rt, "array assignment index out of range");
        return false;
    }
    memcpy(a->data + (size_t)i * a->item_size, item, a->item_size);
    return true;
}

/* Position of the first item equal to v in [start, stop), -1: none, -2: failed. */
static int64_t array_find(ouro_runtime *rt, ouro_value self, ouro_value v, int64_t start, int64_t stop)
{
    const array_object *a = as_array(self);
    for (int64_t i = start; i < stop && (uint64_t)i < a->size; i++) {
        ouro_value item = array_item_get(rt, a, (size_t)i);
        if (ouro_is_null(item)) {
            return -2;
        }
        int equal = object_compare_truth(rt, item, v, COMPARE_EQ);
        value_decref(rt, item);
        if (equal != 0) {
            return equal > 0 ? i : -2;
        }
    }
    return -1;
}

static int array_contains(ouro_runtime *rt, ouro_value self, ouro_value item)
{
    int64_t found = array_find(rt, self, item, 0, INT64_MAX);
    return found == -2 ? -1 : found >= 0;
}

static ouro_value array_concat(ouro_runtime *rt, ouro_value self, ouro_value other)
{
    if (!value_is_array(rt, other)) {
        return error_type(rt, "can only append array (not \"%T\") to array", other);
    }
    const array_object *a = as_array(self), *b = as_array(other);
    if (a->code != b->code) {
        return error_type(rt, "bad argument type for built-in operation");
    }
    array_object *sum = array_new(rt, MODULE_TYPE(rt, array), a->code, a->size + b->size);
    if (!sum) {
        return OURO_NULL;
    }
    if (a->size > 0) {
        memcpy(sum->data, a->data, a->size * a->item_size);
    }
    if (b->size > 0) {
        memcpy(sum->data + a->size * a->item_size, b->data, b->size * a->item_size);
    }
    array_track(rt, sum);
    return ouro_from_object(sum);
}

static ouro_value array_inplace_concat(ouro_runtime *rt, ouro_value self, ouro_value other)
{
    if (!value_is_array(rt, other)) {
        return error_type(rt, "can only extend array with array (not \"%T\")", other);
    }
    if (as_array(other)->code != as_array(self)->code) {
        return error_type(rt, "can only extend with array of same kind");
    }
    return array_extend_array(rt, as_array(self), as_array(other)) ? value_incref(self) : OURO_NULL;
}

/* Fills `data` with copies of its first `length` bytes, `times` altogether, doubling what is there. */
static void array_fill(unsigned char *data, size_t length, size_t times)
{
    size_t have = length, total = length * times;
    while (have < total) {
        size_t more = have < total - have ? have : total - have;
        memcpy(data + have, data, more);
        have += more;
    }
}

static bool array_count_argument(ouro_runtime *rt, ouro_value count, const array_object *a, size_t *times)
{
    int64_t n;
    if (!value_is_int(rt, count) && !value_type(rt, count)->slots.to_index) {
        error_type(rt, "can't multiply sequence by non-int of type '%T'", count);
        return false;
    }
    if (!object_as_index(rt, count, &n, false)) {
        return false;
    }
    *times = n < 0 ? 0 : (size_t)n;
    size_t total;
    if (__builtin_mul_overflow(a->size, *times, &total) || total > (size_t)INT64_MAX / 8) {
        error_no_memory(rt);
        return false;
    }
    return true;
}

static ouro_value array_repeat(ouro_runtime *rt, ouro_value self, ouro_value count)
{
    const array_object *a = as_array(self);
    size_t times;
    if (!array_count_argument(rt, count, a, &times)) {
        return OURO_NULL;
    }
    array_object *product = array_new(rt, MODULE_TYPE(rt, array), a->code, a->size * times);
    if (!product) {
        return OURO_NULL;
    }
    if (product->size > 0) {
        memcpy(product->data, a->data, a->size * a->item_size);
        array_fill(product->data, a->size * a->item_size, times);
    }
    array_track(rt, product);
    return ouro_from_object(product);
}

static ouro_value array_inplace_repeat(ouro_runtime *rt, ouro_value self, ouro_value count)
{
    array_object *a = as_array(self);
    size_t times, old = a->size;
    if (!array_count_argument(rt, count, a, &times) || !array_resize(rt, a, old * times)) {
        return OURO_NULL;
    }
    if (a->size > 0) {
        array_fill(a->data, old * a->item_size, times);
    }
    return value_incref(self);
}

static ouro_value array_compare(ouro_runtime *rt, ouro_value self, ouro_value other, compare_op op)
{
    if (!value_is_array(rt, self) || !value_is_array(rt, other)) {
        return OURO_NOT_IMPLEMENTED;
    }
    const array_object *a = as_array(self), *b = as_array(other);
    if (a->size != b->size && (op == COMPARE_EQ || op == COMPARE_NE)) {
        return ouro_bool(op == COMPARE_NE);
    }
    for (size_t i = 0; i < a->size && i < b->size; i++) {
        ouro_value x = array_item_get(rt, a, i);
        ouro_value y = ouro_is_null(x) ? OURO_NULL : array_item_get(rt, b, i);
        if (ouro_is_null(y)) {
            value_decref(rt, x);
            return OURO_NULL;
        }
        ouro_value equal = object_compare(rt, x, y, COMPARE_EQ); /* items are numbers: no program code runs */
        ouro_value result = OURO_NONE;
        if (ouro_is_null(equal)) {
            result = OURO_NULL;
        } else if (equal.bits != OURO_TRUE.bits) {
            result = op == COMPARE_EQ   ? OURO_FALSE
                     : op == COMPARE_NE ? OURO_TRUE
                                        : object_compare(rt, x, y, op);
        }
        value_decref(rt, x);
        value_decref(rt, y);
        if (!ouro_is_none(result)) {
            return result;
        }
    }
    size_t x = a->size, y = b->size;
    switch (op) {
    case COMPARE_LT:
        return ouro_bool(x < y);
    case COMPARE_LE:
        return ouro_bool(x <= y);
    case COMPARE_EQ:
        return ouro_bool(x == y);
    case COMPARE_NE:
        return ouro_bool(x != y);
    case COMPARE_GT:
        return ouro_bool(x > y);
    default:
        return ouro_bool(x >= y);
    }
}

static ouro_value array_to_list(ouro_runtime *rt, const array_object *a)
{
    ouro_value list = list_new(rt, NULL, a->size);
    for (size_t i = 0; i < a->size && !ouro_is_null(list); i++) {
        ouro_value item = array_item_get(rt, a, i);
        if (ouro_is_null(item) || !list_append_steal(rt, list, item)) {
            value_clear(rt, &list);
        }
    }
    return list;
}

static ouro_value array_to_str(ouro_runtime *rt, const array_object *a)
{
    for (size_t i = 0; i < a->size; i++) {
        uint32_t c;
        memcpy(&c, a->data + i * sizeof c, sizeof c);
        if (c > 0x10ffff) {
            return error_value(rt, "character U+%x is not in range [U+0000; U+10ffff]", (unsigned)c);
        }
    }
    return str_from_ucs4(rt, (const uint32_t *)(const void *)a->data, a->size);
}

static ouro_value array_repr(ouro_runtime *rt, ouro_value self)
{
    const array_object *a = as_array(self);
    if (a->size == 0) {
        return str_format_c(rt, "%U('%c')", value_type(rt, self)->name, a->code);
    }
    ouro_value items = a->code == 'u' ? array_to_str(rt, a) : array_to_list(rt, a);
    if (ouro_is_null(items)) {
        return OURO_NULL;
    }
    ouro_value result = str_format_c(rt, "%U('%c', %R)", value_type(rt, self)->name, a->code, items);
    value_decref(rt, items);
    return result;
}

static bool array_get_buffer(ouro_runtime *rt, ouro_value self, buffer_view *view, bool writable)
{
    static const char formats[][2] = {"b", "B", "w", "h", "H", "i", "I", "l", "L", "q", "Q", "f", "d"};
    array_object *a = as_array(self);
    view->data = a->data;
    view->length = a->size * a->item_size;
    view->item_size = a->item_size;
    view->format = formats[strchr(ARRAY_TYPECODES, a->code) - ARRAY_TYPECODES];
    view->readonly = false;
    view->dimensions = 1;
    a->exports++;
    return true;
}

static void array_release_buffer(ouro_runtime *rt, ouro_value self, buffer_view *view)
{
    as_array(self)->exports--;
}

/* ---- methods ------------------------------------------------------------------------------------------ */

static ouro_value array_method_append(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return array_append_value(rt, as_array(args[0]), args[1]) ? OURO_NONE : OURO_NULL;
}

static ouro_value array_method_buffer_info(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const array_object *a = as_array(args[0]);
    ouro_value pair[2] = {int_from_uint64(rt, (uint64_t)(uintptr_t)a->data), int_from_uint64(rt, a->size)};
    if (ouro_is_null(pair[0]) || ouro_is_null(pair[1])) {
        value_decref(rt, pair[0]);
        return OURO_NULL;
    }
    return tuple_new_steal(rt, pair, 2);
}

static ouro_value array_method_byteswap(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    array_object *a = as_array(args[0]);
    unsigned size = a->item_size;
    for (size_t i = 0; size > 1 && i < a->size; i++) {
        unsigned char *at = a->data + i * size;
        for (unsigned k = 0; k < size / 2; k++) {
            unsigned char swap = at[k];
            at[k] = at[size - 1 - k];
            at[size - 1 - k] = swap;
        }
    }
    return OURO_NONE;
}

static ouro_value array_method_copy(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const array_object *a = as_array(args[0]);
    return array_copy(rt, a, 0, 1, a->size);
}

static ouro_value array_method_count(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t count = 0;
    for (int64_t at = 0;; at++) {
        at = array_find(rt, args[0], args[1], at, INT64_MAX);
        if (at < 0) {
            return at == -1 ? ouro_int(count) : OURO_NULL;
        }
        count++;
    }
}

static ouro_value array_method_extend(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    array_object *a = as_array(args[0]);
    if (!value_is_array(rt, args[1])) {
        return array_extend_iterable(rt, a, args[1]) ? OURO_NONE : OURO_NULL;
    }
    if (as_array(args[1])->code != a->code) {
        return error_type(rt, "can only extend with array of same kind");
    }
    return array_extend_array(rt, a, as_array(args[1])) ? OURO_NONE : OURO_NULL;
}

static ouro_value array_method_frombytes(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    buffer_view view;
    if (!buffer_get(rt, args[1], &view, false)) {
        return OURO_NULL;
    }
    bool done = array_extend_bytes(rt, as_array(args[0]), view.data, view.length);
    buffer_release(rt, &view);
    return done ? OURO_NONE : OURO_NULL;
}

static ouro_value array_method_fromfile(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    array_object *a = as_array(args[0]);
    int64_t count, length;
    if (!object_as_index(rt, args[2], &count, false)) {
        return OURO_NULL;
    }
    if (count < 0) {
        return error_value(rt, "negative count");
    }
    if (__builtin_mul_overflow(count, (int64_t)a->item_size, &length)) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    ouro_value length_value = int_from_int64(rt, length);
    if (ouro_is_null(length_value)) {
        return OURO_NULL;
    }
    ouro_value data = object_call_method1(rt, args[1], STR(rt, read), length_value);
    value_decref(rt, length_value);
    if (ouro_is_null(data)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (!value_is_bytes(rt, data)) {
        error_type(rt, "read() didn't return bytes");
    } else if (array_extend_bytes(rt, a, as_bytes(data)->data, as_bytes(data)->length)) {
        if (as_bytes(data)->length != (size_t)length) {
            error_raise(rt, EXC(rt, EOFError), "read() didn't return enough bytes");
        } else {
            result = OURO_NONE;
        }
    }
    value_decref(rt, data);
    return result;
}

static ouro_value array_method_fromlist(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    array_object *a = as_array(args[0]);
    if (!value_is_list(rt, args[1])) {
        return error_type(rt, "arg must be list");
    }
    list_object *list = as_list(args[1]);
    size_t count = list->size, old = a->size;
    for (size_t i = 0; i < count; i++) {
        if (list->size != count) {
            error_runtime(rt, "list changed size during iteration");
        } else {
            ouro_value item = value_incref(list->items[i]);
            bool done = array_append_value(rt, a, item);
            value_decref(rt, item);
            if (done) {
                continue;
            }
        }
        ouro_value error = error_take(rt); /* all or nothing */
        if (a->size > old && !array_resize(rt, a, old)) {
            error_clear(rt);
        }
        error_restore(rt, error);
        return OURO_NULL;
    }
    return OURO_NONE;
}

static ouro_value array_method_fromunicode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    array_object *a = as_array(args[0]);
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "fromunicode() argument must be str, not %T", args[1]);
    }
    if (a->code != 'u') {
        return error_value(rt, "fromunicode() may only be called on unicode type arrays");
    }
    return array_extend_str(rt, a, args[1]) ? OURO_NONE : OURO_NULL;
}

static bool array_index_bound(ouro_runtime *rt, ouro_value v, int64_t size, int64_t *result)
{
    if (ouro_is_null(v)) {
        return true;
    }
    if (!object_as_index(rt, v, result, true)) {
        return false;
    }
    if (*result < 0) {
        *result += size;
        if (*result < 0) {
            *result = 0;
        }
    }
    return true;
}

static ouro_value array_method_index(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t size = (int64_t)as_array(args[0])->size, start = 0, stop = INT64_MAX;
    if (!array_index_bound(rt, arg_or_null(args, nargs, 2), size, &start) ||
        !array_index_bound(rt, arg_or_null(args, nargs, 3), size, &stop)) {
        return OURO_NULL;
    }
    int64_t found = array_find(rt, args[0], args[1], start, stop);
    if (found == -1) {
        return error_value(rt, "array.index(x): x not in array");
    }
    return found < 0 ? OURO_NULL : ouro_int(found);
}

static ouro_value array_method_insert(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t at;
    if (!object_as_index(rt, args[1], &at, false)) {
        return OURO_NULL;
    }
    return array_insert_value(rt, as_array(args[0]), at, args[2]) ? OURO_NONE : OURO_NULL;
}

static ouro_value array_method_pop(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    array_object *a = as_array(args[0]);
    int64_t at = -1;
    if (nargs > 1 && !ouro_is_null(args[1]) && !object_as_index(rt, args[1], &at, false)) {
        return OURO_NULL;
    }
    if (a->size == 0) {
        return error_index(rt, "pop from empty array");
    }
    if (at < 0) {
        at += (int64_t)a->size;
    }
    if (at < 0 || (uint64_t)at >= a->size) {
        return error_index(rt, "pop index out of range");
    }
    ouro_value item = array_item_get(rt, a, (size_t)at);
    if (!ouro_is_null(item) && !array_close_gap(rt, a, (size_t)at, 1)) {
        value_clear(rt, &item);
    }
    return item;
}

static ouro_value array_method_reduce_ex(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    array_object *a = as_array(args[0]);
    int64_t protocol;
    if (!value_is_int(rt, args[1])) {
        return error_type(rt, "__reduce_ex__ argument should be an integer");
    }
    if (!int_as_int64(rt, args[1], &protocol)) {
        return OURO_NULL;
    }
    ouro_value dict = OURO_NULL, result = OURO_NULL, code = OURO_NULL, payload = OURO_NULL, arguments = OURO_NULL,
               callable = OURO_NULL;
    ouro_value type = type_value(value_type(rt, args[0]));
    int found = object_getattr_optional(rt, args[0], STR(rt, __dict__), &dict);
    if (found < 0) {
        return OURO_NULL;
    }
    if (found == 0) {
        dict = OURO_NONE;
    }
    code = str_from_char(rt, (uint32_t)a->code);
    if (ouro_is_null(code)) {
        goto end;
    }
    if (protocol < 3) {
        payload = a->code == 'u' ? array_to_str(rt, a) : array_to_list(rt, a);
        callable = value_incref(type);
        arguments = ouro_is_null(payload) ? OURO_NULL : tuple_pack2(rt, code, payload);
    } else {
        payload = bytes_new(rt, a->data, a->size * a->item_size);
        ouro_value name = str_from_cstring(rt, "array");
        ouro_value module = ouro_is_null(name) ? OURO_NULL : rt->types->import_name(rt, name);
        value_decref(rt, name);
        if (!ouro_is_null(module)) {
            callable = object_getattr_utf8(rt, module, "_array_reconstructor");
            value_decref(rt, module);
        }
        ouro_value items[4] = {type, code, ouro_int(array_typecode_format(a->code)), payload};
        arguments = ouro_is_null(payload) || ouro_is_null(callable) ? OURO_NULL : tuple_new(rt, items, 4);
    }
    if (!ouro_is_null(arguments)) {
        result = tuple_pack3(rt, callable, arguments, dict);
    }
end:
    value_decref(rt, dict);
    value_decref(rt, code);
    value_decref(rt, payload);
    value_decref(rt, arguments);
    value_decref(rt, callable);
    return result;
}

static ouro_value array_method_remove(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t at = array_find(rt, args[0], args[1], 0, INT64_MAX);
    if (at == -1) {
        return error_value(rt, "array.remove(x): x not in array");
    }
    array_object *a = as_array(args[0]);
    if (at < 0 || (uint64_t)at >= a->size) {
        return OURO_NULL;
    }
    return array_close_gap(rt, a, (size_t)at, 1) ? OURO_NONE : OURO_NULL;
}

static ouro_value array_method_reverse(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    array_object *a = as_array(args[0]);
    unsigned size = a->item_size;
    for (size_t i = 0, j = a->size; i + 1 < j; i++) {
        unsigned char swap[8];
        j--;
        memcpy(swap, a->data + i * size, size);
        memcpy(a->data + i * size, a->data + j * size, size);
        memcpy(a->data + j * size, swap, size);
    }
    return OURO_NONE;
}

static ouro_value array_method_tobytes(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const array_object *a = as_array(args[0]);
    return bytes_new(rt, a->size > 0 ? a->data : (const unsigned char *)"", a->size * a->item_size);
}

static ouro_value array_method_tofile(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    enum { ARRAY_WRITE_BLOCK = 64 * 1024 };
    array_object *a = as_array(args[0]);
    for (size_t at = 0; at < a->size * a->item_size; at += ARRAY_WRITE_BLOCK) {
        size_t length = a->size * a->item_size - at;
        ouro_value block = bytes_new(rt, a->data + at, length < ARRAY_WRITE_BLOCK ? length : ARRAY_WRITE_BLOCK);
        if (ouro_is_null(block)) {
            return OURO_NULL;
        }
        ouro_value written = object_call_method1(rt, args[1], STR(rt, write), block);
        value_decref(rt, block);
        if (ouro_is_null(written)) {
            return OURO_NULL;
        }
        value_decref(rt, written);
    }
    return OURO_NONE;
}

static ouro_value array_method_tolist(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return array_to_list(rt, as_array(args[0]));
}

static ouro_value array_method_tounicode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const array_object *a = as_array(args[0]);
    if (a->code != 'u') {
        return error_value(rt, "tounicode() may only be called on unicode type arrays");
    }
    return array_to_str(rt, a);
}

static const method_def array_methods[] = {
    {"append", "self, v, /", array_method_append, .doc = "Append new value v to the end of the array."},
    {"buffer_info", "self, /", array_method_buffer_info,
     .doc = "Return a tuple (address, length) of the array's memory and its length in items."},
    {"byteswap", "self, /", array_method_byteswap, .doc = "Byteswap all items of the array."},
    {"__copy__", "self, /", array_method_copy, .doc = "Return a copy of the array."},
    {"__deepcopy__", "self, unused, /", array_method_copy, .doc = "Return a copy of the array."},
    {"count", "self, v, /", array_method_count, .doc = "Return number of occurrences of v in the array."},
    {"extend", "self, bb, /", array_method_extend, .doc = "Append items to the end of the array."},
    {"frombytes", "self, buffer, /", array_method_frombytes,
     .doc = "Appends items from the bytes, as if they had been read by fromfile."},
    {"fromfile", "self, f, n, /", array_method_fromfile, .doc = "Read n items from the file object f."},
    {"fromlist", "self, list, /", array_method_fromlist, .doc = "Append items to array from list."},
    {"fromunicode", "self, ustr, /", array_method_fromunicode, .doc = "Extends this array with the characters."},
    {"index", "self, v, start=0, stop=9223372036854775807, /", array_method_index,
     .doc = "Return index of first occurrence of v in the array."},
    {"insert", "self, i, v, /", array_method_insert, .doc = "Insert a new item v into the array before position i."},
    {"pop", "self, i=-1, /", array_method_pop, .doc = "Return the i-th element and delete it from the array."},
    {"__reduce_ex__", "self, value, /", array_method_reduce_ex, .doc = "Return state information for pickling."},
    {"remove", "self, v, /", array_method_remove, .doc = "Remove the first occurrence of v in the array."},
    {"reverse", "self, /", array_method_reverse, .doc = "Reverse the order of the items in the array."},
    {"tobytes", "self, /", array_method_tobytes, .doc = "Return the items as machine values in a bytes object."},
    {"tofile", "self, f, /", array_method_tofile, .doc = "Write all items (as machine values) to the file object f."},
    {"tolist", "self, /", array_method_tolist, .doc = "Convert array to an ordinary list with the same items."},
    {"tounicode", "self, /", array_method_tounicode, .doc = "Convert an array of characters into a string."},
    {0},
};

static ouro_value array_get_typecode(ouro_runtime *rt, ouro_value self, void *closure)
{
    return str_from_char(rt, (uint32_t)as_array(self)->code);
}

static ouro_value array_get_itemsize(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int(as_array(self)->item_size);
}

static const getset_def array_getsets[] = {
    {"typecode", array_get_typecode, NULL, "the typecode character used to create the array"},
    {"itemsize", array_get_itemsize, NULL, "the size, in bytes, of one array item"},
    {0},
};

/* ---- iterator ----------------------------------------------------------------------------------------- */

typedef struct array_iterator {
    ouro_object object;
    ouro_value array; /* OURO_NULL when exhausted */
    size_t at;
} array_iterator;

static ouro_value array_iter(ouro_runtime *rt, ouro_value self)
{
    array_iterator *it = object_new(rt, &MODULE_TYPE(rt, array_iterator)->type, 0);
    if (!it) {
        return OURO_NULL;
    }
    it->array = value_incref(self);
    it->at = 0;
    gc_track(rt, &it->object);
    return ouro_from_object(it);
}

static ouro_value array_iterator_self(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

static ouro_value array_iterator_next(ouro_runtime *rt, ouro_value self)
{
    array_iterator *it = (array_iterator *)(void *)ouro_as_object(self);
    if (ouro_is_null(it->array)) {
        return OURO_NULL;
    }
    if (it->at < as_array(it->array)->size) {
        return array_item_get(rt, as_array(it->array), it->at++);
    }
    value_clear(rt, &it->array);
    return OURO_NULL;
}

static ouro_value array_iterator_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const array_iterator *it = (array_iterator *)(void *)ouro_as_object(args[0]);
    ouro_value iter = text_builtin(rt, "iter");
    if (ouro_is_null(iter)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    bool done = ouro_is_null(it->array);
    ouro_value source = done ? tuple_new(rt, NULL, 0) : value_incref(it->array);
    ouro_value inner = ouro_is_null(source) ? OURO_NULL : tuple_pack1(rt, source);
    if (!ouro_is_null(inner)) {
        result = done ? tuple_pack2(rt, iter, inner) : tuple_pack3(rt, iter, inner, ouro_int((int64_t)it->at));
    }
    value_decref(rt, source);
    value_decref(rt, inner);
    value_decref(rt, iter);
    return result;
}

static ouro_value array_iterator_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    array_iterator *it = (array_iterator *)(void *)ouro_as_object(args[0]);
    int64_t at;
    if (!object_as_index(rt, args[1], &at, false)) {
        return OURO_NULL;
    }
    if (!ouro_is_null(it->array)) {
        size_t size = as_array(it->array)->size;
        it->at = at < 0 ? 0 : (size_t)at > size ? size : (size_t)at;
    }
    return OURO_NONE;
}

static const method_def array_iterator_methods[] = {
    {"__reduce__", "?self, /", array_iterator_reduce, .doc = "Return state information for pickling."},
    {"__setstate__", "?self, state, /", array_iterator_setstate, .doc = "Set state information for unpickling."},
    {NULL},
};

static const ouro_field array_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(array_iterator, array), 0, "array"},
};

static const type_spec array_iterator_spec = {
    .name = "array.arrayiterator",
    .size = sizeof(array_iterator),
    .flags = TYPE_NO_MAKE,
    .fields = array_iterator_fields,
    .field_count = 1,
    .methods = array_iterator_methods,
    .slots = {.iter = array_iterator_self, .next = array_iterator_next},
};

static const type_spec array_spec = {
    .name = "array.array",
    .size = sizeof(array_object),
    .flags = OURO_TYPE_LEAF | TYPE_BASE | OURO_TYPE_WEAKREF | TYPE_SEQUENCE,
    .doc = "array(typecode [, initializer]) -> array\n\n"
           "Return a new array whose items are restricted by typecode, and\n"
           "initialized from the optional initializer value, which must be a list,\n"
           "string or iterable over elements of the appropriate type.",
    .dispose = array_dispose,
    .extra_size = array_extra_size,
    .methods = array_methods,
    .getsets = array_getsets,
    .slots =
        {
            .make = array_make,
            .repr = array_repr,
            .hash = hash_not_implemented,
            .compare = array_compare,
            .iter = array_iter,
            .length = array_length,
            .getitem = array_getitem,
            .setitem = array_setitem,
            .contains = array_contains,
            .concat = array_concat,
            .inplace_concat = array_inplace_concat,
            .repeat = array_repeat,
            .inplace_repeat = array_inplace_repeat,
            .get_buffer = array_get_buffer,
            .release_buffer = array_release_buffer,
        },
};

/* ---- the module --------------------------------------------------------------------------------------- */

static ouro_value array_reconstructor(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t format;
    if (!value_has_flag(rt, args[0], TYPE_IS_TYPE)) {
        return error_type(rt, "first argument must be a type object, not %T", args[0]);
    }
    type_object *type = (type_object *)(void *)ouro_as_object(args[0]);
    if (!type_is_subtype(type, MODULE_TYPE(rt, array))) {
        return error_type(rt, "%N is not a subtype of array.array", type);
    }
    if (!value_is_str(rt, args[1]) || str_length(as_str(args[1])) != 1) {
        return error_type(rt, "_array_reconstructor() argument 2 must be a unicode character, not %T", args[1]);
    }
    if (!object_as_index(rt, args[2], &format, true)) {
        return OURO_NULL;
    }
    uint32_t code = str_char_at(as_str(args[1]), 0);
    if (code >= 128 || array_item_size((char)code) == 0) {
        return error_value(rt, "second argument must be a valid type code");
    }
    if (format < 0 || format > 21) {
        return error_value(rt, "third argument must be a valid machine format code.");
    }
    if (!value_is_bytes(rt, args[3])) {
        return error_type(rt, "fourth argument should be bytes, not %T", args[3]);
    }
    /* in this machine's own format the bytes are taken as they are; else value by value */
    ouro_value source;
    if (format == array_typecode_format((char)code)) {
        source = value_incref(args[3]);
    } else {
        source = array_format_values(rt, (int)format, as_bytes(args[3])->data, as_bytes(args[3])->length);
        char own = array_format_typecode((int)format); /* ints take the typecode of their size and sign */
        if (own && strchr("bBhHiIlLqQ", own)) {
            code = (uint32_t)own;
        }
    }
    ouro_value code_value = ouro_is_null(source) ? OURO_NULL : str_from_char(rt, code);
    ouro_value result = ouro_is_null(code_value) ? OURO_NULL : object_call2(rt, args[0], code_value, source);
    value_decref(rt, code_value);
    value_decref(rt, source);
    return result;
}

static const method_def array_functions[] = {
    {"_array_reconstructor", "arraytype, typecode, mformat_code, items, /", array_reconstructor,
     .doc = "Internal. Used for pickling support."},
    {0},
};

/* isinstance(a, collections.abc.MutableSequence).  Without a standard library there is no such class. */
static bool array_register(ouro_runtime *rt)
{
    ouro_value abc = import_module_cstring(rt, "_collections_abc");
    if (ouro_is_null(abc)) {
        return error_clear_if(rt, EXC(rt, ImportError));
    }
    ouro_value class = object_getattr_utf8(rt, abc, "MutableSequence");
    value_decref(rt, abc);
    ouro_value name = ouro_is_null(class) ? OURO_NULL : str_intern_cstring(rt, "register");
    ouro_value result = OURO_NULL;
    if (!ouro_is_null(name)) {
        result = object_call_method1(rt, class, name, type_value(MODULE_TYPE(rt, array)));
    }
    bool ok = !ouro_is_null(result);
    value_decref(rt, class);
    value_decref(rt, name);
    value_decref(rt, result);
    return ok;
}

static bool array_start(ouro_runtime *rt, module_object *module)
{
    return module_add_kept_type(rt, module, &array_spec, &MODULE_TYPE(rt, array)) &&
           module_keep_type(rt, &array_iterator_spec, &MODULE_TYPE(rt, array_iterator)) &&
           module_add(rt, module, "ArrayType", value_incref(type_value(MODULE_TYPE(rt, array)))) &&
           module_add_text(rt, module, "typecodes", ARRAY_TYPECODES) && array_register(rt);
}

const module_def array_module_def = {
    .name = "array",
    .doc = "This module defines an object type which can efficiently represent\n"
           "an array of basic values: characters, integers, floating-point\nnumbers.",
    .functions = array_functions,
    .start = array_start,
};

/* array.c: the array module: sequences of numbers of one C type (array_private.h has the invariants).  The type: its
 * construction and its slots. */
#include "modules/array_private.h"
#include "types/buffer.h"
#include "types/bytes.h"
#include "types/compare.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/text.h"
#include "vm/vm.h"

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
        if (!slice_resolve_live(rt, key, &a->size, &i, &stop, &step, &count)) {
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
    if (!slice_resolve_live(rt, key, &a->size, &start, &stop, &step, &count)) {
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
        for (size_t i = 0; i < needed; i++) {
            size_t at = (size_t)(start + (int64_t)i * step);
            memcpy(a->data + at * a->item_size, other->data + i * a->item_size, a->item_size);
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

int64_t array_find(ouro_runtime *rt, ouro_value self, ouro_value v, int64_t start, int64_t stop)
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
    size_t times;
    if (!array_count_argument(rt, count, a, &times)) {
        return OURO_NULL;
    }
    size_t old = a->size; /* the count's __index__ may have changed it */
    if (!array_resize(rt, a, old * times)) {
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
    return ouro_bool(compare_decides((int64_t)a->size, (int64_t)b->size, op));
}

ouro_value array_to_list(ouro_runtime *rt, const array_object *a)
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

ouro_value array_to_str(ouro_runtime *rt, const array_object *a)
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

/* ---- the type ----------------------------------------------------------------------------------------- */

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

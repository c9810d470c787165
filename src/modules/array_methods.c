/* array_methods.c: the methods and attributes of array.array. */
#include "modules/array_private.h"
#include "types/buffer.h"
#include "types/bytes.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/text.h"

static ouro_value array_method_append(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return array_append_value(rt, as_array(args[0]), args[1]) ? OURO_NONE : OURO_NULL;
}

static ouro_value array_method_buffer_info(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const array_object *a = as_array(args[0]);
    ouro_value pair[2] = {int_from_uint64(rt, (uint64_t)(uintptr_t)a->data), int_from_uint64(rt, a->size)};
    return tuple_new_made(rt, pair, 2);
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
    if (at < 0) {
        return OURO_NULL;
    }
    if ((uint64_t)at >= a->size) { /* the comparison has shrunk the array */
        return OURO_NONE;
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

const method_def array_methods[] = {
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

const getset_def array_getsets[] = {
    {"typecode", array_get_typecode, NULL, "the typecode character used to create the array"},
    {"itemsize", array_get_itemsize, NULL, "the size, in bytes, of one array item"},
    {0},
};

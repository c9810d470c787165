/* builtins_objects.c: the built-in functions that ask one object something: attributes, text, numbers, classes. */
#include "modules/builtins.h"

#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/vm.h"

/* ---- numbers and text ----------------------------------------------------------------------------------- */

ouro_value builtins_abs(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_unary(rt, UNARY_ABSOLUTE, args[0]);
}

ouro_value builtins_ascii(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_ascii(rt, args[0]);
}

ouro_value builtins_repr(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_repr(rt, args[0]);
}

ouro_value builtins_format(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value spec = arg_or_null(args, nargs, 1);
    if (!ouro_is_null(spec) && !value_is_str(rt, spec)) {
        return error_type(rt, "format() argument 2 must be str, not %T", spec);
    }
    return object_format(rt, args[0], spec);
}

static ouro_value builtins_in_base(ouro_runtime *rt, ouro_value v, int base)
{
    ouro_value number = object_index(rt, v);
    if (ouro_is_null(number)) {
        return OURO_NULL;
    }
    ouro_value text = int_to_text(rt, number, base, true);
    value_decref(rt, number);
    return text;
}

ouro_value builtins_bin(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return builtins_in_base(rt, args[0], 2);
}

ouro_value builtins_oct(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return builtins_in_base(rt, args[0], 8);
}

ouro_value builtins_hex(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return builtins_in_base(rt, args[0], 16);
}

ouro_value builtins_chr(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t c;
    ouro_value number = object_index(rt, args[0]);
    if (ouro_is_null(number)) {
        return OURO_NULL;
    }
    bool fits = int_fits_int64(number, &c);
    value_decref(rt, number);
    if (!fits || c > INT32_MAX || c < INT32_MIN) {
        return error_overflow(rt, "Python int too large to convert to C int");
    }
    if (c < 0 || c > 0x10ffff) {
        return error_value(rt, "chr() arg not in range(0x110000)");
    }
    return str_from_char(rt, (uint32_t)c);
}

ouro_value builtins_ord(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value v = args[0];
    size_t length;
    if (value_is_str(rt, v)) {
        length = str_length(as_str(v));
        if (length == 1) {
            return ouro_int(str_char_at(as_str(v), 0));
        }
    } else if (value_is_bytes(rt, v)) {
        length = as_bytes(v)->length;
        if (length == 1) {
            return ouro_int(as_bytes(v)->data[0]);
        }
    } else if (ouro_is_object(v) && value_is_instance(rt, v, TYPE(rt, bytearray))) {
        const bytearray_object *b = (const bytearray_object *)(const void *)ouro_as_object(v);
        length = b->length;
        if (length == 1) {
            return ouro_int(b->data[b->start]);
        }
    } else {
        return error_type(rt, "ord() expected string of length 1, but %.200T found", v);
    }
    return error_type(rt, "ord() expected a character, but string of length %zu found", length);
}

ouro_value builtins_divmod(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_binary(rt, BINARY_DIVMOD, args[0], args[1]);
}

ouro_value builtins_pow(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value modulus = arg_or_null(args, nargs, 2);
    return object_power(rt, args[0], args[1], ouro_is_null(modulus) ? OURO_NONE : modulus);
}

ouro_value builtins_round(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value method = object_special(rt, args[0], STR(rt, __round__));
    if (ouro_is_null(method)) {
        return error_is_set(rt) ? OURO_NULL
                                : error_type(rt, "type %.100T doesn't define __round__ method", args[0]);
    }
    ouro_value digits = arg_or_null(args, nargs, 1);
    ouro_value result = ouro_is_null(digits) || ouro_is_none(digits) ? object_call0(rt, method)
                                                                     : object_call1(rt, method, digits);
    value_decref(rt, method);
    return result;
}

/* ---- identity, classes, length -------------------------------------------------------------------------- */

ouro_value builtins_id(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    /* The word itself: an address for objects; for immediates a number that no address equals. */
    return int_from_uint64(rt, args[0].bits);
}

ouro_value builtins_hash(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    hash_t h = object_hash(rt, args[0]);
    return h == -1 ? OURO_NULL : int_from_int64(rt, h);
}

ouro_value builtins_len(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t length = object_length(rt, args[0]);
    return length < 0 ? OURO_NULL : int_from_int64(rt, length);
}

ouro_value builtins_callable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_bool(object_is_callable(rt, args[0]));
}

ouro_value builtins_isinstance(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int result = object_is_instance(rt, args[0], args[1]);
    return result < 0 ? OURO_NULL : ouro_bool(result > 0);
}

ouro_value builtins_issubclass(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int result = object_is_subclass(rt, args[0], args[1]);
    return result < 0 ? OURO_NULL : ouro_bool(result > 0);
}

/* ---- attributes ----------------------------------------------------------------------------------------- */

static bool builtins_check_name(ouro_runtime *rt, ouro_value name)
{
    if (!value_is_str(rt, name)) {
        error_type(rt, "attribute name must be string, not '%.200T'", name);
        return false;
    }
    return true;
}

ouro_value builtins_getattr(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!builtins_check_name(rt, args[1])) {
        return OURO_NULL;
    }
    ouro_value fallback = arg_or_null(args, nargs, 2);
    if (ouro_is_null(fallback)) {
        return object_getattr(rt, args[0], args[1]);
    }
    ouro_value result;
    int found = object_getattr_optional(rt, args[0], args[1], &result);
    return found < 0 ? OURO_NULL : found > 0 ? result : value_incref(fallback);
}

ouro_value builtins_hasattr(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value result;
    if (!builtins_check_name(rt, args[1])) {
        return OURO_NULL;
    }
    int found = object_getattr_optional(rt, args[0], args[1], &result);
    if (found > 0) {
        value_decref(rt, result);
    }
    return found < 0 ? OURO_NULL : ouro_bool(found > 0);
}

ouro_value builtins_setattr(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!builtins_check_name(rt, args[1])) {
        return OURO_NULL;
    }
    return object_setattr(rt, args[0], args[1], args[2]) ? OURO_NONE : OURO_NULL;
}

ouro_value builtins_delattr(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!builtins_check_name(rt, args[1])) {
        return OURO_NULL;
    }
    return object_setattr(rt, args[0], args[1], OURO_NULL) ? OURO_NONE : OURO_NULL;
}

ouro_value builtins_vars(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value object = arg_or_null(args, nargs, 0);
    if (ouro_is_null(object)) {
        return vm_current_locals(rt);
    }
    ouro_value dict;
    int found = object_getattr_optional(rt, object, STR(rt, __dict__), &dict);
    if (found == 0) {
        return error_type(rt, "vars() argument must have __dict__ attribute");
    }
    return found < 0 ? OURO_NULL : dict;
}

ouro_value builtins_dir(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value object = arg_or_null(args, nargs, 0);
    ouro_value names;
    if (ouro_is_null(object)) {
        ouro_value locals = vm_current_locals(rt);
        if (ouro_is_null(locals)) {
            return OURO_NULL;
        }
        names = object_call_method0(rt, locals, STR(rt, keys));
        value_decref(rt, locals);
    } else {
        ouro_value method = object_special(rt, object, STR(rt, __dir__));
        if (ouro_is_null(method)) {
            return error_is_set(rt) ? OURO_NULL : error_type(rt, "object does not provide __dir__");
        }
        names = object_call0(rt, method);
        value_decref(rt, method);
    }
    if (ouro_is_null(names)) {
        return OURO_NULL;
    }
    ouro_value list = list_from_iterable(rt, names);
    value_decref(rt, names);
    if (!ouro_is_null(list) && !list_sort(rt, list, OURO_NULL, false)) {
        value_decref(rt, list);
        return OURO_NULL;
    }
    return list;
}

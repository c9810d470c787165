/* container.c: what the files of list, tuple, dict, set, slice and range share. */
#include "types/container.h"

bool container_one_argument(ouro_runtime *rt, const char *name, const ouro_value *args, size_t nargs,
                            ouro_value kwnames, ouro_value *iterable)
{
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        error_type(rt, "%s() takes no keyword arguments", name);
        return false;
    }
    if (nargs > 1) {
        error_type(rt, "%s expected at most 1 argument, got %zu", name, nargs);
        return false;
    }
    *iterable = nargs == 1 ? args[0] : OURO_NULL;
    return true;
}

bool container_as_size(ouro_runtime *rt, ouro_value v, int64_t *result)
{
    if (container_as_index(rt, v, result, false)) {
        return true;
    }
    if (value_has_index(rt, v) && error_clear_if(rt, EXC(rt, IndexError))) {
        error_overflow(rt, "Python int too large to convert to C ssize_t");
    }
    return false;
}

bool container_as_count(ouro_runtime *rt, ouro_value v, int64_t *result)
{
    if (!value_has_index(rt, v)) {
        error_type(rt, "can't multiply sequence by non-int of type '%T'", v);
        return false;
    }
    if (container_as_index(rt, v, result, false)) {
        return true;
    }
    if (error_clear_if(rt, EXC(rt, IndexError))) {
        error_overflow(rt, "cannot fit '%T' into an index-sized integer", v);
    }
    return false;
}

bool container_as_state(ouro_runtime *rt, ouro_value v, int64_t *result)
{
    if (!value_is_int(rt, v)) {
        error_type(rt, "an integer is required");
        return false;
    }
    return container_as_size(rt, v, result);
}

bool container_search_bounds(ouro_runtime *rt, const ouro_value *args, size_t nargs, size_t first, int64_t length,
                             int64_t *start, int64_t *stop)
{
    *start = 0;
    *stop = INT64_MAX;
    int64_t *bounds[2] = {start, stop};
    for (size_t i = 0; i < 2; i++) {
        ouro_value v = arg_or_null(args, nargs, first + i);
        if (ouro_is_null(v)) {
            continue;
        }
        if (!value_has_index(rt, v)) {
            error_type(rt, "slice indices must be integers or have an __index__ method");
            return false;
        }
        if (!container_as_index(rt, v, bounds[i], true)) {
            return false;
        }
        if (*bounds[i] < 0) {
            *bounds[i] += length;
            if (*bounds[i] < 0) {
                *bounds[i] = 0;
            }
        }
    }
    return true;
}

ouro_value container_repr_items(ouro_runtime *rt, ouro_value self, const char *open, const char *close,
                                ouro_value (*item)(ouro_value self, size_t i))
{
    str_builder b;
    str_builder_init(&b, rt);
    str_builder_cstring(&b, open);
    for (size_t i = 0;; i++) {
        ouro_value v = item(self, i);
        if (ouro_is_null(v)) {
            break;
        }
        if (i > 0) {
            str_builder_ascii(&b, ", ", 2);
        }
        str_builder_repr(&b, v);
        value_decref(rt, v);
        if (b.failed) {
            break;
        }
    }
    str_builder_cstring(&b, close);
    return str_builder_finish(&b);
}

ouro_value container_class_getitem(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_call2(rt, type_value(TYPE(rt, generic_alias)), args[0], args[1]);
}

ouro_value container_sizeof(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return int_from_uint64(rt, object_size(rt, ouro_as_object(args[0])));
}

ouro_value container_builtin(ouro_runtime *rt, const char *name)
{
    ouro_value builtins = rt->types->import_name != NULL ? rt->types->import_name(rt, STR(rt, builtins))
                                                         : error_runtime(rt, "no builtins module");
    if (ouro_is_null(builtins)) {
        return OURO_NULL;
    }
    ouro_value function = object_getattr_utf8(rt, builtins, name);
    value_decref(rt, builtins);
    return function;
}

ouro_value container_reduce_iterator(ouro_runtime *rt, const char *name, ouro_value argument, int64_t state)
{
    ouro_value result = OURO_NULL;
    ouro_value function = container_builtin(rt, name);
    ouro_value arguments = ouro_is_null(function) ? OURO_NULL : tuple_pack1(rt, argument);
    if (!ouro_is_null(arguments)) {
        result = state == ITERATOR_NO_STATE ? tuple_pack2(rt, function, arguments)
                           : tuple_pack3(rt, function, arguments, ouro_int(state));
    }
    value_decref(rt, arguments);
    value_decref(rt, function);
    value_decref(rt, argument);
    return result;
}

ouro_value iterator_iter_self(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

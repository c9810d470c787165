/* protocol_call.c: calling anything.
 *
 * Arguments travel as an array: positional values, then the values of the keywords whose names are in a tuple.  Nothing
 * is packed into tuples and dicts on the way unless the callee asks for it.
 */
#include "types/attribute.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/function.h"
#include "types/protocol.h"
#include "types/str.h"

bool object_is_callable(ouro_runtime *rt, ouro_value v)
{
    return value_type(rt, v)->slots.call != NULL;
}

ouro_value object_call(ouro_runtime *rt, ouro_value callable, const ouro_value *args, size_t nargs,
                       ouro_value kwnames)
{
    type_object *type = value_type(rt, callable);
    if (OURO_UNLIKELY(type->slots.call == NULL)) {
        return error_type(rt, "'%T' object is not callable", callable);
    }
    return type->slots.call(rt, callable, args, nargs, kwnames);
}

ouro_value object_call0(ouro_runtime *rt, ouro_value callable)
{
    /* no arguments, but a valid address: callees add to it */
    return object_call(rt, callable, &callable, 0, OURO_NULL);
}

ouro_value object_call1(ouro_runtime *rt, ouro_value callable, ouro_value a)
{
    return object_call(rt, callable, &a, 1, OURO_NULL);
}

ouro_value object_call2(ouro_runtime *rt, ouro_value callable, ouro_value a, ouro_value b)
{
    ouro_value args[2] = {a, b};
    return object_call(rt, callable, args, 2, OURO_NULL);
}

ouro_value object_call3(ouro_runtime *rt, ouro_value callable, ouro_value a, ouro_value b, ouro_value c)
{
    ouro_value args[3] = {a, b, c};
    return object_call(rt, callable, args, 3, OURO_NULL);
}

enum { OBJECT_CALL_FEW = 12 };

/* Calls with positional items and a dict that is not empty. */
static ouro_value object_call_with_dict(ouro_runtime *rt, ouro_value callable, const ouro_value *items, size_t count,
                                        ouro_value kwargs)
{
    size_t keywords = dict_size(as_dict(kwargs));
    ouro_value few[OBJECT_CALL_FEW];
    ouro_value *all = count + keywords <= OBJECT_CALL_FEW ? few
                                                        : ouro_mem_alloc(rt->mem, (count + keywords) * sizeof *all);
    if (all == NULL) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    tuple_object *names = tuple_new_blank(rt, keywords);
    size_t used = 0;
    if (names == NULL) {
        goto done;
    }
    for (size_t i = 0; i < count; i++) {
        all[i] = value_incref(items[i]);
    }
    used = count;
    size_t position = 0, n = 0;
    ouro_value key, value;
    while (n < keywords && dict_next(as_dict(kwargs), &position, &key, &value)) {
        if (!value_is_str(rt, key)) {
            error_type(rt, "keywords must be strings");
            goto done;
        }
        names->items[n] = value_incref(key);
        all[used++] = value_incref(value);
        n++;
    }
    gc_track(rt, names);
    result = object_call(rt, callable, all, count, ouro_from_object(names));
done:
    for (size_t i = 0; i < used; i++) {
        value_decref(rt, all[i]);
    }
    if (names != NULL) {
        object_decref(rt, &names->object);
    }
    if (all != few) {
        ouro_mem_free(rt->mem, all);
    }
    return result;
}

ouro_value object_call_tuple(ouro_runtime *rt, ouro_value callable, ouro_value args_tuple, ouro_value kwargs_dict)
{
    const tuple_object *args = as_tuple(args_tuple);
    if (ouro_is_null(kwargs_dict) || dict_size(as_dict(kwargs_dict)) == 0) {
        return object_call(rt, callable, args->items, args->size, OURO_NULL);
    }
    return object_call_with_dict(rt, callable, args->items, args->size, kwargs_dict);
}

ouro_value object_call_method(ouro_runtime *rt, ouro_value name, const ouro_value *args, size_t nargs,
                              ouro_value kwnames)
{
    bool unbound;
    ouro_value result = OURO_NULL, self = value_incref(args[0]);
    ouro_value method = object_getmethod(rt, self, name, &unbound);
    if (!ouro_is_null(method)) {
        result = unbound ? object_call(rt, method, args, nargs, kwnames)
                         : object_call(rt, method, args + 1, nargs - 1, kwnames);
        value_decref(rt, method);
    }
    value_decref(rt, self);
    return result;
}

ouro_value object_call_method0(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    return object_call_method(rt, name, &self, 1, OURO_NULL);
}

ouro_value object_call_method1(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value a)
{
    ouro_value args[2] = {self, a};
    return object_call_method(rt, name, args, 2, OURO_NULL);
}

/* functools.c: the _functools module: reduce, partial, cmp_to_key.  lru_cache.c has the rest. */
#include "modules/functools.h"

#include "types/attribute.h"
#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/type_build.h"

/* ---- reduce --------------------------------------------------------------------------------------------- */

static ouro_value functools_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value iterator = object_iter(rt, args[1]);
    if (ouro_is_null(iterator)) {
        return error_clear_if(rt, EXC(rt, TypeError)) ? error_type(rt, "reduce() arg 2 must support iteration")
                                                      : OURO_NULL;
    }
    ouro_value result = value_incref(arg_or_null(args, nargs, 2));
    ouro_value item;
    while (!ouro_is_null(item = iterator_next(rt, iterator))) {
        if (ouro_is_null(result)) {
            result = item;
            continue;
        }
        ouro_value next = object_call2(rt, args[0], result, item);
        value_decref(rt, item);
        value_decref(rt, result);
        result = next;
        if (ouro_is_null(result)) {
            break;
        }
    }
    value_decref(rt, iterator);
    if (error_is_set(rt)) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    return ouro_is_null(result) ? error_type(rt, "reduce() of empty iterable with no initial value") : result;
}

/* ---- partial -------------------------------------------------------------------------------------------- */

typedef struct partial_object {
    ouro_object object;
    ouro_value function;
    ouro_value args;     /* tuple */
    ouro_value keywords; /* dict */
} partial_object;

static partial_object *as_partial(ouro_value v)
{
    return (partial_object *)(void *)ouro_as_object(v);
}

/* a + b, of tuples or parts of argument arrays: a new tuple. */
static ouro_value partial_concat(ouro_runtime *rt, ouro_value a, const ouro_value *b, size_t b_size)
{
    size_t a_size = ouro_is_null(a) ? 0 : as_tuple(a)->size;
    if (a_size == 0) {
        return tuple_new(rt, b, b_size);
    }
    if (b_size == 0) {
        return value_incref(a);
    }
    tuple_object *result = tuple_new_blank(rt, a_size + b_size);
    if (result == NULL) {
        return OURO_NULL;
    }
    for (size_t i = 0; i < a_size; i++) {
        result->items[i] = value_incref(as_tuple(a)->items[i]);
    }
    for (size_t i = 0; i < b_size; i++) {
        result->items[a_size + i] = value_incref(b[i]);
    }
    gc_track(rt, &result->object);
    return ouro_from_object(result);
}

/* A copy of `keywords` (a dict or OURO_NULL) with those of a call. */
static ouro_value partial_merge(ouro_runtime *rt, ouro_value keywords, const ouro_value *values, ouro_value kwnames)
{
    ouro_value merged = ouro_is_null(keywords) ? dict_new(rt, 0) : dict_copy(rt, as_dict(keywords));
    size_t count = ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
    for (size_t i = 0; i < count && !ouro_is_null(merged); i++) {
        if (!dict_set(rt, as_dict(merged), as_tuple(kwnames)->items[i], values[i])) {
            value_clear(rt, &merged);
        }
    }
    return merged;
}

/* A plain partial without attributes of its own can be taken apart: partial(partial(f, 1), 2) is partial(f, 1, 2). */
static int partial_can_flatten(ouro_runtime *rt, ouro_value v)
{
    if (!ouro_is_object(v) || value_type(rt, v)->spec != &partial_spec) {
        return 0;
    }
    ouro_value dict = instance_dict(rt, v);
    if (ouro_is_null(dict)) {
        return -1;
    }
    int empty = dict_size(as_dict(dict)) == 0;
    value_decref(rt, dict);
    return empty;
}

static ouro_value partial_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                               ouro_value kwnames)
{
    if (nargs == 0) {
        return error_type(rt, "type 'partial' takes at least one argument");
    }
    ouro_value function = args[0], inner_args = OURO_NULL, inner_keywords = OURO_NULL;
    int flatten = type->spec == &partial_spec ? partial_can_flatten(rt, function) : 0;
    if (flatten < 0) {
        return OURO_NULL;
    }
    if (flatten > 0) {
        inner_args = as_partial(function)->args;
        inner_keywords = as_partial(function)->keywords;
        function = as_partial(function)->function;
    }
    if (!object_is_callable(rt, function)) {
        return error_type(rt, "the first argument must be callable");
    }
    ouro_value all = partial_concat(rt, inner_args, args + 1, nargs - 1);
    ouro_value keywords = ouro_is_null(all) ? OURO_NULL : partial_merge(rt, inner_keywords, args + nargs, kwnames);
    partial_object *p = ouro_is_null(keywords) ? NULL : object_new(rt, &type->type, 0);
    if (p == NULL) {
        value_decref(rt, keywords);
        value_decref(rt, all);
        return OURO_NULL;
    }
    p->function = value_incref(function);
    p->args = all;
    p->keywords = keywords;
    gc_track(rt, &p->object);
    return ouro_from_object(p);
}

static ouro_value partial_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                               ouro_value kwnames)
{
    const partial_object *p = as_partial(self);
    ouro_value function = value_incref(p->function), result = OURO_NULL;
    size_t keywords = ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
    if (dict_size(as_dict(p->keywords)) == 0 && keywords == 0) {
        enum { FEW = 8 };
        ouro_value few[FEW];
        size_t own = as_tuple(p->args)->size;
        if (own + nargs <= FEW) {
            /* the common case: no tuple is made */
            ouro_value held = value_incref(p->args);
            memcpy(few, as_tuple(held)->items, own * sizeof *few);
            if (nargs > 0) {
                memcpy(few + own, args, nargs * sizeof *few);
            }
            result = object_call(rt, function, few, own + nargs, OURO_NULL);
            value_decref(rt, held);
            value_decref(rt, function);
            return result;
        }
    }
    ouro_value all = partial_concat(rt, p->args, args, nargs);
    ouro_value merged = ouro_is_null(all) ? OURO_NULL : partial_merge(rt, p->keywords, args + nargs, kwnames);
    if (!ouro_is_null(merged)) {
        result = object_call_tuple(rt, function, all, merged);
    }
    value_decref(rt, merged);
    value_decref(rt, all);
    value_decref(rt, function);
    return result;
}

static ouro_value partial_repr(ouro_runtime *rt, ouro_value self)
{
    const partial_object *p = as_partial(self);
    int entered = repr_enter(rt, self);
    if (entered != 0) {
        return entered < 0 ? OURO_NULL : str_from_cstring(rt, "...");
    }
    str_builder b;
    str_builder_init(&b, rt);
    ouro_value function = value_incref(p->function), args = value_incref(p->args);
    ouro_value keywords = dict_copy(rt, as_dict(p->keywords));
    const char *name = value_type(rt, self)->spec == &partial_spec ? "functools.partial"
                                                                   : value_type(rt, self)->type.name;
    str_builder_cstring(&b, name);
    str_builder_char(&b, '(');
    str_builder_repr(&b, function);
    for (size_t i = 0; i < as_tuple(args)->size; i++) {
        str_builder_cstring(&b, ", ");
        str_builder_repr(&b, as_tuple(args)->items[i]);
    }
    size_t position = 0;
    ouro_value key, value;
    while (!ouro_is_null(keywords) && dict_next(as_dict(keywords), &position, &key, &value)) {
        str_builder_cstring(&b, ", ");
        ouro_value text = object_str(rt, key);
        if (ouro_is_null(text)) {
            value_clear(rt, &keywords);
            break;
        }
        str_builder_str(&b, text);
        value_decref(rt, text);
        str_builder_char(&b, '=');
        str_builder_repr(&b, value);
    }
    str_builder_char(&b, ')');
    repr_leave(rt, self);
    value_decref(rt, function);
    value_decref(rt, args);
    if (ouro_is_null(keywords)) {
        str_builder_drop(&b);
        return OURO_NULL;
    }
    value_decref(rt, keywords);
    return str_builder_finish(&b);
}

static ouro_value partial_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const partial_object *p = as_partial(args[0]);
    ouro_value result = OURO_NULL;
    ouro_value dict = instance_dict(rt, args[0]);
    if (ouro_is_null(dict)) {
        return OURO_NULL;
    }
    ouro_value own = dict_size(as_dict(dict)) == 0 ? OURO_NONE : dict;
    ouro_value items[4] = {p->function, p->args, p->keywords, own};
    ouro_value state = tuple_new(rt, items, 4);
    ouro_value first = ouro_is_null(state) ? OURO_NULL : tuple_pack1(rt, p->function);
    if (!ouro_is_null(first)) {
        result = tuple_pack3(rt, type_value(value_type(rt, args[0])), first, state);
    }
    value_decref(rt, first);
    value_decref(rt, state);
    value_decref(rt, dict);
    return result;
}

static ouro_value partial_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    partial_object *p = as_partial(args[0]);
    const tuple_object *state = value_is_tuple(rt, args[1]) ? as_tuple(args[1]) : NULL;
    if (state == NULL || state->size != 4 || !object_is_callable(rt, state->items[0]) ||
        !value_is_tuple(rt, state->items[1]) ||
        (!ouro_is_none(state->items[2]) && !value_is_dict(rt, state->items[2])) ||
        (!ouro_is_none(state->items[3]) && !value_is_dict(rt, state->items[3]))) {
        return error_type(rt, "invalid partial state");
    }
    /* Instances of subclasses of tuple and dict are not kept: others could change them. */
    ouro_value arguments = value_type(rt, state->items[1]) == TYPE(rt, tuple)
                               ? value_incref(state->items[1])
                               : tuple_new(rt, as_tuple(state->items[1])->items, as_tuple(state->items[1])->size);
    ouro_value keywords = OURO_NULL, own = OURO_NULL;
    if (!ouro_is_null(arguments)) {
        keywords = ouro_is_none(state->items[2])                                ? dict_new(rt, 0)
                   : value_type(rt, state->items[2]) == TYPE(rt, dict) ? value_incref(state->items[2])
                                                                       : dict_copy(rt, as_dict(state->items[2]));
    }
    if (!ouro_is_null(keywords)) {
        own = ouro_is_none(state->items[3]) ? dict_new(rt, 0) : value_incref(state->items[3]);
    }
    if (ouro_is_null(own) || !instance_set_dict(rt, args[0], own)) {
        value_decref(rt, own);
        value_decref(rt, keywords);
        value_decref(rt, arguments);
        return OURO_NULL;
    }
    value_decref(rt, own);
    value_replace(rt, &p->args, arguments);
    value_replace(rt, &p->keywords, keywords);
    value_replace(rt, &p->function, value_incref(state->items[0]));
    return OURO_NONE;
}

static ouro_value partial_class_getitem(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_call2(rt, type_value(TYPE(rt, generic_alias)), args[0], args[1]);
}

static const ouro_field partial_fields[] = {
    {OURO_FIELD_VALUE, offsetof(partial_object, function), 0, "func"},
    {OURO_FIELD_VALUE, offsetof(partial_object, args), 0, "args"},
    {OURO_FIELD_VALUE, offsetof(partial_object, keywords), 0, "keywords"},
};

static const method_def partial_methods[] = {
    {"__reduce__", "?self, /", partial_reduce, NULL, 0, NULL},
    {"__setstate__", "?self, state, /", partial_setstate, NULL, 0, NULL},
    {"__class_getitem__", "?cls, item, /", partial_class_getitem, NULL, METHOD_CLASS, "See PEP 585"},
    {0},
};

static const member_def partial_members[] = {
    {"func", offsetof(partial_object, function), MEMBER_READONLY, "function object to use in future partial calls"},
    {"args", offsetof(partial_object, args), MEMBER_READONLY, "tuple of arguments to future partial calls"},
    {"keywords", offsetof(partial_object, keywords), MEMBER_READONLY,
     "dictionary of keyword arguments to future partial calls"},
    {0},
};

const type_spec partial_spec = {
    .name = "functools.partial",
    .size = sizeof(partial_object),
    .flags = TYPE_BASE | TYPE_HAS_DICT | OURO_TYPE_WEAKREF,
    .doc = "partial(func, *args, **keywords) - new function with partial application\n    of the given arguments and "
           "keywords.\n",
    .fields = partial_fields,
    .field_count = 3,
    .methods = partial_methods,
    .members = partial_members,
    .slots = {.make = partial_make, .call = partial_call, .repr = partial_repr},
};

/* ---- cmp_to_key ----------------------------------------------------------------------------------------- */

typedef struct key_wrapper_object {
    ouro_object object;
    ouro_value compare;
    ouro_value item; /* OURO_NULL: the key function itself */
} key_wrapper_object;

static key_wrapper_object *as_key_wrapper(ouro_value v)
{
    return (key_wrapper_object *)(void *)ouro_as_object(v);
}

static ouro_value key_wrapper_new(ouro_runtime *rt, type_object *type, ouro_value compare, ouro_value item)
{
    key_wrapper_object *k = object_new(rt, &type->type, 0);
    if (k == NULL) {
        return OURO_NULL;
    }
    k->compare = value_incref(compare);
    k->item = value_incref(item);
    gc_track(rt, &k->object);
    return ouro_from_object(k);
}

static ouro_value functools_cmp_to_key(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return key_wrapper_new(rt, type_of_spec(rt, &key_wrapper_spec), args[0], OURO_NULL);
}

static ouro_value key_wrapper_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                   ouro_value kwnames)
{
    ouro_value item;
    if (!arguments_bind(rt, "K", "obj", args, nargs, kwnames, &item)) {
        return OURO_NULL;
    }
    return key_wrapper_new(rt, value_type(rt, self), as_key_wrapper(self)->compare, item);
}

static ouro_value key_wrapper_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if (value_type(rt, a) != value_type(rt, b)) {
        return error_type(rt, "other argument must be K instance");
    }
    const key_wrapper_object *x = as_key_wrapper(a), *y = as_key_wrapper(b);
    if (ouro_is_null(x->item) || ouro_is_null(y->item)) {
        return error_raise(rt, EXC(rt, AttributeError), "object");
    }
    ouro_value order = object_call2(rt, x->compare, x->item, y->item);
    if (ouro_is_null(order)) {
        return OURO_NULL;
    }
    ouro_value result = object_compare(rt, order, ouro_int(0), op);
    value_decref(rt, order);
    return result;
}

static const ouro_field key_wrapper_fields[] = {
    {OURO_FIELD_VALUE, offsetof(key_wrapper_object, compare), 0, "cmp"},
    {OURO_FIELD_VALUE, offsetof(key_wrapper_object, item), 0, "obj"},
};

static const member_def key_wrapper_members[] = {
    {"obj", offsetof(key_wrapper_object, item), MEMBER_NONE_IF_NULL, "Value wrapped by a key function."},
    {0},
};

const type_spec key_wrapper_spec = {
    .name = "functools.KeyWrapper",
    .size = sizeof(key_wrapper_object),
    .flags = TYPE_NO_MAKE,
    .fields = key_wrapper_fields,
    .field_count = 2,
    .members = key_wrapper_members,
    .slots = {.call = key_wrapper_call, .compare = key_wrapper_compare, .hash = hash_not_implemented},
};

/* ---- the module ----------------------------------------------------------------------------------------- */

static const method_def functools_functions[] = {
    {"reduce", "?function, iterable, initial=None, /", functools_reduce, NULL, 0,
     "reduce(function, iterable[, initial]) -> value\n\nApply a function of two arguments cumulatively to the items of "
     "an iterable, from left to right."},
    {"cmp_to_key", "mycmp", functools_cmp_to_key, NULL, 0, "Convert a cmp= function into a key= function."},
    {0},
};

/* Types without a name in the module live as long as the runtime, like all built-in ones. */
static bool functools_make_hidden_type(ouro_runtime *rt, const type_spec *spec)
{
    return type_of_spec(rt, spec) != NULL || type_from_spec(rt, spec) != NULL;
}

static bool functools_start(ouro_runtime *rt, module_object *module)
{
    return functools_make_hidden_type(rt, &key_wrapper_spec) && functools_make_hidden_type(rt, &lru_link_spec) &&
           module_add_type(rt, module, &partial_spec) != NULL && module_add_type(rt, module, &lru_cache_spec) != NULL;
}

const module_def functools_module_def = {
    .name = "_functools",
    .doc = "Tools that operate on functions.",
    .functions = functools_functions,
    .start = functools_start,
};

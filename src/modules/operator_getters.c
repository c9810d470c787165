/* operator_getters.c: itemgetter, attrgetter, methodcaller.
 *
 * All three keep what they were made with in a tuple; itemgetter and attrgetter return one thing for one, else a
 * tuple.
 */
#include "modules/operator.h"

#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"

typedef struct getter_object {
    ouro_object object;
    ouro_value items; /* tuple: keys; dotted names, each a str or a tuple of its parts; name and arguments */
    ouro_value names; /* attrgetter: the names as given */
    ouro_value keywords; /* methodcaller: dict or OURO_NULL */
} getter_object;

static getter_object *as_getter(ouro_value v)
{
    return (getter_object *)(void *)ouro_as_object(v);
}

/* A getter that owns `items` (stolen). */
static ouro_value getter_new(ouro_runtime *rt, type_object *type, ouro_value items)
{
    getter_object *g = ouro_is_null(items) ? NULL : object_new(rt, &type->type, 0);
    if (g == NULL) {
        value_decref(rt, items);
        return OURO_NULL;
    }
    g->items = items;
    gc_track(rt, &g->object);
    return ouro_from_object(g);
}

static const ouro_field getter_fields[] = {
    {OURO_FIELD_VALUE, offsetof(getter_object, items), 0, "items"},
    {OURO_FIELD_VALUE, offsetof(getter_object, names), 0, "names"},
    {OURO_FIELD_VALUE, offsetof(getter_object, keywords), 0, "keywords"},
};

/* "operator.itemgetter(1, 2)" */
static ouro_value getter_repr_items(ouro_runtime *rt, ouro_value self, ouro_value items, ouro_value keywords)
{
    int entered = repr_enter(rt, self);
    if (entered != 0) {
        return entered < 0 ? OURO_NULL : str_format_c(rt, "%T(...)", self);
    }
    str_builder b;
    str_builder_init(&b, rt);
    ouro_value name = object_getattr(rt, type_value(value_type(rt, self)), STR(rt, __qualname__));
    bool ok = !ouro_is_null(name);
    if (ok) {
        str_builder_cstring(&b, "operator.");
        str_builder_str(&b, name);
        str_builder_char(&b, '(');
    }
    bool first = true;
    for (size_t i = 0; ok && i < as_tuple(items)->size; i++, first = false) {
        if (!first) {
            str_builder_cstring(&b, ", ");
        }
        str_builder_repr(&b, as_tuple(items)->items[i]);
    }
    if (ok && !ouro_is_null(keywords)) {
        ouro_value copy = dict_copy(rt, as_dict(keywords));
        size_t position = 0;
        ouro_value key, value;
        ok = !ouro_is_null(copy);
        while (ok && dict_next(as_dict(copy), &position, &key, &value)) {
            if (!first) {
                str_builder_cstring(&b, ", ");
            }
            first = false;
            str_builder_str(&b, key);
            str_builder_char(&b, '=');
            str_builder_repr(&b, value);
        }
        value_decref(rt, copy);
    }
    value_decref(rt, name);
    repr_leave(rt, self);
    if (!ok) {
        str_builder_drop(&b);
        return OURO_NULL;
    }
    str_builder_char(&b, ')');
    return str_builder_finish(&b);
}

/* One result alone, several as a tuple; `get` gives the one for an item. */
static ouro_value getter_collect(ouro_runtime *rt, ouro_value items, ouro_value object,
                                 ouro_value (*get)(ouro_runtime *rt, ouro_value object, ouro_value item))
{
    size_t count = as_tuple(items)->size;
    if (count == 1) {
        return get(rt, object, as_tuple(items)->items[0]);
    }
    tuple_object *result = tuple_new_blank(rt, count);
    if (result == NULL) {
        return OURO_NULL;
    }
    for (size_t i = 0; i < count; i++) {
        result->items[i] = get(rt, object, as_tuple(items)->items[i]);
        if (ouro_is_null(result->items[i])) {
            value_decref(rt, ouro_from_object(result));
            return OURO_NULL;
        }
    }
    gc_track(rt, &result->object);
    return ouro_from_object(result);
}

/* ---- itemgetter ----------------------------------------------------------------------------------------- */

static ouro_value itemgetter_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                  ouro_value kwnames)
{
    if (!arguments_positional(rt, "itemgetter", nargs, kwnames, 0, SIZE_MAX)) {
        return OURO_NULL;
    }
    if (nargs == 0) {
        return error_type(rt, "itemgetter expected 1 argument, got 0");
    }
    return getter_new(rt, type, tuple_new(rt, args, nargs));
}

static ouro_value itemgetter_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                  ouro_value kwnames)
{
    if (!arguments_positional(rt, "itemgetter", nargs, kwnames, 1, 1)) {
        return OURO_NULL;
    }
    return getter_collect(rt, as_getter(self)->items, args[0], object_getitem);
}

static ouro_value itemgetter_repr(ouro_runtime *rt, ouro_value self)
{
    return getter_repr_items(rt, self, as_getter(self)->items, OURO_NULL);
}

static ouro_value itemgetter_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return tuple_pack2(rt, type_value(value_type(rt, args[0])), as_getter(args[0])->items);
}

static const method_def itemgetter_methods[] = {
    {"__reduce__", "?self, /", itemgetter_reduce, NULL, 0, "Return state information for pickling"},
    {0},
};

const type_spec itemgetter_spec = {
    .name = "operator.itemgetter",
    .size = sizeof(getter_object),
    .doc = "itemgetter(item, ...) --> itemgetter object\n\nReturn a callable object that fetches the given item(s) from "
           "its operand.",
    .fields = getter_fields,
    .field_count = 3,
    .methods = itemgetter_methods,
    .slots = {.make = itemgetter_make, .call = itemgetter_call, .repr = itemgetter_repr},
};

/* ---- attrgetter ----------------------------------------------------------------------------------------- */

/* "a" stays a str, "a.b" becomes ("a", "b"); all interned. */
static ouro_value attrgetter_parse(ouro_runtime *rt, ouro_value name)
{
    size_t length = str_length(as_str(name));
    if (str_find_char(as_str(name), '.', 0, length) < 0) {
        return str_intern(rt, value_incref(name));
    }
    ouro_value list = list_new(rt, NULL, 0);
    bool ok = !ouro_is_null(list);
    size_t start = 0;
    while (ok && start <= length) {
        int64_t dot = str_find_char(as_str(name), '.', start, length);
        size_t end = dot < 0 ? length : (size_t)dot;
        ouro_value part = str_substring(rt, name, start, end);
        if (!ouro_is_null(part)) {
            part = str_intern(rt, part);
        }
        ok = !ouro_is_null(part) && list_append_steal(rt, list, part);
        start = end + 1;
    }
    ouro_value result = ok ? list_as_tuple(rt, list) : OURO_NULL;
    value_decref(rt, list);
    return result;
}

static ouro_value attrgetter_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                  ouro_value kwnames)
{
    if (!arguments_positional(rt, "attrgetter", nargs, kwnames, 0, SIZE_MAX)) {
        return OURO_NULL;
    }
    if (nargs == 0) {
        return error_type(rt, "attrgetter expected 1 argument, got 0");
    }
    ouro_value list = list_new(rt, NULL, nargs);
    if (ouro_is_null(list)) {
        return OURO_NULL;
    }
    for (size_t i = 0; i < nargs; i++) {
        ouro_value item = OURO_NULL;
        if (!value_is_str(rt, args[i])) {
            error_type(rt, "attribute name must be a string");
        } else {
            item = attrgetter_parse(rt, args[i]);
        }
        if (ouro_is_null(item) || !list_append_steal(rt, list, item)) {
            value_decref(rt, list);
            return OURO_NULL;
        }
    }
    ouro_value names = tuple_new(rt, args, nargs);
    ouro_value self = ouro_is_null(names) ? OURO_NULL : getter_new(rt, type, list_as_tuple(rt, list));
    value_decref(rt, list);
    if (ouro_is_null(self)) {
        value_decref(rt, names);
        return OURO_NULL;
    }
    as_getter(self)->names = names;
    return self;
}

static ouro_value attrgetter_get(ouro_runtime *rt, ouro_value object, ouro_value item)
{
    if (value_is_str(rt, item)) {
        return object_getattr(rt, object, item);
    }
    ouro_value at = value_incref(object);
    for (size_t i = 0; i < as_tuple(item)->size && !ouro_is_null(at); i++) {
        ouro_value next = object_getattr(rt, at, as_tuple(item)->items[i]);
        value_decref(rt, at);
        at = next;
    }
    return at;
}

static ouro_value attrgetter_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                  ouro_value kwnames)
{
    if (!arguments_positional(rt, "attrgetter", nargs, kwnames, 1, 1)) {
        return OURO_NULL;
    }
    return getter_collect(rt, as_getter(self)->items, args[0], attrgetter_get);
}

static ouro_value attrgetter_repr(ouro_runtime *rt, ouro_value self)
{
    return getter_repr_items(rt, self, as_getter(self)->names, OURO_NULL);
}

static ouro_value attrgetter_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return tuple_pack2(rt, type_value(value_type(rt, args[0])), as_getter(args[0])->names);
}

static const method_def attrgetter_methods[] = {
    {"__reduce__", "?self, /", attrgetter_reduce, NULL, 0, "Return state information for pickling"},
    {0},
};

const type_spec attrgetter_spec = {
    .name = "operator.attrgetter",
    .size = sizeof(getter_object),
    .doc = "attrgetter(attr, ...) --> attrgetter object\n\nReturn a callable object that fetches the given attribute(s) "
           "from its operand.",
    .fields = getter_fields,
    .field_count = 3,
    .methods = attrgetter_methods,
    .slots = {.make = attrgetter_make, .call = attrgetter_call, .repr = attrgetter_repr},
};

/* ---- methodcaller --------------------------------------------------------------------------------------- */

static ouro_value methodcaller_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    if (nargs == 0) {
        return error_type(rt, "methodcaller needs at least one argument, the method name");
    }
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "method name must be a string");
    }
    ouro_value self = getter_new(rt, type, tuple_new(rt, args, nargs));
    size_t keywords = ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
    if (ouro_is_null(self) || keywords == 0) {
        return self;
    }
    as_getter(self)->keywords = dict_new(rt, keywords);
    bool ok = !ouro_is_null(as_getter(self)->keywords);
    for (size_t i = 0; ok && i < keywords; i++) {
        ok = dict_set(rt, as_dict(as_getter(self)->keywords), as_tuple(kwnames)->items[i], args[nargs + i]);
    }
    if (!ok) {
        value_decref(rt, self);
        return OURO_NULL;
    }
    return self;
}

static ouro_value methodcaller_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    if (!arguments_positional(rt, "methodcaller", nargs, kwnames, 1, 1)) {
        return OURO_NULL;
    }
    const getter_object *g = as_getter(self);
    const tuple_object *items = as_tuple(g->items);
    ouro_value method = object_getattr(rt, args[0], items->items[0]);
    if (ouro_is_null(method)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (ouro_is_null(g->keywords)) {
        result = object_call(rt, method, items->items + 1, items->size - 1, OURO_NULL);
    } else {
        ouro_value rest = tuple_new(rt, items->items + 1, items->size - 1);
        if (!ouro_is_null(rest)) {
            result = object_call_tuple(rt, method, rest, g->keywords);
            value_decref(rt, rest);
        }
    }
    value_decref(rt, method);
    return result;
}

static ouro_value methodcaller_repr(ouro_runtime *rt, ouro_value self)
{
    return getter_repr_items(rt, self, as_getter(self)->items, as_getter(self)->keywords);
}

/* (type, (name, *args)), or with keywords (partial(type, name, **keywords), args). */
static ouro_value methodcaller_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const getter_object *g = as_getter(args[0]);
    ouro_value type = type_value(value_type(rt, args[0]));
    if (ouro_is_null(g->keywords)) {
        return tuple_pack2(rt, type, g->items);
    }
    const tuple_object *items = as_tuple(g->items);
    ouro_value result = OURO_NULL, partial = OURO_NULL, made = OURO_NULL, rest = OURO_NULL;
    ouro_value first = tuple_pack2(rt, type, items->items[0]);
    ouro_value functools = ouro_is_null(first) ? OURO_NULL : rt->types->import_name(rt, STR(rt, functools));
    if (!ouro_is_null(functools)) {
        partial = object_getattr_utf8(rt, functools, "partial");
    }
    if (!ouro_is_null(partial)) {
        made = object_call_tuple(rt, partial, first, g->keywords);
    }
    if (!ouro_is_null(made)) {
        rest = tuple_new(rt, items->items + 1, items->size - 1);
    }
    if (!ouro_is_null(rest)) {
        result = tuple_pack2(rt, made, rest);
    }
    value_decref(rt, rest);
    value_decref(rt, made);
    value_decref(rt, partial);
    value_decref(rt, functools);
    value_decref(rt, first);
    return result;
}

static const method_def methodcaller_methods[] = {
    {"__reduce__", "?self, /", methodcaller_reduce, NULL, 0, "Return state information for pickling"},
    {0},
};

const type_spec methodcaller_spec = {
    .name = "operator.methodcaller",
    .size = sizeof(getter_object),
    .doc = "methodcaller(name, ...) --> methodcaller object\n\nReturn a callable object that calls the given method on "
           "its operand.",
    .fields = getter_fields,
    .field_count = 3,
    .methods = methodcaller_methods,
    .slots = {.make = methodcaller_make, .call = methodcaller_call, .repr = methodcaller_repr},
};

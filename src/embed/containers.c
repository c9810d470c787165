/* containers.c: tuples, lists, dicts, sets, and items and iteration of any value, for C code (ouro.h). */
#include "embed/embed.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"

/* Are all items there, and ours? */
static bool containers_take_items(ouro_runtime *rt, const char *function, const ouro_value *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (ouro_is_null(items[i])) {
            embed_null_argument(rt, function);
            return false;
        }
        API_VALUE_OF(rt, items[i], function, false);
    }
    return true;
}

ouro_owned ouro_tuple_new(ouro_runtime *rt, const ouro_value *items, size_t count)
{
    API(rt, OURO_NULL);
    return containers_take_items(rt, __func__, items, count) ? tuple_new(rt, items, count) : OURO_NULL;
}

ouro_owned ouro_list_new(ouro_runtime *rt, const ouro_value *items, size_t count)
{
    API(rt, OURO_NULL);
    return containers_take_items(rt, __func__, items, count) ? list_new(rt, items, count) : OURO_NULL;
}

bool ouro_list_append(ouro_runtime *rt, ouro_value list, ouro_value item)
{
    API(rt, false);
    API_ARGUMENT(rt, list, false);
    API_ARGUMENT(rt, item, false);
    if (!value_is_list(rt, list)) {
        error_type(rt, "expected list, not %T", list);
        return false;
    }
    return list_append(rt, list, item);
}

ouro_value ouro_list_item(ouro_runtime *rt, ouro_value list, size_t index)
{
    API(rt, OURO_NULL);
    API_ARGUMENT(rt, list, OURO_NULL);
    bool is_list = value_is_list(rt, list);
    if (!is_list && !value_is_tuple(rt, list)) {
        return error_type(rt, "expected list or tuple, not %T", list);
    }
    if (index >= (is_list ? as_list(list)->size : as_tuple(list)->size)) {
        return error_index(rt, is_list ? "list index out of range" : "tuple index out of range");
    }
    return is_list ? as_list(list)->items[index] : as_tuple(list)->items[index];
}

ouro_owned ouro_dict_new(ouro_runtime *rt)
{
    API(rt, OURO_NULL);
    return dict_new(rt, 0);
}

static bool containers_is_dict(ouro_runtime *rt, ouro_value v)
{
    if (!value_is_dict(rt, v)) {
        error_type(rt, "expected dict, not %T", v);
        return false;
    }
    return true;
}

bool ouro_dict_set(ouro_runtime *rt, ouro_value dict, const char *key, ouro_value value)
{
    API(rt, false);
    API_ARGUMENT(rt, dict, false);
    API_ARGUMENT(rt, value, false);
    if (!containers_is_dict(rt, dict)) {
        return false;
    }
    ouro_value name = embed_name(rt, key);
    bool done = !ouro_is_null(name) && dict_set(rt, as_dict(dict), name, value);
    value_decref(rt, name);
    return done;
}

ouro_owned ouro_dict_get(ouro_runtime *rt, ouro_value dict, const char *key)
{
    API(rt, OURO_NULL);
    API_ARGUMENT(rt, dict, OURO_NULL);
    if (!containers_is_dict(rt, dict)) {
        return OURO_NULL;
    }
    ouro_value name = embed_name(rt, key);
    ouro_value value = ouro_is_null(name) ? name : value_incref(dict_get(rt, as_dict(dict), name));
    value_decref(rt, name);
    return value;
}

bool ouro_dict_next(ouro_runtime *rt, ouro_value dict, size_t *position, ouro_value *key, ouro_value *value)
{
    API(rt, false);
    API_ARGUMENT(rt, dict, false);
    return containers_is_dict(rt, dict) && dict_next(as_dict(dict), position, key, value);
}

ouro_owned ouro_set_new(ouro_runtime *rt, ouro_value iterable)
{
    API(rt, OURO_NULL);
    API_VALUE(rt, iterable, OURO_NULL);
    return set_new(rt, iterable);
}

bool ouro_set_add(ouro_runtime *rt, ouro_value set, ouro_value item)
{
    API(rt, false);
    API_ARGUMENT(rt, set, false);
    API_ARGUMENT(rt, item, false);
    if (!value_is_instance(rt, set, TYPE(rt, set))) {
        error_type(rt, "expected set, not %T", set);
        return false;
    }
    return set_add(rt, set, item);
}

/* ---- any container --------------------------------------------------------------------------------------
 */

int64_t ouro_length(ouro_runtime *rt, ouro_value v)
{
    API(rt, -1);
    API_ARGUMENT(rt, v, -1);
    return object_length(rt, v);
}

ouro_owned ouro_item_get(ouro_runtime *rt, ouro_value v, ouro_value key)
{
    API(rt, OURO_NULL);
    API_ARGUMENT(rt, v, OURO_NULL);
    API_ARGUMENT(rt, key, OURO_NULL);
    return object_getitem(rt, v, key);
}

bool ouro_item_set(ouro_runtime *rt, ouro_value v, ouro_value key, ouro_value value)
{
    API(rt, false);
    API_ARGUMENT(rt, v, false);
    API_ARGUMENT(rt, key, false);
    API_ARGUMENT(rt, value, false);
    return object_setitem(rt, v, key, value);
}

bool ouro_item_delete(ouro_runtime *rt, ouro_value v, ouro_value key)
{
    API(rt, false);
    API_ARGUMENT(rt, v, false);
    API_ARGUMENT(rt, key, false);
    return object_setitem(rt, v, key, OURO_NULL);
}

int ouro_contains(ouro_runtime *rt, ouro_value v, ouro_value item)
{
    API(rt, -1);
    API_ARGUMENT(rt, v, -1);
    API_ARGUMENT(rt, item, -1);
    return object_contains(rt, v, item);
}

ouro_owned ouro_iterator(ouro_runtime *rt, ouro_value v)
{
    API(rt, OURO_NULL);
    API_ARGUMENT(rt, v, OURO_NULL);
    return object_iter(rt, v);
}

ouro_owned ouro_next(ouro_runtime *rt, ouro_value iterator)
{
    API(rt, OURO_NULL);
    API_ARGUMENT(rt, iterator, OURO_NULL);
    return iterator_next(rt, iterator);
}

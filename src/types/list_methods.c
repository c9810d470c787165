/* list_methods.c: the methods of list but sort (list_sort.c). */
#include "types/list_private.h"

static ouro_value list_method_append(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return list_append(rt, args[0], args[1]) ? OURO_NONE : OURO_NULL;
}

static ouro_value list_method_clear(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    list_drop_items(rt, as_list(args[0]));
    return OURO_NONE;
}

static ouro_value list_method_copy(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    list_object *l = as_list(args[0]);
    return list_new(rt, l->size > 0 ? l->items : NULL, l->size);
}

static ouro_value list_method_extend(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return list_extend(rt, args[0], args[1]) ? OURO_NONE : OURO_NULL;
}

static ouro_value list_method_insert(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t index;
    if (!container_as_size(rt, args[1], &index)) {
        return OURO_NULL;
    }
    return list_insert(rt, args[0], index, args[2]) ? OURO_NONE : OURO_NULL;
}

static ouro_value list_method_pop(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t index = -1;
    if (nargs > 1 && !ouro_is_null(args[1]) && !container_as_size(rt, args[1], &index)) {
        return OURO_NULL;
    }
    list_object *l = as_list(args[0]);
    if (l->size == 0) {
        return error_index(rt, "pop from empty list");
    }
    if (index < 0) {
        index += (int64_t)l->size;
    }
    if (index < 0 || (uint64_t)index >= l->size) {
        return error_index(rt, "pop index out of range");
    }
    ouro_value item = l->items[index];
    memmove(l->items + index, l->items + index + 1, (l->size - (size_t)index - 1) * sizeof item);
    if (!list_resize(rt, l, l->size - 1)) {
        return OURO_NULL;
    }
    return item;
}

/* The index of the first item equal to `value` in [start, stop), -1: none, -2: failed. */
static int64_t list_search(ouro_runtime *rt, list_object *l, ouro_value value, int64_t start, int64_t stop)
{
    for (int64_t i = start; i < stop && (uint64_t)i < l->size; i++) {
        ouro_value v = l->items[i];
        if (ouro_is(v, value)) {
            return i;
        }
        if (ouro_is_int(v) && ouro_is_int(value)) {
            continue;
        }
        value_incref(v);
        int equal = object_equal(rt, v, value);
        value_decref(rt, v);
        if (equal != 0) {
            return equal < 0 ? -2 : i;
        }
    }
    return -1;
}

static ouro_value list_method_index(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    list_object *l = as_list(args[0]);
    int64_t start, stop;
    if (!container_search_bounds(rt, args, nargs, 2, (int64_t)l->size, &start, &stop)) {
        return OURO_NULL;
    }
    int64_t i = list_search(rt, l, args[1], start, stop);
    if (i == -1) {
        return error_value(rt, "%R is not in list", args[1]);
    }
    return i < 0 ? OURO_NULL : ouro_int(i);
}

static ouro_value list_method_count(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    list_object *l = as_list(args[0]);
    int64_t count = 0;
    for (int64_t i = 0; (i = list_search(rt, l, args[1], i, INT64_MAX)) != -1; i++) {
        if (i < 0) {
            return OURO_NULL;
        }
        count++;
    }
    return ouro_int(count);
}

static ouro_value list_method_remove(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    list_object *l = as_list(args[0]);
    int64_t i = list_search(rt, l, args[1], 0, INT64_MAX);
    if (i == -1) {
        return error_value(rt, "list.remove(x): x not in list");
    }
    if (i < 0) {
        return OURO_NULL;
    }
    if ((uint64_t)i >= l->size) { /* the comparison that matched has shortened the list */
        return OURO_NONE;
    }
    return list_splice(rt, l, (size_t)i, (size_t)i + 1, NULL, 0) ? OURO_NONE : OURO_NULL;
}

static ouro_value list_method_reverse(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    list_object *l = as_list(args[0]);
    for (size_t i = 0, j = l->size; i + 1 < j; i++) {
        ouro_value v = l->items[i];
        l->items[i] = l->items[--j];
        l->items[j] = v;
    }
    return OURO_NONE;
}

static ouro_value list_method_sort(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value key = arg_or_null(args, nargs, 1), reverse = arg_or_null(args, nargs, 2);
    if (ouro_is_none(key)) {
        key = OURO_NULL;
    }
    int64_t descending = 0;
    if (!ouro_is_null(reverse)) {
        if (ouro_is_bool(reverse)) {
            descending = ouro_is(reverse, OURO_TRUE);
        } else if (!container_as_index(rt, reverse, &descending, true)) {
            return OURO_NULL;
        }
    }
    return list_sort(rt, args[0], key, descending != 0) ? OURO_NONE : OURO_NULL;
}

const method_def list_methods[] = {
    {.name = "__reversed__",
     .signature = "self, /",
     .fn = list_reversed,
     .doc = "An iterator over the items, the last first."},
    SIZEOF_METHOD("list"),
    {.name = "clear", .signature = "self, /", .fn = list_method_clear, .doc = "Takes all items out."},
    {.name = "copy", .signature = "self, /", .fn = list_method_copy, .doc = "A shallow copy."},
    {.name = "append", .signature = "self, object, /", .fn = list_method_append, .doc = "Adds the object at the end."},
    {.name = "insert",
     .signature = "self, index, object, /",
     .fn = list_method_insert,
     .doc = "Puts the object in front of the item at the index."},
    {.name = "extend",
     .signature = "self, iterable, /",
     .fn = list_method_extend,
     .doc = "Adds the items of the iterable at the end."},
    {.name = "pop",
     .signature = "self, index=-1, /",
     .fn = list_method_pop,
     .doc = "Takes the item at the index (the last one by default) out and returns it; IndexError if there is none."},
    {.name = "remove",
     .signature = "self, value, /",
     .fn = list_method_remove,
     .doc = "Takes the first item that equals the value out; ValueError if there is none."},
    {.name = "index",
     .signature = "self, value, start=0, stop=sys.maxsize, /",
     .fn = list_method_index,
     .doc = "The index of the first item that equals the value; ValueError if there is none."},
    {.name = "count",
     .signature = "self, value, /",
     .fn = list_method_count,
     .doc = "How many items equal the value."},
    {.name = "reverse", .signature = "self, /", .fn = list_method_reverse, .doc = "Turns the list's order round."},
    {.name = "sort",
     .signature = "self, /, *, key=None, reverse=False",
     .fn = list_method_sort,
     .doc = "Sorts the list itself, ascending, or descending with reverse=True; equal items keep their order.\n\n"
            "With a key function, the items are ordered by what it returns for each."},
    CLASS_GETITEM_METHOD,
    {.name = NULL},
};

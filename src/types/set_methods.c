/* set_methods.c: the set operations and the methods of set and frozenset.
 *
 * Which of two equal items a result keeps is visible to programs: the intersection takes it from the smaller operand,
 * all others keep what the left operand has.
 *
 * Any comparison can change the sets that are walked: each step reads them anew (set_step), so the walk stays within
 * what is there, whatever it is.
 */
#include "types/set_private.h"

/* ---- operations ---- */

ouro_value set_op_copy(ouro_runtime *rt, ouro_value set)
{
    return set_new_of(rt, set_base_type(rt, set), set);
}

ouro_value set_op_union(ouro_runtime *rt, ouro_value set, ouro_value other)
{
    ouro_value result = set_op_copy(rt, set);
    if (!ouro_is_null(result) && !ouro_is(set, other) && !set_update(rt, result, other)) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    return result;
}

/* Adds to result the items of `from` that are in *place, or (not wanted) that are not; none of them equals an item that
 * result has.  Only while all keys are simple: then no code runs, and what is unlike in one table is so in every other.
 * 1: done; 0: not so, and result is empty; -1: no memory. */
static int set_select_simple(ouro_runtime *rt, set_object *result, const set_object *from, struct table *const *place,
                             bool wanted)
{
    if ((from->table->kind | (*place)->kind) & TABLE_HASHED) {
        set_clear(rt, result);
        return 0;
    }
    const struct table *t = from->table;
    size_t stride = table_stride(t), filled = t->filled;
    const ouro_value *entries = table_entries(t);
    for (size_t i = table_skip(t, 0); i < filled; i++) {
        const ouro_value *entry = entries + i * stride;
        if (table_is_hole(entry[0])) {
            continue;
        }
        hash_t hash = ouro_is_int(entry[0]) ? table_hash_int(entry[0]) : (hash_t)as_str(entry[0])->hash;
        if ((table_find_simple(*place, entry[0], hash) >= 0) != wanted) {
            continue;
        }
        ouro_value item = value_incref(entry[0]);
        int room = table_make_room(rt, &result->table, item);
        bool changed = from->table != t || t->filled != filled || ((t->kind | (*place)->kind) & TABLE_HASHED);
        if (OURO_UNLIKELY(room <= 0 || changed)) { /* code has run all the same, unless there is no memory */
            value_decref(rt, item);
            set_clear(rt, result);
            return room < 0 ? -1 : 0;
        }
        table_append(result->table, item, hash, OURO_NULL);
    }
    return 1;
}

/* Adds item to result if it is in the set. */
static bool set_add_if_in(ouro_runtime *rt, ouro_value result, ouro_value set, ouro_value item, hash_t hash)
{
    int contained = set_contains_hashed(rt, as_set(set), item, hash);
    return contained == 0 || (contained > 0 && set_add_hashed(rt, as_set(result), item, hash) >= 0);
}

ouro_value set_op_intersection(ouro_runtime *rt, ouro_value set, ouro_value other)
{
    if (ouro_is(set, other)) {
        return set_op_copy(rt, set);
    }
    ouro_value result = set_new_of(rt, set_base_type(rt, set), OURO_NULL);
    if (ouro_is_null(result)) {
        return OURO_NULL;
    }
    bool done = true;
    if (value_is_set(rt, other)) {
        if (set_size(other) > set_size(set)) {
            ouro_value swapped = set;
            set = other;
            other = swapped;
        }
        int selected = set_select_simple(rt, as_set(result), as_set(other), &as_set(set)->table, true);
        if (selected > 0) {
            return result;
        }
        done = selected == 0;
        size_t position = 0;
        hash_t hash;
        ouro_value item;
        while (done && !ouro_is_null(item = set_step(as_set(other), &position, &hash))) {
            done = set_add_if_in(rt, result, set, item, hash);
            value_decref(rt, item);
        }
    } else {
        ouro_value iterator = object_iter(rt, other);
        done = !ouro_is_null(iterator);
        while (done) {
            ouro_value item = iterator_next(rt, iterator);
            if (ouro_is_null(item)) {
                done = !error_is_set(rt);
                break;
            }
            hash_t hash = table_hash(rt, item);
            done = hash != -1 && set_add_if_in(rt, result, set, item, hash);
            value_decref(rt, item);
        }
        value_decref(rt, iterator);
    }
    if (!done) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    return result;
}

/* A table of which most are holes is copied into its size; failing to is harmless.  Nothing dies by that. */
static void set_give_back(ouro_runtime *rt, set_object *s)
{
    if (s->table->filled < 64 || s->table->live >= s->table->filled / 4) {
        return;
    }
    struct table *copy = table_copy(rt, &s->table, 0, OURO_NULL);
    if (copy == NULL) {
        (void)error_clear_if(rt, EXC(rt, MemoryError));
        return;
    }
    struct table *old = s->table;
    s->table = copy;
    table_drop(rt, old);
}

static bool set_subtract(ouro_runtime *rt, ouro_value set, ouro_value other)
{
    if (ouro_is(set, other)) {
        set_clear(rt, as_set(set));
        return true;
    }
    bool done = true;
    if (value_is_set(rt, other)) {
        size_t position = 0;
        hash_t hash;
        ouro_value item;
        while (done && !ouro_is_null(item = set_step(as_set(other), &position, &hash))) {
            done = set_discard_hashed(rt, as_set(set), item, hash) >= 0;
            value_decref(rt, item);
        }
        return done;
    }
    ouro_value iterator = object_iter(rt, other);
    done = !ouro_is_null(iterator);
    while (done) {
        ouro_value item = iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            done = !error_is_set(rt);
            break;
        }
        done = set_discard(rt, set, item) >= 0;
        value_decref(rt, item);
    }
    value_decref(rt, iterator);
    return done;
}

bool set_difference_update(ouro_runtime *rt, ouro_value set, ouro_value other)
{
    if (!set_subtract(rt, set, other)) {
        return false;
    }
    set_give_back(rt, as_set(set));
    return true;
}

ouro_value set_op_difference(ouro_runtime *rt, ouro_value set, ouro_value other)
{
    bool other_is_set = value_is_set(rt, other), other_is_dict = value_type(rt, other) == TYPE(rt, dict);
    size_t other_size = other_is_set ? set_size(other) : other_is_dict ? dict_size(as_dict(other)) : 0;
    ouro_value result;
    if ((!other_is_set && !other_is_dict) || set_size(set) >> 2 > other_size) {
        /* few to take out */
        result = set_op_copy(rt, set);
        if (!ouro_is_null(result) && !set_difference_update(rt, result, other)) {
            value_decref(rt, result);
            return OURO_NULL;
        }
        return result;
    }
    result = set_new_of(rt, set_base_type(rt, set), OURO_NULL);
    if (ouro_is_null(result)) {
        return OURO_NULL;
    }
    struct table **place = other_is_set ? &as_set(other)->table : &as_dict(other)->table;
    int selected = set_select_simple(rt, as_set(result), as_set(set), place, false);
    if (selected > 0) {
        return result;
    }
    bool done = selected == 0;
    size_t position = 0;
    hash_t hash;
    ouro_value item;
    while (done && !ouro_is_null(item = set_step(as_set(set), &position, &hash))) {
        int64_t found = table_find(rt, place, item, hash);
        done = found >= 0 || (found == TABLE_ABSENT && set_add_hashed(rt, as_set(result), item, hash) >= 0);
        value_decref(rt, item);
    }
    if (!done) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    return result;
}

/* Takes the item out if it is in the set, else puts it in. */
static bool set_toggle(ouro_runtime *rt, ouro_value set, ouro_value item, hash_t hash)
{
    int removed = set_discard_hashed(rt, as_set(set), item, hash);
    return removed > 0 || (removed == 0 && set_add_hashed(rt, as_set(set), item, hash) >= 0);
}

bool set_symmetric_difference_update(ouro_runtime *rt, ouro_value set, ouro_value other)
{
    if (ouro_is(set, other)) {
        set_clear(rt, as_set(set));
        return true;
    }
    /* An iterable is made a set first: what it gives twice must be toggled once.  A dict's keys are unique. */
    ouro_value items;
    if (value_type(rt, other) == TYPE(rt, dict) || !value_is_set(rt, other)) {
        items = set_new_of(rt, set_base_type(rt, set), other);
    } else {
        items = value_incref(other);
    }
    if (ouro_is_null(items)) {
        return false;
    }
    bool done = true;
    size_t position = 0;
    hash_t hash;
    ouro_value item;
    while (done && !ouro_is_null(item = set_step(as_set(items), &position, &hash))) {
        done = set_toggle(rt, set, item, hash);
        value_decref(rt, item);
    }
    value_decref(rt, items);
    return done;
}

ouro_value set_op_symmetric_difference(ouro_runtime *rt, ouro_value set, ouro_value other)
{
    ouro_value result = set_new_of(rt, set_base_type(rt, set), OURO_NULL);
    if (ouro_is_null(result)) {
        return OURO_NULL;
    }
    int selected = 0;
    if (value_is_set(rt, other)) {
        set_object *a = as_set(set), *b = as_set(other);
        selected = set_select_simple(rt, as_set(result), a, &b->table, false);
        if (selected > 0) {
            selected = set_select_simple(rt, as_set(result), b, &a->table, false);
        }
    }
    if (selected < 0 || (selected == 0 && !(set_update(rt, result, set) &&
                                            set_symmetric_difference_update(rt, result, other)))) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    return result;
}

/* ---- methods of both ---- */

static ouro_value set_method_copy(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return set_op_copy(rt, args[0]);
}

static ouro_value frozenset_method_copy(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return value_type(rt, args[0]) == TYPE(rt, frozenset) ? value_incref(args[0]) : set_op_copy(rt, args[0]);
}

/* args: self, then the tuple of what *others took. */
static ouro_value set_method_union(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value result = set_op_copy(rt, args[0]);
    tuple_object *others = as_tuple(args[1]);
    for (size_t i = 0; i < others->size && !ouro_is_null(result); i++) {
        if (!ouro_is(others->items[i], args[0]) && !set_update(rt, result, others->items[i])) {
            value_decref(rt, result);
            return OURO_NULL;
        }
    }
    return result;
}

static ouro_value set_intersect_all(ouro_runtime *rt, ouro_value self, tuple_object *others)
{
    if (others->size == 0) {
        return set_op_copy(rt, self);
    }
    ouro_value result = value_incref(self);
    for (size_t i = 0; i < others->size && !ouro_is_null(result); i++) {
        value_replace(rt, &result, set_op_intersection(rt, result, others->items[i]));
    }
    return result;
}

static ouro_value set_method_intersection(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return set_intersect_all(rt, args[0], as_tuple(args[1]));
}

static ouro_value set_method_difference(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    tuple_object *others = as_tuple(args[1]);
    if (others->size == 0) {
        return set_op_copy(rt, args[0]);
    }
    ouro_value result = set_op_difference(rt, args[0], others->items[0]);
    for (size_t i = 1; i < others->size && !ouro_is_null(result); i++) {
        if (!set_difference_update(rt, result, others->items[i])) {
            value_decref(rt, result);
            return OURO_NULL;
        }
    }
    return result;
}

static ouro_value set_method_symmetric_difference(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return set_op_symmetric_difference(rt, args[0], args[1]);
}

static ouro_value set_method_isdisjoint(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value self = args[0], other = args[1];
    if (ouro_is(self, other)) {
        return ouro_bool(set_size(self) == 0);
    }
    if (value_type(rt, other) == TYPE(rt, set) || value_type(rt, other) == TYPE(rt, frozenset)) {
        if (set_size(other) > set_size(self)) {
            ouro_value swapped = self;
            self = other;
            other = swapped;
        }
        size_t position = 0;
        hash_t hash;
        ouro_value item;
        while (!ouro_is_null(item = set_step(as_set(other), &position, &hash))) {
            int contained = set_contains_hashed(rt, as_set(self), item, hash);
            value_decref(rt, item);
            if (contained != 0) {
                return contained < 0 ? OURO_NULL : OURO_FALSE;
            }
        }
        return OURO_TRUE;
    }
    ouro_value iterator = object_iter(rt, other);
    if (ouro_is_null(iterator)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_TRUE;
    for (;;) {
        ouro_value item = iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            result = error_is_set(rt) ? OURO_NULL : result;
            break;
        }
        int contained = set_contains(rt, self, item);
        value_decref(rt, item);
        if (contained != 0) {
            result = contained < 0 ? OURO_NULL : OURO_FALSE;
            break;
        }
    }
    value_decref(rt, iterator);
    return result;
}

static ouro_value set_method_issubset(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value other = args[1];
    if (value_is_set(rt, other)) {
        int result = set_is_subset(rt, args[0], other);
        return result < 0 ? OURO_NULL : ouro_bool(result != 0);
    }
    ouro_value common = set_op_intersection(rt, args[0], other);
    if (ouro_is_null(common)) {
        return OURO_NULL;
    }
    bool result = set_size(common) == set_size(args[0]);
    value_decref(rt, common);
    return ouro_bool(result);
}

static ouro_value set_method_issuperset(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value other = args[1];
    if (value_is_set(rt, other)) {
        int result = set_is_subset(rt, other, args[0]);
        return result < 0 ? OURO_NULL : ouro_bool(result != 0);
    }
    ouro_value iterator = object_iter(rt, other);
    if (ouro_is_null(iterator)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_TRUE;
    for (;;) {
        ouro_value item = iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            result = error_is_set(rt) ? OURO_NULL : result;
            break;
        }
        int contained = set_contains(rt, args[0], item);
        value_decref(rt, item);
        if (contained <= 0) {
            result = contained < 0 ? OURO_NULL : OURO_FALSE;
            break;
        }
    }
    value_decref(rt, iterator);
    return result;
}

static ouro_value set_method_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value list = OURO_NULL, arguments = OURO_NULL, result = OURO_NULL;
    ouro_value state = object_call_method0(rt, args[0], STR(rt, __getstate__));
    if (!ouro_is_null(state)) {
        list = list_from_iterable(rt, args[0]);
    }
    if (!ouro_is_null(list)) {
        arguments = tuple_pack1(rt, list);
    }
    if (!ouro_is_null(arguments)) {
        result = tuple_pack3(rt, type_value(value_type(rt, args[0])), arguments, state);
    }
    value_decref(rt, state);
    value_decref(rt, list);
    value_decref(rt, arguments);
    return result;
}

/* The method under which `in` is known. */
static ouro_value set_method_contains(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int contained = set_contains_or_frozen(rt, args[0], args[1]);
    return contained < 0 ? OURO_NULL : ouro_bool(contained != 0);
}

/* ---- methods of set alone ---- */

static ouro_value set_method_add(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return set_add(rt, args[0], args[1]) ? OURO_NONE : OURO_NULL;
}

static ouro_value set_method_clear(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    set_clear(rt, as_set(args[0]));
    return OURO_NONE;
}

static ouro_value set_method_discard(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return set_discard_or_frozen(rt, args[0], args[1]) < 0 ? OURO_NULL : OURO_NONE;
}

static ouro_value set_method_remove(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int removed = set_discard_or_frozen(rt, args[0], args[1]);
    return removed < 0 ? OURO_NULL : removed == 0 ? error_key(rt, args[1]) : OURO_NONE;
}

static ouro_value set_method_pop(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    set_object *s = as_set(args[0]);
    if (s->table->live == 0) {
        ouro_value message = str_from_cstring(rt, "pop from an empty set");
        if (!ouro_is_null(message)) {
            error_key(rt, message);
            value_decref(rt, message);
        }
        return OURO_NULL;
    }
    ouro_value item, none;
    table_remove(s->table, table_skip(s->table, 0), &item, &none);
    return item;
}

static ouro_value set_method_update(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    tuple_object *others = as_tuple(args[1]);
    for (size_t i = 0; i < others->size; i++) {
        if (!set_update(rt, args[0], others->items[i])) {
            return OURO_NULL;
        }
    }
    return OURO_NONE;
}

static ouro_value set_method_intersection_update(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value result = set_intersect_all(rt, args[0], as_tuple(args[1]));
    if (ouro_is_null(result)) {
        return OURO_NULL;
    }
    set_swap(rt, args[0], result);
    value_decref(rt, result);
    return OURO_NONE;
}

static ouro_value set_method_difference_update(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    tuple_object *others = as_tuple(args[1]);
    for (size_t i = 0; i < others->size; i++) {
        if (!set_difference_update(rt, args[0], others->items[i])) {
            return OURO_NULL;
        }
    }
    return OURO_NONE;
}

static ouro_value set_method_symmetric_difference_update(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return set_symmetric_difference_update(rt, args[0], args[1]) ? OURO_NONE : OURO_NULL;
}

/* ---- the tables ---- */

#define SET_COMMON_METHODS                                                                              \
    {.name = "__contains__",                                                                            \
     .signature = "?self, object, /",                                                                   \
     .fn = set_method_contains,                                                                         \
     .doc = "x.__contains__(y) <==> y in x."},                                                          \
        {.name = "difference",                                                                          \
         .signature = "?self, *others",                                                                 \
         .fn = set_method_difference,                                                                   \
         .doc = "A new set of the items that are in none of the others."},                              \
        {.name = "intersection",                                                                        \
         .signature = "?self, *others",                                                                 \
         .fn = set_method_intersection,                                                                 \
         .doc = "A new set of the items that are in all of the others too."},                           \
        {.name = "isdisjoint",                                                                          \
         .signature = "?self, other, /",                                                                \
         .fn = set_method_isdisjoint,                                                                   \
         .doc = "Have the two no item in common?"},                                                     \
        {.name = "issubset",                                                                            \
         .signature = "?self, other, /",                                                                \
         .fn = set_method_issubset,                                                                     \
         .doc = "Are all items of this set in the other?"},                                             \
        {.name = "issuperset",                                                                          \
         .signature = "?self, other, /",                                                                \
         .fn = set_method_issuperset,                                                                   \
         .doc = "Are all items of the other in this set?"},                                             \
        {.name = "__reduce__", .signature = "?self, /", .fn = set_method_reduce, .doc = "State for pickling."}, \
        SIZEOF_METHOD("set"),                                                                           \
        {.name = "symmetric_difference",                                                                \
         .signature = "?self, other, /",                                                                \
         .fn = set_method_symmetric_difference,                                                         \
         .doc = "A new set of the items that are in exactly one of the two."},                          \
        {.name = "union",                                                                               \
         .signature = "?self, *others",                                                                 \
         .fn = set_method_union,                                                                        \
         .doc = "A new set of the items of this set and all others."},                                  \
        CLASS_GETITEM_METHOD

const method_def frozenset_methods[] = {
    {.name = "copy",
     .signature = "?self, /",
     .fn = frozenset_method_copy,
     .doc = "A shallow copy: the frozenset itself, if it is an exact one."},
    SET_COMMON_METHODS,
    {.name = NULL},
};

const method_def set_methods[] = {
    {.name = "add", .signature = "?self, item, /", .fn = set_method_add, .doc = "Adds the item if it is not there yet."},
    {.name = "clear", .signature = "?self, /", .fn = set_method_clear, .doc = "Takes all items out."},
    {.name = "copy", .signature = "?self, /", .fn = set_method_copy, .doc = "A shallow copy."},
    {.name = "discard",
     .signature = "?self, item, /",
     .fn = set_method_discard,
     .doc = "Takes the item out if it is there."},
    {.name = "difference_update",
     .signature = "?self, *others",
     .fn = set_method_difference_update,
     .doc = "Takes out the items of all others."},
    {.name = "intersection_update",
     .signature = "?self, *others",
     .fn = set_method_intersection_update,
     .doc = "Keeps only the items that are in all of the others too."},
    {.name = "pop",
     .signature = "?self, /",
     .fn = set_method_pop,
     .doc = "Takes an item out and returns it; KeyError if there is none."},
    {.name = "remove",
     .signature = "?self, item, /",
     .fn = set_method_remove,
     .doc = "Takes the item out; KeyError if it is not there."},
    {.name = "symmetric_difference_update",
     .signature = "?self, other, /",
     .fn = set_method_symmetric_difference_update,
     .doc = "Takes out the items that the other has too, and adds its other items."},
    {.name = "update",
     .signature = "?self, *others",
     .fn = set_method_update,
     .doc = "Adds the items of all others."},
    SET_COMMON_METHODS,
    {.name = NULL},
};

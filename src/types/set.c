/* set.c: set and frozenset: an ordered hash table (table.h) without values.
 *
 * Items come out in the order of insertion: one of the orders that Python allows, and one that does not change from run
 * to run.  A frozenset never changes once it is visible; its hash is kept when it has been asked for.
 */
#include "types/set_private.h"

/* ---- storage ---- */

size_t set_size(ouro_value set)
{
    return table_live(as_set(set)->table);
}

bool set_next(ouro_value set, size_t *position, ouro_value *item)
{
    ouro_value *entry;
    if (!table_next(as_set(set)->table, position, &entry)) {
        return false;
    }
    *item = entry[0];
    return true;
}

ouro_value set_step(set_object *s, size_t *position, hash_t *hash)
{
    ouro_value *entry;
    if (!table_next(s->table, position, &entry)) {
        return OURO_NULL;
    }
    *hash = table_entry_hash(s->table, entry);
    return value_incref(entry[0]);
}

int set_add_hashed(ouro_runtime *rt, set_object *s, ouro_value item, hash_t hash)
{
    for (;;) {
        int64_t i = table_find(rt, &s->table, item, hash);
        if (i != TABLE_ABSENT) {
            return i == TABLE_FAILED ? -1 : 0;
        }
        int room = table_make_room(rt, &s->table, item);
        if (room < 0) {
            return -1;
        }
        if (room > 0) {
            break;
        }
    }
    table_append(s->table, value_incref(item), hash, OURO_NULL);
    return 1;
}

int set_contains_hashed(ouro_runtime *rt, set_object *s, ouro_value item, hash_t hash)
{
    int64_t i = table_find(rt, &s->table, item, hash);
    return i == TABLE_FAILED ? -1 : i >= 0;
}

int set_discard_hashed(ouro_runtime *rt, set_object *s, ouro_value item, hash_t hash)
{
    int64_t i = table_find(rt, &s->table, item, hash);
    if (i < 0) {
        return i == TABLE_FAILED ? -1 : 0;
    }
    ouro_value old, none;
    table_remove(s->table, (size_t)i, &old, &none);
    value_decref(rt, old);
    return 1;
}

bool set_add(ouro_runtime *rt, ouro_value set, ouro_value item)
{
    hash_t hash = table_hash(rt, item);
    return hash != -1 && set_add_hashed(rt, as_set(set), item, hash) >= 0;
}

int set_contains(ouro_runtime *rt, ouro_value set, ouro_value item)
{
    hash_t hash = table_hash(rt, item);
    return hash == -1 ? -1 : set_contains_hashed(rt, as_set(set), item, hash);
}

int set_discard(ouro_runtime *rt, ouro_value set, ouro_value item)
{
    hash_t hash = table_hash(rt, item);
    return hash == -1 ? -1 : set_discard_hashed(rt, as_set(set), item, hash);
}

/* After TypeError from hashing a set: the frozenset to look for instead, or OURO_NULL with the exception. */
static ouro_value set_frozen_for(ouro_runtime *rt, ouro_value item)
{
    if (!value_is_set(rt, item) || !error_clear_if(rt, EXC(rt, TypeError))) {
        return OURO_NULL;
    }
    return set_new_of(rt, TYPE(rt, frozenset), item);
}

int set_contains_or_frozen(ouro_runtime *rt, ouro_value set, ouro_value item)
{
    int result = set_contains(rt, set, item);
    if (result < 0) {
        ouro_value frozen = set_frozen_for(rt, item);
        if (!ouro_is_null(frozen)) {
            result = set_contains(rt, set, frozen);
            value_decref(rt, frozen);
        }
    }
    return result;
}

int set_discard_or_frozen(ouro_runtime *rt, ouro_value set, ouro_value item)
{
    int result = set_discard(rt, set, item);
    if (result < 0) {
        ouro_value frozen = set_frozen_for(rt, item);
        if (!ouro_is_null(frozen)) {
            result = set_discard(rt, set, frozen);
            value_decref(rt, frozen);
        }
    }
    return result;
}

void set_clear(ouro_runtime *rt, set_object *s)
{
    struct table *t = s->table;
    s->table = table_empty(0);
    if (t != NULL) {
        table_drop(rt, t);
    }
}

/* Adds the keys of a table that belongs to a dict or to another set. */
static bool set_update_from_table(ouro_runtime *rt, set_object *s, struct table **source)
{
    if ((*source)->live == 0 || source == &s->table) {
        return true;
    }
    if (s->table->live == 0) {
        struct table *copy = table_copy(rt, source, 0, OURO_NULL);
        if (copy == NULL) {
            return false;
        }
        if (s->table->live == 0) {
            struct table *old = s->table;
            s->table = copy;
            table_free(rt, old);
            return true;
        }
        table_drop(rt, copy);
    }
    size_t position = 0;
    ouro_value *entry;
    while (table_next(*source, &position, &entry)) {
        ouro_value item = value_incref(entry[0]);
        int added = set_add_hashed(rt, s, item, table_entry_hash(*source, entry));
        value_decref(rt, item);
        if (added < 0) {
            return false;
        }
    }
    return true;
}

bool set_update(ouro_runtime *rt, ouro_value set, ouro_value iterable)
{
    set_object *s = as_set(set);
    if (value_is_set(rt, iterable)) {
        return set_update_from_table(rt, s, &as_set(iterable)->table);
    }
    if (value_type(rt, iterable) == TYPE(rt, dict)) {
        return set_update_from_table(rt, s, &as_dict(iterable)->table);
    }
    ouro_value iterator = object_iter(rt, iterable);
    if (ouro_is_null(iterator)) {
        return false;
    }
    bool done = true;
    while (done) {
        ouro_value item = iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            done = !error_is_set(rt);
            break;
        }
        done = set_add(rt, set, item);
        value_decref(rt, item);
    }
    value_decref(rt, iterator);
    return done;
}

void set_swap(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    struct table *t = as_set(a)->table;
    as_set(a)->table = as_set(b)->table;
    as_set(b)->table = t;
    as_set(a)->hash = as_set(b)->hash = 0;
}

/* ---- making ---- */

ouro_value set_new_of(ouro_runtime *rt, type_object *type, ouro_value iterable)
{
    set_object *s = object_new(rt, &type->type, 0);
    if (s == NULL) {
        return OURO_NULL;
    }
    s->table = table_empty(0);
    gc_track(rt, s);
    ouro_value set = ouro_from_object(s);
    if (!ouro_is_null(iterable) && !set_update(rt, set, iterable)) {
        value_decref(rt, set);
        return OURO_NULL;
    }
    return set;
}

ouro_value set_new(ouro_runtime *rt, ouro_value iterable)
{
    return set_new_of(rt, TYPE(rt, set), iterable);
}

ouro_value frozenset_new(ouro_runtime *rt, ouro_value iterable)
{
    if (!ouro_is_null(iterable) && value_type(rt, iterable) == TYPE(rt, frozenset)) {
        return value_incref(iterable);
    }
    return set_new_of(rt, TYPE(rt, frozenset), iterable);
}

static ouro_value set_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                           ouro_value kwnames)
{
    return set_new_of(rt, type, OURO_NULL);
}

static bool set_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    ouro_value iterable;
    if (!container_one_argument(rt, "set", args, nargs, kwnames, &iterable)) {
        return false;
    }
    set_clear(rt, as_set(self));
    return ouro_is_null(iterable) || set_update(rt, self, iterable);
}

static ouro_value frozenset_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                 ouro_value kwnames)
{
    ouro_value iterable;
    if (type != TYPE(rt, frozenset) && type->slots.init != TYPE(rt, frozenset)->slots.init) {
        kwnames = OURO_NULL; /* an __init__ of its own may take them */
    }
    const char *name = ouro_is_null(kwnames) || as_tuple(kwnames)->size == 0 ? type->type.name : "frozenset";
    if (!container_one_argument(rt, name, args, nargs, kwnames, &iterable)) {
        return OURO_NULL;
    }
    return type == TYPE(rt, frozenset) ? frozenset_new(rt, iterable) : set_new_of(rt, type, iterable);
}

/* ---- slots ---- */

static int64_t set_length(ouro_runtime *rt, ouro_value self)
{
    return (int64_t)set_size(self);
}

static ouro_value set_repr(ouro_runtime *rt, ouro_value self)
{
    type_object *type = value_type(rt, self);
    bool plain = type == TYPE(rt, set);
    if (set_size(self) == 0) {
        return str_format_c(rt, "%T()", self);
    }
    int entered = repr_enter(rt, self);
    if (entered != 0) {
        return entered < 0 ? OURO_NULL : str_format_c(rt, "%T(...)", self);
    }
    str_builder b;
    str_builder_init(&b, rt);
    if (!plain) {
        str_builder_str(&b, type->name);
        str_builder_char(&b, '(');
    }
    str_builder_char(&b, '{');
    /* What the set holds now: a repr may change it. */
    ouro_value list = list_from_iterable(rt, self);
    size_t count = ouro_is_null(list) ? 0 : as_list(list)->size;
    for (size_t i = 0; i < count && !b.failed; i++) {
        if (i > 0) {
            str_builder_ascii(&b, ", ", 2);
        }
        str_builder_repr(&b, as_list(list)->items[i]);
    }
    str_builder_cstring(&b, plain ? "}" : "})");
    repr_leave(rt, self);
    if (ouro_is_null(list)) {
        str_builder_drop(&b);
        return OURO_NULL;
    }
    value_decref(rt, list);
    return str_builder_finish(&b);
}

/* The items' hashes combined so that their order does not matter: each is spread first, so that neighbouring ints do
 * not cancel out (the constants make equal frozensets hash as in CPython). */
static hash_t frozenset_hash(ouro_runtime *rt, ouro_value self)
{
    set_object *s = as_set(self);
    if (s->hash != 0) {
        return (hash_t)s->hash;
    }
    uint64_t hash = 0;
    size_t position = 0;
    ouro_value *entry;
    while (table_next(s->table, &position, &entry)) {
        uint64_t h = (uint64_t)table_entry_hash(s->table, entry);
        hash ^= ((h ^ UINT64_C(89869747)) ^ (h << 16)) * UINT64_C(3644798167);
    }
    hash ^= (s->table->live + 1) * UINT64_C(1927868237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash * 69069 + UINT64_C(907133923);
    if (hash == UINT64_MAX) {
        hash = 590923713;
    }
    s->hash = hash;
    return (hash_t)hash;
}

int set_is_subset(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    if (set_size(a) > set_size(b)) {
        return 0;
    }
    size_t position = 0;
    hash_t hash;
    for (;;) {
        ouro_value item = set_step(as_set(a), &position, &hash);
        if (ouro_is_null(item)) {
            return 1;
        }
        int contained = set_contains_hashed(rt, as_set(b), item, hash);
        value_decref(rt, item);
        if (contained <= 0) {
            return contained;
        }
    }
}

static ouro_value set_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if (!value_is_set(rt, a) || !value_is_set(rt, b)) {
        return OURO_NOT_IMPLEMENTED;
    }
    size_t x = set_size(a), y = set_size(b);
    int result;
    switch (op) {
    case COMPARE_EQ:
    case COMPARE_NE:
        if (x != y || (as_set(a)->hash != 0 && as_set(b)->hash != 0 && as_set(a)->hash != as_set(b)->hash)) {
            return ouro_bool(op == COMPARE_NE);
        }
        result = set_is_subset(rt, a, b);
        if (result >= 0 && op == COMPARE_NE) {
            result = !result;
        }
        break;
    case COMPARE_LE:
        result = set_is_subset(rt, a, b);
        break;
    case COMPARE_GE:
        result = set_is_subset(rt, b, a);
        break;
    case COMPARE_LT:
        result = x < y ? set_is_subset(rt, a, b) : 0;
        break;
    default:
        result = x > y ? set_is_subset(rt, b, a) : 0;
        break;
    }
    return result < 0 ? OURO_NULL : ouro_bool(result != 0);
}

/* ---- operators: both operands must be sets ---- */

static bool set_operands(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    return value_is_set(rt, a) && value_is_set(rt, b);
}

static ouro_value set_and(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    return set_operands(rt, a, b) ? set_op_intersection(rt, a, b) : OURO_NOT_IMPLEMENTED;
}

static ouro_value set_or(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    return set_operands(rt, a, b) ? set_op_union(rt, a, b) : OURO_NOT_IMPLEMENTED;
}

static ouro_value set_subtract(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    return set_operands(rt, a, b) ? set_op_difference(rt, a, b) : OURO_NOT_IMPLEMENTED;
}

static ouro_value set_xor(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    return set_operands(rt, a, b) ? set_op_symmetric_difference(rt, a, b) : OURO_NOT_IMPLEMENTED;
}

static ouro_value set_inplace_and(ouro_runtime *rt, ouro_value self, ouro_value other)
{
    if (!value_is_set(rt, other)) {
        return OURO_NOT_IMPLEMENTED;
    }
    ouro_value result = set_op_intersection(rt, self, other);
    if (ouro_is_null(result)) {
        return OURO_NULL;
    }
    set_swap(rt, self, result);
    value_decref(rt, result);
    return value_incref(self);
}

static ouro_value set_inplace_or(ouro_runtime *rt, ouro_value self, ouro_value other)
{
    if (!value_is_set(rt, other)) {
        return OURO_NOT_IMPLEMENTED;
    }
    return set_update(rt, self, other) ? value_incref(self) : OURO_NULL;
}

static ouro_value set_inplace_subtract(ouro_runtime *rt, ouro_value self, ouro_value other)
{
    if (!value_is_set(rt, other)) {
        return OURO_NOT_IMPLEMENTED;
    }
    return set_difference_update(rt, self, other) ? value_incref(self) : OURO_NULL;
}

static ouro_value set_inplace_xor(ouro_runtime *rt, ouro_value self, ouro_value other)
{
    if (!value_is_set(rt, other)) {
        return OURO_NOT_IMPLEMENTED;
    }
    return set_symmetric_difference_update(rt, self, other) ? value_incref(self) : OURO_NULL;
}

/* ---- the types ---- */

static int set_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context)
{
    const set_object *s = (set_object *)(void *)self;
    return s->table != NULL ? table_traverse(s->table, visit, context) : 0;
}

static int set_traverse_edges(ouro_runtime *rt, ouro_object *self, ouro_edge_fn visit, void *context)
{
    size_t position = 0, number = 0;
    ouro_value item;
    int result = 0;
    while (result == 0 && set_next(ouro_from_object(self), &position, &item)) {
        result = edge_tell(item, &(ouro_edge){.kind = OURO_EDGE_ITEM, .number = number++}, visit, context);
    }
    return result;
}

static void set_clear_references(ouro_runtime *rt, ouro_object *self)
{
    set_clear(rt, (set_object *)(void *)self);
}

static void set_dispose(ouro_runtime *rt, ouro_object *self)
{
    table_free(rt, ((set_object *)(void *)self)->table);
}

static size_t set_extra_size(ouro_runtime *rt, ouro_object *self)
{
    return table_bytes(((set_object *)(void *)self)->table);
}

const type_spec set_spec = {
    .name = "set",
    .size = sizeof(set_object),
    .flags = OURO_TYPE_WEAKREF | TYPE_BASE | TYPE_MATCH_SELF | TYPE_IS_SET,
    .doc = "set(): an empty set\nset(iterable): a set of the iterable's items, each once.",
    .traverse = set_traverse,
    .traverse_edges = set_traverse_edges,
    .clear = set_clear_references,
    .dispose = set_dispose,
    .extra_size = set_extra_size,
    .methods = set_methods,
    .slots =
        {
            .make = set_make,
            .init = set_init,
            .repr = set_repr,
            .hash = hash_not_implemented,
            .compare = set_compare,
            .iter = set_iter,
            .binary = {[BINARY_AND] = set_and,
                       [BINARY_OR] = set_or,
                       [BINARY_SUBTRACT] = set_subtract,
                       [BINARY_XOR] = set_xor},
            .inplace = {[BINARY_AND] = set_inplace_and,
                        [BINARY_OR] = set_inplace_or,
                        [BINARY_SUBTRACT] = set_inplace_subtract,
                        [BINARY_XOR] = set_inplace_xor},
            .length = set_length,
            .contains = set_contains_or_frozen,
        },
};

const type_spec frozenset_spec = {
    .name = "frozenset",
    .size = sizeof(set_object),
    .flags = OURO_TYPE_WEAKREF | OURO_TYPE_IMMUTABLE | TYPE_BASE | TYPE_MATCH_SELF | TYPE_IS_SET,
    .doc = "frozenset(): an empty frozenset\n"
           "frozenset(iterable): a set of the iterable's items that never changes.",
    .traverse = set_traverse,
    .traverse_edges = set_traverse_edges,
    .clear = set_clear_references,
    .dispose = set_dispose,
    .extra_size = set_extra_size,
    .methods = frozenset_methods,
    .slots =
        {
            .make = frozenset_make,
            .repr = set_repr,
            .hash = frozenset_hash,
            .compare = set_compare,
            .iter = set_iter,
            .binary = {[BINARY_AND] = set_and,
                       [BINARY_OR] = set_or,
                       [BINARY_SUBTRACT] = set_subtract,
                       [BINARY_XOR] = set_xor},
            .length = set_length,
            .contains = set_contains_or_frozen,
        },
};

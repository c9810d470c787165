/* type_inherit.c: what a class has from its bases: method resolution order, layout, metaclass, flags; and the way back,
 * from a class to its subclasses.
 *
 * The order of resolution is the C3 linearization (Barrett et al., "A Monotonic Superclass Linearization for Dylan",
 * 1996): merge the orders of the bases and the list of the bases itself, each time taking the first head that stands in
 * no other list's tail.
 *
 * Layout: an object of a class begins with the fixed part of the class's `base`; all other bases must add nothing to
 * theirs but what lies behind everything (attribute values) or outside (weak references).
 */
#include "types/attribute.h"
#include "types/containers.h"
#include "types/descriptor.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/slots.h"
#include "types/str.h"
#include "types/type_build.h"

bool type_is_subtype(const type_object *type, const type_object *base)
{
    if (ouro_is_null(type->mro)) {
        /* half made or half gone: only the chain of bases is there */
        for (const type_object *t = type; t != NULL; t = t->base) {
            if (t == base) {
                return true;
            }
        }
        return false;
    }
    const tuple_object *mro = as_tuple(type->mro);
    for (size_t i = 0; i < mro->size; i++) {
        if (as_type(mro->items[i]) == base) {
            return true;
        }
    }
    return false;
}

/* ---- method resolution order ---- */

/* One of the lists that are merged: items[at .. size) are left. */
typedef struct mro_list {
    const ouro_value *items;
    size_t size, at;
} mro_list;

static bool mro_in_tail(const mro_list *list, ouro_value v)
{
    for (size_t i = list->at + 1; i < list->size; i++) {
        if (ouro_is(list->items[i], v)) {
            return true;
        }
    }
    return false;
}

static bool mro_in_some_tail(const mro_list *lists, size_t count, ouro_value v)
{
    for (size_t i = 0; i < count; i++) {
        if (mro_in_tail(&lists[i], v)) {
            return true;
        }
    }
    return false;
}

static ouro_value mro_conflict(ouro_runtime *rt, const mro_list *lists, size_t count)
{
    /* the heads that are left, each once, in the order of the lists */
    str_builder text;
    str_builder_init(&text, rt);
    str_builder_cstring(&text, "Cannot create a consistent method resolution\norder (MRO) for bases");
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        if (lists[i].at == lists[i].size) {
            continue;
        }
        ouro_value head = lists[i].items[lists[i].at];
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++) {
            seen = lists[j].at < lists[j].size && ouro_is(lists[j].items[lists[j].at], head);
        }
        if (!seen) {
            str_builder_cstring(&text, first ? " " : ", ");
            str_builder_str(&text, as_type(head)->name);
            first = false;
        }
    }
    ouro_value message = str_builder_finish(&text);
    if (!ouro_is_null(message)) {
        error_type(rt, "%U", message);
        value_decref(rt, message);
    }
    return OURO_NULL;
}

/* Merges into out, which has room for everything; the number of items, or 0 with TypeError. */
static size_t mro_merge(ouro_runtime *rt, mro_list *lists, size_t count, ouro_value *out)
{
    size_t length = 0;
    while (true) {
        bool empty = true;
        ouro_value next = OURO_NULL;
        for (size_t i = 0; i < count && ouro_is_null(next); i++) {
            if (lists[i].at < lists[i].size) {
                empty = false;
                ouro_value head = lists[i].items[lists[i].at];
                next = mro_in_some_tail(lists, count, head) ? OURO_NULL : head;
            }
        }
        if (empty) {
            return length;
        }
        if (ouro_is_null(next)) {
            mro_conflict(rt, lists, count);
            return 0;
        }
        out[length++] = next;
        for (size_t i = 0; i < count; i++) {
            if (lists[i].at < lists[i].size && ouro_is(lists[i].items[lists[i].at], next)) {
                lists[i].at++;
            }
        }
    }
}

ouro_value type_mro_linearize(ouro_runtime *rt, type_object *type)
{
    const tuple_object *bases = as_tuple(type->bases);
    size_t total = 1 + bases->size;
    for (size_t i = 0; i < bases->size; i++) {
        type_object *base = as_type(bases->items[i]);
        if (ouro_is_null(base->mro)) {
            return error_type(rt, "Cannot extend an incomplete type '%N'", base);
        }
        for (size_t j = i + 1; j < bases->size; j++) {
            if (ouro_is(bases->items[i], bases->items[j])) {
                return error_type(rt, "duplicate base class %U", base->name);
            }
        }
        total += as_tuple(base->mro)->size;
    }
    size_t lists_size = (bases->size + 1) * sizeof(mro_list);
    char *block = ouro_mem_alloc(rt->mem, lists_size + total * sizeof(ouro_value));
    if (block == NULL) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    mro_list *lists = (mro_list *)(void *)block;
    ouro_value *out = (ouro_value *)(void *)(block + lists_size);
    for (size_t i = 0; i < bases->size; i++) {
        const tuple_object *mro = as_tuple(as_type(bases->items[i])->mro);
        lists[i] = (mro_list){mro->items, mro->size, 0};
    }
    lists[bases->size] = (mro_list){bases->items, bases->size, 0};
    out[0] = type_value(type);
    size_t length = 0;
    if (bases->size == 1) {
        memcpy(out + 1, lists[0].items, lists[0].size * sizeof *out);
        length = lists[0].size;
    } else if (bases->size > 0) {
        length = mro_merge(rt, lists, bases->size + 1, out + 1);
    }
    ouro_value result = length == 0 && bases->size > 0 ? OURO_NULL : tuple_new(rt, out, length + 1);
    ouro_mem_free(rt->mem, block);
    return result;
}

/* Checks what a metaclass's mro() returned: a tuple of classes whose layouts agree with the type's. */
static ouro_value mro_check(ouro_runtime *rt, type_object *type, ouro_value mro)
{
    type_object *solid = type_solid_base(type);
    const tuple_object *t = as_tuple(mro);
    for (size_t i = 0; i < t->size; i++) {
        if (!value_is_type(rt, t->items[i])) {
            error_type(rt, "mro() returned a non-class ('%T')", t->items[i]);
            value_decref(rt, mro);
            return OURO_NULL;
        }
        type_object *base = as_type(t->items[i]);
        if (!type_is_subtype(solid, type_solid_base(base))) {
            error_type(rt, "mro() returned base with unsuitable layout ('%N')", base);
            value_decref(rt, mro);
            return OURO_NULL;
        }
    }
    return mro;
}

static ouro_value type_order(ouro_runtime *rt, type_object *type)
{
    type_object *metatype = value_type(rt, type_value(type));
    if (metatype == TYPE(rt, type)) {
        return type_mro_linearize(rt, type);
    }
    if (!type_fill_for(rt, metatype, STR(rt, mro))) {
        return OURO_NULL;
    }
    ouro_value method = type_lookup(rt, metatype, STR(rt, mro));
    if (ouro_is(method, type_lookup(rt, TYPE(rt, type), STR(rt, mro)))) {
        return type_mro_linearize(rt, type);
    }
    bool found;
    ouro_value self = type_value(type);
    ouro_value result = slots_call_special(rt, STR(rt, mro), &self, 1, &found);
    if (ouro_is_null(result)) {
        return OURO_NULL;
    }
    ouro_value tuple = tuple_from_iterable(rt, result);
    value_decref(rt, result);
    return ouro_is_null(tuple) ? OURO_NULL : mro_check(rt, type, tuple);
}

/* A class that a program makes looks for special methods in all of them: they are filled, so that this cannot fail. */
ouro_value type_compute_mro(ouro_runtime *rt, type_object *type)
{
    ouro_value mro = type_order(rt, type);
    if (!ouro_is_null(mro) && !type_fill_order(rt, mro)) {
        value_clear(rt, &mro);
    }
    return mro;
}

/* ---- layout ---- */

/* Does the type add to the fixed part of its base's objects? */
static bool type_extends_layout(const type_object *type, const type_object *base)
{
    return type->type.size != base->type.size ||
           (type->type.flags & TYPE_VAR_SIZED) != (base->type.flags & TYPE_VAR_SIZED);
}

type_object *type_solid_base(type_object *type)
{
    while (type->base != NULL && !type_extends_layout(type, type->base)) {
        type = type->base;
    }
    return type;
}

type_object *type_best_base(ouro_runtime *rt, ouro_value bases)
{
    const tuple_object *t = as_tuple(bases);
    type_object *winner = NULL, *best = NULL;
    for (size_t i = 0; i < t->size; i++) {
        if (!value_is_type(rt, t->items[i])) {
            error_type(rt, "bases must be types");
            return NULL;
        }
        type_object *base = as_type(t->items[i]);
        if (!(base->type.flags & TYPE_BASE)) {
            error_type(rt, "type '%N' is not an acceptable base type", base);
            return NULL;
        }
        type_object *solid = type_solid_base(base);
        if (winner == NULL || (!type_is_subtype(winner, solid) && type_is_subtype(solid, winner))) {
            winner = solid;
            best = base;
        } else if (!type_is_subtype(winner, solid)) {
            error_type(rt, "multiple bases have instance lay-out conflict");
            return NULL;
        }
    }
    return best;
}

/* Is each of the __slots__ of `a` one of `b`, at the same place? */
static bool type_slots_are_in(ouro_runtime *rt, type_object *a, type_object *b)
{
    size_t position = 0;
    ouro_value name, member;
    while (dict_next(a->dict, &position, &name, &member)) {
        if (value_type(rt, member) != TYPE(rt, member_descriptor) || !value_is_str(rt, name)) {
            continue;
        }
        ouro_value other = dict_get_str(rt, b->dict, name);
        if (ouro_is_null(other) || value_type(rt, other) != TYPE(rt, member_descriptor) ||
            ((member_descriptor_object *)(void *)ouro_as_object(member))->offset !=
                ((member_descriptor_object *)(void *)ouro_as_object(other))->offset) {
            return false;
        }
    }
    return true;
}

bool type_same_layout(ouro_runtime *rt, type_object *from, type_object *to)
{
    const uint32_t kept = OURO_TYPE_LEAF | OURO_TYPE_COUNTED | OURO_TYPE_SHAPED | OURO_TYPE_WEAKREF | TYPE_HAS_DICT |
                          TYPE_VAR_SIZED;
    if ((from->type.flags & kept) != (to->type.flags & kept) || from->type.size != to->type.size ||
        from->slot_count != to->slot_count || from->type.dispose != to->type.dispose ||
        from->type.field_count != to->type.field_count) {
        return false;
    }
    if (type_solid_base(from) == type_solid_base(to)) {
        return true;
    }
    /* each adds __slots__ of its own to the same base: alike if the names are, in the same order */
    type_object *a = type_solid_base(from), *b = type_solid_base(to);
    if (a->base != b->base || !(a->type.flags & b->type.flags & TYPE_HEAP)) {
        return false;
    }
    return type_slots_are_in(rt, a, b) && type_slots_are_in(rt, b, a);
}

type_object *type_calculate_metaclass(ouro_runtime *rt, type_object *metatype, ouro_value bases)
{
    const tuple_object *t = as_tuple(bases);
    type_object *winner = metatype;
    for (size_t i = 0; i < t->size; i++) {
        type_object *of_base = value_type(rt, t->items[i]);
        if (type_is_subtype(winner, of_base)) {
            continue;
        }
        if (!type_is_subtype(of_base, winner)) {
            error_type(rt, "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of "
                           "the metaclasses of all its bases");
            return NULL;
        }
        winner = of_base;
    }
    return winner;
}

void type_inherit_flags(type_object *type, const type_object *base)
{
    const uint32_t inherited = TYPE_IS_INT | TYPE_IS_STR | TYPE_IS_BYTES | TYPE_IS_TUPLE | TYPE_IS_LIST |
                               TYPE_IS_DICT | TYPE_IS_TYPE | TYPE_IS_EXCEPTION | TYPE_IS_FLOAT | TYPE_IS_SET |
                               TYPE_VAR_SIZED | TYPE_MATCH_SELF | TYPE_HAS_DICT | OURO_TYPE_WEAKREF |
                               OURO_TYPE_IS_WEAKREF | OURO_TYPE_FINALIZER;
    type->type.flags |= base->type.flags & inherited;
    if (!(type->type.flags & (TYPE_SEQUENCE | TYPE_MAPPING))) {
        type->type.flags |= base->type.flags & (TYPE_SEQUENCE | TYPE_MAPPING);
    }
}

/* ---- subclasses ---- */

static ouro_value type_address_key(const type_object *type)
{
    return ouro_int((int64_t)(uintptr_t)type);
}

bool type_enter_subclass(ouro_runtime *rt, type_object *base, type_object *type)
{
    if (ouro_is_null(base->subclasses)) {
        base->subclasses = dict_new(rt, 0);
        if (ouro_is_null(base->subclasses)) {
            return false;
        }
    }
    return dict_set(rt, as_dict(base->subclasses), type_address_key(type), OURO_NONE);
}

void type_leave_subclass(ouro_runtime *rt, type_object *base, type_object *type)
{
    if (ouro_is_null(base->subclasses)) {
        return;
    }
    /* may be called while an exception is being raised, and when there is nothing to leave */
    ouro_value pending = rt->exception;
    rt->exception = OURO_NULL;
    if (dict_delete(rt, as_dict(base->subclasses), type_address_key(type)) < 0) {
        error_clear(rt);
    }
    rt->exception = pending;
}

type_object *type_next_subclass(type_object *type, size_t *position)
{
    ouro_value key, value;
    if (ouro_is_null(type->subclasses) || !dict_next(as_dict(type->subclasses), position, &key, &value)) {
        return NULL;
    }
    return (type_object *)(uintptr_t)ouro_as_int(key);
}

/* The list ends with a type that points at itself. */
type_object *type_collect_subclasses(type_object *type)
{
    type_object *last = type;
    type->walk_next = type;
    for (type_object *t = type;; t = t->walk_next) {
        size_t position = 0;
        type_object *sub;
        while ((sub = type_next_subclass(t, &position)) != NULL) {
            if (sub->walk_next == NULL) {
                last->walk_next = sub;
                sub->walk_next = sub;
                last = sub;
            }
        }
        if (t == last) {
            return type;
        }
    }
}

type_object *type_collected_next(type_object *type)
{
    type_object *next = type->walk_next;
    type->walk_next = NULL;
    return next == type ? NULL : next;
}

uint32_t type_next_version(ouro_runtime *rt)
{
    uint32_t version = rt->next_version;
    if (version != 0) {
        rt->next_version = version + 1;
    }
    return version;
}

void type_modified(ouro_runtime *rt, type_object *type)
{
    type_object *next;
    for (type_object *t = type_collect_subclasses(type); t != NULL; t = next) {
        next = type_collected_next(t);
        t->version = type_next_version(rt);
        shape_renew_ids(rt, &t->type);
    }
}

/* ---- assignment to __bases__ ---- */

/* Recomputes the MRO of the type and all its subclasses.  On failure those done so far keep the new one; the caller
 * restores the bases and calls this again. */
static bool type_renew_orders(ouro_runtime *rt, type_object *type)
{
    if (!rt_enter(rt, " in the method resolution order of a class")) {
        return false;
    }
    bool done = false;
    ouro_value mro = type_compute_mro(rt, type);
    if (!ouro_is_null(mro)) {
        value_replace(rt, &type->mro, mro);
        type_modified(rt, type);
        size_t position = 0;
        type_object *sub;
        done = true;
        while (done && (sub = type_next_subclass(type, &position)) != NULL) {
            object_incref(&sub->type.object);
            done = type_renew_orders(rt, sub);
            object_decref(rt, &sub->type.object);
        }
    }
    rt_leave(rt);
    return done;
}

static void type_renew_slots(ouro_runtime *rt, type_object *type)
{
    type_modified(rt, TYPE(rt, object)); /* the type's objects may be descriptors now, or no longer */
    type_object *next;
    for (type_object *t = type_collect_subclasses(type); t != NULL; t = next) {
        next = type_collected_next(t);
        if (t->type.flags & TYPE_HEAP) {
            slots_update_all(rt, t);
        }
    }
}

/* Is `type` derived from `base`, by its MRO or by its chain of bases?  While an mro() method runs, the MRO may not have
 * caught up with a __bases__ that was assigned further out. */
static bool type_is_below(const type_object *type, const type_object *base)
{
    if (type_is_subtype(type, base)) {
        return true;
    }
    for (const type_object *t = type; t != NULL; t = t->base) {
        if (t == base) {
            return true;
        }
    }
    return false;
}

static bool type_check_new_bases(ouro_runtime *rt, type_object *type, ouro_value bases)
{
    if (!(type->type.flags & TYPE_HEAP)) {
        error_type(rt, "cannot set '__bases__' attribute of immutable type '%N'", type);
        return false;
    }
    if (ouro_is_null(bases)) {
        error_type(rt, "cannot delete '__bases__' attribute of immutable type '%N'", type);
        return false;
    }
    if (!value_is_tuple(rt, bases)) {
        error_type(rt, "can only assign tuple to %N.__bases__, not %T", type, bases);
        return false;
    }
    const tuple_object *t = as_tuple(bases);
    if (t->size == 0) {
        error_type(rt, "can only assign non-empty tuple to %N.__bases__, not ()", type);
        return false;
    }
    for (size_t i = 0; i < t->size; i++) {
        if (!value_is_type(rt, t->items[i])) {
            error_type(rt, "%N.__bases__ must be tuple of classes, not '%T'", type, t->items[i]);
            return false;
        }
        if (type_is_below(as_type(t->items[i]), type)) {
            error_type(rt, "a __bases__ item causes an inheritance cycle");
            return false;
        }
    }
    type_object *base = type_best_base(rt, bases);
    if (base == NULL) {
        return false;
    }
    /* instances must stay what they are: the new base's layout must be the old one's */
    const uint32_t kept = OURO_TYPE_SHAPED | TYPE_HAS_DICT | TYPE_VAR_SIZED | OURO_TYPE_WEAKREF;
    if (type_solid_base(base) != type_solid_base(type->base) ||
        (base->type.flags & kept) != (type->base->type.flags & kept)) {
        error_type(rt, "__bases__ assignment: '%N' %s differs from '%N'", base,
                   base->type.flags & OURO_TYPE_LEAF ? "deallocator" : "object layout", type->base);
        return false;
    }
    return true;
}

static void type_leave_bases(ouro_runtime *rt, type_object *type, ouro_value bases)
{
    const tuple_object *t = as_tuple(bases);
    for (size_t i = 0; i < t->size; i++) {
        type_leave_subclass(rt, as_type(t->items[i]), type);
    }
}

static bool type_enter_bases(ouro_runtime *rt, type_object *type, ouro_value bases)
{
    const tuple_object *t = as_tuple(bases);
    for (size_t i = 0; i < t->size; i++) {
        if (!type_enter_subclass(rt, as_type(t->items[i]), type)) {
            return false;
        }
    }
    return true;
}

bool type_set_bases(ouro_runtime *rt, type_object *type, ouro_value bases)
{
    if (!type_check_new_bases(rt, type, bases)) {
        return false;
    }
    ouro_value old_bases = type->bases;
    type_object *old_base = type->base;
    type->bases = value_incref(bases);
    type->base = OBJECT_INCREF(type_best_base(rt, bases));
    bool done = type_renew_orders(rt, type);
    if (!ouro_is(type->bases, bases)) {
        /* an mro() method has assigned others meanwhile: those stand */
        value_decref(rt, old_bases);
        object_decref(rt, &old_base->type.object);
        return done;
    }
    if (done && type_enter_bases(rt, type, bases)) {
        /* out of those that are bases no more */
        const tuple_object *olds = as_tuple(old_bases), *news = as_tuple(bases);
        for (size_t i = 0; i < olds->size; i++) {
            bool still = false;
            for (size_t j = 0; j < news->size && !still; j++) {
                still = ouro_is(olds->items[i], news->items[j]);
            }
            if (!still) {
                type_leave_subclass(rt, as_type(olds->items[i]), type);
            }
        }
        type_renew_slots(rt, type);
        value_decref(rt, old_bases);
        object_decref(rt, &old_base->type.object);
        return true;
    }
    ouro_value error = error_take(rt);
    type_leave_bases(rt, type, bases);
    type_object *new_base = type->base;
    value_replace(rt, &type->bases, old_bases);
    type->base = old_base;
    object_decref(rt, &new_base->type.object);
    if (!type_enter_bases(rt, type, old_bases) || !type_renew_orders(rt, type)) {
        error_clear(rt);
    }
    type_renew_slots(rt, type);
    error_restore(rt, error);
    return false;
}

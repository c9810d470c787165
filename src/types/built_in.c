/* built_in.c: types declared by a constant type_spec.
 *
 * A type is made in two steps, so that the first types can be used to make themselves: type_prepare gives the block
 * with layout, flags and inherited slots, enough for object_new; type_complete gives names, bases and MRO, which needs
 * str, tuple and dict prepared.  After the start type_from_spec does both.
 *
 * The dict comes when something first looks into the type (type_fill): a program that does nothing would else spend a
 * third of its time and memory on 2,000 descriptors.  What comes so late is as old as the type itself: the collector
 * finds it among the old objects, and it does not count as allocated since the last collection.
 *
 * What always holds: a type's dict is whole or NULL; TYPE_FILLED says that neither the type's nor that of any class of
 * its MRO is NULL.
 *
 * Built-in types are immortal and hang off types_state in a list; types_stop empties all of them before it frees the
 * first, since their dicts, names and tuples are objects of types in the same list.
 */
#include "types/containers.h"
#include "types/descriptor.h"
#include "types/error.h"
#include "types/function.h"
#include "types/protocol.h"
#include "types/slots.h"
#include "types/str.h"
#include "types/type_build.h"

enum {
    /* So often a name is looked for in what the specs declare, one by one, before the dict is made: twice in the life of
     * a type that the start alone needs, while a program that uses a type looks at once for many. */
    BUILT_IN_LOOKS = 8,
};

type_object *type_of_spec(ouro_runtime *rt, const type_spec *spec)
{
    type_object *type = rt->types->built_in_types;
    while (type != NULL && type->spec != spec) {
        type = type->next_built_in;
    }
    return type;
}

/* The spec's fields and those of the base that it does not repeat. */
static bool built_in_set_fields(ouro_runtime *rt, type_object *type, const type_object *base)
{
    const type_spec *spec = type->spec;
    type->type.fields = spec->fields;
    type->type.field_count = spec->field_count;
    if (base == NULL || base->type.field_count == 0) {
        return true;
    }
    if (spec->field_count == 0) {
        type->type.fields = base->type.fields;
        type->type.field_count = base->type.field_count;
        return true;
    }
    uint32_t missing = 0;
    for (uint32_t b = 0; b < base->type.field_count; b++) {
        uint32_t s = 0;
        while (s < spec->field_count && spec->fields[s].offset != base->type.fields[b].offset) {
            s++;
        }
        missing += s == spec->field_count;
    }
    if (missing == 0) {
        return true;
    }
    ouro_field *fields = ouro_mem_alloc(rt->mem, (base->type.field_count + spec->field_count) * sizeof *fields);
    if (fields == NULL) {
        error_no_memory(rt);
        return false;
    }
    uint32_t count = 0;
    for (uint32_t b = 0; b < base->type.field_count; b++) {
        uint32_t s = 0;
        while (s < spec->field_count && spec->fields[s].offset != base->type.fields[b].offset) {
            s++;
        }
        if (s == spec->field_count) {
            fields[count++] = base->type.fields[b];
        }
    }
    memcpy(fields + count, spec->fields, spec->field_count * sizeof *fields);
    type->owned_fields = fields;
    type->type.fields = fields;
    type->type.field_count = count + spec->field_count;
    return true;
}

/* Do objects keep their attributes as instances of classes do?  Not those that have a dict in a field of their own,
 * for which their type has its own attribute access. */
static bool built_in_keeps_values(const type_object *type, const type_object *base)
{
    if (base != NULL && (base->type.flags & TYPE_HAS_DICT)) {
        return (base->type.flags & OURO_TYPE_SHAPED) != 0;
    }
    return (type->type.flags & TYPE_HAS_DICT) && !(type->type.flags & TYPE_VAR_SIZED) &&
           type->spec->slots.getattr == NULL;
}

type_object *type_prepare(ouro_runtime *rt, const type_spec *spec, type_object *base, type_object *metatype)
{
    type_object *type = ouro_mem_alloc_object_zeroed(rt->mem, sizeof *type);
    if (type == NULL) {
        error_no_memory(rt);
        return NULL;
    }
    type->type.object.refcount = OURO_IMMORTAL;
    type->type.object.shape = metatype == NULL ? NULL : metatype->type.shape;
    type->spec = spec;
    type->base = base;
    type->doc = spec->doc;
    type->slots = spec->slots;
    type->type.name = spec->name;
    type->type.size = spec->size != 0 ? spec->size : base != NULL ? base->type.size : sizeof(ouro_object);
    type->type.flags = spec->flags | TYPE_IMMUTABLE | TYPE_READY;
    type->type.traverse = spec->traverse;
    type->type.clear = spec->clear;
    type->type.dispose = spec->dispose;
    type->type.release = spec->release;
    type->type.finalize = spec->finalize;
    type->type.extra_size = spec->extra_size;
    type->type.can_untrack = spec->can_untrack;
    type->type.traverse_edges = spec->traverse_edges;
    type->next_built_in = rt->types->built_in_types;
    rt->types->built_in_types = type;
    if (base != NULL) {
        bool own_make = spec->slots.make != NULL || (spec->flags & TYPE_NO_MAKE);
        slots_inherit(type, base);
        if (!own_make && base->base == NULL) {
            /* objects of a built-in type are not plain objects: who fills them is the type's own business */
            type->slots.make = NULL;
        }
        type_inherit_flags(type, base);
        if (type->type.traverse == NULL) {
            type->type.traverse = base->type.traverse;
            type->type.traverse_edges = base->type.traverse_edges;
        }
        type->type.clear = type->type.clear != NULL ? type->type.clear : base->type.clear;
        type->type.dispose = type->type.dispose != NULL ? type->type.dispose : base->type.dispose;
        type->type.finalize = type->type.finalize != NULL ? type->type.finalize : base->type.finalize;
        type->type.extra_size = type->type.extra_size != NULL ? type->type.extra_size : base->type.extra_size;
        type->type.can_untrack = type->type.can_untrack != NULL ? type->type.can_untrack : base->type.can_untrack;
        type->inline_guess = base->inline_guess;
    }
    if (built_in_keeps_values(type, base)) {
        type->type.flags |= OURO_TYPE_SHAPED;
    }
    if (type->type.finalize != NULL) {
        type->type.flags |= OURO_TYPE_FINALIZER;
    }
    if (!built_in_set_fields(rt, type, base) || !type_make_shape(rt, type)) {
        return NULL; /* stays in the list: types_stop frees it */
    }
    return type;
}

static bool built_in_store(ouro_runtime *rt, dict_object *dict, const char *name, ouro_value value)
{
    if (ouro_is_null(value)) {
        return false;
    }
    ouro_value key = str_intern_cstring(rt, name);
    bool done = !ouro_is_null(key) && dict_set(rt, dict, key, value);
    value_decref(rt, key);
    value_decref(rt, value);
    return done;
}

static size_t built_in_count(const type_spec *spec)
{
    size_t count = 1;
    for (const method_def *m = spec->methods; m != NULL && m->name != NULL; m++) {
        count++;
    }
    for (const getset_def *g = spec->getsets; g != NULL && g->name != NULL; g++) {
        count++;
    }
    for (const member_def *m = spec->members; m != NULL && m->name != NULL; m++) {
        count++;
    }
    void (*const *slots)(void) = (void (*const *)(void))(const void *)&spec->slots;
    for (size_t i = 0; i < sizeof spec->slots / sizeof *slots; i++) {
        count += slots[i] != NULL;
    }
    return count;
}

static ouro_value built_in_method(ouro_runtime *rt, type_object *type, const method_def *def)
{
    ouro_value method = native_method_new(rt, def, type);
    if (!ouro_is_null(method) && (def->flags & METHOD_STATIC)) {
        gc_settle_object(rt, method);
        ouro_value holder = staticmethod_new(rt, method);
        value_decref(rt, method);
        return holder;
    }
    return method;
}

/* Enters what the spec declares into `dict`. */
static bool built_in_fill_dict(ouro_runtime *rt, type_object *type, dict_object *dict)
{
    const type_spec *spec = type->spec;
    /* the methods written out go before the slots of the same name */
    for (const method_def *m = spec->methods; m != NULL && m->name != NULL; m++) {
        if (!built_in_store(rt, dict, m->name, built_in_method(rt, type, m))) {
            return false;
        }
    }
    if (!slots_add_methods(rt, type, dict)) {
        return false;
    }
    for (const member_def *m = spec->members; m != NULL && m->name != NULL; m++) {
        ouro_value name = str_intern_cstring(rt, m->name);
        if (ouro_is_null(name)) {
            return false;
        }
        ouro_value member = member_descriptor_new(rt, type, name, m->offset, m->flags, m->doc);
        value_decref(rt, name);
        if (!built_in_store(rt, dict, m->name, member)) {
            return false;
        }
    }
    for (const getset_def *g = spec->getsets; g != NULL && g->name != NULL; g++) {
        if (!built_in_store(rt, dict, g->name, getset_descriptor_new(rt, type, g))) {
            return false;
        }
    }
    bool adds_dict = (type->type.flags & OURO_TYPE_SHAPED) && !(type->base->type.flags & TYPE_HAS_DICT);
    if (adds_dict && ouro_is_null(dict_get_str(rt, dict, STR(rt, __dict__))) &&
        !built_in_store(rt, dict, "__dict__", getset_descriptor_new(rt, type, &type_dict_getset))) {
        return false;
    }
    /* type has a descriptor of that name, which serves its own too */
    if (spec == &type_type_spec || !ouro_is_null(dict_get_str(rt, dict, STR(rt, __doc__)))) {
        return true;
    }
    ouro_value doc = spec->doc == NULL ? OURO_NONE : str_from_cstring(rt, spec->doc);
    return built_in_store(rt, dict, "__doc__", doc);
}

/* Gives a built-in type its dict.  False: no memory, an exception is set. */
static bool built_in_fill(ouro_runtime *rt, type_object *type)
{
    ouro_value dict = dict_new(rt, built_in_count(type->spec));
    if (ouro_is_null(dict) || !built_in_fill_dict(rt, type, as_dict(dict)) ||
        (type->spec->fill != NULL && !type->spec->fill(rt, type, as_dict(dict)))) {
        value_decref(rt, dict);
        return false;
    }
    size_t position = 0;
    ouro_value key, value;
    while (dict_next(as_dict(dict), &position, &key, &value)) {
        gc_settle_object(rt, value);
    }
    gc_settle_object(rt, dict);
    type->dict = as_dict(dict);
    return true;
}

bool type_fill_order(ouro_runtime *rt, ouro_value mro)
{
    const tuple_object *classes = as_tuple(mro);
    for (size_t i = 0; i < classes->size; i++) {
        type_object *class = as_type(classes->items[i]);
        if (class->dict == NULL && class->spec != NULL && !built_in_fill(rt, class)) {
            return false;
        }
    }
    return true;
}

bool type_fill_slow(ouro_runtime *rt, type_object *type)
{
    if (ouro_is_null(type->mro)) {
        return true; /* half made, or being taken apart: there is nothing to be found */
    }
    if (!type_fill_order(rt, type->mro)) {
        return false;
    }
    type->type.flags |= TYPE_FILLED;
    return true;
}

/* May the type's dict, once it is filled, have the name? */
static bool built_in_may_have(ouro_runtime *rt, const type_object *type, ouro_value name)
{
    const type_spec *spec = type->spec;
    const str_object *text = as_str(name);
    if (spec->fill != NULL || ouro_is(name, STR(rt, __dict__)) || ouro_is(name, STR(rt, __doc__))) {
        return true;
    }
    for (const method_def *m = spec->methods; m != NULL && m->name != NULL; m++) {
        if (str_equal_ascii(text, m->name)) {
            return true;
        }
    }
    for (const member_def *m = spec->members; m != NULL && m->name != NULL; m++) {
        if (str_equal_ascii(text, m->name)) {
            return true;
        }
    }
    for (const getset_def *g = spec->getsets; g != NULL && g->name != NULL; g++) {
        if (str_equal_ascii(text, g->name)) {
            return true;
        }
    }
    return slots_spec_has(rt, spec, name);
}

bool type_fill_for_slow(ouro_runtime *rt, type_object *type, ouro_value name)
{
    if (ouro_is_null(type->mro)) {
        return true; /* half made, or being taken apart: there is nothing to be found */
    }
    if ((as_str(name)->flags & STR_INTERNED) == 0) {
        return type_fill_slow(rt, type);
    }
    if (++type->looks > BUILT_IN_LOOKS) {
        ouro_value pending = rt->exception;
        rt->exception = OURO_NULL;
        bool filled = type_fill_slow(rt, type);
        error_clear(rt); /* no memory: what the name needs may be there all the same */
        rt->exception = pending;
        if (filled) {
            return true;
        }
    }
    const tuple_object *classes = as_tuple(type->mro);
    for (size_t i = 0; i < classes->size; i++) {
        type_object *class = as_type(classes->items[i]);
        if (class->dict == NULL && class->spec != NULL) {
            if (!built_in_may_have(rt, class, name)) {
                continue;
            }
            if (!built_in_fill(rt, class)) {
                return false;
            }
        }
        if (class->dict != NULL && !ouro_is_null(dict_get_str(rt, class->dict, name))) {
            break;
        }
    }
    return true;
}

bool type_fill_quietly(ouro_runtime *rt, type_object *type, ouro_value name)
{
    ouro_value pending = rt->exception;
    rt->exception = OURO_NULL;
    bool done = type_fill_for(rt, type, name);
    if (!done) {
        error_clear(rt);
    }
    rt->exception = pending;
    return done;
}

bool types_fill_all(ouro_runtime *rt)
{
    struct types_state *types = rt->types;
    for (type_object *t = types->built_in_types; t != types->filled_until; t = t->next_built_in) {
        if (!type_fill(rt, t)) {
            return false;
        }
    }
    types->filled_until = types->built_in_types;
    return true;
}

static bool built_in_set_bases(ouro_runtime *rt, type_object *type, type_object *second_base)
{
    if (type->base == NULL) {
        type->bases = tuple_new(rt, NULL, 0);
    } else if (second_base == NULL) {
        type->bases = tuple_pack1(rt, type_value(type->base));
    } else {
        type->bases = tuple_pack2(rt, type_value(type->base), type_value(second_base));
    }
    if (ouro_is_null(type->bases)) {
        return false;
    }
    type->mro = type_mro_linearize(rt, type);
    if (ouro_is_null(type->mro)) {
        return false;
    }
    return (type->base == NULL || type_enter_subclass(rt, type->base, type)) &&
           (second_base == NULL || type_enter_subclass(rt, second_base, type));
}

bool type_complete(ouro_runtime *rt, type_object *type, type_object *second_base)
{
    type->name = str_intern_cstring(rt, type_short_name(type));
    if (ouro_is_null(type->name)) {
        return false;
    }
    type->qualname = value_incref(type->name);
    if (!built_in_set_bases(rt, type, second_base)) {
        return false;
    }
    type->version = type_next_version(rt);
    return true;
}

type_object *type_from_spec(ouro_runtime *rt, const type_spec *spec)
{
    type_object *base = spec->base == NULL ? TYPE(rt, object) : type_of_spec(rt, spec->base);
    if (base == NULL) {
        error_system(rt, "the base of type %s has not been made", spec->name);
        return NULL;
    }
    type_object *type = type_prepare(rt, spec, base, TYPE(rt, type));
    return type != NULL && type_complete(rt, type, NULL) ? type : NULL;
}

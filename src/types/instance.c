/* instance.c: instances of classes and their own attributes.
 *
 * The values lie in the object behind its fixed part, in the order of first assignment; the shape says which is which.
 * A class learns how many its instances get (type->inline_guess): from what its methods assign through self, as the
 * compiler counted; from its base; and whenever an instance had no room left.  The root shape for new instances then
 * has more room; instances made before keep their size.
 *
 * An instance takes up a dict (SHAPE_DICT: inline value 0 is the dict, the others are unused) when it has no room left,
 * when a deleted attribute is assigned again (it now comes last), or when a program asks for __dict__; it never goes
 * back.  From then on the dict is the only place of its attributes.  A deleted attribute leaves OURO_NULL at its place,
 * or, if it was the last, the object returns to the shape before it.
 *
 * Objects with items at their end (subclasses of int, str, tuple) have no room for values: their dict is in the side
 * table.
 */
#include "object/side.h"
#include "types/attribute.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/slots.h"
#include "types/str.h"
#include "types/type_build.h"

/* Beyond so many attributes an instance that has taken up a dict is no example for others: they would pay for places
 * that only a table-like object needs. */
enum { INSTANCE_LEARN_MAX = 32 };

static type_object *instance_type(const ouro_object *self)
{
    return (type_object *)(void *)self->shape->type;
}

ouro_value instance_new(ouro_runtime *rt, type_object *type)
{
    if (OURO_UNLIKELY(type->type.shape->capacity < type->inline_guess) && (type->type.flags & OURO_TYPE_SHAPED)) {
        if (!type_make_shape(rt, type)) {
            error_clear(rt); /* smaller instances do as well */
        }
    }
    ouro_object *object = object_new(rt, &type->type, 0);
    if (OURO_UNLIKELY(object == NULL)) {
        return OURO_NULL;
    }
    if (OURO_LIKELY(type != TYPE(rt, object))) { /* object() itself refers to nothing */
        gc_track(rt, object);
    }
    return ouro_from_object(object);
}

/* Instances have been seen to have `count` attributes. */
static void instance_learn(type_object *type, size_t count)
{
    if (count > type->inline_guess && count <= INSTANCE_LEARN_MAX) {
        type->inline_guess = (uint16_t)count;
    }
}

/* ---- the dict of an instance ---- */

/* The shape of instances of the type that have a dict. */
static ouro_shape *instance_dict_shape(ouro_runtime *rt, type_object *type)
{
    if (type->dict_shape == NULL) {
        type->dict_shape = shape_new_root(rt, &type->type, SHAPE_DICT, 1, type->type.size);
    }
    return type->dict_shape;
}

ouro_value instance_known_dict(ouro_runtime *rt, ouro_object *self)
{
    if (instance_type(self)->type.flags & OURO_TYPE_SHAPED) {
        return self->shape->mode == SHAPE_DICT ? shape_values(self->shape, self)[0] : OURO_NULL;
    }
    return side_dict(rt, self);
}

/* A new dict with the values that lie in the object. */
static ouro_value instance_copy_values(ouro_runtime *rt, ouro_object *self)
{
    const ouro_shape *shape = self->shape;
    ouro_value dict = dict_new(rt, shape->count);
    if (ouro_is_null(dict)) {
        return OURO_NULL;
    }
    const ouro_value *values = shape_values(shape, self);
    for (unsigned i = 0; i < shape->count; i++) {
        if (!ouro_is_null(values[i]) && !dict_set(rt, as_dict(dict), shape_name_at(shape, i), values[i])) {
            value_decref(rt, dict);
            return OURO_NULL;
        }
    }
    return dict;
}

/* Gives the object `dict` (stolen, also on failure) for its attributes; what it had before is dropped. */
static bool instance_put_dict(ouro_runtime *rt, ouro_object *self, ouro_value dict)
{
    type_object *type = instance_type(self);
    if (!(type->type.flags & OURO_TYPE_SHAPED)) {
        return side_set_dict(rt, self, dict);
    }
    ouro_shape *shape = instance_dict_shape(rt, type);
    if (shape == NULL) {
        value_decref(rt, dict);
        return false;
    }
    ouro_shape *old_shape = self->shape;
    ouro_value *values = shape_values(shape, self);
    unsigned old_count = shape_value_count(old_shape);
    ouro_value old_first = old_count > 0 ? values[0] : OURO_NULL;
    self->shape = shape;
    values[0] = dict;
    /* places behind the first are out of everybody's sight now: each is emptied before its value is dropped */
    for (unsigned i = 1; i < old_count; i++) {
        value_clear(rt, &values[i]);
    }
    value_decref(rt, old_first);
    return true;
}

/* The dict of the instance, made if need be: borrowed. */
static ouro_value instance_need_dict(ouro_runtime *rt, ouro_object *self)
{
    ouro_value dict = instance_known_dict(rt, self);
    if (!ouro_is_null(dict)) {
        return dict;
    }
    bool holds_values = (instance_type(self)->type.flags & OURO_TYPE_SHAPED) && self->shape->mode == SHAPE_INLINE;
    dict = holds_values ? instance_copy_values(rt, self) : dict_new(rt, 0);
    if (ouro_is_null(dict)) {
        return OURO_NULL;
    }
    ouro_as_object(dict)->gc |= OURO_GC_OWN; /* a part of the instance, until a program asks for it */
    return instance_put_dict(rt, self, dict) ? dict : OURO_NULL;
}

ouro_value instance_dict(ouro_runtime *rt, ouro_value self)
{
    if (!ouro_is_object(self) || !type_has_own_attributes(value_type(rt, self))) {
        return error_attribute(rt, self, STR(rt, __dict__));
    }
    ouro_value dict = instance_need_dict(rt, ouro_as_object(self));
    if (!ouro_is_null(dict)) {
        ouro_as_object(dict)->gc &= ~(uint32_t)OURO_GC_OWN;
    }
    return value_incref(dict);
}

bool instance_set_dict(ouro_runtime *rt, ouro_value self, ouro_value dict)
{
    if (!ouro_is_object(self) || !type_has_own_attributes(value_type(rt, self))) {
        error_attribute(rt, self, STR(rt, __dict__));
        return false;
    }
    ouro_value owned = ouro_is_null(dict) ? dict_new(rt, 0) : value_incref(dict);
    return !ouro_is_null(owned) && instance_put_dict(rt, ouro_as_object(self), owned);
}

bool instance_append_names(ouro_runtime *rt, ouro_value self, ouro_value list)
{
    ouro_object *object = ouro_as_object(self);
    ouro_value dict = instance_known_dict(rt, object);
    if (!ouro_is_null(dict)) {
        return list_extend(rt, list, dict);
    }
    const ouro_shape *shape = object->shape;
    for (unsigned i = 0; i < shape->count; i++) {
        if (!ouro_is_null(shape_values(shape, object)[i]) && !list_append(rt, list, shape_name_at(shape, i))) {
            return false;
        }
    }
    return true;
}

/* ---- single attributes ---- */

ouro_value instance_get(ouro_runtime *rt, ouro_object *self, ouro_value name)
{
    ouro_shape *shape = self->shape;
    if (OURO_LIKELY(shape->mode == SHAPE_INLINE)) {
        int position = shape_find(rt, shape, name);
        return position < 0 ? OURO_NULL : shape_values(shape, self)[position];
    }
    ouro_value dict = instance_known_dict(rt, self);
    return ouro_is_null(dict) ? OURO_NULL : dict_get_str(rt, as_dict(dict), name);
}

static int instance_delete(ouro_runtime *rt, ouro_object *self, ouro_value name)
{
    ouro_shape *shape = self->shape;
    if (shape->mode != SHAPE_INLINE) {
        ouro_value dict = instance_known_dict(rt, self);
        if (ouro_is_null(dict)) {
            return 0;
        }
        value_incref(dict);
        int deleted = dict_delete(rt, as_dict(dict), name);
        value_decref(rt, dict);
        return deleted;
    }
    int position = shape_find(rt, shape, name);
    if (position < 0 || ouro_is_null(shape_values(shape, self)[position])) {
        return 0;
    }
    if (position == shape->count - 1) {
        ouro_value old = shape_values(shape, self)[position];
        shape_values(shape, self)[position] = OURO_NULL;
        self->shape = shape->parent;
        value_decref(rt, old);
    } else {
        value_clear(rt, &shape_values(shape, self)[position]);
    }
    return 1;
}

/* Stores into the dict of the instance, which takes one up if it has none. */
static int instance_set_in_dict(ouro_runtime *rt, ouro_object *self, ouro_value name, ouro_value value)
{
    ouro_value dict = instance_need_dict(rt, self);
    if (ouro_is_null(dict)) {
        return -1;
    }
    value_incref(dict);
    bool stored = dict_set(rt, as_dict(dict), name, value);
    if (stored && (instance_type(self)->type.flags & OURO_TYPE_SHAPED)) {
        instance_learn(instance_type(self), dict_size(as_dict(dict)));
    }
    value_decref(rt, dict);
    return stored ? 1 : -1;
}

int instance_set(ouro_runtime *rt, ouro_object *self, ouro_value name, ouro_value value)
{
    if (ouro_is_null(value)) {
        return instance_delete(rt, self, name);
    }
    ouro_shape *shape = self->shape;
    if (shape->mode != SHAPE_INLINE) {
        return instance_set_in_dict(rt, self, name, value);
    }
    int position = shape_find(rt, shape, name);
    if (position >= 0) {
        ouro_value *place = &shape_values(shape, self)[position];
        if (OURO_UNLIKELY(ouro_is_null(*place)) && position != shape->count - 1) {
            return instance_set_in_dict(rt, self, name, value);
        }
        value_replace(rt, place, value_incref(value));
        return 1;
    }
    ouro_shape *next = shape_add(rt, shape, name);
    if (OURO_UNLIKELY(next == NULL)) {
        return error_is_set(rt) ? -1 : instance_set_in_dict(rt, self, name, value);
    }
    shape_values(next, self)[shape->count] = value_incref(value);
    self->shape = next;
    return 1;
}

/* ---- class and death ---- */

/* The shape of `type` under which the object's values can stay where they are, or the one for a dict. */
static ouro_shape *instance_shape_in(ouro_runtime *rt, ouro_object *self, type_object *type)
{
    const ouro_shape *old = self->shape;
    if (old->mode == SHAPE_FIXED) {
        return type->type.shape;
    }
    ouro_shape *shape = type->type.shape;
    if (old->mode == SHAPE_INLINE && shape->capacity <= old->capacity) {
        for (unsigned i = 0; shape != NULL && i < old->count; i++) {
            shape = shape_add(rt, shape, shape_name_at(old, i));
        }
        if (shape != NULL) {
            return shape;
        }
        error_clear(rt);
    }
    return instance_dict_shape(rt, type);
}

bool instance_change_class(ouro_runtime *rt, ouro_object *self, type_object *type)
{
    type_object *old = instance_type(self);
    ouro_shape *shape = instance_shape_in(rt, self, type);
    if (shape == NULL) {
        return false;
    }
    if (shape->mode == SHAPE_DICT && ouro_is_null(instance_need_dict(rt, self))) {
        return false;
    }
    if (type->type.flags & OURO_TYPE_COUNTED) {
        object_incref(&type->type.object);
    }
    if (type->slots.descr_get != old->slots.descr_get || type->slots.descr_set != old->slots.descr_set) {
        type_modified(rt, TYPE(rt, object)); /* caches of classes that hold it as a descriptor, or as none */
    }
    self->shape = shape;
    if (old->type.flags & OURO_TYPE_COUNTED) {
        object_decref(rt, &old->type.object);
    }
    return true;
}

void instance_finalize(ouro_runtime *rt, ouro_object *self)
{
    ouro_value v = ouro_from_object(self);
    ouro_value method = value_incref(type_lookup(rt, instance_type(self), STR(rt, __del__)));
    if (ouro_is_null(method)) {
        return;
    }
    bool found;
    ouro_value result = slots_call_special(rt, STR(rt, __del__), &v, 1, &found);
    if (ouro_is_null(result) && error_is_set(rt)) {
        rt->report_unraisable(rt, NULL, method);
    }
    value_decref(rt, result);
    value_decref(rt, method);
}

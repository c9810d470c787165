/* attribute.c: looking names up, on types and on objects.
 *
 * The order for an object: a data descriptor of its class; its own attribute; whatever else its class has, bound if it
 * is a descriptor.
 *
 * The look-up cache answers "what does this class have under this name, along its whole MRO?" by (version of the
 * class, name).  Entries are never invalidated: a class that changes gets a new version, and versions are never used
 * twice.  A name is entered only if it is interned, and the entry holds it, so that no other str can come to its
 * address.  The values found are borrowed: whatever replaces them in a class's dict changes the version first.
 * It begins small, for a program that looks up a hundred names and ends; who looks up more gets one of full size.
 */
#include "types/attribute.h"
#include "types/containers.h"
#include "types/descriptor.h"
#include "types/error.h"
#include "types/error_private.h"
#include "types/module.h"
#include "types/protocol.h"
#include "types/slots.h"
#include "types/str.h"
#include "types/type_build.h"

/* ---- the look-up cache ---- */

/* Entries, a power of two each; the small one's are 3 KB, those of the other are touched all over: 48 KB. */
enum { LOOKUP_CACHE_FIRST_SIZE = 128, LOOKUP_CACHE_SIZE = 2048 };

struct lookup_cache {
    uint32_t mask;   /* its size - 1 */
    uint32_t misses; /* of the small one, until it is replaced */
    struct lookup_entry {
        uint32_t version; /* 0: empty */
        ouro_value name;  /* owned */
        ouro_value value; /* borrowed; OURO_NULL: the class has no such attribute */
    } entries[];
};

static struct lookup_cache *lookup_cache_new(ouro_runtime *rt, uint32_t size)
{
    struct lookup_cache *cache = ouro_mem_alloc_zeroed(rt->mem, sizeof *cache + size * sizeof cache->entries[0]);
    if (cache != NULL) {
        cache->mask = size - 1;
    }
    return cache;
}

void lookup_cache_stop(ouro_runtime *rt)
{
    struct lookup_cache *cache = rt->types->lookup_cache;
    rt->types->lookup_cache = NULL;
    if (cache == NULL) {
        return;
    }
    for (size_t i = 0; i <= cache->mask; i++) {
        value_decref(rt, cache->entries[i].name);
    }
    ouro_mem_free(rt->mem, cache);
}

/* The cache to enter something into; NULL: no memory, which works too. */
static struct lookup_cache *lookup_cache_after_miss(ouro_runtime *rt)
{
    struct lookup_cache *cache = rt->types->lookup_cache;
    if (cache == NULL) {
        cache = lookup_cache_new(rt, LOOKUP_CACHE_FIRST_SIZE);
    } else if (cache->mask == LOOKUP_CACHE_FIRST_SIZE - 1 && ++cache->misses % (2 * LOOKUP_CACHE_FIRST_SIZE) == 0) {
        struct lookup_cache *grown = lookup_cache_new(rt, LOOKUP_CACHE_SIZE);
        if (grown == NULL) {
            return cache;
        }
        lookup_cache_stop(rt); /* the names: the death of a str runs no code */
        cache = grown;
    }
    rt->types->lookup_cache = cache;
    return cache;
}

int lookup_cache_visit_roots(ouro_runtime *rt, ouro_visit_fn visit, void *context)
{
    const struct lookup_cache *cache = rt->types->lookup_cache;
    int result = 0;
    for (size_t i = 0; cache != NULL && result == 0 && i <= cache->mask; i++) {
        if (ouro_is_object(cache->entries[i].name)) {
            result = visit(cache->entries[i].name, context);
        }
    }
    return result;
}

static ouro_value lookup_in_mro(ouro_runtime *rt, const type_object *type, ouro_value name)
{
    if (ouro_is_null(type->mro)) {
        return OURO_NULL; /* half made, or being taken apart */
    }
    const tuple_object *mro = as_tuple(type->mro);
    for (size_t i = 0; i < mro->size; i++) {
        dict_object *dict = as_type(mro->items[i])->dict;
        ouro_value value = dict == NULL ? OURO_NULL : dict_get_str(rt, dict, name);
        if (!ouro_is_null(value)) {
            return value;
        }
    }
    return OURO_NULL;
}

/* ---- strange keys ----
 *
 * A namespace may have keys that are no strs; when such a key has the hash of a name, its __eq__ is asked, and may do
 * anything.  type_lookup runs no code and passes over them.  Attribute access goes this way where there are any. */

/* Does a class of the type's have such keys? */
static bool type_is_strange(ouro_runtime *rt, const type_object *type)
{
    if (OURO_LIKELY(!rt->types->strange_names) || ouro_is_null(type->mro)) {
        return false;
    }
    const tuple_object *mro = as_tuple(type->mro);
    for (size_t i = 0; i < mro->size; i++) {
        const dict_object *dict = as_type(mro->items[i])->dict;
        if (dict != NULL && dict_has_strange_keys(dict)) {
            return true;
        }
    }
    return false;
}

/* A new reference; OURO_NULL: not there, or raised. */
static ouro_value strange_get(ouro_runtime *rt, dict_object *dict, ouro_value name)
{
    ouro_value kept = value_incref(ouro_from_object(dict));
    ouro_value value = value_incref(dict_get(rt, dict, name));
    value_decref(rt, kept);
    return value;
}

ouro_value type_lookup_held(ouro_runtime *rt, type_object *type, ouro_value name)
{
    if (OURO_LIKELY(!type_is_strange(rt, type))) {
        return value_incref(type_lookup(rt, type, name));
    }
    ouro_value classes = value_incref(type->mro), value = OURO_NULL; /* as they are now: __bases__ may be assigned */
    const tuple_object *mro = as_tuple(classes);
    for (size_t i = 0; ouro_is_null(value) && i < mro->size; i++) {
        dict_object *dict = as_type(mro->items[i])->dict;
        value = dict == NULL ? OURO_NULL : strange_get(rt, dict, name);
        if (error_is_set(rt)) { /* as in CPython: then it has not been found */
            error_clear(rt);
            break;
        }
    }
    value_decref(rt, classes);
    return value;
}

static size_t lookup_place(const struct lookup_cache *cache, uint32_t version, ouro_value name)
{
    return ((name.bits >> 4) ^ (uint64_t)version * UINT64_C(0x9e3779b1)) & cache->mask;
}

static ouro_value lookup_and_enter(ouro_runtime *rt, type_object *type, ouro_value name)
{
    if (OURO_UNLIKELY(!(type->type.flags & TYPE_FILLED)) && !type_fill_quietly(rt, type, name)) {
        return OURO_NULL;
    }
    ouro_value value = lookup_in_mro(rt, type, name);
    if (type->version == 0 || !(as_str(name)->flags & STR_INTERNED)) {
        return value;
    }
    struct lookup_cache *cache = lookup_cache_after_miss(rt);
    if (cache == NULL) {
        return value;
    }
    struct lookup_entry *entry = &cache->entries[lookup_place(cache, type->version, name)];
    entry->version = type->version;
    entry->value = value;
    value_replace(rt, &entry->name, value_incref(name)); /* the death of a str runs no code */
    return value;
}

ouro_value type_lookup(ouro_runtime *rt, type_object *type, ouro_value name)
{
    struct lookup_cache *cache = rt->types->lookup_cache;
    if (OURO_LIKELY(cache != NULL)) {
        const struct lookup_entry *entry = &cache->entries[lookup_place(cache, type->version, name)];
        if (OURO_LIKELY(entry->version == type->version && entry->name.bits == name.bits && type->version != 0)) {
            return entry->value;
        }
    }
    return lookup_and_enter(rt, type, name);
}

/* ---- names ---- */

ouro_value attribute_name(ouro_runtime *rt, ouro_value name)
{
    if (!value_is_str(rt, name)) {
        return error_type(rt, "attribute name must be string, not '%T'", name);
    }
    return str_intern(rt, value_incref(name));
}

static bool attribute_name_is_interned(ouro_runtime *rt, ouro_value name)
{
    return ouro_is_object(name) && ouro_as_object(name)->shape->type == &TYPE(rt, str)->type &&
           (as_str(name)->flags & STR_INTERNED) != 0;
}

/* ---- generic access ---- */

/* The instance's dict, borrowed, if it has strange keys. */
static dict_object *instance_strange_dict(ouro_runtime *rt, ouro_value self)
{
    ouro_shape *shape = value_shape(rt, self);
    if (OURO_LIKELY(shape->mode == SHAPE_INLINE) || !ouro_is_object(self) ||
        !type_has_own_attributes(value_type(rt, self))) {
        return NULL;
    }
    ouro_value dict = instance_known_dict(rt, ouro_as_object(self));
    return !ouro_is_null(dict) && dict_has_strange_keys(as_dict(dict)) ? as_dict(dict) : NULL;
}

/* attribute_find where keys of the instance or of its classes may run code. */
static ouro_value attribute_find_strange(ouro_runtime *rt, ouro_value self, ouro_value name, dict_object *dict)
{
    type_object *type = value_type(rt, self);
    ouro_value kept_type = value_incref(type_value(type)), found = type_lookup_held(rt, type, name), result = OURO_NULL;
    ouro_value (*get)(ouro_runtime *, ouro_value, ouro_value, ouro_value) =
        ouro_is_null(found) ? NULL : value_type(rt, found)->slots.descr_get;
    bool is_data = get != NULL && value_type(rt, found)->slots.descr_set != NULL;
    if (!is_data && dict != NULL) {
        result = strange_get(rt, dict, name);
    } else if (!is_data && ouro_is_object(self) && type_has_own_attributes(type)) {
        result = value_incref(instance_get(rt, ouro_as_object(self), name));
    }
    if (ouro_is_null(result) && !error_is_set(rt) && !ouro_is_null(found)) {
        result = get == NULL ? value_incref(found) : get(rt, found, self, kept_type);
    }
    value_decref(rt, found);
    value_decref(rt, kept_type);
    return result;
}

/* The look-up proper; `name` interned.  OURO_NULL without an exception: no such attribute. */
static ouro_value attribute_find(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    type_object *type = value_type(rt, self);
    if (OURO_UNLIKELY(type_is_strange(rt, type))) {
        return attribute_find_strange(rt, self, name, instance_strange_dict(rt, self));
    }
    if (!type_fill_for(rt, type, name)) {
        return OURO_NULL;
    }
    ouro_value found = type_lookup(rt, type, name);
    ouro_value (*get)(ouro_runtime *, ouro_value, ouro_value, ouro_value) = NULL;
    if (!ouro_is_null(found)) {
        const type_slots *slots = &value_type(rt, found)->slots;
        get = slots->descr_get;
        if (get != NULL && slots->descr_set != NULL) {
            value_incref(found);
            ouro_value result = get(rt, found, self, type_value(type));
            value_decref(rt, found);
            return result;
        }
    }
    if (ouro_is_object(self) && type_has_own_attributes(type)) {
        ouro_value own = instance_get(rt, ouro_as_object(self), name);
        if (!ouro_is_null(own)) {
            return value_incref(own);
        }
        dict_object *dict = instance_strange_dict(rt, self);
        if (OURO_UNLIKELY(dict != NULL)) {
            return attribute_find_strange(rt, self, name, dict);
        }
    }
    if (ouro_is_null(found)) {
        return OURO_NULL;
    }
    if (get == NULL) {
        return value_incref(found);
    }
    value_incref(found);
    ouro_value result = get(rt, found, self, type_value(type));
    value_decref(rt, found);
    return result;
}

ouro_value object_getattr_quiet(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    if (OURO_LIKELY(attribute_name_is_interned(rt, name))) {
        return attribute_find(rt, self, name);
    }
    ouro_value interned = attribute_name(rt, name);
    if (ouro_is_null(interned)) {
        return OURO_NULL;
    }
    ouro_value result = attribute_find(rt, self, interned);
    value_decref(rt, interned);
    return result;
}

ouro_value object_getattr_generic(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    ouro_value result = object_getattr_quiet(rt, self, name);
    if (OURO_UNLIKELY(ouro_is_null(result)) && !error_is_set(rt)) {
        return error_attribute(rt, self, name);
    }
    return result;
}

/* Why a store was refused. */
static bool attribute_refuse(ouro_runtime *rt, ouro_value self, ouro_value name, bool on_class)
{
    if (on_class) {
        error_raise(rt, EXC(rt, AttributeError), "'%T' object attribute '%U' is read-only", self, name);
        error_note_attribute(rt, self, name);
    } else {
        error_attribute(rt, self, name);
    }
    return false;
}

static bool attribute_store(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value value)
{
    type_object *type = value_type(rt, self);
    if (!type_fill_for(rt, type, name)) {
        return false;
    }
    ouro_value found = type_lookup(rt, type, name);
    if (!ouro_is_null(found)) {
        bool (*set)(ouro_runtime *, ouro_value, ouro_value, ouro_value) = value_type(rt, found)->slots.descr_set;
        if (set != NULL) {
            value_incref(found);
            bool done = set(rt, found, self, value);
            value_decref(rt, found);
            return done;
        }
    }
    if (!ouro_is_object(self) || !type_has_own_attributes(type)) {
        return attribute_refuse(rt, self, name, !ouro_is_null(found));
    }
    int done = instance_set(rt, ouro_as_object(self), name, value);
    if (done == 0) {
        error_attribute(rt, self, name);
    }
    return done > 0;
}

bool object_setattr_generic(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value value)
{
    if (OURO_LIKELY(attribute_name_is_interned(rt, name))) {
        return attribute_store(rt, self, name, value);
    }
    ouro_value interned = attribute_name(rt, name);
    if (ouro_is_null(interned)) {
        return false;
    }
    bool done = attribute_store(rt, self, interned, value);
    value_decref(rt, interned);
    return done;
}

/* ---- what inline caches may keep ---- */

/* The function in a classmethod or staticmethod, if it is a plain one; OURO_NULL otherwise.  (A holder that is
 * initialized anew renews the ids of all shapes.) */
static ouro_value attribute_held_function(ouro_runtime *rt, ouro_value holder)
{
    ouro_value callable = ((method_holder_object *)(void *)ouro_as_object(holder))->callable;
    return !ouro_is_null(callable) && value_type(rt, callable) == TYPE(rt, function) ? callable : OURO_NULL;
}

/* How something found on the class serves a receiver that has nothing of its own in front of it. */
static attribute_kind attribute_class_kind(ouro_runtime *rt, ouro_value *found)
{
    type_object *kind = value_type(rt, *found);
    if (kind->type.flags & TYPE_METHOD_DESCR) {
        /* native descriptors check the receiver at the call: an instance of the class always passes */
        return ATTRIBUTE_METHOD;
    }
    if (kind == TYPE(rt, classmethod) || kind == TYPE(rt, staticmethod)) {
        ouro_value function = attribute_held_function(rt, *found);
        if (!ouro_is_null(function)) {
            *found = function;
            return kind == TYPE(rt, classmethod) ? ATTRIBUTE_CLASS_METHOD : ATTRIBUTE_CONSTANT;
        }
    }
    return kind->slots.descr_get == NULL ? ATTRIBUTE_CONSTANT : ATTRIBUTE_NOT_CACHED;
}

static void attribute_resolve_on_type(ouro_runtime *rt, ouro_value receiver, ouro_value name, attribute_cache *how)
{
    type_object *type = as_type(receiver), *metatype = value_type(rt, receiver);
    if (metatype->slots.getattr != type_getattr || type->version == 0 || type_is_strange(rt, type) ||
        !type_fill_quietly(rt, metatype, name) ||
        !ouro_is_null(type_lookup(rt, metatype, name))) {
        return;
    }
    ouro_value found = type_lookup(rt, type, name);
    if (ouro_is_null(found)) {
        return;
    }
    type_object *kind = value_type(rt, found);
    how->kind = ATTRIBUTE_OF_CLASS;
    if (kind == TYPE(rt, staticmethod) || kind == TYPE(rt, classmethod)) {
        found = attribute_held_function(rt, found);
        how->kind = ouro_is_null(found)                 ? ATTRIBUTE_NOT_CACHED
                    : kind == TYPE(rt, classmethod) ? ATTRIBUTE_CLASS_METHOD
                                                    : ATTRIBUTE_OF_CLASS;
    } else if (kind->slots.descr_get != NULL && kind != TYPE(rt, function) &&
               kind != TYPE(rt, method_descriptor) && kind != TYPE(rt, wrapper_descriptor)) {
        how->kind = ATTRIBUTE_NOT_CACHED;
    }
    how->version = type->version;
    how->value = found;
}

/* May objects of `type` be read or written at the member's offset?  A program can put a member into a class that is
 * not derived from the member's own, where the offset means nothing and the long way raises TypeError. */
static bool attribute_member_serves(const member_descriptor_object *member, const type_object *type, uint32_t except)
{
    return !(member->flags & except) && type_is_subtype(type, as_type(member->owner));
}

/* A data descriptor of the class. */
static void attribute_resolve_data(ouro_runtime *rt, const type_object *type, ouro_value found, attribute_cache *how)
{
    type_object *kind = value_type(rt, found);
    if (kind == TYPE(rt, member_descriptor)) {
        const member_descriptor_object *member =
            (const member_descriptor_object *)(void *)ouro_as_object(found);
        bool serves = attribute_member_serves(member, type, MEMBER_OUT_OF_LINE | MEMBER_COMPUTED);
        how->kind = serves ? ATTRIBUTE_MEMBER : ATTRIBUTE_NOT_CACHED;
        how->index = member->offset;
    } else if (kind == TYPE(rt, property)) {
        const property_object *property = (const property_object *)(void *)ouro_as_object(found);
        if (!ouro_is_null(property->fget)) {
            how->kind = ATTRIBUTE_PROPERTY;
            how->value = property->fget;
        }
    } else if (kind == TYPE(rt, getset_descriptor)) {
        const getset_descriptor_object *getset = (const getset_descriptor_object *)(void *)ouro_as_object(found);
        if (getset->def->get != NULL && type_is_subtype(type, as_type(getset->owner))) {
            how->kind = ATTRIBUTE_GETSET;
            how->value = found;
        }
    }
}

void attribute_cache_resolve(ouro_runtime *rt, ouro_value receiver, ouro_value name, attribute_cache *how)
{
    ouro_shape *shape = value_shape(rt, receiver);
    type_object *type = (type_object *)(void *)shape->type;
    memset(how, 0, sizeof *how);
    how->shape_id = shape->id;
    if (shape->id == 0 || type_is_strange(rt, type)) {
        return;
    }
    if (type->type.flags & TYPE_IS_TYPE) {
        attribute_resolve_on_type(rt, receiver, name, how);
        return;
    }
    if (!type_fill_quietly(rt, type, name)) {
        return; /* the long way reports it */
    }
    if (type == TYPE(rt, module)) {
        if (ouro_is_null(type_lookup(rt, type, name))) {
            how->kind = ATTRIBUTE_MODULE;
        }
        return;
    }
    if (!slots_getattr_is_generic(type) &&
        !(slots_getattr_is_hook(type) && ouro_is(type_lookup(rt, type, STR(rt, __getattribute__)),
                                                type_lookup(rt, TYPE(rt, object), STR(rt, __getattribute__))))) {
        return;
    }
    ouro_value found = type_lookup(rt, type, name);
    if (!ouro_is_null(found) && value_is_data_descriptor(rt, found)) {
        attribute_resolve_data(rt, type, found, how);
        bool may_raise = how->kind == ATTRIBUTE_PROPERTY || how->kind == ATTRIBUTE_GETSET;
        if (may_raise && !slots_getattr_is_generic(type)) {
            how->kind = ATTRIBUTE_NOT_CACHED; /* after an AttributeError __getattr__ is asked */
        }
        return;
    }
    if (type->type.flags & OURO_TYPE_SHAPED) {
        if (shape->mode == SHAPE_DICT) {
            how->kind = ATTRIBUTE_DICT;
            how->class_kind = ouro_is_null(found) ? ATTRIBUTE_NOT_CACHED : attribute_class_kind(rt, &found);
            how->value = found;
            return;
        }
        int position = shape_find(rt, shape, name);
        if (position >= 0) {
            how->kind = ATTRIBUTE_INLINE;
            how->index = (uint32_t)position;
            return;
        }
    } else if (type_has_own_attributes(type)) {
        return; /* out-of-line dict */
    }
    if (!ouro_is_null(found)) {
        how->kind = attribute_class_kind(rt, &found);
        how->value = found;
    }
}

void attribute_cache_resolve_store(ouro_runtime *rt, ouro_value receiver, ouro_value name,
                                   attribute_store_cache *how)
{
    ouro_shape *shape = value_shape(rt, receiver);
    type_object *type = (type_object *)(void *)shape->type;
    memset(how, 0, sizeof *how);
    how->shape_id = shape->id;
    if (shape->id == 0 || type->slots.setattr != object_setattr_generic || !type_fill_quietly(rt, type, name)) {
        return;
    }
    ouro_value found = type_lookup(rt, type, name);
    if (!ouro_is_null(found) && value_is_data_descriptor(rt, found)) {
        if (value_type(rt, found) == TYPE(rt, member_descriptor)) {
            const member_descriptor_object *member =
                (const member_descriptor_object *)(void *)ouro_as_object(found);
            if (attribute_member_serves(member, type, MEMBER_READONLY | MEMBER_OUT_OF_LINE | MEMBER_COMPUTED)) {
                how->kind = ATTRIBUTE_MEMBER;
                how->index = member->offset;
            }
        }
        return;
    }
    if (!(type->type.flags & OURO_TYPE_SHAPED)) {
        return;
    }
    if (shape->mode == SHAPE_DICT) {
        how->kind = ATTRIBUTE_DICT;
        return;
    }
    int position = shape_find(rt, shape, name);
    if (position >= 0) {
        how->kind = ATTRIBUTE_INLINE;
        how->index = (uint32_t)position;
        return;
    }
    ouro_shape *next = shape_add(rt, shape, name);
    if (next == NULL) {
        error_clear(rt); /* no memory for the shape: the long way reports it */
        return;
    }
    how->kind = ATTRIBUTE_INLINE;
    how->index = shape->count;
    how->next = next;
}

/* ---- methods ---- */

ouro_value object_getmethod(ouro_runtime *rt, ouro_value self, ouro_value name, bool *unbound)
{
    type_object *type = value_type(rt, self);
    *unbound = false;
    if (type->slots.getattr != object_getattr_generic || !attribute_name_is_interned(rt, name) ||
        type_is_strange(rt, type) || instance_strange_dict(rt, self) != NULL) {
        return object_getattr(rt, self, name);
    }
    ouro_value found = type_lookup(rt, type, name);
    if (!ouro_is_null(found) && (value_type(rt, found)->type.flags & TYPE_METHOD_DESCR) &&
        (!ouro_is_object(self) || !type_has_own_attributes(type) ||
         ouro_is_null(instance_get(rt, ouro_as_object(self), name)))) {
        *unbound = true;
        return value_incref(found);
    }
    return object_getattr_generic(rt, self, name);
}

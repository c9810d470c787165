/* attribute.h: what an inline cache may remember of an attribute, and instances' attributes as C code sees them.
 *
 * The evaluation loop asks attribute_cache_resolve once, keeps the answer beside the instruction together with
 * `shape_id`, and from then on takes the short way whenever the receiver's shape has that id.  The answer is good for
 * exactly as long: classes renew the ids of their shapes whenever something that the answer depends on changes.
 */
#ifndef OURO_SRC_TYPES_ATTRIBUTE_H
#define OURO_SRC_TYPES_ATTRIBUTE_H

#include "types/types.h"

typedef enum attribute_kind {
    ATTRIBUTE_NOT_CACHED, /* take the long way each time */
    /* The value is shape_values(shape, object)[index]; OURO_NULL there: deleted, take the long way. */
    ATTRIBUTE_INLINE,
    /* Found on the class; binds like a function: load `value` unbound and call it with the receiver in front, or make
     * a bound method of both. */
    ATTRIBUTE_METHOD,
    /* Found on the class, not a descriptor: `value` is the result. */
    ATTRIBUTE_CONSTANT,
    /* A property: the result is what the callable `value`, its getter, returns for the receiver. */
    ATTRIBUTE_PROPERTY,
    /* Computed by the getter in C of `value`, a getset_descriptor_object. */
    ATTRIBUTE_GETSET,
    /* A __slots__ member or the like: the value at byte `index` of the object; OURO_NULL: the long way. */
    ATTRIBUTE_MEMBER,
    /* The receiver keeps its attributes in a dict (shape_values(shape, object)[0], a dict_object; OURO_NULL: empty) and
     * the class has nothing in the way.  `value` is what the class has for when the dict has none, OURO_NULL: then
     * the long way.  `class_kind` tells what to do with it: _METHOD, _CONSTANT, or _NOT_CACHED (long way). */
    ATTRIBUTE_DICT,
    /* The receiver is a module whose type has nothing in the way: look into module->dict (dict_index_str and
     * dict_layout_version make that a compare and a load); absent: the long way. */
    ATTRIBUTE_MODULE,
    /* The receiver is a class: `value` is the result for just this class.  Guard by value_type's shape id and
     * as_type(receiver)->version == `version`. */
    ATTRIBUTE_OF_CLASS,
    /* A class method: the result is the function `value` bound to the class, which is the receiver itself when that is
     * a class (guarded as _OF_CLASS then), else its type.  Load `value` unbound and call it with the class in front, or
     * make a bound method of both. */
    ATTRIBUTE_CLASS_METHOD,
} attribute_kind;

typedef struct attribute_cache {
    attribute_kind kind;
    attribute_kind class_kind; /* of ATTRIBUTE_DICT */
    uint32_t shape_id;         /* guard: never 0 unless kind is ATTRIBUTE_NOT_CACHED */
    uint32_t version;          /* of a receiver that is a class: second guard; else 0 */
    uint32_t index;
    ouro_value value; /* borrowed from a class: lives as long as the guards hold */
} attribute_cache;

/* How `receiver.name` (name: interned) can be loaded.  Runs no program code, raises nothing. */
void attribute_cache_resolve(ouro_runtime *rt, ouro_value receiver, ouro_value name, attribute_cache *how);

typedef struct attribute_store_cache {
    /* _INLINE: replace (the old value must not be OURO_NULL) or, with `next`, add; _MEMBER; _DICT; _NOT_CACHED */
    attribute_kind kind;
    uint32_t shape_id;
    uint32_t index;
    ouro_shape *next; /* _INLINE: after storing at `index` (where OURO_NULL was) the object gets this shape; NULL: it
                       * keeps its own.  Lives as long as the guard holds */
} attribute_store_cache;

/* How `receiver.name = value` can be done. */
void attribute_cache_resolve_store(ouro_runtime *rt, ouro_value receiver, ouro_value name,
                                   attribute_store_cache *how);

/* The generic look-up without an AttributeError: OURO_NULL with no exception set when there is no such attribute. */
OURO_NODISCARD ouro_value object_getattr_quiet(ouro_runtime *rt, ouro_value self, ouro_value name);

/* Loads a method for a call: returns the callable as a new reference and sets *unbound when the receiver has to be
 * passed in front of the arguments (no bound method was made).  OURO_NULL: failed. */
OURO_NODISCARD ouro_value object_getmethod(ouro_runtime *rt, ouro_value self, ouro_value name, bool *unbound);

/* ---- instances (instance.c) ---- */

/* The value of an attribute of the instance's own (borrowed), or OURO_NULL; runs no code.  `name` interned. */
/* The dict that an instance of a type with own attributes has now, borrowed; OURO_NULL: it has none. */
ouro_value instance_known_dict(ouro_runtime *rt, ouro_object *self);
ouro_value instance_get(ouro_runtime *rt, ouro_object *self, ouro_value name);
/* Stores (value OURO_NULL: deletes) an attribute of the instance's own.  1: done; 0: deleting what is not there, or
 * the type has no place for attributes (no exception); -1: failed. */
OURO_NODISCARD int instance_set(ouro_runtime *rt, ouro_object *self, ouro_value name, ouro_value value);
/* Do objects of the type have attributes of their own that these functions know of? */
static inline bool type_has_own_attributes(const type_object *type)
{
    return (type->type.flags & OURO_TYPE_SHAPED) != 0 ||
           (type->type.flags & (TYPE_HAS_DICT | TYPE_VAR_SIZED)) == (TYPE_HAS_DICT | TYPE_VAR_SIZED);
}
/* self.__dict__ = dict (a dict; OURO_NULL: a new empty one). */
OURO_NODISCARD bool instance_set_dict(ouro_runtime *rt, ouro_value self, ouro_value dict);
/* The names of the instance's own attributes are appended to `list`, without making a __dict__. */
OURO_NODISCARD bool instance_append_names(ouro_runtime *rt, ouro_value self, ouro_value list);
/* self.__class__ = type, the layouts known to agree. */
OURO_NODISCARD bool instance_change_class(ouro_runtime *rt, ouro_object *self, type_object *type);
/* ouro_type.finalize of classes with __del__. */
void instance_finalize(ouro_runtime *rt, ouro_object *self);

/* Interned equal of any str (new reference); TypeError "attribute name must be string, not 'T'" for others. */
OURO_NODISCARD ouro_value attribute_name(ouro_runtime *rt, ouro_value name);

/* The look-up cache of a runtime. */
void lookup_cache_stop(ouro_runtime *rt);
int lookup_cache_visit_roots(ouro_runtime *rt, ouro_visit_fn visit, void *context);

#endif

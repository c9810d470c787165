/* descriptor.h: the descriptors that classes are made of: getset, member, property, classmethod, staticmethod. */
#ifndef OURO_SRC_TYPES_DESCRIPTOR_H
#define OURO_SRC_TYPES_DESCRIPTOR_H

#include "types/types.h"

/* A computed attribute of a built-in type, and __dict__ and __weakref__ of classes. */
typedef struct getset_descriptor_object {
    ouro_object object;
    ouro_value owner; /* the type */
    const getset_def *def;
    ouro_value name;
} getset_descriptor_object;

/* A value at an offset of the object: members of built-in types, __slots__ of classes. */
typedef struct member_descriptor_object {
    ouro_object object;
    ouro_value owner;
    ouro_value name;
    union {
        const char *doc;
        const getset_def *def; /* MEMBER_COMPUTED */
    };
    uint32_t offset;
    uint32_t flags; /* MEMBER_* */
} member_descriptor_object;

typedef struct property_object {
    ouro_object object;
    ouro_value fget, fset, fdel; /* OURO_NULL: none */
    ouro_value doc;
    ouro_value name;             /* from __set_name__ */
    bool getter_doc;             /* doc was taken from the getter */
} property_object;

/* classmethod and staticmethod. */
typedef struct method_holder_object {
    ouro_object object;
    ouro_value callable;
    ouro_value dict; /* __wrapped__, __name__, __doc__, ... */
} method_holder_object;

OURO_NODISCARD ouro_value getset_descriptor_new(ouro_runtime *rt, type_object *owner, const getset_def *def);
OURO_NODISCARD ouro_value member_descriptor_new(ouro_runtime *rt, type_object *owner, ouro_value name,
                                                uint32_t offset, uint32_t flags, const char *doc);
OURO_NODISCARD ouro_value classmethod_new(ouro_runtime *rt, ouro_value callable);
OURO_NODISCARD ouro_value staticmethod_new(ouro_runtime *rt, ouro_value callable);
OURO_NODISCARD ouro_value mappingproxy_new(ouro_runtime *rt, ouro_value mapping);
/* Is v.__isabstractmethod__ true?  1, 0, -1. */
OURO_NODISCARD int descriptor_is_abstract(ouro_runtime *rt, ouro_value v);

static inline bool value_is_data_descriptor(ouro_runtime *rt, ouro_value v)
{
    return value_type(rt, v)->slots.descr_set != NULL;
}

#endif

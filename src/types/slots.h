/* slots.h: the two directions between special methods and slots (slots.c has the table). */
#ifndef OURO_SRC_TYPES_SLOTS_H
#define OURO_SRC_TYPES_SLOTS_H

#include "types/types.h"

struct slot_row;

/* A slot of a built-in type as an unbound method: int.__add__. */
typedef struct wrapper_descriptor_object {
    ouro_object object;
    type_object *owner;         /* borrowed: a built-in type */
    const struct slot_row *row; /* which special method it is */
    void (*function)(void);     /* the slot's function */
} wrapper_descriptor_object;

/* The same bound to an object: (1).__add__. */
typedef struct method_wrapper_object {
    ouro_object object;
    ouro_value descriptor; /* a wrapper_descriptor */
    ouro_value self;
} method_wrapper_object;

/* Builds the index from names to rows.  False: no memory. */
OURO_NODISCARD bool slots_start(ouro_runtime *rt);
void slots_stop(ouro_runtime *rt);

/* Built-in types: adds to `dict`, which is to be the type's, the special methods of the slots that its spec fills. */
OURO_NODISCARD bool slots_add_methods(ouro_runtime *rt, type_object *type, dict_object *dict);
/* Is the interned `name` one that slots_add_methods may add? */
bool slots_spec_has(ouro_runtime *rt, const type_spec *spec, ouro_value name);
/* Takes over from `base` every slot that is empty. */
void slots_inherit(type_object *type, const type_object *base);
/* Classes: recomputes all slots from the MRO. */
void slots_update_all(ouro_runtime *rt, type_object *type);
/* Classes with a single base: recomputes the slots whose special methods are in the type's own dict. */
void slots_update_own(ouro_runtime *rt, type_object *type);
/* The special method `name` of the type has changed: recomputes its slots, in all subclasses too.  Nothing happens for
 * other names. */
void slots_update_name(ouro_runtime *rt, type_object *type, ouro_value name);

/* Does the type's __getattribute__ / __setattr__ come from object? */
bool slots_getattr_is_generic(const type_object *type);
/* Is the type's getattr slot the one for classes with a __getattr__ method, __getattribute__ being object's? */
bool slots_getattr_is_hook(const type_object *type);

/* Calls the special method `name` of args[0]'s type with args (self first).  *found false: the type has none (result
 * OURO_NULL, no exception). */
OURO_NODISCARD ouro_value slots_call_special(ouro_runtime *rt, ouro_value name, const ouro_value *args,
                                             size_t nargs, bool *found);

/* __new__ of built-in types: what the type's dict has. */
OURO_NODISCARD ouro_value slots_new_method(ouro_runtime *rt, type_object *type);

#endif

/* weakref_types.h: making weak references and proxies (weakref.c, weak_proxy.c) for the _weakref module. */
#ifndef OURO_SRC_TYPES_WEAKREF_TYPES_H
#define OURO_SRC_TYPES_WEAKREF_TYPES_H

#include "types/types.h"

struct weak_reference;

static inline struct weak_reference *as_weakref(ouro_value v)
{
    return (struct weak_reference *)(void *)ouro_as_object(v);
}

/* A weak reference, a proxy, or an instance of a subclass of ref. */
static inline bool value_is_weakref(ouro_value v)
{
    return ouro_is_object(v) && (ouro_as_object(v)->shape->type->flags & OURO_TYPE_IS_WEAKREF) != 0;
}

/* A weak reference of `type` to `referent`; callback None or OURO_NULL: none.  TypeError when the referent's type does
 * not allow it. */
OURO_NODISCARD ouro_value weakref_make(ouro_runtime *rt, type_object *type, ouro_value referent,
                                       ouro_value callback, bool is_proxy);
/* A proxy, callable if the referent is. */
OURO_NODISCARD ouro_value weak_proxy_new(ouro_runtime *rt, ouro_value referent, ouro_value callback);

/* Installed in the runtime by types_start: calls the callback of a weak reference. */
void weakref_call_callback(ouro_runtime *rt, ouro_value callback, ouro_value reference);

#endif

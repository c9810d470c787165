/* own_dict.c: attribute access for objects whose __dict__ is a field of their own struct.
 *
 * Owns nothing.  The generic access of instances (inline values, side table) is elsewhere; this is for the few
 * built-in types that have a dict by nature.
 */
#include "types/own_dict.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"

/* The type's attribute as a new reference, or OURO_NULL without an exception. */
static ouro_value own_dict_type_attribute(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    ouro_value interned = value_incref(name);
    if ((as_str(name)->flags & STR_INTERNED) == 0) {
        interned = str_intern(rt, interned);
        if (ouro_is_null(interned)) {
            return OURO_NULL;
        }
    }
    ouro_value attribute = OURO_NULL;
    if (type_fill_for(rt, value_type(rt, self), interned)) {
        attribute = value_incref(type_lookup(rt, value_type(rt, self), interned));
    }
    value_decref(rt, interned);
    return attribute;
}

int own_dict_find(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value dict, ouro_value *result)
{
    ouro_value attribute = own_dict_type_attribute(rt, self, name);
    const type_slots *slots = NULL;
    *result = OURO_NULL;
    if (ouro_is_null(attribute)) {
        if (error_is_set(rt)) {
            return -1;
        }
    } else {
        slots = &value_type(rt, attribute)->slots;
        if (slots->descr_get != NULL && slots->descr_set != NULL) {
            *result = slots->descr_get(rt, attribute, self, type_value(value_type(rt, self)));
            value_decref(rt, attribute);
            return ouro_is_null(*result) ? -1 : 1;
        }
    }
    if (!ouro_is_null(dict)) {
        value_incref(dict);
        ouro_value found = value_incref(dict_get(rt, as_dict(dict), name));
        value_decref(rt, dict);
        if (!ouro_is_null(found) || error_is_set(rt)) {
            value_decref(rt, attribute);
            *result = found;
            return ouro_is_null(found) ? -1 : 1;
        }
    }
    if (ouro_is_null(attribute)) {
        return 0;
    }
    if (slots->descr_get != NULL) {
        *result = slots->descr_get(rt, attribute, self, type_value(value_type(rt, self)));
        value_decref(rt, attribute);
    } else {
        *result = attribute;
    }
    return ouro_is_null(*result) ? -1 : 1;
}

ouro_value own_dict_getattr(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value dict)
{
    ouro_value result;
    int found = own_dict_find(rt, self, name, dict, &result);
    return found == 0 ? error_attribute(rt, self, name) : result;
}

bool own_dict_setattr(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value value, ouro_value *slot)
{
    ouro_value attribute = own_dict_type_attribute(rt, self, name);
    if (ouro_is_null(attribute)) {
        if (error_is_set(rt)) {
            return false;
        }
    } else {
        const type_slots *slots = &value_type(rt, attribute)->slots;
        if (slots->descr_set != NULL) {
            bool ok = slots->descr_set(rt, attribute, self, value);
            value_decref(rt, attribute);
            return ok;
        }
        value_decref(rt, attribute);
    }
    if (ouro_is_null(value)) {
        int deleted = 0;
        if (!ouro_is_null(*slot)) {
            ouro_value dict = value_incref(*slot);
            deleted = dict_delete(rt, as_dict(dict), name);
            value_decref(rt, dict);
        }
        if (deleted == 0) {
            error_attribute(rt, self, name);
        }
        return deleted > 0;
    }
    if (ouro_is_null(*slot)) {
        *slot = dict_new(rt, 0);
        if (ouro_is_null(*slot)) {
            return false;
        }
    }
    ouro_value dict = value_incref(*slot);
    bool ok = dict_set(rt, as_dict(dict), name, value);
    value_decref(rt, dict);
    return ok;
}

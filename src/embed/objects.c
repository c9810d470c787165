/* objects.c: attributes, calls, types, truth, text and operators of any value, for C code (ouro.h). */
#include "embed/embed.h"

#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/weakref_types.h"

#include <string.h>

void embed_null_argument(ouro_runtime *rt, const char *function)
{
    if (!error_is_set(rt)) {
        error_system(rt, "%s(): an argument is missing", function);
    }
}

ouro_value embed_name(ouro_runtime *rt, const char *name)
{
    ouro_value text = str_from_utf8(rt, name, strlen(name));
    return ouro_is_null(text) ? text : str_intern(rt, text);
}

/* ---- attributes -----------------------------------------------------------------------------------------
 */

ouro_owned ouro_attribute_get(ouro_runtime *rt, ouro_value v, const char *name)
{
    API(rt, OURO_NULL);
    API_ARGUMENT(rt, v, OURO_NULL);
    ouro_value key = embed_name(rt, name);
    ouro_value result = ouro_is_null(key) ? key : object_getattr(rt, v, key);
    value_decref(rt, key);
    return result;
}

/* `value` OURO_NULL deletes. */
static bool objects_set_attribute(ouro_runtime *rt, ouro_value v, const char *name, ouro_value value)
{
    ouro_value key = embed_name(rt, name);
    bool done = !ouro_is_null(key) && object_setattr(rt, v, key, value);
    value_decref(rt, key);
    return done;
}

bool ouro_attribute_set(ouro_runtime *rt, ouro_value v, const char *name, ouro_value value)
{
    API(rt, false);
    API_ARGUMENT(rt, v, false);
    API_ARGUMENT(rt, value, false);
    return objects_set_attribute(rt, v, name, value);
}

bool ouro_attribute_delete(ouro_runtime *rt, ouro_value v, const char *name)
{
    API(rt, false);
    API_ARGUMENT(rt, v, false);
    return objects_set_attribute(rt, v, name, OURO_NULL);
}

int ouro_attribute_has(ouro_runtime *rt, ouro_value v, const char *name)
{
    API(rt, -1);
    API_ARGUMENT(rt, v, -1);
    ouro_value key = embed_name(rt, name), found = OURO_NULL;
    int has = ouro_is_null(key) ? -1 : object_getattr_optional(rt, v, key, &found);
    value_decref(rt, key);
    if (has > 0) {
        value_decref(rt, found);
    }
    return has;
}

/* ---- calls ----------------------------------------------------------------------------------------------
 */

static bool objects_take_arguments(ouro_runtime *rt, const ouro_value *args, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        API_ARGUMENT(rt, args[i], false);
    }
    return true;
}

ouro_owned ouro_call(ouro_runtime *rt, ouro_value callable, const ouro_value *args, size_t count)
{
    API(rt, OURO_NULL);
    API_ARGUMENT(rt, callable, OURO_NULL);
    return objects_take_arguments(rt, args, count) ? object_call(rt, callable, args, count, OURO_NULL)
                                                   : OURO_NULL;
}

/* A tuple of interned strs. */
static ouro_value objects_names(ouro_runtime *rt, const char *const *names, size_t count)
{
    tuple_object *tuple = tuple_new_blank(rt, count);
    if (tuple == NULL) {
        return OURO_NULL;
    }
    for (size_t i = 0; i < count; i++) {
        tuple->items[i] = embed_name(rt, names[i]);
        if (ouro_is_null(tuple->items[i])) {
            object_decref(rt, &tuple->object);
            return OURO_NULL;
        }
    }
    gc_track(rt, tuple);
    return ouro_from_object(tuple);
}

ouro_owned ouro_call_keywords(ouro_runtime *rt, ouro_value callable, const ouro_value *args, size_t count,
                              const char *const *names)
{
    API(rt, OURO_NULL);
    API_ARGUMENT(rt, callable, OURO_NULL);
    size_t named = 0;
    while (names != NULL && names[named] != NULL) {
        named++;
    }
    if (!objects_take_arguments(rt, args, count + named)) {
        return OURO_NULL;
    }
    ouro_value keywords = OURO_NULL;
    if (named > 0) {
        keywords = objects_names(rt, names, named);
        if (ouro_is_null(keywords)) {
            return OURO_NULL;
        }
    }
    ouro_value result = object_call(rt, callable, args, count, keywords);
    value_decref(rt, keywords);
    return result;
}

ouro_owned ouro_call_method(ouro_runtime *rt, ouro_value v, const char *name, const ouro_value *args,
                            size_t count)
{
    API(rt, OURO_NULL);
    API_ARGUMENT(rt, v, OURO_NULL);
    if (!objects_take_arguments(rt, args, count)) {
        return OURO_NULL;
    }
    ouro_value method = ouro_attribute_get(rt, v, name);
    ouro_value result = ouro_is_null(method) ? method : object_call(rt, method, args, count, OURO_NULL);
    value_decref(rt, method);
    return result;
}

bool ouro_is_callable(ouro_runtime *rt, ouro_value v)
{
    API(rt, false);
    API_VALUE(rt, v, false);
    return !ouro_is_null(v) && object_is_callable(rt, v);
}

/* ---- types ----------------------------------------------------------------------------------------------
 */

ouro_value ouro_type_of(ouro_runtime *rt, ouro_value v)
{
    API(rt, OURO_NULL);
    API_ARGUMENT(rt, v, OURO_NULL);
    return type_value(value_type(rt, v));
}

const char *ouro_type_name(ouro_runtime *rt, ouro_value v)
{
    API(rt, "?");
    API_VALUE(rt, v, "?");
    return ouro_is_null(v) ? "NULL" : type_short_name(value_type(rt, v));
}

int ouro_is_instance(ouro_runtime *rt, ouro_value v, ouro_value class_or_tuple)
{
    API(rt, -1);
    API_ARGUMENT(rt, v, -1);
    API_ARGUMENT(rt, class_or_tuple, -1);
    return object_is_instance(rt, v, class_or_tuple);
}

bool ouro_is_kind(ouro_runtime *rt, ouro_value v, ouro_kind kind)
{
    API(rt, false);
    API_VALUE(rt, v, false);
    switch (kind) {
    case OURO_KIND_NONE:
        return ouro_is_none(v);
    case OURO_KIND_BOOL:
        return ouro_is_bool(v);
    case OURO_KIND_INT:
        return value_is_int(rt, v);
    case OURO_KIND_FLOAT:
        return value_is_float(rt, v);
    case OURO_KIND_STR:
        return value_is_str(rt, v);
    case OURO_KIND_BYTES:
        return value_is_bytes(rt, v);
    case OURO_KIND_TUPLE:
        return value_is_tuple(rt, v);
    case OURO_KIND_LIST:
        return value_is_list(rt, v);
    case OURO_KIND_DICT:
        return value_is_dict(rt, v);
    case OURO_KIND_SET:
        return value_is_set(rt, v);
    case OURO_KIND_CLASS:
        return value_is_type(rt, v);
    case OURO_KIND_EXCEPTION:
        return value_is_exception(rt, v);
    }
    return false;
}

/* ---- text, truth, comparison, operators -----------------------------------------------------------------
 */

int ouro_truth(ouro_runtime *rt, ouro_value v)
{
    API(rt, -1);
    API_ARGUMENT(rt, v, -1);
    return object_truth(rt, v);
}

ouro_owned ouro_to_str(ouro_runtime *rt, ouro_value v)
{
    API(rt, OURO_NULL);
    API_ARGUMENT(rt, v, OURO_NULL);
    return object_str(rt, v);
}

ouro_owned ouro_repr(ouro_runtime *rt, ouro_value v)
{
    API(rt, OURO_NULL);
    API_ARGUMENT(rt, v, OURO_NULL);
    return object_repr(rt, v);
}

bool ouro_hash(ouro_runtime *rt, ouro_value v, int64_t *hash)
{
    API(rt, false);
    API_ARGUMENT(rt, v, false);
    *hash = object_hash(rt, v);
    return *hash != -1;
}

int ouro_compare(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_comparison comparison)
{
    static const compare_op operations[] = {COMPARE_LT, COMPARE_LE, COMPARE_EQ,
                                            COMPARE_NE, COMPARE_GT, COMPARE_GE};
    API(rt, -1);
    API_ARGUMENT(rt, a, -1);
    API_ARGUMENT(rt, b, -1);
    return object_compare_truth(rt, a, b, operations[comparison]);
}

ouro_owned ouro_binary(ouro_runtime *rt, ouro_operator operation, ouro_value a, ouro_value b)
{
    static const binary_op operations[] = {
        BINARY_ADD,       BINARY_SUBTRACT, BINARY_MULTIPLY, BINARY_TRUE_DIVIDE, BINARY_FLOOR_DIVIDE,
        BINARY_REMAINDER, BINARY_POWER,    BINARY_LSHIFT,   BINARY_RSHIFT,      BINARY_AND,
        BINARY_OR,        BINARY_XOR,      BINARY_MATMUL};
    API(rt, OURO_NULL);
    API_ARGUMENT(rt, a, OURO_NULL);
    API_ARGUMENT(rt, b, OURO_NULL);
    return operation == OURO_POWER ? object_power(rt, a, b, OURO_NONE)
                                   : object_binary(rt, operations[operation], a, b);
}

ouro_owned ouro_weakref_new(ouro_runtime *rt, ouro_value v, ouro_value callback)
{
    API(rt, OURO_NULL);
    API_ARGUMENT(rt, v, OURO_NULL);
    API_VALUE(rt, callback, OURO_NULL);
    return weakref_make(rt, TYPE(rt, weakref), v, callback, false);
}

/* union_type.c: int | str as a value (PEP 604).
 *
 * What always holds: args is a tuple of at least two different types, generic aliases or NoneType; unions among them
 * have been flattened.
 */
#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/generic_alias.h"
#include "types/protocol.h"
#include "types/str.h"

typedef struct union_type_object {
    ouro_object object;
    ouro_value args;
    ouro_value parameters; /* OURO_NULL until asked for */
} union_type_object;

static union_type_object *as_union_type(ouro_value v)
{
    return (union_type_object *)(void *)ouro_as_object(v);
}

static bool union_type_is_one(ouro_runtime *rt, ouro_value v)
{
    return value_type(rt, v) == TYPE(rt, union_type);
}

static bool union_type_is_alias(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && value_is_instance(rt, v, TYPE(rt, generic_alias));
}

/* May `v` stand in a union? */
static bool union_type_accepts(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_none(v) || value_has_flag(rt, v, TYPE_IS_TYPE) || union_type_is_one(rt, v) ||
           union_type_is_alias(rt, v);
}

/* Adds `v` to the list unless it is there.  Unions are flattened. */
static bool union_type_add(ouro_runtime *rt, ouro_value list, ouro_value v)
{
    if (union_type_is_one(rt, v)) {
        const tuple_object *args = as_tuple(as_union_type(v)->args);
        for (size_t i = 0; i < args->size; i++) {
            if (!union_type_add(rt, list, args->items[i])) {
                return false;
            }
        }
        return true;
    }
    if (ouro_is_none(v)) {
        v = type_value(TYPE(rt, none));
    }
    for (size_t i = 0; i < as_list(list)->size; i++) {
        ouro_value there = as_list(list)->items[i];
        if (ouro_is(there, v)) {
            return true;
        }
        if (union_type_is_alias(rt, there) && union_type_is_alias(rt, v)) {
            int equal = object_equal(rt, there, v);
            if (equal != 0) {
                return equal > 0;
            }
        }
    }
    return list_append(rt, list, v);
}

ouro_value union_type_or(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    if (!union_type_accepts(rt, a) || !union_type_accepts(rt, b) || (ouro_is_none(a) && ouro_is_none(b))) {
        return OURO_NOT_IMPLEMENTED;
    }
    ouro_value list = list_new(rt, NULL, 0);
    ouro_value result = OURO_NULL;
    if (ouro_is_null(list) || !union_type_add(rt, list, a) || !union_type_add(rt, list, b)) {
        goto done;
    }
    if (as_list(list)->size == 1) {
        result = value_incref(as_list(list)->items[0]);
        goto done;
    }
    ouro_value args = list_as_tuple(rt, list);
    if (ouro_is_null(args)) {
        goto done;
    }
    union_type_object *u = object_new(rt, &TYPE(rt, union_type)->type, 0);
    if (u == NULL) {
        value_decref(rt, args);
        goto done;
    }
    u->args = args;
    gc_track(rt, &u->object);
    result = ouro_from_object(u);
done:
    value_decref(rt, list);
    return result;
}

static ouro_value union_type_repr(ouro_runtime *rt, ouro_value self)
{
    const tuple_object *args = as_tuple(as_union_type(self)->args);
    str_builder b;
    str_builder_init(&b, rt);
    for (size_t i = 0; i < args->size; i++) {
        if (i > 0) {
            str_builder_cstring(&b, " | ");
        }
        if (ouro_is(args->items[i], type_value(TYPE(rt, none)))) {
            str_builder_cstring(&b, "None");
            continue;
        }
        ouro_value text = generic_alias_argument_repr(rt, args->items[i]);
        if (ouro_is_null(text)) {
            str_builder_drop(&b);
            return OURO_NULL;
        }
        str_builder_str(&b, text);
        value_decref(rt, text);
    }
    return str_builder_finish(&b);
}

static ouro_value union_type_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !union_type_is_one(rt, b)) {
        return OURO_NOT_IMPLEMENTED;
    }
    ouro_value result = OURO_NULL;
    ouro_value x = frozenset_new(rt, as_union_type(a)->args);
    ouro_value y = ouro_is_null(x) ? OURO_NULL : frozenset_new(rt, as_union_type(b)->args);
    if (!ouro_is_null(y)) {
        result = object_compare(rt, x, y, op);
    }
    value_decref(rt, y);
    value_decref(rt, x);
    return result;
}

static hash_t union_type_hash(ouro_runtime *rt, ouro_value self)
{
    ouro_value set = frozenset_new(rt, as_union_type(self)->args);
    if (ouro_is_null(set)) {
        return -1;
    }
    hash_t h = object_hash(rt, set);
    value_decref(rt, set);
    return h;
}

/* isinstance or issubclass against each member. */
static ouro_value union_type_check(ouro_runtime *rt, ouro_value self, ouro_value v,
                                   int (*check)(ouro_runtime *, ouro_value, ouro_value))
{
    const tuple_object *args = as_tuple(as_union_type(self)->args);
    for (size_t i = 0; i < args->size; i++) {
        int result = check(rt, v, args->items[i]);
        if (result != 0) {
            return result < 0 ? OURO_NULL : OURO_TRUE;
        }
    }
    return OURO_FALSE;
}

static ouro_value union_type_instancecheck(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return union_type_check(rt, args[0], args[1], object_is_instance);
}

static ouro_value union_type_subclasscheck(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_has_flag(rt, args[1], TYPE_IS_TYPE)) {
        return error_type(rt, "issubclass() arg 1 must be a class");
    }
    return union_type_check(rt, args[0], args[1], object_is_subclass);
}

static ouro_value union_type_get_parameters(ouro_runtime *rt, ouro_value self, void *closure)
{
    union_type_object *u = as_union_type(self);
    if (ouro_is_null(u->parameters)) {
        u->parameters = generic_alias_collect_parameters(rt, u->args);
    }
    return value_incref(u->parameters);
}

static ouro_value union_type_getitem(ouro_runtime *rt, ouro_value self, ouro_value item)
{
    ouro_value parameters = union_type_get_parameters(rt, self, NULL);
    if (ouro_is_null(parameters)) {
        return OURO_NULL;
    }
    ouro_value args = generic_alias_substitute(rt, self, as_union_type(self)->args, parameters, item);
    value_decref(rt, parameters);
    if (ouro_is_null(args)) {
        return OURO_NULL;
    }
    ouro_value result = value_incref(as_tuple(args)->items[0]);
    for (size_t i = 1; i < as_tuple(args)->size && !ouro_is_null(result); i++) {
        ouro_value wider = object_binary(rt, BINARY_OR, result, as_tuple(args)->items[i]);
        value_decref(rt, result);
        result = wider;
    }
    value_decref(rt, args);
    return result;
}

static const ouro_field union_type_fields[] = {
    {OURO_FIELD_VALUE, offsetof(union_type_object, args), 0, "__args__"},
    {OURO_FIELD_VALUE, offsetof(union_type_object, parameters), 0, "__parameters__"},
};

static const method_def union_type_methods[] = {
    {"__instancecheck__", "?self, instance, /", union_type_instancecheck, NULL, 0, NULL},
    {"__subclasscheck__", "?self, cls, /", union_type_subclasscheck, NULL, 0, NULL},
    {0},
};

static const member_def union_type_members[] = {
    {"__args__", offsetof(union_type_object, args), MEMBER_READONLY, NULL},
    {0},
};

static ouro_value union_type_get_module(ouro_runtime *rt, ouro_value self, void *closure)
{
    return str_from_cstring(rt, "types");
}

static const getset_def union_type_getsets[] = {
    {"__module__", union_type_get_module, NULL, NULL, NULL},
    {"__parameters__", union_type_get_parameters, NULL, "Type variables in the types.UnionType.", NULL},
    {0},
};

const type_spec union_type_spec = {
    .name = "types.UnionType",
    .size = sizeof(union_type_object),
    .flags = TYPE_NO_MAKE,
    .doc = "Represent a PEP 604 union type\n\nE.g. for int | str",
    .fields = union_type_fields,
    .field_count = 2,
    .methods = union_type_methods,
    .members = union_type_members,
    .getsets = union_type_getsets,
    .slots = {.repr = union_type_repr,
              .compare = union_type_compare,
              .hash = union_type_hash,
              .binary = {[BINARY_OR] = union_type_or},
              .getitem = union_type_getitem},
};

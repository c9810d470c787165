/* descriptor.c: getset_descriptor and member_descriptor (attributes of built-in types, __slots__), property,
 * classmethod, staticmethod.
 *
 * (Methods of built-in types are in native.c, slots as methods in wrapper.c.)
 */
#include "types/descriptor.h"
#include "object/side.h"
#include "types/attribute.h"
#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/error_private.h"
#include "types/function.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/type_build.h"

/* ---- what getset_descriptor and member_descriptor have in common ---- */

/* Both structs begin with header and owner. */
typedef struct data_descriptor_object {
    ouro_object object;
    ouro_value owner;
} data_descriptor_object;

static type_object *data_descriptor_owner(ouro_value v)
{
    return as_type(((data_descriptor_object *)(void *)ouro_as_object(v))->owner);
}

static ouro_value data_descriptor_name(ouro_runtime *rt, ouro_value v)
{
    return value_type(rt, v) == TYPE(rt, getset_descriptor)
               ? ((getset_descriptor_object *)(void *)ouro_as_object(v))->name
               : ((member_descriptor_object *)(void *)ouro_as_object(v))->name;
}

static bool data_descriptor_check(ouro_runtime *rt, ouro_value self, ouro_value instance)
{
    type_object *owner = data_descriptor_owner(self);
    if (!value_is_instance(rt, instance, owner)) {
        error_type(rt, "descriptor '%U' for '%N' objects doesn't apply to a '%T' object",
                   data_descriptor_name(rt, self), owner, instance);
        return false;
    }
    return true;
}

static ouro_value data_descriptor_get_name(ouro_runtime *rt, ouro_value self, void *closure)
{
    return value_incref(data_descriptor_name(rt, self));
}

static ouro_value data_descriptor_get_qualname(ouro_runtime *rt, ouro_value self, void *closure)
{
    return str_format_c(rt, "%U.%U", data_descriptor_owner(self)->qualname, data_descriptor_name(rt, self));
}

static ouro_value data_descriptor_get_owner(ouro_runtime *rt, ouro_value self, void *closure)
{
    return value_incref(type_value(data_descriptor_owner(self)));
}

static ouro_value data_descriptor_get_doc(ouro_runtime *rt, ouro_value self, void *closure)
{
    const char *doc;
    if (value_type(rt, self) == TYPE(rt, getset_descriptor)) {
        doc = ((getset_descriptor_object *)(void *)ouro_as_object(self))->def->doc;
    } else {
        const member_descriptor_object *member = (member_descriptor_object *)(void *)ouro_as_object(self);
        doc = member->flags & MEMBER_COMPUTED ? member->def->doc : member->doc;
    }
    return doc == NULL ? OURO_NONE : str_from_cstring(rt, doc);
}

static ouro_value data_descriptor_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value builtins = rt->types->import_name(rt, STR(rt, builtins));
    if (ouro_is_null(builtins)) {
        return OURO_NULL;
    }
    ouro_value function = object_getattr_utf8(rt, builtins, "getattr");
    value_decref(rt, builtins);
    if (ouro_is_null(function)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    ouro_value arguments =
        tuple_pack2(rt, type_value(data_descriptor_owner(args[0])), data_descriptor_name(rt, args[0]));
    if (!ouro_is_null(arguments)) {
        result = tuple_pack2(rt, function, arguments);
        value_decref(rt, arguments);
    }
    value_decref(rt, function);
    return result;
}

static const method_def data_descriptor_methods[] = {
    {.name = "__reduce__", .signature = "self, /", .fn = data_descriptor_reduce},
    {.name = NULL},
};

static const getset_def data_descriptor_getsets[] = {
    {.name = "__name__", .get = data_descriptor_get_name, .member = true},
    {.name = "__qualname__", .get = data_descriptor_get_qualname},
    {.name = "__objclass__", .get = data_descriptor_get_owner, .member = true},
    {.name = "__doc__", .get = data_descriptor_get_doc},
    {.name = NULL},
};

/* ---- getset_descriptor ---- */

static getset_descriptor_object *as_getset(ouro_value v)
{
    return (getset_descriptor_object *)(void *)ouro_as_object(v);
}

ouro_value getset_descriptor_new(ouro_runtime *rt, type_object *owner, const getset_def *def)
{
    ouro_value name = str_intern_cstring(rt, def->name);
    if (ouro_is_null(name)) {
        return OURO_NULL;
    }
    if (def->member) {
        ouro_value member = member_descriptor_new(rt, owner, name, 0, MEMBER_COMPUTED, NULL);
        if (!ouro_is_null(member)) {
            ((member_descriptor_object *)(void *)ouro_as_object(member))->def = def;
        }
        value_decref(rt, name);
        return member;
    }
    getset_descriptor_object *descriptor = object_new(rt, &TYPE(rt, getset_descriptor)->type, 0);
    if (descriptor == NULL) {
        value_decref(rt, name);
        return OURO_NULL;
    }
    descriptor->owner = value_incref(type_value(owner));
    descriptor->def = def;
    descriptor->name = name;
    gc_track(rt, descriptor);
    return ouro_from_object(descriptor);
}

static ouro_value getset_get(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value owner)
{
    if (ouro_is_null(instance)) {
        return value_incref(self);
    }
    if (!data_descriptor_check(rt, self, instance)) {
        return OURO_NULL;
    }
    const getset_def *def = as_getset(self)->def;
    if (def->get == NULL) {
        return error_raise(rt, EXC(rt, AttributeError), "attribute '%U' of '%N' objects is not readable",
                           as_getset(self)->name, data_descriptor_owner(self));
    }
    return def->get(rt, instance, def->closure);
}

static bool getset_set(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value value)
{
    if (!data_descriptor_check(rt, self, instance)) {
        return false;
    }
    const getset_def *def = as_getset(self)->def;
    if (def->set == NULL) {
        error_raise(rt, EXC(rt, AttributeError), "attribute '%U' of '%N' objects is not writable",
                    as_getset(self)->name, data_descriptor_owner(self));
        return false;
    }
    return def->set(rt, instance, value, def->closure);
}

static ouro_value getset_repr(ouro_runtime *rt, ouro_value self)
{
    return str_format_c(rt, "<attribute '%U' of '%N' objects>", as_getset(self)->name, data_descriptor_owner(self));
}

static const ouro_field getset_fields[] = {
    {OURO_FIELD_VALUE, offsetof(getset_descriptor_object, owner), 0, "__objclass__"},
    {OURO_FIELD_VALUE, offsetof(getset_descriptor_object, name), 0, "__name__"},
};

/* A descriptor's parts never change: the class's dict is where a cycle through it is broken. */
const type_spec getset_descriptor_spec = {
    .name = "getset_descriptor",
    .size = sizeof(getset_descriptor_object),
    .flags = OURO_TYPE_IMMUTABLE,
    .fields = getset_fields,
    .field_count = 2,
    .methods = data_descriptor_methods,
    .getsets = data_descriptor_getsets,
    .slots = {.repr = getset_repr, .descr_get = getset_get, .descr_set = getset_set},
};

/* ---- member_descriptor ---- */

static member_descriptor_object *as_member(ouro_value v)
{
    return (member_descriptor_object *)(void *)ouro_as_object(v);
}

ouro_value member_descriptor_new(ouro_runtime *rt, type_object *owner, ouro_value name, uint32_t offset,
                                 uint32_t flags, const char *doc)
{
    member_descriptor_object *descriptor = object_new(rt, &TYPE(rt, member_descriptor)->type, 0);
    if (descriptor == NULL) {
        return OURO_NULL;
    }
    descriptor->owner = value_incref(type_value(owner));
    descriptor->name = value_incref(name);
    descriptor->doc = doc;
    descriptor->offset = offset;
    descriptor->flags = flags;
    gc_track(rt, descriptor);
    return ouro_from_object(descriptor);
}

static ouro_value *member_place(ouro_value self, ouro_value instance)
{
    return (ouro_value *)(void *)((char *)ouro_as_object(instance) + as_member(self)->offset);
}

/* The value of a slot that is kept in the side table's dict: borrowed. */
static ouro_value member_load_out_of_line(ouro_runtime *rt, ouro_value self, ouro_value instance)
{
    ouro_value dict = side_dict(rt, ouro_as_object(instance));
    return ouro_is_null(dict) ? OURO_NULL : dict_get_str(rt, as_dict(dict), as_member(self)->name);
}

static bool member_store_out_of_line(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value value)
{
    ouro_value dict = side_dict(rt, ouro_as_object(instance));
    if (ouro_is_null(dict) && !ouro_is_null(value)) {
        dict = dict_new(rt, 1);
        if (ouro_is_null(dict) || !side_set_dict(rt, ouro_as_object(instance), dict)) {
            return false;
        }
    }
    value_incref(dict);
    int done = ouro_is_null(dict)     ? 0
               : ouro_is_null(value) ? dict_delete(rt, as_dict(dict), as_member(self)->name)
                                     : (dict_set(rt, as_dict(dict), as_member(self)->name, value) ? 1 : -1);
    value_decref(rt, dict);
    if (done == 0) {
        error_raise(rt, EXC(rt, AttributeError), "%U", as_member(self)->name);
    }
    return done > 0;
}

static ouro_value member_get(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value owner)
{
    if (ouro_is_null(instance)) {
        return value_incref(self);
    }
    if (!data_descriptor_check(rt, self, instance)) {
        return OURO_NULL;
    }
    if (as_member(self)->flags & MEMBER_COMPUTED) {
        return as_member(self)->def->get(rt, instance, as_member(self)->def->closure);
    }
    ouro_value value = as_member(self)->flags & MEMBER_OUT_OF_LINE ? member_load_out_of_line(rt, self, instance)
                                                                   : *member_place(self, instance);
    if (!ouro_is_null(value)) {
        return value_incref(value);
    }
    if (as_member(self)->flags & MEMBER_NONE_IF_NULL) {
        return OURO_NONE;
    }
    return error_attribute(rt, instance, as_member(self)->name);
}

static bool member_set(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value value)
{
    if (!data_descriptor_check(rt, self, instance)) {
        return false;
    }
    const getset_def *def = as_member(self)->flags & MEMBER_COMPUTED ? as_member(self)->def : NULL;
    if (def != NULL && def->set != NULL) {
        return def->set(rt, instance, value, def->closure);
    }
    if (def != NULL || as_member(self)->flags & MEMBER_READONLY) {
        error_raise(rt, EXC(rt, AttributeError), "readonly attribute");
        return false;
    }
    if (as_member(self)->flags & MEMBER_OUT_OF_LINE) {
        return member_store_out_of_line(rt, self, instance, value);
    }
    ouro_value *place = member_place(self, instance);
    if (ouro_is_null(value) && ouro_is_null(*place)) {
        error_raise(rt, EXC(rt, AttributeError), "%U", as_member(self)->name);
        return false;
    }
    value_replace(rt, place, value_incref(value));
    return true;
}

static ouro_value member_repr(ouro_runtime *rt, ouro_value self)
{
    return str_format_c(rt, "<member '%U' of '%N' objects>", as_member(self)->name, data_descriptor_owner(self));
}

static const ouro_field member_fields[] = {
    {OURO_FIELD_VALUE, offsetof(member_descriptor_object, owner), 0, "__objclass__"},
    {OURO_FIELD_VALUE, offsetof(member_descriptor_object, name), 0, "__name__"},
};

const type_spec member_descriptor_spec = {
    .name = "member_descriptor",
    .size = sizeof(member_descriptor_object),
    .flags = OURO_TYPE_IMMUTABLE,
    .fields = member_fields,
    .field_count = 2,
    .methods = data_descriptor_methods,
    .getsets = data_descriptor_getsets,
    .slots = {.repr = member_repr, .descr_get = member_get, .descr_set = member_set},
};

/* ---- abstract methods ---- */

int descriptor_is_abstract(ouro_runtime *rt, ouro_value v)
{
    if (ouro_is_null(v)) {
        return 0;
    }
    ouro_value mark;
    int found = object_getattr_optional(rt, v, STR(rt, __isabstractmethod__), &mark);
    if (found <= 0) {
        return found;
    }
    int truth = object_truth(rt, mark);
    value_decref(rt, mark);
    return truth;
}

/* ---- property ---- */

static property_object *as_property(ouro_value v)
{
    return (property_object *)(void *)ouro_as_object(v);
}

static ouro_value property_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                ouro_value kwnames)
{
    return instance_new(rt, type);
}

/* Sets the docstring: the one given, else the getter's. */
static bool property_set_doc(ouro_runtime *rt, ouro_value self, ouro_value doc)
{
    property_object *property = as_property(self);
    property->getter_doc = false;
    ouro_value found = OURO_NULL;
    if (!ouro_is_null(doc) && !ouro_is_none(doc)) {
        found = value_incref(doc);
    } else if (!ouro_is_null(property->fget)) {
        int has = object_getattr_optional(rt, property->fget, STR(rt, __doc__), &found);
        if (has < 0) {
            return false;
        }
        property->getter_doc = has > 0;
    }
    if (value_type(rt, self) == TYPE(rt, property)) {
        value_replace(rt, &property->doc, found);
        return true;
    }
    /* a subclass has a __doc__ of its own in its dict, which would hide ours: it goes to the instance */
    bool done = true;
    if (!ouro_is_null(found)) {
        done = object_setattr(rt, self, STR(rt, __doc__), found);
        value_decref(rt, found);
    }
    return done;
}

static bool property_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                          ouro_value kwnames)
{
    ouro_value given[4];
    if (!arguments_bind(rt, "property", "fget=None, fset=None, fdel=None, doc=None", args, nargs, kwnames, given)) {
        return false;
    }
    property_object *property = as_property(self);
    ouro_value *parts[3] = {&property->fget, &property->fset, &property->fdel};
    if (!ouro_is_null(property->fget)) {
        type_modified(rt, TYPE(rt, object)); /* inline caches may have kept the old getter */
    }
    for (size_t i = 0; i < 3; i++) {
        value_replace(rt, parts[i],
                      ouro_is_null(given[i]) || ouro_is_none(given[i]) ? OURO_NULL : value_incref(given[i]));
    }
    return property_set_doc(rt, self, given[3]);
}

/* What an error says about which property it is. */
static ouro_value property_refuse(ouro_runtime *rt, ouro_value self, ouro_value instance, const char *lacks)
{
    property_object *property = as_property(self);
    if (!ouro_is_null(property->name)) {
        return error_raise(rt, EXC(rt, AttributeError), "property %R of %R object has no %s", property->name,
                           value_type(rt, instance)->qualname, lacks);
    }
    return error_raise(rt, EXC(rt, AttributeError), "property of %R object has no %s",
                       value_type(rt, instance)->qualname, lacks);
}

static ouro_value property_get(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value owner)
{
    if (ouro_is_null(instance) || (ouro_is_none(instance) && owner.bits != type_value(TYPE(rt, none)).bits)) {
        return value_incref(self);
    }
    ouro_value getter = as_property(self)->fget;
    if (ouro_is_null(getter)) {
        return property_refuse(rt, self, instance, "getter");
    }
    value_incref(getter);
    ouro_value result = object_call1(rt, getter, instance);
    value_decref(rt, getter);
    return result;
}

static bool property_set(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value value)
{
    ouro_value setter = ouro_is_null(value) ? as_property(self)->fdel : as_property(self)->fset;
    if (ouro_is_null(setter)) {
        property_refuse(rt, self, instance, ouro_is_null(value) ? "deleter" : "setter");
        return false;
    }
    value_incref(setter);
    ouro_value result = ouro_is_null(value) ? object_call1(rt, setter, instance)
                                            : object_call2(rt, setter, instance, value);
    value_decref(rt, setter);
    value_decref(rt, result);
    return !ouro_is_null(result);
}

/* A copy of the property, by its class, with one of the three functions replaced. */
static ouro_value property_copy(ouro_runtime *rt, ouro_value self, ouro_value fget, ouro_value fset,
                                ouro_value fdel)
{
    property_object *old = as_property(self);
    ouro_value args[4] = {
        ouro_is_null(fget) ? old->fget : fget,
        ouro_is_null(fset) ? old->fset : fset,
        ouro_is_null(fdel) ? old->fdel : fdel,
        old->getter_doc && !ouro_is_null(ouro_is_null(fget) ? old->fget : fget) ? OURO_NONE : old->doc,
    };
    for (size_t i = 0; i < 4; i++) {
        args[i] = ouro_is_null(args[i]) ? OURO_NONE : args[i];
    }
    ouro_value copy = object_call(rt, type_value(value_type(rt, self)), args, 4, OURO_NULL);
    if (!ouro_is_null(copy) && value_is_instance(rt, copy, TYPE(rt, property))) {
        value_replace(rt, &as_property(copy)->name, value_incref(old->name));
    }
    return copy;
}

static ouro_value property_getter(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return property_copy(rt, args[0], args[1], OURO_NULL, OURO_NULL);
}

static ouro_value property_setter(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return property_copy(rt, args[0], OURO_NULL, args[1], OURO_NULL);
}

static ouro_value property_deleter(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return property_copy(rt, args[0], OURO_NULL, OURO_NULL, args[1]);
}

/* Raw: the making of a class calls it, also when memory has run out. */
static ouro_value property_set_name(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (!arguments_positional(rt, "property.__set_name__", nargs, kwnames, 0, SIZE_MAX)) {
        return OURO_NULL;
    }
    if (nargs != 3) {
        return error_type(rt, "__set_name__() takes 2 positional arguments but %zu were given", nargs - 1);
    }
    value_replace(rt, &as_property(args[0])->name, value_incref(args[2]));
    return OURO_NONE;
}

static ouro_value property_get_abstract(ouro_runtime *rt, ouro_value self, void *closure)
{
    property_object *property = as_property(self);
    ouro_value parts[3] = {property->fget, property->fset, property->fdel};
    for (size_t i = 0; i < 3; i++) {
        int abstract = descriptor_is_abstract(rt, parts[i]);
        if (abstract != 0) {
            return abstract < 0 ? OURO_NULL : OURO_TRUE;
        }
    }
    return OURO_FALSE;
}

static const method_def property_methods[] = {
    {.name = "getter", .signature = "self, object, /", .fn = property_getter,
     .doc = "Returns a copy with another getter."},
    {.name = "setter", .signature = "self, object, /", .fn = property_setter,
     .doc = "Returns a copy with another setter."},
    {.name = "deleter", .signature = "self, object, /", .fn = property_deleter,
     .doc = "Returns a copy with another deleter."},
    {.name = "__set_name__", .raw = property_set_name,
     .doc = "Tells the property its name."},
    {.name = NULL},
};

static const getset_def property_getsets[] = {
    {.name = "__isabstractmethod__", .get = property_get_abstract},
    {.name = NULL},
};

static const member_def property_members[] = {
    {"fget", offsetof(property_object, fget), MEMBER_READONLY | MEMBER_NONE_IF_NULL, NULL},
    {"fset", offsetof(property_object, fset), MEMBER_READONLY | MEMBER_NONE_IF_NULL, NULL},
    {"fdel", offsetof(property_object, fdel), MEMBER_READONLY | MEMBER_NONE_IF_NULL, NULL},
    {"__doc__", offsetof(property_object, doc), MEMBER_NONE_IF_NULL, NULL},
    {.name = NULL},
};

static const ouro_field property_fields[] = {
    {OURO_FIELD_VALUE, offsetof(property_object, fget), 0, "fget"},
    {OURO_FIELD_VALUE, offsetof(property_object, fset), 0, "fset"},
    {OURO_FIELD_VALUE, offsetof(property_object, fdel), 0, "fdel"},
    {OURO_FIELD_VALUE, offsetof(property_object, doc), 0, "__doc__"},
    {OURO_FIELD_VALUE, offsetof(property_object, name), 0, NULL},
};

const type_spec property_spec = {
    .name = "property",
    .signature = "(fget=None, fset=None, fdel=None, doc=None)",
    .size = sizeof(property_object),
    .flags = TYPE_BASE,
    .doc = "An attribute that functions get, set and delete.",
    .fields = property_fields,
    .field_count = sizeof property_fields / sizeof property_fields[0],
    .methods = property_methods,
    .getsets = property_getsets,
    .members = property_members,
    .slots = {.make = property_make, .init = property_init, .descr_get = property_get, .descr_set = property_set},
};

/* ---- classmethod, staticmethod ---- */

static method_holder_object *as_holder(ouro_value v)
{
    return (method_holder_object *)(void *)ouro_as_object(v);
}

static ouro_value holder_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                              ouro_value kwnames)
{
    return instance_new(rt, type);
}

/* Takes over the names of the function, as functools.wraps does. */
static bool holder_copy_names(ouro_runtime *rt, ouro_value self, ouro_value function)
{
    const ouro_value names[] = {STR(rt, __module__), STR(rt, __name__), STR(rt, __qualname__), STR(rt, __doc__),
                                STR(rt, __annotations__)};
    method_holder_object *holder = as_holder(self);
    ouro_value dict = dict_new(rt, 5);
    if (ouro_is_null(dict)) {
        return false;
    }
    for (size_t i = 0; i < 5; i++) {
        ouro_value value;
        int found = object_getattr_optional(rt, function, names[i], &value);
        bool done = found == 0 || (found > 0 && dict_set(rt, as_dict(dict), names[i], value));
        if (found > 0) {
            value_decref(rt, value);
        }
        if (!done) {
            value_decref(rt, dict);
            return false;
        }
    }
    value_replace(rt, &holder->dict, dict);
    return true;
}

static bool holder_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                        ouro_value kwnames)
{
    bool is_class = type_is_subtype(value_type(rt, self), TYPE(rt, classmethod));
    if (!arguments_positional(rt, is_class ? "classmethod" : "staticmethod", nargs, kwnames, 1, 1)) {
        return false;
    }
    method_holder_object *holder = as_holder(self);
    if (!ouro_is_null(holder->callable)) {
        type_modified(rt, TYPE(rt, object)); /* inline caches may have kept the old function */
    }
    value_replace(rt, &holder->callable, value_incref(args[0]));
    return holder_copy_names(rt, self, args[0]);
}

static ouro_value holder_new(ouro_runtime *rt, type_object *type, ouro_value callable)
{
    method_holder_object *holder = object_new(rt, &type->type, 0);
    if (holder == NULL) {
        return OURO_NULL;
    }
    holder->callable = value_incref(callable);
    gc_track(rt, holder);
    return ouro_from_object(holder);
}

ouro_value classmethod_new(ouro_runtime *rt, ouro_value callable)
{
    return holder_new(rt, TYPE(rt, classmethod), callable);
}

ouro_value staticmethod_new(ouro_runtime *rt, ouro_value callable)
{
    return holder_new(rt, TYPE(rt, staticmethod), callable);
}

/* The holder's dict, made when first asked for: holders made by the class builder have none yet. */
static ouro_value holder_need_dict(ouro_runtime *rt, ouro_value self)
{
    method_holder_object *holder = as_holder(self);
    if (ouro_is_null(holder->dict)) {
        if (ouro_is_null(holder->callable)) {
            holder->dict = dict_new(rt, 0);
        } else if (!holder_copy_names(rt, self, holder->callable)) {
            return OURO_NULL;
        }
    }
    return holder->dict;
}

static ouro_value classmethod_get(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value owner)
{
    ouro_value callable = as_holder(self)->callable;
    if (ouro_is_null(callable)) {
        return error_runtime(rt, "uninitialized classmethod object");
    }
    ouro_value class = ouro_is_null(owner) ? type_value(value_type(rt, instance)) : owner;
    type_object *kind = value_type(rt, callable);
    if (kind->slots.descr_get != NULL && kind != TYPE(rt, function)) {
        value_incref(callable);
        ouro_value result = kind->slots.descr_get(rt, callable, class, class);
        value_decref(rt, callable);
        return result;
    }
    return bound_method_new(rt, callable, class);
}

static ouro_value staticmethod_get(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value owner)
{
    ouro_value callable = as_holder(self)->callable;
    if (ouro_is_null(callable)) {
        return error_runtime(rt, "uninitialized staticmethod object");
    }
    return value_incref(callable);
}

static ouro_value staticmethod_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    ouro_value callable = as_holder(self)->callable;
    if (ouro_is_null(callable)) {
        return error_runtime(rt, "uninitialized staticmethod object");
    }
    return object_call(rt, callable, args, nargs, kwnames);
}

static ouro_value holder_repr(ouro_runtime *rt, ouro_value self)
{
    bool is_class = type_is_subtype(value_type(rt, self), TYPE(rt, classmethod));
    ouro_value callable = as_holder(self)->callable;
    return str_format_c(rt, "<%s(%R)>", is_class ? "classmethod" : "staticmethod",
                        ouro_is_null(callable) ? OURO_NONE : callable);
}

static ouro_value holder_get_function(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value callable = as_holder(self)->callable;
    return ouro_is_null(callable) ? OURO_NONE : value_incref(callable);
}

static ouro_value holder_get_abstract(ouro_runtime *rt, ouro_value self, void *closure)
{
    int abstract = descriptor_is_abstract(rt, as_holder(self)->callable);
    return abstract < 0 ? OURO_NULL : ouro_bool(abstract != 0);
}

static ouro_value holder_get_dict(ouro_runtime *rt, ouro_value self, void *closure)
{
    return value_incref(holder_need_dict(rt, self));
}

static bool holder_set_dict(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    if (!ouro_is_null(value) && !value_is_dict(rt, value)) {
        error_type(rt, "__dict__ must be set to a dictionary, not a '%T'", value);
        return false;
    }
    value_replace(rt, &as_holder(self)->dict, ouro_is_null(value) ? dict_new(rt, 0) : value_incref(value));
    return !ouro_is_null(as_holder(self)->dict);
}

static ouro_value holder_getattr(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    if (!type_fill_for(rt, value_type(rt, self), name)) {
        return OURO_NULL;
    }
    ouro_value found = value_incref(type_lookup(rt, value_type(rt, self), name));
    bool data = !ouro_is_null(found) && value_is_data_descriptor(rt, found);
    if (!data) {
        ouro_value dict = value_incref(holder_need_dict(rt, self)); /* a key's __eq__ may give the holder another */
        ouro_value own = ouro_is_null(dict) ? OURO_NULL : value_incref(dict_get(rt, as_dict(dict), name));
        value_decref(rt, dict);
        if (!ouro_is_null(own) || error_is_set(rt)) {
            value_decref(rt, found);
            return own;
        }
    }
    value_decref(rt, found);
    return object_getattr_generic(rt, self, name);
}

static bool holder_setattr(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value value)
{
    if (!type_fill_for(rt, value_type(rt, self), name)) {
        return false;
    }
    ouro_value found = type_lookup(rt, value_type(rt, self), name);
    if (!ouro_is_null(found) && value_is_data_descriptor(rt, found)) {
        return object_setattr_generic(rt, self, name, value);
    }
    ouro_value dict = value_incref(holder_need_dict(rt, self));
    if (ouro_is_null(dict)) {
        return false;
    }
    bool done;
    if (!ouro_is_null(value)) {
        done = dict_set(rt, as_dict(dict), name, value);
    } else {
        int deleted = dict_delete(rt, as_dict(dict), name);
        if (deleted == 0) {
            error_attribute(rt, self, name);
        }
        done = deleted > 0;
    }
    value_decref(rt, dict);
    return done;
}

static const getset_def holder_getsets[] = {
    {.name = "__func__", .get = holder_get_function, .member = true},
    {.name = "__wrapped__", .get = holder_get_function, .member = true},
    {.name = "__isabstractmethod__", .get = holder_get_abstract},
    {.name = "__dict__", .get = holder_get_dict, .set = holder_set_dict},
    {.name = NULL},
};

static const ouro_field holder_fields[] = {
    {OURO_FIELD_VALUE, offsetof(method_holder_object, callable), 0, "__func__"},
    {OURO_FIELD_VALUE, offsetof(method_holder_object, dict), 0, "__dict__"},
};

const type_spec classmethod_spec = {
    .name = "classmethod",
    .size = sizeof(method_holder_object),
    .flags = TYPE_BASE | TYPE_HAS_DICT,
    .doc = "A function that gets the class as its first argument, whether called on it or on an instance.",
    .fields = holder_fields,
    .field_count = 2,
    .getsets = holder_getsets,
    .slots = {
        .make = holder_make,
        .init = holder_init,
        .repr = holder_repr,
        .getattr = holder_getattr,
        .setattr = holder_setattr,
        .descr_get = classmethod_get,
    },
};

const type_spec staticmethod_spec = {
    .name = "staticmethod",
    .size = sizeof(method_holder_object),
    .flags = TYPE_BASE | TYPE_HAS_DICT,
    .doc = "A function that gets no first argument added.",
    .fields = holder_fields,
    .field_count = 2,
    .getsets = holder_getsets,
    .slots = {
        .make = holder_make,
        .init = holder_init,
        .call = staticmethod_call,
        .repr = holder_repr,
        .getattr = holder_getattr,
        .setattr = holder_setattr,
        .descr_get = staticmethod_get,
    },
};

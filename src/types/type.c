/* type.c: the type `type`: how classes are called, looked into, and changed.
 *
 * Attributes of a class lie in its dict; a data descriptor of the metaclass goes before them, anything else of the
 * metaclass after them.  Every store or deletion gives the class and all its subclasses new versions and new shape
 * ids, so that nothing cached before is believed any more, and recomputes the slots that the name stands for.
 *
 * How classes come to be is in type_new.c (class statements), built_in.c (built-in types) and type_inherit.c.
 */
#include "types/attribute.h"
#include "types/containers.h"
#include "types/descriptor.h"
#include "types/error.h"
#include "types/error_private.h"
#include "types/function.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/slots.h"
#include "types/str.h"
#include "types/type_build.h"

/* ---- calling ---- */

bool type_has_default_new(const type_object *type)
{
    return type->slots.make == object_make && !(type->type.flags & TYPE_ABSTRACT);
}

bool type_has_default_init(const type_object *type)
{
    return type->slots.init == object_init;
}

ouro_value type_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                     ouro_value kwnames)
{
    type_object *type = as_type(self);
    if (OURO_UNLIKELY(type == TYPE(rt, type))) {
        if (nargs == 1 && (ouro_is_null(kwnames) || as_tuple(kwnames)->size == 0)) {
            return value_incref(type_value(value_type(rt, args[0])));
        }
        if (nargs != 3) {
            return error_type(rt, "type() takes 1 or 3 arguments");
        }
    }
    if (OURO_UNLIKELY(type->slots.make == NULL || (type->type.flags & TYPE_NO_MAKE))) {
        return error_type(rt, "cannot create '%N' instances", type);
    }
    ouro_value object = type->slots.make(rt, type, args, nargs, kwnames);
    if (ouro_is_null(object)) {
        return OURO_NULL;
    }
    type_object *made = value_type(rt, object);
    if (OURO_UNLIKELY(made != type && !type_is_subtype(made, type))) {
        return object;
    }
    if (made->slots.init != NULL && !made->slots.init(rt, object, args, nargs, kwnames)) {
        value_decref(rt, object);
        return OURO_NULL;
    }
    return object;
}

bool type_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (nargs == 1 && !ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        error_type(rt, "type.__init__() takes no keyword arguments");
        return false;
    }
    if (nargs != 1 && nargs != 3) {
        error_type(rt, "type.__init__() takes 1 or 3 arguments");
        return false;
    }
    return true;
}

/* ---- attributes ---- */

static ouro_value type_attribute_error(ouro_runtime *rt, type_object *type, ouro_value name)
{
    error_raise(rt, EXC(rt, AttributeError), "type object '%N' has no attribute '%U'", type, name);
    error_note_attribute(rt, type_value(type), name);
    return OURO_NULL;
}

/* The look-up; `quiet`: no exception for what is not there. */
static ouro_value type_find_attribute(ouro_runtime *rt, ouro_value self, ouro_value name, bool quiet)
{
    type_object *type = as_type(self);
    type_object *metatype = value_type(rt, self);
    ouro_value result = OURO_NULL;
    if (!type_fill_for(rt, metatype, name) || !type_fill_for(rt, type, name)) {
        return OURO_NULL;
    }
    ouro_value meta = type_lookup_held(rt, metatype, name);
    ouro_value own = OURO_NULL;
    type_object *meta_kind = ouro_is_null(meta) ? NULL : value_type(rt, meta);
    if (meta_kind != NULL && meta_kind->slots.descr_set != NULL && meta_kind->slots.descr_get != NULL) {
        result = meta_kind->slots.descr_get(rt, meta, self, type_value(metatype));
        goto done;
    }
    own = type_lookup_held(rt, type, name);
    if (!ouro_is_null(own)) {
        type_object *kind = value_type(rt, own);
        result = kind->slots.descr_get == NULL ? value_incref(own)
                                               : kind->slots.descr_get(rt, own, OURO_NULL, self);
        goto done;
    }
    if (meta_kind != NULL) {
        result = meta_kind->slots.descr_get == NULL
                     ? value_incref(meta)
                     : meta_kind->slots.descr_get(rt, meta, self, type_value(metatype));
        goto done;
    }
    if (!quiet) {
        type_attribute_error(rt, type, name);
    }
done:
    value_decref(rt, own);
    value_decref(rt, meta);
    return result;
}

static ouro_value type_getattr_named(ouro_runtime *rt, ouro_value self, ouro_value name, bool quiet)
{
    if (OURO_LIKELY(value_is_str_exact(rt, name))) {
        return type_find_attribute(rt, self, name, quiet);
    }
    ouro_value interned = attribute_name(rt, name);
    if (ouro_is_null(interned)) {
        return OURO_NULL;
    }
    ouro_value result = type_find_attribute(rt, self, interned, quiet);
    value_decref(rt, interned);
    return result;
}

ouro_value type_getattr(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    return type_getattr_named(rt, self, name, false);
}

ouro_value type_getattr_quiet(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    return type_getattr_named(rt, self, name, true);
}

static bool type_store(ouro_runtime *rt, type_object *type, ouro_value name, ouro_value value)
{
    if (type->dict == NULL) {
        type_attribute_error(rt, type, name);
        return false;
    }
    if (!ouro_is_null(value)) {
        if (!dict_set(rt, type->dict, name, value)) {
            return false;
        }
    } else {
        int deleted = dict_delete(rt, type->dict, name);
        if (deleted == 0) {
            type_attribute_error(rt, type, name);
        }
        if (deleted <= 0) {
            return false;
        }
    }
    /* whether an object is a descriptor is known to the caches of all classes that hold one */
    bool descriptor = ouro_is(name, STR(rt, __get__)) || ouro_is(name, STR(rt, __set__)) ||
                      ouro_is(name, STR(rt, __delete__));
    type_modified(rt, descriptor ? TYPE(rt, object) : type);
    slots_update_name(rt, type, name);
    return true;
}

bool type_setattr(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value value)
{
    type_object *type = as_type(self);
    if (type->type.flags & TYPE_IMMUTABLE) {
        error_type(rt, "cannot set %R attribute of immutable type '%N'", name, type);
        return false;
    }
    ouro_value interned = attribute_name(rt, name);
    if (ouro_is_null(interned)) {
        return false;
    }
    if (!type_fill_for(rt, value_type(rt, self), interned)) {
        value_decref(rt, interned);
        return false;
    }
    bool done;
    ouro_value meta = value_incref(type_lookup(rt, value_type(rt, self), interned));
    if (!ouro_is_null(meta) && value_is_data_descriptor(rt, meta)) {
        done = value_type(rt, meta)->slots.descr_set(rt, meta, self, value);
    } else {
        done = type_store(rt, type, interned, value);
    }
    value_decref(rt, meta);
    value_decref(rt, interned);
    return done;
}

/* ---- what classes tell of themselves ---- */

const char *type_short_name(const type_object *type)
{
    const char *dot = type->type.flags & TYPE_HEAP ? NULL : strrchr(type->type.name, '.');
    return dot == NULL ? type->type.name : dot + 1;
}

static ouro_value type_get_name(ouro_runtime *rt, ouro_value self, void *closure)
{
    return value_incref(as_type(self)->name);
}

static bool type_may_set(ouro_runtime *rt, type_object *type, ouro_value value, const char *name)
{
    if (type->type.flags & TYPE_IMMUTABLE) {
        error_type(rt, "cannot set '%s' attribute of immutable type '%N'", name, type);
        return false;
    }
    if (ouro_is_null(value)) {
        error_type(rt, "cannot delete '%s' attribute of immutable type '%N'", name, type);
        return false;
    }
    return true;
}

static bool type_set_name(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    type_object *type = as_type(self);
    if (!type_may_set(rt, type, value, "__name__")) {
        return false;
    }
    if (!value_is_str(rt, value)) {
        error_type(rt, "can only assign string to %N.__name__, not '%T'", type, value);
        return false;
    }
    size_t length;
    char *text = str_to_utf8(rt, value, &length, false);
    if (text == NULL) {
        return false;
    }
    if (strlen(text) != length) {
        ouro_mem_free(rt->mem, text);
        error_value(rt, "type name must not contain null characters");
        return false;
    }
    char *old = type->owned_name;
    type->owned_name = text;
    type->type.name = text;
    ouro_mem_free(rt->mem, old);
    value_replace(rt, &type->name, value_incref(value));
    return true;
}

static ouro_value type_get_qualname(ouro_runtime *rt, ouro_value self, void *closure)
{
    return value_incref(as_type(self)->qualname);
}

static bool type_set_qualname(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    type_object *type = as_type(self);
    if (!type_may_set(rt, type, value, "__qualname__")) {
        return false;
    }
    if (!value_is_str(rt, value)) {
        error_type(rt, "can only assign string to %N.__qualname__, not '%T'", type, value);
        return false;
    }
    value_replace(rt, &type->qualname, value_incref(value));
    return true;
}

static ouro_value type_get_module(ouro_runtime *rt, ouro_value self, void *closure)
{
    type_object *type = as_type(self);
    if (type->type.flags & TYPE_HEAP) {
        ouro_value module = dict_get_str(rt, type->dict, STR(rt, __module__));
        if (ouro_is_null(module)) {
            return error_raise(rt, EXC(rt, AttributeError), "__module__");
        }
        return value_incref(module);
    }
    const char *dot = strrchr(type->type.name, '.');
    if (dot == NULL) {
        return value_incref(STR(rt, builtins));
    }
    return str_intern(rt, str_from_utf8(rt, type->type.name, (size_t)(dot - type->type.name)));
}

/* Stores into the class's dict for one of the attributes that type itself serves. */
static bool type_set_in_dict(ouro_runtime *rt, type_object *type, ouro_value name, ouro_value value)
{
    if (!type_fill(rt, type) || !dict_set(rt, type->dict, name, value)) {
        return false;
    }
    type_modified(rt, type);
    return true;
}

static bool type_set_module(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    type_object *type = as_type(self);
    return type_may_set(rt, type, value, "__module__") &&
           type_set_in_dict(rt, type, STR(rt, __module__), value);
}

static ouro_value type_get_abstract(ouro_runtime *rt, ouro_value self, void *closure)
{
    /* type itself has the descriptor, not the attribute */
    type_object *type = as_type(self);
    if (!type_fill(rt, type)) {
        return OURO_NULL;
    }
    ouro_value names = type == TYPE(rt, type)
                           ? OURO_NULL
                           : dict_get_str(rt, type->dict, STR(rt, __abstractmethods__));
    if (ouro_is_null(names)) {
        error_raise(rt, EXC(rt, AttributeError), "%U", STR(rt, __abstractmethods__));
        error_note_attribute(rt, self, STR(rt, __abstractmethods__));
        return OURO_NULL;
    }
    return value_incref(names);
}

static bool type_set_abstract(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    type_object *type = as_type(self);
    int abstract = 0;
    if (!type_fill(rt, type)) {
        return false;
    }
    if (!ouro_is_null(value)) {
        abstract = object_truth(rt, value);
        if (abstract < 0 || !dict_set(rt, type->dict, STR(rt, __abstractmethods__), value)) {
            return false;
        }
    } else {
        int deleted = dict_delete(rt, type->dict, STR(rt, __abstractmethods__));
        if (deleted == 0) {
            error_raise(rt, EXC(rt, AttributeError), "%U", STR(rt, __abstractmethods__));
        }
        if (deleted <= 0) {
            return false;
        }
    }
    type_modified(rt, type);
    type->type.flags &= ~(uint32_t)TYPE_ABSTRACT;
    type->type.flags |= abstract ? (uint32_t)TYPE_ABSTRACT : 0;
    return true;
}

static ouro_value type_get_bases(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value bases = as_type(self)->bases;
    return ouro_is_null(bases) ? OURO_NONE : value_incref(bases);
}

static bool type_assign_bases(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    return type_set_bases(rt, as_type(self), value);
}

static ouro_value type_get_base(ouro_runtime *rt, ouro_value self, void *closure)
{
    type_object *base = as_type(self)->base;
    return base == NULL ? OURO_NONE : value_incref(type_value(base));
}

static ouro_value type_get_mro(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value mro = as_type(self)->mro;
    return ouro_is_null(mro) ? OURO_NONE : value_incref(mro);
}

static bool type_set_readonly(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    error_raise(rt, EXC(rt, AttributeError), "readonly attribute");
    return false;
}

static ouro_value type_get_dict(ouro_runtime *rt, ouro_value self, void *closure)
{
    type_object *type = as_type(self);
    if (!type_fill(rt, type)) {
        return OURO_NULL;
    }
    return type->dict == NULL ? OURO_NONE : mappingproxy_new(rt, ouro_from_object(type->dict));
}

static ouro_value type_get_doc(ouro_runtime *rt, ouro_value self, void *closure)
{
    type_object *type = as_type(self);
    if (!type_fill(rt, type)) {
        return OURO_NULL;
    }
    ouro_value doc = dict_get_str(rt, type->dict, STR(rt, __doc__));
    if (ouro_is_null(doc)) {
        return OURO_NONE;
    }
    type_object *kind = value_type(rt, doc);
    if (kind->slots.descr_get == NULL) {
        return value_incref(doc);
    }
    value_incref(doc);
    ouro_value result = kind->slots.descr_get(rt, doc, OURO_NULL, self);
    value_decref(rt, doc);
    return result;
}

static bool type_set_doc(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    type_object *type = as_type(self);
    return type_may_set(rt, type, value, "__doc__") && type_set_in_dict(rt, type, STR(rt, __doc__), value);
}

/* The signature at the beginning of a class's doc, as definitions in C have it: "Name(x, y=1)", and behind it "--" in a line
 * of its own and an empty line.  NULL: there is none; else *length of it. */
static const char *type_signature_in(const char *doc, const char *name, size_t *length)
{
    static const char behind[] = ")\n--\n\n";
    size_t named = strlen(name);
    const char *start = strncmp(doc, name, named) == 0 && doc[named] == '(' ? doc + named : NULL;
    const char *end = start == NULL ? NULL : strstr(start, behind), *paragraph = start == NULL ? NULL : strstr(start, "\n\n");
    if (end == NULL || paragraph < end) {
        return NULL;
    }
    *length = (size_t)(end + 1 - start);
    return start;
}

static ouro_value type_get_signature(ouro_runtime *rt, ouro_value self, void *closure)
{
    const type_object *type = as_type(self);
    if (type->spec != NULL) {
        return type->spec->signature == NULL ? OURO_NONE : str_from_cstring(rt, type->spec->signature);
    }
    ouro_value doc = type->dict == NULL ? OURO_NULL : dict_get_str(rt, type->dict, STR(rt, __doc__));
    if (ouro_is_null(doc) || !value_is_str_exact(rt, doc)) {
        return OURO_NONE;
    }
    size_t length;
    char *text = str_to_utf8(rt, doc, &length, true);
    if (text == NULL) {
        return OURO_NULL;
    }
    const char *signature = type_signature_in(text, type_short_name(type), &length);
    ouro_value v = signature == NULL ? OURO_NONE : str_from_utf8(rt, signature, length);
    ouro_mem_free(rt->mem, text);
    return v;
}

static ouro_value type_get_annotations(ouro_runtime *rt, ouro_value self, void *closure)
{
    type_object *type = as_type(self);
    if (!(type->type.flags & TYPE_HEAP)) {
        return type_attribute_error(rt, type, STR(rt, __annotations__));
    }
    ouro_value annotations = dict_get_str(rt, type->dict, STR(rt, __annotations__));
    if (!ouro_is_null(annotations)) {
        type_object *kind = value_type(rt, annotations);
        if (kind->slots.descr_get == NULL) {
            return value_incref(annotations);
        }
        value_incref(annotations);
        ouro_value result = kind->slots.descr_get(rt, annotations, OURO_NULL, self);
        value_decref(rt, annotations);
        return result;
    }
    annotations = dict_new(rt, 0);
    if (!ouro_is_null(annotations) &&
        !type_set_in_dict(rt, type, STR(rt, __annotations__), annotations)) {
        value_decref(rt, annotations);
        return OURO_NULL;
    }
    return annotations;
}

static bool type_set_annotations(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    type_object *type = as_type(self);
    if (type->type.flags & TYPE_IMMUTABLE) {
        error_type(rt, "cannot set '__annotations__' attribute of immutable type '%N'", type);
        return false;
    }
    if (!ouro_is_null(value)) {
        return type_set_in_dict(rt, type, STR(rt, __annotations__), value);
    }
    int deleted = type_fill(rt, type) ? dict_delete(rt, type->dict, STR(rt, __annotations__)) : -1;
    if (deleted == 0) {
        error_raise(rt, EXC(rt, AttributeError), "__annotations__");
    }
    if (deleted > 0) {
        type_modified(rt, type);
    }
    return deleted > 0;
}

/* ---- sizes and flags as numbers, in CPython's terms where a program can tell ---- */

static ouro_value type_get_basicsize(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int((int64_t)as_type(self)->type.size);
}

static ouro_value type_get_itemsize(ouro_runtime *rt, ouro_value self, void *closure)
{
    uint32_t flags = as_type(self)->type.flags;
    return ouro_int(!(flags & TYPE_VAR_SIZED) || (flags & TYPE_IS_STR) ? 0 : flags & TYPE_IS_BYTES ? 1 : 8);
}

/* Where CPython has an offset of the dict in the object, this says whether there is a dict: -1 or 0. */
static ouro_value type_get_dictoffset(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int(as_type(self)->type.flags & TYPE_HAS_DICT ? -1 : 0);
}

static ouro_value type_get_weakrefoffset(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int(as_type(self)->type.flags & OURO_TYPE_WEAKREF ? -1 : 0);
}

/* Py_TPFLAGS_*: the bits that programs ask for (inspect, abc, copyreg). */
static ouro_value type_get_flags(ouro_runtime *rt, ouro_value self, void *closure)
{
    static const struct {
        uint32_t ours;
        uint32_t theirs;
    } bits[] = {
        {TYPE_HEAP, 1u << 9},         {TYPE_BASE, 1u << 10},     {TYPE_IMMUTABLE, 1u << 8},
        {TYPE_READY, 1u << 12},       {TYPE_ABSTRACT, 1u << 20}, {TYPE_SEQUENCE, 1u << 5},
        {TYPE_MAPPING, 1u << 6},      {TYPE_MATCH_SELF, 1u << 22}, {TYPE_METHOD_DESCR, 1u << 17},
        {TYPE_IS_INT, 1u << 24},      {TYPE_IS_LIST, 1u << 25},  {TYPE_IS_TUPLE, 1u << 26},
        {TYPE_IS_BYTES, 1u << 27},    {TYPE_IS_STR, 1u << 28},   {TYPE_IS_DICT, 1u << 29},
        {TYPE_IS_EXCEPTION, 1u << 30}, {TYPE_IS_TYPE, 1u << 31}, {TYPE_NO_MAKE, 1u << 7},
    };
    uint32_t flags = as_type(self)->type.flags;
    uint32_t result = flags & OURO_TYPE_LEAF ? 0 : 1u << 14;
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++) {
        result |= flags & bits[i].ours ? bits[i].theirs : 0;
    }
    return ouro_int(result);
}

/* ---- methods ---- */

static ouro_value type_method_mro(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value mro = type_mro_linearize(rt, as_type(args[0]));
    if (ouro_is_null(mro)) {
        return OURO_NULL;
    }
    ouro_value list = list_new(rt, as_tuple(mro)->items, as_tuple(mro)->size);
    value_decref(rt, mro);
    return list;
}

static ouro_value type_method_subclasses(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value list = list_new(rt, NULL, 0);
    size_t position = 0;
    type_object *sub;
    while (!ouro_is_null(list) && (sub = type_next_subclass(as_type(args[0]), &position)) != NULL) {
        if ((sub->type.object.gc & OURO_GC_DYING) || sub->type.object.refcount == 0) {
            continue;
        }
        if (!list_append(rt, list, type_value(sub))) {
            value_decref(rt, list);
            return OURO_NULL;
        }
    }
    return list;
}

static ouro_value type_method_prepare(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    return dict_new(rt, 0);
}

/* isinstance by classes alone: what object_is_instance does when no __instancecheck__ is in the way. */
static ouro_value type_method_instancecheck(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int result = object_is_instance_plainly(rt, args[1], args[0]);
    return result < 0 ? OURO_NULL : ouro_bool(result);
}

static ouro_value type_method_subclasscheck(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int result = object_is_subclass_plainly(rt, args[1], args[0]);
    return result < 0 ? OURO_NULL : ouro_bool(result);
}

/* Adds the names of a class and of its bases, as their dicts and __bases__ tell, to the dict `names`. */
static bool type_collect_names(ouro_runtime *rt, ouro_value names, ouro_value class)
{
    ouro_value dict, bases;
    int found = object_getattr_optional(rt, class, STR(rt, __dict__), &dict);
    if (found < 0) {
        return false;
    }
    if (found) {
        bool updated = dict_update(rt, as_dict(names), dict);
        value_decref(rt, dict);
        if (!updated) {
            return false;
        }
    }
    found = object_getattr_optional(rt, class, STR(rt, __bases__), &bases);
    if (found <= 0) {
        return found == 0;
    }
    bool done = rt_enter(rt, " in dir()");
    if (done) {
        if (value_is_tuple(rt, bases)) {
            for (size_t i = 0; done && i < as_tuple(bases)->size; i++) {
                done = type_collect_names(rt, names, as_tuple(bases)->items[i]);
            }
        }
        rt_leave(rt);
    }
    value_decref(rt, bases);
    return done;
}

bool type_names_into(ouro_runtime *rt, ouro_value names, type_object *type)
{
    if (ouro_is_null(type->mro)) {
        return true;
    }
    if (type->type.object.shape->type != &TYPE(rt, type)->type) {
        return type_collect_names(rt, names, type_value(type));
    }
    if (!type_fill(rt, type)) {
        return false;
    }
    ouro_value mro = value_incref(type->mro);
    bool done = true;
    for (size_t i = 0; done && i < as_tuple(mro)->size; i++) {
        dict_object *dict = as_type(as_tuple(mro)->items[i])->dict;
        done = dict == NULL || dict_update(rt, as_dict(names), ouro_from_object(dict));
    }
    value_decref(rt, mro);
    return done;
}

static ouro_value type_method_dir(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value names = dict_new(rt, 0);
    if (ouro_is_null(names)) {
        return OURO_NULL;
    }
    ouro_value list = OURO_NULL;
    if (type_names_into(rt, names, as_type(args[0]))) {
        list = list_from_iterable(rt, names);
    }
    value_decref(rt, names);
    return list;
}

static ouro_value type_method_sizeof(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int((int64_t)object_size(rt, ouro_as_object(args[0])));
}

static ouro_value type_repr(ouro_runtime *rt, ouro_value self)
{
    type_object *type = as_type(self);
    ouro_value module = type_get_module(rt, self, NULL);
    if (ouro_is_null(module)) {
        if (!error_clear_if(rt, EXC(rt, AttributeError))) {
            return OURO_NULL;
        }
    } else if (!value_is_str(rt, module)) {
        value_decref(rt, module);
        module = OURO_NULL;
    }
    ouro_value result;
    if (!ouro_is_null(module) && !str_equal_ascii(as_str(module), "builtins")) {
        result = str_format_c(rt, "<class '%U.%U'>", module, type->qualname);
    } else {
        result = str_format_c(rt, "<class '%U'>", type->name);
    }
    value_decref(rt, module);
    return result;
}

/* int | None */
static ouro_value type_or(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    binary_slot unite = TYPE(rt, union_type)->slots.binary[BINARY_OR];
    return unite == NULL ? OURO_NOT_IMPLEMENTED : unite(rt, a, b);
}

/* ---- life ---- */

int type_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context)
{
    type_object *type = (type_object *)(void *)self;
    int result = shape_traverse_names(&type->type, visit, context);
    if (result == 0 && type->base != NULL) {
        result = visit(type_value(type->base), context);
    }
    if (result == 0 && ouro_is_object(type->name)) {
        result = visit(type->name, context);
    }
    if (result == 0 && ouro_is_object(type->qualname)) {
        result = visit(type->qualname, context);
    }
    return result;
}

struct type_name_visit {
    ouro_edge_fn visit;
    void *context;
    size_t number;
};

static int type_visit_name(ouro_value name, void *context)
{
    struct type_name_visit *n = context;
    return edge_tell(name, &(ouro_edge){.kind = OURO_EDGE_INDEX, .text = "attribute names", .number = n->number++},
                     n->visit, n->context);
}

static int type_traverse_edges(ouro_runtime *rt, ouro_object *self, ouro_edge_fn visit, void *context)
{
    type_object *type = (type_object *)(void *)self;
    struct type_name_visit names = {visit, context, 0};
    int result = shape_traverse_names(&type->type, type_visit_name, &names);
    const ouro_value values[] = {ouro_from_object(type->base), type->name, type->qualname};
    static const char *const texts[] = {"__base__", "__name__", "__qualname__"};
    for (size_t i = 0; result == 0 && i < sizeof values / sizeof *values; i++) {
        result = edge_tell(values[i], &(ouro_edge){.kind = OURO_EDGE_FIELD, .text = texts[i]}, visit, context);
    }
    return result;
}

void type_clear(ouro_runtime *rt, ouro_object *self)
{
    type_object *type = (type_object *)(void *)self;
    if (!ouro_is_null(type->bases)) {
        const tuple_object *bases = as_tuple(type->bases);
        for (size_t i = 0; i < bases->size; i++) {
            type_leave_subclass(rt, as_type(bases->items[i]), type);
        }
    }
    type_modified(rt, type);
    type_object *base = type->base;
    type->base = NULL;
    if (base != NULL) {
        object_decref(rt, &base->type.object);
    }
}

void type_dispose(ouro_runtime *rt, ouro_object *self)
{
    type_object *type = (type_object *)(void *)self;
    shape_free_all(rt, &type->type);
    value_clear(rt, &type->name);
    value_clear(rt, &type->qualname);
    ouro_mem_free(rt->mem, type->owned_name);
    ouro_mem_free(rt->mem, type->owned_fields);
}

static size_t type_extra_size(ouro_runtime *rt, ouro_object *self)
{
    type_object *type = (type_object *)(void *)self;
    size_t size = type->owned_name == NULL ? 0 : ouro_mem_size(rt->mem, type->owned_name);
    size += type->owned_fields == NULL ? 0 : ouro_mem_size(rt->mem, type->owned_fields);
    const ouro_shape *shape = type->type.shape;
    if (shape != NULL) {
        do {
            size += ouro_mem_size(rt->mem, shape);
            size += shape->index == NULL ? 0 : ouro_mem_size(rt->mem, shape->index);
            size += shape->children == NULL ? 0 : ouro_mem_size(rt->mem, shape->children);
            shape = shape->next_of_type;
        } while (shape != type->type.shape);
    }
    return size;
}

static const ouro_field type_fields[] = {
    {OURO_FIELD_VALUE, offsetof(type_object, dict), 0, "__dict__"},
    {OURO_FIELD_VALUE, offsetof(type_object, subclasses), 0, NULL},
    {OURO_FIELD_VALUE, offsetof(type_object, mro), 0, "__mro__"},
    {OURO_FIELD_VALUE, offsetof(type_object, bases), 0, "__bases__"},
    {OURO_FIELD_VALUE, offsetof(type_object, module_types_data), 0, NULL},
};

static const method_def type_methods[] = {
    {.name = "mro", .signature = "self, /", .fn = type_method_mro,
     .doc = "Returns the order in which the bases are searched, as a list."},
    {.name = "__subclasses__", .signature = "self, /", .fn = type_method_subclasses,
     .doc = "Returns the direct subclasses that are alive."},
    {.name = "__prepare__", .raw = type_method_prepare, .flags = METHOD_CLASS,
     .doc = "Returns the namespace that a class body is run in: a new dict."},
    {.name = "__instancecheck__", .signature = "self, instance, /", .fn = type_method_instancecheck,
     .doc = "Is the object an instance of the class?"},
    {.name = "__subclasscheck__", .signature = "self, subclass, /", .fn = type_method_subclasscheck,
     .doc = "Is the class a subclass?"},
    {.name = "__dir__", .signature = "self, /", .fn = type_method_dir, .doc = "Names for dir()."},
    {.name = "__sizeof__", .signature = "self, /", .fn = type_method_sizeof,
     .doc = "Bytes of the class itself."},
    {.name = NULL},
};

static const getset_def type_getsets[] = {
    {.name = "__name__", .get = type_get_name, .set = type_set_name},
    {.name = "__qualname__", .get = type_get_qualname, .set = type_set_qualname},
    {.name = "__bases__", .get = type_get_bases, .set = type_assign_bases},
    {.name = "__base__", .get = type_get_base, .set = type_set_readonly, .member = true},
    {.name = "__mro__", .get = type_get_mro, .set = type_set_readonly, .member = true},
    {.name = "__module__", .get = type_get_module, .set = type_set_module},
    {.name = "__abstractmethods__", .get = type_get_abstract, .set = type_set_abstract},
    {.name = "__dict__", .get = type_get_dict},
    {.name = "__doc__", .get = type_get_doc, .set = type_set_doc},
    {.name = "__text_signature__", .get = type_get_signature},
    {.name = "__annotations__", .get = type_get_annotations, .set = type_set_annotations},
    {.name = "__basicsize__", .get = type_get_basicsize, .set = type_set_readonly, .member = true},
    {.name = "__itemsize__", .get = type_get_itemsize, .set = type_set_readonly, .member = true},
    {.name = "__dictoffset__", .get = type_get_dictoffset, .set = type_set_readonly, .member = true},
    {.name = "__weakrefoffset__", .get = type_get_weakrefoffset, .set = type_set_readonly, .member = true},
    {.name = "__flags__", .get = type_get_flags, .set = type_set_readonly, .member = true},
    {.name = NULL},
};

const type_spec type_type_spec = {
    .name = "type",
    .size = sizeof(type_object),
    .flags = TYPE_BASE | TYPE_IS_TYPE | TYPE_HAS_DICT | OURO_TYPE_WEAKREF,
    .doc = "type(object) -> the object's type\n"
           "type(name, bases, dict, **kwds) -> a new type",
    .fields = type_fields,
    .field_count = sizeof type_fields / sizeof type_fields[0],
    .traverse = type_traverse,
    .traverse_edges = type_traverse_edges,
    .clear = type_clear,
    .dispose = type_dispose,
    .extra_size = type_extra_size,
    .methods = type_methods,
    .getsets = type_getsets,
    .slots = {
        .make = type_make,
        .init = type_init,
        .call = type_call,
        .repr = type_repr,
        .getattr = type_getattr,
        .setattr = type_setattr,
        .binary[BINARY_OR] = type_or,
    },
};

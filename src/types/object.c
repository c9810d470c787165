/* object.c: the type `object`: what every object can do.
 *
 * object.__new__ and object.__init__ refuse arguments that nobody takes: object.__new__ when the class has no __init__
 * of its own, object.__init__ when it has no __new__ of its own, and each always when it is called past an override.
 *
 * __reduce_ex__ is what copy and pickle build on: from protocol 2 on it is (copyreg.__newobj__, (class, ...), state,
 * list items, dict items); below, and for the state of __slots__, Python's copyreg module does the work.
 */
#include "types/attribute.h"
#include "types/containers.h"
#include "types/descriptor.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/slots.h"
#include "types/str.h"
#include "types/type_build.h"

/* ---- construction ---- */

static bool object_has_excess(size_t nargs, ouro_value kwnames)
{
    return nargs > 0 || (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0);
}

static ouro_value object_refuse_abstract(ouro_runtime *rt, type_object *type)
{
    ouro_value names = object_getattr(rt, type_value(type), STR(rt, __abstractmethods__));
    if (ouro_is_null(names)) {
        return OURO_NULL;
    }
    ouro_value list = list_from_iterable(rt, names);
    value_decref(rt, names);
    if (ouro_is_null(list) || !list_sort(rt, list, OURO_NULL, false)) {
        value_decref(rt, list);
        return OURO_NULL;
    }
    ouro_value comma = str_from_cstring(rt, ", ");
    ouro_value text = ouro_is_null(comma) ? OURO_NULL : str_join(rt, comma, list);
    value_decref(rt, comma);
    if (!ouro_is_null(text)) {
        error_type(rt, "Can't instantiate abstract class %N with abstract method%s %U", type,
                   as_list(list)->size > 1 ? "s" : "", text);
    }
    value_decref(rt, text);
    value_decref(rt, list);
    return OURO_NULL;
}

ouro_value object_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                       ouro_value kwnames)
{
    if (OURO_UNLIKELY(object_has_excess(nargs, kwnames))) {
        if (type->slots.make != object_make) {
            return error_type(rt, "object.__new__() takes exactly one argument (the type to instantiate)");
        }
        if (type->slots.init == object_init) {
            return error_type(rt, "%N() takes no arguments", type);
        }
    }
    if (OURO_UNLIKELY(type->type.flags & TYPE_ABSTRACT)) {
        return object_refuse_abstract(rt, type);
    }
    return instance_new(rt, type);
}

bool object_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (OURO_UNLIKELY(object_has_excess(nargs, kwnames))) {
        type_object *type = value_type(rt, self);
        if (type->slots.init != object_init) {
            error_type(rt, "object.__init__() takes exactly one argument (the instance to initialize)");
            return false;
        }
        if (type->slots.make == object_make) {
            error_type(rt, "%N.__init__() takes exactly one argument (the instance to initialize)", type);
            return false;
        }
    }
    return true;
}

/* ---- text, comparison, hash ---- */

static ouro_value object_default_repr(ouro_runtime *rt, ouro_value self)
{
    type_object *type = value_type(rt, self);
    ouro_value module = object_getattr(rt, type_value(type), STR(rt, __module__));
    if (ouro_is_null(module)) {
        if (!error_clear_if(rt, EXC(rt, AttributeError))) {
            return OURO_NULL;
        }
    } else if (!value_is_str(rt, module)) {
        value_decref(rt, module);
        module = OURO_NULL;
    }
    unsigned long long address = (unsigned long long)self.bits;
    ouro_value result;
    if (!ouro_is_null(module) && !str_equal_ascii(as_str(module), "builtins")) {
        result = str_format_c(rt, "<%U.%U object at 0x%llx>", module, type->qualname, address);
    } else {
        result = str_format_c(rt, "<%N object at 0x%llx>", type, address);
    }
    value_decref(rt, module);
    return result;
}

static ouro_value object_default_str(ouro_runtime *rt, ouro_value self)
{
    unary_slot repr = value_type(rt, self)->slots.repr;
    return repr == object_default_str ? object_default_repr(rt, self) : repr(rt, self);
}

static hash_t object_default_hash(ouro_runtime *rt, ouro_value self)
{
    /* the low bits of addresses are alike */
    hash_t hash = (hash_t)((self.bits >> 4) | (self.bits << 60));
    return hash == -1 ? -2 : hash;
}

static ouro_value object_default_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if (op == COMPARE_EQ) {
        return ouro_is(a, b) ? OURO_TRUE : OURO_NOT_IMPLEMENTED;
    }
    if (op != COMPARE_NE) {
        return OURO_NOT_IMPLEMENTED;
    }
    /* != is the contrary of what the type's own == says */
    ouro_value equal = value_type(rt, a)->slots.compare(rt, a, b, COMPARE_EQ);
    if (ouro_is_null(equal) || ouro_is(equal, OURO_NOT_IMPLEMENTED)) {
        return equal;
    }
    int truth = object_truth(rt, equal);
    value_decref(rt, equal);
    return truth < 0 ? OURO_NULL : ouro_bool(!truth);
}

static ouro_value object_method_format(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "__format__() argument must be str, not %T", args[1]);
    }
    if (str_length(as_str(args[1])) > 0) {
        return error_type(rt, "unsupported format string passed to %T.__format__", args[0]);
    }
    return object_str(rt, args[0]);
}

/* ---- names ---- */

/* The names in __dict__, if it is a dict. */
static bool object_own_names(ouro_runtime *rt, ouro_value self, ouro_value names)
{
    if (ouro_is_object(self) && type_has_own_attributes(value_type(rt, self)) &&
        value_type(rt, self)->slots.getattr == object_getattr_generic) {
        ouro_value list = list_new(rt, NULL, 0);
        bool done = !ouro_is_null(list) && instance_append_names(rt, self, list);
        for (size_t i = 0; done && i < as_list(list)->size; i++) {
            done = dict_set(rt, as_dict(names), as_list(list)->items[i], OURO_NONE);
        }
        value_decref(rt, list);
        return done;
    }
    ouro_value dict;
    int found = object_getattr_optional(rt, self, STR(rt, __dict__), &dict);
    if (found <= 0) {
        return found == 0;
    }
    bool done = !value_is_dict(rt, dict) || dict_update(rt, as_dict(names), dict);
    value_decref(rt, dict);
    return done;
}

static ouro_value object_method_dir(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value names = dict_new(rt, 0);
    if (ouro_is_null(names)) {
        return OURO_NULL;
    }
    ouro_value list = OURO_NULL, class = OURO_NULL;
    bool done = object_own_names(rt, args[0], names);
    if (done) {
        int found = object_getattr_optional(rt, args[0], STR(rt, __class__), &class);
        done = found == 0 || (found > 0 && (!value_is_type(rt, class) || type_names_into(rt, names, as_type(class))));
    }
    if (done) {
        list = list_from_iterable(rt, names);
    }
    value_decref(rt, class);
    value_decref(rt, names);
    return list;
}

/* ---- class ---- */

static ouro_value object_get_class(ouro_runtime *rt, ouro_value self, void *closure)
{
    return value_incref(type_value(value_type(rt, self)));
}

static bool object_set_class(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    if (ouro_is_null(value)) {
        error_type(rt, "can't delete __class__ attribute");
        return false;
    }
    if (!value_is_type(rt, value)) {
        error_type(rt, "__class__ must be set to a class, not '%T' object", value);
        return false;
    }
    type_object *old = value_type(rt, self), *type = as_type(value);
    bool modules = type_is_subtype(old, TYPE(rt, module)) && type_is_subtype(type, TYPE(rt, module));
    if (!modules && ((old->type.flags & TYPE_IMMUTABLE) || (type->type.flags & TYPE_IMMUTABLE))) {
        error_type(rt, "__class__ assignment only supported for mutable types or ModuleType subclasses");
        return false;
    }
    if (modules ? old->type.size != type->type.size : !type_same_layout(rt, old, type)) {
        error_type(rt, "__class__ assignment: '%N' object layout differs from '%N'", type, old);
        return false;
    }
    return instance_change_class(rt, ouro_as_object(self), type);
}

static ouro_value object_method_init_subclass(ouro_runtime *rt, const ouro_value *args, size_t nargs,
                                              ouro_value kwnames)
{
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        return error_type(rt, "%U.__init_subclass__() takes no keyword arguments", as_type(args[0])->qualname);
    }
    if (nargs > 1) {
        return error_type(rt, "%U.__init_subclass__() takes no arguments (%zu given)", as_type(args[0])->qualname,
                          nargs - 1);
    }
    return OURO_NONE;
}

static ouro_value object_method_subclasshook(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return OURO_NOT_IMPLEMENTED;
}

static ouro_value object_method_sizeof(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!ouro_is_object(args[0])) {
        return ouro_int((int64_t)sizeof(ouro_value));
    }
    return ouro_int((int64_t)object_size(rt, ouro_as_object(args[0])));
}

/* ---- copying and pickling ---- */

/* copyreg.name; the name is interned. */
static ouro_value object_copyreg(ouro_runtime *rt, ouro_value name)
{
    ouro_value module = rt->types->import_name(rt, STR(rt, copyreg));
    ouro_value result = ouro_is_null(module) ? module : object_getattr(rt, module, name);
    value_decref(rt, module);
    return result;
}

/* The same, of what is needed once for each class. */
static ouro_value object_copyreg_rare(ouro_runtime *rt, const char *name)
{
    ouro_value key = str_intern_cstring(rt, name);
    ouro_value result = ouro_is_null(key) ? key : object_copyreg(rt, key);
    value_decref(rt, key);
    return result;
}

/* The names of the class's slots as copyreg remembers them: a list or None. */
static ouro_value object_slot_names(ouro_runtime *rt, type_object *type)
{
    if (!type_fill(rt, type)) {
        return OURO_NULL;
    }
    ouro_value known = type->dict == NULL ? OURO_NULL : dict_get_str(rt, type->dict, STR(rt, __slotnames__));
    if (!ouro_is_null(known)) {
        return value_incref(known);
    }
    ouro_value function = object_copyreg_rare(rt, "_slotnames");
    if (ouro_is_null(function)) {
        return OURO_NULL;
    }
    ouro_value names = object_call1(rt, function, type_value(type));
    value_decref(rt, function);
    if (!ouro_is_null(names) && !ouro_is_none(names) && !value_is_list(rt, names)) {
        value_decref(rt, names);
        return error_type(rt, "copyreg._slotnames didn't return a list or None");
    }
    return names;
}

/* Adds the values of the slots to `state` (stolen): (state, {name: value}) if there are any. */
static ouro_value object_add_slot_state(ouro_runtime *rt, ouro_value self, ouro_value state)
{
    ouro_value names = object_slot_names(rt, value_type(rt, self));
    ouro_value values = OURO_NULL, result = OURO_NULL;
    if (ouro_is_null(names)) {
        goto done;
    }
    if (ouro_is_none(names) || as_list(names)->size == 0) {
        result = value_incref(state);
        goto done;
    }
    values = dict_new(rt, as_list(names)->size);
    if (ouro_is_null(values)) {
        goto done;
    }
    for (size_t i = 0; i < as_list(names)->size; i++) {
        ouro_value name = value_incref(as_list(names)->items[i]), value;
        int found = object_getattr_optional(rt, self, name, &value);
        bool stored = found == 0 || (found > 0 && dict_set(rt, as_dict(values), name, value));
        if (found > 0) {
            value_decref(rt, value);
        }
        value_decref(rt, name);
        if (!stored) {
            goto done;
        }
    }
    result = dict_size(as_dict(values)) == 0 ? value_incref(state) : tuple_pack2(rt, state, values);
done:
    value_decref(rt, names);
    value_decref(rt, values);
    value_decref(rt, state);
    return result;
}

/* What object.__getstate__ returns.  `required`: an object whose inside cannot be told by attributes is refused. */
static ouro_value object_default_state(ouro_runtime *rt, ouro_value self, bool required)
{
    type_object *type = value_type(rt, self);
    type_object *solid = type_solid_base(type);
    while (solid->base != NULL && (solid->type.flags & TYPE_HEAP)) {
        solid = type_solid_base(solid->base);
    }
    if (required && solid != TYPE(rt, object)) {
        return error_type(rt, "cannot pickle '%T' object", self);
    }
    ouro_value state = OURO_NONE;
    ouro_value names = OURO_NULL;
    if (ouro_is_object(self) && type_has_own_attributes(type)) {
        names = list_new(rt, NULL, 0);
        if (ouro_is_null(names) || !instance_append_names(rt, self, names)) {
            value_decref(rt, names);
            return OURO_NULL;
        }
    }
    if (ouro_is_null(names) || as_list(names)->size > 0) {
        ouro_value dict;
        int found = object_getattr_optional(rt, self, STR(rt, __dict__), &dict);
        if (found < 0) {
            value_decref(rt, names);
            return OURO_NULL;
        }
        if (found > 0) {
            state = dict;
        }
    }
    value_decref(rt, names);
    return object_add_slot_state(rt, self, state);
}

static ouro_value object_method_getstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_default_state(rt, args[0], false);
}

static ouro_value object_state(ouro_runtime *rt, ouro_value self, bool required)
{
    if (!type_fill_for(rt, value_type(rt, self), STR(rt, __getstate__))) {
        return OURO_NULL;
    }
    ouro_value method = type_lookup(rt, value_type(rt, self), STR(rt, __getstate__));
    if (ouro_is(method, type_lookup(rt, TYPE(rt, object), STR(rt, __getstate__)))) {
        return object_default_state(rt, self, required);
    }
    return object_call_method0(rt, self, STR(rt, __getstate__));
}

/* The arguments for __new__: *args a tuple or OURO_NULL (there is no method), *kwargs a dict or OURO_NULL. */
static bool object_new_arguments(ouro_runtime *rt, ouro_value self, ouro_value *args, ouro_value *kwargs)
{
    bool found;
    *args = *kwargs = OURO_NULL;
    ouro_value pair = slots_call_special(rt, STR(rt, __getnewargs_ex__), &self, 1, &found);
    if (found) {
        if (ouro_is_null(pair)) {
            return false;
        }
        if (!value_is_tuple(rt, pair)) {
            error_type(rt, "__getnewargs_ex__ should return a tuple, not '%T'", pair);
        } else if (as_tuple(pair)->size != 2) {
            error_value(rt, "__getnewargs_ex__ should return a tuple of length 2, not %zu", as_tuple(pair)->size);
        } else if (!value_is_tuple(rt, as_tuple(pair)->items[0])) {
            error_type(rt, "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '%T'",
                       as_tuple(pair)->items[0]);
        } else if (!value_is_dict(rt, as_tuple(pair)->items[1])) {
            error_type(rt, "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '%T'",
                       as_tuple(pair)->items[1]);
        } else {
            *args = value_incref(as_tuple(pair)->items[0]);
            *kwargs = value_incref(as_tuple(pair)->items[1]);
        }
        value_decref(rt, pair);
        return !ouro_is_null(*args);
    }
    *args = slots_call_special(rt, STR(rt, __getnewargs__), &self, 1, &found);
    if (!found) {
        return true;
    }
    if (!ouro_is_null(*args) && !value_is_tuple(rt, *args)) {
        error_type(rt, "__getnewargs__ should return a tuple, not '%T'", *args);
        value_clear(rt, args);
    }
    return !ouro_is_null(*args);
}

/* (function, (class, *args)) or, with keywords, (function, (class, args, kwargs)). */
static bool object_new_call(ouro_runtime *rt, ouro_value class, ouro_value args, ouro_value kwargs,
                            ouro_value *function, ouro_value *arguments)
{
    if (!ouro_is_null(kwargs) && dict_size(as_dict(kwargs)) > 0) {
        *function = object_copyreg(rt, STR(rt, __newobj_ex__));
        *arguments = ouro_is_null(*function) ? OURO_NULL : tuple_pack3(rt, class, args, kwargs);
        return !ouro_is_null(*arguments);
    }
    *function = object_copyreg(rt, STR(rt, __newobj__));
    size_t count = ouro_is_null(args) ? 0 : as_tuple(args)->size;
    tuple_object *t = ouro_is_null(*function) ? NULL : tuple_new_blank(rt, count + 1);
    if (t == NULL) {
        return false;
    }
    t->items[0] = value_incref(class);
    for (size_t i = 0; i < count; i++) {
        t->items[i + 1] = value_incref(as_tuple(args)->items[i]);
    }
    gc_track(rt, t);
    *arguments = ouro_from_object(t);
    return true;
}

static ouro_value object_reduce_2(ouro_runtime *rt, ouro_value self)
{
    type_object *type = value_type(rt, self);
    if (type->slots.make == NULL || (type->type.flags & TYPE_NO_MAKE)) {
        return error_type(rt, "cannot pickle '%T' object", self);
    }
    ouro_value parts[5] = {OURO_NULL, OURO_NULL, OURO_NULL, OURO_NONE, OURO_NONE};
    ouro_value args, kwargs, result = OURO_NULL;
    if (!object_new_arguments(rt, self, &args, &kwargs)) {
        return OURO_NULL;
    }
    bool is_list = value_is_list(rt, self), is_dict = value_is_dict(rt, self);
    bool done = object_new_call(rt, type_value(type), args, kwargs, &parts[0], &parts[1]);
    if (done) {
        parts[2] = object_state(rt, self, ouro_is_null(args) && !is_list && !is_dict);
        done = !ouro_is_null(parts[2]);
    }
    if (done && is_list) {
        parts[3] = object_iter(rt, self);
        done = !ouro_is_null(parts[3]);
    }
    if (done && is_dict) {
        ouro_value items = object_call_method0(rt, self, STR(rt, items));
        parts[4] = ouro_is_null(items) ? OURO_NULL : object_iter(rt, items);
        value_decref(rt, items);
        done = !ouro_is_null(parts[4]);
    }
    if (done) {
        result = tuple_new(rt, parts, 5);
    }
    for (size_t i = 0; i < 5; i++) {
        value_decref(rt, parts[i]);
    }
    value_decref(rt, args);
    value_decref(rt, kwargs);
    return result;
}

static ouro_value object_reduce_by(ouro_runtime *rt, ouro_value self, ouro_value protocol)
{
    if (ouro_is_int(protocol) && ouro_as_int(protocol) >= 2) {
        return object_reduce_2(rt, self);
    }
    ouro_value function = object_copyreg_rare(rt, "_reduce_ex");
    if (ouro_is_null(function)) {
        return OURO_NULL;
    }
    ouro_value result = object_call2(rt, function, self, protocol);
    value_decref(rt, function);
    return result;
}

static ouro_value object_method_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_reduce_by(rt, args[0], ouro_int(0));
}

static ouro_value object_method_reduce_ex(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value protocol = type_fill(rt, value_type(rt, args[0])) ? object_index(rt, args[1]) : OURO_NULL;
    if (ouro_is_null(protocol)) {
        return OURO_NULL;
    }
    ouro_value result;
    ouro_value reduce = type_lookup(rt, value_type(rt, args[0]), STR(rt, __reduce__));
    if (!ouro_is(reduce, type_lookup(rt, TYPE(rt, object), STR(rt, __reduce__)))) {
        result = object_call_method0(rt, args[0], STR(rt, __reduce__));
    } else {
        result = object_reduce_by(rt, args[0], protocol);
    }
    value_decref(rt, protocol);
    return result;
}

static const method_def object_methods[] = {
    {.name = "__reduce_ex__", .signature = "self, protocol, /", .fn = object_method_reduce_ex,
     .doc = "Helps to pickle and copy."},
    {.name = "__reduce__", .signature = "self, /", .fn = object_method_reduce, .doc = "Helps to pickle and copy."},
    {.name = "__getstate__", .signature = "self, /", .fn = object_method_getstate, .doc = "The state to pickle."},
    {.name = "__subclasshook__", .signature = "?type, /, *args", .fn = object_method_subclasshook,
     .flags = METHOD_CLASS, .doc = "Lets abstract classes decide what counts as a subclass."},
    {.name = "__init_subclass__", .raw = object_method_init_subclass, .flags = METHOD_CLASS,
     .doc = "Called when the class is subclassed; does nothing by default."},
    {.name = "__format__", .signature = "self, format_spec, /", .fn = object_method_format,
     .doc = "The text for format(): str(self)."},
    {.name = "__sizeof__", .signature = "self, /", .fn = object_method_sizeof,
     .doc = "Bytes in memory: the object's block and the buffers that it owns."},
    {.name = "__dir__", .signature = "self, /", .fn = object_method_dir, .doc = "Names for dir()."},
    {.name = NULL},
};

static const getset_def object_getsets[] = {
    {.name = "__class__", .get = object_get_class, .set = object_set_class, .doc = "the object's class"},
    {.name = NULL},
};

const type_spec object_spec = {
    .name = "object",
    .signature = "()",
    .size = sizeof(ouro_object),
    .flags = TYPE_BASE,
    .doc = "What every class descends from. An object made directly of it has no\n"
           "attributes and can be given none.",
    .methods = object_methods,
    .getsets = object_getsets,
    .slots = {
        .make = object_make,
        .init = object_init,
        .repr = object_default_repr,
        .str = object_default_str,
        .hash = object_default_hash,
        .compare = object_default_compare,
        .getattr = object_getattr_generic,
        .setattr = object_setattr_generic,
    },
};

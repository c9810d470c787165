/* abc.c: the _abc module: what abc.ABCMeta is built on.
 *
 * Each abstract base class has an _abc_data object in its attribute _abc_impl: the classes registered with it, those
 * known to be subclasses, those known not to be.  None of them is kept alive: a class_set maps the address of a class
 * to a weak reference to it.  A dead entry is noticed when its address is looked up (the reference no longer leads to
 * that class), and dead ones are swept out when a set has doubled.
 *
 * A registration anywhere makes all negative answers stale: they carry the number of registrations at their time.
 * The number itself is kept with the type of _abc_data.
 */
#include "modules/abc.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/type_build.h"
#include "types/weakref_types.h"

/* ---- sets of classes ------------------------------------------------------------------------------------ */

typedef struct class_set {
    ouro_value dict;   /* address -> weak reference; OURO_NULL: empty */
    size_t swept_size; /* the size after the last sweep */
} class_set;

static ouro_value class_set_key(ouro_value class)
{
    return ouro_int((int64_t)(class.bits >> 3));
}

static bool class_set_contains(ouro_runtime *rt, const class_set *set, ouro_value class)
{
    if (ouro_is_null(set->dict)) {
        return false;
    }
    ouro_value reference = dict_get(rt, as_dict(set->dict), class_set_key(class));
    if (ouro_is_null(reference)) {
        return false;
    }
    const ouro_object *referent = weakref_peek(as_weakref(reference));
    return referent == ouro_as_object(class);
}

/* The living members: a list (new reference). */
static ouro_value class_set_list(ouro_runtime *rt, const class_set *set)
{
    ouro_value list = list_new(rt, NULL, 0);
    size_t position = 0;
    ouro_value key, reference;
    while (!ouro_is_null(list) && !ouro_is_null(set->dict) &&
           dict_next(as_dict(set->dict), &position, &key, &reference)) {
        ouro_value class = weakref_get(as_weakref(reference));
        if (ouro_is_none(class)) {
            continue;
        }
        if (!list_append_steal(rt, list, class)) {
            value_clear(rt, &list);
        }
    }
    return list;
}

static bool class_set_sweep(ouro_runtime *rt, class_set *set)
{
    ouro_value fresh = dict_new(rt, 0);
    size_t position = 0;
    ouro_value key, reference;
    while (!ouro_is_null(fresh) && dict_next(as_dict(set->dict), &position, &key, &reference)) {
        if (weakref_peek(as_weakref(reference)) != NULL &&
            !dict_set(rt, as_dict(fresh), key, reference)) {
            value_clear(rt, &fresh);
        }
    }
    if (ouro_is_null(fresh)) {
        return false;
    }
    set->swept_size = dict_size(as_dict(fresh));
    value_replace(rt, &set->dict, fresh);
    return true;
}

static bool class_set_add(ouro_runtime *rt, class_set *set, ouro_value class)
{
    enum { SWEEP_SLACK = 16 };
    if (ouro_is_null(set->dict)) {
        set->dict = dict_new(rt, 0);
        if (ouro_is_null(set->dict)) {
            return false;
        }
    }
    if (dict_size(as_dict(set->dict)) > 2 * set->swept_size + SWEEP_SLACK && !class_set_sweep(rt, set)) {
        return false;
    }
    ouro_value reference = object_call1(rt, type_value(TYPE(rt, weakref)), class);
    if (ouro_is_null(reference)) {
        return false;
    }
    bool ok = dict_set(rt, as_dict(set->dict), class_set_key(class), reference);
    value_decref(rt, reference);
    return ok;
}

static void class_set_clear(ouro_runtime *rt, class_set *set)
{
    value_clear(rt, &set->dict);
    set->swept_size = 0;
}

/* ---- the data of a class -------------------------------------------------------------------------------- */

typedef struct abc_data_object {
    ouro_object object;
    class_set registry, cache, negative_cache;
    int64_t negative_version;
} abc_data_object;

static const ouro_field abc_data_fields[] = {
    {OURO_FIELD_VALUE, offsetof(abc_data_object, registry.dict), 0, "_abc_registry"},
    {OURO_FIELD_VALUE, offsetof(abc_data_object, cache.dict), 0, "_abc_cache"},
    {OURO_FIELD_VALUE, offsetof(abc_data_object, negative_cache.dict), 0, "_abc_negative_cache"},
};

static const type_spec abc_data_spec = {
    .name = "_abc._abc_data",
    .size = sizeof(abc_data_object),
    .flags = TYPE_NO_MAKE,
    .doc = "Internal state held by ABC machinery.",
    .fields = abc_data_fields,
    .field_count = 3,
};

/* The number of registrations so far, kept as an int with the type. */
static int64_t abc_counter(const type_object *data_type)
{
    return ouro_is_int(data_type->module_types_data) ? ouro_as_int(data_type->module_types_data) : 0;
}

/* The data of a class: a new reference; OURO_NULL: TypeError or AttributeError. */
static ouro_value abc_data_of(ouro_runtime *rt, ouro_value class)
{
    ouro_value name = str_intern_cstring(rt, "_abc_impl");
    if (ouro_is_null(name)) {
        return OURO_NULL;
    }
    ouro_value data = object_getattr(rt, class, name);
    value_decref(rt, name);
    if (!ouro_is_null(data) && (!ouro_is_object(data) || value_type(rt, data)->spec != &abc_data_spec)) {
        value_decref(rt, data);
        return error_type(rt, "_abc_impl is set to a wrong type");
    }
    return data;
}

static abc_data_object *as_abc_data(ouro_value v)
{
    return (abc_data_object *)(void *)ouro_as_object(v);
}

static bool abc_is_class(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && value_has_flag(rt, v, TYPE_IS_TYPE);
}

/* ---- _abc_init ------------------------------------------------------------------------------------------ */

/* 1, 0, -1 */
static int abc_is_abstract(ouro_runtime *rt, ouro_value v)
{
    ouro_value mark;
    int found = object_getattr_optional(rt, v, STR(rt, __isabstractmethod__), &mark);
    if (found > 0) {
        found = object_truth(rt, mark);
        value_decref(rt, mark);
    }
    return found;
}

static bool abc_add_own(ouro_runtime *rt, ouro_value class, ouro_value abstracts)
{
    ouro_value namespace = object_getattr(rt, class, STR(rt, __dict__));
    ouro_value view = ouro_is_null(namespace) ? OURO_NULL : object_call_method0(rt, namespace, STR(rt, items));
    ouro_value items = ouro_is_null(view) ? OURO_NULL : list_from_iterable(rt, view);
    bool ok = !ouro_is_null(items);
    for (size_t i = 0; ok && i < as_list(items)->size; i++) {
        ouro_value pair = as_list(items)->items[i];
        if (!value_is_tuple(rt, pair) || as_tuple(pair)->size != 2) {
            error_type(rt, "Iteration over items() returned an item which is not a pair");
            ok = false;
            break;
        }
        int abstract = abc_is_abstract(rt, as_tuple(pair)->items[1]);
        ok = abstract == 0 || (abstract > 0 && set_add(rt, abstracts, as_tuple(pair)->items[0]));
    }
    value_decref(rt, items);
    value_decref(rt, view);
    value_decref(rt, namespace);
    return ok;
}

/* Abstract names of a base that the class still has abstract. */
static bool abc_add_inherited(ouro_runtime *rt, ouro_value class, ouro_value base, ouro_value abstracts)
{
    ouro_value names, value;
    int found = object_getattr_optional(rt, base, STR(rt, __abstractmethods__), &names);
    if (found <= 0) {
        return found == 0;
    }
    ouro_value list = list_from_iterable(rt, names);
    value_decref(rt, names);
    bool ok = !ouro_is_null(list);
    for (size_t i = 0; ok && i < as_list(list)->size; i++) {
        ouro_value name = as_list(list)->items[i];
        if (!value_is_str(rt, name)) {
            continue;
        }
        int has = object_getattr_optional(rt, class, name, &value);
        int abstract = has > 0 ? abc_is_abstract(rt, value) : has;
        if (has > 0) {
            value_decref(rt, value);
        }
        ok = abstract == 0 || (abstract > 0 && set_add(rt, abstracts, name));
    }
    value_decref(rt, list);
    return ok;
}

static bool abc_compute_abstract(ouro_runtime *rt, ouro_value class)
{
    ouro_value abstracts = set_new(rt, OURO_NULL);
    ouro_value bases = ouro_is_null(abstracts) ? OURO_NULL : object_getattr(rt, class, STR(rt, __bases__));
    bool ok = !ouro_is_null(bases) && abc_add_own(rt, class, abstracts);
    if (ok && !value_is_tuple(rt, bases)) {
        error_type(rt, "__bases__ is not tuple");
        ok = false;
    }
    for (size_t i = 0; ok && i < as_tuple(bases)->size; i++) {
        ok = abc_add_inherited(rt, class, as_tuple(bases)->items[i], abstracts);
    }
    if (ok) {
        ouro_value frozen = frozenset_new(rt, abstracts);
        ok = !ouro_is_null(frozen) && object_setattr(rt, class, STR(rt, __abstractmethods__), frozen);
        value_decref(rt, frozen);
    }
    value_decref(rt, bases);
    value_decref(rt, abstracts);
    return ok;
}

/* Sets what patterns match on a class and, unless it decides for itself, on all its subclasses. */
static bool abc_set_pattern_flag(ouro_runtime *rt, ouro_value class, uint32_t flag)
{
    type_object *type = (type_object *)(void *)ouro_as_object(class);
    if ((type->type.flags & (TYPE_SEQUENCE | TYPE_MAPPING)) == flag || (type->type.flags & TYPE_IMMUTABLE) != 0) {
        return true;
    }
    type->type.flags = (type->type.flags & ~(uint32_t)(TYPE_SEQUENCE | TYPE_MAPPING)) | flag;
    ouro_value list = object_call_method1(rt, type_value(TYPE(rt, type)), STR(rt, __subclasses__), class);
    bool ok = !ouro_is_null(list);
    for (size_t i = 0; ok && i < as_list(list)->size; i++) {
        ok = abc_set_pattern_flag(rt, as_list(list)->items[i], flag);
    }
    value_decref(rt, list);
    return ok;
}

/* collections.abc.Sequence and Mapping say by __abc_tpflags__ how patterns see them. */
static bool abc_take_pattern_flags(ouro_runtime *rt, ouro_value class)
{
    enum { CPYTHON_SEQUENCE = 1 << 5, CPYTHON_MAPPING = 1 << 6 };
    type_object *type = (type_object *)(void *)ouro_as_object(class);
    ouro_value name = type_fill(rt, type) ? str_intern_cstring(rt, "__abc_tpflags__") : OURO_NULL;
    if (ouro_is_null(name)) {
        return false;
    }
    ouro_value flags = dict_get_str(rt, type->dict, name);
    bool ok = true;
    if (ouro_is_int(flags)) {
        int64_t bits = ouro_as_int(flags) & (CPYTHON_SEQUENCE | CPYTHON_MAPPING);
        if (bits == (CPYTHON_SEQUENCE | CPYTHON_MAPPING)) {
            error_type(rt, "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING");
            ok = false;
        } else {
            if (bits != 0) {
                type->type.flags |= bits == CPYTHON_SEQUENCE ? TYPE_SEQUENCE : TYPE_MAPPING;
            }
            ok = dict_delete(rt, type->dict, name) >= 0;
        }
    }
    value_decref(rt, name);
    return ok;
}

static ouro_value abc_init(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value class = args[0];
    if (!abc_is_class(rt, class)) {
        return error_type(rt, "_abc_init() argument must be a class");
    }
    if (!abc_compute_abstract(rt, class)) {
        return OURO_NULL;
    }
    type_object *data_type = type_of_spec(rt, &abc_data_spec);
    abc_data_object *data = object_new(rt, &data_type->type, 0);
    if (data == NULL) {
        return OURO_NULL;
    }
    data->negative_version = abc_counter(data_type);
    gc_track(rt, &data->object);
    ouro_value name = str_intern_cstring(rt, "_abc_impl");
    bool ok = !ouro_is_null(name) && object_setattr(rt, class, name, ouro_from_object(data)) &&
              abc_take_pattern_flags(rt, class);
    value_decref(rt, name);
    object_decref(rt, &data->object);
    return ok ? OURO_NONE : OURO_NULL;
}

/* ---- registration --------------------------------------------------------------------------------------- */

static ouro_value abc_register(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value self = args[0], subclass = args[1];
    if (!abc_is_class(rt, subclass)) {
        return error_type(rt, "Can only register classes");
    }
    int is = object_is_subclass(rt, subclass, self);
    if (is != 0) {
        return is < 0 ? OURO_NULL : value_incref(subclass);
    }
    is = object_is_subclass(rt, self, subclass);
    if (is != 0) {
        return is < 0 ? OURO_NULL : error_runtime(rt, "Refusing to create an inheritance cycle");
    }
    ouro_value data = abc_data_of(rt, self);
    if (ouro_is_null(data)) {
        return OURO_NULL;
    }
    bool ok = class_set_add(rt, &as_abc_data(data)->registry, subclass);
    if (ok) {
        type_object *data_type = value_type(rt, data);
        data_type->module_types_data = ouro_int(abc_counter(data_type) + 1);
        if (abc_is_class(rt, self)) {
            uint32_t flag = ((type_object *)(void *)ouro_as_object(self))->type.flags & (TYPE_SEQUENCE | TYPE_MAPPING);
            ok = flag == 0 || abc_set_pattern_flag(rt, subclass, flag);
        }
    }
    value_decref(rt, data);
    return ok ? value_incref(subclass) : OURO_NULL;
}

enum { ABC_DIRECT = 2 };

/* ---- checks --------------------------------------------------------------------------------------------- */

/* Calls self.__subclasscheck__(class): a new reference. */
static ouro_value abc_ask(ouro_runtime *rt, ouro_value self, ouro_value class)
{
    return object_call_method1(rt, self, STR(rt, __subclasscheck__), class);
}

static ouro_value abc_instancecheck(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value self = args[0], instance = args[1], result = OURO_NULL;
    ouro_value data = abc_data_of(rt, self);
    if (ouro_is_null(data)) {
        return OURO_NULL;
    }
    abc_data_object *d = as_abc_data(data);
    ouro_value class = object_getattr(rt, instance, STR(rt, __class__));
    if (ouro_is_null(class)) {
        goto done;
    }
    if (class_set_contains(rt, &d->cache, class)) {
        result = OURO_TRUE;
        goto done;
    }
    ouro_value type = type_value(value_type(rt, instance));
    if (ouro_is(type, class)) {
        if (d->negative_version == abc_counter(value_type(rt, data)) &&
            class_set_contains(rt, &d->negative_cache, class)) {
            result = OURO_FALSE;
        } else {
            result = abc_ask(rt, self, class);
        }
        goto done;
    }
    result = abc_ask(rt, self, class);
    if (!ouro_is_null(result)) {
        int truth = object_truth(rt, result);
        if (truth <= 0) {
            value_decref(rt, result);
            result = truth < 0 ? OURO_NULL : abc_ask(rt, self, type);
        }
    }
done:
    value_decref(rt, class);
    value_decref(rt, data);
    return result;
}

/* Is the class a subclass of one that was registered?  1, 0, -1; ABC_DIRECT: it was itself, and needs no place in the
 * cache. */
static int abc_check_registry(ouro_runtime *rt, abc_data_object *d, ouro_value subclass)
{
    if (ouro_is_null(d->registry.dict)) {
        return 0;
    }
    if (class_set_contains(rt, &d->registry, subclass)) {
        return ABC_DIRECT;
    }
    ouro_value list = class_set_list(rt, &d->registry);
    int result = ouro_is_null(list) ? -1 : 0;
    for (size_t i = 0; result == 0 && i < as_list(list)->size; i++) {
        result = object_is_subclass(rt, subclass, as_list(list)->items[i]);
    }
    value_decref(rt, list);
    return result;
}

static int abc_check_subclasses(ouro_runtime *rt, ouro_value self, ouro_value subclass)
{
    ouro_value list = object_call_method0(rt, self, STR(rt, __subclasses__));
    if (ouro_is_null(list)) {
        return -1;
    }
    int result = 0;
    if (!value_is_list(rt, list)) {
        error_type(rt, "__subclasses__() must return a list");
        result = -1;
    }
    for (size_t i = 0; result == 0 && i < as_list(list)->size; i++) {
        ouro_value one = value_incref(as_list(list)->items[i]);
        result = object_is_subclass(rt, subclass, one);
        value_decref(rt, one);
    }
    value_decref(rt, list);
    return result;
}

/* The answer that no cache has: 1, ABC_DIRECT, 0, -1. */
static int abc_find_out(ouro_runtime *rt, ouro_value self, abc_data_object *d, ouro_value subclass)
{
    ouro_value said = object_call_method1(rt, self, STR(rt, __subclasshook__), subclass);
    if (ouro_is_null(said)) {
        return -1;
    }
    bool decided = !ouro_is(said, OURO_NOT_IMPLEMENTED);
    bool yes = ouro_is(said, OURO_TRUE), no = ouro_is(said, OURO_FALSE);
    value_decref(rt, said);
    if (decided) {
        if (!yes && !no) {
            error_raise(rt, EXC(rt, AssertionError),
                        "__subclasshook__ must return either False, True, or NotImplemented");
            return -1;
        }
        return yes;
    }
    ouro_value mro = ((type_object *)(void *)ouro_as_object(subclass))->mro;
    for (size_t i = 0; !ouro_is_null(mro) && i < as_tuple(mro)->size; i++) {
        if (ouro_is(as_tuple(mro)->items[i], self)) {
            return 1;
        }
    }
    int result = abc_check_registry(rt, d, subclass);
    return result != 0 ? result : abc_check_subclasses(rt, self, subclass);
}

static ouro_value abc_subclasscheck(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value self = args[0], subclass = args[1];
    if (!abc_is_class(rt, subclass)) {
        return error_type(rt, "issubclass() arg 1 must be a class");
    }
    ouro_value data = abc_data_of(rt, self);
    if (ouro_is_null(data)) {
        return OURO_NULL;
    }
    abc_data_object *d = as_abc_data(data);
    ouro_value result = OURO_NULL;
    if (class_set_contains(rt, &d->cache, subclass)) {
        result = OURO_TRUE;
        goto done;
    }
    int64_t now = abc_counter(value_type(rt, data));
    if (d->negative_version < now) {
        class_set_clear(rt, &d->negative_cache);
        d->negative_version = now;
    } else if (class_set_contains(rt, &d->negative_cache, subclass)) {
        result = OURO_FALSE;
        goto done;
    }
    int is = abc_find_out(rt, self, d, subclass);
    if (is == ABC_DIRECT) {
        result = OURO_TRUE;
    } else if (is >= 0 && class_set_add(rt, is > 0 ? &d->cache : &d->negative_cache, subclass)) {
        result = ouro_bool(is > 0);
    }
done:
    value_decref(rt, data);
    return result;
}

/* ---- looking and resetting ------------------------------------------------------------------------------ */

/* A set of the weak references. */
static ouro_value class_set_dump(ouro_runtime *rt, const class_set *set)
{
    ouro_value result = set_new(rt, OURO_NULL);
    size_t position = 0;
    ouro_value key, reference;
    while (!ouro_is_null(result) && !ouro_is_null(set->dict) &&
           dict_next(as_dict(set->dict), &position, &key, &reference)) {
        if (weakref_peek(as_weakref(reference)) != NULL &&
            !set_add(rt, result, reference)) {
            value_clear(rt, &result);
        }
    }
    return result;
}

static ouro_value abc_get_dump(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value data = abc_data_of(rt, args[0]);
    if (ouro_is_null(data)) {
        return OURO_NULL;
    }
    abc_data_object *d = as_abc_data(data);
    ouro_value items[4] = {class_set_dump(rt, &d->registry), class_set_dump(rt, &d->cache),
                           class_set_dump(rt, &d->negative_cache), ouro_int(d->negative_version)};
    ouro_value result = OURO_NULL;
    if (!ouro_is_null(items[0]) && !ouro_is_null(items[1]) && !ouro_is_null(items[2])) {
        result = tuple_new(rt, items, 4);
    }
    for (size_t i = 0; i < 3; i++) {
        value_decref(rt, items[i]);
    }
    value_decref(rt, data);
    return result;
}

static ouro_value abc_reset_registry(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value data = abc_data_of(rt, args[0]);
    if (ouro_is_null(data)) {
        return OURO_NULL;
    }
    class_set_clear(rt, &as_abc_data(data)->registry);
    value_decref(rt, data);
    return OURO_NONE;
}

static ouro_value abc_reset_caches(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value data = abc_data_of(rt, args[0]);
    if (ouro_is_null(data)) {
        return OURO_NULL;
    }
    class_set_clear(rt, &as_abc_data(data)->cache);
    class_set_clear(rt, &as_abc_data(data)->negative_cache);
    value_decref(rt, data);
    return OURO_NONE;
}

static ouro_value abc_get_cache_token(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(abc_counter(type_of_spec(rt, &abc_data_spec)));
}

static const method_def abc_functions[] = {
    {"_abc_init", "self, /", abc_init, NULL, 0, "Internal ABC helper for class set-up. Should be never used outside "
                                                "abc module."},
    {"_abc_register", "self, subclass, /", abc_register, NULL, 0,
     "Internal ABC helper for subclasss registration. Should be never used outside abc module."},
    {"_abc_instancecheck", "self, instance, /", abc_instancecheck, NULL, 0,
     "Internal ABC helper for instance checks. Should be never used outside abc module."},
    {"_abc_subclasscheck", "self, subclass, /", abc_subclasscheck, NULL, 0,
     "Internal ABC helper for subclasss checks. Should be never used outside abc module."},
    {"_get_dump", "self, /", abc_get_dump, NULL, 0, "Internal ABC helper for cache and registry debugging."},
    {"_reset_registry", "self, /", abc_reset_registry, NULL, 0,
     "Internal ABC helper to reset registry of a given class."},
    {"_reset_caches", "self, /", abc_reset_caches, NULL, 0,
     "Internal ABC helper to reset both caches of a given class."},
    {"get_cache_token", "", abc_get_cache_token, NULL, 0, "Returns the current ABC cache token."},
    {0},
};

static bool abc_start(ouro_runtime *rt, module_object *module)
{
    return type_of_spec(rt, &abc_data_spec) != NULL || type_from_spec(rt, &abc_data_spec) != NULL;
}

const module_def abc_module_def = {
    .name = "_abc",
    .doc = "Module contains faster C implementation of abc.ABCMeta",
    .functions = abc_functions,
    .start = abc_start,
};

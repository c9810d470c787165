/* generic_alias.c: types.GenericAlias: list[int] (PEP 585), and *tuple[int] (PEP 646).
 *
 * An alias stands for its origin: attributes that are not its own are the origin's, and calling it calls the origin.
 * Type parameters in its arguments (what has __typing_subst__) can be replaced by subscripting again.
 *
 * What always holds: args is a tuple; parameters is OURO_NULL until first asked for.
 */
#include "types/generic_alias.h"

#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/protocol_iterators.h"
#include "types/str.h"
#include "types/type_build.h"

typedef struct generic_alias_object {
    ouro_object object;
    ouro_value origin, args, parameters;
    bool starred;
} generic_alias_object;

static generic_alias_object *as_generic_alias(ouro_value v)
{
    return (generic_alias_object *)(void *)ouro_as_object(v);
}

static bool generic_alias_is_one(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && value_is_instance(rt, v, TYPE(rt, generic_alias));
}

static ouro_value generic_alias_create(ouro_runtime *rt, type_object *type, ouro_value origin, ouro_value args,
                                       bool starred)
{
    ouro_value tuple = value_is_tuple(rt, args) ? value_incref(args) : tuple_pack1(rt, args);
    generic_alias_object *alias = ouro_is_null(tuple) ? NULL : object_new(rt, &type->type, 0);
    if (alias == NULL) {
        value_decref(rt, tuple);
        return OURO_NULL;
    }
    alias->origin = value_incref(origin);
    alias->args = tuple;
    alias->starred = starred;
    gc_track(rt, &alias->object);
    return ouro_from_object(alias);
}

ouro_value generic_alias_new(ouro_runtime *rt, ouro_value origin, ouro_value args)
{
    return generic_alias_create(rt, TYPE(rt, generic_alias), origin, args, false);
}

static ouro_value generic_alias_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                     ouro_value kwnames)
{
    if (!arguments_positional(rt, "GenericAlias", nargs, kwnames, 2, 2)) {
        return OURO_NULL;
    }
    return generic_alias_create(rt, type, args[0], args[1], false);
}

/* An attribute by a name that is not predefined: 1, 0, -1 as object_getattr_optional. */
static int generic_alias_optional(ouro_runtime *rt, ouro_value v, const char *name, ouro_value *result)
{
    ouro_value key = str_intern_cstring(rt, name);
    if (ouro_is_null(key)) {
        return -1;
    }
    int found = object_getattr_optional(rt, v, key, result);
    value_decref(rt, key);
    return found;
}

/* ---- text ----------------------------------------------------------------------------------------------- */

ouro_value generic_alias_argument_repr(ouro_runtime *rt, ouro_value v)
{
    ouro_value origin, args, qualname, module, text = OURO_NULL;
    if (ouro_is(v, OURO_ELLIPSIS)) {
        return str_from_cstring(rt, "...");
    }
    int found = object_getattr_optional(rt, v, STR(rt, __origin__), &origin);
    if (found > 0) {
        value_decref(rt, origin);
        found = object_getattr_optional(rt, v, STR(rt, __args__), &args);
        if (found > 0) {
            value_decref(rt, args);
            return object_repr(rt, v);
        }
    }
    if (found < 0) {
        return OURO_NULL;
    }
    found = object_getattr_optional(rt, v, STR(rt, __qualname__), &qualname);
    if (found <= 0) {
        return found < 0 ? OURO_NULL : object_repr(rt, v);
    }
    found = object_getattr_optional(rt, v, STR(rt, __module__), &module);
    if (found < 0) {
        value_decref(rt, qualname);
        return OURO_NULL;
    }
    if (found == 0 || ouro_is_none(module)) {
        text = object_repr(rt, v);
    } else if (value_is_str(rt, module) && str_equal_ascii(as_str(module), "builtins")) {
        text = object_str(rt, qualname);
    } else {
        text = str_format_c(rt, "%S.%S", module, qualname);
    }
    if (found > 0) {
        value_decref(rt, module);
    }
    value_decref(rt, qualname);
    return text;
}

static ouro_value generic_alias_repr(ouro_runtime *rt, ouro_value self)
{
    const generic_alias_object *alias = as_generic_alias(self);
    const tuple_object *args = as_tuple(alias->args);
    if (!rt_enter(rt, " while getting the repr of an object")) {
        return OURO_NULL;
    }
    str_builder b;
    str_builder_init(&b, rt);
    if (alias->starred) {
        str_builder_char(&b, '*');
    }
    ouro_value text = generic_alias_argument_repr(rt, alias->origin);
    bool ok = !ouro_is_null(text);
    if (ok) {
        str_builder_str(&b, text);
        value_decref(rt, text);
        str_builder_char(&b, '[');
    }
    for (size_t i = 0; ok && i < args->size; i++) {
        if (i > 0) {
            str_builder_cstring(&b, ", ");
        }
        text = generic_alias_argument_repr(rt, args->items[i]);
        ok = !ouro_is_null(text);
        if (ok) {
            str_builder_str(&b, text);
            value_decref(rt, text);
        }
    }
    rt_leave(rt);
    if (!ok) {
        str_builder_drop(&b);
        return OURO_NULL;
    }
    if (args->size == 0) {
        str_builder_cstring(&b, "()");
    }
    str_builder_char(&b, ']');
    return str_builder_finish(&b);
}

/* ---- parameters ----------------------------------------------------------------------------------------- */

static bool generic_alias_add_once(ouro_runtime *rt, ouro_value list, ouro_value v)
{
    for (size_t i = 0; i < as_list(list)->size; i++) {
        if (ouro_is(as_list(list)->items[i], v)) {
            return true;
        }
    }
    return list_append(rt, list, v);
}

ouro_value generic_alias_collect_parameters(ouro_runtime *rt, ouro_value args)
{
    ouro_value list = list_new(rt, NULL, 0);
    bool ok = !ouro_is_null(list);
    for (size_t i = 0; ok && i < as_tuple(args)->size; i++) {
        ouro_value argument = as_tuple(args)->items[i], found;
        if (value_has_flag(rt, argument, TYPE_IS_TYPE)) {
            continue;
        }
        int has = generic_alias_optional(rt, argument, "__typing_subst__", &found);
        if (has > 0) {
            value_decref(rt, found);
            ok = generic_alias_add_once(rt, list, argument);
            continue;
        }
        if (has == 0) {
            has = object_getattr_optional(rt, argument, STR(rt, __parameters__), &found);
        }
        ok = has >= 0;
        if (has > 0) {
            if (value_is_tuple(rt, found)) {
                for (size_t k = 0; ok && k < as_tuple(found)->size; k++) {
                    ok = generic_alias_add_once(rt, list, as_tuple(found)->items[k]);
                }
            }
            value_decref(rt, found);
        }
    }
    ouro_value result = ok ? list_as_tuple(rt, list) : OURO_NULL;
    value_decref(rt, list);
    return result;
}

static size_t generic_alias_parameter_index(ouro_value parameters, ouro_value v)
{
    size_t i = 0;
    while (i < as_tuple(parameters)->size && !ouro_is(as_tuple(parameters)->items[i], v)) {
        i++;
    }
    return i;
}

/* The arguments of a starred tuple alias or of anything unpacked, or OURO_NULL without an exception. */
static ouro_value generic_alias_unpacked_args(ouro_runtime *rt, ouro_value v)
{
    ouro_value result;
    if (value_has_flag(rt, v, TYPE_IS_TYPE)) {
        return OURO_NULL;
    }
    int found = object_getattr_optional(rt, v, STR(rt, __typing_unpacked_tuple_args__), &result);
    if (found > 0 && !ouro_is_none(result)) {
        return result;
    }
    return OURO_NULL;
}

/* What is between the brackets as a list, with *tuple[...] opened. */
static ouro_value generic_alias_open_items(ouro_runtime *rt, ouro_value item)
{
    ouro_value tuple = value_is_tuple(rt, item) ? value_incref(item) : tuple_pack1(rt, item);
    ouro_value list = ouro_is_null(tuple) ? OURO_NULL : list_new(rt, NULL, 0);
    bool ok = !ouro_is_null(list);
    for (size_t i = 0; ok && i < as_tuple(tuple)->size; i++) {
        ouro_value v = as_tuple(tuple)->items[i];
        ouro_value inner = generic_alias_unpacked_args(rt, v);
        if (error_is_set(rt)) {
            ok = false;
            break;
        }
        bool open = !ouro_is_null(inner) && value_is_tuple(rt, inner) &&
                    !(as_tuple(inner)->size > 0 &&
                      ouro_is(as_tuple(inner)->items[as_tuple(inner)->size - 1], OURO_ELLIPSIS));
        ok = open ? list_extend(rt, list, inner) : list_append(rt, list, v);
        value_decref(rt, inner);
    }
    value_decref(rt, tuple);
    if (!ok) {
        value_decref(rt, list);
        return OURO_NULL;
    }
    ouro_value result = list_as_tuple(rt, list);
    value_decref(rt, list);
    return result;
}

/* The argument `argument` with its own parameters replaced. */
static ouro_value generic_alias_substitute_inner(ouro_runtime *rt, ouro_value argument, ouro_value parameters,
                                                 ouro_value items)
{
    ouro_value own;
    int found = object_getattr_optional(rt, argument, STR(rt, __parameters__), &own);
    if (found <= 0) {
        return found < 0 ? OURO_NULL : value_incref(argument);
    }
    ouro_value result = OURO_NULL;
    if (!value_is_tuple(rt, own) || as_tuple(own)->size == 0) {
        result = value_incref(argument);
    } else {
        ouro_value list = list_new(rt, NULL, 0);
        bool ok = !ouro_is_null(list);
        for (size_t i = 0; ok && i < as_tuple(own)->size; i++) {
            ouro_value v = as_tuple(own)->items[i];
            size_t at = generic_alias_parameter_index(parameters, v);
            if (at >= as_tuple(items)->size) {
                ok = list_append(rt, list, v);
                continue;
            }
            ouro_value given = as_tuple(items)->items[at];
            ouro_value mark;
            int variadic = value_is_tuple(rt, given)
                               ? generic_alias_optional(rt, v, "__typing_is_unpacked_typevartuple__", &mark)
                               : 0;
            if (variadic > 0) {
                value_decref(rt, mark);
            }
            ok = variadic >= 0 && (value_is_tuple(rt, given) && value_type(rt, v)->slots.iter != NULL
                                       ? list_extend(rt, list, given)
                                       : list_append(rt, list, given));
        }
        ouro_value tuple = ok ? list_as_tuple(rt, list) : OURO_NULL;
        if (!ouro_is_null(tuple)) {
            result = object_getitem(rt, argument, tuple);
        }
        value_decref(rt, tuple);
        value_decref(rt, list);
    }
    value_decref(rt, own);
    return result;
}

/* Lets each parameter prepare the items (a TypeVarTuple takes several of them). */
static ouro_value generic_alias_prepare(ouro_runtime *rt, ouro_value self, ouro_value parameters,
                                        ouro_value items /* stolen */)
{
    for (size_t i = 0; i < as_tuple(parameters)->size && !ouro_is_null(items); i++) {
        ouro_value prepare;
        int found = generic_alias_optional(rt, as_tuple(parameters)->items[i], "__typing_prepare_subst__", &prepare);
        if (found < 0) {
            value_decref(rt, items);
            return OURO_NULL;
        }
        if (found == 0 || ouro_is_none(prepare)) {
            if (found > 0) {
                value_decref(rt, prepare);
            }
            continue;
        }
        ouro_value prepared = object_call2(rt, prepare, self, items);
        value_decref(rt, prepare);
        value_decref(rt, items);
        items = prepared;
    }
    return items;
}

ouro_value generic_alias_substitute(ouro_runtime *rt, ouro_value self, ouro_value args, ouro_value parameters,
                                    ouro_value item)
{
    size_t wanted = as_tuple(parameters)->size;
    if (wanted == 0) {
        return error_type(rt, "%R is not a generic class", self);
    }
    ouro_value items = generic_alias_open_items(rt, item);
    if (!ouro_is_null(items)) {
        items = generic_alias_prepare(rt, self, parameters, items);
    }
    if (ouro_is_null(items)) {
        return OURO_NULL;
    }
    if (!value_is_tuple(rt, items)) {
        value_decref(rt, items);
        return error_type(rt, "__typing_prepare_subst__ must return a tuple");
    }
    size_t given = as_tuple(items)->size;
    if (given != wanted) {
        error_type(rt, "Too %s arguments for %R; actual %zu, expected %zu", given > wanted ? "many" : "few", self,
                   given, wanted);
        value_decref(rt, items);
        return OURO_NULL;
    }
    ouro_value list = list_new(rt, NULL, 0);
    bool ok = !ouro_is_null(list);
    for (size_t i = 0; ok && i < as_tuple(args)->size; i++) {
        ouro_value argument = as_tuple(args)->items[i], substitute, fresh, mark;
        if (value_has_flag(rt, argument, TYPE_IS_TYPE)) {
            ok = list_append(rt, list, argument);
            continue;
        }
        int variadic = generic_alias_optional(rt, argument, "__typing_is_unpacked_typevartuple__", &mark);
        if (variadic > 0) {
            variadic = object_truth(rt, mark);
            value_decref(rt, mark);
        }
        int has = variadic < 0 ? -1 : generic_alias_optional(rt, argument, "__typing_subst__", &substitute);
        if (has < 0) {
            ok = false;
            break;
        }
        if (has > 0) {
            size_t at = generic_alias_parameter_index(parameters, argument);
            fresh = object_call1(rt, substitute, as_tuple(items)->items[at]);
            value_decref(rt, substitute);
        } else {
            fresh = generic_alias_substitute_inner(rt, argument, parameters, items);
        }
        ok = !ouro_is_null(fresh) &&
             (variadic > 0 && value_is_tuple(rt, fresh) ? list_extend(rt, list, fresh) : list_append(rt, list, fresh));
        value_decref(rt, fresh);
    }
    ouro_value result = ok ? list_as_tuple(rt, list) : OURO_NULL;
    value_decref(rt, list);
    value_decref(rt, items);
    return result;
}

static ouro_value generic_alias_get_parameters(ouro_runtime *rt, ouro_value self, void *closure)
{
    generic_alias_object *alias = as_generic_alias(self);
    if (ouro_is_null(alias->parameters)) {
        alias->parameters = generic_alias_collect_parameters(rt, alias->args);
    }
    return value_incref(alias->parameters);
}

static ouro_value generic_alias_getitem(ouro_runtime *rt, ouro_value self, ouro_value item)
{
    generic_alias_object *alias = as_generic_alias(self);
    ouro_value parameters = generic_alias_get_parameters(rt, self, NULL);
    if (ouro_is_null(parameters)) {
        return OURO_NULL;
    }
    ouro_value args = generic_alias_substitute(rt, self, alias->args, parameters, item);
    value_decref(rt, parameters);
    if (ouro_is_null(args)) {
        return OURO_NULL;
    }
    ouro_value result = generic_alias_create(rt, value_type(rt, self), alias->origin, args, alias->starred);
    value_decref(rt, args);
    return result;
}

/* ---- standing for the origin ---------------------------------------------------------------------------- */

static ouro_value generic_alias_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                     ouro_value kwnames)
{
    ouro_value result = object_call(rt, as_generic_alias(self)->origin, args, nargs, kwnames);
    if (!ouro_is_null(result) && !object_setattr(rt, result, STR(rt, __orig_class__), self)) {
        if (!error_clear_if(rt, EXC(rt, AttributeError)) && !error_clear_if(rt, EXC(rt, TypeError))) {
            value_decref(rt, result);
            return OURO_NULL;
        }
    }
    return result;
}

/* Names that an alias answers itself. */
static bool generic_alias_is_own_name(ouro_value name)
{
    static const char *const own[] = {
        "__class__",        "__bases__",     "__origin__", "__args__", "__unpacked__", "__parameters__",
        "__mro_entries__",  "__reduce_ex__", "__reduce__", "__copy__", "__deepcopy__",
        "__typing_unpacked_tuple_args__",
    };
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (str_equal_ascii(as_str(name), own[i])) {
            return true;
        }
    }
    return false;
}

static ouro_value generic_alias_getattr(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    if (generic_alias_is_own_name(name)) {
        return object_getattr_generic(rt, self, name);
    }
    return object_getattr(rt, as_generic_alias(self)->origin, name);
}

static ouro_value generic_alias_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !generic_alias_is_one(rt, a) || !generic_alias_is_one(rt, b)) {
        return OURO_NOT_IMPLEMENTED;
    }
    const generic_alias_object *x = as_generic_alias(a), *y = as_generic_alias(b);
    int equal = x->starred == y->starred ? object_equal(rt, x->origin, y->origin) : 0;
    if (equal > 0) {
        equal = object_equal(rt, x->args, y->args);
    }
    return equal < 0 ? OURO_NULL : ouro_bool((equal > 0) == (op == COMPARE_EQ));
}

static hash_t generic_alias_hash(ouro_runtime *rt, ouro_value self)
{
    hash_t h = object_hash(rt, as_generic_alias(self)->origin);
    if (h == -1) {
        return -1;
    }
    hash_t args = object_hash(rt, as_generic_alias(self)->args);
    if (args == -1) {
        return -1;
    }
    h ^= args;
    return h == -1 ? -2 : h;
}

/* Yields the starred form once: *tuple[int].  An iterator of its own, because a starred alias is pickled as next() of it.
 * Its type is made when a program first asks. */
typedef struct generic_alias_iterator {
    ouro_object object;
    ouro_value alias; /* OURO_NULL: exhausted */
} generic_alias_iterator;

static ouro_value generic_alias_iterator_self(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

static ouro_value generic_alias_iterator_next(ouro_runtime *rt, ouro_value self)
{
    generic_alias_iterator *it = (generic_alias_iterator *)(void *)ouro_as_object(self);
    if (ouro_is_null(it->alias)) {
        return OURO_NULL;
    }
    generic_alias_object *alias = as_generic_alias(it->alias);
    ouro_value starred = generic_alias_create(rt, value_type(rt, it->alias), alias->origin, alias->args, true);
    if (!ouro_is_null(starred)) {
        value_clear(rt, &it->alias);
    }
    return starred;
}

static ouro_value generic_alias_iterator_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    generic_alias_iterator *it = (generic_alias_iterator *)(void *)ouro_as_object(args[0]);
    return ouro_is_null(it->alias)
               ? protocol_iterator_reduce_empty(rt, value_incref(rt->types->empty_tuple))
               : protocol_iterator_reduce(rt, "iter", it->alias, OURO_NULL);
}

static const ouro_field generic_alias_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(generic_alias_iterator, alias), 0, "alias"},
};

static const method_def generic_alias_iterator_methods[] = {
    {"__reduce__", "?self, /", generic_alias_iterator_reduce, NULL, 0, NULL},
    {0},
};

static const type_spec generic_alias_iterator_spec = {
    .name = "generic_alias_iterator",
    .size = sizeof(generic_alias_iterator),
    .flags = TYPE_NO_MAKE,
    .fields = generic_alias_iterator_fields,
    .field_count = 1,
    .methods = generic_alias_iterator_methods,
    .slots = {.iter = generic_alias_iterator_self, .next = generic_alias_iterator_next},
};

static ouro_value generic_alias_iter(ouro_runtime *rt, ouro_value self)
{
    type_object *type = type_of_spec(rt, &generic_alias_iterator_spec);
    if (type == NULL) {
        type = type_from_spec(rt, &generic_alias_iterator_spec);
    }
    generic_alias_iterator *it = type == NULL ? NULL : object_new(rt, &type->type, 0);
    if (it == NULL) {
        return OURO_NULL;
    }
    it->alias = value_incref(self);
    gc_track(rt, &it->object);
    return ouro_from_object(it);
}

static ouro_value generic_alias_mro_entries(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return tuple_pack1(rt, as_generic_alias(args[0])->origin);
}

static ouro_value generic_alias_instancecheck(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return error_type(rt, "isinstance() argument 2 cannot be a parameterized generic");
}

static ouro_value generic_alias_subclasscheck(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return error_type(rt, "issubclass() argument 2 cannot be a parameterized generic");
}

static ouro_value generic_alias_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    generic_alias_object *alias = as_generic_alias(args[0]);
    ouro_value pair = tuple_pack2(rt, alias->origin, alias->args);
    if (ouro_is_null(pair)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (alias->starred) {
        /* next(iter(origin[args])) */
        ouro_value plain = generic_alias_new(rt, alias->origin, alias->args);
        ouro_value iterator = ouro_is_null(plain) ? OURO_NULL : object_iter(rt, plain);
        ouro_value builtins = ouro_is_null(iterator) ? OURO_NULL : rt->types->import_name(rt, STR(rt, builtins));
        ouro_value next = ouro_is_null(builtins) ? OURO_NULL : object_getattr_utf8(rt, builtins, "next");
        ouro_value one = ouro_is_null(next) ? OURO_NULL : tuple_pack1(rt, iterator);
        if (!ouro_is_null(one)) {
            result = tuple_pack2(rt, next, one);
        }
        value_decref(rt, one);
        value_decref(rt, next);
        value_decref(rt, builtins);
        value_decref(rt, iterator);
        value_decref(rt, plain);
    } else {
        result = tuple_pack2(rt, type_value(TYPE(rt, generic_alias)), pair);
    }
    value_decref(rt, pair);
    return result;
}

static ouro_value generic_alias_dir(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    static const char *const own[] = {"__origin__",  "__args__",     "__parameters__", "__mro_entries__",
                                      "__reduce_ex__", "__reduce__", "__copy__",       "__deepcopy__",
                                      "__unpacked__", "__typing_unpacked_tuple_args__"};
    ouro_value method = object_getattr(rt, as_generic_alias(args[0])->origin, STR(rt, __dir__));
    if (ouro_is_null(method)) {
        return OURO_NULL;
    }
    ouro_value origin = as_generic_alias(args[0])->origin;
    ouro_value names = value_has_flag(rt, origin, TYPE_IS_TYPE)
                           ? object_call_method1(rt, type_value(TYPE(rt, type)), STR(rt, __dir__), origin)
                           : object_call0(rt, method);
    value_decref(rt, method);
    ouro_value list = ouro_is_null(names) ? OURO_NULL : list_from_iterable(rt, names);
    value_decref(rt, names);
    for (size_t i = 0; !ouro_is_null(list) && i < sizeof own / sizeof own[0]; i++) {
        ouro_value name = str_intern_cstring(rt, own[i]);
        int there = ouro_is_null(name) ? -1 : object_contains(rt, list, name);
        if (there < 0 || (there == 0 && !list_append(rt, list, name))) {
            value_clear(rt, &list);
        }
        value_decref(rt, name);
    }
    return list;
}

static ouro_value generic_alias_get_unpacked(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(as_generic_alias(self)->starred);
}

static ouro_value generic_alias_get_unpacked_args(ouro_runtime *rt, ouro_value self, void *closure)
{
    const generic_alias_object *alias = as_generic_alias(self);
    if (alias->starred && ouro_is(alias->origin, type_value(TYPE(rt, tuple)))) {
        return value_incref(alias->args);
    }
    return OURO_NONE;
}

static const ouro_field generic_alias_fields[] = {
    {OURO_FIELD_VALUE, offsetof(generic_alias_object, origin), 0, "__origin__"},
    {OURO_FIELD_VALUE, offsetof(generic_alias_object, args), 0, "__args__"},
    {OURO_FIELD_VALUE, offsetof(generic_alias_object, parameters), 0, "__parameters__"},
};

static const method_def generic_alias_methods[] = {
    {"__mro_entries__", "?self, bases, /", generic_alias_mro_entries, NULL, 0, NULL},
    {"__instancecheck__", "?self, instance, /", generic_alias_instancecheck, NULL, 0, NULL},
    {"__subclasscheck__", "?self, cls, /", generic_alias_subclasscheck, NULL, 0, NULL},
    {"__reduce__", "?self, /", generic_alias_reduce, NULL, 0, NULL},
    {"__dir__", "?self, /", generic_alias_dir, NULL, 0, NULL},
    {0},
};

static const member_def generic_alias_members[] = {
    {"__origin__", offsetof(generic_alias_object, origin), MEMBER_READONLY, NULL},
    {"__args__", offsetof(generic_alias_object, args), MEMBER_READONLY, NULL},
    {0},
};

static const getset_def generic_alias_getsets[] = {
    {"__parameters__", generic_alias_get_parameters, NULL, "Type variables in the GenericAlias.", NULL},
    {"__unpacked__", generic_alias_get_unpacked, NULL, NULL, NULL, .member = true},
    {"__typing_unpacked_tuple_args__", generic_alias_get_unpacked_args, NULL, NULL, NULL},
    {0},
};

const type_spec generic_alias_spec = {
    .name = "types.GenericAlias",
    .size = sizeof(generic_alias_object),
    .flags = TYPE_BASE | OURO_TYPE_WEAKREF,
    .doc = "Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).",
    .fields = generic_alias_fields,
    .field_count = 3,
    .methods = generic_alias_methods,
    .members = generic_alias_members,
    .getsets = generic_alias_getsets,
    .slots = {.make = generic_alias_make,
              .call = generic_alias_call,
              .repr = generic_alias_repr,
              .hash = generic_alias_hash,
              .compare = generic_alias_compare,
              .getattr = generic_alias_getattr,
              .iter = generic_alias_iter,
              .binary = {[BINARY_OR] = union_type_or},
              .getitem = generic_alias_getitem},
};

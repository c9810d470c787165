/* super.c: super(type, object): look-up that begins after `type` in the order of the object's class.
 *
 * super() without arguments asks the evaluation loop for the class that the running method was defined in (its
 * __class__ cell) and for its first argument.
 */
#include "types/attribute.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/type_build.h"

typedef struct super_object {
    ouro_object object;
    ouro_value this_class; /* OURO_NULL: not initialized */
    ouro_value self;       /* OURO_NULL: unbound */
    ouro_value self_class; /* whose order is followed */
} super_object;

static super_object *as_super(ouro_value v)
{
    return (super_object *)(void *)ouro_as_object(v);
}

/* The class whose order is to be followed for `self`: new reference; OURO_NULL: TypeError. */
static ouro_value super_check(ouro_runtime *rt, type_object *type, ouro_value self)
{
    /* super(type, type2): for class methods */
    if (value_is_type(rt, self) && type_is_subtype(as_type(self), type)) {
        return value_incref(self);
    }
    if (type_is_subtype(value_type(rt, self), type)) {
        return value_incref(type_value(value_type(rt, self)));
    }
    /* a proxy may claim another class */
    ouro_value claimed;
    int found = object_getattr_optional(rt, self, STR(rt, __class__), &claimed);
    if (found < 0) {
        return OURO_NULL;
    }
    if (found > 0) {
        if (value_is_type(rt, claimed) && as_type(claimed) != value_type(rt, self) &&
            type_is_subtype(as_type(claimed), type)) {
            return claimed;
        }
        value_decref(rt, claimed);
    }
    return error_type(rt, "super(type, obj): obj must be an instance or subtype of type");
}

static ouro_value super_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                             ouro_value kwnames)
{
    return instance_new(rt, type);
}

static bool super_init(ouro_runtime *rt, ouro_value v, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        error_type(rt, "super() takes no keyword arguments");
        return false;
    }
    if (nargs > 2) {
        error_type(rt, "super() expected at most 2 arguments, got %zu", nargs);
        return false;
    }
    ouro_value class = OURO_NULL, self = OURO_NULL, self_class = OURO_NULL;
    if (nargs == 0) {
        if (rt->types->super_arguments == NULL) {
            error_runtime(rt, "super(): no current frame");
            return false;
        }
        if (!rt->types->super_arguments(rt, &class, &self)) {
            return false;
        }
    } else {
        class = args[0];
        self = nargs == 2 && !ouro_is_none(args[1]) ? args[1] : OURO_NULL;
    }
    if (!value_is_type(rt, class)) {
        error_type(rt, "super() argument 1 must be a type, not %T", class);
        return false;
    }
    if (!ouro_is_null(self)) {
        value_incref(class);
        value_incref(self);
        self_class = super_check(rt, as_type(class), self);
        if (ouro_is_null(self_class)) {
            value_decref(rt, class);
            value_decref(rt, self);
            return false;
        }
    } else {
        value_incref(class);
    }
    super_object *s = as_super(v);
    value_replace(rt, &s->this_class, class);
    value_replace(rt, &s->self, self);
    value_replace(rt, &s->self_class, self_class);
    return true;
}

/* What the classes after s->this_class have under `name`: borrowed, or OURO_NULL. */
static ouro_value super_lookup(ouro_runtime *rt, super_object *s, ouro_value name)
{
    ouro_value mro = as_type(s->self_class)->mro;
    if (ouro_is_null(mro)) {
        return OURO_NULL;
    }
    const tuple_object *t = as_tuple(mro);
    size_t i = 0;
    while (i + 1 < t->size && !ouro_is(t->items[i], s->this_class)) {
        i++;
    }
    i++;
    if (i < t->size) {
        /* mostly the rest is the order of the next class itself, and the look-up cache knows */
        type_object *next = as_type(t->items[i]);
        if (!ouro_is_null(next->mro) && as_tuple(next->mro)->size == t->size - i &&
            memcmp(as_tuple(next->mro)->items, t->items + i, (t->size - i) * sizeof(ouro_value)) == 0) {
            return type_fill_for(rt, next, name) ? type_lookup(rt, next, name) : OURO_NULL;
        }
    }
    if (!type_fill(rt, as_type(s->self_class))) {
        return OURO_NULL;
    }
    for (; i < t->size; i++) {
        dict_object *dict = as_type(t->items[i])->dict;
        ouro_value value = dict == NULL ? OURO_NULL : dict_get_str(rt, dict, name);
        if (!ouro_is_null(value)) {
            return value;
        }
    }
    return OURO_NULL;
}

static ouro_value super_getattr(ouro_runtime *rt, ouro_value v, ouro_value name)
{
    super_object *s = as_super(v);
    /* __class__ is that of the super object itself */
    if (ouro_is_null(s->self_class) || ouro_is(name, STR(rt, __class__)) ||
        (!(as_str(name)->flags & STR_INTERNED) && str_equal(as_str(name), as_str(STR(rt, __class__))))) {
        return object_getattr_generic(rt, v, name);
    }
    ouro_value found = value_incref(super_lookup(rt, s, name));
    if (ouro_is_null(found)) {
        return object_getattr_generic(rt, v, name);
    }
    type_object *kind = value_type(rt, found);
    if (kind->slots.descr_get == NULL) {
        return found;
    }
    /* looked up on a class, a function stays unbound */
    ouro_value instance = ouro_is(s->self, s->self_class) ? OURO_NULL : s->self;
    ouro_value result = kind->slots.descr_get(rt, found, instance, s->self_class);
    value_decref(rt, found);
    return result;
}

static ouro_value super_descr_get(ouro_runtime *rt, ouro_value v, ouro_value instance, ouro_value owner)
{
    super_object *s = as_super(v);
    if (ouro_is_null(instance) || ouro_is_none(instance) || !ouro_is_null(s->self)) {
        return value_incref(v); /* not bound to an object, or bound already */
    }
    if (value_type(rt, v) != TYPE(rt, super)) {
        return object_call2(rt, type_value(value_type(rt, v)), s->this_class, instance);
    }
    ouro_value self_class = super_check(rt, as_type(s->this_class), instance);
    if (ouro_is_null(self_class)) {
        return OURO_NULL;
    }
    ouro_value bound = instance_new(rt, TYPE(rt, super));
    if (ouro_is_null(bound)) {
        value_decref(rt, self_class);
        return OURO_NULL;
    }
    as_super(bound)->this_class = value_incref(s->this_class);
    as_super(bound)->self = value_incref(instance);
    as_super(bound)->self_class = self_class;
    return bound;
}

static ouro_value super_repr(ouro_runtime *rt, ouro_value v)
{
    super_object *s = as_super(v);
    const char *name = ouro_is_null(s->this_class) ? "NULL" : as_type(s->this_class)->type.name;
    if (ouro_is_null(s->self_class)) {
        return str_format_c(rt, "<super: <class '%s'>, NULL>", name);
    }
    return str_format_c(rt, "<super: <class '%s'>, <%s object>>", name, as_type(s->self_class)->type.name);
}

static const member_def super_members[] = {
    {"__thisclass__", offsetof(super_object, this_class), MEMBER_READONLY | MEMBER_NONE_IF_NULL,
     "the class after which the search begins"},
    {"__self__", offsetof(super_object, self), MEMBER_READONLY | MEMBER_NONE_IF_NULL,
     "the object that methods are bound to; may be None"},
    {"__self_class__", offsetof(super_object, self_class), MEMBER_READONLY | MEMBER_NONE_IF_NULL,
     "the class whose order is followed; may be None"},
    {.name = NULL},
};

static const ouro_field super_fields[] = {
    {OURO_FIELD_VALUE, offsetof(super_object, this_class), 0, "__thisclass__"},
    {OURO_FIELD_VALUE, offsetof(super_object, self), 0, "__self__"},
    {OURO_FIELD_VALUE, offsetof(super_object, self_class), 0, "__self_class__"},
};

const type_spec super_spec = {
    .name = "super",
    .size = sizeof(super_object),
    .flags = TYPE_BASE,
    .doc = "super() -> same as super(__class__, <first argument>)\n"
           "super(type) -> unbound super object\n"
           "super(type, obj) -> bound super object; requires isinstance(obj, type)\n"
           "super(type, type2) -> bound super object; requires issubclass(type2, type)",
    .fields = super_fields,
    .field_count = 3,
    .members = super_members,
    .slots = {
        .make = super_make,
        .init = super_init,
        .repr = super_repr,
        .getattr = super_getattr,
        .descr_get = super_descr_get,
    },
};

/* contextvars.c: the _contextvars module (PEP 567): ContextVar, Context, Token.
 *
 * A Context holds a map that never changes (context_map.h): copying a context copies a pointer, and setting a variable
 * makes a new map.  The running thread's context is vm->context, OURO_NULL until it is first needed; Context.run puts
 * the one that was there before into the context's `previous`, and takes it back from there.
 *
 * Each ContextVar has a number of its own, spread over 64 bits by a function that loses nothing: two variables never
 * share a hash.
 */
#include "modules/context_map.h"
#include "types/binder.h"
#include "types/container.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/vm.h"

typedef struct context_variable {
    context_key key;
    ouro_value name;
    ouro_value fallback; /* OURO_NULL: none */
} context_variable;

typedef struct context_object {
    ouro_object object;
    context_node *map;   /* NULL: empty */
    ouro_value previous; /* while entered: the thread's context before, or OURO_NULL */
    size_t count;
    bool entered;
} context_object;

typedef struct context_token {
    ouro_object object;
    ouro_value context, variable;
    ouro_value old; /* OURO_NULL: the variable had no value */
    bool used;
} context_token;

static context_variable *as_variable(ouro_value v)
{
    return (context_variable *)(void *)ouro_as_object(v);
}

static context_object *as_context(ouro_value v)
{
    return (context_object *)(void *)ouro_as_object(v);
}

static context_token *as_token(ouro_value v)
{
    return (context_token *)(void *)ouro_as_object(v);
}

/* ---- Context ------------------------------------------------------------------------------------------ */

static ouro_value context_new(ouro_runtime *rt, type_object *type, context_node *map, size_t count)
{
    context_object *c = object_new(rt, &type->type, 0);
    if (!c) {
        return OURO_NULL;
    }
    c->map = map ? OBJECT_INCREF(map) : NULL;
    c->count = count;
    gc_track(rt, &c->object);
    return ouro_from_object(c);
}

/* The running thread's context, made now if need be: borrowed. */
static context_object *context_current(ouro_runtime *rt)
{
    if (ouro_is_null(rt->vm->context)) {
        ouro_value made = context_new(rt, MODULE_TYPE(rt, context), NULL, 0);
        if (ouro_is_null(made)) {
            return NULL;
        }
        value_replace(rt, &rt->vm->context, made); /* a collection may have run a finalizer that made one */
    }
    return as_context(rt->vm->context);
}

static ouro_value context_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                               ouro_value kwnames)
{
    if (nargs > 0 || !ouro_is_null(kwnames)) {
        return error_type(rt, "Context() does not accept any arguments");
    }
    return context_new(rt, type, NULL, 0);
}

/* Puts `map` (stolen, NULL: empty) in the place of the context's. */
static void context_set_map(ouro_runtime *rt, context_object *c, context_node *map, size_t count)
{
    context_node *old = c->map;
    c->map = map;
    c->count = count;
    if (old) {
        object_decref(rt, &old->object);
    }
}

static bool context_check_key(ouro_runtime *rt, ouro_value key)
{
    if (value_is_instance_exactly(rt, key, MODULE_TYPE(rt, context_variable))) {
        return true;
    }
    error_type(rt, "a ContextVar key was expected, got %R", key);
    return false;
}

static int context_contains(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    if (!context_check_key(rt, key)) {
        return -1;
    }
    return !ouro_is_null(context_map_find(as_context(self)->map, &as_variable(key)->key));
}

static ouro_value context_getitem(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    if (!context_check_key(rt, key)) {
        return OURO_NULL;
    }
    ouro_value value = context_map_find(as_context(self)->map, &as_variable(key)->key);
    return ouro_is_null(value) ? error_key(rt, key) : value_incref(value);
}

static ouro_value context_get(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!context_check_key(rt, args[1])) {
        return OURO_NULL;
    }
    ouro_value value = context_map_find(as_context(args[0])->map, &as_variable(args[1])->key);
    if (ouro_is_null(value)) {
        value = nargs > 2 && !ouro_is_null(args[2]) ? args[2] : OURO_NONE;
    }
    return value_incref(value);
}

static int64_t context_length(ouro_runtime *rt, ouro_value self)
{
    return (int64_t)as_context(self)->count;
}

static ouro_value context_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !value_is_instance_exactly(rt, b, MODULE_TYPE(rt, context))) {
        return OURO_NOT_IMPLEMENTED;
    }
    context_node *left = as_context(a)->map, *right = as_context(b)->map;
    int equal = left == right || as_context(a)->count == as_context(b)->count;
    if (left && right && left != right && equal) {
        (void)OBJECT_INCREF(left); /* a comparison may run code that sets variables */
        (void)OBJECT_INCREF(right);
        context_map_walk walk;
        context_map_begin(&walk, left);
        ouro_value key, value;
        while (equal > 0 && context_map_next(&walk, &key, &value)) {
            ouro_value other = context_map_find(right, &as_variable(key)->key);
            equal = ouro_is_null(other) ? 0 : object_equal(rt, value, other);
        }
        object_decref(rt, &left->object);
        object_decref(rt, &right->object);
    }
    return equal < 0 ? OURO_NULL : ouro_bool((equal > 0) == (op == COMPARE_EQ));
}

static ouro_value context_copy(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    context_object *c = as_context(args[0]);
    return context_new(rt, MODULE_TYPE(rt, context), c->map, c->count);
}

static ouro_value context_run(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (nargs < 2) {
        return error_type(rt, "run() missing 1 required positional argument");
    }
    ouro_value self = args[0];
    context_object *c = as_context(self);
    if (c->entered) {
        return error_runtime(rt, "cannot enter context: %R is already entered", self);
    }
    c->previous = rt->vm->context;
    c->entered = true;
    rt->vm->context = value_incref(self);
    ouro_value result = object_call(rt, args[1], args + 2, nargs - 2, kwnames);
    rt->vm->context = c->previous;
    c->previous = OURO_NULL;
    c->entered = false;
    value_decref(rt, self);
    return result;
}

/* ---- the iterators of a context ------------------------------------------------------------------------ */

typedef struct context_iterator {
    ouro_object object;
    context_node *map; /* NULL: at the end */
    bool keys, values;
    context_map_walk walk;
} context_iterator;

static ouro_value context_iterate(ouro_runtime *rt, ouro_value self, bool keys, bool values)
{
    context_iterator *it = object_new(rt, &MODULE_TYPE(rt, context_iterator)->type, 0);
    if (!it) {
        return OURO_NULL;
    }
    context_node *map = as_context(self)->map;
    it->map = map ? OBJECT_INCREF(map) : NULL;
    it->keys = keys;
    it->values = values;
    context_map_begin(&it->walk, map);
    gc_track(rt, &it->object);
    return ouro_from_object(it);
}

static ouro_value context_iterator_next(ouro_runtime *rt, ouro_value self)
{
    context_iterator *it = (context_iterator *)(void *)ouro_as_object(self);
    ouro_value key, value;
    if (!it->map) {
        return OURO_NULL;
    }
    if (!context_map_next(&it->walk, &key, &value)) {
        context_node *map = it->map;
        it->map = NULL;
        object_decref(rt, &map->object);
        return OURO_NULL;
    }
    if (it->keys && it->values) {
        return tuple_pack2(rt, key, value);
    }
    return value_incref(it->keys ? key : value);
}

static ouro_value context_iterator_self(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

static const ouro_field context_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(context_iterator, map), 0, "map"},
};

static const type_spec context_iterator_spec = {
    .name = "context_iterator",
    .size = sizeof(context_iterator),
    .flags = TYPE_NO_MAKE,
    .fields = context_iterator_fields,
    .field_count = 1,
    .slots = {.iter = context_iterator_self, .next = context_iterator_next},
};

static ouro_value context_iter(ouro_runtime *rt, ouro_value self)
{
    return context_iterate(rt, self, true, false);
}

static ouro_value context_keys(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return context_iterate(rt, args[0], true, false);
}

static ouro_value context_values(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return context_iterate(rt, args[0], false, true);
}

static ouro_value context_items(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return context_iterate(rt, args[0], true, true);
}

static const method_def context_methods[] = {
    {"run", .raw = context_run, .doc = "Call a function with arguments in the context."},
    {"get", "self, key, default=None, /", context_get,
     .doc = "Return the value for `key` if `key` has the value in the context object."},
    {"keys", "self, /", context_keys, .doc = "Return a list of all variables in the context object."},
    {"values", "self, /", context_values, .doc = "Return a list of all variables' values in the context object."},
    {"items", "self, /", context_items,
     .doc = "Return all variables and their values in the context object."},
    {"copy", "self, /", context_copy, .doc = "Return a shallow copy of the context object."},
    {0},
};

static const ouro_field context_fields[] = {
    {OURO_FIELD_VALUE, offsetof(context_object, map), 0, "map"},
    {OURO_FIELD_VALUE, offsetof(context_object, previous), 0, "previous"},
};

static const type_spec context_spec = {
    .name = "_contextvars.Context",
    .size = sizeof(context_object),
    .flags = OURO_TYPE_WEAKREF,
    .fields = context_fields,
    .field_count = 2,
    .methods = context_methods,
    .slots = {.make = context_make,
              .compare = context_compare,
              .hash = hash_not_implemented,
              .iter = context_iter,
              .length = context_length,
              .getitem = context_getitem,
              .contains = context_contains},
};

/* ---- ContextVar --------------------------------------------------------------------------------------- */

/* A number of its own for each number: multiplication by an odd constant and exclusive or with the upper bits can both
 * be undone. */
static uint64_t variable_hash(uint64_t number)
{
    number *= UINT64_C(0x9E3779B97F4A7C15);
    number ^= number >> 32;
    number *= UINT64_C(0xD6E8FEB86659FD93);
    return number ^ number >> 32;
}

static ouro_value variable_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                ouro_value kwnames)
{
    ouro_value bound[2];
    if (!arguments_bind(rt, "ContextVar", "name, /, *, default=None", args, nargs, kwnames, bound)) {
        return OURO_NULL;
    }
    if (!value_is_str(rt, bound[0])) {
        return error_type(rt, "context variable name must be a str");
    }
    context_variable *v = object_new(rt, &type->type, 0);
    if (!v) {
        return OURO_NULL;
    }
    v->key.hash = variable_hash(++rt->modules->context_variable_count);
    v->name = value_incref(bound[0]);
    v->fallback = value_incref(bound[1]);
    gc_track(rt, &v->key.object);
    return ouro_from_object(v);
}

static ouro_value variable_get(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    context_variable *v = as_variable(args[0]);
    ouro_value value = OURO_NULL;
    if (!ouro_is_null(rt->vm->context)) {
        value = context_map_find(as_context(rt->vm->context)->map, &v->key);
    }
    if (ouro_is_null(value)) {
        value = arg_or_null(args, nargs, 1);
    }
    if (ouro_is_null(value)) {
        value = v->fallback;
    }
    if (!ouro_is_null(value)) {
        return value_incref(value);
    }
    ouro_value error = object_call1(rt, type_value(EXC(rt, LookupError)), args[0]);
    if (!ouro_is_null(error)) {
        error_raise_value(rt, error);
        value_decref(rt, error);
    }
    return OURO_NULL;
}

static bool context_assign(ouro_runtime *rt, context_object *c, context_variable *v, ouro_value value)
{
    bool there = !ouro_is_null(context_map_find(c->map, &v->key));
    context_node *old = c->map;
    context_node *map = context_map_with(rt, old, &v->key, value);
    if (!map) {
        return false;
    }
    context_set_map(rt, c, map, c->count + !there);
    return true;
}

static ouro_value variable_set(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    context_variable *v = as_variable(args[0]);
    context_object *c = context_current(rt);
    context_token *token = c ? object_new(rt, &MODULE_TYPE(rt, context_token)->type, 0) : NULL;
    if (!token) {
        return OURO_NULL;
    }
    token->context = value_incref(ouro_from_object(c));
    token->variable = value_incref(args[0]);
    token->old = value_incref(context_map_find(c->map, &v->key));
    gc_track(rt, &token->object);
    if (!context_assign(rt, c, v, args[1])) {
        object_decref(rt, &token->object);
        return OURO_NULL;
    }
    return ouro_from_object(token);
}

static ouro_value variable_reset(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    context_variable *v = as_variable(args[0]);
    if (!value_is_instance_exactly(rt, args[1], MODULE_TYPE(rt, context_token))) {
        return error_type(rt, "expected an instance of Token, got %R", args[1]);
    }
    context_token *token = as_token(args[1]);
    if (token->used) {
        return error_runtime(rt, "%R has already been used once", args[1]);
    }
    if (!ouro_is(token->variable, args[0])) {
        return error_value(rt, "%R was created by a different ContextVar", args[1]);
    }
    context_object *c = context_current(rt);
    if (!c) {
        return OURO_NULL;
    }
    if (!ouro_is(token->context, ouro_from_object(c))) {
        return error_value(rt, "%R was created in a different Context", args[1]);
    }
    token->used = true;
    if (!ouro_is_null(token->old)) {
        return context_assign(rt, c, v, token->old) ? OURO_NONE : OURO_NULL;
    }
    if (ouro_is_null(context_map_find(c->map, &v->key))) {
        return error_raise_value(rt, type_value(EXC(rt, LookupError)));
    }
    context_node *map;
    if (!context_map_without(rt, c->map, &v->key, &map)) {
        return OURO_NULL;
    }
    context_set_map(rt, c, map, c->count - 1);
    return OURO_NONE;
}

static ouro_value variable_repr(ouro_runtime *rt, ouro_value self)
{
    context_variable *v = as_variable(self);
    int entered = repr_enter(rt, self); /* a default may lead back here */
    if (entered != 0) {
        return entered < 0 ? OURO_NULL : str_from_cstring(rt, "<ContextVar ...>");
    }
    ouro_value text = ouro_is_null(v->fallback)
                          ? str_format_c(rt, "<ContextVar name=%R at %p>", v->name, (void *)v)
                          : str_format_c(rt, "<ContextVar name=%R default=%R at %p>", v->name, v->fallback, (void *)v);
    repr_leave(rt, self);
    return text;
}

static const method_def variable_methods[] = {
    {"get", "?self, default=None, /", variable_get,
     .doc = "Return a value for the context variable for the current context."},
    {"set", "self, value, /", variable_set,
     .doc = "Call to set a new value for the context variable in the current context."},
    {"reset", "self, token, /", variable_reset,
     .doc = "Reset the context variable to the value it had before the set() that made the token."},
    CLASS_GETITEM_METHOD,
    {0},
};

static const member_def variable_members[] = {
    {"name", offsetof(context_variable, name), MEMBER_READONLY, NULL},
    {0},
};

static const ouro_field variable_fields[] = {
    {OURO_FIELD_VALUE, offsetof(context_variable, name), 0, "name"},
    {OURO_FIELD_VALUE, offsetof(context_variable, fallback), 0, "default"},
};

static const type_spec variable_spec = {
    .name = "_contextvars.ContextVar",
    .size = sizeof(context_variable),
    .flags = OURO_TYPE_WEAKREF,
    .fields = variable_fields,
    .field_count = 2,
    .methods = variable_methods,
    .members = variable_members,
    .slots = {.make = variable_make, .repr = variable_repr},
};

/* ---- Token -------------------------------------------------------------------------------------------- */

static ouro_value token_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                             ouro_value kwnames)
{
    return error_runtime(rt, "Tokens can only be created by ContextVars");
}

static ouro_value token_repr(ouro_runtime *rt, ouro_value self)
{
    context_token *token = as_token(self);
    int entered = repr_enter(rt, self);
    if (entered != 0) {
        return entered < 0 ? OURO_NULL : str_from_cstring(rt, "<Token ...>");
    }
    ouro_value text = str_format_c(rt, "<Token%s var=%R at %p>", token->used ? " used" : "", token->variable,
                                   (void *)token);
    repr_leave(rt, self);
    return text;
}

static ouro_value token_get_old_value(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value old = as_token(self)->old;
    return value_incref(ouro_is_null(old) ? rt->modules->context_missing : old);
}

static const method_def token_methods[] = {
    CLASS_GETITEM_METHOD,
    {0},
};

static const member_def token_members[] = {
    {"var", offsetof(context_token, variable), MEMBER_READONLY, NULL},
    {0},
};

static const getset_def token_getsets[] = {
    {"old_value", token_get_old_value, NULL, NULL},
    {0},
};

static const ouro_field token_fields[] = {
    {OURO_FIELD_VALUE, offsetof(context_token, context), 0, "context"},
    {OURO_FIELD_VALUE, offsetof(context_token, variable), 0, "var"},
    {OURO_FIELD_VALUE, offsetof(context_token, old), 0, "old_value"},
};

static const type_spec token_spec = {
    .name = "_contextvars.Token",
    .size = sizeof(context_token),
    .flags = OURO_TYPE_WEAKREF,
    .fields = token_fields,
    .field_count = 3,
    .methods = token_methods,
    .members = token_members,
    .getsets = token_getsets,
    .slots = {.make = token_make, .repr = token_repr, .hash = hash_not_implemented},
};

static ouro_value missing_repr(ouro_runtime *rt, ouro_value self)
{
    return str_from_cstring(rt, "<Token.MISSING>");
}

static const type_spec missing_spec = {
    .name = "Token.MISSING",
    .size = sizeof(ouro_object),
    .flags = OURO_TYPE_LEAF | TYPE_NO_MAKE,
    .slots = {.repr = missing_repr},
};

/* ---- the module --------------------------------------------------------------------------------------- */

static ouro_value contextvars_copy_context(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    context_object *c = context_current(rt);
    return c ? context_new(rt, MODULE_TYPE(rt, context), c->map, c->count) : OURO_NULL;
}

static const method_def contextvars_functions[] = {
    {"copy_context", "", contextvars_copy_context, .doc = "Return a shallow copy of the current context."},
    {0},
};

static bool contextvars_start(ouro_runtime *rt, module_object *module)
{
    bool again = MODULE_TYPE(rt, context_token) != NULL;
    if (!module_keep_type(rt, &context_node_spec, &MODULE_TYPE(rt, context_node)) ||
        !module_keep_type(rt, &context_iterator_spec, &MODULE_TYPE(rt, context_iterator)) ||
        !module_keep_type(rt, &missing_spec, &MODULE_TYPE(rt, context_missing_type)) ||
        !module_add_kept_type(rt, module, &context_spec, &MODULE_TYPE(rt, context)) ||
        !module_add_kept_type(rt, module, &variable_spec, &MODULE_TYPE(rt, context_variable)) ||
        !module_add_kept_type(rt, module, &token_spec, &MODULE_TYPE(rt, context_token))) {
        return false;
    }
    if (again && !ouro_is_null(rt->modules->context_missing)) {
        return true;
    }
    ouro_object *missing = object_new(rt, &MODULE_TYPE(rt, context_missing_type)->type, 0);
    if (!missing) {
        return false;
    }
    value_replace(rt, &rt->modules->context_missing, ouro_from_object(missing));
    ouro_value name = str_intern_cstring(rt, "MISSING");
    bool ok = type_fill(rt, MODULE_TYPE(rt, context_token)) && !ouro_is_null(name) && dict_set(rt, MODULE_TYPE(rt, context_token)->dict, name, ouro_from_object(missing));
    value_decref(rt, name);
    return ok;
}

const module_def contextvars_module_def = {
    .name = "_contextvars",
    .doc = "Context Variables",
    .functions = contextvars_functions,
    .start = contextvars_start,
};

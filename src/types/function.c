/* function.c: the type of functions written in Python: what a `def` or `lambda` makes, and all its attributes.
 *
 * A function is its code, its globals and its closure.  All else (defaults, annotations, a changed name, own
 * attributes) is in an extras block that is made when first needed; a NULL in it means "as the code says".
 *
 * What always holds: closure is OURO_NULL if the code has no free variables, one cell if it has one, else a
 * tuple of as many cells.  annotations is a dict, or the tuple (name, value, name, value, ...) that the program's
 * `def` left, turned into a dict when first looked at.
 *
 * Code, globals and closure are kept when the collector breaks a cycle (cells, dicts and extras are emptied instead),
 * so that they are there in every function that can still be called.
 *
 * Does not run anything: the call slot forwards to the vm floor.
 */
#include "types/function.h"
#include "object/object_inline.h"

#include "types/binder.h"
#include "types/error.h"
#include "types/own_dict.h"
#include "types/protocol.h"
#include "types/str.h"

static function_object *as_function(ouro_value v)
{
    return (function_object *)(void *)ouro_as_object(v);
}

/* ---- making and freeing --------------------------------------------------------------------------------- */

ouro_value function_new(ouro_runtime *rt, code_object *code, dict_object *globals)
{
    function_object *f = object_new_plain(rt, &TYPE(rt, function)->type, sizeof *f);
    if (f == NULL) {
        return OURO_NULL;
    }
    f->code = OBJECT_INCREF(code);
    f->globals = OBJECT_INCREF(globals);
    f->extras = NULL;
    f->closure = OURO_NULL;
    gc_track(rt, &f->object);
    return ouro_from_object(f);
}

function_extras *function_get_extras(ouro_runtime *rt, function_object *f)
{
    if (f->extras == NULL) {
        f->extras = ouro_mem_alloc_zeroed(rt->mem, sizeof(function_extras));
        if (f->extras == NULL) {
            error_no_memory(rt);
        }
    }
    return f->extras;
}

/* The extras as an array of values: for traversal. */
static ouro_value *function_extra_values(function_object *f, size_t *count)
{
    *count = f->extras == NULL ? 0 : sizeof(function_extras) / sizeof(ouro_value);
    return (ouro_value *)(void *)f->extras;
}

static int function_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context)
{
    if (OURO_LIKELY(((const function_object *)(const void *)self)->extras == NULL)) {
        return 0; /* most: the collector asks for each function */
    }
    size_t count;
    ouro_value *values = function_extra_values((function_object *)(void *)self, &count);
    for (size_t i = 0; i < count; i++) {
        if (!ouro_is_null(values[i])) {
            int stop = visit(values[i], context);
            if (stop != 0) {
                return stop;
            }
        }
    }
    return 0;
}

static int function_traverse_edges(ouro_runtime *rt, ouro_object *self, ouro_edge_fn visit, void *context)
{
    static const char *const names[] = {"__defaults__", "__kwdefaults__", "__annotations__", "__doc__",     "__name__",
                                        "__qualname__", "__module__",     "__dict__",        "__builtins__"};
    size_t count;
    const ouro_value *values = function_extra_values((function_object *)(void *)self, &count);
    int result = 0;
    for (size_t i = 0; result == 0 && i < count; i++) {
        result = edge_tell(values[i], &(ouro_edge){.kind = OURO_EDGE_FIELD, .text = names[i]}, visit, context);
    }
    return result;
}

static void function_clear(ouro_runtime *rt, ouro_object *self)
{
    size_t count;
    ouro_value *values = function_extra_values((function_object *)(void *)self, &count);
    for (size_t i = 0; i < count; i++) {
        value_clear(rt, &values[i]);
    }
    function_extras *extras = ((function_object *)(void *)self)->extras;
    if (extras != NULL) { /* whoever still sees it finds names, though not its own (CPython gh-91636) */
        value_replace(rt, &extras->name, value_incref(rt->types->empty_str));
        value_replace(rt, &extras->qualname, value_incref(rt->types->empty_str));
    }
}

static void function_dispose(ouro_runtime *rt, ouro_object *self)
{
    function_object *f = (function_object *)(void *)self;
    if (f->extras != NULL) { /* what function_clear has put there */
        value_clear(rt, &f->extras->name);
        value_clear(rt, &f->extras->qualname);
    }
    ouro_mem_free(rt->mem, f->extras);
    f->extras = NULL;
}

static void function_release(ouro_runtime *rt, ouro_object *self)
{
    function_object *f = (function_object *)(void *)self;
    if (OURO_UNLIKELY(f->extras != NULL)) {
        function_clear(rt, self);
    }
    ouro_value code = ouro_from_object(f->code), globals = ouro_from_object(f->globals);
    f->code = NULL;
    f->globals = NULL;
    value_decref(rt, code);
    value_decref(rt, globals);
    value_clear(rt, &f->closure);
    function_dispose(rt, self);
}

static size_t function_extra_size(ouro_runtime *rt, ouro_object *self)
{
    function_object *f = (function_object *)(void *)self;
    return f->extras == NULL ? 0 : ouro_mem_size(rt->mem, f->extras);
}

/* function(code, globals, name=None, argdefs=None, closure=None) */
/* A function whose globals have no __builtins__ finds built-in names where the code that makes it does (bpo-42990). */
static bool function_inherit_builtins(ouro_runtime *rt, function_object *f)
{
    if (rt->types->inherited_builtins == NULL ||
        !ouro_is_null(dict_get_str(rt, f->globals, STR(rt, __builtins__)))) {
        return true;
    }
    ouro_value builtins = rt->types->inherited_builtins(rt);
    if (ouro_is_null(builtins)) {
        return true;
    }
    function_extras *extras = function_get_extras(rt, f);
    if (extras != NULL) {
        extras->builtins = value_incref(builtins);
    }
    return extras != NULL;
}

static ouro_value function_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                ouro_value kwnames)
{
    ouro_value a[5];
    if (!arguments_bind(rt, "function", "code, globals, name=None, argdefs=None, closure=None", args, nargs, kwnames,
                        a)) {
        return OURO_NULL;
    }
    for (unsigned i = 2; i < 5; i++) {
        a[i] = ouro_is_null(a[i]) ? OURO_NONE : a[i];
    }
    if (!value_is_instance(rt, a[0], TYPE(rt, code))) {
        return error_type(rt, "function() argument 'code' must be code, not %T", a[0]);
    }
    if (!value_is_dict(rt, a[1])) {
        return error_type(rt, "function() argument 'globals' must be dict, not %T", a[1]);
    }
    code_object *code = as_code(a[0]);
    if (!ouro_is_none(a[2]) && !value_is_str(rt, a[2])) {
        return error_type(rt, "arg 3 (name) must be None or string");
    }
    if (!ouro_is_none(a[3]) && !value_is_tuple(rt, a[3])) {
        return error_type(rt, "arg 4 (defaults) must be None or tuple");
    }
    if (!value_is_tuple(rt, a[4])) {
        if (code->free_count > 0 && ouro_is_none(a[4])) {
            return error_type(rt, "arg 5 (closure) must be tuple");
        }
        if (!ouro_is_none(a[4])) {
            return error_type(rt, "arg 5 (closure) must be None or tuple");
        }
    }
    size_t cells = ouro_is_none(a[4]) ? 0 : as_tuple(a[4])->size;
    if (cells != code->free_count) {
        return error_value(rt, "%U requires closure of length %zu, not %zu", code->name, (size_t)code->free_count,
                           cells);
    }
    for (size_t i = 0; i < cells; i++) {
        if (!value_is_instance(rt, as_tuple(a[4])->items[i], TYPE(rt, cell))) {
            return error_type(rt, "arg 5 (closure) expected cell, found %T", as_tuple(a[4])->items[i]);
        }
    }
    ouro_value result = function_new(rt, code, as_dict(a[1]));
    if (ouro_is_null(result) || !function_inherit_builtins(rt, as_function(result))) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    function_object *f = as_function(result);
    if (cells == 1) {
        f->closure = value_incref(as_tuple(a[4])->items[0]);
    } else if (cells > 1) {
        f->closure = value_incref(a[4]);
    }
    if (!ouro_is_none(a[2]) || !ouro_is_none(a[3])) {
        function_extras *extras = function_get_extras(rt, f);
        if (extras == NULL) {
            value_decref(rt, result);
            return OURO_NULL;
        }
        if (!ouro_is_none(a[2])) {
            extras->name = value_incref(a[2]);
        }
        if (!ouro_is_none(a[3])) {
            extras->defaults = value_incref(a[3]);
        }
    }
    return result;
}

/* ---- slots ---------------------------------------------------------------------------------------------- */

static ouro_value function_slot_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                     ouro_value kwnames)
{
    return rt->types->function_call(rt, self, args, nargs, kwnames);
}

static ouro_value function_descr_get(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value owner)
{
    if (ouro_is_null(instance) || ouro_is_none(instance)) {
        return value_incref(self);
    }
    return bound_method_new(rt, self, instance);
}

static ouro_value function_qualname(const function_object *f)
{
    return f->extras != NULL && !ouro_is_null(f->extras->qualname) ? f->extras->qualname : f->code->qualname;
}

static ouro_value function_repr(ouro_runtime *rt, ouro_value self)
{
    return str_format_c(rt, "<function %U at 0x%llx>", function_qualname(as_function(self)),
                        (unsigned long long)self.bits);
}

static ouro_value function_getattr(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    const function_object *f = as_function(self);
    return own_dict_getattr(rt, self, name, f->extras == NULL ? OURO_NULL : f->extras->dict);
}

static bool function_setattr(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value value)
{
    function_extras *extras = function_get_extras(rt, as_function(self));
    return extras != NULL && own_dict_setattr(rt, self, name, value, &extras->dict);
}

/* ---- attributes ----------------------------------------------------------------------------------------- */

/* An extra as a new reference, or OURO_NULL (no exception). */
static ouro_value function_extra(ouro_value self, size_t offset)
{
    const function_object *f = as_function(self);
    if (f->extras == NULL) {
        return OURO_NULL;
    }
    return value_incref(*(const ouro_value *)(const void *)((const char *)f->extras + offset));
}

/* Stores `value` (borrowed) as an extra. */
static bool function_set_extra(ouro_runtime *rt, ouro_value self, size_t offset, ouro_value value)
{
    function_extras *extras = function_get_extras(rt, as_function(self));
    if (extras == NULL) {
        return false;
    }
    value_replace(rt, (ouro_value *)(void *)((char *)extras + offset), value_incref(value));
    return true;
}

static ouro_value function_get_code(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_from_object(OBJECT_INCREF(as_function(self)->code));
}

static bool function_set_code(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    function_object *f = as_function(self);
    if (ouro_is_null(value) || !value_is_instance(rt, value, TYPE(rt, code))) {
        error_type(rt, "__code__ must be set to a code object");
        return false;
    }
    if (as_code(value)->free_count != f->code->free_count) {
        error_value(rt, "%U() requires a code object with %u free vars, not %u",
                    f->extras != NULL && !ouro_is_null(f->extras->name) ? f->extras->name : f->code->name,
                    f->code->free_count, as_code(value)->free_count);
        return false;
    }
    code_object *old = f->code;
    /* The name stays what it was, though the code that gave it goes. */
    function_extras *extras = function_get_extras(rt, f);
    if (extras == NULL) {
        return false;
    }
    if (ouro_is_null(extras->name)) {
        extras->name = value_incref(old->name);
    }
    if (ouro_is_null(extras->qualname)) {
        extras->qualname = value_incref(old->qualname);
    }
    if (ouro_is_null(extras->doc)) {
        extras->doc = ouro_is_null(old->docstring) ? OURO_NONE : value_incref(old->docstring);
    }
    f->code = as_code(value_incref(value));
    object_decref(rt, &old->object);
    return true;
}

static ouro_value function_get_name(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value name = function_extra(self, offsetof(function_extras, name));
    return ouro_is_null(name) ? value_incref(as_function(self)->code->name) : name;
}

static ouro_value function_get_qualname(ouro_runtime *rt, ouro_value self, void *closure)
{
    return value_incref(function_qualname(as_function(self)));
}

static bool function_set_name(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    if (ouro_is_null(value) || !value_is_str(rt, value)) {
        error_type(rt, "__name__ must be set to a string object");
        return false;
    }
    return function_set_extra(rt, self, offsetof(function_extras, name), value);
}

static bool function_set_qualname(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    if (ouro_is_null(value) || !value_is_str(rt, value)) {
        error_type(rt, "__qualname__ must be set to a string object");
        return false;
    }
    return function_set_extra(rt, self, offsetof(function_extras, qualname), value);
}

static ouro_value function_get_defaults(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value v = function_extra(self, offsetof(function_extras, defaults));
    return ouro_is_null(v) ? OURO_NONE : v;
}

static bool function_set_defaults(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    value = ouro_is_none(value) ? OURO_NULL : value;
    if (!ouro_is_null(value) && !value_is_tuple(rt, value)) {
        error_type(rt, "__defaults__ must be set to a tuple object");
        return false;
    }
    return function_set_extra(rt, self, offsetof(function_extras, defaults), value);
}

static ouro_value function_get_kwdefaults(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value v = function_extra(self, offsetof(function_extras, kwdefaults));
    return ouro_is_null(v) ? OURO_NONE : v;
}

static bool function_set_kwdefaults(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    value = ouro_is_none(value) ? OURO_NULL : value;
    if (!ouro_is_null(value) && !value_is_dict(rt, value)) {
        error_type(rt, "__kwdefaults__ must be set to a dict object");
        return false;
    }
    return function_set_extra(rt, self, offsetof(function_extras, kwdefaults), value);
}

static ouro_value function_get_annotations(ouro_runtime *rt, ouro_value self, void *closure)
{
    function_extras *extras = function_get_extras(rt, as_function(self));
    if (extras == NULL) {
        return OURO_NULL;
    }
    if (!value_is_dict(rt, extras->annotations)) {
        ouro_value dict = dict_new(rt, 0);
        if (ouro_is_null(dict)) {
            return OURO_NULL;
        }
        if (!ouro_is_null(extras->annotations)) {
            ouro_value pairs = value_incref(extras->annotations);
            for (size_t i = 0; i + 1 < as_tuple(pairs)->size; i += 2) {
                if (!dict_set(rt, as_dict(dict), as_tuple(pairs)->items[i], as_tuple(pairs)->items[i + 1])) {
                    value_decref(rt, pairs);
                    value_decref(rt, dict);
                    return OURO_NULL;
                }
            }
            value_decref(rt, pairs);
        }
        value_replace(rt, &extras->annotations, dict);
    }
    return value_incref(extras->annotations);
}

static bool function_set_annotations(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    value = ouro_is_none(value) ? OURO_NULL : value;
    if (!ouro_is_null(value) && !value_is_dict(rt, value)) {
        error_type(rt, "__annotations__ must be set to a dict object");
        return false;
    }
    return function_set_extra(rt, self, offsetof(function_extras, annotations), value);
}

static ouro_value function_get_closure(ouro_runtime *rt, ouro_value self, void *closure)
{
    const function_object *f = as_function(self);
    if (ouro_is_null(f->closure)) {
        return OURO_NONE;
    }
    return f->code->free_count == 1 ? tuple_pack1(rt, f->closure) : value_incref(f->closure);
}

static ouro_value function_get_globals(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_from_object(OBJECT_INCREF(as_function(self)->globals));
}

static ouro_value function_get_builtins(ouro_runtime *rt, ouro_value self, void *closure)
{
    const function_object *f = as_function(self);
    ouro_value builtins = function_extra(self, offsetof(function_extras, builtins));
    if (!ouro_is_null(builtins)) {
        return builtins;
    }
    builtins = value_incref(dict_get_str(rt, f->globals, STR(rt, __builtins__)));
    if (ouro_is_null(builtins) && rt->types->import_name != NULL) {
        builtins = rt->types->import_name(rt, STR(rt, builtins));
    }
    if (!ouro_is_null(builtins) && value_is_instance(rt, builtins, TYPE(rt, module))) {
        ouro_value dict = object_getattr(rt, builtins, STR(rt, __dict__));
        value_decref(rt, builtins);
        return dict;
    }
    return ouro_is_null(builtins) && !error_is_set(rt) ? OURO_NONE : builtins;
}

static ouro_value function_get_doc(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value doc = function_extra(self, offsetof(function_extras, doc));
    if (ouro_is_null(doc)) {
        doc = value_incref(as_function(self)->code->docstring);
    }
    return ouro_is_null(doc) ? OURO_NONE : doc;
}

static bool function_set_doc(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    return function_set_extra(rt, self, offsetof(function_extras, doc), ouro_is_null(value) ? OURO_NONE : value);
}

static ouro_value function_get_module(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value module = function_extra(self, offsetof(function_extras, module));
    if (ouro_is_null(module)) {
        module = value_incref(dict_get_str(rt, as_function(self)->globals, STR(rt, __name__)));
    }
    return ouro_is_null(module) ? OURO_NONE : module;
}

static bool function_set_module(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    return function_set_extra(rt, self, offsetof(function_extras, module), ouro_is_null(value) ? OURO_NONE : value);
}

static ouro_value function_get_dict(ouro_runtime *rt, ouro_value self, void *closure)
{
    function_extras *extras = function_get_extras(rt, as_function(self));
    if (extras == NULL) {
        return OURO_NULL;
    }
    if (ouro_is_null(extras->dict)) {
        extras->dict = dict_new(rt, 0);
    }
    return value_incref(extras->dict);
}

static bool function_set_dict(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    if (ouro_is_null(value)) {
        error_type(rt, "cannot delete __dict__");
        return false;
    }
    if (!value_is_dict(rt, value)) {
        error_type(rt, "__dict__ must be set to a dictionary, not a '%T'", value);
        return false;
    }
    return function_set_extra(rt, self, offsetof(function_extras, dict), value);
}

static bool function_set_readonly(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    error_raise(rt, EXC(rt, AttributeError), "readonly attribute");
    return false;
}

static const ouro_field function_fields[] = {
    {OURO_FIELD_VALUE, offsetof(function_object, code), 0, "__code__"},
    {OURO_FIELD_VALUE, offsetof(function_object, globals), 0, "__globals__"},
    {OURO_FIELD_VALUE, offsetof(function_object, closure), 0, "__closure__"},
};

static const getset_def function_getsets[] = {
    {"__code__", function_get_code, function_set_code, NULL, NULL},
    {"__defaults__", function_get_defaults, function_set_defaults, NULL, NULL},
    {"__kwdefaults__", function_get_kwdefaults, function_set_kwdefaults, NULL, NULL},
    {"__annotations__", function_get_annotations, function_set_annotations, NULL, NULL},
    {"__closure__", function_get_closure, function_set_readonly, NULL, NULL, .member = true},
    {"__globals__", function_get_globals, function_set_readonly, NULL, NULL, .member = true},
    {"__builtins__", function_get_builtins, function_set_readonly, NULL, NULL, .member = true},
    {"__name__", function_get_name, function_set_name, NULL, NULL},
    {"__qualname__", function_get_qualname, function_set_qualname, NULL, NULL},
    {"__doc__", function_get_doc, function_set_doc, NULL, NULL, .member = true},
    {"__module__", function_get_module, function_set_module, NULL, NULL, .member = true},
    {"__dict__", function_get_dict, function_set_dict, NULL, NULL},
    {0},
};

const type_spec function_spec = {
    .name = "function",
    .signature = "(code, globals, name=None, argdefs=None, closure=None)",
    .size = sizeof(function_object),
    .flags = OURO_TYPE_WEAKREF | OURO_TYPE_IMMUTABLE | TYPE_METHOD_DESCR,
    .doc = "Create a function object.\n\n  code\n    a code object\n  globals\n    the globals dictionary\n  name\n"
           "    a string that overrides the name from the code object\n  argdefs\n    a tuple that specifies the "
           "default argument values\n  closure\n    a tuple that supplies the bindings for free variables",
    .fields = function_fields,
    .field_count = 3,
    .traverse = function_traverse,
    .traverse_edges = function_traverse_edges,
    .clear = function_clear,
    .dispose = function_dispose,
    .release = function_release,
    .extra_size = function_extra_size,
    .getsets = function_getsets,
    .slots = {.make = function_make,
              .call = function_slot_call,
              .repr = function_repr,
              .getattr = function_getattr,
              .setattr = function_setattr,
              .descr_get = function_descr_get},
};

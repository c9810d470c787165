/* exception.c: BaseException, what every exception has, and the types that add nothing to it.
 *
 * An exception is an exception_object: args, traceback, context, cause, notes; further attributes go into its
 * __dict__.  `__notes__` is a field, not an entry of __dict__ (it is absent until a note is added, as there).
 *
 * What always holds: args is a tuple (OURO_NULL only after the collector has emptied the object); traceback,
 * context and cause are OURO_NULL or an object of their kind, never None.
 *
 * Types with fields of their own: exception_fields.c, exception_os.c, exception_syntax.c, exception_unicode.c,
 * exception_group.c.
 */
#include "types/exception_private.h"

const ouro_field exception_fields[EXCEPTION_FIELD_COUNT] = {EXCEPTION_FIELDS};

/* ---- making --------------------------------------------------------------------------------------------- */

ouro_value exception_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                          ouro_value kwnames)
{
    ouro_value tuple = tuple_new(rt, args, nargs);
    if (ouro_is_null(tuple)) {
        return OURO_NULL;
    }
    exception_object *e = object_new(rt, &type->type, 0);
    if (e == NULL) {
        value_decref(rt, tuple);
        return OURO_NULL;
    }
    e->args = tuple;
    gc_track(rt, &e->object);
    return ouro_from_object(e);
}

bool exception_set_args(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs)
{
    exception_object *e = as_exception(self);
    /* `make` has stored the same arguments already: no second tuple in the common case. */
    if (ouro_is_object(e->args) && as_tuple(e->args)->size == nargs &&
        (nargs == 0 || memcmp(as_tuple(e->args)->items, args, nargs * sizeof(ouro_value)) == 0)) {
        return true;
    }
    ouro_value tuple = tuple_new(rt, args, nargs);
    if (ouro_is_null(tuple)) {
        return false;
    }
    value_replace(rt, &e->args, tuple);
    return true;
}

bool exception_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        error_type(rt, "%T() takes no keyword arguments", self);
        return false;
    }
    return exception_set_args(rt, self, args, nargs);
}

bool value_is_exception_class(ouro_runtime *rt, ouro_value v)
{
    if (!ouro_is_object(v) || !value_has_flag(rt, v, TYPE_IS_TYPE)) {
        return false;
    }
    return (((type_object *)(void *)ouro_as_object(v))->type.flags & TYPE_IS_EXCEPTION) != 0;
}

ouro_value exception_new(ouro_runtime *rt, type_object *type, ouro_value argument)
{
    size_t nargs = ouro_is_null(argument) ? 0 : 1;
    if ((type->type.flags & TYPE_HEAP) != 0) {
        return object_call(rt, type_value(type), &argument, nargs, OURO_NULL);
    }
    ouro_value e = type->slots.make(rt, type, &argument, nargs, OURO_NULL);
    if (ouro_is_null(e)) {
        return OURO_NULL;
    }
    if (type->slots.init != NULL && !type->slots.init(rt, e, &argument, nargs, OURO_NULL)) {
        value_decref(rt, e);
        return OURO_NULL;
    }
    return e;
}

ouro_value exception_arg(ouro_value self, size_t i)
{
    ouro_value args = as_exception(self)->args;
    return ouro_is_object(args) && i < as_tuple(args)->size ? as_tuple(args)->items[i] : OURO_NULL;
}

size_t exception_arg_count(ouro_value self)
{
    ouro_value args = as_exception(self)->args;
    return ouro_is_object(args) ? as_tuple(args)->size : 0;
}

bool exception_add_traceback(ouro_runtime *rt, ouro_value exception, ouro_value frame, int unit)
{
    traceback_object *entry = object_new(rt, &TYPE(rt, traceback)->type, 0);
    if (entry == NULL) {
        return false;
    }
    exception_object *e = as_exception(exception);
    entry->next = e->traceback;
    entry->frame = value_incref(frame);
    entry->unit = unit;
    entry->line = TRACEBACK_LINE_OF_UNIT;
    e->traceback = ouro_from_object(entry);
    gc_track(rt, &entry->object);
    return true;
}

/* ---- text ----------------------------------------------------------------------------------------------- */

ouro_value exception_str(ouro_runtime *rt, ouro_value self)
{
    switch (exception_arg_count(self)) {
    case 0:
        return value_incref(rt->types->empty_str);
    case 1: {
        ouro_value argument = value_incref(exception_arg(self, 0));
        ouro_value text = object_str(rt, argument);
        value_decref(rt, argument);
        return text;
    }
    default: {
        ouro_value args = value_incref(as_exception(self)->args);
        ouro_value text = object_str(rt, args);
        value_decref(rt, args);
        return text;
    }
    }
}

static ouro_value exception_repr(ouro_runtime *rt, ouro_value self)
{
    ouro_value args = value_incref(as_exception(self)->args);
    ouro_value text;
    if (exception_arg_count(self) == 0) {
        text = str_format_c(rt, "%T()", self);
    } else if (exception_arg_count(self) == 1) {
        text = str_format_c(rt, "%T(%R)", self, as_tuple(args)->items[0]);
    } else {
        text = str_format_c(rt, "%T%R", self, args);
    }
    value_decref(rt, args);
    return text;
}

/* ---- attributes ----------------------------------------------------------------------------------------- */

static ouro_value exception_get_args(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value args = as_exception(self)->args;
    return value_incref(ouro_is_null(args) ? rt->types->empty_tuple : args);
}

static bool exception_assign_args(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    if (ouro_is_null(value)) {
        error_type(rt, "args may not be deleted");
        return false;
    }
    ouro_value tuple = tuple_from_iterable(rt, value);
    if (ouro_is_null(tuple)) {
        return false;
    }
    value_replace(rt, &as_exception(self)->args, tuple);
    return true;
}

static ouro_value exception_or_none(ouro_value v)
{
    return ouro_is_null(v) ? OURO_NONE : value_incref(v);
}

static ouro_value exception_get_traceback(ouro_runtime *rt, ouro_value self, void *closure)
{
    return exception_or_none(as_exception(self)->traceback);
}

static bool exception_set_traceback(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    if (ouro_is_null(value)) {
        error_type(rt, "__traceback__ may not be deleted");
        return false;
    }
    if (!ouro_is_none(value) && !value_is_instance(rt, value, TYPE(rt, traceback))) {
        error_type(rt, "__traceback__ must be a traceback or None");
        return false;
    }
    value_replace(rt, &as_exception(self)->traceback, ouro_is_none(value) ? OURO_NULL : value_incref(value));
    return true;
}

static ouro_value exception_get_context(ouro_runtime *rt, ouro_value self, void *closure)
{
    return exception_or_none(as_exception(self)->context);
}

static bool exception_set_context(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    if (ouro_is_null(value)) {
        error_type(rt, "__context__ may not be deleted");
        return false;
    }
    if (!ouro_is_none(value) && !value_is_exception(rt, value)) {
        error_type(rt, "exception context must be None or derive from BaseException");
        return false;
    }
    value_replace(rt, &as_exception(self)->context, ouro_is_none(value) ? OURO_NULL : value_incref(value));
    return true;
}

static ouro_value exception_get_cause(ouro_runtime *rt, ouro_value self, void *closure)
{
    return exception_or_none(as_exception(self)->cause);
}

static bool exception_set_cause(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    if (ouro_is_null(value)) {
        error_type(rt, "__cause__ may not be deleted");
        return false;
    }
    if (!ouro_is_none(value) && !value_is_exception(rt, value)) {
        error_type(rt, "exception cause must be None or derive from BaseException");
        return false;
    }
    as_exception(self)->suppress_context = true;
    value_replace(rt, &as_exception(self)->cause, ouro_is_none(value) ? OURO_NULL : value_incref(value));
    return true;
}

static ouro_value exception_get_suppress(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(as_exception(self)->suppress_context);
}

static bool exception_set_suppress(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    if (ouro_is_null(value)) {
        error_type(rt, "can't delete numeric/char attribute");
        return false;
    }
    if (!ouro_is_bool(value)) {
        error_type(rt, "attribute value type must be bool");
        return false;
    }
    as_exception(self)->suppress_context = ouro_is(value, OURO_TRUE);
    return true;
}

/* ---- methods -------------------------------------------------------------------------------------------- */

ouro_value exception_state(ouro_runtime *rt, ouro_value self)
{
    ouro_value dict = instance_dict(rt, self);
    if (ouro_is_null(dict)) {
        return OURO_NULL;
    }
    ouro_value notes = as_exception(self)->notes;
    if (dict_size(as_dict(dict)) == 0 && ouro_is_null(notes)) {
        value_decref(rt, dict);
        return OURO_NONE;
    }
    ouro_value state = dict_copy(rt, as_dict(dict));
    value_decref(rt, dict);
    if (!ouro_is_null(state) && !ouro_is_null(notes) && !dict_set(rt, as_dict(state), STR(rt, __notes__), notes)) {
        value_decref(rt, state);
        return OURO_NULL;
    }
    return state;
}

ouro_value exception_reduce_with(ouro_runtime *rt, ouro_value self, ouro_value args, ouro_value state)
{
    ouro_value type = type_value(value_type(rt, self));
    if (ouro_is_null(args)) {
        args = rt->types->empty_tuple;
    }
    if (ouro_is_null(state) || ouro_is_none(state)) {
        return tuple_pack2(rt, type, args);
    }
    return tuple_pack3(rt, type, args, state);
}

static ouro_value exception_method_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value state = exception_state(rt, args[0]);
    if (ouro_is_null(state)) {
        return OURO_NULL;
    }
    ouro_value result = exception_reduce_with(rt, args[0], as_exception(args[0])->args, state);
    value_decref(rt, state);
    return result;
}

static ouro_value exception_method_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (ouro_is_none(args[1])) {
        return OURO_NONE;
    }
    if (!value_is_dict(rt, args[1])) {
        return error_type(rt, "state is not a dictionary");
    }
    /* Setting an attribute runs program code that may change the dict: a copy is read. */
    ouro_value state = dict_copy(rt, as_dict(args[1]));
    if (ouro_is_null(state)) {
        return OURO_NULL;
    }
    size_t position = 0;
    ouro_value key, value;
    ouro_value result = OURO_NONE;
    while (dict_next(as_dict(state), &position, &key, &value)) {
        if (!value_is_str(rt, key)) {
            result = error_type(rt, "attribute name must be string, not '%T'", key);
            break;
        }
        if (!object_setattr(rt, args[0], key, value)) {
            result = OURO_NULL;
            break;
        }
    }
    value_decref(rt, state);
    return result;
}

static ouro_value exception_method_with_traceback(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!exception_set_traceback(rt, args[0], args[1], NULL)) {
        return OURO_NULL;
    }
    return value_incref(args[0]);
}

static ouro_value exception_method_add_note(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "note must be a str, not '%T'", args[1]);
    }
    ouro_value notes;
    int found = object_getattr_optional(rt, args[0], STR(rt, __notes__), &notes);
    if (found < 0) {
        return OURO_NULL;
    }
    if (found == 0) {
        notes = list_new(rt, NULL, 0);
        if (ouro_is_null(notes)) {
            return OURO_NULL;
        }
        if (!object_setattr(rt, args[0], STR(rt, __notes__), notes)) {
            value_decref(rt, notes);
            return OURO_NULL;
        }
    } else if (!value_is_list(rt, notes)) {
        value_decref(rt, notes);
        return error_type(rt, "Cannot add note: __notes__ is not a list");
    }
    bool ok = list_append(rt, notes, args[1]);
    value_decref(rt, notes);
    return ok ? OURO_NONE : OURO_NULL;
}

static const method_def exception_methods[] = {
    {"__reduce__", "?self, /", exception_method_reduce, NULL, 0, NULL},
    {"__setstate__", "?self, state, /", exception_method_setstate, NULL, 0, NULL},
    {"with_traceback", "?self, tb, /", exception_method_with_traceback, NULL, 0,
     "Exception.with_traceback(tb) --\n    set self.__traceback__ to tb and return self."},
    {"add_note", "?self, note, /", exception_method_add_note, NULL, 0,
     "Exception.add_note(note) --\n    add a note to the exception"},
    {0},
};

static const getset_def exception_getsets[] = {
    {"args", exception_get_args, exception_assign_args, NULL, NULL},
    {"__traceback__", exception_get_traceback, exception_set_traceback, NULL, NULL},
    {"__context__", exception_get_context, exception_set_context, NULL, NULL},
    {"__cause__", exception_get_cause, exception_set_cause, NULL, NULL},
    {"__suppress_context__", exception_get_suppress, exception_set_suppress, NULL, NULL, .member = true},
    {0},
};

static const member_def exception_members[] = {
    {"__notes__", offsetof(exception_object, notes), 0, NULL},
    {0},
};

const type_spec exception_spec_BaseException = {
    .name = "BaseException",
    .size = sizeof(exception_object),
    .flags = EXCEPTION_FLAGS,
    .doc = "Common base class for all exceptions",
    .fields = exception_fields,
    .field_count = EXCEPTION_FIELD_COUNT,
    .methods = exception_methods,
    .getsets = exception_getsets,
    .members = exception_members,
    .slots = {.make = exception_make, .init = exception_init, .repr = exception_repr, .str = exception_str},
};

/* ---- KeyError ------------------------------------------------------------------------------------------- */

/* A key is shown by its repr: KeyError('') would otherwise print nothing. */
static ouro_value exception_key_error_str(ouro_runtime *rt, ouro_value self)
{
    if (exception_arg_count(self) != 1) {
        return exception_str(rt, self);
    }
    ouro_value key = value_incref(exception_arg(self, 0));
    ouro_value text = object_repr(rt, key);
    value_decref(rt, key);
    return text;
}

const type_spec exception_spec_KeyError = {
    .name = "KeyError",
    .size = sizeof(exception_object),
    .flags = EXCEPTION_FLAGS,
    .base = &exception_spec_LookupError,
    .doc = "Mapping key not found.",
    .fields = exception_fields,
    .field_count = EXCEPTION_FIELD_COUNT,
    .slots = {.str = exception_key_error_str},
};

/* ---- the types that add nothing ------------------------------------------------------------------------- */

#define PLAIN_EXCEPTION(type_name, base_name, text) \
    const type_spec exception_spec_##type_name = { \
        .name = #type_name, \
        .size = sizeof(exception_object), \
        .flags = EXCEPTION_FLAGS, \
        .base = &exception_spec_##base_name, \
        .doc = text, \
        .fields = exception_fields, \
        .field_count = EXCEPTION_FIELD_COUNT, \
    };

PLAIN_EXCEPTION(Exception, BaseException, "Common base class for all non-exit exceptions.")
PLAIN_EXCEPTION(GeneratorExit, BaseException, "Request that a generator exit.")
PLAIN_EXCEPTION(KeyboardInterrupt, BaseException, "Program interrupted by user.")
PLAIN_EXCEPTION(StopAsyncIteration, Exception, "Signal the end from iterator.__anext__().")
PLAIN_EXCEPTION(ArithmeticError, Exception, "Base class for arithmetic errors.")
PLAIN_EXCEPTION(FloatingPointError, ArithmeticError, "Floating point operation failed.")
PLAIN_EXCEPTION(OverflowError, ArithmeticError, "Result too large to be represented.")
PLAIN_EXCEPTION(ZeroDivisionError, ArithmeticError,
                "Second argument to a division or modulo operation was zero.")
PLAIN_EXCEPTION(AssertionError, Exception, "Assertion failed.")
PLAIN_EXCEPTION(BufferError, Exception, "Buffer error.")
PLAIN_EXCEPTION(EOFError, Exception, "Read beyond end of file.")
PLAIN_EXCEPTION(LookupError, Exception, "Base class for lookup errors.")
PLAIN_EXCEPTION(IndexError, LookupError, "Sequence index out of range.")
PLAIN_EXCEPTION(MemoryError, Exception, "Out of memory.")
PLAIN_EXCEPTION(ReferenceError, Exception, "Weak ref proxy used after referent went away.")
PLAIN_EXCEPTION(RuntimeError, Exception, "Unspecified run-time error.")
PLAIN_EXCEPTION(NotImplementedError, RuntimeError, "Method or function hasn't been implemented yet.")
PLAIN_EXCEPTION(RecursionError, RuntimeError, "Recursion limit exceeded.")
PLAIN_EXCEPTION(SystemError, Exception,
                "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with "
                "the traceback,\nthe Python version, and the hardware/OS platform and version.")
PLAIN_EXCEPTION(TypeError, Exception, "Inappropriate argument type.")
PLAIN_EXCEPTION(ValueError, Exception, "Inappropriate argument value (of correct type).")
PLAIN_EXCEPTION(UnicodeError, ValueError, "Unicode related error.")
PLAIN_EXCEPTION(Warning, Exception, "Base class for warning categories.")
PLAIN_EXCEPTION(BytesWarning, Warning,
                "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from "
                "str or comparing to str.")
PLAIN_EXCEPTION(DeprecationWarning, Warning, "Base class for warnings about deprecated features.")
PLAIN_EXCEPTION(EncodingWarning, Warning, "Base class for warnings about encodings.")
PLAIN_EXCEPTION(FutureWarning, Warning,
                "Base class for warnings about constructs that will change semantically\nin the future.")
PLAIN_EXCEPTION(ImportWarning, Warning, "Base class for warnings about probable mistakes in module imports")
PLAIN_EXCEPTION(PendingDeprecationWarning, Warning,
                "Base class for warnings about features which will be deprecated\nin the future.")
PLAIN_EXCEPTION(ResourceWarning, Warning, "Base class for warnings about resource usage.")
PLAIN_EXCEPTION(RuntimeWarning, Warning, "Base class for warnings about dubious runtime behavior.")
PLAIN_EXCEPTION(SyntaxWarning, Warning, "Base class for warnings about dubious syntax.")
PLAIN_EXCEPTION(UnicodeWarning, Warning,
                "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems.")
PLAIN_EXCEPTION(UserWarning, Warning, "Base class for warnings generated by user code.")

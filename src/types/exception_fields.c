/* exception_fields.c: the exceptions with a few plain fields: StopIteration, SystemExit, ImportError,
 * AttributeError, NameError.
 *
 * Each struct begins with exception_object; a field that was not given is OURO_NULL and shown as None.
 */
#include "types/binder.h"
#include "types/exception_private.h"

typedef struct import_error_object {
    exception_object base;
    ouro_value msg, name, path;
} import_error_object;

typedef struct named_error_object {
    exception_object base;
    ouro_value name;
    ouro_value obj; /* AttributeError only */
} named_error_object;

typedef struct name_error_object {
    exception_object base;
    ouro_value name;
} name_error_object;

static import_error_object *as_import_error(ouro_value v)
{
    return (import_error_object *)(void *)ouro_as_object(v);
}

/* ---- StopIteration, SystemExit -------------------------------------------------------------------------- */

static bool exception_stop_iteration_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                          ouro_value kwnames)
{
    if (!exception_init(rt, self, args, nargs, kwnames)) {
        return false;
    }
    stop_iteration_object *e = (stop_iteration_object *)(void *)ouro_as_object(self);
    value_replace(rt, &e->value, nargs > 0 ? value_incref(args[0]) : OURO_NONE);
    return true;
}

static bool exception_system_exit_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                       ouro_value kwnames)
{
    if (!exception_init(rt, self, args, nargs, kwnames)) {
        return false;
    }
    stop_iteration_object *e = (stop_iteration_object *)(void *)ouro_as_object(self);
    if (nargs > 0) {
        value_replace(rt, &e->value, value_incref(nargs == 1 ? args[0] : as_exception(self)->args));
    }
    return true;
}

static const ouro_field exception_value_fields[] = {
    EXCEPTION_FIELDS,
    {OURO_FIELD_VALUE, offsetof(stop_iteration_object, value), 0, "value"},
};

static const member_def exception_stop_iteration_members[] = {
    {"value", offsetof(stop_iteration_object, value), MEMBER_NONE_IF_NULL, "generator return value"},
    {0},
};

static const member_def exception_system_exit_members[] = {
    {"code", offsetof(stop_iteration_object, value), MEMBER_NONE_IF_NULL, "exception code"},
    {0},
};

const type_spec exception_spec_StopIteration = {
    .name = "StopIteration",
    .size = sizeof(stop_iteration_object),
    .flags = EXCEPTION_FLAGS,
    .base = &exception_spec_Exception,
    .doc = "Signal the end from iterator.__next__().",
    .fields = exception_value_fields,
    .field_count = EXCEPTION_FIELD_COUNT + 1,
    .members = exception_stop_iteration_members,
    .slots = {.init = exception_stop_iteration_init},
};

const type_spec exception_spec_SystemExit = {
    .name = "SystemExit",
    .size = sizeof(stop_iteration_object),
    .flags = EXCEPTION_FLAGS,
    .base = &exception_spec_BaseException,
    .doc = "Request to exit from the interpreter.",
    .fields = exception_value_fields,
    .field_count = EXCEPTION_FIELD_COUNT + 1,
    .members = exception_system_exit_members,
    .slots = {.init = exception_system_exit_init},
};

/* ---- keywords of constructors --------------------------------------------------------------------------- */

/* Stores the keyword arguments named `first` and `second` (NULL: only one is known) where they belong. */
static bool exception_take_keywords(ouro_runtime *rt, const char *type_name, const ouro_value *values,
                                    ouro_value kwnames, const char *first, ouro_value *first_slot,
                                    const char *second, ouro_value *second_slot)
{
    size_t count = ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
    size_t known = second == NULL ? 1 : 2;
    if (count > known) {
        error_type(rt, "%s() takes at most %zu keyword argument%s (%zu given)", type_name, known,
                   known == 1 ? "" : "s", count);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        ouro_value keyword = as_tuple(kwnames)->items[i];
        ouro_value *slot = NULL;
        if (str_equal_ascii(as_str(keyword), first)) {
            slot = first_slot;
        } else if (second != NULL && str_equal_ascii(as_str(keyword), second)) {
            slot = second_slot;
        }
        if (slot == NULL) {
            error_type(rt, "'%U' is an invalid keyword argument for %s()", keyword, type_name);
            return false;
        }
        value_replace(rt, slot, value_incref(values[i]));
    }
    return true;
}

/* ---- ImportError ---------------------------------------------------------------------------------------- */

static bool exception_import_error_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                        ouro_value kwnames)
{
    import_error_object *e = as_import_error(self);
    value_clear(rt, &e->name);
    value_clear(rt, &e->path);
    if (!exception_init(rt, self, args, nargs, OURO_NULL) ||
        !exception_take_keywords(rt, "ImportError", args + nargs, kwnames, "name", &e->name, "path", &e->path)) {
        return false;
    }
    value_replace(rt, &e->msg, nargs == 1 ? value_incref(args[0]) : OURO_NULL);
    return true;
}

static ouro_value exception_import_error_str(ouro_runtime *rt, ouro_value self)
{
    ouro_value msg = as_import_error(self)->msg;
    if (!ouro_is_null(msg) && value_is_str_exact(rt, msg)) {
        return value_incref(msg);
    }
    return exception_str(rt, self);
}

static ouro_value exception_import_error_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    import_error_object *e = as_import_error(args[0]);
    ouro_value state = exception_state(rt, args[0]);
    if (ouro_is_null(state)) {
        return OURO_NULL;
    }
    if (ouro_is_none(state) && (!ouro_is_null(e->name) || !ouro_is_null(e->path))) {
        state = dict_new(rt, 2);
    }
    if (ouro_is_null(state) ||
        (!ouro_is_null(e->name) && !dict_set(rt, as_dict(state), STR(rt, name), e->name)) ||
        (!ouro_is_null(e->path) && !dict_set(rt, as_dict(state), STR(rt, path), e->path))) {
        value_decref(rt, state);
        return OURO_NULL;
    }
    ouro_value result = exception_reduce_with(rt, args[0], e->base.args, state);
    value_decref(rt, state);
    return result;
}

static const ouro_field exception_import_error_fields[] = {
    EXCEPTION_FIELDS,
    {OURO_FIELD_VALUE, offsetof(import_error_object, msg), 0, "msg"},
    {OURO_FIELD_VALUE, offsetof(import_error_object, name), 0, "name"},
    {OURO_FIELD_VALUE, offsetof(import_error_object, path), 0, "path"},
};

static const member_def exception_import_error_members[] = {
    {"msg", offsetof(import_error_object, msg), MEMBER_NONE_IF_NULL, "exception message"},
    {"name", offsetof(import_error_object, name), MEMBER_NONE_IF_NULL, "module name"},
    {"path", offsetof(import_error_object, path), MEMBER_NONE_IF_NULL, "module path"},
    {0},
};

static const method_def exception_import_error_methods[] = {
    {"__reduce__", "?self, /", exception_import_error_reduce, NULL, 0, NULL},
    {0},
};

const type_spec exception_spec_ImportError = {
    .name = "ImportError",
    .size = sizeof(import_error_object),
    .flags = EXCEPTION_FLAGS,
    .base = &exception_spec_Exception,
    .doc = "Import can't find module, or can't find name in module.",
    .fields = exception_import_error_fields,
    .field_count = EXCEPTION_FIELD_COUNT + 3,
    .methods = exception_import_error_methods,
    .members = exception_import_error_members,
    .slots = {.init = exception_import_error_init, .str = exception_import_error_str},
};

const type_spec exception_spec_ModuleNotFoundError = {
    .name = "ModuleNotFoundError",
    .size = sizeof(import_error_object),
    .flags = EXCEPTION_FLAGS,
    .base = &exception_spec_ImportError,
    .doc = "Module not found.",
    .fields = exception_import_error_fields,
    .field_count = EXCEPTION_FIELD_COUNT + 3,
};

/* ---- AttributeError, NameError -------------------------------------------------------------------------- */

static bool exception_attribute_error_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                           ouro_value kwnames)
{
    named_error_object *e = (named_error_object *)(void *)ouro_as_object(self);
    return exception_init(rt, self, args, nargs, OURO_NULL) &&
           exception_take_keywords(rt, "AttributeError", args + nargs, kwnames, "name", &e->name, "obj", &e->obj);
}

static bool exception_name_error_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                      ouro_value kwnames)
{
    name_error_object *e = (name_error_object *)(void *)ouro_as_object(self);
    return exception_init(rt, self, args, nargs, OURO_NULL) &&
           exception_take_keywords(rt, "NameError", args + nargs, kwnames, "name", &e->name, NULL, NULL);
}

void error_note_attribute(ouro_runtime *rt, ouro_value object, ouro_value name)
{
    if (!error_matches(rt, EXC(rt, AttributeError))) {
        return;
    }
    named_error_object *e = (named_error_object *)(void *)ouro_as_object(rt->exception);
    if (ouro_is_null(e->name) && ouro_is_null(e->obj)) {
        e->name = value_incref(name);
        e->obj = value_incref(object);
    }
}

static const ouro_field exception_attribute_error_fields[] = {
    EXCEPTION_FIELDS,
    {OURO_FIELD_VALUE, offsetof(named_error_object, name), 0, "name"},
    {OURO_FIELD_VALUE, offsetof(named_error_object, obj), 0, "obj"},
};

static const member_def exception_attribute_error_members[] = {
    {"name", offsetof(named_error_object, name), MEMBER_NONE_IF_NULL, "attribute name"},
    {"obj", offsetof(named_error_object, obj), MEMBER_NONE_IF_NULL, "object"},
    {0},
};

static const ouro_field exception_name_error_fields[] = {
    EXCEPTION_FIELDS,
    {OURO_FIELD_VALUE, offsetof(name_error_object, name), 0, "name"},
};

static const member_def exception_name_error_members[] = {
    {"name", offsetof(name_error_object, name), MEMBER_NONE_IF_NULL, "name"},
    {0},
};

const type_spec exception_spec_AttributeError = {
    .name = "AttributeError",
    .size = sizeof(named_error_object),
    .flags = EXCEPTION_FLAGS,
    .base = &exception_spec_Exception,
    .doc = "Attribute not found.",
    .fields = exception_attribute_error_fields,
    .field_count = EXCEPTION_FIELD_COUNT + 2,
    .members = exception_attribute_error_members,
    .slots = {.init = exception_attribute_error_init},
};

const type_spec exception_spec_NameError = {
    .name = "NameError",
    .size = sizeof(name_error_object),
    .flags = EXCEPTION_FLAGS,
    .base = &exception_spec_Exception,
    .doc = "Name not found globally.",
    .fields = exception_name_error_fields,
    .field_count = EXCEPTION_FIELD_COUNT + 1,
    .members = exception_name_error_members,
    .slots = {.init = exception_name_error_init},
};

const type_spec exception_spec_UnboundLocalError = {
    .name = "UnboundLocalError",
    .size = sizeof(name_error_object),
    .flags = EXCEPTION_FLAGS,
    .base = &exception_spec_NameError,
    .doc = "Local name referenced but not bound to a value.",
    .fields = exception_name_error_fields,
    .field_count = EXCEPTION_FIELD_COUNT + 1,
};

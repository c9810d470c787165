/* exception_group.c: BaseExceptionGroup and ExceptionGroup (PEP 654), and the arithmetic of `except*`.
 *
 * A group holds a message and a tuple of exceptions, groups among them: a tree.  Splitting walks the tree and
 * builds two trees of the same form, one of the leaves that match and one of the rest; each inner node is
 * made anew by the group's own derive(), and keeps traceback, cause, context and notes.
 *
 * What always holds: message is a str; exceptions is a tuple of at least one exception; in an ExceptionGroup
 * all of them are instances of Exception.
 */
#include "types/exception_private.h"

#include "types/binder.h"

typedef struct exception_group_object {
    exception_object base;
    ouro_value message;
    ouro_value exceptions;
} exception_group_object;

static exception_group_object *as_exception_group(ouro_value v)
{
    return (exception_group_object *)(void *)ouro_as_object(v);
}

static bool value_is_exception_group(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && value_is_instance(rt, v, EXC(rt, BaseExceptionGroup));
}

/* ---- making ---------------------------------------------------------------------------------------------
 */

/* The tuple of exceptions from the constructor's second argument; *all_plain: all are instances of Exception.
 */
static ouro_value exception_group_members_from(ouro_runtime *rt, ouro_value sequence, bool *all_plain)
{
    const type_slots *slots = &value_type(rt, sequence)->slots;
    if (slots->getitem == NULL || slots->length == NULL || value_is_dict(rt, sequence)) {
        return error_type(rt, "second argument (exceptions) must be a sequence");
    }
    ouro_value members = tuple_from_iterable(rt, sequence);
    if (ouro_is_null(members)) {
        return OURO_NULL;
    }
    size_t count = as_tuple(members)->size;
    *all_plain = true;
    if (count == 0) {
        error_value(rt, "second argument (exceptions) must be a non-empty sequence");
        value_decref(rt, members);
        return OURO_NULL;
    }
    for (size_t i = 0; i < count; i++) {
        ouro_value e = as_tuple(members)->items[i];
        if (!value_is_exception(rt, e)) {
            error_value(rt, "Item %zu of second argument (exceptions) is not an exception", i);
            value_decref(rt, members);
            return OURO_NULL;
        }
        *all_plain = *all_plain && value_is_instance(rt, e, EXC(rt, Exception));
    }
    return members;
}

static ouro_value exception_group_make(ouro_runtime *rt, type_object *type, const ouro_value *args,
                                       size_t nargs, ouro_value kwnames)
{
    if (nargs != 2) {
        return error_type(rt, "BaseExceptionGroup.__new__() takes exactly 2 arguments (%zu given)", nargs);
    }
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "BaseExceptionGroup.__new__() argument 1 must be str, not %T", args[0]);
    }
    bool all_plain = false;
    ouro_value members = exception_group_members_from(rt, args[1], &all_plain);
    if (ouro_is_null(members)) {
        return OURO_NULL;
    }
    if (type == EXC(rt, BaseExceptionGroup)) {
        if (all_plain) {
            type = EXC(rt, ExceptionGroup);
        }
    } else if (!all_plain && type_is_subtype(type, EXC(rt, Exception))) {
        if (type == EXC(rt, ExceptionGroup)) {
            error_type(rt, "Cannot nest BaseExceptions in an ExceptionGroup");
        } else {
            error_type(rt, "Cannot nest BaseExceptions in '%.200N'", type);
        }
        value_decref(rt, members);
        return OURO_NULL;
    }
    ouro_value self = exception_make(rt, type, args, nargs, OURO_NULL);
    if (ouro_is_null(self)) {
        value_decref(rt, members);
        return OURO_NULL;
    }
    as_exception_group(self)->message = value_incref(args[0]);
    as_exception_group(self)->exceptions = members;
    return self;
}

ouro_value exception_group_new(ouro_runtime *rt, const char *message, ouro_value exceptions)
{
    ouro_value text = str_from_cstring(rt, message);
    if (ouro_is_null(text)) {
        return OURO_NULL;
    }
    ouro_value group = object_call2(rt, type_value(EXC(rt, BaseExceptionGroup)), text, exceptions);
    value_decref(rt, text);
    return group;
}

static ouro_value exception_group_str(ouro_runtime *rt, ouro_value self)
{
    const exception_group_object *group = as_exception_group(self);
    size_t count = ouro_is_null(group->exceptions) ? 0 : as_tuple(group->exceptions)->size;
    ouro_value message = ouro_is_null(group->message) ? rt->types->empty_str : group->message;
    return str_format_c(rt, "%S (%zu sub-exception%s)", message, count, count == 1 ? "" : "s");
}

/* ---- splitting ------------------------------------------------------------------------------------------
 */

typedef enum group_condition_kind {
    GROUP_BY_TYPE,      /* condition: a class or a tuple of classes */
    GROUP_BY_PREDICATE, /* condition: a function */
    GROUP_BY_IDENTITY,  /* condition: a set of ids of leaves */
} group_condition_kind;

/* Is the leaf or group what is looked for?  1, 0, -1. */
static int exception_group_matches(ouro_runtime *rt, ouro_value exception, group_condition_kind kind,
                                   ouro_value condition)
{
    switch (kind) {
    case GROUP_BY_TYPE:
        if (value_is_tuple(rt, condition)) {
            for (size_t i = 0; i < as_tuple(condition)->size; i++) {
                ouro_value type = as_tuple(condition)->items[i];
                if (value_is_instance(rt, exception, (type_object *)(void *)ouro_as_object(type))) {
                    return 1;
                }
            }
            return 0;
        }
        return value_is_instance(rt, exception, (type_object *)(void *)ouro_as_object(condition));
    case GROUP_BY_PREDICATE: {
        ouro_value result = object_call1(rt, condition, exception);
        if (ouro_is_null(result)) {
            return -1;
        }
        int truth = object_truth(rt, result);
        value_decref(rt, result);
        return truth;
    }
    default:
        if (value_is_exception_group(rt, exception)) {
            return 0;
        }
        return set_contains(rt, condition, ouro_int((int64_t)(exception.bits >> 3)));
    }
}

/* A group like `original` of the exceptions in a list; None when the list is empty. */
static ouro_value exception_group_subset(ouro_runtime *rt, ouro_value original, ouro_value list)
{
    if (as_list(list)->size == 0) {
        return OURO_NONE;
    }
    ouro_value name = str_intern_cstring(rt, "derive");
    if (ouro_is_null(name)) {
        return OURO_NULL;
    }
    ouro_value group = object_call_method1(rt, original, name, list);
    value_decref(rt, name);
    if (ouro_is_null(group)) {
        return OURO_NULL;
    }
    if (!value_is_exception_group(rt, group)) {
        value_decref(rt, group);
        return error_type(rt, "derive must return an instance of BaseExceptionGroup");
    }
    const exception_object *from = as_exception(original);
    exception_object *to = as_exception(group);
    value_replace(rt, &to->traceback, value_incref(from->traceback));
    value_replace(rt, &to->context, value_incref(from->context));
    value_replace(rt, &to->cause, value_incref(from->cause));
    to->suppress_context = from->suppress_context || !ouro_is_null(from->cause);
    if (!ouro_is_null(from->notes) && (value_is_list(rt, from->notes) || value_is_tuple(rt, from->notes))) {
        ouro_value notes = list_from_iterable(rt, from->notes);
        if (ouro_is_null(notes)) {
            value_decref(rt, group);
            return OURO_NULL;
        }
        value_replace(rt, &to->notes, notes);
    }
    return group;
}

static bool exception_group_split_tree(ouro_runtime *rt, ouro_value exception, group_condition_kind kind,
                                       ouro_value condition, ouro_value *match, ouro_value *rest);

/* Splits the members of a group into two lists. */
static bool exception_group_split_members(ouro_runtime *rt, ouro_value group, group_condition_kind kind,
                                          ouro_value condition, ouro_value matches, ouro_value rests)
{
    ouro_value members = value_incref(as_exception_group(group)->exceptions);
    bool ok = !ouro_is_null(members);
    for (size_t i = 0; ok && i < as_tuple(members)->size; i++) {
        ouro_value match, rest;
        ok = exception_group_split_tree(rt, as_tuple(members)->items[i], kind, condition, &match, &rest);
        if (ok && !ouro_is_none(match)) {
            ok = list_append(rt, matches, match);
        }
        if (ok && !ouro_is_none(rest)) {
            ok = list_append(rt, rests, rest);
        }
        value_decref(rt, match);
        value_decref(rt, rest);
    }
    value_decref(rt, members);
    return ok;
}

static bool exception_group_split_tree(ouro_runtime *rt, ouro_value exception, group_condition_kind kind,
                                       ouro_value condition, ouro_value *match, ouro_value *rest)
{
    *match = OURO_NULL;
    *rest = OURO_NULL;
    int matched = exception_group_matches(rt, exception, kind, condition);
    if (matched < 0) {
        return false;
    }
    if (matched > 0 || !value_is_exception_group(rt, exception)) {
        *match = matched > 0 ? value_incref(exception) : OURO_NONE;
        *rest = matched > 0 ? OURO_NONE : value_incref(exception);
        return true;
    }
    if (!rt_enter(rt, " in exceptiongroup_split_recursive")) {
        return false;
    }
    ouro_value matches = list_new(rt, NULL, 0);
    ouro_value rests = list_new(rt, NULL, 0);
    if (!ouro_is_null(matches) && !ouro_is_null(rests) &&
        exception_group_split_members(rt, exception, kind, condition, matches, rests)) {
        *match = exception_group_subset(rt, exception, matches);
        if (!ouro_is_null(*match)) {
            *rest = exception_group_subset(rt, exception, rests);
        }
    }
    rt_leave(rt);
    value_decref(rt, matches);
    value_decref(rt, rests);
    if (ouro_is_null(*rest)) {
        value_clear(rt, match);
        return false;
    }
    return true;
}

/* What kind of condition it is; false: TypeError. */
static bool exception_group_condition(ouro_runtime *rt, ouro_value condition, group_condition_kind *kind)
{
    if (value_is_instance_exactly(rt, condition, TYPE(rt, function))) {
        *kind = GROUP_BY_PREDICATE;
        return true;
    }
    *kind = GROUP_BY_TYPE;
    bool good = value_is_exception_class(rt, condition);
    if (ouro_is_object(condition) && value_is_tuple(rt, condition)) {
        good = true;
        for (size_t i = 0; i < as_tuple(condition)->size; i++) {
            good = good && value_is_exception_class(rt, as_tuple(condition)->items[i]);
        }
    }
    if (!good) {
        error_type(rt, "expected a function, exception type or tuple of exception types");
    }
    return good;
}

bool exception_group_split(ouro_runtime *rt, ouro_value exception, ouro_value condition, ouro_value *match,
                           ouro_value *rest)
{
    ouro_value unused;
    group_condition_kind kind;
    if (!exception_group_condition(rt, condition, &kind)) {
        return false;
    }
    ouro_value *to = rest == NULL ? &unused : rest;
    if (!exception_group_split_tree(rt, exception, kind, condition, match, to)) {
        return false;
    }
    if (rest == NULL) {
        value_decref(rt, unused);
    }
    return true;
}

static ouro_value exception_group_method_split(ouro_runtime *rt, const ouro_value *args, size_t nargs,
                                               ouro_value kwnames)
{
    ouro_value match, rest;
    if (!arguments_positional(rt, "split", nargs - 1, kwnames, 1, 1) ||
        !exception_group_split(rt, args[0], args[1], &match, &rest)) {
        return OURO_NULL;
    }
    ouro_value result = tuple_pack2(rt, match, rest);
    value_decref(rt, match);
    value_decref(rt, rest);
    return result;
}

static ouro_value exception_group_method_subgroup(ouro_runtime *rt, const ouro_value *args, size_t nargs,
                                                  ouro_value kwnames)
{
    ouro_value match;
    return arguments_positional(rt, "subgroup", nargs - 1, kwnames, 1, 1) &&
                   exception_group_split(rt, args[0], args[1], &match, NULL)
               ? match
               : OURO_NULL;
}

static ouro_value exception_group_method_derive(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_call2(rt, type_value(EXC(rt, BaseExceptionGroup)), as_exception_group(args[0])->message,
                        args[1]);
}

static ouro_value exception_group_method_class_getitem(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_call2(rt, type_value(TYPE(rt, generic_alias)), args[0], args[1]);
}

/* ---- after except* --------------------------------------------------------------------------------------
 */

/* Was `e` only passed on (by `raise` in a clause), not raised anew? */
static bool exception_group_is_passed_on(ouro_value e, ouro_value original)
{
    const exception_object *a = as_exception(e), *b = as_exception(original);
    /* notes that a clause added do not make another exception of it */
    return ouro_is(a->traceback, b->traceback) && ouro_is(a->cause, b->cause) &&
           ouro_is(a->context, b->context);
}

static bool exception_group_collect_ids(ouro_runtime *rt, ouro_value exception, ouro_value ids)
{
    if (!value_is_exception_group(rt, exception)) {
        return set_add(rt, ids, ouro_int((int64_t)(exception.bits >> 3)));
    }
    if (!rt_enter(rt, " in collect_exception_group_leaf_ids")) {
        return false;
    }
    bool ok = true;
    ouro_value members = as_exception_group(exception)->exceptions;
    for (size_t i = 0; ok && i < as_tuple(members)->size; i++) {
        ok = exception_group_collect_ids(rt, as_tuple(members)->items[i], ids);
    }
    rt_leave(rt);
    return ok;
}

/* The part of `original` whose leaves are in the exceptions of the list `kept`; None when that is empty. */
static ouro_value exception_group_project(ouro_runtime *rt, ouro_value original, ouro_value kept)
{
    ouro_value ids = set_new(rt, OURO_NULL);
    ouro_value match = OURO_NULL, rest = OURO_NULL;
    bool ok = !ouro_is_null(ids);
    for (size_t i = 0; ok && i < as_list(kept)->size; i++) {
        ok = exception_group_collect_ids(rt, as_list(kept)->items[i], ids);
    }
    if (ok && exception_group_split_tree(rt, original, GROUP_BY_IDENTITY, ids, &match, &rest)) {
        value_decref(rt, rest);
    }
    value_decref(rt, ids);
    return match;
}

ouro_value exception_group_after_star(ouro_runtime *rt, ouro_value original, ouro_value raised)
{
    size_t count = as_list(raised)->size;
    if (count == 0) {
        return OURO_NONE;
    }
    if (!value_is_exception_group(rt, original)) {
        /* A single exception, wrapped for one clause: at most one thing can come of it. */
        for (size_t i = 0; i < count; i++) {
            if (!ouro_is_none(as_list(raised)->items[i])) {
                return value_incref(as_list(raised)->items[i]);
            }
        }
        return OURO_NONE;
    }
    ouro_value fresh = list_new(rt, NULL, 0);
    ouro_value passed_on = list_new(rt, NULL, 0);
    ouro_value result = OURO_NULL;
    bool ok = !ouro_is_null(fresh) && !ouro_is_null(passed_on);
    for (size_t i = 0; ok && i < count; i++) {
        ouro_value e = as_list(raised)->items[i];
        if (!ouro_is_none(e)) {
            ok = list_append(rt, exception_group_is_passed_on(e, original) ? passed_on : fresh, e);
        }
    }
    if (ok) {
        ouro_value again = exception_group_project(rt, original, passed_on);
        if (ouro_is_null(again)) {
            goto done;
        }
        if (as_list(fresh)->size == 0) {
            result = again;
            goto done;
        }
        ok = ouro_is_none(again) || list_append(rt, fresh, again);
        value_decref(rt, again);
        if (ok) {
            result = exception_group_new(rt, "", fresh);
        }
    }
done:
    value_decref(rt, fresh);
    value_decref(rt, passed_on);
    return result;
}

/* ---- the types ------------------------------------------------------------------------------------------
 */

static const ouro_field exception_group_fields[] = {
    EXCEPTION_FIELDS,
    {OURO_FIELD_VALUE, offsetof(exception_group_object, message), 0, "message"},
    {OURO_FIELD_VALUE, offsetof(exception_group_object, exceptions), 0, "exceptions"},
};

static const member_def exception_group_members[] = {
    {"message", offsetof(exception_group_object, message), MEMBER_READONLY | MEMBER_NONE_IF_NULL,
     "exception message"},
    {"exceptions", offsetof(exception_group_object, exceptions), MEMBER_READONLY | MEMBER_NONE_IF_NULL,
     "nested exceptions"},
    {0},
};

static const method_def exception_group_methods[] = {
    {"__class_getitem__", "?cls, item, /", exception_group_method_class_getitem, NULL, METHOD_CLASS,
     "See PEP 585"},
    {"derive", "?self, excs, /", exception_group_method_derive, NULL, 0, NULL},
    {"split", NULL, NULL, exception_group_method_split, 0, NULL},
    {"subgroup", NULL, NULL, exception_group_method_subgroup, 0, NULL},
    {0},
};

const type_spec exception_spec_BaseExceptionGroup = {
    .name = "BaseExceptionGroup",
    .size = sizeof(exception_group_object),
    .flags = EXCEPTION_FLAGS,
    .base = &exception_spec_BaseException,
    .doc = "A combination of multiple unrelated exceptions.",
    .fields = exception_group_fields,
    .field_count = EXCEPTION_FIELD_COUNT + 2,
    .methods = exception_group_methods,
    .members = exception_group_members,
    .slots = {.make = exception_group_make, .str = exception_group_str},
};

/* types_start gives it its second base, Exception. */
const type_spec exception_spec_ExceptionGroup = {
    .name = "ExceptionGroup",
    .size = sizeof(exception_group_object),
    .flags = EXCEPTION_FLAGS,
    .base = &exception_spec_BaseExceptionGroup,
    .fields = exception_group_fields,
    .field_count = EXCEPTION_FIELD_COUNT + 2,
};

/* ops_exception.c: raise, except, except*; and the patterns of match that look into objects. */
#include "types/error.h"
#include "types/exception.h"
#include "types/function.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/generator.h"
#include "vm/ops.h"

/* ---- raise ---- */

/* The exception meant by `raise x`: x or x(): new reference.  Steals. */
static ouro_value op_instantiate(ouro_runtime *rt, ouro_value v, const char *complaint)
{
    if (value_is_exception_class(rt, v)) {
        ouro_value instance = object_call0(rt, v);
        if (!ouro_is_null(instance) && !value_is_exception(rt, instance)) {
            error_type(rt, "calling %R should have returned an instance of BaseException, not %R", v,
                       type_value(value_type(rt, instance)));
            value_clear(rt, &instance);
        }
        value_decref(rt, v);
        return instance;
    }
    if (value_is_exception(rt, v)) {
        return v;
    }
    value_decref(rt, v);
    error_type(rt, "%s", complaint);
    return OURO_NULL;
}

void op_raise(ouro_runtime *rt, ouro_value exception, ouro_value cause)
{
    if (ouro_is_null(exception)) {
        ouro_value handled = vm_handled_exception(rt);
        if (ouro_is_null(handled)) {
            error_runtime(rt, "No active exception to reraise");
        } else {
            error_restore(rt, value_incref(handled));
        }
        return;
    }
    exception = op_instantiate(rt, exception, "exceptions must derive from BaseException");
    if (!ouro_is_null(exception) && !ouro_is_null(cause)) {
        if (ouro_is_none(cause)) {
            cause = OURO_NULL;
        } else {
            cause = op_instantiate(rt, cause, "exception causes must derive from BaseException");
            if (ouro_is_null(cause)) {
                value_decref(rt, exception);
                return;
            }
        }
        value_replace(rt, &as_exception(exception)->cause, cause);
        as_exception(exception)->suppress_context = true;
        cause = OURO_NULL;
    }
    value_decref(rt, cause);
    if (!ouro_is_null(exception)) {
        error_raise_value(rt, exception);
        value_decref(rt, exception);
    }
}

/* ---- except ---- */

static bool op_is_catchable(ouro_runtime *rt, ouro_value type)
{
    if (ouro_is_object(type) && value_is_tuple(rt, type)) {
        const tuple_object *tuple = as_tuple(type);
        for (size_t i = 0; i < tuple->size; i++) {
            if (!value_is_exception_class(rt, tuple->items[i])) {
                return false;
            }
        }
        return true;
    }
    return value_is_exception_class(rt, type);
}

int op_check_exc_match(ouro_runtime *rt, ouro_value exception, ouro_value type)
{
    if (!op_is_catchable(rt, type)) {
        error_type(rt, "catching classes that do not inherit from BaseException is not allowed");
        return -1;
    }
    const type_object *given = value_type(rt, exception);
    if (value_is_tuple(rt, type)) {
        const tuple_object *tuple = as_tuple(type);
        for (size_t i = 0; i < tuple->size; i++) {
            if (type_is_subtype(given, (const type_object *)(const void *)ouro_as_object(tuple->items[i]))) {
                return 1;
            }
        }
        return 0;
    }
    return type_is_subtype(given, (const type_object *)(const void *)ouro_as_object(type));
}

static bool op_names_group(ouro_runtime *rt, ouro_value type)
{
    if (value_is_tuple(rt, type)) {
        const tuple_object *tuple = as_tuple(type);
        for (size_t i = 0; i < tuple->size; i++) {
            if (op_names_group(rt, tuple->items[i])) {
                return true;
            }
        }
        return false;
    }
    return type_is_subtype((const type_object *)(const void *)ouro_as_object(type), EXC(rt, BaseExceptionGroup));
}

bool op_check_eg_match(ouro_runtime *rt, ouro_value exception, ouro_value type, ouro_value *rest, ouro_value *match)
{
    if (!op_is_catchable(rt, type)) {
        error_type(rt, "catching classes that do not inherit from BaseException is not allowed");
        return false;
    }
    if (op_names_group(rt, type)) {
        error_type(rt, "catching ExceptionGroup with except* is not allowed. Use except instead.");
        return false;
    }
    *rest = *match = OURO_NONE;
    if (ouro_is_none(exception)) {
        return true;
    }
    int matches = op_check_exc_match(rt, exception, type);
    if (matches < 0) {
        return false;
    }
    bool group = value_is_instance(rt, exception, EXC(rt, BaseExceptionGroup));
    if (matches) {
        if (group) {
            *match = value_incref(exception);
            return true;
        }
        /* a naked exception is caught as a group of one */
        ouro_value list = tuple_pack1(rt, exception);
        ouro_value wrapped = ouro_is_null(list) ? list
                                                : object_call2(rt, type_value(EXC(rt, ExceptionGroup)),
                                                               rt->types->empty_str, list);
        value_decref(rt, list);
        if (ouro_is_null(wrapped)) {
            return false;
        }
        ouro_value traceback = as_exception(exception)->traceback;
        value_replace(rt, &as_exception(wrapped)->traceback, value_incref(traceback));
        *match = wrapped;
        return true;
    }
    if (!group) {
        *rest = value_incref(exception);
        return true;
    }
    ouro_value split_name = str_intern_cstring(rt, "split");
    if (ouro_is_null(split_name)) {
        return false;
    }
    ouro_value pair = object_call_method1(rt, exception, split_name, type);
    value_decref(rt, split_name);
    if (ouro_is_null(pair)) {
        return false;
    }
    bool ok = value_is_tuple(rt, pair) && as_tuple(pair)->size >= 2;
    if (ok) {
        *match = value_incref(as_tuple(pair)->items[0]);
        *rest = value_incref(as_tuple(pair)->items[1]);
    } else {
        error_type(rt, "%T.split must return a 2-tuple, got %T", exception, pair);
    }
    value_decref(rt, pair);
    return ok;
}

ouro_value op_prep_reraise_star(ouro_runtime *rt, ouro_value original, ouro_value results)
{
    return exception_group_after_star(rt, original, results);
}

/* ---- match ---- */

ouro_value op_match_keys(ouro_runtime *rt, ouro_value subject, ouro_value keys)
{
    size_t n = as_tuple(keys)->size;
    if (n == 0) {
        return value_incref(rt->types->empty_tuple);
    }
    ouro_value values = list_new(rt, NULL, n);
    ouro_value seen = set_new(rt, OURO_NULL);
    ouro_value get = ouro_is_null(values) || ouro_is_null(seen) ? OURO_NULL : object_getattr(rt, subject, STR(rt, get));
    ouro_value result = OURO_NULL;
    /* a value that no mapping holds: tells "absent" without raising */
    ouro_value absent = ouro_is_null(get) ? OURO_NULL : instance_new(rt, TYPE(rt, object));
    if (ouro_is_null(absent)) {
        goto done;
    }
    for (size_t i = 0; i < n; i++) {
        ouro_value key = as_tuple(keys)->items[i];
        int had = set_contains(rt, seen, key);
        if (had > 0) {
            error_value(rt, "mapping pattern checks duplicate key (%R)", key);
        }
        if (had != 0 || !set_add(rt, seen, key)) {
            goto done;
        }
        ouro_value v = object_call2(rt, get, key, absent);
        if (ouro_is_null(v)) {
            goto done;
        }
        if (ouro_is(v, absent)) {
            value_decref(rt, v);
            result = OURO_NONE;
            goto done;
        }
        if (!list_append_steal(rt, values, v)) {
            goto done;
        }
    }
    result = list_as_tuple(rt, values);
done:
    value_decref(rt, absent);
    value_decref(rt, get);
    value_decref(rt, seen);
    value_decref(rt, values);
    return result;
}

/* subject.name for a class pattern: 1 got, 0 no such attribute, -1 failed; a name may be asked for once only. */
static int op_match_attribute(ouro_runtime *rt, ouro_value subject, ouro_value type, ouro_value name, ouro_value seen,
                              ouro_value values)
{
    int had = set_contains(rt, seen, name);
    if (had > 0) {
        error_type(rt, "%N() got multiple sub-patterns for attribute %R", (type_object *)(void *)ouro_as_object(type),
                   name);
    }
    if (had != 0 || !set_add(rt, seen, name)) {
        return -1;
    }
    ouro_value v;
    int found = object_getattr_optional(rt, subject, name, &v);
    if (found <= 0) {
        return found;
    }
    return list_append_steal(rt, values, v) ? 1 : -1;
}

static int op_match_positional(ouro_runtime *rt, ouro_value subject, ouro_value type, uint32_t positional,
                               ouro_value seen, ouro_value values)
{
    type_object *class = (type_object *)(void *)ouro_as_object(type);
    ouro_value names;
    int found = object_getattr_optional(rt, type, STR(rt, __match_args__), &names);
    if (found < 0) {
        return -1;
    }
    if (found && !value_is_instance_exactly(rt, names, TYPE(rt, tuple))) {
        error_type(rt, "%N.__match_args__ must be a tuple (got %T)", class, names);
        value_decref(rt, names);
        return -1;
    }
    bool self = !found && (class->type.flags & TYPE_MATCH_SELF);
    size_t allowed = self ? 1 : found ? as_tuple(names)->size : 0;
    int result = 1;
    if (allowed < positional) {
        error_type(rt, "%N() accepts %zu positional sub-pattern%s (%u given)", class, allowed,
                   allowed == 1 ? "" : "s", positional);
        result = -1;
    } else if (self) {
        result = list_append(rt, values, subject) ? 1 : -1;
    } else {
        for (uint32_t i = 0; i < positional && result > 0; i++) {
            ouro_value name = as_tuple(names)->items[i];
            if (!value_is_str(rt, name)) {
                error_type(rt, "__match_args__ elements must be strings (got %T)", name);
                result = -1;
                break;
            }
            result = op_match_attribute(rt, subject, type, name, seen, values);
        }
    }
    if (found) {
        value_decref(rt, names);
    }
    return result;
}

ouro_value op_match_class(ouro_runtime *rt, ouro_value subject, ouro_value type, uint32_t positional, ouro_value names)
{
    if (!value_has_flag(rt, type, TYPE_IS_TYPE)) {
        return error_type(rt, "called match pattern must be a type");
    }
    int is = object_is_instance(rt, subject, type);
    if (is <= 0) {
        return is < 0 ? OURO_NULL : OURO_NONE;
    }
    ouro_value seen = set_new(rt, OURO_NULL);
    ouro_value values = list_new(rt, NULL, 0);
    ouro_value result = OURO_NULL;
    int state = ouro_is_null(seen) || ouro_is_null(values) ? -1 : 1;
    if (state > 0 && positional) {
        state = op_match_positional(rt, subject, type, positional, seen, values);
    }
    for (size_t i = 0; state > 0 && i < as_tuple(names)->size; i++) {
        state = op_match_attribute(rt, subject, type, as_tuple(names)->items[i], seen, values);
    }
    if (state >= 0) {
        result = state ? list_as_tuple(rt, values) : OURO_NONE;
    }
    value_decref(rt, seen);
    value_decref(rt, values);
    return result;
}

/* ---- handlers ---- */

const exception_range *op_find_handler(const code_object *code, uint32_t at)
{
    uint32_t low = 0, high = code->range_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        const exception_range *r = &code->ranges[middle];
        if (at < r->start) {
            high = middle;
        } else if (at >= r->end) {
            low = middle + 1;
        } else {
            return r;
        }
    }
    return NULL;
}

frame *op_leave_failed(ouro_runtime *rt, frame *done)
{
    frame *caller = done->previous;
    rt->recursion--;
    if (done->flags & FRAME_GENERATOR) {
        generator_object *g = frame_generator(done);
        generator_leave(rt, g, done, GENERATOR_DONE);
        generator_finish(rt, g, true);
    } else {
        rt->vm->frame = caller;
        frame_pop(rt, done);
    }
    return caller;
}

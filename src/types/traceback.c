/* traceback.c: the traceback type: a chain from where an exception was caught to where it was raised.
 *
 * An entry knows its frame (an object of the vm floor), the instruction and the line.  tb_lasti counts half units,
 * so that tb_lasti // 2 is the index into code.co_positions().  No chain leads back to itself: setting tb_next
 * refuses a loop.
 *
 * Does not print: the vm floor does.
 */
#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

static traceback_object *as_traceback(ouro_value v)
{
    return (traceback_object *)(void *)ouro_as_object(v);
}

/* The entry that `value` (None or a traceback) stands for; *ok false: TypeError. */
static ouro_value traceback_check_next(ouro_runtime *rt, ouro_value value, bool making, bool *ok)
{
    *ok = ouro_is_none(value) || value_is_instance(rt, value, TYPE(rt, traceback));
    if (!*ok) {
        error_type(rt, "expected traceback object%s, got '%T'", making ? " or None" : "", value);
    }
    return ouro_is_none(value) ? OURO_NULL : value;
}

/* traceback(tb_next, tb_frame, tb_lasti, tb_lineno) */
static ouro_value traceback_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                 ouro_value kwnames)
{
    ouro_value a[4];
    bool ok;
    int64_t numbers[2];
    if (!arguments_bind(rt, "TracebackType", "tb_next, tb_frame, tb_lasti, tb_lineno", args, nargs, kwnames, a)) {
        return OURO_NULL;
    }
    if (!value_is_instance(rt, a[1], TYPE(rt, frame))) {
        return error_type(rt, "TracebackType() argument 'tb_frame' must be frame, not %T", a[1]);
    }
    for (unsigned i = 0; i < 2; i++) {
        if (!object_as_index(rt, a[2 + i], &numbers[i], false)) {
            return OURO_NULL;
        }
        if (numbers[i] < INT32_MIN || numbers[i] > INT32_MAX) {
            return error_overflow(rt, "Python int too large to convert to C int");
        }
    }
    ouro_value next = traceback_check_next(rt, a[0], true, &ok);
    if (!ok) {
        return OURO_NULL;
    }
    traceback_object *entry = object_new(rt, &type->type, 0);
    if (entry == NULL) {
        return OURO_NULL;
    }
    entry->next = value_incref(next);
    entry->frame = value_incref(a[1]);
    entry->odd = (numbers[0] & 1) != 0;
    entry->unit = (int32_t)((numbers[0] - entry->odd) / 2);
    entry->line = (int32_t)numbers[1];
    gc_track(rt, &entry->object);
    return ouro_from_object(entry);
}

static ouro_value traceback_get_next(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value next = as_traceback(self)->next;
    return ouro_is_null(next) ? OURO_NONE : value_incref(next);
}

static bool traceback_set_next(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    bool ok;
    if (ouro_is_null(value)) {
        error_type(rt, "can't delete tb_next attribute");
        return false;
    }
    ouro_value next = traceback_check_next(rt, value, false, &ok);
    if (!ok) {
        return false;
    }
    for (ouro_value walk = next; !ouro_is_null(walk); walk = as_traceback(walk)->next) {
        if (ouro_is(walk, self)) {
            error_value(rt, "traceback loop detected");
            return false;
        }
    }
    value_replace(rt, &as_traceback(self)->next, value_incref(next));
    return true;
}

static ouro_value traceback_get_lasti(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int((int64_t)as_traceback(self)->unit * 2 + as_traceback(self)->odd);
}

int traceback_line(ouro_runtime *rt, traceback_object *entry)
{
    if (entry->line == TRACEBACK_LINE_OF_UNIT) {
        int line = ouro_is_null(entry->frame) ? 0 : rt->types->frame_line(entry->frame, (uint32_t)entry->unit);
        entry->line = line > 0 ? line : -1; /* an instruction without a line, as CPython counts it */
    }
    return entry->line;
}

static ouro_value traceback_get_line(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int(traceback_line(rt, as_traceback(self)));
}

static ouro_value traceback_method_dir(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value names[] = {STR(rt, tb_frame), STR(rt, tb_next), STR(rt, tb_lasti), STR(rt, tb_lineno)};
    return list_new(rt, names, 4);
}

static const ouro_field traceback_fields[] = {
    {OURO_FIELD_VALUE, offsetof(traceback_object, next), 0, "tb_next"},
    {OURO_FIELD_VALUE, offsetof(traceback_object, frame), 0, "tb_frame"},
};

static const method_def traceback_methods[] = {
    {"__dir__", "?self, /", traceback_method_dir, NULL, 0, NULL},
    {0},
};

static const member_def traceback_members[] = {
    {"tb_frame", offsetof(traceback_object, frame), MEMBER_READONLY | MEMBER_NONE_IF_NULL, NULL},
    {0},
};

static const getset_def traceback_getsets[] = {
    {"tb_next", traceback_get_next, traceback_set_next, NULL, NULL},
    {"tb_lasti", traceback_get_lasti, NULL, NULL, NULL, .member = true},
    {"tb_lineno", traceback_get_line, NULL, NULL, NULL},
    {0},
};

const type_spec traceback_spec = {
    .name = "traceback",
    .size = sizeof(traceback_object),
    .doc = "Create a new traceback object.",
    .fields = traceback_fields,
    .field_count = 2,
    .methods = traceback_methods,
    .members = traceback_members,
    .getsets = traceback_getsets,
    .slots = {.make = traceback_make},
};

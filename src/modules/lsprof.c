/* lsprof.c: the _lsprof module: a profiler that counts and times calls, as cProfile and pstats use it.
 *
 * While a Profiler is enabled, sys.getprofile() returns it, and the loop tells lsprof_told of each call and return
 * (settrace.h); lsprof_calls.c counts.  A function is known by its code, a native one by its definition.
 *
 * A clock of the program's (the timer) and the reports of its errors run program code while a call is being noted:
 * nothing of the table is remembered across them.  Such code is not profiled.
 */
#include "modules/lsprof_calls.h"
#include "modules/modules.h"

#include "base/assert.h"
#include "base/os.h"
#include "types/binder.h"
#include "types/code.h"
#include "types/error.h"
#include "types/function.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/struct_sequence.h"
#include "vm/settrace.h"

#include <math.h>

typedef struct profiler_object {
    ouro_object object;
    ouro_value timer; /* OURO_NULL: the system's clock */
    double unit;      /* seconds in a tick of the timer, which is an int then; 0: it tells seconds */
    uint64_t epoch;   /* changes when the calls are forgotten */
    call_table calls;
    bool by_caller, natives; /* what is counted (subcalls, builtins) */
    bool no_memory;          /* some calls are missing */
} profiler_object;

static profiler_object *as_profiler(ouro_value v)
{
    return (profiler_object *)(void *)ouro_as_object(v);
}

static void lsprof_forget(ouro_runtime *rt, profiler_object *p)
{
    p->epoch++;
    calls_clear(rt, &p->calls);
}

/* ---- time ------------------------------------------------------------------------------------------------ */

/* Nanoseconds of a number of seconds.  False: TypeError, ValueError (not a number), OverflowError. */
static bool lsprof_seconds(ouro_runtime *rt, ouro_value v, int64_t *nanoseconds)
{
    double seconds;
    if (!object_as_double(rt, v, &seconds)) {
        return false;
    }
    if (isnan(seconds)) {
        error_value(rt, "Invalid value NaN (not a number)");
        return false;
    }
    seconds = floor(seconds * 1e9);
    if (!(seconds >= -0x1p63 && seconds < 0x1p63)) {
        error_overflow(rt, "timestamp too large to convert to C _PyTime_t");
        return false;
    }
    *nanoseconds = (int64_t)seconds;
    return true;
}

static bool lsprof_ticks(ouro_runtime *rt, ouro_value v, int64_t *ticks)
{
    ouro_value i = object_index(rt, v);
    bool ok = !ouro_is_null(i) && int_as_int64(rt, i, ticks);
    value_decref(rt, i);
    return ok;
}

/* What a program's timer says; 0 if it fails, which is reported. */
static int64_t lsprof_timer(ouro_runtime *rt, profiler_object *p)
{
    ouro_value timer = value_incref(p->timer);
    settrace_pause(rt);
    ouro_value told = object_call0(rt, timer);
    int64_t now = 0;
    if (ouro_is_null(told) || !(p->unit > 0.0 ? lsprof_ticks(rt, told, &now) : lsprof_seconds(rt, told, &now))) {
        now = 0;
        rt->report_unraisable(rt, NULL, timer);
    }
    settrace_go_on(rt);
    value_decref(rt, told);
    value_decref(rt, timer);
    return now;
}

static int64_t lsprof_now(ouro_runtime *rt, profiler_object *p)
{
    return ouro_is_null(p->timer) ? os_clock() : lsprof_timer(rt, p);
}

/* Seconds in what lsprof_now counts. */
static double lsprof_unit(const profiler_object *p)
{
    return !ouro_is_null(p->timer) && p->unit > 0.0 ? p->unit : 1e-9;
}

/* ---- names ----------------------------------------------------------------------------------------------- */

/* What tells of a native method: its descriptor, or a static or class method's namesake in the class of `self`.
 * Borrowed, or OURO_NULL. */
static ouro_value lsprof_method(ouro_runtime *rt, native_object *native, ouro_value self)
{
    ouro_value v = ouro_from_object(native);
    if (value_type(rt, v) == TYPE(rt, builtin_function)) {
        v = native->owner;
        self = native->self;
    }
    if (ouro_is_object(v) && value_type(rt, v) == TYPE(rt, method_descriptor) && !ouro_is(v, rt->types->new_descriptor)) {
        return v;
    }
    ouro_value name = ouro_is_null(self) ? OURO_NULL : str_intern_cstring(rt, native->def->name);
    v = ouro_is_null(name) ? OURO_NULL : type_lookup(rt, value_type(rt, self), name);
    value_decref(rt, name);
    bool shown = ouro_is_object(v) && (value_type(rt, v) == TYPE(rt, builtin_function) ||
                                       value_type(rt, v) == TYPE(rt, method_descriptor));
    return shown ? v : OURO_NULL;
}

/* How statistics call a native function: "<built-in method time.sleep>", "<method 'append' of 'list' objects>".  New
 * reference. */
static ouro_value lsprof_native_name(ouro_runtime *rt, native_object *native, ouro_value self)
{
    ouro_value method = lsprof_method(rt, native, self);
    if (!ouro_is_null(method)) {
        return object_repr(rt, method);
    }
    return !ouro_is_null(native->owner) && value_is_str(rt, native->owner)
               ? str_format_c(rt, "<built-in method %U.%s>", native->owner, native->def->name)
               : str_format_c(rt, "<built-in method %s>", native->def->name);
}

/* The function's number, known or new.  CALLS_NONE: no memory, an exception may be set. */
static uint32_t lsprof_number(ouro_runtime *rt, profiler_object *p, const void *key, ouro_value subject, ouro_value self)
{
    uint32_t number = calls_find(&p->calls, key);
    if (OURO_LIKELY(number != CALLS_NONE)) {
        return number;
    }
    ouro_value name = value_type(rt, subject) == TYPE(rt, code)
                          ? value_incref(subject)
                          : lsprof_native_name(rt, (native_object *)(void *)ouro_as_object(subject), self);
    return ouro_is_null(name) ? CALLS_NONE : calls_add(rt, &p->calls, key, name);
}

/* ---- calls ----------------------------------------------------------------------------------------------- */

static void lsprof_enter(ouro_runtime *rt, profiler_object *p, const void *key, ouro_value subject, ouro_value self)
{
    uint32_t number = lsprof_number(rt, p, key, subject, self);
    if (number == CALLS_NONE || !calls_enter(rt, &p->calls, number, p->by_caller)) {
        error_clear(rt);
        calls_enter_untold(&p->calls);
        p->no_memory = true;
        return;
    }
    size_t depth = p->calls.running.count;
    uint64_t epoch = p->epoch;
    int64_t now = lsprof_now(rt, p);
    if (p->epoch == epoch && p->calls.running.count == depth) {
        calls_start_at(&p->calls, now);
    }
}

static void lsprof_leave(ouro_runtime *rt, profiler_object *p)
{
    if (p->calls.running.count > 0) {
        int64_t now = lsprof_now(rt, p);
        calls_leave(&p->calls, now);
    }
}

static void lsprof_told(ouro_runtime *rt, ouro_value owner, int event, ouro_value subject, ouro_value self)
{
    profiler_object *p = as_profiler(owner);
    switch (event) {
    case SETTRACE_CALL:
        lsprof_enter(rt, p, ouro_as_object(subject), subject, self);
        break;
    case SETTRACE_C_CALL:
        if (p->natives) {
            lsprof_enter(rt, p, ((native_object *)(void *)ouro_as_object(subject))->def, subject, self);
        }
        break;
    case SETTRACE_RETURN:
        lsprof_leave(rt, p);
        break;
    default: /* SETTRACE_C_RETURN, SETTRACE_C_EXCEPTION */
        if (p->natives) {
            lsprof_leave(rt, p);
        }
        break;
    }
}

/* Ends the calls that go on: they are not heard of any more. */
static void lsprof_leave_all(ouro_runtime *rt, profiler_object *p)
{
    uint64_t epoch = p->epoch;
    for (size_t left = p->calls.running.count; left > 0 && p->epoch == epoch; left--) {
        int64_t now = lsprof_now(rt, p);
        if (p->calls.running.count > 0) {
            vector_last(&p->calls.running).untold = 0;
            calls_leave(&p->calls, now);
        }
    }
    OURO_ASSERT(calls_check(&p->calls));
}

/* False: MemoryError for calls that could not be noted, told once. */
static bool lsprof_check_memory(ouro_runtime *rt, profiler_object *p)
{
    if (p->no_memory) {
        p->no_memory = false;
        error_raise(rt, EXC(rt, MemoryError), "memory was exhausted while profiling");
        return false;
    }
    return true;
}

/* ---- statistics ------------------------------------------------------------------------------------------ */

static const member_def lsprof_subentry_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "code", "called code object or the name of a built-in function"),
    STRUCT_SEQUENCE_FIELD(1, "callcount", "how many times this is called"),
    STRUCT_SEQUENCE_FIELD(2, "reccallcount", "how many of these calls are recursive"),
    STRUCT_SEQUENCE_FIELD(3, "totaltime", "time of these calls, with what they call"),
    STRUCT_SEQUENCE_FIELD(4, "inlinetime", "time of these calls, without what they call"),
    {0},
};

static const member_def lsprof_entry_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "code", "code object or the name of a built-in function"),
    STRUCT_SEQUENCE_FIELD(1, "callcount", "how many times this was called"),
    STRUCT_SEQUENCE_FIELD(2, "reccallcount", "how many of the calls were recursive"),
    STRUCT_SEQUENCE_FIELD(3, "totaltime", "time of the calls, with what they called"),
    STRUCT_SEQUENCE_FIELD(4, "inlinetime", "time of the calls, without what they called"),
    STRUCT_SEQUENCE_FIELD(5, "calls", "a list of profiler_subentry: what it called"),
    {0},
};

static const struct_sequence_def lsprof_subentry_def = {
    STRUCT_SEQUENCE_SPEC("_lsprof.profiler_subentry", NULL, lsprof_subentry_fields), 5, 5};
static const struct_sequence_def lsprof_entry_def = {
    STRUCT_SEQUENCE_SPEC("_lsprof.profiler_entry", NULL, lsprof_entry_fields), 6, 6};

/* An instance of `type` with these counts; `calls` stolen, OURO_NULL: it has no such item. */
static ouro_value lsprof_row(ouro_runtime *rt, type_object *type, ouro_value name, const call_counts *c, double unit,
                             ouro_value calls)
{
    ouro_value items[] = {value_incref(name),
                          int_from_uint64(rt, c->calls),
                          int_from_uint64(rt, c->recursive),
                          float_new(rt, unit * (double)c->total),
                          float_new(rt, unit * (double)c->own),
                          calls};
    return struct_sequence_new(rt, type, items);
}

/* Appends a value (stolen; OURO_NULL: fails). */
static bool lsprof_list_add(ouro_runtime *rt, ouro_value list, ouro_value v)
{
    bool ok = !ouro_is_null(v) && list_append(rt, list, v);
    value_decref(rt, v);
    return ok;
}

/* What the function called: a list, or None.  To allocate may run program code that forgets the calls or adds some: the
 * table is looked at anew each time. */
static ouro_value lsprof_called(ouro_runtime *rt, const profiler_object *p, uint32_t way, uint64_t epoch)
{
    ouro_value list = way == CALLS_NONE ? OURO_NONE : list_new(rt, NULL, 0);
    bool ok = !ouro_is_null(list);
    while (ok && way != CALLS_NONE && p->epoch == epoch) {
        call_counts counts = p->calls.ways.items[way].counts;
        ouro_value name = p->calls.names.items[p->calls.ways.items[way].callee];
        ok = lsprof_list_add(rt, list, lsprof_row(rt, MODULE_TYPE(rt, profiler_subentry), name, &counts,
                                                  lsprof_unit(p), OURO_NULL));
        way = p->epoch == epoch ? p->calls.ways.items[way].next : CALLS_NONE;
    }
    if (!ok) {
        value_clear(rt, &list);
    }
    return list;
}

static ouro_value lsprof_getstats(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    profiler_object *p = as_profiler(args[0]);
    ouro_value list = lsprof_check_memory(rt, p) ? list_new(rt, NULL, 0) : OURO_NULL;
    bool ok = !ouro_is_null(list);
    uint64_t epoch = p->epoch;
    for (size_t i = 0; ok && p->epoch == epoch && i < p->calls.functions.count; i++) {
        calls_function f = p->calls.functions.items[i];
        if (f.counts.calls == 0) { /* goes on */
            continue;
        }
        ouro_value name = value_incref(p->calls.names.items[i]);
        ouro_value called = lsprof_called(rt, p, f.first, epoch);
        ok = !ouro_is_null(called) &&
             lsprof_list_add(rt, list,
                             lsprof_row(rt, MODULE_TYPE(rt, profiler_entry), name, &f.counts, lsprof_unit(p), called));
        value_decref(rt, name);
    }
    if (!ok) {
        value_clear(rt, &list);
    }
    return list;
}

/* ---- the type -------------------------------------------------------------------------------------------- */

/* A switch given as an int; OURO_NULL or below zero: stays as it is. */
static bool lsprof_switch(ouro_runtime *rt, ouro_value v, bool *on)
{
    int64_t i = -1;
    if (!ouro_is_null(v) && !object_as_index(rt, v, &i, true)) {
        return false;
    }
    *on = i < 0 ? *on : i > 0;
    return true;
}

static ouro_value lsprof_enable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    profiler_object *p = as_profiler(args[0]);
    if (!lsprof_switch(rt, arg_or_null(args, nargs, 1), &p->by_caller) ||
        !lsprof_switch(rt, arg_or_null(args, nargs, 2), &p->natives) || !settrace_may_replace(rt, true)) {
        return OURO_NULL;
    }
    settrace_set_listener(rt, lsprof_told, args[0]);
    return OURO_NONE;
}

static ouro_value lsprof_disable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    profiler_object *p = as_profiler(args[0]);
    if (!settrace_may_replace(rt, true)) {
        return OURO_NULL;
    }
    settrace_set_profile(rt, OURO_NULL);
    lsprof_leave_all(rt, p);
    return lsprof_check_memory(rt, p) ? OURO_NONE : OURO_NULL;
}

static ouro_value lsprof_clear(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    lsprof_forget(rt, as_profiler(args[0]));
    return OURO_NONE;
}

static ouro_value lsprof_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                              ouro_value kwnames)
{
    profiler_object *p = object_new(rt, &type->type, 0);
    if (p == NULL) {
        return OURO_NULL;
    }
    p->timer = OURO_NULL;
    p->unit = 0.0;
    p->epoch = 0;
    p->by_caller = p->natives = p->no_memory = false;
    calls_init(rt, &p->calls);
    gc_track(rt, &p->object);
    return ouro_from_object(p);
}

static bool lsprof_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    profiler_object *p = as_profiler(self);
    ouro_value bound[4];
    double unit = 0.0;
    bool by_caller = true, natives = true;
    if (!arguments_bind(rt, "Profiler", "timer=None, timeunit=0.0, subcalls=True, builtins=True", args, nargs, kwnames,
                        bound) ||
        (!ouro_is_null(bound[1]) && !object_as_double(rt, bound[1], &unit)) ||
        !lsprof_switch(rt, bound[2], &by_caller) || !lsprof_switch(rt, bound[3], &natives)) {
        return false;
    }
    p->by_caller = by_caller;
    p->natives = natives;
    p->unit = unit;
    bool has_timer = !ouro_is_null(bound[0]) && !ouro_is_none(bound[0]);
    value_replace(rt, &p->timer, has_timer ? value_incref(bound[0]) : OURO_NULL);
    return true;
}

static const ouro_field lsprof_fields[] = {
    {OURO_FIELD_VALUE, offsetof(profiler_object, timer), 0, "timer"},
    {OURO_FIELD_BUFFER, offsetof(profiler_object, calls.names.items), offsetof(profiler_object, calls.names.count),
     "functions"},
};

/* All of the table goes, so that what holds of it still does. */
static void lsprof_clear_references(ouro_runtime *rt, ouro_object *self)
{
    lsprof_forget(rt, (profiler_object *)(void *)self);
}

static size_t lsprof_extra_size(ouro_runtime *rt, ouro_object *self)
{
    return calls_size(rt, &((profiler_object *)(void *)self)->calls);
}

static const method_def lsprof_methods[] = {
    {.name = "getstats",
     .signature = "?self, /",
     .fn = lsprof_getstats,
     .doc = "getstats() -> list of profiler_entry objects\n\n"
            "One for each function that has been called, in the order of the first calls: code (a code object, or a str for "
            "a built-in function), callcount, reccallcount (calls from within itself), totaltime, inlinetime (without "
            "what it called), calls (None, or a list of profiler_subentry objects: the same for what it called)."},
    {.name = "enable",
     .signature = "?self, subcalls=True, builtins=True",
     .fn = lsprof_enable,
     .doc = "enable(subcalls=True, builtins=True)\n\n"
            "Starts to note calls.  subcalls: by caller too.  builtins: those of built-in functions too."},
    {.name = "disable",
     .signature = "?self, /",
     .fn = lsprof_disable,
     .doc = "disable()\n\nStops to note calls; those that go on count as ended."},
    {.name = "clear", .signature = "?self, /", .fn = lsprof_clear, .doc = "clear()\n\nForgets all that was noted."},
    {0},
};

static const type_spec lsprof_spec = {
    .name = "_lsprof.Profiler",
    .size = sizeof(profiler_object),
    .flags = TYPE_BASE,
    .doc = "Profiler(timer=None, timeunit=None, subcalls=True, builtins=True)\n\n"
           "Counts and times calls while it is enabled.  timer: a function that tells the time, in seconds as a float or, "
           "with a timeunit, as an int of so many seconds each.",
    .fields = lsprof_fields,
    .field_count = 2,
    .clear = lsprof_clear_references,
    .extra_size = lsprof_extra_size,
    .methods = lsprof_methods,
    .slots = {.make = lsprof_make, .init = lsprof_init},
};

static bool lsprof_start(ouro_runtime *rt, module_object *module)
{
    return module_add_kept_type(rt, module, &lsprof_spec, &MODULE_TYPE(rt, profiler)) &&
           module_add_sequence_type(rt, module, &lsprof_entry_def, &MODULE_TYPE(rt, profiler_entry)) &&
           module_add_sequence_type(rt, module, &lsprof_subentry_def, &MODULE_TYPE(rt, profiler_subentry));
}

const module_def lsprof_module_def = {
    .name = "_lsprof",
    .doc = "Fast profiler",
    .start = lsprof_start,
};

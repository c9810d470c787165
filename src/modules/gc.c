/* gc.c: the gc module: Python's view of the collector (gc/gc.h).
 *
 * The module owns the lists gc.garbage and gc.callbacks, and connects them with the collector as long as it lives.
 */
#include "gc/gc.h"
#include "gc/state.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/error_private.h"
#include "types/module.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/audit.h"

#include <limits.h>

struct gc_module {
    ouro_value garbage, callbacks; /* lists */
};

static struct gc_module *gc_module_state(ouro_runtime *rt)
{
    return rt->gc->hook_context;
}

/* ---- what the collector calls ---------------------------------------------------------------------------- */

/* Stores `value` (stolen) in a dict. */
static bool gc_info_set(ouro_runtime *rt, ouro_value dict, const char *key, ouro_value value)
{
    ouro_value name = str_intern_cstring(rt, key);
    bool done = !ouro_is_null(name) && !ouro_is_null(value) && dict_set(rt, as_dict(dict), name, value);
    value_decref(rt, name);
    value_decref(rt, value);
    return done;
}

static ouro_value gc_info(ouro_runtime *rt, int generation, size_t collected, size_t uncollectable)
{
    ouro_value info = dict_new(rt, 3);
    if (!ouro_is_null(info) && gc_info_set(rt, info, "generation", ouro_int(generation)) &&
        gc_info_set(rt, info, "collected", ouro_int((int64_t)collected)) &&
        gc_info_set(rt, info, "uncollectable", ouro_int((int64_t)uncollectable))) {
        return info;
    }
    value_decref(rt, info);
    return OURO_NULL;
}

static void gc_call_back(ouro_runtime *rt, bool start, int generation, size_t collected, size_t uncollectable)
{
    const struct gc_module *state = gc_module_state(rt);
    if (state == NULL || !value_is_list(rt, state->callbacks) || as_list(state->callbacks)->size == 0) {
        return;
    }
    struct runtime_suspended outside = runtime_suspend(rt);
    ouro_value list = value_incref(state->callbacks);
    ouro_value info = gc_info(rt, generation, collected, uncollectable);
    ouro_value phase = str_intern_cstring(rt, start ? "start" : "stop");
    if (ouro_is_null(info) || ouro_is_null(phase)) {
        rt->report_unraisable(rt, NULL, OURO_NULL);
    } else {
        for (size_t i = 0; i < as_list(list)->size; i++) {
            ouro_value callback = value_incref(as_list(list)->items[i]);
            ouro_value result = object_call2(rt, callback, phase, info);
            if (ouro_is_null(result)) {
                rt->report_unraisable(rt, NULL, callback);
            }
            value_decref(rt, result);
            value_decref(rt, callback);
        }
    }
    value_decref(rt, phase);
    value_decref(rt, info);
    value_decref(rt, list);
    runtime_resume(rt, outside);
}

static void gc_save_garbage(ouro_runtime *rt, ouro_object *object)
{
    const struct gc_module *state = gc_module_state(rt);
    if (state != NULL && value_is_list(rt, state->garbage) &&
        !list_append(rt, state->garbage, ouro_from_object(object))) {
        error_clear(rt); /* no memory: it stays alive by what holds it */
    }
}

static void gc_write(ouro_runtime *rt, const char *text, size_t length)
{
    struct runtime_suspended outside = runtime_suspend(rt);
    ouro_value s = str_from_utf8(rt, text, length);
    if (ouro_is_null(s)) {
        error_clear(rt);
        if (rt->types->write_stderr != NULL) {
            rt->types->write_stderr(rt, text, length);
        }
    } else {
        error_write(rt, s);
        value_decref(rt, s);
    }
    runtime_resume(rt, outside);
}

/* ---- arguments ------------------------------------------------------------------------------------------- */

/* An argument that is a C int to CPython. */
static bool gc_int_argument(ouro_runtime *rt, ouro_value v, int *result)
{
    ouro_value index = object_index(rt, v);
    if (ouro_is_null(index)) {
        return false;
    }
    int64_t i;
    bool fits = int_fits_int64(index, &i);
    value_decref(rt, index);
    if (!fits || i > INT64_MAX / 2 || i < INT64_MIN / 2) {
        error_overflow(rt, "Python int too large to convert to C long");
        return false;
    }
    if (i > INT_MAX || i < INT_MIN) {
        error_overflow(rt, i > 0 ? "signed integer is greater than maximum" : "signed integer is less than minimum");
        return false;
    }
    *result = (int)i;
    return true;
}

static bool gc_refuse_keywords(ouro_runtime *rt, const char *name, ouro_value kwnames)
{
    if (ouro_is_null(kwnames) || as_tuple(kwnames)->size == 0) {
        return false;
    }
    error_type(rt, "%s() takes no keyword arguments", name);
    return true;
}

/* ---- functions ------------------------------------------------------------------------------------------- */

static ouro_value gc_module_enable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    gc_enable(rt);
    return OURO_NONE;
}

static ouro_value gc_module_disable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    gc_disable(rt);
    return OURO_NONE;
}

static ouro_value gc_module_isenabled(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    return ouro_bool(gc_is_enabled(rt));
}

static ouro_value gc_module_collect(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int generation = GC_GENERATIONS - 1;
    ouro_value given = arg_or_null(args, nargs, 0);
    if (!ouro_is_null(given) && !gc_int_argument(rt, given, &generation)) {
        return OURO_NULL;
    }
    if (generation < 0 || generation >= GC_GENERATIONS) {
        return error_value(rt, "invalid generation");
    }
    return ouro_int((int64_t)gc_collect(rt, generation));
}

static ouro_value gc_module_get_count(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    return tuple_pack3(rt, ouro_int((int64_t)gc_count(rt, 0)), ouro_int((int64_t)gc_count(rt, 1)),
                       ouro_int((int64_t)gc_count(rt, 2)));
}

static ouro_value gc_module_set_threshold(ouro_runtime *rt, const ouro_value *args, size_t nargs,
                                          ouro_value kwnames)
{
    if (gc_refuse_keywords(rt, "set_threshold", kwnames)) {
        return OURO_NULL;
    }
    if (nargs < 1 || nargs > GC_GENERATIONS) {
        return error_type(rt, "set_threshold() takes at %s argument%s (%zu given)", nargs < 1 ? "least 1" : "most 3",
                          nargs < 1 ? "" : "s", nargs);
    }
    int thresholds[GC_GENERATIONS];
    for (size_t i = 0; i < nargs; i++) {
        if (!gc_int_argument(rt, args[i], &thresholds[i])) {
            return OURO_NULL;
        }
    }
    for (size_t i = 0; i < nargs; i++) {
        gc_set_threshold(rt, (int)i, thresholds[i]);
    }
    return OURO_NONE;
}

static ouro_value gc_module_get_threshold(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    return tuple_pack3(rt, ouro_int(gc_threshold(rt, 0)), ouro_int(gc_threshold(rt, 1)),
                       ouro_int(gc_threshold(rt, 2)));
}

static ouro_value gc_module_set_debug(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)nargs;
    int flags;
    if (!gc_int_argument(rt, args[0], &flags)) {
        return OURO_NULL;
    }
    rt->gc->debug = flags;
    return OURO_NONE;
}

static ouro_value gc_module_get_debug(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    return ouro_int(rt->gc->debug);
}

/* A list of what was found; the references go over to it. */
static ouro_value gc_make_list(ouro_runtime *rt, struct gc_object_list *found)
{
    ouro_value result = list_new_steal(rt, found->items, found->count);
    found->count = 0;
    gc_list_free(rt, found);
    return result;
}

static ouro_value gc_module_get_objects(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value asked = arg_or_null(args, nargs, 0);
    ouro_value told = ouro_is_null(asked) || ouro_is_none(asked) ? ouro_int(-1) : asked;
    if (!audit_event(rt, "gc.get_objects", &told, 1)) {
        return OURO_NULL;
    }
    ouro_value given = arg_or_null(args, nargs, 0);
    int64_t generation = GC_ALL_GENERATIONS;
    if (!ouro_is_null(given) && !ouro_is_none(given)) {
        if (!value_is_int(rt, given) && ouro_is_null(type_lookup(rt, value_type(rt, given), STR(rt, __index__)))) {
            return error_type(rt, "argument should be integer or None, not '%T'", given);
        }
        if (!object_as_index(rt, given, &generation, false)) {
            return OURO_NULL;
        }
        if (generation >= GC_GENERATIONS) {
            return error_value(rt, "generation parameter must be less than the number of available generations (%d)",
                               GC_GENERATIONS);
        }
        if (generation < GC_ALL_GENERATIONS) {
            return error_value(rt, "generation parameter cannot be negative");
        }
    }
    struct gc_object_list found;
    if (!types_fill_all(rt) || !gc_list_objects(rt, (int)generation, &found)) {
        return OURO_NULL;
    }
    return gc_make_list(rt, &found);
}

static ouro_value gc_module_get_stats(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    ouro_value list = list_new(rt, NULL, 0);
    for (int g = 0; g < GC_GENERATIONS && !ouro_is_null(list); g++) {
        const struct gc_generation *generation = &rt->gc->generations[g];
        ouro_value dict = dict_new(rt, 3);
        bool done = !ouro_is_null(dict) &&
                    gc_info_set(rt, dict, "collections", int_from_uint64(rt, generation->collections)) &&
                    gc_info_set(rt, dict, "collected", int_from_uint64(rt, generation->collected)) &&
                    gc_info_set(rt, dict, "uncollectable", int_from_uint64(rt, generation->uncollectable)) &&
                    list_append(rt, list, dict);
        value_decref(rt, dict);
        if (!done) {
            value_clear(rt, &list);
        }
    }
    return list;
}

static ouro_value gc_module_get_referrers(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (audit_is_on(rt)) {
        ouro_value objects = tuple_new(rt, args, nargs);
        bool ok = !ouro_is_null(objects) && audit_event(rt, "gc.get_referrers", &objects, 1);
        value_decref(rt, objects);
        if (!ok) {
            return OURO_NULL;
        }
    }
    struct gc_object_list found;
    if (gc_refuse_keywords(rt, "get_referrers", kwnames) || !types_fill_all(rt) || !gc_list_referrers(rt, args, nargs, NULL, &found)) {
        return OURO_NULL;
    }
    return gc_make_list(rt, &found);
}

struct gc_referents {
    ouro_runtime *rt;
    ouro_value list;
};

static int gc_add_referent(ouro_value v, void *context)
{
    const struct gc_referents *r = context;
    return list_append(r->rt, r->list, v) ? 0 : 1;
}

/* Value before key; and as in CPython a dict whose keys are all of type str does not tell of them. */
static int gc_add_dict(struct gc_referents *r, dict_object *d)
{
    size_t position = 0;
    ouro_value key, value;
    bool keys = false;
    while (dict_next(d, &position, &key, &value)) {
        keys = keys || !value_is_str_exact(r->rt, key);
    }
    position = 0;
    while (dict_next(d, &position, &key, &value)) {
        if (gc_add_referent(value, r) != 0 || (keys && gc_add_referent(key, r) != 0)) {
            return 1;
        }
    }
    return 0;
}

static int gc_add_set(struct gc_referents *r, ouro_value set)
{
    size_t position = 0;
    ouro_value item;
    while (set_next(set, &position, &item)) {
        if (gc_add_referent(item, r) != 0) {
            return 1;
        }
    }
    return 0;
}

static int gc_add_referents(struct gc_referents *r, ouro_value v)
{
    if (!ouro_is_object(v) || (ouro_as_object(v)->shape->type->flags & OURO_TYPE_LEAF)) {
        return 0;
    }
    if (value_is_instance_exactly(r->rt, v, TYPE(r->rt, dict))) {
        return gc_add_dict(r, as_dict(v));
    }
    if (value_is_instance_exactly(r->rt, v, TYPE(r->rt, set)) ||
        value_is_instance_exactly(r->rt, v, TYPE(r->rt, frozenset))) {
        return gc_add_set(r, v);
    }
    return object_traverse_values(r->rt, ouro_as_object(v), gc_add_referent, r);
}

static ouro_value gc_module_get_referents(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (audit_is_on(rt)) {
        ouro_value objects = tuple_new(rt, args, nargs);
        bool ok = !ouro_is_null(objects) && audit_event(rt, "gc.get_referents", &objects, 1);
        value_decref(rt, objects);
        if (!ok) {
            return OURO_NULL;
        }
    }
    if (gc_refuse_keywords(rt, "get_referents", kwnames) || !types_fill_all(rt)) {
        return OURO_NULL;
    }
    struct gc_referents r = {rt, list_new(rt, NULL, 0)};
    for (size_t i = 0; i < nargs && !ouro_is_null(r.list); i++) {
        if (gc_add_referents(&r, args[i]) != 0) {
            value_clear(rt, &r.list);
        }
    }
    return r.list;
}

static ouro_value gc_module_is_tracked(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)rt;
    (void)nargs;
    return ouro_bool(ouro_is_object(args[0]) && gc_is_tracked(ouro_as_object(args[0])));
}

static ouro_value gc_module_is_finalized(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)rt;
    (void)nargs;
    return ouro_bool(ouro_is_object(args[0]) && (ouro_as_object(args[0])->gc & OURO_GC_FINALIZED) != 0);
}

static ouro_value gc_module_freeze(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    gc_freeze(rt);
    return OURO_NONE;
}

static ouro_value gc_module_unfreeze(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    gc_unfreeze(rt);
    return OURO_NONE;
}

static ouro_value gc_module_get_freeze_count(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    (void)args;
    (void)nargs;
    return ouro_int((int64_t)gc_freeze_count(rt));
}

static const method_def gc_functions[] = {
    {.name = "enable", .signature = "", .fn = gc_module_enable, .doc = "Turn automatic collection on."},
    {.name = "disable", .signature = "", .fn = gc_module_disable, .doc = "Turn automatic collection off."},
    {.name = "isenabled", .signature = "", .fn = gc_module_isenabled, .doc = "Is automatic collection on?"},
    {.name = "collect",
     .signature = "generation=2",
     .fn = gc_module_collect,
     .doc = "Collect a generation and all younger ones now (by default all objects).\n\n"
            "Returns how many unreachable objects were found."},
    {.name = "get_count", .signature = "", .fn = gc_module_get_count, .doc = "The counts of the three generations."},
    {.name = "set_threshold",
     .raw = gc_module_set_threshold,
     .doc = "set_threshold(threshold0, [threshold1, threshold2]) -> None\n\n"
            "Set the thresholds; 0 as the first turns automatic collection off."},
    {.name = "get_threshold", .signature = "", .fn = gc_module_get_threshold, .doc = "The thresholds, a 3-tuple."},
    {.name = "set_debug",
     .signature = "flags, /",
     .fn = gc_module_set_debug,
     .doc = "Set the debugging flags, a combination of the DEBUG_ constants.\n\n"
            "The collector then reports to sys.stderr."},
    {.name = "get_debug", .signature = "", .fn = gc_module_get_debug, .doc = "The debugging flags."},
    {.name = "get_objects",
     .signature = "generation=None",
     .fn = gc_module_get_objects,
     .doc = "A list of all objects that the collector sees, or of those in one generation."},
    {.name = "get_stats",
     .signature = "",
     .fn = gc_module_get_stats,
     .doc = "For each generation a dict: collections, collected, uncollectable."},
    {.name = "get_referrers",
     .raw = gc_module_get_referrers,
     .doc = "get_referrers(*objs) -> list\nThe objects that refer directly to any of objs."},
    {.name = "get_referents",
     .raw = gc_module_get_referents,
     .doc = "get_referents(*objs) -> list\nThe objects that objs refer directly to."},
    {.name = "is_tracked",
     .signature = "obj, /",
     .fn = gc_module_is_tracked,
     .doc = "Does the collector see the object?  Simple atomic objects it does not."},
    {.name = "is_finalized", .signature = "obj, /", .fn = gc_module_is_finalized, .doc = "Has its finalizer run?"},
    {.name = "freeze",
     .signature = "",
     .fn = gc_module_freeze,
     .doc = "Put all objects out of the collector's sight, until unfreeze()."},
    {.name = "unfreeze",
     .signature = "",
     .fn = gc_module_unfreeze,
     .doc = "Put frozen objects into the oldest generation."},
    {.name = "get_freeze_count", .signature = "", .fn = gc_module_get_freeze_count, .doc = "How many are frozen."},
    {.name = NULL},
};

/* ---- module ---------------------------------------------------------------------------------------------- */

static bool gc_start(ouro_runtime *rt, module_object *module)
{
    static const struct {
        const char *name;
        int value;
    } flags[] = {
        {"DEBUG_STATS", GC_DEBUG_STATS},
        {"DEBUG_COLLECTABLE", GC_DEBUG_COLLECTABLE},
        {"DEBUG_UNCOLLECTABLE", GC_DEBUG_UNCOLLECTABLE},
        {"DEBUG_SAVEALL", GC_DEBUG_SAVEALL},
        {"DEBUG_LEAK", GC_DEBUG_COLLECTABLE | GC_DEBUG_UNCOLLECTABLE | GC_DEBUG_SAVEALL},
    };
    struct gc_module *state = module->state;
    state->garbage = list_new(rt, NULL, 0);
    state->callbacks = list_new(rt, NULL, 0);
    if (ouro_is_null(state->garbage) || ouro_is_null(state->callbacks) ||
        !module_add(rt, module, "garbage", value_incref(state->garbage)) ||
        !module_add(rt, module, "callbacks", value_incref(state->callbacks))) {
        return false;
    }
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (!module_add_int(rt, module, flags[i].name, flags[i].value)) {
            return false;
        }
    }
    rt->gc->hook_context = state;
    rt->gc->on_phase = gc_call_back;
    rt->gc->save_garbage = gc_save_garbage;
    rt->write_error = gc_write;
    return true;
}

static int gc_traverse(ouro_runtime *rt, module_object *module, ouro_visit_fn visit, void *context)
{
    const struct gc_module *state = module->state;
    (void)rt;
    int result = 0;
    if (ouro_is_object(state->garbage)) {
        result = visit(state->garbage, context);
    }
    if (result == 0 && ouro_is_object(state->callbacks)) {
        result = visit(state->callbacks, context);
    }
    return result;
}

static void gc_clear(ouro_runtime *rt, module_object *module)
{
    struct gc_module *state = module->state;
    if (rt->gc->hook_context == state) {
        rt->gc->hook_context = NULL;
        rt->gc->on_phase = NULL;
        rt->gc->save_garbage = NULL;
        rt->write_error = NULL;
    }
    value_clear(rt, &state->garbage);
    value_clear(rt, &state->callbacks);
}

const module_def gc_module_def = {
    .name = "gc",
    .doc = "The collector of reference cycles: run it, tune it, look at what it sees.",
    .functions = gc_functions,
    .state_size = sizeof(struct gc_module),
    .start = gc_start,
    .traverse = gc_traverse,
    .clear = gc_clear,
};

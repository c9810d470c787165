/* settrace.c: telling trace and profile functions what happens (settrace.h).
 *
 * vm->settrace_depth counts the functions that are running: nothing is told of what they do themselves.
 */
#include "vm/settrace.h"

#include "lang/opcode.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/positions.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/ops.h"
#include "vm/stores.h"

/* ---- on and off ---- */

void settrace_update(ouro_runtime *rt)
{
    const struct vm_state *vm = rt->vm;
    if (vm->stores != NULL || (vm->settrace_depth == 0 && (!ouro_is_null(vm->trace_function) ||
                                                           !ouro_is_null(vm->profile_function)))) {
        rt_set_pending(rt, RT_PENDING_SETTRACE);
    } else {
        rt_clear_pending(rt, RT_PENDING_SETTRACE);
    }
}

bool settrace_may_replace(ouro_runtime *rt, bool profile)
{
    if (!rt->vm->settrace_replacing[profile]) {
        return true;
    }
    const char *kind = profile ? "profile" : "trace";
    error_runtime(rt, "Cannot install a %s function while another %s function is being installed", kind, kind);
    return false;
}

static void settrace_replace(ouro_runtime *rt, ouro_value *function, ouro_value by, bool profile)
{
    bool *replacing = &rt->vm->settrace_replacing[profile], outer = *replacing;
    *replacing = true;
    value_replace(rt, function, value_incref(by));
    *replacing = outer;
    settrace_update(rt);
}

void settrace_set_function(ouro_runtime *rt, ouro_value function)
{
    settrace_replace(rt, &rt->vm->trace_function, function, false);
}

void settrace_set_profile(ouro_runtime *rt, ouro_value function)
{
    settrace_set_listener(rt, NULL, function);
}

void settrace_set_listener(ouro_runtime *rt, vm_profile_listener listener, ouro_value owner)
{
    rt->vm->profile_listener = listener;
    settrace_replace(rt, &rt->vm->profile_function, owner, true);
}

ouro_value settrace_call_traced(ouro_runtime *rt, ouro_value callable, ouro_value args)
{
    struct vm_state *vm = rt->vm;
    int tracing = vm->settrace_depth, event = vm->settrace_event;
    vm->settrace_depth = 0;
    settrace_update(rt);
    ouro_value result = object_call_tuple(rt, callable, args, OURO_NULL);
    vm->settrace_depth = tracing;
    vm->settrace_event = event;
    settrace_update(rt);
    return result;
}

void settrace_pause(ouro_runtime *rt)
{
    rt->vm->settrace_depth++;
    settrace_update(rt);
}

void settrace_go_on(ouro_runtime *rt)
{
    rt->vm->settrace_depth--;
    settrace_update(rt);
}

/* ---- calling the functions ---- */

/* function(frame, event, arg): new reference.  The frame's locals are in step with its f_locals before and
 * after. */
static ouro_value settrace_call(ouro_runtime *rt, frame *f, ouro_value function, enum settrace_event event,
                                ouro_value arg)
{
    static const char *const names[] = {
        [SETTRACE_CALL] = "call",         [SETTRACE_EXCEPTION] = "exception",
        [SETTRACE_LINE] = "line",         [SETTRACE_RETURN] = "return",
        [SETTRACE_C_CALL] = "c_call",     [SETTRACE_C_EXCEPTION] = "c_exception",
        [SETTRACE_C_RETURN] = "c_return", [SETTRACE_OPCODE] = "opcode"};
    struct vm_state *vm = rt->vm;
    frame_object *object = frame_get_object(rt, f);
    ouro_value name = object ? str_intern_cstring(rt, names[event]) : OURO_NULL;
    if (ouro_is_null(name)) {
        return OURO_NULL;
    }
    value_incref(function); /* it may replace itself */
    object_incref(&object->object);
    int outer = vm->settrace_event;
    vm->settrace_event = (int)event;
    settrace_pause(rt);
    ouro_value result = OURO_NULL;
    bool ok = true;
    if (!ouro_is_null(object->locals)) {
        ouro_value locals = frame_locals_dict(rt, f);
        ok = !ouro_is_null(locals);
        value_decref(rt, locals);
    }
    if (ok) {
        ouro_value args[] = {ouro_from_object(object), name, ouro_is_null(arg) ? OURO_NONE : arg};
        result = object_call(rt, function, args, 3, OURO_NULL);
        if (!ouro_is_null(object->locals)) {
            frame_store_locals(rt, f);
        }
    }
    vm->settrace_event = outer;
    settrace_go_on(rt);
    if (ouro_is_null(result)) {
        op_add_traceback(rt, f);
    }
    object_decref(rt, &object->object);
    value_decref(rt, name);
    value_decref(rt, function);
    return result;
}

/* The trace function, or after the call what it returned for this frame. */
static bool settrace_tell(ouro_runtime *rt, frame *f, enum settrace_event event, ouro_value arg)
{
    struct vm_state *vm = rt->vm;
    if (vm->settrace_depth || ouro_is_null(vm->trace_function)) {
        return true;
    }
    ouro_value function = event == SETTRACE_CALL ? vm->trace_function
                          : f->object            ? f->object->trace
                                                 : OURO_NULL;
    if (ouro_is_null(function)) {
        return true;
    }
    ouro_value result = settrace_call(rt, f, function, event, arg);
    if (ouro_is_null(result)) {
        ouro_value exception = error_take(rt);
        settrace_set_function(rt, OURO_NULL);
        if (f->object) {
            value_clear(rt, &f->object->trace);
        }
        error_restore(rt, exception);
        return false;
    }
    if (!ouro_is_none(result)) {
        value_replace(rt, &f->object->trace, result);
    }
    return true;
}

/* `self` is what the native function `arg` of a SETTRACE_C_CALL is called on: listeners are told. */
static bool settrace_tell_profile_of(ouro_runtime *rt, frame *f, enum settrace_event event, ouro_value arg,
                                     ouro_value self)
{
    struct vm_state *vm = rt->vm;
    if (vm->settrace_depth || ouro_is_null(vm->profile_function)) {
        return true;
    }
    if (vm->profile_listener != NULL) {
        ouro_value owner = value_incref(vm->profile_function);
        vm->profile_listener(rt, owner, (int)event, event < SETTRACE_C_CALL ? ouro_from_object(f->code) : arg, self);
        value_decref(rt, owner);
        return true;
    }
    ouro_value result = settrace_call(rt, f, vm->profile_function, event, arg);
    if (ouro_is_null(result)) {
        ouro_value exception = error_take(rt);
        settrace_set_profile(rt, OURO_NULL);
        error_restore(rt, exception);
        return false;
    }
    value_decref(rt, result);
    return true;
}

static bool settrace_tell_profile(ouro_runtime *rt, frame *f, enum settrace_event event, ouro_value arg)
{
    return settrace_tell_profile_of(rt, f, event, arg, OURO_NULL);
}

/* ---- lines ---- */

const int32_t *settrace_lines(ouro_runtime *rt, code_object *code)
{
    if (!code->vm_data) {
        int32_t *lines = ouro_mem_alloc_zeroed(rt->mem, (code->unit_count + 1) * sizeof *lines);
        if (!lines) {
            error_no_memory(rt);
            return NULL;
        }
        positions_reader r;
        positions_read_start(&r, code);
        while (positions_read_next(&r)) {
            for (uint32_t i = r.start; i < r.end && i < code->unit_count; i++) {
                lines[i] = r.place.line;
            }
        }
        code->vm_data = lines;
    }
    return code->vm_data;
}

/* The first instruction that is traced: the function begins there (cells and the generator are made before
 * it). */
static uint32_t settrace_entry(const code_object *code)
{
    uint32_t i = 0;
    while (i < code->unit_count && unit_opcode(code->units[i]) != OP_RESUME) {
        i += 1u + opcode_caches[unit_opcode(code->units[i])];
    }
    return i;
}

static bool settrace_line(ouro_runtime *rt, frame *f, uint32_t at, uint32_t before, uint32_t entry)
{
    code_object *code = f->code;
    const int32_t *lines = settrace_lines(rt, code);
    if (!lines) {
        return false;
    }
    int32_t line = lines[at], last = before <= entry ? -1 : lines[before];
    if (line == 0) {
        f->object->traced_unit = before + 1;
    }
    bool again =
        at < before && unit_opcode(code->units[at]) != OP_SEND; /* a jump back, but for `yield from` */
    uint32_t *ip = f->ip;
    if (line > 0 && f->object->trace_lines && (line != last || again) &&
        !settrace_tell(rt, f, SETTRACE_LINE, OURO_NULL)) {
        return false;
    }
    return f->ip != ip || !f->object->trace_opcodes || settrace_tell(rt, f, SETTRACE_OPCODE, OURO_NULL);
}

/* `before` is the unit of the instruction executed before that at `at` in this frame. */
static enum settrace_result settrace_instruction(ouro_runtime *rt, frame *f, uint32_t at, uint32_t before)
{
    uint32_t entry = settrace_entry(f->code);
    if (at < entry) {
        return SETTRACE_GOES_ON;
    }
    opcode op = unit_opcode(f->code->units[at]);
    if (op == OP_RESUME) {
        bool ok = settrace_tell(rt, f, SETTRACE_CALL, OURO_NULL) &&
                  settrace_tell_profile(rt, f, SETTRACE_CALL, OURO_NULL);
        if (f->object) {
            f->object->traced_unit = at + 1;
        }
        return ok ? SETTRACE_GOES_ON : SETTRACE_RAISED;
    }
    uint32_t *ip = f->ip;
    if (f->object) {
        f->object->traced_unit = at + 1;
        if (!ouro_is_null(f->object->trace) && !settrace_line(rt, f, at, before, entry)) {
            return SETTRACE_RAISED;
        }
        if (f->ip != ip) {
            f->object->traced_unit = frame_unit(f) + 1;
        }
    }
    if (f->ip == ip && (op == OP_RETURN_VALUE || op == OP_YIELD_VALUE) &&
        !settrace_return(rt, f, f->top[-1])) {
        return SETTRACE_RAISED_AT_RETURN;
    }
    return SETTRACE_GOES_ON;
}

/* ---- returns, exceptions ---- */

bool settrace_enter_thrown(ouro_runtime *rt, frame *f)
{
    ouro_value exception = error_take(rt);
    if (settrace_tell(rt, f, SETTRACE_CALL, OURO_NULL) &&
        settrace_tell_profile(rt, f, SETTRACE_CALL, OURO_NULL)) {
        error_restore(rt, exception);
        return true;
    }
    value_decref(rt, exception);
    return false;
}

bool settrace_return(ouro_runtime *rt, frame *f, ouro_value result)
{
    ouro_value exception = error_take(rt);
    if (settrace_tell(rt, f, SETTRACE_RETURN, result) &&
        settrace_tell_profile(rt, f, SETTRACE_RETURN, result)) {
        error_restore(rt, exception);
        return true;
    }
    value_decref(rt, exception);
    return false;
}

void settrace_exception(ouro_runtime *rt, frame *f)
{
    if (!f->object || ouro_is_null(f->object->trace)) {
        return;
    }
    ouro_value exception = error_take(rt);
    ouro_value traceback = as_exception(exception)->traceback;
    ouro_value arg = tuple_pack3(rt, type_value(value_type(rt, exception)), exception,
                                 ouro_is_null(traceback) ? OURO_NONE : traceback);
    bool ok = !ouro_is_null(arg) && settrace_tell(rt, f, SETTRACE_EXCEPTION, arg);
    value_decref(rt, arg);
    if (ok) {
        error_restore(rt, exception);
    } else {
        value_decref(rt, exception);
    }
}

ouro_value settrace_next(ouro_runtime *rt, frame *f, ouro_value iterator)
{
    ouro_value item = iterator_step(rt, iterator);
    if (ouro_is_null(item) && error_is_set(rt) && error_matches(rt, EXC(rt, StopIteration))) {
        settrace_exception(rt, f);
        error_clear_if(rt, EXC(rt, StopIteration));
    }
    return item;
}

bool settrace_stop(ouro_runtime *rt, frame *f, ouro_value iterator, ouro_value result)
{
    if (!f->object || ouro_is_null(f->object->trace) ||
        (ouro_is_none(result) && value_type(rt, iterator) == TYPE(rt, generator))) {
        return true;
    }
    error_stop_iteration(rt, ouro_is_none(result) ? OURO_NULL : result);
    settrace_exception(rt, f);
    return error_clear_if(rt, EXC(rt, StopIteration));
}

/* ---- calls of native functions ---- */

/* Does the profile function want to hear of this call?  Native functions and methods only, not types. */
static bool settrace_wants_call(ouro_runtime *rt, ouro_value callable, bool has_arguments)
{
    if (ouro_is_null(rt->vm->profile_function) || rt->vm->settrace_depth || !ouro_is_object(callable)) {
        return false;
    }
    const ouro_type *type = ouro_as_object(callable)->shape->type;
    return type == &TYPE(rt, builtin_function)->type ||
           (type == &TYPE(rt, method_descriptor)->type && has_arguments);
}

static ouro_value settrace_native_call(ouro_runtime *rt, frame *f, uint32_t unit, ouro_value callable,
                                       const ouro_value *args, size_t nargs)
{
    switch (unit_opcode(unit)) {
    case OP_CALL:
        return object_call(rt, callable, args, nargs, OURO_NULL);
    case OP_CALL_KW:
        return object_call(rt, callable, args, nargs, f->top[-1]);
    default:
        return op_call_ex(rt, callable, args[0], unit_argument(unit) ? f->top[-1] : OURO_NULL);
    }
}

/* Executes the CALL, CALL_KW or CALL_EX `unit` on the stored stack if it is one that the profile function
 * hears of: c_call, then c_return or c_exception.  1: done; 0: no such call; -1: an exception is set. */
static int settrace_profile_call(ouro_runtime *rt, frame *f, uint32_t unit)
{
    opcode op = unit_opcode(unit);
    size_t argument = unit_argument(unit);
    ouro_value *args, *base;
    size_t nargs;
    bool has_arguments;
    if (op == OP_CALL_EX) { /* callable tuple [mapping] */
        args = f->top - 1 - argument;
        base = args - 1;
        base -= ouro_is_null(*base);
        nargs = 1;
        has_arguments = value_is_tuple(rt, *args) && as_tuple(*args)->size > 0;
    } else {
        size_t keywords = op == OP_CALL_KW ? as_tuple(f->top[-1])->size : 0;
        args = f->top - (op == OP_CALL_KW) - argument;
        base = args - 2;
        nargs = argument - keywords;
        if (!ouro_is_null(args[-1])) {
            args--;
            nargs++;
        }
        has_arguments = nargs > 0;
    }
    ouro_value callable = *base;
    if (!settrace_wants_call(rt, callable, has_arguments)) {
        return 0;
    }
    const type_object *type = value_type(rt, callable);
    ouro_value shown = value_incref(callable), self = OURO_NULL;
    if (type == TYPE(rt, method_descriptor)) {
        self = op == OP_CALL_EX ? as_tuple(*args)->items[0] : args[0];
        if (rt->vm->profile_listener == NULL) { /* a profile function gets a bound method */
            value_replace(rt, &shown,
                          type->slots.descr_get(rt, callable, self, type_value(value_type(rt, self))));
        }
    }
    ouro_value result = OURO_NULL;
    if (!ouro_is_null(shown) && settrace_tell_profile_of(rt, f, SETTRACE_C_CALL, shown, self)) {
        result = settrace_native_call(rt, f, unit, callable, args, nargs);
        ouro_value exception = error_take(rt);
        if (settrace_tell_profile(rt, f, ouro_is_null(result) ? SETTRACE_C_EXCEPTION : SETTRACE_C_RETURN,
                                  shown)) {
            error_restore(rt, exception);
        } else {
            value_decref(rt, exception);
            value_clear(rt, &result);
        }
    }
    value_decref(rt, shown);
    if (ouro_is_null(result)) {
        return -1;
    }
    while (f->top > base) {
        ouro_value v = *--f->top;
        value_decref(rt, v);
    }
    *f->top++ = result;
    return 1;
}

/* ---- each instruction ---- */

static enum settrace_result settrace_before_call(ouro_runtime *rt, frame *f, uint32_t unit)
{
    int called = settrace_profile_call(rt, f, unit);
    if (called <= 0) {
        return called < 0 ? SETTRACE_RAISED : SETTRACE_GOES_ON;
    }
    f->ip += opcode_caches[unit_opcode(unit)];
    return SETTRACE_EXECUTED;
}

/* There is only a profile function: one of the instructions SETTRACE_PROFILES. */
static enum settrace_result settrace_before_profiled(ouro_runtime *rt, frame *f, uint32_t unit)
{
    switch (unit_opcode(unit)) {
    case OP_RESUME:
        return settrace_tell_profile(rt, f, SETTRACE_CALL, OURO_NULL) ? SETTRACE_GOES_ON : SETTRACE_RAISED;
    case OP_RETURN_VALUE:
    case OP_YIELD_VALUE:
        return settrace_return(rt, f, f->top[-1]) ? SETTRACE_GOES_ON : SETTRACE_RAISED_AT_RETURN;
    case OP_CALL:
    case OP_CALL_KW:
    case OP_CALL_EX:
        return settrace_before_call(rt, f, unit);
    default:
        return SETTRACE_GOES_ON;
    }
}

enum settrace_result settrace_before(ouro_runtime *rt, frame *f, uint32_t *ip, ouro_value *top,
                                     uint32_t *unit)
{
    uint32_t at = (uint32_t)(ip - f->code->units) - 1;
    uint32_t before = f->object && f->object->traced_unit ? f->object->traced_unit - 1 : frame_unit(f);
    f->ip = ip;
    f->top = top;
    if (!settrace_is_fine(rt)) {
        return settrace_before_profiled(rt, f, *unit);
    }
    if (OURO_UNLIKELY(stores_are_traced(rt))) {
        stores_note(rt, f, at, *unit);
    }
    enum settrace_result result = settrace_instruction(rt, f, at, before);
    if (f->ip != ip) { /* f_lineno was assigned */
        *unit = f->ip[-1];
    }
    if (result != SETTRACE_GOES_ON) {
        return result;
    }
    switch (unit_opcode(*unit)) {
    case OP_STORE_FAST_LOAD_FAST: /* may stand for the end of one line and the start of the next */
        *unit = unit_make(OP_STORE_FAST, unit_argument(*unit) & 0xfff);
        return SETTRACE_GOES_ON;
    case OP_CALL:
    case OP_CALL_KW:
    case OP_CALL_EX:
        return settrace_before_call(rt, f, *unit);
    default:
        return SETTRACE_GOES_ON;
    }
}

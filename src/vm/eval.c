/* eval.c: the evaluation loop.
 *
 * One C function runs any number of nested Python calls: a call pushes a frame and goes on, a return pops it and
 * goes on in the caller.  It returns to C only when the frame it was entered with (FRAME_ENTRY) ends or yields.
 *
 * Its registers: `f` the frame; `ip` the unit after the opcode being executed (caches follow); `sp` the end of the
 * operands; `locals`, `constants` of the frame.  `f->ip` and `f->top` are stored (SAVE) before anything that may
 * run other code, look at the frame, or raise: a line number asked for meanwhile is right.
 *
 * An operand on the stack is an owned reference.  An instruction that pops operands drops them last, when the stack
 * no longer shows them: dropping can run any code.
 */
#include "lang/opcode.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/iterators.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/table.h"
#include "vm/attribute_cache.h"
#include "vm/fast.h"
#include "vm/frame_inline.h"
#include "vm/generator.h"
#include "vm/ops.h"
#include "vm/rare.h"
#include "vm/settrace.h"

#include <string.h>

/* gcc would join the jumps at the end of the instructions into one, and with them what the processor learns of each
 * (clang keeps them apart by itself). */
#if defined(__GNUC__) && !defined(__clang__)
#define EVAL_OPTIONS __attribute__((optimize("no-gcse", "no-crossjumping")))
#else
#define EVAL_OPTIONS
#endif

#define SAVE() (f->ip = ip, f->top = sp)
#define LOAD_REGISTERS()                                                                                     \
    (ip = f->ip, sp = f->top, locals = frame_locals(f), constants = as_tuple(f->code->constants)->items)
#define NEXT()                                                                                               \
    do {                                                                                                     \
        unit = *ip++;                                                                                        \
        goto *targets[unit & 0xff];                                                                          \
    } while (0)
/* Goes on in a called function. */
#define ENTER(callee)                                                                                        \
    do {                                                                                                     \
        rt->recursion++;                                                                                     \
        (callee)->previous = f;                                                                              \
        f = (callee);                                                                                        \
        rt->vm->frame = f;                                                                                   \
        LOAD_REGISTERS();                                                                                    \
        NEXT();                                                                                              \
    } while (0)
/* Drops the operands above `end`, the uppermost first. */
#define DROP_TO(end)                                                                                         \
    do {                                                                                                     \
        while (sp > (end)) {                                                                                 \
            ouro_value dropped_ = POP();                                                                     \
            SAVE();                                                                                          \
            eval_drop(rt, dropped_);                                                                      \
        }                                                                                                    \
    } while (0)
/* The instructions of the table that applies from now on. */
#define TARGETS_NOW()                                                                                        \
    (OURO_LIKELY(!settrace_is_on(rt)) ? plain_targets                                                        \
     : settrace_is_fine(rt)           ? traced_targets                                                       \
                                      : profiled_targets)
/* Where collections, signals and interrupts run, and tracing begins. */
#define SAFE_POINT()                                                                                         \
    do {                                                                                                     \
        if (OURO_UNLIKELY(rt->pending)) {                                                                    \
            SAVE();                                                                                          \
            if (!vm_safe_point(rt)) {                                                                    \
                goto error;                                                                                  \
            }                                                                                                \
            targets = TARGETS_NOW();                                                                         \
        }                                                                                                    \
    } while (0)
#define ARGUMENT (unit >> 8)
#define JUMP_TO(target) (ip = f->code->units + (target))
#define NAME(i) (as_tuple(f->code->names)->items[i])
#define PUSH(v) (*sp++ = (v))
#define POP() (*--sp)
#define TARGET(name) target_##name

/* The end of a comparison, its operands gone: the jump that mostly follows is made at once. */
#define NEXT_WITH_TRUTH(truth)                                                                               \
    do {                                                                                                     \
        bool truth_ = (truth);                                                                               \
        unit = *ip;                                                                                          \
        if (OURO_LIKELY((unit & 0xff) == OP_POP_JUMP_IF_FALSE && !rt->pending)) {                            \
            ip++;                                                                                            \
            if (!truth_) {                                                                                   \
                JUMP_TO(ARGUMENT);                                                                           \
            }                                                                                                \
        } else {                                                                                             \
            PUSH(ouro_bool(truth_));                                                                         \
        }                                                                                                    \
        NEXT();                                                                                              \
    } while (0)

/* Pushes a result that may be a failure. */
#define PUSH_OR_FAIL(expression)                                                                             \
    do {                                                                                                     \
        ouro_value result_ = (expression);                                                                   \
        if (OURO_UNLIKELY(ouro_is_null(result_))) {                                                          \
            goto error;                                                                                      \
        }                                                                                                    \
        PUSH(result_);                                                                                       \
    } while (0)

static inline bool eval_is_simple_call(const function_object *function, size_t nargs)
{
    const code_object *code = function->code;
    return code->argument_count == nargs && code->keyword_only_count == 0 &&
           (code->flags & (CODE_VARARGS | CODE_VARKEYWORDS | CODE_NEWLOCALS)) == CODE_NEWLOCALS;
}

static ouro_value eval_slow_binary(ouro_runtime *rt, uint32_t op, ouro_value a, ouro_value b)
{
    if (op & OPCODE_INPLACE) {
        return object_inplace(rt, (binary_op)(op & 0x3f), a, b);
    }
    return object_binary(rt, (binary_op)(op & 0x3f), a, b);
}

EVAL_OPTIONS ouro_value vm_run_frame(ouro_runtime *rt, frame *f, bool thrown)
{
    static const void *const plain_targets[256] = {
#define OPCODE(name, argument, caches, effect) [OP_##name] = &&target_##name,
        OPCODES(OPCODE)
#undef OPCODE
            [OPCODE_COUNT... 255] = &&target_invalid,
    };
    static const void *const traced_targets[256] = {[0 ... 255] = &&target_traced};
    static const void *const profiled_targets[256] = {
#define OPCODE(name, argument, caches, effect)                                                               \
    [OP_##name] = SETTRACE_PROFILES(OP_##name) ? &&target_traced : &&target_##name,
        OPCODES(OPCODE)
#undef OPCODE
            [OPCODE_COUNT... 255] = &&target_invalid,
    };
    const void *const *targets = TARGETS_NOW();
    uint32_t *ip;
    ouro_value *sp, *locals;
    const ouro_value *constants;
    uint32_t unit;

    LOAD_REGISTERS();
    if (thrown) {
        if (OURO_UNLIKELY(settrace_is_on(rt)) && !settrace_enter_thrown(rt, f)) {
            goto unwind;
        }
        goto error;
    }
    NEXT();

    TARGET(NOP):
        NEXT();

    TARGET(RESUME):
        if (OURO_UNLIKELY(rt->pending)) {
            const void *const *before = targets;
            SAFE_POINT();
            if (before == plain_targets && targets != plain_targets) {
                goto target_traced; /* which begins with this call */
            }
        }
        NEXT();

    TARGET(POP_TOP): {
        ouro_value v = POP();
        SAVE();
        eval_drop(rt, v);
        NEXT();
    }

    TARGET(COPY): {
        ouro_value v = sp[-(int64_t)ARGUMENT];
        PUSH(value_incref(v));
        NEXT();
    }

    TARGET(SWAP): {
        ouro_value v = sp[-1];
        sp[-1] = sp[-(int64_t)ARGUMENT];
        sp[-(int64_t)ARGUMENT] = v;
        NEXT();
    }

    TARGET(PUSH_NULL):
        PUSH(OURO_NULL);
        NEXT();

    /* ---- variables ---- */

    TARGET(LOAD_FAST): {
        ouro_value v = locals[ARGUMENT];
        if (OURO_UNLIKELY(ouro_is_null(v))) {
            op_unbound(rt, f, ARGUMENT);
            goto error;
        }
        PUSH(value_incref(v));
        NEXT();
    }

    TARGET(LOAD_FAST_LOAD_FAST): {
        uint32_t first = ARGUMENT & 0xfff, second = ARGUMENT >> 12;
        ouro_value v = locals[first], w = locals[second];
        if (OURO_UNLIKELY(ouro_is_null(v) || ouro_is_null(w))) {
            op_unbound(rt, f, ouro_is_null(v) ? first : second);
            goto error;
        }
        PUSH(value_incref(v));
        PUSH(value_incref(w));
        NEXT();
    }

    TARGET(LOAD_FAST_LOAD_CONST): {
        ouro_value v = locals[ARGUMENT & 0xfff];
        if (OURO_UNLIKELY(ouro_is_null(v))) {
            op_unbound(rt, f, ARGUMENT & 0xfff);
            goto error;
        }
        PUSH(value_incref(v));
        PUSH(value_incref(constants[ARGUMENT >> 12]));
        NEXT();
    }

    TARGET(STORE_FAST): {
        ouro_value old = locals[ARGUMENT];
        locals[ARGUMENT] = POP();
        if (ouro_is_object(old)) {
            SAVE();
            object_decref(rt, ouro_as_object(old));
        }
        NEXT();
    }

    TARGET(STORE_FAST_LOAD_FAST): {
        uint32_t to = ARGUMENT & 0xfff;
        ouro_value old = locals[to];
        locals[to] = POP();
        if (ouro_is_object(old)) {
            SAVE();
            object_decref(rt, ouro_as_object(old));
        }
        ip++; /* the LOAD_FAST */
        ouro_value v = locals[ARGUMENT >> 12];
        if (OURO_UNLIKELY(ouro_is_null(v))) {
            op_unbound(rt, f, ARGUMENT >> 12);
            goto error;
        }
        PUSH(value_incref(v));
        NEXT();
    }

    TARGET(STORE_FAST_STORE_FAST): {
        uint32_t to = ARGUMENT & 0xfff, then = ARGUMENT >> 12;
        ouro_value old = locals[to];
        locals[to] = POP();
        SAVE();
        eval_drop(rt, old);
        old = locals[then];
        locals[then] = POP();
        SAVE();
        eval_drop(rt, old);
        NEXT();
    }

    TARGET(DELETE_FAST): {
        ouro_value old = locals[ARGUMENT];
        if (OURO_UNLIKELY(ouro_is_null(old))) {
            op_unbound(rt, f, ARGUMENT);
            goto error;
        }
        locals[ARGUMENT] = OURO_NULL;
        SAVE();
        eval_drop(rt, old);
        NEXT();
    }

    TARGET(LOAD_CONST):
        PUSH(value_incref(constants[ARGUMENT]));
        NEXT();

    TARGET(LOAD_GLOBAL): {
        /* cache: layout of globals, layout of builtins (0: found in globals), entry */
        dict_object *globals = f->function->globals;
        ouro_value v = OURO_NULL;
        if (OURO_LIKELY(ip[0] != 0 && ip[0] == globals->layout_version)) {
            if (ip[1] == 0) {
                v = table_entry(globals->table, ip[2])[1];
            } else if (ip[1] == rt->vm->builtins_dict->layout_version) {
                v = table_entry(rt->vm->builtins_dict->table, ip[2])[1];
            }
        }
        if (OURO_LIKELY(!ouro_is_null(v))) {
            PUSH(value_incref(v));
        } else {
            SAVE();
            PUSH_OR_FAIL(op_load_global(rt, f, ip, NAME(ARGUMENT)));
        }
        ip += 3;
        NEXT();
    }

    TARGET(STORE_GLOBAL): {
        SAVE();
        if (!dict_set(rt, f->function->globals, NAME(ARGUMENT), sp[-1])) {
            goto error;
        }
        ouro_value v = POP();
        SAVE();
        eval_drop(rt, v);
        NEXT();
    }

    TARGET(LOAD_CLOSURE):
        PUSH(value_incref(locals[ARGUMENT]));
        NEXT();

    TARGET(LOAD_DEREF): {
        ouro_value v = ((cell_object *)(void *)ouro_as_object(locals[ARGUMENT]))->contents;
        if (OURO_UNLIKELY(ouro_is_null(v))) {
            op_unbound(rt, f, ARGUMENT);
            goto error;
        }
        PUSH(value_incref(v));
        NEXT();
    }

    TARGET(STORE_DEREF): {
        cell_object *cell = (cell_object *)(void *)ouro_as_object(locals[ARGUMENT]);
        ouro_value v = POP();
        SAVE();
        value_replace(rt, &cell->contents, v);
        NEXT();
    }

    /* ---- attributes and items ---- */

    TARGET(LOAD_ATTR_LOCAL): {
        ouro_value receiver = locals[ARGUMENT & 0xff];
        if (OURO_LIKELY(ouro_is_object(receiver))) {
            ouro_value cached = cache_load(ip, ouro_as_object(receiver));
            if (OURO_LIKELY(!ouro_is_null(cached))) {
                PUSH(value_incref(cached));
                ip += 5;
                NEXT();
            }
        }
        if (ouro_is_null(receiver)) {
            op_unbound(rt, f, ARGUMENT & 0xff);
            goto error;
        }
        SAVE();
        value_incref(receiver); /* code run by the look-up may store to the local */
        ouro_value v = op_load_attr(rt, ip, receiver, NAME(ARGUMENT >> 8));
        eval_drop(rt, receiver);
        PUSH_OR_FAIL(v);
        ip += 5;
        NEXT();
    }

    TARGET(LOAD_ATTR): {
        ouro_value receiver = sp[-1];
        ouro_value v = ouro_is_object(receiver) ? cache_load(ip, ouro_as_object(receiver)) : OURO_NULL;
        SAVE();
        if (OURO_LIKELY(!ouro_is_null(v))) {
            value_incref(v);
        } else {
            v = op_load_attr(rt, ip, receiver, NAME(ARGUMENT));
            if (ouro_is_null(v)) {
                goto error;
            }
        }
        sp[-1] = v;
        eval_drop(rt, receiver);
        ip += 5;
        NEXT();
    }

    TARGET(LOAD_METHOD): {
        ouro_value receiver = sp[-1];
        if (OURO_LIKELY(value_shape(rt, receiver)->id == ip[0] && ip[0] != 0 &&
                        cache_kind(ip) == ATTRIBUTE_METHOD)) {
            sp[-1] = value_incref(cache_value(ip));
            PUSH(receiver);
            ip += 5;
            NEXT();
        }
        SAVE();
        ouro_value callable, self;
        if (!op_load_method(rt, ip, receiver, NAME(ARGUMENT), &callable, &self)) {
            goto error;
        }
        sp[-1] = callable;
        PUSH(self);
        eval_drop(rt, receiver);
        ip += 5;
        NEXT();
    }

    TARGET(STORE_ATTR): {
        ouro_value receiver = sp[-1], v = sp[-2], old;
        if (OURO_LIKELY(ouro_is_object(receiver) && cache_store(ip, ouro_as_object(receiver), v, &old))) {
            sp -= 2;
            ip += 4;
            SAVE();
            eval_drop(rt, old);
            object_decref(rt, ouro_as_object(receiver));
            NEXT();
        }
        SAVE();
        if (!op_store_attr(rt, ip, receiver, NAME(ARGUMENT), v)) {
            goto error;
        }
        sp -= 2;
        ip += 4;
        SAVE();
        eval_drop(rt, v);
        eval_drop(rt, receiver);
        NEXT();
    }

    TARGET(BINARY_SUBSCR): {
        ouro_value container = sp[-2], key = sp[-1];
        SAVE();
        ouro_value v = eval_fast_subscript(rt, container, key);
        if (OURO_LIKELY(ouro_is_int(key) && !ouro_is_null(v))) {
            sp--;
            sp[-1] = v;
            SAVE();
            object_decref(rt, ouro_as_object(container));
            NEXT();
        }
        if (OURO_UNLIKELY(ouro_is_null(v))) {
            if (error_is_set(rt)) {
                goto error;
            }
            v = object_getitem(rt, container, key);
            if (ouro_is_null(v)) {
                goto error;
            }
        }
        sp--;
        sp[-1] = v;
        SAVE();
        eval_drop(rt, key);
        eval_drop(rt, container);
        NEXT();
    }

    TARGET(STORE_SUBSCR): {
        ouro_value v = sp[-3], container = sp[-2], key = sp[-1];
        SAVE();
        if (ouro_is_int(key) && ouro_is_object(container) &&
            ouro_as_object(container)->shape->type == &TYPE(rt, list)->type &&
            (uint64_t)ouro_as_int(key) < as_list(container)->size) {
            value_replace(rt, &as_list(container)->items[ouro_as_int(key)], value_incref(v));
        } else if (!object_setitem(rt, container, key, v)) {
            goto error;
        }
        sp -= 3;
        SAVE();
        eval_drop(rt, v);
        eval_drop(rt, container);
        eval_drop(rt, key);
        NEXT();
    }

    /* ---- operators ---- */

    TARGET(BINARY_OP): {
        ouro_value a = sp[-2], b = sp[-1];
        ouro_value v = eval_fast_binary(ARGUMENT, a, b);
        if (OURO_LIKELY(!ouro_is_null(v))) {
            sp--;
            sp[-1] = v;
            ip++;
            NEXT();
        }
        SAVE();
        if ((ARGUMENT & 0x3f) == BINARY_ADD && ouro_is_object(a) && ouro_is_object(b) &&
            value_is_str_exact(rt, a) && value_is_str_exact(rt, b)) {
            eval_give_up_local(rt, ip[1], locals, a);
            sp -= 2;
            SAVE();
            v = str_append(rt, a, b);
            eval_drop(rt, b);
            PUSH_OR_FAIL(v);
            ip++;
            NEXT();
        }
        v = eval_slow_binary(rt, ARGUMENT, a, b);
        if (ouro_is_null(v)) {
            goto error;
        }
        sp--;
        sp[-1] = v;
        SAVE();
        eval_drop(rt, a);
        eval_drop(rt, b);
        ip++;
        NEXT();
    }

    TARGET(BINARY_OP_LOCAL_LOCAL): {
        uint32_t op = ARGUMENT & 0xff, left = ARGUMENT >> 8 & 0xff, right = ARGUMENT >> 16;
        ouro_value a = locals[left], b = locals[right];
        ouro_value v = eval_fast_binary(op, a, b);
        if (OURO_LIKELY(!ouro_is_null(v))) {
            PUSH(v);
            ip++;
            NEXT();
        }
        if (ouro_is_null(a) || ouro_is_null(b)) {
            op_unbound(rt, f, ouro_is_null(a) ? left : right);
            goto error;
        }
        PUSH(value_incref(a));
        PUSH(value_incref(b));
        unit = unit_make(OP_BINARY_OP, op);
        goto TARGET(BINARY_OP);
    }

    TARGET(BINARY_OP_LOCAL_CONST): {
        uint32_t op = ARGUMENT & 0xff, left = ARGUMENT >> 8 & 0xff;
        ouro_value a = locals[left], b = constants[ARGUMENT >> 16];
        ouro_value v = eval_fast_binary(op, a, b);
        if (OURO_LIKELY(!ouro_is_null(v))) {
            PUSH(v);
            ip++;
            NEXT();
        }
        if (ouro_is_null(a)) {
            op_unbound(rt, f, left);
            goto error;
        }
        PUSH(value_incref(a));
        PUSH(value_incref(b));
        unit = unit_make(OP_BINARY_OP, op);
        goto TARGET(BINARY_OP);
    }

    TARGET(COMPARE_LOCAL_LOCAL): {
        uint32_t op = ARGUMENT & 0xff, left = ARGUMENT >> 8 & 0xff, right = ARGUMENT >> 16;
        ouro_value a = locals[left], b = locals[right];
        ouro_value v = eval_fast_compare(op, a, b);
        if (OURO_LIKELY(!ouro_is_null(v))) {
            NEXT_WITH_TRUTH(ouro_is(v, OURO_TRUE));
        }
        if (ouro_is_null(a) || ouro_is_null(b)) {
            op_unbound(rt, f, ouro_is_null(a) ? left : right);
            goto error;
        }
        PUSH(value_incref(a));
        PUSH(value_incref(b));
        unit = unit_make(OP_COMPARE_OP, op);
        goto TARGET(COMPARE_OP);
    }

    TARGET(COMPARE_LOCAL_CONST): {
        uint32_t op = ARGUMENT & 0xff, left = ARGUMENT >> 8 & 0xff;
        ouro_value a = locals[left], b = constants[ARGUMENT >> 16];
        ouro_value v = eval_fast_compare(op, a, b);
        if (OURO_LIKELY(!ouro_is_null(v))) {
            NEXT_WITH_TRUTH(ouro_is(v, OURO_TRUE));
        }
        if (ouro_is_null(a)) {
            op_unbound(rt, f, left);
            goto error;
        }
        PUSH(value_incref(a));
        PUSH(value_incref(b));
        unit = unit_make(OP_COMPARE_OP, op);
        goto TARGET(COMPARE_OP);
    }

    TARGET(COMPARE_OP): {
        ouro_value a = sp[-2], b = sp[-1];
        ouro_value v = eval_fast_compare(ARGUMENT, a, b);
        if (OURO_LIKELY(!ouro_is_null(v))) {
            sp -= 2;
            NEXT_WITH_TRUTH(ouro_is(v, OURO_TRUE));
        }
        if ((ARGUMENT == COMPARE_EQ || ARGUMENT == COMPARE_NE) && ouro_is_object(a) && ouro_is_object(b) &&
            value_is_str_exact(rt, a) && value_is_str_exact(rt, b)) {
            bool equal = ouro_is(a, b) || str_equal(as_str(a), as_str(b));
            sp -= 2;
            eval_drop(rt, a); /* runs no code */
            eval_drop(rt, b);
            NEXT_WITH_TRUTH(equal == (ARGUMENT == COMPARE_EQ));
        }
        SAVE();
        v = object_compare(rt, a, b, (compare_op)ARGUMENT);
        if (ouro_is_null(v)) {
            goto error;
        }
        sp--;
        sp[-1] = v;
        SAVE();
        eval_drop(rt, a);
        eval_drop(rt, b);
        NEXT();
    }

    TARGET(IS_OP): {
        ouro_value b = POP();
        ouro_value a = POP();
        bool truth = ouro_is(a, b) != (ARGUMENT != 0);
        SAVE();
        eval_drop(rt, a);
        eval_drop(rt, b);
        NEXT_WITH_TRUTH(truth);
    }

    TARGET(CONTAINS_OP): {
        ouro_value item = sp[-2], container = sp[-1];
        SAVE();
        int found = object_contains(rt, container, item);
        if (found < 0) {
            goto error;
        }
        sp -= 2;
        SAVE();
        bool truth = (found != 0) != (ARGUMENT != 0);
        eval_drop(rt, item);
        eval_drop(rt, container);
        NEXT_WITH_TRUTH(truth);
    }

#define UNARY(opcode_name, operation)                                                                        \
    TARGET(opcode_name): {                                                                                   \
        ouro_value a = sp[-1];                                                                               \
        SAVE();                                                                                              \
        ouro_value v = object_unary(rt, operation, a);                                                       \
        if (ouro_is_null(v)) {                                                                               \
            goto error;                                                                                      \
        }                                                                                                    \
        sp[-1] = v;                                                                                          \
        eval_drop(rt, a);                                                                                 \
        NEXT();                                                                                              \
    }
    UNARY(UNARY_NEGATIVE, UNARY_NEGATIVE)
    UNARY(UNARY_POSITIVE, UNARY_POSITIVE)
    UNARY(UNARY_INVERT, UNARY_INVERT)
#undef UNARY

    TARGET(UNARY_NOT): {
        ouro_value a = sp[-1];
        int truth = eval_fast_truth(a);
        if (truth == -2) {
            SAVE();
            truth = object_truth(rt, a);
            if (truth < 0) {
                goto error;
            }
        }
        sp[-1] = ouro_bool(!truth);
        eval_drop(rt, a);
        NEXT();
    }

    /* ---- control ---- */

    TARGET(JUMP):
        JUMP_TO(ARGUMENT);
        NEXT();

    TARGET(JUMP_BACKWARD):
        SAFE_POINT(); /* before the jump: an interrupt is at its line */
        JUMP_TO(ARGUMENT);
        NEXT();

#define POP_JUMP(opcode_name, wanted)                                                                        \
    TARGET(opcode_name): {                                                                                   \
        ouro_value v = POP();                                                                                \
        int truth = eval_fast_truth(v);                                                                      \
        if (OURO_UNLIKELY(truth == -2)) {                                                                    \
            SAVE();                                                                                          \
            truth = object_truth(rt, v);                                                                     \
            eval_drop(rt, v);                                                                             \
            if (truth < 0) {                                                                                 \
                goto error;                                                                                  \
            }                                                                                                \
        }                                                                                                    \
        if (truth == (wanted)) {                                                                             \
            SAFE_POINT();                                                                                    \
            JUMP_TO(ARGUMENT);                                                                               \
        }                                                                                                    \
        NEXT();                                                                                              \
    }
    POP_JUMP(POP_JUMP_IF_FALSE, 0)
    POP_JUMP(POP_JUMP_IF_TRUE, 1)
#undef POP_JUMP

    TARGET(POP_JUMP_IF_NONE): {
        ouro_value v = POP();
        if (ouro_is_none(v)) {
            JUMP_TO(ARGUMENT);
        } else {
            SAVE();
            eval_drop(rt, v);
        }
        NEXT();
    }

    TARGET(POP_JUMP_IF_NOT_NONE): {
        ouro_value v = POP();
        if (!ouro_is_none(v)) {
            SAVE();
            eval_drop(rt, v);
            JUMP_TO(ARGUMENT);
        }
        NEXT();
    }

#define JUMP_OR_POP(opcode_name, wanted)                                                                     \
    TARGET(opcode_name): {                                                                                   \
        ouro_value v = sp[-1];                                                                               \
        int truth = eval_fast_truth(v);                                                                      \
        if (truth == -2) {                                                                                   \
            SAVE();                                                                                          \
            truth = object_truth(rt, v);                                                                     \
            if (truth < 0) {                                                                                 \
                goto error;                                                                                  \
            }                                                                                                \
        }                                                                                                    \
        if (truth == (wanted)) {                                                                             \
            JUMP_TO(ARGUMENT);                                                                               \
        } else {                                                                                             \
            sp--;                                                                                            \
            SAVE();                                                                                          \
            eval_drop(rt, v);                                                                             \
        }                                                                                                    \
        NEXT();                                                                                              \
    }
    JUMP_OR_POP(JUMP_IF_FALSE_OR_POP, 0)
    JUMP_OR_POP(JUMP_IF_TRUE_OR_POP, 1)
#undef JUMP_OR_POP

    TARGET(GET_ITER): {
        ouro_value v = sp[-1];
        SAVE();
        ouro_value iterator = object_iter(rt, v);
        if (ouro_is_null(iterator)) {
            goto error;
        }
        sp[-1] = iterator;
        eval_drop(rt, v);
        NEXT();
    }

    TARGET(FOR_ITER): {
        ouro_value iterator = sp[-1];
        ouro_value item;
        int state = eval_fast_next(rt, iterator, &item);
        if (OURO_LIKELY(state > 0)) {
            PUSH(item);
            NEXT();
        }
        SAVE();
        if (state < 0) {
            if (value_type(rt, iterator) == TYPE(rt, generator) && rt->recursion < rt->recursion_limit) {
                generator_object *g = as_generator(iterator);
                frame *inner = g->frame;
                if (frame_state(inner) <= GENERATOR_SUSPENDED) {
                    rt->recursion++;
                    *inner->top++ = OURO_NONE;
                    generator_enter(rt, g, inner);
                    inner->flags |= FRAME_FOR;
                    f = inner;
                    LOAD_REGISTERS();
                    NEXT();
                }
            }
            item = OURO_UNLIKELY(settrace_is_on(rt)) ? settrace_next(rt, f, iterator) : iterator_next(rt, iterator);
            if (!ouro_is_null(item)) {
                PUSH(item);
                NEXT();
            }
            if (error_is_set(rt)) {
                goto error;
            }
        }
        sp--;
        JUMP_TO(ARGUMENT);
        SAVE();
        eval_drop(rt, iterator);
        NEXT();
    }

    /* ---- calls ---- */

    TARGET(CALL): {
        size_t n = ARGUMENT;
        ouro_value *args = sp - n;
        ouro_value callable = args[-2];
        ouro_value *base = args - 2;
        if (!ouro_is_null(args[-1])) {
            args--;
            n++;
        }
        ip += 2;
        if (OURO_LIKELY(ouro_is_object(callable))) {
            const ouro_type *type = ouro_as_object(callable)->shape->type;
            if (type == &TYPE(rt, bound_method)->type && args == base + 2) {
                bound_method_object *method = (bound_method_object *)(void *)ouro_as_object(callable);
                base[1] = value_incref(method->self);
                base[0] = value_incref(method->function);
                SAVE();
                eval_drop(rt, callable);
                callable = base[0];
                args--;
                n++;
                if (!ouro_is_object(callable)) {
                    goto call_any;
                }
                type = ouro_as_object(callable)->shape->type;
            }
            if (OURO_LIKELY(type == &TYPE(rt, function)->type)) {
                function_object *function = (function_object *)(void *)ouro_as_object(callable);
                if (OURO_UNLIKELY(rt->recursion >= rt->recursion_limit)) {
                    SAVE();
                    (void)!rt_enter(rt, "");
                    goto error_after_call;
                }
                frame *callee;
                if (OURO_LIKELY(eval_is_simple_call(function, n))) {
                    sp = base;
                    SAVE();
                    callee = frame_push_with(rt, function, args, n);
                    if (!callee) {
                        for (size_t i = 0; i < n; i++) {
                            eval_drop(rt, args[i]);
                        }
                        goto error;
                    }
                } else {
                    SAVE();
                    callee = frame_push(rt, OBJECT_INCREF(function));
                    if (!callee) {
                        goto error_after_call;
                    }
                    if (!frame_bind(rt, callee, args, n, OURO_NULL)) {
                        frame_pop(rt, callee);
                        goto error_after_call;
                    }
                    DROP_TO(base);
                }
                ENTER(callee);
            }
            if (type == &TYPE(rt, builtin_function)->type || type == &TYPE(rt, method_descriptor)->type) {
                SAVE();
                ouro_value v = native_call(rt, (native_object *)(void *)ouro_as_object(callable), args, n, OURO_NULL);
                if (OURO_UNLIKELY(ouro_is_null(v))) {
                    goto error_after_call;
                }
                DROP_TO(args);
                sp = base;
                PUSH(v);
                SAVE();
                eval_drop(rt, callable);
                goto call_returned;
            }
            if (type == &TYPE(rt, type)->type && args == base + 2) {
                type_object *class = (type_object *)(void *)ouro_as_object(callable);
                if (class == TYPE(rt, type) && n == 1) {
                    ouro_value v = value_incref(type_value(value_type(rt, args[0])));
                    DROP_TO(base);
                    PUSH(v);
                    NEXT();
                }
                function_object *init = op_plain_init(rt, class);
                if (init && eval_is_simple_call(init, n + 1) && rt->recursion < rt->recursion_limit &&
                    !(init->code->flags & (CODE_GENERATOR | CODE_COROUTINE | CODE_ASYNC_GENERATOR))) {
                    SAVE();
                    ouro_value self = instance_new(rt, class);
                    if (ouro_is_null(self)) {
                        goto error_after_call;
                    }
                    /* class null args... -> instance | instance args... */
                    base[0] = self;
                    base[1] = value_incref(self);
                    sp = base + 1;
                    SAVE();
                    frame *callee = frame_push_with(rt, OBJECT_INCREF(init), base + 1, n + 1);
                    if (!callee) {
                        for (size_t i = 0; i < n + 1; i++) {
                            eval_drop(rt, base[1 + i]);
                        }
                        eval_drop(rt, callable);
                        goto error;
                    }
                    callee->flags |= FRAME_INIT;
                    eval_drop(rt, callable); /* a class, which the new instance keeps alive */
                    ENTER(callee);
                }
            }
        }
    call_any:
        SAVE();
        {
            ouro_value v = object_call(rt, callable, args, n, OURO_NULL);
            if (OURO_UNLIKELY(ouro_is_null(v))) {
                goto error_after_call;
            }
            DROP_TO(base);
            PUSH(v);
        }
    call_returned:
        if (OURO_UNLIKELY(rt->pending)) {
            SAVE();
            if (!vm_safe_point(rt)) {
                goto error_after_call;
            }
            targets = TARGETS_NOW();
        }
        NEXT();
    error_after_call:
        ip -= 2; /* the place of the error is the CALL, not what follows */
        goto error;
    }

    TARGET(CALL_KW): {
        ouro_value kwnames = sp[-1];
        size_t total = ARGUMENT, keywords = as_tuple(kwnames)->size;
        ouro_value *args = sp - 1 - total;
        ouro_value *base = args - 2;
        size_t n = total - keywords;
        if (!ouro_is_null(args[-1])) {
            args--;
            n++;
        }
        SAVE();
        ouro_value callable = base[0];
        if (value_is_instance_exactly(rt, callable, TYPE(rt, function)) && rt->recursion < rt->recursion_limit) {
            function_object *function = (function_object *)(void *)ouro_as_object(callable);
            frame *callee = frame_push(rt, OBJECT_INCREF(function));
            if (!callee) {
                goto error;
            }
            if (!frame_bind(rt, callee, args, n, kwnames)) {
                frame_pop(rt, callee);
                goto error;
            }
            DROP_TO(base);
            ENTER(callee);
        }
        ouro_value v = object_call(rt, callable, args, n, kwnames);
        if (ouro_is_null(v)) {
            goto error;
        }
        DROP_TO(base);
        PUSH(v);
        SAFE_POINT();
        NEXT();
    }

    TARGET(CALL_EX): {
        ouro_value kwargs = ARGUMENT ? sp[-1] : OURO_NULL;
        ouro_value *arguments = sp - 1 - ARGUMENT;
        ouro_value *base = arguments - 1;
        SAVE();
        ouro_value v = op_call_ex(rt, *base, *arguments, kwargs);
        if (ouro_is_null(v)) {
            goto error;
        }
        DROP_TO(base);
        PUSH(v);
        SAFE_POINT();
        NEXT();
    }

    TARGET(RETURN_VALUE): {
        ouro_value result = POP();
        SAVE();
        frame *done = f;
        uint32_t flags = done->flags;
        rt->recursion--;
        if (OURO_UNLIKELY(flags & FRAME_GENERATOR)) {
            generator_object *g = frame_generator(done);
            frame *caller = done->previous;
            generator_leave(rt, g, done, GENERATOR_DONE);
            generator_finish(rt, g, false);
            if (flags & FRAME_ENTRY) {
                return result;
            }
            f = caller;
            LOAD_REGISTERS();
            if (OURO_UNLIKELY(settrace_is_on(rt)) && !settrace_stop(rt, f, sp[-1], result)) {
                eval_drop(rt, result);
                goto error;
            }
            /* the instruction that resumed it: FOR_ITER and SEND both jump at the end */
            ouro_value receiver = POP();
            JUMP_TO(unit_argument(ip[-1]));
            if (flags & FRAME_SEND) {
                PUSH(result);
                result = OURO_NULL;
            }
            SAVE();
            eval_drop(rt, receiver);
            eval_drop(rt, result);
            NEXT();
        }
        f = done->previous;
        rt->vm->frame = f;
        frame_pop_returned(rt, done);
        if (flags & FRAME_ENTRY) {
            return result;
        }
        LOAD_REGISTERS();
        if (OURO_UNLIKELY(flags & FRAME_INIT)) {
            if (OURO_UNLIKELY(!ouro_is_none(result))) {
                error_type(rt, "__init__() should return None, not '%T'", result);
                eval_drop(rt, result);
                ip -= 2;
                goto error;
            }
            NEXT();
        }
        PUSH(result);
        NEXT();
    }

    /* ---- building ---- */

    TARGET(BUILD_TUPLE): {
        sp -= ARGUMENT;
        f->ip = ip;
        PUSH_OR_FAIL(tuple_new_steal(rt, sp, ARGUMENT));
        NEXT();
    }

    TARGET(BUILD_LIST): {
        sp -= ARGUMENT;
        f->ip = ip;
        PUSH_OR_FAIL(list_new_steal(rt, sp, ARGUMENT));
        NEXT();
    }

    TARGET(LIST_APPEND): {
        ouro_value v = POP();
        f->ip = ip;
        if (!list_append_steal(rt, sp[-(int64_t)ARGUMENT], v)) {
            goto error;
        }
        NEXT();
    }

    TARGET(UNPACK_SEQUENCE): {
        ouro_value v = POP();
        uint32_t n = ARGUMENT;
        if (ouro_is_object(v) && ouro_as_object(v)->shape->type == &TYPE(rt, tuple)->type && as_tuple(v)->size == n) {
            const tuple_object *tuple = as_tuple(v);
            for (uint32_t i = n; i > 0; i--) {
                PUSH(value_incref(tuple->items[i - 1]));
            }
        } else {
            SAVE();
            if (!op_unpack_sequence(rt, v, n, sp)) {
                eval_drop(rt, v);
                goto error;
            }
            sp += n;
        }
        SAVE();
        eval_drop(rt, v);
        NEXT();
    }

    /* ---- generators and coroutines ---- */

    TARGET(RETURN_GENERATOR): {
        SAVE();
        ouro_value object = generator_from_frame(rt, f);
        if (ouro_is_null(object)) {
            goto error;
        }
        frame *done = f;
        uint32_t flags = done->flags;
        f = done->previous;
        rt->vm->frame = f;
        rt->recursion--;
        frame_pop(rt, done);
        if (flags & FRAME_ENTRY) {
            return object;
        }
        LOAD_REGISTERS();
        PUSH(object);
        NEXT();
    }

    TARGET(YIELD_VALUE): {
        ouro_value v = POP();
        SAVE();
        frame *done = f;
        uint32_t flags = done->flags;
        frame *caller = done->previous;
        generator_leave(rt, frame_generator(done), done, GENERATOR_SUSPENDED);
        rt->recursion--;
        if (flags & FRAME_ENTRY) {
            return v;
        }
        f = caller;
        LOAD_REGISTERS();
        PUSH(v);
        NEXT();
    }

    TARGET(SEND): {
        ouro_value receiver = sp[-2], v = sp[-1];
        SAVE();
        type_object *type = value_type(rt, receiver);
        if ((type == TYPE(rt, generator) || type == TYPE(rt, coroutine)) && rt->recursion < rt->recursion_limit) {
            generator_object *g = as_generator(receiver);
            frame *inner = g->frame;
            generator_state state = frame_state(inner);
            if (state == GENERATOR_SUSPENDED || (state == GENERATOR_CREATED && ouro_is_none(v))) {
                sp--;
                SAVE();
                rt->recursion++;
                *inner->top++ = v;
                generator_enter(rt, g, inner);
                inner->flags |= FRAME_SEND;
                f = inner;
                LOAD_REGISTERS();
                NEXT();
            }
        }
        ouro_value result;
        switch (iterator_send(rt, f, receiver, v, &result)) {
        case SEND_FAILED:
            goto error;
        case SEND_YIELDED:
            sp[-1] = result;
            eval_drop(rt, v);
            break;
        case SEND_RETURNED:
            sp--;
            sp[-1] = result;
            JUMP_TO(ARGUMENT);
            SAVE();
            eval_drop(rt, v);
            eval_drop(rt, receiver);
            break;
        }
        NEXT();
    }

    TARGET(END_ASYNC_FOR): {
        ouro_value exception = POP();
        if (value_is_instance(rt, exception, EXC(rt, StopAsyncIteration))) {
            ouro_value iterator = POP();
            SAVE();
            eval_drop(rt, exception);
            eval_drop(rt, iterator);
            NEXT();
        }
        error_restore(rt, exception);
        goto unwind;
    }

    /* ---- exceptions ---- */

    TARGET(RAISE): {
        ouro_value cause = ARGUMENT == 2 ? POP() : OURO_NULL;
        ouro_value exception = ARGUMENT >= 1 ? POP() : OURO_NULL;
        SAVE();
        /* `raise` alone passes the exception on as it is: no second entry for this frame in its traceback */
        bool again = ouro_is_null(exception) && !ouro_is_null(vm_handled_exception(rt));
        op_raise(rt, exception, cause);
        if (again) {
            goto unwind;
        }
        goto error;
    }

    TARGET(RERAISE): {
        ouro_value exception = POP();
        error_restore(rt, exception);
        goto unwind;
    }

    TARGET(PUSH_EXC_INFO): {
        ouro_value exception = sp[-1];
        handled_slot *slot = rt->vm->handled;
        sp[-1] = ouro_is_null(slot->exception) ? OURO_NONE : slot->exception;
        slot->exception = value_incref(exception);
        PUSH(exception);
        NEXT();
    }

    TARGET(POP_EXCEPT): {
        ouro_value previous = POP();
        handled_slot *slot = rt->vm->handled;
        ouro_value old = slot->exception;
        slot->exception = ouro_is_none(previous) ? OURO_NULL : previous;
        SAVE();
        eval_drop(rt, old);
        NEXT();
    }

    /* ---- everything rarer (rare.c) ---- */

    TARGET(DELETE_NAME):
    TARGET(DELETE_GLOBAL):
    TARGET(DELETE_DEREF):
    TARGET(LOAD_CLASSDEREF):
    TARGET(DELETE_ATTR):
    TARGET(DELETE_SUBSCR):
    TARGET(BUILD_SLICE):
    TARGET(BUILD_SET):
    TARGET(BUILD_MAP):
    TARGET(BUILD_CONST_KEY_MAP):
    TARGET(BUILD_STRING):
    TARGET(SET_ADD):
    TARGET(MAP_ADD):
    TARGET(LIST_EXTEND):
    TARGET(SET_UPDATE):
    TARGET(DICT_UPDATE):
    TARGET(DICT_MERGE):
    TARGET(LIST_TO_TUPLE):
    TARGET(UNPACK_EX):
    TARGET(FORMAT_VALUE):
    TARGET(IMPORT_NAME):
    TARGET(IMPORT_FROM):
    TARGET(IMPORT_STAR):
    TARGET(LOAD_ASSERTION_ERROR):
    TARGET(SETUP_ANNOTATIONS):
    TARGET(PRINT_EXPR):
    TARGET(GET_YIELD_FROM_ITER):
    TARGET(GET_AWAITABLE):
    TARGET(GET_AITER):
    TARGET(GET_ANEXT):
    TARGET(ASYNC_GEN_WRAP):
    TARGET(CHECK_EXC_MATCH):
    TARGET(CHECK_EG_MATCH):
    TARGET(PREP_RERAISE_STAR):
    TARGET(BEFORE_WITH):
    TARGET(BEFORE_ASYNC_WITH):
    TARGET(WITH_EXCEPT_START):
    TARGET(GET_LEN):
    TARGET(MATCH_MAPPING):
    TARGET(MATCH_SEQUENCE):
    TARGET(MATCH_KEYS):
    TARGET(MATCH_CLASS):
    TARGET(LOAD_BUILD_CLASS):
    TARGET(MAKE_FUNCTION):
    TARGET(MAKE_CELL):
    TARGET(LOAD_NAME):
    TARGET(STORE_NAME):
        f->ip = ip;
        f->top = sp;
        if (OURO_UNLIKELY(!eval_rare(rt, f, unit))) {
            sp = f->top;
            goto error;
        }
        sp = f->top;
        if (OURO_UNLIKELY(settrace_is_on(rt))) { /* begun by code that the instruction called */
            targets = TARGETS_NOW();
        }
        NEXT();

    /* ---- while something is traced: every instruction, or those that begin and end calls ---- */

    target_traced: {
        if (!settrace_is_on(rt)) {
            targets = plain_targets;
            goto *targets[unit & 0xff];
        }
        uint32_t told = unit; /* `unit` itself stays in a register */
        enum settrace_result traced = settrace_before(rt, f, ip, sp, &told);
        unit = told;
        ip = f->ip; /* f_lineno may have been assigned */
        sp = f->top;
        if (traced == SETTRACE_GOES_ON) {
            goto *plain_targets[unit & 0xff];
        }
        if (traced == SETTRACE_RAISED) {
            goto error;
        }
        if (traced == SETTRACE_RAISED_AT_RETURN) {
            goto leave;
        }
        NEXT();
    }

    target_invalid:
        error_system(rt, "unknown opcode %u", unit & 0xff);
        goto error;

    /* ---- an exception is set ---- */

error:
    SAVE();
    op_add_traceback(rt, f);
    if (OURO_UNLIKELY(settrace_is_on(rt))) {
        settrace_exception(rt, f);
    }
unwind:
    for (;;) {
        const exception_range *handler =
            OURO_UNLIKELY(rt->vm->unwinding) ? NULL : op_find_handler(f->code, (uint32_t)(ip - f->code->units) - 1);
        if (handler) {
            ouro_value *bottom = frame_stack(f) + handler->depth;
            DROP_TO(bottom);
            PUSH(error_take(rt));
            JUMP_TO(handler->handler);
            NEXT();
        }
        SAVE();
        if (unit_opcode(ip[-1]) == OP_RERAISE && (unit_argument(ip[-1]) == 0 || frame_line(f) <= 0)) {
            op_point_at_raise(rt, f);
        }
        if (OURO_UNLIKELY(settrace_is_on(rt)) && !settrace_return(rt, f, OURO_NULL)) {
            goto leave; /* with another exception */
        }
    leave:;
        uint32_t flags = f->flags;
        f = op_leave_failed(rt, f);
        if (flags & FRAME_ENTRY) {
            return OURO_NULL;
        }
        LOAD_REGISTERS();
        /* a CALL's caches lie between it and the ip that was saved: any unit of it finds the same handler and line */
        op_add_traceback(rt, f);
        if (OURO_UNLIKELY(settrace_is_on(rt))) {
            settrace_exception(rt, f);
        }
    }
}

/* settrace_jump.c: a trace function assigns frame.f_lineno: the frame goes on at another line.
 *
 * That is possible where the operands that lie on the stack at the instruction the frame is at also fit the
 * one it is to go on at.  settrace_find_stacks works out, for every instruction, what kinds of operands lie
 * there, by following all ways through the code.  A stack of kinds is one number, three bits for each
 * operand, the top one lowest, so that a deeper stack is a greater number; deeper than STACK_MAX is not
 * followed.  The rules and the messages are CPython 3.11's.
 */
#include "lang/opcode.h"
#include "types/error.h"
#include "types/positions.h"
#include "vm/settrace.h"

enum operand_kind { KIND_NONE, KIND_ITERATOR, KIND_EXCEPT, KIND_OBJECT, KIND_NULL };
enum { KIND_BITS = 3, KIND_MASK = (1 << KIND_BITS) - 1, STACK_MAX = 20 };

typedef int64_t kinds;
enum { STACK_TOO_DEEP = -1, STACK_UNKNOWN = -2 };

static kinds kinds_push(kinds stack, enum operand_kind kind)
{
    if (stack < 0 || stack >> (KIND_BITS * STACK_MAX)) {
        return STACK_TOO_DEEP;
    }
    return stack << KIND_BITS | (kinds)kind;
}

static kinds kinds_pop(kinds stack, int count)
{
    return stack < 0 ? stack : stack >> (KIND_BITS * count);
}

static enum operand_kind kinds_top(kinds stack)
{
    return stack < 0 ? KIND_NONE : (enum operand_kind)(stack & KIND_MASK);
}

static uint32_t kinds_depth(kinds stack)
{
    uint32_t depth = 0;
    for (; stack > 0; stack >>= KIND_BITS) {
        depth++;
    }
    return depth;
}

static kinds kinds_swap(kinds stack, uint32_t n)
{
    if (stack < 0 || n > STACK_MAX) {
        return stack;
    }
    int shift = KIND_BITS * ((int)n - 1);
    kinds top = stack & KIND_MASK, other = stack >> shift & KIND_MASK;
    return ((stack & ~((kinds)KIND_MASK << shift | KIND_MASK)) | top << shift) | other;
}

typedef struct jump_scan {
    const code_object *code;
    kinds *stacks; /* for each unit; STACK_UNKNOWN: not reached */
    bool again;    /* an instruction that was passed already has been reached */
} jump_scan;

static void scan_reach(jump_scan *s, uint32_t from, uint32_t unit, kinds stack)
{
    if (unit < s->code->unit_count && s->stacks[unit] == STACK_UNKNOWN) {
        s->stacks[unit] = stack;
        s->again |= unit < from;
    }
}

/* One instruction, reached with `stack`: what its successors are reached with. */
static void scan_instruction(jump_scan *s, uint32_t at, kinds stack)
{
    uint32_t unit = s->code->units[at], argument = unit_argument(unit);
    opcode op = unit_opcode(unit);
    uint32_t next = at + 1u + opcode_caches[op];
    switch (op) {
    case OP_JUMP:
    case OP_JUMP_BACKWARD:
        scan_reach(s, at, argument, stack);
        return;
    case OP_RETURN_VALUE:
    case OP_RAISE:
    case OP_RERAISE:
        return;
    case OP_FOR_ITER:
        scan_reach(s, at, argument, kinds_pop(stack, 1));
        stack = kinds_push(stack, KIND_OBJECT);
        break;
    case OP_JUMP_IF_FALSE_OR_POP:
    case OP_JUMP_IF_TRUE_OR_POP:
        scan_reach(s, at, argument, stack);
        stack = kinds_pop(stack, 1);
        break;
    case OP_SEND: /* receiver value -> receiver yielded, or the result */
        scan_reach(s, at, argument, kinds_push(kinds_pop(stack, 2), KIND_OBJECT));
        break;
    case OP_POP_JUMP_IF_FALSE:
    case OP_POP_JUMP_IF_TRUE:
    case OP_POP_JUMP_IF_NONE:
    case OP_POP_JUMP_IF_NOT_NONE:
        stack = kinds_pop(stack, 1);
        scan_reach(s, at, argument, stack);
        break;
    case OP_GET_ITER:
    case OP_GET_AITER:
        stack = kinds_push(kinds_pop(stack, 1), KIND_ITERATOR);
        break;
    case OP_PUSH_EXC_INFO:
        stack = kinds_push(stack, KIND_EXCEPT);
        break;
    case OP_PUSH_NULL:
        stack = kinds_push(stack, KIND_NULL);
        break;
    case OP_LOAD_METHOD: /* method self, or attribute null */
        stack = kinds_push(kinds_push(kinds_pop(stack, 1), KIND_OBJECT), KIND_NULL);
        break;
    case OP_SWAP:
        stack = kinds_swap(stack, argument);
        break;
    case OP_COPY:
        stack = kinds_push(stack, kinds_top(kinds_pop(stack, (int)argument - 1)));
        break;
    default: {
        int effect = opcode_stack_effect(op, argument, false);
        for (; effect < 0; effect++) {
            stack = kinds_pop(stack, 1);
        }
        for (; effect > 0; effect--) {
            stack = kinds_push(stack, KIND_OBJECT);
        }
        if (op == OP_CALL || op == OP_CALL_KW ||
            op == OP_CALL_EX) { /* the result took the place of another kind */
            stack = kinds_push(kinds_pop(stack, 1), KIND_OBJECT);
        }
        break;
    }
    }
    scan_reach(s, at, next, stack);
}

/* The kinds on the stack at each unit: a block for the caller to free.  NULL: no memory. */
static kinds *settrace_find_stacks(ouro_runtime *rt, const code_object *code)
{
    kinds *stacks = ouro_mem_alloc(rt->mem, (code->unit_count + 1) * sizeof *stacks);
    if (!stacks) {
        error_no_memory(rt);
        return NULL;
    }
    for (uint32_t i = 0; i <= code->unit_count; i++) {
        stacks[i] = STACK_UNKNOWN;
    }
    stacks[0] = 0;
    jump_scan s = {.code = code, .stacks = stacks, .again = true};
    while (s.again) {
        s.again = false;
        for (uint32_t i = 0; i < code->unit_count; i += 1u + opcode_caches[unit_opcode(code->units[i])]) {
            if (stacks[i] != STACK_UNKNOWN) {
                scan_instruction(&s, i, stacks[i]);
            }
        }
        for (uint32_t i = 0; i < code->range_count; i++) {
            const exception_range *r = &code->ranges[i];
            if (stacks[r->start] >= 0 && stacks[r->handler] == STACK_UNKNOWN) {
                kinds stack = stacks[r->start];
                uint32_t depth = kinds_depth(stack);
                stack = kinds_pop(stack, depth > r->depth ? (int)(depth - r->depth) : 0);
                scan_reach(&s, code->unit_count, r->handler, kinds_push(stack, KIND_EXCEPT));
            }
        }
    }
    return stacks;
}

static bool kinds_fit(kinds from, kinds to)
{
    if (from < 0 || to < 0) {
        return false;
    }
    uint32_t have = kinds_depth(from), want = kinds_depth(to);
    if (have < want) {
        return false;
    }
    from = kinds_pop(from, (int)(have - want));
    for (; to; from >>= KIND_BITS, to >>= KIND_BITS) {
        enum operand_kind a = kinds_top(from), b = kinds_top(to);
        if (b == KIND_OBJECT ? a == KIND_NULL : b != KIND_NULL && a != b) {
            return false;
        }
    }
    return true;
}

static const char *jump_explain(kinds target)
{
    if (target == STACK_TOO_DEEP) {
        return "stack is too deep to analyze";
    }
    if (target == STACK_UNKNOWN) {
        return "can't jump into an exception handler, or code may be unreachable";
    }
    switch (kinds_top(target)) {
    case KIND_EXCEPT:
        return "can't jump into an 'except' block as there's no exception";
    case KIND_ITERATOR:
        return "can't jump into the body of a for loop";
    default:
        return "incompatible stacks";
    }
}

/* Is jumping allowed at all now?  False: ValueError. */
static bool jump_is_allowed(ouro_runtime *rt, frame *f)
{
    switch ((enum settrace_event)rt->vm->settrace_event) {
    case SETTRACE_LINE:
        break;
    case SETTRACE_CALL: /* and when no trace function runs */
        error_value(rt, "can't jump from the 'call' trace event of a new frame");
        return false;
    default:
        error_value(rt, "can only jump from a 'line' trace event");
        return false;
    }
    if (!f->object || ouro_is_null(f->object->trace)) {
        error_value(rt, "f_lineno can only be set by a trace function");
        return false;
    }
    return true;
}

/* The least line of the code that is not before `line`; -1: none. */
static int32_t jump_find_line(const int32_t *lines, uint32_t count, int64_t line)
{
    int32_t best = -1;
    for (uint32_t i = 0; i < count; i++) {
        if (lines[i] > 0 && lines[i] >= line && (best < 0 || lines[i] < best)) {
            best = lines[i];
        }
    }
    return best;
}

/* Drops operands until the stack is as deep as `target`'s; the handling of exceptions whose handler is left
 * ends. */
static void jump_drop(ouro_runtime *rt, frame *f, kinds stack, kinds target)
{
    for (uint32_t left = kinds_depth(stack) - kinds_depth(target); left > 0; left--, stack >>= KIND_BITS) {
        f->top--;
        if (kinds_top(stack) == KIND_EXCEPT) {
            ouro_value previous = *f->top;
            value_replace(rt, &rt->vm->handled->exception, ouro_is_none(previous) ? OURO_NULL : previous);
        } else {
            ouro_value v = *f->top;
            value_decref(rt, v);
        }
    }
}

bool settrace_jump(ouro_runtime *rt, frame *f, ouro_value value)
{
    if (!ouro_is_int(value)) {
        error_value(rt, "lineno must be an integer");
        return false;
    }
    if (!jump_is_allowed(rt, f)) {
        return false;
    }
    int64_t wanted = ouro_as_int(value);
    code_object *code = f->code;
    if (wanted < (int64_t)code->first_line) {
        error_value(rt, "line %lld comes before the current code block", (long long)wanted);
        return false;
    }
    const int32_t *lines = settrace_lines(rt, code);
    if (!lines) {
        return false;
    }
    int32_t line = jump_find_line(lines, code->unit_count, wanted);
    if (line < 0) {
        error_value(rt, "line %lld comes after the current code block", (long long)wanted);
        return false;
    }
    kinds *stacks = settrace_find_stacks(rt, code);
    if (!stacks) {
        return false;
    }
    kinds start = stacks[frame_unit(f)], best = STACK_UNKNOWN;
    uint32_t target = 0;
    bool found = false;
    const char *complaint = "cannot find bytecode for specified line";
    for (uint32_t i = 0; i < code->unit_count; i += 1u + opcode_caches[unit_opcode(code->units[i])]) {
        if (lines[i] != line || (i > 0 && lines[i - 1] == line)) { /* only where the line begins */
            continue;
        }
        if (kinds_fit(start, stacks[i])) {
            if (!found || stacks[i] > best) {
                best = stacks[i];
                target = i;
            }
            found = true;
        } else if (!found) {
            complaint = start == STACK_TOO_DEEP  ? "stack to deep to analyze"
                        : start == STACK_UNKNOWN ? "can't jump from unreachable code"
                                                 : jump_explain(stacks[i]);
        }
    }
    ouro_mem_free(rt->mem, stacks);
    if (!found) {
        error_value(rt, "%s", complaint);
        return false;
    }
    jump_drop(rt, f, start, best);
    f->ip = code->units + target + 1; /* as if it were being executed */
    return true;
}

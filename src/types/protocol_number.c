/* protocol_number.c: operators.
 *
 * The left operand's slot is asked first, unless the right operand's type is a subclass of the left one's with a slot
 * of its own; a slot that does not know the pair answers NotImplemented, and the other is asked.  Only then do `+` and
 * `*` look at the operands as sequences.
 */
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

static const char *const binary_symbols[BINARY_COUNT] = {
    [BINARY_ADD] = "+",       [BINARY_SUBTRACT] = "-",      [BINARY_MULTIPLY] = "*", [BINARY_TRUE_DIVIDE] = "/",
    [BINARY_FLOOR_DIVIDE] = "//", [BINARY_REMAINDER] = "%", [BINARY_POWER] = "** or pow()",
    [BINARY_LSHIFT] = "<<",   [BINARY_RSHIFT] = ">>",       [BINARY_AND] = "&",      [BINARY_OR] = "|",
    [BINARY_XOR] = "^",       [BINARY_MATMUL] = "@",        [BINARY_DIVMOD] = "divmod()",
};

/* The operands' number slots; NotImplemented when none knows the pair. */
static ouro_value binary_by_slots(ouro_runtime *rt, binary_op op, ouro_value a, ouro_value b)
{
    type_object *ta = value_type(rt, a), *tb = value_type(rt, b);
    binary_slot fa = ta->slots.binary[op];
    binary_slot fb = tb == ta ? NULL : tb->slots.binary[op];
    if (fb == fa) {
        fb = NULL;
    }
    if (fa != NULL) {
        if (fb != NULL && type_is_subtype(tb, ta)) {
            ouro_value result = fb(rt, a, b);
            if (!ouro_is(result, OURO_NOT_IMPLEMENTED)) {
                return result;
            }
            fb = NULL;
        }
        ouro_value result = fa(rt, a, b);
        if (!ouro_is(result, OURO_NOT_IMPLEMENTED)) {
            return result;
        }
    }
    return fb == NULL ? OURO_NOT_IMPLEMENTED : fb(rt, a, b);
}

static ouro_value binary_refuse(ouro_runtime *rt, const char *symbol, const char *assign, ouro_value a, ouro_value b)
{
    return error_type(rt, "unsupported operand type(s) for %s%s: '%T' and '%T'", symbol, assign, a, b);
}

/* sequence * count */
static ouro_value binary_repeat(ouro_runtime *rt, ouro_value (*repeat)(ouro_runtime *, ouro_value, ouro_value),
                                ouro_value sequence, ouro_value count)
{
    if (!value_is_int(rt, count) && value_type(rt, count)->slots.to_index == NULL) {
        return error_type(rt, "can't multiply sequence by non-int of type '%T'", count);
    }
    return repeat(rt, sequence, count);
}

/* What `+` and `*` mean for sequences; NotImplemented when neither operand is one. */
static ouro_value binary_by_sequence(ouro_runtime *rt, binary_op op, ouro_value a, ouro_value b)
{
    const type_slots *sa = &value_type(rt, a)->slots, *sb = &value_type(rt, b)->slots;
    if (op == BINARY_ADD && sa->concat != NULL) {
        return sa->concat(rt, a, b);
    }
    if (op == BINARY_MULTIPLY) {
        if (sa->repeat != NULL) {
            return binary_repeat(rt, sa->repeat, a, b);
        }
        if (sb->repeat != NULL) {
            return binary_repeat(rt, sb->repeat, b, a);
        }
    }
    return OURO_NOT_IMPLEMENTED;
}

/* `print >> file`, of old */
static bool binary_is_old_print(ouro_runtime *rt, ouro_value a)
{
    if (value_type(rt, a) != TYPE(rt, builtin_function)) {
        return false;
    }
    ouro_value name;
    if (object_getattr_optional(rt, a, STR(rt, __name__), &name) <= 0) {
        error_clear(rt);
        return false;
    }
    bool is_print = value_is_str(rt, name) && str_equal_ascii(as_str(name), "print");
    value_decref(rt, name);
    return is_print;
}

ouro_value object_binary(ouro_runtime *rt, binary_op op, ouro_value a, ouro_value b)
{
    if (op == BINARY_POWER) {
        return object_power(rt, a, b, OURO_NONE);
    }
    ouro_value result = binary_by_slots(rt, op, a, b);
    if (OURO_LIKELY(!ouro_is(result, OURO_NOT_IMPLEMENTED))) {
        return result;
    }
    result = binary_by_sequence(rt, op, a, b);
    if (!ouro_is(result, OURO_NOT_IMPLEMENTED)) {
        return result;
    }
    if (op == BINARY_RSHIFT && binary_is_old_print(rt, a)) {
        return error_type(rt, "unsupported operand type(s) for >>: '%T' and '%T'. Did you mean "
                              "\"print(<message>, file=<output_stream>)\"?", a, b);
    }
    return binary_refuse(rt, binary_symbols[op], "", a, b);
}

/* Three operands: each type's slot is asked once, the left operand's first. */
static ouro_value power_by_slots(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value c)
{
    type_object *ta = value_type(rt, a), *tb = value_type(rt, b), *tc = value_type(rt, c);
    ternary_slot fa = ta->slots.power, fb = tb == ta ? NULL : tb->slots.power;
    if (fb == fa) {
        fb = NULL;
    }
    ouro_value result;
    if (fa != NULL) {
        if (fb != NULL && type_is_subtype(tb, ta)) {
            result = fb(rt, a, b, c);
            if (!ouro_is(result, OURO_NOT_IMPLEMENTED)) {
                return result;
            }
            fb = NULL;
        }
        result = fa(rt, a, b, c);
        if (!ouro_is(result, OURO_NOT_IMPLEMENTED)) {
            return result;
        }
    }
    if (fb != NULL) {
        result = fb(rt, a, b, c);
        if (!ouro_is(result, OURO_NOT_IMPLEMENTED)) {
            return result;
        }
    }
    ternary_slot fc = tc->slots.power;
    if (ouro_is_none(c) || fc == NULL || fc == fa || fc == tb->slots.power) {
        return OURO_NOT_IMPLEMENTED;
    }
    return fc(rt, a, b, c);
}

ouro_value object_power(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value modulus)
{
    ouro_value result = power_by_slots(rt, a, b, modulus);
    if (OURO_LIKELY(!ouro_is(result, OURO_NOT_IMPLEMENTED))) {
        return result;
    }
    if (ouro_is_none(modulus)) {
        return binary_refuse(rt, binary_symbols[BINARY_POWER], "", a, b);
    }
    return error_type(rt, "unsupported operand type(s) for ** or pow(): '%T', '%T', '%T'", a, b, modulus);
}

static ouro_value inplace_power(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    ternary_slot inplace = value_type(rt, a)->slots.inplace_power;
    if (inplace != NULL) {
        ouro_value result = inplace(rt, a, b, OURO_NONE);
        if (!ouro_is(result, OURO_NOT_IMPLEMENTED)) {
            return result;
        }
    }
    ouro_value result = power_by_slots(rt, a, b, OURO_NONE);
    return ouro_is(result, OURO_NOT_IMPLEMENTED) ? binary_refuse(rt, "**=", "", a, b) : result;
}

ouro_value object_inplace(ouro_runtime *rt, binary_op op, ouro_value a, ouro_value b)
{
    if (op == BINARY_POWER) {
        return inplace_power(rt, a, b);
    }
    const type_slots *slots = &value_type(rt, a)->slots;
    ouro_value result;
    if (slots->inplace[op] != NULL) {
        result = slots->inplace[op](rt, a, b);
        if (!ouro_is(result, OURO_NOT_IMPLEMENTED)) {
            return result;
        }
    }
    result = binary_by_slots(rt, op, a, b);
    if (OURO_LIKELY(!ouro_is(result, OURO_NOT_IMPLEMENTED))) {
        return result;
    }
    if (op == BINARY_ADD && slots->inplace_concat != NULL) {
        return slots->inplace_concat(rt, a, b);
    }
    if (op == BINARY_MULTIPLY && slots->inplace_repeat != NULL) {
        return binary_repeat(rt, slots->inplace_repeat, a, b);
    }
    result = binary_by_sequence(rt, op, a, b);
    if (!ouro_is(result, OURO_NOT_IMPLEMENTED)) {
        return result;
    }
    return binary_refuse(rt, binary_symbols[op], "=", a, b);
}

ouro_value object_unary(ouro_runtime *rt, unary_op op, ouro_value a)
{
    static const char *const texts[UNARY_COUNT] = {
        [UNARY_NEGATIVE] = "unary -", [UNARY_POSITIVE] = "unary +", [UNARY_INVERT] = "unary ~", [UNARY_ABSOLUTE] = "abs()",
    };
    unary_slot slot = value_type(rt, a)->slots.unary[op];
    if (slot == NULL) {
        return error_type(rt, "bad operand type for %s: '%T'", texts[op], a);
    }
    return slot(rt, a);
}

/* ---- indices ---- */

ouro_value object_index(ouro_runtime *rt, ouro_value v)
{
    if (OURO_LIKELY(ouro_is_int(v))) {
        return v;
    }
    if (value_is_int(rt, v)) {
        return int_exact(rt, v);
    }
    unary_slot to_index = value_type(rt, v)->slots.to_index;
    if (to_index == NULL) {
        return error_type(rt, "'%T' object cannot be interpreted as an integer", v);
    }
    ouro_value result = to_index(rt, v);
    if (ouro_is_null(result) || ouro_is_int(result) || value_type(rt, result) == TYPE(rt, int)) {
        return result;
    }
    ouro_value exact = OURO_NULL;
    if (!value_is_int(rt, result)) {
        error_type(rt, "__index__ returned non-int (type %T)", result);
    } else if (error_warn(rt, EXC(rt, DeprecationWarning), 1,
                          "__index__ returned non-int (type %T).  The ability to return an instance of a strict "
                          "subclass of int is deprecated, and may not be supported in a future version of Python.",
                          result)) {
        exact = int_exact(rt, result);
    }
    value_decref(rt, result);
    return exact;
}

bool object_as_index(ouro_runtime *rt, ouro_value v, int64_t *result, bool clip)
{
    if (OURO_LIKELY(ouro_is_int(v))) {
        *result = ouro_as_int(v);
        return true;
    }
    ouro_value index = object_index(rt, v);
    if (ouro_is_null(index)) {
        return false;
    }
    bool fits = int_fits_int64(index, result);
    if (!fits && clip) {
        *result = int_sign(index) < 0 ? INT64_MIN : INT64_MAX;
        fits = true;
    }
    value_decref(rt, index);
    if (!fits) {
        error_raise(rt, EXC(rt, IndexError), "cannot fit '%T' into an index-sized integer", v);
    }
    return fits;
}

/* operator.c: the _operator module: the operators as functions. */
#include "modules/operator.h"

#include "types/buffer.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

/* ---- one function for each operator --------------------------------------------------------------------- */

#define OPERATOR_BINARY(name, op) \
    static ouro_value operator_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs) \
    { \
        return object_binary(rt, op, args[0], args[1]); \
    } \
    static ouro_value operator_i##name(ouro_runtime *rt, const ouro_value *args, size_t nargs) \
    { \
        return object_inplace(rt, op, args[0], args[1]); \
    }

OPERATOR_BINARY(add, BINARY_ADD)
OPERATOR_BINARY(and, BINARY_AND)
OPERATOR_BINARY(floordiv, BINARY_FLOOR_DIVIDE)
OPERATOR_BINARY(lshift, BINARY_LSHIFT)
OPERATOR_BINARY(matmul, BINARY_MATMUL)
OPERATOR_BINARY(mod, BINARY_REMAINDER)
OPERATOR_BINARY(mul, BINARY_MULTIPLY)
OPERATOR_BINARY(or, BINARY_OR)
OPERATOR_BINARY(pow, BINARY_POWER)
OPERATOR_BINARY(rshift, BINARY_RSHIFT)
OPERATOR_BINARY(sub, BINARY_SUBTRACT)
OPERATOR_BINARY(truediv, BINARY_TRUE_DIVIDE)
OPERATOR_BINARY(xor, BINARY_XOR)

#define OPERATOR_UNARY(name, op) \
    static ouro_value operator_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs) \
    { \
        return object_unary(rt, op, args[0]); \
    }

OPERATOR_UNARY(abs, UNARY_ABSOLUTE)
OPERATOR_UNARY(inv, UNARY_INVERT)
OPERATOR_UNARY(neg, UNARY_NEGATIVE)
OPERATOR_UNARY(pos, UNARY_POSITIVE)

#define OPERATOR_COMPARE(name, op) \
    static ouro_value operator_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs) \
    { \
        return object_compare(rt, args[0], args[1], op); \
    }

OPERATOR_COMPARE(lt, COMPARE_LT)
OPERATOR_COMPARE(le, COMPARE_LE)
OPERATOR_COMPARE(eq, COMPARE_EQ)
OPERATOR_COMPARE(ne, COMPARE_NE)
OPERATOR_COMPARE(gt, COMPARE_GT)
OPERATOR_COMPARE(ge, COMPARE_GE)

/* ---- the rest ------------------------------------------------------------------------------------------- */

static ouro_value operator_truth(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int truth = object_truth(rt, args[0]);
    return truth < 0 ? OURO_NULL : ouro_bool(truth > 0);
}

static ouro_value operator_not(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int truth = object_truth(rt, args[0]);
    return truth < 0 ? OURO_NULL : ouro_bool(truth == 0);
}

static ouro_value operator_is(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_bool(ouro_is(args[0], args[1]));
}

static ouro_value operator_is_not(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_bool(!ouro_is(args[0], args[1]));
}

static ouro_value operator_index(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_index(rt, args[0]);
}

static ouro_value operator_getitem(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_getitem(rt, args[0], args[1]);
}

static ouro_value operator_setitem(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_setitem(rt, args[0], args[1], args[2]) ? OURO_NONE : OURO_NULL;
}

static ouro_value operator_delitem(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_setitem(rt, args[0], args[1], OURO_NULL) ? OURO_NONE : OURO_NULL;
}

static ouro_value operator_contains(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int there = object_contains(rt, args[0], args[1]);
    return there < 0 ? OURO_NULL : ouro_bool(there > 0);
}

/* Counts items equal to args[1]; with `first` ends at the first one and returns its index. */
static ouro_value operator_search(ouro_runtime *rt, const ouro_value *args, bool first)
{
    ouro_value iterator = object_iter(rt, args[0]);
    if (ouro_is_null(iterator)) {
        error_clear_if(rt, EXC(rt, TypeError));
        return error_is_set(rt) ? OURO_NULL : error_type(rt, "argument of type '%.200T' is not iterable", args[0]);
    }
    int64_t index = 0, count = 0;
    ouro_value item;
    while (!ouro_is_null(item = iterator_next(rt, iterator))) {
        int equal = object_equal(rt, item, args[1]);
        value_decref(rt, item);
        if (equal < 0) {
            break;
        }
        count += equal;
        if (first && equal > 0) {
            value_decref(rt, iterator);
            return ouro_int(index);
        }
        index++;
    }
    value_decref(rt, iterator);
    if (error_is_set(rt)) {
        return OURO_NULL;
    }
    return first ? error_value(rt, "sequence.index(x): x not in sequence") : ouro_int(count);
}

static ouro_value operator_index_of(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return operator_search(rt, args, true);
}

static ouro_value operator_count_of(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return operator_search(rt, args, false);
}

static bool operator_is_sequence(ouro_runtime *rt, ouro_value v)
{
    const type_slots *slots = &value_type(rt, v)->slots;
    return slots->getitem != NULL && !value_is_dict(rt, v);
}

static bool operator_check_concat(ouro_runtime *rt, const ouro_value *args)
{
    if (!operator_is_sequence(rt, args[0])) {
        error_type(rt, "'%.200T' object can't be concatenated", args[0]);
        return false;
    }
    return true;
}

static ouro_value operator_concat(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return operator_check_concat(rt, args) ? object_binary(rt, BINARY_ADD, args[0], args[1]) : OURO_NULL;
}

static ouro_value operator_iconcat(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return operator_check_concat(rt, args) ? object_inplace(rt, BINARY_ADD, args[0], args[1]) : OURO_NULL;
}

static ouro_value operator_length_hint(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t fallback = 0;
    ouro_value given = arg_or_null(args, nargs, 1);
    if (!ouro_is_null(given)) {
        if (!value_is_int(rt, given)) {
            return error_type(rt, "'%T' object cannot be interpreted as an integer", given);
        }
        if (!int_as_int64(rt, given, &fallback)) {
            return OURO_NULL;
        }
    }
    int64_t hint = object_length_hint(rt, args[0], fallback);
    return error_is_set(rt) ? OURO_NULL : int_from_int64(rt, hint);
}

static ouro_value operator_call(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (nargs == 0) {
        return error_type(rt, "call expected at least 1 argument, got 0");
    }
    return object_call(rt, args[0], args + 1, nargs - 1, kwnames);
}

/* Compares all bytes whatever they are, so that the time tells nothing. */
static bool operator_equal_bytes(const unsigned char *a, size_t a_length, const unsigned char *b, size_t b_length)
{
    unsigned char difference = a_length != b_length;
    const unsigned char *with = a_length == b_length ? a : b;
    for (size_t i = 0; i < b_length; i++) {
        difference |= (unsigned char)(with[i] ^ b[i]);
    }
    return difference == 0;
}

static ouro_value operator_compare_digest(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (value_is_str(rt, args[0]) && value_is_str(rt, args[1])) {
        const str_object *a = as_str(args[0]), *b = as_str(args[1]);
        if ((a->flags & STR_ASCII) == 0 || (b->flags & STR_ASCII) == 0) {
            return error_type(rt, "comparing strings with non-ASCII characters is not supported");
        }
        return ouro_bool(operator_equal_bytes(a->data, str_length(a), b->data, str_length(b)));
    }
    if (!value_has_buffer(rt, args[0]) && !value_has_buffer(rt, args[1])) {
        return error_type(rt, "unsupported operand types(s) or combination of types: '%.100T' and '%.100T'", args[0],
                          args[1]);
    }
    buffer_view a, b;
    if (!buffer_get(rt, args[0], &a, false)) {
        return OURO_NULL;
    }
    if (!buffer_get(rt, args[1], &b, false)) {
        buffer_release(rt, &a);
        return OURO_NULL;
    }
    bool equal = operator_equal_bytes(a.data, a.length, b.data, b.length);
    buffer_release(rt, &b);
    buffer_release(rt, &a);
    return ouro_bool(equal);
}

static const method_def operator_functions[] = {
    {"truth", "a, /", operator_truth, NULL, 0, "Return True if a is true, False otherwise."},
    {"contains", "a, b, /", operator_contains, NULL, 0, "Same as b in a (note reversed operands)."},
    {"indexOf", "a, b, /", operator_index_of, NULL, 0, "Return the first index of b in a."},
    {"countOf", "a, b, /", operator_count_of, NULL, 0,
     "Return the number of items in a which are, or which equal, b."},
    {"is_", "a, b, /", operator_is, NULL, 0, "Same as a is b."},
    {"is_not", "a, b, /", operator_is_not, NULL, 0, "Same as a is not b."},
    {"add", "a, b, /", operator_add, NULL, 0, "Same as a + b."},
    {"sub", "a, b, /", operator_sub, NULL, 0, "Same as a - b."},
    {"mul", "a, b, /", operator_mul, NULL, 0, "Same as a * b."},
    {"matmul", "a, b, /", operator_matmul, NULL, 0, "Same as a @ b."},
    {"floordiv", "a, b, /", operator_floordiv, NULL, 0, "Same as a // b."},
    {"truediv", "a, b, /", operator_truediv, NULL, 0, "Same as a / b."},
    {"mod", "a, b, /", operator_mod, NULL, 0, "Same as a % b."},
    {"neg", "a, /", operator_neg, NULL, 0, "Same as -a."},
    {"pos", "a, /", operator_pos, NULL, 0, "Same as +a."},
    {"abs", "a, /", operator_abs, NULL, 0, "Same as abs(a)."},
    {"inv", "a, /", operator_inv, NULL, 0, "Same as ~a."},
    {"invert", "a, /", operator_inv, NULL, 0, "Same as ~a."},
    {"index", "a, /", operator_index, NULL, 0, "Same as a.__index__()"},
    {"lshift", "a, b, /", operator_lshift, NULL, 0, "Same as a << b."},
    {"rshift", "a, b, /", operator_rshift, NULL, 0, "Same as a >> b."},
    {"not_", "a, /", operator_not, NULL, 0, "Same as not a."},
    {"and_", "a, b, /", operator_and, NULL, 0, "Same as a & b."},
    {"xor", "a, b, /", operator_xor, NULL, 0, "Same as a ^ b."},
    {"or_", "a, b, /", operator_or, NULL, 0, "Same as a | b."},
    {"iadd", "a, b, /", operator_iadd, NULL, 0, "Same as a += b."},
    {"isub", "a, b, /", operator_isub, NULL, 0, "Same as a -= b."},
    {"imul", "a, b, /", operator_imul, NULL, 0, "Same as a *= b."},
    {"imatmul", "a, b, /", operator_imatmul, NULL, 0, "Same as a @= b."},
    {"ifloordiv", "a, b, /", operator_ifloordiv, NULL, 0, "Same as a //= b."},
    {"itruediv", "a, b, /", operator_itruediv, NULL, 0, "Same as a /= b."},
    {"imod", "a, b, /", operator_imod, NULL, 0, "Same as a %= b."},
    {"ilshift", "a, b, /", operator_ilshift, NULL, 0, "Same as a <<= b."},
    {"irshift", "a, b, /", operator_irshift, NULL, 0, "Same as a >>= b."},
    {"iand", "a, b, /", operator_iand, NULL, 0, "Same as a &= b."},
    {"ixor", "a, b, /", operator_ixor, NULL, 0, "Same as a ^= b."},
    {"ior", "a, b, /", operator_ior, NULL, 0, "Same as a |= b."},
    {"concat", "a, b, /", operator_concat, NULL, 0, "Same as a + b, for a and b sequences."},
    {"iconcat", "a, b, /", operator_iconcat, NULL, 0, "Same as a += b, for a and b sequences."},
    {"getitem", "a, b, /", operator_getitem, NULL, 0, "Same as a[b]."},
    {"setitem", "a, b, c, /", operator_setitem, NULL, 0, "Same as a[b] = c."},
    {"delitem", "a, b, /", operator_delitem, NULL, 0, "Same as del a[b]."},
    {"pow", "a, b, /", operator_pow, NULL, 0, "Same as a ** b."},
    {"ipow", "a, b, /", operator_ipow, NULL, 0, "Same as a **= b."},
    {"eq", "a, b, /", operator_eq, NULL, 0, "Same as a == b."},
    {"ne", "a, b, /", operator_ne, NULL, 0, "Same as a != b."},
    {"lt", "a, b, /", operator_lt, NULL, 0, "Same as a < b."},
    {"le", "a, b, /", operator_le, NULL, 0, "Same as a <= b."},
    {"gt", "a, b, /", operator_gt, NULL, 0, "Same as a > b."},
    {"ge", "a, b, /", operator_ge, NULL, 0, "Same as a >= b."},
    {"_compare_digest", "a, b, /", operator_compare_digest, NULL, 0, "Return 'a == b'."},
    {"length_hint", "obj, default=0, /", operator_length_hint, NULL, 0,
     "Return an estimate of the number of items in obj."},
    {"call", NULL, NULL, operator_call, 0, "Same as obj(*args, **kwargs)."},
    {0},
};

static bool operator_start(ouro_runtime *rt, module_object *module)
{
    return module_add_type(rt, module, &itemgetter_spec) != NULL &&
           module_add_type(rt, module, &attrgetter_spec) != NULL &&
           module_add_type(rt, module, &methodcaller_spec) != NULL;
}

const module_def operator_module_def = {
    .name = "_operator",
    .doc = "Operator interface.\n\nThis module exports a set of functions implemented in C corresponding\nto the "
           "intrinsic operators of Python.  For example, operator.add(x, y)\nis equivalent to the expression x+y.",
    .functions = operator_functions,
    .start = operator_start,
};

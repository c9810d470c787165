/* complex.c: the type complex, and complex arithmetic on parts that cmath and float share. */
#include "types/complex_internal.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/float_internal.h"
#include "types/format_spec.h"
#include "types/number_text.h"
#include "types/protocol.h"
#include "types/str.h"

#include <math.h>

typedef struct complex_parts {
    double real, imag;
} complex_parts;

bool value_is_complex(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && value_is_instance(rt, v, TYPE(rt, complex));
}

ouro_value complex_new(ouro_runtime *rt, double real, double imag)
{
    complex_object *o = object_new(rt, &TYPE(rt, complex)->type, 0);
    if (!o) {
        return OURO_NULL;
    }
    o->real = real;
    o->imag = imag;
    return ouro_from_object(o);
}

/* ---- arithmetic on parts ------------------------------------------------------------------------------ */

static complex_parts complex_product(complex_parts a, complex_parts b)
{
    return (complex_parts){a.real * b.real - a.imag * b.imag, a.real * b.imag + a.imag * b.real};
}

/* Smith's method (1962): no overflow in between.  False: division by zero. */
static bool complex_quotient(complex_parts a, complex_parts b, complex_parts *result)
{
    double real_size = fabs(b.real), imag_size = fabs(b.imag);
    if (real_size >= imag_size) {
        if (real_size == 0.0) {
            return false;
        }
        double ratio = b.imag / b.real;
        double divisor = b.real + b.imag * ratio;
        *result = (complex_parts){(a.real + a.imag * ratio) / divisor, (a.imag - a.real * ratio) / divisor};
    } else if (imag_size >= real_size) {
        double ratio = b.real / b.imag;
        double divisor = b.real * ratio + b.imag;
        *result = (complex_parts){(a.real * ratio + a.imag) / divisor, (a.imag * ratio - a.real) / divisor};
    } else { /* a NaN on either side */
        *result = (complex_parts){NAN, NAN};
    }
    return true;
}

static complex_parts complex_integer_power(complex_parts x, unsigned n)
{
    complex_parts r = {1.0, 0.0};
    for (unsigned mask = 1; mask <= n; mask <<= 1) {
        if (n & mask) {
            r = complex_product(r, x);
        }
        x = complex_product(x, x);
    }
    return r;
}

ouro_value complex_power_parts(ouro_runtime *rt, double a, double b, double c, double d)
{
    complex_parts x = {a, b}, r = {0.0, 0.0};
    bool domain = false;
    if (d == 0.0 && c == floor(c) && fabs(c) <= 100.0) {
        if (c > 0) {
            r = complex_integer_power(x, (unsigned)c);
        } else {
            domain = !complex_quotient((complex_parts){1.0, 0.0}, complex_integer_power(x, (unsigned)-c), &r);
        }
    } else if (a == 0.0 && b == 0.0) {
        domain = d != 0.0 || c < 0.0;
    } else {
        double size = hypot(a, b);
        double length = pow(size, c);
        double angle = atan2(b, a);
        double phase = angle * c;
        if (d != 0.0) {
            length *= exp(-angle * d);
            phase += d * log(size);
        }
        domain = isinf(phase); /* no angle */
        r = (complex_parts){length * cos(phase), length * sin(phase)};
    }
    if (domain) {
        return error_raise(rt, EXC(rt, ZeroDivisionError), "0.0 to a negative or complex power");
    }
    if (isinf(r.real) || isinf(r.imag)) {
        return error_overflow(rt, "complex exponentiation");
    }
    return complex_new(rt, r.real, r.imag);
}

/* ---- conversion --------------------------------------------------------------------------------------- */

/* Through __complex__ (not looked up for exact complex): 1, 0 (has none), -1. */
static int complex_from_special(ouro_runtime *rt, ouro_value v, complex_parts *result)
{
    if (ouro_is_int(v) || ouro_is_float(v) || ouro_is_constant(v)) {
        return 0;
    }
    ouro_value method = object_special(rt, v, STR(rt, __complex__));
    if (ouro_is_null(method)) {
        return error_is_set(rt) ? -1 : 0;
    }
    ouro_value c = object_call0(rt, method);
    value_decref(rt, method);
    if (ouro_is_null(c)) {
        return -1;
    }
    int found = 1;
    if (!value_is_complex(rt, c)) {
        error_type(rt, "__complex__ returned non-complex (type %T)", c);
        found = -1;
    } else if (value_type(rt, c) != TYPE(rt, complex) &&
               !error_warn(rt, EXC(rt, DeprecationWarning), 1,
                           "__complex__ returned non-complex (type %T).  The ability to return an instance of a "
                           "strict subclass of complex is deprecated, and may not be supported in a future "
                           "version of Python.",
                           c)) {
        found = -1;
    } else {
        *result = (complex_parts){as_complex(c)->real, as_complex(c)->imag};
    }
    value_decref(rt, c);
    return found;
}

bool object_as_complex(ouro_runtime *rt, ouro_value v, double *real, double *imag)
{
    complex_parts parts = {0.0, 0.0};
    if (ouro_is_object(v) && value_type(rt, v) == TYPE(rt, complex)) {
        parts = (complex_parts){as_complex(v)->real, as_complex(v)->imag};
    } else {
        int found = complex_from_special(rt, v, &parts);
        if (found < 0 || (found == 0 && !object_as_double(rt, v, &parts.real))) {
            return false;
        }
    }
    *real = parts.real;
    *imag = parts.imag;
    return true;
}

static ouro_value complex_from_text(ouro_runtime *rt, const char *s, size_t n, complex_parts *parts)
{
    size_t i = 0, used;
    bool bracket = false;
    *parts = (complex_parts){0.0, 0.0};
#define COMPLEX_SKIP_SPACE                                                                                       \
    while (i < n && (s[i] == ' ' || (s[i] >= 9 && s[i] <= 13))) {                                                \
        i++;                                                                                                     \
    }
    COMPLEX_SKIP_SPACE
    if (i < n && s[i] == '(') {
        bracket = true;
        i++;
        COMPLEX_SKIP_SPACE
    }
    double first = float_parse(rt, s + i, n - i, &used);
    if (error_is_set(rt)) {
        return OURO_NULL;
    }
    if (used > 0) {
        i += used;
        if (i < n && (s[i] == '+' || s[i] == '-')) {
            parts->real = first;
            parts->imag = float_parse(rt, s + i, n - i, &used);
            if (error_is_set(rt)) {
                return OURO_NULL;
            }
            if (used > 0) {
                i += used;
            } else {
                parts->imag = s[i] == '+' ? 1.0 : -1.0;
                i++;
            }
            if (i >= n || (s[i] | 0x20) != 'j') {
                goto malformed;
            }
            i++;
        } else if (i < n && (s[i] | 0x20) == 'j') {
            parts->imag = first;
            i++;
        } else {
            parts->real = first;
        }
    } else {
        parts->imag = 1.0;
        if (i < n && (s[i] == '+' || s[i] == '-')) {
            parts->imag = s[i] == '+' ? 1.0 : -1.0;
            i++;
        }
        if (i >= n || (s[i] | 0x20) != 'j') {
            goto malformed;
        }
        i++;
    }
    COMPLEX_SKIP_SPACE
    if (bracket) {
        if (i >= n || s[i] != ')') {
            goto malformed;
        }
        i++;
        COMPLEX_SKIP_SPACE
    }
#undef COMPLEX_SKIP_SPACE
    if (i == n) {
        return OURO_NONE;
    }
malformed:
    return error_value(rt, "complex() arg is a malformed string");
}

/* An instance of complex or a subclass. */
static ouro_value complex_make_instance(ouro_runtime *rt, type_object *type, complex_parts parts)
{
    if (type == TYPE(rt, complex)) {
        return complex_new(rt, parts.real, parts.imag);
    }
    complex_object *o = object_new(rt, &type->type, 0);
    if (!o) {
        return OURO_NULL;
    }
    o->real = parts.real;
    o->imag = parts.imag;
    if (!(type->type.flags & OURO_TYPE_LEAF)) {
        gc_track(rt, &o->object);
    }
    return ouro_from_object(o);
}

static bool complex_has_number(ouro_runtime *rt, ouro_value v)
{
    type_object *type = value_type(rt, v);
    return value_is_complex(rt, v) || type->slots.to_float || type->slots.to_index;
}

static ouro_value complex_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                               ouro_value kwnames)
{
    size_t given = nargs + (ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size);
    if (given > 2) {
        return error_type(rt, "complex() takes at most 2 arguments (%zu given)", given);
    }
    if (!number_check_keywords(rt, kwnames, "complex", "real", "imag")) {
        return OURO_NULL;
    }
    ouro_value r = nargs > 0 ? args[0] : number_keyword(kwnames, args + nargs, "real");
    ouro_value i = nargs > 1 ? args[1] : number_keyword(kwnames, args + nargs, "imag");
    if (nargs > 0 && !ouro_is_null(number_keyword(kwnames, args + nargs, "real"))) {
        return error_type(rt, "argument for complex() given by name ('real') and position (1)");
    }
    complex_parts parts = {0.0, 0.0};
    if (!ouro_is_null(r) && ouro_is_null(i) && ouro_is_object(r) && value_type(rt, r) == TYPE(rt, complex) &&
        type == TYPE(rt, complex)) {
        return value_incref(r);
    }
    if (!ouro_is_null(r) && value_is_str(rt, r)) {
        if (!ouro_is_null(i)) {
            return error_type(rt, "complex() can't take second arg if first is a string");
        }
        size_t length;
        char *text = number_ascii_from_str(rt, r, &length);
        if (!text) {
            return OURO_NULL;
        }
        ouro_value parsed = complex_from_text(rt, text, length, &parts);
        ouro_mem_free(rt->mem, text);
        return ouro_is_null(parsed) ? OURO_NULL : complex_make_instance(rt, type, parts);
    }
    if (!ouro_is_null(i) && value_is_str(rt, i)) {
        return error_type(rt, "complex() second arg can't be a string");
    }
    bool r_complex = false, i_complex = false;
    if (!ouro_is_null(r)) {
        int found = complex_from_special(rt, r, &parts);
        if (found < 0) {
            return OURO_NULL;
        }
        r_complex = found > 0;
        if (!found && !complex_has_number(rt, r)) {
            return error_type(rt, "complex() first argument must be a string or a number, not '%T'", r);
        }
    }
    if (!ouro_is_null(i) && !complex_has_number(rt, i)) {
        return error_type(rt, "complex() second argument must be a number, not '%T'", i);
    }
    if (!ouro_is_null(r) && !r_complex && !object_as_double(rt, r, &parts.real)) {
        return OURO_NULL;
    }
    complex_parts second = {0.0, 0.0};
    if (!ouro_is_null(i)) {
        if (value_is_complex(rt, i)) {
            second = (complex_parts){as_complex(i)->real, as_complex(i)->imag};
            i_complex = true;
        } else if (!object_as_double(rt, i, &second.real)) {
            return OURO_NULL;
        }
        /* real + imag * 1j, without turning signed zeros over where nothing is to be added */
        if (i_complex) {
            parts.real -= second.imag;
        }
        if (r_complex) {
            parts.imag += second.real;
        } else {
            parts.imag = second.real;
        }
    }
    return complex_make_instance(rt, type, parts);
}

/* ---- slots -------------------------------------------------------------------------------------------- */

/* 1, 0 not a number that we know, -1 failed. */
static int complex_operand(ouro_runtime *rt, ouro_value v, complex_parts *parts)
{
    parts->imag = 0.0;
    if (value_is_float(rt, v)) {
        parts->real = float_value(v);
        return 1;
    }
    if (value_is_int(rt, v)) {
        return int_as_double(rt, v, &parts->real) ? 1 : -1;
    }
    if (value_is_complex(rt, v)) {
        *parts = (complex_parts){as_complex(v)->real, as_complex(v)->imag};
        return 1;
    }
    return 0;
}

/* OURO_NONE: both are known; else what the slot returns. */
static ouro_value complex_operands(ouro_runtime *rt, ouro_value a, ouro_value b, complex_parts *x,
                                   complex_parts *y)
{
    int known = complex_operand(rt, a, x);
    if (known > 0) {
        known = complex_operand(rt, b, y);
    }
    return known > 0 ? OURO_NONE : known < 0 ? OURO_NULL : OURO_NOT_IMPLEMENTED;
}

static ouro_value complex_add(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    complex_parts x, y;
    ouro_value known = complex_operands(rt, a, b, &x, &y);
    return ouro_is_none(known) ? complex_new(rt, x.real + y.real, x.imag + y.imag) : known;
}

static ouro_value complex_subtract(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    complex_parts x, y;
    ouro_value known = complex_operands(rt, a, b, &x, &y);
    return ouro_is_none(known) ? complex_new(rt, x.real - y.real, x.imag - y.imag) : known;
}

static ouro_value complex_multiply(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    complex_parts x, y;
    ouro_value known = complex_operands(rt, a, b, &x, &y);
    if (!ouro_is_none(known)) {
        return known;
    }
    complex_parts product = complex_product(x, y);
    return complex_new(rt, product.real, product.imag);
}

static ouro_value complex_true_divide(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    complex_parts x, y, quotient;
    ouro_value known = complex_operands(rt, a, b, &x, &y);
    if (!ouro_is_none(known)) {
        return known;
    }
    if (!complex_quotient(x, y, &quotient)) {
        return error_raise(rt, EXC(rt, ZeroDivisionError), "complex division by zero");
    }
    return complex_new(rt, quotient.real, quotient.imag);
}

static ouro_value complex_power(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value c)
{
    complex_parts x, y;
    ouro_value known = complex_operands(rt, a, b, &x, &y);
    if (!ouro_is_none(known)) {
        return known;
    }
    if (!ouro_is_none(c)) {
        return error_value(rt, "complex modulo");
    }
    return complex_power_parts(rt, x.real, x.imag, y.real, y.imag);
}

static ouro_value complex_negative(ouro_runtime *rt, ouro_value a)
{
    return complex_new(rt, -as_complex(a)->real, -as_complex(a)->imag);
}

static ouro_value complex_positive(ouro_runtime *rt, ouro_value a)
{
    if (value_type(rt, a) == TYPE(rt, complex)) {
        return value_incref(a);
    }
    return complex_new(rt, as_complex(a)->real, as_complex(a)->imag);
}

static ouro_value complex_absolute(ouro_runtime *rt, ouro_value a)
{
    double real = as_complex(a)->real, imag = as_complex(a)->imag;
    double size = hypot(real, imag);
    if (isinf(size) && !isinf(real) && !isinf(imag)) {
        return error_overflow(rt, "absolute value too large");
    }
    return float_new(rt, size);
}

static int complex_truth(ouro_runtime *rt, ouro_value a)
{
    return as_complex(a)->real != 0.0 || as_complex(a)->imag != 0.0;
}

static ouro_value complex_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if (op != COMPARE_EQ && op != COMPARE_NE) {
        return OURO_NOT_IMPLEMENTED;
    }
    double real = as_complex(a)->real, imag = as_complex(a)->imag;
    bool equal;
    if (value_is_int(rt, b)) {
        equal = imag == 0.0;
        if (equal) { /* exact, as float and int compare */
            ouro_value f = float_new(rt, real);
            if (ouro_is_null(f)) {
                return OURO_NULL;
            }
            ouro_value same = float_spec.slots.compare(rt, f, b, COMPARE_EQ);
            value_decref(rt, f);
            if (ouro_is_null(same)) {
                return OURO_NULL;
            }
            equal = same.bits == OURO_TRUE.bits;
        }
    } else if (value_is_float(rt, b)) {
        equal = real == float_value(b) && imag == 0.0;
    } else if (value_is_complex(rt, b)) {
        equal = real == as_complex(b)->real && imag == as_complex(b)->imag;
    } else {
        return OURO_NOT_IMPLEMENTED;
    }
    return ouro_bool(equal == (op == COMPARE_EQ));
}

static hash_t complex_hash(ouro_runtime *rt, ouro_value self)
{
    double real = as_complex(self)->real, imag = as_complex(self)->imag;
    uint64_t identity = (self.bits >> 4) | (self.bits << 60);
    uint64_t h = isnan(real) ? identity : (uint64_t)float_hash(real);
    h += UINT64_C(1000003) * (isnan(imag) ? identity : (uint64_t)float_hash(imag));
    return (hash_t)h == -1 ? -2 : (hash_t)h;
}

static ouro_value complex_repr(ouro_runtime *rt, ouro_value self)
{
    double real = as_complex(self)->real, imag = as_complex(self)->imag;
    bool only_imag = real == 0.0 && !signbit(real);
    char *imag_text = float_to_text(rt, imag, 'r', 0, only_imag ? 0 : FLOAT_SIGN);
    char *real_text = imag_text && !only_imag ? float_to_text(rt, real, 'r', 0, 0) : NULL;
    ouro_value result = OURO_NULL;
    if (imag_text && only_imag) {
        result = str_format_c(rt, "%sj", imag_text);
    } else if (real_text) {
        result = str_format_c(rt, "(%s%sj)", real_text, imag_text);
    }
    ouro_mem_free(rt->mem, imag_text);
    ouro_mem_free(rt->mem, real_text);
    return result;
}

/* ---- methods and attributes --------------------------------------------------------------------------- */

static ouro_value complex_method_conjugate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return complex_new(rt, as_complex(args[0])->real, -as_complex(args[0])->imag);
}

static ouro_value complex_method_complex(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return complex_positive(rt, args[0]);
}

static ouro_value complex_method_getnewargs(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value pair[2] = {float_new(rt, as_complex(args[0])->real), float_new(rt, as_complex(args[0])->imag)};
    return tuple_new_made(rt, pair, 2);
}

static ouro_value complex_method_format(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "__format__() argument must be str, not %T", args[1]);
    }
    if (str_length(as_str(args[1])) == 0) {
        return object_str(rt, args[0]);
    }
    return format_complex(rt, args[0], args[1]);
}

static const method_def complex_methods[] = {
    {"conjugate", "self, /", complex_method_conjugate,
     .doc = "Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j."},
    {"__complex__", "self, /", complex_method_complex, .doc = "Convert this value to exact type complex."},
    {"__getnewargs__", "self, /", complex_method_getnewargs},
    {"__format__", "self, format_spec, /", complex_method_format,
     .doc = "Convert to a string according to format_spec."},
    {0},
};

static ouro_value complex_get_real(ouro_runtime *rt, ouro_value self, void *closure)
{
    return float_new(rt, as_complex(self)->real);
}

static ouro_value complex_get_imag(ouro_runtime *rt, ouro_value self, void *closure)
{
    return float_new(rt, as_complex(self)->imag);
}

static bool complex_set_part(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    error_raise(rt, EXC(rt, AttributeError), "readonly attribute");
    return false;
}

static const getset_def complex_getsets[] = {
    {"real", complex_get_real, complex_set_part, "the real part of a complex number", .member = true},
    {"imag", complex_get_imag, complex_set_part, "the imaginary part of a complex number", .member = true},
    {0},
};

const type_spec complex_spec = {
    .name = "complex",
    .signature = "(real=0, imag=0)",
    .size = sizeof(complex_object),
    .flags = OURO_TYPE_LEAF | TYPE_BASE,
    .doc = "Create a complex number from a real part and an optional imaginary part.\n\n"
           "This is equivalent to (real + imag*1j) where imag defaults to 0.",
    .methods = complex_methods,
    .getsets = complex_getsets,
    .slots =
        {
            .make = complex_make,
            .repr = complex_repr,
            .hash = complex_hash,
            .compare = complex_compare,
            .binary =
                {
                    [BINARY_ADD] = complex_add,
                    [BINARY_SUBTRACT] = complex_subtract,
                    [BINARY_MULTIPLY] = complex_multiply,
                    [BINARY_TRUE_DIVIDE] = complex_true_divide,
                },
            .power = complex_power,
            .unary =
                {
                    [UNARY_NEGATIVE] = complex_negative,
                    [UNARY_POSITIVE] = complex_positive,
                    [UNARY_ABSOLUTE] = complex_absolute,
                },
            .truth = complex_truth,
        },
};

/* struct_format.c: formats of the struct module.
 *
 * A format becomes an array of codes, each with its place; so packing and unpacking are one pass without thinking
 * of alignment.  The wording of range errors differs in CPython between its native and its big-endian
 * tables; here as there.
 */
#include "modules/struct_format.h"

#include "modules/modules.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/int_view.h"
#include "types/protocol.h"

#include <math.h>

/* ---- parsing ------------------------------------------------------------------------------------------ */

static ouro_value struct_error(ouro_runtime *rt, const char *message)
{
    return error_raise(rt, MODULE_TYPE(rt, struct_error), "%s", message);
}

/* Size of an item; 0: no such code in this mode. */
static unsigned struct_code_size(char code, bool native)
{
    switch (code) {
    case 'x':
    case 'c':
    case 'b':
    case 'B':
    case '?':
    case 's':
    case 'p':
        return 1;
    case 'h':
    case 'H':
    case 'e':
        return 2;
    case 'i':
    case 'I':
    case 'f':
        return 4;
    case 'l':
    case 'L':
        return native ? sizeof(long) : 4;
    case 'q':
    case 'Q':
    case 'd':
        return 8;
    case 'n':
    case 'N':
    case 'P':
        return native ? sizeof(void *) : 0;
    default:
        return 0;
    }
}

void struct_format_free(ouro_runtime *rt, struct_format *f)
{
    if (f->codes != f->local) {
        ouro_mem_free(rt->mem, f->codes);
    }
    f->codes = f->local;
    f->code_count = 0;
}

static bool struct_format_add(ouro_runtime *rt, struct_format *f, size_t *room, const struct_code *code)
{
    if (f->code_count == *room) {
        struct_code *grown =
            ouro_mem_resize(rt->mem, f->codes == f->local ? NULL : f->codes, *room * 2 * sizeof *grown);
        if (!grown) {
            error_no_memory(rt);
            return false;
        }
        if (f->codes == f->local) {
            memcpy(grown, f->local, sizeof f->local);
        }
        f->codes = grown;
        *room *= 2;
    }
    f->codes[f->code_count++] = *code;
    return true;
}

bool struct_format_parse(ouro_runtime *rt, struct_format *f, const char *text, size_t length)
{
    bool native = true, big_endian = false;
    size_t i = 0;
    size_t room = sizeof f->local / sizeof f->local[0];
    const char *wrong = NULL;
    f->codes = f->local;
    f->code_count = 0;
    f->size = 0;
    f->items = 0;
    if (memchr(text, '\0', length)) {
        struct_error(rt, "embedded null character");
        return false;
    }
    if (length > 0 && memchr("@=<>!", text[0], 5)) {
        native = text[0] == '@';
        big_endian = text[0] == '>' || text[0] == '!';
        i = 1;
    }
    while (i < length && !wrong) {
        char c = text[i++];
        if (c == ' ' || (c >= 9 && c <= 13)) {
            continue;
        }
        size_t repeat = 1;
        if (c >= '0' && c <= '9') {
            repeat = 0;
            for (i--; i < length && text[i] >= '0' && text[i] <= '9'; i++) {
                size_t digit = (size_t)(text[i] - '0');
                if (repeat > ((size_t)INT64_MAX - digit) / 10) {
                    wrong = "total struct size too long";
                    break;
                }
                repeat = repeat * 10 + digit;
            }
            if (wrong) {
                break;
            }
            if (i == length) {
                wrong = "repeat count given without format specifier";
                break;
            }
            c = text[i++];
        }
        unsigned size = struct_code_size(c, native);
        if (size == 0) {
            wrong = "bad char in struct format";
            break;
        }
        if (native) {
            f->size = (f->size + size - 1) / size * size;
        }
        size_t total;
        if (__builtin_mul_overflow((size_t)size, repeat, &total) || total > (size_t)INT64_MAX - f->size) {
            wrong = "total struct size too long";
            break;
        }
        struct_code code = {.code = c, .big_endian = big_endian, .native = native, .size = (uint8_t)size,
                            .offset = f->size, .repeat = repeat};
        f->size += total;
        if (c == 'x') {
            continue;
        }
        f->items += c == 's' || c == 'p' ? 1 : repeat;
        if ((repeat > 0 || c == 's' || c == 'p') && !struct_format_add(rt, f, &room, &code)) {
            struct_format_free(rt, f);
            return false;
        }
    }
    if (wrong) {
        struct_error(rt, wrong);
        struct_format_free(rt, f);
        return false;
    }
    return true;
}

/* ---- half precision ----------------------------------------------------------------------------------- */

bool float_pack_half(double d, uint16_t *half)
{
    uint16_t sign = signbit(d) ? 0x8000 : 0;
    double x = fabs(d);
    if (isnan(d)) {
        *half = sign | 0x7e00;
        return true;
    }
    if (isinf(d)) {
        *half = sign | 0x7c00;
        return true;
    }
    if (x == 0.0) {
        *half = sign;
        return true;
    }
    int exponent;
    frexp(x, &exponent); /* x in [2^(exponent-1), 2^exponent) */
    if (exponent < -13) { /* subnormal halves: multiples of 2^-24 */
        exponent = -13;
    }
    double scaled = rint(ldexp(x, 11 - exponent)); /* 11 significant bits, ties to even */
    if (scaled >= 2048.0) {
        scaled /= 2.0;
        exponent++;
    }
    if (exponent > 16) {
        return false;
    }
    unsigned bits = (unsigned)scaled;
    if (bits >= 1024) {
        bits = (bits - 1024) | ((unsigned)(exponent + 14) << 10);
    }
    *half = sign | (uint16_t)bits;
    return true;
}

double float_unpack_half(uint16_t half)
{
    int exponent = (half >> 10) & 0x1f;
    unsigned fraction = half & 0x3ff;
    double d;
    if (exponent == 0x1f) {
        d = fraction ? NAN : INFINITY;
    } else if (exponent == 0) {
        d = ldexp(fraction, -24);
    } else {
        d = ldexp(fraction + 1024, exponent - 25);
    }
    return half & 0x8000 ? -d : d;
}

/* ---- items -------------------------------------------------------------------------------------------- */

static void struct_store(unsigned char *data, uint64_t bits, unsigned size, bool big_endian)
{
    for (unsigned i = 0; i < size; i++) {
        data[big_endian ? size - 1 - i : i] = (unsigned char)(bits >> (8 * i));
    }
}

static uint64_t struct_load(const unsigned char *data, unsigned size, bool big_endian)
{
    uint64_t bits = 0;
    for (unsigned i = 0; i < size; i++) {
        bits |= (uint64_t)data[big_endian ? size - 1 - i : i] << (8 * i);
    }
    return bits;
}

static bool struct_range_error(ouro_runtime *rt, const struct_code *c, bool is_signed)
{
    unsigned bits = c->size * 8u;
    uint64_t most = is_signed ? (UINT64_C(1) << (bits - 1)) - 1 : bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
    int64_t least = is_signed ? -(int64_t)most - 1 : 0;
    const char *name = c->code == 'b'   ? "byte"
                       : c->code == 'B' ? "ubyte"
                       : c->big_endian  ? NULL
                       : c->code == 'h' ? "short"
                       : c->code == 'H' ? "ushort"
                                        : NULL;
    if (name) {
        error_raise(rt, MODULE_TYPE(rt, struct_error), "%s format requires %lld <= number <= %llu", name,
                    (long long)least, (unsigned long long)most);
    } else {
        error_raise(rt, MODULE_TYPE(rt, struct_error), "'%c' format requires %lld <= number <= %llu", c->code,
                    (long long)least, (unsigned long long)most);
    }
    return false;
}

static bool struct_code_is_signed(char code)
{
    return code == 'b' || code == 'h' || code == 'i' || code == 'l' || code == 'q' || code == 'n';
}

static bool struct_pack_int(ouro_runtime *rt, const struct_code *c, ouro_value v, unsigned char *data)
{
    if (!value_is_int(rt, v) && !value_type(rt, v)->slots.to_index) {
        struct_error(rt, "required argument is not an integer");
        return false;
    }
    ouro_value i = object_index(rt, v);
    if (ouro_is_null(i)) {
        return false;
    }
    bool is_signed = struct_code_is_signed(c->code);
    /* the small unsigned ones go through a signed long, but for big-endian H */
    bool through_signed = is_signed || c->code == 'B' || (c->code == 'H' && !c->big_endian);
    const char *too_large = c->code == 'P' || (c->size == 8 && c->big_endian) ? "int too large to convert"
                                                                              : "argument out of range";
    int64_t value = 0;
    uint64_t bits = 0;
    bool fits;
    bool negative = int_sign(i) < 0;
    if (through_signed || (c->code == 'P' && negative)) {
        fits = int_fits_int64(i, &value);
        bits = (uint64_t)value;
    } else {
        int_view view;
        int_view_of(&view, i);
        fits = !negative && magnitude_bit_length(view.digits, view.size) <= 64;
        if (fits) {
            bits = (view.size > 0 ? view.digits[0] : 0) | (view.size > 1 ? view.digits[1] << MAGNITUDE_BITS : 0);
        }
    }
    value_decref(rt, i);
    if (!fits) {
        struct_error(rt, too_large);
        return false;
    }
    if (c->size < 8) {
        unsigned width = c->size * 8u;
        bool inside;
        if (is_signed) {
            inside = value >= -(INT64_C(1) << (width - 1)) && value < INT64_C(1) << (width - 1);
        } else {
            inside = bits < UINT64_C(1) << width;
        }
        if (!inside) {
            return struct_range_error(rt, c, is_signed);
        }
    }
    struct_store(data, bits, c->size, c->big_endian);
    return true;
}

static bool struct_pack_float(ouro_runtime *rt, const struct_code *c, ouro_value v, unsigned char *data)
{
    double d;
    uint64_t bits;
    if (!object_as_double(rt, v, &d)) {
        error_clear(rt);
        struct_error(rt, "required argument is not a float");
        return false;
    }
    if (c->code == 'e') {
        uint16_t half;
        if (!float_pack_half(d, &half)) {
            error_overflow(rt, "float too large to pack with e format");
            return false;
        }
        bits = half;
    } else if (c->code == 'f') {
        float single = (float)d;
        uint32_t single_bits;
        if (isinf(single) && !isinf(d) && !c->native) {
            error_overflow(rt, "float too large to pack with f format");
            return false;
        }
        memcpy(&single_bits, &single, sizeof single_bits);
        bits = single_bits;
    } else {
        memcpy(&bits, &d, sizeof bits);
    }
    struct_store(data, bits, c->size, c->big_endian);
    return true;
}

static bool struct_pack_bytes(ouro_runtime *rt, const struct_code *c, ouro_value v, unsigned char *data)
{
    const unsigned char *source;
    size_t length;
    if (value_is_bytes(rt, v)) {
        source = as_bytes(v)->data;
        length = as_bytes(v)->length;
    } else if (value_is_bytearray(rt, v)) {
        source = as_bytearray(v)->data + as_bytearray(v)->start;
        length = as_bytearray(v)->length;
    } else {
        struct_error(rt, c->code == 's' ? "argument for 's' must be a bytes object"
                                        : "argument for 'p' must be a bytes object");
        return false;
    }
    if (c->code == 'p') {
        if (c->repeat == 0) {
            return true;
        }
        length = length < c->repeat - 1 ? length : c->repeat - 1;
        data[0] = (unsigned char)(length < 255 ? length : 255);
        data++;
    } else {
        length = length < c->repeat ? length : c->repeat;
    }
    if (length > 0) {
        memcpy(data, source, length);
    }
    return true;
}

bool struct_format_pack(ouro_runtime *rt, const struct_format *f, const ouro_value *values, unsigned char *data)
{
    memset(data, 0, f->size);
    for (size_t k = 0; k < f->code_count; k++) {
        const struct_code *c = &f->codes[k];
        unsigned char *at = data + c->offset;
        if (c->code == 's' || c->code == 'p') {
            if (!struct_pack_bytes(rt, c, *values++, at)) {
                return false;
            }
            continue;
        }
        for (size_t j = 0; j < c->repeat; j++, at += c->size) {
            ouro_value v = *values++;
            bool packed = true;
            if (c->code == 'c') {
                if (!value_is_bytes(rt, v) || as_bytes(v)->length != 1) {
                    struct_error(rt, "char format requires a bytes object of length 1");
                    return false;
                }
                *at = as_bytes(v)->data[0];
            } else if (c->code == '?') {
                int truth = object_truth(rt, v);
                *at = truth > 0;
                packed = truth >= 0;
            } else if (c->code == 'e' || c->code == 'f' || c->code == 'd') {
                packed = struct_pack_float(rt, c, v, at);
            } else {
                packed = struct_pack_int(rt, c, v, at);
            }
            if (!packed) {
                return false;
            }
        }
    }
    return true;
}

static ouro_value struct_unpack_item(ouro_runtime *rt, const struct_code *c, const unsigned char *data)
{
    if (c->code == 'c') {
        return bytes_new(rt, data, 1);
    }
    if (c->code == '?') {
        return ouro_bool(*data != 0);
    }
    uint64_t bits = struct_load(data, c->size, c->big_endian);
    if (c->code == 'e') {
        return float_new(rt, float_unpack_half((uint16_t)bits));
    }
    if (c->code == 'f') {
        uint32_t single_bits = (uint32_t)bits;
        float single;
        memcpy(&single, &single_bits, sizeof single);
        return float_new(rt, single);
    }
    if (c->code == 'd') {
        double d;
        memcpy(&d, &bits, sizeof d);
        return float_new(rt, d);
    }
    if (struct_code_is_signed(c->code)) {
        unsigned shift = 64 - c->size * 8u;
        return int_from_int64(rt, (int64_t)(bits << shift) >> shift);
    }
    return int_from_uint64(rt, bits);
}

ouro_value struct_format_unpack(ouro_runtime *rt, const struct_format *f, const unsigned char *data)
{
    if (f->items == 0) {
        return value_incref(rt->types->empty_tuple);
    }
    tuple_object *t = tuple_new_blank(rt, f->items);
    if (!t) {
        return OURO_NULL;
    }
    size_t at = 0;
    for (size_t k = 0; k < f->code_count; k++) {
        const struct_code *c = &f->codes[k];
        const unsigned char *source = data + c->offset;
        if (c->code == 's' || c->code == 'p') {
            size_t length = c->repeat;
            if (c->code == 'p' && length > 0) {
                size_t told = *source++;
                length = told < length - 1 ? told : length - 1;
            }
            t->items[at] = bytes_new(rt, source, length);
            if (ouro_is_null(t->items[at++])) {
                goto failed;
            }
            continue;
        }
        for (size_t j = 0; j < c->repeat; j++, source += c->size) {
            t->items[at] = struct_unpack_item(rt, c, source);
            if (ouro_is_null(t->items[at++])) {
                goto failed;
            }
        }
    }
    gc_track(rt, &t->object);
    return ouro_from_object(t);
failed:
    object_decref(rt, &t->object);
    return OURO_NULL;
}

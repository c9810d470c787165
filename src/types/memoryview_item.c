/* memoryview_item.c: single items of a memoryview: native formats, packing, unpacking, comparing. */
#include "types/memoryview.h"

#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"

char memoryview_native_code(const char *format)
{
    if (format[0] == '@') {
        format++;
    }
    return format[0] != 0 && format[1] == 0 && strchr("cbBhHiIlLqQnNfd?P", format[0]) != NULL ? format[0] : 0;
}

size_t memoryview_code_size(char code)
{
    switch (code) {
    case 'h':
    case 'H':
        return sizeof(short);
    case 'i':
    case 'I':
        return sizeof(int);
    case 'f':
        return sizeof(float);
    case 'l':
    case 'L':
        return sizeof(long);
    case 'q':
    case 'Q':
    case 'd':
        return 8;
    case 'n':
    case 'N':
    case 'P':
        return sizeof(void *);
    default:
        return 1;
    }
}

static bool memoryview_code_is_signed(char code)
{
    return strchr("bhilqn", code) != NULL;
}

static int64_t memoryview_read_signed(const unsigned char *p, size_t size)
{
    int8_t a;
    int16_t b;
    int32_t c;
    int64_t d;
    switch (size) {
    case 1:
        memcpy(&a, p, 1);
        return a;
    case 2:
        memcpy(&b, p, 2);
        return b;
    case 4:
        memcpy(&c, p, 4);
        return c;
    default:
        memcpy(&d, p, 8);
        return d;
    }
}

static uint64_t memoryview_read_unsigned(const unsigned char *p, size_t size)
{
    uint64_t value = (uint64_t)memoryview_read_signed(p, size);
    return size == 8 ? value : value & ((UINT64_C(1) << 8 * size) - 1);
}

static double memoryview_read_float(const unsigned char *p, char code)
{
    float f;
    double d;
    if (code == 'f') {
        memcpy(&f, p, sizeof f);
        return f;
    }
    memcpy(&d, p, sizeof d);
    return d;
}

ouro_value memoryview_unpack(ouro_runtime *rt, const char *format, const unsigned char *p)
{
    char code = memoryview_native_code(format);
    switch (code) {
    case 0:
        return error_raise(rt, EXC(rt, NotImplementedError), "memoryview: format %s not supported", format);
    case 'c':
        return bytes_new(rt, p, 1);
    case '?':
        return ouro_bool(*p != 0);
    case 'f':
    case 'd':
        return float_new(rt, memoryview_read_float(p, code));
    default:
        return memoryview_code_is_signed(code) ? int_from_int64(rt, memoryview_read_signed(p, memoryview_code_size(code)))
                                               : int_from_uint64(rt, memoryview_read_unsigned(p, memoryview_code_size(code)));
    }
}

static bool memoryview_bad_type(ouro_runtime *rt, const char *format)
{
    error_type(rt, "memoryview: invalid type for format '%s'", format);
    return false;
}

static bool memoryview_bad_value(ouro_runtime *rt, const char *format)
{
    error_value(rt, "memoryview: invalid value for format '%s'", format);
    return false;
}

static bool memoryview_pack_int(ouro_runtime *rt, const char *format, char code, unsigned char *p, ouro_value v)
{
    size_t size = memoryview_code_size(code);
    ouro_value i = object_index(rt, v);
    if (ouro_is_null(i)) {
        return error_clear_if(rt, EXC(rt, TypeError)) ? memoryview_bad_type(rt, format) : false;
    }
    bool ok = int_to_bytes(rt, i, p, size, __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, memoryview_code_is_signed(code));
    value_decref(rt, i);
    if (!ok && error_clear_if(rt, EXC(rt, OverflowError))) {
        return memoryview_bad_value(rt, format);
    }
    return ok;
}

bool memoryview_pack(ouro_runtime *rt, const char *format, unsigned char *p, ouro_value v)
{
    char code = memoryview_native_code(format);
    switch (code) {
    case 0:
        error_raise(rt, EXC(rt, NotImplementedError), "memoryview: format %s not supported", format);
        return false;
    case 'c':
        if (!value_is_bytes(rt, v)) {
            return memoryview_bad_type(rt, format);
        }
        if (as_bytes(v)->length != 1) {
            return memoryview_bad_value(rt, format);
        }
        *p = as_bytes(v)->data[0];
        return true;
    case '?': {
        int truth = object_truth(rt, v);
        if (truth < 0) {
            return false;
        }
        *p = (unsigned char)truth;
        return true;
    }
    case 'f':
    case 'd': {
        double d;
        if (!object_as_double(rt, v, &d)) {
            return error_clear_if(rt, EXC(rt, TypeError)) ? memoryview_bad_type(rt, format) : false;
        }
        if (code == 'f') {
            float f = (float)d;
            memcpy(p, &f, sizeof f);
        } else {
            memcpy(p, &d, sizeof d);
        }
        return true;
    }
    default: {
        unsigned char bytes[8];
        if (!memoryview_pack_int(rt, format, code, bytes, v)) {
            return false;
        }
        memcpy(p, bytes, memoryview_code_size(code));
        return true;
    }
    }
}

/* Two items of native formats: by value. */
static bool memoryview_items_equal(char x, const unsigned char *p, char y, const unsigned char *q)
{
    bool float_x = x == 'f' || x == 'd', float_y = y == 'f' || y == 'd';
    if ((x == 'c') != (y == 'c')) {
        return false;
    }
    if (float_x || float_y) {
        size_t sx = memoryview_code_size(x), sy = memoryview_code_size(y);
        double a = float_x ? memoryview_read_float(p, x)
                   : memoryview_code_is_signed(x) ? (double)memoryview_read_signed(p, sx)
                                                  : (double)memoryview_read_unsigned(p, sx);
        double b = float_y ? memoryview_read_float(q, y)
                   : memoryview_code_is_signed(y) ? (double)memoryview_read_signed(q, sy)
                                                  : (double)memoryview_read_unsigned(q, sy);
        return a == b;
    }
    bool sign_x = memoryview_code_is_signed(x), sign_y = memoryview_code_is_signed(y);
    uint64_t a = x == '?' ? *p != 0 : sign_x ? (uint64_t)memoryview_read_signed(p, memoryview_code_size(x))
                                             : memoryview_read_unsigned(p, memoryview_code_size(x));
    uint64_t b = y == '?' ? *q != 0 : sign_y ? (uint64_t)memoryview_read_signed(q, memoryview_code_size(y))
                                             : memoryview_read_unsigned(q, memoryview_code_size(y));
    bool negative_a = sign_x && (int64_t)a < 0, negative_b = sign_y && (int64_t)b < 0;
    return a == b && negative_a == negative_b;
}

static bool memoryview_equal_level(const memoryview_object *a, const memoryview_object *b, int dimension,
                                   const unsigned char *p, const unsigned char *q, char x, char y)
{
    if (dimension == a->dimensions) {
        return memoryview_items_equal(x, p, y, q);
    }
    for (int64_t i = 0; i < a->shape[dimension]; i++) {
        if (!memoryview_equal_level(a, b, dimension + 1, p + i * a->strides[dimension], q + i * b->strides[dimension], x,
                                    y)) {
            return false;
        }
    }
    return true;
}

int memoryview_equal(ouro_runtime *rt, const memoryview_object *a, const memoryview_object *b)
{
    if (a->dimensions != b->dimensions) {
        return 0;
    }
    for (int i = 0; i < a->dimensions; i++) {
        if (a->shape[i] != b->shape[i]) {
            return 0;
        }
        if (a->shape[i] == 0) {
            break;
        }
    }
    char x = memoryview_native_code(a->format), y = memoryview_native_code(b->format);
    if (x == 0 || y == 0) {
        return 0; /* formats that we cannot read are never equal, as CPython has it */
    }
    return memoryview_equal_level(a, b, 0, a->data, b->data, x, y);
}

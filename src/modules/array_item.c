/* array_item.c: items of arrays by typecode, and the machine formats that pickled arrays name. */
#include "modules/array_item.h"

#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/int_view.h"
#include "types/protocol.h"
#include "types/str.h"

unsigned array_item_size(char code)
{
    switch (code) {
    case 'b':
    case 'B':
        return 1;
    case 'h':
    case 'H':
        return 2;
    case 'u':
    case 'i':
    case 'I':
    case 'f':
        return 4;
    case 'l':
    case 'L':
        return sizeof(long);
    case 'q':
    case 'Q':
    case 'd':
        return 8;
    default:
        return 0;
    }
}

ouro_value array_item_get(ouro_runtime *rt, const array_object *a, size_t i)
{
    const unsigned char *at = a->data + i * a->item_size;
    union {
        int16_t h;
        uint16_t H;
        int32_t i;
        uint32_t I;
        int64_t q;
        uint64_t Q;
        float f;
        double d;
    } item;
    memcpy(&item, at, a->item_size);
    switch (a->code) {
    case 'b':
        return ouro_int((signed char)*at);
    case 'B':
        return ouro_int(*at);
    case 'u':
        if (item.I > 0x10ffff) {
            return error_value(rt, "character U+%x is not in range [U+0000; U+10ffff]", (unsigned)item.I);
        }
        return str_from_char(rt, item.I);
    case 'h':
        return ouro_int(item.h);
    case 'H':
        return ouro_int(item.H);
    case 'i':
        return ouro_int(item.i);
    case 'I':
        return ouro_int(item.I);
    case 'l':
        return int_from_int64(rt, sizeof(long) == 8 ? item.q : item.i);
    case 'L':
        return int_from_uint64(rt, sizeof(long) == 8 ? item.Q : item.I);
    case 'q':
        return int_from_int64(rt, item.q);
    case 'Q':
        return int_from_uint64(rt, item.Q);
    case 'f':
        return float_new(rt, item.f);
    default:
        return float_new(rt, item.d);
    }
}

/* A signed item: a C int or long first, then the item's own range. */
static bool array_item_signed(ouro_runtime *rt, ouro_value i, char code, int64_t *value)
{
    static const char *const too_long = "Python int too large to convert to C long";
    if (!int_fits_int64(i, value)) {
        error_overflow(rt, code == 'q' ? "int too big to convert" : "%s", too_long);
        return false;
    }
    struct {
        const char *name;
        int64_t least, most;
    } steps[2] = {{NULL, 0, 0}, {NULL, 0, 0}};
    switch (code) {
    case 'b':
        steps[0].name = "signed short integer", steps[0].least = INT16_MIN, steps[0].most = INT16_MAX;
        steps[1].name = "signed char", steps[1].least = INT8_MIN, steps[1].most = INT8_MAX;
        break;
    case 'B':
        steps[0].name = "unsigned byte integer", steps[0].least = 0, steps[0].most = UINT8_MAX;
        break;
    case 'h':
        steps[0].name = "signed short integer", steps[0].least = INT16_MIN, steps[0].most = INT16_MAX;
        break;
    case 'H':
        steps[0].name = "signed integer", steps[0].least = INT32_MIN, steps[0].most = INT32_MAX;
        steps[1].name = "unsigned short", steps[1].least = 0, steps[1].most = UINT16_MAX;
        break;
    case 'i':
        steps[0].name = "signed integer", steps[0].least = INT32_MIN, steps[0].most = INT32_MAX;
        break;
    default:
        break;
    }
    for (int k = 0; k < 2 && steps[k].name; k++) {
        if (*value < steps[k].least || *value > steps[k].most) {
            error_overflow(rt, *value > 0 ? "%s is greater than maximum" : "%s is less than minimum",
                           steps[k].name);
            return false;
        }
    }
    return true;
}

static bool array_item_unsigned(ouro_runtime *rt, ouro_value i, char code, uint64_t *value)
{
    int_view view;
    int_view_of(&view, i);
    if (view.negative) {
        error_overflow(rt, code == 'Q' ? "can't convert negative int to unsigned"
                                       : "can't convert negative value to unsigned int");
        return false;
    }
    if (magnitude_bit_length(view.digits, view.size) > 64) {
        error_overflow(rt, code == 'Q' ? "int too big to convert"
                                       : "Python int too large to convert to C unsigned long");
        return false;
    }
    *value = (view.size > 0 ? view.digits[0] : 0) | (view.size > 1 ? view.digits[1] << MAGNITUDE_BITS : 0);
    if (code == 'I' && *value > UINT32_MAX) {
        error_overflow(rt, "unsigned int is greater than maximum");
        return false;
    }
    return true;
}

bool array_item_convert(ouro_runtime *rt, char code, ouro_value v, unsigned char *item)
{
    if (code == 'u') {
        if (!value_is_str(rt, v) || str_length(as_str(v)) != 1) {
            error_type(rt, "array item must be unicode character");
            return false;
        }
        uint32_t c = str_char_at(as_str(v), 0);
        memcpy(item, &c, sizeof c);
        return true;
    }
    if (code == 'f' || code == 'd') {
        double d;
        if (!object_as_double(rt, v, &d)) {
            return false;
        }
        if (code == 'f') {
            float f = (float)d;
            memcpy(item, &f, sizeof f);
        } else {
            memcpy(item, &d, sizeof d);
        }
        return true;
    }
    ouro_value i = object_index(rt, v);
    if (ouro_is_null(i)) {
        return false;
    }
    int64_t value = 0;
    uint64_t bits = 0;
    bool done;
    if (code == 'I' || code == 'L' || code == 'Q') {
        done = array_item_unsigned(rt, i, code, &bits);
    } else {
        done = array_item_signed(rt, i, code, &value);
        bits = (uint64_t)value;
    }
    value_decref(rt, i);
    if (done) {
        uint8_t b = (uint8_t)bits;
        uint16_t h = (uint16_t)bits;
        uint32_t w = (uint32_t)bits;
        unsigned size = array_item_size(code);
        memcpy(item, size == 1 ? (void *)&b : size == 2 ? (void *)&h : size == 4 ? (void *)&w : (void *)&bits, size);
    }
    return done;
}

/* ---- machine formats ---------------------------------------------------------------------------------- */

typedef struct array_format {
    uint8_t size;
    char kind; /* 'u'nsigned, 's'igned, 'f'loat, 'c'haracters */
    bool big_endian;
} array_format;

static const array_format array_formats[] = {
    {1, 'u', false}, {1, 's', false}, {2, 'u', false}, {2, 'u', true}, {2, 's', false}, {2, 's', true},
    {4, 'u', false}, {4, 'u', true},  {4, 's', false}, {4, 's', true}, {8, 'u', false}, {8, 'u', true},
    {8, 's', false}, {8, 's', true},  {4, 'f', false}, {4, 'f', true}, {8, 'f', false}, {8, 'f', true},
    {2, 'c', false}, {2, 'c', true},  {4, 'c', false}, {4, 'c', true},
};

enum { ARRAY_FORMAT_COUNT = sizeof array_formats / sizeof array_formats[0] };

static char array_kind(char code)
{
    return code == 'u' ? 'c' : code == 'f' || code == 'd' ? 'f' : code >= 'a' ? 's' : 'u';
}

static bool array_machine_is_big_endian(void)
{
    static const uint16_t probe = 1;
    return *(const unsigned char *)&probe == 0;
}

int array_typecode_format(char code)
{
    for (int i = 0; i < ARRAY_FORMAT_COUNT; i++) {
        const array_format *f = &array_formats[i];
        if (f->size == array_item_size(code) && f->kind == array_kind(code) &&
            (f->size == 1 || f->big_endian == array_machine_is_big_endian())) {
            return i;
        }
    }
    return -1;
}

char array_format_typecode(int format)
{
    const array_format *f = &array_formats[format];
    for (const char *code = ARRAY_TYPECODES; *code; code++) {
        if (array_item_size(*code) == f->size && array_kind(*code) == f->kind) {
            return *code;
        }
    }
    return 0;
}

ouro_value array_format_values(ouro_runtime *rt, int format, const unsigned char *data, size_t length)
{
    const array_format *f = &array_formats[format];
    size_t unit = f->kind == 'c' ? f->size * 2u : f->size; /* of characters, CPython wants pairs */
    if (length % unit != 0) {
        return error_value(rt, "string length not a multiple of item size");
    }
    if (f->kind == 'c') {
        const char *encoding = f->size == 2 ? (f->big_endian ? "utf-16-be" : "utf-16-le")
                                            : (f->big_endian ? "utf-32-be" : "utf-32-le");
        return codec_decode(rt, data, length, encoding, NULL);
    }
    ouro_value list = list_new(rt, NULL, length / f->size);
    for (size_t at = 0; at < length && !ouro_is_null(list); at += f->size) {
        uint64_t bits = 0;
        for (unsigned k = 0; k < f->size; k++) {
            bits |= (uint64_t)data[at + (f->big_endian ? f->size - 1 - k : k)] << (8 * k);
        }
        ouro_value item;
        unsigned shift = 64 - f->size * 8u;
        if (f->kind == 'u') {
            item = int_from_uint64(rt, bits);
        } else if (f->kind == 's') {
            item = int_from_int64(rt, (int64_t)(bits << shift) >> shift);
        } else if (f->size == 4) {
            uint32_t word = (uint32_t)bits;
            float single;
            memcpy(&single, &word, sizeof single);
            item = float_new(rt, single);
        } else {
            double d;
            memcpy(&d, &bits, sizeof d);
            item = float_new(rt, d);
        }
        if (ouro_is_null(item) || !list_append_steal(rt, list, item)) {
            value_clear(rt, &list);
        }
    }
    return list;
}

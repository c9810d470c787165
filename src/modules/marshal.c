/* marshal.c: the marshal module: values of built-in types as bytes, and back.
 *
 * The format of data is CPython's (version 4, without references when writing; references are understood when
 * reading). Code objects are written in a layout of our own under a type byte of their own, headed by a
 * number made of the instruction set: other programs' code is refused, and that of other versions.
 *
 * Reading trusts nothing: each length is checked against what is left, and code is only taken when its parts
 * agree.  It still must come from a friend: instructions are run as they are.
 */
#include "modules/modules.h"

#include "lang/opcode.h"
#include "types/buffer.h"
#include "types/bytes.h"
#include "types/code.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/audit.h"
#include "vm/vm.h"

enum {
    MARSHAL_VERSION = 4,
    MARSHAL_MAX_DEPTH = 2000,
    MARSHAL_FLAG_REF = 0x80,
    MARSHAL_CODE = 'O',
    MARSHAL_CODE_LAYOUT = 2,
    MARSHAL_DIGIT_BITS = 15,
};

/* ---- writing ----------------------------------------------------------------------------------------------
 */

typedef struct marshal_writer {
    ouro_runtime *rt;
    bytes_builder out;
    unsigned depth;
    uint32_t layout; /* layout_once() */
    bool cached; /* for the cache of modules: without file names */
} marshal_writer;

static bool write_value(marshal_writer *w, ouro_value v);

static void write_byte(marshal_writer *w, int byte)
{
    bytes_builder_byte(&w->out, (unsigned char)byte);
}

static void write_number(marshal_writer *w, uint64_t number, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        write_byte(w, (int)(number >> (8 * i)) & 0xff);
    }
}

/* A length as four bytes: ValueError if it does not fit. */
static bool write_length(marshal_writer *w, size_t length)
{
    if (length > INT32_MAX) {
        error_value(w->rt, "object too large to marshal");
        return false;
    }
    write_number(w, length, 4);
    return true;
}

static bool write_int(marshal_writer *w, ouro_value v)
{
    int64_t number;
    if (int_fits_int64(v, &number) && number >= INT32_MIN && number <= INT32_MAX) {
        write_byte(w, 'i');
        write_number(w, (uint64_t)number, 4);
        return true;
    }
    /* digits of 15 bits of the magnitude */
    ouro_value magnitude = int_sign(v) < 0 ? object_unary(w->rt, UNARY_NEGATIVE, v) : value_incref(v);
    ouro_value bits =
        ouro_is_null(magnitude) ? OURO_NULL : object_call_method0(w->rt, magnitude, STR(w->rt, bit_length));
    int64_t bit_count = ouro_is_int(bits) ? ouro_as_int(bits) : -1;
    bool ok = bit_count >= 0;
    if (ok) {
        size_t digits = ((size_t)bit_count + MARSHAL_DIGIT_BITS - 1) / MARSHAL_DIGIT_BITS;
        size_t length = ((size_t)bit_count + 7) / 8;
        unsigned char *bytes = ouro_mem_alloc(w->rt->mem, length + 2);
        if (bytes == NULL) {
            error_no_memory(w->rt);
        }
        ok = bytes != NULL && digits <= INT32_MAX &&
             int_to_bytes(w->rt, magnitude, bytes, length, true, false);
        if (ok) {
            bytes[length] = bytes[length + 1] = 0;
            write_byte(w, 'l');
            write_number(w, (uint64_t)(int_sign(v) < 0 ? -(int64_t)digits : (int64_t)digits), 4);
            for (size_t i = 0; i < digits; i++) {
                size_t at = i * MARSHAL_DIGIT_BITS;
                uint32_t window = bytes[at / 8] | (uint32_t)bytes[at / 8 + 1] << 8 |
                                  (uint32_t)(at / 8 + 2 < length ? bytes[at / 8 + 2] : 0) << 16;
                write_number(w, window >> (at % 8) & 0x7fff, 2);
            }
        }
        ouro_mem_free(w->rt->mem, bytes);
    }
    value_decref(w->rt, bits);
    value_decref(w->rt, magnitude);
    return ok;
}

static void write_double(marshal_writer *w, double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    write_number(w, bits, 8);
}

static bool write_str(marshal_writer *w, ouro_value v)
{
    const str_object *s = as_str(v);
    bool interned = (s->flags & STR_INTERNED) != 0;
    if ((s->flags & STR_ASCII) != 0) {
        if (str_length(s) < 256) {
            write_byte(w, interned ? 'Z' : 'z');
            write_byte(w, (int)str_length(s));
        } else {
            write_byte(w, interned ? 'A' : 'a');
            if (!write_length(w, str_length(s))) {
                return false;
            }
        }
        bytes_builder_add(&w->out, s->data, str_length(s));
        return true;
    }
    size_t length;
    char *text = str_to_utf8(w->rt, v, &length, true);
    if (text == NULL) {
        return false;
    }
    write_byte(w, interned ? 't' : 'u');
    bool ok = write_length(w, length);
    bytes_builder_add(&w->out, text, ok ? length : 0);
    ouro_mem_free(w->rt->mem, text);
    return ok;
}

static bool write_block(marshal_writer *w, int type, const void *data, size_t length)
{
    write_byte(w, type);
    if (!write_length(w, length)) {
        return false;
    }
    bytes_builder_add(&w->out, data, length);
    return true;
}

/* The instructions alone, as in code that has not run yet. */
static bool write_units(marshal_writer *w, const code_object *code)
{
    uint32_t count, *units = code_instructions(w->rt, code, &count);
    bool ok = units && write_length(w, count);
    for (uint32_t i = 0; ok && i < count; i++) {
        write_number(w, units[i], 4);
    }
    ouro_mem_free(w->rt->mem, units);
    return ok;
}

/* Differs when the instruction set does. */
static uint32_t code_layout(void)
{
    uint32_t hash = 2166136261u ^ MARSHAL_CODE_LAYOUT;
    for (size_t op = 0; op < OPCODE_COUNT; op++) {
        for (const char *c = opcode_names[op]; *c; c++) {
            hash = (hash ^ (unsigned char)*c) * 16777619u;
        }
        hash = (hash ^ opcode_caches[op] ^ (uint32_t)opcode_arguments[op] << 8) * 16777619u;
    }
    return hash;
}

/* The same, worked out when the first code of a writer or reader needs it (0: not yet): most data has none. */
static uint32_t layout_once(uint32_t *layout)
{
    *layout = *layout == 0 ? code_layout() : *layout;
    return *layout;
}

static bool write_code(marshal_writer *w, const code_object *code)
{
    write_byte(w, MARSHAL_CODE);
    write_number(w, layout_once(&w->layout), 4);
    const uint32_t numbers[] = {code->flags,
                                code->argument_count,
                                code->positional_only_count,
                                code->keyword_only_count,
                                code->local_count,
                                code->cell_count,
                                code->free_count,
                                code->stack_size,
                                code->first_line,
                                code->self_attribute_count};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        write_number(w, numbers[i], 4);
    }
    if (!write_units(w, code) || !write_length(w, code->range_count)) {
        return false;
    }
    for (uint32_t i = 0; i < code->range_count; i++) {
        const exception_range *r = &code->ranges[i];
        const uint32_t parts[] = {r->start, r->end, r->handler, r->depth, r->push_ip};
        for (size_t k = 0; k < 5; k++) {
            write_number(w, parts[k], 4);
        }
    }
    const ouro_value parts[] = {code->constants,
                                code->names,
                                code->local_names,
                                code->name,
                                code->qualname,
                                w->cached ? OURO_NONE : code->filename,
                                ouro_is_null(code->docstring) ? OURO_NONE : code->docstring};
    bool ok = write_block(w, 's', code->positions, code->positions_size) &&
              write_block(w, 's', code->local_kinds, as_tuple(code->local_names)->size);
    for (size_t i = 0; ok && i < sizeof parts / sizeof parts[0]; i++) {
        ok = write_value(w, parts[i]);
    }
    return ok;
}

static bool write_items(marshal_writer *w, int type, const ouro_value *items, size_t count)
{
    if (type == '(' && count < 256) {
        write_byte(w, ')');
        write_byte(w, (int)count);
    } else {
        write_byte(w, type);
        if (!write_length(w, count)) {
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (!write_value(w, items[i])) {
            return false;
        }
    }
    return true;
}

static bool write_dict(marshal_writer *w, ouro_value v)
{
    size_t position = 0;
    ouro_value key, value;
    write_byte(w, '{');
    while (dict_next(as_dict(v), &position, &key, &value)) {
        if (!write_value(w, key) || !write_value(w, value)) {
            return false;
        }
    }
    write_byte(w, '0');
    return true;
}

static bool write_set(marshal_writer *w, ouro_value v, int type)
{
    size_t position = 0;
    ouro_value item;
    write_byte(w, type);
    if (!write_length(w, set_size(v))) {
        return false;
    }
    while (set_next(v, &position, &item)) {
        if (!write_value(w, item)) {
            return false;
        }
    }
    return true;
}

static bool write_buffer(marshal_writer *w, ouro_value v)
{
    buffer_view view;
    if (!value_has_buffer(w->rt, v)) {
        error_value(w->rt, "unmarshallable object");
        return false;
    }
    if (!buffer_get(w->rt, v, &view, false)) {
        return false;
    }
    bool ok = write_block(w, 's', view.data, view.length);
    buffer_release(w->rt, &view);
    return ok;
}

static bool write_entered(marshal_writer *w, ouro_value v)
{
    ouro_runtime *rt = w->rt;
    const type_object *type = value_type(rt, v);
    if (ouro_is_none(v) || ouro_is_bool(v) || ouro_is(v, OURO_ELLIPSIS)) {
        write_byte(w, ouro_is_none(v)             ? 'N'
                      : ouro_is(v, OURO_ELLIPSIS) ? '.'
                      : ouro_is(v, OURO_TRUE)     ? 'T'
                                                  : 'F');
        return true;
    }
    if (ouro_is_object(v) && ouro_as_object(v) == (ouro_object *)(void *)EXC(rt, StopIteration)) {
        write_byte(w, 'S');
        return true;
    }
    if (type == TYPE(rt, int)) {
        return write_int(w, v);
    }
    if (type == TYPE(rt, float)) {
        write_byte(w, 'g');
        write_double(w, float_value(v));
        return true;
    }
    if (type == TYPE(rt, complex)) {
        const complex_object *c = (const complex_object *)(void *)ouro_as_object(v);
        write_byte(w, 'y');
        write_double(w, c->real);
        write_double(w, c->imag);
        return true;
    }
    if (type == TYPE(rt, str)) {
        return write_str(w, v);
    }
    if (type == TYPE(rt, bytes)) {
        return write_block(w, 's', as_bytes(v)->data, as_bytes(v)->length);
    }
    if (type == TYPE(rt, tuple)) {
        return write_items(w, '(', as_tuple(v)->items, as_tuple(v)->size);
    }
    if (type == TYPE(rt, list)) {
        return write_items(w, '[', as_list(v)->items, as_list(v)->size);
    }
    if (type == TYPE(rt, dict)) {
        return write_dict(w, v);
    }
    if (type == TYPE(rt, set) || type == TYPE(rt, frozenset)) {
        return write_set(w, v, type == TYPE(rt, set) ? '<' : '>');
    }
    if (type == TYPE(rt, code)) {
        return write_code(w, as_code(v));
    }
    return write_buffer(w, v);
}

static bool write_value(marshal_writer *w, ouro_value v)
{
    if (++w->depth > MARSHAL_MAX_DEPTH || (char *)__builtin_frame_address(0) < w->rt->stack_limit) {
        error_value(w->rt, "object too deeply nested to marshal");
        return false;
    }
    bool ok = write_entered(w, v);
    w->depth--;
    return ok;
}

static ouro_value marshal_write(ouro_runtime *rt, ouro_value v)
{
    marshal_writer w = {.rt = rt};
    bytes_builder_init(&w.out, rt);
    if (!write_value(&w, v)) {
        bytes_builder_drop(&w.out);
        return OURO_NULL;
    }
    return bytes_builder_finish(&w.out);
}

/* ---- reading ----------------------------------------------------------------------------------------------
 */

typedef struct marshal_reader {
    ouro_runtime *rt;
    const unsigned char *data;
    size_t length, at;
    ouro_value references; /* list */
    ouro_value filename;   /* for all code that has none (from the cache), borrowed; OURO_NULL: code must have one */
    unsigned depth;
    uint32_t layout; /* layout_once() */
} marshal_reader;

static ouro_value read_value(marshal_reader *r);

static bool read_bytes(marshal_reader *r, size_t count, const unsigned char **bytes)
{
    if (count > r->length - r->at) {
        error_raise(r->rt, EXC(r->rt, EOFError), "marshal data too short");
        return false;
    }
    *bytes = r->data + r->at;
    r->at += count;
    return true;
}

static bool read_number(marshal_reader *r, size_t count, uint64_t *number)
{
    const unsigned char *bytes;
    if (!read_bytes(r, count, &bytes)) {
        return false;
    }
    *number = 0;
    for (size_t i = 0; i < count; i++) {
        *number |= (uint64_t)bytes[i] << (8 * i);
    }
    return true;
}

static ouro_value read_bad(marshal_reader *r, const char *what)
{
    return error_value(r->rt, "bad marshal data (%s)", what);
}

/* A length, and no more than what follows can hold at `least` bytes for each item. */
static bool read_length(marshal_reader *r, size_t bytes, size_t *length)
{
    uint64_t number;
    if (!read_number(r, bytes, &number)) {
        return false;
    }
    if (number > INT32_MAX) {
        read_bad(r, "size out of range");
        return false;
    }
    *length = (size_t)number;
    return true;
}

static ouro_value read_int(marshal_reader *r)
{
    uint64_t number;
    const unsigned char *digits;
    if (!read_number(r, 4, &number)) {
        return OURO_NULL;
    }
    int64_t count = (int32_t)number;
    size_t size = (size_t)(count < 0 ? -count : count);
    if (!read_bytes(r, size * 2, &digits)) {
        return OURO_NULL;
    }
    size_t length = (size * MARSHAL_DIGIT_BITS + 7) / 8 + 4;
    unsigned char *bytes = ouro_mem_alloc_zeroed(r->rt->mem, length);
    if (bytes == NULL) {
        error_no_memory(r->rt);
        return OURO_NULL;
    }
    ouro_value v = OURO_TRUE;
    for (size_t i = 0; i < size; i++) {
        uint32_t digit = (uint32_t)(digits[2 * i] | digits[2 * i + 1] << 8);
        if (digit > 0x7fff || (i + 1 == size && digit == 0)) {
            v = read_bad(r, digit ? "digit out of range in long" : "unnormalized long data");
            break;
        }
        size_t at = i * MARSHAL_DIGIT_BITS;
        uint32_t window = digit << (at % 8);
        for (size_t k = 0; k < 3; k++) {
            bytes[at / 8 + k] |= (unsigned char)(window >> (8 * k));
        }
    }
    if (!ouro_is_null(v)) {
        v = int_from_bytes(r->rt, bytes, length, true, false);
        if (count < 0 && !ouro_is_null(v)) {
            value_replace(r->rt, &v, object_unary(r->rt, UNARY_NEGATIVE, v));
        }
    }
    ouro_mem_free(r->rt->mem, bytes);
    return v;
}

static bool read_double(marshal_reader *r, double *d)
{
    uint64_t bits;
    if (!read_number(r, 8, &bits)) {
        return false;
    }
    memcpy(d, &bits, sizeof bits);
    return true;
}

static ouro_value read_str(marshal_reader *r, int type)
{
    size_t length;
    const unsigned char *bytes;
    bool is_short = type == 'z' || type == 'Z';
    if (!read_length(r, is_short ? 1 : 4, &length) || !read_bytes(r, length, &bytes)) {
        return OURO_NULL;
    }
    ouro_value s = type == 'u' || type == 't' ? str_from_utf8(r->rt, (const char *)bytes, length)
                                              : str_from_latin1(r->rt, bytes, length);
    bool interned = type == 't' || type == 'A' || type == 'Z';
    return ouro_is_null(s) || !interned ? s : str_intern(r->rt, s);
}

static ouro_value read_tuple(marshal_reader *r, size_t count)
{
    if (count == 0) {
        return tuple_new(r->rt, NULL, 0);
    }
    if (count > r->length - r->at) {
        return error_raise(r->rt, EXC(r->rt, EOFError), "EOF read where object expected");
    }
    tuple_object *t = tuple_new_blank(r->rt, count);
    if (t == NULL) {
        return OURO_NULL;
    }
    ouro_value result = ouro_from_object(t);
    for (size_t i = 0; i < count; i++) {
        t->items[i] = read_value(r);
        if (ouro_is_null(t->items[i])) {
            value_decref(r->rt, result);
            return OURO_NULL;
        }
    }
    gc_track(r->rt, &t->object);
    return result;
}

static bool read_list(marshal_reader *r, ouro_value list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ouro_value item = read_value(r);
        if (ouro_is_null(item) || !list_append_steal(r->rt, list, item)) {
            return false;
        }
    }
    return true;
}

static bool read_dict(marshal_reader *r, ouro_value dict)
{
    for (;;) {
        if (r->at < r->length && r->data[r->at] == '0') {
            r->at++;
            return true;
        }
        ouro_value key = read_value(r);
        ouro_value value = ouro_is_null(key) ? OURO_NULL : read_value(r);
        bool ok = !ouro_is_null(value) && dict_set(r->rt, as_dict(dict), key, value);
        value_decref(r->rt, key);
        value_decref(r->rt, value);
        if (!ok) {
            return false;
        }
    }
}

static ouro_value read_set(marshal_reader *r, size_t count, bool frozen)
{
    ouro_value list = list_new(r->rt, NULL, 0), set = OURO_NULL;
    if (!ouro_is_null(list) && read_list(r, list, count)) {
        set = frozen ? frozenset_new(r->rt, list) : set_new(r->rt, list);
    }
    value_decref(r->rt, list);
    return set;
}

/* A run of bytes in a leaf block of its own; *data NULL when it is empty. */
static bool read_block(marshal_reader *r, unsigned char **data, size_t *length)
{
    const unsigned char *bytes;
    uint64_t type;
    if (!read_number(r, 1, &type) || !read_length(r, 4, length) || !read_bytes(r, *length, &bytes)) {
        return false;
    }
    if (type != 's') {
        read_bad(r, "code");
        return false;
    }
    *data = ouro_mem_alloc(r->rt->mem, *length + 1);
    if (*data == NULL) {
        error_no_memory(r->rt);
        return false;
    }
    memcpy(*data, bytes, *length);
    return true;
}

/* Counts the units of code that was read, caches included.  False: it has an instruction that there is not, or too many. */
static bool code_count_units(code_object *code)
{
    size_t units = 0;
    for (uint32_t i = 0; i < code->cold_count; i++) {
        uint32_t op = code->units[i] & 0xff;
        if (op >= OPCODE_COUNT) {
            return false;
        }
        units += 1u + opcode_caches[op];
    }
    code->unit_count = (uint32_t)units;
    return units > 0 && units < 1u << 24;
}

/* Are all arguments of instructions within the code's tables? */
static bool code_is_sound(code_object *code)
{
    size_t slots = (size_t)code->local_count + code->cell_count + code->free_count;
    if (slots != as_tuple(code->local_names)->size || !code_count_units(code) || code->stack_size >= 1u << 28 ||
        (size_t)code->argument_count + code->keyword_only_count > code->local_count ||
        code->positional_only_count > code->argument_count) {
        return false;
    }
    for (uint32_t i = 0; i < code->cold_count; i++) {
        uint32_t op = code->units[i] & 0xff, argument = code->units[i] >> 8;
        if ((opcode_arguments[op] == ARG_CONSTANT && argument >= as_tuple(code->constants)->size) ||
            (opcode_arguments[op] == ARG_JUMP && argument >= code->unit_count)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < code->range_count; i++) {
        const exception_range *range = &code->ranges[i];
        if (range->start > range->end || range->end > code->unit_count ||
            range->handler >= code->unit_count || range->depth > code->stack_size) {
            return false;
        }
    }
    return true;
}

static bool read_code_parts(marshal_reader *r, code_object *code)
{
    ouro_runtime *rt = r->rt;
    const unsigned char *bytes;
    uint64_t layout, number;
    if (!read_number(r, 4, &layout)) {
        return false;
    }
    if (layout != layout_once(&r->layout)) {
        read_bad(r, "code of another version");
        return false;
    }
    uint32_t *const numbers[] = {&code->flags,
                                 &code->argument_count,
                                 &code->positional_only_count,
                                 &code->keyword_only_count,
                                 &code->local_count,
                                 &code->cell_count,
                                 &code->free_count,
                                 &code->stack_size,
                                 &code->first_line,
                                 &code->self_attribute_count};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (!read_number(r, 4, &number)) {
            return false;
        }
        *numbers[i] = (uint32_t)number;
    }
    size_t count;
    if (!read_length(r, 4, &count) || !read_bytes(r, count * 4, &bytes)) {
        return false;
    }
    code->units = ouro_mem_alloc(rt->mem, count * sizeof code->units[0] + 1);
    if (code->units == NULL) {
        error_no_memory(rt);
        return false;
    }
    memcpy(code->units, bytes, count * sizeof code->units[0]);
    code->cold_count = (uint32_t)count;
    if (!read_length(r, 4, &count) || !read_bytes(r, count * 20, &bytes)) {
        return false;
    }
    if (count > 0) {
        code->ranges = ouro_mem_alloc_zeroed(rt->mem, count * sizeof code->ranges[0]);
        if (code->ranges == NULL) {
            error_no_memory(rt);
            return false;
        }
    }
    code->range_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        uint32_t parts[5];
        memcpy(parts, bytes + 20 * i, sizeof parts);
        code->ranges[i] = (exception_range){parts[0], parts[1], parts[2], parts[3], parts[4] != 0};
    }
    size_t kinds, positions_size;
    if (!read_block(r, &code->positions, &positions_size) || !read_block(r, &code->local_kinds, &kinds)) {
        return false;
    }
    code->positions_size = (uint32_t)positions_size;
    ouro_value *const parts[] = {&code->constants, &code->names,    &code->local_names, &code->name,
                                 &code->qualname,  &code->filename, &code->docstring};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        ouro_value v = read_value(r);
        if (ouro_is_null(v)) {
            return false;
        }
        if (i == 5 && ouro_is_none(v) && !ouro_is_null(r->filename)) {
            v = value_incref(r->filename);
        }
        bool fits = i < 3 ? value_is_tuple(rt, v) : value_is_str(rt, v) || (i == 6 && ouro_is_none(v));
        if (!fits) {
            value_decref(rt, v);
            read_bad(r, "code");
            return false;
        }
        value_replace(rt, parts[i], i == 6 && ouro_is_none(v) ? OURO_NULL : v);
    }
    if (kinds != as_tuple(code->local_names)->size || !code_is_sound(code)) {
        read_bad(r, "code");
        return false;
    }
    return true;
}

static ouro_value read_code(marshal_reader *r)
{
    code_object *code = code_new_blank(r->rt);
    if (code == NULL) {
        return OURO_NULL;
    }
    ouro_value result = ouro_from_object(code);
    if (!read_code_parts(r, code)) {
        value_decref(r->rt, result);
        return OURO_NULL;
    }
    gc_track(r->rt, &code->object);
    return result;
}

static ouro_value read_plain(marshal_reader *r, int type)
{
    ouro_runtime *rt = r->rt;
    uint64_t number;
    size_t length;
    double real, imaginary;
    const unsigned char *bytes;
    switch (type) {
    case 'N':
        return OURO_NONE;
    case 'S':
        return value_incref(type_value(EXC(rt, StopIteration)));
    case '.':
        return OURO_ELLIPSIS;
    case 'T':
        return OURO_TRUE;
    case 'F':
        return OURO_FALSE;
    case 'i':
        return read_number(r, 4, &number) ? ouro_int((int32_t)number) : OURO_NULL;
    case 'l':
        return read_int(r);
    case 'g':
        return read_double(r, &real) ? float_new(rt, real) : OURO_NULL;
    case 'y':
        return read_double(r, &real) && read_double(r, &imaginary) ? complex_new(rt, real, imaginary)
                                                                   : OURO_NULL;
    case 's':
        return read_length(r, 4, &length) && read_bytes(r, length, &bytes) ? bytes_new(rt, bytes, length)
                                                                           : OURO_NULL;
    case 'z':
    case 'Z':
    case 'a':
    case 'A':
    case 'u':
    case 't':
        return read_str(r, type);
    case ')':
        return read_length(r, 1, &length) ? read_tuple(r, length) : OURO_NULL;
    case '(':
        return read_length(r, 4, &length) ? read_tuple(r, length) : OURO_NULL;
    case '<':
    case '>':
        return read_length(r, 4, &length) ? read_set(r, length, type == '>') : OURO_NULL;
    case MARSHAL_CODE:
        return read_code(r);
    default:
        return read_bad(r, "unknown type code");
    }
}

static ouro_value read_entered(marshal_reader *r)
{
    ouro_runtime *rt = r->rt;
    uint64_t byte, index;
    if (r->at == r->length) {
        return error_raise(rt, EXC(rt, EOFError), "EOF read where object expected");
    }
    byte = r->data[r->at++];
    int type = (int)byte & ~MARSHAL_FLAG_REF;
    bool referred = (byte & MARSHAL_FLAG_REF) != 0;
    if (type == 'r') {
        if (!read_number(r, 4, &index)) {
            return OURO_NULL;
        }
        const list_object *references = as_list(r->references);
        if (index >= references->size || ouro_is(references->items[index], OURO_NOT_IMPLEMENTED)) {
            return read_bad(r, "invalid reference");
        }
        return value_incref(references->items[index]);
    }
    /* its number is that of its beginning; until it is whole, it cannot be referred to (but lists and dicts)
     */
    size_t place = as_list(r->references)->size;
    size_t count = 0;
    ouro_value v = OURO_NULL;
    bool open = type == '[' || type == '{';
    if (open) {
        if (type == '[' && !read_length(r, 4, &count)) {
            return OURO_NULL;
        }
        v = type == '[' ? list_new(rt, NULL, 0) : dict_new(rt, 0);
        if (ouro_is_null(v)) {
            return OURO_NULL;
        }
    }
    if (referred && !list_append(rt, r->references, open ? v : OURO_NOT_IMPLEMENTED)) {
        value_decref(rt, v);
        return OURO_NULL;
    }
    if (open) {
        if (type == '[' ? !read_list(r, v, count) : !read_dict(r, v)) {
            value_clear(rt, &v);
        }
        return v;
    }
    v = read_plain(r, type);
    if (referred && !ouro_is_null(v)) {
        value_replace(rt, &as_list(r->references)->items[place], value_incref(v));
    }
    return v;
}

static ouro_value read_value(marshal_reader *r)
{
    if (++r->depth > MARSHAL_MAX_DEPTH || (char *)__builtin_frame_address(0) < r->rt->stack_limit) {
        return error_value(r->rt, "recursion limit exceeded");
    }
    ouro_value v = read_entered(r);
    r->depth--;
    return v;
}

static ouro_value marshal_read(ouro_runtime *rt, const void *data, size_t length, size_t *used)
{
    marshal_reader r = {.rt = rt, .data = data, .length = length, .references = list_new(rt, NULL, 0)};
    ouro_value v = ouro_is_null(r.references) ? OURO_NULL : read_value(&r);
    value_decref(rt, r.references);
    *used = r.at;
    return v;
}

/* ---- the cache of compiled modules ---- */

static ouro_value marshal_write_cached(ouro_runtime *rt, code_object *code)
{
    marshal_writer w = {.rt = rt, .cached = true};
    bytes_builder_init(&w.out, rt);
    if (!write_code(&w, code)) {
        bytes_builder_drop(&w.out);
        return OURO_NULL;
    }
    return bytes_builder_finish(&w.out);
}

static code_object *marshal_read_cached(ouro_runtime *rt, const void *data, size_t length, ouro_value filename)
{
    marshal_reader r = {.rt = rt, .data = data, .length = length, .filename = filename};
    r.references = list_new(rt, NULL, 0);
    ouro_value v = ouro_is_null(r.references) ? OURO_NULL : read_value(&r);
    value_decref(rt, r.references);
    if (!ouro_is_null(v) && (value_type(rt, v) != TYPE(rt, code) || r.at != length)) {
        value_decref(rt, v);
        return (read_bad(&r, "code"), NULL);
    }
    return ouro_is_null(v) ? NULL : as_code(v);
}

const vm_code_hooks marshal_code_hooks = {
    .write = marshal_write_cached,
    .read = marshal_read_cached,
    .layout = code_layout,
};

/* ---- the module -------------------------------------------------------------------------------------------
 */

static ouro_value marshal_dumps(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value told[2] = {args[0], !ouro_is_null(arg_or_null(args, nargs, 1)) ? args[1] : ouro_int(4)};
    if (!audit_event(rt, "marshal.dumps", told, 2)) {
        return OURO_NULL;
    }
    return marshal_write(rt, args[0]);
}

static ouro_value marshal_dump(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value told[2] = {args[0], !ouro_is_null(arg_or_null(args, nargs, 2)) ? args[2] : ouro_int(4)};
    if (!audit_event(rt, "marshal.dumps", told, 2)) {
        return OURO_NULL;
    }
    ouro_value bytes = marshal_write(rt, args[0]);
    ouro_value result =
        ouro_is_null(bytes) ? OURO_NULL : object_call_method1(rt, args[1], STR(rt, write), bytes);
    value_decref(rt, bytes);
    return result;
}

static ouro_value marshal_loads(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!audit_event(rt, "marshal.loads", args, 1)) {
        return OURO_NULL;
    }
    buffer_view view;
    size_t used;
    if (!buffer_get(rt, args[0], &view, false)) {
        return OURO_NULL;
    }
    ouro_value v = marshal_read(rt, view.data, view.length, &used);
    buffer_release(rt, &view);
    return v;
}

/* Reads all that is left of the file, and puts the file back to the end of the value. */
static ouro_value marshal_load(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!audit_event(rt, "marshal.load", NULL, 0)) {
        return OURO_NULL;
    }
    ouro_value start = object_call_method0(rt, args[0], STR(rt, tell)), v = OURO_NULL;
    ouro_value bytes = ouro_is_null(start) ? OURO_NULL : object_call_method0(rt, args[0], STR(rt, read));
    int64_t offset;
    if (!ouro_is_null(bytes) && !value_is_bytes(rt, bytes)) {
        error_type(rt, "file.read() returned not bytes but %T", bytes);
    } else if (!ouro_is_null(bytes) && object_as_index(rt, start, &offset, false)) {
        size_t used;
        v = marshal_read(rt, as_bytes(bytes)->data, as_bytes(bytes)->length, &used);
        if (!ouro_is_null(v)) {
            ouro_value done =
                object_call_method1(rt, args[0], STR(rt, seek), ouro_int(offset + (int64_t)used));
            if (ouro_is_null(done)) {
                value_clear(rt, &v);
            }
            value_decref(rt, done);
        }
    }
    value_decref(rt, bytes);
    value_decref(rt, start);
    return v;
}

static const method_def marshal_functions[] = {
    {"dump", "value, file, version=4, /", marshal_dump, NULL, 0, "Write the value on the open file."},
    {"load", "file, /", marshal_load, NULL, 0, "Read one value from the open file and return it."},
    {"dumps", "value, version=4, /", marshal_dumps, NULL, 0,
     "Return the bytes object that would be written to a file by dump(value, file)."},
    {"loads", "bytes, /", marshal_loads, NULL, 0, "Convert the bytes-like object to a value."},
    {0},
};

static bool marshal_start(ouro_runtime *rt, module_object *module)
{
    return module_add_int(rt, module, "version", MARSHAL_VERSION);
}

const module_def marshal_module_def = {
    .name = "marshal",
    .doc = "This module contains functions that can read and write Python values in\na binary format.",
    .functions = marshal_functions,
    .start = marshal_start,
};

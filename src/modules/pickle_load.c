/* pickle_load.c: the unpickler's loop, and the opcodes that make values of built-in types.
 *
 * Nothing in a pickle is trusted: lengths are checked against what is there before memory is asked for,
 * places on the stack against the innermost mark, numbers of the memo against what was stored.  What goes
 * wrong is an exception; the values made so far stay on the stack until the next load() or the end of the
 * unpickler.
 */
#include "modules/pickle.h"
#include "types/codec.h"
#include "types/int_view.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* ---- numbers ---- */

static bool load_int_of(ouro_runtime *rt, unpickler_object *u, size_t size)
{
    uint64_t number;
    if (!unpickle_read_number(rt, u, size, &number)) {
        return false;
    }
    return unpickle_push(rt, u, ouro_int(size == 4 ? (int32_t)(uint32_t)number : (int64_t)number));
}

/* Decimal, or as C writes octal and hexadecimal numbers; 00 and 01 are what protocol 1 has for False and
 * True. */
static bool load_int_line(ouro_runtime *rt, unpickler_object *u)
{
    size_t length;
    if (!unpickle_read_line(rt, u, 1, &length)) {
        return false;
    }
    char *end;
    errno = 0;
    long long number = strtoll(u->line, &end, 0);
    if (errno == 0 && *end == 0) {
        bool truth = length == 2 && (number == 0 || number == 1);
        return unpickle_push(rt, u, truth ? ouro_bool(number == 1) : int_from_int64(rt, number));
    }
    ouro_value v = int_from_text(rt, u->line, length, 0);
    if (ouro_is_null(v) && error_clear_if(rt, EXC(rt, ValueError))) {
        error_value(rt, "could not convert string to int");
    }
    return unpickle_push(rt, u, v);
}

static bool load_long_line(ouro_runtime *rt, unpickler_object *u)
{
    size_t length;
    if (!unpickle_read_line(rt, u, 1, &length)) {
        return false;
    }
    if (u->line[length - 1] == 'L') {
        length--;
    }
    return unpickle_push(rt, u, int_from_text(rt, u->line, length, 0));
}

static bool load_long(ouro_runtime *rt, unpickler_object *u, size_t size_bytes)
{
    uint64_t size;
    if (!unpickle_read_number(rt, u, size_bytes, &size)) {
        return false;
    }
    if (size > INT32_MAX) {
        return unpickling_error(rt, "LONG pickle has negative byte count");
    }
    const unsigned char *bytes = unpickle_read(rt, u, (size_t)size);
    return bytes != NULL &&
           unpickle_push(rt, u,
                         size == 0 ? ouro_int(0) : int_from_bytes(rt, bytes, (size_t)size, true, true));
}

static bool load_float_line(ouro_runtime *rt, unpickler_object *u)
{
    size_t length;
    if (!unpickle_read_line(rt, u, 1, &length)) {
        return false;
    }
    if (strpbrk(u->line, " \t\r\v\f_") != NULL) { /* float() would let them pass */
        error_value(rt, "could not convert string to float: '%.200s\n'", u->line);
        return false;
    }
    ouro_value text = str_from_latin1(rt, (const unsigned char *)u->line, length);
    ouro_value v = ouro_is_null(text) ? text : float_from_str(rt, text);
    value_decref(rt, text);
    if (ouro_is_null(v) && error_clear_if(rt, EXC(rt, ValueError))) {
        error_value(rt, "could not convert string to float: '%.200s\n'", u->line);
    } else if (!ouro_is_null(v) && isinf(float_value(v)) && strpbrk(u->line, "0123456789") != NULL) {
        error_overflow(rt, "value too large to convert to float: '%.200s\n'", u->line);
        value_clear(rt, &v);
    }
    return unpickle_push(rt, u, v);
}

static bool load_binfloat(ouro_runtime *rt, unpickler_object *u)
{
    const unsigned char *bytes = unpickle_read(rt, u, 8);
    if (bytes == NULL) {
        return false;
    }
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++) {
        bits = bits << 8 | bytes[i];
    }
    double d;
    memcpy(&d, &bits, sizeof d);
    return unpickle_push(rt, u, float_new(rt, d));
}

/* ---- text and bytes ---- */

/* A str of Python 2, as the unpickler's `encoding` has it. */
static ouro_value load_decode(ouro_runtime *rt, unpickler_object *u, const void *data, size_t length)
{
    if (str_equal_ascii(as_str(u->encoding), "bytes")) {
        return bytes_new(rt, data, length);
    }
    char *encoding = text_c_name(rt, u->encoding),
         *errors = encoding == NULL ? NULL : text_c_name(rt, u->errors);
    ouro_value v = OURO_NULL, kept = OURO_NULL;
    if (errors != NULL) { /* a codec is program code: the bytes must stay */
        kept = bytes_new(rt, length == 0 ? "" : data, length);
        v = ouro_is_null(kept) ? kept : codec_decode(rt, as_bytes(kept)->data, length, encoding, errors);
    }
    value_decref(rt, kept);
    ouro_mem_free(rt->mem, errors);
    ouro_mem_free(rt->mem, encoding);
    return v;
}

/* repr() of a str of Python 2. */
static bool load_string_line(ouro_runtime *rt, unpickler_object *u)
{
    size_t length;
    if (!unpickle_read_line(rt, u, 0, &length)) {
        return false;
    }
    char quote = u->line[0];
    if (length < 2 || (quote != '\'' && quote != '"') || u->line[length - 1] != quote) {
        return unpickling_error(rt, "the STRING opcode argument must be quoted");
    }
    ouro_value bytes = codec_escape_decode(rt, u->line + 1, length - 2, NULL);
    ouro_value v =
        ouro_is_null(bytes) ? bytes : load_decode(rt, u, as_bytes(bytes)->data, as_bytes(bytes)->length);
    value_decref(rt, bytes);
    return unpickle_push(rt, u, v);
}

static bool load_string(ouro_runtime *rt, unpickler_object *u, size_t size_bytes)
{
    uint64_t size;
    if (!unpickle_read_number(rt, u, size_bytes, &size)) {
        return false;
    }
    const unsigned char *bytes = unpickle_read(rt, u, (size_t)size);
    return bytes != NULL && unpickle_push(rt, u, load_decode(rt, u, bytes, (size_t)size));
}

static bool load_unicode_line(ouro_runtime *rt, unpickler_object *u)
{
    size_t length;
    return unpickle_read_line(rt, u, 0, &length) &&
           unpickle_push(rt, u, codec_raw_unicode_escape_decode(rt, u->line, length, NULL, NULL));
}

static bool load_unicode(ouro_runtime *rt, unpickler_object *u, size_t size_bytes)
{
    size_t size;
    if (!unpickle_read_length(rt, u, size_bytes, "BINUNICODE", &size)) {
        return false;
    }
    const unsigned char *bytes = unpickle_read(rt, u, size);
    return bytes != NULL && unpickle_push(rt, u, str_from_utf8(rt, (const char *)bytes, size));
}

static bool load_bytes(ouro_runtime *rt, unpickler_object *u, size_t size_bytes)
{
    size_t size;
    return unpickle_read_length(rt, u, size_bytes, "BINBYTES", &size) &&
           unpickle_push(rt, u, unpickle_read_bytes(rt, u, size));
}

static bool load_bytearray(ouro_runtime *rt, unpickler_object *u)
{
    size_t size;
    if (!unpickle_read_length(rt, u, 8, "BYTEARRAY8", &size)) {
        return false;
    }
    if (size <= u->length - u->at) {
        const unsigned char *bytes = size == 0 ? (const unsigned char *)"" : unpickle_read(rt, u, size);
        return unpickle_push(rt, u, bytearray_new(rt, bytes, size));
    }
    ouro_value bytes = unpickle_read_bytes(rt, u, size);
    ouro_value v = ouro_is_null(bytes) ? bytes : bytearray_new(rt, as_bytes(bytes)->data, size);
    value_decref(rt, bytes);
    return unpickle_push(rt, u, v);
}

/* ---- containers ---- */

static bool load_tuple(ouro_runtime *rt, unpickler_object *u)
{
    size_t at;
    return unpickle_pop_mark(rt, u, &at) && unpickle_push(rt, u, unpickle_pop_tuple(rt, u, at));
}

static bool load_short_tuple(ouro_runtime *rt, unpickler_object *u, size_t size)
{
    return unpickle_has(rt, u, size) && unpickle_push(rt, u, unpickle_pop_tuple(rt, u, u->depth - size));
}

static bool load_list(ouro_runtime *rt, unpickler_object *u)
{
    size_t at;
    return unpickle_pop_mark(rt, u, &at) && unpickle_push(rt, u, unpickle_pop_list(rt, u, at));
}

/* Keys are hashed and compared by program code: the items leave the stack before. */
static bool load_dict(ouro_runtime *rt, unpickler_object *u)
{
    size_t at;
    if (!unpickle_pop_mark(rt, u, &at)) {
        return false;
    }
    if ((u->depth - at) % 2 != 0) {
        return unpickling_error(rt, "odd number of items for DICT");
    }
    ouro_value items = unpickle_pop_tuple(rt, u, at);
    ouro_value dict = ouro_is_null(items) ? items : dict_new(rt, as_tuple(items)->size / 2);
    bool ok = !ouro_is_null(dict);
    for (size_t i = 0; ok && i < as_tuple(items)->size; i += 2) {
        ok = dict_set(rt, as_dict(dict), as_tuple(items)->items[i], as_tuple(items)->items[i + 1]);
    }
    value_decref(rt, items);
    if (!ok) {
        value_clear(rt, &dict);
    }
    return unpickle_push(rt, u, dict);
}

static bool load_frozenset(ouro_runtime *rt, unpickler_object *u)
{
    size_t at;
    if (!unpickle_pop_mark(rt, u, &at)) {
        return false;
    }
    ouro_value items = unpickle_pop_tuple(rt, u, at);
    ouro_value set = ouro_is_null(items) ? items : frozenset_new(rt, items);
    value_decref(rt, items);
    return unpickle_push(rt, u, set);
}

/* Calls `fill` with the place behind the innermost mark. */
static bool load_since_mark(ouro_runtime *rt, unpickler_object *u,
                            bool (*fill)(ouro_runtime *rt, unpickler_object *u, size_t at))
{
    size_t at;
    return unpickle_pop_mark(rt, u, &at) && fill(rt, u, at);
}

/* ---- the stack and the memo ---- */

/* A mark that lies on top is what goes. */
static bool load_pop(ouro_runtime *rt, unpickler_object *u)
{
    if (u->mark_count > 0 && u->fence == u->depth) {
        unpickle_drop_mark(u);
        return true;
    }
    ouro_value v = unpickle_pop(rt, u);
    bool ok = !ouro_is_null(v);
    value_decref(rt, v);
    return ok;
}

static bool load_pop_mark(ouro_runtime *rt, unpickler_object *u)
{
    size_t at;
    if (!unpickle_pop_mark(rt, u, &at)) {
        return false;
    }
    unpickle_cut(rt, u, at);
    return true;
}

static bool load_dup(ouro_runtime *rt, unpickler_object *u)
{
    return unpickle_has(rt, u, 1) && unpickle_push(rt, u, value_incref(u->stack[u->depth - 1]));
}

/* A number of the memo as a line.  Those that no memo has are UINT64_MAX. */
static bool load_memo_line(ouro_runtime *rt, unpickler_object *u, bool *negative, uint64_t *number)
{
    size_t length;
    if (!unpickle_read_line(rt, u, 1, &length)) {
        return false;
    }
    ouro_value v = int_from_text(rt, u->line, length, 10);
    int64_t small;
    bool ok = !ouro_is_null(v) && int_as_int64(rt, v, &small);
    value_decref(rt, v);
    *negative = ok && small < 0;
    *number = ok ? (uint64_t)small : 0;
    return ok;
}

static bool load_get(ouro_runtime *rt, unpickler_object *u, uint64_t number)
{
    return unpickle_push(rt, u, value_incref(unpickle_memo_get(rt, u, number)));
}

static bool load_get_line(ouro_runtime *rt, unpickler_object *u)
{
    bool negative;
    uint64_t number;
    if (!load_memo_line(rt, u, &negative, &number)) {
        return false;
    }
    return negative ? unpickling_error(rt, "Memo value not found at index %lld", (long long)number)
                    : load_get(rt, u, number);
}

static bool load_get_of(ouro_runtime *rt, unpickler_object *u, size_t size)
{
    uint64_t number;
    return unpickle_read_number(rt, u, size, &number) && load_get(rt, u, number);
}

static bool load_put(ouro_runtime *rt, unpickler_object *u, uint64_t number)
{
    return unpickle_has(rt, u, 1) && unpickle_memo_put(rt, u, number, u->stack[u->depth - 1]);
}

/* The next number: mostly the next place, too. */
static bool load_memoize(ouro_runtime *rt, unpickler_object *u)
{
    if (OURO_LIKELY(u->memo_count == u->memo_size && u->memo_size < u->memo_capacity && u->depth > u->fence &&
                    ouro_is_null(u->far_memo))) {
        u->memo[u->memo_size++] = value_incref(u->stack[u->depth - 1]);
        u->memo_count++;
        return true;
    }
    return load_put(rt, u, u->memo_count);
}

static bool load_put_line(ouro_runtime *rt, unpickler_object *u)
{
    bool negative;
    uint64_t number;
    if (!load_memo_line(rt, u, &negative, &number)) {
        return false;
    }
    if (negative) {
        error_value(rt, "negative PUT argument");
        return false;
    }
    return load_put(rt, u, number);
}

static bool load_put_of(ouro_runtime *rt, unpickler_object *u, size_t size)
{
    uint64_t number;
    return unpickle_read_number(rt, u, size, &number) && load_put(rt, u, number);
}

/* ---- what a pickle consists of ---- */

static bool load_protocol(ouro_runtime *rt, unpickler_object *u)
{
    uint64_t protocol;
    if (!unpickle_read_number(rt, u, 1, &protocol)) {
        return false;
    }
    if (protocol > PICKLE_HIGHEST_PROTOCOL) {
        error_value(rt, "unsupported pickle protocol: %d", (int)protocol);
        return false;
    }
    u->protocol = (int64_t)protocol;
    return true;
}

/* Has the whole frame read, so that its opcodes find it in memory. */
static bool load_frame(ouro_runtime *rt, unpickler_object *u)
{
    uint64_t size;
    if (!unpickle_read_number(rt, u, 8, &size)) {
        return false;
    }
    if (size > INT64_MAX) {
        error_overflow(rt, "FRAME length exceeds system's maximum of %lld bytes", (long long)INT64_MAX);
        return false;
    }
    if (unpickle_read(rt, u, (size_t)size) == NULL) {
        return false;
    }
    u->at -= (size_t)size;
    return true;
}

/* The id as a line. */
static bool load_persistent_line(ouro_runtime *rt, unpickler_object *u)
{
    size_t length;
    if (ouro_is_null(u->persistent_load.function)) {
        return unpickle_persistent(rt, u, OURO_NULL);
    }
    if (!unpickle_read_line(rt, u, 0, &length)) {
        return false;
    }
    ouro_value id = codec_ascii_decode(rt, u->line, length, NULL);
    if (ouro_is_null(id) && error_clear_if(rt, EXC(rt, UnicodeDecodeError))) {
        unpickling_error(rt, "persistent IDs in protocol 0 must be ASCII strings");
    }
    return !ouro_is_null(id) && unpickle_persistent(rt, u, id);
}

static bool load_persistent(ouro_runtime *rt, unpickler_object *u)
{
    ouro_value id = ouro_is_null(u->persistent_load.function) ? OURO_NULL : unpickle_pop(rt, u);
    return !error_is_set(rt) && unpickle_persistent(rt, u, id);
}

static bool load_global_lines(ouro_runtime *rt, unpickler_object *u)
{
    size_t length;
    if (!unpickle_read_line(rt, u, 1, &length)) {
        return false;
    }
    ouro_value module = codec_utf8_decode(rt, u->line, length, NULL, NULL), name = OURO_NULL;
    if (!ouro_is_null(module) && unpickle_read_line(rt, u, 1, &length)) {
        name = codec_utf8_decode(rt, u->line, length, NULL, NULL);
    }
    bool ok = !ouro_is_null(name) && unpickle_global(rt, u, module, name);
    value_decref(rt, name);
    value_decref(rt, module);
    return ok;
}

static bool load_stack_global(ouro_runtime *rt, unpickler_object *u)
{
    size_t there = u->depth - u->fence;
    ouro_value name = there > 0 ? u->stack[--u->depth] : OURO_NULL,
               module = there > 1 ? u->stack[--u->depth] : OURO_NULL;
    bool ok = value_is_str_exact(rt, name) && value_is_str_exact(rt, module);
    ok = ok ? unpickle_global(rt, u, module, name) : unpickling_error(rt, "STACK_GLOBAL requires str");
    value_decref(rt, module);
    value_decref(rt, name);
    return ok;
}

static bool load_extension(ouro_runtime *rt, unpickler_object *u, size_t size)
{
    uint64_t code;
    return unpickle_read_number(rt, u, size, &code) &&
           unpickle_extension(rt, u, size == 4 ? (int32_t)(uint32_t)code : (int64_t)code);
}

static bool load_unknown(ouro_runtime *rt, unsigned char opcode)
{
    bool shown = opcode >= 0x20 && opcode <= 0x7e && opcode != '\'' && opcode != '\\';
    return shown ? unpickling_error(rt, "invalid load key, '%c'.", opcode)
                 : unpickling_error(rt, "invalid load key, '\\x%02x'.", opcode);
}

static bool load_opcode(ouro_runtime *rt, unpickler_object *u, unsigned char opcode)
{
    switch (opcode) {
    case PICKLE_NONE:
        return unpickle_push(rt, u, OURO_NONE);
    case PICKLE_BININT:
        return load_int_of(rt, u, 4);
    case PICKLE_BININT1:
        return load_int_of(rt, u, 1);
    case PICKLE_BININT2:
        return load_int_of(rt, u, 2);
    case PICKLE_INT:
        return load_int_line(rt, u);
    case PICKLE_LONG:
        return load_long_line(rt, u);
    case PICKLE_LONG1:
        return load_long(rt, u, 1);
    case PICKLE_LONG4:
        return load_long(rt, u, 4);
    case PICKLE_FLOAT:
        return load_float_line(rt, u);
    case PICKLE_BINFLOAT:
        return load_binfloat(rt, u);
    case PICKLE_SHORT_BINBYTES:
        return load_bytes(rt, u, 1);
    case PICKLE_BINBYTES:
        return load_bytes(rt, u, 4);
    case PICKLE_BINBYTES8:
        return load_bytes(rt, u, 8);
    case PICKLE_BYTEARRAY8:
        return load_bytearray(rt, u);
    case PICKLE_NEXT_BUFFER:
        return unpickle_next_buffer(rt, u);
    case PICKLE_READONLY_BUFFER:
        return unpickle_readonly_buffer(rt, u);
    case PICKLE_SHORT_BINSTRING:
        return load_string(rt, u, 1);
    case PICKLE_BINSTRING:
        return load_string(rt, u, 4);
    case PICKLE_STRING:
        return load_string_line(rt, u);
    case PICKLE_UNICODE:
        return load_unicode_line(rt, u);
    case PICKLE_SHORT_BINUNICODE:
        return load_unicode(rt, u, 1);
    case PICKLE_BINUNICODE:
        return load_unicode(rt, u, 4);
    case PICKLE_BINUNICODE8:
        return load_unicode(rt, u, 8);
    case PICKLE_EMPTY_TUPLE:
        return load_short_tuple(rt, u, 0);
    case PICKLE_TUPLE1:
        return load_short_tuple(rt, u, 1);
    case PICKLE_TUPLE2:
        return load_short_tuple(rt, u, 2);
    case PICKLE_TUPLE3:
        return load_short_tuple(rt, u, 3);
    case PICKLE_TUPLE:
        return load_tuple(rt, u);
    case PICKLE_EMPTY_LIST:
        return unpickle_push(rt, u, list_new(rt, NULL, 0));
    case PICKLE_LIST:
        return load_list(rt, u);
    case PICKLE_EMPTY_DICT:
        return unpickle_push(rt, u, dict_new(rt, 0));
    case PICKLE_DICT:
        return load_dict(rt, u);
    case PICKLE_EMPTY_SET:
        return unpickle_push(rt, u, set_new(rt, OURO_NULL));
    case PICKLE_FROZENSET:
        return load_frozenset(rt, u);
    case PICKLE_APPEND:
        return unpickle_append(rt, u, u->depth - (u->depth > u->fence));
    case PICKLE_APPENDS:
        return load_since_mark(rt, u, unpickle_append);
    case PICKLE_SETITEM:
        return unpickle_has(rt, u, 2) && unpickle_set_items(rt, u, u->depth - 2);
    case PICKLE_SETITEMS:
        return load_since_mark(rt, u, unpickle_set_items);
    case PICKLE_ADDITEMS:
        return load_since_mark(rt, u, unpickle_add_items);
    case PICKLE_OBJ:
        return unpickle_obj(rt, u);
    case PICKLE_INST:
        return unpickle_inst(rt, u);
    case PICKLE_NEWOBJ:
        return unpickle_newobj(rt, u, false);
    case PICKLE_NEWOBJ_EX:
        return unpickle_newobj(rt, u, true);
    case PICKLE_REDUCE:
        return unpickle_reduce(rt, u);
    case PICKLE_BUILD:
        return unpickle_state(rt, u);
    case PICKLE_GLOBAL:
        return load_global_lines(rt, u);
    case PICKLE_STACK_GLOBAL:
        return load_stack_global(rt, u);
    case PICKLE_PERSID:
        return load_persistent_line(rt, u);
    case PICKLE_BINPERSID:
        return load_persistent(rt, u);
    case PICKLE_EXT1:
        return load_extension(rt, u, 1);
    case PICKLE_EXT2:
        return load_extension(rt, u, 2);
    case PICKLE_EXT4:
        return load_extension(rt, u, 4);
    case PICKLE_GET:
        return load_get_line(rt, u);
    case PICKLE_BINGET:
        return load_get_of(rt, u, 1);
    case PICKLE_LONG_BINGET:
        return load_get_of(rt, u, 4);
    case PICKLE_PUT:
        return load_put_line(rt, u);
    case PICKLE_BINPUT:
        return load_put_of(rt, u, 1);
    case PICKLE_LONG_BINPUT:
        return load_put_of(rt, u, 4);
    case PICKLE_MEMOIZE:
        return load_memoize(rt, u);
    case PICKLE_MARK:
        return unpickle_mark(rt, u);
    case PICKLE_POP:
        return load_pop(rt, u);
    case PICKLE_POP_MARK:
        return load_pop_mark(rt, u);
    case PICKLE_DUP:
        return load_dup(rt, u);
    case PICKLE_NEWTRUE:
        return unpickle_push(rt, u, OURO_TRUE);
    case PICKLE_NEWFALSE:
        return unpickle_push(rt, u, OURO_FALSE);
    case PICKLE_PROTO:
        return load_protocol(rt, u);
    case PICKLE_FRAME:
        return load_frame(rt, u);
    default:
        return load_unknown(rt, opcode);
    }
}

/* Runs the opcodes up to STOP. */
static bool load_opcodes(ouro_runtime *rt, unpickler_object *u)
{
    for (;;) {
        const unsigned char *opcode = unpickle_read(rt, u, 1);
        if (opcode == NULL) {
            if (error_matches(rt, MODULE_TYPE(rt, unpickling_error))) {
                error_clear(rt);
                error_raise(rt, EXC(rt, EOFError), "Ran out of input");
            }
            return false;
        }
        if (*opcode == PICKLE_STOP) {
            return unpickle_take_peeked(rt, u);
        }
        if (!load_opcode(rt, u, *opcode)) {
            return false;
        }
    }
}

ouro_value unpickler_load(ouro_runtime *rt, unpickler_object *u)
{
    if (u->busy) {
        return error_runtime(rt, "Unpickler object is already used");
    }
    u->busy = true;
    u->mark_count = u->fence = 0;
    u->protocol = 0;
    u->plain_shape = 0;
    unpickle_cut(rt, u, 0);
    ouro_value v = load_opcodes(rt, u) ? unpickle_pop(rt, u) : OURO_NULL;
    u->busy = false;
    return v;
}

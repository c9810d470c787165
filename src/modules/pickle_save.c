/* pickle_save.c: values of built-in types as opcodes.
 *
 * Whoever calls a function here holds a reference to the value.  Items are held, too, while they are written:
 * persistent_id, reducers and the file's write() are program code, and may change the container.  Nesting is
 * counted (rt_enter), so that what is nested too deep, or has no end, is a RecursionError.
 */
#include "modules/pickle.h"
#include "types/int_view.h"
#include "types/memoryview.h"

enum { SAVE_FAST_LIMIT = 50 }; /* fast mode looks for cycles from so many nested containers on */

static const char save_where[] = " while pickling an object";

/* ---- the memo ---- */

/* The opcodes that name a place in the memo: in a line of text, in a byte, in four. */
struct memo_opcodes {
    pickle_opcode line, byte, word;
    const char *word_name;
};
static const struct memo_opcodes memo_put = {PICKLE_PUT, PICKLE_BINPUT, PICKLE_LONG_BINPUT, "LONG_BINPUT"};
static const struct memo_opcodes memo_get = {PICKLE_GET, PICKLE_BINGET, PICKLE_LONG_BINGET, "LONG_BINGET"};

static bool save_memo_number(ouro_runtime *rt, pickler_object *p, const struct memo_opcodes *opcodes, uint64_t number)
{
    if (!p->binary) {
        char digits[INT_DECIMAL_MAX];
        size_t length = int_decimal(number, digits);
        return pickle_write_line(p, opcodes->line, digits + sizeof digits - length, length);
    }
    if (number > UINT32_MAX) {
        return pickling_error(rt, "memo id too large for %s", opcodes->word_name);
    }
    return number <= UINT8_MAX ? pickle_write_number(p, opcodes->byte, number, 1)
                               : pickle_write_number(p, opcodes->word, number, 4);
}

bool pickle_memoize(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    if (p->fast != 0) {
        return true;
    }
    uint64_t number = pickle_memo_next(&p->memo);
    if (!pickle_memo_add(rt, &p->memo, v)) {
        return false;
    }
    if (p->protocol >= 4) {
        return pickle_write_opcode(p, PICKLE_MEMOIZE);
    }
    return save_memo_number(rt, p, &memo_put, number);
}

bool pickle_fetch_instead(ouro_runtime *rt, pickler_object *p, ouro_value v, size_t pops, bool to_mark,
                          bool *found)
{
    uint64_t number;
    *found = pickle_memo_find(&p->memo, v, &number);
    if (!*found) {
        return true;
    }
    if (to_mark && p->binary) {
        return pickle_write_opcode(p, PICKLE_POP_MARK) && save_memo_number(rt, p, &memo_get, number);
    }
    for (size_t i = 0; i < pops + to_mark; i++) { /* without POP_MARK the mark is one more to pop */
        if (!pickle_write_opcode(p, PICKLE_POP)) {
            return false;
        }
    }
    return save_memo_number(rt, p, &memo_get, number);
}

/* ---- numbers, text, bytes ---- */

static bool save_constant(pickler_object *p, ouro_value v)
{
    if (ouro_is_none(v)) {
        return pickle_write_opcode(p, PICKLE_NONE);
    }
    bool truth = ouro_is(v, OURO_TRUE);
    return p->protocol >= 2 ? pickle_write_opcode(p, truth ? PICKLE_NEWTRUE : PICKLE_NEWFALSE)
                            : pickle_write_line(p, PICKLE_INT, truth ? "01" : "00", 2);
}

static bool save_small_int(pickler_object *p, int64_t i)
{
    if (!p->binary) {
        char digits[INT_DECIMAL_MAX + 1];
        size_t length = int_decimal((uint64_t)(i < 0 ? -i : i), digits + 1);
        char *first = digits + sizeof digits - length;
        if (i < 0) {
            *--first = '-';
            length++;
        }
        return pickle_write_line(p, PICKLE_INT, first, length);
    }
    return i >= 0 && i <= UINT8_MAX    ? pickle_write_number(p, PICKLE_BININT1, (uint64_t)i, 1)
           : i >= 0 && i <= UINT16_MAX ? pickle_write_number(p, PICKLE_BININT2, (uint64_t)i, 2)
                                       : pickle_write_number(p, PICKLE_BININT, (uint64_t)i, 4);
}

/* As decimal digits and an L. */
static bool save_long_text(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    size_t length;
    char *digits = int_to_ascii(rt, v, 10, false, true, &length);
    if (digits == NULL) {
        return false;
    }
    unsigned char *room = pickle_room(p, length + 3);
    if (room != NULL) {
        room[0] = PICKLE_LONG;
        memcpy(room + 1, digits, length);
        memcpy(room + 1 + length, "L\n", 2);
    }
    ouro_mem_free(rt->mem, digits);
    return room != NULL;
}

static bool save_int(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    int64_t i;
    if (int_fits_int64(v, &i) && i >= INT32_MIN && i <= INT32_MAX) {
        return save_small_int(p, i);
    }
    if (p->protocol < 2) {
        return save_long_text(rt, p, v);
    }
    uint64_t bits = int_bit_length(v);
    size_t size = (size_t)(bits / 8) + 1;
    if (size > INT32_MAX) {
        error_overflow(rt, "int too large to pickle");
        return false;
    }
    unsigned char few[64], *bytes = size <= sizeof few ? few : ouro_mem_alloc(rt->mem, size);
    if (bytes == NULL) {
        error_no_memory(rt);
        return false;
    }
    bool ok = int_to_bytes(rt, v, bytes, size, true, true);
    if (ok && int_sign(v) < 0 && size > 1 && bytes[size - 1] == 0xff && (bytes[size - 2] & 0x80) != 0) {
        size--; /* the byte of the sign says what the one before it says already */
    }
    bool is_short = size <= UINT8_MAX;
    unsigned char *room = NULL;
    if (ok && pickle_write_number(p, is_short ? PICKLE_LONG1 : PICKLE_LONG4, size, is_short ? 1 : 4)) {
        room = pickle_room(p, size);
    }
    if (room != NULL) {
        memcpy(room, bytes, size);
    }
    if (bytes != few) {
        ouro_mem_free(rt->mem, bytes);
    }
    return room != NULL;
}

static bool save_float(ouro_runtime *rt, pickler_object *p, double d)
{
    if (p->binary) {
        uint64_t bits;
        memcpy(&bits, &d, sizeof bits);
        unsigned char *room = pickle_room(p, 1 + sizeof bits);
        if (room == NULL) {
            return false;
        }
        *room = PICKLE_BINFLOAT;
        for (int shift = 56; shift >= 0; shift -= 8) {
            *++room = (unsigned char)(bits >> shift);
        }
        return true;
    }
    char *text = float_to_text(rt, d, 'r', 0, FLOAT_ADD_DOT_0);
    bool ok = text != NULL && pickle_write_line(p, PICKLE_FLOAT, text, strlen(text));
    ouro_mem_free(rt->mem, text);
    return ok;
}

/* Protocol 0: Latin-1, all others and what ends a line escaped. */
static bool save_str_line(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    static const char hex[] = "0123456789abcdef";
    const str_object *s = as_str(v);
    bytes_builder line;
    bytes_builder_init(&line, rt);
    for (size_t i = 0; i < str_length(s); i++) {
        uint32_t c = str_char_at(s, i);
        if (c < 0x100 && c != '\\' && c != 0 && c != '\n' && c != '\r' && c != 0x1a) {
            bytes_builder_byte(&line, (unsigned char)c);
            continue;
        }
        bytes_builder_byte(&line, '\\');
        bytes_builder_byte(&line, c < 0x10000 ? 'u' : 'U');
        for (int shift = c < 0x10000 ? 12 : 28; shift >= 0; shift -= 4) {
            bytes_builder_byte(&line, (unsigned char)hex[c >> shift & 15]);
        }
    }
    bool ok =
        !line.failed && pickle_write_line(p, PICKLE_UNICODE,
                                          line.length > 0 ? (const char *)line.data->data : "", line.length);
    bytes_builder_drop(&line);
    return ok;
}

static bool save_str(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    const str_object *s = as_str(v);
    bool ok;
    if (!p->binary) {
        ok = save_str_line(rt, p, v);
    } else {
        size_t length = str_length(s);
        const char *text = (const char *)s->data;
        char *block = NULL;
        if ((s->flags & STR_ASCII) == 0) {
            text = block = str_to_utf8(rt, v, &length, true);
        }
        ok = text != NULL;
        if (ok && p->protocol < 4 && length > UINT32_MAX) {
            error_overflow(rt, "serializing a string larger than 4 GiB requires pickle protocol 4 or higher");
            ok = false;
        }
        ok = ok && pickle_write_block(rt, p, p->protocol >= 4 ? PICKLE_SHORT_BINUNICODE : 0,
                                      PICKLE_BINUNICODE, PICKLE_BINUNICODE8, text, length, OURO_NULL);
        ouro_mem_free(rt->mem, block);
    }
    return ok && pickle_memoize(rt, p, v);
}

/* The bytes of `v`, from protocol 3 on. */
static bool save_bytes_data(ouro_runtime *rt, pickler_object *p, ouro_value v, const void *data,
                            size_t length)
{
    if (p->protocol < 4 && length > UINT32_MAX) {
        error_overflow(rt,
                       "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher");
        return false;
    }
    return pickle_write_block(rt, p, PICKLE_SHORT_BINBYTES, PICKLE_BINBYTES, PICKLE_BINBYTES8, data, length,
                              value_is_instance_exactly(rt, v, TYPE(rt, bytes)) ? v : OURO_NULL) &&
           pickle_memoize(rt, p, v);
}

static bool save_bytes(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    const bytes_object *b = as_bytes(v);
    if (p->protocol >= 3) {
        return save_bytes_data(rt, p, v, b->data, b->length);
    }
    /* Python 2 would read a str: a call that makes bytes there and here */
    if (b->length == 0) {
        return pickle_save_call(rt, p, type_value(TYPE(rt, bytes)), value_incref(rt->types->empty_tuple), v);
    }
    ouro_value text = str_from_latin1(rt, b->data, b->length);
    ouro_value codec = ouro_is_null(text) ? text : str_intern_cstring(rt, "latin1");
    ouro_value arguments = ouro_is_null(codec) ? codec : tuple_pack2(rt, text, codec);
    value_decref(rt, codec);
    value_decref(rt, text);
    return pickle_save_call(rt, p, pickle_library(rt, PICKLE_LIB_ENCODE), arguments, v);
}

static bool save_bytearray_data(ouro_runtime *rt, pickler_object *p, ouro_value v, const void *data,
                                size_t length)
{
    return pickle_write_block(rt, p, 0, 0, PICKLE_BYTEARRAY8, data, length, OURO_NULL) &&
           pickle_memoize(rt, p, v);
}

static bool save_bytearray(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    const bytearray_object *b = as_bytearray(v);
    const void *data = b->length == 0 ? (const void *)"" : b->data + b->start;
    if (p->protocol >= 5) {
        return save_bytearray_data(rt, p, v, data, b->length);
    }
    ouro_value arguments = value_incref(rt->types->empty_tuple);
    if (b->length > 0) {
        ouro_value bytes = bytes_new(rt, data, b->length);
        value_replace(rt, &arguments, ouro_is_null(bytes) ? bytes : tuple_pack1(rt, bytes));
        value_decref(rt, bytes);
    }
    return pickle_save_call(rt, p, type_value(TYPE(rt, bytearray)), arguments, v);
}

/* A PickleBuffer: in the pickle, or beside it, as the callback wants. */
static bool save_buffer(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    if (p->protocol < 5) {
        return pickling_error(rt, "PickleBuffer can only pickled with protocol >= 5");
    }
    ouro_value view = pickle_buffer_view(rt, v);
    if (ouro_is_null(view)) {
        return false;
    }
    const memoryview_object *m = as_memoryview(view);
    bool ok = memoryview_is_c_contiguous(m) || memoryview_is_f_contiguous(m), inside = true;
    if (!ok) {
        pickling_error(rt, "PickleBuffer can not be pickled when pointing to a non-contiguous buffer");
    }
    if (ok && !ouro_is_null(p->buffer_callback)) {
        ouro_value answer = object_call1(rt, p->buffer_callback, v);
        int truth = ouro_is_null(answer) ? -1 : object_truth(rt, answer);
        value_decref(rt, answer);
        ok = truth >= 0;
        inside = truth > 0;
    }
    if (ok && inside) {
        size_t length = (size_t)memoryview_items(m) * m->item_size;
        const void *data = length == 0 ? (const void *)"" : m->data;
        ok = m->readonly ? save_bytes_data(rt, p, v, data, length)
                         : save_bytearray_data(rt, p, v, data, length);
    } else if (ok) {
        ok = pickle_write_opcode(p, PICKLE_NEXT_BUFFER) &&
             (!m->readonly || pickle_write_opcode(p, PICKLE_READONLY_BUFFER));
    }
    value_decref(rt, view);
    return ok;
}

/* ---- containers ---- */

/* In fast mode there is no memo that would end a cycle: deep inside, the containers being written are noted.
 */
static bool save_fast_enter(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    if (p->fast == 0 || ++p->fast_depth < SAVE_FAST_LIMIT) {
        return true;
    }
    if (ouro_is_null(p->fast_memo)) {
        p->fast_memo = dict_new(rt, 0);
    }
    ouro_value id = ouro_is_null(p->fast_memo) ? p->fast_memo : int_from_uint64(rt, v.bits);
    if (ouro_is_null(id)) {
        return false;
    }
    bool known = !ouro_is_null(dict_get(rt, as_dict(p->fast_memo), id));
    bool ok = !known && !error_is_set(rt) && dict_set(rt, as_dict(p->fast_memo), id, OURO_NONE);
    value_decref(rt, id);
    if (known) {
        error_value(rt, "fast mode: can't pickle cyclic objects including object type %T at %p", v,
                    (void *)ouro_as_object(v));
    }
    return ok;
}

static bool save_fast_leave(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    if (p->fast == 0 || p->fast_depth-- < SAVE_FAST_LIMIT || ouro_is_null(p->fast_memo)) {
        return true;
    }
    ouro_value id = int_from_uint64(rt, v.bits);
    bool ok = !ouro_is_null(id) && dict_delete(rt, as_dict(p->fast_memo), id) >= 0;
    value_decref(rt, id);
    return ok;
}

static bool save_tuple_items(ouro_runtime *rt, pickler_object *p, const tuple_object *t)
{
    for (size_t i = 0; i < t->size; i++) {
        if (!pickle_save(rt, p, t->items[i])) {
            return false;
        }
    }
    return true;
}

bool pickle_save_tuple(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    static const pickle_opcode sized[] = {PICKLE_EMPTY_TUPLE, PICKLE_TUPLE1, PICKLE_TUPLE2, PICKLE_TUPLE3};
    const tuple_object *t = as_tuple(v);
    if (t->size == 0) {
        return p->binary ? pickle_write_opcode(p, PICKLE_EMPTY_TUPLE)
                         : pickle_write_opcode(p, PICKLE_MARK) && pickle_write_opcode(p, PICKLE_TUPLE);
    }
    bool is_short = t->size <= 3 && p->protocol >= 2, found;
    if (!(is_short || pickle_write_opcode(p, PICKLE_MARK)) || !save_tuple_items(rt, p, t) ||
        !pickle_fetch_instead(rt, p, v, t->size, !is_short, &found)) {
        return false;
    }
    /* found: an item led back to the tuple, which has been written already, inside of itself */
    return found ||
           (pickle_write_opcode(p, is_short ? sized[t->size] : PICKLE_TUPLE) && pickle_memoize(rt, p, v));
}

/* An item of a list, or a pair for a dict. */
static bool save_item(ouro_runtime *rt, pickler_object *p, ouro_value item, bool pair)
{
    if (!pair) {
        return pickle_save(rt, p, item);
    }
    if (!value_is_tuple(rt, item) || as_tuple(item)->size != 2) {
        error_type(rt, "dict items iterator must return 2-tuples");
        return false;
    }
    return pickle_save(rt, p, as_tuple(item)->items[0]) && pickle_save(rt, p, as_tuple(item)->items[1]);
}

/* Takes `item`, the second of a batch, and what the iterator has behind it.  *whole: the batch became full.
 */
static bool save_batch(ouro_runtime *rt, pickler_object *p, ouro_value item, ouro_value iterator, bool pairs,
                       bool *whole)
{
    bool ok = true;
    size_t count = 1;
    while (ok && !ouro_is_null(item)) {
        ok = save_item(rt, p, item, pairs);
        value_decref(rt, item);
        item = ok && ++count < PICKLE_BATCH ? iterator_next(rt, iterator) : OURO_NULL;
        ok = ok && !error_is_set(rt);
    }
    *whole = count == PICKLE_BATCH;
    return ok;
}

static bool save_iterator(ouro_runtime *rt, pickler_object *p, ouro_value iterator, bool pairs)
{
    pickle_opcode one = pairs ? PICKLE_SETITEM : PICKLE_APPEND,
                  many = pairs ? PICKLE_SETITEMS : PICKLE_APPENDS;
    bool more = true;
    while (more) {
        ouro_value first = iterator_next(rt, iterator);
        if (ouro_is_null(first)) {
            return !error_is_set(rt);
        }
        ouro_value second = p->protocol > 0 ? iterator_next(rt, iterator) : OURO_NULL;
        bool single = ouro_is_null(second);
        bool ok = !error_is_set(rt) && (single || pickle_write_opcode(p, PICKLE_MARK)) &&
                  save_item(rt, p, first, pairs);
        value_decref(rt, first);
        if (!ok) {
            value_decref(rt, second);
            return false;
        }
        more = p->protocol == 0;
        if (!(single || save_batch(rt, p, second, iterator, pairs, &more)) ||
            !pickle_write_opcode(p, single ? one : many)) {
            return false;
        }
    }
    return true;
}

bool pickle_save_appends(ouro_runtime *rt, pickler_object *p, ouro_value iterator)
{
    return save_iterator(rt, p, iterator, false);
}

bool pickle_save_pairs(ouro_runtime *rt, pickler_object *p, ouro_value iterator)
{
    return save_iterator(rt, p, iterator, true);
}

/* The empty container, noted before its items, which may lead back to it. */
static bool save_empty(ouro_runtime *rt, pickler_object *p, ouro_value v, pickle_opcode binary,
                       pickle_opcode from_mark)
{
    return (p->binary ? pickle_write_opcode(p, binary)
                      : pickle_write_opcode(p, PICKLE_MARK) && pickle_write_opcode(p, from_mark)) &&
           pickle_memoize(rt, p, v);
}

static bool save_list_item(ouro_runtime *rt, pickler_object *p, const list_object *list, size_t i)
{
    ouro_value item = value_incref(list->items[i]);
    bool ok = pickle_save(rt, p, item);
    value_decref(rt, item);
    return ok;
}

static bool save_list(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    const list_object *list = as_list(v);
    if (!save_empty(rt, p, v, PICKLE_EMPTY_LIST, PICKLE_LIST)) {
        return false;
    }
    size_t i = 0;
    if (p->protocol == 0 || list->size == 1) {
        for (; i < list->size; i++) {
            if (!save_list_item(rt, p, list, i) || !pickle_write_opcode(p, PICKLE_APPEND)) {
                return false;
            }
        }
        return true;
    }
    while (i < list->size) {
        if (!pickle_write_opcode(p, PICKLE_MARK)) {
            return false;
        }
        for (size_t end = i + PICKLE_BATCH; i < end && i < list->size; i++) {
            if (!save_list_item(rt, p, list, i)) {
                return false;
            }
        }
        if (!pickle_write_opcode(p, PICKLE_APPENDS)) {
            return false;
        }
    }
    return true;
}

/* Up to `limit` entries, each followed by an opcode of its own if `singly`; *count of them. */
static bool save_entries(ouro_runtime *rt, pickler_object *p, dict_object *dict, size_t *position,
                         size_t limit, bool singly, size_t *count)
{
    ouro_value key, value;
    for (*count = 0; *count < limit && dict_next(dict, position, &key, &value); ++*count) {
        value_incref(key);
        value_incref(value);
        bool ok = pickle_save(rt, p, key) && pickle_save(rt, p, value) &&
                  !(singly && !pickle_write_opcode(p, PICKLE_SETITEM));
        value_decref(rt, value);
        value_decref(rt, key);
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool save_unchanged(ouro_runtime *rt, const char *what, size_t before, size_t now)
{
    if (now != before) {
        error_runtime(rt, "%s changed size during iteration", what);
    }
    return now == before;
}

static bool save_dict(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    dict_object *dict = as_dict(v);
    if (!save_empty(rt, p, v, PICKLE_EMPTY_DICT, PICKLE_DICT)) {
        return false;
    }
    size_t size = dict_size(dict), position = 0, count = size > 0 ? PICKLE_BATCH : 0;
    if (p->protocol == 0 || size == 1) {
        return save_entries(rt, p, dict, &position, size, true, &count) &&
               save_unchanged(rt, "dictionary", size, dict_size(dict));
    }
    while (count == PICKLE_BATCH) {
        if (!pickle_write_opcode(p, PICKLE_MARK) ||
            !save_entries(rt, p, dict, &position, PICKLE_BATCH, false, &count) ||
            !pickle_write_opcode(p, PICKLE_SETITEMS) ||
            !save_unchanged(rt, "dictionary", size, dict_size(dict))) {
            return false;
        }
    }
    return true;
}

/* A class of sets called with a list: for protocols that have no opcodes for sets. */
static bool save_set_call(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    ouro_value list = list_from_iterable(rt, v);
    ouro_value arguments = ouro_is_null(list) ? list : tuple_pack1(rt, list);
    value_decref(rt, list);
    return pickle_save_call(rt, p, type_value(value_type(rt, v)), arguments, v);
}

/* Up to `limit` items; *count of them. */
static bool save_set_items(ouro_runtime *rt, pickler_object *p, ouro_value v, size_t *position, size_t limit,
                           size_t *count)
{
    ouro_value item;
    for (*count = 0; *count < limit && set_next(v, position, &item); ++*count) {
        value_incref(item);
        bool ok = pickle_save(rt, p, item);
        value_decref(rt, item);
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool save_set(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    if (p->protocol < 4) {
        return save_set_call(rt, p, v);
    }
    if (!pickle_write_opcode(p, PICKLE_EMPTY_SET) || !pickle_memoize(rt, p, v)) {
        return false;
    }
    size_t size = set_size(v), position = 0, count = size > 0 ? PICKLE_BATCH : 0;
    while (count == PICKLE_BATCH) {
        if (!pickle_write_opcode(p, PICKLE_MARK) ||
            !save_set_items(rt, p, v, &position, PICKLE_BATCH, &count) ||
            !pickle_write_opcode(p, PICKLE_ADDITEMS) || !save_unchanged(rt, "set", size, set_size(v))) {
            return false;
        }
    }
    return true;
}

static bool save_frozenset(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    if (p->protocol < 4) {
        return save_set_call(rt, p, v);
    }
    size_t position = 0, count;
    bool found;
    return pickle_write_opcode(p, PICKLE_MARK) && save_set_items(rt, p, v, &position, SIZE_MAX, &count) &&
           pickle_fetch_instead(rt, p, v, count, true, &found) &&
           (found || (pickle_write_opcode(p, PICKLE_FROZENSET) && pickle_memoize(rt, p, v)));
}

/* ---- any value ---- */

typedef bool (*save_function)(ouro_runtime *rt, pickler_object *p, ouro_value v);

static bool save_container(ouro_runtime *rt, pickler_object *p, ouro_value v, save_function save)
{
    return save_fast_enter(rt, p, v) && save(rt, p, v) && save_fast_leave(rt, p, v);
}

/* What may hold others; one level deeper. */
static bool save_nested(ouro_runtime *rt, pickler_object *p, ouro_value v, const type_object *type)
{
    return type == TYPE(rt, tuple)                  ? pickle_save_tuple(rt, p, v)
           : type == TYPE(rt, dict)                 ? save_container(rt, p, v, save_dict)
           : type == TYPE(rt, list)                 ? save_container(rt, p, v, save_list)
           : type == TYPE(rt, set)                  ? save_set(rt, p, v)
           : type == TYPE(rt, frozenset)            ? save_container(rt, p, v, save_frozenset)
           : type == TYPE(rt, bytearray)            ? save_bytearray(rt, p, v)
           : type == MODULE_TYPE(rt, pickle_buffer) ? save_buffer(rt, p, v)
                                                    : pickle_save_object(rt, p, v);
}

/* v, whatever persistent_id says. */
static bool save_value(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    if (ouro_is_int(v)) {
        int64_t i = ouro_as_int(v);
        return i >= INT32_MIN && i <= INT32_MAX ? save_small_int(p, i) : save_int(rt, p, v);
    }
    if (ouro_is_float(v)) {
        return save_float(rt, p, ouro_as_flonum(v));
    }
    if (ouro_is_none(v) || ouro_is_bool(v)) {
        return save_constant(p, v);
    }
    const type_object *type = value_type(rt, v);
    uint64_t number;
    if (type == TYPE(rt, int)) {
        return save_int(rt, p, v);
    }
    if (type == TYPE(rt, float)) {
        return save_float(rt, p, float_value(v));
    }
    if (pickle_memo_find(&p->memo, v, &number)) {
        return save_memo_number(rt, p, &memo_get, number);
    }
    if (type == TYPE(rt, str)) {
        return save_str(rt, p, v);
    }
    if (!rt_enter(rt, save_where)) {
        return false;
    }
    bool ok = type == TYPE(rt, bytes) ? save_bytes(rt, p, v) : save_nested(rt, p, v, type);
    rt_leave(rt);
    return ok;
}

/* What stands for a value outside of the pickle: 1 written, 0 it has no such id, -1 failed. */
static int save_persistent(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    ouro_value id = pickle_hook_call(rt, &p->persistent_id, ouro_from_object(p), v);
    if (ouro_is_null(id) || ouro_is_none(id)) {
        return ouro_is_null(id) ? -1 : 0;
    }
    bool ok;
    if (p->binary) {
        ok = save_value(rt, p, id) && pickle_write_opcode(p, PICKLE_BINPERSID);
    } else {
        ouro_value text = object_str(rt, id);
        ok = !ouro_is_null(text);
        if (ok && (as_str(text)->flags & STR_ASCII) == 0) {
            ok = pickling_error(rt, "persistent IDs in protocol 0 must be ASCII strings");
        }
        ok = ok && pickle_write_line(p, PICKLE_PERSID, as_str(text)->data, str_length(as_str(text)));
        value_decref(rt, text);
    }
    value_decref(rt, id);
    return ok ? 1 : -1;
}

bool pickle_save(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    if (!pickle_between(rt, p)) {
        return false;
    }
    if (OURO_UNLIKELY(!ouro_is_null(p->persistent_id.function))) {
        int done = save_persistent(rt, p, v);
        if (done != 0) {
            return done > 0;
        }
    }
    return save_value(rt, p, v);
}

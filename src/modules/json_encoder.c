/* json_encoder.c: _json.make_encoder: values into text of JSON.
 *
 * An Encoder keeps what a JSONEncoder made it with.  Called with a value and a level (of no meaning: an encoder in C
 * does not indent), it returns a list with the whole text.
 *
 * `markers`, a dict or None, has the containers and foreign objects that are being written, by id: one that is met again
 * inside of itself is circular.  What an error leaves in it stays there, as in the library's Python.
 *
 * A call to `default`, `encoder` or `items` may change any container that is being written: a list is looked at anew for
 * each of its items, a dict is written as it was when it was begun.
 */
#include "modules/json.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/int_view.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/text.h"

#include <math.h>

typedef struct json_encoder {
    ouro_object object;
    ouro_value markers, default_function, encoder, indent, key_separator, item_separator;
    bool sort_keys, skip_keys, allow_nan;
    bool own, own_ascii; /* the encoder of strings is one of this module's */
} json_encoder;

static json_encoder *as_json_encoder(ouro_value v)
{
    return (json_encoder *)(void *)ouro_as_object(v);
}

/* One call. */
typedef struct json_writer {
    ouro_runtime *rt;
    const json_encoder *encoder;
    str_builder text;
} json_writer;

static bool json_write_value(json_writer *w, ouro_value v);

static bool json_write_ascii(json_writer *w, const char *text, size_t length)
{
    str_builder_ascii(&w->text, text, length);
    return !w->text.failed;
}

/* ---- what holds nothing ---- */

static bool json_write_string(json_writer *w, ouro_value v)
{
    if (w->encoder->own) {
        json_put_string(&w->text, v, w->encoder->own_ascii);
        return !w->text.failed;
    }
    ouro_value encoded = object_call1(w->rt, w->encoder->encoder, v);
    if (!ouro_is_null(encoded) && !value_is_str(w->rt, encoded)) {
        error_type(w->rt, "encoder() must return a string, not %T", encoded);
        value_clear(w->rt, &encoded);
    }
    if (ouro_is_null(encoded)) {
        return false;
    }
    str_builder_str(&w->text, encoded);
    value_decref(w->rt, encoded);
    return !w->text.failed;
}

/* None, True, False; NULL: anything else. */
static const char *json_constant_text(ouro_value v)
{
    return ouro_is_none(v) ? "null" : !ouro_is_bool(v) ? NULL : ouro_is(v, OURO_TRUE) ? "true" : "false";
}

/* An int (of any class, as int has it) as ASCII: in `few`, or in a block (*block) that the caller frees.  NULL: failed. */
static const char *json_int_text(ouro_runtime *rt, ouro_value v, char few[1 + INT_DECIMAL_MAX], char **block,
                                 size_t *length)
{
    *block = NULL;
    if (!ouro_is_int(v)) {
        return *block = int_to_ascii(rt, v, 10, false, true, length);
    }
    int64_t i = ouro_as_int(v);
    *length = int_decimal(i < 0 ? 0 - (uint64_t)i : (uint64_t)i, few + 1);
    char *text = few + 1 + INT_DECIMAL_MAX - *length;
    if (i < 0) {
        *--text = '-';
        ++*length;
    }
    return text;
}

/* The same for a float. */
static const char *json_float_text(ouro_runtime *rt, const json_encoder *encoder, ouro_value v, char **block,
                                   size_t *length)
{
    double d = float_value(v);
    const char *text;
    *block = NULL;
    if (isfinite(d)) {
        text = *block = float_to_text(rt, d, 'r', 0, FLOAT_ADD_DOT_0);
    } else if (encoder->allow_nan) {
        text = isnan(d) ? "NaN" : d > 0 ? "Infinity" : "-Infinity";
    } else {
        error_value(rt, "Out of range float values are not JSON compliant");
        text = NULL;
    }
    *length = text == NULL ? 0 : strlen(text);
    return text;
}

/* The text of a value that is no str but may be a key; NULL without an exception: it is none of those. */
static const char *json_plain_text(ouro_runtime *rt, const json_encoder *encoder, ouro_value v,
                                   char few[1 + INT_DECIMAL_MAX], char **block, size_t *length)
{
    const char *constant = json_constant_text(v);
    *block = NULL;
    *length = constant == NULL ? 0 : strlen(constant);
    return constant != NULL        ? constant
           : value_is_int(rt, v)   ? json_int_text(rt, v, few, block, length)
           : value_is_float(rt, v) ? json_float_text(rt, encoder, v, block, length)
                                   : NULL;
}

/* ---- what holds others ---- */

/* Enters the object into the markers; *mark is the key to take out again, OURO_NULL without markers. */
static bool json_enter(json_writer *w, ouro_value v, ouro_value *mark)
{
    ouro_runtime *rt = w->rt;
    *mark = OURO_NULL;
    if (ouro_is_none(w->encoder->markers)) {
        return true;
    }
    dict_object *markers = as_dict(w->encoder->markers);
    *mark = int_from_uint64(rt, v.bits);
    if (ouro_is_null(*mark)) {
        return false;
    }
    ouro_value found = dict_get(rt, markers, *mark);
    if (!ouro_is_null(found)) {
        error_value(rt, "Circular reference detected");
    }
    if (error_is_set(rt) || !dict_set(rt, markers, *mark, v)) {
        value_clear(rt, mark);
        return false;
    }
    return true;
}

/* Takes it out if all went well; passes `ok` on. */
static bool json_leave(json_writer *w, bool ok, ouro_value mark)
{
    if (ok && !ouro_is_null(mark)) {
        int deleted = dict_delete(w->rt, as_dict(w->encoder->markers), mark);
        if (deleted == 0) {
            error_key(w->rt, mark);
        }
        ok = deleted > 0;
    }
    value_decref(w->rt, mark);
    return ok;
}

static size_t json_sequence_size(bool is_list, ouro_value v)
{
    return is_list ? as_list(v)->size : as_tuple(v)->size;
}

/* A list or a tuple. */
static bool json_write_items_of(json_writer *w, ouro_value v)
{
    bool is_list = value_is_list(w->rt, v);
    ouro_value mark;
    if (json_sequence_size(is_list, v) == 0) {
        return json_write_ascii(w, "[]", 2);
    }
    if (!json_enter(w, v, &mark)) {
        return false;
    }
    bool ok = json_write_ascii(w, "[", 1);
    for (size_t i = 0; ok && i < json_sequence_size(is_list, v); i++) {
        if (i > 0) {
            str_builder_str(&w->text, w->encoder->item_separator);
        }
        ouro_value item = value_incref(is_list ? as_list(v)->items[i] : as_tuple(v)->items[i]);
        ok = !w->text.failed && json_write_value(w, item);
        value_decref(w->rt, item);
    }
    ok = ok && json_write_ascii(w, "]", 1);
    return json_leave(w, ok, mark);
}

/* The same, or an instance of a subclass, which is asked for its items. */
static bool json_write_sequence(json_writer *w, ouro_value v)
{
    ouro_runtime *rt = w->rt;
    type_object *type = value_type(rt, v);
    if (type == TYPE(rt, list) || type == TYPE(rt, tuple)) {
        return json_write_items_of(w, v);
    }
    ouro_value iterator = object_iter(rt, v);
    if (ouro_is_null(iterator)) {
        if (error_clear_if(rt, EXC(rt, TypeError))) {
            error_type(rt, "_iterencode_list needs a sequence");
        }
        return false;
    }
    ouro_value list = list_from_iterable(rt, iterator), mark = OURO_NULL;
    value_decref(rt, iterator);
    if (ouro_is_null(list)) {
        return false;
    }
    bool ok = as_list(list)->size == 0 || json_enter(w, v, &mark);
    ok = json_leave(w, ok && json_write_items_of(w, list), mark);
    value_decref(rt, list);
    return ok;
}

/* The key as a string.  1; 0: to be skipped, nothing is written; -1: failed. */
static int json_write_key(json_writer *w, ouro_value key, bool first)
{
    ouro_runtime *rt = w->rt;
    char few[1 + INT_DECIMAL_MAX], *block = NULL;
    const char *plain = NULL;
    size_t length = 0;
    if (!value_is_str(rt, key)) {
        plain = json_plain_text(rt, w->encoder, key, few, &block, &length);
        if (plain == NULL && !error_is_set(rt)) {
            if (w->encoder->skip_keys) {
                return 0;
            }
            error_type(rt, "keys must be str, int, float, bool or None, not %T", key);
        }
        if (plain == NULL) {
            return -1;
        }
    }
    if (!first) {
        str_builder_str(&w->text, w->encoder->item_separator);
    }
    bool ok;
    if (plain == NULL) {
        ok = !w->text.failed && json_write_string(w, key);
    } else {
        ouro_value text = str_from_latin1(rt, (const unsigned char *)plain, length);
        ok = !ouro_is_null(text) && !w->text.failed && json_write_string(w, text);
        value_decref(rt, text);
        ouro_mem_free(rt->mem, block);
    }
    if (ok) {
        str_builder_str(&w->text, w->encoder->key_separator);
    }
    return ok && !w->text.failed ? 1 : -1;
}

/* One entry of a dict; both are the caller's. */
static bool json_write_member(json_writer *w, ouro_value key, ouro_value value, bool *first)
{
    int written = json_write_key(w, key, *first);
    if (written > 0) {
        *first = false;
        return json_write_value(w, value);
    }
    return written == 0;
}

/* The entries as they are now. */
static bool json_write_entries(json_writer *w, dict_object *d)
{
    enum { FEW = 8 };
    ouro_value few[2 * FEW], *entries = few;
    size_t size = dict_size(d), count = 0, position = 0;
    if (size > FEW) {
        entries = ouro_mem_alloc(w->rt->mem, 2 * size * sizeof *entries);
        if (entries == NULL) {
            error_no_memory(w->rt);
            return false;
        }
    }
    ouro_value key, value;
    while (count < 2 * size && dict_next(d, &position, &key, &value)) {
        entries[count++] = value_incref(key);
        entries[count++] = value_incref(value);
    }
    bool ok = true, first = true;
    for (size_t i = 0; i < count; i += 2) {
        ok = ok && json_write_member(w, entries[i], entries[i + 1], &first);
        value_decref(w->rt, entries[i]);
        value_decref(w->rt, entries[i + 1]);
    }
    if (entries != few) {
        ouro_mem_free(w->rt->mem, entries);
    }
    return ok;
}

/* What items() gives, as a list: that of dict itself, or a subclass's own. */
static ouro_value json_items(ouro_runtime *rt, ouro_value v)
{
    ouro_value items = object_call_method0(rt, v, STR(rt, items));
    ouro_value iterator = ouro_is_null(items) ? items : object_iter(rt, items);
    if (ouro_is_null(iterator) && !ouro_is_null(items) && error_clear_if(rt, EXC(rt, TypeError))) {
        error_type(rt, "%T.items() returned a non-iterable (type %T)", v, items);
    }
    ouro_value list = ouro_is_null(iterator) ? iterator : list_from_iterable(rt, iterator);
    value_decref(rt, iterator);
    value_decref(rt, items);
    return list;
}

static bool json_write_items_method(json_writer *w, ouro_value v)
{
    ouro_runtime *rt = w->rt;
    ouro_value items = json_items(rt, v);
    bool ok = !ouro_is_null(items) && (!w->encoder->sort_keys || list_sort(rt, items, OURO_NULL, false));
    bool first = true;
    for (size_t i = 0; ok && i < as_list(items)->size; i++) {
        ouro_value item = value_incref(as_list(items)->items[i]);
        if (!value_is_tuple(rt, item) || as_tuple(item)->size != 2) {
            error_value(rt, "items must return 2-tuples");
            ok = false;
        } else {
            ok = json_write_member(w, as_tuple(item)->items[0], as_tuple(item)->items[1], &first);
        }
        value_decref(rt, item);
    }
    value_decref(rt, items);
    return ok;
}

static bool json_write_dict(json_writer *w, ouro_value v)
{
    ouro_value mark;
    if (dict_size(as_dict(v)) == 0) {
        return json_write_ascii(w, "{}", 2);
    }
    if (!json_enter(w, v, &mark)) {
        return false;
    }
    bool plain = value_is_instance_exactly(w->rt, v, TYPE(w->rt, dict)) && !w->encoder->sort_keys;
    bool ok = json_write_ascii(w, "{", 1) && (plain ? json_write_entries(w, as_dict(v)) : json_write_items_method(w, v)) &&
              json_write_ascii(w, "}", 1);
    return json_leave(w, ok, mark);
}

/* What `default` makes of it. */
static bool json_write_foreign(json_writer *w, ouro_value v)
{
    ouro_value mark;
    if (!json_enter(w, v, &mark)) {
        return false;
    }
    ouro_value instead = object_call1(w->rt, w->encoder->default_function, v);
    bool ok = !ouro_is_null(instead) && rt_enter(w->rt, " while encoding a JSON object");
    if (ok) {
        ok = json_write_value(w, instead);
        rt_leave(w->rt);
    }
    value_decref(w->rt, instead);
    return json_leave(w, ok, mark);
}

/* The value is the caller's.  False: failed, also if the text did. */
static bool json_write_value(json_writer *w, ouro_value v)
{
    ouro_runtime *rt = w->rt;
    if (value_is_str(rt, v)) {
        return json_write_string(w, v);
    }
    char few[1 + INT_DECIMAL_MAX], *block;
    size_t length;
    const char *plain = json_plain_text(rt, w->encoder, v, few, &block, &length);
    if (plain != NULL) {
        bool ok = json_write_ascii(w, plain, length);
        ouro_mem_free(rt->mem, block);
        return ok;
    }
    if (error_is_set(rt)) {
        return false;
    }
    bool is_dict = value_is_dict(rt, v);
    if (!is_dict && !value_is_list(rt, v) && !value_is_tuple(rt, v)) {
        return json_write_foreign(w, v);
    }
    if (!rt_enter(rt, " while encoding a JSON object")) {
        return false;
    }
    bool ok = is_dict ? json_write_dict(w, v) : json_write_sequence(w, v);
    rt_leave(rt);
    return ok;
}

/* ---- the type ---- */

static ouro_value json_encoder_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    ouro_value given[2];
    int64_t level;
    if (!json_bind(rt, "_iterencode", "obj, _current_indent_level", 2, args, nargs, kwnames, given) ||
        !text_size_argument(rt, given[1], &level)) {
        return OURO_NULL;
    }
    json_writer w = {.rt = rt, .encoder = as_json_encoder(self)};
    str_builder_init(&w.text, rt);
    if (!json_write_value(&w, given[0])) {
        str_builder_drop(&w.text);
        return OURO_NULL;
    }
    ouro_value text = str_builder_finish(&w.text);
    return ouro_is_null(text) ? text : list_new_steal(rt, &text, 1);
}

static bool json_encoder_flag(ouro_runtime *rt, ouro_value v, bool *flag)
{
    int truth = object_truth(rt, v);
    *flag = truth > 0;
    return truth >= 0;
}

static ouro_value json_encoder_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    enum { MARKERS, DEFAULT, ENCODER, INDENT, KEY_SEPARATOR, ITEM_SEPARATOR, SORT_KEYS, SKIP_KEYS, ALLOW_NAN, COUNT };
    static const char parameters[] =
        "markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan";
    ouro_value given[COUNT];
    if (!json_bind(rt, "make_encoder", parameters, COUNT, args, nargs, kwnames, given)) {
        return OURO_NULL;
    }
    for (int i = KEY_SEPARATOR; i <= ITEM_SEPARATOR; i++) {
        if (!value_is_str(rt, given[i])) {
            return ouro_is_none(given[i])
                       ? error_type(rt, "make_encoder() argument %d must be str, not None", i + 1)
                       : error_type(rt, "make_encoder() argument %d must be str, not %T", i + 1, given[i]);
        }
    }
    bool sort_keys, skip_keys, allow_nan;
    if (!json_encoder_flag(rt, given[SORT_KEYS], &sort_keys) || !json_encoder_flag(rt, given[SKIP_KEYS], &skip_keys) ||
        !json_encoder_flag(rt, given[ALLOW_NAN], &allow_nan)) {
        return OURO_NULL;
    }
    if (!ouro_is_none(given[MARKERS]) && !value_is_dict(rt, given[MARKERS])) {
        return error_type(rt, "make_encoder() argument 1 must be dict or None, not %T", given[MARKERS]);
    }
    json_encoder *e = object_new(rt, &type->type, 0);
    if (e == NULL) {
        return OURO_NULL;
    }
    e->markers = value_incref(given[MARKERS]);
    e->default_function = value_incref(given[DEFAULT]);
    e->encoder = value_incref(given[ENCODER]);
    e->indent = value_incref(given[INDENT]);
    e->key_separator = value_incref(given[KEY_SEPARATOR]);
    e->item_separator = value_incref(given[ITEM_SEPARATOR]);
    e->sort_keys = sort_keys;
    e->skip_keys = skip_keys;
    e->allow_nan = allow_nan;
    e->own = json_is_own_encoder(rt, e->encoder, &e->own_ascii);
    gc_track(rt, &e->object);
    return ouro_from_object(e);
}

static ouro_value json_encoder_get_flag(ouro_runtime *rt, ouro_value self, void *closure)
{
    const json_encoder *e = as_json_encoder(self);
    return ouro_bool(closure != NULL ? e->sort_keys : e->skip_keys);
}

static const ouro_field json_encoder_fields[] = {
    {OURO_FIELD_VALUE, offsetof(json_encoder, markers), 0, "markers"},
    {OURO_FIELD_VALUE, offsetof(json_encoder, default_function), 0, "default"},
    {OURO_FIELD_VALUE, offsetof(json_encoder, encoder), 0, "encoder"},
    {OURO_FIELD_VALUE, offsetof(json_encoder, indent), 0, "indent"},
    {OURO_FIELD_VALUE, offsetof(json_encoder, key_separator), 0, "key_separator"},
    {OURO_FIELD_VALUE, offsetof(json_encoder, item_separator), 0, "item_separator"},
};

static const getset_def json_encoder_getsets[] = {
    {"sort_keys", json_encoder_get_flag, NULL, "sort_keys", "s", .member = true},
    {"skipkeys", json_encoder_get_flag, NULL, "skipkeys", NULL, .member = true},
    {0},
};

static const member_def json_encoder_members[] = {
    {"markers", offsetof(json_encoder, markers), MEMBER_READONLY, "markers"},
    {"default", offsetof(json_encoder, default_function), MEMBER_READONLY, "default"},
    {"encoder", offsetof(json_encoder, encoder), MEMBER_READONLY, "encoder"},
    {"indent", offsetof(json_encoder, indent), MEMBER_READONLY, "indent"},
    {"key_separator", offsetof(json_encoder, key_separator), MEMBER_READONLY, "key_separator"},
    {"item_separator", offsetof(json_encoder, item_separator), MEMBER_READONLY, "item_separator"},
    {0},
};

const type_spec json_encoder_spec = {
    .name = "_json.Encoder",
    .size = sizeof(json_encoder),
    .flags = OURO_TYPE_IMMUTABLE,
    .doc = "_iterencode(obj, _current_indent_level) -> iterable",
    .fields = json_encoder_fields,
    .field_count = sizeof json_encoder_fields / sizeof *json_encoder_fields,
    .getsets = json_encoder_getsets,
    .members = json_encoder_members,
    .slots = {.make = json_encoder_make, .call = json_encoder_call},
};

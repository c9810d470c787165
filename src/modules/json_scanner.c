/* json_scanner.c: _json.make_scanner: text of JSON into values.
 *
 * A Scanner keeps what its context (a JSONDecoder) had when it was made.  Called with a text and an index, it returns
 * the value that begins there and the index behind it; StopIteration(index) says that none begins there.  Equal keys of
 * objects become one str: `memo` knows them, and is empty when no call is in progress.
 *
 * The text cannot change and its caller holds it; whatever else is held while a hook runs is owned.
 */
#include "modules/json.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/float_internal.h"
#include "types/int_view.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/text.h"

typedef struct json_scanner {
    ouro_object object;
    ouro_value object_hook, object_pairs_hook, parse_float, parse_int, parse_constant;
    ouro_value memo; /* dict: key -> the same key */
    bool strict;
} json_scanner;

static json_scanner *as_json_scanner(ouro_value v)
{
    return (json_scanner *)(void *)ouro_as_object(v);
}

/* One call. */
typedef struct json_scan {
    ouro_runtime *rt;
    json_scanner *scanner;
    ouro_value text;
    const unsigned char *data;
    size_t length;
    unsigned kind;
} json_scan;

static ouro_value json_scan_value(json_scan *j, size_t *at);

static inline uint32_t json_char(const json_scan *j, size_t i)
{
    return OURO_LIKELY(j->kind == 1) ? j->data[i] : text_read(j->kind, j->data, i);
}

static inline bool json_has(const json_scan *j, size_t i, uint32_t c)
{
    return i < j->length && json_char(j, i) == c;
}

static inline bool json_has_digit(const json_scan *j, size_t i)
{
    return i < j->length && json_char(j, i) - '0' < 10;
}

/* The first index from `i` on where no white space is. */
static inline size_t json_skip_space(const json_scan *j, size_t i)
{
    while (i < j->length) {
        uint32_t c = json_char(j, i);
        if (c > ' ' || (c != ' ' && c != '\n' && c != '\t' && c != '\r')) {
            break;
        }
        i++;
    }
    return i;
}

/* ---- numbers and constants ---- */

/* The number at start..end as ASCII: in place, in `few`, or in a block (*block) that the caller frees.  NULL: failed. */
static const char *json_number_text(const json_scan *j, size_t start, size_t end, char *few, size_t room, char **block)
{
    *block = NULL;
    if (j->kind == 1) {
        return (const char *)j->data + start;
    }
    char *copy = few;
    if (end - start > room) {
        copy = *block = ouro_mem_alloc(j->rt->mem, end - start);
        if (copy == NULL) {
            error_no_memory(j->rt);
            return NULL;
        }
    }
    for (size_t i = start; i < end; i++) {
        copy[i - start] = (char)json_char(j, i);
    }
    return copy;
}

static ouro_value json_call_with_range(const json_scan *j, ouro_value function, size_t start, size_t end)
{
    ouro_value piece = str_substring(j->rt, j->text, start, end);
    ouro_value result = ouro_is_null(piece) ? piece : object_call1(j->rt, function, piece);
    value_decref(j->rt, piece);
    return result;
}

/* The number at start..end, all ASCII. */
static ouro_value json_make_number(const json_scan *j, size_t start, size_t end, bool is_float)
{
    ouro_runtime *rt = j->rt;
    ouro_value make = is_float ? j->scanner->parse_float : j->scanner->parse_int;
    const type_object *usual = is_float ? TYPE(rt, float) : TYPE(rt, int);
    if (!ouro_is(make, type_value(usual))) {
        return json_call_with_range(j, make, start, end);
    }
    if (!is_float && end - start <= 18) { /* fits in 64 bits */
        bool negative = json_char(j, start) == '-';
        int64_t number = 0;
        for (size_t i = start + negative; i < end; i++) {
            number = number * 10 + (int64_t)(json_char(j, i) - '0');
        }
        return int_from_int64(rt, negative ? -number : number);
    }
    char few[64], *block;
    const char *text = json_number_text(j, start, end, few, sizeof few, &block);
    if (text == NULL) {
        return OURO_NULL;
    }
    ouro_value result;
    if (is_float) {
        size_t used;
        double d = float_parse(rt, text, end - start, &used);
        result = error_is_set(rt) ? OURO_NULL : float_new(rt, d);
    } else {
        result = int_parse(rt, text, end - start, 10, OURO_NULL);
    }
    ouro_mem_free(rt->mem, block);
    return result;
}

/* Part of a number that may not be one counts as what follows it: "1.", "1e" and "1e+" are 1. */
static ouro_value json_scan_number(const json_scan *j, size_t *at)
{
    size_t start = *at, i = start;
    bool is_float = false;
    if (json_has(j, i, '-')) {
        i++;
    }
    if (!json_has_digit(j, i)) {
        return error_stop_iteration(j->rt, ouro_int((int64_t)start));
    }
    if (json_char(j, i++) != '0') {
        while (json_has_digit(j, i)) {
            i++;
        }
    }
    if (json_has(j, i, '.') && json_has_digit(j, i + 1)) {
        is_float = true;
        for (i += 2; json_has_digit(j, i); i++) {
        }
    }
    if (json_has(j, i, 'e') || json_has(j, i, 'E')) {
        size_t exponent = i + 1;
        if (json_has(j, exponent, '-') || json_has(j, exponent, '+')) {
            exponent++;
        }
        if (json_has_digit(j, exponent)) {
            is_float = true;
            for (i = exponent; json_has_digit(j, i); i++) {
            }
        }
    }
    *at = i;
    return json_make_number(j, start, i, is_float);
}

static bool json_has_word(const json_scan *j, size_t at, const char *word)
{
    for (; *word; word++, at++) {
        if (!json_has(j, at, (unsigned char)*word)) {
            return false;
        }
    }
    return true;
}

static ouro_value json_scan_constant(const json_scan *j, size_t *at, size_t length)
{
    size_t start = *at;
    *at += length;
    return json_call_with_range(j, j->scanner->parse_constant, start, *at);
}

/* ---- containers ---- */

/* The key whose opening quote is at *at: a new reference, shared with equal keys before it. */
static ouro_value json_scan_key(json_scan *j, size_t *at)
{
    ++*at;
    ouro_value key = json_read_string(j->rt, j->text, at, j->scanner->strict);
    if (ouro_is_null(key)) {
        return key;
    }
    ouro_value shared = dict_set_default(j->rt, as_dict(j->scanner->memo), key, key);
    value_decref(j->rt, key);
    return shared;
}

/* Key, colon and value; they go into `target`, a dict, or a list that gets a pair. */
static bool json_scan_member(json_scan *j, size_t *at, ouro_value target, bool as_pairs)
{
    ouro_runtime *rt = j->rt;
    if (!json_has(j, *at, '"')) {
        return json_fail(rt, "Expecting property name enclosed in double quotes", j->text, *at);
    }
    ouro_value key = json_scan_key(j, at);
    if (ouro_is_null(key)) {
        return false;
    }
    *at = json_skip_space(j, *at);
    bool ok = json_has(j, *at, ':') || json_fail(rt, "Expecting ':' delimiter", j->text, *at);
    ouro_value value = OURO_NULL;
    if (ok) {
        *at = json_skip_space(j, *at + 1);
        value = json_scan_value(j, at);
        ok = !ouro_is_null(value);
    }
    if (ok && as_pairs) {
        ouro_value pair = tuple_pack2(rt, key, value);
        ok = !ouro_is_null(pair) && list_append_steal(rt, target, pair);
    } else if (ok) {
        ok = dict_set(rt, as_dict(target), key, value);
    }
    value_decref(rt, value);
    value_decref(rt, key);
    return ok;
}

/* Is the container at its end (*at moves to the closing character), or does a comma lead on (*at moves behind it and the
 * space that follows)?  1, 0; -1: failed. */
static int json_scan_next(json_scan *j, size_t *at, uint32_t closing)
{
    *at = json_skip_space(j, *at);
    if (json_has(j, *at, closing)) {
        return 1;
    }
    if (!json_has(j, *at, ',')) {
        json_fail(j->rt, "Expecting ',' delimiter", j->text, *at);
        return -1;
    }
    *at = json_skip_space(j, *at + 1);
    return 0;
}

static ouro_value json_scan_object(json_scan *j, size_t *at)
{
    ouro_runtime *rt = j->rt;
    bool as_pairs = !ouro_is_none(j->scanner->object_pairs_hook);
    ouro_value hook = as_pairs ? j->scanner->object_pairs_hook : j->scanner->object_hook;
    ouro_value result = as_pairs ? list_new(rt, NULL, 0) : dict_new(rt, 0);
    if (ouro_is_null(result)) {
        return result;
    }
    *at = json_skip_space(j, *at + 1);
    int ended = json_has(j, *at, '}');
    while (ended == 0) {
        ended = json_scan_member(j, at, result, as_pairs) ? json_scan_next(j, at, '}') : -1;
    }
    ++*at;
    if (ended < 0) {
        value_clear(rt, &result);
    } else if (!ouro_is_none(hook)) {
        value_replace(rt, &result, object_call1(rt, hook, result));
    }
    return result;
}

static ouro_value json_scan_array(json_scan *j, size_t *at)
{
    ouro_value result = list_new(j->rt, NULL, 0);
    if (ouro_is_null(result)) {
        return result;
    }
    *at = json_skip_space(j, *at + 1);
    int ended = json_has(j, *at, ']');
    while (ended == 0) {
        ouro_value item = json_scan_value(j, at);
        bool ok = !ouro_is_null(item) && list_append_steal(j->rt, result, item);
        ended = ok ? json_scan_next(j, at, ']') : -1;
    }
    ++*at;
    if (ended < 0) {
        value_clear(j->rt, &result);
    }
    return result;
}

/* The value at *at; moves *at behind it. */
static ouro_value json_scan_value(json_scan *j, size_t *at)
{
    ouro_runtime *rt = j->rt;
    ouro_value result;
    size_t start = *at;
    if (start >= j->length) {
        return error_stop_iteration(rt, ouro_int((int64_t)start));
    }
    switch (json_char(j, start)) {
    case '"':
        ++*at;
        return json_read_string(rt, j->text, at, j->scanner->strict);
    case '{':
        if (!rt_enter(rt, " while decoding a JSON object from a unicode string")) {
            return OURO_NULL;
        }
        result = json_scan_object(j, at);
        rt_leave(rt);
        return result;
    case '[':
        if (!rt_enter(rt, " while decoding a JSON array from a unicode string")) {
            return OURO_NULL;
        }
        result = json_scan_array(j, at);
        rt_leave(rt);
        return result;
    case 'n':
        if (json_has_word(j, start, "null")) {
            *at += 4;
            return OURO_NONE;
        }
        break;
    case 't':
        if (json_has_word(j, start, "true")) {
            *at += 4;
            return OURO_TRUE;
        }
        break;
    case 'f':
        if (json_has_word(j, start, "false")) {
            *at += 5;
            return OURO_FALSE;
        }
        break;
    case 'N':
        if (json_has_word(j, start, "NaN")) {
            return json_scan_constant(j, at, 3);
        }
        break;
    case 'I':
        if (json_has_word(j, start, "Infinity")) {
            return json_scan_constant(j, at, 8);
        }
        break;
    case '-':
        if (json_has_word(j, start, "-Infinity")) {
            return json_scan_constant(j, at, 9);
        }
        break;
    default:
        break;
    }
    return json_scan_number(j, at);
}

/* ---- the type ---- */

static ouro_value json_scanner_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    ouro_value given[2];
    int64_t start;
    if (!json_bind(rt, "scan_once", "string, idx", 2, args, nargs, kwnames, given) ||
        !text_size_argument(rt, given[1], &start)) {
        return OURO_NULL;
    }
    if (!value_is_str(rt, given[0])) {
        return error_type(rt, "first argument must be a string, not %T", given[0]);
    }
    if (start < 0) {
        return error_value(rt, "idx cannot be negative");
    }
    json_scanner *scanner = as_json_scanner(self);
    const str_object *s = as_str(given[0]);
    json_scan j = {rt, scanner, given[0], s->data, str_length(s), str_kind(s)};
    size_t at = (size_t)start;
    ouro_value value = json_scan_value(&j, &at);
    dict_clear(rt, as_dict(scanner->memo));
    if (ouro_is_null(value)) {
        return value;
    }
    ouro_value result = tuple_pack2(rt, value, ouro_int((int64_t)at));
    value_decref(rt, value);
    return result;
}

static ouro_value json_scanner_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    ouro_value context;
    if (!json_bind(rt, "make_scanner", "context", 1, args, nargs, kwnames, &context)) {
        return OURO_NULL;
    }
    json_scanner *scanner = object_new(rt, &type->type, 0);
    if (scanner == NULL) {
        return OURO_NULL;
    }
    ouro_value self = ouro_from_object(scanner);
    struct {
        const char *name;
        ouro_value *field;
    } const kept[] = {
        {"object_hook", &scanner->object_hook},   {"object_pairs_hook", &scanner->object_pairs_hook},
        {"parse_float", &scanner->parse_float},   {"parse_int", &scanner->parse_int},
        {"parse_constant", &scanner->parse_constant},
    };
    scanner->memo = dict_new(rt, 0);
    ouro_value strict = ouro_is_null(scanner->memo) ? OURO_NULL : object_getattr_utf8(rt, context, "strict");
    int truth = ouro_is_null(strict) ? -1 : object_truth(rt, strict);
    value_decref(rt, strict);
    scanner->strict = truth > 0;
    bool ok = truth >= 0;
    for (size_t i = 0; ok && i < sizeof kept / sizeof *kept; i++) {
        *kept[i].field = object_getattr_utf8(rt, context, kept[i].name);
        ok = !ouro_is_null(*kept[i].field);
    }
    if (!ok) {
        value_decref(rt, self);
        return OURO_NULL;
    }
    gc_track(rt, &scanner->object);
    return self;
}

static ouro_value json_scanner_get_strict(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(as_json_scanner(self)->strict);
}

static const ouro_field json_scanner_fields[] = {
    {OURO_FIELD_VALUE, offsetof(json_scanner, object_hook), 0, "object_hook"},
    {OURO_FIELD_VALUE, offsetof(json_scanner, object_pairs_hook), 0, "object_pairs_hook"},
    {OURO_FIELD_VALUE, offsetof(json_scanner, parse_float), 0, "parse_float"},
    {OURO_FIELD_VALUE, offsetof(json_scanner, parse_int), 0, "parse_int"},
    {OURO_FIELD_VALUE, offsetof(json_scanner, parse_constant), 0, "parse_constant"},
    {OURO_FIELD_VALUE, offsetof(json_scanner, memo), 0, "memo"},
};

static const getset_def json_scanner_getsets[] = {
    {"strict", json_scanner_get_strict, NULL, "strict", NULL, .member = true},
    {0},
};

static const member_def json_scanner_members[] = {
    {"object_hook", offsetof(json_scanner, object_hook), MEMBER_READONLY, "object_hook"},
    {"object_pairs_hook", offsetof(json_scanner, object_pairs_hook), MEMBER_READONLY, NULL},
    {"parse_float", offsetof(json_scanner, parse_float), MEMBER_READONLY, "parse_float"},
    {"parse_int", offsetof(json_scanner, parse_int), MEMBER_READONLY, "parse_int"},
    {"parse_constant", offsetof(json_scanner, parse_constant), MEMBER_READONLY, "parse_constant"},
    {0},
};

const type_spec json_scanner_spec = {
    .name = "_json.Scanner",
    .size = sizeof(json_scanner),
    .flags = OURO_TYPE_IMMUTABLE,
    .doc = "JSON scanner object",
    .fields = json_scanner_fields,
    .field_count = sizeof json_scanner_fields / sizeof *json_scanner_fields,
    .getsets = json_scanner_getsets,
    .members = json_scanner_members,
    .slots = {.make = json_scanner_make, .call = json_scanner_call},
};

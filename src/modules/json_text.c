/* json_text.c: the _json module, and strings of JSON, written and read.  json.scanner, json.encoder and json.decoder
 * use what is here in the place of the same functions in Python.
 *
 * Both directions copy the stretches that need no escape whole.
 */
#include "modules/json.h"

#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/function.h"
#include "types/protocol.h"
#include "types/text.h"
#include "vm/import.h"

/* ---- writing ---- */

/* The letter of a short escape; 0: there is none. */
static char json_escape_letter(uint32_t c)
{
    switch (c) {
    case '"':
    case '\\':
        return (char)c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

static void json_put_unit(str_builder *b, uint32_t c)
{
    static const char digits[] = "0123456789abcdef";
    const char text[6] = {'\\', 'u', digits[c >> 12 & 15], digits[c >> 8 & 15], digits[c >> 4 & 15], digits[c & 15]};
    str_builder_ascii(b, text, sizeof text);
}

static inline bool json_is_plain(uint32_t c, bool ascii)
{
    return c >= ' ' && c != '"' && c != '\\' && (!ascii || c <= '~');
}

/* The end of the stretch from `at` on that is written as it is. */
static size_t json_plain_end(const str_object *s, size_t at, bool ascii)
{
    size_t length = str_length(s);
    if (str_kind(s) == 1) {
        while (at < length && json_is_plain(s->data[at], ascii)) {
            at++;
        }
        return at;
    }
    while (at < length && json_is_plain(str_char_at(s, at), ascii)) {
        at++;
    }
    return at;
}

void json_put_string(str_builder *b, ouro_value text, bool ascii)
{
    const str_object *s = as_str(text);
    size_t length = str_length(s);
    str_builder_char(b, '"');
    bool narrow = ascii && str_kind(s) == 1; /* what is plain is ASCII, and no wider */
    for (size_t at = 0; at < length;) {
        size_t end = json_plain_end(s, at, ascii);
        if (end > at) {
            if (narrow) {
                str_builder_ascii(b, (const char *)s->data + at, end - at);
            } else {
                str_builder_range(b, text, at, end);
            }
            at = end;
            continue;
        }
        uint32_t c = str_char_at(s, at++);
        char letter = json_escape_letter(c);
        if (letter) {
            str_builder_char(b, '\\');
            str_builder_char(b, (unsigned char)letter);
        } else if (c > 0xffff) {
            json_put_unit(b, 0xd800 + ((c - 0x10000) >> 10));
            json_put_unit(b, 0xdc00 + ((c - 0x10000) & 0x3ff));
        } else {
            json_put_unit(b, c);
        }
    }
    str_builder_char(b, '"');
}

static ouro_value json_encode(ouro_runtime *rt, ouro_value text, bool ascii)
{
    if (!value_is_str(rt, text)) {
        return error_type(rt, "first argument must be a string, not %T", text);
    }
    str_builder b;
    str_builder_init(&b, rt);
    json_put_string(&b, text, ascii);
    return str_builder_finish(&b);
}

static ouro_value json_encode_ascii(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return json_encode(rt, args[0], true);
}

static ouro_value json_encode_any(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return json_encode(rt, args[0], false);
}

bool json_is_own_encoder(ouro_runtime *rt, ouro_value callable, bool *ascii)
{
    if (value_type(rt, callable) != TYPE(rt, builtin_function)) {
        return false;
    }
    native_fn fn = ((native_object *)(void *)ouro_as_object(callable))->def->fn;
    *ascii = fn == json_encode_ascii;
    return fn == json_encode_ascii || fn == json_encode_any;
}

/* ---- reading ---- */

bool json_fail(ouro_runtime *rt, const char *message, ouro_value text, size_t at)
{
    ouro_value name = str_from_cstring(rt, "json.decoder");
    ouro_value module = ouro_is_null(name) ? name : import_module(rt, name);
    ouro_value type = ouro_is_null(module) ? module : object_getattr_utf8(rt, module, "JSONDecodeError");
    ouro_value args[3] = {ouro_is_null(type) ? OURO_NULL : str_from_cstring(rt, message), text, ouro_int((int64_t)at)};
    ouro_value error = ouro_is_null(args[0]) ? OURO_NULL : object_call(rt, type, args, 3, OURO_NULL);
    if (!ouro_is_null(error)) {
        error_raise_value(rt, error);
    }
    value_decref(rt, error);
    value_decref(rt, args[0]);
    value_decref(rt, type);
    value_decref(rt, module);
    value_decref(rt, name);
    return false;
}

/* Four hexadecimal digits at `at`. */
static bool json_unit(const str_object *s, size_t at, uint32_t *unit)
{
    *unit = 0;
    for (size_t i = at; i < at + 4; i++) {
        uint32_t c = str_char_at(s, i);
        uint32_t digit = c >= '0' && c <= '9'   ? c - '0'
                         : c >= 'a' && c <= 'f' ? c - 'a' + 10
                         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                : 16;
        if (digit == 16) {
            return false;
        }
        *unit = *unit * 16 + digit;
    }
    return true;
}

/* The escape behind the backslash before *at; moves *at behind it. */
static bool json_read_escape(str_builder *b, ouro_value text, size_t *at)
{
    const str_object *s = as_str(text);
    size_t length = str_length(s), next = *at;
    uint32_t c = str_char_at(s, next);
    if (c != 'u') {
        static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
        const char *found = c != 0 && c < 128 ? strchr(letters, (int)c) : NULL;
        if (found == NULL) {
            return json_fail(b->rt, "Invalid \\escape", text, next - 1);
        }
        str_builder_char(b, (unsigned char)meant[found - letters]);
        *at = next + 1;
        return true;
    }
    uint32_t low;
    next++;
    if (next + 4 >= length || !json_unit(s, next, &c)) { /* a quote must follow as well */
        return json_fail(b->rt, "Invalid \\uXXXX escape", text, next - 1);
    }
    next += 4;
    if (c >= 0xd800 && c <= 0xdbff && next + 6 < length && str_char_at(s, next) == '\\' &&
        str_char_at(s, next + 1) == 'u') {
        if (!json_unit(s, next + 2, &low)) {
            return json_fail(b->rt, "Invalid \\uXXXX escape", text, next + 1);
        }
        if (low >= 0xdc00 && low <= 0xdfff) {
            c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
            next += 6;
        }
    }
    str_builder_char(b, c);
    *at = next;
    return true;
}

/* The first index from `at` on that has a quote, a backslash, or (if strict) a control character. */
static size_t json_string_stop(const str_object *s, size_t at, bool strict)
{
    size_t length = str_length(s);
    uint32_t least = strict ? ' ' : 0, c;
    if (str_kind(s) == 1) {
        while (at < length && (c = s->data[at]) != '"' && c != '\\' && c >= least) {
            at++;
        }
        return at;
    }
    while (at < length && (c = str_char_at(s, at)) != '"' && c != '\\' && c >= least) {
        at++;
    }
    return at;
}

ouro_value json_read_string(ouro_runtime *rt, ouro_value text, size_t *at, bool strict)
{
    const str_object *s = as_str(text);
    size_t length = str_length(s), begin = *at - 1, next = *at;
    str_builder b;
    str_builder_init(&b, rt);
    for (;;) {
        size_t start = next;
        next = json_string_stop(s, next, strict);
        uint32_t c = next == length ? 0 : str_char_at(s, next);
        if (next < length && c != '"' && c != '\\') {
            json_fail(rt, "Invalid control character at", text, next);
            goto failed;
        }
        if (next == length || (c == '\\' && next + 1 == length)) {
            json_fail(rt, "Unterminated string starting at", text, begin);
            goto failed;
        }
        if (c == '"' && start == *at) { /* without an escape: the usual */
            str_builder_drop(&b);
            *at = next + 1;
            return str_substring(rt, text, start, next);
        }
        str_builder_range(&b, text, start, next);
        next++;
        if (c == '"') {
            *at = next;
            return str_builder_finish(&b);
        }
        if (!json_read_escape(&b, text, &next)) {
            goto failed;
        }
    }
failed:
    str_builder_drop(&b);
    return OURO_NULL;
}

/* Counts its arguments itself: its errors are worded as those of no other function. */
static ouro_value json_scan_string(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    int64_t end, strict = 1;
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        return error_type(rt, "scanstring() takes no keyword arguments");
    }
    if (nargs < 2 || nargs > 3) {
        return error_type(rt, "scanstring() takes at %s arguments (%zu given)", nargs < 2 ? "least 2" : "most 3", nargs);
    }
    if (!text_size_argument(rt, args[1], &end) || (nargs == 3 && !text_int_argument(rt, args[2], &strict))) {
        return OURO_NULL;
    }
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "first argument must be a string, not %T", args[0]);
    }
    if (end < 0 || (uint64_t)end > str_length(as_str(args[0]))) {
        return error_value(rt, "end is out of bounds");
    }
    size_t at = (size_t)end;
    ouro_value string = json_read_string(rt, args[0], &at, strict != 0);
    if (ouro_is_null(string)) {
        return OURO_NULL;
    }
    ouro_value result = tuple_pack2(rt, string, ouro_int((int64_t)at));
    value_decref(rt, string);
    return result;
}

/* ---- the module ---- */

bool json_bind(ouro_runtime *rt, const char *function, const char *parameters, size_t count, const ouro_value *args,
               size_t nargs, ouro_value kwnames, ouro_value *out)
{
    if (nargs == count && ouro_is_null(kwnames)) { /* the usual: nothing to parse */
        memcpy(out, args, count * sizeof *out);
        return true;
    }
    return arguments_bind(rt, function, parameters, args, nargs, kwnames, out);
}

static bool json_start(ouro_runtime *rt, module_object *module)
{
    return module_keep_type(rt, &json_scanner_spec, &MODULE_TYPE(rt, json_scanner)) &&
           module_keep_type(rt, &json_encoder_spec, &MODULE_TYPE(rt, json_encoder)) &&
           module_add(rt, module, "make_scanner", value_incref(type_value(MODULE_TYPE(rt, json_scanner)))) &&
           module_add(rt, module, "make_encoder", value_incref(type_value(MODULE_TYPE(rt, json_encoder))));
}

static const method_def json_functions[] = {
    {"encode_basestring_ascii", "string, /", json_encode_ascii, NULL, 0,
     "encode_basestring_ascii(string) -> string\n\nReturn an ASCII-only JSON representation of a Python string"},
    {"encode_basestring", "string, /", json_encode_any, NULL, 0,
     "encode_basestring(string) -> string\n\nReturn a JSON representation of a Python string"},
    {"scanstring", NULL, .raw = json_scan_string,
     .doc = "scanstring(string, end, strict=True) -> (string, end)\n\nScan the string s for a JSON string. End is the index of "
     "the character in s after the quote that started the JSON string."},
    {0},
};

const module_def json_module_def = {
    .name = "_json",
    .doc = "json speedups\n",
    .functions = json_functions,
    .start = json_start,
};

/* unicodedata.c: the module unicodedata: names and properties of characters, after Unicode 14.0.0.
 *
 * The functions stand in the module, and as methods in ucd_3_2_0, an object of the type UCD that answers for
 * Unicode 3.2: what was assigned later is unassigned for it; of the older characters it tells what
 * Unicode 14.0.0 says.
 */
#include "modules/modules.h"
#include "modules/unicodedata.h"

#include "types/buffer.h"
#include "types/character_name.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"

#include <stdio.h>

/* The character that is an argument.  `position` 0: the only one. */
static bool unicodedata_argument(ouro_runtime *rt, ouro_value v, const char *function, int position,
                                 uint32_t *c)
{
    if (value_is_str(rt, v) && str_length(as_str(v)) == 1) {
        *c = str_char_at(as_str(v), 0);
        return true;
    }
    if (position) {
        error_type(rt, "%s() argument %d must be a unicode character, not %T", function, position, v);
    } else {
        error_type(rt, "%s() argument must be a unicode character, not %T", function, v);
    }
    return false;
}

static const unicode_record *unicodedata_record(uint32_t c, bool old)
{
    const unicode_record *record = unicode_record_of(c);
    return old && !record->is_old ? &unicode_records[0] : record;
}

static ouro_value unicodedata_default(ouro_runtime *rt, ouro_value fallback, const char *message)
{
    return ouro_is_null(fallback) ? error_value(rt, "%s", message) : value_incref(fallback);
}

/* ---- names ---- */

static ouro_value unicodedata_name(ouro_runtime *rt, ouro_value chr, ouro_value fallback, bool old)
{
    uint32_t c;
    if (!unicodedata_argument(rt, chr, "name", 1, &c)) {
        return OURO_NULL;
    }
    char text[UNICODE_NAME_MAX];
    size_t length = old && !unicode_record_of(c)->is_old ? 0 : character_name(c, text);
    return length ? str_from_utf8(rt, text, length) : unicodedata_default(rt, fallback, "no such name");
}

static ouro_value unicodedata_lookup(ouro_runtime *rt, ouro_value name, bool old)
{
    ouro_value text = value_incref(name);
    if (!value_is_str(rt, name)) { /* the name as bytes */
        buffer_view view;
        value_decref(rt, text);
        if (!buffer_get(rt, name, &view, false)) {
            return OURO_NULL;
        }
        text = str_from_latin1(rt, view.data, view.length);
        buffer_release(rt, &view);
    }
    size_t length;
    char *bytes = ouro_is_null(text) ? NULL : str_to_utf8(rt, text, &length, false);
    ouro_value result = OURO_NULL;
    if (bytes) {
        uint32_t codes[CHARACTER_SEQUENCE_MAX];
        size_t count = character_find(bytes, length, true, codes);
        if (count == 0 || (old && (count > 1 || !unicode_record_of(codes[0])->is_old))) {
            error_raise(rt, EXC(rt, KeyError), "undefined character name '%U'", text);
        } else {
            result = str_from_ucs4(rt, codes, count);
        }
    }
    ouro_mem_free(rt->mem, bytes);
    value_decref(rt, text);
    return result;
}

/* ---- numbers ---- */

/* The row of a character among those with a numeric value, or -1. */
static int64_t unicodedata_number(uint32_t c, bool old)
{
    if (old && !unicode_record_of(c)->is_old) {
        return -1;
    }
    size_t low = 0, high = unicode_number_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (unicode_number_codes[middle] < c) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < unicode_number_count && unicode_number_codes[low] == c ? (int64_t)low : -1;
}

/* decimal() and digit(): the value of characters of at least this kind. */
static ouro_value unicodedata_whole(ouro_runtime *rt, ouro_value chr, ouro_value fallback, bool old, int kind)
{
    uint32_t c;
    if (!unicodedata_argument(rt, chr, kind == 2 ? "decimal" : "digit", 1, &c)) {
        return OURO_NULL;
    }
    int64_t row = unicodedata_number(c, old);
    if (row < 0 || (unicode_number_values[row] & 3) < kind) {
        return unicodedata_default(rt, fallback, kind == 2 ? "not a decimal" : "not a digit");
    }
    return int_from_int64(rt, unicode_fractions[unicode_number_values[row] >> 2].numerator);
}

static ouro_value unicodedata_numeric(ouro_runtime *rt, ouro_value chr, ouro_value fallback, bool old)
{
    uint32_t c;
    if (!unicodedata_argument(rt, chr, "numeric", 1, &c)) {
        return OURO_NULL;
    }
    int64_t row = unicodedata_number(c, old);
    if (row < 0) {
        return unicodedata_default(rt, fallback, "not a numeric character");
    }
    const unicode_fraction *value = &unicode_fractions[unicode_number_values[row] >> 2];
    return float_new(rt, (double)value->numerator / value->denominator);
}

/* ---- properties ---- */

typedef enum unicodedata_property {
    PROPERTY_CATEGORY,
    PROPERTY_BIDIRECTIONAL,
    PROPERTY_COMBINING,
    PROPERTY_MIRRORED,
    PROPERTY_WIDTH
} unicodedata_property;

static ouro_value unicodedata_property_of(ouro_runtime *rt, ouro_value chr, bool old,
                                          unicodedata_property property)
{
    static const char *const names[] = {"category", "bidirectional", "combining", "mirrored",
                                        "east_asian_width"};
    uint32_t c;
    if (!unicodedata_argument(rt, chr, names[property], 0, &c)) {
        return OURO_NULL;
    }
    const unicode_record *record = unicodedata_record(c, old);
    switch (property) {
    case PROPERTY_CATEGORY:
        return str_intern_cstring(rt, unicode_categories[record->category]);
    case PROPERTY_BIDIRECTIONAL:
        return str_intern_cstring(rt, unicode_bidirectional_classes[record->bidirectional]);
    case PROPERTY_COMBINING:
        return ouro_int(record->combining);
    case PROPERTY_MIRRORED:
        return ouro_int(record->mirrored);
    case PROPERTY_WIDTH:
        return str_intern_cstring(rt, unicode_widths[record->width]);
    }
    return OURO_NULL;
}

static ouro_value unicodedata_decomposition(ouro_runtime *rt, ouro_value chr, bool old)
{
    uint32_t c;
    if (!unicodedata_argument(rt, chr, "decomposition", 0, &c)) {
        return OURO_NULL;
    }
    const uint32_t *parts = old && !unicode_record_of(c)->is_old ? NULL : unicode_decomposition_of(c);
    str_builder b;
    str_builder_init(&b, rt);
    if (parts) {
        str_builder_cstring(&b, unicode_decomposition_kinds[parts[0] >> 8]);
        for (uint32_t i = 1; i <= (parts[0] & 0xff); i++) {
            char text[16];
            bool first = i == 1 && parts[0] >> 8 == 0;
            snprintf(text, sizeof text, first ? "%04X" : " %04X", (unsigned)parts[i]);
            str_builder_cstring(&b, text);
        }
    }
    return str_builder_finish(&b);
}

static bool unicodedata_form(ouro_runtime *rt, const char *function, ouro_value form, ouro_value text,
                             normal_form *result)
{
    static const char *const names[] = {"NFC", "NFD", "NFKC", "NFKD"};
    ouro_value arguments[] = {form, text};
    for (int i = 0; i < 2; i++) {
        if (!value_is_str(rt, arguments[i])) {
            error_type(rt, "%s() argument %d must be str, not %T", function, i + 1, arguments[i]);
            return false;
        }
    }
    for (int i = 0; i < 4; i++) {
        if (str_equal_ascii(as_str(form), names[i])) {
            *result = (normal_form)i;
            return true;
        }
    }
    error_value(rt, "invalid normalization form");
    return false;
}

static ouro_value unicodedata_normalize(ouro_runtime *rt, ouro_value form, ouro_value text, bool old)
{
    normal_form wanted;
    return unicodedata_form(rt, "normalize", form, text, &wanted) ? unicode_normalize(rt, text, wanted, old)
                                                                  : OURO_NULL;
}

static ouro_value unicodedata_is_normalized(ouro_runtime *rt, ouro_value form, ouro_value text, bool old)
{
    normal_form wanted;
    if (!unicodedata_form(rt, "is_normalized", form, text, &wanted)) {
        return OURO_NULL;
    }
    ouro_value normal = unicode_normalize(rt, text, wanted, old);
    if (ouro_is_null(normal)) {
        return normal;
    }
    bool same = str_equal(as_str(normal), as_str(text));
    value_decref(rt, normal);
    return ouro_bool(same);
}

/* ---- as functions of the module, and as methods of UCD ---- */

#define UNICODEDATA_FUNCTIONS(X)                                                                             \
    X(lookup, "name, /", unicodedata_lookup(rt, a[0], old), "Look up character by name.")                    \
    X(name, "chr, default=<unrepresentable>, /", unicodedata_name(rt, a[0], a[1], old),                      \
      "Returns the name assigned to the character chr as a string.")                                         \
    X(decimal, "chr, default=<unrepresentable>, /", unicodedata_whole(rt, a[0], a[1], old, 2),               \
      "Converts a Unicode character into its equivalent decimal value.")                                     \
    X(digit, "chr, default=<unrepresentable>, /", unicodedata_whole(rt, a[0], a[1], old, 1),                 \
      "Converts a Unicode character into its equivalent digit value.")                                       \
    X(numeric, "chr, default=<unrepresentable>, /", unicodedata_numeric(rt, a[0], a[1], old),                \
      "Converts a Unicode character into its equivalent numeric value.")                                     \
    X(category, "chr, /", unicodedata_property_of(rt, a[0], old, PROPERTY_CATEGORY),                         \
      "Returns the general category assigned to the character chr as string.")                               \
    X(bidirectional, "chr, /", unicodedata_property_of(rt, a[0], old, PROPERTY_BIDIRECTIONAL),               \
      "Returns the bidirectional class assigned to the character chr as string.")                            \
    X(combining, "chr, /", unicodedata_property_of(rt, a[0], old, PROPERTY_COMBINING),                       \
      "Returns the canonical combining class assigned to the character chr as integer.")                     \
    X(mirrored, "chr, /", unicodedata_property_of(rt, a[0], old, PROPERTY_MIRRORED),                         \
      "Returns the mirrored property assigned to the character chr as integer.")                             \
    X(east_asian_width, "chr, /", unicodedata_property_of(rt, a[0], old, PROPERTY_WIDTH),                    \
      "Returns the east asian width assigned to the character chr as string.")                               \
    X(decomposition, "chr, /", unicodedata_decomposition(rt, a[0], old),                                     \
      "Returns the character decomposition mapping assigned to the character chr as string.")                \
    X(normalize, "form, unistr, /", unicodedata_normalize(rt, a[0], a[1], old),                              \
      "Return the normal form 'form' for the Unicode string unistr.")                                        \
    X(is_normalized, "form, unistr, /", unicodedata_is_normalized(rt, a[0], a[1], old),                      \
      "Return whether the Unicode string unistr is in the normal form 'form'.")

#define UNICODEDATA_DEFINE(function, signature, body, text)                                                  \
    static ouro_value unicodedata_module_##function(ouro_runtime *rt, const ouro_value *args, size_t nargs)  \
    {                                                                                                        \
        const bool old = false;                                                                              \
        const ouro_value a[2] = {args[0], nargs > 1 ? args[1] : OURO_NULL};                                  \
        return body;                                                                                         \
    }                                                                                                        \
    static ouro_value unicodedata_old_##function(ouro_runtime *rt, const ouro_value *args, size_t nargs)     \
    {                                                                                                        \
        const bool old = true;                                                                               \
        const ouro_value a[2] = {args[1], nargs > 2 ? args[2] : OURO_NULL};                                  \
        return body;                                                                                         \
    }
UNICODEDATA_FUNCTIONS(UNICODEDATA_DEFINE)

#define UNICODEDATA_FUNCTION_ROW(function, signature, body, text)                                            \
    {#function, signature, unicodedata_module_##function, .doc = text},
#define UNICODEDATA_METHOD_ROW(function, signature, body, text)                                              \
    {#function, "self, " signature, unicodedata_old_##function, .doc = text},

static const method_def unicodedata_functions[] = {UNICODEDATA_FUNCTIONS(UNICODEDATA_FUNCTION_ROW){0}};
static const method_def unicodedata_methods[] = {UNICODEDATA_FUNCTIONS(UNICODEDATA_METHOD_ROW){0}};

static ouro_value unicodedata_get_version(ouro_runtime *rt, ouro_value self, void *closure)
{
    return str_from_cstring(rt, "3.2.0");
}

static const getset_def unicodedata_getsets[] = {
    {"unidata_version", unicodedata_get_version},
    {0},
};

static const type_spec unicodedata_ucd_spec = {
    .name = "unicodedata.UCD",
    .size = sizeof(ouro_object),
    .flags = OURO_TYPE_LEAF,
    .methods = unicodedata_methods,
    .getsets = unicodedata_getsets,
};

static bool unicodedata_start(ouro_runtime *rt, module_object *module)
{
    type_object *type = module_add_type(rt, module, &unicodedata_ucd_spec);
    if (!type || !module_add_text(rt, module, "unidata_version", "14.0.0")) {
        return false;
    }
    ouro_object *old = object_new(rt, &type->type, 0);
    return module_add(rt, module, "ucd_3_2_0", old ? ouro_from_object(old) : OURO_NULL);
}

const module_def unicodedata_module_def = {
    .name = "unicodedata",
    .doc = "This module provides access to the Unicode Character Database, version 14.0.0.",
    .functions = unicodedata_functions,
    .start = unicodedata_start,
};

/* str_type.c: the type str: its slots and its table of methods. */
#include "types/str_methods.h"

#include "types/buffer.h"
#include "types/bytes.h"
#include "types/codec.h"
#include "types/container.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"

/* An instance of `type`, a subclass of str, with the text of `exact` (stolen). */
static ouro_value str_type_as(ouro_runtime *rt, type_object *type, ouro_value exact)
{
    if (ouro_is_null(exact) || type == TYPE(rt, str)) {
        return exact;
    }
    const str_object *s = as_str(exact);
    size_t size = s->length * str_kind(s);
    str_object *copy = object_new(rt, &type->type, size);
    if (copy != NULL) {
        copy->hash = s->hash;
        copy->length = s->length;
        copy->flags = (uint8_t)(s->flags & ~STR_INTERNED);
        memcpy(copy->data, s->data, size);
        if ((type->type.flags & OURO_TYPE_LEAF) == 0) {
            gc_track(rt, copy);
        }
    }
    value_decref(rt, exact);
    return ouro_from_object(copy);
}

static ouro_value str_type_decode(ouro_runtime *rt, ouro_value object, ouro_value encoding, ouro_value errors)
{
    static const char *const names[] = {"encoding", "errors"};
    char *text[2] = {NULL, NULL};
    ouro_value result = OURO_NULL;
    for (int i = 0; i < 2; i++) {
        ouro_value v = i == 0 ? encoding : errors;
        if (ouro_is_null(v)) {
            continue;
        }
        if (!value_is_str(rt, v)) {
            error_type(rt, "str() argument '%s' must be str, not %T", names[i], v);
            goto done;
        }
        text[i] = text_c_name(rt, v);
        if (text[i] == NULL) {
            goto done;
        }
    }
    if (value_is_str(rt, object)) {
        error_type(rt, "decoding str is not supported");
        goto done;
    }
    if (!value_has_plain_buffer(rt, object)) {
        error_type(rt, "decoding to str: need a bytes-like object, %T found", object);
        goto done;
    }
    buffer_view view;
    if (codec_check_names(rt, text[0], text[1]) && buffer_get(rt, object, &view, false)) {
        result = view.length == 0 ? str_empty(rt) : codec_decode(rt, view.data, view.length, text[0], text[1]);
        buffer_release(rt, &view);
    }
done:
    ouro_mem_free(rt->mem, text[0]);
    ouro_mem_free(rt->mem, text[1]);
    return result;
}

static ouro_value str_type_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                ouro_value kwnames)
{
    if (nargs == 1 && ouro_is_null(kwnames)) {
        return str_type_as(rt, type, object_str(rt, args[0]));
    }
    static const char *const names[] = {"object", "encoding", "errors"};
    ouro_value bound[3];
    if (!text_bind(rt, "str", names, 3, 0, args, nargs, kwnames, bound)) {
        return OURO_NULL;
    }
    if (ouro_is_null(bound[0])) {
        return str_type_as(rt, type, str_empty(rt));
    }
    if (ouro_is_null(bound[1]) && ouro_is_null(bound[2])) {
        return str_type_as(rt, type, object_str(rt, bound[0]));
    }
    return str_type_as(rt, type, str_type_decode(rt, bound[0], bound[1], bound[2]));
}

static ouro_value str_type_str(ouro_runtime *rt, ouro_value self)
{
    return str_exact(rt, self);
}

static hash_t str_type_hash(ouro_runtime *rt, ouro_value self)
{
    return str_hash(rt, as_str(self));
}

static ouro_value str_type_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if (!value_is_str(rt, b)) {
        return OURO_NOT_IMPLEMENTED;
    }
    const str_object *x = as_str(a), *y = as_str(b);
    switch (op) {
    case COMPARE_EQ:
        return ouro_bool(str_equal(x, y));
    case COMPARE_NE:
        return ouro_bool(!str_equal(x, y));
    case COMPARE_LT:
        return ouro_bool(str_order(x, y) < 0);
    case COMPARE_LE:
        return ouro_bool(str_order(x, y) <= 0);
    case COMPARE_GT:
        return ouro_bool(str_order(x, y) > 0);
    default:
        return ouro_bool(str_order(x, y) >= 0);
    }
}

static int64_t str_type_length(ouro_runtime *rt, ouro_value self)
{
    return (int64_t)as_str(self)->length;
}

static ouro_value str_type_slice(ouro_runtime *rt, ouro_value self, ouro_value slice)
{
    const str_object *s = as_str(self);
    int64_t start, stop, step, count;
    if (!slice_resolve(rt, slice, (int64_t)s->length, &start, &stop, &step, &count)) {
        return OURO_NULL;
    }
    if (count <= 0) {
        return str_empty(rt);
    }
    if (step == 1) {
        return str_substring(rt, self, (size_t)start, (size_t)(start + count));
    }
    unsigned kind = str_kind(s);
    uint32_t class = str_max_class(s);
    if (class > 0x7f) {
        class = 0;
        for (int64_t i = 0; i < count; i++) {
            int64_t at = start + i * step;
            class |= str_char_at(s, (size_t)at);
        }
        class = text_class_of(class);
    }
    if (count == 1) {
        return str_from_char(rt, str_char_at(s, (size_t)start));
    }
    str_object *r = str_new_blank(rt, (size_t)count, class);
    if (r != NULL) {
        unsigned to = str_kind(r);
        for (int64_t i = 0; i < count; i++) {
            int64_t at = start + i * step;
            text_write(to, r->data, (size_t)i, text_read(kind, s->data, (size_t)at));
        }
    }
    return ouro_from_object(r);
}

static ouro_value str_type_getitem(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    const str_object *s = as_str(self);
    int64_t index;
    if (OURO_LIKELY(ouro_is_int(key))) {
        index = ouro_as_int(key);
    } else if (ouro_is_object(key) && value_is_instance_exactly(rt, key, TYPE(rt, slice))) {
        return str_type_slice(rt, self, key);
    } else if (value_has_index(rt, key)) {
        if (!object_as_index(rt, key, &index, false)) {
            return OURO_NULL;
        }
    } else {
        return error_type(rt, "string indices must be integers, not '%T'", key);
    }
    if (index < 0) {
        index += (int64_t)s->length;
    }
    if (index < 0 || (uint64_t)index >= s->length) {
        return error_index(rt, "string index out of range");
    }
    return str_from_char(rt, str_char_at(s, (size_t)index));
}

static int str_type_contains(ouro_runtime *rt, ouro_value self, ouro_value item)
{
    if (!value_is_str(rt, item)) {
        error_type(rt, "'in <string>' requires string as left operand, not %T", item);
        return -1;
    }
    const str_object *s = as_str(self);
    int64_t at = str_find_range(rt, s, as_str(item), 0, s->length, false);
    return at == -2 ? -1 : at >= 0;
}

static ouro_value str_type_concat(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    if (!value_is_str(rt, b)) {
        return error_type(rt, "can only concatenate str (not \"%T\") to str", b);
    }
    return str_concat(rt, a, b);
}

static ouro_value str_type_repeat(ouro_runtime *rt, ouro_value self, ouro_value count)
{
    int64_t n;
    if (!text_repeat_argument(rt, count, &n)) {
        return OURO_NULL;
    }
    return str_repeat(rt, self, n);
}

static ouro_value str_type_remainder(ouro_runtime *rt, ouro_value a, ouro_value b)
{
    if (!value_is_str(rt, a)) {
        return OURO_NOT_IMPLEMENTED;
    }
    return str_percent(rt, a, b);
}

static void str_type_dispose(ouro_runtime *rt, ouro_object *self)
{
    str_object *s = (str_object *)(void *)self;
    if ((s->flags & STR_INTERNED) != 0) {
        str_intern_forget(rt, s);
    }
}

#define STR_TYPE_COUNTED(name) \
    static ouro_value str_type_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames) \
    { \
        return text_check_count(rt, "str." #name, nargs - 1, kwnames, 3) ? str_method_##name(rt, args, nargs) : OURO_NULL; \
    }
STR_COUNTED_METHODS(STR_TYPE_COUNTED)
#undef STR_TYPE_COUNTED

static const method_def str_type_methods[] = {
    {"capitalize", "self, /", str_method_capitalize,
     .doc = "A copy whose first character is in title case and the rest in lower case."},
    {"casefold", "self, /", str_method_casefold, .doc = "A copy for comparisons that ignore case."},
    {"center", "self, width, fillchar=' ', /", str_method_center, .doc = "The text in the middle of `width` characters."},
    {"count", .raw = str_type_count,
     .doc = "S.count(sub[, start[, end]]) -> int\n\nHow often sub occurs in S[start:end], without overlap."},
    {"encode", "self, /, encoding='utf-8', errors='strict'", str_method_encode, .doc = "The text as bytes."},
    {"endswith", .raw = str_type_endswith,
     .doc = "S.endswith(suffix[, start[, end]]) -> bool\n\nDoes S end with the suffix, or one of a tuple of them?"},
    {"expandtabs", "self, /, tabsize=8", str_method_expandtabs, .doc = "A copy with spaces in place of tabs."},
    {"find", .raw = str_type_find,
     .doc = "S.find(sub[, start[, end]]) -> int\n\nThe lowest index where sub is found in S[start:end], or -1."},
    {"format", "?self, /, *args, **kwargs", str_method_format,
     .doc = "S.format(*args, **kwargs) -> str\n\nThe text with the fields in braces replaced."},
    {"format_map", "?self, mapping, /", str_method_format_map,
     .doc = "S.format_map(mapping) -> str\n\nThe text with the fields in braces replaced from the mapping."},
    {"index", .raw = str_type_index,
     .doc = "S.index(sub[, start[, end]]) -> int\n\nLike find, but raises ValueError if sub is not found."},
    {"isalnum", "self, /", str_method_isalnum, .doc = "Are all characters letters or numbers, and is there one?"},
    {"isalpha", "self, /", str_method_isalpha, .doc = "Are all characters letters, and is there one?"},
    {"isascii", "self, /", str_method_isascii, .doc = "Are all characters ASCII?"},
    {"isdecimal", "self, /", str_method_isdecimal, .doc = "Are all characters decimal digits, and is there one?"},
    {"isdigit", "self, /", str_method_isdigit, .doc = "Are all characters digits, and is there one?"},
    {"isidentifier", "self, /", str_method_isidentifier, .doc = "Is the text a valid identifier?"},
    {"islower", "self, /", str_method_islower, .doc = "Are all cased characters in lower case, and is there one?"},
    {"isnumeric", "self, /", str_method_isnumeric, .doc = "Are all characters numeric, and is there one?"},
    {"isprintable", "self, /", str_method_isprintable, .doc = "Are all characters printable?"},
    {"isspace", "self, /", str_method_isspace, .doc = "Are all characters white space, and is there one?"},
    {"istitle", "self, /", str_method_istitle, .doc = "Is the text in title case, with at least one character?"},
    {"isupper", "self, /", str_method_isupper, .doc = "Are all cased characters in upper case, and is there one?"},
    {"join", "self, iterable, /", str_method_join, .doc = "The strings of the iterable with this one between them."},
    {"ljust", "self, width, fillchar=' ', /", str_method_ljust, .doc = "The text at the left of `width` characters."},
    {"lower", "self, /", str_method_lower, .doc = "A copy in lower case."},
    {"lstrip", "self, chars=None, /", str_method_lstrip, .doc = "A copy without leading white space (or chars)."},
    {"maketrans", "?x, y=None, z=None, /", str_method_maketrans, .flags = METHOD_STATIC,
     .doc = "A translation table for str.translate()."},
    {"partition", "self, sep, /", str_method_partition,
     .doc = "The part before the separator, the separator, and the part after it."},
    {"removeprefix", "self, prefix, /", str_method_removeprefix, .doc = "The text without the prefix, if it has it."},
    {"removesuffix", "self, suffix, /", str_method_removesuffix, .doc = "The text without the suffix, if it has it."},
    {"replace", "self, old, new, count=-1, /", str_method_replace,
     .doc = "A copy with all (at most `count`) occurrences of `old` replaced by `new`."},
    {"rfind", .raw = str_type_rfind,
     .doc = "S.rfind(sub[, start[, end]]) -> int\n\nThe highest index where sub is found in S[start:end], or -1."},
    {"rindex", .raw = str_type_rindex,
     .doc = "S.rindex(sub[, start[, end]]) -> int\n\nLike rfind, but raises ValueError if sub is not found."},
    {"rjust", "self, width, fillchar=' ', /", str_method_rjust, .doc = "The text at the right of `width` characters."},
    {"rpartition", "self, sep, /", str_method_rpartition,
     .doc = "The part before the last separator, the separator, and the part after it."},
    {"rsplit", "self, /, sep=None, maxsplit=-1", str_method_rsplit,
     .doc = "The pieces between separators (white space if None), split from the right."},
    {"rstrip", "self, chars=None, /", str_method_rstrip, .doc = "A copy without trailing white space (or chars)."},
    {"split", "self, /, sep=None, maxsplit=-1", str_method_split,
     .doc = "The pieces between separators (white space if None)."},
    {"splitlines", "self, /, keepends=False", str_method_splitlines, .doc = "The lines, without their ends unless asked."},
    {"startswith", .raw = str_type_startswith,
     .doc = "S.startswith(prefix[, start[, end]]) -> bool\n\nDoes S start with the prefix, or one of a tuple of them?"},
    {"strip", "self, chars=None, /", str_method_strip, .doc = "A copy without white space (or chars) at both ends."},
    {"swapcase", "self, /", str_method_swapcase, .doc = "A copy with upper and lower case exchanged."},
    {"title", "self, /", str_method_title, .doc = "A copy in which each word begins in title case."},
    {"translate", "self, table, /", str_method_translate, .doc = "A copy with each character replaced through the table."},
    {"upper", "self, /", str_method_upper, .doc = "A copy in upper case."},
    {"zfill", "self, width, /", str_method_zfill, .doc = "The text with zeros at the left, behind a sign."},
    {"__format__", "self, format_spec, /", str_method_dunder_format, .doc = "The text as format_spec says."},
    {"__getnewargs__", "?self, /", str_method_getnewargs, .doc = NULL},
    {NULL},
};

const type_spec str_spec = {
    .name = "str",
    .size = sizeof(str_object),
    .flags = OURO_TYPE_LEAF | TYPE_BASE | TYPE_IS_STR | TYPE_MATCH_SELF | TYPE_VAR_SIZED,
    .doc = "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\n"
           "The text of the object: its __str__(), or its __repr__() where it has none; or the decoded buffer.",
    .dispose = str_type_dispose,
    .methods = str_type_methods,
    .slots =
        {
            .make = str_type_make,
            .repr = str_repr,
            .str = str_type_str,
            .hash = str_type_hash,
            .compare = str_type_compare,
            .iter = str_iterator_new,
            .binary[BINARY_REMAINDER] = str_type_remainder,
            .length = str_type_length,
            .getitem = str_type_getitem,
            .contains = str_type_contains,
            .concat = str_type_concat,
            .repeat = str_type_repeat,
        },
};

/* str_methods_split.c: methods of str that split, and that strip the ends. */
#include "types/str_methods.h"

#include "types/error.h"
#include "types/list_gather.h"
#include "types/protocol.h"

static bool str_split_add(ouro_runtime *rt, list_gather *parts, ouro_value v, size_t start, size_t end)
{
    return list_gather_add(rt, parts, str_substring(rt, v, start, end));
}

static inline bool str_split_is_space(uint32_t c)
{
    if (OURO_LIKELY(c - 0x21u < 0x5fu)) {
        return false;
    }
    return c < 0x80 ? c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1c && c <= 0x1f) : unicode_is_space(c);
}

/* Inlined for each kind, whose characters are then read without a look at the kind. */
static inline __attribute__((always_inline)) bool str_split_spaces_of(ouro_runtime *rt, list_gather *parts, ouro_value v,
                                                                      size_t limit, unsigned kind)
{
    const str_object *s = as_str(v);
    size_t n = s->length, i = 0;
    for (;;) {
        while (i < n && str_split_is_space(text_read(kind, s->data, i))) {
            i++;
        }
        if (i == n) {
            return true;
        }
        size_t start = i;
        if (limit-- == 0) {
            return str_split_add(rt, parts, v, start, n);
        }
        while (i < n && !str_split_is_space(text_read(kind, s->data, i))) {
            i++;
        }
        if (!str_split_add(rt, parts, v, start, i)) {
            return false;
        }
    }
}

static bool str_split_spaces(ouro_runtime *rt, list_gather *parts, ouro_value v, size_t limit)
{
    unsigned kind = str_kind(as_str(v));
    return kind == 1   ? str_split_spaces_of(rt, parts, v, limit, 1)
           : kind == 2 ? str_split_spaces_of(rt, parts, v, limit, 2)
                       : str_split_spaces_of(rt, parts, v, limit, 4);
}

static bool str_split_spaces_from_right(ouro_runtime *rt, list_gather *parts, ouro_value v, size_t limit)
{
    const str_object *s = as_str(v);
    size_t i = s->length;
    for (;;) {
        while (i > 0 && str_split_is_space(str_char_at(s, i - 1))) {
            i--;
        }
        if (i == 0) {
            return true;
        }
        size_t end = i;
        if (limit-- == 0) {
            return str_split_add(rt, parts, v, 0, end);
        }
        while (i > 0 && !str_split_is_space(str_char_at(s, i - 1))) {
            i--;
        }
        if (!str_split_add(rt, parts, v, i, end)) {
            return false;
        }
    }
}

static bool str_split_by(ouro_runtime *rt, list_gather *parts, ouro_value v, const str_object *sep, size_t limit,
                         bool from_right)
{
    const str_object *s = as_str(v);
    unsigned kind = str_kind(s);
    size_t start = 0, end = s->length;
    if (str_kind(sep) <= kind) {
        const void *needle = text_widened(rt, sep, kind);
        if (needle == NULL) {
            return false;
        }
        bool ok = true;
        while (ok && limit-- > 0) {
            const unsigned char *hay = s->data + start * kind;
            int64_t at = from_right ? text_rfind(kind, hay, end - start, needle, sep->length)
                                    : text_find(kind, hay, end - start, needle, sep->length);
            if (at < 0) {
                break;
            }
            size_t found = start + (size_t)at;
            if (from_right) {
                ok = str_split_add(rt, parts, v, found + sep->length, end);
                end = found;
            } else {
                ok = str_split_add(rt, parts, v, start, found);
                start = found + sep->length;
            }
        }
        text_widened_free(rt, sep, needle);
        if (!ok) {
            return false;
        }
    }
    return str_split_add(rt, parts, v, start, end);
}

static ouro_value str_split_any(ouro_runtime *rt, const ouro_value *args, size_t nargs, bool from_right)
{
    ouro_value separator = arg_or_null(args, nargs, 1), limit_value = arg_or_null(args, nargs, 2);
    int64_t maxsplit = -1;
    if (!ouro_is_null(limit_value) && !text_size_argument(rt, limit_value, &maxsplit)) {
        return OURO_NULL;
    }
    size_t limit = maxsplit < 0 ? SIZE_MAX : (size_t)maxsplit;
    bool spaces = ouro_is_null(separator) || ouro_is_none(separator);
    if (!spaces && !value_is_str(rt, separator)) {
        return error_type(rt, "must be str or None, not %T", separator);
    }
    if (!spaces && as_str(separator)->length == 0) {
        return error_value(rt, "empty separator");
    }
    list_gather parts;
    list_gather_init(&parts);
    bool ok;
    if (!spaces) {
        ok = str_split_by(rt, &parts, args[0], as_str(separator), limit, from_right);
    } else if (from_right) {
        ok = str_split_spaces_from_right(rt, &parts, args[0], limit);
    } else {
        ok = str_split_spaces(rt, &parts, args[0], limit);
    }
    if (!ok) {
        list_gather_drop(rt, &parts);
        return OURO_NULL;
    }
    return list_gather_finish(rt, &parts, from_right);
}

ouro_value str_method_split(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return str_split_any(rt, args, nargs, false);
}

ouro_value str_method_rsplit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return str_split_any(rt, args, nargs, true);
}

ouro_value str_method_splitlines(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bool keep = false;
    if (!ouro_is_null(arg_or_null(args, nargs, 1))) {
        int truth = object_truth(rt, args[1]);
        if (truth < 0) {
            return OURO_NULL;
        }
        keep = truth == 1;
    }
    const str_object *s = as_str(args[0]);
    list_gather lines;
    list_gather_init(&lines);
    size_t n = s->length, i = 0;
    while (i < n) {
        size_t start = i;
        while (i < n && !unicode_is_linebreak(str_char_at(s, i))) {
            i++;
        }
        size_t end = i;
        if (i < n) {
            i += str_char_at(s, i) == '\r' && i + 1 < n && str_char_at(s, i + 1) == '\n' ? 2 : 1;
        }
        if (!str_split_add(rt, &lines, args[0], start, keep ? i : end)) {
            list_gather_drop(rt, &lines);
            return OURO_NULL;
        }
    }
    return list_gather_finish(rt, &lines, false);
}

static ouro_value str_split_strip(ouro_runtime *rt, const ouro_value *args, size_t nargs, bool left, bool right,
                                  const char *name)
{
    const str_object *s = as_str(args[0]), *set = NULL;
    ouro_value chars = arg_or_null(args, nargs, 1);
    if (!ouro_is_null(chars) && !ouro_is_none(chars)) {
        if (!value_is_str(rt, chars)) {
            return error_type(rt, "%s arg must be None or str", name);
        }
        set = as_str(chars);
    }
    size_t start = 0, end = s->length;
    if (left) {
        while (start < end) {
            uint32_t c = str_char_at(s, start);
            if (set != NULL ? str_find_char(set, c, 0, set->length) < 0 : !str_split_is_space(c)) {
                break;
            }
            start++;
        }
    }
    if (right) {
        while (end > start) {
            uint32_t c = str_char_at(s, end - 1);
            if (set != NULL ? str_find_char(set, c, 0, set->length) < 0 : !str_split_is_space(c)) {
                break;
            }
            end--;
        }
    }
    return str_substring(rt, args[0], start, end);
}

ouro_value str_method_strip(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return str_split_strip(rt, args, nargs, true, true, "strip");
}

ouro_value str_method_lstrip(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return str_split_strip(rt, args, nargs, true, false, "lstrip");
}

ouro_value str_method_rstrip(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return str_split_strip(rt, args, nargs, false, true, "rstrip");
}

/* str_methods_search.c: methods of str that look for text in text, and replace it. */
#include "types/str_methods.h"

#include "types/containers.h"
#include "types/error.h"

static bool str_search_needs_str(ouro_runtime *rt, ouro_value v)
{
    if (!value_is_str(rt, v)) {
        error_type(rt, "must be str, not %T", v);
        return false;
    }
    return true;
}

/* find and its kin: the index, -1 (not there), or -2 (raised). */
static int64_t str_search_find(ouro_runtime *rt, const ouro_value *args, size_t nargs, bool from_right)
{
    const str_object *s = as_str(args[0]);
    int64_t from, to;
    if (!str_search_needs_str(rt, args[1]) ||
        !text_range(rt, arg_or_null(args, nargs, 2), arg_or_null(args, nargs, 3), s->length, &from, &to)) {
        return -2;
    }
    if (from > to) {
        return -1;
    }
    return str_find_range(rt, s, as_str(args[1]), (size_t)from, (size_t)to, from_right);
}

ouro_value str_method_find(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t at = str_search_find(rt, args, nargs, false);
    return at == -2 ? OURO_NULL : ouro_int(at);
}

ouro_value str_method_rfind(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t at = str_search_find(rt, args, nargs, true);
    return at == -2 ? OURO_NULL : ouro_int(at);
}

ouro_value str_method_index(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t at = str_search_find(rt, args, nargs, false);
    return at == -2 ? OURO_NULL : at < 0 ? error_value(rt, "substring not found") : ouro_int(at);
}

ouro_value str_method_rindex(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t at = str_search_find(rt, args, nargs, true);
    return at == -2 ? OURO_NULL : at < 0 ? error_value(rt, "substring not found") : ouro_int(at);
}

ouro_value str_method_count(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const str_object *s = as_str(args[0]);
    int64_t from, to;
    if (!str_search_needs_str(rt, args[1]) ||
        !text_range(rt, arg_or_null(args, nargs, 2), arg_or_null(args, nargs, 3), s->length, &from, &to)) {
        return OURO_NULL;
    }
    const str_object *sub = as_str(args[1]);
    if (from > to) {
        return ouro_int(0);
    }
    if (sub->length == 0) {
        return ouro_int(to - from + 1);
    }
    unsigned kind = str_kind(s);
    if (str_kind(sub) > kind || sub->length > (size_t)(to - from)) {
        return ouro_int(0);
    }
    const void *needle = text_widened(rt, sub, kind);
    if (needle == NULL) {
        return OURO_NULL;
    }
    size_t count = text_count(kind, s->data + (size_t)from * kind, (size_t)(to - from), needle, sub->length, SIZE_MAX);
    text_widened_free(rt, sub, needle);
    return ouro_int((int64_t)count);
}

static bool str_search_matches_at(const str_object *s, const str_object *sub, int64_t from, int64_t to, bool at_end)
{
    if (from > to || (int64_t)sub->length > to - from || str_kind(sub) > str_kind(s)) {
        return false;
    }
    size_t at = (size_t)(at_end ? to - (int64_t)sub->length : from);
    unsigned kind = str_kind(s), sub_kind = str_kind(sub);
    if (kind == sub_kind) {
        return memcmp(s->data + at * kind, sub->data, sub->length * kind) == 0;
    }
    for (size_t i = 0; i < sub->length; i++) {
        if (text_read(kind, s->data, at + i) != text_read(sub_kind, sub->data, i)) {
            return false;
        }
    }
    return true;
}

static ouro_value str_search_tail(ouro_runtime *rt, const ouro_value *args, size_t nargs, bool at_end)
{
    const char *name = at_end ? "endswith" : "startswith";
    const str_object *s = as_str(args[0]);
    int64_t from, to;
    if (!text_range(rt, arg_or_null(args, nargs, 2), arg_or_null(args, nargs, 3), s->length, &from, &to)) {
        return OURO_NULL;
    }
    if (value_is_tuple(rt, args[1])) {
        const tuple_object *choices = as_tuple(args[1]);
        for (size_t i = 0; i < choices->size; i++) {
            if (!value_is_str(rt, choices->items[i])) {
                return error_type(rt, "tuple for %s must only contain str, not %T", name, choices->items[i]);
            }
            if (str_search_matches_at(s, as_str(choices->items[i]), from, to, at_end)) {
                return OURO_TRUE;
            }
        }
        return OURO_FALSE;
    }
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "%s first arg must be str or a tuple of str, not %T", name, args[1]);
    }
    return ouro_bool(str_search_matches_at(s, as_str(args[1]), from, to, at_end));
}

ouro_value str_method_startswith(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return str_search_tail(rt, args, nargs, false);
}

ouro_value str_method_endswith(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return str_search_tail(rt, args, nargs, true);
}

ouro_value str_method_removeprefix(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "removeprefix() argument must be str, not %T", args[1]);
    }
    const str_object *s = as_str(args[0]), *prefix = as_str(args[1]);
    bool match = str_search_matches_at(s, prefix, 0, (int64_t)s->length, false);
    return str_substring(rt, args[0], match ? prefix->length : 0, s->length);
}

ouro_value str_method_removesuffix(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "removesuffix() argument must be str, not %T", args[1]);
    }
    const str_object *s = as_str(args[0]), *suffix = as_str(args[1]);
    bool match = str_search_matches_at(s, suffix, 0, (int64_t)s->length, true);
    return str_substring(rt, args[0], 0, s->length - (match ? suffix->length : 0));
}

static ouro_value str_search_partition(ouro_runtime *rt, ouro_value v, ouro_value separator, bool from_right)
{
    if (!str_search_needs_str(rt, separator)) {
        return OURO_NULL;
    }
    const str_object *s = as_str(v), *sep = as_str(separator);
    if (sep->length == 0) {
        return error_value(rt, "empty separator");
    }
    int64_t at = str_find_range(rt, s, sep, 0, s->length, from_right);
    if (at == -2) {
        return OURO_NULL;
    }
    ouro_value parts[3];
    if (at < 0) {
        parts[from_right ? 2 : 0] = str_exact(rt, v);
        parts[1] = str_empty(rt);
        parts[from_right ? 0 : 2] = str_empty(rt);
    } else {
        parts[0] = str_substring(rt, v, 0, (size_t)at);
        parts[1] = str_exact(rt, separator);
        parts[2] = str_substring(rt, v, (size_t)at + sep->length, s->length);
    }
    return tuple_new_made(rt, parts, 3);
}

ouro_value str_method_partition(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return str_search_partition(rt, args[0], args[1], false);
}

ouro_value str_method_rpartition(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return str_search_partition(rt, args[0], args[1], true);
}

/* ---- replace ------------------------------------------------------------------------------------------ */

/* `fresh` between all characters, before and after: at most `limit` times. */
static ouro_value str_search_interleave(ouro_runtime *rt, ouro_value v, ouro_value fresh, size_t limit)
{
    const str_object *s = as_str(v);
    str_builder b;
    str_builder_init(&b, rt);
    for (size_t i = 0; i <= s->length && i < limit && !b.failed; i++) {
        str_builder_str(&b, fresh);
        if (i < s->length) {
            str_builder_char(&b, str_char_at(s, i));
        }
    }
    if (limit < s->length) {
        str_builder_range(&b, v, limit, s->length);
    }
    return str_builder_finish(&b);
}

ouro_value str_method_replace(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    for (size_t i = 1; i <= 2; i++) {
        if (!value_is_str(rt, args[i])) {
            return error_type(rt, "replace() argument %d must be str, not %T", (int)i, args[i]);
        }
    }
    int64_t count = -1;
    ouro_value limit_value = arg_or_null(args, nargs, 3);
    if (!ouro_is_null(limit_value) && !text_size_argument(rt, limit_value, &count)) {
        return OURO_NULL;
    }
    size_t limit = count < 0 ? SIZE_MAX : (size_t)count;
    const str_object *s = as_str(args[0]), *old = as_str(args[1]), *fresh = as_str(args[2]);
    unsigned kind = str_kind(s);
    if (limit == 0 || str_kind(old) > kind || old->length > s->length) {
        return str_exact(rt, args[0]);
    }
    if (old->length == 0) {
        return str_search_interleave(rt, args[0], args[2], limit);
    }
    const void *needle = text_widened(rt, old, kind);
    if (needle == NULL) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    str_builder b;
    str_builder_init(&b, rt);
    size_t at = 0, done = 0;
    while (done < limit && !b.failed) {
        int64_t found = text_find(kind, s->data + at * kind, s->length - at, needle, old->length);
        if (found < 0) {
            break;
        }
        str_builder_range(&b, args[0], at, at + (size_t)found);
        if (fresh->length > 0) {
            str_builder_str(&b, args[2]);
        }
        at += (size_t)found + old->length;
        done++;
    }
    text_widened_free(rt, old, needle);
    if (done == 0) {
        result = str_exact(rt, args[0]);
        str_builder_drop(&b);
    } else {
        str_builder_range(&b, args[0], at, s->length);
        result = str_builder_finish(&b);
    }
    return result;
}

/* bytes_methods_search.c: methods of bytes and bytearray that find, count, replace and split. */
#include "types/bytes_methods.h"

#include "types/error.h"
#include "types/list_gather.h"
#include "types/protocol.h"

/* ---- find, count -------------------------------------------------------------------------------------- */

typedef struct bytes_needle {
    byte_span span;
    unsigned char byte;
} bytes_needle;

/* What find and count look for: a byte given as an int, or bytes. */
static bool bytes_needle_get(ouro_runtime *rt, ouro_value v, bytes_needle *needle)
{
    if (ouro_is_int(v) || ouro_is_bool(v) || (!value_has_buffer(rt, v) && value_type(rt, v)->slots.to_index != NULL)) {
        if (!byte_value(rt, v, &needle->byte, "byte must be in range(0, 256)")) {
            return false;
        }
        needle->span.has_view = false;
        needle->span.data = &needle->byte;
        needle->span.length = 1;
        return true;
    }
    if (!value_has_buffer(rt, v)) {
        error_type(rt, "argument should be integer or bytes-like object, not '%T'", v);
        return false;
    }
    return byte_span_get(rt, v, &needle->span);
}

enum { BYTES_FIND_NOTHING = -1, BYTES_FIND_FAILED = -2 };

static int64_t bytes_find_any(ouro_runtime *rt, const ouro_value *args, size_t nargs, bool from_right, bool counting)
{
    bytes_needle needle;
    byte_span self;
    int64_t from, to, result = BYTES_FIND_FAILED;
    if (!bytes_needle_get(rt, args[1], &needle)) {
        return BYTES_FIND_FAILED;
    }
    if (!byte_span_get(rt, args[0], &self)) {
        byte_span_release(rt, &needle.span);
        return BYTES_FIND_FAILED;
    }
    if (text_range(rt, arg_or_null(args, nargs, 2), arg_or_null(args, nargs, 3), self.length, &from, &to)) {
        size_t n = from <= to ? (size_t)(to - from) : 0, m = needle.span.length;
        if (from > to) {
            result = counting ? 0 : BYTES_FIND_NOTHING;
        } else if (counting) {
            result = m == 0 ? (int64_t)n + 1
                            : (int64_t)text_count(1, self.data + from, n, needle.span.data, m, SIZE_MAX);
        } else {
            result = from_right ? text_rfind(1, self.data + from, n, needle.span.data, m)
                                : text_find(1, self.data + from, n, needle.span.data, m);
            result = result < 0 ? BYTES_FIND_NOTHING : result + from;
        }
    }
    byte_span_release(rt, &self);
    byte_span_release(rt, &needle.span);
    return result;
}

ouro_value bytes_method_find(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t at = bytes_find_any(rt, args, nargs, false, false);
    return at == BYTES_FIND_FAILED ? OURO_NULL : ouro_int(at);
}

ouro_value bytes_method_rfind(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t at = bytes_find_any(rt, args, nargs, true, false);
    return at == BYTES_FIND_FAILED ? OURO_NULL : ouro_int(at);
}

ouro_value bytes_method_index(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t at = bytes_find_any(rt, args, nargs, false, false);
    return at == BYTES_FIND_FAILED ? OURO_NULL : at < 0 ? error_value(rt, "subsection not found") : ouro_int(at);
}

ouro_value bytes_method_rindex(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t at = bytes_find_any(rt, args, nargs, true, false);
    return at == BYTES_FIND_FAILED ? OURO_NULL : at < 0 ? error_value(rt, "subsection not found") : ouro_int(at);
}

ouro_value bytes_method_count(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t count = bytes_find_any(rt, args, nargs, false, true);
    return count == BYTES_FIND_FAILED ? OURO_NULL : ouro_int(count);
}

/* ---- ends --------------------------------------------------------------------------------------------- */

/* 1, 0, -1: does self[from:to] begin (end) with `part`? */
static int bytes_tail_matches(ouro_runtime *rt, const byte_span *self, ouro_value part, int64_t from, int64_t to,
                              bool at_end)
{
    byte_span p;
    if (!byte_span_get(rt, part, &p)) {
        return -1;
    }
    int match = 0;
    if (from <= to && (int64_t)p.length <= to - from) {
        const unsigned char *at = at_end ? self->data + to - p.length : self->data + from;
        match = p.length == 0 || memcmp(at, p.data, p.length) == 0;
    }
    byte_span_release(rt, &p);
    return match;
}

static ouro_value bytes_tail(ouro_runtime *rt, const ouro_value *args, size_t nargs, bool at_end)
{
    byte_span self;
    int64_t from, to;
    if (!byte_span_get(rt, args[0], &self)) {
        return OURO_NULL;
    }
    int match = -1;
    if (!text_range(rt, arg_or_null(args, nargs, 2), arg_or_null(args, nargs, 3), self.length, &from, &to)) {
        match = -1;
    } else if (value_is_tuple(rt, args[1])) {
        match = 0;
        for (size_t i = 0; match == 0 && i < as_tuple(args[1])->size; i++) {
            match = bytes_tail_matches(rt, &self, as_tuple(args[1])->items[i], from, to, at_end);
        }
    } else if (!value_has_buffer(rt, args[1])) {
        error_type(rt, "%s first arg must be bytes or a tuple of bytes, not %T", at_end ? "endswith" : "startswith",
                   args[1]);
    } else {
        match = bytes_tail_matches(rt, &self, args[1], from, to, at_end);
    }
    byte_span_release(rt, &self);
    return match < 0 ? OURO_NULL : ouro_bool(match);
}

ouro_value bytes_method_startswith(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bytes_tail(rt, args, nargs, false);
}

ouro_value bytes_method_endswith(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bytes_tail(rt, args, nargs, true);
}

/* A slice of self: itself when it is the whole of an exact bytes. */
static ouro_value bytes_part(ouro_runtime *rt, ouro_value v, const byte_span *self, size_t start, size_t end)
{
    if (start == 0 && end == self->length && value_is_instance_exactly(rt, v, TYPE(rt, bytes))) {
        return value_incref(v);
    }
    return byte_result(rt, v, self->data + start, end - start);
}

static ouro_value bytes_remove(ouro_runtime *rt, const ouro_value *args, bool at_end)
{
    byte_span self;
    if (!byte_span_get(rt, args[0], &self)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    byte_span part;
    if (byte_span_get(rt, args[1], &part)) {
        size_t n = part.length;
        bool match = n <= self.length && n > 0 &&
                     memcmp(at_end ? self.data + self.length - n : self.data, part.data, n) == 0;
        byte_span_release(rt, &part);
        size_t cut = match ? n : 0;
        result = at_end ? bytes_part(rt, args[0], &self, 0, self.length - cut)
                        : bytes_part(rt, args[0], &self, cut, self.length);
    }
    byte_span_release(rt, &self);
    return result;
}

ouro_value bytes_method_removeprefix(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bytes_remove(rt, args, false);
}

ouro_value bytes_method_removesuffix(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bytes_remove(rt, args, true);
}

static ouro_value bytes_partition_any(ouro_runtime *rt, const ouro_value *args, bool from_right)
{
    byte_span self, sep;
    if (!byte_span_get(rt, args[1], &sep)) {
        return OURO_NULL;
    }
    if (!byte_span_get(rt, args[0], &self)) {
        byte_span_release(rt, &sep);
        return OURO_NULL;
    }
    ouro_value parts[3] = {OURO_NULL, OURO_NULL, OURO_NULL}, result = OURO_NULL;
    if (sep.length == 0) {
        error_value(rt, "empty separator");
        goto done;
    }
    int64_t at = from_right ? text_rfind(1, self.data, self.length, sep.data, sep.length)
                            : text_find(1, self.data, self.length, sep.data, sep.length);
    if (at < 0) {
        parts[from_right ? 2 : 0] = bytes_part(rt, args[0], &self, 0, self.length);
        parts[1] = byte_result(rt, args[0], "", 0);
        parts[from_right ? 0 : 2] = byte_result(rt, args[0], "", 0);
    } else {
        size_t cut = (size_t)at;
        parts[0] = byte_result(rt, args[0], self.data, cut);
        parts[1] = value_is_bytes(rt, args[0]) ? value_incref(args[1]) : byte_result(rt, args[0], sep.data, sep.length);
        parts[2] = byte_result(rt, args[0], self.data + cut + sep.length, self.length - cut - sep.length);
    }
    result = tuple_new_made(rt, parts, 3);
done:
    byte_span_release(rt, &self);
    byte_span_release(rt, &sep);
    return result;
}

ouro_value bytes_method_partition(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bytes_partition_any(rt, args, false);
}

ouro_value bytes_method_rpartition(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bytes_partition_any(rt, args, true);
}

/* ---- replace ------------------------------------------------------------------------------------------ */

ouro_value bytes_method_replace(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t count = -1;
    if (!ouro_is_null(arg_or_null(args, nargs, 3)) && !text_size_argument(rt, args[3], &count)) {
        return OURO_NULL;
    }
    size_t limit = count < 0 ? SIZE_MAX : (size_t)count;
    byte_span self = {.has_view = false}, old = {.has_view = false}, fresh = {.has_view = false};
    ouro_value result = OURO_NULL;
    if (!byte_span_get(rt, args[1], &old) || !byte_span_get(rt, args[2], &fresh) ||
        !byte_span_get(rt, args[0], &self)) {
        goto done;
    }
    bytes_builder b;
    bytes_builder_init(&b, rt);
    size_t at = 0, done = 0;
    if (old.length == 0) {
        while (done < limit && done <= self.length && !b.failed) {
            bytes_builder_add(&b, fresh.data, fresh.length);
            if (done < self.length) {
                bytes_builder_byte(&b, self.data[at++]);
            }
            done++;
        }
    } else {
        while (done < limit && !b.failed) {
            int64_t found = text_find(1, self.data + at, self.length - at, old.data, old.length);
            if (found < 0) {
                break;
            }
            bytes_builder_add(&b, self.data + at, (size_t)found);
            bytes_builder_add(&b, fresh.data, fresh.length);
            at += (size_t)found + old.length;
            done++;
        }
    }
    if (done == 0) {
        bytes_builder_drop(&b);
        result = bytes_part(rt, args[0], &self, 0, self.length);
        goto done;
    }
    bytes_builder_add(&b, self.data + at, self.length - at);
    result = bytes_builder_finish(&b);
    if (!ouro_is_null(result) && !value_is_bytes(rt, args[0])) {
        value_replace(rt, &result, bytearray_new(rt, as_bytes(result)->data, as_bytes(result)->length));
    }
done:
    byte_span_release(rt, &self);
    byte_span_release(rt, &old);
    byte_span_release(rt, &fresh);
    return result;
}

/* ---- split -------------------------------------------------------------------------------------------- */

static inline bool bytes_is_space(unsigned char c)
{
    return c == ' ' || (c >= 9 && c <= 13);
}

static bool bytes_split_add(ouro_runtime *rt, list_gather *parts, ouro_value v, const byte_span *self, size_t start,
                            size_t end)
{
    return list_gather_add(rt, parts, bytes_part(rt, v, self, start, end));
}

static bool bytes_split_spaces(ouro_runtime *rt, list_gather *parts, ouro_value v, const byte_span *self, size_t limit,
                               bool from_right)
{
    const unsigned char *p = self->data;
    size_t low = 0, high = self->length;
    for (;;) {
        if (from_right) {
            while (high > 0 && bytes_is_space(p[high - 1])) {
                high--;
            }
        } else {
            while (low < high && bytes_is_space(p[low])) {
                low++;
            }
        }
        if (low == high) {
            return true;
        }
        if (limit-- == 0) {
            return bytes_split_add(rt, parts, v, self, low, high);
        }
        if (from_right) {
            size_t start = high;
            while (start > 0 && !bytes_is_space(p[start - 1])) {
                start--;
            }
            if (!bytes_split_add(rt, parts, v, self, start, high)) {
                return false;
            }
            high = start;
        } else {
            size_t end = low;
            while (end < high && !bytes_is_space(p[end])) {
                end++;
            }
            if (!bytes_split_add(rt, parts, v, self, low, end)) {
                return false;
            }
            low = end;
        }
    }
}

static bool bytes_split_by(ouro_runtime *rt, list_gather *parts, ouro_value v, const byte_span *self,
                           const byte_span *sep, size_t limit, bool from_right)
{
    size_t low = 0, high = self->length;
    while (limit-- > 0) {
        int64_t at = from_right ? text_rfind(1, self->data + low, high - low, sep->data, sep->length)
                                : text_find(1, self->data + low, high - low, sep->data, sep->length);
        if (at < 0) {
            break;
        }
        size_t found = low + (size_t)at;
        if (from_right) {
            if (!bytes_split_add(rt, parts, v, self, found + sep->length, high)) {
                return false;
            }
            high = found;
        } else {
            if (!bytes_split_add(rt, parts, v, self, low, found)) {
                return false;
            }
            low = found + sep->length;
        }
    }
    return bytes_split_add(rt, parts, v, self, low, high);
}

static ouro_value bytes_split_any(ouro_runtime *rt, const ouro_value *args, size_t nargs, bool from_right)
{
    ouro_value separator = arg_or_null(args, nargs, 1);
    int64_t maxsplit = -1;
    if (!ouro_is_null(arg_or_null(args, nargs, 2)) && !text_size_argument(rt, args[2], &maxsplit)) {
        return OURO_NULL;
    }
    size_t limit = maxsplit < 0 ? SIZE_MAX : (size_t)maxsplit;
    bool spaces = ouro_is_null(separator) || ouro_is_none(separator), ok = false;
    byte_span self = {.has_view = false}, sep = {.has_view = false};
    list_gather parts;
    list_gather_init(&parts);
    if ((!spaces && !byte_span_get(rt, separator, &sep)) || !byte_span_get(rt, args[0], &self)) {
        goto done;
    }
    if (!spaces && sep.length == 0) {
        error_value(rt, "empty separator");
        goto done;
    }
    ok = spaces ? bytes_split_spaces(rt, &parts, args[0], &self, limit, from_right)
                : bytes_split_by(rt, &parts, args[0], &self, &sep, limit, from_right);
done:
    byte_span_release(rt, &self);
    byte_span_release(rt, &sep);
    if (!ok) {
        list_gather_drop(rt, &parts);
        return OURO_NULL;
    }
    return list_gather_finish(rt, &parts, from_right);
}

ouro_value bytes_method_split(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bytes_split_any(rt, args, nargs, false);
}

ouro_value bytes_method_rsplit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bytes_split_any(rt, args, nargs, true);
}

ouro_value bytes_method_splitlines(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bool keep = false;
    if (!ouro_is_null(arg_or_null(args, nargs, 1))) {
        int truth = object_truth(rt, args[1]);
        if (truth < 0) {
            return OURO_NULL;
        }
        keep = truth == 1;
    }
    byte_span self;
    if (!byte_span_get(rt, args[0], &self)) {
        return OURO_NULL;
    }
    list_gather lines;
    list_gather_init(&lines);
    bool ok = true;
    size_t i = 0;
    while (ok && i < self.length) {
        size_t start = i;
        while (i < self.length && self.data[i] != '\n' && self.data[i] != '\r') {
            i++;
        }
        size_t end = i;
        if (i < self.length) {
            i += self.data[i] == '\r' && i + 1 < self.length && self.data[i + 1] == '\n' ? 2 : 1;
        }
        ok = bytes_split_add(rt, &lines, args[0], &self, start, keep ? i : end);
    }
    byte_span_release(rt, &self);
    if (!ok) {
        list_gather_drop(rt, &lines);
        return OURO_NULL;
    }
    return list_gather_finish(rt, &lines, false);
}

/* ---- strip -------------------------------------------------------------------------------------------- */

static ouro_value bytes_strip_any(ouro_runtime *rt, const ouro_value *args, size_t nargs, bool left, bool right)
{
    ouro_value set_value = arg_or_null(args, nargs, 1);
    bool spaces = ouro_is_null(set_value) || ouro_is_none(set_value);
    byte_span self = {.has_view = false}, set = {.has_view = false};
    ouro_value result = OURO_NULL;
    if ((!spaces && !byte_span_get(rt, set_value, &set)) || !byte_span_get(rt, args[0], &self)) {
        goto done;
    }
    size_t start = 0, end = self.length;
#define BYTES_STRIPS(c) (spaces ? bytes_is_space(c) : set.length > 0 && memchr(set.data, c, set.length) != NULL)
    while (left && start < end && BYTES_STRIPS(self.data[start])) {
        start++;
    }
    while (right && end > start && BYTES_STRIPS(self.data[end - 1])) {
        end--;
    }
#undef BYTES_STRIPS
    result = bytes_part(rt, args[0], &self, start, end);
done:
    byte_span_release(rt, &self);
    byte_span_release(rt, &set);
    return result;
}

ouro_value bytes_method_strip(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bytes_strip_any(rt, args, nargs, true, true);
}

ouro_value bytes_method_lstrip(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bytes_strip_any(rt, args, nargs, true, false);
}

ouro_value bytes_method_rstrip(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return bytes_strip_any(rt, args, nargs, false, true);
}

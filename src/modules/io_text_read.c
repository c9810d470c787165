/* io_text_read.c: TextIOWrapper: reading, and the position of what was read. */
#include "modules/io_text.h"

#include <unistd.h>

void io_text_drop_read(ouro_runtime *rt, text_object *t)
{
    t->chunk_length = t->chunk_used = 0;
    t->decoded_at = 0;
    t->pending_cr = false;
    value_clear(rt, &t->decoded);
    value_clear(rt, &t->decoder_state);
}

bool io_text_restart_read(ouro_runtime *rt, text_object *t)
{
    io_text_drop_read(rt, t);
    if (t->codec != IO_TEXT_OTHER || !t->readable) {
        return true;
    }
    ouro_value name = str_intern_cstring(rt, "reset");
    ouro_value ignored = ouro_is_null(name) ? OURO_NULL : object_call_method0(rt, t->decoder, name);
    value_decref(rt, name);
    value_decref(rt, ignored);
    return !ouro_is_null(ignored);
}

static size_t io_text_left(const text_object *t)
{
    return ouro_is_null(t->decoded) ? 0 : as_str(t->decoded)->length - t->decoded_at;
}

/* Adds bytes to the chunk, whose decoded part is dropped first. */
static bool io_text_add_chunk(ouro_runtime *rt, text_object *t, const unsigned char *data, size_t size)
{
    size_t carried = t->chunk_length - t->chunk_used;
    if (carried > 0) {
        memmove(t->chunk, t->chunk + t->chunk_used, carried);
    }
    t->chunk_length = carried;
    t->chunk_used = 0;
    if (carried + size > t->chunk_capacity) {
        unsigned char *grown = ouro_mem_resize(rt->mem, t->chunk, carried + size);
        if (grown == NULL) {
            error_no_memory(rt);
            return false;
        }
        t->chunk = grown;
        t->chunk_capacity = carried + size;
    }
    if (size > 0) {
        memcpy(t->chunk + carried, data, size);
    }
    t->chunk_length = carried + size;
    return true;
}

/* Decodes as much of `data` as makes whole characters; with `final` all of it. */
static ouro_value io_text_decode_native(ouro_runtime *rt, const text_object *t, const unsigned char *data, size_t size,
                                        bool final, size_t *used)
{
    *used = size;
    if (t->universal && !final && size > 0 && data[size - 1] == '\r') {
        size--; /* may be half of a newline */
        *used = size;
    }
    switch (t->codec) {
    case IO_TEXT_UTF8:
        return codec_utf8_decode(rt, data, size, t->errors_name, final ? NULL : used);
    case IO_TEXT_ASCII:
        return codec_ascii_decode(rt, data, size, t->errors_name);
    default:
        return str_from_latin1(rt, data, size);
    }
}

/* Through the decoder object; a carriage return at the end is held back. */
static ouro_value io_text_decode_other(ouro_runtime *rt, text_object *t, const unsigned char *data, size_t size,
                                       bool final)
{
    ouro_value bytes = bytes_new(rt, size == 0 ? (const unsigned char *)"" : data, size);
    if (ouro_is_null(bytes)) {
        return OURO_NULL;
    }
    ouro_value call[3] = {t->decoder, bytes, ouro_bool(final)};
    ouro_value text = object_call_method(rt, STR(rt, decode), call, 3, OURO_NULL);
    value_decref(rt, bytes);
    if (!ouro_is_null(text) && !value_is_str(rt, text)) {
        error_type(rt, "decoder should return a string result, not '%T'", text);
        value_clear(rt, &text);
    }
    if (ouro_is_null(text) || !t->universal) {
        return text;
    }
    if (t->pending_cr && (final || as_str(text)->length > 0)) {
        ouro_value cr = str_from_char(rt, '\r');
        value_replace(rt, &text, ouro_is_null(cr) ? OURO_NULL : str_concat(rt, cr, text));
        value_decref(rt, cr);
        if (ouro_is_null(text)) {
            return OURO_NULL;
        }
        t->pending_cr = false;
    }
    size_t n = as_str(text)->length;
    if (!final && n > 0 && str_char_at(as_str(text), n - 1) == '\r') {
        value_replace(rt, &text, str_substring(rt, text, 0, n - 1));
        t->pending_cr = !ouro_is_null(text);
    }
    return text;
}

static ouro_value io_text_decoder_state(ouro_runtime *rt, text_object *t)
{
    ouro_value name = str_intern_cstring(rt, "getstate");
    ouro_value state = ouro_is_null(name) ? OURO_NULL : object_call_method0(rt, t->decoder, name);
    value_decref(rt, name);
    if (!ouro_is_null(state) && (!value_is_tuple(rt, state) || as_tuple(state)->size != 2 ||
                                 !value_is_bytes(rt, as_tuple(state)->items[0]))) {
        error_type(rt, "illegal decoder state");
        value_clear(rt, &state);
    }
    return state;
}

/* Decodes what the chunk has gained; the result takes the place of the decoded text. */
static bool io_text_decode_chunk(ouro_runtime *rt, text_object *t, bool final)
{
    ouro_value text;
    if (t->codec == IO_TEXT_OTHER) {
        if (t->telling) {
            ouro_value state = io_text_decoder_state(rt, t);
            if (ouro_is_null(state)) {
                return false;
            }
            value_replace(rt, &t->decoder_state, state);
        }
        text = io_text_decode_other(rt, t, t->chunk, t->chunk_length, final);
        t->chunk_used = t->chunk_length;
    } else {
        size_t used;
        text = io_text_decode_native(rt, t, t->chunk, t->chunk_length, final, &used);
        t->chunk_used = used;
    }
    if (!ouro_is_null(text) && t->universal) {
        value_replace(rt, &text, io_newlines_translate(rt, text, t->translate, &t->seen));
    }
    if (ouro_is_null(text)) {
        t->chunk_length = t->chunk_used = 0;
        return false;
    }
    value_replace(rt, &t->decoded, text);
    t->decoded_at = 0;
    return true;
}

/* Reads the next piece of the file: 1 something new (maybe no character yet), 0 the end, -1 raised. */
static int io_text_fill(ouro_runtime *rt, text_object *t, size_t hint)
{
    if (!t->readable) {
        io_unsupported(rt, "not readable");
        return -1;
    }
    size_t size = hint > t->chunk_size ? hint : t->chunk_size;
    buffered_object *fast = io_text_fast_buffer(rt, t);
    bool got_none;
    bool ok;
    if (fast != NULL && fast->readable && !fast->busy) {
        const unsigned char *data = NULL;
        io_buffered_claim(rt, fast);
        int64_t n = io_buffered_read1(rt, fast, &data, size);
        fast->busy = false;
        if (n == -1) {
            return -1;
        }
        got_none = n <= 0;
        ok = io_text_add_chunk(rt, t, data, n > 0 ? (size_t)n : 0);
    } else {
        if (!io_text_ready(rt, t)) { /* the read before has detached it */
            return -1;
        }
        ouro_value name = t->has_read1 ? str_intern_cstring(rt, "read1") : value_incref(STR(rt, read));
        ouro_value piece = ouro_is_null(name) ? OURO_NULL : object_call_method1(rt, t->buffer, name, ouro_int((int64_t)size));
        value_decref(rt, name);
        if (ouro_is_null(piece)) {
            return -1;
        }
        byte_span span;
        if (!value_has_buffer(rt, piece)) {
            error_type(rt, "underlying %s() should have returned a bytes-like object, not '%T'",
                       t->has_read1 ? "read1" : "read", piece);
            value_decref(rt, piece);
            return -1;
        }
        if (!byte_span_get(rt, piece, &span)) {
            value_decref(rt, piece);
            return -1;
        }
        got_none = span.length == 0;
        ok = io_text_add_chunk(rt, t, span.data, span.length);
        byte_span_release(rt, &span);
        value_decref(rt, piece);
    }
    if (!ok || !io_text_decode_chunk(rt, t, got_none)) {
        return -1;
    }
    return !got_none || io_text_left(t) > 0;
}

static ouro_value io_text_take(ouro_runtime *rt, text_object *t, size_t count)
{
    size_t left = io_text_left(t);
    count = count < left ? count : left;
    if (count == 0) {
        return str_empty(rt);
    }
    ouro_value part = str_substring(rt, t->decoded, t->decoded_at, t->decoded_at + count);
    if (!ouro_is_null(part)) {
        t->decoded_at += count;
    }
    return part;
}

static ouro_value io_text_read_all(ouro_runtime *rt, text_object *t)
{
    if (!t->readable) {
        return io_unsupported(rt, "not readable");
    }
    ouro_value rest = io_text_take(rt, t, SIZE_MAX);
    if (ouro_is_null(rest)) {
        return OURO_NULL;
    }
    ouro_value bytes = io_text_ready(rt, t) ? object_call_method0(rt, t->buffer, STR(rt, read)) : OURO_NULL;
    bool ok = false;
    if (!ouro_is_null(bytes)) {
        byte_span span;
        if (ouro_is_none(bytes)) {
            ok = io_text_add_chunk(rt, t, NULL, 0);
        } else if (byte_span_get(rt, bytes, &span)) {
            ok = io_text_add_chunk(rt, t, span.data, span.length);
            byte_span_release(rt, &span);
        }
        value_decref(rt, bytes);
    }
    if (!ok || !io_text_decode_chunk(rt, t, true)) {
        value_decref(rt, rest);
        return OURO_NULL;
    }
    ouro_value all = str_append(rt, rest, t->decoded);
    io_text_drop_read(rt, t);
    if (t->chunk_capacity > 4 * t->chunk_size) { /* do not keep a whole file's room */
        ouro_mem_free(rt->mem, t->chunk);
        t->chunk = NULL;
        t->chunk_capacity = 0;
    }
    return all;
}

ouro_value io_text_read(ouro_runtime *rt, text_object *t, int64_t size)
{
    if (size < 0) {
        return io_text_read_all(rt, t);
    }
    if (!t->readable) {
        return io_unsupported(rt, "not readable");
    }
    str_builder b;
    str_builder_init(&b, rt);
    for (;;) {
        size_t left = io_text_left(t), wanted = (size_t)size - b.length;
        size_t take = left < wanted ? left : wanted;
        if (take > 0) {
            str_builder_range(&b, t->decoded, t->decoded_at, t->decoded_at + take);
            t->decoded_at += take;
        }
        if (b.length >= (size_t)size || b.failed) {
            break;
        }
        int more = io_text_fill(rt, t, (size_t)size - b.length < (1u << 20) ? (size_t)size - b.length : (1u << 20));
        if (more < 0) {
            str_builder_drop(&b);
            return OURO_NULL;
        }
        if (more == 0) {
            break;
        }
    }
    return str_builder_finish(&b);
}

ouro_value io_text_readline(ouro_runtime *rt, text_object *t, int64_t limit)
{
    const str_object *newline = ouro_is_null(t->newline) || as_str(t->newline)->length == 0 ? NULL : as_str(t->newline);
    ouro_value line = OURO_NULL; /* what was found in earlier chunks */
    for (;;) {
        if (io_text_left(t) == 0) {
            int more = io_text_fill(rt, t, 0);
            if (more < 0) {
                value_decref(rt, line);
                return OURO_NULL;
            }
            if (more == 0) {
                return ouro_is_null(line) ? str_empty(rt) : line;
            }
            continue;
        }
        const str_object *s = as_str(t->decoded);
        size_t before = ouro_is_null(line) ? 0 : as_str(line)->length;
        int64_t end;
        /* a line end of two characters may lie across two chunks */
        if (before > 0 && newline != NULL && newline->length == 2 && str_char_at(as_str(line), before - 1) == '\r' &&
            str_char_at(s, t->decoded_at) == '\n') {
            end = (int64_t)t->decoded_at + 1;
        } else {
            end = io_find_line_end(s, t->decoded_at, t->translate, t->universal, newline);
        }
        size_t stop = end < 0 ? s->length : (size_t)end;
        bool complete = end >= 0;
        if (limit >= 0 && before + (stop - t->decoded_at) >= (size_t)limit) {
            stop = t->decoded_at + ((size_t)limit - before);
            complete = true;
        }
        ouro_value piece = io_text_take(rt, t, stop - t->decoded_at);
        if (ouro_is_null(piece)) {
            value_decref(rt, line);
            return OURO_NULL;
        }
        if (ouro_is_null(line)) {
            line = piece;
        } else {
            line = str_append(rt, line, piece);
            value_decref(rt, piece);
            if (ouro_is_null(line)) {
                return OURO_NULL;
            }
        }
        if (complete) {
            return line;
        }
    }
}

/* ---- position ----------------------------------------------------------------------------------------- */

/* The bytes of the chunk that make the first `count` characters of its (translated) text: by decoding prefixes. */
static bool io_text_count_bytes(ouro_runtime *rt, text_object *t, size_t count, size_t *bytes)
{
    size_t i = 0, n = 0, used = t->chunk_used;
    const unsigned char *p = t->chunk;
    while (n < count && i < used) {
        size_t step = 1;
        if (p[i] == '\r' && t->translate && i + 1 < used && p[i + 1] == '\n') {
            step = 2;
        } else if (p[i] >= 0x80 && t->codec == IO_TEXT_UTF8) {
            step = p[i] >= 0xf0 ? 4 : p[i] >= 0xe0 ? 3 : p[i] >= 0xc2 ? 2 : 1;
            step = step > used - i ? used - i : step;
            size_t consumed = 0;
            ouro_value one;
            /* malformed bytes: as many characters as the error handler makes of the shortest piece that it takes */
            size_t tried = step;
            one = codec_utf8_decode(rt, p + i, tried, "strict", NULL);
            if (ouro_is_null(one)) {
                error_clear(rt);
                tried = 1;
                one = codec_utf8_decode(rt, p + i, tried, t->errors_name, &consumed);
                if (!ouro_is_null(one) && consumed == 0) {
                    value_decref(rt, one);
                    while (tried < step && tried < used - i) {
                        tried++;
                    }
                    one = codec_utf8_decode(rt, p + i, tried, t->errors_name, NULL);
                }
            }
            if (ouro_is_null(one)) {
                return false;
            }
            size_t characters = as_str(one)->length;
            value_decref(rt, one);
            n += characters;
            i += tried;
            continue;
        }
        i += step;
        n++;
    }
    *bytes = i;
    return true;
}

static int64_t io_text_buffer_tell(ouro_runtime *rt, text_object *t)
{
    ouro_value result = io_text_ready(rt, t) ? object_call_method0(rt, t->buffer, STR(rt, tell)) : OURO_NULL;
    int64_t at = -1;
    if (!ouro_is_null(result) && !text_size_argument(rt, result, &at)) {
        at = -1;
    }
    value_decref(rt, result);
    return at;
}

/* How many characters the bytes give after newline translation, continuing from *cr. */
static size_t io_text_count_translated(const str_object *s, bool translate, bool *cr)
{
    size_t n = 0;
    for (size_t i = 0; i < s->length; i++) {
        uint32_t c = str_char_at(s, i);
        if (translate && c == '\n' && *cr) {
            *cr = false;
            continue;
        }
        *cr = c == '\r';
        n++;
    }
    return n;
}

/* Position for decoder objects: feeds the chunk byte by byte to the decoder as it stood before the chunk. */
static ouro_value io_text_tell_other(ouro_runtime *rt, text_object *t, int64_t position)
{
    ouro_value setstate = str_intern_cstring(rt, "setstate"), saved = OURO_NULL, flags = OURO_NULL, empty = OURO_NULL;
    ouro_value state = OURO_NULL, result = OURO_NULL, ignored;
    if (ouro_is_null(setstate) || ouro_is_null(t->decoder_state)) {
        value_decref(rt, setstate);
        return error_is_set(rt) ? OURO_NULL : int_from_int64(rt, position);
    }
    saved = io_text_decoder_state(rt, t);
    flags = value_incref(as_tuple(t->decoder_state)->items[1]);
    const bytes_object *before = as_bytes(as_tuple(t->decoder_state)->items[0]);
    position -= (int64_t)(t->chunk_length + before->length);
    size_t total = before->length + t->chunk_used, at = 0, n = 0;
    bool cr = false, ok = !ouro_is_null(saved);
    empty = bytes_empty(rt);
    state = tuple_pack2(rt, empty, flags);
    if (ok && !ouro_is_null(state)) {
        ignored = object_call_method1(rt, t->decoder, setstate, state);
        ok = !ouro_is_null(ignored);
        value_decref(rt, ignored);
    }
    while (ok && at < total && n < t->decoded_at) {
        unsigned char byte = at < before->length ? before->data[at] : t->chunk[at - before->length];
        ouro_value one = bytes_new(rt, &byte, 1);
        ouro_value text = ouro_is_null(one) ? OURO_NULL : object_call_method1(rt, t->decoder, STR(rt, decode), one);
        value_decref(rt, one);
        ok = !ouro_is_null(text) && value_is_str(rt, text);
        if (ok) {
            n += io_text_count_translated(as_str(text), t->translate, &cr);
        }
        value_decref(rt, text);
        at++;
    }
    if (ok && at > 0) {
        ouro_value now = io_text_decoder_state(rt, t);
        if (ouro_is_null(now)) {
            ok = false;
        } else {
            at -= as_bytes(as_tuple(now)->items[0])->length;
            value_replace(rt, &flags, value_incref(as_tuple(now)->items[1]));
            value_decref(rt, now);
        }
    }
    if (!ouro_is_null(saved)) {
        ouro_value failure = error_take(rt);
        ignored = object_call_method1(rt, t->decoder, setstate, saved);
        value_decref(rt, ignored);
        if (!ouro_is_null(failure)) {
            error_clear(rt);
            error_restore(rt, failure);
        }
    }
    if (ok && !error_is_set(rt)) {
        ouro_value high = object_binary(rt, BINARY_LSHIFT, flags, ouro_int(64));
        ouro_value low = int_from_int64(rt, position + (int64_t)at);
        if (!ouro_is_null(high) && !ouro_is_null(low)) {
            result = object_binary(rt, BINARY_OR, high, low);
        }
        value_decref(rt, high);
        value_decref(rt, low);
    }
    value_decref(rt, setstate);
    value_decref(rt, saved);
    value_decref(rt, flags);
    value_decref(rt, empty);
    value_decref(rt, state);
    return result;
}

ouro_value io_text_tell(ouro_runtime *rt, ouro_value self)
{
    text_object *t = as_text(self);
    if (!io_text_open(rt, t)) {
        return OURO_NULL;
    }
    if (!t->seekable) {
        return io_unsupported(rt, "underlying stream is not seekable");
    }
    if (!t->telling) {
        return error_raise(rt, EXC(rt, OSError), "telling position disabled by next() call");
    }
    if (!io_text_write_out(rt, t) || !io_call_ignore(rt, self, STR(rt, flush))) {
        return OURO_NULL;
    }
    int64_t position = io_text_buffer_tell(rt, t);
    if (position < 0) {
        return OURO_NULL;
    }
    if (ouro_is_null(t->decoded) && t->chunk_length == 0) {
        return int_from_int64(rt, position);
    }
    if (t->codec == IO_TEXT_OTHER) {
        return io_text_tell_other(rt, t, position);
    }
    size_t bytes;
    if (!io_text_count_bytes(rt, t, t->decoded_at, &bytes)) {
        return OURO_NULL;
    }
    return int_from_int64(rt, position - (int64_t)t->chunk_length + (int64_t)bytes);
}

/* Splits a cookie: the position, and the decoder's flags (new reference). */
static bool io_text_split_cookie(ouro_runtime *rt, ouro_value cookie, int64_t *position, ouro_value *flags)
{
    *flags = ouro_int(0);
    if (int_fits_int64(cookie, position)) {
        return true;
    }
    ouro_value mask = int_from_uint64(rt, UINT64_MAX);
    ouro_value low = ouro_is_null(mask) ? OURO_NULL : object_binary(rt, BINARY_AND, cookie, mask);
    value_decref(rt, mask);
    *flags = ouro_is_null(low) ? OURO_NULL : object_binary(rt, BINARY_RSHIFT, cookie, ouro_int(64));
    bool ok = !ouro_is_null(*flags) && int_as_int64(rt, low, position);
    value_decref(rt, low);
    return ok;
}

static ouro_value io_text_seek_set(ouro_runtime *rt, ouro_value self, ouro_value cookie)
{
    text_object *t = as_text(self);
    int64_t position = 0;
    ouro_value flags = OURO_NULL, result = OURO_NULL, done = OURO_NULL;
    int negative = object_compare_truth(rt, cookie, ouro_int(0), COMPARE_LT);
    if (negative != 0) {
        return negative < 0 ? OURO_NULL : error_value(rt, "negative seek position %R", cookie);
    }
    ouro_value exact = object_index(rt, cookie);
    if (ouro_is_null(exact)) {
        return OURO_NULL;
    }
    if (!io_call_ignore(rt, self, STR(rt, flush)) || !io_text_split_cookie(rt, exact, &position, &flags)) {
        goto done;
    }
    ouro_value target = int_from_int64(rt, position);
    if (ouro_is_null(target)) {
        goto done;
    }
    done = io_text_ready(rt, t) ? object_call_method1(rt, t->buffer, STR(rt, seek), target) : OURO_NULL;
    value_decref(rt, target);
    if (ouro_is_null(done)) {
        goto done;
    }
    io_text_drop_read(rt, t);
    if (t->codec == IO_TEXT_OTHER && t->readable) {
        ouro_value ignored = OURO_NULL;
        if (position == 0 && ouro_is(flags, ouro_int(0))) {
            ouro_value name = str_intern_cstring(rt, "reset");
            ignored = ouro_is_null(name) ? OURO_NULL : object_call_method0(rt, t->decoder, name);
            value_decref(rt, name);
        } else {
            ouro_value name = str_intern_cstring(rt, "setstate"), empty = bytes_empty(rt);
            ouro_value state = ouro_is_null(empty) ? OURO_NULL : tuple_pack2(rt, empty, flags);
            if (!ouro_is_null(name) && !ouro_is_null(state)) {
                ignored = object_call_method1(rt, t->decoder, name, state);
            }
            value_decref(rt, name);
            value_decref(rt, empty);
            value_decref(rt, state);
        }
        value_decref(rt, ignored);
        if (ouro_is_null(ignored)) {
            goto done;
        }
    }
    if (io_text_reset_encoder(rt, t, position == 0 && ouro_is(flags, ouro_int(0)))) {
        result = value_incref(exact);
    }
done:
    value_decref(rt, exact);
    value_decref(rt, flags);
    value_decref(rt, done);
    return result;
}

ouro_value io_text_seek(ouro_runtime *rt, ouro_value self, ouro_value cookie, int64_t whence)
{
    text_object *t = as_text(self);
    if (!io_text_open(rt, t)) {
        return OURO_NULL;
    }
    if (!t->seekable) {
        return io_unsupported(rt, "underlying stream is not seekable");
    }
    if (whence == SEEK_SET) {
        return io_text_seek_set(rt, self, cookie);
    }
    if (whence != SEEK_CUR && whence != SEEK_END) {
        return error_value(rt, "invalid whence (%lld, should be 0, 1 or 2)", (long long)whence);
    }
    int zero = object_compare_truth(rt, cookie, ouro_int(0), COMPARE_EQ);
    if (zero < 0) {
        return OURO_NULL;
    }
    if (zero == 0) {
        return io_unsupported(rt, whence == SEEK_CUR ? "can't do nonzero cur-relative seeks"
                                                     : "can't do nonzero end-relative seeks");
    }
    if (whence == SEEK_CUR) {
        ouro_value here = object_call_method0(rt, self, STR(rt, tell));
        if (ouro_is_null(here)) {
            return OURO_NULL;
        }
        ouro_value result = io_text_seek_set(rt, self, here);
        value_decref(rt, here);
        return result;
    }
    if (!io_call_ignore(rt, self, STR(rt, flush))) {
        return OURO_NULL;
    }
    if (!io_text_restart_read(rt, t) || !io_text_ready(rt, t)) {
        return OURO_NULL;
    }
    ouro_value call[3] = {t->buffer, ouro_int(0), ouro_int(2)};
    ouro_value end = object_call_method(rt, STR(rt, seek), call, 3, OURO_NULL);
    if (ouro_is_null(end)) {
        return OURO_NULL;
    }
    int at_start = object_compare_truth(rt, end, ouro_int(0), COMPARE_EQ);
    if (at_start < 0 || !io_text_reset_encoder(rt, t, at_start == 1)) {
        value_clear(rt, &end);
    }
    return end;
}

/* io_text.c: TextIOWrapper: setting up, and writing. */
#include "modules/io_text.h"

#include <stdlib.h>

bool io_text_ready(ouro_runtime *rt, const text_object *t)
{
    if (!t->ok) {
        error_value(rt, t->detached ? "underlying buffer has been detached" : "I/O operation on uninitialized object");
    }
    return t->ok;
}

buffered_object *io_text_fast_buffer(ouro_runtime *rt, const text_object *t)
{
    if (ouro_is_null(t->buffer)) {
        return NULL;
    }
    type_object *type = value_type(rt, t->buffer);
    if (type != MODULE_TYPE(rt, io_buffered_writer) && type != MODULE_TYPE(rt, io_buffered_reader) &&
        type != MODULE_TYPE(rt, io_buffered_random)) {
        return NULL;
    }
    buffered_object *b = as_buffered(t->buffer);
    return b->ok && b->fast && as_file(b->raw)->fd >= 0 ? b : NULL;
}

bool io_text_open(ouro_runtime *rt, const text_object *t)
{
    if (!io_text_ready(rt, t)) {
        return false;
    }
    return io_text_fast_buffer(rt, t) != NULL || io_check_closed(rt, t->buffer, NULL);
}

/* ---- writing ------------------------------------------------------------------------------------------ */

bool io_text_write_out(ouro_runtime *rt, text_object *t)
{
    buffered_object *b = io_text_fast_buffer(rt, t);
    /* What is pending is taken when the buffer is free, so that nothing that is written later comes before it. */
    while (t->pending_length > 0 && b != NULL && io_buffered_is_others(rt, b)) {
        if (!io_buffered_wait(rt)) {
            return false;
        }
        b = io_text_fast_buffer(rt, t);
    }
    if (t->pending_length == 0) {
        return true;
    }
    if (b != NULL && b->writable && !b->busy) {
        bool ok = true;
        io_buffered_claim(rt, b);
        if (b->readable && b->end > b->at && b->dirty_from == b->dirty_to && t->pending_length > b->size - b->at) {
            ok = io_buffered_flush(rt, b);
        }
        /* another thread may come while the file is written: it finds nothing pending, and a buffer that stays */
        ouro_value keep = value_incref(t->buffer);
        unsigned char *pending = t->pending;
        size_t n = t->pending_length, capacity = t->pending_capacity;
        t->pending = NULL;
        t->pending_length = t->pending_capacity = 0;
        ok = ok && io_buffered_write(rt, b, pending, n);
        b->busy = false;
        if (t->pending == NULL) {
            t->pending = pending;
            t->pending_capacity = capacity;
        } else {
            ouro_mem_free(rt->mem, pending);
        }
        value_decref(rt, keep);
        return ok;
    }
    ouro_value bytes = bytes_new(rt, t->pending, t->pending_length);
    if (ouro_is_null(bytes)) {
        return false;
    }
    t->pending_length = 0;
    ouro_value result = io_text_ready(rt, t) ? object_call_method1(rt, t->buffer, STR(rt, write), bytes) : OURO_NULL;
    value_decref(rt, bytes);
    value_decref(rt, result);
    return !ouro_is_null(result);
}

bool io_text_flush(ouro_runtime *rt, text_object *t)
{
    t->telling = t->seekable;
    if (!io_text_write_out(rt, t)) {
        return false;
    }
    buffered_object *b = io_text_fast_buffer(rt, t);
    if (b != NULL && b->writable && !b->busy) {
        ouro_value keep = value_incref(t->buffer);
        io_buffered_claim(rt, b);
        bool ok = io_buffered_flush(rt, b);
        b->busy = false;
        value_decref(rt, keep);
        return ok;
    }
    return io_text_ready(rt, t) && io_call_ignore(rt, t->buffer, STR(rt, flush));
}

static bool io_text_queue(ouro_runtime *rt, text_object *t, const void *data, size_t size)
{
    if (size > t->pending_capacity - t->pending_length) {
        /* Doubled from a line's length on: most files see a few short writes, or full chunks. */
        size_t needed = t->pending_length + size, capacity = t->pending_capacity < 128 ? 128 : t->pending_capacity;
        while (capacity < needed && capacity < t->chunk_size) {
            capacity *= 2;
        }
        capacity = capacity < needed ? needed : capacity;
        unsigned char *grown = ouro_mem_resize(rt->mem, t->pending, capacity);
        if (grown == NULL) {
            error_no_memory(rt);
            return false;
        }
        t->pending = grown;
        t->pending_capacity = capacity;
    }
    if (size > 0) {
        memcpy(t->pending + t->pending_length, data, size);
        t->pending_length += size;
    }
    return true;
}

static ouro_value io_text_encode(ouro_runtime *rt, text_object *t, ouro_value text)
{
    switch (t->codec) {
    case IO_TEXT_UTF8:
        return codec_utf8_encode(rt, text, t->errors_name);
    case IO_TEXT_ASCII:
        return codec_ascii_encode(rt, text, t->errors_name);
    case IO_TEXT_LATIN1:
        return codec_latin1_encode(rt, text, t->errors_name);
    default: {
        ouro_value bytes = object_call_method1(rt, t->encoder, STR(rt, encode), text);
        if (!ouro_is_null(bytes) && !value_is_bytes(rt, bytes)) {
            error_type(rt, "encoder should return a bytes object, not '%T'", bytes);
            value_clear(rt, &bytes);
        }
        return bytes;
    }
    }
}

bool io_text_put(ouro_runtime *rt, text_object *t, ouro_value text)
{
    const str_object *s = as_str(text);
    bool has_lf = (t->write_translate && t->write_newline != NULL) || t->line_buffering
                      ? str_find_char(s, '\n', 0, s->length) >= 0
                      : false;
    bool flush = t->line_buffering && (has_lf || str_find_char(s, '\r', 0, s->length) >= 0);
    ouro_value translated = OURO_NULL;
    if (has_lf && t->write_translate && t->write_newline != NULL) {
        str_builder b;
        str_builder_init(&b, rt);
        size_t start = 0;
        for (int64_t at; (at = str_find_char(s, '\n', start, s->length)) >= 0; start = (size_t)at + 1) {
            str_builder_range(&b, text, start, (size_t)at);
            str_builder_cstring(&b, t->write_newline);
        }
        str_builder_range(&b, text, start, s->length);
        translated = str_builder_finish(&b);
        if (ouro_is_null(translated)) {
            return false;
        }
        s = as_str(translated);
    }
    bool ok;
    if (str_is_ascii(s) && t->codec != IO_TEXT_OTHER) {
        if (t->pending_length > 0 && t->pending_length + s->length > t->chunk_size && !io_text_write_out(rt, t)) {
            value_decref(rt, translated);
            return false;
        }
        ok = io_text_queue(rt, t, s->data, s->length);
    } else {
        ouro_value bytes = io_text_encode(rt, t, ouro_is_null(translated) ? text : translated);
        ok = !ouro_is_null(bytes) && io_text_queue(rt, t, as_bytes(bytes)->data, as_bytes(bytes)->length);
        value_decref(rt, bytes);
    }
    value_decref(rt, translated);
    if (!ok) {
        return false;
    }
    if ((t->pending_length >= t->chunk_size || flush || t->write_through) && !io_text_write_out(rt, t)) {
        return false;
    }
    if (flush && !io_text_flush(rt, t)) {
        return false;
    }
    return (ouro_is_null(t->decoded) && t->chunk_length == 0) || io_text_restart_read(rt, t);
}

bool io_text_reset_encoder(ouro_runtime *rt, text_object *t, bool at_start)
{
    if (t->codec != IO_TEXT_OTHER || !t->writable || ouro_is_null(t->encoder)) {
        return true;
    }
    ouro_value name, ignored;
    if (at_start) {
        name = str_intern_cstring(rt, "reset");
        ignored = ouro_is_null(name) ? OURO_NULL : object_call_method0(rt, t->encoder, name);
    } else {
        name = str_intern_cstring(rt, "setstate");
        ignored = ouro_is_null(name) ? OURO_NULL : object_call_method1(rt, t->encoder, name, ouro_int(0));
    }
    value_decref(rt, name);
    value_decref(rt, ignored);
    return !ouro_is_null(ignored);
}

/* ---- setting up --------------------------------------------------------------------------------------- */

static io_text_codec io_text_native_codec(const char *encoding)
{
    char name[16];
    size_t n = 0;
    for (const char *p = encoding; *p != 0 && n < sizeof name - 1; p++) {
        if (*p != '-' && *p != '_' && *p != ' ') {
            name[n++] = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
        }
    }
    name[n] = 0;
    if (strcmp(name, "utf8") == 0) {
        return IO_TEXT_UTF8;
    }
    if (strcmp(name, "ascii") == 0 || strcmp(name, "usascii") == 0) {
        return IO_TEXT_ASCII;
    }
    return strcmp(name, "latin1") == 0 || strcmp(name, "iso88591") == 0 ? IO_TEXT_LATIN1 : IO_TEXT_OTHER;
}

/* The encoding that the locale asks for; os.environ does not change it later. */
static const char *io_text_locale_encoding(ouro_runtime *rt)
{
    if (rt->vm->locale_encoding != NULL) {
        return rt->vm->locale_encoding;
    }
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *encoding = "utf-8";
    for (size_t i = 0; i < 3; i++) {
        const char *value = getenv(variables[i]);
        if (value != NULL && *value != 0) {
            encoding = strcmp(value, "C") == 0 || strcmp(value, "POSIX") == 0 ? "utf-8" : "UTF-8";
            break;
        }
    }
    rt->vm->locale_encoding = encoding;
    return encoding;
}

/* Makes codec objects of an encoding that C does not know. */
static bool io_text_make_codecs(ouro_runtime *rt, text_object *t, const char *encoding)
{
    ouro_value info = codec_lookup(rt, encoding);
    if (ouro_is_null(info)) {
        return false;
    }
    ouro_value flag = OURO_NULL, name = str_intern_cstring(rt, "_is_text_encoding"), maker = OURO_NULL;
    bool ok = false;
    int found = ouro_is_null(name) ? -1 : object_getattr_optional(rt, info, name, &flag);
    value_decref(rt, name);
    if (found < 0) {
        goto done;
    }
    if (found == 1 && ouro_is(flag, OURO_FALSE)) {
        error_raise(rt, EXC(rt, LookupError),
                    "'%s' is not a text encoding; use codecs.open() to handle arbitrary codecs", encoding);
        goto done;
    }
    if (t->readable) {
        maker = object_getattr_utf8(rt, info, "incrementaldecoder");
        if (ouro_is_null(maker)) {
            goto done;
        }
        value_replace(rt, &t->decoder, object_call1(rt, maker, t->errors));
        value_clear(rt, &maker);
        if (ouro_is_null(t->decoder)) {
            goto done;
        }
    }
    if (t->writable) {
        maker = object_getattr_utf8(rt, info, "incrementalencoder");
        if (ouro_is_null(maker)) {
            goto done;
        }
        value_replace(rt, &t->encoder, object_call1(rt, maker, t->errors));
        if (ouro_is_null(t->encoder)) {
            goto done;
        }
        if (t->seekable) { /* a file that does not begin here gets no byte order mark */
            ouro_value at = object_call_method0(rt, t->buffer, STR(rt, tell));
            if (ouro_is_null(at)) {
                goto done;
            }
            int zero = object_compare_truth(rt, at, ouro_int(0), COMPARE_EQ);
            value_decref(rt, at);
            if (zero < 0 || (zero == 0 && !io_text_reset_encoder(rt, t, false))) {
                goto done;
            }
        }
    }
    ok = true;
done:
    value_decref(rt, maker);
    value_decref(rt, flag);
    value_decref(rt, info);
    return ok;
}

void io_text_set_newline(ouro_runtime *rt, text_object *t, ouro_value newline)
{
    t->universal = ouro_is_null(newline) || as_str(newline)->length == 0;
    t->translate = ouro_is_null(newline);
    t->write_translate = ouro_is_null(newline) || as_str(newline)->length != 0;
    t->write_newline = NULL;
    if (!ouro_is_null(newline)) {
        t->write_newline = str_equal_ascii(as_str(newline), "\r") ? "\r" : str_equal_ascii(as_str(newline), "\r\n") ? "\r\n" : NULL;
    }
    value_replace(rt, &t->newline, value_incref(newline));
}

bool io_text_set_encoding(ouro_runtime *rt, text_object *t, const char *encoding, const char *errors)
{
    if (encoding == NULL && rt->vm->utf8_mode) {
        encoding = "utf-8";
    } else if (encoding == NULL || strcmp(encoding, "locale") == 0) {
        encoding = io_text_locale_encoding(rt);
    }
    errors = errors == NULL ? "strict" : errors;
    if (!codec_check_names(rt, NULL, errors)) {
        return false;
    }
    io_text_codec codec = io_text_native_codec(encoding);
    char *copy = ouro_mem_alloc(rt->mem, strlen(errors) + 1);
    ouro_value encoding_value = str_from_cstring(rt, encoding), errors_value = str_from_cstring(rt, errors);
    if (copy == NULL || ouro_is_null(encoding_value) || ouro_is_null(errors_value)) {
        if (!error_is_set(rt)) {
            error_no_memory(rt);
        }
        ouro_mem_free(rt->mem, copy);
        value_decref(rt, encoding_value);
        value_decref(rt, errors_value);
        return false;
    }
    strcpy(copy, errors);
    ouro_mem_free(rt->mem, t->errors_name);
    t->errors_name = copy;
    value_replace(rt, &t->encoding, encoding_value);
    value_replace(rt, &t->errors, errors_value);
    t->codec = codec;
    return codec != IO_TEXT_OTHER || io_text_make_codecs(rt, t, encoding);
}

bool io_text_setup(ouro_runtime *rt, ouro_value self, ouro_value buffer, const char *encoding, const char *errors,
                   ouro_value newline, bool line_buffering, bool write_through)
{
    text_object *t = as_text(self);
    t->ok = t->detached = false;
    if (!ouro_is_null(newline)) {
        const str_object *s = as_str(newline);
        if (s->length != 0 && !str_equal_ascii(s, "\n") && !str_equal_ascii(s, "\r") && !str_equal_ascii(s, "\r\n")) {
            error_value(rt, "illegal newline value: %U", newline);
            return false;
        }
    }
    value_replace(rt, &t->buffer, value_incref(buffer));
    io_text_drop_read(rt, t);
    t->chunk_size = IO_BUFFER_SIZE;
    t->pending_length = 0;
    t->line_buffering = line_buffering;
    t->write_through = write_through;
    t->seen = 0;
    buffered_object *fast = io_text_fast_buffer(rt, t);
    if (fast != NULL) {
        t->readable = fast->readable;
        t->writable = fast->writable;
        t->has_read1 = true;
        int seekable = io_ask(rt, fast->raw, STR(rt, seekable));
        if (seekable < 0) {
            return false;
        }
        t->seekable = seekable == 1;
    } else {
        int readable = io_ask(rt, buffer, STR(rt, readable));
        int writable = readable < 0 ? -1 : io_ask(rt, buffer, STR(rt, writable));
        int seekable = writable < 0 ? -1 : io_ask(rt, buffer, STR(rt, seekable));
        if (seekable < 0) {
            return false;
        }
        ouro_value read1 = OURO_NULL, name = str_intern_cstring(rt, "read1");
        int has_read1 = ouro_is_null(name) ? -1 : object_getattr_optional(rt, buffer, name, &read1);
        value_decref(rt, name);
        value_decref(rt, read1);
        if (has_read1 < 0) {
            return false;
        }
        t->readable = readable == 1;
        t->writable = writable == 1;
        t->seekable = seekable == 1;
        t->has_read1 = has_read1 == 1;
    }
    t->telling = t->seekable;
    io_text_set_newline(rt, t, newline);
    if (encoding == NULL && rt->vm->warn_default_encoding &&
        !error_warn(rt, EXC(rt, EncodingWarning), 1, "'encoding' argument not specified")) {
        return false;
    }
    if (!io_text_set_encoding(rt, t, encoding, errors)) {
        return false;
    }
    t->ok = true;
    return true;
}

ouro_value io_text_new(ouro_runtime *rt, ouro_value buffer, const char *encoding, const char *errors,
                       const char *newline, bool line_buffering, bool write_through)
{
    io_text_locale_encoding(rt); /* as it is when the standard streams are made */
    ouro_value self = instance_new(rt, MODULE_TYPE(rt, io_text_wrapper));
    ouro_value newline_value = newline == NULL ? OURO_NULL : str_from_cstring(rt, newline);
    if (!ouro_is_null(self) &&
        ((newline != NULL && ouro_is_null(newline_value)) ||
         !io_text_setup(rt, self, buffer, encoding, errors, newline_value, line_buffering, write_through))) {
        value_clear(rt, &self);
    }
    value_decref(rt, newline_value);
    return self;
}

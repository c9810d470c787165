/* compressed_stream.c: compressors and decompressors, whatever the library. */
#include "modules/compressed_stream.h"
#include "types/bytes_methods.h"
#include "types/error.h"
#include "types/protocol.h"
#include "vm/threads.h"

enum { COMPRESSED_ROOM = 16384 };

void *compressed_stream_new(ouro_runtime *rt, type_object *type, const stream_kind *kind, late_library_index library)
{
    compressed_stream *s = object_new(rt, &type->type, 0);
    if (!s) {
        return NULL;
    }
    s->library = late_library_share(rt, library);
    s->kind = kind;
    s->rt = rt;
    s->needs_input = true;
    s->unused = bytes_empty(rt);
    s->pending = bytes_empty(rt);
    gc_track(rt, &s->object);
    return s;
}

void compressed_stream_dispose(ouro_runtime *rt, ouro_object *self)
{
    compressed_stream *s = (compressed_stream *)(void *)self;
    if (s->open) {
        s->kind->close(s);
        s->open = false;
    }
    late_library_drop(rt, s->library);
    s->library = NULL;
}

static void compressed_lock(compressed_stream *s, bool take)
{
    if (take) {
        vm_acquire(s->rt, s->me);
    } else {
        s->me = vm_release(s->rt);
    }
    s->released = !take;
}

void *compressed_allocate(compressed_stream *s, size_t size)
{
    bool was_released = s->released;
    if (was_released) {
        compressed_lock(s, true);
    }
    void *block = ouro_mem_alloc(s->rt->mem, size);
    if (was_released) {
        compressed_lock(s, false);
    }
    return block;
}

void compressed_release(compressed_stream *s, void *block)
{
    bool was_released = s->released;
    if (was_released) {
        compressed_lock(s, true);
    }
    ouro_mem_free(s->rt->mem, block);
    if (was_released) {
        compressed_lock(s, false);
    }
}

static bool compressed_is_idle(ouro_value self)
{
    return !as_compressed_stream(self)->busy;
}

static bool compressed_enter(ouro_runtime *rt, ouro_value self)
{
    compressed_stream *s = as_compressed_stream(self);
    if (s->busy && wait_queue_wait(rt, &s->queue, self, compressed_is_idle, INT64_MAX, "the stream is in use") <= 0) {
        return false;
    }
    s->busy = true;
    return true;
}

static void compressed_leave(compressed_stream *s)
{
    s->busy = false;
    wait_queue_wake_first(&s->queue);
}

/* Runs the library over the window's input until it is taken and nothing more comes out, the stream ends, or there are
 * `most` bytes of output.  The output, new reference; OURO_NULL: raised. */
static ouro_value compressed_run(ouro_runtime *rt, compressed_stream *s, stream_window *w, bool finish, size_t most)
{
    bytes_builder out;
    bytes_builder_init(&out, rt);
    size_t room = most < COMPRESSED_ROOM ? most : COMPRESSED_ROOM;
    stream_outcome outcome;
    do {
        w->out = bytes_builder_room(&out, room);
        w->out_left = room;
        if (!w->out) {
            break;
        }
        compressed_lock(s, false);
        int code = s->kind->step(s, w, finish);
        compressed_lock(s, true);
        outcome = s->kind->judge(rt, s, code, w);
        out.length -= w->out_left;
        if (outcome == STREAM_HAS_FAILED) {
            bytes_builder_drop(&out);
            return OURO_NULL;
        }
        bool full = w->out_left == 0;
        if (outcome == STREAM_HAS_ENDED) {
            s->at_end = true;
        }
        if (outcome == STREAM_HAS_ENDED || out.length >= most || (w->in_left == 0 && !full && !finish)) {
            break;
        }
        if (full) {
            room = out.length < COMPRESSED_ROOM ? COMPRESSED_ROOM : out.length;
        }
        room = room < most - out.length ? room : most - out.length;
    } while (true);
    return bytes_builder_finish(&out);
}

ouro_value compressor_compress(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    compressed_stream *s = as_compressed_stream(args[0]);
    byte_span data;
    if (!byte_span_get(rt, args[1], &data)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (compressed_enter(rt, args[0])) {
        stream_window w = {.in = data.data, .in_left = data.length};
        result = s->at_end ? error_value(rt, "Compressor has been flushed") : compressed_run(rt, s, &w, false, SIZE_MAX);
        compressed_leave(s);
    }
    byte_span_release(rt, &data);
    return result;
}

ouro_value compressor_flush(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    compressed_stream *s = as_compressed_stream(args[0]);
    if (!compressed_enter(rt, args[0])) {
        return OURO_NULL;
    }
    stream_window w = {.in = (const unsigned char *)"", .in_left = 0};
    ouro_value result = OURO_NULL;
    if (s->at_end) {
        error_value(rt, "Repeated call to flush()");
    } else {
        s->at_end = true; /* also when it fails half way */
        result = compressed_run(rt, s, &w, true, SIZE_MAX);
    }
    compressed_leave(s);
    return result;
}

/* ---- decompressing ------------------------------------------------------------------------------------------ */

/* The input that is left behind `data`: from the pending bytes and the new ones.  OURO_NULL: no memory. */
static ouro_value decompressor_join(ouro_runtime *rt, const compressed_stream *s, const byte_span *data)
{
    const bytes_object *old = as_bytes(s->pending);
    size_t left = old->length - s->pending_start;
    ouro_value joined = bytes_new(rt, NULL, left + data->length);
    if (!ouro_is_null(joined)) {
        memcpy(as_bytes(joined)->data, old->data + s->pending_start, left);
        memcpy(as_bytes(joined)->data + left, data->data, data->length);
    }
    return joined;
}

/* Keeps what is left of the input, whose bytes are in s->pending already or are those of a caller. */
static bool decompressor_keep(ouro_runtime *rt, compressed_stream *s, const stream_window *w, bool from_pending)
{
    if (from_pending && !s->at_end && w->in_left > 0) {
        s->pending_start = as_bytes(s->pending)->length - w->in_left;
        return true;
    }
    ouro_value rest = w->in_left > 0 ? bytes_new(rt, w->in, w->in_left) : bytes_empty(rt);
    if (ouro_is_null(rest)) {
        return false;
    }
    if (s->at_end) {
        value_replace(rt, &s->unused, rest);
        rest = bytes_empty(rt);
    }
    value_replace(rt, &s->pending, rest);
    s->pending_start = 0;
    return true;
}

static ouro_value decompressor_feed(ouro_runtime *rt, compressed_stream *s, const byte_span *data, size_t most)
{
    bool has_pending = s->pending_start < as_bytes(s->pending)->length;
    stream_window w = {.in = data->length > 0 ? data->data : (const unsigned char *)"", .in_left = data->length};
    if (has_pending && data->length > 0) {
        ouro_value joined = decompressor_join(rt, s, data);
        if (ouro_is_null(joined)) {
            return OURO_NULL;
        }
        value_replace(rt, &s->pending, joined);
        s->pending_start = 0;
    }
    if (has_pending) {
        w.in = as_bytes(s->pending)->data + s->pending_start;
        w.in_left = as_bytes(s->pending)->length - s->pending_start;
    }
    ouro_value result = compressed_run(rt, s, &w, false, most);
    if (ouro_is_null(result)) {
        value_replace(rt, &s->pending, bytes_empty(rt));
        s->pending_start = 0;
        s->needs_input = s->needs_input && !s->broken;
        return OURO_NULL;
    }
    /* with the room for output full there may be more in the library itself */
    s->needs_input = !s->at_end && w.in_left == 0 && w.out_left > 0;
    if (!decompressor_keep(rt, s, &w, has_pending)) {
        value_clear(rt, &result);
    }
    return result;
}

ouro_value decompressor_decompress(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    compressed_stream *s = as_compressed_stream(args[0]);
    int64_t most = -1;
    byte_span data;
    ouro_value limit = arg_or_null(args, nargs, 2);
    if (!byte_span_get(rt, args[1], &data)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if ((ouro_is_null(limit) || object_as_index(rt, limit, &most, false)) && compressed_enter(rt, args[0])) {
        result = s->at_end    ? error_raise(rt, EXC(rt, EOFError), "%s", s->kind->at_end)
                 : s->broken ? error_value(rt, "Decompressor is unusable after a previous error")
                             : decompressor_feed(rt, s, &data, most < 0 ? SIZE_MAX : (size_t)most);
        compressed_leave(s);
    }
    byte_span_release(rt, &data);
    return result;
}

ouro_value decompressor_get_eof(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(as_compressed_stream(self)->at_end);
}

ouro_value decompressor_get_needs_input(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(as_compressed_stream(self)->needs_input);
}

const ouro_field compressed_fields[COMPRESSED_FIELDS] = {
    {OURO_FIELD_VALUE, offsetof(compressed_stream, unused), 0, "unused_data"},
    {OURO_FIELD_VALUE, offsetof(compressed_stream, pending), 0, "pending"},
};

const method_def compressor_methods[] = {
    {"compress", "self, data, /", compressor_compress, .doc = "Provide data to the compressor; returns what is compressed so far."},
    {"flush", "self, /", compressor_flush, .doc = "Finish the compression process; returns what is left."},
    {0},
};

const method_def decompressor_methods[] = {
    {"decompress", "self, /, data, max_length=-1", decompressor_decompress,
     .doc = "Decompress data: at most max_length bytes, or all with a negative one.\n\nWhat is left of the input is kept: call again,\n"
            "with b'' if needs_input is false.  Behind the end of the stream: EOFError."},
    {0},
};
